//! Recording the outcomes of tasks.

use super::chain::back_to;
use super::completion::{CompleteTask, Completion, Outcome, OutcomeReport, ParsedCompletion, ParsedCompletions};
use super::{CompletedTask, CompletedTasks, Reported, remember_bounce, store_tally};
use crate::campaign;
use crate::campaign::schedule::Calendar;
use crate::error::{Error, Problem, Result, or_bug};
use crate::id::{ProspectId, TaskId, UserId};
use crate::people::prospect::{self, ProspectStatus};
use crate::request::Request;
use crate::sending::durations::{
    DAY_MS, DEFERRED_MAX_DAYS, DEFERRED_MS, RETRIES_MIN_MS, RETRY_PAUSE_FIRST_MS, RETRY_PAUSE_MAX_MS,
};
use crate::sending::failing_sender;
use crate::sending::progress::{self, Progress, SenderQueue, end};
use crate::sending::scheduler;
use crate::sending::scheduler::load::route_to;
use crate::sending::stats::{Count, Tally};
use crate::sending::task::mark::{self, Mark};
use crate::sending::task::rows::StoredTask;
use crate::sending::task::{self, TaskStatus, TaskType, chain};
use crate::store::event::Change;
use crate::store::session::Session;
use crate::store::{Snapshot, Tx, or_corrupt};
use crate::user;

/// How often a message fails in a row at least before its prospect is cancelled.
const RETRIES_MIN: u32 = 8;

impl Session<'_> {
    /// Records the outcome of a task: it was sent; it bounced; it failed; or it was not tried and is deferred.
    /// Takes a [`Completion`].
    ///
    /// A message that failed is tried again after a pause that doubles from a minute to 4 hours. The prospect is cancelled
    /// if the failure is not retryable, and by the eighth or a later failure in a row once the first of them is 5 days ago.
    /// A sender with failures to 5 people in a row, or 10 failures in a row, rests for 5 minutes and is then tried with one
    /// message at a time: each further failure doubles the rest, up to 6 hours.
    ///
    /// A deferred message counts towards no limit and is no failure: it is handed out again with its sender and its key.
    ///
    /// A task whose lease ran out can still be completed as long as its message was not handed out again. For a prospect
    /// that became final meanwhile the outcome is only recorded. The same outcome again changes nothing.
    ///
    /// A [`Completion`](crate::Completion) keeps a note with the task, and the id that the message has at the provider.
    ///
    /// # Errors
    /// `task_not_found`; `task_completed` if it has another outcome; `lease_lost` if its message was handed out again;
    /// `invalid_input`, with `too_far_ahead` for a `retry_at` more than 30 days ahead.
    pub fn complete(&mut self, task: impl Request<TaskId>, outcome: impl Request<Completion>) -> Result<Reported> {
        let id = task.parse()?;
        let ParsedCompletion { report, now } = outcome.parse()?;
        self.write_at(now, |tx, user| complete(tx, user, id, &report))
    }

    /// Records the outcomes of 1–1,000 tasks in one transaction, in the order given, each as [`complete`](Self::complete)
    /// does. What it would refuse is refused for that task alone, in its outcome. Takes [`CompleteTask`]s.
    ///
    /// # Errors
    /// `invalid_input` if the request is malformed; nothing is recorded then.
    pub fn complete_tasks(&mut self, tasks: impl Request<Vec<CompleteTask>>) -> Result<CompletedTasks> {
        let ParsedCompletions(tasks) = tasks.parse()?;
        self.write(|tx, user| {
            let mut outcomes = Vec::with_capacity(tasks.len());
            for (task_id, report) in &tasks {
                // These are found before anything is changed.
                let result = match complete(tx, user, *task_id, report) {
                    Err(
                        error
                        @ (Error::TaskNotFound | Error::TaskCompleted | Error::LeaseLost | Error::InvalidInput(_)),
                    ) => Err(error),
                    done => Ok(done?),
                };
                outcomes.push(CompletedTask { task_id: *task_id, result });
            }
            Ok(CompletedTasks { outcomes })
        })
    }
}

