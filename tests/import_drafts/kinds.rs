//! Shapes of rows, names and directions that real pages have, each with the flows that it means.

use crate::import_drafts::{read, shown};
use portmatrix::import::answers::Answers;
use portmatrix::import::settle;

#[test]
fn a_listener_has_the_ports_of_all_its_columns() {
    let page = "\
# Parrot
## Ports of the server

| Component   | HTTP port | HTTPS port |
|-------------|-----------|------------|
| Web console | 8080      | 8443       |

## Containers

| Component | Port | Node port |
|-----------|------|-----------|
| API       | 9080 | 30080     |

## Logs

| Component | Default HTTP port | Default HTTPS port |
|-----------|-------------------|--------------------|
| Log store | 7080              | 7443               |
";
    let (flows, left) = shown(page, "parrot.md");
    let expected = [
        "unstated > web-console: ?/8080 ?/8443",
        "unstated > api: ?/9080",
        "unstated > log-store: ?/7080 ?/7443",
    ];
    assert_eq!(flows, expected);
    let why =
        "a further column of ports; if it has ports of the listener, give its role in the answers";
    assert_eq!(left, [(10, why)]);
}

#[test]
fn a_line_before_a_list_names_its_ends() {
    let page = "\
# Parrot

Sensor (10.0.0.1) to Collector (10.0.0.2):

- TCP 443
- UDP 514 - logs

All nodes (main and sub) to all other nodes (main and sub, and whatever else there is of them in a large cluster):

- TCP/9300 - members

Services of agents:

- TCP/8220 (all agents to Collector, Main node) - management

How to connect to Parrot:

- TCP 9999 - administration
- 16 GB of memory
";
    let (flows, left) = shown(page, "parrot.md");
    let expected = [
        "sensor > collector: tcp/443",
        "sensor > collector: udp/514",
        "all-nodes > all-nodes: tcp/9300",
        "all-agents > collector,main-node: tcp/8220",
        "unstated > unstated: tcp/9999",
    ];
    assert_eq!(flows, expected);
    assert_eq!(left, []);
}

#[test]
fn signs_and_words_are_directions() {
    let page = "\
# Parrot
## Server

| Port | Protocol | Direction | Remote     |
|------|----------|-----------|------------|
| 443  | TCP      | ↔         | Peer node  |
| 80   | TCP      | ←         | Browser    |
| 25   | TCP      | ->        | Mail relay |
| 5432 | TCP      | Local     | Database   |
| 99   | TCP      | none      | Watcher    |
";
    let (flows, _) = shown(page, "parrot.md");
    let expected = [
        "peer-node > server: tcp/443",
        "server > peer-node: tcp/443",
        "browser > server: tcp/80",
        "server > mail-relay: tcp/25",
        "server > server: tcp/5432",
        "unstated > server: tcp/99",
    ];
    assert_eq!(flows, expected);
}

#[test]
fn a_component_has_one_name_whatever_its_number_and_case() {
    let page = "\
# Parrot

All ports are TCP.

| Source | Destination               | Port     |
|--------|---------------------------|----------|
| Agent  | Proxy                     | 1443     |
| agents | Proxies                   | 1444     |
| ditto  | Manager / Compute node    | 1445     |
| Узел   | Сервер                    | ~~85~~ 86 |
| Узлы   | Серверам                  | 1447     |
| TBD    | https://hub.example.com/x | 1448     |
| Agent  | 0.0.0.0/0                 | 1449     |
";
    let (flows, _) = shown(page, "parrot.md");
    let expected = [
        "agent > proxy: tcp/1443",
        "agent > proxy: tcp/1444",
        "agent > manager,compute-node: tcp/1445",
        "uzel > server: tcp/86",
        "uzel > server: tcp/1447",
        "unstated > hub-example-com: tcp/1448",
        "agent > any: tcp/1449",
    ];
    assert_eq!(flows, expected);
}

