//! Peers that are not ours, with the real AWS provider: groups of another team, any of several groups, groups and addresses.

use crate::end_to_end::Test;
use crate::end_to_end::cli::{Cli, Root};
use crate::end_to_end::cloud::{moto, offer_aws, turned};
use crate::end_to_end::endpoint::Endpoint;
use expect_test::expect;

/// What both CLIs do alike.
pub(crate) const TESTS: &[Test] = &[
    (
        "groups_of_others_are_peers_and_get_no_rules",
        groups_of_others_are_peers_and_get_no_rules,
    ),
    (
        "addresses_that_move_among_names_settle",
        addresses_that_move_among_names_settle,
    ),
];

const MAIN: &str = r#"
terraform {
  required_providers {
    aws        = { source = "hashicorp/aws" }
    portmatrix = { source = "portmatrix/portmatrix" }
  }
}

variable "clients" {
  type    = set(string)
  default = ["billing", "orders", "web"]
}

resource "aws_security_group" "client" {
  for_each = var.clients
  name     = each.key
}

# Another team has this one, with rules of its own.
resource "aws_security_group" "apps" {
  name = "apps"
  egress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_security_group" "office" {
  name = "office"
}

resource "aws_security_group" "pg" {
  name = "pg"
}

resource "portmatrix_rules" "pg" {
  zone "apps" {
    enforce    = false
    components = ["postgresql.client"]
    aws { security_group_id = aws_security_group.apps.id }
  }
  zone "clients" {
    components = ["postgresql.client"]
    aws { peer_security_group_ids = { for it in var.clients : it => aws_security_group.client[it].id } }
  }
  zone "office" {
    components = ["postgresql.client"]
    peer_by    = "both"
    ipv4       = { premises = "10.200.0.0/16" }
    aws { peer_security_group_ids = { remote = aws_security_group.office.id } }
  }
  zone "pg" {
    components = ["postgresql.server"]
    aws { security_group_id = aws_security_group.pg.id }
  }
  product "postgresql" { version = "17" }
}

resource "aws_vpc_security_group_ingress_rule" "pg" {
  for_each                     = portmatrix_rules.pg.aws_ingress
  security_group_id            = each.value.security_group_id
  cidr_ipv4                    = each.value.cidr_ipv4
  cidr_ipv6                    = each.value.cidr_ipv6
  referenced_security_group_id = each.value.referenced_security_group_id
  prefix_list_id               = each.value.prefix_list_id
  ip_protocol                  = each.value.ip_protocol
  from_port                    = each.value.from_port
  to_port                      = each.value.to_port
  description                  = each.value.description
}

resource "aws_vpc_security_group_egress_rule" "pg" {
  for_each                     = portmatrix_rules.pg.aws_egress
  security_group_id            = each.value.security_group_id
  cidr_ipv4                    = each.value.cidr_ipv4
  cidr_ipv6                    = each.value.cidr_ipv6
  referenced_security_group_id = each.value.referenced_security_group_id
  prefix_list_id               = each.value.prefix_list_id
  ip_protocol                  = each.value.ip_protocol
  from_port                    = each.value.from_port
  to_port                      = each.value.to_port
  description                  = each.value.description
}
"#;

