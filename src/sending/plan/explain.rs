//! Why a prospect is sent nothing now.

use std::ops::ControlFlow;

use super::Reason;
use super::projection::Projection;
use crate::error::Result;
use crate::sending::queue::{Progress, QueueKey, SenderQueue};
use crate::sending::scheduler::{DueMessage, Gate, QueueKind};
use crate::store::Snapshot;
use crate::store::pace::PacedWork;
use crate::time::Instant;

impl Projection {
    /// Why the next message of a prospect is not sent now, and when it will be.
    pub(super) async fn explain(
        &mut self,
        snapshot: &Snapshot<'_>,
        progress: &Progress,
        work: &mut PacedWork<'_>,
    ) -> Result<(Reason, Option<Instant>)> {
        let gate = self.gate(progress);
        let at = self.find(snapshot, progress, work).await?;
        let now = self.now;
        let waits = progress.ready > now;
        // The obstacle that ends last is the reason.
        let is_held = progress.hold.is_some_and(|hold| hold > now && hold >= progress.ready);
        let is_handed = matches!(progress.lane, QueueKey::Bound { line: SenderQueue::Handed | SenderQueue::First, .. });
        let reason = match gate {
            _ if progress.is_leased(now) => Reason::Claimed,
            _ if at == Some(now) => Reason::Due,
            _ if is_held => Reason::HeldUntil,
            _ if waits && is_handed => Reason::RetryLater,
            _ if waits => Reason::DelayNotElapsed,
            Some(Gate::TimeZone) => Reason::UnknownTimeZone,
            Some(Gate::Sender) => Reason::SenderNotReady,
            Some(Gate::Failing) => Reason::SenderFailing,
            Some(Gate::Hours) => Reason::OutsideHours,
            Some(Gate::AccountWeekly) => Reason::AccountWeeklyLimit,
            Some(Gate::AccountDaily) => Reason::AccountDailyLimit,
            Some(Gate::CampaignDaily) => Reason::CampaignDailyLimit,
            // Others come first.
            None => Reason::Due,
        };
        Ok((reason, at))
    }

    /// When the next message of a prospect is sent.
    async fn find(
        &mut self,
        snapshot: &Snapshot<'_>,
        progress: &Progress,
        work: &mut PacedWork<'_>,
    ) -> Result<Option<Instant>> {
        let index = self.campaign;
        let mut found = None;
        let look = |message: &DueMessage, at, is_free: bool| {
            if message.campaign != index || message.place.prospect != progress.prospect {
                return ControlFlow::Continue(());
            }
            found = is_free.then_some(at);
            ControlFlow::Break(())
        };
        self.go_through(snapshot, None, work, look).await?;
        Ok(found)
    }

    fn gate(&mut self, progress: &Progress) -> Option<Gate> {
        let scheduler = &mut self.loaded.scheduler;
        let active = &scheduler.campaigns[self.campaign];
        let kind = active.route.kind(progress.position)?;
        let link = progress.sender.and_then(|sender| active.links.at(sender.into()));
        let from = match progress.lane {
            QueueKey::Bound { line: SenderQueue::Handed, .. } if progress.has_place_on(scheduler.today()) => {
                QueueKind::Placed
            }
            QueueKey::Bound { line, .. } => QueueKind::of(line),
            QueueKey::Wait | QueueKey::Fresh => QueueKind::Fresh,
        };
        scheduler.gate(self.campaign, link, from, kind)
    }
}
