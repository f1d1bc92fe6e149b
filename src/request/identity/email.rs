//! Email addresses.

use super::domain::{is_domain, to_ascii};
use super::seen;
use crate::error::Problem;

/// The most bytes of an address, and of the part before its `@` (RFC 5321 §4.5.3.1).
const LONGEST: usize = 254;
const LONGEST_LOCAL: usize = 64;

/// What ends an address when a list or a sentence continues.
const CLOSING: [char; 3] = ['.', ',', ';'];

/// How many layers may surround an address, as in `<mailto:ana@example.com>;`: thousands of them surround none.
const LAYERS_MOST: usize = 8;

/// An email address: the grammar of WHATWG HTML (`input type=email`) within the lengths of RFC 5321. The domain must
/// have a dot. The part before the `@` must not begin or end with a dot, or have two in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EmailAddress(String);

impl EmailAddress {
    /// Reads an address as people write it and programs export it: `mailto:ana@example.com`, `Ana Diaz
    /// <ana@example.com>`, with closing punctuation, invisible characters, and white space around the `@` and the dots
    /// of the domain. Non-ASCII letters of the domain are converted to ASCII (IDNA).
    pub(crate) fn parse(text: &str) -> Result<Self, Problem> {
        Self::read(text).ok_or(Problem::MalformedEmail)
    }

    /// The first address in a cell, and whether there are others: they are separated by `,`, `;`, `|`, ` ::: `, line
    /// breaks or white space.
    pub(crate) fn parse_first(cell: &str) -> Result<(Self, bool), Problem> {
        if cell.bytes().filter(|byte| *byte == b'@').nth(1).is_none() {
            return Ok((Self::parse(cell)?, false));
        }
        let pieces = cell.split([',', ';', '|', '\n', '\r']).flat_map(|piece| piece.split(":::"));
        let has_one = |piece: &str| piece.bytes().filter(|byte| *byte == b'@').count() < 2;
        let mut found = pieces.flat_map(|piece| {
            let (whole, words) = if has_one(piece) { (Some(piece), "") } else { (None, piece) };
            whole.into_iter().chain(words.split_whitespace()).filter_map(Self::read)
        });
        match (found.next(), found.next()) {
            (Some(first), second) => Ok((first, second.is_some())),
            // A name may have one, too.
            (None, _) => Ok((Self::parse(cell)?, false)),
        }
    }

    /// A stored address: before version 5, some were accepted that nobody can have.
    pub(crate) fn stored(text: &str) -> Option<Self> {
        let was_taken = || {
            text.len() <= LONGEST
                && text.rsplit_once('@').is_some_and(|(local, domain)| is_local(local) && is_domain(domain))
        };
        match Self::read(text) {
            Some(address) if address.0 == text => Some(address),
            _ => was_taken().then(|| Self(text.to_owned())),
        }
    }

    fn read(text: &str) -> Option<Self> {
        let text = seen(text);
        let (local, domain) = bare(&text).rsplit_once('@')?;
        let (local, domain) = (local.trim_end(), to_ascii(domain.trim_start())?);
        let is_whole = is_local(local)
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..")
            && domain.contains('.')
            && local.len() + 1 + domain.len() <= LONGEST;
        is_whole.then(|| Self(format!("{local}@{domain}")))
    }

    /// As it was given, without the surrounding text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The normal form: lower case.
    pub(crate) fn identity(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

fn is_local(local: &str) -> bool {
    (1..=LONGEST_LOCAL).contains(&local.len())
        && local.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&byte))
}

