//! Which message is next, of the campaigns in which something may happen.

use super::super::LatePolicy;
use super::awake::{Awake, PacedQueue};
use super::held_messages::HeldMessages;
use crate::account;
use crate::campaign;
use crate::error::Result;
use crate::id::{AccountId, CampaignId};
use crate::sending::progress::{self, Lane, LimitClass, QueueEntry, QueueKey, SenderQueue, zone};
use crate::sending::scheduler::load::Loaded;
use crate::sending::scheduler::rows::{Awaited, PacedOrder, Waker};
use crate::sending::scheduler::{
    self, ActiveCampaign, CampaignIndex, DueMessage, HeldQueue, Index, Paced, QueueKind, QueuePage, SenderIndex,
    Source, Waits,
};
use crate::store::{Snapshot, Tx, or_corrupt};
use crate::time::Instant;

/// How many of a queue are read at once.
const CHUNK: u32 = 64;

/// The campaigns that a claim has loaded, at one instant.
pub(super) struct ClaimScope {
    pub(super) loaded: Loaded,
    /// Their state before anything was handed out: how many people each sender had, and the number of the last first
    /// message.
    before: Vec<(CampaignIndex, Vec<u32>, Option<i64>)>,
    late: LatePolicy,
    /// What is leased at this instant is not handed out.
    began: Instant,
    /// The senders of what was handed out, and those of them whose follow-ups are to be counted again.
    handed_out: Vec<SenderIndex>,
    used: Vec<SenderIndex>,
    /// The senders for whose gap campaigns wait that were not added.
    queues: Vec<PacedQueue>,
    /// Where it is known when something happens.
    pub(super) sure: Vec<(Instant, Waker)>,
}

impl ClaimScope {
    /// At the instant of a scheduler without campaigns, while what is leased at another one, which may be before, is not
    /// handed out. Of the campaigns that wait for the gap of one of these senders it adds those that come next.
    pub(super) fn of(
        snapshot: &Snapshot<'_>,
        loaded: Loaded,
        awake: &Awake,
        late: LatePolicy,
        began: Instant,
    ) -> Result<Self> {
        let mut scope = Self {
            loaded,
            before: Vec::new(),
            late,
            began,
            handed_out: Vec::new(),
            used: Vec::new(),
            queues: Vec::new(),
            sure: Vec::new(),
        };
        for campaign in &awake.campaigns {
            scope.add(snapshot, *campaign)?;
        }
        for account in &awake.senders {
            let sender = scope.loaded.sender(snapshot, *account)?;
            scope.look_at(snapshot, sender)?;
        }
        scope.loaded.keep(snapshot)?;
        Ok(scope)
    }

    /// Looks at what waits for the gap of a sender.
    fn look_at(&mut self, snapshot: &Snapshot<'_>, sender: SenderIndex) -> Result<()> {
        if self.queues.iter().all(|queue| queue.sender != sender) {
            self.queues.push(PacedQueue::of(snapshot, &mut self.loaded, sender)?);
        }
        Ok(())
    }

    /// Adds a campaign; whether it was not there before.
    fn add(&mut self, snapshot: &Snapshot<'_>, id: CampaignId) -> Result<bool> {
        if self.loaded.index_of(id).is_some() {
            return Ok(false);
        }
        let campaign = or_corrupt(campaign::rows::find(snapshot, self.loaded.user().id, id)?)?;
        let lanes = progress::rows::lanes(snapshot, id)?;
        let followed = zone::of_lanes(snapshot, &lanes)?;
        let index = self.loaded.add(snapshot, campaign, self.late == LatePolicy::Send, followed)?;
        let its = &self.loaded.scheduler.campaigns[index];
        let assigned = its.assigned.iter().map(|(_, people)| *people).collect();
        self.before.push((index, assigned, its.seniority.last));
        for lane in lanes {
            let its = &self.loaded.scheduler.campaigns[index];
            let zone = its.zone_of_number(lane.zone);
            match lane.queue {
                QueueKey::Wait => {}
                QueueKey::Bound { line: SenderQueue::Handed, sender, class } => {
                    let link = its.link(sender, zone);
                    let source = Source { campaign: index, zone, link, from: QueueKind::Placed, class };
                    self.load_handed(snapshot, source, lane)?;
                }
                QueueKey::Bound { line, sender, class } => {
                    let from = QueueKind::of(line, false);
                    self.refill(snapshot, Source { campaign: index, zone, link: its.link(sender, zone), from, class })?;
                }
                QueueKey::Fresh => {
                    let (from, class) = (QueueKind::Fresh, LimitClass::Messages);
                    self.refill(snapshot, Source { campaign: index, zone, link: None, from, class })?;
                }
            }
        }
        self.loaded.keep_added(snapshot, index)?;
        Ok(true)
    }

