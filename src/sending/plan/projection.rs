//! What will be sent: the active campaigns in a scheduler whose clock moves on.

use std::ops::ControlFlow;

use super::gather::{Barred, bar, follow, held, share, together};
use super::{ParsedPlanQuery, Planned};
use crate::campaign::schedule::Span;
use crate::campaign::{Campaign, CampaignStatus};
use crate::error::{Result, or_bug};
use crate::id::{AccountId, ProspectId};
use crate::people::overlap::Shared;
use crate::people::prospect;
use crate::sending::progress::{self, LimitClass, Next, Progress, QueueEntry, QueueKey};
use crate::sending::reason::Reason;
use crate::sending::scheduler::load::Loaded;
use crate::sending::scheduler::{
    ActiveCampaign, Arena, Assumptions, CampaignIndex, CampaignSenderIndex, CampaignZone, DueMessage, Keeping,
    PerQueue, QueueKind, QueuePage, Source,
};
use crate::sending::stats;
use crate::sending::task::TaskType;
use crate::store::Snapshot;
use crate::store::pace::PacedWork;
use crate::time::Instant;
use crate::user::User;

/// How many prospects without a sender are read at once: not all campaigns need them.
const CHUNK: u32 = 128;

/// The queues of the senders of a campaign.
type Begun = Arena<CampaignSenderIndex, PerQueue<Vec<QueueEntry>>>;

/// One campaign with all that share its senders, from now on.
pub(super) struct Projection {
    pub(super) loaded: Loaded,
    /// The campaign.
    pub(super) campaign: CampaignIndex,
    pub(super) now: Instant,
    pub(super) assumptions: Assumptions,
    /// The prospects that must not be contacted.
    barred: Arena<CampaignIndex, Barred>,
    /// The people in several campaigns, where some skip people who belong to another.
    shared: Option<Shared>,
    /// How many prospects have no known end yet, and the last instant before the ends of the others.
    open: Arena<CampaignIndex, (u64, Instant)>,
    /// How many prospects of the campaign are in a queue: their next step is a message.
    queued: u64,
    /// How many prospects of the campaign have ended.
    pub(super) ended: u64,
    /// The message after which the requested ones come.
    after: Option<Planned>,
    /// The prospect whose message is looked for, although it is handed out.
    sought: Option<ProspectId>,
    /// The day of the last message of the campaign.
    day: Option<Span>,
}

impl Projection {
    /// A campaign that is a draft, or paused, becomes active now; others stay as they are.
    pub(super) fn of(
        snapshot: &Snapshot<'_>,
        user: &User,
        campaign: Campaign,
        now: Instant,
        query: &ParsedPlanQuery,
        sought: Option<ProspectId>,
    ) -> Result<Self> {
        let id = campaign.id;
        let campaigns = together(snapshot, user, campaign)?;
        let mut loaded = Loaded::new(snapshot, user, now, Keeping::Counted, Vec::new())?;
        let mut shared = share(snapshot, user, &campaigns, now)?;
        let mut barred = Arena::default();
        for campaign in campaigns {
            barred.push(match sought {
                // The person may be among the first.
                Some(_) => Barred::unknown(snapshot, user, &campaign)?,
                None => Barred::Known(bar(snapshot, user, &campaign, now, shared.as_mut())?),
            });
            follow(snapshot, &mut loaded, campaign)?;
        }
        let mut projection = Self {
            campaign: or_bug(loaded.index_of(id))?,
            shared,
            open: loaded.campaigns.indexes().map(|_| (0, now.plus_ms(-1))).collect(),
            loaded,
            now,
            assumptions: query.assumptions,
            barred,
            queued: 0,
            ended: 0,
            after: query.after,
            sought,
            day: None,
        };
        for index in projection.loaded.campaigns.indexes() {
            projection.fill(snapshot, index)?;
            projection.end_if_over(index);
        }
        Ok(projection)
    }

