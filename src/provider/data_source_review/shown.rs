//! Differences as diagnostics: one for each kind, naming every rule.

use crate::model::words::Severity;
use crate::review::fail_on::FailOnDifference;
use crate::review::read::platform;
use crate::review::{Finding, Kind};
use crate::terraform::diagnostic::{Diagnostic, Level, Path};

/// The number of findings that one diagnostic names; the data source has all of them.
const NAMED: usize = 20;

/// The findings that are shown: errors as `fail_on` has it, whatever their severity, and other findings about traffic that are at
/// least warnings.
pub(super) fn shown(findings: &[Finding], fail_on: FailOnDifference) -> Vec<Diagnostic> {
    let traffic = Kind::ALL.iter().filter(|it| it.is_traffic());
    let groups = traffic.filter_map(|&kind| {
        let fails = fail_on.fails(kind);
        let mut group: Vec<&Finding> = findings
            .iter()
            .filter(|it| it.kind == kind && (fails || it.severity != Severity::Info))
            .collect();
        group.sort_by_key(|it| it.severity);
        let severity = if fails { Level::Error } else { Level::Warning };
        (!group.is_empty()).then(|| diagnostic(kind, severity, &group))
    });
    let mut shown: Vec<Diagnostic> = groups.collect();
    shown.sort_by_key(|it| it.severity);
    shown
}

fn diagnostic(kind: Kind, severity: Level, group: &[&Finding]) -> Diagnostic {
    let (headline, note) = match kind {
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
        // These are not about traffic, and are not shown.
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
            Level::Warning => "`findings` lists all of them",
            Level::Error => "with `fail_on = \"never\"`, `findings` lists all of them",
        };
        lines.push(format!("  - and {more} more; {all}"));
    }
    if same && group.len() > 1 {
        lines.push(format!("\n{}", group[0].remedy));
    }
    if !note.is_empty() {
        lines.push(format!("\n{note}"));
    }
    Diagnostic {
        severity,
        summary: format!("{kind}: {headline}"),
        detail: lines.join("\n"),
        path: Path::ROOT.attribute(argument(group[0])),
    }
}

/// A finding, what it means, and its remedy unless all findings share it.
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

/// The argument that a finding is about: that of the wanted rule, or that of the existing one.
fn argument(finding: &Finding) -> &'static str {
    let platform = platform(finding.point.platform);
    let is_wanted = matches!(finding.kind, Kind::Missing | Kind::Narrower);
    let mut maps = platform.wanted.iter().filter(|_| is_wanted);
    let map = maps.find(|it| it.direction.is_none_or(|own| own == finding.direction));
    map.map_or(platform.actual.argument, |it| it.argument)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::platform::PlatformId;
    use crate::model::words::Direction;
    use crate::review::rule::EnforcementPoint;

    fn finding(kind: Kind, severity: Severity, id: &str) -> Finding {
        Finding {
            kind,
            severity,
            point: EnforcementPoint::new(PlatformId::Aws, "sg-1"),
            direction: Direction::Egress,
            ids: vec![id.to_owned()],
            keys: Vec::new(),
            traffic: String::new(),
            message: format!("`{id}`"),
            meaning: String::new(),
            remedy: "remedy".to_owned(),
        }
    }

    fn summaries(findings: &[Finding], fail_on: FailOnDifference) -> Vec<(Level, String)> {
        let shown = shown(findings, fail_on).into_iter();
        let word = |it: &str| it.split_once(':').expect("a kind").0.to_owned();
        shown.map(|it| (it.severity, word(&it.summary))).collect()
    }

    #[test]
    fn what_fails_is_shown_however_slight_and_housekeeping_never() {
        let findings = [
            finding(Kind::Missing, Severity::Warning, "a"),
            finding(Kind::Extra, Severity::Info, "b"),
            finding(Kind::Duplicate, Severity::Info, "c"),
        ];
        let expect = |fail_on, expected: &[(Level, &str)]| {
            let expected = expected.iter().map(|(it, word)| (*it, (*word).to_owned()));
            assert_eq!(summaries(&findings, fail_on), expected.collect::<Vec<_>>());
        };
        let (error, warning) = (Level::Error, Level::Warning);
        expect(FailOnDifference::Never, &[(warning, "missing")]);
        expect(
            FailOnDifference::Extra,
            &[(error, "extra"), (warning, "missing")],
        );
        expect(FailOnDifference::Missing, &[(error, "missing")]);
        expect(
            FailOnDifference::Any,
            &[(error, "missing"), (error, "extra")],
        );
    }

    #[test]
    fn one_diagnostic_names_the_worst_and_counts_the_rest() {
        let mut findings = vec![finding(Kind::Extra, Severity::Warning, "slight"); NAMED];
        findings.push(finding(Kind::Extra, Severity::Error, "worst"));
        let shown = shown(&findings, FailOnDifference::Never);
        assert_eq!(shown.len(), 1);
        let detail = &shown[0].detail;
        assert!(detail.starts_with("  - `worst`\n"), "{detail}");
        assert!(detail.contains("and 1 more; "), "{detail}");
        assert_eq!(detail.matches("remedy").count(), 1, "{detail}");
        assert_eq!(shown[0].path, Path::ROOT.attribute("actual_aws"));
    }
}
