//! What is remarked on the matrix: advisories, conflicts, gaps, suspects; and the places in the sources.

use super::Known;
use super::document::Mistakes;
use super::fields::Fields;
use crate::catalog::product::{Advisory, Conflict, Gap, SourceRef, Suspect};
use crate::model::name::suggest;
use std::collections::BTreeSet;

/// The kinds of advisory.
const ADVISORY_KINDS: [&str; 7] = [
    "security",
    "exclusive",
    "topology",
    "layers",
    "coupling",
    "checklist",
    "antivirus",
];

impl Known {
    pub(super) fn source_refs(&self, it: &mut Fields<'_>, m: &mut Mistakes<'_>) -> Vec<SourceRef> {
        let owner = it.name.clone();
        it.list("source", m)
            .into_iter()
            .map(|mut it| {
                it.rename(format!("`source` of {owner}"));
                let source = it.required("ref", m);
                if !source.text.is_empty() && !self.sources.contains_key(&source.text) {
                    let help = suggest(&source.text, self.sources.keys().map(String::as_str));
                    m.add(
                        source.at,
                        format!("{}: unknown source `{}`; {help}", it.name, source.text),
                    );
                }
                let at = it.required("at", m).text;
                it.finish(m);
                SourceRef {
                    source: source.text,
                    at,
                }
            })
            .collect()
    }

    fn flow_refs(&self, it: &mut Fields<'_>, m: &mut Mistakes<'_>) -> Vec<String> {
        let texts = it.texts("flows", m);
        for text in &texts {
            if !self.flows.contains_key(&text.text) {
                let help = suggest(&text.text, self.flows.keys().map(String::as_str));
                m.add(
                    text.at,
                    format!(
                        "{}: `flows` names the unknown flow `{}`; {help}",
                        it.name, text.text
                    ),
                );
            }
        }
        texts.into_iter().map(|it| it.text).collect()
    }

    pub(super) fn advisories(&self, top: &mut Fields<'_>, m: &mut Mistakes<'_>) -> Vec<Advisory> {
        self.remarks(top, "advisory", m, |this, it, id, m| Advisory {
            id,
            warns: it.word("severity", &["info", "warning"], |it| it, m) == Some("warning"),
            kind: it
                .word("kind", &ADVISORY_KINDS, |it| it, m)
                .unwrap_or("security")
                .to_owned(),
            text: it.languages("text", true, m),
            flows: this.flow_refs(it, m),
            sources: this.source_refs(it, m),
        })
    }

    pub(super) fn conflicts(&self, top: &mut Fields<'_>, m: &mut Mistakes<'_>) -> Vec<Conflict> {
        self.remarks(top, "conflict", m, |this, it, id, m| {
            let statements: Vec<_> = it
                .list("statements", m)
                .into_iter()
                .map(|mut it| {
                    let statement = (it.required("says", m).text, this.source_refs(&mut it, m));
                    it.finish(m);
                    statement
                })
                .collect();
            if statements.len() < 2 {
                m.add(
                    it.at,
                    format!(
                        "{}: `statements` must be at least two; a conflict is between them",
                        it.name
                    ),
                );
            }
            let (flows, taken) = (this.flow_refs(it, m), it.required("taken", m).text);
            Conflict {
                id,
                flows,
                statements,
                taken,
                why: it.languages("why", true, m),
            }
        })
    }

    pub(super) fn gaps(&self, top: &mut Fields<'_>, m: &mut Mistakes<'_>) -> Vec<Gap> {
        self.remarks(top, "gap", m, |this, it, id, m| {
            let text = it.languages("text", true, m);
            Gap {
                id,
                text,
                flows: this.flow_refs(it, m),
                sources: this.source_refs(it, m),
            }
        })
    }

    pub(super) fn suspects(&self, top: &mut Fields<'_>, m: &mut Mistakes<'_>) -> Vec<Suspect> {
        self.remarks(top, "suspect", m, |this, it, id, m| Suspect {
            id,
            flows: this.flow_refs(it, m),
            printed: it.required("printed", m).text,
            suggested: it.required("suggested", m).text,
            why: it.languages("why", true, m),
            sources: this.source_refs(it, m),
        })
    }

    /// The tables that remark on the matrix, each with an id of its own.
    fn remarks<T>(
        &self,
        top: &mut Fields<'_>,
        table: &'static str,
        m: &mut Mistakes<'_>,
        read: impl Fn(&Self, &mut Fields<'_>, String, &mut Mistakes<'_>) -> T,
    ) -> Vec<T> {
        let mut ids = BTreeSet::new();
        top.list(table, m)
            .into_iter()
            .map(|mut it| {
                let id = it.name("id", m);
                it.rename(format!("{table} `{}`", id.text));
                if !ids.insert(id.text.clone()) {
                    m.add(id.at, format!("{table} `{}` stands twice", id.text));
                }
                let remark = read(self, &mut it, id.text, m);
                it.finish(m);
                remark
            })
            .collect()
    }
}
