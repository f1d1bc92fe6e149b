//! Profiles of before version 5, under the one identity of all their forms (`docs/rules.md#identity`): people who turn
//! out to be one are united, so that nobody is written to twice, and nothing that was sent is forgotten.

use rusqlite::Connection;

use crate::error::Result;
use crate::request::identity::ProfileUrl;
use crate::store::{Parameters, Statement};

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
    let (prospects, campaigns) = PROSPECTS.unite(conn)?;
    let (leads, _) = LEADS.unite(conn)?;
    give_up_taken(conn)?;
    for campaign in campaigns {
        execute(conn, "UPDATE campaign_turn SET wake_ms = 0 WHERE campaign_id = ?1 AND wake_ms > 0", (campaign,))?;
    }
    accounts(conn)?;
    suppressions(conn)?;
    rename(conn, "sender_failure", "identity")?;
    rename(conn, "hold", "profile")?;
    cover(conn)?;
    Ok(United { prospects, leads })
}

fn execute(conn: &Connection, sql: &str, values: impl Parameters) -> Result<usize> {
    Statement::of(conn, sql)?.execute(values)
}

/// The identity under which a stored profile is known now.
fn identity(url: &str) -> Option<String> {
    ProfileUrl::stored(url).map(|url| url.identity().to_owned())
}

/// Where people are stored, each once in a campaign or in a list.
struct People {
    table: &'static str,
    /// The column of the campaign or the list, and that of the identity.
    home: &'static str,
    identity: &'static str,
    unite_two: UniteTwo,
}

/// Makes one of two rows of a home: which one stays, and whether the other is gone.
type UniteTwo = fn(&Connection, Id, [i64; 2]) -> Result<(i64, bool)>;

const PROSPECTS: People =
    People { table: "prospect", home: "campaign_id", identity: "identity", unite_two: unite_two_prospects };

const LEADS: People = People { table: "lead", home: "list_id", identity: "profile", unite_two: unite_two_leads };

/// A person who is stored under an identity, with the URL that was given.
struct Known {
    row: i64,
    home: Id,
    identity: String,
    url: String,
}

impl People {
    /// Gives everyone the identity that their profile has now. How many were united with others, and in which homes.
    fn unite(&self, conn: &Connection) -> Result<(u32, Vec<Id>)> {
        let Self { table, identity: column, .. } = self;
        let is_there = format!("SELECT 1 FROM {table} WHERE rowid = ?1 AND {column} = ?2");
        let (mut after, mut united, mut homes) = (0, 0, Vec::new());
        loop {
            let known = self.find(conn, "rowid > ?1 ORDER BY rowid LIMIT ?2", (after, CHUNK))?;
            let Some(last) = known.last() else { return Ok((united, homes)) };
            after = last.row;
            for known in known {
                // Another may have been united with this one meanwhile.
                if identity(&known.url).is_some_and(|new| new != known.identity)
                    && Statement::of(conn, &is_there)?.exists((known.row, &known.identity))?
                {
                    let gone = self.unite_with(conn, &known)?;
                    united += gone;
                    if gone > 0 && homes.last() != Some(&known.home) {
                        homes.push(known.home);
                    }
                }
            }
        }
    }

    /// The people with a profile that meet a condition.
    fn find(&self, conn: &Connection, condition: &str, values: impl Parameters) -> Result<Vec<Known>> {
        let Self { table, home, identity, .. } = self;
        // The identity of a prospect by email is no profile.
        let is_profile = if *table == "prospect" { "channel = 'linkedin'" } else { "profile IS NOT NULL" };
        let mut statement = Statement::of(
            conn,
            &format!(
                "SELECT rowid, {home}, {identity}, linkedin_url FROM {table}
             WHERE linkedin_url IS NOT NULL AND {is_profile} AND {condition}"
            ),
        )?;
        statement.all(values, |row| {
            Ok(Known { row: row.get(0)?, home: row.get(1)?, identity: row.get(2)?, url: row.get(3)? })
        })
    }

    /// Gives a person the identity that the profile has now, or unites them with the one who has it. Returns how many are
    /// gone.
    fn unite_with(&self, conn: &Connection, known: &Known) -> Result<u32> {
        let Some(new) = identity(&known.url) else { return Ok(0) };
        let Self { table, home, identity: column, .. } = self;
        let (mut row, mut gone) = (known.row, 0);
        for other in self.find(conn, &format!("{home} = ?1 AND {column} = ?2"), (known.home, &new))? {
            if identity(&other.url).is_some_and(|identity| identity != new) {
                // Only the case of its letters made them alike.
                gone += self.unite_with(conn, &other)?;
            } else {
                let (stays, is_gone) = (self.unite_two)(conn, known.home, [known.row, other.row])?;
                (row, gone) = (stays, gone + u32::from(is_gone));
            }
        }
        execute(conn, &format!("UPDATE {table} SET {column} = ?2 WHERE rowid = ?1"), (row, new))?;
        Ok(gone)
    }
}

