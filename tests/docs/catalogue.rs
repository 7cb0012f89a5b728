//! The products of the catalogue as a page, and as the list in `README.md`.

use portmatrix::catalog::FILES;
use portmatrix::catalog::product::{Product, SourceRef};
use portmatrix::model::words::Kind;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The release lines of each product, newest first.
fn products() -> BTreeMap<&'static str, Vec<Product>> {
    let mut products: BTreeMap<&str, Vec<Product>> = BTreeMap::new();
    for file in FILES {
        products.entry(file.name).or_default().push(file.load());
    }
    for lines in products.values_mut() {
        lines.sort_by(|a, b| b.version.cmp(&a.version));
    }
    products
}

/// A row for each product.
pub(crate) fn table() -> String {
    let mut text = String::new();
    for (name, lines) in products() {
        let versions: Vec<String> = lines.iter().map(|it| format!("`{}`", it.version)).collect();
        let flows: Vec<String> = lines.iter().map(|it| it.flows.len().to_string()).collect();
        let words = lines[0].words.first();
        let what = words.map_or(String::new(), |it| format!(", {}", plain(it)));
        let _ = writeln!(
            text,
            "| [`{name}`](#{name}) | {} | {} | {}{what} |",
            versions.join(", "),
            flows.join(", "),
            plain(&lines[0].title),
        );
    }
    text
}

/// A section for each product.
pub(crate) fn sections() -> String {
    let mut text = String::new();
    for (name, lines) in products() {
        let newest = &lines[0];
        let (title, vendor) = (plain(&newest.title), plain(&newest.vendor));
        let _ = write!(
            text,
            "\n## {name}\n\n{title}. Vendor: {}.",
            vendor.trim_end_matches('.')
        );
        if !newest.aliases.is_empty() {
            let _ = write!(text, " Other names: {}.", names(&newest.aliases));
        }
        text.push('\n');
        for line in &lines {
            section(line, &mut text);
        }
    }
    text
}

fn section(it: &Product, text: &mut String) {
    let _ = writeln!(
        text,
        "\n**Version `{}`**, releases `{}`, {} flows.\n",
        it.version,
        it.covered(),
        it.flows.len()
    );
    for (kind, what) in [
        (Kind::Own, "Components"),
        (Kind::Dependency, "It depends on"),
        (Kind::Platform, "It runs on"),
        (Kind::External, "It is connected with"),
    ] {
        let of_kind = it.components.iter().filter(|(_, it)| it.kind == kind);
        let of_kind: Vec<String> = of_kind
            .map(|(name, it)| format!("`{name}` ({})", plain(&it.title)))
            .collect();
        if !of_kind.is_empty() {
            let _ = writeln!(text, "- {what}: {}", of_kind.join(", "));
        }
    }
    let sources = it.sources.values();
    let sources: Vec<String> = sources
        .map(|it| {
            format!(
                "[{}](<{}>), read {}",
                plain(&it.title),
                it.url,
                it.retrieved
            )
        })
        .collect();
    let _ = writeln!(text, "- Sources: {}", sources.join("; "));
    for conflict in &it.conflicts {
        let _ = writeln!(
            text,
            "- Conflict `{}`: the matrix follows {}. {}",
            conflict.id,
            plain(conflict.taken.trim_end_matches('.')),
            plain(&conflict.why["en"])
        );
    }
    for gap in &it.gaps {
        let place = places(it, &gap.sources);
        let _ = writeln!(
            text,
            "- Gap `{}`: {}{place}",
            gap.id,
            plain(&gap.text["en"])
        );
    }
    for suspect in &it.suspects {
        let _ = writeln!(
            text,
            "- Suspect `{}`: the source has {}, probably meant is {}",
            suspect.id,
            plain(&suspect.printed),
            plain(&suspect.suggested)
        );
    }
}

/// Where something is said, in brackets.
fn places(product: &Product, refs: &[SourceRef]) -> String {
    let cited: Vec<String> = refs
        .iter()
        .map(|it| format!("{}: {}", product.sources[&it.source].title, it.at))
        .collect();
    if cited.is_empty() {
        String::new()
    } else {
        format!(" ({})", plain(&cited.join("; ")))
    }
}

fn names(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|it| format!("`{it}`")).collect();
    names.join(", ")
}

/// A text in which nothing is Markdown or HTML.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    for it in text.chars() {
        if "\\`*_<>[]|#~".contains(it) {
            plain.push('\\');
        }
        plain.push(if it.is_control() { ' ' } else { it });
    }
    plain
}

const BEFORE: &str = "The catalogue covers ";
const AFTER: &str = "\n\n## Install";

/// Products of every kind that most readers know.
const KNOWN: [&str; 12] = [
    "active-directory",
    "elasticsearch",
    "exchange-server",
    "ibm-api-connect",
    "kafka",
    "kong",
    "kubernetes",
    "openshift",
    "postgresql",
    "prometheus-stack",
    "rabbitmq",
    "vault",
];

/// The README with the sentence about products made anew.
pub(crate) fn readme(text: &str) -> String {
    let (before, rest) = text.split_once(BEFORE).expect("the README lists products");
    let (_, after) = rest
        .split_once(AFTER)
        .expect("the list is before `Install`");
    let products = products();
    let title = |name: &&str| products.get(*name).map(|it| &*it[0].title);
    let titles: Vec<&str> = KNOWN.iter().filter_map(title).collect();
    assert_eq!(
        titles.len(),
        KNOWN.len(),
        "a product that is not in the catalogue"
    );
    let list = format!(
        "{BEFORE}{} products, among them {}. [Its page](docs/guides/catalogue.md) lists them all, each with its versions, sources and gaps.",
        products.len(),
        titles.join(", ")
    );
    format!("{}\n{}{AFTER}{after}", before.trim_end(), wrapped(&list))
}

/// Lines of at most 140 characters.
fn wrapped(text: &str) -> String {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let last = lines.last_mut().expect("there is a line");
        if last.is_empty() {
            last.push_str(word);
        } else if last.chars().count() + 1 + word.chars().count() <= 140 {
            let _ = write!(last, " {word}");
        } else {
            lines.push(word.to_owned());
        }
    }
    lines.join("\n")
}

/// The presets of other modules lead to products and components that there are.
#[test]
fn presets_lead_to_components() {
    let page = crate::support::read("templates/guides/catalogue.md.tmpl");
    let (_, section) = page
        .split_once("## Coming from presets")
        .expect("the section");
    let products = products();
    let (mut rows, mut wrong) = (0, Vec::new());
    for line in section.lines().filter(|it| it.starts_with("| `")) {
        rows += 1;
        let cells: Vec<&str> = line.split(" | ").collect();
        let quoted = |cell: &str| -> Vec<String> {
            let parts = cell.split('`').skip(1).step_by(2);
            parts.map(str::to_owned).collect()
        };
        let Some(product) = quoted(cells[2]).into_iter().next() else {
            assert!(cells[4].contains("`flow`"), "{line}");
            continue;
        };
        let Some(lines) = products.get(product.as_str()) else {
            wrong.push(format!("{product} is not a product: {line}"));
            continue;
        };
        let components = quoted(cells[3]);
        let unknown = components
            .iter()
            .filter(|it| !lines[0].components.contains_key(*it));
        wrong.extend(unknown.map(|it| format!("{product} has no component {it}")));
    }
    assert!(rows > 80, "{rows} rows");
    assert!(wrong.is_empty(), "{wrong:#?}");
}
