//! A local-first outreach-campaign engine: campaigns over email and LinkedIn in one embedded SQLite database, with every
//! rule enforced by the engine itself. It sends nothing: a program around it, the *host*, claims the messages that are due,
//! sends them and reports what became of them.
//!
//! # The life of a campaign
//!
//! A [`Store`] is one database, and [`Store::session`] acts for one user. A campaign begins as a draft, gets a sequence and
//! people, is validated, launched, and completes when nobody in it is left to contact.
//!
//! ```
//! use campaignkit::{
//!     AddAccount, AddProspects, CampaignStatus, ClaimDue, CreateCampaign, CreateUser, NewEmail, NewPerson, OpenOptions,
//!     Outcome, SimulatedHost, Step, Until, UpdateCampaign,
//! };
//!
//! let clock = SimulatedHost::new(1, 1_776_852_000_000); // A clock for tests; `Store::open("outreach.db")` takes the system's.
//! let mut store = OpenOptions::new(clock).open_in_memory()?;
//! let user = store.create_user(CreateUser::default().time_zone("Europe/Berlin"))?.id;
//! let mut me = store.session(user)?;
//! let ana = me.add_account(AddAccount::email("ana@example.com").first_name("Ana"))?;
//!
//! let campaign = me.create_campaign(CreateCampaign::new("Q2", [ana.id], NewEmail::default()))?.campaign.id;
//! let steps = [Step::email("Hello %first_name%", "…"), Step::days(3), Step::reply("Did you see this?")];
//! me.update_campaign(campaign, UpdateCampaign::default().sequence_nodes(steps))?;
//! me.add_prospects(campaign, AddProspects::from_iter([NewPerson::email("bo@example.com").first_name("Bo")]))?;
//! assert!(me.validate(campaign)?.ready); // Its errors name what is missing, each with its place.
//! me.launch(campaign, None)?;
//!
//! let store = store.into_shared(); // For many threads; the loop waits for what is due.
//! let mut subjects = Vec::new();
//! for task in store.due(user, ClaimDue::default()).until(Until::Finished) {
//!     let task = task?;
//!     let _message_id = format!("<{}@example.com>", task.idempotency_key); // The same, should it be sent again.
//!     subjects.extend(task.email.as_ref().map(|email| email.subject.clone())); // Send it, and then:
//!     task.complete(Outcome::Sent)?;
//! }
//! assert_eq!(subjects, ["Hello Bo", "Re: Hello Bo"]);
//! assert_eq!(store.session(user, move |me| me.campaign(campaign))?.status(), CampaignStatus::Completed);
//! # Ok::<(), campaignkit::Error>(())
//! ```
//!
//! A host reports what happens to people meanwhile (replies, bounces, unsubscriptions) by [`Session::record_event`].
//! [`Session::plan`], [`Session::forecast`] and [`Session::explain`] show what will be sent; they use the scheduler of claims.
//!
//! # Requests and errors
//!
//! Operations take a typed request, in which a field of the wrong channel cannot be written and which has a method for
//! each of its fields, or JSON ([`Input`], [`serde_json::Value`]), which is checked as a whole: see
//! [`Request`]. What they return serializes to one wire shape on every platform.
//! Every failure is an [`Error`] with a stable code, and has changed nothing.
//!
//! # Where things are
//!
//! Each type has its place in one of the [modules](#modules) below, and can be imported from the root of the crate as well. Begin
//! with [`Store`], [`Session`] and [`SharedStore`]: their methods are the operations. `docs/threads.md` is about threads and
//! async.
//!
//! The repository has the rules of every operation in `docs/rules.md`, a guide to hosts in `docs/hosting.md`, and a complete
//! host for SMTP in `examples/smtp`. Documentation in this crate names sections of the rules as
//! `docs/rules.md#claims`.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod account;
mod backup;
pub mod bounds;
mod campaign;
mod channel;
mod error;
mod export;
mod id;
mod import;
mod launch;
mod message;
mod operations;
mod people;
mod privacy;
mod request;
mod sending;
mod shape;
#[cfg(feature = "shared")]
mod shared;
mod sort;
mod statement;
mod store;
#[cfg(feature = "proptest")]
mod testing;
mod time;
#[cfg(feature = "typescript")]
pub mod typescript;
mod user;

