//! Who listens: the row says it more precisely than the heading, and an answer corrects what only a heading says.

use crate::import_drafts::{read, shown};
use portmatrix::import::answers::Answers;
use portmatrix::import::questions::questions;
use portmatrix::import::settle;

#[test]
fn a_column_of_servers_or_applications_wins_over_the_heading() {
    let page = "\
# Ports of the Parrot server

## Ports that the database server needs

| Server or application | TCP port |
|-----------------------|----------|
| Parrot engine         | 1433     |
| Parrot browser        | 1434     |

## From agents to the server

| Component name | TCP port |
|----------------|----------|
| Parrot gateway | 7001     |
| Parrot broker  | 7002     |
";
    let (flows, _) = shown(page, "parrot.md");
    let expected = [
        "unstated > parrot-engine: tcp/1433",
        "unstated > parrot-browser: tcp/1434",
        "agents > parrot-gateway: tcp/7001",
        "agents > parrot-broker: tcp/7002",
    ];
    assert_eq!(flows, expected);
}

/// A heading that only has the noun of a component names none.
#[test]
fn ways_to_deploy_and_addresses_to_open_do_not_listen() {
    for heading in [
        "Access points",
        "Firewall rules for installations with several masters",
        "Deployment with standalone workers",
    ] {
        let page =
            format!("# Parrot\n\n## {heading}\n\n| Port | Purpose |\n|---|---|\n| 8140 | Web |\n");
        let (flows, _) = shown(&page, "parrot.md");
        assert_eq!(flows, ["unstated > unstated: ?/8140"], "{heading}");
    }
}

#[test]
fn an_answer_corrects_the_listener_of_a_heading() {
    let page = "# Parrot\n\n## Ports of the server\n\n| Port | Purpose |\n|---|---|\n| 8140 | Web |\n| 8142 | Jobs |\n";
    let ends = |answers: &str| -> Vec<String> {
        let answers = Answers::parse(&format!("format = 1\n{answers}")).unwrap();
        let (facts, answers) = read(page, "parrot.md", answers);
        let flows = settle(&facts, &answers).into_iter();
        flows.map(|it| it.to.join("+")).collect()
    };
    assert_eq!(ends(""), ["server", "server"]);
    let table = "[[table]]\nat = \"Ports of the server\"\n";
    assert_eq!(ends(&format!("{table}to = \"engine\"\n")), ["engine"; 2]);
    let row = "rows = { \"2\" = { to = \"worker\" } }\n";
    assert_eq!(ends(&format!("{table}{row}")), ["server", "worker"]);
}

/// What runs on a port listens where nothing else does: not where a heading does, and not where cells are protocols or sentences.
#[test]
fn a_column_of_applications_listens_if_nothing_else_does() {
    let page = |heading: &str, column: &str, cells: [&str; 2]| {
        format!(
            "# Parrot\n\n## {heading}\n\n| {column} | Port |\n|---|---|\n| {} | 6379 |\n| {} | 9090 |\n",
            cells[0], cells[1]
        )
    };
    let names = ["Redis", "Parrot jobs"];
    for (heading, column, cells, expected) in [
        (
            "Default ports",
            "Application",
            names,
            ["redis", "parrot-jobs"],
        ),
        ("Ports of the server", "Application", names, ["server"; 2]),
        (
            "Default ports",
            "Application",
            ["HTTPS", "SSH"],
            ["unstated"; 2],
        ),
        ("Default ports", "Purpose", names, ["unstated"; 2]),
        // A product of the catalogue is known to listen, whatever is below a header that may name a listener.
        (
            "Default ports",
            "Service name",
            names,
            ["redis", "unstated"],
        ),
    ] {
        let (facts, answers) = read(
            &page(heading, column, cells),
            "parrot.md",
            Answers::default(),
        );
        let flows = settle(&facts, &answers);
        let to: Vec<&str> = flows.iter().map(|it| it.to[0].as_str()).collect();
        assert_eq!(to, expected, "{heading} {column}");
        assert!(flows.iter().all(|it| !it.to_stated), "{heading} {column}");
        let asks = questions(&facts, &answers);
        let hints = asks.iter().any(|it| {
            it.text
                .contains("If the column `Service name` says it, its role is `host`.")
        });
        assert_eq!(hints, column == "Service name", "{asks:?}");
    }
}

