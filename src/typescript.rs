//! The TypeScript declarations of every request and answer, made from the Rust types.
//!
//! Answers that are serialized field by field have their shapes here; `cargo xtask test` compiles samples of what is
//! really serialized against them.
#![allow(dead_code, reason = "only the declarations of the shapes are used")]

use ts_rs::{Config, TS};

use crate::account::{AccountPage, AccountStatus, AddAccount, ListAccounts, Profile, UpdateAccount};
use crate::backup::{FileWarning, Imported, RecoveredTable, Recovery};
use crate::campaign::schedule::Interval;
use crate::campaign::sequence::{MoveNode, UpdateNode};
use crate::campaign::{
    CampaignPage, CreateCampaign, Created, LinkedinSettings, ListCampaigns, NewEmail, StatusWord, UpdateCampaign,
    Updated,
};
use crate::channel::Channel;
use crate::error::Broken;
use crate::error::{ErrorShape, IssueShape, Kind};
use crate::import::{AddProspects, CsvColumn, CsvPreview, ImportCsv, ImportList};
use crate::launch::{Launched, MessagePreviews, Paused, PreviewMessages, Resumed, Validation};
use crate::message::MessageOrigin;
use crate::message::written::{EditMessage, MessageRequestPage, ResolveMessages, Resolved, SubmitMessages, Submitted};
use crate::people::hold::{Held, HeldProspect, Hold, PersonRef};
use crate::people::list::{AddLeads, AddedLeads, CreateList, LeadOutcome, LeadPage, List, SavedListPage};
use crate::people::person::{Field, NewPerson};
use crate::people::prospect::{ListProspects, ProspectPage, ProspectStatus, UpdateProspect};
use crate::people::suppression::{
    AddSuppressions, AddedSuppressions, ListSuppressions, NewSuppression, Suppression, SuppressionPage,
    SuppressionReason, SuppressionType,
};
use crate::request::notice::NoticeShape;
use crate::request::page::ListPage;
use crate::request::revision::ExpectedRevision;
use crate::sending::counts::Stats;
use crate::sending::handover::{HandOver, HandedOver};
use crate::sending::outbox::{
    ClaimDue, Claimed, EventReported, Extended, LatePolicy, NextDue, RecordedEventType, Reported, ReportedProspect,
    Unsubscribed,
};
use crate::sending::plan::{Forecast, ForecastDay, Plan, PlanQuery, Reason, SentByAccount};
use crate::sending::retry::{Retried, RetryProspects, RetryStatus};
use crate::sending::task::{ListTasks, TaskPage, TaskRecord, TaskStatus, TaskType};
use crate::store::event::{Commit, Event, EventPage, Topic};
use crate::user::{CreateUser, UpdateUser, User, UserPage};

/// The declarations as one module. `cargo xtask types` writes them into the npm package.
#[must_use]
#[expect(clippy::too_many_lines, reason = "a list of types")]
pub fn declarations() -> String {
    let config = Config::default();
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
    declare![
        Channel,
        User,
        CreateUser,
        UpdateUser,
        UserPage,
        Account,
        AccountStatus,
        AddAccount,
        Profile,
        UpdateAccount,
        ListAccounts,
        AccountPage,
        Campaign,
        Stats,
        StatusWord,
        Schedule,
        NewSchedule,
        Interval,
        SequenceNode,
        CreateCampaign,
        NewEmail,
        LinkedinSettings,
        Created,
        UpdateCampaign,
        Updated,
        NewNode,
        NewStep,
        InsertNode,
        UpdateNode,
        MoveNode,
        ExpectedRevision,
        Validation,
        Launched,
        Skipped,
        Paused,
        Resumed,
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
        NextDue,
        Task,
        TaskType,
        TaskStatus,
        ListTasks,
        TaskRecord,
        TaskPage,
        Completion,
        Reported,
        EventReported,
        ReportedProspect,
        Extended,
        RecordEvent,
        Happened,
        RecordedEventType,
        Unsubscribed,
        PlanQuery,
        Plan,
        PlannedTask,
        Forecast,
        ForecastDay,
        SentByAccount,
        Explained,
        Reason,
        NewPerson,
        AddProspects,
        ImportList,
        ImportReport,
        ImportOutcome,
        ProspectStatus,
        Prospect,
        ListProspects,
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
        ColumnTarget,
        Field,
        ImportCsv,
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
        ListSuppressions,
        SuppressionPage,
        NoticeShape<'static>,
        ListCampaigns,
        CampaignPage,
        Event,
        EventPage,
        Commit,
        Topic,
        Recovery,
        RecoveredTable,
        Imported,
        FileWarning,
        Broken,
        ListPage,
        ErrorShape<'static>,
        IssueShape<'static>,
        Kind,
    ];
    module
}

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

