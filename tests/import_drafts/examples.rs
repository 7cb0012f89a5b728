//! The commands of the guide "From a vendor's page to rules", on the page in `examples/import`.

use crate::support::{program, root};
use std::fs;
use std::path::Path;
use std::process::Stdio;

/// A block of code in the guide.
struct Block {
    language: String,
    text: String,
}

fn blocks(guide: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut lines = guide.lines();
    while let Some(line) = lines.next() {
        if let Some(language) = line.strip_prefix("```") {
            let text: Vec<&str> = lines.by_ref().take_while(|it| *it != "```").collect();
            blocks.push(Block {
                language: language.to_owned(),
                text: text.join("\n"),
            });
        }
    }
    blocks
}

/// Runs a line of the guide, and gives what it prints.
fn run(line: &str, folder: &Path) -> String {
    let (command, file) = match line.split_once(" > ") {
        Some((command, file)) => (command, Some(folder.join(file))),
        None => (line, None),
    };
    if let Some(rest) = command.strip_prefix("sed 's/") {
        let (edit, source) = rest.split_once("/' ").unwrap();
        let (from, to) = edit.split_once('/').unwrap();
        let text = fs::read_to_string(folder.join(source)).unwrap();
        assert!(text.contains(from));
        fs::write(file.unwrap(), text.replace(from, to)).unwrap();
        return String::new();
    }
    let arguments = command
        .strip_prefix("terraform-provider-portmatrix ")
        .unwrap();
    let output = program::program()
        .current_dir(folder)
        .args(arguments.split(' '))
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    let printed = String::from_utf8(output.stderr).unwrap();
    match file {
        Some(file) => {
            fs::write(file, &out).unwrap();
            printed
        }
        None => printed + &out,
    }
}

#[test]
fn the_commands_of_the_guide_print_what_it_shows() {
    let guide = fs::read_to_string(root().join("docs/guides/from-a-page-to-rules.md")).unwrap();
    let example = root().join("examples/import");
    let folder = tempfile::tempdir().unwrap();
    let copy = |name: &str| fs::copy(example.join(name), folder.path().join(name)).unwrap();
    copy("lantern.md");
    copy("lantern.toml");
    let mut printed = String::new();
    let mut shown = 0;
    for block in blocks(&guide) {
        match block.language.as_str() {
            "shell" => {
                printed = block
                    .text
                    .lines()
                    .map(|it| run(it, folder.path()))
                    .collect();
            }
            "text" => {
                assert!(
                    printed.contains(&block.text),
                    "shown:\n{}\nprinted:\n{printed}",
                    block.text
                );
                shown += 1;
            }
            _ if block.text.starts_with("[[table]]") => {
                // From here on the questions are answered.
                copy("lantern.answers.toml");
                let answers = fs::read_to_string(example.join("lantern.answers.toml")).unwrap();
                assert!(answers.contains(&block.text), "{}", block.text);
            }
            _ if block.text.contains("[[flow]]") => {
                let draft = fs::read_to_string(folder.path().join("lantern.draft.toml")).unwrap();
                assert!(draft.contains(&block.text), "{draft}");
                assert!(!draft.contains("\"unstated\" "), "{draft}");
            }
            _ => {}
        }
    }
    assert_eq!(shown, 4);
}

#[test]
fn a_page_that_changed_is_named() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["lantern.md", "lantern.answers.toml"] {
        fs::copy(
            root().join("examples/import").join(name),
            folder.path().join(name),
        )
        .unwrap();
    }
    let page = folder.path().join("lantern.md");
    let line = "terraform-provider-portmatrix import lantern.md --answers lantern.answers.toml > draft.toml";
    let same = run(line, folder.path());
    assert!(!same.contains("warning"), "{same}");
    let text = fs::read_to_string(&page).unwrap();
    fs::write(
        &page,
        text.replace("| Setting        |", "| Property       |"),
    )
    .unwrap();
    let changed = run(line, folder.path());
    assert!(
        changed.contains("warning: the page has changed"),
        "{changed}"
    );
    // The table has another column, so its question is asked again.
    assert!(
        changed.contains("2 inbound rows do not say who connects"),
        "{changed}"
    );
}

#[test]
fn what_cannot_be_imported_is_refused() {
    for (arguments, words) in [
        (vec!["import"], "`import` needs the file of a page"),
        (
            vec!["import", "README.md", "--name", "No Name"],
            "`No Name` is not a valid name of a product",
        ),
        (
            vec!["import", "SECURITY.md"],
            "`SECURITY.md` has no table with ports",
        ),
        (
            vec!["import", "no-such-page.md"],
            "cannot read `no-such-page.md`",
        ),
    ] {
        let ran = program::run(&arguments, b"");
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{arguments:?}");
        assert!(ran.err.contains(words), "{arguments:?}: {}", ran.err);
    }
}
