//! The ends that sentences name, and sentences that name none.

use super::*;

#[test]
fn sentences_name_ends() {
    for (text, expected) in [
        (
            "Connections from the VCH to DNS servers for name resolution",
            "VCH > DNS servers",
        ),
        (
            "Incoming connections from container VMs to the VCH",
            "container VMs > VCH",
        ),
        ("Connections to the appliance UI", " > appliance UI"),
        (
            "* Provides HTTP access from parrot browsers to the perch",
            "parrot browsers > perch",
        ),
        ("HTTP access to the web UI", ""),
        ("Used by agents to connect to the server", "agents > server"),
        (
            "This port is used by Parrot agents to send metrics.",
            "Parrot agents > ",
        ),
        ("Used by the API server", ""),
        (
            "Allows worker nodes to reach the control plane",
            "worker nodes > control plane",
        ),
        (
            "Agents connect to the server on this port",
            "agents > server",
        ),
        ("Clients connect here", "clients > "),
        ("Agent-to-server communication", "agent > server"),
        ("Node to node traffic", "node > node"),
        ("Communication between brokers", "brokers > brokers"),
        ("Communication between agents and servers", ""),
        ("Inter-node gossip", "nodes > nodes"),
        ("web interface, from users", "users > "),
        ("Metrics, scraped by Prometheus", "Prometheus > "),
        (
            "To communicate with brokers by TLS, use port 9094",
            " > brokers",
        ),
        (
            "Used by the agent for connecting to the Oracle database",
            "agent > Oracle database",
        ),
        (
            "The server for the control-plane to agents communication",
            "",
        ),
        (
            "Connections from clients, agents and nodes",
            "clients; agents; nodes > ",
        ),
        ("No connections from clients", ""),
        ("Agents do not connect to the server", ""),
        ("Pulls images from registry servers", ""),
        ("Used by agents to receive updates from the server", ""),
        ("Load balancing between nodes", ""),
        ("Communication between nodes in the cluster and clients", ""),
        ("Point-to-point connections between sites", "sites > sites"),
        ("Data from sensors to the collector", ""),
        ("Replies from cache", ""),
        (
            "TCP/UDP port 53 to the configured DNS servers. They resolve names.",
            " > configured DNS servers",
        ),
        (
            "TCP 443 outbound from the agents to the hub",
            "agents > hub",
        ),
        ("8000 to 8100", ""),
        ("443 to register agents", ""),
        ("TCP 80 to HTTPS redirect", ""),
        ("3000 to 3010 Relays", ""),
        ("Rejects connections from agents", ""),
        ("Traffic to the server is encrypted", " > server"),
        (
            "This port must be accessible from agent VMs.",
            "agent VMs > ",
        ),
        (
            "For remote access to the manager from the Parrot CLI clients",
            "Parrot CLI clients > manager",
        ),
        ("Used by end users to retrieve mail", "end users > "),
        ("Open to your mail users", "mail users > "),
        ("It is not accessible from clients", ""),
        ("How to access the port", ""),
    ] {
        let names = |it: Vec<Party>| {
            let name = |it| match it {
                Party::Named(it) => it,
                Party::This => "this".to_owned(),
            };
            it.into_iter().map(name).collect::<Vec<_>>().join("; ")
        };
        let found = ends_of_sentence(text);
        let found = found.map_or_else(String::new, |(from, to)| {
            format!("{} > {}", names(from), names(to))
        });
        assert_eq!(found.to_lowercase(), expected.to_lowercase(), "{text}");
    }
}
