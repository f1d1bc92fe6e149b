//! Requests that are not written in TypeScript as in Rust. A node to set needs no field but its `type`, where a `Step` has all
//! of them; neither does a schedule; and an event has the details of its type only, where a `RecordEvent` has room for all.
#![allow(dead_code, reason = "only the declarations are used")]

use ts_rs::TS;

use crate::campaign::schedule::{CivilDate, Interval, TimeZone};
use crate::campaign::sequence::NewVariant;
use crate::id::NodeId;
use crate::sending::outbox::EventSubject;
use crate::time::Instant;

/// A node of a sequence to set.
#[derive(TS)]
#[ts(optional_fields = nullable)]
pub(crate) struct NewNode {
    /// The id of a node that the sequence has, which this one keeps; another id, or none, gives a new one.
    id: Option<NodeId>,
    #[ts(flatten)]
    step: NewStepOrEnd,
}

/// A node to insert into a sequence: anything but `end`.
#[derive(TS)]
#[ts(optional_fields = nullable)]
pub(crate) struct InsertNode {
    /// Its place, from 0; before the end where none is given.
    position: Option<u32>,
    #[ts(flatten)]
    step: NewStep,
    /// The revision of the campaign that the caller saw.
    expected_revision: Option<u32>,
}

/// What a node to set does.
#[derive(TS)]
#[ts(tag = "type", rename_all = "snake_case", optional_fields = nullable)]
pub(crate) enum NewStep {
    /// Invites to connect on LinkedIn.
    ConnectionRequest {
        /// The note, a template of at most 100,000 characters; rendered at most 200, or 300 for premium senders.
        body: Option<String>,
    },
    /// Sends a LinkedIn message.
    Message {
        /// The text, a template of at most 100,000 characters.
        body: Option<String>,
        /// Texts of which each person is sent one, instead of that of the node: at most 5.
        variants: Option<Vec<NewVariant>>,
    },
    /// Sends an email.
    Email {
        /// The subject, a template of one line and at most 1,000 characters.
        subject: Option<String>,
        /// The text, a template of at most 100,000 characters.
        body: Option<String>,
        /// Whether it is a reply in the thread of the email before.
        is_reply: Option<bool>,
        /// Whether it goes as text alone, without HTML; by default not.
        text_only: Option<bool>,
        /// Texts of which each person is sent one, instead of that of the node: at most 5.
        variants: Option<Vec<NewVariant>>,
    },
    /// Waits: together 1 minute to 30 days.
    Delay {
        /// Calendar days.
        delay_days: Option<u32>,
        /// Elapsed hours.
        delay_hours: Option<u32>,
        /// Elapsed minutes.
        delay_minutes: Option<u32>,
    },
}

/// What a node to set does, or the end of the sequence: last, exactly once, and added where it is missing.
#[derive(TS)]
#[ts(untagged)]
pub(crate) enum NewStepOrEnd {
    Step(NewStep),
    End(#[ts(type = "{ \"type\": \"end\" }")] ()),
}

/// Weekly operating hours to set; a weekday that is not given is closed, and at least one interval must be open.
#[derive(TS)]
#[ts(optional_fields = nullable)]
pub(crate) struct NewSchedule {
    /// The IANA time zone in which the hours are meant; `null` follows the user's.
    time_zone: Option<TimeZone>,
    monday: Option<Vec<Interval>>,
    tuesday: Option<Vec<Interval>>,
    wednesday: Option<Vec<Interval>>,
    thursday: Option<Vec<Interval>>,
    friday: Option<Vec<Interval>>,
    saturday: Option<Vec<Interval>>,
    sunday: Option<Vec<Interval>>,
}

/// Dates on which nothing is sent: one, or a range.
#[derive(TS)]
#[ts(optional_fields = nullable)]
pub(crate) struct NewBlackoutDate {
    /// The first date, as `YYYY-MM-DD`.
    #[ts(type = "string")]
    from: CivilDate,
    /// The last date, as `YYYY-MM-DD`: at most 365 days after `from`, which it is by default.
    #[ts(as = "Option<String>")]
    to: Option<CivilDate>,
    /// What the user calls them: one line of at most 255 characters.
    label: Option<String>,
}

/// Something that happened to a prospect.
#[derive(TS)]
#[ts(optional_fields = nullable)]
pub(crate) struct RecordEvent {
    /// The caller's id of this event, 1–255 characters: the same id twice changes nothing.
    id: String,
    #[ts(flatten)]
    what: EventDetails,
    #[ts(flatten)]
    to: EventSubject,
    /// The present instant as RFC 3339; by default the clock's.
    now: Option<Instant>,
}

/// What happened to a prospect.
#[derive(TS)]
#[ts(tag = "type", rename_all = "snake_case", optional_fields = nullable)]
pub(crate) enum EventDetails {
    /// It replied.
    Replied {},
    /// An automatic reply: the person is away, or gone.
    AutoReplied {
        /// Until when the person is held, as RFC 3339; by default for 5 days.
        hold_until: Option<Instant>,
        /// Whether the person is not there any more, which ends it; by default not.
        gone: Option<bool>,
    },
    /// It accepted the invitation to connect.
    ConnectionAccepted {},
    /// A message to it bounced.
    Bounced {
        /// Whether the address does not exist, and is suppressed therefore; by default not.
        permanent: Option<bool>,
    },
    /// It complained of spam.
    Complained {},
    /// It unsubscribed.
    Unsubscribed {},
    /// It opened an email.
    Opened {},
}
