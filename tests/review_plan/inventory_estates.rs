//! Inventories of whole estates: of every platform, against its quotas, and of thousands of rules.

use crate::review_plan::document::{GROUP, created, ingress, plan, state, with};
use crate::review_plan::inventory::{RULE, inventory, lines};
use crate::review_plan::review;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A rule of Azure in a network security group.
fn azure(name: &str, priority: u16, access: &str, port: &str, source: &str) -> Value {
    json!({
        "name": name, "resource_group_name": "rg", "network_security_group_name": "edge", "direction": "Inbound",
        "access": access, "priority": priority, "protocol": "Tcp", "source_port_range": "*", "destination_port_range": port,
        "source_address_prefix": source, "destination_address_prefix": "*",
    })
}

fn google(name: &str, port: &str, source: &str) -> Value {
    json!({
        "name": name, "network": "projects/p/global/networks/main", "project": "p", "direction": "INGRESS", "priority": 1000,
        "allow": [{ "protocol": "tcp", "ports": [port] }], "deny": [], "source_ranges": [source], "disabled": false,
        "target_tags": ["web"],
    })
}

fn openstack(port: u16, prefix: &str) -> Value {
    json!({
        "security_group_id": "g-1", "direction": "ingress", "ethertype": "IPv4", "protocol": "tcp",
        "port_range_min": port, "port_range_max": port, "remote_ip_prefix": prefix, "remote_group_id": "",
    })
}

