//! Writing messages for prospects: from templates, by hand, and by a language model of the host.

use std::borrow::Cow;

use super::request::{EditMessage, MessageCursor, ResolveMessages, Submissions, SubmitMessages, Texts};
use super::{
    MessageInput, MessageRequest, MessageRequestPage, Resolved, Submission, Submitted, WrittenMessage, check, personal,
    rows,
};
use crate::account::Account;
use crate::campaign::{self, Campaign};
use crate::error::{Error, Result};
use crate::id::{CampaignId, NodeId, ProspectId, UserId};
use crate::message::{Message, MessageOrigin, MessageTemplates};
use crate::people::prospect::{self, Prospect};
use crate::request::page::{ListPage, PageRequest};
use crate::request::result_size::{Room, TEXT_MAX, TextSize};
use crate::request::{Issues, Request};
use crate::sending::progress::{self, QueueKey, SenderQueue};
use crate::sending::task;
use crate::sending::task::message::rows::MessageRef;
use crate::store::event::Change;
use crate::store::pace::{Pace, Unpaced, at_once};
use crate::store::session::Session;
use crate::store::{Snapshot, Tx};

impl Session<'_> {
    /// Writes the messages of a campaign that are still to be sent, one for each prospect and node: the template with the
    /// values of the prospect filled in. Those that were edited or generated stay. Nothing else changes: prospects without a
    /// draft are sent the template as before. Takes a [`ResolveMessages`].
    ///
    /// # Errors
    /// `campaign_not_found`; `prospect_not_found` for one that is not of the campaign; `invalid_input`.
    pub fn resolve_messages(
        &mut self,
        campaign: impl Request<CampaignId>,
        request: impl Request<ResolveMessages>,
    ) -> Result<Resolved> {
        at_once(self.resolve_messages_paced(campaign, request, &mut Unpaced))
    }

    /// The same with pauses. Progress counts the prospects.
    ///
    /// # Errors
    /// As [`resolve_messages`](Self::resolve_messages); `cancelled`. Nothing is written.
    pub async fn resolve_messages_paced(
        &mut self,
        campaign: impl Request<CampaignId>,
        request: impl Request<ResolveMessages>,
        pace: &mut dyn Pace,
    ) -> Result<Resolved> {
        let id = campaign.parse()?;
        let request = request.parse()?;
        self.write_paced(pace, async |tx, user, work| {
            let drafting = Drafting::of(tx, user, id)?;
            let mut answer = Resolved::default();
            let ids = match request.prospects {
                Some(ids) => ids,
                None => prospect::rows::open(tx, id)?,
            };
            work.begin(ids.len() as u64, 1);
            for (done, prospect) in (0..).zip(ids) {
                let prospect = drafting.prospect(tx, prospect)?;
                for message in drafting.left(tx, &prospect)? {
                    if work.reach(done) {
                        work.pause().await?;
                    }
                    let message = &*drafting.personal(tx, message, &prospect)?;
                    let existing = rows::find(tx, prospect.id, message.node_id)?;
                    if let Some(kept) = existing.as_ref().filter(|draft| draft.origin != MessageOrigin::Resolved) {
                        answer.kept += 1;
                        answer.stale += u32::from(kept.is_stale(message, &prospect));
                        continue;
                    }
                    let [subject, body] = message.fill(prospect.id, &prospect.person);
                    if [&subject, &body].into_iter().flatten().any(|filled| filled.is_none()) {
                        answer.unresolved += 1;
                        continue;
                    }
                    // A reply without a subject of its own goes on following its thread.
                    let subject = subject.flatten().filter(|_| message.thread.is_none());
                    let texts = Texts { subject, body: body.flatten().unwrap_or_default() };
                    drafting.store(tx, message, &prospect, MessageOrigin::Resolved, texts)?;
                    answer.resolved += 1;
                }
            }
            if answer.resolved > 0 {
                tx.record(user, Change::MessagesWritten { campaign_id: id })?;
            }
            Ok(answer)
        })
        .await
    }

    /// Writes a message for one prospect by hand. It is sent as it is, even if the template changes afterwards. A message that
    /// was handed out before keeps its text for further tries, unless it was deferred. Takes an [`EditMessage`].
    ///
    /// # Errors
    /// `prospect_not_found`; `node_not_found` for a node that sends nothing, too; `message_sent` if it was sent, or never
    /// will be; `invalid_input`: `empty_subject`, `empty_body`, `unknown_variable`, `unresolved_variable`, `note_too_long`,
    /// `subject_too_long`, `body_too_long`.
    pub fn edit_message(
        &mut self,
        prospect: impl Request<ProspectId>,
        node: impl Request<NodeId>,
        texts: impl Request<EditMessage>,
    ) -> Result<()> {
        let (id, node) = (prospect.parse()?, node.parse()?);
        let texts = texts.parse()?;
        self.write(|tx, user| {
            let (drafting, prospect) = Drafting::of_prospect(tx, user, id)?;
            let message = drafting.message(node)?;
            if !drafting.is_left(tx, &prospect, message)? {
                return Err(Error::MessageSent);
            }
            let personal = drafting.personal(tx, message, &prospect)?;
            drafting.check(&personal, &prospect, &texts, "")?;
            drafting.store(tx, &personal, &prospect, MessageOrigin::Edited, texts)?;
            progress::rows::release(tx, id)?;
            forget_deferred(tx, id, message)?;
            tx.record(user, Change::MessagesWritten { campaign_id: drafting.campaign.id })
        })
    }

    /// Deletes the text that was written for one prospect: the template is sent again.
    ///
    /// # Errors
    /// `prospect_not_found`; `node_not_found`.
    pub fn reset_message(&mut self, prospect: impl Request<ProspectId>, node: impl Request<NodeId>) -> Result<()> {
        let (id, node) = (prospect.parse()?, node.parse()?);
        self.write(|tx, user| {
            let (drafting, _) = Drafting::of_prospect(tx, user, id)?;
            let was_handed_out = forget_deferred(tx, id, drafting.message(node)?)?;
            if rows::delete(tx, id, node)? || was_handed_out {
                progress::rows::release(tx, id)?;
                tx.record(user, Change::MessagesWritten { campaign_id: drafting.campaign.id })?;
            }
            Ok(())
        })
    }

    /// Lists what a language model of the host can write: the messages that are still to be sent and were neither edited nor
    /// generated from their present input. A page has the messages of up to `limit` prospects; where they exceed 16 MiB it
    /// has fewer, and may end in the middle of a prospect's messages. Takes a [`ListPage`].
    ///
    /// # Errors
    /// `campaign_not_found`; `invalid_input`.
    pub fn message_requests(
        &mut self,
        campaign: impl Request<CampaignId>,
        page: impl Request<ListPage>,
    ) -> Result<MessageRequestPage> {
        let id = campaign.parse()?;
        let slice = page.parse()?.of_list::<MessageCursor>()?;
        self.read(|snapshot, user| {
            let drafting = Drafting::of(snapshot, user, id)?;
            let channel = drafting.campaign.settings.channel();
            let after = slice.after.map(MessageCursor::prospects);
            let prospects =
                prospect::rows::list_open(snapshot, id, channel, PageRequest { limit: slice.limit, after })?;
            let (prospects, next_cursor) = prospects.finish(|prospect| MessageCursor::after(prospect.id).cursor());
            let mut requests = Vec::new();
            let mut room = Room::of(TEXT_MAX);
            for prospect in &prospects {
                let first = slice.after.map_or(0, |left_off| left_off.first_of(prospect.id));
                for message in drafting.left(snapshot, prospect)?.filter(|message| message.position >= first) {
                    let message = &*drafting.personal(snapshot, message, prospect)?;
                    let existing = rows::find(snapshot, prospect.id, message.node_id)?;
                    let is_written = existing.is_some_and(|draft| {
                        draft.origin != MessageOrigin::Resolved && draft.counts(message, prospect)
                    });
                    if is_written {
                        continue;
                    }
                    let request = drafting.request(message, prospect);
                    if !room.take(request.text_size()) {
                        let next_cursor = Some(MessageCursor::within(prospect.id, message.position).cursor());
                        return Ok(MessageRequestPage { requests, next_cursor });
                    }
                    requests.push(request);
                }
            }
            Ok(MessageRequestPage { requests, next_cursor })
        })
    }

    /// Stores messages that a language model of the host wrote. Each message is stored, or refused with a reason in its
    /// outcome: `stale_input` if the template or the prospect changed since it was asked for.
    /// Takes a [`SubmitMessages`].
    ///
    /// # Errors
    /// `campaign_not_found`; `invalid_input` if the request is malformed; nothing is stored then.
    pub fn submit_messages(
        &mut self,
        campaign: impl Request<CampaignId>,
        request: impl Request<SubmitMessages>,
    ) -> Result<Submitted> {
        let id = campaign.parse()?;
        let Submissions(written) = request.parse()?;
        self.write(|tx, user| {
            let drafting = Drafting::of(tx, user, id)?;
            let mut answer = Submitted { stored: 0, outcomes: Vec::with_capacity(written.len()) };
            for (index, written) in written.into_iter().enumerate() {
                let outcome = match (drafting.prospect(tx, written.prospect), drafting.message(written.node)) {
                    (Ok(prospect), Ok(message)) => {
                        let path = format!("messages[{index}].");
                        drafting.submit(tx, message, &prospect, written.input, written.texts, &path)?
                    }
                    (Err(Error::ProspectNotFound), _) | (_, Err(Error::NodeNotFound)) => Submission::NotFound,
                    (Err(error), _) | (_, Err(error)) => return Err(error),
                };
                answer.stored += u32::from(outcome == Submission::StoredProspect);
                answer.outcomes.push(outcome);
            }
            if answer.stored > 0 {
                tx.record(user, Change::MessagesWritten { campaign_id: id })?;
            }
            Ok(answer)
        })
    }
}

