//! The words of the domain: the types that all other rooms use. Pure data and arithmetic; no product, no platform's
//! rules, no Terraform.

pub mod address;
pub mod blocks;
pub mod cell;
pub mod code;
pub mod day;
pub mod finding;
pub mod global;
pub mod key;
pub mod layout;
pub mod name;
pub mod platform;
pub mod ports;
pub(crate) mod ranges;
pub mod rules;
pub mod secret;
pub mod services;
pub mod traffic;
pub mod words;
