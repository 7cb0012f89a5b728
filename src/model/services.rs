//! Services as a set: every protocol with its ports or ICMP types on one axis, so that a set of them is a list of ranges.

use crate::model::address::Family;
use crate::model::ports::PortRange;
use crate::model::ranges::joined;
use crate::model::traffic::{IcmpType, Traffic, Transport};
use std::fmt;

/// A point of the axis: the number of the protocol, then 16 bits of its own: a port, or an ICMP type and code.
pub(crate) type Service = u32;

/// The last point of the axis.
pub(crate) const LAST: Service = u8::MAX as u32 * SIZE + (SIZE - 1);

/// Points of one protocol.
const SIZE: Service = 1 << 16;

/// The numbers of protocols with ports or types. Source: IANA, Assigned Internet Protocol Numbers.
const ICMP: u8 = 1;
const TCP: u8 = 6;
const UDP: u8 = 17;
const ICMPV6: u8 = 58;
const SCTP: u8 = 132;

/// A set of services. Sorted ranges of the axis, which neither overlap nor touch, so that equal sets are equal values.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Services(Vec<(Service, Service)>);

/// The services that packets of a family never have: the other family's ICMP.
pub(crate) const fn foreign_icmp(family: Family) -> (Service, Service) {
    match family {
        Family::V4 => protocol(ICMPV6),
        Family::V6 => protocol(ICMP),
    }
}

/// The whole of a protocol.
const fn protocol(number: u8) -> (Service, Service) {
    let first = number as Service * SIZE;
    (first, first + (SIZE - 1))
}

impl Services {
    /// The set of some pieces of traffic. ICMP is that of IPv4, with or without a type.
    pub fn of(traffic: impl IntoIterator<Item = Traffic>) -> Services {
        Services::from_ranges(traffic.into_iter().map(range).collect())
    }

    /// The services of a rule: ICMP without a type is that of both families.
    pub fn of_rule(traffic: Traffic) -> Services {
        match traffic {
            Traffic::Icmp(None) => Services::of([traffic, Traffic::Icmpv6(None)]),
            other => Services::of([other]),
        }
    }

    /// Every protocol and port.
    pub fn all() -> Services {
        Services(vec![(0, LAST)])
    }

    pub(crate) fn from_ranges(mut ranges: Vec<(Service, Service)>) -> Services {
        ranges.sort_unstable();
        Services(joined(ranges, |it| it.checked_add(1)))
    }

    /// Whether it is empty.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether it is every protocol and port.
    pub fn is_all(&self) -> bool {
        self.0 == [(0, LAST)]
    }

    /// The services in either set.
    #[must_use]
    pub fn union(&self, other: &Services) -> Services {
        Services::from_ranges(self.0.iter().chain(&other.0).copied().collect())
    }

    /// The services in both sets.
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

    /// The services in this set and not in the other.
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
        self.0.iter().any(|(first, last)| {
            let next = other.0.partition_point(|(_, end)| end < first);
            other.0.get(next).is_some_and(|(start, _)| start <= last)
        })
    }

    /// Whether every service of another set is in this one too.
    pub fn covers(&self, other: &Services) -> bool {
        other.0.iter().all(|(first, last)| {
            let next = self.0.partition_point(|(_, end)| end < first);
            (self.0.get(next)).is_some_and(|(start, end)| start <= first && last <= end)
        })
    }

    /// The ranges, sorted.
    pub(crate) fn ranges(&self) -> &[(Service, Service)] {
        &self.0
    }

    /// The ranges that packets of a family can have; all ranges if `family` is `None`.
    pub(crate) fn ranges_of(&self, family: Option<Family>) -> Vec<(Service, Service)> {
        let Some(family) = family else {
            return self.0.clone();
        };
        let foreign = foreign_icmp(family);
        let outside = |&(first, last): &(Service, Service)| {
            let before = (first, last.min(foreign.0 - 1));
            let after = (first.max(foreign.1 + 1), last);
            [before, after].into_iter().filter(|(a, b)| a <= b)
        };
        self.0.iter().flat_map(outside).collect()
    }

    /// The pieces of traffic of this set, as people write them. They are exact unless the set has part of a protocol without ports,
    /// which no platform has.
    pub fn traffic(&self) -> Vec<Traffic> {
        if self.is_all() {
            return vec![Traffic::Any];
        }
        let mut pieces = Vec::new();
        for &(first, last) in &self.0 {
            for number in number(first)..=number(last) {
                let (from, to) = protocol(number);
                within(number, low(first.max(from)), low(last.min(to)), &mut pieces);
            }
        }
        pieces
    }

    /// The pieces in words; several whole protocols in a row are one piece.
    fn words(&self) -> String {
        if self.is_all() {
            return Traffic::Any.to_string();
        }
        let mut words = Vec::new();
        for &(first, last) in &self.0 {
            let (mut from, mut to) = (number(first), number(last));
            let (mut head, mut tail) = (Vec::new(), Vec::new());
            if first > protocol(from).0 || from == to {
                within(from, low(first), low(last.min(protocol(from).1)), &mut head);
                from = from.saturating_add(1);
            }
            if last < protocol(to).1 && from <= to {
                within(to, 0, low(last), &mut tail);
                to = to.saturating_sub(1);
            }
            words.extend(head.iter().map(ToString::to_string));
            if number(first) < number(last) && from <= to {
                words.push(match Services(vec![protocol(from)]).traffic()[..] {
                    [only] if from == to => only.to_string(),
                    _ => format!("ip/{from}-{to}"),
                });
            }
            words.extend(tail.iter().map(ToString::to_string));
        }
        words.join(", ")
    }
}

