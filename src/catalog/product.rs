//! A product's port matrix, as its file says it.

use super::version::{Covers, Version, line_text};
use crate::model::address::Cidr;
use crate::model::ports::PortRange;
use crate::model::traffic::Service;
use crate::model::words::{Assumption, Exposure, Kind, Need, Plane, Trust};
use std::collections::{BTreeMap, BTreeSet};

/// Texts by language; English is always one.
pub type Texts = BTreeMap<String, String>;

/// The text in `language`, else in English.
pub fn in_language<'t>(texts: &'t Texts, language: &str) -> &'t str {
    texts
        .get(language)
        .or_else(|| texts.get("en"))
        .map_or("", String::as_str)
}

/// One product in one version.
#[derive(Clone, Debug)]
pub struct Product {
    /// The catalogue's name.
    pub name: String,
    /// What the vendor calls it.
    pub title: String,
    /// Who makes it.
    pub vendor: String,
    /// The release line of the matrix.
    pub version: Version,
    /// The releases that the line covers.
    pub covers: Covers,
    /// Other names of the product, each as good as its name.
    pub aliases: Vec<String>,
    /// Words for the search only.
    pub words: Vec<String>,
    /// Whether the vendor asks for traffic to be rejected rather than dropped.
    pub rejects: bool,
    /// Whether it came with the provider.
    pub built_in: bool,
    /// The documents that it comes from, by id.
    pub sources: BTreeMap<String, Source>,
    /// The sources and listeners, by name.
    pub components: BTreeMap<String, Component>,
    /// Zones that the vendor recommends, by name.
    pub zones: BTreeMap<String, RecommendedZone>,
    /// Ports that can be changed, by name.
    pub ports: BTreeMap<String, Port>,
    /// Switches, by name.
    pub features: BTreeMap<String, Feature>,
    /// Who talks to whom, by id.
    pub flows: BTreeMap<String, Flow>,
    /// The vendor's advice in addition to the ports.
    pub advisories: Vec<Advisory>,
    /// Where the vendor contradicts itself.
    pub conflicts: Vec<Conflict>,
    /// What the vendor leaves out.
    pub gaps: Vec<Gap>,
    /// What the vendor most likely got wrong.
    pub suspects: Vec<Suspect>,
}

/// A document.
#[derive(Clone, Debug)]
pub struct Source {
    /// Its title.
    pub title: String,
    /// Where it is.
    pub url: String,
    /// When it was read, `YYYY-MM-DD`.
    pub retrieved: String,
    /// Two letters.
    pub language: String,
}

/// A place in a document.
#[derive(Clone, Debug)]
pub struct SourceRef {
    /// The id of the document.
    pub source: String,
    /// Where in it.
    pub at: String,
}

/// A part of a product, or who is at the other end.
#[derive(Clone, Debug)]
pub struct Component {
    /// What the vendor calls it.
    pub title: String,
    /// What it is to the product.
    pub kind: Kind,
    /// The zone that the vendor recommends for it.
    pub zone: Option<String>,
    /// What it does.
    pub description: String,
    /// What it is as well: a master is also a node.
    pub is: Vec<String>,
    /// What it runs on, and is placed with.
    pub on: Vec<String>,
    /// What need not be placed if this component is.
    pub replaces: Vec<String>,
    /// Other names by which the vendor calls it.
    pub aliases: Vec<String>,
    /// Who manages its firewall, where the user does not.
    pub managed_by: Option<String>,
    /// Its address, where it is the same everywhere.
    pub address: Option<Cidr>,
    /// Its name in DNS.
    pub fqdn: Option<String>,
    /// Where its addresses are published.
    pub address_list_url: Option<String>,
}

/// A zone that the vendor recommends.
#[derive(Clone, Debug)]
pub struct RecommendedZone {
    /// What the vendor calls it.
    pub title: String,
    /// How far the vendor trusts it.
    pub trust: Option<Trust>,
    /// The zone that it is a part of.
    pub inside: Option<String>,
    /// What it is for.
    pub description: String,
}

