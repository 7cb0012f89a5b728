//! What sentences and headings near a table say of the transport of its rows, rather than of another port.

use super::header_words::names_port;
use super::table::{Heading, Item, Table};
use super::text::{has_any, words};
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
const NOT_ALL: &[&str] = &["not all", "not every", "не все", "nicht alle"];
/// What all of them are.
#[rustfmt::skip]
const PORTS: &[&str] = &[
    "port", "ports", "connection", "connections", "traffic", "communication", "порт", "порты", "портов",
];

/// Whether the lead of a table says that all of its ports are of a transport, and nothing of another one. A sentence with a number is
/// about that port.
pub(super) fn is_of_all(lead: &str, transport: &str, other: &str) -> bool {
    let text = with_short_names(lead);
    let sentences: Vec<&str> = text.split(". ").collect();
    if sentences.iter().any(|it| has_any(&rule(it), &[other])) {
        return false;
    }
    sentences.iter().any(|it| {
        let is_title = text.ends_with(it) && !text.ends_with('.');
        let has_number = words(it).iter().any(|it| is_number(it));
        let its = rule(it);
        !has_number
            && !has_any(&its, NOT_ALL)
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

/// A sentence that gives all ports a transport.
pub(super) struct Statement<'d> {
    item: &'d Item,
    /// Whether it is about the whole page: it allows exceptions, or its section has no table that it may be about.
    is_general: bool,
    transport: Transport,
}

/// The sentences of a page that give all ports a transport.
pub(super) fn statements<'d>(sentences: &'d [Item], tables: &[Table]) -> Vec<Statement<'d>> {
    let statement = |item: &'d Item| {
        let transport = of_all_ports(&item.text)?;
        let phrases = ["unless", "except", "on this page", "in this document"];
        let below = |it: &Table| it.line > item.line && contains(&item.stack, &it.stack);
        let its = words(&item.text);
        Some(Statement {
            item,
            is_general: has_any(&its, &phrases) && (has_any(&its, ALL) || is_of_page(&item.stack))
                || !tables.iter().any(below),
            transport,
        })
    };
    sentences.iter().filter_map(statement).collect()
}

/// Whether a sentence below these headings may be about the whole page: its section is the page, or is about networks, not `NAT`.
fn is_of_page(stack: &[Heading]) -> bool {
    let networks = [
        "network",
        "networking",
        "traffic",
        "port",
        "ports",
        "firewall",
        "requirements",
    ];
    let last = stack.last().filter(|_| stack.len() > 1);
    last.is_none_or(|it| has_any(&words(&it.text), &networks))
}

/// Whether what is under the second headings is in the section of the first.
fn contains(section: &[Heading], stack: &[Heading]) -> bool {
    let both = section.iter().zip(stack);
    section.len() <= stack.len() && both.into_iter().all(|(a, b)| a.line == b.line)
}

/// Words next to the noun that leave a part of the ports of a page.
#[rustfmt::skip]
const PARTS: &[&str] = &["these", "inbound", "outbound", "incoming", "outgoing", "other", "open"];

/// The sentences of a note or a paragraph, with short names of transports: not `Transmission Control Protocol (TCP)`.
fn with_short_names(text: &str) -> String {
    let mut text = text.replace('\n', " ").replace("Note: ", "");
    for long in ["Transmission Control Protocol", "User Datagram Protocol"] {
        for ending in ["s (", " ("] {
            for short in ["TCP", "UDP"] {
                text = text.replace(&format!("{long}{ending}{short})"), short);
            }
        }
    }
    text
}

/// The transport that a paragraph gives all ports, not only those of a table or of a direction.
fn of_all_ports(text: &str) -> Option<Transport> {
    let text = with_short_names(text);
    let sentences: Vec<&str> = text.split(". ").collect();
    let is = |it: &String, list: &[&str]| list.contains(&it.as_str());
    let means_page = |its: &[String], excepts: bool| {
        let is_noun = |it: &String| is(it, PORTS) || excepts && it == "rules";
        let mut nouns = its.iter().enumerate().filter(|(_, it)| is_noun(it));
        nouns.any(|(at, _)| {
            let (before, after) = (&its[..at], &its[at + 1..]);
            let between = |it: &&String| is(it, BETWEEN) && !is(it, PARTS);
            let nearest = before.iter().rev().find(|it| !between(it));
            let goes_on = [
                "are",
                "here",
                "explained here",
                "described here",
                "listed here",
            ];
            let is_of_page = excepts
                && (before.is_empty() || before == ["the"])
                && is(&its[at], &["rules", "ports", "connections", "port"])
                && has_any(&after[..after.len().min(2)], &goes_on)
                && !has_any(&after[..after.len().min(2)], &["in"]);
            let is_all = nearest.is_some_and(|it| is(it, ALL) && it != "these" && it != "both");
            (is_all || is_of_page) && !after.iter().take(NEAR).any(|it| is(it, BELOW))
        })
    };
    let states = |it: &str, transport: &str, other: &str| {
        let (its, all) = (rule(it), words(it));
        let says = ["stated", "noted", "mentioned", "indicated", "specified"];
        let excepts = has_any(&all, &["unless"])
            && has_any(&all, &["otherwise"])
            && has_any(&all, &says)
            && !has_any(&all, &["not", "you", other]);
        let of_rules = ["for {} connections", "for {} traffic", "for {} only"];
        let mut of_rules = of_rules.iter().map(|it| it.replace("{}", transport));
        !all.iter().any(|it| is_number(it))
            && !has_any(&its, NOT_ALL)
            && means_page(&its, excepts)
            && (names(&its, transport) || excepts && of_rules.any(|it| has_any(&its, &[&it])))
    };
    let of = |transport: &str, other: &str| {
        sentences.iter().any(|it| states(it, transport, other))
            && !sentences.iter().any(|it| has_any(&rule(it), &[other]))
    };
    if of("tcp", "udp") {
        Some(Transport::Tcp)
    } else {
        of("udp", "tcp").then_some(Transport::Udp)
    }
}

/// The transport that a statement gives all ports of a line: the nearest one above it that is about its section or the page, or else one
/// below in its section that no further table follows, or that allows exceptions.
pub(super) fn of_page(
    statements: &[Statement<'_>],
    line: usize,
    stack: &[Heading],
) -> Option<Transport> {
    let is_around = |it: &Statement<'_>| contains(&it.item.stack, stack);
    let (above, below) = statements.split_at(statements.partition_point(|it| it.item.line < line));
    let nearest = above.iter().rev().find(|it| it.is_general || is_around(it));
    let nearest = nearest.or_else(|| below.iter().find(|it| it.is_general && is_around(it)));
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
