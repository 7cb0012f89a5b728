//! Random estates and random changes of them.

use super::estate::Estate;
use crate::end_to_end::cli::Cli;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Groups that a configuration creates, and networks whose default groups it takes over from time to time.
const ORDINARY: usize = 20;
const DEFAULT: usize = 3;

/// Further plans that change every group.
const ROUNDS: usize = 5;

const PROTOCOLS: [&str; 2] = ["tcp", "udp"];
const PORTS: [u16; 3] = [53, 443, 8443];
const DIRECTIONS: [&str; 2] = ["ingress", "egress"];

/// What is at the other end: the argument of a separate rule and that of a list, with the value.
const PEERS: [(&str, &str, &str); 8] = [
    ("cidr_ipv4", "cidr_blocks", "\"10.0.1.0/24\""),
    ("cidr_ipv4", "cidr_blocks", "\"10.0.2.0/24\""),
    ("cidr_ipv4", "cidr_blocks", "\"0.0.0.0/0\""),
    ("cidr_ipv6", "ipv6_cidr_blocks", "\"2001:db8::/32\""),
    (
        "prefix_list_id",
        "prefix_list_ids",
        "aws_ec2_managed_prefix_list.office.id",
    ),
    (SOURCE, "security_groups", "aws_security_group.client.id"),
    (SOURCE, "security_groups", "aws_security_group.server.id"),
    (SOURCE, "self", "true"),
];
const SOURCE: &str = "referenced_security_group_id";
const LISTS: [&str; 4] = [
    "cidr_blocks",
    "ipv6_cidr_blocks",
    "prefix_list_ids",
    "security_groups",
];

/// The number of peers that a list of an older rule has; others are alone in one.
const LISTED: usize = 5;

/// What one rule of AWS allows: places in the lists above.
type Element = (usize, usize, usize);

