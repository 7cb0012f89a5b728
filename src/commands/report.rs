//! `report`: a plan or a state for people who do not read plans.

use super::review::document::{self, Resource};
use super::review::node::Node;
use super::why::{has_provider_policy, timestamp, world};
use super::{CommandError, Exit, lint};
use crate::catalog::Catalog;
use crate::model::day::Day;
use crate::model::finding::ConfigPath;
use crate::model::name::backticked;
use crate::policy::Policy;
use crate::provider::Input;
use crate::provider::report as made;
use crate::report::Format;
use crate::report::request::{Form, csv};
use lexopt::{Arg, ValueExt};
use serde_json::Value as Json;
use serde_json::value::RawValue;
use std::collections::BTreeSet;
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
    let document = document::read(&text, &file, |kind| kind == "portmatrix_rules")?;
    // What a plan destroys is asked for, too: a firewall team has to remove it.
    let is_there = |it: &Resource<'_>| it.after.is_some() || it.before.is_some();
    let resource = world::choose_of(&document, rules.as_deref(), &file, is_there)?;
    let texts = definitions.iter().map(|it| lint::read(it));
    let texts = texts.collect::<Result<Vec<String>, _>>()?;
    let catalog = catalog(&texts)?;
    let is_destroyed = resource.after.is_none();
    let shown = resource.after.or(resource.before);
    let (values, unknown) = (tree(shown, |it| it.value), tree(shown, |it| it.unknown));
    let before = tree(resource.before, |it| it.value);
    let report = made(&Input {
        name: resource.address.clone(),
        origin: origin(&text, document.is_plan),
        values: &values,
        unknown: &unknown,
        before: document.is_plan.then_some(&before),
        is_destroyed,
        secrets: secrets(resource),
        catalog,
        policy: Policy::default(),
        day: day.or_else(|| timestamp(&text)),
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

/// The built-in products and those of files.
fn catalog(definitions: &[String]) -> Result<Catalog, CommandError> {
    let places = definitions
        .iter()
        .map(|it| (it.as_str(), ConfigPath::default()));
    let (catalog, findings) = Catalog::with_definitions(places);
    if findings.is_empty() {
        return Ok(catalog);
    }
    let all = findings
        .iter()
        .map(|it| format!("{}. {}", it.message, it.remedy));
    Err(CommandError(all.collect::<Vec<_>>().join("\n")))
}

fn tree<'t>(node: Option<Node<'t>>, of: fn(&Node<'t>) -> Option<&'t RawValue>) -> Json {
    let raw = node.as_ref().and_then(of);
    raw.and_then(|it| serde_json::from_str(it.get()).ok())
        .unwrap_or(Json::Null)
}

/// Every text of the resource that is marked as sensitive, before or after.
fn secrets(resource: &Resource<'_>) -> BTreeSet<String> {
    let mut texts = Vec::new();
    for node in [resource.before, resource.after].into_iter().flatten() {
        node.marked(&mut texts);
    }
    texts.into_iter().filter(|it| !it.is_empty()).collect()
}

/// Where a report comes from, as the file says it.
fn origin(text: &str, is_plan: bool) -> String {
    if !is_plan {
        return "the state".to_owned();
    }
    let made = made_at(text);
    made.map_or_else(|| "the plan".to_owned(), |it| format!("the plan of {it}"))
}

/// `2026-11-28 14:34 UTC`, from `2026-11-28T14:34:05Z`.
fn made_at(text: &str) -> Option<String> {
    let plan: std::collections::BTreeMap<String, &RawValue> = serde_json::from_str(text).ok()?;
    let timestamp: String = serde_json::from_str(plan.get("timestamp")?.get()).ok()?;
    let (day, time) = timestamp.split_once('T')?;
    Day::parse(day).ok()?;
    Some(format!("{day} {} UTC", time.get(..5)?))
}
