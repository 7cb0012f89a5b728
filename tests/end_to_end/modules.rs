//! The companion modules in `modules/`, called as users call them: from an example, and with the providers of clouds at hand.

use crate::end_to_end::Test;
use crate::end_to_end::cli::{Cli, Root};
use crate::end_to_end::cloud::{moto, offer_aws, turned, without_descriptions};
use crate::end_to_end::endpoint::Endpoint;
use crate::end_to_end::folders::copy;
use crate::end_to_end::kept;
use crate::end_to_end::snippets::{block, stand_in};
use crate::support::root as repository;
use expect_test::expect;
use std::env;

pub(crate) const TESTS: &[Test] = &[
    ("azure", azure),
    ("google_cloud", google_cloud),
    ("openstack", openstack),
    ("a_mistake_is_shown_where_it_is", a_mistake),
];

pub(crate) const ON_AWS: &[Test] = &[
    ("aws", aws),
    ("groups_of_another_module", groups_of_another_module),
    ("tests_with_mocks", tests_with_mocks),
];

/// Where examples find the modules, and where their copies do.
const IN_EXAMPLES: &str = "\"../../modules/";
const HERE: &str = "\"./modules/";

/// The address of OpenStack's provider in a registry.
pub(crate) const OPENSTACK: &str = "terraform-provider-openstack/openstack";

/// The modules by their folder, with the provider that each needs.
const MODULES: [(&str, &str); 5] = [
    ("aws", "aws"),
    ("azure", "azurerm"),
    ("google", "google"),
    ("openstack", "openstack"),
    ("security-group", "aws"),
];

/// The modules that create rules on AWS.
const OF_AWS: [&str; 2] = ["aws", "security-group"];

/// Puts the modules next to a configuration, and what replaces the security groups of terraform-aws-modules.
pub(crate) fn copied_to(root: &Root) {
    let folder = root.path("modules");
    std::fs::create_dir_all(&folder).expect("a folder");
    copy(&repository().join("modules"), &folder);
    let other = folder.join("security-group");
    std::fs::create_dir_all(&other).expect("a folder");
    copy(
        &repository().join("tests/end_to_end/security_group_module"),
        &other,
    );
}

/// Puts the modules next to the copy of an example, and lets it call them there.
pub(crate) fn brought_along(root: &Root) {
    copied_to(root);
    if let Ok(main) = std::fs::read_to_string(root.path("main.tf")) {
        root.write("main.tf", &main.replace(IN_EXAMPLES, HERE));
    }
}

/// A configuration that calls the modules at their published address, with the copies instead.
pub(crate) fn local(config: &str) -> String {
    let published = "\"github.com/portmatrix/terraform-provider-portmatrix//modules/";
    let release = format!("?ref=v{}\"", env!("CARGO_PKG_VERSION"));
    let public = "\"terraform-aws-modules/security-group/aws\"\n  version = \"~> 6.0\"";
    config
        .replace(published, HERE)
        .replace(&release, "\"")
        .replace(public, &format!("{HERE}security-group\""))
}

/// Whether a configuration calls a module that needs the provider.
pub(crate) fn needs(config: &str, provider: &str) -> bool {
    let mut modules = MODULES.iter().filter(|(_, needed)| *needed == provider);
    modules.any(|(name, _)| config.contains(&format!("{HERE}{name}\"")))
}

/// What the endpoint forgets is left out of the copy of the module, too.
pub(crate) fn forgets_descriptions(root: &Root) {
    for module in OF_AWS {
        let text = without_descriptions(&root.read(&format!("modules/{module}/main.tf")));
        root.write(&format!("modules/{module}/endpoint_override.tf"), &text);
    }
}

/// An example that calls modules, turned to the endpoint and ready to be planned.
fn example<'c>(cli: &'c Cli, endpoint: &Endpoint, name: &str) -> Root<'c> {
    offer_aws(cli);
    let root = Root::copied(cli, name);
    root.write("main.tf", &local(&root.read("main.tf")));
    let settings = turned(endpoint, &root.read("main.tf"));
    root.write("endpoint_override.tf", &settings);
    forgets_descriptions(&root);
    root.run(&["init"]).succeeds();
    root.run(&["validate"]).succeeds();
    root
}

/// Planned without a warning, applied, and a second plan is empty.
fn applied(root: &Root, name: &str) {
    let plan = root.plan();
    plan.only("portmatrix_rules");
    assert!(!plan.said.contains("Warning:"), "{}", plan.said);
    kept::compare(name, &plan.every("portmatrix_rules"));
    root.run(&["apply", "saved.tfplan"]).succeeds();
    root.has_nothing_to_do();
}

