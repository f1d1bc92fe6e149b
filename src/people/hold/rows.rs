//! The SQL of the hold table.

use rusqlite::ToSql;
use rusqlite::types::Null;

use super::Identities;
use crate::channel::Channel;
use crate::error::Result;
use crate::id::{CampaignId, ProspectId, UserId};
use crate::people::prospect::status::{in_order, open_statuses};
use crate::request::identity::{EmailAddress, ProfileUrl};
use crate::sort::sorted;
use crate::store::{Snapshot, Statement, Table, Tx, Values, or_corrupt, row};
use crate::time::Instant;

row! {
    struct Columns as columns { id, user_id, email, profile, campaign_id, until_ms, created_ms }
}

const AT: Columns<usize> = Columns::at(0);

/// The hold of someone in one campaign without an end.
macro_rules! pause {
    () => {
        "user_id = ?1 AND email IS ?2 AND profile IS ?3 AND campaign_id = ?4 AND until_ms = ?5"
    };
}

/// Holds a person in one campaign or in all, from now on; `false`, and nothing done, where a hold of the same person there
/// ends no earlier.
pub(crate) fn insert(
    tx: &Tx<'_>,
    user: UserId,
    person: &Identities,
    campaign: Option<CampaignId>,
    until: Instant,
) -> Result<bool> {
    let named = (user, &person.email, &person.profile, campaign, until);
    let mut same = tx.statement(
        "SELECT 1 FROM hold
         WHERE user_id = ?1 AND email IS ?2 AND profile IS ?3 AND campaign_id IS ?4 AND until_ms >= ?5",
    )?;
    if same.exists(named)? {
        return Ok(false);
    }
    let mut shorter = tx.statement(
        "DELETE FROM hold WHERE user_id = ?1 AND email IS ?2 AND profile IS ?3 AND campaign_id IS ?4 AND until_ms < ?5",
    )?;
    shorter.execute(named)?;
    let values: Columns<&dyn ToSql> = Columns {
        id: &Null,
        user_id: &user,
        email: &person.email,
        profile: &person.profile,
        campaign_id: &campaign,
        until_ms: &until,
        created_ms: &tx.now(),
    };
    let mut statement = tx.statement(concat!("INSERT INTO hold (", columns!(), ") VALUES (", columns!(?), ")"))?;
    values.insert(&mut statement)?;
    Ok(true)
}

/// Whether someone is held in a campaign without an end, by exactly these identities.
pub(crate) fn is_paused(
    snapshot: &Snapshot<'_>,
    user: UserId,
    person: &Identities,
    campaign: CampaignId,
) -> Result<bool> {
    let mut statement = snapshot.statement(concat!("SELECT 1 FROM hold WHERE ", pause!()))?;
    statement.exists((user, &person.email, &person.profile, campaign, Instant::LAST))
}

/// Removes such a hold, and returns since when it was there.
pub(crate) fn end_pause(
    tx: &Tx<'_>,
    user: UserId,
    person: &Identities,
    campaign: CampaignId,
) -> Result<Option<Instant>> {
    let mut statement = tx.statement(concat!("DELETE FROM hold WHERE ", pause!(), " RETURNING created_ms"))?;
    statement.find((user, &person.email, &person.profile, campaign, Instant::LAST), |row| row.get(0))
}

/// Removes every hold of someone who has one of the identities: whom each was of, and since when.
pub(crate) fn remove(tx: &Tx<'_>, user: UserId, person: &Identities) -> Result<Vec<(Identities, Instant)>> {
    let mut removed = Vec::new();
    let by_identity = [
        ("DELETE FROM hold WHERE user_id = ?1 AND email = ?2 RETURNING email, profile, created_ms", &person.email),
        ("DELETE FROM hold WHERE user_id = ?1 AND profile = ?2 RETURNING email, profile, created_ms", &person.profile),
    ];
    for (sql, identity) in by_identity {
        let mut statement = tx.statement(sql)?;
        removed.extend(
            statement.all((user, identity), |row| {
                Ok((Identities { email: row.get(0)?, profile: row.get(1)? }, row.get(2)?))
            })?,
        );
    }
    Ok(removed)
}

/// Removes the holds in a campaign that is deleted.
pub(crate) fn delete_of_campaign(tx: &Tx<'_>, campaign: CampaignId) -> Result<()> {
    tx.statement("DELETE FROM hold WHERE campaign_id = ?1")?.execute((campaign,))?;
    Ok(())
}

/// The holds of a user, for looking up many people in one snapshot.
pub(crate) struct Holds<'s> {
    /// None, where the user holds nobody.
    statement: Option<Statement<'s>>,
    user: UserId,
    now: Instant,
}

impl<'s> Holds<'s> {
    /// A user who holds nobody pays for nothing more than this.
    pub(crate) fn of(snapshot: &Snapshot<'s>, user: UserId, now: Instant) -> Result<Self> {
        let has_any = snapshot.statement("SELECT 1 FROM hold WHERE user_id = ?1")?.exists((user,))?;
        let statement = has_any.then(|| {
            snapshot.statement(
                "SELECT max(until_ms) FROM (
                     SELECT until_ms, campaign_id FROM hold INDEXED BY hold_by_email WHERE user_id = ?1 AND email = ?2
                     UNION ALL
                     SELECT until_ms, campaign_id FROM hold INDEXED BY hold_by_profile WHERE user_id = ?1 AND profile = ?3)
                 WHERE (campaign_id IS NULL OR campaign_id = ?4) AND until_ms > ?5",
            )
        });
        Ok(Self { statement: statement.transpose()?, user, now })
    }

    pub(crate) const fn has_any(&self) -> bool {
        self.statement.is_some()
    }

    /// Until when someone is held in a campaign, if it is beyond the present instant.
    pub(crate) fn until(&mut self, campaign: CampaignId, person: &Identities) -> Result<Option<Instant>> {
        let Some(statement) = &mut self.statement else { return Ok(None) };
        statement.query_row((self.user, &person.email, &person.profile, campaign, self.now), |row| row.get(0))
    }
}

