//! What holds for every product that is built in, and for the catalogue as a whole.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::review::rules::found;
use crate::support::none;
use portmatrix::catalog::index::Index;
use portmatrix::catalog::lookup::Query;
use portmatrix::catalog::product::{Product, Texts};
use portmatrix::catalog::{Catalog, FILES, ProductQuery};
use portmatrix::compile::compile;
use portmatrix::model::finding::ConfigPath;
use portmatrix::model::layout::{Instance, Layout, Overrides, Placement, Zone};
use portmatrix::model::platform::PlatformId;
use portmatrix::model::ports::PortRange;
use portmatrix::model::words::{Direction, Exposure, Severity, Trust};
use portmatrix::review::inventory::{InventoryInput, inventory};
use portmatrix::review::{ReviewInput, review};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

fn all() -> impl Iterator<Item = (String, Product)> {
    FILES
        .iter()
        .map(|it| (format!("{} {}", it.name, it.version), it.load()))
}

/// Each component in a zone of its own, everything switched on, and every port that has no default set within its bounds.
fn everything(product: &Product) -> Layout {
    let zones = product.components.keys().map(|component| {
        let zone = Zone {
            trust: Trust::Internal,
            components: vec![Placement {
                label: product.name.clone(),
                component: component.clone(),
                place: ConfigPath::default(),
            }],
            exact: true,
            enforced: true,
            null_block: None,
            several: false,
            everyone: None,
            parts: BTreeSet::new(),
            place: ConfigPath::default(),
        };
        (component.clone(), zone)
    });
    let open = product
        .ports
        .iter()
        .filter(|(_, it)| it.default.is_empty() && it.offset.is_none());
    let ports = open.map(|(name, it)| {
        let first = it.within.first().map_or(1, |it| it.from);
        (name.clone(), first.to_string())
    });
    let enable = product.flows.keys().chain(product.features.keys());
    let instance = Instance {
        version: Some(product.version.to_string()),
        overrides: Overrides {
            ports: ports.collect(),
            enable: enable.cloned().collect(),
            ..Overrides::default()
        },
        ..Instance::default()
    };
    Layout {
        zones: zones.collect(),
        instances: BTreeMap::from([(product.name.clone(), instance)]),
        directions: Direction::ALL.iter().copied().collect(),
        language: "en".to_owned(),
        ..Layout::default()
    }
}

/// A flow that no layout can have, or that always ends in an error, is useless.
#[test]
fn every_flow_is_reachable() {
    let catalog = Catalog::default();
    let mut found = Vec::new();
    for (name, product) in all() {
        let compiled = compile(&everything(&product), &catalog);
        let ruled: BTreeSet<&str> = compiled
            .rules
            .values()
            .flat_map(|it| &it.flows)
            .filter_map(|it| it.split_once('.'))
            .map(|(_, id)| id)
            .collect();
        for (id, flow) in &product.flows {
            if flow.exposure != Some(Exposure::Local) && !ruled.contains(id.as_str()) {
                found.push(format!("{name}: no rule comes of `{id}`"));
            }
        }
        let errors = compiled
            .findings
            .iter()
            .filter(|it| it.severity == Severity::Error);
        found.extend(errors.map(|it| format!("{name}: {}: {}", it.code.as_str(), it.message)));
    }
    none(&found);
}

/// A layout without overrides is not refused either, apart from ports that the user has to give.
#[test]
fn defaults_are_valid() {
    let catalog = Catalog::default();
    let mut found = Vec::new();
    for (name, product) in all() {
        let mut layout = everything(&product);
        for it in layout.instances.values_mut() {
            it.overrides = Overrides::default();
        }
        let findings = compile(&layout, &catalog).findings;
        let errors = findings
            .iter()
            .filter(|it| it.severity == Severity::Error && it.code.as_str() != "port-unset");
        found.extend(errors.map(|it| format!("{name}: {}: {}", it.code.as_str(), it.message)));
    }
    none(&found);
}

