//! Handing a message out: the prospect is checked once more, then the message is written and leased.

use super::super::chain::back_to;
use super::held_messages::HeldMessages;
use super::late_follow_ups::pass_over;
use crate::account::Account;
use crate::campaign::Campaign;
use crate::campaign::sequence::Step;
use crate::channel::Channel;
use crate::error::{Result, or_bug};
use crate::id::{TaskId, UserId};
use crate::message::template::UNSUBSCRIBE_URL;
use crate::message::{Delivery, MessagePreview, draft};
use crate::people::overlap;
use crate::people::prospect::{self, Prospect, ProspectStatus};
use crate::people::suppression::rows::Suppressions;
use crate::request::result_size::{ROW, TextSize};
use crate::request::token::Token;
use crate::sending::failing_sender;
use crate::sending::outbox::request::Claim;
use crate::sending::progress::{self, Next, Progress, QueueKey, SenderQueue, finish};
use crate::sending::reason::Reason;
use crate::sending::scheduler::load::{Loaded, route_to};
use crate::sending::scheduler::{CampaignZone, DueMessage, Health, Index, QueueKind};
use crate::sending::stats::Tally;
use crate::sending::task::chain;
use crate::sending::task::message::rows::MessageRef;
use crate::sending::task::message::{StoredMessage, TaskMessage};
use crate::sending::task::{self, EmailTask, IdempotencyKey, Task, TaskStatus, TaskType};
use crate::sending::unsubscribe::{self, UnsubscribeToken};
use crate::store::{Tx, or_corrupt};
use crate::time::Instant;
use crate::user::{self, User};

/// A message that can be handed out.
pub(super) struct ReadyMessage {
    pub(super) message: DueMessage,
    prospect: Prospect,
    pub(super) progress: Progress,
    text: ReadyText,
    account: Account,
}

impl ReadyMessage {
    /// The zone of what comes after it: the one that the prospect has now, as far as the campaign was loaded for it.
    pub(super) fn zone(&self, loaded: &Loaded) -> CampaignZone {
        let its = &loaded.scheduler.campaigns[self.message.campaign];
        let (campaign, _) = &loaded.campaigns[self.message.campaign];
        its.zone_of(self.prospect.person.time_zone().filter(|_| campaign.follow_prospect_zone))
    }

    /// What comes after it.
    pub(super) fn after(&self, loaded: &Loaded, zone: CampaignZone, now: Instant) -> Next {
        let its = &loaded.scheduler.campaigns[self.message.campaign];
        self.progress.after(its.route(Some(its.link_in(self.message.link, zone)), zone), now)
    }
}

impl TextSize for ReadyMessage {
    fn text_size(&self) -> usize {
        let text = match &self.text {
            ReadyText::Written(written) => written.text_size(),
            ReadyText::Stored(message) => ROW + message.text_size(),
        };
        text + self.prospect.text_size() + self.account.text_size()
    }
}

/// The texts of a message that can be handed out.
enum ReadyText {
    Written(Box<MessagePreview>),
    /// As it was handed out before.
    Stored(StoredMessage),
}

/// The result of writing a message.
enum Written {
    Done(Box<MessagePreview>),
    /// It needs a link to unsubscribe, and nothing else.
    AwaitsLink,
    /// It cannot be written.
    Unresolved,
}

fn message_ref(loaded: &Loaded, message: &DueMessage, generation: u32) -> Result<MessageRef> {
    let (_, templates) = &loaded.campaigns[message.campaign];
    let node = or_bug(templates.message(message.place.position))?.node_id;
    Ok(MessageRef { prospect: message.place.prospect, node, generation })
}

/// Gives up a task whose lease ran out.
fn lose(tx: &Tx<'_>, progress: &Progress) -> Result<()> {
    match progress.task {
        Some(task) => task::rows::set_status(tx, task, TaskStatus::Lost),
        None => Ok(()),
    }
}

