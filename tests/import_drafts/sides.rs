//! Which column, heading or cell says who connects and who listens, and what is said of a row in brackets.

use crate::import_drafts::{read, shown};
use portmatrix::import::answers::Answers;
use portmatrix::import::questions::questions;
use portmatrix::import::{Audience, draft, settle};
use portmatrix::model::words::Need;

#[test]
fn items_of_a_cell_are_read_by_themselves() {
    let page = "\
# Parrot

<table>
<tr><th>Component</th><th>Ports</th></tr>
<tr><td>Perch</td><td><ul><li>22 (SSH)</li><li>ICMP (echo request)</li><li>3306 (store)</li><li>4444 (copy of the state)</li>
<li>4567 (talk of the flock)</li><li>9200 (is the bird well)</li></ul></td></tr>
</table>
";
    let (facts, answers) = read(page, "parrot.md", Answers::default());
    let flows = settle(&facts, &answers);
    let printed: Vec<String> = (flows[0].pieces.iter())
        .map(|it| format!("{} {:?}", it.carrier, it.ports))
        .collect();
    let all = printed.join("; ");
    for port in [22, 3306, 4444, 4567, 9200] {
        assert!(all.contains(&format!("from: {port},")), "{port}: {all}");
    }
    assert!(all.contains("icmp None"), "{all}");
}

#[test]
fn the_first_column_names_who_listens_if_nothing_else_does() {
    let page = "\
# Parrot

| Flock (breed)   | Port numbers |
|-----------------|--------------|
| Grey parrots    | 7001         |
| Perch and nest  | 7002         |
";
    let expected = [
        "unstated > grey-parrots: ?/7001",
        "unstated > perch,nest: ?/7002",
    ];
    assert_eq!(shown(page, "parrot.md").0, expected);
    // A heading that names who listens says more.
    let page = page.replace("# Parrot", "# Connections to the seed server");
    let expected = [
        "unstated > seed-server: ?/7001",
        "unstated > seed-server: ?/7002",
    ];
    assert_eq!(shown(&page, "parrot.md").0, expected);
}

#[test]
fn names_of_protocols_are_no_ends() {
    let page = "\
# Parrot

## Outbound ports of the server

| Port | Used by | Description |
|------|---------|-------------|
| 80   | HTTP    | Downloads   |
| 443  | HTTPS   | Downloads   |
| 22   | SSH     | Copies      |
";
    let expected = [
        "server > unstated: tcp~/80",
        "server > unstated: tcp~/443",
        "server > unstated: tcp~/22",
    ];
    assert_eq!(shown(page, "parrot.md").0, expected);
}

#[test]
fn two_ends_need_two_ways_to_be_said() {
    let page = "\
# Parrot

| Protocol | Port | Direction     | Source | Destination |
|----------|------|---------------|--------|-------------|
| UDP      | 53   | In/Out        | Sensor | Name server |
| TCP      | 7000 | Bidirectional | Perch  | Nest        |
";
    let expected = [
        "sensor > name-server: udp/53",
        "perch > nest: tcp/7000",
        "nest > perch: tcp/7000",
    ];
    assert_eq!(shown(page, "parrot.md").0, expected);
}

#[test]
fn a_service_next_to_a_source_listens() {
    let page = "\
# Parrot

Open these ports:

| Service name | Protocol | Port | Source(s)  |
|--------------|----------|------|------------|
| Perch        | TCP      | 4200 | Web console |
| Web console  | TCP      | 8443 | Browsers   |
";
    let expected = [
        "web-console > perch: tcp/4200",
        "browsers > web-console: tcp/8443",
    ];
    assert_eq!(shown(page, "parrot.md").0, expected);
}

#[test]
fn french_headers_are_read() {
    let page = "\
# Perroquet

## Flux de la plateforme

| Depuis  | Vers    | Protocole | Port              | Commentaire |
|---------|---------|-----------|-------------------|-------------|
| Perchoir | Nid    | FTP       | TCP 80 (FTP 20)   | Copies      |
";
    assert_eq!(shown(page, "perroquet.md").0, ["perchoir > nid: tcp/20,80"],);
    let (facts, answers) = read(page, "perroquet.md", Answers::default());
    let ports = format!("{:?}", settle(&facts, &answers)[0].pieces);
    assert!(
        ports.contains("from: 80") && ports.contains("from: 20"),
        "{ports}"
    );
}

