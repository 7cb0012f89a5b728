//! Documents of every format become tables.

#![allow(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

mod asciidoc;
mod breaks;
mod csv;
mod hostile;
mod html;
mod markdown;
mod rst;

use expect_test::Expect;
use portmatrix::import::read::read;
use portmatrix::import::table::{Cell, Heading, Table};
use std::fmt::Write as _;

/// A document as lines: a table after what is known of it, its header after `=`, each row after its line.
fn shown(text: &str, name: &str) -> String {
    let document = read(text, name).expect("a document");
    let mut shown = String::new();
    for table in &document.tables {
        let _ = writeln!(shown, "{}", place(table));
        if !table.header.is_empty() {
            let _ = writeln!(shown, "   = {}", cells(&table.header));
        }
        for row in &table.rows {
            let section = row
                .section
                .as_ref()
                .map_or(String::new(), |it| format!("<{it}> "));
            let _ = writeln!(shown, "{:4} {section}{}", row.line, cells(&row.cells));
        }
    }
    for item in &document.items {
        let _ = writeln!(
            shown,
            "- {}: {}: {}",
            item.line,
            stack(&item.stack),
            item.text
        );
    }
    shown
}

fn place(table: &Table) -> String {
    let mut place = format!("{}: {}", table.line, stack(&table.stack));
    if !table.tabs.is_empty() {
        let _ = write!(place, " tabs {}", table.tabs.join(" > "));
    }
    if let Some(caption) = &table.caption {
        let _ = write!(place, " caption {caption}");
    }
    if !table.lead.is_empty() {
        let _ = write!(place, " lead {}", table.lead);
    }
    place
}

fn stack(stack: &[Heading]) -> String {
    let texts: Vec<&str> = stack.iter().map(|it| it.text.as_str()).collect();
    texts.join(" > ")
}

/// Cells with `^` where they are copies, and with their footnotes.
fn cells(cells: &[Cell]) -> String {
    let cells: Vec<String> = cells
        .iter()
        .map(|it| {
            let copied = if it.filled { "^" } else { "" };
            let notes: Vec<String> = it.footnotes.iter().map(|it| format!(" [{it}]")).collect();
            let notes = notes.concat();
            format!("{copied}{}{notes}", it.text.replace('\n', " / "))
        })
        .collect();
    cells.join(" | ")
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "an expectation is written where it is used"
)]
fn check(text: &str, name: &str, expected: Expect) {
    expected.assert_eq(&shown(text, name));
}

#[test]
fn the_format_is_that_of_the_name_or_of_the_contents() {
    use portmatrix::import::table::Format;
    for (name, text, format) in [
        ("a.MDX", "|===", Format::Markdown),
        ("docs.v1/page", "x\n|===\n|1\n|===\n", Format::AsciiDoc),
        ("a.txt", "<!DOCTYPE html><p>x", Format::Html),
        ("a.txt", ".. note:: x\n", Format::ReStructuredText),
        ("a", "Port;To\n443;a\n80;b\n", Format::Csv),
        ("a", "| Port | To |\n| 443 | a, b |\n", Format::Markdown),
        ("a", "", Format::Markdown),
    ] {
        assert_eq!(
            read(text, name).expect("a document").format,
            format,
            "{name} {text}"
        );
    }
}

#[test]
fn line_ends_and_marks_of_encodings_are_not_text() {
    for text in [
        "|a|b|\n|-|-|\n|1|x|\n",
        "\u{feff}|a|b|\r\n|-|-|\r\n|1|x|\r\n",
        "|a|b|\r|-|-|\r|1|x|\r",
    ] {
        assert_eq!(shown(text, "a.md"), "1: \n   = a | b\n   3 1 | x\n");
    }
}
