//! Days: in the provider, never in the state.

use super::{errors, found, pair};
use crate::support::core::{Core, UNKNOWN};
use portmatrix::terraform::value::Value;
use serde_json::{Value as Json, json};

fn layout(expires: &str) -> Json {
    let mut layout = pair(&["tcp/5432"]);
    layout["policy"] = json!([{ "from": "app", "to": "db", "access": "block" }]);
    layout["exception"] = json!([{
        "from": "app", "to": "db", "services": ["tcp/5432"], "reason": "migration", "ticket": "NET-77", "expires": expires,
    }]);
    layout
}

fn on(day: &str) -> Core {
    let core = Core::default();
    assert_eq!(core.prepare(&json!({ "as_of": day })), []);
    core
}

#[test]
fn the_next_day_changes_nothing_while_an_exception_is_valid() {
    let layout = layout("2027-03-31");
    let state = on("2027-03-10")
        .apply(&Value::Null, &layout, &layout)
        .unwrap();
    for day in ["2027-03-10", "2027-03-11", "2027-03-31"] {
        let again = on(day).plan(&state, &layout);
        assert_eq!(again.state, state, "{day}");
        let shown = format!("{:?}", again.diagnostics);
        assert!(shown.contains("exception-expiring"), "{shown}");
    }
    let text = format!("{state:?}");
    assert!(text.contains("2027-03-31") && !text.contains("2027-03-10"));
    assert!(!text.contains("days are left"));
    let over = on("2027-04-01").plan(&state, &layout);
    assert!(errors(&over.diagnostics)[0].contains("exception-expired"));
    assert_eq!(over.state, state);
}

#[test]
fn days_left_are_shown_and_can_be_chosen() {
    let shown = |warn: Json, day: &str| {
        let core = Core::default();
        assert_eq!(
            core.prepare(&json!({ "as_of": day, "warn_days": warn })),
            []
        );
        format!(
            "{:?}",
            core.plan(&Value::Null, &layout("2027-03-31")).diagnostics
        )
    };
    assert!(shown(Json::Null, "2027-03-01").contains("30 days are left"));
    assert!(!shown(Json::Null, "2027-02-28").contains("exception-expiring"));
    assert!(shown(json!(7), "2027-03-30").contains("1 day is left"));
    assert!(!shown(json!(7), "2027-03-23").contains("exception-expiring"));
    assert!(shown(json!(0), "2027-03-31").contains("Today is the last day"));
}

/// An unknown day is that of a resource; a clock that is not set is before 2000.
#[test]
fn without_a_day_nothing_ends_and_a_finding_says_so() {
    for day in [Json::Null, json!("1970-01-01")] {
        let core = Core::default();
        assert_eq!(core.prepare(&json!({ "as_of": day })), []);
        let planned = core.plan(&Value::Null, &layout("2020-01-01"));
        assert_eq!(errors(&planned.diagnostics), Vec::<String>::new());
        let codes: Vec<String> = found(&planned.state).into_iter().map(|it| it.0).collect();
        assert_eq!(codes, ["dates-not-judged"]);
    }
    let core = Core::default();
    assert_eq!(core.prepare(&json!({ "as_of": UNKNOWN })), []);
    let planned = core.plan(&Value::Null, &layout("2020-01-01"));
    assert!(planned.state.get("findings").is_unknown());
    assert!(planned.state.get("rules").is_wholly_known());
    assert!(format!("{:?}", planned.diagnostics).contains("`as_of` is known only after apply"));
}

#[test]
fn an_acceptance_ends_too() {
    let mut layout = layout("2030-01-01");
    layout.as_object_mut().unwrap().remove("exception");
    layout["accept"] = json!([{ "code": "policy-violated", "subject": "app/db/*", "reason": "agreed", "expires": "2027-03-31" }]);
    let valid = on("2027-03-31").plan(&Value::Null, &layout);
    assert_eq!(errors(&valid.diagnostics), Vec::<String>::new());
    assert!(format!("{:?}", valid.diagnostics).contains("exception-expiring"));
    let over = on("2027-04-01").plan(&Value::Null, &layout);
    assert!(errors(&over.diagnostics)[0].contains("it was accepted until 2027-03-31: agreed"));
}
