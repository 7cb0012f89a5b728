//! The connections, as rows of the page, or as data from which the page makes rows on demand.

use super::super::words::{counted, need_word, once_by, trust_word};
use super::super::{AtEnd, Connection, Flow, Report};
use super::{name, scroll};
use crate::model::words::{Direction, Plane};
use maud::{Markup, PreEscaped, html};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn section(report: &Report, on_demand: bool) -> Markup {
    let mut first = BTreeSet::new();
    let table = html! {
        table class="list cardy" {
            thead {
                tr {
                    @for it in ["From", "To", "Service", "Plane", "Why", "Need", "Rule", "Source"] { th scope="col" { (it) } }
                }
            }
            tbody {
                @if !on_demand {
                    @for it in &report.connections { (row(report, it, first.insert((it.from, it.to)))) }
                }
            }
        }
    };
    html! {
        section id="connections" {
            h2 { "Connections " span class="soft" { (report.connections.len()) } }
            @if report.connections.is_empty() {
                p class="lead" { "No zone may connect to another." }
            } @else {
                p class="lead" {
                    "The rule at an end is solid green; a dashed end is not filtered by these rules; a struck-out one is filtered and has no rule."
                }
                div class="tools" {
                    label { "Filter " input type="search" id="query" placeholder="zone, port, plane or purpose" autocomplete="off"; }
                    button type="button" id="clear" hidden { "Show all" }
                    span id="hits" class="soft" role="status" {}
                }
                (scroll("Connections", &table))
                @if on_demand {
                    button type="button" id="more" class="tools" { "Show more" }
                    noscript { p { "The " (counted(report.connections.len(), "connection", "connections")) " are made on demand, which needs the script of this page. \
                        The formats csv and json have all of them." } }
                }
            }
        }
    }
}

/// The id of the first row of a pair of zones.
pub(super) fn row_id(from: usize, to: usize) -> String {
    format!("c{from}-{to}")
}

fn row(report: &Report, it: &Connection, is_first: bool) -> Markup {
    let (from, to) = (&report.zones[it.from], &report.zones[it.to]);
    let sources = once_by(it.flows.iter().flat_map(|it| &it.sources), |it| it.0);
    let cited = sources.into_iter().map(|(at, place)| {
        let source = &report.sources[*at];
        [&source.title, &source.url, place]
    });
    html! {
        tr id=[is_first.then(|| row_id(it.from, it.to))] data-f=(from.name) data-t=(to.name) {
            td { span class=(format!("name t-{}", trust_word(from.trust))) { (name(&from.name)) } }
            td { span class=(format!("name t-{}", trust_word(to.trust))) { (name(&to.name)) } }
            td class="num" {
                span class=(format!("chip k-{}", it.plane)) { (it.service()) }
                @if let Some(listens) = &it.translated { br; span class="soft" { "listens on " (listens) } }
            }
            td { (it.plane) }
            td class="wide why" { @for flow in &it.flows { (flow.purpose) code { (flow.id) } } }
            td { (need_word(it.need)) }
            td class="num" { (end("out", it.out)) (end("in", it.into)) }
            td class="wide" {
                @for (nth, it) in cited.enumerate() { (link(it, nth)) }
            }
        }
    }
}

/// A link to a place in a document: title, address and place. The first link has the title. The others are numbers, so that rows do not
/// become lists of documents.
pub(in crate::report) fn link([title, url, place]: [&String; 3], nth: usize) -> Markup {
    html! {
        @if nth == 0 {
            a href=(url) title=(place) rel="noopener noreferrer" { (title) }
        } @else {
            a class="also" href=(url) title=(format!("{title}: {place}")) rel="noopener noreferrer" {
                span class="hid" { (title) " " } (nth + 1)
            }
        }
    }
}

fn end(word: &str, at: AtEnd) -> Markup {
    let (class, said) = (
        end_class(at),
        match at {
            AtEnd::Rule => "permitted by a rule",
            AtEnd::Refused => "filtered, and no rule permits it",
            AtEnd::Unfiltered => "not filtered by these rules",
        },
    );
    html! { span class=(format!("end {class}")) title=(said) { (word) } }
}

fn end_class(at: AtEnd) -> &'static str {
    match at {
        AtEnd::Rule => "rule",
        AtEnd::Refused => "none",
        AtEnd::Unfiltered => "",
    }
}

/// Everything from which the script makes rows. Repeated texts are there once.
pub(super) fn data(report: &Report) -> Markup {
    let mut flows: Vec<&Flow> = Vec::new();
    let mut at: BTreeMap<&str, usize> = BTreeMap::new();
    let mut rows = Vec::new();
    for it in &report.connections {
        let mut why = Vec::new();
        for flow in &it.flows {
            why.push(*at.entry(&flow.id).or_insert_with(|| {
                flows.push(flow);
                flows.len() - 1
            }));
        }
        let plane = Plane::ALL.iter().position(|plane| *plane == it.plane);
        let listens = it.translated.as_ref().map(|it| format!("listens on {it}"));
        rows.push(json!([
            it.from,
            it.to,
            it.service(),
            plane,
            listens,
            why,
            need_word(it.need),
            end_class(it.out),
            end_class(it.into),
        ]));
    }
    let zones = report.zones.iter().map(|it| {
        let filters = |direction| u8::from(it.filters.contains(&direction));
        json!([
            it.name,
            trust_word(it.trust),
            filters(Direction::Egress),
            filters(Direction::Ingress)
        ])
    });
    let flows = flows
        .iter()
        .map(|it| json!([it.id, it.purpose, it.sources]));
    let sources = report.sources.iter().map(|it| json!([it.title, it.url]));
    let data = json!({
        "zones": zones.collect::<Vec<_>>(), "planes": Plane::WORDS, "flows": flows.collect::<Vec<_>>(),
        "sources": sources.collect::<Vec<_>>(), "connections": rows,
    });
    // Within a script, only what could end it or begin a comment must not be there.
    let text = data.to_string().replace('<', "\\u003c");
    html! { script type="application/json" id="data" { (PreEscaped(text)) } }
}
