//! Labels to matrices, and components to the zones that they are in.

use super::misspelt;
use crate::catalog::product::Product;
use crate::catalog::resolve::{Matrix, resolve as resolve_matrix};
use crate::catalog::version::Version;
use crate::catalog::{Catalog, Found, ProductQuery, load_definition};
use crate::model::code::Code;
use crate::model::finding::Finding;
use crate::model::layout::{Instance, Layout, Placement};
use crate::model::rules::Forwarding;
use crate::model::words::Kind;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// One product of the layout, resolved.
pub(super) struct Resolved<'l> {
    pub(super) instance: Cow<'l, Instance>,
    pub(super) matrix: Matrix,
}

impl Resolved<'_> {
    /// The release that the user asks for, if it is not a whole line.
    pub(super) fn release(&self) -> Option<&str> {
        let release = self.instance.version.as_deref();
        release
            .filter(|it| Version::release(it).is_some_and(|it| it != self.matrix.product.version))
    }
}

pub(super) type Instances<'l> = BTreeMap<String, Resolved<'l>>;

/// Components to their zones, by label.
type Zones<'l> = BTreeMap<String, BTreeMap<String, BTreeSet<&'l str>>>;

/// Which components are in which zones.
#[derive(Default)]
pub(super) struct Placed<'l> {
    /// All components by zone, including implied ones.
    zones: Zones<'l>,
    /// Only the components that the user listed.
    named: Zones<'l>,
}

impl<'l> Placed<'l> {
    /// The zones of a component, sorted.
    pub(super) fn zones(&self, label: &str, component: &str) -> impl Iterator<Item = &'l str> {
        self.zones
            .get(label)
            .and_then(|it| it.get(component))
            .into_iter()
            .flatten()
            .copied()
    }

    /// Whether any component of a product is placed.
    pub(super) fn has(&self, label: &str) -> bool {
        self.zones.contains_key(label)
    }

    /// What the user named in a zone, as label and component.
    pub(super) fn named_in(&self, zone: &str) -> Vec<(&str, &str)> {
        self.named
            .iter()
            .flat_map(|(label, components)| {
                components
                    .iter()
                    .map(move |(component, zones)| (label, component, zones))
            })
            .filter(|(_, _, zones)| zones.contains(zone))
            .map(|(label, component, _)| (label.as_str(), component.as_str()))
            .collect()
    }
}

/// Every label that a block or a zone uses, with its matrix.
pub(super) fn resolve<'l>(
    layout: &'l Layout,
    catalog: &Catalog,
    findings: &mut Vec<Finding>,
) -> Instances<'l> {
    let mut instances: BTreeMap<String, Cow<'l, Instance>> = layout
        .instances
        .iter()
        .map(|(label, it)| (label.clone(), Cow::Borrowed(it)))
        .collect();
    let placements = layout.zones.values().flat_map(|it| &it.components);
    for placement in placements.filter(|it| !it.component.is_empty()) {
        instances.entry(placement.label.clone()).or_insert_with(|| {
            Cow::Owned(Instance {
                name: Some(placement.label.clone()),
                place: placement.place.clone(),
                ..Instance::default()
            })
        });
    }
    let mut resolved = Instances::new();
    for (label, instance) in instances {
        let declared = layout.instances.contains_key(&label);
        match find(&label, &instance, declared, catalog) {
            Ok((product, newer)) => {
                findings.extend(newer.map(|it| of_label(it, &label, &product)));
                let (matrix, found) = resolve_matrix(&product, &instance.overrides);
                findings.extend(found);
                resolved.insert(label, Resolved { instance, matrix });
            }
            Err(finding) => note(findings, *finding),
        }
    }
    misspelt::placements(layout, &resolved, catalog, findings);
    resolved
}

fn find(
    label: &str,
    instance: &Instance,
    declared: bool,
    catalog: &Catalog,
) -> Result<Found, Box<Finding>> {
    let name = instance.name.as_deref();
    if let Some(text) = &instance.definition {
        let version = instance.version.as_deref();
        let product = load_definition(text, name, version, &instance.place)?;
        return Ok((product, None));
    }
    let (name_place, version_place) = if declared {
        let name_place = if name.is_some() {
            instance.place.field("name")
        } else {
            instance.place.clone()
        };
        (name_place, instance.place.field("version"))
    } else {
        (instance.place.clone(), instance.place.clone())
    };
    let wanted = ProductQuery {
        name: name.unwrap_or(label),
        name_place: &name_place,
        version: instance.version.as_deref(),
        version_place: &version_place,
    };
    catalog.find(wanted)
}

