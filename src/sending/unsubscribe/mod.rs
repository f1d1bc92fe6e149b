//! The link in an email by which a person unsubscribes: its token, and the form in which the host gives it.

mod ops;
pub(crate) mod rows;

use serde::Serialize;

use crate::channel::Channel;
use crate::error::{Problem, Result, or_bug};
use crate::id::UserId;
use crate::message::LINK_MAX;
use crate::people::prospect::Prospect;
use crate::request::text::within;
use crate::request::token::Token;
use crate::store::Tx;

/// The random bytes of a token. The column has a CHECK of this length, and links that were sent keep theirs: another length
/// needs a migration, and readers of both.
const TOKEN_BYTES: usize = 16;

/// The token of a prospect's links to unsubscribe, in which each byte has two characters.
pub type UnsubscribeToken = Token<TOKEN_BYTES>;

/// The placeholder of the token in a link.
const PLACEHOLDER: &str = "{token}";

/// The most characters of a link with its placeholders.
const URL_MAX: usize = 2_000;

/// The result of unsubscribing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Unsubscribed {
    /// The address, which is suppressed now.
    pub email: String,
    /// Whether it was not before.
    pub changed: bool,
}

/// A link to unsubscribe in which the token is still missing.
#[derive(Clone, Debug)]
pub(crate) struct UnsubscribeUrl(String);

impl UnsubscribeUrl {
    pub(crate) fn parse(url: String) -> Result<Self, Problem> {
        let url = within(url, URL_MAX)?;
        let is_link = url.starts_with("https://") || url.starts_with("mailto:");
        let tokens = url.matches(PLACEHOLDER).count();
        if url.len() + tokens * (UnsubscribeToken::LENGTH - PLACEHOLDER.len()) > LINK_MAX {
            return Err(Problem::TooLong { max: URL_MAX });
        }
        let is_plain = url.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'<' | b'>' | b'"'));
        if is_link && is_plain && tokens > 0 { Ok(Self(url)) } else { Err(Problem::MalformedUrl) }
    }

    /// The link that carries a token.
    pub(crate) fn link(&self, token: UnsubscribeToken) -> String {
        self.0.replace(PLACEHOLDER, &token.to_string())
    }

    /// The header `List-Unsubscribe` that carries a token.
    pub(crate) fn header(&self, token: UnsubscribeToken) -> String {
        format!("<{}>", self.link(token))
    }
}

/// The token of a prospect's links; made when it is first needed.
pub(crate) fn token(tx: &mut Tx<'_>, user: UserId, prospect: &Prospect) -> Result<UnsubscribeToken> {
    if let Some(token) = rows::find(tx, prospect.id)? {
        return Ok(token);
    }
    let token = Token(tx.random()?);
    let identity = or_bug(prospect.person.identity(Channel::Email))?;
    rows::insert(tx, user, prospect.id, identity, token)?;
    Ok(token)
}