/// A protocol among applications is not who listens.
#[test]
fn a_protocol_in_a_column_of_applications_listens_nowhere() {
    let page = "# Parrot\n\n## Ports\n\n| Application | Port |\n|---|---|\n| Console | 3000 |\n| Notebook | 8888 |\n| SSH | 22 |\n| Jobs | 81 |\n| Store | 82 |\n| Search | 83 |\n";
    let (flows, _) = shown(page, "parrot.md");
    assert_eq!(flows[2], "unstated > unstated: tcp~/22", "{flows:?}");
    assert_eq!(flows[0], "unstated > console: ?/3000", "{flows:?}");
}

#[test]
fn a_service_name_with_the_role_of_a_host_listens() {
    let page =
        "# Parrot\n\n## Default ports\n\n| Service name | Port |\n|---|---|\n| Redis | 6379 |\n";
    let text = "format = 1\n[[table]]\nat = \"Default ports\"\nroles = [\"host\", \"port\"]\n";
    let (facts, answers) = read(page, "parrot.md", Answers::parse(text).unwrap());
    assert_eq!(settle(&facts, &answers)[0].to, ["redis"]);
}

#[test]
fn a_cell_of_components_has_both_ends() {
    let page = "\
# Parrot

| Component               | Port       |
|-------------------------|------------|
| Parrot (web console)    | 9000 (tcp) |
| Parrot to Perch         | 9200 (tcp) |
| Perch -> Seed store     | 9300 (tcp) |
| from agents to Parrot   | 9400 (tcp) |
| Site to Site VPN        | 9500 (tcp) |

## Links

| Link          | Port     |
|---------------|----------|
| Agent → Perch | 9600/tcp |
| Perch → Agent | 9601/tcp |

## Traffic

| Traffic        | Port     |
|----------------|----------|
| Agent to Perch | 9602/tcp |
| Perch to Agent | 9603/tcp |
";
    let (flows, _) = shown(page, "parrot.md");
    let expected = [
        "unstated > parrot-web-console: tcp/9000",
        "parrot > perch: tcp/9200",
        "perch > seed-store: tcp/9300",
        "agents > parrot: tcp/9400",
        "unstated > site-to-site-vpn: tcp/9500",
        "agents > perch: tcp/9600",
        "perch > agents: tcp/9601",
        "agents > perch: tcp/9602",
        "perch > agents: tcp/9603",
    ];
    assert_eq!(flows, expected);
}

/// One host and "both" does not say that it connects to itself.
#[test]
fn the_other_end_of_both_ways_is_not_the_host_itself() {
    let page = "# Parrot\n\n| Component | TCP port | Direction |\n|---|---|---|\n| Perch | 8080 | both |\n| All | 179 | both |\n";
    let (flows, _) = shown(page, "parrot.md");
    let expected = [
        "unstated > perch: tcp/8080",
        "perch > unstated: tcp/8080",
        "all-components > all-components: tcp/179",
    ];
    assert_eq!(flows, expected);
}

#[test]
fn a_column_of_components_may_say_on_which_side_they_are() {
    let page = "# Parrot\n\n| Port | Description | Component |\n|---|---|---|\n| 2288/tcp | Web | Inbound for Perch |\n| 5432/tcp | Store | Outbound for Perch; inbound for seed store |\n";
    let (flows, _) = shown(page, "parrot.md");
    assert_eq!(
        flows,
        ["unstated > perch: tcp/2288", "perch > seed-store: tcp/5432"]
    );
}

#[test]
fn a_line_before_a_table_says_who_has_access() {
    let table = "| Port | Description |\n|---|---|\n| 4369 | Discovery |\n";
    let page = format!(
        "# Parrot\n\n## Network\n\n**Perch nodes access to each other:**\n\n{table}\n**Manager access to perch servers:**\n\n{table}\n**Manager to manager access:**\n\n{table}"
    );
    let (flows, _) = shown(&page, "parrot.md");
    let expected = [
        "perch-nodes > perch-nodes: ?/4369",
        "manager > perch-servers: ?/4369",
        "manager > manager: ?/4369",
    ];
    assert_eq!(flows, expected);
}

