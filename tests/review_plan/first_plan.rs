//! Plans that create the groups: rules are compared by what the configuration refers to, and what that does not decide is said.

use crate::review_plan::document::{created, plan, with};
use crate::review_plan::{findings, review};
use serde_json::{Value, json};

const HOLE: &str = "aws_vpc_security_group_ingress_rule.hole";
const ROW: &str = "pg/tcp-5432/app:ipv4:a";

/// A resource that the plan creates, with attributes that are known only after apply.
fn creates(address: &str, after: Value, unknown: &Value) -> Value {
    let mut change = created(address, after);
    let resource = match address.rsplit_once('[') {
        Some((resource, _)) if address.ends_with(']') => resource,
        _ => address,
    };
    change["type"] = resource.rsplit('.').nth(1).into();
    change["change"]["after_unknown"] = unknown.clone();
    change
}

fn group(address: &str) -> Value {
    creates(address, json!({}), &json!({ "id": true }))
}

/// A rule whose group is unknown.
fn rule(address: &str, port: u16, block: &str) -> Value {
    let rule =
        json!({ "cidr_ipv4": block, "ip_protocol": "tcp", "from_port": port, "to_port": port });
    creates(address, rule, &json!({ "security_group_id": true }))
}

/// The port of a database for `app`, wanted at the zone `pg`, whose group is unknown. `zones` is its layout and what is unknown in it.
fn wanted(address: &str, argument: &str, [zones, unknown]: [&Value; 2]) -> Value {
    let row = json!({ "cidr_ipv4": "10.0.2.0/24", "ip_protocol": "tcp", "from_port": 5432, "to_port": 5432 });
    let rules = json!({ argument: zones, "aws_ingress": { ROW: row }, "aws_egress": {} });
    let unknown =
        json!({ argument: unknown, "aws_ingress": { ROW: { "security_group_id": true } } });
    creates(address, rules, &unknown)
}

/// The layout in a `zone` block.
fn in_block() -> Value {
    let zones = json!({ "app": { "aws": [] }, "pg": { "aws": [{}] } });
    let unknown = json!({ "pg": { "aws": [{ "security_group_id": true }] } });
    wanted("portmatrix_rules.r", "zone", [&zones, &unknown])
}

/// The layout as data, in which two zones have unknown groups.
fn as_data() -> Value {
    let zones = json!({ "app": { "ipv4": {} }, "pg": { "aws": {} }, "lb": { "aws": {} } });
    let group = json!({ "aws": { "security_group_id": true } });
    let unknown = json!({ "pg": group, "lb": group });
    wanted("portmatrix_rules.r", "zones", [&zones, &unknown])
}

/// An expression with references, each followed by its beginnings, as in a plan.
fn refers(references: &[&str]) -> Value {
    let mut all = Vec::new();
    for it in references {
        let mut rest = *it;
        all.push(rest);
        while rest.matches('.').count() > 1 {
            rest = rest.rsplit_once('.').map_or("", |it| it.0);
            all.push(rest);
        }
    }
    json!({ "references": all })
}

/// A resource in a configuration, with the references of its arguments.
fn configured(address: &str, arguments: &[(&str, &[&str])]) -> Value {
    let expressions = arguments
        .iter()
        .map(|(name, it)| ((*name).to_owned(), refers(it)));
    let expressions: serde_json::Map<String, Value> = expressions.collect();
    json!({ "address": address, "expressions": expressions })
}

/// A rule for each row of an output.
fn for_each(address: &str, output: &str) -> Value {
    let columns = [
        "security_group_id",
        "cidr_ipv4",
        "ip_protocol",
        "from_port",
        "to_port",
    ];
    let arguments = columns.map(|it| (it, format!("each.value.{it}")));
    let expressions = arguments
        .iter()
        .map(|(name, it)| ((*name).to_owned(), refers(&[it.as_str()])));
    let expressions: serde_json::Map<String, Value> = expressions.collect();
    json!({ "address": address, "expressions": expressions, "for_each_expression": refers(&[output]) })
}

