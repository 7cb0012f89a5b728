//! Numbers, and the ports in which they occur.

use super::{ResolvedPort, Switches};
use crate::catalog::numbers::{MOST, Numbers};
use crate::catalog::port_text::{PortText, Written};
use crate::catalog::product::{Number, Port, Product};
use crate::model::code::Code;
use crate::model::finding::Finding;
use crate::model::layout::Overrides;
use crate::model::name::suggest;
use crate::model::ports::{PortRange, port_list, shifted};
use std::collections::{BTreeMap, BTreeSet};

/// A value of a number as it is written in ports: `by` more, with its zeros. Nothing if that is below 0.
pub(in crate::catalog) fn written(number: &Number, value: u32, by: i32) -> Option<String> {
    let value = u32::try_from(i64::from(value) + i64::from(by)).ok()?;
    Some(format!("{value:0width$}", width = number.digits))
}

/// The values of all numbers.
fn resolve_numbers(
    product: &Product,
    overrides: &Overrides,
    switches: &Switches,
    findings: &mut Vec<Finding>,
) -> Written {
    let given = given_numbers(product, overrides, findings);
    let values = |number: &Number, name: &str| -> Vec<u32> {
        let default = switches.first(&number.defaults).unwrap_or(&number.default);
        given.get(name).unwrap_or(default).each()
    };
    let mut all = Written::new();
    for (name, number) in &product.numbers {
        let (values, by) = match &number.offset {
            None => (values(number, name), 0),
            Some((of, by)) => {
                let followed = product.numbers.get(of);
                (followed.map(|it| values(it, of)).unwrap_or_default(), *by)
            }
        };
        let texts = values.into_iter().filter_map(|it| written(number, it, by));
        all.insert(name.clone(), texts.collect());
    }
    all
}

/// The numbers that the user set, within their bounds.
fn given_numbers(
    product: &Product,
    overrides: &Overrides,
    findings: &mut Vec<Finding>,
) -> BTreeMap<String, Numbers> {
    let mut given = BTreeMap::new();
    for (name, text) in &overrides.numbers {
        let place = overrides.place.field("numbers").key(name);
        let Some(number) = product.numbers.get(name) else {
            let known = product.numbers.keys().map(String::as_str);
            let what = ("number", &["number"][..]);
            findings.push(product.unknown(Code::UnknownNumber, what, name, known, &place));
            continue;
        };
        let mut refuse = |message: String, remedy: String| {
            let finding = Finding::for_argument(Code::BadValue, &place, message);
            findings.push(finding.remedy(remedy));
        };
        if let Some((of, _)) = &number.offset {
            let message = format!("`{name}` follows `{of}`");
            refuse(message, format!("set `{of}` instead"));
            continue;
        }
        let within = &number.within;
        match Numbers::parse(text) {
            Err(message) => refuse(message, format!("choose numbers within {within}")),
            Ok(numbers) => {
                let outside: Vec<String> = numbers.outside(within).collect();
                if !outside.is_empty() {
                    let message = format!(
                        "{} of `{name}` is outside what `{}` uses: {within}",
                        outside.join(", "),
                        product.name
                    );
                    refuse(message, format!("choose numbers within {within}"));
                } else if numbers.each().len() > MOST {
                    let message = format!("`{name}` has more than {MOST} values");
                    refuse(message, "write only those in use".to_owned());
                } else {
                    given.insert(name.clone(), numbers);
                }
            }
        }
    }
    given
}

/// Every port parameter, and the values of numbers.
pub(super) fn resolve_ports(
    product: &Product,
    overrides: &Overrides,
    switches: &Switches,
    findings: &mut Vec<Finding>,
) -> (BTreeMap<String, ResolvedPort>, Written) {
    let numbers = resolve_numbers(product, overrides, switches, findings);
    let own = override_ports(product, &overrides.ports, "ports", overrides, findings);
    let advertised = override_ports(
        product,
        &overrides.advertised_ports,
        "advertised_ports",
        overrides,
        findings,
    );
    let profile = profile(product, overrides, findings);
    let mut resolved: BTreeMap<String, ResolvedPort> = BTreeMap::new();
    for (name, port) in &product.ports {
        let mut expand = |text: &PortText| {
            text.expand(&numbers).unwrap_or_else(|message| {
                let mut numbers = text.numbers();
                let number = numbers
                    .next()
                    .map_or(name.as_str(), |it| settable(product, it));
                let place = overrides.place.field("numbers").key(number);
                let message = format!("`{name}`: {message}");
                let finding = Finding::for_argument(Code::BadValue, &place, message);
                findings.push(finding.remedy(format!("choose other values of `{number}`")));
                Vec::new()
            })
        };
        let default = switches.first(&port.defaults).unwrap_or(&port.default);
        let text = profile
            .and_then(|it| port.recommended.get(it))
            .unwrap_or(default);
        let ranges = match own.get(name) {
            Some(ranges) => ranges.clone(),
            None => expand(text),
        };
        let has_no_value = |it: &&str| numbers.get(*it).is_none_or(Vec::is_empty);
        let missing = text.numbers().filter(has_no_value);
        let missing = missing.map(|it| settable(product, it).to_owned());
        let missing = missing.filter(|_| ranges.is_empty()).collect();
        let port = ResolvedPort {
            ranges,
            default: default.expand(&numbers).unwrap_or_default(),
            within: expand(&port.within),
            missing,
            advertised: advertised.get(name).cloned(),
            overridden: own.contains_key(name),
        };
        resolved.insert(name.clone(), port);
    }
    for (name, port) in &product.ports {
        follow(name, port, &mut resolved, overrides, findings);
        check_bounds(product, name, &resolved[name], overrides, findings);
    }
    (resolved, numbers)
}

