//! Product files as users write them: every mistake at once, with its place, in TOML as in JSON, and never a panic.

#![allow(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use expect_test::expect;
use portmatrix::catalog::builtin::FILES;
use portmatrix::catalog::load;
use proptest::prelude::*;
use std::fmt::Write;
use std::time::{Duration, Instant};

const GOOD: &str = r#"format = 1
name = "parrot"
title = "Parrot"
vendor = "Example"
version = "2"

[[source]]
id = "page"
title = "Ports"
url = "https://docs.example.com/ports"
retrieved = "2026-11-20"

[component.user]
title = "Users"
kind = "external"

[component.server]
title = "Server"
kind = "own"

[port.web]
default = "8080"

[[flow]]
id = "web"
from = "user"
to = "server"
services = ["tcp/{web}"]
plane = "data"
exposure = "public"
purpose = { en = "Pages" }
source = { ref = "page", at = "row 1" }
"#;

fn mistakes(text: &str) -> Vec<String> {
    load(text)
        .err()
        .unwrap_or_default()
        .iter()
        .map(ToString::to_string)
        .collect()
}

/// The one mistake that a change of the good file makes.
fn after(from: &str, to: &str) -> String {
    assert!(GOOD.contains(from), "{from}");
    mistakes(&GOOD.replacen(from, to, 1)).join("\n")
}

#[test]
fn a_good_file_has_no_mistakes() {
    assert_eq!(mistakes(GOOD), Vec::<String>::new());
}

