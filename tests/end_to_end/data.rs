//! A layout as data, from wherever a configuration may have it: planned with its keys, applied, and a second plan is empty.

use crate::end_to_end::Test;
use crate::end_to_end::cli::{Cli, REQUIRED, Root};
use serde_json::json;
use std::fs;

pub(crate) const TESTS: &[Test] = &[
    ("a_layout_comes_from_anywhere", a_layout_comes_from_anywhere),
    (
        "a_layout_comes_from_another_state",
        a_layout_comes_from_another_state,
    ),
    ("a_module_is_tested", a_module_is_tested),
    ("client_groups_come_from_a_variable", client_groups),
    ("what_depends_on_something_else", depends_on),
    (
        "a_mistake_is_shown_at_its_line",
        a_mistake_is_shown_at_its_line,
    ),
    (
        "another_type_alone_is_no_change",
        another_type_alone_is_no_change,
    ),
];

/// One resource for each way in which a layout may come. The ids are known only after apply, and every key of the rules is
/// used in the first plan.
const SOURCES: &str = r#"
variable "by_default" {
  type = any
  default = {
    internet = { trust = "public", components = ["kong.client"], ipv4 = { any = "0.0.0.0/0" } }
    dmz      = { components = ["kong.node"], aws = { security_group_id = "sg-1" } }
  }
}
variable "typed" {
  type = map(object({
    trust      = optional(string)
    components = list(string)
    ipv4       = optional(map(string))
    aws        = optional(object({ security_group_id = optional(string) }))
  }))
}
variable "file" { default = "zones.yaml" }
variable "with_ops" { default = true }

resource "terraform_data" "group" {}

locals {
  kong    = { kong = { version = "3.9", disable = ["database"] } }
  pending = { dmz = { components = toset(["kong.node"]), ipv4 = { a = terraform_data.group.id == "never" ? "" : "10.1.0.0/24" }, aws = { security_group_id = terraform_data.group.id } } }
}

data "portmatrix_product" "apinizer" { name = "apinizer" }

module "child" {
  source = "./child"
  zones = {
    internet = { trust = "public", components = ["kong.client"], ipv4 = { any = "0.0.0.0/0" } }
    dmz      = { components = ["kong.node"], aws = { security_group_id = terraform_data.group.id } }
  }
}

resource "portmatrix_rules" "by_default" {
  zones    = var.by_default
  products = local.kong
}
resource "portmatrix_rules" "typed" {
  zones    = var.typed
  products = local.kong
}
resource "portmatrix_rules" "file" {
  zones    = merge(yamldecode(file("${path.module}/${var.file}")), local.pending)
  products = local.kong
  flows    = { ssh = { from = ["office"], to = ["dmz"], services = ["tcp/22"] } }
}
resource "portmatrix_rules" "merged" {
  zones = merge(var.typed, local.pending, { for it in ["ops"] : it => { components = ["kong.admin"], ipv4 = { vpn = "10.99.0.0/16" } } if var.with_ops })
  zone "monitors" {
    components = ["kong.monitoring"]
    ipv4       = { a = "10.50.0.0/24" }
  }
  products = local.kong
}
resource "portmatrix_rules" "each" {
  for_each = { one = merge(var.by_default, local.pending) }
  name     = each.key
  zones    = each.value
  products = local.kong
}
resource "portmatrix_rules" "recommended" {
  fail_on = "never"
  zones   = { for name, components in data.portmatrix_product.apinizer.zones : name => { components = [for it in components : "apinizer.${it}"], ipv4 = { a = "10.0.0.0/8" }, host = {} } }
}

resource "terraform_data" "rule" {
  for_each = merge([for it in [portmatrix_rules.by_default, portmatrix_rules.typed, portmatrix_rules.file, portmatrix_rules.merged, portmatrix_rules.each["one"], module.child.rules] :
    { for key, rule in it.aws_ingress : "${it.name == null ? "" : it.name}/${key}" => rule }]...)
  input = each.value.security_group_id
}

output "recommended" {
  value = length(portmatrix_rules.recommended.rules)
}
output "kinds" {
  value = [for it in [portmatrix_rules.by_default, portmatrix_rules.typed, portmatrix_rules.file, portmatrix_rules.merged, portmatrix_rules.each["one"], module.child.rules] : length(it.aws_ingress)]
}
"#;

const CHILD: &str = r#"
variable "zones" { type = any }
resource "portmatrix_rules" "this" {
  name     = "child"
  zones    = var.zones
  products = { kong = { disable = ["database"] } }
}
output "rules" { value = portmatrix_rules.this }
"#;

