//! The SQL of the tables of senders that fail.

use super::{Failing, Rest};
use crate::error::Result;
use crate::id::{AccountId, TaskId};
use crate::store::{Snapshot, Table, Tx, row};
use crate::time::Instant;

row! {
    struct Columns as columns { account_id, tries, until_ms, length_ms }
}

const AT: Columns<usize> = Columns::at(0);

row! {
    struct FailureColumns as failure_columns { account_id, identity }
}

const AT_FAILURE: FailureColumns<usize> = FailureColumns::at(0);

row! {
    struct ProbeColumns as probe_columns { task_id, account_id, until_ms }
}

const AT_PROBE: ProbeColumns<usize> = ProbeColumns::at(0);

/// Whether and until when an account rests; none where it was seen to work since.
pub(crate) fn of(snapshot: &Snapshot<'_>, account: AccountId) -> Result<Option<Rest>> {
    let mut statement = snapshot.statement(
        "SELECT until_ms, (SELECT max(until_ms) FROM sender_probe WHERE account_id = ?1) FROM sender_rest
         WHERE account_id = ?1 AND until_ms IS NOT NULL",
    )?;
    statement.find((account,), |row| Ok(Rest { until: row.get(0)?, probe_until: row.get(1)? }))
}

/// How an account fails, if it does.
pub(super) fn failing(snapshot: &Snapshot<'_>, account: AccountId) -> Result<Option<Failing>> {
    let mut statement = snapshot.statement(
        "SELECT length_ms, tries, (SELECT count(*) FROM sender_failure WHERE account_id = ?1) FROM sender_rest
         WHERE account_id = ?1",
    )?;
    statement.find((account,), |row| {
        Ok(match row.get(0)? {
            Some(length_ms) => Failing::Resting { length_ms },
            None => Failing::Counted { tries: row.get(1)?, people: row.get(2)? },
        })
    })
}

/// Counts one more failure of an account that does not rest.
pub(super) fn count(tx: &Tx<'_>, account: AccountId, identity: &str) -> Result<Failing> {
    tx.statement(concat!(
        "INSERT INTO sender_rest (",
        columns!(),
        ") VALUES (?1, 1, NULL, NULL) ON CONFLICT (account_id) DO UPDATE SET tries = tries + 1"
    ))?
    .execute((account,))?;
    tx.statement(concat!(
        "INSERT INTO sender_failure (",
        failure_columns!(),
        ") VALUES (?1, ?2) ON CONFLICT DO NOTHING"
    ))?
    .execute((account, identity))?;
    Ok(failing(tx, account)?.unwrap_or(Failing::Counted { tries: 1, people: 1 }))
}

/// Lets an account rest; by which messages it failed matters no more.
pub(super) fn set_rest(tx: &Tx<'_>, account: AccountId, until: Instant, length_ms: i64) -> Result<()> {
    tx.statement("UPDATE sender_rest SET until_ms = ?2, length_ms = ?3 WHERE account_id = ?1")?
        .execute((account, until, length_ms))?;
    tx.statement("DELETE FROM sender_failure WHERE account_id = ?1")?.execute((account,))?;
    tx.statement("DELETE FROM sender_probe WHERE account_id = ?1")?.execute((account,))?;
    Ok(())
}

/// Forgets that an account failed; whether it rested.
pub(super) fn delete(tx: &Tx<'_>, account: AccountId) -> Result<bool> {
    let mut statement = tx.statement("DELETE FROM sender_rest WHERE account_id = ?1 RETURNING until_ms IS NOT NULL")?;
    Ok(statement.find((account,), |row| row.get(0))?.unwrap_or(false))
}

pub(super) fn insert_probe(tx: &Tx<'_>, account: AccountId, task: TaskId, until: Instant) -> Result<()> {
    tx.statement(concat!("INSERT INTO sender_probe (", probe_columns!(), ") VALUES (?1, ?2, ?3)"))?
        .execute((task, account, until))?;
    Ok(())
}

pub(super) fn set_probe_until(tx: &Tx<'_>, task: TaskId, until: Instant) -> Result<()> {
    tx.statement("UPDATE sender_probe SET until_ms = ?2 WHERE task_id = ?1")?.execute((task, until))?;
    Ok(())
}

/// Forgets a message by which a sender was tried; `false` if it is none.
pub(super) fn delete_probe(tx: &Tx<'_>, task: TaskId) -> Result<bool> {
    Ok(tx.statement("DELETE FROM sender_probe WHERE task_id = ?1")?.execute((task,))? == 1)
}

pub(crate) const TABLE: Table = Table {
    table: "sender_rest",
    promise: "a sender that fails has done so at least once, and rests for some time or does not yet",
    columns: columns!(),
    key: &["account_id"],
    read: |row| {
        let _: (AccountId, u32) = (row.get(AT.account_id)?, row.get(AT.tries)?);
        let length_ms: Option<i64> = row.get(AT.length_ms)?;
        Ok(row.has_instant(AT.until_ms)? && length_ms.is_none_or(|length| length > 0))
    },
};

pub(crate) const FAILURES: Table = Table {
    table: "sender_failure",
    promise: "whose message failed is known by an address or a profile",
    columns: failure_columns!(),
    key: &["account_id", "identity"],
    read: |row| {
        let _: (AccountId, String) = (row.get(AT_FAILURE.account_id)?, row.get(AT_FAILURE.identity)?);
        Ok(true)
    },
};

pub(crate) const PROBES: Table = Table {
    table: "sender_probe",
    promise: "a message by which a sender is tried is out until an instant",
    columns: probe_columns!(),
    key: &["task_id"],
    read: |row| {
        let _: (TaskId, AccountId) = (row.get(AT_PROBE.task_id)?, row.get(AT_PROBE.account_id)?);
        row.has_instant(AT_PROBE.until_ms)
    },
};
