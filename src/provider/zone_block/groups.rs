//! Arguments that several blocks of platforms have: groups of a zone's members, and how rules refer to the zone.

use super::super::fields::Reader;
use super::super::schema::optional;
use crate::model::cell::{ByName, MaybeKnownText};
use crate::model::code::Code;
use crate::model::finding::{ConfigPath, Finding};
use crate::model::platform::PeerBy;
use crate::terraform::schema::Attribute;
use crate::terraform::value::{Type, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Whether the zone is only a peer of others.
pub(super) fn is_peer_only(zone: &Value) -> bool {
    matches!(zone.get("enforce"), Value::Bool(false))
}

/// How rules refer to the zone on one platform: as the platform's block says, else as the zone does.
pub(super) fn peer_by(
    reader: &mut Reader,
    zone: &Value,
    block: &Value,
    place: &ConfigPath,
) -> PeerBy {
    // A mistake in the zone's own argument is reported once, where the zone is read.
    let of_zone = || zone.get(ARGUMENT).as_str().and_then(PeerBy::parse);
    read_peer_by(reader, block, place)
        .or_else(of_zone)
        .unwrap_or_default()
}

/// Reads `peer_by` of a zone or of a block of it.
pub(super) fn read_peer_by(
    reader: &mut Reader,
    block: &Value,
    place: &ConfigPath,
) -> Option<PeerBy> {
    let place = place.field(ARGUMENT);
    reader.word(block.get(ARGUMENT), &place, &PeerBy::WORDS, PeerBy::parse)
}

const ARGUMENT: &str = "peer_by";

/// The schema of `peer_by` in the block of a platform.
pub(super) fn peer_by_schema(group: &str, addresses: &str) -> Attribute {
    let description = format!(
        "How rules refer to the zone on this platform: `group` for {group}, `cidr` for {addresses}, `both` for rows of each. Default: `peer_by` of the zone."
    );
    optional(ARGUMENT, Type::String, &description)
}

/// Whether an argument names no group although it is set, or is not set at all. A map without names is a choice; one whose names all
/// became null has no effect.
pub(super) fn is_left_out(given: &Value, read: &ByName<Arc<str>>) -> bool {
    match given {
        Value::Null => true,
        Value::Map(names) => !names.is_empty() && read.is_empty(),
        _ => false,
    }
}

/// Reports ids that have two names. `same` returns equal texts for equal ids.
pub(super) fn report_duplicates(
    reader: &mut Reader,
    ids: &ByName<Arc<str>>,
    place: &ConfigPath,
    same: fn(&str) -> String,
) {
    let mut names: BTreeMap<String, &str> = BTreeMap::new();
    for (name, id) in ids {
        let Some(id) = id.known() else { continue };
        if let Some(first) = names.insert(same(id), name) {
            let message = format!("`{first}` and `{name}` are the same group, `{id}`");
            let finding = Finding::for_argument(Code::DuplicateAddress, &place.key(name), message);
            reader
                .findings
                .push(finding.remedy("remove one of the names"));
        }
    }
}

/// Reports groups in `peer_security_group_ids` that are there twice, or that the zone has as its own in another argument.
pub(super) fn check_peer_groups<'a>(
    reader: &mut Reader,
    own: impl IntoIterator<Item = (&'a str, &'a MaybeKnownText)>,
    peers: &ByName<Arc<str>>,
    place: &ConfigPath,
    same: fn(&str) -> String,
) {
    report_duplicates(reader, peers, place, same);
    for (argument, own) in own {
        let Some(own) = own.known() else { continue };
        let is_own = |id: &MaybeKnownText| id.known().is_some_and(|it| same(it) == same(own));
        for (name, _) in peers.iter().filter(|(_, id)| is_own(id)) {
            let message = format!("`{name}` is a group in `{argument}` as well");
            let finding = Finding::for_argument(Code::DuplicateAddress, &place.key(name), message);
            let remedy = "remove the name; rules that refer to the zone use its own group anyway";
            reader.findings.push(finding.remedy(remedy));
        }
    }
}
