//! Requests to change a campaign, and how they are checked.

use serde::Serialize;

use super::request::{EMAIL_FIELDS, LINKEDIN_FIELDS, check_daily_limit, check_senders, notice_others, read_late_after};
use super::{Campaign, Settings};
use crate::bounds::{NODES_MAX, SENDERS_MAX, SIGNATURE_MAX};
use crate::campaign::schedule::Schedule;
use crate::campaign::sequence::{GivenNode, NewNode, read_nodes};
use crate::channel::Channel;
use crate::error::{Problem, Result};
use crate::id::AccountId;
use crate::request::name::Name;
use crate::request::notice::Notices;
use crate::request::revision::ExpectedRevision;
use crate::request::setters::setters;
use crate::request::text::lines;
use crate::request::{Fields, Input, Issues, Request, RequestType};

/// What to change of a campaign; what is not given stays. Fields of the other channel are ignored with a notice.
///
/// ```
/// use campaignkit::{Step, UpdateCampaign};
///
/// let steps = [Step::email("Hello %first_name|there%", "…"), Step::days(3), Step::reply("Did you see this?")];
/// let update = UpdateCampaign::default().sequence_nodes(steps).daily_limit(80);
/// ```
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct UpdateCampaign {
    /// The channel of the campaign, which never changes.
    #[serde(rename = "type")]
    pub channel: Option<Channel>,
    /// Its name. Surrounding white space is trimmed, line breaks become spaces; then 1–255 characters, unique among the
    /// user's campaigns.
    pub name: Option<String>,
    /// Draft only: the accounts to send from, 1–100, all of the campaign's channel; duplicates collapse.
    pub sender_account_ids: Option<Vec<AccountId>>,
    /// Draft only: the whole sequence. Its end is added where it is missing; at most 100 nodes.
    #[cfg_attr(feature = "typescript", ts(as = "Option<Vec<crate::typescript::NewNode>>"))]
    pub sequence_nodes: Option<Vec<NewNode>>,
    /// Email: messages per day across all senders; brought into [`DAILY_LIMIT`](crate::bounds::DAILY_LIMIT) with a notice.
    pub daily_limit: Option<i64>,
    /// Email, draft only: whether a reply ends the prospect.
    pub stop_on_reply: Option<bool>,
    /// Email, draft only: whether tasks carry a tracking-pixel token.
    pub open_tracking: Option<bool>,
    /// Email, draft only: the template that follows the body of each email, at most 10,000 characters.
    pub signature: Option<String>,
    /// LinkedIn, draft only: whether launching skips prospects that are in another active LinkedIn campaign.
    pub skip_other_campaigns: Option<bool>,
    /// LinkedIn: when the campaign may act.
    #[cfg_attr(feature = "typescript", ts(as = "Option<crate::typescript::NewSchedule>"))]
    pub operating_hours: Option<Schedule>,
    /// Whether it stays active when everyone in it is final. Switched off, it completes the campaign at once if everyone is.
    pub stay_open: Option<bool>,
    /// After how many minutes a follow-up that could not go in its hours is late: 1–10,080.
    pub late_after_minutes: Option<u32>,
    /// Draft only: whether messages go in the hours and on the dates of the time zone of their prospect, where they have one.
    pub follow_prospect_zone: Option<bool>,
    /// The revision of the campaign that the caller saw.
    pub expected_revision: Option<u32>,
}

setters!(UpdateCampaign {
    text name;
    optional daily_limit: i64;
    optional stop_on_reply: bool;
    optional open_tracking: bool;
    text signature;
    optional skip_other_campaigns: bool;
    optional operating_hours: Schedule;
    optional stay_open: bool;
    optional late_after_minutes: u32;
    optional follow_prospect_zone: bool;
    optional expected_revision: u32;
});

impl UpdateCampaign {
    /// Sets [`sender_account_ids`](#structfield.sender_account_ids).
    #[must_use]
    pub fn sender_account_ids(mut self, accounts: impl IntoIterator<Item = AccountId>) -> Self {
        self.sender_account_ids = Some(accounts.into_iter().collect());
        self
    }

    /// Sets [`sequence_nodes`](#structfield.sequence_nodes), as steps or as nodes with ids.
    #[must_use]
    pub fn sequence_nodes(mut self, nodes: impl IntoIterator<Item = impl Into<NewNode>>) -> Self {
        self.sequence_nodes = Some(nodes.into_iter().map(Into::into).collect());
        self
    }
}

/// A change of a campaign. What its fields mean depends on the campaign's channel, so they are read when that is known.
#[derive(Debug)]
pub struct CampaignUpdate(Input);

