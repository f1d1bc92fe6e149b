//! Counts, for a claim, the follow-ups of today for which senders keep room (`docs/rules.md#kept-room`).

use super::load::{Loaded, hours, route_in, zone};
use super::{PerClass, SenderIndex, rows};
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

impl Loaded {
    /// Counts the follow-ups of today for which each of the senders keeps room, in all active campaigns.
    pub(crate) fn keep(&mut self, snapshot: &Snapshot<'_>) -> Result<()> {
        for sender in self.accounts.indexes() {
            self.keep_of(snapshot, sender)?;
        }
        Ok(())
    }

    /// The same for one sender.
    pub(crate) fn keep_of(&mut self, snapshot: &Snapshot<'_>, sender: SenderIndex) -> Result<()> {
        self.scheduler.keep_nothing(sender);
        // The room that campaigns which were not added keep is counted only until nothing is left.
        let mut left = self.scheduler.senders[sender].limits.room(self.scheduler.today());
        let account = self.accounts[sender].id;
        for with in rows::follow_ups(snapshot, account, self.scheduler.today().end)? {
            let rows::WithFollowUps { campaign, position, hours, follows_zones } = with;
            let hours = hours.map(|hours| or_corrupt(Schedule::stored(&hours))).transpose()?;
            let mut followed = Vec::new();
            if follows_zones {
                let lanes = progress::rows::lanes(snapshot, campaign)?;
                let of_sender =
                    |lane: &Lane| matches!(lane.queue, QueueKey::Bound { sender, .. } if sender == position);
                followed = of_lanes(snapshot, &lanes.into_iter().filter(of_sender).collect::<Vec<_>>())?;
            }
            let followed = followed.into_iter().filter_map(|FollowedZone { zone, number }| Some((Some(zone), number?)));
            let mut kept = Some(0);
            for (followed, zone) in std::iter::once((None, ZoneNumber::NONE)).chain(followed) {
                let of_zone = Kept { campaign, position, hours: hours.as_ref(), followed, zone };
                let more = self.keep_in_zone(snapshot, sender, &of_zone, &mut left)?;
                kept = kept.zip(more).map(|(kept, more)| kept + more);
            }
            if kept == Some(0) {
                self.without_follow_up.push((campaign, position));
            }
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
        left: &mut u32,
    ) -> Result<Option<u32>> {
        let zone = of.followed.as_ref().unwrap_or(zone(&self.user, of.hours, Some(&self.accounts[sender]))).clone();
        let zone = self.zone(zone);
        let opening = self.opening(of.hours, sender, zone, of.followed.as_ref())?;
        let Some(close) = self.scheduler.closes_at(opening) else { return Ok(None) };
        let link = self.index_of(of.campaign).and_then(|index| {
            let its = &self.scheduler.campaigns[index];
            Some((index, its.link(of.position, its.zone_of_number(of.zone))?))
        });
        let room = self.scheduler.senders[sender].limits.room(self.scheduler.today());
        let most = if link.is_some() { room } else { *left };
        let mut kept = PerClass::<u32>::default();
        for class in LimitClass::ALL {
            let lane = |line| Lane { zone: of.zone, queue: QueueKey::Bound { line, sender: of.position, class } };
            for line in [SenderQueue::Begun, SenderQueue::Late] {
                kept[class] += progress::rows::count_due(snapshot, of.campaign, lane(line), close, most)?;
            }
            for progress in progress::rows::handed(snapshot, of.campaign, lane(SenderQueue::Handed))? {
                if let Some(class) = self.kept_for(snapshot, sender, of, &progress, class, close)? {
                    kept[class] += 1;
                }
            }
        }
        let mut of_link = 0;
        for class in LimitClass::ALL {
            self.scheduler.keep(sender, opening, class, kept[class]);
            of_link += kept[class];
        }
        match link {
            Some((index, link)) => self.scheduler.keep_link(index, link, of_link),
            None => *left = left.saturating_sub(of_link),
        }
        Ok(Some(of_link))
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
