//! Prints what is made of the Rust types; run by `cargo xtask types`. For the package: `declarations`, `bounds`,
//! `variables`, `operations` and `schema`. `errors` is the page of the catalogue, `names` are the names of the operations.

use campaignkit::typescript;

fn main() {
    match std::env::args().nth(1).as_deref() {
        Some("bounds") => print!("{}", typescript::bounds_module()),
        Some("operations") => print!("{}", typescript::operations_module()),
        Some("names") => typescript::operation_names().for_each(|name| println!("{name}")),
        Some("schema") => print!("{}", typescript::schema_module()),
        Some("variables") => print!("{}", typescript::variables_module()),
        Some("errors") => print!("{}", typescript::errors_page()),
        _ => print!("{}", typescript::declarations()),
    }
}
