//! A check file: `source, at, from, to, services, releases, as`, one fact a row.

use portmatrix::catalog::bounds::{Covers, Releases};
use portmatrix::import::against::{Printed, Statement};

/// The first line of every check file.
const HEADER: &str = "source,at,from,to,services,releases,as";

/// The rows of a check file.
#[derive(Clone, Debug)]
pub(super) struct Sheet {
    pub(super) rows: Vec<Row>,
}

/// One fact as a source prints it.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// The line of the file.
    pub(super) line: usize,
    /// The id of the source in the product file.
    pub(super) source: String,
    /// Who connects to whom, on what.
    pub(super) states: Statement,
    /// The releases in which the fact holds; all that the product file covers if none are given. Bounds of which any may
    /// be met have `;` between them.
    pub(super) releases: Releases,
    /// The note of the product file that says why the fact is not a flow: `gap:x`.
    pub(super) noted: Option<(String, String)>,
}

impl Sheet {
    pub(super) fn parse(text: &str) -> Result<Sheet, String> {
        let mut lines = (1..).zip(text.lines());
        match lines.next() {
            Some((_, HEADER)) => {}
            _ => return Err(format!("1: the first line is not `{HEADER}`")),
        }
        let rows = lines
            .map(|(line, text)| Row::parse(line, text).map_err(|it| format!("{line}: {it}")))
            .collect::<Result<_, _>>()?;
        Ok(Sheet { rows })
    }
}

impl Row {
    fn parse(line: usize, text: &str) -> Result<Row, String> {
        let fields = fields(text)?;
        let [source, at, from, to, services, releases, noted] = &fields[..] else {
            return Err(format!("{} fields instead of 7", fields.len()));
        };
        if source.is_empty() || at.is_empty() {
            return Err("no source, or no place in it".to_owned());
        }
        let ends = |text: &str| match text {
            "" => Err("an end is empty; write `?` if the source does not say".to_owned()),
            "?" => Ok(None),
            _ => Ok(Some(text.split(';').map(str::to_owned).collect())),
        };
        let services: Vec<Printed> = services
            .split_whitespace()
            .map(Printed::parse)
            .collect::<Result<_, _>>()?;
        if services.is_empty() {
            return Err("no service".to_owned());
        }
        let bounds = releases.split(';').filter(|it| !it.trim().is_empty());
        let bounds: Vec<Covers> = bounds.map(Covers::parse).collect::<Result<_, _>>()?;
        let noted = match noted.split_once(':') {
            Some((kind, id)) => Some((kind.to_owned(), id.to_owned())),
            None if noted.is_empty() => None,
            None => return Err(format!("`{noted}` is not `gap:<id>` or the like")),
        };
        Ok(Row {
            line,
            source: source.clone(),
            states: Statement {
                from_stated: from != "?",
                to_stated: to != "?",
                from: ends(from)?,
                to: ends(to)?,
                services,
            },
            releases: Releases::any(bounds),
            noted,
        })
    }
}

/// The fields of a line: text with commas is in double quotes.
fn fields(line: &str) -> Result<Vec<String>, String> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    for letter in line.chars() {
        match letter {
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            _ => fields.last_mut().unwrap().push(letter),
        }
    }
    if quoted {
        return Err("a quote is not closed".to_owned());
    }
    Ok(fields)
}
