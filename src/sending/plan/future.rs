//! What will be sent: everything that runs, in an agenda that goes on by itself.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;

use super::{Foresight, Planned, PlannedTask, Reason};
use crate::account::Account;
use crate::campaign::schedule::Calendar;
use crate::campaign::{self, Campaign, StatusWord};
use crate::channel::Channel;
use crate::error::{Result, or_bug};
use crate::id::{AccountId, NodeId, ProspectId};
use crate::message::Script;
use crate::message::written;
use crate::people::overlap::Shared;
use crate::people::prospect;
use crate::people::skipped::skipped;
use crate::people::suppression;
use crate::request::answer::push;
use crate::sending::queue::{self, Allowance, Lane, Next, Place, Progress};
use crate::sending::scheduler::load::Running;
use crate::sending::scheduler::{Assumptions, From, Gate, Queue, Turn};
use crate::sending::task::TaskType;
use crate::store::Snapshot;
use crate::store::pace::Course;
use crate::time::Instant;
use crate::user::User;

/// What runs together with one campaign, from now on.
pub(super) struct Future {
    running: Running,
    /// The index of the campaign.
    run: usize,
    now: Instant,
    assumptions: Assumptions,
    /// By the index of the campaign: who must not be contacted.
    barred: Vec<HashSet<ProspectId>>,
    /// Who is in several of them.
    shared: Shared,
    /// By the index of the campaign: how many are not over, and the last instant before the others were.
    open: Vec<(usize, Instant)>,
    /// The instant of the last turn.
    at: Instant,
    /// For how many prospects of the campaign all is over.
    ended: u64,
    /// The message after which those come that are asked for.
    after: Option<Planned>,
}

/// How many messages are told of at once.
const CHUNK: usize = 10_000;

impl Future {
    /// A campaign that is a draft, or paused, becomes active now; others stay as they are.
    pub(super) fn of(
        snapshot: &Snapshot<'_>,
        user: &User,
        campaign: Campaign,
        now: Instant,
        query: &Foresight,
    ) -> Result<Self> {
        let id = campaign.id;
        let campaigns = together(snapshot, user, campaign)?;
        let run = or_bug(campaigns.iter().position(|campaign| campaign.id == id))?;
        let count = campaigns.len();
        let overlapping: Vec<&Campaign> =
            campaigns.iter().filter(|campaign| campaign.settings.linkedin().is_some()).collect();
        let shared = Shared::load(snapshot, user.id, &overlapping, now)?;
        let mut future = Self {
            running: Running::load(snapshot, user, campaigns, now)?,
            run,
            now,
            assumptions: query.assumptions,
            barred: vec![HashSet::new(); count],
            shared,
            open: vec![(0, now.plus_ms(-1)); count],
            at: now,
            ended: 0,
            after: query.after,
        };
        for index in 0..count {
            future.bar(snapshot, user, index)?;
        }
        for index in 0..count {
            future.fill(snapshot, index)?;
            future.end_if_over(index, now.plus_ms(-1));
        }
        Ok(future)
    }

    /// Finds out who must not be contacted.
    fn bar(&mut self, snapshot: &Snapshot<'_>, user: &User, index: usize) -> Result<()> {
        let (campaign, _) = or_bug(self.running.campaigns.get(index))?;
        let Some(barred) = self.barred.get_mut(index) else { return Ok(()) };
        if campaign.status.word() != StatusWord::Active {
            for skipped in skipped(snapshot, campaign, self.now)? {
                barred.insert(skipped.prospect_id);
                self.shared.skip(skipped.prospect_id);
            }
            return Ok(());
        }
        let channel = campaign.settings.channel();
        barred.extend(suppression::rows::among_prospects(snapshot, user.id, campaign.id, channel)?);
        Ok(())
    }

