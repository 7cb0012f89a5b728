//! A place in a resource as `show -json` prints it: its value, and whether that is unknown or sensitive.

use crate::review::read::attributes::{Attributes, Marks};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// A place. The three trees have one shape; `true` in the last two covers everything below.
#[derive(Clone, Copy, Default)]
pub(in crate::commands) struct Node<'t> {
    pub(in crate::commands) value: Option<&'t RawValue>,
    pub(in crate::commands) unknown: Option<&'t RawValue>,
    pub(in crate::commands) sensitive: Option<&'t RawValue>,
}

impl<'t> Node<'t> {
    /// The attributes of an object; none if it is something else.
    pub(in crate::commands) fn fields(self) -> Fields<'t> {
        Fields {
            values: fields(self.value),
            unknown: MarkTree::of(self.unknown),
            sensitive: MarkTree::of(self.sensitive),
            marks: Marks::default(),
            stand_ins: None,
        }
    }

    /// The entries of a map, also those that are unknown as a whole.
    pub(in crate::commands) fn entries(self) -> Vec<(String, Node<'t>)> {
        let fields = self.fields();
        let mut names: Vec<String> = fields.values.keys().cloned().collect();
        if let MarkTree::Some(unknown) = &fields.unknown {
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
    pub(in crate::commands) fn items(self) -> Vec<Node<'t>> {
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

    /// Whether it is written as another one is, and both are known and sensitive in the same places.
    pub(in crate::commands) fn is_same(self, other: Node<'t>) -> bool {
        let of = |it: Node<'t>| [it.value, it.sensitive].map(|it| it.map(RawValue::get));
        !self.is_unknown() && !other.is_unknown() && of(self) == of(other)
    }

    pub(in crate::commands) fn is_object(self) -> bool {
        self.value.is_some_and(|it| it.get().starts_with('{'))
    }

    /// Whether some of it is known only after apply.
    pub(in crate::commands) fn is_unknown(self) -> bool {
        self.unknown.is_some_and(has_true)
    }

    /// Whether some of it is marked as sensitive.
    pub(in crate::commands) fn is_sensitive(self) -> bool {
        self.sensitive.is_some_and(has_true)
    }

    /// A text, or a number as it is written.
    pub(in crate::commands) fn text(self) -> Option<String> {
        let raw = self.value?.get();
        match raw.as_bytes().first()? {
            b'"' => serde_json::from_str(raw).ok(),
            b'-' | b'0'..=b'9' => Some(raw.to_owned()),
            _ => None,
        }
    }

    /// Every text in it, at whatever depth.
    pub(in crate::commands) fn texts(self, texts: &mut Vec<String>) {
        texts.extend(self.text());
        for item in self.items() {
            item.texts(texts);
        }
        for (_, item) in self.entries() {
            item.texts(texts);
        }
    }

    /// Every text in it that is marked as sensitive.
    pub(in crate::commands) fn marked(self, texts: &mut Vec<String>) {
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

/// The attributes of an object, which records what it knows about those that were read.
pub(in crate::commands) struct Fields<'t> {
    values: BTreeMap<String, &'t RawValue>,
    unknown: MarkTree<'t>,
    sensitive: MarkTree<'t>,
    marks: Marks,
    stand_ins: Option<&'t StandIns>,
}

/// Texts that are read in the place of unknown attributes.
pub(in crate::commands) type StandIns = BTreeMap<&'static str, String>;

impl<'t> Fields<'t> {
    /// With texts in the place of unknown attributes.
    pub(in crate::commands) fn with(self, stand_ins: &'t StandIns) -> Fields<'t> {
        Fields {
            stand_ins: Some(stand_ins),
            ..self
        }
    }

    /// The text in the place of an unknown attribute.
    fn stand_in(&mut self, name: &str) -> Option<&'t String> {
        let text = self.stand_ins?.get(name)?;
        let node = self.at(name);
        self.marks.sensitive |= node.is_unknown() && node.is_sensitive();
        node.is_unknown().then_some(text)
    }

    /// The place of an attribute; nothing is recorded.
    pub(in crate::commands) fn at(&self, name: &str) -> Node<'t> {
        Node {
            value: self.values.get(name).copied(),
            unknown: self.unknown.below(name),
            sensitive: self.sensitive.below(name),
        }
    }

    fn read(&mut self, name: &str) -> Node<'t> {
        let node = self.at(name);
        self.marks.unknown |= node.is_unknown();
        if node.is_sensitive() {
            self.marks.sensitive = true;
            node.texts(&mut self.marks.secrets);
        }
        node
    }
}

