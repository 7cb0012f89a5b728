//! Priorities: a rule that stays keeps its number unless the user gives it another, and no rule gets a number that another one had
//! in the state.
//!
//! Terraform destroys old rules and creates new ones at the same time, and Azure rejects two rules of one priority in one
//! direction of a network security group. So a number that is freed by an apply is free for the next one only.
//!
//! Allow rules have numbers that are unique in the whole resource while there are any, whether or not two zones share a
//! network security group: that may be known only after apply, and a plan must not say another number than the apply that
//! follows it. Rows for which no number is free get one that is free in their own group, and wait for the names of all groups.
//! Final rules are at the end of each network security group, so their numbers wait for its name if they depend on it.

use super::finals::is_final;
use super::point::{self, Known};
use super::problems::{NoFreePriority, Problems, Taker};
use super::row::{Access, Row};
use super::{Options, PRIORITIES, PriorRule};
use crate::model::cell::MaybeKnown;
use crate::model::words::Direction;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::sync::Arc;

/// Gives every row its priority.
pub(super) fn assign(
    rows: &mut BTreeMap<String, Row>,
    options: &Options,
    kept: &BTreeMap<String, PriorRule>,
    problems: &mut Problems,
) {
    for direction in Direction::ALL.iter().copied() {
        let inbound = direction == Direction::Ingress;
        let kept = kept.iter().filter(|(_, it)| it.inbound == inbound);
        let kept: BTreeMap<&str, &PriorRule> = kept.map(|(key, it)| (key.as_str(), it)).collect();
        let mut rows: BTreeMap<&str, &mut Row> = rows
            .iter_mut()
            .filter(|(_, it)| it.direction == direction)
            .map(|(key, it)| (key.as_str(), it))
            .collect();
        let classes = Classes::new(rows.values().map(|it| &**it));
        keep(&mut rows, options, &kept);
        permitting(&mut rows, options, &kept, &classes, problems);
        finals(&mut rows, &kept, &classes, problems);
        taken_twice(&rows, options, &kept, &classes, problems);
        denied_before(&rows, options, &classes, problems);
    }
}

type Rows<'r> = BTreeMap<&'r str, &'r mut Row>;

type State<'s> = BTreeMap<&'s str, &'s PriorRule>;

/// The numbers that the user gives, then those of the state.
fn keep(rows: &mut Rows<'_>, options: &Options, kept: &State<'_>) {
    let mut holders: BTreeMap<u16, usize> = BTreeMap::new();
    for it in kept.values() {
        *holders.entry(it.priority).or_default() += 1;
    }
    for (key, row) in rows.iter_mut() {
        let of_state = || {
            let it = kept.get(key)?;
            // Of two rules with one number, and of a final rule, only the group says whether it can stay.
            let may_move = row.is_final || holders[&it.priority] > 1;
            (!may_move || group(it) == row.point.known()).then_some(it.priority)
        };
        let given = options.priorities.get(*key).copied();
        if let Some(number) = given.or_else(of_state) {
            row.priority = MaybeKnown::Known(number);
        }
    }
}

/// New allow rules get the lowest step that is free, then the numbers between, all of them before every final rule.
fn permitting(
    rows: &mut Rows<'_>,
    options: &Options,
    kept: &State<'_>,
    classes: &Classes,
    problems: &mut Problems,
) {
    let mut taken: BTreeSet<u16> = kept.values().map(|it| it.priority).collect();
    taken.extend(rows.values().filter_map(|it| it.priority.known()));
    let given = options.priorities.iter();
    let given = given.filter(|(key, _)| rows.contains_key(key.as_str()));
    let numbers = kept.iter().map(|(key, it)| (*key, it.priority));
    let numbers = numbers.chain(given.map(|(key, it)| (key.as_str(), *it)));
    let finals = numbers.filter(|(key, _)| is_final(key));
    let end = finals.map(|(_, it)| it.saturating_sub(1)).min();
    let last = end.map_or(options.priority_last, |it| it.min(options.priority_last));
    let band = || options.priority_first..=last;
    let step = usize::from(options.priority_step.max(1));
    let mut free = band()
        .step_by(step)
        .chain(band())
        .filter(|it| taken.insert(*it));
    for (key, row) in rows.iter_mut() {
        // One that moves with a number that is not its own alone does so only once its group is known.
        if row.priority.known().is_some() || row.is_final || kept.contains_key(key) {
            continue;
        }
        if let Some(number) = free.next() {
            row.priority = MaybeKnown::Known(number);
        }
    }
    let band = options.priority_first..=last;
    in_own_group(rows, kept, classes, band, problems);
}

