//! Links that a host gives with a place for a token: to unsubscribe, and of tracking pixels.

use crate::error::Problem;
use crate::message::LINK_MAX;
use crate::request::text::within;
use crate::request::token::Token;
use crate::sending::task::OpenToken;
use crate::sending::unsubscribe::UnsubscribeToken;

/// The placeholder of the token in a link.
const PLACEHOLDER: &str = "{token}";

/// The most characters of a link with its placeholders.
const URL_MAX: usize = 2_000;

/// A link in which the token is still missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TokenUrl(String);

impl TokenUrl {
    /// The link by which a person unsubscribes.
    pub(crate) fn to_unsubscribe(url: String) -> Result<Self, Problem> {
        Self::parse(url, &["https://", "mailto:"], UnsubscribeToken::LENGTH)
    }

    /// The link of the tracking pixel of an email.
    pub(crate) fn of_pixel(url: String) -> Result<Self, Problem> {
        Self::parse(url, &["https://"], OpenToken::LENGTH)
    }

    /// A link that begins with one of these, for a token of so many characters.
    fn parse(url: String, beginnings: &[&str], token_length: usize) -> Result<Self, Problem> {
        let url = within(url, URL_MAX)?;
        let is_link = beginnings.iter().any(|beginning| url.starts_with(beginning));
        let tokens = url.matches(PLACEHOLDER).count();
        if url.len() + tokens * (token_length - PLACEHOLDER.len()) > LINK_MAX {
            return Err(Problem::TooLong { max: URL_MAX });
        }
        let is_plain = url.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'<' | b'>' | b'"'));
        if is_link && is_plain && tokens > 0 { Ok(Self(url)) } else { Err(Problem::MalformedUrl) }
    }

    /// The link that carries a token.
    pub(crate) fn link<const BYTES: usize>(&self, token: Token<BYTES>) -> String {
        self.0.replace(PLACEHOLDER, &token.to_string())
    }
}

impl rusqlite::types::ToSql for TokenUrl {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        self.0.to_sql()
    }
}
