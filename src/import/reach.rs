//! Sentences before a table or a list that name both ends: `Agents must be able to reach the server on the following ports:`.

use super::arrow::Arrow;
use super::cell::parties;
use super::heading::ACTORS;
use super::text::{has_any, lower_in_place, without_brackets, words};

/// What connects who begins and who listens.
const REACHES: [&str; 22] = [
    " be able to reach ",
    " be able to access ",
    " be able to connect to ",
    " be able to communicate with ",
    " able to reach ",
    " must reach ",
    " needs to reach ",
    " need to reach ",
    " can reach ",
    " have access to ",
    " has access to ",
    " need access to ",
    " needs access to ",
    " requires access to ",
    " require access to ",
    " must connect to ",
    " needs to connect to ",
    " need to connect to ",
    " connects to ",
    " connect to ",
    " communicates with ",
    " to talk to ",
];

/// What comes before the name of who listens.
const BEFORE: [&str; 4] = ["the ", "your ", "a ", "an "];

/// What ends the name of who listens.
const AFTER: [&str; 14] = [
    " on ",
    " over ",
    " via ",
    " at ",
    " using ",
    " through ",
    " by ",
    " with ",
    " for ",
    " in ",
    ", ",
    " and the following",
    " as follows",
    " when ",
];

/// Words that are not in names of who connects: `You must connect to the server`, `To connect to the server`.
const NOT_NAMES: &[&str] = &[
    "you",
    "we",
    "it",
    "they",
    "this",
    "these",
    "that",
    "which",
    "if",
    "when",
    "to",
    "not",
    "cannot",
    "in",
    "order",
    "ensure",
    "make",
    "sure",
    "port",
    "ports",
    "allow",
    "following",
    "firewall",
    "firewalls",
    "for",
    "by",
    "from",
    "on",
    "both",
    "some",
    "only",
    "everyone",
    "clusters",
    "must",
    "should",
    "network",
    "networks",
    "zones",
    "regions",
    "sites",
];
const ARTICLES: [&str; 8] = [
    "the ", "all ", "your ", "each ", "every ", "a ", "an ", "any ",
];
const MODALS: [&str; 6] = [" must", " should", " may", " need to", " needs to", " will"];

/// The ends that the last sentence of a text names, which leads to a list or a table.
pub(super) fn reaches(text: &str) -> Option<Arrow> {
    let text = without_brackets(&text.replace('\n', " "));
    let text = text.trim_end_matches([':', '：', '.', ' ']);
    let sentence = text.rsplit(". ").next().unwrap_or(text).trim();
    let lower = lower_in_place(sentence);
    let (at, verb) = REACHES
        .iter()
        .find_map(|it| lower.find(it).map(|at| (at, *it)))?;
    let from = name(sentence.get(..at)?, &MODALS)?;
    let rest = sentence.get(at + verb.len()..)?;
    let of_ports = [" ports of ", " ports on "]
        .iter()
        .find_map(|it| rest.split_once(it).map(|it| it.1));
    let rest = of_ports.unwrap_or(rest);
    let rest = BEFORE
        .iter()
        .find_map(|it| lower_in_place(rest).strip_prefix(it).map(str::len))
        .map_or(rest, |left| &rest[rest.len() - left..]);
    let end = AFTER.iter().filter_map(|it| rest.find(it)).min();
    let to = name(&rest[..end.unwrap_or(rest.len())], &[])?;
    Some(Arrow {
        from,
        to,
        both: false,
    })
}

/// The ends between which the last sentence of a text says that there is traffic: `communication between the agent and the server`.
pub(super) fn between(text: &str) -> Option<(Vec<String>, Vec<String>)> {
    let text = text.replace('\n', " ");
    let text = text.trim_end_matches([':', '：', '.', ' ']);
    let sentence = text.rsplit(". ").next().unwrap_or(text);
    let lower = lower_in_place(sentence);
    let at = lower.rfind(" between ")? + " between ".len();
    let (left, right) = sentence.get(at..)?.split_once(" and ")?;
    Some((name(left, &[])?, name(right, &[])?))
}