/// The rest take what is free in their own group. While the name of some group is open, so are their numbers, but where there
/// is no room in a group that no other zone has, there is none in any.
fn in_own_group(
    rows: &mut Rows<'_>,
    kept: &State<'_>,
    classes: &Classes,
    band: RangeInclusive<u16>,
    problems: &mut Problems,
) {
    let is_open = |row: &Row| row.priority.known().is_none() && !row.is_final;
    if !rows.values().any(|row| is_open(row)) {
        return;
    }
    let mut free: Vec<BTreeSet<u16>> = vec![band.clone().collect(); classes.count()];
    for row in rows.values() {
        if let Some(number) = row.priority.known() {
            free[classes.of(row)].remove(number);
        }
    }
    for it in kept.values() {
        if let Some(class) = classes.of_kept(it) {
            free[class].remove(&it.priority);
        }
    }
    for (key, row) in rows.iter_mut().filter(|(_, row)| is_open(row)) {
        match free[classes.of(row)].pop_first() {
            None => problems.full(key, row, *band.end()),
            Some(number) if classes.are_known() => row.priority = MaybeKnown::Known(number),
            Some(_) => {}
        }
    }
}

/// A network security group as far as numbers are concerned, by its place among them.
type Class = usize;

/// The class of each zone: first the groups that are known, then each zone whose group is not, taken for one that no other has.
struct Classes {
    known: BTreeMap<Known, Class>,
    zones: BTreeMap<Arc<str>, Class>,
}

impl Classes {
    fn new<'r>(rows: impl Iterator<Item = &'r Row>) -> Classes {
        let mut zones: BTreeMap<Arc<str>, Option<Known>> = BTreeMap::new();
        for row in rows {
            if !zones.contains_key(&row.zone) {
                zones.insert(Arc::clone(&row.zone), row.point.known());
            }
        }
        let known: BTreeSet<Known> = zones.values().flatten().cloned().collect();
        let known: BTreeMap<Known, Class> = known.into_iter().zip(0..).collect();
        let mut alone = known.len();
        let class = |(zone, point): (Arc<str>, Option<Known>)| {
            let class = point.map_or(alone, |it| known[&it]);
            alone += usize::from(class == alone);
            (zone, class)
        };
        let zones = zones.into_iter().map(class).collect();
        Classes { known, zones }
    }

    fn count(&self) -> usize {
        self.zones.values().max().map_or(0, |it| it + 1)
    }

    fn of(&self, row: &Row) -> Class {
        self.zones[&row.zone]
    }

    /// The class in which a rule of the state has its number, if a row is in it too.
    fn of_kept(&self, it: &PriorRule) -> Option<Class> {
        self.known.get(&group(it)?).copied()
    }

    /// Whether the group of a row is known.
    fn is_known(&self, row: &Row) -> bool {
        self.of(row) < self.known.len()
    }

    /// Whether all groups are known.
    fn are_known(&self) -> bool {
        self.count() == self.known.len()
    }
}

/// What is known of the numbers of one class.
struct Numbers {
    taken: BTreeSet<u16>,
    /// The highest number of a permitting rule.
    last_allow: u16,
    /// The lowest number of a deny rule.
    first_deny: u16,
}

impl Default for Numbers {
    fn default() -> Self {
        Numbers {
            taken: BTreeSet::new(),
            last_allow: 0,
            first_deny: PRIORITIES.end() + 1,
        }
    }
}

impl Numbers {
    fn note(&mut self, row: &Row, number: u16) {
        self.taken.insert(number);
        if row.access == Access::Deny {
            self.first_deny = self.first_deny.min(number);
        } else if !row.is_final {
            self.last_allow = self.last_allow.max(number);
        }
    }
}

/// New final rules get the highest numbers that are free: the deny rule after every allow rule, the probes before every rule that
/// denies. Where groups are not known, this is tried with all of them different and with all of them the same; a number that
/// is the same in both is valid, whatever the names turn out to be. Where a final rule may stay or may move, which its group's
/// name will say, or a permitting rule waits, all new ones wait.
fn finals(rows: &mut Rows<'_>, kept: &State<'_>, classes: &Classes, problems: &mut Problems) {
    let waits = |key: &str, row: &Row| {
        if row.is_final {
            !classes.is_known(row) && kept.contains_key(key)
        } else {
            row.priority.known().is_none()
        }
    };
    if rows.iter().any(|(key, row)| waits(key, row)) {
        return;
    }
    let apart = numbers(rows, kept, |it| classes.of(it), |it| classes.of_kept(it));
    let same = if classes.are_known() {
        apart.clone()
    } else {
        numbers(rows, kept, |_| 0, |_| Some(0))
    };
    for (key, row) in rows.iter_mut() {
        match (apart.get(*key), same.get(*key)) {
            (Some(Err(none)), Some(Err(_))) => problems.no_final(key, *none),
            (Some(Ok(a)), Some(Ok(b))) if a == b => row.priority = MaybeKnown::Known(*a),
            _ => {}
        }
    }
}

