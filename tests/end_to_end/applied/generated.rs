//! Groups that change at random, with what the cloud has of them.

use super::written::{DIRECTIONS, Element, LISTED, PEERS, SERVICES};
use std::collections::BTreeSet;

/// Numbers that a seed determines. Source: Vigna, "splitmix64".
pub(super) struct Random(pub(super) u64);

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
        let peer = self.below(PEERS.len());
        let service = self.below(SERVICES.len());
        (PEERS[peer].service.unwrap_or(service), peer)
    }
}

/// A resource of its own.
pub(super) struct Separate {
    pub(super) name: String,
    pub(super) direction: usize,
    pub(super) elements: Vec<Element>,
    pub(super) is_older: bool,
    /// Whether the cloud has it: a group with blocks removes it, and the next plan creates it again.
    is_live: bool,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Kind {
    Ordinary,
    /// Its replacement is there before it goes.
    Overlapping,
    /// A default group that the configuration has.
    Managed,
    /// One that it does not have.
    Unmanaged,
}

impl Kind {
    pub(super) fn is_default(self) -> bool {
        matches!(self, Kind::Managed | Kind::Unmanaged)
    }
}

pub(super) struct Group {
    /// What its resource is called.
    pub(super) name: String,
    /// How often it was replaced.
    pub(super) replaced: usize,
    pub(super) kind: Kind,
    /// Whether the change at hand creates or takes over the group. Rules that refer to it are then replaced.
    is_new: bool,
    /// The blocks of each direction, if it has the argument.
    pub(super) blocks: [Option<BTreeSet<Element>>; 2],
    /// What was in blocks that left the configuration.
    left: [BTreeSet<Element>; 2],
    pub(super) rules: Vec<Separate>,
}

impl Group {
    pub(super) fn new(name: String, kind: Kind) -> Group {
        Group {
            name,
            replaced: 0,
            kind,
            is_new: false,
            blocks: [None, None],
            left: [BTreeSet::new(), BTreeSet::new()],
            rules: Vec::new(),
        }
    }

    /// AWS has each element of a group and direction once.
    fn is_free(&self, direction: usize, it: &Element) -> bool {
        let mut rules = self.rules.iter().filter(|it| it.direction == direction);
        let blocks = self.blocks[direction].as_ref();
        !blocks.is_some_and(|all| all.contains(it))
            && !self.left[direction].contains(it)
            && !rules.any(|rule| rule.elements.contains(it))
    }

    pub(super) fn is_managed(&self) -> bool {
        self.kind != Kind::Unmanaged
    }

    fn owns(&self, direction: usize) -> bool {
        self.is_managed() && self.blocks[direction].is_some()
    }

    /// Whether its blocks remove a rule. The configuration then keeps that: EC2 is content if a rule to be removed is gone already,
    /// and the endpoint refuses it.
    fn loses(&self, rule: &Separate) -> bool {
        let blocks = self.blocks[rule.direction].as_ref();
        let has = |it| blocks.is_some_and(|all| all.contains(it));
        self.owns(rule.direction) && rule.is_live && !rule.elements.iter().all(has)
    }

    /// Changes it at random.
    pub(super) fn change(&mut self, random: &mut Random, number: &mut usize) {
        let direction = random.below(2);
        self.is_new = false;
        if self.kind.is_default() && random.chance(40) {
            self.is_new = self.kind == Kind::Unmanaged;
            self.kind = if self.is_new {
                Kind::Managed
            } else {
                Kind::Unmanaged
            };
            for (left, blocks) in self.left.iter_mut().zip(&mut self.blocks) {
                left.extend(blocks.take().into_iter().flatten());
            }
        }
        if !self.kind.is_default() && random.chance(10) {
            self.replaced += 1;
            self.is_new = true;
            self.kind = [Kind::Ordinary, Kind::Overlapping][random.below(2)];
        }
        if self.is_new {
            self.left = [BTreeSet::new(), BTreeSet::new()];
        }
        if self.is_managed() && random.chance(50) {
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
            // The argument leaves the configuration, and its rules stay, if the group does.
            if !self.is_new {
                self.left[direction] = blocks;
            }
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
        let (service, peer) = random.element();
        let is_older = random.chance(50);
        let several = is_older && peer < LISTED;
        let peers = if several { 1 + random.below(3) } else { 1 };
        let peers = (0..peers).map(|it| if several { (peer + it) % LISTED } else { peer });
        let elements: Vec<Element> = peers.map(|it| (service, it)).collect();
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

    /// Changes a rule in place that no blocks remove first. The endpoint, unlike EC2, changes no peer apart from an IPv4 address.
    fn modify(&mut self, random: &mut Random) {
        let at = random.below(self.rules.len().max(1));
        let to = random.element();
        let Some(rule) = self.rules.get(at).filter(|it| !it.is_older) else {
            return;
        };
        let is_ipv4 = |it: &Element| PEERS[it.1].argument == "cidr_ipv4";
        let was = &rule.elements[0];
        let is_changed = was.1 == to.1 || (is_ipv4(was) && is_ipv4(&to));
        if is_changed
            && !self.owns(rule.direction)
            && !self.kind.is_default()
            && self.is_free(rule.direction, &to)
        {
            self.rules[at].elements = vec![to];
        }
    }

    /// What an apply does to it.
    pub(super) fn was_applied(&mut self) {
        for direction in 0..DIRECTIONS.len() {
            let (owns, is_new) = (self.owns(direction), self.is_new);
            let blocks = self.blocks[direction].clone().unwrap_or_default();
            for rule in self.rules.iter_mut().filter(|it| it.direction == direction) {
                let is_removed = owns && !rule.elements.iter().all(|it| blocks.contains(it));
                rule.is_live = is_new || !(rule.is_live && is_removed);
            }
        }
    }
}
