//! `plan` of the same rules: by this provider, computed in HCL, and held as values.

use crate::cli::Cli;
use crate::configurations as hcl;
use crate::contest::{Contestant, Sample, contest};
use std::path::{Path, PathBuf};

/// How many rules, and in how many runs.
const SIZES: [(usize, &str, usize); 3] =
    [(100, "100", 7), (1_000, "1,000", 5), (10_000, "10,000", 3)];

/// How many of them are applied, and planned again.
const APPLIED: usize = 10_000;

pub(crate) fn lines(cli: &Cli) {
    for (rules, shown, runs) in SIZES {
        let folder = |name: &str, main: &str, values: Option<&str>| {
            cli.folder(&format!("{name}-{rules}"), main, values)
        };
        let folders = [
            folder("ours", &hcl::by_provider(rules), None),
            folder("pure", &hcl::in_hcl(rules), None),
            folder("held", &hcl::held(), Some(&hcl::values(rules))),
        ];
        let task = format!("plan of {shown} AWS rules, {}", cli.version);
        contest(&task, runs, contestants(cli, &folders));
        if rules == APPLIED {
            for it in &folders {
                cli.apply(it);
            }
            let task = format!("the same again, nothing changes, {}", cli.version);
            contest(&task, runs, contestants(cli, &folders));
        }
    }
}

fn contestants<'c>(cli: &'c Cli, folders: &'c [PathBuf; 3]) -> Vec<Contestant<'c>> {
    let names = [
        "this provider",
        "pure HCL, `for` and `setproduct`",
        "values held by `terraform_data`",
    ];
    let all = names.into_iter().zip(folders);
    all.map(|(name, it)| Contestant::new(name, || sample(cli, it)))
        .collect()
}

/// One plan: of memory that of the CLI, and that of the provider.
pub(crate) fn sample(cli: &Cli, folder: &Path) -> Sample {
    let plan = cli.plan(folder);
    Sample {
        time: plan.time,
        cpu: Some(plan.cpu),
        peaks: [plan.used.own.peak, plan.used.descendants.peak],
    }
}
