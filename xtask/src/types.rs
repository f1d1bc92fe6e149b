//! `pkg/src/types.ts`, `pkg/src/bounds.ts`, `pkg/src/variables.ts`, `pkg/src/browser/schema.ts`, `fuzz/words.dict` and
//! `docs/errors.md`: generated from the Rust types, committed, and checked for drift.

use std::collections::BTreeSet;
use std::fs;

use crate::process::{Result, cargo, read};
use crate::setup;

const FILE: &str = "pkg/src/types.ts";

/// The words of requests, for the fuzzer.
const WORDS: &str = "fuzz/words.dict";

/// The bounds of requests, for the forms of apps.
const BOUNDS: &str = "pkg/src/bounds.ts";

/// The variables of templates, for the editors of apps.
const VARIABLES: &str = "pkg/src/variables.ts";

/// The version of the tables.
const SCHEMA: &str = "pkg/src/browser/schema.ts";

/// The catalogue of errors.
const ERRORS: &str = "docs/errors.md";

pub(crate) fn write() -> Result {
    for (file, text) in all()? {
        fs::write(file, text).map_err(|error| format!("cannot write {file}: {error}"))?;
    }
    Ok(())
}

/// An error that shows the difference when a committed file is not what the Rust types say.
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
fn words(types: &str) -> Result<String> {
    let mut words = BTreeSet::new();
    let code = types.lines().filter(|line| !line.trim_start().starts_with(['*', '/']));
    for line in code {
        let field = line.trim_start().split_once(':').map(|(name, _)| name.trim_end_matches('?'));
        words.extend(field);
        words.extend(line.split('"').skip(1).step_by(2));
    }
    let bindings = read_file("bindings/src/lib.rs")?;
    words.extend(bindings.lines().filter_map(|line| Some(line.split_once(" = ")?.0.trim())));
    // What pauses is called by the name of what does not.
    words.retain(|word| !word.ends_with("Paced"));
    let is_word =
        |word: &&str| !word.is_empty() && word.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
    Ok(words.into_iter().filter(is_word).map(|word| format!("\"{word}\"\n")).collect())
}

fn all() -> Result<[(&'static str, String); 6]> {
    setup::native_compiler()?;
    let made = |of: &str| read(&mut cargo(["run", "--quiet", "--package", "tools", "--bin", "types", "--", of]));
    let types = made("declarations")?;
    Ok([
        (WORDS, words(&types)?),
        (FILE, types),
        (BOUNDS, made("bounds")?),
        (VARIABLES, made("variables")?),
        (SCHEMA, made("schema")?),
        (ERRORS, made("errors")?),
    ])
}

/// The lines between the common beginning and the common end, `-` the old and `+` the new.
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
