//! Nothing of a page is lost in silence: what is not used is listed, with its line and the reason.

use crate::import_drafts::read;
use crate::support::program;
use portmatrix::import::answers::Answers;
use portmatrix::import::{Carrier, settle};
use std::fs;
use std::process::Stdio;

const PAGE: &str = "\
# Parrot

## Ensemble

| Client port | Use     |
|-------------|---------|
| 2181        | clients |
| 2888        | peers   |

## Sizes of ports

| Nodes | RAM |
|-------|-----|
| one   | two |

## Sizes

| Nodes | RAM |
|-------|-----|
| 16    | 32  |

## Ports of nodes

| Setting | Value |
|---------|-------|
| a       | 8080  |
| b       | 8081  |

## Web

| Port | Protocol | Source | Destination |
|------|----------|--------|-------------|
| 443  | TCP      | user   | node        |
";

#[test]
fn tables_that_may_have_ports_are_listed() {
    let (facts, answers) = read(PAGE, "parrot.md", Answers::default());
    let unused: Vec<(usize, &str)> = facts
        .unused
        .iter()
        .map(|it| (it.line, it.why.as_str()))
        .collect();
    assert_eq!(
        unused,
        [
            (5, "`Client port` may be the port of the side that connects"),
            (
                24,
                "`Value` has numbers that may be ports, but its header does not say so"
            ),
        ]
    );
    assert_eq!(facts.without_ports, 2);
    // The file of answers has a place for what a person knows, and then the table is used.
    let text = answers.to_toml(&[], &facts.tables);
    assert!(
        text.contains("# This table is not used. If it has ports, say what its columns contain: roles = [\"port\", \"service\"]"),
        "{text}"
    );
    let roles = "columns = [\"Client port\", \"Use\"]\nroles = []";
    assert!(text.contains(roles), "{text}");
    let text = text.replace(roles, &roles.replace("[]", "[\"port\", \"service\"]"));
    let answers = Answers::parse(&text).unwrap_or_else(|it| panic!("{it:?}"));
    let (facts, answers) = read(PAGE, "parrot.md", answers);
    assert_eq!((facts.unused.len(), facts.tables.len()), (1, 2));
    assert_eq!(settle(&facts, &answers).len(), 3);
}

#[test]
fn protocols_without_ports_are_flows() {
    let page = "# Parrot\n\n| Source | Destination | Protocol |\n|---|---|---|\n| a | b | ESP |\n| a | c | TCP |\n";
    let (facts, _) = read(page, "parrot.md", Answers::default());
    let carriers: Vec<Carrier> = facts.claims.iter().map(|it| it.pieces[0].carrier).collect();
    assert_eq!(carriers, [Carrier::Ip(50)]);
    let left: Vec<(usize, &str)> = facts.skipped.iter().map(|it| (it.line, it.why)).collect();
    assert_eq!(left, [(6, "the row states no port")]);
    let page = "# Parrot\n\n| Source | Destination | Port | Protocol |\n|---|---|---|---|\n| a | b | - | ICMP |\n";
    let (facts, _) = read(page, "parrot.md", Answers::default());
    assert_eq!(facts.claims.len(), 1);
}

#[test]
fn a_cell_has_a_limit_of_names() {
    let names: Vec<String> = (0..101).map(|it| format!("host{it}")).collect();
    let page = |names: &[String]| {
        format!(
            "# Parrot\n\n| Source | Destination | Port | Protocol |\n|---|---|---|---|\n| {} | b | 443 | TCP |\n",
            names.join(", ")
        )
    };
    let (facts, _) = read(&page(&names[..100]), "parrot.md", Answers::default());
    assert_eq!((facts.claims[0].from.len(), facts.skipped.len()), (100, 0));
    let (facts, _) = read(&page(&names), "parrot.md", Answers::default());
    assert_eq!(facts.claims[0].from.len(), 100);
    let why = "the cell has more than 100 names, and the rest is not used";
    assert_eq!((facts.skipped[0].line, facts.skipped[0].why), (5, why));
    assert_eq!(facts.claims[0].doubts, [why]);
}

