//! `import`: from a vendor's page to the draft of a product file, with questions about what the page leaves open.

use super::lint::read;
use super::{CommandError, Exit};
use crate::catalog::load;
use crate::import::against::{Difference, compare};
use crate::import::answers::Answers;
use crate::import::questions::{Question, answer, questions};
use crate::import::{self, Facts, Page, complete, draft, facts, settle};
use lexopt::Arg;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, IsTerminal, Write as _, stderr, stdin};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use time::OffsetDateTime;

#[derive(Default)]
struct Options {
    page: Option<PathBuf>,
    name: String,
    answers: Option<PathBuf>,
    against: Option<PathBuf>,
}

pub(super) fn run(mut parser: lexopt::Parser, out: &mut String) -> Result<Exit, CommandError> {
    let mut options = Options::default();
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("name") => options.name = parser.value()?.to_string_lossy().into_owned(),
            Arg::Long("answers") => options.answers = Some(parser.value()?.into()),
            Arg::Long("against") => options.against = Some(parser.value()?.into()),
            Arg::Value(page) if options.page.is_none() => options.page = Some(page.into()),
            other => return Err(other.unexpected().into()),
        }
    }
    let Some(path) = options.page else {
        return Err(CommandError::usage("`import` needs the file of a page"));
    };
    if !options.name.is_empty() && !crate::model::name::is_name(&options.name) {
        return Err(CommandError(format!(
            "`{}` is not a valid name of a product; use lower-case letters, digits and single dashes",
            options.name
        )));
    }
    let size = fs::metadata(&path).map_or(0, |it| it.len());
    if let Some(error) = import::read::too_large(usize::try_from(size).unwrap_or(usize::MAX)) {
        return Err(CommandError(format!("{}:{error}", path.display())));
    }
    let text = read(&path)?;
    let file = path.file_name().unwrap_or_default().to_string_lossy();
    let document = import::read::read(&text, &file)
        .map_err(|error| CommandError(format!("{}:{error}", path.display())))?;
    let page = page(&path, &text, options.name);
    let before = match &options.answers {
        Some(file) if file.exists() => answers(file)?,
        _ => Answers::default(),
    };
    let mut notes = String::new();
    changed(&before, &page, options.answers.as_deref(), &mut notes);
    let facts = facts(&document, &before);
    if facts.claims.is_empty() {
        let mut message = format!(
            "`{}` has no table with ports that can be read; a table needs a column of ports",
            path.display()
        );
        let mut left = String::new();
        self::left(&facts, &mut left);
        if !left.is_empty() {
            let _ = write!(message, "\n{}", left.trim_end());
        }
        if let Some(file) = options.answers.filter(|_| !facts.unused.is_empty()) {
            let answers = complete(before.clone(), &facts, &page, &text);
            if answers != before {
                write_answers(&answers, &[], &facts, &file)?;
            }
        }
        return Err(CommandError(message));
    }
    let mut answers = complete(before.clone(), &facts, &page, &text);
    let mut open = questions(&facts, &answers);
    if stdin().is_terminal() && stderr().is_terminal() {
        let file = options.answers.as_deref();
        let is_answered = ask(&facts, &mut answers, &page, &text, file)?;
        open = questions(&facts, &answers);
        if is_answered && file.is_none() {
            notes.push_str("Your answers are in this draft only; `--answers FILE` keeps them.\n");
        }
    }
    print(&open, options.answers.as_deref(), &mut notes);
    summary(&facts, &mut notes);
    // A file that has all of it keeps the comments of the person who wrote it.
    if let Some(file) = options.answers.as_ref().filter(|_| answers != before) {
        write_answers(&answers, &open, &facts, file)?;
    }
    // What the draft or the differences are read by goes to the standard output, and nothing else.
    let _ = stderr().write_all(notes.as_bytes());
    if let Some(file) = options.against {
        against(&facts, &answers, &file, out)
    } else {
        out.push_str(&draft(&facts, &answers, &text));
        Ok(Exit::Success)
    }
}