/// The first of two rows in an order, and the other one.
fn ordered(conn: &Connection, select: &str, two: [i64; 2]) -> Result<(i64, i64)> {
    let stays = Statement::of(conn, select)?.query_row((two[0], two[1]), |row| row.get(0))?;
    Ok((stays, if two[0] == stays { two[1] } else { two[0] }))
}

/// The one who replied stays, else the one who was contacted, else the first.
fn unite_two_prospects(conn: &Connection, campaign: Id, two: [i64; 2]) -> Result<(i64, bool)> {
    let order = "SELECT rowid FROM (
                     SELECT rowid, id, status,
                         EXISTS (SELECT 1 FROM task WHERE prospect_id = prospect.id AND status = 'sent') AS is_contacted
                     FROM prospect WHERE rowid IN (?1, ?2))
                 ORDER BY status = 'replied' DESC, is_contacted DESC, is_contacted AND status NOT IN
                     ('pending', 'sent', 'connection_sent', 'connected', 'message_sent') DESC, id LIMIT 1";
    let (stays, goes) = ordered(conn, order, two)?;
    let (gone, status): (Id, String) = Statement::of(conn, "SELECT id, status FROM prospect WHERE rowid = ?1")?
        .query_row((goes,), |row| Ok((row.get(0)?, row.get(1)?)))?;
    for sql in [
        "UPDATE task SET status = 'lost'
         WHERE status = 'claimed' AND id = (SELECT task_id FROM progress WHERE prospect_id = ?1)",
        "UPDATE campaign_sender SET assigned = max(assigned - 1, 0)
         FROM progress WHERE progress.prospect_id = ?1 AND campaign_sender.campaign_id = progress.campaign_id
             AND campaign_sender.position = progress.sender",
    ] {
        execute(conn, sql, (gone,))?;
    }
    for sql in [
        "UPDATE task SET prospect_id = (SELECT id FROM prospect WHERE rowid = ?2) WHERE prospect_id = ?1",
        "UPDATE OR IGNORE draft SET prospect_id = (SELECT id FROM prospect WHERE rowid = ?2) WHERE prospect_id = ?1",
    ] {
        execute(conn, sql, (gone, stays))?;
    }
    // A file that is recovered has no foreign keys yet.
    for sql in ["DELETE FROM draft WHERE prospect_id = ?1", "DELETE FROM progress WHERE prospect_id = ?1"] {
        execute(conn, sql, (gone,))?;
    }
    fill(conn, "prospect", stays, goes)?;
    let kept = "UPDATE prospect SET was_connected = max(prospect.was_connected, gone.was_connected),
                    is_taken = max(prospect.is_taken, gone.is_taken)
                FROM prospect AS gone WHERE prospect.rowid = ?1 AND gone.rowid = ?2";
    execute(conn, kept, (stays, goes))?;
    execute(conn, "DELETE FROM prospect WHERE rowid = ?1", (goes,))?;
    // The columns have the names of the statuses.
    let count = format!("UPDATE tally SET {status} = max({status} - 1, 0) WHERE campaign_id = ?1");
    execute(conn, &count, (campaign,))?;
    Ok((stays, true))
}

/// One campaign of a user has taken a person: the one that runs, then the one that was first.
fn give_up_taken(conn: &Connection) -> Result<()> {
    let sql = "UPDATE prospect SET is_taken = 0 WHERE rowid IN (
                   SELECT person FROM (
                       SELECT prospect.rowid AS person, row_number() OVER (
                           PARTITION BY campaign.user_id, prospect.identity
                           ORDER BY campaign.status <> 'active', (SELECT min(id) FROM task WHERE prospect_id = prospect.id)
                       ) AS nth
                       FROM prospect JOIN campaign ON campaign.id = campaign_id WHERE is_taken = 1)
                   WHERE nth > 1)";
    execute(conn, sql, [])?;
    Ok(())
}

/// Gives a row what it lacks and another of the same table has.
fn fill(conn: &Connection, table: &str, row: i64, from: i64) -> Result<()> {
    let columns = ["email", "name", "first_name", "last_name", "company", "position", "headline", "custom_fields"];
    let filled = columns.map(|column| format!("{column} = coalesce({table}.{column}, other.{column})")).join(", ");
    let sql =
        format!("UPDATE {table} SET {filled} FROM {table} AS other WHERE {table}.rowid = ?1 AND other.rowid = ?2");
    execute(conn, &sql, (row, from))?;
    Ok(())
}

