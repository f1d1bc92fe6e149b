//! Handing a message out: who it goes to is looked at once more, then it is written and leased.

use super::late::pass_over;
use crate::account::Account;
use crate::campaign::sequence::Step;
use crate::channel::Channel;
use crate::error::{Result, or_bug};
use crate::message::MessagePreview;
use crate::message::written;
use crate::people::overlap;
use crate::people::prospect::{self, Prospect, ProspectStatus};
use crate::people::suppression::rows::Suppressions;
use crate::request::answer::TextSize;
use crate::sending::counts::Tally;
use crate::sending::outbox::request::Claim;
use crate::sending::queue::{self, Lane, Line, Progress, finish};
use crate::sending::rest;
use crate::sending::scheduler::load::Running;
use crate::sending::scheduler::{Health, Index, Turn};
use crate::sending::task::{self, EmailTask, IdempotencyKey, Task, TaskStatus, TaskType, Token};
use crate::store::{Tx, known};
use crate::time::Instant;
use crate::user::User;

/// A message that can be handed out.
pub(super) struct Ready {
    pub(super) turn: Turn,
    prospect: Prospect,
    pub(super) progress: Progress,
    written: MessagePreview,
    account: Account,
}

impl TextSize for Ready {
    fn text_size(&self) -> usize {
        self.written.text_size() + self.prospect.text_size() + self.account.text_size()
    }
}

/// Gives up a task whose lease ran out.
fn lose(tx: &Tx<'_>, progress: &Progress) -> Result<()> {
    match progress.task {
        Some(task) => task::rows::set_status(tx, task, TaskStatus::Lost),
        None => Ok(()),
    }
}

/// Hands out for one claim.
pub(super) struct Lessor<'c, 't> {
    user: &'c User,
    claim: &'c Claim,
    suppressions: [Option<Suppressions<'t>>; 2],
}

impl<'c, 't> Lessor<'c, 't> {
    pub(super) const fn new(user: &'c User, claim: &'c Claim) -> Self {
        Self { user, claim, suppressions: [None, None] }
    }

    /// What can be handed out in a turn, which goes to another sender where the one that has it cannot write the message; none,
    /// where the prospect is skipped, the message is not needed any more or no one can write it.
    pub(super) fn ready(
        &mut self,
        tx: &mut Tx<'t>,
        running: &mut Running,
        turn: Turn,
        tally: &mut Tally,
    ) -> Result<Option<Ready>> {
        let (campaign, _) = &running.campaigns[turn.run];
        let channel = campaign.settings.channel();
        let prospect = known(prospect::rows::get(tx, turn.place.prospect, channel)?)?;
        let progress = known(queue::rows::find(tx, turn.place.prospect)?)?;
        let identity = known(prospect.person.identity(channel))?;

        let suppressions = or_bug(self.suppressions.get_mut(channel as usize))?;
        let suppressions = match suppressions {
            Some(known) => known,
            none => none.insert(Suppressions::of(tx, self.user.id, channel)?),
        };
        let is_held = || match campaign.skips_other_campaigns() {
            true => overlap::other(tx, campaign, identity, tx.now()).map(|other| other.is_some()),
            false => Ok(false),
        };
        if suppressions.covers(identity)? || is_held()? {
            finish(tx, prospect.id, prospect.status, ProspectStatus::Skipped, tally)?;
            return Ok(None);
        }
        if turn.kind == TaskType::ConnectionRequest && progress.is_connected {
            let run = &running.agenda.runs[turn.run];
            queue::mark(tx, prospect.id, prospect.status, ProspectStatus::Connected, tally)?;
            pass_over(tx, &run.route, progress, ProspectStatus::Connected, tally)?;
            return Ok(None);
        }
        let others = running.agenda.others(&turn);
        for link in [turn.link].into_iter().chain(others) {
            let turn = Turn { link, ..turn };
            if let Some(written) = write(tx, running, &turn, &prospect)? {
                let account = running.account(turn.run, turn.link).clone();
                return Ok(Some(Ready { turn, prospect, progress, written, account }));
            }
        }
        lose(tx, &progress)?;
        let held = Progress { lane: Lane::Wait, ready: Instant::LAST, task: None, is_unresolved: true, ..progress };
        queue::rows::update(tx, &held)?;
        Ok(None)
    }

