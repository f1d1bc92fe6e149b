//! What the documents say about this repository is there.

use std::fs;
use std::path::Path;

#[test]
fn every_test_that_the_threat_model_names_is_there() {
    let mut named = 0;
    for line in fs::read_to_string("docs/threat-model.md").unwrap().lines().filter(|line| line.starts_with("| ")) {
        let tests = line.trim_end_matches(" |").rsplit(" | ").next().unwrap();
        for part in tests.split("; ").filter(|part| !["test", "—"].contains(part)) {
            let quoted: Vec<&str> = part.split('`').skip(1).step_by(2).collect();
            assert!(!quoted.is_empty(), "{part}");
            for name in &quoted {
                let path =
                    if part.starts_with("fuzz target") { format!("fuzz/seeds/{name}") } else { (*name).to_owned() };
                assert!(Path::new(&path).exists(), "{path}");
            }
            if let Some((_, name)) = part.split_once("`: ") {
                let source = fs::read_to_string(quoted.last().unwrap()).unwrap();
                let function = format!("fn {}", name.to_lowercase().replace(' ', "_"));
                assert!(source.contains(&function) || source.contains(&format!("test(\"{name}")), "{part}");
                named += 1;
            }
        }
    }
    assert!(named > 10, "{named} tests are named");
}
