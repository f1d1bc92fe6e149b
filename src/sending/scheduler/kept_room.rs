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

    /// Sets for how many messages of a sender in a campaign the present day keeps room.
    pub(crate) fn keep(&mut self, sender: SenderIndex, opening: OpeningHoursIndex, class: LimitClass, messages: u32) {
        self.change(sender);
        let shift = self.shift(sender, opening);
        self.shifts[shift].kept[class].tell(self.today.start, messages);
    }

    /// The same within a campaign.
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
