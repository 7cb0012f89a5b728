//! A product and layout in the plainest form there is, and what it needs by the naive reading of the words.

use portmatrix::catalog::Catalog;
use portmatrix::model::address::{Addresses, Cidr, Family};
use portmatrix::model::cell::MaybeKnown;
use portmatrix::model::finding::ConfigPath;
use portmatrix::model::layout::{Instance, Layout, Overrides, Placement, Zone};
use portmatrix::model::platform::Parts;
use portmatrix::model::platform::PeerBy;
use portmatrix::model::words::{Direction, Trust};
use portmatrix::render::aws::Aws;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// The highest port of the small world; every packet of it can be tried.
pub(crate) const PORTS: u16 = 9;

#[derive(Clone, Debug)]
pub(crate) struct Spec {
    pub(crate) components: Vec<Component>,
    pub(crate) params: Vec<Param>,
    /// Whether each feature is on by default; and 0 untouched, 1 enabled, 2 disabled by name.
    pub(crate) features: Vec<(bool, u8)>,
    pub(crate) flows: Vec<Flow>,
    pub(crate) zones: Vec<ZoneSpec>,
    /// Two labels of the same product stay apart.
    pub(crate) labels: usize,
    pub(crate) directions: BTreeSet<Direction>,
}

#[derive(Clone, Debug)]
pub(crate) struct Component {
    /// Lower-numbered components that it is as well.
    pub(crate) is: BTreeSet<usize>,
    /// Lower-numbered components that it runs on.
    pub(crate) on: BTreeSet<usize>,
}

#[derive(Clone, Debug)]
pub(crate) struct Param {
    pub(crate) default: Option<(u16, u16)>,
    pub(crate) given: Option<(u16, u16)>,
    pub(crate) advertised: Option<(u16, u16)>,
}

#[derive(Clone, Debug)]
pub(crate) struct Flow {
    pub(crate) from: BTreeSet<usize>,
    pub(crate) to: BTreeSet<usize>,
    pub(crate) services: BTreeSet<ServiceSpec>,
    /// 0 public, 1 internal, 2 group, 3 local.
    pub(crate) exposure: u8,
    pub(crate) optional: bool,
    pub(crate) when: BTreeSet<usize>,
    /// 0 untouched, 1 enabled, 2 disabled by name.
    pub(crate) choice: u8,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ServiceSpec {
    Range(&'static str, u16, u16),
    Param(&'static str, usize),
    Word(&'static str),
}

#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "a zone has that many switches"
)]
pub(crate) struct ZoneSpec {
    /// Label and component.
    pub(crate) components: BTreeSet<(usize, usize)>,
    pub(crate) exact: bool,
    /// Whether it has a group, namespace or the like of its own.
    pub(crate) grouped: bool,
    /// Whether it has a group of someone else as well.
    pub(crate) foreign: bool,
    /// Whether no rules are made for it, group or not.
    pub(crate) peer_only: bool,
    pub(crate) by: PeerBy,
    /// Means something else on each platform.
    pub(crate) spare: bool,
    pub(crate) trust: Trust,
    pub(crate) six: bool,
}

/// By what a member of a zone can be told: all that the zone has, or one part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Member {
    All,
    Group,
    Address,
}

impl Member {
    pub(crate) const ALL: [Member; 3] = [Member::All, Member::Group, Member::Address];
}

/// A packet that one end lets out or in. Ports are 0 where none are available.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Packet {
    pub(crate) zone: usize,
    pub(crate) direction: Direction,
    pub(crate) peer: usize,
    pub(crate) protocol: &'static str,
    pub(crate) port: u16,
}

pub(crate) const PROTOCOLS: [&str; 6] = ["tcp", "udp", "icmp", "icmpv6", "esp", "gre"];

