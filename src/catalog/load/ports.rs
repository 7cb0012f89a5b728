//! The ports that can be changed, with every value that numbers give them.

use super::fields::{Fields, Text, ports};
use super::mistakes::Mistakes;
use crate::catalog::port_text::{PortText, Written};
use crate::catalog::product::{Number, Port};
use crate::catalog::resolve::written;
use crate::model::ports::{PortRange, port_list, shifted};
use std::collections::{BTreeMap, BTreeSet};

/// The most combinations of numbers that are tried; of more, the first ones stand for all.
const MOST_TRIED: usize = 16_384;

pub(super) fn all_ports(
    top: Fields<'_>,
    numbers: &BTreeMap<String, Number>,
    m: &mut Mistakes<'_>,
) -> BTreeMap<String, Port> {
    let mut all = BTreeMap::new();
    for (name, it) in top.named("port") {
        let port = port(it, m);
        let is_known = |name: &str| numbers.contains_key(name);
        for text in texts(it).into_iter().chain(it.text("within")) {
            let parsed = ports(text);
            if let Some(unknown) = parsed.numbers().find(|it| !is_known(it)) {
                let message = format!(
                    "{}: `{{{unknown}}}` refers to an unknown number `{unknown}`",
                    it.called
                );
                m.add_unknown(
                    text.at,
                    message,
                    unknown,
                    numbers.keys().map(String::as_str),
                );
            }
        }
        if port.numbers().all(is_known) {
            check_numbers(it, &port, numbers, m);
        }
        all.insert(name.to_owned(), port);
    }
    for (name, it) in top.named("port") {
        let (Some(port), Some(offset)) = (all.get(name), it.tables("offset").next()) else {
            continue;
        };
        if let Some(of) = offset.text("of")
            && let Some(message) = offset_fault(name, port, of.text, &all, numbers)
        {
            m.add(of.at, format!("{}: {message}", it.called));
        }
    }
    all
}

