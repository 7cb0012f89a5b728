//! Findings, policy, zones, rules, quotas and sources.

use super::super::words::{counted, trust_word};
use super::super::{Exempt, Finding, Report, Zone};
use super::{name, scroll};
use crate::model::words::Severity;
use maud::{Markup, html};

pub(super) fn findings(report: &Report) -> Markup {
    let of = |severity: Severity| {
        report
            .findings
            .iter()
            .filter(move |it| it.severity == severity)
    };
    let kinds = [
        (Severity::Error, "error", "errors", true),
        (Severity::Warning, "warning", "warnings", true),
        (Severity::Info, "note", "notes", false),
    ];
    html! {
        section id="findings" {
            h2 { "Findings" }
            @if of(Severity::Error).chain(of(Severity::Warning)).next().is_none() { p class="ok" { "No error and no warning." } }
            @for (severity, one, many, open) in kinds {
                @let count = of(severity).count();
                @if count > 0 {
                    details open[open] {
                        summary { span class=(format!("pill {severity}")) { (count) } " " (if count == 1 { one } else { many }) }
                        ul class="items" { @for it in of(severity).take(MOST) { (finding(it)) } }
                        (rest(count))
                    }
                }
            }
        }
    }
}

fn finding(it: &Finding) -> Markup {
    html! {
        li {
            code { (it.code) } " " b { (it.subject) }
            p { (prose(it.message.trim_end_matches('.'))) "." }
            // What to do about a note is in the note.
            @if !it.remedy.is_empty() && it.severity != Severity::Info { p class="soft" { (prose(&it.remedy)) } }
        }
    }
}

