//! Layouts with something wrong in them, written from the documentation alone. Each must bring exactly the findings that it names,
//! with their severities, and in words that name what is wrong.
//!
//! A file in `hazards/` maps names to layouts. In a layout, `expect` maps findings to words of their messages. A finding is its
//! severity, its code and its subject; a configuration error, which never gets into `findings`, has its place instead. `before`
//! maps JSON pointers to values: the layout with these values was applied first. `provider` is the provider block.

use crate::conformance::quiet::{as_data, before_the_first_apply, layouts};
use crate::conformance::with;
use crate::support::core::{Answer, Core};
use crate::support::none;
use portmatrix::model::code::{Class, Code};
use portmatrix::model::words::Severity;
use portmatrix::terraform::diagnostic::{Diagnostic, Level, Path, Step};
use portmatrix::terraform::value::Value;
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};

/// How many hazards there are at least.
const HAZARDS: usize = 100;

/// Codes of warnings and errors that a layout alone cannot cause.
const OUT_OF_REACH: [&str; 1] = [
    // The provider's product files change, and the layout stays as it is.
    "catalogue-changed",
];

/// The layout itself, and what was applied before it.
fn planned(hazard: &Json) -> (Json, Option<Json>) {
    let mut layout = hazard.clone();
    let object = layout.as_object_mut().unwrap();
    object.remove("expect");
    let before = object.remove("before").map(|changes| {
        let changes = changes.as_object().unwrap().clone();
        let mut layout = layout.clone();
        layout["fail_on"] = json!("never");
        changes
            .into_iter()
            .fold(layout, |it, (pointer, value)| with(it, &pointer, value))
    });
    (layout, before)
}

fn code(diagnostic: &Diagnostic) -> &str {
    diagnostic.summary.split(':').next().unwrap()
}

fn word(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
    }
}

fn text(finding: &Value, field: &str) -> String {
    finding.get(field).as_str().unwrap().to_owned()
}

fn class(code: &str) -> Class {
    let found = Code::ALL.iter().find(|it| it.as_str() == code);
    found.unwrap().doc().class
}

/// A place as a person would name it. The CLIs find the lines of attributes only: for a block, a diagnostic ends at an argument
/// that is not written.
fn place(diagnostic: &Diagnostic, layout: &Json) -> String {
    let (mut steps, mut at) = (Vec::new(), Some(layout));
    for step in &diagnostic.path.0 {
        at = match (step, at) {
            (Step::Attribute(name) | Step::Key(name), Some(at)) => at.get(name),
            // A block that occurs at most once is written without a list.
            (Step::Index(_), Some(Json::Object(_))) => at,
            (Step::Index(index), Some(at)) => at.get(usize::try_from(*index).unwrap()),
            (_, None) => None,
        };
        if at.is_some() {
            steps.push(step.clone());
        }
    }
    Path(steps).to_string()
}

/// What a person is told, by finding: its message.
fn found(answer: &Answer, layout: &Json) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut in_state = BTreeSet::new();
    if let (true, Value::List(findings)) =
        (answer.errors().is_empty(), answer.state.get("findings"))
    {
        for finding in findings {
            let (severity, code) = (text(finding, "severity"), text(finding, "code"));
            if severity != "info" {
                let line = format!("{severity} {code} {}", text(finding, "subject"));
                found.insert(line, text(finding, "message"));
            }
            in_state.insert(code);
        }
    }
    for it in &answer.diagnostics {
        if !in_state.contains(code(it)) {
            let line = format!("{} {} {}", word(it.severity), code(it), place(it, layout));
            found.insert(line.trim_end().to_owned(), it.detail.clone());
        }
    }
    found
}

/// A provider with the provider block of a hazard.
fn core(layout: &Json) -> Core {
    let core = Core::default();
    assert_eq!(core.prepare(&layout["provider"]), []);
    core
}

fn plan(layout: &Json, before: Option<&Json>) -> BTreeMap<String, String> {
    let core = core(layout);
    let prior = before.map_or(Value::Null, |it| {
        core.apply(&Value::Null, it, it)
            .expect("what was before applies")
    });
    // What `fail_on` would stop stays in the state, where its subject is.
    let never = with(layout.clone(), "/fail_on", json!("never"));
    let all = found(&core.plan(&prior, &never), layout);
    let shown = core.plan(&prior, layout).diagnostics;
    let shown: BTreeSet<(&str, &str)> = shown
        .iter()
        .map(|it| (word(it.severity), code(it)))
        .collect();
    let expected: BTreeSet<(&str, &str)> = all
        .keys()
        .map(|it| {
            let mut words = it.splitn(3, ' ');
            (words.next().unwrap(), words.next().unwrap())
        })
        .collect();
    assert_eq!(shown, expected, "the CLI shows what `findings` has");
    all
}

/// The findings as they are written in a hazard, for a failure.
fn listed(all: &BTreeMap<String, String>) -> String {
    let lines = all.iter();
    let lines: Vec<String> = lines
        .map(|(finding, message)| format!("\n    {finding}\n      {message}"))
        .collect();
    lines.concat()
}

