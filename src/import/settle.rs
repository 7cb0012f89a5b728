//! From claims and answers to flows between components: repeats become one flow with all of their places.

use super::answers::{Answers, GroupKind, Row, Table};
use super::cell::{Carrier, Piece, Ports};
use super::claim::{Claim, Party};
use super::facts::Facts;
use super::heading::subject;
use super::names::{Taken, short_label, slug, unused};
use super::words::Way;
use crate::model::words::{Exposure, Need};
use std::collections::{BTreeMap, BTreeSet};

/// The most labels, sentences and doubts that a flow keeps of its repeats.
const MOST_TEXTS: usize = 50;

/// The component for an end that the page does not state. Only drafts may have it.
pub(crate) const UNSTATED: &str = "unstated";

/// Who a listener is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// By an answer.
    Answered(Exposure),
    /// Its own host: the page says that `localhost` connects.
    OwnHost,
}

/// A flow between components.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flow {
    /// Its id in the draft.
    pub id: String,
    /// Who connects.
    pub from: Vec<String>,
    /// Who listens.
    pub to: Vec<String>,
    /// Whether the page states who connects; otherwise an answer does, or nothing.
    pub from_stated: bool,
    /// Whether the page states who listens.
    pub to_stated: bool,
    /// What it carries.
    pub pieces: Vec<Piece>,
    /// Whether only one of the ports may be in use.
    pub alternatives: bool,
    /// The cell with the ports, as printed.
    pub printed: String,
    /// Whether it is required.
    pub need: Need,
    /// Short names of it, as printed.
    pub labels: Vec<String>,
    /// The page's sentences about it.
    pub notes: Vec<String>,
    /// Application protocols.
    pub applications: Vec<String>,
    /// The setting that changes the port.
    pub setting: Option<String>,
    /// The options and features that it needs, joined as in a product file.
    pub when: Option<String>,
    /// The group whose question is open.
    pub open_group: Option<usize>,
    /// Where the page states it.
    pub at: Vec<String>,
    /// Who the listener is for, if an answer or the page decides it.
    pub audience: Option<Audience>,
    /// What a person has to look at.
    pub doubts: Vec<String>,
}

/// The features that claims name, by their names in the draft, with the title and how many rows name them.
pub(crate) fn features(facts: &Facts) -> BTreeMap<String, (String, usize)> {
    let mut features: BTreeMap<String, (String, usize)> = BTreeMap::new();
    for title in facts.claims.iter().flat_map(|it| &it.features) {
        if let Some(name) = slug(title) {
            features.entry(name).or_insert_with(|| (title.clone(), 0)).1 += 1;
        }
    }
    features
}

/// The names that flows cannot have, because features may have them.
pub(crate) fn switches(facts: &Facts, answers: &Answers) -> Taken {
    let groups = 0..facts.groups.len();
    let groups = groups.map(|at| group_name(facts, answers, at));
    let members = facts.groups.iter().flat_map(|it| it.names.iter().cloned());
    let features = features(facts).into_keys();
    features.chain(groups).chain(members).collect()
}

/// The name of a group's choice or feature.
pub(crate) fn group_name(facts: &Facts, answers: &Answers, group: usize) -> String {
    let at = facts.groups.get(group).map_or("", |it| it.at.as_str());
    let given = answers
        .group(at)
        .map(|it| it.name.clone())
        .filter(|it| !it.is_empty());
    let own = || {
        subject(at)
            .as_deref()
            .and_then(slug)
            .unwrap_or_else(|| format!("group-{}", group + 1))
    };
    given.unwrap_or_else(own)
}

