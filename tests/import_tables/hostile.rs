//! Documents that no vendor publishes end in bounded time, and never in a panic.

use crate::support::is_long;
use portmatrix::import::read::{MAX_BYTES, read};
use std::time::{Duration, Instant};

const NAMES: [&str; 6] = ["a.md", "a.html", "a.adoc", "a.rst", "a.csv", "a.txt"];

/// Pieces that are repeated: things that open and never close, that nest, and that are almost something else.
const PIECES: &[&str] = &[
    "<table><tr><td>",
    "<table",
    "<table ",
    "<td rowspan=65534 colspan=1000>x",
    "<tr><td rowspan=0>443<td>tcp",
    "<a b=\"",
    "<a b='<a b=\"",
    "<a {",
    "<a {{",
    "<",
    "</",
    "<!--",
    "{/*",
    "<details><summary>a",
    "<Tabs><TabItem value=\"a\">\n",
    "<TabItem\n",
    "<h1>",
    "<sup>1",
    "<sup>1</sup>\n\n",
    "[",
    "[a](",
    "](",
    "[a][",
    "[^a]",
    "[^a]: b 443\n\n",
    "`",
    "` ``",
    "``` ",
    "```\n",
    "*a **b ",
    "a* ",
    "**",
    "_a",
    "~~a",
    "\\",
    "&",
    "&amp",
    "{{<",
    "{{< tab \"a\" >}}\n",
    "{% table %}\n",
    "{% table %}\nrows:\n  - a: |\n",
    "{{< code >}}\n",
    "{",
    "{'",
    "|",
    "| a ",
    "|a|b|\n",
    "|a|b|\n|-|-|\n|1|443|\n",
    "|a|b|\n\n",
    "|-|\n",
    "a | b | c\n",
    "|===\n",
    "|===\n|a 443\n",
    "|===\n|a\n\n65534*|b\n",
    ".65534+|a ",
    "1000.65534+|a ",
    "====\n",
    "=====\n",
    "[tabs]\n====\na::\n",
    "--\n",
    "----\n",
    "////\n",
    ":a: {a}{a}\n{a}{a}\n",
    "{a}",
    "<<",
    "footnote:[",
    "link:[[",
    " +\n",
    "* a\n",
    "*** a ",
    "+---+\n",
    "+---+---+\n| a | b |\n",
    "+-+-+-+-+-+-+-+-+-+-+-+-+-+-+",
    "+-\n|+-+\n",
    "=== ===\n",
    "=== ===\na b\n",
    "--- ---\n",
    "a\n===\n",
    "===\na\n===\n",
    ".. list-table::\n   * - a\n",
    ".. csv-table::\n   a,b\n",
    ".. note::\n\n ",
    "..\n",
    ".. |a| replace:: |a||a|\n|a|",
    ":a:`",
    ":a:",
    ":a:b:",
    "|a",
    "\n",
    " ",
    "\t",
    "# a\n",
    "###### a 443\n",
    "> ",
    "- ",
    "- 443\n",
    "1. ",
    "::: tab a\n",
    "=== \"a\"\n ",
    "# [a](#tab/b)\n",
    "\"",
    "\",",
    "a,",
    "a;b\n",
    ",===\n",
    "é\u{200b}",
    "端口 443 ",
    "0",
    "443 * ",
    "Note 1: a\n\n",
    "a:\n\n- 443\n",
];

/// A piece, over and over.
fn repeated(piece: &str, bytes: usize) -> String {
    piece.repeat(bytes / piece.len())
}

fn in_time(text: &str, name: &str, what: &str) {
    let begun = Instant::now();
    let _ = read(text, name);
    let took = begun.elapsed();
    assert!(
        took < Duration::from_secs(20),
        "{what:?} as {name} needs {took:?}"
    );
}

#[test]
fn whatever_is_repeated_is_read_in_time() {
    let size = if is_long() { 40_000 } else { 2000 };
    for piece in PIECES {
        let text = repeated(piece, size);
        for name in NAMES {
            in_time(&text, name, piece);
        }
    }
}

#[test]
fn depth_is_not_recursion() {
    let depth = if is_long() { 100_000 } else { 5000 };
    for (open, close) in [
        ("<table><tr><td>", "</table>"),
        ("<details>", "</details>"),
        ("<div>", "</div>"),
        ("<ul><li>", "</ul>"),
    ] {
        let text = format!("{}443{}", open.repeat(depth), close.repeat(depth));
        for name in ["a.html", "a.md"] {
            in_time(&text, name, open);
        }
    }
    let mut deeper = String::new();
    for column in 0..400 {
        deeper.push_str(&" ".repeat(column));
        deeper.push_str(".. note:: a\n\n");
    }
    in_time(&deeper, "a.rst", "notes in notes");
}

#[test]
fn larger_documents_are_refused() {
    let error = read(&" ".repeat(MAX_BYTES + 1), "a.md").expect_err("too large");
    assert!(error.message.contains("8 MB are read"), "{error}");
    let error = read("a\n\0", "a.md").expect_err("not text");
    assert_eq!((error.line, error.message.contains("not text")), (2, true));
}

#[test]
fn copies_have_a_limit() {
    let rows = "<tr><td>1".repeat(15_000);
    let text = format!("<table><tr><td rowspan=0>{}{rows}", "x".repeat(10_000));
    let error = read(&text, "a.html").expect_err("too large");
    assert!(
        error.message.contains("only the part about ports"),
        "{error}"
    );
}
