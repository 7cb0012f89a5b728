//! `report`: a plan or a state for people who do not read plans.

use super::review::document::{self, Resource};
use super::review::estate::WANTED;
use super::why::world::{self, tree};
use super::why::{has_provider_policy, timestamp};
use super::{CommandError, Exit, lint};
use crate::catalog::Catalog;
use crate::model::day::Day;
use crate::model::name::backticked;
use crate::model::secret::Secrets;
use crate::policy::Policy;
use crate::provider::Input;
use crate::provider::catalog_with;
use crate::provider::report as made;
use crate::report::Format;
use crate::report::request::{Form, csv};
use lexopt::{Arg, ValueExt};
use std::path::PathBuf;

/// What CSV begins with where it has letters that are not ASCII: without it, Excel reads them in another encoding.
const BOM: char = '\u{feff}';

pub(super) fn run(
    mut parser: lexopt::Parser,
    _: &Catalog,
    out: &mut String,
) -> Result<Exit, CommandError> {
    let (mut path, mut rules, mut day, mut format) = (None, None, None, Format::Html);
    let mut definitions: Vec<PathBuf> = Vec::new();
    let (mut form, mut is_formed) = (Form::default(), false);
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("rules") => rules = Some(parser.value()?.string()?),
            Arg::Long("definitions") => definitions.push(parser.value()?.into()),
            Arg::Long("as-of") => {
                let text = parser.value()?.string()?;
                day = Some(Day::parse(&text).map_err(CommandError)?);
            }
            Arg::Long("format") => {
                let word = parser.value()?.string()?;
                format = Format::parse(&word).ok_or_else(|| {
                    let all = backticked(Format::WORDS.iter().copied());
                    CommandError(format!("unknown format `{word}`; expected one of {all}"))
                })?;
            }
            Arg::Long("columns") => {
                let text = parser.value()?.string()?;
                form = form.with_columns(&text).map_err(CommandError)?;
                is_formed = true;
            }
            Arg::Long("set") => {
                let text = parser.value()?.string()?;
                let (name, value) = text.split_once('=').ok_or_else(|| {
                    CommandError(format!(
                        "`--set {text}` has no value; write `--set NAME=VALUE`"
                    ))
                })?;
                form = form.with_value(name, value).map_err(CommandError)?;
                is_formed = true;
            }
            Arg::Value(it) if path.is_none() => path = Some(PathBuf::from(it)),
            other => return Err(other.unexpected().into()),
        }
    }
    let path = path.ok_or_else(|| {
        CommandError::usage("`report` needs the output file of `terraform show -json`")
    })?;
    if is_formed && format != Format::Csv {
        return Err(CommandError::usage(
            "`--columns` and `--set` are for a change request; add `--format csv`",
        ));
    }
    let file = path.display().to_string();
    let text = document::text(&path)?;
    let document = document::read(&text, &file, |kind| kind == WANTED)?;
    // What a plan destroys is asked for, too: a firewall team has to remove it.
    let is_there = |it: &Resource<'_>| it.after.is_some() || it.before.is_some();
    let resource = world::choose_of(&document, rules.as_deref(), &file, is_there)?;
    let texts = definitions.iter().map(|it| lint::read(it));
    let texts = texts.collect::<Result<Vec<String>, _>>()?;
    let catalog = catalog_with(&texts).map_err(|all| CommandError::of_findings(&all))?;
    let is_destroyed = resource.after.is_none();
    let shown = resource.after.or(resource.before);
    let [values, unknown] = [
        tree(shown.and_then(|it| it.value)),
        tree(shown.and_then(|it| it.unknown)),
    ];
    let before = tree(resource.before.and_then(|it| it.value));
    let timestamp = timestamp(&text);
    let report = made(&Input {
        name: resource.address.clone(),
        origin: origin(timestamp.as_ref(), document.is_plan),
        values: &values,
        unknown: &unknown,
        before: document.is_plan.then_some(&before),
        is_destroyed,
        secrets: secrets(resource),
        catalog,
        policy: Policy::default(),
        day: day.or(timestamp.map(|it| it.0)),
    });
    let mut report = report.map_err(CommandError)?;
    if has_provider_policy(&text) {
        let note = "The provider block has policies. Their values are not in a plan or state, so they and their exceptions are not in this report; \
            the data source portmatrix_report has them.";
        report.notes.push(note.to_owned());
    }
    match format {
        Format::Csv => {
            let text = csv(&report, &form);
            if !text.is_ascii() {
                out.push(BOM);
            }
            out.push_str(&text);
        }
        format => out.push_str(&report.text(format)),
    }
    Ok(Exit::Success)
}

/// Every text of the resource that is marked as sensitive, before or after.
fn secrets(resource: &Resource<'_>) -> Secrets {
    let mut texts = Vec::new();
    for node in [resource.before, resource.after].into_iter().flatten() {
        node.marked(&mut texts);
    }
    texts.into_iter().collect()
}

/// Where a report comes from, as the file says it.
fn origin(timestamp: Option<&(Day, String)>, is_plan: bool) -> String {
    match timestamp {
        _ if !is_plan => "the state".to_owned(),
        None => "the plan".to_owned(),
        Some((day, time)) => format!("the plan of {day} {time} UTC"),
    }
}
