//! Random layouts: the answer is that of the oracle, at both ends.

use super::{ask, document};
use crate::support::layouts::{FourZones, four_zones};
use proptest::prelude::*;

const SERVICES: [&str; 6] = ["tcp/80", "tcp/80-90", "tcp/443", "udp/53", "icmp", "any"];
const ASKED: [&str; 6] = ["tcp/80", "tcp/85-90", "tcp/443", "udp/53", "icmp", "esp"];

/// Whether a service has all of what is asked.
fn has(service: &str, asked: &str) -> bool {
    service == "any"
        || service == asked
        || (service == "tcp/80-90" && ["tcp/80", "tcp/85-90"].contains(&asked))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if std::env::var_os("PORTMATRIX_LONG").is_some() { 60 } else { 20 }))]

    #[test]
    fn answers_agree_with_what_flows_need(
        layout in four_zones(&SERVICES, 1..8),
        by_address in any::<bool>(),
    ) {
        let document = document(&layout.json(), &[]);
        let FourZones { enforced, flows, directions } = layout;
        let is_on = |way: &str| directions.contains(&way);
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
