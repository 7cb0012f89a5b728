//! Products that need every means of the format, in layouts on AWS: the rules are those of the vendors' documents, and what is wrong in a
//! `product` block is reported at its own place.

#![allow(clippy::needless_pass_by_value, reason = "`json!` makes values")]

use crate::conformance::{codes, with};
use crate::support::core::{Core, UNKNOWN};
use crate::support::read;
use portmatrix::terraform::diagnostic::Level;
use portmatrix::terraform::value::Value;
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

/// SAP's application servers, central services and two sites of the database, each in a zone.
fn sap(numbers: &Json) -> Json {
    let definition = read("tests/product_files/stress/sap-netweaver.toml");
    let group = |component: &str, id: &str| json!({ "components": [component], "aws": { "security_group_id": id } });
    json!({
        "product": { "sap": { "definition": definition, "numbers": numbers } },
        "zone": {
            "office": { "components": ["sap.gui"], "ipv4": { "a": "10.1.0.0/16" } },
            "app": group("sap.app-server", "sg-app"),
            "ascs": group("sap.ascs", "sg-ascs"),
            "db": group("sap.hana", "sg-db"),
            "dr": group("sap.hana-secondary", "sg-dr"),
        },
    })
}

/// Exchange in its zones; Edge Transport servers only if they are wanted.
fn exchange(product: Json, has_edge: bool) -> Json {
    let mut layout = json!({
        "product": { "mail": product },
        "zone": {
            "internet": { "trust": "public", "components": ["mail.internet", "mail.client"], "ipv4": { "any": "0.0.0.0/0" } },
            "inside": { "components": ["mail.mailbox"], "aws": { "security_group_id": "sg-in" } },
            "directory": { "components": ["mail.domain-controller", "mail.dns"], "ipv4": { "a": "10.0.9.0/24" } },
        },
    });
    if layout["product"]["mail"]["enable"].is_array() {
        let cloud =
            json!({ "components": ["mail.exchange-online"], "ipv4": { "a": "192.0.2.0/24" } });
        layout["zone"]["cloud"] = cloud;
    }
    if has_edge {
        let edge = json!({ "trust": "dmz", "components": ["mail.edge"], "aws": { "security_group_id": "sg-edge" } });
        layout["zone"]["edge"] = edge;
    }
    layout
}

fn mail(more: Json) -> Json {
    let mut product = json!({ "name": "exchange-server", "version": "2019" });
    for (field, value) in more.as_object().unwrap() {
        product[field] = value.clone();
    }
    product
}

/// The rules of one direction by zone and service, with all peers: `app tcp-3200 office`.
fn rows(layout: &Json, output: &str) -> BTreeSet<String> {
    let state = Core::default().apply(&Value::Null, layout, layout).unwrap();
    let Value::Map(rows) = state.get(output) else {
        panic!("{output}")
    };
    let row = |key: &str| {
        let parts: Vec<&str> = key.split(['/', ':']).collect();
        parts[..3].join(" ")
    };
    rows.keys().map(|key| row(key)).collect()
}

fn set(rows: &[&str]) -> BTreeSet<String> {
    rows.iter().map(|it| (*it).to_owned()).collect()
}

/// The one error of a layout at validation, with its place and its text.
fn error(layout: &Json) -> (String, String) {
    let said = Core::default().validate(layout);
    assert_eq!(said.len(), 1, "{said:#?}");
    let place = format!("{:?}", said[0].path);
    (place, format!("{}: {}", said[0].summary, said[0].detail))
}

#[test]
fn each_instance_number_has_its_ports() {
    let many = sap(&json!({ "app": "00, 02-03", "ascs": "1", "hana": "10" }));
    let mut wanted = set(&[
        "ascs tcp-3601 app",
        "ascs tcp-3601 office",
        "db tcp-31013 app",
        "db tcp-31015 app",
        "db tcp-31040-31099 app",
        "dr tcp-41101-41107 db",
    ]);
    for number in ["00", "02", "03"] {
        wanted.extend([
            format!("app tcp-32{number} office"),
            format!("app tcp-33{number} office"),
            format!("app tcp-33{number} app"),
            format!("app tcp-5{number}13 office"),
            format!("app tcp-5{number}14 office"),
        ]);
    }
    assert_eq!(rows(&many, "aws_ingress"), wanted);
    // The other side has the same rules.
    let ends = |rows: BTreeSet<String>, turned: bool| -> BTreeSet<String> {
        let ends = rows.iter().map(|it| {
            let parts: Vec<&str> = it.split(' ').collect();
            let (own, peer) = if turned { (2, 0) } else { (0, 2) };
            format!("{} {} {}", parts[own], parts[1], parts[peer])
        });
        ends.filter(|it| !it.contains("office")).collect()
    };
    let egress = rows(&many, "aws_egress");
    assert_eq!(ends(egress, true), ends(wanted, false));
}

