//! The report as Markdown, for a comment on a pull request or a wiki.

use super::words::{need_word, once, trust_word};
use super::{AtEnd, Report};
use crate::model::words::Severity;
use std::fmt::Write;

/// The most zones that a matrix shows. Wider tables cannot be read.
const MATRIX: usize = 12;

/// The most connections that a table lists. A comment on a pull request may have 65,536 characters.
const MOST: usize = 300;

// Writing to a string does not fail, here and below.
pub(super) fn page(report: &Report) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "## {}: who may connect to whom\n", text(&report.name));
    let products = report
        .products
        .iter()
        .map(|it| format!(" · {} `{}`", text(&it.title), it.digest));
    let _ = writeln!(
        out,
        "From {}{}.\n",
        text(&report.origin),
        products.collect::<String>()
    );
    for it in &report.notes {
        let _ = writeln!(out, "> {}\n", text(it));
    }
    matrix(report, &mut out);
    connections(report, &mut out);
    findings(report, &mut out);
    exceptions(report, &mut out);
    out
}

fn matrix(report: &Report, out: &mut String) {
    if report.zones.is_empty() || report.zones.len() > MATRIX {
        return;
    }
    let names: Vec<String> = report.zones.iter().map(|it| text(&it.name)).collect();
    let _ = writeln!(
        out,
        "Rows connect to columns. `·` is closed; `?` is between zones that these rules do not filter.\n"
    );
    let _ = writeln!(out, "| from ↓ to → | {} |", names.join(" | "));
    let _ = writeln!(out, "| --- |{}", " --- |".repeat(names.len()));
    let pairs = report.pairs();
    for (from, name) in names.iter().enumerate() {
        let cells = (0..names.len()).map(|to| match pairs.get(&(from, to)) {
            Some(connections) => once(connections.iter().map(|it| it.short())).join(", "),
            None if report.is_filtered(from, to) => "·".to_owned(),
            None => "?".to_owned(),
        });
        let trust = trust_word(report.zones[from].trust);
        let _ = writeln!(
            out,
            "| **{name}** ({trust}) | {} |",
            cells.collect::<Vec<_>>().join(" | ")
        );
    }
    out.push('\n');
}

fn connections(report: &Report, out: &mut String) {
    let count = report.connections.len();
    let _ = writeln!(out, "### Connections: {count}\n");
    if count == 0 {
        return;
    }
    let _ = writeln!(
        out,
        "| From | To | Service | Plane | Why | Need | Rule | Source |"
    );
    let _ = writeln!(out, "| --- | --- | --- | --- | --- | --- | --- | --- |");
    for it in report.connections.iter().take(MOST) {
        let why = it.flows.iter().map(|it| {
            let id = format!("`{}`", it.id.replace('|', "\\|"));
            format!("{} {id}", text(&it.purpose))
                .trim_start()
                .to_owned()
        });
        let ends = [("out", it.out), ("in", it.into)].map(|(word, at)| match at {
            AtEnd::Rule => word.to_owned(),
            AtEnd::Refused => format!("{word}: refused"),
            AtEnd::Unfiltered => format!("({word})"),
        });
        let sources = it.flows.iter().flat_map(|it| &it.sources);
        let sources = once(sources.map(|it| it.0)).into_iter();
        let sources = sources.map(|at| &report.sources[at]);
        let sources = sources.map(|it| format!("[{}]({})", text(&it.title), target(&it.url)));
        let listens = it
            .translated
            .as_ref()
            .map(|it| format!(", listens on {it}"));
        let _ = writeln!(
            out,
            "| {} | {} | {}{} | {} | {} | {} | {} | {} |",
            text(&report.zones[it.from].name),
            text(&report.zones[it.to].name),
            it.service(),
            listens.unwrap_or_default(),
            it.plane,
            why.collect::<Vec<_>>().join("; "),
            need_word(it.need),
            ends.join(" "),
            sources.collect::<Vec<_>>().join(", "),
        );
    }
    if count > MOST {
        let _ = writeln!(
            out,
            "\nThe first {MOST} of {count}; the formats csv and json have all."
        );
    }
    let _ = writeln!(
        out,
        "\nAn end in parentheses is not filtered by these rules.\n"
    );
}

fn findings(report: &Report, out: &mut String) {
    let severe: Vec<_> = report
        .findings
        .iter()
        .filter(|it| it.severity != Severity::Info)
        .collect();
    if severe.is_empty() {
        let _ = writeln!(out, "No error and no warning.");
        return;
    }
    let _ = writeln!(out, "### Findings: {}\n", severe.len());
    for it in severe {
        let _ = writeln!(
            out,
            "- **{}** `{}` {}: {}. {}",
            it.severity,
            it.code,
            text(&it.subject),
            text(it.message.trim_end_matches('.')),
            text(&it.remedy)
        );
    }
}

fn exceptions(report: &Report, out: &mut String) {
    if report.exceptions.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n### Exceptions: {}\n", report.exceptions.len());
    let _ = writeln!(
        out,
        "| Exempt | Reason | Ticket | Who | Last day | Days left |\n| --- | --- | --- | --- | --- | --- |"
    );
    for it in &report.exceptions {
        let day = it
            .expires
            .clone()
            .unwrap_or_else(|| "does not end".to_owned());
        let left = it.left.map(|it| it.to_string()).unwrap_or_default();
        let cells = [&it.what, &it.reason, &it.ticket, &it.people].map(|it| text(it));
        let _ = writeln!(out, "| {} | {day} | {left} |", cells.join(" | "));
    }
}

/// The target of a link. Parentheses and spaces would end it, and a bar its cell.
fn target(url: &str) -> String {
    let escaped = [("(", "%28"), (")", "%29"), (" ", "%20"), ("|", "%7C")];
    let encode = |url: String, (letter, code): (&str, &str)| url.replace(letter, code);
    escaped.into_iter().fold(url.to_owned(), encode)
}

/// A text that cannot end a cell, begin a tag, a link or an emphasis, or notify people. Between backticks, where it is code, only cells
/// could end.
fn text(text: &str) -> String {
    let mut safe = String::new();
    let parts: Vec<&str> = text.split('`').collect();
    // A backtick without a second one begins no code, and several at once are another sign.
    let is_paired = parts.len() % 2 == 1 && !text.contains("``");
    for (at, part) in parts.iter().enumerate() {
        let is_code = is_paired && at % 2 == 1;
        if at > 0 {
            safe.push_str(if is_paired { "`" } else { "\\`" });
        }
        for it in part.chars() {
            match it {
                '|' => safe.push_str("\\|"),
                '\n' | '\r' | '\t' => safe.push(' '),
                it if is_code => safe.push(it),
                '<' => safe.push_str("&lt;"),
                '>' => safe.push_str("&gt;"),
                '&' => safe.push_str("&amp;"),
                '@' => safe.push_str("&#64;"),
                '[' | ']' | '*' | '_' | '\\' | '#' | '!' | '~' => {
                    safe.push('\\');
                    safe.push(it);
                }
                it => safe.push(it),
            }
        }
    }
    safe
}
