//! From the start of a provider to its handshake line, of which every plan waits for several.

use crate::cli::PROVIDER;
use crate::contest::{Contestant, Sample, contest, skipped};
use crate::programs::aws_provider;
use crate::start::start;
use std::path::Path;

const RUNS: usize = 21;

pub(crate) fn lines() {
    let mut contestants = vec![Contestant::new("this provider", || {
        sample(Path::new(PROVIDER))
    })];
    match aws_provider() {
        Ok((version, program)) => {
            let name = format!("the AWS provider, {version}");
            contestants.push(Contestant::new(name, move || sample(&program)));
        }
        Err(why) => skipped("the start of the AWS provider", &why),
    }
    contest("start to handshake line", RUNS, contestants);
}

fn sample(program: &Path) -> Sample {
    let (time, used) = start(program);
    Sample {
        time,
        cpu: Some(used.cpu),
        peaks: [used.peak, 0],
    }
}
