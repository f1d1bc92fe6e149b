//! What identifies a person or a sender: the one way to read an email address, a domain and a LinkedIn profile, and its
//! normal form (`docs/rules.md#identity`).

mod domain;
mod email;
mod nfc;
mod profile;
mod punycode;

use std::borrow::Cow;

pub(crate) use domain::EmailDomain;
pub(crate) use email::EmailAddress;
pub(crate) use profile::ProfileUrl;

use crate::request::text::is_unseen;

/// The text without invisible characters: zero-width characters, soft hyphens, direction marks and byte order marks.
fn seen(text: &str) -> Cow<'_, str> {
    if !text.is_ascii() && text.contains(is_unseen) { text.replace(is_unseen, "").into() } else { text.into() }
}
