//! The files of a release, as `.ci/release` makes them: names, content, sums and a signature.

use crate::end_to_end::Test;
use crate::end_to_end::cli::Cli;
use crate::end_to_end::programs::{platform, program};
use crate::support::program::under_test;
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

pub(crate) const TESTS: &[Test] = &[
    ("the_files_are_those_of_the_registries", files),
    ("the_zip_holds_the_program", zip),
    ("packing_again_gives_the_same_bytes", twice),
    ("without_a_zip_there_is_no_release", no_zip),
];

pub(crate) const SIGNED: &[Test] = &[("the_sums_are_signed", signed)];

/// The version that is built here, and one that comes before it.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");
pub(crate) const OLDER: &str = "0.0.1";

pub(crate) fn python() -> Result<PathBuf, String> {
    program("python3", "PORTMATRIX_PYTHON")
}

pub(crate) fn gpg() -> Result<PathBuf, String> {
    program("gpg", "PORTMATRIX_GPG")
}

/// A folder with the files of both versions, made once for all tests.
pub(crate) static DIST: LazyLock<PathBuf> = LazyLock::new(|| {
    let dist = scratch("dist");
    for version in [OLDER, VERSION] {
        succeeds(&release(&dist, &["--version", version]));
    }
    dist
});

/// The name of the zip of a version for this machine.
pub(crate) fn zip_name(version: &str) -> String {
    format!("terraform-provider-portmatrix_{version}_{}.zip", platform())
}

/// An empty folder among the build's own, which goes with them.
pub(crate) fn scratch(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

/// The program under test. Packing what a debugger wants of it would take longer than all the tests here.
static PROGRAM: LazyLock<PathBuf> = LazyLock::new(|| {
    let built = PathBuf::from(under_test());
    let stripped = scratch("stripped").join("program");
    let strip = Command::new("strip")
        .arg("-o")
        .args([&stripped, &built])
        .status();
    match strip {
        Ok(status) if status.success() => stripped,
        _ => built,
    }
});

/// Packs the program under test.
pub(crate) fn release(dist: &Path, arguments: &[&str]) -> Output {
    let platform = platform();
    let mut all: Vec<&OsStr> = ["--no-sbom", "--platform", &platform, "--program"]
        .map(OsStr::new)
        .to_vec();
    all.push(PROGRAM.as_os_str());
    all.extend(arguments.iter().map(OsStr::new));
    run(dist, &all)
}

fn run(dist: &Path, arguments: &[&OsStr]) -> Output {
    Command::new(python().expect("python3"))
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join(".ci/release"))
        .arg("--out")
        .arg(dist)
        .args(arguments)
        .output()
        .expect("a process")
}

fn succeeds(output: &Output) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
}

fn names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).expect("a folder").flatten();
    entries
        .map(|it| it.file_name().to_string_lossy().into_owned())
        .collect()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The lines of the sums are for the zip and the manifest, which is the one of the repository.
fn files(_: &Cli) {
    let stem = format!("terraform-provider-portmatrix_{VERSION}_");
    let (manifest, sums) = (format!("{stem}manifest.json"), format!("{stem}SHA256SUMS"));
    let mut found = names(&DIST);
    found.retain(|it| it.starts_with(&stem));
    let expected = [zip_name(VERSION), manifest.clone(), sums.clone()];
    assert_eq!(found, expected.into());

    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("terraform-registry-manifest.json");
    assert_eq!(read(&DIST.join(&manifest)), read(&repository));

    let sums = read(&DIST.join(sums));
    let summed: Vec<&str> = sums
        .lines()
        .map(|line| {
            let (sum, name) = line.split_once("  ").expect("a sum and a name");
            assert_eq!(sum, sha256(&DIST.join(name)), "{name}");
            name
        })
        .collect();
    assert_eq!(summed, [zip_name(VERSION), manifest]);
}

fn sha256(path: &Path) -> String {
    use sha2::{Digest, Sha256};
    use std::fmt::Write;
    let mut text = String::new();
    for byte in Sha256::digest(fs::read(path).expect("a file")) {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// What the CLIs do not look at when they unpack it, as they do in `install`: modes, times, and what else is there.
fn zip(_: &Cli) {
    let script = "import os, sys, zipfile\nfor it in zipfile.ZipFile(sys.argv[1]).infolist(): print(oct(it.external_attr >> 16), it.date_time, it.filename)";
    let listed = Command::new(python().expect("python3"))
        .args(["-c", script])
        .arg(DIST.join(zip_name(VERSION)))
        .output()
        .expect("a process");
    succeeds(&listed);
    let suffix = std::env::consts::EXE_SUFFIX;
    let expected = [
        (
            "755",
            &*format!("terraform-provider-portmatrix_v{VERSION}{suffix}"),
        ),
        ("644", "CHANGELOG.md"),
        ("644", "LICENSE"),
        ("644", "README.md"),
    ]
    .map(|(mode, name)| format!("0o100{mode} (1980, 1, 1, 0, 0, 0) {name}\n"))
    .concat();
    assert_eq!(String::from_utf8_lossy(&listed.stdout), expected);
}

fn twice(_: &Cli) {
    let again = scratch("again");
    succeeds(&release(&again, &[]));
    for name in names(&again) {
        assert_eq!(
            sha256(&again.join(&name)),
            sha256(&DIST.join(&name)),
            "{name}"
        );
    }
}

fn no_zip(_: &Cli) {
    let empty = scratch("empty");
    let output = run(&empty, &["--no-build", "--no-sbom"].map(OsStr::new));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        !output.status.success() && said.contains("there is no zip"),
        "{said}"
    );
    assert!(!names(&empty).iter().any(|it| it.ends_with("SHA256SUMS")));
}

/// By a key that is thrown away, of the kind that the registries take: a signature in binary, which `gpg` finds good.
fn signed(_: &Cli) {
    // Its agent listens on a socket in there, and a long path is too long for one.
    let home = tempfile::tempdir().expect("a folder");
    let gpg = |arguments: &[&OsStr]| {
        let output = Command::new(gpg().expect("gpg"))
            .env("GNUPGHOME", home.path())
            .arg("--batch")
            .args(arguments)
            .output()
            .expect("a process");
        succeeds(&output);
    };
    let key = [
        "--passphrase",
        "",
        "--quick-gen-key",
        "portmatrix tests",
        "rsa2048",
        "sign",
        "never",
    ];
    gpg(&key.map(OsStr::new));
    let dist = scratch("signed");
    let output = Command::new(python().expect("python3"))
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join(".ci/release"))
        .args(["--no-sbom", "--key", "portmatrix tests", "--program"])
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("LICENSE"))
        .arg("--out")
        .arg(&dist)
        .env("GNUPGHOME", home.path())
        .output()
        .expect("a process");
    succeeds(&output);
    let sums = dist.join(format!(
        "terraform-provider-portmatrix_{VERSION}_SHA256SUMS"
    ));
    let signature = PathBuf::from(format!("{}.sig", sums.display()));
    let bytes = fs::read(&signature).expect("a signature");
    assert!(!bytes.starts_with(b"-----BEGIN"), "armoured");
    gpg(&[
        OsStr::new("--verify"),
        signature.as_os_str(),
        sums.as_os_str(),
    ]);
    let _ = Command::new("gpgconf")
        .env("GNUPGHOME", home.path())
        .args(["--kill", "all"])
        .status();
}
