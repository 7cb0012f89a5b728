//! `portmatrix_review` without a cloud: rows as people and providers write them, mistakes, and what is not known yet.

use crate::end_to_end::Test;
use crate::end_to_end::cli::{Cli, Root};
use serde_json::json;

pub(crate) const TESTS: &[Test] = &[
    (
        "splits_order_and_spelling_are_no_difference",
        splits_order_and_spelling,
    ),
    (
        "the_differences_that_fail_are_chosen",
        the_differences_that_fail_are_chosen,
    ),
    ("mistakes_are_named_at_their_place", mistakes),
    ("a_row_is_shown_at_its_line", a_row_is_shown_at_its_line),
    (
        "a_review_of_what_is_not_there_yet_waits_for_the_apply",
        what_is_not_there_yet,
    ),
];

/// A wanted layout on three clouds, and what is in place: the same, written otherwise.
const SAME: &str = r#"
resource "portmatrix_rules" "edge" {
  zone "internet" {
    trust      = "public"
    components = []
    ipv4       = { any = "0.0.0.0/0" }
  }
  zone "dmz" {
    components = []
    ipv4       = { a = "10.1.0.0/24" }
    aws { security_group_id = "sg-1" }
    azure {
      resource_group_name         = "Edge"
      network_security_group_name = "dmz"
    }
    gcp {
      network     = "edge"
      target_tags = ["web"]
    }
  }
  flow "web" {
    from     = ["internet"]
    to       = ["dmz"]
    services = ["tcp/8443"]
    exposure = "public"
  }
  directions = ["ingress"]
}

locals {
  halves = ["128.0.0.0/1", "0.0.0.0/1"]
  aws = [for it in local.halves : {
    security_group_rule_id = it
    security_group_id      = "123456789012/sg-1"
    is_egress              = false
    ip_protocol            = "TCP"
    from_port              = 8443
    to_port                = 8443
    cidr_ipv4              = it
    cidr_ipv6              = ""
    arn                    = "an attribute that the provider returns too"
  }]
  azure = [for key, it in portmatrix_rules.edge.azure_rules : merge(it, {
    source_address_prefixes    = toset([])
    destination_port_ranges    = toset([])
    source_port_ranges         = toset([])
    destination_address_prefix = it.destination_address_prefix == null ? "" : it.destination_address_prefix
  })]
  gcp = [for it in portmatrix_rules.edge.gcp_rules : {
    name          = it.name
    network       = "projects/p/global/networks/edge"
    project       = "p"
    source_ranges = local.halves
    target_tags   = ["web"]
    allow         = [{ protocol = "TCP", ports = ["8443"] }]
  }]
}

data "portmatrix_review" "edge" {
  rules        = portmatrix_rules.edge.rules
  aws_ingress  = portmatrix_rules.edge.aws_ingress
  azure_rules  = portmatrix_rules.edge.azure_rules
  actual_aws   = local.aws
  actual_azure = { (local.group) = local.azure }
  gcp_rules    = portmatrix_rules.edge.gcp_rules
  actual_gcp   = local.gcp
  directions   = ["ingress"]
  import_to = {
    aws_ingress = "module.x.aws_vpc_security_group_ingress_rule.edge"
    azure_rules = "azurerm_network_security_rule.edge"
    gcp_rules   = "google_compute_firewall.edge"
  }
}

locals {
  group = "/subscriptions/0/resourceGroups/EDGE/providers/Microsoft.Network/networkSecurityGroups/DMZ"
}

output "review" {
  value = data.portmatrix_review.edge
}
"#;

fn splits_order_and_spelling(cli: &Cli) {
    let root = Root::new(cli, SAME);
    root.apply().does_not_say("Warning:");
    let review = &root.outputs()["review"];
    assert_eq!(review["in_sync"], true, "{review:#}");
    assert_eq!(review["missing"], json!([]));
    assert_eq!(review["extra"], json!([]));
    let blocks = review["import_blocks"].as_str().expect("a text");
    let id = "/networkSecurityGroups/DMZ/securityRules/dmz.in.tcp-8443.internet.ipv4\"";
    assert!(blocks.contains(id), "{blocks}");
    let id = "\"projects/p/global/firewalls/default--dmz--i--";
    assert!(blocks.contains(id), "{blocks}");
    assert!(
        !blocks.contains("aws_vpc"),
        "halves are not one rule: {blocks}"
    );
    root.has_nothing_to_do();
}