/// The number that a user sets for another: the one that it follows, or itself.
fn settable<'p>(product: &'p Product, number: &'p str) -> &'p str {
    let offset = product.numbers.get(number);
    let offset = offset.and_then(|it| it.offset.as_ref());
    offset.map_or(number, |(of, _)| of.as_str())
}

/// Sets a port that follows another, if it is not set.
fn follow(
    name: &str,
    port: &Port,
    resolved: &mut BTreeMap<String, ResolvedPort>,
    overrides: &Overrides,
    findings: &mut Vec<Finding>,
) {
    let offset = port.offset.as_ref();
    let Some((of, by)) = offset.filter(|_| resolved[name].ranges.is_empty()) else {
        return;
    };
    // A port that is followed follows none itself. One that the release does not have leaves this one open.
    let Some(followed) = resolved.get(of) else {
        return;
    };
    let missing: BTreeSet<String> = followed.missing.clone();
    let ranges = shifted(&followed.ranges, *by).unwrap_or_else(|message| {
        let message = format!("`{name}` follows `{of}`: {message}");
        let place = overrides.place.field("ports").key(of);
        let finding = Finding::for_argument(Code::PortOutsideBounds, &place, message);
        findings.push(finding.remedy(format!("choose another `{of}`, or set `{name}` too")));
        Vec::new()
    });
    if let Some(it) = resolved.get_mut(name) {
        (it.ranges, it.missing) = (ranges, missing);
    }
}

/// The profile, if some port has a recommendation for it.
fn profile<'o>(
    product: &Product,
    overrides: &'o Overrides,
    findings: &mut Vec<Finding>,
) -> Option<&'o str> {
    let profile = overrides.profile.as_deref()?;
    let known = product.ports.values().flat_map(|it| it.recommended.keys());
    let known: BTreeSet<&str> = known.map(String::as_str).collect();
    if known.contains(profile) {
        return Some(profile);
    }
    let message = format!(
        "`{}` has no recommended ports for the profile `{profile}`",
        product.name
    );
    let place = overrides.place.field("profile");
    let finding = Finding::for_argument(Code::UnknownProfile, &place, message);
    findings.push(finding.remedy(suggest(profile, known.iter().copied())));
    None
}

fn override_ports(
    product: &Product,
    given: &BTreeMap<String, String>,
    field: &'static str,
    overrides: &Overrides,
    findings: &mut Vec<Finding>,
) -> BTreeMap<String, Vec<PortRange>> {
    let mut ranges = BTreeMap::new();
    for (name, text) in given {
        let place = overrides.place.field(field).key(name);
        if !product.ports.contains_key(name) {
            let known = product.ports.keys().map(String::as_str);
            let what = ("port parameter", &["port"][..]);
            findings.push(product.unknown(Code::UnknownPortParameter, what, name, known, &place));
            continue;
        }
        match PortRange::parse_list(text) {
            Ok(found) => {
                ranges.insert(name.clone(), found);
            }
            Err(message) => {
                let remedy = "write a port, a range or a comma-separated list, e.g. `443` or `80, 8000-8099`";
                findings.push(Finding::for_argument(Code::BadPort, &place, message).remedy(remedy));
            }
        }
    }
    ranges
}

fn check_bounds(
    product: &Product,
    name: &str,
    port: &ResolvedPort,
    overrides: &Overrides,
    findings: &mut Vec<Finding>,
) {
    let ResolvedPort { ranges, within, .. } = port;
    let inside = |it: &&PortRange| within.iter().any(|bound| bound.contains(**it));
    for range in ranges.iter().filter(|it| !within.is_empty() && !inside(it)) {
        let message = format!(
            "port {range} of `{name}` is outside what `{}` uses: {}",
            product.name,
            port_list(within)
        );
        let remedy = format!("choose a port within {}", port_list(within));
        let place = overrides.place.field("ports").key(name);
        findings
            .push(Finding::for_argument(Code::PortOutsideBounds, &place, message).remedy(remedy));
    }
}