/// What is known of the page in addition to its text. It was read on the day on which the file was saved.
fn page(path: &Path, text: &str, product: String) -> Page {
    let saved = fs::metadata(path).and_then(|it| it.modified()).ok();
    let day = saved.map(|it| OffsetDateTime::from(it).date());
    let hash = Sha256::digest(text.as_bytes());
    Page {
        product,
        stem: path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned(),
        sha256: hash.iter().fold(String::new(), |mut hex, it| {
            // Writing to a string does not fail.
            let _ = write!(hex, "{it:02x}");
            hex
        }),
        retrieved: day.map(|it| it.to_string()).unwrap_or_default(),
    }
}

fn answers(file: &Path) -> Result<Answers, CommandError> {
    Answers::parse(&read(file)?).map_err(|mistakes| {
        let lines: Vec<String> = mistakes
            .iter()
            .map(|it| format!("{}:{it}", file.display()))
            .collect();
        CommandError(lines.join("\n"))
    })
}

/// Warns if the answers are about another text.
fn changed(known: &Answers, page: &Page, file: Option<&Path>, notes: &mut String) {
    let before = &known.document.sha256;
    if let Some(file) = file
        && !before.is_empty()
        && *before != page.sha256
    {
        let _ = writeln!(
            notes,
            "warning: the page has changed since `{}` was written; answers about tables with other columns or headings are not used",
            file.display()
        );
    }
}

/// Asks each open question once, in a terminal, and keeps each answer at once. An empty answer leaves a question open. Returns
/// whether there was an answer.
fn ask(
    facts: &Facts,
    answers: &mut Answers,
    page: &Page,
    text: &str,
    file: Option<&Path>,
) -> Result<bool, CommandError> {
    let mut lines = stdin().lock().lines();
    let mut asked: Vec<String> = Vec::new();
    let mut is_answered = false;
    loop {
        let open = questions(facts, answers);
        let Some(question) = open.into_iter().find(|it| !asked.contains(&it.text)) else {
            return Ok(is_answered);
        };
        asked.push(question.text.clone());
        loop {
            let hint = if question.proposal.is_empty() {
                String::new()
            } else {
                format!(" (for example `{}`)", question.proposal)
            };
            write!(stderr(), "{}{hint}\n> ", question.text)?;
            let Some(line) = lines.next().transpose()? else {
                return Ok(is_answered);
            };
            if line.trim().is_empty() {
                break;
            }
            match answer(answers, &question.place, &line) {
                Ok(()) => {
                    // New names become components.
                    *answers = complete(std::mem::take(answers), facts, page, text);
                    if let Some(file) = file {
                        write_answers(answers, &questions(facts, answers), facts, file)?;
                    }
                    is_answered = true;
                    break;
                }
                Err(error) => writeln!(stderr(), "{error}")?,
            }
        }
    }
}

fn print(open: &[Question], file: Option<&Path>, notes: &mut String) {
    if open.is_empty() {
        return;
    }
    let place = file.map_or_else(
        || {
            "write a file with `--answers FILE`, answer them there, and run `import` with it again"
                .to_owned()
        },
        |it| {
            format!(
                "answer them in `{}`, and run `import` with it again",
                it.display()
            )
        },
    );
    let _ = writeln!(notes, "Open questions ({place}):");
    for question in open {
        let hint = if question.proposal.is_empty() {
            String::new()
        } else {
            format!(" (for example `{}`)", question.proposal)
        };
        let _ = writeln!(notes, "- {}{hint}", question.text);
    }
}

/// What was read, and what was left.
fn summary(facts: &Facts, notes: &mut String) {
    let plural = |count: usize| if count == 1 { "" } else { "s" };
    let (tables, claims) = (facts.tables.len(), facts.claims.len());
    let _ = writeln!(
        notes,
        "Read {tables} table{} with ports: {claims} statement{}.",
        plural(tables),
        plural(claims)
    );
    left(facts, notes);
}

/// The most lines of rows that are listed for one reason, and the most lists.
const MOST_LINES: usize = 8;
const MOST_LEFT: usize = 200;

