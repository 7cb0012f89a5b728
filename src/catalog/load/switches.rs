//! Features, choices and numbers: what a user sets in addition to ports.

use super::fields::{Fields, Text};
use super::mistakes::Mistakes;
use crate::catalog::numbers::{MOST, Numbers};
use crate::catalog::product::{Choice, ChoiceOption, Feature, Number};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn features(top: Fields<'_>, m: &mut Mistakes<'_>) -> BTreeMap<String, Feature> {
    let feature = |it: Fields<'_>| Feature {
        title: it.string("title"),
        default: it.flag("default").unwrap_or(false),
        defaults: it.defaults(|it| it.flag("default").unwrap_or(false)),
        releases: it.releases(),
    };
    let features: BTreeMap<String, Feature> = top
        .named("feature")
        .map(|(name, it)| (name.to_owned(), feature(it)))
        .collect();
    let dependent = top.named("feature");
    let dependent: BTreeSet<&str> = dependent
        .filter(|(_, it)| conditions(*it).any(|it| !it.text.contains('.')))
        .map(|(name, _)| name)
        .collect();
    for (name, it) in top.named("feature") {
        for condition in conditions(it) {
            check_order(it, name, condition, &dependent, m);
        }
    }
    features
}

/// What the conditions of defaults name.
fn conditions(it: Fields<'_>) -> impl Iterator<Item = Text<'_>> {
    let defaults = it.tables("defaults");
    let texts = defaults.flat_map(|it| it.texts("when").chain(it.texts("unless")));
    texts.flat_map(|it| it.text.split('+').map(move |text| Text { text, at: it.at }))
}

/// Defaults are decided one after the other, so that what one depends on must not depend on anything of its kind.
fn check_order(
    it: Fields<'_>,
    name: &str,
    of: Text<'_>,
    dependent: &BTreeSet<&str>,
    m: &mut Mistakes<'_>,
) {
    let (called, text) = (it.called, of.text);
    if text == name {
        m.add(
            of.at,
            format!("{called}: `defaults` depends on what it decides; name something else"),
        );
    } else if dependent.contains(text) {
        let message = format!(
            "{called}: `defaults` depends on `{text}`, whose own default depends on others of its kind; name what that depends on"
        );
        m.add(of.at, message);
    }
}

pub(super) fn choices(top: Fields<'_>, m: &mut Mistakes<'_>) -> BTreeMap<String, Choice> {
    let option = |it: Fields<'_>| ChoiceOption {
        title: it.title(),
        releases: it.releases(),
    };
    let choice = |it: Fields<'_>| Choice {
        title: it.string("title"),
        options: it
            .named("options")
            .map(|(name, it)| (name.to_owned(), option(it)))
            .collect(),
        default: it.optional("default"),
        defaults: it.defaults(|it| it.string("default")),
        releases: it.releases(),
    };
    let choices: BTreeMap<String, Choice> = top
        .named("choice")
        .map(|(name, it)| (name.to_owned(), choice(it)))
        .collect();
    let dependent = top.named("choice");
    let dependent: BTreeSet<&str> = dependent
        .filter(|(_, it)| conditions(*it).next().is_some())
        .map(|(name, _)| name)
        .collect();
    for (name, it) in top.named("choice") {
        let Some(choice) = choices.get(name) else {
            continue;
        };
        if choice.options.len() == 1 {
            let message = format!("{}: a choice needs at least two options", it.called);
            m.add(it.place("options"), message);
        }
        let inner = it.tables("defaults").filter_map(|it| it.text("default"));
        for text in it.text("default").into_iter().chain(inner) {
            if !choice.options.contains_key(text.text) {
                let message = format!(
                    "{}: `default` refers to an unknown option `{}`",
                    it.called, text.text
                );
                let known = choice.options.keys().map(String::as_str);
                m.add_unknown(text.at, message, text.text, known);
            }
        }
        for condition in conditions(it) {
            if let Some((text, _)) = condition.text.split_once('.') {
                let of = Text { text, ..condition };
                check_order(it, name, of, &dependent, m);
            } else {
                let message = format!(
                    "{}: `defaults` depends on the feature `{}`, but choices are decided before features; name an option",
                    it.called, condition.text
                );
                m.add(condition.at, message);
            }
        }
    }
    choices
}

pub(super) fn numbers(top: Fields<'_>, m: &mut Mistakes<'_>) -> BTreeMap<String, Number> {
    let number = |it: Fields<'_>| Number {
        title: it.string("title"),
        within: it.numbers("within"),
        digits: usize::try_from(it.distance("digits")).unwrap_or(0).max(1),
        default: it.numbers("default"),
        defaults: it.defaults(|it| it.numbers("default")),
        offset: it
            .tables("offset")
            .next()
            .map(|it| (it.string("of"), it.distance("by"))),
        releases: it.releases(),
    };
    let numbers: BTreeMap<String, Number> = top
        .named("number")
        .map(|(name, it)| (name.to_owned(), number(it)))
        .collect();
    for (name, it) in top.named("number") {
        if let Some(number) = numbers.get(name)
            && let Some((field, fault)) = number_fault(name, it, number, &numbers)
        {
            m.add(it.place(field), format!("{}: {fault}", it.called));
        }
        if let Some(number) = numbers.get(name) {
            check_values(it, number, m);
        }
    }
    numbers
}

/// Defaults that are outside of the bounds. Bounds that are wrong themselves have been reported.
fn check_values(it: Fields<'_>, number: &Number, m: &mut Mistakes<'_>) {
    let defaults = it.tables("defaults").filter_map(|it| it.text("default"));
    for text in it.text("default").into_iter().chain(defaults) {
        let Ok(values) = Numbers::parse(text.text) else {
            continue;
        };
        let outside = values.outside(&number.within).next();
        if let Some(outside) = outside.filter(|_| !number.within.is_empty()) {
            let message = format!(
                "{}: {outside} is outside its bounds, {}",
                it.called, number.within
            );
            m.add(text.at, message);
        }
    }
}

/// What is wrong with a number, and in which field.
fn number_fault(
    name: &str,
    it: Fields<'_>,
    number: &Number,
    numbers: &BTreeMap<String, Number>,
) -> Option<(&'static str, String)> {
    if let Some((of, by)) = &number.offset {
        let others = ["within", "default", "defaults"];
        if let Some(field) = others.iter().find(|field| it.has(field)) {
            return Some((field, format!("`{field}` and `offset` cannot both be set")));
        }
        let fault = |message: String| Some(("offset", message));
        if of == name {
            return fault("its `offset` refers back to itself".to_owned());
        }
        let followed = numbers.get(of)?;
        if let Some((further, _)) = &followed.offset {
            return fault(format!(
                "`offset` follows `{of}`, which itself follows `{further}`; follow that one"
            ));
        }
        let lowest = followed.within.each().first().copied().unwrap_or_default();
        let is_below = i64::from(lowest) + i64::from(*by) < 0;
        return is_below.then(|| {
            fault(format!(
                "`{of}` may be {lowest}, and {by} from it is below 0"
            ))
        })?;
    }
    let fault = |message: String| Some(("within", message));
    if !it.has("within") {
        return fault(
            "`within` is missing; write the numbers that it may be, e.g. `0-97`".to_owned(),
        );
    }
    if number.within.each().len() > MOST {
        return fault(format!("`within` has more than {MOST} numbers"));
    }
    None
}
