//! Files of any kind get an answer: damaged, huge, deep or nothing of the sort.

use super::{GOOD, mistakes};
use crate::support::is_long;
use crate::support::program::program;
use portmatrix::catalog::FILES;
use portmatrix::catalog::load;
use portmatrix::catalog::resolve::resolve;
use portmatrix::model::layout::Overrides;
use proptest::prelude::*;
use std::fmt::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};

#[test]
fn anything_else_than_a_product_file_is_rejected_with_a_reason() {
    for (text, words) in [
        ("", "1:1: the file is empty"),
        (" \n\t", "1:1: the file is empty"),
        ("\u{feff}", "1:1: the file is empty"),
        ("[[[", "1:"),
        ("{", "1:"),
        ("{\"a\": }", "1:7: "),
        ("{\"a\": 1, \"a\": 2}", "1:10: duplicate key `a`"),
        ("{} {}", "1:4: "),
        ("a = 1\na = 2", "2:1: duplicate key `a`"),
        ("[port]\n[port]", "2:"),
        ("\u{0}", "1:1: "),
        ("title = \"a\u{0}b\"", "1:"),
        ("{\"title\": \"a\u{0}b\"}", "1:"),
        ("[]", "1:1: the file is a list in JSON; expected a table"),
        (
            "\n [{\"format\": 1}]",
            "2:2: the file is a list in JSON; expected a table",
        ),
        (
            "\"format\"",
            "1:1: the file is a text in JSON; expected a table",
        ),
        ("42", "1:1: the file is a number in JSON; expected a table"),
        ("null", "1:1: the file is null"),
        ("<xml/>", "1:1: "),
        ("format: 1", "1:7: "),
        (
            "format = 99999999999999999999",
            "1:10: the file: `format` is a number beyond 64 bits",
        ),
        (
            "{\"format\": 99999999999999999999}",
            "1:12: the file: `format` is a number beyond 64 bits",
        ),
        (
            "format = 1.0",
            "1:10: the file: `format` is a number with a fraction",
        ),
    ] {
        let said = mistakes(text).join("\n");
        assert!(said.contains(words), "{text:?}: {said}");
    }
}

#[test]
fn a_mark_in_front_and_lines_of_windows_change_nothing() {
    for text in [format!("\u{feff}{GOOD}"), GOOD.replace('\n', "\r\n")] {
        assert_eq!(mistakes(&text), Vec::<String>::new());
        let broken = text.replace("kind = \"own\"", "kind = \"ours\"");
        assert!(mistakes(&broken)[0].starts_with("19:8: component `server`: `kind`"));
    }
    let json = "\u{feff}{ \"format\": 2 }";
    assert!(
        mistakes(json)
            .contains(&"1:13: format 2 is not supported; this provider reads format 1".to_owned())
    );
}

/// The sum of the two is beyond 32 bits.
#[test]
fn an_offset_beyond_all_ports_is_an_error() {
    let text = GOOD.replace(
        "default = \"8080\"",
        "default = \"8080\"\n[port.bus]\noffset = { of = \"web\", by = 2147483647 }",
    );
    let said = mistakes(&text).join("\n");
    assert!(
        said.contains("`by` is 2147483647, but ports are at most 65535"),
        "{said}"
    );
}

/// On a thread with the stack that a server's threads have.
#[test]
fn depth_does_not_break_the_stack() {
    let deep = |open: &str, close: &str| [open.repeat(100_000), close.repeat(100_000)].concat();
    for text in [
        format!("a = {}", deep("[", "]")),
        format!("a = {}1{}", "{a=".repeat(100_000), "}".repeat(100_000)),
        format!("a{} = 1", ".a".repeat(100_000)),
        format!("[a{}]\nb = 1", ".a".repeat(100_000)),
        format!("{{\"a\": {}}}", deep("[", "]")),
        deep("{\"a\":", "}"),
        deep("[", "]"),
        // As deep as the parsers go.
        format!("a = {}", ["[".repeat(70), "]".repeat(70)].concat()),
        format!("{{\"a\": {}}}", ["[".repeat(500), "]".repeat(500)].concat()),
    ] {
        assert!(!mistakes(&text).is_empty());
    }
}

#[test]
fn a_huge_text_does_not_fill_the_screen() {
    let huge = "x".repeat(2_000_000);
    for (from, to) in [
        ("name = \"parrot\"", format!("name = \"{huge}\"")),
        ("kind = \"own\"", format!("kind = \"{huge}\"")),
        ("from = \"user\"", format!("from = \"{huge}\"")),
        ("default = \"8080\"", format!("default = \"{huge}\"")),
        (
            "services = [\"tcp/{web}\"]",
            format!("services = \"tcp/{{{huge}}}\""),
        ),
        ("plane = \"data\"", format!("plane = \"data\"\n{huge} = 1")),
        ("[component.server]", format!("[component.{huge}]")),
    ] {
        let said = mistakes(&GOOD.replacen(from, &to, 1));
        assert!(
            !said.is_empty() && said.iter().all(|it| it.len() < 2_100),
            "{from}"
        );
    }
    let long = GOOD.replace("Pages", &huge);
    assert_eq!(
        load(&long).unwrap().flows["web"].purpose["en"].len(),
        huge.len()
    );
}

