//! Taking back what prospects did.

use super::complete::reported;
use super::request::{Recorded, RecordedEventType, Report};
use super::{Reported, Unsubscribed, settle};
use crate::campaign::{self, StatusWord};
use crate::channel::Channel;
use crate::error::{Error, Problem, Result, or_bug};
use crate::id::{CampaignId, ProspectId, UserId};
use crate::people::prospect::{self, ProspectStatus};
use crate::people::suppression::{self, SuppressionReason, SuppressionType};
use crate::request::Request;
use crate::sending::counts::{Count, Tally};
use crate::sending::queue::{self, Lane, Progress, finish};
use crate::sending::scheduler::load::route;
use crate::sending::task::{self, TaskType, Token};
use crate::store::event::Change;
use crate::store::session::Session;
use crate::store::{Tx, known};
use crate::user;

impl Session<'_> {
    /// Records what a prospect did: it replied, accepted the invitation, bounced, unsubscribed or opened an email. The same
    /// event id twice changes nothing.
    ///
    /// A reply ends the prospect, by email where the campaign stops on replies; a bounce ends it; whoever unsubscribes is
    /// suppressed and `cancelled`. Someone to whom everything was sent can still become `replied` or `bounced`.
    ///
    /// # Errors
    /// `prospect_not_found`; `task_not_found`; `token_not_found`; `not_launched` for the prospect of a draft;
    /// `invalid_input`, with `wrong_channel_event` for what does not happen on the channel.
    pub fn record_event(&mut self, event: impl Request<Report>) -> Result<Reported> {
        let report = event.parse()?;
        self.write_at(report.now, |tx, user| {
            let (prospect, task) = find(tx, user, report.to)?;
            if !task::rows::insert_recorded_event(tx, user, &report.id)? {
                return reported(tx, user, prospect, false);
            }
            let (campaign, status) = known(prospect::rows::status(tx, user, prospect)?)?;
            if campaign::rows::status(tx, campaign)? == Some(StatusWord::Draft) {
                return Err(Error::NotLaunched);
            }
            let only_on = match report.kind {
                RecordedEventType::ConnectionAccepted => Some(Channel::Linkedin),
                RecordedEventType::Opened => Some(Channel::Email),
                _ => None,
            };
            if only_on.is_some() && only_on != campaign::rows::channel(tx, user, campaign)? {
                return Err(Error::invalid("type", Problem::WrongChannelEvent));
            }
            let mut case = Case { user, prospect, campaign, status, tally: Tally::default() };
            match report.kind {
                RecordedEventType::Replied => case.replied(tx)?,
                RecordedEventType::ConnectionAccepted => case.accepted(tx)?,
                RecordedEventType::Bounced => case.bounced(tx)?,
                RecordedEventType::Unsubscribed => case.unsubscribed(tx)?,
                RecordedEventType::Opened => case.opened(tx, task)?,
            }
            settle(tx, user, campaign, &case.tally)?;
            reported(tx, user, prospect, true)
        })
    }

    /// Suppresses the address whose email carried this token, whatever became of its prospect and campaign since. Once more
    /// changes nothing.
    ///
    /// # Errors
    /// `token_not_found`; `invalid_input`.
    pub fn unsubscribe(&mut self, token: impl Request<Token>) -> Result<Unsubscribed> {
        let token = token.parse()?;
        self.write(|tx, user| {
            let (prospect, email) = task::rows::of_unsubscribe_token(tx, user, token)?.ok_or(Error::TokenNotFound)?;
            let kind = SuppressionType::EmailAddress;
            let changed = suppression::rows::find_value(tx, user, kind, &email)?.is_none();
            let found = prospect::rows::status(tx, user, prospect)?;
            if let Some((campaign, status)) = found.filter(|(_, status)| changed || !status.is_final()) {
                let mut case = Case { user, prospect, campaign, status, tally: Tally::default() };
                case.cancel(tx)?;
                settle(tx, user, campaign, &case.tally)?;
            }
            suppression::add(tx, user, kind, email.clone(), SuppressionReason::Unsubscribed)?;
            Ok(Unsubscribed { email, changed })
        })
    }
}

