//! Ends the build when refinery-core is not the version whose patterns are known here.

use std::error::Error;
use std::fs;
use std::path::Path;

const KNOWN: &str = "0.10.1";

fn main() -> Result<(), Box<dyn Error>> {
    let lock = Path::new(&std::env::var("CARGO_MANIFEST_DIR")?).join("../Cargo.lock");
    println!("cargo::rerun-if-changed={}", lock.display());
    let lock = fs::read_to_string(lock)?;
    let mut lines = lock.lines().skip_while(|line| *line != r#"name = "refinery-core""#);
    let version = lines.nth(1).and_then(|line| line.strip_prefix("version = \"")?.strip_suffix('"'));
    if version == Some(KNOWN) {
        return Ok(());
    }
    Err(format!(
        "refinery-core is not {KNOWN} but {version:?}: see in its src/util.rs what it asks of `regex`, \
         and let bindings/regex-stand-in do that"
    )
    .into())
}
