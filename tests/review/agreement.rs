//! The data source and the command answer the same for equal wanted and existing rules.

use crate::support::core::Core;
use crate::support::{program, properties};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;

/// Rows of a platform, by the argument for wanted rules that they are of.
type Rows = Vec<(&'static str, Json)>;

/// What a review says: findings without the words for rules, whether the two sides are in sync, the line that sums it up, and
/// what was not compared.
#[derive(Debug, PartialEq)]
struct Answer {
    findings: Vec<Json>,
    in_sync: Json,
    summary: Json,
    not_compared: Vec<String>,
}

/// The keys of wanted rules; each row in one zone, with one peer for two of them.
fn key(argument: &str, at: usize, row: &Json) -> String {
    let direction = match argument {
        "aws_ingress" | "aws_egress" => String::new(),
        _ if row["direction"].as_str().unwrap().starts_with(['I', 'i']) => "ingress/".to_owned(),
        _ => "egress/".to_owned(),
    };
    format!("zone-{at}/{direction}tcp-1/peer-{}:ipv4", at / 2)
}

/// What a row has in addition to its arguments, and the address of its resource.
fn resource(argument: &str, at: usize, row: &Json) -> (&'static str, String, Json) {
    let mut row = row.clone();
    let name = format!("rule-{at}");
    let (kind, address) = match argument {
        "aws_ingress" => ("aws_vpc_security_group_ingress_rule", name.clone()),
        "aws_egress" => ("aws_vpc_security_group_egress_rule", name.clone()),
        "azure_rules" => {
            let part = |name: &str| row[name].as_str().unwrap();
            let group = part("resource_group_name");
            let address = format!("{group}/{}/{name}", part("network_security_group_name"));
            ("azurerm_network_security_rule", address)
        }
        _ => ("google_compute_firewall", name.clone()),
    };
    match argument {
        "aws_ingress" | "aws_egress" => row["security_group_rule_id"] = json!(address),
        _ => row["name"] = json!(name),
    }
    (kind, address, row)
}

/// What the command says of a state.
fn command(wanted: &Rows, found: &Rows) -> Answer {
    let mut values = json!({"aws_ingress": {}, "aws_egress": {}, "azure_rules": {}, "gcp_rules": {}, "rules": {}, "zone": {}});
    for (at, (argument, row)) in wanted.iter().enumerate() {
        values[argument][key(argument, at, row)] = row.clone();
    }
    let mut resources = vec![json!({
        "address": "portmatrix_rules.edge", "mode": "managed", "type": "portmatrix_rules", "name": "edge", "values": values,
    })];
    resources.extend(found.iter().enumerate().map(|(at, (argument, row))| {
        let (kind, address, values) = resource(argument, at, row);
        json!({"address": address, "mode": "managed", "type": kind, "name": "it", "values": values})
    }));
    let state =
        json!({"format_version": "1.0", "values": {"root_module": {"resources": resources}}});
    let arguments = ["review", "--all", "--format", "json", "-"];
    let ran = program::run(&arguments, state.to_string().as_bytes());
    assert_eq!(ran.err, "");
    let json: Json = serde_json::from_str(&ran.out).unwrap();
    let texts = |rows: &Json, name: &str| -> Vec<Json> {
        let rows = rows.as_array().unwrap().iter();
        rows.map(|it| it[name].clone()).collect()
    };
    let finding = |it: &Json| {
        let mut it = it.clone();
        let wanted = it.as_object_mut().unwrap().remove("wanted").unwrap();
        it["keys"] = json!(texts(&wanted, "key"));
        it["rules"] = json!(texts(&it["rules"], "address"));
        it
    };
    let notes = json["notes"].as_array().unwrap().iter();
    let notes = notes.filter_map(|it| it.as_str().unwrap().strip_prefix("not compared: "));
    Answer {
        findings: json["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(finding)
            .collect(),
        in_sync: json["in_sync"].clone(),
        summary: json["summary"].clone(),
        not_compared: notes.map(str::to_owned).collect(),
    }
}

/// What the data source says.
fn data_source(wanted: &Rows, found: &Rows) -> Answer {
    let mut config = json!({
        "aws_ingress": {}, "aws_egress": {}, "azure_rules": {}, "gcp_rules": {}, "rules": {},
        "actual_aws": [], "actual_azure": {}, "actual_gcp": [],
    });
    for (at, (argument, row)) in wanted.iter().enumerate() {
        config[argument][key(argument, at, row)] = row.clone();
    }
    let mut groups: BTreeMap<String, Vec<Json>> = BTreeMap::new();
    for (at, (argument, row)) in found.iter().enumerate() {
        let (_, address, mut row) = resource(argument, at, row);
        let list = match *argument {
            "aws_ingress" | "aws_egress" => {
                row["is_egress"] = json!(*argument == "aws_egress");
                &mut config["actual_aws"]
            }
            "azure_rules" => {
                let fields: &mut Map<String, Json> = row.as_object_mut().unwrap();
                fields.remove("resource_group_name");
                fields.remove("network_security_group_name");
                let group = address.rsplit_once('/').unwrap().0;
                groups.entry(group.to_owned()).or_default().push(row);
                continue;
            }
            _ => &mut config["actual_gcp"],
        };
        list.as_array_mut().unwrap().push(row);
    }
    config["actual_azure"] = json!(groups);
    let answer = Core::default().read("portmatrix_review", &config);
    let json = answer.state.to_json();
    let notes = answer.diagnostics.iter();
    let notes = notes.filter(|it| it.summary.starts_with("not compared"));
    Answer {
        findings: json["findings"].as_array().unwrap().clone(),
        in_sync: json["in_sync"].clone(),
        summary: json["summary"].clone(),
        not_compared: notes.map(|it| it.detail.clone()).collect(),
    }
}

fn aws() -> impl Strategy<Value = (&'static str, Json)> {
    let peers = [
        json!({"cidr_ipv4": "10.0.0.0/24"}),
        json!({"cidr_ipv4": "10.0.0.0/25"}),
        json!({"cidr_ipv4": "0.0.0.0/0"}),
        json!({"cidr_ipv6": "::/0"}),
        json!({"referenced_security_group_id": "sg-b"}),
    ];
    let argument = select(vec!["aws_ingress", "aws_egress"]);
    let ports = select(vec![("tcp", 22, 22), ("tcp", 20, 443), ("udp", 53, 53)]);
    let group = select(vec!["sg-a", "sg-b"]);
    let peer = select(peers.to_vec());
    (argument, group, ports, peer).prop_map(|(argument, group, (protocol, from, to), peer)| {
        let mut row = peer;
        row["security_group_id"] = json!(group);
        row["ip_protocol"] = json!(protocol);
        row["from_port"] = json!(from);
        row["to_port"] = json!(to);
        (argument, row)
    })
}

fn azure() -> impl Strategy<Value = (&'static str, Json)> {
    let direction = select(vec!["Inbound", "Outbound"]);
    let access = select(vec!["Allow", "Allow", "Deny"]);
    let ports = select(vec!["22", "20-443", "*"]);
    let peer = select(vec!["10.0.0.0/24", "10.0.0.0/25", "Internet", "*"]);
    let group = select(vec!["a", "b"]);
    (direction, access, 100..104, ports, peer, group).prop_map(
        |(direction, access, priority, ports, peer, group)| {
            let (source, destination) = match direction {
                "Inbound" => (peer, "*"),
                _ => ("*", peer),
            };
            let row = json!({
                "resource_group_name": "net", "network_security_group_name": group, "direction": direction, "access": access,
                "priority": priority, "protocol": "Tcp", "source_port_range": "*", "destination_port_range": ports,
                "source_address_prefix": source, "destination_address_prefix": destination,
            });
            ("azure_rules", row)
        },
    )
}

fn gcp() -> impl Strategy<Value = (&'static str, Json)> {
    let network = select(vec!["one", "one", "two"]);
    let project = select(vec![Json::Null, json!("p"), json!("q")]);
    let ports = select(vec!["22", "20-443"]);
    let peer = select(vec!["10.0.0.0/24", "10.0.0.0/25", "0.0.0.0/0"]);
    let target = select(vec!["dmz", "lan"]);
    (network, project, ports, peer, target).prop_map(|(network, project, ports, peer, target)| {
        let row = json!({
            "network": network, "project": project, "direction": "INGRESS", "priority": 1000, "source_ranges": [peer],
            "target_tags": [target], "allow": [{"protocol": "tcp", "ports": [ports]}], "deny": [],
        });
        ("gcp_rules", row)
    })
}

fn rows() -> impl Strategy<Value = Rows> {
    vec(prop_oneof![aws(), azure(), gcp()], 0..7)
}

proptest! {
    #![proptest_config(properties!(320))]

    /// Wanted rules, existing rules, and rules that are both.
    #[test]
    fn both_answer_the_same(wanted in rows(), found in rows(), both in rows()) {
        let wanted = [&both[..], &wanted].concat();
        let found = [&found[..], &both].concat();
        prop_assert_eq!(data_source(&wanted, &found), command(&wanted, &found));
    }
}

/// Everything is open in both directions, and groups are wanted.
#[test]
fn open_to_everyone_includes_groups_for_both() {
    let group = |argument: &'static str, group: &str, peer: &str| {
        let row = json!({
            "security_group_id": group, "referenced_security_group_id": peer, "ip_protocol": "tcp", "from_port": 9200, "to_port": 9200,
        });
        (argument, row)
    };
    let open = |argument: &'static str, group: &str| {
        let row = json!({
            "security_group_id": group, "cidr_ipv4": "0.0.0.0/0", "ip_protocol": "-1", "from_port": -1, "to_port": -1,
        });
        (argument, row)
    };
    let wanted = vec![
        group("aws_egress", "sg-1", "sg-2"),
        group("aws_ingress", "sg-2", "sg-1"),
        group("aws_egress", "sg-2", "sg-2"),
    ];
    let found = vec![
        open("aws_egress", "sg-1"),
        open("aws_egress", "sg-2"),
        open("aws_ingress", "sg-2"),
    ];
    let answer = data_source(&wanted, &found);
    let kinds: Vec<&str> = answer
        .findings
        .iter()
        .map(|it| it["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["wider"; 3]);
    let remedy = answer.findings[0]["remedy"].as_str().unwrap();
    assert!(
        remedy.starts_with("first apply the wanted rule `"),
        "{remedy}"
    );
}

/// A wanted rule without a project, and existing rules of two networks of its name.
#[test]
fn a_network_in_two_projects_is_not_compared_by_either() {
    let rule = |project: Json, tag: &str, port: &str| {
        let row = json!({
            "network": "vpc", "project": project, "direction": "INGRESS", "source_ranges": ["10.0.0.0/24"],
            "target_tags": [tag], "allow": [{"protocol": "tcp", "ports": [port]}], "deny": [],
        });
        ("gcp_rules", row)
    };
    let wanted = vec![rule(Json::Null, "dmz", "443")];
    let found = vec![
        rule(json!("a"), "dmz", "443"),
        rule(json!("b"), "other", "22"),
    ];
    let answer = data_source(&wanted, &found);
    assert_eq!(answer, command(&wanted, &found));
    let expected = Answer {
        findings: Vec::new(),
        in_sync: json!(false),
        summary: json!("no differences in what could be compared: 0 rules at 0 points"),
        not_compared: vec![
            "network `vpc` is in several projects, `a`, `b`; set the `project` of its zone"
                .to_owned(),
        ],
    };
    assert_eq!(answer, expected);
}
