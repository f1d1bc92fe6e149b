//! The SQL of the bounce table.

use crate::channel::Channel;
use crate::error::Result;
use crate::id::{CampaignId, ProspectId, UserId};
use crate::people::prospect::status::open_statuses;
use crate::request::identity::EmailAddress;
use crate::store::{Snapshot, Statement, Table, Tx, row};

row! {
    struct Columns as columns { user_id, address, at_ms, times }
}

const AT: Columns<usize> = Columns::at(0);

/// Remembers that something came back from an address, in normal form.
pub(crate) fn insert(tx: &Tx<'_>, user: UserId, address: &str) -> Result<()> {
    tx.statement(concat!(
        "INSERT INTO bounce (",
        columns!(),
        ") VALUES (?1, ?2, ?3, 1)
             ON CONFLICT (user_id, address) DO UPDATE SET at_ms = excluded.at_ms, times = times + 1"
    ))?
    .execute((user, address, tx.now()))?;
    Ok(())
}

/// The prospects of an email campaign that are not final and whose addresses bounced before, in their order.
pub(crate) fn among_prospects(snapshot: &Snapshot<'_>, user: UserId, campaign: CampaignId) -> Result<Vec<ProspectId>> {
    let mut statement = snapshot.statement(concat!(
        "SELECT prospect.id
         FROM bounce CROSS JOIN prospect INDEXED BY prospect_by_identity
            ON prospect.campaign_id = ?2 AND prospect.identity = bounce.address
         WHERE bounce.user_id = ?1 AND prospect.status IN ",
        open_statuses!(),
        " ORDER BY prospect.id"
    ))?;
    statement.all((user, campaign), |row| row.get(0))
}

/// Whose addresses bounced, for asking about many people of one snapshot.
pub(crate) struct Bounces<'s> {
    /// None where nobody's did, or could.
    statement: Option<Statement<'s>>,
    user: UserId,
}

impl<'s> Bounces<'s> {
    /// A user without bounces pays for nothing more than this.
    pub(crate) fn of(snapshot: &Snapshot<'s>, user: UserId, channel: Channel) -> Result<Self> {
        let has_any = channel == Channel::Email
            && snapshot.statement("SELECT 1 FROM bounce WHERE user_id = ?1")?.exists((user,))?;
        let one = "SELECT 1 FROM bounce WHERE user_id = ?1 AND address = ?2";
        Ok(Self { statement: has_any.then(|| snapshot.statement(one)).transpose()?, user })
    }

    /// Whether something came back from an address, in normal form.
    pub(crate) fn has(&mut self, address: &str) -> Result<bool> {
        match &mut self.statement {
            Some(statement) => Ok(statement.exists((self.user, address))?),
            None => Ok(false),
        }
    }
}

pub(crate) const TABLE: Table = Table {
    table: "bounce",
    promise: "what bounced was sent to an address in normal form",
    columns: columns!(),
    key: &["user_id", "address"],
    read: |row| {
        row.get::<UserId>(AT.user_id)?;
        let (address, _): (String, u32) = (row.get(AT.address)?, row.get(AT.times)?);
        let is_normal = EmailAddress::stored(&address).is_some_and(|read| read.identity() == address);
        Ok(is_normal && row.has_instant(AT.at_ms)?)
    },
};
