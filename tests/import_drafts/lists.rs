//! Pages whose ports are in lists, and tables that leave out what the row above says.

use crate::import_drafts::{flows, shown};

#[test]
fn items_with_ports_are_flows() {
    let page = "\
# Parrot

## Ports of the server

- 8080/tcp: web pages, from users
- SSH: 22/tcp
- LDAP (TCP 389)
- UDP 514 – used by agents to send logs
- 16 GB of memory
";
    let expected = [
        "users > server: tcp/8080",
        "unstated > server: tcp/22",
        "unstated > server: tcp/389",
        "agents > server: udp/514",
    ];
    assert_eq!(flows(page), expected);
}

/// The item above is who listens, by its name alone or as a heading would be.
#[test]
fn items_are_within_items() {
    let page = "\
# Parrot

Open these ports in the firewall:

- `wren`:
  - `21115` (TCP): test of the network
  - `21116` (TCP/UDP): registration
- Relay server
    - 21117/tcp
- Inbound
  - 21118/tcp
";
    let expected = [
        "unstated > wren: tcp/21115",
        "unstated > wren: tcp/21116 udp/21116",
        "unstated > relay-server: tcp/21117",
        "unstated > unstated: tcp/21118",
    ];
    assert_eq!(flows(page), expected);
    let html = "<h1>Parrot</h1><p>Ports:</p><ul><li>Relay server<ul><li>21117/tcp</li></ul></li><li>22/tcp</li></ul>";
    let expected = [
        "unstated > relay-server: tcp/21117",
        "unstated > unstated: tcp/22",
    ];
    assert_eq!(shown(html, "parrot.html").0, expected);
    let adoc = "= Parrot\n\nPorts:\n\n* Relay server\n** 21117/tcp\n* 22/tcp\n";
    assert_eq!(shown(adoc, "parrot.adoc").0, expected);
    let rst = "Parrot\n======\n\nPorts:\n\n- Relay server\n\n  - 21117/tcp\n\n- 22/tcp\n";
    assert_eq!(shown(rst, "parrot.rst").0, expected);
}

/// A paragraph within an item does not end the list, one after it does.
#[test]
fn paragraphs_are_within_items() {
    let expected = [
        "unstated > relay-server: tcp/21117",
        "unstated > unstated: tcp/22",
    ];
    let page = "\
# Parrot

Ports:

- Relay server

  It passes on what two hosts cannot exchange. It needs:

  - 21117/tcp

- 22/tcp
";
    assert_eq!(flows(page), expected);
    let adoc =
        "= Parrot\n\nPorts:\n\n* Relay server\n+\nIt passes on much.\n\n** 21117/tcp\n\n* 22/tcp\n";
    assert_eq!(shown(adoc, "parrot.adoc").0, expected);
    let rst = "Parrot\n======\n\nPorts:\n\n- Relay server\n\n  It passes on much.\n\n  - 21117/tcp\n\n- 22/tcp\n";
    assert_eq!(shown(rst, "parrot.rst").0, expected);
    let note = "Parrot\n======\n\nPorts:\n\n- Relay server\n\n.. note:: Ports:\n\n   - 22/tcp\n";
    assert_eq!(shown(note, "parrot.rst").0, ["unstated > unstated: tcp/22"]);
}

#[test]
fn sentences_in_lists_name_who_listens() {
    let page = "\
# Port information

The following list has the ports that Parrot uses to talk to clients.

- To communicate with brokers in plaintext, use port 9092.
- To communicate with brokers by TLS, use port 9094 for access from within and port 9194 for public access.
";
    assert_eq!(
        flows(page),
        [
            "unstated > brokers: ?/9092",
            "unstated > brokers: ?/9094,9194"
        ]
    );
}

/// What a list repeats of a table is one flow, and lists of examples make no flows.
#[test]
fn lists_repeat_tables_and_show_examples() {
    let page = "\
# Parrot

| Port | Protocol | Source | Destination |
|------|----------|--------|-------------|
| 443  | TCP      | Users  | Server      |

- 443/tcp: web pages

## Example

- 8443/tcp: web pages
";
    assert_eq!(flows(page), ["users > server: tcp/443"]);
}

