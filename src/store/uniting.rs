//! Profiles of before version 5, under the one identity of all their forms (SPEC §3a): people who turn out to be one are united,
//! so that nobody is written to twice, and nothing that was sent is forgotten.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension};

use crate::error::Result;
use crate::request::identity::ProfileUrl;

type Id = [u8; 16];

/// How many are read at once.
const CHUNK: u32 = 1_000;

/// How many people turned out to be others who were there already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct United {
    /// In campaigns.
    pub prospects: u32,
    /// In saved lists.
    pub leads: u32,
}

pub(super) fn unite(conn: &Connection) -> Result<United> {
    let prospects = Prospects { conn, campaigns: BTreeSet::new(), united: 0 }.unite()?;
    let leads = unite_leads(conn)?;
    accounts(conn)?;
    suppressions(conn)?;
    rename(conn, "sender_failure", "identity")?;
    rename(conn, "hold", "profile")?;
    cover(conn)?;
    Ok(United { prospects, leads })
}

/// The identity under which a stored profile is known now.
fn identity(url: &str) -> Option<String> {
    ProfileUrl::stored(url).map(|url| url.identity().to_owned())
}

/// Someone who is stored under an identity, with the URL that was given.
struct Known {
    row: i64,
    /// The campaign or the list.
    of: Id,
    identity: String,
    url: String,
}

/// The next of a table after a row.
fn next(conn: &Connection, select: &str, after: i64) -> Result<Vec<Known>> {
    let mut statement = conn.prepare_cached(select)?;
    let mut rows = statement.query((after, CHUNK))?;
    let mut known = Vec::new();
    while let Some(row) = rows.next()? {
        known.push(Known { row: row.get(0)?, of: row.get(1)?, identity: row.get(2)?, url: row.get(3)? });
    }
    Ok(known)
}

struct Prospects<'c> {
    conn: &'c Connection,
    /// Those in which someone was united.
    campaigns: BTreeSet<Id>,
    united: u32,
}

