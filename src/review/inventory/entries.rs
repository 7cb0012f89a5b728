//! From rules to the lines of the inventory: equal findings are one line.

use super::judge::{Judge, Verdict};
use super::reach::Together;
use super::{Entry, EntryRule, Inventory, InventoryInput, Kind, PointRow, quota};
use crate::catalog::Catalog;
use crate::model::platform::PlatformId;
use crate::model::ports::PortRange;
use crate::model::secret::HIDDEN;
use crate::model::services::Services;
use crate::model::words::{Direction, Severity};
use crate::review::Difference;
use crate::review::compare::alone;
use crate::review::explain::count_of;
use crate::review::explain::words::{extent, joined, list};
use crate::review::globs::Globs;
use crate::review::read::platform;
use crate::review::rule::{EndpointSet, EnforcementPoint, Rule, TrafficSet};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// What the rules of a line have in common.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Common {
    kind: Kind,
    hidden: bool,
    /// Everything comes first.
    is_part: bool,
    platform: PlatformId,
    direction: Direction,
    services: Services,
    source_ports: Vec<PortRange>,
    own: EndpointSet,
}

pub(super) fn inventory(input: InventoryInput<'_>, catalog: &Catalog, language: &str) -> Inventory {
    let globs = Globs::new(input.ignore);
    let mut ignored_points: BTreeMap<&EnforcementPoint, bool> = BTreeMap::new();
    for it in input.rules {
        let fits = || globs.fit(&it.point.to_string(), Some(it.point.platform));
        ignored_points.entry(&it.point).or_insert_with(fits);
    }
    let is_ignored = |it: &Rule| ignored_points[&it.point];
    let counted: Vec<usize> = (0..input.rules.len())
        .filter(|at| !is_ignored(&input.rules[*at]))
        .collect();
    let rules: Vec<Rule> = counted.iter().map(|at| input.rules[*at].clone()).collect();
    let silent = |it: &Rule| globs.fit(&it.id, Some(it.point.platform));
    let alone = alone(&rules, silent);

    let mut entries = opened(
        &input,
        &rules,
        &counted,
        &alone.allowed,
        silent,
        catalog,
        language,
    );
    let redundant = alone.redundant.iter();
    entries.extend(redundant.map(|it| redundancy(&input, it, &rules, &counted)));
    let quotas = quota::quotas(&input, is_ignored);
    entries.extend(quota::findings(&quotas));
    entries.sort_by_key(|it| (it.severity(), it.kind));
    let points = points(&rules, &entries);
    Inventory {
        summary: summary(&entries, &rules, points.len(), input.unknown),
        ignored: input.rules.len() - rules.len(),
        entries,
        points,
        quotas,
    }
}

/// The allowed traffic.
fn opened(
    input: &InventoryInput<'_>,
    rules: &[Rule],
    counted: &[usize],
    allowed: &[Vec<TrafficSet>],
    silent: impl Fn(&Rule) -> bool,
    catalog: &Catalog,
    language: &str,
) -> Vec<Entry> {
    let together = Together::new(rules.iter().zip(allowed.iter().map(Vec::as_slice)));
    let mut judge = Judge::new(catalog, language);
    let mut groups: BTreeMap<Common, (Verdict, Vec<(usize, EndpointSet)>)> = BTreeMap::new();
    for (at, pieces) in allowed
        .iter()
        .enumerate()
        .filter(|(at, _)| !silent(&rules[*at]))
    {
        let rule = &rules[at];
        let hidden = (input.hidden).contains(&(rule.point.clone(), rule.direction));
        for piece in pieces {
            for (reach, peers) in together.split(rule, piece) {
                let verdict = judge.verdict(rule.direction, reach, &piece.services);
                let common = Common {
                    kind: verdict.kind,
                    hidden,
                    is_part: !piece.services.is_all(),
                    platform: rule.point.platform,
                    direction: rule.direction,
                    // The services of hidden rules would show in what is one line and what is not.
                    services: if hidden {
                        Services::default()
                    } else {
                        piece.services.clone()
                    },
                    source_ports: if hidden {
                        Vec::new()
                    } else {
                        piece.source_ports.clone()
                    },
                    own: if hidden {
                        EndpointSet::Any
                    } else {
                        piece.own.clone()
                    },
                };
                let group = groups
                    .entry(common)
                    .or_insert_with(|| (verdict, Vec::new()));
                group.1.push((at, peers));
            }
        }
    }
    let entry = |(common, (verdict, members))| opening(&common, verdict, members, rules, counted);
    groups.into_iter().map(entry).collect()
}

