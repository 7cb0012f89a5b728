//! Kubernetes in the table of platforms.

use super::super::platform::{self, About, Content, Inputs, Output, Rendered, Shape, Shared};
use super::shared;
use super::{Kubernetes, Options, render};
use crate::model::address::Addresses;

/// Network policies of Kubernetes.
pub struct Platform;

static ABOUT: About = About {
    block: "kubernetes",
    outputs: &[Output {
        name: "kubernetes_policies",
        shape: Shape::Texts,
        description: "A `NetworkPolicy` manifest (`networking.k8s.io/v1`) in YAML for each zone with a `namespace`, by zone, named `<name>--<zone>`. \
                It isolates the zone's pods in each of `directions`, even if no rule allows anything there. \
                A manifest that needs an unknown value is unknown as a whole; the zones are known.",
    }],
    counts: "",
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

    fn shared(&self, wider: (&str, &Addresses), narrower: &Addresses) -> Option<Shared> {
        let (a, b) = wider.1.part().zip(narrower.part())?;
        shared::labelled_as_both(wider.0, a, b)
    }

    fn render(&self, inputs: &Inputs<'_>) -> Rendered {
        let options = Options {
            name: inputs.name.clone(),
            directions: inputs.directions.clone(),
            listened: inputs.translated.clone(),
        };
        let rendered = render(inputs.rules, inputs.zones, &options);
        Rendered {
            outputs: vec![Content::Texts(rendered.policies)],
            findings: rendered.findings,
            ..Rendered::default()
        }
    }
}
