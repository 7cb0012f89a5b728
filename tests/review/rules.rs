//! Short ways to write rules.

use portmatrix::model::address::{Cidr, Family};
use portmatrix::model::platform::PlatformId;
use portmatrix::model::ports::PortRange;
use portmatrix::model::services::Services;
use portmatrix::model::traffic::{PortSpec, Service, Traffic};
use portmatrix::model::words::Direction;
use portmatrix::review::read::{aws, azure};
use portmatrix::review::rule::{
    EndpointSet, EnforcementPoint, Precedence, Rule, TrafficSet, Zones,
};
use std::fmt::Write;

pub(crate) fn traffic(text: &str) -> Traffic {
    match Service::parse(text).unwrap() {
        Service::Fixed(it) => it,
        Service::Ports(transports, specs) => match specs[0] {
            PortSpec::Range(range) => Traffic::Ports(transports[0], range),
            PortSpec::Parameter(_) => unreachable!(),
        },
    }
}

pub(crate) fn block(text: &str) -> Cidr {
    let family = if text.contains(':') {
        Family::V6
    } else {
        Family::V4
    };
    Cidr::parse(text, family).unwrap()
}

/// `*`, a block, `sg-…`, or a tag.
pub(crate) fn ends(text: &str) -> EndpointSet {
    match text {
        "*" => EndpointSet::Any,
        it if it.starts_with("sg-") => EndpointSet::these([], [aws::security_group(it)]),
        it if it.contains('/') => EndpointSet::these([block(it)], []),
        it => EndpointSet::these([], [azure::service_tag(it)]),
    }
}

pub(crate) fn rule(id: &str, services: &str, peers: &str, priority: u32, denies: bool) -> Rule {
    let ordered = priority > 0;
    Rule {
        id: id.to_owned(),
        point: if ordered {
            EnforcementPoint::new(PlatformId::Azure, "nsg").within("rg")
        } else {
            EnforcementPoint::new(PlatformId::Aws, "sg-0")
        },
        direction: Direction::Ingress,
        extent: TrafficSet::new(Services::of([traffic(services)]), ends(peers)),
        order: Precedence { priority, denies },
        zones: None,
        written: None,
    }
}

pub(crate) fn found(id: &str, services: &str, peers: &str) -> Rule {
    Rule {
        point: EnforcementPoint::new(PlatformId::Aws, "sg-1"),
        ..rule(id, services, peers, 0, false)
    }
}

pub(crate) fn wanted(id: &str, services: &str, peers: &str) -> Rule {
    found(id, services, peers)
}

pub(crate) fn deny(id: &str, services: &str, peers: &str, priority: u32) -> Rule {
    rule(id, services, peers, priority, true)
}

/// A wanted rule between two zones.
pub(crate) fn between(own: &str, peer: &str, rule: Rule) -> Rule {
    Rule {
        zones: Some(Zones {
            own: own.to_owned(),
            peer: peer.to_owned(),
        }),
        ..rule
    }
}

/// `tcp/443 from 10.0.0.0/24`, without what is everything.
pub(crate) fn text(extent: &TrafficSet) -> String {
    let ends = |it: &EndpointSet| match it {
        EndpointSet::Any => "*".to_owned(),
        EndpointSet::Only { blocks, named } => {
            let blocks = blocks.iter().map(ToString::to_string);
            let named = named.iter().map(|it| {
                let text = it.to_string();
                text.rsplit(' ').next().unwrap_or_default().to_owned()
            });
            blocks.chain(named).collect::<Vec<_>>().join(" ")
        }
    };
    let mut text = format!("{} from {}", extent.services, ends(&extent.peers));
    if extent.own != EndpointSet::Any {
        let _ = write!(text, " to {}", ends(&extent.own));
    }
    if extent.source_ports != [PortRange::ALL] {
        text += " of some source ports";
    }
    text
}