    /// Puts everyone of a campaign into its queues.
    fn fill(&mut self, snapshot: &Snapshot<'_>, index: CampaignIndex) -> Result<()> {
        let (campaign, _) = &self.loaded.campaigns[index];
        let (id, now, word) = (campaign.id, self.now, campaign.status());
        let fresh =
            |zone| Source { campaign: index, zone, link: None, from: QueueKind::Fresh, class: LimitClass::Messages };
        match word {
            CampaignStatus::Completed => {}
            CampaignStatus::Draft => {
                let pending = prospect::rows::pending(snapshot, id)?;
                let held = held(snapshot, self.loaded.user(), id, &pending, now)?;
                let its = &self.loaded.scheduler.campaigns[index];
                let mut places: Arena<CampaignZone, (Next, Vec<QueueEntry>)> =
                    its.zones.iter().map(|(_, people)| (people.route.first(now), Vec::new())).collect();
                for prospect in pending.into_iter().filter(|prospect| !self.barred[index].has(*prospect)) {
                    let (first, places) = &mut places[its.zone_of_prospect(prospect)];
                    let Next::Send { position, due, .. } = *first else { continue };
                    let due = held.get(&prospect).map_or(due, |until| due.max(*until));
                    if due == Instant::LAST {
                        self.open[index].0 += 1;
                    } else {
                        places.push(QueueEntry { due, prospect, position });
                    }
                }
                for zone in places.indexes() {
                    let mut places = std::mem::take(&mut places[zone].1);
                    if !held.is_empty() {
                        places.sort_unstable();
                    }
                    self.enter(index, places.len() as u64);
                    self.loaded.scheduler.refill(fresh(zone), QueuePage { places, ..QueuePage::default() });
                }
            }
            CampaignStatus::Active | CampaignStatus::Paused => {
                let links = self.loaded.scheduler.campaigns[index].links.indexes();
                let mut begun: Begun = links.map(|_| PerQueue::default()).collect();
                let (mut rest, mut bound) = (Vec::new(), 0);
                progress::rows::each_bound(snapshot, id, |progress| {
                    bound += 1;
                    // Who must not be contacted is skipped when a campaign becomes active.
                    let is_skipped = word == CampaignStatus::Paused && self.barred[index].has(progress.prospect);
                    if is_skipped { Ok(()) } else { self.place(index, progress, &mut begun, &mut rest) }
                })?;
                if index == self.campaign || self.shared.is_some() {
                    let open = stats::rows::find(snapshot, id)?.map_or(0, |stats| stats.open());
                    self.enter(index, u64::from(open).saturating_sub(bound));
                }
                for link in begun.indexes() {
                    let zone = self.loaded.scheduler.campaigns[index].zone_of_link(link);
                    for (from, class) in PerQueue::<()>::keys() {
                        let mut places = std::mem::take(&mut begun[link][(from, class)]);
                        // Of two lanes.
                        places.sort_unstable();
                        let source = Source { campaign: index, zone, link: Some(link), from, class };
                        self.loaded.scheduler.refill(source, QueuePage { places, ..QueuePage::default() });
                    }
                }
                for zone in self.loaded.scheduler.campaigns[index].zones.indexes() {
                    let page = read(snapshot, &self.loaded.scheduler.campaigns[index], fresh(zone), None)?;
                    self.loaded.scheduler.refill(fresh(zone), page);
                }
                for progress in rest {
                    self.go_on(index, &progress);
                }
            }
        }
        Ok(())
    }

    fn enter(&mut self, index: CampaignIndex, people: u64) {
        self.open[index].0 += people;
        if index == self.campaign {
            self.queued += people;
        }
    }

    /// Sorts a prospect into the queue of its sender, or into `rest` if its next step is no message.
    fn place(
        &mut self,
        index: CampaignIndex,
        progress: Progress,
        begun: &mut Begun,
        rest: &mut Vec<Progress>,
    ) -> Result<()> {
        self.open[index].0 += 1;
        // Claims are assumed to name a link.
        let its = &self.loaded.scheduler.campaigns[index];
        let mut zone = its.zone_of_number(progress.zone);
        let progress = match its.own_zone().route.kind(progress.position) {
            Some(kind) if progress.awaits_link() => {
                zone = its.zone_of_prospect(progress.prospect);
                Progress { ready: self.now, ..progress.released(kind) }
            }
            _ => progress,
        };
        // Nobody knows when the hold ends.
        if progress.due() == Instant::LAST {
            return Ok(());
        }
        let scheduler = &mut self.loaded.scheduler;
        if progress.is_connected {
            scheduler.connected.insert(progress.prospect);
        }
        scheduler.resumes.extend(progress.resume.map(|resume| (progress.prospect, resume)));
        let needs_none = progress.is_connected
            && scheduler.campaigns[index].own_zone().route.kind(progress.position) == Some(TaskType::ConnectionRequest);
        let QueueKey::Bound { line, sender, class } = progress.lane else {
            rest.push(progress);
            return Ok(());
        };
        if needs_none || (progress.is_leased(self.now) && self.sought != Some(progress.prospect)) {
            rest.push(progress);
            return Ok(());
        }
        let link = or_bug(scheduler.campaigns[index].link(sender, zone))?;
        scheduler.places.extend(progress.place.map(|place| (progress.prospect, place)));
        let from = match QueueKind::of(line, progress.has_place_on(scheduler.today())) {
            // A plan assumes what claims do by default: what is late goes in its hours.
            QueueKind::Late => QueueKind::Begun,
            kind => kind,
        };
        begun[link][(from, class)].push(progress.queued());
        self.queued += u64::from(index == self.campaign);
        Ok(())
    }