/// A port that can be changed.
#[derive(Clone, Debug, Default)]
pub struct Port {
    /// The vendor's default; none where the installation decides.
    pub default: Vec<PortRange>,
    /// The setting that changes it.
    pub setting: Option<String>,
    /// The setting for the port that peers are told to connect to.
    pub advertised_setting: Option<String>,
    /// What the vendor recommends, by profile.
    pub recommended: BTreeMap<String, Vec<PortRange>>,
    /// The bounds within which it may be set.
    pub within: Vec<PortRange>,
    /// The parameter that it follows, and the distance.
    pub offset: Option<(String, i32)>,
    /// Whether the product uses one of the default's ports, not all.
    pub alternatives: bool,
    /// What one should know when changing it.
    pub note: String,
}

/// A switch for flows.
#[derive(Clone, Debug)]
pub struct Feature {
    /// What it is.
    pub title: String,
    /// Whether it is on unless switched off.
    pub default: bool,
}

/// One flow in one direction: source, destination, services, and why.
#[derive(Clone, Debug)]
pub struct Flow {
    /// Its place among the flows of the file, which is that of its source.
    pub order: usize,
    /// The source components, which open the connection.
    pub from: Vec<String>,
    /// The components that listen.
    pub to: Vec<String>,
    /// What it carries.
    pub services: Vec<Service>,
    /// The services as the file writes them.
    pub service_texts: Vec<String>,
    /// Application protocols.
    pub application: Vec<String>,
    /// What it is for.
    pub plane: Plane,
    /// Who the listener is for; none where the listener is outside of the product.
    pub exposure: Option<Exposure>,
    /// Whether it must be there.
    pub need: Need,
    /// The features of which one must be on.
    pub when: Vec<String>,
    /// The group of alternatives that it belongs to.
    pub choice: Option<String>,
    /// Whether it is encrypted, where the source says.
    pub tls: Option<bool>,
    /// Whether connections stay open long.
    pub long_lived: bool,
    /// What it is there for.
    pub purpose: Texts,
    /// Where the source says so.
    pub sources: Vec<SourceRef>,
    /// What the source does not say and the file assumes.
    pub assumed: Vec<Assumption>,
    /// What one should know besides.
    pub note: String,
}

/// What the vendor advises.
#[derive(Clone, Debug)]
pub struct Advisory {
    /// Its id.
    pub id: String,
    /// Whether it warns.
    pub warns: bool,
    /// What sort of advice it is.
    pub kind: String,
    /// The advice.
    pub text: Texts,
    /// Names that the advice is about, as printed: folders, processes, hosts.
    pub items: Vec<String>,
    /// The flows that it is about; none where it is about the whole product.
    pub flows: Vec<String>,
    /// The flows and features of which one must be on.
    pub when: Vec<String>,
    /// The flows and features of which none may be on.
    pub unless: Vec<String>,
    /// Where the vendor says so.
    pub sources: Vec<SourceRef>,
}

/// Where the vendor says two things.
#[derive(Clone, Debug)]
pub struct Conflict {
    /// Its id.
    pub id: String,
    /// The flows that it is about.
    pub flows: Vec<String>,
    /// What the documents say, and where.
    pub statements: Vec<(String, Vec<SourceRef>)>,
    /// The statement that the matrix follows.
    pub taken: String,
    /// Why.
    pub why: Texts,
}

/// What the vendor leaves out.
#[derive(Clone, Debug)]
pub struct Gap {
    /// Its id.
    pub id: String,
    /// What is missing.
    pub text: Texts,
    /// The components whose traffic is missing.
    pub components: Vec<String>,
    /// Whether its own components cannot work together without it.
    pub warns: bool,
    /// The flows that it is about.
    pub flows: Vec<String>,
    /// Where it is missing.
    pub sources: Vec<SourceRef>,
}

/// What is most likely a mistake of the vendor.
#[derive(Clone, Debug)]
pub struct Suspect {
    /// Its id.
    pub id: String,
    /// The flows that it is about.
    pub flows: Vec<String>,
    /// What the document says, which is what the matrix has.
    pub printed: String,
    /// What was probably meant.
    pub suggested: String,
    /// Why.
    pub why: Texts,
    /// Where.
    pub sources: Vec<SourceRef>,
}

