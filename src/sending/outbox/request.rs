//! Requests of hosts to the outbox, and how they are checked.

use serde::Serialize;

use crate::bounds::{AHEAD_SECONDS, CLAIM_TASKS, CLAIM_TASKS_DEFAULT, LEASE_SECONDS, LEASE_SECONDS_DEFAULT, LINE_MAX};
use crate::channel::Channel;
use crate::error::{Error, Problem, Result};
use crate::id::{CampaignId, ProspectId, TaskId};
use crate::people::suppression::SuppressionReason;
use crate::request::identity::{EmailAddress, ProfileUrl};
use crate::request::setters::setters;
use crate::request::text::{within, without_control};
use crate::request::{Fields, Input, Issues, Number, Request, RequestType};
use crate::sending::task::{IdempotencyKey, OpenToken};
use crate::sending::token_url::TokenUrl;
use crate::time::Instant;

/// What to do with follow-ups that became due since the last claim, in operating hours (by email, on a day) that are over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum LatePolicy {
    /// They go when the campaign may next act, which may be now.
    #[default]
    NextWindow,
    /// They go now, whatever the campaign's hours; limits hold.
    Send,
    /// Those that are due for longer than the campaign's `late_after_minutes` are left out, and what comes after them goes
    /// on from now. Invitations and first messages are not left out.
    Skip,
}

crate::request::choice::words!(LatePolicy { NextWindow = "next_window", Send = "send", Skip = "skip" });

impl LatePolicy {
    /// Whether what became due before matters to it.
    pub(super) fn looks_back(self) -> bool {
        self != Self::NextWindow
    }
}

/// What to claim; everything is optional.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct ClaimDue {
    /// The most tasks: 1–1,000, by default 100.
    pub max: Option<u32>,
    /// The length of the lease in seconds: 1–86,400, by default 300.
    pub lease_seconds: Option<u32>,
    /// Up to how many seconds from now messages are handed out before they are due, each to be sent at its `send_at`:
    /// 0–86,400, by default 0.
    pub ahead_seconds: Option<u32>,
    /// Only those of this channel.
    #[serde(rename = "type")]
    pub channel: Option<Channel>,
    /// What to do with messages that are late after an outage; by default `next_window`.
    pub late: Option<LatePolicy>,
    /// The link to unsubscribe with `{token}` in it, for the header `List-Unsubscribe` and `%unsubscribe_url%`: `https` or
    /// `mailto`. Without it, messages that say the link wait for a claim that has one.
    pub unsubscribe_url: Option<String>,
    /// The image by which an opened email is known, an `https` link with `{token}` in it: the HTML of emails of campaigns that
    /// track openings ends with it. Without it they have no pixel.
    pub open_url: Option<String>,
    /// The present instant as RFC 3339; by default the store's clock.
    pub now: Option<Instant>,
}

setters!(ClaimDue {
    optional max: u32;
    optional lease_seconds: u32;
    optional ahead_seconds: u32;
    optional channel: Channel;
    optional late: LatePolicy;
    text unsubscribe_url;
    text open_url;
    optional now: Instant;
});

/// A checked [`ClaimDue`].
#[derive(Clone, Debug)]
pub struct Claim {
    pub(super) max: u32,
    pub(super) lease_ms: i64,
    pub(super) ahead_ms: i64,
    pub(super) channel: Option<Channel>,
    pub(super) late: LatePolicy,
    pub(super) unsubscribe_url: Option<TokenUrl>,
    pub(super) open_url: Option<TokenUrl>,
    pub(super) now: Option<Instant>,
}

impl RequestType for ClaimDue {
    type Checked = Claim;
}

impl Request<ClaimDue> for Input {
    fn parse(self) -> Result<Claim> {
        let mut issues = Issues::default();
        let mut fields = Fields::of_query(self, &mut issues);
        let max = fields.count("max", &CLAIM_TASKS).unwrap_or(CLAIM_TASKS_DEFAULT);
        let lease = fields.count("lease_seconds", &LEASE_SECONDS).unwrap_or(LEASE_SECONDS_DEFAULT);
        let ahead = fields.count("ahead_seconds", &AHEAD_SECONDS).unwrap_or(0);
        let channel = fields.choice("type");
        let late = fields.choice("late").unwrap_or_default();
        let url = fields.text("unsubscribe_url");
        let unsubscribe_url = url.and_then(|url| fields.keep("unsubscribe_url", TokenUrl::to_unsubscribe(url)));
        let url = fields.text("open_url");
        let open_url = url.and_then(|url| fields.keep("open_url", TokenUrl::of_pixel(url)));
        let now = fields.instant("now");
        fields.refuse_rest(&[
            "max",
            "lease_seconds",
            "ahead_seconds",
            "type",
            "late",
            "unsubscribe_url",
            "open_url",
            "now",
        ]);
        let (lease_ms, ahead_ms) = (i64::from(lease) * 1_000, i64::from(ahead) * 1_000);
        issues.finish(Some(Claim { max, lease_ms, ahead_ms, channel, late, unsubscribe_url, open_url, now }))
    }
}