fn layout_in_block(group: &[&str]) -> Value {
    let zone = json!({ "pg": { "aws": [{ "security_group_id": refers(group) }] } });
    json!({ "address": "portmatrix_rules.r", "expressions": { "zone": zone } })
}

const RULE: &str = "aws_vpc_security_group_ingress_rule.r";

/// The rule of the row.
fn of_row() -> Value {
    rule(&format!("{RULE}[{ROW:?}]"), 5432, "10.0.2.0/24")
}

fn with_configuration(changes: &[Value], resources: &[Value]) -> String {
    with_modules(changes, resources, &json!({}))
}

fn with_modules(changes: &[Value], resources: &[Value], calls: &Value) -> String {
    let text: Value = serde_json::from_str(&plan(changes, &[])).unwrap();
    let root = json!({ "root_module": { "resources": resources, "module_calls": calls } });
    with(text, "configuration", root).to_string()
}

/// The exit code and the text.
fn said(text: &str, arguments: &[&str]) -> (i32, String) {
    let ran = review(text.as_bytes(), arguments);
    assert_eq!(ran.err, "");
    (ran.code, ran.out)
}

/// The everyday first plan, with a rule by hand at some group.
fn everyday(hole: Option<(Value, &[&str])>) -> String {
    let mut changes = vec![
        group("aws_security_group.pg"),
        group("aws_security_group.other"),
        in_block(),
        of_row(),
    ];
    let mut resources = vec![
        layout_in_block(&["aws_security_group.pg.id"]),
        for_each(RULE, "portmatrix_rules.r.aws_ingress"),
    ];
    if let Some((hole, references)) = hole {
        changes.push(hole);
        resources.push(configured(HOLE, &[("security_group_id", references)]));
    }
    with_configuration(&changes, &resources)
}

#[test]
fn an_everyday_first_plan_is_in_sync() {
    let (code, out) = said(&everyday(None), &[]);
    assert_eq!((code, out.as_str()), (0, "in sync: 1 rule at 1 point\n"));
}

#[test]
fn a_rule_by_hand_at_a_new_group_is_compared() {
    let hole = |port, block| rule(HOLE, port, block);
    let pg: &[&str] = &["aws_security_group.pg.id"];
    let found = |hole: Value, at: &[&str]| findings(&everyday(Some((hole, at))), &[]);
    assert_eq!(found(hole(22, "0.0.0.0/0"), pg), [format!("extra {HOLE}")]);
    assert_eq!(
        found(hole(5432, "0.0.0.0/0"), pg),
        [format!("wider {HOLE} {ROW}")]
    );
    let (code, out) = said(&everyday(Some((hole(22, "0.0.0.0/0"), pg))), &[]);
    assert_eq!(code, 1);
    assert!(
        out.contains("at `aws_security_group.pg` (zone `pg`)"),
        "{out}"
    );
    // At a group that no zone has, and where a local value hides the group.
    let other = everyday(Some((
        hole(22, "0.0.0.0/0"),
        &["aws_security_group.other.id"],
    )));
    assert_eq!(findings(&other, &[]), [""; 0]);
    assert_eq!(findings(&other, &["--all"]), [format!("extra {HOLE}")]);
    let (code, out) = said(
        &everyday(Some((hole(22, "0.0.0.0/0"), &["local.group"]))),
        &[],
    );
    assert_eq!(code, 0);
    assert!(
        out.contains(&format!(
            "1 rule is known only after apply and not compared: `{HOLE}`"
        )),
        "{out}"
    );
    assert!(!out.contains("in sync"), "{out}");
}

