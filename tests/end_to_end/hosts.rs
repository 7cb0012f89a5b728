//! Rulesets for hosts, from the plan into `nft`.

use crate::end_to_end::Test;
use crate::end_to_end::cli::{Cli, Root};
use crate::end_to_end::plan::unknown_paths;
use crate::nftables::nft::Nft;

pub(crate) const TESTS: &[Test] = &[
    ("nft_accepts_the_planned_rulesets", planned),
    ("a_ruleset_waits_for_an_address", waiting),
];

const RULES: &str = "portmatrix_rules.on_prem";

/// The first plan has whole rulesets, and the resources that bring them to hosts, one for each zone.
fn planned(cli: &Cli) {
    let nft = Nft::find().expect("tests of hosts run where `nft` is");
    let root = Root::example(cli, "on-prem");
    let plan = root.plan();
    let rulesets = plan.after(RULES)["nftables"].as_object().expect("a map");
    assert_eq!(
        rulesets.keys().collect::<Vec<_>>(),
        ["databases", "gateways"]
    );
    for (zone, text) in rulesets {
        let text = text.as_str().expect("a text");
        assert_eq!(nft.check(text), Ok(()), "{text}");
        assert!(text.contains(" tcp dport 22 accept"), "{text}");
        let file = &plan.after(&format!("terraform_data.ruleset[\"{zone}\"]"))["input"];
        assert_eq!(file, text);
    }
}

/// An address that is known only after apply keeps back the rulesets that name it, and neither the keys nor the others.
fn waiting(cli: &Cli) {
    let nft = Nft::find().expect("tests of hosts run where `nft` is");
    let root = Root::example(cli, "on-prem");
    root.edit(
        "main.tf",
        &[
            (
                "branches = \"10.20.0.0/16\"",
                "branches = terraform_data.branches.output",
            ),
            (
                "resource \"portmatrix_rules\"",
                "resource \"terraform_data\" \"branches\" {\n  input = \"10.20.0.0/16\"\n}\n\nresource \"portmatrix_rules\"",
            ),
        ],
    );
    let plan = root.plan();
    assert_eq!(
        unknown_paths(&plan.unknown(RULES)["nftables"]),
        [".gateways"]
    );
    assert_eq!(plan.with_action("create").len(), 4);
    root.apply();
    root.has_nothing_to_do();
    let outputs = root.outputs();
    let text = outputs["rulesets"]["gateways"].as_str().expect("a text");
    assert_eq!(nft.check(text), Ok(()), "{text}");
    assert!(text.contains("10.20.0.0/16"), "{text}");
}
