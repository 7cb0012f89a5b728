//! A checked product file as a tree: the events of the TOML parser become it at once. By way of the parser's own tables, which are
//! made to find mistakes, it would be three times as slow.

use super::document::{Entry, Item, Node};
use std::borrow::Cow;
use toml_parser::decoder::{Encoding, ScalarKind};
use toml_parser::parser::{EventReceiver, parse_document};
use toml_parser::{ErrorSink, ParseError, Raw, Source, Span};

/// The tree of a file; `None` if the file has errors or is written in a way that no file of the catalogue is.
pub(super) fn parse(text: &str) -> Option<Node<'_>> {
    let source = Source::new(text);
    let tokens = source.lex().into_vec();
    let mut builder = Builder {
        source,
        root: Vec::new(),
        header: Header::default(),
        current: Vec::new(),
        open: Vec::new(),
        key: None,
        is_odd: false,
    };
    let mut error: Option<ParseError> = None;
    parse_document(&tokens, &mut builder, &mut error);
    builder.close_table();
    (error.is_none() && !builder.is_odd).then_some(Node {
        value: Item::Table(builder.root),
        at: 0,
    })
}

/// A tree that is being built.
struct Builder<'t> {
    source: Source<'t>,
    root: Vec<Entry<'t>>,
    /// The header of the current table.
    header: Header<'t>,
    /// Its entries.
    current: Vec<Entry<'t>>,
    /// Lists and inline tables that are open, from the outermost.
    open: Vec<Open<'t>>,
    /// A key without its value.
    key: Option<Key<'t>>,
    /// Whether something is there that the files of the catalogue do not have.
    is_odd: bool,
}

/// `[component.node]` or `[[flow]]`; without keys, the top of the file.
#[derive(Default)]
struct Header<'t> {
    keys: Vec<Key<'t>>,
    is_list: bool,
    is_open: bool,
    at: usize,
}

/// A key and where it is.
type Key<'t> = (Cow<'t, str>, usize);

/// A list or an inline table, and where it begins.
enum Open<'t> {
    List(Vec<Node<'t>>, usize),
    /// With the key that it belongs to.
    Table(Vec<Entry<'t>>, usize, Option<Key<'t>>),
}

impl<'t> Builder<'t> {
    fn open_header(&mut self, span: Span, is_list: bool) {
        self.close_table();
        self.header = Header {
            keys: Vec::new(),
            is_list,
            is_open: true,
            at: span.start(),
        };
    }

    /// Puts the current table where its header says.
    fn close_table(&mut self) {
        let entries = std::mem::take(&mut self.current);
        let header = std::mem::take(&mut self.header);
        let mut path = header.keys;
        let Some((key, at)) = path.pop() else {
            self.root = entries;
            return;
        };
        let node = Node {
            value: Item::Table(entries),
            at: header.at,
        };
        let Some(table) = descend(&mut self.root, path) else {
            self.is_odd = true;
            return;
        };
        let known = table.iter_mut().find(|it| it.key == key);
        match known.map(|it| &mut it.node.value) {
            Some(Item::Array(items)) if header.is_list => items.push(node),
            Some(_) => self.is_odd = true,
            None => {
                let node = if header.is_list {
                    Node {
                        at: node.at,
                        value: Item::Array(vec![node]),
                    }
                } else {
                    node
                };
                table.push(Entry { key, at, node });
            }
        }
    }

    fn value(&mut self, value: Item<'t>, at: usize) {
        let node = Node { value, at };
        let entries = match self.open.last_mut() {
            Some(Open::List(items, _)) => return items.push(node),
            Some(Open::Table(entries, ..)) => entries,
            None => &mut self.current,
        };
        match self.key.take() {
            Some((key, at)) => entries.push(Entry { key, at, node }),
            None => self.is_odd = true,
        }
    }

    fn raw(&self, span: Span, encoding: Option<Encoding>) -> Option<Raw<'t>> {
        let text = self.source.input().get(span.start()..span.end())?;
        Some(Raw::new_unchecked(text, encoding, span))
    }
}

/// The table that a path leads to; in a list, the last one.
fn descend<'b, 't>(
    table: &'b mut Vec<Entry<'t>>,
    path: Vec<Key<'t>>,
) -> Option<&'b mut Vec<Entry<'t>>> {
    let mut table = table;
    for (key, at) in path {
        let place = table.iter().position(|it| it.key == key);
        let place = place.unwrap_or_else(|| {
            let value = Item::Table(Vec::new());
            let node = Node { value, at };
            table.push(Entry { key, at, node });
            table.len() - 1
        });
        table = match &mut table[place].node.value {
            Item::Table(inner) => inner,
            Item::Array(items) => match &mut items.last_mut()?.value {
                Item::Table(inner) => inner,
                _ => return None,
            },
            _ => return None,
        };
    }
    Some(table)
}

