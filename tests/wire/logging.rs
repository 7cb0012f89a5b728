//! What a run leaves on stderr.

use crate::wire::Test;
use crate::wire::client::proto::tfplugin5::configure;
use crate::wire::client::{Start, block_on};
use serde_json::Value;

pub(crate) const TESTS: &[Test] = &[
    (
        "every_line_is_as_the_clis_read_it",
        every_line_is_as_the_clis_read_it,
    ),
    ("levels_are_honoured", levels_are_honoured),
    (
        "without_a_level_nothing_is_written",
        without_a_level_nothing_is_written,
    ),
];

/// What is on stderr after one call.
fn configured(start: Start) -> String {
    let mut plugin = start.plugin();
    block_on(async {
        let config = Some(crate::wire::request::msgpack(
            b"\x81\xa8language\xa2tr".to_vec(),
        ));
        let request = configure::Request {
            config,
            ..Default::default()
        };
        plugin
            .provider()
            .await
            .configure(request)
            .await
            .expect("an answer");
    });
    plugin.signal("TERM");
    plugin.ended();
    plugin.last_words()
}

fn every_line_is_as_the_clis_read_it() {
    let stderr = configured(Start::new().env("TF_LOG", "trace"));
    let lines: Vec<Value> = stderr
        .lines()
        .map(|it| serde_json::from_str(it).expect("JSON"))
        .collect();
    assert!(lines.len() > 1);
    for line in &lines {
        let fields = line.as_object().expect("an object");
        // A value of another type makes Terraform itself panic.
        assert!(fields.values().all(Value::is_string), "{line}");
        assert_eq!(line["@module"], "provider.portmatrix");
        let timestamp = line["@timestamp"].as_str().expect("text").to_owned();
        let shape: String = timestamp
            .chars()
            .map(|it| if it.is_ascii_digit() { '0' } else { it })
            .collect();
        assert_eq!(shape, "0000-00-00T00:00:00.000000Z");
    }
    let ours = lines
        .iter()
        .find(|it| it["@message"] == "configured")
        .expect("the provider's own line");
    assert_eq!(ours["@level"], "warn");
    assert_eq!(ours["language"], "tr");
    assert_eq!(ours["message"], "1");
}

fn levels_are_honoured() {
    fn check(variables: &[(&str, &str)], expected: bool) {
        let start = variables
            .iter()
            .fold(Start::new(), |start, (name, value)| start.env(name, *value));
        assert_eq!(
            configured(start).contains("configured"),
            expected,
            "{variables:?}"
        );
    }
    check(&[("TF_LOG", "warn")], true);
    check(&[("TF_LOG", "error")], false);
    check(&[("TF_LOG", "error"), ("TF_LOG_PROVIDER", "debug")], true);
    check(
        &[("TF_LOG", "trace"), ("TF_LOG_PROVIDER_PORTMATRIX", "off")],
        false,
    );
    check(&[("TF_LOG", "JSON")], true);
}

fn without_a_level_nothing_is_written() {
    assert_eq!(configured(Start::new()), "");
}
