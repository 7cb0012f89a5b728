//! The turns of phrase that made texts hard to read, held off: in messages, descriptions, pages and comments.
//! Facts in `catalog/` are in the vendors' words and are not looked at.

use crate::repository::{files, rust, rust_files};
use crate::support::{none, read};
use regex::Regex;
use std::fmt::Write as _;
use std::path::Path;

/// A turn of phrase, and how to write it instead.
struct Phrase {
    /// Matched in any case; a space is any white space, so that a phrase is found across lines.
    found: &'static str,
    /// Good English that `found` would match too.
    unless: &'static str,
    before: &'static str,
    after: &'static str,
}

const PHRASES: [Phrase; 8] = [
    Phrase {
        found: r"\b(?:is|are|was) no [a-z]+",
        unless: r"\bthere (?:is|are|was) no\b|\b(?:is|are|was) no (?:longer|more|such)\b",
        before: "`http` is no port",
        after: "`http` is not a port",
    },
    Phrase {
        found: r"\b(?:is|are) none\b",
        unless: r"\bthere (?:is|are) none\b|\b(?:is|are) none of\b",
        before: "A rule that is `disabled` is none.",
        after: "Rules that are `disabled` are ignored.",
    },
    Phrase {
        found: r"\b(?:stands?|stood|standing)\b",
        unless: r"\b(?:stands?|stood|standing) (?:for|alone)\b|\bstand-ins?\b",
        before: "`a` stands twice in the list",
        after: "`a` is in the list twice",
    },
    Phrase {
        found: r"\btak(?:e|es|en|ing)\b[^.;,]{0,50}?\bout\b|\bleav(?:e|es|ing)\b `[^`]*`[^.;,]{0,10}?\bout\b",
        unless: "$^",
        before: "take it out, or leave `version` out",
        after: "remove it, or omit `version`",
    },
    Phrase {
        found: r"\bdial(?:s|led|ling|ing)?\b",
        // An output.
        unless: "`dials`|--dials",
        before: "what peers dial",
        after: "what peers connect to",
    },
    Phrase {
        found: r"\bbeside\b",
        unless: "$^",
        before: "advice beside the ports",
        after: "advice in addition to the ports",
    },
    Phrase {
        found: r"\bhangs? on\b|\bbe it that\b|\bwho(?:so)?ever\b|\bnobody\b|\banybody\b|\bsomebody\b|\bmend(?:s|ed)?\b",
        unless: "$^",
        before: "hosts that nobody may operate; mend the file",
        after: "hosts without admin access; fix the file",
    },
    Phrase {
        found: r"\bthere (?:is|are) (?:no (?:command|format|product|code|\{\w*\})|\{\w*\})|; write one of \{",
        unless: "$^",
        before: "there is no command `{name}`; there are {}",
        after: "unknown command `{name}`; expected one of {}",
    },
];

/// What may stay: the file, the words, and why.
const ALLOWED: [(&str, &str, &str); 0] = [];

/// The text of a file that people read, with the lines where they are in the file; what is not for people is full stops.
fn prose(path: &str) -> Option<String> {
    let pages = [
        "README.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
        "catalog/README.md",
    ];
    let is_page = ["docs/", "modules/", "templates/"]
        .iter()
        .any(|it| path.starts_with(it));
    match Path::new(path).extension()?.to_str()? {
        "rs" if path.starts_with("src/") => {
            let text = read(path);
            let (code, tests) = text.split_at(text.find("#[cfg(test)]").unwrap_or(text.len()));
            Some(rust::prose(code, true) + &rust::prose(tests, false))
        }
        "rs" => Some(rust::prose(&read(path), false)),
        // The page of the catalogue repeats texts of product files.
        "md" if path == "docs/guides/catalogue.md" => None,
        "md" | "tmpl" if is_page || pages.contains(&path) => Some(read(path)),
        "tf" if path.starts_with("examples/") || path.starts_with("modules/") => {
            Some(comments(&read(path)))
        }
        _ => None,
    }
}

/// The comments of a configuration.
fn comments(text: &str) -> String {
    text.lines().fold(String::new(), |mut prose, line| {
        let comment = line.split_once("# ").map_or(".", |(_, comment)| comment);
        let _ = writeln!(prose, "{comment}");
        prose
    })
}

/// The expressions of a phrase: what is looked for, and what may stay.
fn expressions(phrase: &Phrase) -> [Regex; 2] {
    [phrase.found, phrase.unless].map(|words| {
        let words = words.replace(' ', r"\s+");
        Regex::new(&format!("(?i){words}")).expect("an expression")
    })
}

/// Every hit, as its place in the text and its words.
fn hits<'a>([found, unless]: &[Regex; 2], text: &'a str) -> Vec<(usize, &'a str)> {
    let good: Vec<_> = unless.find_iter(text).map(|it| it.range()).collect();
    let outside = found.find_iter(text).filter(|it| {
        let overlaps =
            |good: &std::ops::Range<usize>| good.start < it.end() && it.start() < good.end;
        !good.iter().any(overlaps)
    });
    outside.map(|it| (it.start(), it.as_str())).collect()
}

#[test]
fn texts_are_plain_english() {
    let phrases: Vec<_> = PHRASES.iter().map(|it| (it, expressions(it))).collect();
    let mut found = Vec::new();
    for path in files() {
        let Some(text) = prose(&path) else { continue };
        for (phrase, expressions) in &phrases {
            for (at, words) in hits(expressions, &text) {
                let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
                let line = text[..at].matches('\n').count() + 1;
                let allowed = |(file, it, _): &(&str, &str, &str)| *file == path && *it == words;
                if !ALLOWED.iter().any(allowed) {
                    found.push(format!(
                        "{path}:{line}: `{words}`: instead of \"{}\" write e.g. \"{}\"",
                        phrase.before, phrase.after
                    ));
                }
            }
        }
    }
    none(&found);
}

#[test]
fn each_phrase_is_found_before_and_not_after() {
    let good = "There is no rule, and it is no longer needed: a stand-in is none of them.";
    for phrase in &PHRASES {
        let before = phrase.before.replace(' ', "\n");
        let expressions = expressions(phrase);
        assert_ne!(hits(&expressions, &before), [], "{}", phrase.before);
        assert_eq!(hits(&expressions, phrase.after), [], "{}", phrase.after);
        assert_eq!(hits(&expressions, good), [], "{good}");
    }
}

/// What is allowed is still there, or it hides a hit to come.
#[test]
fn what_is_allowed_is_there() {
    let gone: Vec<String> = ALLOWED
        .iter()
        .filter(|(path, words, _)| {
            let text = prose(path).unwrap_or_default();
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            !text.contains(words)
        })
        .map(|(path, words, _)| format!("{path}: {words}"))
        .collect();
    none(&gone);
}

/// Comments and messages are looked at where they are; code and short words are not.
#[test]
fn prose_of_rust_keeps_its_lines() {
    let text = "//! A port\n//! is none.\nlet none = \"is none\"; // it\nlet it = \"none\";\n";
    let with = rust::prose(text, true);
    assert_eq!(with.lines().count(), 4);
    assert!(with.contains("A port\n is none."), "{with}");
    assert!(with.lines().nth(2).is_some_and(|it| it.contains("is none")));
    assert!(!with.lines().nth(3).is_some_and(|it| it.contains("none")));
    assert_eq!(rust::prose(text, false).matches("is none").count(), 1);
    assert!(rust_files().count() > 100);
}
