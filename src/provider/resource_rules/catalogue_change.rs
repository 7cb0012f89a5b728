//! Catalogue drift: a matrix that is not the one of the last apply though no argument of its product changed, because the
//! provider or a product file is a newer one. The old arguments are compiled once more with the catalogue of now: whatever
//! that makes other than the old state is the catalogue's doing, and nothing else is.

use super::super::config;
use super::super::layout_data;
use super::super::rows;
use super::super::settings::Settings;
use super::compute::short;
use super::is_output;
use crate::catalog::Listed;
use crate::catalog::resolve::resolve;
use crate::compile::compile;
use crate::model::code::Code;
use crate::model::finding::{ConfigPath, Finding};
use crate::model::layout::Layout;
use crate::model::name::backticked;
use crate::model::words::{Direction, Merge};
use crate::render::merge;
use crate::terraform::strings::Strings;
use crate::terraform::value::{Object, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The `product` blocks of the state and of the configuration.
type Blocks<'v> = (&'v Value, &'v Value);

/// A finding for each label whose matrix changed under the same arguments. It depends on the prior state, so it is shown, and
/// never listed.
pub(super) fn drift(
    prior: &Value,
    planned: &Value,
    config: &Value,
    settings: &Settings,
) -> Vec<Finding> {
    let Value::Map(digests) = prior.get("digests") else {
        return Vec::new();
    };
    let (before, now) = (layout_data::read(prior), layout_data::read(config));
    let blocks = (before.get("product"), now.get("product"));
    let may_differ = |label: &str, digest: &Value| match planned.get("digests") {
        Value::Map(now) => now.get(label).is_some_and(|it| it != digest),
        _ => true,
    };
    let labels: Vec<(&Arc<str>, &str)> = digests
        .iter()
        .filter(|(label, it)| may_differ(label, it) && arguments_stay(blocks, label))
        .filter_map(|(label, it)| Some((label, it.as_str()?)))
        .collect();
    if labels.is_empty() {
        return Vec::new();
    }
    let before = config::read(&with_files_of(prior, blocks), settings);
    if !before.can_compile {
        return Vec::new();
    }
    let compiled = compile(&before.layout, &settings.catalog);
    let is_joined = before.merge != Merge::None;
    let rules = if is_joined {
        merge::ports(&compiled.rules)
    } else {
        compiled.rules
    };
    let rules = rows::rules(&rules, &mut Strings::default());
    let finding = |(label, old): (&Arc<str>, &str)| {
        let new = Some(short(compiled.digests.get(&**label)?)).filter(|it| *it != old)?;
        let (what, remedy) = headline(label, [old, new], &before.layout, settings);
        let changes = changes(label, [prior.get("rules"), &rules], is_joined);
        let finding = Finding::new(Code::CatalogueChanged, &**label, what + &changes);
        let place = match blocks.1 {
            Value::Map(it) if it.contains_key(label) => {
                ConfigPath::default().field("product").key(label)
            }
            _ => ConfigPath::default(),
        };
        let remedy = remedy.unwrap_or_else(|| finding.remedy.clone());
        Some(finding.remedy(remedy).at(&now.place(&place)))
    };
    labels.into_iter().filter_map(finding).collect()
}

/// Whether the arguments for a product are as before. A changed text of its product file does not count, and an empty block
/// is the same as no block.
fn arguments_stay((prior, now): Blocks<'_>, label: &str) -> bool {
    let both = [prior.get(label), now.get(label)];
    if now.is_unknown() || both.iter().any(|it| it.is_unknown()) {
        return false;
    }
    both.iter().all(|block| match block {
        Value::Object(block) => block.iter().all(|(name, _)| {
            let [a, b] = both.map(|it| it.get(name));
            let are_files = name == "definition" && a.as_str().and(b.as_str()).is_some();
            a == b || are_files
        }),
        _ => true,
    })
}

/// The old arguments with the current product files.
fn with_files_of(prior: &Value, blocks: Blocks<'_>) -> Value {
    let (Value::Object(state), Value::Map(old)) = (prior, blocks.0) else {
        return prior.clone();
    };
    let block = |(label, it): (&Arc<str>, &Value)| {
        let now = Some(blocks.1.get(label)).filter(|it| !it.is_null());
        let now = now.filter(|_| arguments_stay(blocks, label));
        (Arc::clone(label), now.unwrap_or(it).clone())
    };
    Value::Object(Object::build(state.fields(), |name| match name {
        "product" => Value::map(old.iter().map(block).collect()),
        "products" => Value::Null,
        _ if is_output(name) => Value::Null,
        _ => prior.get(name).clone(),
    }))
}

/// What happened to the matrix, and what to do if naming the previous version is the remedy. The state has no versions,
/// but a line of the catalogue with the previous digest is the previous line.
fn headline(
    label: &str,
    digests: [&str; 2],
    layout: &Layout,
    settings: &Settings,
) -> (String, Option<String>) {
    let instance = layout.instances.get(label).cloned().unwrap_or_default();
    let lines = if instance.definition.is_some() {
        Vec::new()
    } else {
        let name = instance.name.as_deref().unwrap_or(label);
        let lines = settings.catalog.lines(name).into_iter();
        lines.map(Listed::product).collect()
    };
    let line = |digest: &str| {
        let is_it = |it: &&_| short(&resolve(it, &instance.overrides).0.digest) == digest;
        lines.iter().find(is_it).map(|it| it.version.as_str())
    };
    match digests.map(line) {
        [Some(old), Some(new)] => (
            format!(
                "`{label}` had version `{old}` at the last apply and now has `{new}`, but no argument of the product changed"
            ),
            Some(format!(
                "set `version = \"{old}\"` in the block `product \"{label}\"` to keep it, or check that what runs matches the plan, and apply"
            )),
        ),
        [_, new] => {
            let version = new
                .map(|it| format!(", version `{it}`,"))
                .unwrap_or_default();
            (
                format!(
                    "the matrix of `{label}`{version} changed since the last apply, but no argument of the product did"
                ),
                None,
            )
        }
    }
}

/// The component that connects and the one that listens.
type EndpointPair<'v> = (&'v str, &'v str);

/// The traffic of each flow by its ends.
type Needs<'v> = BTreeMap<&'v str, BTreeMap<EndpointPair<'v>, BTreeSet<String>>>;

/// What became of the rules of a label: a line for each flow and change, with the ends.
fn changes(label: &str, rules: [&Value; 2], is_joined: bool) -> String {
    let rows = rules.map(|it| rows_of(label, it));
    let [old, new] = rows.each_ref().map(|it| needs(label, it));
    let none = BTreeMap::new();
    let mut lines: BTreeMap<(&str, String), Vec<EndpointPair<'_>>> = BTreeMap::new();
    for flow in old
        .keys()
        .chain(new.keys())
        .copied()
        .collect::<BTreeSet<_>>()
    {
        let (before, now) = (old.get(flow), new.get(flow));
        let [came, went] = match (before, now) {
            (None, _) => ["added", ""],
            (_, None) => ["", "removed"],
            _ => ["now also", "no longer"],
        };
        let (before, now) = (before.unwrap_or(&none), now.unwrap_or(&none));
        let all: BTreeSet<EndpointPair<'_>> = before.keys().chain(now.keys()).copied().collect();
        for ends in all {
            let [before, now] = [before, now].map(|it| it.get(&ends).cloned().unwrap_or_default());
            let [less, more] = [&before - &now, &now - &before]
                .map(|it| backticked(it.iter().map(String::as_str)));
            let change = match (less.is_empty(), more.is_empty()) {
                (true, true) => continue,
                (true, false) => format!("{came}: {more}"),
                (false, true) => format!("{went}: {less}"),
                (false, false) => format!("changed: {less} → {more}"),
            };
            lines.entry((flow, change)).or_default().push(ends);
        }
    }
    if lines.is_empty() && rows[0] == rows[1] {
        return "; `rules` does not change in this layout".to_owned();
    }
    if lines.is_empty() {
        return "; its rules carry the same traffic and differ only in `plane`, `required` or `flows`".to_owned();
    }
    let joined = if is_joined {
        ", in the ports of joined rules"
    } else {
        ""
    };
    let lines = lines.iter().map(|((flow, change), ends)| {
        let (from, to) = ends[0];
        let more = match ends.len() {
            1 => String::new(),
            2 => " and one more pair".to_owned(),
            count => format!(" and {} more pairs", count - 1),
        };
        format!("\n      `{flow}` {change}, from `{from}` to `{to}`{more}")
    });
    format!("{joined}:{}", lines.collect::<String>())
}

/// The rows that carry a flow of the label.
fn rows_of<'v>(label: &str, rules: &'v Value) -> BTreeMap<&'v str, &'v Value> {
    let Value::Map(rows) = rules else {
        return BTreeMap::new();
    };
    let rows = rows.iter().map(|(key, row)| (&**key, row));
    rows.filter(|(_, row)| flows(label, row).next().is_some())
        .collect()
}

/// The flows of the label that a row carries.
fn flows<'v>(label: &str, row: &'v Value) -> impl Iterator<Item = &'v str> {
    let flows = match row.get("flows") {
        Value::List(flows) => flows.as_slice(),
        _ => &[],
    };
    let of_label = move |it: &&str| it.strip_prefix(label).is_some_and(|it| it.starts_with('.'));
    flows.iter().filter_map(Value::as_str).filter(of_label)
}

fn needs<'v>(label: &str, rows: &BTreeMap<&'v str, &'v Value>) -> Needs<'v> {
    let mut needs = Needs::new();
    for (key, row) in rows {
        // No part of a key contains a slash.
        let mut parts = key.split('/');
        let (Some(zone), Some(direction), Some(traffic), Some(peer)) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            continue;
        };
        let ends = match Direction::parse(direction) {
            Some(Direction::Ingress) => (peer, zone),
            _ => (zone, peer),
        };
        for flow in flows(label, row) {
            let ends = needs.entry(flow).or_default().entry(ends).or_default();
            ends.insert(traffic.replacen('-', "/", 1));
        }
    }
    needs
}
