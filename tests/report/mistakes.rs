//! What cannot be reported is said, with what to do.

use super::{changed, planned, report};
use expect_test::expect;
use portmatrix::commands::run_captured;
use portmatrix::report::request::Column;
use serde_json::{Value as Json, json};
use std::fmt::Write as _;

fn state() -> Json {
    planned(
        &json!({ "zone": { "a": { "components": [], "ipv4": { "a": "10.0.0.0/24" }, "aws": { "security_group_id": "sg-1" } } } }),
    )
}

#[test]
fn mistakes_say_what_to_do() {
    let good = changed(&Json::Null, &state());
    let mut late: Json = serde_json::from_str(&good).unwrap();
    late["resource_changes"][0]["change"]["after_unknown"] = json!({ "directions": true });
    let late = late.to_string();
    let none = r#"{"format_version":"1.2","resource_changes":[]}"#;
    let mut all = String::new();
    for (document, arguments) in [
        (good.as_str(), &["--format", "pdf"][..]),
        (&good, &["--columns", "source"]),
        (&good, &["--format", "csv", "--columns", "source,dest"]),
        (&good, &["--format", "csv", "--set", "ticket"]),
        (&good, &["--format", "csv", "--set", "source=10.0.0.1"]),
        (&good, &["--as-of", "tomorrow"]),
        (&good, &["--rules", "portmatrix_rules.other"]),
        (&late, &[]),
        (none, &[]),
    ] {
        let _ = writeln!(all, "{}", report(document, arguments).unwrap_err());
    }
    expect![[r"
        unknown format `pdf`; expected one of `html`, `markdown`, `csv`, `mermaid`, `d2`, `svg`, `json`
        `--columns` and `--set` are for a change request; add `--format csv`; use `--help` to see how the command is used
        unknown column `dest`; expected one of `action`, `destination`, `destination_zone`, `due`, `expiry`, `family`, `flows`, `justification`, `need`, `plane`, `previous_destination`, `previous_source`, `protocol`, `reference`, `requester`, `service`, `source`, `source_zone`, `ticket`, `traffic`, `translated_destination`, `translated_service`
        `--set ticket` has no value; write `--set NAME=VALUE`
        `source` comes from the layout; set one of `ticket`, `due`, `expiry`, `requester`
        `tomorrow` is not a date; write year, month and day: `2027-03-31`
        `plan.json` has no `portmatrix_rules.other`; it has `portmatrix_rules.it`
        `directions` of `portmatrix_rules.it` is known only after apply, so its rules are too; make the report after the apply, from the state
        `plan.json` has no `portmatrix_rules`, so it does not say what is wanted
    "]].assert_eq(&all);
}

#[test]
fn the_help_names_every_column() {
    let help = run_captured(vec!["report".into(), "--help".into()]).out;
    let (_, listed) = help.split_once("Columns: ").unwrap();
    let (listed, _) = listed.split_once('.').unwrap();
    let mut named: Vec<&str> = listed
        .split([',', ' ', '\n'])
        .filter(|it| Column::WORDS.contains(it))
        .collect();
    named.sort_unstable();
    let mut all = Column::WORDS.to_vec();
    all.sort_unstable();
    assert_eq!(named, all);
}
