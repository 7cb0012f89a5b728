//! Follows references from expression to expression.

use super::configuration::{Module, Object, expression, references, uses};
use super::path::{Address, ModulePath, Step, key, quoted, resource, unquoted};
use super::{Cell, Instance, Origin, References, Rows};
use crate::review::read::platform::Links;
use serde_json::value::RawValue;

/// How many expressions lead to another.
const DEEPEST: usize = 32;

/// Attributes that are never the id of a group, unless the resource is a group.
const HARMLESS: [&str; 9] = [
    "arn",
    "cidr_block",
    "id",
    "ipv6_cidr_block",
    "name",
    "private_ip",
    "public_ip",
    "self_link",
    "tags",
];

/// What an expression belongs to: a resource or a call of a module.
#[derive(Clone)]
pub(super) struct Frame<'c, 't> {
    path: ModulePath,
    module: &'c Module<'t>,
    of: Object<'t>,
    /// The key of its instance.
    key: Option<String>,
    /// The address of the resource.
    resource: Option<String>,
}

impl<'t> Frame<'_, 't> {
    pub(super) const fn of(&self) -> &Object<'t> {
        &self.of
    }
}

/// A search for the groups of one platform.
pub(super) struct Walk<'c, 't> {
    all: &'c References<'t>,
    links: &'static Links,
    depth: usize,
}

impl<'c, 't> Walk<'c, 't> {
    pub(super) const fn new(all: &'c References<'t>, links: &'static Links) -> Self {
        Walk {
            all,
            links,
            depth: DEEPEST,
        }
    }

    /// A resource.
    pub(super) fn frame_of(&self, address: &Address) -> Option<Frame<'c, 't>> {
        let module = self.all.root.at(&address.modules)?;
        module.resources.get(&address.local)?;
        Some(Frame {
            path: address.modules.clone(),
            module,
            of: module.resource(&address.local),
            key: address.key.clone(),
            resource: Some(address.resource()),
        })
    }

    /// What an expression may be. `rest` is the place in its value that is asked for.
    pub(super) fn follow(&self, raw: &RawValue, rest: &[Step], frame: &Frame<'c, 't>) -> Origin {
        if self.depth == 0 {
            return Origin::open();
        }
        let deeper = Walk {
            depth: self.depth - 1,
            ..*self
        };
        let (references, is_odd) = references(raw);
        let is_constant = |it: &Vec<Step>| matches!(it[0].name(), Some("path" | "terraform"));
        let is_index = |it: &Vec<Step>| {
            let names = (it[0].name(), it.get(1).and_then(Step::name));
            matches!(names, (Some("each"), Some("key")) | (Some("count"), _))
        };
        let (indexes, others): (Vec<_>, Vec<_>) = references
            .into_iter()
            .filter(|it| !is_constant(it))
            .partition(is_index);
        let is_sole = others.len() == 1;
        let mut origin = Origin {
            is_open: is_odd,
            ..Origin::default()
        };
        for reference in &others {
            let place = Place {
                rest: if is_sole { rest } else { &[] },
                index: (frame.key.as_ref()).filter(|_| is_sole && !indexes.is_empty()),
            };
            origin.add(deeper.reference(reference, place, frame));
        }
        origin
    }

    fn reference(&self, reference: &[Step], place: Place, frame: &Frame<'c, 't>) -> Origin {
        let (Some(first), Some(second)) =
            (reference[0].name(), reference.get(1).and_then(Step::name))
        else {
            return Origin::open();
        };
        match first {
            "each" => self.each(&reference[2..], place, frame),
            "var" => self.input(second, &reference[2..], place, frame),
            "module" => self.output(second, &reference[2..], place, frame),
            "local" | "self" => Origin::open(),
            "data" => {
                let attribute = reference.iter().skip(3).filter_map(Step::name).next_back();
                Self::other(reference.get(1).and_then(Step::name), attribute)
            }
            kind => self.resource(kind, second, &reference[2..], place, frame),
        }
    }

