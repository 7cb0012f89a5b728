//! Names in policies: what means nothing, and what is there twice.

use super::{Cell, End, Origin, Policy};
use crate::model::code::Code;
use crate::model::finding::Finding;
use crate::model::name::{plain, suggest};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Ends that name nothing in a layout. In a block that is an error. Data may serve other layouts too: only a near miss is reported.
pub fn unknown_names(policy: &Policy, known: &[&str]) -> Vec<Finding> {
    let cells = policy.cells.iter().map(|it| (&it.from, &it.to, &it.origin));
    let exceptions = policy.exceptions.iter();
    let exceptions = exceptions.map(|it| (&it.from, &it.to, &it.origin));
    let ends = cells.chain(exceptions).flat_map(|(from, to, origin)| {
        [(from, "from"), (to, "to")].map(|(end, field)| (end, field, origin))
    });
    let mut findings = Vec::new();
    let mut near: BTreeMap<&Arc<str>, Option<&str>> = BTreeMap::new();
    for (end, field, origin) in ends {
        let End::Name(name) = end else { continue };
        if known.contains(&&**name) {
            continue;
        }
        if origin.in_data {
            let near = near.entry(name).or_insert_with(|| near_miss(name, known));
            if let Some(near) = near {
                findings.push(unmatched(name, near, origin, field));
            }
        } else {
            let message = format!(
                "`{name}` is not a zone, a segment or a component with a fixed address in this layout"
            );
            let place = origin.place.field(field);
            let remedy = suggest(name, known.iter().copied());
            findings.push(Finding::for_argument(Code::UnknownZone, &place, message).remedy(remedy));
        }
    }
    findings
}

fn unmatched(name: &str, near: &str, origin: &Origin, field: &'static str) -> Finding {
    let message = format!(
        "{} names `{name}`, which this layout does not have, but it has `{near}`",
        origin.words()
    );
    let finding = Finding::new(Code::PolicyUnmatched, name, message);
    let finding = finding.remedy(format!(
        "write `{near}` if that is meant; names are compared letter by letter"
    ));
    match origin.elsewhere {
        None => finding.at(&origin.place.field(field)),
        Some(_) => finding,
    }
}

/// The known name that was most likely meant. Names of other layouts are often similar, so it has to be very near: another case or
/// other separators, or one slip in a longer name. Names that differ in a digit are different zones.
fn near_miss<'k>(name: &str, known: &[&'k str]) -> Option<&'k str> {
    let digits = |it: &str| it.chars().filter(char::is_ascii_digit).collect::<String>();
    let mut candidates = known.iter().filter(|it| digits(it) == digits(name));
    let is_near = |it: &&&str| {
        let (one, other) = (plain(it), plain(name));
        one == other || (one.len() > 5 && strsim::osa_distance(&one, &other) == 1)
    };
    candidates.find(is_near).copied()
}

/// Cells with the same ends as an earlier one.
pub fn duplicates(cells: &[Cell]) -> impl Iterator<Item = (&Cell, &Cell)> {
    let mut first: BTreeMap<(&End, &End), &Cell> = BTreeMap::new();
    cells.iter().filter_map(move |cell| {
        let known = *first.entry((&cell.from, &cell.to)).or_insert(cell);
        (!std::ptr::eq(known, cell)).then_some((known, cell))
    })
}

/// The error about a cell that is there twice.
pub fn duplicate(first: &Cell, second: &Cell) -> Finding {
    let message = format!(
        "the policy from `{}` to `{}` is already set at {}",
        second.from,
        second.to,
        first.origin.words()
    );
    Finding::for_argument(Code::BadValue, &second.origin.place, message)
        .remedy("write each pair of ends once; several services go into one `services`")
}
