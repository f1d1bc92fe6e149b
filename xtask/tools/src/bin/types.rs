//! Prints what is generated from the Rust types: `declarations` for TypeScript, `bounds`, a module of constants, or
//! `errors`, the page with the catalogue of errors. `cargo xtask types` runs it.

use campaignkit::typescript;

fn main() {
    match std::env::args().nth(1).as_deref() {
        Some("bounds") => print!("{}", typescript::bounds_module()),
        Some("schema") => print!("{}", typescript::schema_module()),
        Some("errors") => print!("{}", typescript::errors_page()),
        _ => print!("{}", typescript::declarations()),
    }
}
