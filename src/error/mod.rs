//! The error kinds of SPEC §8 and the catalogue of codes: what went wrong, and what the caller should do about it.

pub(crate) mod issues;

use std::borrow::Cow;
use std::collections::TryReserveError;

use rusqlite::ErrorCode;
use rusqlite::ffi;
use serde::{Serialize, Serializer};

use crate::error::issues::Issues;
use crate::id::{AccountId, ProspectId};

/// The result of every operation.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What the caller should do about an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Kind {
    /// Fix the input (400).
    Invalid,
    /// Sign in (401).
    Unauthorized,
    /// Refresh: it is not there, or it is another user's (404).
    NotFound,
    /// A rule says no in this state (409).
    Conflict,
    /// Retry, free space, update (503).
    Unavailable,
    /// Recover the database if it is `corrupt`; report a `bug` (500).
    Internal,
}

impl Kind {
    /// The HTTP status of SPEC §8.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::Invalid => 400,
            Self::Unauthorized => 401,
            Self::NotFound => 404,
            Self::Conflict => 409,
            Self::Unavailable => 503,
            Self::Internal => 500,
        }
    }
}

/// Why an operation did nothing. Each variant is one entry of the catalogue; its code is its snake-case name.
///
/// Serializes to the shape of SPEC §8: `{ kind, code, status, message, path?, issues?, … }`. A message never
/// contains a value that a user typed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The request breaks the rules named in the issues, all of them at once: the first 100, of which 20 are
    /// unknown fields, and how many there are more.
    #[error("the request has {} to fix", count(.0.count(), "field"))]
    InvalidInput(Issues),
    /// The campaign cannot be launched: the issues are the errors of its validation.
    #[error("the campaign has {} in the way of its launch", count(.0.count(), "error"))]
    NotReady(Issues),
    /// The file is not a campaignkit database; it was left untouched.
    #[error("the file is not a campaignkit database")]
    ForeignFile,
    /// No such user.
    #[error("there is no such user")]
    UserNotFound,
    /// No such account of this user.
    #[error("there is no such account")]
    AccountNotFound,
    /// No such campaign of this user.
    #[error("there is no such campaign")]
    CampaignNotFound,
    /// No such node in this campaign's sequence.
    #[error("there is no such node in the sequence")]
    NodeNotFound,
    /// No such prospect of this user.
    #[error("there is no such prospect")]
    ProspectNotFound,
    /// No such saved list of this user.
    #[error("there is no such list")]
    ListNotFound,
    /// No such lead of this user.
    #[error("there is no such lead")]
    LeadNotFound,
    /// No such suppression of this user.
    #[error("there is no such suppression")]
    SuppressionNotFound,
    /// Another campaign, or another list, of this user has this name; the suggestion is free.
    #[error("the name is taken")]
    NameTaken {
        /// The first free name of the form `NAME (2)`, `NAME (3)`, …
        suggested_name: String,
    },
    /// The client-made id belongs to something else, or to the same request with other input. That it is in use somewhere in
    /// the database, be it another user's, is all that this tells.
    #[error("this id is in use for something else")]
    IdReused,
    /// The user has an account of this type and identity already.
    #[error("there is an account with this identity already")]
    AccountExists {
        /// The field that holds the identity: `email_address` or `profile_url`.
        path: &'static str,
    },
    /// A campaign that is not completed sends from this account.
    #[error("a campaign that is not completed uses this account")]
    AccountInUse,
    /// Only a draft can be changed so, or launched.
    #[error("the campaign is not a draft any more")]
    NotDraft,
    /// The campaign is not the one that the caller saw: it was changed since.
    #[error("the campaign was changed in the meantime")]
    RevisionChanged {
        /// The revision that it has now.
        revision: u32,
    },
    /// Nothing happens to the prospects of a draft.
    #[error("the campaign is not launched yet")]
    NotLaunched,
    /// A completed campaign takes no prospects.
    #[error("the campaign is completed")]
    CampaignCompleted,
    /// No account can send for the campaign.
    #[error("the campaign has no sender that is ready")]
    NoReadySender,
    /// The campaign's status does not allow this one next.
    #[error("a campaign that is {from} does not become {to} this way")]
    InvalidTransition {
        /// The status that it has.
        from: &'static str,
        /// The status that was asked for.
        to: &'static str,
        /// The statuses that can follow.
        allowed: &'static [&'static str],
    },
    /// No such task of this user, or its prospect is gone.
    #[error("there is no such task")]
    TaskNotFound,
    /// No such token of this user.
    #[error("there is no such token")]
    TokenNotFound,
    /// Something else became of this task before.
    #[error("the task was completed in another way")]
    TaskCompleted,
    /// The message was sent already, or will never be.
    #[error("the message was sent already, or will never be")]
    MessageSent,
    /// The lease of this task ran out, and its message was handed out again.
    #[error("the lease ran out, and the message was handed out again")]
    LeaseLost,
    /// The end of a sequence stays where and what it is.
    #[error("the end of a sequence stays where it is")]
    EndFixed,
    /// The content is not the one that was previewed.
    #[error("the content is not the one that was previewed")]
    ContentChanged,
    /// An active campaign cannot be deleted; pause it first.
    #[error("an active campaign cannot be deleted")]
    CampaignActive,
    /// Another process holds the database for longer than the busy timeout.
    #[error("the database is busy")]
    Busy,
    /// There is no room for the change, or the storage failed to write it, which looks the same under a quota;
    /// everything stored before is intact.
    #[error("there is no room left in the storage")]
    StorageFull,
    /// The storage cannot be opened, read or written.
    #[error("the storage is not available")]
    StorageUnavailable(#[source] Option<rusqlite::Error>),
    /// The [`Host`](crate::Host) has no randomness to make ids and tokens of: nothing was changed.
    #[error("there is no randomness to make ids of")]
    NoRandomness,
    /// Another tab, worker or process owns this database.
    #[error("another owner has this database open")]
    OtherOwner,
    /// The file was written by a newer version of campaignkit; it was left untouched.
    #[error("the database has a newer schema than this version knows")]
    NewerSchema {
        /// The schema version of the file.
        found: i64,
        /// The newest schema version that this build knows.
        supported: i64,
    },
    /// The database was closed.
    #[error("the database is closed")]
    Closed,
    /// The pace of a long operation broke it off: nothing was changed.
    #[error("the operation was cancelled")]
    Cancelled,
    /// The storage failed to flush a change: all of it is there when the database is opened again, or nothing. Until then this
    /// store goes on without it, or with it where a rollback journal was done away with already. Open it again and look; a
    /// request with an id of the caller's can simply be made again.
    #[error("the change may or may not have been stored")]
    CommitUncertain(#[source] rusqlite::Error),
    /// The file was not taken: it breaks promises of the engine, each with how many rows do. Nothing was changed.
    #[error("the file breaks {}, the first of which is that {}", count(.0.len(), "promise"), .0.first().map_or("", |broken| broken.promise))]
    PromisesBroken(Vec<Broken>),
    /// The database file is damaged: [`recover`](crate::OpenOptions::recover) what is readable of it.
    #[error("the database is damaged")]
    Corrupt(#[source] Option<rusqlite::Error>),
    /// The engine broke a promise of its own, whatever the file holds: report it.
    #[error("the engine broke a promise of its own")]
    Bug(#[source] Option<rusqlite::Error>),
}

fn count(n: usize, noun: &str) -> String {
    format!("{n} {noun}{}", if n == 1 { "" } else { "s" })
}

impl Error {
    /// What the caller should do.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.entry().0
    }

    /// The stable snake-case code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.entry().1
    }

    /// The HTTP status of SPEC §8.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.kind().status()
    }

    /// The issues of an `invalid_input` or a `not_ready`, the first 100, of which 20 are unknown fields; empty for every other error.
    #[must_use]
    pub fn issues(&self) -> &[Issue] {
        match self {
            Self::InvalidInput(issues) | Self::NotReady(issues) => issues.told(),
            _ => &[],
        }
    }

    /// How many issues an `invalid_input` or a `not_ready` has beyond those that it tells; 0 for every other error.
    #[must_use]
    pub const fn more_issues(&self) -> u32 {
        match self {
            Self::InvalidInput(issues) | Self::NotReady(issues) => issues.more(),
            _ => 0,
        }
    }

    /// The field that a conflict is about, where it is about one.
    #[must_use]
    pub const fn path(&self) -> Option<&'static str> {
        match self {
            Self::NameTaken { .. } => Some("name"),
            Self::IdReused => Some("id"),
            Self::RevisionChanged { .. } => Some("expected_revision"),
            Self::ContentChanged => Some("content_hash"),
            Self::AccountExists { path } => Some(path),
            _ => None,
        }
    }

    const fn entry(&self) -> (Kind, &'static str) {
        match self {
            Self::InvalidInput(_) => (Kind::Invalid, "invalid_input"),
            Self::NotReady(_) => (Kind::Invalid, "not_ready"),
            Self::ForeignFile => (Kind::Invalid, "foreign_file"),
            Self::UserNotFound => (Kind::NotFound, "user_not_found"),
            Self::AccountNotFound => (Kind::NotFound, "account_not_found"),
            Self::CampaignNotFound => (Kind::NotFound, "campaign_not_found"),
            Self::NodeNotFound => (Kind::NotFound, "node_not_found"),
            Self::ProspectNotFound => (Kind::NotFound, "prospect_not_found"),
            Self::ListNotFound => (Kind::NotFound, "list_not_found"),
            Self::LeadNotFound => (Kind::NotFound, "lead_not_found"),
            Self::SuppressionNotFound => (Kind::NotFound, "suppression_not_found"),
            Self::NameTaken { .. } => (Kind::Conflict, "name_taken"),
            Self::IdReused => (Kind::Conflict, "id_reused"),
            Self::AccountExists { .. } => (Kind::Conflict, "account_exists"),
            Self::AccountInUse => (Kind::Conflict, "account_in_use"),
            Self::NotDraft => (Kind::Conflict, "not_draft"),
            Self::NotLaunched => (Kind::Conflict, "not_launched"),
            Self::RevisionChanged { .. } => (Kind::Conflict, "revision_changed"),
            Self::CampaignCompleted => (Kind::Conflict, "campaign_completed"),
            Self::NoReadySender => (Kind::Conflict, "no_ready_sender"),
            Self::InvalidTransition { .. } => (Kind::Conflict, "invalid_transition"),
            Self::TaskNotFound => (Kind::NotFound, "task_not_found"),
            Self::TokenNotFound => (Kind::NotFound, "token_not_found"),
            Self::TaskCompleted => (Kind::Conflict, "task_completed"),
            Self::MessageSent => (Kind::Conflict, "message_sent"),
            Self::LeaseLost => (Kind::Conflict, "lease_lost"),
            Self::EndFixed => (Kind::Conflict, "end_fixed"),
            Self::ContentChanged => (Kind::Conflict, "content_changed"),
            Self::CampaignActive => (Kind::Conflict, "campaign_active"),
            Self::Busy => (Kind::Unavailable, "busy"),
            Self::StorageFull => (Kind::Unavailable, "storage_full"),
            Self::StorageUnavailable(_) => (Kind::Unavailable, "storage_unavailable"),
            Self::NoRandomness => (Kind::Unavailable, "no_randomness"),
            Self::OtherOwner => (Kind::Unavailable, "other_owner"),
            Self::NewerSchema { .. } => (Kind::Unavailable, "newer_schema"),
            Self::Closed => (Kind::Unavailable, "closed"),
            Self::Cancelled => (Kind::Unavailable, "cancelled"),
            Self::CommitUncertain(_) => (Kind::Internal, "commit_uncertain"),
            Self::PromisesBroken(_) | Self::Corrupt(_) => (Kind::Internal, "corrupt"),
            Self::Bug(_) => (Kind::Internal, "bug"),
        }
    }

    /// An `invalid_input` with one issue.
    pub(crate) fn invalid(path: impl Into<String>, problem: Problem) -> Self {
        Self::InvalidInput(vec![Issue::new(path, problem)].into())
    }
}

