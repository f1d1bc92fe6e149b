//! The shapes of messages: previewed, asked for and handed in.

use serde::Serialize;

use crate::error::Issue;
use crate::id::{NodeId, ProspectId, VariantId};
use crate::message::draft::{MessageInput, MessageRequest, Submission};
use crate::message::{MessageOrigin, MessagePreview};
use crate::people::prospect::Prospect;
use crate::shape::serializes_as;

/// A message of a campaign as one prospect gets it from one sender.
#[derive(Serialize)]
#[serde(rename = "MessagePreview")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
struct PreviewShape<'a> {
    /// The node that sends it.
    node_id: NodeId,
    /// The place of the node in the sequence, from 0.
    position: usize,
    /// The type of the node.
    #[cfg_attr(feature = "typescript", ts(as = "crate::sending::task::TaskType"))]
    r#type: &'static str,
    /// The variant of the node that the prospect is sent; `null` where the node has none.
    variant_id: Option<VariantId>,
    /// The subject of an email; `null` while something is unresolved.
    subject: Option<&'a str>,
    /// The text, an email's with the signature; `null` for a connection request without a note, and while something is
    /// unresolved.
    body: Option<&'a str>,
    /// The text of an email as HTML, without the pixel that a claim puts into it; `null` where there is no text, for
    /// LinkedIn, and where the node is `text_only`.
    body_html: Option<String>,
    /// The variables that have no value and no fallback, or do not exist, as they were written.
    unresolved: &'a [String],
    /// `true` where subject or text has more characters than can be sent: 2,000 for a subject, 200,000 for a text with its
    /// signature; 200 or 300 for a note, which is shown all the same.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<bool>", optional))]
    too_long: bool,
    /// The origin of the draft that is sent to this prospect; `null` where the template is sent.
    origin: Option<MessageOrigin>,
    /// Whether the input of that draft has changed since.
    stale: bool,
}

serializes_as!(MessagePreview, PreviewShape<'_>);

impl<'a> From<&'a MessagePreview> for PreviewShape<'a> {
    fn from(message: &'a MessagePreview) -> Self {
        Self {
            node_id: message.node_id,
            position: message.position,
            r#type: message.word,
            variant_id: message.variant_id,
            subject: message.subject.as_deref(),
            body: message.body.as_deref(),
            body_html: message.body_html(),
            unresolved: &message.unresolved,
            too_long: message.too_long,
            origin: message.written.map(|(origin, _)| origin),
            stale: message.written.is_some_and(|(_, stale)| stale),
        }
    }
}

/// A message that a language model of the host can write.
#[derive(Serialize)]
#[serde(rename = "MessageRequest")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
struct RequestShape<'a> {
    /// The recipient.
    prospect_id: ProspectId,
    /// The node that sends it.
    node_id: NodeId,
    /// The place of the node in the sequence, from 0.
    position: usize,
    /// The type of the node.
    #[cfg_attr(feature = "typescript", ts(as = "crate::sending::task::TaskType"))]
    r#type: &'static str,
    /// The variant of the node that the prospect is sent; `null` where the node has none.
    variant_id: Option<VariantId>,
    /// The template of the subject of an email.
    subject: Option<&'a str>,
    /// The template of the text.
    body: Option<&'a str>,
    /// The most characters that the text may have; `null` where there is no such limit.
    max_characters: Option<usize>,
    /// A fingerprint of its input, to be handed back with the result.
    input: MessageInput,
    /// The recipient.
    prospect: &'a Prospect,
}

serializes_as!(MessageRequest, RequestShape<'_>);

impl<'a> From<&'a MessageRequest> for RequestShape<'a> {
    fn from(request: &'a MessageRequest) -> Self {
        Self {
            prospect_id: request.prospect.id,
            node_id: request.node_id,
            position: request.position,
            r#type: request.word,
            variant_id: request.variant_id,
            subject: request.subject.as_deref(),
            body: request.body.as_deref(),
            max_characters: request.max_characters,
            input: request.input,
            prospect: &request.prospect,
        }
    }
}

/// The outcome of a message that was submitted.
#[derive(Serialize)]
#[serde(rename = "Submission")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
struct SubmissionShape<'a> {
    /// It is stored; its input has changed since; it was edited by hand, which stays; it was sent already, or
    /// will never be; there is no such message; it is no message that can be sent.
    #[cfg_attr(feature = "typescript", ts(inline))]
    outcome: SubmissionOutcome,
    /// `invalid`: what is wrong, at most 100.
    issues: Option<&'a [Issue]>,
    /// How many issues there are beyond those, where there are more.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    more_issues: Option<u32>,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
enum SubmissionOutcome {
    Stored,
    StaleInput,
    Edited,
    Over,
    NotFound,
    Invalid,
}

serializes_as!(Submission, SubmissionShape<'_>);

impl<'a> From<&'a Submission> for SubmissionShape<'a> {
    fn from(submission: &'a Submission) -> Self {
        let (outcome, issues) = match submission {
            Submission::StoredProspect => (SubmissionOutcome::Stored, None),
            Submission::StaleInput => (SubmissionOutcome::StaleInput, None),
            Submission::Edited => (SubmissionOutcome::Edited, None),
            Submission::Over => (SubmissionOutcome::Over, None),
            Submission::NotFound => (SubmissionOutcome::NotFound, None),
            Submission::Invalid(issues) => (SubmissionOutcome::Invalid, Some(issues)),
        };
        Self {
            outcome,
            issues: issues.map(|issues| issues.told()),
            more_issues: issues.map(|issues| issues.more()).filter(|more| *more > 0),
        }
    }
}
