//! The tests that need nothing but this repository, as one program: an index of its rooms.
//!
//! `cargo test --test in_process conformance::` runs one of them.

// The catalogue's files and the products in them.
mod catalogue;
// The commands of the program, apart from `try`, which needs a CLI, and `review`, which has its own room.
mod commands;
// The provider as Terraform's core calls it, with the checks that core makes of every plan and apply.
mod conformance;
// The pages in `docs/` are those that the schemas and tables give, and their links lead somewhere.
mod docs;
// The functions, against naive sets and the objects that know the same.
mod functions;
// The fuzz targets on the inputs that are kept.
mod fuzz_corpus;
// Documents of every format become tables.
mod import_tables;
// Policies, exceptions and their dates, against a naive oracle.
mod policy;
// Product files as users write them, with their mistakes.
mod product_files;
// The product's promise as properties, against a naive oracle.
mod promise;
// The command `report`, and the pages of the catalogue.
mod report;
// The repository's own rules: who may import whom, what a file must have, what a release needs.
mod repository;
// The comparison of wanted and found rules.
mod review;
// The command `review` on saved plans and states.
mod review_plan;
// The schemas of all objects.
mod schema;
// Drafts of product files from pages with port tables.
mod import_drafts;
// The command `why` on plans.
mod why;
// What more than one room needs. It has no tests.
mod support;
