//! Addresses and references as a plan writes them: `module.net["a"].aws_security_group.this["kong"].id`.

/// A part of an address or a reference.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    /// A name.
    Name(String),
    /// A key in brackets as it is written: `"kong"` or `0`.
    Index(String),
}

impl Step {
    pub(super) fn name(&self) -> Option<&str> {
        match self {
            Step::Name(it) => Some(it),
            Step::Index(_) => None,
        }
    }

    /// The key that this is in a map or a list: `["kong"]` and `.kong` are the same.
    pub(super) fn as_key(&self) -> String {
        match self {
            Step::Name(it) => quoted(it),
            Step::Index(it) => it.clone(),
        }
    }
}

/// A text as a key.
pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// The text of a key; `None` if it is a number.
pub(super) fn unquoted(key: &str) -> Option<String> {
    serde_json::from_str(key).ok()
}

/// The steps of an address or a reference. `None` if it has another form.
pub(super) fn steps(text: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        if let Some(inner) = rest.strip_prefix('[') {
            let end = end_of_index(inner)?;
            steps.push(Step::Index(inner[..end].to_owned()));
            rest = &inner[end + 1..];
            continue;
        }
        if !steps.is_empty() {
            rest = rest.strip_prefix('.')?;
        }
        let end = rest.find(['.', '[']).unwrap_or(rest.len());
        if end == 0 {
            return None;
        }
        steps.push(Step::Name(rest[..end].to_owned()));
        rest = &rest[end..];
    }
    (!steps.is_empty()).then_some(steps)
}

/// Where the bracket of a key ends.
fn end_of_index(inner: &str) -> Option<usize> {
    let mut in_quotes = false;
    let mut bytes = inner.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'"' => in_quotes = !in_quotes,
            b'\\' if in_quotes => {
                bytes.next();
            }
            b']' if !in_quotes => return Some(at),
            _ => {}
        }
    }
    None
}

/// The references of an expression without those that only repeat the beginning of another: a plan lists `a.b.id`, then `a.b`.
pub(super) fn longest(references: &[String]) -> Vec<&str> {
    let mut longest: Vec<&str> = Vec::new();
    let mut last: Option<&str> = None;
    for it in references {
        let repeats = last.is_some_and(|last| {
            let rest = last.strip_prefix(it.as_str());
            rest.is_some_and(|it| it.starts_with(['.', '[']))
        });
        if !repeats && !longest.contains(&it.as_str()) {
            longest.push(it);
        }
        last = Some(it);
    }
    longest
}

/// The calls of modules to a resource, each with the key of its instance.
pub(super) type ModulePath = Vec<(String, Option<String>)>;

/// The parts of a resource's address.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) modules: ModulePath,
    /// Its type and name, as the configuration of its module lists it.
    pub(super) local: String,
    pub(super) key: Option<String>,
}

impl Address {
    pub(super) fn parse(text: &str) -> Option<Address> {
        let steps = steps(text)?;
        let mut rest = &steps[..];
        let mut modules = Vec::new();
        while let [Step::Name(word), Step::Name(name), more @ ..] = rest
            && word == "module"
        {
            let (key, more) = key(more);
            modules.push((name.clone(), key));
            rest = more;
        }
        let count = rest.iter().take_while(|it| it.name().is_some()).count();
        let names: Vec<&str> = rest[..count].iter().filter_map(Step::name).collect();
        let (key, rest) = key(&rest[count..]);
        (rest.is_empty() && count >= 2).then(|| Address {
            modules,
            local: names.join("."),
            key,
        })
    }

    /// The address without the key of the instance.
    pub(super) fn resource(&self) -> String {
        resource(&self.modules, &self.local)
    }
}

/// The address of a resource in a module.
pub(super) fn resource(modules: &ModulePath, local: &str) -> String {
    let mut text = String::new();
    for (name, key) in modules {
        text.extend(["module.", name]);
        if let Some(key) = key {
            text.extend(["[", key, "]"]);
        }
        text.push('.');
    }
    text + local
}

/// A key at the beginning, and what follows.
pub(super) fn key(steps: &[Step]) -> (Option<String>, &[Step]) {
    match steps {
        [Step::Index(key), rest @ ..] => (Some(key.clone()), rest),
        _ => (None, steps),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_apart() {
        let text = "module.net[\"a.b]\\\"c\"].module.x[0].aws_security_group.this[\"kong/1\"]";
        let address = Address::parse(text).unwrap();
        let modules = [
            ("net".to_owned(), Some("\"a.b]\\\"c\"".to_owned())),
            ("x".to_owned(), Some("0".to_owned())),
        ];
        assert_eq!(address.modules, modules);
        assert_eq!(address.local, "aws_security_group.this");
        assert_eq!(address.key.as_deref(), Some("\"kong/1\""));
        assert_eq!(
            address.resource(),
            text.strip_suffix("[\"kong/1\"]").unwrap()
        );
        for text in ["", "a", "a..b", "a.b[", "a.b[0].c", "a.b (deposed x)[0]x"] {
            assert_eq!(Address::parse(text), None, "{text}");
        }
    }

    #[test]
    fn only_the_longest_of_references_count() {
        let found = |references: &[&str]| {
            let references: Vec<String> = references.iter().map(|it| (*it).to_owned()).collect();
            longest(&references).join(" ")
        };
        assert_eq!(found(&["a.b.id", "a.b"]), "a.b.id");
        assert_eq!(
            found(&["a.b[\"x\"].id", "a.b[\"x\"]", "a.b", "a.b"]),
            "a.b[\"x\"].id a.b"
        );
        assert_eq!(
            found(&["a.b.id", "a.b", "a.bc.id", "a.bc", "a.b.id", "a.b"]),
            "a.b.id a.bc.id"
        );
        assert_eq!(
            found(&["a.b", "each.value.x", "each.value"]),
            "a.b each.value.x"
        );
    }
}
