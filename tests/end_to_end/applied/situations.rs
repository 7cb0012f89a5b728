//! Situations that estates have: rules in blocks and next to them, default groups, modules, replacements, moves, targets.

use super::estate::Estate;
use crate::end_to_end::cli::Cli;

const NETWORK: &str = r#"
resource "aws_vpc" "net" {
  cidr_block = "10.0.0.0/16"
}
resource "aws_vpc" "side" {
  cidr_block = "10.1.0.0/16"
}
resource "aws_ec2_managed_prefix_list" "office" {
  name           = "office"
  address_family = "IPv4"
  max_entries    = 2
  entry {
    cidr = "192.0.2.0/24"
  }
}
resource "aws_default_network_acl" "net" {
  default_network_acl_id = aws_vpc.net.default_network_acl_id
  ingress {
    protocol   = "-1"
    rule_no    = 100
    action     = "allow"
    cidr_block = "0.0.0.0/0"
    from_port  = 0
    to_port    = 0
  }
  egress {
    protocol   = "-1"
    rule_no    = 100
    action     = "allow"
    cidr_block = "0.0.0.0/0"
    from_port  = 0
    to_port    = 0
  }
}
resource "aws_security_group" "client" {
  name   = "client"
  vpc_id = aws_vpc.net.id
}
"#;

/// Blocks, separate rules and older rules of every kind.
const GROUPS: &str = r#"
resource "aws_security_group" "owner" {
  name   = "owner"
  vpc_id = aws_vpc.net.id
  egress = []
  ingress {
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["10.0.1.0/24", "10.0.3.0/24"]
  }
}
resource "aws_vpc_security_group_ingress_rule" "at_owner" {
  security_group_id = aws_security_group.owner.id
  ip_protocol       = "tcp"
  from_port         = 8443
  to_port           = 8443
  cidr_ipv4         = "10.0.2.0/24"
}
resource "aws_vpc_security_group_egress_rule" "at_owner" {
  security_group_id            = aws_security_group.owner.id
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
  referenced_security_group_id = aws_security_group.client.id
}
resource "aws_security_group_rule" "at_owner" {
  security_group_id = aws_security_group.owner.id
  type              = "egress"
  protocol          = "udp"
  from_port         = 53
  to_port           = 53
  cidr_blocks       = ["10.0.0.2/32", "10.0.0.3/32"]
}
resource "aws_security_group" "blocks" {
  name   = "blocks"
  vpc_id = aws_vpc.net.id
  ingress {
    protocol         = "tcp"
    from_port        = 9000
    to_port          = 9010
    cidr_blocks      = ["10.0.1.0/24", "10.0.2.0/24"]
    ipv6_cidr_blocks = ["2001:db8::/32"]
    prefix_list_ids  = [aws_ec2_managed_prefix_list.office.id]
    security_groups  = [aws_security_group.client.id]
    self             = true
  }
  ingress {
    protocol    = "icmp"
    from_port   = 8
    to_port     = 0
    cidr_blocks = ["10.0.0.0/8"]
  }
}
resource "aws_security_group" "plain" {
  name   = "plain"
  vpc_id = aws_vpc.net.id
}
resource "aws_security_group_rule" "lists" {
  security_group_id = aws_security_group.plain.id
  type              = "ingress"
  protocol          = "tcp"
  from_port         = 80
  to_port           = 80
  cidr_blocks       = ["10.0.1.0/24", "10.0.2.0/24"]
  ipv6_cidr_blocks  = ["2001:db8::/32"]
  prefix_list_ids   = [aws_ec2_managed_prefix_list.office.id]
}
resource "aws_security_group_rule" "itself" {
  security_group_id = aws_security_group.plain.id
  type              = "ingress"
  protocol          = "-1"
  from_port         = 0
  to_port           = 0
  self              = true
}
resource "aws_security_group_rule" "source" {
  security_group_id        = aws_security_group.plain.id
  type                     = "egress"
  protocol                 = "tcp"
  from_port                = 5432
  to_port                  = 5432
  source_security_group_id = aws_security_group.client.id
}
resource "aws_vpc_security_group_ingress_rule" "list" {
  security_group_id = aws_security_group.plain.id
  ip_protocol       = "tcp"
  from_port         = 22
  to_port           = 22
  prefix_list_id    = aws_ec2_managed_prefix_list.office.id
}
"#;

/// Groups that later change their names, with and without a life of their own before the old one goes.
const REPLACED: &str = r#"
resource "aws_security_group" "first" {
  name   = "first"
  vpc_id = aws_vpc.net.id
  ingress {
    protocol    = "tcp"
    from_port   = 22
    to_port     = 22
    cidr_blocks = ["10.0.9.0/24"]
  }
}
resource "aws_vpc_security_group_egress_rule" "first" {
  security_group_id = aws_security_group.first.id
  ip_protocol       = "-1"
  cidr_ipv4         = "10.0.0.0/8"
}
resource "aws_security_group" "second" {
  name        = "second"
  description = "second"
  vpc_id      = aws_vpc.net.id
  egress      = []
  lifecycle {
    create_before_destroy = true
  }
}
resource "aws_vpc_security_group_ingress_rule" "second" {
  security_group_id = aws_security_group.second.id
  ip_protocol       = "tcp"
  from_port         = 636
  to_port           = 636
  cidr_ipv4         = "10.0.0.0/8"
}
resource "aws_security_group_rule" "second" {
  security_group_id        = aws_security_group.second.id
  type                     = "ingress"
  protocol                 = "tcp"
  from_port                = 389
  to_port                  = 389
  source_security_group_id = aws_security_group.second.id
}
"#;

