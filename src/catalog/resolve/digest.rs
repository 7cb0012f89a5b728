//! The digest of a matrix.

use super::ResolvedFlow;
use crate::catalog::product::{ONLY_ADDRESS, Product};
use crate::model::traffic::Traffic;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write;

/// The sha256 of what bears on rules and judgements, and no prose. It depends on what resolved, not on the release wanted.
pub(super) fn digest(product: &Product, flows: &BTreeMap<String, ResolvedFlow>) -> String {
    let mut text = format!("{} {}\n", product.name, product.version);
    // Writing to a string does not fail.
    for (name, it) in &product.components {
        let address = it
            .addresses
            .get(ONLY_ADDRESS)
            .filter(|_| it.addresses.len() == 1);
        let _ = writeln!(
            text,
            "component {name} {} {:?} {:?} {address:?}",
            it.kind, it.is, it.on
        );
        if address.is_none() && !it.addresses.is_empty() {
            let _ = writeln!(text, "addresses {:?}", it.addresses);
        }
        if !it.replaces.is_empty() {
            let _ = writeln!(text, "replaces {:?}", it.replaces);
        }
    }
    for (id, resolved) in flows.iter().filter(|(_, it)| it.enabled) {
        let flow = &product.flows[id];
        let list = |traffic: &[Traffic]| {
            traffic
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(",")
        };
        let _ = writeln!(
            text,
            "flow {id} {:?} {:?} {} {} {} {:?} {}",
            flow.from,
            flow.to,
            list(&resolved.listens),
            list(&resolved.dials),
            flow.plane,
            flow.exposure,
            flow.need,
        );
    }
    Sha256::digest(text.as_bytes())
        .iter()
        .fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}
