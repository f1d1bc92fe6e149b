//! What must hold for any input: shared by the fuzz targets and by tests on stable Rust.
#![allow(dead_code, reason = "each fuzz target uses some of it")]

pub mod calls;
pub mod csv;
pub mod encoding;
pub mod file;
pub mod identity;
pub mod labels;
pub mod scratch;
pub mod template;
