//! Pages with port tables, as `import` reads them.

use portmatrix::import::answers::Answers;
use portmatrix::import::{Facts, Page, complete, facts};

/// A page, read and completed with what the answers lack.
pub(crate) fn read(text: &str, name: &str, answers: Answers) -> (Facts, Answers) {
    let document = portmatrix::import::read::read(text, name).unwrap_or_else(|it| panic!("{it}"));
    let facts = facts(&document, &answers);
    let page = Page {
        stem: name.split('.').next().unwrap_or(name).to_owned(),
        retrieved: "2026-11-28".to_owned(),
        ..Page::default()
    };
    let answers = complete(answers, &facts, &page, text);
    (facts, answers)
}
