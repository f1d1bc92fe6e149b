//! What is late: follow-ups that did not go in their hours (`docs/rules.md#late-messages`). Waits that ran out, as those for an
//! acceptance, are in `expired_waits.rs`.

use crate::account::{self, Account};
use crate::campaign::schedule::{Calendar, TimeZone};
use crate::campaign::{self, Campaign};
use crate::channel::Channel;
use crate::error::Result;
use crate::people::prospect::{self, ProspectStatus};
use crate::sending::durations::DAY_MS;
use crate::sending::outbox::{LatePolicy, record_closed};
use crate::sending::progress::{self, Lane, LimitClass, Progress, QueueKey, Route, SenderQueue, ZoneNumber, zone};
use crate::sending::scheduler;
use crate::sending::scheduler::load::{opening, route_to};
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
            for (zone, followed) in zones(tx, &campaign)? {
                let Some(end) = last_end(user, &campaign, &account, followed.as_ref(), tx.now())? else { continue };
                let lanes = SenderLanes { zone, sender };
                match policy {
                    LatePolicy::Send => let_go(tx, user, &campaign, lanes, end)?,
                    _ => {
                        let after = i64::from(campaign.late_after_minutes) * 60_000;
                        let before = end.min(tx.now().plus_ms(-after));
                        pass_over_all(tx, user, &campaign, &account, lanes, before, &mut tally)?;
                    }
                }
            }
        }
        record_closed(tx, user.id, campaign.id, &tally)?;
    }
    Ok(())
}

/// The queues of a sender, by its position, in one zone.
#[derive(Clone, Copy)]
struct SenderLanes {
    zone: ZoneNumber,
    sender: u16,
}

impl SenderLanes {
    fn of(self, line: SenderQueue, class: LimitClass) -> Lane {
        Lane { zone: self.zone, queue: QueueKey::Bound { line, sender: self.sender, class } }
    }
}

/// The zones in which messages of a campaign are read.
fn zones(tx: &Tx<'_>, campaign: &Campaign) -> Result<Vec<(ZoneNumber, Option<TimeZone>)>> {
    let mut zones = vec![(ZoneNumber::NONE, None)];
    if campaign.follow_prospect_zone {
        let followed = zone::of_lanes(tx, &progress::rows::lanes(tx, campaign.id)?)?;
        zones.extend(followed.into_iter().filter_map(|followed| Some((followed.number?, Some(followed.zone)))));
    }
    Ok(zones)
}

/// The last instant at which the hours of a sender in a campaign ended; where there are none, days end. None where it is
/// always open.
fn last_end(
    user: &User,
    campaign: &Campaign,
    sender: &Account,
    followed: Option<&TimeZone>,
    now: Instant,
) -> Result<Option<Instant>> {
    let mut opening = opening(user, campaign, sender, followed)?;
    let since = if user.blackout_dates.is_empty() { WEEKS_MS } else { YEARS_MS };
    Ok(opening.last_end(&Calendar::of(&user.time_zone)?, now.plus_ms(-since), now))
}

/// Lets follow-ups ignore the hours that became due after the last claim, in hours that ended by `end`.
fn let_go(tx: &Tx<'_>, user: &User, campaign: &Campaign, lanes: SenderLanes, end: Instant) -> Result<()> {
    let Some(last) = user::rows::claimed(tx, user.id, campaign.settings.channel())? else { return Ok(()) };
    for class in LimitClass::ALL {
        let [begun, late] = [SenderQueue::Begun, SenderQueue::Late].map(|line| lanes.of(line, class));
        progress::rows::transfer(tx, campaign.id, begun, late, last, end)?;
    }
    Ok(())
}

/// Leaves out the follow-ups of a sender that were due before an instant. An invitation, after which others wait, is never
/// left out.
fn pass_over_all(
    tx: &Tx<'_>,
    user: &User,
    campaign: &Campaign,
    account: &Account,
    lanes: SenderLanes,
    before: Instant,
    tally: &mut Tally,
) -> Result<()> {
    for line in [SenderQueue::Begun, SenderQueue::Late] {
        let lane = lanes.of(line, LimitClass::Messages);
        for place in progress::rows::due(tx, campaign.id, lane, None, before.plus_ms(-1), u32::MAX)? {
            let progress = or_corrupt(progress::rows::find(tx, place.prospect)?)?;
            let (_, status) = or_corrupt(prospect::rows::status(tx, user.id, place.prospect)?)?;
            let (route, zone) = route_to(tx, user, campaign, Some(account.id), place.prospect)?;
            pass_over(tx, &route, Progress { zone, ..progress }, status, tally)?;
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
