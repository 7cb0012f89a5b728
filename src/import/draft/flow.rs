//! One flow of a draft, and the port that it may have by name.

use super::judge::{exposure, plane};
use super::{Block, Context};
use crate::import::cell::{Carrier, Piece, Ports};
use crate::import::names::short_label;
use crate::import::settle::Flow;
use crate::import::text::words;
use crate::import::toml_text::{array, comment, inline, list, quoted};
use crate::model::ports::{PortRange, port_list};
use crate::model::traffic::{Traffic, Transport};
use crate::model::words::{Assumption, Kind};
use std::fmt::Write;

/// A port by name: one that a setting changes, of which the product uses one of several, or that the page does not give.
pub(super) struct Port {
    default: Option<Vec<PortRange>>,
    setting: Option<String>,
    mark: Option<String>,
}

/// The named port of a flow, if it needs one.
pub(super) fn port(flow: &Flow) -> Option<Port> {
    let setting = flow
        .setting
        .as_deref()
        .filter(|it| is_port_setting(it))
        .map(str::to_owned);
    if is_dynamic(flow) {
        let mark = format!("? the page has \"{}\"", flow.printed);
        return Some(Port {
            default: None,
            setting,
            mark: Some(mark),
        });
    }
    let ranges = same_ranges(flow)?;
    let mark = (flow.alternatives && ranges.len() > 1)
        .then(|| format!("? the cell has \"{}\": one of them, or all", flow.printed));
    // Of a port that needs a name anyway, any setting is worth a look.
    let named = setting.is_some() || mark.is_some();
    named.then(|| Port {
        default: Some(ranges.to_vec()),
        setting: setting.or_else(|| flow.setting.clone()),
        mark,
    })
}

/// Whether the name of a setting is that of a port or of what a server listens on.
fn is_port_setting(name: &str) -> bool {
    let name = name.to_lowercase();
    ["port", "listen", "bind", "address", "порт", "端口"]
        .iter()
        .any(|it| name.contains(it))
        && name.chars().count() <= 200
}

/// The ports of a flow, if all of its transports have the same.
fn same_ranges(flow: &Flow) -> Option<&[PortRange]> {
    let mut all = flow.pieces.iter().map(|it| match &it.ports {
        Ports::Ranges(ranges) => Some(ranges.as_slice()),
        _ => None,
    });
    let first = all.next()??;
    all.all(|it| it == Some(first)).then_some(first)
}

/// Whether a flow has ports that the page does not give.
pub(super) fn is_dynamic(flow: &Flow) -> bool {
    flow.pieces.iter().any(|it| it.ports == Ports::Dynamic)
}

/// Whether the page does not name the transport of a flow.
pub(super) fn lacks_transport(flow: &Flow) -> bool {
    flow.pieces
        .iter()
        .any(|it| matches!(it.carrier, Carrier::Named | Carrier::Unstated))
}

impl Port {
    pub(super) fn write(&self, flow: &Flow, out: &mut String) {
        let mut block = Block::default();
        if let Some(ranges) = &self.default {
            block.set("default", quoted(&port_list(ranges)));
        } else {
            let mark = self.mark.as_deref().unwrap_or_default();
            block.set_with("note", quoted("The page gives no number."), mark);
        }
        if let Some(setting) = &self.setting {
            block.set("setting", quoted(setting));
        }
        if let (Some(_), Some(mark)) = (&self.default, &self.mark) {
            block.set_with("alternatives", "true".to_owned(), mark);
        }
        block.write(&format!("[port.{}]", flow.id), out);
    }
}

/// Ports that are those of UDP where a page names no transport. Source: IANA, Service Name and Transport Protocol Port Numbers.
const UDP: [u16; 15] = [
    67, 68, 69, 123, 137, 138, 161, 162, 500, 514, 1812, 1813, 4500, 4789, 6081,
];

/// The transports of a piece. Where the page names none, those that the ports are registered for; the flow lists it in `assumed`.
fn transports(piece: &Piece) -> String {
    match piece.carrier {
        Carrier::Named | Carrier::Unstated => {
            let (low, high) = match &piece.ports {
                Ports::Ranges(ranges) => (
                    ranges.first().map_or(0, |it| it.from),
                    ranges.last().map_or(0, |it| it.to),
                ),
                _ => (0, 0),
            };
            match low {
                53 if high == 53 => "tcp+udp".to_owned(),
                low if UDP.contains(&low) && UDP.contains(&high) => "udp".to_owned(),
                _ => "tcp".to_owned(),
            }
        }
        // What restricts the port has one.
        Carrier::Any => "tcp+udp".to_owned(),
        carrier => carrier.to_string(),
    }
}

