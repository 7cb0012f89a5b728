//! A page and a product file are compared exactly, both ways.

use crate::import_drafts::read;
use portmatrix::catalog::load;
use portmatrix::catalog::product::Product;
use portmatrix::import::against::{
    Difference, Printed, Statement, compare, fact, stated, wrongly_assumed,
};
use portmatrix::import::answers::Answers;
use portmatrix::import::settle;
use portmatrix::model::words::Assumption;

/// A product with a web tier and a database, and these flows.
fn product(flows: &str) -> Product {
    let text = format!(
        r#"
format = 1
name = "parrot"
title = "Parrot"
vendor = "Example Corp."
version = "1"

[[source]]
id = "page"
title = "Ports"
url = "https://docs.example.com/parrot"
language = "en"
retrieved = "2026-11-28"

[[source]]
id = "other"
title = "More ports"
url = "https://docs.example.com/parrot/more"
language = "en"
retrieved = "2026-11-28"

[component.node]
title = "Node"
kind = "own"

[component.web]
title = "Web server"
aliases = ["Front end"]
kind = "own"
is = ["node"]

[component.job]
title = "Job server"
kind = "own"
is = ["node"]

[component.database]
title = "Database"
kind = "dependency"

[port.range]
default = "8000-8100"

{flows}"#
    );
    load(&text).unwrap_or_else(|it| panic!("{it:?}"))
}

/// A flow with these fields.
fn flow(id: &str, from: &str, to: &str, service: &str, rest: &str) -> String {
    let source = if rest.contains("source") {
        ""
    } else {
        "source = { ref = \"page\", at = \"row 1\" }\n"
    };
    format!(
        "[[flow]]\nid = \"{id}\"\nfrom = \"{from}\"\nto = \"{to}\"\nservices = [\"{service}\"]\nplane = \"data\"\n\
         exposure = \"internal\"\nneed = \"required\"\npurpose = {{ en = \"x\" }}\n{source}{rest}\n"
    )
}

/// The differences between a product and a page with these rows of source, destination, port and protocol.
fn differences(product: &Product, rows: &[&str], answers: &str) -> Vec<Difference> {
    let page = format!(
        "# Parrot\n\n| Source | Destination | Port | Protocol |\n|---|---|---|---|\n{}\n",
        rows.join("\n")
    );
    let answers = if answers.is_empty() {
        Answers::default()
    } else {
        Answers::parse(&format!("format = 1\n{answers}")).unwrap_or_else(|it| panic!("{it:?}"))
    };
    let (facts, answers) = read(&page, "parrot.md", answers);
    compare(&settle(&facts, &answers), product, Some("page"))
}

fn on_page(text: &str) -> Difference {
    Difference::Stated(text.to_owned())
}

fn in_file(text: &str) -> Difference {
    Difference::Filed(text.to_owned())
}

#[test]
fn ports_are_compared_by_interval() {
    let product = product(&flow("a", "web", "database", "tcp/{range}", ""));
    let check = |rows: &[&str], expected: &[Difference]| {
        assert_eq!(differences(&product, rows, ""), expected, "{rows:?}");
    };
    check(&["| Web server | Database | 8000-8100 | TCP |"], &[]);
    check(
        &[
            "| Web server | Database | 8000-8049 | TCP |",
            "| Web server | Database | 8050-8100 | TCP |",
        ],
        &[],
    );
    check(
        &["| Web server | Database | 8000-8090, 8200 | TCP |"],
        &[
            on_page("Parrot, row 1: web -> database tcp/8200"),
            in_file("flow `a`: tcp/8091-8100"),
        ],
    );
    check(
        &["| Web server | Database | 8000-8100 | UDP |"],
        &[
            on_page("Parrot, row 1: web -> database udp/8000-8100"),
            in_file("flow `a`: tcp/8000-8100"),
        ],
    );
}

#[test]
fn components_are_compared_pair_by_pair() {
    let both = product(&flow("a", "node", "database", "tcp/5432", ""));
    let row = "| Web server | Database | 5432 | TCP |";
    // A web server is a node, and so is a job server, which the page leaves out.
    assert_eq!(
        differences(&both, &[row], ""),
        [
            in_file("flow `a`: job -> database tcp/5432"),
            in_file("flow `a`: node -> database tcp/5432"),
        ]
    );
    assert_eq!(
        differences(&both, &["| Node | Database | 5432 | TCP |"], ""),
        []
    );
    // The file has half of what the page says.
    let half = product(&flow("a", "web", "database", "tcp/5432", ""));
    assert_eq!(
        differences(&half, &["| Node | Database | 5432 | TCP |"], ""),
        [
            on_page("Parrot, row 1: job -> database tcp/5432"),
            on_page("Parrot, row 1: node -> database tcp/5432"),
        ]
    );
    // The other way round is another flow.
    assert_eq!(
        differences(&half, &["| Database | Web server | 5432 | TCP |"], ""),
        [
            on_page("Parrot, row 1: database -> web tcp/5432"),
            in_file("flow `a`: tcp/5432"),
        ]
    );
}