/// A value that this code saw to itself: an index that it made, a row that it read before. Without it there is a bug here,
/// and nothing wrong with the file.
pub(crate) fn or_bug<T>(value: Option<T>) -> Result<T> {
    value.ok_or(Error::Bug(None))
}

/// SQLite's answers, as what the caller should do about them.
impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        let (code, extended) = match &error {
            rusqlite::Error::SqliteFailure(failure, _) => (failure.code, failure.extended_code),
            // Our statements and the types of our columns are fixed: if they do not fit, the file is damaged.
            rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::IntegralValueOutOfRange(..)
            | rusqlite::Error::InvalidColumnType(..)
            | rusqlite::Error::Utf8Error(..)
            | rusqlite::Error::SqlInputError { .. } => return Self::Corrupt(Some(error)),
            _ => return Self::Bug(Some(error)),
        };
        match code {
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::Busy,
            ErrorCode::DiskFull => Self::StorageFull,
            // A file-size limit or a quota shows as a failed write rather than as a full disk.
            ErrorCode::SystemIoFailure if extended == ffi::SQLITE_IOERR_WRITE => Self::StorageFull,
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => Self::Corrupt(Some(error)),
            ErrorCode::Unknown if extended == ffi::SQLITE_ERROR => Self::Corrupt(Some(error)),
            ErrorCode::SystemIoFailure
            | ErrorCode::CannotOpen
            | ErrorCode::ReadOnly
            | ErrorCode::PermissionDenied
            | ErrorCode::AuthorizationForStatementDenied
            | ErrorCode::FileLockingProtocolFailed
            | ErrorCode::NoLargeFileSupport
            | ErrorCode::OutOfMemory => Self::StorageUnavailable(Some(error)),
            _ => Self::Bug(Some(error)),
        }
    }
}

