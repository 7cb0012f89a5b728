//! The matrix of many zones: a square for each pair, which a line above it puts into words. A few paths, whatever the size.

use super::super::Report;
use super::super::words::trust_word;
use super::grid::legend;
use super::scroll;
use crate::model::words::{Direction, Plane};
use maud::{Markup, html};
use std::collections::BTreeMap;
use std::fmt::Write;

/// The side of a square, with its gap.
const SIZE: usize = 10;

/// The space for names on the left, and for names above.
const LEFT: usize = 170;
const TOP: usize = 145;

/// Letters of a name that fit.
const LETTERS: usize = 26;

pub(super) fn matrix(report: &Report) -> Markup {
    let count = report.zones.len();
    let (width, height) = (LEFT + count * SIZE + 12, TOP + count * SIZE + 12);
    let picture = html! {
        svg class="squares" viewBox=(format!("0 0 {width} {height}")) width=(width) height=(height) tabindex="0" role="application"
            aria-label="Matrix of zones. Arrows go from square to square, with Ctrl to the next that is open; Enter shows its connections."
            aria-describedby="readout" data-size=(SIZE) data-left=(LEFT) data-top=(TOP) {
            defs {
                pattern id="hatch" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)" {
                    rect width="4" height="4" fill="none" {}
                    line class="hair" x1="0" y1="0" x2="0" y2="4" {}
                }
            }
            path class="open-area" d=(unfiltered(report)) {}
            path class="hair" d=(lines(report)) {}
            @for (plane, path) in cells(report) { path class=(format!("cells k-{plane}")) d=(path) {} }
            @for (word, first, count) in report.tiers() {
                rect class=(format!("tier t-{word}")) x=(LEFT - 4) y=(TOP + first * SIZE) width="3" height=(count * SIZE) {}
                rect class=(format!("tier t-{word}")) x=(LEFT + first * SIZE) y=(TOP - 4) width=(count * SIZE) height="3" {}
            }
            path class="found mark" d="" {}
            rect class="mark" visibility="hidden" width=(SIZE + 1) height=(SIZE + 1) {}
            @for (at, zone) in report.zones.iter().enumerate() {
                @let down = at * SIZE + SIZE / 2 + 3;
                @let name = middle_cut(&zone.name);
                text class=(format!("t-{}", trust_word(zone.trust))) x=(LEFT - 8) y=(TOP + down) text-anchor="end" { (name) }
                text x="0" y="0" transform=(format!("translate({} {}) rotate(-90)", LEFT + down, TOP - 8)) { (name) }
            }
        }
    };
    html! {
        p class="readout" id="readout" aria-live="polite" { "Point at a square, or use the arrow keys." }
        (scroll("Matrix of zones", &picture))
        p class="legend" {
            span class="soft" { "Trust" }
            @for (word, _, count) in report.tiers() { span class=(format!("name t-{word}")) { (word) " " span class="soft" { (count) } } }
        }
        (legend(report))
    }
}

/// A name that is too long, without its middle: names differ at their ends.
fn middle_cut(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    if letters.len() <= LETTERS {
        return name.to_owned();
    }
    let half = LETTERS / 2;
    let [begin, end] = [&letters[..half - 1], &letters[letters.len() - half..]];
    format!(
        "{}…{}",
        begin.iter().collect::<String>(),
        end.iter().collect::<String>()
    )
}

/// A square for each pair that is connected, by the plane of its first connection.
fn cells(report: &Report) -> BTreeMap<Plane, String> {
    let mut paths: BTreeMap<Plane, String> = BTreeMap::new();
    for ((from, to), connections) in report.pairs() {
        let plane = connections
            .iter()
            .map(|it| it.plane)
            .min()
            .unwrap_or(Plane::Data);
        let (x, y) = (LEFT + to * SIZE, TOP + from * SIZE);
        // Writing to a string does not fail, here and below.
        let _ = write!(paths.entry(plane).or_default(), "M{x} {y}h9v9h-9z");
    }
    paths
}

/// Rectangles over the pairs whose ends are both unfiltered.
fn unfiltered(report: &Report) -> String {
    let mut path = String::new();
    let listens = |at: usize| report.zones[at].filters.contains(&Direction::Ingress);
    let mut runs = Vec::new();
    let mut at = 0;
    while at < report.zones.len() {
        let first = at;
        while at < report.zones.len() && !listens(at) {
            at += 1;
        }
        if first < at {
            runs.push((first, at - first));
        }
        at += 1;
    }
    for (from, zone) in report.zones.iter().enumerate() {
        if zone.filters.contains(&Direction::Egress) {
            continue;
        }
        for (first, count) in &runs {
            let (x, y) = (LEFT + first * SIZE, TOP + from * SIZE);
            let _ = write!(path, "M{x} {y}h{0}v{SIZE}h-{0}z", count * SIZE);
        }
    }
    path
}

/// Lines between zones of different trust, and around everything.
fn lines(report: &Report) -> String {
    let mut path = String::new();
    let all = report.zones.len() * SIZE;
    let firsts = report.tiers().into_iter().map(|it| it.1);
    for at in firsts.chain([report.zones.len()]) {
        let (x, y) = (LEFT + at * SIZE, TOP + at * SIZE);
        let _ = write!(path, "M{LEFT} {y}h{all}M{x} {TOP}v{all}");
    }
    path
}
