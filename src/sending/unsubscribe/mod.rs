//! The token of the link in an email by which a person unsubscribes, and what it does.

mod ops;
pub(crate) mod rows;

use serde::Serialize;

use crate::channel::Channel;
use crate::error::{Result, or_bug};
use crate::id::UserId;
use crate::people::prospect::Prospect;
use crate::request::token::Token;
use crate::store::Tx;

/// The random bytes of a token. The column has a CHECK of this length, and links that were sent keep theirs: another length
/// needs a migration, and readers of both.
const TOKEN_BYTES: usize = 16;

/// The token of a prospect's links to unsubscribe, in which each byte has two characters.
pub type UnsubscribeToken = Token<TOKEN_BYTES>;

/// The result of unsubscribing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Unsubscribed {
    /// The address, which is suppressed now.
    pub email: String,
    /// Whether it was not before.
    pub changed: bool,
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
