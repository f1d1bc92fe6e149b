//! The bounds of requests and results, for the forms of apps.

use std::fmt::Write as _;

use crate::bounds;

/// `pkg/src/bounds.ts`.
#[must_use]
pub fn bounds_module() -> String {
    let mut module = String::from("// Generated from `src/bounds.rs` by `cargo xtask types`; do not edit.\n");
    for (name, docs, value) in bounds::table() {
        let docs: Vec<&str> = docs.iter().map(|line| line.trim()).collect();
        let value = match value.as_object() {
            Some(range) => format!("{{ min: {}, max: {} }} as const", range["min"], range["max"]),
            None => value.to_string(),
        };
        let _ = write!(module, "\n/** {} */\nexport const {name} = {value};\n", docs.join(" "));
    }
    module
}
