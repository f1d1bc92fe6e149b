//! The order of messages: which is next at the present instant (`docs/rules.md#order`).

use super::sender_hours::{Head, Shift};
use super::{
    CampaignIndex, CampaignSender, CampaignSenderIndex, CampaignZone, DueMessage, QueueKind, Scheduler, SenderIndex,
    ShiftIndex,
};
use crate::id::CampaignId;
use crate::sending::progress::LimitClass;
use crate::time::Instant;

/// Orders campaigns by who is next with a first message: the least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Seniority {
    /// The number of its last one, over all campaigns; none where it had none.
    pub(crate) last: Option<i64>,
    pub(crate) launched: Instant,
    pub(crate) campaign: CampaignId,
}

impl Scheduler {
    /// The next message of the present instant, if there is one.
    pub(super) fn next_due(&mut self) -> Option<DueMessage> {
        loop {
            while let Some(shift) = self.stale.pop(&mut self.shifts) {
                self.refresh_shift(shift);
            }
            if let Some((place, campaign, link, from)) = self.begun.first().copied() {
                let its = &self.campaigns[campaign];
                if from != QueueKind::Placed && its.daily.as_ref().is_some_and(|daily| daily.room(self.today) == 0) {
                    self.fill_up(campaign);
                    continue;
                }
                let kind = its.own_zone().route.kind(place.position)?;
                return Some(DueMessage { campaign, link, from, place, kind });
            }
            let campaign = self.firsts.first()?.1;
            if self.campaign_has_room_for_first(campaign) {
                return self.next_first(campaign);
            }
            self.campaigns[campaign].is_short = true;
            self.short.push(campaign);
            self.set_firsts(campaign);
            let close = self.next_close_in(campaign);
            if close < self.today.end {
                self.arrive(campaign, close);
            }
        }
    }

    /// Puts a shift into the order, or sets when it is evaluated again.
    fn refresh_shift(&mut self, shift: ShiftIndex) {
        let is_up = self.is_up(shift);
        let head = if is_up { self.first_begun(shift) } else { None };
        let its = &mut self.shifts[shift];
        if its.head != head {
            if let Some(before) = std::mem::replace(&mut its.head, head) {
                self.begun.remove(&before);
            }
            self.begun.extend(head);
        }
        for class in LimitClass::ALL {
            if self.shifts[shift].waiting[class] == 0 {
                continue;
            }
            let lets_firsts = is_up && self.lets_first(shift, class);
            if std::mem::replace(&mut self.shifts[shift].lets_firsts[class], lets_firsts) != lets_firsts {
                let pools = std::mem::take(&mut self.shifts[shift].pools);
                for pool in &pools {
                    self.set_open(*pool, class, lets_firsts);
                }
                self.shifts[shift].pools = pools;
            }
        }
        let its = &mut self.shifts[shift];
        its.is_active = its.head.is_some() || its.has_firsts();
        if !its.is_active
            && let Some(at) = self.wake_of(shift)
        {
            self.wake_at(shift, at.max(self.now.plus_ms(1)));
        }
    }

    /// The next follow-up of a shift that is open, if its limits leave room.
    fn first_begun(&mut self, shift: ShiftIndex) -> Option<Head> {
        let mut head = self.shifts[shift].placed.first().copied();
        for class in LimitClass::ALL {
            let first = self.shifts[shift].begun[class].first().copied();
            let first = first.filter(|_| self.limits_open(shift, class, self.now) <= self.now);
            head = [head, first].into_iter().flatten().min();
        }
        head.filter(|head| head.0.due <= self.now)
    }

    fn is_up(&mut self, shift: ShiftIndex) -> bool {
        let Shift { sender, opening, .. } = self.shifts[shift];
        self.senders[sender].up(self.now) == Some(self.now) && self.openings[opening].is_open(self.now)
    }

    /// Whether a sender may send a first message now: its day has more room than it keeps.
    pub(super) fn has_room_for_first(&mut self, sender: SenderIndex, class: LimitClass) -> bool {
        let its = &self.senders[sender];
        if let Some((_, has_room)) = its.known[class].filter(|(at, _)| *at == self.now) {
            return has_room;
        }
        let is_open = its.limits.open(class, self.now, self.today) == self.now;
        let has_room = is_open && its.limits.room(self.today) > self.kept_by(sender);
        self.senders[sender].known[class] = Some((self.now, has_room));
        has_room
    }

    /// The same for the sender of a shift, which may spread what it sends over the week.
    pub(super) fn lets_first(&mut self, shift: ShiftIndex, class: LimitClass) -> bool {
        self.has_room_for_first(self.shifts[shift].sender, class) && !self.took_part(shift, class)
    }

