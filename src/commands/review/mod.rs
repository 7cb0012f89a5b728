//! `review`: compares the firewall rules of a plan or a state with what its `portmatrix_rules` want.

pub(super) mod document;
mod effect;
pub(super) mod estate;
mod first_plan;
mod foreign;
mod inventory;
mod json;
mod mirror;
pub(super) mod node;
mod notes;
mod pending;
mod policy;
mod redact;
mod references;
mod sarif;
mod sources;
mod stream;
mod text;
mod unread;

use super::why::timestamp;
use super::{CommandError, Exit};
use crate::catalog::Catalog;
use crate::model::day::Day;
use crate::model::name::backticked;
use crate::model::words::Severity;
use crate::review::explain::markdown;
use crate::review::{Report, review};
use effect::Contested;
use estate::Side;
use lexopt::{Arg, ValueExt};
use sources::WantedBy;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

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
    /// Rules at a group that a zone may have, which cannot be compared before apply.
    undecided: Vec<String>,
    /// Groups that remove separate rules again.
    contested: Vec<Contested>,
    /// These as warnings, and what was not compared, and why.
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
    let (mut matrix, mut day) = (None, None);
    // Options of the comparison, which `--policy` does not make.
    let mut compares: Option<&str> = None;
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
            Arg::Long("policy") => {
                matrix = Some(policy::Matrix::read(Path::new(&parser.value()?))?);
            }
            Arg::Long("as-of") => {
                let text = parser.value()?.string()?;
                day = Some(Day::parse(&text).map_err(CommandError)?);
            }
            Arg::Long("ignore") => {
                compares = Some("ignore");
                ignore.push(parser.value()?.string()?);
            }
            Arg::Long("before") => {
                compares = Some("before");
                side = Side::Before;
            }
            Arg::Long("all") => {
                compares = Some("all");
                all = true;
            }
            Arg::Long("allow-unknown") => {
                compares = Some("allow-unknown");
                allows_unknown = true;
            }
            Arg::Long("language") => {
                compares = Some("language");
                let text = parser.value()?.string()?;
                language = catalog.language(&text, |_| false)?;
            }
            Arg::Value(it) if path.is_none() => path = Some(PathBuf::from(it)),
            other => return Err(other.unexpected().into()),
        }
    }
    match (&matrix, compares, day) {
        (Some(_), Some(option), _) => {
            return Err(CommandError(format!(
                "`--{option}` has no effect with `--policy`; remove one of them"
            )));
        }
        (None, _, Some(_)) => {
            let message =
                "`--as-of` has an effect only with `--policy`; add it, or remove `--as-of`";
            return Err(CommandError(message.to_owned()));
        }
        _ => {}
    }
    let path = path.ok_or_else(|| {
        CommandError::usage("`review` needs the output file of `terraform show -json`, or `-`")
    })?;
    let file = path.display().to_string();
    let text = document::text(&path)?;
    let document = document::read(&text, &file, estate::is_read)?;
    if let Some(matrix) = matrix {
        let day = day.or_else(|| timestamp(&text).map(|it| it.0));
        return policy::run(&document, &file, &matrix, day, (&format, fail_on), out);
    }
    let (estate, mut gathered) = estate::gather(&document, side, all, ignore);
    let (doubts, is_plan) = (document.doubts, document.is_plan);
    // Nothing of it is needed any more, and it may be most of the memory.
    drop(document.resources);
    drop(text);
    if estate.sources == 0 && all {
        let found = inventory::Found {
            file,
            estate,
            gathered,
            doubts,
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
    gathered.input.planned = is_plan && side == Side::After;
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
        && (estate.unknown > 0 || !doubts.is_empty())
        && gathered.not_compared.is_empty();
    let keys = report.findings.iter().flat_map(|it| &it.keys);
    let maps = gathered.wanted_at.iter().map(|at| &estate.wanted_in[*at]);
    let wanted_by = WantedBy::new(keys, &gathered.input.wanted, maps);
    let worst = report.findings.iter().map(|it| it.severity);
    let worst = worst.chain((!contested.is_empty()).then_some(Severity::Warning));
    let fails = fails(worst.min(), fail_on)
        || (!estate.undecided.is_empty() && fail_on.is_some() && !allows_unknown);
    let unread = !gathered.not_compared.is_empty();
    let outcome = Outcome {
        file,
        in_sync: (!is_open).then_some(report.in_sync),
        unknown: estate.unknown,
        notes: [
            contested.iter().map(Contested::warning).collect(),
            notes::of_review(&estate, &gathered, doubts),
        ]
        .concat(),
        contested,
        report,
        undecided: estate.undecided,
        wanted_by,
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
    Ok(exit(fails, unread))
}

/// Whether a severity is one on which the command fails.
fn fails(worst: Option<Severity>, fail_on: Option<Severity>) -> bool {
    worst.is_some_and(|worst| fail_on.is_some_and(|it| worst <= it))
}

/// How the command ends.
const fn exit(fails: bool, has_unread: bool) -> Exit {
    match (fails, has_unread) {
        (true, _) => Exit::Found,
        // A gate must not pass what could not be read.
        (false, true) => Exit::Code(2),
        (false, false) => Exit::Success,
    }
}

/// No finding fails.
const NEVER: &str = "never";

fn unknown(what: &str, text: &str, words: &[&str]) -> CommandError {
    CommandError(format!(
        "unknown {what} `{text}`; expected one of {}",
        backticked(words.iter().copied())
    ))
}
