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
//!     AddAccount, AddProspects, ClaimDue, CreateCampaign, CreateUser, NewEmail, NewPerson, OpenOptions, Outcome, Profile,
//!     SimulatedHost, CampaignStatus, Step, UpdateCampaign,
//! };
//!
//! let mut now = 1_776_852_000_000; // A clock for tests; `Store::open("outreach.db")` takes the system's.
//! let clock = SimulatedHost::new(1, now);
//! let mut store = OpenOptions::new(clock.clone()).open_in_memory()?;
//! let user = store.create_user(CreateUser { time_zone: Some("Europe/Berlin".into()), ..CreateUser::default() })?;
//! let mut me = store.session(user.id)?;
//! let profile = Profile { first_name: Some("Ana".into()), ..Profile::default() };
//! let ana = me.add_account(AddAccount { profile, ..AddAccount::email("ana@example.com") })?;
//!
//! let campaign = me.create_campaign(CreateCampaign::new("Q2", [ana.id], NewEmail::default()))?.campaign.id;
//! let email = |subject: &str, is_reply| Step::Email { subject: subject.into(), body: "…".into(), is_reply };
//! let wait = Step::Delay { days: 3, hours: 0, minutes: 0 };
//! let nodes = vec![email("Hello %first_name%", false).into(), wait.into(), email("", true).into()];
//! me.update_campaign(campaign, UpdateCampaign { sequence_nodes: Some(nodes), ..UpdateCampaign::default() })?;
//! let bo = NewPerson { first_name: Some("Bo".into()), ..NewPerson::email("bo@example.com") };
//! me.add_prospects(campaign, AddProspects::from_iter([bo]))?;
//! assert!(me.validate(campaign)?.ready); // Its errors name what is missing, each with its place.
//! me.launch(campaign, None)?;
//!
//! let mut subjects = Vec::new();
//! while let Some(due) = me.next_due()?.next_due_at {
//!     clock.advance_ms(due.unix_ms() - now); // A host sleeps until then.
//!     now = due.unix_ms();
//!     for task in me.claim_due(ClaimDue::default())?.tasks {
//!         let _message_id = format!("<{}@example.com>", task.idempotency_key); // The same, should it be sent again.
//!         subjects.extend(task.email.map(|email| email.subject)); // Send it, and then:
//!         me.complete(task.id, Outcome::Sent)?;
//!     }
//! }
//! assert_eq!(subjects, ["Hello Bo", "Re: Hello Bo"]);
//! assert_eq!(me.campaign(campaign)?.status(), CampaignStatus::Completed);
//! # Ok::<(), campaignkit::Error>(())
//! ```
//!
//! A host reports what happens to people meanwhile (replies, bounces, unsubscriptions) by [`Session::record_event`].
//! [`Session::plan`], [`Session::forecast`] and [`Session::explain`] show what will be sent; they use the scheduler of claims.
//!
//! # Requests and errors
//!
//! Operations take a typed request, in which a field of the wrong channel cannot be written, or JSON ([`Input`],
//! [`serde_json::Value`]), which is checked as a whole. What they return serializes to one wire shape on every platform.
//! Every failure is an [`Error`] with a stable code, and has changed nothing.
//!
//! The repository has the rules of every operation in `docs/rules.md`, a guide to hosts in `docs/hosting.md`, and a complete
//! host for SMTP in `examples/smtp`. Documentation in this crate names sections of the rules as
//! `docs/rules.md#claims`.

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
    Campaign, CampaignPage, CampaignStatus, CloneCampaign, CreateCampaign, Created, EmailSettings, LinkedinSettings,
    ListCampaigns, NewChannel, NewEmail, Settings, Status, UpdateCampaign, Updated,
};
pub use channel::Channel;
pub use error::issues::Issues;
pub use error::{
    Broken, BrokenPromises, Error, IdentityField, Issue, Kind, NameOwner, Problem, Result, SchemaVersions, TakenName,
    Transition,
};
pub use export::{ExportProspects, ExportedProspects};
pub use id::{AccountId, CampaignId, LeadId, ListId, NodeId, ProspectId, SuppressionId, TaskId, UserId};
pub use import::{
    AddProspects, ColumnTarget, CsvColumn, CsvPreview, CsvWarning, ImportCsv, ImportList, ImportMode, ImportOutcome,
    ImportReport, ImportResult, ImportSuppressions, ImportedLeads, ImportedSuppressions, InvalidRow, Reading, Source,
};
pub use launch::{Launched, MessagePreviews, Paused, PreviewMessages, Resumed, Validation};
pub use message::draft::{
    EditMessage, MessageInput, MessageRequest, MessageRequestPage, ResolveMessages, Resolved, Submission,
    SubmitMessages, Submitted, SubmittedMessage,
};
pub use message::{MessageOrigin, MessagePreview};
pub use people::hold::{Held, HeldProspect, Hold, PersonRef};
pub use people::list::{AddLeads, AddedLeads, CreateList, Lead, LeadOutcome, LeadPage, List, SavedListPage};
pub use people::person::{Field, NewPerson, Person};
pub use people::prospect::{
    FindBy, FindProspects, ListProspects, Prospect, ProspectPage, ProspectStatus, UpdateProspect,
};
pub use people::skipped::Skipped;
pub use people::suppression::{
    AddSuppressions, AddedSuppressions, ListSuppressions, NewSuppression, Suppression, SuppressionPage,
    SuppressionReason, SuppressionType,
};
pub use privacy::{
    ErasePerson, ErasedPerson, ExportPerson, ExportedPerson, PersonIdentity, PersonRecord, PersonRow, PersonValue,
};
pub use request::name::Name;
pub use request::notice::Notice;
pub use request::page::ListPage;
pub use request::revision::ExpectedRevision;
pub use request::setters::Nullable;
pub use request::sort::SortBy;
pub use request::storage_name::StorageName;
pub use request::token::Token;
pub use request::{Allowance, Excess, Input, Number, Request, RequestType};
pub use sending::handover::{HandOver, HandedOver};
pub use sending::outbox::{
    ClaimDue, Claimed, CompleteTask, CompletedTask, CompletedTasks, Completion, EventReported, EventSubject, Extended,
    HeldBack, LatePolicy, NextDue, Outcome, RecordEvent, RecordedEventType, Reported, ReportedProspect,
};
pub use sending::plan::{Explained, Forecast, ForecastDay, Plan, PlanQuery, PlannedTask, SentByAccount};
pub use sending::reason::Reason;
pub use sending::report::{Report, ReportCounts, ReportKey, ReportQuery, ReportRow};
pub use sending::retry::{Retried, RetryProspects, RetryStatus};
pub use sending::stats::Stats;
pub use sending::task::{
    EmailTask, ForgetMessages, IdempotencyKey, ListTasks, MessagesForgotten, OpenToken, Task, TaskDetail, TaskMessage,
    TaskPage, TaskRecord, TaskStatus, TaskType,
};
pub use sending::unsubscribe::{UnsubscribeToken, Unsubscribed};
#[cfg(feature = "stream")]
pub use shared::DueStream;
#[cfg(feature = "shared")]
pub use shared::{Call, Due, DueTask, SharedStore, StopDue, Until};
pub use store::event::{Change, Commit, Event, EventPage, Missed, Topic};
#[cfg(feature = "system-host")]
pub use store::host::SystemHost;
pub use store::host::{Host, NoRandomness, SimulatedHost, Undecodable};
pub use store::pace::{Pace, Unpaced, WorkProgress};
pub use store::session::Session;
pub use store::{Durability, Journal, Migrated, OpenOptions, Store, StoreInfo, United};
#[cfg(feature = "proptest")]
pub use testing::{invariants, strategies};
pub use time::Instant;
pub use user::{CreateUser, ExternalId, UpdateUser, User, UserPage};
