//! Whether the text of a remark is about the release that the user has.

/// Whether a text mentions a release, or the line of releases that it belongs to: of 1.70.4, `1.70` and `1.70.4`. A number alone, such as
/// the 5 of release 5, is too common to count.
pub(super) fn mentions<'t>(
    texts: impl IntoIterator<Item = &'t str>,
    release: Option<&str>,
) -> bool {
    let Some(release) = release else { return false };
    let release = release.trim_start_matches(|it: char| !it.is_ascii_digit());
    let is_release = |word: &str| {
        let word = word.trim_matches(|it: char| !it.is_ascii_alphanumeric());
        let word = word.strip_prefix('v').unwrap_or(word);
        let rest = release.strip_prefix(word);
        word.contains('.') && rest.is_some_and(|it| it.is_empty() || it.starts_with('.'))
    };
    texts
        .into_iter()
        .any(|text| text.split_whitespace().any(is_release))
}

#[cfg(test)]
mod tests {
    use super::mentions;

    #[test]
    fn a_release_is_more_than_a_number() {
        let text = "From v1.70 on, 5 ports differ (see 1.62.3).";
        for (release, wanted) in [
            ("1.70", true),
            ("v1.70.4", true),
            ("1.62.3", true),
            ("1.62", false),
            ("1.7", false),
            ("1.71", false),
            ("5", false),
            ("5.1", false),
        ] {
            assert_eq!(mentions([text], Some(release)), wanted, "{release}");
        }
        assert!(!mentions([text], None));
    }
}