/// Names at the beginning of a row hold for the rows below that begin with empty cells.
#[test]
fn cells_that_are_empty_repeat_those_above() {
    let page = "\
# Parrot

| Component  | Port | Protocol | Source    |
|------------|------|----------|-----------|
| API server | 6443 | TCP      | Agents    |
|            | 2379 | TCP      | Scheduler |
| Store      |      |          |           |
|            | 7001 | TCP      | Scheduler |
|            | 7002 | TCP      |           |

| Source | Destination | Port | Protocol |
|--------|-------------|------|----------|
| Users  | Console     | 443  | TCP      |
|        |             | 80   | TCP      |
|        | Relay       | 22   | TCP      |
| Admins |             | 23   | TCP      |

| Needed | Port | Protocol | Source | Destination |
|--------|------|----------|--------|-------------|
| yes    | 90   | TCP      | A      | B           |
|        | 91   | TCP      | A      | B           |
";
    let expected = [
        "agents > api-server: tcp/6443",
        "scheduler > api-server: tcp/2379",
        "scheduler > store: tcp/7001",
        "unstated > store: tcp/7002",
        "users > console: tcp/443",
        "users > console: tcp/80",
        "users > relay: tcp/22",
        "admins > unstated: tcp/23",
        "a > b: tcp/90",
        "a > b: tcp/91",
    ];
    assert_eq!(flows(page), expected);
}

/// A row with a name alone is a heading of the rows below, if the column above and below it has ports.
#[test]
fn rows_with_a_name_alone_are_headings() {
    let page = "\
# Parrot

| Port | Protocol | Source | Use   |
|------|----------|--------|-------|
| Gateway |       |        |       |
| 6443 | TCP      | Agents | API   |
| Scheduler |     |        |       |
| 7001 | TCP      | Users  | cache |
| Localhost ports | |      |       |
| 7002 | TCP      | Users  | cache |
";
    let (flows, left) = shown(page, "parrot.md");
    assert_eq!(
        flows,
        ["agents > gateway: tcp/6443", "users > scheduler: tcp/7001"]
    );
    assert_eq!(left, [(10, "the row is about traffic within one host")]);
}

/// A column of numbers next to transports has ports, unless it is called something else, or two columns are like that.
#[test]
fn ports_are_known_by_their_values() {
    let table = |first: &str, second: &str| {
        format!(
            "# Parrot\n\n| {first} | {second} | Protocol | Clients |\n|---|---|---|---|\n\
             | 443 | 1000 | TCP | Users |\n| 4505, 4506 | 1001 | TCP | Agents |\n"
        )
    };
    let listens = flows(&table("Listens on", "VLAN"));
    assert_eq!(
        listens,
        [
            "users > unstated: tcp/443",
            "agents > unstated: tcp/4505,4506"
        ]
    );
    assert_eq!(flows(&table("Number", "VLAN")), listens);
    for (first, second) in [("Number", "Default"), ("VLAN", "Size"), ("Timeout", "Year")] {
        assert_eq!(flows(&table(first, second)), Vec::<String>::new());
    }
}

/// As many transports as ports, and one of them twice: the n-th port has the n-th transport.
#[test]
fn transports_are_in_the_order_of_the_ports() {
    let table = |ports: &str, transports: &str| {
        let page = format!(
            "# P\n\n| Source | Destination | Port | Protocol |\n|---|---|---|---|\n| A | B | {ports} | {transports} |\n"
        );
        flows(&page)
    };
    assert_eq!(
        table("80, 443, 53", "TCP, TCP, UDP"),
        ["a > b: tcp/80,443 udp/53"]
    );
    assert_eq!(
        table("80<br>443<br>53", "TCP<br>TCP<br>UDP"),
        ["a > b: tcp/80,443 udp/53"]
    );
    // Both ports may have both.
    assert_eq!(
        table("53<br>88", "TCP<br>UDP"),
        ["a > b: tcp/53,88 udp/53,88"]
    );
}

/// Lines whose numbers are something else, or no longer ports, make no flow, and are listed.
#[test]
fn lines_about_other_things_are_left() {
    let page = "\
# Ports of Parrot

- 2.4.1: changed the port from 8080/tcp to 9090/tcp
- Port 8081/tcp is no longer used
- #4512/tcp: slow start
- docker run -p 8082:80/tcp
- Listens on 127.0.0.1:5601/tcp
- 9100/tcp - 9110/tcp
- TCP: 1000, UDP: 2000
- 9000 - web, 9001 - administration
- Node 1 22/tcp
- 3000 - 3010: members
- 445/tcp (SMB)

Closed:

- 139/tcp: NetBIOS
";
    let (flows, left) = shown(page, "parrot.md");
    let expected = [
        "unstated > unstated: ?/3000-3010",
        "unstated > unstated: tcp/445",
    ];
    assert_eq!(flows, expected);
    let lines: Vec<usize> = left.iter().map(|it| it.0).collect();
    for line in [3, 4, 5, 6, 7, 9, 10, 17] {
        assert!(lines.contains(&line), "{line}: {lines:?}");
    }
}

/// Sentences before a list, and what is around its items, do not name components.
#[test]
fn only_names_are_who_listens() {
    let page = "\
# Parrot

Ports:

- From agents
  - 9001/tcp
- Version 2
  - 9002/tcp
- HTTP
  - 9003/tcp
- 443/tcp: web
  - 8443/tcp: alternative
- perch
  - 9004/tcp
";
    let expected = [
        "unstated > unstated: tcp/9001",
        "unstated > unstated: tcp/9002",
        "unstated > unstated: tcp/9003",
        "unstated > unstated: tcp/443",
        "unstated > unstated: tcp/8443",
        "unstated > perch: tcp/9004",
    ];
    assert_eq!(flows(page), expected);
}

