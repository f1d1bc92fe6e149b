//! Claiming what is due.

use super::request::Claim;
use super::{Claimed, LatePolicy, close};
use crate::account::Account;
use crate::campaign::sequence::Step;
use crate::campaign::{self, Campaign};
use crate::channel::Channel;
use crate::error::{Result, or_bug};
use crate::id::UserId;
use crate::message::MessagePreview;
use crate::message::written;
use crate::people::overlap;
use crate::people::prospect::{self, Prospect, ProspectStatus};
use crate::people::suppression::rows::Suppressions;
use crate::request::Request;
use crate::request::answer::{Room, TEXT_MAX, TextSize};
use crate::sending::counts::Tally;
use crate::sending::queue::{self, Allowance, Lane, Line, Progress, Route, finish};
use crate::sending::scheduler::load::{Running, route};
use crate::sending::scheduler::{From, Queue, Turn};
use crate::sending::task::{self, EmailTask, IdempotencyKey, Task, TaskStatus, TaskType, Token};
use crate::store::event::Change;
use crate::store::session::Session;
use crate::store::{Tx, known};
use crate::user::{self, User};

/// A message that could not be written is tried again after a day, unless something changes before.
const HELD_MS: i64 = 24 * 60 * 60 * 1_000;

/// How exactly it is remembered when someone last claimed: a host that looks for work each second writes no more often.
const CLAIMED_MS: i64 = 5 * 60 * 1_000;

/// The longest queue that one look loads, where many are passed over.
const QUEUE_MOST: u32 = 10_000;

impl Session<'_> {
    /// Hands out what is due and leases it: until the lease ends, or the task is [completed](Session::complete), no one
    /// else is handed the same message. Follow-ups go before first messages, then what was due first (SPEC §4). A claim
    /// hands out at most 16 MiB of text, and one task at least; what it hands out is the beginning of what repeated claims
    /// of the same instant would.
    ///
    /// Who must not be contacted any more is skipped on the way; invitations that were not accepted in time and
    /// sequences that ended are closed. What needs a [time zone](crate::TimeZone) that this version does not know waits.
    ///
    /// # Errors
    /// `invalid_input`.
    pub fn claim_due(&mut self, request: impl Request<Claim>) -> Result<Claimed> {
        let claim = request.parse()?;
        self.write_at(claim.now, |tx, user| {
            let user = or_bug(user::rows::find(tx, user)?)?;
            let mut campaigns = campaign::rows::active(tx, user.id, claim.channel)?;
            for campaign in &campaigns {
                close_waits(tx, &user, campaign)?;
            }
            if claim.late != LatePolicy::NextWindow {
                take_late(tx, &user, &campaigns, claim.late)?;
            }
            let mut tallies = vec![Tally::default(); campaigns.len()];
            let mut handed = Handed { tasks: Vec::new(), room: Room::of(TEXT_MAX) };
            // One more than are handed out, who tells that there are more.
            let mut most = claim.max + 1;
            let more = loop {
                let mut round = Round::begin(tx, &user, &claim, campaigns, most)?;
                let pass = round.hand_out(tx, &mut handed, &mut tallies)?;
                campaigns = round.running.campaigns.into_iter().map(|(campaign, _)| campaign).collect();
                match pass {
                    Pass::RanOut => most = most.saturating_mul(2).min(QUEUE_MOST),
                    Pass::Over => break false,
                    Pass::Full => break true,
                }
            };
            let tasks = handed.tasks;
            for (campaign, tally) in campaigns.iter().zip(&tallies) {
                if tasks.iter().any(|task| task.prospect.campaign_id == campaign.id) {
                    tx.record(user.id, Change::TasksClaimed { campaign_id: campaign.id })?;
                }
                close(tx, user.id, campaign.id, tally)?;
            }
            remember(tx, user.id, claim.channel, &tasks)?;
            Ok(Claimed { tasks, more })
        })
    }
}

