//! Tasks, what became of them, what happened to prospects, and what will be sent.

use ts_rs::TS;

/// The outcome of a task.
#[derive(TS)]
#[ts(tag = "outcome", rename_all = "snake_case", optional_fields = nullable)]
pub(crate) enum Completion {
    /// It was sent.
    Sent {
        /// The present instant as RFC 3339; by default the clock's.
        now: Option<String>,
    },
    /// It was not sent.
    Failed {
        /// Whether to try again, with growing pauses, which is the default; otherwise the prospect is `cancelled`.
        retryable: Option<bool>,
        /// The present instant as RFC 3339; by default the clock's.
        now: Option<String>,
    },
    /// It was sent and bounced.
    Bounced {
        /// Whether the address does not exist, and is suppressed therefore; by default not. That a reply code begins with 5
        /// does not say so: most of these are about content, policy or a full mailbox.
        permanent: Option<bool>,
        /// The present instant as RFC 3339; by default the clock's.
        now: Option<String>,
    },
    /// It was not tried. This is no failure of the sender or the prospect: the message is handed out again as it is.
    Deferred {
        /// When, as RFC 3339: from now to 30 days ahead; by default in 5 minutes.
        retry_at: Option<String>,
        /// The present instant as RFC 3339; by default the clock's.
        now: Option<String>,
    },
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
    now: Option<String>,
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
        hold_until: Option<String>,
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

/// The subject of an event.
#[derive(TS)]
#[ts(untagged, optional_fields = nullable)]
pub(crate) enum EventSubject {
    Prospect {
        /// A prospect.
        prospect_id: String,
    },
    Task {
        /// The prospect of a task.
        task_id: String,
    },
    OpenToken {
        /// The prospect whose email has this tracking pixel.
        open_token: String,
    },
    Message {
        /// The prospect of the message that has this key.
        idempotency_key: String,
    },
    Email {
        /// Everybody who has this address in the user's active and paused email campaigns.
        email: String,
        /// Only in this campaign, which may be completed.
        campaign_id: Option<String>,
    },
    Profile {
        /// Everybody who has this profile in the user's active and paused LinkedIn campaigns.
        linkedin_url: String,
        /// Only in this campaign, which may be completed.
        campaign_id: Option<String>,
    },
}
