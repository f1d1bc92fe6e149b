//! Which licences of an SPDX expression are chosen.

use crate::process::Result;

/// The licences that are preferred where there is a choice, the most preferred one first.
const PREFERRED: [&str; 7] = ["MIT", "Apache-2.0", "Unicode-3.0", "BSD-3-Clause", "Zlib", "ISC", "Unlicense"];

/// One licence of each choice: `(MIT OR Apache-2.0) AND Unicode-3.0` is MIT and Unicode-3.0. Old crates write
/// `MIT/Apache-2.0`.
pub(super) fn chosen(expression: &str) -> Result<Vec<String>> {
    expression.split(" AND ").map(|part| choice(part, expression)).collect()
}

fn choice(part: &str, expression: &str) -> Result<String> {
    let part = part.trim_start_matches('(').trim_end_matches(')').replace('/', " OR ");
    let options: Vec<&str> = part.split(" OR ").map(str::trim).collect();
    let chosen = PREFERRED.into_iter().find(|licence| options.contains(licence));
    chosen.map(str::to_owned).ok_or_else(|| format!("no licence of `{expression}` is known"))
}

#[cfg(test)]
mod tests {
    use super::chosen;

    #[test]
    fn of_each_choice_one_licence_is_taken() {
        let taken = |expression| chosen(expression).map(|licences| licences.join("+")).unwrap_or_default();
        assert_eq!(taken("MIT"), "MIT");
        assert_eq!(taken("Apache-2.0 OR MIT"), "MIT");
        assert_eq!(taken("Unlicense/MIT"), "MIT");
        assert_eq!(taken("Apache-2.0 / MIT"), "MIT");
        assert_eq!(taken("(MIT OR Apache-2.0) AND Unicode-3.0"), "MIT+Unicode-3.0");
        assert_eq!(taken("Apache-2.0 WITH LLVM-exception OR Apache-2.0 OR MIT"), "MIT");
    }

    #[test]
    fn a_licence_that_nobody_listed_is_an_error() {
        assert!(chosen("GPL-3.0-only").is_err());
        assert!(chosen("MIT AND GPL-3.0-only").is_err());
        assert!(chosen("").is_err());
    }
}
