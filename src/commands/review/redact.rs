//! Hides sensitive values in findings, also where they would follow from the difference.

use crate::model::secret::{HIDDEN, Secrets};
use crate::model::words::Direction;
use crate::review::rule::EnforcementPoint;
use crate::review::{Finding, Report};
use std::collections::BTreeSet;

/// Hides the words of findings that could show something sensitive.
///
/// Differences are described by subtraction, so any finding of a direction may reveal a sensitive rule of the same point. That also hides
/// findings where short secrets are compared.
pub(super) fn redact(
    report: &mut Report,
    places: &BTreeSet<(EnforcementPoint, Direction)>,
    secrets: &Secrets,
) {
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
                .any(|it| secrets.are_in(it))
        {
            hide(finding);
        }
        if secrets.are_in(&point) {
            finding.point = EnforcementPoint::new(finding.point.platform, HIDDEN);
        }
    }
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
