//! The layout as data: `zones`, `products` and `flows`, whose entries have the arguments of the blocks `zone`, `product` and
//! `flow`.
//!
//! Entries become blocks here, by the schema of the block, and the code that reads blocks reads them. Findings about them
//! then get the places of the data.

use super::data_value::{converted, entries, kind_of, misfit, set_entries};
use super::fields::Reader;
use super::{data_source_review, flow_block, policy_block, product_block, zone_block};
use crate::model::code::Code;
use crate::model::finding::{ConfigPath, Finding, Step};
use crate::model::name::suggest;
use crate::terraform::schema::{Attribute, Block, Mode, NestedBlock};
use crate::terraform::value::{Fields, Object, Type, Value};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

/// A block, and the argument whose entries are as such blocks.
struct Kind {
    block: &'static str,
    argument: &'static str,
    shape: &'static LazyLock<Block>,
}

static ZONE: LazyLock<Block> = LazyLock::new(zone_block::schema);
static PRODUCT: LazyLock<Block> = LazyLock::new(product_block::schema);
static FLOW: LazyLock<Block> = LazyLock::new(flow_block::schema);

const KINDS: [Kind; 3] = [
    Kind {
        block: "zone",
        argument: "zones",
        shape: &ZONE,
    },
    Kind {
        block: "product",
        argument: "products",
        shape: &PRODUCT,
    },
    Kind {
        block: "flow",
        argument: "flows",
        shape: &FLOW,
    },
];

/// The blocks of a configuration, those that were written and those made of data.
pub(super) struct Blocks<'v> {
    by_kind: [Cow<'v, Value>; 3],
    /// The labels of the blocks that were made of data.
    labels: [BTreeSet<String>; 3],
    /// A block of a platform that is null, for the zones that have one.
    nulls: BTreeMap<String, &'static str>,
    /// Mistakes in the form of the data, such as the CLI itself finds in blocks.
    mistakes: Vec<Finding>,
    /// Arguments that are unknown as a whole.
    unknowns: Vec<ConfigPath>,
}

/// Reads the three arguments.
pub(super) fn read(config: &Value) -> Blocks<'_> {
    let mut reader = Reader::default();
    let mut labels: [BTreeSet<String>; 3] = Default::default();
    let mut at = 0;
    let by_kind = KINDS.each_ref().map(|kind| {
        let written = config.get(kind.block);
        let made = kind.entries(&mut reader, config.get(kind.argument), written);
        labels[at] = made.keys().map(ToString::to_string).collect();
        at += 1;
        match written {
            // Which blocks there are is not known, so nothing can be judged anyway.
            Value::Unknown => Cow::Borrowed(written),
            _ if made.is_empty() => Cow::Borrowed(written),
            Value::Map(map) => {
                let map = map
                    .iter()
                    .map(|(label, it)| (Arc::clone(label), it.clone()));
                Cow::Owned(Value::map(map.chain(made).collect()))
            }
            _ => Cow::Owned(Value::Map(made)),
        }
    });
    Blocks {
        by_kind,
        labels,
        nulls: null_blocks(config.get("zones")),
        mistakes: reader.findings,
        unknowns: reader.unknowns,
    }
}

