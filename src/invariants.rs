//! What is true of every database between two operations, for tests to check.

use crate::error::Result;
use crate::store::Store;

/// A promise of the engine that the database breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// The promise.
    pub invariant: &'static str,
    /// How many rows break it.
    pub rows: u64,
}

/// Each promise with the query for the rows that break it.
const INVARIANTS: [(&str, &str); 30] = [
    ("the file is sound", "SELECT 1 FROM pragma_integrity_check WHERE integrity_check <> 'ok'"),
    ("every reference leads somewhere", "SELECT 1 FROM pragma_foreign_key_check"),
    (
        "a campaign has at least one sender unless it is completed",
        "SELECT 1 FROM campaign
         WHERE status <> 'completed' AND NOT EXISTS (SELECT 1 FROM campaign_sender WHERE campaign_id = campaign.id)",
    ),
    (
        "a sender is an account of the campaign's user and channel",
        "SELECT 1 FROM campaign_sender
         JOIN campaign ON campaign.id = campaign_id JOIN account ON account.id = account_id
         WHERE campaign.user_id <> account.user_id OR campaign.type <> account.type",
    ),
    (
        "the senders of a campaign that is not completed are numbered from 0 without gaps",
        "SELECT 1 FROM campaign_sender JOIN campaign ON campaign.id = campaign_id
         WHERE status <> 'completed' GROUP BY campaign_id HAVING max(position) + 1 <> count(*)",
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
        "a name has no surrounding white space and at most 255 characters",
        "SELECT 1 FROM campaign WHERE name <> trim(name, char(9, 10, 11, 12, 13, 32)) OR length(CAST(name AS BLOB)) > 1020",
    ),
    (
        "the events of a user are numbered without gaps, after those of before they were counted for each user",
        "SELECT 1 FROM event GROUP BY user_id
         HAVING max(number) - min(number) + 1 <> count(*) OR min(number) <= (SELECT max(number) FROM event_before)",
    ),
    (
        "a delay is one of 1 minute to 30 days",
        "SELECT 1 FROM sequence_node
         WHERE type = 'delay' AND (delay_days * 24 + delay_hours) * 60 + delay_minutes NOT BETWEEN 1 AND 43200",
    ),
    (
        "a prospect is of its campaign's channel",
        "SELECT 1 FROM prospect JOIN campaign ON campaign.id = campaign_id WHERE type <> channel",
    ),
    (
        "a prospect of an email campaign has its address as its identity only",
        "SELECT 1 FROM prospect WHERE channel = 'email' AND email IS NOT NULL",
    ),
    (
        "an email identity is an address in lower case",
        "SELECT 1 FROM prospect JOIN campaign ON campaign.id = campaign_id
         WHERE type = 'email' AND (identity <> lower(identity) OR identity NOT LIKE '%_@_%')",
    ),
    (
        "a LinkedIn identity has no scheme, query, fragment and trailing slash",
        "SELECT 1 FROM prospect JOIN campaign ON campaign.id = campaign_id
         WHERE type = 'linkedin' AND (identity NOT LIKE '%linkedin.com/_%' OR identity GLOB '*[?#]*'
            OR identity LIKE '%/' OR identity LIKE 'www.%' OR identity LIKE '%://%' OR linkedin_url IS NULL)",
    ),
    (
        "no field of a prospect or a lead is blank",
        "SELECT 1 FROM (
             SELECT name, first_name, last_name, company, position, headline FROM prospect
             UNION ALL SELECT name, first_name, last_name, company, position, headline FROM lead)
         WHERE '' IN (trim(name), trim(first_name), trim(last_name), trim(company), trim(position), trim(headline))",
    ),
    (
        "a draft has prospects that nothing happened to, and a completed campaign none that is not final",
        "SELECT 1 FROM prospect JOIN campaign ON campaign.id = campaign_id
         WHERE (campaign.status = 'draft' AND prospect.status <> 'pending')
            OR (campaign.status = 'completed'
                AND prospect.status IN ('pending', 'sent', 'connection_sent', 'connected', 'message_sent'))",
    ),
    (
        "an active campaign has a prospect that is not final",
        "SELECT 1 FROM campaign WHERE status = 'active' AND NOT EXISTS (
             SELECT 1 FROM prospect WHERE campaign_id = campaign.id
                AND prospect.status IN ('pending', 'sent', 'connection_sent', 'connected', 'message_sent'))",
    ),
    (
        "two active LinkedIn campaigns that leave others' prospects alone never hold the same one",
        "SELECT 1 FROM campaign AS one
         JOIN campaign AS other ON other.user_id = one.user_id AND other.id > one.id
         JOIN prospect AS mine ON mine.campaign_id = one.id
         JOIN prospect AS theirs ON theirs.campaign_id = other.id AND theirs.identity = mine.identity
         WHERE one.status = 'active' AND other.status = 'active' AND one.type = 'linkedin' AND other.type = 'linkedin'
           AND one.skip_other_campaigns = 1 AND other.skip_other_campaigns = 1
           AND mine.status IN ('pending', 'sent', 'connection_sent', 'connected', 'message_sent')
           AND theirs.status IN ('pending', 'sent', 'connection_sent', 'connected', 'message_sent')",
    ),
    (
        "a list knows how many leads it has",
        "SELECT 1 FROM list WHERE lead_count <> (SELECT count(*) FROM lead WHERE list_id = list.id)",
    ),
    (
        "an event about a part of something says of what",
        "SELECT 1 FROM (SELECT type, part_of FROM event UNION ALL SELECT type, part_of FROM event_before)
         WHERE (part_of IS NOT NULL) <> (type IN ('prospect_updated', 'prospect_removed', 'lead_removed',
             'task_completed', 'connection_accepted', 'prospect_replied', 'prospect_bounced', 'prospect_unsubscribed',
             'message_opened'))",
    ),
    (
        "exactly those stand in a queue who are not final and whose campaign was launched",
        "SELECT 1 FROM prospect JOIN campaign ON campaign.id = prospect.campaign_id
         LEFT JOIN progress ON progress.prospect_id = prospect.id
         WHERE (progress.prospect_id IS NOT NULL) <> (campaign.status <> 'draft'
             AND prospect.status IN ('pending', 'sent', 'connection_sent', 'connected', 'message_sent'))
            OR progress.campaign_id <> prospect.campaign_id",
    ),
    (
        "a queue is of what its prospects are sent next, from a sender that the campaign has",
        "SELECT 1 FROM progress JOIN campaign ON campaign.id = progress.campaign_id
         LEFT JOIN sequence_node AS node ON node.campaign_id = campaign.id AND node.position = progress.position
         WHERE (lane > 0 AND ifnull(node.type, 'delay') = 'delay')
            OR (lane > 1 AND lane % 2 <> (node.type <> 'connection_request'))
            OR sender >= (SELECT count(*) FROM campaign_sender WHERE campaign_sender.campaign_id = campaign.id)",
    ),
    (
        "a message that is sent first has no sender before it is handed out",
        "SELECT 1 FROM progress JOIN prospect ON prospect.id = prospect_id
         WHERE sender IS NULL AND prospect.status NOT IN ('pending', 'connected') AND progress.is_held = 0",
    ),
    (
        "what is handed out is a task that is claimed",
        "SELECT 1 FROM progress LEFT JOIN task ON task.id = task_id
         WHERE task_id IS NOT NULL AND ifnull(task.status, '') <> 'claimed'",
    ),
    (
        "no message was sent twice",
        "SELECT 1 FROM task WHERE status IN ('sent', 'bounced') AND prospect_id IS NOT NULL
         GROUP BY prospect_id, node_id HAVING count(*) > 1",
    ),
    (
        "a task counts unless it failed",
        "SELECT 1 FROM task WHERE (status = 'failed') <> (at_ms IS NULL)",
    ),
    (
        "the tally of a launched campaign is right, and a draft has none",
        "SELECT 1 FROM campaign
         LEFT JOIN tally ON tally.campaign_id = campaign.id
         LEFT JOIN (
             SELECT campaign_id, count(*) AS prospects, sum(status = 'pending') AS pending, sum(status = 'sent') AS sent,
                 sum(status = 'connection_sent') AS connection_sent, sum(status = 'connected') AS connected,
                 sum(status = 'message_sent') AS message_sent, sum(status = 'replied') AS replied,
                 sum(status = 'bounced') AS bounced, sum(status = 'completed') AS completed,
                 sum(status = 'timed_out') AS timed_out, sum(status = 'cancelled') AS cancelled,
                 sum(status = 'skipped') AS skipped
             FROM prospect GROUP BY campaign_id) AS counted ON counted.campaign_id = campaign.id
         WHERE (tally.campaign_id IS NULL) <> (campaign.status = 'draft')
            OR (tally.pending, tally.sent, tally.connection_sent, tally.connected, tally.message_sent, tally.replied,
                tally.bounced, tally.completed, tally.timed_out, tally.cancelled, tally.skipped)
               IS NOT (ifnull(counted.pending, 0), ifnull(counted.sent, 0), ifnull(counted.connection_sent, 0),
                ifnull(counted.connected, 0), ifnull(counted.message_sent, 0), ifnull(counted.replied, 0),
                ifnull(counted.bounced, 0), ifnull(counted.completed, 0), ifnull(counted.timed_out, 0),
                ifnull(counted.cancelled, 0), ifnull(counted.skipped, 0)) AND tally.campaign_id IS NOT NULL",
    ),
    (
        "every campaign was created by an event",
        "SELECT 1 FROM campaign
         WHERE (user_id, id) NOT IN (SELECT user_id, subject FROM event WHERE type = 'campaign_created'
             UNION ALL SELECT user_id, subject FROM event_before WHERE type = 'campaign_created')",
    ),
];

