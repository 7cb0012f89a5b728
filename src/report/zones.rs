//! The zones of a report as a diagram: open networks on the left, guarded ones on the right. Many zones are drawn in groups.

use super::diagram::{Column, Edge, Graph, Node, picture as drawn};
use super::words::{once, shortened, trust_title, trust_word};
use super::{Connection, Report, Zone};
use std::collections::BTreeMap;

/// The most boxes that a reader can follow.
const MOST: usize = 25;

pub(super) fn picture(report: &Report) -> String {
    drawn(
        &graph(report),
        &format!("Who may connect to whom: {}", report.name),
    )
}

/// The most arrows between groups that a reader can follow.
const MOST_EDGES: usize = 60;

/// Boxes are zones. With more than 25 of them, zones of one trust whose names begin alike share a box. If that is still too much, all
/// zones of one trust do.
pub(super) fn graph(report: &Report) -> Graph {
    if report.zones.len() <= MOST {
        let zones = report.zones.iter().enumerate();
        return of_groups(
            report,
            &zones
                .map(|(at, it)| (it.name.clone(), vec![at]))
                .collect::<Vec<_>>(),
        );
    }
    // The longest beginnings of names whose groups can be drawn.
    let parts = report
        .zones
        .iter()
        .map(|it| it.name.split('-').count())
        .max()
        .unwrap_or(1);
    for kept in (1..=parts).rev() {
        let fine = of_groups(report, &groups(report, &|zone| begins(zone, kept)));
        if fine.boxes.len() <= MOST && fine.edges.len() <= MOST_EDGES {
            return fine;
        }
    }
    of_groups(
        report,
        &groups(report, &|zone| format!("all {}", trust_word(zone.trust))),
    )
}

fn of_groups(report: &Report, groups: &[(String, Vec<usize>)]) -> Graph {
    let mut boxes: Vec<Node> = Vec::new();
    let mut at: BTreeMap<usize, usize> = BTreeMap::new();
    let tiers: Vec<&'static str> = report.tiers().into_iter().map(|it| it.0).collect();
    for (name, members) in groups {
        for zone in members {
            at.insert(*zone, boxes.len());
        }
        let zones: Vec<&Zone> = members.iter().map(|it| &report.zones[*it]).collect();
        let word = trust_word(zones[0].trust);
        let subtitle = match &zones[..] {
            [one] => one
                .components
                .iter()
                .map(|it| component(it))
                .collect::<Vec<_>>()
                .join(", "),
            all => format!("{} zones", all.len()),
        };
        boxes.push(Node {
            key: match &zones[..] {
                [one] => one.name.clone(),
                _ => format!("group {name}"),
            },
            title: name.clone(),
            subtitle,
            column: tiers.iter().position(|it| *it == word).unwrap_or_default(),
            tone: format!("t-{word}"),
            solid: zones.iter().any(|it| !it.platforms.is_empty()),
        });
    }
    let mut edges: BTreeMap<(usize, usize), Vec<&Connection>> = BTreeMap::new();
    for it in &report.connections {
        let ends = (at[&it.from], at[&it.to]);
        if ends.0 != ends.1 {
            edges.entry(ends).or_default().push(it);
        }
    }
    let edges = edges.into_iter().map(|((from, to), connections)| Edge {
        from,
        to,
        label: shortened(&once(connections.iter().map(|it| it.short()))),
        full: once(connections.iter().map(|it| it.service())).join(", "),
        tone: format!("k-{}", most_common(&connections)),
    });
    let edges = edges.collect();
    let columns = tiers.into_iter().map(|word| Column {
        title: trust_title(word).to_owned(),
        tone: format!("t-{word}"),
    });
    Graph {
        columns: columns.collect(),
        boxes,
        edges,
    }
}

/// The first parts of a name without numbers at their end: `web…` of `web-12`.
fn begins(zone: &Zone, kept: usize) -> String {
    let parts: Vec<&str> = zone.name.split('-').take(kept).collect();
    let stem = parts.join("-");
    let stem = stem.trim_end_matches(|it: char| it.is_ascii_digit() || it == '-');
    if stem.is_empty() || stem == zone.name {
        zone.name.clone()
    } else {
        format!("{stem}…")
    }
}

/// Zones of one trust and one title, which is that of their box. A group of one has its own name.
fn groups(report: &Report, title: &dyn Fn(&Zone) -> String) -> Vec<(String, Vec<usize>)> {
    let mut groups: BTreeMap<(usize, String), Vec<usize>> = BTreeMap::new();
    let tiers = report.tiers();
    for (tier, (_, first, count)) in tiers.into_iter().enumerate() {
        for at in first..first + count {
            groups
                .entry((tier, title(&report.zones[at])))
                .or_default()
                .push(at);
        }
    }
    let named = groups
        .into_iter()
        .map(|((_, title), members)| match &members[..] {
            [one] => (report.zones[*one].name.clone(), members),
            _ => (title, members),
        });
    named.collect()
}

/// The title of a box; that of a group says how many zones it is.
pub(super) fn called(node: &Node) -> String {
    if node.key.starts_with("group ") {
        format!("{} ({})", node.title, node.subtitle)
    } else {
        node.title.clone()
    }
}

fn component(name: &str) -> &str {
    name.split_once('.').map_or(name, |(_, it)| it)
}

/// The plane of most of them; of equal ones, the most sensitive.
fn most_common(connections: &[&Connection]) -> &'static str {
    let mut planes: BTreeMap<_, usize> = BTreeMap::new();
    for it in connections {
        *planes.entry(it.plane).or_default() += 1;
    }
    let most = planes.values().max().copied().unwrap_or_default();
    let found = planes.into_iter().find(|(_, count)| *count == most);
    found.map_or("data", |(plane, _)| plane.as_str())
}
