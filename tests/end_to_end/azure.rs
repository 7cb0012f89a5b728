//! Azure's priorities over real applies: a rule that stays keeps its number, whatever comes, goes, moves or is renamed.

use crate::end_to_end::Test;
use crate::end_to_end::cli::{Cli, Root, example};
use std::collections::BTreeMap;

pub(crate) const TESTS: &[Test] = &[
    ("priorities_stay_over_the_years", priorities_stay),
    ("the_example_shows_every_argument", every_argument),
];

/// The number of each rule, by its address.
type Numbers = BTreeMap<String, u64>;

fn numbers(root: &Root<'_>) -> Numbers {
    let outputs = root.outputs();
    let priorities = outputs["priorities"].as_object().expect("priorities");
    let number = |it: &serde_json::Value| it.as_u64().expect("a number");
    priorities
        .iter()
        .map(|(key, it)| (key.clone(), number(it)))
        .collect()
}

/// Applies a change. What stays has its number, and its resource is not touched; what comes takes the number of nothing that
/// was there before. Ends with an empty plan.
fn change(root: &Root<'_>, edits: &[(&str, &str)], comes: usize, goes: usize) -> Numbers {
    let before = numbers(root);
    root.edit("main.tf", edits);
    let plan = root.plan();
    let rules = |action: &str| -> Vec<String> {
        let with = plan.with_action(action);
        with.into_iter()
            .filter(|it| it.starts_with("terraform_data.rule["))
            .collect()
    };
    assert_eq!(rules("create").len(), comes, "{}", plan.said);
    assert_eq!(rules("delete").len(), goes, "{}", plan.said);
    assert_eq!(rules("update"), [""; 0], "{}", plan.said);
    root.run(&["apply", "saved.tfplan"]).succeeds();
    root.has_nothing_to_do();
    let after = numbers(root);
    assert_eq!(after.len(), before.len() + comes - goes);
    // The network security group and the direction: `gateways` and `edge` are one zone before and after it is renamed.
    let group = |key: &str| {
        let parts: Vec<&str> = key.splitn(3, '/').collect();
        (parts[0] == "data", parts[1].to_owned())
    };
    for (key, number) in &after {
        if let Some(old) = before.get(key) {
            assert_eq!(old, number, "{key}");
            continue;
        }
        let taken = before
            .iter()
            .any(|(other, it)| it == number && group(other) == group(key));
        assert!(!taken, "{key} takes {number} of another");
    }
    after
}

fn priorities_stay(cli: &Cli) {
    let root = Root::example(cli, "azure");
    root.apply();
    root.has_nothing_to_do();
    let first = numbers(&root);
    assert_eq!(first.len(), 14, "{first:?}");
    assert_eq!(first["gateways/ingress/any/*:deny"], 4096);
    assert_eq!(first["gateways/ingress/any/AzureLoadBalancer:tag"], 4095);
    assert_eq!(first["data/egress/any/*:deny"], 4096);
    // A flow comes, whose key sorts before the others.
    let flow = "  product \"kong\" {";
    let added = format!(
        "  flow \"agent\" {{\n    from = [\"ops\"]\n    to = [\"gateways\"]\n    services = [\"tcp/22\"]\n  }}\n{flow}"
    );
    change(&root, &[(flow, &added)], 1, 0);
    // One goes, in the middle, and in the same apply another comes.
    let disable = "disable = [\"admin-http\", \"manager-http\"]";
    let fewer = "disable = [\"admin-http\", \"manager-http\", \"manager-https\"]";
    let ports = ("\"tcp/22\"", "\"tcp/23\"");
    change(&root, &[(disable, fewer), ports], 1, 2);
    // What went comes back: its number is free by now.
    change(&root, &[(fewer, disable)], 1, 0);
    // Zones in another order, and of another trust.
    let main = root.read("main.tf");
    let ops = main.find("  zone \"ops\"").expect("a zone");
    let end = main.find("  product \"kong\"").expect("a product");
    let flow = main.find("  flow \"agent\"").expect("a flow");
    let zone = &main[ops..flow.min(end)];
    let without = main.replacen(zone, "", 1);
    let moved = without.replacen(
        "  zone \"internet\"",
        &format!("{zone}  zone \"internet\""),
        1,
    );
    root.write("main.tf", &moved);
    root.has_nothing_to_do();
    // A new name for a zone is a new key for each of its rules, and none takes the number of one that goes.
    let renamed = change(
        &root,
        &[
            ("zone \"gateways\"", "zone \"edge\""),
            ("to = [\"gateways\"]", "to = [\"edge\"]"),
        ],
        12,
        12,
    );
    let finals = [
        "edge/ingress/any/*:deny",
        "edge/ingress/any/AzureLoadBalancer:tag",
    ];
    let last: Vec<u64> = finals.iter().map(|it| renamed[*it]).collect();
    let highest = renamed
        .iter()
        .filter(|(key, _)| key.starts_with("edge/ingress/tcp"))
        .map(|(_, it)| *it);
    assert!(highest.max() < last.iter().min().copied());
    root.destroy();
}

/// The block in the comment is what users copy: it names every argument of a row, each after itself.
fn every_argument(_: &Cli) {
    let text = std::fs::read_to_string(example("azure").join("main.tf")).expect("an example");
    for column in portmatrix::render::azure::COLUMNS {
        let found = text.lines().any(|line| {
            let mut words = line.trim_start_matches("# ").split_whitespace();
            let value = format!("each.value.{}", column.name);
            words.next() == Some(column.name) && words.nth(1) == Some(value.as_str())
        });
        assert!(found, "{}", column.name);
    }
}