    /// Puts everyone of a campaign into its queues.
    fn fill(&mut self, snapshot: &Snapshot<'_>, index: usize) -> Result<()> {
        let (campaign, _) = or_bug(self.running.campaigns.get(index))?;
        let (id, now) = (campaign.id, self.now);
        // Who must not be contacted is skipped when a campaign becomes active.
        let becomes_active = campaign.status.word() != StatusWord::Active;
        let skipped = self.barred.get(index).filter(|_| becomes_active).cloned().unwrap_or_default();
        match campaign.status.word() {
            StatusWord::Completed => {}
            StatusWord::Draft => {
                let run = or_bug(self.running.agenda.runs.get_mut(index))?;
                if let Next::Send { position, due, .. } = run.route.first(now) {
                    let pending = prospect::rows::pending(snapshot, id)?.into_iter();
                    let enrolled = pending.filter(|prospect| !skipped.contains(prospect));
                    let fresh: Vec<Place> = enrolled.map(|prospect| Place { due, prospect, position }).collect();
                    or_bug(self.open.get_mut(index))?.0 = fresh.len();
                    run.fresh = Queue::of(fresh);
                }
            }
            StatusWord::Active | StatusWord::Paused => {
                let mut begun: HashMap<(u16, u8), Vec<Place>> = HashMap::new();
                let (mut fresh, mut rest) = (Vec::new(), Vec::new());
                let mut open = 0;
                let mut connected = HashSet::new();
                let route = &or_bug(self.running.agenda.runs.get(index))?.route;
                queue::rows::each(snapshot, id, |progress| {
                    if skipped.contains(&progress.prospect) {
                        return Ok(());
                    }
                    open += 1;
                    let is_claimed = progress.is_leased(now);
                    if progress.is_connected {
                        connected.insert(progress.prospect);
                    }
                    let is_invitation = route.kind(progress.position) == Some(TaskType::ConnectionRequest);
                    match progress.lane {
                        _ if progress.is_unresolved => Ok(()),
                        _ if is_invitation && progress.is_connected => push(&mut rest, progress),
                        Lane::Fresh => push(&mut fresh, progress.queued()),
                        Lane::Bound { sender, allowance, .. } if !is_claimed => {
                            push(begun.entry((sender, allowance as u8)).or_default(), progress.queued())
                        }
                        _ => push(&mut rest, progress),
                    }
                })?;
                self.running.agenda.connected.extend(connected);
                or_bug(self.open.get_mut(index))?.0 = open;
                let run = or_bug(self.running.agenda.runs.get_mut(index))?;
                for (sender, link) in (0..).zip(&mut run.links) {
                    for allowance in Allowance::ALL {
                        let mut places = begun.remove(&(sender, allowance as u8)).unwrap_or_default();
                        places.sort_unstable();
                        *link.queue_mut(From::Begun, allowance) = Queue::of(places);
                    }
                }
                run.fresh = Queue::of(fresh);
                for progress in rest {
                    self.go_on(index, &progress)?;
                }
            }
        }
        Ok(())
    }

    /// Lets someone go on for whom nothing is to be sent at first: what is handed out is sent now, invitations that wait
    /// are accepted as if they were sent now, and whoever is connected needs none.
    fn go_on(&mut self, index: usize, progress: &Progress) -> Result<()> {
        let run = or_bug(self.running.agenda.runs.get(index))?;
        let (position, link) = (progress.position, progress.sender.map(usize::from));
        let next = match progress.lane {
            Lane::Wait if run.route.is_end(position) => Next::End { position, due: progress.ready },
            Lane::Wait => Next::Accept { position, until: progress.ready },
            _ => progress.after(&run.route, self.now),
        };
        let over = self.running.agenda.proceed(index, link, progress.prospect, next, self.now, self.assumptions);
        // A wait that has run out is over before anything is handed out now.
        let at = if progress.lane == Lane::Wait { self.now.plus_ms(-1) } else { self.now };
        self.close(index, over, at);
        Ok(())
    }

