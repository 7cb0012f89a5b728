//! A state of tens of megabytes.

use crate::Test;
use crate::cli::{Cli, Root};

pub(crate) const TESTS: &[Test] = &[("a_state_of_60_megabytes", a_state_of_60_megabytes)];

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