pub(super) fn complete(tx: &mut Tx<'_>, user: UserId, id: TaskId, report: &OutcomeReport) -> Result<Reported> {
    let OutcomeReport { outcome, note, provider_id } = report;
    let outcome = *outcome;
    if let Outcome::Deferred { retry_at: Some(at) } = outcome
        && at > tx.now().plus_ms(DEFERRED_MAX_DAYS as i64 * DAY_MS)
    {
        return Err(Error::invalid("retry_at", Problem::TooFarAhead { days: DEFERRED_MAX_DAYS }));
    }
    let task = task::rows::find(tx, user, id)?.ok_or(Error::TaskNotFound)?;
    let status = match outcome {
        Outcome::Sent => TaskStatus::Sent,
        Outcome::Failed { .. } => TaskStatus::Failed,
        Outcome::Bounced { .. } => TaskStatus::Bounced,
        Outcome::Deferred { .. } => TaskStatus::Deferred,
    };
    match task.status {
        TaskStatus::Claimed => {}
        TaskStatus::Lost => return Err(Error::LeaseLost),
        before if before == status => return reported(tx, user, task.prospect, false),
        _ => return Err(Error::TaskCompleted),
    }
    let mut tally = Tally::default();
    let was_sent = matches!(outcome, Outcome::Sent | Outcome::Bounced { .. });
    if was_sent {
        tally = tally.counted(Count::MessagesSent);
    }
    let keeps_place = match handed_out(tx, &task)? {
        HandedOut::Last(progress) => match put_back(tx, user, &task, &progress, outcome)? {
            true => false,
            false => go_on(tx, user, &task, progress, outcome, &mut tally)?,
        },
        HandedOut::Earlier(progress) | HandedOut::Passed(progress) if matches!(outcome, Outcome::Sent) => {
            let (_, from) = or_corrupt(prospect::rows::status(tx, user, task.prospect)?)?;
            let to = progress::status_after(task.kind, progress.is_connected);
            if to != from {
                progress::mark(tx, task.prospect, from, to, &mut tally)?;
            }
            true
        }
        HandedOut::Passed(progress) if matches!(outcome, Outcome::Bounced { .. }) => {
            go_on(tx, user, &task, progress, outcome, &mut tally)?
        }
        HandedOut::Earlier(progress) => {
            let campaign = or_corrupt(campaign::rows::find(tx, user, task.campaign)?)?;
            let progress = back_to(tx, &campaign, &task, progress)?;
            go_on(tx, user, &task, progress, outcome, &mut tally)?
        }
        HandedOut::Passed(_) | HandedOut::Gone => {
            if matches!(outcome, Outcome::Failed { .. }) {
                mark::rows::set(tx, id, Mark::GivenUp)?;
            }
            was_sent
        }
    };
    task::rows::set_outcome(tx, id, status, note.as_deref(), provider_id.as_deref())?;
    let was_tried = !matches!(outcome, Outcome::Deferred { .. });
    let keeps_place = keeps_place || (was_tried && task.is_known_sent());
    if !keeps_place {
        task::rows::leave_place(tx, id)?;
    }
    tell_sender(tx, &task, outcome)?;
    if let Outcome::Bounced { permanent } = outcome {
        remember_bounce(tx, user, task.prospect, permanent)?;
    }
    scheduler::rows::stir_sender(tx, task.account)?;
    tx.record(user, Change::TaskCompleted { task_id: id, campaign_id: task.campaign })?;
    store_tally(tx, user, task.campaign, &tally)?;
    reported(tx, user, task.prospect, true)
}

/// Where a prospect stands while one of its tasks is handed out.
enum HandedOut {
    Last(Progress),
    /// Others were claimed ahead after it.
    Earlier(Progress),
    /// The prospect went on from it: one of those was sent already.
    Passed(Progress),
    /// The prospect became final meanwhile.
    Gone,
}

/// Puts a person back to a task that was claimed before one which is to be tried again, and whose outcome is not known yet: what
/// follows is handed out again after it. Whether there is one.
fn put_back(tx: &Tx<'_>, user: UserId, task: &StoredTask, progress: &Progress, outcome: Outcome) -> Result<bool> {
    if !matches!(outcome, Outcome::Failed { retryable: true } | Outcome::Deferred { .. }) {
        return Ok(false);
    }
    let Some(first) = chain::first_unfinished(tx, task.id)? else { return Ok(false) };
    let first = or_corrupt(task::rows::find(tx, user, first)?)?;
    let campaign = or_corrupt(campaign::rows::find(tx, user, task.campaign)?)?;
    progress::rows::update(tx, &back_to(tx, &campaign, &first, progress.clone())?)?;
    Ok(true)
}

fn handed_out(tx: &Tx<'_>, task: &StoredTask) -> Result<HandedOut> {
    let Some(progress) = progress::rows::find(tx, task.prospect)? else { return Ok(HandedOut::Gone) };
    Ok(match progress.task {
        Some(last) if last == task.id => HandedOut::Last(progress),
        Some(last) if !chain::is_before(tx, task.id, last)? => HandedOut::Gone,
        // Nobody goes back behind what was sent.
        Some(last) if chain::was_sent_after(tx, task.id, last)? => HandedOut::Passed(progress),
        Some(_) => HandedOut::Earlier(progress),
        None => HandedOut::Passed(progress),
    })
}