/// The snippets of the documents, as tests.
#[cfg(all(doctest, feature = "shared"))]
#[doc = include_str!("../README.md")]
#[doc = include_str!("../docs/hosting.md")]
#[doc = include_str!("../docs/threads.md")]
pub struct Documents;

pub mod storage {
    //! Databases: opening, sizes and versions, recovery, and the host that gives them time and randomness.
    //!
    //! [`Store::open`] opens a file and [`Store::open_in_memory`] a database that is gone when it is closed. [`OpenOptions`]
    //! are for everything else.

    pub use crate::backup::{Compacted, FileWarning, Imported, Recovered, RecoveredTable, Recovery};
    #[cfg(feature = "system-host")]
    pub use crate::store::host::SystemHost;
    pub use crate::store::host::{Host, NoRandomness, SimulatedHost, Undecodable};
    pub use crate::store::{Durability, Journal, Migrated, OpenOptions, Store, StoreInfo, United};
}

pub mod users {
    //! Users, who own everything else, and the session that acts for one.

    pub use crate::store::session::Session;
    pub use crate::user::{CreateUser, ExternalId, UpdateUser, User, UserPage};
}

pub mod accounts {
    //! Accounts: the mailboxes and LinkedIn profiles that a user sends from (`docs/rules.md#accounts`).

    pub use crate::account::{
        Account, AccountPage, AccountStatus, AddAccount, ListAccounts, NewAddress, Pacing, Profile, RampUp, SetPacing,
        UpdateAccount,
    };
}

pub mod campaigns {
    //! Campaigns: creating, changing, launching and pausing them; their sequences and hours (`docs/rules.md#campaigns`).

    pub use crate::campaign::schedule::{
        BlackoutDate, BlackoutDates, CivilDate, DayTime, Interval, Schedule, TimeZone, zone_data_version,
    };
    pub use crate::campaign::sequence::{
        InsertNode, MoveNode, NewNode, NewVariant, ReviseNode, SequenceNode, Step, UpdateNode, Variant,
    };
    pub use crate::campaign::{
        Campaign, CampaignPage, CampaignStatus, CloneCampaign, CreateCampaign, Created, EmailSettings,
        LinkedinSettings, ListCampaigns, NewChannel, NewEmail, Settings, Status, UpdateCampaign, Updated,
    };
    pub use crate::channel::Channel;
    pub use crate::launch::{Launched, Paused, Resumed, Revised, UnresolvedProspects, Validation};
    pub use crate::sending::stats::Stats;
}

pub mod prospects {
    //! People: those of campaigns, those of saved lists, those who are held, and those who are never contacted
    //! (`docs/rules.md#prospects`); all that is stored of a person, and erasing it (`docs/privacy.md`).

    pub use crate::import::{AddProspects, ImportList};
    pub use crate::people::hold::{Held, HeldProspect, Hold, PersonRef};
    pub use crate::people::list::{AddLeads, AddedLeads, CreateList, Lead, LeadOutcome, LeadPage, List, SavedListPage};
    pub use crate::people::person::{Field, NewPerson, Person};
    pub use crate::people::prospect::{
        FindBy, FindProspects, ListProspects, Prospect, ProspectPage, ProspectStatus, UpdateProspect,
    };
    pub use crate::people::skipped::Skipped;
    pub use crate::people::suppression::{
        AddSuppressions, AddedSuppressions, ListSuppressions, NewSuppression, Suppression, SuppressionPage,
        SuppressionReason, SuppressionType,
    };
    pub use crate::privacy::{
        ErasePerson, ErasedPerson, ExportPerson, ExportedPerson, PersonIdentity, PersonRecord, PersonRow, PersonValue,
    };
    pub use crate::sending::handover::{HandOver, HandedOver};
    pub use crate::sending::retry::{Retried, RetryProspects, RetryStatus};
}

pub mod files {
    //! CSV files: previews, imports with their reports, and exports (`docs/rules.md#csv-files`).

    pub use crate::export::{ExportProspects, ExportedProspects};
    pub use crate::import::{
        ColumnTarget, CsvColumn, CsvPreview, CsvWarning, ImportCsv, ImportMode, ImportOutcome, ImportReport,
        ImportResult, ImportSuppressions, ImportedLeads, ImportedSuppressions, InvalidRow, Reading, Source,
    };
}

pub mod messages {
    //! What each person reads: previews, and texts that are written for one person
    //! (`docs/rules.md#messages-for-one-prospect`).

