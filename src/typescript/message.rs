//! Messages of one prospect: previewed, asked for and handed in.

use ts_rs::TS;

use crate::error::IssueShape;
use crate::message::MessageOrigin;
use crate::people::prospect::Prospect;

/// A message of a campaign as one prospect gets it from one sender.
#[derive(TS)]
pub(crate) struct MessagePreview {
    /// The node that sends it.
    node_id: String,
    /// The place of the node in the sequence, from 0.
    position: u32,
    /// The type of the node.
    #[ts(rename = "type", type = "\"connection_request\" | \"message\" | \"email\"")]
    word: (),
    /// The subject of an email; `null` while something is unresolved.
    subject: Option<String>,
    /// The text, an email's with the signature; `null` for a connection request without a note, and while something is
    /// unresolved.
    body: Option<String>,
    /// The variables that have no value and no fallback, or do not exist, as they were written.
    unresolved: Vec<String>,
    /// `true` where subject or text has more characters than can be sent: 2,000 for a subject, 200,000 for a text with its
    /// signature; 200 or 300 for a note, which is shown all the same.
    #[ts(optional)]
    too_long: Option<bool>,
    /// The origin of the draft that is sent to this prospect; `null` where the template is sent.
    origin: Option<MessageOrigin>,
    /// Whether the input of that draft has changed since.
    stale: bool,
}

/// A message that a language model of the host can write.
#[derive(TS)]
pub(crate) struct MessageRequest {
    /// The recipient.
    prospect_id: String,
    /// The node that sends it.
    node_id: String,
    /// The place of the node in the sequence, from 0.
    position: u32,
    /// The type of the node.
    #[ts(rename = "type", type = "\"connection_request\" | \"message\" | \"email\"")]
    word: (),
    /// The template of the subject of an email.
    subject: Option<String>,
    /// The template of the text.
    body: Option<String>,
    /// The most characters that the text may have; `null` where there is no such limit.
    max_characters: Option<u32>,
    /// A fingerprint of its input, to be handed back with the result.
    input: String,
    /// The recipient.
    prospect: Prospect,
}

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

/// The outcome of a message that was submitted.
#[derive(TS)]
pub(crate) struct Submission {
    /// It is stored; its input has changed since; it was edited by hand, which stays; it was sent already, or
    /// will never be; there is no such message; it is no message that can be sent.
    #[ts(type = "\"stored\" | \"stale_input\" | \"edited\" | \"over\" | \"not_found\" | \"invalid\"")]
    outcome: (),
    /// `invalid`: what is wrong, at most 100.
    issues: Option<Vec<IssueShape<'static>>>,
    /// How many issues there are beyond those, where there are more.
    #[ts(optional)]
    more_issues: Option<u32>,
}
