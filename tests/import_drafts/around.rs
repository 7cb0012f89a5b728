//! Ends and ports that are written around a table or a list, or in columns of other names.

use crate::import_drafts::flows;

/// A column of ports with transports is one whatever it is called, and `A/B` is two names where the table has both.
#[test]
fn a_destination_with_ports_is_their_column() {
    let page = "\
# Parrot

| From | To | Destination | Usage |
|------|----|-------------|-------|
| Agent | Hub/Relay | tcp/443 | reports |
| Hub | Relay | tcp/5309 | policies |
| Relay | Hub | tcp/443 | reports |
";
    assert_eq!(
        flows(page),
        [
            "agent > hub,relay: tcp/443",
            "hub > relay: tcp/5309",
            "relay > hub: tcp/443"
        ]
    );
}

/// Where a column called "port" has names, the numbers are in the one called "default".
#[test]
fn ports_that_are_named_have_their_numbers_in_another_column() {
    let page = "\
# Parrot

| Port | Default | Description |
|------|---------|-------------|
| ICE/UDP | 50000-60000 | media |
| ICE/TCP | 7881 | media where UDP is blocked |
";
    assert_eq!(
        flows(page),
        [
            "unstated > unstated: udp/50000-60000",
            "unstated > unstated: tcp/7881"
        ]
    );
}

/// The paragraph before a list says what it is about without a colon, and a product of the catalogue listens.
#[test]
fn lists_are_about_what_the_paragraph_before_says() {
    let page = "\
# Parrot

The ports of the parts of Parrot are listed below.

* MySQL: `3306`
* Elasticsearch: `9200`
* Nest: `4730`
";
    assert_eq!(
        flows(page),
        [
            "unstated > mysql: tcp~/3306",
            "unstated > elasticsearch: ?/9200",
            "unstated > unstated: ?/4730"
        ]
    );
}

/// A sentence before a table or a list names both ends.
#[test]
fn sentences_before_tables_and_lists_name_both_ends() {
    let page = "\
# Parrot

Agents must be able to reach the perch server on the following ports:

* TCP 8443
* TCP 9092

The following settings are required for communication between the perch server and the seed controllers:

| Direction | Protocol | Port |
|-----------|----------|------|
| Outbound  | TCP      | 88   |
| Inbound   | TCP      | 389  |
";
    assert_eq!(
        flows(page),
        [
            "perch-server > seed-controllers: tcp/88",
            "seed-controllers > perch-server: tcp/389",
            "agents > perch-server: tcp/8443",
            "agents > perch-server: tcp/9092"
        ]
    );
}

/// What follows the ports of an item names an end, and attributes of an item are about its name.
#[test]
fn items_name_who_is_connected_to() {
    let page = "\
# Parrot

## Network requirements of all nodes

- TCP/UDP port 53 to the configured DNS servers. They resolve names.

### Outgoing ports

* Signal service:
  * **Endpoint**: signal.example.com
    * **Port**: TCP/443
* Relay service (old):
  * **Port range**: UDP/80,3478
";
    assert_eq!(
        flows(page),
        [
            "nodes > configured-dns-servers: tcp/53 udp/53",
            "nodes > signal-service: tcp/443",
            "nodes > relay-service-old: udp/80,3478"
        ]
    );
}

/// A row for the host itself is listed and makes no flow, and who may connect is read wherever it is written.
#[test]
fn who_may_connect_is_in_any_column() {
    let page = "\
# Parrot

| Port | Service | Software | Comment | Public access? |
|------|---------|----------|---------|----------------|
| 25   | smtp    | Wren     | Mail.   | YES (open to your mail users) |
| 993  | imaps   | Owl      | Used by end users to fetch mail | YES |
| 24   | lmtp    | Owl      | Delivery | NO (listen on `127.0.0.1` by default) |
| 8080 | web     | Jay      | Pages. This port must be accessible from kiosk VMs. | YES |
";
    assert_eq!(
        flows(page),
        [
            "mail-users > wren: tcp~/25",
            "end-users > owl: ?/993",
            "kiosk-vms > jay: ?/8080"
        ]
    );
}

