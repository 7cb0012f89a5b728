//! Resources on Google Cloud that can change what is allowed in a network, and whose rules are not read.
//! Source: terraform-provider-google, documentation of the types; Google Cloud, Cloud NGFW, "Firewall policies".

use super::rule;
use crate::review::read::attributes::Attributes;
use crate::review::read::unread::{
    Effect, Influence, Reach, UnreadType, anywhere, known, last_part, opens, row, template,
};
use crate::review::rule::EnforcementPoint;

/// The types.
pub(super) const UNREAD: &[UnreadType] = &[
    row(
        "google_compute_firewall_policy_association",
        "an association of a hierarchical firewall policy",
        folder,
    ),
    row(
        "google_compute_firewall_policy_rule",
        "a rule of a hierarchical firewall policy",
        folder_rule,
    ),
    row(
        "google_compute_firewall_policy_with_rules",
        "a hierarchical firewall policy",
        folder_rules,
    ),
    row(
        "google_compute_network_firewall_policy_association",
        "an association of a network firewall policy",
        association,
    ),
    row("google_compute_network_firewall_policy_rule", RULE, rule),
    row(
        "google_compute_network_firewall_policy_with_rules",
        POLICY,
        rules,
    ),
    row(
        "google_compute_organization_security_policy_association",
        "an association of an organization's security policy",
        folder,
    ),
    row(
        "google_compute_organization_security_policy_rule",
        "a rule of an organization's security policy",
        folder_rule,
    ),
    row(
        "google_compute_region_network_firewall_policy_association",
        "an association of a network firewall policy",
        |of| association_of(regional(of, "firewall_policy"), of),
    ),
    row(
        "google_compute_region_network_firewall_policy_rule",
        RULE,
        |of| rule_of(regional(of, "firewall_policy"), of),
    ),
    row(
        "google_compute_region_network_firewall_policy_with_rules",
        POLICY,
        |of| rules_of(regional(of, "name"), of),
    ),
    row(
        "google_config_deployment",
        "a deployment of a Terraform configuration",
        opens,
    ),
    row(
        "google_container_cluster",
        "a GKE cluster, which creates rules for its nodes and services",
        // They have the network tags of the nodes as targets, which no zone has.
        |_| vec![Influence::new(Effect::Opens, Reach::Apart)],
    ),
    row(
        "google_deployment_manager_deployment",
        "a deployment that may create rules",
        |of| template(of, &["target"], &["firewall", "template", "composite:"]),
    ),
];

const RULE: &str = "a rule of a network firewall policy";
const POLICY: &str = "a network firewall policy";

/// What binds the rules of hierarchical policies and their associations if their policy is not known.
const HIERARCHY: &str = "hierarchical firewall policies";

/// The hierarchical policy that an attribute names.
fn hierarchical(of: &mut dyn Attributes, names: &[&str]) -> String {
    let policy = names.iter().find_map(|it| known(of, it));
    policy.map_or_else(|| HIERARCHY.to_owned(), |it| last_part(&it))
}

/// The attributes of rules and associations for their policy.
const OF_POLICY: &[&str] = &["firewall_policy", "policy_id"];

/// What a rule does by its action.
fn effect(of: &mut dyn Attributes) -> Effect {
    if of.flag("disabled") == Some(true) || of.flag("preview") == Some(true) {
        return Effect::Nothing;
    }
    match known(of, "action").map(|it| it.to_lowercase()).as_deref() {
        Some("deny") => Effect::Blocks,
        // The next policy, or the firewall rules, decide.
        Some("goto_next") => Effect::Nothing,
        _ => Effect::Opens,
    }
}

/// The worst that the rules in blocks do.
fn worst(of: &mut dyn Attributes) -> Effect {
    if of.texts_if_known("rule").is_none() {
        return Effect::Opens;
    }
    let effects = of.nested("rule").into_iter().map(|mut it| effect(&mut *it));
    effects.min().unwrap_or(Effect::Nothing)
}

/// The name of a global policy.
fn global(of: &mut dyn Attributes, name: &str) -> Option<String> {
    known(of, name).map(|it| last_part(&it))
}

/// The name of a regional policy with its region, as far as that is known: other regions may have policies of the same name.
fn regional(of: &mut dyn Attributes, name: &str) -> Option<String> {
    let id = known(of, name)?;
    let mut parts = id.split('/');
    let linked = parts.find(|it| *it == "regions").and_then(|_| parts.next());
    let region = linked.map(str::to_owned).or_else(|| global(of, "region"));
    Some(format!(
        "regions/{}/{}",
        region.unwrap_or_default(),
        last_part(&id)
    ))
}

fn rule(of: &mut dyn Attributes) -> Vec<Influence> {
    rule_of(global(of, "firewall_policy"), of)
}

fn rule_of(policy: Option<String>, of: &mut dyn Attributes) -> Vec<Influence> {
    let reach = policy.map_or(Reach::Any, Reach::Policy);
    vec![Influence::new(effect(of), reach)]
}

fn rules(of: &mut dyn Attributes) -> Vec<Influence> {
    rules_of(global(of, "name"), of)
}

fn rules_of(policy: Option<String>, of: &mut dyn Attributes) -> Vec<Influence> {
    let reach = policy.map_or(Reach::Any, Reach::Policy);
    vec![Influence::new(worst(of), reach)]
}

fn association(of: &mut dyn Attributes) -> Vec<Influence> {
    association_of(global(of, "firewall_policy"), of)
}

/// Attaches a policy to a network.
fn association_of(policy: Option<String>, of: &mut dyn Attributes) -> Vec<Influence> {
    let target = known(of, "attachment_target").and_then(|it| network(&it));
    let reach = target.map_or(Reach::Any, |it| Reach::Points(vec![it]));
    vec![Influence::new(
        Effect::Attaches(policy.unwrap_or_default()),
        reach,
    )]
}

fn network(link: &str) -> Option<EnforcementPoint> {
    let row = rule::Row {
        network: Some(link.to_owned()),
        ..rule::Row::default()
    };
    rule::point(&row).ok()
}

/// A rule for an organization or a folder applies to every network in it, unless it names its networks.
fn folder_rule(of: &mut dyn Attributes) -> Vec<Influence> {
    let targets = of.texts_if_known("target_resources").unwrap_or_default();
    let targets: Vec<EnforcementPoint> = targets.iter().filter_map(|it| network(it)).collect();
    let effect = effect(of);
    let in_policies = Reach::Policy(hierarchical(of, OF_POLICY));
    if targets.is_empty() {
        return vec![Influence::new(effect, in_policies)];
    }
    vec![
        Influence::new(effect, Reach::Points(targets)),
        Influence::new(Effect::Nothing, in_policies),
    ]
}

fn folder_rules(of: &mut dyn Attributes) -> Vec<Influence> {
    let policy = hierarchical(of, &["id"]);
    vec![Influence::new(worst(of), Reach::Policy(policy))]
}

fn folder(of: &mut dyn Attributes) -> Vec<Influence> {
    anywhere(Effect::Attaches(hierarchical(of, OF_POLICY)))
}
