//! What a user can set of a product: ports, features, choices and numbers.

use super::bounds::Releases;
use super::numbers::Numbers;
use super::port_text::PortText;
use std::collections::BTreeMap;
use std::fmt;

/// A value that applies under conditions.
#[derive(Clone, Debug)]
pub struct Conditional<T> {
    /// The releases in which it applies.
    pub releases: Releases,
    /// What must be on, at least one of these.
    pub when: Vec<String>,
    /// What must be off, all of these.
    pub unless: Vec<String>,
    /// The value.
    pub value: T,
}

impl<T> Conditional<T> {
    /// The value in words, and when it applies: `4298 with virtualization`.
    pub fn with(&self, value: &str) -> String {
        let listed = |before: &str, names: &[String]| match names {
            [] => String::new(),
            names => format!(" {before} {}", names.join(" or ")),
        };
        let (when, unless) = (listed("with", &self.when), listed("without", &self.unless));
        format!("{value}{when}{unless}")
    }
}

impl<T: fmt::Display> fmt::Display for Conditional<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.with(&self.value.to_string()))
    }
}

/// A port that can be changed.
#[derive(Clone, Debug, Default)]
pub struct Port {
    /// The vendor's default; nothing where the installation decides.
    pub default: PortText,
    /// Defaults under conditions, of which the first that holds is used.
    pub defaults: Vec<Conditional<PortText>>,
    /// The setting that changes it.
    pub setting: Option<String>,
    /// The setting for the port that peers are told to connect to.
    pub advertised_setting: Option<String>,
    /// What the vendor recommends, by profile.
    pub recommended: BTreeMap<String, PortText>,
    /// The bounds within which it may be set.
    pub within: PortText,
    /// The parameter that it follows, and the distance.
    pub offset: Option<(String, i32)>,
    /// Whether the product uses one of the default's ports, not all.
    pub alternatives: bool,
    /// What one should know when changing it.
    pub note: String,
    /// The releases that have it.
    pub releases: Releases,
}

impl Port {
    /// Every text of ports in it, other than its bounds.
    pub fn texts(&self) -> impl Iterator<Item = &PortText> {
        let defaults = self.defaults.iter().map(|it| &it.value);
        [&self.default]
            .into_iter()
            .chain(defaults)
            .chain(self.recommended.values())
    }

    /// The numbers of the product that it needs.
    pub fn numbers(&self) -> impl Iterator<Item = &str> {
        self.texts()
            .chain([&self.within])
            .flat_map(PortText::numbers)
    }
}

/// A switch for flows.
#[derive(Clone, Debug)]
pub struct Feature {
    /// What it is.
    pub title: String,
    /// Whether it is on unless switched off.
    pub default: bool,
    /// Defaults under conditions, of which the first that holds is used.
    pub defaults: Vec<Conditional<bool>>,
    /// The releases that have it.
    pub releases: Releases,
}

/// A switch of which exactly one option is on.
#[derive(Clone, Debug)]
pub struct Choice {
    /// What is chosen.
    pub title: String,
    /// The options, by name.
    pub options: BTreeMap<String, ChoiceOption>,
    /// The option that the product ships with.
    pub default: Option<String>,
    /// Defaults under conditions, of which the first that holds is used.
    pub defaults: Vec<Conditional<String>>,
    /// The releases that have it.
    pub releases: Releases,
}

/// A position of a choice.
#[derive(Clone, Debug)]
pub struct ChoiceOption {
    /// What it is.
    pub title: String,
    /// The releases that have it.
    pub releases: Releases,
}

/// A number that is part of ports.
#[derive(Clone, Debug)]
pub struct Number {
    /// What it numbers.
    pub title: String,
    /// What it may be.
    pub within: Numbers,
    /// How many digits it has in ports.
    pub digits: usize,
    /// The vendor's default; empty where the installation decides.
    pub default: Numbers,
    /// Defaults under conditions, of which the first that holds is used.
    pub defaults: Vec<Conditional<Numbers>>,
    /// The number that it follows, and the distance.
    pub offset: Option<(String, i32)>,
    /// The releases that have it.
    pub releases: Releases,
}