    fn refill(&mut self, snapshot: &Snapshot<'_>, source: Source) -> Result<()> {
        let page = read(
            snapshot,
            &self.loaded.scheduler.campaigns[source.campaign],
            source,
            None,
            self.loaded.scheduler.now(),
        )?;
        self.loaded.scheduler.refill(source, page);
        Ok(())
    }

    /// Of what was handed out, what is due again: with its place in the limits of today, or without.
    fn load_handed(&mut self, snapshot: &Snapshot<'_>, source: Source, lane: Lane) -> Result<()> {
        let Source { campaign, link, class, .. } = source;
        let mut placed = Vec::new();
        for progress in progress::rows::handed(snapshot, self.loaded.scheduler.campaigns[campaign].id, lane)? {
            if progress.due() > self.loaded.scheduler.now() || progress.is_leased(self.began) {
                continue;
            }
            self.loaded.scheduler.places.extend(progress.place.map(|place| (progress.prospect, place)));
            let has_place = progress.has_place_on(self.loaded.scheduler.today());
            if QueueKind::of(SenderQueue::Handed, has_place) == QueueKind::Placed {
                placed.push(progress.queued());
            } else {
                self.loaded.scheduler.join(campaign, link, progress.queued(), class);
            }
        }
        self.loaded.scheduler.refill(source, QueuePage { places: placed, ..QueuePage::default() });
        Ok(())
    }

    /// The next message, if there is one.
    pub(super) fn next(&mut self, snapshot: &Snapshot<'_>) -> Result<Option<DueMessage>> {
        let now = self.loaded.scheduler.now();
        let until = Some(now.plus_ms(1));
        let mut refill = |campaign: &ActiveCampaign, source, after| read(snapshot, campaign, source, after, now);
        loop {
            let best = self.loaded.scheduler.next(until, &mut refill)?.map(|(message, _)| message);
            if let Some(campaign) = self.before_of(snapshot, best.as_ref())? {
                self.add(snapshot, campaign)?;
                self.loaded.keep(snapshot)?;
                continue;
            }
            if best.is_some() {
                return Ok(best);
            }
            // Campaigns whose senders have less room keep less for them.
            let mut has_more = false;
            for sender in std::mem::take(&mut self.used) {
                for campaign in scheduler::rows::waiting_for(snapshot, self.loaded.accounts[sender].id)? {
                    has_more |= self.add(snapshot, campaign)?;
                }
            }
            if !has_more {
                return Ok(None);
            }
            self.loaded.keep(snapshot)?;
        }
    }

    /// A campaign that was not added and may come before a message, if there is one, of those that wait for the gap of senders.
    fn before_of(&mut self, snapshot: &Snapshot<'_>, best: Option<&DueMessage>) -> Result<Option<CampaignId>> {
        let begun_before = best.filter(|best| !best.from.is_first()).map(|best| best.place.due);
        let first_before = best.map(|best| self.loaded.scheduler.campaigns[best.campaign].seniority);
        let mut next: Option<(i64, CampaignId)> = None;
        for queue in &mut self.queues {
            if let Some((due, campaign)) = queue.next(snapshot, &self.loaded, PacedOrder::Begun)?
                && begun_before.is_none_or(|before| due <= before.unix_ms())
                && queue.is_free(&mut self.loaded, PacedOrder::Begun)
            {
                return Ok(Some(campaign));
            }
            if begun_before.is_none()
                && let Some(first) = queue.next(snapshot, &self.loaded, PacedOrder::Turn)?
                && first_before.is_none_or(|before| first < (before.turn(), before.campaign))
                && next.is_none_or(|next| first < next)
                && queue.is_free(&mut self.loaded, PacedOrder::Turn)
            {
                next = Some(first);
            }
        }
        Ok(next.map(|(_, campaign)| campaign))
    }

    /// Counts a message that is handed out.
    pub(super) fn take(&mut self, message: &DueMessage) {
        self.loaded.scheduler.take(message);
        let sender = self.loaded.scheduler.campaigns[message.campaign].links[message.link].sender;
        for senders in [&mut self.used, &mut self.handed_out] {
            if !senders.contains(&sender) {
                senders.push(sender);
            }
        }
        self.loaded.expect_follow_up(message.campaign, message.link);
    }

