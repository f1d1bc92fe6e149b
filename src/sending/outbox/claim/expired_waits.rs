//! Waits that ran out: invitations that nobody accepted in time, delays before the end, and pauses of messages that could not be
//! written. `progress::rows::waited` finds them, `next.rs` wakes their campaign at that instant, and `progress/route.rs` sets it.

use crate::campaign;
use crate::error::Result;
use crate::id::CampaignId;
use crate::people::prospect::ProspectStatus;
use crate::sending::outbox::record_closed;
use crate::sending::progress::{self, Progress, zone};
use crate::sending::scheduler::load::route;
use crate::sending::stats::Tally;
use crate::sending::task::mark::{self, Mark};
use crate::store::{Tx, or_corrupt};
use crate::user::User;

/// Makes those final who waited for nothing more than an instant that has come, and lets those try again whose message could
/// not be written; whether there was anybody. A campaign that this completes holds nobody any more.
pub(super) fn close_waits(tx: &Tx<'_>, user: &User, campaign: CampaignId) -> Result<bool> {
    let waited = progress::rows::waited(tx, campaign, tx.now())?;
    if waited.is_empty() {
        return Ok(false);
    }
    let its = or_corrupt(campaign::rows::find(tx, user.id, campaign)?)?;
    let route = route(user, &its)?;
    let mut tally = Tally::default();
    for progress in waited {
        if progress.is_unresolved {
            let kind = or_corrupt(route.kind(progress.position))?;
            let zone = zone::number_of(tx, &its, progress.prospect)?;
            progress::rows::update(tx, &Progress { zone, ..progress }.released(kind))?;
            continue;
        }
        let is_end = route.is_end(progress.position);
        let to = if is_end { ProspectStatus::Completed } else { ProspectStatus::TimedOut };
        if !is_end {
            mark::rows::set_last(tx, progress.prospect, Mark::TimedOut)?;
        }
        progress::end(tx, user.id, progress.prospect, to, &mut tally)?;
    }
    record_closed(tx, user.id, campaign, &tally)?;
    Ok(true)
}