/// A direction names the other end where the column of it has only an address or nothing.
#[test]
fn directions_name_ends_that_cells_leave_out() {
    let page = "\
# Parrot

| Direction | Protocol | Port | Source address | Destination address |
|-----------|----------|------|----------------|---------------------|
| Outbound to the seed store | TCP | 443 | None | IP address of the store |
| Inbound from the agents | TCP | 6443 | None | Hub |
";
    assert_eq!(
        flows(page),
        ["unstated > seed-store: tcp/443", "agents > hub: tcp/6443"]
    );
}

/// A sentence before a list or a table says whose ports these are, and what such items say of changes does not matter.
#[test]
fn sentences_before_lists_name_who_listens() {
    let page = "\
# Parrot

These ports need to be open, to allow traffic to the Parrot server:

* `80 TCP` => certificates
* `22 TCP` => access by SSH (change the port if it is not 22)

Attention, this list is for perch nodes only. Others have a list of their own.

| Service | Direction | Source / target network | Port |
|---------|-----------|---------|------|
| API | ingress | storage | TCP 443 |
| API | egress | control | TCP 5000 |
";
    assert_eq!(
        flows(page),
        [
            "storage > perch-nodes: tcp/443",
            "perch-nodes > control: tcp/5000",
            "unstated > parrot-server: tcp/80",
            "unstated > parrot-server: tcp/22"
        ]
    );
}

/// Brackets after a name that the table has without them say what for.
#[test]
fn brackets_after_a_known_name_are_left_out() {
    let page = "\
# Parrot

| Initiator | Receiver | Port |
|-----------|----------|------|
| Wren | LDAP server | TCP 389 |
| Wren (authentication) | LDAP server | TCP 636 |
| Owl (mail) | LDAP server | TCP 3268 |
";
    assert_eq!(
        flows(page),
        [
            "wren > ldap-server: tcp/389",
            "wren > ldap-server: tcp/636",
            "owl-mail > ldap-server: tcp/3268"
        ]
    );
}

/// Rows that lost the cells which span several of them are further left than their columns, and have the names of the row above.
#[test]
fn rows_without_their_first_cells_are_put_where_they_belong() {
    let page = "\
# Parrot

| From | To | Protocol | Port | Notes |
| Perch | Hub | TCP/HTTPS | 443 | reports |
| Store | TCP | 10006 | copies |
| TCP | 6162 | the same copies |
| Mirror | TCP/HTTP(S) | 80 (443) | updates |
| Clock | UDP | 123 | time |
| Nest | Perch | UDP | 514 | |
";
    assert_eq!(
        flows(page),
        [
            "perch > hub: tcp/443",
            "perch > store: tcp/10006",
            "perch > store: tcp/6162",
            "perch > mirror: tcp/80,443",
            "perch > clock: udp/123",
            "nest > perch: udp/514"
        ]
    );
    // A row with a name only, and one whose columns fit as they are.
    let page = "\
# Parrot

| From | To | Protocol | Port | Notes |
|------|----|----------|------|-------|
| Perch | Hub | TCP | 443 | |
| Perch | UDP | TCP | | 514 |
";
    assert_eq!(flows(page), ["perch > hub: tcp/443"]);
}

/// `Source — Agents` names who connects, and `Destination: Hub` who listens.
#[test]
fn headings_say_on_which_side_their_names_are() {
    let page = "\
# Network requirements of Parrot

## Inbound

### Source — Agents

- **443:** reports
- **9090** TCP port for metrics

### Source - Administrators

- **22:** SSH (debugging)

## Outbound

### Destination: Store

- **5432:** rows
";
    assert_eq!(
        flows(page),
        [
            "agents > unstated: ?/443",
            "agents > unstated: tcp/9090",
            "administrators > unstated: tcp~/22",
            "unstated > store: ?/5432"
        ]
    );
}

