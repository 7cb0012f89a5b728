//! `review`: compares the firewall rules of a plan or a state with what its `portmatrix_rules` want.

mod document;
mod effect;
mod estate;
mod first_plan;
mod foreign;
mod inventory;
mod json;
mod mirror;
mod node;
mod pending;
mod redact;
mod references;
mod sarif;
mod sources;
mod text;
mod unread;

use super::{CommandError, Exit};
use crate::catalog::Catalog;
use crate::model::name::backticked;
use crate::model::words::Severity;
use crate::review::explain::markdown;
use crate::review::gather::Gathered;
use crate::review::{Report, review};
use estate::{Estate, Side, WantedBy};
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
    /// Whether the two sides are the same. `false` also if something was not compared, `None` if nothing is known before apply.
    in_sync: Option<bool>,
    /// Rules that are known only after apply.
    unknown: usize,
    /// What was not compared, and why.
    notes: Vec<String>,
    /// The addresses of wanted rules.
    wanted_by: WantedBy,
    /// The platform's own ids or names of existing rules, by their addresses.
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
    let mut allows_unknown = false;
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
            Arg::Long("allow-unknown") => allows_unknown = true,
            Arg::Long("language") => {
                let text = parser.value()?.string()?;
                language = catalog.language(&text, |_| false)?;
            }
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
    let (estate, mut gathered) = estate::gather(&document, side, all, ignore);
    if estate.sources == 0 && all {
        let found = inventory::Found {
            file,
            estate,
            gathered,
            doubts: document.doubts,
        };
        return Ok(found.print((catalog, &language), &format, fail_on, out));
    }
    if estate.sources == 0 && estate.removed > 0 {
        return Err(CommandError(format!(
            "`{file}` removes its `portmatrix_rules`, like a `destroy` plan, so it does not say which rules are wanted; review the plan that creates them, or the state, or list what remains open with `--all`"
        )));
    }
    if estate.sources == 0 {
        return Err(CommandError(format!(
            "`{file}` has no `portmatrix_rules`, so it does not say which rules are wanted; `--all` lists what its rules allow instead"
        )));
    }
    gathered.input.planned = document.is_plan && side == Side::After;
    let contested = effect::contested(&estate.contested, &gathered);
    gathered.input.incomplete |= !contested.is_empty();
    let mut report = review(&gathered.input, catalog, &language);
    effect::explain(&mut report, &gathered, &estate.taken);
    redact::redact(&mut report, &estate.sensitive, &estate.secrets);
    let nothing_wanted = gathered.input.wanted.is_empty() && report.findings.is_empty();
    if estate.unknown > 0 && nothing_wanted {
        "nothing can be compared before apply".clone_into(&mut report.summary);
    }
    let is_open = nothing_wanted
        && gathered.input.found.is_empty()
        && (estate.unknown > 0 || !document.doubts.is_empty())
        && gathered.not_compared.is_empty();
    let worst = report.findings.iter().map(|it| it.severity).min();
    let worst = worst
        .into_iter()
        .chain((!contested.is_empty()).then_some(Severity::Warning))
        .min();
    let fails = worst.is_some_and(|worst| fail_on.is_some_and(|it| worst <= it))
        || (!estate.undecided.is_empty() && fail_on.is_some() && !allows_unknown);
    let unread = !gathered.not_compared.is_empty();
    let outcome = Outcome {
        file,
        in_sync: (!is_open).then_some(report.in_sync),
        unknown: estate.unknown,
        notes: [contested, notes(&estate, &gathered, document.doubts)].concat(),
        report,
        wanted_by: estate.wanted_by,
        names: estate.names,
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
        // A gate must not pass what could not be read.
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

/// The note about rules that are known only after apply, with the first of the existing ones.
fn unknown_rules(waiting: &[String]) -> String {
    let shown = &waiting[..waiting.len().min(MAX_NAMED)];
    let names = backticked(shown.iter().map(String::as_str));
    let text = "known only after apply and not compared";
    match waiting.len() - shown.len() {
        _ if waiting.is_empty() => text.to_owned(),
        0 => format!("{text}: {names}"),
        more => format!("{text}: {names} and {more} more"),
    }
}

/// How many rules a note names.
const MAX_NAMED: usize = 5;

fn notes(estate: &Estate, gathered: &Gathered, doubts: Vec<String>) -> Vec<String> {
    let rules = |count: usize, rest: &str| {
        let (s, are) = if count == 1 { ("", "is") } else { ("s", "are") };
        (count > 0).then(|| format!("{count} rule{s} {are} {rest}"))
    };
    let counted = [
        rules(estate.unknown, &unknown_rules(&estate.waiting)),
        rules(
            gathered.elsewhere,
            "at points where no `portmatrix_rules` enforces anything; `--all` reviews these too",
        ),
        rules(
            gathered.unasked,
            "in a direction that no `portmatrix_rules` enforces",
        ),
    ];
    let undecided = estate.undecided.iter().map(|it| {
        format!("not compared: `{it}` is at a group that a zone may have, and the plan does not show which zone has it; name the group in a `zone` block, or review the state after apply; `--allow-unknown` accepts it")
    });
    let unread = gathered.not_compared.iter();
    let unread = unread.map(|it| format!("not compared: {it}"));
    counted
        .into_iter()
        .flatten()
        .chain(undecided)
        .chain(unread)
        .chain(estate.notes.iter().cloned())
        .chain(doubts)
        .collect()
}