const TYPED: &str = r#"typed = {
  internet = { trust = "public", components = ["kong.client"], ipv4 = { any = "0.0.0.0/0" } }
  dmz      = { components = ["kong.node"], aws = { security_group_id = "sg-1" } }
}
"#;

const YAML: &str = "# An office that has no addresses of another family.
office:
  components: [kong.client]
  ipv4: { floor: 10.98.0.0/20 }
  ipv6:
";

fn a_layout_comes_from_anywhere(cli: &Cli) {
    let root = Root::empty(cli);
    root.main(SOURCES);
    root.write("terraform.tfvars", TYPED);
    root.write("zones.yaml", YAML);
    fs::create_dir(root.path("child")).expect("a folder");
    root.write("child/main.tf", &format!("{REQUIRED}{CHILD}"));
    root.run(&["init"]).succeeds();
    root.run(&["validate"]).succeeds();
    root.apply();
    let recommended = root.outputs()["recommended"].as_u64();
    assert!(recommended > Some(0), "{recommended:?}");
    let kinds = root.outputs()["kinds"].clone();
    let kinds = kinds.as_array().expect("numbers").iter();
    assert!(kinds.clone().all(|it| it.as_u64() > Some(0)), "{kinds:?}");
    root.has_nothing_to_do();
    root.destroy();
}

/// The zones of a network team, published as an output: the ids in them are known only once they are applied.
fn a_layout_comes_from_another_state(cli: &Cli) {
    let network = Root::new(
        cli,
        r#"
resource "terraform_data" "group" {}
output "zones" {
  value = {
    internet = { trust = "public", components = ["kong.client"], ipv4 = { any = "0.0.0.0/0" } }
    dmz      = { components = ["kong.node"], aws = { security_group_id = terraform_data.group.id } }
  }
}
"#,
    );
    network.apply();
    let root = Root::empty(cli);
    root.main(&format!(
        r#"
data "terraform_remote_state" "network" {{
  backend = "local"
  config  = {{ path = "{}" }}
}}
resource "portmatrix_rules" "edge" {{
  zones = merge(data.terraform_remote_state.network.outputs.zones, {{
    ops = {{ trust = "restricted", components = ["kong.admin"], ipv4 = {{ vpn = "10.99.0.0/16" }} }}
  }})
  products = {{ kong = {{ disable = ["database"] }} }}
}}
resource "terraform_data" "rule" {{
  for_each = portmatrix_rules.edge.aws_ingress
  input    = each.value.security_group_id
}}
output "keys" {{ value = keys(portmatrix_rules.edge.aws_ingress) }}
"#,
        network.path("terraform.tfstate").display()
    ));
    root.run(&["init"]).succeeds();
    root.run(&["validate"]).succeeds();
    root.apply().does_not_say("Warning:");
    let keys = root.outputs()["keys"].to_string();
    assert!(keys.contains("dmz/tcp-8444/ops:ipv4:vpn"), "{keys}");
    root.has_nothing_to_do();
    root.destroy();
}

/// `terraform test` of a module that passes its variable on, plan and apply.
fn a_module_is_tested(cli: &Cli) {
    let root = Root::new(cli, CHILD);
    root.write(
        "child.tftest.hcl",
        r#"
variables {
  zones = {
    internet = { trust = "public", components = ["kong.client"], ipv4 = { any = "0.0.0.0/0" } }
    dmz      = { trust = "dmz", components = ["kong.node"], aws = { security_group_id = "sg-0123456789abcdef0" } }
  }
}
run "planned" {
  command = plan
  assert {
    condition     = contains(keys(output.rules.aws_ingress), "dmz/tcp-8443/internet:ipv4:any")
    error_message = "not reachable"
  }
}
run "applied" {
  assert {
    condition     = length(output.rules.findings) == 0
    error_message = "findings"
  }
}
"#,
    );
    root.run(&["test", "-no-color"]).says("2 passed, 0 failed");
    root.edit(
        "child.tftest.hcl",
        &[("tcp-8443/internet", "tcp-22/internet")],
    );
    root.run(&["test", "-no-color"]).fails();
}

