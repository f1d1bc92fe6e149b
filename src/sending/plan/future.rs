//! What will be sent: everything that runs, in an agenda that goes on by itself.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::ControlFlow;

use super::{Foresight, Planned};
use crate::campaign::schedule::Calendar;
use crate::campaign::{self, Campaign, StatusWord};
use crate::error::{Result, or_bug};
use crate::id::{AccountId, CampaignId, ProspectId};
use crate::people::hold::{self, rows::Holds};
use crate::people::overlap::Shared;
use crate::people::prospect;
use crate::people::skipped::skipped;
use crate::people::suppression;
use crate::sending::queue::{self, Allowance, Lane, Line, Next, Place, Progress};
use crate::sending::scheduler::load::Running;
use crate::sending::scheduler::{Arena, Assumptions, Fed, From, Keeping, LinkIndex, Run, RunIndex, Source, Turn};
use crate::sending::task::TaskType;
use crate::store::Snapshot;
use crate::store::pace::Course;
use crate::time::Instant;
use crate::user::User;

/// How many of those without a sender are read at once: not all campaigns come so far.
const CHUNK: u32 = 128;

/// What runs together with one campaign, from now on.
pub(super) struct Future {
    pub(super) running: Running,
    /// The campaign.
    pub(super) run: RunIndex,
    pub(super) now: Instant,
    pub(super) assumptions: Assumptions,
    /// Who must not be contacted.
    barred: Arena<RunIndex, HashSet<ProspectId>>,
    /// Who is in several campaigns, where some leave those alone who belong to another.
    shared: Option<Shared>,
    /// For how many nobody knows yet when all is over, and the last instant before it was for the others.
    open: Arena<RunIndex, (u64, Instant)>,
    /// How many of the campaign stand in a queue: what comes next for them is a message.
    queued: u64,
    /// For how many prospects of the campaign all is over.
    pub(super) ended: u64,
    /// The message after which those come that are asked for.
    after: Option<Planned>,
    /// Whose message, though it is handed out, is looked for.
    sought: Option<ProspectId>,
}

impl Future {
    /// A campaign that is a draft, or paused, becomes active now; others stay as they are.
    pub(super) fn of(
        snapshot: &Snapshot<'_>,
        user: &User,
        campaign: Campaign,
        now: Instant,
        query: &Foresight,
        sought: Option<ProspectId>,
    ) -> Result<Self> {
        let id = campaign.id;
        let campaigns = together(snapshot, user, campaign)?;
        let mut running = Running::new(snapshot, user, now, Keeping::Counted)?;
        let mut shared = share(snapshot, user, &campaigns, now)?;
        let mut barred = Arena::default();
        for campaign in campaigns {
            barred.push(bar(snapshot, user, &campaign, now, shared.as_mut())?);
            running.add(snapshot, campaign, false)?;
        }
        let mut future = Self {
            run: or_bug(running.run(id))?,
            shared,
            open: running.campaigns.indexes().map(|_| (0, now.plus_ms(-1))).collect(),
            running,
            now,
            assumptions: query.assumptions,
            barred,
            queued: 0,
            ended: 0,
            after: query.after,
            sought,
        };
        for run in future.running.campaigns.indexes() {
            future.fill(snapshot, run)?;
            future.end_if_over(run);
        }
        Ok(future)
    }

