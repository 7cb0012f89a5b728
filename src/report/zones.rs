//! The zones of a report as a diagram: open networks on the left, guarded ones on the right. Many zones are drawn in groups.

use super::diagram::{Column, Edge, Graph, Node, picture as drawn};
use super::{Connection, Report, Zone, trust_word};
use std::collections::BTreeMap;

/// Boxes that a reader can still follow.
const MOST: usize = 25;

/// Services that a label names before it counts the rest.
const NAMED: usize = 3;

pub(super) fn picture(report: &Report) -> String {
    drawn(
        &graph(report),
        &format!("Who may connect to whom: {}", report.name),
    )
}

/// Arrows between groups up to which a reader can still follow them.
const MOST_EDGES: usize = 60;

/// A box for each zone; above 25 of them, for those of one trust whose names begin alike; where that is too much, too, for
/// those of one trust.
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
        label: short(&connections),
        full: services(&connections).join(", "),
        tone: format!("k-{}", most_common(&connections)),
    });
    let edges = edges.collect();
    let columns = tiers.into_iter().map(|word| Column {
        title: if word == "fixed" {
            "fixed address".to_owned()
        } else {
            word.to_owned()
        },
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

/// Each service once, in the order of the connections.
fn services(connections: &[&Connection]) -> Vec<String> {
    let mut services: Vec<String> = Vec::new();
    for it in connections {
        let service = it.service();
        if !services.contains(&service) {
            services.push(service);
        }
    }
    services
}

/// The first services, and how many more.
fn short(connections: &[&Connection]) -> String {
    let mut named: Vec<&str> = Vec::new();
    for it in connections {
        if !named.contains(&it.short()) {
            named.push(it.short());
        }
    }
    match named.len() {
        all if all <= NAMED => named.join(", "),
        all => format!(
            "{}, {} more",
            named[..NAMED - 1].join(", "),
            all - NAMED + 1
        ),
    }
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
