//! `portmatrix_rules`: from zones and products to rules. Plan and apply make the same pure computation.

use super::config::{self, Config};
use super::renamed::{Output, renamed};
use super::rows::{self, Shared};
use super::schema::{computed, glossary, labelled, list, map, optional, repeated, required};
use super::settings::Settings;
use super::{diagnostics, zone_block};
use crate::compile::{Compiled, accept, compile};
use crate::model::code::{Class, Code};
use crate::model::finding::{Finding, Part};
use crate::model::words::{Direction, Exposure, FailOn, Plane, Severity};
use crate::render::aws::{self, Rendered, Zones};
use crate::terraform::diagnostic::{Diagnostic, Severity as Shown};
use crate::terraform::schema::{Attribute, Block, Schema};
use crate::terraform::value::{Object, Type, Value};
use std::sync::LazyLock;

/// Hex digits of a digest in `digests`: enough to see that it changed.
const DIGEST_DIGITS: usize = 12;

/// Mistakes in what is known.
pub(super) fn validate(config: &Value, settings: &Settings) -> Vec<Diagnostic> {
    let read = config::read(config, settings);
    let (_, findings) = judge(&read, settings);
    let decided = read.undecided.is_empty();
    // Whether a peer has an address, or a port is given, shows only when all that decides is known.
    let shown = findings
        .iter()
        .filter(|it| decided || it.code.about().class == Class::Input);
    diagnostics::mistakes(shown, config)
}

/// The planned state; where there is an error, the prior one.
pub(super) fn plan(prior: &Value, config: &Value, settings: &Settings) -> (Value, Vec<Diagnostic>) {
    let (state, mut shown) = compute(config, settings);
    if shown.iter().any(|it| it.severity == Shown::Error) {
        return (prior.clone(), shown);
    }
    let output = |name: &str, resource| Output {
        prior: prior.get(name),
        planned: state.get(name),
        resource,
    };
    let renames = renamed(&[
        output("aws_ingress", "aws_vpc_security_group_ingress_rule"),
        output("aws_egress", "aws_vpc_security_group_egress_rule"),
    ]);
    shown.extend(diagnostics::all(renames.as_slice(), FailOn::Error, config));
    (state, shown)
}

/// The new state; where there is an error, the prior one.
pub(super) fn apply(
    prior: &Value,
    config: &Value,
    settings: &Settings,
) -> (Value, Vec<Diagnostic>) {
    let (state, shown) = compute(config, settings);
    // What is only worth a warning was shown in the plan.
    let errors: Vec<Diagnostic> = shown
        .into_iter()
        .filter(|it| it.severity == Shown::Error)
        .collect();
    if errors.is_empty() {
        (state, errors)
    } else {
        (prior.clone(), errors)
    }
}

/// A state with the name alone. Maps are empty, not null, so that `for_each` over them works; the next plan fills them.
pub(super) fn import(id: &str) -> (Value, Vec<Diagnostic>) {
    let Type::Object(fields) = &*TYPE else {
        unreachable!("a block is an object")
    };
    let empty = |ty: &Type| match ty {
        Type::Map(_) => Value::Map(std::collections::BTreeMap::new()),
        Type::List(_) => Value::List(Vec::new()),
        _ => Value::Null,
    };
    let arguments = ["directions"];
    let state = Object::build(fields, |name| match name {
        "id" | "name" => Value::string(id),
        _ if arguments.contains(&name) => Value::Null,
        _ => fields
            .iter()
            .find(|(it, _)| *it == name)
            .map_or(Value::Null, |(_, ty)| empty(ty)),
    });
    (Value::Object(state), Vec::new())
}

/// Everything that there is to say about a configuration, with what it compiles to where that is decided.
fn judge(config: &Config, settings: &Settings) -> (Option<(Compiled, Rendered)>, Vec<Finding>) {
    let mut findings = config.findings.clone();
    if !config.can_compile {
        return (None, findings);
    }
    let compiled = compile(&config.layout, &settings.catalog);
    let zones = Zones {
        addresses: &config.addresses,
        fixed: &compiled.fixed,
    };
    let rendered = aws::render(&compiled.rules, zones);
    findings.extend(compiled.findings.iter().chain(&rendered.findings).cloned());
    accept(&mut findings, &config.accepts);
    (Some((compiled, rendered)), findings)
}