/// A condition may choose another group.
#[test]
fn one_of_several_groups_is_not_one_of_them() {
    let either: &[&str] = &["aws_security_group.pg.id", "aws_security_group.other.id"];
    let text = everyday(Some((rule(HOLE, 22, "0.0.0.0/0"), either)));
    assert_eq!(findings(&text, &[]), [""; 0]);
    let (code, out) = said(&text, &[]);
    assert_eq!(code, 1, "{out}");
    assert!(out.contains(&format!("not compared: `{HOLE}`")), "{out}");
    let (_, out) = said(&text, &["--format", "json"]);
    let json: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(json["undecided"], json!([HOLE]));
}

/// A rule at one of several zones' groups is unwanted at each of them, or it cannot be compared.
#[test]
fn one_of_several_zones_groups_is_extra_if_none_wants_its_traffic() {
    let (pg, lb) = ("aws_security_group.pg.id", "aws_security_group.lb.id");
    let in_blocks = |hole: Value, references: &[&str]| {
        let zones = json!({ "app": { "aws": [] }, "pg": { "aws": [{}] }, "lb": { "aws": [{}] } });
        let group = json!({ "aws": [{ "security_group_id": true }] });
        let unknown = json!({ "pg": group, "lb": group });
        let changes = [
            group_of("pg"),
            group_of("lb"),
            group_of("other"),
            wanted("portmatrix_rules.r", "zone", [&zones, &unknown]),
            of_row(),
            hole,
        ];
        let block = |group: &str| json!({ "aws": [{ "security_group_id": refers(&[group]) }] });
        let zone = json!({ "pg": block(pg), "lb": block(lb) });
        let resources = [
            json!({ "address": "portmatrix_rules.r", "expressions": { "zone": zone } }),
            for_each(RULE, "portmatrix_rules.r.aws_ingress"),
            configured(HOLE, &[("security_group_id", references)]),
        ];
        with_configuration(&changes, &resources)
    };
    let as_data = |hole: Value, references: &[&str]| data_plan(Some((hole, references)), &[pg, lb]);
    let extra = [format!("extra {HOLE}")];
    let ssh = || rule(HOLE, 22, "0.0.0.0/0");
    for text in [in_blocks(ssh(), &[pg, lb]), as_data(ssh(), &[pg, lb])] {
        assert_eq!(findings(&text, &[]), extra);
        let (code, out) = said(&text, &["--allow-unknown"]);
        assert_eq!(code, 1, "{out}");
        let place = "at `aws_security_group.lb or aws_security_group.pg`";
        assert!(
            out.contains(place) && !out.contains("not compared"),
            "{out}"
        );
    }
    // One of them wants some of it, or the group may be another.
    let wide = || rule(HOLE, 5432, "10.0.0.0/8");
    for text in [
        in_blocks(wide(), &[pg, lb]),
        as_data(wide(), &[pg, lb]),
        in_blocks(ssh(), &[pg, "aws_security_group.other.id"]),
    ] {
        assert_eq!(findings(&text, &[]), [""; 0]);
        let (code, out) = said(&text, &[]);
        assert_eq!(code, 1, "{out}");
        assert!(out.contains(&format!("not compared: `{HOLE}`")), "{out}");
        assert_eq!(said(&text, &["--allow-unknown"]).0, 0);
    }
}

fn group_of(zone: &str) -> Value {
    group(&format!("aws_security_group.{zone}"))
}

/// What is not sure to be there is not missing, and what no rule can be is.
#[test]
fn a_wanted_rule_is_missing_only_if_nothing_may_be_it() {
    let text = |hole: Option<Value>| {
        let mut changes = vec![group("aws_security_group.pg"), in_block()];
        changes.extend(hole);
        let resources = [
            layout_in_block(&["aws_security_group.pg.id"]),
            configured(HOLE, &[("security_group_id", &["local.group"])]),
        ];
        with_configuration(&changes, &resources)
    };
    let missing = [format!("missing {ROW}")];
    assert_eq!(findings(&text(None), &[]), missing);
    assert_eq!(
        findings(&text(Some(rule(HOLE, 22, "0.0.0.0/0"))), &[]),
        missing
    );
    assert_eq!(
        findings(&text(Some(rule(HOLE, 5432, "10.0.2.0/24"))), &[]),
        [""; 0]
    );
    assert_eq!(
        findings(&text(Some(rule(HOLE, 5432, "10.0.0.0/8"))), &[]),
        [""; 0]
    );
}

