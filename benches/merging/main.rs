//! What joining saves and what it costs: rows of real layouts beside plain aggregation, and a million blocks of addresses beside
//! the libraries that join them. Two tables, ratios in one run.
//!
//! `cargo bench --bench merging`. Python's `ipaddress` and `netaddr` are measured where `python3` (or `PORTMATRIX_PYTHON`) has them.

#![allow(clippy::unwrap_used, reason = "a bench that cannot go on fails")]
#![allow(clippy::print_stdout, reason = "the tables are the result")]

mod blocks;
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
    println!();
    blocks::table();
}
