//! Requests about campaigns, and how they are checked.

use super::fingerprint::{ClientMade, Fingerprint, FingerprintedFields};
use super::{CampaignStatus, EmailSettings, LinkedinSettings, NewCampaignRequest, Settings};
use crate::bounds::{
    DAILY_LIMIT, DAILY_LIMIT_DEFAULT, LATE_AFTER_MINUTES, LATE_AFTER_MINUTES_DEFAULT, SENDERS_MAX, SIGNATURE_MAX,
};
use crate::campaign::schedule::{Schedule, TimeZone};
use crate::channel::Channel;
use crate::error::{Problem, Result};
use crate::id::{AccountId, CampaignId};
use crate::request::name::Name;
use crate::request::notice::{Notice, Notices};
use crate::request::page::{AgeCursor, ListPage, PageRequest};
use crate::request::search_text::SearchText;
use crate::request::setters::setters;
use crate::request::sort::{Rank, SortBy};
use crate::request::text::lines;
use crate::request::{Fields, Input, Issues, Number, Request, RequestType};

/// The campaign to create. A field of the other channel cannot be written at all.
///
/// ```
/// use campaignkit::{AddAccount, CreateCampaign, CreateUser, NewEmail, Store};
///
/// let mut store = Store::open_in_memory()?;
/// let user = store.create_user(CreateUser::default())?;
/// let mut me = store.session(user.id)?;
/// let ana = me.add_account(AddAccount::email("ana@example.com"))?;
///
/// let email = NewEmail::default().daily_limit(80);
/// let created = me.create_campaign(CreateCampaign::new("Q2 Enterprise Outreach", [ana.id], email))?;
/// assert_eq!(created.campaign.name.as_str(), "Q2 Enterprise Outreach");
/// # Ok::<(), campaignkit::Error>(())
/// ```
#[derive(Clone, Debug)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct CreateCampaign {
    /// A UUIDv7 made by the caller, which makes a retry safe: the same id with the same request returns the campaign
    /// as it is now and writes nothing.
    #[cfg_attr(feature = "typescript", ts(optional = nullable))]
    pub id: Option<CampaignId>,
    /// Its name. Surrounding white space is trimmed, line breaks become spaces; then 1–255 characters, unique among the
    /// user's campaigns.
    pub name: String,
    /// The accounts to send from: 1–100, all of the campaign's channel; duplicates collapse.
    pub sender_account_ids: Vec<AccountId>,
    /// Whether it stays active when everyone in it is final, and can be launched without people to wait for some; by default
    /// not.
    #[cfg_attr(feature = "typescript", ts(as = "Option<bool>", optional = nullable))]
    pub stay_open: bool,
    /// After how many minutes a follow-up that could not go in its hours is late: 1–10,080, by default 4,320.
    #[cfg_attr(feature = "typescript", ts(optional = nullable))]
    pub late_after_minutes: Option<u32>,
    /// Whether messages go in the hours and on the dates of the time zone of their prospect, where they have one; by default
    /// not.
    #[cfg_attr(feature = "typescript", ts(as = "Option<bool>", optional = nullable))]
    pub follow_prospect_zone: bool,
    /// The channel, which never changes, and its settings.
    #[cfg_attr(feature = "typescript", ts(flatten))]
    pub channel: NewChannel,
}

setters!(CreateCampaign {
    optional id: CampaignId;
    plain stay_open: bool;
    optional late_after_minutes: u32;
    plain follow_prospect_zone: bool;
});

/// The channel of a new campaign, with its settings.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(tag = "type", rename_all = "snake_case"))]
pub enum NewChannel {
    /// An email campaign.
    Email(NewEmail),
    /// A LinkedIn campaign.
    Linkedin(LinkedinSettings),
}

/// The settings of a new email campaign, before they are checked.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct NewEmail {
    /// Messages per day across all senders; brought into [`DAILY_LIMIT`](crate::bounds::DAILY_LIMIT) with a notice, never
    /// rejected for its size.
    #[cfg_attr(feature = "typescript", ts(as = "Option<u32>", optional = nullable))]
    pub daily_limit: i64,
    /// Whether a reply ends the prospect; by default it does.
    #[cfg_attr(feature = "typescript", ts(as = "Option<bool>", optional = nullable))]
    pub stop_on_reply: bool,
    /// Whether tasks carry a tracking-pixel token; by default they do.
    #[cfg_attr(feature = "typescript", ts(as = "Option<bool>", optional = nullable))]
    pub open_tracking: bool,
    /// The template that follows the body of each email, at most 10,000 characters; by default
    /// `Best,` and the sender's first name.
    #[cfg_attr(feature = "typescript", ts(as = "Option<String>", optional = nullable))]
    pub signature: String,
}

setters!(NewEmail {
    plain daily_limit: i64;
    plain stop_on_reply: bool;
    plain open_tracking: bool;
    plain_text signature;
});

