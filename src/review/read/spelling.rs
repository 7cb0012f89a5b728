//! Protocols and ports in every spelling in which platforms print them.

use crate::model::ports::PortRange;
use crate::model::ranges;
use crate::model::services::Services;
use crate::model::traffic::{IcmpType, Traffic, Transport, protocol_number};

/// An IP protocol, by the details that it can have.
#[derive(Clone, Copy, Debug)]
pub(super) enum Protocol {
    /// Every protocol.
    Any,
    /// One with ports.
    Transport(Transport),
    /// One with types and codes.
    Icmp(fn(Option<IcmpType>) -> Traffic),
    /// One with neither, by its number.
    Other(u8),
}

impl Protocol {
    /// A name or a number, in any case; `-1`, `*`, `all` and `any` for every protocol.
    pub(super) fn parse(text: &str) -> Option<Protocol> {
        let word = text.to_ascii_lowercase();
        let number = match word.as_str() {
            "-1" | "*" | "all" | "any" => return Some(Protocol::Any),
            it => protocol_number(it).or_else(|| it.strip_prefix("ip-").unwrap_or(it).parse().ok()),
        };
        // Source: IANA, Assigned Internet Protocol Numbers.
        Some(match number? {
            1 => Protocol::Icmp(Traffic::Icmp),
            6 => Protocol::Transport(Transport::Tcp),
            17 => Protocol::Transport(Transport::Udp),
            58 => Protocol::Icmp(Traffic::Icmpv6),
            132 => Protocol::Transport(Transport::Sctp),
            other => Protocol::Other(other),
        })
    }

    /// The protocol with these ports; all of it if it has no ports, or if the list is empty.
    pub(super) fn with_ports(self, ports: &[PortRange]) -> Vec<Traffic> {
        match self {
            Protocol::Transport(it) if !ports.is_empty() => {
                let ports = ports.iter();
                ports.map(|range| Traffic::Ports(it, *range)).collect()
            }
            Protocol::Transport(it) => vec![Traffic::Ports(it, PortRange::ALL)],
            Protocol::Any => vec![Traffic::Any],
            Protocol::Icmp(family) => vec![family(None)],
            Protocol::Other(number) => vec![Traffic::Ip(number)],
        }
    }

    /// The protocol with `from_port` and `to_port`: ports, or a type and a code of ICMP. Null and -1 both mean all.
    ///
    /// # Errors
    /// What is wrong with the two, as the end of a sentence.
    pub(super) fn between(self, from: Option<i64>, to: Option<i64>) -> Result<Services, String> {
        let set = |it: Option<i64>| it.filter(|it| *it != -1);
        let wrong = || format!("has `{}` to `{}` as ports", shown(from), shown(to));
        match (self, set(from), set(to)) {
            (Protocol::Transport(_), Some(from), Some(to)) => {
                let ends = u16::try_from(from).ok().zip(u16::try_from(to).ok());
                let range = ends.and_then(|(from, to)| range(from, to));
                Ok(Services::of(self.with_ports(&[range.ok_or_else(wrong)?])))
            }
            (Protocol::Transport(_), Some(_), None) | (Protocol::Transport(_), None, Some(_)) => {
                Err(wrong())
            }
            (Protocol::Icmp(family), Some(kind), code) => {
                let byte = |it: i64| u8::try_from(it).map_err(|_| wrong());
                let kind = IcmpType {
                    number: byte(kind)?,
                    code: code.map(byte).transpose()?,
                };
                Ok(Services::of([family(Some(kind))]))
            }
            _ => Ok(Services::of(self.with_ports(&[]))),
        }
    }
}

fn shown(cell: Option<i64>) -> String {
    cell.map_or_else(|| "null".to_owned(), |it| it.to_string())
}

/// `443`, `7000-7999`, or `*` for all.
pub(super) fn port_range(text: &str) -> Option<PortRange> {
    if text == "*" {
        return Some(PortRange::ALL);
    }
    let (from, to) = text.split_once('-').unwrap_or((text, text));
    range(from.trim().parse().ok()?, to.trim().parse().ok()?)
}

/// Ranges, sorted, of which none overlap or touch.
pub(super) fn joined(mut ranges: Vec<PortRange>) -> Vec<PortRange> {
    ranges.sort_unstable();
    let ends = ranges.into_iter().map(|it| (it.from, it.to));
    let joined = ranges::joined(ends, |it| it.checked_add(1));
    let ranges = joined.into_iter().map(|(from, to)| PortRange { from, to });
    ranges.collect()
}

