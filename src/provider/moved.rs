//! Rows that are the same as before under another key: Terraform would destroy and create what could just be moved, or change a
//! row to what another still is.

use super::hcl::quoted;
use crate::model::code::Code;
use crate::model::finding::{ConfigPath, Finding};
use crate::model::key::RowKey;
use crate::terraform::value::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::Arc;

/// An output before and after, and the type of the resource that is created from its rows.
pub(super) struct Output<'v> {
    pub(super) prior: &'v Value,
    pub(super) planned: &'v Value,
    pub(super) resource: &'static str,
    /// The block of a zone in which its platform has what it needs.
    pub(super) block: &'static str,
}

/// The renamed rows of all outputs, as one finding with the `moved` blocks to paste in one go. Rows with a cell that is not
/// known yet cannot be compared and are left alone.
pub(super) fn renamed(outputs: &[Output<'_>]) -> Option<Finding> {
    let moves: Vec<(&str, Move)> = outputs
        .iter()
        .flat_map(|it| moves(it).into_iter().map(|pair| (it.resource, pair)))
        .collect();
    let (_, (old, new)) = moves.first()?;
    let message = match moves.len() {
        1 => format!("the rule `{old}` is now `{new}`; nothing else about it changed"),
        count => {
            format!("only the keys of {count} rules changed, the first from `{old}` to `{new}`")
        }
    };
    let mut remedy = "add this next to the resources, with their own names for NAME; otherwise Terraform destroys the rules and creates identical ones:\n".to_owned();
    for (resource, (old, new)) in &moves {
        // Writing to a string does not fail.
        let _ = write!(
            remedy,
            "\n    moved {{\n      from = {resource}.NAME[{}]\n      to   = {resource}.NAME[{}]\n    }}",
            quoted(old),
            quoted(new)
        );
    }
    Some(Finding::new(Code::KeyRenamed, &**new, message).remedy(remedy))
}

/// Rows that keep their keys and become what other rows of the same zone and traffic still are: a finding for each peer.
pub(super) fn swapped(outputs: &[Output<'_>]) -> Vec<Finding> {
    let mut found: BTreeMap<String, (BTreeSet<String>, Move, ConfigPath)> = BTreeMap::new();
    let all = outputs.iter().map(|it| (it.block, swaps(it)));
    let all = all.flat_map(|(block, swaps)| swaps.into_iter().map(move |it| (block, it)));
    for (block, (old, new)) in all {
        let Some((before, now)) = RowKey::parse(&old).zip(RowKey::parse(&new)) else {
            continue;
        };
        let names = [before, now].map(|it| match it.name {
            Some(name) => format!("`{name}`"),
            None => format!("`{}`", it.argument()),
        });
        let first = || {
            let moved = (Arc::clone(&old), Arc::clone(&new));
            (BTreeSet::new(), moved, now.place(block))
        };
        let (all, ..) = found.entry(now.peer.to_owned()).or_insert_with(first);
        all.extend(names);
    }
    let finding = |(peer, (names, (old, new), place)): (String, (BTreeSet<String>, Move, _))| {
        let names = names.into_iter().collect::<Vec<_>>().join(", ");
        let message = format!(
            "values of zone `{peer}` moved among the names {names}: the rule `{new}` becomes what `{old}` was, and AWS and OpenStack reject a rule that is \
                identical to an existing one"
        );
        Finding::new(Code::AddressesMoved, peer.as_str(), message).at(&place)
    };
    found.into_iter().map(finding).collect()
}

/// The key that had a content before and the key that has it now, where one of the two keys is in both states.
fn swaps(output: &Output<'_>) -> Vec<Move> {
    let (Value::Map(prior), Value::Map(planned)) = (output.prior, output.planned) else {
        return Vec::new();
    };
    let ends = |key: &str| {
        let it = RowKey::parse(key)?;
        Some((
            it.zone.to_owned(),
            it.direction,
            it.traffic.to_owned(),
            it.peer.to_owned(),
        ))
    };
    let changed = |(key, row): &(&Arc<str>, &Value), other: &Value| {
        let other = other.get(key);
        row != &other && content(row) != content(other)
    };
    let now = planned.iter();
    let now: Vec<_> = now
        .filter(|it| it.1.is_wholly_known() && changed(it, output.prior))
        .collect();
    let before = prior.iter().filter(|it| changed(it, output.planned));
    let before: BTreeMap<_, &Arc<str>> = before
        .filter_map(|(key, row)| Some(((ends(key)?, content(row)), key)))
        .collect();
    if before.is_empty() {
        return Vec::new();
    }
    let swap = |(key, row): (&Arc<str>, &Value)| {
        let old = *before.get(&(ends(key)?, content(row)))?;
        let is_rename = !planned.contains_key(old) && !prior.contains_key(key);
        (old != key && !is_rename).then(|| (Arc::clone(old), Arc::clone(key)))
    };
    now.into_iter().filter_map(swap).collect()
}

/// The key before and the key now.
type Move = (Arc<str>, Arc<str>);

fn moves(output: &Output<'_>) -> BTreeSet<Move> {
    let (Value::Map(prior), Value::Map(planned)) = (output.prior, output.planned) else {
        return BTreeSet::new();
    };
    let mut gone: BTreeMap<String, Vec<&Arc<str>>> = BTreeMap::new();
    for (key, row) in prior {
        if !planned.contains_key(key) && row.is_wholly_known() {
            gone.entry(content(row)).or_default().push(key);
        }
    }
    let come = planned
        .iter()
        .filter(|(key, row)| !prior.contains_key(*key) && row.is_wholly_known());
    come.filter_map(|(key, row)| {
        let old = gone.get_mut(&content(row)).and_then(Vec::pop)?;
        Some((Arc::clone(old), Arc::clone(key)))
    })
    .collect()
}

/// A row without its description, which follows from names.
fn content(row: &Value) -> String {
    match row {
        Value::Object(object) => {
            let cells = object.iter().filter(|(name, _)| *name != "description");
            format!("{:?}", cells.collect::<Vec<_>>())
        }
        other => format!("{other:?}"),
    }
}
