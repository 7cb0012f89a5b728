//! What members of zones have that rules select them by: groups, tags, labels. Two zones that have one of them in common get each
//! other's rules.

use super::Zones;
use super::nested::Nested;
use crate::model::cell::MaybeKnownText;
use crate::model::finding::ConfigPath;
use crate::model::rules::Rules;
use std::sync::Arc;

/// Whether all that is wanted of a member is there, in the order of `and`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Match {
    /// It is not.
    No,
    /// Only an apply will tell.
    Open,
    /// It is.
    Yes,
}

/// Something that all members of a zone have, so that rules can select them by it.
#[derive(Clone, Debug)]
pub struct Identity {
    /// What it is, e.g. `security group`. Ids of different kinds are never equal.
    pub what: &'static str,
    /// Its id, in a form in which equal ids are equal texts.
    pub id: MaybeKnownText,
    /// Its id as messages show it.
    pub shown: Arc<str>,
    /// Where the zone says so, below its block.
    pub place: ConfigPath,
}

impl Identity {
    /// An identity whose ids are compared as they are written, in an argument of a zone's block.
    pub(super) fn new(what: &'static str, id: &MaybeKnownText, place: ConfigPath) -> Identity {
        Identity {
            what,
            id: id.clone(),
            shown: id.known().map_or_else(|| "".into(), Arc::clone),
            place,
        }
    }
}

/// By what a rule selects members: those for which it holds, or those to which it refers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Selector {
    /// What it is: the kind of an [`Identity`].
    pub what: &'static str,
    /// The id that members must have.
    pub id: MaybeKnownText,
    /// What the platform compares as well, in its own order: a network, a zone whose labels count.
    pub within: Vec<Option<MaybeKnownText>>,
}

impl Selector {
    /// Every member that has the identity.
    pub(super) fn new(what: &'static str, id: &MaybeKnownText) -> Selector {
        Selector {
            what,
            id: id.clone(),
            within: Vec::new(),
        }
    }

    /// A known text of `within`.
    pub(super) fn within(&self, at: usize) -> Option<&str> {
        let text = self.within.get(at)?.as_ref()?.known()?;
        Some(text)
    }
}

/// The rules with the zones that they are between.
pub struct World<'w> {
    /// All rules, before any are combined.
    pub rules: &'w Rules,
    /// The zones, before their addresses are combined.
    pub zones: Zones<'w>,
    /// Whose addresses are among those of another zone.
    pub nested: Nested<'w>,
}

impl<'w> World<'w> {
    /// Of rules and the zones that they are between.
    pub fn new(rules: &'w Rules, zones: Zones<'w>) -> Self {
        World {
            rules,
            zones,
            nested: Nested::of(zones.addresses),
        }
    }
}
