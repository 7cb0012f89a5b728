//! Sentences that lead to a table or a list, and name its ends: `Agents must be able to reach the server on the following ports:`.

use super::claim::{Party, named};
use super::sentence::{TRAFFIC, actor, cut, cut_at, denies, ends_of_sentence, listener};
use super::text::{has_any, lower_in_place, without_brackets, words};

/// The last sentence of a text, if it leads to what follows: it ends with a colon, or speaks of what is below.
fn leading(text: &str) -> Option<String> {
    let text = without_brackets(&text.replace('\n', " "));
    let text = text.trim();
    let bare = text.trim_end_matches([':', '：', '.', ' ']);
    let sentence = bare.rsplit(". ").next().unwrap_or(bare).trim();
    let leads = text.ends_with([':', '：']) || has_any(&words(sentence), &["following", "below"]);
    leads.then(|| sentence.to_owned())
}

/// Who connects and who listens, if the sentence that leads to a table or a list names both, and nothing else or only at times.
pub(super) fn ends_of_lead(text: &str) -> Option<(Vec<Party>, Vec<Party>)> {
    let sentence = leading(text)?;
    let (from, to) = ends_of_sentence(&sentence)?;
    let is_one =
        sentence.matches("connect").count() < 2 && !has_any(&words(&sentence), &["if", "when"]);
    (is_one && !from.is_empty() && !to.is_empty()).then_some((from, to))
}

/// Whether what a row or an item says of itself may name other ends than the sentence that leads to it.
pub(super) fn may_name_ends(text: &str) -> bool {
    has_any(&words(text), &["from", "to", "by"]) || ends_of_sentence(text).is_some()
}

/// The ends between which that sentence says that there is traffic: `communication between the agent and the server:`.
pub(super) fn between(text: &str) -> Option<(Vec<Party>, Vec<Party>)> {
    let sentence = leading(text)?;
    let lower = lower_in_place(&sentence);
    let at = lower.rfind(" between ")?;
    let before = words(&lower[..at]);
    let is_traffic = before
        .last()
        .is_some_and(|it| TRAFFIC.contains(&it.as_str()));
    let (left, right) = sentence[at + " between ".len()..].split_once(" and ")?;
    let fits = is_traffic && !denies(&sentence);
    fits.then_some((named(actor(left)?), named(actor(cut(right))?)))
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
    text.rsplit(". ").find_map(|sentence| {
        if denies(sentence) || has_any(&words(sentence), &["outbound", "outgoing"]) {
            return None;
        }
        let lower = lower_in_place(sentence);
        let start = |it: &&str| lower.find(*it).map(|at| at + it.len());
        let rest = &sentence[OF_LISTENER.iter().find_map(start)?..];
        let name = cut_at(rest, &[" from ", " only", ":"]);
        let name = ["each ", "every ", "all "]
            .iter()
            .find_map(|it| name.strip_prefix(it))
            .unwrap_or(name);
        let found = listener(name);
        <[String; 1]>::try_from(found).ok().map(|[it]| it)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::claim::Party;

    fn shown(names: &[Party]) -> String {
        let name = |it: &Party| match it {
            Party::Named(it) => it.clone(),
            Party::This => "this".to_owned(),
        };
        names.iter().map(name).collect::<Vec<_>>().join("; ")
    }

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
            (
                "Hardly any client connects to the server on these ports:",
                "",
            ),
            (
                "Clients can reach the server if these ports are open by mistake:",
                "",
            ),
            (
                "Both agents and relays connect to the server on these ports:",
                "agents; relays > server",
            ),
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
            let found = ends_of_lead(text).map_or_else(String::new, |(from, to)| {
                format!("{} > {}", shown(&from), shown(&to))
            });
            assert_eq!(found, expected, "{text}");
        }
        let found = between(
            "Rules are required for communication between the Parrot server and nest controllers:",
        );
        let (first, second) = found.unwrap_or_default();
        assert_eq!(
            (shown(&first), shown(&second)),
            ("Parrot server".to_owned(), "nest controllers".to_owned())
        );
        for text in [
            "Traffic between zones:",
            "Do not permit communication between the agent and the server:",
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