/// Resources, and the lines of their inventory.
type Case = (Vec<(&'static str, Value)>, &'static [&'static str]);

#[test]
fn rules_that_deny_are_counted() {
    let deny = azure("deny", 100, "Deny", "*", "*");
    let only = state(&[("azurerm_network_security_rule.deny", deny)]);
    let json = inventory(&only, &[]);
    assert_eq!(lines(&json), [""; 0]);
    assert_eq!(json["summary"], "1 rule at 1 point: 1 deny rule");
}

#[test]
fn every_platform_has_an_inventory_of_plans_and_states() {
    let cases: [Case; 3] = [
        (
            vec![
                (
                    "azurerm_network_security_rule.deny",
                    azure("deny", 100, "Deny", "22", "10.0.0.0/8"),
                ),
                (
                    "azurerm_network_security_rule.ssh",
                    azure("ssh", 200, "Allow", "22", "Internet"),
                ),
                (
                    "azurerm_network_security_rule.web",
                    azure("web", 300, "Allow", "443", "*"),
                ),
                (
                    "azurerm_network_security_rule.cloud",
                    azure("cloud", 400, "Allow", "5432", "AzureCloud"),
                ),
                (
                    "azurerm_network_security_rule.late",
                    azure("late", 500, "Allow", "22", "10.1.0.0/16"),
                ),
            ],
            &[
                "error exposed tcp/22 from service tag internet",
                "error exposed tcp/5432 from service tag azurecloud",
                "info public tcp/443 from anyone",
                "info shadowed tcp/22 from 10.1.0.0/16",
            ],
        ),
        (
            vec![
                (
                    "google_compute_firewall.ssh",
                    google("ssh", "22", "0.0.0.0/0"),
                ),
                (
                    "google_compute_firewall.web",
                    google("web", "443", "0.0.0.0/0"),
                ),
            ],
            &[
                "error exposed tcp/22 from 0.0.0.0/0 to tag web",
                "info public tcp/443 from 0.0.0.0/0 to tag web",
            ],
        ),
        (
            vec![
                (
                    "openstack_networking_secgroup_rule_v2.ssh",
                    openstack(22, "0.0.0.0/0"),
                ),
                (
                    "openstack_networking_secgroup_rule_v2.db",
                    openstack(5432, "10.0.0.0/24"),
                ),
            ],
            &[
                "error exposed tcp/22 from 0.0.0.0/0",
                "info allowed tcp/5432 from 10.0.0.0/24",
            ],
        ),
    ];
    for (resources, expected) in cases {
        let as_plan: Vec<Value> = resources
            .iter()
            .map(|(it, row)| created(it, row.clone()))
            .collect();
        for text in [state(&resources), plan(&as_plan, &[])] {
            assert_eq!(lines(&inventory(&text, &[])), expected);
        }
    }
}

#[test]
fn rules_are_counted_against_quotas() {
    let of = |count: usize, row: &dyn Fn(usize) -> (String, Value)| {
        let all: Vec<(String, Value)> = (0..count).map(row).collect();
        let all: Vec<(&str, Value)> = all
            .iter()
            .map(|(it, row)| (it.as_str(), row.clone()))
            .collect();
        inventory(&state(&all), &[])
    };
    let aws = |at: usize| {
        (
            format!("{RULE}.r{at}"),
            ingress(443, &format!("10.0.{at}.0/25")),
        )
    };
    let google = |at: usize| {
        let row = google(&format!("r{at}"), "443", &format!("10.{at}.0.0/24"));
        (format!("google_compute_firewall.r{at}"), row)
    };
    let stack = |at: usize| {
        let row = openstack(443, &format!("10.{at}.0.0/24"));
        (format!("openstack_networking_secgroup_rule_v2.r{at}"), row)
    };
    let azure = |at: usize| {
        let row = azure(
            &format!("r{at}"),
            100 + u16::try_from(at).unwrap(),
            "Allow",
            "443",
            &format!("10.{}.{}.0/24", at / 250, at % 250),
        );
        (format!("azurerm_network_security_rule.r{at}"), row)
    };
    let quota = |json: &Value| {
        let all = lines(json).into_iter();
        all.filter(|it| it.contains(" quota-")).collect::<Vec<_>>()
    };
    assert_eq!(quota(&of(53, &aws)), [""; 0]);
    assert_eq!(
        quota(&of(60, &aws)),
        [format!(
            "info quota-near 60 of 60 ingress IPv4 rules are used in security group `{GROUP}`"
        )]
    );
    let many = of(61, &aws);
    assert_eq!(
        quota(&many),
        [format!(
            "warning quota-exceeded 61 of 60 ingress IPv4 rules are used in security group `{GROUP}`"
        )]
    );
    assert_eq!(many["quotas"][0]["used"], 61);
    assert_eq!(
        quota(&of(101, &google)),
        ["warning quota-exceeded 101 of 100 rules are used in project `p`"]
    );
    assert_eq!(
        quota(&of(90, &stack)),
        ["info quota-near 90 of 100 rules are used in one project"]
    );
    assert_eq!(
        quota(&of(1001, &azure)),
        ["warning quota-exceeded 1001 of 1000 rules are used in network security group `rg/edge`"]
    );
}

/// An estate of 300 groups and 3,000 rules.
fn estate() -> String {
    let mut all = Vec::new();
    for group in 0..300 {
        for at in 0..10_u16 {
            let (port, block) = match at {
                0 => (443, "0.0.0.0/0".to_owned()),
                1 if group % 50 == 0 => (22, "0.0.0.0/0".to_owned()),
                _ => (8000 + at * 10, format!("10.{}.{}.0/24", group % 200, at)),
            };
            let row = with(
                ingress(port, &block),
                "security_group_id",
                format!("sg-{group:03}"),
            );
            all.push((format!("{RULE}.g{group}[{at}]"), row));
        }
    }
    let all: Vec<(&str, Value)> = all
        .iter()
        .map(|(it, row)| (it.as_str(), row.clone()))
        .collect();
    state(&all)
}

#[test]
fn a_large_estate_stays_readable_and_nothing_is_lost() {
    let text = estate();
    let ran = review(text.as_bytes(), &["--all"]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.lines().count() < 80, "{}", ran.out);
    assert!(
        ran.out
            .lines()
            .next()
            .unwrap()
            .starts_with("error: exposed"),
        "{}",
        ran.out
    );
    assert!(
        ran.out.contains("3000 rules at 300 points: 6 exposed"),
        "{}",
        ran.out
    );
    let markdown = review(text.as_bytes(), &["--all", "--format", "markdown"]).out;
    assert!(markdown.len() < 60_000, "{}", markdown.len());
    let mut rules: BTreeMap<String, usize> = BTreeMap::new();
    let json = inventory(&text, &[]);
    for rule in json["entries"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|it| it["rules"].as_array().unwrap())
    {
        *rules
            .entry(rule["address"].as_str().unwrap().to_owned())
            .or_default() += 1;
    }
    assert_eq!((rules.len(), rules.values().max()), (3000, Some(&1)));
    assert_eq!(json["points"].as_array().unwrap().len(), 300);
    // The order of resources does not matter.
    let mut turned: Value = serde_json::from_str(&text).unwrap();
    turned["values"]["root_module"]["resources"]
        .as_array_mut()
        .unwrap()
        .reverse();
    let turned = review(turned.to_string().as_bytes(), &["--all"]).out;
    assert_eq!(turned, ran.out);
}

/// Where everything is open, well-known services tell more than some products of the catalogue.
#[test]
fn a_wide_rule_names_well_known_services() {
    let meaning = |last_port: u16| {
        let rule = json!({
            "security_group_id": GROUP, "cidr_ipv4": "0.0.0.0/0", "ip_protocol": "tcp", "from_port": 0, "to_port": last_port,
        });
        let state = state(&[("aws_vpc_security_group_ingress_rule.all", rule)]);
        let json = inventory(&state, &[]);
        json["entries"][0]["meaning"].as_str().unwrap().to_owned()
    };
    let wide = meaning(4000);
    let start = "everyone can connect; includes tcp/22, SSH; tcp/23, Telnet; ";
    assert!(wide.starts_with(start), "{wide}");
    assert!(wide.ends_with(" products in the catalogue"), "{wide}");
    // What is not named is counted.
    for (last_port, more) in [
        (1432, "; tcp/389, LDAP; 1 more well-known service; "),
        (4000, "; tcp/389, LDAP; 7 more well-known services; "),
    ] {
        let meaning = meaning(last_port);
        assert!(meaning.contains(more), "{meaning}");
    }
    assert!(!meaning(400).contains(" more "), "{}", meaning(400));
}
