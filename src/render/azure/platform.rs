//! Azure in the table of platforms.

use super::super::identity::{Identity, Match, Selector, World};
use super::super::peers::uses_advertised;
use super::super::platform::{self, About, Content, Inputs, Output, Rendered, Shape, StateRows};
use super::identity::{at, identities, is_guarded, named_by};
use super::{Azure, COLUMNS, Options, PriorRule, render};
use crate::model::address::Addresses;
use crate::model::rules::RuleKey;
use std::collections::BTreeMap;

/// Azure network security groups.
pub struct Platform;

static ABOUT: About = About {
    name: "Azure",
    block: "azure",
    outputs: &[Output {
        name: OUTPUT,
        // The name of a rule contains its key and cannot change in place, so a `moved` block would save nothing.
        shape: Shape::Rows {
            columns: COLUMNS,
            movable: None,
        },
        description: "Rules of network security groups by `<zone>/<direction>/<transport>-<ports>/<peer zone>:<kind>`, with the arguments of \
                    `azurerm_network_security_rule`. The kind is `ipv4`, `ipv6`, `group` or `tag`; `group:ipv6` and `tag:ipv6` are for the zone's own IPv6 CIDR blocks if \
                    it also has IPv4 ones; `:frontends` and `:frontends-ipv6` at the end are for `frontends` of a zone with application security groups. The final rules are `<zone>/<direction>/any/*:deny` and `<zone>/ingress/any/AzureLoadBalancer:tag`. \
                    Priorities are kept in the state: a rule that stays keeps its number whatever is added or removed, and a freed number is not reused in the same \
                    apply. Without the state (`state rm`, `-replace`, import, a resource renamed without a `moved` block) they are assigned again, and Azure rejects \
                    rules that swap numbers: before that, print `{ for key, rule in portmatrix_rules.NAME.azure_rules : key => rule.priority }` and set it as \
                    `priorities` of `azure_options`.",
    }],
    counts: "By `<zone>/azure/rules`, `/sources` and `/destinations`: rules, and the addresses on either side, where the limit is for both directions together.",
    without_rules: "unless rules of another zone remain in the network security group, Azure's default rules then allow the virtual network and all egress",
};

const OUTPUT: &str = "azure_rules";

impl platform::Platform for Platform {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn enforces(&self, zone: &Addresses) -> bool {
        zone.enforced_by::<Azure>().is_some()
    }

    fn matches_by_address(&self, _: &Addresses, peer: &Addresses) -> bool {
        let azure = peer.part::<Azure>();
        azure.is_none_or(Azure::is_named_by_addresses)
    }

    fn identities(&self, zone: &Addresses) -> Vec<Identity> {
        zone.part::<Azure>().map_or_else(Vec::new, identities)
    }

    fn at(&self, rule: &RuleKey, world: &World<'_>) -> Vec<Selector> {
        let here = world.zones.addresses[&*rule.zone].part::<Azure>();
        here.map_or_else(Vec::new, |it| at(rule, it, world))
    }

    fn named(&self, rule: &RuleKey, world: &World<'_>) -> Vec<Selector> {
        let peer = &world.zones.addresses[&*rule.peer];
        match peer.part::<Azure>() {
            Some(azure) if !uses_advertised(rule, peer) => named_by(azure),
            _ => Vec::new(),
        }
    }

    fn is_within(&self, selector: &Selector, zone: &str, world: &World<'_>) -> Match {
        is_guarded(selector, zone, world)
    }

    fn render(&self, inputs: &Inputs<'_>) -> Rendered {
        let options = Options {
            directions: inputs.directions.clone(),
            ..inputs.options.get()
        };
        let prior = prior_rules(inputs.planned);
        let rendered = render(inputs.rules, inputs.zones, &options, &prior);
        Rendered {
            outputs: vec![Content::rows(rendered.rows)],
            counts: rendered.counts,
            findings: rendered.findings,
            findings_may_change: rendered.findings_may_change,
            undecided: None,
        }
    }
}

/// The rules with their priorities.
fn prior_rules(planned: &dyn StateRows) -> BTreeMap<String, PriorRule> {
    let mut rules = BTreeMap::new();
    planned.visit(OUTPUT, &mut |key, cell| {
        let text = |column: &str| cell(column).map(|it| it.to_string());
        let Some(priority) = cell("priority").and_then(|it| it.parse().ok()) else {
            return;
        };
        let rule = PriorRule {
            priority,
            security_group: text("resource_group_name").zip(text("network_security_group_name")),
            inbound: cell("direction").as_deref() == Some("Inbound"),
        };
        rules.insert(key.to_owned(), rule);
    });
    rules
}
