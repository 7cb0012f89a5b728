//! The examples that need no cloud: what users copy has to work unchanged.

use crate::end_to_end::Test;
use crate::end_to_end::cli::{Cli, Root, example};
use crate::end_to_end::kept;
use crate::end_to_end::snippets::stand_in;
use crate::support::is_long;
use portmatrix::catalog::FILES;
use serde_json::json;
use std::collections::BTreeSet;
use std::env;
use std::path::Path;

pub(crate) const TESTS: &[Test] = &[
    ("kong", kong),
    ("kong_on_azure", azure),
    ("kong_0_10_behind_a_translation", nat),
    ("gcp", gcp),
    ("kubernetes", kubernetes),
    ("openstack", openstack),
    ("on_prem", on_prem),
    ("the_provider_with_a_product_of_ones_own", provider),
    ("the_resource", resource),
    ("the_data_source", data_source),
    ("the_data_source_of_all_products", data_source_of_all),
    ("the_review", review),
    ("functions", functions),
    ("products_of_ones_own", own_product),
    ("one_layout_over_two_clouds_and_hosts", multi_cloud),
    ("the_ports_of_a_product_on_azure", product_on_azure),
    ("one_layout_in_yaml_for_two_environments", layout_yaml),
    ("a_matrix_for_all_layouts", policy),
    ("reports_for_people", reports),
    ("no_example_is_left_out", no_example_is_left_out),
];

/// The folders that the tests here and in `hosts`, `cloud`, `estate` and `modules` run; `layouts` runs the others, which end in `-aws`, and
/// keeps a sheet of each.
const RUN: [&str; 29] = [
    "aws-review",
    "azure",
    "data-sources/portmatrix_product",
    "data-sources/portmatrix_products",
    "data-sources/portmatrix_report",
    "data-sources/portmatrix_review",
    "functions/allows",
    "functions/matrix",
    "functions/merge_cidrs",
    "functions/merge_ports",
    "functions/overlaps",
    "functions/subtract_cidrs",
    "gcp",
    "kong",
    "kong-0.10-nat",
    "kubernetes",
    "layout-yaml",
    "module-aws",
    "multi-cloud",
    "on-prem",
    "openstack",
    "own-product",
    "policy",
    "product-aws",
    "product-azure",
    "provider",
    "report",
    "resources/portmatrix_rules",
    "security-group-module",
];

const RULES: &str = "portmatrix_rules";

/// The example whose plan and state are reviewed.
const REVIEWED: &str = "gcp";

/// From nothing to nothing: init, plan, apply of what was planned, a plan without changes, destroy. The first plan has no
/// warning either: an example is what a careful user writes.
fn whole_life(cli: &Cli, name: &str) -> serde_json::Value {
    let root = Root::copied(cli, name);
    root.run(&["init"]).succeeds();
    let plan = root.run(&["plan", "-out=saved.tfplan"]);
    plan.succeeds();
    plan.does_not_say("Warning:");
    let review_of = |saved: &[&str]| {
        let run = root.review(saved, &["--format", "json", "--fail-on", "never"]);
        run.succeeds();
        serde_json::from_str::<serde_json::Value>(&run.stdout).expect("JSON")
    };
    let before = (is_long() && name == REVIEWED).then(|| review_of(&["saved.tfplan"]));
    root.run(&["apply", "saved.tfplan"]).succeeds();
    // Each CLI has its own JSON for plans and states: nothing wanted is there, before and after.
    if let Some(before) = before {
        let after = review_of(&[]);
        let missing = |it: &serde_json::Value| -> BTreeSet<String> {
            let all = it["findings"].as_array().expect("a list").iter();
            all.map(|it| format!("{} {}", it["kind"], it["traffic"]))
                .collect()
        };
        // An address that is not known before apply is not compared then.
        let (before, after) = (missing(&before), missing(&after));
        assert!(
            before.len() > 5 && before.is_subset(&after),
            "{before:?} {after:?}"
        );
        assert!(
            after.iter().all(|it| it.starts_with("\"missing\"")),
            "{after:?}"
        );
    }
    root.has_nothing_to_do();
    let outputs = root.outputs();
    // Examples of data sources have no rules.
    let rules = root.every(RULES);
    if !rules.is_empty() {
        kept::compare(name, &rules);
    }
    root.destroy();
    outputs
}