/// The example, from groups that do not exist yet to nothing.
fn aws(cli: &Cli) {
    let endpoint = Endpoint::start(&moto().expect("the endpoint"));
    let root = example(cli, &endpoint, "module-aws");
    let before = endpoint.everything();
    applied(&root, "module-aws");
    expect![[r"
        kong egress tcp 5432-5432 group kong-data
        kong ingress tcp 443-443 0.0.0.0/0
        kong ingress tcp 443-443 ::/0
        kong ingress tcp 80-80 0.0.0.0/0
        kong ingress tcp 80-80 ::/0
        kong ingress tcp 8444-8444 10.99.0.0/16
        kong ingress tcp 8445-8445 10.99.0.0/16
        kong-data ingress tcp 5432-5432 group kong
    "]]
    .assert_eq(&(endpoint.rules().join("\n") + "\n"));
    root.destroy();
    assert_eq!(endpoint.everything(), before);
}

/// Each group has the rules of its zone and no others. A rule that the module had under another key stays where a `moved` block
/// names both.
fn groups_of_another_module(cli: &Cli) {
    let endpoint = Endpoint::start(&moto().expect("the endpoint"));
    let root = example(cli, &endpoint, "security-group-module");
    applied(&root, "security-group-module");
    expect![[r"
        kong egress tcp 5432-5432 group kong-data
        kong ingress tcp 443-443 0.0.0.0/0
        kong ingress tcp 443-443 ::/0
        kong ingress tcp 80-80 0.0.0.0/0
        kong ingress tcp 80-80 ::/0
        kong ingress tcp 8444-8444 10.99.0.0/16
        kong ingress tcp 8445-8445 10.99.0.0/16
        kong-data ingress tcp 5432-5432 group kong
    "]]
    .assert_eq(&(endpoint.rules().join("\n") + "\n"));

    let (ids, main) = (endpoint.everything(), root.read("main.tf"));
    let key = "dmz/tcp-8444/ops:ipv4:vpn";
    let renamed = main.replacen(
        "key => rule if startswith(key, \"dmz/\") }",
        &format!("(key == \"{key}\" ? \"admin\" : key) => rule if startswith(key, \"dmz/\") }}"),
        1,
    );
    let address =
        |key: &str| format!("module.kong.aws_vpc_security_group_ingress_rule.this[\"{key}\"]");
    for (main, from, to) in [(&renamed, key, "admin"), (&main, "admin", key)] {
        let moved = format!(
            "\nmoved {{\n  from = {}\n  to   = {}\n}}\n",
            address(from),
            address(to)
        );
        root.write("main.tf", &format!("{main}{moved}"));
        let plan = root.plan();
        plan.destroys_nothing();
        assert_eq!(plan.with_action("create"), [""; 0], "{}", plan.said);
        root.run(&["apply", "saved.tfplan"]).succeeds();
        assert_eq!(endpoint.everything(), ids);
    }
    root.destroy();
}

/// What the guide's test is about.
const TESTED: &str = r#"
data "aws_vpc" "this" { default = true }
resource "aws_security_group" "kong" { name = "kong" }
module "rules" {
  source = "./modules/aws"
  zones = {
    lan = { components = ["kong.client"], ipv4 = { vpc = data.aws_vpc.this.cidr_block } }
    dmz = { trust = "dmz", components = ["kong.node"], aws = { security_group_id = aws_security_group.kong.id } }
    ops = { trust = "restricted", components = ["kong.admin"], ipv4 = { vpn = "10.99.0.0/16" } }
  }
  products = { kong = { disable = ["database"] } }
}
"#;

/// The test in the guide: no cloud, and no endpoint either.
fn tests_with_mocks(cli: &Cli) {
    // Mocks came with Terraform 1.7 and OpenTofu 1.8.
    let version = Root::empty(cli).run(&["version"]).stdout;
    if ["Terraform v1.6.", "OpenTofu v1.6.", "OpenTofu v1.7."]
        .iter()
        .any(|it| version.starts_with(it))
    {
        return;
    }
    offer_aws(cli);
    let root = Root::empty(cli);
    copied_to(&root);
    root.write("main.tf", TESTED);
    std::fs::create_dir(root.path("tests")).expect("a folder");
    let text = block("docs/guides/modules-and-ci.md", "# tests/rules.tftest.hcl");
    root.write("tests/rules.tftest.hcl", &text);
    root.run(&["init"]).succeeds();
    root.run(&["test", "-no-color"]).says("2 passed, 0 failed");
    // A test that cannot fail would say nothing.
    root.edit("main.tf", &[("\"kong.admin\"", "\"kong.monitoring\"")]);
    root.run(&["test", "-no-color"]).fails();
}

/// Zones that each cloud has in common, and the products in them.
const PEERS: &str = r#"
    internet = { trust = "public", components = ["kong.client"], ipv4 = { any = "0.0.0.0/0" } }
    ops      = { trust = "restricted", components = ["kong.admin"], ipv4 = { vpn = "10.99.0.0/16" } }
"#;
const PRODUCTS: &str = r#"products = { kong = { version = "3.9", disable = ["admin-http", "manager-http", "database"] } }"#;

/// A call of a module with the zone `dmz`, in a folder with the provider's stand-in.
fn called<'c>(cli: &'c Cli, module: &str, dmz: &str, rest: &str) -> Root<'c> {
    let (_, provider) = MODULES.iter().find(|it| it.0 == module).expect("a module");
    let source = match *provider {
        "openstack" => OPENSTACK.to_owned(),
        other => format!("hashicorp/{other}"),
    };
    let program = env::current_exe().expect("this program");
    cli.offer(&source, stand_in::VERSION, &program);
    let root = Root::empty(cli);
    copied_to(&root);
    root.write(
        "main.tf",
        &format!(
            "terraform {{\n  required_providers {{\n    {provider} = {{ source = \"{source}\" }}\n  }}\n}}\n\
             module \"rules\" {{\n  source = {HERE}{module}\"\n  {PRODUCTS}\n  zones = {{\n{PEERS}    dmz = {{ trust = \"dmz\", components = [\"kong.node\"], \
         {dmz} }}\n  }}\n{rest}\n"
        ),
    );
    root
}

/// Validated, planned without a warning, applied, and a second plan is empty. Gives the addresses of what was created.
fn life(root: &Root) -> Vec<String> {
    root.run(&["init"]).succeeds();
    root.run(&["validate"]).succeeds();
    let plan = root.plan();
    assert!(!plan.said.contains("Warning:"), "{}", plan.said);
    root.run(&["apply", "saved.tfplan"]).succeeds();
    root.has_nothing_to_do();
    root.destroy();
    plan.with_action("create")
}

/// Every key of a rule is an instance of the module's resource.
fn has(created: &[String], address: &str) {
    let found = created.iter().any(|it| it == address);
    assert!(found, "{address} is not among {created:#?}");
}

fn azure(cli: &Cli) {
    let zone = r#"azure = { network_security_group_name = "nsg", resource_group_name = azurerm_resource_group.this.name }"#;
    let rest = r#"  priority_first = 2000
}
provider "azurerm" {
  features {}
}
resource "azurerm_resource_group" "this" {
  name     = "edge"
  location = "westeurope"
}
output "rules" { value = { for key, it in module.rules.azure_rules : key => it.priority } }"#;
    let root = called(cli, "azure", zone, rest);
    let created = life(&root);
    has(
        &created,
        "module.rules.azurerm_network_security_rule.this[\"dmz/ingress/tcp-8444/ops:ipv4\"]",
    );
    // A misspelt option is not lost.
    root.edit("main.tf", &[("priority_first", "priority_frst")]);
    let run = root.run(&["plan"]);
    run.fails();
    run.says("An argument named \"priority_frst\" is not expected here.");
}

fn google_cloud(cli: &Cli) {
    let zone = r#"gcp = { network = google_compute_network.this.name, target_tags = ["kong"] }"#;
    let rest = r#"  name = "edge"
}
resource "google_compute_network" "this" {
  name = "edge"
}"#;
    let created = life(&called(cli, "google", zone, rest));
    has(
        &created,
        "module.rules.google_compute_firewall.this[\"dmz/egress/any/*:deny-ipv4\"]",
    );
    has(
        &created,
        "module.rules.google_compute_firewall.this[\"dmz/ingress/tcp-8444/ops:ipv4\"]",
    );
}

