//! One resource with very many rules, and a state of tens of megabytes.

use crate::end_to_end::Test;
use crate::end_to_end::cli::{Cli, Root};
use crate::end_to_end::load::measured;

pub(crate) const TESTS: &[Test] = &[
    ("a_hundred_thousand_rules", a_hundred_thousand_rules),
    ("a_state_of_60_megabytes", a_state_of_60_megabytes),
];

/// Plan, apply and plan again, with the time and the memory that they take: most of either is the CLI's.
fn a_hundred_thousand_rules(cli: &Cli) {
    let root = Root::new(
        cli,
        r#"
resource "portmatrix_rules" "it" {
  directions = ["ingress"]
  zone "clients" {
    components = []
    ipv4       = { for it in range(1000) : "a${it}" => cidrsubnet("10.0.0.0/8", 16, it) }
  }
  zone "servers" {
    components = []
    aws {
      security_group_id = "sg-1"
      max_rules         = 200000
    }
  }
  flow "load" {
    from     = ["clients"]
    to       = ["servers"]
    services = [for it in range(100) : "tcp/${8000 + 2 * it}"]
  }
}
output "rules" {
  value = length(portmatrix_rules.it.aws_ingress)
}
"#,
    );
    let run = |arguments: &[&str]| measured(cli, root.call().start(arguments), &root.path("."));
    run(&["plan", "-out=saved.tfplan"]).succeeds();
    run(&["apply", "saved.tfplan"]).succeeds();
    let second = run(&["plan", "-detailed-exitcode"]);
    assert_eq!(second.code, 0, "{second}");
    assert_eq!(root.outputs()["rules"], 100_000);
}

/// Plan, apply and plan again: messages of this size pass both ways, and nothing changes on the way.
fn a_state_of_60_megabytes(cli: &Cli) {
    let root = Root::new(
        cli,
        r#"
resource "portmatrix_rules" "edge" {
  zone "callers" {
    components = ["kong.client"]
    # A note as long as a book: what takes the time is the CLI's way with rows, and only the size is wanted here.
    description = join(" ", [for it in range(1000) : format("%054000d", it)])
    ipv4 = merge([
      for a in range(64) : { for b in range(128) : "block-${a}-${b}" => "10.${a}.${b}.0/24" }
    ]...)
  }
  zone "dmz" {
    components = ["kong.node"]
    aws {
      security_group_id = "sg-1"
      max_rules         = 200000
    }
  }
  product "kong" {
    version = "3.9"
    disable = ["admin-http", "admin-https", "manager-http", "manager-https"]
  }
}
"#,
    );
    root.run(&["plan", "-out=saved.tfplan"]).succeeds();
    root.run(&["apply", "saved.tfplan"]).succeeds();
    let size = std::fs::metadata(root.path("terraform.tfstate"))
        .expect("a state")
        .len();
    assert!(size > 60_000_000, "{size} bytes");
    root.has_nothing_to_do();
}