/// The judgement on a release newer than every line, as that of one product of the layout.
fn of_label(newer: Finding, label: &str, newest: &Product) -> Finding {
    let remedy = format!(
        "to use the newest line, set `version = \"{}\"`; or keep your release and add an `accept` block with the code `{}` and the subject `{label}` until the catalogue has it",
        newest.version, newer.code
    );
    let subject = label.to_owned();
    Finding { subject, ..newer }.remedy(remedy)
}

/// Puts every component into its zones, with what comes along.
pub(super) fn place<'l>(
    layout: &'l Layout,
    instances: &Instances<'_>,
    findings: &mut Vec<Finding>,
) -> Placed<'l> {
    let mut placed = Placed::default();
    for (zone, it) in &layout.zones {
        for placement in it.components.iter().filter(|it| !it.component.is_empty()) {
            // An unknown product has been reported already.
            let Some(resolved) = instances.get(&placement.label) else {
                continue;
            };
            let product = &resolved.matrix.product;
            for name in named(product, placement, findings) {
                insert(&mut placed.named, &placement.label, name, zone);
                if it.exact {
                    insert(&mut placed.zones, &placement.label, name, zone);
                } else {
                    for along in product.implied_components(name) {
                        insert(&mut placed.zones, &placement.label, along, zone);
                    }
                }
            }
        }
    }
    placed
}

/// The components with fixed addresses that are in no zone.
pub(super) fn addressed(instances: &Instances<'_>, placed: &Placed<'_>) -> BTreeSet<String> {
    let components = instances.iter().flat_map(|(label, it)| {
        let all = it.matrix.product.components.iter();
        all.map(move |(name, it)| (label, name, it))
    });
    let fixed = components.filter(|(label, name, it)| {
        !it.addresses.is_empty() && placed.zones(label, name).next().is_none()
    });
    fixed
        .map(|(label, name, _)| format!("{label}.{name}"))
        .collect()
}

/// The zones with an own component of a product whose vendor wants traffic that is not allowed to be rejected.
pub(super) fn rejecting(instances: &Instances<'_>, placed: &Placed<'_>) -> BTreeSet<String> {
    let products = instances
        .iter()
        .map(|(label, it)| (label, &it.matrix.product));
    let own = products
        .filter(|(_, it)| it.rejects)
        .flat_map(|(label, it)| {
            let own = it.components.iter().filter(|(_, it)| it.kind == Kind::Own);
            own.map(move |(name, _)| (label, name))
        });
    own.flat_map(|(label, component)| placed.zones(label, component))
        .map(str::to_owned)
        .collect()
}

/// The zones with hosts that run pods or containers, each with the components that say so.
pub(super) fn forwarding(instances: &Instances<'_>, placed: &Placed<'_>) -> Forwarding {
    let mut forwarding = Forwarding::new();
    for (label, it) in instances {
        let components = it.matrix.product.components.iter();
        let components: Vec<_> = components.filter(|(_, it)| it.forwards).collect();
        for (component, _) in &components {
            // A worker that is also a node is named as a worker.
            let narrower = components
                .iter()
                .filter(|(_, it)| it.is.contains(component));
            let narrower = narrower.flat_map(|(it, _)| placed.zones(label, it));
            let narrower: BTreeSet<&str> = narrower.collect();
            let zones = placed.zones(label, component);
            for zone in zones.filter(|it| !narrower.contains(it)) {
                let of_zone = forwarding.entry(zone.to_owned()).or_default();
                of_zone.insert(format!("{label}.{component}"));
            }
        }
    }
    forwarding
}

fn insert<'l>(zones: &mut Zones<'l>, label: &str, component: &str, zone: &'l str) {
    zones
        .entry(label.to_owned())
        .or_default()
        .entry(component.to_owned())
        .or_default()
        .insert(zone);
}

/// The components that a placement names; none, and a finding, where it names no component.
fn named<'p>(
    product: &'p Product,
    placement: &Placement,
    findings: &mut Vec<Finding>,
) -> Vec<&'p str> {
    if placement.component == "*" {
        let whole = product
            .components
            .iter()
            .filter(|(_, it)| matches!(it.kind, Kind::Own | Kind::Dependency));
        return whole.map(|(name, _)| name.as_str()).collect();
    }
    if let Some(name) = product.component_name(&placement.component) {
        return vec![name];
    }
    let unknown = product.unknown(
        Code::UnknownComponent,
        ("component", &["component"]),
        &placement.component,
        product.components.keys().map(String::as_str),
        &placement.place,
    );
    note(findings, unknown);
    Vec::new()
}

/// Errors beyond which no more are noted: longer lists are not read, and a list of components may have millions.
const MOST_MISTAKES: usize = 1000;

pub(super) fn note(findings: &mut Vec<Finding>, mistake: Finding) {
    if findings.len() < MOST_MISTAKES {
        findings.push(mistake);
    }
}