/// A reader in one language gets the whole product in it, or it is left to English.
#[test]
fn translations_are_whole() {
    let mut found = Vec::new();
    for (name, product) in all() {
        let mut texts: Vec<(String, &Texts)> = Vec::new();
        let flows = product.flows.iter();
        texts.extend(flows.map(|(id, it)| (format!("flow {id}"), &it.purpose)));
        let advisories = product.advisories.iter();
        texts.extend(advisories.map(|it| (format!("advisory {}", it.id), &it.text)));
        let languages: BTreeSet<&String> = texts.iter().flat_map(|(_, it)| it.keys()).collect();
        // Advice may stay in English alone, purposes not.
        for (what, it) in texts.iter().filter(|(what, _)| what.starts_with("flow")) {
            let missing = languages
                .iter()
                .filter(|language| !it.contains_key(**language));
            found.extend(
                missing.map(|language| format!("{name}: {what} has no text in `{language}`")),
            );
        }
    }
    none(&found);
}

/// Purposes are shown in tables and in comments of rules.
#[test]
fn purposes_are_short_lines() {
    let mut found = Vec::new();
    for (name, product) in all() {
        for (id, flow) in &product.flows {
            for text in flow.purpose.values() {
                if text.chars().count() > 100 || text.ends_with('.') || text.contains('\n') {
                    found.push(format!("{name}: {id}: `{text}`"));
                }
            }
        }
    }
    none(&found);
}

/// A rule that is there for a reason can be traced to the page that gives it.
#[test]
fn every_flow_names_an_open_page() {
    let mut found = Vec::new();
    for (name, product) in all() {
        for (id, source) in &product.sources {
            if !source.url.starts_with("https://") && !source.url.starts_with("http://") {
                found.push(format!(
                    "{name}: source {id}: `{}` is no address",
                    source.url
                ));
            }
        }
        for (id, flow) in &product.flows {
            if flow.sources.iter().any(|it| it.at.trim().len() < 3) {
                found.push(format!("{name}: {id} says no place in its source"));
            }
        }
    }
    none(&found);
}

/// The built-in index with other names for products, so that to load one of their files is a panic.
fn index_without_files(renamed: impl Fn(&str, &str) -> bool) -> Catalog {
    let rename = |text: &str| {
        let row = |row: &str| {
            let mut cells = row.split('\t');
            let (name, version) = (cells.next().unwrap(), cells.next().unwrap_or_default());
            let front = if name.is_empty() || name == "name" || !renamed(name, version) {
                ""
            } else {
                "un"
            };
            format!("{front}{row}\n")
        };
        text.lines().map(row).collect::<String>()
    };
    let [lines, flows] = Index::built_in().texts().map(|it| rename(&it));
    Catalog::of(Arc::new(Index::read(&lines, &flows).unwrap()))
}

fn query(name: &str) -> ProductQuery<'_> {
    static NOWHERE: std::sync::LazyLock<ConfigPath> = std::sync::LazyLock::new(ConfigPath::default);
    ProductQuery {
        name,
        name_place: &NOWHERE,
        version: None,
        version_place: &NOWHERE,
    }
}

/// Search, reverse look-up, suggestions, languages, reviews and inventories read the index.
#[test]
fn nothing_loads_files_to_find_products() {
    let catalog = index_without_files(|_, _| true);
    let all = catalog.lookup(&Query::default());
    assert_eq!(all.products.len(), catalog.names().len());
    let everywhere = catalog.lookup(&Query {
        port: Some(PortRange::ALL),
        ..Query::default()
    });
    assert!(everywhere.listeners.len() > 300);
    let gateways = catalog.lookup(&Query {
        search: Some("шлюз".to_owned()),
        language: Some("ru".to_owned()),
        ..Query::default()
    });
    assert!(gateways.products.len() >= 3);
    let unknown = catalog.find(query("unkogn")).unwrap_err();
    assert_eq!(unknown.remedy, "Did you mean `unkong`?");
    assert!(catalog.language("tr", |_| false).is_ok());

    let rules = [found("sgr-1", "tcp/8001", "0.0.0.0/0")];
    let estate = ReviewInput {
        found: rules.to_vec(),
        reviewed: [(PlatformId::Aws, Direction::Ingress)].into(),
        ..ReviewInput::default()
    };
    let report = review(&estate, &catalog, "en");
    assert!(report.findings[0].meaning.contains("Kong Gateway"));
    let input = InventoryInput {
        rules: &rules,
        ignore: &[],
        hidden: &BTreeSet::new(),
        unknown: 0,
    };
    let entries = inventory(input, &catalog, "en").entries;
    assert!(entries.iter().any(|it| it.meaning.contains("Kong Gateway")));
}

