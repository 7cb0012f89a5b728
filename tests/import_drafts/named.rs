//! Names of ends that only look like something else, and headings above those of directions.

use crate::import_drafts::{flows, read, shown};
use portmatrix::import::answers::Answers;
use portmatrix::import::questions::{answer, questions};
use portmatrix::import::settle;

/// A column of sources names who connects, whatever the names look like.
#[test]
fn a_user_interface_connects() {
    let page = "## Server\n\n### Ingress\n\n| From | Port | Protocol |\n|---|---|---|\n| UI | 9500 | TCP |\n| Agent | 9501 | TCP |\n";
    assert_eq!(
        flows(page),
        ["ui > server: tcp/9500", "agent > server: tcp/9501"]
    );
}

/// Next to sections that name components, a section with a table of its own is one, also above a heading for each direction.
#[test]
fn sections_above_directions_are_components() {
    let section = |name: &str, peer: &str, port: u16| {
        format!(
            "## {name}\n\n### Egress\n\n| To | Port | Protocol |\n|---|---|---|\n| {peer} | {port} | TCP |\n\n"
        )
    };
    let page = [
        section("Engine manager", "Store server", 9500),
        section("Image manager", "Store server", 9501),
        section("UI", "Engine manager", 9502),
        section("Data source", "Store server", 9503),
    ];
    assert_eq!(
        flows(&page.concat()),
        [
            "engine-manager > store-server: tcp/9500",
            "image-manager > store-server: tcp/9501",
            "ui > engine-manager: tcp/9502",
            "data-source > store-server: tcp/9503",
        ]
    );
    // Alone, it may be anything.
    assert_eq!(
        flows(&section("Production", "Store server", 9503)),
        ["unstated > store-server: tcp/9503"]
    );
}

/// ICMP does not run on a host, and an answer for its row is not one for the others.
#[test]
fn an_answer_is_about_the_rows_that_lack_it() {
    let page = "## Ports\n\n| Daemon name | Service | Protocol | Port |\n|---|---|---|---|\n| - | ICMP | ICMP | - |\n| postfix | SMTP | TCP | 25 |\n| inkd | INK | TCP | 8667 |\n";
    let listeners = |answers: &Answers| -> Vec<String> {
        let (facts, _) = read(page, "parrot.md", Answers::default());
        let flows = settle(&facts, answers).into_iter();
        flows.map(|it| it.to.join(",")).collect()
    };
    let (facts, mut answers) = read(page, "parrot.md", Answers::default());
    assert_eq!(listeners(&answers), ["unstated", "postfix", "inkd"]);
    let place = |it: &&portmatrix::import::questions::Question| it.text.contains("who listens");
    let open = questions(&facts, &answers);
    let place = open.iter().find(place).expect("a question").place.clone();
    answer(&mut answers, &place, "parrot").unwrap();
    assert_eq!(listeners(&answers), ["parrot", "postfix", "inkd"]);
}

/// A number and what it is for, below a line that announces ports; and ports that only have to be free.
#[test]
fn items_say_what_a_port_is_for() {
    let page = "## Firewall ports\n\nA new appliance starts with a few ports open:\n\n- 22 for SSH communication\n\n- 5432 for the database\n";
    assert_eq!(
        flows(page),
        [
            "unstated > new-appliance: tcp~/22",
            "unstated > new-appliance: ?/5432"
        ]
    );
    let page = "## Ports of the server\n\n- 443/tcp: web\n- Free ports: the server needs TCP ports 8888 and 3000 inside the machine\n";
    let (found, left) = shown(page, "parrot.md");
    assert_eq!(found, ["unstated > server: tcp/443"]);
    assert_eq!(left.len(), 1, "{left:?}");
}

/// A list of ports gives its transports to a matrix, also in rows that name who connects.
#[test]
fn a_legend_gives_transports() {
    let page = "## Ports\n\n| | Web server | Database | Balancer |\n|---|---|---|---|\n| Web server | | 5432 | 443 |\n| Database | | 5432 | |\n| Balancer | 443 | | |\n\n| Protocol | Port number | Usage |\n|---|---|---|\n| TCP | 443 | Allow users to reach the UI |\n| TCP | 5432 | Database |\n";
    let found = flows(page);
    assert!(
        found.contains(&"balancer > web-server: tcp/443".to_owned()),
        "{found:?}"
    );
    assert!(
        found.contains(&"web-server > database: tcp/5432".to_owned()),
        "{found:?}"
    );
}