/// What of the page is not used, and why.
fn left(facts: &Facts, notes: &mut String) {
    for it in &facts.remarks {
        let _ = writeln!(notes, "- line {}: look at it: {}", it.line, it.text);
    }
    for it in &facts.unused {
        let _ = writeln!(
            notes,
            "- line {}: table `{}` is not used: {}; if it has ports, give its `roles` in the answers",
            it.line, it.at, it.why
        );
    }
    // Rows that are left for one reason share one line.
    let mut rows: Vec<(&str, Vec<usize>)> = Vec::new();
    for it in &facts.skipped {
        match rows.last_mut() {
            Some((why, lines)) if *why == it.why => lines.push(it.line),
            _ => rows.push((it.why, vec![it.line])),
        }
    }
    for (why, lines) in rows.iter().take(MOST_LEFT) {
        let shown: Vec<String> = lines
            .iter()
            .take(MOST_LINES)
            .map(ToString::to_string)
            .collect();
        let more = match lines.len().saturating_sub(MOST_LINES) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let s = if lines.len() == 1 { "" } else { "s" };
        let _ = writeln!(
            notes,
            "- line{s} {}{more}: not used: {why}",
            shown.join(", ")
        );
    }
    if let Some(more) = rows.len().checked_sub(MOST_LEFT).filter(|it| *it > 0) {
        let _ = writeln!(notes, "- and rows in {more} more places");
    }
    match facts.without_ports {
        0 => {}
        1 => notes.push_str("- 1 other table has nothing that looks like a port\n"),
        more => {
            let _ = writeln!(
                notes,
                "- {more} other tables have nothing that looks like a port"
            );
        }
    }
}

fn write_answers(
    answers: &Answers,
    open: &[Question],
    facts: &Facts,
    file: &Path,
) -> Result<(), CommandError> {
    fs::write(file, answers.to_toml(open, &facts.tables))
        .map_err(|error| CommandError(format!("cannot write `{}`: {error}", file.display())))
}

fn against(
    facts: &Facts,
    answers: &Answers,
    file: &Path,
    out: &mut String,
) -> Result<Exit, CommandError> {
    let product = load(&read(file)?).map_err(|mistakes| {
        let lines: Vec<String> = mistakes
            .iter()
            .map(|it| format!("{}:{it}", file.display()))
            .collect();
        CommandError(lines.join("\n"))
    })?;
    let version = &answers.product.version;
    if !version.is_empty() && !product.has_release(version) {
        return Err(CommandError(format!(
            "the answers say that the page is about release `{version}`, which `{}` does not cover: compare it with the file of that release, or correct `version` in the answers",
            file.display()
        )));
    }
    // The file as it is in the release that the page is about.
    let release = Some(version.as_str()).filter(|it| !it.is_empty());
    let product = Arc::new(product).at(release);
    let url = &answers.document.url;
    let source = product
        .sources
        .iter()
        .find(|(_, it)| !url.is_empty() && it.url == *url)
        .map(|it| it.0.as_str());
    if source.is_none() && product.sources.len() > 1 {
        let _ = writeln!(
            stderr(),
            "`{}` has {} sources, and `url` in the answers is not one of them: so every flow of the file is expected on the page",
            file.display(),
            product.sources.len()
        );
    }
    let differences = compare(&settle(facts, answers), &product, source);
    if differences.is_empty() {
        let _ = writeln!(out, "The page and `{}` agree.", file.display());
        return Ok(Exit::Success);
    }
    for it in &differences {
        let _ = match it {
            Difference::Stated(what) => writeln!(out, "only on the page: {what}"),
            Difference::Filed(what) => writeln!(out, "only in the file: {what}"),
            Difference::Assumed(what) => writeln!(out, "{what}, which the page states"),
            Difference::Unknown(name) => writeln!(
                out,
                "the file has no component `{name}`: name one in [names] of the answers, or add an alias to the file"
            ),
        };
    }
    Ok(Exit::Found)
}