/// The address alone.
fn bare(text: &str) -> &str {
    let mut text = text;
    for _ in 0..LAYERS_MOST {
        let before = text;
        text = text.trim().trim_end_matches(CLOSING);
        if let Some((scheme, rest)) = text.split_at_checked("mailto:".len())
            && scheme.eq_ignore_ascii_case("mailto:")
        {
            text = rest.split('?').next().unwrap_or(rest);
        }
        if let Some(inside) = text.strip_suffix('>')
            && let Some((_, address)) = inside.rsplit_once('<')
        {
            text = address;
        }
        if text.len() == before.len() {
            break;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Option<String> {
        EmailAddress::parse(text).ok().map(|address| address.identity())
    }

    #[test]
    fn addresses_follow_the_html_grammar_and_the_smtp_lengths() {
        let long_local = "a".repeat(64);
        for accepted in [
            "ana@example.com",
            " Ana.B+tag@Example.co ",
            "o'neil@x-y.example",
            "ana@192.0.2.1",
            &format!("{long_local}@b.example"),
        ] {
            assert!(EmailAddress::parse(accepted).is_ok(), "{accepted}");
        }
        for refused in [
            "",
            "@",
            "a@",
            "@b.c",
            "a b@c.d",
            "a@b..c",
            "a@-b.c",
            "a@b-.c",
            "a@b@c.d",
            "ä@b.c",
            "a@b_c.d",
            "a@b",
            "ana@localhost",
            ".ana@b.c",
            "ana.@b.c",
            "ana..d@b.c",
            "ana@exam ple.com",
            "ana(at)example.com",
            "<>",
            "mailto:",
            &format!("a{long_local}@b.example"),
        ] {
            assert_eq!(EmailAddress::parse(refused), Err(Problem::MalformedEmail), "{refused}");
        }
    }

    #[test]
    fn the_forms_of_an_address_are_one() {
        for form in [
            "ana@example.com",
            "ANA@Example.COM",
            "mailto:ana@example.com",
            "MAILTO:ana@example.com?subject=Hi",
            "<ana@example.com>",
            "<mailto:ana@example.com>;",
            "Ana Diaz <ana@example.com>",
            "\"Diaz, Ana\" <ana@example.com>,",
            "ana@example.com.",
            "ana@example.com;",
            "ana@example.com ,",
            "ana @ example . com",
            "\u{feff}an\u{200b}a@exam\u{ad}ple.com\u{202c}",
            "ana@example。com",
        ] {
            assert_eq!(read(form).as_deref(), Some("ana@example.com"), "{form}");
        }
        assert_eq!(read("info@münchen.example").as_deref(), Some("info@xn--mnchen-3ya.example"));
    }

    #[test]
    fn an_address_is_in_few_layers() {
        let in_layers = |count: usize| read(&format!("{}ana@example.com", "mailto:".repeat(count)));
        assert_eq!(in_layers(LAYERS_MOST - 1).as_deref(), Some("ana@example.com"));
        assert_eq!(in_layers(LAYERS_MOST + 1), None);
    }

    #[test]
    fn of_several_addresses_the_first_is_taken() {
        for (cell, first, has_more) in [
            ("a@x.com", "a@x.com", false),
            ("a@x.com, b@x.com", "a@x.com", true),
            ("a@x.com;b@x.com;", "a@x.com", true),
            ("a@x.com\nb@x.com", "a@x.com", true),
            ("a@x.com\r\nb@x.com", "a@x.com", true),
            ("a@x.com ::: b@x.com", "a@x.com", true),
            ("a@x.com|b@x.com", "a@x.com", true),
            ("a@x.com b@x.com", "a@x.com", true),
            ("Ana <a@x.com> Bo <b@x.com>", "a@x.com", true),
            ("\"Diaz, Ana\" <a@x.com>; Bo <b@x.com>", "a@x.com", true),
            ("n/a@; b@x.com", "b@x.com", false),
            ("a @ x.com, b @ x.com", "a@x.com", true),
            ("\"a@x.com\" <a@x.com>", "a@x.com", false),
        ] {
            let read = EmailAddress::parse_first(cell).map(|(address, has_more)| (address.identity(), has_more));
            assert_eq!(read, Ok((first.to_owned(), has_more)), "{cell}");
        }
        assert_eq!(EmailAddress::parse_first("no@one, nobody@"), Err(Problem::MalformedEmail));
    }

    proptest! {
        #[test]
        fn what_was_read_is_read_as_itself(text in "[ <a-c]{0,3}(mailto:)?[a-cäİ.]{0,4}[ \u{200b}]?@ ?[a-cäΣß.。-]{1,6}[.]?[a-c>;, .]{0,4}") {
            if let Ok(address) = EmailAddress::parse(&text) {
                prop_assert_eq!(EmailAddress::parse(address.as_str()), Ok(address.clone()));
                prop_assert_eq!(EmailAddress::stored(address.as_str()), Some(address.clone()));
                let identity = address.identity();
                prop_assert_eq!(EmailAddress::stored(&identity).map(|stored| stored.identity()), Some(identity));
            }
        }
    }
}
