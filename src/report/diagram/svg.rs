//! A drawing as SVG: within a page, whose stylesheet it uses, or as a picture of its own.

use super::{BOX, Drawing, Edge, Graph, Node, layout, width_of};
use crate::report::html::{COLOURS, DIAGRAM};
use maud::{Markup, PreEscaped, html};
use std::collections::BTreeSet;

/// Letters of a title that fit into a box.
const TITLE: f64 = 17.5;

/// Letters of a second line that fit.
const SUBTITLE: f64 = 21.0;

/// The drawing within a page. `id` begins the ids in it, `title` says what it shows.
pub fn svg(graph: &Graph, id: &str, title: &str) -> Markup {
    let drawing = layout(graph);
    drawn(graph, &drawing, id, title, None)
}

/// The drawing as a file of its own.
pub fn picture(graph: &Graph, title: &str) -> String {
    let drawing = layout(graph);
    let style = format!(
        "{COLOURS}\n{DIAGRAM}\nsvg{{background:var(--bg);font-family:system-ui,sans-serif}}"
    );
    drawn(graph, &drawing, "d", title, Some(&style)).into_string() + "\n"
}

fn drawn(graph: &Graph, drawing: &Drawing, id: &str, title: &str, style: Option<&str>) -> Markup {
    let (width, height) = (drawing.size.0.ceil(), drawing.size.1.ceil());
    let tones: BTreeSet<&str> = graph.edges.iter().map(|it| it.tone.as_str()).collect();
    html! {
        svg xmlns="http://www.w3.org/2000/svg" viewBox=(format!("0 0 {width} {height}")) width=(width) height=(height)
            role="img" aria-labelledby=(format!("{id}-title")) {
            title id=(format!("{id}-title")) { (title) }
            @if let Some(style) = style { style { (PreEscaped(style)) } }
            defs {
                @for tone in &tones {
                    marker id=(format!("{id}-{tone}")) viewBox="0 0 8 8" refX="1" refY="4" markerWidth="7" markerHeight="7" orient="auto" {
                        path class=(format!("head {tone}")) d="M0 0 8 4 0 8z" {}
                    }
                }
            }
            @for (column, left) in graph.columns.iter().zip(&drawing.columns) {
                text class=(format!("heading {}", column.tone)) x=(coordinate(*left)) y="18" { (column.title) }
            }
            @for (edge, line) in graph.edges.iter().zip(&drawing.edges) {
                path class=(format!("edge {}", edge.tone)) data-f=(graph.boxes[edge.from].key) data-t=(graph.boxes[edge.to].key)
                    d=(line.path) marker-end=(format!("url(#{id}-{})", edge.tone)) {}
            }
            @for (node, corner) in graph.boxes.iter().zip(&drawing.boxes) {
                (boxed(node, *corner))
            }
            @for (edge, line) in graph.edges.iter().zip(&drawing.edges) {
                (labelled(graph, edge, line.label))
            }
        }
    }
}

fn boxed(node: &Node, (x, y): (f64, f64)) -> Markup {
    let outline = if node.solid { "box solid" } else { "box" };
    html! {
        g class=(format!("{outline} {}", node.tone)) data-z=(node.key) transform=(format!("translate({x:.1} {y:.1})")) {
            title { (node.title) @if !node.subtitle.is_empty() { ": " (node.subtitle) } }
            rect class="outline" width=(BOX.0) height=(BOX.1) rx="7" {}
            rect class="tone" width="4" height=(BOX.1) rx="2" {}
            @if node.subtitle.is_empty() {
                text class="name" x="16" y="34" { (cut(&node.title, TITLE)) }
            } @else {
                text class="name" x="16" y="25" { (cut(&node.title, TITLE)) }
                text class="sub" x="16" y="43" { (cut(&node.subtitle, SUBTITLE)) }
            }
        }
    }
}

fn labelled(graph: &Graph, edge: &Edge, (x, y): (f64, f64)) -> Markup {
    let width = width_of(&edge.label) + 8.0;
    html! {
        g class=(format!("label {}", edge.tone)) data-f=(graph.boxes[edge.from].key) data-t=(graph.boxes[edge.to].key) {
            title { (edge.full) }
            rect x=(coordinate(x - width / 2.0)) y=(coordinate(y - 9.0)) width=(coordinate(width)) height="18" rx="4" {}
            text x=(coordinate(x)) y=(coordinate(y + 4.2)) text-anchor="middle" { (edge.label) }
        }
    }
}

/// The same everywhere: a tenth is enough.
fn coordinate(number: f64) -> String {
    format!("{number:.1}")
}

/// A text cut to a width, which is in letters of usual width.
fn cut(text: &str, letters: f64) -> String {
    let width = |it: char| match it {
        'i' | 'j' | 'l' | 't' | 'f' | '.' | ',' | ' ' | '\'' | '(' | ')' => 0.65,
        'm' | 'w' | 'M' | 'W' | '@' => 1.55,
        it if it.is_uppercase() => 1.2,
        it if it.is_ascii() => 1.05,
        _ => 1.4,
    };
    let all: f64 = text.chars().map(width).sum();
    if all <= letters {
        return text.to_owned();
    }
    let mut room = letters - 1.5;
    let fits = |it: &char| {
        room -= width(*it);
        room >= 0.0
    };
    let kept: String = text.chars().take_while(fits).collect();
    format!("{}…", kept.trim_end())
}
