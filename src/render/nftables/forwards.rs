//! Hosts that run pods or containers: packets for those are forwarded, so a ruleset for the hosts' own packets does not see them.

use super::super::Zones;
use super::{Host, Options};
use crate::model::code::Code;
use crate::model::finding::{ConfigPath, Finding};
use crate::model::name::backticked;
use crate::model::words::Direction;

/// A warning for each zone with such hosts whose `host` block does not say what to do with translated packets.
pub(super) fn forwards(zones: Zones<'_>, options: &Options) -> Vec<Finding> {
    let ingress = options.directions.contains(&Direction::Ingress);
    let silent = options.forwarding.iter().filter(|(zone, _)| {
        ingress && {
            let host = zones.addresses.get(*zone);
            let host = host.and_then(|it| it.enforced_by::<Host>());
            host.is_some_and(|it| it.translated.is_none())
        }
    });
    let finding = |(zone, components): (&String, _)| {
        let message = format!(
            "hosts of zone `{zone}` run pods or containers ({}), and the ruleset does not filter what they forward: published ports and node ports are open to everyone",
            backticked(components)
        );
        let place = ConfigPath::zone(zone).field("host").index(0);
        Finding::new(Code::HostForwards, zone, message).at(&place)
    };
    silent.map(finding).collect()
}