/// There is not enough memory for what the storage holds.
impl From<TryReserveError> for Error {
    fn from(_: TryReserveError) -> Self {
        Self::StorageUnavailable(None)
    }
}

/// A promise of the engine that a database breaks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "BrokenPromise"))]
pub struct Broken {
    /// The promise, in English.
    #[cfg_attr(feature = "typescript", ts(type = "string"))]
    pub promise: &'static str,
    /// How many rows break it.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub rows: u64,
}

/// One field of a request that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Issue {
    /// Where: `name`, `sender_account_ids[1]`, `operating_hours.monday[0].start`; empty for the request itself.
    pub path: String,
    /// What is wrong with it.
    pub problem: Problem,
}

impl Issue {
    pub(crate) fn new(path: impl Into<String>, problem: Problem) -> Self {
        Self { path: path.into(), problem }
    }

    /// The stable snake-case code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.problem.code()
    }

    /// What is wrong, for people; never contains a value that a user typed.
    #[must_use]
    pub fn message(&self) -> Cow<'static, str> {
        self.problem.message()
    }
}

/// What can be wrong with a field. Its code is its snake-case name, unless it says another.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// The field must be given.
    Required,
    /// The value has another type; nothing is coerced.
    WrongType {
        /// The type it must have, in words.
        expected: &'static str,
    },
    /// The value is none of the allowed words.
    UnknownValue {
        /// The words that are allowed.
        allowed: &'static [&'static str],
    },
    /// Nothing is left after trimming, or the list has no item.
    Empty,
    /// The text has too many characters.
    TooLong {
        /// The most characters it may have.
        max: usize,
    },
    /// The text is not a UUID in the accepted form (SPEC §2).
    MalformedId,
    /// A client-made id must be a UUIDv7.
    NotUuidV7,
    /// The number must be an integer.
    NotInteger,
    /// The number is out of range.
    OutOfRange {
        /// The smallest value.
        min: i64,
        /// The largest value.
        max: i64,
    },
    /// The operation knows no such field.
    UnknownField {
        /// The known field whose name is closest.
        closest: &'static str,
    },
    /// The field belongs to the other channel.
    WrongChannelField,
    /// This does not happen on the channel of the campaign.
    WrongChannelEvent,
    /// The field cannot be changed once set.
    Immutable,
    /// The type of a campaign cannot be changed (SPEC §2).
    TypeImmutable,
    /// The text is not an email address.
    MalformedEmail,
    /// The text is not the domain of email addresses.
    MalformedDomain,
    /// The text is not the URL of a LinkedIn profile.
    MalformedProfileUrl,
    /// The text is not a time of day as `HH:MM`.
    MalformedTime,
    /// No interval of the week is open.
    NeverOpen,
    /// There is no such IANA time zone, as far as this version knows.
    UnknownTimeZone {
        /// The zones with the closest names.
        suggestions: Vec<&'static str>,
    },
    /// The text is not the name of a database: ASCII letters, digits, `-`, `_` and `.`.
    MalformedName,
    /// The cursor is not one that a list returned.
    MalformedCursor,
    /// There is no such account of this user.
    SenderNotFound,
    /// The account sends over the other channel.
    SenderWrongChannel,
    /// The text is not an instant as RFC 3339.
    MalformedInstant,
    /// The instant is too far ahead.
    TooFarAhead {
        /// By how many days it may be ahead.
        days: usize,
    },
    /// The text is not a link with `{token}` in it, by `https` or `mailto`.
    MalformedUrl,
    /// The text is not a token.
    MalformedToken,
    /// Only one of these fields can be given.
    OneOf {
        /// The fields.
        fields: &'static [&'static str],
    },
    /// The list has too many items.
    TooMany {
        /// The most items it may have.
        max: usize,
    },
    /// The text of the request, or the file, has too many bytes.
    TooLarge {
        /// The most bytes it may have.
        max: usize,
    },
    /// A row of the file has too many cells; its code is `too_many`.
    RowTooWide {
        /// The line on which it starts, from 1.
        line: u32,
        /// The most cells it may have.
        max: usize,
    },
    /// A cell of the file has too many bytes.
    CellTooLarge {
        /// The line on which its row starts, from 1.
        line: u32,
        /// The most bytes it may have.
        max: usize,
    },
    /// The same was given before in the same list.
    Duplicate,
    /// The key of a custom field must be 1–255 characters without `%`, `|` and control characters, not `__proto__`; half a
    /// surrogate pair of JavaScript is no character.
    MalformedKey,
    /// The text has a control character.
    ControlCharacter,
    /// The text must be one line.
    LineBreak,
    /// An `end` anywhere but in the last place of a sequence.
    EndNotLast,
    /// A sequence has at most one connection request.
    SecondConnectionRequest,
    /// The days, hours and minutes of a delay are together less than 1 minute or more than 30 days.
    DelayOutOfRange,
    /// The row has more cells than there are columns.
    TooManyCells,
    /// The bytes are neither UTF-8 nor UTF-16 with a byte order mark.
    MalformedEncoding {
        /// The first line that is not, from 1.
        line: u32,
    },
    /// A quoted cell has no end.
    UnterminatedQuote {
        /// The line on which its row starts, from 1.
        line: u32,
    },
    /// The campaign is not a draft.
    NotDraft,
    /// An email that starts a thread has no subject.
    EmptySubject,
    /// A message has no text.
    EmptyBody,
    /// The sequence sends nothing.
    NoSendableNode,
    /// No sender is connected.
    NoReadySender,
    /// A template has a variable that does not exist.
    UnknownVariable {
        /// The variable as it was written.
        variable: String,
        /// The known variable whose name is closest.
        closest: &'static str,
    },
    /// A variable without a fallback has no value for some prospects or senders.
    UnresolvedVariable {
        /// The variable as it was written.
        variable: String,
        /// How many prospects have no value.
        prospects: u64,
        /// Some of them: at most 5.
        prospect_ids: Vec<ProspectId>,
        /// The senders that have no value.
        sender_account_ids: Vec<AccountId>,
    },
    /// The note of a connection request is too long once it is rendered.
    NoteTooLong {
        /// The most characters: 200, or 300 where every sender is premium.
        max: usize,
        /// For how many prospects it is too long.
        prospects: u64,
        /// Some of them: at most 5.
        prospect_ids: Vec<ProspectId>,
    },
    /// The subject of an email is too long once it is rendered.
    SubjectTooLong {
        /// The most characters: 2,000.
        max: usize,
        /// For how many prospects it is too long.
        prospects: u64,
        /// Some of them: at most 5.
        prospect_ids: Vec<ProspectId>,
    },
    /// The text of a message, an email's with the signature, is too long once it is rendered.
    BodyTooLong {
        /// The most characters: 200,000.
        max: usize,
        /// For how many prospects it is too long.
        prospects: u64,
        /// Some of them: at most 5.
        prospect_ids: Vec<ProspectId>,
    },
    /// The campaign has no prospects: launching completes it.
    NoProspects,
    /// The sender is not connected.
    SenderNotReady,
    /// The text has `{{`, which other programs write for a variable.
    ForeignTemplateSyntax,
    /// The text has a `%` that belongs to no variable.
    StrayPercent,
    /// Every prospect will be skipped: launching completes the campaign.
    AllProspectsSkipped,
    /// Something that was sent to the addresses of some prospects came back.
    BouncedBefore {
        /// How many prospects have such an address.
        prospects: u64,
        /// Some of them: at most 5.
        prospect_ids: Vec<ProspectId>,
    },
    /// Some prospects are in another active email campaign of the user, too.
    InOtherCampaigns {
        /// How many.
        prospects: u64,
        /// Some of them: at most 5.
        prospect_ids: Vec<ProspectId>,
    },
}

