//! From a configuration to the state: layout, rules, the rows of every platform, and findings.

use super::super::config::{self, Config};
use super::super::diagnostics;
use super::super::layout_data;
use super::super::policy_block;
use super::super::rows::{self, State};
use super::super::settings::Settings;
use super::super::zone_block;
use super::{TYPE, is_output};
use crate::compile::{Compiled, accept, compile, exposed_beyond};
use crate::model::code::{Class, Code};
use crate::model::finding::{ConfigPath, Finding, Step};
use crate::model::global::EVERY_ADDRESS;
use crate::model::name::backticked;
use crate::model::rules::Rules;
use crate::model::words::{Merge, Severity};
use crate::policy::{self, Named};
use crate::render::identity::{Match, World};
use crate::render::platform::{Inputs, Output, Rendered, Shape};
use crate::render::table::PLATFORMS;
use crate::render::{Zones, merge, sharing};
use crate::terraform::diagnostic::{Diagnostic, Level};
use crate::terraform::strings::Strings;
use crate::terraform::value::{Object, Type, Value};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// Hex digits of a digest in `digests`: enough to see that it changed.
const DIGEST_DIGITS: usize = 12;

/// What came before: some of it stays.
#[derive(Clone, Copy)]
pub(super) struct PriorState<'v> {
    /// The last state.
    pub(super) state: &'v Value,
    /// During apply, the state that was planned: numbers that the plan assigned are kept. During plan, the last state.
    pub(super) planned: &'v Value,
}

/// What a configuration compiles to.
pub(super) struct Judged {
    pub(super) compiled: Compiled,
    pub(super) rendered: Vec<Rendered>,
    /// Whether something that is not known yet may change what zones get of each other's rules.
    may_change: bool,
}

/// All findings about a configuration, with what it compiles to if that is known.
pub(super) fn judge(
    config: &Config,
    settings: &Settings,
    before: PriorState<'_>,
) -> (Option<Judged>, Vec<Finding>) {
    let mut findings = config.findings.clone();
    if !config.can_compile {
        return (None, findings);
    }
    let mut compiled = compile(&config.layout, &settings.catalog);
    // A block without values is reported already, and may be the one that was to enforce rules.
    let is_empty = findings.iter().any(|it| it.code == Code::BecameNull);
    let compiled_findings = compiled.findings.iter();
    let compiled_findings =
        compiled_findings.filter(|it| !is_empty || it.code != Code::NothingEnforced);
    findings.extend(compiled_findings.cloned());
    let may_change = shared(config, settings, &compiled, &mut findings);
    findings.extend(dates_not_judged(config));
    findings.extend(unknown_names(config, &compiled));
    if config.merge != Merge::None {
        compiled.rules = merge::ports(&compiled.rules);
        compiled.untranslated = merge::ports(&compiled.untranslated);
    }
    let joined = (config.merge == Merge::All).then(|| merge::addresses(&config.addresses));
    let addresses = joined.as_ref().unwrap_or(&config.addresses);
    let inputs = Inputs {
        rules: &compiled.rules,
        zones: Zones {
            addresses,
            fixed: &compiled.fixed,
        },
        translated: &compiled.listened,
        untranslated: &compiled.untranslated,
        forwarding: &compiled.forwarding,
        rejecting: &compiled.rejecting,
        name: &config.name,
        directions: &config.layout.directions,
        merge: config.merge,
        options: &config.options,
        last: &State(before.state),
        planned: &State(before.planned),
    };
    let rendered: Vec<Rendered> = PLATFORMS.iter().map(|it| it.render(&inputs)).collect();
    findings.extend(rendered.iter().flat_map(|it| it.findings.iter().cloned()));
    for finding in &mut findings {
        config.origin.relocate(finding);
    }
    accept(&mut findings, &config.accepts, config.dates);
    let judged = Judged {
        compiled,
        rendered,
        may_change,
    };
    (Some(judged), findings)
}

