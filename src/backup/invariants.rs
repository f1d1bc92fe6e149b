//! Invariants of every database between two operations: tests check them, and every imported file must keep them.

use rusqlite::{Connection, ErrorCode};

use crate::account;
use crate::campaign;
use crate::campaign::sequence;
use crate::error::{Broken, Error, Result};
use crate::message::draft;
use crate::people::bounced_address;
use crate::people::erased;
use crate::people::hold;
use crate::people::list;
use crate::people::prospect;
use crate::people::prospect::status::{open_statuses, statuses};
use crate::people::suppression;
use crate::sending::failing_sender;
use crate::sending::progress;
use crate::sending::scheduler;
use crate::sending::stats;
use crate::sending::task;
use crate::sending::unsubscribe;
use crate::store::event;
use crate::store::{Snapshot, Statement, Store, Table};
use crate::user;

/// The rows that others belong to come after these.
const TABLES: &[&Table] = &[
    &stats::rows::TABLE,
    &sequence::rows::VARIANTS,
    &sequence::rows::TABLE,
    &campaign::rows::SENDERS,
    &progress::zone::TABLE,
    &progress::rows::TABLE,
    &scheduler::rows::TABLE,
    &draft::rows::TABLE,
    &failing_sender::rows::PROBES,
    &failing_sender::rows::FAILURES,
    &failing_sender::rows::TABLE,
    &task::message::rows::TABLE,
    &task::rows::TABLE,
    &unsubscribe::rows::TABLE,
    &task::recorded_event::TABLE,
    &event::rows::TABLE,
    &event::rows::TABLE_BEFORE,
    &prospect::rows::TABLE,
    &list::rows::LEADS,
    &list::rows::TABLE,
    &hold::rows::TABLE,
    &suppression::rows::TABLE,
    &bounced_address::rows::TABLE,
    &erased::rows::TABLE,
    &campaign::rows::TABLE,
    &account::rows::TABLE,
    &user::rows::TABLE,
];

/// The promises that the database breaks, each with how many rows do.
///
/// Takes time in proportion to the database.
pub(crate) fn broken(snapshot: &Snapshot<'_>) -> Result<Vec<Broken>> {
    let conn = snapshot.sql();
    let (torn, unfit) = unsound_pages(conn)?;
    let mut counts = vec![("the file is sound", torn), ("every value is one that its column allows", unfit)];
    // What follows would trip over torn pages.
    if torn == 0 {
        for table in TABLES {
            counts.push((table.promise, table.count_unsound(conn)?));
        }
        for (promise, query) in PROMISES {
            let count = format!("SELECT count(*) FROM ({query})");
            let rows: u32 = Statement::once(conn, &count)?.query_row([], |row| row.get(0))?;
            counts.push((promise, rows.into()));
        }
    }
    let broken = counts.into_iter().filter(|(_, rows)| *rows > 0);
    Ok(broken.map(|(promise, rows)| Broken { promise, rows }).collect())
}

/// How much of a file is damaged, and how many of its values no statement of ours could have stored: SQLite reports the
/// first hundred of both together.
fn unsound_pages(conn: &Connection) -> Result<(u64, u64)> {
    let mut statement = Statement::once(conn, "PRAGMA integrity_check")?;
    let mut rows = statement.query([])?;
    let (mut torn, mut unfit) = (0, 0);
    while let Some(row) = rows.next()? {
        let line = String::from_utf8_lossy(row.get_ref(0)?.as_bytes().map_err(rusqlite::Error::from)?);
        let is_value = ["CHECK constraint failed in ", "NULL value in ", "non-unique entry in "];
        let of_a_type = line.contains(" value in ") && !line.starts_with("row ");
        if is_value.iter().any(|start| line.starts_with(start)) || of_a_type {
            unfit += 1;
        } else if line != "ok" {
            torn += 1;
        }
    }
    Ok((torn + lost_indexes(conn)?, unfit))
}

/// How many indexes cannot be read, which SQLite does not report for a table without rows.
fn lost_indexes(conn: &Connection) -> Result<u64> {
    let mut indexes =
        Statement::once(conn, "SELECT tbl_name, name, ifnull(sql, '') FROM sqlite_schema WHERE type = 'index'")?;
    let mut rows = indexes.query([])?;
    let mut lost = 0;
    while let Some(row) = rows.next()? {
        let (table, index, sql): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        // One that holds some of the rows only serves a query for these.
        let some = sql.split_once(" WHERE ").map_or(String::new(), |(_, some)| format!(" WHERE {some}"));
        let first = format!("SELECT 1 FROM {table} INDEXED BY {index}{some} LIMIT 1");
        match Statement::once(conn, &first).and_then(|mut first| first.exists([])) {
            Ok(_) => {}
            Err(Error::Corrupt(_)) => lost += 1,
            Err(error) => return Err(error),
        }
    }
    Ok(lost)
}

