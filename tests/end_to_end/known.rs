//! Known keys: groups and rules come in one apply, because the first plan already knows every rule.

use crate::end_to_end::Test;
use crate::end_to_end::cli::{Cli, Root};
use crate::end_to_end::plan::{Plan, unknown_paths};
use serde_json::Value;

pub(crate) const TESTS: &[Test] = &[
    (
        "only_ids_and_addresses_are_unknown_in_the_first_plan",
        only_ids_and_addresses_are_unknown,
    ),
    (
        "findings_are_known_when_ids_cannot_be_equal",
        findings_are_known_when_ids_cannot_be_equal,
    ),
    (
        "an_address_that_turns_out_wrong_stops_the_apply",
        an_address_that_turns_out_wrong,
    ),
];

/// Kong between four zones. `GROUP`, `OTHER`, `SUBNET` and `CALLERS` stand for what is known only after apply.
const LAYOUT: &str = r#"
resource "terraform_data" "group" { input = "kong" }
resource "terraform_data" "other" { input = "postgresql" }
resource "terraform_data" "subnet" { input = "10.10.8.0/24" }
resource "terraform_data" "callers" { input = "0.0.0.0/0" }

resource "portmatrix_rules" "edge" {
  zone "internet" {
    trust      = "public"
    components = ["kong.client"]
    ipv4       = { any = CALLERS }
  }
  zone "dmz" {
    trust      = "dmz"
    components = ["kong.node"]
    aws { security_group_id = GROUP }
  }
  zone "data" {
    components = ["kong.postgresql"]
    aws { security_group_id = OTHER }
  }
  zone "ops" {
    components = ["kong.admin", "kong.monitoring"]
    ipv4       = { vpn = "10.99.0.0/16", subnet = SUBNET }
  }
  zone "mail" {
    components = ["kong.smtp-server"]
    aws { prefix_list_ids = { relays = GROUP } }
  }
  product "kong" {
    version = "3.9"
    enable  = ["status", "smtp"]
  }
}

resource "terraform_data" "ingress" {
  for_each = portmatrix_rules.edge.aws_ingress
  input    = each.value
}

resource "terraform_data" "egress" {
  for_each = portmatrix_rules.edge.aws_egress
  input    = each.value
}
"#;

fn layout(unknown: bool) -> String {
    let values = [
        ("GROUP", "terraform_data.group.id", "\"sg-1\""),
        ("OTHER", "terraform_data.other.id", "\"sg-2\""),
        ("SUBNET", "terraform_data.subnet.output", "\"10.10.8.0/24\""),
        ("CALLERS", "terraform_data.callers.output", "\"0.0.0.0/0\""),
    ];
    let mut text = LAYOUT.to_owned();
    for (name, after, before) in values {
        text = text.replace(name, if unknown { after } else { before });
    }
    text
}

const ADDRESS: &str = "portmatrix_rules.edge";

/// The cells that hold ids and addresses. Everything else has to be known.
const MAY_BE_UNKNOWN: [&str; 5] = [
    "security_group_id",
    "referenced_security_group_id",
    "prefix_list_id",
    "cidr_ipv4",
    "cidr_ipv6",
];

