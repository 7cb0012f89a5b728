//! What must hold for every answer, whatever was asked.

use crate::hostile::good::{Good, Role};
use crate::hostile::host::Answer;
use crate::hostile::rpc::{Reply, reply};
use portmatrix::terraform::msgpack;
use portmatrix::terraform::value::Value;

/// Holds an answer against what was sent: the configuration as it went out, and the prior state, empty where there was none.
pub(crate) fn check_answer(
    rpc: &str,
    good: &Good,
    sent: &[u8],
    prior: &[u8],
    answer: &Answer,
) -> Reply {
    let reply = reply(rpc, answer);
    no_bug(&reply);
    // What an update or a read gives back unread is what was there before.
    let computes = matches!(
        rpc,
        "PlanResourceChange" | "ApplyResourceChange" | "ReadDataSource"
    );
    if !computes || reply.failed() {
        return reply;
    }
    let state = reply.state.clone().unwrap_or_default();
    let state = msgpack::decode(&state.msgpack, &good.ty);
    let state =
        state.unwrap_or_else(|misfit| panic!("the answer does not fit the schema: {misfit}"));
    let config =
        msgpack::decode(sent, &good.ty).unwrap_or_else(|it| panic!("taken in spite of {it}"));
    assert!(matches!(state, Value::Object(_)), "no state of {config:?}");
    if rpc != "PlanResourceChange" {
        assert!(
            good.role == Role::Resource || state.is_wholly_known(),
            "read with unknown values"
        );
    }
    let prior = msgpack::decode(prior, &good.ty).unwrap_or(Value::Null);
    stays(good, &config, &prior, &state);
    nothing_is_wider(sent, &state);
    reply
}

/// Neither a panic nor another mistake of the provider's own.
pub(crate) fn no_bug(reply: &Reply) {
    for it in &reply.diagnostics {
        let is_bug = it.detail.contains("This is a bug") || it.summary.contains("panicked");
        assert!(!is_bug, "{}: {}", it.summary, it.detail);
        assert!(!it.summary.is_empty() && it.severity != 0, "{it:?}");
        let length = it.summary.len() + it.detail.len();
        assert!(
            length < LONGEST,
            "a diagnostic of {length} bytes: {:.200}",
            it.detail
        );
    }
}

/// The longest message, a headline and a text of a mebibyte each and some: values that they name may be of any size.
const LONGEST: usize = 3 << 20;

/// What was configured is in the state as it is. Data with the same meaning as before, in other types or with another comment,
/// may also stay as it was.
fn stays(good: &Good, config: &Value, prior: &Value, state: &Value) {
    let Value::Object(config) = config else {
        panic!("computed from no configuration")
    };
    for (name, value) in config.iter() {
        let is_computed = good.computed.contains(&name);
        let is_as_before = matches!(value, Value::Dynamic(_)) && state.get(name) == prior.get(name);
        assert!(
            is_computed || is_as_before || state.get(name) == value,
            "`{name}` was configured otherwise: {value:?}, not {:?}",
            state.get(name)
        );
    }
}

/// No rule reaches further than the addresses that were sent: there is a wide CIDR block only where one was sent, and only for the
/// zone that has it.
fn nothing_is_wider(sent: &[u8], state: &Value) {
    let has = |text: &str| sent.windows(text.len()).any(|it| it == text.as_bytes());
    for output in ["aws_ingress", "aws_egress", "azure_rules", "gcp_rules"] {
        let Value::Map(rows) = state.get(output) else {
            continue;
        };
        for (key, row) in rows {
            let denies = row.get("access").as_str() == Some("Deny")
                || matches!(row.get("deny"), Value::List(it) if !it.is_empty());
            let probes = key.contains("/AzureLoadBalancer:tag");
            if denies || probes || !row.get("id").is_null() {
                continue;
            }
            for peer in peers(row) {
                let known = ["0.0.0.0/0", "::/0", "*", "Internet"].contains(&peer);
                assert!(
                    !known || (peer != "*" && has(peer) && key.contains("/internet:")),
                    "`{key}` of `{output}` is for `{peer}`"
                );
            }
            assert!(
                row.get("ip_protocol").as_str() != Some("-1") || has("any"),
                "`{key}` of `{output}` is for all traffic"
            );
        }
    }
    for output in ["nftables", "kubernetes_policies"] {
        let Value::Map(texts) = state.get(output) else {
            continue;
        };
        for (zone, text) in texts {
            for wide in ["0.0.0.0/0", "::/0"] {
                let is_there = text.as_str().is_some_and(|it| it.contains(wide));
                assert!(
                    !is_there || has(wide),
                    "`{zone}` of `{output}` names `{wide}`"
                );
            }
        }
    }
}

/// The known addresses by which a row names its peer.
fn peers(row: &Value) -> Vec<&str> {
    let inbound = matches!(row.get("direction").as_str(), Some("Inbound" | "INGRESS"));
    let side = if inbound { "source" } else { "destination" };
    let names = [
        "cidr_ipv4".to_owned(),
        "cidr_ipv6".to_owned(),
        format!("{side}_address_prefix"),
        format!("{side}_address_prefixes"),
        format!("{side}_ranges"),
    ];
    let known = names.iter().flat_map(|name| match row.get(name) {
        Value::List(items) => items.iter().collect(),
        one => vec![one],
    });
    known.filter_map(Value::as_str).collect()
}
