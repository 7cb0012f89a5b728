//! The report of a company's largest layout.

use crate::{Bar, milliseconds, timed};
use portmatrix::catalog::Catalog;
use portmatrix::model::secret::Secrets;
use portmatrix::policy::Policy;
use portmatrix::provider::{Input, report};
use portmatrix::report::Format;
use serde_json::{Map, Value, json};
use std::time::Duration;

const ZONES: usize = 300;
const RULES: usize = 20_000;

pub(crate) fn bars() -> Vec<Bar> {
    let values = values();
    let input = Input {
        name: "portmatrix_rules.it".to_owned(),
        origin: "the bench".to_owned(),
        values: &values,
        unknown: &Value::Null,
        before: None,
        is_destroyed: false,
        secrets: Secrets::default(),
        catalog: Catalog::default(),
        policy: Policy::default(),
        day: None,
    };
    let (taken, size) = timed(|| {
        let made = report(&input).expect("a report");
        made.text(Format::Html).len()
    });
    vec![
        Bar {
            what: format!("make the page of {ZONES} zones and {RULES} rules"),
            measured: milliseconds(taken),
            limit: "<= 3 s",
            met: taken <= Duration::from_secs(3),
        },
        Bar {
            what: "its size".to_owned(),
            measured: format!("{}.{} MB", size / 1_000_000, size / 100_000 % 10),
            limit: "<= 20 MB",
            met: size <= 20_000_000,
        },
    ]
}

/// A resource as a state has it: ten thousand connections, each with a rule at both ends.
fn values() -> Value {
    let name = |at: usize| format!("zone-{at}");
    let (mut zones, mut flows, mut rules) = (Map::new(), Map::new(), Map::new());
    for at in 0..ZONES {
        let zone = json!({
            "components": [], "ipv4": { "a": format!("10.{}.{}.0/24", at / 200, at % 200) },
            "aws": [{ "security_group_id": format!("sg-{at:08x}") }],
        });
        zones.insert(name(at), zone);
    }
    for at in 0..RULES / 2 {
        let (from, to) = (name(at % ZONES), name((at + 1 + at / ZONES * 7) % ZONES));
        let (port, flow) = (1024 + at % 500, format!("f{}", at % 2000));
        flows.insert(
            flow.clone(),
            json!({ "from": [from], "to": [to], "services": [format!("tcp/{port}")], "purpose": format!("Purpose of {flow}") }),
        );
        for (zone, direction, peer) in [(&from, "egress", &to), (&to, "ingress", &from)] {
            let rule = json!({
                "zone": zone, "direction": direction, "peer_zone": peer, "peer_trust": "internal", "transport": "tcp",
                "from_port": port, "to_port": port, "plane": "data", "required": true, "flows": [flow],
            });
            rules.insert(format!("{zone}/{direction}/tcp-{port}/{peer}"), rule);
        }
    }
    json!({ "zone": zones, "flow": flows, "rules": rules, "counts": {}, "digests": {}, "findings": [] })
}
