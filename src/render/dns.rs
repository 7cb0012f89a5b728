//! Names: an enforced egress that lets no question to a resolver out.

use crate::model::code::Code;
use crate::model::finding::{ConfigPath, Finding};
use crate::model::ports::PortRange;
use crate::model::rules::Rules;
use crate::model::traffic::{Traffic, Transport};
use crate::model::words::Direction;
use std::collections::BTreeSet;

/// The port of DNS, with TCP and UDP.
/// Source: IANA, Service Name and Transport Protocol Port Number Registry, `domain`.
const DNS: PortRange = PortRange::single(53);

/// An info for each of the `zones`, whose egress `platform` enforces, where no egress rule carries DNS. Never a rule: who
/// resolves names there is for the user to say.
pub(super) fn no_dns<'z>(
    rules: &Rules,
    zones: impl IntoIterator<Item = &'z str>,
    platform: &str,
) -> Vec<Finding> {
    let asking: BTreeSet<&str> = rules
        .keys()
        .filter(|it| it.direction == Direction::Egress && carries(it.traffic))
        .map(|it| &*it.zone)
        .collect();
    let silent = zones.into_iter().filter(|it| !asking.contains(it));
    silent
        .map(|zone| {
            let message = format!(
                "no egress rule of zone `{zone}` allows port 53, so nothing in it can resolve names"
            );
            let finding = Finding::new(Code::NoDns, format!("{zone}/{platform}"), message);
            finding.at(&ConfigPath::zone(zone))
        })
        .collect()
}

fn carries(traffic: Traffic) -> bool {
    match traffic {
        Traffic::Ports(Transport::Tcp | Transport::Udp, range) => range.contains(DNS),
        Traffic::Any => true,
        _ => false,
    }
}
