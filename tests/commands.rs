//! The program as a person starts it, apart from `try`, which needs a CLI.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::support::program::{self, Ran};
use portmatrix::catalog::load;
use std::io::Write;

fn run(arguments: &[&str]) -> Ran {
    program::run(arguments, b"")
}

fn shown(arguments: &[&str]) -> String {
    let ran = run(arguments);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{arguments:?}");
    ran.out
}

fn refused(arguments: &[&str]) -> String {
    let ran = run(arguments);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{arguments:?}");
    ran.err
}

const SHOP: &str = "examples/own-product/products/shop.toml";
const WATCH: &str = "examples/own-product/products/watch.json";

#[test]
fn products_lists_what_there_is() {
    let all = shown(&["products"]);
    let kong = all.lines().find(|it| it.starts_with("kong ")).unwrap();
    let words: Vec<&str> = kong.split_whitespace().collect();
    assert_eq!(words[..4], ["kong", "3", "(>=3.4,", "<4),"], "newest first");
    assert!(kong.contains(" 0.10 (>=0.5, <0.11) "), "{kong}");
    let found = shown(&["products", "--search", "GATEWAY kong"]);
    assert!(found.contains("Kong Gateway"), "{found}");
    let none = shown(&["products", "--search", "kong aiven"]);
    assert_eq!(none, "no product in the catalogue matches\n");
}

#[test]
fn products_lists_listeners_by_port() {
    let found = shown(&["products", "--port", "7946", "--search", "kong"]);
    for traffic in ["tcp/7946", "udp/7946"] {
        assert!(found.contains(traffic), "{found}");
    }
    let udp = shown(&["products", "--port", "7946", "--transport", "udp"]);
    assert!(
        !udp.contains("tcp/7946") && udp.contains("udp/7946"),
        "{udp}"
    );
    // Name servers outside the product are not its listeners.
    let dns = shown(&["products", "--port", "53", "--search", "kong"]);
    assert_eq!(
        dns,
        "no product in the catalogue listens there by default\n"
    );
    for (arguments, words) in [
        (["products", "--port", "0"], "port 0"),
        (["products", "--port", "http"], "`http` is not a port"),
        (["products", "--transport", "tcp"], "requires `--port`"),
        (["products", "--ports", "1"], "--ports"),
    ] {
        let said = refused(&arguments);
        assert!(said.contains(words), "{arguments:?}: {said}");
    }
}

/// Each format holds every flow, and the place where the source says so where the format has room for it.
#[test]
fn show_has_every_flow_in_every_format() {
    let product = load(&std::fs::read_to_string(SHOP).unwrap()).unwrap();
    for format in ["table", "json", "csv", "markdown", "toml"] {
        let text = shown(&["show", SHOP, "--format", format]);
        for (id, flow) in &product.flows {
            assert!(text.contains(id.as_str()), "{format}: {id}");
            assert!(text.contains(&flow.purpose["en"]), "{format}: {id}");
            if format != "csv" {
                assert!(text.contains(&flow.sources[0].at), "{format}: {id}");
            }
        }
    }
    let chart = shown(&["show", SHOP, "--format", "mermaid"]);
    assert!(
        chart.contains("c-customer -->|\"tcp/8443\"| c-web"),
        "{chart}"
    );
    assert!(chart.contains("tcp/{reports}"), "{chart}");
}

