//! Everything in this repository that the documents refer to exists.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

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

/// The documents whose links are followed.
fn documents() -> Vec<PathBuf> {
    let named = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "pkg/README.md"].map(PathBuf::from);
    let pages = fs::read_dir("docs").unwrap().map(|entry| entry.unwrap().path());
    named.into_iter().chain(pages.filter(|path| path.extension().is_some_and(|kind| kind == "md"))).collect()
}

/// The lines of a document outside of blocks of code.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut is_code = false;
    text.lines().filter(move |line| {
        let is_fence = line.trim_start().starts_with("```");
        is_code ^= is_fence;
        !is_fence && !is_code
    })
}

/// The anchors of the headings, as GitHub makes them: letters, digits, `-` and `_` in lower case, `-` for a space, and
/// a number for a repeated one.
fn anchors(text: &str) -> BTreeSet<String> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let headings = prose(text).filter(|line| line.starts_with('#'));
    headings
        .map(|line| {
            let kept = line.trim_start_matches('#').trim().to_lowercase();
            let kept = kept.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
            let slug: String = kept.map(|c| if c == ' ' { '-' } else { c }).collect();
            let before = seen.entry(slug.clone()).or_default();
            *before += 1;
            if *before > 1 { format!("{slug}-{}", *before - 1) } else { slug }
        })
        .collect()
}

/// The targets of the links and pictures of a document.
fn targets(text: &str) -> Vec<String> {
    let lines: Vec<&str> = prose(text).collect();
    let joined = lines.join("\n");
    // Text between backticks is not a link.
    let plain: String = joined.split('`').step_by(2).collect::<Vec<_>>().join("`");
    let rest = plain.split("](").skip(1);
    rest.map(|rest| rest.split([')', ' ', '\n']).next().unwrap().to_owned()).collect()
}

/// The error of a link from a document in this folder, or within `own`.
fn fault(own: &Path, target: &str) -> Option<String> {
    let (path, anchor) = target.split_once('#').map_or((target, None), |(path, anchor)| (path, Some(anchor)));
    let file = if path.is_empty() { own.to_owned() } else { own.parent().unwrap().join(path) };
    if !file.exists() {
        return Some(format!("{}: {target}: there is no {}", own.display(), file.display()));
    }
    let anchor = anchor?;
    let is_there = anchors(&fs::read_to_string(&file).unwrap()).contains(anchor);
    (!is_there).then(|| format!("{}: {target}: no heading has this anchor", own.display()))
}

#[test]
fn every_link_in_the_documents_resolves() {
    let mut faults = Vec::new();
    let mut followed = 0;
    for document in documents() {
        let text = fs::read_to_string(&document).unwrap();
        for target in targets(&text) {
            if !target.starts_with("https://") && !target.starts_with("mailto:") {
                followed += 1;
                faults.extend(fault(&document, &target));
            }
        }
    }
    assert!(followed > 50, "{followed} links are followed");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The files of a folder that can have comments, except for installed or generated ones.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        let name = path.file_name().unwrap().to_string_lossy();
        if path.is_dir() && !["node_modules", "dist", "target"].contains(&&*name) {
            sources(&path, found);
        } else if [".rs", ".ts", ".tsx", ".mjs", ".sql"].iter().any(|kind| name.ends_with(kind)) {
            found.push(path);
        }
    }
}

#[test]
fn every_page_that_the_code_names_is_there() {
    let mut files = Vec::new();
    for folder in ["src", "bindings", "pkg", "tests", "migrations", "examples", "xtask", "benches"] {
        sources(Path::new(folder), &mut files);
    }
    let (mut faults, mut named) = (Vec::new(), 0);
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        for rest in text.split(concat!("docs/rules.md", "#")).skip(1) {
            let anchor = rest.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).next().unwrap();
            named += 1;
            let own = Path::new("docs/rules.md");
            faults.extend(fault(own, &format!("#{anchor}")).map(|_| format!("{}: #{anchor}", file.display())));
        }
    }
    assert!(named > 50, "{named} references are followed");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// A line that names a field and states a range must state the range in the code.
#[test]
fn documents_state_the_bounds_that_the_code_has() {
    let text = |range: &RangeInclusive<i64>| format!("{}–{}", range.start(), range.end());
    let bounds = [
        ("daily_limit", text(&bounds::DAILY_LIMIT)),
        ("daily_limit", text(&bounds::ACCOUNT_DAILY_LIMIT)),
        ("weekly_connection_limit", text(&bounds::ACCOUNT_WEEKLY_LIMIT)),
        ("weekly_message_limit", text(&bounds::ACCOUNT_WEEKLY_LIMIT)),
        ("late_after_minutes", text(&bounds::LATE_AFTER_MINUTES)),
        ("acceptance_days", text(&bounds::ACCEPTANCE_DAYS)),
        ("lease_seconds", text(&bounds::LEASE_SECONDS)),
    ];
    let mut stated = 0;
    for path in [
        "README.md",
        "pkg/README.md",
        "docs/rules.md",
        "docs/hosting.md",
        "pkg/src/types.ts",
        "pkg/src/session/campaigns.ts",
        "pkg/src/session/sending.ts",
    ] {
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
