//! Hosts that run pods: what arrives for these is translated, and a ruleset with `translated` judges it before.

use super::lab::{Lab, differences, is_alive};
use super::ruleset;
use serde_json::{Value as Json, json};
use std::thread::sleep;
use std::time::Duration;

/// What a container engine and a node's service proxy do: a published port and a node port to a local pod, one to a pod of another node,
/// two service addresses for pods and two for a process of the node, one address that a balancer announces, a port that is redirected to another, and masquerading.
const TRANSLATION: &str = "
table inet kp {
	chain pre {
		type nat hook prerouting priority dstnat;
		fib daddr type local tcp dport 8001 dnat ip to 172.30.0.2:8001
		fib daddr type local tcp dport 8001 dnat ip6 to [fd30::2]:8001
		fib daddr type local tcp dport 30080 dnat ip to 172.30.0.2:8080
		fib daddr type local tcp dport 30080 dnat ip6 to [fd30::2]:8080
		fib daddr type local tcp dport 30082 meta mark set 0x4000 dnat ip to 172.31.0.2:8080
		fib daddr type local tcp dport 30082 meta mark set 0x4000 dnat ip6 to [fd31::2]:8080
		fib daddr type local tcp dport 30083 redirect to :8443
		fib daddr type local tcp dport 30084 meta mark set 0x4000 dnat ip to 172.31.0.2:8001
		fib daddr type local tcp dport 30084 meta mark set 0x4000 dnat ip6 to [fd31::2]:8001
		fib daddr type local udp dport 5353 dnat ip to 172.30.0.2:53
		ip daddr 10.96.0.10 tcp dport 80 dnat ip to 172.30.0.3:8080
		ip daddr 10.96.0.11 tcp dport 80 dnat ip to 172.31.0.2:8080
		ip daddr 10.50.2.100 tcp dport 80 dnat ip to 172.30.0.2:8080
		ip daddr 10.96.0.1 tcp dport 443 dnat ip to 10.50.2.11:8443
		ip6 daddr fd96::1 tcp dport 443 dnat ip6 to [fd50::2:0:0:11]:8443
	}
	chain post {
		type nat hook postrouting priority srcnat;
		meta mark 0x4000 masquerade
		ip saddr 172.30.0.0/15 ip daddr != 172.30.0.0/15 masquerade
		ip6 saddr fd30::/15 ip6 daddr != fd30::/15 masquerade
	}
}
";

/// Two nodes with pods, a client, an operator and a stranger.
fn nodes() -> Lab {
    let mut lab = Lab::of_hosts(&[
        ("client", &["10.50.1.5", "fd50::1:0:0:5"]),
        ("n1", &["10.50.2.11", "fd50::2:0:0:11"]),
        ("n2", &["10.50.2.12", "fd50::2:0:0:12"]),
        ("ops", &["10.50.9.7", "fd50::9:0:0:7"]),
        ("other", &["10.50.77.7", "fd50::77:0:0:7"]),
    ]);
    lab.add_pod("n1", "pa", ("172.30.0", "fd30"), 2);
    lab.add_pod("n1", "pb", ("172.30.0", "fd30"), 3);
    lab.add_pod("n2", "pc", ("172.31.0", "fd31"), 2);
    lab.run("n1", "ip route add 172.31.0.0/24 via 10.50.2.12");
    lab.run("n2", "ip route add 172.30.0.0/24 via 10.50.2.11");
    lab.run("n1", "ip -6 route add fd31::/64 via fd50::2:0:0:12");
    lab.run("n2", "ip -6 route add fd30::/64 via fd50::2:0:0:11");
    // An address that the layout does not know, and one that a balancer announces.
    lab.run("n1", "ip addr add 10.50.2.50/32 dev eth0");
    for host in ["client", "other"] {
        lab.run(host, "ip route add 10.50.2.50/32 via 10.50.2.11");
        lab.run(host, "ip route add 10.50.2.100/32 via 10.50.2.11");
        lab.run(host, "ip route add 172.30.0.0/24 via 10.50.2.11");
        lab.run(host, "ip route add 10.96.0.0/16 via 10.50.2.11");
        lab.run(host, "ip -6 route add fd96::/64 via fd50::2:0:0:11");
    }
    for node in ["n1", "n2"] {
        lab.listen(node, &[22, 8443, 9999, 10250, 30081], &[]);
        lab.load(node, TRANSLATION);
    }
    for pod in ["pa", "pb", "pc"] {
        lab.listen(pod, &[8001, 8080], &[53]);
    }
    lab.listen("other", &[9999], &[53]);
    lab
}

