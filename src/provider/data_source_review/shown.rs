//! The differences that a review found as diagnostics: one for each kind, naming every rule.

use crate::model::words::Direction::{Egress, Ingress};
use crate::model::words::Severity as Bad;
use crate::review::fail_on::FailOn;
use crate::review::rule::Platform;
use crate::review::{Finding, Kind};
use crate::terraform::diagnostic::{Diagnostic, Path, Severity};

/// Findings that one diagnostic names; the data source has all of them.
const NAMED: usize = 20;

/// What is shown of the findings: errors as `fail_on` says, whatever their severity; of the rest those about traffic that are worth
/// a warning.
pub(super) fn shown(findings: &[Finding], fail_on: FailOn) -> Vec<Diagnostic> {
    let traffic = Kind::ALL.iter().filter(|it| it.is_traffic());
    let groups = traffic.filter_map(|&kind| {
        let fails = fail_on.fails(kind);
        let group: Vec<&Finding> = findings
            .iter()
            .filter(|it| it.kind == kind && (fails || it.severity != Bad::Info))
            .collect();
        let severity = if fails {
            Severity::Error
        } else {
            Severity::Warning
        };
        (!group.is_empty()).then(|| diagnostic(kind, severity, &group))
    });
    let mut shown: Vec<Diagnostic> = groups.collect();
    shown.sort_by_key(|it| it.severity);
    shown
}

fn diagnostic(kind: Kind, severity: Severity, group: &[&Finding]) -> Diagnostic {
    let (headline, remark) = match kind {
        Kind::Missing => (
            "traffic that is wanted is not permitted",
            "rules that this very plan adds are expected here: a review reads what is in place before it",
        ),
        Kind::Narrower => (
            "traffic that is wanted is permitted in part only",
            "rules that this very plan changes are expected here: a review reads what is in place before it",
        ),
        Kind::Extra => ("traffic that nothing wants is permitted", ""),
        Kind::Wider => ("more is permitted than is wanted", ""),
        Kind::Unproven => ("rules that cannot be compared", ""),
        // These are about no traffic, and not shown.
        Kind::Duplicate | Kind::Shadowed => ("a rule that can go", ""),
    };
    let same = group.iter().all(|it| it.remedy == group[0].remedy);
    let mut lines: Vec<String> = group
        .iter()
        .take(NAMED)
        .map(|it| line(it, !same || group.len() == 1))
        .collect();
    if group.len() > NAMED {
        let more = group.len() - NAMED;
        lines.push(format!("  - and {more} more, all of them in `findings`"));
    }
    if same && group.len() > 1 {
        lines.push(format!("\n{}", group[0].remedy));
    }
    if !remark.is_empty() {
        lines.push(format!("\n{remark}"));
    }
    Diagnostic {
        severity,
        summary: format!("{kind}: {headline}"),
        detail: lines.join("\n"),
        path: Path::ROOT.attribute(argument(group[0])),
    }
}

/// A finding, what it means, and its remedy where that is not everyone's.
fn line(finding: &Finding, with_remedy: bool) -> String {
    let mut lines = vec![format!("  - {}", finding.message)];
    let remedy = if with_remedy { &*finding.remedy } else { "" };
    let more = [&*finding.meaning, remedy].into_iter();
    lines.extend(
        more.filter(|it| !it.is_empty())
            .map(|it| format!("    {it}")),
    );
    lines.join("\n")
}

/// The argument that a finding is about: where the rule stands that is wanted, or the one that was found.
fn argument(finding: &Finding) -> &'static str {
    let wanted = matches!(finding.kind, Kind::Missing | Kind::Narrower);
    match (finding.point.platform(), wanted, finding.direction) {
        (Platform::Aws, true, Ingress) => "aws_ingress",
        (Platform::Aws, true, Egress) => "aws_egress",
        (Platform::Aws, false, _) => "actual_aws",
        (Platform::Azure, true, _) => "azure_rules",
        (Platform::Azure, false, _) => "actual_azure",
        (Platform::Gcp, true, _) => "gcp_rules",
        (Platform::Gcp, false, _) => "actual_gcp",
    }
}
