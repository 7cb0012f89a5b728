//! From a configuration to the state: layout, rules, the rows of every platform, and what there is to say.

use super::super::config::{self, Config};
use super::super::diagnostics;
use super::super::layout_data;
use super::super::rows::{self, Shared};
use super::super::settings::Settings;
use super::{OUTPUTS, TYPE};
use crate::compile::{Compiled, accept, compile};
use crate::model::address::Addresses;
use crate::model::code::{Class, Code};
use crate::model::finding::{ConfigPath, Finding, Step};
use crate::model::name::backticked;
use crate::model::rules::Rules;
use crate::model::words::{Merge, Severity};
use crate::render::azure::PriorRule;
use crate::render::{
    Count, Zones, aws, azure, gcp, kubernetes, merge, nftables, overlap, selectors,
};
use crate::terraform::diagnostic::{Diagnostic, Severity as Shown};
use crate::terraform::value::{Object, Type, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Hex digits of a digest in `digests`: enough to see that it changed.
const DIGEST_DIGITS: usize = 12;

/// The blocks of a zone that say where its rules are enforced.
const PLATFORMS: [&str; 5] = ["aws", "azure", "gcp", "kubernetes", "host"];

/// What every platform makes of the rules.
pub(super) struct Rendered {
    aws: aws::Rendered,
    azure: azure::Rendered,
    gcp: gcp::Rendered,
    kubernetes: kubernetes::Rendered,
    nftables: nftables::Rendered,
}

impl Rendered {
    fn of(compiled: &Compiled, zones: Zones<'_>, config: &Config, before: PriorState<'_>) -> Self {
        let rules = &compiled.rules;
        let name = config.name.clone();
        let directions = config.layout.directions.clone();
        Rendered {
            aws: aws::render(rules, zones, before.groups(config).each_ref()),
            azure: azure::render(
                rules,
                zones,
                &azure::Options {
                    directions: directions.clone(),
                    ..config.azure.clone()
                },
                &before.priorities(),
            ),
            gcp: gcp::render(rules, zones, &gcp_options(config)),
            kubernetes: kubernetes::render(
                rules,
                zones,
                &kubernetes::Options {
                    name,
                    directions: directions.clone(),
                    listened: compiled.listened.clone(),
                },
            ),
            nftables: nftables::render(
                rules,
                zones,
                &nftables::Options {
                    directions,
                    rejecting: compiled.rejecting.clone(),
                },
            ),
        }
    }

    fn findings(&self) -> impl Iterator<Item = &Finding> {
        (self.aws.findings.iter())
            .chain(&self.azure.findings)
            .chain(&self.gcp.findings)
            .chain(&self.kubernetes.findings)
            .chain(&self.nftables.findings)
    }

    fn counts(&self) -> impl Iterator<Item = (&String, &Count)> {
        (self.aws.counts.iter())
            .chain(&self.azure.counts)
            .chain(&self.gcp.counts)
    }
}

/// What came before: some of it stays.
#[derive(Clone, Copy)]
pub(super) struct PriorState<'v> {
    /// The last state.
    pub(super) state: &'v Value,
    /// At apply the state that was planned: numbers that the plan gave are taken from it. At plan the last one.
    pub(super) planned: &'v Value,
}