impl Blocks<'_> {
    /// The blocks of a name, by label.
    pub(super) fn get(&self, block: &str) -> &Value {
        let found = KINDS.iter().position(|it| it.block == block);
        found.map_or(&Value::Null, |at| &self.by_kind[at])
    }

    /// Whether an argument is unknown as a whole, so that any label may still come.
    pub(super) fn may_grow(&self, block: &str) -> bool {
        let mut kinds = KINDS.iter().filter(|it| it.block == block);
        kinds.any(|it| self.unknowns.contains(&it.place()))
    }

    /// The block of a platform that a zone has as null.
    pub(super) fn null_block(&self, zone: &str) -> Option<&'static str> {
        self.nulls.get(zone).copied()
    }

    /// A place in a block as the place in the data that the block was made of.
    pub(super) fn place(&self, place: &ConfigPath) -> ConfigPath {
        located(&self.labels, place)
    }

    /// Whether something in the data does not have the form of a block.
    pub(super) fn has_mistakes(&self) -> bool {
        !self.mistakes.is_empty()
    }

    /// Gives what was noticed while reading the blocks its places, and adds what was noticed in the data.
    pub(super) fn settle(self, reader: &mut Reader) -> Origin {
        let origin = Origin(self.labels);
        for finding in &mut reader.findings {
            origin.relocate(finding);
        }
        for place in &mut reader.unknowns {
            *place = origin.place(place);
        }
        // A block whose only argument is misspelt looks as if it had none.
        let is_in = |it: &Finding, place: &ConfigPath| {
            let (parts, place) = (it.place.parts(), place.parts());
            parts.len() == place.len() + 1 && parts.starts_with(place)
        };
        reader.findings.retain(|it| {
            let explained = self
                .mistakes
                .iter()
                .any(|mistake| is_in(mistake, &it.place));
            it.code != Code::BecameNull || !explained
        });
        // What does not fit its type was read as unknown, but no apply will make it known.
        let misfits: BTreeSet<&ConfigPath> = self.mistakes.iter().map(|it| &it.place).collect();
        reader.unknowns.retain(|it| !misfits.contains(it));
        reader.findings.splice(..0, self.mistakes);
        reader.unknowns.extend(self.unknowns);
        origin
    }
}

/// Which blocks were made of data.
#[derive(Default)]
pub(super) struct Origin([BTreeSet<String>; 3]);

impl Origin {
    /// A place in a block as the place in the data that the block was made of.
    pub(super) fn place(&self, place: &ConfigPath) -> ConfigPath {
        located(&self.0, place)
    }

    /// A finding with the place in the data. A subject that is the place follows it.
    pub(super) fn relocate(&self, finding: &mut Finding) {
        let place = self.place(&finding.place);
        if place != finding.place {
            if finding.subject == finding.place.to_string() {
                finding.subject = place.to_string();
            }
            finding.place = place;
        }
    }
}

/// A place in a block as the place in the data, where the block was made of data.
fn located(labels: &[BTreeSet<String>; 3], place: &ConfigPath) -> ConfigPath {
    let [Step::Field(block), Step::Key(label), rest @ ..] = place.parts() else {
        return place.clone();
    };
    let mut kinds = KINDS.iter().zip(labels);
    let made = kinds.find(|(it, labels)| it.block == *block && labels.contains(label));
    let Some((kind, _)) = made else {
        return place.clone();
    };
    let entry = kind.place().key(label);
    // The CLI numbers nested blocks, of which there is one. An object in the data is just there.
    match rest {
        [Step::Field(name), Step::Index(0), deeper @ ..] if kind.has_block(name) => {
            entry.field(name).then(deeper)
        }
        rest => entry.then(rest),
    }
}

/// How many steps of a place in data a diagnostic shows: up to the key or index of the entry, which is the deepest place that the CLIs
/// find in the value of an argument.
pub(super) fn shown_steps(place: &ConfigPath) -> Option<usize> {
    let is_data = |name: &str| {
        KINDS.iter().any(|it| it.argument == name)
            || policy_block::DATA.contains(&name)
            || data_source_review::is_data(name)
    };
    match place.parts().first()? {
        Step::Field(name) if is_data(name) => Some(2),
        _ => None,
    }
}

