//! A report as Markdown, for a pull request.

use super::count_of;
use crate::review::{Finding, Kind, Report};
use std::fmt::Write;

/// The number of rows of all tables; a comment of a pull request has at most 65,536 characters.
const MAX_ROWS: usize = 200;

/// The number of rules that a row names.
const MAX_IDS: usize = 5;

/// The heading, the summary, and a table for each kind of finding.
pub fn markdown(report: &Report) -> String {
    let mut text = format!("## Firewall review\n\n{}\n", prose(&report.summary));
    let kinds = Kind::ALL.iter().map(|kind| {
        let of_kind = report.findings.iter().filter(|it| it.kind == *kind);
        (
            [kind.to_string(), kind.description().to_owned()],
            of_kind.collect(),
        )
    });
    tables(&mut text, "point", kinds, row);
    if report.not_reviewed > 0 && !report.findings.is_empty() {
        let rules = count_of(report.not_reviewed, "rule");
        let _ = write!(
            text,
            "\n{rules} not reviewed: no wanted rules are set for them, or they are ignored.\n"
        );
    }
    text
}

/// A table for each kind that occurs, as far as there is room for rows: its name and description, and the rows. `points` is the head
/// of the column of points.
pub(in crate::review) fn tables<'r, T: 'r>(
    text: &mut String,
    points: &str,
    kinds: impl Iterator<Item = ([String; 2], Vec<&'r T>)>,
    row: fn(&T) -> String,
) {
    let mut room = MAX_ROWS;
    for ([kind, description], of_kind) in kinds.filter(|it| !it.1.is_empty()) {
        let shown = of_kind.len().min(room);
        room -= shown;
        // Writing to a string does not fail.
        let _ = write!(text, "\n### {kind}: {}\n\n{description}.\n", of_kind.len());
        if shown > 0 {
            let _ = write!(
                text,
                "\n| severity | {points} | rules | traffic | what it means | what to do |\n|---|---|---|---|---|---|\n"
            );
            text.extend(of_kind[..shown].iter().map(|it| row(it)));
        }
        if shown < of_kind.len() {
            let _ = write!(text, "\nand {} more\n", of_kind.len() - shown);
        }
    }
}

fn row(it: &Finding) -> String {
    let names = if it.ids.is_empty() { &it.keys } else { &it.ids };
    let mut rules: Vec<String> = names.iter().take(MAX_IDS).map(|it| code(it)).collect();
    if names.len() > MAX_IDS {
        rules.push(format!("{} more", names.len() - MAX_IDS));
    }
    format!(
        "| {} | {} {} | {} | {} | {} | {} |\n",
        it.severity,
        code(&it.point.to_string()),
        it.direction,
        rules.join(", "),
        prose(&it.traffic),
        prose(&it.meaning),
        prose(&it.remedy),
    )
}

/// A name in a cell, as code. A fence longer than any run of backticks in it keeps these from ending it.
pub(in crate::review) fn code(name: &str) -> String {
    let mut longest = 0;
    for run in name.split(|it| it != '`') {
        longest = longest.max(run.len());
    }
    let fence = "`".repeat(longest + 1);
    let pad = if longest == 0 { "" } else { " " };
    format!("{fence}{pad}{}{pad}{fence}", in_cell(name))
}

/// A sentence in a cell. Pairs of backticks stay code; other characters with a meaning in Markdown are escaped.
pub(in crate::review) fn prose(text: &str) -> String {
    let paired = text.matches('`').count().is_multiple_of(2);
    let mut escaped = String::new();
    for (at, part) in text.split('`').enumerate() {
        let is_code = paired && at % 2 == 1;
        match (at, paired) {
            (0, _) => {}
            (_, true) => escaped.push('`'),
            (_, false) => escaped.push_str("\\`"),
        }
        if is_code {
            escaped.push_str(&in_cell(part));
            continue;
        }
        for it in in_cell(part).chars() {
            match it {
                '<' => escaped.push_str("&lt;"),
                '&' => escaped.push_str("&amp;"),
                '*' | '[' | ']' => escaped.extend(['\\', it]),
                it => escaped.push(it),
            }
        }
    }
    escaped
}

/// Escapes what would end a cell, also within code.
fn in_cell(text: &str) -> String {
    text.replace('|', "\\|").replace(['\n', '\r'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::platform::PlatformId;
    use crate::model::words::{Direction, Severity};
    use crate::review::rule::EnforcementPoint;

    fn finding(id: &str, remedy: &str) -> Finding {
        Finding {
            kind: Kind::Extra,
            severity: Severity::Error,
            point: EnforcementPoint::new(PlatformId::Aws, "sg-1"),
            direction: Direction::Ingress,
            ids: vec![id.to_owned()],
            keys: Vec::new(),
            traffic: "tcp/22 from 0.0.0.0/0".to_owned(),
            message: String::new(),
            meaning: String::new(),
            remedy: remedy.to_owned(),
        }
    }

    fn of(findings: Vec<Finding>) -> String {
        let summary = "1 difference at 1 of 1 point: 1 extra".to_owned();
        markdown(&Report {
            findings,
            summary,
            ..Report::default()
        })
    }

    #[test]
    fn a_row_says_where_what_and_what_to_do() {
        let text = of(vec![finding("sgr-1", "delete `sgr-1`")]);
        assert!(text.starts_with("## Firewall review\n\n1 difference at 1 of 1 point: 1 extra\n"));
        assert!(text.contains(
            "| error | `sg-1` ingress | `sgr-1` | tcp/22 from 0.0.0.0/0 |  | delete `sgr-1` |\n"
        ));
    }

    #[test]
    fn nothing_in_a_name_breaks_the_table() {
        let text = of(vec![finding("a|b\n`c", "odd ` and <b> *x* [y](z)|")]);
        let row = text.lines().find(|it| it.starts_with("| error")).unwrap();
        assert!(row.contains("| `` a\\|b `c `` |"), "{row}");
        assert!(
            row.ends_with("| odd \\` and &lt;b> \\*x\\* \\[y\\](z)\\| |"),
            "{row}"
        );
    }

    #[test]
    fn what_does_not_fit_is_counted() {
        let text = of(vec![finding("sgr-1", ""); MAX_ROWS + 7]);
        assert_eq!(text.matches("| error |").count(), MAX_ROWS);
        assert!(text.contains("### extra: 207\n") && text.ends_with("\nand 7 more\n"));
    }

    #[test]
    fn a_report_without_findings_is_its_summary() {
        assert_eq!(
            markdown(&Report {
                summary: "in sync: 2 rules at 1 point".to_owned(),
                ..Report::default()
            }),
            "## Firewall review\n\nin sync: 2 rules at 1 point\n"
        );
    }
}
