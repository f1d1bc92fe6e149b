//! Tasks: the messages that are handed out, each to be sent to one prospect from one account.

pub(crate) mod chain;
pub(crate) mod mark;
pub(crate) mod message;
mod ops;
pub(crate) mod recorded_event;
mod request;
pub(crate) mod rows;
mod shape;

use serde::{Serialize, Serializer};
use siphasher::sip128::{Hasher128, SipHasher13};
use uuid::Uuid;

use crate::account::Account;
use crate::id::{AccountId, CampaignId, NodeId, ProspectId, TaskId, VariantId};
use crate::people::prospect::Prospect;
use crate::request::result_size::{ROW, TextSize};
use crate::request::token::Token;
use crate::sending::unsubscribe::UnsubscribeToken;
use crate::time::Instant;
pub use message::{ForgetMessages, MessagesForgotten, TaskMessage};
pub use request::{ListTasks, TaskFilter};

/// What a task sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum TaskType {
    /// An email.
    Email,
    /// A LinkedIn invitation to connect.
    ConnectionRequest,
    /// A LinkedIn message.
    Message,
}

crate::request::choice::words!(TaskType { Email = "email", ConnectionRequest = "connection_request", Message = "message" });

/// The status of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum TaskStatus {
    /// It is handed out.
    Claimed,
    /// It was sent.
    Sent,
    /// It was not sent.
    Failed,
    /// It was sent and bounced.
    Bounced,
    /// Its lease ran out and its message was handed out again: whether it was sent is not known.
    Lost,
    /// It was released or deferred without a try.
    Deferred,
}

crate::request::choice::words!(TaskStatus {
    Claimed = "claimed",
    Sent = "sent",
    Failed = "failed",
    Bounced = "bounced",
    Lost = "lost",
    Deferred = "deferred",
});

/// Names one message to one prospect, however often it is handed out: a provider that knows it sends it once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct IdempotencyKey(Uuid);

impl IdempotencyKey {
    /// The key of what a node sends to a prospect whose keys are of this generation.
    pub(crate) fn of(prospect: ProspectId, node: NodeId, generation: u32) -> Self {
        let mut hasher = SipHasher13::new();
        std::hash::Hasher::write(&mut hasher, prospect.as_bytes());
        std::hash::Hasher::write(&mut hasher, node.as_bytes());
        // The first keys were made without.
        if generation > 0 {
            std::hash::Hasher::write(&mut hasher, &generation.to_le_bytes());
        }
        // A UUID of our own making (RFC 9562 §5.8).
        Self(uuid::Builder::from_custom_bytes(hasher.finish128().as_bytes()).into_uuid())
    }
}

impl std::str::FromStr for IdempotencyKey {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let is_hyphenated = text.len() == uuid::fmt::Hyphenated::LENGTH;
        Uuid::try_parse(text).ok().filter(|_| is_hyphenated).map(Self).ok_or(())
    }
}

impl rusqlite::types::ToSql for IdempotencyKey {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        Ok(self.0.as_bytes().as_slice().into())
    }
}

impl rusqlite::types::FromSql for IdempotencyKey {
    fn column_result(value: rusqlite::types::ValueRef<'_>) -> rusqlite::types::FromSqlResult<Self> {
        <[u8; 16]>::column_result(value).map(|bytes| Self(Uuid::from_bytes(bytes)))
    }
}

impl std::fmt::Display for IdempotencyKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.as_hyphenated().fmt(f)
    }
}

impl Serialize for IdempotencyKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The token of a tracking pixel.
pub type OpenToken = Token<16>;

/// The fields of a task that only an email has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailTask {
    /// The subject.
    pub subject: String,
    /// The text as HTML, with the tracking pixel where the campaign tracks and the claim named its link
    /// (`docs/rules.md#html`); none where the node is `text_only`.
    pub body_html: Option<String>,
    /// The signature by itself; the text ends with it. None if the campaign has none.
    pub signature: Option<String>,
    /// Whether it is a reply in the thread of an earlier email.
    pub is_reply: bool,
    /// The key of the email that it replies to, for `In-Reply-To` and `References`; none where none was sent.
    pub in_reply_to: Option<IdempotencyKey>,
    /// The token of the unsubscribe link: [`Session::unsubscribe`](crate::Session::unsubscribe) takes it.
    pub unsubscribe_token: UnsubscribeToken,
    /// The header `List-Unsubscribe` (RFC 8058), if the claim named the link.
    pub list_unsubscribe: Option<String>,
    /// The token of the tracking pixel; none where the campaign does not track opens.
    pub open_token: Option<OpenToken>,
}

impl EmailTask {
    /// The header `List-Unsubscribe-Post`, which makes a link by `https` one of one click (RFC 8058 §3.1).
    #[must_use]
    pub fn list_unsubscribe_post(&self) -> Option<&'static str> {
        list_unsubscribe_post(self.list_unsubscribe.as_deref())
    }
}