impl Request<ClaimDue> for ClaimDue {
    fn parse(self) -> Result<Claim> {
        Request::<ClaimDue>::parse(Input::of(&self))
    }
}

/// For how long a lease is extended, in milliseconds.
#[derive(Clone, Copy, Debug)]
pub struct Extension(pub(super) i64);

impl Extension {
    fn of(seconds: Number) -> Result<Self> {
        match seconds.clamp_integer(&LEASE_SECONDS) {
            Some(whole) if Number::Int(whole) == seconds => Ok(Self(whole * 1_000)),
            Some(_) => Err(Error::invalid("lease_seconds", Problem::outside(&LEASE_SECONDS))),
            None => Err(Error::invalid("lease_seconds", Problem::NotInteger)),
        }
    }
}

impl RequestType for u32 {
    type Checked = Extension;
}

impl Request<u32> for u32 {
    fn parse(self) -> Result<Extension> {
        Extension::of(Number::Int(self.into()))
    }
}

impl Request<u32> for Input {
    fn parse(self) -> Result<Extension> {
        Extension::of(self.into_number("lease_seconds")?)
    }
}

/// What happened to a prospect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum RecordedEventType {
    /// It replied.
    Replied,
    /// An automatic reply: the person is away, or gone.
    AutoReplied,
    /// It accepted the invitation to connect.
    ConnectionAccepted,
    /// A message to it bounced.
    Bounced,
    /// It complained of spam.
    Complained,
    /// It unsubscribed.
    Unsubscribed,
    /// It opened an email.
    Opened,
}

crate::request::choice::words!(RecordedEventType {
    Replied = "replied",
    AutoReplied = "auto_replied",
    ConnectionAccepted = "connection_accepted",
    Bounced = "bounced",
    Complained = "complained",
    Unsubscribed = "unsubscribed",
    Opened = "opened",
});

/// The subject of an event.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum EventSubject {
    /// A prospect.
    Prospect(ProspectId),
    /// The prospect of a task.
    Task(TaskId),
    /// The prospect whose email has this tracking pixel.
    OpenToken(OpenToken),
    /// The prospect of the message that has this key.
    Message(IdempotencyKey),
    /// The prospect of the message that has this id at the host's provider, which a completion said.
    ProviderId(String),
    /// Everybody who has this address in the user's active and paused email campaigns, or in one campaign, which may be
    /// completed.
    Email(String, Option<CampaignId>),
    /// Everybody who has this profile in the user's active and paused LinkedIn campaigns, or in one campaign, which may be
    /// completed.
    Profile(String, Option<CampaignId>),
}

/// Something that happened to a prospect.
#[derive(Clone, Debug, Serialize)]
pub struct RecordEvent {
    /// The caller's id of this event, 1–255 characters: the same id twice changes nothing.
    pub id: String,
    /// What happened.
    #[serde(rename = "type")]
    pub kind: RecordedEventType,
    /// The subject of the event.
    #[serde(flatten)]
    pub to: EventSubject,
    /// `auto_replied`: until when the person is held; by default for 5 days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hold_until: Option<Instant>,
    /// `auto_replied`: whether the person is not there any more, which ends it; by default not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gone: Option<bool>,
    /// `bounced`: whether the address does not exist, and is suppressed therefore; by default not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permanent: Option<bool>,
    /// The present instant as RFC 3339; by default the store's clock.
    pub now: Option<Instant>,
}

setters!(RecordEvent {
    optional hold_until: Instant;
    optional gone: bool;
    optional permanent: bool;
    optional now: Instant;
});

impl RecordEvent {
    /// An event without further details.
    pub fn new(id: impl Into<String>, kind: RecordedEventType, to: EventSubject) -> Self {
        Self { id: id.into(), kind, to, hold_until: None, gone: None, permanent: None, now: None }
    }
}

/// What happened, with its details.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EventDetails {
    Replied,
    Away { until: Option<Instant> },
    Gone,
    ConnectionAccepted,
    Bounced { permanent: bool },
    Complained,
    Unsubscribed,
    Opened,
}

impl EventDetails {
    /// The only channel on which it happens, if there is one.
    pub(super) const fn only_on(self) -> Option<Channel> {
        match self {
            Self::ConnectionAccepted => Some(Channel::Linkedin),
            Self::Opened => Some(Channel::Email),
            _ => None,
        }
    }

    /// Why nothing is ever sent to the person again, if that follows.
    pub(super) const fn suppresses(self) -> Option<SuppressionReason> {
        match self {
            Self::Bounced { permanent: true } => Some(SuppressionReason::Bounced),
            Self::Complained => Some(SuppressionReason::Complained),
            Self::Unsubscribed => Some(SuppressionReason::Unsubscribed),
            _ => None,
        }
    }
}

