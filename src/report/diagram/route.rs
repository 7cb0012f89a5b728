//! Where lines begin, end and go, and where their labels are.

use super::order::{Item, Layers, float};
use super::place::Placed;
use super::{Area, BOX, Drawing, Edge, Graph, Line, MARGIN, Point, width_of};
use std::collections::BTreeMap;
use std::fmt::Write;

/// The least space between two columns.
const GAP: f64 = 96.0;

/// How far a line that goes around boxes of a column is away from it, and from the next such line.
const BULGE: f64 = 26.0;

/// The height of a label.
const LABEL: f64 = 18.0;

/// What the head of an arrow needs before the box.
const HEAD: f64 = 6.0;

/// A side of a box at which lines begin and end.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Side {
    Left,
    Right,
}

/// A piece of a line: a curve between two points with two that pull.
type Curve = [Point; 4];

pub(super) fn route(graph: &Graph, layers: &Layers, placed: &Placed) -> Drawing {
    let lefts = lefts(graph, layers);
    let mut boxes = vec![(0.0, 0.0); graph.boxes.len()];
    let mut passages: BTreeMap<(usize, usize), f64> = BTreeMap::new();
    for (column, items) in layers.columns.iter().enumerate() {
        for (at, item) in items.iter().enumerate() {
            let middle = placed.middles[column][at];
            match item {
                Item::Node(node) => boxes[*node] = (lefts[column], middle - BOX.1 / 2.0),
                Item::Passage { edge } => {
                    passages.insert((*edge, column), middle);
                }
            }
        }
    }
    let curves = curves(graph, layers, &lefts, &boxes, &passages);
    let size = (
        lefts.last().map_or(0.0, |it| it + BOX.0)
            + bulges(graph, layers, graph.columns.len().saturating_sub(1))
            + MARGIN,
        placed.bottom + MARGIN,
    );
    let mut taken: Vec<Area> = boxes
        .iter()
        .map(|it| (it.0 - 2.0, it.1 - 2.0, BOX.0 + 4.0, BOX.1 + 4.0))
        .collect();
    let mut edges = Vec::new();
    for (edge, curves) in graph.edges.iter().zip(&curves) {
        let area = label(
            curves,
            width_of(&edge.label) + 10.0,
            &taken,
            boxes.len(),
            size,
        );
        taken.push(area);
        edges.push(Line {
            path: path(curves),
            label: (area.0 + area.2 / 2.0, area.1 + area.3 / 2.0),
        });
    }
    Drawing {
        size,
        columns: lefts,
        boxes,
        edges,
    }
}

/// Whether the boxes of a line are neighbours in one column.
fn is_straight(graph: &Graph, layers: &Layers, edge: &Edge) -> bool {
    let items = &layers.columns[graph.boxes[edge.from].column];
    let place = |node| items.iter().position(|it| *it == Item::Node(node));
    match (place(edge.from), place(edge.to)) {
        (Some(a), Some(b)) => a.abs_diff(b) == 1,
        _ => false,
    }
}

/// What lines that go around boxes of a column need on its right.
fn bulges(graph: &Graph, layers: &Layers, column: usize) -> f64 {
    let around = graph.edges.iter().filter(|it| {
        [it.from, it.to]
            .iter()
            .all(|at| graph.boxes[*at].column == column)
            && !is_straight(graph, layers, it)
    });
    let widths: Vec<f64> = around.map(|it| width_of(&it.label)).collect();
    match widths.len() {
        0 => 0.0,
        all => BULGE * float(all.min(6)) + widths.into_iter().fold(0.0, f64::max) / 2.0 + 12.0,
    }
}

/// The left edge of each column: labels and lines between two of them have space.
fn lefts(graph: &Graph, layers: &Layers) -> Vec<f64> {
    let mut lefts = Vec::new();
    let mut left = MARGIN;
    for column in 0..layers.columns.len() {
        lefts.push(left);
        let crosses = |it: &&Edge| {
            let (a, b) = (graph.boxes[it.from].column, graph.boxes[it.to].column);
            a.min(b) <= column && a.max(b) > column
        };
        let widest = graph
            .edges
            .iter()
            .filter(crosses)
            .map(|it| width_of(&it.label))
            .fold(0.0, f64::max);
        left += BOX.0 + (widest + 44.0).max(GAP) + bulges(graph, layers, column);
    }
    lefts
}

