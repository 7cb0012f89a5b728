//! What a draft proposes for a person to check: planes, exposures and likely misprints.

use super::{Block, Context};
use crate::import::cell::Ports;
use crate::import::settle::{Audience, Flow};
use crate::import::text::{has_any, words};
use crate::import::toml_text::{inline, quoted};
use crate::model::ports::port_list;
use crate::model::words::{Exposure, Kind, Plane};

#[rustfmt::skip]
const METRICS: &[&str] = &[
    "metrics", "metric", "prometheus", "exporter", "exporters", "grafana", "graphite", "zabbix", "monitoring", "jmx",
    "метрики", "指标", "监控", "メトリクス", "metrik", "metrikler",
];
#[rustfmt::skip]
const HEALTH: &[&str] = &[
    "health", "healthcheck", "liveness", "readiness", "probe", "heartbeat", "健康检查", "ヘルスチェック",
];
#[rustfmt::skip]
const ADMIN: &[&str] = &[
    "ssh", "rdp", "vnc", "console", "admin", "administration", "management", "web ui", "ui", "telnet", "winrm",
    "ipmi", "administrator", "管理", "yönetim", "управление",
];
#[rustfmt::skip]
const STORE: &[&str] = &[
    "database", "db", "sql", "postgres", "postgresql", "mysql", "mariadb", "mongodb", "redis", "valkey", "cassandra",
    "elasticsearch", "s3", "storage", "kafka", "amqp", "cache", "nfs", "iscsi", "бд", "数据库", "データベース", "veri",
];
#[rustfmt::skip]
const INFRA: &[&str] = &[
    "dns", "ntp", "smtp", "mail", "email", "ldap", "ldaps", "dhcp", "snmp", "syslog", "kerberos", "radius",
    "active directory", "time", "registry",
];
#[rustfmt::skip]
const CONTROL: &[&str] = &[
    "api", "webhook", "webhooks", "configuration", "control", "rpc",
];

/// What the traffic is for, by the words of the row and the ports' usual use.
pub(super) fn plane(flow: &Flow, context: &Context<'_>) -> Plane {
    let inside = |it: &String| context.kind(it) == Kind::Own;
    if flow.from.iter().all(inside) && flow.to.iter().all(inside) {
        return Plane::Cluster;
    }
    let mut text: Vec<String> = flow
        .labels
        .iter()
        .chain(flow.notes.first())
        .chain(&flow.applications)
        .flat_map(|it| words(it))
        .collect();
    text.extend(flow.to.iter().flat_map(|it| words(context.title(it))));
    let order = [
        (METRICS, Plane::Metrics),
        (HEALTH, Plane::Health),
        (INFRA, Plane::Infra),
        (STORE, Plane::Database),
        (ADMIN, Plane::Admin),
        (CONTROL, Plane::Control),
    ];
    if flow
        .to
        .iter()
        .any(|it| context.kind(it) == Kind::Dependency)
        && !has_any(&text, METRICS)
    {
        return Plane::Database;
    }
    order
        .into_iter()
        .find(|(list, _)| has_any(&text, list))
        .map_or(Plane::Data, |(_, plane)| plane)
}

/// Who the listener is for, and the words of the page that led to it.
pub(super) fn exposure(flow: &Flow, plane: Plane, context: &Context<'_>) -> (Exposure, String) {
    match flow.audience {
        Some(Audience::Answered(exposure)) => return (exposure, "by your answer".to_owned()),
        Some(Audience::OwnHost) => return (Exposure::Local, "? who connects".to_owned()),
        None => {}
    }
    if flow.from == flow.to {
        return (Exposure::Group, String::new());
    }
    let outside = flow
        .from
        .iter()
        .any(|it| context.kind(it) == Kind::External);
    let note = flow.notes.first().map(String::as_str).unwrap_or_default();
    let from: Vec<String> = flow
        .from
        .iter()
        .flat_map(|it| words(context.title(it)))
        .collect();
    let public = [
        "external",
        "public",
        "internet",
        "internet facing",
        "публичный",
        "公网",
        "外部",
    ];
    let said = has_any(&words(note), &public);
    if plane == Plane::Data
        && outside
        && (said || has_any(&from, &["internet", "интернет", "互联网", "インターネット"]))
    {
        let why = if said {
            format!("? \"{}\"", note.lines().next().unwrap_or_default())
        } else {
            "? who connects".to_owned()
        };
        return (Exposure::Public, why);
    }
    (Exposure::Internal, String::new())
}

/// Services whose ports are registered, by the words that pages use. Source: IANA, Service Name and Transport Protocol Port Numbers.
const REGISTERED: [(&[&str], &[u16], &str); 6] = [
    (&["smtp"], &[25, 465, 587, 2525], "mail"),
    (&["ldap"], &[389, 636, 3268, 3269], "LDAP"),
    (&["dns"], &[53, 853, 5353], "DNS"),
    (&["ntp"], &[123], "NTP"),
    (&["snmp"], &[161, 162], "SNMP"),
    (&["syslog"], &[514, 601, 6514], "syslog"),
];

/// Ports of well-known services outside the product that are not the registered ones: perhaps a misprint.
pub(super) fn suspects(context: &Context<'_>, out: &mut String) {
    for flow in context.flows {
        if flow.to.iter().any(|it| context.kind(it) != Kind::External) {
            continue;
        }
        let title: Vec<String> = flow
            .to
            .iter()
            .flat_map(|it| words(context.title(it)))
            .chain(flow.labels.iter().flat_map(|it| words(it)))
            .collect();
        let known = REGISTERED
            .iter()
            .find(|(names, _, _)| title.len() <= 6 && has_any(&title, names));
        let Some((_, ports, what)) = known else {
            continue;
        };
        let printed = flow.pieces.iter().find_map(|it| match &it.ports {
            Ports::Ranges(ranges)
                if !ranges
                    .iter()
                    .any(|it| ports.iter().any(|port| it.from <= *port && *port <= it.to)) =>
            {
                Some(port_list(ranges))
            }
            _ => None,
        });
        let Some(printed) = printed else { continue };
        let list: Vec<String> = ports.iter().map(ToString::to_string).collect();
        let mut block = Block::default();
        block.set(
            "id",
            quoted(&format!(
                "{}-port",
                flow.id
                    .chars()
                    .take(27)
                    .collect::<String>()
                    .trim_end_matches('-')
            )),
        );
        block.set("flows", format!("[{}]", quoted(&flow.id)));
        block.set("printed", quoted(&printed));
        block.set("suggested", quoted(&list[0]));
        block.set(
            "why",
            inline(&[(
                "en",
                quoted(&format!(
                    "The registered ports of {what} are {}.",
                    list.join(", ")
                )),
            )]),
        );
        let at = flow.at.first().map_or("whole page", String::as_str);
        block.set(
            "source",
            inline(&[("ref", quoted("page")), ("at", quoted(at))]),
        );
        block.write("[[suspect]]", out);
    }
}
