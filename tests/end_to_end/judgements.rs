//! Judgements on a layout without mistakes: what stops a plan, and what the user may say to it.

use crate::end_to_end::Test;
use crate::end_to_end::cli::{Cli, Root};
use crate::end_to_end::mistakes::GOOD;

pub(crate) const TESTS: &[Test] = &[
    ("an_exposure_can_be_accepted", an_exposure_can_be_accepted),
    ("judgements_are_governed_by_fail_on", judgements),
    (
        "a_judgement_may_stop_a_destroy",
        a_judgement_may_stop_a_destroy,
    ),
];

const EXPOSING: (&str, &str) = (
    "components = [\"kong.client\"]",
    "components = [\"kong.client\", \"kong.admin\"]",
);

/// An administrator in the internet stops the plan, until an `accept` block says why it is intended.
fn an_exposure_can_be_accepted(cli: &Cli) {
    let bad = GOOD.replace(EXPOSING.0, EXPOSING.1);
    let root = Root::new(cli, &bad);
    let run = root.run(&["plan"]);
    run.fails();
    run.says("exposed: open beyond its intended audience");
    run.says("`kong.admin-https` (`tcp/8444`, plane `admin`) is for `internal` use, but zone `internet` (trust `public`) can reach it");
    run.says("`accept` block with the reason");
    run.does_not_say("`kong.proxy-https` (");

    let accept = "\n  accept {\n    code    = \"exposed\"\n    subject = \"dmz/kong.*/internet\"\n    reason  = \"a lab without data\"\n  }\n\n  flow \"time\"";
    root.main(&bad.replace("\n  flow \"time\"", accept));
    let run = root.run(&["apply", "-auto-approve"]);
    run.succeeds();
    run.does_not_say("exposed: open");
    root.has_nothing_to_do();

    // One that matches nothing is not silent.
    root.main(&GOOD.replace("\n  flow \"time\"", accept));
    let run = root.run(&["plan"]);
    run.succeeds();
    run.says("acceptance-unused");
}

/// `fail_on` decides which judgements stop a plan, and never hides a mistake.
fn judgements(cli: &Cli) {
    let with = |text: &str, fail_on: &str| {
        text.replace(
            "  directions",
            &format!("  fail_on = \"{fail_on}\"\n  directions"),
        )
    };
    let exposed = GOOD.replace(EXPOSING.0, EXPOSING.1);
    let root = Root::new(cli, &with(&exposed, "never"));
    let run = root.run(&["plan"]);
    run.succeeds();
    run.says("Warning: exposed");

    let unplaced = GOOD.replace("kong.postgresql", "kong.redis");
    root.main(&unplaced);
    let run = root.run(&["plan"]);
    run.succeeds();
    run.says("Warning: component-unplaced");
    root.main(&with(&unplaced, "warning"));
    let run = root.run(&["plan"]);
    run.fails();
    run.says("Error: component-unplaced");

    root.main(&with(
        &GOOD.replace("10.99.0.0/16", "10.99.0.1/16"),
        "never",
    ));
    root.run(&["plan"]).fails();
}

/// Before it destroys, a CLI plans the configuration to refresh it. The guide names two ways out.
fn a_judgement_may_stop_a_destroy(cli: &Cli) {
    let never = |text: &str| text.replace("  directions", "  fail_on = \"never\"\n  directions");
    let exposed = GOOD.replace(EXPOSING.0, EXPOSING.1);
    let root = Root::new(cli, &never(&exposed));
    let emptied = |root: &Root| assert_eq!(root.run(&["state", "list"]).stdout.trim(), "");
    root.apply();
    root.main(&exposed);
    let run = root.run(&["destroy", "-auto-approve"]);
    run.fails();
    run.says("exposed: open beyond its intended audience");
    root.run(&["destroy", "-auto-approve", "-refresh=false"])
        .succeeds();
    emptied(&root);
    root.main(&never(&exposed));
    root.apply();
    root.destroy();
    emptied(&root);
}