fn data_plan(hole: Option<(Value, &[&str])>, zones: &[&str]) -> String {
    let mut changes = vec![
        group("aws_security_group.pg"),
        group("aws_security_group.lb"),
        group("aws_security_group.other"),
        as_data(),
        of_row(),
    ];
    let mut resources = vec![
        configured("portmatrix_rules.r", &[("zones", zones)]),
        for_each(RULE, "portmatrix_rules.r.aws_ingress"),
    ];
    if let Some((hole, references)) = hole {
        changes.push(hole);
        resources.push(configured(HOLE, &[("security_group_id", references)]));
    }
    with_configuration(&changes, &resources)
}

/// A layout as data lists its groups without saying which zone has which.
#[test]
fn a_layout_as_data_gives_candidates() {
    let zones: &[&str] = &[
        "aws_security_group.pg.id",
        "aws_security_group.lb.id",
        "aws_subnet.a.cidr_block",
    ];
    let (code, out) = said(&data_plan(None, zones), &[]);
    assert_eq!((code, out.as_str()), (0, "in sync: 1 rule at 1 point\n"));
    let lb: &[&str] = &["aws_security_group.lb.id"];
    let at = |port, group| data_plan(Some((rule(HOLE, port, "0.0.0.0/0"), group)), zones);
    assert_eq!(findings(&at(22, lb), &[]), [format!("extra {HOLE}")]);
    assert_eq!(
        findings(&at(22, &["aws_security_group.other.id"]), &[]),
        [""; 0]
    );
    let maybe = at(5432, lb);
    assert_eq!(findings(&maybe, &[]), [""; 0]);
    for (arguments, expected) in [
        (&[][..], 1),
        (&["--fail-on", "warning"], 1),
        (&["--fail-on", "never"], 0),
        (&["--allow-unknown"], 0),
        (&["--ignore", "*.hole"], 0),
    ] {
        let (code, out) = said(&maybe, arguments);
        assert_eq!(code, expected, "{arguments:?}: {out}");
        let is_named = out.contains(&format!("not compared: `{HOLE}`"));
        let is_ignored = arguments.contains(&"--ignore");
        assert_eq!(
            (is_named, out.contains("in sync")),
            (!is_ignored, is_ignored),
            "{out}"
        );
    }
    // A local value may have any group: nothing is known to be wrong.
    let local = data_plan(Some((rule(HOLE, 22, "0.0.0.0/0"), lb)), &["local.zones"]);
    assert_eq!(
        (findings(&local, &[]), said(&local, &[]).0),
        (Vec::new(), 0)
    );
    assert_eq!(findings(&local, &["--all"]), [""; 0]);
}

/// A group in a layout as data may be that of a peer, at which another team has rules.
#[test]
fn a_peer_s_group_is_no_zone_s() {
    let zones: &[&str] = &["aws_security_group.pg.id", "aws_security_group.lb.id"];
    let text = data_plan(
        Some((rule(HOLE, 22, "0.0.0.0/0"), &["aws_security_group.lb.id"])),
        zones,
    );
    let mut text: Value = serde_json::from_str(&text).unwrap();
    for change in text["resource_changes"].as_array_mut().unwrap() {
        if change["type"] == "portmatrix_rules" {
            change["change"]["after"]["zones"]["lb"]["enforce"] = json!(false);
        }
    }
    let text = text.to_string();
    assert_eq!(findings(&text, &[]), [""; 0]);
    assert_eq!(said(&text, &[]).0, 1);
}

