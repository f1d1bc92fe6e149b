//! Requests about sequence nodes, and how they are checked.

use serde::Serialize;

use super::{NewVariant, SequenceNode, Step, variant};
use crate::bounds::{DELAY_MINUTES, NODE_BODY_MAX, NODE_SUBJECT_MAX, NODES_MAX};
use crate::channel::Channel;
use crate::error::{Problem, Result};
use crate::id::NodeId;
use crate::request::notice::{Notice, Notices};
use crate::request::revision::ExpectedRevision;
use crate::request::setters::setters;
use crate::request::text::{are_lines, is_line_break, lines};
use crate::request::{Fields, Input, Issues, Number, Plain, Request, RequestType};

/// A node of a sequence to set.
#[derive(Clone, Debug, Serialize)]
pub struct NewNode {
    /// The id of a node that the sequence has, which this one keeps; another id, or none, gives a new one.
    pub id: Option<NodeId>,
    /// What the node does.
    #[serde(flatten)]
    pub step: Step,
    /// Texts of which each person is sent one, at most 5: of an email or a message.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub variants: Vec<NewVariant>,
}

setters!(NewNode {
    optional id: NodeId;
    plain variants: Vec<NewVariant>;
});

impl From<Step> for NewNode {
    fn from(step: Step) -> Self {
        Self { id: None, step, variants: Vec::new() }
    }
}

/// A node to insert into a sequence.
#[derive(Clone, Debug, Serialize)]
pub struct InsertNode {
    /// Its place, from 0; before the end where none is given.
    pub position: Option<u32>,
    /// What the node does; anything but `end`.
    #[serde(flatten)]
    pub step: Step,
    /// Texts of which each person is sent one, at most 5: of an email or a message.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub variants: Vec<NewVariant>,
    /// The revision of the campaign that the caller saw.
    pub expected_revision: Option<u32>,
}

setters!(InsertNode {
    optional position: u32;
    plain variants: Vec<NewVariant>;
    optional expected_revision: u32;
});

impl From<Step> for InsertNode {
    /// Before the end, whatever the revision.
    fn from(step: Step) -> Self {
        Self { position: None, step, variants: Vec::new(), expected_revision: None }
    }
}

/// What to change of a node; what is not given stays.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct UpdateNode {
    /// The subject of an email: one line of at most 1,000 characters, a template.
    pub subject: Option<String>,
    /// The text of a message or the note of a connection request: at most 100,000 characters, a template.
    pub body: Option<String>,
    /// Whether an email is a reply in the thread of the one before.
    pub is_reply: Option<bool>,
    /// Whether an email goes as text alone, without HTML.
    pub text_only: Option<bool>,
    /// Calendar days of a delay.
    pub delay_days: Option<u32>,
    /// Elapsed hours of a delay.
    pub delay_hours: Option<u32>,
    /// Elapsed minutes of a delay.
    pub delay_minutes: Option<u32>,
    /// The variants of an email or a message, at most 5, in place of those that it has; an empty list takes them away.
    pub variants: Option<Vec<NewVariant>>,
    /// The revision of the campaign that the caller saw.
    pub expected_revision: Option<u32>,
}

setters!(UpdateNode {
    text subject;
    text body;
    optional is_reply: bool;
    optional text_only: bool;
    optional delay_days: u32;
    optional delay_hours: u32;
    optional delay_minutes: u32;
    optional variants: Vec<NewVariant>;
    optional expected_revision: u32;
});

/// What to change of the texts of a node of a launched campaign; what is not given stays.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct ReviseNode {
    /// The subject of an email: one line of at most 1,000 characters, a template.
    pub subject: Option<String>,
    /// The text of a message or the note of a connection request: at most 100,000 characters, a template.
    pub body: Option<String>,
    /// Whether an email goes as text alone, without HTML.
    pub text_only: Option<bool>,
    /// The variants of an email or a message, at most 5, in place of those that it has; an empty list takes them away.
    pub variants: Option<Vec<NewVariant>>,
    /// Whether to write nothing, and only say what would change; by default not.
    pub dry_run: Option<bool>,
    /// The revision of the campaign that the caller saw.
    pub expected_revision: Option<u32>,
}

setters!(ReviseNode {
    text subject;
    text body;
    optional text_only: bool;
    optional variants: Vec<NewVariant>;
    optional dry_run: bool;
    optional expected_revision: u32;
});

