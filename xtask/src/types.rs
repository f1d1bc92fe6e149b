//! Files that are made from the Rust types, committed, and checked for drift.

use std::collections::BTreeSet;
use std::fs;

use crate::process::{Result, cargo, read};
use crate::setup;

const FILE: &str = "pkg/src/types.ts";

/// The words of requests, for the fuzzer.
const WORDS: &str = "fuzz/words.dict";

/// The bounds of requests, for the forms of apps.
const BOUNDS: &str = "pkg/src/bounds.ts";

/// Which operations are long, and which may be repeated.
const OPERATIONS: &str = "pkg/src/operation-table.ts";

/// The variables of templates, for the editors of apps.
const VARIABLES: &str = "pkg/src/variables.ts";

/// The version of the tables.
const SCHEMA: &str = "pkg/src/browser/schema.ts";

/// The catalogue of errors.
const ERRORS: &str = "docs/errors.md";

/// Every file that is generated.
pub(crate) const FILES: [&str; 7] = [WORDS, FILE, BOUNDS, VARIABLES, OPERATIONS, SCHEMA, ERRORS];

pub(crate) fn write() -> Result {
    for (file, text) in all()? {
        fs::write(file, text).map_err(|error| format!("cannot write {file}: {error}"))?;
    }
    Ok(())
}

/// Fails, and shows the difference, if a committed file does not match the Rust types.
pub(crate) fn check() -> Result {
    for (file, text) in all()? {
        if let Some(lines) = difference(&read_file(file)?, &text) {
            return Err(format!("{file} has drifted: run `cargo xtask types`\n{lines}"));
        }
    }
    Ok(())
}

fn read_file(file: &str) -> Result<String> {
    fs::read_to_string(file).map_err(|error| format!("cannot read {file}: {error}"))
}

/// The names of fields and the words of the types, and the names of the operations, as a dictionary of libFuzzer.
fn words(types: &str, operations: &str) -> String {
    let mut words = BTreeSet::new();
    let code = types.lines().filter(|line| !line.trim_start().starts_with(['*', '/']));
    for line in code {
        let field = line.trim_start().split_once(':').map(|(name, _)| name.trim_end_matches('?'));
        words.extend(field);
        words.extend(line.split('"').skip(1).step_by(2));
    }
    words.extend(operations.lines());
    let is_word =
        |word: &&str| !word.is_empty() && word.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
    words.into_iter().filter(is_word).map(|word| format!("\"{word}\"\n")).collect()
}

fn all() -> Result<Vec<(&'static str, String)>> {
    setup::native_compiler()?;
    let made = |of: &str| read(&mut cargo(["run", "--quiet", "--package", "tools", "--bin", "types", "--", of]));
    let types = made("declarations")?;
    let words = words(&types, &made("names")?);
    let modules = [made("bounds")?, made("variables")?, made("operations")?, made("schema")?];
    let texts = [words, types].into_iter().chain(modules).chain([made("errors")?]);
    Ok(FILES.into_iter().zip(texts).collect())
}

/// The lines between the common beginning and the common end: `-` is old, `+` is new.
fn difference(old: &str, new: &str) -> Option<String> {
    if old == new {
        return None;
    }
    let (mut old, mut new): (&[&str], &[&str]) =
        (&old.split('\n').collect::<Vec<_>>(), &new.split('\n').collect::<Vec<_>>());
    let mut first = 1;
    while let ([a, old_rest @ ..], [b, new_rest @ ..]) = (old, new)
        && a == b
    {
        (old, new, first) = (old_rest, new_rest, first + 1);
    }
    while let ([old_rest @ .., a], [new_rest @ .., b]) = (old, new)
        && a == b
    {
        (old, new) = (old_rest, new_rest);
    }
    let removed = old.iter().map(|line| format!("\n-{line}"));
    let added = new.iter().map(|line| format!("\n+{line}"));
    Some(format!("@@ line {first} @@{}", removed.chain(added).collect::<String>()))
}

#[cfg(test)]
mod tests {
    use super::difference;

    #[test]
    fn equal_texts_do_not_differ() {
        assert_eq!(difference("a\nb\n", "a\nb\n"), None);
    }

    #[test]
    fn a_difference_shows_only_the_lines_between() {
        let shown = difference("a\nb\nc\n", "a\nx\ny\nc\n");
        assert_eq!(shown.as_deref(), Some("@@ line 2 @@\n-b\n+x\n+y"));
    }

    #[test]
    fn a_missing_last_line_break_is_a_difference() {
        assert_eq!(difference("a\n", "a").as_deref(), Some("@@ line 2 @@\n-"));
    }
}
