//! Reading the texts of the index.

use super::ReleaseLine;
use crate::catalog::bounds::Covers;
use crate::catalog::version::Version;
use crate::model::traffic::Traffic;
use crate::model::words::{Exposure, Plane};
use std::ops::Range;

/// A flow of a release line: the listeners of the product's own that it connects to, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FlowRow<'t> {
    /// Its id.
    pub id: &'t str,
    /// The releases that have the flow, as bounds; empty if all that the line covers do. Its ports may be those of only some of them.
    pub releases: &'t str,
    /// What it is for.
    pub plane: Plane,
    /// Who its listeners are for; `None` if they are outside of the product.
    pub exposure: Option<Exposure>,
    components: &'t str,
    services: &'t str,
    languages: &'t str,
    purposes: &'t str,
}

impl<'t> FlowRow<'t> {
    /// The components that listen, without external ones.
    pub fn components(self) -> impl Iterator<Item = &'t str> {
        self.components.split_ascii_whitespace()
    }

    /// What they listen on by default.
    pub fn traffic(self) -> impl Iterator<Item = Traffic> {
        let services = self.services.split_ascii_whitespace();
        services.filter_map(Traffic::parse)
    }

    /// What it is there for, in a language, else in English.
    pub fn purpose(self, language: &str) -> &'t str {
        let in_language = self.purpose_in(language);
        in_language
            .or_else(|| self.purpose_in("en"))
            .unwrap_or_default()
    }

    /// What it is there for, if the file says so in a language.
    pub fn purpose_in(self, language: &str) -> Option<&'t str> {
        let mut all = self.languages.split('\t').zip(self.purposes.split('\t'));
        let (_, purpose) = all.find(|it| it.0 == language)?;
        Some(purpose).filter(|it| !it.is_empty())
    }
}

/// The release lines of `products.tsv`.
pub(super) fn lines(text: &str) -> Option<Vec<ReleaseLine>> {
    // The first row has the names of the columns.
    text.lines().skip(1).map(line).collect()
}

fn line(row: &str) -> Option<ReleaseLine> {
    let mut cells = row.split('\t');
    let mut cell = || cells.next();
    let list = |it: &str| {
        let items = it.split('|').filter(|it| !it.is_empty());
        items.map(str::to_owned).collect()
    };
    Some(ReleaseLine {
        name: cell()?.to_owned(),
        version: Version::parse(cell()?)?,
        covers: match cell()? {
            "" => Covers::default(),
            bounds => Covers::parse(bounds).ok()?,
        },
        flows: cell()?.parse().ok()?,
        title: cell()?.to_owned(),
        vendor: cell()?.to_owned(),
        aliases: list(cell()?),
        words: list(cell()?),
        languages: list(cell()?),
    })
}

/// The part of each release line in `flows.tsv`: its own row, and those of its flows, which begin with a tab.
pub(super) fn parts(text: &str) -> Vec<Range<usize>> {
    let mut parts: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    for row in text.split_inclusive('\n') {
        let end = at + row.len();
        match parts.last_mut() {
            Some(part) if row.starts_with('\t') => part.end = end,
            _ => parts.push(at..end),
        }
        at = end;
    }
    parts
}

/// The flows in the part of one release line.
pub(super) fn flows(part: &str) -> impl Iterator<Item = FlowRow<'_>> {
    let (head, rows) = part.split_once('\n').unwrap_or_default();
    // Name and version, then the languages.
    let languages = head.splitn(3, '\t').nth(2).unwrap_or_default();
    rows.lines().filter_map(|row| flow(row, languages))
}

fn flow<'t>(row: &'t str, languages: &'t str) -> Option<FlowRow<'t>> {
    let mut cells = row.strip_prefix('\t')?.splitn(7, '\t');
    let mut cell = || cells.next();
    Some(FlowRow {
        id: cell()?,
        components: cell()?,
        services: cell()?,
        plane: Plane::parse(cell()?)?,
        exposure: Exposure::parse(cell()?),
        releases: cell()?,
        purposes: cell()?,
        languages,
    })
}