/// Where to move a node.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct MoveNode {
    /// The place that it is to have, from 0; before the end.
    pub position: u32,
    /// The revision of the campaign that the caller saw.
    #[cfg_attr(feature = "typescript", ts(optional = nullable))]
    pub expected_revision: Option<u32>,
}

setters!(MoveNode {
    plain position: u32;
    optional expected_revision: u32;
});

/// A checked node that is not the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct GivenNode {
    pub(crate) id: Option<NodeId>,
    pub(crate) step: Step,
    pub(crate) variants: Vec<NewVariant>,
}

/// A change of one node. What its fields mean depends on the node, so they are read when it is known.
#[derive(Debug)]
pub struct Edit(Input);

/// The fields that some steps have.
const STEP_FIELDS: [&str; 7] =
    ["subject", "body", "is_reply", "text_only", "delay_days", "delay_hours", "delay_minutes"];

/// Every field of a node in requests and results.
const NODE_FIELDS: [&str; 12] = [
    "id",
    "type",
    "subject",
    "body",
    "is_reply",
    "text_only",
    "delay_days",
    "delay_hours",
    "delay_minutes",
    "variants",
    "campaign_id",
    "position",
];

const EMAIL_TYPES: &[&str] = &["email", "delay", "end"];
const LINKEDIN_TYPES: &[&str] = &["connection_request", "message", "delay", "end"];

impl Step {
    /// A step of this type without a text.
    fn blank(word: &str, channel: Channel) -> Result<Self, Problem> {
        Ok(match (word, channel) {
            ("delay", _) => Self::Delay { days: 0, hours: 0, minutes: 0 },
            ("end", _) => Self::End,
            ("email", Channel::Email) => Self::email("", ""),
            ("connection_request", Channel::Linkedin) => Self::ConnectionRequest { body: None },
            ("message", Channel::Linkedin) => Self::Message { body: String::new() },
            (_, Channel::Email) => return Err(Problem::UnknownValue { allowed: EMAIL_TYPES }),
            (_, Channel::Linkedin) => return Err(Problem::UnknownValue { allowed: LINKEDIN_TYPES }),
        })
    }

    /// Whether a stored step is one that a request could have asked for.
    pub(super) fn is_storable(&self) -> bool {
        match self {
            Self::ConnectionRequest { body } => body.as_deref().is_none_or(is_body),
            Self::Message { body } => is_body(body),
            Self::Email { subject, body, .. } => is_subject(subject) && is_body(body),
            Self::Delay { days, hours, minutes } => DELAY_MINUTES.contains(&delay_minutes(*days, *hours, *minutes)),
            Self::End => true,
        }
    }

    /// Reads a step of its `type`.
    fn read(fields: &mut Fields<'_>, channel: Channel, notices: &mut Notices) -> Option<Self> {
        let word = fields.required_text("type")?;
        let blank = fields.keep("type", Self::blank(&word, channel))?;
        Some(blank.with(fields, notices))
    }

    /// The step with the fields that are given; those of other steps are ignored with a notice.
    fn with(mut self, fields: &mut Fields<'_>, notices: &mut Notices) -> Self {
        match &mut self {
            Self::ConnectionRequest { body } => {
                if let Some(note) = read_body(fields) {
                    *body = Some(note).filter(|note| !note.trim().is_empty());
                }
            }
            Self::Message { body } => set(body, read_body(fields)),
            Self::Email { subject, body, is_reply, text_only } => {
                set(subject, read_subject(fields));
                set(body, read_body(fields));
                set(is_reply, fields.bool("is_reply"));
                set(text_only, fields.bool("text_only"));
            }
            Self::Delay { days, hours, minutes } => {
                let mut is_read = true;
                for (part, field) in [(&mut *days, "delay_days"), (hours, "delay_hours"), (minutes, "delay_minutes")] {
                    let is_given = fields.has(field);
                    let given = fields.integer_or_clear(field, &(0..=*DELAY_MINUTES.end())).flatten();
                    is_read &= given.is_some() == is_given;
                    set(part, given.and_then(|given| u32::try_from(given).ok()));
                }
                if is_read && !DELAY_MINUTES.contains(&delay_minutes(*days, *hours, *minutes)) {
                    fields.push("delay_days", Problem::DelayOutOfRange);
                }
            }
            Self::End => {}
        }
        for other in STEP_FIELDS {
            if fields.take(other).is_some() {
                notices.add(|| Notice::FieldIgnored { path: fields.path(other) });
            }
        }
        self
    }
}

