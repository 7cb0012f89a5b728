//! Releases and languages as people write them, and vendors' words as vendors write them.

use crate::conformance::{codes, edge, keys, with};
use crate::support::core::Core;
use portmatrix::provider::Portmatrix;
use portmatrix::terraform::diagnostic::{Diagnostic, Level};
use portmatrix::terraform::value::Value;
use serde_json::{Value as Json, json};

fn product(name: &str, version: &str) -> Json {
    json!({ "name": name, "version": version })
}

/// What the data source says of a release, and the line that it uses.
fn line(name: &str, version: &str) -> (Vec<Diagnostic>, Value) {
    let answer = Core::default().read("portmatrix_product", &product(name, version));
    let line = answer.state.get("resolved_version").clone();
    (answer.diagnostics, line)
}

#[test]
fn releases_are_read_as_the_vendor_means_them() {
    for (name, version, wanted) in [
        ("deckhouse", "v1.77.3", "1.77"),
        ("deckhouse", "V1.69", "1.77"),
        ("ibm-api-connect", "v10", "10.0"),
        ("minio", "RELEASE.2025-09-07T16-13-09Z", "2025"),
        ("kubernetes", "v1.31.4+k3s1", "1"),
        ("kong", "3.9.1", "3"),
        ("kong", "3", "3"),
    ] {
        let (said, line) = line(name, version);
        assert!(said.is_empty(), "{name} {version}: {said:?}");
        assert_eq!(line.as_str(), Some(wanted), "{name} {version}");
    }
}

#[test]
fn an_unknown_release_is_told_what_each_line_covers() {
    let kong = "its lines: `3` (>=3.4, <4), `0.10` (>=0.5, <0.11)";
    for (name, version, lines) in [
        ("kong", "3.2.2", kong),
        ("kong", "2.6.0", kong),
        (
            "ibm-api-connect",
            "2018.4.1",
            "its lines: `10.0` (>=10.0, <11), `5.0` (>=5.0, <5.1)",
        ),
    ] {
        let (said, _) = line(name, version);
        assert_eq!(codes(&said, Level::Error), ["unknown-version"], "{version}");
        let text = &said[0].detail;
        assert!(text.contains(lines), "{text}");
        assert!(text.contains("name the line, e.g. `version = "), "{text}");
        assert!(!text.contains("quote"), "only a number loses zeros: {text}");
        // The layout says the same, at the same argument.
        let layout = with(edge(), "/product", json!({ "it": product(name, version) }));
        let said = Core::default().validate(&layout);
        assert!(said[0].detail.contains(lines), "{said:?}");
        assert!(
            format!("{:?}", said[0].path).contains("version"),
            "{said:?}"
        );
    }
    let (said, _) = line("kong", "3.1");
    assert!(
        said[0].detail.contains("If you mean `3.10`, quote it"),
        "{said:?}"
    );
}

