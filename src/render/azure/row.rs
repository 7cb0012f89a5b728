//! One security rule, and its cells.

use super::super::RowCell;
use super::point::Point;
use crate::model::address::Cidr;
use crate::model::cell::{MaybeKnown, MaybeKnownText};
use crate::model::ports::PortRange;
use crate::model::words::Direction;
use std::sync::Arc;

/// What a rule does with what it matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// It passes.
    Allow,
    /// It is dropped.
    Deny,
}

/// The source or the destination of a rule: exactly one way to name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Endpoint {
    /// `*`: everything behind the network security group, or everything at all in a final rule. Never a peer.
    Any,
    /// A service tag.
    Tag(MaybeKnownText),
    /// Blocks of one family, at least one.
    Blocks(Vec<MaybeKnown<Cidr>>),
    /// Application security groups, at least one.
    Groups(Vec<MaybeKnownText>),
}

/// One security rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Unique in its network security group, whatever the case.
    pub name: Arc<str>,
    /// The zone that it is for.
    pub zone: Arc<str>,
    /// The network security group.
    pub point: Point,
    /// Flow ids, or what a final rule is for.
    pub description: Arc<str>,
    /// As Azure spells it.
    pub protocol: &'static str,
    /// The destination's ports; `None` if there are no ports, or all are meant.
    pub ports: Option<PortRange>,
    /// Where it comes from.
    pub source: Endpoint,
    /// Where it goes.
    pub destination: Endpoint,
    /// Whether it passes.
    pub access: Access,
    /// Whether it is one of the final rules, after all others.
    pub is_final: bool,
    /// Seen from the zone.
    pub direction: Direction,
    /// Its priority; unknown if it depends on names that are not known yet.
    pub priority: MaybeKnown<u16>,
}

impl super::super::platform::Row for Row {
    fn cell(&self, column: &str) -> RowCell {
        match column {
            "name" => RowCell::Text(Arc::clone(&self.name)),
            "resource_group_name" => self
                .point
                .resource_group
                .as_ref()
                .map_or(RowCell::Null, RowCell::text),
            "network_security_group_name" => RowCell::text(&self.point.security_group),
            "description" => RowCell::Text(Arc::clone(&self.description)),
            "protocol" => word(self.protocol),
            "source_port_range" => word("*"),
            "destination_port_range" => self
                .ports
                .map_or_else(|| word("*"), |it| RowCell::Text(it.to_string().into())),
            "source_port_ranges" | "destination_port_ranges" => RowCell::Null,
            "source_address_prefix" => self.source.prefix(),
            "source_address_prefixes" => self.source.prefixes(),
            "source_application_security_group_ids" => self.source.groups(),
            "destination_address_prefix" => self.destination.prefix(),
            "destination_address_prefixes" => self.destination.prefixes(),
            "destination_application_security_group_ids" => self.destination.groups(),
            "access" => word(match self.access {
                Access::Allow => "Allow",
                Access::Deny => "Deny",
            }),
            "priority" => match self.priority {
                MaybeKnown::Known(number) => RowCell::Number(number.into()),
                MaybeKnown::Unknown => RowCell::Unknown,
            },
            "direction" => word(match self.direction {
                Direction::Ingress => "Inbound",
                Direction::Egress => "Outbound",
            }),
            other => unreachable!("`{other}` is in no row of COLUMNS"),
        }
    }
}

impl Endpoint {
    /// How many addresses and ranges it names.
    pub(super) fn addresses(&self) -> u32 {
        match self {
            Endpoint::Blocks(blocks) => u32::try_from(blocks.len()).unwrap_or(u32::MAX),
            _ => 0,
        }
    }

    fn prefix(&self) -> RowCell {
        match self {
            Endpoint::Any => word("*"),
            Endpoint::Tag(tag) => RowCell::text(tag),
            Endpoint::Blocks(blocks) => match blocks.as_slice() {
                [one] => RowCell::block(one),
                _ => RowCell::Null,
            },
            Endpoint::Groups(_) => RowCell::Null,
        }
    }

    fn prefixes(&self) -> RowCell {
        match self {
            Endpoint::Blocks(blocks) if blocks.len() > 1 => {
                RowCell::Texts(blocks.iter().map(RowCell::block).collect())
            }
            _ => RowCell::Null,
        }
    }

    fn groups(&self) -> RowCell {
        match self {
            Endpoint::Groups(ids) => RowCell::Texts(ids.iter().map(RowCell::text).collect()),
            _ => RowCell::Null,
        }
    }
}

fn word(word: &str) -> RowCell {
    RowCell::Text(word.into())
}
