//! What sentences and headings near a table say of the transport of its rows, rather than of another port.

use super::table::{Heading, Item};
use super::text::{has_any, words};
use super::words::names_port;
use crate::model::traffic::Transport;

/// Words for all ports of a table, right before the noun but for those of [`BETWEEN`].
#[rustfmt::skip]
const ALL: &[&str] = &[
    "all", "these", "every", "each", "both", "все", "всех", "эти", "alle", "diese",
];
#[rustfmt::skip]
const BETWEEN: &[&str] = &[
    "of", "the", "these", "listed", "required", "needed", "necessary", "used", "open", "default", "network", "inbound",
    "outbound", "incoming", "outgoing", "other", "tcp", "udp", "sctp",
];
/// Words that mean the table, up to [`NEAR`] words before the noun or after it: `the following Kafka ports`, `the ports listed below`.
const FOLLOWING: &[&str] = &["following", "следующие", "folgende", "folgenden"];
const BELOW: &[&str] = &["below", "listed", "following"];
const NEAR: usize = 4;
/// What all of them are.
#[rustfmt::skip]
const PORTS: &[&str] = &[
    "port", "ports", "connection", "connections", "traffic", "communication", "порт", "порты", "портов",
];

/// Whether the lead of a table says that all of its ports are of a transport, and nothing of another one. A sentence with a number is
/// about that port.
pub(super) fn is_of_all(lead: &str, transport: &str, other: &str) -> bool {
    let text = lead.replace('\n', " ");
    let sentences: Vec<&str> = text.split(". ").collect();
    if sentences.iter().any(|it| has_any(&rule(it), &[other])) {
        return false;
    }
    sentences.iter().any(|it| {
        let is_title = text.ends_with(it) && !text.ends_with('.');
        let has_number = words(it).iter().any(|it| is_number(it));
        let its = rule(it);
        !has_number
            && !has_any(&its, &["not all", "not every"])
            && (means_all(&its) && names(&its, transport)
                || is_title && has_any(&its, &[&format!("{transport} ports")]))
    })
}

/// The words of a sentence without the exception that it makes: `All ports are TCP unless stated otherwise`, or the reverse.
fn rule(sentence: &str) -> Vec<String> {
    let exception = [
        "unless",
        "except",
        "excepting",
        "если",
        "кроме",
        "sofern",
        "außer",
    ];
    let its = words(sentence);
    match its.iter().position(|it| exception.contains(&it.as_str())) {
        Some(0) => words(sentence.split_once(',').map_or("", |it| it.1)),
        Some(at) => its[..at].to_vec(),
        None => its,
    }
}

/// Words of sentences that are about a part of the ports of a page only, or about the table below them.
#[rustfmt::skip]
const PARTS: &[&str] = &[
    "these", "both", "following", "below", "эти", "следующие", "diese", "folgende", "folgenden", "inbound", "outbound", "incoming",
    "outgoing", "входящие", "исходящие", "eingehende", "ausgehende",
];

/// A sentence that gives all ports a transport.
pub(super) struct Statement<'d> {
    item: &'d Item,
    /// Whether it is about the whole page: it allows exceptions.
    is_general: bool,
    transport: Transport,
}

/// The sentences of a page that give all ports a transport.
pub(super) fn statements(sentences: &[Item]) -> Vec<Statement<'_>> {
    let statement = |item| {
        let transport = of_all_ports(item)?;
        let phrases = ["unless", "except", "on this page", "in this document"];
        Some(Statement {
            item,
            is_general: has_any(&words(&item.text), &phrases),
            transport,
        })
    };
    sentences.iter().filter_map(statement).collect()
}

/// The transport that a paragraph gives all ports, not only those of a table or of a direction.
fn of_all_ports(item: &Item) -> Option<Transport> {
    let text = item.text.replace('\n', " ");
    let sentences: Vec<&str> = text.split(". ").collect();
    let is = |transport: &str, other: &str| {
        let of_other = |it: &str| has_any(&rule(it), &[other]);
        let of_part = |it: &&str| has_any(&words(it), PARTS);
        let mut whole = sentences.iter().filter(|it| !of_part(it));
        // What ends without a full stop may be a title, and is about its table alone.
        !sentences.iter().any(|it| of_other(it))
            && whole
                .any(|it| is_of_all(&format!("{}.", it.trim_end_matches('.')), transport, other))
    };
    if is("tcp", "udp") {
        Some(Transport::Tcp)
    } else {
        is("udp", "tcp").then_some(Transport::Udp)
    }
}

