//! When a shift, a campaign or a sender may next have something to send.

use super::{
    CampaignIndex, CampaignSender, CampaignSenderIndex, Health, Index, OpeningHoursIndex, QueueKind, Scheduler,
    SenderIndex, SenderPosition, ShiftIndex,
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

/// What a campaign waits for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Waits {
    /// When something may next happen in it, but for what follows; none if nothing ever will.
    pub(crate) wake: Option<Wake>,
    /// What waits for the gap of a sender alone, or for nothing.
    pub(crate) paced: Vec<Paced>,
}

/// A message that waits for the gap of its sender alone.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paced {
    pub(crate) sender: SenderIndex,
    pub(crate) position: SenderPosition,
    pub(crate) wake: Wake,
    /// When it is due, if it is a begun one.
    pub(crate) begun: Option<Instant>,
}

impl Waits {
    fn at(&mut self, wake: Option<Wake>) {
        self.wake = [self.wake, wake].into_iter().flatten().min();
    }

    /// When something may next happen at all.
    pub(crate) fn first(&self) -> Option<Wake> {
        self.paced.iter().map(|paced| paced.wake).chain(self.wake).min()
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

    /// When a campaign may next send what is due.
    pub(crate) fn waits_of_campaign(&mut self, campaign: CampaignIndex) -> Waits {
        let mut found = Waits::default();
        if self.campaigns[campaign].lacks_zone {
            return found;
        }
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
            self.wait(campaign, link, from, place.due, opens, &mut found);
        }
        found
    }

    /// Adds when something may next happen in a queue of which the next entry is due at `due`, which is later than now.
    pub(crate) fn wait_for(&mut self, campaign: CampaignIndex, lane: Lane, due: Instant, found: &mut Waits) {
        let its = &self.campaigns[campaign];
        let zone = its.zone_of_number(lane.zone);
        match lane.queue {
            // Where a lease ends, the room that is kept for what follows the message is free, whether its sender can send or not.
            QueueKey::Wait | QueueKey::Bound { line: SenderQueue::Handed, .. } => found.at(Some(Wake::bound(due))),
            QueueKey::Bound { line, sender, class } => {
                let Some(link) = its.link(sender, zone) else { return };
                let from = QueueKind::of(line, false);
                let opens = self.opens(campaign, link, from, class, due);
                self.wait(campaign, link, from, due, opens, found);
            }
            QueueKey::Fresh => {
                for link in its.links_in(zone) {
                    let CampaignSender { sender, shift, .. } = self.campaigns[campaign].links[link];
                    let up = self.senders[sender].up(due);
                    let opening = self.shifts[shift].opening;
                    let open = up.and_then(|at| self.openings[opening].open(at)).map(Wake::bound);
                    self.wait(campaign, link, QueueKind::Fresh, due, open, found);
                }
            }
        }
    }

    /// Adds when a queue may send. What waits for the gap of its sender alone need not be looked at when that is over: others
    /// may come first. Where zones are followed, each has hours of its own.
    fn wait(
        &self,
        campaign: CampaignIndex,
        link: CampaignSenderIndex,
        from: QueueKind,
        due: Instant,
        opens: Option<Wake>,
        found: &mut Waits,
    ) {
        let its = &self.campaigns[campaign];
        let CampaignSender { sender, position, .. } = its.links[link];
        let is_paced = matches!(from, QueueKind::Begun | QueueKind::First | QueueKind::Fresh) && its.zones.len() == 1;
        match opens {
            Some(wake) if is_paced && (wake.at == self.now || Some(wake.at) == self.senders[sender].gap.over()) => {
                let begun = Some(due).filter(|_| !from.is_first());
                found.paced.push(Paced { sender, position, wake, begun });
            }
            opens => found.at(opens),
        }
    }

    /// The first instant from now on at which a sender, in its own hours, may send what waits for its gap alone: begun messages,
    /// first messages, or either; none if it never will.
    pub(crate) fn free_at(
        &mut self,
        sender: SenderIndex,
        opening: OpeningHoursIndex,
        (has_begun, has_firsts): (bool, bool),
    ) -> Option<Instant> {
        if !has_begun && !has_firsts {
            return None;
        }
        let mut at = self.now;
        loop {
            let before = at;
            at = self.senders[sender].up(at)?;
            at = self.openings[opening].open(at)?;
            let limits = &self.senders[sender].limits;
            at = LimitClass::ALL.into_iter().map(|class| limits.open(class, at, self.today)).min()?;
            if at == self.now && !has_begun && !self.has_any_room_for_first(sender) {
                at = self.next_close(sender);
            }
            if at == before {
                return Some(at);
            }
        }
    }

    /// Whether what waits for the gap of a sender alone waits for its room.
    pub(crate) fn awaits_room(&mut self, sender: SenderIndex) -> bool {
        self.senders[sender].health != Health::Works || !self.has_any_room_for_first(sender)
    }

    fn has_any_room_for_first(&mut self, sender: SenderIndex) -> bool {
        LimitClass::ALL.into_iter().any(|class| self.has_room_for_first(sender, class))
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