#[test]
fn a_newer_release_stops_the_plan_until_it_is_accepted() {
    let core = Core::default();
    let newer = with(edge(), "/product/kong/version", json!("4.1"));
    assert_eq!(core.validate(&newer), [], "a judgement is made at plan");
    let planned = core.plan(&Value::Null, &newer);
    assert_eq!(codes(&planned.diagnostics, Level::Error), ["version-newer"]);
    let text = &planned.errors()[0].detail;
    for part in [
        "`4.1` is newer than every release line of `kong`; using the newest, `3` (>=3.4, <4)",
        "set `version = \"3\"`",
        "`accept` block with the code `version-newer` and the subject `kong`",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let accept = json!([{ "code": "version-newer", "subject": "kong", "reason": "same ports" }]);
    let accepted = with(newer, "/accept", accept);
    let state = core.apply(&Value::Null, &accepted, &accepted).unwrap();
    let pinned = core.apply(&Value::Null, &edge(), &edge()).unwrap();
    assert_eq!(state.get("rules"), pinned.get("rules"));
    assert!(!keys(&state, "aws_ingress").is_empty());
    // The data source has no `accept`, so it names the line.
    let (said, _) = line("kong", "4.1");
    assert_eq!(codes(&said, Level::Error), ["version-newer"]);
    assert!(said[0].detail.contains("set `version = \"3\"`"), "{said:?}");
}

#[test]
fn data_sources_have_what_each_line_covers() {
    let core = Core::default();
    let kong = core
        .read("portmatrix_product", &product("kong", "3.9"))
        .state;
    let all = core
        .read("portmatrix_products", &json!({ "search": "kong" }))
        .state;
    let Value::List(found) = all.get("products") else {
        panic!("{all:?}")
    };
    for covers in [kong.get("covers"), found[0].get("covers")] {
        assert_eq!(covers.get("3").as_str(), Some(">=3.4, <4"));
        assert_eq!(covers.get("0.10").as_str(), Some(">=0.5, <0.11"));
    }
}

/// A product with a text in Turkish that begins with a capital letter that has no capital in ASCII, and names of the vendor's.
fn own(why: &str) -> String {
    format!(
        r#"
format  = 1
name    = "deneme"
title   = "Deneme"
vendor  = "x"
version = "1"
source  = [{{ id = "p", title = "x", url = "https://example.com", retrieved = "2026-11-27" }}]
[component]
a = {{ title = "A", kind = "own" }}
b = {{ title = "B", kind = "own" }}
[[flow]]
id       = "f"
from     = "a"
to       = "b"
services = ["tcp/1000"]
plane    = "data"
exposure = "internal"
purpose  = {{ en = "x", tr = "x", id = "x" }}
source   = {{ ref = "p", at = "x" }}
[[suspect]]
id        = "s"
flows     = ["f"]
printed   = "TCP"
suggested = "UDP"
why       = {{ en = "Cache", tr = "{why}", id = "x" }}
source    = {{ ref = "p", at = "x" }}
[[advisory]]
id       = "n"
kind     = "topology"
severity = "info"
flows    = ["f"]
text     = {{ en = "iSCSI first.", tr = "{why}", id = "x" }}
source   = {{ ref = "p", at = "x" }}
"#
    )
}

#[test]
fn vendors_words_keep_their_case() {
    for why in [
        "İki sayfa ayrı.",
        "NodePort ayrı.",
        "etcd ayrı.",
        "ırmak ayrı.",
    ] {
        let config = json!({
            "verbose": true,
            "language": "tr-TR",
            "product": { "deneme": { "definition": own(why) } },
            "zone": {
                "a": { "components": ["deneme.a"], "ipv4": { "a": "10.0.1.0/24" } },
                "b": { "components": ["deneme.b"], "aws": { "security_group_id": "sg-b" } },
            },
        });
        let planned = Core::default().plan(&Value::Null, &config);
        let Value::List(findings) = planned.state.get("findings") else {
            panic!("{:?}", planned.diagnostics)
        };
        let message = |code: &str| {
            let mut of_code = findings
                .iter()
                .filter(|it| it.get("code").as_str() == Some(code));
            of_code
                .next()
                .unwrap()
                .get("message")
                .as_str()
                .unwrap()
                .to_owned()
        };
        let why = why.trim_end_matches('.');
        assert_eq!(message("advisory"), why);
        assert!(message("source-suspect").ends_with(&format!("`UDP`: {why}")));
    }
}

#[test]
fn a_language_without_texts_is_refused_everywhere() {
    let core = Core::default();
    for (text, message) in [
        ("xx", "no product has texts in the language `xx`"),
        ("english", "`english` is not a language"),
        ("ru.RU", "`ru.RU` is not a language"),
    ] {
        let layout = with(edge(), "/language", json!(text));
        for said in [
            core.prepare(&json!({ "language": text })),
            core.validate(&layout),
        ] {
            assert_eq!(codes(&said, Level::Error), ["bad-value"], "{text}");
            assert!(said[0].detail.starts_with(message), "{said:?}");
            assert!(said[0].detail.contains("`en`, `ru`, `tr`"), "{said:?}");
        }
    }
    for text in ["ru", "RU", "ru-RU", "tr_TR"] {
        assert_eq!(core.prepare(&json!({ "language": text })), [], "{text}");
    }
    // The user's own files may have others, and unknown ones may too.
    for definitions in [json!([own("x")]), json!(["?"])] {
        let provider = json!({ "language": "id", "definitions": definitions });
        assert_eq!(core.prepare(&provider), []);
    }
    let mut own_language = with(edge(), "/language", json!("id"));
    own_language["product"]["deneme"] = json!({ "definition": own("x") });
    assert_eq!(core.validate(&own_language), []);
}

/// The language of the provider block is used without its region.
#[test]
fn a_region_does_not_change_the_language() {
    use portmatrix::terraform::Provider;
    let purpose = |language: &str| {
        let provider = Portmatrix::default();
        let schema = &provider.schemas().provider;
        let block =
            crate::support::core::value(&schema.block.ty(), &json!({ "language": language }));
        provider.configure(&block);
        let (_, schema) = &provider.schemas().data_sources[0];
        let config = crate::support::core::value(&schema.block.ty(), &json!({ "name": "kong" }));
        let (state, _) = provider.read_data_source("portmatrix_product", &config);
        state
            .get("flows")
            .get("proxy-http")
            .get("purpose")
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(purpose("ru-RU"), purpose("ru"));
    assert_ne!(purpose("ru-RU"), purpose("en"));
}
