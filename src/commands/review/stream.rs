//! One pass over the text of a document: readers get what they read of it, and the rest is skipped.

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

/// Reads an object field by field, or a list element by element. What it does not read is skipped, and so is a value that is
/// neither.
pub(super) trait Reader<'t> {
    /// Begins a value. Of a field that an object has twice, the last value counts.
    fn begin(&mut self);

    /// Reads the value of a field.
    fn field<A: MapAccess<'t>>(&mut self, _name: &str, object: &mut A) -> Result<(), A::Error> {
        skip(object)
    }

    /// Reads the next element; `false` if the list has ended.
    fn element<A: SeqAccess<'t>>(&mut self, list: &mut A) -> Result<bool, A::Error> {
        Ok(list.next_element::<IgnoredAny>()?.is_some())
    }
}

/// Reads the whole text of an object.
pub(super) fn read<'t>(text: &'t str, reader: &mut impl Reader<'t>) -> serde_json::Result<()> {
    let mut from = serde_json::Deserializer::from_str(text);
    // How deep the text is nested was checked before.
    from.disable_recursion_limit();
    (&mut from).deserialize_map(Value(reader))?;
    from.end()
}

/// Skips the value of a field.
pub(super) fn skip<'t, A: MapAccess<'t>>(object: &mut A) -> Result<(), A::Error> {
    object.next_value::<IgnoredAny>().map(drop)
}

/// A value for a reader.
pub(super) struct Value<'r, R>(pub(super) &'r mut R);

impl<'t, R: Reader<'t>> DeserializeSeed<'t> for Value<'_, R> {
    type Value = ();

    fn deserialize<D: Deserializer<'t>>(self, from: D) -> Result<(), D::Error> {
        self.0.begin();
        from.deserialize_any(self)
    }
}

impl<'t, R: Reader<'t>> Visitor<'t> for Value<'_, R> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a map")
    }

    /// Also some numbers, which `serde_json` gives as objects so that they keep their digits. No reader reads the field of these.
    fn visit_map<A: MapAccess<'t>>(self, mut object: A) -> Result<(), A::Error> {
        while let Some(name) = object.next_key_seed(Name)? {
            self.0.field(&name, &mut object)?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'t>>(self, mut list: A) -> Result<(), A::Error> {
        while self.0.element(&mut list)? {}
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

/// The name of a field, which is copied only if it is escaped.
struct Name;

impl<'t> DeserializeSeed<'t> for Name {
    type Value = Cow<'t, str>;

    fn deserialize<D: Deserializer<'t>>(self, from: D) -> Result<Cow<'t, str>, D::Error> {
        from.deserialize_str(self)
    }
}

impl<'t> Visitor<'t> for Name {
    type Value = Cow<'t, str>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_borrowed_str<E: Error>(self, name: &'t str) -> Result<Cow<'t, str>, E> {
        Ok(Cow::Borrowed(name))
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Cow<'t, str>, E> {
        Ok(Cow::Owned(name.to_owned()))
    }
}

/// Reads one field of an object.
pub(super) struct At<R>(pub(super) &'static str, pub(super) R);

impl<'t, R: Reader<'t>> Reader<'t> for At<R> {
    fn begin(&mut self) {
        self.1.begin();
    }

    fn field<A: MapAccess<'t>>(&mut self, name: &str, object: &mut A) -> Result<(), A::Error> {
        if name == self.0 {
            object.next_value_seed(Value(&mut self.1))
        } else {
            skip(object)
        }
    }
}

/// Some fields of an object, by name.
pub(super) type Fields<'t> = BTreeMap<&'static str, &'t RawValue>;

/// Makes a resource of its type and its fields.
pub(super) type Make<'t, R> = fn(Cow<'t, str>, &Fields<'t>) -> Option<R>;

/// Reads a list of resources.
pub(super) struct Resources<'t, R> {
    is_wanted: fn(&str) -> bool,
    names: &'static [&'static str],
    make: Make<'t, R>,
    pub(super) made: Vec<R>,
}

impl<'t, R> Resources<'t, R> {
    /// Reads the fields of some names of resources of wanted types.
    pub(super) const fn new(
        is_wanted: fn(&str) -> bool,
        names: &'static [&'static str],
        make: Make<'t, R>,
    ) -> Resources<'t, R> {
        Resources {
            is_wanted,
            names,
            make,
            made: Vec::new(),
        }
    }
}

impl<'t, R> Reader<'t> for Resources<'t, R> {
    fn begin(&mut self) {
        self.made.clear();
    }

    fn element<A: SeqAccess<'t>>(&mut self, list: &mut A) -> Result<bool, A::Error> {
        let mut one = Named(self.names, Fields::new());
        let is_one = list.next_element_seed(Value(&mut one))?.is_some();
        let kind = one.1.get("type").map(|it| it.get());
        let kind = kind.and_then(|it| match serde_json::from_str(it) {
            Ok(plain) => Some(Cow::Borrowed(plain)),
            // It may be escaped.
            Err(_) => serde_json::from_str(it).ok().map(Cow::Owned),
        });
        if let Some(kind) = kind.filter(|it: &Cow<str>| (self.is_wanted)(it)) {
            self.made.extend((self.make)(kind, &one.1));
        }
        Ok(is_one)
    }
}

