//! The shape in which errors and their issues cross every boundary (`docs/rules.md#errors`).

use std::borrow::Cow;

use serde::Serialize;

use crate::error::{Broken, Error, Issue, Kind, NameOwner, Problem};
use crate::id::{AccountId, CampaignId, ListId, ProspectId};
use crate::shape::serializes_as;

/// One field of a request that breaks a rule.
#[derive(Default, Serialize)]
#[serde(rename = "Issue")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
pub(crate) struct IssueShape<'a> {
    /// Where: `name`, `sender_account_ids[1]`, `operating_hours.monday[0].start`; empty for the request itself.
    path: &'a str,
    /// The stable snake-case code of what is wrong.
    #[cfg_attr(feature = "typescript", ts(skip))]
    code: &'static str,
    /// The same for people, in English, to be read after the path: `must not be empty`.
    message: String,
    /// `wrong_type`: the type it must have, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    expected: Option<&'static str>,
    /// `unknown_value`: the words that are allowed; `one_of`: the fields of which one can be given.
    #[serde(skip_serializing_if = "Option::is_none")]
    allowed: Option<&'static [&'static str]>,
    /// `required`, of a mapping: the field that a column must hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'static str>,
    /// `required`, of a mapping: the columns that there are, at most 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    columns: Option<&'a [String]>,
    /// `out_of_range`: the smallest value.
    #[serde(skip_serializing_if = "Option::is_none")]
    min: Option<i64>,
    /// `out_of_range`: the largest value; `too_long`, `note_too_long`, `subject_too_long`, `body_too_long`: the most characters;
    /// `too_many`: the most items; `too_large`, `cell_too_large`: the most bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    max: Option<i64>,
    /// `unknown_field`, `unknown_variable`: the known one whose name is closest.
    #[serde(skip_serializing_if = "Option::is_none")]
    closest: Option<&'a str>,
    /// `unknown_time_zone`: the zones that are probably meant, the likeliest first; `malformed_encoding`: encodings in which the
    /// file can be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    suggestions: Option<&'a [&'static str]>,
    /// `malformed_encoding`, `unterminated_quote`, `cell_too_large`, `too_many` for the cells of a row: the line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    /// `malformed_encoding`: the encoding in which the file was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    encoding: Option<&'static str>,
    /// `not_a_csv_file`: what the file is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional, type = "\"workbook\" | \"pdf\" | \"image\" | \"archive\""))]
    found: Option<&'static str>,
    /// What to do about it, in English, with everything that validating a campaign finds.
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<Cow<'static, str>>,
    /// `unknown_variable`, `unusable_variable`, `unresolved_variable`: the variable as it was written;
    /// `foreign_template_syntax`: all that stands there for it, to 200 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    variable: Option<&'a str>,
    /// `foreign_template_syntax`: how many characters (Unicode code points) of the text come before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<usize>,
    /// `unresolved_variable`, `note_too_long`, `subject_too_long`, `body_too_long`, `bounced_before`,
    /// `in_other_campaigns`, `writes_to_sender`: how many prospects it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    prospects: Option<u64>,
    /// `unresolved_variable`, `note_too_long`, `subject_too_long`, `body_too_long`, `bounced_before`,
    /// `in_other_campaigns`, `writes_to_sender`: at most 5 of these prospects.
    #[serde(skip_serializing_if = "Option::is_none")]
    prospect_ids: Option<&'a [ProspectId]>,
    /// `unresolved_variable`: the senders that have no value.
    #[serde(skip_serializing_if = "Option::is_none")]
    sender_account_ids: Option<&'a [AccountId]>,
}

impl<'a> From<&'a Issue> for IssueShape<'a> {
    fn from(issue: &'a Issue) -> Self {
        let mut shape = Self {
            path: &issue.path,
            code: issue.code(),
            message: issue.message(),
            hint: issue.problem.hint(),
            ..Self::default()
        };
        match &issue.problem {
            Problem::WrongType { expected } => shape.expected = Some(expected),
            Problem::UnknownValue { allowed } | Problem::OneOf { fields: allowed } => shape.allowed = Some(allowed),
            Problem::FieldRequired { field, columns } => {
                (shape.field, shape.columns) = (Some(*field), Some(columns.as_slice()));
            }
            Problem::UnknownDelimiter => shape.allowed = Some(&[",", ";", "\t", "|"]),
            Problem::TooLong { max } | Problem::TooMany { max } | Problem::TooLarge { max } => {
                shape.max = i64::try_from(*max).ok()
            }
            Problem::OutOfRange { min, max } => (shape.min, shape.max) = (Some(*min), Some(*max)),
            Problem::RowTooWide { line, max } | Problem::CellTooLarge { line, max } => {
                (shape.line, shape.max) = (Some(*line), i64::try_from(*max).ok());
            }
            Problem::UnknownField { closest } => shape.closest = Some(closest),
            Problem::UnknownTimeZone { suggestions } => shape.suggestions = Some(suggestions),
            Problem::MalformedEncoding { line, encoding, suggestions } => {
                (shape.line, shape.encoding) = (Some(*line), Some(*encoding));
                shape.suggestions = Some(suggestions);
            }
            Problem::NotACsvFile { found } => shape.found = Some(found),
            Problem::UnterminatedQuote { line } => shape.line = Some(*line),
            Problem::UnknownVariable { variable, closest } => {
                shape.variable = Some(variable);
                shape.closest = Some(closest);
            }
            Problem::UnusableVariable { variable } => shape.variable = Some(variable),
            Problem::ForeignTemplateSyntax { variable, offset, .. } => {
                (shape.variable, shape.offset) = (Some(variable.as_str()), Some(*offset));
            }
            Problem::UnresolvedVariable { variable, prospects, prospect_ids, sender_account_ids } => {
                shape.variable = Some(variable);
                shape.prospects = Some(*prospects);
                shape.prospect_ids = Some(prospect_ids);
                shape.sender_account_ids = Some(sender_account_ids);
            }
            Problem::LimitUnreachable { max } => shape.max = i64::try_from(*max).ok(),
            Problem::NoteTooLong { max, prospects, prospect_ids }
            | Problem::SubjectTooLong { max, prospects, prospect_ids }
            | Problem::BodyTooLong { max, prospects, prospect_ids } => {
                shape.max = i64::try_from(*max).ok();
                shape.prospects = Some(*prospects);
                shape.prospect_ids = Some(prospect_ids);
            }
            Problem::BouncedBefore { prospects, prospect_ids }
            | Problem::WritesToSender { prospects, prospect_ids }
            | Problem::InOtherCampaigns { prospects, prospect_ids } => {
                shape.prospects = Some(*prospects);
                shape.prospect_ids = Some(prospect_ids);
            }
            _ => {}
        }
        shape
    }
}

