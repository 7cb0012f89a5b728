//! Differences in words: what the traffic means, how bad it is, and what to do.

use super::{Estate, Report};
use crate::catalog::Catalog;

/// Compares an estate and explains every difference.
pub fn report(_estate: &Estate, _catalog: &Catalog, _language: &str) -> Report {
    todo!()
}
