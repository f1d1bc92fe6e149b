//! Progress: where each prospect of a launched campaign that is not final stands in the sequence.

mod route;
pub(crate) mod rows;

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};

use crate::error::Result;
use crate::id::{CampaignId, ProspectId, TaskId, UserId};
use crate::people::prospect::{self, ProspectStatus};
use crate::sending::counts::Tally;
use crate::sending::task::TaskType;
use crate::store::{Tx, known};
use crate::time::Instant;
pub(crate) use route::{Next, Route};

/// Makes a prospect final: nothing more is sent.
pub(crate) fn finish(
    tx: &Tx<'_>,
    id: ProspectId,
    from: ProspectStatus,
    to: ProspectStatus,
    tally: &mut Tally,
) -> Result<()> {
    mark(tx, id, from, to, tally)?;
    rows::delete(tx, id)
}

/// Makes a prospect of the user final, whatever status it has.
pub(crate) fn end(tx: &Tx<'_>, user: UserId, id: ProspectId, to: ProspectStatus, tally: &mut Tally) -> Result<()> {
    let (_, from) = known(prospect::rows::status(tx, user, id)?)?;
    finish(tx, id, from, to, tally)
}

/// Gives a prospect another status, and counts that.
pub(crate) fn mark(
    tx: &Tx<'_>,
    id: ProspectId,
    from: ProspectStatus,
    to: ProspectStatus,
    tally: &mut Tally,
) -> Result<()> {
    prospect::rows::set_status(tx, id, to)?;
    *tally = tally.moved(from, to);
    Ok(())
}

/// Lets a prospect of this status go on after what was next is over, or makes it `completed` if that was all. Whether it
/// goes on.
pub(crate) fn go_on(
    tx: &Tx<'_>,
    progress: Progress,
    next: Next,
    status: ProspectStatus,
    tally: &mut Tally,
) -> Result<bool> {
    let prospect = progress.prospect;
    match progress.proceed(next, tx.now()) {
        Some(progress) => rows::update(tx, &progress).map(|()| true),
        None => finish(tx, prospect, status, ProspectStatus::Completed, tally).map(|()| false),
    }
}

/// The queue of a campaign in which a prospect stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lane {
    /// Nothing is sent next: an acceptance or the end is waited for.
    Wait,
    /// No sender is assigned yet.
    Fresh,
    /// A message from one sender is next: its position in the campaign, and what counts towards the same limits.
    Begun { sender: u16, allowance: Allowance },
}

/// What a weekly limit is kept for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Allowance {
    Connections,
    Messages,
}

impl Allowance {
    pub(crate) const ALL: [Self; 2] = [Self::Connections, Self::Messages];

    pub(crate) const fn of(kind: TaskType) -> Self {
        match kind {
            TaskType::ConnectionRequest => Self::Connections,
            TaskType::Email | TaskType::Message => Self::Messages,
        }
    }
}

impl Lane {
    pub(crate) const fn begun(sender: u16, kind: TaskType) -> Self {
        Self::Begun { sender, allowance: Allowance::of(kind) }
    }
}

impl ToSql for Lane {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let number = match *self {
            Self::Wait => 0,
            Self::Fresh => 1,
            Self::Begun { sender, allowance } => {
                2 + 2 * i64::from(sender) + i64::from(allowance == Allowance::Messages)
            }
        };
        Ok(number.into())
    }
}

impl FromSql for Lane {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        match value.as_i64()? {
            0 => Ok(Self::Wait),
            1 => Ok(Self::Fresh),
            number => {
                let sender = u16::try_from(number / 2 - 1).map_err(|_| FromSqlError::OutOfRange(number))?;
                let allowance = if number % 2 == 0 { Allowance::Connections } else { Allowance::Messages };
                Ok(Self::Begun { sender, allowance })
            }
        }
    }
}

/// A prospect in a queue. Those that are due first come first, then those that were added first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) due: Instant,
    pub(crate) prospect: ProspectId,
    /// The place in the sequence of the message that is next.
    pub(crate) position: u16,
}

/// Where one prospect stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Progress {
    pub(crate) campaign: CampaignId,
    pub(crate) prospect: ProspectId,
    pub(crate) lane: Lane,
    /// When something is to be done; while a task is handed out, when its lease ends.
    pub(crate) due: Instant,
    /// The place of the node that is next.
    pub(crate) position: u16,
    /// The sender's position in the campaign, once one is assigned.
    pub(crate) sender: Option<u16>,
    /// How often the message that is next has failed.
    pub(crate) attempts: u32,
    /// The task that is handed out, or was when its lease ended.
    pub(crate) task: Option<TaskId>,
    /// Whether the prospect accepted to be connected.
    pub(crate) is_connected: bool,
    /// Whether the message that is next cannot be written: it is tried again when it is due.
    pub(crate) is_held: bool,
    /// Whether the message that is next was due in hours that were over when someone claimed.
    pub(crate) is_late: bool,
}

impl Progress {
    pub(crate) const fn place(&self) -> Place {
        Place { due: self.due, prospect: self.prospect, position: self.position }
    }

    /// Where it goes on after what was next is over; nowhere, if that was all.
    fn proceed(self, next: Next, now: Instant) -> Option<Self> {
        let sender = self.sender;
        let (lane, due, position) = match next {
            Next::Send { position, kind, due } => {
                (sender.map_or(Lane::Fresh, |sender| Lane::begun(sender, kind)), due, position)
            }
            Next::Accept { position, until } => (Lane::Wait, until, position),
            Next::End { due, .. } if due <= now => return None,
            Next::End { position, due } => (Lane::Wait, due, position),
        };
        Some(Self { lane, due, position, attempts: 0, task: None, is_held: false, is_late: false, ..self })
    }
}
