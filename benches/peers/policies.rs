//! Compiling a policy, compared with Aerleon: the same sources, ports and platform, and outputs that allow the same.

use crate::cli::Cli;
use crate::contest::{Contestant, Sample, contest, skipped};
use crate::plans;
use crate::python::Python;
use crate::watch::{ended_children, watch};
use crate::worker::{measure, ours, script};
use portmatrix::provider::Portmatrix;
use portmatrix::terraform::value::Value;
use portmatrix::terraform::{Provider, json as wire, msgpack};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// Source zones of so many blocks each, and ports; by how many runs.
const SIZES: [(Size, &str, usize); 2] = [
    (
        Size {
            zones: 10,
            ports: 10,
            blocks: 100,
        },
        "10,000",
        3,
    ),
    (
        Size {
            zones: 100,
            ports: 10,
            blocks: 100,
        },
        "100,000",
        1,
    ),
];

/// The most that is compiled by Aerleon with a term for each rule, which takes minutes beyond.
const MOST_TERMS: usize = 100;

#[derive(Clone, Copy)]
struct Size {
    zones: usize,
    ports: usize,
    blocks: usize,
}

/// A platform that both render: what Aerleon calls it, and the output of this provider.
#[derive(Clone, Copy)]
struct Platform {
    name: &'static str,
    target: &'static str,
    options: &'static str,
    output: &'static str,
}

const PLATFORMS: [Platform; 2] = [
    Platform {
        name: "Google Cloud",
        target: "gce",
        options: "INGRESS vpc",
        output: "gcp_rules",
    },
    Platform {
        name: "Kubernetes",
        target: "k8s",
        options: "INGRESS",
        output: "kubernetes_policies",
    },
];

/// What is permitted to reach the servers: a block, a protocol and a port.
type Permissions = BTreeSet<(String, String, u64)>;

pub(crate) fn lines(python: Result<&Python, &String>, clis: &[Cli]) {
    let python = match python {
        Ok(it) => it,
        Err(why) => return skipped("compiling with Aerleon", why),
    };
    for platform in PLATFORMS {
        for (size, shown, runs) in SIZES {
            in_process(python, platform, size, shown, runs);
        }
        if let Some(cli) = clis.first() {
            whole(python, cli, platform, SIZES[0].0, SIZES[0].1);
        }
    }
}

/// From what was read to the bytes of the result.
fn in_process(python: &Python, platform: Platform, size: Size, shown: &str, runs: usize) {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let write = |name: &str, it: &Json| fs::write(path(name), it.to_string()).unwrap();
    write("layout", &layout(platform, size));
    write("definitions", &definitions(size));
    let arguments = ["policy", platform.output, &path("layout"), &path("ours")];
    let mut contestants = vec![Contestant::new("this provider", move || ours(&arguments))];
    let mut results = Vec::new();
    for (form, each) in [
        ("a term for each zone", false),
        ("a term for each rule", true),
    ] {
        if each && size.zones * size.ports > MOST_TERMS {
            continue;
        }
        let (source, result) = (
            path(&format!("policy-{each}")),
            path(&format!("result-{each}")),
        );
        fs::write(&source, policy(platform, size, each).to_string()).unwrap();
        results.push(result.clone());
        let (definitions, name) = (path("definitions"), python.version("aerleon"));
        contestants.push(Contestant::new(format!("{name}, {form}"), move || {
            let arguments = [&*definitions, &source, &result];
            script(&python.program, "generate.py", &arguments)
        }));
    }
    let task = format!("compile {shown} permissions for {}", platform.name);
    contest(&task, runs, contestants);
    let expected = permitted_by_us(platform, &fs::read_to_string(path("ours")).unwrap());
    assert_eq!(expected.len(), size.zones * size.ports * size.blocks);
    for it in results {
        let theirs = permitted_by_aerleon(platform, &fs::read_to_string(it).unwrap());
        assert!(
            expected == theirs,
            "Aerleon permits something else for {}",
            platform.name
        );
    }
}

