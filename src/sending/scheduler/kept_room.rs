//! Room that days keep for follow-ups (`docs/rules.md#kept-room`).

use super::{CampaignIndex, CampaignSenderIndex, Health, Keeping, OpeningHoursIndex, PerClass, Scheduler, SenderIndex};
use crate::sending::progress::LimitClass;
use crate::time::Instant;

impl Scheduler {
    /// Keeps room for one message more, or less.
    pub(super) fn count(
        &mut self,
        campaign: CampaignIndex,
        link: CampaignSenderIndex,
        class: LimitClass,
        due: Instant,
        is_more: bool,
    ) {
        let its = &mut self.campaigns[campaign];
        let link = &mut its.links[link];
        let from = match self.keeping {
            Keeping::Counted => self.openings[link.opening].kept_from(&self.calendar, due),
            Keeping::Told { .. } => self.today.start,
        };
        let sender = link.sender;
        for kept in [&mut self.shifts[link.shift].kept[class], &mut link.kept] {
            if is_more { kept.add(from) } else { kept.remove(from) }
        }
        if from <= self.today.start {
            its.changes += 1;
            self.change(sender);
        }
    }

    /// Lets the present day keep room for messages of a sender in some hours, beside what it does already.
    pub(crate) fn keep(&mut self, sender: SenderIndex, opening: OpeningHoursIndex, messages: &PerClass<u32>) {
        self.change(sender);
        let shift = self.shift(sender, opening);
        for (class, kept) in self.shifts[shift].kept.iter_mut() {
            kept.tell(self.today.start, messages[class]);
        }
    }

    /// Takes back that it does.
    pub(crate) fn unkeep(&mut self, sender: SenderIndex, opening: OpeningHoursIndex, messages: &PerClass<u32>) {
        self.change(sender);
        let shift = self.shift(sender, opening);
        for (class, kept) in self.shifts[shift].kept.iter_mut() {
            kept.untell(messages[class]);
        }
    }

    /// Sets for how many messages the present day keeps room within a campaign.
    pub(crate) fn keep_link(&mut self, campaign: CampaignIndex, link: CampaignSenderIndex, messages: u32) {
        self.campaigns[campaign].changes += 1;
        let kept = &mut self.campaigns[campaign].links[link].kept;
        kept.clear();
        kept.tell(self.today.start, messages);
    }

    /// Clears the room that a sender keeps.
    pub(crate) fn keep_nothing(&mut self, sender: SenderIndex) {
        self.change(sender);
        for shift in &self.senders[sender].shifts {
            for class in LimitClass::ALL {
                self.shifts[*shift].kept[class].clear();
            }
        }
    }

    /// Whether a sender neither rests nor has its gap to wait for.
    pub(crate) fn is_sender_up(&self, sender: SenderIndex) -> bool {
        self.senders[sender].up(self.now) == Some(self.now)
    }

    /// Whether room for so many messages is all that a sender has today.
    pub(crate) fn is_all_room(&self, sender: SenderIndex, kept: &PerClass<u32>) -> bool {
        let limits = &self.senders[sender].limits;
        let kept: u32 = LimitClass::ALL.into_iter().map(|class| limits.most(class, kept[class], self.now)).sum();
        kept >= limits.room(self.today)
    }

    /// For how many messages a sender keeps room today.
    pub(super) fn kept_by(&mut self, sender: SenderIndex) -> u32 {
        let mut kept = PerClass::<u32>::default();
        for shift in &self.senders[sender].shifts {
            let shift = &mut self.shifts[*shift];
            if self.openings[shift.opening].closes_after(&self.calendar, self.now).is_some() {
                for (class, of_shift) in shift.kept.iter_mut() {
                    kept[class] += of_shift.on(self.today.start);
                }
            }
        }
        let limits = &self.senders[sender].limits;
        LimitClass::ALL.into_iter().map(|class| limits.most(class, kept[class], self.now)).sum()
    }

    /// For how many messages a campaign keeps room today.
    pub(super) fn kept_in(&mut self, campaign: CampaignIndex) -> u32 {
        let its = &mut self.campaigns[campaign];
        let mut kept = 0;
        for position in its.assigned.indexes() {
            let (mut of_sender, mut room) = (0, 0);
            for zone in its.zones.indexes() {
                let Some(link) = its.link_at(position, zone) else { continue };
                let link = &mut its.links[link];
                let is_open = self.openings[link.opening].closes_after(&self.calendar, self.now).is_some();
                let sender = &self.senders[link.sender];
                if is_open && sender.is_connected && sender.health == Health::Works {
                    of_sender += link.kept.on(self.today.start);
                    room = sender.limits.room(self.today);
                }
            }
            kept += of_sender.min(room);
        }
        kept
    }
}
