//! Google Cloud in the table of platforms.

use super::super::merge;
use super::super::platform::{self, About, Content, Inputs, Output, Rendered, Shape, Shared};
use super::shared;
use super::{
    COLUMNS, Gcp, NetworkMatch, Options, alike, by_instances, may_change, problems, quota, render,
};
use crate::model::address::Addresses;
use crate::model::rules::RuleKey;
use crate::model::words::{Direction, Merge};
use std::collections::BTreeMap;

/// Google Cloud VPC firewalls.
pub struct Platform;

static ABOUT: About = About {
    block: "gcp",
    outputs: &[Output {
        name: "gcp_rules",
        shape: Shape::Rows {
            columns: COLUMNS,
            movable: Some("google_compute_firewall"),
        },
        description: "Firewall rules by `<zone>/<direction>/<transport>-<ports>/<peer zone>:<kind>`, with the arguments of `google_compute_firewall`. \
                    The kind is `ipv4` or `ipv6` if the rule names the peer by CIDR blocks of one family, `tag` for network tags, `group` for service accounts. \
                    Tags and service accounts are used only in ingress rules, if both zones have them in one network; all other rules use the peer's addresses. \
                    `<zone>/egress/any/*:deny-ipv4` and `:deny-ipv6` deny the rest of the egress; Google Cloud itself denies the rest of the ingress, unless other rules \
                    of the network allow it, as those of a `default` network do:",
    }],
    counts: "By `<zone>/gcp/rules`, in firewall rules: the limit is for a project with all its networks and both directions together, and each zone uses part of it; `quota-exceeded` judges the project.",
    without_rules: "Google Cloud then allows all egress, and denies the ingress that they allowed",
};

impl platform::Platform for Platform {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn enforces(&self, zone: &Addresses) -> bool {
        zone.enforced_by::<Gcp>().is_some()
    }

    /// If the networks are not known yet, all findings are unknown with them.
    fn matches_by_address(&self, zone: &Addresses, peer: &Addresses) -> bool {
        let ends = zone.part::<Gcp>().zip(peer.part::<Gcp>());
        ends.is_none_or(|(here, peer)| {
            peer.peer_by.uses_addresses() || by_instances(here, peer) == NetworkMatch::No
        })
    }

    fn shared(&self, (_, wider): (&str, &Addresses), narrower: &Addresses) -> Option<Shared> {
        let (a, b) = wider.part().zip(narrower.part())?;
        shared::carried_by_both(a, b)
    }

    fn selects(&self, key: &RuleKey, zones: &BTreeMap<String, Addresses>) -> bool {
        let gcp = |zone: &str| zones.get(zone).and_then(|it| it.part::<Gcp>());
        let ends = gcp(&key.zone).zip(gcp(&key.peer));
        key.direction == Direction::Ingress
            && ends.is_some_and(|(here, peer)| alike(here, peer) != NetworkMatch::No)
    }

    fn render(&self, inputs: &Inputs<'_>) -> Rendered {
        let options = Options {
            name: inputs.name.clone(),
            directions: inputs.directions.clone(),
            ..inputs.options.get()
        };
        let zones = inputs.zones.addresses;
        let rendered = render(inputs.rules, inputs.zones, &options);
        let mut quotas = quota(zones, &rendered.counts, None);
        if !quotas.is_empty() && inputs.merge == Merge::None {
            let merged = render(&merge::ports(inputs.rules), inputs.zones, &options);
            quotas = quota(zones, &rendered.counts, Some(&merged.counts));
        }
        let mut findings = rendered.findings;
        findings.extend(quotas);
        Rendered {
            findings_may_change: may_change(zones, &rendered.counts),
            undecided: problems::undecided(&rendered.undecided),
            outputs: vec![Content::rows(rendered.rows)],
            counts: rendered.counts,
            findings,
        }
    }
}
