//! Items of lists that name both ends and ports: `A → B: 443`, or `TCP/443` under a heading that names them.

use super::arrow::{Arrow, arrow, by_sign, introduced};
use super::cell::{Carrier, Piece, Ports, port_cell, transports_in};
use super::claim::{Claim, Party, named};
use super::facts::{Facts, MAX_CLAIMS, Skipped};
use super::header_words::names_port;
use super::heading::peers_of;
use super::lead::{Statement, of_page};
use super::leading::{ends_of_lead, may_name_ends};
use super::line::divided;
use super::sentence::denies;
use super::stated::{Covered, Stated};
use super::table::{Heading, Item};
use super::text::{has_any, words};
use super::words::is_optional;
use crate::model::words::Need;
use std::collections::{BTreeMap, BTreeSet};

pub(super) const ITEM_WITHOUT_ENDS: &str =
    "the item names ports that no table has, and not who connects to whom";

/// Adds the claims of items that name both ends. Returns the lines of lists with further ports that no table has.
pub(super) fn items<'d>(
    items: &'d [Item],
    statements: &[Statement<'_>],
    facts: &mut Facts,
) -> Vec<(&'d Item, &'d str)> {
    let mut left = Vec::new();
    if items.is_empty() {
        return left;
    }
    let covered = Covered::new(&facts.claims);
    let stated = Stated::new(&facts.claims);
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut seen: BTreeSet<(Vec<Party>, Vec<Party>, Vec<Piece>)> = BTreeSet::new();
    for item in items {
        let heading = item.stack.last().map_or("the page", |it| it.text.as_str());
        let count = counts.entry(heading.to_owned()).or_default();
        *count += 1;
        let at = format!(
            "{}, item {count}",
            heading.chars().take(80).collect::<String>()
        );
        for line in item.text.lines() {
            if facts.claims.len() > MAX_CLAIMS {
                return left;
            }
            let claims = item_claims(line, item, &at);
            if claims.is_empty() && stated.lacks(line, is_about_ports(item)) {
                if item.depth.is_some() {
                    left.push((item, line));
                } else {
                    facts.skipped.push(Skipped {
                        line: item.line,
                        why: ITEM_WITHOUT_ENDS,
                    });
                }
            }
            for mut claim in claims {
                claim.pieces = covered.rest(&claim);
                if let Some(transport) = of_page(statements, item.line, &item.stack) {
                    for it in &mut claim.pieces {
                        if it.carrier == Carrier::Unstated && matches!(it.ports, Ports::Ranges(_)) {
                            it.carrier = Carrier::Of(transport);
                        }
                    }
                }
                let key = (claim.from.clone(), claim.to.clone(), claim.pieces.clone());
                if !claim.pieces.is_empty() && seen.insert(key) {
                    facts.claims.push(claim);
                }
            }
        }
    }
    left
}

/// What a line of a list states, in both directions if it says so.
fn item_claims(line: &str, item: &Item, at: &str) -> Vec<Claim> {
    let Some((claim, both)) = item_claim(line, item, at) else {
        return Vec::new();
    };
    if !both {
        return vec![claim];
    }
    let back = Claim {
        from: claim.to.clone(),
        to: claim.from.clone(),
        ..claim.clone()
    };
    vec![claim, back]
}

/// Whether a heading of an item, or a line before its list, is about ports; or the nearest is a transport.
pub(super) fn is_about_ports(item: &Item) -> bool {
    let names_transport = |it: &Heading| {
        let found = transports_in(&it.text);
        words(&it.text).len() <= 3 && found.iter().any(|it| matches!(it, Carrier::Of(_)))
    };
    // A word far above says nothing of this list.
    let above = item.stack.iter().rfind(|it| it.level <= 6);
    let mut near = item.stack.iter().filter(|it| it.level > 6).chain(above);
    near.any(|it| names_port(&it.text))
        || item.stack.last().is_some_and(names_transport)
        || is_of_traffic(item)
}

