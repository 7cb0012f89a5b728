//! All that a document claims: its tables with ports, its claims, and the rows that make none.

use super::answers::Answers;
use super::arrow::{Arrow, arrow, by_sign, introduced};
use super::cell::{Carrier, Piece, Ports, port_cell};
use super::claim::{Claim, Party, named};
use super::groups::{Group, groups};
use super::header_words::names_port;
use super::heading::component;
use super::lead::{Statement, of_page, statements};
use super::listed;
use super::matrix::{Matrix, unfolded};
use super::roles::{Columns, columns, unread};
use super::rows::{Surroundings, TOO_MUCH, short_lead, without_flows};
use super::stated::{Covered, Stated};
use super::table::{Document, Item, Remark, Table};
use super::text::words;
use super::unused::{Unused, unused};
use super::words::{Role, is_optional};
use crate::model::words::Need;
use std::collections::{BTreeMap, BTreeSet};

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
const MAX_CLAIMS: usize = 20_000;
/// The most names in all claims.
const MAX_NAMES: usize = 100_000;

/// A table with ports in the document.
struct Found<'d> {
    table: &'d Table,
    columns: Columns,
    /// Where it is.
    at: String,
    /// What it is made of, if it is a matrix.
    matrix: Option<&'d Matrix>,
}

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
    for (table, matrix) in document.tables.iter().zip(&matrices) {
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
            table,
            columns,
            at: place,
            matrix,
        });
    }
    let tables: Vec<&Table> = found.iter().map(|it| it.table).collect();
    let (groups, members) = groups(&tables);
    facts.groups = groups;
    let statements = statements(&document.sentences, &document.tables);
    // How many tables have the same columns, and of how many the heading names a component.
    let mut shapes: BTreeMap<Vec<String>, (usize, usize)> = BTreeMap::new();
    for it in &found {
        let shape = shapes.entry(headers(it.table)).or_default();
        shape.0 += 1;
        shape.1 += usize::from(nearest(it.table).and_then(component).is_some());
    }
    for (index, it) in found.iter().enumerate() {
        let Found { table, columns, .. } = it;
        let at = &it.at;
        let names: usize = facts
            .claims
            .iter()
            .map(|it| it.from.len() + it.to.len())
            .sum();
        if facts.claims.len() > MAX_CLAIMS || names > MAX_NAMES {
            facts.skipped.push(Skipped {
                line: table.line,
                why: TOO_MUCH,
            });
            break;
        }
        let headers = headers(table);
        let surroundings = Surroundings {
            table,
            columns,
            index,
            at,
            has_siblings: shapes.get(&headers).is_some_and(|it| it.0 > 1),
            siblings_name_components: shapes.get(&headers).is_some_and(|it| it.1 > 1),
            group: members.get(&index).cloned(),
            of_page: of_page(&statements, table.line, &table.stack),
        };
        if columns.more_ports {
            facts.skipped.push(Skipped {
                line: table.line,
                why: MORE_PORTS,
            });
        }
        let most = MAX_CLAIMS.saturating_sub(facts.claims.len());
        let (mut claims, skipped) = surroundings.claims(most, MAX_NAMES.saturating_sub(names));
        if let Some(matrix) = it.matrix {
            for claim in &mut claims {
                matrix.place(claim, at);
            }
        }
        facts.claims.extend(claims);
        facts
            .skipped
            .extend(skipped.into_iter().map(|(line, why)| Skipped { line, why }));
        facts.tables.push(PortTable {
            at: at.clone(),
            line: table.line,
            headers,
            roles: columns.roles.clone(),
            unread: unread(table, &columns.roles),
        });
    }
    listed::complete(&mut facts.claims);
    items(&document.items, &statements, &mut facts);
    facts
}

