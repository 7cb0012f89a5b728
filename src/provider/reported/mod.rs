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
use crate::model::secret::{HIDDEN, Secrets};
use crate::model::words::Severity;
use crate::policy::{Access, Policy};
use crate::report::{Cell, Exempt, Finding, Product, Report, Source, changes};
use serde_json::Value as Json;

/// What a report is made of.
pub struct Input<'i> {
    /// The resource's address, or what the report is called.
    pub name: String,
    /// The plan or state that it comes from, e.g. `the plan of 2026-11-28 14:34 UTC`.
    pub origin: String,
    /// The resource; as it was, if the plan destroys it.
    pub values: &'i Json,
    /// What of it is known only after apply.
    pub unknown: &'i Json,
    /// The resource before the plan: null if the plan creates it, none in a state.
    pub before: Option<&'i Json>,
    /// Whether the plan destroys it.
    pub is_destroyed: bool,
    /// Texts that must not be shown.
    pub secrets: Secrets,
    /// The products.
    pub catalog: Catalog,
    /// The policy of the provider block, where it is known.
    pub policy: Policy,
    /// The day on which exceptions are judged.
    pub day: Option<Day>,
}

/// Outputs that every resource has, so that what lacks one is not a whole resource.
const WHOLE: [&str; 3] = ["rules", "counts", "digests"];

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
    (report.zones, report.connections) = side.shown(&mut sources, input.unknown);
    let before = match input.before {
        None => None,
        Some(Json::Null) => Some(Default::default()),
        Some(before) => {
            Some(Side::read(before, &Json::Null, input)?.shown(&mut Vec::new(), &Json::Null))
        }
    };
    if input.is_destroyed {
        let note = "The plan destroys this resource. Nothing of what it permitted remains, unless other rules permit it.";
        report.notes.push(note.to_owned());
        report.connections.clear();
        for zone in &mut report.zones {
            zone.filters.clear();
            zone.platforms.clear();
        }
    }
    let (zones, connections) = (&report.zones, &report.connections);
    report.changes = match &before {
        None => changes::all(zones, connections),
        Some((old, of_old)) => changes::between((old, of_old), (zones, connections)),
    };
    report.products = side.products();
    report.notes.extend(side.notes());
    report.findings = side.findings();
    report.policy = cells(&side.policy);
    report.exceptions = exceptions(&side);
    report.platforms = rows::platforms(&side, input.unknown);
    report.quotas = rows::quotas(input.values);
    report.sources = sources;
    if input.is_destroyed {
        (report.findings, report.platforms, report.quotas) = Default::default();
    }
    hide(&mut report, &input.secrets);
    Ok(report)
}

/// A resource, before or after.
struct Side<'s> {
    values: &'s Json,
    planned: Planned,
    /// Its own policy and that of the provider block.
    policy: Policy,
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
        // A value that only an apply decides is absent and marked. Without rules, there is nothing to report.
        let is_missing = |it: &str| {
            values.get(it).is_none_or(Json::is_null)
                && (it == "rules" || unknown[it] != Json::Bool(true))
        };
        let missing = WHOLE.iter().find(|it| is_missing(it));
        let has_zones = ["zone", "zones"].iter().any(|it| values.get(it).is_some());
        if let Some(name) = missing.or((!has_zones).then_some(&"zone")) {
            return Err(format!(
                "`{}` has no `{name}`, so it is not a whole `portmatrix_rules`",
                input.name
            ));
        }
        let compiled = compile(&planned.layout, &planned.catalog);
        let described = describe(&planned.layout, &planned.catalog);
        let policy = input.policy.with(&planned.policy);
        Ok(Side {
            values,
            planned,
            policy,
            compiled,
            described,
        })
    }

    fn products(&self) -> Vec<Product> {
        let products = self.described.products.iter();
        let products = products.map(|it| Product {
            label: it.label.clone(),
            title: it.title.clone(),
            digest: self.values["digests"][&it.label]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
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

fn cells(policy: &Policy) -> Vec<Cell> {
    let cells = policy.cells.iter().map(|it| {
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
fn exceptions(side: &Side<'_>) -> Vec<Exempt> {
    let planned = &side.planned;
    let left = |last: Option<Day>| Some(planned.dates.day?.until(last?));
    let word = |it: &Option<String>| it.clone().unwrap_or_default();
    let exceptions = side.policy.exceptions.iter().map(|it| {
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
fn hide(report: &mut Report, secrets: &Secrets) {
    if secrets.is_empty() {
        return;
    }
    report.each_text(&mut |text| {
        if secrets.are_in_words_of(text) {
            HIDDEN.clone_into(text);
        }
    });
    let exceptions = report.exceptions.iter_mut();
    for it in exceptions.filter(|it| it.expires.as_deref() == Some(HIDDEN)) {
        it.left = None;
    }
}
