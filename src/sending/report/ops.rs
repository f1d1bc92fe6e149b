//! Reporting.

use std::cmp::Ordering;

use jiff::civil::Date;

use super::rows::{self, Counted, Tasks};
use super::{Report, ReportCounts, ReportKey, ReportQuery, ReportRow};
use crate::campaign::schedule::{Calendar, Span};
use crate::error::{Result, or_bug};
use crate::id::{AccountId, CampaignId};
use crate::request::Request;
use crate::request::result_size::{Room, TEXT_MAX};
use crate::sending::task::TaskStatus;
use crate::sending::task::mark::Mark;
use crate::store::pace::{Pace, PacedWork, Unpaced, at_once};
use crate::store::session::Session;
use crate::time::Instant;
use crate::user;

/// The bytes that a row takes.
const ROW: usize = 400;

/// How many groups there are at least before those that are the same are merged.
const MERGE_MIN: usize = 1_024;

impl Session<'_> {
    /// Counts what was handed out in a time and what became of it, over all campaigns and accounts of the user, those that
    /// were deleted or removed included: in all, and by campaign, account and calendar day of the user. A message and all that
    /// followed it count on the day of its claim. Takes a [`ReportQuery`].
    ///
    /// # Errors
    /// `invalid_input`.
    pub fn report(&mut self, query: impl Request<ReportQuery>) -> Result<Report> {
        at_once(self.report_paced(query, &mut Unpaced))
    }

    /// The same with pauses. Progress counts the accounts.
    ///
    /// # Errors
    /// As [`report`](Self::report); `cancelled`.
    pub async fn report_paced(&mut self, query: impl Request<ReportQuery>, pace: &mut dyn Pace) -> Result<Report> {
        let query = query.parse()?;
        self.read_paced(async |snapshot, user| {
            let owner = or_bug(user::rows::find(snapshot, user)?)?;
            let since = query.since.unwrap_or(Instant::from_unix_ms(0));
            let until = query.until.map_or(i64::MAX, Instant::unix_ms);
            let accounts = rows::accounts(snapshot, user)?;
            let mut work = PacedWork::of_query(pace, accounts.len() as u64);
            let mut groups = Groups::of(Calendar::of(&owner.time_zone)?, query.by);
            let mut of_both_kinds = [Tasks::of(snapshot, true)?, Tasks::of(snapshot, false)?];
            for (done, account) in (0..).zip(&accounts) {
                for tasks in &mut of_both_kinds {
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
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Group {
    campaign: Option<CampaignId>,
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

/// The counts in the order of [`ReportCounts`].
type Sums = [u32; 11];

fn add(sums: &mut Sums, more: Sums) {
    for (sum, more) in sums.iter_mut().zip(more) {
        *sum += more;
    }
}

/// The counts so far.
struct Groups {
    calendar: Calendar,
    by: Vec<ReportKey>,
    /// The day of the last task: the next one is mostly of the same.
    today: Option<(Date, Span)>,
    /// What was counted before, where a group may stand several times, and how many there may be before they are merged.
    before: Vec<(Group, Sums)>,
    merge_at: usize,
    /// The account and the day of the last task, and the campaigns of these, in their order.
    last: Group,
    campaigns: Vec<(Option<CampaignId>, Sums)>,
    totals: Sums,
}

impl Groups {
    fn of(calendar: Calendar, by: Vec<ReportKey>) -> Self {
        let (today, last, totals) = (None, Group::default(), Sums::default());
        Self { calendar, by, today, before: Vec::new(), merge_at: MERGE_MIN, last, campaigns: Vec::new(), totals }
    }

    fn counts_by(&self, key: ReportKey) -> bool {
        self.by.contains(&key)
    }

    fn count(&mut self, account: AccountId, task: &Counted) {
        let sums = sums(task);
        add(&mut self.totals, sums);
        if self.by.is_empty() {
            return;
        }
        let day = self.counts_by(ReportKey::Day).then(|| self.day(task.at));
        let group = Group { campaign: None, account: self.counts_by(ReportKey::Account).then_some(account), day };
        if self.last != group {
            self.close();
            self.last = group;
        }
        let campaign = task.campaign.filter(|_| self.counts_by(ReportKey::Campaign));
        match self.campaigns.binary_search_by(|(known, _)| known.cmp(&campaign)) {
            Ok(place) => self.campaigns.iter_mut().skip(place).take(1).for_each(|(_, known)| add(known, sums)),
            Err(place) => self.campaigns.insert(place, (campaign, sums)),
        }
    }

    fn day(&mut self, at: Instant) -> Date {
        match self.today {
            Some((date, span)) if span.contains(at) => date,
            _ => {
                let (date, span) = self.calendar.day(at);
                self.today = Some((date, span));
                date
            }
        }
    }

    fn close(&mut self) {
        let last = self.last;
        self.before.extend(self.campaigns.drain(..).map(|(campaign, sums)| (Group { campaign, ..last }, sums)));
        if self.before.len() >= self.merge_at {
            self.merge();
            self.merge_at = MERGE_MIN.max(2 * self.before.len());
        }
    }

    /// Makes one of all that stand for the same group, in the order of the rows.
    fn merge(&mut self) {
        self.before.sort_unstable_by(|(one, _), (other, _)| one.compare(other, &self.by));
        self.before.dedup_by(|(later, more), (first, sums)| {
            let is_same = later == first;
            if is_same {
                add(sums, *more);
            }
            is_same
        });
    }

    fn finish(mut self) -> Report {
        self.close();
        self.merge();
        let mut room = Room::of(TEXT_MAX);
        let (mut rows, mut more) = (Vec::new(), 0);
        for (group, sums) in &self.before {
            if !room.take(ROW) {
                more += 1;
                continue;
            }
            rows.push(ReportRow {
                campaign_id: self.counts_by(ReportKey::Campaign).then_some(group.campaign),
                account_id: group.account,
                day: group.day.map(|date| format!("{:04}-{:02}-{:02}", date.year(), date.month(), date.day())),
                counts: (*sums).into(),
            });
        }
        Report { rows, totals: self.totals.into(), more_rows: Some(more).filter(|more| *more > 0) }
    }
}

fn sums(task: &Counted) -> Sums {
    let is = |status| task.status == status;
    let has = |mark: Mark| task.marks & mark.bit() != 0;
    [
        true,
        is(TaskStatus::Sent) || is(TaskStatus::Bounced),
        has(Mark::GivenUp),
        is(TaskStatus::Bounced) || has(Mark::Bounced),
        task.is_opened,
        has(Mark::Replied),
        has(Mark::Unsubscribed),
        has(Mark::Complained),
        has(Mark::Accepted),
        has(Mark::TimedOut),
        is(TaskStatus::Failed),
    ]
    .map(u32::from)
}

impl From<Sums> for ReportCounts {
    fn from(sums: Sums) -> Self {
        let [claimed, sent, failed, bounced, opened, replied, unsubscribed, complained, accepted, timed_out, failures] =
            sums;
        Self {
            claimed,
            sent,
            failed,
            bounced,
            opened,
            replied,
            unsubscribed,
            complained,
            accepted,
            timed_out,
            failures,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::store::sqlite_steps::steps_of;
    use crate::{CreateUser, OpenOptions, SimulatedHost, Store};

    const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

    /// A user with two accounts, from which so many messages went on each of 30 days.
    fn world(a_day: i64) -> Result<(Store, crate::UserId)> {
        let mut store = OpenOptions::new(SimulatedHost::new(1, 0)).open_in_memory()?;
        let user = store.create_user(CreateUser::default())?.id;
        let mut me = store.session(user)?;
        for name in ["ana", "eve"] {
            me.add_account(json!({ "type": "email", "email_address": format!("{name}@example.com") }))?;
        }
        store.connection().execute(
            "WITH RECURSIVE n (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < 30 * ?1 - 1)
             INSERT INTO task (id, account_id, node_id, type, status, at_ms, claimed_ms, marks)
             SELECT randomblob(16), id, id, 'email', iif(n % 4 = 0, 'bounced', 'sent'), ms, ms, n % 2
             FROM account CROSS JOIN (SELECT n, ?2 + n % 30 * ?2 AS ms FROM n)",
            (a_day, DAY_MS),
        )?;
        Ok((store, user))
    }

    fn sent(at_ms: i64) -> Counted {
        let (at, status) = (Instant::from_unix_ms(at_ms), TaskStatus::Sent);
        Counted { campaign: None, at, status, is_opened: false, marks: 0 }
    }

    /// How many of SQLite's steps a report of three days takes, and how many messages it counts.
    fn steps(a_day: i64, by: &[&str]) -> Result<(u64, u32)> {
        let (mut store, user) = world(a_day)?;
        let query = json!({ "since": "1970-01-11T00:00:00Z", "until": "1970-01-14T00:00:00Z", "by": by });
        let (report, steps) = steps_of(&mut store, |store| store.session(user)?.report(query))?;
        Ok((steps, report.totals.claimed))
    }

    #[test]
    fn a_report_reads_the_messages_of_its_time_once_and_sorts_none() -> Result<()> {
        for by in [&[][..], &["day"], &["day", "campaign", "account"]] {
            let ((few_steps, few), (many_steps, many)) = (steps(10, by)?, steps(1_000, by)?);
            assert_eq!((few, many), (60, 6_000));
            // For each message: its columns, whether it was opened, the row, and on to the next one within the time.
            let each = (many_steps - few_steps) as f64 / f64::from(many - few);
            assert!(each <= 12.0, "{each} steps for each message");
        }
        Ok(())
    }

    #[test]
    fn a_report_reads_an_index_that_has_all_that_it_counts() -> Result<()> {
        let (mut store, _) = world(1)?;
        let snapshot = store.snapshot();
        let mut plan = String::new();
        for sql in [super::rows::CLAIMED, super::rows::BEFORE] {
            let mut statement = snapshot.sql().prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
            let mut rows = statement.raw_query();
            while let Some(row) = rows.next()? {
                plan.push_str(&row.get::<_, String>(3)?);
                plan.push('\n');
            }
        }
        let claimed = "SEARCH task USING COVERING INDEX task_of_account_by_claim \
                       (account_id=? AND type=? AND status=? AND claimed_ms>? AND claimed_ms<?)";
        let before = "SEARCH task USING INDEX task_of_account_by_claim \
                      (account_id=? AND type=? AND status=? AND claimed_ms=?)";
        assert_eq!(plan.lines().collect::<Vec<_>>(), [claimed, before]);
        Ok(())
    }

    #[test]
    fn groups_that_come_again_and_again_are_kept_once() -> Result<()> {
        let (mut store, user) = world(1)?;
        store.session(user)?.read(|snapshot, user| {
            let zone = or_bug(user::rows::find(snapshot, user)?)?.time_zone;
            let mut groups = Groups::of(Calendar::of(&zone)?, vec![ReportKey::Day]);
            for task in 0..50_000 {
                groups.count(crate::id::Id::from_uuid(uuid::Uuid::nil()), &sent(task % 2 * DAY_MS));
                assert!(groups.before.len() < MERGE_MIN);
            }
            let report = groups.finish();
            assert_eq!((report.rows.len(), report.totals.sent), (2, 50_000));
            assert!(report.rows.iter().all(|row| row.counts.sent == 25_000));
            Ok(())
        })
    }

    #[test]
    fn a_report_of_very_many_groups_tells_as_many_as_fit_and_counts_the_rest() -> Result<()> {
        let (mut store, user) = world(1)?;
        store.session(user)?.read(|snapshot, user| {
            let zone = or_bug(user::rows::find(snapshot, user)?)?.time_zone;
            let mut groups = Groups::of(Calendar::of(&zone)?, vec![ReportKey::Day]);
            for day in 0..50_000 {
                groups.count(crate::id::Id::from_uuid(uuid::Uuid::nil()), &sent(day * DAY_MS));
            }
            let report = groups.finish();
            assert_eq!((report.rows.len(), report.more_rows, report.totals.sent), (41_943, Some(8_057), 50_000));
            assert_eq!(report.rows.first().and_then(|row| row.day.as_deref()), Some("1970-01-01"));
            assert!(serde_json::to_vec(&report).is_ok_and(|json| json.len() <= TEXT_MAX));
            Ok(())
        })
    }
}
