//! Questions in a terminal: the program runs at the other end of a pseudo-terminal.

use crate::support::{program, root};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

pub(super) const TESTS: [(&str, fn()); 3] = [
    (
        "answers_are_asked_for_and_kept",
        answers_are_asked_for_and_kept,
    ),
    (
        "an_empty_answer_leaves_a_question_open",
        an_empty_answer_leaves_a_question_open,
    ),
    (
        "answers_without_a_file_are_not_kept_in_silence",
        answers_without_a_file_are_not_kept_in_silence,
    ),
];

/// How long an answer of the program may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A program in a terminal.
struct Terminal {
    child: Child,
    keyboard: File,
    screen: Receiver<Vec<u8>>,
    /// What was printed and not yet waited for.
    rest: String,
    /// All that was printed.
    all: String,
}

impl Terminal {
    fn import(folder: &Path, arguments: &[&str]) -> Terminal {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&master).unwrap();
        unlockpt(&master).unwrap();
        let name = ptsname(&master, Vec::new()).unwrap();
        let slave = File::options()
            .read(true)
            .write(true)
            .open(name.to_str().unwrap())
            .unwrap();
        let child = program::program()
            .current_dir(folder)
            .arg("import")
            .args(arguments)
            .stdin(slave.try_clone().unwrap())
            .stdout(Stdio::piped())
            .stderr(slave)
            .spawn()
            .unwrap();
        let keyboard = File::from(master);
        let mut screen = keyboard.try_clone().unwrap();
        let (sender, receiver) = channel();
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            // The terminal is gone when the program ends.
            while let Ok(length) = screen.read(&mut buffer) {
                if length == 0 || sender.send(buffer[..length].to_vec()).is_err() {
                    return;
                }
            }
        });
        Terminal {
            child,
            keyboard,
            screen: receiver,
            rest: String::new(),
            all: String::new(),
        }
    }

    /// Waits until this is printed.
    fn expect(&mut self, text: &str) {
        let begun = Instant::now();
        loop {
            if let Some(at) = self.rest.find(text) {
                self.rest.drain(..at + text.len());
                return;
            }
            let left = PATIENCE.saturating_sub(begun.elapsed());
            match self.screen.recv_timeout(left) {
                Ok(bytes) => self.print(&bytes),
                Err(RecvTimeoutError::Timeout) => panic!("no `{text}` in:\n{}", self.all),
                Err(RecvTimeoutError::Disconnected) => {
                    panic!("ended without `{text}`:\n{}", self.all)
                }
            }
        }
    }

    fn print(&mut self, bytes: &[u8]) {
        let text = String::from_utf8_lossy(bytes).replace('\r', "");
        self.rest.push_str(&text);
        self.all.push_str(&text);
    }

    /// Types a line at the prompt.
    fn type_line(&mut self, text: &str) {
        self.expect("\n> ");
        self.keyboard.write_all(text.as_bytes()).unwrap();
        self.keyboard.write_all(b"\n").unwrap();
    }

    /// The end of the program: its exit code, the draft, and what the terminal shows.
    fn end(mut self) -> (Option<i32>, String, String) {
        let mut draft = String::new();
        let mut out = self.child.stdout.take().unwrap();
        out.read_to_string(&mut draft).unwrap();
        let code = self.child.wait().unwrap().code();
        while let Ok(bytes) = self.screen.recv_timeout(Duration::from_secs(1)) {
            self.print(&bytes);
        }
        (code, draft, self.all)
    }
}

/// A folder with the page of the guide.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::copy(
        root().join("examples/import/lantern.md"),
        folder.path().join("lantern.md"),
    )
    .unwrap();
    folder
}

fn answers_are_asked_for_and_kept() {
    let folder = folder();
    let arguments = ["lantern.md", "--answers", "lantern.answers.toml"];
    let mut terminal = Terminal::import(folder.path(), &arguments);
    terminal.expect("`Shared storage`: do its parts (NFS, Object store) apply");
    terminal.expect("(for example `choice`)");
    terminal.type_line("perhaps");
    terminal.expect("`perhaps` is not an answer; expected one of `choice`, `features`, `always`");
    // The same question again.
    terminal.expect("`Shared storage`: do its parts");
    terminal.type_line("features");
    terminal.expect("2 inbound rows do not say who connects. Who does?");
    terminal.type_line("Web users");
    terminal.expect("`Web users` is not a valid name of a component; did you mean `web-users`?");
    terminal.type_line("web-users, operator");
    let (code, draft, shown) = terminal.end();
    assert_eq!(code, Some(0), "{shown}");
    assert!(
        draft.contains("from     = [\"web-users\", \"operator\"]")
            && draft.contains("[feature.nfs]")
            && !draft.contains("\"unstated\" "),
        "{draft}"
    );
    assert!(
        shown.contains("Read 4 tables with ports: 8 statements."),
        "{shown}"
    );
    assert!(!shown.contains("Open questions"), "{shown}");
    let file = folder.path().join("lantern.answers.toml");
    let answers = fs::read_to_string(&file).unwrap();
    assert!(
        answers.contains("as = \"features\"")
            && answers.contains("inbound = [\"web-users\", \"operator\"]"),
        "{answers}"
    );
    // A second run asks nothing, writes the same draft, and leaves the file alone.
    let (code, again, shown) = Terminal::import(folder.path(), &arguments).end();
    assert_eq!((code, again.as_str()), (Some(0), draft.as_str()), "{shown}");
    assert!(!shown.contains("> ") && !shown.contains('?'), "{shown}");
    assert_eq!(fs::read_to_string(&file).unwrap(), answers);
}

fn an_empty_answer_leaves_a_question_open() {
    let folder = folder();
    let arguments = ["lantern.md", "--answers", "lantern.answers.toml"];
    let mut terminal = Terminal::import(folder.path(), &arguments);
    terminal.expect("`Shared storage`");
    terminal.type_line("");
    terminal.expect("who connects");
    // The end of the input does not answer what is asked, nor what would be asked.
    terminal.expect("\n> ");
    terminal.keyboard.write_all(b"\x04").unwrap();
    let (code, draft, shown) = terminal.end();
    assert_eq!(code, Some(0), "{shown}");
    assert!(draft.contains("[component.unstated]"), "{draft}");
    let list = shown.split("Open questions").nth(1).unwrap_or_default();
    assert!(
        list.contains("Shared storage") && list.contains("who connects"),
        "{shown}"
    );
    let answers = fs::read_to_string(folder.path().join("lantern.answers.toml")).unwrap();
    assert!(
        answers.contains("as = \"\"") && answers.contains("inbound = \"\""),
        "{answers}"
    );
    // The next run asks both again.
    let mut terminal = Terminal::import(folder.path(), &arguments);
    terminal.expect("`Shared storage`");
    terminal.type_line("always");
    terminal.expect("who connects");
    terminal.type_line("user");
    let (code, draft, shown) = terminal.end();
    assert_eq!(code, Some(0), "{shown}");
    assert!(!draft.contains("[component.unstated]"), "{draft}");
}

fn answers_without_a_file_are_not_kept_in_silence() {
    let folder = folder();
    let mut terminal = Terminal::import(folder.path(), &["lantern.md"]);
    terminal.type_line("always");
    terminal.type_line("user");
    let (code, draft, shown) = terminal.end();
    assert_eq!(code, Some(0), "{shown}");
    assert!(draft.contains("from     = \"user\""), "{draft}");
    assert!(
        shown.contains("Your answers are in this draft only; `--answers FILE` keeps them."),
        "{shown}"
    );
}
