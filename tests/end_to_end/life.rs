//! What happens to a resource over the years: renames, imports, replacements, and what a plan shows of each.

use crate::end_to_end::Test;
use crate::end_to_end::cli::{Cli, Root};

pub(crate) const TESTS: &[Test] = &[
    ("a_renamed_zone_comes_with_blocks_to_paste", a_renamed_zone),
    (
        "a_renamed_address_comes_with_a_block_to_paste",
        a_renamed_address,
    ),
    ("import_by_command", import_by_command),
    ("import_by_block", import_by_block),
    ("replaced_the_rows_stay", replaced_the_rows_stay),
    ("moved_nothing_changes", moved_nothing_changes),
    ("without_a_refresh", without_a_refresh),
    ("a_new_name_changes_in_place", a_new_name_changes_in_place),
    (
        "a_changed_matrix_shows_in_the_plan",
        a_changed_matrix_shows_in_the_plan,
    ),
    (
        "removing_a_zone_removes_only_its_rows",
        removing_a_zone_removes_only_its_rows,
    ),
    ("a_broken_change_leaves_a_state_that_works", a_broken_change),
];

/// The provider's resource in `examples/kong`, and one of the rows that depend on it.
const RULES: &str = "portmatrix_rules.edge";

fn applied(cli: &Cli) -> Root<'_> {
    let root = Root::example(cli, "kong");
    root.apply();
    root
}

/// The `moved` blocks of the warning, as a person would paste them.
fn pasteable(root: &Root<'_>) -> String {
    let plan = root.run(&["plan", "-json"]);
    plan.succeeds();
    let mut blocks = String::new();
    for line in plan.stdout.lines() {
        let line: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let said = &line["diagnostic"];
        if said["summary"]
            .as_str()
            .is_some_and(|it| it.starts_with("key-renamed"))
        {
            let detail = said["detail"].as_str().expect("a detail");
            for part in detail.split("moved {").skip(1) {
                let (block, _) = part.split_once('}').expect("an end");
                blocks.extend(["moved {", block, "}\n"]);
            }
        }
    }
    // The example has `terraform_data` in the place of the AWS rules.
    blocks
        .replace(
            "aws_vpc_security_group_ingress_rule.NAME",
            "terraform_data.ingress",
        )
        .replace(
            "aws_vpc_security_group_egress_rule.NAME",
            "terraform_data.egress",
        )
}

/// Without the blocks rows are destroyed and created, with them none is.
fn renamed(root: &Root<'_>, destroyed: usize) {
    let plan = root.plan();
    assert_eq!(plan.with_action("delete").len(), destroyed, "{}", plan.said);
    root.write("moved.tf", &pasteable(root));
    let plan = root.plan();
    plan.destroys_nothing();
    assert!(plan.said.contains("0 to add"), "{}", plan.said);
    root.run(&["apply", "saved.tfplan"]).succeeds();
    root.has_nothing_to_do();
}

fn a_renamed_zone(cli: &Cli) {
    let root = applied(cli);
    root.edit("main.tf", &[("zone \"dmz\"", "zone \"edge\"")]);
    renamed(&root, 7);
}

fn a_renamed_address(cli: &Cli) {
    let root = applied(cli);
    root.edit("main.tf", &[("vpn = ", "office = ")]);
    renamed(&root, 2);
}

/// `for_each` over what was imported works at once, and the next plan fills it in.
fn import_by_command(cli: &Cli) {
    let root = Root::example(cli, "kong");
    root.run(&["import", RULES, "default"]).succeeds();
    let plan = root.plan();
    plan.destroys_nothing();
    assert_eq!(plan.with_action("update"), [RULES]);
    root.run(&["apply", "saved.tfplan"]).succeeds();
    root.has_nothing_to_do();
}

fn import_by_block(cli: &Cli) {
    let root = Root::example(cli, "kong");
    root.write(
        "import.tf",
        "import {\n  to = portmatrix_rules.edge\n  id = \"default\"\n}\n",
    );
    let plan = root.plan();
    plan.destroys_nothing();
    assert!(plan.said.contains("1 to import"), "{}", plan.said);
    root.run(&["apply", "saved.tfplan"]).succeeds();
    root.has_nothing_to_do();
}

fn replaced_the_rows_stay(cli: &Cli) {
    let root = applied(cli);
    let plan = root.plan_with(&["-replace=portmatrix_rules.edge"]);
    for (address, action) in plan.actions() {
        let expected = if address == RULES {
            "delete+create"
        } else {
            "no-op"
        };
        assert_eq!(action, expected, "{address}");
    }
    root.run(&["apply", "saved.tfplan"]).succeeds();
    root.has_nothing_to_do();
}

