//! Who gets what a rule is not for, because a platform cannot tell members of some zones apart.

use super::identity::{Match, Selector, World};
use super::platform::Platform;
use super::table::PLATFORMS;
use crate::model::rules::{RuleKey, Rules};
use crate::model::traffic::Traffic;
use crate::model::words::Direction;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::sync::Arc;

/// A rule that holds for another zone than its own, or allows another than its peer, though no flow needs it.
pub struct Grant<'w, 'b> {
    /// The platform on which it does.
    pub platform: &'static dyn Platform,
    /// The rule.
    pub rule: &'w RuleKey,
    /// The zone for which it holds.
    pub zone: &'w str,
    /// The zone that it allows.
    pub peer: &'w str,
    /// Why.
    pub by: &'b By,
    /// Whether that is certain.
    pub certain: Match,
}

/// Why a rule holds for another zone, or allows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    /// Two zones have something in common at which the rule is.
    At(Selector),
    /// Two zones have something in common to which the rule refers.
    Named(Selector),
    /// Addresses of the one zone belong to the other.
    Address,
}

/// Visits what rules grant beyond what zones are entitled to, until told to stop. Rules of one place that are for the same traffic
/// and the same peer are visited once, by the first of them. `by_address` is in which directions addresses are compared.
pub fn visit<'w>(
    world: &'w World<'w>,
    entitled: &Entitled,
    least: Match,
    by_address: &[Direction],
    mut each: impl FnMut(Grant<'w, '_>) -> ControlFlow<()>,
) -> ControlFlow<()> {
    PLATFORMS
        .iter()
        .try_for_each(|it| Shared::new(*it, world, least).visit(entitled, by_address, &mut each))
}

/// The traffic of each peer.
type Peers = BTreeMap<Arc<str>, Vec<Traffic>>;

/// What zones are entitled to: whatever a flow needs.
pub struct Entitled {
    /// By zone and direction: the traffic of each peer, with joined ports, as one rule may be covered by several together.
    by: BTreeMap<Arc<str>, [Peers; 2]>,
    /// The peers that are every address.
    everyone: BTreeSet<Arc<str>>,
}

impl Entitled {
    /// By the rules that there are, or would be if all zones were enforced.
    pub fn of(rules: &Rules, world: &World<'_>) -> Self {
        let mut by: BTreeMap<_, [Peers; 2]> = BTreeMap::new();
        let mut everyone = BTreeSet::new();
        for key in super::merge::ports(rules).into_keys() {
            if world.nested.is_everyone(&key.peer) {
                everyone.insert(Arc::clone(&key.peer));
            }
            let peers = &mut by.entry(key.zone).or_default()[side(key.direction)];
            peers.entry(key.peer).or_default().push(key.traffic);
        }
        Entitled { by, everyone }
    }

    fn allows(&self, zone: &str, direction: Direction, peer: &str, traffic: Traffic) -> bool {
        let Some(peers) = self.by.get(zone).map(|it| &it[side(direction)]) else {
            return false;
        };
        let covered = |it: &str| {
            let of_peer = peers.get(it).into_iter().flatten();
            of_peer.clone().any(|it| it.covers(traffic))
        };
        covered(peer) || self.everyone.iter().any(|it| covered(it))
    }
}

fn side(direction: Direction) -> usize {
    usize::from(direction == Direction::Egress)
}

