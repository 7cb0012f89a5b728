//! Rows of security groups that the platform takes for one rule, under two names.

use super::problems::first_few;
use crate::model::code::Code;
use crate::model::finding::{ConfigPath, Finding};
use crate::model::key::RowKey;
use std::collections::BTreeMap;

/// Pairs of names of one thing, each with the place of the second and the rules that would be the same.
#[derive(Default)]
pub(super) struct Duplicates(BTreeMap<(String, String), (ConfigPath, Vec<String>)>);

impl Duplicates {
    /// Two rows that are one rule, by their keys. `block` is the platform's block of a zone.
    pub(super) fn add(&mut self, block: &'static str, first: &str, second: &str) {
        let keys = RowKey::parse(first).zip(RowKey::parse(second));
        let (a, b) = keys.expect("these are keys of rows");
        // One group twice in the block of a zone is an error of the block, whatever rules there are.
        let of_groups = |it: &RowKey<'_>| it.kind.starts_with(GROUP);
        if a.zone == b.zone && a.peer == b.peer && of_groups(&a) && of_groups(&b) {
            return;
        }
        let (pair, place) = differing(block, &a, &b);
        let (_, rows) = self.0.entry(pair).or_insert((place, Vec::new()));
        rows.push(second.to_owned());
    }

    pub(super) fn findings(&self, platform: &str) -> impl Iterator<Item = Finding> {
        self.0.iter().map(move |((a, b), (place, keys))| {
            let rules = match &keys[..] {
                [key] => format!("the rule `{key}`"),
                _ => format!(
                    "the rules {}",
                    first_few(keys.iter().map(|it| format!("`{it}`")))
                ),
            };
            let message =
                format!("{a} and {b} are the same to {platform}, so it would reject {rules}");
            let finding = Finding::new(Code::DuplicateAddress, format!("{a}, {b}"), message);
            finding.at(place)
        })
    }
}

/// How the kinds of rows that name a security group begin.
const GROUP: &str = "group";

/// The zone of a key.
pub(super) fn zone_of(key: &str) -> &str {
    RowKey::parse(key).map_or("", |it| it.zone)
}

/// What differs between two keys, in words: two zones with one group, or two names of one peer; and the place of the second.
fn differing(
    block: &'static str,
    first: &RowKey<'_>,
    second: &RowKey<'_>,
) -> ((String, String), ConfigPath) {
    if first.zone != second.zone {
        let words = (
            format!("the groups of zones `{}`", first.zone),
            format!("`{}`", second.zone),
        );
        let of_zone = ConfigPath::zone(second.zone).field(block).index(0);
        return (words, of_zone.field("security_group_id"));
    }
    let words = |it: &RowKey<'_>| match it.name {
        None => format!("the group of zone `{}`", it.peer),
        Some(name) => format!("`{name}` in `{}` of zone `{}`", it.argument(), it.peer),
    };
    ((words(first), words(second)), second.place(block))
}
