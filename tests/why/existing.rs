//! Existing rules: what is not declared, and ends that only these filter.

use super::{ask, document, kong};
use crate::conformance::with;
use crate::review_plan::document::created;
use expect_test::expect;
use serde_json::{Value as Json, json};

fn rule(kind: &str, name: &str, group: &str, block: &str, port: u16) -> Json {
    let address = format!("aws_vpc_security_group_{kind}_rule.{name}");
    created(
        &address,
        json!({
            "security_group_id": group, "cidr_ipv4": block, "cidr_ipv6": null, "prefix_list_id": null,
            "referenced_security_group_id": null, "ip_protocol": "tcp", "from_port": port, "to_port": port,
            "description": null, "tags": null, "security_group_rule_id": format!("sgr-{name}"),
        }),
    )
}

#[test]
fn a_rule_that_is_not_declared_is_named() {
    let open = rule("ingress", "rogue", "sg-2", "0.0.0.0/0", 8001);
    let document = document(&kong(), &[open]);
    let answer = ask(&document, "internet control tcp/8001", &[]);
    assert_eq!(answer.code, 1);
    expect![[r"
        Refused by the layout, but open anyway: sgr-rogue in sg-2 (control) admits 0.0.0.0/0 on tcp/8001.
          internet  out  not filtered here: internet is a peer only
          control   in   no rule permits it
          because   kong.admin-http listens there: Admin API over HTTP
                    no wanted rule matches it; `terraform apply` does not remove it
          change    delete that rule where it was made, unless something else needs it
    "]].assert_eq(&answer.out);
}

/// The layout makes ingress rules only, and egress is written by hand.
#[test]
fn an_end_that_others_filter_is_judged_by_their_rules() {
    let layout = with(kong(), "/directions", json!(["ingress"]));
    let other = rule("egress", "web", "sg-1", "192.168.8.0/24", 443);
    let half = document(&layout, &[other]);
    let answer = ask(&half, "dmz control tcp/8005", &[]);
    assert_eq!(answer.code, 1);
    expect![[r"
        Refused: control admits it, dmz does not send it.
          dmz      out  no rule permits it
          control  in   control/ingress/tcp-8005/dmz   aws: control/tcp-8005/dmz:group
          because  kong.cluster (required): Data planes fetch their configuration
                   Kong Gateway ports reference: Other default ports, row 8005   https://developer.konghq.com/gateway/network/
          change   add an egress rule to dmz for control and tcp/8005 only: the layout makes no egress rules
    "]].assert_eq(&answer.out);
    let fitting = rule("egress", "all", "sg-1", "0.0.0.0/0", 8005);
    let whole = document(&layout, &[fitting]);
    let answer = ask(&whole, "dmz control tcp/8005", &[]);
    assert_eq!(answer.code, 0, "{}", answer.out);
    expect![[r"
        Permitted: dmz may connect to control on tcp/8005.
          dmz      out  sgr-all in sg-1 (dmz) lets out to 0.0.0.0/0 on tcp/8005
                        not a rule of the layout
          control  in   control/ingress/tcp-8005/dmz   aws: control/tcp-8005/dmz:group
          because  kong.cluster (required): Data planes fetch their configuration
                   Kong Gateway ports reference: Other default ports, row 8005   https://developer.konghq.com/gateway/network/
    "]].assert_eq(&answer.out);
}

/// What is refused in part only by the layout is open in whole.
#[test]
fn a_part_that_another_rule_opens_is_open() {
    let layout = with(
        kong(),
        "/flow",
        json!({ "probe": { "from": ["corp"], "to": ["control"], "services": ["tcp/9000"] } }),
    );
    let mut open = rule("ingress", "rogue", "sg-2", "10.0.0.0/8", 9000);
    open["change"]["after"]["to_port"] = json!(9001);
    let answer = ask(
        &document(&layout, &[open]),
        "corp control tcp/9000-9001",
        &[],
    );
    assert_eq!(answer.code, 1);
    let words = "Refused in part by the layout, but open anyway: sgr-rogue in sg-2 (control)";
    assert!(answer.out.starts_with(words), "{}", answer.out);
}
