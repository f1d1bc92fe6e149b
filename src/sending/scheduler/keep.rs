//! Counts, for a claim, the follow-ups of today for which senders keep room (`docs/rules.md#kept-room`).

use std::ops::ControlFlow;

use super::load::{Loaded, hours, route_in, zone};
use super::{CampaignIndex, CampaignSenderIndex, CampaignZone, Index, OpeningHoursIndex, PerClass, SenderIndex, rows};
use crate::campaign;
use crate::campaign::schedule::{Schedule, TimeZone};
use crate::error::Result;
use crate::id::CampaignId;
use crate::sending::progress::zone::{FollowedZone, of_lanes};
use crate::sending::progress::{self, Lane, LimitClass, Next, Progress, QueueKey, SenderQueue, ZoneNumber};
use crate::store::{Snapshot, or_corrupt};
use crate::time::Instant;

/// The follow-ups of one sender in one zone of a campaign.
struct Kept<'k> {
    campaign: CampaignId,
    /// The position of the sender there.
    position: u16,
    hours: Option<&'k Schedule>,
    followed: Option<TimeZone>,
    zone: ZoneNumber,
}

/// The follow-ups for which a sender keeps room in a campaign that was not added, as far as they were counted.
pub(super) struct KeptElsewhere {
    sender: SenderIndex,
    campaign: CampaignId,
    opening: OpeningHoursIndex,
    messages: PerClass<u32>,
}

impl Loaded {
    /// Counts the follow-ups of today for which each of the senders keeps room, in all active campaigns.
    pub(crate) fn keep(&mut self, snapshot: &Snapshot<'_>) -> Result<()> {
        for sender in self.accounts.indexes() {
            if !self.is_kept.contains(&sender) {
                self.keep_of(snapshot, sender)?;
            }
        }
        Ok(())
    }

