//! Cells with ports, in the many shapes in which pages write them.

use super::number::{self, Use, range, use_of};
use super::port_words::{AND, DYNAMIC, EXCEPT, OFF, OR, PORT};
use super::token::{Token, tokens};
use super::transport::{follows_protocol, numbered};
use super::{Carrier, Piece, Ports, carrier};
use crate::import::text::is_blank;
use crate::import::words::is_any;
use crate::model::ports::PortRange;

/// A cell with ports.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct PortCell {
    /// What it states, by carrier.
    pub(crate) pieces: Vec<Piece>,
    /// Whether the product uses only one of the ports. A slash leaves it open.
    pub(crate) alternatives: bool,
    /// Whether the cell says that the listener is off by default.
    pub(crate) off: bool,
    /// What a person has to look at.
    pub(crate) doubts: Vec<String>,
}

/// A cell with more words is prose: only numbers that open it or follow the word "port" are ports.
pub(super) const PROSE: usize = 12;
/// The most ranges that a cell may state.
pub(super) const MOST: usize = 512;
pub(crate) const TOO_MANY: &str = "the cell has more than 512 ports, and the rest is not used";

/// Reads one statement of ports.
pub(super) fn one_cell(text: &str, default: &[Carrier]) -> PortCell {
    let mut cell = PortCell::default();
    let fixed: Vec<Carrier> = default
        .iter()
        .copied()
        .filter(|it| has_no_ports(*it))
        .collect();
    if is_blank(text) {
        cell.pieces = fixed
            .into_iter()
            .map(|carrier| Piece {
                carrier,
                ports: Ports::None,
            })
            .collect();
        return cell;
    }
    let mut tokens = tokens(text);
    if tokens.len() > MOST * 8 {
        tokens.truncate(MOST * 8);
        cell.doubts.push(TOO_MANY.to_owned());
    }
    let mut reading = Reading::new(&tokens, default);
    reading.read(&mut cell);
    reading.finish(text, &mut cell);
    cell
}

pub(super) fn has_no_ports(carrier: Carrier) -> bool {
    matches!(carrier, Carrier::Icmp | Carrier::Icmpv6 | Carrier::Ip(_))
}

const IN_PROSE: &str = "in the sentence is not read as a port";

/// A number of the cell, and the carriers that it has by words next to it.
struct Found {
    range: (u32, u32),
    carriers: Option<Vec<Carrier>>,
}

struct Reading<'a> {
    tokens: &'a [Token],
    default: &'a [Carrier],
    /// Whether transports are written before their ports.
    before: bool,
    is_prose: bool,
    found: Vec<Found>,
    fixed: Vec<Carrier>,
    types: Vec<u8>,
    dynamic: Option<Vec<Carrier>>,
    /// The carriers with ports that the cell names.
    named: Vec<Carrier>,
    /// Whether the cell leaves ports out.
    excludes: bool,
}

impl<'a> Reading<'a> {
    fn new(tokens: &'a [Token], default: &'a [Carrier]) -> Self {
        let first = tokens.iter().enumerate().find_map(|(at, it)| match it {
            Token::Number(_) => (!follows_protocol(&tokens[..at])).then_some(false),
            Token::Word(word) => carrier(word).map(|_| true),
            _ => None,
        });
        let words = tokens
            .iter()
            .filter(|it| matches!(it, Token::Word(_)))
            .count();
        Reading {
            tokens,
            default,
            before: first == Some(true),
            is_prose: words > PROSE,
            found: Vec::new(),
            fixed: Vec::new(),
            types: Vec::new(),
            dynamic: None,
            named: Vec::new(),
            excludes: false,
        }
    }

