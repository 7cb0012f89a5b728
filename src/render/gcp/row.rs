//! A firewall rule and its cells.

use super::super::RowCell;
use crate::model::address::Cidr;
use crate::model::cell::{MaybeKnown, MaybeKnownText};
use crate::model::traffic::Traffic;
use crate::model::words::Direction;
use std::borrow::Cow;
use std::sync::Arc;

/// The priority of rules that allow, which is Google Cloud's own default. Rules that allow need no order among themselves.
/// Source: Google Cloud, "VPC firewall rules", priority.
pub const PRIORITY: u16 = 1000;

/// The priority of rules that deny the rest: the last before that of Google Cloud's implied rules, 65535.
/// Source: Google Cloud, "VPC firewall rules", implied rules.
pub const DENY_PRIORITY: u16 = 65_534;

/// Instances by what they carry. Tags and service accounts exclude each other in one rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Instances {
    /// Network tags.
    Tags(Vec<MaybeKnownText>),
    /// Service accounts.
    Accounts(Vec<MaybeKnownText>),
}

/// The other end of a rule. It is one thing, since several would be joined by "or", which is wider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Peer {
    /// Blocks of one family.
    Ranges(Vec<MaybeKnown<Cidr>>),
    /// Instances of the same network; for ingress only.
    Instances(Instances),
}

/// One firewall rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Unique in the project.
    pub name: MaybeKnownText,
    /// The VPC network.
    pub network: MaybeKnownText,
    /// Its project.
    pub project: Option<MaybeKnownText>,
    /// Flow ids.
    pub description: Arc<str>,
    /// Seen from the zone.
    pub direction: Direction,
    /// The zone's instances.
    pub target: Arc<Instances>,
    /// The other end.
    pub peer: Peer,
    /// What is allowed; `None` denies everything.
    pub traffic: Option<Traffic>,
}

impl super::super::platform::Row for Row {
    fn cell(&self, column: &str) -> RowCell {
        let ranges = |direction| match &self.peer {
            Peer::Ranges(blocks) if self.direction == direction => {
                RowCell::Texts(blocks.iter().map(RowCell::block).collect())
            }
            _ => RowCell::Null,
        };
        let source = match &self.peer {
            Peer::Instances(it) => Some(it),
            Peer::Ranges(_) => None,
        };
        let traffic = |wanted: bool| {
            RowCell::Blocks(if wanted {
                vec![block(self.traffic)]
            } else {
                Vec::new()
            })
        };
        match column {
            "name" => RowCell::text(&self.name),
            "network" => RowCell::text(&self.network),
            "project" => self.project.as_ref().map_or(RowCell::Null, RowCell::text),
            "description" => RowCell::Text(Arc::clone(&self.description)),
            "direction" => RowCell::Text(match self.direction {
                Direction::Ingress => "INGRESS".into(),
                Direction::Egress => "EGRESS".into(),
            }),
            "priority" => RowCell::Number(i64::from(match self.traffic {
                Some(_) => PRIORITY,
                None => DENY_PRIORITY,
            })),
            "source_ranges" => ranges(Direction::Ingress),
            "destination_ranges" => ranges(Direction::Egress),
            "source_tags" => tags(source),
            "source_service_accounts" => accounts(source),
            "target_tags" => tags(Some(&self.target)),
            "target_service_accounts" => accounts(Some(&self.target)),
            "allow" => traffic(self.traffic.is_some()),
            "deny" => traffic(self.traffic.is_none()),
            other => unreachable!("`{other}` is in no row of COLUMNS"),
        }
    }
}

fn tags(instances: Option<&Instances>) -> RowCell {
    match instances {
        Some(Instances::Tags(it)) => RowCell::Texts(it.iter().map(RowCell::text).collect()),
        _ => RowCell::Null,
    }
}

fn accounts(instances: Option<&Instances>) -> RowCell {
    match instances {
        Some(Instances::Accounts(it)) => RowCell::Texts(it.iter().map(RowCell::text).collect()),
        _ => RowCell::Null,
    }
}

/// The one block of a rule.
fn block(traffic: Option<Traffic>) -> Vec<(&'static str, RowCell)> {
    let protocol = traffic.and_then(protocol).unwrap_or(Cow::Borrowed("all"));
    let ports = traffic.and_then(Traffic::ports);
    let ports = ports.map_or(RowCell::Null, |it| {
        RowCell::Texts(vec![RowCell::Text(it.to_string().into())])
    });
    vec![
        ("protocol", RowCell::Text(protocol.into())),
        ("ports", ports),
    ]
}

/// Protocols without ports that have the same name on Google Cloud as here.
/// Source: Google Cloud, "VPC firewall rules", protocols and ports.
const BY_NAME: [&str; 3] = ["esp", "ah", "ipip"];

/// `ICMPv6`, by number: it has no name there.
/// Source: IANA, Assigned Internet Protocol Numbers.
const ICMPV6: &str = "58";

/// The `protocol` of a rule for just this traffic; `None` if there is no such rule, as for single types of ICMP.
pub(super) fn protocol(traffic: Traffic) -> Option<Cow<'static, str>> {
    let name = match traffic {
        Traffic::Ports(transport, _) => transport.as_str(),
        Traffic::Icmp(None) => "icmp",
        Traffic::Icmpv6(None) => ICMPV6,
        Traffic::Icmp(Some(_)) | Traffic::Icmpv6(Some(_)) => return None,
        Traffic::Ip(number) => {
            let name = traffic.transport();
            let known = BY_NAME.contains(&name.as_str());
            return Some(if known { name } else { number.to_string() }.into());
        }
        Traffic::Any => "all",
    };
    Some(Cow::Borrowed(name))
}
