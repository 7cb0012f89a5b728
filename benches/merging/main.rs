//! What merging saves: rows of real layouts compared with plain aggregation.
//!
//! `cargo bench --bench merging`. `cargo bench --bench peers` compares its cost with other libraries.

#![allow(clippy::unwrap_used, reason = "a bench that cannot go on fails")]
#![allow(clippy::print_stdout, reason = "the table is the result")]

mod layouts;
mod packets;
mod plain;
mod rows;

fn main() {
    // `cargo test --benches` asks for a list of tests; there is none.
    if std::env::args().any(|it| it == "--list") {
        return;
    }
    rows::table();
}
