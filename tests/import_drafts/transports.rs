//! Sentences that give all ports of a page a transport.

use crate::import_drafts::shown;

const TABLE: &str = "| Port | Source | Destination |\n|---|---|---|\n| 80 | A | B |\n";

/// A sentence anywhere above a table counts, in the sections that the table is in; one with exceptions counts for the whole page.
#[test]
fn a_sentence_about_all_ports_of_the_page_counts_below_it() {
    let rule = "All ports are TCP.";
    let exceptions = "All ports are TCP unless stated otherwise.";
    for (above, expected) in [
        (format!("{rule}\n\nSome words.\n\n## Ports"), "tcp/80"),
        (
            format!("{rule} Rules are simple.\n\n## Ports\n\nThe ports:"),
            "tcp/80",
        ),
        (format!("## Before\n\n{rule}\n\n## Ports"), "tcp/80"),
        (
            "Note: Port numbers are Transmission Control Protocols (TCP), unless noted otherwise.\n\n## Ports".to_owned(),
            "tcp/80",
        ),
        (
            "Ports are UDP unless otherwise noted.\n\n## Ports".to_owned(),
            "udp/80",
        ),
        ("Port numbers are TCP.\n\n## Ports".to_owned(), "?/80"),
        (format!("## Before\n\n{exceptions}\n\n## Ports"), "tcp/80"),
        (
            "Details are below - all listed ports are TCP ports.\n\n## Ports".to_owned(),
            "tcp/80",
        ),
        (
            "All ports listed below are TCP.\n\n- none\n\n## Ports".to_owned(),
            "?/80",
        ),
        (
            "Unless otherwise noted, all ports are UDP.\n\n## Ports".to_owned(),
            "udp/80",
        ),
        (
            "All ports are TCP unless marked with UDP.\n\n## Ports".to_owned(),
            "tcp/80",
        ),
        // Nearer ones come first.
        (
            format!("{exceptions}\n\n## Ports\n\nOpen the following UDP ports:"),
            "udp/80",
        ),
        (
            format!("{exceptions}\n\n## Ports\n\nAll ports of this section are UDP."),
            "udp/80",
        ),
        (format!("{exceptions}\n\n## UDP ports"), "udp/80"),
        // These are about a part of the ports.
        (
            "Open the following TCP ports:\n\n- none\n\n## Ports".to_owned(),
            "?/80",
        ),
        ("All inbound ports are TCP.\n\n## Ports".to_owned(), "?/80"),
        ("Not all ports are TCP.\n\n## Ports".to_owned(), "?/80"),
        (
            "All ports are TCP. DNS is UDP.\n\n## Ports".to_owned(),
            "?/80",
        ),
        (
            "All ports are TCP. The following ones are UDP, too.\n\n## Ports".to_owned(),
            "?/80",
        ),
        (
            "All ports are TCP except 53, which is UDP.\n\n## Ports".to_owned(),
            "?/80",
        ),
    ] {
        let (flows, _) = shown(&format!("# Parrot\n\n{above}\n\n{TABLE}"), "parrot.md");
        assert_eq!(flows, [format!("a > b: {expected}")], "{above}");
    }
}

/// A sentence in a section with a table is about that table, unless it allows exceptions.
#[test]
fn a_sentence_of_another_section_with_a_table_is_about_that_table() {
    for (rule, expected) in [
        ("All ports are TCP.", "?/80"),
        ("All ports are TCP unless stated otherwise.", "tcp/80"),
    ] {
        let other = TABLE.replace("A | B", "C | D");
        let page = format!("# Parrot\n\n## Others\n\n{rule}\n\n{other}\n## Ports\n\n{TABLE}");
        let (flows, _) = shown(&page, "parrot.md");
        assert_eq!(
            flows,
            ["c > d: tcp/80".to_owned(), format!("a > b: {expected}")],
            "{rule}"
        );
    }
}

/// A sentence at the end of the section of a table counts if no sentence above the table speaks.
#[test]
fn a_sentence_at_the_end_of_a_section_counts() {
    for (above, below, expected) in [
        ("", "All ports are TCP unless noted otherwise.", "tcp/80"),
        ("", "All ports are TCP.", "tcp/80"),
        (
            "",
            "## Others\n\nAll ports are TCP unless noted otherwise.",
            "?/80",
        ),
        (
            "All ports are UDP.",
            "All ports are TCP unless noted otherwise.",
            "udp/80",
        ),
    ] {
        let page = format!("# Parrot\n\n## Ports\n\n{above}\n\n{TABLE}\n{below}\n");
        let (flows, _) = shown(&page, "parrot.md");
        assert_eq!(flows, [format!("a > b: {expected}")], "{above} {below}");
    }
}

/// What a row says is right, whatever the page says of all ports; the name of an application says nothing of its transport.
#[test]
fn rows_say_otherwise() {
    let page = "\
# Parrot

All ports are TCP unless stated otherwise.

## Ports

| Port     | Protocol | Source | Destination |
|----------|----------|--------|-------------|
| 443      | HTTPS    | A      | B           |
| 53 (UDP) |          | A      | C           |
| 123      | UDP      | A      | D           |
| 8080     |          | A      | E           |
";
    let (flows, _) = shown(page, "parrot.md");
    let expected = [
        "a > b: tcp/443",
        "a > c: udp/53",
        "a > d: udp/123",
        "a > e: tcp/8080",
    ];
    assert_eq!(flows, expected);
}

/// A list that names both ends has the transport, too.
#[test]
fn items_of_lists_have_the_transport_of_the_page() {
    let page = "# Parrot\n\nAll ports are TCP unless stated otherwise.\n\n## Ports\n\n- Web → Database: 5432\n- Web → Clock: 123/udp\n";
    let (flows, _) = shown(page, "parrot.md");
    assert_eq!(flows, ["web > database: tcp/5432", "web > clock: udp/123"]);
}

/// `Destination protocol` is a protocol, not a destination.
#[test]
fn the_protocol_of_a_destination_is_a_transport() {
    let page = "# Parrot\n\n| Source component | Destination component | Destination protocol | Destination port | Service |\n|---|---|---|---|---|\n| Perch | Cage | TCP/UDP | 514 | Log |\n";
    let (flows, _) = shown(page, "parrot.md");
    assert_eq!(flows, ["perch > cage: tcp/514 udp/514"]);
}

/// A cell of ports that names only an application protocol names no transport, but says more than nothing.
#[test]
fn a_protocol_next_to_its_port_is_named() {
    let page = "# Parrot\n\n| Protocol / Port | Direction |\n|---|---|\n| SSH (22) | Perch to Cage |\n| 902 | Perch to Cage |\n";
    let (flows, _) = shown(page, "parrot.md");
    assert_eq!(flows, ["perch > cage: tcp~/22", "perch > cage: ?/902"]);
}
