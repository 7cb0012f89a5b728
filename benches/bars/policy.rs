//! A company's whole matrix held against the rules of its largest layout.

use crate::{Bar, median, milliseconds, timed};
use portmatrix::model::day::Dates;
use portmatrix::model::rules::{Rule, RuleKey, Rules};
use portmatrix::model::services::Services;
use portmatrix::model::traffic::Traffic;
use portmatrix::model::words::{Direction, Plane, Severity, Trust};
use portmatrix::policy::{Access, Cell, End, Inputs, Named, Origin, Policy, judge};
use std::collections::{BTreeMap, BTreeSet};
use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

const ZONES: usize = 300;
const RULES: usize = 20_000;
const RUNS: usize = 7;

pub(crate) fn bars() -> Vec<Bar> {
    let (policy, rules, zones) = (matrix(), rules(), zones());
    let inputs = Inputs {
        policy: &policy,
        rules: &rules,
        beyond: &[],
        zones: &zones,
        dates: Dates::default(),
    };
    let violated = judge(&inputs).len();
    let taken = median(RUNS, || timed(|| black_box(judge(&inputs).len())).0);
    vec![Bar {
        what: format!(
            "judge {RULES} rules between {ZONES} zones by a matrix of {} cells, {violated} findings",
            policy.cells.len()
        ),
        measured: milliseconds(taken),
        limit: "<= 300 ms",
        met: taken <= Duration::from_millis(300),
    }]
}

fn name(at: usize) -> Arc<str> {
    format!("zone-{at}").into()
}

fn zones() -> BTreeMap<Arc<str>, Named> {
    let trust = |at: usize| Trust::ALL[at % Trust::ALL.len()];
    let named = |at| Named {
        segment: None,
        trust: trust(at),
    };
    (0..ZONES).map(|at| (name(at), named(at))).collect()
}

/// Every pair of zones; a tenth of them is blocked.
fn matrix() -> Policy {
    let pairs = (0..ZONES).flat_map(|from| (0..ZONES).map(move |to| (from, to)));
    let cells = pairs.map(|(from, to)| Cell {
        from: End::Name(name(from)),
        to: End::Name(name(to)),
        access: if (from + to) % 10 == 0 {
            Access::Block
        } else {
            Access::AllowOnly
        },
        services: Services::all(),
        severity: Severity::Error,
        monitor: false,
        reason: None,
        origin: Origin::default(),
    });
    Policy {
        cells: cells.collect(),
        exceptions: Vec::new(),
    }
}

/// Both rules of ten thousand connections.
fn rules() -> Rules {
    let rule = || Rule {
        peer_trust: Some(Trust::Internal),
        plane: Plane::Data,
        required: false,
        public: false,
        flows: BTreeSet::from(["product.flow".into()]),
    };
    let traffic = Traffic::parse("tcp/443").expect("traffic");
    let both = (0..RULES / 2).flat_map(|at| {
        let (from, to) = (name(at % ZONES), name(at / ZONES * 7 % ZONES));
        [
            (Direction::Egress, from.clone(), to.clone()),
            (Direction::Ingress, to, from),
        ]
    });
    let keys = both.map(|(direction, zone, peer)| RuleKey {
        zone,
        direction,
        traffic,
        peer,
    });
    keys.map(|key| (key, rule())).collect()
}