/// A sentence in which names are between backticks.
fn prose(text: &str) -> Markup {
    html! {
        @for (at, part) in text.split('`').enumerate() {
            @if at % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}

pub(super) fn policy(report: &Report) -> Markup {
    if report.policy.is_empty() && report.exceptions.is_empty() {
        return html! {};
    }
    let cells = html! {
        table class="list" {
            thead { tr { @for it in ["From", "To", "Access", "Reason"] { th scope="col" { (it) } } } }
            tbody {
                @for it in &report.policy { tr { td { b { (it.from) } } td { b { (it.to) } } td { (it.access) } td { (it.reason) } } }
            }
        }
    };
    let exceptions = html! {
        table class="list" {
            thead { tr { @for it in ["Exempt", "Reason", "Ticket", "Who", "Last day", "Left"] { th scope="col" { (it) } } } }
            tbody { @for it in &report.exceptions { (exempt(it)) } }
        }
    };
    html! {
        section id="policy" {
            h2 { "Policy and exceptions" }
            @if !report.policy.is_empty() {
                details open[report.policy.len() <= 20] {
                    summary { (counted(report.policy.len(), "cell", "cells")) " of the policy" }
                    (scroll("Policy", &cells))
                }
            }
            @if !report.exceptions.is_empty() { (scroll("Exceptions", &exceptions)) }
        }
    }
}

fn exempt(it: &Exempt) -> Markup {
    let (class, left) = match it.left {
        None => ("", String::new()),
        Some(left @ ..=-1) => (
            "over-day",
            format!(
                "over since {}",
                counted(usize::try_from(-left).unwrap_or_default(), "day", "days")
            ),
        ),
        Some(0) => ("near-day", "today is the last day".to_owned()),
        Some(left) => (
            if left <= 30 { "near-day" } else { "" },
            counted(usize::try_from(left).unwrap_or_default(), "day", "days"),
        ),
    };
    html! {
        tr {
            td { (it.what) }
            td { (it.reason) }
            td { (it.ticket) }
            td { (it.people) }
            td class="num" { @match &it.expires { Some(day) => (day), None => span class="soft" { "does not end" } } }
            td class=(format!("num {class}")) { (left) }
        }
    }
}

pub(super) fn zones(report: &Report) -> Markup {
    let table = html! {
        table class="list" {
            thead { tr { @for it in ["Zone", "Trust", "Components", "Addresses", "Filtered"] { th scope="col" { (it) } } } }
            tbody { @for it in &report.zones { (zone(it)) } }
        }
    };
    html! { section id="zones" { h2 { "Zones" } (scroll("Zones", &table)) } }
}

fn zone(it: &Zone) -> Markup {
    let addresses = it.ipv4.iter().chain(&it.ipv6);
    html! {
        tr {
            td {
                span class=(format!("name t-{}", trust_word(it.trust))) { (name(&it.name)) }
                @if !it.description.is_empty() { p class="soft" { (it.description) } }
            }
            td { (it.trust.map_or("none, a fixed address", |it| it.as_str())) }
            td { @for it in &it.components { (it) br; } }
            td { @for it in addresses { (it) br; }
                @for it in it.advertised_ipv4.iter().chain(&it.advertised_ipv6) { span class="soft" { "advertised as " (it) } br; } @for it in &it.named_by { span class="soft" { (it) } br; } }
            td { @if it.platforms.is_empty() { span class="soft" { "peer only" } } @else { (it.platforms.join(", ")) } }
        }
    }
}

pub(super) fn rules(report: &Report) -> Markup {
    html! {
        section id="rules" {
            h2 { "Rules per platform" }
            @if report.platforms.is_empty() { p class="lead" { "These rules filter none of the zones." } }
            @for platform in &report.platforms {
                @if !platform.rows.is_empty() {
                    details {
                        summary { (platform.title) " " span class="soft" { (counted(platform.rows.len(), "rule", "rules")) } }
                        (scroll(platform.title, &html! {
                            table class="list" {
                                thead { tr { @for it in ["Key", "Way", "Service", "Peer"] { th scope="col" { (it) } } } }
                                tbody {
                                    @for it in platform.rows.iter().take(MOST) {
                                        tr { td { code { (it.key) } } td { (it.way) } td class="num" { (it.service) } td { (it.peer) } }
                                    }
                                }
                            }
                        }))
                        (rest(platform.rows.len()))
                    }
                }
                @for (zone, text) in &platform.texts {
                    details { summary { (platform.title) " " span class="soft" { (zone) } } pre tabindex="0" { (text) } }
                }
            }
            @if !report.quotas.is_empty() { (quotas(report)) }
        }
    }
}

/// The most rules of a platform, findings or quotas that a page shows. More of them would be most of its size.
const MOST: usize = 400;

/// Says that a list is cut.
fn rest(count: usize) -> Markup {
    html! { @if count > MOST { p class="items" { "The first " (MOST) " of " (count) "; the format json has all." } } }
}

fn quotas(report: &Report) -> Markup {
    let table = html! {
        table class="list" {
            thead { tr { @for it in ["Zone, platform, family", "In", "Out", "Limit", "Left", "Used"] { th scope="col" { (it) } } } }
            tbody {
                @for it in report.quotas.iter().take(MOST) {
                    tr {
                        td { code { (it.name) } }
                        td class="num" { (it.ingress) }
                        td class="num" { (it.egress) }
                        td class="num" { (it.limit) }
                        td class="num" { (it.headroom) }
                        td { meter min="0" max=(it.limit) high=(it.limit * 8 / 10) value=(it.used()) aria-label=(format!("{} of {}", it.used(), it.limit)) {} }
                    }
                }
            }
        }
    };
    html! { details { summary { "Quotas" } (scroll("Quotas", &table)) (rest(report.quotas.len())) } }
}

pub(super) fn sources(report: &Report) -> Markup {
    html! {
        @if !report.sources.is_empty() {
            section id="sources" {
                h2 { "Sources" }
                p class="lead" { "Each connection of a product cites the vendor's page and the place in it." }
                ul class="plain" {
                    @for it in &report.sources {
                        li { a href=(it.url) rel="noopener noreferrer" { (it.title) } " " span class="soft" { "read " (it.read) } }
                    }
                }
            }
        }
    }
}
