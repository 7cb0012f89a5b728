//! Rulesets on hosts that exchange real packets, in network namespaces of this machine. Where those cannot be made, the tests are shown as
//! ignored, and a line that begins with `SKIPPED` says what is missing.

mod first_load;
mod lab;
mod translated;
mod vrrp;

use crate::support::core::Core;
use libtest_mimic::Trial;
use portmatrix::terraform::value::Value;
use serde_json::Value as Json;

/// Whether a test can run here, or why not.
type Needed = Result<(), String>;

const TESTS: [(&str, fn()); 5] = [
    ("what_is_forwarded_passes_by_default", translated::silent),
    (
        "published_ports_are_open_to_whom_the_layout_says",
        translated::ingress,
    ),
    (
        "a_first_load_stalls_what_only_the_host_sends",
        first_load::stalls,
    ),
    (
        "a_first_load_keeps_connections_after_a_warm_up",
        first_load::keeps_connections_after_a_warm_up,
    ),
    (
        "what_pods_send_in_the_name_of_their_host_is_judged",
        translated::both,
    ),
];

const WITH_KEEPALIVED: [(&str, fn()); 2] = [
    ("vrrp_elects_one_master", vrrp::elects_one),
    (
        "unicast_rules_elect_two_masters",
        vrrp::unicast_rules_elect_two,
    ),
];

pub(crate) fn trials() -> Vec<Trial> {
    let spaces = lab::missing();
    let both = spaces.clone().and_then(|()| vrrp::missing());
    let mut trials = made("packets", &TESTS, &spaces);
    trials.extend(made("packets of VRRP", &WITH_KEEPALIVED, &both));
    trials
}

fn made(what: &str, tests: &[(&'static str, fn())], needed: &Needed) -> Vec<Trial> {
    if let Err(why) = needed {
        eprintln!("SKIPPED: {} tests of {what} because {why}", tests.len());
    }
    let trial = |(name, test): &(&'static str, fn())| {
        let (test, needed) = (*test, needed.clone());
        let is_ignored = needed.is_err();
        let trial = Trial::test(format!("packets::{name}"), move || {
            needed?;
            test();
            Ok(())
        });
        trial.with_ignored_flag(is_ignored)
    };
    tests.iter().map(trial).collect()
}

/// The ruleset that a plan of a layout has for a zone.
fn ruleset(layout: &Json, zone: &str) -> String {
    let answer = Core::default().plan(&Value::Null, layout);
    assert!(answer.errors().is_empty(), "{:?}", answer.diagnostics);
    let text = answer.state.get("nftables").get(zone).as_str();
    text.expect("a ruleset").to_owned()
}
