//! Drafts: messages written for one prospect each, in place of the template of a node
//! (`docs/rules.md#messages-for-one-prospect`). They are templates, too: what the sender says is filled in when they are
//! sent.

mod ops;
mod request;
pub(crate) mod rows;

use std::borrow::Cow;

use serde::{Serialize, Serializer};
use siphasher::sip128::{Hasher128, SipHasher13};

use crate::account::Account;
use crate::error::{Issue, Problem, Result};
use crate::id::{NodeId, ProspectId, VariantId};
use crate::message::template::{Template, Variable};
use crate::message::{Message, MessageOrigin, MessageTemplates};
use crate::people::prospect::Prospect;
use crate::people::shape::PersonShape;
use crate::request::Issues;
use crate::request::result_size::TextSize;
use crate::sending::task;
use crate::store::Snapshot;
use crate::time::Instant;
pub use request::{EditMessage, ResolveMessages, SubmitMessages, SubmittedMessage};

/// A fingerprint of the input of a message: the template of the node and all fields of the prospect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MessageInput(pub(crate) [u8; 16]);

impl MessageInput {
    pub(crate) fn of(message: &Message, prospect: &Prospect) -> Self {
        let texts = message.texts().map(|text| text.map(|template| template.to_string()));
        // Nothing in it can fail to serialize: it is texts.
        let person = serde_json::to_vec(&PersonShape::from(&prospect.person)).unwrap_or_default();
        let texts = serde_json::to_vec(&texts).unwrap_or_default();
        let mut hasher = SipHasher13::new();
        std::hash::Hasher::write(&mut hasher, &texts);
        std::hash::Hasher::write(&mut hasher, &person);
        Self(hasher.finish128().as_bytes())
    }
}

impl std::fmt::Display for MessageInput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        uuid::Uuid::from_bytes(self.0).as_simple().fmt(f)
    }
}

impl Serialize for MessageInput {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A message that was written for one prospect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WrittenMessage {
    pub(crate) prospect: ProspectId,
    pub(crate) node: NodeId,
    pub(crate) origin: MessageOrigin,
    /// The variant of the node that it stands for, if that has some.
    pub(crate) variant: Option<VariantId>,
    /// None where there is none, and for a reply that has the subject of its thread.
    pub(crate) subject: Option<String>,
    pub(crate) body: String,
    pub(crate) input: MessageInput,
    pub(crate) updated_at: Instant,
}

impl WrittenMessage {
    pub(crate) fn is_stale(&self, message: &Message, prospect: &Prospect) -> bool {
        self.input != MessageInput::of(message, prospect)
    }

    /// Whether it is sent: what was written by hand always is, the rest only as long as its input is the same.
    pub(crate) fn counts(&self, message: &Message, prospect: &Prospect) -> bool {
        self.origin == MessageOrigin::Edited || !self.is_stale(message, prospect)
    }

    /// The message with its texts.
    pub(crate) fn apply(&self, message: &Message) -> Message {
        message.with_texts(self.subject.as_deref(), &self.body)
    }
}

/// The message of a node as a prospect is sent it: the variant that they have, and a reply with the subject of the variant that
/// they have of its email.
pub(crate) fn personal<'t>(
    snapshot: &Snapshot<'_>,
    templates: &'t MessageTemplates,
    message: &'t Message,
    prospect: ProspectId,
) -> Result<Cow<'t, Message>> {
    let own = variant(snapshot, templates, message, prospect)?;
    let first = own.thread.filter(|first| templates.has_variants(*first)).and_then(|first| templates.of_node(first));
    let Some(first) = first else { return Ok(Cow::Borrowed(own)) };
    let [subject, _] = variant(snapshot, templates, first, prospect)?.texts();
    let subject = subject.map(ToString::to_string).filter(|subject| !subject.trim().is_empty());
    Ok(match subject {
        Some(subject) => Cow::Owned(own.in_thread_of(&subject)),
        None => Cow::Borrowed(own),
    })
}

/// The variant of a message that a prospect has since it was handed out or written for them, or else is to have.
fn variant<'t>(
    snapshot: &Snapshot<'_>,
    templates: &'t MessageTemplates,
    message: &'t Message,
    prospect: ProspectId,
) -> Result<&'t Message> {
    if !templates.has_variants(message.node_id) {
        return Ok(message);
    }
    let handed_out = task::rows::variant(snapshot, prospect, message.node_id)?;
    let has = match handed_out {
        Some(variant) => Some(variant),
        None => rows::find(snapshot, prospect, message.node_id)?.and_then(|draft| draft.variant),
    };
    Ok(templates.variant(message, prospect, has))
}

