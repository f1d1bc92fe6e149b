//! Events: the changes of a user's objects, written in the transaction of the change.

mod ops;
pub(crate) mod rows;

use std::str::FromStr;

use serde::Serialize;
use uuid::Uuid;

use crate::error::Problem;
use crate::id::{AccountId, CampaignId, Id, LeadId, ListId, ProspectId, SuppressionId, TaskId, UserId};
use crate::request::result_size::{ROW, TextSize};
use crate::time::Instant;

/// A part of the database that a reader may show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[non_exhaustive]
pub enum Topic {
    /// Campaigns with their counts.
    Campaigns,
    /// The prospects of a campaign.
    Prospects,
    /// The messages of a campaign that were handed out.
    Tasks,
    /// The accounts of the user.
    Accounts,
    /// The user's own fields.
    User,
    /// Saved lists and their leads.
    Lists,
    /// Whom the user must not contact.
    Suppressions,
    /// Whom nothing is sent for some time.
    Holds,
    /// Messages that were written for single prospects.
    Messages,
}

macro_rules! changes {
    ($($(#[$doc:meta])* $variant:ident { $field:ident: $id:ty $(, $whole:ident: $whole_id:ty)? } = $word:literal [$($topic:ident)*],)*) => {
        /// A change, named by the operation that made it, with the object that it was made to.
        ///
        /// Serializes as `{ "type": "campaign_created", "campaign_id": "…" }`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
        #[serde(tag = "type", rename_all = "snake_case")]
        #[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
        #[non_exhaustive]
        pub enum Change {
            $(
                $(#[$doc])*
                $variant {
                    /// What it happened to.
                    $field: $id,
                    $(
                        /// What that is part of.
                        $whole: $whole_id,
                    )?
                },
            )*
        }

        impl Change {
            /// The word, the object and what that is part of, as a change is stored.
            fn stored(&self) -> (&'static str, Uuid, Option<Uuid>) {
                match self {
                    $(Self::$variant { $field $(, $whole)? } => ($word, $field.uuid(), None::<Uuid>$(.or(Some($whole.uuid())))?),)*
                }
            }

            /// The topics that this change concerns.
            #[must_use]
            pub fn concerns(&self) -> &'static [Topic] {
                match self {
                    $(Self::$variant { .. } => &[$(Topic::$topic),*],)*
                }
            }

            fn from_stored(word: &str, object: Uuid, part_of: Option<Uuid>) -> Option<Self> {
                match word {
                    $($word => Some(Self::$variant {
                        $field: <$id>::from_uuid(object),
                        $($whole: <$whole_id>::from_uuid(part_of?),)?
                    }),)*
                    _ => None,
                }
            }
        }
    };
}

changes! {
    /// The user was created.
    UserCreated { user_id: UserId } = "user_created" [User],
    /// The user's own fields were changed.
    UserUpdated { user_id: UserId } = "user_updated" [User],
    /// An account was added.
    AccountAdded { account_id: AccountId } = "account_added" [Accounts],
    /// An account's fields were changed.
    AccountUpdated { account_id: AccountId } = "account_updated" [Accounts],
    /// An account was removed; completed campaigns forget it as their sender.
    AccountRemoved { account_id: AccountId } = "account_removed" [Accounts Campaigns],
    /// A draft campaign was created.
    CampaignCreated { campaign_id: CampaignId } = "campaign_created" [Campaigns],
    /// A campaign's fields or its sequence were changed.
    CampaignUpdated { campaign_id: CampaignId } = "campaign_updated" [Campaigns],
    /// A campaign was launched.
    CampaignLaunched { campaign_id: CampaignId } = "campaign_launched" [Campaigns Prospects],
    /// An active campaign was paused.
    CampaignPaused { campaign_id: CampaignId } = "campaign_paused" [Campaigns],
    /// A paused campaign was resumed.
    CampaignResumed { campaign_id: CampaignId } = "campaign_resumed" [Campaigns Prospects Tasks],
    /// A campaign was completed.
    CampaignCompleted { campaign_id: CampaignId } = "campaign_completed" [Campaigns],
    /// A completed campaign is active again.
    CampaignReopened { campaign_id: CampaignId } = "campaign_reopened" [Campaigns Prospects],
    /// A campaign was deleted with everything of it.
    CampaignDeleted { campaign_id: CampaignId } = "campaign_deleted" [Campaigns Prospects Tasks],
    /// Prospects were added to a campaign.
    ProspectsAdded { campaign_id: CampaignId } = "prospects_added" [Campaigns Prospects],
    /// Prospects of a campaign that were final continue.
    ProspectsRetried { campaign_id: CampaignId } = "prospects_retried" [Campaigns Prospects Tasks],
    /// Prospects of a campaign have another sender.
    ProspectsHandedOver { campaign_id: CampaignId } = "prospects_handed_over" [Campaigns Prospects Tasks],
    /// Fields of prospects of a campaign were changed by an import.
    ProspectsUpdated { campaign_id: CampaignId } = "prospects_updated" [Prospects],
    /// A prospect's fields were changed.
    ProspectUpdated { prospect_id: ProspectId, campaign_id: CampaignId } = "prospect_updated" [Prospects],
    /// A prospect was removed from its campaign.
    ProspectRemoved { prospect_id: ProspectId, campaign_id: CampaignId } = "prospect_removed" [Campaigns Prospects Tasks],
    /// A person is held, in a campaign or in all.
    PersonHeld { user_id: UserId } = "person_held" [Holds],
    /// Holds of a person ended.
    PersonReleased { user_id: UserId } = "person_released" [Holds],
    /// Nothing is sent to a prospect for some time, or for longer than before.
    ProspectHeld { prospect_id: ProspectId, campaign_id: CampaignId } = "prospect_held" [Prospects],
    /// A prospect is not held any more, or not as long.
    ProspectReleased { prospect_id: ProspectId, campaign_id: CampaignId } = "prospect_released" [Prospects],
    /// Messages of a campaign were handed out.
    TasksClaimed { campaign_id: CampaignId } = "tasks_claimed" [Tasks],
    /// The lease of a task was extended.
    LeaseExtended { task_id: TaskId, campaign_id: CampaignId } = "lease_extended" [Tasks],
    /// Prospects of a campaign became final without a message.
    ProspectsClosed { campaign_id: CampaignId } = "prospects_closed" [Campaigns Prospects Tasks],
    /// A task was completed.
    TaskCompleted { task_id: TaskId, campaign_id: CampaignId } = "task_completed" [Campaigns Prospects Tasks],
    /// A prospect accepted to be connected.
    ConnectionAccepted { prospect_id: ProspectId, campaign_id: CampaignId } = "connection_accepted" [Campaigns Prospects],
    /// A prospect replied.
    ProspectReplied { prospect_id: ProspectId, campaign_id: CampaignId } = "prospect_replied" [Campaigns Prospects Tasks],
    /// An automatic reply came: the prospect is away, or gone.
    ProspectAutoReplied { prospect_id: ProspectId, campaign_id: CampaignId } = "prospect_auto_replied" [Campaigns Prospects Tasks],
    /// A prospect complained of spam.
    ProspectComplained { prospect_id: ProspectId, campaign_id: CampaignId } = "prospect_complained" [Campaigns Prospects Tasks],
    /// A message to a prospect bounced.
    ProspectBounced { prospect_id: ProspectId, campaign_id: CampaignId } = "prospect_bounced" [Campaigns Prospects Tasks],
    /// A prospect unsubscribed.
    ProspectUnsubscribed { prospect_id: ProspectId, campaign_id: CampaignId } = "prospect_unsubscribed" [Campaigns Prospects Tasks],
    /// A prospect opened an email.
    MessageOpened { prospect_id: ProspectId, campaign_id: CampaignId } = "message_opened" [Campaigns Tasks],
    /// Messages of a campaign were written for prospects.
    MessagesWritten { campaign_id: CampaignId } = "messages_written" [Messages Tasks],
    /// Texts of messages that have come to an end were forgotten.
    MessagesForgotten { user_id: UserId } = "messages_forgotten" [Tasks],
    /// All that was of a person was erased, but for what says nothing of them.
    PersonErased { user_id: UserId } = "person_erased" [Campaigns Prospects Tasks Lists Suppressions Holds Messages],
    /// A saved list was created.
    ListCreated { list_id: ListId } = "list_created" [Lists],
    /// A saved list was deleted with its leads.
    ListDeleted { list_id: ListId } = "list_deleted" [Lists],
    /// Leads were added to a list.
    LeadsAdded { list_id: ListId } = "leads_added" [Lists],
    /// A lead was removed from its list.
    LeadRemoved { lead_id: LeadId, list_id: ListId } = "lead_removed" [Lists],
    /// Suppressions were added.
    SuppressionsAdded { user_id: UserId } = "suppressions_added" [Suppressions],
    /// A suppression was removed.
    SuppressionRemoved { suppression_id: SuppressionId } = "suppression_removed" [Suppressions],
}

/// One change of one user's objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Event {
    /// Counts the user's changes, from 1. In a database of before version 4 of its tables, those of all users were counted
    /// together; that of the first change since is one more than the last of these.
    pub number: i64,
    /// When the transaction of the change took place.
    pub at: Instant,
    /// What happened.
    #[serde(flatten)]
    pub change: Change,
}

impl TextSize for Event {
    fn text_size(&self) -> usize {
        ROW
    }
}

/// The changes of one transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Commit {
    /// Whose objects it changed.
    pub user_id: UserId,
    /// Every change, in its order; at least one.
    pub events: Vec<Event>,
}

/// What was committed after an event: up to 500 events at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Missed {
    /// The transactions, oldest first.
    pub commits: Vec<Commit>,
    /// Whether there are more: those after the last event of these.
    pub more: bool,
}

/// A page of events, oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct EventPage {
    /// The events.
    pub events: Vec<Event>,
    /// Where the next page begins; `null` when this one is the last so far.
    pub next_cursor: Option<String>,
}

/// The number of the last event seen.
#[derive(Clone, Copy, Debug)]
pub struct EventCursor(i64);

impl FromStr for EventCursor {
    type Err = Problem;

    fn from_str(cursor: &str) -> Result<Self, Problem> {
        cursor.parse().ok().filter(|number| *number >= 0).map(Self).ok_or(Problem::MalformedCursor)
    }
}
