//! What `terraform show -json` prints, as `review` reads it: one judgement in every format.

use portmatrix::commands;
use std::io::Write;

pub(crate) fn holds(bytes: &[u8]) {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    for more in [&["--all"] as &[&str], &["--before", "--fail-on", "info"]] {
        let mut codes = Vec::new();
        for format in ["text", "json", "sarif", "markdown"] {
            let mut arguments = vec!["review".into(), file.path().as_os_str().to_owned()];
            arguments.extend(more.iter().chain(&["--format", format]).map(Into::into));
            let answer = commands::run_captured(arguments);
            assert_eq!(answer.error.is_some(), answer.out.is_empty());
            if answer.error.is_none() && ["json", "sarif"].contains(&format) {
                serde_json::from_str::<serde_json::Value>(&answer.out).unwrap();
            }
            codes.push(answer.code);
        }
        assert!(codes.iter().all(|it| *it == codes[0]), "{codes:?}");
    }
}
