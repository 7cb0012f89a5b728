//! Cells with transports, which often name application protocols instead.

use super::token::{Token, tokens};
use super::{Carrier, carrier};
use crate::import::text::{is_blank, words};
use crate::import::words::{is_any, without_marks};

/// A cell with transports.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct TransportCell {
    /// What carries the traffic; empty if the cell says nothing.
    pub(crate) carriers: Vec<Carrier>,
    /// The application protocols, as printed.
    pub(crate) applications: Vec<String>,
    /// What a person has to look at.
    pub(crate) doubts: Vec<String>,
}

/// Reads a cell of a column of protocols.
pub(crate) fn transport_cell(text: &str) -> TransportCell {
    let mut cell = TransportCell::default();
    if is_blank(text) {
        return cell;
    }
    cell.carriers = transports_in(text);
    if cell.carriers.is_empty() && (names_nothing_else(text) || text.trim() == "*") {
        cell.carriers.push(Carrier::Any);
        return cell;
    }
    for part in without_marks(text).split([',', '/', '\n', ';', '(', ')', '+']) {
        let part = part.trim();
        let named = transports_in(part).is_empty()
            && !names_nothing_else(part)
            && part.chars().any(char::is_alphabetic);
        let word = part.to_lowercase();
        if named && part.chars().count() <= 30 && !NO_PROTOCOLS.contains(&word.as_str()) {
            cell.applications.push(part.to_owned());
        }
    }
    let unknown = words(text).into_iter().filter(|it| carrier(it).is_none());
    for word in unknown.filter(|it| is_misprint(it)) {
        cell.doubts
            .push(format!("`{word}` may be a misprint of a transport"));
    }
    if cell.carriers.is_empty() && !cell.applications.is_empty() {
        cell.carriers.push(Carrier::Named);
    }
    cell
}

/// Words in cells of protocols that name none.
const NO_PROTOCOLS: [&str; 4] = ["ip", "protocol", "configurable", "default"];

/// Whether a word that does not name a transport looks like one: `UPD`, `UCP`, `TPC`.
fn is_misprint(word: &str) -> bool {
    let begins = word.starts_with(['t', 'u']) && word.contains('p');
    word.len() == 3 && (begins || ["ctp", "dup"].contains(&word))
}

/// Words next to "all" that leave every protocol: `All traffic`, `Any IP`. Others name what is meant: `All HTTPS`.
#[rustfmt::skip]
const EVERY: &[&str] = &[
    "protocol", "protocols", "traffic", "ip", "ipv4", "ipv6", "transport", "transports", "type", "types", "port", "ports",
    "протокол", "протоколы", "трафик", "порты", "protokol", "protokoller", "protokolle", "trafik",
];

/// Whether a cell means every protocol.
fn names_nothing_else(text: &str) -> bool {
    let is_plain = |it: &String| is_any(it) || EVERY.contains(&it.as_str());
    is_any(text) && words(text).iter().all(is_plain)
}

/// The transports and IP protocols that a text names, each once, in its order. `IP protocol 47` and a lone `47` are GRE.
pub(crate) fn transports_in(text: &str) -> Vec<Carrier> {
    let tokens = tokens(text);
    let mut found: Vec<Carrier> = Vec::new();
    let alone = matches!(tokens.as_slice(), [Token::Number(_)]);
    for (at, token) in tokens.iter().enumerate() {
        let it = match token {
            Token::Word(word) => carrier(word),
            Token::Number(number) if alone || follows_protocol(&tokens[..at]) => {
                u8::try_from(*number).ok().map(numbered)
            }
            _ => None,
        };
        found.extend(it.filter(|it| !found.contains(it)));
    }
    found
}

/// The carrier that the registry of IP protocols gives a number.
pub(super) fn numbered(number: u8) -> Carrier {
    let known = [
        (1, "icmp"),
        (6, "tcp"),
        (17, "udp"),
        (58, "icmpv6"),
        (132, "sctp"),
    ];
    let word = known.iter().find(|(it, _)| *it == number);
    word.and_then(|(_, word)| carrier(word))
        .unwrap_or(Carrier::Ip(number))
}

/// Whether a number after these tokens is that of an IP protocol: `IP protocol 47`, `protocol number 4`, `protocol ID 50 and 51`.
pub(super) fn follows_protocol(before: &[Token]) -> bool {
    let words = before.iter().rev().take_while(|it| {
        matches!(
            it,
            Token::Word(_) | Token::Number(_) | Token::Comma | Token::Slash
        )
    });
    let mut number_word = false;
    for it in words {
        match it {
            Token::Word(it)
                if [
                    "protocol",
                    "protocols",
                    "proto",
                    "протокол",
                    "protokol",
                    "protokoll",
                    "协议",
                    "协议号",
                    "プロトコル",
                    "プロトコル番号",
                ]
                .contains(&it.as_str()) =>
            {
                // `Protocol 443` says nothing by itself.
                return number_word || before.iter().any(|it| *it == Token::Word("ip".to_owned()));
            }
            Token::Word(it)
                if [
                    "number",
                    "numbers",
                    "id",
                    "ids",
                    "no",
                    "nr",
                    "номер",
                    "numarası",
                ]
                .contains(&it.as_str()) =>
            {
                number_word = true;
            }
            Token::Word(it) if ["and", "or", "и", "und", "ve"].contains(&it.as_str()) => {}
            Token::Number(_) | Token::Comma | Token::Slash => {}
            _ => return false,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::traffic::Transport::{Tcp, Udp};

    #[test]
    fn transports_and_applications_are_told_apart() {
        let check = |text: &str, carriers: &[Carrier], applications: &[&str]| {
            let cell = transport_cell(text);
            assert_eq!(
                (cell.carriers.as_slice(), cell.applications),
                (
                    carriers,
                    applications.iter().map(|it| (*it).to_owned()).collect()
                ),
                "{text}"
            );
        };
        let (tcp, udp) = (Carrier::Of(Tcp), Carrier::Of(Udp));
        check("TCP/ UDP", &[tcp, udp], &[]);
        check("TCP & UDP", &[tcp, udp], &[]);
        check("HTTPS", &[Carrier::Named], &["HTTPS"]);
        check("HTTPS (TCP)", &[tcp], &["HTTPS"]);
        check("IPENCAP / IPIP", &[Carrier::Ip(4)], &[]);
        check("IP protocol 47", &[Carrier::Ip(47)], &[]);
        check("ICMP", &[Carrier::Icmp], &[]);
        check("-", &[], &[]);
        check("Any", &[Carrier::Any], &[]);
        check("All protocols", &[Carrier::Any], &[]);
        check("All TCP", &[tcp], &[]);
        check("UDP (any)", &[udp], &[]);
        check("All ICMP", &[Carrier::Icmp], &[]);
        check("All ICMP - IPv6", &[Carrier::Icmpv6], &[]);
        check("All HTTPS", &[Carrier::Named], &["All HTTPS"]);
        check("50", &[Carrier::Ip(50)], &[]);
        check("6", &[tcp], &[]);
        check("TCP (optional)", &[tcp], &[]);
        check(
            "HTTPS recommended",
            &[Carrier::Named],
            &["HTTPS recommended"],
        );
        check("TCP/TLS (configurable)", &[tcp], &["TLS"]);
        for (text, count) in [
            ("TCP/UPS/TLS", 1),
            ("TCP and UCP", 1),
            ("TCP, UDP, HTTP", 0),
        ] {
            assert_eq!(transport_cell(text).doubts.len(), count, "{text}");
        }
    }
}
