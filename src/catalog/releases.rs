//! Which line of a product a release belongs to, and what to say if no line covers it.

use super::ProductQuery;
use super::index::ReleaseLine;
use super::listed::Listed;
use super::version::Version;
use crate::model::code::Code;
use crate::model::finding::Finding;

/// The line of a product for a release.
pub(super) enum Line<'c> {
    /// It covers the release, or has its name.
    Covers(Listed<'c>),
    /// The newest, which is older than the release.
    Older(Listed<'c>),
    /// None covers it.
    None,
}

/// The line for the release that is written as `text`: the one of exactly that name, else the newest that covers it.
pub(super) fn line<'c>(text: &str, versions: &[Listed<'c>]) -> Line<'c> {
    let exact = versions.iter().find(|it| it.version.as_str() == text);
    let release = Version::release(text);
    let covering = |release: &Version| {
        let named = versions.iter().find(|it| it.version == *release);
        named.or_else(|| versions.iter().find(|it| it.covers.contains(release)))
    };
    if let Some(line) = exact.or_else(|| release.as_ref().and_then(covering)) {
        return Line::Covers(*line);
    }
    match (release, versions.first()) {
        (Some(release), Some(newest)) if versions.iter().all(|it| is_older(it, &release)) => {
            Line::Older(*newest)
        }
        _ => Line::None,
    }
}

/// Whether a release comes after everything that a line covers. Years do not compare with other numbers: 2018.4 of a product
/// may be older than its 10.0.
fn is_older(line: &ReleaseLine, release: &Version) -> bool {
    line.version < *release
        && line.covers.are_below(release)
        && line.version.is_by_year() == release.is_by_year()
}

/// The judgement on a release that is newer than every line.
pub(super) fn newer(wanted: &ProductQuery<'_>, text: &str, newest: Listed<'_>) -> Finding {
    let message = format!(
        "`{text}` is newer than every release line of `{}`; using the newest, {}",
        wanted.name,
        newest.line()
    );
    let remedy = format!(
        "to use the newest line, set `version = \"{}\"`",
        newest.version
    );
    Finding::new(Code::VersionNewer, wanted.name, message)
        .remedy(remedy)
        .at(wanted.version_place)
}

/// The error for a release that no line covers.
pub(super) fn unknown(wanted: &ProductQuery<'_>, text: &str, versions: &[Listed<'_>]) -> Finding {
    let lines: Vec<String> = versions.iter().map(|it| it.line()).collect();
    let message = format!(
        "no release line of `{}` covers `{text}`; its {}: {}",
        wanted.name,
        if lines.len() == 1 { "line" } else { "lines" },
        lines.join(", ")
    );
    let newest = versions.first().map_or("", |it| it.version.as_str());
    let remedy = if text == "latest" {
        "omit `version` to use the newest".to_owned()
    } else if text.contains(['~', '>', '<', '=', '*', '^', ' ']) {
        format!("write one release, such as \"{newest}\"; version ranges are not supported here")
    } else {
        let quotes = if is_cut(text, versions) {
            format!(
                "if you mean `{text}0`, quote it: without quotes it is the number `{text}`. Otherwise "
            )
        } else {
            String::new()
        };
        format!(
            "{quotes}use a release that a line covers; if your release has the ports of a line, name the line, e.g. `version = \"{newest}\"`, or else write a product file for it"
        )
    };
    Finding::for_argument(Code::UnknownVersion, wanted.version_place, message).remedy(remedy)
}

/// Whether the text may be a number that lost a zero at its end: `3.10` without quotes is 3.1.
fn is_cut(text: &str, versions: &[Listed<'_>]) -> bool {
    let digits = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
    let is_number = text
        .split_once('.')
        .is_some_and(|(a, b)| digits(a) && digits(b));
    is_number && matches!(line(&format!("{text}0"), versions), Line::Covers(_))
}
