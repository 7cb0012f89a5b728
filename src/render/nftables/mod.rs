//! nftables: one ruleset for the hosts of each zone that filter for themselves.

mod chains;
mod forwards;
mod line;
mod multicast;
mod platform;
mod problems;
mod ruleset;
mod same_hosts;
mod zone;
pub use platform::Platform;
pub use zone::{Host, Translated};

use super::peers::{blocks, in_family, uses_advertised};
use super::{RowCell, Zones};
use crate::model::address::{Cidr, Family};
use crate::model::cell::MaybeKnown;
use crate::model::finding::Finding;
use crate::model::rules::{Forwarding, Rule, RuleKey, Rules};
use crate::model::words::Direction;
use crate::render::fixed_blocks;
use problems::Problems;
use ruleset::{Peer, Ruleset};
use std::collections::{BTreeMap, BTreeSet};

/// What all rulesets depend on, in addition to the rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The directions in which rules are wanted.
    pub directions: BTreeSet<Direction>,
    /// Zones whose hosts reject what they do not allow; the others drop it.
    pub rejecting: BTreeSet<String>,
    /// Zones with hosts that run pods or containers.
    pub forwarding: Forwarding,
}

/// What rendering for nftables produces.
#[derive(Clone, Debug, Default)]
pub struct Rendered {
    /// Rulesets by zone, as text or pending.
    pub rulesets: BTreeMap<String, RowCell>,
    /// What a ruleset cannot express.
    pub findings: Vec<Finding>,
}

/// Renders the rules at the zones whose hosts filter for themselves. `untranslated` are the rules for what peers connect to, where that
/// differs from what the hosts listen on: hosts that judge packets before translation need them too. A ruleset is pending as a whole
/// where it needs an address that is not known yet; its findings need none.
pub fn render(
    rules: &Rules,
    untranslated: &Rules,
    zones: Zones<'_>,
    options: &Options,
) -> Rendered {
    let hosts = zones
        .addresses
        .iter()
        .filter(|(_, it)| it.enforced_by::<Host>().is_some());
    let mut rulesets: BTreeMap<&str, Ruleset<'_>> = hosts
        .map(|(zone, it)| (zone.as_str(), Ruleset::new(zone, it, options)))
        .collect();
    let mut problems = Problems::default();
    for (key, rule) in rules {
        if let Some(ruleset) = rulesets.get_mut(&*key.zone) {
            add(ruleset, key, rule, zones, &mut problems);
        }
    }
    // A port that peers connect to may be one that the hosts listen on as well.
    for (key, rule) in untranslated
        .iter()
        .filter(|(key, _)| !rules.contains_key(*key))
    {
        let translating = rulesets.get_mut(&*key.zone);
        if let Some(ruleset) = translating.filter(|it| it.judges_translated()) {
            add(ruleset, key, rule, zones, &mut problems);
        }
    }
    let mut findings = problems.findings(rules, zones, options, rulesets.values());
    findings.extend(forwards::forwards(zones, options));
    findings.extend(same_hosts::same_hosts(zones));
    Rendered {
        findings,
        rulesets: rulesets
            .into_iter()
            .map(|(zone, it)| (zone.to_owned(), it.cell()))
            .collect(),
    }
}

/// The lines of one rule: one for each family in which its peer has addresses.
fn add<'r>(
    ruleset: &mut Ruleset<'r>,
    key: &'r RuleKey,
    rule: &Rule,
    zones: Zones<'_>,
    problems: &mut Problems,
) {
    let mut has_blocks = false;
    let mut has_lines = false;
    for family in Family::ALL {
        let (kind, cells) = cells(key, zones, family);
        if cells.is_empty() {
            continue;
        }
        has_blocks = true;
        let traffic = in_family(key.traffic, family).and_then(|it| line::traffic(it, family));
        if let Some(traffic) = traffic {
            has_lines = true;
            let peer = Peer {
                name: &key.peer,
                kind,
                family,
            };
            ruleset.permit(key, rule, &peer, &traffic, &cells);
        }
    }
    if key.direction == Direction::Egress
        && let Some(peer) = zones.addresses.get(&*key.peer)
    {
        // Groups are not translated, so it does not matter what is advertised.
        let here = &zones.addresses[&*key.zone];
        for family in Family::ALL {
            if !(here.family(family).is_empty() && peer.family(family).is_empty()) {
                ruleset.permit_groups(key, rule, family);
            }
        }
    }
    if !has_blocks {
        problems.unmatchable(key);
    } else if !has_lines {
        problems.unsupported(key, rule);
    }
}

/// The blocks of a family that represent the peer of a rule, and the part of their set's name that says which they are.
fn cells(key: &RuleKey, zones: Zones<'_>, family: Family) -> (&'static str, Vec<MaybeKnown<Cidr>>) {
    if let Some(fixed) = zones.fixed.get(&key.peer) {
        return ("", fixed_blocks(fixed, family).into_values().collect());
    }
    let peer = &zones.addresses[&*key.peer];
    let kind = if uses_advertised(key, peer) {
        "advertised_"
    } else {
        ""
    };
    (kind, blocks(key, peer, family).values().cloned().collect())
}

/// The name of a set or table for a zone, or for a fixed address as `<label>.<component>`. INVARIANT: different names stay
/// different, since none of them contains `_`, `--` or `-.`.
fn identifier(name: &str) -> String {
    name.replace('-', "_").replace('.', "__")
}