impl Prospects<'_> {
    fn unite(mut self) -> Result<u32> {
        let select = "SELECT rowid, campaign_id, identity, linkedin_url FROM prospect
                      WHERE rowid > ?1 AND channel = 'linkedin' AND linkedin_url IS NOT NULL ORDER BY rowid LIMIT ?2";
        let mut after = 0;
        let mut has_changed = false;
        loop {
            let known = next(self.conn, select, after)?;
            let Some(last) = known.last() else { break };
            after = last.row;
            for known in known {
                // Another may have been united with this one meanwhile.
                let is_there = "SELECT 1 FROM prospect WHERE rowid = ?1 AND identity = ?2";
                if identity(&known.url).is_some_and(|identity| identity != known.identity)
                    && self.conn.prepare_cached(is_there)?.exists((known.row, &known.identity))?
                {
                    has_changed = true;
                    self.settle(&known)?;
                }
            }
        }
        if has_changed {
            self.give_up_taken()?;
        }
        for campaign in &self.campaigns {
            let wake = "UPDATE campaign_turn SET wake_ms = 0 WHERE campaign_id = ?1 AND wake_ms > 0";
            self.conn.prepare_cached(wake)?.execute((campaign,))?;
        }
        Ok(self.united)
    }

    /// Gives someone the identity that the profile has now, or unites them with who has it.
    fn settle(&mut self, known: &Known) -> Result<()> {
        let Some(new) = identity(&known.url) else { return Ok(()) };
        let mut find = self.conn.prepare_cached(
            "SELECT rowid, campaign_id, identity, linkedin_url FROM prospect WHERE campaign_id = ?1 AND identity = ?2",
        )?;
        let other = find.query_row((known.of, &new), |row| {
            Ok(Known { row: row.get(0)?, of: row.get(1)?, identity: row.get(2)?, url: row.get(3)? })
        });
        let mut row = known.row;
        if let Some(other) = other.optional()? {
            if identity(&other.url).is_some_and(|identity| identity != new) {
                // Only the case of its letters made them alike.
                self.settle(&other)?;
            } else {
                row = self.unite_two(known.of, [known.row, other.row])?;
            }
        }
        self.conn.prepare_cached("UPDATE prospect SET identity = ?2 WHERE rowid = ?1")?.execute((row, new))?;
        Ok(())
    }

    /// Makes one of two prospects of a campaign: who replied stays, else who was contacted, else who was there first.
    fn unite_two(&mut self, campaign: Id, two: [i64; 2]) -> Result<i64> {
        let [one, other] = two;
        let stays: i64 = self
            .conn
            .prepare_cached(
                "SELECT rowid FROM (
                     SELECT rowid, id, status,
                         EXISTS (SELECT 1 FROM task WHERE prospect_id = prospect.id AND status = 'sent') AS is_contacted
                     FROM prospect WHERE rowid IN (?1, ?2))
                 ORDER BY status = 'replied' DESC, is_contacted DESC, is_contacted AND status NOT IN
                     ('pending', 'sent', 'connection_sent', 'connected', 'message_sent') DESC, id LIMIT 1",
            )?
            .query_row((one, other), |row| row.get(0))?;
        let goes = if stays == one { other } else { one };
        let of_row = "SELECT id, status FROM prospect WHERE rowid = ?1";
        let (kept, _): (Id, String) =
            self.conn.prepare_cached(of_row)?.query_row((stays,), |row| Ok((row.get(0)?, row.get(1)?)))?;
        let (gone, status): (Id, String) =
            self.conn.prepare_cached(of_row)?.query_row((goes,), |row| Ok((row.get(0)?, row.get(1)?)))?;
        for (sql, by_two) in [
            (
                "UPDATE task SET status = 'lost' WHERE status = 'claimed' AND id = (SELECT task_id FROM progress WHERE prospect_id = ?1)",
                false,
            ),
            (
                "UPDATE campaign_sender SET assigned = max(assigned - 1, 0)
              FROM progress WHERE progress.prospect_id = ?1 AND campaign_sender.campaign_id = progress.campaign_id
                  AND campaign_sender.position = progress.sender",
                false,
            ),
            ("UPDATE task SET prospect_id = ?2 WHERE prospect_id = ?1", true),
            ("UPDATE OR IGNORE draft SET prospect_id = ?2 WHERE prospect_id = ?1", true),
            // A file that is recovered has no foreign keys yet.
            ("DELETE FROM draft WHERE prospect_id = ?1", false),
            ("DELETE FROM progress WHERE prospect_id = ?1", false),
        ] {
            let mut statement = self.conn.prepare_cached(sql)?;
            if by_two {
                statement.execute((gone, kept))?
            } else {
                statement.execute((gone,))?
            };
        }
        fill(self.conn, "prospect", stays, goes)?;
        self.conn
            .prepare_cached(
                "UPDATE prospect SET was_connected = max(prospect.was_connected, gone.was_connected),
                 is_taken = max(prospect.is_taken, gone.is_taken)
             FROM prospect AS gone WHERE prospect.rowid = ?1 AND gone.rowid = ?2",
            )?
            .execute((stays, goes))?;
        self.conn.prepare_cached("DELETE FROM prospect WHERE rowid = ?1")?.execute((goes,))?;
        // The columns have the names of the statuses.
        let count = format!("UPDATE tally SET {status} = max({status} - 1, 0) WHERE campaign_id = ?1");
        self.conn.prepare_cached(&count)?.execute((campaign,))?;
        self.campaigns.insert(campaign);
        self.united += 1;
        Ok(stays)
    }

    /// One campaign of a user has taken a person: the one that runs, then the one that was first.
    fn give_up_taken(&self) -> Result<()> {
        self.conn.execute(
            "UPDATE prospect SET is_taken = 0 WHERE rowid IN (
                 SELECT person FROM (
                     SELECT prospect.rowid AS person, row_number() OVER (
                         PARTITION BY campaign.user_id, prospect.identity
                         ORDER BY campaign.status <> 'active', (SELECT min(id) FROM task WHERE prospect_id = prospect.id)
                     ) AS nth
                     FROM prospect JOIN campaign ON campaign.id = campaign_id WHERE is_taken = 1)
                 WHERE nth > 1)",
            [],
        )?;
        Ok(())
    }
}

