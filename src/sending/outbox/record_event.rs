//! Recording what prospects did.

use super::complete::reported;
use super::request::{EventDetails, ParsedEvent, ParsedSubject, RecordEvent};
use super::{EventReported, Reported, ReportedProspect, store_tally};
use crate::campaign::{self, CampaignStatus};
use crate::channel::Channel;
use crate::error::{Error, Problem, Result, or_bug};
use crate::id::{CampaignId, ProspectId, UserId};
use crate::people::bounced_address;
use crate::people::erased::rows::ErasedPeople;
use crate::people::hold::{self, Identities};
use crate::people::prospect::{self, ProspectStatus};
use crate::people::suppression::{self, SuppressionType};
use crate::request::Request;
use crate::sending::durations::AUTO_REPLY_HOLD_MS;
use crate::sending::progress::{self, Progress, QueueKey, finish};
use crate::sending::scheduler::load::route_to;
use crate::sending::stats::{Count, Tally};
use crate::sending::task::mark::{self, Mark};
use crate::sending::task::{self, OpenToken, TaskType};
use crate::store::event::Change;
use crate::store::session::Session;
use crate::store::{Snapshot, Store, Tx, or_corrupt};
use crate::time::Instant;
use crate::user;

impl Session<'_> {
    /// Records an event of a prospect: a reply, automatic or not; an accepted invitation, a bounce, a complaint, an
    /// unsubscription or an opened email. The same event id twice changes nothing. Takes a [`RecordEvent`].
    ///
    /// A reply ends the prospect, by email only where the campaign stops on replies; a bounce ends it. People who
    /// unsubscribe or complain are suppressed and `cancelled`, as are addresses that do not exist. People who are away are
    /// held in all campaigns, by either identity; people who are gone are `cancelled` and not suppressed. A prospect that
    /// was sent everything can still become `replied` or `bounced`.
    ///
    /// The subject is a prospect, or all prospects of the user's active and paused campaigns that have an address or a
    /// profile; an address or profile that nobody has is suppressed or held all the same, unless it is of somebody who was
    /// erased and is not to be contacted: of them nothing is stored.
    ///
    /// # Errors
    /// `prospect_not_found`; `task_not_found`, for a key or an id of a provider, too; `token_not_found`; `campaign_not_found`; `not_launched` for
    /// the prospect of a draft; `invalid_input`, with `wrong_channel_event` for an event of the other channel.
    pub fn record_event(&mut self, event: impl Request<RecordEvent>) -> Result<EventReported> {
        let ParsedEvent { id, details, to, now } = event.parse()?;
        self.write_at(now, |tx, user| {
            let found = Found::of(tx, user, to)?;
            // The id may name the person as well.
            let is_nobody = found.prospects.is_empty() && found.is_erased(tx, user)?;
            let is_news = !is_nobody && task::recorded_event::insert(tx, user, &id)?;
            if is_news {
                record(tx, user, details, &found)?;
            }
            found.reported(tx, user, is_news)
        })
    }
}

impl Store {
    /// Records that an email was opened, for an image that knows no user: the `open_token` says whose it is. An email counts
    /// as opened once.
    ///
    /// # Errors
    /// `token_not_found`, also where the prospect is gone; `invalid_input`.
    pub fn opened(&mut self, token: impl Request<OpenToken>) -> Result<EventReported> {
        let token = token.parse()?;
        let user = self.read(|snapshot| task::rows::user_of(snapshot, token)?.ok_or(Error::TokenNotFound))?;
        self.session(user)?.write(|tx, user| {
            let found = Found::of(tx, user, ParsedSubject::OpenToken(token))?;
            let is_news = found.task.as_ref().is_some_and(|task| task.opened_at.is_none());
            if is_news {
                record(tx, user, EventDetails::Opened, &found)?;
            }
            found.reported(tx, user, is_news)
        })
    }
}

/// To whom something happened.
struct Found {
    prospects: Vec<ProspectId>,
    /// By which message, where that is known.
    task: Option<task::rows::StoredTask>,
    /// Whether they were named by what several prospects may have.
    is_person: bool,
    channel: Channel,
    /// On the channel, in normal form.
    identity: String,
}

