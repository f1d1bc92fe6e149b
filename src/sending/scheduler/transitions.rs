//! Takes messages out of the queues, and puts people where they go on.

use std::cmp::Reverse;

use super::{
    ActiveCampaign, Assumptions, CampaignIndex, CampaignSender, CampaignSenderIndex, CampaignZone, DueMessage, Health,
    Keeping, Queue, QueueKind, Scheduler, Sent, Source,
};
use crate::id::ProspectId;
use crate::sending::progress::{LimitClass, Next, QueueEntry};
use crate::sending::task::TaskType;
use crate::time::Instant;

impl Scheduler {
    /// Takes someone who must not be contacted, or is sent nothing now, out of the queue.
    pub(crate) fn dismiss(&mut self, message: &DueMessage) {
        self.leave(message);
        if message.from.is_kept() {
            // The room kept for it is free.
            self.look_again(self.campaigns[message.campaign].links[message.link].sender);
        }
    }

    pub(super) fn leave(&mut self, message: &DueMessage) {
        let DueMessage { campaign, link, from, place, kind } = *message;
        let class = LimitClass::of(kind);
        let zone = self.campaigns[campaign].zone_of_link(link);
        let link = Some(link).filter(|_| from != QueueKind::Fresh);
        match link {
            Some(link) => self.campaigns[campaign].links[link].queues[(from, class)].leave(),
            None => self.campaigns[campaign].zones[zone].fresh.leave(),
        }
        if let Some(link) = link.filter(|_| from.is_kept()) {
            self.count(campaign, link, class, place.due, false);
        }
        self.update_order(Source { campaign, zone, link, from, class });
    }

    /// Hands a message out: counts it in the limits.
    pub(crate) fn take(&mut self, message: &DueMessage) {
        let DueMessage { campaign, link, from, place, kind } = *message;
        if from.is_first() {
            self.first_messages += 1;
            self.campaigns[campaign].seniority.last = Some(self.first_messages);
        }
        if from == QueueKind::Fresh {
            let its = &mut self.campaigns[campaign];
            let assigned = &mut its.assigned[its.links[link].position];
            *assigned = assigned.saturating_add(1);
        }
        self.leave(message);
        let (now, today) = (self.now, self.today);
        self.campaigns[campaign].changes += 1;
        let sender_index = self.campaigns[campaign].links[link].sender;
        self.change(sender_index);
        let sender = &mut self.senders[sender_index];
        // A message that is handed out again moves its place in the seven days even where it keeps the one in the day.
        let before = self.places.remove(&place.prospect);
        let keeps_day = from == QueueKind::Placed;
        sender.limits.take(LimitClass::of(kind), now, today, before, keeps_day);
        sender.gap.take(now);
        if let Some(daily) = self.campaigns[campaign].daily.as_mut().filter(|_| !keeps_day) {
            daily.take(today);
        }
        sender.health = match (sender.health, self.keeping) {
            (Health::Works, _) | (_, Keeping::Counted) => Health::Works,
            (_, Keeping::Told { lease_ms }) => Health::Probed(now.plus_ms(lease_ms)),
        };
        if !self.short.is_empty() {
            self.look_again(sender_index);
        }
    }

    /// Moves a prospect on after a message that was sent now. Returns when its sequence ends, if nothing follows.
    pub(crate) fn sent(&mut self, message: &DueMessage, assumptions: Assumptions) -> Option<Instant> {
        let next = self.after(message);
        let who = (message.campaign, Some(message.link), message.place.prospect);
        self.proceed(who, next, None, self.now, assumptions)
    }

    fn after(&mut self, message: &DueMessage) -> Next {
        let its = &self.campaigns[message.campaign];
        let link = its.link_in(message.link, its.zone_of_prospect(message.place.prospect));
        let ActiveCampaign { links, last, .. } = &mut self.campaigns[message.campaign];
        let CampaignSender { route, zone, .. } = &links[link];
        let position = message.place.position;
        let was_invited = message.kind == TaskType::Message && route.invites(0..position);
        let is_connected = was_invited || self.connected.contains(&message.place.prospect);
        let resume = self.resumes.get(&message.place.prospect).copied();
        let sent = Sent { zone: *zone, position, at: self.now, resume, is_connected };
        match *last {
            Some((known, next)) if known == sent => next,
            _ => last.insert((sent, route.after(position, resume, self.now, is_connected))).1,
        }
    }

