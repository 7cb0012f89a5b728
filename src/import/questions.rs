//! The questions that a page leaves open: few, and grouped.

use super::answers::{Answers, GroupKind};
use super::claim::{Claim, Party};
use super::facts::{Facts, PortTable};
use super::headers::may_name_host;
use super::words::{Role, Way};
use crate::model::name::{good_name, is_name};

/// What a question is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The component without a name.
    This,
    /// Who connects in the inbound rows of a table, by its place among the answers.
    Inbound(usize),
    /// Who listens in its outbound rows.
    Outbound(usize),
    /// Who connects in its rows without a direction.
    From(usize),
    /// Who listens in these.
    To(usize),
    /// What the members of a group are, by its place among the answers.
    Group(usize),
}

/// A question to the person who imports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// What it is about.
    pub place: Place,
    /// The question.
    pub text: String,
    /// The answer that is proposed, if one is likely.
    pub proposal: String,
}

/// The rows of a table that leave an end open.
#[derive(Clone, Copy, Default)]
pub(crate) struct Open {
    pub(crate) inbound: usize,
    pub(crate) outbound: usize,
    pub(crate) from: usize,
    pub(crate) to: usize,
}

/// How many rows of a table leave which end open, apart from rows that have an answer of their own.
pub(crate) fn open(facts: &Facts, answers: &Answers, table: usize) -> Open {
    let mut open = Open::default();
    let given = facts
        .tables
        .get(table)
        .and_then(|it| answers.table(&it.at, &it.headers));
    for claim in facts.claims.iter().filter(|it| it.table == Some(table)) {
        let row = given.and_then(|it| it.rows.get(&claim.row));
        let from = claim.from.is_empty() && row.is_none_or(|it| it.from.is_empty());
        let to = claim.to.is_empty() && row.is_none_or(|it| it.to.is_empty());
        match claim.way {
            Some(Way::In) => open.inbound += usize::from(from),
            Some(Way::Both) => open.inbound += usize::from(from || to),
            Some(Way::Out) => open.outbound += usize::from(to),
            None => {
                open.from += usize::from(from);
                open.to += usize::from(to);
            }
        }
    }
    open
}

/// Whether a claim means the component without a name.
pub(crate) fn means_this(claim: &Claim) -> bool {
    claim
        .from
        .iter()
        .chain(&claim.to)
        .any(|it| *it == Party::This)
}

/// The open questions, in the order of the file of answers.
pub fn questions(facts: &Facts, answers: &Answers) -> Vec<Question> {
    let mut questions = Vec::new();
    let rows = facts.claims.iter().filter(|it| means_this(it)).count();
    if answers.this.as_deref() == Some("") && rows > 0 {
        questions.push(Question {
            place: Place::This,
            text: format!(
                "{} one end of the connection{}. Which component is the other end?",
                count(rows, "row names only", "rows name only"),
                of_tables(facts)
            ),
            proposal: "server".to_owned(),
        });
    }
    for (at, group) in answers
        .groups
        .iter()
        .enumerate()
        .filter(|(_, it)| it.kind.is_none())
    {
        let members = if group.members.is_empty() {
            "does it apply".to_owned()
        } else {
            format!("do its parts ({}) apply", group.members.join(", "))
        };
        questions.push(Question {
            place: Place::Group(at),
            text: format!(
                "`{}`: {members} as alternatives (`choice`), each if switched on (`features`), or always (`always`)?",
                group.at
            ),
            proposal: if group.members.len() > 1 { "choice" } else { "features" }.to_owned(),
        });
    }
    for (at, table) in answers.tables.iter().enumerate() {
        let Some(index) = facts.tables.iter().position(|it| {
            it.at == table.at && (table.columns.is_empty() || it.headers == table.columns)
        }) else {
            continue;
        };
        let open = open(facts, answers, index);
        let is_open = |it: &Option<Vec<String>>| it.as_ref().is_some_and(Vec::is_empty);
        let this = answers.this.clone().unwrap_or_default();
        let read = &facts.tables[index];
        let who = |column: Option<&str>, role: &str| {
            column.map_or_else(
                || "Who does?".to_owned(),
                |it| format!("Who does? If the column `{it}` says it, its role is `{role}`."),
            )
        };
        let unread = read.unread.and_then(|it| read.headers.get(it));
        let unread = unread.map(String::as_str);
        let listener = who(naming(read).or(unread), "host");
        let dialler = who(unread, "from");
        let all = [
            (
                Place::Inbound(at),
                open.inbound,
                is_open(&table.inbound),
                "inbound row does not say who connects",
                "inbound rows do not say who connects",
                "Who does?",
                "",
            ),
            (
                Place::Outbound(at),
                open.outbound,
                is_open(&table.outbound),
                "outbound row does not say who listens",
                "outbound rows do not say who listens",
                "Who does?",
                "",
            ),
            (
                Place::From(at),
                open.from,
                is_open(&table.from),
                "row does not say who connects",
                "rows do not say who connects",
                dialler.as_str(),
                "",
            ),
            (
                Place::To(at),
                open.to,
                is_open(&table.to),
                "row does not say who listens",
                "rows do not say who listens",
                listener.as_str(),
                this.as_str(),
            ),
        ];
        for (place, rows, is_open, one, more, end, proposal) in all {
            if rows > 0 && is_open {
                questions.push(Question {
                    place,
                    text: format!("`{}`: {}. {end}", table.at, count(rows, one, more)),
                    proposal: proposal.to_owned(),
                });
            }
        }
    }
    questions
}

