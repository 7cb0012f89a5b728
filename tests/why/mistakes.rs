//! Wrong usage, and what cannot be answered.

use super::{ask, document, kong};
use crate::review_plan::document::{created, plan};
use crate::support::core::Core;
use portmatrix::terraform::value::Value;
use serde_json::json;

#[test]
fn wrong_words_are_errors_with_what_to_write() {
    let document = document(&kong(), &[]);
    for (question, arguments, words) in [
        ("dm control tcp/1", &[][..], "did you mean `dmz`?"),
        ("dmz nowhere tcp/1", &[], "expected one of"),
        ("dmz control 443", &[], "tcp/443"),
        ("dmz control tpc/443", &[], "not a transport"),
        ("10.0.0.1/8 control tcp/443", &[], "10.0.0.0/8"),
        ("dmz control", &[], "`why` needs"),
        ("dmz control tcp/1 more", &[], "unexpected argument"),
        (
            "dmz control tcp/1",
            &["--rules", "portmatrix_rules.other"],
            "it has `portmatrix_rules.it`",
        ),
        (
            "dmz control tcp/1",
            &["--format", "xml"],
            "expected `text` or `json`",
        ),
        ("dmz control tcp/1", &["--as-of", "2027-02-29"], "not a day"),
        (
            "dmz control tcp/1",
            &["--definitions", "nothing.toml"],
            "cannot read `nothing.toml`",
        ),
        (
            "dmz control tcp/1",
            &["--definitions", "README.md"],
            "README",
        ),
    ] {
        let answer = ask(&document, question, arguments);
        assert_eq!(answer.code, 2, "{question}: {}", answer.out);
        if words != "README" {
            assert!(answer.out.contains(words), "{question}: {}", answer.out);
        }
    }
}

#[test]
fn several_resources_have_to_be_told_apart() {
    let state = Core::default().plan(&Value::Null, &kong()).state.to_json();
    let both = ["portmatrix_rules.a", "module.x.portmatrix_rules.b[\"eu\"]"]
        .map(|it| created(it, state.clone()));
    let document = plan(&both, &[]);
    let answer = ask(&document, "dmz control tcp/8005", &[]);
    assert_eq!(answer.code, 2);
    assert!(
        answer.out.contains("`module.x.portmatrix_rules.b[\"eu\"]`"),
        "{}",
        answer.out
    );
    let chosen = ask(
        &document,
        "dmz control tcp/8005",
        &["--rules", "portmatrix_rules.a"],
    );
    assert_eq!(chosen.code, 0, "{}", chosen.out);
    let none = ask(&plan(&[], &[]), "dmz control tcp/8005", &[]);
    assert!(
        none.code == 2 && none.out.contains("no `portmatrix_rules`"),
        "{}",
        none.out
    );
}

/// In a first plan, groups are unknown; the answer is the same.
#[test]
fn groups_that_are_not_known_yet_do_not_matter() {
    let mut json: serde_json::Value = serde_json::from_str(&document(&kong(), &[])).unwrap();
    let change = &mut json["resource_changes"][0]["change"];
    for zone in ["dmz", "control"] {
        change["after"]["zone"][zone]["aws"][0]
            .as_object_mut()
            .unwrap()
            .remove("security_group_id");
        change["after_unknown"]["zone"][zone]["aws"] = json!([{ "security_group_id": true }]);
    }
    let answer = ask(&json.to_string(), "dmz control tcp/8005", &[]);
    assert_eq!(answer.code, 0, "{}", answer.out);
    let change = &mut json["resource_changes"][0]["change"];
    change["after_unknown"]["zone"]["dmz"]["components"] = json!(true);
    let answer = ask(&json.to_string(), "dmz control tcp/8005", &[]);
    assert!(
        answer.code == 2 && answer.out.contains("known only after apply"),
        "{}",
        answer.out
    );
}

/// Zones as data are read as those in blocks.
#[test]
fn a_layout_as_data_gives_the_same_answer() {
    let mut data = kong();
    let object = data.as_object_mut().unwrap();
    for (block, argument) in [("zone", "zones"), ("product", "products")] {
        let it = object.remove(block).unwrap();
        object.insert(argument.to_owned(), it);
    }
    let (blocks, data) = (document(&kong(), &[]), document(&data, &[]));
    for question in [
        "dmz control tcp/8005",
        "ops control tcp/8001",
        "internet data tcp/5432",
        "10.99.0.7 control tcp/8444",
    ] {
        assert_eq!(
            ask(&data, question, &[]).out,
            ask(&blocks, question, &[]).out
        );
    }
}
