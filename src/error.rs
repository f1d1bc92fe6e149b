//! The error kinds of SPEC §8 and the catalogue of codes: what went wrong, and what the caller should do about it.

use std::borrow::Cow;

use rusqlite::ErrorCode;
use rusqlite::ffi;
use serde::{Serialize, Serializer};

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
    /// Report it (500).
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
    /// The request breaks the rules named in the issues, all of them at once.
    #[error("the request has {} to fix", count(.0.len(), "field"))]
    InvalidInput(Vec<Issue>),
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
    /// Another campaign of this user has this name; the suggestion is free.
    #[error("another campaign has this name")]
    NameTaken {
        /// The first free name of the form `NAME (2)`, `NAME (3)`, …
        suggested_name: String,
    },
    /// The client-made id belongs to something else, or to the same request with other input.
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
    /// The database file is damaged.
    #[error("the database is damaged")]
    Corrupt(#[source] Option<rusqlite::Error>),
    /// The engine broke a promise of its own.
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

    /// The issues of an `invalid_input`, all of them; empty for every other error.
    #[must_use]
    pub fn issues(&self) -> &[Issue] {
        match self {
            Self::InvalidInput(issues) => issues,
            _ => &[],
        }
    }

    /// The field that a conflict is about, where it is about one.
    #[must_use]
    pub const fn path(&self) -> Option<&'static str> {
        match self {
            Self::NameTaken { .. } => Some("name"),
            Self::IdReused => Some("id"),
            Self::AccountExists { path } => Some(path),
            _ => None,
        }
    }

    const fn entry(&self) -> (Kind, &'static str) {
        match self {
            Self::InvalidInput(_) => (Kind::Invalid, "invalid_input"),
            Self::ForeignFile => (Kind::Invalid, "foreign_file"),
            Self::UserNotFound => (Kind::NotFound, "user_not_found"),
            Self::AccountNotFound => (Kind::NotFound, "account_not_found"),
            Self::CampaignNotFound => (Kind::NotFound, "campaign_not_found"),
            Self::NameTaken { .. } => (Kind::Conflict, "name_taken"),
            Self::IdReused => (Kind::Conflict, "id_reused"),
            Self::AccountExists { .. } => (Kind::Conflict, "account_exists"),
            Self::AccountInUse => (Kind::Conflict, "account_in_use"),
            Self::CampaignActive => (Kind::Conflict, "campaign_active"),
            Self::Busy => (Kind::Unavailable, "busy"),
            Self::StorageFull => (Kind::Unavailable, "storage_full"),
            Self::StorageUnavailable(_) => (Kind::Unavailable, "storage_unavailable"),
            Self::OtherOwner => (Kind::Unavailable, "other_owner"),
            Self::NewerSchema { .. } => (Kind::Unavailable, "newer_schema"),
            Self::Closed => (Kind::Unavailable, "closed"),
            Self::Corrupt(_) => (Kind::Internal, "corrupt"),
            Self::Bug(_) => (Kind::Internal, "bug"),
        }
    }

    /// An `invalid_input` with one issue.
    pub(crate) fn invalid(path: impl Into<String>, problem: Problem) -> Self {
        Self::InvalidInput(vec![Issue::new(path, problem)])
    }
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

/// What can be wrong with a field. Its code is its snake-case name.
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
    /// The field cannot be changed once set.
    Immutable,
    /// The text is not an email address.
    MalformedEmail,
    /// The text is not the URL of a LinkedIn profile.
    MalformedProfileUrl,
    /// The text is not a time of day as `HH:MM`.
    MalformedTime,
    /// No interval of the week is open.
    NeverOpen,
    /// There is no such IANA time zone.
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
            Self::Immutable => "immutable",
            Self::MalformedEmail => "malformed_email",
            Self::MalformedProfileUrl => "malformed_profile_url",
            Self::MalformedTime => "malformed_time",
            Self::NeverOpen => "never_open",
            Self::UnknownTimeZone { .. } => "unknown_time_zone",
            Self::MalformedName => "malformed_name",
            Self::MalformedCursor => "malformed_cursor",
            Self::SenderNotFound => "sender_not_found",
            Self::SenderWrongChannel => "sender_wrong_channel",
        }
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
            Self::Immutable => "cannot be changed",
            Self::MalformedEmail => "must be an email address",
            Self::MalformedProfileUrl => "must be the URL of a LinkedIn profile",
            Self::MalformedTime => "must be a time of day as HH:MM",
            Self::NeverOpen => "must have an open interval in the week",
            Self::UnknownTimeZone { .. } => "must be the name of an IANA time zone",
            Self::MalformedName => "must be ASCII letters, digits, '-', '_' and '.'",
            Self::MalformedCursor => "must be a cursor that a list returned",
            Self::SenderNotFound => "is no account of this user",
            Self::SenderWrongChannel => "is an account of the other channel",
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
    /// `unknown_value`: the words that are allowed.
    #[serde(skip_serializing_if = "Option::is_none")]
    allowed: Option<&'static [&'static str]>,
    /// `out_of_range`: the smallest value.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<i32>"))]
    min: Option<i64>,
    /// `out_of_range`: the largest value; `too_long`: the most characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<i32>"))]
    max: Option<i64>,
    /// `unknown_field`: the known field whose name is closest.
    #[serde(skip_serializing_if = "Option::is_none")]
    closest: Option<&'static str>,
    /// `unknown_time_zone`: the zones with the closest names.
    #[serde(skip_serializing_if = "Option::is_none")]
    suggestions: Option<&'a [&'static str]>,
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
        };
        match &issue.problem {
            Problem::WrongType { expected } => shape.expected = Some(expected),
            Problem::UnknownValue { allowed } => shape.allowed = Some(allowed),
            Problem::TooLong { max } => shape.max = i64::try_from(*max).ok(),
            Problem::OutOfRange { min, max } => (shape.min, shape.max) = (Some(*min), Some(*max)),
            Problem::UnknownField { closest } => shape.closest = Some(closest),
            Problem::UnknownTimeZone { suggestions } => shape.suggestions = Some(suggestions),
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
    /// `invalid_input`: every field that breaks a rule.
    #[serde(skip_serializing_if = "Option::is_none")]
    issues: Option<Vec<IssueShape<'a>>>,
    /// `name_taken`: the first free name of the form `NAME (2)`, `NAME (3)`, …
    #[serde(skip_serializing_if = "Option::is_none")]
    suggested_name: Option<&'a str>,
    /// `newer_schema`: the schema version of the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<i32>"))]
    found: Option<i64>,
    /// `newer_schema`: the newest schema version that this build knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<i32>"))]
    supported: Option<i64>,
}

impl Serialize for Error {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (found, supported) = match self {
            Self::NewerSchema { found, supported } => (Some(*found), Some(*supported)),
            _ => (None, None),
        };
        ErrorShape {
            kind: self.kind(),
            code: self.code(),
            status: self.status(),
            message: self.to_string(),
            path: self.path(),
            issues: match self {
                Self::InvalidInput(issues) => Some(issues.iter().map(IssueShape::from).collect()),
                _ => None,
            },
            suggested_name: match self {
                Self::NameTaken { suggested_name } => Some(suggested_name),
                _ => None,
            },
            found,
            supported,
        }
        .serialize(serializer)
    }
}