fn delay_minutes(days: u32, hours: u32, minutes: u32) -> i64 {
    (i64::from(days) * 24 + i64::from(hours)) * 60 + i64::from(minutes)
}

/// Whether a stored text is the subject of an email.
pub(crate) fn is_subject(text: &str) -> bool {
    are_lines(text, NODE_SUBJECT_MAX) && !text.contains(['\n', '\r'])
}

/// Whether a stored text is that of a message.
pub(crate) fn is_body(text: &str) -> bool {
    are_lines(text, NODE_BODY_MAX)
}

/// The subject of an email, one line.
pub(crate) fn read_subject(fields: &mut Fields<'_>) -> Option<String> {
    let line = read_text(fields, "subject", NODE_SUBJECT_MAX)?;
    let is_line = !line.contains(is_line_break);
    fields.keep("subject", if is_line { Ok(line) } else { Err(Problem::LineBreak) })
}

/// The text of a message.
pub(crate) fn read_body(fields: &mut Fields<'_>) -> Option<String> {
    read_text(fields, "body", NODE_BODY_MAX)
}

fn read_text(fields: &mut Fields<'_>, name: &'static str, max: usize) -> Option<String> {
    let text = fields.text(name)?;
    fields.keep(name, lines(text, max))
}

fn set<T>(field: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *field = value;
    }
}

/// Reads a whole sequence: the nodes before its end, which is added where it is missing.
pub(crate) fn read_nodes(fields: &mut Fields<'_>, channel: Channel, notices: &mut Notices) -> Option<Vec<GivenNode>> {
    const NAME: &str = "sequence_nodes";
    let items = fields.optional_list(NAME, NODES_MAX)?;
    let last = items.len().saturating_sub(1);
    let mut nodes: Vec<GivenNode> = Vec::new();
    let mut has_end = false;
    for (index, item) in items.into_iter().enumerate() {
        let path = fields.path(&format!("{NAME}[{index}]"));
        let mut node = Fields::of(item, path, fields.issues());
        let id = node.id("id");
        let step = Step::read(&mut node, channel, notices);
        let variants = step.as_ref().and_then(|step| variant::read(&mut node, step, notices)).unwrap_or_default();
        node.notice_rest(&NODE_FIELDS, notices);
        let Some(step) = step else { continue };
        if id.is_some() && nodes.iter().any(|earlier| earlier.id == id) {
            node.push("id", Problem::Duplicate);
        }
        if step.is_request() && nodes.iter().any(|earlier| earlier.step.is_request()) {
            node.push("type", Problem::SecondConnectionRequest);
        }
        match step {
            Step::End if index == last => has_end = true,
            Step::End => node.push("type", Problem::EndNotLast),
            step => nodes.push(GivenNode { id, step, variants }),
        }
    }
    if !has_end && last + 1 == NODES_MAX {
        fields.push(NAME, Problem::TooMany { max: NODES_MAX });
    }
    Some(nodes)
}

/// A checked [`MoveNode`].
pub(crate) struct Move {
    pub(crate) position: usize,
    pub(crate) expected_revision: ExpectedRevision,
}

/// A checked [`InsertNode`].
pub(crate) struct Insertion {
    pub(crate) position: Option<usize>,
    pub(crate) step: Step,
    pub(crate) variants: Vec<NewVariant>,
    pub(crate) expected_revision: ExpectedRevision,
    pub(crate) notices: Notices,
}

/// A checked [`UpdateNode`].
pub(crate) struct StepUpdate {
    pub(crate) step: Step,
    /// None where they stay.
    pub(crate) variants: Option<Vec<NewVariant>>,
    pub(crate) expected_revision: ExpectedRevision,
    pub(crate) notices: Notices,
}

