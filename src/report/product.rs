//! A product's port matrix as a page: diagram, flows, ports, sources, and what the sources leave open.

use super::diagram::{Column, Edge, Graph, Node, svg};
use super::html::{SCRIPT, link, name as cut, scroll, shell};
use super::words::{need_word, once, once_by, shortened};
use crate::catalog::product::{Flow, ONLY_ADDRESS, SourceRef, Texts, in_language};
use crate::catalog::resolve::Matrix;
use crate::model::ports::port_list;
use crate::model::words::{Exposure, Kind, Plane};
use maud::{Markup, html};
use std::collections::{BTreeMap, BTreeSet};

/// The most boxes that a diagram shows. A larger one cannot be read.
const MOST: usize = 45;

/// A link to another page of the same site.
#[derive(Clone, Debug)]
pub struct Link {
    /// Its text.
    pub text: String,
    /// Where it leads.
    pub to: String,
}

/// The page. `links` lead to other pages of a site, e.g. to other releases.
pub fn page(matrix: &Matrix, language: &str, links: &[Link]) -> String {
    let product = &matrix.product;
    let view = View { matrix, language };
    let graph = view.graph();
    let body = html! {
        a class="skip" href="#connections" { "Skip to the flows" }
        header {
            div {
                p class="over" { "Port matrix" @for it in links { " · " a href=(it.to) { (it.text) } } }
                h1 { (product.title) " " (product.release()) }
                p class="soft" {
                    (product.vendor) " · covers the releases " (product.covered()) " · " code { (product.name) }
                }
                @if product.rejects { p class="note" { "Traffic to other ports should be rejected, not dropped." } }
            }
            dl class="numbers" {
                div { dt { "Flows" } dd { (product.flows.len()) } }
                div { dt { "Components" } dd { (product.components.len()) } }
                div { dt { "Sources" } dd { (product.sources.len()) } }
            }
        }
        nav aria-label="Sections" {
            a href="#diagram" { "Diagram" } a href="#connections" { "Flows" }
            @if !product.ports.is_empty() { a href="#ports" { "Ports" } }
            a href="#components" { "Components" }
            @if view.has_notes() { a href="#notes" { "Notes" } }
            a href="#sources" { "Sources" }
        }
        main {
            section id="diagram" {
                h2 { "Who connects to whom" }
                @if graph.boxes.is_empty() {
                    p class="lead" { "Every flow is within a component or on one host, so the table has them all." }
                } @else if graph.boxes.len() > MOST {
                    p class="lead" { "Flows connect " (graph.boxes.len()) " components, which are too many for a diagram." }
                } @else {
                    p class="lead" {
                        "An arrow points at who listens. A solid outline is a part of the product; a dashed one is needed by it, below it or outside. \
                         Flows within a component and on one host are in the table only."
                    }
                    div class="scroll" tabindex="0" role="region" aria-label="Diagram of components" {
                        (svg(&graph, "d", "Components, and who connects to whom. The table has the same."))
                    }
                }
            }
            (view.flows())
            (view.ports())
            (view.components())
            (view.notes())
            section id="sources" {
                h2 { "Sources" }
                ul class="plain" {
                    @for it in product.sources.values() {
                        li { a href=(it.url) rel="noopener noreferrer" { (it.title) } " " span class="soft" { "read " (it.retrieved) } }
                    }
                }
            }
        }
        footer { "Made by portmatrix from its catalogue. The page is complete in itself and loads nothing." }
    };
    shell(
        &format!("{} {}: port matrix", product.title, product.release()),
        SCRIPT,
        &body,
    )
}

struct View<'v> {
    matrix: &'v Matrix,
    language: &'v str,
}