#[test]
fn answers_and_pages_name_nothing() {
    let page = "\
# Parrot
## Ports of the server

| Port | Protocol | TLS service | Description                   |
|------|----------|-------------|-------------------------------|
| 443  | TCP      | yes         | Connections to the login page |
| 80   | TCP      | no          | Connections from the browser  |
";
    let (facts, answers) = read(page, "parrot.md", Answers::default());
    let labels: Vec<&String> = facts.claims.iter().flat_map(|it| &it.labels).collect();
    assert!(labels.is_empty(), "{labels:?}");
    let ends: Vec<(Vec<String>, Vec<String>)> = settle(&facts, &answers)
        .into_iter()
        .map(|it| (it.from, it.to))
        .collect();
    let none = || vec!["unstated".to_owned()];
    assert_eq!(ends[0], (none(), vec!["server".to_owned()]));
    assert_eq!(ends[1].0, ["browser"]);
}

/// "All" next to a protocol means all of that protocol.
#[test]
fn all_of_a_protocol_is_no_other_protocol() {
    let page = "\
# Parrot

| Protocol | Port | Source | Destination |
|----------|------|--------|-------------|
| All ICMP | All  | A      | B           |
| All TCP  | All  | A      | C           |
| All TCP  | 443  | A      | D           |
| UDP all  | Any  | A      | E           |
| Any UDP  | 53   | A      | F           |
| All      | All  | A      | G           |
";
    let (flows, _) = shown(page, "parrot.md");
    let expected = [
        "a > b: icmp",
        "a > c: tcp",
        "a > d: tcp/443",
        "a > e: udp",
        "a > f: udp/53",
        "a > g: any",
    ];
    assert_eq!(flows, expected);
}

/// A sentence about another port does not set the transport of a table.
#[test]
fn a_sentence_about_a_port_is_not_about_the_table() {
    let table = "| Port | Source | Destination |\n|---|---|---|\n| 80 | A | B |\n";
    for (lead, expected) in [
        ("Open UDP port 3479 from the clients to the server.", "?/80"),
        ("SSH uses TCP port 22.", "?/80"),
        ("## UDP port 3479 of the server", "?/80"),
        ("All ports are TCP.", "tcp/80"),
        ("Open the following UDP ports:", "udp/80"),
        ("These ports use TCP.", "tcp/80"),
        ("The TCP ports below must be open.", "tcp/80"),
    ] {
        let (flows, _) = shown(&format!("# Parrot\n\n{lead}\n\n{table}"), "parrot.md");
        assert_eq!(flows, [format!("a > b: {expected}")], "{lead}");
    }
}

/// An item that begins with a port is a flow, and one that has a port with its transport somewhere is listed, however long it is.
#[test]
fn long_items_with_ports_are_not_lost() {
    let page = "\
# Parrot

- 443/TCP for the Apache container
- `3478/TCP` and `3478/UDP` for the Talk container
- `443/UDP` if you want to enable http3
- TCP port 8443 if you want to have the console on a port of its own
- the console also has 9000/tcp, if you want to have it apart from the rest
- 16 GB of memory, at least, for the server and everything that belongs to it
";
    let (flows, left) = shown(page, "parrot.md");
    let expected = [
        "unstated > unstated: tcp/443",
        "unstated > unstated: tcp/3478 udp/3478",
        "unstated > unstated: udp/443",
        "unstated > unstated: tcp/8443",
    ];
    assert_eq!(flows, expected);
    let lines: Vec<usize> = left.iter().map(|it| it.0).collect();
    assert_eq!(lines, [7]);
}

/// Protocols without ports next to those with ports are kept, and keep no port.
#[test]
fn protocols_with_and_without_ports_in_one_cell_are_all_read() {
    let page = "\
# Parrot

| Protocol     | Port        | Source | Destination |
|--------------|-------------|--------|-------------|
| ICMP, TCP    | All         | A      | B           |
| ICMP, TCP    | 22          | A      | C           |
| ESP, UDP     | 500         | A      | D           |
| TCP/UDP/ICMP | 443         | A      | E           |
| ICMP         | 8           | A      | F           |
| ESP          | 50          | A      | G           |
| TCP          | 80, dynamic | A      | H           |
";
    let (flows, _) = shown(page, "parrot.md");
    let expected = [
        "a > b: icmp tcp",
        "a > c: tcp/22 icmp",
        "a > d: udp/500 esp",
        "a > e: tcp/443 udp/443 icmp",
        "a > f: icmp",
        "a > g: esp",
        "a > h: tcp/80 tcp",
    ];
    assert_eq!(flows, expected);
}