fn kong(cli: &Cli) {
    let outputs = whole_life(cli, "kong");
    assert_eq!(outputs["findings"], json!([]));
    assert_eq!(
        outputs["counts"]["dmz/aws/ipv4"],
        json!({ "ingress": 4, "egress": 1, "limit": 60, "headroom": 56 })
    );
}

fn azure(cli: &Cli) {
    let outputs = whole_life(cli, "azure");
    assert_eq!(outputs["findings"], json!([]));
    assert_eq!(
        outputs["counts"]["gateways/azure/rules"],
        json!({ "ingress": 8, "egress": 2, "limit": 1000, "headroom": 990 })
    );
    assert_eq!(outputs["priorities"]["gateways/ingress/any/*:deny"], 4096);
}

/// A listener's own firewall sees the port that it listens on, its peers' firewalls see the port that they connect to.
fn nat(cli: &Cli) {
    let outputs = whole_life(cli, "kong-0.10-nat");
    for transport in ["tcp", "udp"] {
        let ingress = &outputs["cluster_ingress"];
        assert_eq!(
            ingress[format!("south/{transport}-7946/north:ipv4:node")],
            "192.168.22.45/32:7946"
        );
        let egress = &outputs["cluster_egress"];
        assert_eq!(
            egress[format!("north/{transport}-9000/south:ipv4:outside")],
            "192.168.10.5/32:9000"
        );
    }
    for (name, other) in [("cluster_ingress", ":9000"), ("cluster_egress", ":7946")] {
        let all = outputs[name].to_string();
        assert!(!all.contains(other), "the other side's port: {all}");
    }
}

fn on_prem(cli: &Cli) {
    let outputs = whole_life(cli, "on-prem");
    assert_eq!(outputs["findings"], json!([]));
}

fn openstack(cli: &Cli) {
    let outputs = whole_life(cli, "openstack");
    assert_eq!(outputs["findings"], json!([]));
}

fn gcp(cli: &Cli) {
    let outputs = whole_life(cli, "gcp");
    assert_eq!(outputs["findings"], json!([]));
    assert_eq!(
        outputs["counts"]["dmz/gcp/rules"],
        json!({ "ingress": 6, "egress": 3, "limit": 100, "headroom": 91 })
    );
    let rules = outputs["rules"].as_object().expect("a map");
    assert_eq!(rules["data/ingress/tcp-5432/dmz:tag"], "tcp");
    assert_eq!(rules["dmz/egress/tcp-5432/data:ipv4"], "tcp");
    assert_eq!(rules["dmz/egress/any/*:deny-ipv6"], "not all");
    assert_eq!(rules.len(), 12, "{rules:?}");
}

fn kubernetes(cli: &Cli) {
    let outputs = whole_life(cli, "kubernetes");
    assert_eq!(outputs["findings"], json!([]));
    let policies = outputs["policies"].as_object().expect("a map");
    assert_eq!(policies.keys().collect::<Vec<_>>(), ["data", "gateway"]);
    let gateway = policies["gateway"].as_str().expect("a text");
    assert!(
        gateway.contains("port: 8080") && !gateway.contains("port: 80\n"),
        "{gateway}"
    );
}

fn provider(cli: &Cli) {
    let outputs = whole_life(cli, "provider");
    assert_eq!(outputs["parrot"][0]["port"], "8080");
}

fn resource(cli: &Cli) {
    whole_life(cli, "resources/portmatrix_rules");
}

