//! What a plan says of changes to zones: rules that end, and addresses that move to other names.

use crate::conformance::peer_by::everywhere;
use crate::conformance::{codes, with};
use crate::support::core::Core;
use portmatrix::terraform::diagnostic::Level;
use portmatrix::terraform::value::Value;
use serde_json::{Value as Json, json};

#[test]
fn rules_of_a_zone_that_is_no_longer_enforced_are_announced() {
    let core = Core::default();
    let mut enforced = everywhere("group");
    enforced["zone"]["app"]["aws"] = json!({ "security_group_id": "sg-a" });
    enforced["zone"]["pg"]["aws"] = json!({ "security_group_id": "sg-p" });
    enforced["zone"]["pg"]["host"] = Json::Null;
    let state = core.apply(&Value::Null, &enforced, &enforced).unwrap();
    let ended = with(enforced, "/zone/app/enforce", json!(false));
    let planned = core.plan(&state, &ended);
    assert_eq!(
        codes(&planned.diagnostics, Level::Warning),
        ["enforcement-ended"]
    );
    let detail = &planned.diagnostics[0].detail;
    for words in [
        "zone `app`",
        "1 in `aws_egress` (AWS then denies",
        "`azure_rules` (",
        "`gcp_rules` (",
        "1 in `openstack_rules`",
        "1 in `kubernetes_policies`",
        "1 in `nftables`",
    ] {
        assert!(detail.contains(words), "{words}: {detail}");
    }
    // Nothing of it is in the state, and the next plan is silent.
    let after = core.apply(&state, &ended, &ended).unwrap();
    assert_eq!(core.plan(&after, &ended).diagnostics, []);
    assert_eq!(core.plan(&Value::Null, &ended).diagnostics, []);
}

#[test]
fn addresses_that_move_among_names_are_announced() {
    let core = Core::default();
    let config = |blocks: Json| {
        json!({
            "zone": {
                "office": { "components": ["elasticsearch.client"], "ipv4": blocks },
                "es": { "components": ["elasticsearch.node"], "aws": { "security_group_id": "sg-a" } },
            },
            "product": { "elasticsearch": { "version": "9" } },
        })
    };
    let warnings = |before: &Json, after: &Json| {
        let state = core
            .apply(
                &Value::Null,
                &config(before.clone()),
                &config(before.clone()),
            )
            .unwrap();
        core.plan(&state, &config(after.clone())).diagnostics
    };
    let three = json!({ "0": "10.0.1.0/24", "1": "10.0.2.0/24", "2": "10.0.3.0/24" });
    let four =
        json!({ "0": "10.0.0.0/24", "1": "10.0.1.0/24", "2": "10.0.2.0/24", "3": "10.0.3.0/24" });
    for (before, after) in [(&three, &four), (&four, &three)] {
        let found = warnings(before, after);
        assert_eq!(codes(&found, Level::Warning), ["addresses-moved"]);
        assert!(
            found[0].detail.contains("zone `office`") && found[0].detail.contains("`1`, `2`"),
            "{}",
            found[0].detail
        );
    }
    // Names that are the addresses, an address that is new, one that goes and one that is renamed push nothing aside.
    let themselves = |blocks: &[&str]| -> Json {
        blocks
            .iter()
            .map(|it| ((*it).to_owned(), json!(it)))
            .collect::<serde_json::Map<_, _>>()
            .into()
    };
    let (two, more) = (
        themselves(&["10.0.2.0/24", "10.0.3.0/24"]),
        themselves(&["10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/24"]),
    );
    assert_eq!(warnings(&two, &more), []);
    assert_eq!(warnings(&more, &two), []);
    assert_eq!(
        warnings(
            &json!({ "a": "10.0.1.0/24" }),
            &json!({ "a": "10.0.9.0/24" })
        ),
        []
    );
    let renamed = warnings(
        &json!({ "a": "10.0.1.0/24" }),
        &json!({ "b": "10.0.1.0/24" }),
    );
    assert_eq!(codes(&renamed, Level::Warning), ["key-renamed"]);
    // In data too, at the user's own key.
    let data = |blocks: Json| {
        let blocks = config(blocks);
        json!({ "zones": blocks["zone"], "products": blocks["product"] })
    };
    let state = core
        .apply(&Value::Null, &data(three.clone()), &data(three.clone()))
        .unwrap();
    let found = core.plan(&state, &data(four)).diagnostics;
    assert_eq!(codes(&found, Level::Warning), ["addresses-moved"]);
    assert!(
        format!("{:?}", found[0].path).contains("zones"),
        "{:?}",
        found[0].path
    );
}
