//! What a user does not want to hear of, as globs of names.

use super::rule::Platform;
use wildmatch::WildMatch;

/// Globs of points, ids and keys.
pub struct Globs {
    as_written: Vec<WildMatch>,
    /// For Azure, which compares names without case.
    lower: Vec<WildMatch>,
}

impl Globs {
    /// `*` stands for any text, `?` for one character.
    pub fn new(texts: &[String]) -> Globs {
        let lower = texts.iter().map(|it| it.to_lowercase());
        Globs {
            as_written: texts.iter().map(|it| WildMatch::new(it)).collect(),
            lower: lower.map(|it| WildMatch::new(&it)).collect(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.as_written.is_empty()
    }

    /// Whether one of them fits a name, as the platform that it belongs to compares names.
    pub fn fit(&self, name: &str, platform: Option<Platform>) -> bool {
        if platform == Some(Platform::Azure) {
            let name = name.to_lowercase();
            return self.lower.iter().any(|it| it.matches(&name));
        }
        self.as_written.iter().any(|it| it.matches(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_azure_compares_without_case() {
        let globs = Globs::new(&["RG/web-*".to_owned()]);
        for (name, platform, fits) in [
            ("rg/web-1", Some(Platform::Azure), true),
            ("rg/web-1", Some(Platform::Aws), false),
            ("RG/web-1", Some(Platform::Gcp), true),
            ("rg/web-1", None, false),
            ("rg/db", Some(Platform::Azure), false),
        ] {
            assert_eq!(globs.fit(name, platform), fits, "{name} {platform:?}");
        }
    }
}
