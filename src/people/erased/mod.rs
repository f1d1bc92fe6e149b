//! People who were erased and must not be contacted: of them a salted hash of what they were known by is left
//! (`docs/privacy.md`).

pub(crate) mod rows;

use sha2::{Digest, Sha256};

use crate::channel::Channel;
use crate::error::Result;
use crate::id::UserId;
use crate::store::Tx;
use crate::user;

/// The random bytes that the hashes of a user begin with, so that those of two users tell nothing of each other.
type Salt = [u8; 16];

type Hash = [u8; 32];

/// The hash of an identity in normal form.
fn hash(salt: &Salt, channel: Channel, identity: &str) -> Hash {
    let mut digest = Sha256::new();
    digest.update(salt);
    digest.update(channel.word());
    digest.update([0]);
    digest.update(identity);
    digest.finalize().into()
}

/// Keeps somebody of this identity from being contacted by the user, whoever adds them again; `false` if they are kept
/// already.
pub(crate) fn keep(tx: &mut Tx<'_>, user: UserId, channel: Channel, identity: &str) -> Result<bool> {
    let salt = match user::rows::erased_salt(tx, user)? {
        Some(salt) => salt,
        None => {
            let salt: Salt = tx.random()?;
            user::rows::set_erased_salt(tx, user, &salt)?;
            salt
        }
    };
    rows::insert(tx, user, &hash(&salt, channel, identity))
}

/// Forgets that somebody of this identity was erased; `false` if nothing was kept of them.
pub(crate) fn forget(tx: &Tx<'_>, user: UserId, channel: Channel, identity: &str) -> Result<bool> {
    match user::rows::erased_salt(tx, user)? {
        Some(salt) => rows::delete(tx, user, &hash(&salt, channel, identity)),
        None => Ok(false),
    }
}
