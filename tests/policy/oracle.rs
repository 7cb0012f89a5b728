//! A matrix read naively: traffic is a set of points, cells are a list, and what holds is found by comparing each with each.

use std::collections::{BTreeMap, BTreeSet};

/// A protocol, and a port or a type.
pub(super) type Point = (&'static str, u16);

/// Traffic that can occur here, with points between the ends of each range.
pub(super) const UNIVERSE: [Point; 18] = [
    ("tcp", 22),
    ("tcp", 53),
    ("tcp", 80),
    ("tcp", 200),
    ("tcp", 443),
    ("tcp", 5432),
    ("tcp", 6000),
    ("tcp", 6432),
    ("tcp", 6433),
    ("tcp", 65535),
    ("udp", 53),
    ("udp", 1434),
    ("icmp", 8),
    ("icmp", 0),
    ("icmpv6", 1),
    ("icmpv6", 128),
    ("esp", 0),
    ("gre", 0),
];

/// The points of a service in text. ICMP without a type is that of both families.
pub(super) fn points(service: &str) -> BTreeSet<Point> {
    if service == "any" {
        return UNIVERSE.into();
    }
    let (transports, ports) = service.split_once('/').unwrap_or((service, ""));
    let mut found = BTreeSet::new();
    for transport in transports.split('+') {
        for point in UNIVERSE {
            let both = transport == "icmp" && ports.is_empty() && point.0 == "icmpv6";
            let of_port = || {
                let (from, to) = ports.split_once('-').unwrap_or((ports, ports));
                let number = |it: &str| it.parse::<u16>().unwrap();
                (number(from)..=number(to)).contains(&point.1)
            };
            if both || (point.0 == transport && (ports.is_empty() || of_port())) {
                found.insert(point);
            }
        }
    }
    found
}

pub(super) fn all(services: &[String]) -> BTreeSet<Point> {
    services.iter().flat_map(|it| points(it)).collect()
}

#[derive(Clone, Debug)]
pub(super) struct Cell {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) access: &'static str,
    pub(super) services: Vec<String>,
}

#[derive(Clone, Debug)]
pub(super) struct Exception {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) services: Vec<String>,
    pub(super) expires: Option<String>,
}

/// A zone's trust and segment.
pub(super) type Zones = BTreeMap<String, (Option<&'static str>, Option<String>)>;

fn closeness(end: &str) -> u8 {
    match end {
        "*" => 0,
        it if it.starts_with("trust:") => 1,
        _ => 2,
    }
}

fn means(end: &str, zone: &str, zones: &Zones) -> bool {
    let (trust, segment) = &zones[zone];
    end == "*"
        || end == zone
        || segment.as_deref() == Some(end)
        || trust.is_some_and(|it| end == format!("trust:{it}"))
}

/// The cells that hold between two zones.
pub(super) fn holding<'c>(cells: &'c [Cell], from: &str, to: &str, zones: &Zones) -> Vec<&'c Cell> {
    let close = |it: &Cell| (closeness(&it.from), closeness(&it.to));
    let speaking = |it: &&Cell| {
        let fits = means(&it.from, from, zones) && means(&it.to, to, zones);
        fits && (from != to || close(it) == (2, 2))
    };
    let found: Vec<&Cell> = cells.iter().filter(speaking).collect();
    let beats = |a: &Cell, b: &Cell| {
        let (a, b) = (close(a), close(b));
        a != b && a.0 >= b.0 && a.1 >= b.1
    };
    let is_best = |it: &&&Cell| !found.iter().any(|other| beats(other, it));
    found.iter().filter(is_best).copied().collect()
}

/// What a policy says of traffic: what is refused, what an exception permits, what one permitted that is over.
pub(super) fn judge(
    (cells, exceptions): (&[Cell], &[Exception]),
    (from, to): (&str, &str),
    traffic: &BTreeSet<Point>,
    zones: &Zones,
    day: Option<&str>,
) -> [BTreeSet<Point>; 3] {
    let mut refused = BTreeSet::new();
    for cell in holding(cells, from, to, zones) {
        let named = all(&cell.services);
        refused.extend(traffic.iter().filter(|it| match cell.access {
            "allow" => false,
            "block" => true,
            "allow-only" => !named.contains(it),
            _ => named.contains(it),
        }));
    }
    let (mut covered, mut over) = (BTreeSet::new(), BTreeSet::new());
    for it in exceptions {
        if means(&it.from, from, zones) && means(&it.to, to, zones) {
            let here = all(&it.services);
            let here = here.intersection(&refused);
            match (day, &it.expires) {
                (Some(day), Some(last)) if day > last.as_str() => over.extend(here),
                _ => covered.extend(here),
            }
        }
    }
    let over: BTreeSet<Point> = over.difference(&covered).copied().collect();
    let rest = refused
        .iter()
        .filter(|it| !covered.contains(it) && !over.contains(it));
    [rest.copied().collect(), covered, over]
}
