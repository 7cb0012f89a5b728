//! The platforms other than AWS: the same hundred thousand permissions, compiled and rendered.

use crate::in_process::{few_zones, many_zones};
use crate::{Bar, median, milliseconds, timed};
use portmatrix::catalog::Catalog;
use portmatrix::compile::{Compiled, compile};
use portmatrix::model::address::Addresses;
use portmatrix::model::cell::MaybeKnown;
use portmatrix::model::layout::Layout;
use portmatrix::model::platform::Parts;
use portmatrix::model::words::Direction;
use portmatrix::render::azure::Azure;
use portmatrix::render::gcp::Gcp;
use portmatrix::render::kubernetes::Kubernetes;
use portmatrix::render::{Zones, azure, gcp, kubernetes, nftables};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

const RUNS: usize = 5;

type Sized = (Layout, BTreeMap<String, Addresses>);
type Shape = fn(usize) -> Sized;

/// How a platform enforces a zone, and what it makes of the rules, as the number of its rows or texts.
struct Platform {
    name: &'static str,
    part: fn() -> Parts,
    render: fn(&Compiled, Zones<'_>) -> usize,
}

const PLATFORMS: [Platform; 4] = [
    Platform {
        name: "Azure",
        part: || {
            Parts::of(Azure {
                security_group: Some(MaybeKnown::Known("nsg".into())),
                resource_group: Some(MaybeKnown::Known("net".into())),
                ..Azure::default()
            })
        },
        render: |compiled, zones| {
            let options = azure::Options {
                directions: directions(),
                ..azure::Options::default()
            };
            azure::render(&compiled.rules, zones, &options, &BTreeMap::new())
                .rows
                .len()
        },
    },
    Platform {
        name: "Google Cloud",
        part: || {
            Parts::of(Gcp {
                network: Some(MaybeKnown::Known("vpc".into())),
                target_tags: vec![MaybeKnown::Known("servers".into())],
                ..Gcp::default()
            })
        },
        render: |compiled, zones| {
            let options = gcp::Options {
                deny_rest: true,
                name: MaybeKnown::Known("bench".into()),
                directions: directions(),
            };
            gcp::render(&compiled.rules, zones, &options).rows.len()
        },
    },
    Platform {
        name: "Kubernetes",
        part: || {
            Parts::of(Kubernetes {
                namespace: Some(MaybeKnown::Known("servers".into())),
                ..Kubernetes::default()
            })
        },
        render: |compiled, zones| {
            let options = kubernetes::Options {
                name: MaybeKnown::Known("bench".into()),
                directions: directions(),
                listened: compiled.listened.clone(),
            };
            kubernetes::render(&compiled.rules, zones, &options)
                .policies
                .len()
        },
    },
    Platform {
        name: "nftables",
        part: || Parts::of(nftables::Host),
        render: |compiled, zones| {
            let options = nftables::Options {
                directions: directions(),
                rejecting: BTreeSet::new(),
            };
            nftables::render(&compiled.rules, zones, &options)
                .rulesets
                .len()
        },
    },
];

fn directions() -> BTreeSet<Direction> {
    [Direction::Ingress].into()
}

pub(crate) fn bars() -> Vec<Bar> {
    let shapes: [(&str, Shape); 2] = [
        ("10 rules, 10,000 addresses", few_zones),
        ("100,000 rules of 101 zones", many_zones),
    ];
    let mut bars = Vec::new();
    for platform in &PLATFORMS {
        for (what, shape) in shapes {
            let time = measure(platform, shape(100_000));
            bars.push(Bar {
                what: format!("compile + render for {}: {what}", platform.name),
                measured: milliseconds(time),
                limit: "<= 200 ms",
                met: time <= Duration::from_millis(200),
            });
        }
    }
    bars
}

fn measure(platform: &Platform, (layout, mut addresses): Sized) -> Duration {
    for it in addresses.values_mut() {
        if it.is_enforced() {
            it.parts = (platform.part)();
        }
    }
    let catalog = Catalog::default();
    median(RUNS, || {
        let (time, rows) = timed(|| {
            let compiled = compile(&layout, &catalog);
            let zones = Zones {
                addresses: &addresses,
                fixed: &compiled.fixed,
            };
            (platform.render)(&compiled, zones)
        });
        assert!(rows > 0, "nothing was made for {}", platform.name);
        time
    })
}
