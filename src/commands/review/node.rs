//! A place in a resource as `show -json` prints it: its value, and beside it whether that is unknown or sensitive.

use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// A place. The three are trees of one shape, where `true` speaks of all that is below.
#[derive(Clone, Copy, Default)]
pub(super) struct Node<'t> {
    pub(super) value: Option<&'t RawValue>,
    pub(super) unknown: Option<&'t RawValue>,
    pub(super) sensitive: Option<&'t RawValue>,
}

impl<'t> Node<'t> {
    /// The attributes of an object; none where it is something else.
    pub(super) fn fields(self) -> Fields<'t> {
        Fields {
            values: fields(self.value),
            unknown: Marks::of(self.unknown),
            sensitive: Marks::of(self.sensitive),
            met: FoundAttributes::default(),
        }
    }

    /// The entries of a map, also those that are unknown as a whole.
    pub(super) fn entries(self) -> Vec<(String, Node<'t>)> {
        let fields = self.fields();
        let mut names: Vec<String> = fields.values.keys().cloned().collect();
        if let Marks::Some(unknown) = &fields.unknown {
            let absent = unknown.keys().filter(|it| !fields.values.contains_key(*it));
            names.extend(absent.cloned());
        }
        names
            .into_iter()
            .map(|name| {
                let node = fields.at(&name);
                (name, node)
            })
            .collect()
    }

    /// The elements of a list or set.
    pub(super) fn items(self) -> Vec<Node<'t>> {
        let (unknown, sensitive) = (items(self.unknown), items(self.sensitive));
        let below = |tree: Option<&'t RawValue>, items: &[&'t RawValue], at: usize| {
            tree.filter(|it| is_true(it))
                .or_else(|| items.get(at).copied())
        };
        let values = items(self.value).into_iter().enumerate();
        values
            .map(|(at, value)| Node {
                value: Some(value),
                unknown: below(self.unknown, &unknown, at),
                sensitive: below(self.sensitive, &sensitive, at),
            })
            .collect()
    }

    /// Whether some of it is known only after apply.
    pub(super) fn is_unknown(self) -> bool {
        self.unknown.is_some_and(has_true)
    }

    /// Whether some of it is marked as sensitive.
    pub(super) fn is_sensitive(self) -> bool {
        self.sensitive.is_some_and(has_true)
    }

    /// A text, or a number as it is written.
    pub(super) fn text(self) -> Option<String> {
        let raw = self.value?.get();
        match raw.as_bytes().first()? {
            b'"' => serde_json::from_str(raw).ok(),
            b'-' | b'0'..=b'9' => Some(raw.to_owned()),
            _ => None,
        }
    }

    /// Every text in it, at whatever depth.
    pub(super) fn texts(self, texts: &mut Vec<String>) {
        texts.extend(self.text());
        for item in self.items() {
            item.texts(texts);
        }
        for (_, item) in self.entries() {
            item.texts(texts);
        }
    }

    /// Every text in it that is marked as sensitive.
    pub(super) fn marked(self, texts: &mut Vec<String>) {
        match self.sensitive {
            Some(marks) if is_true(marks) => self.texts(texts),
            Some(marks) if has_true(marks) => {
                for item in self.items() {
                    item.marked(texts);
                }
                for (_, item) in self.entries() {
                    item.marked(texts);
                }
            }
            _ => {}
        }
    }
}

/// The attributes of an object. It keeps in mind whether one that was asked for is unknown or sensitive.
pub(super) struct Fields<'t> {
    values: BTreeMap<String, &'t RawValue>,
    unknown: Marks<'t>,
    sensitive: Marks<'t>,
    /// What was met so far.
    pub(super) met: FoundAttributes,
}

/// What there was among the attributes that were asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct FoundAttributes {
    /// Something that is known only after apply.
    pub(super) unknown: bool,
    /// Something that is marked as sensitive.
    pub(super) sensitive: bool,
    /// The texts that are.
    pub(super) secrets: Vec<String>,
}

impl<'t> Fields<'t> {
    /// The place of an attribute; nothing is kept in mind.
    pub(super) fn at(&self, name: &str) -> Node<'t> {
        Node {
            value: self.values.get(name).copied(),
            unknown: self.unknown.below(name),
            sensitive: self.sensitive.below(name),
        }
    }

    fn met(&mut self, name: &str) -> Node<'t> {
        self.note(self.at(name))
    }

    fn note<'n>(&mut self, node: Node<'n>) -> Node<'n> {
        self.met.unknown |= node.is_unknown();
        if node.is_sensitive() {
            self.met.sensitive = true;
            node.texts(&mut self.met.secrets);
        }
        node
    }

    /// A text that says something.
    pub(super) fn text(&mut self, name: &str) -> Option<String> {
        self.met(name).text().filter(|it| !it.is_empty())
    }

    /// A text of the object around this one.
    pub(super) fn outer(&mut self, outer: &Fields, name: &str) -> Option<String> {
        self.note(outer.at(name)).text()
    }

    pub(super) fn number(&mut self, name: &str) -> Option<i64> {
        self.text(name)?.parse().ok()
    }

    pub(super) fn is(&mut self, name: &str) -> bool {
        self.met(name).value.is_some_and(is_true)
    }

    /// The texts of attributes that hold one or many.
    pub(super) fn texts<const N: usize>(&mut self, names: [&str; N]) -> Vec<String> {
        let mut texts = Vec::new();
        for name in names {
            self.met(name).texts(&mut texts);
        }
        texts.retain(|it| !it.is_empty());
        texts
    }

    /// The texts of an attribute that the provider fills in where the user leaves it out, so that it may be unknown and say nothing.
    pub(super) fn texts_if_known(&mut self, name: &str) -> Option<Vec<String>> {
        let unknown = self.met.unknown;
        let texts = self.texts([name]);
        self.met.unknown = unknown;
        (!self.at(name).is_unknown()).then_some(texts)
    }

    /// The blocks of one kind.
    pub(super) fn blocks(&mut self, name: &str) -> Vec<Node<'t>> {
        self.met(name).items()
    }
}

/// A tree of marks, opened by one level.
enum Marks<'t> {
    All(&'t RawValue),
    Some(BTreeMap<String, &'t RawValue>),
}

impl<'t> Marks<'t> {
    fn of(tree: Option<&'t RawValue>) -> Marks<'t> {
        match tree {
            Some(tree) if is_true(tree) => Marks::All(tree),
            tree => Marks::Some(fields(tree)),
        }
    }

    fn below(&self, name: &str) -> Option<&'t RawValue> {
        match self {
            Marks::All(tree) => Some(tree),
            Marks::Some(fields) => fields.get(name).copied(),
        }
    }
}

fn is_true(raw: &RawValue) -> bool {
    raw.get() == "true"
}

/// The attributes of what should be an object. The syntax was read before, so what fails here is of another type.
pub(super) fn fields(raw: Option<&RawValue>) -> BTreeMap<String, &RawValue> {
    let raw = raw.filter(|it| it.get().starts_with('{'));
    raw.and_then(|it| serde_json::from_str(it.get()).ok())
        .unwrap_or_default()
}

/// The elements of what should be a list.
pub(super) fn items(raw: Option<&RawValue>) -> Vec<&RawValue> {
    let raw = raw.filter(|it| it.get().starts_with('['));
    raw.and_then(|it| serde_json::from_str(it.get()).ok())
        .unwrap_or_default()
}

/// Whether there is a mark somewhere in a tree of them.
fn has_true(marks: &RawValue) -> bool {
    is_true(marks)
        || items(Some(marks)).into_iter().any(has_true)
        || fields(Some(marks)).into_values().any(has_true)
}