/// Lets a prospect go on after the outcome of its task. Returns whether the message keeps its place in the limits.
fn go_on(
    tx: &Tx<'_>,
    user: UserId,
    task: &StoredTask,
    progress: Progress,
    outcome: Outcome,
    tally: &mut Tally,
) -> Result<bool> {
    match outcome {
        Outcome::Sent => sent(tx, user, task, progress, tally).map(|()| true),
        Outcome::Bounced { .. } => {
            end(tx, user, task.prospect, ProspectStatus::Bounced, tally)?;
            let (prospect_id, campaign_id) = (task.prospect, task.campaign);
            tx.record(user, Change::ProspectBounced { prospect_id, campaign_id })?;
            Ok(true)
        }
        Outcome::Failed { retryable } => failed(tx, user, task, progress, retryable, tally),
        Outcome::Deferred { retry_at } => {
            let line = if progress.is_first { SenderQueue::First } else { SenderQueue::Begun };
            let lane = progress.lane_of(line, task.kind);
            let ready = retry_at.unwrap_or(tx.now().plus_ms(DEFERRED_MS)).max(tx.now());
            progress::rows::update(tx, &Progress { lane, ready, task: None, place: None, ..progress })?;
            Ok(false)
        }
    }
}

/// Lets a message wait for its next try, or ends its prospect. It keeps its place in the limits for a try on the same day.
fn failed(
    tx: &Tx<'_>,
    user: UserId,
    task: &StoredTask,
    progress: Progress,
    retryable: bool,
    tally: &mut Tally,
) -> Result<bool> {
    if retryable && progress.is_connected && task.kind == TaskType::ConnectionRequest {
        // Who accepted the invitation needs no other.
        return sent(tx, user, task, progress, tally).map(|()| true);
    }
    let failures = progress.failures.saturating_add(1);
    let first_failed = progress.first_failed.unwrap_or(tx.now());
    let has_failed_long = tx.now() >= first_failed.plus_ms(RETRIES_MIN_MS);
    if !retryable || (failures >= RETRIES_MIN && has_failed_long) {
        end(tx, user, task.prospect, ProspectStatus::Cancelled, tally)?;
        mark::rows::set(tx, task.id, Mark::GivenUp)?;
        return Ok(false);
    }
    let ready = tx.now().plus_ms(pause_ms(failures));
    let waiting = Progress { ready, failures, first_failed: Some(first_failed), task: None, ..progress };
    let owner = or_bug(user::rows::find(tx, user)?)?;
    let (_, day) = Calendar::of(&owner.time_zone)?.day(waiting.due());
    let place = task.at.filter(|at| day.contains(*at));
    progress::rows::update(tx, &Progress { place, ..waiting })?;
    Ok(place.is_some())
}

/// How long a message waits after it failed this often in a row.
fn pause_ms(failures: u32) -> i64 {
    let doublings = failures.saturating_sub(1).min(RETRY_PAUSE_MAX_MS.ilog2());
    (RETRY_PAUSE_FIRST_MS << doublings).min(RETRY_PAUSE_MAX_MS)
}

/// Records what an outcome says about the sender.
fn tell_sender(tx: &Tx<'_>, task: &StoredTask, outcome: Outcome) -> Result<()> {
    match outcome {
        Outcome::Sent | Outcome::Bounced { .. } => failing_sender::end(tx, task.account).map(drop),
        Outcome::Failed { retryable: true } => {
            let identity = or_corrupt(prospect::rows::identity(tx, task.prospect)?)?;
            failing_sender::failed(tx, task.account, task.id, &identity)
        }
        Outcome::Failed { retryable: false } | Outcome::Deferred { .. } => failing_sender::learned_nothing(tx, task.id),
    }
}

/// Lets a prospect go on after a message.
fn sent(tx: &Tx<'_>, user: UserId, task: &StoredTask, progress: Progress, tally: &mut Tally) -> Result<()> {
    let owner = or_bug(user::rows::find(tx, user)?)?;
    let campaign = or_corrupt(campaign::rows::find(tx, user, task.campaign)?)?;
    let (_, from) = or_corrupt(prospect::rows::status(tx, user, task.prospect)?)?;
    let (route, zone) = route_to(tx, &owner, &campaign, Some(task.account), task.prospect)?;
    // What was claimed ahead was sent when it was to be, if it was completed in time.
    let sent_at = task.send_at.filter(|_| tx.now() <= progress.ready).unwrap_or(tx.now());
    let next = progress.after(&route, sent_at);
    let to = progress::status_after(task.kind, progress.is_connected);
    if progress::go_on(tx, Progress { zone, ..progress }, next, from, tally)? && to != from {
        progress::mark(tx, task.prospect, from, to, tally)?;
    }
    Ok(())
}

/// The statuses of a prospect and its campaign now.
pub(super) fn reported(snapshot: &Snapshot<'_>, user: UserId, id: ProspectId, changed: bool) -> Result<Reported> {
    let (campaign, prospect_status) = or_corrupt(prospect::rows::status(snapshot, user, id)?)?;
    let campaign_status = or_bug(campaign::rows::status(snapshot, campaign)?)?;
    Ok(Reported { changed, prospect_status, campaign_status })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sending::durations::MINUTE_MS;

    #[test]
    fn the_pauses_double_from_a_minute_to_four_hours() {
        let minutes = |failures| pause_ms(failures) / MINUTE_MS;
        assert_eq!([1, 2, 3, 8, 9, 10, u32::MAX].map(minutes), [1, 2, 4, 128, 240, 240, 240]);
    }
}
