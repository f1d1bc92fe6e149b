//! The TypeScript declarations of every request and result, made from the Rust types.
//!
//! They are derived where the types are. Here are their list, which types are a text, and requests that are other types in Rust.

mod bounds;
mod codes;
mod operations;
mod request;
mod text;
mod variables;

use ts_rs::{Config, TS};

use crate::account::{
    Account, AccountPage, AccountStatus, AddAccount, ListAccounts, Profile, RampUp, SetPacing, UpdateAccount,
};
use crate::backup::{Compacted, FileWarning, Imported, RecoveredTable, Recovery};
use crate::campaign::schedule::{BlackoutDate, Interval, Schedule};
use crate::campaign::sequence::{MoveNode, NewVariant, ReviseNode, UpdateNode, Variant};
use crate::campaign::{
    Campaign, CampaignPage, CampaignStatus, CloneCampaign, CreateCampaign, Created, LinkedinSettings, ListCampaigns,
    NewEmail, NodeShape, UpdateCampaign, Updated,
};
use crate::channel::Channel;
use crate::error::{Broken, Kind};
use crate::export::{ExportProspects, ExportedProspects};
use crate::id::{AccountId, CampaignId, LeadId, ListId, NodeId, ProspectId, SuppressionId, TaskId, UserId, VariantId};
use crate::import::{
    AddProspects, ColumnTarget, CsvColumn, CsvPreview, CsvWarning, ImportCsv, ImportList, ImportMode, ImportOutcome,
    ImportReport, ImportSuppressions, ImportedLeads, ImportedSuppressions, InvalidRow, Reading,
};
use crate::launch::{
    Launched, MessagePreviews, Paused, PreviewMessages, Resumed, Revised, UnresolvedProspects, Validation,
};
use crate::message::draft::{
    EditMessage, MessageRequest, MessageRequestPage, ResolveMessages, Resolved, Submission, SubmitMessages, Submitted,
    SubmittedMessage,
};
use crate::message::{MessageOrigin, MessagePreview};
use crate::people::hold::{Held, HeldProspect, Hold, PersonRef};
use crate::people::list::{AddLeads, AddedLeads, CreateList, Lead, LeadOutcome, LeadPage, List, SavedListPage};
use crate::people::person::{Field, NewPerson};
use crate::people::prospect::{FindProspects, ListProspects, Prospect, ProspectPage, ProspectStatus, UpdateProspect};
use crate::people::skipped::Skipped;
use crate::people::suppression::{
    AddSuppressions, AddedSuppressions, ListSuppressions, NewSuppression, Suppression, SuppressionPage,
    SuppressionReason, SuppressionType,
};
use crate::privacy::{
    ErasePerson, ErasedPerson, ExportPerson, ExportedPerson, PersonIdentity, PersonRecord, PersonValue,
};
use crate::request::notice::Notice;
use crate::request::page::ListPage;
use crate::request::revision::ExpectedRevision;
use crate::request::sort::SortBy;
use crate::sending::comparison::{ComparedNode, ComparedVariant, RateDifference, VariantComparison};
use crate::sending::handover::{HandOver, HandedOver};
use crate::sending::outbox::{
    ClaimDue, Claimed, CompleteTask, CompletedTask, CompletedTasks, Completion, EventReported, Extended, HeldBack,
    LatePolicy, NextDue, RecordedEventType, Reported, ReportedProspect,
};
use crate::sending::plan::{Explained, Forecast, ForecastDay, Plan, PlanQuery, PlannedTask, SentByAccount};
use crate::sending::reason::Reason;
use crate::sending::report::{Report, ReportCounts, ReportKey, ReportQuery, ReportRow};
use crate::sending::retry::{Retried, RetryProspects, RetryStatus};
use crate::sending::stats::Stats;
use crate::sending::task::{
    ForgetMessages, ListTasks, MessagesForgotten, Task, TaskDetail, TaskMessage, TaskPage, TaskRecord, TaskStatus,
    TaskType,
};
use crate::sending::unsubscribe::Unsubscribed;
use crate::store::event::{Commit, Event, EventPage, Topic};
use crate::user::{CreateUser, UpdateUser, User, UserPage};
pub use bounds::{bounds_module, schema_module};
pub use codes::errors_page;
pub use operations::{operation_names, operations_module};
pub(crate) use request::{EventDetails, InsertNode, NewBlackoutDate, NewNode, NewSchedule, NewStep, RecordEvent};
pub use variables::variables_module;

