//! From the text of a product file to the product, or to all of its mistakes at once.

use super::document::{Mistake, Mistakes, parse};
use super::fields::{Fields, Text};
use super::product::{
    Advisory, Component, Conflict, Feature, Flow, Gap, Port, Product, RecommendedZone, Source,
    SourceRef, Suspect,
};
use super::version::{Covers, Version};
use crate::model::address::{Cidr, Family};
use crate::model::name::{quoted, suggest};
use crate::model::traffic::{PortRange, Service, port_list};
use crate::model::words::{Assumption, Exposure, Kind, Need, Plane, Trust};
use std::collections::{BTreeMap, BTreeSet};

/// The kinds of advisory.
const ADVISORY_KINDS: [&str; 7] = [
    "security",
    "exclusive",
    "topology",
    "layers",
    "coupling",
    "checklist",
    "antivirus",
];

/// Reads a product file, TOML or JSON.
///
/// # Errors
/// Every mistake of the file, in its order.
pub fn load(text: &str) -> Result<Product, Vec<Mistake>> {
    let mut mistakes = Mistakes::new(text);
    let product = parse(text, &mut mistakes).and_then(|root| {
        Fields::new(&root, "the file", &mut mistakes)
            .map(|fields| Reader::default().product(fields, &mut mistakes))
    });
    match product {
        Some(product) if mistakes.is_empty() => Ok(product),
        _ => Err(mistakes.into_sorted()),
    }
}

/// What has been read so far, so that later tables can refer to it.
#[derive(Default)]
struct Reader {
    sources: BTreeMap<String, Source>,
    components: BTreeMap<String, Component>,
    ports: BTreeMap<String, Port>,
    features: BTreeMap<String, Feature>,
    flows: BTreeMap<String, Flow>,
}

impl Reader {
    fn product(mut self, mut top: Fields<'_>, m: &mut Mistakes<'_>) -> Product {
        match top.integer("format", m) {
            Some((1, _)) => {}
            Some((other, at)) => m.add(
                at,
                format!("format {other} is not known here; this provider reads format 1"),
            ),
            None => m.add(
                top.at,
                "`format` is missing; a product file begins with `format = 1`",
            ),
        }
        let name = top.name("name", m).text;
        let title = top.required("title", m).text;
        let vendor = top.required("vendor", m).text;
        let version = self.version(&mut top, m);
        let covers = top.text("covers", m).map_or_else(Covers::default, |it| {
            Covers::parse(&it.text).unwrap_or_else(|message| {
                m.add(it.at, format!("`covers`: {message}"));
                Covers::default()
            })
        });
        let aliases = top
            .texts("aliases", m)
            .into_iter()
            .map(|it| it.text)
            .collect();
        let rejects = top.word("default_action", &["reject", "drop"], |it| it, m) == Some("reject");

        self.sources = self.sources(&mut top, m);
        self.components = self.components(&mut top, m);
        let zones = self.zones(&mut top, m);
        self.ports = self.ports(&mut top, m);
        self.features = self.features(&mut top, m);
        self.flows = self.flows(&mut top, m);
        self.check_choices(&top, m);

        let advisories = self.advisories(&mut top, m);
        let conflicts = self.conflicts(&mut top, m);
        let gaps = self.gaps(&mut top, m);
        let suspects = self.suspects(&mut top, m);
        top.finish(m);
        Product {
            name,
            title,
            vendor,
            version,
            covers,
            aliases,
            rejects,
            built_in: false,
            sources: self.sources,
            components: self.components,
            zones,
            ports: self.ports,
            features: self.features,
            flows: self.flows,
            advisories,
            conflicts,
            gaps,
            suspects,
        }
    }

    fn version(&self, top: &mut Fields<'_>, m: &mut Mistakes<'_>) -> Version {
        let text = top.required("version", m);
        let nothing = Version::parse("0").unwrap_or_else(|| unreachable!("0 is a version"));
        if text.text.is_empty() {
            return nothing;
        }
        Version::parse(&text.text).unwrap_or_else(|| {
            m.add(text.at, format!("`version` is `{}`, and must be letters, digits, dots and dashes, e.g. \"3.10\"", text.text));
            nothing
        })
    }