/// The layout of the nodes: published ports and node ports for clients, SSH for operators, probes of pods by their node, and two ports of
/// the node for its pods.
fn layout(host: &Json) -> Json {
    json!({
        "zone": {
            "clients": { "components": [], "ipv4": { "a": "10.50.1.0/24" }, "ipv6": { "a": "fd50::1:0:0:0/80" } },
            "ops": { "components": [], "ipv4": { "a": "10.50.9.0/24" } },
            "nodes": {
                "components": [],
                "ipv4": { "a": "10.50.2.11/32", "b": "10.50.2.12/32" },
                "ipv6": { "a": "fd50::2:0:0:11/128", "b": "fd50::2:0:0:12/128" },
                "advertised_ipv4": { "balancer": "10.50.2.100/32" },
                "host": host,
            },
            "pods": { "components": [], "ipv4": { "a": "172.30.0.0/15" }, "ipv6": { "a": "fd30::/15" } },
            "names": { "components": [], "ipv4": { "a": "10.50.77.7/32" } },
        },
        "flow": {
            "published": { "from": ["clients"], "to": ["nodes"], "services": ["tcp/80", "tcp/8001", "tcp/30080-30084", "udp/5353"] },
            "ssh": { "from": ["ops"], "to": ["nodes"], "services": ["tcp/22"], "plane": "admin" },
            "probes": { "from": ["nodes"], "to": ["pods"], "services": ["tcp/8080"], "plane": "health" },
            "kubelet": { "from": ["pods"], "to": ["nodes"], "services": ["tcp/10250"] },
            "names": { "from": ["nodes"], "to": ["names"], "services": ["udp/53"] },
        },
    })
}

const PUBLISHED: &[&str] = &[
    "tcp 10.50.2.11 8001",
    "tcp 10.50.2.11 30080",
    "tcp 10.50.2.11 30081",
    "tcp 10.50.2.11 30082",
    "tcp 10.50.2.11 30083",
    "tcp 10.50.2.11 30084",
    "udp 10.50.2.11 5353",
    "tcp fd50::2:0:0:11 8001",
    "tcp fd50::2:0:0:11 30080",
    "tcp fd50::2:0:0:11 30081",
    "tcp fd50::2:0:0:11 30082",
    "tcp fd50::2:0:0:11 30083",
    "tcp fd50::2:0:0:11 30084",
    "tcp 10.50.2.50 8001",
    "tcp 10.50.2.50 30080",
    "tcp 10.50.2.100 80",
];

/// What pods reach whatever the rules of their nodes say.
const AMONG_PODS: &[&str] = &[
    "tcp 172.30.0.3 8080",
    "tcp fd30::3 8080",
    "tcp 172.31.0.2 8080",
    "tcp fd31::2 8080",
    "tcp 10.96.0.10 80",
    "tcp 10.96.0.11 80",
];

/// Addresses of services that lead to a process of the node, which no rule allows.
const SERVICES_OF_NODES: &[&str] = &["tcp 10.96.0.1 443", "tcp fd96::1 443"];

const OUTSIDE: &[&str] = &["tcp 10.50.77.7 9999", "tcp fd50::77:0:0:7 9999"];
const NAMES: &[&str] = &["udp 10.50.77.7 53"];

/// What nodes and pods offer each other by the layout.
const OF_NODES: &[(&str, &[&str], &[&str])] = &[
    ("ops", &["tcp 10.50.2.11 22"], &["tcp 10.50.2.11 8001"]),
    (
        "client",
        PUBLISHED,
        &[
            "tcp 10.50.2.11 22",
            "tcp 10.50.2.11 8443",
            "tcp 10.50.2.11 9999",
        ],
    ),
    (
        "n1",
        &["tcp 172.30.0.2 8080", "tcp fd30::2 8080"],
        &["tcp 172.30.0.2 8001"],
    ),
    (
        "pa",
        &["tcp 10.50.2.11 10250"],
        &["tcp 10.50.2.11 22", "tcp 10.50.2.11 9999"],
    ),
];