    pub use crate::launch::{MessagePreviews, PreviewMessages};
    pub use crate::message::draft::{
        EditMessage, MessageInput, MessageRequest, MessageRequestPage, ResolveMessages, Resolved, Submission,
        SubmitMessages, Submitted, SubmittedMessage,
    };
    pub use crate::message::{MessageOrigin, MessagePreview};
}

pub mod hosting {
    //! Sending: the loop of a host, claims, tasks, their outcomes, and what is reported of people later
    //! (`docs/hosting.md`).

    pub use crate::sending::outbox::{
        ClaimDue, Claimed, CompleteTask, CompletedTask, CompletedTasks, Completion, EventReported, EventSubject,
        Extended, HeldBack, LatePolicy, NextDue, Outcome, RecordEvent, RecordedEventType, Reported, ReportedProspect,
    };
    pub use crate::sending::task::{
        EmailTask, ForgetMessages, IdempotencyKey, ListTasks, MessagesForgotten, OpenToken, Task, TaskDetail,
        TaskMessage, TaskPage, TaskRecord, TaskStatus, TaskType,
    };
    pub use crate::sending::unsubscribe::{UnsubscribeToken, Unsubscribed};
    #[cfg(feature = "stream")]
    pub use crate::shared::DueStream;
    #[cfg(feature = "shared")]
    pub use crate::shared::{Due, DueTask, StopDue, Until};
}

pub mod plans {
    //! Looking ahead: each message of a plan, a forecast by day, and why somebody is sent nothing
    //! (`docs/rules.md#plans-and-forecasts`).

    pub use crate::sending::plan::{Explained, Forecast, ForecastDay, Plan, PlanQuery, PlannedTask, SentByAccount};
    pub use crate::sending::reason::Reason;
}

pub mod reports {
    //! What was sent and what became of it, by campaign, account and day (`docs/rules.md#reports`).

    pub use crate::sending::comparison::{ComparedNode, ComparedVariant, RateDifference, VariantComparison};
    pub use crate::sending::report::{Report, ReportCounts, ReportKey, ReportQuery, ReportRow};
}

pub mod events {
    //! What happened, as it happens and afterwards (`docs/rules.md#change-events-and-live-data`).

    pub use crate::store::event::{Change, Commit, Event, EventPage, Missed, Topic};
}

pub mod threads {
    //! Threads, async and long work: `docs/threads.md` has examples.

    #[cfg(feature = "shared")]
    pub use crate::shared::{Call, SharedStore};
    pub use crate::store::pace::{MaybeSend, Pace, Unpaced, WorkProgress, at_once, pausing};
}

pub mod requests {
    //! How operations are called: typed or with JSON; ids, pages, notices.

    pub use crate::id::{
        AccountId, CampaignId, LeadId, ListId, NodeId, ProspectId, SuppressionId, TaskId, UserId, VariantId,
    };
    pub use crate::request::name::Name;
    pub use crate::request::notice::Notice;
    pub use crate::request::page::ListPage;
    pub use crate::request::revision::ExpectedRevision;
    pub use crate::request::setters::Nullable;
    pub use crate::request::sort::SortBy;
    pub use crate::request::storage_name::StorageName;
    pub use crate::request::token::Token;
    pub use crate::request::{Allowance, Excess, Input, Number, Request, RequestType};
    pub use crate::time::Instant;
}

pub mod errors {
    //! Errors: their kinds, codes and issues (`docs/errors.md`).

    pub use crate::error::issues::Issues;
    pub use crate::error::{
        Broken, BrokenPromises, Error, IdentityField, Issue, Kind, NameOwner, Problem, Result, SchemaVersions,
        TakenName, Transition,
    };
}

pub use campaigns::{CreateCampaign, Step, UpdateCampaign};
pub use errors::{Error, Result};
pub use hosting::{ClaimDue, Outcome, Task};
pub use requests::{Input, Instant};
pub use storage::{OpenOptions, Store};
#[cfg(feature = "shared")]
pub use threads::SharedStore;
pub use users::Session;

// Everything has its place in a module, and can be imported from here as well.
#[doc(hidden)]
pub use {
    accounts::*, campaigns::*, errors::*, events::*, files::*, hosting::*, messages::*, plans::*, prospects::*,
    reports::*, requests::*, storage::*, threads::*, users::*,
};

#[cfg(feature = "proptest")]
pub use testing::{invariants, strategies};
