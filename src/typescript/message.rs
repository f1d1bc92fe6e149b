//! Messages of one prospect: previewed, asked for and handed in.

use ts_rs::TS;

/// A message that a language model of the host wrote.
#[derive(TS)]
#[ts(optional_fields = nullable)]
pub(crate) struct SubmittedMessage {
    /// The recipient.
    prospect_id: String,
    /// The node that sends it.
    node_id: String,
    /// The `input` of the request that it is for.
    input: String,
    /// The subject of an email: one line of at most 1,000 characters; a reply without one has that of its thread.
    subject: Option<String>,
    /// The text: at most 100,000 characters. An empty one is an invitation without a note.
    body: String,
}
