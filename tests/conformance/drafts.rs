//! Random layouts of which a random part is known only after apply.

use crate::support::core::{Core, UNKNOWN};
use portmatrix::terraform::value::Value;
use proptest::collection::btree_map;
use proptest::prelude::*;
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};

/// Addresses as users give them: narrow, wide, everything. Only everything can be in two zones.
fn blocks(zone: usize) -> impl Strategy<Value = BTreeMap<String, String>> {
    let block = (0..6u8).prop_map(move |it| match it {
        0 => "0.0.0.0/0".to_owned(),
        it => format!("10.{zone}.{it}.0/24"),
    });
    btree_map(
        prop::sample::select(vec!["a".to_owned(), "b".to_owned()]),
        block,
        1..=2,
    )
}

#[derive(Clone, Debug)]
struct Draft {
    blocks: Vec<BTreeMap<String, String>>,
    components: Vec<Vec<&'static str>>,
    grouped: Vec<bool>,
    trust: Vec<&'static str>,
    hidden_blocks: Vec<bool>,
    hidden_groups: Vec<bool>,
    fail_on: &'static str,
    verbose: bool,
    accept: bool,
}

fn draft() -> impl Strategy<Value = Draft> {
    const ZONES: usize = 3;
    let component = prop::sample::select(vec![
        "kong.client",
        "kong.node",
        "kong.admin",
        "kong.postgresql",
        "kong.control-plane",
        "kong.data-plane",
    ]);
    let each = |it: BoxedStrategy<bool>| prop::collection::vec(it, ZONES);
    (
        (0..ZONES).map(|it| blocks(it).boxed()).collect::<Vec<_>>(),
        prop::collection::vec(prop::collection::vec(component, 0..3), ZONES),
        each(any::<bool>().boxed()),
        prop::collection::vec(
            prop::sample::select(vec!["public", "internal", "dmz"]),
            ZONES,
        ),
        each(any::<bool>().boxed()),
        each(any::<bool>().boxed()),
        prop::sample::select(vec!["error", "warning", "never"]),
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(
            |(
                blocks,
                components,
                grouped,
                trust,
                hidden_blocks,
                hidden_groups,
                fail_on,
                verbose,
                accept,
            )| Draft {
                blocks,
                components,
                grouped,
                trust,
                hidden_blocks,
                hidden_groups,
                fail_on,
                verbose,
                accept,
            },
        )
}

impl Draft {
    fn config(&self, at_plan: bool) -> Json {
        let mut config = json!({ "fail_on": self.fail_on, "verbose": self.verbose, "zone": {}, "product": { "kong": { "version": "3.9" } } });
        if self.accept {
            config["accept"] = json!([{ "code": "exposed", "subject": "*", "reason": "a test" }]);
        }
        for at in 0..self.blocks.len() {
            let hide = |hidden: bool, text: &str| {
                if at_plan && hidden {
                    UNKNOWN.to_owned()
                } else {
                    text.to_owned()
                }
            };
            let blocks: BTreeMap<&String, String> = self.blocks[at]
                .iter()
                .map(|(name, it)| (name, hide(self.hidden_blocks[at], it)))
                .collect();
            let mut zone = json!({ "components": self.components[at], "trust": self.trust[at], "ipv4": blocks });
            if self.grouped[at] {
                zone["aws"] = json!({ "security_group_id": hide(self.hidden_groups[at], &format!("sg-{at}")) });
            }
            config["zone"][format!("z{at}")] = zone;
        }
        config
    }

    /// Whether an error is one that this layout asks for.
    fn asks_for(&self, error: &str) -> bool {
        match error.split(':').next().unwrap() {
            "component-unplaced" | "nothing-enforced" => self.fail_on == "warning",
            "exposed" => self.fail_on != "never" && !self.accept,
            "duplicate-address" => {
                let all: Vec<&String> = self.blocks.iter().flat_map(BTreeMap::values).collect();
                let distinct: BTreeSet<&&String> = all.iter().collect();
                distinct.len() < all.len()
            }
            _ => false,
        }
    }
}

proptest! {
    #![proptest_config(crate::support::properties!(250))]

    /// Plan equals apply: whatever is unknown at plan, what was known stays. An apply fails only by a mistake that the draft has, or
    /// by a finding that it lets fail.
    #[test]
    fn what_was_planned_is_applied(draft in draft()) {
        let applied = Core::default().apply(&Value::Null, &draft.config(true), &draft.config(false));
        for error in applied.err().unwrap_or_default() {
            prop_assert!(draft.asks_for(&error), "{error}");
        }
    }
}
