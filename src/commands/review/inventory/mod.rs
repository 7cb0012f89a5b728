//! `review --all` of a file without `portmatrix_rules`: what the existing rules allow.

mod json;
mod sarif;
mod text;

use super::effect::{self, Contested};
use super::estate::Estate;
use super::notes::of_inventory;
use super::{exit, fails};
use crate::catalog::Catalog;
use crate::commands::Exit;
use crate::model::secret::{HIDDEN, Secrets};
use crate::model::words::Severity;
use crate::review::gather::Gathered;
use crate::review::inventory::{
    Entry, Inventory, InventoryInput, Kind, inventory, markdown::markdown,
};
use crate::review::rule::EnforcementPoint;
use std::collections::BTreeMap;

/// What a file without `portmatrix_rules` has.
pub(super) struct Found {
    /// The file, as it was named.
    pub(super) file: String,
    pub(super) estate: Estate,
    pub(super) gathered: Gathered,
    /// Why the file may be incomplete.
    pub(super) doubts: Vec<String>,
}

/// What is printed.
struct Outcome {
    file: String,
    inventory: Inventory,
    /// Rules that are known only after apply.
    unknown: usize,
    /// Groups that remove separate rules again.
    contested: Vec<Contested>,
    /// These as warnings, and what is not listed, and why.
    notes: Vec<String>,
    /// The platform's own ids or names of rules, by their addresses.
    names: BTreeMap<String, String>,
}

/// What to do after the inventory.
const NEXT: &str = "next: declare a layout with `portmatrix_rules`; `review` then also reports what is missing and what is not part of any flow";

impl Found {
    /// Prints the inventory in a format. Exits with 1 from a severity on.
    pub(super) fn print(
        self,
        (catalog, language): (&Catalog, &str),
        format: &str,
        fail_on: Option<Severity>,
        out: &mut String,
    ) -> Exit {
        let Found {
            file,
            estate,
            gathered,
            doubts,
        } = self;
        let input = InventoryInput {
            rules: &gathered.input.found,
            ignore: &gathered.input.ignore,
            hidden: &estate.sensitive,
            unknown: estate.unknown,
        };
        let mut inventory = inventory(input, catalog, language);
        redact(&mut inventory, &estate.secrets);
        let contested = effect::contested(&estate.contested, &gathered);
        let worst = inventory.entries.iter().map(Entry::severity);
        let worst = worst.chain((!contested.is_empty()).then_some(Severity::Warning));
        let fails = fails(worst.min(), fail_on);
        let warnings = contested.iter().map(Contested::warning).collect();
        let unread = !gathered.not_compared.is_empty();
        let outcome = Outcome {
            file,
            unknown: estate.unknown,
            notes: [
                warnings,
                of_inventory(inventory.ignored, &estate, &gathered, doubts),
            ]
            .concat(),
            contested,
            inventory,
            names: estate.names,
        };
        match format {
            "json" => json::write(&outcome, out),
            "sarif" => sarif::write(&outcome, out),
            "markdown" => {
                out.push_str(&markdown(&outcome.inventory));
                let notes = outcome.notes.iter().map(String::as_str).chain([NEXT]);
                out.extend(notes.map(|it| format!("\n{it}\n")));
            }
            _ => text::write(&outcome, out),
        }
        exit(fails, unread)
    }
}

/// Hides sensitive texts, also in names of points.
fn redact(inventory: &mut Inventory, secrets: &Secrets) {
    if secrets.is_empty() {
        return;
    }
    let is_secret = |text: &str| secrets.are_in(text);
    let name = |point: &mut EnforcementPoint| {
        if is_secret(&point.to_string()) {
            *point = EnforcementPoint::new(point.platform, HIDDEN);
        }
    };
    for entry in &mut inventory.entries {
        let shown = [&entry.traffic, &entry.message, &entry.meaning];
        let of_rules = entry.rules.iter().flat_map(|it| [&it.traffic, &it.id]);
        if shown.into_iter().chain(of_rules).any(|it| is_secret(it)) {
            HIDDEN.clone_into(&mut entry.traffic);
            entry.message = format!("{}: {HIDDEN}", entry.kind.description());
            entry.meaning.clear();
            entry.listeners.clear();
            entry.fingerprint = entry.kind.to_string();
            entry.hidden = true;
            for it in &mut entry.rules {
                HIDDEN.clone_into(&mut it.traffic);
                if is_secret(&it.id) {
                    HIDDEN.clone_into(&mut it.id);
                }
            }
        }
        entry.rules.iter_mut().for_each(|it| name(&mut it.point));
    }
    inventory
        .points
        .iter_mut()
        .for_each(|it| name(&mut it.point));
    for it in &mut inventory.quotas {
        it.point.iter_mut().for_each(&name);
        if is_secret(&it.place) {
            HIDDEN.clone_into(&mut it.place);
        }
    }
}

/// The kinds with the number of their entries, for what is left out.
fn count(entries: &[&Entry]) -> String {
    let kinds = Kind::ALL.iter().filter_map(|kind| {
        let count = entries.iter().filter(|it| it.kind == *kind).count();
        (count > 0).then(|| format!("{count} {kind}"))
    });
    kinds.collect::<Vec<_>>().join(", ")
}
