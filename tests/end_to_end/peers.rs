//! Peers that are not ours, with the real AWS provider: groups of another team, any of several groups, groups and addresses.

use crate::end_to_end::Test;
use crate::end_to_end::cli::{Cli, Root};
use crate::end_to_end::cloud::{moto, offer_aws, turned};
use crate::end_to_end::endpoint::Endpoint;
use expect_test::expect;

pub(crate) const TESTS: &[Test] = &[(
    "groups_of_others_are_peers_and_get_no_rules",
    groups_of_others_are_peers_and_get_no_rules,
)];

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