#[test]
fn a_number_that_is_missing_is_asked_for() {
    let open = sap(&json!({}));
    let planned = Core::default().plan(&Value::Null, &open);
    let warned = codes(&planned.diagnostics, Level::Warning);
    assert_eq!(warned, ["port-unset"], "{:#?}", planned.diagnostics);
    let text = &planned.diagnostics[0].detail;
    for words in [
        "`sap.message-server` needs the port `message-server` (setting `ms/server_port_0`), which depends on the number `ascs`",
        "set `ascs` with `numbers = { ascs = \"…\" }` in the block `product \"sap\"`",
    ] {
        assert!(
            text.to_lowercase().contains(&words.to_lowercase()),
            "{words}: {text}"
        );
    }
    assert!(
        !rows(&open, "aws_ingress")
            .iter()
            .any(|it| it.starts_with("ascs"))
    );
    assert!(rows(&open, "aws_ingress").contains("dr tcp-40101-40107 db"));
}

#[test]
fn wrong_numbers_are_errors_at_their_own_place() {
    for (name, value, words) in [
        (
            "app",
            "98",
            "98 of `app` is outside what `sap-netweaver` uses: 0-97",
        ),
        ("app", "90-99", "90-99 of `app` is outside"),
        ("app", "5-2", "`5-2` ends before it begins"),
        ("app", "0x1", "`0x1` is not a whole number"),
        ("app", "", "the value is empty"),
        ("apps", "1", "`sap-netweaver` 7.5 has no number `apps`"),
        ("hana-next", "1", "`hana-next` follows `hana`"),
        ("hana", "00-20", "is more than 1024 ports"),
    ] {
        let (place, text) = error(&sap(&json!({ "ascs": "01", name: value })));
        assert!(text.contains(words), "{name} = {value}: {text}");
        let at = |it: &str| place.contains(&format!("{it:?}"));
        assert!(at("numbers") && at(name), "{name}: {place}");
    }
    let (_, text) = error(&sap(&json!({ "apps": "1" })));
    assert!(text.contains("Did you mean `app`?"), "{text}");
    // A port that is set is held against the bounds of the vendor.
    let ports = with(
        sap(&json!({ "ascs": "01" })),
        "/product/sap/ports",
        json!({ "dispatcher": "3300" }),
    );
    let (place, text) = error(&ports);
    assert!(
        text.contains("port 3300 of `dispatcher` is outside"),
        "{text}"
    );
    assert!(place.contains("dispatcher"), "{place}");
}

const MAIL: [&str; 5] = [
    "inside any inside",
    "inside any directory",
    "inside tcp-443 internet",
    "inside tcp-80 internet",
    "inside tcp-587 internet",
];

const EDGE: [&str; 3] = [
    "edge tcp-25 internet",
    "edge tcp-25 inside",
    "edge tcp-50636 inside",
];

#[test]
fn a_choice_decides_which_servers_are_open() {
    let direct = exchange(mail(json!({ "choices": { "mail-flow": "direct" } })), false);
    let wanted = set(&[&MAIL[..], &["inside tcp-25 internet"]].concat());
    assert_eq!(rows(&direct, "aws_ingress"), wanted);
    let edge = exchange(mail(json!({ "choices": { "mail-flow": "edge" } })), true);
    let wanted = set(&[&MAIL[..], &EDGE, &["inside tcp-25 edge"]].concat());
    assert_eq!(rows(&edge, "aws_ingress"), wanted);
    let out: BTreeSet<String> = rows(&edge, "aws_egress")
        .into_iter()
        .filter(|it| it.ends_with(" internet"))
        .collect();
    let wanted = [
        "tcp-23",
        "tcp-25",
        "tcp-80",
        "tcp-1080-1081",
        "tcp-3128",
        "tcp-6588",
    ];
    assert_eq!(
        out,
        wanted
            .iter()
            .map(|it| format!("edge {it} internet"))
            .collect()
    );
    for layout in [direct, edge] {
        let planned = Core::default().plan(&Value::Null, &layout);
        assert_eq!(
            codes(&planned.diagnostics, Level::Warning),
            Vec::<String>::new()
        );
    }
}