    /// Puts everyone of a campaign into its queues.
    fn fill(&mut self, snapshot: &Snapshot<'_>, run: RunIndex) -> Result<()> {
        let (campaign, _) = &self.running.campaigns[run];
        let (id, now, word) = (campaign.id, self.now, campaign.status.word());
        let fresh = Source { run, link: None, from: From::Fresh, allowance: Allowance::Messages };
        match word {
            StatusWord::Completed => {}
            StatusWord::Draft => {
                if let Next::Send { position, due, .. } = self.running.agenda.runs[run].route.first(now) {
                    let pending = prospect::rows::pending(snapshot, id)?;
                    let held = held(snapshot, self.running.user(), id, &pending, now)?;
                    let pending = pending.into_iter().filter(|prospect| !self.barred[run].contains(prospect));
                    let mut places: Vec<Place> = pending.map(|prospect| Place { due, prospect, position }).collect();
                    if !held.is_empty() {
                        for place in &mut places {
                            place.due = held.get(&place.prospect).map_or(due, |until| due.max(*until));
                        }
                        self.open[run].0 += places.extract_if(.., |place| place.due == Instant::LAST).count() as u64;
                        places.sort_unstable();
                    }
                    self.enter(run, places.len() as u64);
                    self.running.agenda.feed(fresh, Fed { places, ..Fed::default() });
                }
            }
            StatusWord::Active | StatusWord::Paused => {
                if run == self.run || self.shared.is_some() {
                    self.enter(run, queue::rows::count_fresh(snapshot, id)?.into());
                }
                let mut begun: BTreeMap<(LinkIndex, From, Allowance), Vec<Place>> = BTreeMap::new();
                let mut rest = Vec::new();
                queue::rows::each_bound(snapshot, id, |progress| {
                    // Who must not be contacted is skipped when a campaign becomes active.
                    let is_skipped = word == StatusWord::Paused && self.barred[run].contains(&progress.prospect);
                    if is_skipped { Ok(()) } else { self.place(run, progress, &mut begun, &mut rest) }
                })?;
                for ((link, from, allowance), mut places) in begun {
                    // Of two lanes.
                    places.sort_unstable();
                    let source = Source { run, link: Some(link), from, allowance };
                    self.running.agenda.feed(source, Fed { places, ..Fed::default() });
                }
                let fed = read(snapshot, &self.running.agenda.runs[run], fresh, None)?;
                self.running.agenda.feed(fresh, fed);
                for progress in rest {
                    self.go_on(run, &progress);
                }
            }
        }
        Ok(())
    }

    fn enter(&mut self, run: RunIndex, people: u64) {
        self.open[run].0 += people;
        if run == self.run {
            self.queued += people;
        }
    }

    /// Sorts someone into the queue of its sender, or out where something else than a message comes next.
    fn place(
        &mut self,
        run: RunIndex,
        progress: Progress,
        begun: &mut BTreeMap<(LinkIndex, From, Allowance), Vec<Place>>,
        rest: &mut Vec<Progress>,
    ) -> Result<()> {
        self.open[run].0 += 1;
        // Who claims is taken to name a link.
        let progress = match self.running.agenda.runs[run].route.kind(progress.position) {
            Some(kind) if progress.awaits_link() => Progress { ready: self.now, ..progress.released(kind) },
            _ => progress,
        };
        // Nobody knows when the hold ends.
        if progress.due() == Instant::LAST {
            return Ok(());
        }
        let agenda = &mut self.running.agenda;
        if progress.is_connected {
            agenda.connected.insert(progress.prospect);
        }
        agenda.resumes.extend(progress.resume.map(|resume| (progress.prospect, resume)));
        let needs_none = progress.is_connected
            && agenda.runs[run].route.kind(progress.position) == Some(TaskType::ConnectionRequest);
        let Lane::Bound { line, sender, allowance } = progress.lane else {
            rest.push(progress);
            return Ok(());
        };
        if needs_none || (progress.is_leased(self.now) && self.sought != Some(progress.prospect)) {
            rest.push(progress);
            return Ok(());
        }
        let link = or_bug(agenda.runs[run].links.at(sender.into()))?;
        let is_placed = line == Line::Handed && progress.has_place_on(agenda.today());
        agenda.places.extend(progress.place.map(|place| (progress.prospect, place)));
        let from = match line {
            Line::Handed if is_placed => From::Placed,
            Line::First => From::First,
            Line::Begun | Line::Late | Line::Handed => From::Begun,
        };
        begun.entry((link, from, allowance)).or_default().push(progress.queued());
        self.queued += u64::from(run == self.run);
        Ok(())
    }

    /// Lets someone go on for whom nothing is to be sent at first: what is handed out is sent now, invitations that wait
    /// are accepted as if they were sent now, and whoever is connected needs none.
    fn go_on(&mut self, run: RunIndex, progress: &Progress) {
        if progress.is_unresolved {
            return;
        }
        let route = &self.running.agenda.runs[run].route;
        let (position, link) = (progress.position, progress.sender);
        let next = match progress.lane {
            Lane::Wait if route.is_end(position) => Next::End { position, due: progress.ready },
            // What has run out is over, whether a claim has noticed or not.
            Lane::Wait if progress.ready <= self.now => Next::End { position, due: progress.ready },
            Lane::Wait => Next::Accept { position, until: progress.ready },
            Lane::Fresh => match route.kind(position) {
                Some(kind) => Next::Send { position, kind, due: progress.ready },
                None => return,
            },
            _ => progress.after(route, self.now),
        };
        let next = match (next, progress.hold) {
            (Next::Send { position, kind, due }, Some(hold)) => Next::Send { position, kind, due: due.max(hold) },
            (next, _) => next,
        };
        let link = link.and_then(|link| self.running.agenda.runs[run].links.at(link.into()));
        let ended = self.running.agenda.proceed(run, link, progress.prospect, next, self.now, self.assumptions);
        if run == self.run {
            self.queued += u64::from(ended.is_none());
        }
        self.end(run, ended, self.now);
    }

