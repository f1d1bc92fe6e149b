//! Reporting.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use jiff::civil::Date;

use super::rows::{self, Counted, Tasks};
use super::{ParsedReportQuery, Report, ReportCounts, ReportKey, ReportRow};
use crate::campaign::schedule::{Calendar, Span};
use crate::error::{Result, or_bug};
use crate::id::{AccountId, CampaignId};
use crate::request::Request;
use crate::request::result_size::{Room, TEXT_MAX};
use crate::sending::task::mark::Mark;
use crate::store::pace::{Pace, PacedWork, Unpaced, at_once};
use crate::store::session::Session;
use crate::time::Instant;
use crate::user;

/// The bytes that a row takes.
const ROW: usize = 400;

impl Session<'_> {
    /// Counts what was handed out in a time and what became of it, over all campaigns and accounts of the user, those that
    /// were deleted or removed included: in all, and by campaign, account and calendar day of the user. A message and all that
    /// followed it count on the day of its claim.
    ///
    /// # Errors
    /// `invalid_input`.
    pub fn report(&mut self, query: impl Request<ParsedReportQuery>) -> Result<Report> {
        at_once(self.report_paced(query, &mut Unpaced))
    }

    /// The same with pauses. Progress counts the accounts.
    ///
    /// # Errors
    /// As [`report`](Self::report); `cancelled`.
    pub async fn report_paced(
        &mut self,
        query: impl Request<ParsedReportQuery>,
        pace: &mut dyn Pace,
    ) -> Result<Report> {
        let query = query.parse()?;
        self.read_paced(async |snapshot, user| {
            let owner = or_bug(user::rows::find(snapshot, user)?)?;
            let since = query.since.unwrap_or(Instant::from_unix_ms(0));
            let until = query.until.map_or(i64::MAX, Instant::unix_ms);
            let accounts = rows::accounts(snapshot, user)?;
            let mut work = PacedWork::of_query(pace, accounts.len() as u64);
            let mut groups = Groups::of(Calendar::of(&owner.time_zone)?, query.by);
            for is_claim_known in [true, false] {
                let mut tasks = Tasks::of(snapshot, is_claim_known)?;
                for (done, account) in (0..).zip(&accounts) {
                    let mut tasks = tasks.of_account(*account, since, until)?;
                    while let Some(task) = tasks.next()? {
                        groups.count(*account, &task);
                        if work.reach(done) {
                            work.pause().await?;
                        }
                    }
                }
            }
            work.finish().await?;
            Ok(groups.finish())
        })
        .await
    }
}

/// What a row counts, as far as the report counts by it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Group {
    campaign: Option<Option<CampaignId>>,
    account: Option<AccountId>,
    day: Option<Date>,
}

impl Group {
    fn compare(&self, other: &Self, by: &[ReportKey]) -> Ordering {
        let one = |key: &ReportKey| match key {
            ReportKey::Campaign => self.campaign.cmp(&other.campaign),
            ReportKey::Account => self.account.cmp(&other.account),
            ReportKey::Day => self.day.cmp(&other.day),
        };
        by.iter().map(one).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
    }
}

/// The counts so far.
struct Groups {
    calendar: Calendar,
    by: Vec<ReportKey>,
    /// The day of the last task: the next one is mostly of the same.
    today: Option<(Date, Span)>,
    counts: BTreeMap<Group, ReportCounts>,
    totals: ReportCounts,
}

impl Groups {
    fn of(calendar: Calendar, by: Vec<ReportKey>) -> Self {
        Self { calendar, by, today: None, counts: BTreeMap::new(), totals: ReportCounts::default() }
    }

    fn counts_by(&self, key: ReportKey) -> bool {
        self.by.contains(&key)
    }

    fn count(&mut self, account: AccountId, task: &Counted) {
        self.totals.count(task);
        if self.by.is_empty() {
            return;
        }
        let day = self.counts_by(ReportKey::Day).then(|| match self.today {
            Some((date, span)) if span.contains(task.at) => date,
            _ => {
                let (date, span) = self.calendar.day(task.at);
                self.today = Some((date, span));
                date
            }
        });
        let campaign = self.counts_by(ReportKey::Campaign).then_some(task.campaign);
        let account = self.counts_by(ReportKey::Account).then_some(account);
        self.counts.entry(Group { campaign, account, day }).or_default().count(task);
    }

    fn finish(self) -> Report {
        let mut groups: Vec<(Group, ReportCounts)> = self.counts.into_iter().collect();
        groups.sort_by(|(one, _), (other, _)| one.compare(other, &self.by));
        let mut room = Room::of(TEXT_MAX);
        let fit = groups.iter().take_while(|_| room.take(ROW)).count();
        let more = u32::try_from(groups.len() - fit).unwrap_or(u32::MAX);
        let rows = groups.into_iter().take(fit).map(|(group, counts)| row(group, counts)).collect();
        Report { rows, totals: self.totals, more_rows: Some(more).filter(|more| *more > 0) }
    }
}

fn row(group: Group, counts: ReportCounts) -> ReportRow {
    let day = group.day.map(|date| format!("{:04}-{:02}-{:02}", date.year(), date.month(), date.day()));
    ReportRow { campaign_id: group.campaign, account_id: group.account, day, counts }
}

impl ReportCounts {
    fn count(&mut self, task: &Counted) {
        self.claimed += 1;
        self.sent += u32::from(task.is_sent);
        self.failed += u32::from(task.has(Mark::GivenUp));
        self.bounced += u32::from(task.has_bounced());
        self.opened += u32::from(task.is_opened);
        self.replied += u32::from(task.has(Mark::Replied));
        self.unsubscribed += u32::from(task.has(Mark::Unsubscribed));
        self.complained += u32::from(task.has(Mark::Complained));
        self.accepted += u32::from(task.has(Mark::Accepted));
        self.timed_out += u32::from(task.has(Mark::TimedOut));
        self.failures += u32::from(task.has_failed);
    }
}
