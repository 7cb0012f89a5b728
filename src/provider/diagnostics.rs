//! Findings to diagnostics: one for each code and severity, with every subject, at the place of the first; for components that are
//! missing, one for each product.

use super::layout_data;
use crate::model::code::{Class, Code};
use crate::model::finding::{ConfigPath, Finding, Step};
use crate::model::words::{FailOn, Severity};
use crate::terraform::diagnostic::{Diagnostic, Level, Path};
use crate::terraform::value::Value;

/// The diagnostics of a plan: configuration errors always, judgements by `fail_on`, an info never.
pub(super) fn all(findings: &[Finding], fail_on: FailOn, config: &Value) -> Vec<Diagnostic> {
    grouped(findings, config, |it| severity(it, fail_on))
}

/// Those that validation shows as well: configuration errors, as soon as they are known.
pub(super) fn mistakes<'f>(
    findings: impl IntoIterator<Item = &'f Finding>,
    config: &Value,
) -> Vec<Diagnostic> {
    let mistakes: Vec<Finding> = findings
        .into_iter()
        .filter(|it| is_mistake(it))
        .cloned()
        .collect();
    grouped(&mistakes, config, |_| Some(Level::Error))
}

/// Whether this is a configuration error, which stops the plan whatever `fail_on` says.
pub(super) fn is_mistake(finding: &Finding) -> bool {
    matches!(finding.code.doc().class, Class::Input | Class::Structure)
        && finding.severity == Severity::Error
}

/// How a finding is shown; `None` if it is not.
pub(super) fn severity(finding: &Finding, fail_on: FailOn) -> Option<Level> {
    let judged = finding.code.doc().class == Class::Judgement;
    match (finding.severity, fail_on) {
        (Severity::Info, _) => None,
        (Severity::Error, FailOn::Never) if judged => Some(Level::Warning),
        (Severity::Error, _) => Some(Level::Error),
        (Severity::Warning, FailOn::Warning) if judged => Some(Level::Error),
        (Severity::Warning, _) => Some(Level::Warning),
    }
}

fn grouped(
    findings: &[Finding],
    config: &Value,
    severity: impl Fn(&Finding) -> Option<Level>,
) -> Vec<Diagnostic> {
    let mut groups: Vec<(Level, Vec<&Finding>)> = Vec::new();
    for finding in findings {
        let Some(severity) = severity(finding) else {
            continue;
        };
        match groups
            .iter_mut()
            .find(|(it, group)| *it == severity && is_together(group[0], finding))
        {
            Some((_, group)) => group.push(finding),
            None => groups.push((severity, vec![finding])),
        }
    }
    groups.sort_by_key(|(severity, _)| *severity);
    groups
        .iter()
        .map(|(severity, group)| diagnostic(*severity, group, config))
        .collect()
}

/// Whether two findings are shown in one diagnostic. The components that one product lacks are apart from those of another.
fn is_together(a: &Finding, b: &Finding) -> bool {
    a.code == b.code && (a.code != Code::ComponentUnplaced || a.place == b.place)
}

fn diagnostic(severity: Level, group: &[&Finding], config: &Value) -> Diagnostic {
    let first = group[0];
    let detail = if let [only] = group {
        format!("{}{}\n\n{}", only.message, located(only), only.remedy)
    } else {
        several(group)
    };
    Diagnostic {
        severity,
        summary: format!("{}: {}", first.code, first.code.doc().headline),
        detail,
        path: path(&first.place, config),
    }
}

/// A line for each finding, and the remedy only once if all have the same.
fn several(group: &[&Finding]) -> String {
    let same = group.iter().all(|it| it.remedy == group[0].remedy);
    let line = |it: &&Finding| {
        let remedy = if same {
            String::new()
        } else {
            format!("\n    {}", it.remedy)
        };
        format!("  - {}{}{remedy}", it.message, located(it))
    };
    let mut lines: Vec<String> = group.iter().map(line).collect();
    if same {
        lines.push(format!("\n{}", group[0].remedy));
    }
    lines.join("\n")
}

/// The place in words, unless the message names the zone or product anyway and the path of the diagnostic is the whole place.
fn located(finding: &Finding) -> String {
    let place = finding.place.to_string();
    let is_cut = layout_data::shown_steps(&finding.place)
        .is_some_and(|shown| shown < finding.place.parts().len());
    if (finding.subject == place && !place.is_empty()) || is_cut {
        format!(" (at `{place}`)")
    } else {
        String::new()
    }
}

/// A place of the layout as a path of the configuration: they have the same steps. The CLI finds the lines of attributes
/// only; for one that is not written it shows the head of the block, which is what a place that is a block means.
fn path(place: &ConfigPath, config: &Value) -> Path {
    let shown = layout_data::shown_steps(place);
    let mut found = config;
    let mut path = Path::ROOT;
    for part in place.parts().iter().take(shown.unwrap_or(usize::MAX)) {
        (path, found) = match part {
            Step::Field(name) => (path.attribute(*name), found.get(name)),
            Step::Key(key) => (path.key(key), found.get(key)),
            Step::Index(index) => {
                let element = match found {
                    Value::List(items) => items.get(*index).unwrap_or(&Value::Null),
                    _ => &Value::Null,
                };
                (path.index(*index), element)
            }
        };
    }
    match found {
        Value::Object(block) if !place.parts().is_empty() && shown.is_none() => {
            let unwritten = block.iter().find(|(_, it)| it.is_null());
            unwritten.map_or(path.clone(), |(name, _)| path.attribute(name))
        }
        _ => path,
    }
}