#[test]
fn compounds_in_german_headers_are_understood() {
    let page = "# Sittich\n\n| Serverrolle | Dienstname | Portnummer | Protokolltyp | Notizen |\n|---|---|---|---|---|\n| Käfige, auf denen auch Futter liegt | Futter | 5070 | TCP | Wird genutzt |\n";
    let (flows, _) = shown(page, "sittich.md");
    assert_eq!(flows, ["unstated > kafige: tcp/5070"]);
}

/// A column of directions may name an end that a column of ends leaves out.
#[test]
fn a_direction_names_an_end_that_is_left_out() {
    let page = "# Parrot\n\n| Direction | Protocol | Port | Source | Destination |\n|---|---|---|---|---|\n| Inbound from the perch | TCP | 443 | None | Cage route |\n| Outbound to the seed store | TCP | 5432 | None | Store address |\n";
    let (flows, _) = shown(page, "parrot.md");
    let expected = [
        "perch > cage-route: tcp/443",
        "unstated > store-address: tcp/5432",
    ];
    assert_eq!(flows, expected);
}

#[test]
fn a_sentence_names_who_connects_below_an_inbound_heading() {
    let page = "# Parrot\n\n## Inbound rules\n\n| Protocol | Port | Purpose |\n|---|---|---|\n| TCP | 80 | Provides HTTP access from parrot browsers to the perch |\n| TCP | 22 | Provides SSH access to the perch |\n";
    let (flows, _) = shown(page, "parrot.md");
    let expected = [
        "parrot-browsers > unstated: tcp/80",
        "unstated > unstated: tcp/22",
    ];
    assert_eq!(flows, expected);
}

/// People and their programs connect; a heading with them does not name who listens.
#[test]
fn users_of_a_heading_do_not_listen() {
    let page =
        "# Parrot\n\n## Parrot users ports\n\n| Port | Purpose |\n|---|---|\n| 443 | Web |\n";
    let (flows, _) = shown(page, "parrot.md");
    assert_eq!(flows, ["unstated > unstated: ?/443"]);
}

#[test]
fn a_direction_may_have_several_connections() {
    let page = "# Parrot\n\n| Node | Port | Direction |\n|---|---|---|\n| Perch | 8060 | Cage <--> Perch<br/>Perch <--> Perch |\n| Cage | 8000/tcp | Perch --> Cage |\n";
    let (flows, _) = shown(page, "parrot.md");
    let expected = [
        "cage > perch: ?/8060",
        "perch > cage: ?/8060",
        "perch > perch: ?/8060",
        "perch > cage: tcp/8000",
    ];
    assert_eq!(flows, expected);
}

/// Between a source and a destination, words in most cells of ports do not make a column of ports another one.
#[test]
fn ports_between_two_ends_may_be_words() {
    let page = "# Parrot\n\n| Source | Destination | Default port |\n|---|---|---|\n| Users / perches / load balancer | Cage | 3213 |\n| Cage | Store | Configured store port |\n| Cage | Seeds | System-specific |\n| Cage | Nuts | Service-specific |\n";
    let (flows, left) = shown(page, "parrot.md");
    let expected = [
        "users,perches,load-balancer > cage: ?/3213",
        "cage > store: ?",
        "cage > seeds: ?",
        "cage > nuts: ?",
    ];
    assert_eq!(flows, expected);
    assert_eq!(left, []);
}

/// Names of hosts on the internet are connected to, whatever their column is called; keys of settings are not such names.
#[test]
fn a_column_of_domains_is_connected_to() {
    let page = |a: &str, b: &str| {
        format!(
            "# Parrot\n\n## Ports\n\n| Region | Name | Port |\n|---|---|---|\n| US | {a} | 443 |\n| EU | {b} | 444 |\n"
        )
    };
    let (flows, _) = shown(&page("api.example.com", "eu.example.com"), "parrot.md");
    let expected = [
        "unstated > api-example-com: ?/443",
        "unstated > eu-example-com: ?/444",
    ];
    assert_eq!(flows, expected);
    let (flows, _) = shown(&page("perch.http.port", "perch.rpc.port"), "parrot.md");
    assert!(flows.iter().all(|it| it.starts_with("unstated > unstated")));
}