/// One connected mailbox or LinkedIn profile of a user. Fields of the other channel are `null`.
#[derive(TS)]
pub(crate) struct Account {
    /// Identifies the account.
    id: String,
    /// Whose it is.
    user_id: String,
    /// The name to show: the one that was given, else first and last name, else the address.
    display_name: String,
    /// Whether it can send at present.
    status: AccountStatus,
    #[ts(flatten)]
    address: AccountAddress,
    /// The sender's first name.
    first_name: Option<String>,
    /// The sender's last name.
    last_name: Option<String>,
    /// The sender's company.
    company: Option<String>,
    /// The sender's title.
    title: Option<String>,
    /// The sender's own signature.
    signature: Option<String>,
    /// Messages a day, over all campaigns.
    daily_limit: u32,
    /// When it was added, as RFC 3339.
    created_at: String,
    /// When it was last changed, as RFC 3339.
    updated_at: String,
}

/// The part of an account that depends on its channel; fields of the other one are `null`.
#[derive(TS)]
#[ts(tag = "type", rename_all = "snake_case")]
pub(crate) enum AccountAddress {
    /// A mailbox.
    Email {
        /// The mailbox as it was given.
        email_address: String,
        /// Only LinkedIn accounts have one.
        profile_url: (),
        /// Only LinkedIn accounts have it.
        is_premium: (),
        /// Only LinkedIn accounts have one.
        weekly_connection_limit: (),
        /// Only LinkedIn accounts have one.
        weekly_message_limit: (),
    },
    /// A LinkedIn profile.
    Linkedin {
        /// Only email accounts have one.
        email_address: (),
        /// The URL of the profile as it was given.
        profile_url: String,
        /// Whether the profile has a premium plan, which raises the weekly defaults.
        is_premium: bool,
        /// Invitations per rolling 7 days, over all campaigns.
        weekly_connection_limit: u32,
        /// Messages per rolling 7 days, over all campaigns.
        weekly_message_limit: u32,
    },
}

/// A named outreach over one channel. Fields of the other channel are `null`.
#[derive(TS)]
pub(crate) struct Campaign {
    /// Identifies the campaign.
    id: String,
    /// Whose it is.
    user_id: String,
    /// Its name: 1–255 characters, unique among the user's campaigns.
    name: String,
    /// How far it has come.
    status: StatusWord,
    /// The accounts that it sends from, without duplicates, in the order given.
    sender_account_ids: Vec<String>,
    #[ts(flatten)]
    settings: CampaignSettings,
    /// Whether it stays active when everyone in it is final, and waits for others.
    stay_open: bool,
    /// After how many minutes a follow-up that could not go in its hours is late: 1–10,080.
    late_after_minutes: u32,
    /// Its figures since it was launched.
    stats: Option<Stats>,
    /// Counts its changes, from 1.
    revision: u32,
    /// When it was created, as RFC 3339.
    created_at: String,
    /// When it was last changed, as RFC 3339.
    updated_at: String,
    /// When it was launched, as RFC 3339.
    launched_at: Option<String>,
    /// When it was completed, as RFC 3339.
    completed_at: Option<String>,
    /// Its steps in order; the last is `end`.
    sequence_nodes: Vec<SequenceNode>,
}

/// The part of a campaign that depends on its channel.
#[derive(TS)]
#[ts(tag = "type", rename_all = "snake_case")]
pub(crate) enum CampaignSettings {
    /// An email campaign.
    Email {
        /// Messages per day across all senders: 1–500.
        daily_limit: u16,
        /// Whether a reply ends the prospect.
        stop_on_reply: bool,
        /// Whether tasks carry a tracking-pixel token.
        open_tracking: bool,
        /// The template that follows the body of each email.
        signature: String,
        /// Only LinkedIn campaigns have it.
        skip_other_campaigns: (),
        /// Only LinkedIn campaigns have them.
        operating_hours: (),
    },
    /// A LinkedIn campaign.
    Linkedin {
        /// Only email campaigns have one.
        daily_limit: (),
        /// Only email campaigns have it.
        stop_on_reply: (),
        /// Only email campaigns have it.
        open_tracking: (),
        /// Only email campaigns have one.
        signature: (),
        /// Whether launching skips prospects that are in another active LinkedIn campaign of the user.
        skip_other_campaigns: bool,
        /// When the campaign may act; `time_zone` null follows the user's.
        operating_hours: Schedule,
    },
}

