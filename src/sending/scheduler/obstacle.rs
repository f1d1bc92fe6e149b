//! What prevents a message from being sent now.

use super::{CampaignIndex, CampaignSenderIndex, QueueKind, Scheduler};
use crate::sending::progress::LimitClass;
use crate::sending::reason::Reason;
use crate::sending::task::TaskType;

impl Scheduler {
    /// What prevents a message now, from its sender or else the first one of the campaign.
    pub(crate) fn obstacle(
        &mut self,
        campaign: CampaignIndex,
        link: Option<CampaignSenderIndex>,
        from: QueueKind,
        kind: TaskType,
    ) -> Option<Reason> {
        if self.campaigns[campaign].lacks_zone {
            return Some(Reason::UnknownTimeZone);
        }
        let Some(link) = link.or_else(|| self.campaigns[campaign].links.at(0)) else {
            return Some(Reason::SenderNotReady);
        };
        let (opening, class, now) = (self.campaigns[campaign].opening, LimitClass::of(kind), self.now);
        let its = &self.campaigns[campaign].links[link];
        let sender = &self.senders[its.sender];
        if !its.can_send || !sender.is_connected {
            return Some(Reason::SenderNotReady);
        }
        if sender.up(now) != Some(now) {
            return Some(Reason::SenderFailing);
        }
        let index = its.sender;
        if from != QueueKind::Late && !self.openings[opening].is_open(now) {
            return Some(Reason::OutsideHours);
        }
        if from == QueueKind::Placed {
            return None;
        }
        if let Some(reached) = self.senders[index].limits.reached(class, now, self.today) {
            return Some(reached);
        }
        if from.is_first() && !self.has_room_for_first(index, class) {
            return Some(Reason::AccountDailyLimit);
        }
        let is_full = self.campaigns[campaign].daily.as_ref().is_some_and(|daily| daily.room(self.today) == 0);
        let is_short = from.is_first() && !self.campaign_has_room_for_first(campaign);
        (is_full || is_short).then_some(Reason::CampaignDailyLimit)
    }
}
