//! Unknown values that decide which rules there are: no guess, one warning in our own words, and an apply that works all the same.

use crate::end_to_end::Test;
use crate::end_to_end::cli::{Cli, Root};

pub(crate) const TESTS: &[Test] = &[
    (
        "every_argument_that_decides_may_be_unknown",
        every_argument_that_decides_may_be_unknown,
    ),
    (
        "a_block_that_may_be_absent_decides",
        a_block_that_may_be_absent_decides,
    ),
    (
        "a_block_with_an_id_alone_is_planned",
        a_block_with_an_id_alone,
    ),
    ("for_each_over_it_is_cores_error", for_each_over_it),
    ("an_id_that_turns_out_null", an_id_that_turns_out_null),
    (
        "an_address_that_turns_out_null",
        an_address_that_turns_out_null,
    ),
    (
        "definitions_are_unknown_at_validate",
        definitions_are_unknown_at_validate,
    ),
    (
        "definitions_are_unknown_at_plan",
        definitions_are_unknown_at_plan,
    ),
    ("a_data_source_waits_for_its_arguments", a_data_source_waits),
];

/// Known only after apply, and then the same text.
const SEED: &str = "resource \"terraform_data\" \"seed\" { input = \"seed\" }\n";

/// An expression that is unknown in the plan and has this value after it.
fn after_apply(value: &str) -> String {
    format!("(terraform_data.seed.id == \"never\" ? null : {value})")
}

/// An expression that is unknown in the plan and null after it.
fn null_after_apply() -> String {
    "(terraform_data.seed.id == \"never\" ? \"sg-1\" : null)".to_owned()
}

/// One argument of each kind: what is in the layout, what is written instead, with `?(…)` around what is known only after
/// apply, and which argument the warning names.
const ARGUMENTS: [(&str, &str, &str); 20] = [
    (
        "directions = [\"ingress\", \"egress\"]",
        "directions = ?([\"ingress\"])",
        "directions",
    ),
    ("fail_on = \"error\"", "fail_on = ?(\"never\")", "fail_on"),
    (
        "trust = \"dmz\"",
        "trust = ?(\"internal\")",
        "zone[\"dmz\"].trust",
    ),
    (
        "components = [\"kong.node\"]",
        "components = ?([\"kong.node\"])",
        "zone[\"dmz\"].components",
    ),
    (
        "\"kong.node\"",
        "?(\"kong.node\")",
        "zone[\"dmz\"].components[0]",
    ),
    ("exact = false", "exact = ?(true)", "zone[\"dmz\"].exact"),
    (
        "ipv4 = { vpn = \"10.99.0.0/16\" }",
        "ipv4 = ?({ vpn = \"10.99.0.0/16\" })",
        "zone[\"ops\"].ipv4",
    ),
    (
        "advertised_ipv4 = {}",
        "advertised_ipv4 = ?({ a = \"192.0.2.0/24\" })",
        "zone[\"dmz\"].advertised_ipv4",
    ),
    (
        "peer_by = \"group\"",
        "peer_by = ?(\"cidr\")",
        "zone[\"dmz\"].aws[0].peer_by",
    ),
    (
        "max_rules = 60",
        "max_rules = ?(50)",
        "zone[\"dmz\"].aws[0].max_rules",
    ),
    (
        "prefix_list_ids = {}",
        "prefix_list_ids = ?({ a = \"pl-1\" })",
        "zone[\"dmz\"].aws[0].prefix_list_ids",
    ),
    (
        "name = \"kong\"",
        "name = ?(\"kong\")",
        "product[\"kong\"].name",
    ),
    (
        "version = \"3.9\"",
        "version = ?(\"3.9\")",
        "product[\"kong\"].version",
    ),
    (
        "profile = null",
        "definition = (terraform_data.seed.id == \"never\" ? \"\" : null)",
        "product[\"kong\"].definition",
    ),
    (
        "ports = {}",
        "ports = ?({ proxy-https = \"443\" })",
        "product[\"kong\"].ports",
    ),
    (
        "ports = {}",
        "ports = { proxy-https = ?(\"443\") }",
        "product[\"kong\"].ports[\"proxy-https\"]",
    ),
    (
        "enable = []",
        "enable = [?(\"status\")]",
        "product[\"kong\"].enable[0]",
    ),
    (
        "disable = []",
        "disable = ?([\"admin-http\"])",
        "product[\"kong\"].disable",
    ),
    (
        "services = [\"udp/123\"]",
        "services = [?(\"udp/123\")]",
        "flow[\"time\"].services[0]",
    ),
    (
        "reason = \"known\"",
        "reason = ?(\"known\")",
        "accept[0].reason",
    ),
];

