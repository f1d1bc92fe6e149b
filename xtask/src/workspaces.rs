//! The workspaces of the repository: the crate's; the bindings', which replaces `regex`; and the fuzz targets', which
//! need nightly Rust. The versions that are locked in one are those that are tested in another.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::process::Result;

/// The manifests.
pub(crate) const ALL: [&str; 3] = ["Cargo.toml", BINDINGS, FUZZ];
pub(crate) const BINDINGS: &str = "bindings/Cargo.toml";
pub(crate) const FUZZ: &str = "fuzz/Cargo.toml";

/// The one package that differs on purpose: bindings/regex-stand-in takes its place.
const DIFFERS: &str = "regex";

/// Fails if the locks have different versions of a package.
pub(crate) fn check_locks() -> Result {
    let files = ALL.map(|manifest| Path::new(manifest).with_extension("lock"));
    let texts = files
        .iter()
        .map(|file| fs::read_to_string(file).map_err(|error| format!("cannot read {}: {error}", file.display())));
    let texts = texts.collect::<Result<Vec<_>>>()?;
    let locks: Vec<_> = files.iter().zip(texts.iter().map(|text| locked(text))).collect();
    let Some(((first, ours), others)) = locks.split_first() else { return Ok(()) };
    for (file, theirs) in others {
        let differing: Vec<String> = differing(ours, theirs).collect();
        if !differing.is_empty() {
            let (first, file) = (first.display(), file.display());
            return Err(format!("{file} has other versions than {first}:\n{}", differing.join("\n")));
        }
    }
    Ok(())
}

/// The packages of a lock by name and by compatible version, each with its version.
type Packages<'l> = BTreeMap<(&'l str, &'l str), &'l str>;

fn locked(lock: &str) -> Packages<'_> {
    let mut packages = Packages::new();
    let mut name = "";
    for line in lock.lines() {
        let value = |key: &str| line.strip_prefix(key)?.strip_prefix(" = \"")?.strip_suffix('"');
        if let Some(found) = value("name") {
            name = found;
        } else if let Some(version) = value("version") {
            packages.insert((name, compatible(version)), version);
        }
    }
    packages
}

/// The part of a version that all compatible versions share: `1` of 1.2.3, `0.2` of 0.2.3.
fn compatible(version: &str) -> &str {
    let digits = version.find(|digit| digit != '0' && digit != '.').unwrap_or(version.len());
    let end = version.split_at(digits).1.find('.').map_or(version.len(), |end| digits + end);
    version.split_at(end).0
}

/// The packages that could have the same version in both locks, but do not.
fn differing<'l>(ours: &'l Packages<'_>, theirs: &'l Packages<'_>) -> impl Iterator<Item = String> + 'l {
    let both = ours.iter().filter_map(|(package, ours)| Some((package.0, ours, theirs.get(package)?)));
    let apart = both.filter(|(name, ours, theirs)| *name != DIFFERS && ours != theirs);
    apart.map(|(name, ours, theirs)| format!("{name} {theirs} instead of {ours}"))
}

#[cfg(test)]
mod tests {
    use super::{differing, locked};

    fn compare(ours: &str, theirs: &str) -> Vec<String> {
        differing(&locked(ours), &locked(theirs)).collect()
    }

    #[test]
    fn a_package_has_the_same_version_wherever_it_could() {
        let lock = |version: &str| format!("[[package]]\nname = \"serde\"\nversion = \"{version}\"\n");
        assert_eq!(compare(&lock("1.0.1"), &lock("1.0.1")), [""; 0]);
        assert_eq!(compare(&lock("1.0.1"), &lock("1.2.0")), ["serde 1.2.0 instead of 1.0.1"]);
        assert_eq!(compare(&lock("0.3.1"), &lock("0.3.2")), ["serde 0.3.2 instead of 0.3.1"]);
        assert_eq!(compare(&lock("0.0.7"), &lock("0.0.8")), [""; 0]);
        assert_eq!(compare(&lock("1.0.1"), &lock("2.0.1")), [""; 0]);
        assert_eq!(compare(&[lock("1.0.1"), lock("0.9.0")].concat(), &lock("0.9.1")), ["serde 0.9.1 instead of 0.9.0"]);
    }

    #[test]
    fn other_packages_have_any_version() {
        assert_eq!(compare("name = \"a\"\nversion = \"1\"", "name = \"b\"\nversion = \"2\""), [""; 0]);
        assert_eq!(compare("name = \"regex\"\nversion = \"1.1\"", "name = \"regex\"\nversion = \"1.2\""), [""; 0]);
    }
}
