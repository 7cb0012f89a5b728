//! The ports that tables state, with which the items of lists are compared.

use super::cell::{Carrier, Piece, Ports, port_cell};
use super::claim::{Claim, Party};
use super::header_words::names_port;
use super::line::divided;
use super::lists::listens;
use super::text::{is_blank, words};
use crate::model::ports::PortRange;
use std::collections::BTreeMap;

/// The ports that tables state between any ends, for each carrier as ranges apart from each other.
pub(super) struct Stated(BTreeMap<Carrier, Vec<PortRange>>);

impl Stated {
    pub(super) fn new(claims: &[Claim]) -> Self {
        let mut stated: BTreeMap<Carrier, Vec<PortRange>> = BTreeMap::new();
        for piece in claims.iter().flat_map(|it| &it.pieces) {
            if let Ports::Ranges(ranges) = &piece.ports {
                stated.entry(piece.carrier).or_default().extend(ranges);
            }
        }
        for ranges in stated.values_mut() {
            ranges.sort_unstable();
            let mut joined: Vec<PortRange> = Vec::new();
            for it in ranges.iter() {
                match joined.last_mut() {
                    Some(last) if it.from <= last.to.saturating_add(1) => {
                        last.to = last.to.max(it.to);
                    }
                    _ => joined.push(*it),
                }
            }
            *ranges = joined;
        }
        Stated(stated)
    }

    /// Whether a table states a range. Over TCP and over UDP it is not the same; one without a transport may be either.
    fn has(&self, carrier: Carrier, range: PortRange) -> bool {
        let is_of = |it: &Carrier| matches!(it, Carrier::Of(_));
        let may_be = |it: &Carrier| !(is_of(it) && is_of(&carrier)) || *it == carrier;
        let has = |ranges: &Vec<PortRange>| {
            let after = ranges.partition_point(|it| it.from <= range.from);
            after
                .checked_sub(1)
                .is_some_and(|it| ranges[it].contains(range))
        };
        self.0.iter().any(|(it, ranges)| may_be(it) && has(ranges))
    }

    /// Whether a line of a list begins with ports and their transport, or has them in one word, and one of these is in no table. In a
    /// list about ports, a short line with a number is enough: `SSH (default is 22)`, and in a longer one the word, or that it
    /// begins with the number: `use port 22`, `22: for those who log in`.
    pub(super) fn lacks(&self, line: &str, is_about_ports: bool) -> bool {
        let is_bare = || {
            let head = line.split([':', ' ', ',', '/']).next().unwrap_or_default();
            let is_number = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
            head.len() > 1 && head.split(['-', '–']).take(3).all(is_number)
        };
        let says_so = || words(line).len() <= 8 || names_port(line) || is_bare();
        if is_about_ports && says_so() && self.lacks_one(line, |_| true) {
            return true;
        }
        if let Some((_, ports)) = listens(line) {
            return self.lacks_one(ports, |_| true);
        }
        let (head, _) = divided(line);
        let words: Vec<&str> = head.split(' ').collect();
        let short = words.len() <= 6 || words.len() <= 16 && names_port(head);
        let begins = words[..words.len().min(3)].join(" ");
        let has_digit = |it: &&str| it.contains(|it: char| it.is_ascii_digit());
        // `443/tcp`
        let joined = line
            .split(' ')
            .filter(|it| it.contains('/'))
            .filter(has_digit);
        let of = |it: &Carrier| matches!(it, Carrier::Of(_));
        short && self.lacks_one(head, of)
            || self.lacks_one(&begins, of)
            || joined.into_iter().any(|it| self.lacks_one(it, of))
    }

    /// Whether a text states a port with such a transport that is in no table.
    fn lacks_one(&self, text: &str, of: fn(&Carrier) -> bool) -> bool {
        port_cell(text, &[])
            .pieces
            .iter()
            .any(|it| match &it.ports {
                Ports::Ranges(ranges) => {
                    of(&it.carrier) && ranges.iter().any(|range| !self.has(it.carrier, *range))
                }
                _ => false,
            })
    }
}

/// The most pairs of ends of a claim of a list that tables are searched for.
const MAX_PAIRS: usize = 64;

/// The ports that tables state between two named ends, whatever their transport.
pub(super) struct Covered(BTreeMap<(String, String), Vec<PortRange>>);

/// A name as it is compared.
fn folded(party: &Party) -> String {
    match party {
        Party::Named(name) => words(name).join(" "),
        Party::This => String::new(),
    }
}

impl Covered {
    pub(super) fn new(claims: &[Claim]) -> Self {
        let mut covered: BTreeMap<(String, String), Vec<PortRange>> = BTreeMap::new();
        for claim in claims {
            for (from, to) in pairs(claim) {
                let ranges = claim.pieces.iter().filter_map(|it| match &it.ports {
                    Ports::Ranges(ranges) => Some(ranges),
                    _ => None,
                });
                covered
                    .entry((from, to))
                    .or_default()
                    .extend(ranges.flatten().copied());
            }
        }
        Covered(covered)
    }

    /// The pieces of a claim of unstated transport that no table states for the same ends.
    pub(super) fn rest(&self, claim: &Claim) -> Vec<Piece> {
        let known: Vec<&Vec<PortRange>> = pairs(claim)
            .into_iter()
            .filter_map(|it| self.0.get(&it))
            .collect();
        let states = |range: &PortRange| {
            !known.is_empty()
                && known
                    .iter()
                    .all(|it| it.iter().any(|it| it.contains(*range)))
        };
        let rest = |piece: &Piece| match &piece.ports {
            Ports::Ranges(ranges) if piece.carrier == Carrier::Unstated => {
                let ranges: Vec<PortRange> =
                    ranges.iter().copied().filter(|it| !states(it)).collect();
                (!ranges.is_empty()).then_some(Piece {
                    carrier: piece.carrier,
                    ports: Ports::Ranges(ranges),
                })
            }
            _ => Some(piece.clone()),
        };
        claim.pieces.iter().filter_map(rest).collect()
    }
}

fn pairs(claim: &Claim) -> Vec<(String, String)> {
    if claim.from.len() * claim.to.len() > MAX_PAIRS {
        return Vec::new();
    }
    let to = |from: &Party| {
        claim
            .to
            .iter()
            .map(|to| (folded(from), folded(to)))
            .collect::<Vec<_>>()
    };
    claim
        .from
        .iter()
        .flat_map(to)
        .filter(|(a, b)| !is_blank(a) && !is_blank(b))
        .collect()
}
