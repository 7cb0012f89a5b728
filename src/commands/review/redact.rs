//! What is marked as sensitive stays unsaid, also where it would follow from what is said.

use crate::model::words::Direction;
use crate::review::rule::EnforcementPoint;
use crate::review::{Finding, Report};
use std::collections::BTreeSet;

/// In the place of what may not be said.
const HIDDEN: &str = "(sensitive)";

/// The shortest marked text that is looked for in what is said. A shorter one is part of many words; what is compared by it is
/// hidden by its place.
const SHORTEST: usize = 4;

/// Takes the words out of findings that could tell something sensitive.
///
/// What differs is told by subtraction, so that at a point where one rule is sensitive, any finding of the same direction may
/// give it away.
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
            finding.point = match finding.point {
                EnforcementPoint::SecurityGroup(_) => {
                    EnforcementPoint::SecurityGroup(HIDDEN.to_owned())
                }
                EnforcementPoint::NetworkSecurityGroup { .. } => {
                    EnforcementPoint::NetworkSecurityGroup {
                        resource_group: HIDDEN.to_owned(),
                        name: HIDDEN.to_owned(),
                    }
                }
                EnforcementPoint::Network { .. } => EnforcementPoint::Network {
                    project: None,
                    name: HIDDEN.to_owned(),
                },
            };
        }
    }
}

/// Whether a text holds one that is marked.
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