/// Puts a person back to the first of the tasks that were claimed ahead for them and not completed, which is handed out again
/// before those after it; whether there is one.
fn go_back(tx: &Tx<'_>, user: UserId, campaign: &Campaign, progress: &Progress) -> Result<bool> {
    let Some(last) = progress.task else { return Ok(false) };
    let Some(first) = chain::first_unfinished(tx, last)? else { return Ok(false) };
    let first = or_corrupt(task::rows::find(tx, user, first)?)?;
    let back = back_to(tx, campaign, &first, progress.clone())?;
    progress::rows::update(tx, &Progress { ready: tx.now().plus_ms(1), ..back })?;
    Ok(true)
}

/// Leases the messages of one claim.
pub(super) struct LeaseIssuer<'c, 't> {
    user: &'c User,
    claim: &'c Claim,
    suppressions: [Option<Suppressions<'t>>; 2],
    /// How many messages wait for a link to unsubscribe that the claim does not name.
    pub(super) awaiting_link: usize,
    /// The messages that could not be written.
    pub(super) unwritten: HeldMessages,
    /// Whether it hands out what is not due yet: what else a claim does has time until then.
    pub(super) is_ahead: bool,
}

impl<'c, 't> LeaseIssuer<'c, 't> {
    pub(super) fn new(user: &'c User, claim: &'c Claim) -> Self {
        let unwritten = HeldMessages::default();
        Self { user, claim, suppressions: [None, None], awaiting_link: 0, unwritten, is_ahead: false }
    }

    /// The message to hand out, from another sender where its own cannot write it; none, where the prospect is skipped, the
    /// message is not needed any more or cannot be written.
    pub(super) fn ready(
        &mut self,
        tx: &mut Tx<'t>,
        loaded: &mut Loaded,
        message: DueMessage,
        tally: &mut Tally,
    ) -> Result<Option<ReadyMessage>> {
        let (campaign, _) = &loaded.campaigns[message.campaign];
        let channel = campaign.settings.channel();
        let prospect = or_corrupt(prospect::rows::get(tx, message.place.prospect, channel)?)?;
        let progress = or_corrupt(progress::rows::find(tx, message.place.prospect)?)?;
        let identity = or_corrupt(prospect.person.identity(channel))?;

        let suppressions = or_bug(self.suppressions.get_mut(channel as usize))?;
        let suppressions = match suppressions {
            Some(known) => known,
            none => none.insert(Suppressions::of(tx, self.user.id, channel)?),
        };
        let is_held = || match campaign.skips_other_campaigns() {
            true => overlap::other(tx, campaign, identity, tx.now()).map(|other| other.is_some()),
            false => Ok(false),
        };
        if suppressions.covers_person(&prospect.person)? || is_held()? {
            finish(tx, prospect.id, prospect.status, ProspectStatus::Skipped, tally)?;
            return Ok(None);
        }
        if message.kind == TaskType::ConnectionRequest && progress.is_connected {
            let sender = loaded.account(message.campaign, message.link).id;
            let (route, zone) = route_to(tx, self.user, campaign, Some(sender), prospect.id)?;
            progress::mark(tx, prospect.id, prospect.status, ProspectStatus::Connected, tally)?;
            pass_over(tx, &route, Progress { zone, ..progress }, ProspectStatus::Connected, tally)?;
            return Ok(None);
        }
        if go_back(tx, self.user.id, campaign, &progress)? {
            return Ok(None);
        }
        let of = message_ref(loaded, &message, progress.generation)?;
        // People without a sender were handed nothing.
        let stored = if message.from == QueueKind::Fresh { None } else { task::message::rows::find(tx, of)? };
        if let Some(stored) = stored {
            let account = loaded.account(message.campaign, message.link).clone();
            return Ok(Some(ReadyMessage { message, prospect, progress, text: ReadyText::Stored(stored), account }));
        }
        let others = loaded.scheduler.others(&message);
        let mut awaits_link = false;
        for link in [message.link].into_iter().chain(others) {
            let message = DueMessage { link, ..message };
            match self.write(tx, loaded, &message, &prospect)? {
                Written::Done(written) => {
                    let account = loaded.account(message.campaign, message.link).clone();
                    let text = ReadyText::Written(written);
                    return Ok(Some(ReadyMessage { message, prospect, progress, text, account }));
                }
                Written::AwaitsLink => awaits_link = true,
                Written::Unresolved => {}
            }
        }
        if self.is_ahead {
            return Ok(None);
        }
        lose(tx, &progress)?;
        progress::rows::update(tx, &progress.unresolved(awaits_link))?;
        let reason = if awaits_link { Reason::UnsubscribeUrlMissing } else { Reason::MessageUnresolved };
        let sender = (message.from != QueueKind::Fresh).then(|| loaded.account(message.campaign, message.link).id);
        self.unwritten.add(reason, sender, 1);
        if awaits_link {
            self.awaiting_link += 1;
            user::rows::set_awaits_link(tx, self.user.id, true)?;
        }
        Ok(None)
    }

