//! The answers of a person to what a page leaves open, so that an import can be repeated.

mod read;
mod write;

pub use read::Mistake;

use super::facts::PortTable;
use super::words::Role;
use crate::model::words::{Exposure, Kind};
use std::collections::BTreeMap;

/// A file of answers. An empty text is an open question.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    /// The page that they are about.
    pub document: Document,
    /// The product.
    pub product: Product,
    /// The component that the page means where it names nothing: "this machine". `None` if this is not a question.
    pub this: Option<String>,
    /// Names as printed, and the components that they mean.
    pub names: BTreeMap<String, Vec<String>>,
    /// What the components are.
    pub components: BTreeMap<String, Component>,
    /// Tabs and sibling headings.
    pub groups: Vec<Group>,
    /// Tables whose columns leave something open.
    pub tables: Vec<Table>,
}

/// The page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// The sha256 of its text, in hex.
    pub sha256: String,
    /// Where it is.
    pub url: String,
    /// Its title.
    pub title: String,
    /// Its language, two letters.
    pub language: String,
    /// The day on which it was saved.
    pub retrieved: String,
}

/// The product.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Product {
    /// Its name in the catalogue.
    pub name: String,
    /// What the vendor calls it.
    pub title: String,
    /// Who makes it.
    pub vendor: String,
    /// The release line.
    pub version: String,
    /// The releases that the line covers.
    pub covers: String,
}

/// What a component is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Component {
    /// What the vendor calls it.
    pub title: String,
    /// What it is to the product.
    pub kind: Option<Kind>,
    /// What it also is.
    pub is: Vec<String>,
}

/// Whether the members of a group are alternatives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupKind {
    /// Exactly one.
    Choice,
    /// Any of them.
    Features,
    /// All.
    Always,
}

impl GroupKind {
    /// The spellings, in the order of the question.
    pub const WORDS: [&'static str; 3] = ["choice", "features", "always"];

    pub(crate) fn parse(word: &str) -> Option<GroupKind> {
        match word {
            "choice" => Some(GroupKind::Choice),
            "features" => Some(GroupKind::Features),
            "always" => Some(GroupKind::Always),
            _ => None,
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            GroupKind::Choice => "choice",
            GroupKind::Features => "features",
            GroupKind::Always => "always",
        }
    }
}

/// Tabs or sibling headings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// The heading.
    pub at: String,
    /// The members, as printed.
    pub members: Vec<String>,
    /// What they are.
    pub kind: Option<GroupKind>,
    /// The name of the choice, or of the only feature.
    pub name: String,
}

/// A table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// Where it is.
    pub at: String,
    /// Its headers, by which it is found again.
    pub columns: Vec<String>,
    /// What its columns contain.
    pub roles: Vec<Role>,
    /// Who connects in its inbound rows. `None` if this is not a question.
    pub inbound: Option<Vec<String>>,
    /// Who listens in its outbound rows.
    pub outbound: Option<Vec<String>>,
    /// Who connects in rows without a direction.
    pub from: Option<Vec<String>>,
    /// Who listens in rows without a direction.
    pub to: Option<Vec<String>>,
    /// Rows that differ.
    pub rows: BTreeMap<usize, Row>,
}

/// What is different in a row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Who connects.
    pub from: Vec<String>,
    /// Who listens.
    pub to: Vec<String>,
    /// Who the listener is for.
    pub exposure: Option<Exposure>,
}

impl Answers {
    /// Reads a file of answers.
    ///
    /// # Errors
    /// Every mistake, in the order of the file.
    pub fn parse(text: &str) -> Result<Answers, Vec<Mistake>> {
        read::read(text)
    }

    /// The file, as a person edits it. Of the tables with ports, those without an answer are comments, with the roles of their columns.
    pub fn to_toml(
        &self,
        questions: &[super::questions::Question],
        tables: &[PortTable],
    ) -> String {
        write::write(self, questions, tables)
    }

    /// The answers about a table: at the same place, with the same columns.
    pub(crate) fn table(&self, at: &str, columns: &[String]) -> Option<&Table> {
        let same = |it: &&Table| it.at == at && (it.columns.is_empty() || it.columns == columns);
        self.tables.iter().find(same)
    }

    /// The roles that were decided for the columns of a table.
    pub(crate) fn roles(&self, at: &str, columns: &[String]) -> Option<Vec<Role>> {
        let table = self.table(at, columns)?;
        (!table.roles.is_empty()).then(|| table.roles.clone())
    }

    /// The answer about a group.
    pub(crate) fn group(&self, at: &str) -> Option<&Group> {
        self.groups.iter().find(|it| it.at == at)
    }
}
