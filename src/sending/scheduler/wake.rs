//! When a shift, a campaign or a sender may next have something to send.

use super::{
    CampaignIndex, CampaignSender, CampaignSenderIndex, Health, Index, QueueKind, Scheduler, SenderIndex, ShiftIndex,
};
use crate::sending::progress::{Lane, LimitClass, QueueEntry, QueueKey, SenderQueue};
use crate::time::Instant;

/// An instant before which nothing happens somewhere, unless something changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Wake {
    pub(crate) at: Instant,
    /// Whether it is only a bound: nothing may happen then.
    pub(crate) is_bound: bool,
}

impl Wake {
    const fn bound(at: Instant) -> Self {
        Self { at, is_bound: true }
    }
}

impl Scheduler {
    /// The first instant from now on at which a shift without a message to send may have one.
    pub(super) fn wake_of(&mut self, shift: ShiftIndex) -> Option<Instant> {
        let (sender, opening) = (self.shifts[shift].sender, self.shifts[shift].opening);
        let up = self.senders[sender].up(self.now)?;
        if up > self.now && self.shifts[shift].has_due(self.now) {
            // What else it waits for shows when its gap, or its rest, is over.
            return self.openings[opening].open(up);
        }
        let mut wake = self.shifts[shift].placed.first().map(|head| head.0.due);
        for class in LimitClass::ALL {
            let head = self.shifts[shift].begun[class].first().map(|head| head.0.due.max(self.now));
            let begun = head.map(|due| self.limits_open(shift, class, due));
            let has_first = self.shifts[shift].waiting[class] > 0;
            let first = match self.limits_open(shift, class, self.now) {
                _ if !has_first => None,
                now if now == self.now && !self.has_room_for_first(sender, class) => Some(self.next_close(sender)),
                at => Some(at),
            };
            wake = [wake, begun, first].into_iter().flatten().min();
        }
        let at = self.senders[sender].up(wake?.max(self.now))?;
        self.openings[opening].open(at)
    }

    /// When a sender next gives up room that it keeps.
    fn next_close(&mut self, sender: SenderIndex) -> Instant {
        let mut next = self.today.end;
        for shift in &self.senders[sender].shifts {
            let opening = self.shifts[*shift].opening;
            next = next.min(self.openings[opening].closes_after(&self.calendar, self.now).unwrap_or(next));
        }
        next
    }

    /// When a campaign next gives up room that it keeps: its senders have hours of their own.
    pub(super) fn next_close_in(&mut self, campaign: CampaignIndex) -> Instant {
        let mut next = self.today.end;
        for (_, link) in self.campaigns[campaign].links.iter() {
            next = next.min(self.openings[link.opening].closes_after(&self.calendar, self.now).unwrap_or(next));
        }
        next
    }

    /// When a campaign may next send something; none if it never will.
    pub(crate) fn wake_of_campaign(&mut self, campaign: CampaignIndex) -> Option<Wake> {
        if self.campaigns[campaign].lacks_zone {
            return None;
        }
        let mut wake: Option<Wake> = None;
        let mut waits: Vec<(CampaignSenderIndex, QueueKind, LimitClass, QueueEntry)> = Vec::new();
        for (link, its) in self.campaigns[campaign].links.iter().filter(|(_, link)| link.can_send) {
            for class in LimitClass::ALL {
                for from in QueueKind::BOUND {
                    waits.extend(its.queues[(from, class)].first().map(|place| (link, from, class, place)));
                }
            }
            let people = &self.campaigns[campaign].zones[its.in_zone];
            if let Some(place) = people.fresh.first()
                && let Some(kind) = people.route.kind(place.position)
            {
                waits.push((link, QueueKind::Fresh, LimitClass::of(kind), place));
            }
        }
        for (link, from, class, place) in waits {
            let opens = self.opens(campaign, link, from, class, place.due.max(self.now));
            wake = [wake, opens].into_iter().flatten().min();
        }
        wake
    }

