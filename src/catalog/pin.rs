//! A product in one release: what does not hold for it is absent everywhere.

use super::bounds::{Covers, Pin, Releases};
use super::product::{Absent, Conditional, Product};
use super::version::Version;
use crate::model::traffic::{PortSpec, Service};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

impl Product {
    /// The releases of the line, which without bounds are those of its version.
    pub(super) fn covered_releases(&self) -> Covers {
        if self.covers.is_empty() {
            Covers::only(&self.version)
        } else {
            self.covers.clone()
        }
    }

    /// Whether the line has the release that is written as `text`.
    pub fn has_release(&self, text: &str) -> bool {
        let covers = &self.covers;
        Version::release(text)
            .is_some_and(|it| it == self.version || covers.contains(&it) || covers.end_with(&it))
    }

    /// The product as a release has it. The newest release if none is given, or if the name of the line is.
    pub fn at(self: &Arc<Self>, release: Option<&str>) -> Arc<Product> {
        if self.bounds().is_empty() {
            return Arc::clone(self);
        }
        let version = release.and_then(Version::release);
        // `1.0` is a release of the line `1`, not its name.
        let version = version.filter(|it| it.parts() != self.version.parts());
        let covered = self.covered_releases();
        // The newest release of a short version may be beyond those that the line covers.
        let pin = version.as_ref().map(Pin::of);
        let pin = pin
            .filter(|it| covered.are_met(it))
            .unwrap_or_else(|| covered.newest());
        let mut product = self.at_pin(&pin);
        let release = version.map_or_else(|| self.version.to_string(), |it| it.to_string());
        product.absent.release = Some(release);
        Arc::new(product)
    }

    /// The product as the release of a pin has it.
    #[must_use]
    pub fn at_pin(&self, pin: &Pin) -> Product {
        let mut product = self.clone();
        product.keep(pin);
        product
    }

