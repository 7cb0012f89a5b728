//! The catalogue as a whole: what is found in its index, and that no product file is loaded to find it.

use super::{all, everything};
use crate::review::rules::found;
use portmatrix::catalog::index::Index;
use portmatrix::catalog::lookup::Query;
use portmatrix::catalog::{Catalog, FILES, ProductQuery};
use portmatrix::compile::compile;
use portmatrix::model::finding::ConfigPath;
use portmatrix::model::platform::PlatformId;
use portmatrix::model::ports::PortRange;
use portmatrix::model::words::Direction;
use portmatrix::review::inventory::{InventoryInput, inventory};
use portmatrix::review::{ReviewInput, review};
use std::collections::BTreeSet;
use std::sync::Arc;

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
    let mut layout = everything(kong.version.as_str(), &kong);
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
    for ([one, other], meant) in [
        (["IBM api-connect", "ibmapiconnect"], "ibm-api-connect"),
        (["MessageBroker", "message BROKER"], "rabbitmq"),
    ] {
        let found = names(one, "en");
        assert_eq!(found, names(other, "en"));
        assert!(
            found.contains(meant) && !found.contains("postgresql"),
            "{one}: {found:?}"
        );
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
    let text = include_str!("../product_files/full.toml");
    let place = ConfigPath::default;
    let (catalog, findings) = Catalog::with_definitions([(&*own, place()), (text, place())]);
    assert!(findings.is_empty());
    let lines = catalog.lines("kong");
    let titles: Vec<&str> = lines.iter().map(|it| it.title.as_str()).collect();
    assert_eq!(titles, ["Kong Gateway", "Our Kong"]);
    assert_eq!(catalog.lines("macaw")[0].product().name, "parrot");
    // A name finds one product with all of its lines, the user's own first; a version is compared as a version.
    let mine = (text.replacen("\"macaw\", \"cockatoo\"", "\"postgres\"", 1))
        .replacen("\"2.10\"", "\"3.10\"", 1)
        .replacen(">=2.10, <3", ">=2.10, <4", 1);
    let older = text.replacen("aliases        = [\"macaw\", \"cockatoo\"]\n", "", 1);
    let same = own.replacen("version = \"0.10\"", "version = \"0.10.0\"", 1);
    let all = [(&*mine, place()), (&*older, place()), (&*same, place())];
    let (more, findings) = Catalog::with_definitions(all);
    assert!(findings.is_empty(), "{findings:?}");
    let versions = |name: &str| -> Vec<String> {
        let lines = more.lines(name);
        lines
            .iter()
            .map(|it| format!("{} {}", it.name, it.version))
            .collect()
    };
    assert_eq!(versions("postgres"), ["parrot 3.10", "parrot 2.10"]);
    assert_eq!(versions("kong"), ["kong 3", "kong 0.10.0"]);
    // An alias that another product has is refused.
    let taken = text.replacen("\"cockatoo\"", "\"kong\"", 1);
    let (_, findings) = Catalog::with_definitions([(&*taken, place())]);
    assert!(
        findings[0]
            .message
            .contains("already refers to the product `kong`"),
        "{findings:?}"
    );
    for nothing in ["***", "- -"] {
        let search = Some(nothing.to_owned());
        let query = Query {
            search,
            ..Query::default()
        };
        assert!(more.lookup(&query).products.is_empty(), "{nothing}");
    }
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