impl PriorState<'_> {
    /// The rules of Azure with their priorities.
    fn priorities(self) -> BTreeMap<String, PriorRule> {
        let Value::Map(rows) = self.planned.get("azure_rules") else {
            return BTreeMap::new();
        };
        let text = |row: &Value, name: &str| row.get(name).as_str().map(str::to_owned);
        let row = |row: &Value| {
            let Value::Number(priority) = row.get("priority") else {
                return None;
            };
            Some(PriorRule {
                priority: priority.parse().ok()?,
                security_group: text(row, "resource_group_name")
                    .zip(text(row, "network_security_group_name")),
                inbound: row.get("direction").as_str() == Some("Inbound"),
            })
        };
        let kept = rows.iter();
        kept.filter_map(|(key, it)| Some((key.to_string(), row(it)?)))
            .collect()
    }

    /// The group by which rules of AWS named a zone, by zone. It goes by the last state too.
    fn faces(self) -> BTreeMap<String, Arc<str>> {
        let mut faces = BTreeMap::new();
        for output in ["aws_ingress", "aws_egress"] {
            let Value::Map(rows) = self.state.get(output) else {
                continue;
            };
            for (key, row) in rows {
                let peer = key
                    .strip_suffix(":group")
                    .and_then(|it| it.rsplit('/').next());
                if let (Some(peer), Value::String(id)) =
                    (peer, row.get("referenced_security_group_id"))
                {
                    faces
                        .entry(peer.to_owned())
                        .or_insert_with(|| Arc::clone(id));
                }
            }
        }
        faces
    }

    /// The groups of AWS's rows, ingress and egress, where some zone has several. Ids that were not known are not remembered, so
    /// plan and apply both go by the last state.
    fn groups(self, config: &Config) -> [aws::PriorGroups; 2] {
        let several = |it: &Addresses| it.aws.as_ref().is_some_and(|it| it.groups.len() > 1);
        if !config.addresses.values().any(several) {
            return Default::default();
        }
        ["aws_ingress", "aws_egress"].map(|output| match self.state.get(output) {
            Value::Map(rows) => {
                let rows = rows.iter();
                rows.filter_map(|(key, it)| match it.get("security_group_id") {
                    Value::String(id) => Some((key.to_string(), Arc::clone(id))),
                    _ => None,
                })
                .collect()
            }
            _ => aws::PriorGroups::new(),
        })
    }
}

/// Everything that there is to say about a configuration, with what it compiles to where that is decided.
pub(super) fn judge(
    config: &Config,
    settings: &Settings,
    before: PriorState<'_>,
) -> (Option<(Compiled, Rendered)>, Vec<Finding>) {
    let mut findings = config.findings.clone();
    if !config.can_compile {
        return (None, findings);
    }
    let mut compiled = compile(&config.layout, &settings.catalog);
    findings.extend(compiled.findings.iter().cloned());
    findings.extend(overlap::overlaps(&compiled.rules, &config.addresses));
    findings.extend(selectors::overlaps(&compiled.rules, &config.addresses));
    if config.merge != Merge::None {
        compiled.rules = merge::ports(&compiled.rules);
    }
    let joined = (config.merge == Merge::All).then(|| merge::addresses(&config.addresses));
    let addresses = joined.as_ref().unwrap_or(&config.addresses);
    let with_peer_group = aws::with_peer_group(addresses, &before.faces());
    let zones = Zones {
        addresses: with_peer_group.as_ref().unwrap_or(addresses),
        fixed: &compiled.fixed,
    };
    let rendered = Rendered::of(&compiled, zones, config, before);
    findings.extend(rendered.findings().cloned());
    findings.extend(quota(&compiled.rules, zones, config, &rendered));
    for finding in &mut findings {
        config.origin.relocate(finding);
    }
    accept(&mut findings, &config.accepts);
    (Some((compiled, rendered)), findings)
}

fn gcp_options(config: &Config) -> gcp::Options {
    gcp::Options {
        deny_rest: config.gcp_deny_rest,
        name: config.name.clone(),
        directions: config.layout.directions.clone(),
    }
}

/// What the quotas of AWS and Google Cloud say, and how much joining ports would save where it is not done yet.
fn quota(rules: &Rules, zones: Zones<'_>, config: &Config, rendered: &Rendered) -> Vec<Finding> {
    let addresses = zones.addresses;
    let gcp = &rendered.gcp.counts;
    let mut groups = aws::quota(addresses, &rendered.aws, None);
    let mut projects = gcp::quota(addresses, gcp, None);
    if config.merge == Merge::None {
        if !groups.is_empty() {
            let none = aws::PriorGroups::new();
            let merged = aws::render(&merge::ports(rules), zones, [&none, &none]);
            groups = aws::quota(addresses, &rendered.aws, Some(&merged));
        }
        if !projects.is_empty() {
            let merged = gcp::render(&merge::ports(rules), zones, &gcp_options(config));
            projects = gcp::quota(addresses, gcp, Some(&merged.counts));
        }
    }
    groups.extend(projects);
    groups
}

