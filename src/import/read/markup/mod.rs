//! Inline markup of Markdown, MDX and HTML as plain text.

mod writer;

use super::plain::Plain;
use super::tags::{Piece, Tokens, attribute};
use std::ops::Range;
use writer::Writer;

/// What inline markup is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Markup {
    /// Markdown, with tags and shortcodes in it.
    Markdown,
    /// Tags alone.
    Html,
}

/// Tags after and before which a line ends.
const BLOCKS: [&str; 18] = [
    "p",
    "br",
    "li",
    "ul",
    "ol",
    "div",
    "dd",
    "dt",
    "dl",
    "tr",
    "table",
    "hr",
    "pre",
    "h1",
    "h2",
    "h3",
    "h4",
    "blockquote",
];
/// Tags of HTML in lower case whose text is a part of the line. A name in lower case that is not among these is a placeholder.
const WITHIN: &[&str] = &[
    "a",
    "abbr",
    "b",
    "bdi",
    "big",
    "center",
    "cite",
    "code",
    "del",
    "details",
    "dfn",
    "em",
    "font",
    "i",
    "img",
    "input",
    "ins",
    "kbd",
    "label",
    "mark",
    "nobr",
    "q",
    "s",
    "samp",
    "section",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "summary",
    "sup",
    "svg",
    "td",
    "th",
    "thead",
    "tbody",
    "time",
    "tt",
    "u",
    "var",
    "wbr",
    "caption",
    "col",
    "colgroup",
    "h5",
    "h6",
    "body",
    "html",
    "main",
    "article",
    "header",
    "footer",
    "button",
    "picture",
    "source",
    "figure",
    "figcaption",
    "path",
    "script",
    "style",
];

/// Tags whose text does not hold any more.
const STRIKES: [&str; 3] = ["s", "del", "strike"];

/// The plain text of a piece of a document.
pub(super) fn plain(raw: &str, markup: Markup) -> Plain {
    let mut writer = Writer::new(raw);
    if markup == Markup::Markdown {
        writer.find_code();
    }
    let mut closed_component = None;
    let mut pre = 0_usize;
    for token in Tokens::new(raw, 0) {
        // A tag within code is text.
        if token.start < writer.at {
            if token.end <= writer.at {
                continue;
            }
            writer.run(writer.at..token.end, markup, pre > 0);
            continue;
        }
        match token.piece {
            Piece::Text(_) => {
                writer.run(token.start..token.end, markup, pre > 0);
                closed_component = None;
            }
            Piece::Other => {}
            Piece::Open {
                name,
                attributes,
                closed,
            } => {
                // Alternatives that follow each other, of which one is shown, are not one word.
                if closed_component == Some(name) {
                    writer.out.push('\n');
                }
                closed_component = None;
                writer.open(name, attributes, closed, token.start..token.end);
                pre += usize::from(name == "pre");
            }
            Piece::Close(name) => {
                writer.close(name, token.start..token.end);
                closed_component = is_component(name).then_some(name);
                pre = pre.saturating_sub(usize::from(name == "pre"));
            }
        }
        writer.at = writer.at.max(token.end);
    }
    let mut plain = writer.finish();
    let trimmed = raw.trim();
    plain.strong = [
        ("**", "**"),
        ("__", "__"),
        ("<b>", "</b>"),
        ("<strong>", "</strong>"),
    ]
    .iter()
    .any(|(open, close)| {
        trimmed.len() > open.len() + close.len()
            && trimmed.starts_with(open)
            && trimmed.ends_with(close)
    });
    plain
}

fn is_component(name: &str) -> bool {
    name.starts_with(|it: char| it.is_ascii_uppercase())
        && name.contains(|it: char| it.is_ascii_lowercase())
}