/// The declarations as one module. `cargo xtask types` writes them into the npm package.
#[must_use]
#[expect(clippy::too_many_lines, reason = "a list of types")]
pub fn declarations() -> String {
    let config = Config::new().with_large_int("number");
    let mut module = String::from("// Generated from the Rust types by `cargo xtask types`; do not edit.\n");
    macro_rules! declare {
        ($($type:ty),* $(,)?) => {$(
            module.push('\n');
            module.push_str(&without_examples(&<$type>::docs().unwrap_or_default()));
            module.push_str("export ");
            module.push_str(&<$type>::decl(&config));
            module.push('\n');
        )*};
    }
    module.push_str(ID);
    declare![
        UserId,
        AccountId,
        CampaignId,
        NodeId,
        ProspectId,
        ListId,
        LeadId,
        TaskId,
        SuppressionId,
        VariantId,
        Channel,
        User,
        CreateUser,
        UpdateUser,
        UserPage,
        Account,
        AccountStatus,
        AddAccount,
        Profile,
        RampUp,
        SetPacing,
        UpdateAccount,
        ListAccounts,
        AccountPage,
        Campaign,
        Stats,
        CampaignStatus,
        Schedule,
        BlackoutDate,
        NewBlackoutDate,
        NewSchedule,
        Interval,
        NodeShape<'_>,
        CreateCampaign,
        CloneCampaign,
        NewEmail,
        LinkedinSettings,
        Created,
        UpdateCampaign,
        Updated,
        Variant,
        NewVariant,
        NewNode,
        NewStep,
        InsertNode,
        UpdateNode,
        ReviseNode,
        MoveNode,
        ExpectedRevision,
        Validation,
        Launched,
        Skipped,
        Paused,
        Resumed,
        Revised,
        UnresolvedProspects,
        PersonIdentity,
        ExportPerson,
        ExportedPerson,
        PersonRecord,
        PersonValue,
        ErasePerson,
        ErasedPerson,
        PersonRef,
        Hold,
        Held,
        HeldProspect,
        RetryProspects,
        RetryStatus,
        Retried,
        HandOver,
        HandedOver,
        ClaimDue,
        LatePolicy,
        Claimed,
        HeldBack,
        NextDue,
        Task,
        TaskType,
        TaskStatus,
        ListTasks,
        TaskRecord,
        TaskMessage,
        TaskDetail,
        TaskPage,
        ForgetMessages,
        MessagesForgotten,
        Completion,
        Reported,
        CompleteTask,
        CompletedTasks,
        CompletedTask,
        EventReported,
        ReportedProspect,
        Extended,
        RecordEvent,
        EventDetails,
        RecordedEventType,
        Unsubscribed,
        PlanQuery,
        Plan,
        PlannedTask,
        Forecast,
        ForecastDay,
        SentByAccount,
        Explained,
        ReportQuery,
        ReportKey,
        Report,
        ReportRow,
        ReportCounts,
        VariantComparison,
        ComparedNode,
        ComparedVariant,
        RateDifference,
        Reason,
        NewPerson,
        AddProspects,
        ImportList,
        ImportReport,
        ImportOutcome<'_>,
        ProspectStatus,
        Prospect,
        SortBy,
        ListProspects,
        FindProspects,
        ExportProspects,
        ExportedProspects,
        ProspectPage,
        UpdateProspect,
        PreviewMessages,
        MessagePreviews,
        MessagePreview,
        MessageOrigin,
        ResolveMessages,
        Resolved,
        EditMessage,
        MessageRequestPage,
        MessageRequest,
        SubmitMessages,
        SubmittedMessage,
        Submitted,
        Submission,
        CsvPreview,
        CsvColumn,
        CsvWarning,
        ColumnTarget,
        Field,
        ImportCsv,
        ImportMode,
        Reading,
        List,
        CreateList,
        SavedListPage,
        Lead,
        AddLeads,
        AddedLeads,
        LeadOutcome,
        LeadPage,
        Suppression,
        SuppressionType,
        NewSuppression,
        SuppressionReason,
        AddSuppressions,
        AddedSuppressions,
        ImportSuppressions,
        ImportedSuppressions,
        ImportedLeads,
        InvalidRow,
        ListSuppressions,
        SuppressionPage,
        Notice,
        ListCampaigns,
        CampaignPage,
        Event,
        EventPage,
        Commit,
        Topic,
        Recovery,
        RecoveredTable,
        Imported,
        Compacted,
        FileWarning,
        Broken,
        ListPage,
        Kind,
    ];
    module.push_str(&codes::declarations(&config));
    module
}

/// What all ids have in common.
const ID: &str = "
/**
 * An id, which is a text. TypeScript knows the kind of those that come from the engine, and refuses them where another
 * kind is wanted; a plain `string`, as a URL or a storage has it, is taken for any kind.
 */
export type Id<Kind extends string> = string & { readonly __id?: Kind };
";

/// The examples in the documentation are Rust.
fn without_examples(docs: &str) -> String {
    let mut is_example = false;
    let mut kept: Vec<&str> = Vec::new();
    for line in docs.lines() {
        let is_fence = line.contains("```");
        if !is_fence && !is_example {
            kept.push(line);
        }
        is_example ^= is_fence;
    }
    // The blank line that set the example apart goes with it.
    let last = kept.iter().rposition(|line| !matches!(line.trim(), "*" | "*/"));
    let text_end = last.map_or(0, |last| last + 1);
    let mut text: String = kept.iter().take(text_end).map(|line| format!("{line}\n")).collect();
    if docs.lines().count() > 0 {
        text.push_str(" */\n");
    }
    text
}