fn openstack(cli: &Cli) {
    let zone = "openstack = { security_group_id = openstack_networking_secgroup_v2.this.id, delete_default_rules = true }";
    let rest = r#"}
resource "openstack_networking_secgroup_v2" "this" {
  name                 = "gateways"
  delete_default_rules = true
}"#;
    let created = life(&called(cli, "openstack", zone, rest));
    has(
        &created,
        "module.rules.openstack_networking_secgroup_rule_v2.this[\"dmz/ingress/tcp-8444/ops:ipv4:vpn\"]",
    );
}

/// The whole path is in the message, and what is accepted passes through.
fn a_mistake(cli: &Cli) {
    let zone = r#"openstack = { securty_group_id = "x" }"#;
    let root = called(cli, "openstack", zone, "}");
    root.run(&["init"]).succeeds();
    let run = root.run(&["plan"]);
    run.fails();
    run.says("zones[\"dmz\"].openstack[\"securty_group_id\"]");
    run.says("Did you mean `security_group_id`?");
    root.edit(
        "main.tf",
        &[
            ("securty_group_id = \"x\"", "security_group_id = \"5c1d3f0e-8a2b-4d7c-9e6f-1b2a3c4d5e6f\", delete_default_rules = true"),
            ("\"kong.client\"]", "\"kong.client\", \"kong.admin\"]"),
        ],
    );
    let run = root.run(&["plan"]);
    run.fails();
    run.says("exposed: open beyond its intended audience");
    root.edit(
        "main.tf",
        &[(
            "products = ",
            "accept = [{ code = \"exposed\", subject = \"dmz/kong.*/internet\", reason = \"a lab\" }]\n  products = ",
        )],
    );
    root.run(&["plan"]).succeeds();
}
