//! The workflows of `examples/ci`: they are YAML, and their commands do what they say with the real program and a kept plan.

use crate::support::{program, root};
use serde_norway::Value;
use std::env;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::Command;

/// Every command of a workflow, in order, one for each step of its own.
fn commands(it: &Value, found: &mut Vec<String>) {
    match it {
        Value::Mapping(map) => {
            for (key, value) in map {
                match (key.as_str(), value) {
                    (Some("run" | "bash"), Value::String(text)) => found.push(text.clone()),
                    // The lines of a script run in one shell.
                    (Some("script" | "after_script" | "after-script"), Value::Sequence(lines)) => {
                        let lines: Vec<&str> = lines.iter().filter_map(Value::as_str).collect();
                        found.push(lines.join("\n"));
                    }
                    _ => commands(value, found),
                }
            }
        }
        Value::Sequence(items) => items.iter().for_each(|it| commands(it, found)),
        _ => {}
    }
}

/// A program that does nothing but what the script says.
fn stand_in(folder: &Path, name: &str, script: &str) {
    let path = folder.join(name);
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn workflows_review_and_fail_and_leave_no_plan() {
    let mut names: Vec<_> = root()
        .join("examples/ci")
        .read_dir()
        .unwrap()
        .flatten()
        .collect();
    names.sort_by_key(fs::DirEntry::file_name);
    assert_eq!(names.len(), 4);
    for entry in names {
        let name = entry.file_name().into_string().unwrap();
        let text = fs::read_to_string(entry.path()).unwrap();
        let yaml: Value = serde_norway::from_str(&text).unwrap_or_else(|it| panic!("{name}: {it}"));
        let mut scripts = Vec::new();
        commands(&yaml, &mut scripts);
        let folder = env::temp_dir().join(format!("workflow-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        let providers = folder.join(".terraform/providers/one/linux_amd64");
        let programs = folder.join("programs");
        fs::create_dir_all(&providers).unwrap();
        fs::create_dir_all(&programs).unwrap();
        symlink(
            program::program().get_program(),
            providers.join("terraform-provider-portmatrix_v0.1.0"),
        )
        .unwrap();
        let kept = root().join("examples/review/plan.json");
        let show = format!(
            "[ \"$1\" != show ] || cat '{}'; touch plan.tfplan",
            kept.display()
        );
        stand_in(&programs, "terraform", &show);
        stand_in(&programs, "gh", "grep -q exposed review.md");
        let path = format!("{}:{}", programs.display(), env::var("PATH").unwrap());
        let mut codes = Vec::new();
        for script in &scripts {
            let ran = Command::new("bash")
                .args(["-e", "-o", "pipefail", "-c", script])
                .current_dir(&folder)
                .env("PATH", &path)
                .env("REVIEW", "--all")
                .env("PULL_REQUEST", "1")
                .env("GITHUB_STEP_SUMMARY", folder.join("summary.md"))
                .output()
                .unwrap();
            let out = String::from_utf8_lossy(&ran.stdout).into_owned();
            let err = String::from_utf8_lossy(&ran.stderr).into_owned();
            assert_eq!(err, "", "{name}: {script}");
            if ran.status.code() == Some(1) {
                assert!(out.contains("error: exposed"), "{name}: {out}");
            }
            codes.push(ran.status.code().unwrap());
        }
        // Only the review fails, and what comes after it runs.
        assert_eq!(
            codes.iter().filter(|it| **it == 1).count(),
            1,
            "{name}: {codes:?}"
        );
        assert_eq!(codes.iter().sum::<i32>(), 1, "{name}: {codes:?}");
        assert!(
            !folder.join("plan.json").exists() && !folder.join("plan.tfplan").exists(),
            "{name}"
        );
        let review =
            ["review.md", "review/review.md"].map(|it| fs::read_to_string(folder.join(it)));
        let review = review.into_iter().flatten().next().unwrap();
        assert!(review.contains("## Firewall inventory"), "{name}: {review}");
        if name.starts_with("github") {
            let summary = fs::read_to_string(folder.join("summary.md")).unwrap();
            assert_eq!(summary, review);
        }
        fs::remove_dir_all(&folder).unwrap();
    }
}
