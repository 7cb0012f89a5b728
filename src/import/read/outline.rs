//! Where in a document a reader is: headings, tabs, the paragraph before; and what it has found so far.

use super::Error;
use super::grid::{self, Rough};
use super::plain::{Plain, footnote, has_port};
use crate::import::table::{Cell, Document, Format, Heading, Item, Remark, Table};

/// What copies may need in memory: headings in every table, spans in every row.
const BUDGET: usize = 128 << 20;
/// The longest text of a cell, in characters.
const MAX_CELL: usize = 10_000;
/// The longest heading, title of a tab, and lead, in characters.
const MAX_TITLE: usize = 300;
const MAX_LEAD: usize = 2000;
/// How many items of lists within each other are headings of what is within them.
const MAX_DEPTH: usize = 8;

/// A document that is being read.
#[derive(Debug)]
pub(super) struct Outline {
    format: Format,
    title: Option<String>,
    headings: Vec<Heading>,
    stack: Vec<Heading>,
    tabs: Vec<String>,
    lead: String,
    /// A paragraph that ends with a colon or says that something is below, and its line: what the list below it is about.
    intro: Option<(String, usize)>,
    /// The items of lists within which the next one may be, outermost first, and how far in each begins.
    within: Vec<(usize, String, usize)>,
    tables: Vec<Table>,
    items: Vec<Item>,
    sentences: Vec<Item>,
    notes: Vec<Note>,
    remarks: Vec<Remark>,
    left: usize,
    error: Option<Error>,
}

/// A footnote where it is explained.
#[derive(Debug)]
struct Note {
    mark: String,
    text: String,
    line: usize,
}

impl Outline {
    pub(super) fn new(format: Format) -> Self {
        Outline {
            format,
            title: None,
            headings: Vec::new(),
            stack: Vec::new(),
            tabs: Vec::new(),
            lead: String::new(),
            intro: None,
            within: Vec::new(),
            tables: Vec::new(),
            items: Vec::new(),
            sentences: Vec::new(),
            notes: Vec::new(),
            remarks: Vec::new(),
            left: BUDGET,
            error: None,
        }
    }

    /// The title in the front matter, which comes before any heading.
    pub(super) fn title(&mut self, text: &str) {
        if !text.is_empty() && self.title.is_none() {
            self.title = Some(cut(text, MAX_TITLE));
        }
    }

    pub(super) fn heading(&mut self, level: u8, plain: &Plain, line: usize) {
        self.lead.clear();
        self.end_lists();
        if plain.text.is_empty() {
            return;
        }
        let text = cut(&plain.text.replace('\n', " "), MAX_TITLE);
        if let Some((mark, body)) = footnote(&text) {
            self.note(mark, body, line);
        }
        while self.stack.last().is_some_and(|it| it.level >= level) {
            self.stack.pop();
        }
        let heading = Heading { level, text, line };
        if self.charge(heading.text.len() + 64, line) {
            self.headings.push(heading.clone());
            self.stack.push(heading);
        }
    }

    /// The tabs and collapsible blocks in which what follows is, outermost first.
    pub(super) fn tabs(&mut self, titles: impl Iterator<Item = String>) {
        let tabs: Vec<String> = titles.map(|it| cut(&it, MAX_TITLE)).collect();
        // What was written in another tab does not lead to what is in this one.
        if !tabs.starts_with(&self.tabs) {
            self.lead.clear();
            self.end_lists();
        }
        self.tabs = tabs;
    }

    /// A paragraph, which is within the item before it if it begins further in, or if it is attached to it and has no column.
    pub(super) fn paragraph(&mut self, plain: &Plain, line: usize, column: Option<usize>) {
        if let Some(column) = column {
            self.leave(column);
        }
        if self.within.is_empty() {
            self.intro = None;
        }
        self.text(plain, line, None);
        let with_colon = plain.text.strip_suffix([':', '：']);
        // It keeps its full stop, and is read as a sentence.
        let sentence = || Some(plain.text.as_str()).filter(|it| refers_below(it));
        let Some(text) = with_colon.or_else(sentence) else {
            return;
        };
        let text = cut(text, MAX_TITLE).replace('\n', " ");
        match self.within.last() {
            None => self.intro = Some((text, line)),
            // The list that it introduces begins where it does, or further in.
            Some((item, ..)) if self.within.len() < MAX_DEPTH => {
                let column = column.map_or(*item, |it| it - 1);
                self.within.push((column, text, line));
            }
            Some(_) => {}
        }
    }