impl View<'_> {
    fn say<'t>(&self, texts: &'t Texts) -> &'t str {
        in_language(texts, self.language)
    }

    /// The components that have a flow with another one.
    fn graph(&self) -> Graph {
        let product = &self.matrix.product;
        let mut pairs: BTreeMap<(&str, &str), (Vec<String>, Plane)> = BTreeMap::new();
        for row in self.matrix.rows() {
            if row.from == row.to || row.flow.exposure == Some(Exposure::Local) {
                continue;
            }
            let text = match row.port() {
                port if port.is_empty() => row.transport(),
                port => port,
            };
            let (texts, plane) = pairs
                .entry((row.from, row.to))
                .or_insert((Vec::new(), row.flow.plane));
            texts.push(text);
            *plane = (*plane).min(row.flow.plane);
        }
        let names: BTreeSet<&str> = pairs.keys().flat_map(|(from, to)| [*from, *to]).collect();
        let names: Vec<&str> = names.into_iter().collect();
        let at = |name: &str| names.binary_search(&name).unwrap_or_default();
        let columns = columns(
            names.len(),
            &pairs
                .keys()
                .map(|(from, to)| (at(from), at(to)))
                .collect::<Vec<_>>(),
        );
        let boxes = names.iter().zip(&columns).map(|(name, column)| {
            let component = &product.components[*name];
            Node {
                key: (*name).to_owned(),
                title: component.title.clone(),
                subtitle: if component.title.eq_ignore_ascii_case(name) {
                    component.kind.to_string()
                } else {
                    (*name).to_owned()
                },
                column: *column,
                tone: format!("t-{}", component.kind),
                solid: component.kind == Kind::Own,
            }
        });
        let edges = pairs.iter().map(|((from, to), (texts, plane))| {
            let texts = once(texts);
            Edge {
                from: at(from),
                to: at(to),
                label: shortened(&texts),
                full: texts.into_iter().cloned().collect::<Vec<_>>().join(", "),
                tone: format!("k-{plane}"),
            }
        });
        let count = columns.iter().max().map_or(0, |it| it + 1);
        let columns = (0..count).map(|_| Column {
            title: String::new(),
            tone: "t-own".to_owned(),
        });
        Graph {
            columns: columns.collect(),
            boxes: boxes.collect(),
            edges: edges.collect(),
        }
    }

    fn flows(&self) -> Markup {
        let table = html! {
            table class="list cardy" {
                thead { tr { @for it in ["From", "To", "Service", "Plane", "For", "Why", "Need", "Source"] { th scope="col" { (it) } } } }
                tbody { @for (id, flow) in self.matrix.in_order() { (self.flow(id, flow)) } }
            }
        };
        html! {
            section id="connections" {
                h2 { "Flows " span class="soft" { (self.matrix.product.flows.len()) } }
                p class="lead" { "Ports are the vendor's defaults. What the sources do not say, and this catalogue assumes, is marked at each flow." }
                div class="tools" {
                    label { "Filter " input type="search" id="query" placeholder="component, port, plane or purpose" autocomplete="off"; }
                    button type="button" id="clear" hidden { "Show all" }
                    span id="hits" class="soft" role="status" {}
                }
                (scroll("Flows", &table))
            }
        }
    }

    fn flow(&self, id: &str, flow: &Flow) -> Markup {
        let single = |names: &[String]| match names {
            [one] => Some(one.clone()),
            _ => None,
        };
        let is_pair = flow.from.len() == 1 && flow.to.len() == 1;
        let list = |before: &str, names: &[String]| match names {
            [] => String::new(),
            names => format!(", {before} {}", names.join(" or ")),
        };
        let assumed: Vec<&str> = flow.assumed.iter().map(|it| it.as_str()).collect();
        html! {
            tr data-f=[is_pair.then(|| single(&flow.from)).flatten()] data-t=[is_pair.then(|| single(&flow.to)).flatten()] {
                td { (self.names(&flow.from)) }
                td { (self.names(&flow.to)) }
                td class="num" {
                    @for it in self.matrix.services(id) { span class=(format!("chip k-{}", flow.plane)) { (it.replacen('/', " ", 1)) } br; }
                }
                td { (flow.plane) }
                td { @if let Some(exposure) = flow.exposure { (exposure) } @else { span class="soft" { "outside" } } }
                td class="wide why" {
                    (self.say(&flow.purpose)) code { (id) }
                    @if !flow.note.is_empty() { span class="soft" { (flow.note) } br; }
                    @if !assumed.is_empty() { span class="soft" { "assumed: " (assumed.join(", ")) } }
                }
                td { (need_word(Some(flow.need))) (list("with", &flow.when)) (list("without", &flow.unless)) }
                td class="wide" { (self.sources(&flow.sources)) }
            }
        }
    }

    fn names(&self, names: &[String]) -> Markup {
        html! {
            @for name in names {
                @let kind = self.matrix.product.components.get(name).map_or(Kind::External, |it| it.kind);
                span class=(format!("name t-{kind}")) { (cut(name)) } br;
            }
        }
    }

    fn sources(&self, refs: &[SourceRef]) -> Markup {
        let all = once_by(refs, |it| &it.source).into_iter();
        let found = all.filter_map(|it| {
            let source = self.matrix.product.sources.get(&it.source)?;
            Some([&source.title, &source.url, &it.at])
        });
        html! { @for (nth, it) in found.enumerate() { (link(it, nth)) } }
    }

    fn ports(&self) -> Markup {
        let ports = &self.matrix.product.ports;
        let table = html! {
            table class="list wrap" {
                thead { tr { @for it in ["Port", "Default", "Setting", "Note"] { th scope="col" { (it) } } } }
                tbody {
                    @for (name, it) in ports {
                        tr {
                            td { code { (name) } }
                            td class="num" { @if let Some(resolved) = self.matrix.ports.get(name) { (port_list(&resolved.ranges)) } }
                            td { @if let Some(setting) = &it.setting { code { (setting) } } }
                            td { (it.note) }
                        }
                    }
                }
            }
        };
        html! {
            @if !ports.is_empty() {
                section id="ports" { h2 { "Ports that can be changed" } (scroll("Ports", &table)) }
            }
        }
    }

    fn components(&self) -> Markup {
        let table = html! {
            table class="list wrap" {
                thead { tr { @for it in ["Component", "Kind", "What it is", "Addresses"] { th scope="col" { (it) } } } }
                tbody {
                    @for (name, it) in &self.matrix.product.components {
                        tr {
                            td { span class=(format!("name t-{}", it.kind)) { (cut(name)) } }
                            td { (it.kind) }
                            td {
                                (it.title)
                                @if !it.description.is_empty() { br; span class="soft" { (it.description) } }
                                @if !it.is.is_empty() { br; span class="soft" { "is also " (it.is.join(", ")) } }
                                @if !it.on.is_empty() { br; span class="soft" { "runs on " (it.on.join(", ")) } }
                            }
                            td {
                                @for (name, address) in &it.addresses { (address) @if name != ONLY_ADDRESS { " " span class="soft" { (name) } } br; }
                                @for it in it.fqdns.iter().chain(&it.address_list_urls) { (it) br; }
                            }
                        }
                    }
                }
            }
        };
        html! { section id="components" { h2 { "Components" } (scroll("Components", &table)) } }
    }

    fn has_notes(&self) -> bool {
        let product = &self.matrix.product;
        let notes = [
            product.conflicts.len(),
            product.gaps.len(),
            product.suspects.len(),
            product.advisories.len(),
        ];
        notes.iter().any(|it| *it > 0)
    }

    /// Conflicts, gaps, likely mistakes and advice.
    fn notes(&self) -> Markup {
        let product = &self.matrix.product;
        let about = |flows: &[String]| html! { @if !flows.is_empty() { span class="soft" { " about " (flows.join(", ")) } } };
        let conflicts = product.conflicts.iter().map(|it| html! {
            li {
                b { (it.id) } (about(&it.flows))
                @for (says, refs) in &it.statements { p { "“" (says) "” " (self.sources(refs)) } }
                p class="soft" { "Taken: " (it.taken) ". " (self.say(&it.why)) }
            }
        });
        let gaps = product.gaps.iter().map(|it| html! {
            li { b { (it.id) } (about(&it.flows)) p { (self.say(&it.text)) " " (self.sources(&it.sources)) } }
        });
        let suspects = product.suspects.iter().map(|it| html! {
            li {
                b { (it.id) } (about(&it.flows))
                p { "Printed “" (it.printed) "”, likely “" (it.suggested) "”. " (self.say(&it.why)) " " (self.sources(&it.sources)) }
            }
        });
        let advice = product.advisories.iter().map(|it| {
            html! {
                li {
                    b { (it.id) } (about(&it.flows))
                    p { (self.say(&it.text)) " " (self.sources(&it.sources)) }
                    @if !it.items.is_empty() { p class="soft" { (it.items.join("; ")) } }
                }
            }
        });
        let groups: [(&str, Vec<Markup>); 4] = [
            (
                "Where the sources contradict each other",
                conflicts.collect(),
            ),
            ("What the sources leave out", gaps.collect()),
            ("Likely mistakes of the sources", suspects.collect()),
            ("Advice of the vendor", advice.collect()),
        ];
        html! {
            @if self.has_notes() {
                section id="notes" {
                    h2 { "Notes" }
                    @for (title, items) in groups.iter().filter(|it| !it.1.is_empty()) {
                        details {
                            summary { span class="pill" { (items.len()) } " " (title) }
                            ul class="items" { @for it in items { (it) } }
                        }
                    }
                }
            }
        }
    }
}