/// The texts that are not empty; empty ones are the same as none.
pub(super) fn non_empty(texts: &[String]) -> impl Iterator<Item = &str> {
    texts.iter().map(String::as_str).filter(|it| !it.is_empty())
}

/// Whether a text is the second of two words, in any case; `None` if it is neither.
pub(super) fn is_second(text: &str, words: [&str; 2]) -> Option<bool> {
    let found = words.iter().position(|it| it.eq_ignore_ascii_case(text));
    found.map(|it| it == 1)
}

/// A range in the form in which ranges are compared. Nothing listens on port 0, so ranges with it and without it are the same.
fn range(from: u16, to: u16) -> Option<PortRange> {
    match (from, to) {
        _ if from > to => None,
        (0 | 1, u16::MAX) => Some(PortRange::ALL),
        (0, 1..) => Some(PortRange { from: 1, to }),
        _ => Some(PortRange { from, to }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_protocol_is_one() {
        for (spellings, meant) in [
            (&["tcp", "TCP", "Tcp", "6"][..], "tcp/0-65535"),
            (&["udp", "Udp", "17"], "udp/0-65535"),
            (&["sctp", "132"], "sctp/0-65535"),
            (&["icmp", "Icmp", "1"], "icmp"),
            (&["icmpv6", "58"], "icmpv6"),
            (&["esp", "Esp", "50"], "esp"),
            (&["ah", "Ah", "51"], "ah"),
            (&["ipip", "4"], "ipip"),
            (&["gre", "ip-47", "47"], "gre"),
            (&["ip-89", "89"], "ip/89"),
            (&["-1", "*", "all", "ALL", "any"], "any"),
        ] {
            for text in spellings {
                let found = Services::of(Protocol::parse(text).unwrap().with_ports(&[]));
                assert_eq!(found.to_string(), meant, "{text}");
            }
        }
        for text in ["", "tpc", "256", "-2", "tcp/443", "ip-"] {
            assert!(Protocol::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn ports_and_types_stand_in_two_cells() {
        for (protocol, from, to, meant) in [
            ("tcp", Some(443), Some(443), "tcp/443"),
            ("tcp", Some(0), Some(65535), "tcp/0-65535"),
            ("tcp", Some(1), Some(65535), "tcp/0-65535"),
            ("tcp", Some(0), Some(1023), "tcp/1-1023"),
            ("udp", Some(0), Some(0), "udp/0"),
            ("udp", Some(-1), Some(-1), "udp/0-65535"),
            ("udp", None, None, "udp/0-65535"),
            ("icmp", Some(-1), Some(-1), "icmp"),
            ("icmp", None, None, "icmp"),
            ("icmp", Some(8), Some(-1), "icmp/8"),
            ("icmp", Some(8), None, "icmp/8"),
            ("icmp", Some(8), Some(0), "icmp/8.0"),
            ("icmpv6", Some(128), Some(0), "icmpv6/128.0"),
            ("50", Some(0), Some(65535), "esp"),
            ("-1", Some(0), Some(0), "any"),
            ("-1", Some(443), Some(443), "any"),
        ] {
            let found = Protocol::parse(protocol).unwrap().between(from, to);
            assert_eq!(
                found.unwrap().to_string(),
                meant,
                "{protocol} {from:?} {to:?}"
            );
        }
        for (protocol, from, to) in [
            ("tcp", Some(443), None),
            ("tcp", Some(-1), Some(443)),
            ("tcp", Some(2), Some(1)),
            ("tcp", Some(0), Some(65536)),
            ("tcp", Some(-2), Some(1)),
            ("icmp", Some(256), None),
            ("icmp", Some(8), Some(-2)),
        ] {
            let found = Protocol::parse(protocol).unwrap().between(from, to);
            assert!(found.is_err(), "{protocol} {from:?} {to:?}");
        }
    }

    #[test]
    fn port_ranges_are_read_as_platforms_print_them() {
        let range = |from, to| Some(PortRange { from, to });
        for (text, meant) in [
            ("443", range(443, 443)),
            ("7000-7999", range(7000, 7999)),
            ("7000 - 7999", range(7000, 7999)),
            ("0-1023", range(1, 1023)),
            ("*", Some(PortRange::ALL)),
            ("0-65535", Some(PortRange::ALL)),
            ("1-65535", Some(PortRange::ALL)),
            ("2-1", None),
            ("65536", None),
            ("1-", None),
            ("https", None),
            ("", None),
        ] {
            assert_eq!(port_range(text), meant, "{text}");
        }
    }
}