    /// The same for one sender. What is kept beyond its room makes no difference and is not counted.
    pub(crate) fn keep_of(&mut self, snapshot: &Snapshot<'_>, sender: SenderIndex) -> Result<()> {
        self.scheduler.keep_nothing(sender);
        self.kept.retain(|kept| kept.sender != sender);
        self.is_kept.insert(sender);
        let mut kept = PerClass::<u32>::default();
        for index in self.campaigns.indexes() {
            self.keep_in_added(snapshot, sender, index, &mut kept)?;
        }
        let is_idle = self.counts_for_free && !self.scheduler.is_sender_up(sender);
        if is_idle || self.scheduler.is_all_room(sender, &kept) {
            return Ok(());
        }
        let account = self.accounts[sender].id;
        rows::each_follow_up(snapshot, account, self.scheduler.today().end, |with| {
            if self.index_of(with.campaign).is_none() {
                self.keep_in(snapshot, sender, &with, &mut kept)?;
            }
            let is_all = self.scheduler.is_all_room(sender, &kept);
            Ok(if is_all { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        })
    }

    /// Counts the follow-ups in a campaign that was added after those of its senders were counted.
    pub(crate) fn keep_added(&mut self, snapshot: &Snapshot<'_>, index: CampaignIndex) -> Result<()> {
        let campaign = self.scheduler.campaigns[index].id;
        for kept in self.kept.extract_if(.., |kept| kept.campaign == campaign) {
            self.scheduler.unkeep(kept.sender, kept.opening, &kept.messages);
        }
        let links = self.scheduler.campaigns[index].links_in(CampaignZone::OWN);
        for sender in links.map(|link| self.scheduler.campaigns[index].links[link].sender).collect::<Vec<_>>() {
            if self.is_kept.contains(&sender) {
                self.keep_in_added(snapshot, sender, index, &mut PerClass::default())?;
            }
        }
        Ok(())
    }

    /// Counts the follow-ups of a sender in a campaign that was added.
    fn keep_in_added(
        &mut self,
        snapshot: &Snapshot<'_>,
        sender: SenderIndex,
        index: CampaignIndex,
        kept: &mut PerClass<u32>,
    ) -> Result<()> {
        let its = &self.scheduler.campaigns[index];
        let Some(link) = its.links_in(CampaignZone::OWN).find(|link| its.links[*link].sender == sender) else {
            return Ok(());
        };
        let position = its.links[link].position.place();
        let follow_up = self.follow_ups[index].get(position).copied().flatten();
        if follow_up.is_none_or(|due| due >= self.scheduler.today().end) {
            return Ok(());
        }
        let (campaign, _) = &self.campaigns[index];
        let with = rows::WithFollowUps {
            campaign: campaign.id,
            position: u16::try_from(position).unwrap_or(u16::MAX),
            hours: hours(campaign).cloned(),
            follows_zones: campaign.follow_prospect_zone,
        };
        self.keep_in(snapshot, sender, &with, kept)
    }

    /// A sender may have a follow-up in a campaign that was added.
    pub(crate) fn expect_follow_up(&mut self, index: CampaignIndex, link: CampaignSenderIndex) {
        let position = self.scheduler.campaigns[index].links[link].position.place();
        if let Some(due) = self.follow_ups[index].get_mut(position) {
            *due = Some(Instant::from_unix_ms(0));
        }
    }

    /// Counts the follow-ups of a sender in a campaign.
    fn keep_in(
        &mut self,
        snapshot: &Snapshot<'_>,
        sender: SenderIndex,
        with: &rows::WithFollowUps,
        kept: &mut PerClass<u32>,
    ) -> Result<()> {
        let rows::WithFollowUps { campaign, position, hours, follows_zones } = with;
        let mut followed = Vec::new();
        if *follows_zones {
            let lanes = progress::rows::lanes(snapshot, *campaign)?;
            let of_sender = |lane: &Lane| matches!(lane.queue, QueueKey::Bound { sender, .. } if sender == *position);
            followed = of_lanes(snapshot, &lanes.into_iter().filter(of_sender).collect::<Vec<_>>())?;
        }
        let followed = followed.into_iter().filter_map(|FollowedZone { zone, number }| Some((Some(zone), number?)));
        let mut messages = Some(0);
        for (followed, zone) in std::iter::once((None, ZoneNumber::NONE)).chain(followed) {
            let of_zone = Kept { campaign: *campaign, position: *position, hours: hours.as_ref(), followed, zone };
            let more = self.keep_in_zone(snapshot, sender, &of_zone)?;
            messages = messages.zip(more.as_ref()).map(|(messages, more)| messages + sum(more));
            for (class, kept) in kept.iter_mut() {
                *kept += more.as_ref().map_or(0, |more| more[class]);
            }
        }
        if messages == Some(0) {
            self.without_follow_up.push((*campaign, *position));
        }
        Ok(())
    }

    /// Keeps room for the follow-ups of a sender in a zone of a campaign. Returns for how many; none where the hours of today
    /// are over.
    fn keep_in_zone(
        &mut self,
        snapshot: &Snapshot<'_>,
        sender: SenderIndex,
        of: &Kept<'_>,
    ) -> Result<Option<PerClass<u32>>> {
        let zone = of.followed.as_ref().unwrap_or(zone(&self.user, of.hours, Some(&self.accounts[sender]))).clone();
        let zone = self.zone(zone);
        let opening = self.opening(of.hours, sender, zone, of.followed.as_ref())?;
        let Some(close) = self.scheduler.closes_at(opening) else { return Ok(None) };
        let most = self.scheduler.senders[sender].limits.room(self.scheduler.today());
        let mut messages = PerClass::<u32>::default();
        for class in LimitClass::ALL {
            let lane = |line| Lane { zone: of.zone, queue: QueueKey::Bound { line, sender: of.position, class } };
            for line in [SenderQueue::Begun, SenderQueue::Late] {
                messages[class] += progress::rows::count_due(snapshot, of.campaign, lane(line), close, most)?;
            }
            for progress in progress::rows::handed(snapshot, of.campaign, lane(SenderQueue::Handed))? {
                if let Some(class) = self.kept_for(snapshot, sender, of, &progress, class, close)? {
                    messages[class] += 1;
                }
            }
        }
        self.scheduler.keep(sender, opening, &messages);
        match self.index_of(of.campaign) {
            Some(index) => {
                let its = &self.scheduler.campaigns[index];
                if let Some(link) = its.link(of.position, its.zone_of_number(of.zone)) {
                    self.scheduler.keep_link(index, link, sum(&messages));
                }
            }
            None if sum(&messages) == 0 => {}
            None => {
                let messages = messages.clone();
                self.kept.push(KeptElsewhere { sender, campaign: of.campaign, opening, messages });
            }
        }
        Ok(Some(messages))
    }

    /// The limit class in which a message that was handed out keeps room: for its follow-up, while it is handed out, and for
    /// itself if its place is of another day.
    fn kept_for(
        &self,
        snapshot: &Snapshot<'_>,
        sender: SenderIndex,
        of: &Kept<'_>,
        progress: &Progress,
        class: LimitClass,
        close: Instant,
    ) -> Result<Option<LimitClass>> {
        if !progress.is_leased(self.scheduler.now()) {
            let has_place = progress.has_place_on(self.scheduler.today());
            return Ok((!has_place && progress.due() < close).then_some(class));
        }
        let claimed = progress.place.unwrap_or(self.scheduler.now());
        let next = match self.index_of(of.campaign) {
            Some(index) => {
                let its = &self.scheduler.campaigns[index];
                let zone = its.zone_of_number(of.zone);
                progress.after(its.route(its.link(of.position, zone), zone), claimed)
            }
            None => {
                let campaign = or_corrupt(campaign::rows::find(snapshot, self.user.id, of.campaign)?)?;
                let zone =
                    of.followed.as_ref().unwrap_or(zone(&self.user, hours(&campaign), Some(&self.accounts[sender])));
                progress.after(&route_in(&self.user, &campaign, zone)?, claimed)
            }
        };
        Ok(match next {
            Next::Send { kind, due, .. } if due < close => Some(LimitClass::of(kind)),
            _ => None,
        })
    }
}

fn sum(messages: &PerClass<u32>) -> u32 {
    LimitClass::ALL.into_iter().map(|class| messages[class]).sum()
}
