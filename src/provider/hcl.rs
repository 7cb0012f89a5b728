//! Texts as HCL writes them, for blocks that a message or output offers.

/// A quoted text: quotes, backslashes, line breaks and the beginnings of templates are escaped, so that nothing is interpolated.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    let mut rest = text.chars().peekable();
    while let Some(it) = rest.next() {
        match it {
            '"' | '\\' => quoted.extend(['\\', it]),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '$' | '%' if rest.peek() == Some(&'{') => quoted.extend([it, it]),
            _ => quoted.push(it),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_quoted_text_is_interpolated() {
        for (key, hcl) in [
            ("dmz/tcp-443/lan:ipv4:a", r#""dmz/tcp-443/lan:ipv4:a""#),
            (r#"say "a\b""#, r#""say \"a\\b\"""#),
            ("${a} %{b} $$ %", r#""$${a} %%{b} $$ %""#),
            ("a\n\tb", r#""a\n\tb""#),
        ] {
            assert_eq!(quoted(key), hcl);
        }
    }
}