/// The first stays; another who has another address keeps that as a lead of its own.
fn unite_two_leads(conn: &Connection, list: Id, two: [i64; 2]) -> Result<(i64, bool)> {
    let (stays, goes) = ordered(conn, "SELECT rowid FROM lead WHERE rowid IN (?1, ?2) ORDER BY id LIMIT 1", two)?;
    let has_own = "SELECT 1 FROM lead AS one JOIN lead AS other ON one.rowid = ?1 AND other.rowid = ?2
                   WHERE one.email <> other.email";
    if Statement::of(conn, has_own)?.exists((stays, goes))? {
        execute(conn, "UPDATE lead SET profile = NULL, linkedin_url = NULL WHERE rowid = ?1", (goes,))?;
        return Ok((stays, false));
    }
    let email: Option<String> =
        Statement::of(conn, "SELECT email FROM lead WHERE rowid = ?1")?.query_row((goes,), |row| row.get(0))?;
    if email.is_some() {
        // No two have one address, not even for a moment.
        execute(conn, "UPDATE lead SET email = NULL WHERE rowid = ?1", (goes,))?;
        execute(conn, "UPDATE lead SET email = ?2 WHERE rowid = ?1", (stays, email))?;
    }
    fill(conn, "lead", stays, goes)?;
    execute(conn, "DELETE FROM lead WHERE rowid = ?1", (goes,))?;
    execute(conn, "UPDATE list SET lead_count = max(lead_count - 1, 0) WHERE id = ?1", (list,))?;
    Ok((stays, true))
}

/// Of two accounts that turn out to be one, the second keeps the identity that it has: campaigns send from both.
fn accounts(conn: &Connection) -> Result<()> {
    let mut select = Statement::once(
        conn,
        "SELECT id, address, identity FROM account WHERE type = 'linkedin' ORDER BY created_ms, id",
    )?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let (id, address, before): (Id, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        if let Some(new) = identity(&address).filter(|new| *new != before) {
            Statement::of(conn, "UPDATE OR IGNORE account SET identity = ?2 WHERE id = ?1")?.execute((id, new))?;
        }
    }
    Ok(())
}

fn suppressions(conn: &Connection) -> Result<()> {
    let mut select = Statement::once(conn, "SELECT user_id, value FROM suppression WHERE type = 'linkedin_profile'")?;
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
        if Statement::of(conn, &rename)?.execute((user, &value, new))? == 0 {
            Statement::of(conn, &format!("DELETE FROM suppression WHERE {key}"))?.execute((user, &value))?;
        }
    }
    restore_case(conn)
}

/// Ids of Sales Navigator were stored in lower case, which is another id: those of people who are known get it back.
fn restore_case(conn: &Connection) -> Result<()> {
    let mut select = Statement::once(
        conn,
        "SELECT user_id, identity FROM prospect JOIN campaign ON campaign.id = campaign_id
         WHERE channel = 'linkedin' AND identity LIKE 'linkedin.com/sales/%' AND identity <> lower(identity)
         UNION SELECT user_id, profile FROM lead JOIN list ON list.id = list_id
         WHERE profile LIKE 'linkedin.com/sales/%' AND profile <> lower(profile)",
    )?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let (user, identity): (Id, String) = (row.get(0)?, row.get(1)?);
        Statement::of(
            conn,
            "UPDATE OR IGNORE suppression SET value = ?2
             WHERE user_id = ?1 AND type = 'linkedin_profile' AND value = lower(?2)",
        )?
        .execute((user, identity))?;
    }
    Ok(())
}

/// Holds the people that a hold covers under their new identity.
fn cover(conn: &Connection) -> Result<()> {
    Statement::once(
        conn,
        "UPDATE progress SET hold_ms = held.until_ms, ready_ms = iif(lane > 0, due_ms, NULL),
             due_ms = iif(lane > 0, held.until_ms, due_ms)
         FROM (SELECT prospect.id, max(hold.until_ms) AS until_ms
               FROM hold CROSS JOIN campaign ON campaign.user_id = hold.user_id
               CROSS JOIN prospect ON prospect.campaign_id = campaign.id AND prospect.identity = hold.profile
               WHERE ifnull(hold.campaign_id, campaign.id) = campaign.id
               GROUP BY prospect.id) AS held
         WHERE progress.prospect_id = held.id AND hold_ms IS NULL AND held.until_ms > due_ms",
    )?
    .execute([])?;
    Ok(())
}

/// Renames people in a table in which nothing else of them stands.
fn rename(conn: &Connection, table: &str, column: &str) -> Result<()> {
    let mut select =
        Statement::once(conn, &format!("SELECT DISTINCT {column} FROM {table} WHERE {column} LIKE '%linkedin.com/%'"))?;
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
        Statement::of(conn, &update)?.execute(names)?;
    }
    Ok(())
}