/// What a claim hands out.
struct Handed {
    tasks: Vec<Task>,
    /// For more texts.
    room: Room,
}

/// How a look at the queues ended.
enum Pass {
    /// Nobody else has a turn.
    Over,
    /// The queues ran out, though there are others whom they did not hold.
    RanOut,
    /// Somebody else has a turn for whom the claim has no room.
    Full,
}

/// Remembers that someone claimed, so that it is known later what became due since.
fn remember(tx: &Tx<'_>, user: UserId, channel: Option<Channel>, tasks: &[Task]) -> Result<()> {
    for channel in channel.map_or(vec![Channel::Email, Channel::Linkedin], |channel| vec![channel]) {
        let last = user::rows::claimed(tx, user, channel)?;
        let is_old = last.is_none_or(|last| tx.now() < last || tx.now() >= last.plus_ms(CLAIMED_MS));
        if is_old || tasks.iter().any(|task| task.account.channel() == channel) {
            user::rows::set_claimed(tx, user, channel)?;
        }
    }
    Ok(())
}

/// Makes those final who waited for nothing more than an instant that has come, and lets those try again whose message could
/// not be written. A campaign that is completed by it holds no one any more.
fn close_waits(tx: &Tx<'_>, user: &User, campaign: &Campaign) -> Result<()> {
    let waited = queue::rows::waited(tx, campaign.id, tx.now())?;
    if waited.is_empty() {
        return Ok(());
    }
    let route = route(user, campaign)?;
    let mut tally = Tally::default();
    for progress in waited {
        if progress.is_unresolved {
            let kind = known(route.kind(progress.position))?;
            let lane = progress.lane_of(Line::Begun, kind);
            queue::rows::update(tx, &Progress { lane, is_unresolved: false, ..progress })?;
            continue;
        }
        let is_end = route.is_end(progress.position);
        let to = if is_end { ProspectStatus::Completed } else { ProspectStatus::TimedOut };
        queue::end(tx, user.id, progress.prospect, to, &mut tally)?;
    }
    close(tx, user.id, campaign.id, &tally)
}

/// Finds the follow-ups that became due since someone last claimed and would have gone in hours (by email, on a day) that are
/// over, and leaves them out or lets them go whatever the hours. An invitation, after which others wait, is never left out.
fn take_late(tx: &Tx<'_>, user: &User, campaigns: &[Campaign], policy: LatePolicy) -> Result<()> {
    for channel in [Channel::Email, Channel::Linkedin] {
        let Some(last) = user::rows::claimed(tx, user.id, channel)? else { continue };
        let campaigns: Vec<Campaign> =
            campaigns.iter().filter(|campaign| campaign.settings.channel() == channel).cloned().collect();
        let mut tallies = vec![Tally::default(); campaigns.len()];
        // As of then: what was not sent for want of room is not late.
        let mut running = Running::load(tx, user, campaigns, last)?;
        for run in &mut running.agenda.runs {
            for (sender, link) in (0..).zip(&mut run.links) {
                for allowance in Allowance::ALL {
                    let lane = Lane::Bound { line: Line::Begun, sender, allowance };
                    let mut places = queue::rows::fell_due(tx, run.campaign, lane, last, tx.now())?;
                    places.retain(|place| !run.route.is_first(place.position));
                    *link.queue_mut(From::Begun, allowance) = Queue::of(places);
                }
            }
        }
        for (turn, at) in running.agenda.turns(last, tx.now()) {
            if running.agenda.over(turn.run, at).is_none_or(|over| over > tx.now()) {
                continue;
            }
            let progress = known(queue::rows::find(tx, turn.place.prospect)?)?;
            let tally = or_bug(tallies.get_mut(turn.run))?;
            match policy {
                LatePolicy::Send => {
                    let lane = progress.lane_of(Line::Late, turn.kind);
                    queue::rows::update(tx, &Progress { lane, ..progress })?;
                }
                LatePolicy::Skip if turn.kind != TaskType::ConnectionRequest => {
                    let run = or_bug(running.agenda.runs.get(turn.run))?;
                    let (_, status) = known(prospect::rows::status(tx, user.id, progress.prospect)?)?;
                    pass_over(tx, &run.route, progress, status, tally)?;
                }
                LatePolicy::Skip | LatePolicy::NextWindow => {}
            }
        }
        for ((campaign, _), tally) in running.campaigns.iter().zip(&tallies) {
            close(tx, user.id, campaign.id, tally)?;
        }
    }
    Ok(())
}

