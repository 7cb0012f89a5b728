//! Random layouts of four zones, with flows between them.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value as Json, json};
use std::ops::Range;

/// Zones `z0` to `z3`, each with the addresses `10.0.<number>.0/24`.
#[derive(Clone, Debug)]
pub(crate) struct FourZones {
    /// Which of them get rules.
    pub(crate) enforced: Vec<bool>,
    /// Who connects, who listens, and the service.
    pub(crate) flows: Vec<(usize, usize, &'static str)>,
    /// The directions that are asked for.
    pub(crate) directions: &'static [&'static str],
}

/// Layouts whose flows have some of these services.
pub(crate) fn four_zones(
    services: &'static [&'static str],
    flows: Range<usize>,
) -> impl Strategy<Value = FourZones> {
    let directions: &[&[&str]] = &[&["ingress", "egress"], &["ingress"], &["egress"]];
    let parts = (
        vec(any::<bool>(), 4),
        vec((0..4usize, 0..4usize, select(services)), flows),
        select(directions),
    );
    parts.prop_map(|(enforced, flows, directions)| FourZones {
        enforced,
        flows,
        directions,
    })
}

impl FourZones {
    /// The arguments of a `portmatrix_rules`.
    pub(crate) fn json(&self) -> Json {
        let zones = self.enforced.iter().enumerate().map(|(at, is_enforced)| {
            let mut zone = json!({ "components": [], "ipv4": { "a": format!("10.0.{at}.0/24") } });
            if *is_enforced {
                zone["aws"] = json!({ "security_group_id": format!("sg-{at}") });
            }
            (format!("z{at}"), zone)
        });
        let flows = self.flows.iter().enumerate().map(|(at, (from, to, service))| {
            let flow = json!({ "from": [format!("z{from}")], "to": [format!("z{to}")], "services": [service] });
            (format!("f{at}"), flow)
        });
        let [zones, flows] = [zones.collect::<Map<_, _>>(), flows.collect::<Map<_, _>>()];
        json!({ "zone": zones, "flow": flows, "directions": self.directions })
    }
}