/// The protocol of a point.
fn number(service: Service) -> u8 {
    u8::try_from(service / SIZE).unwrap_or(u8::MAX)
}

/// The lower half of a point.
fn low(service: Service) -> u16 {
    u16::try_from(service % SIZE).unwrap_or(u16::MAX)
}

/// A range of one protocol as traffic.
fn within(number: u8, from: u16, to: u16, pieces: &mut Vec<Traffic>) {
    let ports = |transport| {
        let all = (from, to) == (0, u16::MAX);
        let from = if all { from } else { from.max(1.min(to)) };
        Traffic::Ports(transport, PortRange { from, to })
    };
    let piece = match number {
        TCP => ports(Transport::Tcp),
        UDP => ports(Transport::Udp),
        SCTP => ports(Transport::Sctp),
        ICMP => return types(from, to, Traffic::Icmp, pieces),
        ICMPV6 => return types(from, to, Traffic::Icmpv6, pieces),
        other => Traffic::Ip(other),
    };
    pieces.push(piece);
}

/// A range of ICMP types and codes: whole types if possible, single codes at its ends.
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

/// The range of a piece of traffic on the axis.
fn range(traffic: Traffic) -> (Service, Service) {
    let within = |number, from: u16, to: u16| {
        let (first, _) = protocol(number);
        (first + Service::from(from), first + Service::from(to))
    };
    // Nothing is sent to port 0, so it is counted with port 1: both 0-65535 and 1-65535 are all ports.
    let ports =
        |number, it: PortRange| within(number, if it.from == 1 { 0 } else { it.from }, it.to);
    let icmp = |number, kind: Option<IcmpType>| match kind {
        None => protocol(number),
        Some(IcmpType { number: kind, code }) => within(
            number,
            u16::from_be_bytes([kind, code.unwrap_or(0)]),
            u16::from_be_bytes([kind, code.unwrap_or(u8::MAX)]),
        ),
    };
    match traffic {
        Traffic::Ports(Transport::Tcp, it) => ports(TCP, it),
        Traffic::Ports(Transport::Udp, it) => ports(UDP, it),
        Traffic::Ports(Transport::Sctp, it) => ports(SCTP, it),
        Traffic::Icmp(kind) => icmp(ICMP, kind),
        Traffic::Icmpv6(kind) => icmp(ICMPV6, kind),
        Traffic::Ip(number) => protocol(number),
        Traffic::Any => (0, LAST),
    }
}

/// As people write it: `tcp/443, udp/53`; nearly everything is `any except tcp/443`.
impl fmt::Display for Services {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size: Service = self.0.iter().map(|(first, last)| last - first).sum();
        if size > LAST / 2 && !self.is_all() {
            write!(f, "any except {}", self.complement().words())
        } else {
            f.write_str(&self.words())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::traffic::{PortSpec, Service as Written};

    fn services(texts: &[&str]) -> Services {
        Services::of(texts.iter().map(|it| match Written::parse(it).unwrap() {
            Written::Fixed(traffic) => traffic,
            Written::Ports(transports, specs) => match specs[0] {
                PortSpec::Range(range) => Traffic::Ports(transports[0], range),
                PortSpec::Parameter(_) => unreachable!(),
            },
        }))
    }

    #[test]
    fn services_are_written_as_people_write_them() {
        for (texts, expected) in [
            (&["tcp/443"][..], "tcp/443"),
            (&["tcp/0-65535", "ip/7"], "ip/6-7"),
            (&["udp/53", "tcp/444-445", "tcp/443"], "tcp/443-445, udp/53"),
            (&["icmp/8", "icmp/3.4"], "icmp/3.4, icmp/8"),
            (&["icmp"], "icmp"),
            (&["esp", "ah", "gre"], "gre, ip/50-51"),
            (&["any", "tcp/443"], "any"),
            (&["tcp/1-65535"], "tcp/0-65535"),
            (&["tcp/1-1023", "tcp/1024-65535"], "tcp/0-65535"),
            (&["tcp/1-80"], "tcp/1-80"),
            (&[], ""),
        ] {
            assert_eq!(services(texts).to_string(), expected);
        }
        let rest = services(&["tcp/443", "icmp"]).complement();
        assert_eq!(rest.to_string(), "any except icmp, tcp/443");
        assert_eq!(rest.complement(), services(&["tcp/443", "icmp"]));
        assert!(rest.covers(&services(&["tcp/1-442", "udp/53"])));
        assert!(!rest.covers(&services(&["tcp/442-443"])));
        assert!(!services(&["tcp/442-443"]).covers(&rest));
        let some = rest.intersection(&services(&["tcp/1-1000", "udp/53", "icmp/8"]));
        assert_eq!(some.to_string(), "tcp/1-442, tcp/444-1000, udp/53");
    }
}
