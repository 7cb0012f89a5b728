//! Several `portmatrix_rules` in one document, each with its own zones.

use crate::review::gather::Collected;
use crate::review::rule::{EnforcementPoint, Rule};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::rc::Rc;

/// The wanted rules and intents of one of them, as places in the two lists.
pub(super) struct Source {
    pub(super) address: String,
    pub(super) wanted: Range<usize>,
    pub(super) intents: Range<usize>,
}

/// The map that has a wanted rule.
#[derive(Clone)]
pub(super) struct MapOf {
    /// The address of the `portmatrix_rules`.
    pub(super) rules: Rc<str>,
    pub(super) output: Rc<str>,
}

impl MapOf {
    /// The address of a row.
    pub(super) fn row(&self, key: &str) -> String {
        format!("{}.{}[{key:?}]", self.rules, self.output)
    }
}

/// The addresses of wanted rules by their keys. Several `portmatrix_rules` may have the same keys, each at its own points.
#[derive(Default)]
pub(super) struct WantedBy(BTreeMap<String, Vec<(EnforcementPoint, String)>>);

impl WantedBy {
    /// Those of some keys, of which there may be few.
    pub(super) fn new<'k>(
        keys: impl Iterator<Item = &'k String>,
        wanted: &[Rule],
        maps: impl Iterator<Item = &'k MapOf>,
    ) -> WantedBy {
        let mut all: BTreeMap<_, Vec<_>> = keys.map(|it| (it.clone(), Vec::new())).collect();
        for (rule, map) in wanted.iter().zip(maps) {
            if let Some(places) = all.get_mut(&rule.id) {
                places.push((rule.point.clone(), map.row(&rule.id)));
            }
        }
        WantedBy(all)
    }

    pub(super) fn get(&self, key: &str, point: &EnforcementPoint) -> Option<&String> {
        let places = self.0.get(key)?;
        let here = places.iter().find(|it| it.0 == *point);
        here.or(places.first()).map(|it| &it.1)
    }
}

/// Where zones are enforced, by name.
type Zones<'r> = BTreeMap<&'r str, BTreeSet<&'r EnforcementPoint>>;

/// Prefixes zones with the address of their `portmatrix_rules` if two of these have different zones of one name.
pub(super) fn tell_apart(sources: &[Source], collected: &mut Collected) {
    let zones: Vec<Zones> = sources
        .iter()
        .map(|it| zones(&collected.wanted[it.wanted.clone()]))
        .collect();
    let mut places = Zones::new();
    let mut differ = false;
    for (name, points) in zones.into_iter().flatten() {
        let known = places.entry(name).or_default();
        differ |= !known.is_empty() && known.is_disjoint(&points);
        known.extend(points);
    }
    if !differ {
        return;
    }
    for source in sources {
        let prefix = |zone: &mut String| zone.insert_str(0, &format!("{}/", source.address));
        for rule in &mut collected.wanted[source.wanted.clone()] {
            if let Some(zones) = &mut rule.zones {
                prefix(&mut zones.own);
                prefix(&mut zones.peer);
            }
        }
        for intent in &mut collected.intents[source.intents.clone()] {
            prefix(&mut intent.zone);
            prefix(&mut intent.peer_zone);
        }
    }
}

fn zones(wanted: &[Rule]) -> Zones<'_> {
    let mut zones = Zones::new();
    for rule in wanted {
        if let Some(names) = &rule.zones {
            zones.entry(&names.own).or_default().insert(&rule.point);
        }
    }
    zones
}
