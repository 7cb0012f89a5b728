//! Documents in the formats that vendors publish, as tables.

use crate::import::table::Document;
use std::fmt;

/// Why a document cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// From 1.
    pub line: usize,
    /// What is wrong, and what to do.
    pub message: String,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.line, self.message)
    }
}

/// Reads a document. `name` is its file name, whose extension decides the format; without a known extension, the contents do.
pub fn read(text: &str, name: &str) -> Result<Document, Error> {
    let _ = text;
    Err(Error {
        line: 1,
        message: format!("`{name}` cannot be read yet"),
    })
}
