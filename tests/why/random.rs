//! Random layouts: the answer is that of the oracle, at both ends.

use super::{ask, document};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value as Json, json};

const SERVICES: [&str; 6] = ["tcp/80", "tcp/80-90", "tcp/443", "udp/53", "icmp", "any"];
const ASKED: [&str; 6] = ["tcp/80", "tcp/85-90", "tcp/443", "udp/53", "icmp", "esp"];

/// Whether a service has all of what is asked.
fn has(service: &str, asked: &str) -> bool {
    service == "any"
        || service == asked
        || (service == "tcp/80-90" && ["tcp/80", "tcp/85-90"].contains(&asked))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if std::env::var_os("PORTMATRIX_LONG").is_some() { 120 } else { 40 }))]

    #[test]
    fn answers_agree_with_what_flows_need(
        enforced in vec(any::<bool>(), 4),
        flows in vec((0..4usize, 0..4usize, select(&SERVICES[..])), 1..8),
        directions in select(vec![json!(["ingress", "egress"]), json!(["ingress"]), json!(["egress"])]),
        by_address in any::<bool>(),
    ) {
        let zones: Map<String, Json> = (0..4)
            .map(|at| {
                let mut zone = json!({ "components": [], "ipv4": { "a": format!("10.0.{at}.0/24") } });
                if enforced[at] {
                    zone["aws"] = json!({ "security_group_id": format!("sg-{at}") });
                }
                (format!("z{at}"), zone)
            })
            .collect();
        let named: Map<String, Json> = flows
            .iter()
            .enumerate()
            .map(|(at, (from, to, service))| (format!("f{at}"), json!({ "from": [format!("z{from}")], "to": [format!("z{to}")], "services": [service] })))
            .collect();
        let document = document(&json!({ "zone": zones, "flow": named, "directions": directions }), &[]);
        let is_on = |way: &str| directions.as_array().unwrap().contains(&json!(way));
        for from in 0..4 {
            for to in 0..4 {
                for asked in ASKED {
                    let needed = flows.iter().any(|it| (it.0, it.1) == (from, to) && has(it.2, asked));
                    let filtered = (enforced[from] && is_on("egress")) || (enforced[to] && is_on("ingress"));
                    let end = |zone: usize| if by_address { format!("10.0.{zone}.9") } else { format!("z{zone}") };
                    let answer = ask(&document, &format!("{} {} {asked}", end(from), end(to)), &[]);
                    let expected = match (needed, filtered) {
                        (_, false) => "Not filtered",
                        (true, true) => "Permitted",
                        (false, true) => "Refused",
                    };
                    prop_assert!(answer.out.starts_with(expected), "{} z{} {}: {}", from, to, asked, answer.out);
                    prop_assert_eq!(answer.code == 0, expected == "Permitted");
                    prop_assert!(answer.out.lines().count() <= 12);
                }
            }
        }
    }
}