    /// The prospects of a campaign whose next message is from a sender that is not connected.
    pub(crate) fn stuck(&self, campaign: CampaignIndex) -> impl Iterator<Item = ProspectId> {
        let links = self.campaigns[campaign].links.iter().map(|(_, link)| link);
        let stuck = links.filter(|link| !self.senders[link.sender].is_connected);
        stuck.flat_map(|link| link.queues.iter()).flat_map(Queue::iter).map(|place| place.prospect)
    }

    /// Keeps room for the follow-up of a message that is handed out now, if it is due on the same day.
    pub(crate) fn expect(&mut self, message: &DueMessage, zone: CampaignZone, next: Next) {
        let DueMessage { campaign, link, .. } = *message;
        let link = self.campaigns[campaign].link_in(link, zone);
        let opening = self.campaigns[campaign].links[link].opening;
        if let Next::Send { due, kind, .. } = next
            && self.openings[opening].kept_from(&self.calendar, due) <= self.today.start
        {
            self.count(campaign, link, LimitClass::of(kind), due, true);
        }
    }

    /// Puts a prospect of a campaign, with its sender, into its next queue, where it is held up to an instant; an acceptance
    /// that it waits for comes after an invitation that was sent `at`. Returns when its sequence ends, if nothing follows.
    pub(crate) fn proceed(
        &mut self,
        (campaign, link, prospect): (CampaignIndex, Option<CampaignSenderIndex>, ProspectId),
        next: Next,
        hold: Option<Instant>,
        at: Instant,
        assumptions: Assumptions,
    ) -> Option<Instant> {
        // Nobody knows when a hold without an end is over.
        let held = |due: Instant| Some(hold.map_or(due, |hold| due.max(hold))).filter(|due| *due < Instant::LAST);
        // From the next message on, the zone is the one that they have now.
        let zone = self.campaigns[campaign].zone_of_prospect(prospect);
        let link = link.map(|link| self.campaigns[campaign].link_in(link, zone));
        match next {
            Next::Send { position, kind, due } => {
                if let Some(due) = held(due) {
                    self.join(campaign, link, QueueEntry { due, prospect, position }, LimitClass::of(kind));
                }
                None
            }
            Next::Accept { position, until } => {
                match assumptions.accepted_at(at, prospect).filter(|accepted| *accepted < until) {
                    Some(accepted) => {
                        let next = self.campaigns[campaign].route(link, zone).accepted(position, accepted);
                        if let Next::Send { position, kind, due } = next {
                            // It becomes known only after the messages of this instant.
                            let known = accepted.max(self.now.plus_ms(1));
                            if let Some(due) = held(due) {
                                let place = QueueEntry { due, prospect, position };
                                self.acceptances.push(Reverse((known, (campaign, link, place, LimitClass::of(kind)))));
                            }
                            return None;
                        }
                        self.proceed((campaign, link, prospect), next, hold, at, assumptions)
                    }
                    None => Some(until),
                }
            }
            Next::End { due, .. } => Some(due),
        }
    }

    /// Puts a prospect into the queue of its sender, or of those without one.
    pub(crate) fn join(
        &mut self,
        campaign: CampaignIndex,
        link: Option<CampaignSenderIndex>,
        place: QueueEntry,
        class: LimitClass,
    ) {
        let from = if link.is_some() { QueueKind::Begun } else { QueueKind::Fresh };
        let its = &self.campaigns[campaign];
        let zone = link.map_or_else(|| its.zone_of_prospect(place.prospect), |link| its.zone_of_link(link));
        match link {
            Some(link) => {
                self.count(campaign, link, class, place.due, true);
                self.campaigns[campaign].links[link].queues[(from, class)].join(place);
            }
            None => self.campaigns[campaign].zones[zone].fresh.join(place),
        }
        self.update_order(Source { campaign, zone, link, from, class });
    }
}
