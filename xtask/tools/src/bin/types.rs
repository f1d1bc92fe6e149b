//! Prints what is made of the Rust types: `declarations`, those of TypeScript, `bounds`, `schema` and `variables`, modules of
//! constants, or `errors`, the page of the catalogue of errors; run by `cargo xtask types`.

use campaignkit::typescript;

fn main() {
    match std::env::args().nth(1).as_deref() {
        Some("bounds") => print!("{}", typescript::bounds_module()),
        Some("schema") => print!("{}", typescript::schema_module()),
        Some("variables") => print!("{}", typescript::variables_module()),
        Some("errors") => print!("{}", typescript::errors_page()),
        _ => print!("{}", typescript::declarations()),
    }
}