impl Problem {
    /// The stable snake-case code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::WrongType { .. } => "wrong_type",
            Self::UnknownValue { .. } => "unknown_value",
            Self::Empty => "empty",
            Self::TooLong { .. } => "too_long",
            Self::MalformedId => "malformed_id",
            Self::NotUuidV7 => "not_uuid_v7",
            Self::NotInteger => "not_integer",
            Self::OutOfRange { .. } => "out_of_range",
            Self::UnknownField { .. } => "unknown_field",
            Self::WrongChannelField => "wrong_channel_field",
            Self::WrongChannelEvent => "wrong_channel_event",
            Self::Immutable => "immutable",
            Self::TypeImmutable => "type_immutable",
            Self::MalformedEmail => "malformed_email",
            Self::MalformedDomain => "malformed_domain",
            Self::MalformedProfileUrl => "malformed_profile_url",
            Self::MalformedTime => "malformed_time",
            Self::NeverOpen => "never_open",
            Self::UnknownTimeZone { .. } => "unknown_time_zone",
            Self::MalformedName => "malformed_name",
            Self::MalformedCursor => "malformed_cursor",
            Self::SenderNotFound => "sender_not_found",
            Self::SenderWrongChannel => "sender_wrong_channel",
            Self::MalformedInstant => "malformed_instant",
            Self::TooFarAhead { .. } => "too_far_ahead",
            Self::MalformedUrl => "malformed_url",
            Self::MalformedToken => "malformed_token",
            Self::OneOf { .. } => "one_of",
            Self::TooMany { .. } | Self::RowTooWide { .. } => "too_many",
            Self::CellTooLarge { .. } => "cell_too_large",
            Self::TooLarge { .. } => "too_large",
            Self::Duplicate => "duplicate",
            Self::MalformedKey => "malformed_key",
            Self::ControlCharacter => "control_character",
            Self::LineBreak => "line_break",
            Self::EndNotLast => "end_not_last",
            Self::SecondConnectionRequest => "second_connection_request",
            Self::DelayOutOfRange => "delay_out_of_range",
            Self::TooManyCells => "too_many_cells",
            Self::MalformedEncoding { .. } => "malformed_encoding",
            Self::UnterminatedQuote { .. } => "unterminated_quote",
            Self::NotDraft => "not_draft",
            Self::EmptySubject => "empty_subject",
            Self::EmptyBody => "empty_body",
            Self::NoSendableNode => "no_sendable_node",
            Self::NoReadySender => "no_ready_sender",
            Self::UnknownVariable { .. } => "unknown_variable",
            Self::UnresolvedVariable { .. } => "unresolved_variable",
            Self::NoteTooLong { .. } => "note_too_long",
            Self::SubjectTooLong { .. } => "subject_too_long",
            Self::BodyTooLong { .. } => "body_too_long",
            Self::NoProspects => "no_prospects",
            Self::SenderNotReady => "sender_not_ready",
            Self::ForeignTemplateSyntax => "foreign_template_syntax",
            Self::StrayPercent => "stray_percent",
            Self::AllProspectsSkipped => "all_prospects_skipped",
            Self::BouncedBefore { .. } => "bounced_before",
            Self::InOtherCampaigns { .. } => "in_other_campaigns",
        }
    }

    /// What to do about it, for people, where there is something to say beyond the message: with everything that
    /// validating a campaign finds.
    #[must_use]
    pub const fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::NotDraft => "create a new campaign, or resume this one if it is paused",
            Self::EmptySubject => "write a subject, or let the email reply to an earlier one",
            Self::EmptyBody => "write a text, or delete the node",
            Self::NoSendableNode => "insert a node that sends something",
            Self::NoReadySender | Self::SenderNotReady => "connect the account again",
            Self::UnknownVariable { .. } => "use the closest variable, or write %% for a percent sign",
            Self::UnresolvedVariable { .. } => "write a fallback as in %first_name|there%, or fill in the field",
            Self::NoteTooLong { .. } => "shorten the note",
            Self::SubjectTooLong { .. } | Self::BodyTooLong { .. } => {
                "use fewer variables, or shorten what they stand for"
            }
            Self::NoProspects => "add prospects",
            Self::ForeignTemplateSyntax => "variables are written %first_name%",
            Self::StrayPercent => "close the variable, or write %% for a percent sign",
            Self::UnknownTimeZone { .. } => "use a zone that this version knows, or a version that knows it",
            Self::AllProspectsSkipped => "add prospects that belong to no other campaign, or allow the overlap",
            Self::BouncedBefore { .. } => "remove or suppress those whose address does not exist",
            Self::InOtherCampaigns { .. } => "remove them here, or wait until the other campaigns are completed",
            _ => return None,
        })
    }

    fn message(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Required => "must be given",
            Self::WrongType { expected } => return format!("must be {expected}").into(),
            Self::UnknownValue { allowed } => return format!("must be one of: {}", allowed.join(", ")).into(),
            Self::Empty => "must not be empty",
            Self::TooLong { max } => return format!("must have at most {max} characters").into(),
            Self::MalformedId => "must be a UUID in hyphenated form",
            Self::NotUuidV7 => "must be a UUIDv7",
            Self::NotInteger => "must be an integer",
            Self::OutOfRange { min, max } => return format!("must be between {min} and {max}").into(),
            Self::UnknownField { closest } => {
                return format!("is not a field here; the closest one is {closest}").into();
            }
            Self::WrongChannelField => "belongs to the other channel",
            Self::WrongChannelEvent => "does not happen on the channel of the campaign",
            Self::Immutable => "cannot be changed",
            Self::TypeImmutable => "is fixed for ever",
            Self::MalformedEmail => "must be an email address",
            Self::MalformedDomain => "must be the domain of an email address",
            Self::MalformedProfileUrl => "must be the URL of a LinkedIn profile",
            Self::MalformedTime => "must be a time of day as HH:MM",
            Self::NeverOpen => "must have an open interval in the week",
            Self::UnknownTimeZone { .. } => "must be the name of an IANA time zone",
            Self::MalformedName => "must be ASCII letters, digits, '-', '_' and '.'",
            Self::MalformedCursor => "must be a cursor that a list returned",
            Self::SenderNotFound => "is no account of this user",
            Self::SenderWrongChannel => "is an account of the other channel",
            Self::MalformedInstant => "must be an instant as RFC 3339, such as 2026-04-22T10:00:00Z",
            Self::TooFarAhead { days } => return format!("must be at most {} ahead", count(*days, "day")).into(),
            Self::MalformedUrl => "must be an https or mailto link with {token} in it",
            Self::MalformedToken => "must be a token that a task carried",
            Self::OneOf { fields } => return format!("must have only one of: {}", fields.join(", ")).into(),
            Self::RowTooWide { line, max } => {
                return format!("has a row of more than {max} cells on line {line}").into();
            }
            Self::CellTooLarge { line, max } => {
                return format!("has a cell of more than {} MiB in the row on line {line}", max >> 20).into();
            }
            Self::TooLarge { max } => return format!("must have at most {} MiB", max >> 20).into(),
            Self::TooMany { max } => return format!("must have at most {}", count(*max, "item")).into(),
            Self::Duplicate => "was given before",
            Self::MalformedKey => "must have a name of 1 to 255 characters without %, | and control characters",
            Self::ControlCharacter => "must not have control characters",
            Self::LineBreak => "must be one line",
            Self::EndNotLast => "must be the last node",
            Self::SecondConnectionRequest => "must be the only connection request",
            Self::DelayOutOfRange => "must be a delay of 1 minute to 30 days",
            Self::TooManyCells => "has more cells than there are columns",
            Self::MalformedEncoding { .. } => "must be UTF-8, or UTF-16 with a byte order mark",
            Self::UnterminatedQuote { .. } => "has a quoted cell without an end",
            Self::NotDraft => "is not a draft any more",
            Self::EmptySubject => "has no subject",
            Self::EmptyBody => "has no text",
            Self::NoSendableNode => "sends nothing",
            Self::NoReadySender => "has no account that is connected",
            Self::UnknownVariable { .. } => "has a variable that does not exist",
            Self::UnresolvedVariable { .. } => "has a variable without a value and without a fallback",
            Self::NoteTooLong { max, .. } | Self::SubjectTooLong { max, .. } | Self::BodyTooLong { max, .. } => {
                return format!("has more than {} once it is rendered", count(*max, "character")).into();
            }
            Self::NoProspects => "has no one in it: launching completes the campaign",
            Self::SenderNotReady => "is not connected",
            Self::ForeignTemplateSyntax => "has {{…}}, which is sent as it stands",
            Self::StrayPercent => "has a % that belongs to no variable and is sent as it stands",
            Self::AllProspectsSkipped => "will all be skipped: launching completes the campaign",
            Self::BouncedBefore { .. } => "has addresses that bounced before",
            Self::InOtherCampaigns { .. } => "has people who are written to by other active campaigns, too",
        })
    }
}

