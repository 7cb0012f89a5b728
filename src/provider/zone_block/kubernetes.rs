//! The `kubernetes` block of a zone.

use super::super::fields::Reader;
use super::super::schema::{map, optional};
use super::groups::{peer_by, peer_by_schema};
use super::{PlatformBlock, no_effect, part, single_block};
use crate::model::cell::{ByName, MaybeKnown};
use crate::model::code::Code;
use crate::model::finding::{ConfigPath, Finding};
use crate::model::platform::PeerBy;
use crate::render::kubernetes::Kubernetes;
use crate::terraform::schema::Block;
use crate::terraform::value::{Type, Value};
use std::sync::Arc;

/// Characters of a namespace's name, and of the name and the value of a label.
/// Source: Kubernetes documentation, "Object Names and IDs", DNS label names; "Labels and Selectors", syntax.
const MAX_NAME: usize = 63;

/// Characters of the prefix before the slash in the name of a label.
/// Source: Kubernetes documentation, "Labels and Selectors", syntax.
const MAX_PREFIX: usize = 253;

/// The block in the table of platforms.
pub(super) const BLOCK: PlatformBlock = PlatformBlock {
    name: "kubernetes",
    schema,
    read: |reader, zone, place| read(reader, zone, place).map(part),
    is_flag: false,
    check: None,
    options: None,
};

/// Reads the block of one zone.
fn read(reader: &mut Reader, zone: &Value, place: &ConfigPath) -> Option<Kubernetes> {
    let (block, place) = single_block(reader, zone, "kubernetes", place)?;
    let before = reader.unknowns.len();
    let mut read = |name: &'static str| labels(reader, block.get(name), &place.field(name));
    let (namespace_labels, pod_labels) = (read("namespace_labels"), read("pod_labels"));
    let kubernetes = Kubernetes {
        namespace: reader.cell(block.get("namespace"), &place.field("namespace")),
        namespace_labels,
        pod_labels,
        peer_by: PeerBy::default(),
    };
    if let Some(MaybeKnown::Known(name)) = &kubernetes.namespace
        && !is_dns_label(name)
    {
        reader.mistake(
            &place.field("namespace"),
            &format!("`{name}` is not a valid namespace"),
            "use lower-case letters, digits and dashes, starting and ending with a letter or digit, at most 63 characters",
        );
    }
    let by = peer_by(reader, zone, block, &place);
    let with = |kubernetes| {
        Some(Kubernetes {
            peer_by: by,
            ..kubernetes
        })
    };
    if reader.unknowns.len() > before {
        return with(kubernetes);
    }
    if kubernetes == Kubernetes::default() {
        let message = "the block sets none of its arguments, so it has no effect";
        no_effect(reader, &place, message);
    } else if kubernetes.namespace.is_none() && kubernetes.namespace_labels.is_empty() {
        reader.mistake(
            &place.field("pod_labels"),
            "`pod_labels` are set without a namespace, so they select no pods: in a policy they would mean those of the policy's own namespace",
            "add `namespace`, or `namespace_labels` if the zone is only a peer",
        );
    }
    with(kubernetes)
}

/// Labels by name. The names decide, the values may be pending, and may be empty.
fn labels(reader: &mut Reader, value: &Value, place: &ConfigPath) -> ByName<Arc<str>> {
    let map = match value {
        Value::Map(map) => map,
        Value::Unknown => {
            reader.unknowns.push(place.clone());
            return ByName::new();
        }
        _ => return ByName::new(),
    };
    let mut labels = ByName::new();
    for (name, value) in map {
        let place = place.key(name);
        if !is_label_name(name) {
            let message = format!("{name:?} is not a valid label name");
            let remedy = "use letters, digits, `-`, `_` and `.`, starting and ending with a letter or digit, at most 63 characters, after an optional DNS name and slash";
            reader.mistake(&place, &message, remedy);
        }
        match value {
            Value::Unknown => {
                labels.insert(Arc::clone(name), MaybeKnown::Unknown);
            }
            Value::String(text) => {
                if !text.is_empty() && !is_word(text) {
                    let message = format!("{text:?} is not a valid label value");
                    let remedy = "use letters, digits, `-`, `_` and `.`, starting and ending with a letter or digit, at most 63 characters";
                    reader.mistake(&place, &message, remedy);
                }
                labels.insert(Arc::clone(name), MaybeKnown::Known(Arc::clone(text)));
            }
            // Without it the zone would be other pods, or more of them.
            _ => {
                let message = format!(
                    "the label `{name}` is null; without it, a policy would apply to more pods"
                );
                let remedy = "set a value, or remove the name from the map, e.g. with `{ for name, value in local.labels : name => value if value != null }`";
                let finding = Finding::for_argument(Code::BecameNull, &place, message);
                reader.findings.push(finding.remedy(remedy));
                labels.insert(Arc::clone(name), MaybeKnown::Unknown);
            }
        }
    }
    labels
}

