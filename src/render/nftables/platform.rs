//! Host firewalls in the table of platforms.

use super::super::platform::{self, About, Content, Inputs, Output, Rendered, Shape};
use super::{Host, Options, render};
use crate::model::address::Addresses;

/// Hosts that filter their own traffic with nftables.
pub struct Platform;

static ABOUT: About = About {
    name: "nftables",
    block: "host",
    outputs: &[Output {
        name: "nftables",
        shape: Shape::Texts,
        description: "A complete nftables ruleset for each zone with a `host` block, by zone. \
                `nft -f` loads it in one transaction, also over an older one, and replaces only its own table. \
                It allows established connections, the loopback interface, what IPv6 and DHCP need, and the rules. \
                It drops the rest, or rejects it if the vendor of a component in the zone wants that. \
                It judges packets from and to the hosts themselves; with `translated`, also what they forward to pods or containers, and then it always drops incoming packets. \
                A host loads the ruleset of one zone only: two would each drop what the other allows. Unknown as a whole while an address that it needs is unknown.",
    }],
    counts: "",
    without_rules: "hosts keep the ruleset that they have loaded, and accept everything without it",
};

impl platform::Platform for Platform {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn enforces(&self, zone: &Addresses) -> bool {
        zone.enforced_by::<Host>().is_some()
    }

    fn matches_by_address(&self, _: &Addresses, _: &Addresses) -> bool {
        true
    }

    fn render(&self, inputs: &Inputs<'_>) -> Rendered {
        let options = Options {
            directions: inputs.directions.clone(),
            rejecting: inputs.rejecting.clone(),
            forwarding: inputs.forwarding.clone(),
        };
        let rendered = render(inputs.rules, inputs.untranslated, inputs.zones, &options);
        Rendered {
            outputs: vec![Content::Texts(rendered.rulesets)],
            findings: rendered.findings,
            ..Rendered::default()
        }
    }
}
