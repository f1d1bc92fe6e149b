//! Why a prospect is sent nothing now.

use std::ops::ControlFlow;

use super::Explained;
use super::projection::Projection;
use crate::campaign::{Campaign, CampaignStatus};
use crate::error::Result;
use crate::id::ProspectId;
use crate::people::overlap;
use crate::people::prospect::{self, ProspectStatus};
use crate::people::suppression::rows::Suppressions;
use crate::sending::progress::{self, LimitClass, Progress, QueueKey, SenderQueue};
use crate::sending::reason::Reason;
use crate::sending::scheduler::load::route;
use crate::sending::scheduler::{CampaignSenderIndex, CampaignZone, DueMessage, QueueKind};
use crate::store::pace::PacedWork;
use crate::store::{Snapshot, or_corrupt};
use crate::time::Instant;
use crate::user::User;

impl Projection {
    /// Why the next message of a prospect is not sent now, and when it will be.
    pub(super) async fn explain(
        &mut self,
        snapshot: &Snapshot<'_>,
        progress: &Progress,
        work: &mut PacedWork<'_>,
    ) -> Result<Explained> {
        let obstacle = self.obstacle(progress);
        let found = self.find(snapshot, progress, work).await?;
        let at = found.map(|(at, _)| at);
        let now = self.now;
        let waits = progress.ready > now;
        // The obstacle that ends last is the reason.
        let is_held = progress.hold.is_some_and(|hold| hold > now && hold >= progress.ready);
        let is_handed = matches!(progress.lane, QueueKey::Bound { line: SenderQueue::Handed | SenderQueue::First, .. });
        let reason = match obstacle {
            _ if progress.is_leased(now) => Reason::Claimed,
            _ if at == Some(now) => Reason::Due,
            _ if is_held => Reason::HeldUntil,
            _ if waits && is_handed => Reason::RetryLater,
            _ if waits => Reason::DelayNotElapsed,
            Some(obstacle) => obstacle,
            // Others come first.
            None => Reason::Due,
        };
        let active = &self.loaded.scheduler.campaigns[self.campaign];
        let offset = found.map(|(at, link)| active.links[link].calendar().offset_seconds(at));
        Ok(Explained { reason, at, offset_seconds: offset.unwrap_or(0) })
    }

    /// When the next message of a prospect is sent, and by which sender.
    async fn find(
        &mut self,
        snapshot: &Snapshot<'_>,
        progress: &Progress,
        work: &mut PacedWork<'_>,
    ) -> Result<Option<(Instant, CampaignSenderIndex)>> {
        if !self.may_be_sent(progress) {
            return Ok(None);
        }
        let index = self.campaign;
        let mut found = None;
        let look = |message: &DueMessage, at, is_free: bool, _| {
            if message.campaign != index || message.place.prospect != progress.prospect {
                return ControlFlow::Continue(());
            }
            found = is_free.then_some((at, message.link));
            ControlFlow::Break(())
        };
        self.go_through(snapshot, None, work, look).await?;
        Ok(found)
    }

    /// Whether a sender that could send something to a prospect is connected; else nobody is sent anything in vain.
    fn may_be_sent(&self, progress: &Progress) -> bool {
        let scheduler = &self.loaded.scheduler;
        let its = &scheduler.campaigns[self.campaign];
        let is_connected = |link| scheduler.senders[its.links[link].sender].is_connected;
        match progress.sender {
            Some(sender) => its.link(sender, CampaignZone::OWN).is_some_and(is_connected),
            None => its.links_in(CampaignZone::OWN).any(is_connected),
        }
    }

    fn obstacle(&mut self, progress: &Progress) -> Option<Reason> {
        let scheduler = &mut self.loaded.scheduler;
        let active = &scheduler.campaigns[self.campaign];
        let kind = active.own_zone().route.kind(progress.position)?;
        let zone = active.zone_of_number(progress.zone);
        let link = progress.sender.and_then(|sender| active.link(sender, zone));
        let from = match progress.lane {
            QueueKey::Bound { line, .. } => QueueKind::of(line, progress.has_place_on(scheduler.today())),
            QueueKey::Wait | QueueKey::Fresh => QueueKind::Fresh,
        };
        scheduler.obstacle(self.campaign, zone, link, from, LimitClass::of(kind))
    }
}

/// Why a prospect is sent nothing, where that is known without looking at what else is sent.
pub(super) fn known_at_once(
    snapshot: &Snapshot<'_>,
    user: &User,
    campaign: &Campaign,
    id: ProspectId,
    status: ProspectStatus,
    now: Instant,
) -> Result<Option<Reason>> {
    if status.is_final() {
        return Ok(Some(Reason::Final));
    }
    let channel = campaign.settings.channel();
    let prospect = or_corrupt(prospect::rows::get(snapshot, id, channel)?)?;
    let identity = or_corrupt(prospect.person.identity(channel))?;
    if Suppressions::of(snapshot, user.id, channel)?.covers_person(&prospect.person)? {
        return Ok(Some(Reason::Final));
    }
    match campaign.status() {
        CampaignStatus::Draft => return Ok(Some(Reason::Draft)),
        CampaignStatus::Paused => return Ok(Some(Reason::Paused)),
        CampaignStatus::Active | CampaignStatus::Completed => {}
    }
    if campaign.skips_other_campaigns() && overlap::other(snapshot, campaign, identity, now)?.is_some() {
        return Ok(Some(Reason::HeldByCampaign));
    }
    let progress = or_corrupt(progress::rows::find(snapshot, id)?)?;
    Ok(match progress.lane {
        QueueKey::Wait if progress.awaits_link() => Some(Reason::UnsubscribeUrlMissing),
        QueueKey::Wait if progress.is_unresolved => Some(Reason::MessageUnresolved),
        QueueKey::Wait if progress.ready <= now => Some(Reason::Final),
        QueueKey::Wait if route(user, campaign)?.is_end(progress.position) => Some(Reason::DelayNotElapsed),
        QueueKey::Wait => Some(Reason::AwaitingAcceptance),
        // Nobody knows when the hold ends.
        _ if progress.hold == Some(Instant::LAST) && progress.is_leased(now) => Some(Reason::Claimed),
        _ if progress.hold == Some(Instant::LAST) => Some(Reason::HeldUntil),
        QueueKey::Fresh | QueueKey::Bound { .. } => None,
    })
}

#[cfg(test)]
mod tests;