/// A label of RFC 1123.
fn is_dns_label(text: &str) -> bool {
    let allowed = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-';
    (1..=MAX_NAME).contains(&text.len())
        && text.chars().all(allowed)
        && !text.starts_with('-')
        && !text.ends_with('-')
}

/// What a label's name and value may be.
fn is_word(text: &str) -> bool {
    let ends = |it: Option<char>| it.is_some_and(|it| it.is_ascii_alphanumeric());
    let allowed = |it: char| it.is_ascii_alphanumeric() || "-_.".contains(it);
    text.len() <= MAX_NAME
        && text.chars().all(allowed)
        && ends(text.chars().next())
        && ends(text.chars().next_back())
}

/// A word, with a DNS name and a slash before it unless it is private to the user.
fn is_label_name(text: &str) -> bool {
    match text.split_once('/') {
        None => is_word(text),
        Some((prefix, name)) => {
            prefix.len() <= MAX_PREFIX && prefix.split('.').all(is_dns_label) && is_word(name)
        }
    }
}

/// The schema of the block.
fn schema() -> Block {
    Block {
        description: "The zone on Kubernetes. With `namespace`, a network policy is created for it unless `enforce = false`; without, `namespace_labels` only say how policies of other zones refer \
            to it. Policies refer to a zone with this block by its labels unless `peer_by` says otherwise, and by the ports on which its pods listen, because they see packets \
            after service translation. They refer to a zone without the block by its addresses. All zones with the block are assumed to be in one cluster. \
            Policies do not apply to pods with `hostNetwork: true`, which appear as their node: give them, and the nodes, a zone with addresses. \
            By default, Cilium matches neither nodes nor pods by addresses; see the guide on how platforms change what a rule sees.".to_owned(),
        attributes: vec![
            optional("namespace", Type::String, "The namespace of the zone's pods. May be known only after apply; the zone's manifest is then unknown as a whole."),
            optional(
                "namespace_labels",
                map(Type::String),
                "Labels of the namespace by which policies of other zones refer to it. Default: its name, as the label `kubernetes.io/metadata.name`.",
            ),
            optional("pod_labels", map(Type::String), "Labels that every pod of the zone has. Default: all pods of the namespace. \
                A pod with the labels of two zones is in both and gets what the rules allow either; the finding `selectors-overlap` lists such zones. \
                A null label is an error, and so are labels without `namespace` and `namespace_labels`, because they select no pods."),
            peer_by_schema("its labels", "its addresses"),
        ],
        blocks: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_that_kubernetes_takes() {
        let (long, longer) = ("a".repeat(63), "a".repeat(64));
        for good in ["a", "kube-system", "1a", &long] {
            assert!(is_dns_label(good), "{good}");
        }
        for bad in ["", "A", "-a", "a-", "a.b", "a_b", "é", &longer] {
            assert!(!is_dns_label(bad), "{bad}");
        }
        for good in ["app", "app.kubernetes.io/name", "A_b.c-1", "x.y/Z", &long] {
            assert!(is_label_name(good), "{good}");
        }
        for bad in [
            "", "/a", "a/", "a/b/c", "a b", ".a", "X/a", "a..b/c", &longer,
        ] {
            assert!(!is_label_name(bad), "{bad}");
        }
    }
}
