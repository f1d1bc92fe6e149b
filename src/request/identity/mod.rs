//! What makes a person or a sender the same one: the one reading of an email address, a domain and a LinkedIn profile, and its
//! normal form (SPEC §3a).

mod domain;
mod email;
mod nfc;
mod profile;
mod punycode;

use std::borrow::Cow;

pub(crate) use domain::EmailDomain;
pub(crate) use email::EmailAddress;
pub(crate) use profile::ProfileUrl;

/// The text without what nobody sees: zero-width characters, soft hyphens, marks of direction and of the byte order.
fn seen(text: &str) -> Cow<'_, str> {
    let is_unseen = |c| {
        matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    if !text.is_ascii() && text.contains(is_unseen) { text.replace(is_unseen, "").into() } else { text.into() }
}
