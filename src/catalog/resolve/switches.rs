//! Choices and features: which options and which features are on.

use crate::catalog::product::{Choice, Conditional, Product};
use crate::model::code::Code;
use crate::model::finding::Finding;
use crate::model::layout::Overrides;
use crate::model::name::{backticked, suggest};
use std::collections::{BTreeMap, BTreeSet};

/// The options and features that are on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Switches {
    /// The features that are on.
    pub features: BTreeSet<String>,
    /// The option of each choice; nothing where it is not decided.
    pub choices: BTreeMap<String, Option<String>>,
    /// The options that the release has, each as `choice.option`.
    options: BTreeSet<String>,
}

/// What the user switches on and off by name.
pub(super) struct Named<'o> {
    pub(super) enable: BTreeSet<&'o str>,
    pub(super) disable: BTreeSet<&'o str>,
}

/// The names in `enable` and `disable` that the product has.
pub(super) fn named<'o>(
    product: &Product,
    overrides: &'o Overrides,
    findings: &mut Vec<Finding>,
) -> Named<'o> {
    let mut known = |names: &'o [String], field: &'static str| -> BTreeSet<&'o str> {
        let mut found = BTreeSet::new();
        for (index, name) in names.iter().enumerate() {
            if product.flows.contains_key(name) || product.features.contains_key(name) {
                found.insert(name.as_str());
                continue;
            }
            let is_absent = ["flow", "feature"]
                .iter()
                .any(|kind| product.absence(kind, name).is_some());
            if is_absent && field == "disable" {
                continue;
            }
            let place = overrides.place.field(field).index(index);
            let finding = if let Some(set) = option_of(product, name) {
                let message = format!("`{name}` belongs to a choice, which `{field}` cannot set");
                Finding::for_argument(Code::UnknownFlow, &place, message)
                    .remedy(format!("write `choices = {{ {set} }}` instead"))
            } else if let Some(absence) = absent_option(product, name) {
                let message = format!("{} has no choice for `{name}`: {absence}", product.called());
                let finding = Finding::for_argument(Code::UnknownFlow, &place, message);
                finding.remedy("remove it; options are set in `choices`")
            } else {
                let known = product.flows.keys().chain(product.features.keys());
                let known: Vec<&str> = known.map(String::as_str).collect();
                let what = ("flow or feature", &["flow", "feature"][..]);
                product.unknown(Code::UnknownFlow, what, name, known, &place)
            };
            findings.push(finding);
        }
        found
    };
    let (enable, disable) = (
        known(&overrides.enable, "enable"),
        known(&overrides.disable, "disable"),
    );
    let both: Vec<&str> = enable.intersection(&disable).copied().collect();
    if !both.is_empty() {
        let message = format!("{} in both `enable` and `disable`", backticked(both));
        findings.push(
            Finding::for_argument(Code::BadValue, &overrides.place.field("disable"), message)
                .remedy("remove it from one of them"),
        );
    }
    Named { enable, disable }
}

/// How `choices` sets the option that a name in `enable` or `disable` means: `topology = "edge"`.
fn option_of(product: &Product, name: &str) -> Option<String> {
    let (choice, option) = name.split_once('.').unwrap_or((name, name));
    let mut choices = product.choices.iter();
    if let Some(it) = product.choices.get(choice) {
        let options = || it.options.keys().map(String::as_str);
        let option = it
            .options
            .get_key_value(option)
            .map(|(name, _)| name.as_str());
        return Some(format!(
            "{choice} = \"{}\"",
            option.or_else(|| options().next())?
        ));
    }
    let (choice, _) = choices.find(|(_, it)| it.options.contains_key(name))?;
    Some(format!("{choice} = \"{name}\""))
}

/// Why the release does not have the choice of an option, or the option.
fn absent_option(product: &Product, name: &str) -> Option<String> {
    let (choice, _) = name.split_once('.').unwrap_or((name, ""));
    let option = product.absence("option", name);
    option.or_else(|| product.absence("choice", choice))
}

