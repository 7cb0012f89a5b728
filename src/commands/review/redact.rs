//! Hides sensitive values in findings, also where they would follow from the difference.

use crate::model::words::Direction;
use crate::review::rule::EnforcementPoint;
use crate::review::{Finding, Report};
use std::collections::BTreeSet;

/// Replaces what must not be shown.
pub(super) const HIDDEN: &str = "(sensitive)";

/// The shortest sensitive text that is searched for in findings. Shorter ones are parts of many words; findings where they are
/// compared are hidden by their point.
const SHORTEST: usize = 4;

/// Hides the words of findings that could show something sensitive.
///
/// Differences are described by subtraction, so any finding of a direction may reveal a sensitive rule of the same point.
pub(super) fn redact(
    report: &mut Report,
    places: &BTreeSet<(EnforcementPoint, Direction)>,
    secrets: &BTreeSet<String>,
) {
    let is_secret = |text: &str| contains_secret(secrets, text);
    for finding in &mut report.findings {
        let point = finding.point.to_string();
        let hidden_place = places.contains(&(finding.point.clone(), finding.direction));
        let Finding {
            traffic,
            message,
            meaning,
            remedy,
            ..
        } = &*finding;
        if hidden_place
            || [traffic, message, meaning, remedy]
                .into_iter()
                .any(|it| is_secret(it))
        {
            hide(finding);
        }
        if is_secret(&point) {
            finding.point = EnforcementPoint::new(finding.point.platform, HIDDEN);
        }
    }
}

/// Whether a text contains a sensitive one.
pub(super) fn contains_secret(secrets: &BTreeSet<String>, text: &str) -> bool {
    let long = secrets.iter().filter(|it| it.len() >= SHORTEST);
    long.into_iter().any(|it| text.contains(it.as_str()))
}

fn hide(finding: &mut Finding) {
    let rules: Vec<String> = finding
        .ids
        .iter()
        .chain(&finding.keys)
        .map(|it| format!("`{it}`"))
        .collect();
    HIDDEN.clone_into(&mut finding.traffic);
    finding.message = format!(
        "{}: {}; a rule there is sensitive, so the difference is {HIDDEN}",
        rules.join(", "),
        finding.kind.description()
    );
    finding.meaning.clear();
    "compare the rules in a place where their values may be shown".clone_into(&mut finding.remedy);
}