impl Store {
    /// The error of a write that failed: a violated constraint is a bug of ours, unless the database itself breaks a
    /// promise.
    pub(crate) fn explained(&mut self, error: Error) -> Error {
        self.notice(&error);
        match error {
            Error::Bug(Some(source))
                if source.sqlite_error_code() == Some(ErrorCode::ConstraintViolation)
                    && self.read(broken).is_ok_and(|broken| !broken.is_empty()) =>
            {
                Error::Corrupt(Some(source))
            }
            error => error,
        }
    }
}

/// Deletes the rows that cannot be read or that break the promise of their table. Returns how many.
pub(crate) fn drop_unsound(conn: &Connection) -> Result<usize> {
    TABLES.iter().map(|table| table.drop_unsound(conn)).sum()
}

/// Each promise with the query for the rows that break it.
const PROMISES: &[(&str, &str)] = &[
    ("every reference leads somewhere", "SELECT 1 FROM pragma_foreign_key_check"),
    (
        "a campaign has at least one sender unless it is completed",
        "SELECT 1 FROM campaign
         WHERE status <> 'completed' AND user_id IS NOT NULL
             AND NOT EXISTS (SELECT 1 FROM campaign_sender WHERE campaign_id = campaign.id)",
    ),
    (
        "a sender is an account of the campaign's user and channel that was not removed",
        "SELECT 1 FROM campaign_sender
         JOIN campaign ON campaign.id = campaign_id JOIN account ON account.id = account_id
         WHERE campaign.user_id <> account.user_id OR campaign.type <> account.type OR removed_ms IS NOT NULL",
    ),
    (
        "the senders of a campaign that is not completed are numbered from 0 without gaps",
        "SELECT 1 FROM campaign_sender JOIN campaign ON campaign.id = campaign_id
         WHERE status <> 'completed' AND user_id IS NOT NULL GROUP BY campaign_id HAVING max(position) + 1 <> count(*)",
    ),
    (
        "the nodes of a sequence are numbered from 0 without gaps",
        "SELECT 1 FROM sequence_node GROUP BY campaign_id HAVING max(position) + 1 <> count(*)",
    ),
    (
        "every node has an id of its own",
        "SELECT 1 FROM (SELECT id FROM sequence_node UNION ALL SELECT end_id FROM campaign)
         GROUP BY id HAVING count(*) > 1",
    ),
    (
        "a node is of its campaign's channel",
        "SELECT 1 FROM sequence_node JOIN campaign ON campaign.id = campaign_id
         WHERE sequence_node.type = iif(campaign.type = 'email', 'connection_request', 'email')
            OR (sequence_node.type = 'message' AND campaign.type = 'email')",
    ),
    (
        "a sequence has at most one connection request",
        "SELECT 1 FROM sequence_node WHERE type = 'connection_request' GROUP BY campaign_id HAVING count(*) > 1",
    ),
    (
        "a variant is of an email or a message of its campaign, which only with an email has a subject",
        "SELECT 1 FROM variant LEFT JOIN sequence_node AS node ON node.campaign_id = variant.campaign_id AND node.id = node_id
         WHERE ifnull(type, 'delay') NOT IN ('email', 'message') OR (type = 'message' AND variant.subject IS NOT NULL)",
    ),
    (
        "the variants of a node are numbered from 0 without gaps, each with an id of its own",
        "SELECT 1 FROM variant GROUP BY campaign_id, node_id
         HAVING max(position) + 1 <> count(*) OR count(DISTINCT id) <> count(*)",
    ),
    (
        "the events of a user are numbered without gaps, after those of before they were counted for each user",
        "SELECT 1 FROM event GROUP BY user_id
         HAVING max(number) - min(number) + 1 <> count(*) OR min(number) <= (SELECT max(number) FROM event_before)",
    ),
    (
        "a prospect is of its campaign's channel",
        "SELECT 1 FROM prospect JOIN campaign ON campaign.id = campaign_id WHERE type <> channel",
    ),
    (
        "a draft has prospects that nothing happened to, and a completed campaign none that is not final",
        concat!(
            "SELECT 1 FROM prospect JOIN campaign ON campaign.id = campaign_id
             WHERE (campaign.status = 'draft' AND prospect.status <> 'pending')
                OR (campaign.status = 'completed'
                    AND prospect.status IN ",
            open_statuses!(),
            ")"
        ),
    ),
    (
        "an active campaign has a prospect that is not final, or stays open",
        concat!(
            "SELECT 1 FROM campaign WHERE status = 'active' AND stay_open = 0 AND NOT EXISTS (
                 SELECT 1 FROM prospect WHERE campaign_id = campaign.id
                    AND prospect.status IN ",
            open_statuses!(),
            ")"
        ),
    ),
    ("a campaign that was deleted is not active", "SELECT 1 FROM campaign WHERE user_id IS NULL AND status = 'active'"),
    (
        "a person is taken by one campaign of a user at most, which is a LinkedIn campaign that was launched",
        "SELECT 1 FROM prospect JOIN campaign ON campaign.id = campaign_id
         WHERE is_taken = 1 AND user_id IS NOT NULL
         GROUP BY user_id, identity HAVING count(*) > 1 OR min(type = 'linkedin' AND campaign.status <> 'draft') = 0",
    ),
    (
        "a hold of one campaign is of that campaign's user",
        "SELECT 1 FROM hold JOIN campaign ON campaign.id = campaign_id WHERE hold.user_id <> campaign.user_id",
    ),
    (
        "whom a hold covers is held",
        "SELECT 1 FROM hold JOIN campaign ON campaign.user_id = hold.user_id
         JOIN prospect ON prospect.campaign_id = campaign.id
             AND (prospect.identity IN (hold.email, hold.profile) OR prospect.email = hold.email)
         JOIN progress ON progress.prospect_id = prospect.id
         WHERE ifnull(hold.campaign_id, campaign.id) = campaign.id AND hold_ms IS NULL AND until_ms > due_ms",
    ),
    (
        "hashes of people who were erased have a salt",
        "SELECT 1 FROM erased JOIN user ON user.id = user_id WHERE erased_salt IS NULL",
    ),
    (
        "a list knows how many leads it has",
        "SELECT 1 FROM list
         WHERE user_id IS NOT NULL AND lead_count <> (SELECT count(*) FROM lead WHERE list_id = list.id)",
    ),
    (
        "exactly those stand in a queue who are not final and whose campaign was launched",
        concat!(
            "SELECT 1 FROM prospect JOIN campaign ON campaign.id = prospect.campaign_id
             LEFT JOIN progress ON progress.prospect_id = prospect.id
             WHERE (progress.prospect_id IS NOT NULL) <> (campaign.status <> 'draft'
                 AND prospect.status IN ",
            open_statuses!(),
            ")
                OR progress.campaign_id <> prospect.campaign_id"
        ),
    ),
    (
        "a queue is of what its prospects are sent next, from a sender that the campaign has",
        "SELECT 1 FROM progress JOIN campaign ON campaign.id = progress.campaign_id
         LEFT JOIN sequence_node AS node ON node.campaign_id = campaign.id AND node.position = progress.position
         WHERE (lane > 0 AND ifnull(node.type, 'delay') = 'delay')
            OR (lane & 1023 > 1 AND lane % 2 <> (node.type <> 'connection_request'))
            OR user_id IS NOT NULL AND sender >= (SELECT count(*) FROM campaign_sender WHERE campaign_sender.campaign_id = campaign.id)",
    ),
    (
        "a message that is sent first has no sender before it is handed out",
        "SELECT 1 FROM progress JOIN prospect ON prospect.id = prospect_id
         WHERE sender IS NULL AND prospect.status NOT IN ('pending', 'connected') AND progress.is_unresolved = 0",
    ),
    (
        "a campaign has a place in the order of turns once it is launched, and is looked at while it is active",
        "SELECT 1 FROM campaign LEFT JOIN campaign_turn AS turn ON turn.campaign_id = campaign.id
         WHERE (turn.campaign_id IS NULL) <> (status = 'draft') OR (wake_ms IS NOT NULL) <> (status = 'active')
            OR turn.user_id <> campaign.user_id",
    ),
    (
        "a queue is of a zone that its campaign follows",
        "SELECT 1 FROM progress JOIN campaign ON campaign.id = progress.campaign_id
         WHERE lane >= 1024 AND (follow_prospect_zone = 0 OR NOT EXISTS (SELECT 1 FROM zone WHERE number = lane >> 10))",
    ),
    (
        "a claim finds every follow-up for which a sender keeps room",
        "SELECT 1 FROM progress JOIN campaign ON campaign.id = progress.campaign_id
         JOIN campaign_sender AS link ON link.campaign_id = campaign.id AND link.position = progress.sender
         WHERE campaign.status = 'active' AND (lane & 1023 >= 2 AND lane >> 8 & 3 <> 1)
             AND iif(lane >> 8 & 3 = 3, 0, due_ms) < ifnull(follow_up_ms, 9223372036854775807)",
    ),
    (
        "a claim finds whose messages wait for a link to unsubscribe",
        "SELECT 1 FROM progress JOIN campaign ON campaign.id = progress.campaign_id JOIN user ON user.id = user_id
         WHERE awaits_link = 0 AND is_unresolved = 1 AND due_ms = 253402207199998",
    ),
    (
        "a task that was claimed ahead is to be sent after an earlier one of its prospect",
        "SELECT 1 FROM task JOIN task AS before ON before.id = task.after_id
         WHERE before.prospect_id IS NOT task.prospect_id OR before.id >= task.id",
    ),
    (
        "what is handed out is a task of the prospect that is claimed",
        "SELECT 1 FROM progress LEFT JOIN task ON task.id = task_id
         WHERE task_id IS NOT NULL AND (ifnull(task.status, '') <> 'claimed' OR task.prospect_id IS NOT progress.prospect_id)",
    ),
    (
        "a task is of an account, a campaign and a prospect that belong together",
        "SELECT 1 FROM task JOIN account ON account.id = account_id LEFT JOIN campaign ON campaign.id = task.campaign_id
         LEFT JOIN prospect ON prospect.id = task.prospect_id
         WHERE (task.type = 'email') <> (account.type = 'email') OR campaign.user_id <> account.user_id
            OR campaign.type <> account.type OR (prospect.id IS NOT NULL AND prospect.campaign_id IS NOT task.campaign_id)",
    ),
    (
        "what was handed out is of a task, and an email's has a subject",
        "SELECT 1 FROM message LEFT JOIN task ON task.prospect_id = message.prospect_id AND task.node_id = message.node_id
             AND task.generation = message.generation
         WHERE task.id IS NULL OR (subject IS NOT NULL) <> (type = 'email')",
    ),
    (
        "a token to unsubscribe is of the user and the address of its prospect",
        "SELECT 1 FROM unsubscribe_token AS token JOIN prospect ON prospect.id = token.prospect_id
         JOIN campaign ON campaign.id = campaign_id
         WHERE token.user_id <> campaign.user_id OR token.identity <> prospect.identity",
    ),
    (
        "no message was sent twice, and no invitation by one sender",
        "SELECT 1 FROM task WHERE status = 'sent' AND prospect_id IS NOT NULL
         GROUP BY prospect_id, node_id, iif(type = 'connection_request', generation, 0) HAVING count(*) > 1",
    ),
    (
        "what is handed out, sent or bounced counts, and nothing that was deferred",
        "SELECT 1 FROM task
         WHERE iif(at_ms IS NULL, status IN ('claimed', 'sent', 'bounced'), status = 'deferred')",
    ),
    (
        "the tally of a launched campaign is right, and a draft has none",
        concat!(
            "SELECT 1 FROM campaign
             LEFT JOIN tally ON tally.campaign_id = campaign.id
             LEFT JOIN (
                 SELECT campaign_id, ",
            statuses!("sum(status = '", "') AS ", ""),
            " FROM prospect GROUP BY campaign_id) AS counted ON counted.campaign_id = campaign.id
             WHERE (tally.campaign_id IS NULL) <> (campaign.status = 'draft')
                OR campaign.user_id IS NOT NULL AND (",
            statuses!("tally.", ""),
            ") IS NOT (",
            statuses!("ifnull(counted.", ", 0)"),
            ") AND tally.campaign_id IS NOT NULL"
        ),
    ),
    (
        "every campaign was created by an event",
        "SELECT 1 FROM campaign
         WHERE (user_id, id) NOT IN (SELECT user_id, subject FROM event WHERE type = 'campaign_created'
             UNION ALL SELECT user_id, subject FROM event_before WHERE type = 'campaign_created')",
    ),
];