impl Found {
    fn of(tx: &Tx<'_>, user: UserId, to: ParsedSubject) -> Result<Self> {
        match to {
            ParsedSubject::Person { channel, identity, campaign } => {
                if let Some(campaign) = campaign {
                    campaign::rows::channel(tx, user, campaign)?.ok_or(Error::CampaignNotFound)?;
                    check_launched(tx, campaign)?;
                }
                let prospects = prospect::rows::with_identity(tx, user, channel, &identity, campaign)?;
                Ok(Self { prospects, task: None, is_person: true, channel, identity })
            }
            ParsedSubject::Prospect(id) => Self::of_prospect(tx, user, id, None),
            ParsedSubject::Task(id) => {
                Self::of_task(tx, user, task::rows::find(tx, user, id)?.ok_or(Error::TaskNotFound)?)
            }
            ParsedSubject::Message(key) => {
                Self::of_task(tx, user, task::rows::of_key(tx, user, key)?.ok_or(Error::TaskNotFound)?)
            }
            ParsedSubject::ProviderId(id) => {
                Self::of_task(tx, user, task::rows::of_provider_id(tx, user, &id)?.ok_or(Error::TaskNotFound)?)
            }
            ParsedSubject::OpenToken(token) => {
                Self::of_task(tx, user, task::rows::of_open_token(tx, user, token)?.ok_or(Error::TokenNotFound)?)
            }
        }
    }

    fn of_task(tx: &Tx<'_>, user: UserId, task: task::rows::StoredTask) -> Result<Self> {
        Self::of_prospect(tx, user, task.prospect, Some(task))
    }

    fn of_prospect(tx: &Tx<'_>, user: UserId, id: ProspectId, task: Option<task::rows::StoredTask>) -> Result<Self> {
        let (campaign, _) = prospect::rows::status(tx, user, id)?.ok_or(Error::ProspectNotFound)?;
        let channel = or_bug(campaign::rows::channel(tx, user, campaign)?)?;
        let identity = or_corrupt(prospect::rows::identity(tx, id)?)?;
        Ok(Self { prospects: vec![id], task, is_person: false, channel, identity })
    }

    /// Whether somebody of the identity was erased: they are suppressed already, and it is not stored again.
    fn is_erased(&self, snapshot: &Snapshot<'_>, user: UserId) -> Result<bool> {
        let erased = ErasedPeople::of(snapshot, user)?;
        erased.map_or(Ok(false), |mut erased| erased.has(self.channel, &self.identity))
    }

    fn reported(&self, snapshot: &Snapshot<'_>, user: UserId, changed: bool) -> Result<EventReported> {
        let prospects = self.prospects.iter().map(|id| ReportedProspect { id: *id, changed }).collect();
        let (prospect_status, campaign_status) = match self.prospects.first().filter(|_| !self.is_person) {
            Some(id) => {
                let Reported { prospect_status, campaign_status, .. } = reported(snapshot, user, *id, changed)?;
                (Some(prospect_status), Some(campaign_status))
            }
            None => (None, None),
        };
        Ok(EventReported { changed, prospect_status, campaign_status, prospects })
    }
}

/// Nothing happens to the prospects of a draft.
fn check_launched(snapshot: &Snapshot<'_>, campaign: CampaignId) -> Result<()> {
    match campaign::rows::status(snapshot, campaign)? {
        Some(CampaignStatus::Draft) => Err(Error::NotLaunched),
        _ => Ok(()),
    }
}

/// Applies an event to everyone who was found, and to the address or the profile.
fn record(tx: &mut Tx<'_>, user: UserId, details: EventDetails, found: &Found) -> Result<()> {
    for id in &found.prospects {
        check_launched(tx, AffectedProspect::of(tx, user, *id)?.campaign)?;
    }
    if details.only_on().is_some_and(|channel| channel != found.channel) {
        return Err(Error::invalid("type", Problem::WrongChannelEvent));
    }
    let kind = SuppressionType::of_person(found.channel);
    let is_erased = found.is_erased(tx, user)?;
    let is_suppressed = is_erased || suppression::rows::find_value(tx, user, kind, &found.identity)?.is_some();
    for id in &found.prospects {
        let mut case = AffectedProspect::of(tx, user, *id)?;
        case.record(tx, details, found, !is_suppressed)?;
        set_mark(tx, *id, details, found)?;
        store_tally(tx, user, case.campaign, &case.tally)?;
    }
    if is_erased {
        return Ok(());
    }
    match details {
        EventDetails::Bounced { .. } if found.channel == Channel::Email => {
            bounced_address::rows::insert(tx, user, &found.identity)?;
        }
        EventDetails::Away { until } => hold(tx, user, found, until.unwrap_or(tx.now().plus_ms(AUTO_REPLY_HOLD_MS)))?,
        _ => {}
    }
    match details.suppresses() {
        Some(reason) => suppression::add(tx, user, kind, found.identity.clone(), reason).map(drop),
        None => Ok(()),
    }
}

