//! A pinned release has exactly its own rules: Deckhouse, whose ports moved from release to release.

use crate::conformance::{codes, keys};
use crate::support::core::Core;
use portmatrix::terraform::diagnostic::Level;
use portmatrix::terraform::value::Value;
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

/// A cluster of a release, with virtualization and auditing.
fn cluster(release: &str) -> Json {
    json!({
        "product": { "deckhouse": {
            "version": release,
            "enable": ["virtualization", "runtime-audit-engine", "metallb", "sds-node-configurator"],
        } },
        "zone": {
            "m": {
                "components": ["deckhouse.master"],
                "ipv4": { "a": "10.0.1.0/24" },
                "aws": { "security_group_id": "sg-1" },
            },
            "w": {
                "components": ["deckhouse.node", "deckhouse.frontend"],
                "ipv4": { "a": "10.0.2.0/24" },
                "aws": { "security_group_id": "sg-2" },
            },
            "outside": {
                "components": ["deckhouse.container-registry", "deckhouse.operator"],
                "ipv4": { "a": "10.0.3.0/24" },
            },
        },
    })
}

/// What the state of a layout has for one side of a zone, as `<traffic> <peer>`.
fn rules(layout: &Json, zone: &str, side: &str) -> BTreeSet<String> {
    let state = Core::default().apply(&Value::Null, layout, layout).unwrap();
    let start = format!("{zone}/{side}/");
    keys(&state, "rules")
        .iter()
        .filter_map(|it| it.strip_prefix(&start))
        .map(|it| it.replace('/', " "))
        .collect()
}

fn has(rules: &BTreeSet<String>, traffic: &str) -> bool {
    let start = format!("{traffic} ");
    rules.iter().any(|it| it.starts_with(&start))
}

#[test]
fn a_pinned_release_has_its_own_ports() {
    // Into a master: what only some releases have, by the first and the last of them.
    let moved = [
        ("tcp-9443", "1.59", "1.61"),
        ("tcp-4200", "1.62", "1.77"),
        ("tcp-9680", "1.59", "1.62"),
        ("tcp-4227", "1.63", "1.77"),
        ("udp-123", "1.59", "1.62"),
        ("udp-4234", "1.63", "1.77"),
        ("tcp-9695", "1.60", "1.69"),
        ("tcp-4202", "1.70", "1.77"),
        ("tcp-5443", "1.60", "1.61"),
        ("tcp-4219", "1.62", "1.77"),
        ("udp-7946-7947", "1.59", "1.61"),
        ("udp-4218", "1.62", "1.77"),
        ("udp-4225", "1.63", "1.77"),
        ("tcp-4245", "1.68", "1.77"),
        // Until 1.69.17, and in 1.70.
        ("tcp-22322", "1.59", "1.68"),
        ("tcp-49152-49153", "1.59", "1.70"),
        ("tcp-4135-4199", "1.75", "1.77"),
        ("tcp-4280", "1.75", "1.77"),
        ("tcp-4290", "1.77", "1.77"),
        ("tcp-4296", "1.77", "1.77"),
        ("tcp-4282", "1.77", "1.77"),
        ("udp-8469", "1.59", "1.77"),
        ("tcp-10250", "1.59", "1.77"),
    ];
    let minor = |it: &str| it["1.".len()..].parse::<u32>().unwrap();
    let mut wrong = Vec::new();
    for release in 59..=77 {
        let rules = rules(&cluster(&format!("1.{release}")), "m", "ingress");
        for (traffic, first, last) in moved {
            let wanted = (minor(first)..=minor(last)).contains(&release)
                || (traffic, release) == ("tcp-22322", 70);
            if has(&rules, traffic) != wanted {
                wrong.push(format!(
                    "1.{release}: {traffic} is {}there",
                    if wanted { "not " } else { "" }
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn time_is_of_the_masters_since_chrony() {
    let before = rules(&cluster("1.62.4"), "w", "ingress");
    assert!(before.contains("udp-123 w") && before.contains("udp-123 m"));
    let since = rules(&cluster("1.63"), "w", "ingress");
    assert!(!has(&since, "udp-123") && !has(&since, "udp-4234"));
}

#[test]
fn a_name_of_another_release_is_told_so() {
    let mut layout = cluster("1.62");
    layout["product"]["deckhouse"]["enable"] = json!(["chrony"]);
    let said = Core::default().validate(&layout);
    assert_eq!(codes(&said, Level::Error), ["unknown-flow"]);
    assert!(said[0].detail.contains("since 1.63"), "{said:?}");
    // What a release does not have can be disabled all the same, so that an upgrade needs no change.
    layout["product"]["deckhouse"]["enable"] = json!([]);
    layout["product"]["deckhouse"]["disable"] = json!(["chrony", "node-controller"]);
    assert_eq!(Core::default().validate(&layout), []);
}

#[test]
fn the_first_release_decides_the_port_of_vxlan() {
    let ports = |release: &str, first: Option<&str>, enable: Json| -> Vec<String> {
        let mut layout = cluster(release);
        layout["product"]["deckhouse"]["enable"] = enable;
        if let Some(first) = first {
            layout["product"]["deckhouse"]["choices"] = json!({ "first-release": first });
        }
        let rules = rules(&layout, "m", "ingress");
        let all = ["4298", "4299", "8469", "8472"];
        let open = all.iter().filter(|it| has(&rules, &format!("udp-{it}")));
        open.map(|it| (*it).to_owned()).collect()
    };
    for (release, first, enable, wanted) in [
        ("1.77", Some("since-1-71"), json!([]), &["4298"][..]),
        ("1.77", Some("since-1-64"), json!([]), &["4299"]),
        (
            "1.77",
            Some("since-1-64"),
            json!(["virtualization"]),
            &["4298"],
        ),
        ("1.77", Some("before-1-64"), json!([]), &["8472"]),
        (
            "1.70",
            Some("before-1-64"),
            json!(["virtualization"]),
            &["8469"],
        ),
        // Only one option is left, so it is chosen.
        ("1.63", None, json!([]), &["8472"]),
        ("1.61", None, json!(["virtualization"]), &["8469"]),
        // The release does not tell: all are open, and a warning asks.
        ("1.70", None, json!([]), &["4298", "4299", "8469", "8472"]),
        ("1.77", None, json!([]), &["4298", "4299", "8469", "8472"]),
    ] {
        let open = ports(release, first, enable.clone());
        assert_eq!(open, wanted, "{release}, first {first:?}, {enable}");
    }
    let planned = |release: &str| Core::default().plan(&Value::Null, &cluster(release));
    let warned = |release| codes(&planned(release).diagnostics, Level::Warning);
    assert!(warned("1.70").contains(&"port-alternatives".to_owned()));
    assert!(!warned("1.63").contains(&"port-alternatives".to_owned()));
}
