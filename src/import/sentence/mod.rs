//! The ends that a sentence about the traffic names: who connects, and sometimes to whom.

use crate::import::arrow::LINKS;
use crate::import::cell::parties;
use crate::import::claim::{Party, named};
use crate::import::heading::ACTORS;
use crate::import::protocols::is_protocol_name;
use crate::import::text::{first_sentence, has_any, lower_in_place, words};

#[cfg(test)]
mod tests;

/// The ends that a sentence names: `Connections from A to B`, `Used by A to connect to B`, `A-to-B traffic`, `Traffic between As`.
pub(crate) fn ends_of_sentence(text: &str) -> Option<(Vec<Party>, Vec<Party>)> {
    let sentence = first_sentence(text).trim_start_matches(['*', '-', '•', ' ']);
    let lower = lower_in_place(sentence);
    if denies(sentence) {
        return None;
    }
    let of = |f: fn(&str, &str) -> Option<Ends>| f(sentence, &lower);
    let (from, to) = of(ports)
        .or_else(|| of(connections))
        .or_else(|| of(access))
        .or_else(|| of(purpose))
        .or_else(|| of(initiator))
        .or_else(|| of(people))
        .or_else(|| of(pair))
        .or_else(|| of(members))
        .or_else(|| of(origin))?;
    Some((named(from), named(to)))
}

/// The ends that a sentence names which is nothing but ports and ends: `TCP port 53 to A`.
pub(crate) fn ends_of_ports(text: &str) -> Option<(Vec<Party>, Vec<Party>)> {
    let sentence = first_sentence(text).trim_start_matches(['*', '-', '•', ' ']);
    let (from, to) = ports(sentence, &lower_in_place(sentence))?;
    Some((named(from), named(to)))
}

/// Whether a text denies what it names, or says it of another time or way: `not`, `blocked`, `formerly`.
pub(crate) fn denies(text: &str) -> bool {
    #[rustfmt::skip]
    let whole = [
        "not", "no", "never", "none", "cannot", "without", "instead", "hide", "hides", "hidden", "deny", "denies", "denied", "t", "unlike",
        "neither", "hardly", "close", "closes", "closed", "closing",
    ];
    #[rustfmt::skip]
    let begins = [
        "prevent", "block", "disallow", "protect", "isolat", "restrict", "reject", "refus", "drop", "ignor", "disabl", "deprecat", "former",
        "previous", "reserv", "redirect", "limit",
    ];
    words(text)
        .iter()
        .any(|it| whole.contains(&it.as_str()) || begins.iter().any(|begin| it.starts_with(begin)))
}

/// Nouns for traffic between ends.
pub(crate) const TRAFFIC: [&str; 5] = [
    "communication",
    "communications",
    "traffic",
    "connection",
    "connections",
];

type Ends = (Vec<String>, Vec<String>);

/// `Connections from A to B`, `Incoming connections to B from A`.
fn connections(sentence: &str, lower: &str) -> Option<Ends> {
    let nouns = TRAFFIC.iter().chain(&["requests"]);
    let access = lower.find("access from ").map(|at| (at, "access ".len()));
    let (at, noun) = nouns
        .map(|it| format!("{it} "))
        .filter_map(|it| lower.find(&it).map(|at| (at, it.len())))
        .chain(access)
        .min()?;
    let opens = lower[..at].split_whitespace().count() <= 2;
    let rest = &sentence[at + noun..];
    let part = |word: &str, other: &str| -> Vec<String> {
        let Some(rest) = rest
            .strip_prefix(word)
            .or_else(|| rest.split_once(&format!(" {word}")).map(|it| it.1))
        else {
            return Vec::new();
        };
        let names = rest.split(&format!(" {other}")).next().unwrap_or(rest);
        let names = parties(cut_at(names, ENDS));
        let fits = |it: &String| !is_page(it) && words(it).len() <= 5;
        names.into_iter().filter(fits).collect()
    };
    let starts = ["from ", "to "].iter().any(|it| rest.starts_with(it));
    let (from, to) = (part("from ", "to "), part("to ", "from "));
    let names_one = !from.is_empty() || !to.is_empty();
    (opens && starts && names_one).then_some((from, to))
}

/// Words that are in front of names in a sentence that begins with ports: `TCP ports 80 and 443 outbound to A`.
#[rustfmt::skip]
const OF_PORTS: &[&str] = &[
    "port", "ports", "tcp", "udp", "and", "or", "both", "inbound", "outbound", "incoming", "outgoing", "traffic", "open", "allow", "on",
    "over", "https", "http", "ssh",
];

