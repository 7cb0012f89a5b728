//! Rows that are the same as before under another key: Terraform would destroy and create what could just be moved.

use crate::model::code::Code;
use crate::model::finding::Finding;
use crate::terraform::value::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::Arc;

/// The renamed rows of one output, as one finding with the `moved` blocks to paste. Rows with a cell that is not known yet
/// cannot be compared and are left alone.
pub(super) fn renamed(prior: &Value, planned: &Value, resource: &str) -> Option<Finding> {
    let (Value::Map(prior), Value::Map(planned)) = (prior, planned) else {
        return None;
    };
    let gone: Vec<_> = prior
        .iter()
        .filter(|(key, row)| !planned.contains_key(*key) && row.is_wholly_known())
        .collect();
    let come: Vec<_> = planned
        .iter()
        .filter(|(key, row)| !prior.contains_key(*key) && row.is_wholly_known())
        .collect();
    let mut by_content: BTreeMap<String, Vec<&Arc<str>>> = BTreeMap::new();
    for (key, row) in gone {
        by_content.entry(content(row)).or_default().push(key);
    }
    let mut moves: BTreeSet<(Arc<str>, Arc<str>)> = BTreeSet::new();
    for (key, row) in come {
        if let Some(old) = by_content.get_mut(&content(row)).and_then(Vec::pop) {
            moves.insert((Arc::clone(old), Arc::clone(key)));
        }
    }
    let (old, new) = moves.first()?;
    let count = moves.len();
    let head = match count {
        1 => format!("the rule `{old}` is now `{new}`, and nothing else of it changed"),
        _ => format!("{count} rules changed their keys only, the first from `{old}` to `{new}`"),
    };
    let mut remedy = format!(
        "paste this beside the resource, with its own name for NAME, or Terraform destroys and creates the same rule{}:\n",
        if count == 1 { "" } else { "s" }
    );
    for (old, new) in &moves {
        // Writing to a string does not fail.
        let _ = write!(
            remedy,
            "\n    moved {{\n      from = {resource}.NAME[{}]\n      to   = {resource}.NAME[{}]\n    }}",
            quoted(old),
            quoted(new)
        );
    }
    Some(Finding::new(Code::KeyRenamed, &**new, head).remedy(remedy))
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

/// A text as HCL writes it: quoted, with templates and quotes escaped.
fn quoted(text: &str) -> String {
    let escaped = text
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace("${", "$${")
        .replace("%{", "%%{");
    format!("\"{escaped}\"")
}