serializes_as!(Issue, IssueShape<'_>);

/// Why an operation did nothing.
#[derive(Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields))]
pub(crate) struct ErrorShape<'a> {
    /// What the caller should do.
    #[cfg_attr(feature = "typescript", ts(skip))]
    kind: Kind,
    /// The stable snake-case code.
    #[cfg_attr(feature = "typescript", ts(skip))]
    code: &'static str,
    /// The HTTP status that goes with the kind.
    #[cfg_attr(feature = "typescript", ts(skip))]
    status: u16,
    /// The same for people, in English: a sentence that stands alone, such as `name must not be empty; 2 more fields`.
    message: String,
    /// The field that a conflict is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'static str>,
    /// `invalid_input`: every field that breaks a rule; `not_ready`: the errors of the campaign's validation. At most 100,
    /// of which 20 are unknown fields.
    #[serde(skip_serializing_if = "Option::is_none")]
    issues: Option<Vec<IssueShape<'a>>>,
    /// How many issues there are beyond those, where there are more.
    #[serde(skip_serializing_if = "Option::is_none")]
    more_issues: Option<u32>,
    /// `name_taken`: the first free name of the form `NAME (2)`, `NAME (3)`, …
    #[serde(skip_serializing_if = "Option::is_none")]
    suggested_name: Option<&'a str>,
    /// `name_taken`: the campaign that has the name, if one has.
    #[serde(skip_serializing_if = "Option::is_none")]
    campaign_id: Option<CampaignId>,
    /// `name_taken`: the saved list that has the name, if one has.
    #[serde(skip_serializing_if = "Option::is_none")]
    list_id: Option<ListId>,
    /// `corrupt`, of a file that was not taken: the promises that it breaks.
    #[serde(skip_serializing_if = "Option::is_none")]
    broken: Option<&'a [Broken]>,
    /// `newer_schema`: the schema version of the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    found: Option<i64>,
    /// `newer_schema`: the newest schema version that this build knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    supported: Option<i64>,
    /// `revision_changed`: the revision that the campaign has now.
    #[serde(skip_serializing_if = "Option::is_none")]
    revision: Option<u32>,
    /// `invalid_transition`: the status that the campaign has.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<&'static str>,
    /// `invalid_transition`: the status that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<&'static str>,
    /// `invalid_transition`: the statuses that can follow.
    #[serde(skip_serializing_if = "Option::is_none")]
    allowed: Option<&'static [&'static str]>,
}

serializes_as!(Error, ErrorShape<'_>);

impl<'a> From<&'a Error> for ErrorShape<'a> {
    fn from(error: &'a Error) -> Self {
        let mut shape = Self {
            kind: error.kind(),
            code: error.code(),
            status: error.status(),
            message: error.to_string(),
            path: error.path(),
            issues: None,
            more_issues: None,
            suggested_name: None,
            campaign_id: None,
            list_id: None,
            broken: None,
            found: None,
            supported: None,
            revision: None,
            from: None,
            to: None,
            allowed: None,
        };
        match error {
            Error::InvalidInput(issues) | Error::NotReady(issues) => {
                shape.issues = Some(issues.told().iter().map(IssueShape::from).collect());
                shape.more_issues = Some(issues.more()).filter(|more| *more > 0);
            }
            Error::NameTaken(name) => {
                shape.suggested_name = Some(&name.suggested_name);
                match name.taken_by {
                    NameOwner::Campaign(id) => shape.campaign_id = Some(id),
                    NameOwner::List(id) => shape.list_id = Some(id),
                }
            }
            Error::PromisesBroken(broken) => shape.broken = Some(&broken.0),
            Error::NewerSchema(versions) => {
                (shape.found, shape.supported) = (Some(versions.found), Some(versions.supported));
            }
            Error::RevisionChanged { revision } => shape.revision = Some(*revision),
            Error::InvalidTransition(transition) => {
                shape.from = Some(transition.from);
                shape.to = Some(transition.to);
                shape.allowed = Some(transition.allowed);
            }
            _ => {}
        }
        shape
    }
}
