//! What is remarked on the matrix: advisories, conflicts, gaps, suspects; and the places in the sources.

use super::fields::Fields;
use crate::catalog::product::{Advisory, Conflict, Gap, SourceRef, Suspect};

pub(super) fn source_refs(it: Fields<'_>) -> Vec<SourceRef> {
    it.tables("source")
        .map(|it| SourceRef {
            source: it.string("ref"),
            at: it.string("at"),
        })
        .collect()
}

pub(super) fn advisory(it: Fields<'_>) -> Advisory {
    Advisory {
        id: it.string("id"),
        warns: warns(it),
        kind: it.optional("kind").unwrap_or_else(|| "security".to_owned()),
        text: it.languages("text"),
        items: it.strings("items"),
        flows: it.strings("flows"),
        when: it.strings("when"),
        unless: it.strings("unless"),
        sources: source_refs(it),
        releases: it.releases(),
    }
}

pub(super) fn conflict(it: Fields<'_>) -> Conflict {
    Conflict {
        id: it.string("id"),
        flows: it.strings("flows"),
        statements: it
            .tables("statements")
            .map(|it| (it.string("says"), source_refs(it)))
            .collect(),
        taken: it.string("taken"),
        why: it.languages("why"),
        releases: it.releases(),
    }
}

pub(super) fn gap(it: Fields<'_>) -> Gap {
    Gap {
        id: it.string("id"),
        text: it.languages("text"),
        components: it.strings("components"),
        warns: warns(it),
        flows: it.strings("flows"),
        sources: source_refs(it),
        releases: it.releases(),
    }
}

fn warns(it: Fields<'_>) -> bool {
    it.text("severity").is_some_and(|it| it.text == "warning")
}

pub(super) fn suspect(it: Fields<'_>) -> Suspect {
    Suspect {
        id: it.string("id"),
        flows: it.strings("flows"),
        printed: it.string("printed"),
        suggested: it.string("suggested"),
        why: it.languages("why"),
        sources: source_refs(it),
        releases: it.releases(),
    }
}