    /// Ends the items of lists that what begins at a column is not within.
    pub(super) fn leave(&mut self, column: usize) {
        while self.within.last().is_some_and(|it| it.0 + 1 >= column) {
            self.within.pop();
        }
    }

    fn end_lists(&mut self) {
        self.intro = None;
        self.within.clear();
    }

    /// An item of a list, which is within the one before it if it begins further in.
    pub(super) fn item(&mut self, plain: &Plain, line: usize, column: usize) {
        while self.within.last().is_some_and(|it| it.0 >= column) {
            self.within.pop();
        }
        self.text(plain, line, Some(self.within.len()));
        if self.within.len() < MAX_DEPTH {
            let text = plain.text.trim_end_matches([':', '：']);
            let text = cut(text, MAX_TITLE).replace('\n', " ");
            self.within.push((column, text, line));
        }
    }

    /// The text of a footnote, or of a paragraph or an item.
    pub(super) fn text(&mut self, plain: &Plain, line: usize, depth: Option<usize>) {
        if plain.text.is_empty() {
            return;
        }
        if let Some((mark, body)) = footnote(&plain.text) {
            self.note(mark, body, line);
            return;
        }
        if let Some(mark) = plain.marks.first().filter(|it| it.len() <= 20) {
            // `<sup>1</sup> only with TLS`
            self.note(
                &mark.clone(),
                plain.text.trim_start_matches(['=', ':', ' ']),
                line,
            );
        } else if let Some(mark) = plain
            .text
            .split([' ', '\n'])
            .find(|it| matches!(*it, "*" | "**" | "†" | "‡"))
        {
            // `Ports with a * can be changed.`
            self.note(mark, &plain.text, line);
        }
        if has_port(&plain.text) && self.charge(plain.text.len() + self.stack_size(), line) {
            let mut stack = self.stack.clone();
            let within = self.within.iter().map(|(_, text, line)| (text, *line));
            let intro = self.intro.iter().map(|(text, line)| (text, *line));
            for (text, line) in intro.chain(within) {
                let level = stack
                    .last()
                    .map_or(7, |it| it.level.saturating_add(1).max(7));
                let text = text.clone();
                stack.push(Heading { level, text, line });
            }
            self.items.push(Item {
                line,
                stack,
                depth,
                text: plain.text.clone(),
            });
        }
        let is_short = plain.text.len() <= MAX_LEAD;
        if is_short
            && names_transport(&plain.text)
            && self.charge(plain.text.len() + self.stack_size(), line)
        {
            self.sentences.push(Item {
                line,
                stack: self.stack.clone(),
                depth,
                text: plain.text.clone(),
            });
        }
        self.lead = cut(&plain.text, MAX_LEAD);
    }

    /// A footnote with its mark.
    pub(super) fn note(&mut self, mark: &str, text: &str, line: usize) {
        if self.charge(mark.len() + text.len(), line) {
            self.notes.push(Note {
                mark: mark.to_owned(),
                text: text.to_owned(),
                line,
            });
        }
    }

    /// What a person has to look at.
    pub(super) fn remark(&mut self, line: usize, text: &'static str) {
        if self.charge(size_of::<Remark>(), line) {
            self.remarks.push(Remark { line, text });
        }
    }

    /// A table, which becomes several where headers are repeated with other columns.
    pub(super) fn table(&mut self, rough: Rough) {
        self.table_after(rough, None);
    }