#[test]
fn what_is_not_chosen_is_open_with_a_warning() {
    let layout = exchange(mail(json!({})), true);
    let wanted = set(&[
        &MAIL[..],
        &EDGE,
        &["inside tcp-25 edge", "inside tcp-25 internet"],
    ]
    .concat());
    assert_eq!(rows(&layout, "aws_ingress"), wanted);
    let planned = Core::default().plan(&Value::Null, &layout);
    let warned = codes(&planned.diagnostics, Level::Warning);
    assert_eq!(warned, ["port-alternatives"], "{:#?}", planned.diagnostics);
    let text = &planned.diagnostics[0].detail;
    assert!(text.contains("`mail-flow` of `mail`"), "{text}");
    assert!(text.contains("choices = { mail-flow = \"…\" }"), "{text}");
    // Without Edge Transport servers, the flows of only one option have both ends, and those of the other are cut off.
    let cut = Core::default().plan(&Value::Null, &exchange(mail(json!({})), false));
    assert_eq!(
        codes(&cut.diagnostics, Level::Warning),
        ["component-unplaced"]
    );
}

#[test]
fn features_and_options_are_needed_together() {
    let cloud = |choices: Json| {
        let product = mail(json!({ "choices": choices, "enable": ["hybrid", "imap"] }));
        let rows = rows(&exchange(product, true), "aws_ingress");
        rows.into_iter()
            .filter(|it| it.ends_with(" cloud"))
            .collect::<Vec<_>>()
    };
    let edge = cloud(json!({ "mail-flow": "edge", "hybrid-mail": "edge" }));
    assert_eq!(edge, ["edge tcp-25 cloud", "inside tcp-443 cloud"]);
    let mailbox = cloud(json!({ "mail-flow": "edge", "hybrid-mail": "mailbox" }));
    assert_eq!(mailbox, ["inside tcp-25 cloud", "inside tcp-443 cloud"]);
}

#[test]
fn wrong_choices_are_errors_at_their_own_place() {
    for (field, value, at, words) in [
        (
            "choices",
            json!({ "mail-flow": "edges" }),
            "mail-flow",
            "Did you mean `edge`?",
        ),
        (
            "choices",
            json!({ "mail-flows": "edge" }),
            "mail-flows",
            "Did you mean `mail-flow`?",
        ),
        (
            "enable",
            json!(["mail-flow.edge"]),
            "enable",
            "Write `choices = { mail-flow = \"edge\" }` instead",
        ),
        (
            "disable",
            json!(["mail-flow.direct"]),
            "disable",
            "`mail-flow.direct` belongs to a choice, which `disable` cannot set",
        ),
        (
            "enable",
            json!(["mail-flow"]),
            "enable",
            "Write `choices = { mail-flow = ",
        ),
        (
            "enable",
            json!(["hybrids"]),
            "enable",
            "Did you mean `hybrid`?",
        ),
        (
            "numbers",
            json!({ "app": "1" }),
            "numbers",
            "has no number `app`",
        ),
    ] {
        let (place, text) = error(&exchange(mail(json!({ field: value })), true));
        assert!(text.contains(words), "{value}: {text}");
        assert!(
            place.contains(&format!("{field:?}")) && place.contains(at),
            "{place}"
        );
    }
}

