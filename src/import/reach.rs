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
#[rustfmt::skip]
const NOT_NAMES: &[&str] = &[
    "you", "we", "it", "they", "this", "these", "that", "which", "if", "when", "to", "not", "cannot", "in", "order", "ensure", "make", "sure",
    "port", "ports", "allow", "following", "firewall", "firewalls", "for", "by", "from", "on", "both", "some", "only", "everyone", "clusters",
    "must", "should", "network", "networks", "zones", "regions", "sites", "before", "after", "until", "while", "unlike", "because", "since",
    "hardly", "longer", "now", "then", "also", "fewer", "older", "newer", "than", "do", "does", "is", "are", "be", "able", "may", "can", "with",
];
const ARTICLES: [&str; 8] = [
    "the ", "all ", "your ", "each ", "every ", "a ", "an ", "any ",
];
const MODALS: [&str; 6] = [" must", " should", " may", " need to", " needs to", " will"];

/// The ends that the last sentence of a text names, which leads to a list or a table.
pub(super) fn reaches(text: &str) -> Option<Arrow> {
    let sentence = &leading(text)?;
    let lower = lower_in_place(sentence);
    if denies(&words(sentence)) {
        return None;
    }
    let (at, verb) = REACHES
        .iter()
        .find_map(|it| lower.find(it).map(|at| (at, *it)))?;
    let from = name(sentence.get(..at)?, &MODALS)?;
    let rest = sentence.get(at + verb.len()..)?;
    // A second verb is about other ends.
    let is_one = !REACHES.iter().any(|it| lower_in_place(rest).contains(it));
    let near = |it: &(&str, &str)| it.0.split(' ').count() <= 3;
    let of_ports = [" ports of ", " ports on "]
        .iter()
        .find_map(|it| rest.split_once(it).filter(near).map(|it| it.1));
    let rest = of_ports.unwrap_or(rest);
    let rest = BEFORE
        .iter()
        .find_map(|it| lower_in_place(rest).strip_prefix(it).map(str::len))
        .map_or(rest, |left| &rest[rest.len() - left..]);
    let end = AFTER.iter().filter_map(|it| rest.find(it)).min();
    let to = name(&rest[..end.unwrap_or(rest.len())], &[]).filter(|_| is_one)?;
    Some(Arrow {
        from,
        to,
        both: false,
    })
}

/// The ends between which the last sentence of a text says that there is traffic: `communication between the agent and the server:`.
pub(super) fn between(text: &str) -> Option<(Vec<String>, Vec<String>)> {
    let sentence = leading(text)?;
    let lower = lower_in_place(&sentence);
    let at = lower.rfind(" between ")?;
    let nouns = ["communication", "traffic", "connection", "connections"];
    let head = words(&lower[..at]);
    let is_traffic = head.last().is_some_and(|it| nouns.contains(&it.as_str()));
    let (left, right) = sentence[at + " between ".len()..].split_once(" and ")?;
    let fits = is_traffic && !denies(&words(&sentence));
    fits.then_some((name(left, &[])?, name(right, &[])?))
}

/// The last sentence of a text, if it leads to what follows: it ends with a colon, or speaks of what is below.
fn leading(text: &str) -> Option<String> {
    let text = without_brackets(&text.replace('\n', " "));
    let text = text.trim();
    let bare = text.trim_end_matches([':', '：', '.', ' ']);
    let sentence = bare.rsplit(". ").next().unwrap_or(bare).trim();
    let leads = text.ends_with([':', '：']) || has_any(&words(sentence), &["following", "below"]);
    leads.then(|| sentence.to_owned())
}

/// Whether a sentence denies or limits what it names.
fn denies(its: &[String]) -> bool {
    let begins = [
        "block", "limit", "clos", "prevent", "restrict", "deny", "denie", "reject",
    ];
    has_any(
        its,
        &[
            "no", "not", "never", "cannot", "neither", "unless", "without", "instead",
        ],
    ) || its
        .iter()
        .any(|it| begins.iter().any(|begin| it.starts_with(begin)))
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
        let its = words(sentence);
        if denies(&its) || has_any(&its, &["outbound", "outgoing"]) {
            return None;
        }
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
    let fits = (1..=6).contains(&its.len())
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
            ("The agent connects to the server.", ""),
            (
                "Open these. The agent connects to the server:",
                "agent > server",
            ),
            ("You must connect to the server:", ""),
            ("Agents connect to it:", ""),
            ("Agents do not connect to the server:", ""),
            ("To connect to the server:", ""),
            (
                "No agent needs to connect to the server on these ports:",
                "",
            ),
            (
                "Clients should never be able to reach the server on these ports:",
                "",
            ),
            (
                "Before the agent connects to the server, open these ports on the relay:",
                "",
            ),
            (
                "Unlike agents, relays connect to the server on these ports:",
                "",
            ),
            (
                "While clients connect to the server, it listens on these ports:",
                "",
            ),
            (
                "Agents connect to the server and clients connect to agents on these ports:",
                "",
            ),
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
        for text in [
            "Traffic between zones:",
            "There is no communication between the agent and the server:",
            "All communication between agents and the server is encrypted.",
            "Choose between the client and the server:",
        ] {
            assert_eq!(between(text), None, "{text}");
        }
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
            ("You need not open ports on the agent node:", ""),
            ("To block traffic to the database server:", ""),
            ("Relays need outbound traffic to the server:", ""),
            ("You need not open ports on the agent node:", ""),
            ("To block traffic to the database server:", ""),
            ("Relays need outbound traffic to the server:", ""),
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
