//! Values as trees of MessagePack in which any place can be made into anything.

use portmatrix::terraform::msgpack;
use portmatrix::terraform::value::{Type, Value};
use rmp::encode::{write_array_len, write_bool, write_map_len, write_nil, write_sint, write_str};

/// A value on its way to the wire. Keys are bytes, since they may be no keys at all.
#[derive(Clone, Debug)]
pub(crate) enum Tree {
    Raw(Vec<u8>),
    List(Vec<Tree>),
    Map(Vec<(Vec<u8>, Tree)>),
}

/// The way to a place: an index for each level.
pub(crate) type Place = Vec<usize>;

impl Tree {
    pub(crate) fn of(value: &Value) -> Tree {
        match value {
            Value::List(items) => Tree::List(items.iter().map(Tree::of).collect()),
            Value::Map(map) => Tree::Map(
                map.iter()
                    .map(|(key, it)| (text(key), Tree::of(it)))
                    .collect(),
            ),
            Value::Object(object) => Tree::Map(
                object
                    .iter()
                    .map(|(key, it)| (text(key), Tree::of(it)))
                    .collect(),
            ),
            Value::Dynamic(it) => {
                let nil = Value::dynamic(it.ty.clone(), Value::Null);
                let bytes = msgpack::encode(&nil, &Type::Dynamic).expect("bytes");
                // Between the length and the null there is the type.
                let ty = bytes[1..bytes.len() - 1].to_vec();
                Tree::List(vec![Tree::Raw(ty), Tree::of(&it.value)])
            }
            Value::Null => raw(write_nil),
            Value::Unknown => Tree::Raw(vec![0xd4, 0, 0]),
            Value::Bool(it) => raw(|to| write_bool(to, *it)),
            Value::Number(it) => match it.parse() {
                Ok(whole) => raw(|to| write_sint(to, whole).map(drop)),
                Err(_) => Tree::Raw(text(it)),
            },
            Value::String(it) => Tree::Raw(text(it)),
        }
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.put(&mut bytes);
        bytes
    }

    fn put(&self, to: &mut Vec<u8>) {
        match self {
            Tree::Raw(bytes) => to.extend(bytes),
            Tree::List(items) => {
                write_array_len(to, count(items.len())).expect("memory");
                for it in items {
                    it.put(to);
                }
            }
            Tree::Map(entries) => {
                write_map_len(to, count(entries.len())).expect("memory");
                for (key, it) in entries {
                    to.extend(key);
                    it.put(to);
                }
            }
        }
    }

    /// Every place, from the root on.
    pub(crate) fn places(&self) -> Vec<Place> {
        let below: Vec<&Tree> = match self {
            Tree::Raw(_) => Vec::new(),
            Tree::List(items) => items.iter().collect(),
            Tree::Map(entries) => entries.iter().map(|(_, it)| it).collect(),
        };
        let deeper = below.into_iter().enumerate().flat_map(|(at, it)| {
            it.places()
                .into_iter()
                .map(move |place| [vec![at], place].concat())
        });
        std::iter::once(Place::new()).chain(deeper).collect()
    }

    /// The node at a place, or nothing if the tree has changed by now.
    pub(crate) fn at(&mut self, place: &[usize]) -> Option<&mut Tree> {
        let Some((first, rest)) = place.split_first() else {
            return Some(self);
        };
        match self {
            Tree::Raw(_) => None,
            Tree::List(items) => items.get_mut(*first)?.at(rest),
            Tree::Map(entries) => entries.get_mut(*first)?.1.at(rest),
        }
    }
}

fn raw<E: std::fmt::Debug>(write: impl FnOnce(&mut Vec<u8>) -> Result<(), E>) -> Tree {
    let mut bytes = Vec::new();
    write(&mut bytes).expect("memory");
    Tree::Raw(bytes)
}

pub(crate) fn text(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_str(&mut bytes, text).expect("memory");
    bytes
}

fn count(length: usize) -> u32 {
    u32::try_from(length).expect("a length")
}