/// One line of allowed traffic.
fn opening(
    common: &Common,
    verdict: Verdict,
    mut members: Vec<(usize, EndpointSet)>,
    rules: &[Rule],
    counted: &[usize],
) -> Entry {
    members.sort_by(|(a, peers), (b, others)| {
        let key = |at: usize| (&rules[at].point, &rules[at].id, at);
        key(*a).cmp(&key(*b)).then(peers.cmp(others))
    });
    let traffic = |peers: EndpointSet| TrafficSet {
        services: common.services.clone(),
        source_ports: common.source_ports.clone(),
        own: common.own.clone(),
        peers,
    };
    let peers: Vec<&EndpointSet> = members.iter().map(|(_, it)| it).collect();
    let words = if common.hidden {
        HIDDEN.to_owned()
    } else {
        extent(&traffic(joined(&peers)), common.direction)
    };
    let shown = |peers: &EndpointSet| {
        if common.hidden {
            HIDDEN.to_owned()
        } else {
            extent(&traffic(peers.clone()), common.direction)
        }
    };
    let of_it: Vec<EntryRule> = (members.iter())
        .map(|(at, peers)| EntryRule {
            at: Some(counted[*at]),
            id: rules[*at].id.clone(),
            point: rules[*at].point.clone(),
            traffic: shown(peers),
        })
        .collect();
    let ids: BTreeSet<&str> = of_it.iter().map(|it| it.id.as_str()).collect();
    let verb = if ids.len() == 1 { "allows" } else { "allow" };
    let remedy = match common.kind {
        Kind::Exposed => "delete the rule, or allow only the addresses that must connect",
        Kind::Open => "if not everyone must connect, allow only the addresses that must",
        Kind::Wide => "allow only the networks that must connect",
        _ => "",
    };
    let fingerprint = format!(
        "{}/{}/{}/{}",
        common.kind,
        platform(common.platform).zone_block,
        common.direction,
        words_without_peers(&traffic(EndpointSet::Any), common.hidden)
    );
    Entry {
        direction: Some(common.direction),
        message: format!(
            "{} {verb} {words} at {}",
            list(ids, ", ", |it| format!("`{it}`")),
            places(&of_it)
        ),
        meaning: if common.hidden {
            String::new()
        } else {
            verdict.meaning
        },
        listeners: if common.hidden {
            Vec::new()
        } else {
            verdict.listeners
        },
        remedy: remedy.to_owned(),
        parts: members.iter().map(|(_, it)| traffic(it.clone())).collect(),
        rules: of_it,
        traffic: words,
        fingerprint,
        hidden: common.hidden,
        ..Entry::new(common.kind, common.platform)
    }
}

fn words_without_peers(it: &TrafficSet, hidden: bool) -> String {
    if hidden {
        HIDDEN.to_owned()
    } else {
        extent(it, Direction::Ingress)
    }
}

/// The points of rules in a sentence.
fn places(rules: &[EntryRule]) -> String {
    let points: BTreeSet<&EnforcementPoint> = rules.iter().map(|it| &it.point).collect();
    list(points, ", ", |it| format!("`{it}`"))
}

/// A rule that can be removed.
fn redundancy(
    input: &InventoryInput<'_>,
    it: &Difference,
    rules: &[Rule],
    counted: &[usize],
) -> Entry {
    let rule = &rules[it.found[0]];
    let hidden = input.hidden.contains(&(it.point.clone(), it.direction));
    let kind = match it.kind {
        crate::review::Kind::Duplicate => Kind::Duplicate,
        _ => Kind::Shadowed,
    };
    let traffic = if hidden {
        HIDDEN.to_owned()
    } else {
        extent(&rule.extent, it.direction)
    };
    let others = list(&it.others, ", ", |at| format!("`{}`", rules[*at].id));
    let (id, point) = (&rule.id, &it.point);
    let message = match kind {
        Kind::Duplicate => format!("`{id}` duplicates {others} at `{point}`: {traffic}"),
        _ if it.others.is_empty() => format!("`{id}` at `{point}` has no effect: {traffic}"),
        _ if rule.order.priority == 0 => {
            format!("`{id}` is redundant at `{point}`: {traffic} is also allowed by {others}")
        }
        _ => format!("`{id}` never decides {traffic} at `{point}`: earlier rules do: {others}"),
    };
    let entry_rule = |at: usize| EntryRule {
        at: Some(counted[at]),
        id: rules[at].id.clone(),
        point: rules[at].point.clone(),
        traffic: traffic.clone(),
    };
    Entry {
        direction: Some(it.direction),
        rules: vec![entry_rule(it.found[0])],
        traffic: traffic.clone(),
        message,
        meaning: "the allowed traffic stays the same without it".to_owned(),
        remedy: format!("delete `{id}`"),
        fingerprint: format!("{kind}/{point}/{}/{id}", it.direction),
        hidden,
        ..Entry::new(kind, it.point.platform)
    }
}

/// The points, those with the worst entries first.
fn points(rules: &[Rule], entries: &[Entry]) -> Vec<PointRow> {
    let mut rows: BTreeMap<&EnforcementPoint, PointRow> = BTreeMap::new();
    for rule in rules {
        let row = rows.entry(&rule.point).or_insert_with(|| PointRow {
            point: rule.point.clone(),
            rules: 0,
            entries: [0; 3],
        });
        row.rules += 1;
    }
    for entry in entries {
        let at = Severity::ALL.iter().position(|it| *it == entry.severity());
        for point in entry.points() {
            if let (Some(row), Some(at)) = (rows.get_mut(point), at) {
                row.entries[at] += 1;
            }
        }
    }
    let mut rows: Vec<PointRow> = rows.into_values().collect();
    rows.sort_by_key(|it| (Reverse(it.entries[0]), Reverse(it.entries[1])));
    rows
}

/// How many rules are of each kind, and how many deny.
fn summary(entries: &[Entry], rules: &[Rule], points: usize, unknown: usize) -> String {
    if rules.is_empty() {
        let known = if unknown > 0 {
            " that are known before apply"
        } else {
            ""
        };
        return format!("no firewall rules{known}");
    }
    let mut parts = Vec::new();
    for kind in Kind::ALL {
        let of_kind = entries.iter().filter(|it| it.kind == *kind);
        let count = if kind.is_traffic() {
            let ats = of_kind.flat_map(|it| it.rules.iter().map(|it| it.at));
            ats.collect::<BTreeSet<_>>().len()
        } else {
            of_kind.count()
        };
        if count > 0 {
            parts.push(format!("{count} {kind}"));
        }
    }
    let denies = rules.iter().filter(|it| it.order.denies).count();
    if denies > 0 {
        parts.push(count_of(denies, "deny rule"));
    }
    let parts = if parts.is_empty() {
        String::new()
    } else {
        format!(": {}", parts.join(", "))
    };
    format!(
        "{} at {}{parts}",
        count_of(rules.len(), "rule"),
        count_of(points, "point")
    )
}
