//! What sentences and headings near a table say of the transport of its rows, rather than of another port.

use super::text::{has_any, words};
use super::words::names_port;

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
    if has_any(&words(lead), &[other]) {
        return false;
    }
    let text = lead.replace('\n', " ");
    text.split(". ").any(|it| {
        let is_title = text.ends_with(it) && !text.ends_with('.');
        let its = words(it);
        let has_number = its.iter().any(|it| is_number(it));
        !has_number
            && (means_all(&its) && names(&its, transport)
                || is_title && has_any(&its, &[&format!("{transport} ports")]))
    })
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
        "ports are {}",
        "ports use {}",
        "ports {}",
        "connections use {}",
        "connections are {}",
        "traffic is {}",
        "traffic uses {}",
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
        ] {
            assert!(is_of_all(lead, "tcp", "udp"), "{lead}");
        }
        for lead in [
            "Open TCP port 3479 from the clients to the server.",
            "SSH uses TCP port 22.",
            "All servers need TCP port 22:",
            "All servers open TCP ports.",
            "All ports are TCP. DNS is UDP.",
            "The proxy forwards a TCP port.",
        ] {
            assert!(!is_of_all(lead, "tcp", "udp"), "{lead}");
        }
        assert!(is_of_others("SSH uses TCP port 22", "80"));
        assert!(!is_of_others("Syslog on UDP port 514", "514"));
        assert!(!is_of_others("TCP ports", "80"));
    }
}
