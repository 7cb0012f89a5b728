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

/// The rows of a plan, with these columns.
fn rows(before: &Json, after: &Json, columns: &str) -> String {
    let text = report(
        &changed(before, after),
        &["--format", "csv", "--columns", columns],
    );
    text.unwrap().replace("\r\n", "\n")
}

const ZONES: &str = "action,source_zone,destination_zone,source,destination,traffic";

fn two(names: &[&str]) -> Json {
    let mut zones = serde_json::Map::new();
    for name in names {
        zones.insert(
            (*name).to_owned(),
            json!({ "components": [], "ipv4": { "a": "10.0.0.0/24" } }),
        );
    }
    zones.insert(
        "db".to_owned(),
        json!({ "components": [], "ipv4": { "a": "10.1.0.0/24" }, "host": {} }),
    );
    planned(
        &json!({ "zone": zones, "flow": { "sql": { "from": names, "to": ["db"], "services": ["tcp/5432"] } } }),
    )
}

#[test]
fn what_something_else_still_needs_is_not_removed() {
    // Two zones with one address: the firewall sees no difference if one of them goes, or gets another name.
    for (before, after) in [
        (&["a", "b"][..], &["a"][..]),
        (&["a"], &["b"]),
        (&["b"], &["a", "b"]),
    ] {
        assert_eq!(
            rows(&two(before), &two(after), ZONES).lines().count(),
            1,
            "{before:?} {after:?}"
        );
    }
}