fn groups_of_others_are_peers_and_get_no_rules(cli: &Cli) {
    let endpoint = Endpoint::start(&moto().expect("the endpoint"));
    offer_aws(cli);
    let root = Root::empty(cli);
    root.write("main.tf", MAIN);
    root.write("endpoint_override.tf", &turned(&endpoint, MAIN));
    root.run(&["init"]).succeeds();
    let before = endpoint.everything();
    let plan = root.plan();
    assert!(!plan.said.contains("Warning:"), "{}", plan.said);
    root.run(&["apply", "saved.tfplan"]).succeeds();
    expect![[r"
        apps egress tcp 443-443 0.0.0.0/0
        pg ingress tcp 5432-5432 10.200.0.0/16
        pg ingress tcp 5432-5432 group apps
        pg ingress tcp 5432-5432 group billing
        pg ingress tcp 5432-5432 group office
        pg ingress tcp 5432-5432 group orders
        pg ingress tcp 5432-5432 group web"]]
    .assert_eq(&endpoint.rules().join("\n"));
    root.has_nothing_to_do();

    let all = "[\"billing\", \"orders\", \"web\"]";
    let fewer = "[\"billing\", \"web\"]";
    let rule = "aws_vpc_security_group_ingress_rule.pg[\"pg/tcp-5432/clients:group:orders\"]";
    let group = "aws_security_group.client[\"orders\"]";
    for (from, to, action) in [(all, fewer, "delete"), (fewer, all, "create")] {
        root.edit("main.tf", &[(from, to)]);
        let plan = root.plan();
        assert_eq!(plan.with_action(action), [group, rule]);
        assert_eq!(plan.with_action("update"), ["portmatrix_rules.pg"]);
        root.run(&["apply", "saved.tfplan"]).succeeds();
        root.has_nothing_to_do();
    }
    root.destroy();
    assert_eq!(endpoint.everything(), before);
}

/// Offices by their positions in a list.
const OFFICES: &str = r#"
terraform {
  required_providers {
    aws        = { source = "hashicorp/aws" }
    portmatrix = { source = "portmatrix/portmatrix" }
  }
}

variable "offices" {
  type    = list(string)
  default = ["10.201.0.0/16", "10.202.0.0/16"]
}

resource "aws_security_group" "pg" {
  name = "pg"
}

resource "portmatrix_rules" "pg" {
  zone "offices" {
    components = ["postgresql.client"]
    ipv4       = { for at, it in var.offices : at => it }
  }
  zone "pg" {
    components = ["postgresql.server"]
    aws { security_group_id = aws_security_group.pg.id }
  }
  product "postgresql" { version = "17" }
}

resource "aws_vpc_security_group_ingress_rule" "pg" {
  for_each          = portmatrix_rules.pg.aws_ingress
  security_group_id = each.value.security_group_id
  cidr_ipv4         = each.value.cidr_ipv4
  ip_protocol       = each.value.ip_protocol
  from_port         = each.value.from_port
  to_port           = each.value.to_port
}
"#;

/// The warning is at the line with the addresses. The endpoint rejects a rule that another still is, as AWS does, if the CLI creates the
/// one before it changes the other; the next apply then goes through.
fn addresses_that_move_among_names_settle(cli: &Cli) {
    let endpoint = Endpoint::start(&moto().expect("the endpoint"));
    offer_aws(cli);
    let root = Root::empty(cli);
    root.write("main.tf", OFFICES);
    root.write("endpoint_override.tf", &turned(&endpoint, OFFICES));
    root.run(&["init"]).succeeds();
    root.run(&["apply", "-auto-approve"]).succeeds();

    let more = "[\"10.200.0.0/16\", \"10.201.0.0/16\", \"10.202.0.0/16\"]";
    root.edit(
        "main.tf",
        &[("[\"10.201.0.0/16\", \"10.202.0.0/16\"]", more)],
    );
    let line = root.read("main.tf");
    let line = line
        .lines()
        .position(|it| it.contains("for at, it in"))
        .expect("the line")
        + 1;
    let run = root.run(&["plan"]);
    run.succeeds();
    run.says("addresses-moved");
    run.says(&format!("main.tf line {line}, in resource"));
    let run = root.run(&["apply", "-auto-approve"]);
    if run.code != 0 {
        run.says("InvalidPermission.Duplicate");
        root.run(&["apply", "-auto-approve"]).succeeds();
    }
    root.has_nothing_to_do();
    expect![[r"
        pg ingress tcp 5432-5432 10.200.0.0/16
        pg ingress tcp 5432-5432 10.201.0.0/16
        pg ingress tcp 5432-5432 10.202.0.0/16"]]
    .assert_eq(&endpoint.rules().join("\n"));
    root.destroy();
}
