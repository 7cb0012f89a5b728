//! `review` of plans of 100 MB: one that is mostly about resources without rules, and one with rules only.

use crate::cli::PROVIDER;
use crate::watch::{ended_children, watch};
use crate::{Bar, milliseconds};
use serde_json::{Map, Value, json};
use std::fs;
use std::process::{Command, Stdio};
use std::time::Duration;

const BYTES: usize = 100_000_000;
const RULES: [(usize, &str); 2] = [(5_000, "5,000 rules"), (24_000, "rules only")];
const RUNS: usize = 3;

pub(crate) fn bars() -> Vec<Bar> {
    RULES.into_iter().flat_map(of_plan).collect()
}

fn of_plan((rules, what): (usize, &str)) -> [Bar; 2] {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("plan.json");
    let plan = plan(rules);
    let size = plan.len();
    fs::write(&file, plan).unwrap();
    let run = || {
        let before = ended_children();
        let mut review = Command::new(PROVIDER);
        let review = review.arg("review").arg(&file).stdout(Stdio::null());
        let mut process = review.spawn().unwrap();
        let (status, used) = watch(process.id(), || process.wait().unwrap());
        assert!(status.success(), "a plan in sync is reviewed");
        let time = ended_children().saturating_sub(before);
        (time, used.own.peak)
    };
    let runs: Vec<(Duration, u64)> = (0..RUNS).map(|_| run()).collect();
    let time = runs.iter().map(|it| it.0).min().unwrap();
    let peak = runs.iter().map(|it| it.1).max().unwrap() * 1024;
    #[expect(clippy::cast_precision_loss, reason = "two digits are shown")]
    let ratio = peak as f64 / size as f64;
    [
        Bar {
            what: format!(
                "review of a plan of {} MB with {what}, CPU time",
                size / 1_000_000
            ),
            measured: milliseconds(time),
            limit: "<= 1 s",
            met: time <= Duration::from_secs(1),
        },
        Bar {
            what: "its peak memory, by the size of the plan".to_owned(),
            measured: format!("{ratio:.2} x"),
            limit: "<= 1.5 x",
            met: ratio <= 1.5,
        },
    ]
}

/// A plan in which nothing changes, with each resource in the places where Terraform prints it.
fn plan(rules: usize) -> String {
    let row = |at: usize| {
        json!({
            "cidr_ipv4": format!("10.{}.{}.0/24", at / 2_560, at / 10 % 256), "cidr_ipv6": null, "prefix_list_id": null,
            "description": "kong kong.proxy-https", "from_port": 8_000 + at % 10, "to_port": 8_000 + at % 10,
            "ip_protocol": "tcp", "referenced_security_group_id": null, "security_group_id": group(at / 50),
        })
    };
    let key = |at: usize| {
        format!(
            "dmz{}/tcp-{}/web{}:ipv4:a",
            at / 50,
            8_000 + at % 10,
            at / 10
        )
    };
    let rows: Map<String, Value> = (0..rules).map(|at| (key(at), row(at))).collect();
    let zones = (0..rules / 50).map(|at| {
        let block = json!({ "security_group_id": group(at) });
        (format!("dmz{at}"), json!({ "aws": block }))
    });
    let wanted = json!({ "zones": zones.collect::<Map<_, _>>(), "directions": ["ingress"], "aws_ingress": rows });
    let mut resources = vec![(
        "portmatrix_rules.edge".to_owned(),
        "portmatrix_rules",
        wanted,
    )];
    resources.extend((0..rules).map(|at| {
        let mut values = row(at);
        values["security_group_rule_id"] = json!(format!("sgr-{at:017x}"));
        values["id"] = values["security_group_rule_id"].clone();
        let arn = "arn:aws:ec2:eu-central-1:123456789012:security-group-rule";
        values["arn"] = json!(format!("{arn}/sgr-{at:017x}"));
        values["region"] = json!("eu-central-1");
        values["tags"] = Value::Null;
        values["tags_all"] = json!({ "team": "edge" });
        let kind = "aws_vpc_security_group_ingress_rule";
        (format!("{kind}.it[{:?}]", key(at)), kind, values)
    }));
    let printed = |(address, kind, values): &(String, &str, Value)| {
        let head = json!({
            "address": address, "mode": "managed", "type": kind, "name": "it", "schema_version": 0,
            "index": address.split_once('[').map(|it| it.1.trim_matches(['"', ']'])),
            "provider_name": format!("registry.terraform.io/hashicorp/{}", kind.split('_').next().unwrap_or_default()),
        });
        let with = |name: &str, value: Value| {
            let mut it = head.clone();
            it[name] = value;
            it.to_string()
        };
        let change = json!({
            "actions": ["no-op"], "before": values, "after": values, "after_unknown": {},
            "before_sensitive": { "tags_all": {} }, "after_sensitive": { "tags_all": {} },
        });
        [with("values", values.clone()), with("change", change)]
    };
    let mut places = [String::new(), String::new()];
    let mut add = |resource: &(String, &str, Value)| {
        for (place, text) in places.iter_mut().zip(printed(resource)) {
            if !place.is_empty() {
                place.push(',');
            }
            *place += &text;
        }
        places[0].len() * 2 + places[1].len()
    };
    let mut size = 0;
    for it in &resources {
        size = add(it);
    }
    for at in 0.. {
        if size >= BYTES {
            break;
        }
        size = add(&(format!("aws_instance.host[{at}]"), "aws_instance", host(at)));
    }
    let [values, changes] = places;
    let root = format!(r#"{{"root_module":{{"resources":[{values}]}}}}"#);
    format!(
        r#"{{"format_version":"1.2","planned_values":{root},"resource_changes":[{changes}],"prior_state":{{"values":{root}}}}}"#
    )
}

fn group(at: usize) -> String {
    format!("sg-{at:017x}")
}

/// The attributes of a resource without rules.
fn host(at: usize) -> Value {
    let attributes = (0..40).map(|it| {
        (
            format!("attribute_{it}"),
            json!(format!("value {at} \"{it}\"")),
        )
    });
    let mut values: Map<String, Value> = attributes.collect();
    values.insert(
        "user_data".to_owned(),
        json!("#!/bin/sh\necho hello\n".repeat(10)),
    );
    values.insert(
        "root_block_device".to_owned(),
        json!([{ "volume_size": 100, "tags": { "team": "edge" } }]),
    );
    Value::Object(values)
}
