//! What makes a person or a sender the same one: the one reading of an email address, a domain and a LinkedIn profile, and its
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

/// The text without what nobody sees: zero-width characters, soft hyphens, marks of direction and of the byte order.
fn seen(text: &str) -> Cow<'_, str> {
    if !text.is_ascii() && text.contains(is_unseen) { text.replace(is_unseen, "").into() } else { text.into() }
}
