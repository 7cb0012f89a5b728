//! Kubernetes in the table of platforms.

use super::super::identity::{Identity, Match, Selector, World};
use super::super::platform::{self, About, Content, Inputs, Output, Rendered, Shape};
use super::identity::{has_labels, identities, of_namespace, of_peer};
use super::{Kubernetes, Options, render};
use crate::model::address::Addresses;
use crate::model::rules::RuleKey;

/// Network policies of Kubernetes.
pub struct Platform;

static ABOUT: About = About {
    name: "Kubernetes",
    block: "kubernetes",
    outputs: &[Output {
        name: "kubernetes_policies",
        shape: Shape::Texts,
        description: "A `NetworkPolicy` manifest (`networking.k8s.io/v1`) in YAML for each zone with a `namespace`, by zone, named `<name>--<zone>`. \
                It isolates the zone's pods in each of `directions`, even if no rule allows anything there. \
                A manifest that needs an unknown value is unknown as a whole; the zones are known.",
    }],
    counts: "By `<zone>/kubernetes/eks-ports`: the most ports of one protocol that a policy has for one peer, where the limit is that of Amazon EKS. Other network plugins have none.",
    without_rules: "Kubernetes then allows all traffic of the pods",
};

impl platform::Platform for Platform {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn enforces(&self, zone: &Addresses) -> bool {
        zone.enforced_by::<Kubernetes>().is_some()
    }

    fn matches_by_address(&self, _: &Addresses, peer: &Addresses) -> bool {
        let kubernetes = peer.part::<Kubernetes>();
        kubernetes.is_none_or(|it| it.peer_by.uses_addresses())
    }

    fn identities(&self, zone: &Addresses) -> Vec<Identity> {
        zone.part::<Kubernetes>().map_or_else(Vec::new, identities)
    }

    fn at(&self, rule: &RuleKey, world: &World<'_>) -> Vec<Selector> {
        let here = world.zones.addresses[&*rule.zone].part::<Kubernetes>();
        let selector = here.and_then(|it| of_namespace(&rule.zone, it));
        selector.into_iter().collect()
    }

    fn named(&self, rule: &RuleKey, world: &World<'_>) -> Vec<Selector> {
        let peer = world.zones.addresses[&*rule.peer].part::<Kubernetes>();
        let peer = peer.filter(|it| it.peer_by.uses_group());
        let selector = peer.and_then(|it| of_peer(&rule.peer, it));
        selector.into_iter().collect()
    }

    fn is_within(&self, selector: &Selector, zone: &str, world: &World<'_>) -> Match {
        let part = |zone: &str| world.zones.addresses.get(zone)?.part::<Kubernetes>();
        let wider = self.selecting(selector).and_then(part);
        let ends = wider.zip(part(zone));
        ends.map_or(Match::No, |(wider, it)| has_labels(selector, wider, it))
    }

    fn selecting<'s>(&self, selector: &'s Selector) -> Option<&'s str> {
        selector.within(0)
    }

    fn render(&self, inputs: &Inputs<'_>) -> Rendered {
        let options = Options {
            name: inputs.name.clone(),
            directions: inputs.directions.clone(),
            listened: inputs.translated.clone(),
            forwarding: inputs.forwarding.clone(),
        };
        let rendered = render(inputs.rules, inputs.zones, &options);
        Rendered {
            outputs: vec![Content::Texts(rendered.policies)],
            counts: rendered.counts,
            findings: rendered.findings,
            ..Rendered::default()
        }
    }
}
