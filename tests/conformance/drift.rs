//! What a plan says of a matrix that changed under the same configuration, and that it says nothing of the user's own changes.

use crate::conformance::codes;
use crate::conformance::findings::LAB;
use crate::conformance::with;
use crate::support::core::{Core, UNKNOWN};
use portmatrix::terraform::diagnostic::{Diagnostic, Severity};
use portmatrix::terraform::value::Value;
use serde_json::{Value as Json, json};

const CODE: &str = "catalogue-changed";

/// The lab with its product from the provider block.
fn lab() -> Json {
    with(crate::conformance::findings::lab(), "/product", json!({}))
}

/// The lab's product file with some of its texts replaced.
fn newer(edits: &[(&str, &str)]) -> String {
    edits.iter().fold(LAB.to_owned(), |text, (old, new)| {
        assert_eq!(text.matches(old).count(), 1, "{old}");
        text.replace(old, new)
    })
}

fn moved_port() -> String {
    newer(&[("default = \"81\"", "default = \"8444\"")])
}

/// A layout, and the product files of the provider block.
type Version<'t> = (&'t Json, &'t [&'t str]);

/// What the plan of the second says where the first is applied.
fn planned((config, files): Version<'_>, (newer, newer_files): Version<'_>) -> Vec<Diagnostic> {
    let core = Core::default();
    core.prepare(&json!({ "definitions": files }));
    let state = core.apply(&Value::Null, config, config).unwrap();
    core.prepare(&json!({ "definitions": newer_files }));
    core.plan(&state, newer).diagnostics
}

/// What it says of changed matrices.
fn told(first: Version<'_>, second: Version<'_>) -> Option<String> {
    let said = planned(first, second);
    let mut said = said.into_iter().filter(|it| it.summary.starts_with(CODE));
    let told = said.next().map(|it| it.detail);
    assert_eq!(said.next(), None, "one for all labels");
    told
}

/// The lines about flows.
fn lines(told: &str) -> Vec<&str> {
    let lines = told.lines().filter_map(|it| it.strip_prefix("      "));
    lines.collect()
}

#[test]
fn each_added_removed_or_changed_flow_is_named() {
    let file = newer(&[
        ("default = \"81\"", "default = \"8444\""),
        (
            "need = \"optional\"\npurpose = { en = \"mail\" }",
            "purpose = { en = \"mail\" }",
        ),
        (
            "exposure = \"group\"",
            "exposure = \"group\"\nneed = \"optional\"",
        ),
        (
            "from = \"user\"\nto = \"server\"\nservices = [\"tcp/{web}\"]",
            "from = \"operator\"\nto = \"server\"\nservices = [\"tcp/{web}\"]",
        ),
    ]);
    let told = told((&lab(), &[LAB]), (&lab(), &[&file])).unwrap();
    assert!(
        told.starts_with("the matrix of `lab`, version `1`, changed since the last apply, but no argument of the product did:"),
        "{told}"
    );
    assert_eq!(
        lines(&told),
        [
            "`lab.admin` changed: `tcp/81` → `tcp/8444`, from `ops` to `front`",
            "`lab.mail` added: `tcp/25`, `tcp/587`, from `front` to `ops`",
            "`lab.peers` removed: `icmp`, `udp/7946`, from `back` to `back`",
            "`lab.web` no longer: `tcp/80`, from `net` to `front`",
            "`lab.web` now also: `tcp/80`, from `ops` to `front`",
        ]
    );
}

#[test]
fn what_is_the_same_between_many_zones_is_one_line() {
    let many = with(
        lab(),
        "/zone/night",
        json!({ "components": ["lab.operator"], "ipv4": { "vpn": "10.10.0.0/16" } }),
    );
    let told = told((&many, &[LAB]), (&many, &[&moved_port()])).unwrap();
    assert_eq!(
        lines(&told),
        ["`lab.admin` changed: `tcp/81` → `tcp/8444`, from `night` to `front` and one more pair"]
    );
}

