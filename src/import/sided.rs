//! Names in a cell of components that say on which side of a connection each is: `Outbound for agents; inbound for the server`.

use super::arrow::Arrow;
use super::cell::parties;
use super::text::{even, lower_in_place};

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
            let shown = sided(text).map_or_else(String::new, |it| {
                let sign = if it.both { "<>" } else { ">" };
                format!("{} {sign} {}", it.from.join(","), it.to.join(","))
            });
            assert_eq!(shown, expected, "{text}");
        }
    }
}
