//! The parts that a migration is made of, one after the other in one transaction, and how much of the whole each is.

use std::collections::HashMap;

use refinery::Target;
use rusqlite::Connection;

use super::watched::watched;
use super::{
    APPLICATION_ID, Grouped, Header, Migrated, United, clean_names, mark_tasks, renamed, runner, unite_people,
};
use crate::error::{Error, Result};
use crate::store::Statement;
use crate::store::pace::PacedWork;
use crate::time::Instant;

/// How many steps of SQLite's virtual machine a row takes: to be put into an index, and in any other statement.
const STEPS_TO_INDEX: u64 = 16;
const STEPS_TO_READ: u64 = 8;

/// One part: it is done wholly before the next one.
enum Part {
    Sql(String),
    CleanNames,
    UnitePeople,
    MarkTasks,
}

/// A migration that is under way.
pub(super) struct Migration {
    /// Each with how much it is, the last one first.
    left: Vec<(Part, u64)>,
    total: u64,
    done: u64,
    from: i64,
    target: i64,
    united: United,
}

impl Migration {
    /// What is missing up to a version of the schema; none if nothing is. Nobody else can write.
    #[cold]
    #[inline(never)]
    pub(super) fn to(target: i64, tx: &Connection) -> Result<Option<Self>> {
        // Another process may have been faster.
        let header = Header::read(tx)?;
        header.admit()?;
        let from = header.schema_version;
        if from == target {
            return Ok(None);
        }
        let sizes = Sizes::of(tx, from)?;
        let mut left: Vec<(Part, u64)> = Vec::new();
        let queries = missing(tx, target)?;
        let first = target - (queries.len() / 2) as i64 + 1;
        // refinery notes each migration after its statements.
        for (version, queries) in (first..).zip(queries.chunks(2)) {
            if version == 5 && from > 0 {
                // It uses the indexes of version 4.
                left.push((Part::UnitePeople, STEPS_TO_READ * (sizes.rows("prospect") + sizes.rows("lead"))));
            }
            for sql in queries.iter().flat_map(|query| query.split_inclusive(";\n")) {
                left.push((Part::Sql(sql.to_owned()), sizes.steps_of(sql)));
            }
            match version {
                4 if from > 0 => left.push((Part::CleanNames, 0)),
                6 if from > 0 => {
                    let events = sizes.rows("event") + sizes.rows("event_before");
                    left.push((Part::MarkTasks, STEPS_TO_INDEX * events));
                }
                _ => {}
            }
        }
        // What costs the same in every file is some of it, too.
        left.iter_mut().for_each(|(_, steps)| *steps += 100);
        let total = left.iter().map(|(_, steps)| steps).sum();
        left.reverse();
        Ok(Some(Self { left, total, done: 0, from, target, united: United::default() }))
    }

    /// How much there is to do.
    pub(super) fn total(&self) -> u64 {
        self.total
    }

    /// Whether there is data that it brings up to date.
    pub(super) fn is_of_data(&self) -> bool {
        self.from > 0
    }

    /// Does the next part; returns whether there was one.
    ///
    /// # Errors
    /// `cancelled`, and those of the part.
    #[cold]
    #[inline(never)]
    pub(super) fn go_on(&mut self, tx: &Connection, work: &mut PacedWork<'_>) -> Result<bool> {
        let Some((part, steps)) = self.left.pop() else { return Ok(false) };
        let end = self.done + steps;
        watched(tx, work, self.done..end, || {
            match part {
                Part::Sql(sql) => tx.execute_batch(&sql)?,
                Part::CleanNames => clean_names::clean(tx)?,
                Part::UnitePeople => self.united = unite_people::unite(tx)?,
                Part::MarkTasks => mark_tasks::mark(tx)?,
            }
            Ok(())
        })?;
        self.done = end;
        // Its pause follows.
        let _ = work.reach(end);
        Ok(true)
    }

    /// Notes that all is done, and when.
    #[cold]
    #[inline(never)]
    pub(super) fn finish(self, tx: &Connection, now_ms: i64) -> Result<Option<Migrated>> {
        let Self { from, target, united, .. } = self;
        // refinery stamps with its own clock; every time in the file is the host's.
        Statement::once(tx, "UPDATE refinery_schema_history SET applied_on = ?1 WHERE version > ?2")?
            .execute((Instant::from_unix_ms(now_ms).to_string(), from))?;
        tx.pragma_update(None, "application_id", APPLICATION_ID)?;
        tx.pragma_update(None, "user_version", target)?;
        Ok((from > 0).then_some(Migrated { from, united }))
    }
}

/// The statements of the migrations up to a version that were not applied yet, and after those of each the one that notes it.
fn missing(tx: &Connection, version: i64) -> Result<Vec<String>> {
    let mut grouped = Grouped { tx, missing: None, failure: None };
    let version = i32::try_from(version).map_err(|_| Error::Bug(None))?;
    match runner().set_target(Target::Version(version)).set_grouped(true).run(&mut grouped) {
        Ok(_) => Ok(grouped.missing.unwrap_or_default()),
        // If SQLite did not fail, the history is not the one that our migrations write.
        Err(_) => Err(grouped.failure.unwrap_or(Error::Corrupt(None))),
    }
}

/// The number of a row can be any, whatever else the file holds.
const MOST_ROWS: u64 = 1 << 40;

/// About how many rows the tables have.
struct Sizes(HashMap<String, u64>);

impl Sizes {
    fn of(conn: &Connection, version: i64) -> Result<Self> {
        let mut tables =
            Statement::once(conn, "SELECT name, sql LIKE '%WITHOUT ROWID' FROM sqlite_schema WHERE type = 'table'")?;
        let tables: Vec<(String, bool)> = tables.all([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let mut sizes = HashMap::new();
        for (table, has_no_rowid) in tables {
            let count = if has_no_rowid { "count(*)" } else { "ifnull(max(rowid), 0)" };
            let rows: i64 = conn.query_row(&format!("SELECT {count} FROM {table}"), [], |row| row.get(0))?;
            sizes.insert(renamed(version, &table).to_owned(), rows.unsigned_abs().min(MOST_ROWS));
        }
        Ok(Self(sizes))
    }

    fn rows(&self, table: &str) -> u64 {
        self.0.get(table).copied().unwrap_or_default()
    }

    /// About how many steps a statement takes: it goes over the tables that it names.
    fn steps_of(&self, sql: &str) -> u64 {
        let code: String = sql.lines().map(|line| line.split("--").next().unwrap_or_default()).collect();
        let code = code.trim_start();
        if code.contains("sqlite_schema") || code.starts_with("CREATE TABLE") {
            return 0;
        }
        let is_index = code.starts_with("CREATE");
        let words = code.split(|c: char| !c.is_alphanumeric() && c != '_');
        let mut tables: Vec<&str> = words.filter(|word| self.0.contains_key(*word)).collect();
        tables.sort_unstable();
        tables.dedup();
        let rows: u64 = tables.into_iter().map(|table| self.rows(table)).sum();
        rows.saturating_mul(if is_index { STEPS_TO_INDEX } else { STEPS_TO_READ })
    }
}