/// The configuration with the prior value of each argument for data that says the same in other types: a tuple that became a list
/// does not change anything.
pub(super) fn as_before<'v>(config: &'v Value, prior: &Value) -> Cow<'v, Value> {
    let mut same = BTreeSet::new();
    let comparable = |it: &Value| !it.is_null() && it.is_wholly_known();
    let changed = |argument: &str| {
        let (now, before) = (config.get(argument), prior.get(argument));
        (now != before && comparable(now) && comparable(before)).then_some((now, before))
    };
    for kind in &KINDS {
        if let Some((now, before)) = changed(kind.argument) {
            let mut reader = Reader::default();
            let mut entries = |it| kind.entries(&mut reader, it, &Value::Null);
            if entries(now) == entries(before) && reader.findings.is_empty() {
                same.insert(kind.argument);
            }
        }
    }
    for argument in policy_block::DATA {
        let normal = |it| policy_block::normal(argument, it);
        if changed(argument)
            .is_some_and(|(now, before)| normal(now).is_some_and(|it| Some(it) == normal(before)))
        {
            same.insert(argument);
        }
    }
    let Value::Object(object) = config else {
        return Cow::Borrowed(config);
    };
    if same.is_empty() {
        return Cow::Borrowed(config);
    }
    let with_prior = Object::build(object.fields(), |name| {
        let from = if same.contains(name) { prior } else { config };
        from.get(name).clone()
    });
    Cow::Owned(Value::Object(with_prior))
}

impl Kind {
    fn place(&self) -> ConfigPath {
        ConfigPath::default().field(self.argument)
    }

    fn has_block(&self, name: &str) -> bool {
        self.shape.blocks.iter().any(|it| it.name == name)
    }

    /// The entries of the argument as blocks. One that does not fit is unknown, and a mistake.
    fn entries(
        &self,
        reader: &mut Reader,
        value: &Value,
        written: &Value,
    ) -> BTreeMap<Arc<str>, Value> {
        let place = self.place();
        let entries = match value.plain() {
            Value::Null => return BTreeMap::new(),
            Value::Unknown => {
                reader.unknowns.push(place);
                return BTreeMap::new();
            }
            other => set_entries(other),
        };
        let Some(entries) = entries else {
            let message = format!("expected an object, found {}", kind_of(value));
            let remedy = format!(
                "write one entry for each {0}, by name: `{1} = {{ <name> = {{ … }} }}`",
                self.block, self.argument
            );
            reader.mistake(&place, &message, &remedy);
            return BTreeMap::new();
        };
        let mut made = BTreeMap::new();
        for (label, value) in entries {
            let place = place.key(label);
            if matches!(written, Value::Map(map) if map.contains_key(label)) {
                let message = format!("`{label}` is also the label of a `{}` block", self.block);
                reader.mistake(&place, &message, "remove one of them, or rename it");
            } else {
                let block = block(
                    reader,
                    value,
                    self.block,
                    self.shape,
                    &self.shape.ty(),
                    &place,
                );
                made.insert(label.into(), block);
            }
        }
        made
    }
}

/// The zones in which a block of a platform is null without a type, as YAML has `host:` without a value. A null that has a type is
/// what a typed variable has for a block that was left out.
fn null_blocks(zones: &Value) -> BTreeMap<String, &'static str> {
    let Value::Dynamic(zones) = zones else {
        return BTreeMap::new();
    };
    let all = entries(&zones.value).unwrap_or_default().into_iter();
    let found = all.filter_map(|(label, zone)| {
        let nulls = entries(zone.plain())?;
        let mut nulls = nulls.into_iter().filter(|(_, it)| it.is_null());
        let zone_type = element_type(&zones.ty, label);
        let block = nulls.find_map(|(name, _)| {
            let block = ZONE.blocks.iter().find(|it| it.name == name)?;
            (*element_type(zone_type, name) == Type::Dynamic).then_some(block.name)
        })?;
        Some((label.to_owned(), block))
    });
    found.collect()
}

/// The type of what an object or a map has under a name.
fn element_type<'t>(ty: &'t Type, name: &str) -> &'t Type {
    match ty {
        Type::Object(fields) => field_type(fields, name),
        Type::Map(inner) => inner,
        _ => &Type::Dynamic,
    }
}

