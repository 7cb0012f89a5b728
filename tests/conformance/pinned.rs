//! A release that lacks parts of its line: what is said where a layout names them, and what the data source shows.

#![allow(clippy::needless_pass_by_value, reason = "`json!` makes values")]

use crate::conformance::{codes, with};
use crate::support::core::{Core, UNKNOWN};
use crate::support::read;
use portmatrix::terraform::Provider;
use portmatrix::terraform::diagnostic::Level;
use portmatrix::terraform::value::Value;
use serde_json::{Value as Json, json};

const GROWN: &str = r#"
format  = 1
name    = "grown"
title   = "Grown"
vendor  = "Us"
version = "1.77"
covers  = ">=1.62, <1.78"
source  = [{ id = "page", title = "Page", url = "https://example.com", retrieved = "2026-11-20" }]
[component]
client = { title = "Client", kind = "external" }
server = { title = "Server", kind = "own" }
agent  = { title = "Agent", kind = "own", releases = ">=1.63" }
[choice.mode]
title    = "Mode"
options  = { one = "One", two = { title = "Two", releases = ">=1.65" }, three = "Three" }
default  = "one"
[choice.late]
title    = "Late"
options  = { one = "One", two = "Two" }
default  = "one"
releases = ">=1.63"
[number.shard]
title    = "Shard"
within   = "0-9"
default  = "1"
releases = ">=1.63"
[feature.fast]
title    = "Fast"
releases = "<1.63"
[port.web]
defaults = [{ releases = ">=1.63", default = "80{shard}0" }]
default  = "8000"
[port.extra]
default  = "9000"
releases = ">=1.63"
[[flow]]
id       = "web"
from     = "client"
to       = "server"
services = ["tcp/{web},{extra}"]
plane    = "data"
exposure = "internal"
purpose  = { en = "x" }
source   = { ref = "page", at = "x" }
[[flow]]
id       = "agents"
from     = "agent"
to       = "server"
services = ["tcp/7000"]
plane    = "data"
exposure = "internal"
unless   = ["mode.two", "late.two"]
purpose  = { en = "x" }
source   = { ref = "page", at = "x" }
[[flow]]
id       = "fast-lane"
from     = "client"
to       = "server"
services = ["tcp/7001"]
plane    = "data"
exposure = "internal"
when     = "fast"
releases = "<1.63"
purpose  = { en = "x" }
source   = { ref = "page", at = "x" }
[[conflict]]
id         = "ports"
statements = [{ says = "8000" }, { says = "8001 since 1.62" }]
taken      = "8000"
why        = { en = "The table is newer." }
[[gap]]
id         = "old"
text       = { en = "How servers find each other in 1.62." }
components = ["server"]
"#;

fn grown(version: &str, product: Json, components: &[&str]) -> Json {
    let mut block = json!({ "definition": GROWN, "version": version });
    for (field, value) in product.as_object().unwrap() {
        block[field] = value.clone();
    }
    json!({
        "product": { "it": block },
        "zone": {
            "clients": { "components": ["it.client"], "ipv4": { "a": "10.1.0.0/16" } },
            "servers": { "components": components, "aws": { "security_group_id": "sg-1" } },
        },
    })
}

#[test]
fn what_a_release_lacks_is_said_where_it_is_named() {
    let core = Core::default();
    let server = ["it.server"];
    for (product, components, wanted) in [
        (
            json!({}),
            &["it.server", "it.agent"][..],
            "has no component `agent`: not in 1.62; since 1.63",
        ),
        (
            json!({ "ports": { "extra": "1" } }),
            &server,
            "has no port parameter `extra`: not in 1.62; since 1.63",
        ),
        (
            json!({ "advertised_ports": { "extra": "1" } }),
            &server,
            "has no port parameter `extra`: not in 1.62; since 1.63",
        ),
        (
            json!({ "choices": { "late": "two" } }),
            &server,
            "has no choice `late`: not in 1.62; since 1.63",
        ),
        (
            json!({ "choices": { "mode": "two" } }),
            &server,
            "has no option `two` of `mode`: not in 1.62; since 1.65",
        ),
        (
            json!({ "numbers": { "shard": "2" } }),
            &server,
            "has no number `shard`: not in 1.62; since 1.63",
        ),
        (
            json!({ "enable": ["agents"] }),
            &server,
            "has no flow or feature `agents`: not in 1.62",
        ),
        (
            json!({ "enable": ["late.two"] }),
            &server,
            "has no choice for `late.two`: not in 1.62; since 1.63",
        ),
        (
            json!({ "enable": ["mode.two"] }),
            &server,
            "`mode.two` belongs to a choice, which `enable` cannot set",
        ),
    ] {
        let said = core.validate(&grown("1.62", product.clone(), components));
        assert_eq!(said.len(), 1, "{product} {said:#?}");
        assert!(
            said[0].detail.contains(wanted),
            "{product}: {}",
            said[0].detail
        );
    }
    for product in [
        json!({ "disable": ["agents"] }),
        json!({ "disable": ["agents", "fast-lane"] }),
    ] {
        assert_eq!(core.validate(&grown("1.62", product, &server)), []);
    }
    // The same names are right in a later release, where others are not.
    let all = json!({
        "ports": { "extra": "1" }, "choices": { "late": "two", "mode": "two" }, "numbers": { "shard": "2" }, "enable": ["agents"],
    });
    assert_eq!(
        core.validate(&grown("1.70.3", all, &["it.server", "it.agent"])),
        []
    );
    let said = core.validate(&grown(
        "v1.70.3",
        json!({ "enable": ["fast-lane"] }),
        &server,
    ));
    assert!(
        said[0]
            .detail
            .contains("has no flow or feature `fast-lane`: not in 1.70.3; before 1.63"),
        "{said:#?}"
    );
}