    /// Takes a prospect out of a queue; the room kept for it is free for others.
    pub(super) fn dismiss(&mut self, snapshot: &Snapshot<'_>, message: &DueMessage) -> Result<()> {
        self.loaded.is_outdated = true;
        self.loaded.scheduler.dismiss(message);
        if message.from.is_kept() {
            let sender = self.loaded.scheduler.campaigns[message.campaign].links[message.link].sender;
            for campaign in scheduler::rows::waiting_for(snapshot, self.loaded.accounts[sender].id)? {
                self.add(snapshot, campaign)?;
            }
            self.look_at(snapshot, sender)?;
            self.loaded.expect_follow_up(message.campaign, message.link);
            self.loaded.keep(snapshot)?;
            self.loaded.keep_of(snapshot, sender)?;
        }
        Ok(())
    }

    /// Stores the changes in the order of turns, and until when each campaign can be skipped.
    pub(super) fn remember(&mut self, tx: &Tx<'_>, more: bool) -> Result<()> {
        let user = self.loaded.user().id;
        let mut waiting: Vec<Paced> = Vec::new();
        for (index, assigned, last) in std::mem::take(&mut self.before) {
            let its = &self.loaded.scheduler.campaigns[index];
            let campaign = its.id;
            for ((link, (_, people)), before) in its.links.iter().zip(its.assigned.iter()).zip(assigned) {
                if *people != before {
                    let account = self.loaded.accounts[link.1.sender].id;
                    campaign::rows::set_assigned(tx, campaign, account, *people)?;
                }
            }
            if let Some(number) = its.seniority.last.filter(|number| Some(*number) != last) {
                scheduler::rows::set_last_first(tx, user, campaign, number)?;
            }
            if its.lacks_zone {
                // Each claim looks at it: another version may know the zone.
                scheduler::rows::set_wake(tx, campaign, Some(Instant::from_unix_ms(0)))?;
                let is_room = self.loaded.scheduler.awaited(index).into_iter();
                let awaited = is_room.map(|is_room| Awaited { is_room, ..Awaited::default() });
                scheduler::rows::set_awaited(tx, campaign, awaited)?;
            } else {
                self.wait(tx, index, &mut waiting)?;
            }
        }
        for sender in std::mem::take(&mut self.handed_out) {
            let its = &self.loaded.scheduler.senders[sender];
            account::rows::set_hand_outs(tx, self.loaded.accounts[sender].id, its.hand_outs())?;
        }
        self.set_free(tx, waiting)?;
        scheduler::rows::refresh_follow_ups(tx, std::mem::take(&mut self.loaded.without_follow_up))?;
        if more {
            // What waits for their room was not looked at yet.
            for sender in std::mem::take(&mut self.used) {
                scheduler::rows::stir_sender(tx, self.loaded.accounts[sender].id)?;
            }
        } else {
            scheduler::rows::clear_stirred(tx, self.loaded.accounts.iter().map(|(_, account)| account.id))?;
        }
        Ok(())
    }

    /// Stores until when a campaign can be skipped, and what it waits for of its senders; adds what waits for their gap.
    fn wait(&mut self, tx: &Tx<'_>, index: CampaignIndex, waiting: &mut Vec<Paced>) -> Result<()> {
        let Waits { wake, paced } = self.waits(tx, index)?;
        let is_room = self.loaded.scheduler.awaited(index);
        let its = &self.loaded.scheduler.campaigns[index];
        let (campaign, turn) = (its.id, its.seniority.turn());
        scheduler::rows::set_wake(tx, campaign, wake.map(|wake| wake.at))?;
        self.sure.extend(wake.filter(|wake| !wake.is_bound).map(|wake| (wake.at, Waker::Campaign(campaign))));
        let mut awaited: Vec<Awaited> =
            is_room.into_iter().map(|is_room| Awaited { is_room, ..Awaited::default() }).collect();
        for paced in paced {
            let Some(awaited) = awaited.get_mut(paced.position.place()) else { continue };
            match paced.begun {
                Some(due) => awaited.begun = Some(awaited.begun.map_or(due, |begun| begun.min(due))),
                None => awaited.turn = Some(turn),
            }
            waiting.push(paced);
        }
        scheduler::rows::set_awaited(tx, campaign, awaited.into_iter())
    }

