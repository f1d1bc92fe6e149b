//! What a host says of a task when it completes it, and how that is checked.

use serde::Serialize;

use super::request::foreign_id;
use crate::bounds::{ITEMS_MAX, TASK_NOTE_MAX};
use crate::error::{Problem, Result};
use crate::id::TaskId;
use crate::request::setters::setters;
use crate::request::text::{lines, trim};
use crate::request::{Fields, Input, Issues, Plain, Request, RequestType};
use crate::time::Instant;

/// What became of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Outcome {
    /// It was sent.
    Sent,
    /// It was not sent.
    Failed {
        /// Whether to try again, with growing pauses, which is the default; otherwise the prospect is `cancelled`.
        #[cfg_attr(feature = "typescript", ts(as = "Option<bool>", optional = nullable))]
        retryable: bool,
    },
    /// It was sent and bounced.
    Bounced {
        /// Whether the address does not exist, and is suppressed therefore; by default not. That a reply code begins with 5
        /// does not say so: most of these are about content, policy or a full mailbox.
        #[cfg_attr(feature = "typescript", ts(as = "Option<bool>", optional = nullable))]
        permanent: bool,
    },
    /// It was not tried. This is no failure of the sender or the prospect: the message is handed out again as it is.
    Deferred {
        /// When, as RFC 3339: from now to 30 days ahead; by default in 5 minutes.
        #[cfg_attr(feature = "typescript", ts(optional = nullable))]
        retry_at: Option<Instant>,
    },
}

impl Outcome {
    /// A failure that may pass: tried again later.
    pub const FAILED: Self = Self::Failed { retryable: true };

    /// A bounce that says nothing about the address.
    pub const BOUNCED: Self = Self::Bounced { permanent: false };
}

/// The outcome of a task, and what the host keeps with it.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct Completion {
    /// The outcome.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// A note of the host, such as what its provider said: one line or several, up to 1,000 characters.
    pub note: Option<String>,
    /// The id that the message has at the host's provider, 1–255 characters: `recordEvent` takes it.
    pub provider_id: Option<String>,
    /// The present instant as RFC 3339; by default the clock's.
    pub now: Option<Instant>,
}

setters!(Completion {
    text note;
    text provider_id;
    optional now: Instant;
});

impl From<Outcome> for Completion {
    fn from(outcome: Outcome) -> Self {
        Self { outcome, note: None, provider_id: None, now: None }
    }
}

/// The outcome of one of several tasks.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct CompleteTask {
    /// The task.
    #[cfg_attr(feature = "typescript", ts(optional = false))]
    pub task_id: TaskId,
    /// The outcome.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// A note of the host, such as what its provider said: one line or several, up to 1,000 characters.
    pub note: Option<String>,
    /// The id that the message has at the host's provider, 1–255 characters: `recordEvent` takes it.
    pub provider_id: Option<String>,
}

setters!(CompleteTask {
    text note;
    text provider_id;
});

/// A checked outcome with what the host keeps with it.
#[derive(Clone, Debug)]
pub(super) struct OutcomeReport {
    pub(super) outcome: Outcome,
    pub(super) note: Option<String>,
    pub(super) provider_id: Option<String>,
}

impl From<Outcome> for OutcomeReport {
    fn from(outcome: Outcome) -> Self {
        Self { outcome, note: None, provider_id: None }
    }
}

const OUTCOMES: &[&str] = &["sent", "failed", "bounced", "deferred"];

impl OutcomeReport {
    const FIELDS: [&str; 6] = ["outcome", "retryable", "permanent", "retry_at", "note", "provider_id"];

    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let retryable = fields.bool("retryable").unwrap_or(true);
        let permanent = fields.bool("permanent").unwrap_or(false);
        let retry_at = fields.instant("retry_at");
        let note = fields.text("note").and_then(|note| fields.keep("note", lines(note, TASK_NOTE_MAX)));
        let provider_id = fields.text("provider_id").and_then(|id| fields.keep("provider_id", foreign_id(id)));
        let word = fields.required_text("outcome");
        let outcome = word.and_then(|word| match word.as_str() {
            "sent" => Some(Outcome::Sent),
            "failed" => Some(Outcome::Failed { retryable }),
            "bounced" => Some(Outcome::Bounced { permanent }),
            "deferred" => Some(Outcome::Deferred { retry_at }),
            _ => fields.keep("outcome", Err(Problem::UnknownValue { allowed: OUTCOMES })),
        });
        Some(Self { outcome: outcome?, note: note.filter(|note| !trim(note).is_empty()), provider_id })
    }
}

/// A checked [`Completion`].
#[derive(Clone, Debug)]
pub struct ParsedCompletion {
    pub(super) report: OutcomeReport,
    pub(super) now: Option<Instant>,
}

impl RequestType for Completion {
    type Checked = ParsedCompletion;
}

impl Request<Completion> for Outcome {
    fn parse(self) -> Result<ParsedCompletion> {
        Ok(ParsedCompletion { report: self.into(), now: None })
    }
}

impl Request<Completion> for Completion {
    fn parse(self) -> Result<ParsedCompletion> {
        Request::<Completion>::parse(Input::of(&self))
    }
}

impl Request<Completion> for Input {
    fn parse(self) -> Result<ParsedCompletion> {
        let mut issues = Issues::default();
        let mut fields = Fields::of_request(self, &mut issues);
        let report = OutcomeReport::read(&mut fields);
        let now = fields.instant("now");
        fields.refuse_rest(&[&OutcomeReport::FIELDS[..], &["now"]].concat());
        issues.finish(report.map(|report| ParsedCompletion { report, now }))
    }
}

/// Checked outcomes of several tasks.
#[derive(Clone, Debug)]
pub struct ParsedCompletions(pub(super) Vec<(TaskId, OutcomeReport)>);

fn read_task(item: Plain, path: String, issues: &mut Issues) -> Option<(TaskId, OutcomeReport)> {
    let mut fields = Fields::of(item, path, issues);
    fields.require_given("task_id");
    let task = fields.id("task_id");
    let report = OutcomeReport::read(&mut fields);
    fields.refuse_rest(&[&["task_id"], &OutcomeReport::FIELDS[..]].concat());
    task.zip(report)
}

impl RequestType for Vec<CompleteTask> {
    type Checked = ParsedCompletions;
}

impl Request<Vec<CompleteTask>> for Input {
    fn parse(self) -> Result<ParsedCompletions> {
        let mut issues = Issues::default();
        let items = self.into_list(ITEMS_MAX)?;
        let read = |(index, item)| read_task(item, format!("[{index}]"), &mut issues);
        let tasks = items.into_iter().enumerate().filter_map(read).collect();
        issues.finish(Some(ParsedCompletions(tasks)))
    }
}

impl Request<Vec<CompleteTask>> for Vec<CompleteTask> {
    fn parse(self) -> Result<ParsedCompletions> {
        Input::check_count("", &self, ITEMS_MAX)?;
        Request::<Vec<CompleteTask>>::parse(Input::of(&self))
    }
}
