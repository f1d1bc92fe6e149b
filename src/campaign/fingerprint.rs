//! Tells a repeated request from another one under the same id (`docs/rules.md#creating-a-campaign`): the same
//! on every platform and in every version.

use std::hash::Hasher;

use serde::Serialize;
use siphasher::sip128::{Hasher128, SipHasher13};

use crate::campaign::schedule::Schedule;
use crate::id::{AccountId, CampaignId};
use crate::request::Number;
use crate::request::name::Name;

/// An id that the caller made for a campaign, and what it asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ClientMade {
    pub(super) id: CampaignId,
    pub(super) fingerprint: Fingerprint,
}

/// What a caller asked for, before any rule that may move (a bound, what a line may have in it) made something else of it.
#[derive(Serialize)]
pub(super) struct FingerprintedFields<'a> {
    /// Without white space around it.
    pub(super) name: &'a str,
    /// Each once.
    pub(super) senders: Vec<AccountId>,
    pub(super) daily_limit: Option<Number>,
    pub(super) stop_on_reply: Option<bool>,
    pub(super) open_tracking: Option<bool>,
    pub(super) signature: Option<&'a str>,
    pub(super) skip_other_campaigns: Option<bool>,
    pub(super) operating_hours: Option<&'a Schedule>,
    // What came later is left out where it is as it always was, so that what was asked for before stays the same.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) stay_open: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) late_after_minutes: Option<u32>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) follow_prospect_zone: bool,
}

/// The fingerprint of a request in every way in which one was ever made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fingerprint {
    stored: Vec<u8>,
    /// Of the first versions, which brought the daily limit into its bounds of then before.
    first: [u8; 16],
}

/// The first byte of what is stored now. What the first versions stored has none, and is one byte shorter.
const VERSION: u8 = 1;

/// The bounds of the daily limit in the first versions, which stay in what they stored.
const FIRST_DAILY_LIMIT: std::ops::RangeInclusive<i64> = 1..=500;

impl Fingerprint {
    pub(super) fn of(mut fields: FingerprintedFields<'_>) -> Self {
        let mut stored = vec![VERSION];
        stored.extend(hash(&fields));
        fields.daily_limit =
            fields.daily_limit.map(|given| given.clamp_integer(&FIRST_DAILY_LIMIT).map_or(given, Number::Int));
        Self { stored, first: hash(&fields) }
    }

    /// Of a request to copy a campaign.
    pub(super) fn of_copy(source: CampaignId, name: Option<&Name>, prospects: bool) -> Self {
        let first = hash(&("copy", source, name, prospects));
        Self { stored: [&[VERSION], &first[..]].concat(), first }
    }

    /// The bytes to store.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.stored
    }

    /// Whether what is stored was made of the same request.
    pub(super) fn matches(&self, stored: &[u8]) -> bool {
        stored == self.stored || stored == self.first
    }
}

fn hash(fields: &impl Serialize) -> [u8; 16] {
    // Nothing in it can fail to serialize: it is text, numbers, flags and lists of these.
    let text = serde_json::to_vec(fields).unwrap_or_default();
    let mut hasher = SipHasher13::new();
    hasher.write(&text);
    hasher.finish128().as_bytes()
}