/// The numbers of final rules that have none yet, where groups are the same as `class` says, and `of_kept` of the state.
fn numbers(
    rows: &Rows<'_>,
    kept: &State<'_>,
    class: impl Fn(&Row) -> Class,
    of_kept: impl Fn(&PriorRule) -> Option<Class>,
) -> BTreeMap<String, Result<u16, NoFreePriority>> {
    let mut classes: BTreeMap<Class, Numbers> = BTreeMap::new();
    let mut news = Vec::new();
    for (key, row) in rows {
        let number = row.priority.known();
        // A rule that found no number says nothing of its class.
        if number.is_none() && !row.is_final {
            continue;
        }
        let numbers = classes.entry(class(row)).or_default();
        match number {
            Some(number) => numbers.note(row, *number),
            None => news.push((*key, &**row)),
        }
    }
    for it in kept.values() {
        if let Some(numbers) = of_kept(it).and_then(|it| classes.get_mut(&it)) {
            numbers.taken.insert(it.priority);
        }
    }
    let mut found = BTreeMap::new();
    for (key, row) in news {
        let numbers = classes.entry(class(row)).or_default();
        let (room, none) = match row.access {
            Access::Deny => (
                numbers.last_allow.max(PRIORITIES.start() - 1) + 1..=*PRIORITIES.end(),
                NoFreePriority::After(numbers.last_allow),
            ),
            Access::Allow => (
                *PRIORITIES.start()..=numbers.first_deny - 1,
                NoFreePriority::Before(numbers.first_deny),
            ),
        };
        let number = room.rev().find(|it| !numbers.taken.contains(it));
        let number = number.ok_or(none);
        if let Ok(number) = number {
            numbers.note(row, number);
        }
        found.insert(key.to_owned(), number);
    }
    found
}

/// Rules of one network security group that would have one number at the same time, before or after the apply. Only numbers that a
/// user gives, or zones that move from group to group, can come to that.
fn taken_twice(
    rows: &Rows<'_>,
    options: &Options,
    kept: &State<'_>,
    classes: &Classes,
    problems: &mut Problems,
) {
    let mut seen: BTreeMap<(Class, u16), Taker<'_>> = BTreeMap::new();
    for (key, it) in kept {
        let row = rows.get(key);
        let number = row.and_then(|row| Some((classes.of(row), *row.priority.known()?)));
        let before = classes.of_kept(it).map(|class| (class, it.priority));
        let Some(before) = before.filter(|it| number != Some(*it)) else {
            continue;
        };
        let until = match row {
            None => "destroyed",
            Some(_) => "changed",
        };
        seen.insert(
            before,
            Taker {
                key,
                until: Some(until),
            },
        );
    }
    for (key, row) in rows {
        let Some(number) = row.priority.known() else {
            continue;
        };
        let now = Taker { key, until: None };
        if let Some(first) = seen.insert((classes.of(row), *number), now) {
            problems.taken(&first, key, row, (*number, options));
        }
    }
}

/// Allow rules that a deny rule of their group comes before, and rules for probes if it comes before all of them. Only
/// numbers that a user gives can come to that.
fn denied_before(rows: &Rows<'_>, options: &Options, classes: &Classes, problems: &mut Problems) {
    let mut groups: BTreeMap<Class, Vec<(&str, &Row)>> = BTreeMap::new();
    for (key, row) in rows {
        groups.entry(classes.of(row)).or_default().push((key, row));
    }
    for rows in groups.into_values() {
        let number = |row: &Row| row.priority.known().copied();
        let denials = rows.iter().filter(|(_, it)| it.access == Access::Deny);
        let denials = denials.filter_map(|(key, it)| Some((number(it)?, *key)));
        let Some((first, denial)) = denials.min() else {
            continue;
        };
        let is_late = |it: &&(&str, &Row)| number(it.1).is_some_and(|it| it > first);
        let permits = rows.iter().filter(|(_, it)| it.access == Access::Allow);
        let (probes, own): (Vec<_>, Vec<_>) = permits.partition(|(_, row)| row.is_final);
        let mut behind: Vec<_> = own.into_iter().filter(is_late).collect();
        if probes.iter().all(is_late) {
            behind.extend(probes);
        }
        if !behind.is_empty() {
            let keys = behind.iter().filter_map(|it| Some((it.0, number(it.1)?)));
            let keys = keys.collect();
            problems.denied_before(&behind[0].1.zone, (denial, first), keys, options);
        }
    }
}

fn group(it: &PriorRule) -> Option<Known> {
    let (resource_group, security_group) = it.security_group.as_ref()?;
    Some(point::known(resource_group, security_group))
}