/// Forgets what a message said when it was handed out, if it was deferred since: it is written anew. Whether it did. What is handed out, failed
/// or was lost may have reached the person, or the provider with its key, and stays as it is.
fn forget_deferred(tx: &Tx<'_>, prospect: ProspectId, message: &Message) -> Result<bool> {
    let Some(progress) = progress::rows::find(tx, prospect)? else { return Ok(false) };
    let is_next = usize::from(progress.position) == message.position;
    let is_handed = matches!(progress.lane, QueueKey::Bound { line: SenderQueue::Handed, .. });
    let of = MessageRef { prospect, node: message.node_id, generation: progress.generation };
    if is_next && !is_handed { task::message::rows::delete(tx, of) } else { Ok(false) }
}

/// A campaign whose messages are written.
struct Drafting {
    campaign: Campaign,
    templates: MessageTemplates,
    senders: Vec<Account>,
}

impl Drafting {
    fn of(snapshot: &Snapshot<'_>, user: UserId, id: CampaignId) -> Result<Self> {
        let campaign = campaign::rows::find(snapshot, user, id)?.ok_or(Error::CampaignNotFound)?;
        let (templates, senders) =
            (MessageTemplates::of(&campaign), campaign::rows::sender_accounts(snapshot, &campaign)?);
        Ok(Self { campaign, templates, senders })
    }

