//! The command `report`, the data source, and the pages of the catalogue: what they say, and that nothing in them can do harm.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod example;
mod hostile;
mod meaning;
mod mistakes;
mod requests;
mod site;

use crate::review_plan::document::plan;
use crate::support::core::Core;
use portmatrix::commands::run_captured;
use portmatrix::terraform::value::Value;
use serde_json::{Value as Json, json};
use std::ffi::OsString;
use std::fs;

/// The state that a layout is planned to have.
pub(crate) fn planned(layout: &Json) -> Json {
    let mut layout = layout.clone();
    layout["fail_on"] = json!("never");
    let planned = Core::default().plan(&Value::Null, &layout);
    assert_eq!(planned.errors().len(), 0, "{:?}", planned.diagnostics);
    planned.state.to_json()
}

/// A plan that changes a resource from one state to another.
fn changed(before: &Json, after: &Json) -> String {
    let change = json!({
        "address": "portmatrix_rules.it", "mode": "managed", "type": "portmatrix_rules",
        "change": { "actions": ["update"], "before": before, "after": after, "after_unknown": {} },
    });
    plan(&[change], &[])
}

/// The command's output; what it refuses, as its error.
fn report(document: &str, arguments: &[&str]) -> Result<String, String> {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), document).unwrap();
    let mut all: Vec<OsString> = vec!["report".into(), file.path().into()];
    all.extend(arguments.iter().map(OsString::from));
    let answer = run_captured(all);
    match answer.error {
        None => Ok(answer.out),
        Some(error) => {
            assert_eq!(answer.code, 2);
            Err(error.replace(&file.path().display().to_string(), "plan.json"))
        }
    }
}

fn as_json(document: &str) -> Json {
    serde_json::from_str(&report(document, &["--format", "json"]).unwrap()).unwrap()
}
