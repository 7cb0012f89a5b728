//! What real pages have around their ports and must not become flows, and shapes in which they have ports.

use crate::import_drafts::shown;

#[test]
fn numbers_below_headings_about_changes_are_not_ports() {
    for page in [
        "# Upgrade from 3.1 to 3.2\n\n- Free 20 GB of disk first.\n- Wait 10 minutes.\n",
        "The main differences between Alice and Bob:\n\n* Alice can lose up to 12 hours of data.\n",
        "# Part 3\n\nThe bytes needed are 2 each (for a value from 0 to\n65,535). 12 megabytes of memory are not that much.\n",
        "# Migration: Steps needed between the versions\n\n### HTTP/1 requests\n\nWith `v3.7.9`, HTTP/1 `CONNECT` is answered with `501 Not Implemented`.\n",
        "# Manually Add the Certificate to a Container VM\n\n1. Run `docker -H host_address:2376 --tls login registry_address`.\n",
        "# Configure an egress gateway to perform TLS Origination\n\n1. You should see a `200` status response.\n",
    ] {
        assert_eq!(shown(page, "parrot.md").0, [] as [&str; 0], "{page}");
    }
}

#[test]
fn each_host_of_a_list_is_an_end() {
    let page = "\
## Required FQDN rules

| FQDN | Port | Use |
|---|---|---|
| **`vault.example.com`** | **`HTTPS:443`** | Keys |
| `a.example.com` or `b.example.com` or `c.example.com` | HTTP:80 | Patches |
| d.example.com | HTTP: 8080, HTTP/2 | Patches |
| e.example.com | NFS:2049 | Files |
";
    let expected = [
        "this > vault-example-com: tcp~/443",
        "this > a-example-com,b-example-com,c-example-com: tcp~/80",
        "this > d-example-com: tcp~/8080",
        "this > e-example-com: tcp~/2049",
    ];
    let found: Vec<String> = shown(page, "parrot.md")
        .0
        .into_iter()
        .map(|it| it.replace("unstated >", "this >"))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn tables_are_found_in_every_dress() {
    let hugo = "{{<table>}}\n\n|Port | Protocol | Destination |\n| ---| ---| ---|\n|25 | TCP | mail |\n\n{{</table>}}\n";
    assert_eq!(shown(hugo, "parrot.md").0, ["unstated > mail: tcp/25"]);
    let titled =
        "Ports used\n----------\n\n|===\n|Port |Protocol |Destination\n\n|25\n|TCP\n|mail\n|===\n";
    assert_eq!(shown(titled, "parrot.adoc").0, ["unstated > mail: tcp/25"]);
    let links = "\
|===
|Protocol |Port |Source |Destination

|TCP
|443
|Remote [.noloc]`Pod` network(s)
|link:general/x.html[Roles service endpoint,type=\"documentation\"]

|TCP
|444
|Remote `Pod` network(s)
|Load Balancer
|===
";
    let expected = [
        "remote-pod-network-s > roles-service-endpoint: tcp/443",
        "remote-pod-network-s > load-balancer: tcp/444",
    ];
    assert_eq!(shown(links, "parrot.adoc").0, expected);
    let client = "|===\n|Service that client connects to |Port\n\n|Load Balancer\n|443\n|===\n";
    assert_eq!(
        shown(client, "parrot.adoc").0,
        ["unstated > load-balancer: ?/443"]
    );
}

#[test]
fn ticks_are_not_names_and_items_are_not_lost() {
    let page = "\
# Ports

| Port | Protocol | Source | Destination |
|------|----------|--------|-------------|
| 443  | TCP      | x      | Node        |

- Allow outbound TCP traffic to port 2377 on the endpoint VM.
";
    let (flows, left) = shown(page, "parrot.md");
    let expected = ["unstated > node: tcp/443", "unstated > unstated: tcp/2377"];
    assert_eq!(
        (flows, left),
        (expected.map(str::to_owned).to_vec(), Vec::new())
    );
}
