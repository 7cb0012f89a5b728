//! The page in `examples/import`.
