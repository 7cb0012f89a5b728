//! Rows of `rules`: why traffic is wanted.

use super::mistake::Mistake;
use super::rule::Intent;

/// A row as it is printed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// The key of the row.
    pub key: String,
    /// `zone`.
    pub zone: Option<String>,
    /// `direction`.
    pub direction: Option<String>,
    /// `peer_zone`.
    pub peer_zone: Option<String>,
    /// `peer_trust`; null for a fixed address.
    pub peer_trust: Option<String>,
    /// `transport`.
    pub transport: Option<String>,
    /// `from_port`: a port, or a type of ICMP.
    pub from_port: Option<i64>,
    /// `to_port`: a port, or a code of ICMP.
    pub to_port: Option<i64>,
    /// `plane`.
    pub plane: Option<String>,
    /// `required`.
    pub required: bool,
    /// `flows`.
    pub flows: Vec<String>,
}

/// The intent that a row says.
pub fn read(row: &Row) -> Result<Intent, Mistake> {
    todo!()
}
