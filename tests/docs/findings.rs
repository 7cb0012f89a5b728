//! The table of codes as the generated part of a guide.

use portmatrix::model::code::{Class, Code, CodeDoc};
use std::fmt::Write as _;

/// Codes by topic, in the order of the page.
const TOPICS: [(&str, &[&str]); 7] = [
    (
        "Names and values",
        &[
            "unknown-product",
            "unknown-version",
            "unknown-component",
            "unknown-flow",
            "unknown-port-parameter",
            "unknown-profile",
            "unknown-zone",
            "bad-name",
            "bad-value",
            "bad-cidr",
            "bad-port",
            "bad-service",
            "bad-definition",
            "port-unset",
            "port-outside-bounds",
            "became-null",
            "version-unpinned",
            "definition-overrides",
        ],
    ),
    (
        "Layout",
        &[
            "zone-empty",
            "component-unplaced",
            "required-disabled",
            "nothing-enforced",
            "no-way-in",
            "no-dns",
            "port-clash",
            "zones-overlap",
            "selectors-overlap",
            "rule-shadowed",
            "addresses-unused",
            "acceptance-unused",
        ],
    ),
    (
        "Exposure",
        &[
            "exposed",
            "exposed-by-neighbour",
            "default-open",
            "target-wide",
            "nsg-shared",
            "group-shared",
        ],
    ),
    (
        "Platform",
        &[
            "not-expressible",
            "duplicate-address",
            "priority-taken",
            "priority-band-full",
            "priority-after-deny",
            "priority-unused",
            "reject-wanted",
            "link-local-skipped",
            "dhcp-allowed",
        ],
    ),
    (
        "Quotas",
        &["quota-exceeded", "quota-near", "prefix-list-unsized"],
    ),
    (
        "Vendor data",
        &[
            "port-alternatives",
            "source-conflict",
            "source-suspect",
            "transport-assumed",
            "managed-elsewhere",
            "advisory",
        ],
    ),
    (
        "Plan",
        &["collection-unknown", "key-renamed", "catalogue-changed"],
    ),
];

/// The kind of a finding, as the page names it.
fn kind(class: Class) -> &'static str {
    match class {
        Class::Input | Class::Structure => "configuration error",
        Class::Judgement => "judgement",
        Class::Notice => "notice",
    }
}

/// What the kind means for this finding.
fn rule(class: Class) -> &'static str {
    match class {
        Class::Input => {
            "It is reported as soon as the argument is known, also by `terraform validate`, and cannot be accepted."
        }
        Class::Structure => {
            "It is reported as soon as everything that decides which rules exist is known, and cannot be accepted."
        }
        Class::Judgement => {
            "`fail_on` decides whether it stops the plan, and an `accept` block accepts it."
        }
        Class::Notice => "It never stops a plan.",
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|it| it.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

/// The codes by topic, each of them once.
fn topics() -> Vec<(&'static str, Vec<(Code, CodeDoc)>)> {
    let find = |name: &&str| {
        let code = Code::parse(name).unwrap_or_else(|| panic!("`{name}` is not a code"));
        (code, code.doc())
    };
    let topics: Vec<_> = TOPICS
        .iter()
        .map(|(topic, names)| (*topic, names.iter().map(find).collect::<Vec<_>>()))
        .collect();
    for code in Code::ALL {
        let count = TOPICS
            .iter()
            .flat_map(|(_, names)| *names)
            .filter(|it| **it == code.as_str())
            .count();
        assert!(count == 1, "`{code}` is in {count} topics");
    }
    topics
}

/// The rows of the table, and a section for each topic.
pub(crate) fn codes() -> String {
    let topics = topics();
    let mut text = String::new();
    for (code, doc) in topics.iter().flat_map(|(_, codes)| codes) {
        let _ = writeln!(
            text,
            "| [`{code}`](#{code}) | {} | {} | {} |",
            doc.severity,
            kind(doc.class),
            doc.headline
        );
    }
    for (topic, codes) in topics {
        let _ = write!(text, "\n## {topic}\n");
        for (code, doc) in codes {
            let _ = write!(
                text,
                "\n### {code}\n\n{}. {}, severity `{}`. {}\n\n**Cause.** {}\n\n**Fix.** {}\n",
                capital(doc.headline),
                capital(kind(doc.class)),
                doc.severity,
                rule(doc.class),
                doc.cause,
                doc.remedy
            );
        }
    }
    text
}
