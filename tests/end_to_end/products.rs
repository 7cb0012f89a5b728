//! Products: the catalogue's as data, the user's own in addition, and the language.

use crate::end_to_end::Test;
use crate::end_to_end::cli::{Cli, Root};
use serde_json::{Value, json};

pub(crate) const TESTS: &[Test] = &[
    ("kong_0_10_as_data", kong_0_10),
    ("kong_3_9_as_data", kong_3_9),
    ("a_product_file_of_ones_own", a_product_file_of_ones_own),
    ("the_language_of_purposes", the_language_of_purposes),
];

fn data(root: &Root<'_>) -> Value {
    root.apply();
    root.has_nothing_to_do();
    root.outputs()["it"].clone()
}

/// A flow with what it carries and for whom, in one line.
fn flows(product: &Value) -> Vec<String> {
    let flows = product["flows"].as_object().expect("flows");
    let texts = |it: &Value| {
        let items = it.as_array().expect("a list").iter();
        items
            .filter_map(Value::as_str)
            .collect::<Vec<_>>()
            .join(",")
    };
    flows
        .iter()
        .map(|(id, it)| {
            format!(
                "{id}: {} > {}: {}: {}",
                texts(&it["from"]),
                texts(&it["to"]),
                texts(&it["services"]),
                it["exposure"].as_str().unwrap_or("-")
            )
        })
        .collect()
}

fn ports(product: &Value) -> Value {
    let parameters = product["port_parameters"].as_object().expect("parameters");
    let ports = parameters
        .iter()
        .map(|(name, it)| (name.clone(), it["ports"].clone()));
    Value::Object(ports.collect())
}

const KONG: &str = r#"
data "portmatrix_product" "it" {
  name    = "kong"
  version = "VERSION"
}
output "it" { value = data.portmatrix_product.it }
"#;

/// Every port of the vendor's page; 7373 never leaves the host, 7946 is for nodes only, on both transports.
fn kong_0_10(cli: &Cli) {
    let it = data(&Root::new(cli, &KONG.replace("VERSION", "0.10")));
    assert_eq!(it["resolved_version"], "0.10");
    assert_eq!(it["versions"], json!(["3", "0.10"]));
    assert_eq!(
        flows(&it),
        [
            "admin: admin > node: tcp/8001: internal",
            "cluster: node > node: tcp/7946,udp/7946: group",
            "cluster-rpc: node > node: tcp/7373: local",
            "proxy-http: client > node: tcp/8000: public",
            "proxy-https: client > node: tcp/8443: public",
        ]
    );
    assert_eq!(
        ports(&it),
        json!({ "proxy-http": "8000", "proxy-https": "8443", "admin": "8001", "cluster": "7946", "cluster-rpc": "7373" })
    );
    assert_eq!(it["matrix"].as_array().map(Vec::len), Some(6));
    assert_eq!(it["digest"].as_str().map(str::len), Some(64));
}

/// A release picks the line that covers it, and an override is shown next to its default.
fn kong_3_9(cli: &Cli) {
    let text = KONG
        .replace("VERSION", "3.9.1")
        .replace("name  ", "ports = { proxy-https = \"443\" }\n  name  ");
    let it = data(&Root::new(cli, &text));
    assert_eq!(it["resolved_version"], "3");
    let https = &it["port_parameters"]["proxy-https"];
    assert_eq!(
        [
            &https["ports"],
            &https["default_ports"],
            &https["overridden"]
        ],
        [&json!("443"), &json!("8443"), &json!(true)]
    );
    let flows = flows(&it);
    for flow in [
        "proxy-https: client > proxy-role: tcp/443: public",
        "admin-https: admin > management-role: tcp/8444: internal",
        "cluster: data-plane > control-plane: tcp/8005: internal",
        "telemetry: data-plane > control-plane: tcp/8006: internal",
        "status: monitoring > proxy-role,management-role: tcp/8007: internal",
        "database: management-role > postgresql: tcp/5432: internal",
    ] {
        assert!(
            flows.iter().any(|it| it == flow),
            "{flow} is not in {flows:#?}"
        );
    }
    let cited = it["flows"].as_object().expect("flows").values();
    for flow in cited {
        assert!(flow["source"].is_string(), "no source: {flow}");
    }
}

const PARROT: &str = include_str!("../../examples/provider/products/parrot.toml");

/// From files through the provider block, and as the text of one `product` block, which wins.
fn a_product_file_of_ones_own(cli: &Cli) {
    let root = Root::new(
        cli,
        r#"
provider "portmatrix" {
  definitions = [for name in fileset(path.root, "products/*.toml") : file("${path.root}/${name}")]
}
resource "portmatrix_rules" "edge" {
  zone "users" {
    trust      = "public"
    components = ["parrot.user", "old.user"]
    ipv4       = { any = "0.0.0.0/0" }
  }
  zone "app" {
    components = ["parrot.server", "old.server"]
    aws { security_group_id = "sg-1" }
  }
  zone "data" {
    components = ["parrot.postgresql", "old.postgresql"]
    ipv4       = { primary = "10.10.8.0/24" }
  }
  product "old" {
    name       = "parrot"
    definition = replace(file("${path.root}/products/parrot.toml"), "8080", "9090")
  }
}
data "portmatrix_product" "parrot" {
  definition = file("${path.root}/products/parrot.toml")
  ports      = { web = "80" }
}
output "keys" { value = keys(portmatrix_rules.edge.aws_ingress) }
output "egress" { value = portmatrix_rules.edge.aws_egress["app/tcp-5432/data:ipv4:primary"].description }
output "findings" { value = portmatrix_rules.edge.findings }
output "web" { value = data.portmatrix_product.parrot.port_parameters["web"].ports }
"#,
    );
    std::fs::create_dir(root.path("products")).expect("a folder");
    root.write("products/parrot.toml", PARROT);
    root.apply();
    root.has_nothing_to_do();
    assert_eq!(
        root.outputs(),
        json!({
            "keys": ["app/tcp-8080/users:ipv4:any", "app/tcp-9090/users:ipv4:any"],
            "egress": "old.database, parrot.database",
            "findings": [],
            "web": "80",
        })
    );
}

/// Purposes are translated, descriptions of rules never are: AWS takes ASCII only.
fn the_language_of_purposes(cli: &Cli) {
    let root = Root::new(
        cli,
        &format!(
            r#"
provider "portmatrix" {{
  language = "ru"
}}
{}
resource "portmatrix_rules" "edge" {{
  zone "users" {{
    trust      = "public"
    components = ["kong.client"]
    ipv4       = {{ any = "0.0.0.0/0" }}
  }}
  zone "app" {{
    components = ["kong.node"]
    aws {{ security_group_id = "sg-1" }}
  }}
  product "kong" {{
    version = "0.10"
  }}
}}
output "description" {{ value = portmatrix_rules.edge.aws_ingress["app/tcp-8000/users:ipv4:any"].description }}
"#,
            KONG.replace("VERSION", "0.10")
        ),
    );
    root.apply();
    root.has_nothing_to_do();
    let outputs = root.outputs();
    assert_eq!(
        outputs["it"]["flows"]["proxy-http"]["purpose"],
        "Запросы к API по HTTP"
    );
    assert_eq!(outputs["description"], "kong.proxy-http");
}
