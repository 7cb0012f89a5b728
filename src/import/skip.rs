//! Rows of a table that do not make flows: headers that come again, examples, policies, and traffic within one host.

use super::claim::is_local_address;
use super::policy::{denies, forbids};
use super::rows::Surroundings;
use super::table::Row;
use super::text::{has_any, is_blank, words};
use super::words::Role;

const WITHIN_HOST: &str = "the row is about traffic within one host";

/// Whether a short cell says that a listener has only the host's own address: `No (listens on 127.0.0.1)`.
fn is_bound(text: &str) -> bool {
    let its = words(text);
    let verbs = [
        "listen on",
        "listens on",
        "listening on",
        "bound to",
        "binds to",
        "bind to",
    ];
    let own = ["127 0 0 1", "localhost", "loopback"];
    let open = [
        "or",
        "and",
        "if",
        "unless",
        "not",
        "longer",
        "previously",
        "now",
        "all",
        "configurable",
        "except",
        "but",
        "other",
        "formerly",
    ];
    its.len() <= 10 && has_any(&its, &verbs) && has_any(&its, &own) && !has_any(&its, &open)
}

impl Surroundings<'_> {
    /// Why a row is not a flow.
    pub(super) fn skip(&self, row: &Row) -> Option<&'static str> {
        let header = |at: usize| self.table.header.get(at).map(|it| words(&it.text));
        let same = row
            .cells
            .iter()
            .enumerate()
            .filter(|(_, it)| !is_blank(&it.text));
        let same: Vec<bool> = same
            .map(|(at, it)| header(at).is_some_and(|header| header == words(&it.text)))
            .collect();
        if !same.is_empty() && same.iter().all(|it| *it) {
            return Some("the row repeats the header");
        }
        let first = row
            .cells
            .iter()
            .map(|it| it.text.trim())
            .find(|it| !it.is_empty());
        let lower = first.unwrap_or_default().to_lowercase();
        if [
            "e.g.",
            "example",
            "for example",
            "z. b.",
            "z.b.",
            "örneğin",
            "например",
            "例如",
            "例:",
        ]
        .iter()
        .any(|it| lower.starts_with(it))
        {
            return Some("the row is an example");
        }
        let section = row.section.as_deref().map(words).unwrap_or_default();
        let local = [
            "localhost",
            "localhost ports",
            "localhost traffic",
            "localhost only",
        ];
        let begins = |it: &&str| section.iter().take(2).map(String::as_str).eq(it.split(' '));
        if local.iter().any(begins) {
            return Some(WITHIN_HOST);
        }
        // `Listen: 127.0.0.1`
        let binds = |at: usize| {
            let names = ["listen", "listens", "listening", "bind", "binding", "bound"];
            header(at).is_some_and(|it| has_any(&it, &names))
        };
        let mut local = row.cells.iter().enumerate().filter(|(at, _)| binds(*at));
        if local.any(|(_, it)| is_local_address(&it.text))
            || row.cells.iter().any(|it| is_bound(&it.text))
        {
            return Some(WITHIN_HOST);
        }
        let denied = self.cell(row, Role::Action).is_some_and(denies);
        let rest: &[&str] = &[
            "all other",
            "any other",
            "everything else",
            "all remaining",
            "все остальные",
            "其他所有",
            "diğer tüm",
        ];
        let policy = row.cells.iter().any(|it| has_any(&words(&it.text), rest))
            && row.cells.iter().any(|it| denies(&it.text));
        let names = [
            "default deny",
            "deny all",
            "implicit deny",
            "drop all",
            "allow all",
        ];
        // Whole sentences may say that of something else.
        let is_one = row.cells.iter().any(|it| {
            let words = words(&it.text);
            words.len() <= 4 && has_any(&words, &names)
        });
        if denied || policy || is_one {
            return Some("the row is a policy");
        }
        let forbidden = row.cells.iter().any(|it| forbids(&it.text));
        forbidden.then_some("the row says that the port is not open")
    }
}
