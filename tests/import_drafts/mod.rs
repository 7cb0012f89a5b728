//! Drafts of product files from pages with port tables.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod against;
mod answers;
mod examples;
mod kinds;
mod left;

use crate::support::page::read;