/// From files to the result, with all that it takes: a plan that was saved, and what `aclgen` writes.
fn whole(python: &Python, cli: &Cli, platform: Platform, size: Size, shown: &str) {
    const RUNS: usize = 3;
    let plan = cli.folder(platform.target, "", None);
    let resource = json!({ "portmatrix_rules": { "it": layout(platform, size) } });
    let source = json!({ "source": "portmatrix/portmatrix" });
    let main = json!({
        "terraform": { "required_providers": { "portmatrix": source } },
        "resource": resource,
    });
    fs::write(plan.join("main.tf.json"), main.to_string()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    for (name, file, text) in [
        ("definitions", "all.yaml", definitions(size)),
        ("policies/pol", "bench.yaml", policy(platform, size, false)),
    ] {
        fs::create_dir_all(folder.path().join(name)).unwrap();
        // JSON is YAML.
        fs::write(folder.path().join(name).join(file), text.to_string()).unwrap();
    }
    let contestants = vec![
        Contestant::new(format!("this provider in {}", cli.version), || {
            plans::sample(cli, &plan)
        }),
        Contestant::new(
            format!(
                "`aclgen`, {}, a term for each zone",
                python.version("aerleon")
            ),
            || aclgen(python, folder.path()),
        ),
    ];
    let task = format!("{shown} permissions for {}, whole command", platform.name);
    contest(&task, RUNS, contestants);
}

fn aclgen(python: &Python, folder: &Path) -> Sample {
    // What is there already would not be written again.
    let results = tempfile::tempdir_in(folder).unwrap();
    let before = ended_children();
    let (time, ((status, used), cpu)) = crate::clock::timed(|| {
        let mut process = Command::new(&python.program)
            .args(["-m", "aerleon", "--base_directory", "policies"])
            .args(["--definitions_directory", "definitions"])
            .arg("--output_directory")
            .arg(results.path())
            .current_dir(folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let ended = watch(process.id(), || process.wait().unwrap());
        (ended, ended_children().saturating_sub(before))
    });
    assert!(status.success(), "`aclgen` failed");
    let written = fs::read_dir(results.path()).unwrap().count();
    assert_eq!(written, 1, "`aclgen` writes one file");
    Sample {
        time,
        cpu: Some(cpu),
        peaks: [used.own.peak, used.descendants.peak],
    }
}

/// The plan of a layout, from its value to the bytes of the answer; writes the output of the platform.
pub(crate) fn work(output: &str, layout: &str, result: &str) {
    let provider = Portmatrix::default();
    let (kind, schema) = &provider.schemas().resources[0];
    let ty = schema.block.ty();
    let config = wire::decode(&fs::read(layout).unwrap(), &ty).unwrap();
    let (state, bytes) = measure(|| {
        let (state, _) = provider.plan(kind, &Value::Null, &config);
        let bytes = msgpack::encode(&state, &ty).unwrap();
        (state, bytes)
    });
    assert!(!bytes.is_empty());
    fs::write(result, state.get(output).to_json().to_string()).unwrap();
}

fn layout(platform: Platform, size: Size) -> Json {
    let mut zones = Map::new();
    for zone in 0..size.zones {
        let blocks: Map<String, Json> = (0..size.blocks)
            .map(|it| (format!("b{it}"), block(size, zone, it).into()))
            .collect();
        zones.insert(zone_name(zone), json!({ "components": [], "ipv4": blocks }));
    }
    let from: Vec<&String> = zones.keys().collect();
    let services: Vec<String> = (0..size.ports)
        .map(|it| format!("tcp/{}", port(it)))
        .collect();
    let flow = json!({ "from": from, "to": ["servers"], "services": services });
    let servers = match platform.target {
        "gce" => {
            json!({ "components": [], "gcp": [{ "network": "vpc", "target_tags": ["servers"] }] })
        }
        _ => json!({ "components": [], "kubernetes": [{ "namespace": "servers" }] }),
    };
    zones.insert("servers".to_owned(), servers);
    json!({ "directions": ["ingress"], "zone": zones, "flow": { "load": flow } })
}

/// Names of networks and services, for Aerleon.
fn definitions(size: Size) -> Json {
    let networks: Map<String, Json> = (0..size.zones)
        .map(|zone| {
            let addresses = (0..size.blocks).map(|it| json!({ "address": block(size, zone, it) }));
            (
                zone_name(zone),
                json!({ "values": addresses.collect::<Vec<_>>() }),
            )
        })
        .collect();
    let services: Map<String, Json> = (0..size.ports)
        .map(|it| {
            (
                service_name(it),
                json!([{ "protocol": "tcp", "port": port(it) }]),
            )
        })
        .collect();
    json!({ "networks": networks, "services": services })
}

/// A term for each zone with all ports, as one would write it by hand, or for each zone and port, as this provider has rules.
fn policy(platform: Platform, size: Size, each: bool) -> Json {
    let services: Vec<String> = (0..size.ports).map(service_name).collect();
    let chunk = if each { 1 } else { size.ports };
    let mut terms = Vec::new();
    for zone in 0..size.zones {
        for (at, ports) in services.chunks(chunk).enumerate() {
            let mut term = json!({
                "name": format!("z{zone}-{at}"),
                "source-address": zone_name(zone),
                "destination-port": ports,
                "protocol": "tcp",
                "action": "accept",
            });
            if platform.target == "gce" {
                term["destination-tag"] = "servers".into();
            }
            terms.push(term);
        }
    }
    let header = json!({ "targets": { platform.target: platform.options } });
    json!({ "filename": "bench", "filters": [{ "header": header, "terms": terms }] })
}

fn zone_name(zone: usize) -> String {
    format!("z{zone}")
}

fn service_name(port: usize) -> String {
    format!("P{port}")
}

/// Every second port, so that there is nothing to join.
fn port(at: usize) -> usize {
    8000 + 2 * at
}

/// Every second block too.
fn block(size: Size, zone: usize, at: usize) -> String {
    let number = 2 * (zone * size.blocks + at);
    format!("10.{}.{}.0/24", number / 256, number % 256)
}

fn permitted_by_us(platform: Platform, text: &str) -> Permissions {
    let output: Json = serde_json::from_str(text).unwrap();
    let rows = output.as_object().unwrap().values();
    match platform.target {
        "gce" => rows
            .flat_map(|it| firewall(it, ["source_ranges", "target_tags", "allow", "protocol"]))
            .collect(),
        _ => rows
            .flat_map(|it| network_policy(&serde_norway::from_str(it.as_str().unwrap()).unwrap()))
            .collect(),
    }
}

fn permitted_by_aerleon(platform: Platform, text: &str) -> Permissions {
    let output: Json = serde_norway::from_str(text).unwrap();
    if platform.target == "gce" {
        let rows = output.as_array().unwrap().iter();
        rows.flat_map(|it| firewall(it, ["sourceRanges", "targetTags", "allowed", "IPProtocol"]))
            .collect()
    } else {
        let policies = output["items"].as_array().unwrap().iter();
        policies.flat_map(network_policy).collect()
    }
}

/// What a firewall rule of Google Cloud permits, by the names of its fields.
fn firewall(row: &Json, [ranges, tags, allow, protocol]: [&str; 4]) -> Permissions {
    assert_eq!(row["direction"], "INGRESS");
    assert_eq!(row[tags], json!(["servers"]));
    let allowed = row[allow].as_array().unwrap().iter();
    let ports = allowed.flat_map(|it| {
        let ports = it["ports"].as_array().unwrap().iter();
        ports.map(|port| (text(&it[protocol]), text(port).parse().unwrap()))
    });
    product(
        row[ranges].as_array().unwrap().iter().map(text),
        &ports.collect::<Vec<_>>(),
    )
}

/// What a policy of Kubernetes permits.
fn network_policy(policy: &Json) -> Permissions {
    let spec = &policy["spec"];
    assert_eq!(spec["podSelector"], json!({}));
    assert_eq!(spec["policyTypes"], json!(["Ingress"]));
    let rules = spec["ingress"].as_array().unwrap().iter();
    rules
        .flat_map(|it| {
            let ports = it["ports"].as_array().unwrap().iter();
            let ports: Vec<(String, u64)> = ports
                .map(|it| (text(&it["protocol"]), it["port"].as_u64().unwrap()))
                .collect();
            let from = it["from"].as_array().unwrap().iter();
            product(from.map(|it| text(&it["ipBlock"]["cidr"])), &ports)
        })
        .collect()
}

fn product(blocks: impl Iterator<Item = String>, ports: &[(String, u64)]) -> Permissions {
    blocks
        .flat_map(|block| {
            let ports = ports.iter();
            ports.map(move |(protocol, port)| (block.clone(), protocol.to_lowercase(), *port))
        })
        .collect()
}

fn text(json: &Json) -> String {
    json.as_str().unwrap().to_owned()
}
