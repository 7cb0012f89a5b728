//! Rules of Azure network security groups, as resources, data sources and inline blocks print them.

use super::mistake::Mistake;
use super::rule::Rule;

/// A rule as it is printed. A null text is absent, as is an empty one; what has a singular and a plural field holds both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// `name`, or the key of a wanted row.
    pub id: String,
    /// `resource_group_name`; of an inline block that of its group.
    pub resource_group_name: Option<String>,
    /// `network_security_group_name`; of an inline block the `name` of its group.
    pub network_security_group_name: Option<String>,
    /// `Inbound` or `Outbound`.
    pub direction: Option<String>,
    /// `Allow` or `Deny`.
    pub access: Option<String>,
    /// `priority`.
    pub priority: Option<i64>,
    /// `protocol`.
    pub protocol: Option<String>,
    /// `source_port_range` and `source_port_ranges`.
    pub source_port_ranges: Vec<String>,
    /// `destination_port_range` and `destination_port_ranges`.
    pub destination_port_ranges: Vec<String>,
    /// `source_address_prefix` and `source_address_prefixes`.
    pub source_address_prefixes: Vec<String>,
    /// `destination_address_prefix` and `destination_address_prefixes`.
    pub destination_address_prefixes: Vec<String>,
    /// `source_application_security_group_ids`.
    pub source_application_security_group_ids: Vec<String>,
    /// `destination_application_security_group_ids`.
    pub destination_application_security_group_ids: Vec<String>,
}

impl Row {
    /// A row without anything but its place, from the key `<resource group>/<network security group>`.
    pub fn at(key: &str) -> Result<Row, Mistake> {
        todo!()
    }
}

/// The rule that a row says.
pub fn read(row: &Row) -> Result<Rule, Mistake> {
    todo!()
}
