//! What every reader makes of a document: its headings, its tables as cells of plain text, and its sentences with ports.

/// A document, whatever it was written in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// How it was read.
    pub format: Format,
    /// The title in the front matter, or the first heading of the highest level.
    pub title: Option<String>,
    /// All headings in the order of the document.
    pub headings: Vec<Heading>,
    /// All tables with at least one row, whether they are about ports or not.
    pub tables: Vec<Table>,
    /// List items and paragraphs with a number that could be a port.
    pub items: Vec<Item>,
    /// List items and paragraphs that name a transport: they may be about all ports.
    pub sentences: Vec<Item>,
    /// What the reader noticed, and a person has to look at.
    pub remarks: Vec<Remark>,
}

/// What a reader noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Remark {
    /// From 1.
    pub line: usize,
    /// What it is.
    pub text: &'static str,
}

/// What a document is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Markdown and MDX, with HTML, Liquid and pipe rows in it. Plain text is read as Markdown.
    Markdown,
    /// A web page.
    Html,
    /// Also as Antora and Asciidoctor extend it.
    AsciiDoc,
    /// Also as Sphinx extends it.
    ReStructuredText,
    /// Comma, semicolon or tab between cells.
    Csv,
}

/// A heading in plain text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// 1 is the highest.
    pub level: u8,
    /// Without markup, in one line.
    pub text: String,
    /// From 1.
    pub line: usize,
}

/// A table, in which rows have one cell a column: cells that span rows or columns are copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// The first line of the table in the document, from 1.
    pub line: usize,
    /// The headings above it, outermost first.
    pub stack: Vec<Heading>,
    /// The titles of the tabs and collapsible blocks that it is in, outermost first.
    pub tabs: Vec<String>,
    /// The title that the document gives the table.
    pub caption: Option<String>,
    /// The paragraph just before it in plain text, or "".
    pub lead: String,
    /// Empty when the table has no header. Several header rows are joined, column by column.
    pub header: Vec<Cell>,
    /// Without the header and rows that are headings.
    pub rows: Vec<Row>,
}

/// A row of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// From 1.
    pub line: usize,
    /// One a column.
    pub cells: Vec<Cell>,
    /// The text of the nearest full-width row above, which is a heading within the table and not a row itself.
    pub section: Option<String>,
}

/// A cell of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// Plain text: markup removed, entities decoded; line breaks and list items are separated by `\n`.
    pub text: String,
    /// From 1.
    pub line: usize,
    /// Copied from a cell that spans several rows or columns.
    pub filled: bool,
    /// The texts of the footnotes that the cell refers to; the mark itself, such as `*`, where the document has no such footnote.
    pub footnotes: Vec<String>,
}

/// A list item or a paragraph with a number that could be a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// From 1.
    pub line: usize,
    /// The headings above it, outermost first. For an item of a list, a paragraph above the list that ends with a colon follows
    /// them, without its colon: `All nodes to Manager:`, and then the items that it is within. Their levels are 7 or more.
    pub stack: Vec<Heading>,
    /// How many items it is within, if it is an item of a list itself, rather than a paragraph.
    pub depth: Option<usize>,
    /// Plain text, as in a cell.
    pub text: String,
}