    fn of_prospect(snapshot: &Snapshot<'_>, user: UserId, id: ProspectId) -> Result<(Self, Prospect)> {
        let prospect = prospect::rows::find(snapshot, user, id)?.ok_or(Error::ProspectNotFound)?;
        Ok((Self::of(snapshot, user, prospect.campaign_id)?, prospect))
    }

    fn prospect(&self, snapshot: &Snapshot<'_>, id: ProspectId) -> Result<Prospect> {
        let prospect = prospect::rows::get(snapshot, id, self.campaign.settings.channel())?;
        prospect.filter(|prospect| prospect.campaign_id == self.campaign.id).ok_or(Error::ProspectNotFound)
    }

    fn message(&self, node: NodeId) -> Result<&Message> {
        self.templates.of_node(node).ok_or(Error::NodeNotFound)
    }

    /// The messages that are still to be sent to a prospect.
    fn left(&self, snapshot: &Snapshot<'_>, prospect: &Prospect) -> Result<impl Iterator<Item = &Message>> {
        let first = match progress::rows::find(snapshot, prospect.id)? {
            Some(progress) => usize::from(progress.position),
            None if prospect.status.is_final() => usize::MAX,
            None => 0,
        };
        Ok(self.templates.messages.iter().filter(move |message| message.position >= first))
    }