/// `TCP port 53 to A`, `443 from A to B`: nothing but ports, and who connects or listens.
fn ports(sentence: &str, lower: &str) -> Option<Ends> {
    let at = [" to ", " from "]
        .iter()
        .filter_map(|it| lower.find(it))
        .min()?;
    let head = words(&lower[..at]);
    let is_number = |it: &String| it.bytes().all(|it| it.is_ascii_digit());
    let fits = head.iter().any(is_number)
        && head
            .iter()
            .all(|it| is_number(it) || OF_PORTS.contains(&it.as_str()));
    if !fits {
        return None;
    }
    let part = |word: &str, other: &str| -> Vec<String> {
        let Some((_, rest)) = sentence[at..].split_once(word) else {
            return Vec::new();
        };
        let rest = rest.split(other).next().unwrap_or(rest);
        let name = cut_at(cut_at(rest, ENDS), &[". ", ", "]);
        let its = words(name);
        // Not a verb: `443 to register agents`; and not what a port changes to: `80 to HTTPS`.
        let rest = rest.trim_start();
        let articles = ["the ", "your ", "any ", "all "];
        let begins_as_name =
            name.starts_with(char::is_uppercase) || articles.iter().any(|it| rest.starts_with(it));
        let is_protocol = its.first().is_some_and(|it| is_protocol_name(it));
        let is_name =
            (1..=6).contains(&its.len()) && !is_page(name) && begins_as_name && !is_protocol;
        if is_name { parties(name) } else { Vec::new() }
    };
    let (from, to) = (part(" from ", " to "), part(" to ", " from "));
    (!from.is_empty() || !to.is_empty()).then_some((from, to))
}

/// `For remote access to A from B`
fn access(sentence: &str, lower: &str) -> Option<Ends> {
    let at = lower.find("access to ")?;
    let opens = lower[..at].split_whitespace().count() <= 3;
    let rest = &sentence[at + "access to ".len()..];
    let (to, from) = rest.split_once(" from ")?;
    let (to, from) = (listener(to), actor(cut(from))?);
    (opens && !to.is_empty()).then_some((from, to))
}

/// `Used by users to fetch mail`: people and their programs do not listen, whatever they do.
fn people(sentence: &str, lower: &str) -> Option<Ends> {
    let at = lower.find("used by ")? + "used by ".len();
    let name = sentence[at..].split(" to ").next()?;
    let from = actor(cut(name))?;
    let nouns = [
        "users",
        "clients",
        "browsers",
        "administrators",
        "admins",
        "operators",
        "developers",
        "workstations",
    ];
    let is_of_people = words(cut(name))
        .last()
        .is_some_and(|it| nouns.contains(&it.as_str()));
    is_of_people.then_some((from, Vec::new()))
}

/// `To communicate with A by TLS, use port 9094`.
fn purpose(sentence: &str, lower: &str) -> Option<Ends> {
    let verb = lower.strip_prefix("to ")?;
    let to = object(&sentence[sentence.len() - verb.len()..])?;
    (!to.is_empty()).then(|| (Vec::new(), to))
}

/// Verbs of who begins a connection, and what is between them and who listens. After a verb without that comes what is sent or fetched.
#[rustfmt::skip]
const CONNECTS: &[(&str, &[&str])] = &[
    ("connect", &[" to "]), ("communicate", &[" with "]), ("access", &[" "]), ("reach", &[" "]), ("contact", &[" "]), ("talk", &[" to "]),
    ("query", &[" "]), ("register", &[" with "]), ("authenticate", &[" with ", " to "]), ("poll", &[" "]), ("scrape", &[" "]),
    ("send", &[]), ("download", &[]), ("upload", &[]), ("submit", &[]),
];

/// What comes between who connects and what for, and whether it ends in the verb.
const BETWEEN: [(&str, bool); 4] = [
    (" for connecting to ", true),
    (" for communicating with ", true),
    (" for accessing ", true),
    (" to ", false),
];

