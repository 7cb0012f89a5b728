//! The provider's process under a real CLI: logs, plain sockets, a plan that is applied by another process.

use crate::end_to_end::Test;
use crate::end_to_end::cli::{Cli, Root};

pub(crate) const TESTS: &[Test] = &[
    ("the_log_has_lines_of_ours", the_log_has_lines_of_ours),
    ("without_tls", without_tls),
    (
        "a_saved_plan_is_applied_later",
        a_saved_plan_is_applied_later,
    ),
    ("validate_in_json", validate_in_json),
    ("try_runs_the_cli", try_runs_the_cli),
];

/// Under `TF_LOG` the CLI shows our lines with their level, so they came as it wants them.
fn the_log_has_lines_of_ours(cli: &Cli) {
    for level in ["debug", "trace"] {
        let root = Root::example(cli, "kong");
        let run = root.call().env("TF_LOG", level).run(&["plan"]);
        run.succeeds();
        let ours = run.stderr.lines().any(|it| {
            it.contains("[DEBUG]")
                && it.contains("@module=provider.portmatrix")
                && it.contains("serving")
        });
        assert!(ours, "no line of ours: {run}");
    }
}

fn without_tls(cli: &Cli) {
    let root = Root::example(cli, "kong");
    let call = || root.call().env("TF_DISABLE_PLUGIN_TLS", "1");
    call().run(&["apply", "-auto-approve"]).succeeds();
    assert_eq!(call().run(&["plan", "-detailed-exitcode"]).code, 0);
}

fn a_saved_plan_is_applied_later(cli: &Cli) {
    let root = Root::example(cli, "kong");
    root.plan();
    // What was changed in the files since then is not part of the plan.
    root.edit("main.tf", &[("\"10.99.0.0/16\"", "\"10.98.0.0/16\"")]);
    root.run(&["apply", "saved.tfplan"]).succeeds();
    assert!(!root.read("terraform.tfstate").contains("10.98.0.0/16"));
    let plan = root.run(&["plan", "-detailed-exitcode"]);
    assert_eq!(plan.code, 2, "{plan}");
}

/// Editors and pipelines read this: the mistake is at its line and column, and it comes once.
fn validate_in_json(cli: &Cli) {
    let root = Root::example(cli, "kong");
    root.edit("main.tf", &[("\"kong.client\"", "\"kong.clent\"")]);
    let run = root.run(&["validate", "-json"]);
    run.fails();
    let json: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!(json["error_count"], 1, "{run}");
    let mistake = &json["diagnostics"][0];
    assert_eq!(mistake["summary"], "unknown-component: no such component");
    assert!(mistake["range"]["start"]["line"].is_u64(), "{run}");
}

/// The command of the README, with the CLI that is named.
fn try_runs_the_cli(cli: &Cli) {
    let root = Root::copied(cli, "kong");
    let run = root.try_it(&["plan", "-no-color"]);
    run.succeeds();
    run.says("Plan: 9 to add, 0 to change, 0 to destroy.");
}
