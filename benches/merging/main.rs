//! What joining saves: rows of real layouts beside plain aggregation.
//!
//! `cargo bench --bench merging`. What it costs beside other libraries stands in `cargo bench --bench peers`.

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
