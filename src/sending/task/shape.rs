//! The shape of a task (`docs/rules.md#claims`).

use super::{EmailTask, IdempotencyKey, OpenToken, Task, TaskType};
use crate::account::Account;
use crate::id::{AccountId, CampaignId, NodeId, ProspectId, TaskId};
use crate::people::prospect::Prospect;
use crate::sending::unsubscribe::UnsubscribeToken;
use crate::shape::{channel_shape, serializes_as};
use crate::time::Instant;

channel_shape! {
    /// One message to be sent now, by the caller that claimed it. Fields of the other channel are `null`.
    struct TaskShape<'a> as "Task" {
        /// Identifies the task, for its completion.
        id: TaskId,
        /// The same whenever this message is handed out: a provider that knows it sends it once. Make the `Message-ID` of it:
        /// `<KEY@DOMAIN>`, with the sender's domain.
        idempotency_key: IdempotencyKey,
        /// What it sends.
        r#type: TaskType = "\"email\"" | "\"connection_request\" | \"message\"",
        /// The campaign.
        campaign_id: CampaignId,
        /// The recipient.
        prospect_id: ProspectId,
        /// The sender.
        account_id: AccountId,
        /// The node that sends it.
        node_id: NodeId,
        /// The place of the node in the sequence, from 0.
        position: u16,
        /// The subject.
        subject: email &'a str,
        /// The text, an email's with the signature; `null` for an invitation without a note.
        body: Option<&'a str> = "string" | "string | null",
        /// The signature by itself; `null` if the campaign has none.
        signature: email Option<&'a str>,
        /// Whether it is a reply in the thread of an earlier email.
        is_reply: email bool,
        /// The key of the email that it replies to, for `In-Reply-To` and `References`; `null` where none was sent.
        in_reply_to: email Option<IdempotencyKey>,
        /// The token of the unsubscribe link; `unsubscribe` takes it.
        unsubscribe_token: email UnsubscribeToken,
        /// The header `List-Unsubscribe` (RFC 8058); `null` if the claim named no link.
        list_unsubscribe: email Option<&'a str>,
        /// The header `List-Unsubscribe-Post` that goes with it.
        list_unsubscribe_post: email Option<&'static str>,
        /// The token of the tracking pixel; `null` where the campaign does not track opens.
        open_token: email Option<OpenToken>,
        /// How often sending it has failed before.
        attempts: u32,
        /// When it was claimed, as RFC 3339.
        claimed_at: Instant,
        /// When it is handed out again, if it is not completed before, as RFC 3339.
        leased_until: Instant,
        /// The recipient.
        prospect: &'a Prospect,
        /// The sender.
        account: &'a Account,
    }
}

serializes_as!(Task, TaskShape<'_>);

impl<'a> From<&'a Task> for TaskShape<'a> {
    fn from(task: &'a Task) -> Self {
        let email = task.email.as_ref();
        Self {
            id: task.id,
            idempotency_key: task.idempotency_key,
            r#type: task.kind,
            campaign_id: task.prospect.campaign_id,
            prospect_id: task.prospect.id,
            account_id: task.account.id,
            node_id: task.node_id,
            position: task.position,
            subject: email.map(|email| email.subject.as_str()),
            body: task.body.as_deref(),
            signature: email.map(|email| email.signature.as_deref()),
            is_reply: email.map(|email| email.is_reply),
            in_reply_to: email.map(|email| email.in_reply_to),
            unsubscribe_token: email.map(|email| email.unsubscribe_token),
            list_unsubscribe: email.map(|email| email.list_unsubscribe.as_deref()),
            list_unsubscribe_post: email.map(EmailTask::list_unsubscribe_post),
            open_token: email.map(|email| email.open_token),
            attempts: task.attempts,
            claimed_at: task.claimed_at,
            leased_until: task.leased_until,
            prospect: &task.prospect,
            account: &task.account,
        }
    }
}
