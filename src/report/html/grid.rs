//! The matrix as a table: a cell for each pair of zones, with the ports in it.

use super::super::words::{once, trust_title, trust_word};
use super::super::{Connection, Report};
use super::connections::row_id;
use super::{name, scroll};
use crate::model::words::Plane;
use maud::{Markup, html};
use std::collections::BTreeSet;

/// Ports that a cell shows before it counts the rest.
const SHOWN: usize = 6;

/// The rows of connections to which cells lead are not in the page if they are made on demand.
pub(super) fn matrix(report: &Report, on_demand: bool) -> Markup {
    let pairs = report.pairs();
    let row = |from, to| {
        if on_demand {
            "#connections".to_owned()
        } else {
            format!("#{}", row_id(from, to))
        }
    };
    let table = html! {
        table class="grid" {
            caption class="hid" { "Rows connect to columns" }
            thead {
                tr {
                    td class="corner" rowspan="2" { span { "to →" } span { "from ↓" } }
                    @for (word, _, count) in report.tiers() {
                        th scope="colgroup" colspan=(count) class=(format!("tier t-{word}")) { (trust_title(word)) }
                    }
                }
                tr {
                    @for zone in &report.zones { th scope="col" class="zone" data-z=(zone.name) { (name(&zone.name)) } }
                }
            }
            tbody {
                @for (from, zone) in report.zones.iter().enumerate() {
                    tr {
                        th scope="row" class=(format!("zone t-{}", trust_word(zone.trust))) data-z=(zone.name) { (name(&zone.name)) }
                        @for (to, other) in report.zones.iter().enumerate() {
                            @match pairs.get(&(from, to)) {
                                Some(connections) => td data-f=(zone.name) data-t=(other.name) { (ports(connections, [&zone.name, &other.name], &row(from, to))) },
                                None if report.is_filtered(from, to) => td data-f=(zone.name) data-t=(other.name) {},
                                None => td class="open" data-f=(zone.name) data-t=(other.name) { span class="hid" { "not filtered" } },
                            }
                        }
                    }
                }
            }
        }
    };
    html! {
        (scroll("Matrix of zones", &table))
        (legend(report))
    }
}

fn ports(connections: &[&Connection], [from, to]: [&str; 2], row: &str) -> Markup {
    let chips = once(connections.iter().map(|it| (it.short(), it.plane)));
    html! {
        a href=(row) {
            span class="hid" { (from) " to " (to) ": " }
            @for it in chips.iter().take(SHOWN) { span class=(format!("chip k-{}", it.1)) { (it.0) } }
            @if chips.len() > SHOWN { span class="soft" { "+" (chips.len() - SHOWN) } }
        }
    }
}

/// What the colours mean, each with its word.
pub(super) fn legend(report: &Report) -> Markup {
    let planes: BTreeSet<Plane> = report.connections.iter().map(|it| it.plane).collect();
    html! {
        @if !planes.is_empty() {
            p class="legend" {
                span class="soft" { "Plane" }
                @for it in planes { span class=(format!("chip k-{it}")) { (it) } }
            }
        }
    }
}