#[test]
fn a_changed_matrix_without_changed_traffic_is_reported() {
    let unused = newer(&[(
        "[port.web]",
        "[component.extra]\ntitle = \"Extra\"\nkind = \"external\"\n\n[port.web]",
    )]);
    let told_of = |file: &str| told((&lab(), &[LAB]), (&lab(), &[file])).unwrap();
    assert!(told_of(&unused).contains("; `rules` does not change in this layout"));
    let plane = newer(&[("plane = \"cluster\"", "plane = \"control\"")]);
    assert!(
        told_of(&plane).contains("; its rules carry the same traffic and differ only in `plane`")
    );
}

#[test]
fn changed_prose_is_not_a_change() {
    let prose = newer(&[("Take care.", "Take more care.")]);
    assert_eq!(told((&lab(), &[LAB]), (&lab(), &[&prose])), None);
}

#[test]
fn changes_by_the_user_are_not_catalogue_changes() {
    for (pointer, value) in [
        ("/product/lab", json!({ "ports": { "admin": "8444" } })),
        ("/product/lab", json!({ "disable": ["admin"] })),
        ("/product/lab", json!({ "enable": ["mail"] })),
        (
            "/product/lab",
            json!({ "advertised_ports": { "admin": "8444" } }),
        ),
        ("/product/lab", json!({ "definition": moved_port() })),
        ("/zone/ops/components", json!([])),
        (
            "/zone/back/components",
            json!(["lab.worker", "lab.operator"]),
        ),
        ("/directions", json!(["ingress"])),
        ("/merge", json!("all")),
    ] {
        let own = with(lab(), pointer, value);
        for files in [[LAB], [moved_port().as_str()]] {
            // A change of the layout hides no drift, one of the product's own arguments is why the matrix is another.
            let expected = files[0] != LAB && !pointer.starts_with("/product");
            let told = told((&lab(), &[LAB]), (&own, &files));
            assert_eq!(told.is_some(), expected, "{own}: {told:?}");
        }
    }
}

#[test]
fn changes_by_the_user_are_not_reported_with_those_of_the_catalogue() {
    let mut own = lab();
    own["zone"]["night"] =
        json!({ "components": ["lab.operator", "lab.user"], "ipv4": { "vpn": "10.10.0.0/16" } });
    own["zone"]["net"]["components"] = json!([]);
    let told = told((&lab(), &[LAB]), (&own, &[&moved_port()])).unwrap();
    assert_eq!(
        lines(&told),
        ["`lab.admin` changed: `tcp/81` → `tcp/8444`, from `ops` to `front`"]
    );
}

#[test]
fn an_empty_product_block_is_the_same_as_no_block() {
    let block = with(lab(), "/product/lab", json!({}));
    assert!(told((&lab(), &[LAB]), (&block, &[&moved_port()])).is_some());
    assert!(told((&block, &[LAB]), (&lab(), &[&moved_port()])).is_some());
    assert_eq!(told((&lab(), &[LAB]), (&block, &[LAB])), None);
}

#[test]
fn a_product_file_of_the_block_is_as_good_as_one_of_the_provider() {
    let file = |text: &str| with(lab(), "/product/lab", json!({ "definition": text }));
    let told = told((&file(LAB), &[]), (&file(&moved_port()), &[])).unwrap();
    assert!(
        told.starts_with("the matrix of `lab` changed since the last apply"),
        "{told}"
    );
    assert_eq!(lines(&told).len(), 1);
}

#[test]
fn a_version_that_is_newer_is_named_with_the_way_back() {
    let second = newer(&[
        ("\nversion = \"1\"", "\nversion = \"2\""),
        ("default = \"81\"", "default = \"8444\""),
    ]);
    let told_now = |now: &Json| told((&lab(), &[LAB]), (now, &[LAB, &second]));
    let told = told_now(&lab()).unwrap();
    assert!(
        told.starts_with("`lab` had version `1` at the last apply and now has `2`"),
        "{told}"
    );
    assert!(told.contains("Set `version = \"1\"` in the block `product \"lab\"`"));
    assert_eq!(lines(&told).len(), 1);
    // The way back brings no change, and is not told.
    let pinned = with(lab(), "/product/lab", json!({ "version": "1" }));
    assert_eq!(told_now(&pinned), None);
}

