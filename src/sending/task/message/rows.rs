//! The SQL of the table of texts that were handed out.

use rusqlite::ToSql;

use super::StoredMessage;
use crate::bounds::{BODY_MAX, SUBJECT_MAX};
use crate::error::Result;
use crate::id::{NodeId, ProspectId};
use crate::request::text::are_lines;
use crate::sending::token_url::TokenUrl;
use crate::store::{Row, Snapshot, Table, Tx, Values, or_corrupt, row};
use crate::time::Instant;

row! {
    struct Columns as columns {
        prospect_id, node_id, generation, claimed_ms, subject, body, signature, is_reply, text_only, in_reply_to,
        list_unsubscribe, open_url
    }
}

const AT: Columns<usize> = Columns::at(0);

/// Which message: what a node sends to a prospect, and how often its key had been made anew.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MessageRef {
    pub(crate) prospect: ProspectId,
    pub(crate) node: NodeId,
    pub(crate) generation: u32,
}

/// Stores the texts of a message that is handed out now for the first time.
pub(crate) fn insert(tx: &Tx<'_>, of: MessageRef, message: &StoredMessage) -> Result<()> {
    let values: Columns<&dyn ToSql> = Columns {
        prospect_id: &of.prospect,
        node_id: &of.node,
        generation: &of.generation,
        claimed_ms: &tx.began(),
        subject: &message.subject,
        body: &message.body,
        signature: &message.signature,
        is_reply: &message.is_reply,
        text_only: &message.text_only,
        in_reply_to: &message.in_reply_to,
        list_unsubscribe: &message.list_unsubscribe,
        open_url: &message.open_url,
    };
    let mut statement = tx.statement(concat!("INSERT INTO message (", columns!(), ") VALUES (", columns!(?), ")"))?;
    values.insert(&mut statement)?;
    Ok(())
}

/// The texts of a message, if it was handed out before.
pub(crate) fn find(snapshot: &Snapshot<'_>, of: MessageRef) -> Result<Option<StoredMessage>> {
    let mut statement = snapshot.statement(concat!(
        "SELECT ",
        columns!(),
        " FROM message WHERE prospect_id = ?1 AND node_id = ?2 AND generation = ?3"
    ))?;
    statement.find((of.prospect, of.node, of.generation), decode)
}

/// The subject under which a node last wrote to a prospect, if it did.
pub(crate) fn subject(snapshot: &Snapshot<'_>, prospect: ProspectId, node: NodeId) -> Result<Option<String>> {
    let mut statement = snapshot.statement(
        "SELECT subject FROM message WHERE prospect_id = ?1 AND node_id = ?2 ORDER BY generation DESC LIMIT 1",
    )?;
    Ok(statement.find((prospect, node), |row| row.get(0))?.flatten())
}

/// The subject of a message that was handed out before, and says the same when it is next.
pub(crate) fn subject_again(snapshot: &Snapshot<'_>, prospect: ProspectId, node: NodeId) -> Result<Option<String>> {
    let mut statement = snapshot.statement(
        "SELECT subject FROM progress CROSS JOIN message
             ON message.prospect_id = progress.prospect_id AND message.generation = progress.generation AND node_id = ?2
         WHERE progress.prospect_id = ?1",
    )?;
    Ok(statement.find((prospect, node), |row| row.get(0))?.flatten())
}

/// Forgets the texts of a message, which is written anew when it is next handed out; `false` if there are none.
pub(crate) fn delete(tx: &Tx<'_>, of: MessageRef) -> Result<bool> {
    let deleted = tx
        .statement("DELETE FROM message WHERE prospect_id = ?1 AND node_id = ?2 AND generation = ?3")?
        .execute((of.prospect, of.node, of.generation))?;
    Ok(deleted == 1)
}

/// Forgets the texts of messages to a prospect that were last handed out before an instant, but for what is handed out or
/// will be again. Returns how many.
pub(super) fn forget(tx: &Tx<'_>, prospect: ProspectId, before: Instant) -> Result<u32> {
    let forgotten = tx
        .statement(
            "DELETE FROM message WHERE prospect_id = ?1 AND claimed_ms < ?2
                 AND NOT EXISTS (
                     SELECT 1 FROM task
                     WHERE task.prospect_id = ?1 AND task.node_id = message.node_id AND task.generation = message.generation
                         AND (status = 'claimed' OR task.claimed_ms >= ?2))
                 AND NOT EXISTS (
                     SELECT 1 FROM progress JOIN sequence_node AS node
                         ON node.campaign_id = progress.campaign_id AND node.position = progress.position
                     WHERE progress.prospect_id = ?1 AND node.id = message.node_id
                         AND progress.generation = message.generation)",
        )?
        .execute((prospect, before))?;
    Ok(u32::try_from(forgotten).unwrap_or(u32::MAX))
}

pub(crate) const TABLE: Table = Table {
    table: "message",
    promise: "a message that was handed out has texts within their lengths",
    columns: columns!(),
    key: &["prospect_id", "node_id", "generation"],
    read: |row| {
        let _: (ProspectId, NodeId, u32) = (row.get(AT.prospect_id)?, row.get(AT.node_id)?, row.get(AT.generation)?);
        let message = decode(row)?;
        let StoredMessage { subject, body, signature, is_reply, text_only, in_reply_to, list_unsubscribe, open_url } =
            message;
        let is_email = subject.is_some();
        let has_links = list_unsubscribe.is_some() || open_url.is_some();
        let is_of_email = is_reply || text_only || signature.is_some() || in_reply_to.is_some() || has_links;
        Ok(subject.is_none_or(|subject| is_line_within(&subject))
            && [body, signature].into_iter().flatten().all(|text| text.chars().nth(BODY_MAX).is_none())
            && (is_email || !is_of_email)
            && (is_reply || in_reply_to.is_none())
            && !(text_only && open_url.is_some())
            && row.has_instant(AT.claimed_ms)?)
    },
};

fn is_line_within(subject: &str) -> bool {
    are_lines(subject, SUBJECT_MAX) && !subject.contains(char::is_control)
}

fn decode(row: Row<'_>) -> Result<StoredMessage> {
    let open_url: Option<String> = row.get(AT.open_url)?;
    Ok(StoredMessage {
        subject: row.get(AT.subject)?,
        body: row.get(AT.body)?,
        signature: row.get(AT.signature)?,
        is_reply: row.get(AT.is_reply)?,
        text_only: row.get(AT.text_only)?,
        in_reply_to: row.get(AT.in_reply_to)?,
        list_unsubscribe: row.get(AT.list_unsubscribe)?,
        open_url: open_url.map(|url| or_corrupt(TokenUrl::of_pixel(url).ok())).transpose()?,
    })
}
