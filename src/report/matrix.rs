//! The connections by pair of zones.

use super::{Connection, Report};
use std::collections::BTreeMap;

/// Connections by who opens and who listens.
pub(super) type Pairs<'r> = BTreeMap<(usize, usize), Vec<&'r Connection>>;

impl Report {
    pub(super) fn pairs(&self) -> Pairs<'_> {
        let mut pairs = Pairs::new();
        for it in &self.connections {
            pairs.entry((it.from, it.to)).or_default().push(it);
        }
        pairs
    }

    /// Runs of zones with the same trust: its word, the first, and how many.
    pub(super) fn tiers(&self) -> Vec<(&'static str, usize, usize)> {
        let mut tiers: Vec<(&'static str, usize, usize)> = Vec::new();
        for (at, zone) in self.zones.iter().enumerate() {
            let word = super::words::trust_word(zone.trust);
            match tiers.last_mut() {
                Some((last, _, count)) if *last == word => *count += 1,
                _ => tiers.push((word, at, 1)),
            }
        }
        tiers
    }
}
