//! All that a document claims: its tables with ports, its claims, and the rows that make none.

use super::answers::Answers;
use super::claim::Claim;
use super::filled::{filled_down, shifted};
use super::groups::{Group, groups};
use super::heading::{component, subject};
use super::items::{ITEM_WITHOUT_ENDS, items};
use super::lead::{Statement, of_page, statements};
use super::listed;
use super::lists;
use super::matrix::{Matrix, unfolded};
use super::roles::{Columns, columns, unread};
use super::rows::{Surroundings, TOO_MUCH, short_lead, without_flows};
use super::table::{Document, Remark, Table};
use super::unused::{Unused, unused};
use super::words::{Role, way_of_heading};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A table with ports, as questions and answers refer to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortTable {
    /// The heading, tab or caption by which it is found.
    pub at: String,
    /// Its first line in the document.
    pub line: usize,
    /// Its headers.
    pub headers: Vec<String>,
    /// What its columns contain.
    pub roles: Vec<Role>,
    /// The place of a column of names that is not used, and might name an end.
    pub unread: Option<usize>,
}

/// A row or table that makes no claim, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// The line in the document.
    pub line: usize,
    /// Why.
    pub why: &'static str,
}

/// What a document claims.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Its title.
    pub title: Option<String>,
    /// Its tables with ports.
    pub tables: Vec<PortTable>,
    /// Tables and sections of which one or some apply.
    pub groups: Vec<Group>,
    /// Its claims, in its order.
    pub claims: Vec<Claim>,
    /// Tables in which ports may be, and which are not used, because no column is recognised as ports.
    pub unused: Vec<Unused>,
    /// How many other tables have no ports.
    pub without_ports: usize,
    /// What was left, and why.
    pub skipped: Vec<Skipped>,
    /// What the reader of the document noticed.
    pub remarks: Vec<Remark>,
}

/// The most tables with ports, and the claims after which no further table is read. Real pages have a tenth of it.
const MAX_TABLES: usize = 1_000;
const MORE_PORTS: &str =
    "a further column of ports; if it has ports of the listener, give its role in the answers";
pub(super) const MAX_CLAIMS: usize = 20_000;
/// The most names in all claims.
const MAX_NAMES: usize = 100_000;

/// A table with ports in the document.
struct Found<'d> {
    table: Cow<'d, Table>,
    columns: Columns,
    /// Where it is.
    at: String,
    /// What it is made of, if it is a matrix.
    matrix: Option<&'d Matrix>,
}

/// What a person is told of a table with rows that were moved.
const MOVED: &str =
    "rows of the table lack their first cells, which are read as those of the row above";

/// Reads the claims of a document. Of the answers, only the roles of columns matter here.
pub fn facts(document: &Document, answers: &Answers) -> Facts {
    let mut facts = Facts {
        title: document.title.clone(),
        remarks: document.remarks.clone(),
        ..Facts::default()
    };
    let matrices: Vec<Option<Matrix>> = document.tables.iter().map(unfolded).collect();
    let mut found: Vec<Found<'_>> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let tables: Vec<Cow<'_, Table>> = document.tables.iter().map(shifted).collect();
    let moved = tables.iter().filter(|it| matches!(it, Cow::Owned(_)));
    facts.remarks.extend(moved.map(|it| Remark {
        line: it.line,
        text: MOVED,
    }));
    for (table, matrix) in tables.iter().zip(&matrices) {
        let table = &**table;
        let base = place(table);
        let count = places.get(&base).copied().unwrap_or(0) + 1;
        let place = match count {
            1 => base.clone(),
            _ => format!("{base}, table {count}"),
        };
        // Roles of the columns as printed are the answer that the table is not a matrix.
        let is_plain = answers.roles(&place, &headers(table)).is_some();
        let matrix = matrix.as_ref().filter(|_| !is_plain);
        let table = matrix.map_or(table, |it| &it.table);
        let headers = headers(table);
        let given = answers.roles(&place, &headers);
        let columns = match columns(table, given.as_deref()) {
            Ok(columns) => columns,
            Err(roles) => {
                match unused(table, &place, &headers, roles) {
                    Some(it) if given.is_none() && facts.unused.len() < MAX_TABLES => {
                        // With roles from the answers it is used, and tables after it keep their places.
                        places.insert(base, count);
                        facts.unused.push(it);
                    }
                    _ => facts.without_ports += 1,
                }
                continue;
            }
        };
        if let Some(why) = without_flows(table) {
            facts.skipped.push(Skipped {
                line: table.line,
                why,
            });
            continue;
        }
        if found.len() == MAX_TABLES {
            facts.skipped.push(Skipped {
                line: table.line,
                why: TOO_MUCH,
            });
            break;
        }
        places.insert(base, count);
        found.push(Found {
            table: filled_down(table, &columns),
            columns,
            at: place,
            matrix,
        });
    }
    let statements = statements(&document.sentences, &document.tables);
    facts.read(&found, &statements);
    listed::complete(&mut facts.claims);
    let left = items(&document.items, &statements, &mut facts);
    let (lists, unused) = lists::tables(&left);
    facts.read_lists(&lists, answers, &statements, &mut places);
    let unused = unused.into_iter().map(|it| Skipped {
        line: it.line,
        why: ITEM_WITHOUT_ENDS,
    });
    facts.skipped.extend(unused);
    facts
}

