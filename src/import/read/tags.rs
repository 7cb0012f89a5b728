//! Text with tags, cut into tags and what is between them. Tolerant of anything, and of JSX: attributes may have values in braces.
//!
//! A tokenizer of HTML would not do: Markdown and MDX have tags within lines that are not HTML, and places must be lines of the document.

use std::borrow::Cow;

/// One piece of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'t> {
    Text(&'t str),
    Open {
        name: &'t str,
        attributes: &'t str,
        /// `<br/>`
        closed: bool,
    },
    Close(&'t str),
    /// A comment or a declaration.
    Other,
}

/// A piece and where it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'t> {
    pub(super) piece: Piece<'t>,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// The pieces of a text, one after the other. Each byte is looked at a bounded number of times.
#[derive(Debug)]
pub(super) struct Tokens<'t> {
    text: &'t str,
    at: usize,
    /// There is not another `-->`, `>` from here on: it was looked for.
    no_comment_end: bool,
    no_declaration_end: bool,
}

/// The longest value in braces. What is longer is not an attribute.
const MAX_BRACES: usize = 512;
/// The longest quoted value.
const MAX_QUOTED: usize = 4096;

impl<'t> Tokens<'t> {
    pub(super) fn new(text: &'t str, at: usize) -> Self {
        Tokens {
            text,
            at,
            no_comment_end: false,
            no_declaration_end: false,
        }
    }

    /// The tag or comment at `start`, where a `<` is, and its end.
    fn tag(&mut self, start: usize) -> Option<(Piece<'t>, usize)> {
        let rest = &self.text[start + 1..];
        let bytes = rest.as_bytes();
        match *bytes.first()? {
            b'!' | b'?' => {
                let (end, length, missing) = if rest.starts_with("!--") {
                    ("-->", 3, &mut self.no_comment_end)
                } else {
                    (">", 1, &mut self.no_declaration_end)
                };
                if *missing {
                    return None;
                }
                let found = rest.find(end);
                *missing = found.is_none();
                found.map(|at| (Piece::Other, start + 1 + at + length))
            }
            b'/' => {
                let name = name(&rest[1..])?;
                let after = &rest[1 + name.len()..];
                let end = after
                    .find(['<', '>'])
                    .filter(|at| after[*at..].starts_with('>'))?;
                Some((Piece::Close(name), start + 2 + name.len() + end + 1))
            }
            b'>' => Some((
                Piece::Open {
                    name: "",
                    attributes: "",
                    closed: false,
                },
                start + 2,
            )),
            _ => {
                let name = name(rest)?;
                let end = attributes_end(rest, name.len())?;
                let attributes = &rest[name.len()..end];
                let closed = attributes.ends_with('/');
                Some((
                    Piece::Open {
                        name,
                        attributes,
                        closed,
                    },
                    start + 1 + end + 1,
                ))
            }
        }
    }
}

impl<'t> Iterator for Tokens<'t> {
    type Item = Token<'t>;

    fn next(&mut self) -> Option<Token<'t>> {
        let start = self.at;
        if start >= self.text.len() {
            return None;
        }
        if self.text[start..].starts_with('<')
            && let Some((piece, end)) = self.tag(start)
        {
            self.at = end;
            if let Piece::Open {
                name,
                closed: false,
                ..
            } = piece
                && ["script", "style"]
                    .iter()
                    .any(|it| name.eq_ignore_ascii_case(it))
            {
                self.at = close_of(self.text, end, name).unwrap_or(self.text.len());
            }
            return Some(Token { piece, start, end });
        }
        // A `<` that opens nothing is text.
        let first = self.text[start..].chars().next().map_or(1, char::len_utf8);
        let rest = &self.text[start + first..];
        let end = rest
            .find('<')
            .map_or(self.text.len(), |it| start + first + it);
        self.at = end;
        Some(Token {
            piece: Piece::Text(&self.text[start..end]),
            start,
            end,
        })
    }
}

/// Where `</name` is.
fn close_of(text: &str, from: usize, name: &str) -> Option<usize> {
    text[from..]
        .match_indices("</")
        .map(|(at, _)| from + at)
        .find(|at| {
            let rest = &text.as_bytes()[at + 2..];
            rest.len() >= name.len() && rest[..name.len()].eq_ignore_ascii_case(name.as_bytes())
        })
}

/// The name with which a tag begins, if what follows can follow a name.
fn name(rest: &str) -> Option<&str> {
    let end = rest
        .find(|it: char| !(it.is_ascii_alphanumeric() || matches!(it, '-' | '.')))
        .unwrap_or(rest.len());
    let follows = rest[end..].chars().next()?;
    let good = rest.starts_with(|it: char| it.is_ascii_alphabetic())
        && (follows.is_whitespace() || matches!(follows, '/' | '>' | '{'));
    good.then(|| &rest[..end])
}

