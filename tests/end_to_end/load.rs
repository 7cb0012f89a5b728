//! Many resources at once, with the time and the memory that they take.
//!
//! Most of the time is the CLI's, which writes the whole of a local state after each resource: it grows with the square of their number.

use crate::end_to_end::Test;
use crate::end_to_end::cli::{Cli, Root, Run};
use crate::end_to_end::running::{Running, providers};
use rustix::process::Pid;
use std::path::Path;
use std::time::{Duration, Instant};

pub(crate) const TESTS: &[Test] = &[("five_hundred_resources", five_hundred_resources)];

/// Kilobytes that no process of the provider may need: several times what it does.
const LARGEST: u64 = 1 << 20;

/// Created, planned again without a change, and destroyed, fifty at a time.
fn five_hundred_resources(cli: &Cli) {
    let root = Root::new(
        cli,
        r#"
resource "portmatrix_rules" "it" {
  count      = 500
  name       = "it-${count.index}"
  directions = ["ingress"]
  zone "clients" {
    components = []
    ipv4       = { lan = cidrsubnet("10.0.0.0/8", 16, count.index) }
  }
  zone "servers" {
    components = []
    aws { security_group_id = "sg-${count.index}" }
  }
  flow "web" {
    from     = ["clients"]
    to       = ["servers"]
    services = ["tcp/443"]
  }
}
"#,
    );
    let run = |verb: &str, rest: &[&str]| {
        let wide = [&[verb, "-parallelism=50"], rest].concat();
        measured(cli, root.call().start(&wide), &root.path("."))
    };
    run("plan", &["-out=saved.tfplan"]).says("500 to add, 0 to change, 0 to destroy");
    run("apply", &["saved.tfplan"]).succeeds();
    let second = run("plan", &["-detailed-exitcode"]);
    assert_eq!(second.code, 0, "{second}");
    let listed = root.run(&["state", "list"]);
    assert_eq!(listed.stdout.lines().count(), 500);
    run("destroy", &["-auto-approve", "-refresh=false"]).says("500 destroyed");
}

/// Prints what a run took: how long, and the largest process of the CLI and of the provider.
pub(crate) fn measured(cli: &Cli, running: Running, folder: &Path) -> Run {
    let (start, own) = (Instant::now(), running.cli());
    let (mut of_cli, mut of_provider) = (0, 0);
    let run = running.ended_watched(Duration::from_millis(50), || {
        of_cli = peak(own).max(of_cli);
        let largest = providers(folder).into_iter().map(peak).max();
        of_provider = largest.unwrap_or_default().max(of_provider);
    });
    eprintln!(
        "{}: {} s; at most {} MB in the CLI, {} MB in the provider",
        run.line,
        start.elapsed().as_secs(),
        of_cli >> 10,
        of_provider >> 10
    );
    assert!(of_provider < LARGEST, "{of_provider} kB in {}", cli.name);
    run
}

/// Kilobytes that a process held at most.
fn peak(pid: Pid) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", pid.as_raw_nonzero()));
    let peak = status.ok().and_then(|it| {
        let line = it.lines().find_map(|it| it.strip_prefix("VmHWM:"))?;
        line.trim().trim_end_matches(" kB").parse().ok()
    });
    peak.unwrap_or_default()
}