impl Edit {
    /// Reads the node to insert into a sequence.
    pub(crate) fn insertion(self, channel: Channel, nodes: &[SequenceNode]) -> Result<Insertion> {
        let mut issues = Issues::default();
        let mut notices = Notices::default();
        let mut fields = Fields::of_request(self.0, &mut issues);
        let position = read_position(&mut fields, nodes.len().saturating_sub(1));
        let expected_revision = ExpectedRevision::read(&mut fields);
        let step = Step::read(&mut fields, channel, &mut notices);
        let variants = step.as_ref().and_then(|step| variant::read(&mut fields, step, &mut notices));
        match &step {
            Some(Step::End) => {
                let allowed = match channel {
                    Channel::Email => EMAIL_TYPES,
                    Channel::Linkedin => LINKEDIN_TYPES,
                };
                let allowed = allowed.split_last().map_or(allowed, |(_, others)| others);
                fields.push("type", Problem::UnknownValue { allowed });
            }
            Some(step) if step.is_request() && nodes.iter().any(|node| node.step.is_request()) => {
                fields.push("type", Problem::SecondConnectionRequest);
            }
            _ => {}
        }
        if nodes.len() >= NODES_MAX {
            fields.push("", Problem::TooMany { max: NODES_MAX });
        }
        fields.notice_rest(&[&NODE_FIELDS[..], &[ExpectedRevision::FIELD]].concat(), &mut notices);
        let step = notices.finish(issues, step)?;
        Ok(Insertion { position, step, variants: variants.unwrap_or_default(), expected_revision, notices })
    }

    /// Reads what to change of a node that does this in this place.
    pub(crate) fn update(self, step: &Step, place: usize) -> Result<StepUpdate> {
        self.read(step, place, &[], |_, _| ()).map(|(update, ())| update)
    }

    /// Reads what to change of the texts of such a node, and whether to write nothing.
    pub(crate) fn revision(self, step: &Step, place: usize) -> Result<(StepUpdate, bool)> {
        const DRY_RUN: &str = "dry_run";
        self.read(step, place, &[DRY_RUN], |fields, notices| {
            for other in STEP_FIELDS.iter().filter(|field| !["subject", "body", "text_only"].contains(field)) {
                if fields.take(other).is_some() {
                    notices.add(|| Notice::FieldIgnored { path: fields.path(other) });
                }
            }
            fields.bool(DRY_RUN).unwrap_or(false)
        })
    }

    /// The same, with what else is read first, whose fields are named.
    fn read<T>(
        self,
        step: &Step,
        place: usize,
        others: &[&'static str],
        read_others: impl FnOnce(&mut Fields<'_>, &mut Notices) -> T,
    ) -> Result<(StepUpdate, T)> {
        let mut issues = Issues::default();
        let mut notices = Notices::default();
        let mut fields = Fields::of_request(self.0, &mut issues);
        let other = read_others(&mut fields, &mut notices);
        let expected_revision = ExpectedRevision::read(&mut fields);
        if fields.text("type").is_some_and(|word| word != step.word()) {
            fields.push("type", Problem::Immutable);
        }
        if fields.take("position").is_some_and(|given| given != Plain::Number(Number::Int(place as i64))) {
            // Answered with every node, and no way to move one.
            notices.add(|| Notice::FieldIgnored { path: "position".into() });
        }
        let step = step.clone().with(&mut fields, &mut notices);
        let variants = variant::read(&mut fields, &step, &mut notices);
        fields.notice_rest(&[&NODE_FIELDS[..], others, &[ExpectedRevision::FIELD]].concat(), &mut notices);
        let step = notices.finish(issues, Some(step))?;
        Ok((StepUpdate { step, variants, expected_revision, notices }, other))
    }
}

/// Reads a place that is at most `last`.
fn read_position(fields: &mut Fields<'_>, last: usize) -> Option<usize> {
    let last = i64::try_from(last).unwrap_or(i64::MAX);
    let position = fields.integer_or_clear("position", &(0..=last)).flatten()?;
    usize::try_from(position).ok()
}

impl Edit {
    /// Reads where to move a node of a sequence.
    pub(crate) fn destination(self, nodes: &[SequenceNode]) -> Result<Move> {
        let mut issues = Issues::default();
        let mut fields = Fields::of_request(self.0, &mut issues);
        let expected_revision = ExpectedRevision::read(&mut fields);
        fields.require_given("position");
        let position = read_position(&mut fields, nodes.len().saturating_sub(2));
        fields.refuse_rest(&["position", ExpectedRevision::FIELD]);
        issues.finish(position.map(|position| Move { position, expected_revision }))
    }
}

/// Lets an operation take a change of one node, or its JSON.
macro_rules! edits {
    ($($name:ident)*) => {$(
        impl RequestType for $name {
            type Checked = Edit;
        }

        impl Request<Self> for $name {
            fn parse(self) -> Result<Edit> {
                Ok(Edit(Input::of(&self)))
            }
        }

        impl Request<$name> for Input {
            fn parse(self) -> Result<Edit> {
                Ok(Edit(self))
            }
        }
    )*};
}

edits! { InsertNode MoveNode ReviseNode UpdateNode }