    fn word(&self, at: usize) -> Option<&'a str> {
        match self.tokens.get(at) {
            Some(Token::Word(it)) => Some(it),
            _ => None,
        }
    }

    fn is(&self, at: usize, list: &[&str]) -> bool {
        number::is(self.tokens, at, list)
    }

    fn read(&mut self, cell: &mut PortCell) {
        let mut at = 0;
        let mut current: Option<Vec<Carrier>> = None;
        while at < self.tokens.len() {
            match &self.tokens[at] {
                Token::Word(word) if carrier(word).is_some() => {
                    let (run, end) = self.run(at);
                    self.named(&run, self.begins(at, end), &mut current);
                    at = end;
                    continue;
                }
                Token::Word(word) if DYNAMIC.contains(&word.as_str()) => {
                    let short = self.tokens.len() <= 12;
                    if short && self.dynamic.is_none() {
                        self.dynamic = Some(current.clone().unwrap_or_default());
                    }
                }
                Token::Variable if self.dynamic.is_none() => {
                    self.dynamic = Some(current.clone().unwrap_or_default());
                }
                Token::Word(word) if OFF.contains(&word.as_str()) => cell.off = true,
                Token::Word(word) if OR.contains(&word.as_str()) => {
                    cell.alternatives |= !self.found.is_empty();
                }
                Token::Number(number) => {
                    at = self.number(at, *number, &mut current, cell);
                    continue;
                }
                Token::Slash => self.slash(at, cell),
                _ => {}
            }
            at += 1;
        }
    }

    /// Transports in a row: `tcp/udp`, `tcp and udp`.
    fn run(&self, mut at: usize) -> (Vec<Carrier>, usize) {
        let mut run = Vec::new();
        // `80 TCP, UDP 53` is two members of a list.
        let before = at.checked_sub(1).and_then(|it| self.tokens.get(it));
        let ends_member = matches!(before, Some(Token::Number(_)));
        loop {
            run.extend(self.word(at).and_then(carrier));
            let joined = matches!(self.tokens.get(at + 1), Some(Token::Slash | Token::Comma))
                || self.is(at + 1, AND)
                || self.is(at + 1, OR);
            let next = joined && self.word(at + 2).is_some_and(|it| carrier(it).is_some());
            if !next || ends_member && self.begins(at + 2, at + 3) {
                return (run, at + 1);
            }
            at += 2;
        }
    }

    /// Whether transports begin a member of a list, so that they are for the numbers after them: `80, 443, UDP 53`.
    fn begins(&self, at: usize, end: usize) -> bool {
        let is_apart = matches!(
            at.checked_sub(1).and_then(|it| self.tokens.get(it)),
            Some(Token::Comma)
        ) || at.checked_sub(1).is_some_and(|it| self.is(it, AND));
        let is_number = |at| matches!(self.tokens.get(at), Some(Token::Number(_)));
        let word = self.is(end, PORT) || self.tokens.get(end) == Some(&Token::Slash);
        is_apart && (is_number(end) || word && is_number(end + 1))
    }

    /// Transports that were named: for the numbers after them, or for those before.
    fn named(&mut self, run: &[Carrier], begins: bool, current: &mut Option<Vec<Carrier>>) {
        for it in run.iter().copied().filter(|it| has_no_ports(*it)) {
            if !self.fixed.contains(&it) {
                self.fixed.push(it);
            }
        }
        let with_ports = run.iter().filter(|it| !has_no_ports(**it));
        self.named.extend(with_ports);
        if self.before || begins {
            *current = Some(run.to_vec());
            return;
        }
        let with_ports: Vec<Carrier> = run
            .iter()
            .copied()
            .filter(|it| !has_no_ports(*it))
            .collect();
        let icmp = run
            .iter()
            .any(|it| matches!(it, Carrier::Icmp | Carrier::Icmpv6));
        if icmp && with_ports.is_empty() {
            // `8 ICMP`: the numbers before it are its types.
            while let Some(it) = (self.found).pop_if(|it| it.carriers.is_none() && it.range.1 < 256)
            {
                self.add_types(it.range);
            }
        } else if !with_ports.is_empty() {
            let found = self.found.iter_mut().rev();
            for it in found.take_while(|it| it.carriers.is_none()) {
                it.carriers = Some(with_ports.clone());
            }
        }
        *current = icmp.then(|| run.to_vec());
    }

    /// Adds numbers as ICMP types. Numbers above 255 are not types.
    fn add_types(&mut self, (from, to): (u32, u32)) {
        self.types
            .extend((from..=to).filter_map(|it| u8::try_from(it).ok()));
    }

    /// A number, or a range that begins with it. Returns where to go on.
    fn number(
        &mut self,
        at: usize,
        number: u32,
        current: &mut Option<Vec<Carrier>>,
        cell: &mut PortCell,
    ) -> usize {
        let (range, next) = range(self.tokens, at, number);
        if self.tokens[..at]
            .iter()
            .any(|it| matches!(it, Token::Word(word) if EXCEPT.contains(&word.as_str())))
        {
            self.excludes = true;
            return next;
        }
        if follows_protocol(&self.tokens[..at]) {
            if let Ok(number) = u8::try_from(number) {
                let it = numbered(number);
                if !self.fixed.contains(&it) {
                    self.fixed.push(it);
                }
            }
            return next;
        }
        match use_of(self.tokens, self.is_prose, at) {
            Use::Port => {}
            Use::Other => return next,
            Use::Unclear => {
                if number > 9 && !cell.doubts.iter().any(|it| it.ends_with(IN_PROSE)) {
                    cell.doubts.push(format!("`{number}` {IN_PROSE}"));
                }
                return next;
            }
        }
        let Some((number, high)) = range else {
            (cell.doubts).push(format!("`{number}` and above may be ports, or a version"));
            return next;
        };
        // `GRE (47)`, and a row for ESP with `50` in its column of ports.
        let mut all = self.fixed.iter().chain(self.default);
        if all.any(|it| matches!(it, Carrier::Ip(own) if u32::from(*own) == number)) {
            return next;
        }
        let carriers = current.as_deref().unwrap_or(self.default);
        if carriers
            .iter()
            .any(|it| matches!(it, Carrier::Icmp | Carrier::Icmpv6))
            && carriers.iter().all(|it| has_no_ports(*it))
            && high < 256
        {
            self.add_types((number, high));
            return next;
        }
        if self.found.len() < MOST {
            let with_ports = |it: &Vec<Carrier>| -> Vec<Carrier> {
                let all = it.iter().copied();
                all.filter(|it| !has_no_ports(*it)).collect()
            };
            let carriers = current.as_ref().map(with_ports);
            let carriers = carriers.filter(|it| !it.is_empty());
            self.found.push(Found {
                range: (number, high),
                carriers,
            });
        } else if !cell.doubts.iter().any(|it| it == TOO_MANY) {
            cell.doubts.push(TOO_MANY.to_owned());
        }
        next
    }

    fn slash(&self, at: usize, cell: &mut PortCell) {
        let number = |it: Option<&Token>| matches!(it, Some(Token::Number(_)));
        let types = self
            .default
            .iter()
            .any(|it| matches!(it, Carrier::Icmp | Carrier::Icmpv6));
        // `5432 (PostgreSQL) / 3306 (MySQL)` too.
        let left = at.checked_sub(1).and_then(|it| self.tokens.get(it));
        let left = number(left) || left == Some(&Token::Close);
        if left && number(self.tokens.get(at + 1)) && !types {
            cell.alternatives = true;
        }
    }

    fn finish(self, text: &str, cell: &mut PortCell) {
        let defaults = |carriers: Option<Vec<Carrier>>| -> Vec<Carrier> {
            let own = carriers.filter(|it| !it.is_empty());
            let carriers = own.unwrap_or_else(|| {
                self.default
                    .iter()
                    .copied()
                    .filter(|it| !has_no_ports(*it))
                    .collect()
            });
            if carriers.is_empty() {
                vec![Carrier::Unstated]
            } else {
                carriers
            }
        };
        let mut pieces: Vec<(Carrier, Vec<PortRange>)> = Vec::new();
        for it in &self.found {
            let (low, high) = it.range;
            let (Ok(low), Ok(high)) = (u16::try_from(low), u16::try_from(high)) else {
                cell.doubts.push(format!("`{low}` is not a port"));
                continue;
            };
            if high < low {
                cell.doubts
                    .push(format!("`{low}-{high}` ends before it begins"));
                continue;
            }
            if high == 0 {
                cell.doubts.push("`0` is not a port".to_owned());
                continue;
            }
            let range = if low == 0 && high < u16::MAX {
                PortRange { from: 1, to: high }
            } else {
                PortRange {
                    from: low,
                    to: high,
                }
            };
            for carrier in defaults(it.carriers.clone()) {
                match pieces.iter_mut().find(|(other, _)| *other == carrier) {
                    Some((_, ranges)) => ranges.push(range),
                    None => pieces.push((carrier, vec![range])),
                }
            }
        }
        let icmp = |it: &Carrier| matches!(it, Carrier::Icmp | Carrier::Icmpv6);
        let has_numbers = !pieces.is_empty();
        let has_range = pieces
            .iter()
            .any(|(_, ranges)| ranges.iter().any(|it| it.from != it.to));
        cell.alternatives &= pieces.iter().any(|(_, ranges)| ranges.len() > 1);
        for (carrier, mut ranges) in pieces {
            ranges.sort_unstable();
            ranges.dedup();
            cell.pieces.push(Piece {
                carrier,
                ports: Ports::Ranges(ranges),
            });
        }
        let mut fixed = self.fixed.clone();
        // `ICMP, TCP` next to `22` is ICMP, too.
        let has_ports = self.default.iter().any(|it| !has_no_ports(*it));
        let is_bare = fixed.is_empty() && !has_numbers && self.types.is_empty();
        if !has_numbers || has_ports {
            fixed.extend(
                self.default
                    .iter()
                    .copied()
                    .filter(|it| has_no_ports(*it) && !self.fixed.contains(it)),
            );
        }
        if fixed.is_empty() && !self.types.is_empty() {
            fixed.extend(self.default.iter().copied().filter(icmp));
        }
        let mut types = self.types;
        types.sort_unstable();
        types.dedup();
        for carrier in fixed.iter().copied() {
            let ports = if icmp(&carrier) && !types.is_empty() {
                Ports::Types(types.clone())
            } else {
                Ports::None
            };
            cell.pieces.push(Piece { carrier, ports });
        }
        if let Some(carriers) = self
            .dynamic
            .filter(|_| !has_range && (!has_numbers || is_list_with_dynamic(self.tokens)))
        {
            cell.pieces
                .extend(defaults(Some(carriers)).into_iter().map(|carrier| Piece {
                    carrier,
                    ports: Ports::Dynamic,
                }));
        }
        if self.excludes {
            cell.doubts
                .push("the cell leaves ports out, and is not read".to_owned());
            cell.pieces.clear();
            return;
        }
        let star = self.tokens == [Token::Star];
        let is_portless = cell.pieces.iter().all(|it| has_no_ports(it.carrier));
        let lacks = cell.pieces.is_empty() || (is_bare && has_ports && is_portless);
        if lacks && (star || is_any(text) || says_all(self.tokens)) {
            let carriers = defaults(Some(self.named));
            let any = |carrier| match carrier {
                Carrier::Unstated | Carrier::Any => Piece {
                    carrier: Carrier::Any,
                    ports: Ports::None,
                },
                carrier => Piece {
                    carrier,
                    ports: Ports::Any,
                },
            };
            cell.pieces.extend(carriers.into_iter().map(any));
        }
    }
}