impl EventReceiver for Builder<'_> {
    fn std_table_open(&mut self, span: Span, _: &mut dyn ErrorSink) {
        self.open_header(span, false);
    }

    fn std_table_close(&mut self, _: Span, _: &mut dyn ErrorSink) {
        self.header.is_open = false;
    }

    fn array_table_open(&mut self, span: Span, _: &mut dyn ErrorSink) {
        self.open_header(span, true);
    }

    fn array_table_close(&mut self, _: Span, _: &mut dyn ErrorSink) {
        self.header.is_open = false;
    }

    fn inline_table_open(&mut self, span: Span, _: &mut dyn ErrorSink) -> bool {
        let key = self.key.take();
        self.open.push(Open::Table(Vec::new(), span.start(), key));
        true
    }

    fn inline_table_close(&mut self, _: Span, _: &mut dyn ErrorSink) {
        match self.open.pop() {
            Some(Open::Table(entries, at, key)) => {
                self.key = key;
                self.value(Item::Table(entries), at);
            }
            _ => self.is_odd = true,
        }
    }

    fn array_open(&mut self, span: Span, _: &mut dyn ErrorSink) -> bool {
        // The key waits for the list as a whole; what is in the list has keys only in tables of its own.
        self.open.push(Open::List(Vec::new(), span.start()));
        true
    }

    fn array_close(&mut self, _: Span, _: &mut dyn ErrorSink) {
        match self.open.pop() {
            Some(Open::List(items, at)) => self.value(Item::Array(items), at),
            _ => self.is_odd = true,
        }
    }

    fn simple_key(&mut self, span: Span, encoding: Option<Encoding>, error: &mut dyn ErrorSink) {
        let mut key = Cow::Borrowed("");
        match self.raw(span, encoding) {
            Some(raw) if encoding.is_none() => key = Cow::Borrowed(raw.as_str()),
            Some(raw) => raw.decode_key(&mut key, error),
            None => self.is_odd = true,
        }
        let key = (key, span.start());
        if self.header.is_open {
            self.header.keys.push(key);
        } else {
            self.is_odd |= self.key.replace(key).is_some();
        }
    }

    fn scalar(&mut self, span: Span, encoding: Option<Encoding>, error: &mut dyn ErrorSink) {
        let mut text = Cow::Borrowed("");
        let Some(raw) = self.raw(span, encoding) else {
            return self.is_odd = true;
        };
        // Most texts are as they are written.
        if encoding == Some(Encoding::BasicString) && !raw.as_bytes().contains(&b'\\') {
            let inner = raw.as_str().trim_matches('"');
            return self.value(Item::String(Cow::Borrowed(inner)), span.start());
        }
        let value = match raw.decode_scalar(&mut text, error) {
            ScalarKind::String => Item::String(text),
            ScalarKind::Boolean(it) => Item::Bool(it),
            ScalarKind::Integer(radix) => match i64::from_str_radix(&text, radix.value()) {
                Ok(number) => Item::Integer(number),
                Err(_) => return self.is_odd = true,
            },
            _ => return self.is_odd = true,
        };
        self.value(value, span.start());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::load::document;
    use crate::catalog::load::mistakes::Mistakes;

    /// A tree without places; keys sorted, as tables have no order.
    fn shape(node: &Node<'_>) -> String {
        match &node.value {
            Item::Table(entries) => {
                let entry = |it: &Entry<'_>| format!("{}={}", it.key, shape(&it.node));
                let mut entries: Vec<String> = entries.iter().map(entry).collect();
                entries.sort();
                format!("{{{}}}", entries.join(","))
            }
            Item::Array(items) => {
                let items: Vec<String> = items.iter().map(shape).collect();
                format!("[{}]", items.join(","))
            }
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn the_tree_is_that_of_the_slow_way() {
        for text in [
            "",
            "a = 1\nb = true\nc = 'x\\y'\nd = \"x\\u00e9\\n\" # end\n",
            "a = [1, [2, 3], { b = [\"x\", { c = 4 }], d = 5 }, ]\ne = 6",
            "[a]\nb = 1\n[a.c]\nd = 2\n[[l]]\nx = 1\n[l.m]\ny = 2\n[[l]]\nx = 3\n[[l.n]]\nz = 4\n",
            "[p.\"q r\".s]\nt = '''\nlong\ntext'''\nu = \"\"\"\none \\\n  two\"\"\"\n[p.v]\nw = 0x1F\n",
        ] {
            let quick = parse(text).unwrap();
            let slow = if text.is_empty() {
                "{}".to_owned()
            } else {
                shape(&document::parse(text, &mut Mistakes::new(text)).unwrap())
            };
            assert_eq!(shape(&quick), slow, "{text}");
        }
    }

    #[test]
    fn what_it_does_not_know_is_not_guessed() {
        for text in [
            "a = ",
            "a = 1\n[a]\nb = 2",
            "[a]\n[a]",
            "a.b = 1",
            "a = 1.5",
            "a = 2026-11-29",
            "[[a]]\n[a]",
        ] {
            assert!(parse(text).is_none(), "{text}");
        }
    }
}