const MODULES: &str = r#"
module "counted" {
  source = "./unit"
  count  = 2
  name   = "counted-${count.index}"
  vpc    = aws_vpc.net.id
  peer   = aws_security_group.client.id
}
module "named" {
  source   = "./unit"
  for_each = toset(["a", "b"])
  name     = "named-${each.key}"
  vpc      = aws_vpc.net.id
  peer     = aws_security_group.client.id
}
"#;

const UNIT: &str = r#"
variable "name" {}
variable "vpc" {}
variable "peer" {}
resource "aws_security_group" "this" {
  name   = var.name
  vpc_id = var.vpc
  ingress {
    protocol        = "tcp"
    from_port       = 443
    to_port         = 443
    security_groups = [var.peer]
  }
}
resource "aws_vpc_security_group_egress_rule" "this" {
  for_each          = toset(["10.0.1.0/24", "10.0.2.0/24"])
  security_group_id = aws_security_group.this.id
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = each.key
}
"#;

/// A rule of the default group of a network, which nothing else manages yet.
const UNMANAGED: &str = r#"
resource "aws_vpc_security_group_ingress_rule" "default" {
  security_group_id = aws_vpc.side.default_security_group_id
  ip_protocol       = "tcp"
  from_port         = 3389
  to_port           = 3389
  cidr_ipv4         = "10.0.9.0/24"
}
"#;

const TAKEN_OVER: &str = r#"
resource "aws_default_security_group" "side" {
  vpc_id = aws_vpc.side.id
  ingress {
    protocol  = "tcp"
    from_port = 443
    to_port   = 443
    self      = true
  }
}
resource "aws_default_security_group" "net" {
  vpc_id = aws_vpc.net.id
}
"#;

pub(super) fn situations_of_groups_are_as_reviewed(cli: &Cli) {
    let estate = Estate::new(cli);
    let root = &estate.root;
    std::fs::create_dir(root.path("unit")).expect("a folder");
    root.write("unit/main.tf", UNIT);
    root.write("net.tf", NETWORK);
    let all = [GROUPS, REPLACED, MODULES, UNMANAGED];
    root.write("main.tf", &all.concat());
    root.run(&["init"]).succeeds();
    // In a first plan, what a block refers to is known after apply.
    let first = [
        "aws_vpc.side",
        "aws_ec2_managed_prefix_list.office",
        "aws_default_network_acl.net",
        "aws_security_group.client",
    ];
    let targets = first.map(|it| format!("-target={it}"));
    estate.change(&targets.each_ref().map(String::as_str), "the network alone");

    let created = estate.change(&[], "created");
    estate.next_plan_agrees(&created, "created");

    // What an owner does not have goes, although the plan is not about the rules.
    let edits = [
        ("\"10.0.3.0/24\"", "\"10.0.4.0/24\""),
        ("    self             = true\n", ""),
    ];
    root.edit("main.tf", &edits);
    let targets = [
        "-target=aws_security_group.owner",
        "-target=aws_security_group.blocks",
    ];
    let changed = estate.change(&targets, "changed, and contested rules go");
    assert!(changed.said.contested().is_empty(), "{:#?}", changed.said);

    let endpoint = &estate.endpoint;
    let gone = estate.depose("second", "gone");
    let before = "  name   = \"first\"";
    root.edit(
        "main.tf",
        &[
            (before, "  name   = \"other\""),
            ("\"second\"\n  vpc", "\"other\"\n  vpc"),
        ],
    );
    root.edit(
        "main.tf",
        &[("name        = \"second\"", "name        = \"third\"")],
    );
    root.edit(
        "main.tf",
        &[(
            "\"aws_security_group\" \"blocks\"",
            "\"aws_security_group\" \"renamed\"",
        )],
    );
    root.write(
        "moved.tf",
        "moved {\n  from = aws_security_group.blocks\n  to   = aws_security_group.renamed\n}\n",
    );
    root.write("default.tf", TAKEN_OVER);
    let replaced = estate.change(
        &[],
        "replaced, moved, taken over, and contested rules come again",
    );
    estate.next_plan_agrees(&replaced, "replaced");
    assert!(endpoint.rows().iter().all(|it| it.group != gone));
    default_lists_deny(&estate);
}

/// Rules are compared as before when the default network ACLs of their networks deny, and a note names each ACL.
fn default_lists_deny(estate: &Estate) {
    let root = &estate.root;
    let first = "  ingress {\n    protocol   = \"-1\"\n    rule_no    = 100";
    let deny = first.replace("\"-1\"", "\"tcp\"").replace("100", "50");
    let deny = deny
        + "\n    action     = \"deny\"\n    cidr_block = \"10.0.9.0/24\"\n    from_port  = 22\n    to_port    = 22\n  }\n";
    root.edit("net.tf", &[(first, &(deny + first))]);
    // One without rules denies everything.
    root.write(
        "acl.tf",
        "resource \"aws_default_network_acl\" \"side\" {\n  default_network_acl_id = aws_vpc.side.default_network_acl_id\n}\n",
    );
    let blocking = [
        "aws_default_network_acl.net",
        "aws_default_network_acl.side",
    ];
    estate.change_with(&blocking, &[], "default network ACLs deny");
    let entries = estate.endpoint.ask("DescribeNetworkAcls");
    assert!(
        entries.contains("<cidrBlock>10.0.9.0/24</cidrBlock>"),
        "{entries}"
    );
}
