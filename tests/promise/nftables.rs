//! Rulesets for hosts, read back from their text and tried with every packet of the small world, in both families.

use crate::promise::{compiled, permitted_by_rules, unknown};
use crate::support::random::spec;
use crate::support::spec::{PORTS, PROTOCOLS, Packet, Spec};
use portmatrix::compile::Compiled;
use portmatrix::model::address::{Addresses, Cidr, Family};
use portmatrix::model::cell::MaybeKnown;
use portmatrix::model::platform::Parts;
use portmatrix::model::words::Direction;
use portmatrix::render::nftables::{self, Host, Options, Rendered, Translated};
use portmatrix::render::{RowCell, Zones};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The spec's zones as hosts: what has a group filters for itself, and for a zone that is matched by address, peers connect to another address.
fn hosts(spec: &Spec, translated: Option<Translated>) -> BTreeMap<String, Addresses> {
    let zones = spec.zones.iter().enumerate();
    let host = |(at, it): (usize, &crate::support::spec::ZoneSpec)| {
        let advertised = format!("192.168.{at}.0/24");
        let name = format!("z{at}");
        let mut addresses = spec.addresses().remove(&name).unwrap();
        addresses.parts = if it.grouped {
            Parts::of(Host { translated })
        } else {
            Parts::default()
        };
        if it.spare {
            let cidr = Cidr::parse(&advertised, Family::V4).unwrap();
            addresses
                .advertised_ipv4
                .insert("nat".into(), MaybeKnown::Known(cidr));
        }
        (name, addresses)
    };
    zones.map(host).collect()
}

fn rendered(
    spec: &Spec,
    compiled: &Compiled,
    addresses: &BTreeMap<String, Addresses>,
    rejecting: bool,
) -> Rendered {
    let zones = Zones {
        addresses,
        fixed: &compiled.fixed,
    };
    let names = addresses.keys().filter(|_| rejecting);
    let options = Options {
        directions: spec.directions.clone(),
        rejecting: names.cloned().collect(),
        forwarding: compiled.forwarding.clone(),
    };
    nftables::render(&compiled.rules, &compiled.untranslated, zones, &options)
}

/// The first packet of a new connection.
struct New {
    from: IpAddr,
    to: IpAddr,
    protocol: &'static str,
    port: u16,
}

/// A ruleset as its text has it.
struct Read {
    sets: BTreeMap<String, Vec<Cidr>>,
    chains: BTreeMap<String, Chain>,
}

#[derive(Default)]
struct Chain {
    /// Its hook, and whether it accepts what no line decides; none if others jump to it.
    hook: Option<(String, bool)>,
    lines: Vec<String>,
}

fn read(text: &str) -> Read {
    let mut read = Read {
        sets: BTreeMap::new(),
        chains: BTreeMap::new(),
    };
    let (mut set, mut chain) = (String::new(), String::new());
    for line in text.lines().map(str::trim) {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["set", name, "{"] => (set, chain) = ((*name).to_owned(), String::new()),
            ["chain", name, "{"] => {
                (set, chain) = (String::new(), (*name).to_owned());
                read.chains.insert(chain.clone(), Chain::default());
            }
            ["type", "filter", "hook", hook, .., policy] => {
                let accepts = *policy == "accept;";
                let hook = ((*hook).to_owned(), accepts);
                read.chains.get_mut(&chain).unwrap().hook = Some(hook);
            }
            _ if !chain.is_empty() && line.ends_with(char::is_alphabetic)
                || line.ends_with('"') =>
            {
                let chain = read.chains.get_mut(&chain).unwrap();
                chain.lines.push(line.to_owned());
            }
            [block] if !set.is_empty() && block.ends_with(',') => {
                let block = cidr(block.trim_end_matches(','));
                read.sets.entry(set.clone()).or_default().push(block);
            }
            _ => {}
        }
    }
    read
}

fn cidr(text: &str) -> Cidr {
    let family = if text.contains(':') {
        Family::V6
    } else {
        Family::V4
    };
    Cidr::parse(text, family).unwrap()
}

fn holds(block: Cidr, address: IpAddr) -> bool {
    let (family, bits) = match address {
        IpAddr::V4(it) => (Family::V4, u128::from(u32::from(it))),
        IpAddr::V6(it) => (Family::V6, u128::from(it)),
    };
    let (first, last) = block.bounds();
    block.family() == family && (first..=last).contains(&bits)
}