/// One step of a campaign.
#[derive(TS)]
pub(crate) struct SequenceNode {
    /// Identifies the node.
    id: String,
    /// The campaign that it is a step of.
    campaign_id: String,
    /// Its place in the sequence, from 0.
    position: u32,
    #[ts(flatten)]
    step: crate::campaign::sequence::Step,
}

/// A node of a sequence to set.
#[derive(TS)]
#[ts(optional_fields = nullable)]
pub(crate) struct NewNode {
    /// The id of a node that the sequence has, which this one keeps; another id, or none, gives a new one.
    id: Option<String>,
    #[ts(flatten)]
    step: NewStepOrEnd,
}

/// A node to insert into a sequence: anything but `end`.
#[derive(TS)]
#[ts(optional_fields = nullable)]
pub(crate) struct InsertNode {
    /// Its place, from 0; before the end where none is given.
    position: Option<u32>,
    #[ts(flatten)]
    step: NewStep,
    /// The revision of the campaign that the caller saw.
    expected_revision: Option<u32>,
}

/// What a node to set does.
#[derive(TS)]
#[ts(tag = "type", rename_all = "snake_case", optional_fields = nullable)]
pub(crate) enum NewStep {
    /// Invites to connect on LinkedIn.
    ConnectionRequest {
        /// The note, a template of at most 100,000 characters; rendered at most 200, or 300 for premium senders.
        body: Option<String>,
    },
    /// Sends a LinkedIn message.
    Message {
        /// The text, a template of at most 100,000 characters.
        body: Option<String>,
    },
    /// Sends an email.
    Email {
        /// The subject, a template of one line and at most 1,000 characters.
        subject: Option<String>,
        /// The text, a template of at most 100,000 characters.
        body: Option<String>,
        /// Whether it answers in the thread of the email before.
        is_reply: Option<bool>,
    },
    /// Waits: together 1 minute to 30 days.
    Delay {
        /// Calendar days.
        delay_days: Option<u32>,
        /// Elapsed hours.
        delay_hours: Option<u32>,
        /// Elapsed minutes.
        delay_minutes: Option<u32>,
    },
}

