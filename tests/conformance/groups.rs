//! Rules over several security groups, and groups that several zones have, through the provider.

use crate::conformance::merging::layout;
use crate::conformance::{codes, with};
use crate::support::core::{Core, UNKNOWN};
use portmatrix::terraform::diagnostic::Level;
use portmatrix::terraform::value::Value;
use proptest::prelude::*;
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};

/// Groups by the key of the row.
fn groups(state: &Value) -> BTreeMap<String, String> {
    let Value::Map(rows) = state.get("aws_ingress") else {
        panic!("rows")
    };
    let group = |row: &Value| row.get("security_group_id").as_str().unwrap().to_owned();
    rows.iter()
        .map(|(key, it)| (key.to_string(), group(it)))
        .collect()
}

#[test]
fn rules_beyond_one_group_are_in_the_next_and_stay_there() {
    let spread = |services: &[&str]| {
        let mut config = layout("none");
        config["zone"]["server"]["aws"] =
            json!({ "spread_security_group_ids": { "a": "sg-a", "b": "sg-b" }, "max_rules": 6 });
        config["flow"] =
            json!({ "it": { "from": ["office"], "to": ["server"], "services": services } });
        config
    };
    let core = Core::default();
    let first = spread(&["tcp/20", "tcp/30", "tcp/40"]);
    let before = core.apply(&Value::Null, &first, &first).unwrap();
    let used = |state: &Value, id: &str| groups(state).values().filter(|it| *it == id).count();
    assert_eq!((used(&before, "sg-a"), used(&before, "sg-b")), (6, 3));
    assert_eq!(
        before.get("counts").get("server/aws/ipv4").get("limit"),
        &Value::number(12)
    );

    // One goes and an earlier one comes: who stays, stays.
    let second = spread(&["tcp/10", "tcp/30", "tcp/40"]);
    let after = core.apply(&before, &second, &second).unwrap();
    for (key, group) in groups(&after) {
        if let Some(had) = groups(&before).get(&key) {
            assert_eq!(had, &group, "{key}");
        }
    }
    assert!(used(&after, "sg-a") <= 6 && used(&after, "sg-b") <= 6);

    let full = spread(&["tcp/10", "tcp/20", "tcp/30", "tcp/40", "tcp/50"]);
    let planned = core.plan(&after, &full);
    assert_eq!(
        codes(&planned.diagnostics, Level::Warning),
        ["quota-exceeded"]
    );
}

#[test]
fn impossible_groups_are_errors() {
    let with = |aws: Json| {
        let mut config = layout("none");
        config["zone"]["server"]["aws"] = aws;
        Core::default().validate(&config)
    };
    let many: BTreeMap<String, String> = (0..6)
        .map(|it| (format!("g{it}"), format!("sg-{it}")))
        .collect();
    for (aws, words) in [
        (
            json!({ "security_group_id": "sg-1", "spread_security_group_ids": { "a": "sg-a" } }),
            "cannot both be set",
        ),
        (json!({ "spread_security_group_ids": many }), "6 groups"),
        (
            json!({ "spread_security_group_ids": { "a": "sg-a", "b": "sg-b" }, "max_rules": 600 }),
            "1200",
        ),
    ] {
        let said = with(aws.clone());
        assert_eq!(codes(&said, Level::Error), ["bad-value"], "{aws}");
        assert!(said[0].detail.contains(words), "{aws}: {}", said[0].detail);
    }
}

/// Offices and servers in two groups, of which each takes three entries.
fn two_groups(a: &str, b: &str, ports: std::ops::RangeInclusive<u16>) -> Json {
    let services: Vec<String> = ports.map(|it| format!("tcp/{it}")).collect();
    json!({
        "zone": {
            "office": { "components": [], "ipv4": { "a": "10.9.0.0/24" } },
            "server": { "components": [], "aws": { "spread_security_group_ids": { "a": a, "b": b }, "max_rules": 3 } },
        },
        "flow": { "it": { "from": ["office"], "to": ["server"], "services": services } },
    })
}

#[test]
fn a_group_whose_id_is_not_known_yet_keeps_its_rules() {
    let core = Core::default();
    let first = two_groups("sg-a", "sg-b", 1..=5);
    let before = core.apply(&Value::Null, &first, &first).unwrap();
    for b in ["sg-b", "sg-new"] {
        let (planned, applied) = (
            two_groups("sg-a", UNKNOWN, 2..=6),
            two_groups("sg-a", b, 2..=6),
        );
        let after = core.apply(&before, &planned, &applied).unwrap();
        assert_eq!(groups(&after)["server/tcp-2/office:ipv4:a"], "sg-a");
        if b == "sg-b" {
            assert_eq!(groups(&after)["server/tcp-4/office:ipv4:a"], "sg-b");
        }
    }
}