/// A layout loads the release line that it uses, and no other file.
#[test]
fn a_layout_loads_only_what_it_uses() {
    let catalog = index_without_files(|name, version| (name, version) != ("kong", "3"));
    let kong = all().find(|it| it.0 == "kong 3").unwrap().1;
    let mut layout = everything(&kong);
    layout.instances.get_mut("kong").unwrap().version = Some("3.9.1".to_owned());
    assert!(!compile(&layout, &catalog).rules.is_empty());
}

/// What people type in place of the name: an alias, the vendor in front, other case, blanks and dashes.
#[test]
fn products_are_found_as_people_call_them() {
    let catalog = Catalog::default();
    for (called, name) in [
        ("postgres", "postgresql"),
        ("k8s", "kubernetes"),
        ("elastic-elasticsearch", "elasticsearch"),
        ("mongodb-inc-mongodb", "mongodb"),
        ("cilium-cilium", ""),
        ("x-kong", ""),
        ("-kong", ""),
    ] {
        let lines = catalog.lines(called);
        let found = lines.first().map_or("", |it| it.name.as_str());
        assert_eq!(found, name, "{called}");
    }
    for (typed, meant) in [
        ("postgrse", "postgres"),
        ("Postgres_QL", "postgresql"),
        ("broadcom-rabitmq", "broadcom-rabbitmq"),
    ] {
        let finding = catalog.find(query(typed)).unwrap_err();
        assert_eq!(finding.remedy, format!("Did you mean `{meant}`?"));
    }
    let names = |search: &str, language: &str| -> BTreeSet<String> {
        let query = Query {
            search: Some(search.to_owned()),
            language: Some(language.to_owned()),
            ..Query::default()
        };
        let products = catalog.lookup(&query).products.into_iter();
        products.map(|it| it[0].name.clone()).collect()
    };
    for same in [
        ["IBM api-connect", "ibmapiconnect"],
        ["MessageBroker", "message BROKER"],
    ] {
        let [one, other] = same.map(|it| names(it, "en"));
        assert_eq!(one, other);
        assert_eq!(one.len(), 1);
    }
    for (search, language) in [("ШЛЮЗ", "ru"), ("AĞ GEÇİDİ", "tr"), ("ag gecidi", "tr")] {
        let found = names(search, language);
        for name in ["kong", "apinizer", "ibm-api-connect"] {
            assert!(found.contains(name), "{search}: {found:?}");
        }
        // Words are found in any language, purposes only in the one that was asked for.
        assert!(found.contains("etcd") && !names(search, "en").contains("etcd"));
    }
}

/// A user's own product is listed and found like the built-in ones, and replaces the line of its name and version.
#[test]
fn own_products_are_indexed() {
    let kong = FILES.iter().find(|it| it.name == "kong").unwrap();
    let own = kong.text().replacen("Kong Gateway", "Our Kong", 1);
    let text = include_str!("product_files/full.toml");
    let place = ConfigPath::default;
    let (catalog, findings) = Catalog::with_definitions([(&*own, place()), (text, place())]);
    assert!(findings.is_empty());
    let lines = catalog.lines("kong");
    let titles: Vec<&str> = lines.iter().map(|it| it.title.as_str()).collect();
    assert_eq!(titles, ["Kong Gateway", "Our Kong"]);
    assert_eq!(catalog.lines("macaw")[0].product().name, "parrot");
    let found = catalog.lookup(&Query {
        search: Some("ПОПУГАЙ".to_owned()),
        port: Some(PortRange::ALL),
        ..Query::default()
    });
    assert_eq!(found.products.len(), 1);
    let parrot = catalog.lines("parrot")[0].product();
    for it in &found.listeners {
        assert_eq!(
            it.flow.purpose("en"),
            parrot.flows[it.flow.id].purpose["en"]
        );
    }
}
