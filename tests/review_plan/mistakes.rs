//! Input that is not a plan that can be reviewed, and its messages.

use crate::review_plan::document::{created, in_place, ingress, plan, with};
use crate::review_plan::review;
use serde_json::json;

#[test]
fn unreadable_input_is_rejected_with_a_message() {
    let whole = plan(&in_place(), &[]);
    let cut = &whole[..whole.len() / 2];
    let utf16: Vec<u8> = [
        b"\xff\xfe".to_vec(),
        whole.bytes().flat_map(|it| [it, 0]).collect(),
    ]
    .concat();
    let newer = whole.replace("\"format_version\":\"1.2\"", "\"format_version\":\"2.0\"");
    let deep = "{\"a\":".repeat(300) + "1" + &"}".repeat(300);
    let version = |version: &str| whole.replace("\"1.2\"", version).into_bytes();
    let number = version("1.2");
    let (nothing, older, word) = (version("null"), version("\"0.0\""), version("\"1.x\""));
    let wide = &utf16[2..];
    let twice = whole.replacen('{', "{\"resource_changes\":[],", 1);
    let cases: [(&[u8], &str); 30] = [
        (
            b"[command]/bin/terraform show -json p\n{}\n",
            "set `terraform_wrapper: false`",
        ),
        (&number, "has format 1.2, but only"),
        (&nothing, "has format null, but only"),
        (&older, "has format 0.0, but only"),
        (&word, "has format 1.x, but only"),
        (wide, "is in UTF-16"),
        (twice.as_bytes(), "has a name twice in its outermost object"),
        (b"\x1f\x8b\x08\x00", "is compressed"),
        (
            b"{\n\"a\": \"Z\xfcrich\"}",
            "byte 10 in line 2 belongs to another encoding",
        ),
        (b"{\"a\": \"Z\xc3", "is truncated in line 1"),
        (b"{\"@level\":\"info\"}", "is the log of a `-json` run"),
        (b"{\"encrypted_data\":\"x\"}", "is encrypted by OpenTofu"),
        (
            b"{\"AWSTemplateFormatVersion\":\"2010-09-09\"}",
            "is a CloudFormation template",
        ),
        (
            b"{\"apiVersion\":\"v1\",\"kind\":\"List\"}",
            "is a Kubernetes manifest",
        ),
        (b"apiVersion: v1\nkind: List\n", "is not a JSON object"),
        (
            b"# aws_vpc.v:\nresource \"aws_vpc\" \"v\" {}\n",
            "is not a JSON object",
        ),
        (deep.as_bytes(), "is nested deeper than 256 levels"),
        (b"", "is empty"),
        (b" \n", "is empty"),
        (
            b"PK\x03\x04\x14\x00",
            "is a binary plan; run `terraform show -json",
        ),
        (b"\x00\xff\x80", "is not JSON"),
        (&utf16, "is in UTF-16"),
        (cut.as_bytes(), "is truncated in line 1, column"),
        (b"[]", "is not a JSON object"),
        (b"Terraform will perform", "is not a JSON object"),
        (
            b"{\"@level\":\"info\"}\n{\"@level\":\"info\"}",
            "is the log of a `-json` run",
        ),
        (
            b"{\"version\":4,\"serial\":1,\"lineage\":\"x\"}",
            // The shell empties the file behind `>` before Terraform reads the other one.
            "is a raw state file; run `terraform show -json STATEFILE > shown.json`",
        ),
        (b"{}", "it has no `format_version`"),
        (
            newer.as_bytes(),
            "has format 2.0, but only 0.1, 0.2 and 1.x are supported",
        ),
        (
            b"{\"format_version\":\"1.0\",\"valid\":true}",
            "has neither a plan nor a state",
        ),
    ];
    for (input, words) in cases {
        let ran = review(input, &[]);
        assert_eq!(
            (ran.code, ran.out.as_str()),
            (2, ""),
            "{words}: {}",
            ran.err
        );
        assert!(ran.err.contains(words), "{words}: {}", ran.err);
    }
}

/// The mark that some shells put in front.
#[test]
fn a_byte_order_mark_is_accepted() {
    let text = format!("\u{feff}{}", plan(&in_place(), &[]));
    assert_eq!(review(text.as_bytes(), &[]).code, 0);
}

#[test]
fn input_without_wanted_rules_is_rejected() {
    let rules = &in_place()[1..];
    let ran = review(plan(rules, &[]).as_bytes(), &[]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("has no `portmatrix_rules`"), "{}", ran.err);
}

#[test]
fn wrong_usage_is_an_error() {
    for (arguments, words) in [
        (
            &["--format", "yaml"][..],
            "unknown format `yaml`; expected one of `text`",
        ),
        (
            &["--fail-on", "panic"],
            "unknown severity `panic`; expected one of `error`",
        ),
        (&["--fail"], "--fail"),
        (&["second.json"], "second.json"),
    ] {
        let ran = review(b"", arguments);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{arguments:?}");
        assert!(ran.err.contains(words), "{arguments:?}: {}", ran.err);
    }
}

/// A gate does not pass what it could not read; what it could read is printed all the same.
#[test]
fn an_unreadable_rule_is_reported_and_fails() {
    let mut changes = in_place();
    let odd = with(ingress(22, "10.0.0.0/8"), "ip_protocol", "tpc");
    changes.push(created("aws_vpc_security_group_ingress_rule.odd", odd));
    let ran = review(plan(&changes, &[]).as_bytes(), &["--fail-on", "never"]);
    assert_eq!((ran.code, ran.err.as_str()), (2, ""));
    assert!(
        ran.out
            .contains("ingress_rule.odd` has `tpc` as `ip_protocol`"),
        "{}",
        ran.out
    );
}

/// Input of a shape that the provider does not write is ignored and does not panic.
#[test]
fn odd_shapes_are_survived() {
    for odd in [
        json!(1),
        json!("x"),
        json!([[]]),
        json!({ "zone": 3, "aws_ingress": [1], "rules": { "a": 1 } }),
    ] {
        let mut changes = in_place();
        changes.push(created("portmatrix_rules.odd", odd.clone()));
        changes.push(created(
            "aws_security_group.odd",
            json!({ "id": "sg-1", "ingress": odd }),
        ));
        let ran = review(plan(&changes, &[]).as_bytes(), &[]);
        assert!([0, 2].contains(&ran.code), "{odd}: {} {}", ran.out, ran.err);
    }
}

/// Brackets within words do not count as nesting.
#[test]
fn brackets_in_words_are_words() {
    let mut changes = in_place();
    let words = "\\\"[{".repeat(300);
    changes[1]["change"]["after"]["description"] = json!(words);
    assert_eq!(review(plan(&changes, &[]).as_bytes(), &[]).code, 0);
}

/// The formats of Terraform before 1.1, and a later one, which may have more than is read.
#[test]
fn older_and_later_formats_are_read() {
    for version in ["0.1", "0.2", "1.0", "1.99"] {
        let text = plan(&in_place(), &[]).replace("\"1.2\"", &format!("\"{version}\""));
        let ran = review(text.as_bytes(), &[]);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{version}");
        assert!(ran.out.starts_with("in sync"), "{version}: {}", ran.out);
    }
}