/// Reads the fields of some names.
struct Named<'t>(&'static [&'static str], Fields<'t>);

impl<'t> Reader<'t> for Named<'t> {
    fn begin(&mut self) {
        self.1.clear();
    }

    fn field<A: MapAccess<'t>>(&mut self, name: &str, object: &mut A) -> Result<(), A::Error> {
        match self.0.iter().find(|it| **it == name) {
            Some(name) => self.1.insert(name, object.next_value()?),
            None => return skip(object),
        };
        Ok(())
    }
}

/// Reads the resources of a module and its child modules.
pub(super) struct Module<'t, R> {
    own: Resources<'t, R>,
    below: Vec<R>,
}

impl<'t, R> Module<'t, R> {
    pub(super) const fn new(
        is_wanted: fn(&str) -> bool,
        names: &'static [&'static str],
        make: Make<'t, R>,
    ) -> Module<'t, R> {
        Module {
            own: Resources::new(is_wanted, names, make),
            below: Vec::new(),
        }
    }

    /// What was read: its own resources before those of child modules.
    pub(super) fn finish(mut self) -> Vec<R> {
        self.own.made.append(&mut self.below);
        self.own.made
    }
}

impl<'t, R> Reader<'t> for Module<'t, R> {
    fn begin(&mut self) {
        self.own.begin();
        self.below.clear();
    }

    fn field<A: MapAccess<'t>>(&mut self, name: &str, object: &mut A) -> Result<(), A::Error> {
        match name {
            "resources" => object.next_value_seed(Value(&mut self.own)),
            "child_modules" => object.next_value_seed(Value(&mut Children(self))),
            _ => skip(object),
        }
    }
}

/// Reads the child modules of a module.
struct Children<'m, 't, R>(&'m mut Module<'t, R>);

impl<'t, R> Reader<'t> for Children<'_, 't, R> {
    fn begin(&mut self) {
        self.0.below.clear();
    }

    fn element<A: SeqAccess<'t>>(&mut self, list: &mut A) -> Result<bool, A::Error> {
        let own = &self.0.own;
        let mut child = Module::new(own.is_wanted, own.names, own.make);
        let is_one = list.next_element_seed(Value(&mut child))?.is_some();
        self.0.below.append(&mut child.finish());
        Ok(is_one)
    }
}

#[cfg(test)]
mod tests {
    use crate::commands::review::document::read;

    /// The addresses in a state with a root module, in order.
    fn addresses(root: &str) -> Vec<String> {
        let text = format!(r#"{{"format_version":"1.0","values":{{"root_module":{root}}}}}"#);
        let document = read(&text, "state.json", |kind| kind == "a");
        let document = document.unwrap_or_else(|error| panic!("{}: {text}", error.0));
        document
            .resources
            .into_iter()
            .map(|it| it.address)
            .collect()
    }

    #[test]
    fn resources_of_a_module_come_before_those_of_its_children() {
        let root = r#"{"child_modules":[{"resources":[{"address":"m.a.one","type":"a"}]},
            {"child_modules":[{"resources":[{"type":"a","address":"m.n.a.two"}]}]}],
            "resources":[{"address":"a.three","type":"a"},{"address":"b.four","type":"b"}]}"#;
        assert_eq!(addresses(root), ["a.three", "m.a.one", "m.n.a.two"]);
    }

    #[test]
    fn modules_may_be_nested_deep() {
        let mut root = r#"{"resources":[{"address":"a.deep","type":"a"}]}"#.to_owned();
        for _ in 0..120 {
            root = format!(r#"{{"child_modules":[{root}]}}"#);
        }
        assert_eq!(addresses(&root), ["a.deep"]);
    }

    #[test]
    fn of_a_name_that_comes_twice_the_last_value_counts() {
        for (root, expected) in [
            (
                r#"{"resources":[{"address":"a.one","type":"a"}],"resources":[{"address":"a.two","type":"a"}]}"#,
                &["a.two"][..],
            ),
            (
                r#"{"resources":[{"address":"a.one","type":"a"}],"resources":7}"#,
                &[],
            ),
            (
                r#"{"resources":[{"address":"a.one","type":"b","type":"a","address":"a.\u0074wo"}]}"#,
                &["a.two"],
            ),
            (
                r#"{"child_modules":[{"resources":[{"address":"a.one","type":"a"}]}],"child_modules":[]}"#,
                &[],
            ),
        ] {
            assert_eq!(addresses(root), expected, "{root}");
        }
    }

    #[test]
    fn values_of_other_types_are_skipped() {
        for root in [
            "null",
            "-1.5e300",
            "7",
            "-7",
            "\"a\"",
            "true",
            "[[1, {}]]",
            "{}",
        ] {
            let resources = format!(r#"{{"resources":{root},"child_modules":{root}}}"#);
            let elements = format!(r#"{{"resources":[{root}, 1],"child_modules":[{root}, 1]}}"#);
            for text in [root, &resources, &elements] {
                assert_eq!(addresses(text), Vec::<String>::new(), "{text}");
            }
        }
    }
}