/// A row with an unknown address cannot be read, but the rule that is made of it is the same.
#[test]
fn what_repeats_a_row_is_the_same_whatever_it_turns_out_to_be() {
    let text = |port: u16, output: &str, column: &str| {
        let mut layout = in_block();
        let row = &mut layout["change"]["after"]["aws_ingress"][ROW];
        *row = json!({ "ip_protocol": "tcp", "from_port": 5432, "to_port": 5432 });
        layout["change"]["after_unknown"]["aws_ingress"][ROW]["cidr_ipv4"] = json!(true);
        let mut found = of_row();
        found["change"]["after"] =
            json!({ "ip_protocol": "tcp", "from_port": port, "to_port": port });
        found["change"]["after_unknown"] = json!({ "security_group_id": true, "cidr_ipv4": true });
        let mut made = for_each(RULE, output);
        made["expressions"]["cidr_ipv4"] = refers(&[column]);
        let resources = [layout_in_block(&["aws_security_group.pg.id"]), made];
        with_configuration(&[group("aws_security_group.pg"), layout, found], &resources)
    };
    let (output, column) = ("portmatrix_rules.r.aws_ingress", "each.value.cidr_ipv4");
    assert_eq!(
        said(&text(5432, output, column), &[]).1,
        "in sync: 1 rule at 1 point\n"
    );
    for other in [
        text(5433, output, column),
        text(5432, "local.rows", column),
        text(5432, output, "each.value.cidr_ipv6"),
        text(5432, output, "aws_eip.office.public_ip"),
    ] {
        let (code, out) = said(&other, &[]);
        assert_eq!(code, 0, "{out}");
        assert!(out.contains("2 rules are known only after apply"), "{out}");
    }
}

/// A module with the groups, one with the rules, and a rule by hand that gets its group from an output.
#[test]
fn inputs_and_outputs_of_modules_are_followed() {
    let text = |key: &str| {
        let rules = "module.fw[\"eu\"].portmatrix_rules.r";
        let zones = json!({ "app": { "aws": [] }, "pg": { "aws": [{}] } });
        let unknown = json!({ "pg": { "aws": [{ "security_group_id": true }] } });
        let changes = [
            group("module.net.aws_security_group.this[\"pg\"]"),
            group("module.net.aws_security_group.this[\"pg-spare\"]"),
            group("module.net.aws_security_group.this[\"lb\"]"),
            wanted(rules, "zone", [&zones, &unknown]),
            rule(
                &format!("module.fw[\"eu\"].{RULE}[{ROW:?}]"),
                5432,
                "10.0.2.0/24",
            ),
            rule(HOLE, 22, "0.0.0.0/0"),
        ];
        let layout = layout_in_block(&["var.group"]);
        let made = for_each(RULE, "portmatrix_rules.r.aws_ingress");
        let ids = json!({ "expression": { "references": ["aws_security_group.this"] } });
        let calls = json!({
            "net": { "module": { "outputs": { "ids": ids }, "resources": [configured("aws_security_group.this", &[])] } },
            "fw": {
                "for_each_expression": { "constant_value": ["eu"] },
                "expressions": { "group": { "references": ["module.net.ids[\"lb\"]", "module.net.ids", "module.net"] } },
                "module": { "resources": [layout, made] },
            },
        });
        let at = format!("module.net.ids[{key:?}]");
        let mut hole = configured(HOLE, &[]);
        hole["expressions"] =
            json!({ "security_group_id": { "references": [at, "module.net.ids", "module.net"] } });
        with_modules(&changes, &[hole], &calls)
    };
    let (code, out) = said(&text("lb"), &[]);
    assert_eq!(code, 1);
    assert!(
        out.contains("at `module.net.aws_security_group.this[\"lb\"]` (zone `pg`)"),
        "{out}"
    );
    assert!(out.contains("1 difference at 1 of 1 point"), "{out}");
    // The key may be one part of another.
    let (code, out) = said(&text("pg"), &[]);
    assert_eq!(code, 0, "{out}");
    assert!(!out.contains("extra"), "{out}");
}

