//! Plain aggregation, as a script or an expression in HCL does it over finished rows: it does not know whose blocks they are.

use ipnet::IpNet;
use portmatrix::model::address::{Cidr, Family};
use portmatrix::model::cell::MaybeKnown;
use portmatrix::model::ports::PortRange;
use portmatrix::model::traffic::{Traffic, Transport};
use portmatrix::model::words::Direction;
use portmatrix::render::aws::{Peer, Rendered};
use std::collections::{BTreeMap, BTreeSet};

/// Where a row is enforced: a direction and the zone.
pub(crate) type Point = (Direction, String);

/// A row of a security group.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Row {
    pub(crate) point: Point,
    pub(crate) traffic: Traffic,
    pub(crate) end: Peer,
}

/// The rows of this provider.
pub(crate) fn rows(rendered: &Rendered) -> Vec<Row> {
    let directions = [
        (Direction::Ingress, &rendered.ingress),
        (Direction::Egress, &rendered.egress),
    ];
    let rows = directions.into_iter().flat_map(|(direction, rows)| {
        rows.iter().map(move |(key, it)| Row {
            point: (direction, key.split('/').next().unwrap().to_owned()),
            traffic: it.traffic,
            end: it.peer.clone(),
        })
    });
    rows.collect()
}

/// For each piece of traffic the fewest blocks.
pub(crate) fn by_traffic(rows: &[Row]) -> Vec<Row> {
    let mut blocks: BTreeMap<(Point, Traffic), Vec<IpNet>> = BTreeMap::new();
    let mut joined: BTreeSet<Row> = BTreeSet::new();
    for row in rows {
        if let Peer::Block(_, MaybeKnown::Known(block)) = &row.end {
            let blocks = blocks.entry((row.point.clone(), row.traffic)).or_default();
            blocks.push(block.to_string().parse().unwrap());
        } else {
            joined.insert(row.clone());
        }
    }
    for ((point, traffic), blocks) in blocks {
        joined.extend(IpNet::aggregate(&blocks).into_iter().map(|net| {
            let family = match net {
                IpNet::V4(_) => Family::V4,
                IpNet::V6(_) => Family::V6,
            };
            let block = Cidr::parse(&net.to_string(), family).unwrap();
            Row {
                point: point.clone(),
                traffic,
                end: Peer::Block(family, MaybeKnown::Known(block)),
            }
        }));
    }
    joined.into_iter().collect()
}

/// For each block or group the fewest ranges of ports.
pub(crate) fn by_end(rows: &[Row]) -> Vec<Row> {
    let mut ranges: BTreeMap<(Point, &Peer, Transport), Vec<PortRange>> = BTreeMap::new();
    let mut joined: BTreeSet<Row> = BTreeSet::new();
    for row in rows {
        if let Traffic::Ports(transport, range) = row.traffic {
            let ends = (row.point.clone(), &row.end, transport);
            ranges.entry(ends).or_default().push(range);
        } else {
            joined.insert(row.clone());
        }
    }
    for ((point, end, transport), mut ranges) in ranges {
        ranges.sort_by_key(|it| it.from);
        let mut fewest: Vec<PortRange> = Vec::new();
        for range in ranges {
            match fewest.last_mut() {
                Some(it) if u32::from(range.from) <= u32::from(it.to) + 1 => {
                    it.to = it.to.max(range.to);
                }
                _ => fewest.push(range),
            }
        }
        joined.extend(fewest.into_iter().map(|it| Row {
            point: point.clone(),
            traffic: Traffic::Ports(transport, it),
            end: end.clone(),
        }));
    }
    joined.into_iter().collect()
}