/// The state and what is shown with it.
fn compute(config_value: &Value, settings: &Settings) -> (Value, Vec<Diagnostic>) {
    let config = config::read(config_value, settings);
    let (results, findings) = judge(&config, settings);
    match results {
        Some((compiled, rendered)) if config.undecided.is_empty() => {
            let may_change = findings_may_change(&config, settings, &compiled);
            // What an acceptance is for may come with an address that is not known yet.
            let now = |it: &&Finding| !(may_change && it.code == Code::AcceptanceUnused);
            let shown: Vec<Finding> = findings.iter().filter(now).cloned().collect();
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
            (state(config_value, &compiled, &rendered, listed), shown)
        }
        _ => {
            let mut shown: Vec<Finding> = findings
                .into_iter()
                .filter(|it| it.code.about().class == Class::Input)
                .collect();
            if !config.undecided.is_empty() {
                shown.push(undecided(&config));
            }
            (
                unknown_state(config_value),
                diagnostics::all(&shown, config.fail_on, config_value),
            )
        }
    }
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
    let listed = |mut findings: Vec<Finding>| -> Vec<Finding> {
        accept(&mut findings, &config.accepts);
        let stops = |it: &Finding| diagnostics::severity(it, config.fail_on) == Some(Shown::Error);
        findings.retain(|it| is_listed(it, config.verbose) && !stops(it));
        findings
    };
    listed(compile(&widest, &settings.catalog).findings) != listed(compiled.findings.clone())
}

fn undecided(config: &Config) -> Finding {
    let mut places: Vec<String> = config
        .undecided
        .iter()
        .map(|it| format!("`{it}`"))
        .collect();
    places.sort();
    places.dedup();
    let verb = if places.len() == 1 { "is" } else { "are" };
    let message = format!(
        "{} {verb} known only after apply, so all outputs are; a `for_each` over them fails until then",
        places.join(", ")
    );
    let provider = config
        .undecided
        .iter()
        .any(|it| it.parts().first() == Some(&Part::Field("definitions")));
    let block = config
        .undecided
        .iter()
        .any(|it| it.parts().last() == Some(&Part::Field("aws")));
    let remedy = if provider {
        "give the provider block product files that are known at plan, e.g. `file(…)`; `definitions` stands in the block `provider \"portmatrix\"`"
    } else if block {
        "decide whether the block is there by something known at plan, e.g. `for_each = var.with_group ? [1] : []`, and leave only its id unknown"
    } else {
        "write names, versions, ports and choices as known values; only ids and the values of `ipv4`, `ipv6` and the like may be unknown, e.g. `ipv4 = { a = aws_subnet.a.cidr_block }`"
    };
    let place = config.undecided.first().cloned().unwrap_or_default();
    Finding::new(Code::CollectionUnknown, "outputs", message)
        .remedy(remedy)
        .point(&place)
}

static TYPE: LazyLock<Type> = LazyLock::new(|| schema().block.ty());