/// The findings of a layout that are warnings, and the rules.
fn planned(layout: &Json) -> (Vec<String>, Vec<String>) {
    let answer = Core::default().plan(&Value::Null, layout);
    let Value::Map(rows) = answer.state.get("aws_ingress") else {
        panic!("{:#?}", answer.diagnostics)
    };
    let rows = rows.keys().map(ToString::to_string).collect();
    (codes(&answer.diagnostics, Level::Warning), rows)
}

#[test]
fn a_gap_or_conflict_that_speaks_of_the_release_warns() {
    let layout = |version| grown(version, json!({ "disable": ["agents"] }), &["it.server"]);
    let (warned, rows) = planned(&layout("1.62.4"));
    assert_eq!(rows, ["servers/tcp-8000/clients:ipv4:a"]);
    assert_eq!(warned, ["source-conflict", "source-gap"]);
    let (warned, rows) = planned(&layout("1.64"));
    assert_eq!(
        rows,
        [
            "servers/tcp-8010/clients:ipv4:a",
            "servers/tcp-9000/clients:ipv4:a"
        ]
    );
    assert_eq!(warned, Vec::<String>::new());
}

#[test]
fn the_data_source_resolves_as_the_rules_do() {
    let core = Core::default();
    let sap = read("tests/product_files/stress/sap-netweaver.toml");
    let config = json!({ "definition": sap, "numbers": { "app": "00, 02-03", "hana": "5" }, "disable": ["gateway"], "enable": ["icm-https"] });
    let answer = core.read("portmatrix_product", &config);
    assert!(answer.diagnostics.is_empty(), "{:#?}", answer.diagnostics);
    let data = answer.state.to_json();
    let number = |name: &str| data["number_parameters"][name]["values"].clone();
    assert_eq!(number("app"), json!("00, 02, 03"));
    assert_eq!(number("hana-next"), json!("06"));
    assert_eq!(number("ascs"), json!(null));
    let listens = data["listens"]["app-server"].as_object().unwrap();
    let wanted = [
        "tcp-3200",
        "tcp-3202",
        "tcp-3203",
        "tcp-44300",
        "tcp-44302",
        "tcp-44303",
        "tcp-50013",
        "tcp-50014",
        "tcp-50213",
        "tcp-50214",
        "tcp-50313",
        "tcp-50314",
    ];
    assert_eq!(
        listens.keys().map(String::as_str).collect::<Vec<_>>(),
        wanted
    );
    let exchange = |choices: Json| {
        let config = json!({ "name": "exchange-server", "version": "2016", "choices": choices, "enable": ["hybrid"] });
        let answer = core.read("portmatrix_product", &config);
        (answer.diagnostics.clone(), answer.state.to_json())
    };
    let (said, data) = exchange(json!({ "mail-flow": "edge" }));
    assert!(said.is_empty(), "{said:#?}");
    assert_eq!(
        data["choice_parameters"]["mail-flow"]["chosen"],
        json!("edge")
    );
    assert_eq!(
        data["choice_parameters"]["hybrid-mail"]["chosen"],
        json!(null)
    );
    assert_eq!(data["flows"]["inbound"]["enabled"], json!(false));
    assert_eq!(data["flows"]["edge-inbound"]["enabled"], json!(true));
    let (said, _) = exchange(json!({ "mail-flow": "edges" }));
    assert_eq!(codes(&said, Level::Error), ["unknown-choice"]);
    // Its arguments may be unknown at validation, at any depth.
    for (field, value) in [
        ("choices", json!(UNKNOWN)),
        ("choices", json!({ "mail-flow": UNKNOWN })),
        ("numbers", json!({ "app": UNKNOWN })),
        ("enable", json!([UNKNOWN])),
        ("disable", json!(UNKNOWN)),
        ("profile", json!(UNKNOWN)),
    ] {
        let config = with(
            json!({ "name": "exchange-server" }),
            &format!("/{field}"),
            value.clone(),
        );
        let config = core.data_config("portmatrix_product", &config);
        let said = core
            .provider
            .validate_data_source("portmatrix_product", &config);
        assert!(said.is_empty(), "{field} = {value}: {said:#?}");
    }
}