/// What a person reads: rows that are left for one reason in one line, and where a quote is open.
#[test]
fn what_is_left_is_printed() {
    let folder = tempfile::tempdir().unwrap();
    let printed = |name: &str, text: &str| {
        fs::write(folder.path().join(name), text).unwrap();
        let output = program::program()
            .current_dir(folder.path())
            .args(["import", name])
            .stdin(Stdio::null())
            .output()
            .unwrap();
        String::from_utf8(output.stderr).unwrap()
    };
    let err = printed("parrot.md", PAGE);
    for line in [
        "- line 5: table `Ensemble` is not used: `Client port` may be the port of the side that connects; if it has ports, give its `roles` in the answers\n",
        "- 2 other tables have nothing that looks like a port\n",
    ] {
        assert!(err.contains(line), "{err}");
    }
    let rows = "a,b,none,TCP\n".repeat(12);
    let err = printed(
        "parrot.csv",
        &format!("Source,Destination,Port,Protocol\na,b,\"443,TCP\nc,d,444,TCP\n{rows}"),
    );
    for line in [
        "- line 2: look at it: the quote that opens a value is not closed, so it is read as a character\n",
        "- lines 4, 5, 6, 7, 8, 9, 10, 11 and 4 more: not used: the row states no port\n",
        "2 statements",
    ] {
        assert!(err.contains(line), "{err}");
    }
    // A page of which nothing is used says what was there.
    let start = PAGE.split("## Web").next().unwrap();
    let err = printed("empty.md", start);
    assert!(
        err.contains("has no table with ports that can be read")
            && err.contains("table `Ensemble`"),
        "{err}"
    );
}

/// A flow to a component of the product and to one outside it is two in the draft, since only the first has an exposure.
#[test]
fn listeners_inside_and_outside_are_apart() {
    let page = "# Parrot\n\n| Source | Destination | Port | Protocol |\n|---|---|---|---|\n| Node | Internet, Node | 443 | TCP |\n";
    let (facts, answers) = read(page, "parrot.md", Answers::default());
    let draft = portmatrix::import::draft(&facts, &answers, page);
    let product = portmatrix::catalog::load(&draft).unwrap_or_else(|it| panic!("{it:?}\n{draft}"));
    let ends: Vec<(Vec<String>, bool)> = product
        .flows
        .values()
        .map(|it| (it.to.clone(), it.exposure.is_some()))
        .collect();
    assert_eq!(
        ends,
        [
            (vec!["node".to_owned()], true),
            (vec!["internet".to_owned()], false)
        ]
    );
}

/// Tables within code are named, whatever the format of the page is.
#[test]
fn tables_within_code_are_named() {
    let pipes = "| Port | Use |\n|------|-----|\n| 443 | Web |\n";
    let drawn = "+------+-----+\n| Port | Use |\n+======+=====+\n| 443  | Web |\n+------+-----+\n";
    let simple = "===== ====\nPort  Use\n===== ====\n443   Web\n===== ====\n";
    let inner = "[%header]\n|===\n| Port | Use\n| 443 | Web\n|===\n";
    let indented = |text: &str| format!("   {}\n", text.trim_end().replace('\n', "\n   "));
    let why = "a table with ports within code is not read";
    for (name, text, line) in [
        ("p.adoc", format!("= Parrot\n\n----\n{pipes}----\n"), 4),
        ("p.adoc", format!("= Parrot\n\n....\n{drawn}....\n"), 4),
        ("p.adoc", format!("= Parrot\n\n----\n{inner}----\n"), 5),
        ("p.adoc", format!("= Parrot\n\n```\n{simple}```\n"), 4),
        (
            "p.rst",
            format!(
                "Parrot\n======\n\nThis is it::\n\n{}\nEnd.\n",
                indented(drawn)
            ),
            6,
        ),
        (
            "p.rst",
            format!(
                "Parrot\n======\n\n.. code-block:: text\n\n{}\nEnd.\n",
                indented(pipes)
            ),
            6,
        ),
        (
            "p.rst",
            format!(
                "Parrot\n======\n\n.. parsed-literal::\n\n{}\nEnd.\n",
                indented(simple)
            ),
            6,
        ),
        ("p.md", format!("# Parrot\n\n```\n{simple}```\n"), 4),
        (
            "p.adoc",
            format!("= Parrot\n\n++++\n<pre>\n{pipes}</pre>\n++++\n"),
            5,
        ),
        (
            "p.rst",
            format!(
                "Parrot\n======\n\n.. raw:: html\n\n   <pre>\n{}   </pre>\n",
                indented(drawn)
            ),
            7,
        ),
        (
            "p.html",
            format!("<h1>Parrot</h1>\n<pre>\n{drawn}</pre>\n"),
            3,
        ),
    ] {
        let (facts, _) = read(&text, name, Answers::default());
        let remarks: Vec<(usize, &str)> =
            facts.remarks.iter().map(|it| (it.line, it.text)).collect();
        assert_eq!(remarks, [(line, why)], "{name}\n{text}");
        assert_eq!(facts.claims.len(), 0, "{name}\n{text}");
    }
    let text = "= Parrot\n\n----\n| Size | Use |\n|------|-----|\n| 443 | Web |\n----\n";
    assert_eq!(read(text, "p.adoc", Answers::default()).0.remarks, []);
}

