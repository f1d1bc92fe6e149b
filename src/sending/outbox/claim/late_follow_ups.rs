//! What is late: follow-ups that did not go in their hours (`docs/rules.md#late-messages`). Waits that ran out, as those for an
//! acceptance, are in `expired_waits.rs`.

use crate::account::{self, Account};
use crate::campaign::schedule::Calendar;
use crate::campaign::{self, Campaign};
use crate::channel::Channel;
use crate::error::Result;
use crate::people::prospect::{self, ProspectStatus};
use crate::sending::durations::DAY_MS;
use crate::sending::outbox::{LatePolicy, record_closed};
use crate::sending::progress::{self, LimitClass, Progress, QueueKey, Route, SenderQueue};
use crate::sending::scheduler;
use crate::sending::scheduler::load::{opening, route_of};
use crate::sending::stats::Tally;
use crate::store::{Tx, or_corrupt};
use crate::time::Instant;
use crate::user::{self, User};

/// The longest time between two ends of hours, and with dates on which they do not open.
const WEEKS_MS: i64 = 15 * DAY_MS;
const YEARS_MS: i64 = 800 * DAY_MS;

/// Leaves late messages out, or lets them ignore the hours.
pub(super) fn take_late(tx: &Tx<'_>, user: &User, channel: Option<Channel>, policy: LatePolicy) -> Result<()> {
    for id in scheduler::rows::overdue(tx, user.id, channel, tx.now())? {
        let campaign = or_corrupt(campaign::rows::find(tx, user.id, id)?)?;
        let mut tally = Tally::default();
        for (sender, account) in (0_u16..).zip(&campaign.sender_account_ids) {
            let account = or_corrupt(account::rows::find(tx, user.id, *account)?)?;
            let Some(end) = last_end(user, &campaign, &account, tx.now())? else { continue };
            match policy {
                LatePolicy::Send => let_go(tx, user, &campaign, sender, end)?,
                _ => {
                    let after = i64::from(campaign.late_after_minutes) * 60_000;
                    let route = route_of(tx, user, &campaign, account.id)?;
                    pass_over_all(tx, user, &campaign, sender, &route, end.min(tx.now().plus_ms(-after)), &mut tally)?;
                }
            }
        }
        record_closed(tx, user.id, campaign.id, &tally)?;
    }
    Ok(())
}

/// The last instant at which the hours of a sender in a campaign ended; where there are none, days end. None where it is
/// always open.
fn last_end(user: &User, campaign: &Campaign, sender: &Account, now: Instant) -> Result<Option<Instant>> {
    let mut opening = opening(user, campaign, sender)?;
    let since = if user.blackout_dates.is_empty() { WEEKS_MS } else { YEARS_MS };
    Ok(opening.last_end(&Calendar::of(&user.time_zone)?, now.plus_ms(-since), now))
}

/// Lets follow-ups ignore the hours that became due after the last claim, in hours that ended by `end`.
fn let_go(tx: &Tx<'_>, user: &User, campaign: &Campaign, sender: u16, end: Instant) -> Result<()> {
    let Some(last) = user::rows::claimed(tx, user.id, campaign.settings.channel())? else { return Ok(()) };
    for class in LimitClass::ALL {
        let lane = |line| QueueKey::Bound { line, sender, class };
        progress::rows::transfer(tx, campaign.id, lane(SenderQueue::Begun), lane(SenderQueue::Late), last, end)?;
    }
    Ok(())
}

/// Leaves out the follow-ups of a sender that were due before an instant. An invitation, after which others wait, is never
/// left out.
fn pass_over_all(
    tx: &Tx<'_>,
    user: &User,
    campaign: &Campaign,
    sender: u16,
    route: &Route,
    before: Instant,
    tally: &mut Tally,
) -> Result<()> {
    for line in [SenderQueue::Begun, SenderQueue::Late] {
        let lane = QueueKey::Bound { line, sender, class: LimitClass::Messages };
        for place in progress::rows::due(tx, campaign.id, lane, None, before.plus_ms(-1), u32::MAX)? {
            let progress = or_corrupt(progress::rows::find(tx, place.prospect)?)?;
            let (_, status) = or_corrupt(prospect::rows::status(tx, user.id, place.prospect)?)?;
            pass_over(tx, route, progress, status, tally)?;
        }
    }
    Ok(())
}

/// Lets a prospect of this status go on as if the message that is next had been sent now.
pub(super) fn pass_over(
    tx: &Tx<'_>,
    route: &Route,
    progress: Progress,
    status: ProspectStatus,
    tally: &mut Tally,
) -> Result<()> {
    let next = progress.after(route, tx.now());
    progress::go_on(tx, progress, next, status, tally).map(drop)
}
