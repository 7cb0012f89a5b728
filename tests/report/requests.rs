//! Change requests: what a plan adds, changes and removes.

use super::{changed, planned, report};
use expect_test::expect;
use serde_json::{Value as Json, json};

fn layout(database: &str, port: &str, with_backup: bool) -> Json {
    let mut layout = json!({
        "zone": {
            "app": { "components": [], "ipv4": { "a": "10.0.0.0/24" }, "ipv6": { "a": "2001:db8::/64" }, "aws": { "security_group_id": "sg-1" } },
            "db": { "components": [], "ipv4": { "a": database }, "ipv6": { "a": "2001:db8:1::/64" } },
            "vault": { "components": [], "aws": { "security_group_id": "sg-2" } },
        },
        "flow": {
            "sql": { "from": ["app"], "to": ["db"], "services": [port], "purpose": "Queries" },
            "secrets": { "from": ["app"], "to": ["vault"], "services": ["tcp/8200"], "purpose": "=1+1" },
        },
        "policy": [{ "from": "app", "to": "*", "access": "block" }],
        "exception": [{
            "from": "app", "to": "db", "services": [port], "reason": "until the move", "ticket": "NET-1", "requester": "team a",
            "expires": "2027-03-31",
        }],
    });
    if with_backup {
        layout["flow"]["backup"] = json!({ "from": ["app"], "to": ["db"], "services": ["tcp/873"], "purpose": "Backup, nightly" });
    }
    layout
}

#[test]
fn a_plan_has_what_changes() {
    let before = planned(&layout("10.1.0.0/24", "tcp/5432", true));
    let after = planned(&layout("10.2.0.0/24", "tcp/5432", false));
    let text = report(&changed(&before, &after), &["--format", "csv"]).unwrap();
    expect![[r#"
        action,source,destination,service,protocol,justification,ticket,due,expiry,requester
        change,10.0.0.0/24,10.2.0.0/24,5432,tcp,Queries,NET-1,,2027-03-31,team a
        remove,10.0.0.0/24,10.1.0.0/24,873,tcp,"Backup, nightly",,,,
        remove,2001:db8::/64,2001:db8:1::/64,873,tcp,"Backup, nightly",,,,
    "#]]
    .assert_eq(&text.replace("\r\n", "\n"));
}

#[test]
fn a_new_layout_is_added_and_formulas_are_defused() {
    let after = planned(&layout("10.1.0.0/24", "tcp/5432", false));
    let columns = "Act=action,From=source,To=destination,Port=service,Why=justification,Ticket=ticket,When=due,v=family";
    let text = report(
        &changed(&Json::Null, &after),
        &[
            "--format",
            "csv",
            "--columns",
            columns,
            "--set",
            "ticket=NET-9",
            "--set",
            "due=2026-12-01",
        ],
    );
    expect![[r"
        Act,From,To,Port,Why,Ticket,When,v
        add,10.0.0.0/24,10.1.0.0/24,5432,Queries,NET-1,2026-12-01,IPv4
        add,2001:db8::/64,2001:db8:1::/64,5432,Queries,NET-1,2026-12-01,IPv6
        add,10.0.0.0/24,vault (aws security_group_id: sg-2),8200,'=1+1,NET-9,2026-12-01,IPv4
        add,2001:db8::/64,vault (aws security_group_id: sg-2),8200,'=1+1,NET-9,2026-12-01,IPv6
    "]]
    .assert_eq(&text.unwrap().replace("\r\n", "\n"));
}

#[test]
fn nothing_changes_in_an_equal_plan_and_a_state_has_everything() {
    let state = planned(&layout("10.1.0.0/24", "tcp/5432", false));
    let text = report(&changed(&state, &state), &["--format", "csv"]).unwrap();
    assert_eq!(text.lines().count(), 1);
    let document = json!({
        "format_version": "1.0", "terraform_version": "1.11.4",
        "values": { "root_module": { "resources": [{
            "address": "portmatrix_rules.it", "mode": "managed", "type": "portmatrix_rules", "values": state, "sensitive_values": {},
        }] } },
    });
    let text = report(
        &document.to_string(),
        &[
            "--format",
            "csv",
            "--columns",
            "action,source_zone,destination_zone,service",
        ],
    )
    .unwrap();
    expect![[r"
        action,source_zone,destination_zone,service
        keep,app,db,5432
        keep,app,db,5432
        keep,app,vault,8200
        keep,app,vault,8200
    "]]
    .assert_eq(&text.replace("\r\n", "\n"));
}

#[test]
fn letters_that_are_not_ascii_come_with_a_mark_for_spreadsheets() {
    let mut layout = layout("10.1.0.0/24", "tcp/5432", false);
    layout["flow"]["sql"]["purpose"] = json!("Запросы");
    let text = report(
        &changed(&Json::Null, &planned(&layout)),
        &["--format", "csv"],
    )
    .unwrap();
    assert!(text.starts_with("\u{feff}action,") && text.contains("Запросы"));
}
