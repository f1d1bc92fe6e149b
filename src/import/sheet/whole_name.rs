//! First and last names from whole names.

/// Words that are not a first name at the start of a name, and not part of a name after a comma.
const TITLES: [&str; 16] =
    ["dr", "prof", "mr", "mrs", "ms", "mx", "miss", "sir", "herr", "frau", "hr", "fr", "ing", "dipl-ing", "mag", "mme"];
const SUFFIXES: [&str; 6] = ["jr", "sr", "esq", "ii", "iii", "iv"];

/// The first word of a name and the rest; swapped for `Last, First` (`docs/rules.md#columns`). Titles, and degrees
/// after a comma, belong to neither. Nothing for a name in Chinese, Japanese or Korean characters, which blanks do not
/// split.
pub(crate) fn split(name: &str) -> Option<(&str, Option<&str>)> {
    if name.contains(is_east_asian) {
        return None;
    }
    let name = name.trim_matches(|c: char| c.is_whitespace() || c == ',');
    let parts = name.split_once(',').map(|(head, tail)| (head.trim(), tail.trim()));
    let (first, last) = match parts {
        Some((head, tail)) if is_degree(head, tail) => words(head)?,
        Some((head, tail)) => (untitled(tail)?, Some(head)),
        None => words(name)?,
    };
    Some((first, last.filter(|last| !last.is_empty())))
}

fn words(name: &str) -> Option<(&str, Option<&str>)> {
    let name = untitled(name)?;
    Some(name.split_once(char::is_whitespace).map_or((name, None), |(first, rest)| (first, Some(rest.trim()))))
}

/// The name without titles at the start; nothing if nothing is left.
fn untitled(mut name: &str) -> Option<&str> {
    name = name.trim();
    while let Some((word, rest)) = name.split_once(char::is_whitespace) {
        let word = word.trim_end_matches('.').to_lowercase();
        if !TITLES.contains(&word.as_str()) {
            break;
        }
        name = rest.trim_start();
    }
    (!name.is_empty()).then_some(name)
}

/// Whether the text after the comma is not a first name: `Ana Diaz, PhD, MBA`, but not `DIAZ, ANA`.
fn is_degree(head: &str, tail: &str) -> bool {
    let is_shouted = !head.contains(char::is_lowercase);
    let is_word = |word: &str| {
        let capitals = word.chars().filter(|c| c.is_uppercase()).count();
        (capitals > 1 && !is_shouted) || SUFFIXES.contains(&word.trim_end_matches('.').to_lowercase().as_str())
    };
    tail.split([' ', ',']).filter(|word| !word.is_empty()).all(is_word)
}

/// Han, Kana or Hangul.
const fn is_east_asian(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{11ff}' | '\u{2e80}'..='\u{2fdf}' | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30ff}')
        || matches!(c, '\u{3130}'..='\u{318f}' | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}')
        || matches!(c, '\u{a960}'..='\u{a97f}' | '\u{ac00}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}' | '\u{ff66}'..='\u{ff9f}')
        || matches!(c, '\u{20000}'..='\u{323af}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_is_its_first_word_and_the_rest() {
        for (name, expected) in [
            ("Ana Diaz", Some(("Ana", Some("Diaz")))),
            ("Ana", Some(("Ana", None))),
            ("Ana  María de la Cruz", Some(("Ana", Some("María de la Cruz")))),
            ("Diaz, Ana", Some(("Ana", Some("Diaz")))),
            ("García López, Ana María", Some(("Ana María", Some("García López")))),
            ("DIAZ, ANA", Some(("ANA", Some("DIAZ")))),
            ("Ana Diaz, PhD", Some(("Ana", Some("Diaz")))),
            ("Ana Diaz, MBA, CFA", Some(("Ana", Some("Diaz")))),
            ("Bo Li, Jr.", Some(("Bo", Some("Li")))),
            ("Ana Diaz,", Some(("Ana", Some("Diaz")))),
            (", Ana Diaz", Some(("Ana", Some("Diaz")))),
            (",", None),
            ("Dr. Ana Diaz", Some(("Ana", Some("Diaz")))),
            ("Prof. Dr. Jürgen Müller", Some(("Jürgen", Some("Müller")))),
            ("Müller, Dr. Jürgen", Some(("Jürgen", Some("Müller")))),
            ("Иван Петров", Some(("Иван", Some("Петров")))),
            ("山田 太郎", None),
            ("やまだ たろう", None),
            ("김 철수", None),
            ("Ana 山田", None),
            ("", None),
            (" ", None),
        ] {
            assert_eq!(split(name), expected, "{name}");
        }
    }

    proptest! {
        #[test]
        fn nothing_is_added_to_a_name(name in "[ ,.A-Za-zé山]{0,20}") {
            if let Some((first, last)) = split(&name) {
                prop_assert!(!first.trim().is_empty() && first.trim() == first);
                prop_assert!(name.contains(first) && last.is_none_or(|last| name.contains(last) && !last.is_empty()));
            }
        }
    }
}
