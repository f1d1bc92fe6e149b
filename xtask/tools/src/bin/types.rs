//! Prints the TypeScript declarations of the wire shapes; run by `cargo xtask types`.

fn main() {
    print!("{}", campaignkit::typescript::declarations());
}
