//! Features, choices and numbers: what a user sets in addition to ports.

use super::fields::Fields;
use super::mistakes::Mistakes;
use crate::catalog::numbers::{MOST, Numbers};
use crate::catalog::product::{Choice, ChoiceOption, Conditional, Feature, Number};
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
    let depends = |it: &Feature| names(&it.defaults).any(|it| !it.contains('.'));
    for (name, it) in top.named("feature") {
        let of = features.get(name).into_iter();
        let known = of.flat_map(|it| names(&it.defaults));
        let second = known.filter(|it| *it == name || features.get(*it).is_some_and(depends));
        check_order(it, &second.collect(), m);
    }
    features
}

/// What the conditions of defaults name.
fn names<T>(defaults: &[Conditional<T>]) -> impl Iterator<Item = &str> {
    let terms = defaults
        .iter()
        .flat_map(|it| it.when.iter().chain(&it.unless));
    terms.flat_map(|it| it.split('+'))
}

/// Defaults are decided one after the other, so that what one depends on must not depend on anything of its kind.
fn check_order(it: Fields<'_>, second: &BTreeSet<&str>, m: &mut Mistakes<'_>) {
    if let Some(name) = second.first() {
        let message = format!(
            "{}: `defaults` depends on `{name}`, whose own default depends on others of its kind; name what that depends on",
            it.called
        );
        m.add(it.at, message);
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
    for (name, it) in top.named("choice") {
        let Some(choice) = choices.get(name) else {
            continue;
        };
        if choice.options.len() < 2 {
            let message = format!("{}: a choice needs at least two options", it.called);
            m.add(it.at, message);
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
        let all = names(&choice.defaults);
        let depends = |it: &str| {
            choices
                .get(it)
                .is_some_and(|it| names(&it.defaults).next().is_some())
        };
        let mut second = BTreeSet::new();
        for condition in all {
            match condition.split_once('.') {
                Some((other, _)) if other == name || depends(other) => {
                    second.insert(other);
                }
                Some(_) => {}
                None => {
                    let message = format!(
                        "{}: `defaults` depends on the feature `{condition}`, but choices are decided before features; name an option",
                        it.called
                    );
                    m.add(it.at, message);
                }
            }
        }
        check_order(it, &second, m);
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
            && let Some(fault) = number_fault(it, number, &numbers)
        {
            m.add(it.at, format!("{}: {fault}", it.called));
        }
    }
    numbers
}

fn number_fault(
    it: Fields<'_>,
    number: &Number,
    numbers: &BTreeMap<String, Number>,
) -> Option<String> {
    if let Some((of, by)) = &number.offset {
        let others = ["within", "default", "defaults"];
        if let Some(field) = others.iter().find(|field| it.has(field)) {
            return Some(format!("`{field}` and `offset` cannot both be set"));
        }
        let followed = numbers.get(of)?;
        if followed.offset.is_some() {
            return Some(format!(
                "`offset` follows `{of}`, which follows a number itself"
            ));
        }
        let lowest = followed.within.each().first().copied().unwrap_or_default();
        let is_below = i64::from(lowest) + i64::from(*by) < 0;
        return is_below.then(|| format!("`{of}` may be {lowest}, and {by} from it is below 0"));
    }
    if !it.has("within") {
        return Some(
            "`within` is missing; write the numbers that it may be, e.g. `0-97`".to_owned(),
        );
    }
    if number.within.each().len() > MOST {
        return Some(format!("`within` has more than {MOST} numbers"));
    }
    let defaults = number.defaults.iter().map(|it| &it.value);
    let mut all = [&number.default].into_iter().chain(defaults);
    let outside = all.find_map(|it| Numbers::outside(it, &number.within).next())?;
    Some(format!(
        "{outside} is outside its bounds, {}",
        number.within
    ))
}
