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
        let mut group: Vec<&Finding> = findings
            .iter()
            .filter(|it| it.kind == kind && (fails || it.severity != Bad::Info))
            .collect();
        group.sort_by_key(|it| it.severity);
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
            "wanted traffic is not allowed",
            "rules that this plan adds are expected here: the review reads the rules that exist before it",
        ),
        Kind::Narrower => (
            "wanted traffic is allowed only in part",
            "rules that this plan changes are expected here: the review reads the rules that exist before it",
        ),
        Kind::Extra => ("unwanted traffic is allowed", ""),
        Kind::Wider => ("more traffic is allowed than wanted", ""),
        Kind::Unproven => ("rules that cannot be compared", ""),
        // These are about no traffic, and not shown.
        Kind::Duplicate | Kind::Shadowed => ("a rule that can be removed", ""),
    };
    let same = group.iter().all(|it| it.remedy == group[0].remedy);
    let mut lines: Vec<String> = group
        .iter()
        .take(NAMED)
        .map(|it| line(it, !same || group.len() == 1))
        .collect();
    if group.len() > NAMED {
        let more = group.len() - NAMED;
        let all = match severity {
            Severity::Warning => "`findings` lists all of them",
            Severity::Error => "with `fail_on = \"never\"`, `findings` lists all of them",
        };
        lines.push(format!("  - and {more} more; {all}"));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::review::rule::EnforcementPoint;

    fn finding(kind: Kind, severity: Bad, id: &str) -> Finding {
        Finding {
            kind,
            severity,
            point: EnforcementPoint::SecurityGroup("sg-1".to_owned()),
            direction: Egress,
            ids: vec![id.to_owned()],
            keys: Vec::new(),
            traffic: String::new(),
            message: format!("`{id}`"),
            meaning: String::new(),
            remedy: "remedy".to_owned(),
        }
    }

    fn summaries(findings: &[Finding], fail_on: FailOn) -> Vec<(Severity, String)> {
        let shown = shown(findings, fail_on).into_iter();
        let word = |it: &str| it.split_once(':').expect("a kind").0.to_owned();
        shown.map(|it| (it.severity, word(&it.summary))).collect()
    }

    #[test]
    fn what_fails_is_shown_however_slight_and_housekeeping_never() {
        let findings = [
            finding(Kind::Missing, Bad::Warning, "a"),
            finding(Kind::Extra, Bad::Info, "b"),
            finding(Kind::Duplicate, Bad::Info, "c"),
        ];
        let expect = |fail_on, expected: &[(Severity, &str)]| {
            let expected = expected.iter().map(|(it, word)| (*it, (*word).to_owned()));
            assert_eq!(summaries(&findings, fail_on), expected.collect::<Vec<_>>());
        };
        let (error, warning) = (Severity::Error, Severity::Warning);
        expect(FailOn::Never, &[(warning, "missing")]);
        expect(FailOn::Extra, &[(error, "extra"), (warning, "missing")]);
        expect(FailOn::Missing, &[(error, "missing")]);
        expect(FailOn::Any, &[(error, "missing"), (error, "extra")]);
    }

    #[test]
    fn one_diagnostic_names_the_worst_and_counts_the_rest() {
        let mut findings = vec![finding(Kind::Extra, Bad::Warning, "slight"); NAMED];
        findings.push(finding(Kind::Extra, Bad::Error, "worst"));
        let shown = shown(&findings, FailOn::Never);
        assert_eq!(shown.len(), 1);
        let detail = &shown[0].detail;
        assert!(detail.starts_with("  - `worst`\n"), "{detail}");
        assert!(detail.contains("and 1 more; "), "{detail}");
        assert_eq!(detail.matches("remedy").count(), 1, "{detail}");
        assert_eq!(shown[0].path, Path::ROOT.attribute("actual_aws"));
    }
}