/// A table that a sentence calls an example makes no flow, and is listed; a sentence with an example in it is about its table.
#[test]
fn examples_make_no_flow() {
    let table = "| Source | Destination | Port |\n|---|---|---|\n| a | b | 443 |\n";
    for (lead, flows) in [
        ("The following example has two servers:", 0),
        ("Ports are up to you. This table is an example.", 0),
        ("For example:", 0),
        ("For example, agents need these ports:", 1),
        ("Open these ports.", 1),
    ] {
        let page = format!("# Parrot\n\n## Ports\n\n{lead}\n\n{table}");
        let (facts, answers) = read(&page, "parrot.md", Answers::default());
        assert_eq!(settle(&facts, &answers).len(), flows, "{lead}");
        let why = "the sentence before the table announces an example";
        let left: Vec<&str> = facts.skipped.iter().map(|it| it.why).collect();
        assert_eq!(left.contains(&why), flows == 0, "{lead} {left:?}");
    }
}

/// Ports of machines, and options with numbers, are not ports of listeners.
#[test]
fn ports_of_machines_and_options_make_no_flow() {
    for table in [
        "| Server | Switch port | VLAN |\n|---|---|---|\n| a | 24 | 100 |\n",
        "| Host | Port group | Number of ports |\n|---|---|---|\n| a | 10 | 128 |\n",
        "| Option | Type | Default | Description |\n|---|---|---|---|\n| size | number | 8080 | of the cache |\n",
    ] {
        let page = format!("# Parrot\n\n## Values\n\n{table}");
        let (facts, _) = read(&page, "parrot.md", Answers::default());
        assert_eq!(facts.claims, [], "{table}");
    }
}

const CLOSED: &str = "\
# Parrot

| Port | Source | Destination | Action      | Description                   |
|------|--------|-------------|-------------|-------------------------------|
| 80   | user   | node        | not allowed | Web pages                     |
| 81   | user   | node        |             | Do not open this port         |
| 82   | user   | node        |             | The port must be closed       |
| 83   | user   | node        |             | No longer used since 2.0      |
| 84   | user   | node        |             | Web pages; 80 is not used now |

## Ports to block

| Port | Protocol | Source | Destination |
|------|----------|--------|-------------|
| 23   | TCP      | user   | node        |
";

#[test]
fn ports_that_are_not_open_make_no_flow() {
    let (facts, answers) = read(CLOSED, "parrot.md", Answers::default());
    let skipped: Vec<(usize, &str)> = facts.skipped.iter().map(|it| (it.line, it.why)).collect();
    let closed = "the row says that the port is not open";
    assert_eq!(
        skipped,
        [
            (13, "the heading announces ports that are not open"),
            (5, "the row is a policy"),
            (6, closed),
            (7, closed),
            (8, closed),
        ]
    );
    assert_eq!(settle(&facts, &answers).len(), 1);
}

/// The port of a record of DNS is not a flow of the page.
#[test]
fn records_of_dns_are_left() {
    let page = "# Parrot\n\n## Names\n\n| Location | Type | Port | FQDN |\n|---|---|---|---|\n| External | A record | - | perch.example.com |\n| External | SRV record | 5061 | _sip._tls.example.com |\n";
    let (facts, _) = read(page, "parrot.md", Answers::default());
    assert_eq!(facts.claims, []);
    assert!(
        facts
            .skipped
            .iter()
            .any(|it| it.why == "the table has records of DNS")
    );
}
