//! A local-first outreach-campaign engine: sales-outreach campaigns over email and LinkedIn in one embedded SQLite
//! database, with every rule enforced by the engine itself.
//!
//! A [`Store`] is one database. [`Store::session`] acts for one user; a session's operations take a typed request,
//! in which a field of the wrong channel cannot be written, or JSON ([`Input`], [`serde_json::Value`]), which is
//! checked as a whole. What they return serializes to the wire shapes of the documentation. Every failure is an
//! [`Error`] with a stable code, and has changed nothing.
//!
//! ```
//! use campaignkit::{AddAccount, CreateCampaign, CreateUser, NewEmail, Store};
//!
//! let mut store = Store::open_in_memory()?;
//! let user = store.create_user(CreateUser { time_zone: Some("Europe/Berlin".into()), ..CreateUser::default() })?;
//! let mut me = store.session(user.id)?;
//! let ana = me.add_account(AddAccount::email("ana@example.com"))?;
//!
//! let created = me.create_campaign(CreateCampaign::new("Q2 Enterprise Outreach", [ana.id], NewEmail::default()))?;
//! assert_eq!(created.campaign.sequence_nodes.len(), 2);
//!
//! let again = me.create_campaign(serde_json::json!({
//!     "type": "email", "name": "Q2 Enterprise Outreach", "sender_account_ids": [ana.id],
//! }));
//! assert_eq!(again.map_err(|error| error.code()).err(), Some("name_taken"));
//! # Ok::<(), campaignkit::Error>(())
//! ```

mod account;
mod backup;
mod campaign;
mod channel;
mod error;
mod export;
mod id;
mod import;
mod launch;
mod message;
mod people;
mod request;
mod sending;
mod store;
#[cfg(feature = "proptest")]
mod testing;
mod time;
#[cfg(feature = "typescript")]
pub mod typescript;
mod user;

/// The snippets of the documents, as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
#[doc = include_str!("../docs/hosting.md")]
pub struct Documents;

pub use account::{Account, AccountPage, AccountStatus, AddAccount, ListAccounts, NewAddress, Profile, UpdateAccount};
pub use backup::{FileWarning, Imported, Recovered, RecoveredTable, Recovery};
pub use campaign::schedule::{DayTime, Interval, Schedule, TimeZone, zone_data_version};
pub use campaign::sequence::{InsertNode, MoveNode, NewNode, SequenceNode, Step, UpdateNode};
pub use campaign::{
    Campaign, CampaignPage, CreateCampaign, Created, EmailSettings, LinkedinSettings, ListCampaigns, NewChannel,
    NewEmail, Settings, Status, StatusWord, UpdateCampaign, Updated,
};
pub use channel::Channel;
pub use error::issues::Issues;
pub use error::{Broken, Error, Issue, Kind, Problem, Result};
pub use export::{ExportProspects, ExportedProspects};
pub use id::{AccountId, CampaignId, LeadId, ListId, NodeId, ProspectId, SuppressionId, TaskId, UserId};
pub use import::{
    AddProspects, ColumnTarget, CsvColumn, CsvPreview, CsvWarning, Fate, ImportCsv, ImportList, ImportMode,
    ImportOutcome, ImportReport, ImportSuppressions, ImportedSuppressions, InvalidRow, Reading, Source,
};
pub use launch::{Launched, MessagePreviews, Paused, PreviewMessages, Resumed, Validation};
pub use message::written::{
    EditMessage, MessageInput, MessageRequest, MessageRequestPage, ResolveMessages, Resolved, Submission,
    SubmitMessages, Submitted, SubmittedMessage,
};
pub use message::{MessageOrigin, MessagePreview};
pub use people::hold::{Held, HeldProspect, Hold, PersonRef};
pub use people::list::{AddLeads, AddedLeads, CreateList, Lead, LeadOutcome, LeadPage, List, SavedListPage};
pub use people::person::{Field, NewPerson, Person};
pub use people::prospect::{ListProspects, Prospect, ProspectPage, ProspectStatus, UpdateProspect};
pub use people::skipped::Skipped;
pub use people::suppression::{
    AddSuppressions, AddedSuppressions, ListSuppressions, NewSuppression, Suppression, SuppressionPage,
    SuppressionReason, SuppressionType,
};
pub use request::name::Name;
pub use request::notice::Notice;
pub use request::page::ListPage;
pub use request::revision::ExpectedRevision;
pub use request::storage_name::StorageName;
pub use request::{Allowance, Excess, Input, Number, Request};
pub use sending::counts::Stats;
pub use sending::handover::{HandOver, HandedOver};
pub use sending::outbox::{
    ClaimDue, Claimed, EventReported, Extended, LatePolicy, NextDue, Outcome, RecordEvent, Recorded, RecordedEventType,
    Reported, ReportedProspect, Unsubscribed,
};
pub use sending::plan::{Explained, Forecast, ForecastDay, Plan, PlanQuery, PlannedTask, Reason, SentByAccount};
pub use sending::retry::{Retried, RetryProspects, RetryStatus};
pub use sending::task::{
    EmailTask, IdempotencyKey, ListTasks, Task, TaskPage, TaskRecord, TaskStatus, TaskType, Token,
};
pub use store::event::{Change, Commit, Event, EventPage, Missed, Topic};
#[cfg(feature = "system-host")]
pub use store::host::SystemHost;
pub use store::host::{Host, NoRandomness, SimulatedHost, Undecodable};
pub use store::pace::{Headway, Pace, Unpaced};
pub use store::session::Session;
pub use store::{Durability, Journal, Migrated, OpenOptions, Store, StoreInfo, United};
#[cfg(feature = "proptest")]
pub use testing::{invariants, strategies};
pub use time::Instant;
pub use user::{CreateUser, UpdateUser, User, UserPage};
