//! What `terraform show -json` prints, as `report` reads it: a report in every format or in none, twice the same, and no text of it is
//! a tag of the page.

use portmatrix::commands;
use std::io::Write;

const FORMATS: [&str; 7] = ["html", "markdown", "csv", "mermaid", "d2", "svg", "json"];

pub(crate) fn holds(bytes: &[u8]) {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    let report = |format: &str| {
        let mut arguments = vec!["report".into(), file.path().as_os_str().to_owned()];
        arguments.extend(["--format", format].map(Into::into));
        commands::run_captured(arguments)
    };
    let mut codes = Vec::new();
    for format in FORMATS {
        let (answer, again) = (report(format), report(format));
        assert_eq!(answer.out, again.out, "{format}");
        assert_eq!(answer.error.is_some(), answer.out.is_empty(), "{format}");
        if answer.error.is_none() {
            match format {
                "json" => drop(serde_json::from_str::<serde_json::Value>(&answer.out).unwrap()),
                // The page has one script, its own.
                "html" => assert_eq!(answer.out.matches("<script").count(), 1),
                _ => {}
            }
        }
        codes.push(answer.code);
    }
    assert!(codes.iter().all(|it| *it == codes[0]), "{codes:?}");
}