/// A name may have its ports behind it, as in a table without lines.
#[test]
fn names_have_ports_behind_them() {
    let page = "\
# Ports of Parrot

- Main Server
    1. Http/Https    80/443
    2. WMI            135 & 445, 49152 – 65535
    3. SSH            22 (either)
    4. TCP            Random ports
- Agent
    1. Web pages     80
    2. Version 2 is needed
";
    let expected = [
        "unstated > main-server: tcp~/80,443",
        "unstated > main-server: ?/135,445,49152-65535",
        "unstated > main-server: tcp~/22",
        "unstated > agent: ?/80",
    ];
    assert_eq!(flows(page), expected);
}

/// A listener that is bound to the host itself needs no rule.
#[test]
fn what_listens_on_the_host_itself_is_no_flow() {
    let page = "\
# Parrot

| Component | Protocol | Port | Listen    |
|-----------|----------|------|-----------|
| perch     | TCP      | 25   | 0.0.0.0   |
| nest      | TCP      | 2812 | 127.0.0.1 |
";
    let (flows, left) = shown(page, "parrot.md");
    assert_eq!(flows, ["unstated > perch: tcp/25"]);
    assert_eq!(left, [(6, "the row is about traffic within one host")]);
}

/// The first and the last port of a range may have a column each.
#[test]
fn ranges_have_two_columns() {
    let page = "\
# Parrot

| Source | Destination | Protocol | Start port | End port |
|--------|-------------|----------|------------|----------|
| A      | B           | TCP      | 22         |          |
| A      | B           | TCP      | 30000      | 32767    |
| A      | C           | UDP      | 53         | 53       |
";
    let expected = ["a > b: tcp/22", "a > b: tcp/30000-32767", "a > c: udp/53"];
    assert_eq!(flows(page), expected);
}

/// An item below a transport begins with its port, and a sentence of it may say who connects.
#[test]
fn items_are_below_transports() {
    let page = "\
# Parrot

## Control plane

* TCP
    * `5443`: the webhook for admission, which is only there if the control plane runs in a cluster
    * `5676`: answers requests from monitoring tools
    * `5683`: used by members of the control plane to communicate with each other
* UDP
    * `53`: names
";
    let expected = [
        "unstated > control-plane: tcp/5443",
        "monitoring-tools > control-plane: tcp/5676",
        "members-of-the-control-plane > control-plane: tcp/5683",
        "unstated > control-plane: udp/53",
    ];
    assert_eq!(flows(page), expected);
}

/// `Used by` names who connects, or what the traffic is.
#[test]
fn protocols_do_not_use_ports() {
    let page = "\
# Parrot

## Server

| Port | Protocol | Used by |
|------|----------|---------|
| 80   | TCP      | HTTP    |
| 81   | TCP      | Perch   |
| 82   | TCP      | Nest    |
| 83   | TCP      | Store   |
";
    let expected = [
        "unstated > server: tcp/80",
        "perch > server: tcp/81",
        "nest > server: tcp/82",
        "store > server: tcp/83",
    ];
    assert_eq!(flows(page), expected);
}

/// A range that two cells do not make is read port by port, and doubted; sums and policies give no names to the rows below.
#[test]
fn what_does_not_fit_is_not_repeated() {
    let page = "\
# Parrot

| Source | Destination | Protocol | Start port | End port |
|--------|-------------|----------|------------|----------|
| A      | B           | TCP      | 22,80      | 443      |

| Source | Destination | Port | Protocol | Action |
|--------|-------------|------|----------|--------|
| Total  |             |      |          | 3      |
|        | B           | 25   | TCP      |        |
| C      | B           | 26   | TCP      | deny   |
|        | B           | 27   | TCP      |        |
";
    let expected = [
        "a > b: tcp/22,80,443",
        "unstated > b: tcp/25",
        "unstated > b: tcp/27",
    ];
    assert_eq!(flows(page), expected);
}

/// A range may have blanks, a port over another transport is another port, and who connects below its own name does not listen.
#[test]
fn lists_keep_ranges_transports_and_ends() {
    let page = "\
# Parrot

Agents to Server:

- TCP 3000 - 3010: members

## Ports of the server

| Port | Protocol | Use   |
|------|----------|-------|
| 443  | TCP      | pages |

- 443/tcp: pages
- 443/udp: pages over QUIC
- 444/tcp: connections from the server
";
    let expected = [
        "unstated > server: tcp/443",
        "agents > server: tcp/3000-3010",
        "unstated > server: udp/443",
        "server > unstated: tcp/444",
    ];
    assert_eq!(flows(page), expected);
}