/// The state and what is shown with it.
pub(super) fn compute(
    config_value: &Value,
    settings: &Settings,
    before: PriorState<'_>,
) -> (Value, Vec<Diagnostic>) {
    let config_value = &*layout_data::as_before(config_value, before.state);
    let config = config::read(config_value, settings);
    let (results, findings) = judge(&config, settings, before);
    match results {
        Some((compiled, rendered)) if config.unknowns.is_empty() => {
            let unjoined = unjoined(&config);
            let open = networks_open(&rendered.gcp, &config);
            let may_change = unjoined.is_some()
                || open.is_some()
                || findings_may_change(&config, settings, &compiled)
                || selectors::may_change(&compiled.rules, &config.addresses)
                || gcp::may_change(&config.addresses, &rendered.gcp.counts)
                || rendered.aws.findings_may_change
                || rendered.azure.findings_may_change;
            // What an acceptance is for may come with an address that is not known yet.
            let now = |it: &&Finding| !(may_change && it.code == Code::AcceptanceUnused);
            let shown: Vec<Finding> = findings
                .iter()
                .filter(now)
                .chain(&unjoined)
                .chain(&open)
                .cloned()
                .collect();
            let shown = diagnostics::all(&shown, config.fail_on, config_value);
            let listed = if may_change {
                Value::Unknown
            } else {
                rows::findings(
                    &findings
                        .iter()
                        .filter(|it| is_listed(it, config.verbose))
                        .collect::<Vec<_>>(),
                )
            };
            let state = state(config_value, &compiled, &rendered, listed);
            match unjoined {
                Some(_) => (without_joined(state), shown),
                None => (state, shown),
            }
        }
        _ => {
            let mut shown: Vec<Finding> = findings
                .into_iter()
                .filter(|it| it.code.doc().class == Class::Input)
                .collect();
            if !config.unknowns.is_empty() {
                shown.push(undecided(&config));
            }
            (
                unknown_state(config_value),
                diagnostics::all(&shown, config.fail_on, config_value),
            )
        }
    }
}

/// With `merge = "all"`: that addresses are to be joined of which one is not known yet.
fn unjoined(config: &Config) -> Option<Finding> {
    if config.merge != Merge::All {
        return None;
    }
    let zones = config
        .addresses
        .iter()
        .filter(|(_, it)| merge::is_pending(it));
    let names: Vec<&str> = zones.map(|(name, _)| name.as_str()).collect();
    let first = names.first()?;
    let message = format!(
        "addresses of {} are known only after apply, so it is undecided which of them `merge = \"all\"` combines; until then all outputs with addresses are \
            unknown, and a `for_each` over them fails",
        backticked(names.iter().copied())
    );
    let finding = Finding::new(Code::CollectionUnknown, "outputs", message).remedy(
        "use addresses that are known at plan, e.g. those that the subnets are created from, or `merge = \"ports\"`",
    );
    let place = config.origin.place(&ConfigPath::zone(first));
    Some(finding.at(&place))
}

/// The state with the outputs unknown whose keys or numbers hang on which addresses will be joined.
fn without_joined(state: Value) -> Value {
    let Value::Object(object) = state else {
        return state;
    };
    let hangs = [
        "aws_ingress",
        "aws_egress",
        "azure_rules",
        "gcp_rules",
        "counts",
    ];
    Value::Object(object.map(|name, value| {
        if hangs.contains(&name) {
            Value::Unknown
        } else {
            value
        }
    }))
}

/// Errors and warnings; infos too where they are asked for. Findings about the plan itself are no part of the state.
fn is_listed(finding: &Finding, verbose: bool) -> bool {
    verbose || finding.severity != Severity::Info
}

/// Whether an address that is not known yet may change the list of findings without stopping the apply. The list is then
/// not known yet either, or the state would differ from the plan.
fn findings_may_change(config: &Config, settings: &Settings, compiled: &Compiled) -> bool {
    let mut widest = config.layout.clone();
    let mut wider = false;
    for (name, zone) in &mut widest.zones {
        let pending = !zone.everything && config.addresses[name].is_pending();
        zone.everything |= pending;
        wider |= pending;
    }
    if !wider {
        return false;
    }
    if overlap::may_come(&compiled.rules, &config.addresses) {
        return true;
    }
    let listed = |mut findings: Vec<Finding>| -> Vec<Finding> {
        accept(&mut findings, &config.accepts);
        let stops = |it: &Finding| diagnostics::severity(it, config.fail_on) == Some(Shown::Error);
        findings.retain(|it| is_listed(it, config.verbose) && !stops(it));
        findings
    };
    listed(compile(&widest, &settings.catalog).findings) != listed(compiled.findings.clone())
}