/// Judges what zones get of each other's rules, and says whether something that is not known yet may change that.
fn shared(
    config: &Config,
    settings: &Settings,
    compiled: &Compiled,
    findings: &mut Vec<Finding>,
) -> bool {
    let zones = Zones {
        addresses: &config.addresses,
        fixed: &compiled.fixed,
    };
    let world = World::new(&compiled.rules, zones);
    let mut found = sharing::judge(&world, &compiled.rules, &config.layout);
    let mut entitled = Cow::Borrowed(&compiled.rules);
    if found.is_beyond_enforced {
        let mut enforced = config.layout.clone();
        for zone in enforced.zones.values_mut() {
            zone.enforced = true;
        }
        let needed = compile(&enforced, &settings.catalog).rules;
        found = sharing::judge(&world, &needed, &config.layout);
        entitled = Cow::Owned(needed);
    }
    let mut may_change = sharing::may_change(&world, &found);
    // What is not known yet may permit what the rest of the policy refuses.
    if !config.policy.is_empty() && !config.undecided.iter().any(policy_block::decides) {
        let surely = by_policy(config, &world, &entitled, Match::Yes);
        may_change |= by_policy(config, &world, &entitled, Match::Open) != surely;
        findings.extend(surely);
    }
    findings.append(&mut found.findings);
    if !found.opened.is_empty() {
        let judged: BTreeSet<(Code, String)> = findings
            .iter()
            .map(|it| (it.code, it.subject.clone()))
            .collect();
        let beyond = exposed_beyond(&config.layout, &settings.catalog, &found.opened);
        let is_new = |it: &Finding| !judged.contains(&(it.code, it.subject.clone()));
        findings.extend(beyond.into_iter().filter(is_new));
    }
    may_change
}

/// What the policy says of the rules, with all that they permit beyond their own ends.
fn by_policy(config: &Config, world: &World<'_>, entitled: &Rules, least: Match) -> Vec<Finding> {
    policy::judge(&policy::Inputs {
        policy: &config.policy,
        rules: world.rules,
        beyond: &sharing::beyond(world, entitled, least),
        zones: &Named::all(&config.layout.zones),
        dates: config.dates,
    })
}

/// That a policy is judged only when it is known.
fn judged_later(config: &Config) -> Option<Finding> {
    config.undecided.first()?;
    let places: BTreeSet<String> = config
        .undecided
        .iter()
        .map(|it| format!("`{it}`"))
        .collect();
    let places: Vec<String> = places.into_iter().collect();
    let verb = if places.len() == 1 { "is" } else { "are" };
    let message = format!(
        "{} {verb} known only after apply, so the policy is judged then, and `findings` is unknown until then",
        places.join(", ")
    );
    let finding = Finding::new(Code::CollectionUnknown, "findings", message)
        .remedy("use values that are known at plan, e.g. a file or `plantimestamp()`");
    Some(finding)
}

/// Ends of policies that are not in the layout.
fn unknown_names(config: &Config, compiled: &Compiled) -> Vec<Finding> {
    if !config.has_all_names {
        return Vec::new();
    }
    let zones = config.layout.zones.iter();
    let names = zones.flat_map(|(name, it)| [Some(name), it.segment.as_ref()]);
    let names = names.flatten().chain(&compiled.addressed);
    let known: Vec<&str> = names.map(String::as_str).collect();
    policy::unknown_names(&config.policy, &known)
}