impl Attributes for Fields<'_> {
    fn text(&mut self, name: &str) -> Option<String> {
        if let Some(text) = self.stand_in(name) {
            return Some(text.clone());
        }
        self.read(name).text().filter(|it| !it.is_empty())
    }

    fn number(&mut self, name: &str) -> Option<i64> {
        self.text(name)?.parse().ok()
    }

    fn flag(&mut self, name: &str) -> Option<bool> {
        match self.read(name).value?.get() {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        }
    }

    fn texts(&mut self, names: &[&str]) -> Vec<String> {
        let mut texts = Vec::new();
        for name in names {
            match self.stand_in(name) {
                Some(text) => texts.push(text.clone()),
                None => self.read(name).texts(&mut texts),
            }
        }
        texts.retain(|it| !it.is_empty());
        texts
    }

    fn texts_if_known(&mut self, name: &str) -> Option<Vec<String>> {
        let unknown = self.marks.unknown;
        let texts = self.texts(&[name]);
        self.marks.unknown = unknown;
        let is_known = self.stand_in(name).is_some() || !self.at(name).is_unknown();
        is_known.then_some(texts)
    }

    fn blocks<'b>(&'b mut self, name: &str) -> Vec<Box<dyn Attributes + 'b>> {
        self.read(name);
        self.nested(name)
    }

    fn nested<'b>(&'b self, name: &str) -> Vec<Box<dyn Attributes + 'b>> {
        let blocks = self.at(name).items().into_iter();
        blocks
            .map(|it| Box::new(it.fields()) as Box<dyn Attributes>)
            .collect()
    }

    fn label(&self, name: &str) -> Option<String> {
        let node = self.at(name);
        node.text().filter(|_| !node.is_sensitive())
    }

    fn marks(&mut self) -> &mut Marks {
        &mut self.marks
    }
}

/// A tree of marks, opened by one level.
enum MarkTree<'t> {
    All(&'t RawValue),
    Some(BTreeMap<String, &'t RawValue>),
}

impl<'t> MarkTree<'t> {
    fn of(tree: Option<&'t RawValue>) -> MarkTree<'t> {
        match tree {
            Some(tree) if is_true(tree) => MarkTree::All(tree),
            tree => MarkTree::Some(fields(tree)),
        }
    }

    fn below(&self, name: &str) -> Option<&'t RawValue> {
        match self {
            MarkTree::All(tree) => Some(tree),
            MarkTree::Some(fields) => fields.get(name).copied(),
        }
    }
}

fn is_true(raw: &RawValue) -> bool {
    raw.get() == "true"
}

/// The attributes of an expected object. The syntax was checked before, so only a value of another type fails here.
pub(in crate::commands) fn fields(raw: Option<&RawValue>) -> BTreeMap<String, &RawValue> {
    let raw = raw.filter(|it| it.get().starts_with('{'));
    raw.and_then(|it| serde_json::from_str(it.get()).ok())
        .unwrap_or_default()
}

/// The elements of an expected list.
pub(in crate::commands) fn items(raw: Option<&RawValue>) -> Vec<&RawValue> {
    let raw = raw.filter(|it| it.get().starts_with('['));
    raw.and_then(|it| serde_json::from_str(it.get()).ok())
        .unwrap_or_default()
}

/// Whether a tree of marks has a mark anywhere.
fn has_true(marks: &RawValue) -> bool {
    is_true(marks)
        || items(Some(marks)).into_iter().any(has_true)
        || fields(Some(marks)).into_values().any(has_true)
}
