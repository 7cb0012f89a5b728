//! A short hash for the end of names that had to be cut or altered, the same for the same text for ever.

use sha2::{Digest, Sha256};
use std::fmt::Write;

/// Hex digits of a hash.
pub(super) const DIGITS: usize = 8;

/// The first digits of the text's sha256.
pub(super) fn short(text: &str) -> String {
    let mut hex = String::with_capacity(DIGITS);
    for byte in &Sha256::digest(text.as_bytes())[..DIGITS / 2] {
        // Writing to a string does not fail.
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

#[cfg(test)]
mod tests {
    #[test]
    fn names_in_states_hang_on_it() {
        assert_eq!(super::short("abc"), "ba7816bf");
    }
}
