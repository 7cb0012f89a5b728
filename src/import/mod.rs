//! From a vendor's page with port tables to a product file that a person finishes. Text in, value out.

pub mod read;
pub mod table;

mod text;
mod words;

mod arrow;
mod cell;
mod claim;
mod ends;
mod ends_in_cells;
mod filled;
mod groups;
mod header_words;
mod headers;
mod heading;
mod items;
mod lead;
mod leading;
mod line;
mod listed;
mod lists;
mod matrix;
mod port_columns;
mod protocols;
mod roles;
mod rows;
mod sentence;
mod sided;
mod skip;

mod facts;
mod stated;
mod unused;

pub mod answers;

mod names;
mod policy;
mod propose;
pub mod questions;
mod toml_text;

pub mod against;
mod draft;
mod settle;

pub use cell::{Carrier, Piece, Ports};
pub use claim::{Claim, Party};
pub use draft::draft;
pub use facts::{Facts, PortTable, Skipped, facts};
pub use groups::Group;
pub use propose::{Page, complete};
pub use settle::{Audience, Flow, settle};
pub use unused::Unused;
pub use words::{Role, Way};
