//! A `portmatrix_rules` as a report, from its values as `terraform show -json` prints them.

mod connections;
mod rows;
mod zones;

use super::planned::{Planned, planned_in};
use crate::catalog::Catalog;
use crate::compile::{Compiled, Described, compile, describe};
use crate::model::day::Day;
use crate::model::finding;
use crate::model::name::backticked;
use crate::model::words::Severity;
use crate::policy::Access;
use crate::report::{Before, Cell, Exempt, Finding, Product, Report, Source};
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// What a report is made of.
pub struct Input<'i> {
    /// The resource's address, or what the report is called.
    pub name: String,
    /// The plan or state that it comes from, e.g. `the plan of 2026-11-28 14:34 UTC`.
    pub origin: String,
    /// The resource.
    pub values: &'i Json,
    /// What of it is known only after apply.
    pub unknown: &'i Json,
    /// The resource before the plan: null if the plan creates it, none in a state.
    pub before: Option<&'i Json>,
    /// Texts that must not be shown.
    pub secrets: BTreeSet<String>,
    /// The products.
    pub catalog: Catalog,
    /// The day on which exceptions are judged.
    pub day: Option<Day>,
}

/// The shortest sensitive text that is searched for within others. Shorter ones are parts of many words.
const SHORTEST: usize = 4;

/// Hex digits of a digest that are shown.
const DIGITS: usize = 12;

/// Makes a report.
///
/// # Errors
/// If something that decides which rules there are is known only after apply: a sentence that says what.
pub fn report(input: &Input<'_>) -> Result<Report, String> {
    let side = Side::read(input.values, input.unknown, input)?;
    let mut report = Report {
        name: input.name.clone(),
        origin: input.origin.clone(),
        ..Report::default()
    };
    let mut sources: Vec<Source> = Vec::new();
    report.exceptions = exceptions(&side.planned);
    (report.zones, report.connections) =
        side.shown(&mut sources, input.unknown, &report.exceptions);
    if let Some(before) = input.before {
        report.before = Some(match before {
            Json::Null => Before::default(),
            before => {
                let side = Side::read(before, &Json::Null, input)?;
                let exceptions = exceptions(&side.planned);
                let (zones, connections) = side.shown(&mut Vec::new(), &Json::Null, &exceptions);
                Before { zones, connections }
            }
        });
    }
    report.products = side.products();
    report.notes = side.notes();
    report.findings = side.findings();
    report.policy = cells(&side.planned);
    report.platforms = rows::platforms(&side, input.unknown);
    report.quotas = rows::quotas(input.values);
    report.sources = sources;
    hide(&mut report, &input.secrets);
    Ok(report)
}

/// A resource, before or after.
struct Side<'s> {
    values: &'s Json,
    planned: Planned,
    compiled: Compiled,
    described: Described,
}

