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
const INVARIANTS: [(&str, &str); 12] = [
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
        "events are numbered from 1 without gaps",
        "SELECT 1 WHERE (SELECT max(number) FROM event) <> (SELECT count(*) FROM event)",
    ),
    (
        "every campaign was created by an event",
        "SELECT 1 FROM campaign WHERE NOT EXISTS (
             SELECT 1 FROM event
             WHERE event.user_id = campaign.user_id AND type = 'campaign_created' AND subject = campaign.id)",
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