    /// Leases a message; `after` is the task of the same prospect that is to be sent before it.
    pub(super) fn lease(
        &self,
        tx: &mut Tx<'t>,
        loaded: &Loaded,
        ready: ReadyMessage,
        after: Option<TaskId>,
    ) -> Result<Task> {
        let ReadyMessage { message, prospect, progress, text, account } = ready;
        let of = message_ref(loaded, &message, progress.generation)?;
        let is_email = message.kind == TaskType::Email;
        let token = is_email.then(|| unsubscribe::token(tx, self.user.id, &prospect)).transpose()?;
        let (variant, text) = match text {
            ReadyText::Stored(text) => (task::rows::variant(tx, of.prospect, of.node)?, text),
            ReadyText::Written(written) => {
                let variant = written.variant_id;
                (variant, self.text(tx, loaded, &message, (&prospect, progress.generation), *written, token)?)
            }
        };
        let (email, body) = email(tx, loaded, &message, text, token)?;
        if let Some(identity) = prospect.person.identity(Channel::Linkedin).filter(|_| email.is_none()) {
            overlap::take(tx, self.user.id, prospect.id, identity)?;
        }
        lose(tx, &progress)?;
        let stored = task::rows::StoredTask {
            id: tx.new_id()?,
            account: account.id,
            campaign: prospect.campaign_id,
            prospect: prospect.id,
            node: of.node,
            kind: message.kind,
            status: TaskStatus::Claimed,
            at: Some(tx.now()),
            send_at: Some(tx.now()).filter(|_| self.is_ahead),
            after,
            open_token: email.as_ref().and_then(|email| email.open_token),
            opened_at: None,
            generation: progress.generation,
            failures: Some(progress.failures),
            variant,
            marks: 0,
        };
        task::rows::insert(tx, &stored)?;
        let leased_until = tx.now().plus_ms(self.claim.lease_ms);
        let link = &loaded.scheduler.campaigns[message.campaign].links[message.link];
        let sender = u16::try_from(link.position.place()).unwrap_or(u16::MAX);
        let lane = QueueKey::bound(SenderQueue::Handed, sender, message.kind);
        let leased = Progress {
            lane,
            ready: leased_until,
            sender: Some(sender),
            task: Some(stored.id),
            place: Some(tx.now()),
            is_first: message.from.is_first(),
            ..progress
        };
        progress::rows::store(tx, &leased)?;
        if loaded.scheduler.senders[link.sender].health != Health::Works {
            failing_sender::probing(tx, account.id, stored.id, leased_until)?;
        }
        Ok(Task {
            id: stored.id,
            idempotency_key: IdempotencyKey::of(of.prospect, of.node, of.generation),
            kind: message.kind,
            node_id: of.node,
            variant_id: variant,
            position: leased.position,
            prospect,
            account,
            body,
            email,
            attempts: leased.failures,
            claimed_at: tx.began(),
            send_at: tx.now(),
            leased_until,
        })
    }

