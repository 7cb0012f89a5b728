//! Which cells speak for two ends, and which of them hold.

use super::{Access, Cell, End};
use crate::model::services::Services;
use crate::model::words::Trust;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A zone or fixed address as cells can name it.
#[derive(Clone, Debug)]
pub(super) struct Names {
    /// From the closest on.
    ends: Vec<End>,
    /// Whether it is the same place as another.
    name: Arc<str>,
}

impl Names {
    /// Of a zone with its segment and trust; a fixed address has neither.
    pub(super) fn of(name: &Arc<str>, segment: Option<&str>, trust: Option<Trust>) -> Names {
        let segment = segment.filter(|it| **it != **name);
        let mut ends = vec![End::Name(Arc::clone(name))];
        ends.extend(segment.map(|it| End::Name(it.into())));
        ends.extend(trust.map(End::Trust));
        ends.push(End::Any);
        Names {
            ends,
            name: Arc::clone(name),
        }
    }

    /// The ends that mean it, from the closest on.
    pub(super) fn ends(&self) -> impl Iterator<Item = &End> + Clone {
        self.ends.iter()
    }

    /// Whether an end of a cell or an exception means it.
    pub(super) fn is_meant_by(&self, end: &End) -> bool {
        self.ends.contains(end)
    }
}

/// Cells by their ends. Of two cells with the same ends, which is a mistake, the first one counts.
pub(super) struct Cells<'p>(BTreeMap<(&'p End, &'p End), &'p Cell>);

impl<'p> Cells<'p> {
    pub(super) fn of(cells: &'p [Cell]) -> Cells<'p> {
        let mut by_ends = BTreeMap::new();
        for cell in cells {
            by_ends.entry((&cell.from, &cell.to)).or_insert(cell);
        }
        Cells(by_ends)
    }

    /// The cells that hold between two ends: those that no other beats. A zone to itself is judged only by cells that name it at
    /// both ends.
    pub(super) fn between(&self, from: &Names, to: &Names) -> Vec<&'p Cell> {
        let is_itself = from.name == to.name;
        let pairs = (from.ends.iter()).flat_map(|a| to.ends.iter().map(move |b| (a, b)));
        let speaking = pairs.filter(|(a, b)| {
            let named = a.closeness() == 2 && b.closeness() == 2;
            named || !is_itself
        });
        let found: Vec<&Cell> = speaking.filter_map(|it| self.0.get(&it).copied()).collect();
        let unbeaten = |it: &&&Cell| !found.iter().any(|other| other.beats(it));
        found.iter().filter(unbeaten).copied().collect()
    }
}

impl Cell {
    /// Whether it names both ends at least as closely as another, and one of them more closely.
    fn beats(&self, other: &Cell) -> bool {
        let closeness = |it: &Cell| (it.from.closeness(), it.to.closeness());
        let ((from, to), (of_from, of_to)) = (closeness(self), closeness(other));
        from >= of_from && to >= of_to && (from, to) != (of_from, of_to)
    }

    /// What of some services it refuses.
    pub(super) fn refused(&self, services: &Services) -> Services {
        match self.access {
            Access::Allow => Services::default(),
            Access::Block => services.clone(),
            Access::AllowOnly => services.difference(&self.services),
            Access::BlockOnly => services.intersection(&self.services),
        }
    }
}
