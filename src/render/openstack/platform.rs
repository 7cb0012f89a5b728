//! OpenStack in the table of platforms.

use super::super::merge;
use super::super::platform::{self, About, Content, Inputs, Output, Rendered, Shape};
use super::{COLUMNS, OpenStack, quota, render};
use crate::model::address::Addresses;
use crate::model::words::Merge;

/// OpenStack security groups.
pub struct Platform;

static ABOUT: About = About {
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
        Rendered {
            outputs: vec![Content::rows(rendered.rows)],
            counts: rendered.counts,
            findings,
            ..Rendered::default()
        }
    }
}
