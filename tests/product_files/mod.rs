//! Product files as users write them: every mistake at once, with its place, in TOML as in JSON, and never a panic.

#![allow(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod damage;
mod format;

use expect_test::expect;
use portmatrix::catalog::load;

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
        6:12: flow `web`: `plane` is missing (what the traffic is for); write one of `admin`, `control`, `cluster`, `database`, `infra`, `metrics`, `health`, `data`
        7:40: flow `web`: `to` refers to an unknown component `servr`; did you mean `server`?
        7:76: flow `web`: unknown field `plan`; did you mean `plane`?"#]]
    .assert_eq(&mistakes(&broken).join("\n"));
}

#[test]
fn every_mistake_has_its_place_and_a_remedy() {
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
        // Bounds and offsets that contradict themselves.
        ("default = \"8080\"", "default = \"90-80\""),
        ("default = \"8080\"", "default = \" \""),
        (
            "default = \"8080\"",
            "default = \"8080\"\nwithin = \"8000-8999\"\nrecommended = { production = \"443\" }",
        ),
        (
            "default = \"8080\"",
            "default = \"8080\"\n[port.bus]\noffset = { of = \"web\", by = 10 }\nwithin = \"8000-8089\"",
        ),
        (
            "default = \"8080\"",
            "default = \"8080\"\n[port.a]\noffset = { of = \"web\", by = 1 }\n[port.b]\noffset = { of = \"a\", by = 1 }",
        ),
        (
            "default = \"8080\"",
            "offset = { of = \"bus\", by = 1 }\n[port.bus]\noffset = { of = \"web\", by = 1 }",
        ),
        ("default = \"8080\"", "default = \"8080\"\noffset = 5"),
        // Types, and fields that are not there.
        ("title = \"Users\"\n", ""),
        ("title = \"Users\"", "title = \"Us\\u0000ers\""),
        ("title = \"Users\"", "title = \"Users\"\nlabel = \"Users\""),
        ("plane = \"data\"", "plane = \"data\"\ntls = \"yes\""),
        (
            "plane = \"data\"",
            "plane = \"data\"\napplication = [\"http\", 2]",
        ),
        (
            "plane = \"data\"",
            "plane = \"data\"\napplication = [\"http\", \"http\"]",
        ),
        (
            "plane = \"data\"",
            "plane = \"data\"\nassumed = [\"guess\"]",
        ),
        ("plane = \"data\"", "plane = \"data\"\nplane = \"data\""),
        ("[[flow]]\nid", "[flow]\nid"),
        ("[port.web]\ndefault", "[[port]]\ndefault"),
        ("id = \"web\"\nfrom = \"user\"", "from = \"usr\""),
        ("[component.server]", "[component.Server_1]"),
    ];
    let said: Vec<String> = cases.iter().map(|(from, to)| after(from, to)).collect();
    expect![[r#"
        1:10: format 2 is not supported; this provider reads format 1
        1:10: the file: `format` is a text; expected the number 1, without quotes
        2:8: `Parrot 2` is not a valid name for `name`: use lower-case letters, digits and single dashes, at most 32 characters; write `parrot-2`
        5:11: the file: `version` is a number; expected letters, digits, dots and dashes in quotes, e.g. "3.10"
        6:10: the file: `covers`: `2.x` is not a version bound; write e.g. `>=3.4, <4`
        11:13: source `page`: `retrieved` is a date without quotes; expected a date in quotes, e.g. "2026-11-20"
        11:13: source `page`: `retrieved` is `yesterday`; expected a date in quotes, e.g. "2026-11-20"
        19:8: component `server`: `kind` is `owner`; expected one of `own`, `dependency`, `platform`, `external`
        20:7: component `server`: `is` refers to an unknown component `master`; expected one of `server`, `user`
        22:11: port `web`: 8080 is outside its bounds, 1-1024
        22:11: port `web`: `default`: `70000` is not a port; ports are whole numbers from 1 to 65535
        22:17: port `web`: its `offset` refers back to itself
        24:17: port `bus`: 8080 with offset 60000 is 68080, which is not a port
        24:29: `offset` of port `bus`: `by` is 9223372036854775807, but ports are at most 65535
        20:12: component `server`: the alias `user` already refers to `user`
        16:11: component `user`: `address` covers all addresses; remove it, so that the user places the component
        21:7: port `web`: `alternatives` needs at least two ports in `default`
        26:8: flow `web`: `from` is empty (the components that connect); write the name of a component in quotes, or a list of them
        28:13: flow `web`: `tcp/{wbe}` refers to an unknown port `wbe`; did you mean `web`?
        28:12: flow `web`: `tpc` in `tpc/443` is not a transport; expected `tcp`, `udp`, `sctp`, `icmp`, `icmpv6`, `esp`, `ah`, `gre`, `ipip`, `vrrp`, `ip/<number>` or `any`, or some of `tcp`, `udp` and `sctp` joined by `+`, e.g. `tcp+udp/53`
        24:1: flow `web`: `exposure` is missing; expected one of `public`, `internal`, `group`, `local`
        24:1: flow `web`: exposure `group` is for traffic among members of one component, so `from` and `to` must be the same
        31:8: flow `web`: `when` refers to an unknown feature `hybrid`; none are available
        31:10: choice `a` has only one flow; a choice needs at least two
        31:11: flow `web`: `purpose` has no English text; add `en`
        31:11: flow `web`: `purpose` is a text; expected a table by language, e.g. { en = "…" }
        32:18: `source` of flow `web`: `ref` refers to an unknown source `pages`; did you mean `page`?
        22:11: port `web`: `default`: port range `90-80` ends before it begins; write `80-90`
        22:11: port `web`: `default` is empty; set it or remove it
        24:30: port `web`: 443 is outside its bounds, 8000-8999
        24:17: port `bus`: 8090, which follows `web`, is outside its bounds, 8000-8089
        26:17: port `b`: `offset` follows `a`, which itself follows `web`; follow that one
        22:17: port `web`: its `offset` refers back to itself through `bus`
        24:17: port `bus`: its `offset` refers back to itself through `web`
        21:7: port `web`: `default` and `offset` cannot both be set
        23:10: `offset` of port `web` is a number; expected a table
        13:12: component `user`: `title` is missing (what the vendor calls it); write a text in quotes
        14:9: component `user`: `title` contains the control character U+0000; remove it
        15:1: component `user`: unknown field `label`; expected one of `address`, `address_list_url`, `aliases`, `description`, `fqdn`, `is`, `kind`, `managed_by`, `on`, `replaces`, `title`, `zone`
        30:7: flow `web`: `tls` is a text; expected true or false, without quotes
        30:24: flow `web`: `application` is a number; expected a text in quotes, or a list of them
        30:24: flow `web`: `http` is in `application` twice
        30:12: flow `web`: `assumed` is `guess`; expected one of `transport`, `from`, `to`, `direction`, `ports`, `exposure`, `when`, `need`, or a list of them
        30:1: duplicate key `plane`
        24:1: the file: `flow` is a table; expected a list of tables, e.g. [[flow]]
        21:1: the file: `port` is a list; expected tables with names, e.g. [port.example]
        28:13: flow `web`: `tcp/{web}` refers to an unknown port `web`; none are available
        24:1: flow number 1: `id` is missing (its id, which no other flow and no feature has); write a name in quotes, e.g. "my-name"
        25:8: flow number 1: `from` refers to an unknown component `usr`; did you mean `user`?
        17:12: `Server_1` is not a valid name for `component`: use lower-case letters, digits and single dashes, at most 32 characters; write `server-1`
        27:6: flow `web`: `to` refers to an unknown component `server`; did you mean `Server_1`?"#]].assert_eq(&said.join("\n"));
}

#[test]
fn all_errors_are_reported_at_once_in_the_order_of_the_file() {
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