/// A checked [`EventSubject`].
#[derive(Clone, Debug)]
pub(super) enum ParsedSubject {
    Prospect(ProspectId),
    Task(TaskId),
    OpenToken(OpenToken),
    Message(IdempotencyKey),
    ProviderId(String),
    /// An address or a profile in normal form.
    Person {
        channel: Channel,
        identity: String,
        campaign: Option<CampaignId>,
    },
}

/// A checked [`RecordEvent`].
#[derive(Clone, Debug)]
pub struct ParsedEvent {
    pub(super) id: String,
    pub(super) details: EventDetails,
    pub(super) to: ParsedSubject,
    pub(super) now: Option<Instant>,
}

impl RequestType for RecordEvent {
    type Checked = ParsedEvent;
}

impl Request<RecordEvent> for Input {
    fn parse(self) -> Result<ParsedEvent> {
        let mut issues = Issues::default();
        let mut fields = Fields::of_request(self, &mut issues);
        let mut known = vec!["id", "type", "now"];
        known.extend(TO);
        let id = fields.required_text("id").and_then(|id| fields.keep("id", foreign_id(id)));
        let kind = fields.required_choice("type");
        let details = kind.map(|kind| read_details(&mut fields, kind, &mut known));
        let to = read_to(&mut fields, &mut known);
        let now = fields.instant("now");
        fields.refuse_rest(&known);
        let report = id.zip(details).zip(to).map(|((id, details), to)| ParsedEvent { id, details, to, now });
        issues.finish(report)
    }
}

/// The one reading of an id that somebody else gave. It is compared as it is, so nothing of it is trimmed or replaced.
pub(super) fn foreign_id(id: String) -> Result<String, Problem> {
    let id = if id.is_empty() { Err(Problem::Empty) } else { within(id, LINE_MAX) };
    without_control(id?, &[])
}

/// Reads the details of an event of this kind, by fields that others do not have.
fn read_details(fields: &mut Fields<'_>, kind: RecordedEventType, known: &mut Vec<&'static str>) -> EventDetails {
    match kind {
        RecordedEventType::Replied => EventDetails::Replied,
        RecordedEventType::AutoReplied => {
            known.extend(["hold_until", "gone"]);
            let until = fields.instant("hold_until");
            if fields.bool("gone") == Some(true) { EventDetails::Gone } else { EventDetails::Away { until } }
        }
        RecordedEventType::ConnectionAccepted => EventDetails::ConnectionAccepted,
        RecordedEventType::Bounced => {
            known.push("permanent");
            EventDetails::Bounced { permanent: fields.bool("permanent").unwrap_or(false) }
        }
        RecordedEventType::Complained => EventDetails::Complained,
        RecordedEventType::Unsubscribed => EventDetails::Unsubscribed,
        RecordedEventType::Opened => EventDetails::Opened,
    }
}

const TO: [&str; 7] =
    ["prospect_id", "task_id", "open_token", "idempotency_key", "provider_id", "email", "linkedin_url"];

/// Reads the subject of an event, which one field names.
fn read_to(fields: &mut Fields<'_>, known: &mut Vec<&'static str>) -> Option<ParsedSubject> {
    let by_person = fields.has("email") || fields.has("linkedin_url");
    let campaign = if by_person { fields.id("campaign_id") } else { None };
    if by_person {
        known.push("campaign_id");
    }
    let prospect = fields.id("prospect_id").map(ParsedSubject::Prospect);
    let task = fields.id("task_id").map(ParsedSubject::Task);
    let token = fields.text("open_token");
    let token = token.and_then(|token| fields.keep("open_token", token.parse().map_err(|()| Problem::MalformedToken)));
    let key = fields.text("idempotency_key");
    let key = key.and_then(|key| fields.keep("idempotency_key", key.parse().map_err(|()| Problem::MalformedId)));
    let email = fields.text("email");
    let email = email.and_then(|email| fields.keep("email", EmailAddress::parse(&email)));
    let person = |channel, identity| ParsedSubject::Person { channel, identity, campaign };
    let email = email.map(|email| person(Channel::Email, email.identity()));
    let profile = fields.text("linkedin_url");
    let profile = profile.and_then(|url| fields.keep("linkedin_url", ProfileUrl::parse(&url)));
    let profile = profile.map(|url| person(Channel::Linkedin, url.identity().to_owned()));
    let token = token.map(ParsedSubject::OpenToken);
    let key = key.map(ParsedSubject::Message);
    let provider = fields.text("provider_id").and_then(|id| fields.keep("provider_id", foreign_id(id)));
    let provider = provider.map(ParsedSubject::ProviderId);
    let mut given = [prospect, task, token, key, provider, email, profile].into_iter().flatten();
    let to = given.next();
    if given.next().is_some() {
        fields.push("", Problem::OneOf { fields: &TO });
    } else if to.is_none() && !TO.iter().any(|field| fields.has_issue(field)) && fields.is_object() {
        fields.push("prospect_id", Problem::Required);
    }
    to
}

impl Request<RecordEvent> for RecordEvent {
    fn parse(self) -> Result<ParsedEvent> {
        Request::<RecordEvent>::parse(Input::of(&self))
    }
}
