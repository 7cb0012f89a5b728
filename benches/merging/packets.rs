//! Whether two sets of rows permit the same, packet by packet.

use crate::plain::{Point, Row};
use portmatrix::model::address::{Cidr, Family};
use portmatrix::model::cell::MaybeKnown;
use portmatrix::model::ports::PortRange;
use portmatrix::model::traffic::Traffic;
use portmatrix::render::aws::Peer;
use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, Ipv6Addr};

/// The first packet that one of the sets permits and the other does not.
///
/// What a set permits changes only where a port range or a block begins or has just ended, so those packets are all that need
/// to be tried.
pub(crate) fn difference(a: &[Row], b: &[Row]) -> Option<String> {
    let (a, b) = (by_point(a), by_point(b));
    let points: BTreeSet<&Point> = a.keys().chain(b.keys()).copied().collect();
    for point in points {
        let of = |rows: &BTreeMap<_, Vec<_>>| rows.get(point).cloned().unwrap_or_default();
        let (a, b): (Vec<&Row>, Vec<&Row>) = (of(&a), of(&b));
        let both = || a.iter().chain(&b);
        let traffic: BTreeSet<Traffic> = both().flat_map(|it| traffic(it.traffic)).collect();
        let ends: BTreeSet<Peer> = both().flat_map(|it| ends(&it.end)).collect();
        for traffic in &traffic {
            for end in &ends {
                if permits(&a, *traffic, end) != permits(&b, *traffic, end) {
                    return Some(format!("{traffic} of {end:?} at {point:?}"));
                }
            }
        }
    }
    None
}

fn by_point(rows: &[Row]) -> BTreeMap<&Point, Vec<&Row>> {
    let mut points: BTreeMap<&Point, Vec<&Row>> = BTreeMap::new();
    for row in rows {
        points.entry(&row.point).or_default().push(row);
    }
    points
}

fn permits(rows: &[&Row], traffic: Traffic, end: &Peer) -> bool {
    rows.iter().any(|row| {
        let end = match (&row.end, end) {
            (Peer::Block(_, MaybeKnown::Known(block)), Peer::Block(_, MaybeKnown::Known(one))) => {
                block.contains(*one)
            }
            (all, one) => all == one,
        };
        end && row.traffic.covers(traffic)
    })
}

/// A port at the begin of the traffic and the one after its end; other traffic as it is.
fn traffic(traffic: Traffic) -> Vec<Traffic> {
    let Traffic::Ports(transport, range) = traffic else {
        return vec![traffic];
    };
    let ports = [Some(range.from), range.to.checked_add(1)];
    let ports = ports.into_iter().flatten();
    ports
        .map(|it| Traffic::Ports(transport, PortRange::single(it)))
        .collect()
}

/// An address at the begin of the block and the one after its end; a group as it is.
fn ends(end: &Peer) -> Vec<Peer> {
    let Peer::Block(family, MaybeKnown::Known(block)) = end else {
        return vec![end.clone()];
    };
    let (first, last) = block.bounds();
    let one = |bits: u128| match family {
        Family::V4 => Some(Cidr::V4(Ipv4Addr::from(u32::try_from(bits).ok()?), 32)),
        Family::V6 => Some(Cidr::V6(Ipv6Addr::from(bits), 128)),
    };
    let ends = [Some(first), last.checked_add(1)];
    let ends = ends.into_iter().flatten().filter_map(one);
    ends.map(|it| Peer::Block(*family, MaybeKnown::Known(it)))
        .collect()
}