/// The caption of a table, or its nearest heading.
pub(super) fn nearest(table: &Table) -> Option<&str> {
    let heading = table.stack.last().map(|it| it.text.trim());
    let caption = table.caption.as_deref().map(str::trim);
    let says = |it: &&str| !it.is_empty();
    caption.filter(says).or(heading.filter(says))
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

/// Items of lists that name both ends and ports: `A → B: 443`, or `TCP/443` under a heading that names them.
fn items(items: &[Item], statements: &[Statement<'_>], facts: &mut Facts) {
    if items.is_empty() {
        return;
    }
    let covered = Covered::new(&facts.claims);
    let stated = Stated::new(&facts.claims);
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut seen: BTreeSet<(Vec<Party>, Vec<Party>, Vec<Piece>)> = BTreeSet::new();
    for item in items {
        let heading = item.stack.last().map_or("the page", |it| it.text.as_str());
        let count = counts.entry(heading.to_owned()).or_default();
        *count += 1;
        let at = format!(
            "{}, item {count}",
            heading.chars().take(80).collect::<String>()
        );
        for line in item.text.lines() {
            if facts.claims.len() > MAX_CLAIMS {
                return;
            }
            let claims = item_claims(line, item, &at);
            if claims.is_empty() && stated.lacks(line, names_port(heading)) {
                facts.skipped.push(Skipped {
                    line: item.line,
                    why: "the item names ports that no table has, and not who connects to whom",
                });
            }
            for mut claim in claims {
                claim.pieces = covered.rest(&claim);
                if let Some(transport) = of_page(statements, item.line, &item.stack) {
                    for it in &mut claim.pieces {
                        if it.carrier == Carrier::Unstated && matches!(it.ports, Ports::Ranges(_)) {
                            it.carrier = Carrier::Of(transport);
                        }
                    }
                }
                let key = (claim.from.clone(), claim.to.clone(), claim.pieces.clone());
                if !claim.pieces.is_empty() && seen.insert(key) {
                    facts.claims.push(claim);
                }
            }
        }
    }
}

/// What a line of a list states, in both directions if it says so.
fn item_claims(line: &str, item: &Item, at: &str) -> Vec<Claim> {
    let Some((claim, both)) = item_claim(line, item, at) else {
        return Vec::new();
    };
    if !both {
        return vec![claim];
    }
    let back = Claim {
        from: claim.to.clone(),
        to: claim.from.clone(),
        ..claim.clone()
    };
    vec![claim, back]
}

/// Whether the beginning of an item is about ports: it says so, names a transport, or has nothing but numbers; not `Free 20 GB`.
fn states_ports(head: &str, pieces: &[Piece]) -> bool {
    let is_short = words(head).len() <= 4;
    let has_letters = head.chars().any(char::is_alphabetic);
    names_port(head)
        || !has_letters
        || pieces.iter().any(|it| match it.carrier {
            Carrier::Of(_) => true,
            Carrier::Named => is_short,
            _ => false,
        })
}

/// The ends that brackets after ports name: `TCP/443 (agents to the server)`.
fn bracketed(line: &str) -> Option<Arrow> {
    let (_, rest) = line.split_once(" (")?;
    introduced(rest.split_once(')')?.0)
}

/// What a line of a list states, and whether it holds in both directions.
fn item_claim(line: &str, item: &Item, at: &str) -> Option<(Claim, bool)> {
    let (ends, ports) = match line
        .split_once(':')
        .filter(|(left, _)| by_sign(left).is_some())
    {
        Some((left, right)) => (by_sign(left)?, right),
        None => (
            bracketed(line).or_else(|| {
                item.stack.iter().rev().find_map(|it| match it.level {
                    // A line with a colon before the list.
                    7.. => introduced(&it.text),
                    _ => arrow(&it.text),
                })
            })?,
            line,
        ),
    };
    // What precedes the explanation: `TCP/443 - web`.
    let end = [" - ", " – ", ": ", " ("]
        .iter()
        .filter_map(|it| ports.find(it))
        .min();
    let ports = &ports[..end.unwrap_or(ports.len())];
    let Arrow { from, to, both } = ends;
    let cell = port_cell(ports, &[]);
    let numbers = cell
        .pieces
        .iter()
        .any(|it| matches!(it.ports, Ports::Ranges(_)));
    let is_name = |it: &String| it.chars().any(char::is_alphabetic);
    let numbers =
        numbers && states_ports(ports, &cell.pieces) && from.iter().chain(&to).all(is_name);
    let claim = Claim {
        table: None,
        row: 0,
        line: item.line,
        at: at.to_owned(),
        from: named(from),
        to: named(to),
        to_is_inferred: false,
        way: None,
        pieces: cell.pieces,
        alternatives: cell.alternatives,
        printed: ports.trim().to_owned(),
        need: if is_optional(line) {
            Need::Optional
        } else {
            Need::Unstated
        },
        labels: Vec::new(),
        note: line.trim().to_owned(),
        applications: Vec::new(),
        setting: None,
        group: None,
        features: Vec::new(),
        doubts: cell.doubts,
    };
    numbers.then_some((claim, both))
}
