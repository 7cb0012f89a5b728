//! The platforms other than AWS: the same hundred thousand permissions, compiled and rendered.

use crate::in_process::{few_zones, many_zones};
use crate::{Bar, median, milliseconds, timed};
use portmatrix::catalog::Catalog;
use portmatrix::compile::compile;
use portmatrix::model::address::Addresses;
use portmatrix::model::cell::MaybeKnown;
use portmatrix::model::layout::Layout;
use portmatrix::model::platform::Parts;
use portmatrix::model::words::Merge;
use portmatrix::render::Zones;
use portmatrix::render::azure::Azure;
use portmatrix::render::gcp::Gcp;
use portmatrix::render::kubernetes::Kubernetes;
use portmatrix::render::nftables::Host;
use portmatrix::render::openstack::OpenStack;
use portmatrix::render::platform::{Cells, Content, Inputs, Options, Rendered, StateRows};
use portmatrix::render::table::PLATFORMS;
use std::collections::BTreeMap;
use std::time::Duration;

const RUNS: usize = 5;

type Sized = (Layout, BTreeMap<String, Addresses>);
type Shape = fn(usize) -> Sized;

type Part = fn() -> Parts;

/// What the zone in which rules are enforced has of a platform, by the platform's block.
const PARTS: [(&str, Part); 5] = [
    ("azure", || {
        Parts::of(Azure {
            security_group: Some(MaybeKnown::Known("nsg".into())),
            resource_group: Some(MaybeKnown::Known("net".into())),
            ..Azure::default()
        })
    }),
    ("gcp", || {
        Parts::of(Gcp {
            network: Some(MaybeKnown::Known("vpc".into())),
            target_tags: vec![MaybeKnown::Known("servers".into())],
            ..Gcp::default()
        })
    }),
    ("openstack", || {
        Parts::of(OpenStack {
            group: Some(MaybeKnown::Known("group".into())),
            ..OpenStack::default()
        })
    }),
    ("kubernetes", || {
        Parts::of(Kubernetes {
            namespace: Some(MaybeKnown::Known("servers".into())),
            ..Kubernetes::default()
        })
    }),
    ("host", || Parts::of(Host::default())),
];

/// A state before the first apply.
struct Nothing;

impl StateRows for Nothing {
    fn visit(&self, _: &str, _: &mut dyn FnMut(&str, Cells<'_>)) {}
}

pub(crate) fn bars() -> Vec<Bar> {
    let shapes: [(&str, Shape); 2] = [
        ("10 rules, 10,000 addresses", few_zones),
        ("100,000 rules of 101 zones", many_zones),
    ];
    let mut bars = Vec::new();
    for (block, part) in PARTS {
        for (what, shape) in shapes {
            let time = measure(block, &part(), shape(100_000));
            bars.push(Bar {
                what: format!("compile + render for `{block}`: {what}"),
                measured: milliseconds(time),
                limit: "<= 200 ms",
                met: time <= Duration::from_millis(200),
            });
        }
    }
    bars
}

fn measure(block: &str, part: &Parts, (layout, mut addresses): Sized) -> Duration {
    for it in addresses.values_mut().filter(|it| it.is_enforced()) {
        it.parts = part.clone();
    }
    let platform = PLATFORMS.iter().find(|it| it.about().block == block);
    let platform = platform.expect("the block is of a platform");
    let catalog = Catalog::default();
    median(RUNS, || {
        let (time, (rendered, _compiled)) = timed(|| {
            let compiled = compile(&layout, &catalog);
            let inputs = Inputs {
                rules: &compiled.rules,
                zones: Zones {
                    addresses: &addresses,
                    fixed: &compiled.fixed,
                },
                translated: &compiled.listened,
                untranslated: &compiled.untranslated,
                forwarding: &compiled.forwarding,
                rejecting: &compiled.rejecting,
                name: &MaybeKnown::Known("bench".into()),
                directions: &layout.directions,
                // Otherwise a full quota would be rendered once more, to say what combining ports would save.
                merge: Merge::Ports,
                options: &Options::default(),
                last: &Nothing,
                planned: &Nothing,
            };
            (platform.render(&inputs), compiled)
        });
        assert!(!is_empty(&rendered), "nothing was made for `{block}`");
        time
    })
}

fn is_empty(rendered: &Rendered) -> bool {
    rendered.outputs.iter().all(|it| match it {
        Content::Texts(texts) => texts.is_empty(),
        Content::Rows(rows) => {
            let mut count = 0;
            rows.visit(&mut |_, _| count += 1);
            count == 0
        }
    })
}
