//! Mistakes in policies, at the user's line.

use super::{errors, pair};
use crate::support::core::{Core, UNKNOWN};
use portmatrix::terraform::diagnostic::Diagnostic;
use portmatrix::terraform::value::Value;
use serde_json::{Value as Json, json};

/// The error of a layout with something more, its place, and whether validation shows it too.
fn error(argument: &str, value: Json) -> (String, String) {
    let mut layout = pair(&["tcp/5432"]);
    layout[argument] = value;
    let core = Core::default();
    let shown = core.plan(&Value::Null, &layout).diagnostics;
    let errors = shown
        .iter()
        .filter(|it| !super::errors(std::slice::from_ref(it)).is_empty());
    let errors: Vec<&Diagnostic> = errors.collect();
    assert_eq!(errors.len(), 1, "{shown:?}");
    assert_eq!(core.validate(&layout).len(), 1);
    (
        errors[0].path.to_string(),
        format!("{} {}", errors[0].summary, errors[0].detail),
    )
}

#[test]
fn mistakes_point_at_their_line_and_say_what_to_write() {
    let cell = json!({ "from": "app", "to": "db", "access": "allow" });
    let with = |mut it: Json, name: &str, value: Json| {
        it[name] = value;
        it
    };
    let exception = json!({ "from": "app", "to": "db", "services": ["tcp/5432"], "reason": "r" });
    for (argument, value, place, words) in [
        (
            "policy",
            json!([cell, cell]),
            "policy[1]",
            &["already set at `policy[0]`"][..],
        ),
        (
            "policies",
            json!([cell, cell]),
            "policies[1]",
            &["already set at `policies[0]`"],
        ),
        (
            "policy",
            json!([with(cell.clone(), "from", json!("ap"))]),
            "policy[0].from",
            &["`ap` is not a zone", "`app`"],
        ),
        (
            "policy",
            json!([with(cell.clone(), "to", json!("trust:publik"))]),
            "policy[0].to",
            &["`publik` is not a level of trust", "`public`"],
        ),
        (
            "policies",
            json!([with(cell.clone(), "to", json!("trust:publik"))]),
            "policies[0]",
            &["`publik`"],
        ),
        (
            "policy",
            json!([with(cell.clone(), "access", json!("deny"))]),
            "policy[0].access",
            &["`block-only`"],
        ),
        (
            "policy",
            json!([with(cell.clone(), "services", json!(["tcp/443"]))]),
            "policy[0].services",
            &["has no effect", "allow-only"],
        ),
        (
            "policy",
            json!([with(
                with(cell.clone(), "access", json!("allow-only")),
                "services",
                json!(["http"])
            )]),
            "policy[0].services[0]",
            &["`http`"],
        ),
        (
            "policy",
            json!([with(cell.clone(), "severity", json!("high"))]),
            "policy[0].severity",
            &["`error`, `warning`, `info`"],
        ),
        (
            "policies",
            json!([with(cell.clone(), "acess", json!("allow"))]),
            "policies[0]",
            &["no argument `acess`", "`access`"],
        ),
        (
            "policies",
            json!("a, b"),
            "policies",
            &["expected a list of objects"],
        ),
        (
            "exception",
            json!([with(exception.clone(), "expires", json!("2027-02-29"))]),
            "exception[0].expires",
            &["not a day of the calendar"],
        ),
        (
            "exception",
            json!([with(exception.clone(), "expires", json!("31.03.2027"))]),
            "exception[0].expires",
            &["`2027-03-31`"],
        ),
        (
            "exceptions",
            json!([with(
                exception.clone(),
                "expires",
                json!("2027-03-31T00:00:00Z")
            )]),
            "exceptions[0]",
            &["timestamp", "\"2027-03-31\""],
        ),
        (
            "exception",
            json!([with(exception.clone(), "services", json!([]))]),
            "exception[0].services",
            &["permits nothing"],
        ),
        (
            "exceptions",
            json!({ "one": { "from": "app", "to": "db", "services": ["any"] } }),
            "exceptions[\"one\"]",
            &["`reason` is required"],
        ),
        (
            "exception",
            json!([with(exception.clone(), "to", json!("bd"))]),
            "exception[0].to",
            &["`bd` is not a zone"],
        ),
    ] {
        let (at, text) = error(argument, value.clone());
        assert!(at.starts_with(place), "{value}: {at}");
        for word in words {
            assert!(text.contains(word), "{value}: `{word}` is not in {text}");
        }
    }
}

#[test]
fn mistakes_in_the_provider_block_are_shown_there() {
    let cell = json!({ "from": "a", "to": "b", "access": "block" });
    for (provider, place) in [
        (json!({ "as_of": "2027-3-1" }), "as_of"),
        (json!({ "as_of": "2027-03-31T12:00:00Z" }), "as_of"),
        (json!({ "warn_days": -1 }), "warn_days"),
        (json!({ "warn_days": 1.5 }), "warn_days"),
        (json!({ "policies": [cell, cell] }), "policies[1]"),
        (
            json!({ "policies": [{ "from": "a", "to": "b" }] }),
            "policies[0]",
        ),
        (json!({ "exceptions": 7 }), "exceptions"),
    ] {
        let shown = Core::default().prepare(&provider);
        assert_eq!(shown.len(), 1, "{provider}: {shown:?}");
        assert!(
            shown[0].path.to_string().starts_with(place),
            "{provider}: {}",
            shown[0].path
        );
    }
}

