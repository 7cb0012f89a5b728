//! The provider's process: served to the CLI, or a tool for a person.
fn main() {}
