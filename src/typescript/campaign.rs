//! Accounts, campaigns, their sequences and hours.

use ts_rs::TS;

use crate::account::{AccountStatus, ProfileShape};
use crate::campaign::CampaignStatus;
use crate::campaign::schedule::Interval;
use crate::sending::tally::Stats;

/// One connected mailbox or LinkedIn profile of a user. Fields of the other channel are `null`.
#[derive(TS)]
pub(crate) struct Account {
    /// Identifies the account.
    id: String,
    /// The user that it belongs to.
    user_id: String,
    /// Whether it can send at present.
    status: AccountStatus,
    #[ts(flatten)]
    address: AccountAddress,
    #[ts(flatten)]
    profile: ProfileShape,
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
    /// The user that it belongs to.
    user_id: String,
    /// Its name: 1–255 characters, unique among the user's campaigns.
    name: String,
    /// Its status.
    status: CampaignStatus,
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
        /// Messages per day across all senders.
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
        /// Whether it is a reply in the thread of the email before.
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
