//! A file with a policy, as `review --policy` reads it and holds a plan against it: one judgement in every format.

use portmatrix::commands;
use std::io::Write;

/// A plan with several zones.
const PLAN: &str = include_str!("../../examples/report/plan.json");

pub(crate) fn holds(bytes: &[u8]) {
    let mut plan = tempfile::NamedTempFile::new().unwrap();
    plan.write_all(PLAN.as_bytes()).unwrap();
    let mut policy = tempfile::Builder::new().suffix(".yaml").tempfile().unwrap();
    policy.write_all(bytes).unwrap();
    let mut codes = Vec::new();
    for format in ["text", "json"] {
        let mut arguments = vec!["review".into(), plan.path().as_os_str().to_owned()];
        arguments.extend(["--policy".into(), policy.path().as_os_str().to_owned()]);
        arguments.extend(["--as-of", "2026-11-30", "--format", format].map(Into::into));
        let answer = commands::run_captured(arguments);
        assert_eq!(answer.error.is_some(), answer.out.is_empty());
        if answer.error.is_none() && format == "json" {
            serde_json::from_str::<serde_json::Value>(&answer.out).unwrap();
        }
        codes.push(answer.code);
    }
    assert!(codes.iter().all(|it| *it == codes[0]), "{codes:?}");
}