    /// A table with another lead than the paragraph before, such as the row of a table around it.
    pub(super) fn table_after(&mut self, mut rough: Rough, lead: Option<String>) {
        self.remarks.append(&mut rough.remarks);
        for cell in rough.rows.iter_mut().flat_map(|it| &mut it.cells) {
            if let Some((end, _)) = cell.plain.text.char_indices().nth(MAX_CELL) {
                cell.plain.text.truncate(end);
                cell.plain.text.truncate(cell.plain.text.trim_end().len());
                self.remarks.push(Remark {
                    line: cell.line,
                    text: "the cell has more than 10,000 characters, and the rest is not read",
                });
            }
        }
        let lead = lead.map_or_else(|| self.lead.clone(), |it| cut(&it, MAX_LEAD));
        let line = rough.line;
        let caption = rough.caption.clone().filter(|it| !it.is_empty());
        let filled = grid::filled(rough, &mut |bytes| self.charge(bytes, line));
        for (index, part) in filled.into_iter().enumerate() {
            let size =
                self.stack_size() + lead.len() + self.tabs.iter().map(String::len).sum::<usize>();
            if part.rows.is_empty() || !self.charge(size, line) {
                continue;
            }
            self.tables.push(Table {
                line: if index == 0 { line } else { part.line },
                stack: self.stack.clone(),
                tabs: self.tabs.clone(),
                caption: part.caption.or_else(|| caption.clone()),
                lead: lead.clone(),
                header: part.header,
                rows: part.rows,
            });
        }
        self.lead.clear();
        self.end_lists();
    }

    fn stack_size(&self) -> usize {
        let headings = self.stack.iter().map(|it| it.text.len() + 64);
        let items = self.within.iter().map(|it| it.1.len() + 64);
        headings.chain(items).sum::<usize>() + 256
    }

    /// Counts memory, and is false where there is none left. What follows is then not kept, and the document is an error.
    fn charge(&mut self, bytes: usize, line: usize) -> bool {
        if let Some(left) = self.left.checked_sub(bytes) {
            self.left = left;
        } else {
            self.left = 0;
            self.error.get_or_insert(Error {
                line,
                message: "the tables up to here are larger than a page of ports can be: \
                          import a file with only the part about ports"
                    .to_owned(),
            });
        }
        self.error.is_none()
    }

    /// Whether reading on is of use.
    pub(super) fn is_full(&self) -> bool {
        self.error.is_some()
    }

    pub(super) fn finish(mut self) -> Result<Document, Error> {
        if let Some(error) = self.error {
            return Err(error);
        }
        let notes = &self.notes;
        for table in &mut self.tables {
            let cells = table.rows.iter_mut().flat_map(|it| &mut it.cells);
            cells
                .chain(&mut table.header)
                .for_each(|it| resolve(it, notes));
        }
        let highest = self.headings.iter().map(|it| it.level).min();
        let first = self.headings.iter().find(|it| Some(it.level) == highest);
        Ok(Document {
            format: self.format,
            title: self.title.or_else(|| first.map(|it| it.text.clone())),
            headings: self.headings,
            tables: self.tables,
            items: self.items,
            sentences: self.sentences,
            remarks: self.remarks,
        })
    }
}

/// Puts the footnotes in the place of their marks: the first below the cell, or else the last above. At most a few are looked for.
fn resolve(cell: &mut Cell, notes: &[Note]) {
    for mark in &mut cell.footnotes {
        let means = |it: &&Note| {
            let rest = mark.strip_prefix(it.mark.as_str());
            rest.is_some_and(|it| it.is_empty() || it.starts_with([' ', ':', ',', '.']))
        };
        let below = notes.partition_point(|it| it.line < cell.line);
        let (above, below) = notes.split_at(below);
        // A table has its footnotes near it. Far ones are looked for as well, but not all of a huge document for each cell.
        let near = below.iter().take(2000).find(means);
        if let Some(note) = near.or_else(|| above.iter().rev().take(2000).find(means)) {
            mark.clone_from(&note.text);
        }
    }
}

/// Whether the last sentence of a paragraph says that what it is about is below: `The ports are listed below`.
fn refers_below(text: &str) -> bool {
    let Some(text) = text.strip_suffix('.') else {
        return false;
    };
    let last = text.rsplit(". ").next().unwrap_or(text);
    let text = last.replace('\n', " ").to_lowercase();
    let refers = ["below", "following", "as follows"];
    refers.iter().any(|it| text.contains(it)) && text.contains("port")
}

/// Whether a text names a transport.
fn names_transport(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    lower.contains("tcp") || lower.contains("udp")
}

/// The beginning of a text.
fn cut(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
