//! Azure's priorities over the life of a state: what stays keeps its number, whatever comes, goes, moves or is renamed.

use crate::conformance::azure::{applied, edge, errors, nsg, priorities, priority};
use crate::conformance::{codes, with};
use crate::support::core::{Core, UNKNOWN};
use portmatrix::terraform::diagnostic::Level;
use portmatrix::terraform::value::Value;
use proptest::prelude::*;
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};

/// The layout of [`edge`] with one network security group for both zones.
fn shared() -> Json {
    let pointer = "/zone/data/azure/network_security_group_name";
    with(edge(), pointer, json!("nsg-dmz"))
}

#[test]
fn priorities_are_those_given() {
    let seed = |numbers: Json| with(edge(), "/azure_options", json!({ "priorities": numbers }));
    let key = "dmz/ingress/tcp-8444/ops:ipv4";
    let state = applied(&Value::Null, &seed(json!({ key: 2000 })));
    assert_eq!(priorities(&state)[key], 2000);
    // Without the argument, a rule that has a number keeps it.
    assert_eq!(priorities(&applied(&state, &edge())), priorities(&state));
    let twice = seed(json!({ key: 500, "dmz/ingress/tcp-8443/internet:ipv4": 500 }));
    assert_eq!(errors(&Value::Null, &twice), ["priority-taken"]);
    assert_eq!(Core::default().validate(&twice), []);
    // Two groups may have the same number.
    let apart = seed(json!({ key: 500, "data/ingress/tcp-5432/dmz:group": 500 }));
    applied(&Value::Null, &apart);
}

/// Nothing that is set is lost without a word: a rule that has a number gets the one that is given, final or not, and the others stay.
#[test]
fn a_rule_that_has_a_number_gets_another() {
    let seed = |numbers: Json| with(edge(), "/azure_options", json!({ "priorities": numbers }));
    let state = applied(&Value::Null, &edge());
    let before = priorities(&state);
    let key = "dmz/ingress/tcp-8444/ops:ipv4";
    let (deny, probes) = (
        "dmz/ingress/any/*:deny",
        "dmz/ingress/any/AzureLoadBalancer:tag",
    );
    for numbers in [
        vec![(key, 2010)],
        vec![(probes, 3999)],
        vec![(probes, 3999), (deny, 4000)],
    ] {
        let given: Json = numbers
            .iter()
            .map(|(key, it)| ((*key).to_owned(), json!(it)))
            .collect::<serde_json::Map<_, _>>()
            .into();
        let after = applied(&state, &seed(given));
        let mut expected = before.clone();
        for (key, number) in numbers {
            assert_ne!(expected.insert(key.to_owned(), number), Some(number));
        }
        assert_eq!(priorities(&after), expected);
        // They stay when the argument goes.
        assert_eq!(priorities(&applied(&after, &edge())), expected);
    }
    // Numbers that change places, or that another rule gives up: Azure rejects what is there until the apply is done.
    let (other, mut stays) = ("dmz/ingress/tcp-8443/internet:ipv4", edge());
    for numbers in [
        json!({ key: before[other], other: before[key] }),
        json!({ key: before[other], other: 2010 }),
        json!({ key: before[other] }),
    ] {
        assert_eq!(errors(&state, &seed(numbers)), ["priority-taken"]);
    }
    stays["azure_options"] = json!({ "priorities": { key: before[other], other: 2010 } });
    let said = Core::default().plan(&state, &stays).diagnostics;
    let words = format!("until the apply has changed `{other}`");
    assert!(said.iter().any(|it| it.detail.contains(&words)), "{said:?}");
    // In another network security group they are free.
    let elsewhere = "data/ingress/tcp-5432/dmz:group";
    applied(&state, &seed(json!({ elsewhere: before[key] })));
}

#[test]
fn the_numbers_of_a_lost_state_come_back_as_printed() {
    // A rule of the first half of the alphabet comes late, and final rules of one group have two numbers.
    let mut config = shared();
    let first = applied(&Value::Null, &config);
    config["flow"] = json!({ "it": { "from": ["ops"], "to": ["data"], "services": ["tcp/22"] } });
    let printed = priorities(&applied(&first, &config));
    assert_ne!(priorities(&applied(&Value::Null, &config)), printed);
    let seeded = with(config, "/azure_options", json!({ "priorities": printed }));
    assert_eq!(priorities(&applied(&Value::Null, &seeded)), printed);
}