    pub(super) fn lease(&self, tx: &mut Tx<'t>, running: &Running, ready: Ready) -> Result<Task> {
        let Ready { turn, prospect, progress, written, account } = ready;
        let email = match written.subject {
            Some(subject) => Some(self.email(tx, running, &turn, &prospect, subject, written.signature)?),
            None => None,
        };
        if let Some(identity) = prospect.person.identity(Channel::Linkedin).filter(|_| email.is_none()) {
            overlap::take(tx, self.user.id, prospect.id, identity)?;
        }
        lose(tx, &progress)?;
        let stored = task::rows::Stored {
            id: tx.new_id()?,
            account: account.id,
            campaign: prospect.campaign_id,
            prospect: prospect.id,
            node: written.node_id,
            kind: turn.kind,
            status: TaskStatus::Claimed,
            at: Some(tx.now()),
            open_token: email.as_ref().and_then(|email| email.open_token),
            opened_at: None,
            generation: progress.generation,
        };
        task::rows::insert(tx, &stored)?;
        let leased_until = tx.now().plus_ms(self.claim.lease_ms);
        let sender = u16::try_from(turn.link.place()).unwrap_or(u16::MAX);
        let lane = Lane::bound(Line::Handed, sender, turn.kind);
        let (position, attempts, generation) = (progress.position, progress.failures, progress.generation);
        let leased = Progress {
            lane,
            ready: leased_until,
            sender: Some(sender),
            task: Some(stored.id),
            place: Some(tx.now()),
            is_first: turn.from.is_first(),
            ..progress
        };
        queue::rows::store(tx, &leased)?;
        let sender = running.agenda.runs[turn.run].links[turn.link].sender;
        if running.agenda.senders[sender].health != Health::Works {
            rest::probing(tx, account.id, stored.id, leased_until)?;
        }
        Ok(Task {
            id: stored.id,
            idempotency_key: IdempotencyKey::of(prospect.id, written.node_id, generation),
            kind: turn.kind,
            node_id: written.node_id,
            position,
            prospect,
            account,
            body: written.body,
            email,
            attempts,
            claimed_at: tx.now(),
            leased_until,
        })
    }

    /// What only an email carries.
    fn email(
        &self,
        tx: &mut Tx<'t>,
        running: &Running,
        turn: &Turn,
        prospect: &Prospect,
        subject: String,
        signature: Option<String>,
    ) -> Result<EmailTask> {
        let (campaign, _) = &running.campaigns[turn.run];
        let node = or_bug(campaign.sequence_nodes.get(usize::from(turn.place.position)))?;
        let is_reply = matches!(node.step, Step::Email { is_reply: true, .. });
        let before = if is_reply { task::rows::last_node(tx, prospect.id, node.id)? } else { None };
        let unsubscribe_token = match task::rows::unsubscribe_token(tx, prospect.id)? {
            Some(token) => token,
            None => {
                let token = Token(tx.random()?);
                let identity = or_bug(prospect.person.identity(Channel::Email))?;
                task::rows::insert_unsubscribe_token(tx, self.user.id, prospect.id, identity, token)?;
                token
            }
        };
        let tracks = campaign.settings.email().is_some_and(|email| email.open_tracking);
        Ok(EmailTask {
            subject,
            signature,
            is_reply,
            in_reply_to: before.map(|(node, generation)| IdempotencyKey::of(prospect.id, node, generation)),
            unsubscribe_token,
            list_unsubscribe: self.claim.list_unsubscribe(unsubscribe_token),
            open_token: if tracks { Some(Token(tx.random()?)) } else { None },
        })
    }
}

/// What a turn says; none, if it cannot be written.
fn write(tx: &Tx<'_>, running: &Running, turn: &Turn, prospect: &Prospect) -> Result<Option<MessagePreview>> {
    let (_, script) = &running.campaigns[turn.run];
    let account = running.account(turn.run, turn.link);
    let message = or_bug(script.message(turn.place.position))?;
    let own = written::of_message(tx, script, message, prospect)?;
    let written = script.render(own.as_ref().unwrap_or(message), &prospect.person, account);
    let is_writable = written.unresolved.is_empty() && !written.too_long;
    Ok(is_writable.then_some(written))
}
