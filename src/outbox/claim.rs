//! Claiming what is due.

use std::collections::HashSet;

use super::request::Claim;
use super::{Claimed, LatePolicy, settle};
use crate::account;
use crate::campaign::{self, Campaign};
use crate::channel::Channel;
use crate::draft;
use crate::error::Result;
use crate::event::Change;
use crate::id::UserId;
use crate::input::Request;
use crate::progress::{self, Allowance, Lane, Progress, finish};
use crate::prospect::{self, Prospect, ProspectStatus};
use crate::running::{Running, route};
use crate::scheduler::{From, Queue, Turn};
use crate::sequence::Step;
use crate::session::Session;
use crate::store::{Tx, known};
use crate::suppression::rows::Suppressions;
use crate::tally::Tally;
use crate::task::{self, EmailTask, IdempotencyKey, Task, TaskStatus, Token};
use crate::user::{self, User};

impl Session<'_> {
    /// Hands out what is due and leases it: until the lease ends, or the task is [completed](Session::complete), no one
    /// else is handed the same message. Follow-ups go before first messages, then what was due first (SPEC §4).
    ///
    /// Who must not be contacted any more is skipped on the way; invitations that were not accepted in time and
    /// sequences that ended are closed.
    ///
    /// # Errors
    /// `invalid_input`.
    pub fn claim_due(&mut self, request: impl Request<Claim>) -> Result<Claimed> {
        let claim = request.parse()?;
        self.write_at(claim.now, |tx, user| {
            let user = known(user::rows::find(tx, user)?)?;
            let campaigns = campaign::rows::active(tx, user.id, claim.channel)?;
            close_waits(tx, &user, &campaigns)?;
            if claim.late == LatePolicy::Skip {
                skip_late(tx, &user, &campaigns)?;
            }
            let mut tallies = vec![Tally::default(); campaigns.len()];
            let mut tasks = Vec::new();
            loop {
                let mut round = Round::begin(tx, &user, &claim, campaigns.clone(), claim.max - count(&tasks))?;
                let is_over = round.hand_out(tx, &mut tasks, &mut tallies)?;
                if is_over || count(&tasks) == claim.max {
                    break;
                }
            }
            for (campaign, tally) in campaigns.iter().zip(&tallies) {
                if tasks.iter().any(|task| task.prospect.campaign_id == campaign.id) {
                    tx.record(user.id, Change::TasksClaimed { campaign_id: campaign.id })?;
                }
                if *tally != Tally::default() {
                    settle(tx, user.id, campaign.id, tally)?;
                }
            }
            Ok(Claimed { tasks })
        })
    }
}

fn count(tasks: &[Task]) -> u32 {
    u32::try_from(tasks.len()).unwrap_or(u32::MAX)
}

/// Makes those final who waited for nothing more than an instant that has come. A campaign that is completed by it holds
/// no one any more.
fn close_waits(tx: &Tx<'_>, user: &User, campaigns: &[Campaign]) -> Result<()> {
    for campaign in campaigns {
        let mut tally = Tally::default();
        let waited = progress::rows::waited(tx, campaign.id, tx.now())?;
        let way = if waited.is_empty() { None } else { Some(route(user, campaign)?) };
        for progress in waited {
            let is_end = way.as_ref().is_some_and(|way| way.is_end(progress.position));
            let to = if is_end { ProspectStatus::Completed } else { ProspectStatus::TimedOut };
            let (_, from) = known(prospect::rows::status(tx, user.id, progress.prospect)?)?;
            finish(tx, progress.prospect, from, to, &mut tally)?;
        }
        if tally != Tally::default() {
            settle(tx, user.id, campaign.id, &tally)?;
        }
    }
    Ok(())
}

/// The turns of what was begun that came, since someone last claimed or changed something, in hours that are over.
fn late(tx: &Tx<'_>, user: &User, campaigns: &[Campaign]) -> Result<Vec<Turn>> {
    let mut from = tx.now();
    let mut since = Vec::with_capacity(campaigns.len());
    for campaign in campaigns {
        let mut last = campaign.updated_at;
        for account in account::rows::senders(tx, campaign)? {
            let claimed = task::rows::last_claim(tx, account.id)?;
            last = last.max(account.updated_at).max(claimed.unwrap_or(last));
        }
        from = from.min(last);
        since.push(last);
    }
    let mut running = Running::load(tx, user, campaigns.to_vec(), from)?;
    for ((run, campaign), since) in running.agenda.runs.iter_mut().zip(campaigns).zip(since) {
        for (sender, link) in (0..).zip(&mut run.links) {
            for allowance in Allowance::ALL {
                let lane = Lane::Begun { sender, allowance };
                let mut places = progress::rows::due(tx, campaign.id, lane, tx.now(), u32::MAX)?;
                for place in &mut places {
                    place.due = place.due.max(since);
                }
                places.sort_unstable();
                *link.queue_mut(From::Begun, allowance) = Queue::of(places);
            }
        }
    }
    Ok(running.agenda.missed(from, tx.now()))
}

