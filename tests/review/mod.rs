//! What is wanted against what is found: the set arithmetic, held against brute force and worked examples.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod agreement;
mod inventory;
mod oracle;
mod remedies;
mod report;
pub(crate) mod rules;
mod worked;
mod world;