#[test]
fn an_added_group_does_not_change_the_rules_of_peers() {
    let core = Core::default();
    let named = |groups: Json| {
        let mut config = two_groups("sg-1", "sg-2", 1..=2);
        config["zone"]["server"]["aws"] = json!({ "spread_security_group_ids": groups });
        config["zone"]["office"]["aws"] = json!({ "security_group_id": "sg-office" });
        config
    };
    let face = |state: &Value| {
        let row = state
            .get("aws_egress")
            .get("office/tcp-1/server:group")
            .clone();
        row.get("referenced_security_group_id")
            .as_str()
            .unwrap()
            .to_owned()
    };
    let one = named(json!({ "main": "sg-1" }));
    let before = core.apply(&Value::Null, &one, &one).unwrap();
    for (extra, main) in [("sg-2", "sg-1"), (UNKNOWN, "sg-1"), ("sg-2", UNKNOWN)] {
        let planned = named(json!({ "extra": extra, "main": main }));
        let applied = named(json!({ "extra": "sg-2", "main": "sg-1" }));
        assert_eq!(
            face(&core.apply(&before, &planned, &applied).unwrap()),
            "sg-1"
        );
    }
    let gone = named(json!({ "extra": "sg-2", "other": "sg-3" }));
    assert_eq!(face(&core.apply(&before, &gone, &gone).unwrap()), "sg-2");
}

#[test]
fn a_quota_that_is_no_quota_is_reported_once() {
    for block in [
        json!({ "security_group_id": "sg-1", "max_rules": -1 }),
        json!({ "spread_security_group_ids": { "a": "sg-1", "b": "sg-2" }, "max_rules": -1 }),
    ] {
        let config = crate::conformance::with(crate::conformance::edge(), "/zone/dmz/aws", block);
        let said = Core::default().validate(&config);
        let times: usize = said
            .iter()
            .map(|it| it.detail.matches("`-1`").count())
            .sum();
        assert_eq!(times, 1, "{said:?}");
    }
}

#[test]
fn entries_are_counted_by_group() {
    let core = Core::default();
    let full = |planned: &Value| -> Vec<String> {
        let Value::List(findings) = planned.get("findings") else {
            panic!("known findings")
        };
        let full = findings
            .iter()
            .filter(|it| it.get("code").as_str() == Some("quota-exceeded"));
        full.map(|it| it.get("message").as_str().unwrap().to_owned())
            .collect()
    };
    // Two zones with one group.
    let services: Vec<String> = (1..=50).map(|it| format!("tcp/{it}")).collect();
    let flow = |to: &str, from: &str| json!({ "from": [from], "to": [to], "services": services });
    let shared = |ids: [&str; 2]| {
        let zone = |id: &str| json!({ "components": [], "aws": { "security_group_id": id } });
        json!({
            "zone": {
                "a": zone(ids[0]), "b": zone(ids[1]),
                "x": { "components": [], "ipv4": { "x": "10.1.0.0/24" } }, "y": { "components": [], "ipv4": { "y": "10.2.0.0/24" } },
            },
            "flow": { "f": flow("a", "x"), "g": flow("b", "y") },
        })
    };
    let one = core
        .apply(
            &Value::Null,
            &shared([UNKNOWN, UNKNOWN]),
            &shared(["sg-1", "sg-1"]),
        )
        .unwrap();
    assert_eq!(
        full(&one),
        [
            "zones `a`, `b` need 100 IPv4 ingress entries in the group that they share, which has room for 60; `merge = \"ports\"` reduces this to 2"
        ]
    );
    let two = core
        .apply(
            &Value::Null,
            &shared([UNKNOWN, UNKNOWN]),
            &shared(["sg-1", "sg-2"]),
        )
        .unwrap();
    assert_eq!(full(&two), [""; 0]);

    // Three prefix lists of 35 entries in two groups of 60.
    let mut lists = two_groups("sg-p", "sg-q", 1..=1);
    lists["zone"]["server"]["aws"]["max_rules"] = Json::Null;
    lists["zone"]["office"] = json!({ "components": [], "aws": {
        "prefix_list_ids": { "a": "pl-a", "b": "pl-b", "c": "pl-c" }, "prefix_list_sizes": { "a": 35, "b": 35, "c": 35 },
    } });
    let planned = core.plan(&Value::Null, &lists).state;
    let said = full(&planned);
    assert!(
        said.len() == 2
            && said[0]
                .contains("needs 70 IPv4 ingress entries in its group `a`, which has room for 60"),
        "{said:?}"
    );

    // Rules that stay in a group of which less is left.
    let before = two_groups("sg-a", "sg-b", 1..=4);
    let state = core.apply(&Value::Null, &before, &before).unwrap();
    let narrower = with(before, "/zone/server/aws/max_rules", json!(2));
    let said = full(&core.plan(&state, &narrower).state);
    assert!(
        said.len() == 1 && said[0].contains("needs 3 IPv4 ingress entries in its group `a`"),
        "{said:?}"
    );
}