#[test]
fn a_full_band_stops_the_plan() {
    let band = |last: u16, disable: Json| {
        let mut config = with(
            shared(),
            "/azure_options",
            json!({ "priority_first": 200, "priority_last": last, "priority_step": 100 }),
        );
        config["product"]["kong"]["disable"] = disable;
        config
    };
    let some = json!(["admin-http", "manager-http", "manager-https"]);
    // Seven permitting rules inbound: steps first, then the numbers between.
    let state = applied(&Value::Null, &band(206, some.clone()));
    let inbound: BTreeSet<u16> = priorities(&state)
        .into_iter()
        .filter(|(key, it)| key.contains("/ingress/") && *it < 4000)
        .map(|(_, it)| it)
        .collect();
    assert_eq!(inbound, (200..=206).collect());
    assert_eq!(
        errors(&Value::Null, &band(205, some.clone())),
        ["priority-band-full"]
    );
    assert_eq!(Core::default().validate(&band(205, some.clone())), []);
    // What is outside of a band that became narrower stays.
    assert_eq!(
        priorities(&applied(&state, &band(203, some.clone()))),
        priorities(&state)
    );
    // One goes, one comes: its number is free only after an apply.
    let other = json!(["admin-http", "manager-http", "admin-https"]);
    assert_eq!(
        errors(&state, &band(206, other.clone())),
        ["priority-band-full"]
    );
    let none = json!(["admin-http", "manager-http", "manager-https", "admin-https"]);
    let between = applied(&state, &band(206, none));
    applied(&between, &band(206, other));
}

#[test]
fn groups_that_differ_have_all_numbers_each() {
    let config = |names: [&str; 2], last: u16| {
        let zone = |at: usize| json!({ "components": [], "ipv4": { "a": format!("10.{at}.0.0/16") }, "azure": nsg(names[at]) });
        let flow = |from: &str, to: &str| json!({ "from": [from], "to": [to], "services": ["tcp/1", "tcp/3", "tcp/5"] });
        json!({
            "zone": { "a": zone(0), "b": zone(1) }, "directions": ["ingress"],
            "flow": { "f": flow("a", "b"), "g": flow("b", "a") },
            "azure_options": { "priority_last": last },
        })
    };
    let inbound = |state: &Value, zone: &str| -> BTreeSet<u16> {
        let rows = priorities(state).into_iter();
        let rows = rows.filter(|(key, _)| key.starts_with(zone) && !key.contains("/any/"));
        rows.map(|it| it.1).collect()
    };
    let core = Core::default();
    let apart = config(["one", "two"], 102);
    let state = applied(&Value::Null, &apart);
    for zone in ["a/", "b/"] {
        assert_eq!(inbound(&state, zone), (100..=102).collect());
    }
    // Names that are known only after apply, equal or not: what depends on them waits.
    for second in ["two", "one"] {
        let (planned, applied) = (config(["one", UNKNOWN], 105), config(["one", second], 105));
        let state = core.apply(&Value::Null, &planned, &applied).unwrap();
        assert_eq!(inbound(&state, "a/"), [100, 101, 102].into());
    }
    let full = core.apply(
        &Value::Null,
        &config(["one", UNKNOWN], 102),
        &config(["one", "ONE"], 102),
    );
    assert_eq!(full.unwrap_err(), ["priority-band-full: no free priority"]);
    assert_eq!(
        errors(&Value::Null, &config(["one", UNKNOWN], 101)),
        ["priority-band-full"]
    );
    // Who joins another group with numbers that are taken there gets others.
    let joined = core
        .apply(
            &state,
            &config([UNKNOWN, "two"], 110),
            &config(["two", "two"], 110),
        )
        .unwrap();
    assert_eq!(inbound(&joined, "b/"), (100..=102).collect());
    assert_eq!(inbound(&joined, "a/"), (103..=105).collect());
}

#[test]
fn a_deny_rule_before_an_allow_rule_is_an_error() {
    let seed = |numbers: Json| with(edge(), "/azure_options", json!({ "priorities": numbers }));
    let (deny, ops) = ("dmz/ingress/any/*:deny", "dmz/ingress/tcp-8444/ops:ipv4");
    let probes = "dmz/ingress/any/AzureLoadBalancer:tag";
    for numbers in [
        json!({ deny: 2000, ops: 2500 }),
        json!({ probes: 1001, deny: 1000 }),
    ] {
        let config = seed(numbers);
        let planned = Core::default().plan(&Value::Null, &config);
        assert_eq!(
            codes(&planned.diagnostics, Level::Error),
            ["priority-after-deny"]
        );
        assert!(format!("{:?}", planned.diagnostics[0].path).contains("priorities"));
        assert_eq!(Core::default().validate(&config), []);
    }
    // The deny rule of another group does not matter.
    applied(
        &Value::Null,
        &seed(json!({ "data/ingress/any/*:deny": 2000, ops: 2500 })),
    );
    // A final rule that leaves no room before it is named.
    let planned = Core::default().plan(&Value::Null, &seed(json!({ deny: 100 })));
    let detail = &planned.diagnostics[0].detail;
    assert!(
        detail.contains("before 100, the number of a final rule"),
        "{detail}"
    );
    // The denial itself finds no number after the last of all.
    let last = seed(json!({ ops: 4096 }));
    let planned = Core::default().plan(&Value::Null, &last);
    assert_eq!(
        codes(&planned.diagnostics, Level::Error),
        ["priority-band-full"]
    );
    let said = &planned.diagnostics[0];
    assert!(
        said.detail.contains("no priority after 4096"),
        "{}",
        said.detail
    );
    assert!(format!("{:?}", said.path).contains("azure_options"));
}