#[test]
fn show_in_json_is_what_the_data_source_has() {
    let text = shown(&["show", WATCH, "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["name"], "watch");
    assert_eq!(json["version"], "2.4");
    assert_eq!(json["flows"]["deliver"]["services"][0], "tcp/6514");
    assert_eq!(
        json["port_parameters"]["collector"]["setting"],
        "collector.listen"
    );
    assert_eq!(json["matrix"][0]["from_port"], 6514);
}

/// Settings give the matrix of a block with the same settings.
#[test]
fn show_with_settings_is_the_matrix_of_a_block() {
    let full = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/product_files/full.toml");
    let csv = |settings: &[&str]| {
        let start = ["show", full, "--version", "2.11", "--format", "csv"];
        shown(&[&start, settings].concat())
    };
    assert!(csv(&[]).contains("web,"));
    assert!(csv(&["--enable", "web", "--port", "web=8555"]).contains("8555"));
    assert!(!csv(&["--enable", "gossip"]).contains("web,"));
    // What a release does not have is not shown.
    assert!(!shown(&["show", full, "--version", "2.95"]).contains("http.port"));
    for (settings, words) in [
        (["--port", "web"], "write `--port NAME=VALUE`"),
        (["--port", "wbe=1"], "no port parameter `wbe`"),
        (["--number", "cage=98"], "outside"),
        (["--choice", "season=wet"], "`wet`"),
        (["--enable", "season.hot"], "belongs to a choice"),
    ] {
        let text = refused(&[&["show", full, "--version", "2.11"], &settings[..]].concat());
        assert!(text.contains(words), "{text}");
    }
}

/// What is printed as the product file is one.
#[test]
fn show_prints_product_files_that_load() {
    for version in ["0.10", "3.9"] {
        let text = shown(&["show", "kong", "--version", version, "--format", "toml"]);
        assert_eq!(load(&text).unwrap().name, "kong");
    }
    assert!(refused(&["show", WATCH, "--format", "toml"]).contains("JSON"));
}

#[test]
fn show_reports_unknown_names() {
    for (arguments, words) in [
        (&["show"][..], "needs the name"),
        (&["show", "kogn"], "`kong`"),
        (
            &["show", "kong", "--version", "2.8"],
            "no release line of `kong` covers `2.8`; its lines: `3` (>=3.4, <4), `0.10` (>=0.5, <0.11)",
        ),
        (
            &["show", "kong", "--version", "9"],
            "`9` is newer than every release line of `kong`",
        ),
        (
            &["show", "kong", "--language", "xx"],
            "in the language `xx`; use one of `en`, `ru`, `tr`",
        ),
        (
            &["show", "kong", "--format", "toml", "--language", "english"],
            "`english` is not a language",
        ),
        (&["products", "--language", "xx"], "the language `xx`"),
        (&["review", "--language", "xx", "-"], "the language `xx`"),
        (&["show", "kong", "--format", "xml"], "`markdown`"),
        (&["show", "no/such/file.toml"], "cannot read"),
    ] {
        let said = refused(arguments);
        assert!(said.contains(words), "{arguments:?}: {said}");
    }
}

/// A page says which releases it is for, and a region does not change the language.
#[test]
fn show_says_what_the_line_covers_in_any_language() {
    let table = shown(&["show", "kong", "--version", "v3.9.1", "--language", "tr_TR"]);
    assert!(
        table.contains("\ncovers the releases >=3.4, <4\n"),
        "{table}"
    );
    // Only the heading has the release.
    assert!(table.starts_with("Kong Gateway 3.9.1 "), "{table}");
    let newest = shown(&["show", "kong", "--language", "tr"]);
    assert_eq!(
        table.lines().skip(1).collect::<Vec<_>>(),
        newest.lines().skip(1).collect::<Vec<_>>()
    );
    assert_ne!(table, shown(&["show", "kong"]));
    let page = shown(&["show", SHOP, "--format", "markdown"]);
    assert!(
        page.contains("\nCovers the releases >=7.0, <8.\n"),
        "{page}"
    );
    let json = shown(&["show", "kong", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["covers"]["0.10"], ">=0.5, <0.11");
    let russian = shown(&["products", "--port", "8443", "--language", "RU"]);
    assert_ne!(russian, shown(&["products", "--port", "8443"]));
}

#[test]
fn lint_reports_every_mistake_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bad.toml");
    let text = std::fs::read_to_string(SHOP).unwrap();
    let text = text
        .replace("kind  = \"own\"", "kind  = \"owned\"")
        .replace("tcp/{web}", "tcp/{wbe}");
    std::fs::write(&path, text).unwrap();
    let ran = run(&["lint", SHOP, path.to_str().unwrap()]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.out.contains("fine: shop 7, 5 flows"), "{}", ran.out);
    assert!(ran.out.contains("bad.toml:27:9: "), "{}", ran.out);
    assert!(ran.out.contains("`web`"), "{}", ran.out);

    std::fs::write(&path, b"format = 1\nname = \"\xff\"\n").unwrap();
    let said = refused(&["lint", path.to_str().unwrap()]);
    assert!(
        said.contains("not UTF-8 text; the first invalid byte is in line 2"),
        "{said}"
    );
    assert!(refused(&["lint"]).contains("`--help`"));
}

#[test]
fn json_is_not_shown_as_toml_also_behind_a_byte_order_mark() {
    let json = std::fs::read_to_string(WATCH).unwrap();
    for text in [json.clone(), format!("\u{feff}{json}")] {
        let mut file = tempfile::Builder::new().suffix(".json").tempfile().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        let path = file.path().to_str().unwrap();
        assert!(shown(&["show", path]).contains("Watch"));
        let said = refused(&["show", path, "--format", "toml"]);
        assert!(said.contains("is JSON, not TOML"), "{said}");
    }
}

/// Each command explains itself; a CLI's own `--help` stays the CLI's.
#[test]
fn help_after_a_command_is_the_help_of_that_command() {
    let general = shown(&["--help"]);
    assert_eq!(shown(&["help"]), general);
    for command in ["try", "products", "show", "lint", "review"] {
        let help = shown(&[command, "--help"]);
        assert!(
            help.starts_with("Usage: terraform-provider-portmatrix "),
            "{help}"
        );
        assert!(help.contains(&format!("portmatrix {command} ")), "{help}");
        assert_eq!(shown(&["help", command]), help);
        assert_eq!(shown(&[command, "x", "--all", "-h"]), help);
        assert!(general.contains(&format!("\n  {command} ")), "{general}");
    }
    assert!(refused(&["show", "--colour"]).contains("`--help`"));
    assert!(refused(&["help", "shw"]).contains("did you mean `show`?"));
}
