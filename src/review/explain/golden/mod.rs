//! Differences in words, from the worked table of reviews and beyond it.

mod table;
mod verdicts;

use crate::catalog::Catalog;
use crate::model::address::{Cidr, Family};
use crate::model::platform::PlatformId;
use crate::model::ports::PortRange;
use crate::model::services::Services;
use crate::model::traffic::{PortSpec, Service, Traffic};
use crate::model::words::{Direction, Plane, Severity, Trust};
use crate::review::explain::explained;
use crate::review::read::aws;
use crate::review::rule::{
    EndpointSet, EnforcementPoint, Intent, Precedence, Rule, TrafficSet, Zones,
};
use crate::review::{Difference, Finding, Kind, ReviewInput};
use std::collections::BTreeSet;

fn services(text: &str) -> Services {
    let pieces = text
        .split(' ')
        .flat_map(|it| match Service::parse(it).unwrap() {
            Service::Fixed(traffic) => vec![traffic],
            Service::Ports(transports, ports) => {
                let both = transports
                    .into_iter()
                    .flat_map(|it| ports.iter().map(move |port| (it, port)));
                let one = |(transport, port): (_, &PortSpec)| match port {
                    PortSpec::Range(range) => Traffic::Ports(transport, *range),
                    PortSpec::Parameter(name) => panic!("parameter {name}"),
                };
                both.map(one).collect()
            }
        });
    Services::of(pieces)
}

fn cidr(text: &str) -> Cidr {
    let family = if text.contains(':') {
        Family::V6
    } else {
        Family::V4
    };
    Cidr::parse(text, family).unwrap()
}

/// `10.0.0.0/24 sg-2`, or `*` for everyone.
fn ends(text: &str) -> EndpointSet {
    let (groups, blocks): (Vec<&str>, Vec<&str>) = text
        .split(' ')
        .filter(|it| *it != "*")
        .partition(|it| it.starts_with("sg-"));
    if text == "*" {
        return EndpointSet::Any;
    }
    let named = groups.into_iter().map(aws::security_group);
    EndpointSet::these(blocks.into_iter().map(cidr), named)
}

fn extent(service: &str, peers: &str) -> TrafficSet {
    TrafficSet::new(services(service), ends(peers))
}

fn found(id: &str, service: &str, peers: &str) -> Rule {
    Rule {
        id: id.to_owned(),
        point: EnforcementPoint::new(PlatformId::Aws, "sg-1"),
        direction: Direction::Ingress,
        extent: extent(service, peers),
        order: Precedence::NONE,
        zones: None,
        written: None,
    }
}

fn wanted(service: &str, peers: &str) -> Rule {
    let zones = Zones {
        own: "dmz".to_owned(),
        peer: "app".to_owned(),
    };
    Rule {
        zones: Some(zones),
        ..found("key-1", service, peers)
    }
}

/// A difference between the first wanted and the first existing rule.
fn difference(kind: Kind, traffic: &[TrafficSet]) -> Difference {
    let (wanted, found) = match kind {
        Kind::Missing => (vec![0], vec![]),
        Kind::Wider | Kind::Narrower | Kind::Unproven => (vec![0], vec![0]),
        Kind::Extra | Kind::Duplicate | Kind::Shadowed => (vec![], vec![0]),
    };
    Difference {
        kind,
        point: EnforcementPoint::new(PlatformId::Aws, "sg-1"),
        direction: Direction::Ingress,
        wanted,
        found,
        others: Vec::new(),
        blocked_by: Vec::new(),
        is_covered: false,
        traffic: traffic.to_vec(),
    }
}

fn intent(service: &str, plane: Plane, flow: &str) -> Intent {
    Intent {
        zone: "dmz".to_owned(),
        direction: Direction::Ingress,
        peer_zone: "app".to_owned(),
        peer_trust: Some(Trust::Internal),
        services: services(service),
        plane,
        required: true,
        flows: vec![flow.to_owned()],
    }
}

fn findings(
    differences: Vec<Difference>,
    wanted: &[Rule],
    found: &[Rule],
    intents: &[Intent],
) -> Vec<Finding> {
    let estate = ReviewInput {
        intents: intents.to_vec(),
        ..ReviewInput::default()
    };
    let catalog = Catalog::default();
    let explained = explained(differences, wanted, found, &estate, &catalog, "en");
    explained.into_iter().map(|(finding, _)| finding).collect()
}

fn one(difference: Difference, wanted: &[Rule], found: &[Rule], intents: &[Intent]) -> Finding {
    let mut findings = findings(vec![difference], wanted, found, intents);
    assert_eq!(findings.len(), 1);
    findings.remove(0)
}

#[track_caller]
fn reads(finding: &Finding, traffic: &str, message: &str) {
    assert_eq!((&*finding.traffic, &*finding.message), (traffic, message));
}
