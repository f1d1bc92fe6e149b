//! What the documents say about this repository is there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::RangeInclusive;
use std::path::Path;

use campaignkit::bounds;

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

/// A line that names a field and states a range states the one that the code has.
#[test]
fn documents_state_the_bounds_that_the_code_has() {
    let text = |range: &RangeInclusive<i64>| format!("{}–{}", range.start(), range.end());
    let bounds = [
        ("daily_limit", text(&bounds::DAILY_LIMIT)),
        ("daily_limit", text(&bounds::ACCOUNT_LIMIT)),
        ("late_after_minutes", text(&bounds::LATE_AFTER_MINUTES)),
        ("acceptance_days", text(&bounds::ACCEPTANCE_DAYS)),
        ("lease_seconds", text(&bounds::LEASE_SECONDS)),
    ];
    let mut stated = 0;
    for path in
        ["README.md", "pkg/README.md", "docs/rules.md", "docs/hosting.md", "pkg/src/types.ts", "pkg/src/client.ts"]
    {
        for line in fs::read_to_string(path).unwrap_or_default().lines().map(|line| line.replace(',', "")) {
            let of_line: Vec<&str> =
                bounds.iter().filter(|(field, _)| line.contains(field)).map(|(_, bound)| bound.as_str()).collect();
            let ranges = line.split(|c: char| !c.is_ascii_digit() && c != '–').filter(|word| word.contains('–'));
            for range in ranges.filter(|range| range.len() > '–'.len_utf8() && !of_line.is_empty()) {
                assert!(of_line.contains(&range), "{path} says {range}, and not {of_line:?}: {line}");
                stated += 1;
            }
        }
    }
    assert!(stated > 0);
}