/// Whether a word for dynamic ports is a member of a list with numbers: `135, dynamic`.
fn is_list_with_dynamic(tokens: &[Token]) -> bool {
    let at = tokens.iter().position(|it| matches!(it, Token::Word(word) if ["dynamic", "ephemeral", "random"].contains(&word.as_str())) || *it == Token::Variable);
    at.is_some_and(|at| {
        let edge = |it: Option<&Token>| {
            it.is_none_or(|it| {
                matches!(it, Token::Comma)
                    || matches!(it, Token::Word(word) if AND.contains(&word.as_str()))
            })
        };
        edge(at.checked_sub(1).and_then(|it| tokens.get(it))) && edge(tokens.get(at + 1))
    })
}

/// Whether a cell says "all ports", in any order of these words, perhaps with transports.
fn says_all(tokens: &[Token]) -> bool {
    let all = |it: &Token| matches!(it, Token::Word(word) if is_any(word));
    let plain = |it: &Token| match it {
        Token::Word(word) => {
            is_any(word) || PORT.contains(&word.as_str()) || carrier(word).is_some()
        }
        _ => true,
    };
    let starts = tokens.first().is_some_and(all) && tokens.len() <= 6;
    starts || (tokens.iter().any(all) && tokens.iter().all(plain))
}
