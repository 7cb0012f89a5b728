//! `review`: the firewall rules of a plan or a state against what its `portmatrix_rules` want.

mod document;
mod estate;
mod found;
mod json;
mod mirror;
mod node;
mod place;
mod redact;
mod rows;
mod sarif;
mod scope;
mod sources;
mod text;

use super::{CommandError, Exit};
use crate::catalog::Catalog;
use crate::model::name::backticked;
use crate::model::words::Severity;
use crate::review::explain::markdown;
use crate::review::{Report, review};
use estate::{Gathered, Side, WantedBy};
use lexopt::{Arg, ValueExt};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// How a review is printed: for people, for programs, for code scanning, for pull requests.
const FORMATS: [&str; 4] = ["text", "json", "sarif", "markdown"];

/// What is printed.
struct Outcome {
    /// The file that was reviewed, as it was named.
    file: String,
    report: Report,
    /// Whether the two sides are the same. False also where something was not compared, none where nothing was.
    in_sync: Option<bool>,
    /// Rules that are known only after apply.
    unknown: usize,
    /// What the report does not say: what was not compared, and why.
    notes: Vec<String>,
    /// How a configuration names wanted rules.
    wanted_by: WantedBy,
    /// The platform's own ids or names of found rules, by the addresses of these.
    names: BTreeMap<String, String>,
}

pub(super) fn run(
    mut parser: lexopt::Parser,
    catalog: &Catalog,
    out: &mut String,
) -> Result<Exit, CommandError> {
    let mut path = None;
    let mut format = FORMATS[0].to_owned();
    let mut fail_on = Some(Severity::Error);
    let (mut side, mut all, mut ignore) = (Side::After, false, Vec::new());
    let mut language = "en".to_owned();
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("format") => {
                format = parser.value()?.string()?;
                if !FORMATS.contains(&format.as_str()) {
                    return Err(unknown("format", &format, &FORMATS));
                }
            }
            Arg::Long("fail-on") => {
                let text = parser.value()?.string()?;
                fail_on = Severity::parse(&text);
                if fail_on.is_none() && text != NEVER {
                    return Err(unknown(
                        "severity",
                        &text,
                        &[Severity::WORDS, &[NEVER]].concat(),
                    ));
                }
            }
            Arg::Long("ignore") => ignore.push(parser.value()?.string()?),
            Arg::Long("before") => side = Side::Before,
            Arg::Long("all") => all = true,
            Arg::Long("language") => language = parser.value()?.string()?,
            Arg::Value(it) if path.is_none() => path = Some(PathBuf::from(it)),
            other => return Err(other.unexpected().into()),
        }
    }
    let path = path.ok_or_else(|| {
        CommandError::usage("`review` needs the output file of `terraform show -json`, or `-`")
    })?;
    let file = path.display().to_string();
    let text = document::text(&path)?;
    let document = document::read(&text, &file, estate::is_read)?;
    let mut gathered = estate::gather(&document.resources, side, all, ignore);
    if gathered.sources == 0 && gathered.removed > 0 {
        return Err(CommandError(format!(
            "`{file}` removes its `portmatrix_rules`, like a `destroy` plan, so it does not say which rules are wanted; review the plan that creates them, or the state"
        )));
    }
    if gathered.sources == 0 {
        return Err(CommandError(format!(
            "`{file}` has no `portmatrix_rules`, so it does not say which rules are wanted"
        )));
    }
    gathered.estate.planned = document.is_plan && side == Side::After;
    let mut report = review(&gathered.estate, catalog, &language);
    redact::redact(&mut report, &gathered.sensitive, &gathered.secrets);
    if gathered.unknown > 0 && gathered.estate.wanted.is_empty() && report.findings.is_empty() {
        "nothing can be compared before apply".clone_into(&mut report.summary);
    }
    let in_sync = in_sync(&mut report, &gathered, !document.doubts.is_empty());
    let worst = report.findings.iter().map(|it| it.severity).min();
    let fails = worst.is_some_and(|worst| fail_on.is_some_and(|it| worst <= it));
    let unread = !gathered.unread.is_empty();
    let outcome = Outcome {
        file,
        in_sync,
        unknown: gathered.unknown,
        notes: notes(&gathered, document.doubts),
        report,
        wanted_by: gathered.wanted_by,
        names: gathered.names,
    };
    match format.as_str() {
        "json" => json::write(&outcome, out),
        "sarif" => sarif::write(&outcome, out),
        "markdown" => {
            out.push_str(&markdown::markdown(&outcome.report));
            out.extend(outcome.notes.iter().map(|it| format!("\n{it}\n")));
        }
        _ => text::write(&outcome, out),
    }
    Ok(match (fails, unread) {
        (true, _) => Exit::Found,
        // A gate must not pass what it could not read.
        (false, true) => Exit::Code(2),
        (false, false) => Exit::Success,
    })
}

/// No finding fails.
const NEVER: &str = "never";

fn unknown(what: &str, text: &str, words: &[&str]) -> CommandError {
    CommandError(format!(
        "unknown {what} `{text}`; expected one of {}",
        backticked(words.iter().copied())
    ))
}

/// What may be said of the whole; the summary says no more.
fn in_sync(report: &mut Report, gathered: &Gathered, doubted: bool) -> Option<bool> {
    if !report.in_sync {
        return Some(false);
    }
    if gathered.unknown == 0 && gathered.unread.is_empty() && !doubted {
        return Some(true);
    }
    if let Some(rest) = report.summary.strip_prefix("in sync") {
        report.summary = format!("no differences in what could be compared{rest}");
    }
    let compared = !gathered.estate.wanted.is_empty() || !gathered.estate.found.is_empty();
    compared.then_some(false)
}

fn notes(gathered: &Gathered, doubts: Vec<String>) -> Vec<String> {
    let rules = |count: usize, rest: &str| {
        let (s, are) = if count == 1 { ("", "is") } else { ("s", "are") };
        (count > 0).then(|| format!("{count} rule{s} {are} {rest}"))
    };
    let counted = [
        rules(gathered.unknown, "known only after apply and not compared"),
        rules(
            gathered.elsewhere,
            "at points where no `portmatrix_rules` enforces anything; `--all` reviews these too",
        ),
        rules(
            gathered.unasked,
            "in a direction that no `portmatrix_rules` enforces",
        ),
    ];
    let unread = gathered.unread.iter();
    let unread = unread.map(|it| format!("not compared: {it}"));
    counted
        .into_iter()
        .flatten()
        .chain(unread)
        .chain(doubts)
        .collect()
}
