//! What must hold of any bytes: one function for each fuzz target, each from bytes to a panic where a promise is broken.
//!
//! libFuzzer calls them from `fuzz_targets/`, and `tests/fuzz_corpus.rs` on the kept inputs.

#[path = "../../tests/support/core.rs"]
#[allow(
    dead_code,
    clippy::duplicate_mod,
    reason = "to the fuzzer this is a crate by itself, and the tests use the rest"
)]
mod core;
mod data;
mod document;
mod estate;
mod generate;
mod import;
mod plan;
mod policy;
mod product;
mod report;
mod review;
mod rules;
mod state;
mod text;
mod wire;

/// A fuzz target: what it is called, and what must hold of any bytes.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const TARGETS: [Target; 13] = [
    ("data", data::holds),
    ("document", document::holds),
    ("estate", estate::holds),
    ("import", import::holds),
    ("plan", plan::holds),
    ("policy", policy::holds),
    ("product", product::holds),
    ("report", report::holds),
    ("review", review::holds),
    ("rules", rules::holds),
    ("state", state::holds),
    ("text", text::holds),
    ("wire", wire::holds),
];

/// Runs the target of that name.
pub fn holds(target: &str, bytes: &[u8]) {
    let found = TARGETS.iter().find(|(name, _)| *name == target);
    found.expect("a target of that name").1(bytes);
}