#[test]
fn names_are_compared_after_the_answers() {
    let product = product(&flow("a", "web", "database", "tcp/5432", ""));
    let row = &["| Front ends | Database | 5432 | TCP |"];
    assert_eq!(
        differences(&product, row, ""),
        [
            on_page("Parrot, row 1: front-ends -> database tcp/5432"),
            in_file("flow `a`: tcp/5432"),
            Difference::Unknown("front-ends".to_owned()),
        ]
    );
    let names = "[names]\n\"Front ends\" = \"web\"\n";
    assert_eq!(differences(&product, row, names), []);
    // An alias of the file is a name as well.
    let row = &["| Front end | Database | 5432 | TCP |"];
    assert_eq!(differences(&product, row, ""), []);
}

#[test]
fn an_end_is_open_only_where_the_page_is_silent() {
    let file = product(&flow(
        "a",
        "web",
        "database",
        "tcp/5432",
        "assumed = [\"from\"]",
    ));
    let silent = &["| | Database | 5432 | TCP |"];
    assert_eq!(differences(&file, silent, ""), []);
    let elsewhere = &["| Job server | Database | 5432 | TCP |"];
    assert_eq!(
        differences(&file, elsewhere, ""),
        [on_page("Parrot, row 1: job -> database tcp/5432")]
    );
    let stated = &["| Web server | Database | 5432 | TCP |"];
    assert_eq!(
        differences(&file, stated, ""),
        [Difference::Assumed("flow `a` assumes `from`".to_owned())]
    );
    // An answer is compared, but the page does not state it.
    let answer = |name: &str| {
        format!(
            "[[table]]\nat = \"Parrot\"\ncolumns = [\"Source\", \"Destination\", \"Port\", \"Protocol\"]\nfrom = \"{name}\"\n"
        )
    };
    assert_eq!(differences(&file, silent, &answer("web")), []);
    assert_eq!(
        differences(&file, silent, &answer("job")),
        [on_page("Parrot, row 1: job -> database tcp/5432")]
    );
}

#[test]
fn a_transport_that_the_page_does_not_name_matches_any() {
    let file = product(&flow(
        "a",
        "web",
        "database",
        "tcp/5432",
        "assumed = [\"transport\"]",
    ));
    let row = |protocol: &str| format!("| Web server | Database | 5432 | {protocol} |");
    assert_eq!(differences(&file, &[&row("-")], ""), []);
    assert_eq!(differences(&file, &[&row("PostgreSQL")], ""), []);
    assert_eq!(
        differences(&file, &[&row("TCP")], ""),
        [Difference::Assumed(
            "flow `a` assumes `transport`".to_owned()
        )]
    );
    let other = product(&flow("a", "web", "database", "icmp/8", ""));
    assert_eq!(
        differences(&other, &["| Web server | Database | - | ICMP |"], ""),
        [on_page("Parrot, row 1: web -> database icmp/0-7, 9-255")]
    );
}

#[test]
fn only_flows_of_the_page_are_expected_on_it() {
    let more = "source = { ref = \"other\", at = \"row 1\" }";
    let file = product(
        &(flow("a", "web", "database", "tcp/5432", "")
            + &flow("b", "job", "database", "tcp/5433", more)),
    );
    let row = &["| Web server | Database | 5432 | TCP |"];
    assert_eq!(differences(&file, row, ""), []);
}

/// A range of which one row states the transport of one half does not have its transport stated.
#[test]
fn a_field_is_stated_only_for_all_of_a_range() {
    let statement = |services: &[&str]| Statement {
        from: Some(vec!["web".to_owned()]),
        to: Some(vec!["database".to_owned()]),
        from_stated: true,
        to_stated: true,
        services: services
            .iter()
            .map(|it| Printed::parse(it).unwrap())
            .collect(),
    };
    let check = |assumed: &str, services: &[&str], expected: &[(Assumption, bool)]| {
        let product = product(&flow("a", "web", "database", "tcp/{range}", assumed));
        let statement = statement(services);
        let facts = [fact(&product, &statement)];
        let found = wrongly_assumed(&stated(&product)[0], &facts);
        assert_eq!(found, expected, "{assumed} {services:?}");
    };
    let transport = "assumed = [\"transport\"]";
    let half = ["tcp/8000-8050", "tcp~/8051-8100"];
    let whole = ["tcp/8000-8050", "tcp~/8000-8100", "tcp/8051-8100"];
    check(transport, &half, &[]);
    check("", &half, &[(Assumption::Transport, false)]);
    check(transport, &whole, &[(Assumption::Transport, true)]);
    check("", &whole, &[]);
}