/// One rule too many and one too few.
const DIFFERENT: &str = r#"
data "portmatrix_review" "edge" {
  aws_ingress = {
    "dmz/tcp-443/lan:ipv4:a" = { security_group_id = "sg-1", ip_protocol = "tcp", from_port = 443, to_port = 443, cidr_ipv4 = "10.0.0.0/24" }
  }
  actual_aws = [
    { security_group_rule_id = "sgr-22", security_group_id = "sg-1", is_egress = false, ip_protocol = "tcp", from_port = 22, to_port = 22, cidr_ipv4 = "0.0.0.0/0" },
    { security_group_rule_id = "sgr-out", security_group_id = "sg-1", is_egress = true, ip_protocol = "-1", cidr_ipv4 = "0.0.0.0/0" },
  ]
  fail_on = "FAIL_ON"
  ignore  = ["IGNORE"]
}

output "review" {
  value = data.portmatrix_review.edge
}
"#;

fn the_differences_that_fail_are_chosen(cli: &Cli) {
    let text = |fail_on: &str, ignore: &str| {
        DIFFERENT
            .replace("FAIL_ON", fail_on)
            .replace("IGNORE", ignore)
    };
    let root = Root::new(cli, &text("never", "sg-2"));
    let run = root.apply();
    run.says("Warning: missing: ");
    run.says("Warning: extra: ");
    let review = &root.outputs()["review"];
    assert_eq!(review["missing"], json!(["dmz/tcp-443/lan:ipv4:a"]));
    assert_eq!(review["extra"], json!(["sgr-22"]));
    assert_eq!(review["in_sync"], false);
    let said = format!("{} {}", review["summary"], review["markdown"]);
    assert!(
        said.contains("1 rule not reviewed") || said.contains("1 rules not reviewed"),
        "{said}"
    );
    for (fail_on, errors, warnings) in [
        ("extra", &["extra"][..], &["missing"][..]),
        ("missing", &["missing"], &["extra"]),
        ("any", &["extra", "missing"], &[]),
    ] {
        root.main(&text(fail_on, "sg-2"));
        let run = root.run(&["plan"]);
        run.fails();
        for kind in errors {
            run.says(&format!("Error: {kind}: "));
        }
        for kind in warnings {
            run.says(&format!("Warning: {kind}: "));
        }
    }
    root.main(&text("any", "sg-?"));
    root.apply();
    assert_eq!(root.outputs()["review"]["in_sync"], true);
}

const MISTAKES: &str = r#"
data "portmatrix_review" "rows" {
  aws_ingress = {
    "a/tcp-1/b:ipv4:c" = null
  }
  actual_aws = [
    { security_group_id = "sg-1", is_egress = false, ip_protocol = "tcp", from_port = 1, to_port = 1, cidr_ip4 = "10.0.0.0/8" },
    { security_group_id = "sg-1", is_egress = false, ip_protocol = "tcp", from_port = 1, to_port = 1, cidr_ipv4 = "10.0.0.0/33" },
    { security_group_id = "sg-1", is_egress = false, ip_protocol = "tcp", from_port = 2, to_port = 1, cidr_ipv4 = "10.0.0.0/8" },
    { security_group_id = "sg-1", is_egress = null, ip_protocol = "tcp", from_port = 1, to_port = 1, cidr_ipv4 = "10.0.0.0/8" },
    { security_group_id = null, is_egress = true, ip_protocol = "tpc", cidr_ipv4 = "10.0.0.0/8" },
    { security_group_id = "sg-1", is_egress = true, ip_protocol = "tpc", cidr_ipv4 = "10.0.0.0/8" },
    { security_group_id = "sg-1", is_egress = true, ip_protocol = "tcp", from_port = 443.5, to_port = 444, cidr_ipv4 = "10.0.0.0/8" },
    { security_group_id = "sg-1", is_egress = true, ip_protocol = "tcp", from_port = 443, to_port = 443 },
  ]
  actual_azure = {
    "edge" = []
    "a/b"  = null
    "c/d"  = []
    "C/D"  = []
  }
  import_to = { aws_ingres = "aws_vpc_security_group_ingress_rule.edge[0]" }
  ignore    = [null]
  fail_on   = "always"
}

data "portmatrix_review" "nothing" {
  actual_aws = []
}

data "portmatrix_review" "one_side" {
  aws_egress = {}
  actual_aws = []
  directions = ["ingress"]
  azure_rules = {
    x = { resource_group_name = "a", network_security_group_name = "b", direction = "Inbound", access = "Allow", priority = 100, protocol = "Tcp" }
  }
}
"#;

