//! Real layouts: the rules of the examples, as their sheets have them, and every product of the catalogue with a zone for each of
//! its components.

use portmatrix::catalog::Catalog;
use portmatrix::catalog::FILES;
use portmatrix::catalog::product::{Component, Product};
use portmatrix::compile::{Compiled, compile};
use portmatrix::model::address::{Addresses, Cidr, Family};
use portmatrix::model::cell::MaybeKnown;
use portmatrix::model::finding::ConfigPath;
use portmatrix::model::layout::{Instance, Layout, Placement, Zone};
use portmatrix::model::platform::Parts;
use portmatrix::model::platform::PeerBy;
use portmatrix::model::rules::{Rule, RuleKey, Rules};
use portmatrix::model::traffic::{PortSpec, Service, Traffic};
use portmatrix::model::words::{Direction, Kind, Plane, Trust};
use portmatrix::render::Zones;
use portmatrix::render::aws::Aws;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Networks of a zone: one in each of three places of availability, as is usual in a cloud.
const NETWORKS: u8 = 3;

/// Zones that the catalogue's products are spread over, at least and at most.
const SPREAD: std::ops::RangeInclusive<usize> = 3..=20;

/// How the networks of the zones lie in the range that they share.
#[derive(Clone, Copy)]
pub(crate) enum Plan {
    /// Those of a zone in a row, so that they can be joined.
    ByZone,
    /// Those of a place in a row, so that those of neighbouring zones can.
    ByPlace,
}

impl Plan {
    pub(crate) const ALL: [Plan; 2] = [Plan::ByZone, Plan::ByPlace];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Plan::ByZone => "by zone",
            Plan::ByPlace => "by place",
        }
    }

    fn network(self, zone: u8, place: u8) -> Cidr {
        let text = match self {
            Plan::ByZone => format!("10.{zone}.{place}.0/24"),
            Plan::ByPlace => format!("10.{place}.{zone}.0/24"),
        };
        Cidr::parse(&text, Family::V4).unwrap()
    }
}

/// Rules, and the zones at which they are enforced or that are their peers.
pub(crate) struct Placed {
    pub(crate) name: String,
    pub(crate) rules: Rules,
    fixed: portmatrix::render::Fixed,
    /// By name, with whether it is enforced.
    zones: BTreeMap<String, bool>,
    /// How enforced zones are named as peers.
    peer_by: PeerBy,
}

impl Placed {
    /// Where the zones are, by a plan.
    pub(crate) fn addresses(&self, plan: Plan) -> BTreeMap<String, Addresses> {
        let zones = self.zones.iter().zip(0..);
        zones
            .map(|((name, enforced), at)| {
                let group = || MaybeKnown::Known(format!("sg-{name}").into());
                let aws = enforced.then(|| Aws {
                    group: Some(group()),
                    peer_by: self.peer_by,
                    ..Aws::default()
                });
                let (ipv4, ipv6) = match name.as_str() {
                    "internet" | "public" => {
                        let any = |text, family| {
                            let any = Cidr::parse(text, family).unwrap();
                            [("any".into(), MaybeKnown::Known(any))].into()
                        };
                        (any("0.0.0.0/0", Family::V4), any("::/0", Family::V6))
                    }
                    // Groups stand for themselves in the examples.
                    _ if *enforced && self.peer_by == PeerBy::Group => Default::default(),
                    _ => {
                        let network = |it: u8| {
                            let name = format!("net-{it}").into();
                            (name, MaybeKnown::Known(plan.network(at, it)))
                        };
                        ((0..NETWORKS).map(network).collect(), BTreeMap::default())
                    }
                };
                let addresses = Addresses {
                    ipv4,
                    ipv6,
                    parts: aws.map_or_else(Parts::default, Parts::of),
                    ..Addresses::default()
                };
                (name.clone(), addresses)
            })
            .collect()
    }

    pub(crate) fn zones<'z>(&'z self, addresses: &'z BTreeMap<String, Addresses>) -> Zones<'z> {
        Zones {
            addresses,
            fixed: &self.fixed,
        }
    }

    pub(crate) fn zone_count(&self) -> usize {
        self.zones.len()
    }
}

pub(crate) fn all() -> Vec<Placed> {
    let products = FILES.iter().filter_map(|it| spread(&it.load()));
    examples().into_iter().chain(products).collect()
}