/// Lets a prospect of this status go on as if the message that is next had been sent now.
fn pass_over(tx: &Tx<'_>, route: &Route, progress: Progress, status: ProspectStatus, tally: &mut Tally) -> Result<()> {
    let next = progress.after(route, tx.now());
    queue::go_on(tx, progress, next, status, tally).map(drop)
}

/// Gives up a task whose lease ran out.
fn lose(tx: &Tx<'_>, progress: &Progress) -> Result<()> {
    match progress.task {
        Some(task) => task::rows::set_status(tx, task, TaskStatus::Lost),
        None => Ok(()),
    }
}

/// A message that can be handed out.
struct Ready {
    turn: Turn,
    prospect: Prospect,
    progress: Progress,
    written: MessagePreview,
    account: Account,
}

impl TextSize for Ready {
    fn text_size(&self) -> usize {
        self.written.text_size() + self.prospect.text_size() + self.account.text_size()
    }
}

/// One look at the queues.
struct Round<'c, 't> {
    user: &'c User,
    claim: &'c Claim,
    running: Running,
    suppressions: [Option<Suppressions<'t>>; 2],
}

impl<'c, 't> Round<'c, 't> {
    /// `most` is how many of each queue are looked at.
    fn begin(tx: &Tx<'t>, user: &'c User, claim: &'c Claim, campaigns: Vec<Campaign>, most: u32) -> Result<Self> {
        let mut running = Running::load(tx, user, campaigns, tx.now())?;
        for run in &mut running.agenda.runs {
            let due = |lane| {
                let places = queue::rows::due(tx, run.campaign, lane, tx.now(), most)?;
                let has_more = places.len() == most as usize;
                Ok::<_, crate::error::Error>((places, has_more))
            };
            let (places, has_more) = due(Lane::Fresh)?;
            run.fresh = Queue::of(places).followed(has_more);
            for (sender, link) in (0..).zip(&mut run.links) {
                for allowance in Allowance::ALL {
                    let (mut late, mut begun) = (Vec::new(), Vec::new());
                    let mut is_followed = false;
                    for line in Line::ALL {
                        let (places, has_more) = due(Lane::Bound { line, sender, allowance })?;
                        let goes_late = line == Line::Late && claim.late == LatePolicy::Send;
                        (if goes_late { &mut late } else { &mut begun }).extend(places);
                        is_followed |= has_more;
                    }
                    begun.sort_unstable();
                    *link.queue_mut(From::Late, allowance) = Queue::of(late).followed(is_followed);
                    *link.queue_mut(From::Begun, allowance) = Queue::of(begun).followed(is_followed);
                }
            }
        }
        Ok(Self { user, claim, running, suppressions: [None, None] })
    }