    /// Visits the messages of the campaign in their order until `visit` breaks off; another call goes on there. What is
    /// counted is the prospects for whom all is over. Whether those were all.
    pub(super) async fn each_turn(
        &mut self,
        query: &Foresight,
        course: &mut Course<'_>,
        mut visit: impl FnMut(&Turn, Instant) -> ControlFlow<()>,
    ) -> Result<bool> {
        while let Some((turn, at)) = self.running.agenda.next(self.at, query.to) {
            self.at = at;
            let is_mine = turn.run == self.run;
            let mut flow = ControlFlow::Continue(());
            let is_over = if self.is_free(&turn, at) {
                let is_asked_for = is_mine && query.from.is_none_or(|from| at >= from);
                if is_asked_for && self.comes_after(turn.place.prospect, at) {
                    flow = visit(&turn, at);
                }
                self.send(&turn, at)
            } else {
                self.dismiss(&turn, at);
                true
            };
            self.ended += u64::from(is_mine && is_over);
            if course.reach(self.ended) {
                course.pause().await?;
            }
            if flow.is_break() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether a message comes after the one where a page before ended.
    fn comes_after(&mut self, prospect: ProspectId, at: Instant) -> bool {
        let Some(last) = self.after else { return true };
        let is_later = at > last.at;
        if is_later || (at == last.at && prospect == last.prospect) {
            self.after = None;
        }
        is_later
    }

    /// Visits what is told of the messages of the campaign, in their order, until `visit` breaks off.
    pub(super) async fn each_task(
        &mut self,
        snapshot: &Snapshot<'_>,
        query: &Foresight,
        course: &mut Course<'_>,
        mut visit: impl FnMut(PlannedTask) -> ControlFlow<()>,
    ) -> Result<()> {
        let (campaign, _) = or_bug(self.running.campaigns.get(self.run))?;
        let written = written::rows::of_campaign(snapshot, campaign.id)?;
        let mut turns: Vec<(Instant, Turn)> = Vec::new();
        loop {
            turns.clear();
            let take = |turn: &Turn, at| {
                turns.push((at, *turn));
                if turns.len() < CHUNK { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            };
            let were_all = self.each_turn(query, course, take).await?;
            for task in self.describe(snapshot, &turns, &written, course).await? {
                if visit(task).is_break() {
                    return Ok(());
                }
            }
            if were_all {
                return Ok(());
            }
        }
    }

    /// Whether whoever has a turn may be contacted.
    fn is_free(&self, turn: &Turn, at: Instant) -> bool {
        let prospect = turn.place.prospect;
        let is_barred = self.barred.get(turn.run).is_some_and(|barred| barred.contains(&prospect));
        let skips = self.running.campaigns.get(turn.run).is_some_and(|(campaign, _)| campaign.skips_other_campaigns());
        !is_barred && !(skips && self.shared.other(prospect, at).is_some())
    }

    /// Sends someone a message; whether all is over then.
    fn send(&mut self, turn: &Turn, at: Instant) -> bool {
        self.running.agenda.take(turn, at);
        self.shared.take(turn.place.prospect, at);
        let ended = self.running.agenda.sent(turn, at, self.assumptions);
        self.close(turn.run, ended, at);
        ended.is_some()
    }

    /// Takes someone out who must not be contacted.
    fn dismiss(&mut self, turn: &Turn, at: Instant) {
        self.shared.skip(turn.place.prospect);
        self.close(turn.run, Some(at.plus_ms(-1)), at.plus_ms(-1));
        self.running.agenda.dismiss(turn);
    }

    /// Remembers when everything was over for someone of a campaign: with the message that was sent `at`, or when what is
    /// waited for has come.
    fn close(&mut self, index: usize, ended: Option<Instant>, at: Instant) {
        let Some(((open, until), ended)) = self.open.get_mut(index).zip(ended) else { return };
        *open = open.saturating_sub(1);
        *until = (*until).max(if ended > at { ended.plus_ms(-1) } else { at });
        let until = *until;
        self.end_if_over(index, until);
    }

    /// Ends a campaign in which no one is left.
    fn end_if_over(&mut self, index: usize, until: Instant) {
        let is_over = self.open.get(index).is_some_and(|(open, _)| *open == 0);
        match self.running.campaigns.get(index) {
            Some((campaign, _)) if is_over && !campaign.stay_open => self.shared.end(campaign.id, until),
            _ => {}
        }
    }

    /// Why someone who is to be sent something is not sent it now, and when it is.
    pub(super) fn explain(&mut self, progress: &Progress) -> (Reason, Option<Instant>) {
        let (now, me) = (self.now, progress.prospect);
        let is_waiting = progress.due() > now;
        if is_waiting && progress.task.is_some() {
            return (Reason::Claimed, Some(progress.ready));
        }
        if let Some(at) = self.find(me, Some(now.plus_ms(1))) {
            return (Reason::Due, Some(at));
        }
        let gate = self.gate(progress);
        let at = self.find(me, None);
        let is_barred = self.barred.get(self.run).is_some_and(|barred| barred.contains(&me));
        let reason = match gate {
            _ if is_barred => Reason::Final,
            _ if is_waiting && progress.failures > 0 => Reason::RetryLater,
            _ if is_waiting => Reason::DelayNotElapsed,
            Some(Gate::TimeZone) => Reason::UnknownTimeZone,
            Some(Gate::Hours) => Reason::OutsideHours,
            Some(Gate::CampaignDaily) => Reason::CampaignDailyLimit,
            Some(Gate::AccountDaily) => Reason::AccountDailyLimit,
            Some(Gate::AccountWeekly) => Reason::AccountWeeklyLimit,
            Some(Gate::Sender) => Reason::SenderNotReady,
            // Nothing is in its way, and yet it had no turn: it is held by another campaign.
            None => Reason::Final,
        };
        (reason, at)
    }

    /// When someone has a turn before `until`.
    fn find(&mut self, prospect: ProspectId, until: Option<Instant>) -> Option<Instant> {
        let mut from = self.now;
        while let Some((turn, at)) = self.running.agenda.next(from, until) {
            from = at;
            if !self.is_free(&turn, at) {
                self.dismiss(&turn, at);
            } else if turn.place.prospect == prospect {
                return Some(at);
            } else {
                self.send(&turn, at);
            }
        }
        None
    }

    fn gate(&mut self, progress: &Progress) -> Option<Gate> {
        let kind = self.running.agenda.runs.get(self.run)?.route.kind(progress.position)?;
        self.running.agenda.gate(self.run, progress.sender.map(usize::from), kind, self.now)
    }

    /// Civil time as the campaign means it.
    pub(super) fn calendar(&self) -> Option<&Calendar> {
        Some(self.running.agenda.runs.get(self.run)?.route.calendar())
    }

    /// The senders of the campaign, in its order.
    pub(super) fn senders(&self) -> Vec<AccountId> {
        let links = self.running.agenda.runs.get(self.run).map(|run| run.links.as_slice()).unwrap_or_default();
        links.iter().filter_map(|link| Some(self.running.agenda.senders.get(link.sender)?.id)).collect()
    }

    /// What is told of messages of the campaign.
    async fn describe(
        &self,
        snapshot: &Snapshot<'_>,
        turns: &[(Instant, Turn)],
        written: &HashSet<(ProspectId, NodeId)>,
        course: &mut Course<'_>,
    ) -> Result<Vec<PlannedTask>> {
        let (campaign, script) = or_bug(self.running.campaigns.get(self.run))?;
        let run = or_bug(self.running.agenda.runs.get(self.run))?;
        let senders = self.senders();
        let mut offset = None;
        let mut tasks = Vec::with_capacity(turns.len());
        for (at, turn) in turns {
            let offset_seconds = match offset {
                Some((known, seconds)) if known == *at => seconds,
                _ => run.route.calendar().offset_seconds(*at),
            };
            offset = Some((*at, offset_seconds));
            tasks.push(PlannedTask {
                prospect_id: turn.place.prospect,
                node_id: or_bug(campaign.sequence_nodes.get(usize::from(turn.place.position)))?.id,
                position: turn.place.position,
                kind: turn.kind,
                account_id: *or_bug(senders.get(turn.link))?,
                at: *at,
                offset_seconds,
                subject: None,
            });
        }
        let emails = turns.iter().filter(|(_, turn)| turn.kind == TaskType::Email);
        if let Some(first) = emails.map(|(_, turn)| turn.place.prospect).min() {
            let mut by_prospect: Vec<usize> = (0..turns.len()).collect();
            by_prospect.sort_unstable_by_key(|index| turns.get(*index).map(|(_, turn)| turn.place.prospect));
            let mut left = by_prospect.into_iter().peekable();
            let channel = campaign.settings.channel();
            let mut open = prospect::rows::Open::of(snapshot, campaign.id, channel)?;
            let mut open = open.rows(script.names_custom_fields(), Some(first))?;
            while left.peek().is_some()
                && let Some((id, prospect)) = open.next()?
            {
                while let Some(index) =
                    left.next_if(|index| tasks.get(*index).is_some_and(|task| task.prospect_id <= id))
                {
                    let link = turns.get(index).map(|(_, turn)| turn.link);
                    let account = link.and_then(|link| self.running.account(self.run, link));
                    let task = tasks.get_mut(index).filter(|task| task.prospect_id == id);
                    let Some((task, account)) = task.zip(account) else { continue };
                    let is_own = !written.is_empty() && {
                        let thread = script.message(task.position).and_then(|message| message.thread);
                        [Some(task.node_id), thread].into_iter().flatten().any(|node| written.contains(&(id, node)))
                    };
                    let own = if is_own { own_subject(snapshot, script, task, channel, account)? } else { None };
                    task.subject = own.or_else(|| script.subject(task.position, &prospect, account));
                }
                if course.reach(self.ended) {
                    course.pause().await?;
                }
            }
        }
        Ok(tasks)
    }
}

/// The subject that was written for one prospect.
fn own_subject(
    snapshot: &Snapshot<'_>,
    script: &Script,
    task: &PlannedTask,
    channel: Channel,
    account: &Account,
) -> Result<Option<String>> {
    let Some(message) = script.message(task.position) else { return Ok(None) };
    let Some(prospect) = prospect::rows::get(snapshot, task.prospect_id, channel)? else { return Ok(None) };
    let own = written::of_message(snapshot, script, message, &prospect)?;
    Ok(own.and_then(|own| own.subject_for(&prospect.person, account)))
}

/// The campaigns that run beside one, and it: those that share a sender with it, or with one of those; on LinkedIn, where
/// campaigns hold people, all.
fn together(snapshot: &Snapshot<'_>, user: &User, campaign: Campaign) -> Result<Vec<Campaign>> {
    let channel = campaign.settings.channel();
    let mut others = campaign::rows::active(snapshot, user.id, Some(channel))?;
    others.retain(|other| other.id != campaign.id);
    let holds = campaign.settings.linkedin().is_some();
    let mut found = vec![campaign];
    let mut seen = 0;
    while let Some(campaign) = found.get(seen) {
        let senders: HashSet<AccountId> = campaign.sender_account_ids.iter().copied().collect();
        let is_linked = |other: &mut Campaign| holds || other.sender_account_ids.iter().any(|id| senders.contains(id));
        let linked: Vec<Campaign> = others.extract_if(.., is_linked).collect();
        found.extend(linked);
        seen += 1;
    }
    found.sort_unstable_by_key(|campaign| campaign.id);
    Ok(found)
}
