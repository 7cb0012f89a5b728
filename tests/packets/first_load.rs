//! The first load on a host that tracked no connections: what is open there is new to the ruleset, unless something made the host track it.

use super::lab::Lab;
use super::ruleset;
use serde_json::json;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::thread::sleep;
use std::time::Duration;

/// The table of the guide, which accepts everything and makes the host track connections.
fn warm_up() -> &'static str {
    let guide = include_str!("../../docs/guides/host-firewalls.md");
    let (_, rest) = guide.split_once("```nft\n").expect("the table");
    rest.split_once("```").expect("its end").0
}

/// Whether bytes that only the host sends still arrive after the first load of a ruleset.
fn keeps_a_stream(before: impl FnOnce(&Lab)) -> bool {
    let lab = Lab::of_hosts(&[("host", &["10.50.2.11"]), ("ops", &["10.50.9.7"])]);
    let layout = json!({
        "zone": {
            "hosts": { "components": [], "ipv4": { "a": "10.50.2.11/32" }, "host": {} },
            "ops": { "components": [], "ipv4": { "a": "10.50.9.0/24" } },
        },
        "flow": { "ssh": { "from": ["ops"], "to": ["hosts"], "services": ["tcp/22"], "plane": "admin" } },
    });
    let listening = lab.inside("host", || {
        TcpListener::bind("0.0.0.0:22").expect("a free port")
    });
    let listener = listening.join().expect("a listener");
    let sending = lab.inside("host", move || {
        let (mut stream, _) = listener.accept().expect("a connection");
        while stream.write_all(b"x").is_ok() {
            sleep(Duration::from_millis(100));
        }
    });
    let mut stream: TcpStream = lab.connect("ops", "10.50.2.11:22");
    stream
        .set_read_timeout(Some(Duration::from_secs(3)))
        .expect("a timeout");
    let mut bytes = [0; 1024];
    assert!(stream.read(&mut bytes).is_ok());
    before(&lab);
    lab.load("host", &ruleset(&layout, "hosts"));
    // What was on its way is read first.
    sleep(Duration::from_millis(500));
    let _ = stream.read(&mut bytes);
    let is_kept = matches!(stream.read(&mut bytes), Ok(1..));
    let _ = stream.shutdown(Shutdown::Both);
    drop((stream, lab));
    drop(sending); // it ends with the process: its packets go nowhere
    is_kept
}

pub(super) fn stalls() {
    assert!(!keeps_a_stream(|_| {}));
}

pub(super) fn keeps_connections_after_a_warm_up() {
    assert!(keeps_a_stream(|lab| {
        lab.load("host", warm_up());
        sleep(Duration::from_secs(1));
    }));
}
