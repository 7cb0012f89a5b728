//! From a vendor's page with port tables to a product file that a person finishes. Text in, value out.

pub mod read;
pub mod table;