/// A plan where ids and addresses are unknown differs from one where they are known in these cells and in nothing else.
fn only_ids_and_addresses_are_unknown(cli: &Cli) {
    let root = Root::new(cli, &layout(true));
    let plan = root.plan();
    for path in unknown_paths(plan.unknown(ADDRESS)) {
        let cell = path.rsplit('.').next().expect("a cell");
        let output = path.split('.').nth(1).expect("an output");
        match output {
            "aws_ingress" | "aws_egress" => assert!(MAY_BE_UNKNOWN.contains(&cell), "{path}"),
            // What was given as unknown is an argument, and unknown in the plan too. Findings may depend on how wide a CIDR block is.
            "zone" | "findings" => {}
            other => panic!("`{other}` is not known: {path}"),
        }
    }
    let known = Root::new(cli, &layout(false)).plan();
    assert!(unknown_paths(known.unknown(ADDRESS)).is_empty());
    for output in ["aws_ingress", "aws_egress"] {
        assert_eq!(
            without_ids(plan.after(ADDRESS), output),
            without_ids(known.after(ADDRESS), output)
        );
    }
    assert_eq!(plan.after(ADDRESS)["rules"], known.after(ADDRESS)["rules"]);
    assert_eq!(
        plan.after(ADDRESS)["counts"],
        known.after(ADDRESS)["counts"]
    );
    // `for_each` saw every key.
    assert_eq!(rows(&plan), rows(&known));
    assert_eq!(
        rows(&plan),
        [
            "terraform_data.egress[\"dmz/tcp-25/mail:prefix-list:relays\"]",
            "terraform_data.egress[\"dmz/tcp-5432/data:group\"]",
            "terraform_data.ingress[\"data/tcp-5432/dmz:group\"]",
            "terraform_data.ingress[\"dmz/tcp-8000/internet:ipv4:any\"]",
            "terraform_data.ingress[\"dmz/tcp-8001/ops:ipv4:subnet\"]",
            "terraform_data.ingress[\"dmz/tcp-8001/ops:ipv4:vpn\"]",
            "terraform_data.ingress[\"dmz/tcp-8002/ops:ipv4:subnet\"]",
            "terraform_data.ingress[\"dmz/tcp-8002/ops:ipv4:vpn\"]",
            "terraform_data.ingress[\"dmz/tcp-8007/ops:ipv4:subnet\"]",
            "terraform_data.ingress[\"dmz/tcp-8007/ops:ipv4:vpn\"]",
            "terraform_data.ingress[\"dmz/tcp-8443/internet:ipv4:any\"]",
            "terraform_data.ingress[\"dmz/tcp-8444/ops:ipv4:subnet\"]",
            "terraform_data.ingress[\"dmz/tcp-8444/ops:ipv4:vpn\"]",
            "terraform_data.ingress[\"dmz/tcp-8445/ops:ipv4:subnet\"]",
            "terraform_data.ingress[\"dmz/tcp-8445/ops:ipv4:vpn\"]",
        ]
    );

    root.run(&["apply", "saved.tfplan"]).succeeds();
    root.has_nothing_to_do();
    let state = root.run(&["show", "-json"]);
    let state: Value = serde_json::from_str(&state.stdout).expect("JSON");
    let resources = state["values"]["root_module"]["resources"]
        .as_array()
        .expect("resources");
    let edge = resources
        .iter()
        .find(|it| it["address"] == ADDRESS)
        .expect("the rules");
    let row = &edge["values"]["aws_ingress"]["dmz/tcp-8444/ops:ipv4:subnet"];
    assert_eq!(row["cidr_ipv4"], "10.10.8.0/24");
    assert!(
        row["security_group_id"]
            .as_str()
            .is_some_and(|it| it.len() > 30)
    );
}

/// The addresses of `for_each` rows.
fn rows(plan: &Plan) -> Vec<String> {
    let created = plan.with_action("create");
    created.into_iter().filter(|it| it.contains('[')).collect()
}

/// An output with null in the cells that may be unknown.
fn without_ids(after: &Value, output: &str) -> Value {
    let mut rows = after[output].clone();
    for row in rows.as_object_mut().expect("rows").values_mut() {
        for cell in MAY_BE_UNKNOWN {
            row[cell] = Value::Null;
        }
    }
    rows
}

fn findings_are_known_when_ids_cannot_be_equal(cli: &Cli) {
    let text = layout(true)
        .replace("terraform_data.subnet.output", "\"10.10.8.0/24\"")
        .replace("terraform_data.callers.output", "\"0.0.0.0/0\"")
        .replace("\"kong.postgresql\"", "\"kong.redis\"")
        .replace(
            "aws { security_group_id = terraform_data.other.id }",
            "ipv4 = { a = \"10.10.9.0/24\" }",
        );
    let plan = Root::new(cli, &text).plan();
    assert!(unknown_paths(&plan.unknown(ADDRESS)["findings"]).is_empty());
    let findings = plan.after(ADDRESS)["findings"].to_string();
    assert!(findings.contains("component-unplaced"), "{findings}");
}

/// What could not be judged at plan is judged at apply: host bits, and a second name for one block.
fn an_address_that_turns_out_wrong(cli: &Cli) {
    for (address, says) in [
        ("10.10.8.1/24", "bad-cidr"),
        ("10.99.0.0/16", "duplicate-address"),
    ] {
        let root = Root::new(cli, &layout(true).replace("10.10.8.0/24", address));
        let run = root.run(&["apply", "-auto-approve"]);
        run.fails();
        run.says(says);
        // Once fixed, it applies as if nothing had happened.
        root.main(&layout(true));
        root.apply();
        root.has_nothing_to_do();
    }
}
