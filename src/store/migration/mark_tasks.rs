//! Finds out what followed the messages of before version 6, which reports count, from the events that were recorded.

use rusqlite::Connection;

use crate::error::Result;
use crate::store::Statement;

/// The events of a table that follow a message, each with its bit.
macro_rules! answers {
    ($table:literal) => {
        concat!(
            "SELECT subject, at_ms, type = 'connection_accepted' AS is_of_invitation,
                 CASE type WHEN 'prospect_replied' THEN 1 WHEN 'prospect_unsubscribed' THEN 2
                     WHEN 'prospect_complained' THEN 4 WHEN 'connection_accepted' THEN 8 ELSE 64 END AS bit
             FROM ",
            $table,
            " WHERE type = 'prospect_replied' OR type = 'prospect_unsubscribed' OR type = 'prospect_complained'
                 OR type = 'connection_accepted' OR type = 'prospect_bounced'"
        )
    };
}

/// An event is of the last message before it; an acceptance, of the last invitation.
const MARK: &str = concat!(
    "WITH answer AS (",
    answers!("event"),
    " UNION ALL ",
    answers!("event_before"),
    "), marked AS (
         SELECT bit, (
             SELECT id FROM task
             WHERE prospect_id = subject AND task.at_ms <= answer.at_ms
                 AND (is_of_invitation = 0 OR type = 'connection_request')
             ORDER BY task.at_ms DESC LIMIT 1) AS task_id
         FROM answer)
     UPDATE task SET marks = bits
     FROM (SELECT task_id, sum(DISTINCT bit) AS bits FROM marked WHERE task_id IS NOT NULL GROUP BY task_id)
     WHERE task.id = task_id"
);

const TIMED_OUT: &str = "UPDATE task SET marks = marks | 16
    WHERE type = 'connection_request' AND status = 'sent'
        AND prospect_id IN (SELECT id FROM prospect WHERE status = 'timed_out')";

pub(super) fn mark(tx: &Connection) -> Result<()> {
    Statement::once(tx, MARK)?.execute([])?;
    Statement::once(tx, TIMED_OUT)?.execute([])?;
    Ok(())
}
