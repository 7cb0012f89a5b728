//! Names and texts that would do harm in a page, a table or a diagram.

use super::{changed, planned, report};
use serde_json::{Value as Json, json};

const TEXTS: [&str; 6] = [
    "</script><script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "| [link](javascript:alert(1)) | <b>@everyone</b>",
    "\u{202e}txt.exe",
    "=HYPERLINK(\"http://example.com\")",
    "]]>--><!-- ${x} `code`",
];

fn hostile(text: &str) -> String {
    let state = planned(&json!({
        "zone": {
            "a": { "components": [], "ipv4": { "a": "10.0.0.0/24" }, "aws": { "security_group_id": "sg-1" }, "description": text },
            "b": { "components": [], "ipv4": { "b": "10.0.1.0/24" } },
        },
        "flow": { "f": { "from": ["a"], "to": ["b"], "services": ["tcp/443"], "purpose": text } },
        "exception": [{ "from": "a", "to": "b", "services": ["tcp/443"], "reason": text, "ticket": text }],
        "policy": [{ "from": "a", "to": "b", "access": "block", "reason": text }],
    }));
    changed(&Json::Null, &state)
}

#[test]
fn nothing_gets_out_of_its_place() {
    for text in TEXTS {
        let document = hostile(text);
        for format in ["html", "svg"] {
            let page = report(&document, &["--format", format]).unwrap();
            assert_eq!(
                page.matches("<script").count(),
                usize::from(format == "html"),
                "{text}"
            );
            assert!(!page.contains("<img") && !page.contains("<b>@"), "{text}");
        }
        let csv = report(&document, &["--format", "csv"]).unwrap();
        assert!(!csv.contains(",=") && !csv.contains("\n="), "{csv}");
        let markdown = report(&document, &["--format", "markdown"]).unwrap();
        assert!(
            !markdown.contains("<script")
                && !markdown.contains("@everyone")
                && !markdown.replace("\\]", "").contains("](javascript"),
            "{markdown}"
        );
        for format in ["mermaid", "d2", "json"] {
            report(&document, &["--format", format]).unwrap();
        }
    }
}

#[test]
fn a_large_page_has_no_script_in_its_data() {
    let zones: serde_json::Map<String, Json> = (0..45)
        .map(|at| (format!("z{at}"), json!({ "components": [], "ipv4": { "a": format!("10.0.{at}.0/24") }, "aws": { "security_group_id": format!("sg-{at}") } })))
        .collect();
    let state = planned(&json!({
        "zone": zones,
        "flow": { "f": { "from": ["z1"], "to": ["z2"], "services": ["tcp/443"], "purpose": TEXTS[0] } },
    }));
    let page = report(&changed(&Json::Null, &state), &[]).unwrap();
    assert_eq!(page.matches("<script").count(), 2);
    assert_eq!(page.matches("</script>").count(), 2);
}

#[test]
fn long_texts_are_shown_whole() {
    let purpose = "a".repeat(10_000);
    let state = planned(&json!({
        "zone": {
            "a": { "components": [], "ipv4": { "a": "10.0.0.0/24" }, "aws": { "security_group_id": "sg-1" } },
            "b": { "components": [], "ipv4": { "b": "10.0.1.0/24" } },
        },
        "flow": { "f": { "from": ["a"], "to": ["b"], "services": ["tcp/443"], "purpose": purpose } },
    }));
    let document = changed(&Json::Null, &state);
    for format in ["html", "markdown", "csv", "json"] {
        assert!(
            report(&document, &["--format", format])
                .unwrap()
                .contains(&purpose),
            "{format}"
        );
    }
}

#[test]
fn sensitive_values_are_nowhere() {
    let state = planned(&json!({
        "zone": {
            "a": { "components": [], "ipv4": { "a": "10.77.88.0/24" }, "aws": { "security_group_id": "sg-secret" } },
            "b": { "components": [], "ipv4": { "b": "10.0.1.0/24" }, "aws": { "security_group_id": "sg-open" } },
        },
        "flow": { "f": { "from": ["a"], "to": ["b"], "services": ["tcp/443"] } },
    }));
    let mut document: Json = serde_json::from_str(&changed(&Json::Null, &state)).unwrap();
    document["resource_changes"][0]["change"]["after_sensitive"] = json!({
        "zone": { "a": { "ipv4": { "a": true }, "aws": [{ "security_group_id": true }] } },
    });
    let document = document.to_string();
    for format in ["html", "markdown", "csv", "mermaid", "d2", "svg", "json"] {
        let text = report(&document, &["--format", format]).unwrap();
        assert!(
            !text.contains("10.77.88") && !text.contains("sg-secret"),
            "{format}"
        );
    }
    assert!(
        report(&document, &["--format", "csv"])
            .unwrap()
            .contains("(sensitive)")
    );
}

#[test]
fn short_and_normalised_secrets_are_hidden_too() {
    let state = planned(&json!({
        "zone": {
            "a": { "components": [], "ipv6": { "a": "fd00:77::/64" }, "aws": { "security_group_id": "sg-1" } },
            "b": { "components": [], "ipv6": { "b": "fd00:1::/64" } },
        },
        "flow": { "f": { "from": ["a"], "to": ["b"], "services": ["tcp/7777"] } },
        "policy": [{ "from": "a", "to": "b", "access": "block" }],
        "exception": [{ "from": "a", "to": "b", "services": ["tcp/7777"], "reason": "r", "requester": "bob", "expires": "2030-01-01" }],
    }));
    let mut document: Json = serde_json::from_str(&changed(&Json::Null, &state)).unwrap();
    let after = &mut document["resource_changes"][0]["change"]["after"];
    after["zone"]["a"]["ipv6"]["a"] = json!("FD00:0077:0::/64");
    document["resource_changes"][0]["change"]["after_sensitive"] = json!({
        "zone": { "a": { "ipv6": { "a": true } } }, "exception": [{ "requester": true, "expires": true }],
    });
    for format in ["html", "markdown", "csv", "json"] {
        let text = report(&document.to_string(), &["--format", format]).unwrap();
        for secret in ["fd00:77::", "bob", "2030-01-01"] {
            assert!(!text.contains(secret), "{format} {secret}");
        }
    }
}
