//! The shape of a task (`docs/rules.md#claims`).

use super::{EmailTask, IdempotencyKey, OpenToken, Task, TaskDetail, TaskStatus, TaskType, list_unsubscribe_post};
use crate::account::Account;
use crate::id::{AccountId, CampaignId, NodeId, ProspectId, TaskId, VariantId};
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
        /// The variant of the node that it is; `null` where the node had none.
        variant_id: Option<VariantId>,
        /// The place of the node in the sequence, from 0.
        position: u16,
        /// The subject.
        subject: email &'a str,
        /// The text, an email's with the signature; `null` for an invitation without a note.
        body: Option<&'a str> = "string" | "string | null",
        /// The text as HTML, with the tracking pixel where the campaign tracks and the claim named its link; `null` where the
        /// node is `text_only`.
        body_html: email Option<&'a str>,
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
        /// When to send it, as RFC 3339: when it was claimed, or later if it was claimed ahead.
        send_at: Instant,
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
            variant_id: task.variant_id,
            position: task.position,
            subject: email.map(|email| email.subject.as_str()),
            body: task.body.as_deref(),
            body_html: email.map(|email| email.body_html.as_deref()),
            signature: email.map(|email| email.signature.as_deref()),
            is_reply: email.map(|email| email.is_reply),
            in_reply_to: email.map(|email| email.in_reply_to),
            unsubscribe_token: email.map(|email| email.unsubscribe_token),
            list_unsubscribe: email.map(|email| email.list_unsubscribe.as_deref()),
            list_unsubscribe_post: email.map(EmailTask::list_unsubscribe_post),
            open_token: email.map(|email| email.open_token),
            attempts: task.attempts,
            claimed_at: task.claimed_at,
            send_at: task.send_at,
            leased_until: task.leased_until,
            prospect: &task.prospect,
            account: &task.account,
        }
    }
}

channel_shape! {
    /// A task with all that is left of what it sends: as it was handed out, and what became of it. Fields of the other channel
    /// are `null`.
    struct DetailShape<'a> as "TaskDetail" {
        /// Identifies the task, for its completion.
        id: TaskId,
        /// The key of its message; `null` for what was handed out by version 0.1.
        idempotency_key: Option<IdempotencyKey>,
        /// What it sends.
        r#type: TaskType = "\"email\"" | "\"connection_request\" | \"message\"",
        /// The campaign; `null` where it was deleted since.
        campaign_id: Option<CampaignId>,
        /// The recipient; `null` where the prospect was removed since.
        prospect_id: Option<ProspectId>,
        /// The sender.
        account_id: AccountId,
        /// The node that sends it.
        node_id: NodeId,
        /// The variant of the node that it is; `null` where the node had none.
        variant_id: Option<VariantId>,
        /// The place of the node in the sequence, from 0; `null` where the campaign was deleted since.
        position: Option<u16>,
        /// The subject; it and the other texts are `null` where the prospect was removed since, or the message is to be
        /// written anew.
        subject: email Option<&'a str>,
        /// The text, an email's with the signature; `null` for an invitation without a note, too.
        body: Option<&'a str>,
        /// The text as HTML, as it was handed out; `null` where the node was `text_only`, too.
        body_html: email Option<&'a str>,
        /// The signature by itself; `null` if the campaign has none, too.
        signature: email Option<&'a str>,
        /// Whether it is a reply in the thread of an earlier email.
        is_reply: email Option<bool>,
        /// The key of the email that it replies to, for `In-Reply-To` and `References`; `null` where none was sent, too.
        in_reply_to: email Option<IdempotencyKey>,
        /// The token of the unsubscribe link; `unsubscribe` takes it.
        unsubscribe_token: email Option<UnsubscribeToken>,
        /// The header `List-Unsubscribe` (RFC 8058); `null` if the claim named no link, too.
        list_unsubscribe: email Option<&'a str>,
        /// The header `List-Unsubscribe-Post` that goes with it.
        list_unsubscribe_post: email Option<&'static str>,
        /// The token of the tracking pixel; `null` where the campaign does not track opens.
        open_token: email Option<OpenToken>,
        /// How often sending its message had failed before it was claimed; `null` for what was handed out by version 0.1.
        attempts: Option<u32>,
        /// When it was claimed, as RFC 3339; `null` for what was handed out by version 0.1.
        claimed_at: Option<Instant>,
        /// When to send it, as RFC 3339: when it was claimed, or later if it was claimed ahead.
        send_at: Option<Instant>,
        /// When its message is handed out again, if it is not completed before, as RFC 3339; `null` where it is not handed
        /// out any more.
        leased_until: Option<Instant>,
        /// Its status.
        status: TaskStatus,
        /// When it took its place in the limits, as RFC 3339; `null` if it gave that back.
        at: Option<Instant>,
        /// When the email was first opened, where that is tracked, as RFC 3339.
        opened_at: Option<Instant>,
        /// What the host noted when it completed the task.
        note: Option<&'a str>,
        /// The id that the message has at the host's provider.
        provider_id: Option<&'a str>,
        /// The recipient; `null` where the prospect was removed since.
        prospect: Option<&'a Prospect>,
        /// The sender; `null` where the account was removed since.
        account: Option<&'a Account>,
        /// Whether its texts were stored and are not any more: they were forgotten, or its prospect was removed.
        is_forgotten: bool,
    }
}

serializes_as!(TaskDetail, DetailShape<'_>);

impl<'a> From<&'a TaskDetail> for DetailShape<'a> {
    fn from(task: &'a TaskDetail) -> Self {
        let record = &task.record;
        let message = record.message.as_ref();
        let email = (record.kind == TaskType::Email).then_some(message);
        let list_unsubscribe = email.map(|message| message.and_then(|message| message.list_unsubscribe.as_deref()));
        Self {
            id: record.id,
            idempotency_key: record.idempotency_key,
            r#type: record.kind,
            campaign_id: record.campaign_id,
            prospect_id: record.prospect_id,
            account_id: record.account_id,
            node_id: record.node_id,
            variant_id: record.variant_id,
            position: task.position,
            subject: email.map(|message| message.and_then(|message| message.subject.as_deref())),
            body: message.and_then(|message| message.body.as_deref()),
            body_html: email.map(|message| message.and_then(|message| message.body_html.as_deref())),
            signature: email.map(|message| message.and_then(|message| message.signature.as_deref())),
            is_reply: email.map(|message| message.map(|message| message.is_reply)),
            in_reply_to: email.map(|message| message.and_then(|message| message.in_reply_to)),
            unsubscribe_token: email.map(|_| task.unsubscribe_token),
            list_unsubscribe,
            list_unsubscribe_post: list_unsubscribe.map(list_unsubscribe_post),
            open_token: email.map(|_| task.open_token),
            attempts: record.attempts,
            claimed_at: record.claimed_at,
            send_at: record.send_at,
            leased_until: record.leased_until,
            status: record.status,
            at: record.at,
            opened_at: record.opened_at,
            note: record.note.as_deref(),
            provider_id: record.provider_id.as_deref(),
            prospect: task.prospect.as_ref(),
            account: task.account.as_ref(),
            is_forgotten: task.is_forgotten,
        }
    }
}