#[test]
fn a_number_for_no_rule_offers_the_key_that_is_near() {
    let key = "dmz/ingress/tcp-8444/ops:ipv5";
    let seed = with(
        edge(),
        "/azure_options",
        json!({ "priorities": { key: 2000 } }),
    );
    let planned = Core::default().plan(&Value::Null, &seed);
    assert_eq!(
        codes(&planned.diagnostics, Level::Warning),
        ["priority-unused"]
    );
    let detail = &planned.diagnostics[0].detail;
    assert!(
        detail.contains("Did you mean `dmz/ingress/tcp-8444/ops:ipv4`?"),
        "{detail}"
    );
}

#[test]
fn two_resources_share_a_group_with_bands_and_final_numbers_of_their_own() {
    let resource = |zone: &str, options: Json| {
        json!({
            "zone": {
                zone: { "components": [], "ipv4": { "a": "10.1.0.0/16" }, "azure": nsg("shared") },
                "users": { "components": [], "ipv4": { "a": "10.2.0.0/16" } },
            },
            "flow": { "it": { "from": ["users"], "to": [zone], "services": ["tcp/80", "tcp/443"] } },
            "azure_options": options,
        })
    };
    let finals = json!({ "db/ingress/any/AzureLoadBalancer:tag": 4093, "db/ingress/any/*:deny": 4094, "db/egress/any/*:deny": 4094 });
    let web = resource("web", json!({ "priority_last": 1999 }));
    let db = resource(
        "db",
        json!({ "priority_first": 2000, "priority_last": 3999, "priorities": finals }),
    );
    let mut taken = BTreeSet::new();
    let mut last = BTreeMap::new();
    for config in [web, db] {
        let state = applied(&Value::Null, &config);
        let placed = placed(&state);
        for (key, (number, direction, _)) in placed {
            assert!(taken.insert((number, direction.clone())), "{key}");
            if !key.contains("/any/") {
                last.insert(direction, number);
            }
        }
        assert_eq!(
            codes(
                &Core::default().plan(&Value::Null, &config).diagnostics,
                Level::Warning
            ),
            [""; 0]
        );
    }
    // What either permits comes before what either denies, and so do the probes.
    assert!(last.values().all(|it| *it < 4093));
    assert!(taken.contains(&(4093, "Inbound".to_owned())));
}

#[test]
fn a_renamed_zone_gets_no_priority_of_another_rule() {
    let state = applied(&Value::Null, &edge());
    let mut renamed = edge();
    let zones = renamed["zone"].as_object_mut().unwrap();
    let dmz = zones.remove("dmz").unwrap();
    zones.insert("front".to_owned(), dmz);
    let after = applied(&state, &renamed);
    let numbers = priorities(&after);
    assert_eq!(numbers["front/ingress/any/*:deny"], 4094);
    assert_eq!(numbers["front/ingress/any/AzureLoadBalancer:tag"], 4093);
    assert_eq!(numbers["data/ingress/any/*:deny"], 4096);
    let again = applied(&after, &edge());
    assert_eq!(priorities(&again)["dmz/ingress/any/*:deny"], 4096);
}

/// One state of a layout that changes: zones by name, each with its network security group, whether the name is known in the
/// plan, and by what the zone is named (a group, IPv4, or both families); flows by name; and the options.
#[derive(Clone, Debug)]
struct Draft {
    zones: BTreeMap<&'static str, (u8, bool, u8)>,
    flows: BTreeMap<&'static str, (usize, usize, u16)>,
    last: u16,
    step: u16,
    deny_rest: bool,
    allow_probes: bool,
}

