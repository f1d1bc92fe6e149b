//! Previewing the messages of a campaign.

use serde::Serialize;

use crate::campaign;
use crate::error::{Error, Problem, Result};
use crate::id::{AccountId, ProspectId};
use crate::message::draft;
use crate::message::{Delivery, MessagePreview, MessageTemplates};
use crate::people::prospect;
use crate::request::result_size::{PREVIEW_MAX, Room, TextSize};
use crate::request::setters::setters;
use crate::request::{Fields, Input, Issues, Request, RequestType};
use crate::store::session::Session;

/// Every message of a campaign, as one prospect gets it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct MessagePreviews {
    /// The messages in the order of the sequence.
    pub messages: Vec<MessagePreview>,
    /// Where the next ones begin; none where these are the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub next_cursor: Option<String>,
}

/// From which account to preview messages, and from which message on.
#[derive(Clone, Debug, Default)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct PreviewMessages {
    /// One of the campaign's senders; the first of them where none is given.
    pub account_id: Option<AccountId>,
    /// The `next_cursor` of the messages before.
    pub cursor: Option<String>,
}

setters!(PreviewMessages {
    optional account_id: AccountId;
    text cursor;
});

/// A checked [`PreviewMessages`].
#[derive(Clone, Copy, Debug)]
pub struct PreviewQuery {
    account: Option<AccountId>,
    /// The place in the sequence from which on messages are shown.
    first: usize,
}

fn check(account: Option<AccountId>, cursor: Option<&str>, mut issues: Issues) -> Result<PreviewQuery> {
    let first = cursor.map_or(Ok(0), |cursor| cursor.parse().map_err(|_| Problem::MalformedCursor));
    let first = issues.keep("cursor", first);
    issues.finish(first.map(|first| PreviewQuery { account, first }))
}

impl RequestType for PreviewMessages {
    type Checked = PreviewQuery;
}

impl Request<PreviewMessages> for PreviewMessages {
    fn parse(self) -> Result<PreviewQuery> {
        check(self.account_id, self.cursor.as_deref(), Issues::default())
    }
}

impl Request<PreviewMessages> for Input {
    fn parse(self) -> Result<PreviewQuery> {
        let mut issues = Issues::default();
        let mut fields = Fields::of_query(self, &mut issues);
        let (account, cursor) = (fields.id("account_id"), fields.text("cursor"));
        fields.refuse_rest(&["account_id", "cursor"]);
        check(account, cursor.as_deref(), issues)
    }
}

impl Session<'_> {
    /// Renders every message of a prospect's campaign for this prospect, from one of its senders
    /// (`docs/rules.md#templates`); at most 1 MiB of text but at least one message, the rest with the next call.
    /// `%unsubscribe_url%` reads `https://example.com/unsubscribe`: the person's own link is made when the message is handed
    /// out. Takes a [`PreviewMessages`].
    ///
    /// # Errors
    /// `prospect_not_found`; `invalid_input` with `sender_not_found` for an account that the campaign does not send
    /// from, and for a malformed cursor.
    pub fn preview_messages(
        &mut self,
        prospect: impl Request<ProspectId>,
        request: impl Request<PreviewMessages>,
    ) -> Result<MessagePreviews> {
        let id = prospect.parse()?;
        let request = request.parse()?;
        self.read(|snapshot, user| {
            let prospect = prospect::rows::find(snapshot, user, id)?.ok_or(Error::ProspectNotFound)?;
            let campaign = campaign::rows::find(snapshot, user, prospect.campaign_id)?;
            let campaign = campaign.ok_or(Error::ProspectNotFound)?;
            let senders = campaign::rows::sender_accounts(snapshot, &campaign)?;
            let mut senders = senders.iter();
            let sender = match request.account {
                Some(id) => senders.find(|sender| sender.id == id),
                None => senders.next(),
            };
            let sender = sender.ok_or_else(|| Error::invalid("account_id", Problem::SenderNotFound))?;
            let templates = MessageTemplates::of(&campaign);
            let (mut messages, mut room) = (Vec::new(), Room::of(PREVIEW_MAX));
            for message in templates.messages.iter().filter(|message| message.position >= request.first) {
                let personal = draft::personal(snapshot, &templates, message, id)?;
                let draft = draft::rows::find(snapshot, id, message.node_id)?;
                let draft = draft.filter(|draft| draft.counts(&personal, &prospect));
                let own = draft::of_message(snapshot, &templates, message, &prospect)?;
                let delivery = Delivery::looked_at(id, &prospect.person, sender);
                let mut preview = templates.render(&own, &delivery);
                preview.written = draft.map(|draft| (draft.origin, draft.is_stale(&personal, &prospect)));
                if !room.take(preview.text_size()) {
                    return Ok(MessagePreviews { messages, next_cursor: Some(message.position.to_string()) });
                }
                messages.push(preview);
            }
            Ok(MessagePreviews { messages, next_cursor: None })
        })
    }
}
