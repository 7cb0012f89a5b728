//! Product files as users write them: every mistake at once, with its place, in TOML as in JSON, and never a panic.

#![allow(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod damage;
mod format;
mod switches;

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
fn empty_bounds_and_addresses_are_mistakes() {
    let flow = "exposure = \"public\"";
    assert_eq!(
        after(flow, &format!("{flow}\nreleases = []")),
        "31:12: flow `web`: `releases` is empty; set it or remove it"
    );
    assert_eq!(
        after("kind = \"external\"", "kind = \"external\"\naddress = {}"),
        "16:11: component `user`: `address` is empty; set it or remove it"
    );
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
            "exposure = \"public\"\nwhen = \"mode.a\"",
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
        // Releases, choices, numbers, drafts.
        ("kind = \"own\"", "kind = \"own\"\nreleases = \"since 2.1\""),
        ("kind = \"own\"", "kind = \"own\"\nreleases = \">=3\""),
        ("kind = \"own\"", "kind = \"own\"\nreleases = [\">=2\"]"),
        (
            "kind = \"own\"",
            "kind = \"own\"\nreleases = [\">=2.5\", \"<1\"]",
        ),
        (
            "[port.web]",
            "[choice.mode]\ntitle = \"Mode\"\noptions = { one = \"One\" }\n[port.web]",
        ),
        (
            "[port.web]",
            "[choice.mode]\ntitle = \"Mode\"\noptions = { one = \"One\", two = 2 }\ndefault = \"tow\"\n[port.web]",
        ),
        (
            "[port.web]",
            "[choice.mode]\ntitle = \"Mode\"\noptions = { one = \"One\", two = \"Two\" }\ndefaults = [{ when = \"mode.one\", default = \"two\" }]\n[port.web]",
        ),
        (
            "[port.web]",
            "[feature.x]\ntitle = \"X\"\ndefaults = [{ when = \"x\", default = true }]\n[port.web]",
        ),
        (
            "exposure = \"public\"",
            "exposure = \"public\"\nneed = \"optional\"\nwhen = \"x\"\n[feature.x]\ntitle = \"X\"",
        ),
        ("default = \"8080\"", "default = \"80{n}\""),
        (
            "default = \"8080\"",
            "default = \"80{n\"\n[number.n]\ntitle = \"N\"\nwithin = \"0-9\"",
        ),
        (
            "default = \"8080\"",
            "default = \"80{n}\"\n[number.n]\ntitle = \"N\"\nwithin = \"0-9999\"",
        ),
        (
            "default = \"8080\"",
            "default = \"80{n}\"\n[number.n]\ntitle = \"N\"\nwithin = \"0-999\"\ndigits = 3",
        ),
        (
            "default = \"8080\"",
            "default = \"80{n}\"\nwithin = \"8000-8049\"\n[number.n]\ntitle = \"N\"\nwithin = \"0-97\"\ndigits = 2",
        ),
        (
            "default = \"8080\"",
            "default = \"80{n}\"\n[number.n]\ntitle = \"N\"\nwithin = \"0-9\"\ndefault = \"10\"\ndigits = 6",
        ),
        (
            "default = \"8080\"",
            "default = \"80{n}\"\n[number.n]\ntitle = \"N\"",
        ),
        ("en = \"Pages\"", "en = \"TODO: pages\""),
        ("title = \"Server\"", "title = \"?\""),
        ("user", "unstated"),
        (
            "kind = \"external\"",
            "kind = \"external\"\naddress = { eu = \"192.0.2.1/33\" }",
        ),
    ];
    let said: Vec<String> = cases.iter().map(|(from, to)| after(from, to)).collect();
    expect![[r#"
        1:10: format 2 is not supported; this provider reads format 1
        1:10: the file: `format` is a text; expected the number 1, without quotes
        2:8: `Parrot 2` is not a valid name for `name`: use lower-case letters, digits and single dashes, at most 32 characters; write `parrot-2`
        5:11: the file: `version` is a number; expected letters, digits, dots and dashes in quotes, e.g. "3.10"
        6:10: the file: `covers`: `2.x` is not a version bound; write `=2.x` for this release, or e.g. `>=3.4, <4`
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
        31:8: flow `web`: `when` refers to an unknown option `mode.a`; none are available
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
        15:1: component `user`: unknown field `label`; expected one of `address`, `address_list_url`, `aliases`, `description`, `forwards`, `fqdn`, `is`, `kind`, `managed_by`, `on`, `releases`, `replaces`, `role`, `title`, `zone`
        30:7: flow `web`: `tls` is a text; expected true or false, without quotes
        30:24: flow `web`: `application` is a number; expected a text in quotes, or a list of them
        30:24: flow `web`: `http` is in `application` twice
        30:12: flow `web`: `assumed` is `guess`; expected one of `transport`, `from`, `to`, `direction`, `ports`, `exposure`, `when`, `need`, `choice`, `alternatives`, `tls`, `releases`, or a list of them
        30:1: duplicate key `plane`
        24:1: the file: `flow` is a table; expected a list of tables, e.g. [[flow]]
        21:1: the file: `port` is a list; expected tables with names, e.g. [port.example]
        28:13: flow `web`: `tcp/{web}` refers to an unknown port `web`; none are available
        24:1: flow number 1: `id` is missing (its id, which no other flow and no feature has); write a name in quotes, e.g. "my-name"
        25:8: flow number 1: `from` refers to an unknown component `usr`; did you mean `user`?
        17:12: `Server_1` is not a valid name for `component`: use lower-case letters, digits and single dashes, at most 32 characters; write `server-1`
        27:6: flow `web`: `to` refers to an unknown component `server`; did you mean `Server_1`?
        20:12: component `server`: `releases`: `since 2.1` is not a version bound; write e.g. `>=3.4, <4`
        20:12: no release in =2 meets `>=3`; correct the bounds, or remove what they are about
        20:12: every release in =2 meets `>=2`; remove `releases`
        20:12: no release in =2 meets `<1`; correct the bounds, or remove what they are about
        23:11: choice `mode`: a choice needs at least two options
        23:32: option `two` is a number; expected a title in quotes, or a table
        24:11: choice `mode`: `default` refers to an unknown option `tow`; did you mean `two`?
        24:22: choice `mode`: `defaults` depends on what it decides; name something else
        23:22: feature `x`: `defaults` depends on what it decides; name something else
        24:1: flow `web`: `purpose` is missing (why it is needed); write a table by language, e.g. { en = "…" }
        24:1: flow `web`: `source` is missing (where the source says so); write a table, e.g. { ref = …, at = … }
        31:8: flow `web`: `need = "optional"` excludes `when`, because the features would not switch the flow on; remove `need`, or add a feature and write `when = "a+b"`
        35:1: feature `x`: unknown field `purpose`; expected one of `default`, `defaults`, `releases`, `title`
        36:1: feature `x`: unknown field `source`; expected one of `default`, `defaults`, `releases`, `title`
        22:11: port `web`: `{n}` refers to an unknown number `n`; none are available
        22:11: port `web`: `default`: `80{n` has a brace without its counterpart; write e.g. `32{app}`
        22:11: port `web`: `80{n}` is `80100`: `80100` is not a port; ports are whole numbers from 1 to 65535
        25:10: number `n`: `within` has more than 1024 numbers
        22:11: port `web`: `80{n}` is `80000`: `80000` is not a port; ports are whole numbers from 1 to 65535
        22:11: port `web`: `80{n}` is 8097, which is outside its bounds, 8000-8049
        22:11: port `web`: `80{n}` is `80000000`: `80000000` is not a port; ports are whole numbers from 1 to 65535
        26:11: number `n`: 10 is outside its bounds, 0-9
        27:10: number `n`: `digits` is 6; expected a whole number from 1 to 5, without quotes
        23:9: number `n`: `within` is missing; write the numbers that it may be, e.g. `0-97`
        31:18: `TODO: pages` is a placeholder; write the text, or add `draft = true` until you do
        18:9: `?` is a placeholder; write the text, or add `draft = true` until you do
        13:12: component `unstated`: this name is only for drafts, where a page does not say who it is; give the component its own name
        26:8: flow `web`: `from` refers to an unknown component `user`; expected one of `server`, `unstated`
        16:18: component `user`: `/33` in `192.0.2.1/33` is not a valid prefix length; prefix lengths of IPv4 are 0 to 32"#]].assert_eq(&said.join("\n"));
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