    /// Whether the day of a campaign has room for a first message beyond what it keeps.
    pub(super) fn campaign_has_room_for_first(&mut self, campaign: CampaignIndex) -> bool {
        let its = &self.campaigns[campaign];
        let Some(room) = its.daily.as_ref().map(|daily| daily.room(self.today)) else { return true };
        let changes = its.links.iter().map(|(_, link)| self.senders[link.sender].changes).sum::<u64>() + its.changes;
        if let Some((_, _, has_room)) = its.known.filter(|(at, known, _)| (*at, *known) == (self.now, changes)) {
            return has_room;
        }
        let has_room = room > 0 && room > self.kept_in(campaign);
        self.campaigns[campaign].known = Some((self.now, changes, has_room));
        has_room
    }

    /// Evaluates again whether the campaigns of a sender have room: none is kept for what it cannot send.
    pub(super) fn look_again(&mut self, sender: SenderIndex) {
        for campaign in std::mem::take(&mut self.short) {
            if self.campaigns[campaign].links.iter().any(|(_, link)| link.sender == sender) {
                self.campaigns[campaign].is_short = false;
                self.set_firsts(campaign);
            } else {
                self.short.push(campaign);
            }
        }
    }

    /// Takes a campaign whose limit is used up out of the order until the next day.
    fn fill_up(&mut self, campaign: CampaignIndex) {
        self.campaigns[campaign].is_full = true;
        self.full.push(campaign);
        self.set_heads(campaign);
    }

    /// The next first message of a campaign that can be sent now, with its sender.
    fn next_first(&self, campaign: CampaignIndex) -> Option<DueMessage> {
        let mut best: Option<DueMessage> = None;
        let mut consider = |message: DueMessage| {
            if best.is_none_or(|best| message.place < best.place) {
                best = Some(message);
            }
        };
        for zone in self.campaigns[campaign].zones.indexes() {
            let its = &self.campaigns[campaign].zones[zone];
            if let Some(place) = its.fresh.first().filter(|place| place.due <= self.now)
                && let Some(kind) = its.route.kind(place.position)
                && let Some(link) = self.freest(campaign, zone, LimitClass::of(kind))
            {
                consider(DueMessage { campaign, link, from: QueueKind::Fresh, place, kind });
            }
        }
        for link in self.campaigns[campaign].links.indexes() {
            for class in LimitClass::ALL {
                let first = self.campaigns[campaign].links[link].queues[(QueueKind::First, class)].first();
                if let Some(place) = first.filter(|place| place.due <= self.now)
                    && let Some(kind) = self.campaigns[campaign].own_zone().route.kind(place.position)
                    && self.is_free(campaign, link, class)
                {
                    consider(DueMessage { campaign, link, from: QueueKind::First, place, kind });
                }
            }
        }
        best
    }

    /// Whether a sender of a campaign may send a first message now, of a class of which the campaign has one that is due:
    /// shifts for which some are due were evaluated at this instant.
    fn is_free(&self, campaign: CampaignIndex, link: CampaignSenderIndex, class: LimitClass) -> bool {
        let CampaignSender { can_send, shift, .. } = self.campaigns[campaign].links[link];
        can_send && self.shifts[shift].lets_firsts[class]
    }

    /// The sender of a campaign with the fewest people, of those that may send a first message in a zone now.
    fn freest(&self, campaign: CampaignIndex, zone: CampaignZone, class: LimitClass) -> Option<CampaignSenderIndex> {
        let mut best: Option<(u32, CampaignSenderIndex)> = None;
        for link in self.campaigns[campaign].links_in(zone) {
            let its = &self.campaigns[campaign];
            let assigned = its.assigned[its.links[link].position];
            if best.is_none_or(|(fewest, _)| assigned < fewest) && self.is_free(campaign, link, class) {
                best = Some((assigned, link));
            }
        }
        best.map(|(_, link)| link)
    }

    /// The other senders that could send a first message to a person without a sender now, in the order in which they would
    /// be chosen.
    pub(crate) fn others(&self, message: &DueMessage) -> Vec<CampaignSenderIndex> {
        if message.from != QueueKind::Fresh {
            return Vec::new();
        }
        let mut others: Vec<CampaignSenderIndex> = Vec::new();
        let zone = self.campaigns[message.campaign].zone_of_link(message.link);
        for link in self.campaigns[message.campaign].links_in(zone) {
            if link != message.link && self.is_free(message.campaign, link, LimitClass::of(message.kind)) {
                let its = &self.campaigns[message.campaign];
                let assigned = |link: CampaignSenderIndex| its.assigned[its.links[link].position];
                let place = others.partition_point(|other| assigned(*other) <= assigned(link));
                others.insert(place, link);
            }
        }
        others
    }
}