    /// Remembers when all is over for someone, if it is: with the message of the instant `at`, or when what is waited for has
    /// come.
    fn end(&mut self, run: RunIndex, ended: Option<Instant>, at: Instant) {
        let Some(ended) = ended else { return };
        let (open, until) = &mut self.open[run];
        *open = open.saturating_sub(1);
        *until = (*until).max(if ended > at { ended.plus_ms(-1) } else { at });
        self.end_if_over(run);
    }

    /// Ends a campaign in which nobody is left.
    fn end_if_over(&mut self, run: RunIndex) {
        let (campaign, _) = &self.running.campaigns[run];
        if let ((0, until), Some(shared)) = (self.open[run], &mut self.shared)
            && !campaign.stay_open
        {
            shared.end(campaign.id, until);
        }
    }

    /// Visits the messages of the campaign in their order until `visit` breaks off; another call goes on there. What is
    /// counted is the prospects for whom all is over. Whether those were all.
    pub(super) async fn each_turn(
        &mut self,
        snapshot: &Snapshot<'_>,
        query: &Foresight,
        course: &mut Course<'_>,
        mut visit: impl FnMut(&Turn, Instant) -> ControlFlow<()>,
    ) -> Result<bool> {
        let (run, mut last) = (self.run, self.after);
        let asked_for = |turn: &Turn, at, is_free| {
            let is_asked_for = is_free && turn.run == run && query.from.is_none_or(|from| at >= from);
            let is_next = is_asked_for && comes_after(&mut last, turn.place.prospect, at);
            if is_next { visit(turn, at) } else { ControlFlow::Continue(()) }
        };
        let were_all = self.go_through(snapshot, query.to, course, asked_for).await?;
        self.after = last;
        Ok(were_all)
    }