#[test]
fn one_group_has_one_name() {
    let planned = Core::default().plan(&Value::Null, &two_groups("sg-a", "sg-a", 1..=2));
    assert_eq!(
        codes(&planned.diagnostics, Level::Error),
        ["duplicate-address"]
    );
}

#[test]
fn traffic_of_a_wider_rule_is_not_missing() {
    let said = |services: Json| {
        let config = with(
            two_groups("sg-a", "sg-b", 1..=1),
            "/flow/it/services",
            services,
        );
        codes(
            &Core::default().plan(&Value::Null, &config).diagnostics,
            Level::Warning,
        )
    };
    assert_eq!(said(json!(["sctp/3868"])), ["not-expressible"]);
    assert_eq!(said(json!(["sctp/3868", "any"])), [""; 0]);
}

/// Ids by name, and whether they are known in the plan.
type Groups = BTreeMap<&'static str, (u8, bool)>;

/// One state of a layout that changes: for each of two zones its groups by name, each with an id and whether that is known in
/// the plan, and the ports on which peers by address and by group reach it.
#[derive(Clone, Debug)]
struct Draft {
    zones: Vec<(Groups, BTreeSet<u16>)>,
    max_rules: u32,
}

fn draft() -> impl Strategy<Value = Draft> {
    let name = || prop::sample::select(vec!["a", "b", "c"]);
    let groups = prop::collection::btree_map(name(), (0..4u8, any::<bool>()), 1..=3);
    let zone = (groups, prop::collection::btree_set(1..30u16, 0..9));
    (prop::collection::vec(zone, 2), 2..6u32)
        .prop_map(|(zones, max_rules)| Draft { zones, max_rules })
}

impl Draft {
    fn config(&self, at_plan: bool) -> Json {
        let mut config = json!({
            "zone": { "office": { "components": [], "ipv4": { "a": "10.9.0.0/24" } } },
            "flow": { "between": { "from": ["z0"], "to": ["z1"], "services": ["tcp/100", "tcp/102"] } },
        });
        for (at, (groups, ports)) in self.zones.iter().enumerate() {
            let id = |(id, known): &(u8, bool)| {
                if *known || !at_plan {
                    format!("sg-{id}")
                } else {
                    UNKNOWN.to_owned()
                }
            };
            let groups: BTreeMap<&str, String> =
                groups.iter().map(|(name, it)| (*name, id(it))).collect();
            let services: Vec<String> = ports.iter().map(|it| format!("tcp/{}", 2 * it)).collect();
            let zone = format!("z{at}");
            config["zone"][&zone] = json!({ "components": [], "aws": { "spread_security_group_ids": groups, "max_rules": self.max_rules } });
            if !services.is_empty() {
                config["flow"][format!("f{at}")] =
                    json!({ "from": ["office"], "to": [zone], "services": services });
            }
        }
        config
    }
}

proptest! {
    #![proptest_config(crate::support::properties!(150))]

    /// Whatever groups come and go, and whichever ids only the apply tells: what was planned is applied, and who stays at a
    /// group that stays keeps it.
    #[test]
    fn rules_keep_their_groups(drafts in prop::collection::vec(draft(), 1..6)) {
        let core = Core::default();
        let mut state = Value::Null;
        for draft in &drafts {
            let (planned, applied) = (draft.config(true), draft.config(false));
            let next = match core.apply(&state, &planned, &applied) {
                Ok(next) => next,
                Err(errors) => {
                    prop_assert!(errors.iter().all(|it| it.starts_with("duplicate-address")), "{errors:?}");
                    continue;
                }
            };
            if !state.is_null() {
                let now = groups(&next);
                for (key, group) in groups(&state) {
                    let zone = usize::from(key.starts_with("z1"));
                    let ids: Vec<String> = draft.zones[zone].0.values().map(|it| format!("sg-{}", it.0)).collect();
                    if ids.contains(&group) {
                        prop_assert!(now.get(&key).is_none_or(|it| *it == group), "{key} left {group}");
                    }
                }
            }
            state = next;
        }
    }
}
