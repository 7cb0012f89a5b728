//! What of the world outside a file may touch: the claims of `SECURITY.md` that a text can be held to.

use crate::repository::rust::{code, names, without_tests};
use crate::repository::rust_files;
use crate::support::{none, read};
use std::collections::BTreeSet;

/// A way out of the process, the words that it takes, and the only files that may go it.
struct Way {
    what: &'static str,
    words: &'static [&'static str],
    files: &'static [&'static str],
}

const WAYS: [Way; 4] = [
    Way {
        what: "files",
        words: &["fs::", "File::open", "File::create", "OpenOptions"],
        files: &[
            // The files that a person names to a command, and what `try` needs to run a CLI.
            "src/commands/import.rs",
            "src/commands/lint.rs",
            "src/commands/review/document.rs",
            // The pages of the catalogue, in the folder that a person names.
            "src/commands/site.rs",
            "src/commands/try_command.rs",
            // The socket.
            "src/terraform/listen.rs",
        ],
    },
    Way {
        what: "the network",
        words: &[
            "TcpListener",
            "TcpStream",
            "ToSocketAddrs",
            "UdpSocket",
            "UnixDatagram",
            "UnixListener",
            "UnixStream",
            "lookup_host",
        ],
        files: &["src/terraform/listen.rs"],
    },
    Way {
        what: "other processes",
        words: &["Command::"],
        files: &["src/commands/try_command.rs"],
    },
    Way {
        what: "the environment",
        words: &["env::"],
        files: &[
            "src/commands/try_command.rs",
            "src/main.rs",
            "src/terraform/handshake.rs",
            "src/terraform/listen.rs",
            "src/terraform/log.rs",
        ],
    },
];

/// What the program is made of, without its tests.
fn sources() -> Vec<(String, String)> {
    rust_files()
        .filter(|(path, _)| path.starts_with("src/"))
        .map(|(path, text)| (path, without_tests(&code(&text)).to_owned()))
        .collect()
}

#[test]
fn few_files_touch_the_world() {
    let sources = sources();
    for way in &WAYS {
        let found: BTreeSet<&str> = sources
            .iter()
            .filter(|(_, code)| way.words.iter().any(|it| names(code, it)))
            .map(|(path, _)| path.as_str())
            .collect();
        let expected = way.files.iter().copied().collect();
        assert_eq!(found, expected, "{}", way.what);
    }
}

#[test]
fn nothing_connects_to_anything() {
    let calls = ["TcpStream::connect", "UnixStream::connect", "UdpSocket::"];
    let found: Vec<String> = sources()
        .iter()
        .filter(|(_, code)| calls.iter().any(|it| names(code, it)))
        .map(|(path, _)| path.clone())
        .collect();
    none(&found);
}

/// Every variable that is read has its line in `SECURITY.md`.
#[test]
fn every_variable_is_named() {
    let security = read("SECURITY.md");
    let mut found = Vec::new();
    let way = WAYS.iter().find(|it| it.what == "the environment");
    for path in way.map_or(&[][..], |it| it.files) {
        let text = read(path);
        let body = text.split("#[cfg(test)]").next().unwrap_or_default();
        found.extend(
            body.split('"')
                .filter(|it| is_variable(it))
                // The end of a name may be put in.
                .map(|it| it.split('{').next().unwrap_or_default())
                .filter(|it| !security.contains(&format!("`{it}")))
                .map(|it| format!("{path} reads {it}")),
        );
    }
    none(&found);
}

fn is_variable(text: &str) -> bool {
    let known = ["PATH", "HOME", "APPDATA"].contains(&text);
    known || !text.contains(' ') && ["TF_", "PLUGIN_"].iter().any(|it| text.starts_with(it))
}

#[test]
fn no_code_is_unsafe() {
    let manifest = read("Cargo.toml");
    let lints = manifest.split("[lints.rust]\n").nth(1).unwrap_or_default();
    assert!(lints.starts_with("unsafe_code = \"forbid\"\n"), "{lints}");
    // The lint is about this package; what has a manifest of its own is seen here.
    let found: Vec<String> = rust_files()
        .filter(|(_, text)| names(&code(text), "unsafe"))
        .map(|(path, _)| path)
        .collect();
    none(&found);
}
