//! Which message is next, of the campaigns in which something may happen.

use std::cmp::Reverse;
use std::collections::binary_heap::PeekMut;
use std::collections::{BinaryHeap, HashSet};

use super::super::LatePolicy;
use super::held_messages::HeldMessages;
use crate::account::{self, Account};
use crate::campaign;
use crate::error::Result;
use crate::id::CampaignId;
use crate::sending::progress::{self, Lane, LimitClass, QueueEntry, QueueKey, SenderQueue, zone};
use crate::sending::scheduler::load::Loaded;
use crate::sending::scheduler::{
    self, ActiveCampaign, CampaignIndex, DueMessage, HeldQueue, Index, Keeping, QueueKind, QueuePage, SenderIndex,
    Source, Wake,
};
use crate::store::{Snapshot, Tx, or_corrupt};
use crate::time::Instant;
use crate::user::User;

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
    /// The campaigns of which it is known when something happens in them.
    pub(super) sure: Vec<(Instant, CampaignId)>,
}

impl ClaimScope {
    /// At the instant of a scheduler without campaigns, while what is leased at another one, which may be before, is not
    /// handed out.
    pub(super) fn of(
        snapshot: &Snapshot<'_>,
        loaded: Loaded,
        campaigns: &[CampaignId],
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
            sure: Vec::new(),
        };
        for campaign in campaigns {
            scope.add(snapshot, *campaign)?;
        }
        scope.loaded.keep(snapshot)?;
        Ok(scope)
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
            if let Some((message, _)) = self.loaded.scheduler.next(until, &mut refill)? {
                return Ok(Some(message));
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

    /// Counts a message that is handed out.
    pub(super) fn take(&mut self, message: &DueMessage) {
        self.loaded.scheduler.take(message);
        let sender = self.loaded.scheduler.campaigns[message.campaign].links[message.link].sender;
        for senders in [&mut self.used, &mut self.handed_out] {
            if !senders.contains(&sender) {
                senders.push(sender);
            }
        }
    }

    /// Takes a prospect out of a queue; the room kept for it is free for others.
    pub(super) fn dismiss(&mut self, snapshot: &Snapshot<'_>, message: &DueMessage) -> Result<()> {
        self.loaded.scheduler.dismiss(message);
        if message.from.is_kept() {
            let sender = self.loaded.scheduler.campaigns[message.campaign].links[message.link].sender;
            for campaign in scheduler::rows::waiting_for(snapshot, self.loaded.accounts[sender].id)? {
                self.add(snapshot, campaign)?;
            }
            self.loaded.keep_of(snapshot, sender)?;
        }
        Ok(())
    }

    /// Stores the changes in the order of turns, and until when each campaign can be skipped: not at all, where more would
    /// be handed out now.
    pub(super) fn remember(&mut self, tx: &Tx<'_>, more: bool) -> Result<()> {
        let user = self.loaded.user().id;
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
            // Another version may know the zone.
            if !more && !its.lacks_zone {
                let wake = self.wake(tx, index)?;
                scheduler::rows::set_wake(tx, campaign, wake.map(|wake| wake.at))?;
                self.sure.extend(wake.filter(|wake| !wake.is_bound).map(|wake| (wake.at, campaign)));
                let awaited = self.loaded.scheduler.awaited(index);
                scheduler::rows::set_waiting(tx, campaign, awaited.into_iter())?;
            }
        }
        for sender in std::mem::take(&mut self.handed_out) {
            let its = &self.loaded.scheduler.senders[sender];
            account::rows::set_hand_outs(tx, self.loaded.accounts[sender].id, its.hand_outs())?;
        }
        scheduler::rows::refresh_follow_ups(tx, std::mem::take(&mut self.loaded.without_follow_up))?;
        if !more {
            scheduler::rows::clear_stirred(tx, self.loaded.accounts.iter().map(|(_, account)| account.id))?;
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
    fn wake(&mut self, snapshot: &Snapshot<'_>, index: CampaignIndex) -> Result<Option<Wake>> {
        let campaign = self.loaded.scheduler.campaigns[index].id;
        let mut wake = self.loaded.scheduler.wake_of_campaign(index);
        for lane in progress::rows::lanes(snapshot, campaign)? {
            let next = progress::rows::next_due(snapshot, campaign, lane, self.loaded.scheduler.now())?;
            let next = next.and_then(|due| self.loaded.scheduler.opens_for(index, lane, due));
            wake = [wake, next].into_iter().flatten().min();
        }
        Ok(wake)
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

/// The first instant from now on at which a claim would change something. Of those in which something may happen at one
/// instant, it looks at one campaign first, and then at twice as many each time. `known` are accounts that were loaded, `sure`
/// the campaigns of which it is known when something happens in them.
pub(super) fn next_due(
    snapshot: &Snapshot<'_>,
    user: &User,
    now: Instant,
    known: Vec<Account>,
    sure: &[(Instant, CampaignId)],
) -> Result<Option<Instant>> {
    let mut known = known;
    let stirred = scheduler::rows::stirred(snapshot, user.id)?;
    let mut seen: HashSet<CampaignId> = stirred.iter().copied().collect();
    // When something may happen in those that were found.
    let mut wakes: BinaryHeap<Reverse<(Instant, CampaignId)>> =
        stirred.into_iter().map(|campaign| Reverse((now, campaign))).collect();
    let (mut last, mut were_all) = (None, false);
    let (mut at, mut most) = (now, 1);
    loop {
        while !were_all && wakes.peek().is_none_or(|Reverse(first)| last.is_none_or(|(wake, _)| wake < first.0)) {
            let found = scheduler::rows::wakes(snapshot, user.id, last, most)?;
            were_all = found.len() < most;
            last = found.last().copied().or(last);
            let found = found.into_iter().filter(|(_, campaign)| seen.insert(*campaign));
            wakes.extend(found.map(Reverse));
        }
        let Some(Reverse((next, _))) = wakes.peek() else { return Ok(None) };
        if *next > at {
            (at, most) = (*next, 1);
        }
        let mut campaigns = Vec::new();
        while campaigns.len() < most
            && let Some(next) = wakes.peek_mut().filter(|next| next.0.0 <= at)
        {
            campaigns.push(PeekMut::pop(next).0.1);
        }
        for campaign in &campaigns {
            if sure.contains(&(at, *campaign)) || progress::rows::has_waited(snapshot, *campaign, at)? {
                return Ok(Some(at));
            }
        }
        let loaded = Loaded::new(snapshot, user, at, Keeping::Told { lease_ms: 0 }, known)?;
        let mut scope = ClaimScope::of(snapshot, loaded, &campaigns, LatePolicy::NextWindow, at)?;
        if scope.next(snapshot)?.is_some() {
            return Ok(Some(at));
        }
        for index in scope.loaded.campaigns.indexes() {
            let wake = scope.wake(snapshot, index)?.map(|wake| wake.at).filter(|wake| *wake > at);
            wakes.extend(wake.map(|wake| Reverse((wake, scope.loaded.scheduler.campaigns[index].id))));
        }
        known = scope.loaded.into_accounts();
        most *= 2;
    }
}