/// The prospect that something happened to, and the task, where that is known.
fn find(tx: &Tx<'_>, user: UserId, to: Recorded) -> Result<(ProspectId, Option<task::rows::Stored>)> {
    Ok(match to {
        Recorded::Prospect(id) => {
            prospect::rows::status(tx, user, id)?.ok_or(Error::ProspectNotFound)?;
            (id, None)
        }
        Recorded::Task(id) => {
            let task = task::rows::find(tx, user, id)?.ok_or(Error::TaskNotFound)?;
            (task.prospect, Some(task))
        }
        Recorded::OpenToken(token) => {
            let task = task::rows::of_open_token(tx, user, token)?.ok_or(Error::TokenNotFound)?;
            (task.prospect, Some(task))
        }
    })
}

/// A prospect to whom something happened.
struct Case {
    user: UserId,
    prospect: ProspectId,
    campaign: CampaignId,
    status: ProspectStatus,
    tally: Tally,
}

impl Case {
    fn record(&self, tx: &Tx<'_>, change: impl FnOnce(ProspectId, CampaignId) -> Change) -> Result<()> {
        tx.record(self.user, change(self.prospect, self.campaign))
    }

    /// Makes the prospect final. One to whom everything was sent learns how that ended; other ends stay.
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
        self.record(tx, |prospect_id, campaign_id| Change::ProspectReplied { prospect_id, campaign_id })
    }

    fn bounced(&mut self, tx: &Tx<'_>) -> Result<()> {
        self.end(tx, ProspectStatus::Bounced)?;
        self.record(tx, |prospect_id, campaign_id| Change::ProspectBounced { prospect_id, campaign_id })
    }

    fn unsubscribed(&mut self, tx: &mut Tx<'_>) -> Result<()> {
        let campaign = or_bug(campaign::rows::channel(tx, self.user, self.campaign)?)?;
        let prospect = or_bug(prospect::rows::get(tx, self.prospect, campaign)?)?;
        let identity = known(prospect.person.identity(campaign))?.to_owned();
        let kind = SuppressionType::of_person(campaign);
        if !self.status.is_final() || suppression::rows::find_value(tx, self.user, kind, &identity)?.is_none() {
            self.cancel(tx)?;
        }
        suppression::add(tx, self.user, kind, identity, SuppressionReason::Unsubscribed).map(drop)
    }

    fn cancel(&mut self, tx: &Tx<'_>) -> Result<()> {
        if self.status != ProspectStatus::Cancelled {
            self.tally = self.tally.counted(Count::Unsubscribed);
        }
        if !self.status.is_final() {
            self.end(tx, ProspectStatus::Cancelled)?;
        }
        self.record(tx, |prospect_id, campaign_id| Change::ProspectUnsubscribed { prospect_id, campaign_id })
    }

    /// An email counts as opened once, however often it is.
    fn opened(&mut self, tx: &Tx<'_>, task: Option<task::rows::Stored>) -> Result<()> {
        let task = match task {
            Some(task) => Some(task),
            None => task::rows::last_of(tx, self.user, self.prospect)?,
        };
        let Some(task) = task.filter(|task| task.opened_at.is_none()) else { return Ok(()) };
        task::rows::set_opened(tx, task.id)?;
        self.tally = self.tally.counted(Count::Opened);
        self.record(tx, |prospect_id, campaign_id| Change::MessageOpened { prospect_id, campaign_id })
    }

    fn accepted(&mut self, tx: &Tx<'_>) -> Result<()> {
        let progress = queue::rows::find(tx, self.prospect)?;
        let Some(progress) = progress.filter(|progress| !progress.is_connected) else { return Ok(()) };
        self.record(tx, |prospect_id, campaign_id| Change::ConnectionAccepted { prospect_id, campaign_id })?;
        self.tally = self.tally.counted(Count::Accepted);
        let progress = Progress { is_connected: true, ..progress };
        let user = or_bug(user::rows::find(tx, self.user)?)?;
        let campaign = or_bug(campaign::rows::find(tx, self.user, self.campaign)?)?;
        let route = route(&user, &campaign)?;
        let is_leased = progress.is_leased(tx.now());
        let is_invited_next = route.kind(progress.position) == Some(TaskType::ConnectionRequest) && !is_leased;
        if self.status == ProspectStatus::ConnectionSent || is_invited_next {
            queue::mark(tx, self.prospect, self.status, ProspectStatus::Connected, &mut self.tally)?;
            self.status = ProspectStatus::Connected;
        }
        let is_waiting = progress.lane == Lane::Wait && !progress.is_unresolved && !route.is_end(progress.position);
        if !is_waiting && !is_invited_next {
            return queue::rows::update(tx, &progress);
        }
        let next = progress.accepted(&route, tx.now());
        queue::go_on(tx, progress, next, self.status, &mut self.tally).map(drop)
    }
}
