//! Reports and pages of the catalogue in a real browser, and diagrams in the parsers of others.

use crate::end_to_end::Test;
use crate::end_to_end::cli::{Cli, Root};
use crate::end_to_end::programs::program;
use crate::support::program::under_test;
use crate::support::root;
use serde_json::{Map, Value, json};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// With node, its packages and Chromium.
pub(crate) const TESTS: &[Test] = &[
    ("pages_in_a_browser", pages_in_a_browser),
    ("diagrams_are_accepted", diagrams_are_accepted),
];

/// The packages that the scripts use.
const PACKAGES: [&str; 4] = ["playwright-core", "axe-core", "mermaid", "@terrastruct/d2"];

/// The program of the browser, and the folder in which npm installed the packages; or what is missing.
pub(crate) fn browser() -> Result<(PathBuf, PathBuf), String> {
    program("node", "PORTMATRIX_NODE")?;
    let chromium = program("chromium", "PORTMATRIX_CHROMIUM")?;
    let Some(folder) = env::var_os("PORTMATRIX_BROWSER").map(PathBuf::from) else {
        return Err(format!(
            "PORTMATRIX_BROWSER names no folder in which npm installed {}",
            PACKAGES.join(", ")
        ));
    };
    for name in PACKAGES {
        if !folder.join("node_modules").join(name).is_dir() {
            return Err(format!("the folder of PORTMATRIX_BROWSER has no `{name}`"));
        }
    }
    Ok((chromium, folder))
}

/// What a script prints, which is nothing if nothing is wrong.
fn finds_nothing(script: &str, files: &[PathBuf]) {
    let (chromium, folder) = browser().expect("a browser");
    let node = program("node", "PORTMATRIX_NODE").expect("node");
    let output = Command::new(node)
        .arg(root().join("tests/end_to_end/pages").join(script))
        .args([&folder, &chromium])
        .args(files)
        .output()
        .expect("node");
    let said = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}{errors}");
    assert_eq!(said.trim(), "", "{errors}");
}

/// Prints of a command into a file.
fn made(folder: &Path, name: &str, arguments: &[&str]) -> PathBuf {
    let output = Command::new(under_test())
        .args(arguments)
        .output()
        .expect("the program");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let path = folder.join(name);
    fs::write(&path, output.stdout).expect("a file");
    path
}

/// A plan of a configuration, as JSON.
fn plan<'c>(cli: &'c Cli, config: &Value) -> (Root<'c>, String) {
    let work = Root::empty(cli);
    work.write("main.tf.json", &config.to_string());
    work.run(&["init"]).succeeds();
    work.run(&["plan", "-out=saved.tfplan"]).succeeds();
    let shown = work.run(&["show", "-json", "saved.tfplan"]);
    shown.succeeds();
    let path = work.path("plan.json");
    fs::write(&path, &shown.stdout).expect("a file");
    (work, path.to_string_lossy().into_owned())
}

fn config(rules: &Value) -> Value {
    json!({
        "terraform": { "required_providers": { "portmatrix": { "source": "portmatrix/portmatrix" } } },
        "resource": { "portmatrix_rules": { "it": rules } },
    })
}

/// `count` zones. Each connects to `each` others.
fn zones(count: usize, each: usize) -> Value {
    let trusts = ["public", "partner", "dmz", "internal", "restricted"];
    let name = |at: usize| format!("{}-{at}", ["web", "app", "db", "ops"][at % 4]);
    let zones: Map<String, Value> = (0..count)
        .map(|at| {
            let mut zone = json!({ "trust": trusts[at % 5], "components": [], "ipv4": { "a": format!("10.{}.{}.0/24", at / 200, at % 200) } });
            if at % 3 > 0 {
                zone["aws"] = json!({ "security_group_id": format!("sg-{at:08x}"), "max_rules": 1000 });
            }
            (name(at), zone)
        })
        .collect();
    let flows: Map<String, Value> = (0..count)
        .map(|at| {
            let to: Vec<String> = (1..=each).map(|step| name((at + step * 7) % count)).collect();
            let flow = json!({ "from": [name(at)], "to": to, "services": [format!("tcp/{}", 1000 + at)], "purpose": format!("Purpose {at}") });
            (format!("f{at}"), flow)
        })
        .collect();
    json!({ "zones": zones, "flows": flows, "fail_on": "never" })
}

fn pages_in_a_browser(cli: &Cli) {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let example = root().join("examples/report/plan.json");
    let mut pages = vec![made(
        folder,
        "report-example.html",
        &["report", &example.to_string_lossy()],
    )];
    let one = json!({ "zones": { "alone": { "components": [], "ipv4": { "a": "10.0.0.0/24" } } }, "fail_on": "never" });
    let words = "\"><script>alert(1)</script> \u{202e}right to left\u{202c} שלום ";
    let hostile = json!({
        "zones": {
            "a": { "components": [], "ipv4": { "a": "10.0.0.0/24" }, "aws": { "security_group_id": "sg-0000000a" }, "description": words },
            "b": { "components": [], "ipv4": { "a": "10.0.1.0/24" } },
        },
        "flows": {
            "f": { "from": ["a"], "to": ["b"], "services": ["tcp/443"], "purpose": words.repeat(200) },
            "g": { "from": ["b"], "to": ["a"], "services": ["tcp/22", "udp/53", "icmp", "tcp/80-90", "esp", "tcp/1", "tcp/2", "tcp/3"], "purpose": "W".repeat(10_000) },
        },
    });
    for (name, rules) in [
        ("alone.html", one),
        ("report-hostile.html", hostile),
        ("report-twenty.html", zones(20, 3)),
        ("report-forty.html", zones(40, 2)),
        // 600 connections, whose rows are made on demand.
        ("report-many.html", zones(30, 20)),
        // 15,000 connections, which 20,000 rules permit.
        ("report-large.html", zones(300, 50)),
    ] {
        let (_work, path) = plan(cli, &config(&rules));
        pages.push(made(folder, name, &["report", &path]));
    }
    let site = folder.join("site");
    made(folder, "said.txt", &["site", &site.to_string_lossy()]);
    pages.extend(
        ["index", "kong", "openshift", "kafka", "splunk-enterprise"]
            .map(|it| site.join(format!("{it}.html"))),
    );
    finds_nothing("check.mjs", &pages);
}

fn diagrams_are_accepted(cli: &Cli) {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let example = root()
        .join("examples/report/plan.json")
        .to_string_lossy()
        .into_owned();
    let (_work, large) = plan(cli, &config(&zones(60, 3)));
    let mut files = Vec::new();
    for (name, plan) in [("example", &example), ("large", &large)] {
        files.push(made(
            folder,
            &format!("{name}.mmd"),
            &["report", plan, "--format", "mermaid"],
        ));
        files.push(made(
            folder,
            &format!("{name}.d2"),
            &["report", plan, "--format", "d2"],
        ));
    }
    for product in ["kong", "openshift", "confluent-platform"] {
        files.push(made(
            folder,
            &format!("{product}.mmd"),
            &["show", product, "--format", "mermaid"],
        ));
    }
    finds_nothing("diagrams.mjs", &files);
}
