//! The answers that people get, word for word.

use super::{ask, document, kong};
use crate::conformance::with;
use expect_test::{Expect, expect};
use serde_json::{Value as Json, json};

fn check(layout: &Json, question: &str, code: u8, expected: &Expect) {
    let answer = ask(&document(layout, &[]), question, &[]);
    expected.assert_eq(&answer.out);
    assert_eq!(answer.code, code, "{question}");
    assert!(answer.out.lines().count() <= 12);
}

#[test]
fn permitted_at_both_ends() {
    check(
        &kong(),
        "dmz control tcp/8005",
        0,
        &expect![[r"
            Permitted: dmz may connect to control on tcp/8005.
              dmz      out  dmz/egress/tcp-8005/control   aws: dmz/tcp-8005/control:group
              control  in   control/ingress/tcp-8005/dmz   aws: control/tcp-8005/dmz:group
              because  kong.cluster (required): Data planes fetch their configuration
                       Kong Gateway ports reference: Other default ports, row 8005   https://developer.konghq.com/gateway/network/
        "]],
    );
}

#[test]
fn permitted_and_the_dialler_is_not_filtered() {
    check(
        &kong(),
        "ops control tcp/8444",
        0,
        &expect![[r"
            Permitted: ops may connect to control on tcp/8444, as far as these rules decide.
              ops      out  not filtered here: ops is a peer only
              control  in   control/ingress/tcp-8444/ops   aws: control/tcp-8444/ops:ipv4:vpn (10.99.0.0/16)
              because  kong.admin-https: Admin API over HTTPS
                       Kong Gateway ports reference: Admin API ports, table, row 2   https://developer.konghq.com/gateway/network/
        "]],
    );
}

#[test]
fn refused_because_nothing_needs_it() {
    check(
        &kong(),
        "internet data tcp/5432",
        1,
        &expect![[r"
            Refused: internet may not connect to data on tcp/5432.
              internet  out  not filtered here: internet is a peer only
              data      in   no rule permits it
              because   no flow connects internet (kong.client) with data (kong.postgresql) on tcp/5432.
                        control is the only zone that may connect to data on tcp/5432 (kong.database).
        "]],
    );
}

#[test]
fn refused_because_the_flow_is_disabled() {
    check(
        &kong(),
        "ops control tcp/8001",
        1,
        &expect![[r#"
            Refused: ops may not connect to control on tcp/8001.
              ops      out  not filtered here: ops is a peer only
              control  in   no rule permits it
              because  kong.admin-http would permit it, and `disable` in product "kong" switches "admin-http" off
                       kong.admin-https is permitted on tcp/8444
              change   remove "admin-http" from `disable` in product "kong"
        "#]],
    );
}

#[test]
fn refused_because_the_flow_is_optional() {
    let layout = with(
        kong(),
        "/zone/data/components",
        json!(["kong.postgresql", "kong.redis"]),
    );
    check(
        &layout,
        "dmz data tcp/6379",
        1,
        &expect![[r#"
            Refused: dmz may not connect to data on tcp/6379.
              dmz      out  no rule permits it
              data     in   no rule permits it
              because  kong.redis would permit it, and is off until "redis" is enabled
              change   enable = ["redis"] in product "kong"
        "#]],
    );
}

#[test]
fn refused_because_a_component_is_in_no_zone() {
    check(
        &kong(),
        "dmz 172.16.0.9 tcp/8200",
        1,
        &expect![[r#"
            Refused: 172.16.0.9 is in no zone of its own.
              dmz       out  no rule permits it
              internet  in   not filtered here: internet is a peer only
              because   kong.vault (tcp/8200) goes to kong.hashicorp-vault, which is placed in no zone, and is off until "vault" is enabled
              change    a zone with components = ["kong.hashicorp-vault"] and this address
              and       enable = ["vault"] in product "kong"
              note      172.16.0.9 is in no zone of its own; internet (0.0.0.0/0) has every address
        "#]],
    );
}

#[test]
fn permitted_for_an_address_in_two_zones() {
    check(
        &kong(),
        "10.99.0.7 control tcp/8444",
        0,
        &expect![[r"
            Permitted: 10.99.0.7 may connect to control on tcp/8444, as far as these rules decide.
              ops      out  not filtered here: ops is a peer only
              control  in   control/ingress/tcp-8444/ops   aws: control/tcp-8444/ops:ipv4:vpn (10.99.0.0/16)
              because  kong.admin-https: Admin API over HTTPS
                       Kong Gateway ports reference: Admin API ports, table, row 2   https://developer.konghq.com/gateway/network/
              note     10.99.0.7 is in ops (10.99.0.0/16) and in corp (10.0.0.0/8); the rules of all of them apply
        "]],
    );
}

#[test]
fn permitted_for_an_address_that_only_everyone_has() {
    check(
        &kong(),
        "203.0.113.5 dmz tcp/8443",
        0,
        &expect![[r"
            Permitted: 203.0.113.5 may connect to dmz on tcp/8443, as far as these rules decide.
              internet  out  not filtered here: internet is a peer only
              dmz       in   dmz/ingress/tcp-8443/internet   aws: dmz/tcp-8443/internet:ipv4:any (0.0.0.0/0)
              because   kong.proxy-https (required): API requests over HTTPS
                        Kong Gateway ports reference: Proxy ports, table, row 2   https://developer.konghq.com/gateway/network/
              note      203.0.113.5 is in no zone of its own; internet (0.0.0.0/0) has every address
        "]],
    );
}

#[test]
fn undecided_for_an_address_that_may_be_of_a_group() {
    check(
        &kong(),
        "172.16.3.4 control tcp/8005",
        1,
        &expect![[r"
            Undecided: 172.16.3.4 may be a member of dmz, whose addresses are not all known. As dmz it would be permitted (dmz/egress/tcp-8005/control, control/ingress/tcp-8005/dmz), otherwise refused. Ask again with the zone's name.
        "]],
    );
}

#[test]
fn permitted_through_a_translation() {
    let layout = with(
        kong(),
        "/product/kong/advertised_ports",
        json!({ "proxy-https": "443" }),
    );
    let layout = with(
        layout,
        "/zone/clients",
        json!({ "components": ["kong.client"], "ipv4": { "a": "172.20.0.0/16" }, "aws": { "security_group_id": "sg-7", "peer_by": "cidr" } }),
    );
    check(
        &layout,
        "clients dmz tcp/443",
        0,
        &expect![[r"
            Permitted: clients may connect to dmz on tcp/443; dmz listens on tcp/8443 (advertised_ports).
              clients  out  clients/egress/tcp-443/dmz   aws: clients/tcp-443/dmz:group
              dmz      in   dmz/ingress/tcp-8443/clients   aws: dmz/tcp-8443/clients:ipv4:a (172.20.0.0/16)
              because  kong.proxy-https (required): API requests over HTTPS
                       Kong Gateway ports reference: Proxy ports, table, row 2   https://developer.konghq.com/gateway/network/
        "]],
    );
    check(
        &layout,
        "clients dmz tcp/8443",
        1,
        &expect![[r"
            Refused: clients has to connect to dmz on tcp/443, not on tcp/8443.
              clients  out  no rule permits it
              dmz      in   dmz/ingress/tcp-8443/clients   aws: dmz/tcp-8443/clients:ipv4:a (172.20.0.0/16)
              because  kong.proxy-https: peers connect to tcp/443, by `advertised_ports`
        "]],
    );
}

#[test]
fn a_policy_and_its_exception_are_noted() {
    let layout = with(
        kong(),
        "/policy",
        json!([{ "from": "dmz", "to": "control", "access": "block" }]),
    );
    let exception = json!([{ "from": "dmz", "to": "control", "services": ["tcp/8005"], "reason": "cluster", "ticket": "NET-77", "expires": "2027-03-31" }]);
    let layout = with(layout, "/exception", exception);
    check(
        &layout,
        "dmz control tcp/8005",
        0,
        &expect![[r"
            Permitted: dmz may connect to control on tcp/8005.
              dmz      out  dmz/egress/tcp-8005/control   aws: dmz/tcp-8005/control:group
              control  in   control/ingress/tcp-8005/dmz   aws: control/tcp-8005/dmz:group
              because  kong.cluster (required): Data planes fetch their configuration
                       Kong Gateway ports reference: Other default ports, row 8005   https://developer.konghq.com/gateway/network/
              note     the policy does not let dmz connect to control on tcp/8005, but exception NET-77 permits it until 2027-03-31: cluster
        "]],
    );
    check(
        &layout,
        "dmz control tcp/8006",
        0,
        &expect![[r"
            Permitted: dmz may connect to control on tcp/8006.
              dmz      out  dmz/egress/tcp-8006/control   aws: dmz/tcp-8006/control:group
              control  in   control/ingress/tcp-8006/dmz   aws: control/tcp-8006/dmz:group
              because  kong.telemetry (required): Data planes send telemetry
                       Kong Gateway ports reference: Other default ports, row 8006   https://developer.konghq.com/gateway/network/
              note     dmz must not connect to control on tcp/8006: the policy from dmz to control blocks everything; control/ingress/tcp-8006/dmz, dmz/egress/tcp-8006/control permit it for kong.telemetry
        "]],
    );
}

#[test]
fn neither_end_is_filtered() {
    check(
        &kong(),
        "ops corp tcp/22",
        1,
        &expect![[r"
        Not filtered: these rules decide neither at ops nor at corp on tcp/22.
          ops   out  not filtered here: ops is a peer only
          corp  in   not filtered here: corp is a peer only
    "]],
    );
}

#[test]
fn a_part_of_a_range_is_not_enough() {
    let layout = with(
        kong(),
        "/flow",
        json!({ "probe": { "from": ["corp"], "to": ["dmz"], "services": ["tcp/9000"] } }),
    );
    check(
        &layout,
        "corp dmz tcp/9000",
        0,
        &expect![[r"
            Permitted: corp may connect to dmz on tcp/9000, as far as these rules decide.
              corp     out  not filtered here: corp is a peer only
              dmz      in   dmz/ingress/tcp-9000/corp   aws: dmz/tcp-9000/corp:ipv4:all (10.0.0.0/8)
              because  probe (a flow block of the layout)
        "]],
    );
    check(
        &layout,
        "corp dmz tcp/9000-9001",
        1,
        &expect![[r"
            Refused in part: corp may connect to dmz on tcp/9000, not on tcp/9001.
              corp     out  not filtered here: corp is a peer only
              dmz      in   only tcp/9000
                            dmz/ingress/tcp-9000/corp   aws: dmz/tcp-9000/corp:ipv4:all (10.0.0.0/8)
              because  probe (a flow block of the layout)
              and      no flow needs tcp/9001
        "]],
    );
}

#[test]
fn a_product_of_ones_own_needs_its_file() {
    let text = std::fs::read_to_string(
        crate::support::root().join("examples/own-product/products/shop.toml"),
    )
    .unwrap();
    let layout = json!({
        "zone": {
            "app": { "components": ["shop.orders"], "ipv4": { "a": "10.0.1.0/24" }, "aws": { "security_group_id": "sg-1" } },
            "gate": { "components": ["shop.web"], "ipv4": { "a": "10.0.2.0/24" }, "aws": { "security_group_id": "sg-2" } },
        },
    });
    let core = crate::support::core::Core::default();
    assert_eq!(core.prepare(&json!({ "definitions": [text] })), []);
    let state = core
        .plan(&portmatrix::terraform::value::Value::Null, &layout)
        .state;
    let created = crate::review_plan::document::created("portmatrix_rules.it", state.to_json());
    let document = crate::review_plan::document::plan(&[created], &[]);
    let rules = state.get("rules").to_json();
    let (key, rule) = rules
        .as_object()
        .unwrap()
        .iter()
        .find(|(key, _)| key.starts_with("gate/egress/tcp"))
        .unwrap();
    let question = format!("gate app tcp/{}", rule["from_port"]);
    let without = ask(&document, &question, &[]);
    assert!(
        without
            .out
            .contains("(purpose not known: give its product file with --definitions)"),
        "{key}: {}",
        without.out
    );
    let with = ask(
        &document,
        &question,
        &["--definitions", "examples/own-product/products/shop.toml"],
    );
    assert!(
        !with.out.contains("not known") && with.code == 0,
        "{}",
        with.out
    );
}

#[test]
fn another_digest_is_noted() {
    let document = document(&kong(), &[]);
    let json: Json = serde_json::from_str(&document).unwrap();
    let digest = json.to_string();
    let at = digest.find("\"digests\":{\"kong\":\"").unwrap() + "\"digests\":{\"kong\":\"".len();
    let old = &digest[at..at + 12];
    let changed = digest.replace(old, "0123456789ab");
    let answer = ask(&changed, "dmz control tcp/8005", &[]);
    let note = format!(
        "the digest of kong is 0123456789ab in the file and {old} in this program: the reasons are those of this program"
    );
    assert!(answer.out.contains(&note), "{}", answer.out);
}

#[test]
fn programs_read_the_same() {
    let answer = ask(
        &document(&kong(), &[]),
        "dmz control tcp/8005",
        &["--format", "json"],
    );
    expect![[r#"
        {
          "answer": "Permitted: dmz may connect to control on tcp/8005.",
          "because": [
            [
              "kong.cluster (required): Data planes fetch their configuration",
              "Kong Gateway ports reference: Other default ports, row 8005   https://developer.konghq.com/gateway/network/"
            ]
          ],
          "change": [],
          "ends": [
            {
              "detail": null,
              "direction": "egress",
              "open": null,
              "rules": [
                {
                  "key": "dmz/egress/tcp-8005/control",
                  "rows": [
                    {
                      "platform": "aws",
                      "row": "dmz/tcp-8005/control:group"
                    }
                  ]
                }
              ],
              "state": "rule",
              "zone": "dmz"
            },
            {
              "detail": null,
              "direction": "ingress",
              "open": null,
              "rules": [
                {
                  "key": "control/ingress/tcp-8005/dmz",
                  "rows": [
                    {
                      "platform": "aws",
                      "row": "control/tcp-8005/dmz:group"
                    }
                  ]
                }
              ],
              "state": "rule",
              "zone": "control"
            }
          ],
          "from": "dmz",
          "notes": [],
          "service": "tcp/8005",
          "to": "control",
          "verdict": "permitted"
        }
    "#]].assert_eq(&answer.out);
}
