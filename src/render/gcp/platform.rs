//! Google Cloud in the table of platforms.

use super::super::identity::{Identity, Match, Selector, World};
use super::super::merge;
use super::super::multicast::Unreached;
use super::super::platform::{self, About, Content, Inputs, Output, Rendered, Shape};
use super::identity::{identities, is_in_network, selectors};
use super::{
    COLUMNS, Gcp, NetworkMatch, Options, by_instances, may_change, problems, quota, render,
};
use crate::model::address::Addresses;
use crate::model::rules::RuleKey;
use crate::model::words::{Direction, Merge};

/// Google Cloud VPC firewalls.
pub struct Platform;

static ABOUT: About = About {
    name: "Google Cloud",
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

    fn identities(&self, zone: &Addresses) -> Vec<Identity> {
        zone.part::<Gcp>().map_or_else(Vec::new, identities)
    }

    fn at(&self, rule: &RuleKey, world: &World<'_>) -> Vec<Selector> {
        let here = world.zones.addresses[&*rule.zone].part::<Gcp>();
        here.map_or_else(Vec::new, |it| selectors(it, it))
    }

    fn named(&self, rule: &RuleKey, world: &World<'_>) -> Vec<Selector> {
        let gcp = |zone: &str| world.zones.addresses[zone].part::<Gcp>();
        let ends = gcp(&rule.zone).zip(gcp(&rule.peer));
        let ends = ends.filter(|_| rule.direction == Direction::Ingress);
        let named = ends.filter(|(here, peer)| by_instances(here, peer) != NetworkMatch::No);
        named.map_or_else(Vec::new, |(here, peer)| selectors(here, peer))
    }

    fn is_within(&self, selector: &Selector, zone: &str, world: &World<'_>) -> Match {
        let other = world.zones.addresses[zone].part::<Gcp>();
        other.map_or(Match::No, |it| is_in_network(selector, it))
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
        let unreached = Unreached::not_carried(ABOUT.block);
        findings.extend(unreached.findings(inputs.rules, zones, |it| self.enforces(it)));
        Rendered {
            findings_may_change: may_change(zones, &rendered.counts),
            undecided: problems::undecided(&rendered.undecided),
            outputs: vec![Content::rows(rendered.rows)],
            counts: rendered.counts,
            findings,
        }
    }
}