impl Facts {
    /// Reads lists of ports, which are tables without headers.
    fn read_lists(
        &mut self,
        lists: &[Table],
        answers: &Answers,
        statements: &[Statement<'_>],
        places: &mut BTreeMap<String, usize>,
    ) {
        let mut found = Vec::new();
        for table in lists {
            if self.tables.len() + found.len() >= MAX_TABLES {
                self.skipped.push(Skipped {
                    line: table.line,
                    why: TOO_MUCH,
                });
                break;
            }
            if let Some(why) = without_flows(table) {
                let line = table.line;
                self.skipped.push(Skipped { line, why });
                continue;
            }
            let base = format!("{}, list", place(table));
            let count = places.entry(base.clone()).or_default();
            *count += 1;
            let at = match count {
                1 => base,
                _ => format!("{base} {count}"),
            };
            let given = answers.roles(&at, &[]);
            let columns =
                given.map_or_else(|| Ok(lists::columns()), |it| columns(table, Some(&it)));
            // An answer may be that a list has no ports.
            if let Ok(columns) = columns {
                found.push(Found {
                    table: Cow::Borrowed(table),
                    columns,
                    at,
                    matrix: None,
                });
            }
        }
        self.read(&found, statements);
    }

    /// Reads the claims of tables with ports.
    fn read(&mut self, found: &[Found<'_>], statements: &[Statement<'_>]) {
        let tables: Vec<&Table> = found.iter().map(|it| &*it.table).collect();
        let (groups, members) = groups(&tables);
        let first_group = self.groups.len();
        self.groups.extend(groups);
        // How many tables have the same columns, and of how many the heading names a component.
        let mut shapes: BTreeMap<Vec<String>, (usize, usize)> = BTreeMap::new();
        // Lists have no headers that would make them alike.
        let has_headers = |it: &&Found<'_>| !it.table.header.is_empty();
        for it in found.iter().filter(has_headers) {
            let shape = shapes.entry(headers(&it.table)).or_default();
            shape.0 += 1;
            shape.1 += usize::from(about(&it.table).and_then(component).is_some());
        }
        for (index, it) in found.iter().enumerate() {
            let Found { table, columns, .. } = it;
            let at = &it.at;
            let ends = self.claims.iter().map(|it| it.from.len() + it.to.len());
            let names: usize = ends.sum();
            if self.claims.len() > MAX_CLAIMS || names > MAX_NAMES {
                self.skipped.push(Skipped {
                    line: table.line,
                    why: TOO_MUCH,
                });
                break;
            }
            let headers = headers(table);
            let group = members.get(&index).cloned();
            let surroundings = Surroundings {
                table,
                columns,
                index: self.tables.len(),
                at,
                has_siblings: shapes.get(&headers).is_some_and(|it| it.0 > 1),
                siblings_name_components: shapes.get(&headers).is_some_and(|it| it.1 > 1),
                group: group.map(|(place, member)| (first_group + place, member)),
                of_page: of_page(statements, table.line, &table.stack),
            };
            if columns.more_ports {
                self.skipped.push(Skipped {
                    line: table.line,
                    why: MORE_PORTS,
                });
            }
            let most = MAX_CLAIMS.saturating_sub(self.claims.len());
            let (mut claims, skipped) = surroundings.claims(most, MAX_NAMES.saturating_sub(names));
            if let Some(matrix) = it.matrix {
                for claim in &mut claims {
                    matrix.place(claim, at);
                }
            }
            self.claims.extend(claims);
            self.skipped
                .extend(skipped.into_iter().map(|(line, why)| Skipped { line, why }));
            self.tables.push(PortTable {
                at: at.clone(),
                line: table.line,
                headers,
                roles: columns.roles.clone(),
                unread: unread(table, &columns.roles),
            });
        }
    }
}

/// The caption of a table, or its nearest heading.
pub(super) fn nearest(table: &Table) -> Option<&str> {
    let heading = table.stack.last().map(|it| it.text.trim());
    let caption = table.caption.as_deref().map(str::trim);
    let says = |it: &&str| !it.is_empty();
    caption.filter(says).or(heading.filter(says))
}

/// The heading that may name what a table is about: the nearest, or the one above it if that says nothing but a direction, like `Ingress`.
pub(super) fn about(table: &Table) -> Option<&str> {
    let is_direction = |it: &&str| way_of_heading(it).is_some() && subject(it).is_none();
    let above = table.stack.iter().rev().map(|it| it.text.trim());
    let mut headings = nearest(table).into_iter().chain(above);
    headings.find(|it| !is_direction(it))
}

/// Where a table is, in words: its caption or nearest heading, and its tab.
fn place(table: &Table) -> String {
    let base = nearest(table)
        .or_else(|| short_lead(table))
        .unwrap_or("the page")
        .chars()
        .take(80)
        .collect::<String>();
    let tabs = table.tabs.iter();
    tabs.fold(base, |place, tab| format!("{place}, tab {tab}"))
}

fn headers(table: &Table) -> Vec<String> {
    table
        .header
        .iter()
        .map(|it| it.text.replace('\n', " ").trim().to_owned())
        .collect()
}