/// That something ends, and no day says whether it is over.
fn dates_not_judged(config: &Config) -> Option<Finding> {
    let exceptions = config.policy.exceptions.iter().map(|it| it.expires);
    let accepts = config.accepts.iter().map(|it| it.expires);
    let count = exceptions.chain(accepts).flatten().count();
    let message = "`expires` is not judged, because no day is set: every exception and acceptance counts as valid";
    let finding = || Finding::new(Code::DatesNotJudged, "as_of", message);
    // A day that is known only after apply is reported as such.
    let is_coming = config.undecided.iter().any(|it| !policy_block::decides(it));
    (config.dates.day.is_none() && count > 0 && !is_coming).then(finding)
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
        Some(judged) if config.unknowns.is_empty() => {
            let Judged {
                compiled,
                rendered,
                may_change,
            } = judged;
            let unjoined = unjoined(&config);
            let undecided: Vec<&Finding> = rendered
                .iter()
                .filter_map(|it| it.undecided.as_ref())
                .collect();
            let may_change = unjoined.is_some()
                || !config.undecided.is_empty()
                || !undecided.is_empty()
                || findings_may_change(&config, settings, &compiled)
                || may_change
                || rendered.iter().any(|it| it.findings_may_change);
            // What an acceptance is for may come with an address that is not known yet.
            let depends = [Code::AcceptanceUnused, Code::ExceptionUnused];
            let now = |it: &&Finding| !(may_change && depends.contains(&it.code));
            let mut shown: Vec<Finding> = findings
                .iter()
                .filter(now)
                .chain(&unjoined)
                .chain(&judged_later(&config))
                .chain(undecided)
                .cloned()
                .collect();
            for finding in &mut shown {
                config.origin.relocate(finding);
            }
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
    Some(finding.at(&ConfigPath::zone(first)))
}

/// The state in which outputs are unknown if their keys or numbers depend on which addresses will be combined.
fn without_joined(state: Value) -> Value {
    let Value::Object(object) = state else {
        return state;
    };
    let outputs = PLATFORMS.iter().flat_map(|it| it.about().outputs);
    let hangs = |name: &str| {
        let with_rows = |it: &Output| it.name == name && matches!(it.shape, Shape::Rows { .. });
        name == "counts" || outputs.clone().any(with_rows)
    };
    Value::Object(object.map(
        |name, value| {
            if hangs(name) { Value::Unknown } else { value }
        },
    ))
}

/// Errors and warnings, and infos if they are asked for. Findings about the plan itself do not belong to the state.
fn is_listed(finding: &Finding, verbose: bool) -> bool {
    verbose || finding.severity != Severity::Info
}

/// Whether an address that is not known yet may change the list of findings without stopping the apply. The list is then
/// not known yet either, or the state would differ from the plan.
fn findings_may_change(config: &Config, settings: &Settings, compiled: &Compiled) -> bool {
    let mut widest = config.layout.clone();
    let mut wider = false;
    for (name, zone) in &mut widest.zones {
        let pending = config.addresses[name].is_pending();
        if pending && zone.everyone.is_none() {
            zone.everyone = Some(EVERY_ADDRESS);
            wider = true;
        }
        wider |= pending && !zone.several;
        zone.several |= pending;
    }
    if !wider {
        return false;
    }
    let listed = |mut findings: Vec<Finding>| -> Vec<Finding> {
        accept(&mut findings, &config.accepts, config.dates);
        let stops = |it: &Finding| diagnostics::severity(it, config.fail_on) == Some(Level::Error);
        findings.retain(|it| is_listed(it, config.verbose) && !stops(it));
        findings
    };
    listed(compile(&widest, &settings.catalog).findings) != listed(compiled.findings.clone())
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
    let block = config.unknowns.iter().any(
        |it| matches!(it.parts().last(), Some(Step::Field(name)) if zone_block::is_platform(name)),
    );
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

fn state(config: &Value, compiled: &Compiled, rendered: &[Rendered], findings: Value) -> Value {
    let mut shared = Strings::default();
    let mut findings = Some(findings);
    let is_open = rendered.iter().any(|it| it.undecided.is_some());
    let mut tables: BTreeMap<&str, Value> = BTreeMap::new();
    for (platform, it) in PLATFORMS.iter().zip(rendered) {
        for (output, content) in platform.about().outputs.iter().zip(&it.outputs) {
            let value = match it.undecided {
                Some(_) => Value::Unknown,
                None => rows::content(content, output, &mut shared),
            };
            tables.insert(output.name, value);
        }
    }
    with_outputs(config, |name| match name {
        "rules" => rows::rules(&compiled.rules, &mut shared),
        "findings" => findings.take().unwrap_or(Value::Null),
        "counts" if is_open => Value::Unknown,
        "counts" => rows::counts(rendered.iter().flat_map(|it| &it.counts)),
        "digests" => Value::map(
            compiled
                .digests
                .iter()
                .map(|(label, it)| (label.as_str().into(), Value::string(short(it))))
                .collect(),
        ),
        other => tables
            .remove(other)
            .unwrap_or_else(|| unreachable!("unknown output `{other}`")),
    })
}

/// As much of a digest as the state contains.
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
        _ if is_output(name) => output(name),
        _ => config.get(name).clone(),
    }))
}