impl Default for NewEmail {
    /// [`DAILY_LIMIT_DEFAULT`] messages a day, stop on reply, open tracking, and a signature of the sender's first name
    /// (`docs/rules.md#creating-a-campaign`).
    fn default() -> Self {
        Self {
            daily_limit: DAILY_LIMIT_DEFAULT,
            stop_on_reply: true,
            open_tracking: true,
            signature: "Best,\n%first_name%".into(),
        }
    }
}

impl From<NewEmail> for NewChannel {
    fn from(email: NewEmail) -> Self {
        Self::Email(email)
    }
}

impl From<LinkedinSettings> for NewChannel {
    fn from(linkedin: LinkedinSettings) -> Self {
        Self::Linkedin(linkedin)
    }
}

impl CreateCampaign {
    /// A campaign of this name over the channel of `channel` that sends from these accounts.
    #[must_use]
    pub fn new(
        name: impl Into<String>,
        senders: impl IntoIterator<Item = AccountId>,
        channel: impl Into<NewChannel>,
    ) -> Self {
        Self {
            id: None,
            name: name.into(),
            sender_account_ids: senders.into_iter().collect(),
            stay_open: false,
            late_after_minutes: None,
            follow_prospect_zone: false,
            channel: channel.into(),
        }
    }
}

/// A checked [`CreateCampaign`], with notices of what was ignored or adjusted.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed {
    pub(crate) request: NewCampaignRequest,
    pub(crate) notices: Notices,
}

/// The fields of a new campaign from either face, as far as they could be read; the rest is among the issues.
struct Unchecked {
    id: Option<CampaignId>,
    name: Option<String>,
    senders: Option<Vec<AccountId>>,
    stay_open: bool,
    late_after_minutes: u32,
    follow_prospect_zone: bool,
    channel: Option<UncheckedChannel>,
}

enum UncheckedChannel {
    Email { daily_limit: Number, stop_on_reply: bool, open_tracking: bool, signature: String },
    Linkedin(LinkedinSettings),
}

impl Unchecked {
    /// The one parse of a new campaign, in which both faces end.
    fn parse(self, mut issues: Issues, mut notices: Notices) -> Result<Parsed> {
        if self.id.is_some_and(|id| !id.is_v7()) {
            issues.push("id", Problem::NotUuidV7);
        }
        let name = self.name.as_deref().and_then(|name| issues.keep("name", Name::parse(name)));
        let senders = self.senders.and_then(|senders| issues.keep("sender_account_ids", check_senders(senders)));
        let late_after_minutes = issues.keep("late_after_minutes", check_late_after(self.late_after_minutes));
        let client_made = self.id.and_then(|id| {
            let senders = senders.as_ref()?.iter().map(|(_, id)| *id).collect();
            let fields = FingerprintedFields {
                stay_open: self.stay_open,
                follow_prospect_zone: self.follow_prospect_zone,
                late_after_minutes: Some(self.late_after_minutes)
                    .filter(|minutes| *minutes != LATE_AFTER_MINUTES_DEFAULT),
                ..self.channel.as_ref()?.to_fingerprint(self.name.as_deref()?.trim(), senders)
            };
            Some(ClientMade { id, fingerprint: Fingerprint::of(fields) })
        });
        let settings = self.channel.and_then(|channel| channel.check(&mut issues, &mut notices));
        let request = match (name, senders, settings, late_after_minutes) {
            (Some(name), Some(senders), Some(settings), Some(late_after_minutes)) => {
                let Self { stay_open, follow_prospect_zone, .. } = self;
                Some(NewCampaignRequest {
                    client_made,
                    name,
                    senders,
                    settings,
                    stay_open,
                    late_after_minutes,
                    follow_prospect_zone,
                })
            }
            _ => None,
        };
        Ok(Parsed { request: notices.finish(issues, request)?, notices })
    }
}

/// Collapses duplicates; each sender keeps its first index.
pub(super) fn check_senders(senders: Vec<AccountId>) -> Result<Vec<(usize, AccountId)>, Problem> {
    if senders.is_empty() {
        return Err(Problem::Empty);
    }
    if senders.len() > SENDERS_MAX {
        return Err(Problem::TooMany { max: SENDERS_MAX });
    }
    let mut seen = std::collections::HashSet::with_capacity(senders.len());
    Ok(senders.into_iter().enumerate().filter(|(_, id)| seen.insert(*id)).collect())
}