impl Writer<'_> {
    /// A tag that begins something.
    fn open(&mut self, name: &str, attributes: &str, closed: bool, whole: Range<usize>) {
        let lower = name.to_ascii_lowercase();
        match lower.as_str() {
            "sup" if !closed => self.sup = Some(self.out.len()),
            it if STRIKES.contains(&it) && !closed => {
                let (start, depth) = self.struck.unwrap_or((self.out.len(), 0));
                self.struck = Some((start, depth + 1));
            }
            "img" => {
                if let Some(alt) = attribute(attributes, &["alt"]) {
                    self.out.push_str(&alt);
                }
            }
            it if BLOCKS.contains(&it) => self.out.push('\n'),
            it if it.is_empty()
                || is_component(name)
                || it.contains(['-', '.'])
                || WITHIN.contains(&it) => {}
            // `<node>` is a name that the reader fills in.
            _ if attributes.trim().is_empty() => self.out.push_str(&self.raw[whole]),
            _ => {}
        }
    }

    /// A tag that ends something.
    fn close(&mut self, name: &str, whole: Range<usize>) {
        let lower = name.to_ascii_lowercase();
        if lower == "sup" {
            if let Some(start) = self.sup.take() {
                self.notes.push(start..self.out.len());
            }
        } else if STRIKES.contains(&lower.as_str()) {
            self.struck = match self.struck {
                Some((start, 1)) => {
                    self.holes.push(start..self.out.len());
                    None
                }
                other => other.map(|(start, depth)| (start, depth - 1)),
            };
        } else if BLOCKS.contains(&lower.as_str()) && lower != "br" {
            self.out.push('\n');
        } else if !(is_component(name)
            || lower.contains(['-', '.'])
            || WITHIN.contains(&lower.as_str())
            || lower == "br")
        {
            self.out.push_str(&self.raw[whole]);
        }
    }
}

/// Whether a line is an item of a list.
pub(super) fn is_item(line: &str) -> bool {
    item(line).is_some()
}

/// The text of an item of a list.
pub(super) fn item(line: &str) -> Option<&str> {
    let bullet = line.strip_prefix(['-', '*', '+', '•']);
    let number = || {
        let rest = line.trim_start_matches(|it: char| it.is_ascii_digit());
        let digits = line.len() - rest.len();
        rest.strip_prefix(['.', ')'])
            .filter(|_| (1..=3).contains(&digits))
    };
    let rest = bullet.or_else(number)?;
    (rest.is_empty() || rest.starts_with([' ', '\t'])).then(|| rest.trim())
}

#[cfg(test)]
mod tests {
    use super::{Markup, plain};

    fn markdown(raw: &str) -> String {
        plain(raw, Markup::Markdown).text
    }

    #[test]
    fn markup_goes_and_text_stays() {
        for (raw, text) in [
            ("**Port** `443`", "Port 443"),
            ("`a*b*` and ``c`d``", "a*b* and c`d"),
            ("[a *b*](http://x/(y)) [c][d] [e]", "a b c [e]"),
            ("snake_case_name _em_", "snake_case_name em"),
            ("443 ~~85~~", "443"),
            ("<s>85 <del>8</del>5</s> 443 <strike>80</strike>", "443"),
            ("7000~7999 ~8~", "7000~7999 ~8~"),
            ("50000* and 6443*", "50000* and 6443*"),
            ("*.a.example and *.b.example", "*.a.example and *.b.example"),
            ("a<br>b<BR/>c", "a\nb\nc"),
            ("<ul><li>1</li><li>2</li></ul>", "1\n2"),
            ("&#x274c; No &amp; &ndash;&nbsp;x", "❌ No & – x"),
            (
                "<Link href='x'>\n Officially\n</Link>{' '}\nTCP 2379",
                "Officially TCP 2379",
            ),
            ("<If a={b}>x</If><If a={c}>All</If>", "x\nAll"),
            (
                "D [s]({{< relref \"/a/b.md\" >}}) {{< note >}}n{{< /note >}}",
                "D s n",
            ),
            (
                "The {{< param wren_manager_name >}} and {{% param \"owl\" %}}",
                "The wren manager and owl",
            ),
            ("{{site.data.x}} hosts{: .y}", "{{site.data.x}} hosts"),
            (
                "<site>.example and <https://a.example>",
                "<site>.example and <https://a.example>",
            ),
            (r"8501\* a \| b \\ c", r"8501* a | b \ c"),
            ("a\nb\n- c\n- d", "a b\nc\nd"),
            ("unclosed `x and **y", "unclosed `x and **y"),
            ("![yes](a.png)", "yes"),
            ("`<td>` x", "<td> x"),
        ] {
            assert_eq!(markdown(raw), text, "{raw}");
        }
    }

    #[test]
    fn html_has_no_markdown() {
        assert_eq!(
            plain("a *b* `c`\n<p>d &lt;e&gt;</p>", Markup::Html).text,
            "a *b* `c`\nd <e>"
        );
    }

    #[test]
    fn footnotes_are_marks() {
        let found = plain("443 <sup>[Note 2](#n) other</sup>[^x]", Markup::Markdown);
        assert_eq!(found.text, "443");
        assert_eq!(found.marks, ["x", "Note 2 other"]);
    }

    #[test]
    fn strong_is_the_whole_text() {
        assert!(plain(" **Port** ", Markup::Markdown).strong);
        assert!(!plain("**Port** x", Markup::Markdown).strong);
    }
}
