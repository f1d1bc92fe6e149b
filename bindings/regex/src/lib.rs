//! `regex-lite` under the name of `regex`: the workspace patches it in, because refinery only
//! matches migration file names with it and the full engine costs half a megabyte of wasm.

pub use regex_lite::*;
