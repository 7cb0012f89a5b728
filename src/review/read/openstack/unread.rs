//! Resources on OpenStack that can change what is allowed at a security group, and whose rules are not read.
//! Source: terraform-provider-openstack, documentation of the types; Neutron, "Firewall-as-a-Service".

use super::rule::point;
use crate::review::read::attributes::Attributes;
use crate::review::read::unread::{
    Effect, Influence, Reach, UnreadType, blocks, known, row, template,
};

/// The types.
pub(super) const UNREAD: &[UnreadType] = &[
    row(
        "openstack_compute_secgroup_v2",
        "a security group with rules in blocks",
        group,
    ),
    row("openstack_fw_firewall_v1", FIREWALL, blocks),
    row("openstack_fw_group_v2", FIREWALL, blocks),
    row("openstack_fw_rule_v1", FIREWALL_RULE, blocks),
    row("openstack_fw_rule_v2", FIREWALL_RULE, blocks),
    row(
        "openstack_orchestration_stack_v1",
        "a stack that may create rules",
        |of| {
            template(
                of,
                &["template_opts", "environment_opts"],
                &[
                    "OS::Neutron::SecurityGroup",
                    "OS::Heat::",
                    "http",
                    "file:",
                    ".yaml",
                ],
            )
        },
    ),
];

const FIREWALL: &str = "a firewall of a router or port";
const FIREWALL_RULE: &str = "a rule of such a firewall";

fn group(of: &mut dyn Attributes) -> Vec<Influence> {
    let reach = known(of, "id").map_or(Reach::New, |it| Reach::Points(vec![point(&it)]));
    vec![Influence::new(Effect::Opens, reach)]
}