/// What decides the ports must be known at plan, at any depth.
#[test]
fn choices_and_numbers_that_are_unknown_make_outputs_unknown() {
    let unknown = |layout: Json, at: &str| {
        let planned = Core::default().plan(&Value::Null, &layout);
        let warned = codes(&planned.diagnostics, Level::Warning);
        assert!(
            warned.contains(&"collection-unknown".to_owned()),
            "{:#?}",
            planned.diagnostics
        );
        assert!(
            planned.diagnostics.iter().any(|it| it.detail.contains(at)),
            "{at}: {:#?}",
            planned.diagnostics
        );
        assert!(planned.state.get("aws_ingress").is_unknown());
        assert_eq!(
            Core::default().validate(&layout),
            [],
            "nothing is wrong yet"
        );
    };
    unknown(
        sap(&json!({ "ascs": "01", "app": UNKNOWN })),
        "product[\"sap\"].numbers[\"app\"]",
    );
    unknown(sap(&json!(UNKNOWN)), "product[\"sap\"].numbers");
    let choice = |value: Json| exchange(mail(json!({ "choices": value })), true);
    unknown(
        choice(json!({ "mail-flow": UNKNOWN })),
        "product[\"mail\"].choices[\"mail-flow\"]",
    );
    unknown(choice(json!(UNKNOWN)), "product[\"mail\"].choices");
    // What is applied is what is known then.
    let (before, after) = (
        sap(&json!({ "ascs": UNKNOWN })),
        sap(&json!({ "ascs": "01" })),
    );
    let state = Core::default()
        .apply(&Value::Null, &before, &after)
        .unwrap();
    let Value::Map(rows) = state.get("aws_ingress") else {
        panic!()
    };
    assert!(rows.keys().any(|it| it.starts_with("ascs/tcp-3601/")));
}

/// The same product blocks in a layout as data.
#[test]
fn data_gives_what_blocks_give() {
    for blocks in [
        sap(&json!({ "app": "00, 02-03", "ascs": "1" })),
        exchange(
            mail(
                json!({ "choices": { "mail-flow": "edge" }, "enable": ["hybrid"], "disable": ["http"] }),
            ),
            true,
        ),
    ] {
        let data = json!({ "zones": blocks["zone"], "products": blocks["product"] });
        for output in ["aws_ingress", "aws_egress"] {
            assert_eq!(rows(&data, output), rows(&blocks, output));
        }
    }
    // A whole number without quotes is read as text, as everywhere in data.
    let number = json!({ "app": 2, "ascs": "01" });
    let blocks = sap(&number);
    let data = json!({ "zones": blocks["zone"], "products": blocks["product"] });
    assert!(rows(&data, "aws_ingress").contains("app tcp-3202 office"));
    // Mistakes are at the place in the data.
    let wrong = sap(&json!({ "app": "98", "ascs": "01" }));
    let data = json!({ "zones": wrong["zone"], "products": wrong["product"] });
    let (_, text) = error(&data);
    assert!(
        text.contains("products[\"sap\"].numbers[\"app\"]"),
        "{text}"
    );
}

/// A vendor with four fixed addresses: each is a rule of its own, whose key ends with the name of the address.
#[test]
fn each_fixed_address_has_a_rule_of_its_own() {
    let definition = read("tests/product_files/stress/remote-watch.toml");
    let layout = json!({
        "product": { "watch": { "definition": definition } },
        "zone": { "hosts": { "components": ["watch.agent"], "aws": { "security_group_id": "sg-1" } } },
    });
    let state = Core::default()
        .apply(&Value::Null, &layout, &layout)
        .unwrap();
    for (output, service) in [("aws_ingress", "tcp-9400"), ("aws_egress", "tcp-443")] {
        let Value::Map(rows) = state.get(output) else {
            panic!()
        };
        let found: Vec<(String, String)> = rows
            .iter()
            .map(|(key, row)| {
                let block = [row.get("cidr_ipv4"), row.get("cidr_ipv6")];
                let block = block.iter().find_map(|it| it.as_str()).unwrap();
                (key.to_string(), block.to_owned())
            })
            .collect();
        let wanted = [
            ("america", "198.51.100.0/28"),
            ("america-ipv6", "2001:db8:77::/64"),
            ("europe-1", "192.0.2.10/32"),
            ("europe-2", "192.0.2.20/32"),
        ];
        assert_eq!(found.len(), wanted.len(), "{found:#?}");
        for (name, block) in wanted {
            let is_it = |(key, at): &(String, String)| {
                key.starts_with(&format!("hosts/{service}/"))
                    && key.ends_with(&format!(":{name}"))
                    && at == block
            };
            assert!(found.iter().any(is_it), "{name}: {found:#?}");
        }
    }
    // A layout may place the component itself; then the fixed addresses are not used.
    let placed = with(
        layout,
        "/zone/console",
        json!({ "components": ["watch.console"], "ipv4": { "a": "203.0.113.5/32" } }),
    );
    assert_eq!(
        rows(&placed, "aws_ingress"),
        set(&["hosts tcp-9400 console"])
    );
}
