//! What is said of rules and exceptions.

use super::judge::{subject, texts};
use super::{Access, Cell, Exception, Origin};
use crate::model::code::Code;
use crate::model::day::{Dates, days_left};
use crate::model::finding::Finding;
use crate::model::name::backticked;
use crate::model::rules::RuleKey;
use crate::model::services::Services;
use crate::model::traffic::Traffic;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What permits some traffic.
#[derive(Default)]
pub(super) struct Because<'i> {
    pub(super) rules: Vec<&'i RuleKey>,
    pub(super) flows: BTreeSet<&'i str>,
    /// Why rules of other ends permit it.
    pub(super) why: Option<&'i str>,
}

/// Traffic that a cell refuses.
pub(super) struct Violation<'v> {
    pub(super) ends: (&'v Arc<str>, &'v Arc<str>),
    pub(super) traffic: Traffic,
    pub(super) cell: &'v Cell,
    pub(super) because: &'v Because<'v>,
}

impl Violation<'_> {
    pub(super) fn as_finding(
        &self,
        code: Code,
        refused: &Services,
        exception: Option<&Exception>,
    ) -> Finding {
        let (from, to) = self.ends;
        let cell = self.cell;
        let reason = cell.reason.as_ref();
        let reason = reason.map_or_else(String::new, |it| format!(" ({it})"));
        let elsewhere = cell.origin.elsewhere.as_ref();
        let elsewhere = elsewhere.map_or_else(String::new, |it| format!(" in {it}"));
        let ended = exception.map_or_else(String::new, |it| {
            let until = it
                .expires
                .map_or_else(String::new, |it| format!(" until {it}"));
            format!("; {} permitted it{until}", called(it))
        });
        let flows = backticked(&self.because.flows);
        let flows = if flows.is_empty() {
            flows
        } else {
            format!(" for {flows}")
        };
        let rules = texts(&self.because.rules);
        let verb = if rules.len() == 1 {
            "permits"
        } else {
            "permit"
        };
        let why = self
            .because
            .why
            .map_or_else(String::new, |it| format!(": {it}"));
        let message = format!(
            "`{from}` must not connect to `{to}` on {}: the policy from `{}` to `{}`{elsewhere} {}{reason}; {} {verb} it{flows}{why}{ended}",
            part(refused, self.traffic),
            cell.from,
            cell.to,
            allows(cell),
            backticked(rules),
        );
        let finding = Finding::new(code, subject((from, to), self.traffic), message);
        let origin = exception.map_or(&cell.origin, |it| &it.origin);
        placed(finding, origin)
    }
}

/// What a cell says.
fn allows(cell: &Cell) -> String {
    match cell.access {
        Access::Allow => "allows everything".to_owned(),
        Access::Block => "blocks everything".to_owned(),
        Access::AllowOnly if cell.services.is_empty() => "allows nothing".to_owned(),
        Access::AllowOnly => format!("allows only `{}`", cell.services),
        Access::BlockOnly => format!("blocks `{}`", cell.services),
    }
}

/// Services that are all or a part of a rule's traffic.
fn part(services: &Services, traffic: Traffic) -> String {
    if *services == Services::of_rule(traffic) {
        format!("`{traffic}`")
    } else {
        let rest = Services::of_rule(traffic).difference(services);
        if rest.traffic().len() < services.traffic().len() {
            format!("`{traffic}` except `{rest}`")
        } else {
            format!("`{services}`, a part of `{traffic}`")
        }
    }
}

/// An exception in a message.
fn called(exception: &Exception) -> String {
    match &exception.ticket {
        Some(ticket) => format!("exception `{ticket}`"),
        None => format!(
            "the exception from `{}` to `{}`",
            exception.from, exception.to
        ),
    }
}

/// What an exception is about, in the form that `accept` blocks match.
fn subject_of(exception: &Exception) -> String {
    format!("{}/{}", exception.from, exception.to)
}

fn placed(finding: Finding, origin: &Origin) -> Finding {
    match origin.elsewhere {
        None => finding.at(&origin.place),
        Some(_) => finding,
    }
}

/// That an exception permits what the policy refuses.
pub(super) fn excepted(
    (from, to): (&Arc<str>, &Arc<str>),
    traffic: Traffic,
    exception: &Exception,
    services: &Services,
) -> Finding {
    let until = exception.expires;
    let until = until.map_or_else(String::new, |it| format!(" until {it}"));
    let message = format!(
        "the policy does not let `{from}` connect to `{to}` on {}, but {} permits it{until}: {}",
        part(services, traffic),
        called(exception),
        exception.reason,
    );
    let finding = Finding::new(Code::PolicyExcepted, subject((from, to), traffic), message);
    placed(finding, &exception.origin)
}

/// That an exception is about to end. The days that are left are in the remedy, which no state has.
pub(super) fn expiring(exception: &Exception, dates: Dates) -> Option<Finding> {
    let (expires, left) = (exception.expires?, dates.left(exception.expires)?);
    let owners = [
        ("requested", &exception.requester),
        ("approved", &exception.approver),
    ];
    let owners = owners
        .iter()
        .filter_map(|(did, who)| Some(format!("{did} by {}", who.as_ref()?)));
    let owners: Vec<String> = owners.collect();
    let owners = if owners.is_empty() {
        String::new()
    } else {
        format!(" ({})", owners.join(", "))
    };
    let message = format!(
        "{}{owners} permits traffic that the policy refuses, and its last day is {expires}",
        called(exception)
    );
    let finding = Finding::new(Code::ExceptionExpiring, subject_of(exception), message);
    Some(placed(
        finding.remedy(days_left(left, "exception")),
        &exception.origin,
    ))
}

/// That an exception permits nothing that needs it.
pub(super) fn unused(exception: &Exception) -> Finding {
    let message = format!(
        "{} permits nothing that the policy refuses: no rule from `{}` to `{}` for {} needs it",
        called(exception),
        exception.from,
        exception.to,
        exception.services,
    );
    let finding = Finding::new(Code::ExceptionUnused, subject_of(exception), message);
    placed(finding, &exception.origin)
}

/// That two cells hold for the same ends.
pub(super) fn overlap(one: &Cell, other: &Cell, (from, to): (&str, &str)) -> Finding {
    let message = format!(
        "the policies from `{}` to `{}` and from `{}` to `{}` both hold from `{from}` to `{to}`, because neither names both ends more closely; \
            traffic needs the permission of both",
        one.from, one.to, other.from, other.to
    );
    let subject = format!("{}/{}, {}/{}", one.from, one.to, other.from, other.to);
    placed(
        Finding::new(Code::PolicyOverlap, subject, message),
        &one.origin,
    )
}