/// One field of a request that breaks a rule.
#[derive(Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "Issue", optional_fields))]
pub(crate) struct IssueShape<'a> {
    /// Where: `name`, `sender_account_ids[1]`, `operating_hours.monday[0].start`; empty for the request itself.
    path: &'a str,
    /// The stable snake-case code of what is wrong.
    code: &'static str,
    /// The same for people, in English; never contains a value that a user typed.
    message: Cow<'static, str>,
    /// `wrong_type`: the type it must have, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    expected: Option<&'static str>,
    /// `unknown_value`: the words that are allowed; `one_of`: the fields of which one can be given.
    #[serde(skip_serializing_if = "Option::is_none")]
    allowed: Option<&'static [&'static str]>,
    /// `out_of_range`: the smallest value.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<i32>"))]
    min: Option<i64>,
    /// `out_of_range`: the largest value; `too_long`, `note_too_long`, `subject_too_long`, `body_too_long`: the most characters;
    /// `too_many`: the most items; `too_large`, `cell_too_large`: the most bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<i32>"))]
    max: Option<i64>,
    /// `unknown_field`, `unknown_variable`: the known one whose name is closest.
    #[serde(skip_serializing_if = "Option::is_none")]
    closest: Option<&'static str>,
    /// `unknown_time_zone`: the zones with the closest names.
    #[serde(skip_serializing_if = "Option::is_none")]
    suggestions: Option<&'a [&'static str]>,
    /// `malformed_encoding`, `unterminated_quote`, `cell_too_large`, `too_many` for the cells of a row: the line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    /// What to do about it, in English, with everything that validating a campaign finds.
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<&'static str>,
    /// `unknown_variable`, `unresolved_variable`: the variable as it was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    variable: Option<&'a str>,
    /// `unresolved_variable`, `note_too_long`, `subject_too_long`, `body_too_long`, `bounced_before`,
    /// `in_other_campaigns`: how many prospects it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<u32>"))]
    prospects: Option<u64>,
    /// `unresolved_variable`, `note_too_long`, `subject_too_long`, `body_too_long`, `bounced_before`,
    /// `in_other_campaigns`: at most 5 of these prospects.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<Vec<String>>"))]
    prospect_ids: Option<&'a [ProspectId]>,
    /// `unresolved_variable`: the senders that have no value.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<Vec<String>>"))]
    sender_account_ids: Option<&'a [AccountId]>,
}