/// Whether everything is reached before any ruleset is loaded, so that what is not reached later was refused.
fn is_up(lab: &Lab) {
    let everything: Vec<&str> = PUBLISHED
        .iter()
        .chain(&["tcp 10.50.2.11 22"])
        .copied()
        .collect();
    let all = [
        ("client", everything.as_slice(), &[][..]),
        ("other", everything.as_slice(), &[]),
        ("other", SERVICES_OF_NODES, &[]),
        ("ops", &["tcp 10.50.2.11 22"], &[]),
        ("pa", AMONG_PODS, &[]),
        ("pa", OUTSIDE, &[]),
        ("pa", NAMES, &[]),
        (
            "n1",
            &[
                "tcp 172.30.0.2 8080",
                "tcp 172.30.0.2 8001",
                "tcp fd30::2 8080",
            ],
            &[],
        ),
    ];
    // The first packets wait for the addresses of neighbours.
    let mut wrong = differences(lab, &all);
    for _ in 0..5 {
        if wrong.is_empty() {
            return;
        }
        sleep(Duration::from_secs(1));
        wrong = differences(lab, &all);
    }
    panic!("before the rulesets: {wrong:#?}");
}

fn load(lab: &Lab, text: &str) {
    for node in ["n1", "n2"] {
        lab.load(node, text);
    }
}

/// Without the argument, forwarded packets pass: what the warning says is so.
pub(super) fn silent() {
    let lab = nodes();
    is_up(&lab);
    load(&lab, &ruleset(&layout(&json!({})), "nodes"));
    let forwarded = [
        "tcp 10.50.2.11 8001",
        "tcp 10.50.2.11 30080",
        "tcp fd50::2:0:0:11 30082",
    ];
    let own = ["tcp 10.50.2.11 22", "tcp 10.50.2.11 30081"];
    let wrong = differences(&lab, &[("other", &forwarded, &own)]);
    assert!(wrong.is_empty(), "{wrong:#?}");
}

pub(super) fn ingress() {
    let lab = nodes();
    is_up(&lab);
    let text = ruleset(&layout(&json!({ "translated": "ingress" })), "nodes");
    load(&lab, &text);
    let mut open: Vec<_> = [
        "10.50.2.11:30080",
        "10.50.2.11:30082",
        "[fd50::2:0:0:11]:8001",
    ]
    .map(|to| lab.connect("client", to))
    .into();
    let mut wanted = OF_NODES.to_vec();
    wanted.extend([
        ("other", &["tcp 172.30.0.3 8080"][..], PUBLISHED), // what is routed to a pod is not for the node
        ("pa", AMONG_PODS, &[]),
        ("pa", OUTSIDE, &[]),
        ("pa", NAMES, &[]),
        ("pb", &[], &["tcp 10.50.2.11 8001"]), // pods are not among the clients
        ("other", &[], SERVICES_OF_NODES),
        ("pa", &[], SERVICES_OF_NODES),
    ]);
    let wrong = differences(&lab, &wanted);
    assert!(wrong.is_empty(), "{wrong:#?}\n{text}");
    for _ in 0..5 {
        load(&lab, &text);
    }
    assert!(open.iter_mut().all(is_alive), "a reload cut a connection");
}

pub(super) fn both() {
    let lab = nodes();
    is_up(&lab);
    let text = ruleset(&layout(&json!({ "translated": "both" })), "nodes");
    load(&lab, &text);
    let mut wanted = OF_NODES.to_vec();
    wanted.extend([
        ("other", &[][..], PUBLISHED),
        ("pa", AMONG_PODS, &[]),
        ("pa", NAMES, OUTSIDE),
        ("other", &[], SERVICES_OF_NODES),
    ]);
    let wrong = differences(&lab, &wanted);
    assert!(wrong.is_empty(), "{wrong:#?}\n{text}");
}
