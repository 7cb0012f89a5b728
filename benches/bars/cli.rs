//! Plans with a real CLI: the provider against what a CLI does without it.

use crate::watch::watch;
use crate::{Bar, configurations as hcl, median, milliseconds, timed};
use std::env;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

const PROVIDER: &str = env!("CARGO_BIN_EXE_terraform-provider-portmatrix");

/// Clock ticks of a second, which Linux fixes for user space.
const TICKS: f64 = 100.0;

pub(crate) struct Cli {
    program: PathBuf,
    scratch: TempDir,
}

impl Cli {
    pub(crate) fn find() -> Option<Cli> {
        let folders: Vec<PathBuf> = env::split_paths(&env::var_os("PATH")?).collect();
        let find = |name: &str| {
            folders
                .iter()
                .map(|it| it.join(name))
                .find(|it| it.is_file())
        };
        let program = find("terraform").or_else(|| find("tofu"))?;
        let scratch = tempfile::tempdir().unwrap();
        let folder = Path::new(PROVIDER).parent().unwrap().display().to_string();
        let entries = ["registry.terraform.io", "registry.opentofu.org"]
            .map(|host| format!("\"{host}/portmatrix/portmatrix\" = \"{folder}\"\n"));
        let config = format!(
            "provider_installation {{\n dev_overrides {{\n{}}}\n direct {{}}\n}}\n",
            entries.concat()
        );
        fs::write(scratch.path().join("cli.tfrc"), config).unwrap();
        Some(Cli { program, scratch })
    }

    pub(crate) fn bars(&self) -> Vec<Bar> {
        let mut bars = vec![handshake(), self.small_plan()];
        bars.extend(self.ten_thousand());
        bars.extend(self.hundred_thousand());
        bars
    }

    fn folder(&self, name: &str, main: &str, values: Option<&str>) -> PathBuf {
        let folder = self.scratch.path().join(name);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("main.tf"), main).unwrap();
        if let Some(values) = values {
            fs::write(folder.join("rows.auto.tfvars.json"), values).unwrap();
        }
        folder
    }

    fn plan(&self, folder: &Path) -> Duration {
        let (time, status) = timed(|| {
            let mut command = Command::new(&self.program);
            command
                .current_dir(folder)
                .args(["plan", "-input=false", "-out=plan"]);
            command
                .env("TF_CLI_CONFIG_FILE", self.scratch.path().join("cli.tfrc"))
                .env("CHECKPOINT_DISABLE", "1");
            command
                .stdout(Stdio::null())
                .stderr(Stdio::inherit())
                .status()
                .unwrap()
        });
        assert!(status.success(), "a plan failed in {}", folder.display());
        time
    }

    fn small_plan(&self) -> Bar {
        let (with, without) = (
            self.folder("small", &hcl::small(), None),
            self.folder("nothing", &hcl::nothing(), None),
        );
        let (with, without) = (
            median(9, || self.plan(&with)),
            median(9, || self.plan(&without)),
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

    fn ten_thousand(&self) -> Vec<Bar> {
        const RULES: usize = 10_000;
        let ours = self.folder("ours", &hcl::by_provider(RULES), None);
        let held = self.folder("held", &hcl::held(), Some(&hcl::values(RULES)));
        let pure = self.folder("pure", &hcl::in_hcl(RULES), None);
        let (ours, held, pure) = (
            median(3, || self.plan(&ours)),
            median(3, || self.plan(&held)),
            median(3, || self.plan(&pure)),
        );
        let bar = |what: &str, other: Duration| {
            let ratio = ours.as_secs_f64() / other.as_secs_f64();
            Bar {
                what: format!(
                    "plan of 10,000 AWS rules ({}) against {what} ({})",
                    milliseconds(ours),
                    milliseconds(other)
                ),
                measured: format!("{ratio:.2} x"),
                limit: "<= 0.35 x",
                met: ratio <= 0.35,
            }
        };
        vec![bar("terraform_data", held), bar("pure HCL", pure)]
    }

    fn hundred_thousand(&self) -> Vec<Bar> {
        let folder = self.folder("large", &hcl::by_provider(100_000), None);
        let before = children_ticks();
        let provider = watch(|| {
            self.plan(&folder);
        });
        #[expect(clippy::cast_precision_loss, reason = "two digits are shown")]
        let (ours, all, peak) = (
            provider.ticks as f64 / TICKS,
            (children_ticks() - before) as f64 / TICKS,
            provider.peak as f64 / 1024.0,
        );
        let share = 100.0 * ours / all;
        vec![
            Bar {
                what: format!(
                    "the provider's share of CPU in a plan of 100,000 rules ({ours:.2} s of {all:.2} s)"
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
}

/// Clock ticks of all children that have ended, with their own: fields 16 and 17 of proc(5).
fn children_ticks() -> u64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat
        .rsplit_once(") ")
        .map_or(Vec::new(), |(_, tail)| tail.split(' ').collect());
    [13, 14]
        .iter()
        .filter_map(|it| fields.get(*it)?.parse::<u64>().ok())
        .sum()
}

fn handshake() -> Bar {
    let time = median(21, || {
        let start = Instant::now();
        let mut process = Command::new(PROVIDER)
            .env(
                "TF_PLUGIN_MAGIC_COOKIE",
                "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
            )
            .env("PLUGIN_PROTOCOL_VERSIONS", "5,6")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let time = start.elapsed();
        assert!(line.starts_with("1|5|"), "{line}");
        process.kill().unwrap();
        process.wait().unwrap();
        time
    });
    Bar {
        what: "process start to handshake line, median of 21".to_owned(),
        measured: milliseconds(time),
        limit: "<= 5 ms",
        met: time <= Duration::from_millis(5),
    }
}
