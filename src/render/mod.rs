//! Rules in each platform's own shape: one file per platform, with its columns and its limits.

pub mod aws;

/// A column of a platform's rows: an argument of the resource that takes them.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// The argument's name.
    pub name: &'static str,
    /// The argument's type.
    pub kind: ColumnKind,
    /// What it holds, in Markdown.
    pub description: &'static str,
}

/// The type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    /// Text.
    Text,
    /// A whole number.
    Number,
}

/// A cell of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowCell {
    /// The argument is not given.
    Null,
    /// Known after apply.
    Pending,
    /// Text.
    Text(std::sync::Arc<str>),
    /// A whole number.
    Number(i64),
}