/// An object with the arguments of a block as that block.
pub(super) fn block(
    reader: &mut Reader,
    value: &Value,
    name: &str,
    shape: &Block,
    ty: &Type,
    place: &ConfigPath,
) -> Value {
    let Type::Object(fields) = ty else {
        unreachable!("a block is an object")
    };
    let given = match value.plain() {
        Value::Unknown => return Value::Unknown,
        other => set_entries(other),
    };
    let Some(given) = given else {
        return misfit(reader, place, "an object", value);
    };
    let known = || {
        let attributes = shape.attributes.iter().map(|it| it.name);
        attributes.chain(shape.blocks.iter().map(|it| it.name))
    };
    for (argument, _) in &given {
        if !known().any(|it| it == *argument) {
            let message = format!("the `{name}` block has no argument `{argument}`");
            reader.mistake(&place.key(argument), &message, &suggest(argument, known()));
        }
    }
    let given: BTreeMap<&str, &Value> = given.into_iter().collect();
    let values = Object::build(fields, |name| {
        let (value, ty) = (given.get(name).copied(), field_type(fields, name));
        if let Some(attribute) = shape.attributes.iter().find(|it| it.name == name) {
            return argument(reader, value, attribute, place);
        }
        let nested = shape.blocks.iter().find(|it| it.name == name);
        match (nested, ty) {
            (Some(it), Type::List(inner)) => {
                nested_block(reader, value, it, inner, &place.field(it.name))
            }
            _ => unreachable!("`{name}` is an argument, or a block that is there at most once"),
        }
    });
    Value::Object(values)
}

fn field_type<'f>(fields: &'f Arc<Fields>, name: &str) -> &'f Type {
    let found = fields.iter().find(|(it, _)| *it == name);
    found.map_or(&Type::Dynamic, |(_, ty)| ty)
}

fn argument(
    reader: &mut Reader,
    value: Option<&Value>,
    attribute: &Attribute,
    place: &ConfigPath,
) -> Value {
    let place = place.field(attribute.name);
    match value.map(Value::plain) {
        Some(Value::Number(text)) if attribute.name == "version" => {
            version_number(reader, text, &place)
        }
        Some(value) => converted(reader, value, &attribute.ty, &place),
        None if attribute.mode == Mode::Required => {
            let message = format!("`{}` is required, but is not set", attribute.name);
            reader.mistake(&place, &message, "set it");
            Value::Unknown
        }
        None => Value::Null,
    }
}

/// `3.10` without quotes is the number 3.1, in YAML as in HCL, and that is another release.
fn version_number(reader: &mut Reader, text: &str, place: &ConfigPath) -> Value {
    let message = format!(
        "the release is the number {text}, in which zeros at the end are lost: `3.10` becomes 3.1"
    );
    let remedy = format!("write the release in quotes, e.g. `\"{text}\"`");
    reader.mistake(place, &message, &remedy);
    Value::Unknown
}

/// A nested block as the list that the CLI would send: of one, or empty where it is absent.
fn nested_block(
    reader: &mut Reader,
    value: Option<&Value>,
    nested: &NestedBlock,
    ty: &Type,
    place: &ConfigPath,
) -> Value {
    let Some(value) = value else {
        return Value::List(Vec::new());
    };
    let (name, shape) = (nested.name, &nested.block);
    // A block that says something without arguments is there or not.
    let is_flag = zone_block::is_flag(name);
    match value.plain() {
        Value::Bool(false) if is_flag => Value::List(Vec::new()),
        Value::Bool(true) if is_flag => {
            let empty = Value::Map(BTreeMap::new());
            Value::List(vec![block(reader, &empty, name, shape, ty, place)])
        }
        value => match block(reader, value, name, shape, ty, place) {
            Value::Unknown => Value::Unknown,
            block => Value::List(vec![block]),
        },
    }
}