/// The curves of each edge, from where it begins to where it points.
fn curves(
    graph: &Graph,
    layers: &Layers,
    lefts: &[f64],
    boxes: &[Point],
    passages: &BTreeMap<(usize, usize), f64>,
) -> Vec<Vec<Curve>> {
    // Where lines meet the sides of boxes: sorted by where they come from, and spread.
    let mut sides: BTreeMap<(usize, Side), Vec<(f64, usize)>> = BTreeMap::new();
    let middle = |node: usize| boxes[node].1 + BOX.1 / 2.0;
    for (edge, it) in graph
        .edges
        .iter()
        .enumerate()
        .filter(|(_, it)| !is_straight(graph, layers, it))
    {
        for (here, there) in [(it.from, it.to), (it.to, it.from)] {
            let (own, other) = (graph.boxes[here].column, graph.boxes[there].column);
            let (side, beside) = if other < own {
                (Side::Left, own.wrapping_sub(1))
            } else {
                (Side::Right, own + 1)
            };
            let whence = passages
                .get(&(edge, beside))
                .copied()
                .filter(|_| own != other);
            sides
                .entry((here, side))
                .or_default()
                .push((whence.unwrap_or_else(|| middle(there)), edge));
        }
    }
    let mut at = BTreeMap::new();
    for ((node, side), mut lines) in sides {
        lines.sort_by(|a, b| a.0.total_cmp(&b.0));
        for (place, (_, edge)) in lines.iter().enumerate() {
            let down = BOX.1 * float(place + 1) / float(lines.len() + 1);
            let x = match side {
                Side::Left => boxes[node].0,
                Side::Right => boxes[node].0 + BOX.0,
            };
            at.insert((*edge, node), (x, boxes[node].1 + down));
        }
    }
    let mut around: BTreeMap<usize, usize> = BTreeMap::new();
    let mut all = Vec::new();
    for (edge, it) in graph.edges.iter().enumerate() {
        if is_straight(graph, layers, it) {
            all.push(vec![straight(boxes[it.from], boxes[it.to])]);
            continue;
        }
        let (from, to) = (at[&(edge, it.from)], at[&(edge, it.to)]);
        let (first, last) = (graph.boxes[it.from].column, graph.boxes[it.to].column);
        if first == last {
            let nth = around.entry(first).or_default();
            *nth += 1;
            let out = from.0 + (BULGE + 14.0) + BULGE * float((*nth - 1) % 6);
            all.push(vec![[
                from,
                (out + 8.0, from.1),
                (out + 8.0, to.1),
                (to.0 + HEAD, to.1),
            ]]);
            continue;
        }
        let forth = first < last;
        let mut curves = Vec::new();
        let mut here = from;
        let columns: Vec<usize> = if forth {
            (first + 1..last).collect()
        } else {
            (last + 1..first).rev().collect()
        };
        for column in columns {
            let y = passages[&(edge, column)];
            let (enter, leave) = if forth {
                (lefts[column], lefts[column] + BOX.0)
            } else {
                (lefts[column] + BOX.0, lefts[column])
            };
            curves.push(curve(here, (enter, y)));
            curves.push(curve((enter, y), (leave, y)));
            here = (leave, y);
        }
        let end = if forth {
            (to.0 - HEAD, to.1)
        } else {
            (to.0 + HEAD, to.1)
        };
        curves.push(curve(here, end));
        all.push(curves);
    }
    all
}

/// A line down or up to the next box; the other way has a line of its own.
fn straight(from: Point, to: Point) -> Curve {
    let is_down = from.1 < to.1;
    let x = from.0 + BOX.0 * if is_down { 0.25 } else { 0.75 };
    let (begin, end) = if is_down {
        (from.1 + BOX.1, to.1 - HEAD)
    } else {
        (from.1, to.1 + BOX.1 + HEAD)
    };
    [(x, begin), (x, begin), (x, end), (x, end)]
}

/// A curve that leaves and arrives level.
fn curve(from: Point, to: Point) -> Curve {
    let middle = f64::midpoint(from.0, to.0);
    [from, (middle, from.1), (middle, to.1), to]
}

/// The point of a curve at a part of its way, by de Casteljau.
fn point(curve: Curve, part: f64) -> Point {
    let mut points = curve.to_vec();
    while points.len() > 1 {
        let between = points.windows(2).map(|it| {
            let [from, to] = [it[0], it[1]];
            (
                from.0 + (to.0 - from.0) * part,
                from.1 + (to.1 - from.1) * part,
            )
        });
        points = between.collect();
    }
    points[0]
}

/// The parts of a curve at which a label may be, in the order in which they are tried.
const TRIED: [f64; 17] = [
    0.5, 0.55, 0.45, 0.6, 0.4, 0.65, 0.35, 0.7, 0.3, 0.75, 0.25, 0.8, 0.2, 0.85, 0.15, 0.9, 0.1,
];

/// How far above or below its line a label may be.
const SHIFTS: [f64; 7] = [
    0.0,
    -LABEL,
    LABEL,
    -2.0 * LABEL,
    2.0 * LABEL,
    -3.0 * LABEL,
    3.0 * LABEL,
];

/// The first free place for a label, on the last curve first. If every place covers something, the one that covers the least wins, and
/// boxes count most.
fn label(curves: &[Curve], width: f64, taken: &[Area], boxes: usize, size: Point) -> Area {
    let mut best: Option<(f64, Area)> = None;
    for shift in SHIFTS {
        for curve in curves.iter().rev() {
            for part in TRIED {
                let (x, y) = point(*curve, part);
                let left = (x - width / 2.0).clamp(0.0, (size.0 - width).max(0.0));
                let area = (left, y + shift - LABEL / 2.0, width, LABEL);
                if area.1 < 0.0 || area.1 + LABEL > size.1 {
                    continue;
                }
                let covered = |all: &[Area]| all.iter().map(|it| shared(*it, area)).sum::<f64>();
                let cost = covered(&taken[..boxes]) * 1000.0 + covered(&taken[boxes..]);
                if cost <= 0.0 {
                    return area;
                }
                if best.is_none_or(|(least, _)| cost < least) {
                    best = Some((cost, area));
                }
            }
        }
    }
    best.map_or((0.0, 0.0, width, LABEL), |(_, area)| area)
}

/// The area that two rectangles have in common.
fn shared(a: Area, b: Area) -> f64 {
    let width = (a.0 + a.2).min(b.0 + b.2) - a.0.max(b.0);
    let height = (a.1 + a.3).min(b.1 + b.3) - a.1.max(b.1);
    width.max(0.0) * height.max(0.0)
}

fn path(curves: &[Curve]) -> String {
    let mut text = String::new();
    for (at, [a, b, c, d]) in curves.iter().enumerate() {
        // Writing to a string does not fail.
        if at == 0 {
            let _ = write!(text, "M{:.1} {:.1}", a.0, a.1);
        }
        let _ = write!(
            text,
            "C{:.1} {:.1} {:.1} {:.1} {:.1} {:.1}",
            b.0, b.1, c.0, c.1, d.0, d.1
        );
    }
    text
}