/// Of which tables the rows are that name one end, if these are few.
fn of_tables(facts: &Facts) -> String {
    let mut tables: Vec<usize> = facts
        .claims
        .iter()
        .filter(|it| means_this(it))
        .filter_map(|it| it.table)
        .collect();
    tables.dedup();
    let names = tables.iter().filter_map(|it| facts.tables.get(*it));
    let names: Vec<&str> = names.map(|it| it.at.as_str()).collect();
    if names.is_empty() || names.len() > 4 {
        return String::new();
    }
    format!(", in {}", crate::model::name::backticked(names))
}

/// The header of a column that may name who listens, and is read as what the ports are for.
fn naming(table: &PortTable) -> Option<&str> {
    let at = table.roles.iter().position(|it| *it == Role::Label)?;
    let header = table.headers.get(at)?;
    may_name_host(header).then_some(header)
}

fn count(number: usize, one: &str, more: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { more })
}

/// Enters an answer.
///
/// # Errors
/// If it is not one of the words, or not a valid name.
pub fn answer(answers: &mut Answers, place: &Place, text: &str) -> Result<(), String> {
    let names = || -> Result<Vec<String>, String> {
        let names: Vec<&str> = text
            .split(',')
            .map(str::trim)
            .filter(|it| !it.is_empty())
            .collect();
        names.into_iter().map(name).collect()
    };
    match place {
        Place::This => answers.this = Some(name(text.trim())?),
        Place::Group(at) => {
            let kind = GroupKind::parse(text.trim()).ok_or_else(|| {
                format!(
                    "`{}` is not an answer; expected one of {}",
                    text.trim(),
                    crate::model::name::backticked(GroupKind::WORDS)
                )
            })?;
            if let Some(group) = answers.groups.get_mut(*at) {
                group.kind = Some(kind);
            }
        }
        Place::Inbound(at) | Place::Outbound(at) | Place::From(at) | Place::To(at) => {
            let names = names()?;
            if let Some(table) = answers.tables.get_mut(*at) {
                match place {
                    Place::Inbound(_) => table.inbound = Some(names),
                    Place::Outbound(_) => table.outbound = Some(names),
                    Place::From(_) => table.from = Some(names),
                    _ => table.to = Some(names),
                }
            }
        }
    }
    Ok(())
}

fn name(text: &str) -> Result<String, String> {
    if is_name(text) {
        return Ok(text.to_owned());
    }
    let help = good_name(text).map_or_else(
        || "use lower-case letters, digits and single dashes".to_owned(),
        |it| format!("did you mean `{it}`?"),
    );
    Err(format!(
        "`{text}` is not a valid name of a component; {help}"
    ))
}
