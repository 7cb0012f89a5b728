//! Documents with port tables, in all formats.

use portmatrix::import::read::read;
use portmatrix::import::table::{Cell, Document, Heading};

const NAMES: [&str; 6] = ["a.md", "a.html", "a.adoc", "a.rst", "a.csv", "a"];

/// Every text can be read in every format, and every place is in it.
pub(crate) fn holds(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else {
        return;
    };
    for name in NAMES {
        let lines = text.split(['\n', '\r']).count();
        match read(text, name) {
            Ok(document) => {
                check(&document, lines);
                assert_eq!(read(text, name).as_ref(), Ok(&document));
            }
            Err(error) => {
                assert!((1..=lines).contains(&error.line), "{error}");
                assert!(!error.message.is_empty());
            }
        }
    }
}

fn check(document: &Document, lines: usize) {
    let within = |line: usize| assert!((1..=lines).contains(&line), "line {line} of {lines}");
    let stack = |stack: &[Heading]| {
        for it in stack {
            within(it.line);
        }
        assert!(stack.windows(2).all(|it| it[0].level < it[1].level));
    };
    document.headings.iter().for_each(|it| within(it.line));
    for table in &document.tables {
        within(table.line);
        stack(&table.stack);
        assert!(!table.rows.is_empty());
        let columns = table.rows[0].cells.len();
        assert!(columns > 0 && (table.header.is_empty() || table.header.len() == columns));
        for row in &table.rows {
            within(row.line);
            assert_eq!(row.cells.len(), columns);
            assert!(row.cells.iter().any(|it| !it.filled && !it.text.is_empty()));
        }
        let cells = table.rows.iter().flat_map(|it| &it.cells);
        for Cell { text, line, .. } in cells.chain(&table.header) {
            within(*line);
            assert!(
                text.lines().all(|it| it == it.trim() && !it.is_empty()),
                "{text:?}"
            );
        }
    }
    for item in &document.items {
        within(item.line);
        stack(&item.stack);
        assert!(item.text.contains(|it: char| it.is_ascii_digit()));
    }
}
