//! Everything in a report, for programs.

use super::words::need_word;
use super::{AtEnd, Connection, Report};
use crate::model::words::Trust;
use serde_json::{Value, json};

pub(super) fn text(report: &Report) -> String {
    let zones = report.zones.iter().map(|it| {
        json!({
            "name": it.name, "trust": it.trust.map(Trust::as_str), "components": it.components, "ipv4": it.ipv4, "ipv6": it.ipv6,
            "advertised_ipv4": it.advertised_ipv4, "advertised_ipv6": it.advertised_ipv6, "named_by": it.named_by, "platforms": it.platforms, "filters": it.filters.iter().map(|it| it.as_str()).collect::<Vec<_>>(),
            "description": it.description,
        })
    });
    let findings = report.findings.iter().map(|it| {
        json!({ "severity": it.severity.as_str(), "code": it.code, "subject": it.subject, "message": it.message, "remedy": it.remedy })
    });
    let policy = report.policy.iter();
    let policy = policy.map(
        |it| json!({ "from": it.from, "to": it.to, "access": it.access, "reason": it.reason }),
    );
    let exceptions = report.exceptions.iter().map(|it| {
        json!({
            "what": it.what, "reason": it.reason, "ticket": it.ticket, "people": it.people, "requester": it.requester, "expires": it.expires, "days_left": it.left,
        })
    });
    let platforms = report.platforms.iter().map(|it| {
        let rows = it.rows.iter();
        let rows = rows.map(|it| json!({ "key": it.key, "way": it.way, "service": it.service, "peer": it.peer }));
        let texts = it.texts.iter().map(|(zone, text)| json!({ "zone": zone, "text": text }));
        json!({ "platform": it.title, "rules": rows.collect::<Vec<_>>(), "texts": texts.collect::<Vec<_>>() })
    });
    let quotas = report.quotas.iter().map(|it| {
        json!({ "name": it.name, "ingress": it.ingress, "egress": it.egress, "limit": it.limit, "headroom": it.headroom })
    });
    let products = report.products.iter();
    let products =
        products.map(|it| json!({ "label": it.label, "title": it.title, "digest": it.digest }));
    let all = json!({
        "name": report.name,
        "origin": report.origin,
        "notes": report.notes,
        "products": products.collect::<Vec<_>>(),
        "zones": zones.collect::<Vec<_>>(),
        "connections": report.connections.iter().map(|it| connection(report, it)).collect::<Vec<_>>(),
        "findings": findings.collect::<Vec<_>>(),
        "policy": policy.collect::<Vec<_>>(),
        "exceptions": exceptions.collect::<Vec<_>>(),
        "platforms": platforms.collect::<Vec<_>>(),
        "quotas": quotas.collect::<Vec<_>>(),
    });
    format!("{all:#}\n")
}

fn connection(report: &Report, it: &Connection) -> Value {
    let flows = it.flows.iter().map(|flow| {
        let sources = flow.sources.iter().map(|(at, place)| {
            let source = &report.sources[*at];
            json!({ "title": source.title, "url": source.url, "at": place, "read": source.read })
        });
        json!({ "id": flow.id, "purpose": flow.purpose, "sources": sources.collect::<Vec<_>>() })
    });
    let end = |at| match at {
        AtEnd::Rule => "rule",
        AtEnd::Refused => "refused",
        AtEnd::Unfiltered => "unfiltered",
    };
    let zone = |at: usize| json!({ "zone": report.zones[at].name, "trust": report.zones[at].trust.map(Trust::as_str) });
    json!({
        "from": zone(it.from), "to": zone(it.to), "transport": it.transport, "ports": it.ports, "listens_on": it.translated,
        "plane": it.plane.as_str(), "need": need_word(it.need), "out": end(it.out), "in": end(it.into), "exceptions": it.exempt, "flows": flows.collect::<Vec<_>>(),
    })
}
