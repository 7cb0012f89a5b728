//! `why`: golden answers, and the oracle of what a layout needs.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod addresses;
mod answers;
mod existing;
mod mistakes;
mod random;

use crate::review_plan::document::{created, plan};
use crate::support::core::Core;
use portmatrix::commands::run_captured;
use portmatrix::terraform::value::Value;
use serde_json::{Value as Json, json};
use std::ffi::OsString;
use std::fs;

/// An answer: the exit code, and what is printed.
pub(crate) struct Answer {
    pub(crate) code: u8,
    pub(crate) out: String,
}

/// The plan of a layout, with further resources.
pub(crate) fn document(layout: &Json, more: &[Json]) -> String {
    let mut layout = layout.clone();
    layout["fail_on"] = json!("never");
    let planned = Core::default().plan(&Value::Null, &layout);
    assert_eq!(planned.errors().len(), 0, "{:?}", planned.diagnostics);
    let mut changes = vec![created("portmatrix_rules.it", planned.state.to_json())];
    changes.extend(more.iter().cloned());
    plan(&changes, &[])
}

/// Asks about a document.
pub(crate) fn ask(document: &str, question: &str, arguments: &[&str]) -> Answer {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), document).unwrap();
    let mut all: Vec<OsString> = vec!["why".into(), file.path().into()];
    all.extend(question.split(' ').map(OsString::from));
    all.extend(arguments.iter().map(OsString::from));
    let answer = run_captured(all);
    let error = answer.error.map(|it| format!("error: {it}\n"));
    Answer {
        code: answer.code,
        out: answer.out + &error.unwrap_or_default(),
    }
}

/// Kong as data plane and control plane, its database, and people.
fn kong() -> Json {
    json!({
        "zone": {
            "internet": { "trust": "public", "components": ["kong.client"], "ipv4": { "any": "0.0.0.0/0" } },
            "corp": { "components": [], "ipv4": { "all": "10.0.0.0/8" } },
            "ops": { "trust": "restricted", "components": ["kong.admin"], "ipv4": { "vpn": "10.99.0.0/16" } },
            "dmz": { "trust": "dmz", "components": ["kong.data-plane"], "aws": { "security_group_id": "sg-1" } },
            "control": { "components": ["kong.control-plane"], "aws": { "security_group_id": "sg-2" } },
            "data": { "components": ["kong.postgresql"], "ipv4": { "a": "192.168.8.0/24" }, "aws": { "security_group_id": "sg-3" } },
        },
        "product": { "kong": { "version": "3.9", "disable": ["admin-http"] } },
    })
}
