//! The program `nft`: where it is found, and what it says of a ruleset.

use std::env;
use std::ffi::OsString;
use std::io::Write;
use std::process::{Command, Stdio};

/// `nft`, able to check.
pub(crate) struct Nft {
    /// The words before the arguments.
    command: Vec<OsString>,
}

impl Nft {
    /// The program on PATH or in `PORTMATRIX_NFT`; or why it cannot check. It asks the kernel, so where this user may not, it does
    /// so in a network namespace of its own.
    pub(crate) fn find() -> Result<Nft, String> {
        let program = env::var_os("PORTMATRIX_NFT").unwrap_or_else(|| "nft".into());
        let mut why = String::new();
        for before in [&[][..], &["unshare", "-rn"]] {
            let words = before.iter().map(OsString::from);
            let nft = Nft {
                command: words.chain([program.clone()]).collect(),
            };
            match nft.check("table inet pm_try { }\n") {
                Ok(()) => return Ok(nft),
                Err(it) => why = it,
            }
        }
        Err(format!(
            "`nft` cannot check; install nftables, or let PORTMATRIX_NFT name the program ({})",
            why.trim()
        ))
    }

    /// Whether it takes a file; else what it says.
    pub(crate) fn check(&self, text: &str) -> Result<(), String> {
        let mut child = Command::new(&self.command[0])
            .args(&self.command[1..])
            .args(["-c", "-f", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|it| format!("{}: {it}", self.command[0].to_string_lossy()))?;
        let mut stdin = child.stdin.take().expect("a pipe");
        // A program that ends early says why on its own.
        let _ = stdin.write_all(text.as_bytes());
        drop(stdin);
        let said = child.wait_with_output().expect("an end");
        if said.status.success() {
            Ok(())
        } else {
            Err(String::from_utf8_lossy(&said.stderr).into_owned())
        }
    }
}
