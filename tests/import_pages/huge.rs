//! Documents that are made to break the program end in bounded time and memory, with an error or a draft.

#![allow(
    clippy::print_stdout,
    reason = "what each document takes is worth a look"
)]

use crate::support::program;
use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

pub(super) const TESTS: [(&str, fn()); 1] = [("documents_end_in_time", documents_end_in_time)];

/// What one document may take in a build without optimization on a busy machine.
const TIME: Duration = Duration::from_secs(300);
/// What one document may take, in kilobytes of address space.
const MEMORY: &str = "2000000";
/// The size of a document without rows.
const SIZE: usize = 1 << 20;

/// How a document begins, and what is repeated in it how often.
struct Case {
    what: &'static str,
    name: &'static str,
    start: &'static str,
    piece: &'static str,
    count: Option<usize>,
}

const fn case(
    what: &'static str,
    name: &'static str,
    start: &'static str,
    piece: &'static str,
) -> Case {
    Case {
        what,
        name,
        start,
        piece,
        count: None,
    }
}

/// More than in any real document.
const ROWS: usize = 40_000;

fn cases() -> Vec<Case> {
    let rows = |name, count, start, piece| Case {
        count: Some(count),
        ..case("rows", name, start, piece)
    };
    let names = |name, start, piece| case("names in a cell", name, start, piece);
    vec![
        rows("a.md", ROWS, "|Port|From|To|\n|-|-|-|\n", "|1|a|b|\n"),
        rows(
            "a.html",
            2 * ROWS,
            "<table><tr><th>Port<th>To",
            "<tr><td>1<td>b",
        ),
        rows("a.adoc", ROWS, "|===\n|Port |From |To\n\n", "|1|a|b\n"),
        rows(
            "a.rst",
            ROWS,
            ".. csv-table::\n   :header: Port,From,To\n\n",
            "   1,a,b\n",
        ),
        rows("a.csv", ROWS, "Port,From,To\n", "1,a,b\n"),
        names("a.md", "|Port|From|To|\n|-|-|-|\n|1|a|", "b,"),
        names("a.html", "<table><tr><th>Port<th>To<tr><td>1<td>", "b<br>"),
        names("a.adoc", "|===\n|Port |From |To\n\n|1|a|", "b,"),
        names(
            "a.rst",
            ".. csv-table::\n   :header: Port,From,To\n\n   1,a,\"",
            "b,",
        ),
        names("a.csv", "Port,From,To\n1,a,\"", "b\n"),
        case("depth", "a.md", "", "> - "),
        case("depth", "a.html", "", "<div><table><tr><td>"),
        case("depth", "a.adoc", "", "|===\n!===\n"),
        case("depth", "a.rst", "", ".. note::\n\n   "),
        case("depth", "a.csv", "", "\"\"\","),
        case("broken markup", "a.md", "", "<td a=\"{<Tabs"),
        case(
            "broken markup",
            "a.html",
            "<table>",
            "<td rowspan=9 \"<!-- </",
        ),
        case("broken markup", "a.adoc", "", "|===|a[{"),
        case("broken markup", "a.rst", "", "+-+=|\n"),
        case("broken markup", "a.csv", "", "\"a,\n"),
    ]
}

fn documents_end_in_time() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a.md", "a.html", "a.adoc", "a.rst", "a.csv"] {
        let path = folder.path().join(name);
        File::create(&path).unwrap().set_len(100 << 20).unwrap();
        let err = in_bounds(&path, "100 MB");
        assert!(err.contains("at most 8 MB are read"), "{err}");
    }
    for it in cases() {
        let path = folder.path().join(it.name);
        let count = it.count.unwrap_or(SIZE / it.piece.len());
        fs::write(&path, it.start.to_owned() + &it.piece.repeat(count)).unwrap();
        in_bounds(&path, it.what);
    }
    // A million rows are more than is read, in lines or in bytes.
    for it in cases().into_iter().filter(|it| it.count.is_some()) {
        let path = folder.path().join(it.name);
        fs::write(&path, it.start.to_owned() + &it.piece.repeat(1_000_000)).unwrap();
        let err = in_bounds(&path, "a million rows");
        assert!(
            err.contains("are read: import a file with only the part about ports"),
            "{err}"
        );
    }
}

/// Imports a page, and gives what is printed.
fn in_bounds(page: &Path, what: &str) -> String {
    let begun = Instant::now();
    let program = program::program().get_program().to_owned();
    let output = Command::new("sh")
        .args(["-c", &format!("ulimit -v {MEMORY}; exec \"$@\""), "sh"])
        .arg(program)
        .arg("import")
        .arg(page)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let took = begun.elapsed();
    let err = String::from_utf8_lossy(&output.stderr).into_owned();
    println!(
        "{what:16} {:8} {:5.1} s, exit code {:?}",
        page.file_name().unwrap().to_string_lossy(),
        took.as_secs_f64(),
        output.status.code()
    );
    assert!(took < TIME, "{what}, {}: {took:?}", page.display());
    assert!(
        matches!(output.status.code(), Some(0 | 2)),
        "{what}, {}: {:?}\n{}",
        page.display(),
        output.status,
        err.chars().take(2000).collect::<String>()
    );
    err
}