/// Leaves out what is late.
fn skip_late(tx: &Tx<'_>, user: &User, campaigns: &[Campaign]) -> Result<()> {
    for turn in late(tx, user, campaigns)? {
        let Some(campaign) = campaigns.get(turn.run) else { continue };
        let Some(progress) = progress::rows::find(tx, turn.place.prospect)? else { continue };
        lose(tx, &progress)?;
        let next = route(user, campaign)?.after(progress.position, tx.now(), progress.is_connected);
        match progress.proceed(next, tx.now()) {
            Some(progress) => progress::rows::update(tx, &progress)?,
            None => {
                let (_, from) = known(prospect::rows::status(tx, user.id, turn.place.prospect)?)?;
                let mut tally = Tally::default();
                finish(tx, turn.place.prospect, from, ProspectStatus::Completed, &mut tally)?;
                settle(tx, user.id, campaign.id, &tally)?;
            }
        }
    }
    Ok(())
}

/// Gives up a task whose lease ran out.
fn lose(tx: &Tx<'_>, progress: &Progress) -> Result<()> {
    match progress.task {
        Some(task) => task::rows::set_status(tx, task, TaskStatus::Lost),
        None => Ok(()),
    }
}

/// One look at the queues.
struct Round<'c, 't> {
    user: &'c User,
    claim: &'c Claim,
    running: Running,
    suppressions: [Option<Suppressions<'t>>; 2],
    max: u32,
}

impl<'c, 't> Round<'c, 't> {
    fn begin(tx: &Tx<'t>, user: &'c User, claim: &'c Claim, campaigns: Vec<Campaign>, max: u32) -> Result<Self> {
        let late = if claim.late == LatePolicy::Send { late(tx, user, &campaigns)? } else { Vec::new() };
        let late: HashSet<_> = late.into_iter().map(|turn| turn.place.prospect).collect();
        let mut running = Running::load(tx, user, campaigns, tx.now())?;
        for run in &mut running.agenda.runs {
            let due = |lane| {
                let places = progress::rows::due(tx, run.campaign, lane, tx.now(), max)?;
                let has_more = places.len() == max as usize;
                Ok::<_, crate::error::Error>((places, has_more))
            };
            let (places, has_more) = due(Lane::Fresh)?;
            run.fresh = Queue::of(places).followed(has_more);
            for (sender, link) in (0..).zip(&mut run.links) {
                for allowance in Allowance::ALL {
                    let (places, has_more) = due(Lane::Begun { sender, allowance })?;
                    let (late, begun) = places.into_iter().partition(|place| late.contains(&place.prospect));
                    *link.queue_mut(From::Late, allowance) = Queue::of(late).followed(has_more);
                    *link.queue_mut(From::Begun, allowance) = Queue::of(begun).followed(has_more);
                }
            }
        }
        Ok(Self { user, claim, running, suppressions: [None, None], max })
    }

    /// Hands out turn by turn. Whether that was all: another round is needed where those who were skipped made room for
    /// others whom the queues did not hold.
    fn hand_out(&mut self, tx: &mut Tx<'t>, tasks: &mut Vec<Task>, tallies: &mut [Tally]) -> Result<bool> {
        let assigned: Vec<Vec<u32>> = self.assigned();
        let mut left = self.max;
        let mut ran_out = false;
        while left > 0
            && !ran_out
            && let Some(turn) = self.running.agenda.turn(tx.now())
        {
            let tally = known(tallies.get_mut(turn.run))?;
            match self.try_turn(tx, &turn, tally)? {
                Some(task) => {
                    self.running.agenda.take(&turn, tx.now());
                    tasks.push(task);
                    left -= 1;
                }
                None => self.running.agenda.dismiss(&turn),
            }
            ran_out = self.running.agenda.ran_out(&turn);
        }
        for (run, before) in self.running.agenda.runs.iter().zip(assigned) {
            for (link, before) in run.links.iter().zip(before) {
                let account = known(self.running.agenda.senders.get(link.sender))?.id;
                if link.assigned != before {
                    campaign::rows::set_assigned(tx, run.campaign, account, link.assigned)?;
                }
            }
        }
        Ok(!ran_out)
    }

    fn assigned(&self) -> Vec<Vec<u32>> {
        self.running.agenda.runs.iter().map(|run| run.links.iter().map(|link| link.assigned).collect()).collect()
    }