/// The prospects of the user's active and paused campaigns, or of one of these, that are not final and have one of the
/// identities, each with its campaign.
pub(crate) fn prospects(
    snapshot: &Snapshot<'_>,
    user: UserId,
    person: &Identities,
    campaign: Option<CampaignId>,
) -> Result<Vec<(ProspectId, CampaignId)>> {
    let mut campaigns = snapshot.statement(
        "SELECT id, type FROM campaign
         WHERE user_id = ?1 AND (status = 'active' OR status = 'paused') AND id = ifnull(?2, id) ORDER BY id",
    )?;
    let campaigns = campaigns.all((user, campaign), |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut found: Vec<(ProspectId, CampaignId)> = Vec::new();
    for (campaign, channel) in campaigns {
        let mut here = by_identity(snapshot, campaign, channel, person)?;
        match (channel, &person.email, &person.profile) {
            (Channel::Linkedin, Some(email), _) => here.extend(by_email(snapshot, campaign, email)?),
            (Channel::Email, _, Some(profile)) => here.extend(by_profile(snapshot, campaign, profile)?),
            _ => {}
        }
        here = sorted(here);
        here.dedup();
        found.extend(here.into_iter().map(|prospect| (prospect, campaign)));
    }
    Ok(found)
}

fn by_identity(
    snapshot: &Snapshot<'_>,
    campaign: CampaignId,
    channel: Channel,
    person: &Identities,
) -> Result<Vec<ProspectId>> {
    let identity = match channel {
        Channel::Email => &person.email,
        Channel::Linkedin => &person.profile,
    };
    let mut statement = snapshot.statement(concat!(
        "SELECT id FROM prospect INDEXED BY prospect_by_identity WHERE campaign_id = ?1 AND identity = ?2 AND status IN ",
        open_statuses!()
    ))?;
    statement.all((campaign, identity), |row| row.get(0))
}

fn by_email(snapshot: &Snapshot<'_>, campaign: CampaignId, email: &str) -> Result<Vec<ProspectId>> {
    let mut statement = snapshot.statement(concat!(
        "SELECT id FROM prospect INDEXED BY prospect_by_email WHERE email = ?2 AND campaign_id = ?1 AND status IN ",
        open_statuses!()
    ))?;
    statement.all((campaign, email), |row| row.get(0))
}

/// By email, profiles are stored as they were given, and no index has their normal form.
fn by_profile(snapshot: &Snapshot<'_>, campaign: CampaignId, profile: &str) -> Result<Vec<ProspectId>> {
    let mut statement = snapshot.statement(concat!(
        "SELECT id, linkedin_url FROM prospect INDEXED BY prospect_by_status
         WHERE campaign_id = ?1 AND linkedin_url IS NOT NULL AND status IN ",
        open_statuses!()
    ))?;
    let mut rows = statement.query((campaign,))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let url = or_corrupt(ProfileUrl::stored(or_corrupt(row.get_ref(1)?.as_str().ok())?))?;
        if url.identity() == profile {
            found.push(row.get(0)?);
        }
    }
    Ok(found)
}

/// Who the prospects of a campaign are that stand after one and up to another, and are not final.
pub(crate) fn between(
    snapshot: &Snapshot<'_>,
    campaign: CampaignId,
    after: Option<ProspectId>,
    last: Option<ProspectId>,
) -> Result<Vec<(ProspectId, Identities)>> {
    let mut statement = snapshot.statement(concat!(
        "SELECT id, iif(channel = 'email', identity, email), linkedin_url FROM ",
        in_order!(open, "campaign_id = ?1 AND id > ifnull(?2, x'') AND id <= ?3", "-1")
    ))?;
    statement.all((campaign, after, last), |row| {
        let url: Option<String> = row.get(2)?;
        let profile = url.map(|url| or_corrupt(ProfileUrl::stored(&url))).transpose()?;
        Ok((row.get(0)?, Identities { email: row.get(1)?, profile: profile.map(|url| url.identity().to_owned()) }))
    })
}

pub(crate) const TABLE: Table = Table {
    table: "hold",
    promise: "a hold is of an address or a profile in normal form, until an instant",
    columns: columns!(),
    key: &["id"],
    read: |row| {
        let (id, _, _): (i64, UserId, Option<CampaignId>) =
            (row.get(AT.id)?, row.get(AT.user_id)?, row.get(AT.campaign_id)?);
        let (email, profile): (Option<String>, Option<String>) = (row.get(AT.email)?, row.get(AT.profile)?);
        let is_address = |email: String| EmailAddress::stored(&email).is_some_and(|read| read.identity() == email);
        let is_profile = |profile: String| ProfileUrl::stored(&profile).is_some_and(|url| url.identity() == profile);
        Ok(id > 0
            && email.is_none_or(is_address)
            && profile.is_none_or(is_profile)
            && row.has_instant(AT.until_ms)?
            && row.has_instant(AT.created_ms)?)
    },
};
