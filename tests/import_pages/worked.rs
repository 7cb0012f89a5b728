//! The two worked examples: a page, its answers and its draft.

use crate::support::page::read;
use portmatrix::import::answers::Answers;
use portmatrix::import::draft;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// What a draft states apart from wording: the flows without ids, purposes and places, the suspects, the components and the choices.
fn meaning(text: &str) -> BTreeSet<String> {
    let lines = text
        .lines()
        .map(|it| it.split_once(" # ").map_or(it, |it| it.0).trim_end())
        .filter(|it| !it.starts_with('#'));
    let plain = lines.collect::<Vec<_>>().join("\n");
    let mut found = BTreeSet::new();
    for part in plain.split("\n[").skip(1) {
        let (head, body) = part.split_once('\n').unwrap_or((part, ""));
        if !["[flow]]", "[suspect]]"].contains(&head)
            && !["component.", "choice."]
                .iter()
                .any(|it| head.starts_with(it))
        {
            continue;
        }
        let fields = body.lines().filter_map(|it| it.split_once('='));
        let wording = ["id", "purpose", "source", "why", "title", "flows"];
        let kept = fields
            .map(|(key, value)| (key.trim(), value.trim()))
            .filter(|it| !wording.contains(&it.0));
        // A named port has the name of its flow.
        let value = |it: &str| {
            it.replace("\",\"", "\", \"")
                .replace("{http-websocket}", "{http}")
        };
        let mut kept: Vec<String> = kept
            .map(|(key, it)| format!("{key}={}", value(it)))
            .collect();
        kept.sort();
        let place = body
            .lines()
            .find(|it| it.starts_with("source"))
            .and_then(|it| it.split(", row ").nth(1))
            .unwrap_or_default();
        found.insert(format!("{head} {place} {}", kept.join(" ")));
    }
    found
}

/// The two worked examples come out as they are, apart from wording.
pub(super) fn come_out_as_they_are(folder: &Path) {
    for (id, document) in [("mattermost", "mattermost.rst"), ("rke2", "rke2.md")] {
        let page = fs::read_to_string(folder.join("documents").join(document)).unwrap();
        let file = |kind: &str| {
            fs::read_to_string(folder.join("examples").join(format!("{id}.{kind}.toml"))).unwrap()
        };
        let answers = Answers::parse(&file("answers")).unwrap_or_else(|it| panic!("{it:?}"));
        let (facts, answers) = read(&page, document, answers);
        let made = meaning(&draft(&facts, &answers, &page));
        let wanted = meaning(&file("draft"));
        let missing: Vec<&String> = wanted.difference(&made).collect();
        let more: Vec<&String> = made.difference(&wanted).collect();
        assert!(
            missing.is_empty() && more.is_empty(),
            "{id}: missing {missing:#?}\nmore {more:#?}"
        );
    }
}
