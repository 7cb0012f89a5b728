//! `examples/kong-aws` with the real AWS provider against an endpoint on loopback.

use crate::end_to_end::Test;
use crate::end_to_end::cli::{Cli, Root};
use crate::end_to_end::endpoint::{Endpoint, REGION};
use crate::end_to_end::plan::Plan;
use crate::end_to_end::programs::{aws_provider, program};
use expect_test::expect;
use std::fmt::Write as _;
use std::path::PathBuf;

pub(crate) const TESTS: &[Test] = &[(
    "groups_and_rules_are_created_in_one_apply_and_destroyed",
    groups_and_rules_are_created_in_one_apply_and_destroyed,
)];

/// What both CLIs do alike.
pub(crate) const ONCE: &[Test] = &[
    (
        "a_second_product_is_added_and_removed",
        a_second_product_is_added_and_removed,
    ),
    (
        "ports_of_a_product_make_rules_without_a_layout",
        ports_of_a_product_make_rules_without_a_layout,
    ),
    (
        "a_saved_plan_is_reviewed_without_the_cloud",
        a_saved_plan_is_reviewed_without_the_cloud,
    ),
];

/// The AWS provider's program and the endpoint's, or what is missing.
pub(crate) fn is_possible() -> Result<(), String> {
    aws_provider().and(moto()).map(|_| ())
}

pub(crate) fn moto() -> Result<PathBuf, String> {
    program("moto_server", "PORTMATRIX_MOTO_SERVER")
        .map_err(|why| format!("{why} (`pip install 'moto[ec2,server]'`)"))
}

/// An example as a user has it, pointed at the endpoint by an override file next to it.
pub(crate) fn aws_example<'c>(cli: &'c Cli, endpoint: &Endpoint, name: &str) -> Root<'c> {
    offer_aws(cli);
    let root = Root::copied(cli, name);
    let text = turned(endpoint, &root.read("main.tf"));
    root.write("endpoint_override.tf", &text);
    root.run(&["init"]).succeeds();
    root
}

/// Puts the AWS provider into the mirror.
pub(crate) fn offer_aws(cli: &Cli) {
    let (version, program) = aws_provider().expect("the AWS provider");
    cli.offer("hashicorp/aws", &version, &program);
}

/// What turns a configuration to the endpoint, as the text of an override file.
pub(crate) fn turned(endpoint: &Endpoint, main: &str) -> String {
    let url = endpoint.url();
    // The account is asked for, or ids of other groups never look as they are written.
    let provider = format!(
        r#"
provider "aws" {{
  region                      = "{REGION}"
  access_key                  = "test"
  secret_key                  = "test"
  max_retries                 = 5
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = false

  endpoints {{
    ec2 = "{url}"
    iam = "{url}"
    sts = "{url}"
  }}
}}
"#
    );
    provider + &without_descriptions(main)
}

/// The endpoint forgets the descriptions of rules by group or list when it creates them, so with this text of an override file these
/// have none.
pub(crate) fn without_descriptions(main: &str) -> String {
    let description =
        "length(regexall(\":(group|prefix-list)\", each.key)) > 0 ? null : each.value.description";
    let mut text = String::new();
    let rules = main
        .split("\n}\n")
        .filter(|it| it.contains("each.value.description"))
        .filter_map(|it| {
            let mut lines = it.lines();
            lines.find(|it| {
                it.starts_with("resource \"aws_vpc_security_group_") && it.contains("gress_rule\"")
            })
        });
    for head in rules {
        let _ = write!(text, "\n{head}\n  description = {description}\n}}\n");
    }
    text
}

