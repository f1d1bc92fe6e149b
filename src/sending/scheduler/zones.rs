//! The zones in which the messages of a campaign are read: where it follows its people, one for each of theirs.

use std::sync::Arc;

use super::{
    ActiveCampaign, Arena, CampaignIndex, CampaignSender, CampaignSenderIndex, CampaignZone, Index, NewCampaignSender,
    PoolIndex, Queue, Scheduler, SenderPosition,
};
use crate::campaign::schedule::{Calendar, TimeZone};
use crate::id::ProspectId;
use crate::sending::progress::{Route, ZoneNumber};

impl CampaignZone {
    /// That of people without one.
    pub(crate) const OWN: Self = Self(0);
}

impl CampaignSenderIndex {
    /// The position of the sender in a campaign of so many: all of them are there for each zone.
    pub(crate) fn position(self, senders: usize) -> usize {
        self.place().checked_rem(senders).unwrap_or(0)
    }
}

/// What a [`Scheduler`] needs to know about a zone of a campaign.
pub(crate) struct NewCampaignZone {
    /// None for people without one.
    pub(crate) zone: Option<TimeZone>,
    /// The number that its queues have in the database; none where there are none.
    pub(crate) number: Option<ZoneNumber>,
    /// The route of those without a sender.
    pub(crate) route: Arc<Route>,
    /// All senders of the campaign, in their order.
    pub(crate) senders: Vec<NewCampaignSender>,
}

/// The people of a campaign whose messages are read in one zone.
pub(crate) struct ZonePeople {
    pub(crate) zone: Option<TimeZone>,
    pub(crate) number: Option<ZoneNumber>,
    /// The route of those without a sender.
    pub(crate) route: Arc<Route>,
    /// Those without a sender so far.
    pub(super) fresh: Queue,
    /// The pool of these: the shifts of all senders that can send the messages.
    pub(super) pool: PoolIndex,
}

impl ZonePeople {
    /// Whether this version does not know the zone: nothing is sent in it.
    pub(super) fn is_unknown(&self) -> bool {
        self.zone.as_ref().is_some_and(|zone| !zone.is_known())
    }
}

impl ActiveCampaign {
    /// The zone of people without one.
    pub(crate) fn own_zone(&self) -> &ZonePeople {
        &self.zones[CampaignZone::OWN]
    }

    /// The route of the people of a sender, or of those of a zone without one.
    pub(crate) fn route(&self, link: Option<CampaignSenderIndex>, zone: CampaignZone) -> &Route {
        link.map_or(&self.zones[zone].route, |link| &self.links[link].route)
    }

    /// A sender, by its position, for the people of a zone.
    pub(crate) fn link(&self, position: u16, zone: CampaignZone) -> Option<CampaignSenderIndex> {
        self.link_at(self.assigned.at(position.into())?, zone)
    }

    /// All senders are there for each zone.
    pub(super) fn link_at(&self, position: SenderPosition, zone: CampaignZone) -> Option<CampaignSenderIndex> {
        self.links.at(zone.place() * self.assigned.len() + position.place())
    }

    /// The same sender for the people of another zone.
    pub(crate) fn link_in(&self, link: CampaignSenderIndex, zone: CampaignZone) -> CampaignSenderIndex {
        self.link_at(self.links[link].position, zone).unwrap_or(link)
    }

    /// The senders for the people of a zone, in their order.
    pub(crate) fn links_in(&self, zone: CampaignZone) -> impl Iterator<Item = CampaignSenderIndex> + use<> {
        let first = zone.place() * self.assigned.len();
        (first..first + self.assigned.len()).map(CampaignSenderIndex::of)
    }

    /// The zone of a message from a sender.
    pub(crate) fn zone_of_link(&self, link: CampaignSenderIndex) -> CampaignZone {
        self.links[link].in_zone
    }

    /// The zone of a prospect, as far as it was given.
    pub(crate) fn zone_of_prospect(&self, prospect: ProspectId) -> CampaignZone {
        let found = self.zones_of.binary_search_by_key(&prospect, |(id, _)| *id).ok();
        found.and_then(|place| self.zones_of.get(place)).map_or(CampaignZone::OWN, |(_, zone)| *zone)
    }

    /// The zone of this number, or of these people; else that of people without one.
    pub(crate) fn zone_of_number(&self, number: ZoneNumber) -> CampaignZone {
        self.find_zone(|its| its.number == Some(number))
    }

    pub(crate) fn zone_of(&self, zone: Option<&TimeZone>) -> CampaignZone {
        self.find_zone(|its| its.zone.as_ref() == zone)
    }

    fn find_zone(&self, is_it: impl Fn(&ZonePeople) -> bool) -> CampaignZone {
        let found = self.zones.iter().find(|(_, its)| is_it(its)).map(|(zone, _)| zone);
        found.unwrap_or(CampaignZone::OWN)
    }
}

impl CampaignSender {
    /// The civil time of the messages that it sends.
    pub(crate) fn calendar(&self) -> &Calendar {
        self.route.calendar()
    }
}

impl Scheduler {
    /// Adds a zone to a campaign, with empty queues.
    pub(super) fn add_zone(&mut self, campaign: CampaignIndex, new: NewCampaignZone) {
        let NewCampaignZone { zone, number, route, senders } = new;
        let is_known = zone.as_ref().is_none_or(TimeZone::is_known);
        let in_zone = CampaignZone::of(self.campaigns[campaign].zones.len());
        let mut links = Arena::<CampaignSenderIndex, _>::default();
        for (position, sender) in senders.into_iter().enumerate() {
            let NewCampaignSender { sender, can_send, opening, late_opening, route, zone } = sender;
            let can_send = can_send && is_known;
            let (shift, late_shift) = (self.shift(sender, opening), self.shift(sender, late_opening));
            let pool = self.pool(if can_send { vec![shift] } else { Vec::new() });
            links.push(CampaignSender {
                sender,
                position: SenderPosition::of(position),
                in_zone,
                can_send,
                opening,
                route,
                zone,
                queues: Default::default(),
                heads: Default::default(),
                kept: Default::default(),
                shift,
                late_shift,
                pool,
            });
        }
        let all_that_suit = links.iter().filter(|(_, link)| link.can_send).map(|(_, link)| link.shift).collect();
        let pool = self.pool(all_that_suit);
        let its = &mut self.campaigns[campaign];
        its.links.append(links);
        its.zones.push(ZonePeople { zone, number, route, fresh: Queue::default(), pool });
    }
}
