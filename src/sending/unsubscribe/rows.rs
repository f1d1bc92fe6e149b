//! The SQL of the table of tokens to unsubscribe.

use rusqlite::ToSql;

use super::UnsubscribeToken;
use crate::error::Result;
use crate::id::{ProspectId, UserId};
use crate::request::identity::EmailAddress;
use crate::store::{Snapshot, Table, Tx, Values, row};

row! {
    struct Columns as columns { token, user_id, prospect_id, identity }
}

const AT: Columns<usize> = Columns::at(0);

pub(crate) const TABLE: Table = Table {
    table: "unsubscribe_token",
    promise: "a token to unsubscribe is of a user and an address in normal form",
    columns: columns!(),
    key: &["token"],
    read: |row| {
        let _: (UnsubscribeToken, UserId, ProspectId) =
            (row.get(AT.token)?, row.get(AT.user_id)?, row.get(AT.prospect_id)?);
        let identity: String = row.get(AT.identity)?;
        Ok(EmailAddress::stored(&identity).is_some_and(|address| address.identity() == identity))
    },
};

/// The token of a prospect's links, if there is one.
pub(crate) fn find(snapshot: &Snapshot<'_>, prospect: ProspectId) -> Result<Option<UnsubscribeToken>> {
    let mut statement = snapshot.statement("SELECT token FROM unsubscribe_token WHERE prospect_id = ?1")?;
    statement.find((prospect,), |row| row.get(0))
}

pub(super) fn insert(
    tx: &Tx<'_>,
    user: UserId,
    prospect: ProspectId,
    identity: &str,
    token: UnsubscribeToken,
) -> Result<()> {
    let values: Columns<&dyn ToSql> =
        Columns { token: &token, user_id: &user, prospect_id: &prospect, identity: &identity };
    let mut statement =
        tx.statement(concat!("INSERT INTO unsubscribe_token (", columns!(), ") VALUES (", columns!(?), ")"))?;
    values.insert(&mut statement)?;
    Ok(())
}

/// The user of a token.
pub(super) fn user(snapshot: &Snapshot<'_>, token: UnsubscribeToken) -> Result<Option<UserId>> {
    let mut statement = snapshot.statement("SELECT user_id FROM unsubscribe_token WHERE token = ?1")?;
    statement.find((token,), |row| row.get(0))
}

/// The prospect whose email carried a token, which may be gone, and the address.
pub(super) fn subject(
    snapshot: &Snapshot<'_>,
    user: UserId,
    token: UnsubscribeToken,
) -> Result<Option<(ProspectId, String)>> {
    let mut statement =
        snapshot.statement("SELECT prospect_id, identity FROM unsubscribe_token WHERE token = ?1 AND user_id = ?2")?;
    statement.find((token, user), |row| Ok((row.get(0)?, row.get(1)?)))
}
