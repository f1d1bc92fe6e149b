//! Looking at what a campaign says before it does.

use serde::Serialize;

use crate::account;
use crate::campaign;
use crate::draft;
use crate::error::{Error, Problem, Result};
use crate::id::{AccountId, ProspectId};
use crate::input::{Fields, Input, Issues, Request};
use crate::message::{MessagePreview, Script};
use crate::prospect;
use crate::session::Session;

/// What every message of a campaign says to one prospect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct MessagePreviews {
    /// The messages in the order of the sequence.
    #[cfg_attr(feature = "typescript", ts(as = "Vec<crate::typescript::MessagePreview>"))]
    pub messages: Vec<MessagePreview>,
}

/// From which account to preview messages.
#[derive(Clone, Copy, Debug, Default)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct PreviewMessages {
    /// One of the campaign's senders; the first of them where none is given.
    #[cfg_attr(feature = "typescript", ts(as = "Option<String>"))]
    pub account_id: Option<AccountId>,
}

impl Request<PreviewMessages> for PreviewMessages {
    fn parse(self) -> Result<PreviewMessages> {
        Ok(self)
    }
}

impl Request<PreviewMessages> for Input {
    fn parse(self) -> Result<PreviewMessages> {
        let mut issues = Issues::default();
        let mut fields = Fields::of_query(self, &mut issues);
        let account_id = fields.id("account_id");
        fields.refuse_rest(&["account_id"]);
        issues.finish(Some(PreviewMessages { account_id }))
    }
}

impl Session<'_> {
    /// Renders every message of a prospect's campaign for this prospect, from one of its senders (SPEC §7).
    ///
    /// # Errors
    /// `prospect_not_found`; `invalid_input` with `sender_not_found` for an account that the campaign does not send
    /// from.
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
            let senders = account::rows::senders(snapshot, &campaign)?;
            let mut senders = senders.iter();
            let sender = match request.account_id {
                Some(id) => senders.find(|sender| sender.id == id),
                None => senders.next(),
            };
            let sender = sender.ok_or_else(|| Error::invalid("account_id", Problem::SenderNotFound))?;
            let script = Script::of(&campaign);
            let mut messages = Vec::with_capacity(script.messages.len());
            for message in &script.messages {
                let draft = draft::rows::find(snapshot, id, message.node_id)?;
                let draft = draft.filter(|draft| draft.counts(message, &prospect));
                let own = draft::of_message(snapshot, &script, message, &prospect)?;
                let mut preview = script.render(own.as_ref().unwrap_or(message), &prospect.person, sender);
                preview.written = draft.map(|draft| (draft.origin, draft.is_stale(message, &prospect)));
                messages.push(preview);
            }
            Ok(MessagePreviews { messages })
        })
    }
}