/// Zones on Google Cloud of which only an apply will tell whether they are in one network, and so how their rules name each
/// other.
fn networks_open(gcp: &gcp::Rendered, config: &Config) -> Option<Finding> {
    let (first, _) = gcp.undecided.first()?;
    let pairs = gcp.undecided.iter();
    let pairs: Vec<String> = pairs.map(|(a, b)| format!("`{a}` and `{b}`")).collect();
    let message = format!(
        "whether {} are in one network is known only after apply, so it is undecided whether rules refer to them by tags and service accounts, or by \
            addresses; until then `gcp_rules` is unknown, and a `for_each` over it fails",
        pairs.join(", ")
    );
    let place = ConfigPath::zone(first);
    let place = place.field("gcp").index(0).field("network");
    let place = config.origin.place(&place);
    let finding = Finding::new(Code::CollectionUnknown, "gcp_rules", message);
    Some(finding.at(&place).remedy(
        "use the network's name, which is known at plan, instead of its id, e.g. `network = google_compute_network.this.name`",
    ))
}

fn undecided(config: &Config) -> Finding {
    let mut places: Vec<String> = config.unknowns.iter().map(|it| format!("`{it}`")).collect();
    places.sort();
    places.dedup();
    let verb = if places.len() == 1 { "is" } else { "are" };
    let message = format!(
        "{} {verb} known only after apply, so all outputs are unknown until then, and a `for_each` over them fails",
        places.join(", ")
    );
    let provider = config
        .unknowns
        .iter()
        .any(|it| it.parts().first() == Some(&Step::Field("definitions")));
    let block = config
        .unknowns
        .iter()
        .any(|it| matches!(it.parts().last(), Some(Step::Field(name)) if PLATFORMS.contains(name)));
    let remedy = if provider {
        "use product files that are known at plan, e.g. `file(…)`, for `definitions` of the block `provider \"portmatrix\"`"
    } else if block {
        "make the block conditional on something known at plan, e.g. `for_each = var.with_group ? [1] : []`; only its id may be unknown"
    } else {
        "make names, versions, ports and choices known at plan; only ids and the values of `ipv4`, `ipv6` and the like may be unknown, e.g. \
            `ipv4 = { a = aws_subnet.a.cidr_block }`"
    };
    let place = config.unknowns.first().cloned().unwrap_or_default();
    Finding::new(Code::CollectionUnknown, "outputs", message)
        .remedy(remedy)
        .at(&place)
}

fn state(config: &Value, compiled: &Compiled, rendered: &Rendered, findings: Value) -> Value {
    let mut shared = Shared::default();
    let mut findings = Some(findings);
    with_outputs(config, |name| match name {
        "rules" => rows::rules(&compiled.rules, &mut shared),
        "aws_ingress" => rows::aws_rows(&rendered.aws.ingress, &mut shared),
        "aws_egress" => rows::aws_rows(&rendered.aws.egress, &mut shared),
        "azure_rules" => rows::azure_rows(&rendered.azure.rows, &mut shared),
        "gcp_rules" | "counts" if !rendered.gcp.undecided.is_empty() => Value::Unknown,
        "gcp_rules" => rows::gcp_rows(&rendered.gcp.rows, &mut shared),
        "kubernetes_policies" => rows::texts(&rendered.kubernetes.policies, &mut shared),
        "nftables" => rows::texts(&rendered.nftables.rulesets, &mut shared),
        "findings" => findings.take().unwrap_or(Value::Null),
        "counts" => rows::counts(rendered.counts()),
        "digests" => Value::Map(
            compiled
                .digests
                .iter()
                .map(|(label, it)| (label.as_str().into(), Value::string(short(it))))
                .collect(),
        ),
        other => unreachable!("`{other}` is no output"),
    })
}

/// As much of a digest as the state holds.
pub(super) fn short(digest: &str) -> &str {
    digest.get(..DIGEST_DIGITS).unwrap_or(digest)
}

fn unknown_state(config: &Value) -> Value {
    with_outputs(config, |_| Value::Unknown)
}

/// The configuration as it is, with the outputs filled in.
fn with_outputs(config: &Value, mut output: impl FnMut(&str) -> Value) -> Value {
    let Type::Object(fields) = &*TYPE else {
        unreachable!("a block is an object")
    };
    Value::Object(Object::build(fields, |name| match name {
        "id" => match config.get("name") {
            Value::Null => Value::string("default"),
            given => given.clone(),
        },
        _ if OUTPUTS.contains(&name) => output(name),
        _ => config.get(name).clone(),
    }))
}