    /// Moves a prospect on that waits for something else than a message: what is handed out is sent now, invitations that
    /// wait are accepted as if they were sent now, and connected prospects need none.
    fn go_on(&mut self, index: CampaignIndex, progress: &Progress) {
        if progress.is_unresolved {
            return;
        }
        let its = &self.loaded.scheduler.campaigns[index];
        let position = progress.position;
        let zone = its.zone_of_prospect(progress.prospect);
        let link = progress.sender.and_then(|sender| its.link(sender, zone));
        let route = its.route(link, zone);
        // What was claimed ahead is sent when it is to be.
        let at = progress.place.filter(|_| progress.is_leased(self.now)).map_or(self.now, |place| place.max(self.now));
        let next = match progress.lane {
            QueueKey::Wait if route.is_end(position) => Next::End { position, due: progress.ready },
            // What has run out is over, whether a claim has noticed or not.
            QueueKey::Wait if progress.ready <= self.now => Next::End { position, due: progress.ready },
            QueueKey::Wait => Next::Accept { position, until: progress.ready },
            QueueKey::Fresh => match route.kind(position) {
                Some(kind) => Next::Send { position, kind, due: progress.ready },
                None => return,
            },
            _ => progress.after(route, at),
        };
        let who = (index, link, progress.prospect);
        let ended = self.loaded.scheduler.proceed(who, next, progress.hold, at, self.assumptions);
        if index == self.campaign {
            self.queued += u64::from(ended.is_none());
        }
        self.end(index, ended, at);
    }

    /// Stores when the sequence of a prospect ends, if it does: with the message of the instant `at`, or at the end of its
    /// wait.
    fn end(&mut self, index: CampaignIndex, ended: Option<Instant>, at: Instant) {
        let Some(ended) = ended else { return };
        let (open, until) = &mut self.open[index];
        *open = open.saturating_sub(1);
        *until = (*until).max(if ended > at { ended.plus_ms(-1) } else { at });
        self.end_if_over(index);
    }

    /// Ends a campaign in which nobody is left.
    fn end_if_over(&mut self, index: CampaignIndex) {
        let (campaign, _) = &self.loaded.campaigns[index];
        if let ((0, until), Some(shared)) = (self.open[index], &mut self.shared)
            && !campaign.stay_open
        {
            shared.end(campaign.id, until);
        }
    }

    /// Visits the messages of the campaign in their order until `visit` breaks off, with the [limit](Self::limit) of the day before; another call continues there. Progress counts the prospects that have ended. Returns whether those were all messages.
    pub(super) async fn each_message(
        &mut self,
        snapshot: &Snapshot<'_>,
        query: &ParsedPlanQuery,
        work: &mut PacedWork<'_>,
        mut visit: impl FnMut(&DueMessage, Instant, Option<Reason>) -> ControlFlow<()>,
    ) -> Result<bool> {
        let (index, mut last) = (self.campaign, self.after);
        let asked_for = |message: &DueMessage, at, is_free, limit| {
            let is_asked_for = is_free && message.campaign == index && query.from.is_none_or(|from| at >= from);
            let is_next = is_asked_for && comes_after(&mut last, message.place.prospect, at);
            if is_next { visit(message, at, limit) } else { ControlFlow::Continue(()) }
        };
        let were_all = self.go_through(snapshot, query.to, work, asked_for).await?;
        self.after = last;
        Ok(were_all)
    }