fn list_unsubscribe_post(list_unsubscribe: Option<&str>) -> Option<&'static str> {
    list_unsubscribe?.starts_with("<https:").then_some("List-Unsubscribe=One-Click")
}

/// One message to be sent now, by the caller that claimed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// Identifies the task; [`Session::complete`](crate::Session::complete) takes it.
    pub id: TaskId,
    /// The same whenever this message is handed out. Make the `Message-ID` from it: `<KEY@DOMAIN>`, with the sender's
    /// domain.
    pub idempotency_key: IdempotencyKey,
    /// What it sends.
    pub kind: TaskType,
    /// The node that sends it.
    pub node_id: NodeId,
    /// The variant of the node that it is; none where the node had none.
    pub variant_id: Option<VariantId>,
    /// The place of the node in the sequence, from 0.
    pub position: u16,
    /// The recipient.
    pub prospect: Prospect,
    /// The sender.
    pub account: Account,
    /// The text, an email's with the signature; none for an invitation without a note.
    pub body: Option<String>,
    /// The fields that only an email has.
    pub email: Option<EmailTask>,
    /// How often sending it has failed before.
    pub attempts: u32,
    /// When it was claimed.
    pub claimed_at: Instant,
    /// When to send it: when it was claimed, or later if it was claimed ahead.
    pub send_at: Instant,
    /// When it is handed out again, if it is not completed before.
    pub leased_until: Instant,
}

/// A message that was handed out, and its outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct TaskRecord {
    /// Identifies the task.
    pub id: TaskId,
    /// The key of its message; none for what was handed out by version 0.1.
    pub idempotency_key: Option<IdempotencyKey>,
    /// The campaign; none where it was deleted since.
    pub campaign_id: Option<CampaignId>,
    /// The recipient; none where the prospect was removed since.
    pub prospect_id: Option<ProspectId>,
    /// The sender.
    pub account_id: AccountId,
    /// The node that sends it.
    pub node_id: NodeId,
    /// The variant of the node that it is; none where the node had none.
    pub variant_id: Option<VariantId>,
    /// What it sends.
    #[serde(rename = "type")]
    pub kind: TaskType,
    /// Its status.
    pub status: TaskStatus,
    /// How often sending its message had failed before it was claimed; none for what was handed out by version 0.1.
    pub attempts: Option<u32>,
    /// When it was claimed; none for what was handed out by version 0.1.
    pub claimed_at: Option<Instant>,
    /// When to send it: when it was claimed, or later if it was claimed ahead.
    pub send_at: Option<Instant>,
    /// When its message is handed out again, if it is not completed before; none where it is not handed out any more.
    pub leased_until: Option<Instant>,
    /// When it took its place in the limits; none if it gave that back.
    pub at: Option<Instant>,
    /// When the email was first opened, where that is tracked.
    pub opened_at: Option<Instant>,
    /// What the host noted when it completed the task.
    pub note: Option<String>,
    /// The id that the message has at the host's provider.
    pub provider_id: Option<String>,
    /// What it said, where the list was asked for it: none where the prospect was removed since, or it is to be written
    /// anew.
    pub message: Option<TaskMessage>,
}

impl TaskRecord {
    /// What is left of the task, which outlives its campaign, where that is one of these: they were deleted, and their rows
    /// wait to be removed.
    fn without(self, deleted: &[CampaignId]) -> Self {
        match self.campaign_id {
            Some(id) if deleted.contains(&id) => Self {
                campaign_id: None,
                prospect_id: None,
                leased_until: None,
                note: None,
                provider_id: None,
                message: None,
                ..self
            },
            _ => self,
        }
    }
}

impl TextSize for TaskRecord {
    fn text_size(&self) -> usize {
        ROW + self.note.text_size() + self.provider_id.text_size() + self.message.text_size()
    }
}

/// A task with all that is left of what it sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskDetail {
    /// The task, with its texts.
    pub record: TaskRecord,
    /// The place of the node in the sequence, from 0; none where the campaign was deleted since.
    pub position: Option<u16>,
    /// The token of the unsubscribe link, as in the [task](EmailTask::unsubscribe_token) of an email.
    pub unsubscribe_token: Option<UnsubscribeToken>,
    /// The token of the tracking pixel of an email.
    pub open_token: Option<OpenToken>,
    /// The recipient; none where the prospect was removed since.
    pub prospect: Option<Prospect>,
    /// The sender; none where the account was removed since.
    pub account: Option<Account>,
    /// Whether its texts were stored and are not any more: they were forgotten, or its prospect was removed.
    pub is_forgotten: bool,
}

/// A page of tasks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct TaskPage {
    /// The tasks.
    pub tasks: Vec<TaskRecord>,
    /// Where the next page begins; `null` on the last one.
    pub next_cursor: Option<String>,
}
