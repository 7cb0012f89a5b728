//! First plans of several shapes: rules by hand at groups that the plan creates are found before the apply.

use crate::end_to_end::Test;
use crate::end_to_end::cli::{Cli, Root};
use crate::end_to_end::cloud::offer_aws;
use crate::end_to_end::modules;

pub(crate) const TESTS: &[Test] = &[(
    "rules_by_hand_at_new_groups_are_found_before_the_apply",
    rules_by_hand_at_new_groups,
)];

/// Groups in a module, by name.
const NET: &str = r#"
variable "names" {
  type = set(string)
}
resource "aws_security_group" "this" {
  for_each = var.names
  name     = each.key
}
output "ids" {
  value = { for name, group in aws_security_group.this : name => group.id }
}
"#;

/// A layout in blocks whose groups come in as inputs, with its rules.
const BLOCKS: &str = r#"
terraform {
  required_providers {
    portmatrix = { source = "portmatrix/portmatrix" }
  }
}
variable "app" {}
variable "pg" {}
variable "office" {}
resource "portmatrix_rules" "r" {
  zone "app" {
    components = ["postgresql.client"]
    aws { security_group_id = var.app }
  }
  zone "office" {
    components = ["postgresql.client"]
    ipv4       = { a = "${var.office}/32" }
  }
  zone "pg" {
    components = ["postgresql.server"]
    aws { security_group_id = var.pg.id }
  }
}
resource "aws_vpc_security_group_ingress_rule" "r" {
  for_each                     = portmatrix_rules.r.aws_ingress
  security_group_id            = each.value.security_group_id
  cidr_ipv4                    = each.value.cidr_ipv4
  referenced_security_group_id = each.value.referenced_security_group_id
  ip_protocol                  = each.value.ip_protocol
  from_port                    = each.value.from_port
  to_port                      = each.value.to_port
}
resource "aws_vpc_security_group_egress_rule" "r" {
  for_each                     = portmatrix_rules.r.aws_egress
  security_group_id            = each.value.security_group_id
  cidr_ipv4                    = each.value.cidr_ipv4
  referenced_security_group_id = each.value.referenced_security_group_id
  ip_protocol                  = each.value.ip_protocol
  from_port                    = each.value.from_port
  to_port                      = each.value.to_port
}
"#;

/// Groups of the root in blocks of a module that is called twice, and groups of a module in a layout as data.
const MAIN: &str = r#"
terraform {
  required_providers {
    portmatrix = { source = "portmatrix/portmatrix" }
    aws        = { source = "hashicorp/aws", version = "5.100.0" }
  }
}
provider "aws" {
  region                      = "eu-central-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = true
}
resource "aws_eip" "office" {}
resource "aws_security_group" "app" {
  for_each = toset(["dev", "prod"])
  name     = "app-${each.key}"
}
resource "aws_security_group" "pg" {
  for_each = toset(["dev", "prod"])
  name     = "pg-${each.key}"
}
module "env" {
  source   = "./env"
  for_each = toset(["dev", "prod"])
  app      = aws_security_group.app[each.key].id
  pg       = aws_security_group.pg[each.key]
  office   = aws_eip.office.public_ip
}
module "net" {
  source = "./net"
  names  = ["kong", "store"]
}
module "fw" {
  source = "./modules/aws"
  zones = {
    kong  = { components = ["postgresql.client"], aws = { security_group_id = module.net.ids["kong"] } }
    store = { components = ["postgresql.server"], aws = { security_group_id = module.net.ids["store"] } }
  }
}
"#;

/// A rule by hand, for a port and from everyone.
fn hole(name: &str, group: &str, port: u16) -> String {
    format!(
        "resource \"aws_vpc_security_group_ingress_rule\" \"{name}\" {{\n  security_group_id = {group}\n  cidr_ipv4 = \"0.0.0.0/0\"\n  \
         ip_protocol = \"tcp\"\n  from_port = {port}\n  to_port = {port}\n}}\n"
    )
}

fn rules_by_hand_at_new_groups(cli: &Cli) {
    offer_aws(cli);
    let root = Root::empty(cli);
    modules::copied_to(&root);
    for (folder, text) in [("env", BLOCKS), ("net", NET)] {
        std::fs::create_dir(root.path(folder)).expect("a folder");
        root.write(&format!("{folder}/main.tf"), text);
    }
    root.write("main.tf", MAIN);
    root.run(&["init", "-input=false"]).succeeds();
    root.plan();
    let saved = ["saved.tfplan"];
    let run = root.review(&saved, &["--fail-on", "info"]);
    run.succeeds();
    run.says("in sync: ");

    let holes = [
        hole("direct", "aws_security_group.pg[\"prod\"].id", 22),
        hole("wider", "aws_security_group.pg[\"dev\"].id", 5432),
        hole("output", "module.net.ids[\"store\"]", 22),
        hole("maybe", "module.net.ids[\"kong\"]", 5432),
    ];
    root.write("holes.tf", &holes.concat());
    root.plan();
    let run = root.review(&saved, &["--allow-unknown"]);
    run.fails();
    for (name, group) in [
        ("direct", "aws_security_group.pg[\"prod\"]"),
        ("wider", "aws_security_group.pg[\"dev\"]"),
        ("output", "module.net.aws_security_group.this[\"store\"]"),
    ] {
        let rule = format!("`aws_vpc_security_group_ingress_rule.{name}` allows tcp/");
        run.says(&rule);
        run.says(&format!("at `{group}`"));
    }
    run.says("3 differences");
    run.says("not compared: `aws_vpc_security_group_ingress_rule.maybe`");

    root.write("holes.tf", &holes[3]);
    root.plan();
    root.review(&saved, &[]).fails();
    root.review(&saved, &["--allow-unknown"]).succeeds();
}
