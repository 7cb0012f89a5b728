//! What is wanted against what is found: the set arithmetic, held against brute force and worked examples.

mod oracle;
mod rules;
mod worked;