#[test]
fn ports_that_need_not_be_open_are_no_flows() {
    let page = "\
# Parrot

## Ports

- 443/tcp: web pages

The following ports are used by the parts of the server. It is not necessary to expose these ports in a firewall:

- 2003/tcp: measures
- 9870-9880/tcp: on this host
  - 9873/tcp: records

These ports do not need to be opened if the agents are on the same host:

- 5309/tcp: agents
";
    assert_eq!(
        flows(page),
        [
            "unstated > unstated: tcp/443",
            "unstated > unstated: tcp/5309"
        ]
    );
}

/// `The rules are for TCP connections, unless stated otherwise` is about the page, and one about some rules is not.
#[test]
fn rules_of_the_page_have_a_transport() {
    let page = |sentence: &str| {
        let text = format!(
            "# Parrot\n\n{sentence}\n\n## Hub\n\n| Port | Source |\n|---|---|\n| 443 | Agents |\n| 22 | Administrators |\n"
        );
        flows(&text)
    };
    let of_page = "The rules explained here are assumed to be stateful and for TCP connections only, unless stated otherwise.";
    let expected = ["agents > hub: tcp/443", "administrators > hub: tcp/22"];
    assert_eq!(page(of_page), expected);
    let open = ["agents > hub: ?/443", "administrators > hub: ?/22"];
    for of_some in [
        "The rules explained here are for TCP connections of the proxy.",
        "The inbound rules are for TCP connections only, unless stated otherwise.",
        "The rules are for UDP connections and TCP connections, unless stated otherwise.",
    ] {
        assert_eq!(page(of_some), open, "{of_some}");
    }
}

/// "Or" and "and" in other languages, and a database that has the name of its protocol.
#[test]
fn names_are_told_apart_in_their_language() {
    let page = "\
# Parrot

| Origen | Destino | Puerto | Protocolo |
|---|---|---|---|
| Agente | Relay o Hub | 443 | TCP |
| Agente y Percha | Hub | 22 | TCP |
";
    assert_eq!(
        flows(page),
        ["agente > relay,hub: tcp/443", "agente,percha > hub: tcp/22"]
    );
    let page = "\
# Parrot

| Service name | Port | Protocol | Source |
|---|---|---|---|
| Parrot Hub | 1231 | TCP | Console |
| PostgreSQL | 5432 | TCP | Parrot Hub |
| SSH | 22 | TCP | Administrators |
| Parrot Relay | 1232 | TCP | Console |
| Nest | 1233 | TCP | Console |
";
    assert_eq!(
        flows(page),
        [
            "console > parrot-hub: tcp/1231",
            "parrot-hub > postgresql: tcp/5432",
            "administrators > unstated: tcp/22",
            "console > parrot-relay: tcp/1232",
            "console > nest: tcp/1233"
        ]
    );
}

/// A list in brackets after a transport has ports, and an item names its listener.
#[test]
fn ports_are_in_brackets_after_their_transport() {
    let page = "\
# Parrot

## Firewall

- `hbbs` - name server, listens on TCP (`21114` - for HTTP, `21115`, `21118` for browsers) and UDP (`21116`)
- `hbbr` - relay, listens on TCP (`21117`, `21119` for browsers)
- The perch listens on TCP ports 5222 and 5223
";
    assert_eq!(
        flows(page),
        [
            "unstated > hbbs: tcp/21114,21115,21118 udp/21116",
            "unstated > hbbr: tcp/21117,21119",
            "unstated > perch: tcp/5222,5223"
        ]
    );
}

/// `A and B Consoles` are two kinds of consoles, where the table has one of them by itself.
#[test]
fn a_noun_is_shared() {
    let page = "\
# Parrot

| Source | Destination | Port | Protocol |
|--------|-------------|------|----------|
| Mail Console | Hub | 22 | TCP |
| Mail and Web Consoles | Hub | 443 | TCP |
| Serveur R et D | Hub | 514 | UDP |
";
    assert_eq!(
        flows(page),
        [
            "mail-console > hub: tcp/22",
            "mail-console,web-consoles > hub: tcp/443",
            "serveur-r-et-d > hub: udp/514"
        ]
    );
}