fn layout(name: &str) -> String {
    format!(
        r#"
resource "portmatrix_rules" "{name}" {{
  directions = ["ingress", "egress"]
  fail_on = "error"
  zone "internet" {{
    trust = "public"
    components = ["kong.client"]
    ipv4 = {{ any = "0.0.0.0/0" }}
  }}
  zone "dmz" {{
    trust = "dmz"
    components = ["kong.node"]
    exact = false
    ipv4 = {{ a = "10.10.1.0/24" }}
    advertised_ipv4 = {{}}
    aws {{
      security_group_id = "sg-1"
      peer_by = "group"
      max_rules = 60
      prefix_list_ids = {{}}
    }}
  }}
  zone "ops" {{
    components = ["kong.admin", "kong.postgresql", "kong.monitoring"]
    ipv4 = {{ vpn = "10.99.0.0/16" }}
  }}
  product "kong" {{
    name = "kong"
    version = "3.9"
    profile = null
    ports = {{}}
    enable = []
    disable = []
  }}
  flow "time" {{
    from = ["dmz"]
    to = ["ops"]
    services = ["udp/123"]
  }}
  accept {{
    code = "exposed"
    subject = "nothing"
    reason = "known"
  }}
}}
"#
    )
}

/// The plan warns, names the argument and leaves the outputs unknown; the apply fills them in; the next plan is empty.
fn every_argument_that_decides_may_be_unknown(cli: &Cli) {
    let mut text = SEED.to_owned();
    for (at, (old, new, _)) in ARGUMENTS.iter().enumerate() {
        let one = layout(&format!("r{at}"));
        assert!(one.contains(old), "{old}");
        let unknown = new.replace("?(", "(terraform_data.seed.id == \"never\" ? null : ");
        text += &one.replacen(old, &unknown, 1);
    }
    let root = Root::new(cli, &text);
    let plan = root.run(&["plan", "-json"]);
    plan.succeeds();
    for (at, (_, _, place)) in ARGUMENTS.iter().enumerate() {
        let warned = plan.stdout.lines().any(|line| {
            let line: serde_json::Value = serde_json::from_str(line).expect("JSON");
            let said = &line["diagnostic"];
            said["address"] == format!("portmatrix_rules.r{at}")
                && said["severity"] == "warning"
                && said["summary"]
                    .as_str()
                    .is_some_and(|it| it.starts_with("collection-unknown"))
                && said["detail"].as_str().is_some_and(|it| {
                    it.starts_with(&format!("`{place}` is known only after apply"))
                })
        });
        assert!(warned, "no warning names {place}:\n{}", plan.stdout);
    }
    root.apply();
    root.has_nothing_to_do();
}

/// Turns the block of the layout into one over something that is known only after apply.
fn with_dynamic_block(there: &str, content: &str) -> String {
    let dynamic = format!(
        "dynamic \"aws\" {{\n      for_each = {}\n      content {{\n{content}\n      }}\n    }}",
        after_apply(there)
    );
    let old = "aws {\n      security_group_id = \"sg-1\"\n      peer_by = \"group\"\n      max_rules = 60\n      prefix_list_ids = {}\n    }";
    let text = layout("edge");
    assert!(text.contains(old));
    let rows = "output \"rows\" { value = length(portmatrix_rules.edge.aws_ingress) }\n";
    format!("{SEED}{}{rows}", text.replace(old, &dynamic))
}

/// `dynamic "aws"` over something unknown: its content arrives as unknown, constants too. If it decides which rules exist, a warning says so.
/// A block that turns out absent is core's own error, whatever a provider plans.
fn a_block_that_may_be_absent_decides(cli: &Cli) {
    let text = with_dynamic_block(
        "[\"sg-1\"]",
        "security_group_id = aws.value\npeer_by = \"group\"",
    );
    let root = Root::new(cli, &text);
    let plan = root.plan();
    assert!(
        plan.said.contains("collection-unknown") && plan.said.contains("`zone[\"dmz\"].aws"),
        "{}",
        plan.said
    );
    root.run(&["apply", "saved.tfplan"]).succeeds();
    root.has_nothing_to_do();
    assert_eq!(root.outputs()["rows"], 6);
}

/// With the id alone in it the block looks like any that waits for a group, and its rules are planned as such.
fn a_block_with_an_id_alone(cli: &Cli) {
    let text = with_dynamic_block("[\"sg-1\"]", "security_group_id = aws.value");
    let root = Root::new(cli, &text);
    root.apply();
    root.has_nothing_to_do();
    assert_eq!(root.outputs()["rows"], 6);
}