#[test]
fn a_plan_that_destroys_everything_removes_everything() {
    let before = two(&["a"]);
    expect![[r"
        action,source_zone,destination_zone,source,destination,traffic
        remove,a,db,10.0.0.0/24,10.1.0.0/24,tcp/5432
    "]]
    .assert_eq(&rows(&before, &Json::Null, ZONES));
    let page = report(&changed(&before, &Json::Null), &["--format", "markdown"]).unwrap();
    assert!(
        page.contains("destroys this resource") && page.contains("Connections: 0"),
        "{page}"
    );
}

#[test]
fn a_translated_destination_is_what_peers_connect_to() {
    let layout = |outside: &str, inside: &str| {
        planned(&json!({
            "zone": {
                "web": { "components": ["kong.client"], "ipv4": { "a": "10.1.0.0/24" } },
                "dmz": {
                    "components": ["kong.node"], "ipv4": { "a": "10.2.0.0/24" }, "advertised_ipv4": { "a": outside },
                    "aws": { "security_group_id": "sg-2" },
                },
            },
            "product": { "kong": {
                "version": "3.9", "ports": { "proxy-https": inside }, "advertised_ports": { "proxy-https": "443" }, "disable": ["proxy-http"],
            } },
        }))
    };
    let columns = "action,source,destination,service,translated_destination,translated_service";
    let before = layout("192.0.2.1/32", "8443");
    expect![[r"
        action,source,destination,service,translated_destination,translated_service
        change,10.1.0.0/24,192.0.2.9/32,443,10.2.0.0/24,tcp/8443
    "]]
    .assert_eq(&rows(&before, &layout("192.0.2.9/32", "8443"), columns));
    assert_eq!(
        rows(&before, &layout("192.0.2.1/32", "9443"), columns)
            .lines()
            .count(),
        2
    );
}

#[test]
fn each_row_has_a_family_that_its_transport_and_both_ends_can_have() {
    let state = planned(&json!({
        "zone": {
            "both": { "components": [], "ipv4": { "a": "10.0.0.0/24" }, "ipv6": { "a": "2001:db8::/64" }, "aws": { "security_group_id": "sg-1" } },
            "too": { "components": [], "ipv4": { "a": "10.1.0.0/24" }, "ipv6": { "a": "2001:db8:1::/64" }, "aws": { "security_group_id": "sg-2" } },
            "six": { "components": [], "ipv6": { "a": "2001:db8:2::/64" }, "aws": { "security_group_id": "sg-3" } },
            "four": { "components": [], "ipv4": { "a": "10.3.0.0/24" }, "aws": { "security_group_id": "sg-4" } },
        },
        "flow": {
            "ping": { "from": ["both"], "to": ["too"], "services": ["icmp/8", "icmpv6/128"] },
            "apart": { "from": ["four"], "to": ["six"], "services": ["tcp/443"] },
        },
    }));
    expect![[r"
        source,destination,traffic,family
        10.0.0.0/24,10.1.0.0/24,icmp/8,IPv4
        2001:db8::/64,2001:db8:1::/64,icmpv6/128,IPv6
        four (aws security_group_id: sg-4),six (aws security_group_id: sg-3),tcp/443,
    "]]
    .assert_eq(&rows(
        &Json::Null,
        &state,
        "source,destination,traffic,family",
    ));
}

#[test]
fn the_ticket_is_that_of_the_exception_that_is_needed() {
    let zone = |address: &str| json!({ "components": [], "ipv4": { "a": address }, "aws": { "security_group_id": "sg-1" } });
    let state = planned(&json!({
        "zone": { "app": zone("10.0.0.0/24"), "db": zone("10.1.0.0/24") },
        "flow": { "f": { "from": ["app"], "to": ["db"], "services": ["tcp/443", "tcp/5433"] } },
        "policy": [{ "from": "app", "to": "db", "access": "allow-only", "services": ["tcp/443"] }],
        "exception": [
            { "from": "app", "to": "db", "services": ["tcp/5433"], "reason": "was", "ticket": "OVER", "expires": "2020-01-01" },
            { "from": "app", "to": "db", "services": ["tcp/1-65535"], "reason": "is", "ticket": "WIDE" },
        ],
    }));
    let text = report(
        &changed(&Json::Null, &state),
        &[
            "--format",
            "csv",
            "--columns",
            "service,ticket",
            "--as-of",
            "2026-11-30",
        ],
    );
    expect![[r"
        service,ticket
        443,
        5433,WIDE
    "]]
    .assert_eq(&text.unwrap().replace("\r\n", "\n"));
}

#[test]
fn sensitive_addresses_that_change_are_a_row() {
    let state = |address: &str| {
        planned(&json!({
            "zone": {
                "a": { "components": [], "ipv4": { "a": address } },
                "b": { "components": [], "ipv4": { "a": "10.2.0.0/24" }, "aws": { "security_group_id": "sg-1" } },
            },
            "flow": { "f": { "from": ["a"], "to": ["b"], "services": ["tcp/443"] } },
        }))
    };
    let marks = json!({ "zone": { "a": { "ipv4": { "a": true } } } });
    let text = changed(&state("10.77.0.0/24"), &state("10.66.0.0/24"));
    let mut document: Json = serde_json::from_str(&text).unwrap();
    for side in ["before_sensitive", "after_sensitive"] {
        document["resource_changes"][0]["change"][side] = marks.clone();
    }
    let text = report(
        &document.to_string(),
        &[
            "--format",
            "csv",
            "--columns",
            "action,source,previous_source,traffic",
        ],
    );
    expect![[r"
        action,source,previous_source,traffic
        change,(sensitive),(sensitive),tcp/443
    "]]
    .assert_eq(&text.unwrap().replace("\r\n", "\n"));
}

#[test]
fn groups_and_orders_that_stay_are_no_rows() {
    let state = |name: &str, blocks: [&str; 2]| {
        planned(&json!({
            "zone": {
                name: { "components": [], "aws": { "security_group_id": "sg-9" } },
                "b": { "components": [], "ipv4": { "0": blocks[0], "1": blocks[1] }, "aws": { "security_group_id": "sg-1" } },
            },
            "flow": { "f": { "from": [name], "to": ["b"], "services": ["tcp/443"] } },
        }))
    };
    let before = state("a", ["10.1.0.0/24", "10.5.0.0/24"]);
    let after = state("x", ["10.5.0.0/24", "10.1.0.0/24"]);
    assert_eq!(rows(&before, &after, ZONES).lines().count(), 1);
}

#[test]
fn icmp_without_a_type_is_that_of_each_family() {
    let zone = |four: &str, six: &str| json!({ "components": [], "ipv4": { "a": four }, "ipv6": { "a": six }, "host": {} });
    let state = planned(&json!({
        "zone": { "a": zone("10.0.0.0/24", "2001:db8::/64"), "b": zone("10.1.0.0/24", "2001:db8:1::/64") },
        "flow": { "f": { "from": ["a"], "to": ["b"], "services": ["icmp"] }, "g": { "from": ["b"], "to": ["a"], "services": ["icmpv6"] } },
    }));
    expect![[r"
        source_zone,traffic,family
        a,icmp,IPv4
        a,icmpv6,IPv6
        b,icmpv6,IPv6
    "]]
    .assert_eq(&rows(&Json::Null, &state, "source_zone,traffic,family"));
}

#[test]
fn one_of_two_behind_an_address_is_not_removed() {
    let state = |to: &[&str]| {
        let inner = |address: &str, group: &str| {
            json!({
                "components": [], "ipv4": { "a": address }, "advertised_ipv4": { "a": "192.0.2.1/32" }, "aws": { "security_group_id": group },
            })
        };
        planned(&json!({
            "zone": {
                "a": { "components": [], "ipv4": { "a": "10.1.0.0/24" } },
                "b": inner("10.2.0.0/24", "sg-1"), "c": inner("10.3.0.0/24", "sg-2"),
            },
            "flow": { "f": { "from": ["a"], "to": to, "services": ["tcp/443"] } },
        }))
    };
    let columns = "action,source,destination,service";
    assert_eq!(
        rows(&state(&["b", "c"]), &state(&["b"]), columns)
            .lines()
            .count(),
        1
    );
    // The rule of the outer firewall stays; what is behind it differs.
    let moved = rows(&state(&["b"]), &state(&["c"]), columns);
    assert!(
        moved.contains("change,") && !moved.contains("remove,"),
        "{moved}"
    );
}