impl Read {
    /// Whether every chain of some hooks accepts a packet: the first line that matches decides, else the policy.
    fn accepts(&self, hooks: [&str; 2], packet: &New) -> bool {
        self.chains.iter().all(|(name, it)| match &it.hook {
            Some((hook, accepts)) if hooks.contains(&hook.as_str()) => {
                self.decides(name, packet).unwrap_or(*accepts)
            }
            _ => true,
        })
    }

    fn decides(&self, chain: &str, packet: &New) -> Option<bool> {
        let mut lines = self.chains[chain].lines.iter();
        lines.find_map(|it| self.verdict(it, packet))
    }

    fn verdict(&self, line: &str, packet: &New) -> Option<bool> {
        let line = line.split(" comment ").next().unwrap();
        let family = if packet.from.is_ipv4() { "ip" } else { "ip6" };
        let mut words = line.split_whitespace();
        while let Some(word) = words.next() {
            let mut next = || words.next().unwrap();
            let matches = match word {
                "accept" => return Some(true),
                "drop" | "reject" => return Some(false),
                "jump" => return self.decides(next(), packet),
                // Own addresses are those that no zone has.
                "fib" => {
                    assert_eq!((next(), next(), next()), ("daddr", "type", "local"));
                    packet.to == OWN.0 || packet.to == OWN.1
                }
                // It is new, nothing translates it, and it is of an interface with a cable.
                "ct" => match (next(), next()) {
                    ("state", states) => states.split(',').any(|it| it == "new"),
                    ("direction", it) => it == "original",
                    ("status", "dnat" | "snat") => false,
                    other => panic!("{other:?} in `{line}`"),
                },
                "iif" | "oif" => next() != "\"lo\"",
                "meta" => match (next(), next()) {
                    ("nfproto", "ipv4") => family == "ip",
                    ("nfproto", "ipv6") => family == "ip6",
                    ("l4proto", it) => it == packet.protocol || it == number(packet.protocol),
                    other => panic!("{other:?} in `{line}`"),
                },
                "ip" | "ip6" => {
                    let address = match next() {
                        "saddr" => packet.from,
                        "daddr" => packet.to,
                        other => panic!("{other} in `{line}`"),
                    };
                    let peer = next();
                    let blocks = match peer.strip_prefix('@') {
                        Some(set) => self.sets[set].clone(),
                        None => vec![cidr(peer)],
                    };
                    word == family && blocks.iter().any(|it| holds(*it, address))
                }
                // Questions for an echo are none of the types that have names here.
                "icmpv6" => {
                    assert_eq!((next(), next()), ("type", "{"), "{line}");
                    false
                }
                "tcp" | "udp" => {
                    let port = match next() {
                        "sport" => 40_000,
                        "dport" => packet.port,
                        other => panic!("{other} in `{line}`"),
                    };
                    let range = next();
                    let (from, to) = range.split_once('-').unwrap_or((range, range));
                    let range = from.parse().unwrap()..=to.parse().unwrap();
                    word == packet.protocol && range.contains(&port)
                }
                other => panic!("`{other}` in `{line}`"),
            };
            if !matches {
                return None;
            }
        }
        panic!("`{line}` ends without a verdict")
    }
}

fn number(protocol: &str) -> &'static str {
    match protocol {
        "tcp" => "6",
        "udp" => "17",
        "icmp" => "1",
        "icmpv6" => "ipv6-icmp",
        "esp" => "50",
        _ => "47",
    }
}

/// The addresses of the host whose ruleset is read.
const OWN: (IpAddr, IpAddr) = (
    IpAddr::V4(Ipv4Addr::new(10, 0, 99, 1)),
    IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 99, 0, 0, 0, 0, 1)),
);

/// An address of each family in which a zone is there, its own or the advertised one; and one that no zone has.
fn tried(at: usize, six: bool) -> Vec<IpAddr> {
    let mut tried = vec![
        format!("10.0.{at}.255"),
        format!("192.168.{at}.0"),
        "192.0.2.1".to_owned(),
    ];
    if six {
        tried.push(format!("2001:db8:{at}:ffff::9"));
    }
    tried.iter().map(|it| it.parse().unwrap()).collect()
}

