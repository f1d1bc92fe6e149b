//! The places of the version of the crate and of the npm package: it is the same in each, and stands nowhere else.

use std::fs;

use crate::process::Result;

/// A file, and the texts before and after the version in it.
struct Place {
    file: &'static str,
    before: &'static str,
    after: &'static str,
}

const fn place(file: &'static str, before: &'static str, after: &'static str) -> Place {
    Place { file, before, after }
}

const PLACES: [Place; 15] = [
    place("Cargo.toml", "[workspace.package]\nversion = \"", "\""),
    place("bindings/Cargo.toml", "[workspace.package]\nversion = \"", "\""),
    place("Cargo.lock", "name = \"campaignkit\"\nversion = \"", "\""),
    place("Cargo.lock", "name = \"campaignkit-smtp\"\nversion = \"", "\""),
    place("bindings/Cargo.lock", "name = \"campaignkit\"\nversion = \"", "\""),
    place("bindings/Cargo.lock", "name = \"campaignkit-bindings\"\nversion = \"", "\""),
    place("fuzz/Cargo.lock", "name = \"campaignkit\"\nversion = \"", "\""),
    place("pkg/package.json", "\"name\": \"campaignkit\",\n  \"version\": \"", "\""),
    place("pkg/package-lock.json", "\"name\": \"campaignkit\",\n  \"version\": \"", "\""),
    place("pkg/package-lock.json", "\"name\": \"campaignkit\",\n      \"version\": \"", "\""),
    place("pkg/src/browser/version.ts", "BUILD: Build = { version: \"", "\""),
    place("examples/studio/package.json", "\"name\": \"campaignkit-studio\",\n  \"version\": \"", "\""),
    place("examples/studio/package-lock.json", "\"name\": \"campaignkit-studio\",\n  \"version\": \"", "\""),
    place("examples/studio/package-lock.json", "\"name\": \"campaignkit-studio\",\n      \"version\": \"", "\""),
    place("examples/studio/package-lock.json", "\"node_modules/campaignkit\": {\n      \"version\": \"", "\""),
];

/// The documents that name the tarball. They need not.
const TARBALLS: [Place; 2] =
    [place("README.md", "/campaignkit-", ".tgz"), place("pkg/README.md", "/campaignkit-", ".tgz")];

/// The version, if it is the same in all places.
pub(crate) fn current() -> Result<String> {
    let mut first: Option<(String, &str)> = None;
    let mut differing = Vec::new();
    for Place { file, before, after } in &PLACES {
        let text = read(file)?;
        match versions(&text, before, after).as_slice() {
            [version] => differing.extend(differs(&mut first, version, file)),
            found => return Err(format!("{file} has {} versions after {before:?}, not one", found.len())),
        }
    }
    for Place { file, before, after } in &TARBALLS {
        let text = read(file)?;
        for version in versions(&text, before, after) {
            differing.extend(differs(&mut first, version, file));
        }
    }
    if !differing.is_empty() {
        return Err(differing.join("\n"));
    }
    first.map(|(version, _)| version).ok_or_else(|| "no file has a version".to_owned())
}

fn differs<'f>(first: &mut Option<(String, &'f str)>, version: &str, file: &'f str) -> Option<String> {
    match first {
        None => *first = Some((version.to_owned(), file)),
        Some((known, of)) if known != version => return Some(format!("{file} says {version}, {of} {known}")),
        Some(_) => {}
    }
    None
}

/// A changed file, with its new text.
pub(crate) struct Stamped {
    pub(crate) file: &'static str,
    pub(crate) text: String,
    pub(crate) count: usize,
}

/// The files with another version in them.
pub(crate) fn stamp(new: &str) -> Result<Vec<Stamped>> {
    let mut stamped: Vec<Stamped> = Vec::new();
    for Place { file, before, after } in PLACES.iter().chain(&TARBALLS) {
        let known = stamped.iter_mut().find(|stamped| stamped.file == *file);
        let old = known.as_ref().map_or_else(|| read(file), |stamped| Ok(stamped.text.clone()))?;
        let count = versions(&old, before, after).len();
        let text = replace(&old, before, after, new);
        match known {
            Some(stamped) => (stamped.text, stamped.count) = (text, stamped.count + count),
            None => stamped.push(Stamped { file, text, count }),
        }
    }
    stamped.retain(|stamped| stamped.count > 0);
    Ok(stamped)
}

