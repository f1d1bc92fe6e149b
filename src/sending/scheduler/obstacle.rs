//! What prevents a message from being sent now.

use super::{CampaignIndex, CampaignSenderIndex, Queue, QueueKind, Scheduler, SenderIndex};
use crate::sending::progress::LimitClass;
use crate::sending::reason::Reason;

/// Messages that are due and that one thing prevents, from one sender or from any.
pub(crate) struct HeldQueue {
    pub(crate) reason: Reason,
    pub(crate) sender: Option<SenderIndex>,
    pub(crate) messages: u32,
}

impl Scheduler {
    /// What prevents the messages of a campaign that are due now, of those that the queues were given.
    pub(crate) fn held_back(&mut self, campaign: CampaignIndex) -> Vec<HeldQueue> {
        let (its, now) = (&self.campaigns[campaign], self.now);
        let due =
            |queue: &Queue| u32::try_from(queue.iter().filter(|place| place.due <= now).count()).unwrap_or(u32::MAX);
        let mut waiting = Vec::new();
        for (link, of_link) in its.links.iter() {
            for class in LimitClass::ALL {
                let queues =
                    QueueKind::BOUND.map(|from| (Some(link), from, class, due(&of_link.queues[(from, class)])));
                waiting.extend(queues);
            }
        }
        let next = its.fresh.first().and_then(|place| its.route.kind(place.position));
        waiting.extend(next.map(|kind| (None, QueueKind::Fresh, LimitClass::of(kind), due(&its.fresh))));
        let mut held = Vec::new();
        for (link, from, class, messages) in waiting.into_iter().filter(|(.., messages)| *messages > 0) {
            let sender = link.map(|link| self.campaigns[campaign].links[link].sender);
            let reason = self.obstacle(campaign, link, from, class);
            held.extend(reason.map(|reason| HeldQueue { reason, sender, messages }));
        }
        held
    }

    /// Which limit keeps messages of a campaign that are due today from going today; none, where there are none. A sender
    /// with room is kept by its hours.
    pub(super) fn limit_of(&mut self, campaign: CampaignIndex) -> Option<Reason> {
        let (now, today) = (self.now, self.today);
        let its = &self.campaigns[campaign];
        let is_full = its.daily.as_ref().is_some_and(|daily| daily.room(today) == 0);
        let waits = |queue: &Queue| queue.first().is_some_and(|place| place.due < today.end);
        let fresh = its.fresh.first().filter(|place| place.due < today.end);
        let fresh = fresh.and_then(|place| its.route.kind(place.position)).map(LimitClass::of);
        let mut waiting = Vec::new();
        for (_, link) in its.links.iter().filter(|(_, link)| link.can_send && self.senders[link.sender].is_connected) {
            for class in LimitClass::ALL {
                let is_begun =
                    [QueueKind::Late, QueueKind::Begun].iter().any(|kind| waits(&link.queues[(*kind, class)]));
                if is_begun || fresh == Some(class) || waits(&link.queues[(QueueKind::First, class)]) {
                    waiting.push((link.sender, link.shift, class, is_begun));
                }
            }
        }
        if is_full && !waiting.is_empty() {
            return Some(Reason::CampaignDailyLimit);
        }
        let mut limit = None;
        for (sender, shift, class, is_begun) in waiting {
            let reason = match self.senders[sender].limits.reached(class, now, today) {
                Some(reached) => reached,
                None if self.took_part(shift, class) => Reason::AccountWeeklyLimit,
                None if is_begun => Reason::OutsideHours,
                None if !self.has_room_for_first(sender, class) => self.senders[sender].limits.daily_reason(today),
                None if !self.campaign_has_room_for_first(campaign) => Reason::CampaignDailyLimit,
                None => Reason::OutsideHours,
            };
            if limit.is_none() || reason == Reason::OutsideHours {
                limit = Some(reason);
            }
        }
        limit
    }

    /// What prevents a message now, from its sender or else the first one of the campaign.
    pub(crate) fn obstacle(
        &mut self,
        campaign: CampaignIndex,
        link: Option<CampaignSenderIndex>,
        from: QueueKind,
        class: LimitClass,
    ) -> Option<Reason> {
        if self.campaigns[campaign].lacks_zone {
            return Some(Reason::UnknownTimeZone);
        }
        let Some(link) = link.or_else(|| self.campaigns[campaign].links.at(0)) else {
            return Some(Reason::SenderNotReady);
        };
        let now = self.now;
        let its = &self.campaigns[campaign].links[link];
        let shift = if from == QueueKind::Late { its.late_shift } else { its.shift };
        let opening = self.shifts[shift].opening;
        let sender = &self.senders[its.sender];
        if !its.can_send || !sender.is_connected {
            return Some(Reason::SenderNotReady);
        }
        if sender.rested(now) > now {
            return Some(Reason::SenderFailing);
        }
        let waits = sender.gap.over().filter(|over| *over > now).map(|_| Reason::AccountGap);
        let index = its.sender;
        if self.openings[opening].is_blacked_out(now) {
            return Some(Reason::BlackoutDate);
        }
        if !self.openings[opening].is_open(now) {
            return Some(Reason::OutsideHours);
        }
        if from == QueueKind::Placed {
            return waits;
        }
        if let Some(reached) = self.senders[index].limits.reached(class, now, self.today) {
            return Some(reached);
        }
        if self.took_part(shift, class) {
            return Some(Reason::AccountWeeklyLimit);
        }
        if from.is_first() && !self.has_room_for_first(index, class) {
            return Some(self.senders[index].limits.daily_reason(self.today));
        }
        let is_full = self.campaigns[campaign].daily.as_ref().is_some_and(|daily| daily.room(self.today) == 0);
        let is_short = from.is_first() && !self.campaign_has_room_for_first(campaign);
        if is_full || is_short { Some(Reason::CampaignDailyLimit) } else { waits }
    }
}