/// Any number of client groups of others, from the variable of a module: each is a peer, and none gets rules.
fn client_groups(cli: &Cli) {
    let root = Root::new(
        cli,
        r#"
variable "clients" {
  type    = map(string)
  default = { billing = "sg-0aaaaaaaaaaaaaaa1", orders = "sg-0aaaaaaaaaaaaaaa2" }
}
resource "portmatrix_rules" "r" {
  zones = merge(
    { for name, id in var.clients : "client-${name}" => { components = ["kong.client"], enforce = false, aws = { security_group_id = id } } },
    { kong = { components = ["kong.node"], aws = { security_group_id = "sg-0b0b0b0b0b0b0b0b0" } } },
  )
  products = { kong = { version = "3.9", disable = ["database"] } }
}
output "groups" { value = distinct([for it in portmatrix_rules.r.aws_ingress : it.referenced_security_group_id]) }
output "own" { value = distinct([for it in portmatrix_rules.r.aws_ingress : it.security_group_id]) }
"#,
    );
    root.apply();
    let outputs = root.outputs();
    assert_eq!(
        outputs["groups"],
        json!(["sg-0aaaaaaaaaaaaaaa1", "sg-0aaaaaaaaaaaaaaa2"])
    );
    assert_eq!(outputs["own"], json!(["sg-0b0b0b0b0b0b0b0b0"]));
    root.has_nothing_to_do();
}

/// As the guide says: a data source that depends on something is read during the apply, rules are not put off.
fn depends_on(cli: &Cli) {
    let layout = |data: &str, rules: &str| {
        format!(
            r#"
resource "terraform_data" "later" {{}}
data "portmatrix_product" "kong" {{
  name = "kong"
  {data}
}}
resource "portmatrix_rules" "r" {{
  fail_on = "never"
  zones   = {{ for name, it in data.portmatrix_product.kong.zones : name => {{ components = it, ipv4 = {{ a = "10.0.0.0/8" }}, host = true }} }}
  {rules}
}}
resource "terraform_data" "rule" {{ for_each = portmatrix_rules.r.rules }}
"#
        )
    };
    let waits = "depends_on = [terraform_data.later]";
    let root = Root::new(cli, &layout("", waits));
    root.run(&["plan"]).succeeds();
    root.main(&layout(waits, ""));
    let run = root.run(&["plan"]);
    run.fails();
    run.says("collection-unknown");
    run.says("`zones` is known only after apply");
}

/// In the attribute, or at the key where the value is written in place.
fn a_mistake_is_shown_at_its_line(cli: &Cli) {
    let root = Root::new(
        cli,
        r#"
variable "zones" {
  type    = any
  default = { dmz = { components = ["kong.node"], aws = { securty_group_id = "sg-1" } } }
}
resource "portmatrix_rules" "elsewhere" {
  zones = var.zones
}
"#,
    );
    // Variables have no values yet when a configuration is validated.
    root.run(&["validate"]).succeeds();
    let run = root.run(&["plan"]);
    run.fails();
    run.says("`aws` block has no argument `securty_group_id`");
    run.says("zones[\"dmz\"].aws[\"securty_group_id\"]");
    run.says("Did you mean `security_group_id`?");
    run.says("zones = var.zones");
    root.main(
        r#"
resource "portmatrix_rules" "here" {
  zones = {
    lan = { components = ["kong.client"], ipv4 = { a = "10.0.0.0/24" } }
    dmz = { components = ["kong.node"], host = true, ipv4 = { a = ["10.1.0.0/24"] } }
  }
}
"#,
    );
    let run = root.run(&["validate"]);
    run.fails();
    run.says("expected text, found a list (at `zones[\"dmz\"].ipv4[\"a\"]`)");
    run.says("dmz = { components = [\"kong.node\"], host = true");
}

fn another_type_alone_is_no_change(cli: &Cli) {
    let layout = |zones: &str| {
        format!(
            "resource \"portmatrix_rules\" \"this\" {{\n  products = {{ kong = {{ disable = [\"database\"] }} }}\n  zones = {zones}\n}}\n"
        )
    };
    let root = Root::new(
        cli,
        &layout(
            r#"{
    lan = { components = ["kong.client"], ipv4 = { a = "10.0.0.0/24" } }
    dmz = { components = ["kong.node"], host = true }
  }"#,
        ),
    );
    root.apply();
    root.main(&layout(
        r#"{
    "//" = "a comment"
    lan  = { components = tolist(["kong.client"]), ipv4 = tomap({ a = "10.0.0.0/24" }), trust = null }
    dmz  = { components = toset(["kong.node"]), host = {} }
  }"#,
    ));
    root.has_nothing_to_do();
    root.edit("main.tf", &[("10.0.0.0/24", "10.0.1.0/24")]);
    root.apply();
    root.has_nothing_to_do();
}