fn read(file: &str) -> Result<String> {
    fs::read_to_string(file).map_err(|error| format!("cannot read {file}: {error}"))
}

/// The versions between the two texts.
fn versions<'t>(text: &'t str, before: &str, after: &str) -> Vec<&'t str> {
    let rests = text.split(before).skip(1);
    rests.filter_map(|rest| rest.split_once(after)).map(|(version, _)| version).filter(|it| is_version(it)).collect()
}

fn replace(text: &str, before: &str, after: &str, new: &str) -> String {
    let mut parts = text.split(before);
    let mut replaced = parts.next().unwrap_or_default().to_owned();
    for rest in parts {
        let kept = rest.split_once(after).filter(|(old, _)| is_version(old));
        replaced += before;
        match kept {
            Some((_, kept)) => replaced.extend([new, after, kept]),
            None => replaced += rest,
        }
    }
    replaced
}

fn is_version(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || ".+-".contains(c))
}

/// The three numbers of `1.2.3`.
pub(crate) fn numbers(version: &str) -> Result<[u64; 3]> {
    let wrong = || format!("`{version}` is no version: three numbers with points between them, such as 0.2.0");
    let parts: Vec<u64> = version.split('.').map(number).collect::<Option<_>>().ok_or_else(wrong)?;
    parts.try_into().map_err(|_| wrong())
}

/// A number without leading zeros.
fn number(text: &str) -> Option<u64> {
    let number: u64 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;
    use crate::at_the_root;

    #[test]
    fn all_places_have_the_same_version() -> Result {
        at_the_root()?;
        numbers(&current()?).map(drop)
    }

    #[test]
    fn the_version_stands_in_no_other_place() -> Result {
        at_the_root()?;
        let version = current()?;
        // A lock file may have the same version for another package; the last one is about the order of versions.
        let others = [":!*.lock", ":!*package-lock.json", ":!pkg/tests/version.test.mjs", ":!CHANGELOG.md", ":!xtask"];
        let quoted = [format!("\"{version}\""), format!("campaignkit-{version}"), format!("campaignkit@{version}")];
        let mut grep = Command::new("git");
        grep.args(["grep", "--fixed-strings", "--name-only"]).args(quoted.iter().flat_map(|it| ["-e", it]));
        let printed = crate::process::read(grep.arg("--").arg(".").args(others))?;
        let known: Vec<&str> = PLACES.iter().chain(&TARBALLS).map(|place| place.file).collect();
        let unknown: Vec<&str> = printed.lines().filter(|file| !known.contains(file)).collect();
        assert!(unknown.is_empty(), "they have the version and are in no list of places: {unknown:?}");
        assert!(printed.lines().count() >= 6, "{printed}");
        Ok(())
    }

    #[test]
    fn what_is_stamped_has_the_new_version_everywhere() -> Result {
        at_the_root()?;
        for Stamped { file, text, .. } in stamp("7.8.9")? {
            let places = PLACES.iter().chain(&TARBALLS).filter(|place| place.file == file);
            for Place { before, after, .. } in places {
                assert!(versions(&text, before, after).iter().all(|version| *version == "7.8.9"), "{file}");
            }
        }
        Ok(())
    }

    #[test]
    fn a_version_is_replaced_where_it_stands_and_nowhere_else() {
        let text = "a 0.1.0\nname = \"0.1.0\"\nname = \"later\"\n";
        assert_eq!(replace(text, "name = \"", "\"", "0.2.0"), "a 0.1.0\nname = \"0.2.0\"\nname = \"later\"\n");
        assert_eq!(versions(text, "name = \"", "\""), ["0.1.0"]);
    }

    #[test]
    fn a_version_has_three_numbers() {
        assert_eq!(numbers("0.2.10"), Ok([0, 2, 10]));
        for wrong in ["", "0.2", "0.2.0.1", "v0.2.0", "0.02.0", "0.2.0-rc.1", "0.2.x"] {
            assert!(numbers(wrong).is_err(), "{wrong}");
        }
    }
}
