//! Domains of email addresses.

use std::borrow::Cow;

use super::{nfc, punycode, seen};
use crate::error::Problem;

/// What separates labels: the full stop, and its East Asian forms (UTS #46).
const DOTS: [char; 4] = ['.', '\u{3002}', '\u{ff0e}', '\u{ff61}'];

/// The domain of email addresses in normal form: lower case, in ASCII, without the `@` that some write before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EmailDomain(String);

impl EmailDomain {
    /// Trims and checks.
    pub(crate) fn parse(text: &str) -> Result<Self, Problem> {
        let text = seen(text);
        let text = text.trim();
        let domain = text.strip_prefix('@').unwrap_or(text);
        let ascii = to_ascii(domain).ok_or(Problem::MalformedDomain)?;
        Ok(Self(ascii.to_ascii_lowercase()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// The domain in ASCII, in its original case, without white space around its dots. None if it is not a domain.
pub(super) fn to_ascii(domain: &str) -> Option<Cow<'_, str>> {
    if is_domain(domain) {
        return Some(domain.into());
    }
    let mut ascii = String::with_capacity(domain.len());
    for label in domain.split(DOTS) {
        if !ascii.is_empty() {
            ascii.push('.');
        }
        ascii.push_str(&label_to_ascii(label.trim())?);
    }
    is_domain(&ascii).then_some(ascii.into())
}

fn label_to_ascii(label: &str) -> Option<Cow<'_, str>> {
    // More than 63 characters take more than 63 bytes in any form.
    if label.is_ascii() || label.chars().nth(63).is_some() {
        return Some(label.into());
    }
    if label.contains(|c: char| c.is_whitespace() || c.is_control() || is_punctuation(c)) {
        return None;
    }
    // Letter by letter: within a word, the lower case of sigma depends on its position.
    let folded: String = label.chars().flat_map(char::to_lowercase).collect();
    let folded = nfc::nfc(&folded);
    if folded.is_ascii() {
        return Some(folded.into_owned().into());
    }
    Some(format!("xn--{}", punycode::encode(&folded)?).into())
}

/// General and East Asian punctuation, and characters that Unicode replaces by others.
const fn is_punctuation(c: char) -> bool {
    matches!(c, '\u{2000}'..='\u{206f}' | '\u{3000}'..='\u{3004}' | '\u{3008}'..='\u{3020}' | '\u{ff00}'..='\u{ffff}')
}

pub(super) fn is_domain(domain: &str) -> bool {
    domain.len() <= 255
        && domain.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
                && !label.starts_with('-')
                && !label.ends_with('-')
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_of_a_domain_are_one() {
        for form in ["example.com", " @Example.COM ", "EXAMPLE.com", "exam\u{200b}ple . com"] {
            assert_eq!(EmailDomain::parse(form).map(|domain| domain.0), Ok("example.com".to_owned()), "{form}");
        }
        for refused in
            ["", "@", "@@example.com", "ana@example.com", "example.com.", "ex ample.com", "-a.com", "exam“ple.com"]
        {
            assert_eq!(EmailDomain::parse(refused), Err(Problem::MalformedDomain), "{refused}");
        }
    }

    #[test]
    fn domains_of_other_letters_are_what_browsers_make_of_them() {
        for domain in [
            "münchen.example",
            "MÜNCHEN.example",
            "mu\u{308}nchen.example",
            "straße.de",
            "日本語。jp",
            "пример.рф",
            "ΠΑΡΆΔΕΙΓΜΑ.gr",
            "ΟΔΟΣ.gr",
            "tiếng-việt.vn",
            "TIE\u{302}\u{301}NG.vn",
            "한국.kr",
            "i❤.ws",
            "xn--mnchen-3ya.example",
        ] {
            let expected = idna::domain_to_ascii(domain).map_err(|_| Problem::MalformedDomain);
            assert_eq!(EmailDomain::parse(domain).map(|domain| domain.0), expected, "{domain}");
        }
    }
}
