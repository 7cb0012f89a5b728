//! Several `portmatrix_rules` in one document, each with its own zones.

use crate::review::gather::Collected;
use crate::review::rule::{EnforcementPoint, Rule};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// The wanted rules and intents of one of them, as places in the two lists.
pub(super) struct Source {
    pub(super) address: String,
    pub(super) wanted: Range<usize>,
    pub(super) intents: Range<usize>,
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
