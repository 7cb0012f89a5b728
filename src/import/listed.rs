//! The transports that a list of ports states, for tables of connections on the same page that have none.

use super::cell::{Carrier, Piece, Ports};
use super::claim::Claim;
use crate::model::ports::PortRange;
use std::collections::BTreeMap;

/// What lists say of a range: its transports, unless they disagree, and the tables that they are in.
#[derive(Default)]
struct Known {
    carriers: Vec<Carrier>,
    disagree: bool,
    tables: Vec<usize>,
}

/// Gives ports without a transport the one of a table that lists ports and no ends. Lists that disagree about a port say nothing of it.
pub(super) fn complete(claims: &mut [Claim]) {
    let mut known: BTreeMap<PortRange, Known> = BTreeMap::new();
    for claim in claims.iter() {
        let Some(table) = claim.table.filter(|_| lists(claim)) else {
            continue;
        };
        let mut own: BTreeMap<PortRange, Vec<Carrier>> = BTreeMap::new();
        for piece in &claim.pieces {
            if let Ports::Ranges(ranges) = &piece.ports {
                for range in ranges {
                    own.entry(*range).or_default().push(piece.carrier);
                }
            }
        }
        for (range, mut carriers) in own {
            carriers.sort_unstable();
            let it = known.entry(range).or_default();
            it.disagree |= !it.carriers.is_empty() && it.carriers != carriers;
            it.carriers = carriers;
            it.tables
                .extend((it.tables.last() != Some(&table)).then_some(table));
        }
    }
    known.retain(|_, it| !it.disagree);
    if known.is_empty() {
        return;
    }
    let of_table = |it: &&mut Claim| it.table.is_some() && !it.from.is_empty() && !it.to.is_empty();
    for claim in claims.iter_mut().filter(of_table) {
        let lacks = |it: &Piece| it.carrier == Carrier::Unstated;
        if claim.pieces.iter().any(lacks) {
            let other = |it: &&Known| claim.table.is_none_or(|own| !it.tables.contains(&own));
            let find = |range: &PortRange| known.get(range).filter(other);
            claim.pieces = completed(&claim.pieces, &|it| {
                find(it).map(|it| it.carriers.as_slice())
            });
        }
    }
}

/// Whether a row lists ports with their transports, and not both ends.
fn lists(claim: &Claim) -> bool {
    claim.to.is_empty()
        && claim.way.is_none()
        && claim
            .pieces
            .iter()
            .all(|it| matches!(it.carrier, Carrier::Of(_)))
}

/// The pieces with the transports that are known of their ranges.
fn completed<'k>(
    pieces: &[Piece],
    known: &dyn Fn(&PortRange) -> Option<&'k [Carrier]>,
) -> Vec<Piece> {
    let mut all: Vec<Piece> = Vec::new();
    let mut add = |carrier: Carrier, range: PortRange| {
        let same = all.iter_mut().find(|it| it.carrier == carrier);
        match same.map(|it| &mut it.ports) {
            Some(Ports::Ranges(ranges)) => {
                ranges.push(range);
                ranges.sort_unstable();
                ranges.dedup();
            }
            _ => all.push(Piece {
                carrier,
                ports: Ports::Ranges(vec![range]),
            }),
        }
    };
    let mut others = Vec::new();
    for piece in pieces {
        let Ports::Ranges(ranges) = &piece.ports else {
            others.push(piece.clone());
            continue;
        };
        for range in ranges {
            match known(range).filter(|_| piece.carrier == Carrier::Unstated) {
                Some(carriers) => carriers.iter().for_each(|it| add(*it, *range)),
                None => add(piece.carrier, *range),
            }
        }
    }
    all.extend(others);
    all
}