/// Gives a row what it lacks and another of the same table has.
fn fill(conn: &Connection, table: &str, row: i64, from: i64) -> Result<()> {
    let columns = ["email", "name", "first_name", "last_name", "company", "position", "headline", "custom_fields"];
    let filled = columns.map(|column| format!("{column} = coalesce({table}.{column}, other.{column})")).join(", ");
    let sql =
        format!("UPDATE {table} SET {filled} FROM {table} AS other WHERE {table}.rowid = ?1 AND other.rowid = ?2");
    conn.prepare_cached(&sql)?.execute((row, from))?;
    Ok(())
}

fn unite_leads(conn: &Connection) -> Result<u32> {
    let select = "SELECT rowid, list_id, profile, linkedin_url FROM lead
                  WHERE rowid > ?1 AND profile IS NOT NULL ORDER BY rowid LIMIT ?2";
    let (mut after, mut united) = (0, 0);
    loop {
        let known = next(conn, select, after)?;
        let Some(last) = known.last() else { return Ok(united) };
        after = last.row;
        for known in known {
            let is_there = "SELECT 1 FROM lead WHERE rowid = ?1 AND profile = ?2";
            if identity(&known.url).is_some_and(|identity| identity != known.identity)
                && conn.prepare_cached(is_there)?.exists((known.row, &known.identity))?
            {
                united += settle_lead(conn, &known)?;
            }
        }
    }
}

/// The same for a lead: of two, the first stays. How many were united.
fn settle_lead(conn: &Connection, known: &Known) -> Result<u32> {
    let Some(new) = identity(&known.url) else { return Ok(0) };
    let mut find = conn
        .prepare_cached("SELECT rowid, list_id, profile, linkedin_url FROM lead WHERE list_id = ?1 AND profile = ?2")?;
    let other = find.query_row((known.of, &new), |row| {
        Ok(Known { row: row.get(0)?, of: row.get(1)?, identity: row.get(2)?, url: row.get(3)? })
    });
    let (mut row, mut united) = (known.row, 0);
    match other.optional()? {
        Some(other) if identity(&other.url).is_some_and(|identity| identity != new) => {
            united = settle_lead(conn, &other)?;
        }
        Some(other) => {
            let (stays, goes) = conn
                .prepare_cached("SELECT rowid FROM lead WHERE rowid IN (?1, ?2) ORDER BY id")?
                .query_map((known.row, other.row), |row| row.get(0))?
                .collect::<Result<Vec<i64>, _>>()
                .map(|both| (both.first().copied().unwrap_or(known.row), both.last().copied().unwrap_or(other.row)))?;
            row = stays;
            united = unite_two_leads(conn, known.of, stays, goes)?;
        }
        None => {}
    }
    conn.prepare_cached("UPDATE lead SET profile = ?2 WHERE rowid = ?1")?.execute((row, new))?;
    Ok(united)
}

/// Whoever has another address keeps that as a lead of its own.
fn unite_two_leads(conn: &Connection, list: Id, stays: i64, goes: i64) -> Result<u32> {
    let has_own = "SELECT 1 FROM lead AS one JOIN lead AS other ON one.rowid = ?1 AND other.rowid = ?2
                   WHERE one.email <> other.email";
    if conn.prepare_cached(has_own)?.exists((stays, goes))? {
        let alone = "UPDATE lead SET profile = NULL, linkedin_url = NULL WHERE rowid = ?1";
        conn.prepare_cached(alone)?.execute((goes,))?;
        return Ok(0);
    }
    let email: Option<String> =
        conn.prepare_cached("SELECT email FROM lead WHERE rowid = ?1")?.query_row((goes,), |row| row.get(0))?;
    if email.is_some() {
        // No two have one address, not even for a moment.
        conn.prepare_cached("UPDATE lead SET email = NULL WHERE rowid = ?1")?.execute((goes,))?;
        let give = "UPDATE lead SET email = ?2 WHERE rowid = ?1";
        conn.prepare_cached(give)?.execute((stays, email))?;
    }
    fill(conn, "lead", stays, goes)?;
    conn.prepare_cached("DELETE FROM lead WHERE rowid = ?1")?.execute((goes,))?;
    conn.prepare_cached("UPDATE list SET lead_count = max(lead_count - 1, 0) WHERE id = ?1")?.execute((list,))?;
    Ok(1)
}