#[test]
fn every_label_is_named_once_and_each_by_its_own_flows() {
    let mut two = lab();
    two["product"]["lab-2"] = json!({ "name": "lab" });
    two["zone"]["ops"]["components"] = json!(["lab.operator", "lab-2.operator"]);
    two["zone"]["front"]["components"] = json!(["lab.server", "lab-2.server"]);
    let told = told((&two, &[LAB]), (&two, &[&moved_port()])).unwrap();
    assert_eq!(
        lines(&told),
        ["lab", "lab-2"].map(|label| format!(
            "`{label}.admin` changed: `tcp/81` → `tcp/8444`, from `ops` to `front`"
        ))
    );
}

#[test]
fn merged_rules_are_reported_as_such() {
    let joined = with(lab(), "/merge", json!("ports"));
    let mut joined = with(joined, "/product/lab", json!({ "ports": { "web": "80" } }));
    joined["zone"]["net"]["components"] = json!(["lab.user"]);
    joined["zone"]["ops"]["components"] = json!(["lab.operator", "lab.user"]);
    let told = told((&joined, &[LAB]), (&joined, &[&moved_port()])).unwrap();
    assert!(told.contains("in the ports of joined rules"), "{told}");
    assert_eq!(
        lines(&told),
        [
            "`lab.admin` changed: `tcp/80-81` → `tcp/8444`, from `ops` to `front`",
            "`lab.web` changed: `tcp/80-81` → `tcp/80`, from `ops` to `front`",
        ]
    );
}

#[test]
fn a_plan_that_fails_because_of_it_reports_it_too() {
    let private = newer(&[(
        "services = [\"tcp/{web}\"]\nplane = \"data\"\nexposure = \"public\"",
        "services = [\"tcp/{web}\"]\nplane = \"data\"\nexposure = \"internal\"",
    )]);
    let said = planned((&lab(), &[LAB]), (&lab(), &[&private]));
    assert_eq!(codes(&said, Severity::Error), ["exposed"]);
    assert!(codes(&said, Severity::Warning).contains(&CODE.to_owned()));
}

#[test]
fn unknown_values_are_not_catalogue_changes() {
    for (pointer, value, expected) in [
        (
            "/product/lab",
            json!({ "ports": { "admin": UNKNOWN } }),
            false,
        ),
        ("/product/lab", json!(UNKNOWN), false),
        ("/product", json!(UNKNOWN), false),
        ("/zone/ops/ipv4", json!(UNKNOWN), true),
        ("/zone/front/aws/security_group_id", json!(UNKNOWN), true),
    ] {
        let config = with(lab(), pointer, value);
        let told = told((&lab(), &[LAB]), (&config, &[&moved_port()]));
        assert_eq!(told.is_some(), expected, "{pointer}: {told:?}");
    }
    let core = Core::default();
    core.prepare(&json!({ "definitions": [LAB] }));
    let state = core.apply(&Value::Null, &lab(), &lab()).unwrap();
    core.prepare(&json!({ "definitions": UNKNOWN }));
    let said = core.plan(&state, &lab()).diagnostics;
    assert_eq!(codes(&said, Severity::Warning), ["collection-unknown"]);
}

#[test]
fn once_applied_it_is_not_reported_again_and_not_stored() {
    let core = Core::default();
    core.prepare(&json!({ "definitions": [LAB] }));
    let state = core.apply(&Value::Null, &lab(), &lab()).unwrap();
    let file = moved_port();
    core.prepare(&json!({ "definitions": [file] }));
    let said = core.plan(&state, &lab()).diagnostics;
    assert!(codes(&said, Severity::Warning).contains(&CODE.to_owned()));
    let state = core.apply(&state, &lab(), &lab()).unwrap();
    let said = core.plan(&state, &lab()).diagnostics;
    assert!(!codes(&said, Severity::Warning).contains(&CODE.to_owned()));
    assert_eq!(state, core.apply(&Value::Null, &lab(), &lab()).unwrap());
}
