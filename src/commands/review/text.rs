//! A review for people: what is wrong, what it means, what to do.

use super::Outcome;
use std::fmt::Write as _;

pub(super) fn write(outcome: &Outcome, out: &mut String) {
    // Writing to a string does not fail.
    for finding in &outcome.report.findings {
        let _ = writeln!(
            out,
            "{}: {}: {}",
            finding.severity, finding.kind, finding.message
        );
        let named = finding.ids.iter().filter_map(|id| {
            let name = outcome.names.get(id)?;
            Some(format!("{id} is {name}"))
        });
        for line in named
            .chain([finding.meaning.clone()])
            .filter(|it| !it.is_empty())
        {
            let _ = writeln!(out, "    {line}");
        }
        let _ = writeln!(out, "    remedy: {}\n", finding.remedy);
    }
    let _ = writeln!(out, "{}", outcome.report.summary);
    for note in &outcome.notes {
        let _ = writeln!(out, "{note}");
    }
}