    fn sources(&self, top: &mut Fields<'_>, m: &mut Mistakes<'_>) -> BTreeMap<String, Source> {
        let mut sources = BTreeMap::new();
        for mut it in top.list("source", m) {
            let id = it.name("id", m);
            it.rename(format!("source `{}`", id.text));
            let retrieved = it.required("retrieved", m);
            if !retrieved.text.is_empty() && !is_date(&retrieved.text) {
                m.add(
                    retrieved.at,
                    format!(
                        "{}: `retrieved` is `{}`, and must be a date such as \"2026-11-20\"",
                        it.name, retrieved.text
                    ),
                );
            }
            let language = it
                .text("language", m)
                .map_or_else(|| "en".to_owned(), |it| it.text);
            let source = Source {
                title: it.required("title", m).text,
                url: it.required("url", m).text,
                retrieved: retrieved.text,
                language,
            };
            it.finish(m);
            insert_once(&mut sources, "source", id, source, m);
        }
        if sources.is_empty() {
            m.add(
                top.at,
                "no [[source]]: every matrix says where it comes from",
            );
        }
        sources
    }

    fn components(
        &self,
        top: &mut Fields<'_>,
        m: &mut Mistakes<'_>,
    ) -> BTreeMap<String, Component> {
        let mut components = BTreeMap::new();
        let mut references: Vec<(&str, String, Text)> = Vec::new();
        for (name, mut it) in top.named("component", m) {
            let kind = it
                .required_word("kind", Kind::ALL, Kind::as_str, m)
                .unwrap_or(Kind::Own);
            let mut related =
                |field: &'static str, it: &mut Fields<'_>, m: &mut Mistakes<'_>| -> Vec<String> {
                    let texts = it.texts(field, m);
                    references.extend(
                        texts
                            .iter()
                            .map(|text| (field, name.text.clone(), text.clone())),
                    );
                    texts.into_iter().map(|it| it.text).collect()
                };
            let is = related("is", &mut it, m);
            let on = related("on", &mut it, m);
            let address = it.text("address", m).and_then(|text| {
                let family = if text.text.contains(':') {
                    Family::V6
                } else {
                    Family::V4
                };
                Cidr::parse(&text.text, family)
                    .map_err(|bad| {
                        m.add(
                            text.at,
                            format!("{}: {}; {}", it.name, bad.message, bad.remedy),
                        )
                    })
                    .ok()
            });
            let component = Component {
                title: it.required("title", m).text,
                kind,
                zone: it.text("zone", m).map(|it| it.text),
                description: it
                    .text("description", m)
                    .map(|it| it.text)
                    .unwrap_or_default(),
                is,
                on,
                aliases: it
                    .texts("aliases", m)
                    .into_iter()
                    .map(|it| it.text)
                    .collect(),
                managed_by: it.text("managed_by", m).map(|it| it.text),
                address,
                fqdn: it.text("fqdn", m).map(|it| it.text),
                address_list_url: it.text("address_list_url", m).map(|it| it.text),
            };
            let fixed = component.address.is_some()
                || component.fqdn.is_some()
                || component.address_list_url.is_some();
            if fixed && matches!(kind, Kind::Own | Kind::Dependency) {
                m.add(it.at, format!("{}: `address`, `fqdn` and `address_list_url` are for what is outside; the kind is `{kind}`", it.name));
            }
            it.finish(m);
            components.insert(name.text, component);
        }
        if components.is_empty() {
            m.add(
                top.at,
                "no [component.…]: a matrix needs who dials and who listens",
            );
        }
        for (field, owner, text) in references {
            if text.text == owner {
                m.add(
                    text.at,
                    format!("component `{owner}`: `{field}` names the component itself"),
                );
            } else if !components.contains_key(&text.text) {
                let help = suggest(&text.text, components.keys().map(String::as_str));
                m.add(
                    text.at,
                    format!(
                        "component `{owner}`: `{field}` names the unknown component `{}`; {help}",
                        text.text
                    ),
                );
            }
        }
        components
    }

    fn zones(
        &self,
        top: &mut Fields<'_>,
        m: &mut Mistakes<'_>,
    ) -> BTreeMap<String, RecommendedZone> {
        let mut zones = BTreeMap::new();
        let mut insides: Vec<(String, Text)> = Vec::new();
        for (name, mut it) in top.named("zone", m) {
            let inside = it.text("inside", m);
            insides.extend(inside.clone().map(|inside| (name.text.clone(), inside)));
            let zone = RecommendedZone {
                title: it
                    .text("title", m)
                    .map_or_else(|| name.text.clone(), |it| it.text),
                trust: it.word("trust", Trust::ALL, Trust::as_str, m),
                inside: inside.map(|it| it.text),
                description: it
                    .text("description", m)
                    .map(|it| it.text)
                    .unwrap_or_default(),
            };
            it.finish(m);
            zones.insert(name.text, zone);
        }
        for (zone, inside) in insides {
            if inside.text == zone || !zones.contains_key(&inside.text) {
                let help = suggest(
                    &inside.text,
                    zones
                        .keys()
                        .map(String::as_str)
                        .filter(|it| *it != zone)
                        .collect::<Vec<_>>(),
                );
                m.add(
                    inside.at,
                    format!(
                        "zone `{zone}`: `inside` names `{}`, which is no other zone; {help}",
                        inside.text
                    ),
                );
            }
        }
        zones
    }

    fn ports(&self, top: &mut Fields<'_>, m: &mut Mistakes<'_>) -> BTreeMap<String, Port> {
        let mut ports: BTreeMap<String, Port> = BTreeMap::new();
        let mut offsets: Vec<(String, Text)> = Vec::new();
        for (name, mut it) in top.named("port", m) {
            let within_text = it.text("within", m);
            let within = ranges(&it.name, within_text, "within", m);
            let default_text = it.text("default", m);
            let default_at = default_text.as_ref().map_or(it.at, |it| it.at);
            let default = ranges(&it.name, default_text, "default", m);
            let mut recommended = BTreeMap::new();
            for (profile, text) in it.text_map("recommended", m) {
                let at = text.at;
                let found = ranges(&it.name, Some(text), "recommended", m);
                check_bounds(&it.name, &found, &within, at, m);
                recommended.insert(profile, found);
            }
            check_bounds(&it.name, &default, &within, default_at, m);
            let alternatives = it.flag("alternatives", m).unwrap_or(false);
            if alternatives && default.len() < 2 {
                m.add(
                    it.at,
                    format!(
                        "{}: `alternatives` needs at least two ports in `default`",
                        it.name
                    ),
                );
            }
            let offset = it.table("offset", m).map(|mut offset| {
                let of = offset.required("of", m);
                let by = offset.integer("by", m);
                if by.is_none() {
                    m.add(
                        offset.at,
                        format!("{}: `by` must be there, a whole number", offset.name),
                    );
                }
                offset.finish(m);
                offsets.push((name.text.clone(), of.clone()));
                (of.text, by.map_or(0, |(by, _)| by))
            });
            if offset.is_some() && !default.is_empty() {
                m.add(
                    it.at,
                    format!("{}: `default` and `offset` exclude each other", it.name),
                );
            }
            let port = Port {
                default,
                setting: it.text("setting", m).map(|it| it.text),
                advertised_setting: it.text("advertised_setting", m).map(|it| it.text),
                recommended,
                within,
                offset,
                alternatives,
                note: it.text("note", m).map(|it| it.text).unwrap_or_default(),
            };
            it.finish(m);
            ports.insert(name.text, port);
        }
        for (port, of) in offsets {
            if !ports.contains_key(&of.text) {
                let help = suggest(&of.text, ports.keys().map(String::as_str));
                m.add(
                    of.at,
                    format!(
                        "port `{port}`: `offset` follows the unknown port `{}`; {help}",
                        of.text
                    ),
                );
            } else if follows_itself(&ports, &port) {
                m.add(
                    of.at,
                    format!("port `{port}`: its `offset` leads back to itself"),
                );
            }
        }
        ports
    }

    fn features(&self, top: &mut Fields<'_>, m: &mut Mistakes<'_>) -> BTreeMap<String, Feature> {
        let mut features = BTreeMap::new();
        for (name, mut it) in top.named("feature", m) {
            let feature = Feature {
                title: it.required("title", m).text,
                default: it.flag("default", m).unwrap_or(false),
            };
            it.finish(m);
            features.insert(name.text, feature);
        }
        features
    }

    fn flows(&self, top: &mut Fields<'_>, m: &mut Mistakes<'_>) -> BTreeMap<String, Flow> {
        let mut flows = BTreeMap::new();
        for mut it in top.list("flow", m) {
            let id = it.name("id", m);
            if !id.text.is_empty() {
                it.rename(format!("flow `{}`", id.text));
            }
            let flow = self.flow(&mut it, m);
            it.finish(m);
            if self.features.contains_key(&id.text) {
                m.add(id.at, format!("flow `{}` has the name of a feature; `enable` and `disable` could not tell them apart", id.text));
            }
            insert_once(&mut flows, "flow", id, flow, m);
        }
        if flows.is_empty() {
            m.add(top.at, "no [[flow]]: a matrix without flows opens nothing");
        }
        flows
    }

    fn flow(&self, it: &mut Fields<'_>, m: &mut Mistakes<'_>) -> Flow {
        let from = self.ends(it, "from", m);
        let to = self.ends(it, "to", m);
        let service_texts = it.texts("services", m);
        if service_texts.is_empty() {
            m.add(
                it.at,
                format!(
                    "{}: `services` is missing; write e.g. [\"tcp/443\"]",
                    it.name
                ),
            );
        }
        let services = service_texts
            .iter()
            .filter_map(|text| self.service(&it.name, text, m))
            .collect();
        let plane = it.required_word("plane", Plane::ALL, Plane::as_str, m);
        let exposure = it.word("exposure", Exposure::ALL, Exposure::as_str, m);
        self.check_exposure(it, &from, &to, exposure, m);
        let when = it.texts("when", m);
        for feature in &when {
            if !self.features.contains_key(&feature.text) {
                let help = suggest(&feature.text, self.features.keys().map(String::as_str));
                m.add(
                    feature.at,
                    format!(
                        "{}: `when` names the unknown feature `{}`; {help}",
                        it.name, feature.text
                    ),
                );
            }
        }
        let sources = self.source_refs(it, m);
        if sources.is_empty() {
            m.add(
                it.at,
                format!(
                    "{}: `source` is missing; every flow says where it comes from",
                    it.name
                ),
            );
        }
        Flow {
            from,
            to,
            services,
            service_texts: service_texts.into_iter().map(|it| it.text).collect(),
            application: it
                .texts("application", m)
                .into_iter()
                .map(|it| it.text)
                .collect(),
            plane: plane.unwrap_or(Plane::Data),
            exposure,
            need: it
                .word("need", Need::ALL, Need::as_str, m)
                .unwrap_or(Need::Unstated),
            when: when.into_iter().map(|it| it.text).collect(),
            choice: it.text("choice", m).map(|it| it.text),
            tls: it.flag("tls", m),
            long_lived: it.flag("long_lived", m).unwrap_or(false),
            purpose: it.languages("purpose", true, m),
            sources,
            assumed: it.words("assumed", Assumption::ALL, Assumption::as_str, m),
            note: it.text("note", m).map(|it| it.text).unwrap_or_default(),
        }
    }

    fn ends(&self, it: &mut Fields<'_>, field: &'static str, m: &mut Mistakes<'_>) -> Vec<String> {
        let texts = it.texts(field, m);
        if texts.is_empty() {
            m.add(
                it.at,
                format!("{}: `{field}` is missing; name a component", it.name),
            );
        }
        for text in &texts {
            if !self.components.contains_key(&text.text) {
                let help = suggest(&text.text, self.components.keys().map(String::as_str));
                m.add(
                    text.at,
                    format!(
                        "{}: `{field}` names the unknown component `{}`; {help}",
                        it.name, text.text
                    ),
                );
            }
        }
        texts.into_iter().map(|it| it.text).collect()
    }

    fn service(&self, owner: &str, text: &Text, m: &mut Mistakes<'_>) -> Option<Service> {
        let service = Service::parse(&text.text)
            .map_err(|message| m.add(text.at, format!("{owner}: {message}")))
            .ok()?;
        for parameter in service
            .parameters()
            .filter(|it| !self.ports.contains_key(*it))
        {
            let help = suggest(parameter, self.ports.keys().map(String::as_str));
            m.add(
                text.at,
                format!(
                    "{owner}: `{}` names the unknown port `{parameter}`; {help}",
                    text.text
                ),
            );
        }
        Some(service)
    }

    fn check_exposure(
        &self,
        it: &Fields<'_>,
        from: &[String],
        to: &[String],
        exposure: Option<Exposure>,
        m: &mut Mistakes<'_>,
    ) {
        let outside = |name: &String| {
            self.components
                .get(name)
                .is_some_and(|it| it.kind == Kind::External)
        };
        match exposure {
            None if !to.iter().all(outside) => m.add(
                it.at,
                format!(
                    "{}: `exposure` is missing; write one of {}",
                    it.name,
                    quoted(Exposure::ALL.iter().map(|it| it.as_str()))
                ),
            ),
            Some(_) if to.iter().any(outside) => {
                m.add(it.at, format!("{}: `exposure` is about our own listeners, and `to` is outside; leave it out", it.name));
            }
            Some(Exposure::Group) if from != to => {
                m.add(it.at, format!("{}: exposure `group` is among the members of one component, so `from` and `to` must be the same", it.name));
            }
            _ => {}
        }
    }

    fn check_choices(&self, top: &Fields<'_>, m: &mut Mistakes<'_>) {
        let mut groups: BTreeMap<&str, usize> = BTreeMap::new();
        for choice in self.flows.values().filter_map(|it| it.choice.as_deref()) {
            *groups.entry(choice).or_default() += 1;
        }
        for (choice, _) in groups.into_iter().filter(|(_, count)| *count < 2) {
            m.add(
                top.at,
                format!("choice `{choice}` has one flow only; a choice is among several"),
            );
        }
    }

    fn source_refs(&self, it: &mut Fields<'_>, m: &mut Mistakes<'_>) -> Vec<SourceRef> {
        let owner = it.name.clone();
        it.list("source", m)
            .into_iter()
            .map(|mut it| {
                it.rename(format!("`source` of {owner}"));
                let source = it.required("ref", m);
                if !source.text.is_empty() && !self.sources.contains_key(&source.text) {
                    let help = suggest(&source.text, self.sources.keys().map(String::as_str));
                    m.add(
                        source.at,
                        format!("{}: unknown source `{}`; {help}", it.name, source.text),
                    );
                }
                let at = it.required("at", m).text;
                it.finish(m);
                SourceRef {
                    source: source.text,
                    at,
                }
            })
            .collect()
    }

    fn flow_refs(&self, it: &mut Fields<'_>, m: &mut Mistakes<'_>) -> Vec<String> {
        let texts = it.texts("flows", m);
        for text in &texts {
            if !self.flows.contains_key(&text.text) {
                let help = suggest(&text.text, self.flows.keys().map(String::as_str));
                m.add(
                    text.at,
                    format!(
                        "{}: `flows` names the unknown flow `{}`; {help}",
                        it.name, text.text
                    ),
                );
            }
        }
        texts.into_iter().map(|it| it.text).collect()
    }

    fn advisories(&self, top: &mut Fields<'_>, m: &mut Mistakes<'_>) -> Vec<Advisory> {
        self.remarks(top, "advisory", m, |this, it, id, m| Advisory {
            id,
            warns: it.word("severity", &["info", "warning"], |it| it, m) == Some("warning"),
            kind: it
                .word("kind", &ADVISORY_KINDS, |it| it, m)
                .unwrap_or("security")
                .to_owned(),
            text: it.languages("text", true, m),
            flows: this.flow_refs(it, m),
            sources: this.source_refs(it, m),
        })
    }

    fn conflicts(&self, top: &mut Fields<'_>, m: &mut Mistakes<'_>) -> Vec<Conflict> {
        self.remarks(top, "conflict", m, |this, it, id, m| {
            let statements: Vec<_> = it
                .list("statements", m)
                .into_iter()
                .map(|mut it| {
                    let statement = (it.required("says", m).text, this.source_refs(&mut it, m));
                    it.finish(m);
                    statement
                })
                .collect();
            if statements.len() < 2 {
                m.add(
                    it.at,
                    format!(
                        "{}: `statements` must be at least two; a conflict is between them",
                        it.name
                    ),
                );
            }
            let (flows, taken) = (this.flow_refs(it, m), it.required("taken", m).text);
            Conflict {
                id,
                flows,
                statements,
                taken,
                why: it.languages("why", true, m),
            }
        })
    }

    fn gaps(&self, top: &mut Fields<'_>, m: &mut Mistakes<'_>) -> Vec<Gap> {
        self.remarks(top, "gap", m, |this, it, id, m| {
            let text = it.languages("text", true, m);
            Gap {
                id,
                text,
                flows: this.flow_refs(it, m),
                sources: this.source_refs(it, m),
            }
        })
    }

    fn suspects(&self, top: &mut Fields<'_>, m: &mut Mistakes<'_>) -> Vec<Suspect> {
        self.remarks(top, "suspect", m, |this, it, id, m| Suspect {
            id,
            flows: this.flow_refs(it, m),
            printed: it.required("printed", m).text,
            suggested: it.required("suggested", m).text,
            why: it.languages("why", true, m),
            sources: this.source_refs(it, m),
        })
    }

    /// The tables that remark on the matrix, each with an id of its own.
    fn remarks<T>(
        &self,
        top: &mut Fields<'_>,
        table: &'static str,
        m: &mut Mistakes<'_>,
        read: impl Fn(&Self, &mut Fields<'_>, String, &mut Mistakes<'_>) -> T,
    ) -> Vec<T> {
        let mut ids = BTreeSet::new();
        top.list(table, m)
            .into_iter()
            .map(|mut it| {
                let id = it.name("id", m);
                it.rename(format!("{table} `{}`", id.text));
                if !ids.insert(id.text.clone()) {
                    m.add(id.at, format!("{table} `{}` stands twice", id.text));
                }
                let remark = read(self, &mut it, id.text, m);
                it.finish(m);
                remark
            })
            .collect()
    }
}

