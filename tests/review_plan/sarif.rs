//! Reviews in SARIF, held against the schema of the format.

use crate::review_plan::document::{created, in_place, ingress, plan};
use crate::review_plan::{review, rogue};
use crate::support::sarif::schema;
use serde_json::Value;

fn sarif(text: &str) -> Value {
    let ran = review(
        text.as_bytes(),
        &["--format", "sarif", "--fail-on", "never"],
    );
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    serde_json::from_str(&ran.out).unwrap()
}

#[test]
fn it_keeps_to_its_schema() {
    let validator = jsonschema::validator_for(&schema()).unwrap();
    for text in [plan(&in_place(), &[]), rogue(), plan(&in_place()[..1], &[])] {
        let log = sarif(&text);
        let errors: Vec<String> = validator
            .iter_errors(&log)
            .map(|it| format!("{it} at {}", it.instance_path()))
            .collect();
        assert_eq!(errors, [""; 0]);
    }
    // The schema does refuse.
    let mut wrong = sarif(&rogue());
    wrong["runs"][0]["results"][0]["level"] = "bad".into();
    assert!(!validator.is_valid(&wrong));
}

#[test]
fn results_say_where_and_name_their_kind() {
    let log = sarif(&rogue());
    let run = &log["runs"][0];
    let result = &run["results"][0];
    let rule = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
    assert_eq!(run["tool"]["driver"]["rules"][rule]["id"], "extra");
    assert_eq!(
        run["tool"]["driver"]["informationUri"],
        env!("CARGO_PKG_REPOSITORY")
    );
    assert_eq!(
        (&result["ruleId"], &result["level"]),
        (&"extra".into(), &"error".into())
    );
    let place = &result["locations"][0];
    assert_eq!(
        place["logicalLocations"][0]["fullyQualifiedName"],
        "aws_vpc_security_group_ingress_rule.ssh"
    );
    assert_eq!(place["physicalLocation"]["artifactLocation"]["uri"], "-");
}

/// A finding is known again when its traffic changes, and never taken for another.
#[test]
fn fingerprints_last_and_differ() {
    let prints = |blocks: &[&str]| {
        let mut changes = in_place();
        for (at, block) in blocks.iter().enumerate() {
            let address = format!("aws_vpc_security_group_ingress_rule.rogue[{at}]");
            changes.push(created(&address, ingress(22, block)));
        }
        let log = sarif(&plan(&changes, &[]));
        let mut prints: Vec<String> = log["runs"][0]["results"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| {
                it["partialFingerprints"]["primaryLocationLineHash"]
                    .as_str()
                    .unwrap()
                    .to_owned()
            })
            .collect();
        prints.sort();
        prints
    };
    let both = prints(&["10.0.0.0/8", "172.16.0.0/12"]);
    assert_eq!(both.len(), 2);
    assert_ne!(both[0], both[1]);
    assert_eq!(both, prints(&["10.0.0.0/9", "192.168.0.0/16"]));
    assert_eq!(both[0], prints(&["10.0.0.0/8"])[0]);
}