/// `Used by A to connect to B`, `Allows A to reach B`, `A connects to B`.
fn initiator(sentence: &str, lower: &str) -> Option<Ends> {
    let opened = [
        "used by ",
        "allows ",
        "allow ",
        "enables ",
        "lets ",
        "required for ",
        "needed for ",
        "for ",
    ];
    let ends = |open: &str| -> Option<Ends> {
        let at = lower.find(open)?;
        let start = at + open.len();
        let is_word = at == 0 || lower[..at].ends_with(' ');
        let mut between = BETWEEN.iter().filter(|_| is_word);
        let (middle, (words, has_verb)) =
            between.find_map(|it| Some((lower[start..].find(it.0)?, it)))?;
        let rest = &sentence[start + middle + words.len()..];
        let to = if *has_verb {
            listener(rest)
        } else {
            object(rest)?
        };
        Some((actor(&sentence[start..start + middle])?, to))
    };
    if let Some(ends) = opened.into_iter().find_map(ends) {
        return Some(ends);
    }
    let here = [" connects here", " connect here"];
    if let Some(at) = here.iter().find_map(|it| lower.find(it)) {
        return Some((actor(&sentence[..at])?, Vec::new()));
    }
    // `Agents connect to the server`, `Agents must be able to reach the server`, `Agents need access to the server`
    let (at, (words, has_verb)) = VERBS
        .iter()
        .filter_map(|it| Some((lower.find(it.0)?, it)))
        .min_by_key(|it| it.0)?;
    let from = actor(&sentence[..at])?;
    let rest = &sentence[at + words.len()..];
    let to = if *has_verb {
        listener(rest)
    } else {
        object(rest)?
    };
    Some((from, to))
}

/// What comes after the name of who connects in a sentence about it, and whether it ends in the verb.
#[rustfmt::skip]
const VERBS: [(&str, bool); 16] = [
    (" connects to ", true), (" connect to ", true), (" must be able to ", false), (" should be able to ", false), (" must have access to ", true),
    (" should have access to ", true), (" have access to ", true), (" has access to ", true), (" need access to ", true),
    (" needs access to ", true), (" requires access to ", true), (" require access to ", true), (" must ", false), (" need to ", false),
    (" needs to ", false), (" can ", false),
];

/// Who listens after a verb of who connects: `connect to the server`, `access the server`; empty after `send metrics`.
fn object(text: &str) -> Option<Vec<String>> {
    let lower = lower_in_place(text);
    let (verb, links) = CONNECTS.iter().find(|it| begins(&lower, it.0))?;
    let rest = &text[verb.len()..];
    let link = links
        .iter()
        .find(|it| lower[verb.len()..].starts_with(**it));
    Some(link.map_or_else(Vec::new, |it| listener(&rest[it.len()..])))
}

/// A listener in a sentence: a short name with a noun for components, rather than what is on it: `the API`, `each other`.
pub(crate) fn listener(text: &str) -> Vec<String> {
    // `the following ports of the server`
    let near = |it: &(&str, &str)| it.0.split(' ').count() <= 3;
    let mut ports = [" ports of ", " ports on "].iter();
    let of_ports = ports.find_map(|it| text.split_once(it).filter(near));
    let name = cut(of_ports.map_or(text, |it| it.1));
    let its = words(name);
    // A second verb is about other ends.
    let has_verb = CONNECTS
        .iter()
        .any(|it| its.iter().any(|word| word == it.0));
    let fits = its.len() <= 4 && has_any(&its, ACTORS) && !is_page(name) && !has_verb;
    if fits { parties(name) } else { Vec::new() }
}

/// `A-to-B traffic`, `A to B communication`.
fn pair(sentence: &str, lower: &str) -> Option<Ends> {
    let nouns = TRAFFIC.iter().chain(&["replication", "requests", "access"]);
    let end = nouns.filter_map(|it| lower.find(&format!(" {it}"))).min()?;
    let (head, head_lower) = (&sentence[..end], &lower[..end]);
    let (at, length) = ["-to-", " to "]
        .iter()
        .find_map(|it| Some((head_lower.find(it)?, it.len())))?;
    let (left, right) = (&head[..at], &head[at + length..]);
    // `Point-to-point connections` are links.
    let is_link = words(left)
        .last()
        .is_some_and(|it| LINKS.contains(&it.as_str()));
    let is_pair = head.split(' ').count() <= 7 && !is_link;
    let from = actor(left).filter(|_| is_pair)?;
    Some((from, actor(right)?))
}

/// `Communication between nodes`, `inter-node traffic`: the members of a group among themselves.
fn members(sentence: &str, lower: &str) -> Option<Ends> {
    let others = ["replication", "gossip", "sync", "synchronization"];
    for open in [" between ", " among ", " amongst "] {
        let Some(at) = lower.find(open) else {
            continue;
        };
        let is_traffic = words(&lower[..at])
            .last()
            .is_some_and(|it| TRAFFIC.contains(&it.as_str()) || others.contains(&it.as_str()));
        let rest = &sentence[at + open.len()..];
        let is_one = !has_any(&words(rest), &["and", "or"]) && !rest.contains([',', '/']);
        if let Some(ends) = actor(cut(rest)).filter(|_| is_one && is_traffic) {
            return Some((ends.clone(), ends));
        }
    }
    let nodes = ["inter-node ", "internode ", "node-to-node", "inter-broker "];
    let found = nodes
        .iter()
        .find(|it| lower.starts_with(*it) || lower.contains(&format!(" {it}")))?;
    let name = if found.contains("broker") {
        "brokers"
    } else {
        "nodes"
    };
    let ends = vec![name.to_owned()];
    Some((ends.clone(), ends))
}

