//! Where something may happen at an instant: in campaigns, and in those that wait for the gap of a sender, of which a claim adds
//! what comes next.

use crate::channel::Channel;
use crate::error::Result;
use crate::id::{AccountId, CampaignId, UserId};
use crate::sending::scheduler::load::Loaded;
use crate::sending::scheduler::rows::{self, PacedOrder};
use crate::sending::scheduler::{OpeningHoursIndex, SenderIndex};
use crate::store::Snapshot;
use crate::time::Instant;

/// Campaigns, and senders for whose gap others wait.
#[derive(Default)]
pub(super) struct Awake {
    pub(super) campaigns: Vec<CampaignId>,
    pub(super) senders: Vec<AccountId>,
}

impl Awake {
    /// Those of a user, of one channel or of all, at an instant.
    pub(super) fn at(snapshot: &Snapshot<'_>, user: UserId, channel: Option<Channel>, now: Instant) -> Result<Self> {
        let campaigns = rows::awake(snapshot, user, channel, now)?;
        Ok(Self { campaigns, senders: rows::free(snapshot, user, channel, now)? })
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.campaigns.is_empty() && self.senders.is_empty()
    }
}

/// The campaigns that wait for the gap of a sender, in their orders.
pub(super) struct PacedQueue {
    pub(super) sender: SenderIndex,
    /// Its own hours.
    pub(super) opening: OpeningHoursIndex,
    begun: Option<(i64, CampaignId)>,
    firsts: Option<(i64, CampaignId)>,
}

impl PacedQueue {
    pub(super) fn of(snapshot: &Snapshot<'_>, loaded: &mut Loaded, sender: SenderIndex) -> Result<Self> {
        let account = loaded.accounts[sender].id;
        Ok(Self {
            sender,
            opening: loaded.own_opening(sender)?,
            begun: rows::next_paced(snapshot, account, PacedOrder::Begun, None)?,
            firsts: rows::next_paced(snapshot, account, PacedOrder::Turn, None)?,
        })
    }

    /// The next of the campaigns that were not added, with its place in an order.
    pub(super) fn next(
        &mut self,
        snapshot: &Snapshot<'_>,
        loaded: &Loaded,
        order: PacedOrder,
    ) -> Result<Option<(i64, CampaignId)>> {
        let next = match order {
            PacedOrder::Begun => &mut self.begun,
            PacedOrder::Turn => &mut self.firsts,
        };
        while let Some((_, campaign)) = *next
            && loaded.index_of(campaign).is_some()
        {
            *next = rows::next_paced(snapshot, loaded.accounts[self.sender].id, order, *next)?;
        }
        Ok(*next)
    }

    /// Whether the sender may send now what comes next in an order.
    pub(super) fn is_free(&self, loaded: &mut Loaded, order: PacedOrder) -> bool {
        let has = (order == PacedOrder::Begun, order == PacedOrder::Turn);
        let now = loaded.scheduler.now();
        loaded.scheduler.free_at(self.sender, self.opening, has) == Some(now)
    }
}