/// Of two accounts that turn out to be one, the second keeps the identity that it has: campaigns send from both.
fn accounts(conn: &Connection) -> Result<()> {
    let mut select =
        conn.prepare("SELECT id, address, identity FROM account WHERE type = 'linkedin' ORDER BY created_ms, id")?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let (id, address, before): (Id, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        if let Some(new) = identity(&address).filter(|new| *new != before) {
            conn.prepare_cached("UPDATE OR IGNORE account SET identity = ?2 WHERE id = ?1")?.execute((id, new))?;
        }
    }
    Ok(())
}

fn suppressions(conn: &Connection) -> Result<()> {
    let mut select = conn.prepare("SELECT user_id, value FROM suppression WHERE type = 'linkedin_profile'")?;
    let mut rows = select.query([])?;
    let mut odd: Vec<(Id, String, String)> = Vec::new();
    while let Some(row) = rows.next()? {
        let (user, value): (Id, String) = (row.get(0)?, row.get(1)?);
        if let Some(new) = identity(&value).filter(|new| *new != value) {
            odd.push((user, value, new));
        }
    }
    for (user, value, new) in odd {
        let key = "user_id = ?1 AND type = 'linkedin_profile' AND value = ?2";
        let rename = format!("UPDATE OR IGNORE suppression SET value = ?3 WHERE {key}");
        if conn.prepare_cached(&rename)?.execute((user, &value, new))? == 0 {
            conn.prepare_cached(&format!("DELETE FROM suppression WHERE {key}"))?.execute((user, &value))?;
        }
    }
    restore_case(conn)
}

/// Ids of Sales Navigator were stored in lower case, which is another id: those of people who are known get it back.
fn restore_case(conn: &Connection) -> Result<()> {
    let mut select = conn.prepare(
        "SELECT user_id, identity FROM prospect JOIN campaign ON campaign.id = campaign_id
         WHERE channel = 'linkedin' AND identity LIKE 'linkedin.com/sales/%' AND identity <> lower(identity)
         UNION SELECT user_id, profile FROM lead JOIN list ON list.id = list_id
         WHERE profile LIKE 'linkedin.com/sales/%' AND profile <> lower(profile)",
    )?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let (user, identity): (Id, String) = (row.get(0)?, row.get(1)?);
        conn.prepare_cached(
            "UPDATE OR IGNORE suppression SET value = ?2
             WHERE user_id = ?1 AND type = 'linkedin_profile' AND value = lower(?2)",
        )?
        .execute((user, identity))?;
    }
    Ok(())
}

/// Holds those whom a hold covers under the identity that they have now.
fn cover(conn: &Connection) -> Result<()> {
    conn.execute(
        "UPDATE progress SET hold_ms = held.until_ms, ready_ms = iif(lane > 0, due_ms, NULL),
             due_ms = iif(lane > 0, held.until_ms, due_ms)
         FROM (SELECT prospect.id, max(hold.until_ms) AS until_ms
               FROM hold CROSS JOIN campaign ON campaign.user_id = hold.user_id
               CROSS JOIN prospect ON prospect.campaign_id = campaign.id AND prospect.identity = hold.profile
               WHERE ifnull(hold.campaign_id, campaign.id) = campaign.id
               GROUP BY prospect.id) AS held
         WHERE progress.prospect_id = held.id AND hold_ms IS NULL AND held.until_ms > due_ms",
        [],
    )?;
    Ok(())
}

/// Renames people in a table in which nothing else of them stands.
fn rename(conn: &Connection, table: &str, column: &str) -> Result<()> {
    let mut select =
        conn.prepare(&format!("SELECT DISTINCT {column} FROM {table} WHERE {column} LIKE '%linkedin.com/%'"))?;
    let mut rows = select.query([])?;
    let mut odd: Vec<(String, String)> = Vec::new();
    while let Some(row) = rows.next()? {
        let before: String = row.get(0)?;
        if let Some(new) = identity(&before).filter(|new| *new != before) {
            odd.push((before, new));
        }
    }
    let update = format!("UPDATE OR REPLACE {table} SET {column} = ?2 WHERE {column} = ?1");
    for names in odd {
        conn.prepare_cached(&update)?.execute(names)?;
    }
    Ok(())
}
