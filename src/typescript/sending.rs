//! Tasks, what became of them, what happened to prospects, and what will be sent.

use ts_rs::TS;

use super::{Account, Prospect};
use crate::sending::reason::Reason;
use crate::sending::task::TaskType;

/// One message to be sent now, by the caller that claimed it. Fields of the other channel are `null`.
#[derive(TS)]
pub(crate) struct Task {
    /// Identifies the task, for its completion.
    id: String,
    /// The same whenever this message is handed out: a provider that knows it sends it once. Make the `Message-ID` of it:
    /// `<KEY@DOMAIN>`, with the sender's domain.
    idempotency_key: String,
    #[ts(flatten)]
    message: TaskMessage,
    /// The campaign.
    campaign_id: String,
    /// The recipient.
    prospect_id: String,
    /// The sender.
    account_id: String,
    /// The node that sends it.
    node_id: String,
    /// The place of the node in the sequence, from 0.
    position: u32,
    /// How often sending it has failed before.
    attempts: u32,
    /// When it was claimed, as RFC 3339.
    claimed_at: String,
    /// When it is handed out again, if it is not completed before, as RFC 3339.
    leased_until: String,
    /// The recipient.
    prospect: Prospect,
    /// The sender.
    account: Account,
}

/// The part of a task that depends on its channel.
#[derive(TS)]
#[ts(untagged)]
pub(crate) enum TaskMessage {
    /// An email.
    Email {
        /// What it sends.
        #[ts(rename = "type", type = "\"email\"")]
        word: (),
        /// The subject.
        subject: String,
        /// The text with the signature.
        body: String,
        /// The signature by itself; `null` if the campaign has none.
        signature: Option<String>,
        /// Whether it is a reply in the thread of an earlier email.
        is_reply: bool,
        /// The key of the email that it replies to, for `In-Reply-To` and `References`; `null` where none was sent.
        in_reply_to: Option<String>,
        /// The token of the unsubscribe link; `unsubscribe` takes it.
        unsubscribe_token: String,
        /// The header `List-Unsubscribe` (RFC 8058); `null` if the claim named no link.
        list_unsubscribe: Option<String>,
        /// The header `List-Unsubscribe-Post` that goes with it.
        list_unsubscribe_post: Option<String>,
        /// The token of the tracking pixel; `null` where the campaign does not track opens.
        open_token: Option<String>,
    },
    /// A LinkedIn invitation or message.
    Linkedin {
        /// What it sends.
        #[ts(rename = "type", type = "\"connection_request\" | \"message\"")]
        word: (),
        /// Only emails have one.
        subject: (),
        /// The text; `null` for an invitation without a note.
        body: Option<String>,
        /// Only emails have one.
        signature: (),
        /// Only emails have it.
        is_reply: (),
        /// Only emails have one.
        in_reply_to: (),
        /// Only emails have one.
        unsubscribe_token: (),
        /// Only emails have one.
        list_unsubscribe: (),
        /// Only emails have one.
        list_unsubscribe_post: (),
        /// Only emails have one.
        open_token: (),
    },
}

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

/// A message that will be sent.
#[derive(TS)]
pub(crate) struct PlannedTask {
    /// The recipient.
    prospect_id: String,
    /// The node that will send it.
    node_id: String,
    /// The place of the node in the sequence, from 0.
    position: u32,
    /// What it sends.
    #[ts(rename = "type")]
    kind: TaskType,
    /// The sender.
    account_id: String,
    /// When, as RFC 3339 in UTC.
    at: String,
    /// The wall-clock time then with its offset, as RFC 3339.
    local_time: String,
    /// The subject of an email; `null` while something in it is unresolved.
    subject: Option<String>,
}

/// When a prospect will be sent something, and why not now.
#[derive(TS)]
pub(crate) struct Explained {
    /// Why not now.
    reason: Reason,
    /// The first instant at which a claim hands the next message out, if all others are sent when they are due, as RFC
    /// 3339 in UTC; `null` where that depends on an action of somebody.
    at: Option<String>,
    /// The wall-clock time then in the user's time zone with its offset, as RFC 3339.
    local_time: Option<String>,
}
