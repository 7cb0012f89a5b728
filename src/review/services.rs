//! Services as a set: every protocol with its ports or ICMP types on one axis, so that a set of them is a list of ranges.

use crate::model::ports::PortRange;
use crate::model::traffic::{IcmpType, Ported, Traffic};
use std::fmt;

/// A point of the axis: the number of the protocol, then 16 bits of its own: a port, or an ICMP type and code.
pub(super) type Service = u32;

/// The last point of the axis.
pub(super) const LAST: Service = u8::MAX as u32 * SIZE + (SIZE - 1);

/// Points of one protocol.
const SIZE: Service = 1 << 16;

/// The numbers of protocols with detail of their own. Source: IANA, Assigned Internet Protocol Numbers.
const ICMP: u8 = 1;
const TCP: u8 = 6;
const UDP: u8 = 17;
const ICMPV6: u8 = 58;
const SCTP: u8 = 132;

/// A set of services. Sorted ranges of the axis, which neither overlap nor touch, so that equal sets are equal values.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Services(Vec<(Service, Service)>);

/// The whole of a protocol.
const fn protocol(number: u8) -> (Service, Service) {
    let first = number as Service * SIZE;
    (first, first + (SIZE - 1))
}

impl Services {
    /// What these pieces of traffic are together. ICMP is IPv4's here, with or without a type.
    pub fn of(traffic: impl IntoIterator<Item = Traffic>) -> Services {
        Services::from_ranges(traffic.into_iter().map(range).collect())
    }

    /// Every protocol and port.
    pub fn all() -> Services {
        Services(vec![(0, LAST)])
    }

    pub(super) fn from_ranges(mut ranges: Vec<(Service, Service)>) -> Services {
        ranges.sort_unstable();
        let mut joined: Vec<(Service, Service)> = Vec::with_capacity(ranges.len());
        for (first, last) in ranges {
            match joined.last_mut() {
                Some((_, end)) if first <= end.saturating_add(1) => *end = last.max(*end),
                _ => joined.push((first, last)),
            }
        }
        Services(joined)
    }