/// What zones have in common on one platform.
struct Shared<'w> {
    platform: &'static dyn Platform,
    world: &'w World<'w>,
    least: Match,
    /// The zones that have an identity, by its kind and id.
    having: BTreeMap<(&'static str, Arc<str>), Vec<&'w str>>,
    /// The zones that have an identity whose id is not known yet, by its kind.
    pending: BTreeMap<&'static str, Vec<&'w str>>,
    /// All of them by kind.
    all: BTreeMap<&'static str, Vec<&'w str>>,
    /// The place in `selected` of each selector, if it selects members of several zones.
    known: BTreeMap<Selector, Option<usize>>,
    selected: Vec<(Selector, Vec<(&'w str, Match)>)>,
}

/// By what a rule selects one of its ends.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Side<'w> {
    /// The zone of the rule's key and no other.
    Own(&'w str),
    /// What several zones have in common: its place in `selected`.
    Selected(usize),
    /// The addresses of a zone.
    Addresses(&'w str),
}

impl<'w> Shared<'w> {
    fn new(platform: &'static dyn Platform, world: &'w World<'w>, least: Match) -> Self {
        let mut shared = Shared {
            platform,
            world,
            least,
            having: BTreeMap::new(),
            pending: BTreeMap::new(),
            all: BTreeMap::new(),
            known: BTreeMap::new(),
            selected: Vec::new(),
        };
        for (zone, addresses) in world.zones.addresses {
            let zone = zone.as_str();
            for it in platform.identities(addresses) {
                let zones = match it.id.known() {
                    Some(id) => shared.having.entry((it.what, Arc::clone(id))).or_default(),
                    None => shared.pending.entry(it.what).or_default(),
                };
                push(zones, zone);
                push(shared.all.entry(it.what).or_default(), zone);
            }
        }
        shared
    }

    /// Whether some zones may have something in common.
    fn may_select_several(&self) -> bool {
        let open = self.least <= Match::Open && !self.pending.is_empty();
        open || self.having.values().any(|it| it.len() > 1)
    }

    fn visit(
        mut self,
        entitled: &Entitled,
        by_address: &[Direction],
        each: &mut dyn FnMut(Grant<'w, '_>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let (world, platform) = (self.world, self.platform);
        let selects = self.may_select_several();
        if !selects && world.nested.is_empty(self.least) {
            return ControlFlow::Continue(());
        }
        let mut seen = BTreeSet::new();
        let mut enforced: (&str, bool) = ("", false);
        for rule in world.rules.keys() {
            if *enforced.0 != *rule.zone {
                let here = world.zones.addresses.get(&*rule.zone);
                enforced = (&rule.zone, here.is_some_and(|it| platform.enforces(it)));
            }
            if !enforced.1 {
                continue;
            }
            let (mut at, mut named) = (vec![Side::Own(&rule.zone)], vec![Side::Own(&rule.peer)]);
            if selects {
                let found = platform.at(rule, world);
                at.extend(found.into_iter().filter_map(|it| self.selected(it)));
                let is_zone = world.zones.addresses.contains_key(&*rule.peer);
                if is_zone && !world.nested.is_everyone(&rule.peer) {
                    let found = platform.named(rule, world);
                    named.extend(found.into_iter().filter_map(|it| self.selected(it)));
                }
            }
            if by_address.contains(&rule.direction) && self.is_by_address(rule) {
                named.push(Side::Addresses(&rule.peer));
            }
            for a in &at {
                for n in &named {
                    let own = matches!((a, n), (Side::Own(_), Side::Own(_)));
                    if !own && seen.insert((*a, rule.direction, rule.traffic, *n)) {
                        self.granted(rule, (*a, *n), entitled, each)?;
                    }
                }
            }
        }
        ControlFlow::Continue(())
    }

    /// Whether a rule refers to its peer by addresses that may be another zone's.
    fn is_by_address(&self, rule: &RuleKey) -> bool {
        let zones = self.world.zones.addresses;
        let Some(peer) = zones.get(&*rule.peer) else {
            return false;
        };
        let has_addresses = !peer.ipv4.is_empty() || !peer.ipv6.is_empty();
        has_addresses
            && !self.world.nested.is_empty(self.least)
            && self.platform.matches_by_address(&zones[&*rule.zone], peer)
    }

    /// The members of several zones that a selector selects, or `None` if they are of one zone.
    fn selected(&mut self, selector: Selector) -> Option<Side<'w>> {
        if let Some(known) = self.known.get(&selector) {
            return known.map(Side::Selected);
        }
        let what = selector.what;
        let zones = |found: Option<&Vec<&'w str>>| found.cloned().unwrap_or_default();
        let (surely, perhaps) = match selector.id.known() {
            Some(id) => (
                zones(self.having.get(&(what, Arc::clone(id)))),
                zones(self.pending.get(what)),
            ),
            None => (Vec::new(), zones(self.all.get(what))),
        };
        let surely = surely.into_iter().map(|it| (it, Match::Yes));
        let perhaps = perhaps.into_iter().map(|it| (it, Match::Open));
        let mut members: BTreeMap<&str, Match> = BTreeMap::new();
        for (zone, matched) in surely.chain(perhaps).filter(|(_, it)| *it >= self.least) {
            let matched = matched.min(self.platform.is_within(&selector, zone, self.world));
            if matched >= self.least {
                let known = members.entry(zone).or_insert(matched);
                *known = matched.max(*known);
            }
        }
        let several = (members.len() > 1).then(|| {
            let members = members.into_iter().collect();
            self.selected.push((selector.clone(), members));
            self.selected.len() - 1
        });
        self.known.insert(selector, several);
        several.map(Side::Selected)
    }

    /// What a rule grants by its two ends.
    fn granted(
        &self,
        rule: &'w RuleKey,
        (at, named): (Side<'w>, Side<'w>),
        entitled: &Entitled,
        each: &mut dyn FnMut(Grant<'w, '_>) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let by = match (at, named) {
            (Side::Selected(it), _) => By::At(self.selected[it].0.clone()),
            (_, Side::Selected(it)) => By::Named(self.selected[it].0.clone()),
            _ => By::Address,
        };
        let peers = self.zones(named, &rule.peer);
        for (zone, zone_matched) in self.zones(at, &rule.zone) {
            for (peer, peer_matched) in &peers {
                // Among its own members, what a wider block allows by the way is not worth a word.
                let is_among = zone == *peer && matches!(named, Side::Addresses(_));
                if is_among || entitled.allows(zone, rule.direction, peer, rule.traffic) {
                    continue;
                }
                each(Grant {
                    platform: self.platform,
                    rule,
                    zone,
                    peer,
                    by: &by,
                    certain: zone_matched.min(*peer_matched),
                })?;
            }
        }
        ControlFlow::Continue(())
    }

    /// The zones that a rule selects at one of its ends, other than the one of its key unless that is all.
    fn zones(&self, side: Side<'w>, own: &str) -> Vec<(&'w str, Match)> {
        let mut zones = match side {
            Side::Own(it) => return vec![(it, Match::Yes)],
            Side::Selected(it) => self.selected[it].1.clone(),
            Side::Addresses(it) => self.world.nested.inside(it, self.least),
        };
        zones.retain(|(it, _)| *it != own);
        zones
    }
}

/// Zones come in order, so one that is there already is the last.
fn push<'w>(zones: &mut Vec<&'w str>, zone: &'w str) {
    if zones.last() != Some(&zone) {
        zones.push(zone);
    }
}
