//! Product files, in TOML and in JSON: what loads can be shown, in every format, and compiled.

use super::core::Core;
use portmatrix::catalog::load;
use portmatrix::catalog::resolve::resolve;
use portmatrix::commands;
use portmatrix::model::layout::Overrides;
use portmatrix::terraform::value::Value;
use serde_json::json;
use std::collections::BTreeMap;
use std::io::Write;
use std::sync::{Arc, LazyLock};

static CORE: LazyLock<Core> = LazyLock::new(Core::default);

pub(crate) fn holds(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else {
        return;
    };
    let product = match load(text) {
        Ok(product) => Arc::new(product),
        Err(mistakes) => {
            assert!(!mistakes.is_empty());
            let lines = text.lines().count().max(1);
            for it in &mistakes {
                let line: usize = it.to_string().split(':').next().unwrap().parse().unwrap();
                assert!((1..=lines + 1).contains(&line), "{it}");
            }
            return;
        }
    };
    let profiles = product.ports.values().flat_map(|it| it.recommended.keys());
    for profile in profiles.map(Some).chain([None]).take(4) {
        let overrides = Overrides {
            profile: profile.cloned(),
            enable: product.flows.keys().cloned().collect(),
            ..Overrides::default()
        };
        let (matrix, _) = resolve(&product, &overrides);
        for row in matrix.rows() {
            assert!(product.flows.contains_key(row.id));
        }
    }
    shown(text);
    let own = |kind: &str| {
        let all = product.components.iter();
        let of_kind = all.filter(|(_, it)| (it.kind.as_str() == "own") == (kind == "own"));
        of_kind
            .map(|(name, _)| format!("it.{name}"))
            .collect::<Vec<_>>()
    };
    let config = json!({
        "zone": {
            "a": { "components": own("own"), "ipv4": { "a": "10.1.0.0/16" }, "aws": { "security_group_id": "sg-1" }, "host": {} },
            "b": { "components": own("other"), "ipv4": { "b": "10.2.0.0/16" }, "aws": { "security_group_id": "sg-2" } },
        },
        "product": { "it": { "definition": text } },
        "fail_on": "never",
    });
    let _ = CORE.apply(&Value::Null, &config, &config);
}

/// Every format of `show`, and `lint`.
fn shown(text: &str) {
    let json = text
        .trim_start_matches('\u{feff}')
        .trim_start()
        .starts_with('{');
    let suffix = if json { ".json" } else { ".toml" };
    let mut file = tempfile::Builder::new().suffix(suffix).tempfile().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    let run = |arguments: &[&str]| {
        let path = file.path().as_os_str().to_owned();
        let (command, options) = arguments.split_first().unwrap();
        let options = options.iter().map(Into::into);
        commands::run_captured([command.into(), path].into_iter().chain(options).collect())
    };
    assert_eq!(run(&["lint"]).code, 0);
    let mut shown = BTreeMap::new();
    for format in ["table", "json", "csv", "markdown", "mermaid", "toml"] {
        let answer = run(&["show", "--format", format]);
        let refused = json && format == "toml";
        assert_eq!(
            answer.code,
            if refused { 2 } else { 0 },
            "{:?}",
            answer.error
        );
        shown.insert(format, answer.out);
    }
    serde_json::from_str::<serde_json::Value>(&shown["json"]).unwrap();
    assert!(json || shown["toml"] == text);
}
