//! A layout as data, from wherever a configuration may have it: planned with its keys, applied, and a second plan is empty.

use crate::end_to_end::Test;
use crate::end_to_end::cli::{Cli, REQUIRED, Root};
use std::fs;

pub(crate) const TESTS: &[Test] = &[
    ("a_layout_comes_from_anywhere", a_layout_comes_from_anywhere),
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

data "portmatrix_product" "kong" { name = "kong" }

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
  zones   = { for name, components in data.portmatrix_product.kong.zones : name => { components = components, ipv4 = { a = "10.0.0.0/8" }, host = {} } }
}

resource "terraform_data" "rule" {
  for_each = merge([for it in [portmatrix_rules.by_default, portmatrix_rules.typed, portmatrix_rules.file, portmatrix_rules.merged, portmatrix_rules.each["one"], module.child.rules] :
    { for key, rule in it.aws_ingress : "${it.name == null ? "" : it.name}/${key}" => rule }]...)
  input = each.value.security_group_id
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
    let kinds = root.outputs()["kinds"].clone();
    let kinds = kinds.as_array().expect("numbers").iter();
    assert!(kinds.clone().all(|it| it.as_u64() > Some(0)), "{kinds:?}");
    root.has_nothing_to_do();
    root.destroy();
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