/// The transport that the nearest statement above a line gives all ports: one of a section that the line is in, or of the whole page.
pub(super) fn of_page(
    statements: &[Statement<'_>],
    line: usize,
    stack: &[Heading],
) -> Option<Transport> {
    let contains = |it: &Item| {
        let stacks = it.stack.iter().zip(stack);
        it.stack.len() <= stack.len() && stacks.into_iter().all(|(a, b)| a.line == b.line)
    };
    let mut above = statements.iter().rev().filter(|it| it.item.line < line);
    let nearest = above.find(|it| it.is_general || contains(it.item));
    nearest.map(|it| it.transport)
}

fn is_number(word: &str) -> bool {
    word.len() > 1 && word.bytes().all(|it| it.is_ascii_digit())
}

/// Whether a noun for ports is next to a word that means all of them.
fn means_all(its: &[String]) -> bool {
    let is = |it: &String, list: &[&str]| list.contains(&it.as_str());
    let nouns = its.iter().enumerate().filter(|(_, it)| is(it, PORTS));
    nouns.into_iter().any(|(at, _)| {
        let (before, after) = (&its[..at], &its[at + 1..]);
        let mut nearest = before
            .iter()
            .rev()
            .skip_while(|it| is(it, BETWEEN) && !is(it, ALL));
        nearest.next().is_some_and(|it| is(it, ALL))
            || before.iter().rev().take(NEAR).any(|it| is(it, FOLLOWING))
            || after.iter().take(NEAR).any(|it| is(it, BELOW))
    })
}

/// Whether a sentence says that ports or connections are of a transport.
fn names(its: &[String], transport: &str) -> bool {
    let phrases = [
        "{} port",
        "{} ports",
        "ports {}",
        "traffic is {}",
        "traffic uses {}",
        "communication is {}",
        "communication uses {}",
        "are {}",
        "are all {}",
        "use {}",
        "use the {}",
        "uses the {}",
        "protocol is {}",
        "over {}",
        "порты {}",
    ];
    phrases
        .iter()
        .any(|it| has_any(its, &[&it.replace("{}", transport)]))
}

/// Whether a heading names ports, and none that a cell names: `SSH uses TCP port 22` above a row for 80.
pub(super) fn is_of_others(heading: &str, cell: &str) -> bool {
    let numbers = |text: &str| -> Vec<String> {
        words(text).into_iter().filter(|it| is_number(it)).collect()
    };
    let named = numbers(heading);
    let own = numbers(cell);
    names_port(heading) && !named.is_empty() && !named.iter().any(|it| own.contains(it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_sentence_about_all_ports_is_about_the_table() {
        for lead in [
            "All ports are TCP.",
            "Open the following TCP ports.",
            "These ports use TCP. Names are resolved first.",
            "The TCP ports below must be open.",
            "All of the required ports are TCP unless otherwise noted.",
            "The agent uses these ports\nover TCP.",
            "Every connection is over TCP.",
            "Inbound TCP ports:",
            "TCP ports",
            "Unless otherwise stated, all ports are TCP.",
            "All ports are TCP unless they are marked with UDP.",
            "All connections use the TCP protocol.",
        ] {
            assert!(is_of_all(lead, "tcp", "udp"), "{lead}");
        }
        for lead in [
            "Open TCP port 3479 from the clients to the server.",
            "SSH uses TCP port 22.",
            "All servers need TCP port 22:",
            "All servers open TCP ports.",
            "All ports are TCP. DNS is UDP.",
            "Not all ports are TCP.",
            "All ports are TCP except 53, which is UDP.",
            "The proxy forwards a TCP port.",
        ] {
            assert!(!is_of_all(lead, "tcp", "udp"), "{lead}");
        }
        assert!(is_of_others("SSH uses TCP port 22", "80"));
        assert!(!is_of_others("Syslog on UDP port 514", "514"));
        assert!(!is_of_others("TCP ports", "80"));
    }
}