/// A name in data that nearly fits is a warning; one of another layout is not.
#[test]
fn names_in_data_that_nearly_fit_are_reported() {
    let warned = |name: &str| {
        let mut layout = pair(&["tcp/5432"]);
        layout["zone"]["db"]["segment"] = json!("Databases EU1");
        layout["policies"] = json!([{ "from": name, "to": "db", "access": "allow" }]);
        let shown = Core::default().plan(&Value::Null, &layout).diagnostics;
        assert_eq!(errors(&shown), Vec::<String>::new());
        !shown.is_empty()
    };
    for name in ["APP", "databases-eu1", "Databases_EU1", "Datbases EU1"] {
        assert!(warned(name), "{name}");
    }
    for name in [
        "web",
        "api",
        "Databases EU2",
        "Databases US1",
        "application",
    ] {
        assert!(!warned(name), "{name}");
    }
}

/// What is not known yet is judged later, and leaves the rules known.
#[test]
fn an_unknown_policy_leaves_the_rules_known() {
    for (argument, value) in [
        ("policies", json!(UNKNOWN)),
        ("policies", json!([UNKNOWN])),
        (
            "policies",
            json!([{ "from": UNKNOWN, "to": "db", "access": "block" }]),
        ),
        (
            "exceptions",
            json!([{ "from": "app", "to": "db", "services": UNKNOWN, "reason": "r" }]),
        ),
        (
            "policy",
            json!([{ "from": "app", "to": "db", "access": UNKNOWN }]),
        ),
        ("policy", json!(UNKNOWN)),
    ] {
        let mut layout = pair(&["tcp/5432"]);
        layout[argument] = value.clone();
        let core = Core::default();
        assert_eq!(core.validate(&layout), [], "{value}");
        let planned = core.plan(&Value::Null, &layout);
        assert_eq!(
            errors(&planned.diagnostics),
            Vec::<String>::new(),
            "{value}"
        );
        assert!(planned.state.get("findings").is_unknown(), "{value}");
        assert!(planned.state.get("aws_ingress").is_wholly_known());
        assert!(format!("{:?}", planned.diagnostics).contains("the policy is judged then"));
    }
}

/// What is placed in a zone is not an end: the zone is. What has fixed addresses is one, even if no flow needs it.
#[test]
fn a_component_is_an_end_only_if_it_has_addresses_of_its_own() {
    let mut layout = pair(&["tcp/5432"]);
    layout["zone"]["app"]["components"] = json!(["postgresql.client"]);
    layout["zone"]["db"]["components"] = json!(["postgresql.server"]);
    let shown = |end: &str| {
        let mut layout = layout.clone();
        layout["policy"] = json!([{ "from": end, "to": "db", "access": "allow" }]);
        errors(&Core::default().plan(&Value::Null, &layout).diagnostics)
    };
    assert_eq!(shown("app"), Vec::<String>::new());
    for end in ["postgresql.client", "postgresql.nothing"] {
        let all = shown(end);
        assert!(
            all.len() == 1 && all[0].contains(&format!("`{end}` is not a zone")),
            "{all:?}"
        );
    }
}

/// A segment is a name that a policy can write.
#[test]
fn a_segment_is_not_a_word_for_several_zones() {
    for segment in ["*", "any", "trust:public", " A", ""] {
        let mut layout = pair(&["tcp/5432"]);
        layout["zone"]["app"]["segment"] = json!(segment);
        let all = errors(&Core::default().plan(&Value::Null, &layout).diagnostics);
        assert_eq!(all.len(), 1, "{segment}: {all:?}");
    }
}

/// As a spreadsheet is saved: an empty line at the end, words in capitals, spaces around them.
#[test]
fn rows_of_a_spreadsheet_are_read_as_they_are_saved() {
    let mut layout = pair(&["tcp/5432"]);
    layout["fail_on"] = json!("never");
    layout["policies"] = json!([
        { "from": "app", "to": " db", "access": "Block-Only", "services": "tcp/5432", "severity": " WARNING" },
        { "from": "", "to": "", "access": "", "services": " ", "severity": "" },
    ]);
    let shown = Core::default().plan(&Value::Null, &layout).diagnostics;
    assert_eq!(errors(&shown), Vec::<String>::new());
    assert!(
        format!("{shown:?}").contains("must not connect"),
        "{shown:?}"
    );
}

/// An exception that an apply decides may permit what a policy refuses: no plan is stopped by it.
#[test]
fn what_is_not_known_yet_violates_nothing() {
    let cell = json!([{ "from": "app", "to": "db", "access": "block" }]);
    let exception = |services: Json| json!([{ "from": "app", "to": "db", "services": services, "reason": "r" }]);
    let mut layout = pair(&["tcp/5432"]);
    layout["policy"] = cell;
    assert_eq!(
        errors(&Core::default().plan(&Value::Null, &layout).diagnostics).len(),
        1
    );
    for (argument, value) in [
        ("exception", exception(json!(UNKNOWN))),
        ("exceptions", json!(UNKNOWN)),
    ] {
        layout[argument] = value;
        let all = errors(&Core::default().plan(&Value::Null, &layout).diagnostics);
        assert_eq!(all, Vec::<String>::new(), "{argument}");
        layout.as_object_mut().unwrap().remove(argument);
    }
}