/// One apply, and every rule exists with its ports and sources: asked of the endpoint, not of the state. The CLI starts both providers.
fn groups_and_rules_are_created_in_one_apply_and_destroyed(cli: &Cli) {
    let endpoint = Endpoint::start(&moto().expect("the endpoint"));
    let root = aws_example(cli, &endpoint, "kong-aws").starts_all();
    let before = endpoint.everything();
    let plan = root.plan();
    assert!(!plan.said.contains("Warning:"), "{}", plan.said);
    root.run(&["apply", "saved.tfplan"]).succeeds();
    expect![[r"
        kong-control-plane egress tcp 5432-5432 group kong-postgresql
        kong-control-plane ingress tcp 8005-8005 group kong-data-plane
        kong-control-plane ingress tcp 8006-8006 group kong-data-plane
        kong-control-plane ingress tcp 8007-8007 list monitoring
        kong-control-plane ingress tcp 8444-8444 10.99.0.0/16
        kong-control-plane ingress tcp 8445-8445 10.99.0.0/16
        kong-data-plane egress tcp 8005-8005 group kong-control-plane
        kong-data-plane egress tcp 8006-8006 group kong-control-plane
        kong-data-plane egress tcp 8443-8443 10.10.8.0/24
        kong-data-plane egress tcp 8443-8443 10.10.9.0/24
        kong-data-plane ingress tcp 443-443 0.0.0.0/0
        kong-data-plane ingress tcp 443-443 ::/0
        kong-data-plane ingress tcp 80-80 0.0.0.0/0
        kong-data-plane ingress tcp 80-80 ::/0
        kong-data-plane ingress tcp 8007-8007 list monitoring
        kong-postgresql ingress tcp 5432-5432 group kong-control-plane
    "]]
    .assert_eq(&listed(&endpoint));
    root.has_nothing_to_do();
    root.destroy();
    assert_eq!(endpoint.everything(), before);
}

fn listed(endpoint: &Endpoint) -> String {
    endpoint.rules().join("\n") + "\n"
}

/// Another product with an operators' page on the port of Kong's Admin API, the same database, and one port of its own.
const MAGPIE: &str = r#"
format  = 1
name    = "magpie"
title   = "Magpie"
vendor  = "Example Corp."
version = "1"

[[source]]
id        = "page"
title     = "Magpie, ports"
url       = "https://docs.example.com/magpie/ports"
language  = "en"
retrieved = "2026-11-21"

[component.operator]
title = "Operators"
kind  = "external"

[component.server]
title = "Magpie"
kind  = "own"

[component.postgresql]
title = "PostgreSQL"
kind  = "dependency"

[[flow]]
id          = "admin"
from        = "operator"
to          = "server"
services    = ["tcp/8444", "tcp/9999"]
plane       = "admin"
exposure    = "internal"
need        = "required"
purpose     = { en = "Operating Magpie" }
source      = { ref = "page", at = "row 1" }

[[flow]]
id          = "database"
from        = "server"
to          = "postgresql"
services    = ["tcp/5432"]
application = ["postgresql"]
plane       = "database"
exposure    = "internal"
need        = "required"
purpose     = { en = "Magpie's data" }
source      = { ref = "page", at = "row 2" }
"#;

const JOINED: [(&str, &str); 3] = [
    (
        "[\"kong.control-plane\"]",
        "[\"kong.control-plane\", \"magpie.server\"]",
    ),
    (
        "[\"kong.postgresql\"]",
        "[\"kong.postgresql\", \"magpie.postgresql\"]",
    ),
    ("[\"kong.admin\"]", "[\"kong.admin\", \"magpie.operator\"]"),
];

/// Rules that both need stay the same objects at the endpoint; only what the second alone needs comes and goes. A renamed zone
/// keeps them too, with the blocks of the warning.
fn a_second_product_is_added_and_removed(cli: &Cli) {
    let endpoint = Endpoint::start(&moto().expect("the endpoint"));
    let root = aws_example(cli, &endpoint, "kong-aws");
    root.apply();
    let (alone, ids) = (endpoint.rules(), endpoint.everything());

    root.write("magpie.toml", MAGPIE);
    root.write(
        "magpie.tf",
        "provider \"portmatrix\" {\n  definitions = [file(\"${path.root}/magpie.toml\")]\n}\n",
    );
    root.edit("main.tf", &JOINED);
    let plan = root.plan();
    plan.destroys_nothing();
    let own = "aws_vpc_security_group_ingress_rule.kong[\"control/tcp-9999/ops:ipv4:vpn\"]";
    assert_eq!(plan.with_action("create"), [own]);
    updates_descriptions_only(&plan);
    root.run(&["apply", "saved.tfplan"]).succeeds();
    let both = endpoint.everything();
    assert!(
        ids.iter().all(|it| both.contains(it)),
        "a rule was replaced"
    );
    assert_eq!(both.len(), ids.len() + 1);
    root.has_nothing_to_do();

    for (old, new) in JOINED {
        root.edit("main.tf", &[(new, old)]);
    }
    let plan = root.plan();
    assert_eq!(plan.with_action("delete"), [own]);
    assert_eq!(plan.with_action("delete+create"), [""; 0]);
    updates_descriptions_only(&plan);
    root.run(&["apply", "saved.tfplan"]).succeeds();
    assert_eq!((endpoint.rules(), endpoint.everything()), (alone, ids));
    root.has_nothing_to_do();
}

fn updates_descriptions_only(plan: &Plan) {
    let updated = plan.with_action("update");
    assert!(updated.iter().any(|it| it.contains("control/tcp-8444/ops")));
    for address in updated.iter().filter(|it| it.starts_with("aws_")) {
        assert_eq!(plan.changed(address), ["description"], "{address}");
    }
}

/// `examples/product-aws`. A flow that is switched on adds its port, and touches no other rule.
fn ports_of_a_product_make_rules_without_a_layout(cli: &Cli) {
    let endpoint = Endpoint::start(&moto().expect("the endpoint"));
    let root = aws_example(cli, &endpoint, "product-aws");
    let before = endpoint.everything();
    let plan = root.plan();
    assert!(!plan.said.contains("Warning:"), "{}", plan.said);
    root.run(&["apply", "saved.tfplan"]).succeeds();
    expect![[r"
        kong egress tcp 5432-5432 group kong-postgresql
        kong ingress tcp 443-443 0.0.0.0/0
        kong ingress tcp 80-80 0.0.0.0/0
        kong ingress tcp 8444-8444 10.99.0.0/16
        kong ingress tcp 8445-8445 10.99.0.0/16
        kong-postgresql ingress tcp 5432-5432 group kong
    "]]
    .assert_eq(&listed(&endpoint));
    root.has_nothing_to_do();

    let ports = (
        "proxy-https = \"443\" }",
        "proxy-https = \"443\", stream = \"9000-9010\" }\n  enable = [\"stream\"]",
    );
    root.edit("main.tf", &[ports]);
    let plan = root.plan();
    plan.destroys_nothing();
    assert_eq!(plan.with_action("update"), [""; 0]);
    assert_eq!(
        plan.with_action("create"),
        ["aws_vpc_security_group_ingress_rule.public[\"tcp-9000-9010\"]"]
    );
    root.run(&["apply", "saved.tfplan"]).succeeds();
    root.has_nothing_to_do();
    root.destroy();
    assert_eq!(endpoint.everything(), before);
}

/// A rule without a flow, written by hand in the configuration.
const ROGUE: &str = r#"
resource "aws_vpc_security_group_ingress_rule" "debugging" {
  security_group_id = aws_security_group.control_plane.id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 8001
  to_port           = 8001
}
"#;

/// The program reads what the CLI prints, before and after; a rule that is not wanted is found in the plan that would add it.
fn a_saved_plan_is_reviewed_without_the_cloud(cli: &Cli) {
    let endpoint = Endpoint::start(&moto().expect("the endpoint"));
    let root = aws_example(cli, &endpoint, "kong-aws");
    let saved = ["saved.tfplan"];
    root.plan();
    let first = root.review(&saved, &[]);
    first.succeeds();
    first.says("in sync: 16 rules at 3 points");
    root.run(&["apply", "saved.tfplan"]).succeeds();
    // The group's blocks are read anew by the next plan, and mirror the rules.
    root.plan();
    for reviewed in [&saved[..], &[]] {
        let after = root.review(reviewed, &["--fail-on", "info"]);
        after.succeeds();
        after.says("in sync: 16 rules at 3 points");
    }

    root.write("rogue.tf", ROGUE);
    root.plan();
    let found = root.review(&saved, &[]);
    found.fails();
    found.says("error: extra: `aws_vpc_security_group_ingress_rule.debugging` allows tcp/8001 from 0.0.0.0/0");
    found.says("`kong.admin-http`");
    root.review(&saved, &["--before"]).succeeds();
    root.review(&saved, &["--ignore", "*.debugging"]).succeeds();
}
