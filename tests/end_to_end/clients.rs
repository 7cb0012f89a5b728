//! Programs of others that read our schema and our plans: the generator of bindings of cdktf, and checkov.

use crate::end_to_end::Test;
use crate::end_to_end::cli::{Cli, Root, Run};
use crate::end_to_end::cloud::{aws_example, moto};
use crate::end_to_end::endpoint::Endpoint;
use crate::end_to_end::folders::copy;
use crate::end_to_end::programs::{aws_provider, program};
use crate::support::root;
use serde_json::{Value, json};
use std::env;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::process::Command;

/// With the generator of bindings.
pub(crate) const CDKTF: &[Test] = &[(
    "bindings_compile_and_accept_a_layout",
    bindings_compile_and_accept_a_layout,
)];

/// With checkov and the AWS provider.
pub(crate) const CHECKOV: &[Test] = &[("checkov_reads_a_plan", checkov_reads_a_plan)];

/// The folder in which npm installed cdktf, its generator and a compiler; or why there is none.
pub(crate) fn cdktf() -> Result<PathBuf, String> {
    program("node", "PORTMATRIX_NODE")?;
    let packages = "cdktf constructs @cdktf/provider-generator @cdktf/provider-schema jsii-pacmak typescript @types/node";
    let Some(folder) = env::var_os("PORTMATRIX_CDKTF").map(PathBuf::from) else {
        return Err(format!(
            "PORTMATRIX_CDKTF names no folder of npm with cdktf's generator (`npm install {packages}`)"
        ));
    };
    let modules = folder.join("node_modules");
    for name in packages.split(' ') {
        if !modules.join(name).is_dir() {
            return Err(format!(
                "the folder of PORTMATRIX_CDKTF has no `{name}` (`npm install {name}`)"
            ));
        }
    }
    Ok(folder)
}

/// The program, the endpoint and the AWS provider.
pub(crate) fn checkov() -> Result<PathBuf, String> {
    aws_provider().and(moto())?;
    program("checkov", "PORTMATRIX_CHECKOV").map_err(|why| format!("{why} (`pip install checkov`)"))
}

fn ran(command: &mut Command) -> Run {
    let line = format!("{command:?}");
    let output = command.output().expect("a program");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let code = output.status.code().unwrap_or(-1);
    Run::new(line, code, text(&output.stdout), text(&output.stderr))
}

/// From the schema to a plan: the bindings are made and compiled, and what they write is applied as what people write.
fn bindings_compile_and_accept_a_layout(cli: &Cli) {
    let modules = cdktf().expect("cdktf").join("node_modules");
    let node = program("node", "PORTMATRIX_NODE").expect("node");
    let schema = Root::new(cli, "").run(&["providers", "schema", "-json"]);
    schema.succeeds();

    let work = Root::empty(cli);
    copy(&root().join("tests/end_to_end/clients"), &work.path("."));
    symlink(&modules, work.path("node_modules")).expect("a link");
    work.write("schema.json", &schema.stdout);
    let run = |arguments: &[&str]| {
        let mut command = Command::new(&node);
        command
            .current_dir(work.path("."))
            .args(arguments)
            .env("CHECKPOINT_DISABLE", "1")
            .env("DISABLE_VERSION_CHECK", "1");
        ran(&mut command).succeeds();
    };
    run(&["generate.js", "schema.json", "bindings"]);
    run(&["node_modules/typescript/bin/tsc", "--project", "."]);
    run(&["stack.js"]);

    let edge = Root::empty(cli);
    let text = work.read("synthesized/stacks/edge/cdk.tf.json");
    edge.write("cdk.tf.json", &text);
    edge.run(&["init"]).succeeds();
    let run = edge.apply();
    run.says("Warning: missing: ");
    edge.has_nothing_to_do();
    let outputs = edge.outputs();
    let ingress = outputs["ingress"].as_object().expect("rules");
    let keys: Vec<&str> = ingress.keys().map(String::as_str).collect();
    assert_eq!(
        keys,
        [
            "dmz/tcp-22/office:ipv4:a",
            "dmz/tcp-8000/internet:ipv4:any",
            "dmz/tcp-8443/internet:ipv4:any"
        ]
    );
    assert_eq!(outputs["missing"], json!(["dmz/tcp-22/office:ipv4:a"]));
    assert_eq!(outputs["names"], json!(["kong", "kong-ingress-controller"]));
    assert_eq!(outputs["listens"]["node"]["tcp-8007"]["plane"], "metrics");
}

/// Each rule of a plan is judged like one that was written by hand: port 80 open to everyone is found by its key.
fn checkov_reads_a_plan(cli: &Cli) {
    let endpoint = Endpoint::start(&moto().expect("the endpoint"));
    let kong = aws_example(cli, &endpoint, "kong-aws");
    kong.plan();
    let shown = kong.run(&["show", "-json", "saved.tfplan"]);
    shown.succeeds();
    kong.write("plan.json", &shown.stdout);
    let mut command = Command::new(checkov().expect("checkov"));
    command.current_dir(kong.path(".")).args([
        "--file",
        "plan.json",
        "--framework",
        "terraform_plan",
        "--output",
        "json",
        "--skip-download",
        "--soft-fail",
    ]);
    let run = ran(&mut command);
    run.succeeds();
    let report: Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!(report["summary"]["parsing_errors"], 0, "{run}");
    let of = |outcome: &str, check: &str| -> Vec<String> {
        let all = report["results"][outcome].as_array().expect("a list");
        let found = all.iter().filter(|it| it["check_id"] == check);
        found
            .map(|it| it["resource"].as_str().expect("an address").to_owned())
            .collect()
    };
    // "Ensure no security groups allow ingress from 0.0.0.0:0 to port 80".
    let key = |it: &str| format!("aws_vpc_security_group_ingress_rule.kong[\"{it}\"]");
    let open = of("failed_checks", "CKV_AWS_260");
    assert!(
        open.contains(&key("dmz/tcp-80/internet:ipv4:any")),
        "{open:?}"
    );
    let closed = of("passed_checks", "CKV_AWS_260");
    assert!(
        closed.contains(&key("control/tcp-8444/ops:ipv4:vpn")),
        "{closed:?}"
    );
}
