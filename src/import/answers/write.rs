//! Writes a file of answers, with the open questions as comments at their places.

use super::{Answers, Row, Table};
use crate::import::facts::PortTable;
use crate::import::header_words::role_of;
use crate::import::questions::{Place, Question};
use crate::import::toml_text::{self, inline, list, quoted};
use crate::import::words::Role;
use crate::model::words::Kind;
use std::fmt::Write;

pub(super) fn write(answers: &Answers, questions: &[Question], tables: &[PortTable]) -> String {
    let mut out = String::from(
        "# Questions of `import`, and their answers. Edit this file, and run `import` with it again.\n\
         # An empty answer (\"\") is an open question: what depends on it is marked in the draft.\n\
         # Components have lower-case names. Rows that differ from their table: rows = { \"3\" = { from = \"browser\" } }\n\
         format = 1\n\n[document]\n",
    );
    let document = &answers.document;
    fields(
        &mut out,
        &[
            ("sha256", &document.sha256),
            ("url", &document.url),
            ("title", &document.title),
            ("language", &document.language),
            ("retrieved", &document.retrieved),
        ],
    );
    let product = &answers.product;
    out.push_str("\n[product]\n");
    fields(
        &mut out,
        &[
            ("name", &product.name),
            ("title", &product.title),
            ("vendor", &product.vendor),
            ("version", &product.version),
            ("covers", &product.covers),
        ],
    );
    // Writing to a string does not fail.
    if let Some(this) = &answers.this {
        comment(&mut out, questions, &Place::This, "\n");
        let _ = write!(out, "[self]\ncomponent = {}\n", quoted(this));
    }
    if !answers.names.is_empty() {
        out.push_str(
            "\n# Names as printed, and the components that they mean. Proposed.\n[names]\n",
        );
        for (printed, components) in &answers.names {
            let _ = writeln!(out, "{} = {}", quoted(printed), list(components));
        }
    }
    if !answers.components.is_empty() {
        out.push_str("\n# What the components are. Proposed: `own`, `dependency`, `platform` or `external`.\n[component]\n");
        for (name, it) in &answers.components {
            let mut parts = vec![
                ("title", quoted(&it.title)),
                ("kind", quoted(it.kind.map_or("", Kind::as_str))),
            ];
            if !it.is.is_empty() {
                parts.push(("is", list(&it.is)));
            }
            let _ = writeln!(out, "{name} = {}", inline(&parts));
        }
    }
    for (at, group) in answers.groups.iter().enumerate() {
        comment(&mut out, questions, &Place::Group(at), "\n");
        let _ = write!(out, "[[group]]\nat = {}\n", quoted(&group.at));
        if !group.members.is_empty() {
            let members: Vec<String> = group.members.iter().map(|it| quoted(it)).collect();
            let _ = writeln!(out, "members = [{}]", members.join(", "));
        }
        let kind = group.kind.map_or("", super::GroupKind::as_str);
        let _ = writeln!(out, "as = {}\nname = {}", quoted(kind), quoted(&group.name));
    }
    for (at, it) in answers.tables.iter().enumerate() {
        out.push('\n');
        table(&mut out, questions, at, it);
    }
    let others = tables
        .iter()
        .filter(|it| answers.table(&it.at, &it.headers).is_none());
    for (at, it) in others.enumerate() {
        if at == 0 {
            out.push_str("\n# Tables that leave nothing open. To correct what a column contains, make a table of its comment.\n");
        } else {
            out.push_str("#\n");
        }
        for line in columns(&it.at, &it.headers, &it.roles).lines() {
            let _ = writeln!(out, "# {line}");
        }
    }
    out
}

/// The head of a table: where it is, and what its columns contain.
fn columns(at: &str, columns: &[String], roles: &[Role]) -> String {
    let texts = |it: Vec<String>| it.join(", ");
    format!(
        "[[table]]\nat = {}\ncolumns = [{}]\nroles = [{}]\n",
        quoted(at),
        texts(columns.iter().map(|it| quoted(it)).collect()),
        texts(roles.iter().map(|it| quoted(it.as_str())).collect())
    )
}

fn fields(out: &mut String, fields: &[(&str, &str)]) {
    let width = fields.iter().map(|it| it.0.len()).max().unwrap_or(0);
    for (key, value) in fields {
        let _ = writeln!(out, "{key:width$} = {}", quoted(value));
    }
}

/// The question of a place as a comment.
fn comment(out: &mut String, questions: &[Question], place: &Place, before: &str) {
    out.push_str(before);
    if let Some(question) = questions.iter().find(|it| it.place == *place) {
        let _ = writeln!(out, "# {}", toml_text::comment(&question.text));
    }
}

fn table(out: &mut String, questions: &[Question], at: usize, table: &Table) {
    if table.roles.is_empty() && !table.columns.is_empty() {
        let proposed = table.columns.iter().map(|it| match role_of(it, false) {
            Role::SourcePort => Role::Port,
            role => role,
        });
        let proposed: Vec<String> = proposed.map(|it| quoted(it.as_str())).collect();
        let _ = writeln!(
            out,
            "# This table is not used. If it has ports, say what its columns contain: roles = [{}]",
            proposed.join(", ")
        );
    }
    out.push_str(&columns(&table.at, &table.columns, &table.roles));
    let ends = [
        ("inbound", &table.inbound, Place::Inbound(at)),
        ("outbound", &table.outbound, Place::Outbound(at)),
        ("from", &table.from, Place::From(at)),
        ("to", &table.to, Place::To(at)),
    ];
    for (key, value, place) in ends {
        if let Some(value) = value {
            comment(out, questions, &place, "");
            let _ = writeln!(out, "{key} = {}", list(value));
        }
    }
    let rows: Vec<String> = table
        .rows
        .iter()
        .map(|(number, it)| format!("\"{number}\" = {}", row(it)))
        .collect();
    if !rows.is_empty() {
        let _ = writeln!(out, "rows = {{ {} }}", rows.join(", "));
    }
}

fn row(row: &Row) -> String {
    let mut parts = Vec::new();
    for (key, value) in [("from", &row.from), ("to", &row.to)] {
        if !value.is_empty() {
            parts.push((key, list(value)));
        }
    }
    parts.extend(row.exposure.map(|it| ("exposure", quoted(it.as_str()))));
    inline(&parts)
}
