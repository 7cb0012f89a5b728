//! `examples/report`: its page, its picture and its change request are those that this program makes.
//!
//! `UPDATE_EXPECT=1 cargo test --test in_process report::example` makes them anew, `.ci/pictures` the screenshots.

use crate::support::root;
use expect_test::expect_file;
use portmatrix::commands::run_captured;

#[test]
fn what_is_kept_is_fresh() {
    let folder = root().join("examples/report");
    let plan = folder.join("plan.json");
    let made = |format: &str| {
        let arguments = ["report", plan.to_str().unwrap(), "--format", format];
        let answer = run_captured(arguments.map(Into::into).to_vec());
        assert_eq!(answer.error, None);
        answer.out
    };
    for (format, name) in [
        ("html", "report.html"),
        ("svg", "zones.svg"),
        ("csv", "request.csv"),
        ("markdown", "report.md"),
        ("mermaid", "zones.mmd"),
        ("d2", "zones.d2"),
        ("json", "report.json"),
    ] {
        let text = made(format);
        assert_eq!(text, made(format), "two runs differ");
        // Git may turn line ends; what is compared is the rest.
        expect_file![folder.join(name)].assert_eq(&text.replace("\r\n", "\n"));
    }
}
