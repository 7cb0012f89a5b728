//! Rules in each platform's own shape: one file per platform, with its columns and its limits.

pub mod aws;
pub mod azure;
pub(crate) mod describe;
mod dns;
mod duplicates;
pub mod gcp;
pub mod grants;
mod hash;
pub mod identity;
pub mod kubernetes;
mod label;
pub mod merge;
mod multicast;
pub mod nested;
pub mod nftables;
pub mod openstack;
mod peers;
pub mod platform;
mod problems;
pub mod sharing;
pub mod table;
mod unfiltered;

pub(crate) use label::is_label;
pub(crate) use problems::quota_level;

use crate::model::address::{Addresses, Cidr, Family};
use crate::model::cell::{ByName, MaybeKnown, MaybeKnownText};
use crate::model::words::Direction;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The zones as platforms can name them.
#[derive(Clone, Copy)]
pub struct Zones<'z> {
    /// By name.
    pub addresses: &'z BTreeMap<String, Addresses>,
    /// Peers that are not zones.
    pub fixed: &'z Fixed,
}

/// Peers that are not zones: the addresses of each, by name.
pub type Fixed = BTreeMap<Arc<str>, BTreeMap<Arc<str>, Cidr>>;

/// The addresses of a family, as those of a zone are.
fn fixed_blocks(fixed: &BTreeMap<Arc<str>, Cidr>, family: Family) -> ByName<Cidr> {
    let blocks = fixed.iter().filter(|(_, it)| it.family() == family);
    blocks
        .map(|(name, it)| (Arc::clone(name), MaybeKnown::Known(*it)))
        .collect()
}

/// How full a place of enforcement is, in the platform's own count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// What ingress rules count for.
    pub ingress: u32,
    /// What egress rules count for.
    pub egress: u32,
    /// What there is room for in each direction, or in both.
    pub limit: u32,
    /// Whether the limit is for both directions together.
    pub together: bool,
}

impl Count {
    /// What rules of a direction count for.
    const fn of(self, direction: Direction) -> u32 {
        match direction {
            Direction::Ingress => self.ingress,
            Direction::Egress => self.egress,
        }
    }

    /// Counts a rule of a direction. What one counts for may be a number that a user gives, however high.
    fn add(&mut self, direction: Direction, used: u32) {
        let count = match direction {
            Direction::Ingress => &mut self.ingress,
            Direction::Egress => &mut self.egress,
        };
        *count = count.saturating_add(used);
    }

    /// What counts against the limit: the fuller direction, or both.
    pub fn used(self) -> u32 {
        if self.together {
            self.ingress.saturating_add(self.egress)
        } else {
            self.ingress.max(self.egress)
        }
    }

    /// What is left; below zero if there is too much.
    pub fn headroom(self) -> i64 {
        i64::from(self.limit) - i64::from(self.used())
    }
}

/// What several count for together.
fn total(counts: impl IntoIterator<Item = u32>) -> u32 {
    counts.into_iter().fold(0, u32::saturating_add)
}

/// Rows by their keys, which come nearly in order: a map of all of them at once is smaller and made sooner than one by one.
///
/// # Panics
/// If two rows have the same key.
fn by_key<R>(rows: Vec<(String, R)>) -> BTreeMap<String, R> {
    let count = rows.len();
    let rows: BTreeMap<String, R> = rows.into_iter().collect();
    assert_eq!(rows.len(), count, "two rows have one key");
    rows
}

/// A column of a platform's rows: an argument of the resource that is created from them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// The argument's name.
    pub name: &'static str,
    /// The argument's type.
    pub kind: ColumnKind,
    /// What it contains, in Markdown.
    pub description: &'static str,
}

impl Column {
    const fn new(name: &'static str, kind: ColumnKind, description: &'static str) -> Column {
        Column {
            name,
            kind,
            description,
        }
    }
}

/// The type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    /// Text.
    Text,
    /// A whole number.
    Number,
    /// A list of texts.
    Texts,
    /// A list of objects, for the nested blocks of the resource.
    Blocks(&'static [Column]),
}

/// A cell of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowCell {
    /// The argument is not given.
    Null,
    /// Known after apply.
    Unknown,
    /// Text.
    Text(Arc<str>),
    /// A whole number.
    Number(i64),
    /// A list of texts, each of which may be pending.
    Texts(Vec<RowCell>),
    /// A list of objects, each with the cells of its columns by name.
    Blocks(Vec<Vec<(&'static str, RowCell)>>),
}

impl RowCell {
    fn text(cell: &MaybeKnownText) -> RowCell {
        match cell {
            MaybeKnown::Known(text) => RowCell::Text(Arc::clone(text)),
            MaybeKnown::Unknown => RowCell::Unknown,
        }
    }

    fn block(cell: &MaybeKnown<Cidr>) -> RowCell {
        match cell {
            MaybeKnown::Known(cidr) => RowCell::Text(cidr.to_string().into()),
            MaybeKnown::Unknown => RowCell::Unknown,
        }
    }
}
