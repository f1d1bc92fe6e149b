//! Whether the pacing of a sender lets it send what its limit allows.

use crate::account::{Account, Pacing};
use crate::campaign::Campaign;
use crate::campaign::schedule::{Schedule, TimeZone};
use crate::error::Problem;
use crate::sending::scheduler::load::{opening_hours, read_in};
use crate::user::User;

/// What a launch should know of a sender: that its hours and those of the campaign never meet, or that they and its gap leave
/// time for fewer messages than its daily limit.
pub(super) fn problem(owner: &User, campaign: &Campaign, sender: &Account) -> Option<Problem> {
    let Pacing { sending_hours, min_gap_seconds, gap_jitter_seconds, .. } = &sender.pacing;
    let hours = campaign.settings.linkedin().map(|linkedin| &linkedin.operating_hours);
    let both = || [hours, sending_hours.as_ref()].into_iter().flatten();
    // In the zone of a person, whichever it is, both are read in one.
    let zones: &[_] = if campaign.follow_prospect_zone { &[None, Some(&TimeZone::UTC)] } else { &[None] };
    // Zones that meet at all do so in any year.
    let meet = |followed: &Option<&TimeZone>| {
        let mut meeting = opening_hours(owner, read_in(*followed, [hours, sending_hours.as_ref()])).ok()?;
        meeting.open(campaign.created_at)
    };
    if zones.iter().all(|followed| meet(followed).is_none()) {
        return Some(Problem::NeverOpen);
    }
    let open_minutes = both().map(longest_day).min().unwrap_or(DAY);
    let gap_ms = u64::from(*min_gap_seconds) * 1_000 + u64::from(*gap_jitter_seconds) * 500;
    if gap_ms == 0 {
        return None;
    }
    let max = usize::try_from((open_minutes * 60_000).div_ceil(gap_ms)).ok()?;
    (max < sender.daily_limit() as usize).then_some(Problem::LimitUnreachable { max })
}

/// Minutes in a day.
const DAY: u64 = 24 * 60;

/// For how many minutes hours are open on the longest day.
fn longest_day(hours: &Schedule) -> u64 {
    let minutes = hours.days().iter().map(|day| day.iter().map(|interval| u64::from(interval.minutes())).sum());
    minutes.max().unwrap_or(0).min(DAY)
}