#[test]
fn headings_like_those_of_components_name_components() {
    let page = "\
# Parrot

## Seed store server

| Port | Purpose |
|------|---------|
| 7001 | Seeds   |

## Feeder agent

| Port | Purpose |
|------|---------|
| 7002 | Food    |

## Perch

| Port | Purpose |
|------|---------|
| 7003 | Rest    |
";
    let expected = [
        "unstated > seed-store-server: ?/7001",
        "unstated > feeder-agent: ?/7002",
        "unstated > perch: ?/7003",
    ];
    assert_eq!(shown(page, "parrot.md").0, expected);
}

#[test]
fn brackets_say_what_is_needed() {
    let page = "\
# Parrot

| Protocol        | Port | Source           | Destination         |
|-----------------|------|------------------|---------------------|
| TCP (optional)  | 25   | Perch            | Mail server         |
| TCP             | 636  | Perch            | Directory (required) |
| TCP/UPD         | 514  | Perch            | Log server          |
";
    let (facts, answers) = read(page, "parrot.md", Answers::default());
    let flows = settle(&facts, &answers);
    let needs: Vec<(&str, Need)> = flows
        .iter()
        .map(|it| (it.to[0].as_str(), it.need))
        .collect();
    let expected = [
        ("mail-server", Need::Optional),
        ("directory", Need::Required),
        ("log-server", Need::Unstated),
    ];
    assert_eq!(needs, expected);
    assert_eq!(flows[2].doubts, ["`upd` may be a misprint of a transport"]);
    assert!(flows[0].applications.is_empty(), "{:?}", flows[0]);
}

#[test]
fn a_listener_for_its_own_host_is_local() {
    let page = "\
# Parrot

| Port | Source    | Destination |
|------|-----------|-------------|
| 7373 | localhost | Perch       |
| 7374 | Nest      | Perch       |
| 7375 | localhost, Nest | Perch |
";
    let (facts, answers) = read(page, "parrot.md", Answers::default());
    let flows = settle(&facts, &answers);
    let audiences: Vec<_> = flows.iter().map(|it| it.audience).collect();
    assert_eq!(audiences, [Some(Audience::OwnHost), None, None]);
    let text = draft(&facts, &answers, page);
    let exposures: Vec<&str> = text
        .lines()
        .filter(|it| it.starts_with("exposure"))
        .collect();
    assert!(exposures[0].contains(r#""local""#), "{exposures:?}");
    assert!(
        exposures[1..].iter().all(|it| !it.contains("local")),
        "{exposures:?}"
    );
    assert_eq!(questions(&facts, &answers), []);
}

#[test]
fn items_of_a_list_about_ports_are_not_lost_in_silence() {
    let page = "\
# Parrot

The server needs these ports:

- SSH (default is 22)
- Seed calls (default is 9501)
- Two spare perches
";
    let why = "the item names ports that no table has, and not who connects to whom";
    assert_eq!(shown(page, "parrot.md").1, [(5, why), (6, why)]);
}

#[test]
fn columns_of_every_table_can_be_corrected() {
    let page = "\
# Parrot

| Port | Source | Destination | Remark |
|------|--------|-------------|--------|
| 7000 | Perch  | Nest        | Feeder |
";
    let (facts, answers) = read(page, "parrot.md", Answers::default());
    let text = answers.to_toml(&[], &facts.tables);
    assert_eq!(Answers::parse(&text).unwrap(), answers, "{text}");
    // The comment becomes a table, and its roles other ones.
    let block = text.find("# [[table]]").unwrap();
    let edited = text[block..]
        .replace("# ", "")
        .replace("\"to\", \"note\"", "\"note\", \"to\"");
    let edited = format!("{}{edited}", &text[..block]);
    let given = Answers::parse(&edited).unwrap_or_else(|it| panic!("{edited}\n{it:?}"));
    let (facts, answers) = read(page, "parrot.md", given);
    let flow = &settle(&facts, &answers)[0];
    assert_eq!(
        (flow.from[0].as_str(), flow.to[0].as_str()),
        ("perch", "feeder")
    );
}
