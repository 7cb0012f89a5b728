//! Firewall rules of Google Cloud, as the resource prints them.

use super::mistake::Mistake;
use super::rule::Rule;

/// A rule as it is printed. A null text is absent, as is an empty one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// `name`, or the key of a wanted row.
    pub id: String,
    /// `network`: a name or a self link.
    pub network: Option<String>,
    /// `project`.
    pub project: Option<String>,
    /// `INGRESS` or `EGRESS`; ingress where there is none.
    pub direction: Option<String>,
    /// `priority`; 1000 where there is none.
    pub priority: Option<i64>,
    /// `disabled`.
    pub disabled: bool,
    /// `source_ranges`.
    pub source_ranges: Vec<String>,
    /// `destination_ranges`.
    pub destination_ranges: Vec<String>,
    /// `source_tags`.
    pub source_tags: Vec<String>,
    /// `source_service_accounts`.
    pub source_service_accounts: Vec<String>,
    /// `target_tags`.
    pub target_tags: Vec<String>,
    /// `target_service_accounts`.
    pub target_service_accounts: Vec<String>,
    /// The blocks `allow`.
    pub allow: Vec<Block>,
    /// The blocks `deny`.
    pub deny: Vec<Block>,
}

/// A block `allow` or `deny`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Block {
    /// `protocol`.
    pub protocol: Option<String>,
    /// `ports`.
    pub ports: Vec<String>,
}

/// The rule that a row says; none where it is disabled.
pub fn read(row: &Row) -> Result<Option<Rule>, Mistake> {
    todo!()
}
