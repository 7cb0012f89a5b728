//! Policies as a user writes them, through the provider, against a naive oracle that goes through traffic point by point.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod dates;
mod matrices;
mod mistakes;
mod nested;
mod oracle;
mod random;

use crate::support::core::Core;
use portmatrix::terraform::diagnostic::{Diagnostic, Level};
use portmatrix::terraform::value::Value;
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

/// The findings of some codes in the state: code, severity, subject.
type Found = BTreeSet<(String, String, String)>;

/// The plan of a layout under a provider block, with all findings listed and none that stops it.
fn planned(provider: &Json, layout: &Json) -> (Value, Vec<Diagnostic>) {
    let core = Core::default();
    let mistakes = core.prepare(provider);
    assert_eq!(mistakes, [], "{provider}");
    let mut layout = layout.clone();
    layout["fail_on"] = json!("never");
    layout["verbose"] = json!(true);
    let answer = core.plan(&Value::Null, &layout);
    assert_eq!(
        errors(&answer.diagnostics),
        Vec::<String>::new(),
        "{layout}"
    );
    (answer.state, answer.diagnostics)
}

fn errors(diagnostics: &[Diagnostic]) -> Vec<String> {
    let errors = diagnostics.iter().filter(|it| it.severity == Level::Error);
    errors
        .map(|it| format!("{} {}", it.summary, it.detail))
        .collect()
}

/// What the policy says.
fn found(state: &Value) -> Found {
    let Value::List(findings) = state.get("findings") else {
        panic!("the findings are known");
    };
    let text = |it: &Value, field: &str| it.get(field).as_str().unwrap().to_owned();
    let findings = findings.iter();
    let findings = findings.map(|it| (text(it, "code"), text(it, "severity"), text(it, "subject")));
    findings.filter(|(code, ..)| is_of_policy(code)).collect()
}

fn is_of_policy(code: &str) -> bool {
    code.starts_with("policy-") || code.starts_with("exception-") || code == "dates-not-judged"
}

/// Two zones with groups, and what flows from one to the other.
fn pair(services: &[&str]) -> Json {
    json!({
        "zone": {
            "app": { "components": [], "ipv4": { "a": "10.0.1.0/24" }, "aws": { "security_group_id": "sg-1" } },
            "db": { "trust": "restricted", "components": [], "ipv4": { "a": "10.0.2.0/24" }, "aws": { "security_group_id": "sg-2" } },
        },
        "flow": { "sql": { "from": ["app"], "to": ["db"], "services": services } },
    })
}