#[test]
fn hazards_are_found_and_named() {
    let hazards = layouts("hazards");
    assert!(hazards.len() >= HAZARDS, "{}", hazards.len());
    let mut wrong = Vec::new();
    for (name, hazard) in &hazards {
        let (layout, before) = planned(hazard);
        let all = plan(&layout, before.as_ref());
        let expect = hazard["expect"].as_object().unwrap();
        assert!(!expect.is_empty(), "{name}");
        if !all.keys().eq(expect.keys()) {
            wrong.push(format!("{name}: got{}", listed(&all)));
            continue;
        }
        for (finding, words) in expect {
            let words = words.as_array().unwrap();
            assert!(!words.is_empty(), "{name}");
            for word in words.iter().map(|it| it.as_str().unwrap()) {
                if !all[finding].contains(word) {
                    wrong.push(format!("{name}: `{word}` is not in{}", listed(&all)));
                }
            }
        }
    }
    none(&wrong);
}

#[test]
fn hazards_are_found_in_data_too() {
    let mut wrong = Vec::new();
    for (name, hazard) in layouts("hazards") {
        let (layout, before) = planned(&hazard);
        let before = before.as_ref().map(as_data);
        let all = plan(&as_data(&layout), before.as_ref());
        let as_blocks = |finding: &String| {
            let places = [
                ("zones[", "zone["),
                ("products[", "product["),
                ("flows[", "flow["),
                ("[0]", ""),
            ];
            let finding = places
                .iter()
                .fold(finding.clone(), |it, (data, block)| it.replace(data, block));
            // An error in data ends at the entry or at the key: the codes are what is compared.
            match class(finding.split(' ').nth(1).unwrap()) {
                Class::Judgement => finding,
                _ => finding.split(' ').take(2).collect::<Vec<_>>().join(" "),
            }
        };
        let expect = hazard["expect"].as_object().unwrap();
        let expect: BTreeSet<String> = expect.keys().map(as_blocks).collect();
        if all.keys().map(as_blocks).collect::<BTreeSet<_>>() != expect {
            wrong.push(format!("{name}: got{}", listed(&all)));
        }
    }
    none(&wrong);
}

/// Hazards that only the ids of groups show: an id that cannot be one, or one that zones have in common. Or what such an id may undo.
const OF_IDS: [&str; 12] = [
    "A group by its ARN",
    "A group of another account where rules are to be created",
    "A group that is a client twice",
    "A network security group whose rules apply to every zone in it",
    "An exception for a port that nothing uses",
    "Everybody in the group of the clients, on AWS",
    "One client group for two zones, of which one may use the cache",
    "Rules in a group of another account",
    "The ARN of a group in place of its id",
    "Two tiers in one application security group, on Azure",
    "Two zones in one security group, on AWS",
    "Two zones in one security group, on OpenStack",
];

/// In a first plan, when `findings` may be unknown as a whole, a person is shown all that does not depend on the ids of groups.
#[test]
fn hazards_are_shown_before_ids_are_known() {
    let mut later = Vec::new();
    for (name, hazard) in layouts("hazards") {
        let (layout, None) = planned(&hazard) else {
            continue;
        };
        let core = core(&layout);
        let shown = |layout: &Json| -> BTreeSet<(&str, String)> {
            let shown = core.plan(&Value::Null, layout).diagnostics;
            let shown = shown.iter();
            shown
                .map(|it| (word(it.severity), code(it).to_owned()))
                .collect()
        };
        if shown(&before_the_first_apply(&layout)) != shown(&layout) {
            later.push(name);
        }
    }
    assert_eq!(later, OF_IDS);
}

/// An error in one argument is there before a plan, at the same place.
#[test]
fn mistakes_in_one_argument_show_at_validation() {
    let core = Core::default();
    let mut wrong = Vec::new();
    for (name, hazard) in layouts("hazards") {
        let layout = planned(&hazard).0;
        let shown: BTreeSet<String> = core
            .validate(&layout)
            .iter()
            .map(|it| format!("{} {} {}", word(it.severity), code(it), place(it, &layout)))
            .collect();
        for expected in hazard["expect"].as_object().unwrap().keys() {
            let mut words = expected.split(' ');
            let is_error = words.next() == Some("error");
            let is_input = is_error && class(words.next().unwrap()) == Class::Input;
            if is_input && !shown.contains(expected) {
                wrong.push(format!("{name}: `{expected}` is not in {shown:?}"));
            }
        }
    }
    none(&wrong);
}

#[test]
fn hazards_cover_every_code_that_is_a_warning_or_an_error() {
    let expected: BTreeSet<String> = layouts("hazards")
        .values()
        .flat_map(|it| {
            it["expect"]
                .as_object()
                .unwrap()
                .keys()
                .cloned()
                .collect::<Vec<_>>()
        })
        .map(|it| it.split(' ').nth(1).unwrap().to_owned())
        .collect();
    let missing: Vec<String> = Code::ALL
        .iter()
        .filter(|it| it.doc().severity != Severity::Info)
        .map(|it| it.as_str().to_owned())
        .filter(|it| !expected.contains(it) && !OUT_OF_REACH.contains(&it.as_str()))
        .collect();
    none(&missing);
}