/// Numbers that a seed determines. Source: Vigna, "splitmix64".
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut it = self.0;
        it = (it ^ (it >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        it = (it ^ (it >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((it ^ (it >> 31)) % end as u64).expect("a small number")
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn element(&mut self) -> Element {
        (
            self.below(PROTOCOLS.len()),
            self.below(PORTS.len()),
            self.below(PEERS.len()),
        )
    }
}

/// A resource of its own.
struct Separate {
    name: String,
    direction: usize,
    elements: Vec<Element>,
    is_older: bool,
    /// Whether the cloud has it: a group with blocks removes it, and the next plan creates it again.
    is_live: bool,
}

struct Group {
    name: String,
    is_default: bool,
    /// Whether the configuration has the group, if it is a default group.
    is_managed: bool,
    /// Whether the change at hand takes it over. Rules that refer to it are then replaced.
    is_new: bool,
    /// The blocks of each direction, if it has the argument.
    blocks: [Option<BTreeSet<Element>>; 2],
    /// What was in blocks that left the configuration.
    left: [BTreeSet<Element>; 2],
    rules: Vec<Separate>,
}

impl Group {
    fn new(name: String, is_default: bool) -> Group {
        Group {
            name,
            is_default,
            is_managed: !is_default,
            is_new: false,
            blocks: [None, None],
            left: [BTreeSet::new(), BTreeSet::new()],
            rules: Vec::new(),
        }
    }

    /// AWS has each element of a group and direction once. The endpoint, unlike EC2, never revokes IPv6 addresses of egress rules.
    fn is_free(&self, direction: usize, it: &Element) -> bool {
        if DIRECTIONS[direction] == "egress" && PEERS[it.2].0 == "cidr_ipv6" {
            return false;
        }
        let mut rules = self.rules.iter().filter(|it| it.direction == direction);
        let blocks = self.blocks[direction].as_ref();
        !blocks.is_some_and(|all| all.contains(it))
            && !self.left[direction].contains(it)
            && !rules.any(|rule| rule.elements.contains(it))
    }

    fn owns(&self, direction: usize) -> bool {
        self.is_managed && self.blocks[direction].is_some()
    }

    /// Whether its blocks remove a rule. The configuration then keeps that: EC2 is content if a rule to be removed is gone already,
    /// and the endpoint refuses it.
    fn loses(&self, rule: &Separate) -> bool {
        let blocks = self.blocks[rule.direction].as_ref();
        let has = |it| blocks.is_some_and(|all| all.contains(it));
        self.owns(rule.direction) && rule.is_live && !rule.elements.iter().all(has)
    }

    /// Changes it at random.
    fn change(&mut self, random: &mut Random, number: &mut usize) {
        let direction = random.below(2);
        self.is_new = false;
        if self.is_default && random.chance(40) {
            self.is_managed = !self.is_managed;
            self.is_new = self.is_managed;
            for (left, blocks) in self.left.iter_mut().zip(&mut self.blocks) {
                left.extend(blocks.take().into_iter().flatten());
                if self.is_new {
                    left.clear();
                }
            }
        }
        if self.is_managed && random.chance(50) {
            self.change_blocks(direction, random);
        }
        if self.rules.len() > 3 || (random.chance(30) && !self.rules.is_empty()) {
            let at = random.below(self.rules.len());
            if !self.loses(&self.rules[at]) {
                self.rules.remove(at);
            }
        }
        if random.chance(60) {
            self.add_rule(direction, random, number);
        }
        self.modify(random);
    }

    fn change_blocks(&mut self, direction: usize, random: &mut Random) {
        let Some(mut blocks) = self.blocks[direction].take() else {
            let mut blocks = BTreeSet::new();
            for rule in self
                .rules
                .iter()
                .filter(|it| it.direction == direction && it.is_live)
            {
                if random.chance(40) && !self.is_new {
                    blocks.extend(&rule.elements);
                }
            }
            let kept = self.left[direction].iter().filter(|_| random.chance(50));
            blocks.extend(kept);
            self.left[direction].clear();
            // An older rule of which only a part is removed cannot be created again.
            for rule in self.rules.iter().filter(|it| it.direction == direction) {
                if !rule.elements.iter().all(|it| blocks.contains(it)) {
                    blocks.retain(|it| !rule.elements.contains(it));
                }
            }
            self.blocks[direction] = Some(blocks);
            return;
        };
        if random.chance(25) {
            // The argument leaves the configuration, and its rules stay.
            self.left[direction] = blocks;
            return;
        }
        if random.chance(60)
            && let Some(it) = blocks
                .iter()
                .nth(random.below(blocks.len().max(1)))
                .copied()
        {
            blocks.remove(&it);
            let of_it = self.rules.iter().filter(|rule| rule.elements.contains(&it));
            for rule in of_it.filter(|it| it.direction == direction) {
                blocks.retain(|it| !rule.elements.contains(it));
            }
        }
        for _ in 0..random.below(4) {
            let it = random.element();
            if self.is_free(direction, &it) {
                blocks.insert(it);
            }
        }
        self.blocks[direction] = Some(blocks);
    }

    fn add_rule(&mut self, direction: usize, random: &mut Random, number: &mut usize) {
        let (protocol, port, peer) = random.element();
        let is_older = random.chance(50);
        let several = if is_older && peer < LISTED {
            1 + random.below(3)
        } else {
            1
        };
        let peers = (0..several).map(|it| {
            if several == 1 {
                peer
            } else {
                (peer + it) % LISTED
            }
        });
        let elements: Vec<Element> = peers.map(|it| (protocol, port, it)).collect();
        if elements.iter().all(|it| self.is_free(direction, it)) {
            *number += 1;
            let name = format!("r{number}");
            self.rules.push(Separate {
                name,
                direction,
                elements,
                is_older,
                is_live: false,
            });
        }
    }

    /// Changes a rule in place that no blocks remove first.
    fn modify(&mut self, random: &mut Random) {
        let at = random.below(self.rules.len().max(1));
        let to = random.element();
        let Some(rule) = self.rules.get(at).filter(|it| !it.is_older) else {
            return;
        };
        if !self.owns(rule.direction) && !self.is_default && self.is_free(rule.direction, &to) {
            self.rules[at].elements = vec![to];
        }
    }

    /// What an apply does to it.
    fn was_applied(&mut self) {
        for direction in 0..2 {
            let (owns, is_new) = (self.owns(direction), self.is_new);
            let blocks = self.blocks[direction].clone().unwrap_or_default();
            for rule in self.rules.iter_mut().filter(|it| it.direction == direction) {
                let is_removed = owns && !rule.elements.iter().all(|it| blocks.contains(it));
                rule.is_live = is_new || !(rule.is_live && is_removed);
            }
        }
    }

    fn text(&self) -> String {
        let mut text = String::new();
        let name = &self.name;
        let kind = if self.is_default {
            "aws_default_security_group"
        } else {
            "aws_security_group"
        };
        if self.is_managed {
            let head = if self.is_default {
                format!("  vpc_id = aws_vpc.{name}.id\n")
            } else {
                format!("  name = \"{name}\"\n  vpc_id = aws_vpc.net.id\n")
            };
            let _ = write!(text, "resource \"{kind}\" \"{name}\" {{\n{head}");
            for (direction, blocks) in DIRECTIONS.iter().zip(&self.blocks) {
                let Some(blocks) = blocks else { continue };
                if blocks.is_empty() {
                    let _ = writeln!(text, "  {direction} = []");
                }
                let services: BTreeSet<_> = blocks.iter().map(|it| (it.0, it.1)).collect();
                for service in services {
                    let peers = blocks.iter().filter(|it| (it.0, it.1) == service);
                    let peers: Vec<usize> = peers.map(|it| it.2).collect();
                    let _ = write!(text, "  {direction} {{\n{}  }}\n", listed(service, &peers));
                }
            }
            text.push_str("}\n");
        }
        let group = if self.is_managed {
            format!("{kind}.{name}.id")
        } else {
            format!("aws_vpc.{name}.default_security_group_id")
        };
        for rule in &self.rules {
            let direction = DIRECTIONS[rule.direction];
            let (protocol, port, peer) = rule.elements[0];
            let peers: Vec<usize> = rule.elements.iter().map(|it| it.2).collect();
            let (kind, of) = if rule.is_older {
                let lists = listed((protocol, port), &peers);
                // One group is not a list here.
                let lists = lists.replace("security_groups = [", "source_security_group_id = (");
                let lists = if lists.contains("= (") {
                    lists.replace(']', ")")
                } else {
                    lists
                };
                (
                    "aws_security_group_rule".to_owned(),
                    format!("  type = \"{direction}\"\n{lists}"),
                )
            } else {
                let (argument, list, value) = PEERS[peer];
                let value = if list == "self" { &group } else { value };
                let service = service((protocol, port), "ip_protocol");
                let kind = format!("aws_vpc_security_group_{direction}_rule");
                (kind, format!("{service}  {argument} = {value}\n"))
            };
            let _ = write!(
                text,
                "resource \"{kind}\" \"{}\" {{\n  security_group_id = {group}\n{of}}}\n",
                rule.name
            );
        }
        text
    }
}

fn service((protocol, port): (usize, usize), argument: &str) -> String {
    let (protocol, port) = (PROTOCOLS[protocol], PORTS[port]);
    format!("  {argument} = \"{protocol}\"\n  from_port = {port}\n  to_port = {port}\n")
}

/// A service with peers in lists.
fn listed(of: (usize, usize), peers: &[usize]) -> String {
    let mut text = service(of, "protocol");
    for list in LISTS {
        let values = peers.iter().map(|it| PEERS[*it]).filter(|it| it.1 == list);
        let values: Vec<&str> = values.map(|it| it.2).collect();
        if !values.is_empty() {
            let _ = writeln!(text, "  {list} = [{}]", values.join(", "));
        }
    }
    if peers.iter().any(|it| PEERS[*it].1 == "self") {
        text.push_str("  self = true\n");
    }
    text
}

fn network() -> String {
    let mut text = "resource \"aws_vpc\" \"net\" {\n  cidr_block = \"10.0.0.0/16\"\n}\n\
        resource \"aws_ec2_managed_prefix_list\" \"office\" {\n  name = \"office\"\n  address_family = \"IPv4\"\n  max_entries = 1\n}\n"
        .to_owned();
    for at in 0..DEFAULT {
        let _ = write!(
            text,
            "resource \"aws_vpc\" \"d{at}\" {{\n  cidr_block = \"10.{at}.0.0/16\"\n}}\n"
        );
    }
    for name in ["client", "server"] {
        let _ = write!(
            text,
            "resource \"aws_security_group\" \"{name}\" {{\n  name = \"{name}\"\n  vpc_id = aws_vpc.net.id\n}}\n"
        );
    }
    text
}

/// What the review of each plan says equals what the endpoint has after it, and the next plan removes what it calls contested.
pub(super) fn random_changes_are_as_reviewed(cli: &Cli) {
    let seed = std::env::var("PORTMATRIX_SEED")
        .ok()
        .and_then(|it| it.parse().ok());
    let seed = seed.unwrap_or(20_261_129);
    let (mut random, mut number) = (Random(seed), 0);
    let estate = Estate::new(cli);
    estate.root.write("net.tf", &network());
    estate.root.run(&["init"]).succeeds();
    estate.root.apply();
    let ordinary = (0..ORDINARY).map(|it| Group::new(format!("g{it}"), false));
    let default = (0..DEFAULT).map(|it| Group::new(format!("d{it}"), true));
    let mut groups: Vec<Group> = ordinary.chain(default).collect();
    for round in 0..=ROUNDS {
        for group in &mut groups {
            group.change(&mut random, &mut number);
        }
        let texts: Vec<String> = groups.iter().map(Group::text).collect();
        estate.root.write("main.tf", &texts.concat());
        let what = format!("PORTMATRIX_SEED={seed}, round {round}");
        let change = estate.change(&[], &what);
        groups.iter_mut().for_each(Group::was_applied);
        if round % 2 == 0 {
            estate.next_plan_agrees(&change, &what);
        }
    }
}