impl Spec {
    /// The product as a file that a user could write.
    pub(crate) fn toml(&self) -> String {
        let mut text = "format = 1\nname = \"it\"\ntitle = \"It\"\nvendor = \"Us\"\nversion = \"1\"\n\
                        [[source]]\nid = \"page\"\ntitle = \"Page\"\nurl = \"https://example.com\"\nretrieved = \"2026-11-20\"\n"
            .to_owned();
        let list = |names: Vec<String>| {
            names
                .iter()
                .map(|it| format!("{it:?}"))
                .collect::<Vec<_>>()
                .join(", ")
        };
        let names = |set: &BTreeSet<usize>, prefix: &str| {
            list(set.iter().map(|it| format!("{prefix}{it}")).collect())
        };
        for (at, it) in self.components.iter().enumerate() {
            let (is, on) = (names(&it.is, "c"), names(&it.on, "c"));
            writeln!(
                text,
                "[component.c{at}]\ntitle = \"C\"\nkind = \"own\"\nis = [{is}]\non = [{on}]"
            )
            .unwrap();
        }
        for (at, it) in self.params.iter().enumerate() {
            writeln!(text, "[port.p{at}]").unwrap();
            if let Some((a, b)) = it.default {
                writeln!(text, "default = \"{}\"", written(a, b)).unwrap();
            }
        }
        for (at, (on, _)) in self.features.iter().enumerate() {
            writeln!(text, "[feature.x{at}]\ntitle = \"X\"\ndefault = {on}").unwrap();
        }
        for (at, it) in self.flows.iter().enumerate() {
            let services = it.services.iter().map(|it| match it {
                ServiceSpec::Range(transport, a, b) => format!("{transport}/{}", written(*a, *b)),
                ServiceSpec::Param(transport, param) => format!("{transport}/{{p{param}}}"),
                ServiceSpec::Word(word) => (*word).to_owned(),
            });
            let exposure = ["public", "internal", "group", "local"][usize::from(it.exposure)];
            let need = if it.is_optional() {
                "optional"
            } else {
                "required"
            };
            writeln!(
                text,
                "[[flow]]\nid = \"f{at}\"\nfrom = [{}]\nto = [{}]\nservices = [{}]\nplane = \"data\"\nexposure = \"{exposure}\"\nneed = \"{need}\"\n\
                 when = [{}]\npurpose = {{ en = \"it\" }}\nsource = {{ ref = \"page\", at = \"here\" }}",
                names(&it.from, "c"),
                names(&it.to, "c"),
                list(services.collect()),
                names(&it.when, "x"),
            )
            .unwrap();
        }
        text
    }

    pub(crate) fn catalog(&self) -> Catalog {
        let text = self.toml();
        let (catalog, findings) =
            Catalog::with_definitions([(text.as_str(), ConfigPath::default())]);
        assert!(findings.is_empty(), "{findings:?}\n{text}");
        catalog
    }

    pub(crate) fn layout(&self) -> Layout {
        let by_choice = |wanted: u8| {
            let flows = self.flows.iter().enumerate();
            let flows = flows
                .filter(move |(_, it)| it.choice == wanted)
                .map(|(at, _)| format!("f{at}"));
            let features = self.features.iter().enumerate();
            let features = features
                .filter(move |(_, it)| it.1 == wanted)
                .map(|(at, _)| format!("x{at}"));
            flows.chain(features).collect::<Vec<_>>()
        };
        let ports = |of: fn(&Param) -> Option<(u16, u16)>| -> BTreeMap<String, String> {
            let given = self.params.iter().enumerate();
            given
                .filter_map(|(at, it)| of(it).map(|(a, b)| (format!("p{at}"), written(a, b))))
                .collect()
        };
        let instance = Instance {
            name: Some("it".to_owned()),
            overrides: Overrides {
                ports: ports(|it| it.given),
                advertised_ports: ports(|it| it.advertised),
                enable: by_choice(1),
                disable: by_choice(2),
                ..Overrides::default()
            },
            ..Instance::default()
        };
        Layout {
            zones: self
                .zones
                .iter()
                .enumerate()
                .map(|(at, it)| (format!("z{at}"), it.zone()))
                .collect(),
            instances: (0..self.labels)
                .map(|it| (format!("l{it}"), instance.clone()))
                .collect(),
            directions: self.directions.clone(),
            language: "en".to_owned(),
            ..Layout::default()
        }
    }

    pub(crate) fn addresses(&self) -> BTreeMap<String, Addresses> {
        self.zones
            .iter()
            .enumerate()
            .map(|(at, it)| (format!("z{at}"), it.addresses(at)))
            .collect()
    }

    /// Every packet that some flow needs, read off the words one by one.
    pub(crate) fn needed(&self) -> BTreeSet<Packet> {
        let mut needed = BTreeSet::new();
        for flow in self
            .flows
            .iter()
            .filter(|it| it.exposure != 3 && self.is_on(it))
        {
            for label in 0..self.labels {
                for (from, to) in pairs(&flow.from, &flow.to) {
                    for (a, b) in self.zone_pairs((label, from), (label, to)) {
                        if self.zones[a].is_enforced()
                            && self.directions.contains(&Direction::Egress)
                        {
                            needed.extend(self.packets(flow, a, Direction::Egress, b));
                        }
                        if self.zones[b].is_enforced()
                            && self.directions.contains(&Direction::Ingress)
                        {
                            needed.extend(self.packets(flow, b, Direction::Ingress, a));
                        }
                    }
                }
            }
        }
        needed
    }

    fn is_on(&self, flow: &Flow) -> bool {
        let feature_on = |it: &usize| match self.features[*it] {
            (_, 2) => false,
            (default, choice) => default || choice == 1,
        };
        let by_default =
            !flow.is_optional() && (flow.when.is_empty() || flow.when.iter().any(feature_on));
        let features_off =
            !flow.when.is_empty() && flow.when.iter().all(|it| self.features[*it].1 == 2);
        flow.choice != 2 && !features_off && (flow.choice == 1 || by_default)
    }

    fn zone_pairs(&self, from: (usize, usize), to: (usize, usize)) -> Vec<(usize, usize)> {
        let of = |it| {
            (0..self.zones.len())
                .filter(move |zone| self.stands_in(it, *zone))
                .collect::<Vec<_>>()
        };
        of(from)
            .into_iter()
            .flat_map(|a| of(to).into_iter().map(move |b| (a, b)))
            .collect()
    }