/// Rules by hand next to the rows in one `for_each`: the group is what the other elements refer to.
#[test]
fn an_element_that_is_merged_with_the_rows_is_compared() {
    let text = |more: &[&str], key: &str| {
        let mut made = for_each(RULE, "portmatrix_rules.r.aws_ingress");
        let references = [
            &["portmatrix_rules.r.aws_ingress", "portmatrix_rules.r"],
            more,
        ]
        .concat();
        made["for_each_expression"] = json!({ "references": references });
        let changes = [
            group("aws_security_group.pg"),
            group("aws_security_group.other"),
            in_block(),
            rule(&format!("{RULE}[{key:?}]"), 5432, "10.0.2.0/24"),
            rule(&format!("{RULE}[\"extra\"]"), 22, "0.0.0.0/0"),
        ];
        let layout = layout_in_block(&["aws_security_group.pg.id"]);
        with_configuration(&changes, &[layout, made])
    };
    let pg = ["aws_security_group.pg.id", "aws_security_group.pg"];
    let other = ["aws_security_group.other.id", "aws_security_group.other"];
    let extra = [format!("extra {RULE}[\"extra\"]")];
    assert_eq!(findings(&text(&pg, ROW), &[]), extra);
    assert_eq!(findings(&text(&other, ROW), &[]), [""; 0]);
    assert_eq!(findings(&text(&other, ROW), &["--all"]), extra);
    // A local value, rows under other keys, and rows that are used twice, may be anything.
    let twice = [&["portmatrix_rules.r.aws_ingress"][..], &other].concat();
    for unclear in [
        text(&["local.more"], ROW),
        text(&pg, "x"),
        text(&twice, ROW),
    ] {
        assert_eq!(findings(&unclear, &[]), [""; 0]);
        assert!(!said(&unclear, &[]).1.contains("in sync"));
    }
}

#[test]
fn every_platform_is_compared_in_a_first_plan() {
    let row = json!({ "direction": "ingress", "ethertype": "IPv4", "protocol": "tcp", "port_range_min": 22, "port_range_max": 22, "remote_ip_prefix": "10.0.0.0/8" });
    let open = json!({ "security_group_id": true });
    let (rules, by_hand) = (
        "openstack_networking_secgroup_rule_v2.r[\"k\"]",
        "openstack_networking_secgroup_rule_v2.hole",
    );
    let changes = [
        group("openstack_networking_secgroup_v2.pg"),
        creates(
            "portmatrix_rules.r",
            json!({ "zone": { "pg": { "openstack": [{}] } }, "openstack_rules": { "k": row } }),
            &json!({ "zone": { "pg": { "openstack": [open] } }, "openstack_rules": { "k": open } }),
        ),
        creates(by_hand, with(row.clone(), "port_range_max", 23), &open),
    ];
    let zone = json!({ "pg": { "openstack": [{ "security_group_id": refers(&["openstack_networking_secgroup_v2.pg.id"]) }] } });
    let resources = [
        json!({ "address": "portmatrix_rules.r", "expressions": { "zone": zone } }),
        configured(
            by_hand,
            &[(
                "security_group_id",
                &["openstack_networking_secgroup_v2.pg.id"],
            )],
        ),
    ];
    let key = "pg/ingress/tcp-22/app:ipv4:a";
    let text = with_configuration(&changes, &resources).replace("\"k\"", &format!("{key:?}"));
    let found = findings(&text, &[]);
    assert_eq!(found, [format!("wider {by_hand} {key}")], "{rules}");

    let firewall = json!({
        "name": "web", "direction": "INGRESS", "priority": 1000, "source_ranges": ["10.0.0.0/8"], "target_tags": ["pg"],
        "allow": [{ "protocol": "tcp", "ports": ["22"] }], "deny": [],
    });
    let open = json!({ "network": true });
    let key = "pg/ingress/tcp-22/app:ipv4";
    let changes = [
        creates(
            "google_compute_network.main",
            json!({ "name": "main" }),
            &json!({ "id": true, "self_link": true }),
        ),
        creates(
            "portmatrix_rules.r",
            json!({ "zone": { "pg": { "gcp": [{ "target_tags": ["pg"] }] } }, "gcp_rules": { key: firewall } }),
            &json!({ "zone": { "pg": { "gcp": [open] } }, "gcp_rules": { key: open } }),
        ),
        creates("google_compute_firewall.web", firewall.clone(), &open),
    ];
    let zone =
        json!({ "pg": { "gcp": [{ "network": refers(&["google_compute_network.main.id"]) }] } });
    let resources = [
        json!({ "address": "portmatrix_rules.r", "expressions": { "zone": zone } }),
        configured(
            "google_compute_firewall.web",
            &[("network", &["google_compute_network.main.self_link"])],
        ),
    ];
    let (code, out) = said(&with_configuration(&changes, &resources), &[]);
    assert_eq!((code, out.as_str()), (0, "in sync: 1 rule at 1 point\n"));
}

