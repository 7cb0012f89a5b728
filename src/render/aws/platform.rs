//! AWS in the table of platforms.

use super::super::Zones;
use super::super::identity::{Identity, Selector, World};
use super::super::merge;
use super::super::multicast::Unreached;
use super::super::peers::uses_advertised;
use super::super::platform::{self, About, Content, Inputs, Output, Rendered, Shape, StateRows};
use super::identity::{identities, named_by, own_groups};
use super::{Aws, COLUMNS, PriorGroups, quota, render, with_peer_group};
use crate::model::address::Addresses;
use crate::model::key::RowKey;
use crate::model::rules::RuleKey;
use crate::model::words::Merge;
use std::collections::BTreeMap;
use std::sync::Arc;

/// AWS security groups.
pub struct Platform;

static ABOUT: About = About {
    name: "AWS",
    block: "aws",
    outputs: &[
        Output {
            name: OUTPUTS[0],
            shape: Shape::Rows {
                columns: COLUMNS,
                movable: Some("aws_vpc_security_group_ingress_rule"),
            },
            description: "Ingress rules by `<zone>/<transport>-<ports>/<peer zone>:<kind>[:<name>]`, with the arguments of `aws_vpc_security_group_ingress_rule`:",
        },
        Output {
            name: OUTPUTS[1],
            shape: Shape::Rows {
                columns: COLUMNS,
                movable: Some("aws_vpc_security_group_egress_rule"),
            },
            description: "Egress rules with the same keys, with the arguments of `aws_vpc_security_group_egress_rule`:",
        },
    ],
    counts: "By `<zone>/aws/<family>`, in entries as AWS counts them: a CIDR block once in its family, a group once in both, a prefix list with its size in both.",
    without_rules: "AWS then denies what they allowed",
};

const OUTPUTS: [&str; 2] = ["aws_ingress", "aws_egress"];

impl platform::Platform for Platform {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn enforces(&self, zone: &Addresses) -> bool {
        zone.enforced_by::<Aws>().is_some()
    }

    fn matches_by_address(&self, _: &Addresses, peer: &Addresses) -> bool {
        let aws = peer.part::<Aws>();
        aws.is_none_or(Aws::is_named_by_addresses)
    }

    fn identities(&self, zone: &Addresses) -> Vec<Identity> {
        zone.part::<Aws>().map_or_else(Vec::new, identities)
    }

    fn at(&self, rule: &RuleKey, world: &World<'_>) -> Vec<Selector> {
        let aws = world.zones.addresses[&*rule.zone].part::<Aws>();
        aws.map_or_else(Vec::new, own_groups)
    }

    fn named(&self, rule: &RuleKey, world: &World<'_>) -> Vec<Selector> {
        let peer = &world.zones.addresses[&*rule.peer];
        match peer.part::<Aws>() {
            Some(aws) if !uses_advertised(rule, peer) => named_by(aws),
            _ => Vec::new(),
        }
    }

    fn render(&self, inputs: &Inputs<'_>) -> Rendered {
        let named = with_peer_group(inputs.zones.addresses, &peer_groups(inputs.last));
        let zones = Zones {
            addresses: named.as_ref().unwrap_or(inputs.zones.addresses),
            ..inputs.zones
        };
        let prior = prior_groups(inputs.last, zones.addresses);
        let rendered = render(inputs.rules, zones, prior.each_ref());
        let mut quotas = quota(zones.addresses, &rendered, None);
        if !quotas.is_empty() && inputs.merge == Merge::None {
            let none = PriorGroups::new();
            let merged = render(&merge::ports(inputs.rules), zones, [&none, &none]);
            quotas = quota(zones.addresses, &rendered, Some(&merged));
        }
        let mut findings = rendered.findings;
        findings.extend(quotas);
        let unreached = Unreached::not_carried(ABOUT.block);
        findings.extend(unreached.findings(inputs.rules, zones.addresses, |it| self.enforces(it)));
        Rendered {
            outputs: vec![
                Content::rows(rendered.ingress),
                Content::rows(rendered.egress),
            ],
            counts: rendered.counts,
            findings,
            findings_may_change: rendered.findings_may_change,
            undecided: None,
        }
    }
}

/// The group by which rules referred to a zone, by zone.
fn peer_groups(last: &dyn StateRows) -> BTreeMap<String, Arc<str>> {
    let mut groups = BTreeMap::new();
    for output in OUTPUTS {
        last.visit(output, &mut |key, cell| {
            let peer = RowKey::parse(key).filter(|it| it.kind == "group" && it.name.is_none());
            let id = cell("referenced_security_group_id");
            if let (Some(key), Some(id)) = (peer, id) {
                groups.entry(key.peer.to_owned()).or_insert(id);
            }
        });
    }
    groups
}

/// The groups of the rows, ingress and egress, if some zone has several groups. Ids that were not known are not remembered, so
/// plan and apply both use the last state.
fn prior_groups(last: &dyn StateRows, zones: &BTreeMap<String, Addresses>) -> [PriorGroups; 2] {
    let several = |it: &Addresses| it.part::<Aws>().is_some_and(|it| it.groups.len() > 1);
    if !zones.values().any(several) {
        return Default::default();
    }
    OUTPUTS.map(|output| {
        let mut groups = PriorGroups::new();
        last.visit(output, &mut |key, cell| {
            if let Some(id) = cell("security_group_id") {
                groups.insert(key.to_owned(), id);
            }
        });
        groups
    })
}
