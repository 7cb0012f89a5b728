//! The layout: which components are in which zones, and what differs from the products' defaults. Names only; the
//! addresses and ids of a zone are separate, in [`super::address::Addresses`].

use super::finding::ConfigPath;
use super::global::Part;
use super::traffic::Service;
use super::words::{Direction, Exposure, Plane, Trust};
use std::collections::{BTreeMap, BTreeSet};

/// Everything that affects which rules exist.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    /// Zones by name.
    pub zones: BTreeMap<String, Zone>,
    /// The zones in which a platform other than their own hosts enforces rules. Such platforms drop what they do not allow;
    /// hosts can reject it.
    pub in_cloud: BTreeSet<String>,
    /// The zones whose members reach name and time servers of their platform whatever the rules say.
    pub own_services: BTreeSet<String>,
    /// The parts of the global address space that zones have, if all of them together are nearly everything.
    pub parts: Vec<Part>,
    /// Products by label. A label that a zone uses without a block of its own is the catalogue's name.
    pub instances: BTreeMap<String, Instance>,
    /// Flows that no catalogue knows, by name.
    pub flows: BTreeMap<String, CustomFlow>,
    /// The directions in which rules are wanted.
    pub directions: BTreeSet<Direction>,
    /// The language of the vendor's advice in findings, two letters.
    pub language: String,
}

/// A named group of addresses.
#[derive(Clone, Debug)]
pub struct Zone {
    /// How far it is trusted.
    pub trust: Trust,
    /// What policies call it, if that is not its own name.
    pub segment: Option<String>,
    /// The components in it.
    pub components: Vec<Placement>,
    /// Whether a component comes alone, without what it `is` and what runs `on` it.
    pub exact: bool,
    /// Whether some platform enforces rules here; otherwise the zone is a peer only.
    pub enforced: bool,
    /// The block of a platform that data has as null, which is as if it were absent.
    pub null_block: Option<&'static str>,
    /// Whether its addresses show that it has more than one member.
    pub several: bool,
    /// In words, why anyone may be in it whatever its trust, e.g. `every address`.
    pub everyone: Option<&'static str>,
    /// Which of the layout's `parts` of the global address space it has.
    pub parts: BTreeSet<usize>,
    /// Its block.
    pub place: ConfigPath,
}

impl Zone {
    /// Whether anyone may be in it.
    pub fn is_open(&self) -> bool {
        self.trust == Trust::Public || self.everyone.is_some()
    }
}

/// `label.component` or `label.*` in a zone.
#[derive(Clone, Debug)]
pub struct Placement {
    /// The product's label; the whole text if it is not of this form.
    pub label: String,
    /// The component, or `*` for all of the product's own and dependency components. Empty if the text is not of this form.
    pub component: String,
    /// The element of the list.
    pub place: ConfigPath,
}

/// One product of the layout.
#[derive(Clone, Debug, Default)]
pub struct Instance {
    /// The name in the catalogue; the label if absent.
    pub name: Option<String>,
    /// The release wanted; the newest if absent.
    pub version: Option<String>,
    /// A product file that is used instead of the catalogue.
    pub definition: Option<String>,
    /// What differs from the product's defaults.
    pub overrides: Overrides,
    /// Its block.
    pub place: ConfigPath,
}

/// What a user changes of a product.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overrides {
    /// What it listens on, by port parameter.
    pub ports: BTreeMap<String, String>,
    /// What peers connect to if an address translation is in between, by port parameter.
    pub advertised_ports: BTreeMap<String, String>,
    /// The option of each choice.
    pub choices: BTreeMap<String, String>,
    /// Numbers that are part of ports, by name.
    pub numbers: BTreeMap<String, String>,
    /// The vendor's recommended ports to start from.
    pub profile: Option<String>,
    /// Flows and features to enable.
    pub enable: Vec<String>,
    /// Flows and features to disable.
    pub disable: Vec<String>,
    /// The block with these arguments.
    pub place: ConfigPath,
}

/// A flow between two lists of zones.
#[derive(Clone, Debug)]
pub struct CustomFlow {
    /// The source zones.
    pub from: Vec<(String, ConfigPath)>,
    /// The destination zones.
    pub to: Vec<(String, ConfigPath)>,
    /// The services that are allowed.
    pub services: Vec<Service>,
    /// What it is for.
    pub plane: Plane,
    /// Who the listener is for.
    pub exposure: Exposure,
    /// Its block.
    pub place: ConfigPath,
}
