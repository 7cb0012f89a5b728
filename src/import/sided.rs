//! Names in a cell of components that say on which side of a connection each is: `Outbound for agents; inbound for the server`.

use super::arrow::{Arrow, open_ended};
use super::cell::parties;
use super::heading::ACTORS;
use super::text::{even, has_any, lower_in_place, words};
use super::words::{Way, way};

const IN: [&str; 3] = ["inbound", "incoming", "ingress"];
const OUT: [&str; 3] = ["outbound", "outgoing", "egress"];
const EITHER: [&str; 4] = [
    "in- and outbound",
    "inbound and outbound",
    "incoming and outgoing",
    "inbound/outbound",
];
const NOUNS: [&str; 4] = ["traffic ", "connections ", "connection ", "ports "];
/// Words before names; `from` and `to` say more precisely than the direction on which side they are.
const BEFORE_NAMES: [(&str, Option<Side>); 6] = [
    ("for ", None),
    ("on ", None),
    ("at ", None),
    ("of ", None),
    ("to ", Some(Side::To)),
    ("from ", Some(Side::From)),
];

/// On which side the names are that follow.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    From,
    To,
    Both,
}

/// Where a word for a direction is, what it says of the names after it, and where these begin.
fn marks(lower: &str) -> Vec<(usize, Side, usize)> {
    let lists: [(&[&str], Side); 3] = [(&EITHER, Side::Both), (&IN, Side::To), (&OUT, Side::From)];
    let mut marks: Vec<(usize, Side, usize)> = Vec::new();
    for (words, side) in lists {
        for word in words {
            for (at, _) in lower.match_indices(word) {
                let rest = lower[at + word.len()..].trim_start();
                let rest = NOUNS
                    .iter()
                    .find_map(|it| rest.strip_prefix(it))
                    .unwrap_or(rest);
                let names = BEFORE_NAMES
                    .iter()
                    .find_map(|(it, side)| Some((rest.strip_prefix(it)?, *side)));
                let start = at == 0 || lower[..at].ends_with([' ', '\n']);
                let inside = |it: &(usize, Side, usize)| it.0 <= at && at < it.2;
                if let Some((names, own)) = names.filter(|_| start && !marks.iter().any(inside)) {
                    marks.push((at, own.unwrap_or(side), lower.len() - names.len()));
                }
            }
        }
    }
    marks.sort_unstable_by_key(|it| it.0);
    marks
}

/// Words for the side in brackets after a direction: `Inbound (from agents)`.
const FROM: [&str; 6] = ["from ", "vom ", "von ", "от ", "из ", "来自"];
const TO: [&str; 5] = ["to ", "zum ", "zur ", "nach ", "к "];

/// The end in brackets after a direction. Without a word for the side it has to be a noun of a component: not `Inbound (SSH)`.
fn in_brackets(text: &str) -> Option<Arrow> {
    let (head, rest) = text.split_once('(')?;
    let inside = rest.trim_end().strip_suffix(')')?;
    let way = way(head)?;
    let after = |list: &[&str]| list.iter().find_map(|it| inside.strip_prefix(*it));
    let (from, to) = match (after(&FROM), after(&TO), way) {
        (Some(it), ..) => (parties(it), Vec::new()),
        (_, Some(it), _) => (Vec::new(), parties(it)),
        (.., Way::In) if has_any(&words(inside), ACTORS) => (parties(inside), Vec::new()),
        (.., Way::Out) if has_any(&words(inside), ACTORS) => (Vec::new(), parties(inside)),
        _ => return None,
    };
    Some(Arrow {
        from,
        to,
        both: false,
    })
}

/// Japanese puts the side after the name: `エージェントからのインバウンド`.
fn in_japanese(text: &str) -> Option<Arrow> {
    let (name, rest, is_from) = [("から", true), ("へ", false)]
        .iter()
        .find_map(|(it, is_from)| text.split_once(it).map(|(a, b)| (a, b, *is_from)))?;
    way(rest)?;
    let names = parties(name);
    let (from, to) = if is_from {
        (names, Vec::new())
    } else {
        (Vec::new(), names)
    };
    Some(Arrow {
        from,
        to,
        both: false,
    })
}

/// The ends that a cell of a column of directions names although it has no arrow between two.
pub(super) fn of_direction(text: &str) -> Option<Arrow> {
    let text = even(text);
    if text.contains('\n') {
        return None;
    }
    open_ended(&text)
        .or_else(|| sided(&text))
        .or_else(|| in_brackets(&text))
        .or_else(|| in_japanese(&text))
        .filter(|it| !it.from.is_empty() || !it.to.is_empty())
}

/// The two ends of a cell that begins with a direction, perhaps after `By default:`.
pub(super) fn sided(text: &str) -> Option<Arrow> {
    let text = even(text);
    let lower = lower_in_place(&text);
    let marks = marks(&lower);
    let before = &text[..marks.first()?.0];
    if !before.is_empty() && !before.ends_with(": ") {
        return None;
    }
    let mut arrow = Arrow {
        from: Vec::new(),
        to: Vec::new(),
        both: false,
    };
    for (at, mark) in marks.iter().enumerate() {
        let end = marks.get(at + 1).map_or(text.len(), |it| it.0);
        let names = text[mark.2..end].trim_end_matches([' ', ',', ';']);
        let names = names.strip_suffix(" and").unwrap_or(names);
        let names = names.strip_prefix("the ").unwrap_or(names);
        match mark.1 {
            Side::From => arrow.from.extend(parties(names)),
            Side::To | Side::Both => arrow.to.extend(parties(names)),
        }
        arrow.both |= mark.1 == Side::Both;
    }
    Some(arrow).filter(|it| !it.from.is_empty() || !it.to.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(arrow: Option<Arrow>) -> String {
        arrow.map_or_else(String::new, |it| {
            let sign = if it.both { "<>" } else { ">" };
            format!("{} {sign} {}", it.from.join(","), it.to.join(","))
        })
    }

    #[test]
    fn cells_say_on_which_side_names_are() {
        for (text, expected) in [
            ("Inbound for Parrot", " > Parrot"),
            ("In- and outbound traffic on Perch doors", " <> Perch doors"),
            (
                "Outbound for Parrot, Perch and agents; inbound for the seed store",
                "Parrot,Perch,agents > seed store",
            ),
            (
                "By default: outbound for all cages, inbound for Perch",
                "all cages > Perch",
            ),
            ("Inbound from the perch", "perch > "),
            ("Outbound to seed stores", " > seed stores"),
            ("Inbound rule server", ""),
            ("Parrot", ""),
        ] {
            assert_eq!(shown(sided(text)), expected, "{text}");
        }
        for (text, expected) in [
            ("Parrot →", "Parrot > "),
            ("-> Parrot", " > Parrot"),
            ("Inbound (vom Sittich)", "Sittich > "),
            ("Outbound (Internet)", " > Internet"),
            ("Inbound (SSH)", ""),
            ("オウムからのインバウンド", "オウム > "),
            ("オウムへのアウトバウンド", " > オウム"),
            ("Inbound", ""),
            ("↔", ""),
        ] {
            assert_eq!(shown(of_direction(text)), expected, "{text}");
        }
    }
}