/// Rows that refer to application security groups which the plan creates are the same as the rules that are made of them, and a rule
/// by hand that refers to one is not compared in silence.
#[test]
fn application_security_groups_are_compared_in_a_first_plan() {
    let row = |port: &str| {
        json!({
            "name": "web", "direction": "Inbound", "access": "Allow", "priority": 1000, "protocol": "Tcp",
            "resource_group_name": "rg", "network_security_group_name": "edge", "source_port_range": "*",
            "destination_port_range": port, "source_address_prefix": "10.0.0.0/8", "destination_address_prefix": null,
            "source_application_security_group_ids": null,
        })
    };
    let open = json!({ "destination_application_security_group_ids": true });
    let key = "pg/ingress/tcp-22/app:ipv4";
    let (rules, by_hand) = (
        format!("azurerm_network_security_rule.r[{key:?}]"),
        "azurerm_network_security_rule.hole",
    );
    let group = "azurerm_application_security_group.pg.id";
    let text = |hole: Option<Value>| {
        let zone = json!({ "network_security_group_name": "edge", "resource_group_name": "rg" });
        let mut changes = vec![
            creates(
                "azurerm_application_security_group.pg",
                json!({}),
                &json!({ "id": true }),
            ),
            creates(
                "portmatrix_rules.r",
                json!({ "zone": { "pg": { "azure": [zone] } }, "azure_rules": { key: row("22") } }),
                &json!({ "zone": { "pg": { "azure": [{ "application_security_group_ids": { "a": true } }] } }, "azure_rules": { key: open } }),
            ),
            creates(&rules, row("22"), &open),
        ];
        changes.extend(hole);
        let columns = row("22");
        let columns = columns.as_object().unwrap().keys();
        let columns = columns.map(String::as_str);
        let columns = columns.chain(["destination_application_security_group_ids"]);
        let expressions: serde_json::Map<String, Value> = columns
            .map(|it| (it.to_owned(), refers(&[&format!("each.value.{it}")])))
            .collect();
        let resources = [
            json!({ "address": "portmatrix_rules.r", "expressions": { "zone": { "pg": { "azure": [{ "application_security_group_ids": refers(&[group]) }] } } } }),
            json!({
                "address": "azurerm_network_security_rule.r", "expressions": expressions,
                "for_each_expression": refers(&["portmatrix_rules.r.azure_rules"]),
            }),
            configured(
                by_hand,
                &[("destination_application_security_group_ids", &[group])],
            ),
        ];
        with_configuration(&changes, &resources)
    };
    let (code, out) = said(&text(None), &[]);
    assert_eq!((code, out.as_str()), (0, "in sync: 1 rule at 1 point\n"));
    let mut hole = row("3389");
    hole["priority"] = json!(1001);
    let (_, out) = said(&text(Some(creates(by_hand, hole, &open))), &[]);
    assert!(out.contains(by_hand) && !out.contains("in sync"), "{out}");
}
