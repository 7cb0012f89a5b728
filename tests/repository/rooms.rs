//! Who may import whom, and what a room must not know.

use crate::repository::rust::{code, names, own_paths, without_tests};
use crate::repository::{dependencies, rust_files};
use crate::support::none;
use std::collections::BTreeSet;

/// What the files of one folder of `src/` may name.
struct Room {
    name: &'static str,
    /// Other rooms, whole or a path in one.
    ours: &'static [&'static str],
    /// Third-party crates.
    crates: &'static [&'static str],
}

/// The rooms in the order of the data. INVARIANT: `terraform` does not know what a port is, and the core rooms do not know
/// what Terraform is.
const ROOMS: [Room; 11] = [
    Room {
        name: "model",
        ours: &[],
        crates: &["strsim", "time", "unicode_normalization"],
    },
    Room {
        name: "catalog",
        ours: &["model"],
        crates: &["jsonc_parser", "miniz_oxide", "sha2", "toml", "toml_parser"],
    },
    Room {
        name: "import",
        ours: &["model", "catalog"],
        crates: &["html_escape", "toml", "unicode_width"],
    },
    Room {
        name: "compile",
        ours: &["model", "catalog"],
        crates: &["wildmatch"],
    },
    Room {
        name: "render",
        ours: &["model"],
        crates: &["sha2"],
    },
    Room {
        name: "policy",
        ours: &["model"],
        crates: &["strsim"],
    },
    Room {
        name: "review",
        // The columns of rows: an argument for rules has those of the output that it comes from.
        ours: &["model", "catalog", "render"],
        crates: &["wildmatch"],
    },
    Room {
        name: "report",
        // A product's page shows its matrix.
        ours: &["model", "catalog"],
        crates: &["base64", "maud", "serde_json", "sha2"],
    },
    Room {
        name: "terraform",
        ours: &[],
        crates: &[
            "base64",
            "p521",
            "rcgen",
            "rmp",
            "rustix",
            "rustls",
            "rustls_pki_types",
            "serde_json",
            "tempfile",
            "time",
            "tokio",
            "tokio_rustls",
            "tokio_stream",
            "tonic",
        ],
    },
    Room {
        name: "provider",
        ours: &[
            "model",
            "catalog",
            "compile",
            "render",
            "policy",
            "review",
            "report",
            "terraform",
        ],
        crates: &["serde_json"],
    },
    Room {
        name: "commands",
        // The address under which `try` puts this build in the place of the installed provider, the one shape of a product in
        // JSON, and a layout as a plan has it.
        ours: &[
            "model",
            "catalog",
            "import",
            "compile",
            "render",
            "policy",
            "review",
            "report",
            "terraform",
            "provider::ADDRESS",
            "provider::catalog_with",
            "provider::Input",
            "provider::Planned",
            "provider::known_blocks",
            "provider::planned",
            "provider::policy_of",
            "provider::product_json",
            "provider::report",
        ],
        crates: &[
            "lexopt",
            "percent_encoding",
            "serde",
            "serde_json",
            "serde_norway",
            "sha2",
            "tempfile",
            "time",
            "tokio",
        ],
    },
];

/// The rooms that are pure: what they return follows from their arguments alone.
const CORE: [&str; 8] = [
    "model", "catalog", "import", "compile", "render", "policy", "review", "report",
];

/// What would make a core room impure: the world outside, threads, clocks, printing, and an order that differs from run to run.
const IMPURE: &[&str] = &[
    "async",
    "await",
    "dbg",
    "env::",
    "eprint",
    "eprintln",
    "fs::",
    "HashMap",
    "HashSet",
    "Instant",
    "io::",
    "Mutex",
    "print",
    "println",
    "process::",
    "rand",
    "SystemTime",
    "TcpStream",
    "thread::",
    "std::time",
    "OffsetDateTime",
    "UtcDateTime",
    "ToSocketAddrs",
    "UdpSocket",
];

/// Hash maps in core rooms in which things are only looked up by key; nothing goes out in their order.
const LOOK_UPS: [(&str, &str); 3] = [
    ("src/render/aws/problems.rs", "HashMap"),
    ("src/render/describe.rs", "HashMap"),
    ("src/render/openstack/problems.rs", "HashMap"),
];

/// The files of a room, as code: without comments and texts.
fn room_files(room: &str) -> Vec<(String, String)> {
    let folder = format!("src/{room}/");
    rust_files()
        .filter(|(path, _)| path.starts_with(&folder))
        .map(|(path, text)| (path, code(&text)))
        .collect()
}

#[test]
fn every_folder_is_a_room() {
    let folders: BTreeSet<String> = rust_files()
        .filter_map(|(path, _)| {
            path.strip_prefix("src/")?
                .split_once('/')
                .map(|it| it.0.to_owned())
        })
        .collect();
    assert_eq!(folders, ROOMS.iter().map(|it| it.name.to_owned()).collect());
}

#[test]
fn rooms_name_only_the_rooms_that_they_may() {
    let mut found = Vec::new();
    for room in &ROOMS {
        for (path, code) in room_files(room.name) {
            for used in own_paths(&code) {
                let may = |it: &&str| used == **it || used.starts_with(&format!("{it}::"));
                if !may(&room.name) && !room.ours.iter().any(may) {
                    found.push(format!("{path} names crate::{used}"));
                }
            }
            // `super` must not be a way round: it may climb to the room, not out of it. The tests of a file are a module deeper.
            let depth = path.matches('/').count() - usize::from(path.ends_with("/mod.rs")) - 1;
            for (part, depth) in [(without_tests(&code), depth), (&code, depth + 1)] {
                if names(part, &"super::".repeat(depth + 1)) {
                    found.push(format!("{path} climbs out of its room by super::"));
                }
            }
        }
    }
    none(&found);
}

#[test]
fn rooms_name_only_the_crates_that_they_may() {
    let dependencies = dependencies();
    let mut found = Vec::new();
    for room in &ROOMS {
        let mut unused: BTreeSet<&str> = room.crates.iter().copied().collect();
        for (path, code) in room_files(room.name) {
            for name in dependencies
                .iter()
                .filter(|it| names(without_tests(&code), &format!("{it}::")))
            {
                unused.remove(name.as_str());
                if !room.crates.contains(&name.as_str()) {
                    found.push(format!("{path} names the crate {name}"));
                }
            }
        }
        found.extend(
            unused
                .iter()
                .map(|it| format!("{} may use {it} and does not", room.name)),
        );
    }
    none(&found);
}

#[test]
fn core_rooms_are_pure() {
    let mut found = Vec::new();
    for room in CORE {
        for (path, code) in room_files(room) {
            for &word in IMPURE {
                if names(without_tests(&code), word) && !LOOK_UPS.contains(&(path.as_str(), word)) {
                    found.push(format!("{path} names {word}"));
                }
            }
        }
    }
    none(&found);
}
