//! The kinds of errors (`docs/rules.md#errors`) and the catalogue of codes: what went wrong, and what the caller should
//! do about it.

mod details;
pub(crate) mod issues;
mod problem;
mod shape;

use std::collections::TryReserveError;
use std::fmt;

use rusqlite::ErrorCode;
use rusqlite::ffi;
use serde::Serialize;

use crate::error::issues::Issues;
pub use details::{Broken, BrokenPromises, IdentityField, NameOwner, SchemaVersions, TakenName, Transition};
pub use problem::{Issue, Problem};
#[cfg(feature = "typescript")]
pub(crate) use problem::{PROBLEMS, samples as problems};

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
    /// A rule forbids it in this state (409).
    Conflict,
    /// Retry, free space, update (503).
    Unavailable,
    /// Recover the database if it is `corrupt`; report a `bug` (500).
    Internal,
}

impl Kind {
    /// The HTTP status that fits it.
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

// A field that only some errors of a code have is also in `SOMETIMES` of `typescript/codes.rs`.
/// Makes the enum of a table: each entry is a variant with its message, its kind and its code.
macro_rules! errors {
    ($(
        $(#[doc = $doc:literal])+
        #[error($($message:tt)+)]
        $variant:ident $(($($tuple:tt)+))? $({ $($(#[doc = $field_doc:literal])+ $field:ident: $type:ty,)+ })?
            => $kind:ident $code:literal;
    )+) => {
        /// Why an operation did nothing. Each variant is one entry of the catalogue; its code is its snake-case name.
        ///
        /// Serializes to the shape of `docs/rules.md#errors`: `{ kind, code, status, message, path?, issues?, … }`. A
        /// message is a sentence that stands alone; it names fields and variables, and contains nothing else that a user
        /// typed.
        #[derive(Debug, thiserror::Error)]
        #[non_exhaustive]
        pub enum Error {
            $(
                $(#[doc = $doc])+
                #[error($($message)+)]
                $variant $(($($tuple)+))? $({ $($(#[doc = $field_doc])+ $field: $type,)+ })?,
            )+
        }

        impl Error {
            /// What the caller should do.
            #[must_use]
            pub const fn kind(&self) -> Kind {
                match self {
                    $(Self::$variant { .. } => Kind::$kind,)+
                }
            }

            /// The stable snake-case code.
            #[must_use]
            pub const fn code(&self) -> &'static str {
                match self {
                    $(Self::$variant { .. } => $code,)+
                }
            }
        }

        /// Every entry: its kind, its code and its message.
        #[cfg(feature = "typescript")]
        pub(crate) const ERRORS: &[(Kind, &str, &[&str])] = &[$((Kind::$kind, $code, &[$($doc),+])),+];

        /// An error of each entry.
        #[cfg(feature = "typescript")]
        pub(crate) fn errors() -> Vec<Error> {
            vec![$(Error::$variant $((sample!($($tuple)+)))? $({ $($field: Default::default()),+ })?),+]
        }
    };
}

errors! {
    /// The request breaks the rules named in the issues, all of them at once: the first 100, of which 20 are
    /// unknown fields, and how many there are more.
    #[error(fmt = fields_to_fix)]
    InvalidInput(Box<Issues>) => Invalid "invalid_input";
    /// The campaign cannot be launched: the issues are the errors of its validation.
    #[error(fmt = errors_in_the_way)]
    NotReady(Box<Issues>) => Invalid "not_ready";
    /// The file is not a campaignkit database; it was left untouched.
    #[error("the file is not a campaignkit database")]
    ForeignFile => Invalid "foreign_file";
    /// No such user.
    #[error("there is no such user")]
    UserNotFound => NotFound "user_not_found";
    /// No such account of this user.
    #[error("the user has no such account")]
    AccountNotFound => NotFound "account_not_found";
    /// No such campaign of this user.
    #[error("the user has no such campaign")]
    CampaignNotFound => NotFound "campaign_not_found";
    /// No such node in this campaign's sequence.
    #[error("the campaign has no such node in its sequence")]
    NodeNotFound => NotFound "node_not_found";
    /// No such prospect of this user.
    #[error("the user has no such prospect")]
    ProspectNotFound => NotFound "prospect_not_found";
    /// No such saved list of this user.
    #[error("the user has no such list")]
    ListNotFound => NotFound "list_not_found";
    /// No such lead of this user.
    #[error("the user has no such lead")]
    LeadNotFound => NotFound "lead_not_found";
    /// No such suppression of this user.
    #[error("the user has no such suppression")]
    SuppressionNotFound => NotFound "suppression_not_found";
    /// Another campaign, or another list, of this user has this name; the suggestion is free.
    #[error(fmt = name_taken)]
    NameTaken(Box<TakenName>) => Conflict "name_taken";
    /// Another user of the database has this external id.
    #[error("another user of the database has this external_id")]
    ExternalIdTaken => Conflict "external_id_taken";
    /// The client-made id belongs to something else, or to the same request with other input. It only shows that the id is
    /// in use in the database, possibly by another user.
    #[error("the id is in use already: for something else, or for the same with other input")]
    IdReused => Conflict "id_reused";
    /// The user has an account of this type and identity already.
    #[error("the user has an account with this {} already", path.word())]
    AccountExists {
        /// The field that holds the identity.
        path: IdentityField,
    } => Conflict "account_exists";
    /// A campaign that is not completed sends from this account.
    #[error("a campaign that is not completed sends from the account")]
    AccountInUse => Conflict "account_in_use";
    /// Only a draft can be changed so, or launched.
    #[error("the campaign is not a draft any more")]
    NotDraft => Conflict "not_draft";
    /// The campaign is not the one that the caller saw: it was changed since.
    #[error("the campaign was changed in the meantime, and has revision {revision} now")]
    RevisionChanged {
        /// The revision that it has now.
        revision: u32,
    } => Conflict "revision_changed";
    /// Nothing happens to the prospects of a draft.
    #[error("the campaign is not launched yet")]
    NotLaunched => Conflict "not_launched";
    /// A completed campaign takes no prospects.
    #[error("the campaign is completed, and contacts nobody any more")]
    CampaignCompleted => Conflict "campaign_completed";
    /// No account can send for the campaign.
    #[error("the campaign has no sender that can send")]
    NoReadySender => Conflict "no_ready_sender";
    /// The campaign's status does not allow this one next.
    #[error(fmt = no_transition)]
    InvalidTransition(Box<Transition>) => Conflict "invalid_transition";
    /// No such task of this user, or its prospect is gone.
    #[error("the user has no such task")]
    TaskNotFound => NotFound "task_not_found";
    /// No such token of this user.
    #[error("there is no such token")]
    TokenNotFound => NotFound "token_not_found";
    /// The task was completed with another outcome before.
    #[error("the task was completed before, with another outcome")]
    TaskCompleted => Conflict "task_completed";
    /// The message was sent already, or will never be.
    #[error("the message was sent already, or will never be sent")]
    MessageSent => Conflict "message_sent";
    /// The lease of this task is lost: its message was handed out again, or its prospect is final.
    #[error("the lease of the task is lost: the message was handed out again, or is no longer to be sent")]
    LeaseLost => Conflict "lease_lost";
    /// The end of a sequence stays where and what it is.
    #[error("the end of a sequence cannot be changed, moved or deleted")]
    EndFixed => Conflict "end_fixed";
    /// The content is not the one that was previewed.
    #[error("the content of the file is not the one that was previewed")]
    ContentChanged => Conflict "content_changed";
    /// An active campaign cannot be deleted; pause it first.
    #[error("the campaign is active, and must be paused before it is deleted")]
    CampaignActive => Conflict "campaign_active";
    /// The operation cannot be part of a [scope](crate::Store::scope): it has to be called alone. In Rust only.
    #[error("the operation cannot be committed together with others, and has to be called alone")]
    InScope => Conflict "in_scope";
    /// Another process or connection held the lock of the database for longer than the busy timeout; 256 calls of a
    /// `SharedStore` wait already; a closure would wait for the store that performs it; or the tab that has the database
    /// open does not respond.
    #[error("the database is busy with other work")]
    Busy => Unavailable "busy";
    /// There is no room for the change, or the storage failed to write it, which looks the same under a quota;
    /// everything stored before is intact.
    #[error("the storage has no room left, or refused to write")]
    StorageFull => Unavailable "storage_full";
    /// The storage cannot be opened, read or written.
    #[error("the storage cannot be opened, read or written")]
    StorageUnavailable(#[source] Option<Box<rusqlite::Error>>) => Unavailable "storage_unavailable";
    /// The [`Host`](crate::Host) has no randomness to make ids and tokens of: nothing was changed.
    #[error("the host has no randomness to make ids and tokens of")]
    NoRandomness => Unavailable "no_randomness";
    /// Another tab, worker or process owns this database.
    #[error("another tab, worker or process has the database open")]
    OtherOwner => Unavailable "other_owner";
    /// The tab that ran this call ended before it answered: the call may have been done or not. In browsers only.
    #[error("the tab that ran the call ended before the result was there: the call may have been done or not")]
    OwnerLost => Unavailable "owner_lost";
    /// The file was written by a newer version of campaignkit; it was left untouched.
    #[error(fmt = newer_schema)]
    NewerSchema(Box<SchemaVersions>) => Unavailable "newer_schema";
    /// The database was closed.
    #[error("the database is closed")]
    Closed => Unavailable "closed";
    /// The pace of a long operation cancelled it: nothing was changed.
    #[error("the operation was cancelled, and changed nothing")]
    Cancelled => Unavailable "cancelled";
    /// The storage failed to flush a change: all of it is there when the database is opened again, or nothing. Until then
    /// this store continues without it, or with it if a rollback journal was removed already. Open it again and look; a
    /// request with an id made by the caller can simply be repeated.
    #[error("the change may or may not have been stored: open the database again and look")]
    CommitUncertain(#[source] Box<rusqlite::Error>) => Internal "commit_uncertain";
    /// The file was not taken: it breaks promises of the engine, each with how many rows do. Nothing was changed.
    #[error(fmt = broken_promises)]
    PromisesBroken(Box<BrokenPromises>) => Internal "corrupt";
    /// The database file is damaged: [`recover`](crate::OpenOptions::recover) what is readable of it.
    #[error("the database is damaged")]
    Corrupt(#[source] Option<Box<rusqlite::Error>>) => Internal "corrupt";
    /// The engine broke a promise of its own, whatever the file holds: report it.
    #[error("campaignkit broke a promise of its own: please report this bug")]
    Bug(#[source] Option<Box<rusqlite::Error>>) => Internal "bug";
}

// What an error holds is behind a pointer: errors are handed on in every line, and a large one costs code in each of them.
const _: () = assert!(size_of::<Error>() == 2 * size_of::<usize>());

/// The sample of what an error holds.
#[cfg(feature = "typescript")]
macro_rules! sample {
    ($(#[source])? $type:ty) => {
        <$type as Sample>::sample()
    };
}
#[cfg(feature = "typescript")]
use sample;

/// A value of what an error holds, from which the fields of its shape are seen.
#[cfg(feature = "typescript")]
trait Sample {
    fn sample() -> Self;
}

#[cfg(feature = "typescript")]
impl<T: Sample> Sample for Box<T> {
    fn sample() -> Self {
        Self::new(T::sample())
    }
}

#[cfg(feature = "typescript")]
macro_rules! default_samples {
    ($($type:ty)+) => {
        $(impl Sample for $type {
            fn sample() -> Self {
                Self::default()
            }
        })+
    };
}
#[cfg(feature = "typescript")]
default_samples!(Issues BrokenPromises TakenName Transition SchemaVersions);

#[cfg(feature = "typescript")]
impl<T> Sample for Option<T> {
    fn sample() -> Self {
        None
    }
}

#[cfg(feature = "typescript")]
impl Sample for rusqlite::Error {
    fn sample() -> Self {
        Self::InvalidQuery
    }
}

fn fields_to_fix(issues: &Issues, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match issues.told().first() {
        Some(first) => write!(f, "{first}")?,
        None => f.write_str("the request breaks a rule")?,
    }
    and_more(issues.count(), "field", f)
}

fn name_taken(TakenName { taken_by, .. }: &TakenName, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let noun = match taken_by {
        NameOwner::Campaign(_) => "campaign",
        NameOwner::List(_) => "list",
    };
    write!(f, "another {noun} of the user has this name")
}

fn newer_schema(SchemaVersions { found, supported }: &SchemaVersions, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(
        f,
        "the database has schema version {found}, and this version of campaignkit knows no newer one than {supported}"
    )
}

fn errors_in_the_way(issues: &Issues, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str("the campaign cannot be launched")?;
    if let Some(first) = issues.told().first() {
        write!(f, ": {first}")?;
    }
    and_more(issues.count(), "error", f)
}

fn broken_promises(BrokenPromises(broken): &BrokenPromises, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let first = broken.first().map_or("", |broken| broken.promise);
    write!(f, "the file breaks the promise that {first}")?;
    and_more(broken.len(), "promise", f)
}

/// How many there are beside the first, as `; 2 more fields`.
fn and_more(all: usize, noun: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if all < 2 { Ok(()) } else { write!(f, "; {}", count(all - 1, &format!("more {noun}"))) }
}

fn no_transition(Transition { from, to, allowed }: &Transition, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if allowed.contains(to) {
        return write!(f, "a campaign that is {from} becomes {to} by a launch only");
    }
    write!(f, "a campaign that is {from} cannot become {to}")?;
    if allowed.is_empty() { Ok(()) } else { write!(f, ", only {}", allowed.join(" or ")) }
}

fn count(n: usize, noun: &str) -> String {
    format!("{n} {noun}{}", if n == 1 { "" } else { "s" })
}

impl Error {
    /// The HTTP status that fits it.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.kind().status()
    }

    /// The issues of an `invalid_input` or a `not_ready`, the first 100, of which 20 are unknown fields; empty for every
    /// other error.
    #[must_use]
    pub fn issues(&self) -> &[Issue] {
        match self {
            Self::InvalidInput(issues) | Self::NotReady(issues) => issues.told(),
            _ => &[],
        }
    }

    /// How many issues an `invalid_input` or a `not_ready` has beyond those that it lists; 0 for every other error.
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
            Self::NameTaken(_) => Some("name"),
            Self::IdReused => Some("id"),
            Self::ExternalIdTaken => Some("external_id"),
            Self::RevisionChanged { .. } => Some("expected_revision"),
            Self::ContentChanged => Some("content_hash"),
            Self::AccountExists { path } => Some(path.word()),
            _ => None,
        }
    }

    /// The same error of a storage, for another call that failed with the one that got this.
    pub(crate) fn again(&self) -> Self {
        let copy = |source: &rusqlite::Error| {
            Box::new(match source {
                rusqlite::Error::SqliteFailure(failure, message) => {
                    rusqlite::Error::SqliteFailure(*failure, message.clone())
                }
                _ => rusqlite::Error::InvalidQuery,
            })
        };
        match self {
            Self::Busy => Self::Busy,
            Self::StorageFull => Self::StorageFull,
            Self::CommitUncertain(source) => Self::CommitUncertain(copy(source)),
            Self::StorageUnavailable(source) => Self::StorageUnavailable(source.as_deref().map(copy)),
            Self::Corrupt(source) => Self::Corrupt(source.as_deref().map(copy)),
            _ => Self::Bug(None),
        }
    }

    /// An `invalid_input` with one issue.
    pub(crate) fn invalid(path: impl Into<String>, problem: Problem) -> Self {
        Self::InvalidInput(Box::new(vec![Issue::new(path, problem)].into()))
    }
}

/// A value whose presence this code guarantees: at an index that it made, in a row that it read before. If it is
/// missing, that is a bug here; nothing is wrong with the file.
pub(crate) fn or_bug<T>(value: Option<T>) -> Result<T> {
    value.ok_or(Error::Bug(None))
}

/// SQLite's result codes, as what the caller should do about them.
impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        let (code, extended) = match &error {
            rusqlite::Error::SqliteFailure(failure, _) => (failure.code, failure.extended_code),
            // Our statements and the types of our columns are fixed: if they do not fit, the file is damaged.
            rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::IntegralValueOutOfRange(..)
            | rusqlite::Error::InvalidColumnType(..)
            | rusqlite::Error::Utf8Error(..)
            | rusqlite::Error::SqlInputError { .. } => return Self::Corrupt(Some(Box::new(error))),
            _ => return Self::Bug(Some(Box::new(error))),
        };
        match code {
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::Busy,
            ErrorCode::DiskFull => Self::StorageFull,
            // A file-size limit or a quota shows as a failed write rather than as a full disk.
            ErrorCode::SystemIoFailure if extended == ffi::SQLITE_IOERR_WRITE => Self::StorageFull,
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => Self::Corrupt(Some(Box::new(error))),
            // A number that was computed of what the file has.
            ErrorCode::ConstraintViolation if extended == ffi::SQLITE_CONSTRAINT_DATATYPE => {
                Self::Corrupt(Some(Box::new(error)))
            }
            ErrorCode::Unknown if extended == ffi::SQLITE_ERROR => Self::Corrupt(Some(Box::new(error))),
            ErrorCode::SystemIoFailure
            | ErrorCode::CannotOpen
            | ErrorCode::ReadOnly
            | ErrorCode::PermissionDenied
            | ErrorCode::AuthorizationForStatementDenied
            | ErrorCode::FileLockingProtocolFailed
            | ErrorCode::NoLargeFileSupport
            | ErrorCode::OutOfMemory => Self::StorageUnavailable(Some(Box::new(error))),
            _ => Self::Bug(Some(Box::new(error))),
        }
    }
}

/// There is not enough memory for the stored data.
impl From<TryReserveError> for Error {
    fn from(_: TryReserveError) -> Self {
        Self::StorageUnavailable(None)
    }
}