    /// Stores when senders may send again what waits for their gap.
    fn set_free(&mut self, tx: &Tx<'_>, waiting: Vec<Paced>) -> Result<()> {
        for sender in self.loaded.accounts.indexes() {
            let mut has = (false, false);
            let account = self.loaded.accounts[sender].id;
            for paced in waiting.iter().filter(|paced| paced.sender == sender) {
                has = (has.0 || paced.begun.is_some(), has.1 || paced.begun.is_none());
                if !paced.wake.is_bound {
                    self.sure.push((paced.wake.at, Waker::Sender(account)));
                }
            }
            let queue = self.queues.iter_mut().find(|queue| queue.sender == sender);
            let is_looked_at = queue.is_some();
            if let Some(queue) = queue {
                has.0 |= queue.next(tx, &self.loaded, PacedOrder::Begun)?.is_some();
                has.1 |= queue.next(tx, &self.loaded, PacedOrder::Turn)?.is_some();
            }
            if has == (false, false) && !is_looked_at {
                continue;
            }
            let opening = self.loaded.own_opening(sender)?;
            let free = self.loaded.scheduler.free_at(sender, opening, has);
            let awaits_room = free.is_some() && self.loaded.scheduler.awaits_room(sender);
            match free {
                Some(free) if !is_looked_at => scheduler::rows::add_free(tx, account, free, awaits_room)?,
                free => scheduler::rows::set_free(tx, account, free, awaits_room)?,
            }
        }
        Ok(())
    }

    /// Counts what is due in the campaigns that were looked at, and was not handed out.
    pub(super) fn count_held(&mut self, held: &mut HeldMessages) {
        for campaign in self.loaded.campaigns.indexes() {
            for HeldQueue { reason, sender, messages } in self.loaded.scheduler.held_back(campaign) {
                held.add(reason, sender.map(|sender| self.loaded.accounts[sender].id), messages);
            }
        }
    }

    /// When something may next happen in a campaign.
    pub(super) fn waits(&mut self, snapshot: &Snapshot<'_>, index: CampaignIndex) -> Result<Waits> {
        let campaign = self.loaded.scheduler.campaigns[index].id;
        let mut waits = self.loaded.scheduler.waits_of_campaign(index);
        for lane in progress::rows::lanes(snapshot, campaign)? {
            let next = progress::rows::next_due(snapshot, campaign, lane, self.loaded.scheduler.now())?;
            if let Some(due) = next {
                self.loaded.scheduler.wait_for(index, lane, due, &mut waits);
            }
        }
        Ok(waits)
    }

    /// The senders that were looked at, each with when it may next send what waits for its gap.
    pub(super) fn free(&mut self, snapshot: &Snapshot<'_>) -> Result<Vec<(Instant, AccountId)>> {
        let mut free = Vec::new();
        for queue in &mut self.queues {
            let has = [PacedOrder::Begun, PacedOrder::Turn].map(|order| queue.next(snapshot, &self.loaded, order));
            let [has_begun, has_firsts] = has;
            let has = (has_begun?.is_some(), has_firsts?.is_some());
            let at = self.loaded.scheduler.free_at(queue.sender, queue.opening, has);
            free.extend(at.map(|at| (at, self.loaded.accounts[queue.sender].id)));
        }
        Ok(free)
    }
}

/// The next of a queue that are due, and whether others come after them.
fn read(
    snapshot: &Snapshot<'_>,
    campaign: &ActiveCampaign,
    source: Source,
    after: Option<QueueEntry>,
    now: Instant,
) -> Result<QueuePage> {
    let line = match source.from {
        QueueKind::Placed => return Ok(QueuePage::default()),
        QueueKind::Late => SenderQueue::Late,
        QueueKind::Begun => SenderQueue::Begun,
        QueueKind::First | QueueKind::Fresh => SenderQueue::First,
    };
    let position = source.link.map(|link| campaign.links[link].position.place());
    let sender = position.and_then(|position| u16::try_from(position).ok());
    let queue = sender.map_or(QueueKey::Fresh, |sender| QueueKey::Bound { line, sender, class: source.class });
    let Some(zone) = campaign.zones[source.zone].number else { return Ok(QueuePage::default()) };
    let lane = Lane { zone, queue };
    let places = progress::rows::due(snapshot, campaign.id, lane, after, now, CHUNK)?;
    let has_more = places.len() == CHUNK as usize;
    // Who is connected is asked when a message is handed out.
    Ok(QueuePage { places, has_more, connected: Vec::new() })
}
