//! What a platform is. `table.rs` lists all of them.

use super::identity::{Identity, Match, Selector, World};
use super::{Column, Count, RowCell, Zones};
use crate::model::address::Addresses;
use crate::model::cell::MaybeKnownText;
use crate::model::finding::Finding;
use crate::model::rules::{Forwarding, RuleKey, Rules, TranslatedTraffic};
use crate::model::words::{Direction, Merge};
use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A platform for which rules are rendered.
pub trait Platform: Sync {
    /// Its names and its part of the documentation.
    fn about(&self) -> &'static About;

    /// Whether it enforces rules in a zone.
    fn enforces(&self, zone: &Addresses) -> bool;

    /// Whether ingress rules in an enforced zone match this peer by its addresses, rather than by a group, tag or label.
    fn matches_by_address(&self, zone: &Addresses, peer: &Addresses) -> bool;

    /// What members of the zone have, by which rules select them.
    fn identities(&self, _zone: &Addresses) -> Vec<Identity> {
        Vec::new()
    }

    /// By what a rule selects the members for which it holds, if others than those of its zone may have it.
    fn at(&self, _rule: &RuleKey, _world: &World<'_>) -> Vec<Selector> {
        Vec::new()
    }

    /// By what a rule selects members of its peer, a zone, other than by addresses.
    fn named(&self, _rule: &RuleKey, _world: &World<'_>) -> Vec<Selector> {
        Vec::new()
    }

    /// Whether a selector selects members of a zone that have its id, as far as the rest of it goes.
    fn is_within(&self, _selector: &Selector, _zone: &str, _world: &World<'_>) -> Match {
        Match::Yes
    }

    /// The zone that a selector is of, if members of other zones need not have the same but may have more.
    fn selecting<'s>(&self, _selector: &'s Selector) -> Option<&'s str> {
        None
    }

    /// Renders the rules in the zones that it enforces.
    fn render(&self, inputs: &Inputs<'_>) -> Rendered;
}

/// The names of a platform, and its part of the documentation.
#[derive(Clone, Copy, Debug)]
pub struct About {
    /// What it is called in messages.
    pub name: &'static str,
    /// The block of a zone; also part of the keys of counts.
    pub block: &'static str,
    /// Its outputs, in order.
    pub outputs: &'static [Output],
    /// What its counts are, in a sentence of Markdown; empty if it has no counts.
    pub counts: &'static str,
    /// What happens to the traffic of a zone if its rules are destroyed, as the end of a sentence.
    pub without_rules: &'static str,
}

/// An output of a platform.
#[derive(Clone, Copy, Debug)]
pub struct Output {
    /// The attribute's name.
    pub name: &'static str,
    /// What it contains.
    pub shape: Shape,
    /// What it is, in Markdown.
    pub description: &'static str,
}

/// What an output contains.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// Rows by key.
    Rows {
        /// The arguments of the resource that is created from a row.
        columns: &'static [Column],
        /// The type of the resource, if a `moved` block can rename one of its instances.
        movable: Option<&'static str>,
    },
    /// A text for each zone.
    Texts,
}

/// What rules are rendered from.
#[derive(Clone, Copy)]
pub struct Inputs<'i> {
    /// The rules, with combined ports if `merge` says so.
    pub rules: &'i Rules,
    /// The zones, with combined addresses if `merge` says so.
    pub zones: Zones<'i>,
    /// What zones listen on, if that differs from what their peers connect to.
    pub translated: &'i TranslatedTraffic,
    /// Ingress rules for what peers connect to, if that differs from what zones listen on.
    pub untranslated: &'i Rules,
    /// Zones with hosts that run pods or containers.
    pub forwarding: &'i Forwarding,
    /// Zones whose hosts reject what they do not allow.
    pub rejecting: &'i BTreeSet<String>,
    /// The resource's name.
    pub name: &'i MaybeKnownText,
    /// The directions in which rules are wanted.
    pub directions: &'i BTreeSet<Direction>,
    /// Which rules are combined already.
    pub merge: Merge,
    /// What users set for all rules of a platform.
    pub options: &'i Options,
    /// The last state.
    pub last: &'i dyn StateRows,
    /// The planned state during apply, so that numbers that the plan assigned are kept. During plan, the last state.
    pub planned: &'i dyn StateRows,
}

/// Options of platforms, at most one value of each type.
#[derive(Clone, Default)]
pub struct Options(Vec<Arc<dyn Any + Send + Sync>>);

impl Options {
    /// The options of one type, or their defaults.
    pub fn get<O: Any + Clone + Default>(&self) -> O {
        let mut options = self.0.iter();
        let found = options.find_map(|it| it.downcast_ref::<O>());
        found.cloned().unwrap_or_default()
    }
}

impl FromIterator<Arc<dyn Any + Send + Sync>> for Options {
    fn from_iter<I: IntoIterator<Item = Arc<dyn Any + Send + Sync>>>(options: I) -> Self {
        Options(options.into_iter().collect())
    }
}

/// A look-up of the known cells of a row by column; numbers are decimal text.
pub type Cells<'c> = &'c dyn Fn(&str) -> Option<Arc<str>>;

/// The rows of a state.
pub trait StateRows {
    /// Visits the rows of an output with their keys.
    fn visit(&self, output: &str, row: &mut dyn FnMut(&str, Cells<'_>));
}

/// What rendering for a platform produces.
#[derive(Default)]
pub struct Rendered {
    /// The contents of its outputs, in the order of [`About::outputs`].
    pub outputs: Vec<Content>,
    /// How full the places of enforcement are, by `<zone>/<block>/<what>`.
    pub counts: BTreeMap<String, Count>,
    /// What it cannot express or would reject, and what its quotas say.
    pub findings: Vec<Finding>,
    /// Whether values that are not known yet may change findings that do not stop an apply.
    pub findings_may_change: bool,
    /// Why its rows are known only after apply, with all counts, if that is so.
    pub undecided: Option<Finding>,
}

/// The content of an output.
pub enum Content {
    /// Rows by key.
    Rows(Box<dyn Rows>),
    /// Texts by zone.
    Texts(BTreeMap<String, RowCell>),
}

impl Content {
    /// Typed rows as content.
    pub fn rows<R: Row + 'static>(rows: BTreeMap<String, R>) -> Content {
        Content::Rows(Box::new(rows))
    }
}

/// A row with the cells of its columns.
pub trait Row {
    /// The cell of a column.
    fn cell(&self, column: &str) -> RowCell;
}

/// Rows of any type, by key.
pub trait Rows {
    /// Visits the rows in the order of keys.
    fn visit(&self, row: &mut dyn FnMut(&str, &dyn Row));
}

impl<R: Row> Rows for BTreeMap<String, R> {
    fn visit(&self, row: &mut dyn FnMut(&str, &dyn Row)) {
        for (key, it) in self {
            row(key, it);
        }
    }
}
