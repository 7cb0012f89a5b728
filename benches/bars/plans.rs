//! Plans with a real CLI: the provider against what a CLI does without it.

use crate::cli::{Cli, PROVIDER, Took};
use crate::start::start;
use crate::{Bar, configurations as hcl, median, milliseconds};
use std::path::Path;
use std::time::Duration;

pub(crate) fn bars(cli: &Cli) -> Vec<Bar> {
    let mut bars = vec![handshake(), small_plan(cli)];
    bars.push(as_data(cli));
    bars.extend(ten_thousand(cli));
    bars.extend(hundred_thousand(cli));
    bars
}

fn handshake() -> Bar {
    let time = median(21, || start(Path::new(PROVIDER)).0);
    Bar {
        what: "process start to handshake line, median of 21".to_owned(),
        measured: milliseconds(time),
        limit: "<= 5 ms",
        met: time <= Duration::from_millis(5),
    }
}

fn small_plan(cli: &Cli) -> Bar {
    let (with, without) = (
        cli.folder("small", &hcl::small(), None),
        cli.folder("nothing", &hcl::nothing(), None),
    );
    let (with, without) = (
        median(9, || cli.plan(&with).time),
        median(9, || cli.plan(&without).time),
    );
    let more = with.saturating_sub(without);
    Bar {
        what: format!(
            "plan with one small resource ({}) less one without ({})",
            milliseconds(with),
            milliseconds(without)
        ),
        measured: milliseconds(more),
        limit: "<= 100 ms",
        met: more <= Duration::from_millis(100),
    }
}

/// The forms take turns, so that what else runs slows both.
fn as_data(cli: &Cli) -> Bar {
    const ZONES: usize = 300;
    let blocks = cli.folder("blocks", &hcl::zones(ZONES, false), None);
    let data = cli.folder("data", &hcl::zones(ZONES, true), None);
    let mut ratios: Vec<f64> = (0..7)
        .map(|_| {
            let (data, blocks) = (cli.plan(&data).cpu, cli.plan(&blocks).cpu);
            data.as_secs_f64() / blocks.as_secs_f64()
        })
        .collect();
    ratios.sort_by(f64::total_cmp);
    let ratio = ratios[ratios.len() / 2];
    Bar {
        what: format!("plan of {ZONES} zones as data against blocks, CPU time, median of 7"),
        measured: format!("{ratio:.2} x"),
        limit: "<= 1.2 x",
        met: ratio <= 1.2,
    }
}

fn ten_thousand(cli: &Cli) -> Vec<Bar> {
    const RULES: usize = 10_000;
    let ours = cli.folder("ours", &hcl::by_provider(RULES), None);
    let held = cli.folder("held", &hcl::held(), Some(&hcl::values(RULES)));
    let pure = cli.folder("pure", &hcl::in_hcl(RULES), None);
    let (ours, held, pure) = (
        median(3, || cli.plan(&ours).time),
        median(3, || cli.plan(&held).time),
        median(3, || cli.plan(&pure).time),
    );
    let bar = |what: &str, other: Duration, (limit, most): (&'static str, f64)| {
        let ratio = ours.as_secs_f64() / other.as_secs_f64();
        Bar {
            what: format!(
                "plan of 10,000 AWS rules ({}) against {what} ({})",
                milliseconds(ours),
                milliseconds(other)
            ),
            measured: format!("{ratio:.2} x"),
            limit,
            met: ratio <= most,
        }
    };
    vec![
        bar("terraform_data", held, ("<= 0.35 x", 0.35)),
        // A provider that answered in no time would be at 0.38.
        bar("pure HCL", pure, ("<= 0.40 x", 0.40)),
    ]
}

fn hundred_thousand(cli: &Cli) -> Vec<Bar> {
    let folder = cli.folder("large", &hcl::by_provider(100_000), None);
    let Took { cpu: all, used, .. } = cli.plan(&folder);
    let ours = used.descendants;
    let share = 100.0 * ours.cpu.as_secs_f64() / all.as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "two digits are shown")]
    let peak = ours.peak as f64 / 1024.0;
    vec![
        Bar {
            what: format!(
                "the provider's share of CPU in a plan of 100,000 rules ({:.2} s of {:.2} s)",
                ours.cpu.as_secs_f64(),
                all.as_secs_f64()
            ),
            measured: format!("{share:.1} %"),
            limit: "<= 5 %",
            met: share <= 5.0,
        },
        Bar {
            what: "the provider's peak memory in it".to_owned(),
            measured: format!("{peak:.0} MiB"),
            limit: "<= 256 MB",
            met: peak <= 244.0,
        },
    ]
}
