//! `examples/aws-review`: what changed behind Terraform's back is named, and what is there already is taken over.

use crate::end_to_end::Test;
use crate::end_to_end::cli::{Cli, Root};
use crate::end_to_end::cloud::{aws_example, moto};
use crate::end_to_end::endpoint::Endpoint;
use serde_json::{Value, json};

pub(crate) const TESTS: &[Test] = &[(
    "drift_is_named_and_what_is_there_is_taken_over",
    drift_is_named_and_what_is_there_is_taken_over,
)];

fn drift_is_named_and_what_is_there_is_taken_over(cli: &Cli) {
    let endpoint = Endpoint::start(&moto().expect("the endpoint"));
    let kong = aws_example(cli, &endpoint, "kong-aws");
    kong.apply();
    let review = aws_example(cli, &endpoint, "aws-review");
    let state = kong.path("terraform.tfstate");
    let settings = format!("state = \"{}\"\n", state.display());
    review.write("terraform.tfvars", &settings);

    drift(&endpoint, &review);

    // Terraform restores its own rules; the unwanted rule is left to the reader of the review.
    kong.apply();
    let (control, rogue) = (endpoint.group("kong-control-plane"), endpoint.rule(ROGUE));
    revoke(&endpoint, &control, &rogue);
    review.apply().does_not_say("Warning:");
    let outputs = review.outputs();
    assert_eq!(outputs["in_sync"], true);
    assert_eq!(outputs["findings"], json!([]));

    take_over(&endpoint, &kong, &outputs["import_blocks"]);
}

const ROGUE: &str = "kong-control-plane ingress tcp 8001-8001 0.0.0.0/0";
const WIDENED: &str = "kong-control-plane ingress tcp 8444-8444 10.99.0.0/16";
const DELETED: &str = "kong-postgresql ingress tcp 5432-5432 group kong-control-plane";

/// One rule is added, one becomes wider and one goes; the plan of the review names each, what it means, and nothing else.
fn drift(endpoint: &Endpoint, review: &Root) {
    let control = endpoint.group("kong-control-plane");
    endpoint.ask(&format!(
        "AuthorizeSecurityGroupIngress&GroupId={control}&IpPermissions.1.IpProtocol=tcp&IpPermissions.1.FromPort=8001\
         &IpPermissions.1.ToPort=8001&IpPermissions.1.IpRanges.1.CidrIp=0.0.0.0%2F0"
    ));
    let widened = endpoint.rule(WIDENED);
    let rule = "SecurityGroupRule.1.SecurityGroupRule";
    endpoint.ask(&format!(
        "ModifySecurityGroupRules&GroupId={control}&SecurityGroupRule.1.SecurityGroupRuleId={widened}&{rule}.IpProtocol=tcp\
         &{rule}.FromPort=8444&{rule}.ToPort=8444&{rule}.CidrIpv4=10.0.0.0%2F8"
    ));
    let data = endpoint.group("kong-postgresql");
    revoke(endpoint, &data, &endpoint.rule(DELETED));
    let rogue = endpoint.rule(ROGUE);

    let run = review.apply();
    let key = "data/tcp-5432/control:group";
    for words in [
        "Check block assertion failed",
        "Warning: missing: ",
        "Warning: extra: ",
        "Warning: wider: ",
        key,
        &rogue,
        &widened,
    ] {
        run.says(words);
    }
    let outputs = review.outputs();
    assert_eq!(outputs["in_sync"], false);
    let findings = outputs["findings"].as_array().expect("findings");
    let of = |kind: &str| -> &Value {
        let found = findings.iter().find(|it| it["kind"] == kind);
        found.unwrap_or_else(|| panic!("nothing is {kind}: {findings:#?}"))
    };
    assert_eq!(findings.len(), 3, "{findings:#?}");
    assert_eq!(of("missing")["keys"], json!([key]));
    assert_eq!(of("missing")["point"], *data);
    assert_eq!(of("extra")["rules"], json!([rogue]));
    assert_eq!(of("extra")["severity"], "error");
    assert_eq!(of("wider")["rules"][0], *widened);
    let says = |kind: &str, field: &str, words: &str| {
        let text = of(kind)[field].as_str().expect("a text");
        assert!(text.contains(words), "{kind}, {field}: {text}");
    };
    says("missing", "meaning", "kong.database");
    says("extra", "meaning", "Admin API");
    says("extra", "traffic", "tcp/8001");
    says("wider", "traffic", "10.99.0.0/16");
    says("wider", "meaning", "kong.admin-https");
}

fn revoke(endpoint: &Endpoint, group: &str, rule: &str) {
    endpoint.ask(&format!(
        "RevokeSecurityGroupIngress&GroupId={group}&SecurityGroupRuleId.1={rule}"
    ));
}

/// Rules that no state knows: with the blocks of the review the same objects go on, and none is made or destroyed.
fn take_over(endpoint: &Endpoint, kong: &Root, blocks: &Value) {
    let before = endpoint.everything();
    kong.run(&[
        "state",
        "rm",
        "aws_vpc_security_group_ingress_rule.kong",
        "aws_vpc_security_group_egress_rule.kong",
    ])
    .succeeds();
    kong.write("imports.tf", blocks.as_str().expect("a text"));
    let plan = kong.plan();
    plan.destroys_nothing();
    let created = plan.with_action("create");
    assert_eq!(created, [""; 0], "{}", plan.said);
    assert_eq!(plan.imported(), endpoint.rules().len());
    kong.run(&["apply", "saved.tfplan"]).succeeds();
    assert_eq!(endpoint.everything(), before);
}