fn mistakes(cli: &Cli) {
    let run = Root::new(cli, MISTAKES).run(&["validate"]);
    run.fails();
    for words in [
        "an element is `null` (at `aws_ingress[\"a/tcp-1/b:ipv4:c\"]`)",
        "unknown attribute `cidr_ip4` (at `actual_aws[0][\"cidr_ip4\"]`)",
        "Did you mean `cidr_ipv4`?",
        "has no peer (at `actual_aws[7].cidr_ipv4`)",
        "(at `actual_aws[1].cidr_ipv4`)",
        "(at `actual_aws[2].from_port`)",
        "(at `actual_aws[3].is_egress`)",
        "(at `actual_aws[4].security_group_id`)",
        "has `tpc` as `ip_protocol` (at `actual_aws[5].ip_protocol`)",
        "(at `actual_azure[\"edge\"]`)",
        "its rules are `null` (at `actual_azure[\"a/b\"]`)",
        "are the same group to the review",
        "`443.5` is not a whole number (at `actual_aws[6].from_port`)",
        "`aws_egress` is set, but `directions` omits `egress`",
        "`aws_ingres` is not an argument for wanted rules",
        "Did you mean `aws_ingress`?",
        "is not the address of a resource with `for_each`",
        "a list contains `null` (at `ignore[0]`)",
        "`always` is not a valid value",
        "none of `aws_ingress`, `aws_egress`, `azure_rules`, `gcp_rules`, `openstack_rules` is set",
        "`azure_rules` is set, but `actual_azure` is not",
    ] {
        run.says(words);
    }
}

/// A misspelt attribute in a row, in a list and in a map: the CLI shows the line of the row.
fn a_row_is_shown_at_its_line(cli: &Cli) {
    let text = r#"
data "portmatrix_review" "edge" {
  aws_ingress = {
    "a/tcp-1/b:ipv4:c" = { security_group_id = "sg-1", ip_protocol = "tcp", from_port = 1, to_port = 1, cidr_ipv4 = "10.0.0.0/8" }
    "a/tcp-2/b:ipv4:c" = { security_group_id = "sg-1", ip_protocol = "tcp", from_port = 2, to_port = 2, WANTED = "10.0.0.0/8" }
  }
  actual_aws = [
    { security_group_id = "sg-1", is_egress = false, ip_protocol = "tcp", from_port = 1, to_port = 1, cidr_ipv4 = "10.0.0.0/8" },
    { security_group_id = "sg-1", is_egress = false, ip_protocol = "tcp", from_port = 2, to_port = 2, EXISTING = "10.0.0.0/8", arn = "x" },
  ]
}
"#;
    let root = Root::new(cli, "");
    for (wanted, existing, line) in [
        (
            "cidr_ip4",
            "cidr_ipv4",
            "\"a/tcp-2/b:ipv4:c\" = { security_group_id",
        ),
        (
            "cidr_ipv4",
            "cidr_ip4",
            "{ security_group_id = \"sg-1\", is_egress = false, ip_protocol = \"tcp\", from_port = 2",
        ),
    ] {
        root.main(&text.replace("WANTED", wanted).replace("EXISTING", existing));
        let run = root.run(&["validate"]);
        run.fails();
        run.says(line);
        run.says("Did you mean `cidr_ipv4`?");
    }
    root.main(
        &text
            .replace("WANTED", "cidr_ipv4")
            .replace("EXISTING", "cidr_ipv4"),
    );
    root.apply();
}

/// In the first plan there are no ids; core then reads the review at apply, and nothing fails.
fn what_is_not_there_yet(cli: &Cli) {
    let unknown = r#"
resource "terraform_data" "group" {
  input = "sg-1"
}
"#;
    let text = SAME
        .replace(
            "{ security_group_id = \"sg-1\" }",
            "{ security_group_id = terraform_data.group.output }",
        )
        .replace("\"123456789012/sg-1\"", "terraform_data.group.output");
    let root = Root::new(cli, &format!("{unknown}{text}"));
    let plan = root.plan();
    assert!(!plan.said.contains("Warning:"), "{}", plan.said);
    root.run(&["apply", "saved.tfplan"]).succeeds();
    assert_eq!(root.outputs()["review"]["in_sync"], true);
    root.has_nothing_to_do();
}