/// The flows of a page, by the answers so far.
pub fn settle(facts: &Facts, answers: &Answers) -> Vec<Flow> {
    let mut flows: Vec<(Key, Flow)> = Vec::new();
    let mut places: BTreeMap<Key, usize> = BTreeMap::new();
    // Tables with rows for which neither a cell nor a heading names who listens. An answer is about those.
    let open = facts.claims.iter().filter(|it| it.to.is_empty());
    let open: BTreeSet<usize> = open.filter_map(|it| it.table).collect();
    for claim in &facts.claims {
        let may_correct = claim.table.is_some_and(|it| !open.contains(&it));
        let flow = flow(claim, facts, answers, may_correct);
        let key = Key {
            from: flow.from.clone(),
            to: flow.to.clone(),
            pieces: flow.pieces.clone(),
            when: flow.when.clone(),
            labels: Vec::new(),
        };
        let key = if flow.from == [UNSTATED] && flow.to == [UNSTATED] {
            // Rows that name no end may be about different ones.
            Key {
                labels: flow.labels.clone(),
                ..key
            }
        } else {
            key
        };
        if let Some((_, known)) = places.get(&key).and_then(|at| flows.get_mut(*at)) {
            join(known, flow);
        } else {
            places.insert(key.clone(), flows.len());
            flows.push((key, flow));
        }
    }
    let mut taken = switches(facts, answers);
    let mut flows: Vec<Flow> = flows.into_iter().map(|it| it.1).collect();
    for flow in &mut flows {
        flow.id = unused(&base_id(flow), &mut taken);
    }
    flows
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    from: Vec<String>,
    to: Vec<String>,
    pieces: Vec<Piece>,
    when: Option<String>,
    labels: Vec<String>,
}

/// Adds a repeat to the flow that it repeats.
fn join(known: &mut Flow, flow: Flow) {
    let add = |list: &mut Vec<String>, more: Vec<String>| {
        for it in more {
            // A row that repeats a thousand others adds its place and nothing else.
            if list.len() < MOST_TEXTS && !list.contains(&it) {
                list.push(it);
            }
        }
    };
    known.at.extend(
        flow.at
            .into_iter()
            .filter(|it| known.at.last() != Some(it))
            .collect::<Vec<_>>(),
    );
    add(&mut known.labels, flow.labels);
    add(&mut known.notes, flow.notes);
    add(&mut known.applications, flow.applications);
    add(&mut known.doubts, flow.doubts);
    known.setting = known.setting.take().or(flow.setting);
    known.audience = match (known.audience, flow.audience) {
        (known @ Some(Audience::Answered(_)), _) => known,
        (_, answered @ Some(Audience::Answered(_))) => answered,
        (known, same) => known.filter(|_| known == same),
    };
    known.from_stated |= flow.from_stated;
    known.to_stated |= flow.to_stated;
    known.need = match (known.need, flow.need) {
        (a, b) if a == b => a,
        (Need::Required, _) | (_, Need::Required) => Need::Required,
        // One row needs it, whatever the other one says.
        _ => Need::Unstated,
    };
}

fn flow(claim: &Claim, facts: &Facts, answers: &Answers, may_correct: bool) -> Flow {
    let table = claim.table.and_then(|at| facts.tables.get(at));
    let table = table.and_then(|it| answers.table(&it.at, &it.headers));
    let row = table.and_then(|it| it.rows.get(&claim.row));
    let (from, from_stated) = end(
        &claim.from,
        row.map(|it: &Row| &it.from),
        table.and_then(|it| dialler(it, claim)),
        answers,
    );
    let is_local = !claim.from.is_empty() && claim.from.iter().all(Party::is_local);
    // What only a heading says, an answer corrects, unless other rows need it.
    let corrected = claim.to_is_inferred
        && may_correct
        && (table.and_then(|it| it.to.as_ref())).is_some_and(|it| !it.is_empty());
    let (to, to_stated) = end(
        if corrected { &[][..] } else { &claim.to },
        row.map(|it: &Row| &it.to),
        table.and_then(|it| listener(it, claim)),
        answers,
    );
    let mut when: Vec<String> = Vec::new();
    let mut open_group = None;
    if let Some((group, member)) = &claim.group {
        let place = facts.groups.get(*group);
        let name = group_name(facts, answers, *group);
        let members = place.map_or(&[][..], |it| &it.members);
        let at = members.iter().position(|it| it == member);
        let option = place.zip(at).and_then(|(it, at)| it.names.get(at));
        let option = option.cloned().unwrap_or_default();
        let kind = place
            .and_then(|it| answers.group(&it.at))
            .and_then(|it| it.kind);
        match kind {
            Some(GroupKind::Always) => {}
            Some(GroupKind::Choice) if !members.is_empty() => when.push(format!("{name}.{option}")),
            kind => {
                open_group = kind.is_none().then_some(*group);
                when.push(if members.is_empty() { name } else { option });
            }
        }
    }
    for it in claim.features.iter().filter_map(|it| slug(it)) {
        if !when.contains(&it) {
            when.push(it);
        }
    }
    let when = (!when.is_empty()).then(|| when.join("+"));
    let need = match claim.need {
        // What a feature switches on is on with it.
        Need::Optional if when.is_some() => Need::Unstated,
        need => need,
    };
    Flow {
        id: String::new(),
        from,
        to,
        from_stated,
        to_stated: to_stated && !claim.to_is_inferred,
        pieces: claim.pieces.clone(),
        alternatives: claim.alternatives,
        printed: claim.printed.clone(),
        need,
        labels: claim.labels.clone(),
        notes: Some(claim.note.clone())
            .filter(|it| !it.is_empty())
            .into_iter()
            .collect(),
        applications: claim.applications.clone(),
        setting: claim.setting.clone(),
        when,
        open_group,
        at: vec![claim.at.clone()],
        audience: row
            .and_then(|it| it.exposure)
            .map(Audience::Answered)
            .or(is_local.then_some(Audience::OwnHost)),
        doubts: claim.doubts.clone(),
    }
}

