//! Senders that fail: what fails of several people in a row is the sender's, which rests
//! (`docs/rules.md#failing-senders`).

pub(crate) mod rows;

use crate::error::Result;
use crate::id::{AccountId, TaskId};
use crate::store::Tx;
use crate::time::Instant;

/// Of how many people in a row messages fail before a sender rests.
const PEOPLE: u32 = 5;

/// How many tries in a row fail before it does.
const TRIES: u32 = 10;

/// How long it rests first; each time that it fails again then, twice as long.
const FIRST_MS: i64 = 5 * 60 * 1_000;

const LONGEST_MS: i64 = 6 * 60 * 60 * 1_000;

/// That a sender rests, or rested and was not seen to work since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rest {
    /// Until when it is handed nothing; one message at a time from then on.
    pub(crate) until: Instant,
    /// Until when a message is out by which it is tried, if there is one.
    pub(crate) probe_until: Option<Instant>,
}

/// How a sender fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failing {
    /// This often, with messages of so many people.
    Counted { tries: u32, people: u32 },
    /// It rests, or rested this long and was not seen to work since.
    Resting { length_ms: i64 },
}

impl Failing {
    /// How long it rests from another failure on, if it does. What was handed out before a rest does not lengthen it.
    fn rest_ms(self, is_probe: bool) -> Option<i64> {
        match self {
            Self::Counted { tries, people } => (tries >= TRIES || people >= PEOPLE).then_some(FIRST_MS),
            Self::Resting { length_ms } => is_probe.then(|| length_ms.saturating_mul(2).min(LONGEST_MS)),
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

/// Nothing is known of the sender by what became of a message, which is not out any more.
pub(crate) fn learned_nothing(tx: &Tx<'_>, task: TaskId) -> Result<()> {
    rows::delete_probe(tx, task).map(drop)
}

/// A sender was seen to work, or is said to: it is as if nothing had failed. Whether it rested.
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