/// 50,000 flows, a tenth of them in the short run, are far beyond any product; each of these has as many mistakes, or more.
#[test]
fn a_huge_file_is_read_and_a_huge_broken_one_refused() {
    let many = if is_long() { 50_000 } else { 5_000 };
    let head = &GOOD[..GOOD.find("[[flow]]").unwrap()];
    let flows = |to: &str| {
        let mut text = head.to_owned();
        for it in 0..many {
            let flow = "services = [\"tcp/{web}\"]\nplane = \"data\"\nexposure = \"public\"\npurpose = { en = \"x\" }\nsource = { ref = \"page\", at = \"x\" }";
            writeln!(
                text,
                "[[flow]]\nid = \"f{it}\"\nfrom = \"user\"\nto = \"{to}\"\n{flow}"
            )
            .unwrap();
        }
        text
    };
    let start = Instant::now();
    let product = load(&flows("server")).unwrap();
    assert_eq!(product.flows.len(), many);
    assert_eq!(product.remarks(), Vec::<String>::new());
    assert_eq!(load(&flows("servr")).unwrap_err().len(), many);
    // Names that nothing has, among as many that are in use.
    let mut unknown = GOOD.to_owned();
    for it in 0..many {
        writeln!(
            unknown,
            "[component.c{it}]\ntitle = \"C\"\nkind = \"own\"\nis = \"d{it}\""
        )
        .unwrap();
    }
    assert_eq!(load(&unknown).unwrap_err().len(), many);
    // All in one line, and no syntax in any.
    let one_line: Vec<String> = (0..many).map(|it| format!("\"é{it}\": 1")).collect();
    assert!(
        load(&format!("{{ {} }}", one_line.join(", ")))
            .unwrap_err()
            .len()
            > many
    );
    assert!(load(&"= é\n".repeat(many)).unwrap_err().len() >= many);
    // Ten times what it takes on two slow cores, so that only a quadratic reader fails.
    assert!(
        start.elapsed() < Duration::from_mins(2),
        "{:?}",
        start.elapsed()
    );
}

#[test]
fn lint_reports_where_a_file_is_not_text() {
    let folder = tempfile::tempdir().unwrap();
    let lint = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let mut command = program();
        let output = command.arg("lint").arg(&path).output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8(said).unwrap())
    };
    assert_eq!(lint("good.toml", GOOD.as_bytes()).0, Some(0));
    let (code, said) = lint("latin.toml", b"format = 1\nname = \"\xe9\"\n");
    assert!(
        code == Some(2)
            && said.contains("latin.toml` is not UTF-8 text; the first invalid byte is in line 2")
    );
    let (code, said) = lint("empty.toml", b"");
    assert!(code == Some(1) && said.contains("empty.toml:1:1: the file is empty"));
}

/// What the loader takes can be resolved.
fn answered(text: &str) {
    if let Ok(product) = load(text) {
        let _ = product.remarks();
        let _ = resolve(&Arc::new(product), &Overrides::default());
    }
}

proptest! {
    #![proptest_config(crate::support::properties!(300))]

    #[test]
    fn any_text_is_answered(text in ".{0,200}") {
        answered(&text);
    }

    /// A good file with a piece cut out or something put in.
    #[test]
    fn any_damage_gets_an_answer(file in 0..FILES.len(), at in any::<prop::sample::Index>(), cut in 0..40usize, put in "[\\[\\]{}=\",.a-z0-9\n-]{0,6}") {
        let text = FILES[file].text();
        let start = at.index(text.len());
        let (start, end) = (text.floor_char_boundary(start), text.ceil_char_boundary((start + cut).min(text.len())));
        answered(&format!("{}{put}{}", &text[..start], &text[end..]));
    }

    /// The smallest and the fullest file with lines left out, doubled, exchanged and altered, which often leaves them right.
    #[test]
    fn any_lines_get_an_answer(full in any::<bool>(), edits in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..5u8), 1..4)) {
        let text = if full { include_str!("full.toml") } else { GOOD };
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        for (one, other, edit) in edits {
            let (one, other) = (one.index(lines.len()), other.index(lines.len()));
            match edit {
                0 => drop(lines.remove(one)),
                1 => lines.insert(one, lines[other].clone()),
                2 => lines.swap(one, other),
                3 => lines[one] = lines[one].replace(|it: char| it.is_ascii_digit(), "0"),
                // The value of another line.
                _ => {
                    let value = lines[other].split_once('=').map_or("\"\"", |it| it.1).to_owned();
                    let key = lines[one].split_once('=').map(|it| it.0.to_owned());
                    lines[one] = key.map_or_else(String::new, |key| format!("{key}={value}"));
                }
            }
        }
        answered(&lines.join("\n"));
    }
}
