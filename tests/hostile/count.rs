//! How many cases of each kind were sent.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::Mutex;

static CASES: Mutex<BTreeMap<&str, usize>> = Mutex::new(BTreeMap::new());

thread_local! {
    /// What the cases of this thread are: each test has a thread of its own, and all its calls are made on it.
    static KIND: Cell<&'static str> = const { Cell::new("") };
}

/// Says what the cases of this thread are from now on.
pub(crate) fn begin(kind: &'static str) {
    KIND.set(kind);
}

/// One more.
pub(crate) fn one() {
    *CASES
        .lock()
        .expect("no panic")
        .entry(KIND.get())
        .or_default() += 1;
}

/// Prints how much was tried, if anything was.
pub(crate) fn print() {
    let cases = CASES.lock().expect("no panic");
    if cases.is_empty() {
        return;
    }
    let lines = cases
        .iter()
        .map(|(kind, cases)| format!("{cases:>8}  {kind}\n"));
    let sum: usize = cases.values().sum();
    eprintln!(
        "hostile cases, by kind:\n{}{sum:>8}  in all\n",
        lines.collect::<String>()
    );
}