impl Switches {
    /// Which options, then which features are on.
    pub(super) fn resolve(
        product: &Product,
        overrides: &Overrides,
        named: &Named<'_>,
        findings: &mut Vec<Finding>,
    ) -> Switches {
        let given = given(product, overrides, findings);
        let mut switches = Switches::default();
        for (name, choice) in &product.choices {
            let options = choice.options.keys();
            switches
                .options
                .extend(options.map(|it| format!("{name}.{it}")));
        }
        // What depends on others of its kind comes after them. The loader refuses longer chains.
        for second in [false, true] {
            let depends = |it: &Choice| terms(&it.defaults).next().is_some();
            let of_pass: Vec<_> = product
                .choices
                .iter()
                .filter(|(_, it)| depends(it) == second)
                .collect();
            for (name, choice) in of_pass {
                let option = match given.get(name.as_str()) {
                    Some(option) => Some((*option).to_owned()),
                    None => switches.default_option(choice),
                };
                switches.choices.insert(name.clone(), option);
            }
        }
        for second in [false, true] {
            for (name, feature) in &product.features {
                let depends = terms(&feature.defaults).any(|it| !it.contains('.'));
                if depends != second || named.disable.contains(name.as_str()) {
                    continue;
                }
                let by_default = switches.first(&feature.defaults).copied();
                if named.enable.contains(name.as_str()) || by_default.unwrap_or(feature.default) {
                    switches.features.insert(name.clone());
                }
            }
        }
        switches
    }

    /// The option of a choice that the user leaves open. The only one that the release has is chosen.
    pub fn default_option(&self, choice: &Choice) -> Option<String> {
        let default = self.first(&choice.defaults).or(choice.default.as_ref());
        let default = default.filter(|it| choice.options.contains_key(*it));
        let mut options = choice.options.keys();
        let only = options.next().filter(|_| options.next().is_none());
        default.or(only).cloned()
    }

    /// The first value whose conditions hold.
    pub fn first<'v, T>(&self, values: &'v [Conditional<T>]) -> Option<&'v T> {
        let mut values = values.iter();
        let found = values.find(|it| self.hold(&it.when, &it.unless));
        found.map(|it| &it.value)
    }

    /// Whether conditions hold: one of `when` is on, and all of `unless` are off. An option of a choice that is not decided counts as on
    /// in `when` and as off in `unless`.
    pub fn hold(&self, when: &[String], unless: &[String]) -> bool {
        self.hold_with(when, unless, |_| false)
    }

    /// The same where conditions may name more than features and options.
    pub(super) fn hold_with(
        &self,
        when: &[String],
        unless: &[String],
        is_on: impl Fn(&str) -> bool,
    ) -> bool {
        let holds = |term: &String, undecided: bool| {
            term.split('+').all(|name| match name.split_once('.') {
                Some((choice, option)) => match self.choices.get(choice) {
                    Some(Some(chosen)) => chosen == option,
                    Some(None) => undecided && self.options.contains(name),
                    None => false,
                },
                None => self.features.contains(name) || is_on(name),
            })
        };
        (when.is_empty() || when.iter().any(|it| holds(it, true)))
            && !unless.iter().any(|it| holds(it, false))
    }
}

/// What the conditions of defaults name.
fn terms<T>(defaults: &[Conditional<T>]) -> impl Iterator<Item = &str> {
    let terms = defaults
        .iter()
        .flat_map(|it| it.when.iter().chain(&it.unless));
    terms.flat_map(|it| it.split('+'))
}

/// The options that the user chose, by choice.
fn given<'o>(
    product: &Product,
    overrides: &'o Overrides,
    findings: &mut Vec<Finding>,
) -> BTreeMap<&'o str, &'o str> {
    let mut given = BTreeMap::new();
    for (name, option) in &overrides.choices {
        let place = overrides.place.field("choices").key(name);
        let Some(choice) = product.choices.get(name) else {
            let known = product.choices.keys().map(String::as_str);
            let what = ("choice", &["choice"][..]);
            findings.push(product.unknown(Code::UnknownChoice, what, name, known, &place));
            continue;
        };
        if choice.options.contains_key(option) {
            given.insert(name.as_str(), option.as_str());
            continue;
        }
        let message = format!("{} has no option `{option}` of `{name}`", product.called());
        let finding = match product.absence("option", &format!("{name}.{option}")) {
            Some(absence) => {
                let known = backticked(choice.options.keys());
                Finding::for_argument(Code::UnknownChoice, &place, format!("{message}: {absence}"))
                    .remedy(format!("expected one of {known}"))
            }
            None => Finding::for_argument(Code::UnknownChoice, &place, message)
                .remedy(suggest(option, choice.options.keys().map(String::as_str))),
        };
        findings.push(finding);
    }
    given
}
