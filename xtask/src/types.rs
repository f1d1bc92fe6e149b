//! `pkg/src/types.ts`: generated from the Rust types, committed, and checked for drift.

use std::fs;

use crate::process::{Result, cargo, read};
use crate::setup;

const FILE: &str = "pkg/src/types.ts";

pub(crate) fn write() -> Result {
    fs::write(FILE, generated()?).map_err(|error| format!("cannot write {FILE}: {error}"))
}

/// An error that shows the difference when the committed file is not what the Rust types say.
pub(crate) fn check() -> Result {
    let committed = fs::read_to_string(FILE).map_err(|error| format!("cannot read {FILE}: {error}"))?;
    match difference(&committed, &generated()?) {
        None => Ok(()),
        Some(lines) => Err(format!("{FILE} has drifted: run `cargo xtask types`\n{lines}")),
    }
}

fn generated() -> Result<String> {
    setup::native_compiler()?;
    read(&mut cargo(["run", "--quiet", "--features", "typescript", "--example", "types"]))
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