/// Reports are in the state after the first apply, and their text stays the same.
fn reports(cli: &Cli) {
    let outputs = whole_life(cli, "report");
    let page = outputs["page"].as_str().expect("a page");
    assert!(page.starts_with("<!DOCTYPE html>") && page.contains("NET-512"));
    let request = outputs["request"].as_array().expect("rows");
    assert_eq!(request.len(), 11);
    let exempt = request.iter().find(|it| it["Port"] == "9187");
    assert_eq!(
        exempt,
        Some(&json!({
            "Source IP": "10.10.16.9/32", "Destination IP": "10.10.12.0/24", "Protocol": "tcp", "Port": "9187",
            "Reason": "The exporter on the database hosts, until it moves", "Ticket": "NET-512", "Until": "2027-03-31",
        }))
    );
    let outputs = whole_life(cli, "data-sources/portmatrix_report");
    let comment = outputs["comment"].as_str().expect("a comment");
    assert!(
        comment.contains("| **internet** (public) | ? | 8000, 8443 | ? |"),
        "{comment}"
    );
}

/// On clients that know functions. Older ones run all other examples, so they do not mind that there are some.
fn functions(cli: &Cli) {
    let shown = Root::empty(cli).run(&["version", "-json"]);
    let version: serde_json::Value = serde_json::from_str(&shown.stdout).expect("JSON");
    let version = version["terraform_version"].as_str().expect("a version");
    let minor: u32 = version
        .split('.')
        .nth(1)
        .and_then(|it| it.parse().ok())
        .expect("a number");
    if minor < 8 {
        eprintln!(
            "SKIPPED: functions with {}, because {version} does not know them",
            cli.name
        );
        return;
    }
    let output =
        |name: &str, output: &str| whole_life(cli, &format!("functions/{name}"))[output].clone();
    assert_eq!(
        output("merge_cidrs", "merged"),
        json!(["10.0.0.0/23", "2001:db8::/32"])
    );
    assert_eq!(
        output("subtract_cidrs", "without_partner"),
        json!(["10.0.0.0/15", "10.3.0.0/16"])
    );
    assert_eq!(output("overlaps", "in_the_cloud"), json!(true));
    assert_eq!(
        output("merge_ports", "merged"),
        json!(["80", "443", "8000-8010"])
    );
    assert_eq!(
        output("allows", "database"),
        json!(["app/egress/tcp-5432/db", "db/ingress/tcp-5432/app"])
    );
    let kong = output("matrix", "kong");
    let kong = kong.as_array().expect("a list");
    assert!(
        kong.contains(&json!("client -> proxy-role: tcp/8443")),
        "{kong:?}"
    );
}

fn data_source(cli: &Cli) {
    let outputs = whole_life(cli, "data-sources/portmatrix_product");
    let table = outputs["table"].as_str().expect("a text");
    assert!(
        table.contains("| client | proxy-role | tcp/443 | "),
        "{table}"
    );
}

fn data_source_of_all(cli: &Cli) {
    let outputs = whole_life(cli, "data-sources/portmatrix_products");
    let names: Vec<&str> = FILES.iter().map(|it| it.name).collect();
    let names: BTreeSet<&str> = names.into_iter().collect();
    assert_eq!(outputs["names"], json!(names));
    assert_eq!(outputs["gateways"], json!({ "kong": ["3", "0.10"] }));
    let listeners = outputs["on_8001"].as_array().expect("a list");
    assert!(
        listeners.contains(&json!("kong 3, management-role: Admin API over HTTP")),
        "{listeners:?}"
    );
}

/// An example of what a review says, so it warns.
fn review(cli: &Cli) {
    let root = Root::example(cli, "data-sources/portmatrix_review");
    let run = root.apply();
    for kind in ["missing", "extra", "wider"] {
        run.says(&format!("Warning: {kind}: "));
    }
    run.does_not_say("component-unplaced");
    let outputs = root.outputs();
    let findings = outputs["findings"].as_object().expect("a map");
    let kinds: Vec<&str> = findings.keys().map(String::as_str).collect();
    assert_eq!(kinds, ["extra", "missing", "wider"], "{findings:?}");
    assert_eq!(findings["wider"].as_array().map(Vec::len), Some(1));
    kept::compare("data-sources/portmatrix_review", &root.every(RULES));
    root.has_nothing_to_do();
    root.destroy();
}