/// The services of a flow, as a product file writes them.
fn services(flow: &Flow, port: Option<&Port>) -> Vec<String> {
    let mut services: Vec<String> = Vec::new();
    let mut by_ports: Vec<(String, Vec<String>)> = Vec::new();
    for piece in &flow.pieces {
        let ports = match (&piece.ports, piece.carrier) {
            (Ports::Types(types), carrier) => {
                services.extend(types.iter().map(|it| format!("{carrier}/{it}")));
                continue;
            }
            (_, Carrier::Ip(number)) => {
                services.push(Traffic::Ip(number).to_string());
                continue;
            }
            (Ports::None, carrier) => {
                services.push(carrier.to_string());
                continue;
            }
            (Ports::Dynamic, _) => format!("{{{}}}", flow.id),
            (Ports::Any, _) => PortRange::ALL.to_string(),
            (Ports::Ranges(_), _) if port.is_some_and(|it| it.default.is_some()) => {
                format!("{{{}}}", flow.id)
            }
            (Ports::Ranges(ranges), _) => port_list(ranges).replace(", ", ","),
        };
        let transports = transports(piece);
        match by_ports.iter_mut().find(|(it, _)| *it == ports) {
            Some((_, all)) => all.extend((!all.contains(&transports)).then_some(transports)),
            None => by_ports.push((ports, vec![transports])),
        }
    }
    let order = |it: &String| {
        [Transport::Tcp, Transport::Udp, Transport::Sctp]
            .iter()
            .position(|known| known.as_str() == it)
    };
    for (ports, mut transports) in by_ports {
        if transports.iter().any(|it| it.contains('+')) {
            transports = vec!["tcp".to_owned(), "udp".to_owned()];
        }
        transports.sort_by_key(order);
        services.push(format!("{}/{ports}", transports.join("+")));
    }
    services
}

pub(super) fn write(flow: &Flow, port: Option<&Port>, context: &Context<'_>, out: &mut String) {
    let label = flow
        .labels
        .iter()
        .find_map(|it| short_label(it))
        .or_else(|| flow.notes.first().and_then(|it| short_label(it)));
    out.push('\n');
    // Writing to a string does not fail.
    for note in flow
        .labels
        .iter()
        .chain(&flow.notes)
        .flat_map(|it| it.lines())
    {
        if Some(note.trim()) != label.as_deref() && !note.trim().is_empty() {
            let _ = writeln!(out, "# The page: \"{}\"", comment(note));
        }
    }
    for doubt in &flow.doubts {
        let _ = writeln!(out, "# ? {}", comment(doubt));
    }
    out.push_str("[[flow]]");
    let mut block = Block::default();
    block.set("id", quoted(&flow.id));
    let mark = |stated: bool, names: &[String]| match (stated, names) {
        (true, _) => "",
        (false, [one]) if one == "unstated" => "? the page does not say",
        (false, _) => "by your answer, or by the heading",
    };
    block.set_with("from", list(&flow.from), mark(flow.from_stated, &flow.from));
    block.set_with("to", list(&flow.to), mark(flow.to_stated, &flow.to));
    let lacks = if lacks_transport(flow) {
        "? the page does not name the transport"
    } else {
        ""
    };
    block.set_with("services", array(&services(flow, port)), lacks);
    // Two that differ only in what a product file cannot have are one.
    let mut applications: Vec<String> = Vec::new();
    for it in flow.applications.iter().map(|it| it.to_lowercase()) {
        if applications
            .iter()
            .all(|other| quoted(other) != quoted(&it))
        {
            applications.push(it);
        }
    }
    if !applications.is_empty() {
        block.set("application", array(&applications));
    }
    let plane = plane(flow, context);
    block.set("plane", quoted(plane.as_str()));
    let external = flow.to.iter().all(|it| context.kind(it) == Kind::External);
    let (exposure, why) = exposure(flow, plane, context);
    if !external {
        block.set_with("exposure", quoted(exposure.as_str()), &why);
    }
    block.set("need", quoted(flow.need.as_str()));
    if let Some(when) = &flow.when {
        block.set("when", quoted(when));
    }
    block.set("purpose", purpose(flow, label.as_deref(), context));
    let source = |at: &String| inline(&[("ref", quoted("page")), ("at", quoted(at))]);
    let sources: Vec<String> = flow.at.iter().map(source).collect();
    block.set(
        "source",
        match sources.as_slice() {
            [one] => one.clone(),
            more => format!("[{}]", more.join(", ")),
        },
    );
    let assumed = [
        (lacks_transport(flow), Assumption::Transport),
        (!flow.from_stated, Assumption::From),
        (!flow.to_stated, Assumption::To),
        (!external, Assumption::Exposure),
        (flow.open_group.is_some(), Assumption::When),
    ];
    let assumed: Vec<String> = assumed
        .iter()
        .filter(|it| it.0)
        .map(|it| it.1.as_str().to_owned())
        .collect();
    if !assumed.is_empty() {
        block.set("assumed", array(&assumed));
    }
    let mut text = String::new();
    block.write("", &mut text);
    let _ = write!(out, "\n{text}");
}

/// Why the flow is needed, in few words: the label of the page, or what is known of the flow. A page in another language gives its
/// own label in that language.
fn purpose(flow: &Flow, label: Option<&str>, context: &Context<'_>) -> String {
    let known = || {
        let application = flow
            .applications
            .first()
            .map_or_else(|| flow.printed.clone(), Clone::clone);
        let to = flow.to.first().map_or("", |it| context.title(it));
        let what = if words(&application).is_empty() {
            "Traffic".to_owned()
        } else {
            application.replace('\n', " ")
        };
        comment(&format!("{what} to {to}"))
    };
    match label {
        Some(label) if context.english => inline(&[("en", quoted(label))]),
        Some(label) => inline(&[
            ("en", quoted(&known())),
            (&context.answers.document.language, quoted(label)),
        ]),
        None => inline(&[("en", quoted(&known()))]),
    }
}