impl RequestType for UpdateCampaign {
    type Checked = CampaignUpdate;
}

impl Request<UpdateCampaign> for Input {
    fn parse(self) -> Result<CampaignUpdate> {
        Ok(CampaignUpdate(self))
    }
}

impl Request<UpdateCampaign> for UpdateCampaign {
    fn parse(self) -> Result<CampaignUpdate> {
        Input::check_count("sender_account_ids", self.sender_account_ids.as_deref().unwrap_or_default(), SENDERS_MAX)?;
        Input::check_count("sequence_nodes", self.sequence_nodes.as_deref().unwrap_or_default(), NODES_MAX)?;
        Ok(CampaignUpdate(Input::of(&self)))
    }
}

/// A checked [`UpdateCampaign`].
pub(super) struct Changes {
    pub(super) name: Option<Name>,
    /// Each with its index in the request.
    pub(super) senders: Option<Vec<(usize, AccountId)>>,
    pub(super) nodes: Option<Vec<GivenNode>>,
    pub(super) settings: Settings,
    pub(super) stay_open: Option<bool>,
    pub(super) late_after_minutes: Option<u32>,
    pub(super) follow_prospect_zone: Option<bool>,
    /// Whether it has a field that only a draft can change.
    pub(super) needs_draft: bool,
    pub(super) expected_revision: ExpectedRevision,
    pub(super) notices: Notices,
}

const FIELDS: [&str; 8] = [
    "type",
    "name",
    "sender_account_ids",
    "sequence_nodes",
    "stay_open",
    "late_after_minutes",
    "follow_prospect_zone",
    ExpectedRevision::FIELD,
];
const DRAFT_FIELDS: [&str; 7] = [
    "sender_account_ids",
    "sequence_nodes",
    "stop_on_reply",
    "open_tracking",
    "signature",
    "skip_other_campaigns",
    "follow_prospect_zone",
];

impl CampaignUpdate {
    /// Reads what to change of this campaign.
    pub(super) fn of(self, campaign: &Campaign) -> Result<Changes> {
        let channel = campaign.settings.channel();
        let mut issues = Issues::default();
        let mut notices = Notices::default();
        let mut fields = Fields::of_request(self.0, &mut issues);
        notice_others(channel, &mut fields, &mut notices);
        let needs_draft = DRAFT_FIELDS.iter().any(|field| fields.has(field));
        if fields.choice::<Channel>("type").is_some_and(|given| given != channel) {
            fields.push("type", Problem::TypeImmutable);
        }
        let expected_revision = ExpectedRevision::read(&mut fields);
        let name = fields.text("name").and_then(|name| fields.keep("name", Name::parse(&name)));
        let senders = fields
            .ids("sender_account_ids", SENDERS_MAX)
            .and_then(|senders| fields.keep("sender_account_ids", check_senders(senders)));
        let stay_open = fields.bool("stay_open");
        let late_after_minutes = read_late_after(&mut fields);
        let follow_prospect_zone = fields.bool("follow_prospect_zone");
        let nodes = read_nodes(&mut fields, channel, &mut notices);
        let mut settings = campaign.settings.clone();
        match &mut settings {
            Settings::Email(email) => {
                if let Some(given) = fields.number("daily_limit") {
                    email.daily_limit = check_daily_limit(given, &mut notices).unwrap_or(email.daily_limit);
                }
                email.stop_on_reply = fields.bool("stop_on_reply").unwrap_or(email.stop_on_reply);
                email.open_tracking = fields.bool("open_tracking").unwrap_or(email.open_tracking);
                if let Some(given) = fields.text("signature") {
                    let kept = fields.keep("signature", lines(given, SIGNATURE_MAX));
                    email.signature = kept.unwrap_or_default();
                }
            }
            Settings::Linkedin(linkedin) => {
                linkedin.skip_other_campaigns =
                    fields.bool("skip_other_campaigns").unwrap_or(linkedin.skip_other_campaigns);
                if let Some(given) = fields.take("operating_hours") {
                    let hours = Schedule::read(given, "operating_hours", fields.issues(), &mut notices);
                    linkedin.operating_hours = hours.unwrap_or_default();
                }
            }
        }
        let known = [&FIELDS[..], &EMAIL_FIELDS, &LINKEDIN_FIELDS].concat();
        fields.notice_rest(&known, &mut notices);
        notices.finish(issues, Some(()))?;
        Ok(Changes {
            name,
            senders,
            nodes,
            settings,
            stay_open,
            late_after_minutes,
            follow_prospect_zone,
            needs_draft,
            expected_revision,
            notices,
        })
    }
}