impl UncheckedChannel {
    fn to_fingerprint<'a>(&'a self, name: &'a str, senders: Vec<AccountId>) -> FingerprintedFields<'a> {
        let nothing = FingerprintedFields {
            name,
            senders,
            daily_limit: None,
            stop_on_reply: None,
            open_tracking: None,
            signature: None,
            skip_other_campaigns: None,
            operating_hours: None,
            stay_open: false,
            late_after_minutes: None,
            follow_prospect_zone: false,
        };
        match self {
            Self::Email { daily_limit, stop_on_reply, open_tracking, signature } => FingerprintedFields {
                daily_limit: Some(*daily_limit),
                stop_on_reply: Some(*stop_on_reply),
                open_tracking: Some(*open_tracking),
                signature: Some(signature),
                ..nothing
            },
            Self::Linkedin(LinkedinSettings { skip_other_campaigns, operating_hours }) => FingerprintedFields {
                skip_other_campaigns: Some(*skip_other_campaigns),
                operating_hours: Some(operating_hours),
                ..nothing
            },
        }
    }

    fn check(self, issues: &mut Issues, notices: &mut Notices) -> Option<Settings> {
        match self {
            Self::Email { daily_limit, stop_on_reply, open_tracking, signature } => {
                let signature = issues.keep("signature", lines(signature, SIGNATURE_MAX))?;
                let daily_limit = check_daily_limit(daily_limit, notices)?;
                Some(Settings::Email(EmailSettings { daily_limit, stop_on_reply, open_tracking, signature }))
            }
            Self::Linkedin(settings) => {
                // Hours that a file had may be in a zone that is not known here.
                if let Some(problem) = settings.operating_hours.time_zone().and_then(TimeZone::problem) {
                    issues.push("operating_hours.time_zone", problem);
                }
                Some(Settings::Linkedin(settings))
            }
        }
    }
}

pub(super) fn read_late_after(fields: &mut Fields<'_>) -> Option<u32> {
    fields.count("late_after_minutes", &LATE_AFTER_MINUTES)
}

/// Checks after how many minutes a follow-up may be late.
pub(super) fn check_late_after(minutes: u32) -> Result<u32, Problem> {
    let is_within = LATE_AFTER_MINUTES.contains(&minutes.into());
    if is_within { Ok(minutes) } else { Err(Problem::outside(&LATE_AFTER_MINUTES)) }
}

/// Brings a limit into [`DAILY_LIMIT`], with a notice if it was outside.
pub(super) fn check_daily_limit(given: Number, notices: &mut Notices) -> Option<u16> {
    let clamped = given.clamp_integer(&DAILY_LIMIT)?;
    if given != Number::Int(clamped) {
        notices.add(|| Notice::ValueAdjusted { path: "daily_limit".into(), from: given, to: clamped });
    }
    u16::try_from(clamped).ok()
}

impl RequestType for CreateCampaign {
    type Checked = Parsed;
}

impl Request<CreateCampaign> for CreateCampaign {
    fn parse(self) -> Result<Parsed> {
        let channel = match self.channel {
            NewChannel::Email(NewEmail { daily_limit, stop_on_reply, open_tracking, signature }) => {
                let daily_limit = Number::Int(daily_limit);
                UncheckedChannel::Email { daily_limit, stop_on_reply, open_tracking, signature }
            }
            NewChannel::Linkedin(settings) => UncheckedChannel::Linkedin(settings),
        };
        let unchecked = Unchecked {
            id: self.id,
            name: Some(self.name),
            senders: Some(self.sender_account_ids),
            stay_open: self.stay_open,
            late_after_minutes: self.late_after_minutes.unwrap_or(LATE_AFTER_MINUTES_DEFAULT),
            follow_prospect_zone: self.follow_prospect_zone,
            channel: Some(channel),
        };
        unchecked.parse(Issues::default(), Notices::default())
    }
}

const FIELDS: [&str; 7] =
    ["type", "name", "sender_account_ids", "id", "stay_open", "late_after_minutes", "follow_prospect_zone"];
pub(super) const LINKEDIN_FIELDS: [&str; 2] = ["skip_other_campaigns", "operating_hours"];
pub(super) const EMAIL_FIELDS: [&str; 4] = ["daily_limit", "stop_on_reply", "open_tracking", "signature"];

impl Request<CreateCampaign> for Input {
    fn parse(self) -> Result<Parsed> {
        let mut issues = Issues::default();
        let mut notices = Notices::default();
        let mut fields = Fields::of_request(self, &mut issues);
        let channel = fields.required_choice("type");
        let unchecked = Unchecked {
            name: fields.required_text("name"),
            senders: fields.required_ids("sender_account_ids", SENDERS_MAX),
            id: fields.id("id"),
            stay_open: fields.bool("stay_open").unwrap_or(false),
            late_after_minutes: read_late_after(&mut fields).unwrap_or(LATE_AFTER_MINUTES_DEFAULT),
            follow_prospect_zone: fields.bool("follow_prospect_zone").unwrap_or(false),
            channel: channel.map(|channel| read_channel(channel, &mut fields, &mut notices)),
        };
        let known = [&FIELDS[..], &EMAIL_FIELDS, &LINKEDIN_FIELDS].concat();
        // Without a channel, the fields of either are neither wrong nor ignored.
        fields.notice_rest(&known, &mut notices);
        unchecked.parse(issues, notices)
    }
}