/// Marks the message that an event follows: the one that it names, or else the last that was sent to the prospect.
fn set_mark(tx: &Tx<'_>, prospect: ProspectId, details: EventDetails, found: &Found) -> Result<()> {
    let mark = match details {
        EventDetails::Replied => Mark::Replied,
        EventDetails::Unsubscribed => Mark::Unsubscribed,
        EventDetails::Complained => Mark::Complained,
        EventDetails::Bounced { .. } => Mark::Bounced,
        EventDetails::ConnectionAccepted | EventDetails::Away { .. } | EventDetails::Gone | EventDetails::Opened => {
            return Ok(());
        }
    };
    match &found.task {
        Some(task) => mark::rows::set(tx, task.id, mark),
        None => mark::rows::set_last(tx, prospect, mark),
    }
}

/// Holds everyone who was found, by all that they are known by, in all campaigns.
fn hold(tx: &Tx<'_>, user: UserId, found: &Found, until: Instant) -> Result<()> {
    let hold = |person: &Identities| hold::add(tx, user, person, None, Some(until)).map(drop);
    for id in &found.prospects {
        hold(&Identities::of(&or_corrupt(prospect::rows::get(tx, *id, found.channel)?)?.person))?;
    }
    if found.prospects.is_empty() {
        let identity = Some(found.identity.clone());
        hold(&match found.channel {
            Channel::Email => Identities { email: identity, profile: None },
            Channel::Linkedin => Identities { email: None, profile: identity },
        })?;
    }
    Ok(())
}

/// Records that a prospect unsubscribed. `is_new` is whether the address was not suppressed before.
pub(crate) fn unsubscribed(tx: &Tx<'_>, user: UserId, prospect: ProspectId, is_new: bool) -> Result<()> {
    let mut case = AffectedProspect::of(tx, user, prospect)?;
    case.unsubscribed(tx, is_new)?;
    mark::rows::set_last(tx, prospect, Mark::Unsubscribed)?;
    store_tally(tx, user, case.campaign, &case.tally)
}

/// A prospect that an event concerns.
struct AffectedProspect {
    user: UserId,
    prospect: ProspectId,
    campaign: CampaignId,
    status: ProspectStatus,
    tally: Tally,
}

impl AffectedProspect {
    fn of(tx: &Tx<'_>, user: UserId, prospect: ProspectId) -> Result<Self> {
        let (campaign, status) = or_corrupt(prospect::rows::status(tx, user, prospect)?)?;
        Ok(Self { user, prospect, campaign, status, tally: Tally::default() })
    }

    /// `is_new` is whether the address was not suppressed before.
    fn record(&mut self, tx: &Tx<'_>, details: EventDetails, found: &Found, is_new: bool) -> Result<()> {
        let (prospect_id, campaign_id) = (self.prospect, self.campaign);
        match details {
            EventDetails::Replied => self.replied(tx),
            EventDetails::Away { .. } | EventDetails::Gone => {
                if details == EventDetails::Gone && !self.status.is_final() {
                    self.end(tx, ProspectStatus::Cancelled)?;
                }
                tx.record(self.user, Change::ProspectAutoReplied { prospect_id, campaign_id })
            }
            EventDetails::ConnectionAccepted => self.accepted(tx),
            EventDetails::Bounced { .. } => {
                self.end(tx, ProspectStatus::Bounced)?;
                tx.record(self.user, Change::ProspectBounced { prospect_id, campaign_id })
            }
            EventDetails::Complained => {
                self.call_off(tx, is_new)?;
                tx.record(self.user, Change::ProspectComplained { prospect_id, campaign_id })
            }
            EventDetails::Unsubscribed => self.unsubscribed(tx, is_new),
            EventDetails::Opened => self.opened(tx, found.task.as_ref()),
        }
    }