impl<'a> From<&'a Issue> for IssueShape<'a> {
    fn from(issue: &'a Issue) -> Self {
        let mut shape = Self {
            path: &issue.path,
            code: issue.code(),
            message: issue.message(),
            expected: None,
            allowed: None,
            min: None,
            max: None,
            closest: None,
            suggestions: None,
            line: None,
            hint: issue.problem.hint(),
            variable: None,
            prospects: None,
            prospect_ids: None,
            sender_account_ids: None,
        };
        match &issue.problem {
            Problem::WrongType { expected } => shape.expected = Some(expected),
            Problem::UnknownValue { allowed } | Problem::OneOf { fields: allowed } => shape.allowed = Some(allowed),
            Problem::TooLong { max } | Problem::TooMany { max } | Problem::TooLarge { max } => {
                shape.max = i64::try_from(*max).ok()
            }
            Problem::OutOfRange { min, max } => (shape.min, shape.max) = (Some(*min), Some(*max)),
            Problem::RowTooWide { line, max } | Problem::CellTooLarge { line, max } => {
                (shape.line, shape.max) = (Some(*line), i64::try_from(*max).ok());
            }
            Problem::UnknownField { closest } => shape.closest = Some(closest),
            Problem::UnknownTimeZone { suggestions } => shape.suggestions = Some(suggestions),
            Problem::MalformedEncoding { line } | Problem::UnterminatedQuote { line } => shape.line = Some(*line),
            Problem::UnknownVariable { variable, closest } => {
                shape.variable = Some(variable);
                shape.closest = Some(closest);
            }
            Problem::UnresolvedVariable { variable, prospects, prospect_ids, sender_account_ids } => {
                shape.variable = Some(variable);
                shape.prospects = Some(*prospects);
                shape.prospect_ids = Some(prospect_ids);
                shape.sender_account_ids = Some(sender_account_ids);
            }
            Problem::NoteTooLong { max, prospects, prospect_ids }
            | Problem::SubjectTooLong { max, prospects, prospect_ids }
            | Problem::BodyTooLong { max, prospects, prospect_ids } => {
                shape.max = i64::try_from(*max).ok();
                shape.prospects = Some(*prospects);
                shape.prospect_ids = Some(prospect_ids);
            }
            Problem::BouncedBefore { prospects, prospect_ids }
            | Problem::InOtherCampaigns { prospects, prospect_ids } => {
                shape.prospects = Some(*prospects);
                shape.prospect_ids = Some(prospect_ids);
            }
            _ => {}
        }
        shape
    }
}

