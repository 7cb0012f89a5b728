//! A product's port matrix, as its file says it.

use super::bounds::{Covers, Releases, line_text};
pub use super::settings::{Choice, ChoiceOption, Conditional, Feature, Number, Port};
use super::version::Version;
use crate::model::address::Cidr;
use crate::model::code::Code;
use crate::model::finding::{ConfigPath, Finding};
use crate::model::name::suggest;
use crate::model::traffic::Service;
use crate::model::words::{Assumption, Exposure, Kind, Need, Plane, Trust};
use std::collections::BTreeMap;

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
    /// Whether the file is unfinished.
    pub draft: bool,
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
    /// Switches of which one option is on, by name.
    pub choices: BTreeMap<String, Choice>,
    /// Numbers that are part of ports, by name.
    pub numbers: BTreeMap<String, Number>,
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
    /// What a release does not have, once the product is that of a release.
    pub absent: Absent,
}

/// What a release does not have: by kind and name, which releases have it.
#[derive(Clone, Debug, Default)]
pub struct Absent {
    /// The release; nothing if all of the product holds in it.
    pub release: Option<String>,
    /// Such as `("flow", "ntp")`: `before 1.63`.
    pub names: BTreeMap<(&'static str, String), String>,
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
    /// Whether it is only a part of others.
    pub role: bool,
    /// Whether its hosts run pods or containers, and forward packets to them.
    pub forwards: bool,
    /// Who manages its firewall, where the user does not.
    pub managed_by: Option<String>,
    /// Its addresses, where they are the same everywhere, by name. A single one is called `address`.
    pub addresses: BTreeMap<String, Cidr>,
    /// Its names in DNS.
    pub fqdns: Vec<String>,
    /// Where its addresses are published.
    pub address_list_urls: Vec<String>,
    /// The releases that have it.
    pub releases: Releases,
}

/// What a component's only address is called.
pub const ONLY_ADDRESS: &str = "address";

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
    /// What must be on, at least one of these: features and options, joined by `+` where all must be on.
    pub when: Vec<String>,
    /// What must be off, all of these.
    pub unless: Vec<String>,
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
    /// The releases that have it.
    pub releases: Releases,
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
    /// The flows, features and options of which one must be on.
    pub when: Vec<String>,
    /// The flows, features and options of which none may be on.
    pub unless: Vec<String>,
    /// Where the vendor says so.
    pub sources: Vec<SourceRef>,
    /// The releases that it is about.
    pub releases: Releases,
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
    /// The releases that it is about.
    pub releases: Releases,
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
    /// The releases that it is about.
    pub releases: Releases,
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
    /// The releases that it is about.
    pub releases: Releases,
}

impl Product {
    /// The documents that a flow cites, each with the place in it.
    pub fn cited<'p>(&'p self, flow: &'p Flow) -> impl Iterator<Item = (&'p Source, &'p str)> {
        let cited = flow.sources.iter();
        cited.filter_map(|it| Some((self.sources.get(&it.source)?, it.at.as_str())))
    }

    /// The release line with what it covers, for messages: `` `3` (>=3.4, <4) ``.
    pub fn line(&self) -> String {
        line_text(&self.version, &self.covers)
    }

    /// The releases that the line covers, as bounds; just its own if the file gives none.
    pub fn covered(&self) -> String {
        self.covers.or_exactly(&self.version)
    }

    /// The name and the release, for messages: `` `deckhouse` 1.62 ``.
    pub fn called(&self) -> String {
        format!("`{}` {}", self.name, self.release())
    }

    /// The release that it is, or the name of its line.
    pub fn release(&self) -> &str {
        let release = self.absent.release.as_deref();
        release.unwrap_or(self.version.as_str())
    }

    /// Why the release does not have what is called so: `not in 1.62; since 1.63`.
    pub fn absence(&self, kind: &'static str, name: &str) -> Option<String> {
        let since = self.absent.names.get(&(kind, name.to_owned()))?;
        let release = self.absent.release.as_deref()?;
        Some(format!("not in {release}; {since}"))
    }

    /// The finding for a name that the product does not have, or not in its release.
    pub fn unknown<'k>(
        &self,
        code: Code,
        (what, kinds): (&str, &[&'static str]),
        name: &str,
        known: impl IntoIterator<Item = &'k str> + Clone,
        place: &ConfigPath,
    ) -> Finding {
        let message = format!("{} has no {what} `{name}`", self.called());
        match kinds.iter().find_map(|kind| self.absence(kind, name)) {
            Some(absence) => Finding::for_argument(code, place, format!("{message}: {absence}"))
                .remedy("remove it, or set `version` to a release that has it"),
            None => Finding::for_argument(code, place, message).remedy(suggest(name, known)),
        }
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
}