    /// `each.value`: the element of `for_each` that has the key of the instance.
    fn each(&self, steps: &[Step], place: Place, frame: &Frame<'c, 't>) -> Origin {
        let (Some(key), Some(raw)) = (&frame.key, frame.of.get("for_each_expression")) else {
            return Origin::open();
        };
        let mut rest = vec![Step::Index(key.clone())];
        rest.extend(steps.iter().chain(place.rest).cloned());
        // `for_each` has neither `each` nor `count`.
        let outside = Frame {
            key: None,
            of: Object::new(),
            ..frame.clone()
        };
        let origin = self.follow(raw, &rest, &outside);
        if !origin.cells.is_empty() || origin.exact().is_some() {
            return origin;
        }
        // Rows of an output, merged with other elements, keep their keys.
        let mut cells = Origin::default();
        for reference in references(raw).0 {
            let place = Place {
                rest: &rest,
                index: None,
            };
            cells.add(self.reference(&reference, place, &outside));
        }
        match cells.cells.len() {
            1 => Origin {
                cells: cells.cells,
                ..Origin::default()
            },
            _ => self.merged(key, raw, &outside).unwrap_or(origin),
        }
    }

    /// What an element may be that is merged with all rows of an output and has a key of its own: what the other elements refer to.
    fn merged(&self, key: &str, raw: &RawValue, frame: &Frame<'c, 't>) -> Option<Origin> {
        let asker = self.all.keys.get(frame.resource.as_ref()?)?;
        let (references, is_odd) = references(raw);
        let mut others = Origin {
            is_open: is_odd,
            ..Origin::default()
        };
        let mut has_rows = false;
        for reference in &references {
            let rows = self.rows_of(reference, frame);
            // Only if each row keeps its key, an element with another key is not one of the rows.
            let keeps = rows.filter(|rows| {
                let mut rows = rows.keys().map(|it| quoted(it));
                rows.all(|it| it != key && asker.contains(&it))
            });
            if keeps.is_some() {
                // Rows that are used twice may also be in elements with other keys.
                let names: Vec<&str> = reference.iter().filter_map(Step::name).collect();
                if uses(raw, &names.join(".")) > 1 {
                    return None;
                }
                has_rows = true;
                continue;
            }
            let place = Place {
                rest: &[],
                index: None,
            };
            others.add(self.reference(reference, place, frame));
        }
        has_rows.then_some(others)
    }