fn state(config: &Value, compiled: &Compiled, rendered: &Rendered, findings: Value) -> Value {
    let mut shared = Shared::default();
    let digest = |it: &String| Value::string(it.get(..DIGEST_DIGITS).unwrap_or(it));
    let mut findings = Some(findings);
    with_outputs(config, |name| match name {
        "rules" => rows::rules(&compiled.rules, &mut shared),
        "aws_ingress" => rows::aws_rows(&rendered.ingress, &mut shared),
        "aws_egress" => rows::aws_rows(&rendered.egress, &mut shared),
        "findings" => findings.take().unwrap_or(Value::Null),
        "counts" => rows::counts(&rendered.counts),
        "digests" => Value::Map(
            compiled
                .digests
                .iter()
                .map(|(label, it)| (label.as_str().into(), digest(it)))
                .collect(),
        ),
        other => unreachable!("`{other}` is no output"),
    })
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

const OUTPUTS: [&str; 6] = [
    "rules",
    "aws_ingress",
    "aws_egress",
    "findings",
    "counts",
    "digests",
];

/// The schema.
pub(super) fn schema() -> Schema {
    let columns = |intro: &str| {
        let columns: Vec<String> = aws::COLUMNS
            .iter()
            .map(|it| format!("  - `{}`: {}", it.name, it.description))
            .collect();
        format!("{intro}\n{}", columns.join("\n"))
    };
    let arguments: Vec<Attribute> = vec![
        optional(
            "name",
            Type::String,
            "A label for people, and the id. Default `default`. It need not be unique.",
        ),
        optional(
            "directions",
            list(Type::String),
            &format!(
                "Which rules are wanted: {}. Default both.",
                glossary(Direction::ALL, Direction::as_str, Direction::meaning)
            ),
        ),
        optional(
            "fail_on",
            Type::String,
            &format!(
                "From which judgements on a plan fails: {}. Default `error`.",
                glossary(FailOn::ALL, FailOn::as_str, FailOn::meaning)
            ),
        ),
        optional(
            "verbose",
            Type::Bool,
            "Whether `findings` holds infos too. Default `false`.",
        ),
        optional(
            "language",
            Type::String,
            "The language of the vendors' advice in `findings`, two letters. Default: the provider's.",
        ),
    ];
    let outputs: Vec<Attribute> = vec![
        computed("id", Type::String, "The name."),
        computed(
            "rules",
            rows::rules_type(),
            "The rules between zones, without addresses, by `<zone>/<direction>/<transport>-<ports>/<peer zone>`.\n\
             \x20 - `zone`: Where the rule is enforced.\n\
             \x20 - `direction`: `ingress` or `egress`, seen from the zone.\n\
             \x20 - `peer_zone`: The other end; `<label>.<component>` where that is a fixed address of the catalogue.\n\
             \x20 - `peer_trust`: How far the peer is trusted; null for a fixed address.\n\
             \x20 - `transport`: `tcp`, `udp`, `sctp`, `icmp`, `icmpv6`, `esp`, `ip-<number>` or `any`.\n\
             \x20 - `from_port`: The lowest port; for ICMP the type; null where there is neither.\n\
             \x20 - `to_port`: The highest port; for ICMP the code; null where there is neither.\n\
             \x20 - `plane`: The most sensitive plane of its flows.\n\
             \x20 - `required`: Whether a required flow needs it.\n\
             \x20 - `flows`: The flows that need it, as `label.flow` or the name of a `flow` block.",
        ),
        computed(
            "aws_ingress",
            rows::aws_rows_type(),
            columns(
                "Ingress rules by `<zone>/<transport>-<ports>/<peer zone>:<kind>[:<name>]`, with the arguments of `aws_vpc_security_group_ingress_rule`:",
            ),
        ),
        computed(
            "aws_egress",
            rows::aws_rows_type(),
            columns(
                "Egress rules, keyed in the same way, with the arguments of `aws_vpc_security_group_egress_rule`:",
            ),
        ),
        computed(
            "findings",
            rows::findings_type(),
            "What there is to say about the layout: errors and warnings, with `verbose` infos too. The guide on findings explains every code.\n\
             \x20 - `code`: The stable code.\n\
             \x20 - `severity`: `error`, `warning` or `info`.\n\
             \x20 - `subject`: What it is about, as `accept` names it.\n\
             \x20 - `message`: What was found.",
        ),
        computed(
            "counts",
            rows::counts_type(),
            "How full each group is, by `<zone>/aws/<family>`, in entries as AWS counts them: a block once in its family, a group once in both, a prefix list with its size in both.\n\
             \x20 - `ingress`: Entries that ingress rules take.\n\
             \x20 - `egress`: Entries that egress rules take.\n\
             \x20 - `limit`: Entries that a group may hold in each direction.\n\
             \x20 - `headroom`: What the fuller direction has left; below zero where it is too full.",
        ),
        computed(
            "digests",
            map(Type::String),
            "The first 12 hex digits of the digest of each product's matrix, by label, so that a changed matrix shows in the plan.",
        ),
    ];
    Schema {
        version: 0,
        block: Block {
            description: "The firewall rules that products need between the zones of a layout, and no others. It is computed at plan and touches nothing: \
                          feed its outputs to the resources of your cloud. Keys are made of names and ports only, so they are known in the first plan."
                .to_owned(),
            attributes: arguments.into_iter().chain(outputs).collect(),
            blocks: vec![
                labelled("zone", zone_block::schema()),
                labelled("product", product_schema()),
                labelled("flow", flow_schema()),
                repeated("accept", accept_schema()),
            ],
        },
    }
}

/// The arguments that change what a product listens on, shared with the data source.
pub(super) fn override_attributes() -> Vec<Attribute> {
    vec![
        optional(
            "version",
            Type::String,
            "The release, in quotes. A release such as `\"3.9.1\"` takes the line that covers it. Default: the newest line.",
        ),
        optional(
            "definition",
            Type::String,
            "The text of a product file, TOML or JSON, to take instead of the catalogue.",
        ),
        optional(
            "ports",
            map(Type::String),
            "What it listens on where that is not the default, by port parameter: `{ proxy-https = \"443\" }`. A port, a range or a comma list.",
        ),
    ]
}

fn product_schema() -> Block {
    let mut attributes = vec![optional(
        "name",
        Type::String,
        "The product's name in the catalogue. Default: the label.",
    )];
    attributes.extend(override_attributes());
    attributes.extend([
        optional(
            "advertised_ports",
            map(Type::String),
            "What peers dial where something translates between (NAT, a balancer), by port parameter. Egress rules have these ports, ingress rules those of `ports`.",
        ),
        optional("profile", Type::String, "A set of ports that the vendor recommends, e.g. `production`. `ports` goes before it."),
        optional("enable", list(Type::String), "Optional flows and features to switch on, by name."),
        optional("disable", list(Type::String), "Flows and features to switch off, by name."),
    ]);
    Block {
        description: "A product where something differs from its defaults, or a second instance of one. The label is what `components` name it by; \
                      flows join components of one label only."
            .to_owned(),
        attributes,
        blocks: Vec::new(),
    }
}

fn flow_schema() -> Block {
    Block {
        description: "A flow that no catalogue knows, between zones.".to_owned(),
        attributes: vec![
            required("from", list(Type::String), "The zones that dial."),
            required("to", list(Type::String), "The zones that listen."),
            required(
                "services",
                list(Type::String),
                "What they may carry: `tcp/443`, `tcp+udp/53`, `tcp/7000-7999`, `icmp`, `icmp/8`, `esp`, `any`.",
            ),
            optional(
                "plane",
                Type::String,
                &format!(
                    "What it is for: {}. Default `data`.",
                    glossary(Plane::ALL, Plane::as_str, Plane::meaning)
                ),
            ),
            optional(
                "exposure",
                Type::String,
                &format!(
                    "Who the listener is for: {}. Default `internal`. With `local` there is no rule; `group` is judged as `internal` is.",
                    glossary(Exposure::ALL, Exposure::as_str, Exposure::meaning)
                ),
            ),
            optional(
                "purpose",
                Type::String,
                "A note for readers of the configuration.",
            ),
        ],
        blocks: Vec::new(),
    }
}

fn accept_schema() -> Block {
    Block {
        description: "An exception to a judgement. Findings that it matches become infos that carry the reason.".to_owned(),
        attributes: vec![
            required("code", Type::String, "The code of the findings, e.g. `exposed`. Only judgements can be accepted; the guide on findings says which codes these are."),
            required("subject", Type::String, "A glob for their subjects: `*` is any text, `?` any one character."),
            required("reason", Type::String, "Why it is accepted."),
            optional("ticket", Type::String, "Where it was agreed."),
            optional("owner", Type::String, "Who answers for it."),
        ],
        blocks: Vec::new(),
    }
}