impl<'s> Side<'s> {
    fn read(values: &'s Json, unknown: &Json, input: &Input<'_>) -> Result<Side<'s>, String> {
        let planned = planned_in(values, unknown, input.catalog.clone(), input.day);
        if let Some(place) = planned.unknowns.first() {
            return Err(format!(
                "`{place}` of `{}` is known only after apply, so its rules are too; make the report after the apply, from the state",
                input.name
            ));
        }
        if !values["rules"].is_object() {
            return Err(format!(
                "`{}` has no `rules`; give the whole resource `portmatrix_rules`, or a plan or state with it",
                input.name
            ));
        }
        let compiled = compile(&planned.layout, &planned.catalog);
        let described = describe(&planned.layout, &planned.catalog);
        Ok(Side {
            values,
            planned,
            compiled,
            described,
        })
    }

    fn products(&self) -> Vec<Product> {
        let products = self.described.products.iter();
        let products = products.map(|it| Product {
            label: it.label.clone(),
            title: it.title.clone(),
            digest: it.digest.get(..DIGITS).unwrap_or(&it.digest).to_owned(),
        });
        products.collect()
    }

    /// Products whose matrix here is not the one by which the rules were made.
    fn notes(&self) -> Vec<String> {
        let then = self.values["digests"].as_object().into_iter().flatten();
        let differs = then.filter(|(label, then)| {
            let now = self.compiled.digests.get(*label);
            let then = then.as_str().unwrap_or_default();
            now.is_none_or(|now| !now.starts_with(then))
        });
        let labels: Vec<&str> = differs.map(|(label, _)| label.as_str()).collect();
        if labels.is_empty() {
            return Vec::new();
        }
        let which = backticked(labels);
        vec![format!(
            "The rules were made with another catalogue, or with product files that are not given here: {which}. Purposes and sources are those of \
             this program."
        )]
    }

    /// Those of the resource, and the vendors' notes, which are listed on request only.
    fn findings(&self) -> Vec<Finding> {
        let text = |it: &Json, name: &str| it[name].as_str().unwrap_or_default().to_owned();
        let own = self.values["findings"].as_array().into_iter().flatten();
        let mut findings: Vec<Finding> = own
            .map(|it| Finding {
                severity: Severity::parse(&text(it, "severity")).unwrap_or(Severity::Info),
                code: text(it, "code"),
                subject: text(it, "subject"),
                message: text(it, "message"),
                remedy: text(it, "remedy"),
            })
            .collect();
        let notes = self
            .compiled
            .findings
            .iter()
            .filter(|it| it.severity == Severity::Info);
        for it in notes.map(shown) {
            if !findings
                .iter()
                .any(|other| (&other.code, &other.subject) == (&it.code, &it.subject))
            {
                findings.push(it);
            }
        }
        findings.sort_by(|a, b| {
            (a.severity, &a.code, &a.subject).cmp(&(b.severity, &b.code, &b.subject))
        });
        findings
    }
}

fn shown(it: &finding::Finding) -> Finding {
    Finding {
        severity: it.severity,
        code: it.code.to_string(),
        subject: it.subject.clone(),
        message: it.message.clone(),
        remedy: it.remedy.clone(),
    }
}

fn cells(planned: &Planned) -> Vec<Cell> {
    let cells = planned.policy.cells.iter().map(|it| {
        let services = it.services.to_string();
        let access = match it.access {
            Access::Allow => "everything is allowed".to_owned(),
            Access::Block => "nothing is allowed".to_owned(),
            Access::AllowOnly => format!("only {services}"),
            Access::BlockOnly => format!("everything but {services}"),
        };
        Cell {
            from: it.from.to_string(),
            to: it.to.to_string(),
            access: if it.monitor {
                format!("{access} (only reported)")
            } else {
                access
            },
            reason: it.reason.clone().unwrap_or_default(),
        }
    });
    cells.collect()
}

/// Exceptions of the policy, then accepted findings.
fn exceptions(planned: &Planned) -> Vec<Exempt> {
    let left = |last: Option<Day>| Some(planned.dates.day?.until(last?));
    let word = |it: &Option<String>| it.clone().unwrap_or_default();
    let exceptions = planned.policy.exceptions.iter().map(|it| {
        let people = [
            ("requested by", &it.requester),
            ("approved by", &it.approver),
        ];
        let people = people
            .iter()
            .filter_map(|(what, who)| Some(format!("{what} {}", who.as_ref()?)));
        Exempt {
            what: format!("{} → {}: {}", it.from, it.to, it.services),
            reason: it.reason.clone(),
            ticket: word(&it.ticket),
            people: people.collect::<Vec<_>>().join(", "),
            expires: it.expires.map(|it| it.to_string()),
            left: left(it.expires),
            requester: word(&it.requester),
        }
    });
    let accepts = planned.accepts.iter().map(|it| Exempt {
        what: format!("finding {} of {}", it.code, it.subject),
        reason: it.reason.clone(),
        ticket: word(&it.ticket),
        people: word(&it.owner),
        expires: it.expires.map(|it| it.to_string()),
        left: left(it.expires),
        requester: String::new(),
    });
    exceptions.chain(accepts).collect()
}

/// Replaces every text that has something sensitive in it.
fn hide(report: &mut Report, secrets: &BTreeSet<String>) {
    if secrets.is_empty() {
        return;
    }
    report.each_text(&mut |text| {
        let is_secret = secrets.contains(text) && !text.is_empty();
        let long = secrets.iter().filter(|it| it.len() >= SHORTEST);
        if is_secret || long.into_iter().any(|it| text.contains(it.as_str())) {
            "(sensitive)".clone_into(text);
        }
    });
}
