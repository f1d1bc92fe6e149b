//! Planning, forecasting and explaining.

use std::ops::ControlFlow;

use super::explain::known_at_once;
use super::projection::Projection;
use super::{Explained, Forecast, ForecastDay, ParsedPlanQuery, Plan, PlanQuery, Planned, PlannedTask, SentByAccount};
use crate::campaign::schedule::{Calendar, Span};
use crate::campaign::{self, Campaign};
use crate::error::{Error, Result, or_bug};
use crate::id::{AccountId, CampaignId, ProspectId, UserId};
use crate::people::prospect;
use crate::request::Request;
use crate::request::result_size::{PLAN_MAX, Room, TEXT_MAX, TextSize};
use crate::sending::progress;
use crate::sending::reason::Reason;
use crate::sending::scheduler::load::unknown_zones;
use crate::sending::scheduler::{CampaignSenderIndex, DueMessage};
use crate::sending::stats;
use crate::store::pace::{MaybeSend, Pace, PacedWork, Unpaced, at_once};
use crate::store::session::Session;
use crate::store::{Snapshot, or_corrupt};
use crate::time::Instant;
use crate::user::{self, User};

/// The most messages in one result (`docs/rules.md#plans-and-forecasts`).
const TASKS_MAX: usize = 100_000;

