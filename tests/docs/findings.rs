//! The table of codes as the generated part of a guide.

use portmatrix::model::code::{Class, Code, CodeDoc, Topic};
use portmatrix::model::words::Severity;
use std::fmt::Write as _;

/// The kind of a finding, as the page names it.
fn kind(class: Class) -> &'static str {
    match class {
        Class::Input | Class::Structure => "configuration error",
        Class::Judgement => "judgement",
        Class::Notice => "notice",
    }
}

/// What the kind means for this finding.
fn rule(class: Class, severity: Severity) -> &'static str {
    match class {
        Class::Input => {
            "It is reported as soon as the argument is known, also by `terraform validate`, and cannot be accepted."
        }
        Class::Structure => {
            "It is reported as soon as everything that decides which rules exist is known, and cannot be accepted."
        }
        Class::Judgement if severity == Severity::Info => {
            "It never stops a plan, and is in `findings` only with `verbose = true`."
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

/// The codes of a topic, in the order of their table.
fn about(topic: Topic) -> impl Iterator<Item = (Code, CodeDoc)> {
    let all = Code::ALL.iter().map(|it| (*it, it.doc()));
    all.filter(move |(_, doc)| doc.topic == topic)
}

/// The rows of the table, and a section for each topic.
pub(crate) fn codes() -> String {
    let mut text = String::new();
    for (code, doc) in Topic::ALL.iter().flat_map(|it| about(*it)) {
        let _ = writeln!(
            text,
            "| [`{code}`](#{code}) | {} | {} | {} |",
            doc.severity,
            kind(doc.class),
            doc.headline
        );
    }
    for topic in Topic::ALL {
        let _ = write!(text, "\n## {}\n", topic.description());
        for (code, doc) in about(*topic) {
            let _ = write!(
                text,
                "\n### {code}\n\n{}. {}, severity `{}`. {}\n\n**Cause.** {}\n\n**Fix.** {}\n",
                capital(doc.headline),
                capital(kind(doc.class)),
                doc.severity,
                rule(doc.class, doc.severity),
                doc.cause,
                doc.remedy
            );
        }
    }
    text
}