    /// Hands out turn by turn, as long as there is room. Another round is needed where those who were skipped made room for
    /// others whom the queues did not hold.
    fn hand_out(&mut self, tx: &mut Tx<'t>, handed: &mut Handed, tallies: &mut [Tally]) -> Result<Pass> {
        let assigned: Vec<Vec<u32>> = self.assigned();
        let mut pass = Pass::Over;
        while let Some(turn) = self.running.agenda.turn(tx.now()) {
            let tally = or_bug(tallies.get_mut(turn.run))?;
            match self.try_turn(tx, turn, tally)? {
                Some(ready) => {
                    if handed.tasks.len() == self.claim.max as usize || !handed.room.take(ready.text_size()) {
                        pass = Pass::Full;
                        break;
                    }
                    self.running.agenda.take(&ready.turn, tx.now());
                    handed.tasks.push(self.lease(tx, ready)?);
                }
                None => self.running.agenda.dismiss(&turn),
            }
            if self.running.agenda.ran_out(&turn) {
                pass = Pass::RanOut;
                break;
            }
        }
        for (run, before) in self.running.agenda.runs.iter().zip(assigned) {
            for (link, before) in run.links.iter().zip(before) {
                let account = or_bug(self.running.agenda.senders.get(link.sender))?.id;
                if link.assigned != before {
                    campaign::rows::set_assigned(tx, run.campaign, account, link.assigned)?;
                }
            }
        }
        Ok(pass)
    }

    fn assigned(&self) -> Vec<Vec<u32>> {
        self.running.agenda.runs.iter().map(|run| run.links.iter().map(|link| link.assigned).collect()).collect()
    }

    /// What can be handed out in a turn, which goes to another sender where the one that has it cannot write the message; none,
    /// where the prospect is skipped, the message is not needed any more or no one can write it.
    fn try_turn(&mut self, tx: &mut Tx<'t>, turn: Turn, tally: &mut Tally) -> Result<Option<Ready>> {
        let (campaign, _) = or_bug(self.running.campaigns.get(turn.run))?;
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
            let run = or_bug(self.running.agenda.runs.get(turn.run))?;
            queue::mark(tx, prospect.id, prospect.status, ProspectStatus::Connected, tally)?;
            pass_over(tx, &run.route, progress, ProspectStatus::Connected, tally)?;
            return Ok(None);
        }
        let others = self.running.agenda.others(&turn, tx.now());
        for link in [turn.link].into_iter().chain(others) {
            let turn = Turn { link, ..turn };
            if let Some(written) = self.write(tx, &turn, &prospect)? {
                let account = or_bug(self.running.account(turn.run, turn.link))?.clone();
                return Ok(Some(Ready { turn, prospect, progress, written, account }));
            }
        }
        lose(tx, &progress)?;
        let held = Progress {
            lane: Lane::Wait,
            ready: tx.now().plus_ms(HELD_MS),
            task: None,
            is_unresolved: true,
            ..progress
        };
        queue::rows::update(tx, &held)?;
        Ok(None)
    }

    /// What a turn says; none, if it cannot be written.
    fn write(&self, tx: &Tx<'t>, turn: &Turn, prospect: &Prospect) -> Result<Option<MessagePreview>> {
        let (_, script) = or_bug(self.running.campaigns.get(turn.run))?;
        let account = or_bug(self.running.account(turn.run, turn.link))?;
        let message = or_bug(script.message(turn.place.position))?;
        let own = written::of_message(tx, script, message, prospect)?;
        let written = script.render(own.as_ref().unwrap_or(message), &prospect.person, account);
        let is_writable = written.unresolved.is_empty() && !written.too_long;
        Ok(is_writable.then_some(written))
    }

    fn lease(&self, tx: &mut Tx<'t>, ready: Ready) -> Result<Task> {
        let Ready { turn, prospect, progress, written, account } = ready;
        let email = match written.subject {
            Some(subject) => Some(self.email(tx, &turn, &prospect, subject, written.signature)?),
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
        let sender = u16::try_from(turn.link).unwrap_or(u16::MAX);
        let lane = Lane::bound(Line::Handed, sender, turn.kind);
        let (position, attempts, generation) = (progress.position, progress.failures, progress.generation);
        let leased = Progress { lane, ready: leased_until, sender: Some(sender), task: Some(stored.id), ..progress };
        queue::rows::update(tx, &leased)?;
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
        turn: &Turn,
        prospect: &Prospect,
        subject: String,
        signature: Option<String>,
    ) -> Result<EmailTask> {
        let (campaign, _) = or_bug(self.running.campaigns.get(turn.run))?;
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