#[test]
fn json_is_the_same_format() {
    let json = r#"{
  "format": 1, "name": "parrot", "title": "Parrot", "vendor": "Example", "version": "2",
  "source": [{ "id": "page", "title": "Ports", "url": "https://docs.example.com/ports", "retrieved": "2026-11-20" }],
  "component": { "user": { "title": "Users", "kind": "external" }, "server": { "title": "Server", "kind": "own" } },
  "port": { "web": { "default": "8080" } },
  "flow": [{
    "id": "web", "from": "user", "to": "server", "services": ["tcp/{web}"], "plane": "data", "exposure": "public",
    "purpose": { "en": "Pages" }, "source": { "ref": "page", "at": "row 1" }
  }]
}"#;
    assert_eq!(mistakes(json), Vec::<String>::new());
    let broken = json
        .replace("\"to\": \"server\"", "\"to\": \"servr\"")
        .replace("\"plane\"", "\"plan\"");
    expect![[r#"
        6:12: flow `web`: `plane` is missing; write one of `admin`, `control`, `cluster`, `database`, `infra`, `metrics`, `health`, `data`
        7:40: flow `web`: `to` names the unknown component `servr`; did you mean `server`?
        7:76: flow `web`: unknown field `plan`; did you mean `plane`?"#]]
    .assert_eq(&mistakes(&broken).join("\n"));
}

#[test]
fn each_mistake_says_where_it_is_and_what_to_write() {
    let cases = [
        ("format = 1", "format = 2"),
        ("format = 1", "format = \"1\""),
        ("name = \"parrot\"", "name = \"Parrot 2\""),
        ("version = \"2\"", "version = 2"),
        ("version = \"2\"", "version = \"2\"\ncovers = \"2.x\""),
        ("retrieved = \"2026-11-20\"", "retrieved = 2026-11-20"),
        ("retrieved = \"2026-11-20\"", "retrieved = \"yesterday\""),
        ("kind = \"own\"", "kind = \"owner\""),
        ("kind = \"own\"", "kind = \"own\"\nis = [\"master\"]"),
        (
            "default = \"8080\"",
            "default = \"8080\"\nwithin = \"1-1024\"",
        ),
        ("default = \"8080\"", "default = \"70000\""),
        ("default = \"8080\"", "offset = { of = \"web\", by = 1 }"),
        (
            "default = \"8080\"",
            "default = \"8080\"\n[port.bus]\noffset = { of = \"web\", by = 60000 }",
        ),
        (
            "default = \"8080\"",
            "default = \"8080\"\n[port.bus]\noffset = { of = \"web\", by = 9223372036854775807 }",
        ),
        ("kind = \"own\"", "kind = \"own\"\naliases = [\"user\"]"),
        (
            "kind = \"external\"",
            "kind = \"external\"\naddress = \"0.0.0.0/0\"",
        ),
        (
            "default = \"8080\"",
            "default = \"8080\"\nalternatives = true",
        ),
        ("from = \"user\"", "from = []"),
        ("services = [\"tcp/{web}\"]", "services = [\"tcp/{wbe}\"]"),
        ("services = [\"tcp/{web}\"]", "services = \"tpc/443\""),
        ("exposure = \"public\"\n", ""),
        ("exposure = \"public\"", "exposure = \"group\""),
        (
            "exposure = \"public\"",
            "exposure = \"public\"\nwhen = \"hybrid\"",
        ),
        (
            "exposure = \"public\"",
            "exposure = \"public\"\nchoice = \"a\"",
        ),
        (
            "purpose = { en = \"Pages\" }",
            "purpose = { de = \"Seiten\" }",
        ),
        ("purpose = { en = \"Pages\" }", "purpose = \"Pages\""),
        ("ref = \"page\"", "ref = \"pages\""),
    ];
    let said: Vec<String> = cases.iter().map(|(from, to)| after(from, to)).collect();
    expect![[r#"
        1:10: format 2 is not known here; this provider reads format 1
        1:10: the file: `format` is a text, and must be a whole number without quotes
        2:8: `Parrot 2` is no good name for `name`: lower-case letters, digits and single dashes, at most 32; write `parrot-2`
        5:11: the file: `version` is a number, and must be a text in quotes
        6:10: `covers`: `2.x` is no bound; write e.g. `>=3.4, <4`
        11:13: source `page`: `retrieved` is a date (put it in quotes), and must be a text in quotes
        11:13: source `page`: `retrieved` is `yesterday`, and must be a date such as "2026-11-20"
        19:8: component `server`: `kind` is `owner`, and must be one of `own`, `dependency`, `platform`, `external`
        20:7: component `server`: `is` names the unknown component `master`; there are `server`, `user`
        22:11: port `web`: 8080 is outside of its bounds, 1-1024
        22:11: port `web`: `default`: `70000` is no port; ports are whole numbers from 1 to 65535
        22:17: port `web`: its `offset` leads back to itself
        24:17: port `bus`: 8080 at a distance of 60000 is 68080, which is no port
        24:29: `offset` of port `bus`: `by` is 9223372036854775807, and ports are 65535 at most
        20:12: component `server`: the alias `user` already means `user`
        16:11: component `user`: `address` is every address; leave it out, and the user places the component
        21:7: port `web`: `alternatives` needs at least two ports in `default`
        24:1: flow `web`: `from` is missing; name a component
        28:13: flow `web`: `tcp/{wbe}` names the unknown port `wbe`; did you mean `web`?
        28:12: flow `web`: `tpc` in `tpc/443` is no transport; write one of `tcp`, `udp`, `sctp`, `icmp`, `icmpv6`, `esp`, `ah`, `gre`, `ipip`, `vrrp`, `ip/<number>`, `any`, or several joined by `+`
        24:1: flow `web`: `exposure` is missing; write one of `public`, `internal`, `group`, `local`
        24:1: flow `web`: exposure `group` is among the members of one component, so `from` and `to` must be the same one
        31:8: flow `web`: `when` names the unknown feature `hybrid`; there are none
        1:1: choice `a` has one flow only; a choice is among several
        31:11: flow `web`: `purpose` has no English text; add `en`
        31:11: flow `web`: `purpose` is a text, and must be a table by language, e.g. { en = "…" }
        32:18: `source` of flow `web`: unknown source `pages`; did you mean `page`?"#]].assert_eq(&said.join("\n"));
}

#[test]
fn all_mistakes_come_at_once_in_the_order_of_the_file() {
    let text = GOOD
        .replace("kind = ", "knd = ")
        .replace("user", "usr")
        .replacen("usr", "user", 1);
    let found = load(&text).unwrap_err();
    assert!(found.len() >= 5, "{found:?}");
    assert!(
        found.is_sorted_by_key(|it| (it.line, it.column)),
        "{found:?}"
    );
}

#[test]
fn what_is_no_product_file_is_refused_in_words() {
    for (text, words) in [
        ("", "empty"),
        (" \n\t", "empty"),
        ("[[[", ""),
        ("{", ""),
        ("{\"a\": }", ""),
        ("a = 1\na = 2", "duplicate"),
        ("\u{0}", ""),
    ] {
        let said = mistakes(text).join("\n");
        assert!(!said.is_empty() && said.contains(words), "{text:?}: {said}");
    }
}

#[test]
fn a_huge_file_is_read_and_a_huge_broken_one_refused() {
    let flows = |to: &str| {
        let head = &GOOD[..GOOD.find("[[flow]]").unwrap()];
        let mut text = head.to_owned();
        for it in 0..50_000 {
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
    assert_eq!(load(&flows("server")).unwrap().flows.len(), 50_000);
    assert_eq!(load(&flows("servr")).unwrap_err().len(), 50_000);
    // Twenty times what it takes, so that only a quadratic reader fails.
    assert!(
        start.elapsed() < Duration::from_mins(1),
        "{:?}",
        start.elapsed()
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_gets_an_answer(text in ".{0,200}") {
        let _ = load(&text);
    }

    /// A good file with a piece cut out or something put in.
    #[test]
    fn any_damage_gets_an_answer(file in 0..FILES.len(), at in any::<prop::sample::Index>(), cut in 0..40usize, put in "[\\[\\]{}=\",.a-z0-9\n-]{0,6}") {
        let text = FILES[file].text;
        let start = at.index(text.len());
        let (start, end) = (text.floor_char_boundary(start), text.ceil_char_boundary((start + cut).min(text.len())));
        let _ = load(&format!("{}{put}{}", &text[..start], &text[end..]));
    }
}
