//! `cargo xtask release X.Y.Z`: the version, the changelog, a commit and a tag. It never publishes.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::process::{Result, cargo, read, run, run_quietly, stage};
use crate::version::{self, Stamped};
use crate::{build, changelog, publish, semver, setup, third_party};

/// Texts in documents that hold only until the first release.
const BEFORE_THE_FIRST: [(&str, &str); 3] = [
    ("README.md", "Nothing is published yet"),
    ("README.md", "before the first release"),
    ("pkg/README.md", "until the first release"),
];

/// Releases a version, or shows what would be done.
pub(crate) fn release(new: &str, is_dry: bool) -> Result {
    let numbers = version::numbers(new)?;
    let date = read(Command::new("date").args(["-u", "+%F"]))?.trim().to_owned();
    let text = changelog::read()?;
    let mut faults = changelog::faults(&text);
    faults.extend(tree_fault()?);
    faults.extend(order_fault(numbers, semver::last()?, changelog::lists_breaks(&text).unwrap_or_default()));
    faults.extend(version::current().err());
    faults.extend(schema_faults()?);
    faults.extend(document_faults()?);
    faults.extend(third_party::check().err());
    if !faults.is_empty() && !is_dry {
        return Err(format!("{new} cannot be released:\n{}", faults.join("\n")));
    }
    let stamped = version::stamp(new)?;
    if is_dry {
        show(new, &date, &stamped);
        return if faults.is_empty() { Ok(()) } else { Err(format!("it would not be done:\n{}", faults.join("\n"))) };
    }
    bounds()?;
    write(new, &changelog::released(&text, new, &date), &stamped)?;
    println!("{new} is committed and tagged v{new}, and not published. To publish it:");
    publish::COMMANDS.iter().for_each(|command| println!("  {command}"));
    Ok(())
}

/// Checks the bounds that documents state, and those on the package's size.
fn bounds() -> Result {
    setup::native_compiler()?;
    stage("documents", || {
        run(&mut cargo(["test", "--all-features", "--test", "rules", "--", "--quiet", "documents::"]))
    })?;
    build::package()?;
    stage("size", || build::sizes()?.check())?;
    stage("archives", publish::archives)
}

fn write(new: &str, changelog: &str, stamped: &[Stamped]) -> Result {
    let written =
        |file: &str, text: &str| fs::write(file, text).map_err(|error| format!("cannot write {file}: {error}"));
    written(changelog::FILE, changelog)?;
    stamped.iter().try_for_each(|stamped| written(stamped.file, &stamped.text))?;
    if version::current()? != new {
        return Err(format!("not every file says {new}"));
    }
    let files = stamped.iter().map(|stamped| stamped.file).chain([changelog::FILE]);
    run_quietly(Command::new("git").args(["add", "--"]).args(files))?;
    run_quietly(Command::new("git").args(["commit", "--quiet", "--message", &format!("Release {new}")]))?;
    let (tag, message) = (format!("v{new}"), format!("campaignkit {new}"));
    run_quietly(Command::new("git").args(["tag", "--annotate", &tag, "--message", &message]))
}

fn show(new: &str, date: &str, stamped: &[Stamped]) {
    println!("the tests of documents, the sizes of the package and the archives would be checked, then:");
    for Stamped { file, count, .. } in stamped {
        println!("  {file}: {new}, {count} time{}", if *count == 1 { "" } else { "s" });
    }
    println!("  {}: what is unreleased under `{}`", changelog::FILE, changelog::heading(new, date));
    println!("  git commit --message \"Release {new}\"\n  git tag --annotate v{new}");
    println!("and left to you:");
    publish::COMMANDS.iter().for_each(|command| println!("  {command}"));
}

fn tree_fault() -> Result<Option<String>> {
    let changed = read(Command::new("git").args(["status", "--porcelain"]))?;
    Ok((!changed.is_empty()).then(|| format!("the work tree is not clean:\n{}", changed.trim_end())))
}

/// A version must follow the last one; one that breaks programs must show it in its number.
fn order_fault(new: [u64; 3], last: Option<[u64; 3]>, breaks: bool) -> Option<String> {
    let last = last?;
    let shown = last.map(|number| number.to_string()).join(".");
    if new <= last {
        return Some(format!("{shown} was released already: the version must be a later one"));
    }
    let may_break = if last[0] == 0 { new[0] > 0 || new[1] > last[1] } else { new[0] > last[0] };
    (breaks && !may_break).then(|| format!("what is unreleased breaks what {shown} promised: take a higher number"))
}

/// There must be a file of the newest version of the tables, which later versions must open.
fn schema_faults() -> Result<Vec<String>> {
    let entries = fs::read_dir("migrations").map_err(|error| format!("cannot read migrations: {error}"))?;
    let names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    let schema: u32 =
        names.filter_map(|name| name.strip_prefix('V')?.split_once("__")?.0.parse().ok()).max().unwrap_or(0);
    let mut faults = Vec::new();
    let file = format!("tests/databases/v{schema}.sqlite");
    if !Path::new(&file).exists() {
        let test = "cargo test --all-features --test durability -- --ignored write_the_database_of_this_schema";
        faults.push(format!("there is no {file}: `{test}` writes it"));
    }
    Ok(faults)
}

fn document_faults() -> Result<Vec<String>> {
    let mut faults = Vec::new();
    for (file, words) in BEFORE_THE_FIRST {
        let text = fs::read_to_string(file).map_err(|error| format!("cannot read {file}: {error}"))?;
        if text.contains(words) {
            faults.push(format!("{file} says \"{words}\""));
        }
    }
    Ok(faults)
}

#[cfg(test)]
mod tests {
    use super::order_fault;

    #[test]
    fn a_version_follows_the_last_one() {
        assert_eq!(order_fault([0, 1, 0], None, true), None);
        assert_eq!(order_fault([0, 2, 1], Some([0, 2, 0]), false), None);
        for early in [[0, 2, 0], [0, 1, 9], [0, 0, 10]] {
            assert!(order_fault(early, Some([0, 2, 0]), false).is_some(), "{early:?}");
        }
    }

    #[test]
    fn what_breaks_has_a_higher_number() {
        assert!(order_fault([0, 2, 1], Some([0, 2, 0]), true).is_some());
        assert_eq!(order_fault([0, 3, 0], Some([0, 2, 0]), true), None);
        assert_eq!(order_fault([1, 0, 0], Some([0, 2, 0]), true), None);
        assert!(order_fault([1, 3, 0], Some([1, 2, 0]), true).is_some());
        assert_eq!(order_fault([2, 0, 0], Some([1, 2, 0]), true), None);
    }
}