    /// Visits the messages of all campaigns before `until`, with whether the person may be contacted, and sends or leaves
    /// out each, until `visit` breaks off. Returns whether those were all.
    pub(super) async fn go_through(
        &mut self,
        snapshot: &Snapshot<'_>,
        until: Option<Instant>,
        work: &mut PacedWork<'_>,
        mut visit: impl FnMut(&DueMessage, Instant, bool, Option<Reason>) -> ControlFlow<()>,
    ) -> Result<bool> {
        let mut turns = 0_u64;
        while let Some((message, at)) = self.next(snapshot, until)? {
            let is_free = self.is_free(snapshot, &message, at)?;
            let limit = if self.day.is_some_and(|day| !day.contains(at)) { self.limit() } else { None };
            let flow = visit(&message, at, is_free, limit);
            if is_free {
                self.send(&message)
            } else {
                self.dismiss(&message)
            }
            turns += 1;
            if work.reach(self.ended) || turns.is_multiple_of(256) {
                work.pause().await?;
            }
            if flow.is_break() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The next message before `until`, as long as the campaign has messages to send.
    fn next(&mut self, snapshot: &Snapshot<'_>, until: Option<Instant>) -> Result<Option<(DueMessage, Instant)>> {
        if self.queued == 0 {
            return Ok(None);
        }
        self.loaded.scheduler.next(until, &mut |index, source, after| read(snapshot, index, source, after))
    }

    /// Whether the person whose message is due may be contacted.
    fn is_free(&mut self, snapshot: &Snapshot<'_>, message: &DueMessage, at: Instant) -> Result<bool> {
        let prospect = message.place.prospect;
        let (campaign, _) = &self.loaded.campaigns[message.campaign];
        let shared = self.shared.as_ref().filter(|_| campaign.skips_other_campaigns());
        if shared.is_some_and(|shared| shared.other(prospect, at).is_some()) {
            return Ok(false);
        }
        Ok(!self.barred[message.campaign].look_up(snapshot, self.loaded.user(), campaign, prospect)?)
    }

    /// What kept other messages of the campaign from going on the day of its last one, if that is watched.
    pub(super) fn limit(&mut self) -> Option<Reason> {
        self.loaded.scheduler.limit_on(self.day?.start)
    }

    /// Sends a message.
    fn send(&mut self, message: &DueMessage) {
        if let Some(shared) = &mut self.shared {
            shared.take(message.place.prospect, self.loaded.scheduler.now());
        }
        self.loaded.scheduler.take(message);
        if message.campaign == self.campaign {
            self.day = Some(self.loaded.scheduler.today());
        }
        let ended = self.loaded.scheduler.sent(message, self.assumptions);
        self.left(message, ended, self.loaded.scheduler.now());
    }

    /// Removes a prospect that must not be contacted.
    fn dismiss(&mut self, message: &DueMessage) {
        if let Some(shared) = &mut self.shared {
            shared.skip(message.place.prospect);
        }
        self.loaded.scheduler.dismiss(message);
        let before = self.loaded.scheduler.now().plus_ms(-1);
        self.left(message, Some(before), before);
    }

    fn left(&mut self, message: &DueMessage, ended: Option<Instant>, at: Instant) {
        if message.campaign == self.campaign && ended.is_some() {
            self.queued = self.queued.saturating_sub(1);
            self.ended += 1;
        }
        self.end(message.campaign, ended, at);
    }

    /// How many prospects of the campaign wait for a sender that is not connected.
    pub(super) fn stuck(&self) -> u32 {
        let barred = &self.barred[self.campaign];
        let stuck = self.loaded.scheduler.stuck(self.campaign).filter(|prospect| !barred.has(*prospect));
        u32::try_from(stuck.count()).unwrap_or(u32::MAX)
    }

    /// The senders of the campaign, in its order.
    pub(super) fn senders(&self) -> Vec<AccountId> {
        let its = &self.loaded.scheduler.campaigns[self.campaign];
        its.links_in(CampaignZone::OWN).map(|link| self.loaded.account(self.campaign, link).id).collect()
    }
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

/// The next prospects without a sender; all others are loaded at the beginning.
fn read(
    snapshot: &Snapshot<'_>,
    campaign: &ActiveCampaign,
    source: Source,
    after: Option<QueueEntry>,
) -> Result<QueuePage> {
    if source.link.is_some() {
        return Ok(QueuePage::default());
    }
    let Some(zone) = campaign.zones[source.zone].number else { return Ok(QueuePage::default()) };
    let (places, connected) = progress::rows::fresh(snapshot, campaign.id, zone, after, CHUNK)?;
    let has_more = places.len() == CHUNK as usize;
    Ok(QueuePage { places, has_more, connected })
}
