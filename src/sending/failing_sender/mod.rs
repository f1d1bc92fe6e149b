//! Senders that fail: failures for several people in a row are the sender's, which then rests
//! (`docs/rules.md#failing-senders`).

pub(crate) mod rows;

use crate::error::Result;
use crate::id::{AccountId, TaskId};
use crate::sending::durations::{FAILING_SENDER_REST_FIRST_MS, FAILING_SENDER_REST_MAX_MS};
use crate::store::Tx;
use crate::time::Instant;

/// For how many people in a row messages fail before a sender rests.
const PEOPLE: u32 = 5;

/// How many tries in a row fail before it does.
const TRIES: u32 = 10;

/// The rest of a sender, which may be over: then it was not seen to work since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rest {
    /// When it ends; from then on one message at a time is handed out.
    pub(crate) until: Instant,
    /// When the lease of the message that tries it ends, if there is one.
    pub(crate) probe_until: Option<Instant>,
}

/// How a sender fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failing {
    /// This many failures, with messages to this many people.
    Counted { tries: u32, people: u32 },
    /// It rests, or rested this long and was not seen to work since.
    Resting { length_ms: i64 },
}

impl Failing {
    /// How long it rests from another failure on, if it does. What was handed out before a rest does not lengthen it.
    fn rest_ms(self, is_probe: bool) -> Option<i64> {
        match self {
            Self::Counted { tries, people } => {
                (tries >= TRIES || people >= PEOPLE).then_some(FAILING_SENDER_REST_FIRST_MS)
            }
            Self::Resting { length_ms } => {
                is_probe.then(|| length_ms.saturating_mul(2).min(FAILING_SENDER_REST_MAX_MS))
            }
        }
    }
}

/// A message of a sender to this person failed and may be tried again.
pub(crate) fn failed(tx: &Tx<'_>, account: AccountId, task: TaskId, identity: &str) -> Result<()> {
    let is_probe = rows::delete_probe(tx, task)?;
    let failing = match rows::failing(tx, account)? {
        Some(resting @ Failing::Resting { .. }) => resting,
        _ => rows::count(tx, account, identity)?,
    };
    match failing.rest_ms(is_probe) {
        Some(length_ms) => rows::set_rest(tx, account, tx.now().plus_ms(length_ms), length_ms),
        None => Ok(()),
    }
}

/// The outcome of a message says nothing about the sender; the message is not handed out any more.
pub(crate) fn learned_nothing(tx: &Tx<'_>, task: TaskId) -> Result<()> {
    rows::delete_probe(tx, task).map(drop)
}

/// Clears the failures of a sender that works, or is said to. Returns whether it rested.
pub(crate) fn end(tx: &Tx<'_>, account: AccountId) -> Result<bool> {
    rows::delete(tx, account)
}

/// Hands out a message of a sender whose rest is over and that was not seen to work since.
pub(crate) fn probing(tx: &Tx<'_>, account: AccountId, task: TaskId, leased_until: Instant) -> Result<()> {
    rows::insert_probe(tx, account, task, leased_until)
}

/// A message is out for longer, or not as long.
pub(crate) fn extended(tx: &Tx<'_>, task: TaskId, leased_until: Instant) -> Result<()> {
    rows::set_probe_until(tx, task, leased_until)
}

#[cfg(test)]
mod tests;