impl Session<'_> {
    /// Lists every message of a campaign that will be claimed, if every task succeeds at its instant and nobody replies, in
    /// the order of the claims (`docs/rules.md#plans-and-forecasts`). A draft is planned as if it were launched now, a
    /// paused campaign as if it were resumed now. Changes nothing. At most 100,000 messages and 64 MB; `next_cursor`
    /// continues the plan, as of the instant of its first page. [`plan_each`](Self::plan_each) goes through all of it.
    /// Takes a [`PlanQuery`].
    ///
    /// # Errors
    /// `campaign_not_found`; `invalid_input`, with `unknown_time_zone` where the campaign's hours or the user have a zone
    /// that this version does not know.
    pub fn plan(&mut self, campaign: impl Request<CampaignId>, query: impl Request<PlanQuery>) -> Result<Plan> {
        at_once(self.plan_paced(campaign, query, &mut Unpaced))
    }

    /// The same with pauses. Progress counts the prospects.
    ///
    /// # Errors
    /// As [`plan`](Self::plan); `cancelled`.
    pub async fn plan_paced(
        &mut self,
        campaign: impl Request<CampaignId>,
        query: impl Request<PlanQuery>,
        pace: &mut dyn Pace,
    ) -> Result<Plan> {
        let id = campaign.parse()?;
        let query = query.parse()?;
        let now = query.start(self.now());
        let (mut tasks, mut room) = (Vec::<PlannedTask>::new(), Room::of(PLAN_MAX));
        let mut next_cursor = None;
        let take = |task: PlannedTask| {
            if tasks.len() == TASKS_MAX || !room.take(task.text_size()) {
                let last = tasks.last();
                next_cursor = last.map(|last| Planned { now, at: last.at, prospect: last.prospect_id }.cursor());
                return ControlFlow::Break(());
            }
            tasks.push(task);
            ControlFlow::Continue(())
        };
        self.read_paced(async |snapshot, user| foretell(snapshot, user, id, &query, now, take, pace).await).await?;
        Ok(Plan { tasks, next_cursor })
    }

    /// Goes through the messages of [`plan`](Self::plan), however many there are, until `visit` breaks off. It holds only
    /// some thousands in memory at once. Takes a [`PlanQuery`].
    ///
    /// # Errors
    /// As [`plan`](Self::plan).
    pub fn plan_each(
        &mut self,
        campaign: impl Request<CampaignId>,
        query: impl Request<PlanQuery>,
        visit: impl FnMut(PlannedTask) -> ControlFlow<()>,
    ) -> Result<()> {
        let id = campaign.parse()?;
        let query = query.parse()?;
        let now = query.start(self.now());
        self.read(|snapshot, user| at_once(foretell(snapshot, user, id, &query, now, visit, &mut Unpaced)))
    }

    /// The same with pauses. Progress counts the prospects.
    ///
    /// # Errors
    /// As [`plan`](Self::plan); `cancelled`.
    pub async fn plan_each_paced(
        &mut self,
        campaign: impl Request<CampaignId>,
        query: impl Request<PlanQuery>,
        visit: impl FnMut(PlannedTask) -> ControlFlow<()> + MaybeSend,
        pace: &mut dyn Pace,
    ) -> Result<()> {
        let id = campaign.parse()?;
        let query = query.parse()?;
        let now = query.start(self.now());
        self.read_paced(async |snapshot, user| foretell(snapshot, user, id, &query, now, visit, pace).await).await
    }

    /// Counts the messages of a campaign that will be sent on each day, and finds its last day, under the assumptions of
    /// [`plan`](Self::plan). It has up to 16 MiB of days; of the others it has only the sum. Takes a [`PlanQuery`].
    ///
    /// # Errors
    /// As [`plan`](Self::plan).
    pub fn forecast(&mut self, campaign: impl Request<CampaignId>, query: impl Request<PlanQuery>) -> Result<Forecast> {
        at_once(self.forecast_paced(campaign, query, &mut Unpaced))
    }

    /// The same with pauses. Progress counts the prospects.
    ///
    /// # Errors
    /// As [`forecast`](Self::forecast); `cancelled`.
    pub async fn forecast_paced(
        &mut self,
        campaign: impl Request<CampaignId>,
        query: impl Request<PlanQuery>,
        pace: &mut dyn Pace,
    ) -> Result<Forecast> {
        let id = campaign.parse()?;
        let query = query.parse()?;
        let now = query.start(self.now());
        self.read_paced(async |snapshot, user| {
            let (user, campaign) = find(snapshot, user, id)?;
            let mut work = PacedWork::of_query(pace, count_open(snapshot, id)?);
            let mut projection = Projection::of(snapshot, &user, campaign, now, &query, None)?;
            projection.loaded.scheduler.watch(projection.campaign);
            let mut days = Days::new(Calendar::of(&user.time_zone)?, projection.senders());
            let count = |message: &DueMessage, at, limit| {
                days.count(message.link, at, limit);
                ControlFlow::Continue(())
            };
            projection.each_message(snapshot, &query, &mut work, count).await?;
            work.finish().await?;
            let limit = projection.limit();
            Ok(days.finish(projection.stuck(), limit))
        })
        .await
    }

    /// Explains why a prospect is sent nothing at present, and when it will be sent something, if every other message is
    /// sent when it is due.
    ///
    /// # Errors
    /// `prospect_not_found`.
    pub fn explain(&mut self, prospect: impl Request<ProspectId>) -> Result<Explained> {
        at_once(self.explain_paced(prospect, &mut Unpaced))
    }

    /// The same with pauses. Progress counts the prospects of the campaign.
    ///
    /// # Errors
    /// As [`explain`](Self::explain); `cancelled`.
    pub async fn explain_paced(
        &mut self,
        prospect: impl Request<ProspectId>,
        pace: &mut dyn Pace,
    ) -> Result<Explained> {
        let id = prospect.parse()?;
        let now = self.now();
        self.read_paced(async |snapshot, user| {
            let user = or_bug(user::rows::find(snapshot, user)?)?;
            let (campaign, status) = prospect::rows::status(snapshot, user.id, id)?.ok_or(Error::ProspectNotFound)?;
            let campaign = or_bug(campaign::rows::find(snapshot, user.id, campaign)?)?;
            let mut work = PacedWork::of_query(pace, count_open(snapshot, campaign.id)?);
            let told = |reason| Explained { reason, at: None, offset_seconds: 0 };
            let explained = match known_at_once(snapshot, &user, &campaign, id, status, now)? {
                Some(reason) => told(reason),
                None => {
                    let progress = or_corrupt(progress::rows::find(snapshot, id)?)?;
                    let mut projection =
                        Projection::of(snapshot, &user, campaign, now, &ParsedPlanQuery::default(), Some(id))?;
                    projection.explain(snapshot, &progress, &mut work).await?
                }
            };
            work.finish().await?;
            Ok(explained)
        })
        .await
    }
}

/// Goes through the messages that will be claimed from `now` on.
async fn foretell(
    snapshot: &Snapshot<'_>,
    user: UserId,
    id: CampaignId,
    query: &ParsedPlanQuery,
    now: Instant,
    visit: impl FnMut(PlannedTask) -> ControlFlow<()>,
    pace: &mut dyn Pace,
) -> Result<()> {
    let (user, campaign) = find(snapshot, user, id)?;
    let mut work = PacedWork::of_query(pace, count_open(snapshot, id)?);
    let mut projection = Projection::of(snapshot, &user, campaign, now, query, None)?;
    projection.each_task(snapshot, query, &mut work, visit).await?;
    work.finish().await
}