/// Every text of ports in a port, other than its bounds.
fn texts(it: Fields<'_>) -> Vec<Text<'_>> {
    let defaults = it.tables("defaults").filter_map(|it| it.text("default"));
    let recommended = it.by_key("recommended").map(|(_, text)| text);
    let default = it.text("default").into_iter();
    default.chain(defaults).chain(recommended).collect()
}

fn port(it: Fields<'_>, m: &mut Mistakes<'_>) -> Port {
    let within = it.ports("within");
    for text in texts(it) {
        check_bounds(it, ports(text).fixed(), within.fixed(), text.at, m);
    }
    let default = it.ports("default");
    let alternatives = it.flag("alternatives").unwrap_or(false);
    let defaults = it.defaults(|it| it.ports("default"));
    let several = |it: &PortText| it.fixed().len() > 1 || it.numbers().next().is_some();
    if alternatives && !several(&default) && !defaults.iter().any(|it| several(&it.value)) {
        let message = format!(
            "{}: `alternatives` needs at least two ports in `default`",
            it.called
        );
        m.add(it.at, message);
    }
    let offset = it.tables("offset").next();
    if offset.is_some() && it.has("default") {
        let message = format!("{}: `default` and `offset` cannot both be set", it.called);
        m.add(it.at, message);
    }
    Port {
        default,
        defaults,
        setting: it.optional("setting"),
        advertised_setting: it.optional("advertised_setting"),
        recommended: it
            .by_key("recommended")
            .map(|(profile, text)| (profile.to_owned(), ports(text)))
            .collect(),
        within,
        offset: offset.map(|it| (it.string("of"), it.distance("by"))),
        alternatives,
        note: it.string("note"),
        releases: it.releases(),
    }
}

fn check_bounds(
    it: Fields<'_>,
    found: &[PortRange],
    within: &[PortRange],
    at: usize,
    m: &mut Mistakes<'_>,
) {
    for range in outside(found, within) {
        let bounds = port_list(within);
        let message = format!("{}: {range} is outside its bounds, {bounds}", it.called);
        m.add(at, message);
    }
}

/// The values that the numbers in some texts of ports may have together, of which the last is that of the bounds. Between gaps of the
/// bounds, a port may be outside of them for any value; else it is enough to try those where something changes.
fn values_of(texts: [&PortText; 2], numbers: &BTreeMap<String, Number>) -> Vec<Written> {
    let has_gaps = texts[1].is_list();
    let mut all: Vec<Written> = vec![Written::new()];
    let names: BTreeSet<&str> = texts.iter().flat_map(|it| it.numbers()).collect();
    for name in names {
        let Some(number) = numbers.get(name) else {
            return Vec::new();
        };
        let (within, by) = match &number.offset {
            Some((of, by)) => (numbers.get(of).map(|it| &it.within), *by),
            None => (Some(&number.within), 0),
        };
        let values = match within {
            None => Vec::new(),
            Some(within) if has_gaps => within.each(),
            Some(within) => within.corners(by),
        };
        let with = |known: &Written| {
            let values = values.iter().map(|it| {
                let mut known = known.clone();
                let value = written(number, *it, by).unwrap_or_default();
                known.insert(name.to_owned(), vec![value]);
                known
            });
            values.collect::<Vec<_>>()
        };
        all = all.iter().flat_map(with).take(MOST_TRIED).collect();
    }
    all
}

/// Whether every value that a number may have makes ports, within the bounds.
fn check_numbers(
    it: Fields<'_>,
    port: &Port,
    numbers: &BTreeMap<String, Number>,
    m: &mut Mistakes<'_>,
) {
    let bounds = it.text("within");
    for text in texts(it).into_iter().chain(bounds) {
        let parsed = ports(text);
        let fault = values_of([&parsed, &port.within], numbers)
            .iter()
            .find_map(|values| {
                let found = match parsed.expand(values) {
                    Ok(found) => found,
                    Err(message) => return Some(message),
                };
                let within = port.within.expand(values).ok()?;
                let range = outside(&found, &within).next()?;
                let bounds = port_list(&within);
                Some(format!(
                    "`{}` is {range}, which is outside its bounds, {bounds}",
                    text.text
                ))
            });
        if let Some(fault) = fault
            .filter(|_| parsed.numbers().next().is_some() || port.within.numbers().next().is_some())
        {
            m.add(text.at, format!("{}: {fault}", it.called));
        }
    }
}

/// What is wrong with a port that follows another; an unknown one has been reported.
fn offset_fault(
    name: &str,
    port: &Port,
    of: &str,
    ports: &BTreeMap<String, Port>,
    numbers: &BTreeMap<String, Number>,
) -> Option<String> {
    let followed = ports.get(of)?;
    if of == name {
        return Some("its `offset` refers back to itself".to_owned());
    }
    if let Some((further, _)) = &followed.offset {
        return Some(if further == name {
            format!("its `offset` refers back to itself through `{of}`")
        } else {
            format!("`offset` follows `{of}`, which itself follows `{further}`; follow that one")
        });
    }
    let by = port.offset.as_ref().map_or(0, |it| it.1);
    let defaults = followed.defaults.iter().map(|it| &it.value);
    let mut defaults = [&followed.default].into_iter().chain(defaults);
    defaults.find_map(|it| {
        let values = values_of([it, &port.within], numbers);
        values.iter().find_map(|values| {
            // What is wrong with the port that is followed has been reported there.
            let followed = it.expand(values).ok()?;
            let within = port.within.expand(values).ok()?;
            match shifted(&followed, by) {
                Err(message) => Some(message),
                Ok(found) => outside(&found, &within).next().map(|range| {
                    let bounds = port_list(&within);
                    format!("{range}, which follows `{of}`, is outside its bounds, {bounds}")
                }),
            }
        })
    })
}

/// The ports that are not within the bounds, where there are any.
fn outside<'r>(
    found: &'r [PortRange],
    within: &'r [PortRange],
) -> impl Iterator<Item = &'r PortRange> {
    found
        .iter()
        .filter(|it| !within.is_empty() && !within.iter().any(|bound| bound.contains(**it)))
}
