//! Tabs and sibling headings over tables of one kind: which of them apply is a question that a page rarely answers.

use super::heading::subject;
use super::names::{Taken, slug, unused};
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
    /// The names of the members in the draft, each once.
    pub names: Vec<String>,
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
    let mut groups = Groups::default();
    let mut places = BTreeMap::new();
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
        let single = names.len() == 1;
        let at = if single { key.own } else { key.parent };
        let names = if single { Vec::new() } else { names };
        let place = groups.place(at, names, key.tabs);
        places.extend(
            members
                .into_iter()
                .map(|(index, name)| (index, (place, name))),
        );
    }
    (groups.all, places)
}

/// Groups by their headings as printed. A page that repeats a section repeats its question, too; a heading that comes again over
/// other members is told apart by a number.
#[derive(Default)]
struct Groups {
    all: Vec<Group>,
    by_heading: BTreeMap<String, Vec<usize>>,
}

impl Groups {
    /// The place of the group with this heading and these members.
    fn place(&mut self, heading: String, members: Vec<String>, tabs: bool) -> usize {
        let known = self.by_heading.entry(heading.clone()).or_default();
        let is_same = |at: &&usize| self.all[**at].members == members;
        if let Some(at) = known.iter().find(is_same) {
            return *at;
        }
        let at = match known.len() {
            0 => heading,
            before => format!("{heading} ({})", before + 1),
        };
        known.push(self.all.len());
        let mut taken = Taken::default();
        let name = |(at, it): (usize, &String)| {
            let name = slug(it).unwrap_or_else(|| format!("option-{}", at + 1));
            unused(&name, &mut taken)
        };
        self.all.push(Group {
            at,
            names: members.iter().enumerate().map(name).collect(),
            members,
            tabs,
        });
        self.all.len() - 1
    }
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