/// The column of each of `count` boxes. A box that connects is left of the one that listens, except along a circle, which some edge has
/// to close to the left. The heuristic of Eades, Lin and Smyth chooses that edge: boxes that mostly connect come first.
fn columns(count: usize, edges: &[(usize, usize)]) -> Vec<usize> {
    let mut left: BTreeSet<usize> = (0..count).collect();
    let (mut first, mut last) = (Vec::new(), Vec::new());
    while !left.is_empty() {
        let out = |it: usize| {
            edges
                .iter()
                .filter(|(from, to)| *from == it && left.contains(to))
                .count()
        };
        let into = |it: usize| {
            edges
                .iter()
                .filter(|(from, to)| *to == it && left.contains(from))
                .count()
        };
        if let Some(sink) = left.iter().copied().find(|it| out(*it) == 0) {
            left.remove(&sink);
            last.push(sink);
            continue;
        }
        let next = left.iter().copied().find(|it| into(*it) == 0);
        let next = next.or_else(|| {
            left.iter()
                .copied()
                .max_by_key(|it| (out(*it) + count - into(*it), std::cmp::Reverse(*it)))
        });
        if let Some(next) = next {
            left.remove(&next);
            first.push(next);
        }
    }
    let order: Vec<usize> = first.into_iter().chain(last.into_iter().rev()).collect();
    let mut rank = vec![0; count];
    for (place, it) in order.iter().enumerate() {
        rank[*it] = place;
    }
    let mut columns = vec![0; count];
    for it in &order {
        let after = edges
            .iter()
            .filter(|(from, to)| to == it && rank[*from] < rank[*it]);
        columns[*it] = after.map(|(from, _)| columns[*from] + 1).max().unwrap_or(0);
    }
    columns
}
