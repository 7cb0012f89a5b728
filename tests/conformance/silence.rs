//! Nothing is lost in silence: what a layout cuts off, places for nothing, or misses because the vendor leaves it out is reported;
//! what is served in another way is not.
//!
//! A file in `silence/` maps names to layouts. In a layout, `expect` lists findings: all warnings and errors of the codes here, and
//! infos that must be among the others. Codes that are not about this are left out.

use crate::conformance::quiet::{as_data, layouts};
use crate::support::core::Core;
use crate::support::none;
use portmatrix::terraform::value::Value;
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};

const CODES: [&str; 6] = [
    "advisory",
    "component-idle",
    "component-unplaced",
    "source-conflict",
    "source-gap",
    "source-suspect",
];

/// The layout without what is expected of it; infos and errors are in its findings.
fn layout(case: &Json) -> Json {
    let mut layout = case.clone();
    layout.as_object_mut().unwrap().remove("expect");
    layout["verbose"] = json!(true);
    layout["fail_on"] = json!("never");
    layout
}

/// The findings by severity, code and subject: their messages, and what a diagnostic says to do.
fn found(layout: &Json) -> BTreeMap<String, (String, String)> {
    let planned = Core::default().plan(&Value::Null, layout);
    let Value::List(findings) = planned.state.get("findings") else {
        panic!("{:?}", planned.diagnostics)
    };
    let text = |it: &Value, field: &str| it.get(field).as_str().unwrap().to_owned();
    let remedy = |message: &str| {
        let mut details = planned.diagnostics.iter().map(|it| it.detail.as_str());
        let after = details.find_map(|it| it.split_once(message));
        let first = after.and_then(|(_, after)| after.trim_start().lines().next());
        first.unwrap_or_default().to_owned()
    };
    findings
        .iter()
        .filter(|it| CODES.contains(&text(it, "code").as_str()))
        .map(|it| {
            let head = ["severity", "code", "subject"].map(|field| text(it, field));
            let message = text(it, "message");
            let remedy = remedy(&message);
            (head.join(" "), (message, remedy))
        })
        .collect()
}

fn rules(layout: &Json) -> Value {
    let planned = Core::default().plan(&Value::Null, layout);
    planned.state.get("rules").clone()
}