impl Serialize for Issue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        IssueShape::from(self).serialize(serializer)
    }
}

/// Why an operation did nothing.
#[derive(Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ErrorShape", optional_fields))]
pub(crate) struct ErrorShape<'a> {
    /// What the caller should do.
    kind: Kind,
    /// The stable snake-case code.
    code: &'static str,
    /// The HTTP status that goes with the kind.
    status: u16,
    /// The same for people, in English; never contains a value that a user typed.
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
    /// `corrupt`, of a file that was not taken: the promises that it breaks.
    #[serde(skip_serializing_if = "Option::is_none")]
    broken: Option<&'a [Broken]>,
    /// `newer_schema`: the schema version of the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<i32>"))]
    found: Option<i64>,
    /// `newer_schema`: the newest schema version that this build knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<i32>"))]
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

impl Serialize for Error {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut shape = ErrorShape {
            kind: self.kind(),
            code: self.code(),
            status: self.status(),
            message: self.to_string(),
            path: self.path(),
            issues: None,
            more_issues: None,
            suggested_name: None,
            broken: None,
            found: None,
            supported: None,
            revision: None,
            from: None,
            to: None,
            allowed: None,
        };
        match self {
            Self::InvalidInput(issues) | Self::NotReady(issues) => {
                shape.issues = Some(issues.told().iter().map(IssueShape::from).collect());
                shape.more_issues = Some(issues.more()).filter(|more| *more > 0);
            }
            Self::NameTaken { suggested_name } => shape.suggested_name = Some(suggested_name),
            Self::PromisesBroken(broken) => shape.broken = Some(broken),
            Self::NewerSchema { found, supported } => {
                (shape.found, shape.supported) = (Some(*found), Some(*supported));
            }
            Self::RevisionChanged { revision } => shape.revision = Some(*revision),
            Self::InvalidTransition { from, to, allowed } => {
                shape.from = Some(from);
                shape.to = Some(to);
                shape.allowed = Some(allowed);
            }
            _ => {}
        }
        shape.serialize(serializer)
    }
}
