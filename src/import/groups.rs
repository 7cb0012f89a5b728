//! Tabs and sibling headings over tables of one kind: which of them apply is a question that a page rarely answers.

use super::heading::subject;
use super::table::Table;
use super::text::{has_any, words};
use std::collections::BTreeMap;

/// Tabs or headings of which one, some or all apply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The heading over them; a single member is the heading itself.
    pub at: String,
    /// The members, as printed. Empty if the heading is the only member.
    pub members: Vec<String>,
    /// Whether they are tabs.
    pub tabs: bool,
}

/// The groups of the tables, and for each table in one its group and member.
pub(crate) fn groups(tables: &[&Table]) -> (Vec<Group>, BTreeMap<usize, (usize, String)>) {
    let mut keys: Vec<(Key, Vec<(usize, String)>)> = Vec::new();
    for (index, table) in tables.iter().enumerate() {
        let Some((key, member)) = key(table) else {
            continue;
        };
        match keys.iter_mut().find(|(it, _)| *it == key) {
            Some((_, members)) => members.push((index, member)),
            None => keys.push((key, vec![(index, member)])),
        }
    }
    let (mut groups, mut places) = (Vec::new(), BTreeMap::new());
    for (key, members) in keys {
        let mut names: Vec<String> = Vec::new();
        for (_, name) in &members {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
        // One tab alone has no alternative.
        if key.tabs && names.len() < 2 {
            continue;
        }
        for (index, name) in members {
            places.insert(index, (groups.len(), name));
        }
        let single = names.len() == 1;
        let at = if single { key.own } else { key.parent };
        groups.push(Group {
            at,
            members: if single { Vec::new() } else { names },
            tabs: key.tabs,
        });
    }
    (groups, places)
}

/// What makes tables members of one group.
struct Key {
    tabs: bool,
    /// The line of the heading over the members.
    line: usize,
    level: u8,
    parent: String,
    /// The heading of the first member.
    own: String,
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        (self.tabs, self.line, self.level) == (other.tabs, other.line, other.level)
    }
}

fn key(table: &Table) -> Option<(Key, String)> {
    let last = table.stack.last();
    if let Some(tab) = table.tabs.last() {
        let parent = last.map_or("the page", |it| it.text.as_str()).to_owned();
        let key = Key {
            tabs: true,
            line: last.map_or(0, |it| it.line),
            level: 0,
            own: parent.clone(),
            parent,
        };
        return Some((key, tab.clone()));
    }
    let last = last?;
    if !is_conditional(&last.text, &table.lead) {
        return None;
    }
    let member = subject(&last.text).unwrap_or_else(|| last.text.clone());
    let parent = table
        .stack
        .len()
        .checked_sub(2)
        .and_then(|at| table.stack.get(at));
    let key = Key {
        tabs: false,
        line: parent.map_or(0, |it| it.line),
        level: last.level,
        parent: parent.map_or("the page", |it| it.text.as_str()).to_owned(),
        own: last.text.clone(),
    };
    Some((key, member))
}

/// Whether a heading or the sentence before the table says that it applies only sometimes.
fn is_conditional(heading: &str, lead: &str) -> bool {
    let heading = words(heading);
    let lead = words(lead);
    let starts =
        |text: &[String], list: &[&str]| text.first().is_some_and(|it| list.contains(&it.as_str()));
    let verb = [
        "used",
        "use",
        "using",
        "enabled",
        "enable",
        "deployed",
        "installed",
        "install",
        "configured",
        "want",
        "choose",
    ];
    has_any(
        &heading,
        &[
            "specific",
            "optional",
            "only",
            "optionally",
            "опционально",
            "可选",
            "isteğe bağlı",
            "optionale",
        ],
    ) || starts(&heading, &["if", "when", "using", "with"])
        || (starts(&lead, &["if", "when"]) && has_any(&lead[..lead.len().min(12)], &verb))
}
