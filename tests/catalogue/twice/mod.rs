//! Each fact of the catalogue is entered twice, by different readers: in the product file and in the check file next to it.
//! The two must say the same.

mod compare;
mod sheet;

use crate::support::none;
use compare::differences;
use portmatrix::catalog::product::{Flow, Product};
use portmatrix::catalog::{FILES, load};
use portmatrix::model::traffic::{PortSpec, Service};
use portmatrix::model::words::Assumption;
use sheet::Sheet;
use std::fs;
use std::path::PathBuf;

/// The products without a check file. The list only becomes shorter.
const WITHOUT: &[&str] = &[
    "consul/1.22",
    "couchbase-server/7.6",
    "deckhouse/1.61",
    "deckhouse/1.69",
    "deckhouse/1.77",
    "docker-swarm/2026",
    "kong-ingress-controller/3",
    "longhorn/1",
    "neo4j/2026.08",
    "nomad/1.11",
];

/// The products whose check file is there and is not yet compared at the source with the product file. The list only becomes
/// shorter.
const UNSETTLED: &[&str] = &[
    "aiven/2024",
    "aiven/2026",
    "apinizer/2026.01",
    "apinizer/2026.04",
    "cilium/1.20",
    "elasticsearch/9",
    "elma365/2025",
    "etcd/3.7",
    "ibm-api-connect/10.0",
    "ibm-api-connect/5.0",
    "kong/0.10",
    "kong/3",
    "kubernetes/1",
    "minio/2025",
    "mongodb/8.3",
    "postgresql/18",
    "rabbitmq/4",
    "redis/8",
    "valkey/9",
];

/// A product file and its check file, by the name that the lists above use.
struct Pair {
    name: String,
    product: Product,
    sheet: Option<Sheet>,
}

fn pairs() -> Vec<Pair> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("catalog");
    FILES
        .iter()
        .map(|file| {
            let name = format!("{}/{}", file.name, file.version);
            let read = |end: &str| fs::read_to_string(folder.join(format!("{name}.{end}")));
            let product =
                load(&read("toml").unwrap()).unwrap_or_else(|it| panic!("{name}: {it:?}"));
            let sheet = read("check.csv").ok().map(|it| {
                Sheet::parse(&it).unwrap_or_else(|it| panic!("catalog/{name}.check.csv:{it}"))
            });
            Pair {
                name,
                product,
                sheet,
            }
        })
        .collect()
}

#[test]
fn every_product_has_a_check_file() {
    let missing: Vec<String> = pairs()
        .into_iter()
        .filter(|it| it.sheet.is_none() != WITHOUT.contains(&it.name.as_str()))
        .map(|it| match it.sheet {
            None => format!(
                "catalog/{0}.toml has no check file; write catalog/{0}.check.csv",
                it.name
            ),
            Some(_) => format!(
                "catalog/{0}.check.csv is there; remove `{0}` from WITHOUT",
                it.name
            ),
        })
        .collect();
    none(&missing);
}

#[test]
fn product_files_and_check_files_say_the_same() {
    let mut found = Vec::new();
    for pair in pairs() {
        let Some(sheet) = &pair.sheet else { continue };
        let differences = differences(&pair.name, &pair.product, sheet);
        if !UNSETTLED.contains(&pair.name.as_str()) {
            found.extend(differences);
        } else if differences.is_empty() {
            found.push(format!(
                "`{}` has no differences; remove it from UNSETTLED",
                pair.name
            ));
        }
    }
    none(&found);
}

/// Whatever a source states and a product file loses is noticed: a flow, a port, an end.
#[test]
fn what_a_product_file_loses_is_noticed() {
    let mut unnoticed = Vec::new();
    for pair in pairs() {
        let Some(sheet) = &pair.sheet else { continue };
        if UNSETTLED.contains(&pair.name.as_str()) {
            continue;
        }
        for (what, product) in losses(&pair.product) {
            if differences(&pair.name, &product, sheet).is_empty() {
                unnoticed.push(format!("catalog/{}.toml without {what}", pair.name));
            }
        }
    }
    none(&unnoticed);
}

/// The product without one flow, without one port of a flow, without one end of a flow that a source states.
fn losses(product: &Product) -> Vec<(String, Product)> {
    let mut found = Vec::new();
    for (id, flow) in &product.flows {
        let mut without = product.clone();
        without.flows.remove(id);
        found.push((format!("flow `{id}`"), without));

        let mut changed = |what: String, change: &dyn Fn(&mut Flow)| {
            let mut product = product.clone();
            product.flows.entry(id.clone()).and_modify(change);
            found.push((format!("{what} of flow `{id}`"), product));
        };
        for (at, service) in flow.services.iter().enumerate() {
            if flow.services.len() > 1 {
                changed(format!("service {}", flow.service_texts[at]), &|it| {
                    it.services.remove(at);
                });
            }
            let Service::Ports(transports, ports) = service else {
                continue;
            };
            for port in 0..ports.len() {
                if ports.len() > 1 {
                    let kept: Vec<PortSpec> = [&ports[..port], &ports[port + 1..]].concat();
                    changed(format!("a port of {}", flow.service_texts[at]), &|it| {
                        it.services[at] = Service::Ports(transports.clone(), kept.clone());
                    });
                }
            }
        }
        let open = flow.assumed.contains(&Assumption::Direction);
        for end in &flow.from {
            if flow.from.len() > 1 && !open && !flow.assumed.contains(&Assumption::From) {
                changed(format!("source `{end}`"), &|it| {
                    it.from.retain(|it| it != end)
                });
            }
        }
        for end in &flow.to {
            if flow.to.len() > 1 && !open && !flow.assumed.contains(&Assumption::To) {
                changed(format!("listener `{end}`"), &|it| {
                    it.to.retain(|it| it != end)
                });
            }
        }
    }
    found
}