/// `Metrics, scraped by A`, `Logs received from A`: short texts that end in who connects. Where data come from says nothing of that.
fn origin(sentence: &str, lower: &str) -> Option<Ends> {
    let marks = [
        "received from ",
        "accepted from ",
        "access from ",
        "requests from ",
        "queries from ",
        "connections from ",
        "traffic from ",
        ", from ",
        "accessed by ",
        "scraped by ",
        "queried by ",
        "contacted by ",
        "reached by ",
        "access by ",
        "access for ",
        "open to ",
        "open for ",
        "accessible from ",
        "accessible by ",
        "accessible to ",
        "reachable from ",
        "reachable by ",
    ];
    let (at, mark) = marks.iter().find_map(|it| Some((lower.rfind(it)?, it)))?;
    let is_short = words(sentence).len() <= 14;
    let rest = &sentence[at + mark.len()..];
    let names_other = lower[at + mark.len()..].contains(" to ") || lower.contains("used by ");
    let from = actor(cut(rest)).filter(|_| is_short && !names_other)?;
    Some((from, Vec::new()))
}

/// Further nouns for who connects in sentences.
#[rustfmt::skip]
const PEOPLE: &[&str] = &[
    "administrators", "admins", "operators", "developers", "applications", "devices", "instances", "consumers", "producers", "peers",
    "runners", "services", "endpoints", "browsers", "components", "subscribers", "publishers", "followers", "prometheus", "kubelet",
    "stores", "daemons", "processes", "programs", "systems", "sites", "tools",
];

/// Words that are not in names of who connects: those of other clauses, and of what they are about.
#[rustfmt::skip]
const NOT_ACTORS: &[&str] = &[
    "port", "ports", "this", "that", "which", "default", "used", "you", "for", "in", "on", "by", "with", "do", "to", "who", "want", "only",
    "if", "when", "while", "before", "after", "until", "unless", "because", "since", "than", "older", "newer", "now", "then", "also",
];

/// Names of who connects: few words, one of them a noun for it.
pub(crate) fn actor(text: &str) -> Option<Vec<String>> {
    let text = text.trim();
    let lower = lower_in_place(text);
    let bare = [
        "the ", "all ", "your ", "a ", "an ", "any ", "each ", "every ", "both ", "other ",
    ]
    .iter()
    .find_map(|it| {
        lower
            .strip_prefix(it)
            .map(|rest| &text[text.len() - rest.len()..])
    })
    .unwrap_or(text);
    let its = words(bare);
    let fits = (1..=5).contains(&its.len())
        && (has_any(&its, ACTORS) || has_any(&its, PEOPLE))
        && !has_any(&its, NOT_ACTORS)
        && !is_protocol_name(bare)
        && !bare.contains(['(', ')', ':']);
    fits.then(|| parties(bare)).filter(|it| !it.is_empty())
}

/// Whether a text begins with a word.
fn begins(text: &str, word: &str) -> bool {
    text.strip_prefix(word)
        .is_some_and(|it| !it.starts_with(char::is_alphanumeric))
}

/// `Connections to the login page`
fn is_page(name: &str) -> bool {
    words(name).last().is_some_and(|it| {
        ["page", "pages", "url", "port", "ports", "website"].contains(&it.as_str())
    })
}

/// What ends the names of a list, and what ends a single name.
#[rustfmt::skip]
const ENDS: &[&str] = &[
    " for ", " via ", " when ", " using ", " that ", " which ", " on ", " with ", " over ", " if ", " during ", " in ", " (", " through ",
    " is ", " are ", " goes ", " go ",
];
#[rustfmt::skip]
const FURTHER_ENDS: &[&str] = &[" to ", " as ", " by ", " at ", ", ", " within ", " inside "];

/// A name in a sentence, without what follows it and without its article.
pub(crate) fn cut(text: &str) -> &str {
    cut_at(cut_at(text, FURTHER_ENDS), ENDS)
}

pub(crate) fn cut_at<'t>(text: &'t str, ends: &[&str]) -> &'t str {
    let end = ends
        .iter()
        .filter_map(|it| text.find(it))
        .min()
        .unwrap_or(text.len());
    let text = text[..end].trim().trim_end_matches(['.', ',']);
    // `Yes (open to users)`
    let text = text
        .strip_suffix(')')
        .filter(|it| !it.contains('('))
        .unwrap_or(text);
    text.strip_prefix("the ")
        .or_else(|| text.strip_prefix("a "))
        .unwrap_or(text)
}