    /// Visits the turns of all campaigns before `until`, with whether whoever has it may be contacted, and lets them send or
    /// pass over, until `visit` breaks off. Whether those were all.
    pub(super) async fn go_through(
        &mut self,
        snapshot: &Snapshot<'_>,
        until: Option<Instant>,
        course: &mut Course<'_>,
        mut visit: impl FnMut(&Turn, Instant, bool) -> ControlFlow<()>,
    ) -> Result<bool> {
        let mut turns = 0_u64;
        while let Some((turn, at)) = self.next(snapshot, until)? {
            let is_free = self.is_free(&turn, at);
            let flow = visit(&turn, at, is_free);
            if is_free {
                self.send(&turn)
            } else {
                self.dismiss(&turn)
            }
            turns += 1;
            if course.reach(self.ended) || turns.is_multiple_of(256) {
                course.pause().await?;
            }
            if flow.is_break() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The next turn before `until`, as long as somebody of the campaign is to be sent something.
    fn next(&mut self, snapshot: &Snapshot<'_>, until: Option<Instant>) -> Result<Option<(Turn, Instant)>> {
        if self.queued == 0 {
            return Ok(None);
        }
        self.running.agenda.next(until, &mut |run, source, after| read(snapshot, run, source, after))
    }

    /// Whether whoever has a turn may be contacted.
    fn is_free(&self, turn: &Turn, at: Instant) -> bool {
        let prospect = turn.place.prospect;
        let (campaign, _) = &self.running.campaigns[turn.run];
        let shared = self.shared.as_ref().filter(|_| campaign.skips_other_campaigns());
        let other = shared.and_then(|shared| shared.other(prospect, at));
        other.is_none() && !self.barred[turn.run].contains(&prospect)
    }

    /// Sends someone a message.
    fn send(&mut self, turn: &Turn) {
        if let Some(shared) = &mut self.shared {
            shared.take(turn.place.prospect, self.running.agenda.now());
        }
        self.running.agenda.take(turn);
        let ended = self.running.agenda.sent(turn, self.assumptions);
        self.left(turn, ended, self.running.agenda.now());
    }

    /// Takes someone out who must not be contacted.
    fn dismiss(&mut self, turn: &Turn) {
        if let Some(shared) = &mut self.shared {
            shared.skip(turn.place.prospect);
        }
        self.running.agenda.dismiss(turn);
        let before = self.running.agenda.now().plus_ms(-1);
        self.left(turn, Some(before), before);
    }

    fn left(&mut self, turn: &Turn, ended: Option<Instant>, at: Instant) {
        if turn.run == self.run && ended.is_some() {
            self.queued = self.queued.saturating_sub(1);
            self.ended += 1;
        }
        self.end(turn.run, ended, at);
    }

    /// How many of the campaign are left to whom a sender is to write that is not connected.
    pub(super) fn stuck(&self) -> u32 {
        let barred = &self.barred[self.run];
        let stuck = self.running.agenda.stuck(self.run).filter(|prospect| !barred.contains(prospect));
        u32::try_from(stuck.count()).unwrap_or(u32::MAX)
    }

    /// Civil time as the campaign means it.
    pub(super) fn calendar(&self) -> &Calendar {
        self.running.agenda.runs[self.run].route.calendar()
    }

    /// The senders of the campaign, in its order.
    pub(super) fn senders(&self) -> Vec<AccountId> {
        let links = self.running.agenda.runs[self.run].links.indexes();
        links.map(|link| self.running.account(self.run, link).id).collect()
    }
}

/// Who is in several LinkedIn campaigns, where that matters to any.
fn share(snapshot: &Snapshot<'_>, user: &User, campaigns: &[Campaign], now: Instant) -> Result<Option<Shared>> {
    if !campaigns.iter().any(Campaign::skips_other_campaigns) {
        return Ok(None);
    }
    let overlapping: Vec<&Campaign> =
        campaigns.iter().filter(|campaign| campaign.settings.linkedin().is_some()).collect();
    Shared::load(snapshot, user.id, &overlapping, now).map(Some)
}

/// Whether a message comes after the last one of a page before, which is forgotten when it is found.
fn comes_after(last: &mut Option<Planned>, prospect: ProspectId, at: Instant) -> bool {
    let Some(Planned { at: last_at, prospect: last_prospect, .. }) = *last else { return true };
    let is_later = at > last_at;
    if is_later || (at == last_at && prospect == last_prospect) {
        *last = None;
    }
    is_later
}

/// Until when those of a draft are held.
fn held(
    snapshot: &Snapshot<'_>,
    user: &User,
    campaign: CampaignId,
    pending: &[ProspectId],
    now: Instant,
) -> Result<HashMap<ProspectId, Instant>> {
    let mut holds = Holds::of(snapshot, user.id, now)?;
    let mut held = HashMap::new();
    if holds.has_any() {
        for (prospect, person) in hold::rows::between(snapshot, campaign, None, pending.last().copied())? {
            held.extend(holds.until(campaign, &person)?.map(|until| (prospect, until)));
        }
    }
    Ok(held)
}

/// Who of a campaign must not be contacted.
fn bar(
    snapshot: &Snapshot<'_>,
    user: &User,
    campaign: &Campaign,
    now: Instant,
    mut shared: Option<&mut Shared>,
) -> Result<HashSet<ProspectId>> {
    if campaign.status.word() != StatusWord::Active {
        let mut barred = HashSet::new();
        for skipped in skipped(snapshot, campaign, now)? {
            barred.insert(skipped.prospect_id);
            if let Some(shared) = &mut shared {
                shared.skip(skipped.prospect_id);
            }
        }
        return Ok(barred);
    }
    let channel = campaign.settings.channel();
    Ok(suppression::rows::among_prospects(snapshot, user.id, campaign.id, channel)?.into_iter().collect())
}

/// The next of those without a sender; all others are there from the beginning.
fn read(snapshot: &Snapshot<'_>, run: &Run, source: Source, after: Option<Place>) -> Result<Fed> {
    if source.link.is_some() {
        return Ok(Fed::default());
    }
    let (places, connected) = queue::rows::fresh(snapshot, run.campaign, after, CHUNK)?;
    let has_more = places.len() == CHUNK as usize;
    Ok(Fed { places, has_more, connected })
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