fn draft() -> impl Strategy<Value = Draft> {
    let zone = prop::sample::select(vec!["a", "b", "c", "d"]);
    let zones = prop::collection::btree_map(zone, (0..3u8, any::<bool>(), 0..3u8), 1..=4);
    let flow = prop::sample::select(vec!["f", "g", "h", "i", "j", "k"]);
    let flows = prop::collection::btree_map(flow, (0..4usize, 0..4usize, 1..5u16), 0..=6);
    let last = prop::sample::select(vec![103u16, 109, 130, 4094]);
    let step = prop::sample::select(vec![1u16, 10, 100]);
    (
        zones,
        flows,
        last,
        step,
        prop::bool::weighted(0.9),
        prop::bool::weighted(0.8),
    )
        .prop_map(
            |(zones, flows, last, step, deny_rest, allow_probes)| Draft {
                zones,
                flows,
                last,
                step,
                deny_rest,
                allow_probes,
            },
        )
}

impl Draft {
    fn config(&self, at_plan: bool) -> Json {
        let names: Vec<&str> = self.zones.keys().copied().collect();
        let mut config = json!({
            "zone": {}, "flow": {}, "fail_on": "never",
            "azure_options": { "priority_last": self.last, "priority_step": self.step, "deny_rest": self.deny_rest, "allow_probes": self.allow_probes },
        });
        for (at, (name, (nsg, known, named))) in self.zones.iter().enumerate() {
            let security_group = if at_plan && !known {
                UNKNOWN.to_owned()
            } else {
                format!("nsg-{nsg}")
            };
            let mut zone = json!({
                "components": [], "ipv4": { "a": format!("10.{at}.0.0/16") },
                "azure": { "network_security_group_name": security_group, "resource_group_name": "net" },
            });
            if *named == 0 {
                zone["azure"]["application_security_group_ids"] =
                    json!({ "all": format!("asg-{at}") });
            } else if *named == 2 {
                zone["ipv6"] = json!({ "a": format!("2001:db8:{at}::/48") });
            }
            config["zone"][*name] = zone;
        }
        for (name, (from, to, port)) in &self.flows {
            let zone = |at: usize| names[at % names.len()];
            config["flow"][*name] = json!({ "from": [zone(*from)], "to": [zone(*to)], "services": [format!("tcp/{port}")] });
        }
        config
    }
}

/// The number, the direction and the group of every rule.
fn placed(state: &Value) -> BTreeMap<String, (u16, String, String)> {
    let Value::Map(rows) = state.get("azure_rules") else {
        return BTreeMap::new();
    };
    let text = |row: &Value, name| row.get(name).as_str().unwrap().to_owned();
    rows.iter()
        .map(|(key, row)| {
            let group = text(row, "network_security_group_name");
            (
                key.to_string(),
                (priority(row), text(row, "direction"), group),
            )
        })
        .collect()
}

proptest! {
    #![proptest_config(crate::support::properties!(150))]

    /// Whatever comes, goes, moves and is renamed: what stays keeps its number, what comes takes none that was in use, and no
    /// two have one.
    #[test]
    fn priorities_stay(drafts in prop::collection::vec(draft(), 1..7)) {
        let core = Core::default();
        let mut state = Value::Null;
        for draft in &drafts {
            let next = match core.apply(&state, &draft.config(true), &draft.config(false)) {
                Ok(next) => next,
                Err(errors) => {
                    // Numbers run out in a narrow band only; without numbers of the user's none is taken twice.
                    prop_assert!(draft.last < 4000 && errors == ["priority-band-full: no free priority"], "{errors:?}");
                    continue;
                }
            };
            let (before, after) = (placed(&state), placed(&next));
            let mut taken = BTreeSet::new();
            for (key, it) in &after {
                prop_assert!(taken.insert(it.clone()), "{key} has {it:?} of another");
                match before.get(key) {
                    Some(old) if old.2 == it.2 => prop_assert_eq!(old.0, it.0, "{} stays", key),
                    _ => {
                        let others = before.iter().filter(|(other, _)| *other != key);
                        prop_assert!(others.clone().all(|(_, old)| old != it), "{key} takes {it:?}");
                    }
                }
            }
            for (key, (number, direction, group)) in &after {
                for (other, (theirs, their_direction, their_group)) in &after {
                    let same = direction == their_direction && group == their_group;
                    if same && other.ends_with("*:deny") && !key.contains("/any/") {
                        prop_assert!(number < theirs, "{key} comes after {other}");
                    }
                }
                // Some rule for probes comes before the first denial.
                if key.ends_with("*:deny") && direction == "Inbound" && draft.allow_probes {
                    let probes = after.iter().filter(|(other, it)| other.ends_with(":tag") && it.2 == *group);
                    prop_assert!(probes.map(|(_, it)| it.0).min() < Some(*number), "{key}");
                }
            }
            state = next;
        }
    }
}