    /// The ranges, sorted.
    pub(super) fn ranges(&self) -> &[(Service, Service)] {
        &self.0
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether it is every protocol and port.
    pub fn is_all(&self) -> bool {
        self.0 == [(0, LAST)]
    }

    /// What is in both.
    #[must_use]
    pub fn intersection(&self, other: &Services) -> Services {
        let mut both = Vec::new();
        let (mut ours, mut theirs) = (self.0.iter().peekable(), other.0.iter().peekable());
        while let (Some(&&(a, b)), Some(&&(c, d))) = (ours.peek(), theirs.peek()) {
            if a.max(c) <= b.min(d) {
                both.push((a.max(c), b.min(d)));
            }
            if b < d {
                ours.next()
            } else {
                theirs.next()
            };
        }
        Services(both)
    }

    /// What is in this one and not in the other.
    #[must_use]
    pub fn difference(&self, other: &Services) -> Services {
        self.intersection(&other.complement())
    }

    /// Every service that is not in it.
    #[must_use]
    pub fn complement(&self) -> Services {
        let mut rest = Vec::new();
        let mut next = 0;
        for (first, last) in &self.0 {
            if next < *first {
                rest.push((next, first - 1));
            }
            next = last + 1;
        }
        if next <= LAST {
            rest.push((next, LAST));
        }
        Services(rest)
    }

    /// Whether some service is in both.
    pub fn overlaps(&self, other: &Services) -> bool {
        !self.intersection(other).is_empty()
    }

    /// Without what packets of the other family carry: ICMP is IPv4's, `ICMPv6` is IPv6's.
    pub(super) fn without_icmp_of(&self, six: bool) -> Services {
        let foreign = protocol(if six { ICMP } else { ICMPV6 });
        self.difference(&Services(vec![foreign]))
    }

    /// With the other family's ICMP put back where everything around it is there too.
    pub(super) fn rounded(&self) -> Services {
        let mut ranges = self.0.clone();
        for number in [ICMP, ICMPV6] {
            let (first, last) = protocol(number);
            let touches = |it: Service| self.0.iter().any(|(a, b)| *a <= it && it <= *b);
            if touches(first - 1) && touches(last + 1) {
                ranges.push((first, last));
            }
        }
        Services::from_ranges(ranges)
    }

    /// The pieces of traffic, each as people write it, that together are this set. Only a set that is cut within a protocol
    /// without ports, which no platform can, is not said exactly.
    pub fn traffic(&self) -> Vec<Traffic> {
        if self.is_all() {
            return vec![Traffic::Any];
        }
        let mut pieces = Vec::new();
        for &(first, last) in &self.0 {
            let mut at = first;
            while at <= last {
                let number = u8::try_from(at / SIZE).unwrap_or(u8::MAX);
                let end = last.min(protocol(number).1);
                within(number, low(at), low(end), &mut pieces);
                at = end + 1;
            }
        }
        pieces
    }
}

/// The lower half of a point.
fn low(service: Service) -> u16 {
    u16::try_from(service % SIZE).unwrap_or(u16::MAX)
}

/// A range of one protocol as traffic.
fn within(number: u8, from: u16, to: u16, pieces: &mut Vec<Traffic>) {
    let ports = |transport| Traffic::Ports(transport, PortRange { from, to });
    let piece = match number {
        TCP => ports(Ported::Tcp),
        UDP => ports(Ported::Udp),
        SCTP => ports(Ported::Sctp),
        ICMP => return types(from, to, Traffic::Icmp, pieces),
        ICMPV6 => return types(from, to, Traffic::Icmpv6, pieces),
        other => Traffic::Ip(other),
    };
    pieces.push(piece);
}

/// A range of ICMP types and codes: whole types where it can be, single codes at its ends.
fn types(from: u16, to: u16, family: fn(Option<IcmpType>) -> Traffic, pieces: &mut Vec<Traffic>) {
    if (from, to) == (0, u16::MAX) {
        return pieces.push(family(None));
    }
    let mut at = u32::from(from);
    while at <= u32::from(to) {
        let [_, _, number, code] = at.to_be_bytes();
        let whole = code == 0 && at + 0xff <= u32::from(to);
        let code = (!whole).then_some(code);
        pieces.push(family(Some(IcmpType { number, code })));
        at += if whole { 0x100 } else { 1 };
    }
}

/// The part of the axis that a piece of traffic is.
fn range(traffic: Traffic) -> (Service, Service) {
    let within = |number, from: u16, to: u16| {
        let (first, _) = protocol(number);
        (first + Service::from(from), first + Service::from(to))
    };
    let icmp = |number, kind: Option<IcmpType>| match kind {
        None => protocol(number),
        Some(IcmpType { number: kind, code }) => within(
            number,
            u16::from_be_bytes([kind, code.unwrap_or(0)]),
            u16::from_be_bytes([kind, code.unwrap_or(u8::MAX)]),
        ),
    };
    match traffic {
        Traffic::Ports(Ported::Tcp, it) => within(TCP, it.from, it.to),
        Traffic::Ports(Ported::Udp, it) => within(UDP, it.from, it.to),
        Traffic::Ports(Ported::Sctp, it) => within(SCTP, it.from, it.to),
        Traffic::Icmp(kind) => icmp(ICMP, kind),
        Traffic::Icmpv6(kind) => icmp(ICMPV6, kind),
        Traffic::Ip(number) => protocol(number),
        Traffic::Any => (0, LAST),
    }
}

/// As people write it: `tcp/443, udp/53`; what is nearly everything as `any except tcp/443`.
impl fmt::Display for Services {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = |services: &Services| {
            let pieces = services.traffic();
            let words: Vec<String> = pieces.iter().map(ToString::to_string).collect();
            words.join(", ")
        };
        let size: Service = self.0.iter().map(|(first, last)| last - first).sum();
        if size > LAST / 2 && !self.is_all() {
            write!(f, "any except {}", words(&self.complement()))
        } else {
            f.write_str(&words(self))
        }
    }
}
