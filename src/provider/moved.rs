//! Rows that are the same as before under another key: Terraform would destroy and create what could just be moved.

use super::hcl::quoted;
use crate::model::code::Code;
use crate::model::finding::Finding;
use crate::terraform::value::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::Arc;

/// An output before and after, and the type of the resource that is created from its rows.
pub(super) struct Output<'v> {
    pub(super) prior: &'v Value,
    pub(super) planned: &'v Value,
    pub(super) resource: &'static str,
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