    /// Makes the prospect final. `completed` is replaced by how that ended; other final statuses stay.
    fn end(&mut self, tx: &Tx<'_>, to: ProspectStatus) -> Result<()> {
        if !self.status.is_final() || self.status == ProspectStatus::Completed {
            finish(tx, self.prospect, self.status, to, &mut self.tally)?;
            self.status = to;
        }
        Ok(())
    }

    fn replied(&mut self, tx: &Tx<'_>) -> Result<()> {
        self.tally = self.tally.counted(Count::Replies);
        if campaign::rows::stops_on_reply(tx, self.campaign)? {
            self.end(tx, ProspectStatus::Replied)?;
        }
        let (prospect_id, campaign_id) = (self.prospect, self.campaign);
        tx.record(self.user, Change::ProspectReplied { prospect_id, campaign_id })
    }

    /// One that was suppressed by hand before is called off for good by this.
    fn unsubscribed(&mut self, tx: &Tx<'_>, is_new: bool) -> Result<()> {
        if !self.call_off(tx, is_new)? {
            return Ok(());
        }
        let (prospect_id, campaign_id) = (self.prospect, self.campaign);
        tx.record(self.user, Change::ProspectUnsubscribed { prospect_id, campaign_id })
    }

    /// Whether it changed anything.
    fn call_off(&mut self, tx: &Tx<'_>, is_new: bool) -> Result<bool> {
        if !is_new && self.status.is_final() {
            return Ok(false);
        }
        if self.status != ProspectStatus::Cancelled {
            self.tally = self.tally.counted(Count::Unsubscribed);
        }
        if !self.status.is_final() {
            self.end(tx, ProspectStatus::Cancelled)?;
        }
        Ok(true)
    }

    /// An email counts as opened once, however often it is opened.
    fn opened(&mut self, tx: &Tx<'_>, task: Option<&task::rows::StoredTask>) -> Result<()> {
        let last = match task {
            Some(_) => None,
            None => task::rows::last_of(tx, self.user, self.prospect)?,
        };
        let Some(task) = task.or(last.as_ref()).filter(|task| task.opened_at.is_none()) else { return Ok(()) };
        task::rows::set_opened(tx, task.id)?;
        self.tally = self.tally.counted(Count::Opened);
        let (prospect_id, campaign_id) = (self.prospect, self.campaign);
        tx.record(self.user, Change::MessageOpened { prospect_id, campaign_id })
    }

    fn accepted(&mut self, tx: &Tx<'_>) -> Result<()> {
        let progress = progress::rows::find(tx, self.prospect)?;
        let Some(progress) = progress.filter(|progress| !progress.is_connected) else { return Ok(()) };
        let (prospect_id, campaign_id) = (self.prospect, self.campaign);
        tx.record(self.user, Change::ConnectionAccepted { prospect_id, campaign_id })?;
        mark::rows::set_last(tx, prospect_id, Mark::Accepted)?;
        self.tally = self.tally.counted(Count::Accepted);
        let progress = Progress { is_connected: true, ..progress };
        let user = or_bug(user::rows::find(tx, self.user)?)?;
        let campaign = or_bug(campaign::rows::find(tx, self.user, self.campaign)?)?;
        let (route, zone) = route_to(tx, &user, &campaign, None, self.prospect)?;
        let is_leased = progress.is_leased(tx.now());
        let is_invited_next = route.kind(progress.position) == Some(TaskType::ConnectionRequest) && !is_leased;
        if self.status == ProspectStatus::ConnectionSent || is_invited_next {
            progress::mark(tx, self.prospect, self.status, ProspectStatus::Connected, &mut self.tally)?;
            self.status = ProspectStatus::Connected;
        }
        let is_waiting = progress.lane == QueueKey::Wait && !progress.is_unresolved && !route.is_end(progress.position);
        if !is_waiting && !is_invited_next {
            return progress::rows::update(tx, &progress);
        }
        let progress = Progress { zone, ..progress };
        let next = progress.accepted(&route, tx.now());
        progress::go_on(tx, progress, next, self.status, &mut self.tally).map(drop)
    }
}
