//! Texts that values repeat, each stored once: a hundred thousand rows contain `tcp` a hundred thousand times.

use std::collections::HashSet;
use std::sync::Arc;

/// The texts so far.
#[derive(Default)]
pub struct Strings(HashSet<Arc<str>>);

impl Strings {
    /// The longest text to share, in bytes; longer ones are hardly ever repeated.
    const LONGEST: usize = 64;

    /// The text, as it is stored already if it is.
    pub fn share(&mut self, text: impl AsRef<str> + Into<Arc<str>>) -> Arc<str> {
        if text.as_ref().len() > Self::LONGEST {
            return text.into();
        }
        if let Some(known) = self.0.get(text.as_ref()) {
            return Arc::clone(known);
        }
        let new: Arc<str> = text.into();
        self.0.insert(Arc::clone(&new));
        new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_are_one() {
        let mut strings = Strings::default();
        let first = strings.share("tcp");
        assert!(Arc::ptr_eq(&first, &strings.share("tcp".to_owned())));
        let long: Arc<str> = "x".repeat(Strings::LONGEST + 1).into();
        assert!(Arc::ptr_eq(&long, &strings.share(Arc::clone(&long))));
    }
}