/// What a node to set does, or the end of the sequence: last, exactly once, and added where it is missing.
#[derive(TS)]
#[ts(untagged)]
pub(crate) enum NewStepOrEnd {
    Step(NewStep),
    End(#[ts(type = "{ \"type\": \"end\" }")] ()),
}

/// A person enrolled in a campaign.
#[derive(TS)]
pub(crate) struct Prospect {
    /// Identifies the prospect.
    id: String,
    /// The campaign that it is enrolled in.
    campaign_id: String,
    /// How far it has come.
    status: ProspectStatus,
    #[ts(flatten)]
    person: KnownPerson,
    /// When it was added, as RFC 3339.
    created_at: String,
    /// When it was last changed, as RFC 3339.
    updated_at: String,
}

/// A person in a saved list.
#[derive(TS)]
pub(crate) struct Lead {
    /// Identifies the lead.
    id: String,
    /// The list that it is in.
    list_id: String,
    #[ts(flatten)]
    person: KnownPerson,
    /// When it was added, as RFC 3339.
    created_at: String,
}

/// Who a lead or a prospect is.
#[derive(TS)]
pub(crate) struct KnownPerson {
    /// The email address, in lower case.
    email: Option<String>,
    /// The URL of the LinkedIn profile as it was given.
    linkedin_url: Option<String>,
    /// The whole name: the one that was given, else first and last name.
    name: Option<String>,
    /// The first name.
    first_name: Option<String>,
    /// The last name.
    last_name: Option<String>,
    /// The company.
    company: Option<String>,
    /// The position in the company.
    position: Option<String>,
    /// The headline of the LinkedIn profile.
    headline: Option<String>,
    /// The fields beside these, by their keys.
    #[ts(type = "{ [key in string]: string }")]
    custom_fields: (),
}

/// What became of everyone who was to be taken into a campaign.
#[derive(TS)]
pub(crate) struct ImportReport {
    /// How many are prospects of the campaign now.
    imported: u32,
    /// How many the campaign had already, or were given before.
    duplicates: u32,
    /// How many must not be contacted.
    suppressed: u32,
    /// How many could not be taken as they were.
    invalid: u32,
    /// How many there were.
    total: u32,
    /// What became of each, in the order given.
    outcomes: Vec<ImportOutcome>,
    /// How many issues the outcomes leave out, where there are more: of one person they tell 20, of all 100,000.
    #[ts(optional)]
    more_issues: Option<u32>,
}

/// What became of one person who was to be taken into a campaign.
#[derive(TS)]
#[ts(optional_fields)]
pub(crate) struct ImportOutcome {
    /// What became of it.
    #[ts(type = "\"imported\" | \"duplicate\" | \"suppressed\" | \"invalid\"")]
    outcome: (),
    /// The prospect that it is: a new one, or the one of which it is a duplicate.
    #[ts(type = "string | null")]
    prospect_id: (),
    /// From a CSV file: the line on which its row starts, from 1.
    line: Option<u32>,
    /// From a saved list: the lead.
    lead_id: Option<String>,
    /// `suppressed`: why.
    reason: Option<SuppressionReason>,
    /// `imported`: that something which was sent to the address came back (`bounced_before`).
    notices: Option<Vec<NoticeShape<'static>>>,
    /// `invalid`: what is wrong.
    issues: Option<Vec<IssueShape<'static>>>,
}

/// A prospect who is not contacted.
#[derive(TS)]
pub(crate) struct Skipped {
    /// The prospect.
    prospect_id: String,
    /// Why.
    #[ts(type = "\"other_campaign\" | \"suppressed\"")]
    reason: (),
    /// The active campaign that holds the prospect; `null` for one that is suppressed.
    campaign_id: Option<String>,
}

/// What a message of a campaign says to one prospect from one sender.
#[derive(TS)]
pub(crate) struct MessagePreview {
    /// The node that sends it.
    node_id: String,
    /// The place of the node in the sequence, from 0.
    position: u32,
    /// The type of the node.
    #[ts(rename = "type", type = "\"connection_request\" | \"message\" | \"email\"")]
    word: (),
    /// The subject of an email; `null` while something is unresolved.
    subject: Option<String>,
    /// The text, an email's with the signature; `null` for a connection request without a note, and while something is
    /// unresolved.
    body: Option<String>,
    /// The variables that have no value and no fallback, or do not exist, as they were written.
    unresolved: Vec<String>,
    /// `true` where subject or text has more characters than can be sent: 2,000 for a subject, 200,000 for a text with its
    /// signature; 200 or 300 for a note, which is shown all the same.
    #[ts(optional)]
    too_long: Option<bool>,
    /// How the draft came about that is sent to this prospect; `null` where the template is.
    origin: Option<MessageOrigin>,
    /// Whether what that draft was made of has changed since.
    stale: bool,
}

/// A message that a language model of the host can write.
#[derive(TS)]
pub(crate) struct MessageRequest {
    /// Whom it goes to.
    prospect_id: String,
    /// The node that sends it.
    node_id: String,
    /// The place of the node in the sequence, from 0.
    position: u32,
    /// The type of the node.
    #[ts(rename = "type", type = "\"connection_request\" | \"message\" | \"email\"")]
    word: (),
    /// The template of the subject of an email.
    subject: Option<String>,
    /// The template of the text.
    body: Option<String>,
    /// The most characters that the text may have; `null` where there is no such limit.
    max_characters: Option<u32>,
    /// What it is made of, to be handed back with the result.
    input: String,
    /// Whom it goes to.
    prospect: Prospect,
}

/// A message that a language model of the host wrote.
#[derive(TS)]
#[ts(optional_fields = nullable)]
pub(crate) struct SubmittedMessage {
    /// Whom it goes to.
    prospect_id: String,
    /// The node that sends it.
    node_id: String,
    /// The `input` of the request that it answers.
    input: String,
    /// The subject of an email: one line of at most 1,000 characters; a reply without one has that of its thread.
    subject: Option<String>,
    /// The text: at most 100,000 characters. An empty one is an invitation without a note.
    body: String,
}

/// What became of a message that was handed in.
#[derive(TS)]
pub(crate) struct Submission {
    /// It is stored; what it was made of has changed since; it was edited by hand, which stays; it was sent already, or
    /// will never be; there is no such message; it is no message that can be sent.
    #[ts(type = "\"stored\" | \"stale_input\" | \"edited\" | \"over\" | \"not_found\" | \"invalid\"")]
    outcome: (),
    /// `invalid`: what is wrong, at most 100.
    issues: Option<Vec<IssueShape<'static>>>,
    /// How many issues there are beyond those, where there are more.
    #[ts(optional)]
    more_issues: Option<u32>,
}

/// One message to be sent now, by the one who claimed it. Fields of the other channel are `null`.
#[derive(TS)]
pub(crate) struct Task {
    /// Identifies the task, for its completion.
    id: String,
    /// The same whenever this message is handed out: a provider that knows it sends it once.
    idempotency_key: String,
    #[ts(flatten)]
    message: TaskMessage,
    /// The campaign.
    campaign_id: String,
    /// Whom it goes to.
    prospect_id: String,
    /// Whom it comes from.
    account_id: String,
    /// The node that sends it.
    node_id: String,
    /// The place of the node in the sequence, from 0.
    position: u32,
    /// How often sending it has failed before.
    attempts: u32,
    /// When it was claimed, as RFC 3339.
    claimed_at: String,
    /// When it is handed out again, if it is not completed before, as RFC 3339.
    leased_until: String,
    /// Whom it goes to.
    prospect: Prospect,
    /// Whom it comes from.
    account: Account,
}

/// The part of a task that depends on its channel.
#[derive(TS)]
#[ts(untagged)]
pub(crate) enum TaskMessage {
    /// An email.
    Email {
        /// What it sends.
        #[ts(rename = "type", type = "\"email\"")]
        word: (),
        /// The subject.
        subject: String,
        /// The text with the signature.
        body: String,
        /// The signature by itself; `null` if the campaign has none.
        signature: Option<String>,
        /// Whether it answers in the thread of an earlier email.
        is_reply: bool,
        /// The key of the email that it answers to, for `In-Reply-To` and `References`; `null` where none was sent.
        in_reply_to: Option<String>,
        /// What the link to unsubscribe carries; `unsubscribe` takes it.
        unsubscribe_token: String,
        /// The header `List-Unsubscribe` (RFC 8058); `null` if the claim named no link.
        list_unsubscribe: Option<String>,
        /// The header `List-Unsubscribe-Post` that goes with it.
        list_unsubscribe_post: Option<String>,
        /// What the tracking pixel carries; `null` where the campaign does not track.
        open_token: Option<String>,
    },
    /// A LinkedIn invitation or message.
    Linkedin {
        /// What it sends.
        #[ts(rename = "type", type = "\"connection_request\" | \"message\"")]
        word: (),
        /// Only emails have one.
        subject: (),
        /// The text; `null` for an invitation without a note.
        body: Option<String>,
        /// Only emails have one.
        signature: (),
        /// Only emails have it.
        is_reply: (),
        /// Only emails have one.
        in_reply_to: (),
        /// Only emails have one.
        unsubscribe_token: (),
        /// Only emails have one.
        list_unsubscribe: (),
        /// Only emails have one.
        list_unsubscribe_post: (),
        /// Only emails have one.
        open_token: (),
    },
}

/// What became of a task.
#[derive(TS)]
#[ts(tag = "outcome", rename_all = "snake_case", optional_fields = nullable)]
pub(crate) enum Completion {
    /// It was sent.
    Sent {
        /// The present instant as RFC 3339; by default the clock's.
        now: Option<String>,
    },
    /// It was not sent.
    Failed {
        /// Whether to try again, later and later, which is the default; otherwise the prospect is `cancelled`.
        retryable: Option<bool>,
        /// The present instant as RFC 3339; by default the clock's.
        now: Option<String>,
    },
    /// It was sent and came back.
    Bounced {
        /// Whether the address does not exist, and is suppressed therefore; by default not. That a reply code begins with 5 does
        /// not say so: most of these are about content, policy or a full mailbox.
        permanent: Option<bool>,
        /// The present instant as RFC 3339; by default the clock's.
        now: Option<String>,
    },
    /// It was not tried, which nobody is charged for: it is handed out again as it is.
    Deferred {
        /// When, as RFC 3339: now at the earliest and in 30 days at the latest; by default in 5 minutes.
        retry_at: Option<String>,
        /// The present instant as RFC 3339; by default the clock's.
        now: Option<String>,
    },
}

/// Something that happened to a prospect.
#[derive(TS)]
#[ts(optional_fields = nullable)]
pub(crate) struct RecordEvent {
    /// The caller's id of this event, 1–255 characters: the same id twice changes nothing.
    id: String,
    #[ts(flatten)]
    what: Happened,
    #[ts(flatten)]
    to: Recorded,
    /// The present instant as RFC 3339; by default the clock's.
    now: Option<String>,
}

/// What happened to a prospect.
#[derive(TS)]
#[ts(tag = "type", rename_all = "snake_case", optional_fields = nullable)]
pub(crate) enum Happened {
    /// It answered.
    Replied {},
    /// A machine answered for it: it is away, or gone.
    AutoReplied {
        /// Until when the person is held, as RFC 3339; by default for 5 days.
        hold_until: Option<String>,
        /// Whether the person is not there any more, which ends it; by default not.
        gone: Option<bool>,
    },
    /// It accepted the invitation to connect.
    ConnectionAccepted {},
    /// What was sent to it came back.
    Bounced {
        /// Whether the address does not exist, and is suppressed therefore; by default not.
        permanent: Option<bool>,
    },
    /// It complained of spam.
    Complained {},
    /// It does not want to be contacted.
    Unsubscribed {},
    /// It opened an email.
    Opened {},
}

/// To whom something happened.
#[derive(TS)]
#[ts(untagged, optional_fields = nullable)]
pub(crate) enum Recorded {
    Prospect {
        /// A prospect.
        prospect_id: String,
    },
    Task {
        /// The prospect of a task.
        task_id: String,
    },
    OpenToken {
        /// The prospect whose email has this tracking pixel.
        open_token: String,
    },
    Message {
        /// The prospect of the message that has this key.
        idempotency_key: String,
    },
    Email {
        /// Whoever has this address in the user's active and paused email campaigns.
        email: String,
        /// Only in this campaign, which may be completed.
        campaign_id: Option<String>,
    },
    Profile {
        /// Whoever has this profile in the user's active and paused LinkedIn campaigns.
        linkedin_url: String,
        /// Only in this campaign, which may be completed.
        campaign_id: Option<String>,
    },
}

/// A message that will be sent.
#[derive(TS)]
pub(crate) struct PlannedTask {
    /// Whom it will go to.
    prospect_id: String,
    /// The node that will send it.
    node_id: String,
    /// The place of the node in the sequence, from 0.
    position: u32,
    /// What it sends.
    #[ts(rename = "type")]
    kind: TaskType,
    /// Whom it will come from.
    account_id: String,
    /// When, as RFC 3339 in UTC.
    at: String,
    /// The wall-clock time then with its offset, as RFC 3339.
    local_time: String,
    /// The subject of an email; `null` while something in it is unresolved.
    subject: Option<String>,
}

/// When a prospect will be sent something, and why not now.
#[derive(TS)]
pub(crate) struct Explained {
    /// Why not now.
    reason: Reason,
    /// The first instant at which a claim hands the next message out, if all others are sent when they are due, as RFC
    /// 3339 in UTC; `null` where that depends on what someone does.
    at: Option<String>,
    /// The wall-clock time then in the user's time zone with its offset, as RFC 3339.
    local_time: Option<String>,
}

/// What a column of a CSV file holds: a field of the person, nothing that is wanted, or (`null`) a custom field under
/// the name of the column.
#[derive(TS)]
#[ts(untagged)]
pub(crate) enum ColumnTarget {
    Field(Field),
    Other(#[ts(type = "\"ignore\" | null")] ()),
}

/// Weekly operating hours: the open intervals that start on each weekday.
#[derive(TS)]
pub(crate) struct Schedule {
    /// The IANA time zone in which the hours are meant; `null` follows the user's.
    time_zone: Option<String>,
    monday: Vec<Interval>,
    tuesday: Vec<Interval>,
    wednesday: Vec<Interval>,
    thursday: Vec<Interval>,
    friday: Vec<Interval>,
    saturday: Vec<Interval>,
    sunday: Vec<Interval>,
}

/// Weekly operating hours to set; a weekday that is not given is closed, and at least one interval must be open.
#[derive(TS)]
#[ts(optional_fields = nullable)]
pub(crate) struct NewSchedule {
    /// The IANA time zone in which the hours are meant; `null` follows the user's.
    time_zone: Option<String>,
    monday: Option<Vec<Interval>>,
    tuesday: Option<Vec<Interval>>,
    wednesday: Option<Vec<Interval>>,
    thursday: Option<Vec<Interval>>,
    friday: Option<Vec<Interval>>,
    saturday: Option<Vec<Interval>>,
    sunday: Option<Vec<Interval>>,
}