fn moved_nothing_changes(cli: &Cli) {
    let root = applied(cli);
    root.edit(
        "main.tf",
        &[
            (
                "\"portmatrix_rules\" \"edge\"",
                "\"portmatrix_rules\" \"border\"",
            ),
            (RULES, "portmatrix_rules.border"),
        ],
    );
    root.write(
        "moved.tf",
        "moved {\n  from = portmatrix_rules.edge\n  to   = portmatrix_rules.border\n}\n",
    );
    let plan = root.plan();
    assert!(
        plan.actions().values().all(|it| it == "no-op"),
        "{}",
        plan.said
    );
    root.run(&["apply", "saved.tfplan"]).succeeds();
    root.has_nothing_to_do();
}

fn without_a_refresh(cli: &Cli) {
    let root = applied(cli);
    let run = root.run(&["plan", "-detailed-exitcode", "-refresh=false"]);
    assert_eq!(run.code, 0, "{run}");
    let run = root.run(&["plan", "-refresh-only"]);
    run.succeeds();
    run.says("No changes.");
}

fn a_new_name_changes_in_place(cli: &Cli) {
    let root = applied(cli);
    root.edit(
        "main.tf",
        &[(
            "\"portmatrix_rules\" \"edge\" {",
            "\"portmatrix_rules\" \"edge\" {\n  name = \"border\"",
        )],
    );
    let plan = root.plan();
    plan.destroys_nothing();
    assert_eq!(plan.changed(RULES), ["id", "name"]);
    root.run(&["apply", "saved.tfplan"]).succeeds();
    root.has_nothing_to_do();
}

/// Another release of a product, or a fixed product file: an update in place that names the digest, and a warning that names
/// the flows.
fn a_changed_matrix_shows_in_the_plan(cli: &Cli) {
    let root = Root::new(
        cli,
        r#"
provider "portmatrix" {
  definitions = [file("parrot.toml")]
}
resource "portmatrix_rules" "edge" {
  zone "users" {
    components = ["parrot.user"]
    ipv4       = { lan = "10.0.0.0/8" }
  }
  zone "app" {
    components = ["parrot.server", "parrot.postgresql"]
    aws { security_group_id = "sg-1" }
  }
}
"#,
    );
    let parrot = include_str!("../../examples/provider/products/parrot.toml");
    root.write("parrot.toml", parrot);
    root.apply();
    root.write("parrot.toml", &parrot.replace("\"8080\"", "\"8090\""));
    let plan = root.plan();
    plan.destroys_nothing();
    assert_eq!(plan.changed(RULES), ["aws_ingress", "digests", "rules"]);
    for words in [
        "catalogue-changed",
        "`parrot.web` changed: `tcp/8080` → `tcp/8090`, from `users` to `app`",
    ] {
        assert!(plan.said.contains(words), "{}", plan.said);
    }
    root.run(&["apply", "saved.tfplan"]).succeeds();
    root.has_nothing_to_do();
    root.run(&["plan"]).does_not_say("catalogue-changed");
    // The user's own change moves the port again, and is not told back to the user.
    root.edit(
        "main.tf",
        &[(
            "  zone \"users\"",
            "  product \"parrot\" { ports = { web = \"8091\" } }\n  zone \"users\"",
        )],
    );
    let plan = root.plan();
    assert!(plan.changed(RULES).contains(&"digests".to_owned()));
    assert!(!plan.said.contains("catalogue-changed"), "{}", plan.said);
}

fn removing_a_zone_removes_only_its_rows(cli: &Cli) {
    let root = applied(cli);
    root.edit(
        "main.tf",
        &[(
            "ipv4       = { any = \"0.0.0.0/0\" }\n    ipv6       = { any = \"::/0\" }",
            "ipv4 = { any = \"0.0.0.0/0\" }",
        )],
    );
    let plan = root.plan();
    assert_eq!(
        plan.with_action("delete"),
        [
            "terraform_data.ingress[\"dmz/tcp-443/internet:ipv6:any\"]",
            "terraform_data.ingress[\"dmz/tcp-80/internet:ipv6:any\"]",
        ]
    );
    assert_eq!(plan.with_action("update"), [RULES]);
    assert!(!plan.said.contains("key-renamed"), "{}", plan.said);
}

/// A mistake that shows only at apply leaves the old rules in the state; once fixed, the plan is empty again.
fn a_broken_change(cli: &Cli) {
    let root = applied(cli);
    let state = root.read("terraform.tfstate");
    root.edit("main.tf", &[("\"10.99.0.0/16\"", "\"10.99.0.1/16\"")]);
    let run = root.run(&["apply", "-auto-approve"]);
    run.fails();
    assert_eq!(root.read("terraform.tfstate"), state);
    root.edit("main.tf", &[("\"10.99.0.1/16\"", "\"10.99.0.0/16\"")]);
    root.has_nothing_to_do();
    root.destroy();
}
