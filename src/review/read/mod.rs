//! Rows of each platform, wanted and found, read as rules: names and numbers in any spelling, and what a platform leaves
//! unsaid said.

pub mod aws;
pub mod azure;
pub mod gcp;
pub mod intent;
mod key;
pub mod mistake;
mod spelling;