proptest! {
    #![proptest_config(crate::support::properties!(1000))]

    #[test]
    fn rulesets_allow_what_rules_allow(spec in spec(), rejecting in any::<bool>(), translated in 0..3_usize) {
        let translated = [None, Some(Translated::Ingress), Some(Translated::Both)][translated];
        let (compiled, addresses) = (compiled(&spec), hosts(&spec, translated));
        let rendered = rendered(&spec, &compiled, &addresses, rejecting);
        let mut permitted = permitted_by_rules(&compiled.rules);
        if translated.is_some() {
            // Packets are judged before their ports are translated as well, so both ports of a flow are open.
            permitted.extend(permitted_by_rules(&compiled.untranslated));
        }
        let enforced: Vec<&String> = addresses.iter().filter(|(_, it)| it.is_enforced()).map(|(zone, _)| zone).collect();
        prop_assert_eq!(rendered.rulesets.keys().collect::<Vec<_>>(), enforced);
        for (zone, text) in &rendered.rulesets {
            let RowCell::Text(text) = text else { panic!("{text:?}") };
            let ruleset = read(text);
            let zone = crate::promise::number(zone);
            let wanted: BTreeSet<&str> = spec.directions.iter().flat_map(|it| match (it, translated) {
                (Direction::Ingress, Some(_)) => &["prerouting", "input"][..],
                (Direction::Ingress, None) => &["input"],
                (Direction::Egress, Some(Translated::Both)) => &["output", "postrouting"],
                (Direction::Egress, _) => &["output"],
            }).copied().collect();
            let found = ruleset.chains.values().filter_map(|it| it.hook.as_ref());
            prop_assert_eq!(found.map(|(it, _)| it.as_str()).collect::<BTreeSet<_>>(), wanted);
            for direction in &spec.directions {
                for (peer, it) in spec.zones.iter().enumerate() {
                    for address in tried(peer, it.six) {
                        let own: IpAddr = if address.is_ipv4() { OWN.0 } else { OWN.1 };
                        // Peers of a translated zone connect to its advertised addresses; the destination sees the real source.
                        let is_advertised = it.spare && *direction == Direction::Egress;
                        let is_peer = match address {
                            IpAddr::V4(it) if it.octets()[0] == 192 && it.octets()[1] == 168 => is_advertised,
                            IpAddr::V4(it) => !is_advertised && it.octets()[0] == 10,
                            IpAddr::V6(_) => !is_advertised,
                        };
                        for protocol in PROTOCOLS {
                            let of_family = match protocol {
                                "icmp" => address.is_ipv4(),
                                "icmpv6" => address.is_ipv6(),
                                _ => true,
                            };
                            let ported = protocol == "tcp" || protocol == "udp";
                            for port in if ported { 1..=PORTS } else { 0..=0 } {
                                let (from, to) = if *direction == Direction::Ingress { (address, own) } else { (own, address) };
                                let found = ruleset.accepts(hooks(*direction), &New { from, to, protocol, port });
                                let packet = Packet { zone, direction: *direction, peer, protocol, port };
                                if of_family {
                                    let wanted = is_peer && permitted.contains(&packet);
                                    prop_assert_eq!(found, wanted, "{:?} {}\n{}", packet, address, text);
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn findings_and_zones_do_not_wait_for_addresses(spec in spec()) {
        let (compiled, addresses) = (compiled(&spec), hosts(&spec, None));
        let pending: BTreeMap<String, Addresses> = unknown(&addresses)
            .into_iter()
            .map(|(zone, it)| (zone.clone(), Addresses { parts: addresses[&zone].parts.clone(), ..it }))
            .collect();
        let mut known = addresses.clone();
        for it in known.values_mut() {
            it.advertised_ipv4.clear();
        }
        let (known, pending) = (rendered(&spec, &compiled, &known, false), rendered(&spec, &compiled, &pending, false));
        prop_assert_eq!(known.findings, pending.findings);
        prop_assert!(known.rulesets.keys().eq(pending.rulesets.keys()));
        for (zone, it) in &pending.rulesets {
            // A ruleset without peers needs no address.
            prop_assert!(it == &RowCell::Unknown || it == &known.rulesets[zone]);
            let RowCell::Text(text) = &known.rulesets[zone] else { panic!("known") };
            prop_assert_eq!(it == &RowCell::Unknown, text.contains("set s_"));
        }
    }
}

fn hooks(direction: Direction) -> [&'static str; 2] {
    match direction {
        Direction::Ingress => ["prerouting", "input"],
        Direction::Egress => ["output", "postrouting"],
    }
}