    fn is_left(&self, snapshot: &Snapshot<'_>, prospect: &Prospect, message: &Message) -> Result<bool> {
        Ok(self.left(snapshot, prospect)?.any(|left| left.node_id == message.node_id))
    }

    /// A message as a prospect is sent it, where nothing was written for them.
    fn personal<'d>(
        &'d self,
        snapshot: &Snapshot<'_>,
        message: &'d Message,
        prospect: &Prospect,
    ) -> Result<Cow<'d, Message>> {
        personal(snapshot, &self.templates, message, prospect.id)
    }

    fn check(&self, message: &Message, prospect: &Prospect, texts: &Texts, prefix: &str) -> Result<()> {
        let mut issues = Issues::default();
        let written = message.with_texts(texts.subject.as_deref(), &texts.body);
        check(&self.templates, &written, prospect, &self.senders, prefix, &mut issues);
        issues.finish(Some(()))
    }

    fn store(
        &self,
        tx: &Tx<'_>,
        message: &Message,
        prospect: &Prospect,
        origin: MessageOrigin,
        texts: Texts,
    ) -> Result<()> {
        let Texts { subject, body } = texts;
        let input = MessageInput::of(message, prospect);
        let draft = WrittenMessage {
            prospect: prospect.id,
            node: message.node_id,
            origin,
            variant: message.variant_id(),
            subject,
            body,
            input,
            updated_at: tx.now(),
        };
        rows::store(tx, &draft)
    }

    fn submit(
        &self,
        tx: &Tx<'_>,
        message: &Message,
        prospect: &Prospect,
        input: MessageInput,
        texts: Texts,
        path: &str,
    ) -> Result<Submission> {
        if !self.is_left(tx, prospect, message)? {
            return Ok(Submission::Over);
        }
        let existing = rows::find(tx, prospect.id, message.node_id)?;
        if existing.is_some_and(|draft| draft.origin == MessageOrigin::Edited) {
            return Ok(Submission::Edited);
        }
        let message = &*self.personal(tx, message, prospect)?;
        if input != MessageInput::of(message, prospect) {
            return Ok(Submission::StaleInput);
        }
        match self.check(message, prospect, &texts, path) {
            Ok(()) => {}
            Err(Error::InvalidInput(issues)) => return Ok(Submission::Invalid(*issues)),
            Err(error) => return Err(error),
        }
        self.store(tx, message, prospect, MessageOrigin::Generated, texts)?;
        progress::rows::release(tx, prospect.id)?;
        Ok(Submission::StoredProspect)
    }

    fn request(&self, message: &Message, prospect: &Prospect) -> MessageRequest {
        let [subject, body] = message.texts().map(|text| text.map(ToString::to_string));
        MessageRequest {
            prospect: prospect.clone(),
            node_id: message.node_id,
            position: message.position,
            word: message.word(),
            variant_id: message.variant_id(),
            subject,
            body,
            max_characters: self.senders.iter().filter_map(|sender| message.room(sender)).min(),
            input: MessageInput::of(message, prospect),
        }
    }
}
