//! The line, and what keeps it from being written.

use crate::wire::Test;
use crate::wire::client::{Plugin, Start, block_on};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

pub(crate) const TESTS: &[Test] = &[
    ("the_line_has_six_fields", the_line_has_six_fields),
    (
        "a_seventh_field_comes_when_asked_for",
        a_seventh_field_comes_when_asked_for,
    ),
    (
        "without_a_cookie_a_person_is_told_and_the_process_fails",
        without_a_cookie,
    ),
    (
        "a_client_of_other_versions_gets_a_message",
        a_client_of_other_versions_gets_a_message,
    ),
    (
        "a_client_without_a_list_is_served",
        a_client_without_a_list_is_served,
    ),
    (
        "a_certificate_that_cannot_be_read_is_the_end",
        a_certificate_that_cannot_be_read_is_the_end,
    ),
    ("the_socket_is_private", the_socket_is_private),
    (
        "a_long_folder_name_is_passed_over",
        a_long_folder_name_is_passed_over,
    ),
    (
        "the_clis_own_folder_comes_first",
        the_clis_own_folder_comes_first,
    ),
];

fn the_line_has_six_fields() {
    let plugin = Plugin::start();
    assert!(plugin.line.ends_with('\n'));
    let fields = plugin.fields();
    let [core, version, network, place, protocol, certificate] = fields[..] else {
        panic!("{fields:?}")
    };
    assert_eq!(
        [core, version, network, protocol],
        ["1", "5", "unix", "grpc"]
    );
    assert!(Path::new(place).is_absolute());
    // Shorter ones are not looked at.
    assert!(certificate.len() > 50);
    assert!(!certificate.contains('='));
}

fn a_seventh_field_comes_when_asked_for() {
    let plugin = Start::new().env("PLUGIN_MULTIPLEX_GRPC", "true").plugin();
    assert_eq!(plugin.fields().len(), 7);
    assert_eq!(plugin.fields()[6], "false");
}

fn without_a_cookie() {
    for start in [
        Start::by_hand(),
        Start::by_hand().env("TF_PLUGIN_MAGIC_COOKIE", "another"),
    ] {
        let (status, stdout, stderr) = start.output();
        assert_eq!(status.code(), Some(1));
        assert_eq!(stdout, "");
        assert_eq!(
            stderr,
            "This program is a plugin. Terraform or OpenTofu starts it; do not run it by hand.\n"
        );
    }
}

fn a_client_of_other_versions_gets_a_message() {
    let (status, stdout, stderr) = Start::new().env("PLUGIN_PROTOCOL_VERSIONS", "7,6").output();
    assert_eq!((status.code(), stdout.as_str()), (Some(1), ""));
    assert_eq!(
        stderr,
        "This provider speaks protocol 5, but the CLI offers only 7,6.\n"
    );
}

fn a_client_without_a_list_is_served() {
    let plugin = Start::new().without("PLUGIN_PROTOCOL_VERSIONS").plugin();
    assert_eq!(plugin.fields()[1], "5");
}

fn a_certificate_that_cannot_be_read_is_the_end() {
    for certificate in [
        "garbage",
        "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n",
    ] {
        let (status, stdout, stderr) = Start::new().env("PLUGIN_CLIENT_CERT", certificate).output();
        assert_eq!((status.code(), stdout.as_str()), (Some(1), ""));
        assert!(
            stderr.starts_with("PLUGIN_CLIENT_CERT is not a certificate"),
            "{stderr}"
        );
    }
}

fn the_socket_is_private() {
    let plugin = Plugin::start();
    let mode = |path: &Path| path.metadata().expect("metadata").permissions().mode() & 0o7777;
    assert_eq!(mode(&plugin.socket()), 0o600);
    assert_eq!(mode(plugin.socket().parent().expect("a folder")), 0o700);
}

fn a_long_folder_name_is_passed_over() {
    let start = Start::new();
    let long = start.folder().join("long".repeat(30));
    std::fs::create_dir(&long).expect("a folder");
    let mut plugin = start.env("TMPDIR", &long).plugin();
    assert_eq!(plugin.fields()[2], "unix");
    assert!(!plugin.socket().starts_with(&long));
    // Nothing of the attempt is left.
    assert_eq!(long.read_dir().expect("a folder").count(), 0);
    // It lies where the test does not clean up.
    block_on(async { plugin.shut_down(plugin.channel().await).await });
    assert!(plugin.ended().success());
}

fn the_clis_own_folder_comes_first() {
    let start = Start::new();
    let own = start.folder().join("own");
    std::fs::create_dir(&own).expect("a folder");
    let plugin = start.env("PLUGIN_UNIX_SOCKET_DIR", &own).plugin();
    assert!(plugin.socket().starts_with(&own));
}
