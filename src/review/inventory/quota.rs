//! How many rules there are, against the platform's limits.

use super::{Entry, EntryRule, InventoryInput, Kind};
use crate::model::address::Family;
use crate::model::code::Code;
use crate::model::platform::PlatformId;
use crate::model::words::Direction;
use crate::render::quota_level;
use crate::review::read::platform;
use crate::review::read::platform::Counted;
use crate::review::rule::{EndpointSet, EnforcementPoint, Rule};
use std::collections::BTreeMap;

/// How much of a limit is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuotaUse {
    /// The platform.
    pub platform: PlatformId,
    /// The point or scope; empty if the scope is not known.
    pub place: String,
    /// The point, if rules are counted for each point.
    pub point: Option<EnforcementPoint>,
    /// The direction, if each has a limit.
    pub direction: Option<Direction>,
    /// The address family, if each has a limit.
    pub family: Option<Family>,
    /// The number of rules.
    pub used: u32,
    /// The limit, unless it was raised.
    pub limit: u32,
}

/// What is counted together.
type Unit = (
    PlatformId,
    Option<EnforcementPoint>,
    Option<String>,
    Option<Direction>,
    Option<Family>,
);

/// How much of each limit is used.
pub(super) fn quotas(
    input: &InventoryInput<'_>,
    is_ignored: impl Fn(&Rule) -> bool,
) -> Vec<QuotaUse> {
    let mut counts: BTreeMap<Unit, u32> = BTreeMap::new();
    for rule in input.rules.iter().filter(|it| !is_ignored(it)) {
        let platform_id = rule.point.platform;
        let point = || Some(rule.point.clone());
        match platform(platform_id).facts.quota.counted {
            Counted::DirectionAndFamily => {
                for family in Family::ALL {
                    let unit = (
                        platform_id,
                        point(),
                        None,
                        Some(rule.direction),
                        Some(family),
                    );
                    *counts.entry(unit).or_default() += entries(&rule.extent.peers, family);
                }
            }
            Counted::Point => {
                *counts
                    .entry((platform_id, point(), None, None, None))
                    .or_default() += 1;
            }
            Counted::Scope => {
                let unit = (platform_id, None, rule.point.scope.clone(), None, None);
                *counts.entry(unit).or_default() += 1;
            }
        }
    }
    let quota = |((platform_id, point, scope, direction, family), used): (Unit, u32)| QuotaUse {
        platform: platform_id,
        place: point
            .as_ref()
            .map_or(scope.unwrap_or_default(), ToString::to_string),
        point,
        direction,
        family,
        used,
        limit: platform(platform_id).facts.quota.limit,
    };
    counts
        .into_iter()
        .filter(|(_, used)| *used > 0)
        .map(quota)
        .collect()
}

/// What a rule counts for in a family.
fn entries(peers: &EndpointSet, family: Family) -> u32 {
    match peers {
        EndpointSet::Any => 1,
        EndpointSet::Only { blocks, named } => {
            let own = blocks.iter().filter(|it| it.family() == family).count();
            u32::try_from(own + named.len()).unwrap_or(u32::MAX)
        }
    }
}

/// Limits that are passed or nearly reached.
pub(super) fn findings(quotas: &[QuotaUse]) -> Vec<Entry> {
    let finding = |it: &QuotaUse| {
        let kind = match quota_level(it.used, it.limit)? {
            Code::QuotaExceeded => Kind::QuotaExceeded,
            _ => Kind::QuotaNear,
        };
        let words = &platform(it.platform).words;
        let place = match (&it.point, it.place.is_empty()) {
            (Some(point), _) => format!("{} `{point}`", words.point),
            (None, true) => format!("one {}", words.scope),
            (None, false) => format!("{} `{}`", words.scope, it.place),
        };
        let of = [
            it.direction.map(|it| it.to_string()),
            it.family.map(family_word),
        ];
        let of: Vec<String> = of.into_iter().flatten().collect();
        let of = if of.is_empty() {
            String::new()
        } else {
            format!(" {}", of.join(" "))
        };
        let rules = it.point.iter().map(|point| EntryRule {
            at: None,
            id: String::new(),
            point: point.clone(),
            traffic: String::new(),
        });
        Some(Entry {
            direction: it.direction,
            rules: rules.collect(),
            traffic: String::new(),
            message: format!("{} of {}{of} rules are used in {place}", it.used, it.limit),
            meaning: "the limit is the platform's default; it may have been raised".to_owned(),
            fingerprint: format!("{kind}/{place}{of}"),
            remedy: "combine rules, remove those without effect, or have the quota raised"
                .to_owned(),
            ..Entry::new(kind, it.platform)
        })
    };
    quotas.iter().filter_map(finding).collect()
}

fn family_word(it: Family) -> String {
    match it {
        Family::V4 => "IPv4".to_owned(),
        Family::V6 => "IPv6".to_owned(),
    }
}
