//! What cells say: ports, transports and the names of those who connect and listen.

mod list;
mod number;
mod party;
#[cfg(test)]
mod port_tests;
mod port_words;
mod ports;
mod token;
mod transport;

pub(crate) use list::port_cell;
pub(crate) use party::{clean as clean_name, has_too_many_names, is_host_name, parties};
pub(crate) use ports::{PortCell, TOO_MANY};
pub(crate) use transport::{TransportCell, transport_cell, transports_in};

use crate::model::ports::PortRange;
use crate::model::traffic::{Traffic, Transport};
use std::fmt;

/// What carries the traffic, as far as the page says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Carrier {
    /// A transport with ports.
    Of(Transport),
    /// ICMP.
    Icmp,
    /// `ICMPv6`.
    Icmpv6,
    /// An IP protocol without ports, by number.
    Ip(u8),
    /// Every protocol.
    Any,
    /// Only an application protocol is named.
    Named,
    /// The page does not say.
    Unstated,
}

/// The ports of a piece of traffic.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ports {
    /// Numbers and ranges.
    Ranges(Vec<PortRange>),
    /// ICMP types.
    Types(Vec<u8>),
    /// Ports that are chosen at run time or by the user.
    Dynamic,
    /// Every port.
    Any,
    /// The carrier has no ports.
    None,
}

impl Ports {
    /// Adds further ports of the same kind. Whether it did.
    fn add(&mut self, other: &Ports) -> bool {
        match (&mut *self, other) {
            (Ports::Ranges(own), Ports::Ranges(more)) => join(own, more),
            (Ports::Types(own), Ports::Types(more)) => join(own, more),
            (own, more) => return own == more,
        }
        true
    }
}

/// Adds to a sorted list.
fn join<T: Copy + Ord>(own: &mut Vec<T>, more: &[T]) {
    own.extend(more);
    own.sort_unstable();
    own.dedup();
}

/// Traffic as a cell states it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Piece {
    /// What carries it.
    pub carrier: Carrier,
    /// Its ports.
    pub ports: Ports,
}

impl fmt::Display for Carrier {
    /// As files of checks write it: `tcp`, `icmp`, `ip4` as `ipip`, `tcp~` for an application protocol, `?`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Carrier::Of(transport) => f.write_str(transport.as_str()),
            Carrier::Icmp => f.write_str("icmp"),
            Carrier::Icmpv6 => f.write_str("icmpv6"),
            Carrier::Ip(number) => f.write_str(&Traffic::Ip(*number).transport()),
            Carrier::Any => f.write_str("any"),
            Carrier::Named => f.write_str("tcp~"),
            Carrier::Unstated => f.write_str("?"),
        }
    }
}

/// The IP protocols that pages name, by the words that they use.
const PROTOCOLS: [(&str, u8); 13] = [
    ("ipip", 4),
    ("ipencap", 4),
    ("gre", 47),
    ("esp", 50),
    ("ah", 51),
    ("vrrp", 112),
    ("carp", 112),
    ("igmp", 2),
    ("ospf", 89),
    ("eigrp", 88),
    ("pim", 103),
    ("igrp", 9),
    ("rsvp", 46),
];

/// The carrier that a word names, unless it is an application protocol.
fn carrier(word: &str) -> Option<Carrier> {
    Some(match word {
        "tcp" | "tcp4" | "tcp6" => Carrier::Of(Transport::Tcp),
        "udp" | "udp4" | "udp6" => Carrier::Of(Transport::Udp),
        "sctp" => Carrier::Of(Transport::Sctp),
        "icmp" | "icmpv4" | "ping" => Carrier::Icmp,
        "icmpv6" | "icmp6" => Carrier::Icmpv6,
        _ => Carrier::Ip(PROTOCOLS.iter().find(|(name, _)| *name == word)?.1),
    })
}
