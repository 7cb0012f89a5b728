//! OpenStack in the table of platforms.

use super::super::identity::{Identity, Selector, World};
use super::super::merge;
use super::super::multicast::Unreached;
use super::super::peers::uses_advertised;
use super::super::platform::{self, About, Content, Inputs, Output, Rendered, Shape};
use super::{COLUMNS, OpenStack, quota, render};
use crate::model::address::Addresses;
use crate::model::finding::ConfigPath;
use crate::model::rules::RuleKey;
use crate::model::words::{Direction, Merge};

/// OpenStack security groups.
pub struct Platform;

static ABOUT: About = About {
    name: "OpenStack",
    block: "openstack",
    outputs: &[Output {
        name: "openstack_rules",
        shape: Shape::Rows {
            columns: COLUMNS,
            movable: Some("openstack_networking_secgroup_rule_v2"),
        },
        description: "Security group rules by `<zone>/<direction>/<transport>-<ports>/<peer zone>:<kind>[:<name>]`, with the arguments of `openstack_networking_secgroup_rule_v2`. \
                    The kind is `ipv4` or `ipv6` if the rule names the peer by a CIDR block, `group` or `group-ipv6` if it names the peer by a security group: a rule is of one address family. \
                    Rules that name a group are created in each family in which both zones have addresses, and in both if that cannot be told:",
    }],
    counts: "By `<zone>/openstack/rules`, in security group rules: the limit is for a project with all its groups and both directions together, and each zone uses part of it; `quota-exceeded` judges the project.",
    without_rules: "OpenStack then denies what they allowed",
};

const GROUP: &str = "security group";

/// What a rule for unicast peers does not let out. What comes in from their addresses is let in, to whatever group it is sent.
const MULTICAST: Unreached = Unreached {
    block: ABOUT.block,
    directions: &[Direction::Egress],
    why: "which no egress rule for unicast peers matches",
    remedy: "add a zone with the group as its address, e.g. `ipv4 = { vrrp = \"224.0.0.18/32\" }`, and name it in `to` of the flow",
    can_be_named: true,
};

impl platform::Platform for Platform {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn enforces(&self, zone: &Addresses) -> bool {
        zone.enforced_by::<OpenStack>().is_some()
    }

    fn matches_by_address(&self, _: &Addresses, peer: &Addresses) -> bool {
        let openstack = peer.part::<OpenStack>();
        openstack.is_none_or(OpenStack::is_named_by_addresses)
    }

    fn identities(&self, zone: &Addresses) -> Vec<Identity> {
        let Some(openstack) = zone.part::<OpenStack>() else {
            return Vec::new();
        };
        let place = |argument| ConfigPath::default().field(argument);
        let own = openstack.group.iter();
        let own = own.map(|it| Identity::new(GROUP, it, place("security_group_id")));
        let others = openstack.peer_groups.iter();
        let others = others
            .map(|(name, it)| Identity::new(GROUP, it, place("peer_security_group_ids").key(name)));
        own.chain(others).collect()
    }

    fn at(&self, rule: &RuleKey, world: &World<'_>) -> Vec<Selector> {
        let openstack = world.zones.addresses[&*rule.zone].part::<OpenStack>();
        let own = openstack.and_then(|it| it.group.as_ref());
        own.map(|it| Selector::new(GROUP, it)).into_iter().collect()
    }

    fn named(&self, rule: &RuleKey, world: &World<'_>) -> Vec<Selector> {
        let peer = &world.zones.addresses[&*rule.peer];
        let openstack = peer.part::<OpenStack>();
        let openstack = openstack.filter(|_| !uses_advertised(rule, peer));
        let groups = openstack.into_iter().flat_map(OpenStack::named_by);
        groups.map(|(_, it)| Selector::new(GROUP, it)).collect()
    }

    fn render(&self, inputs: &Inputs<'_>) -> Rendered {
        let zones = inputs.zones.addresses;
        let rendered = render(inputs.rules, inputs.zones, inputs.directions);
        let mut full = quota(zones, &rendered.counts, None);
        if full.is_some() && inputs.merge == Merge::None {
            let merged = render(&merge::ports(inputs.rules), inputs.zones, inputs.directions);
            full = quota(zones, &rendered.counts, Some(&merged.counts));
        }
        let mut findings = rendered.findings;
        findings.extend(full);
        // The default rules of a group allow all egress.
        let is_filtered = |it: &Addresses| {
            let openstack = it.enforced_by::<OpenStack>();
            openstack.is_some_and(|it| it.default_rules_deleted)
        };
        findings.extend(MULTICAST.findings(inputs.rules, zones, is_filtered));
        Rendered {
            outputs: vec![Content::rows(rendered.rows)],
            counts: rendered.counts,
            findings,
            ..Rendered::default()
        }
    }
}
