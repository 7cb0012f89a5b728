//! The target `report` for libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| portmatrix_fuzz::holds("report", bytes));