/// Files in TOML and JSON, through the provider block and through `definition`, are products like those that are built in.
fn own_product(cli: &Cli) {
    let outputs = whole_life(cli, "own-product");
    assert_eq!(
        outputs["ingress"],
        json!({
            "dmz/tcp-8443/internet:ipv4:any": "shop.front",
            "dmz/tcp-8443/internet:ipv6:any": "shop.front",
            "services/tcp-7400/dmz:group": "shop.orders",
            "services/tcp-7500/services:group": "shop.orders-gossip",
            "services/tcp-9010/office:ipv4:headquarters": "shop.reports",
            "services/udp-7500/services:group": "shop.orders-gossip",
        })
    );
    assert_eq!(
        outputs["egress"],
        json!({
            "dmz/tcp-6514/monitoring:ipv4:collector": "watch.deliver",
            "dmz/tcp-7400/services:group": "shop.orders",
            "services/tcp-5432/data:ipv4:primary": "shop.store",
            "services/tcp-5432/data:ipv4:standby": "shop.store",
            "services/tcp-6514/monitoring:ipv4:collector": "watch.deliver",
            "services/tcp-7500/services:group": "shop.orders-gossip",
            "services/udp-7500/services:group": "shop.orders-gossip",
        })
    );
    // The port of the reports is open here: the data source has no overrides.
    assert_eq!(outputs["matrix"].as_array().map(Vec::len), Some(6));
}

/// Each side gets its half of a rule, in the place where it is enforced.
fn multi_cloud(cli: &Cli) {
    let outputs = whole_life(cli, "multi-cloud");
    assert_eq!(outputs["findings"], json!([]));
    let rules = outputs["rules"].as_array().expect("a list");
    for half in [
        "gateways/egress/tcp-5432/database",
        "database/ingress/tcp-5432/gateways",
        "operations/egress/tcp-8444/gateways",
        "gateways/ingress/tcp-8444/operations",
    ] {
        assert!(rules.contains(&json!(half)), "{half}: {rules:?}");
    }
    let counts = outputs["counts"].as_object().expect("counts");
    assert!(
        counts.contains_key("gateways/aws/ipv4") && counts.contains_key("database/azure/rules")
    );
}

/// The provider of Azure is a stand-in here. Each port keeps its priority, and one without a priority is an error.
fn product_on_azure(cli: &Cli) {
    let program = env::current_exe().expect("this program");
    cli.offer("hashicorp/azurerm", stand_in::VERSION, &program);
    let outputs = whole_life(cli, "product-azure");
    assert_eq!(
        outputs["rules"],
        json!({
            "tcp-443": "1010 Tcp Internet 443",
            "tcp-80": "1000 Tcp Internet 80",
            "tcp-8444": "1020 Tcp 10.99.0.0/16 8444",
            "tcp-8445": "1030 Tcp 10.99.0.0/16 8445",
        })
    );
    let root = Root::copied(cli, "product-azure");
    root.run(&["init"]).succeeds();
    root.apply();
    let all = (
        "disable = [\"admin-http\", \"manager-http\"]",
        "disable = [\"manager-http\"]",
    );
    root.edit("main.tf", &[all]);
    let run = root.run(&["plan"]);
    run.fails();
    run.says("The given key does not identify an element in this collection value");
    let number = (
        "    tcp-8445 = 1030\n",
        "    tcp-8445 = 1030\n    tcp-8001 = 1040\n",
    );
    root.edit("main.tf", &[number]);
    let plan = root.plan();
    plan.destroys_nothing();
    assert_eq!(plan.with_action("update"), [""; 0]);
    assert_eq!(
        plan.with_action("create"),
        ["azurerm_network_security_rule.kong[\"tcp-8001\"]"]
    );
}