    /// Whether a component is placed in a zone, or comes along with one that is.
    fn stands_in(&self, (label, component): (usize, usize), zone: usize) -> bool {
        let zone = &self.zones[zone];
        let placed = zone
            .components
            .iter()
            .filter(|it| it.0 == label)
            .map(|it| it.1);
        placed.into_iter().any(|it| {
            it == component || (!zone.exact && self.brings(it, component, &mut BTreeSet::new()))
        })
    }

    fn brings(&self, placed: usize, component: usize, seen: &mut BTreeSet<usize>) -> bool {
        if !seen.insert(placed) {
            return false;
        }
        let next = (0..self.components.len()).filter(|it| {
            self.components[placed].is.contains(it) || self.components[*it].on.contains(&placed)
        });
        next.into_iter()
            .any(|it| it == component || self.brings(it, component, seen))
    }

    fn packets(&self, flow: &Flow, zone: usize, direction: Direction, peer: usize) -> Vec<Packet> {
        let mut packets = Vec::new();
        for protocol in PROTOCOLS {
            let ported = protocol == "tcp" || protocol == "udp";
            for port in if ported { 1..=PORTS } else { 0..=0 } {
                let carries = |service: &ServiceSpec| match service {
                    ServiceSpec::Word("any") => true,
                    ServiceSpec::Word("icmp") => protocol == "icmp" || protocol == "icmpv6",
                    ServiceSpec::Word(word) => *word == protocol,
                    ServiceSpec::Range(transport, a, b) => {
                        transport.split('+').any(|it| it == protocol) && (*a..=*b).contains(&port)
                    }
                    ServiceSpec::Param(transport, param) => {
                        let param = &self.params[*param];
                        let listens = param.given.or(param.default);
                        let untranslated = if direction == Direction::Egress {
                            listens.and(param.advertised.or(listens))
                        } else {
                            listens
                        };
                        transport.split('+').any(|it| it == protocol)
                            && untranslated.is_some_and(|(a, b)| (a..=b).contains(&port))
                    }
                };
                if flow.services.iter().any(carries) {
                    packets.push(Packet {
                        zone,
                        direction,
                        peer,
                        protocol,
                        port,
                    });
                }
            }
        }
        packets
    }
}

impl Flow {
    /// A flow that features switch is not optional.
    fn is_optional(&self) -> bool {
        self.optional && self.when.is_empty()
    }
}

impl ZoneSpec {
    pub(crate) fn is_enforced(&self) -> bool {
        self.grouped && !self.peer_only
    }

    /// Whether rules name such a member, by the plain words of `peer_by`.
    pub(crate) fn names(&self, member: Member, has_group: bool) -> bool {
        match member {
            Member::All => true,
            Member::Group => has_group && self.by != PeerBy::Cidr,
            Member::Address => !has_group || self.by != PeerBy::Group,
        }
    }

    fn zone(&self) -> Zone {
        let placement = |(label, component): &(usize, usize)| Placement {
            label: format!("l{label}"),
            component: format!("c{component}"),
            place: ConfigPath::default(),
        };
        Zone {
            trust: self.trust,
            segment: None,
            components: self.components.iter().map(placement).collect(),
            exact: self.exact,
            enforced: self.is_enforced(),
            null_block: None,
            several: false,
            everyone: None,
            parts: BTreeSet::new(),
            place: ConfigPath::default(),
        }
    }

    fn addresses(&self, at: usize) -> Addresses {
        let cidr = |text: String, family| {
            [(
                "net".into(),
                MaybeKnown::Known(Cidr::parse(&text, family).unwrap()),
            )]
            .into()
        };
        let id = |text: String| MaybeKnown::Known(text.into());
        let foreign = self.foreign;
        let foreign = foreign.then(|| ("foreign".into(), id(format!("sg-f{at}"))));
        Addresses {
            ipv4: cidr(format!("10.0.{at}.0/24"), Family::V4),
            ipv6: if self.six {
                cidr(format!("2001:db8:{at}::/48"), Family::V6)
            } else {
                BTreeMap::new()
            },
            peer_only: self.peer_only,
            parts: if self.grouped || self.foreign {
                Parts::of(Aws {
                    group: self.grouped.then(|| id(format!("sg-{at}"))),
                    peer_groups: foreign.into_iter().collect(),
                    peer_by: self.by,
                    ..Aws::default()
                })
            } else {
                Parts::default()
            },
            ..Addresses::default()
        }
    }
}

fn pairs(from: &BTreeSet<usize>, to: &BTreeSet<usize>) -> Vec<(usize, usize)> {
    from.iter()
        .flat_map(|a| to.iter().map(move |b| (*a, *b)))
        .collect()
}

fn written(from: u16, to: u16) -> String {
    if from == to {
        from.to_string()
    } else {
        format!("{from}-{to}")
    }
}
