//! What a user ignores, as globs of names.

use super::read::platform;
use crate::model::platform::PlatformId;
use wildmatch::WildMatch;

/// Globs of points, ids and keys.
pub struct Globs {
    as_written: Vec<WildMatch>,
    /// For platforms that compare names without case.
    lower: Vec<WildMatch>,
}

impl Globs {
    /// `*` is any text, `?` any one character.
    pub fn new(texts: &[String]) -> Globs {
        let lower = texts.iter().map(|it| it.to_lowercase());
        Globs {
            as_written: texts.iter().map(|it| WildMatch::new(it)).collect(),
            lower: lower.map(|it| WildMatch::new(&it)).collect(),
        }
    }

    /// Whether there are no globs.
    pub fn is_empty(&self) -> bool {
        self.as_written.is_empty()
    }

    /// Whether one of them matches a name, as the platform of the name compares names.
    pub fn fit(&self, name: &str, platform: Option<PlatformId>) -> bool {
        if platform.is_some_and(|it| self::platform(it).facts.ignores_case) {
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
            ("rg/web-1", Some(PlatformId::Azure), true),
            ("rg/web-1", Some(PlatformId::Aws), false),
            ("RG/web-1", Some(PlatformId::Gcp), true),
            ("rg/web-1", None, false),
            ("rg/db", Some(PlatformId::Azure), false),
        ] {
            assert_eq!(globs.fit(name, platform), fits, "{name} {platform:?}");
        }
    }
}
