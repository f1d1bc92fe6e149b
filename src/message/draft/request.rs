//! Requests about messages for one prospect, and how they are checked.

use std::str::FromStr;

use serde::Serialize;
use uuid::Uuid;

use super::MessageInput;
use crate::bounds::ITEMS_MAX;
use crate::campaign::sequence::{read_body, read_subject};
use crate::error::{Problem, Result};
use crate::id::{Id, NodeId, ProspectId};
use crate::request::page::IdCursor;
use crate::request::setters::setters;
use crate::request::token::Token;
use crate::request::{Fields, Input, Issues, Plain, Request, RequestType};

/// Which messages to write from their templates.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct ResolveMessages {
    /// Only those of these prospects, 1–1,000; by default of all that are not final.
    pub prospect_ids: Option<Vec<ProspectId>>,
}

setters!(ResolveMessages {
    optional prospect_ids: Vec<ProspectId>;
});

/// A checked [`ResolveMessages`].
#[derive(Clone, Debug)]
pub struct Resolution {
    pub(super) prospects: Option<Vec<ProspectId>>,
}

impl RequestType for ResolveMessages {
    type Checked = Resolution;
}

impl Request<ResolveMessages> for Input {
    fn parse(self) -> Result<Resolution> {
        let mut issues = Issues::default();
        let mut fields = Fields::of_query(self, &mut issues);
        let prospects = fields.ids("prospect_ids", ITEMS_MAX);
        fields.refuse_rest(&["prospect_ids"]);
        issues.finish(Some(Resolution { prospects }))
    }
}

impl Request<ResolveMessages> for ResolveMessages {
    fn parse(self) -> Result<Resolution> {
        Input::check_count("prospect_ids", self.prospect_ids.as_deref().unwrap_or_default(), ITEMS_MAX)?;
        Request::<ResolveMessages>::parse(Input::of(&self))
    }
}

/// Where a page of messages to write begins: after those of a prospect, or with one of them.
#[derive(Clone, Copy, Debug)]
pub struct MessageCursor {
    prospect: ProspectId,
    /// The place in the sequence of the one that is next; none where all of the prospect's were listed.
    position: Option<usize>,
}

impl MessageCursor {
    pub(super) const fn after(prospect: ProspectId) -> Self {
        Self { prospect, position: None }
    }

    pub(super) const fn within(prospect: ProspectId, position: usize) -> Self {
        Self { prospect, position: Some(position) }
    }

    /// The prospects whose messages come.
    pub(super) fn prospects(self) -> IdCursor<ProspectId> {
        let begun = u128::from(self.position.is_some());
        IdCursor(ProspectId::from_uuid(Uuid::from_u128(self.prospect.uuid().as_u128().saturating_sub(begun))))
    }

    /// The place in the sequence from which on the messages of a prospect come.
    pub(super) fn first_of(self, prospect: ProspectId) -> usize {
        self.position.filter(|_| self.prospect == prospect).unwrap_or(0)
    }

    /// The opaque text that continues the list here.
    pub(super) fn cursor(self) -> String {
        match self.position {
            Some(position) => format!("{}.{position}", self.prospect),
            None => self.prospect.to_string(),
        }
    }
}

impl FromStr for MessageCursor {
    type Err = Problem;

    fn from_str(cursor: &str) -> Result<Self, Problem> {
        let (prospect, position) = match cursor.split_once('.') {
            Some((prospect, position)) => (prospect, Some(position.parse().map_err(|_| Problem::MalformedCursor)?)),
            None => (cursor, None),
        };
        let prospect = ProspectId::from_text(prospect).ok_or(Problem::MalformedCursor)?;
        Ok(Self { prospect, position })
    }
}

/// The texts of a message for one prospect. They are templates.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct EditMessage {
    /// The subject of an email: one line of at most 1,000 characters; a reply without one has that of its thread.
    #[cfg_attr(feature = "typescript", ts(optional = nullable))]
    pub subject: Option<String>,
    /// The text: at most 100,000 characters. An empty one is an invitation without a note.
    pub body: String,
}

setters!(EditMessage {
    text subject;
    plain_text body;
});

/// Checked texts.
#[derive(Clone, Debug)]
pub struct Texts {
    pub(super) subject: Option<String>,
    pub(super) body: String,
}

impl Texts {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let subject = read_subject(fields);
        fields.require_given("body");
        let body = read_body(fields);
        Some(Self { subject, body: body? })
    }
}

impl RequestType for EditMessage {
    type Checked = Texts;
}

impl Request<EditMessage> for Input {
    fn parse(self) -> Result<Texts> {
        let mut issues = Issues::default();
        let mut fields = Fields::of_request(self, &mut issues);
        let texts = Texts::read(&mut fields);
        fields.refuse_rest(&["subject", "body"]);
        issues.finish(texts)
    }
}

impl Request<EditMessage> for EditMessage {
    fn parse(self) -> Result<Texts> {
        Request::<EditMessage>::parse(Input::of(&self))
    }
}

/// A message that a language model of the host wrote.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct SubmittedMessage {
    /// The recipient.
    pub prospect_id: ProspectId,
    /// The node that sends it.
    pub node_id: NodeId,
    /// The `input` of the request that it is for.
    pub input: MessageInput,
    /// Its texts.
    #[serde(flatten)]
    pub texts: EditMessage,
}

/// Messages to submit.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct SubmitMessages {
    /// The messages, 1–1,000.
    pub messages: Vec<SubmittedMessage>,
}

/// A checked [`SubmittedMessage`].
#[derive(Clone, Debug)]
pub(super) struct ParsedMessage {
    pub(super) prospect: ProspectId,
    pub(super) node: NodeId,
    pub(super) input: MessageInput,
    pub(super) texts: Texts,
}

/// A checked [`SubmitMessages`].
#[derive(Clone, Debug)]
pub struct Submissions(pub(super) Vec<ParsedMessage>);

fn read_written(item: Plain, path: String, issues: &mut Issues) -> Option<ParsedMessage> {
    let mut fields = Fields::of(item, path, issues);
    fields.require_given("prospect_id");
    fields.require_given("node_id");
    let (prospect, node) = (fields.id("prospect_id"), fields.id("node_id"));
    let input = fields.required_text("input").and_then(|text| {
        let input = text.parse().map(|Token(digest)| MessageInput(digest));
        fields.keep("input", input.map_err(|()| Problem::MalformedToken))
    });
    let texts = Texts::read(&mut fields);
    fields.refuse_rest(&["prospect_id", "node_id", "input", "subject", "body"]);
    Some(ParsedMessage { prospect: prospect?, node: node?, input: input?, texts: texts? })
}

impl RequestType for SubmitMessages {
    type Checked = Submissions;
}

impl Request<SubmitMessages> for Input {
    fn parse(self) -> Result<Submissions> {
        let mut issues = Issues::default();
        let mut fields = Fields::of_request(self, &mut issues);
        let items = fields.required_list("messages", ITEMS_MAX);
        fields.refuse_rest(&["messages"]);
        let written = items.map(|items| {
            let read = |(index, item)| read_written(item, format!("messages[{index}]"), &mut issues);
            Submissions(items.into_iter().enumerate().filter_map(read).collect())
        });
        issues.finish(written)
    }
}

impl Request<SubmitMessages> for SubmitMessages {
    fn parse(self) -> Result<Submissions> {
        Input::check_count("messages", &self.messages, ITEMS_MAX)?;
        Request::<SubmitMessages>::parse(Input::of(&self))
    }
}