fn insert_once<T>(
    map: &mut BTreeMap<String, T>,
    what: &str,
    id: Text,
    value: T,
    m: &mut Mistakes<'_>,
) {
    if map.contains_key(&id.text) && !id.text.is_empty() {
        m.add(id.at, format!("{what} `{}` stands twice", id.text));
    }
    map.insert(id.text, value);
}

fn ranges(owner: &str, text: Option<Text>, field: &str, m: &mut Mistakes<'_>) -> Vec<PortRange> {
    let Some(text) = text else { return Vec::new() };
    PortRange::parse_list(&text.text).unwrap_or_else(|message| {
        m.add(text.at, format!("{owner}: `{field}`: {message}"));
        Vec::new()
    })
}

fn check_bounds(
    owner: &str,
    found: &[PortRange],
    within: &[PortRange],
    at: usize,
    m: &mut Mistakes<'_>,
) {
    for range in found
        .iter()
        .filter(|it| !within.is_empty() && !within.iter().any(|bound| bound.contains(**it)))
    {
        m.add(
            at,
            format!(
                "{owner}: {range} is outside of its bounds, {}",
                port_list(within)
            ),
        );
    }
}

fn follows_itself(ports: &BTreeMap<String, Port>, start: &str) -> bool {
    let mut seen = BTreeSet::from([start]);
    let mut next = start;
    while let Some((of, _)) = ports.get(next).and_then(|it| it.offset.as_ref()) {
        if !seen.insert(of) {
            return of == start;
        }
        next = of;
    }
    false
}

fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let number = |at: usize, digits: usize, most: u32| {
        parts.get(at).is_some_and(|it: &&str| {
            it.len() == digits && it.parse().is_ok_and(|it: u32| (1..=most).contains(&it))
        })
    };
    parts.len() == 3 && number(0, 4, 9999) && number(1, 2, 12) && number(2, 2, 31)
}