impl Product {
    /// The release line with what it covers, for messages: `` `3` (>=3.4, <4) ``.
    pub fn line(&self) -> String {
        line_text(&self.version, &self.covers)
    }

    /// The releases that the line covers, as bounds; just its own if the file gives none.
    pub fn covered(&self) -> String {
        self.covers.or_exactly(&self.version)
    }

    /// The name of a component, from its name or one of its aliases.
    pub fn component_name<'p>(&'p self, word: &str) -> Option<&'p str> {
        let by_alias = || {
            self.components
                .iter()
                .find(|(_, it)| it.aliases.iter().any(|alias| alias == word))
        };
        self.components
            .get_key_value(word)
            .or_else(by_alias)
            .map(|(name, _)| name.as_str())
    }

    /// What is in the zone in which `component` is placed: itself, what it `is`, and what runs `on` any of these,
    /// transitively. Sorted.
    pub fn implied_components(&self, component: &str) -> Vec<&str> {
        let mut found: Vec<&str> = self
            .components
            .get_key_value(component)
            .map(|(name, _)| name.as_str())
            .into_iter()
            .collect();
        let mut next = 0;
        while let Some(name) = found.get(next).copied() {
            next += 1;
            let is = self.components[name].is.iter().map(String::as_str);
            let on_it = self
                .components
                .iter()
                .filter(|(_, it)| it.on.iter().any(|on| on == name))
                .map(|(it, _)| it.as_str());
            for it in is.chain(on_it) {
                if !found.contains(&it) {
                    found.push(it);
                }
            }
        }
        found.sort_unstable();
        found
    }

    /// The components that include a role, by name.
    pub fn bearers<'p>(&'p self, role: &'p str) -> impl Iterator<Item = &'p str> {
        let bears = move |it: &Component| it.is.iter().any(|it| it == role);
        let bearers = self.components.iter().filter(move |(_, it)| bears(it));
        bearers.map(|(name, _)| name.as_str())
    }

    /// What nothing in the file uses: harmless, and most likely a slip.
    pub fn unused(&self) -> Vec<String> {
        let references = self
            .flows
            .values()
            .flat_map(|it| &it.sources)
            .chain(self.advisories.iter().flat_map(|it| &it.sources))
            .chain(
                self.conflicts
                    .iter()
                    .flat_map(|it| it.statements.iter().flat_map(|(_, refs)| refs)),
            )
            .chain(self.gaps.iter().flat_map(|it| &it.sources))
            .chain(self.suspects.iter().flat_map(|it| &it.sources));
        let ends = self
            .flows
            .values()
            .flat_map(|it| it.from.iter().chain(&it.to));
        let related = self.components.iter().flat_map(|(name, it)| {
            let others = it.is.iter().chain(&it.on);
            let itself = (!it.is.is_empty() || !it.on.is_empty()).then_some(name);
            others.chain(itself)
        });
        let services = self.flows.values().flat_map(|it| &it.services);
        let followed = self.ports.values().filter_map(|it| it.offset.as_ref());
        let tables: [(&str, BTreeSet<&str>, BTreeSet<&str>); 4] = [
            (
                "source",
                names(self.sources.keys()),
                references.map(|it| it.source.as_str()).collect(),
            ),
            (
                "component",
                names(self.components.keys()),
                names(ends.chain(related)),
            ),
            (
                "port",
                names(self.ports.keys()),
                services
                    .flat_map(Service::parameters)
                    .chain(followed.map(|(of, _)| of.as_str()))
                    .collect(),
            ),
            (
                "feature",
                names(self.features.keys()),
                names(self.flows.values().flat_map(|it| &it.when)),
            ),
        ];
        tables
            .iter()
            .flat_map(|(table, known, used)| {
                let unused = known.difference(used);
                unused.map(move |it| format!("{table} `{it}` is not used"))
            })
            .collect()
    }
}

fn names<'n>(names: impl Iterator<Item = &'n String>) -> BTreeSet<&'n str> {
    names.map(String::as_str).collect()
}
