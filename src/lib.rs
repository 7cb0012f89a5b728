#![doc = include_str!("README.md")]

pub mod model;

pub mod catalog;

pub mod import;

pub mod compile;

pub mod render;

pub mod policy;

pub mod review;

pub mod report;

pub mod terraform;

pub mod provider;

pub mod commands;