/// What the matrix does not allow stops the plan, and so does an exception that is over.
fn policy(cli: &Cli) {
    whole_life(cli, "policy");
    let root = Root::example(cli, "policy");
    // With `plantimestamp()` in the provider, the command `import` is refused, but blocks work.
    let block = "import {\n  to = portmatrix_rules.edge\n  id = \"edge\"\n}\n";
    root.write("import.tf", block);
    root.run(&["plan"]).says("1 to import");
    root.write("import.tf", "");
    root.edit("main.tf", &[("disable = [\"proxy-http\", ", "disable = [")]);
    let run = root.run(&["plan"]);
    run.fails();
    run.says("Error: policy-violated: traffic that the policy refuses");
    run.says("`policies[1]` of the provider block");
    root.edit("main.tf", &[("disable = [", "disable = [\"proxy-http\", ")]);
    root.edit("exceptions.yaml", &[("2099-12-31", "2020-12-31")]);
    let run = root.run(&["plan"]);
    run.fails();
    run.says("exception `NET-77` permitted it until 2020-12-31");
    root.edit("exceptions.yaml", &[("2020-12-31", "2099-12-31")]);
    days(&root);
}

/// On the next day there is nothing to do, until an exception ends; and a saved plan keeps its day.
fn days(root: &Root) {
    let set = |from: &str, to: &str| root.edit("main.tf", &[(from, to)]);
    let clock = "formatdate(\"YYYY-MM-DD\", plantimestamp())";
    set(clock, "\"2099-11-01\"");
    root.apply().does_not_say("Warning:");
    set("2099-11-01", "2099-11-02");
    root.has_nothing_to_do();
    set("2099-11-02", "2099-12-31");
    let saved = root.run(&["plan", "-out=saved.tfplan"]);
    saved.succeeds();
    saved.says("exception-expiring");
    set("2099-12-31", "2100-01-01");
    root.run(&["apply", "saved.tfplan"]).succeeds();
    let run = root.run(&["plan"]);
    run.fails();
    run.says("exception `NET-77` permitted it until 2099-12-31");
    set("2100-01-01", "2099-11-02");
    root.destroy();
}

/// The layout is the same, so the keys differ by the names of addresses alone.
fn layout_yaml(cli: &Cli) {
    let outputs = whole_life(cli, "layout-yaml");
    assert_eq!(outputs["findings"], json!([]));
    let root = Root::example(cli, "layout-yaml");
    root.write("terraform.tfvars", "environment = \"production\"\n");
    root.apply().does_not_say("Warning:");
    kept::compare("layout-yaml-production", &root.every(RULES));
    root.has_nothing_to_do();
    // A zone that the layout does not have is an error, and not left out.
    root.edit("environments/production.yaml", &[("\nops:", "\nopps:")]);
    let run = root.run(&["plan"]);
    run.fails();
    run.says("`components` is required, but is not set (at `zones[\"opps\"].components`)");
    root.edit("environments/production.yaml", &[("\nopps:", "\nops:")]);
    root.destroy();
}

/// A new folder of `examples/` is run by a test, or this one fails.
fn no_example_is_left_out(_: &Cli) {
    let mut found = Vec::new();
    let mut folders = vec![String::new()];
    while let Some(folder) = folders.pop() {
        for entry in example(&folder).read_dir().expect("a folder").flatten() {
            let name = entry.file_name().into_string().expect("a name");
            let path = format!("{folder}/{name}").trim_matches('/').to_owned();
            if entry.path().is_dir() && !name.starts_with('.') {
                folders.push(path);
            } else if entry.path().extension().is_some_and(|it| it == "tf") {
                found.push(folder.clone());
            }
        }
    }
    found.sort();
    found.dedup();
    let (layouts, others): (Vec<_>, Vec<_>) = found
        .into_iter()
        .partition(|it| it.ends_with("-aws") && !RUN.contains(&it.as_str()));
    assert_eq!(others, RUN);
    for name in layouts {
        let sheet = format!("tests/end_to_end/layouts/{name}.txt");
        let sheet = Path::new(env!("CARGO_MANIFEST_DIR")).join(sheet);
        assert!(sheet.is_file(), "no test runs examples/{name}");
    }
}
