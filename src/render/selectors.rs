//! Zones that share instances or pods: what one may, members of the other may too.

use super::platform::{Cause, Match, Platform, Shared};
use super::problems::first_few;
use super::table::PLATFORMS;
use crate::model::address::Addresses;
use crate::model::code::Code;
use crate::model::finding::{ConfigPath, Finding};
use crate::model::rules::{RuleKey, Rules};
use crate::model::traffic::Traffic;
use crate::model::words::Direction;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What shared tags, service accounts and labels grant beyond the matrix: one finding for each thing that is
/// shared, whatever the number of zones.
pub fn overlaps(rules: &Rules, zones: &BTreeMap<String, Addresses>) -> Vec<Finding> {
    found(rules, zones, false).0
}

/// Whether something that is not known yet may change these findings.
pub fn may_change(rules: &Rules, zones: &BTreeMap<String, Addresses>) -> bool {
    let (findings, open) = found(rules, zones, false);
    open || findings != found(rules, zones, true).0
}

/// Who reaches whom, by what.
type Reachability = BTreeSet<(Arc<str>, Arc<str>, Traffic)>;

/// The findings, and whether what is shared is open for some pair. With `widest`, zones that may turn out to be everybody count as everybody.
fn found(rules: &Rules, zones: &BTreeMap<String, Addresses>, widest: bool) -> (Vec<Finding>, bool) {
    let mut pairs: Vec<(&str, &str, &dyn Platform, Shared)> = Vec::new();
    for platform in PLATFORMS {
        for (wider, a) in zones {
            for (narrower, b) in zones.iter().filter(|(it, _)| *it != wider) {
                let shared = platform.shared((wider, a), b);
                pairs.extend(shared.map(|it| (wider.as_str(), narrower.as_str(), *platform, it)));
            }
        }
    }
    if pairs.is_empty() {
        return (Vec::new(), false);
    }
    let permitted = Permitted::of(rules, zones, widest);
    let mut open = false;
    let mut granted: BTreeMap<Cause, (BTreeSet<&str>, Reachability)> = BTreeMap::new();
    for (wider, narrower, platform, shared) in pairs {
        let reached = |least| permitted.beyond((wider, narrower), platform, &shared, least);
        let (surely, perhaps) = (reached(Match::Yes), reached(Match::Open));
        open |= perhaps != surely || (shared.open && !surely.is_empty());
        if !surely.is_empty() {
            let both = shared.cause.zone.is_none();
            let (zones, found) = granted.entry(shared.cause).or_default();
            zones.insert(narrower);
            zones.extend(both.then_some(wider));
            found.extend(surely);
        }
    }
    let findings = granted
        .into_iter()
        .map(|(cause, (zones, reached))| finding(&cause, &zones, &reached));
    (findings.collect(), open)
}

fn finding(cause: &Cause, zones: &BTreeSet<&str>, reached: &Reachability) -> Finding {
    let passages = reached
        .iter()
        .map(|(from, to, traffic)| format!("`{traffic}` from `{from}` to `{to}`"));
    let last = zones.last().copied().unwrap_or_default();
    let zones = first_few(zones.iter().map(|it| format!("`{it}`")));
    let message = format!(
        "{}{zones}{} allows what no flow needs: {}",
        cause.before,
        cause.after,
        first_few(passages)
    );
    let zone = cause.zone.as_deref().unwrap_or(last);
    Finding::new(Code::SelectorsOverlap, cause.subject.as_str(), message)
        .at(&ConfigPath::zone(zone))
}

/// A zone, and a direction seen from it.
type Point = (Arc<str>, Direction);

/// The rules, by where they are enforced.
struct Permitted<'r> {
    zones: &'r BTreeMap<String, Addresses>,
    /// Those of which a zone is one end.
    of: BTreeMap<&'r str, Vec<&'r RuleKey>>,
    /// With joined ports, as a rule may be covered by several together.
    at: BTreeMap<Point, Vec<(Arc<str>, Traffic)>>,
    everybody: BTreeSet<&'r str>,
}

impl<'r> Permitted<'r> {
    fn of(rules: &'r Rules, zones: &'r BTreeMap<String, Addresses>, widest: bool) -> Self {
        let mut at: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for key in super::merge::ports(rules).into_keys() {
            let peers = at.entry((key.zone, key.direction)).or_default();
            peers.push((key.peer, key.traffic));
        }
        let mut of: BTreeMap<&str, Vec<&RuleKey>> = BTreeMap::new();
        for key in rules.keys() {
            of.entry(&key.zone).or_default().push(key);
            if key.peer != key.zone {
                of.entry(&key.peer).or_default().push(key);
            }
        }
        let everybody = zones
            .iter()
            .filter(|(_, it)| it.covers_all_addresses() || (widest && it.is_pending()));
        Permitted {
            zones,
            of,
            at,
            everybody: everybody.map(|(name, _)| name.as_str()).collect(),
        }
    }

    /// What `narrower` gets of the rules for `wider`, and of those that name it, beyond its own.
    fn beyond(
        &self,
        (wider, narrower): (&str, &str),
        platform: &dyn Platform,
        shared: &Shared,
        least: Match,
    ) -> Reachability {
        let enforced = |zone: &str| platform.enforces(&self.zones[zone]);
        let at_both = shared.as_zone >= least && enforced(wider) && enforced(narrower);
        let mut reached = Reachability::new();
        for key in self.of.get(wider).into_iter().flatten().copied() {
            let at_zone = (at_both && *key.zone == *wider).then(|| RuleKey {
                zone: narrower.into(),
                ..key.clone()
            });
            let by_name = shared.as_peer >= least && *key.peer == *wider && enforced(&key.zone);
            let by_name = (by_name && platform.selects(key, self.zones)).then(|| RuleKey {
                peer: narrower.into(),
                ..key.clone()
            });
            // A peer without a network shares what it carries with zones of several, but a rule selects members in its own.
            let by_name = by_name.filter(|it| platform.selects(it, self.zones));
            let beyond = [at_zone, by_name].into_iter().flatten();
            reached.extend(
                beyond
                    .filter(|it| !self.permits(it))
                    .map(|it| match it.direction {
                        Direction::Ingress => (it.peer, it.zone, it.traffic),
                        Direction::Egress => (it.zone, it.peer, it.traffic),
                    }),
            );
        }
        reached
    }

    fn permits(&self, key: &RuleKey) -> bool {
        let at = (Arc::clone(&key.zone), key.direction);
        let rules = self.at.get(&at).into_iter().flatten();
        let mut of_peer =
            rules.filter(|(peer, _)| *peer == key.peer || self.everybody.contains(&**peer));
        of_peer.any(|(_, traffic)| traffic.covers(key.traffic))
    }
}