/// The answer about who connects, for the rows of this direction.
pub(crate) fn dialler<'t>(table: &'t Table, claim: &Claim) -> Option<&'t Vec<String>> {
    match claim.way {
        Some(Way::In | Way::Both) => table.inbound.as_ref(),
        Some(Way::Out) => None,
        None => table.from.as_ref(),
    }
}

/// The answer about who listens.
pub(crate) fn listener<'t>(table: &'t Table, claim: &Claim) -> Option<&'t Vec<String>> {
    match claim.way {
        Some(Way::Out) => table.outbound.as_ref(),
        // The other half of "both ways".
        Some(Way::Both) => table.inbound.as_ref(),
        Some(Way::In) => None,
        None => table.to.as_ref(),
    }
}

/// The components of one end, and whether the page states it.
fn end(
    parties: &[Party],
    row: Option<&Vec<String>>,
    table: Option<&Vec<String>>,
    answers: &Answers,
) -> (Vec<String>, bool) {
    if let Some(row) = row.filter(|it| !it.is_empty()) {
        return (row.clone(), false);
    }
    let mut names: Vec<String> = Vec::new();
    for party in parties {
        let meant = match party {
            Party::This => answers
                .this
                .clone()
                .filter(|it| !it.is_empty())
                .into_iter()
                .collect(),
            Party::Named(printed) => component_names(printed, answers),
        };
        for it in meant {
            if !names.contains(&it) {
                names.push(it);
            }
        }
    }
    if names.is_empty() {
        let answered = table.filter(|it| !it.is_empty()).cloned();
        return (answered.unwrap_or_else(|| vec![UNSTATED.to_owned()]), false);
    }
    (names, true)
}

/// The components that a printed name means.
pub(crate) fn component_names(printed: &str, answers: &Answers) -> Vec<String> {
    let given = answers.names.get(printed).or_else(|| {
        let folded = super::text::words(printed);
        answers
            .names
            .iter()
            .find(|(it, _)| super::text::words(it) == folded)
            .map(|(_, it)| it)
    });
    match given {
        Some(given) if !given.is_empty() => given.clone(),
        _ => slug(printed).into_iter().collect(),
    }
}

/// A name for a flow: the member of its group and its label, or its ports and its listener.
fn base_id(flow: &Flow) -> String {
    let label = flow
        .labels
        .iter()
        .find_map(|it| short_label(it))
        .or_else(|| flow.notes.first().and_then(|it| short_label(it)));
    let label = label
        .as_deref()
        .and_then(slug)
        .or_else(|| flow.applications.iter().find_map(|it| slug(it)));
    let label = label.unwrap_or_else(|| {
        let first = flow.pieces.first();
        let port = match first.map(|it| &it.ports) {
            Some(Ports::Ranges(ranges)) => ranges
                .first()
                .map(|it| format!("-{it}"))
                .unwrap_or_default(),
            _ => String::new(),
        };
        let carrier = match first.map(|it| it.carrier) {
            Some(Carrier::Named | Carrier::Unstated) | None => "port".to_owned(),
            Some(carrier) => carrier.to_string(),
        };
        let to = flow.to.first().map_or("", String::as_str);
        format!("{carrier}{port}-{to}")
    });
    match flow
        .when
        .as_deref()
        .map(|it| it.split('+').next().unwrap_or(it))
    {
        Some(condition) => {
            let option = condition.rsplit('.').next().unwrap_or(condition);
            if label.starts_with(option) && !condition.contains('.') {
                label
            } else {
                format!("{option}-{label}")
            }
        }
        None => label,
    }
}
