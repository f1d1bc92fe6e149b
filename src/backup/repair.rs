//! Makes a database consistent again in which rows lost others they need. It changes nothing in a consistent one.

use rusqlite::Connection;

use crate::error::Result;
use crate::people::prospect::status::{open_statuses, statuses};
use crate::store::Statement;

/// What a repair did.
#[derive(Default)]
pub(super) struct Repaired {
    pub(super) changes: usize,
    /// How many rows of which table were made, because others depend on them or follow from them.
    pub(super) made: Vec<(&'static str, usize)>,
}

enum Step {
    /// Makes rows of a table.
    Make(&'static str, &'static str),
    /// Removes or changes rows.
    Fix(&'static str),
}

use Step::{Fix, Make};

/// How many prospects of the campaign of a tally have each status.
macro_rules! counted {
    () => {
        concat!(
            "SELECT ",
            statuses!("count(*) FILTER (WHERE status = '", "')"),
            " FROM prospect WHERE campaign_id = tally.campaign_id"
        )
    };
}

/// After which number the events of users are counted.
macro_rules! last_before {
    () => {
        "(SELECT ifnull(max(number), 0) FROM event_before)"
    };
}

/// In this order: what others depend on comes first.
const STEPS: &[Step] = &[
    // A user is little more than an id: without the row, everything of the user would go.
    Make(
        "user",
        "INSERT INTO user (id, time_zone, created_ms)
         SELECT user_id, 'UTC', min(at_ms) FROM (
             SELECT user_id, created_ms AS at_ms FROM account UNION ALL SELECT user_id, created_ms FROM campaign
             UNION ALL SELECT user_id, created_ms FROM list UNION ALL SELECT user_id, created_ms FROM suppression)
         WHERE length(user_id) = 16 AND user_id NOT IN (SELECT id FROM user) GROUP BY user_id",
    ),
    Fix("DELETE FROM account WHERE user_id NOT IN (SELECT id FROM user)"),
    // What is left of a deletion goes, too.
    Fix("UPDATE task SET note = NULL, provider_id = NULL
         WHERE campaign_id IN (SELECT id FROM campaign WHERE user_id IS NULL)"),
    Fix("DELETE FROM campaign WHERE user_id IS NULL OR user_id NOT IN (SELECT id FROM user)"),
    Fix("DELETE FROM list WHERE user_id IS NULL OR user_id NOT IN (SELECT id FROM user)"),
    Fix("DELETE FROM suppression WHERE user_id NOT IN (SELECT id FROM user)"),
    Fix("DELETE FROM bounce WHERE user_id NOT IN (SELECT id FROM user)"),
    // Without its salt a hash says nothing.
    Fix("DELETE FROM erased WHERE user_id NOT IN (SELECT id FROM user WHERE erased_salt IS NOT NULL)"),
    Fix("DELETE FROM hold WHERE user_id NOT IN (SELECT id FROM user)"),
    Fix("DELETE FROM hold WHERE campaign_id IS NOT NULL AND NOT EXISTS (
             SELECT 1 FROM campaign WHERE campaign.id = hold.campaign_id AND campaign.user_id = hold.user_id)"),
    Fix("DELETE FROM unsubscribe_token WHERE user_id NOT IN (SELECT id FROM user)"),
    Fix("DELETE FROM recorded_event WHERE user_id NOT IN (SELECT id FROM user)"),
    Fix("DELETE FROM event WHERE user_id NOT IN (SELECT id FROM user)"),
    Fix("DELETE FROM event_before WHERE user_id NOT IN (SELECT id FROM user)"),
    Fix("DELETE FROM lead WHERE list_id NOT IN (SELECT id FROM list)"),
    Fix("DELETE FROM campaign_sender WHERE campaign_id NOT IN (SELECT id FROM campaign)"),
    Fix("DELETE FROM campaign_sender WHERE EXISTS (
             SELECT 1 FROM campaign JOIN account ON account.id = account_id
             WHERE campaign.id = campaign_id AND (campaign.user_id <> account.user_id OR campaign.type <> account.type
                 OR removed_ms IS NOT NULL))"),
    Fix("DELETE FROM sequence_node WHERE campaign_id NOT IN (SELECT id FROM campaign)"),
    Fix("DELETE FROM sequence_node WHERE EXISTS (
             SELECT 1 FROM campaign
             WHERE campaign.id = campaign_id
                 AND (sequence_node.type = iif(campaign.type = 'email', 'connection_request', 'email')
                     OR (sequence_node.type = 'message' AND campaign.type = 'email')))"),
    Fix("DELETE FROM sequence_node WHERE (campaign_id, position) IN (
             SELECT campaign_id, position FROM (
                 SELECT campaign_id, position,
                     row_number() OVER (PARTITION BY campaign_id ORDER BY position) AS nth FROM sequence_node
                 WHERE type = 'connection_request')
             WHERE nth > 1)"),
    // A campaign's own id is that of no node.
    Fix("UPDATE campaign SET end_id = id WHERE id IN (
             SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY end_id ORDER BY id) AS nth FROM campaign)
             WHERE nth > 1)"),
    Fix("DELETE FROM sequence_node WHERE (campaign_id, position) IN (
             SELECT campaign_id, position FROM (
                 SELECT campaign_id, position,
                     row_number() OVER (PARTITION BY id ORDER BY campaign_id, position) AS nth FROM sequence_node)
             WHERE nth > 1)"),
    Fix("DELETE FROM sequence_node WHERE id IN (SELECT end_id FROM campaign)"),
    Fix("DELETE FROM variant
         WHERE NOT EXISTS (
             SELECT 1 FROM sequence_node AS node
             WHERE node.campaign_id = variant.campaign_id AND node.id = node_id
                 AND (type = 'email' OR (type = 'message' AND variant.subject IS NULL)))
             OR EXISTS (
                 SELECT 1 FROM variant AS other
                 WHERE other.campaign_id = variant.campaign_id AND other.node_id = variant.node_id
                     AND other.id = variant.id AND other.position < variant.position)"),
    Fix("UPDATE variant
         SET position = (
             SELECT count(*) FROM variant AS other
             WHERE other.campaign_id = variant.campaign_id AND other.node_id = variant.node_id
                 AND other.position < variant.position)
         WHERE (campaign_id, node_id) IN (
             SELECT campaign_id, node_id FROM variant GROUP BY campaign_id, node_id HAVING max(position) + 1 <> count(*))"),
    Fix("DELETE FROM prospect WHERE campaign_id NOT IN (SELECT id FROM campaign)"),
    Fix("DELETE FROM prospect
         WHERE EXISTS (SELECT 1 FROM campaign WHERE campaign.id = campaign_id AND type <> channel)"),
    Fix("UPDATE prospect SET status = 'pending'
         WHERE status <> 'pending' AND campaign_id IN (SELECT id FROM campaign WHERE status = 'draft')"),
    Fix("UPDATE prospect SET is_taken = 0 WHERE is_taken = 1 AND EXISTS (
             SELECT 1 FROM campaign WHERE campaign.id = campaign_id AND (type = 'email' OR campaign.status = 'draft'))"),
    Fix("UPDATE prospect SET is_taken = 0 WHERE rowid IN (
             SELECT person FROM (
                 SELECT prospect.rowid AS person, row_number() OVER (
                     PARTITION BY user_id, identity
                     ORDER BY campaign.status <> 'active', launched_ms, campaign.id) AS nth
                 FROM prospect JOIN campaign ON campaign.id = campaign_id WHERE is_taken = 1)
             WHERE nth > 1)"),
    Fix("DELETE FROM draft WHERE prospect_id NOT IN (SELECT id FROM prospect)"),
    Fix("DELETE FROM tally WHERE campaign_id NOT IN (SELECT id FROM campaign WHERE status <> 'draft')"),
    // A sender of which nothing is known sends nothing, and keeps the campaign together.
    Make(
        "campaign_sender",
        "INSERT INTO campaign_sender (campaign_id, account_id, position)
         SELECT id, id, 0 FROM campaign
         WHERE status <> 'completed' AND id NOT IN (SELECT campaign_id FROM campaign_sender)",
    ),
    Make(
        "account",
        "INSERT INTO account (id, user_id, type, identity, address, status, is_premium, created_ms, updated_ms)
         SELECT account_id, user_id, type,
             iif(type = 'email', 'recovered-' || lower(hex(account_id)) || '@example.invalid',
                 'linkedin.com/in/recovered-' || lower(hex(account_id))),
             iif(type = 'email', 'recovered-' || lower(hex(account_id)) || '@example.invalid',
                 'https://www.linkedin.com/in/recovered-' || lower(hex(account_id))),
             'disconnected', iif(type = 'email', NULL, 0), min(created_ms), min(created_ms)
         FROM campaign_sender JOIN campaign ON campaign.id = campaign_id
         WHERE length(account_id) = 16 AND account_id NOT IN (SELECT id FROM account) GROUP BY account_id",
    ),
    Fix("DELETE FROM campaign_sender WHERE account_id NOT IN (SELECT id FROM account)"),
    Fix("DELETE FROM task WHERE account_id NOT IN (SELECT id FROM account)"),
    Fix("DELETE FROM sender_rest WHERE account_id NOT IN (SELECT id FROM account)"),
    Fix("DELETE FROM sender_failure WHERE account_id NOT IN (SELECT account_id FROM sender_rest)"),
    Fix("DELETE FROM sender_probe
         WHERE account_id NOT IN (SELECT account_id FROM sender_rest) OR task_id NOT IN (SELECT id FROM task)"),
    // Of an empty list, SQLite says that NULL is not in it.
    Fix("UPDATE task SET campaign_id = NULL
         WHERE campaign_id IS NOT NULL AND campaign_id NOT IN (SELECT id FROM campaign)"),
    Fix("UPDATE task SET prospect_id = NULL
         WHERE prospect_id IS NOT NULL AND prospect_id NOT IN (SELECT id FROM prospect)"),
    // What belongs to others stays as what its account sent.
    Fix("DELETE FROM task WHERE EXISTS (
             SELECT 1 FROM account WHERE account.id = account_id AND (account.type = 'email') <> (task.type = 'email'))"),
    Fix("UPDATE task SET campaign_id = NULL, prospect_id = NULL WHERE campaign_id IS NOT NULL AND EXISTS (
             SELECT 1 FROM account JOIN campaign ON campaign.id = task.campaign_id
             WHERE account.id = account_id AND (campaign.user_id <> account.user_id OR campaign.type <> account.type))"),
    Fix("UPDATE task SET prospect_id = NULL WHERE prospect_id IS NOT NULL AND NOT EXISTS (
             SELECT 1 FROM prospect WHERE prospect.id = prospect_id AND prospect.campaign_id = task.campaign_id)"),
    Fix("UPDATE task SET at_ms = NULL WHERE status = 'deferred' AND at_ms IS NOT NULL"),
    Fix("UPDATE task SET status = 'failed' WHERE status IN ('claimed', 'sent', 'bounced') AND at_ms IS NULL"),
    Fix("UPDATE task SET prospect_id = NULL WHERE id IN (
             SELECT id FROM (
                 SELECT id, row_number() OVER (PARTITION BY prospect_id, node_id,
                     iif(type = 'connection_request', generation, 0) ORDER BY id) AS nth FROM task
                 WHERE status = 'sent' AND prospect_id IS NOT NULL)
             WHERE nth > 1)"),
    Fix("DELETE FROM message WHERE NOT EXISTS (
             SELECT 1 FROM task
             WHERE task.prospect_id = message.prospect_id AND task.node_id = message.node_id
                 AND task.generation = message.generation AND (subject IS NOT NULL) = (type = 'email'))"),
    Fix("DELETE FROM unsubscribe_token WHERE EXISTS (
             SELECT 1 FROM prospect JOIN campaign ON campaign.id = campaign_id
             WHERE prospect.id = prospect_id
                 AND (unsubscribe_token.user_id <> campaign.user_id OR unsubscribe_token.identity <> prospect.identity))"),
    Fix("UPDATE campaign_sender
         SET position = (
             SELECT count(*) FROM campaign_sender AS other
             WHERE other.campaign_id = campaign_sender.campaign_id AND other.position < campaign_sender.position)
         WHERE campaign_id IN (
             SELECT campaign_id FROM campaign_sender JOIN campaign ON campaign.id = campaign_id
             WHERE status <> 'completed' GROUP BY campaign_id HAVING max(position) + 1 <> count(*))"),
    Fix("UPDATE task SET after_id = NULL
         WHERE EXISTS (
             SELECT 1 FROM task AS before
             WHERE before.id = task.after_id AND (before.prospect_id IS NOT task.prospect_id OR before.id >= task.id))"),
    Fix("UPDATE progress SET lane = lane & 1023
         WHERE lane >= 1024 AND (
             NOT EXISTS (SELECT 1 FROM zone WHERE number = lane >> 10)
             OR NOT EXISTS (SELECT 1 FROM campaign WHERE campaign.id = campaign_id AND follow_prospect_zone = 1))"),
    Fix("UPDATE progress SET sender = 0, lane = iif(lane & 1023 < 2, lane, (lane & ~255) + 2 + lane % 2)
         WHERE sender >= (SELECT count(*) FROM campaign_sender WHERE campaign_id = progress.campaign_id)"),
    // Who stands where in a sequence that lost nodes is not known.
    Fix("DELETE FROM progress WHERE campaign_id IN (
             SELECT campaign_id FROM sequence_node GROUP BY campaign_id HAVING max(position) + 1 <> count(*))"),
    Fix("UPDATE sequence_node
         SET position = (
             SELECT count(*) FROM sequence_node AS other
             WHERE other.campaign_id = sequence_node.campaign_id AND other.position < sequence_node.position)
         WHERE campaign_id IN (
             SELECT campaign_id FROM sequence_node GROUP BY campaign_id HAVING max(position) + 1 <> count(*))"),
    Fix(concat!(
        "DELETE FROM progress WHERE NOT EXISTS (
             SELECT 1 FROM prospect JOIN campaign ON campaign.id = campaign_id
             WHERE prospect.id = prospect_id AND prospect.campaign_id = progress.campaign_id
                 AND campaign.status <> 'draft' AND prospect.status IN ",
        open_statuses!(),
        " AND (sender IS NOT NULL OR prospect.status IN ('pending', 'connected') OR is_unresolved = 1))"
    )),
    Fix("DELETE FROM progress WHERE lane > 0 AND NOT EXISTS (
             SELECT 1 FROM sequence_node AS node
             WHERE node.campaign_id = progress.campaign_id AND node.position = progress.position AND type <> 'delay'
                 AND (lane & 1023 = 1 OR lane % 2 = (type <> 'connection_request')))"),
    Fix("DELETE FROM campaign_turn WHERE NOT EXISTS (
             SELECT 1 FROM campaign
             WHERE campaign.id = campaign_id AND campaign.user_id = campaign_turn.user_id AND status <> 'draft')"),
    Make(
        "campaign_turn",
        "INSERT INTO campaign_turn (campaign_id, user_id, wake_ms, last_first)
         SELECT id, user_id, NULL, NULL FROM campaign
         WHERE status <> 'draft' AND id NOT IN (SELECT campaign_id FROM campaign_turn)",
    ),
    Fix("DELETE FROM progress
         WHERE task_id IS NOT NULL AND NOT EXISTS (
             SELECT 1 FROM task WHERE id = task_id AND status = 'claimed' AND task.prospect_id = progress.prospect_id)"),
    // Prospects that were sent nothing start again; for all others the next step is unknown, and nothing is sent twice.
    Make(
        "progress",
        "INSERT INTO progress (campaign_id, lane, due_ms, prospect_id, position, sender, failures, task_id, is_connected,
             is_unresolved, is_first)
         SELECT campaign.id, 1,
             max(prospect.created_ms, campaign.launched_ms) + 60000 * (
                 SELECT ifnull(sum((delay_days * 24 + delay_hours) * 60 + delay_minutes), 0) FROM sequence_node
                 WHERE sequence_node.campaign_id = campaign.id AND sequence_node.position < first.position),
             prospect.id, first.position, NULL, 0, NULL, 0, 0, 1
         FROM campaign
         JOIN (SELECT campaign_id, min(position) AS position FROM sequence_node WHERE type <> 'delay'
               GROUP BY campaign_id) AS first ON first.campaign_id = campaign.id
         JOIN prospect ON prospect.campaign_id = campaign.id
         WHERE campaign.status IN ('active', 'paused') AND prospect.status = 'pending'
             AND prospect.id NOT IN (SELECT prospect_id FROM progress)
             AND NOT EXISTS (SELECT 1 FROM task WHERE task.prospect_id = prospect.id)",
    ),
    Fix("UPDATE progress
         SET hold_ms = until_ms, ready_ms = iif(lane = 0, NULL, due_ms),
             due_ms = iif(lane = 0, due_ms, until_ms)
         FROM (SELECT prospect.id AS held, max(until_ms) AS until_ms
               FROM hold JOIN campaign ON campaign.user_id = hold.user_id AND campaign.id = ifnull(hold.campaign_id, campaign.id)
               JOIN prospect ON prospect.campaign_id = campaign.id
                   AND (prospect.identity IN (hold.email, hold.profile) OR prospect.email = hold.email)
               GROUP BY prospect.id)
         WHERE prospect_id = held AND hold_ms IS NULL AND until_ms > due_ms"),
    Fix("UPDATE user SET awaits_link = 1
         WHERE awaits_link = 0 AND EXISTS (
             SELECT 1 FROM progress JOIN campaign ON campaign.id = progress.campaign_id
             WHERE campaign.user_id = user.id AND is_unresolved = 1 AND due_ms = 253402207199998)"),
    Fix(concat!(
        "UPDATE prospect SET status = 'cancelled'
         WHERE campaign_id IN (SELECT id FROM campaign WHERE status <> 'draft')
             AND id NOT IN (SELECT prospect_id FROM progress) AND status IN ",
        open_statuses!()
    )),
    Fix(concat!(
        "UPDATE campaign SET status = 'completed', completed_ms = updated_ms
         WHERE status = 'active' AND stay_open = 0 AND NOT EXISTS (
             SELECT 1 FROM prospect WHERE campaign_id = campaign.id AND prospect.status IN ",
        open_statuses!(),
        ")"
    )),
    Fix("UPDATE list SET lead_count = (SELECT count(*) FROM lead WHERE list_id = list.id)
         WHERE lead_count <> (SELECT count(*) FROM lead WHERE list_id = list.id)"),
    Make(
        "tally",
        concat!(
            "INSERT INTO tally (campaign_id, ",
            statuses!("", ""),
            ", messages_sent, opened, accepted, replies, unsubscribed)
             SELECT id, ",
            statuses!("0 AS ", ""),
            ",
                 (SELECT count(*) FROM task WHERE campaign_id = campaign.id AND task.status IN ('sent', 'bounced')),
                 (SELECT count(*) FROM task WHERE campaign_id = campaign.id AND opened_ms IS NOT NULL), 0,
                 (SELECT count(*) FROM prospect WHERE campaign_id = campaign.id AND prospect.status = 'replied'), 0
             FROM campaign WHERE status <> 'draft' AND id NOT IN (SELECT campaign_id FROM tally)"
        ),
    ),
    Fix(concat!(
        "UPDATE tally SET (",
        statuses!("", ""),
        ") = (",
        counted!(),
        ") WHERE (",
        statuses!("", ""),
        ") <> (",
        counted!(),
        ")"
    )),
    Make(
        "event",
        concat!(
            "INSERT INTO event (user_id, number, at_ms, type, subject)
             SELECT user_id,
                 coalesce((SELECT max(number) FROM event WHERE event.user_id = campaign.user_id), ",
            last_before!(),
            ") + row_number() OVER (PARTITION BY user_id ORDER BY created_ms, id), created_ms, 'campaign_created', id
             FROM campaign
             WHERE (user_id, id) NOT IN (SELECT user_id, subject FROM event WHERE type = 'campaign_created'
                 UNION ALL SELECT user_id, subject FROM event_before WHERE type = 'campaign_created')"
        ),
    ),
    Fix("UPDATE campaign_turn SET wake_ms = iif(wake_ms IS NULL, 0, NULL)
         WHERE (wake_ms IS NOT NULL) <> (campaign_id IN (SELECT id FROM campaign WHERE status = 'active'))"),
    Fix("UPDATE campaign_sender SET follow_up_ms = 0
         WHERE ifnull(follow_up_ms, 1) > 0 AND EXISTS (
             SELECT 1 FROM progress JOIN campaign ON campaign.id = progress.campaign_id
             WHERE campaign.id = campaign_sender.campaign_id AND progress.sender = campaign_sender.position
                 AND campaign.status = 'active' AND (lane & 1023 >= 2 AND lane >> 8 & 3 <> 1)
                 AND iif(lane >> 8 & 3 = 3, 0, due_ms) < ifnull(follow_up_ms, 9223372036854775807))"),
    // Readers follow the numbers, which have no gaps.
    Fix(concat!(
        "CREATE TEMP TABLE gapless AS
         SELECT user_id, ",
        last_before!(),
        " + row_number() OVER (PARTITION BY user_id ORDER BY number) AS number, at_ms, type, subject, part_of FROM event
         WHERE user_id IN (SELECT user_id FROM event GROUP BY user_id
             HAVING max(number) - min(number) + 1 <> count(*) OR min(number) <= (SELECT max(number) FROM event_before))"
    )),
    Fix("DELETE FROM event WHERE user_id IN (SELECT user_id FROM temp.gapless)"),
    Fix("INSERT INTO event (user_id, number, at_ms, type, subject, part_of)
         SELECT user_id, number, at_ms, type, subject, part_of FROM temp.gapless ORDER BY user_id, number"),
    Fix("DROP TABLE temp.gapless"),
];

/// How often what one step makes may be what another one has to mend.
const ROUNDS: usize = 4;

/// Makes the database consistent, until there is nothing left to mend.
pub(super) fn until_consistent(conn: &Connection) -> Result<Repaired> {
    let mut all = Repaired::default();
    for _ in 0..ROUNDS {
        let repaired = repair(conn)?;
        if repaired.changes == 0 {
            break;
        }
        all.changes += repaired.changes;
        // What is due now may not have been before.
        Statement::once(conn, "UPDATE campaign_turn SET wake_ms = 0 WHERE wake_ms > 0")?.execute([])?;
        for (table, made) in repaired.made {
            match all.made.iter_mut().find(|(known, _)| *known == table) {
                Some((_, all)) => *all += made,
                None => all.made.push((table, made)),
            }
        }
    }
    Ok(all)
}

fn repair(conn: &Connection) -> Result<Repaired> {
    let mut repaired = Repaired::default();
    for step in STEPS {
        match step {
            Make(table, sql) => {
                let made = Statement::once(conn, sql)?.execute([])?;
                repaired.changes += made;
                repaired.made.push((table, made));
            }
            Fix(sql) => repaired.changes += Statement::once(conn, sql)?.execute([])?,
        }
    }
    Ok(repaired)
}