/// The message as a prospect is sent it, with the texts that were written for them, if there are any that count. A reply
/// follows the subject of its thread, as it was handed out.
pub(crate) fn of_message<'t>(
    snapshot: &Snapshot<'_>,
    templates: &'t MessageTemplates,
    message: &'t Message,
    prospect: &Prospect,
) -> Result<Cow<'t, Message>> {
    let message = personal(snapshot, templates, message, prospect.id)?;
    let draft = rows::find(snapshot, prospect.id, message.node_id)?;
    let draft = draft.filter(|draft| draft.counts(&message, prospect));
    let has_subject =
        draft.as_ref().is_some_and(|draft| draft.subject.as_ref().is_some_and(|subject| !subject.trim().is_empty()));
    let first = message.thread.and_then(|first| templates.of_node(first));
    let own = draft.map(|draft| draft.apply(&message)).map_or(message, Cow::Owned);
    let Some(first) = first.filter(|_| !has_subject) else { return Ok(own) };
    if let Some(sent) = task::message::rows::subject(snapshot, prospect.id, first.node_id)? {
        return Ok(Cow::Owned(own.in_thread_sent_as(&sent)));
    }
    let Some(thread) = rows::find(snapshot, prospect.id, first.node_id)? else { return Ok(own) };
    let first = variant(snapshot, templates, first, prospect.id)?;
    let subject = Some(thread).filter(|draft| draft.counts(first, prospect)).and_then(|draft| draft.subject);
    Ok(match subject {
        Some(subject) => Cow::Owned(own.in_thread_of(&subject)),
        None => own,
    })
}

/// What is wrong with a message for a prospect, from any of the senders; at paths that begin with `prefix`.
fn check(
    templates: &MessageTemplates,
    message: &Message,
    prospect: &Prospect,
    senders: &[Account],
    prefix: &str,
    issues: &mut Issues,
) {
    let [subject, body] = message.texts();
    for (field, template) in [("subject", subject), ("body", body)] {
        let Some(template) = template else { continue };
        let path = format!("{prefix}{field}");
        let is_blank = template.may_be_blank();
        if is_blank && field == "body" {
            issues.push(path, Problem::EmptyBody);
        } else if is_blank && !message.is_reply() {
            issues.push(path, Problem::EmptySubject);
        } else {
            check_variables(template, &path, prospect, senders, issues);
        }
    }
    for room in templates.rooms(message, senders).iter().filter(|room| room.is_exceeded_by(&prospect.person)) {
        issues.push(format!("{prefix}{}", room.text.field()), room.exceeded(1, vec![prospect.id]));
    }
}

fn check_variables(template: &Template, path: &str, prospect: &Prospect, senders: &[Account], issues: &mut Issues) {
    if template.has_broken_choice() {
        issues.push(path, Problem::MalformedChoice);
    }
    for slot in template.slots() {
        let variable = slot.name.clone();
        let Some(known) = &slot.variable else {
            issues.add(|| Issue::new(path, slot.problem()));
            continue;
        };
        // Who claims names the link.
        if slot.fallback().is_some() || *known == Variable::UnsubscribeUrl {
            continue;
        }
        let lacking: Vec<_> = senders.iter().filter(|sender| known.value(&prospect.person, sender).is_none()).collect();
        if !lacking.is_empty() {
            let is_of_sender = known.is_of_sender();
            let problem = Problem::UnresolvedVariable {
                variable,
                prospects: u64::from(!is_of_sender),
                prospect_ids: if is_of_sender { Vec::new() } else { vec![prospect.id] },
                sender_account_ids: lacking.iter().filter(|_| is_of_sender).map(|sender| sender.id).collect(),
            };
            issues.push(path, problem);
        }
    }
}

/// The result of resolving the messages of a campaign.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Resolved {
    /// How many messages were written from their templates, anew or for the first time.
    pub resolved: u32,
    /// How many that were edited or generated stayed as they are.
    pub kept: u32,
    /// Of these, how many have an input that has changed since.
    pub stale: u32,
    /// How many could not be written: a variable has no value and no fallback, or the message is longer than any can be.
    pub unresolved: u32,
}

/// A message that a language model of the host can write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageRequest {
    /// The recipient.
    pub prospect: Prospect,
    /// The node that sends it.
    pub node_id: NodeId,
    /// The place of the node in the sequence, from 0.
    pub position: usize,
    pub(crate) word: &'static str,
    /// The variant of the node that the prospect is sent; none where the node has none.
    pub variant_id: Option<VariantId>,
    /// The template of the subject of an email.
    pub subject: Option<String>,
    /// The template of the text.
    pub body: Option<String>,
    /// The most characters that the text may have; none where there is no such limit.
    pub max_characters: Option<usize>,
    /// A fingerprint of its input, to be handed back with the result.
    pub input: MessageInput,
}

impl TextSize for MessageRequest {
    fn text_size(&self) -> usize {
        self.prospect.text_size() + self.subject.text_size() + self.body.text_size()
    }
}

/// A page of messages to write.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct MessageRequestPage {
    /// The messages, prospect by prospect.
    pub requests: Vec<MessageRequest>,
    /// Where the next page begins; `null` when this one is the last.
    pub next_cursor: Option<String>,
}

/// The outcome of a message that was submitted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Submission {
    /// It is stored.
    StoredProspect,
    /// Refused: its input has changed since.
    StaleInput,
    /// Refused: the message was edited by hand.
    Edited,
    /// Refused: the message was sent already, or will never be.
    Over,
    /// Refused: there is no such message.
    NotFound,
    /// Refused: it is no message that can be sent.
    Invalid(Issues),
}

/// The result of submitting messages.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Submitted {
    /// How many were stored.
    pub stored: u32,
    /// The outcome of each, in the order of the request.
    pub outcomes: Vec<Submission>,
}