    /// The rows of an output, if a reference is to all of them.
    fn rows_of(&self, reference: &[Step], frame: &Frame<'c, 't>) -> Option<&Rows<'t>> {
        let [Step::Name(kind), Step::Name(name), Step::Name(output)] = reference else {
            return None;
        };
        let resource = resource(&frame.path, &format!("{kind}.{name}"));
        let rows = self.all.rows.get(&(resource, output.clone()))?;
        (kind == self.all.wanted && !rows.is_empty()).then_some(rows)
    }

    /// An input of the module: the argument of its call. The value of a variable of the root module is known.
    fn input(&self, name: &str, steps: &[Step], place: Place, frame: &Frame<'c, 't>) -> Origin {
        let Some(((call, key), path)) = frame.path.split_last() else {
            return Origin::default();
        };
        let path = path.to_vec();
        let Some((module, call)) = self
            .all
            .root
            .at(&path)
            .and_then(|it| Some((it, it.calls.get(call)?)))
        else {
            return Origin::open();
        };
        let caller = Frame {
            path,
            module,
            of: call.of.clone(),
            key: key.clone(),
            resource: None,
        };
        let rest = [steps, place.rest].concat();
        match expression(&call.of, name) {
            Some(raw) => self.follow(raw, &rest, &caller),
            // The default of a variable is a constant.
            None => Origin::default(),
        }
    }

    /// An output of a module, or the module as a whole.
    fn output(&self, call: &str, steps: &[Step], place: Place, frame: &Frame<'c, 't>) -> Origin {
        let Some(called) = frame.module.calls.get(call) else {
            return Origin::open();
        };
        let all = [steps, place.rest].concat();
        let (mut instance, mut rest) = key(&all);
        let is_many = ["for_each_expression", "count_expression"]
            .iter()
            .any(|it| called.of.contains_key(*it));
        if !is_many && instance.is_some() {
            return Origin::open();
        }
        if is_many && instance.is_none() {
            instance = place.index.cloned();
            rest = &all;
        }
        if is_many && instance.is_none() {
            return Origin::open();
        }
        let mut path = frame.path.clone();
        path.push((call.to_owned(), instance));
        let inside = Frame {
            path,
            module: &called.module,
            of: Object::new(),
            key: None,
            resource: None,
        };
        let value = |raw: &&'t RawValue| super::fields(Some(raw)).get("expression").copied();
        let outputs = &called.module.outputs;
        match rest.first().and_then(Step::name).map(|it| outputs.get(it)) {
            Some(Some(output)) => match value(output) {
                Some(raw) => self.follow(raw, &rest[1..], &inside),
                None => Origin::open(),
            },
            Some(None) => Origin::open(),
            // Which output is asked for is not in the plan.
            None => {
                let mut origin = Origin::default();
                for raw in outputs.values().filter_map(value) {
                    origin.add(self.follow(raw, &[], &inside));
                }
                origin
            }
        }
    }

    fn resource(
        &self,
        kind: &str,
        name: &str,
        steps: &[Step],
        place: Place,
        frame: &Frame<'c, 't>,
    ) -> Origin {
        let local = format!("{kind}.{name}");
        let address = resource(&frame.path, &local);
        if kind == self.all.wanted {
            return self.row(&address, &[steps, place.rest].concat(), place.index);
        }
        let is_group = self.links.types.contains(&kind);
        let (own, attributes) = key(steps);
        let attribute = attributes.first().and_then(Step::name);
        let Some(instances) = self.all.instances.get(&address).filter(|_| is_group) else {
            return match attribute.and_then(|it| self.set_by(&local, it, own, frame)) {
                Some(origin) => origin,
                None if is_group => Origin::open(),
                None => Self::other(Some(kind), attribute),
            };
        };
        let chosen = self.chosen(instances, own.as_ref(), place, frame);
        let is_named = attribute.is_none_or(|it| self.links.attributes.contains(&it));
        let mut origin = Origin {
            is_open: chosen.is_empty(),
            ..Origin::default()
        };
        for instance in chosen {
            // A slash has a meaning in ids.
            if is_named && !instance.name.contains('/') {
                origin.groups.insert(instance.name.clone());
            } else {
                let set = attribute.filter(|_| !is_named);
                let set = set.and_then(|it| self.set_by(&local, it, instance.key.clone(), frame));
                origin.add(set.unwrap_or_else(Origin::open));
            }
        }
        origin
    }

    /// The instances that may be meant.
    fn chosen<'i>(
        &self,
        instances: &'i [Instance],
        own: Option<&String>,
        place: Place,
        frame: &Frame<'c, 't>,
    ) -> Vec<&'i Instance> {
        if own.is_some() {
            let with_key = instances.iter().filter(|it| it.key.as_ref() == own);
            return with_key.collect();
        }
        let index = match place.index {
            Some(key) if unquoted(key).is_none() && !self.counts_alike(instances, frame) => None,
            Some(key) => Some(key.clone()),
            None => (place.rest.iter())
                .map(Step::as_key)
                .find(|key| instances.iter().any(|it| it.key.as_ref() == Some(key))),
        };
        let Some(index) = index else {
            return instances.iter().collect();
        };
        // The key may be a part of the one that is meant, as in `"${each.key}-db"`.
        let part = unquoted(&index);
        let askers = frame.resource.as_ref().and_then(|it| self.all.keys.get(it));
        let may_be = |it: &&Instance| match (&it.key, &part) {
            (None, _) => true,
            (Some(key), _) if *key == index => true,
            (Some(_), None) => false,
            (Some(key), Some(part)) => unquoted(key).is_some_and(|key| {
                key.match_indices(part.as_str()).any(|(at, _)| {
                    let (before, after) = (&key[..at], &key[at + part.len()..]);
                    let exists = |asker: &String| {
                        let key = unquoted(asker).map(|it| quoted(&format!("{before}{it}{after}")));
                        instances.iter().any(|it| it.key == key)
                    };
                    askers.is_none_or(|it| it.iter().all(exists))
                })
            }),
        };
        let alike: Vec<&Instance> = instances.iter().filter(may_be).collect();
        let has_it = alike
            .iter()
            .any(|it| it.key.is_none() || it.key.as_ref() == Some(&index));
        if has_it {
            alike
        } else {
            instances.iter().collect()
        }
    }

    /// Whether a resource with `count` has as many instances as the one that it refers to.
    fn counts_alike(&self, instances: &[Instance], frame: &Frame<'c, 't>) -> bool {
        let keys = frame.resource.as_ref().and_then(|it| self.all.keys.get(it));
        keys.is_some_and(|it| it.len() == instances.len())
    }

    /// An attribute of a resource that its configuration sets.
    fn set_by(
        &self,
        local: &str,
        attribute: &str,
        key: Option<String>,
        frame: &Frame<'c, 't>,
    ) -> Option<Origin> {
        if HARMLESS.contains(&attribute) && !self.links.attributes.contains(&attribute) {
            return None;
        }
        let of = frame.module.resource(local);
        let raw = expression(&of, attribute)?;
        let there = Frame {
            of,
            key,
            resource: Some(resource(&frame.path, local)),
            ..frame.clone()
        };
        Some(self.follow(raw, &[], &there))
    }

    /// A cell of an output of `portmatrix_rules`.
    fn row(&self, resource: &str, steps: &[Step], index: Option<&String>) -> Origin {
        let (own, steps) = key(steps);
        let instance = |key: &String| format!("{resource}[{key}]");
        let has = |it: &String, output: &str| {
            self.all.rows.contains_key(&(it.clone(), output.to_owned()))
        };
        let [Step::Name(output), row, Step::Name(column), ..] = steps else {
            return Origin::open();
        };
        let all = [
            own.as_ref().map(instance),
            own.is_none().then(|| resource.to_owned()),
            index.filter(|_| own.is_none()).map(instance),
        ];
        let rules = all.into_iter().flatten().find(|it| has(it, output));
        let key = unquoted(&row.as_key());
        let cell = rules.zip(key).map(|(rules, key)| Cell {
            rules,
            output: output.clone(),
            key,
            column: column.clone(),
        });
        let exists = |it: &Cell| {
            let rows = self.all.rows.get(&(it.rules.clone(), it.output.clone()));
            rows.is_some_and(|rows| rows.contains_key(&it.key))
        };
        match cell.filter(exists) {
            Some(cell) => Origin {
                cells: [cell].into(),
                ..Origin::default()
            },
            None => Origin::open(),
        }
    }

    /// A value of a resource that is not a group: it may have the id of one only if its name says nothing else.
    fn other(kind: Option<&str>, attribute: Option<&str>) -> Origin {
        let is_group = kind.is_none_or(|it| {
            it.contains("security_group") || it.contains("secgroup") || it.contains("network")
        });
        match attribute {
            Some(it) if HARMLESS.contains(&it) && !is_group => Origin::default(),
            _ => Origin::open(),
        }
    }
}

/// The place in a value that is asked for.
#[derive(Clone, Copy)]
struct Place<'p> {
    rest: &'p [Step],
    /// The key of the instance that asks, if the expression uses it.
    index: Option<&'p String>,
}
