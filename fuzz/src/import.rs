//! The whole of an import: a page in, answers and a draft out.

use portmatrix::catalog::load;
use portmatrix::import::answers::Answers;
use portmatrix::import::questions::{answer, questions};
use portmatrix::import::read::read;
use portmatrix::import::{Page, complete, draft, facts, settle};

/// From any text that can be read, answers come that can be read again, and a draft that loads.
pub(crate) fn holds(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else {
        return;
    };
    for name in ["a.md", "a.html", "a.adoc", "a.rst", "a.csv"] {
        let Ok(document) = read(text, name) else {
            continue;
        };
        let facts = facts(&document, &Answers::default());
        let page = Page {
            stem: "a".to_owned(),
            retrieved: "2026-11-28".to_owned(),
            ..Page::default()
        };
        let mut answers = complete(Answers::default(), &facts, &page, text);
        let open = questions(&facts, &answers);
        let asked = answers.to_toml(&open, &facts.tables);
        assert!(Answers::parse(&asked).is_ok(), "{asked}");
        for question in open {
            let given = if question.proposal.is_empty() {
                "server"
            } else {
                &question.proposal
            };
            assert_eq!(answer(&mut answers, &question.place, given), Ok(()));
        }
        answers = complete(answers, &facts, &page, text);
        assert_eq!(questions(&facts, &answers), []);
        let written = answers.to_toml(&[], &[]);
        let again = Answers::parse(&written);
        assert!(again.is_ok(), "{written}\n{again:?}");
        let flows = settle(&facts, &answers);
        assert!(flows.len() <= facts.claims.len());
        assert!(
            flows
                .iter()
                .all(|it| !it.pieces.is_empty() && !it.at.is_empty())
        );
        if facts.claims.is_empty() {
            continue; // The command refuses such a page.
        }
        let draft = draft(&facts, &answers, text);
        let mistakes = load(&draft).err();
        assert!(mistakes.is_none(), "{mistakes:?}\n{draft}");
    }
}
