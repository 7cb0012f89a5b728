//! The report as a page that is complete in itself: no request, a strict policy for content, light and dark, in print too.

mod connections;
mod grid;
mod rest;
mod squares;

use super::{Report, zones};
use crate::model::words::Severity;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
pub(super) use connections::link;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

/// The colours of trust and plane, light and dark.
pub(super) const COLOURS: &str = include_str!("colours.css");

/// How diagrams look.
pub(super) const DIAGRAM: &str = include_str!("diagram.css");

/// How everything else looks.
const PAGE: &str = include_str!("page.css");

/// Highlighting, filter, keyboard.
pub(super) const SCRIPT: &str = include_str!("page.js");

/// The most zones whose matrix has cells with ports; with more, it has squares.
const CELLS: usize = 40;

/// The most connections whose rows are in the page; with more, its script makes rows on demand.
const ROWS: usize = 500;

/// A page: its title, its content, and its script. Nothing is loaded from elsewhere; only this style and this script are permitted.
pub(super) fn shell(title: &str, script: &str, body: &Markup) -> String {
    let style = [COLOURS, DIAGRAM, PAGE].concat();
    let hash = |text: &str| STANDARD.encode(Sha256::digest(text));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; img-src data:; base-uri 'none'; form-action 'none'",
        hash(&style),
        hash(script)
    );
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width,initial-scale=1";
                meta http-equiv="Content-Security-Policy" content=(policy);
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                // Without one, browsers ask the server for it.
                link rel="icon" href="data:,";
                title { (title) }
                style { (PreEscaped(&style)) }
            }
            body {
                (body)
                script { (PreEscaped(script)) }
            }
        }
    };
    page.into_string() + "\n"
}

pub(super) fn page(report: &Report) -> String {
    let is_large = report.zones.len() > CELLS || report.connections.len() > ROWS;
    let graph = zones::graph(report);
    let sections = [
        ("matrix", "Matrix", true),
        ("diagram", "Diagram", true),
        ("connections", "Connections", true),
        ("findings", "Findings", true),
        (
            "policy",
            "Policy",
            !report.policy.is_empty() || !report.exceptions.is_empty(),
        ),
        ("zones", "Zones", true),
        ("rules", "Rules", true),
        ("sources", "Sources", !report.sources.is_empty()),
    ];
    let body = html! {
        a class="skip" href="#matrix" { "Skip to the matrix" }
        (head(report))
        nav aria-label="Sections" {
            @for (id, title, _) in sections.iter().filter(|it| it.2) { a href=(format!("#{id}")) { (title) } }
        }
        main {
            section id="matrix" {
                h2 { "Who may connect to whom" }
                p class="lead" {
                    "Rows connect to columns. A blank cell is closed; a hatched one is between zones that these rules do not filter."
                }
                @if report.zones.len() > CELLS { (squares::matrix(report)) } @else { (grid::matrix(report, is_large)) }
            }
            section id="diagram" {
                h2 { "By trust" }
                p class="lead" {
                    "Open networks are on the left, guarded ones on the right. An arrow points at who listens. These rules filter zones with a solid \
                     outline; dashed ones are peers only."
                    @if graph.boxes.len() < report.zones.len() { " Many zones are drawn in groups; the matrix and the table have each of them." }
                }
                div class="scroll" tabindex="0" role="region" aria-label="Diagram of zones" {
                    (super::diagram::svg(&graph, "d", "Zones by trust, and who connects to whom. The matrix has the same."))
                }
            }
            (connections::section(report, is_large))
            (rest::findings(report))
            (rest::policy(report))
            (rest::zones(report))
            (rest::rules(report))
            (rest::sources(report))
        }
        footer {
            "Made by portmatrix from " (report.origin) ". The page is complete in itself and loads nothing."
        }
        @if is_large { (connections::data(report)) }
    };
    shell(
        &format!("{}: who may connect to whom", report.name),
        SCRIPT,
        &body,
    )
}

/// What it is, where it comes from, and the numbers that matter.
fn head(report: &Report) -> Markup {
    let rules: usize = report.platforms.iter().map(|it| it.rows.len()).sum();
    let (errors, warnings) = (
        report.count(Severity::Error),
        report.count(Severity::Warning),
    );
    let number = |title: &str, count: usize, tone: &str| html! { div class=[(!tone.is_empty()).then_some(tone)] { dt { (title) } dd { (count) } } };
    html! {
        header {
            div {
                p class="over" { "Network access report" }
                h1 { @for (at, part) in report.name.split('.').enumerate() { @if at > 0 { wbr; "." } (name(part)) } }
                p class="soft" {
                    "From " (report.origin)
                    @for it in &report.products { " · " (it.title) " (matrix " (it.digest) ")" }
                }
                @for it in &report.notes { p class="note" { (it) } }
            }
            dl class="numbers" {
                (number("Zones", report.zones.len(), ""))
                (number("Connections", report.connections.len(), ""))
                @if rules > 0 { (number("Platform rules", rules, "")) }
                (number("Errors", errors, if errors == 0 { "good" } else { "bad" }))
                (number("Warnings", warnings, if warnings == 0 { "good" } else { "warn" }))
            }
        }
    }
}

/// A named part that can be scrolled, with the keyboard too.
pub(super) fn scroll(label: &str, content: &Markup) -> Markup {
    html! { div class="scroll" tabindex="0" role="region" aria-label=(label) { (content) } }
}

/// Letters after which a word may be cut, so that a long name does not push its column off the page.
const WORD: usize = 24;

/// A name that may be cut where it is too long.
pub(super) fn name(text: &str) -> Markup {
    let letters: Vec<char> = text.chars().collect();
    html! {
        @for (at, part) in letters.chunks(WORD).enumerate() {
            @if at > 0 { wbr; }
            (part.iter().collect::<String>())
        }
    }
}