/// Where the `>` of a tag is, from where its attributes begin.
fn attributes_end(rest: &str, from: usize) -> Option<usize> {
    let bytes = rest.as_bytes();
    let mut at = from;
    let mut after_equals = false;
    while at < bytes.len() {
        match bytes[at] {
            b'>' => return Some(at),
            b'<' => return None,
            quote @ (b'"' | b'\'') if after_equals => {
                let within = &bytes[at + 1..bytes.len().min(at + 1 + MAX_QUOTED)];
                at += 1 + within.iter().position(|it| *it == quote)?;
                after_equals = false;
            }
            b'{' => {
                let mut depth = 0_usize;
                let within = &bytes[at..bytes.len().min(at + MAX_BRACES)];
                at += within.iter().position(|it| {
                    match it {
                        b'{' => depth += 1,
                        b'}' => depth -= 1,
                        _ => {}
                    }
                    depth == 0
                })?;
                after_equals = false;
            }
            b'=' => after_equals = true,
            it if it.is_ascii_whitespace() => {}
            _ => after_equals = false,
        }
        at += 1;
    }
    None
}

/// The value of an attribute, or of the first of several.
pub(super) fn attribute(attributes: &str, names: &[&str]) -> Option<String> {
    let all = all_attributes(attributes);
    names.iter().find_map(|name| {
        let found = all.iter().find(|it| it.0.eq_ignore_ascii_case(name))?;
        Some(decoded(found.1).into_owned())
    })
}

/// The attributes of a tag, of a shortcode or of a directive in braces: `name="value"`, in order.
pub(super) fn all_attributes(text: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(equals) = rest.find('=') {
        let name = rest[..equals].trim_end();
        let name = &name[name
            .rfind(|it: char| it.is_whitespace() || it == ',')
            .map_or(0, |at| {
                at + name[at..].chars().next().map_or(1, char::len_utf8)
            })..];
        let value = rest[equals + 1..].trim_start();
        let value = value
            .strip_prefix('{')
            .filter(|it| it.starts_with(['"', '\'', '`']))
            .unwrap_or(value);
        let quote = value
            .chars()
            .next()
            .filter(|it| matches!(it, '"' | '\'' | '`'));
        let (value, after) = if let Some(quote) = quote {
            value[1..].split_once(quote).unwrap_or((&value[1..], ""))
        } else {
            let ends = |it: char| it.is_whitespace() || matches!(it, '>' | ',');
            value.split_at(value.find(ends).unwrap_or(value.len()))
        };
        found.push((name, value.trim_end_matches('/')));
        rest = after;
    }
    found
}

/// Text with its entities decoded.
pub(super) fn decoded(text: &str) -> Cow<'_, str> {
    html_escape::decode_html_entities(text)
}

#[cfg(test)]
mod tests {
    use super::{Piece, Tokens, attribute};

    fn names(text: &str) -> Vec<String> {
        Tokens::new(text, 0)
            .map(|it| match it.piece {
                Piece::Text(text) => format!("'{text}'"),
                Piece::Open { name, closed, .. } => {
                    format!("{name}{}", if closed { "/" } else { "" })
                }
                Piece::Close(name) => format!("/{name}"),
                Piece::Other => "!".to_owned(),
            })
            .collect()
    }

    #[test]
    fn tags_are_found_and_what_is_not_a_tag_is_text() {
        let cases: &[(&str, &[&str])] = &[
            ("a<br/>b", &["'a'", "br/", "'b'"]),
            ("<td class='x>y'>1</td >", &["td", "'1'", "/td"]),
            ("<If condition={!(a > b)}>x</If>", &["If", "'x'", "/If"]),
            ("1 < 2 <b>", &["'1 '", "'< 2 '", "b"]),
            (
                "<https://a.example> <a@b.example>",
                &["'<https://a.example> '", "'<a@b.example>'"],
            ),
            ("<!-- <td> -->é<td", &["!", "'é'", "'<td'"]),
            (
                "<script>if (a<b) {}</script>x",
                &["script", "/script", "'x'"],
            ),
            ("<!--<td>", &["'<!--'", "td"]),
        ];
        for (text, expected) in cases {
            assert_eq!(names(text), *expected, "{text}");
        }
    }

    #[test]
    fn attributes_have_values_in_quotes_or_braces_or_neither() {
        let all = " value=\"A &amp; B\" label={'C D'} n=3";
        assert_eq!(attribute(all, &["value"]).as_deref(), Some("A & B"));
        assert_eq!(attribute(all, &["title", "label"]).as_deref(), Some("C D"));
        assert_eq!(attribute(all, &["n"]).as_deref(), Some("3"));
        assert_eq!(attribute(all, &["m"]), None);
    }
}