    /// When something may next happen in a queue of which the next entry is due at `due`, which is later than now; none if
    /// nothing will.
    pub(crate) fn opens_for(&mut self, campaign: CampaignIndex, lane: Lane, due: Instant) -> Option<Wake> {
        let its = &self.campaigns[campaign];
        let zone = its.zone_of_number(lane.zone);
        match lane.queue {
            QueueKey::Wait => Some(Wake::bound(due)),
            // Where a lease ends, the room that is kept for what follows the message is free, whether its sender can send or not.
            QueueKey::Bound { line: SenderQueue::Handed, .. } => Some(Wake::bound(due)),
            QueueKey::Bound { line, sender, class } => {
                let link = its.link(sender, zone)?;
                self.opens(campaign, link, QueueKind::of(line, false), class, due)
            }
            QueueKey::Fresh => {
                let mut first: Option<Wake> = None;
                for link in its.links_in(zone) {
                    let CampaignSender { sender, shift, .. } = self.campaigns[campaign].links[link];
                    let up = self.senders[sender].up(due);
                    let opening = self.shifts[shift].opening;
                    let open = up.and_then(|at| self.openings[opening].open(at));
                    first = [first, open.map(Wake::bound)].into_iter().flatten().min();
                }
                first
            }
        }
    }

    /// When a queue of a campaign may send, from `at` on. It will, if it is open on this day and no room is kept from it, as long
    /// as the sender works: what others send from now on is sent at an instant of its own.
    fn opens(
        &mut self,
        campaign: CampaignIndex,
        link: CampaignSenderIndex,
        from: QueueKind,
        class: LimitClass,
        at: Instant,
    ) -> Option<Wake> {
        let mut at = at;
        let CampaignSender { sender, shift, late_shift, .. } = self.campaigns[campaign].links[link];
        let shift = if from == QueueKind::Late { late_shift } else { shift };
        let opening = self.shifts[shift].opening;
        loop {
            let before = at;
            at = self.openings[opening].open(at)?;
            at = self.senders[sender].up(at)?;
            if from != QueueKind::Placed {
                at = self.limits_open(shift, class, at);
                if let Some(daily) = &self.campaigns[campaign].daily {
                    at = daily.open(at, self.today);
                }
                if from.is_first() && at == self.now {
                    if !self.has_room_for_first(sender, class) {
                        at = self.next_close(sender);
                    } else if !self.campaign_has_room_for_first(campaign) {
                        at = self.next_close_in(campaign);
                    }
                }
            }
            if at == before {
                break;
            }
        }
        let is_sure = at > self.now
            && at < self.today.end
            && from != QueueKind::Late
            && self.senders[sender].health == Health::Works
            && (!from.is_first()
                || (self.has_room_for_first(sender, class) && self.campaign_has_room_for_first(campaign)));
        Some(Wake { at, is_bound: !is_sure })
    }

    /// Of each sender of a campaign, whether it has no room for what it could send now.
    pub(crate) fn awaited(&mut self, campaign: CampaignIndex) -> Vec<bool> {
        // No room is kept for what its senders cannot send any more.
        let has_any = self.campaigns[campaign].daily.as_ref().is_some_and(|daily| daily.room(self.today) > 0);
        let is_short = has_any && !self.campaign_has_room_for_first(campaign);
        let mut awaited: Vec<bool> = self.campaigns[campaign].assigned.iter().map(|_| is_short).collect();
        for link in self.campaigns[campaign].links.indexes() {
            let CampaignSender { sender, shift, position, .. } = self.campaigns[campaign].links[link];
            if let Some(awaited) = awaited.get_mut(position.place()).filter(|awaited| !**awaited) {
                *awaited = self.senders[sender].health != Health::Works
                    || LimitClass::ALL.into_iter().any(|class| !self.lets_first(shift, class));
            }
        }
        awaited
    }
}