impl Store {
    /// Checks everything that is true of a database between two operations: the file is sound, references lead
    /// somewhere, and the rules that no column constraint can state hold.
    ///
    /// Takes time in proportion to the database; meant for tests.
    ///
    /// ```
    /// use campaignkit::{CreateUser, Store};
    ///
    /// let mut store = Store::open_in_memory()?;
    /// store.create_user(CreateUser::default())?;
    /// assert_eq!(store.check_invariants()?, []);
    /// # Ok::<(), campaignkit::Error>(())
    /// ```
    ///
    /// # Errors
    /// `corrupt` or `unavailable` if the database cannot be read at all.
    pub fn check_invariants(&mut self) -> Result<Vec<Broken>> {
        self.read(|snapshot| {
            let mut broken = Vec::new();
            for (invariant, query) in INVARIANTS {
                let count = format!("SELECT count(*) FROM ({query})");
                let rows: u32 = snapshot.sql().query_row(&count, [], |row| row.get(0))?;
                if rows > 0 {
                    broken.push(Broken { invariant, rows: u64::from(rows) });
                }
            }
            Ok(broken)
        })
    }

    /// Everything that the database holds, as text: two databases with the same contents give the same text, whatever
    /// the layout of their files.
    ///
    /// # Errors
    /// `corrupt` or `unavailable` if the database cannot be read.
    pub fn dump(&mut self) -> Result<String> {
        self.read(|snapshot| {
            let conn = snapshot.sql();
            let strings = |query: &str| -> Result<Vec<String>> {
                let mut statement = conn.prepare(query)?;
                let rows = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
                Ok(rows)
            };
            let mut dump = String::new();
            for table in strings("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")? {
                let columns = strings(&format!("SELECT name FROM pragma_table_info('{table}')"))?;
                let quoted: Vec<String> = columns.iter().map(|column| format!("quote(\"{column}\")")).collect();
                let line = quoted.join(" || ', ' || ");
                dump.push_str(&format!("{table} ({})\n", columns.join(", ")));
                for row in strings(&format!("SELECT {line} AS line FROM \"{table}\" ORDER BY line"))? {
                    dump.push_str(&format!("  {row}\n"));
                }
            }
            Ok(dump)
        })
    }
}