/// The examples of products on AWS, whose sheets were checked by hand.
fn examples() -> Vec<Placed> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/end_to_end/layouts");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|it| it.unwrap().path())
        .collect();
    files.sort();
    let example = |path: &std::path::PathBuf| {
        let name = path.file_stem().unwrap().to_str().unwrap();
        sheet(name, &std::fs::read_to_string(path).unwrap())
    };
    files.iter().map(example).collect()
}

/// A sheet: under each zone and direction the peers, their traffic, its plane and flows.
fn sheet(name: &str, text: &str) -> Placed {
    let (mut rules, mut fixed, mut zones) = (Rules::new(), BTreeMap::new(), BTreeMap::new());
    let mut head: Option<(Arc<str>, Direction)> = None;
    for line in text.lines().filter(|it| !it.is_empty()) {
        let words: Vec<&str> = line.split_whitespace().collect();
        if !line.starts_with(' ') {
            head = Some((words[0].into(), Direction::parse(words[1]).unwrap()));
            zones.insert(words[0].to_owned(), true);
            continue;
        }
        let (zone, direction) = head.clone().unwrap();
        let [peer, what, plane, flows @ ..] = words.as_slice() else {
            panic!("`{line}` is no rule");
        };
        if peer.contains('.') {
            // What the product file gives is one address; which one does not matter here.
            let address = Cidr::parse("192.0.2.1/32", Family::V4).unwrap();
            let address = BTreeMap::from([("address".into(), address)]);
            fixed.insert((*peer).into(), address);
        } else {
            zones.entry((*peer).to_owned()).or_insert(false);
        }
        let key = RuleKey {
            zone,
            direction,
            traffic: traffic(what),
            peer: (*peer).into(),
        };
        let rule = Rule {
            public: false,
            peer_trust: None,
            plane: Plane::parse(plane).unwrap(),
            required: false,
            flows: flows.iter().map(|it| (*it).into()).collect(),
        };
        assert!(rules.insert(key, rule).is_none(), "`{line}` stands twice");
    }
    Placed {
        name: name.to_owned(),
        rules,
        fixed,
        zones,
        peer_by: PeerBy::Group,
    }
}

/// `tcp-8443`, as in keys.
fn traffic(text: &str) -> Traffic {
    match Service::parse(&text.replacen('-', "/", 1)).unwrap() {
        Service::Fixed(it) => it,
        Service::Ports(transports, specs) => match (&*transports, &*specs) {
            ([transport], [PortSpec::Range(range)]) => Traffic::Ports(*transport, *range),
            _ => panic!("`{text}` is not one piece of traffic"),
        },
    }
}

/// A product with a zone for each component that no other brings along, all of them named by address, as over the border of a
/// cloud; none where that makes too few zones or too many.
fn spread(product: &Product) -> Option<Placed> {
    let along = |it: &String| {
        let all = product.implied_components(it).into_iter();
        all.filter(|other| *other != it).collect::<Vec<_>>()
    };
    let brought: BTreeSet<&str> = product.components.keys().flat_map(along).collect();
    let placed = product
        .components
        .iter()
        .filter(|(name, it)| it.addresses.is_empty() && !brought.contains(name.as_str()));
    let zone = |(name, it): (&String, &Component)| {
        let placement = Placement {
            label: product.name.clone(),
            component: name.clone(),
            place: ConfigPath::default(),
        };
        let zone = Zone {
            trust: Trust::Internal,
            segment: None,
            components: vec![placement],
            exact: false,
            enforced: it.kind != Kind::External,
            null_block: None,
            several: false,
            everyone: None,
            parts: BTreeSet::new(),
            place: ConfigPath::default(),
        };
        (name.clone(), zone)
    };
    let instance = Instance {
        version: Some(product.version.as_str().to_owned()),
        ..Instance::default()
    };
    let layout = Layout {
        zones: placed.map(zone).collect(),
        instances: [(product.name.clone(), instance)].into(),
        directions: Direction::ALL.iter().copied().collect(),
        language: "en".to_owned(),
        ..Layout::default()
    };
    if !SPREAD.contains(&layout.zones.len()) {
        return None;
    }
    let Compiled { rules, fixed, .. } = compile(&layout, &Catalog::default());
    let zones = layout.zones.iter();
    Some(Placed {
        name: format!("{} {}", product.name, product.version.as_str()),
        rules,
        fixed,
        zones: zones
            .map(|(name, it)| (name.clone(), it.enforced))
            .collect(),
        peer_by: PeerBy::Cidr,
    })
}