/// What comes before the name of who has the ports of a table or a list.
const OF_LISTENER: [&str; 7] = [
    " traffic to ",
    " ports on ",
    " ports of ",
    " operate as a ",
    " operate as an ",
    " list is for ",
    " table is for ",
];

/// Who has the ports of a table or a list by the sentences before it: `to allow traffic to the server`, `open these ports on each node`.
pub(super) fn listener_of_lead(text: &str) -> Option<String> {
    let text = text.replace('\n', " ");
    let mut sentences = text.split(". ").collect::<Vec<_>>().into_iter().rev();
    sentences.find_map(|sentence| {
        let lower = lower_in_place(sentence);
        let (at, phrase) = OF_LISTENER
            .iter()
            .find_map(|it| lower.find(it).map(|at| (at, it)))?;
        let rest = sentence.get(at + phrase.len()..)?;
        let end = AFTER.iter().chain(&[" from ", " to ", " only", ":", "."]);
        let end = end.filter_map(|it| rest.find(it)).min();
        let its = &rest[..end.unwrap_or(rest.len())];
        let found = name(its, &[])?;
        let has_noun = found.iter().all(|it| has_any(&words(it), ACTORS));
        <[String; 1]>::try_from(found)
            .ok()
            .filter(|_| has_noun)
            .map(|[it]| it)
    })
}

/// Names in a sentence: few words, one of them a noun for what connects or listens.
fn name(text: &str, after: &[&str]) -> Option<Vec<String>> {
    let mut text = text.trim();
    for it in after {
        text = text.strip_suffix(it).unwrap_or(text);
    }
    let text = text.rsplit([':', ';']).next().unwrap_or(text).trim();
    let lower = lower_in_place(text);
    let bare = ARTICLES
        .iter()
        .find_map(|it| lower.strip_prefix(it).map(str::len))
        .map_or(text, |left| &text[text.len() - left..]);
    let its = words(bare);
    let is_short = its.len() <= 3 && bare.starts_with(char::is_uppercase);
    let fits = (1..=8).contains(&its.len())
        && (has_any(&its, ACTORS) || is_short)
        && !has_any(&its, NOT_NAMES);
    fits.then(|| parties(bare)).filter(|it| !it.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_before_lists_name_both_ends() {
        for (text, expected) in [
            (
                "Parrot agents must be able to reach the perch server on the following ports:",
                "Parrot agents > perch server",
            ),
            (
                "Agents (and the controller, if deployed) should be able to reach the following ports of the head node:",
                "Agents > head node",
            ),
            (
                "All nodes need access to the registry server:",
                "nodes > registry server",
            ),
            ("The agent connects to the server.", "agent > server"),
            (
                "Open these. The agent connects to the server:",
                "agent > server",
            ),
            ("You must connect to the server:", ""),
            ("Agents connect to it:", ""),
            ("Agents do not connect to the server:", ""),
            ("To connect to the server:", ""),
        ] {
            let found = reaches(text).map_or_else(String::new, |it| {
                format!("{} > {}", it.from.join("; "), it.to.join("; "))
            });
            assert_eq!(found, expected, "{text}");
        }
        let found = between(
            "Rules are required for communication between the Parrot server and nest controllers:",
        );
        assert_eq!(
            found,
            Some((
                vec!["Parrot server".to_owned()],
                vec!["nest controllers".to_owned()]
            ))
        );
        assert_eq!(between("Traffic between zones"), None);
        for (text, expected) in [
            (
                "Open these, to allow traffic to the Parrot server:",
                "Parrot server",
            ),
            (
                "Attention: this list is for perch nodes only. Others differ.",
                "perch nodes",
            ),
            ("Open these ports on each worker node.", "worker node"),
            ("Ports of your network", ""),
            ("Open the following ports on Linux:", ""),
        ] {
            assert_eq!(
                listener_of_lead(text).unwrap_or_default(),
                expected,
                "{text}"
            );
        }
    }
}
