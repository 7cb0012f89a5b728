//! Pages that only look like others, and mean something else: what they do not say stays open, and no port is lost.

use crate::import_drafts::flows;

/// Headings that only look like a side, and what is nearer than the heading.
#[test]
fn headings_without_a_name_give_no_ends() {
    let of = |heading: &str| {
        flows(&format!(
            "# Network requirements\n\n## Inbound\n\n### {heading}\n\n| Port | Protocol |\n|---|---|\n| 443 | TCP |\n"
        ))
    };
    for heading in [
        "Source: Table 3",
        "Source — destination matrix",
        "Source: RFC 6335",
        "Source: Agent - Destination: Hub",
        "Target: 2025",
    ] {
        assert_eq!(of(heading), ["unstated > unstated: tcp/443"], "{heading}");
    }
    assert_eq!(
        of("Source: Agent to Hub node"),
        ["agent > hub-node: tcp/443"]
    );
    let page = "\
# Hub server

Source: Gartner

| Port | Protocol |
|------|----------|
| 443 | TCP |

## Agent server

### Destination: Hub nodes

| Source | Port | Protocol |
|--------|------|----------|
| Perch | 22 | TCP |
";
    assert_eq!(
        flows(page),
        [
            "unstated > hub-server: tcp/443",
            "perch > hub-nodes: tcp/22"
        ]
    );
}

/// Numbers below a direction are ports where the page is about networks, and only those without another meaning.
#[test]
fn numbers_below_directions_may_count_anything() {
    for heading in ["Incoming webhooks", "Outgoing mail", "Inbound rules"] {
        let page = format!("# Firewall\n\n## {heading}\n\n- 200: accepted\n- 404: not found\n");
        assert_eq!(flows(&page), [""; 0], "{heading}");
    }
    for title in ["Parrot", "Network Monitor", "Traffic Director"] {
        let page = format!("# {title}\n\n## Inbound\n\n- 200: accepted\n");
        assert_eq!(flows(&page), [""; 0], "{title}");
    }
    let page = "# Firewall\n\n## Inbound\n\n- 443: web\n- Priority: 200\n- Limit: 5000\n";
    assert_eq!(flows(page), ["unstated > unstated: ?/443"]);
}

/// A sentence about other ports, other hosts or a condition hides nothing.
#[test]
fn only_these_ports_need_not_be_open() {
    for lead in [
        "All traffic is outbound, you do not need to open any inbound ports in your firewall.",
        "Since version 2, it is not necessary to open port 80. The following ports are required:",
        "These ports do not need to be opened on the agents, only on the hub:",
        "These ports need not be open to clients:",
        "These ports need not be open for external access:",
        "The following ports do not have to be opened for access from outside:",
        "These ports do not have to be opened manually, because the installer does it:",
        "In addition to these ports, which do not need to be opened by hand, clusters must have:",
    ] {
        let page = format!(
            "# Parrot\n\n## Hub server\n\n{lead}\n\n| Port | Protocol |\n|---|---|\n| 443 | TCP |\n"
        );
        assert_eq!(flows(&page), ["unstated > hub-server: tcp/443"], "{lead}");
    }
    for lead in [
        "You don't need to open these ports in a firewall:",
        "The following ports need not be opened:",
        "These ports do not have to be open for accessibility:",
    ] {
        let page = format!(
            "# Parrot\n\n## Hub server\n\n{lead}\n\n| Port | Protocol |\n|---|---|\n| 443 | TCP |\n"
        );
        assert_eq!(flows(&page), [""; 0], "{lead}");
    }
}

/// Rows that may lack another cell than the first, or have no name there, stay as they are.
#[test]
fn rows_that_may_lack_another_cell_are_not_moved() {
    let page = "\
# Parrot

| From | To | Protocol | Port | Notes |
|------|----|----------|------|-------|
| Agents | Hub | TCP | 443 | |
| Agents | TCP | 27 | mail |
";
    assert!(!flows(page).contains(&"agents > agents: tcp/27".to_owned()));
    let page = "\
# Parrot

| From | To | Protocol | Port | Notes |
|------|----|----------|------|-------|
| Agents | Hub | TCP | 443 | |
| Version | TCP | 2024 | |
| UDP Relay | TCP Gateway | 5000 | |
";
    assert_eq!(flows(page)[0], "agents > hub: tcp/443");
    assert!(
        !flows(page)
            .iter()
            .any(|it| it.contains("version:") || it.contains("> udp-relay"))
    );
}

/// What else an item with that verb may say, and what else brackets after a transport may have.
#[test]
fn only_a_listener_and_its_ports_are_read_from_an_item() {
    for item in [
        "The hub listens on TCP port 443 and connects to the database on TCP port 5432",
        "Agent: connects to the hub listening on TCP 443",
        "Nothing listens on TCP 80",
        "If enabled, the relay listens on TCP 600",
        "The hub listens on TCP 443 for 30 seconds",
        "The hub listens on TCP port 443 and the relay listens on TCP port 8443",
    ] {
        let page = format!("# Parrot\n\n## Ports\n\n- {item}\n- 9/tcp: discard\n");
        let found = flows(&page);
        let wrong = [
            "hub: tcp/443,",
            "agent:",
            "nothing:",
            "relay: tcp/600",
            "tcp/30",
            "hub: tcp/5432",
        ];
        assert!(
            !found
                .iter()
                .any(|it| wrong.iter().any(|wrong| it.contains(wrong))),
            "{item}: {found:?}"
        );
    }
    for (cell, expected) in [
        ("TCP (443, 300 seconds)", "tcp/9"),
        ("TCP (443, 500 for IKE over UDP)", "tcp/9"),
        ("TCP (443, 8443 until 4.2)", "tcp/9"),
        ("TCP (443, 8443 for users)", "tcp/443,8443"),
    ] {
        let page = format!(
            "# Parrot\n\n| Host | Port |\n|---|---|\n| Hub | {cell} |\n| Perch | tcp/9 |\n"
        );
        let found = flows(&page);
        let has = |it: &str| found.iter().any(|flow| flow.ends_with(&format!(" {it}")));
        assert!(
            has(expected) && !has("tcp/443,300") && !has("tcp/443,500"),
            "{cell}: {found:?}"
        );
    }
    let page = "\
# Parrot

| Source | Destination | Port | Protocol |
|--------|-------------|------|----------|
| Hub Agent | Perch | 22 | TCP |
| Hub | Perch | 23 | TCP |
| Hub and Agents | Perch | 443 | TCP |
";
    assert_eq!(flows(page)[2], "hub,agents > perch: tcp/443");
}
