//! Handing people over from one sender of a campaign to others (`docs/rules.md#hand-over`).

mod ops;
mod request;

use serde::Serialize;

use crate::account::{self, AccountStatus};
use crate::campaign::{self, Campaign};
use crate::error::Result;
use crate::id::{AccountId, CampaignId};
use crate::sending::progress::{Progress, QueueKey, Route, SenderQueue};
use crate::sending::task::TaskType;
use crate::store::{Snapshot, Tx};
use crate::time::Instant;
pub use request::{HandOver, Senders};

/// The result of handing people over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct HandedOver {
    /// The campaign as it is now.
    pub campaign: Campaign,
    /// How many prospects have another sender now.
    pub moved: u32,
    /// How many stay with theirs, since a message to them is handed out.
    pub stuck: u32,
}

/// The state of a prospect with another sender from now on: under new keys and without a place in limits. A prospect that
/// was invited on LinkedIn is invited again, and goes on after the message that was `sent` last.
pub(crate) fn moved(progress: Progress, route: &Route, sender: u16, sent: Option<u16>, now: Instant) -> Progress {
    let is_unsent = progress.task.is_some() || progress.failures > 0 || progress.is_unresolved;
    let moved = Progress {
        sender: Some(sender),
        ready: if is_unsent { now } else { progress.ready },
        failures: 0,
        first_failed: None,
        task: None,
        place: None,
        generation: progress.generation.saturating_add(1),
        ..progress
    };
    if moved.lane == QueueKey::Wait && !moved.is_unresolved && route.is_end(moved.position) {
        return moved;
    }
    match route.invitation().filter(|invitation| *invitation < moved.position) {
        Some(invitation) => {
            let lane = QueueKey::bound(SenderQueue::Begun, sender, TaskType::ConnectionRequest);
            let resume = sent.map_or(invitation, |sent| sent.max(invitation)).saturating_add(1);
            let (is_connected, is_unresolved) = (false, false);
            let resume = moved.resume.map_or(resume, |reached| reached.max(resume));
            Progress {
                lane,
                ready: now,
                position: invitation,
                resume: Some(resume),
                is_connected,
                is_unresolved,
                ..moved
            }
        }
        None => {
            let line = if moved.is_first { SenderQueue::First } else { SenderQueue::Begun };
            let lane = match route.kind(moved.position) {
                Some(kind) if !moved.is_unresolved => QueueKey::bound(line, sender, kind),
                _ => moved.lane,
            };
            Progress { lane, ..moved }
        }
    }
}

/// The senders of a campaign with how many people each has.
pub(crate) struct Balance(Vec<Share>);

struct Share {
    account: AccountId,
    assigned: u32,
    is_connected: bool,
    is_changed: bool,
}

impl Balance {
    pub(crate) fn of(snapshot: &Snapshot<'_>, campaign: &Campaign) -> Result<Self> {
        let mut shares = Vec::new();
        for (account, assigned) in campaign::rows::assigned(snapshot, campaign.id)? {
            let found = account::rows::find(snapshot, campaign.user_id, account)?;
            let is_connected = found.is_some_and(|account| account.status == AccountStatus::Connected);
            shares.push(Share { account, assigned, is_connected, is_changed: false });
        }
        Ok(Self(shares))
    }

    /// The position of a sender.
    pub(crate) fn position(&self, account: AccountId) -> Option<u16> {
        let place = self.0.iter().position(|share| share.account == account)?;
        u16::try_from(place).ok()
    }

    /// The connected sender, other than one, with the fewest people; of these, the first.
    fn next(&self, other_than: u16) -> Option<u16> {
        let open = (0..).zip(&self.0).filter(|(place, share)| share.is_connected && *place != other_than);
        open.min_by_key(|(_, share)| share.assigned).map(|(place, _)| place)
    }

    /// The new sender of a prospect that lost its own: a connected one, if there is any. It then has one prospect more.
    pub(crate) fn any(&mut self) -> Option<u16> {
        let senders = (0..).zip(&self.0);
        let sender = senders.min_by_key(|(_, share)| (!share.is_connected, share.assigned)).map(|(place, _)| place)?;
        self.add(sender, 1);
        Some(sender)
    }

    /// A sender gets or loses this number of people.
    fn add(&mut self, sender: u16, people: i32) {
        if let Some(share) = self.0.get_mut(usize::from(sender)) {
            share.assigned = share.assigned.saturating_add_signed(people);
            share.is_changed = true;
        }
    }

    /// Stores what changed.
    pub(crate) fn store(&self, tx: &Tx<'_>, campaign: CampaignId) -> Result<()> {
        for share in self.0.iter().filter(|share| share.is_changed) {
            campaign::rows::set_assigned(tx, campaign, share.account, share.assigned)?;
        }
        Ok(())
    }
}