    /// Covered releases, at least one between any two bounds of the product or of `others`.
    pub fn pins<'b>(&'b self, others: impl Iterator<Item = &'b Releases>) -> Vec<Pin> {
        let covered = self.covered_releases();
        let bounds = self.bounds().into_iter().chain(others);
        let mut pins: Vec<Pin> = covered
            .around()
            .chain(bounds.flat_map(Releases::around))
            .chain([covered.newest()])
            .filter(|it| covered.are_met(it))
            .collect();
        pins.sort_unstable();
        pins.dedup();
        pins
    }

    /// Whatever says in which releases a part of the matrix is.
    fn bounds(&self) -> Vec<&Releases> {
        fn of<'b, T>(
            all: impl IntoIterator<Item = &'b Vec<Conditional<T>>>,
        ) -> impl Iterator<Item = &'b Releases>
        where
            T: 'b,
        {
            all.into_iter().flatten().map(|it| &it.releases)
        }
        let options = self.choices.values().flat_map(|it| it.options.values());
        self.components
            .values()
            .map(|it| &it.releases)
            .chain(self.ports.values().map(|it| &it.releases))
            .chain(self.features.values().map(|it| &it.releases))
            .chain(self.choices.values().map(|it| &it.releases))
            .chain(options.map(|it| &it.releases))
            .chain(self.numbers.values().map(|it| &it.releases))
            .chain(self.flows.values().map(|it| &it.releases))
            .chain(self.advisories.iter().map(|it| &it.releases))
            .chain(self.conflicts.iter().map(|it| &it.releases))
            .chain(self.gaps.iter().map(|it| &it.releases))
            .chain(self.suspects.iter().map(|it| &it.releases))
            .chain(of(self.ports.values().map(|it| &it.defaults)))
            .chain(of(self.features.values().map(|it| &it.defaults)))
            .chain(of(self.choices.values().map(|it| &it.defaults)))
            .chain(of(self.numbers.values().map(|it| &it.defaults)))
            .filter(|it| !it.is_empty())
            .collect()
    }

    /// Removes what a release does not have.
    fn keep(&mut self, pin: &Pin) {
        let absent = &mut self.absent;
        retain(
            &mut self.components,
            "component",
            |it| (&it.releases, &it.aliases),
            pin,
            absent,
        );
        retain(
            &mut self.ports,
            "port",
            |it| (&it.releases, &[]),
            pin,
            absent,
        );
        retain(
            &mut self.features,
            "feature",
            |it| (&it.releases, &[]),
            pin,
            absent,
        );
        retain(
            &mut self.choices,
            "choice",
            |it| (&it.releases, &[]),
            pin,
            absent,
        );
        retain(
            &mut self.numbers,
            "number",
            |it| (&it.releases, &[]),
            pin,
            absent,
        );
        retain(
            &mut self.flows,
            "flow",
            |it| (&it.releases, &[]),
            pin,
            absent,
        );
        for it in self.ports.values_mut() {
            if let Some(default) = settle(&mut it.defaults, pin) {
                it.default = default;
            }
        }
        for it in self.features.values_mut() {
            if let Some(default) = settle(&mut it.defaults, pin) {
                it.default = default;
            }
        }
        for it in self.numbers.values_mut() {
            if let Some(default) = settle(&mut it.defaults, pin) {
                it.default = default;
            }
        }
        for (name, it) in &mut self.choices {
            if let Some(default) = settle(&mut it.defaults, pin) {
                it.default = Some(default);
            }
            it.options.retain(|option, of| {
                let holds = of.releases.hold(pin);
                if !holds {
                    let name = ("option", format!("{name}.{option}"));
                    absent.names.insert(name, of.releases.words());
                }
                holds
            });
        }
        self.choices.retain(|name, it| {
            if it.options.is_empty() {
                let why = "its options are in other releases".to_owned();
                absent.names.insert(("choice", name.clone()), why);
            }
            !it.options.is_empty()
        });
        self.keep_ends();
        self.keep_remarks(pin);
    }

    /// Removes absent components from flows and from each other, and flows without an end or a service.
    fn keep_ends(&mut self) {
        let names: BTreeSet<String> = self.components.keys().cloned().collect();
        for it in self.components.values_mut() {
            for others in [&mut it.is, &mut it.on, &mut it.replaces] {
                others.retain(|it| names.contains(it));
            }
        }
        let (ports, absent) = (&self.ports, &mut self.absent);
        self.flows.retain(|id, flow| {
            flow.from.retain(|it| names.contains(it));
            flow.to.retain(|it| names.contains(it));
            for service in &mut flow.services {
                if let Service::Ports(_, specs) = service {
                    specs.retain(|it| match it {
                        PortSpec::Parameter(name) => ports.contains_key(name),
                        PortSpec::Range(_) => true,
                    });
                }
            }
            let is_left =
                |it: &Service| !matches!(it, Service::Ports(_, specs) if specs.is_empty());
            let services = std::mem::take(&mut flow.services).into_iter();
            let services = services.zip(std::mem::take(&mut flow.service_texts));
            (flow.services, flow.service_texts) = services.filter(|(it, _)| is_left(it)).unzip();
            let holds = !(flow.from.is_empty() || flow.to.is_empty() || flow.services.is_empty());
            if !holds {
                let why = "its components or ports are in other releases".to_owned();
                absent.names.insert(("flow", id.clone()), why);
            }
            holds
        });
    }

    /// Removes remarks of other releases, and those about nothing that is left.
    fn keep_remarks(&mut self, pin: &Pin) {
        let flows = &self.flows;
        // Whether a remark about some flows is still about one.
        let about = |ids: &mut Vec<String>| {
            let before = ids.len();
            ids.retain(|it| flows.contains_key(it));
            before == 0 || !ids.is_empty()
        };
        self.advisories
            .retain_mut(|it| it.releases.hold(pin) && about(&mut it.flows));
        self.conflicts
            .retain_mut(|it| it.releases.hold(pin) && about(&mut it.flows));
        self.suspects
            .retain_mut(|it| it.releases.hold(pin) && about(&mut it.flows));
        let components = &self.components;
        self.gaps.retain_mut(|it| {
            let before = it.components.len();
            it.components.retain(|it| components.contains_key(it));
            let touches = before == 0 || !it.components.is_empty();
            it.releases.hold(pin) && touches && about(&mut it.flows)
        });
    }
}

/// Removes the defaults of other releases, and whatever comes after one without conditions, which is the default of the release then.
fn settle<T>(defaults: &mut Vec<Conditional<T>>, pin: &Pin) -> Option<T> {
    defaults.retain(|it| it.releases.hold(pin));
    let is_certain = |it: &Conditional<T>| it.when.is_empty() && it.unless.is_empty();
    let at = defaults.iter().position(is_certain)?;
    let default = defaults.swap_remove(at).value;
    defaults.truncate(at);
    Some(default)
}

/// Removes entries that a release does not have, and notes under which names they are elsewhere.
fn retain<T>(
    entries: &mut BTreeMap<String, T>,
    kind: &'static str,
    read: impl Fn(&T) -> (&Releases, &[String]),
    pin: &Pin,
    absent: &mut Absent,
) {
    entries.retain(|name, it| {
        let (releases, aliases) = read(it);
        let holds = releases.hold(pin);
        if !holds {
            for name in [name].into_iter().chain(aliases) {
                absent.names.insert((kind, name.clone()), releases.words());
            }
        }
        holds
    });
}
