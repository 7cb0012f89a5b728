//! Mistakes in a layout as data: each ends at the user's entry and names the whole path, the nearest name where there is one, and
//! nothing is planned.

use crate::conformance::data::edge_as_data;
use crate::conformance::{codes, edge, with};
use crate::support::core::Core;
use portmatrix::terraform::diagnostic::{Diagnostic, Level, Path};
use portmatrix::terraform::value::Value;
use serde_json::{Value as Json, json};

/// Where a value is put, the value, the path in the message, and words of the message.
const MISTAKES: &str = r#"
/zones | "x" | zones | expected an object, found text
/zones | [] | zones | expected an object, found a list
/products | 7 | products | products = { <name> =
/flows | true | flows | expected an object, found true or false
/zones/dmz | "x" | zones["dmz"] | expected an object, found text
/zones/dmz | [{}] | zones["dmz"] | expected an object, found a list
/zones/dmz/compnents | [] | zones["dmz"]["compnents"] | id you mean `components`?
/zones/dmz/aws/security_group | "sg-1" | zones["dmz"].aws["security_group"] | id you mean `security_group_id`?
/zones/dmz/tags | {} | zones["dmz"]["tags"] | `components`
/zones/dmz/host | { "table": "x" } | zones["dmz"].host["table"] | no argument `table`
/zones/dmz/host | 1 | zones["dmz"].host | expected an object, found a number
/zones/dmz/aws | "sg-1" | zones["dmz"].aws | expected an object, found text
/zones/dmz/aws | [{ "security_group_id": "sg-1" }] | zones["dmz"].aws | found a list
/zones/dmz/aws/max_rules | "many" | zones["dmz"].aws.max_rules | expected a number, found text
/zones/dmz/aws/max_rules | [1] | zones["dmz"].aws.max_rules | expected a number, found a list
/zones/dmz/aws/prefix_list_ids | ["pl-1"] | zones["dmz"].aws.prefix_list_ids | expected an object
/zones/dmz/components | "kong.node" | zones["dmz"].components | `["kong.node"]`
/zones/dmz/components | { "a": "kong.node" } | zones["dmz"].components | expected a list
/zones/dmz/components | [["kong.node"]] | zones["dmz"].components[0] | expected text, found a list
/zones/dmz/components | ["kong.node", {}] | zones["dmz"].components[1] | expected text, found an object
/zones/dmz/components | ["kong.node", null] | zones["dmz"].components[1] | null
/zones/dmz/components | ["kong.nod"] | zones["dmz"].components[0] | id you mean `node`?
/zones/dmz/components | ["kng.node"] | zones["dmz"].components[0] | id you mean `kong`?
/zones/dmz/components | null | zones["dmz"].components | required
/zones/dmz/ipv4 | "10.0.0.0/8" | zones["dmz"].ipv4 | expected an object, found text
/zones/dmz/ipv4 | ["10.0.0.0/8"] | zones["dmz"].ipv4 | expected an object, found a list
/zones/dmz/ipv4/a | "10.0.0.1/8" | zones["dmz"].ipv4["a"] | 10.0.0.0/8
/zones/dmz/ipv4/a | ["10.0.0.0/8"] | zones["dmz"].ipv4["a"] | expected text, found a list
/zones/dmz/trust | "publc" | zones["dmz"].trust | `public`
/zones/dmz/trust | {} | zones["dmz"].trust | expected text, found an object
/zones/dmz/exact | "maybe" | zones["dmz"].exact | expected true or false, found text
/zones/dmz/kubernetes | { "namespace": "a", "pod_labels": { "app": null } } | zones["dmz"].kubernetes.pod_labels["app"] | null
/zones/dmz/gcp | { "target_tags": ["UP"] } | zones["dmz"].gcp.target_tags[0] | network tag
/zones/dmz/azure | { "resource_group_name": "rg" } | zones["dmz"].azure.network_security_group_name | set them together
/zones/DMZ | { "components": [] } | zones["DMZ"] | rite `dmz`
/products/kong/version | 3.1 | products["kong"].version | the number 3.1
/products/kong/version | 3 | products["kong"].version | in quotes
/products/kong/version | "latest" | products["kong"].version | newest
/products/kong/port | {} | products["kong"]["port"] | id you mean `ports`?
/products/kong/ports | { "proxy-htps": "443" } | products["kong"].ports["proxy-htps"] | proxy-https
/products/kong/enable | "status" | products["kong"].enable | `["status"]`
/flows | { "ssh": { "from": ["ops"], "to": ["dmz"] } } | flows["ssh"].services | required
/flows | { "ssh": { "from": ["ops"], "to": ["dmx"], "services": ["tcp/22"] } } | flows["ssh"].to[0] | id you mean `dmz`?
/flows | { "ssh": { "from": ["ops"], "to": ["dmz"], "services": ["tcp22"] } } | flows["ssh"].services[0] | tcp22
/zones | [["dmz", {}]] | zones | expected an object, found a list
/zones | "?x" | zones | expected an object, found text
/zones/dmz | 7 | zones["dmz"] | expected an object, found a number
/zones/dmz | true | zones["dmz"] | expected an object, found true or false
/zones/dmz/component | ["kong.node"] | zones["dmz"]["component"] | id you mean `components`?
/zones/dmz/Components | ["kong.node"] | zones["dmz"]["Components"] | id you mean `components`?
/zones/dmz/ip_v4 | {} | zones["dmz"]["ip_v4"] | id you mean `ipv4`?
/zones/dmz/aws_security_group_id | "sg-1" | zones["dmz"]["aws_security_group_id"] | no argument `aws_security_group_id`
/zones/dmz/components | [true] | zones["dmz"].components[0] | `true` is not a component
/zones/dmz/components | [7] | zones["dmz"].components[0] | `7` is not a component
/zones/dmz/components | ["kong"] | zones["dmz"].components[0] | `kong.*`
/zones/dmz/components | [["kong.node"], "kong.admin"] | zones["dmz"].components[0] | expected text, found a list
/zones/dmz/ipv4/a | 7 | zones["dmz"].ipv4["a"] | `7`
/zones/dmz/ipv4/a | {} | zones["dmz"].ipv4["a"] | expected text, found an object
/zones/dmz/ipv4/a | "10.0.0.0/33" | zones["dmz"].ipv4["a"] | `10.0.0.0/33`
/zones/dmz/ipv4/a | "::/0" | zones["dmz"].ipv4["a"] | `::/0`
/zones/dmz/ipv6 | { "a": "10.0.0.0/8" } | zones["dmz"].ipv6["a"] | `10.0.0.0/8`
/zones/dmz/aws/security_group_id | ["sg-1"] | zones["dmz"].aws.security_group_id | expected text, found a list
/zones/dmz/aws/max_rules | true | zones["dmz"].aws.max_rules | expected a number, found true or false
/zones/dmz/aws/max_rules | 0 | zones["dmz"].aws.max_rules | 0
/zones/dmz/aws/peer_by | "groups" | zones["dmz"].aws.peer_by | `group`
/zones/dmz/azure | { "network_security_group_name": "nsg", "resource_group_name": "rg", "application_security_group_ids": ["x"] } | zones["dmz"].azure.application_security_group_ids | expected an object, found a list
/zones/dmz/gcp | { "network": "vpc", "target_tags": "kong" } | zones["dmz"].gcp.target_tags | `["kong"]`
/zones/dmz/gcp | { "network": "vpc", "target_tag": ["kong"] } | zones["dmz"].gcp["target_tag"] | id you mean `target_tags`?
/zones/dmz/kubernetes | { "namespace": "a", "pod_labels": ["app"] } | zones["dmz"].kubernetes.pod_labels | expected an object, found a list
/zones/dmz/kubernetes | { "namespace": "a", "pod_labels": { "app": { "a": 1 } } } | zones["dmz"].kubernetes.pod_labels["app"] | expected text, found an object
/zones/dmz/openstack | { "securty_group_id": "x" } | zones["dmz"].openstack["securty_group_id"] | id you mean `security_group_id`?
/zones/dmz/host | [] | zones["dmz"].host | expected an object, found a list
/zones/dmz/host | "yes" | zones["dmz"].host | expected an object, found text
/zones/9dmz | { "components": [] } | zones["9dmz"] | `9dmz` is not a valid zone name
/products/kong | "3.9" | products["kong"] | expected an object, found text
/products/kong/version | 3.10 | products["kong"].version | `3.10` becomes 3.1
/products/kong/version | ["3.9"] | products["kong"].version | expected text, found a list
/products/kong/version | "0.5" | products["kong"].version | 0.5
/products/kong/ports | ["443"] | products["kong"].ports | expected an object, found a list
/products/kong/ports | { "proxy-https": [443] } | products["kong"].ports["proxy-https"] | expected text, found a list
/products/kong/ports | { "proxy-https": 70000 } | products["kong"].ports["proxy-https"] | 70000
/products/kong/disable | ["databse"] | products["kong"].disable[0] | id you mean `database`?
/products/kong/enable | ["status", null] | products["kong"].enable[1] | null
/products/knog | { "version": "3.9" } | products["knog"] | id you mean `kong`?
/flows | { "ssh": { "from": "ops", "to": ["dmz"], "services": ["tcp/22"] } } | flows["ssh"].from | `["ops"]`
/flows | { "ssh": { "from": ["ops"], "to": ["dmz"], "services": ["tcp/22"], "plane": "admn" } } | flows["ssh"].plane | `admin`
/flows | { "ssh": { "from": ["ops"], "to": ["dmz"], "service": ["tcp/22"] } } | flows["ssh"]["service"] | id you mean `services`?
/flows | { "ssh": { "from": ["ops"], "to": ["dmz"], "services": [22] } } | flows["ssh"].services[0] | `22`
/flows | { "SSH": { "from": ["ops"], "to": ["dmz"], "services": ["tcp/22"] } } | flows["SSH"] | rite `ssh`
"#;

/// The mistakes, read.
fn mistakes() -> Vec<(&'static str, Json, &'static str, &'static str)> {
    let lines = MISTAKES.lines().filter(|it| !it.is_empty());
    lines
        .map(|line| {
            let cells: Vec<&str> = line.split(" | ").collect();
            let [pointer, value, place, words] = cells[..] else {
                panic!("not four cells: {line}")
            };
            let value = serde_json::from_str(value).unwrap_or_else(|why| panic!("{line}: {why}"));
            (pointer, value, place, words)
        })
        .collect()
}

/// Where the CLIs find the line: the argument, and the entry of it.
fn line(place: &str) -> Path {
    let (argument, rest) = place.split_once('[').unwrap_or((place, ""));
    let line = Path::ROOT.attribute(argument);
    let key = rest.split('"').nth(1);
    key.map_or(line.clone(), |key| line.key(key))
}

#[test]
fn mistakes_end_at_the_entry_and_name_the_path() {
    let core = Core::default();
    assert!(mistakes().len() >= 40);
    let mut missed = Vec::new();
    for (pointer, value, place, words) in mistakes() {
        let config = with(edge_as_data(), pointer, value.clone());
        let shown = core.validate(&config);
        let is_named = |it: &Diagnostic| {
            let has_path = it.detail.contains(&format!("`{place}`"));
            it.severity == Level::Error
                && it.path == line(place)
                && has_path
                && it.detail.contains(words)
        };
        if !shown.iter().any(is_named) {
            missed.push(format!("{pointer} = {value} without {words:?}: {shown:#?}"));
        }
        let plan = core.plan(&Value::Null, &config);
        assert!(plan.state.is_null(), "{pointer} = {value} was planned");
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

/// One mistake is one error: what follows from it is not reported too.
#[test]
fn a_misspelt_argument_is_one_error() {
    for (pointer, value) in [
        ("/zones/dmz/aws", json!({ "securty_group_id": "sg-1" })),
        ("/zones/dmz/gcp", json!({ "netwrk": "vpc" })),
        ("/zones/dmz/aws/max_rules", json!("many")),
        ("/products/kong/version", json!(3.9)),
    ] {
        let shown = Core::default().validate(&with(edge_as_data(), pointer, value));
        assert_eq!(codes(&shown, Level::Error), ["bad-value"], "{pointer}");
    }
}

#[test]
fn a_name_is_given_once() {
    for (argument, block, name) in [
        ("zones", "zone", "dmz"),
        ("products", "product", "kong"),
        ("flows", "flow", "ssh"),
    ] {
        let mut config = edge();
        config["flow"] =
            json!({ "ssh": { "from": ["ops"], "to": ["dmz"], "services": ["tcp/22"] } });
        config[argument] = json!({ name: config[block][name] });
        let shown = Core::default().validate(&config);
        assert_eq!(codes(&shown, Level::Error), ["bad-value"]);
        assert_eq!(shown[0].path, Path::ROOT.attribute(argument).key(name));
        let words = format!("also the label of a `{block}` block");
        assert!(shown[0].detail.contains(&words));
    }
}

/// YAML has `host:` without a value for null. A zone that nothing else enforces would be left without rules.
#[test]
fn a_null_block_that_would_enforce_is_named() {
    let core = Core::default();
    let mut config = edge_as_data();
    config["zones"]["hosts"] =
        json!({ "components": ["kong.upstream"], "ipv4": { "a": "10.7.0.0/24" }, "host": null });
    config["products"]["kong"]["enable"] = json!(["upstream"]);
    let found = |config: &Json| -> Vec<Diagnostic> {
        let shown = core.plan(&Value::Null, config).diagnostics;
        let named = |it: &Diagnostic| it.summary.starts_with("nothing-enforced");
        shown.into_iter().filter(named).collect()
    };
    let shown = found(&config);
    assert_eq!(shown.len(), 1, "{shown:#?}");
    assert_eq!(shown[0].severity, Level::Warning);
    assert_eq!(shown[0].path, Path::ROOT.attribute("zones").key("hosts"));
    assert!(shown[0].detail.contains("`host` of zone `hosts` is null"));
    assert!(shown[0].detail.contains("`host: {}`"));
    // Something else enforces it, it is only a peer on purpose, it has the block, or the layout says that this is meant.
    for (pointer, value) in [
        ("/zones/hosts/aws", json!({ "security_group_id": "sg-7" })),
        ("/zones/hosts/enforce", json!(false)),
        ("/zones/hosts/host", json!({})),
        ("/zones/hosts/host", json!(false)),
        (
            "/accept",
            json!([{ "code": "nothing-enforced", "subject": "hosts", "reason": "a peer" }]),
        ),
    ] {
        assert_eq!(
            found(&with(config.clone(), pointer, value)),
            [],
            "{pointer}"
        );
    }
}
