//! Holds: until when nothing is sent to a person (`docs/rules.md#holds`).

mod ops;
mod request;
pub(crate) mod rows;

use serde::Serialize;

use crate::channel::Channel;
use crate::id::ProspectId;
use crate::people::person::Person;
pub(crate) use ops::{add, cover, cover_next};
pub use request::{Hold, HoldTerms, ParsedPerson, PersonRef};

/// What a person is known by on either channel, in normal form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Identities {
    pub(crate) email: Option<String>,
    pub(crate) profile: Option<String>,
}

impl Identities {
    pub(crate) fn of(person: &Person) -> Self {
        let of = |channel| person.identity(channel).map(str::to_owned);
        Self { email: of(Channel::Email), profile: of(Channel::Linkedin) }
    }
}

/// The result of holding or releasing a person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Held {
    /// The prospects that are the person, are not final and are in an active or a paused campaign, in the order of the
    /// campaigns.
    pub prospects: Vec<HeldProspect>,
}

/// A prospect of a person who is held or released.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct HeldProspect {
    /// The prospect.
    pub id: ProspectId,
    /// Whether it is held longer than before, or not as long where the person is released.
    pub changed: bool,
}