/// Ignores the fields of the other channel, whatever their values, with a notice.
pub(super) fn notice_others(channel: Channel, fields: &mut Fields<'_>, notices: &mut Notices) {
    let others: &[&str] = match channel {
        Channel::Email => &LINKEDIN_FIELDS,
        Channel::Linkedin => &EMAIL_FIELDS,
    };
    for other in others {
        if fields.take(other).is_some() {
            notices.add(|| Notice::FieldIgnored { path: (*other).into() });
        }
    }
}

/// Reads the fields of a channel and ignores those of the other one.
fn read_channel(channel: Channel, fields: &mut Fields<'_>, notices: &mut Notices) -> UncheckedChannel {
    notice_others(channel, fields, notices);
    match channel {
        Channel::Email => {
            let default = NewEmail::default();
            UncheckedChannel::Email {
                daily_limit: fields.number("daily_limit").unwrap_or(Number::Int(default.daily_limit)),
                stop_on_reply: fields.bool("stop_on_reply").unwrap_or(default.stop_on_reply),
                open_tracking: fields.bool("open_tracking").unwrap_or(default.open_tracking),
                signature: fields.text("signature").unwrap_or(default.signature),
            }
        }
        Channel::Linkedin => {
            let default = LinkedinSettings::default();
            UncheckedChannel::Linkedin(LinkedinSettings {
                skip_other_campaigns: fields.bool("skip_other_campaigns").unwrap_or(default.skip_other_campaigns),
                operating_hours: fields
                    .take("operating_hours")
                    .and_then(|value| Schedule::read(value, "operating_hours", fields.issues(), notices))
                    .unwrap_or(default.operating_hours),
            })
        }
    }
}

/// Which campaigns to list.
#[derive(Clone, Debug, Default)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct ListCampaigns {
    /// Only those of this status.
    pub status: Option<CampaignStatus>,
    /// Only those of this channel.
    #[cfg_attr(feature = "typescript", ts(rename = "type"))]
    pub channel: Option<Channel>,
    /// Only those that have this in their name, whatever the case; blank is not given.
    pub search: Option<String>,
    /// In which order; by default the newest first.
    pub sort: Option<SortBy>,
    /// Whether to count all that there are, on every page; by default not.
    pub count: Option<bool>,
    /// Which part of the list.
    #[cfg_attr(feature = "typescript", ts(flatten))]
    pub page: ListPage,
}

setters!(ListCampaigns {
    optional status: CampaignStatus;
    optional channel: Channel;
    text search;
    optional sort: SortBy;
    optional count: bool;
    page;
});

/// A checked [`ListCampaigns`].
#[derive(Clone, Debug)]
pub struct CampaignFilter {
    pub(super) status: Option<CampaignStatus>,
    pub(super) channel: Option<Channel>,
    pub(super) search: Option<SearchText>,
    pub(super) sort: SortBy,
    pub(super) count: bool,
    pub(super) slice: PageRequest<(Rank, CampaignId)>,
}

fn check_filter(list: ListCampaigns, mut issues: Issues) -> Result<CampaignFilter> {
    let ListCampaigns { status, channel, search, sort, count, page } = list;
    let (sort, count) = (sort.unwrap_or_default(), count.unwrap_or(false));
    let search = search.and_then(|text| issues.keep("search", SearchText::parse(&text)).flatten());
    let slice = PageRequest::check_by(page, &mut issues, |cursor| match sort {
        SortBy::Created => cursor.parse().map(|AgeCursor { created, id }| (Rank::of_instant(Some(created)), id)),
        _ => Rank::of_cursor(sort, cursor),
    });
    issues.finish(slice.map(|slice| CampaignFilter { status, channel, search, sort, count, slice }))
}

impl RequestType for ListCampaigns {
    type Checked = CampaignFilter;
}

impl Request<ListCampaigns> for ListCampaigns {
    fn parse(self) -> Result<CampaignFilter> {
        check_filter(self, Issues::default())
    }
}

impl Request<ListCampaigns> for Input {
    fn parse(self) -> Result<CampaignFilter> {
        let mut issues = Issues::default();
        let mut fields = Fields::of_query(self, &mut issues);
        let list = ListCampaigns {
            status: fields.choice("status"),
            channel: fields.choice("type"),
            search: fields.text("search"),
            sort: fields.choice("sort"),
            count: fields.bool("count"),
            page: ListPage::read(&mut fields),
        };
        fields.refuse_rest(&[&["status", "type", "search", "sort", "count"], &ListPage::FIELDS[..]].concat());
        check_filter(list, issues)
    }
}
