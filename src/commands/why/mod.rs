//! `why`: whether one zone or address may connect to another, by which rules, and for which line of which vendor's page; or what to
//! change.

mod answer;
mod by_policy;
mod ends;
mod found;
mod perhaps;
mod refused;
mod shown;
mod words;
pub(super) mod world;

use super::review::document;
use super::review::estate::{Side, gather, is_read};
use super::{CommandError, Exit, lint};
use crate::catalog::Catalog;
use crate::model::day::Day;
use crate::policy::parse_services;
use answer::{Verdict, answer};
use ends::End;
use lexopt::{Arg, ValueExt};
use serde_json::Value as Json;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;
use world::World;

/// How an answer is printed: for people, for programs.
const FORMATS: [&str; 2] = ["text", "json"];

pub(super) fn run(
    mut parser: lexopt::Parser,
    _: &Catalog,
    out: &mut String,
) -> Result<Exit, CommandError> {
    let mut words: Vec<String> = Vec::new();
    let mut path = None;
    let (mut rules, mut format, mut day) = (None, FORMATS[0].to_owned(), None);
    let mut definitions: Vec<PathBuf> = Vec::new();
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("definitions") => definitions.push(parser.value()?.into()),
            Arg::Long("rules") => rules = Some(parser.value()?.string()?),
            Arg::Long("format") => {
                format = parser.value()?.string()?;
                if !FORMATS.contains(&format.as_str()) {
                    return Err(CommandError(format!(
                        "unknown format `{format}`; expected `text` or `json`"
                    )));
                }
            }
            Arg::Long("as-of") => {
                let text = parser.value()?.string()?;
                day = Some(Day::parse(&text).map_err(CommandError)?);
            }
            Arg::Value(it) if path.is_none() => path = Some(PathBuf::from(it)),
            Arg::Value(it) if words.len() < 3 => words.push(it.string()?),
            other => return Err(other.unexpected().into()),
        }
    }
    let (Some(path), [from, to, service]) = (path, &words[..]) else {
        return Err(CommandError::usage(
            "`why` needs the output file of `terraform show -json`, who connects, to whom, and a service, e.g. `plan.json app db tcp/5432`",
        ));
    };
    let services = parse_services(service).map_err(CommandError)?;
    let file = path.display().to_string();
    let text = document::text(&path)?;
    let read = document::read(&text, &file, is_read)?;
    let texts = definitions.iter().map(|it| lint::read(it));
    let texts = texts.collect::<Result<Vec<String>, _>>()?;
    let day = day.or_else(|| timestamp(&text).map(|it| it.0));
    let resource = world::choose(&read, rules.as_deref(), &file)?;
    let (estate, gathered) = gather(&read, Side::After, true, Vec::new());
    let world = World::read(resource, &texts, day, gathered.input.found, estate.names)?;
    let (from, to) = (End::find(from, &world)?, End::find(to, &world)?);
    let mut answer = answer(&world, &from, &to, service, &services);
    if has_provider_policy(&text) {
        let note =
            "the provider block has policies; they are not in this file, and not judged here";
        answer.notes.push(note.to_owned());
    }
    match format.as_str() {
        "json" => {
            // Writing to a string does not fail.
            let _ = writeln!(out, "{:#}", shown::json(&answer));
        }
        _ => out.push_str(&shown::text(&answer)),
    }
    Ok(match answer.verdict {
        Verdict::Permitted => Exit::Success,
        _ => Exit::Found,
    })
}

/// When a plan was made, as it says itself: the day, and the time, e.g. `14:34`.
pub(super) fn timestamp(text: &str) -> Option<(Day, String)> {
    let plan: BTreeMap<String, &RawValue> = serde_json::from_str(text).ok()?;
    let timestamp: String = serde_json::from_str(plan.get("timestamp")?.get()).ok()?;
    let (day, time) = timestamp.split_once('T')?;
    Some((Day::parse(day).ok()?, time.get(..5)?.to_owned()))
}

/// Whether a plan says that the provider block has policies. Their values are not in it.
pub(super) fn has_provider_policy(text: &str) -> bool {
    let provider_config = || {
        let plan: BTreeMap<String, &RawValue> = serde_json::from_str(text).ok()?;
        let configuration: Json = serde_json::from_str(plan.get("configuration")?.get()).ok()?;
        let providers = configuration.get("provider_config")?.as_object()?.clone();
        Some(providers)
    };
    let is_ours = |it: &&Json| {
        let name = it.get("full_name").and_then(Json::as_str);
        name.is_some_and(|it| it.ends_with("/portmatrix"))
    };
    let has_policy = |it: &Json| {
        let has = |name: &str| !it["expressions"][name].is_null();
        ["policy", "policies"].into_iter().any(has)
    };
    let found = provider_config().unwrap_or_default();
    found.values().filter(is_ours).any(has_policy)
}
