//! Two balancers with keepalived: who has the address, with and without the rules.

use super::lab::Lab;
use super::ruleset;
use serde_json::json;
use std::fs;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

/// Seconds in which an election ends: adverts come every second, and the master is given up after a little more than three.
const ELECTION: Duration = Duration::from_secs(8);

/// Why keepalived cannot run here.
pub(crate) fn missing() -> Result<(), String> {
    let said = Command::new("keepalived").arg("--version").output();
    said.map(drop)
        .map_err(|it| format!("keepalived cannot be started; install it ({it})"))
}

/// keepalived on a host, until this goes.
struct Daemon(Child);

impl Drop for Daemon {
    fn drop(&mut self) {
        // It removes its addresses on SIGTERM; here the whole namespace goes.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start(lab: &Lab, folder: &std::path::Path, host: &str, priority: u8) -> Daemon {
    let path = |what: &str| folder.join(format!("{host}.{what}"));
    let instance = |name: &str, id: u8, address: &str| {
        format!(
            "vrrp_instance {name} {{\n  state BACKUP\n  interface eth0\n  virtual_router_id {id}\n  priority {priority}\n  advert_int 1\n  \
                virtual_ipaddress {{\n    {address}\n  }}\n}}\n"
        )
    };
    let config = format!(
        "global_defs {{\n  vrrp_version 3\n}}\n{}{}",
        instance("four", 51, "10.50.2.100/32"),
        instance("six", 61, "fe80::100/64")
    );
    fs::write(path("conf"), config).expect("a file");
    let space = lab.space(host);
    let mut command = Command::new("ip");
    command.args([
        "netns",
        "exec",
        &space,
        "keepalived",
        "--dont-fork",
        "--log-console",
        "--vrrp",
    ]);
    command.arg("--use-file").arg(path("conf"));
    command.arg("--pid").arg(path("pid"));
    command.arg("--vrrp_pid").arg(path("vrrp"));
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    Daemon(command.spawn().expect("keepalived"))
}

/// The hosts that have each of the two addresses after an election.
fn masters(lab: &Lab) -> [Vec<&'static str>; 2] {
    let folder = tempfile::tempdir().expect("a folder");
    let _daemons = [("b1", 100), ("b2", 90)].map(|(host, it)| start(lab, folder.path(), host, it));
    sleep(ELECTION);
    ["10.50.2.100/", "fe80::100/"].map(|address| {
        let has = |host: &&str| {
            let said = lab
                .says(host, "ip -o addr show dev eth0")
                .expect("addresses");
            said.contains(address)
        };
        ["b1", "b2"].into_iter().filter(has).collect()
    })
}

fn balancers() -> Lab {
    Lab::of_hosts(&[
        ("b1", &["10.50.2.11", "fd50::2:0:0:11"]),
        ("b2", &["10.50.2.12", "fd50::2:0:0:12"]),
    ])
}

fn layout() -> serde_json::Value {
    json!({
        "zone": {
            "balancers": {
                "components": [],
                "ipv4": { "a": "10.50.2.11/32", "b": "10.50.2.12/32" },
                "ipv6": { "a": "fd50::2:0:0:11/128", "b": "fd50::2:0:0:12/128" },
                "advertised_ipv4": { "balanced": "10.50.2.100/32" },
                "host": {},
            },
            "ops": { "components": [], "ipv4": { "a": "10.50.9.0/24" } },
        },
        "flow": {
            "vrrp": { "from": ["balancers"], "to": ["balancers"], "services": ["vrrp"], "plane": "cluster" },
            "ssh": { "from": ["ops"], "to": ["balancers"], "services": ["tcp/22"], "plane": "admin" },
        },
    })
}

/// One master for each family, the one with the higher priority.
pub(super) fn elects_one() {
    let lab = balancers();
    let text = ruleset(&layout(), "balancers");
    for host in ["b1", "b2"] {
        lab.load(host, &text);
    }
    assert_eq!(masters(&lab), [["b1"], ["b1"]], "{text}");
}

/// The measure measures: without the lines for the groups, each host takes itself for the master.
pub(super) fn unicast_rules_elect_two() {
    let lab = balancers();
    let text = ruleset(&layout(), "balancers");
    let lines = text
        .lines()
        .filter(|it| !it.contains("224.0.0.18") && !it.contains("ff02::12"));
    let text = lines.collect::<Vec<_>>().join("\n") + "\n";
    for host in ["b1", "b2"] {
        lab.load(host, &text);
    }
    assert_eq!(masters(&lab), [["b1", "b2"], ["b1", "b2"]], "{text}");
}
