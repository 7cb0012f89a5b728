//! What a number in a cell with ports is, by the tokens around it.

use super::carrier;
use super::port_words::{ABOVE, AND, BETWEEN, IN_BRACKETS, NUMBERED, OR, PORT, UP_TO, VERSIONED};
use super::token::Token;
use crate::import::protocols::is_protocol_name;

/// What a number is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// A port.
    Port,
    /// Something else: a footnote, a version.
    Other,
    /// A number in a sentence.
    Unclear,
}

/// Whether a token is one of some words.
pub(super) fn is(tokens: &[Token], at: usize, list: &[&str]) -> bool {
    matches!(tokens.get(at), Some(Token::Word(word)) if list.contains(&word.as_str()))
}

/// The lowest number after which a range may be open: what is below may be a version, as in `OpenSSL 3 or higher`.
const LOWEST_OPEN: u32 = 1_023;

/// The range that begins at this place, and where to go on. `None` in its place if it may be open, or a version.
pub(super) fn range(tokens: &[Token], at: usize, number: u32) -> (Option<(u32, u32)>, usize) {
    let (range, is_open, next) = as_printed(tokens, at, number);
    ((!is_open || number >= LOWEST_OPEN).then_some(range), next)
}

/// The range as it is printed, whether it has no upper end, and where to go on.
fn as_printed(tokens: &[Token], at: usize, number: u32) -> ((u32, u32), bool, usize) {
    let before = at.checked_sub(1);
    let between = before.is_some_and(|it| is(tokens, it, BETWEEN)) && is(tokens, at + 1, AND);
    let dash = tokens.get(at + 1) == Some(&Token::Dash) || is(tokens, at + 1, UP_TO);
    let last = u32::from(u16::MAX);
    if let Some(Token::Number(high)) = tokens.get(at + 2)
        && (dash || between)
    {
        return ((number, *high), false, at + 3);
    }
    // `1024+`, `1024 and higher`, `1024 or above`.
    if tokens.get(at + 1) == Some(&Token::AndAbove) || is(tokens, at + 1, ABOVE) {
        return ((number, last), true, at + 2);
    }
    if (is(tokens, at + 1, AND) || is(tokens, at + 1, OR)) && is(tokens, at + 2, ABOVE) {
        return ((number, last), true, at + 3);
    }
    // `>= 1024`, `> 1023`, `above 1023`, `higher than 1023`.
    match before.and_then(|it| tokens.get(it)) {
        Some(Token::AndAbove) => ((number, last), true, at + 1),
        Some(Token::Above) => ((number.saturating_add(1), last), true, at + 1),
        Some(Token::Word(word)) => {
            let than = word == "than" && at.checked_sub(2).is_some_and(|it| is(tokens, it, ABOVE));
            let above = than || ABOVE.contains(&word.as_str());
            let range = if above {
                (number.saturating_add(1), last)
            } else {
                (number, number)
            };
            (range, above, at + 1)
        }
        _ => ((number, number), false, at + 1),
    }
}

/// Words in a list in brackets with which its numbers may be of something else.
#[rustfmt::skip]
const UNCLEAR: &[&str] = &["closed", "until", "source", "client", "no", "not", "only", "ports", "port"];

/// Whether a number is a member of a list in brackets after its transport, each with a note or without: `TCP (443, 8443 for users)`.
fn is_listed(tokens: &[Token], open: usize, end: usize, at: usize) -> bool {
    let transport = open.checked_sub(1).map(|it| &tokens[it]);
    let is_of_transport = matches!(transport, Some(Token::Word(it)) if carrier(it).is_some());
    let is_number = |it: &Token| matches!(it, Token::Number(20..));
    let ends = match tokens.get(at + 1) {
        None | Some(Token::Comma | Token::Close | Token::Dash) => true,
        Some(Token::Word(it)) => ["for", "für", "pour", "para"].contains(&it.as_str()),
        _ => false,
    };
    let is_other = |it: &Token| matches!(it, Token::Word(it) if carrier(it).is_some() || UNCLEAR.contains(&it.as_str()));
    is_of_transport
        && ends
        && is_number(&tokens[at])
        && tokens.get(open + 1).is_some_and(is_number)
        && matches!(tokens[at - 1], Token::Open | Token::Comma)
        && !tokens[open..end].iter().any(is_other)
}

/// What the number at this place is, by the words around it. In prose fewer numbers are ports.
pub(super) fn use_of(tokens: &[Token], is_prose: bool, at: usize) -> Use {
    let before = at.checked_sub(1);
    // `HTTP 2`, `HTTP/2`
    let slash = before.is_some_and(|it| tokens[it] == Token::Slash);
    let name = at.checked_sub(if slash { 2 } else { 1 });
    let is_version = matches!(tokens[at], Token::Number(..=9))
        && name.is_some_and(|it| is(tokens, it, VERSIONED));
    if is_version || before.is_some_and(|it| is(tokens, it, NUMBERED)) {
        return Use::Other;
    }
    let open = tokens[..at].iter().rposition(|it| *it == Token::Open);
    let closed = tokens[..at].iter().rposition(|it| *it == Token::Close);
    if let Some(open) = open.filter(|open| closed.is_none_or(|closed| closed < *open)) {
        let end = tokens[at..]
            .iter()
            .position(|it| *it == Token::Close)
            .map_or(tokens.len(), |it| at + it);
        let fits = |it: &Token| match it {
            Token::Word(word) => {
                IN_BRACKETS.contains(&word.as_str())
                    || PORT.contains(&word.as_str())
                    || OR.contains(&word.as_str())
                    || carrier(word).is_some()
                    || is_protocol_name(word) && !matches!(tokens[at], Token::Number(..=9))
            }
            _ => true,
        };
        // `443 (1)` has a footnote.
        let number = |it: usize| matches!(tokens.get(it), Some(Token::Number(_)));
        let is_note = end == open + 2
            && matches!(tokens[at], Token::Number(..=9))
            && open.checked_sub(1).is_some_and(number);
        // The whole cell may be in brackets, and a list of ports may be after a transport: `TCP (443, 8443 for administrators)`.
        let is_port = !is_note
            && (tokens[open..end].iter().all(fits)
                || open == 0
                || is_listed(tokens, open, end, at));
        return if is_port { Use::Port } else { Use::Other };
    }
    if !is_prose {
        return Use::Port;
    }
    // In prose: the numbers that open the cell, those after "port", and lists of these.
    let start = tokens[..at].iter().rev().find_map(|it| match it {
        Token::Word(word) => {
            let list = AND.contains(&word.as_str())
                || OR.contains(&word.as_str())
                || UP_TO.contains(&word.as_str());
            (!list).then(|| PORT.contains(&word.as_str()) || carrier(word).is_some())
        }
        Token::Open | Token::Close => Some(false),
        _ => None,
    });
    if start.unwrap_or(true) {
        Use::Port
    } else {
        Use::Unclear
    }
}