/// Core rejects it, and our warning next to its error says what to write.
fn for_each_over_it(cli: &Cli) {
    let text = layout("edge").replace("\"3.9\"", &after_apply("\"3.9\""));
    let rows = "resource \"terraform_data\" \"row\" {\n  for_each = portmatrix_rules.edge.aws_ingress\n}\n";
    let run = Root::new(cli, &format!("{SEED}{text}{rows}")).run(&["plan"]);
    run.fails();
    run.says("Invalid for_each argument");
    run.says("collection-unknown");
    run.says("`product[\"kong\"].version` is known only after apply");
}

fn an_id_that_turns_out_null(cli: &Cli) {
    let full = "aws {\n      security_group_id = \"sg-1\"\n      peer_by = \"group\"\n      max_rules = 60\n      prefix_list_ids = {}\n    }";
    let text = layout("edge");
    assert!(text.contains(full));
    for argument in [
        format!("security_group_id = {}", null_after_apply()),
        format!("prefix_list_ids = {{ x = {} }}", null_after_apply()),
    ] {
        let text = text.replace(full, &format!("aws {{ {argument} }}"));
        let run = Root::new(cli, &format!("{SEED}{text}")).run(&["apply", "-auto-approve"]);
        run.fails();
        run.says(
            "none of `security_group_id`, `peer_security_group_ids` and `prefix_list_ids` is set",
        );
        run.says("zone[\"dmz\"].aws");
    }
}

fn an_address_that_turns_out_null(cli: &Cli) {
    let new = format!("ipv4 = {{ vpn = {} }}", null_after_apply());
    let text = layout("edge").replace("ipv4 = { vpn = \"10.99.0.0/16\" }", &new);
    let root = Root::new(cli, &format!("{SEED}{text}"));
    let run = root.run(&["apply", "-auto-approve"]);
    run.fails();
    run.says("zone-empty");
    run.says("`ops`");
}

const PARROT: &str = include_str!("../../examples/provider/products/parrot.toml");

const WITH_PARROT: &str = r#"
resource "portmatrix_rules" "edge" {
  zone "users" {
    components = ["parrot.user"]
    ipv4       = { lan = "10.0.0.0/8" }
  }
  zone "app" {
    components = ["parrot.server", "parrot.postgresql"]
    aws { security_group_id = "sg-1" }
  }
  product "parrot" {
    ports = { web = "8081" }
  }
}
output "keys" { value = keys(portmatrix_rules.edge.aws_ingress) }
"#;

/// A variable has no value at validate, so nothing that needs the catalogue is judged there; the plan knows it.
fn definitions_are_unknown_at_validate(cli: &Cli) {
    let provider = "variable \"own\" { type = list(string) }\nprovider \"portmatrix\" { definitions = var.own }\n";
    let root = Root::new(cli, &format!("{provider}{WITH_PARROT}"));
    root.run(&["validate"]).succeeds();
    root.write(
        "parrot.auto.tfvars",
        &format!("own = [<<-TOML\n{PARROT}\nTOML\n]\n"),
    );
    root.apply();
    assert_eq!(root.outputs()["keys"][0], "app/tcp-5432/app:group");
    root.has_nothing_to_do();
}

fn definitions_are_unknown_at_plan(cli: &Cli) {
    let provider = "provider \"portmatrix\" { definitions = [terraform_data.own.output] }\nresource \"terraform_data\" \"own\" { input = file(\"parrot.toml\") }\n";
    let root = Root::new(cli, &format!("{provider}{WITH_PARROT}"));
    root.write("parrot.toml", PARROT);
    let plan = root.plan();
    assert!(plan.said.contains("collection-unknown"), "{}", plan.said);
    assert!(plan.said.contains("definitions"), "{}", plan.said);
    root.run(&["apply", "saved.tfplan"]).succeeds();
    root.has_nothing_to_do();
    assert_eq!(root.outputs()["keys"][1], "app/tcp-8081/users:ipv4:lan");
}

/// Core reads it at apply then. A mistake in what was unknown stops the apply.
fn a_data_source_waits(cli: &Cli) {
    let data = |version: &str| {
        format!(
            "{SEED}data \"portmatrix_product\" \"kong\" {{\n  name = \"kong\"\n  version = {}\n}}\noutput \"version\" {{ value = data.portmatrix_product.kong.resolved_version }}\n",
            after_apply(version)
        )
    };
    let root = Root::new(cli, &data("\"0.10\""));
    root.apply();
    assert_eq!(root.outputs()["version"], "0.10");
    root.has_nothing_to_do();
    let run = Root::new(cli, &data("\"99\"")).run(&["apply", "-auto-approve"]);
    run.fails();
    run.says("version-newer");
}
