//! The time zones of people, where a campaign follows them: each has a number in the database, which the queues of its messages
//! have, too (`docs/rules.md#the-zone-of-a-prospect`).

use super::Lane;
use crate::campaign::Campaign;
use crate::campaign::schedule::TimeZone;
use crate::error::Result;
use crate::id::{CampaignId, ProspectId};
use crate::store::{Row, Snapshot, Table, Tx, or_corrupt};

/// The number of a zone; 0 where none is followed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ZoneNumber(pub(super) u32);

impl ZoneNumber {
    pub(crate) const NONE: Self = Self(0);
}

/// A zone that messages of a campaign are read in, and its number, if it has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FollowedZone {
    pub(crate) zone: TimeZone,
    pub(crate) number: Option<ZoneNumber>,
}

/// The zone of a prospect, if their campaign follows it and they have one.
pub(crate) fn followed(snapshot: &Snapshot<'_>, campaign: &Campaign, prospect: ProspectId) -> Result<Option<TimeZone>> {
    if !campaign.follow_prospect_zone {
        return Ok(None);
    }
    let mut statement = snapshot.statement("SELECT time_zone FROM prospect WHERE id = ?1")?;
    let name: Option<String> = statement.find((prospect,), |row| row.get(0))?.flatten();
    name.map(|name| or_corrupt(TimeZone::stored(&name))).transpose()
}

/// The number of a zone, which has one from then on.
pub(crate) fn number(tx: &Tx<'_>, zone: Option<&TimeZone>) -> Result<ZoneNumber> {
    let Some(zone) = zone else { return Ok(ZoneNumber::NONE) };
    if let Some(known) = known_number(tx, zone)? {
        return Ok(known);
    }
    tx.statement("INSERT INTO zone (time_zone) VALUES (?1)")?.execute((zone.name(),))?;
    Ok(known_number(tx, zone)?.unwrap_or_default())
}

fn known_number(snapshot: &Snapshot<'_>, zone: &TimeZone) -> Result<Option<ZoneNumber>> {
    let mut statement = snapshot.statement("SELECT number FROM zone WHERE time_zone = ?1")?;
    statement.find((zone.name(),), |row| Ok(ZoneNumber(row.get(0)?)))
}

/// The number of the zone of a prospect, if their campaign follows it.
pub(crate) fn number_of(tx: &Tx<'_>, campaign: &Campaign, prospect: ProspectId) -> Result<ZoneNumber> {
    number(tx, followed(tx, campaign, prospect)?.as_ref())
}

/// The zones that queues have, which are in the order of their numbers.
pub(crate) fn of_lanes(snapshot: &Snapshot<'_>, lanes: &[Lane]) -> Result<Vec<FollowedZone>> {
    let mut zones: Vec<FollowedZone> = Vec::new();
    for Lane { zone: number, .. } in lanes {
        let number = Some(*number).filter(|number| *number != ZoneNumber::NONE);
        if let Some(followed) = number.filter(|_| zones.last().is_none_or(|last| last.number != number)) {
            zones.push(FollowedZone { zone: named(snapshot, followed)?, number });
        }
    }
    Ok(zones)
}

fn named(snapshot: &Snapshot<'_>, number: ZoneNumber) -> Result<TimeZone> {
    let mut statement = snapshot.statement("SELECT time_zone FROM zone WHERE number = ?1")?;
    let name: Option<String> = statement.find((number.0,), |row| row.get(0))?;
    or_corrupt(name.and_then(|name| TimeZone::stored(&name)))
}

/// The zones of the prospects of a campaign that have one.
pub(crate) fn of_prospects(snapshot: &Snapshot<'_>, campaign: CampaignId) -> Result<Vec<(ProspectId, FollowedZone)>> {
    let mut statement = snapshot.statement(
        "SELECT prospect.id, prospect.time_zone, number FROM prospect LEFT JOIN zone ON zone.time_zone = prospect.time_zone
         WHERE campaign_id = ?1 AND prospect.time_zone IS NOT NULL ORDER BY prospect.id",
    )?;
    statement.all((campaign,), |row| {
        let zone = or_corrupt(TimeZone::stored(&row.get::<String>(1)?))?;
        let number: Option<u32> = row.get(2)?;
        Ok((row.get(0)?, FollowedZone { zone, number: number.map(ZoneNumber) }))
    })
}

/// Moves a prospect who has no sender yet to the queue of their zone, if their campaign follows it.
pub(crate) fn enter(tx: &Tx<'_>, campaign: CampaignId, prospect: ProspectId, zone: Option<&TimeZone>) -> Result<()> {
    let mut follows = tx.statement("SELECT 1 FROM campaign WHERE id = ?1 AND follow_prospect_zone = 1")?;
    if follows.exists((campaign,))? {
        let lane = Lane { zone: number(tx, zone)?, queue: super::QueueKey::Fresh };
        tx.statement("UPDATE progress SET lane = ?2 WHERE prospect_id = ?1 AND lane & 1023 = 1")?
            .execute((prospect, lane))?;
    }
    Ok(())
}

pub(crate) const TABLE: Table = Table {
    table: "zone",
    promise: "a zone that is followed has a name",
    columns: "number, time_zone",
    key: &["number"],
    read: |row: Row<'_>| Ok(TimeZone::stored(&row.get::<String>(1)?).is_some()),
};
