//! `CHANGELOG.md`: its first section lists the unreleased changes.

use std::fs;

use crate::process::Result;

pub(crate) const FILE: &str = "CHANGELOG.md";

const UNRELEASED: &str = "## Unreleased";

/// The sections that each version has, even if only to say that there is nothing.
const SECTIONS: [&str; 2] = ["### Migrations", "### Wire"];

/// Lists the changes that break programs written for the previous version.
const BREAKING: &str = "### Breaking";

pub(crate) fn read() -> Result<String> {
    fs::read_to_string(FILE).map_err(|error| format!("cannot read {FILE}: {error}"))
}

/// The text below `## Unreleased`, up to the next version.
fn unreleased(text: &str) -> Result<&str> {
    let (_, rest) =
        text.split_once(&format!("\n{UNRELEASED}\n")).ok_or_else(|| format!("{FILE} has no {UNRELEASED}"))?;
    Ok(rest.split_once("\n## ").map_or(rest, |(section, _)| section))
}

/// Whether the unreleased changes list any that break programs.
pub(crate) fn lists_breaks(text: &str) -> Result<bool> {
    Ok(unreleased(text)?.lines().any(|line| line == BREAKING))
}

/// The reasons why it cannot be released.
pub(crate) fn faults(text: &str) -> Vec<String> {
    let section = match unreleased(text) {
        Ok(section) => section,
        Err(why) => return vec![why],
    };
    let lacking = SECTIONS.iter().filter(|heading| !section.lines().any(|line| line == **heading));
    let mut faults: Vec<String> = lacking.map(|heading| format!("{FILE}: {UNRELEASED} has no `{heading}`")).collect();
    if section.lines().all(|line| line.is_empty() || line.starts_with('#')) {
        faults.push(format!("{FILE}: nothing is unreleased"));
    }
    faults
}

/// The same text with the unreleased changes under a version and its date.
pub(crate) fn released(text: &str, version: &str, date: &str) -> String {
    text.replacen(&format!("\n{UNRELEASED}\n"), &format!("\n{UNRELEASED}\n\n{}\n", heading(version, date)), 1)
}

pub(crate) fn heading(version: &str, date: &str) -> String {
    format!("## {version} ({date})")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# Changelog\n\n## Unreleased\n\n* New.\n\n### Migrations\n\nNone.\n\n### Wire\n\nNone.\n\n\
                        ## 0.1.0 (2026-01-01)\n\n* Old.\n";

    #[test]
    fn what_was_unreleased_gets_a_version_and_a_new_section_is_begun() {
        let text = released(TEXT, "0.2.0", "2026-12-01");
        assert!(text.starts_with("# Changelog\n\n## Unreleased\n\n## 0.2.0 (2026-12-01)\n\n* New.\n"), "{text}");
        assert!(text.ends_with("## 0.1.0 (2026-01-01)\n\n* Old.\n"), "{text}");
        assert_eq!(unreleased(&text).map(str::trim), Ok(""));
    }

    #[test]
    fn a_version_says_what_it_does_to_files_and_to_the_wire() {
        assert_eq!(faults(TEXT), [""; 0]);
        assert_eq!(faults(&TEXT.replace("### Wire", "")), ["CHANGELOG.md: ## Unreleased has no `### Wire`"]);
        assert_eq!(faults(&released(TEXT, "0.2.0", "2026-12-01")).len(), 3);
        assert_eq!(faults("# Changelog\n"), ["CHANGELOG.md has no ## Unreleased"]);
    }

    #[test]
    fn breaks_are_listed_below_their_heading() {
        assert_eq!(lists_breaks(TEXT), Ok(false));
        assert_eq!(lists_breaks(&TEXT.replace("### Wire", "### Breaking")), Ok(true));
        assert_eq!(
            lists_breaks(&released(&TEXT.replace("### Wire", "### Breaking"), "0.2.0", "2026-12-01")),
            Ok(false)
        );
    }

    #[test]
    fn the_changelog_says_what_a_version_says() -> Result {
        crate::at_the_root()?;
        let text = read()?;
        // Right after a release the section is empty.
        assert!(faults(&text).is_empty() || unreleased(&text)?.trim().is_empty(), "{:?}", faults(&text));
        Ok(())
    }
}
