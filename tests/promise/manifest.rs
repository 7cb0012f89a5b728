//! The types of `networking.k8s.io/v1` as the API server reads them, with its own checks: strict, so that a field of another name
//! or type is refused.

use portmatrix::model::address::{Cidr, Family};
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NetworkPolicy {
    api_version: String,
    kind: String,
    pub(crate) metadata: ObjectMeta,
    pub(crate) spec: NetworkPolicySpec,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ObjectMeta {
    pub(crate) name: String,
    pub(crate) namespace: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct NetworkPolicySpec {
    pub(crate) pod_selector: LabelSelector,
    pub(crate) policy_types: Vec<String>,
    #[serde(default)]
    pub(crate) ingress: Option<Vec<IngressRule>>,
    #[serde(default)]
    pub(crate) egress: Option<Vec<EgressRule>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct LabelSelector {
    #[serde(default)]
    pub(crate) match_labels: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct IngressRule {
    pub(crate) from: Vec<Peer>,
    #[serde(default)]
    pub(crate) ports: Option<Vec<PolicyPort>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EgressRule {
    pub(crate) to: Vec<Peer>,
    #[serde(default)]
    pub(crate) ports: Option<Vec<PolicyPort>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Peer {
    #[serde(default)]
    pub(crate) pod_selector: Option<LabelSelector>,
    #[serde(default)]
    pub(crate) namespace_selector: Option<LabelSelector>,
    #[serde(default)]
    pub(crate) ip_block: Option<IpBlock>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct IpBlock {
    pub(crate) cidr: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PolicyPort {
    pub(crate) protocol: String,
    #[serde(default)]
    pub(crate) port: Option<i32>,
    #[serde(default)]
    pub(crate) end_port: Option<i32>,
}

/// Reads a manifest as the API server does.
/// Source: Kubernetes, `pkg/apis/networking/validation/validation.go`, `ValidateNetworkPolicy`.
pub(crate) fn read(text: &str) -> NetworkPolicy {
    let policy: NetworkPolicy =
        serde_norway::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert_eq!(policy.api_version, "networking.k8s.io/v1");
    assert_eq!(policy.kind, "NetworkPolicy");
    for name in [&policy.metadata.name, &policy.metadata.namespace] {
        assert!(is_dns_label(name), "{name}");
    }
    let spec = &policy.spec;
    assert!((1..=2).contains(&spec.policy_types.len()), "{text}");
    let both = ["Ingress", "Egress"];
    assert!(
        spec.policy_types
            .iter()
            .all(|it| both.contains(&it.as_str()))
    );
    for (name, rules) in [
        ("Ingress", spec.ingress.as_ref().map(Vec::len)),
        ("Egress", spec.egress.as_ref().map(Vec::len)),
    ] {
        // A list whose type is missing would add it, in the case of egress; an empty one is dropped by the server.
        let wanted = spec.policy_types.iter().any(|it| it == name);
        assert!(rules.is_none_or(|it| wanted && it > 0), "{text}");
    }
    check_selector(&spec.pod_selector);
    for (peers, ports) in policy.rules() {
        assert!(
            !peers.is_empty(),
            "an empty list of peers is everybody\n{text}"
        );
        for it in peers {
            check_peer(it, text);
        }
        assert!(
            ports.is_none_or(|it| !it.is_empty()),
            "an empty list of ports is all\n{text}"
        );
        ports.into_iter().flatten().for_each(check_port);
    }
    policy
}

impl NetworkPolicy {
    /// The rules of both directions.
    fn rules(&self) -> impl Iterator<Item = (&[Peer], Option<&[PolicyPort]>)> {
        let ingress = self.spec.ingress.iter().flatten();
        let egress = self.spec.egress.iter().flatten();
        ingress
            .map(|it| (&*it.from, it.ports.as_deref()))
            .chain(egress.map(|it| (&*it.to, it.ports.as_deref())))
    }
}

fn check_peer(peer: &Peer, text: &str) {
    let selectors = [&peer.pod_selector, &peer.namespace_selector];
    let count = selectors.iter().filter(|it| it.is_some()).count();
    if let Some(block) = &peer.ip_block {
        let family = if block.cidr.contains(':') {
            Family::V6
        } else {
            Family::V4
        };
        let is_block = Cidr::parse(&block.cidr, family).is_ok();
        assert!(count == 0 && is_block, "{text}");
    } else {
        // Pods of all namespaces are never meant, and pods without a namespace are those of the policy's own namespace.
        assert_eq!(count, 2, "{text}");
        let namespaces = peer.namespace_selector.as_ref();
        let named = namespaces.is_some_and(|it| !it.match_labels.is_empty());
        assert!(named, "{text}");
    }
    selectors.into_iter().flatten().for_each(check_selector);
}

fn check_selector(selector: &LabelSelector) {
    for (name, value) in &selector.match_labels {
        assert!(!name.is_empty() && value.len() <= 63, "{name}: {value}");
    }
}

fn check_port(port: &PolicyPort) {
    assert!(
        ["TCP", "UDP", "SCTP"].contains(&port.protocol.as_str()),
        "{port:?}"
    );
    assert!(port.port.is_some() || port.end_port.is_none(), "{port:?}");
    if let Some(from) = port.port {
        let to = port.end_port.unwrap_or(from);
        assert!(1 <= from && from <= to && to <= 65_535, "{port:?}");
    }
}

/// A label of RFC 1123.
fn is_dns_label(text: &str) -> bool {
    let allowed = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-';
    (1..=63).contains(&text.len())
        && text.bytes().all(allowed)
        && !text.starts_with('-')
        && !text.ends_with('-')
}