    /// The task of a turn; none, where the prospect is skipped or the message cannot be written.
    fn try_turn(&mut self, tx: &mut Tx<'t>, turn: &Turn, tally: &mut Tally) -> Result<Option<Task>> {
        let (campaign, script) = known(self.running.campaigns.get(turn.run))?;
        let channel = campaign.settings.channel();
        let account = known(self.running.account(turn.run, turn.link))?;
        let prospect = known(prospect::rows::get(tx, turn.place.prospect, channel)?)?;
        let progress = known(progress::rows::find(tx, turn.place.prospect)?)?;
        let identity = known(prospect.person.identity(channel))?;
        lose(tx, &progress)?;

        let suppressions = known(self.suppressions.get_mut(channel as usize))?;
        let suppressions = match suppressions {
            Some(known) => known,
            none => none.insert(Suppressions::of(tx, self.user.id, channel)?),
        };
        if suppressions.covers(identity)? || is_held_elsewhere(tx, self.user.id, campaign, identity)? {
            finish(tx, prospect.id, prospect.status, ProspectStatus::Skipped, tally)?;
            return Ok(None);
        }

        let position = progress.position;
        let message = known(script.message(position))?;
        let own = draft::of_message(tx, message, &prospect)?;
        let written = script.render(own.as_ref().unwrap_or(message), &prospect.person, account);
        if !written.unresolved.is_empty() || message.is_too_long(written.body.as_deref(), account) {
            let held = Progress { lane: Lane::Wait, due: tx.now(), task: None, is_held: true, ..progress };
            progress::rows::update(tx, &held)?;
            return Ok(None);
        }
        let email = match written.subject {
            Some(subject) => Some(self.email(tx, turn, &prospect, subject)?),
            None => None,
        };
        let stored = task::rows::Stored {
            id: tx.new_id(),
            account: account.id,
            campaign: campaign.id,
            prospect: prospect.id,
            node: written.node_id,
            kind: turn.kind,
            status: TaskStatus::Claimed,
            open_token: email.as_ref().and_then(|email| email.open_token),
            opened_at: None,
        };
        task::rows::insert(tx, &stored)?;
        let leased_until = tx.now().plus_ms(self.claim.lease_ms);
        let sender = u16::try_from(turn.link).unwrap_or(u16::MAX);
        let (lane, attempts) = (Lane::begun(sender, turn.kind), progress.attempts);
        let leased = Progress { lane, due: leased_until, sender: Some(sender), task: Some(stored.id), ..progress };
        progress::rows::update(tx, &leased)?;
        Ok(Some(Task {
            id: stored.id,
            idempotency_key: IdempotencyKey::of(prospect.id, written.node_id),
            kind: turn.kind,
            node_id: written.node_id,
            position,
            prospect,
            account: account.clone(),
            body: written.body,
            email,
            attempts,
            claimed_at: tx.now(),
            leased_until,
        }))
    }

    /// What only an email carries.
    fn email(&self, tx: &mut Tx<'t>, turn: &Turn, prospect: &Prospect, subject: String) -> Result<EmailTask> {
        let (campaign, script) = known(self.running.campaigns.get(turn.run))?;
        let account = known(self.running.account(turn.run, turn.link))?;
        let node = known(campaign.sequence_nodes.get(usize::from(turn.place.position)))?;
        let is_reply = matches!(node.step, Step::Email { is_reply: true, .. });
        let before = if is_reply { task::rows::last_node(tx, prospect.id, node.id)? } else { None };
        let signature = script.signature.as_ref();
        let unsubscribe_token = match task::rows::unsubscribe_token(tx, prospect.id)? {
            Some(token) => token,
            None => {
                let token = Token(tx.random());
                let identity = known(prospect.person.identity(Channel::Email))?;
                task::rows::insert_unsubscribe_token(tx, self.user.id, prospect.id, identity, token)?;
                token
            }
        };
        let tracks = campaign.settings.email().is_some_and(|email| email.open_tracking);
        Ok(EmailTask {
            subject,
            signature: signature.and_then(|signature| signature.render(&prospect.person, account).ok()),
            is_reply,
            in_reply_to: before.map(|node| IdempotencyKey::of(prospect.id, node)),
            unsubscribe_token,
            list_unsubscribe: self.claim.list_unsubscribe(unsubscribe_token),
            open_token: tracks.then(|| Token(tx.random())),
        })
    }
}

/// Whether another active LinkedIn campaign holds someone whom this one is to leave alone then.
fn is_held_elsewhere(tx: &Tx<'_>, user: UserId, campaign: &Campaign, identity: &str) -> Result<bool> {
    Ok(campaign.skips_other_campaigns() && prospect::rows::holder(tx, user, campaign.id, identity)?.is_some())
}