/// A campaign that can be planned, and its user.
fn find(snapshot: &Snapshot<'_>, user: UserId, id: CampaignId) -> Result<(User, Campaign)> {
    let user = or_bug(user::rows::find(snapshot, user)?)?;
    let campaign = campaign::rows::find(snapshot, user.id, id)?.ok_or(Error::CampaignNotFound)?;
    match unknown_zones(&user, &campaign) {
        unknown if unknown.is_empty() => Ok((user, campaign)),
        unknown => Err(Error::InvalidInput(Box::new(unknown.into()))),
    }
}

/// How many people of a campaign are not final.
fn count_open(snapshot: &Snapshot<'_>, campaign: CampaignId) -> Result<u64> {
    Ok(u64::from(match stats::rows::find(snapshot, campaign)? {
        Some(stats) => stats.open(),
        None => prospect::rows::count_open(snapshot, campaign)?,
    }))
}

/// The bytes that a day of a forecast takes, and each account of it.
const DAY: usize = 100;

/// Counts messages by day and sender.
struct Days {
    calendar: Calendar,
    senders: Vec<AccountId>,
    days: Vec<ForecastDay>,
    /// For more days.
    room: Room,
    more: u32,
    /// The last day, its date, and how many messages of it each sender sends.
    today: Option<(Span, String, Vec<u32>)>,
    finish_date: Option<String>,
    messages: u64,
}

impl Days {
    fn new(calendar: Calendar, senders: Vec<AccountId>) -> Self {
        let room = Room::of(TEXT_MAX);
        Self { calendar, senders, days: Vec::new(), room, more: 0, today: None, finish_date: None, messages: 0 }
    }

    /// Counts a message; each is at the instant of the one before or later. `limit` is what kept it from going on the day
    /// of that one.
    fn count(&mut self, link: CampaignSenderIndex, at: Instant, limit: Option<Reason>) {
        if self.today.as_ref().is_none_or(|(day, ..)| !day.contains(at)) {
            self.close(limit);
            let (date, day) = self.calendar.day(at);
            let date = format!("{:04}-{:02}-{:02}", date.year(), date.month(), date.day());
            self.today = Some((day, date, vec![0; self.senders.len()]));
        }
        self.messages += 1;
        let position = link.position(self.senders.len());
        if let Some(sent) = self.today.as_mut().and_then(|(.., sent)| sent.get_mut(position)) {
            *sent += 1;
        }
    }

    fn close(&mut self, limit: Option<Reason>) {
        let Some((_, date, sent)) = self.today.take() else { return };
        let messages = sent.iter().sum();
        let by_account = self.senders.iter().zip(sent).filter(|(_, messages)| *messages > 0);
        let accounts: Vec<_> = by_account.map(|(id, messages)| SentByAccount { account_id: *id, messages }).collect();
        self.finish_date = Some(date.clone());
        if self.more == 0 && self.room.take(DAY + DAY * accounts.len()) {
            self.days.push(ForecastDay { date, messages, accounts, limit });
        } else {
            self.more += 1;
        }
    }

    fn finish(mut self, stuck: u32, limit: Option<Reason>) -> Forecast {
        self.close(limit);
        let more_days = Some(self.more).filter(|more| *more > 0);
        Forecast { days: self.days, messages: self.messages, finish_date: self.finish_date, stuck, more_days }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::campaign::schedule::TimeZone;
    use crate::id::Id;
    use crate::sending::scheduler::Index;

    #[test]
    fn a_forecast_of_centuries_tells_as_many_days_as_fit_and_counts_the_rest() -> Result<()> {
        let zone = TimeZone::parse("UTC").map_err(|_| Error::Bug(None))?;
        let mut days = Days::new(Calendar::of(&zone)?, vec![AccountId::from_uuid(uuid::Uuid::nil()); 100]);
        for day in 0..10_000_u32 {
            for link in 0..100 {
                days.count(
                    CampaignSenderIndex::of(link),
                    Instant::from_unix_ms(i64::from(day) * 24 * 60 * 60 * 1_000),
                    None,
                );
            }
        }
        let forecast = days.finish(0, None);
        assert_eq!((forecast.days.len(), forecast.more_days), (1_661, Some(8_339)));
        assert_eq!((forecast.messages, forecast.finish_date.as_deref()), (1_000_000, Some("1997-05-18")));
        assert!(serde_json::to_vec(&forecast).is_ok_and(|json| json.len() <= TEXT_MAX));
        Ok(())
    }
}