    /// Stores the texts of a message that is handed out for the first time.
    fn text(
        &self,
        tx: &mut Tx<'t>,
        loaded: &Loaded,
        message: &DueMessage,
        (prospect, generation): (&Prospect, u32),
        written: MessagePreview,
        token: Option<UnsubscribeToken>,
    ) -> Result<StoredMessage> {
        let (campaign, _) = &loaded.campaigns[message.campaign];
        let node = or_bug(campaign.sequence_nodes.get(usize::from(message.place.position)))?;
        let (is_reply, text_only) = match node.step {
            Step::Email { is_reply, text_only, .. } => (is_reply, text_only),
            _ => (false, false),
        };
        let before = if is_reply { task::rows::last_node(tx, prospect.id, node.id)? } else { None };
        let list_unsubscribe = self.claim.unsubscribe_url.as_ref().zip(token);
        let list_unsubscribe = list_unsubscribe.map(|(url, token)| format!("<{}>", url.link(token)));
        let tracks = campaign.settings.email().is_some_and(|email| email.open_tracking);
        let open_url = self.claim.open_url.clone().filter(|_| tracks && !text_only);
        let text = StoredMessage {
            subject: written.subject,
            body: written.body,
            signature: written.signature,
            is_reply,
            text_only,
            in_reply_to: before.map(|(node, generation)| IdempotencyKey::of(prospect.id, node, generation)),
            list_unsubscribe,
            open_url,
        };
        task::message::rows::insert(tx, MessageRef { prospect: prospect.id, node: node.id, generation }, &text)?;
        Ok(text)
    }

    /// Writes a message that is due.
    fn write(&self, tx: &mut Tx<'t>, loaded: &Loaded, due: &DueMessage, prospect: &Prospect) -> Result<Written> {
        let (_, templates) = &loaded.campaigns[due.campaign];
        let sender = loaded.account(due.campaign, due.link);
        let message = or_bug(templates.message(due.place.position))?;
        let message = &*draft::of_message(tx, templates, message, prospect)?;
        let link = match &self.claim.unsubscribe_url {
            Some(url) if templates.has_link(message) => Some(url.link(unsubscribe::token(tx, self.user.id, prospect)?)),
            _ => None,
        };
        let delivery = Delivery { id: prospect.id, prospect: &prospect.person, sender, link: link.as_deref() };
        let written = templates.render(message, &delivery);
        Ok(match written.unresolved.as_slice() {
            _ if written.too_long => Written::Unresolved,
            [] => Written::Done(Box::new(written)),
            [only] if only == UNSUBSCRIBE_URL && templates.has_link(message) => Written::AwaitsLink,
            _ => Written::Unresolved,
        })
    }
}

/// The fields that only an email has, if it is one, and the body.
fn email(
    tx: &mut Tx<'_>,
    loaded: &Loaded,
    message: &DueMessage,
    text: StoredMessage,
    token: Option<UnsubscribeToken>,
) -> Result<(Option<EmailTask>, Option<String>)> {
    let Some(unsubscribe_token) = token.filter(|_| text.subject.is_some()) else { return Ok((None, text.body)) };
    let (campaign, _) = &loaded.campaigns[message.campaign];
    let tracks = campaign.settings.email().is_some_and(|email| email.open_tracking);
    let open_token = if tracks { Some(Token(tx.random()?)) } else { None };
    let TaskMessage { subject, body, body_html, signature, is_reply, in_reply_to, list_unsubscribe } =
        text.of_task(open_token);
    let email = EmailTask {
        subject: subject.unwrap_or_default(),
        body_html,
        signature,
        is_reply,
        in_reply_to,
        unsubscribe_token,
        list_unsubscribe,
        open_token,
    };
    Ok((Some(email), body))
}