/// Whether the nearest heading is nothing but a direction or a side, on a page or in a section about networks: `Inbound`.
fn is_of_traffic(item: &Item) -> bool {
    #[rustfmt::skip]
    let directions = [
        "inbound", "outbound", "incoming", "outgoing", "ingress", "egress", "traffic", "connection", "connections",
    ];
    let mut above = item.stack.iter().rev().filter(|it| it.level <= 6);
    let is_direction = |it: &Heading| {
        let its = words(&it.text);
        !its.is_empty() && its.iter().all(|it| directions.contains(&it.as_str()))
    };
    let near = above.next();
    let is_about = |it: &Heading| {
        let networks = [
            "firewall",
            "firewalls",
            "network requirements",
            "network access",
            "connectivity",
        ];
        names_port(&it.text) || has_any(&words(&it.text), &networks)
    };
    let has_side = || peers_of(&item.stack).is_some();
    near.is_some_and(|it| is_direction(it) || has_side()) && above.any(is_about)
}

/// Whether the beginning of an item is about ports: it says so, names a transport, or has nothing but numbers; not `Free 20 GB`.
fn states_ports(head: &str, pieces: &[Piece]) -> bool {
    let is_short = words(head).len() <= 4;
    let has_letters = head.chars().any(char::is_alphabetic);
    names_port(head)
        || !has_letters
        || pieces.iter().any(|it| match it.carrier {
            Carrier::Of(_) => true,
            Carrier::Named => is_short,
            _ => false,
        })
}

/// The ends that brackets after ports name: `TCP/443 (agents to the server)`.
fn bracketed(line: &str) -> Option<Arrow> {
    let (_, rest) = line.split_once(" (")?;
    introduced(rest.split_once(')')?.0)
}

/// The ends that the line right before a list names for all of its items, if an item names none of its own.
fn ends_of_intro(line: &str, item: &Item) -> Option<(Vec<Party>, Vec<Party>)> {
    let above = item.stack.last().filter(|it| it.level > 6)?;
    // The colon of the line is not kept.
    let text = if above.text.ends_with('.') {
        above.text.clone()
    } else {
        format!("{}:", above.text)
    };
    let (_, rest) = divided(line);
    ends_of_lead(&text).filter(|_| !may_name_ends(rest))
}

/// Who connects, who listens, and whether either does.
type Ends = (Vec<Party>, Vec<Party>, bool);

/// The ends of a line of a list, by an arrow, in brackets, or by what the list is below; and its part with the ports.
fn ends<'l>(line: &'l str, item: &Item) -> Option<(Ends, &'l str)> {
    let parties = |it: Arrow| (named(it.from), named(it.to), it.both);
    if let Some((left, right)) = line.split_once(':')
        && let Some(arrow) = by_sign(left)
    {
        return Some((parties(arrow), right));
    }
    let by_sentence = || ends_of_intro(line, item).map(|(from, to)| (from, to, false));
    let by_heading = || {
        let found = item.stack.iter().rev().find_map(|it| match it.level {
            // A sentence that is not right before the list.
            7.. if it.text.ends_with('.') || denies(&it.text) => None,
            // A line with a colon before the list.
            7.. => introduced(&it.text),
            _ => arrow(&it.text),
        });
        found.map(parties)
    };
    let own = bracketed(line).map(parties).or_else(by_sentence);
    Some((own.or_else(by_heading)?, line))
}

/// What a line of a list states, and whether it holds in both directions.
fn item_claim(line: &str, item: &Item, at: &str) -> Option<(Claim, bool)> {
    let ((from, to, both), ports) = ends(line, item)?;
    // What precedes the explanation: `TCP/443 - web`.
    let (ports, _) = divided(ports);
    let cell = port_cell(ports, &[]);
    let numbers = cell
        .pieces
        .iter()
        .any(|it| matches!(it.ports, Ports::Ranges(_)));
    let is_name = |it: &Party| match it {
        Party::Named(it) => it.chars().any(char::is_alphabetic),
        Party::This => true,
    };
    let numbers =
        numbers && states_ports(ports, &cell.pieces) && from.iter().chain(&to).all(is_name);
    let claim = Claim {
        table: None,
        row: 0,
        line: item.line,
        at: at.to_owned(),
        from,
        to,
        to_is_inferred: false,
        way: None,
        pieces: cell.pieces,
        alternatives: cell.alternatives,
        printed: ports.trim().to_owned(),
        need: if is_optional(line) {
            Need::Optional
        } else {
            Need::Unstated
        },
        labels: Vec::new(),
        note: line.trim().to_owned(),
        applications: Vec::new(),
        setting: None,
        group: None,
        features: Vec::new(),
        doubts: cell.doubts,
    };
    numbers.then_some((claim, both))
}
