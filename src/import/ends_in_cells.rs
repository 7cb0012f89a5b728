//! The ends that a cell names, and what of a name is only said of it.

use super::cell::parties;
use super::claim::{Party, named};
use super::protocols::is_protocol_name;
use super::roles::LOOKED_AT;
use super::rows::Surroundings;
use super::table::Row;
use super::text::{has_any, words};
use super::words::{Role, is_any};

/// Words in brackets after a name that tell it apart from another, or say what is not meant.
#[rustfmt::skip]
const APART: &[&str] = &[
    "except", "not", "no", "only", "without", "non", "primary", "secondary", "standby", "active", "passive", "master", "replica", "internal",
    "external", "old", "new", "other", "remote", "local",
];

impl Surroundings<'_> {
    /// A cell with names. `All` in a column of hosts means all of them.
    pub(super) fn named(&self, row: &Row, role: Role) -> Vec<Party> {
        let Some(text) = self.cell(row, role) else {
            return Vec::new();
        };
        let header = self
            .columns
            .first(role)
            .and_then(|at| self.table.header.get(at))
            .map(|it| words(&it.text))
            .unwrap_or_default();
        if role == Role::Host && is_any(text) {
            let noun = ["hosts", "nodes", "servers", "components", "machines"]
                .iter()
                .find(|it| {
                    let single = it.trim_end_matches('s');
                    header.iter().any(|word| word == *it || word == single)
                });
            return named(vec![
                noun.map_or_else(|| text.to_owned(), |it| format!("All {it}")),
            ]);
        }
        let mut names = parties(text);
        // `Used by: HTTPS` names what the traffic is, next to rows that name who connects.
        if role == Role::From && has_any(&header, &["used by"]) {
            names.retain(|it| !is_protocol_name(it));
        }
        let names = self.with_nouns(text, names);
        named(names.into_iter().flat_map(|it| self.parts(it)).collect())
    }

    /// `Mail and Web Consoles` are a mail console and web consoles, if the table has a `Mail Console` elsewhere.
    fn with_nouns(&self, text: &str, mut names: Vec<String>) -> Vec<String> {
        let Some((last, before)) = names.split_last_mut() else {
            return names;
        };
        let noun = words(last).pop().unwrap_or_default();
        let nouns = [noun.trim_end_matches('s').to_owned(), noun];
        let ends = self.columns.ends();
        let joined = |name: &str| {
            ["and", "or", "&"]
                .iter()
                .any(|it| text.contains(&format!("{name} {it} {last}")))
        };
        let rows = || self.table.rows.iter().take(LOOKED_AT);
        let cells = || rows().flat_map(|row| ends.iter().filter_map(|at| row.cells.get(*at)));
        let is_alone = |name: &str| cells().any(|it| it.text.trim() == name);
        for name in before.iter_mut().filter(|it| joined(it) && !is_alone(it)) {
            let its = words(name);
            let is_whole = |text: &str| {
                let all = words(text);
                all.split_last()
                    .is_some_and(|(last, rest)| nouns.contains(last) && rest == its)
            };
            if let Some(whole) = cells().find(|it| is_whole(&it.text)) {
                whole.text.trim().clone_into(name);
            }
        }
        names
    }

    /// The names in `Relay/Hub`, if the table has both alone, and that in `Relay (mail)`, if it has it without the brackets.
    fn parts(&self, name: String) -> Vec<String> {
        let ends = self.columns.ends();
        let cells = |row: &Row, part: &str| {
            let mut cells = ends.iter().filter_map(|at| row.cells.get(*at));
            cells.any(|it| it.text.trim() == part)
        };
        let has = |part: &&str| {
            let mut rows = self.table.rows.iter().take(LOOKED_AT);
            rows.any(|row| cells(row, part))
        };
        // Two different brackets tell apart, and some say what is not meant.
        let open = |bare: &str| format!("{bare} (");
        let is_only = |bare: &str| {
            let rows = self.table.rows.iter().take(LOOKED_AT);
            let texts = rows.flat_map(|row| ends.iter().filter_map(|at| row.cells.get(*at)));
            texts
                .map(|it| it.text.trim())
                .all(|it| it == name || !it.starts_with(&open(bare)))
        };
        let says_what_for = |inner: &str| !has_any(&words(inner), APART);
        if let Some((bare, _)) = name
            .split_once(" (")
            .filter(|it| has(&it.0) && !is_any(it.0) && is_only(it.0) && says_what_for(it.1))
        {
            return vec![bare.to_owned()];
        }
        let parts: Vec<&str> = name.split('/').map(str::trim).collect();
        if parts.len() == 2 && parts.iter().all(has) {
            return parts.into_iter().map(str::to_owned).collect();
        }
        vec![name]
    }
}