#[test]
fn what_is_lost_is_reported() {
    let mut faults = Vec::new();
    for (name, case) in layouts("silence") {
        let expected: BTreeSet<&str> = case["expect"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(Json::as_str)
            .collect();
        for layout in [layout(&case), as_data(&layout(&case))] {
            let found = found(&layout);
            let lacking = expected.iter().filter(|it| !found.contains_key(**it));
            faults.extend(lacking.map(|it| format!("{name}: no {it}")));
            let loud = found
                .keys()
                .filter(|it| !it.starts_with("info ") && !expected.contains(it.as_str()));
            faults.extend(loud.map(|it| format!("{name}: {it}: {}", found[it].0)));
        }
    }
    none(&faults);
}

/// The advice to switch off what is cut off removes no rule, and ends the warning.
#[test]
fn switching_off_what_is_cut_off_removes_no_rule() {
    let mut tried = 0;
    for (name, case) in layouts("silence") {
        let layout = layout(&case);
        for (head, (_, remedy)) in found(&layout) {
            let Some(subject) = head.strip_prefix("warning component-unplaced ") else {
                continue;
            };
            // `add … to `disable``, `remove … from `enable``, `move … from `enable` to `disable``
            let advice = remedy.split("; or ").nth(1).unwrap();
            let advice = advice.split_once(" in the block ").unwrap().0;
            let label = subject.split('.').next().unwrap();
            let mut without = layout.clone();
            let product = &mut without["product"][label];
            for change in advice.split(" and ") {
                let words: Vec<&str> = change.split('`').skip(1).step_by(2).collect();
                let is_list = |it: &&str| ["enable", "disable"].contains(it);
                let (lists, names): (Vec<&str>, Vec<&str>) = words.into_iter().partition(is_list);
                assert!(!names.is_empty() && !lists.is_empty(), "{remedy}");
                for list in lists {
                    let mut listed = product[list].as_array().cloned().unwrap_or_default();
                    if list == "disable" {
                        listed.extend(names.iter().map(|it| json!(it)));
                    } else {
                        listed.retain(|it| !names.contains(&it.as_str().unwrap()));
                    }
                    product[list] = json!(listed);
                }
            }
            assert_eq!(rules(&without), rules(&layout), "{name}: {remedy}");
            assert!(!found(&without).contains_key(&head), "{name}: {head}");
            tried += 1;
        }
    }
    assert!(tried > 10, "{tried}");
}

#[test]
fn messages_name_what_is_cut_off_and_the_ways_out() {
    let cases = layouts("silence");
    let said = |case: &str, head: &str| {
        let (message, remedy) = found(&layout(&cases[case])).remove(head).unwrap();
        format!("{message}\n{remedy}")
    };
    let hub = said(
        "An application cut off from its vendor's registries",
        "warning component-unplaced elma365.elma365-hub",
    );
    for words in [
        "zone `dmz` cannot reach it on `tcp/443` (`elma365.hub`)",
        "`hub.elma365.tech`",
        "`hub` to `disable`",
        "`accept` block",
    ] {
        assert!(hub.contains(words), "{hub}");
    }
    // The feature that governs the component, not its flows.
    let planes = said(
        "Data planes without any control plane",
        "warning component-unplaced kong.control-plane",
    );
    assert!(planes.contains("add `hybrid` to `disable`"), "{planes}");
    let sentinel = said(
        "Sentinels with the feature off",
        "warning component-idle redis.sentinel",
    );
    assert!(sentinel.contains("`sentinel` to `enable`"), "{sentinel}");
}

#[test]
fn each_product_has_a_diagnostic_of_its_own_for_what_it_lacks() {
    let gateway = json!({ "name": "kong", "version": "3.9" });
    let layout = json!({
        "product": { "a": gateway, "b": gateway },
        "zone": {
            "a": { "components": ["a.data-plane"], "aws": { "security_group_id": "sg-a" } },
            "b": { "components": ["b.data-plane"], "aws": { "security_group_id": "sg-b" } },
        },
    });
    let planned = Core::default().plan(&Value::Null, &layout);
    let unplaced = planned
        .diagnostics
        .iter()
        .filter(|it| it.summary.starts_with("component-unplaced"));
    let details: Vec<&str> = unplaced.map(|it| it.detail.as_str()).collect();
    assert_eq!(details.len(), 2, "{details:?}");
    assert!(details[0].contains("`a.control-plane`") && details[1].contains("`b.control-plane`"));
    // One component, one subject: it can be accepted.
    let mut accepted = layout.clone();
    accepted["accept"] =
        json!([{ "code": "component-unplaced", "subject": "*", "reason": "elsewhere" }]);
    let planned = Core::default().plan(&Value::Null, &accepted);
    assert_eq!(planned.diagnostics, []);
}

/// What a condition needs together is named together.
#[test]
fn an_idle_component_names_all_that_switches_it_on() {
    let layout = json!({
        "product": { "postgresql": { "version": "19", "choices": { "patroni-store": "raft" } } },
        "zone": {
            "store": { "components": ["postgresql.dcs"], "aws": { "security_group_id": "sg-a" } },
            "data": { "components": ["postgresql.server"], "aws": { "security_group_id": "sg-b" } },
        },
    });
    let planned = Core::default().plan(&Value::Null, &layout);
    let mut idle = planned.diagnostics.iter();
    let idle = idle.find(|it| it.summary.starts_with("component-idle"));
    let detail = &idle.expect("a warning").detail;
    let remedy = "add `patroni` to `enable` and set `choices = { patroni-store = \"dcs\" }`";
    assert!(detail.to_lowercase().contains(remedy), "{detail}");
}
