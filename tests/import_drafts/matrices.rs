//! Matrices: who connects in the first column, who listens in the header, or the reverse, and ports in the cells.

use crate::import_drafts::{read, shown};
use portmatrix::import::answers::Answers;

const MATRIX: &str = "\
|         | Parrot    | Perch              | Seed store |
|---------|-----------|--------------------|------------|
| Parrot  |           | 443, 7000          | 5432       |
| Perch   | 8080/tcp  | 7000, 443, UDP 443 |            |
| Bastion | 22        | 22                 | 22         |
";

#[test]
fn a_matrix_has_a_flow_for_each_cell() {
    let lead =
        "The first column is the source of a connection, the other columns are its destination.";
    let page = format!("# Parrot\n\n## Firewall\n\n{lead}\n\n{MATRIX}");
    let (flows, left) = shown(&page, "parrot.md");
    let expected = [
        "parrot > perch: ?/443,7000",
        "parrot > seed-store: ?/5432",
        "perch > parrot: tcp/8080",
        "perch > perch: ?/443,7000 udp/443",
        "bastion > parrot: ?/22",
        "bastion > perch: ?/22",
        "bastion > seed-store: ?/22",
    ];
    assert_eq!(flows, expected);
    assert_eq!(left, []);
    let (facts, _) = read(&page, "parrot.md", Answers::default());
    let claim = &facts.claims[2];
    assert_eq!(
        (claim.row, claim.at.as_str()),
        (2, "Firewall, row 2, column Parrot")
    );
    assert!(facts.claims.iter().all(|it| it.doubts.is_empty()));
}

/// Which side connects is stated by the sentence before, or by the corner. Otherwise it is a doubt.
#[test]
fn the_side_that_connects_is_stated_or_a_doubt() {
    let body = "| Parrot | | 443 |\n| Perch | 8080 | |\n";
    for (lead, corner, expected, is_stated) in [
        ("", "", "parrot > perch", false),
        ("", "From \\ To", "parrot > perch", true),
        ("", "Destination / Source", "perch > parrot", true),
        ("", "To → / From ↓", "parrot > perch", true),
        (
            "Columns are sources, and rows are destinations.",
            "",
            "perch > parrot",
            true,
        ),
        (
            "Rows are destinations, and columns are sources.",
            "",
            "perch > parrot",
            true,
        ),
        (
            "Each row is a client, and each column a listener.",
            "",
            "parrot > perch",
            true,
        ),
    ] {
        let page =
            format!("# Ports\n\n{lead}\n\n| {corner} | Parrot | Perch |\n|---|---|---|\n{body}");
        let (flows, _) = shown(&page, "ports.md");
        assert_eq!(flows[0], format!("{expected}: ?/443"), "{lead}{corner}");
        let (facts, _) = read(&page, "ports.md", Answers::default());
        assert_eq!(
            facts.claims[0].doubts.is_empty(),
            is_stated,
            "{lead}{corner}"
        );
    }
}

/// Two rows of headers: the first has the end that the second one names.
#[test]
fn a_header_over_all_columns_says_which_end_they_are() {
    let page = "\
<h1>Firewall</h1>
<table>
<tr><th rowspan=2>Source</th><th colspan=2>Destination</th></tr>
<tr><th>Parrot</th><th>Seed store</th></tr>
<tr><td>Perch</td><td>443</td><td>5432</td></tr>
<tr><td>Agent</td><td>8443 and 9443</td><td></td></tr>
</table>
";
    let (flows, _) = shown(page, "parrot.html");
    let expected = [
        "perch > parrot: ?/443",
        "perch > seed-store: ?/5432",
        "agent > parrot: ?/8443,9443",
    ];
    assert_eq!(flows, expected);
}

/// Roles in the answers for the columns as printed are the answer that a table is not a matrix.
#[test]
fn an_answer_makes_a_table_of_a_matrix() {
    let page = format!("# Parrot\n\n## Firewall\n\n{MATRIX}");
    let text = "format = 1\n[[table]]\nat = \"Firewall\"\nroles = [\"host\", \"port\", \"other\", \"other\"]\n";
    let (facts, _) = read(&page, "parrot.md", Answers::parse(text).unwrap());
    assert!(
        facts.claims.iter().all(|it| it.from.is_empty()),
        "{:?}",
        facts.claims
    );
    assert_eq!(facts.claims.len(), 2);
}

/// Columns of ports by component or by kind of traffic are not a matrix.
#[test]
fn other_tables_with_several_columns_of_numbers_are_no_matrix() {
    for table in [
        "| Component | TCP | UDP |\n|---|---|---|\n| Parrot | 443 | 53 |\n| Perch | 444 | 54 |\n",
        "| Component | Development | Production |\n|---|---|---|\n| Parrot | 8080 | 443 |\n| Perch | 8081 | 444 |\n",
        "| Parrot | Nodes | Memory |\n|---|---|---|\n| Nodes | 10 | 32 |\n| Memory | 11 | 64 |\n",
    ] {
        let (facts, _) = read(
            &format!("# Parrot\n\n{table}"),
            "parrot.md",
            Answers::default(),
        );
        let both = facts.claims.iter().filter(|it| !it.from.is_empty());
        assert_eq!(both.count(), 0, "{table}");
    }
}

/// A table of the page that lists ports and their transports, and no ends, is what the page says of them.
#[test]
fn a_list_of_ports_gives_a_matrix_its_transports() {
    let list = "\
## List of ports

| Protocol | Port | Usage  |
|----------|------|--------|
| TCP      | 22   | Shell  |
| TCP/UDP  | 7000 | Gossip |
| TCP      | 5432 | Data   |
| UDP      | 5432 | Other  |
";
    let page = format!("# Parrot\n\n## Firewall\n\n{MATRIX}\n{list}");
    let (facts, _) = read(&page, "parrot.md", Answers::default());
    let pieces: Vec<String> = facts.claims[..5]
        .iter()
        .map(|it| {
            let pieces = it
                .pieces
                .iter()
                .map(|it| format!("{} {:?}", it.carrier, it.ports));
            let text = pieces.collect::<Vec<_>>().join("; ");
            let from = text.replace("PortRange ", "").replace("Ranges", "");
            from.replace("{ from: ", "").replace(" }", "")
        })
        .collect();
    let expected = [
        "? ([443, to: 443]); tcp ([7000, to: 7000]); udp ([7000, to: 7000])",
        // The list has it twice, with other transports.
        "? ([5432, to: 5432])",
        "tcp ([8080, to: 8080])",
        "? ([443, to: 443]); tcp ([7000, to: 7000]); udp ([443, to: 443, 7000, to: 7000])",
        "tcp ([22, to: 22])",
    ];
    assert_eq!(pieces, expected);
}
