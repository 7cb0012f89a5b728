//! What is said after a report: what was not compared or listed, and why.

use super::estate::Estate;
use crate::model::name::backticked;
use crate::review::gather::Gathered;

/// How many rules a note names.
const MAX_NAMED: usize = 5;

/// The notes of a review.
pub(super) fn of_review(estate: &Estate, gathered: &Gathered, doubts: Vec<String>) -> Vec<String> {
    let counted = [
        rules(estate.unknown, &unknown_rules(&estate.waiting)),
        rules(
            gathered.elsewhere,
            "at points where no `portmatrix_rules` enforces anything; `--all` reviews these too",
        ),
        rules(
            gathered.unasked,
            "in a direction that no `portmatrix_rules` enforces",
        ),
    ];
    let undecided = estate.undecided.iter().map(|it| {
        format!("not compared: `{it}` is at a group that a zone may have, and the plan does not show which zone has it; name the group in a `zone` block, or review the state after apply; `--allow-unknown` accepts it")
    });
    let counted = counted.into_iter().flatten().chain(undecided);
    all(counted, "not compared", estate, gathered, doubts)
}

/// The notes of an inventory, in which so many rules are ignored.
pub(super) fn of_inventory(
    ignored: usize,
    estate: &Estate,
    gathered: &Gathered,
    doubts: Vec<String>,
) -> Vec<String> {
    let counted = [
        rules(estate.unknown, "known only after apply and not listed"),
        rules(ignored, "at points that are ignored"),
    ];
    let counted = counted.into_iter().flatten();
    all(counted, "not listed", estate, gathered, doubts)
}

fn all(
    counted: impl Iterator<Item = String>,
    what: &str,
    estate: &Estate,
    gathered: &Gathered,
    doubts: Vec<String>,
) -> Vec<String> {
    let unread = gathered.not_compared.iter();
    let unread = unread.map(|it| format!("{what}: {it}"));
    let unread = unread.chain(estate.notes.iter().cloned());
    counted.chain(unread).chain(doubts).collect()
}

/// What is so of a number of rules, if there are any.
fn rules(count: usize, rest: &str) -> Option<String> {
    let (s, are) = if count == 1 { ("", "is") } else { ("s", "are") };
    (count > 0).then(|| format!("{count} rule{s} {are} {rest}"))
}

/// The note about rules that are known only after apply, with the first of the existing ones.
fn unknown_rules(waiting: &[String]) -> String {
    let shown = &waiting[..waiting.len().min(MAX_NAMED)];
    let names = backticked(shown.iter().map(String::as_str));
    let text = "known only after apply and not compared";
    match waiting.len() - shown.len() {
        _ if waiting.is_empty() => text.to_owned(),
        0 => format!("{text}: {names}"),
        more => format!("{text}: {names} and {more} more"),
    }
}
