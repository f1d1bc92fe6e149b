//! Progress: where each prospect of a launched campaign that is not final stands in the sequence.

mod route;
pub(crate) mod rows;
pub(crate) mod zone;

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};

use crate::campaign::schedule::Span;
use crate::error::Result;
use crate::id::{CampaignId, ProspectId, TaskId, UserId};
use crate::people::prospect::{self, ProspectStatus};
use crate::sending::stats::Tally;
use crate::sending::task::TaskType;
use crate::store::{Tx, or_corrupt};
use crate::time::Instant;
pub(crate) use route::{Next, Route};
pub(crate) use zone::ZoneNumber;

/// Makes a prospect final: nothing more is sent.
pub(crate) fn finish(
    tx: &Tx<'_>,
    id: ProspectId,
    from: ProspectStatus,
    to: ProspectStatus,
    tally: &mut Tally,
) -> Result<()> {
    mark(tx, id, from, to, tally)?;
    prospect::rows::remember_connected(tx, id)?;
    rows::delete(tx, id)
}

/// Makes a prospect of the user final, whatever status it has.
pub(crate) fn end(tx: &Tx<'_>, user: UserId, id: ProspectId, to: ProspectStatus, tally: &mut Tally) -> Result<()> {
    let (_, from) = or_corrupt(prospect::rows::status(tx, user, id)?)?;
    finish(tx, id, from, to, tally)
}

/// Sets the status of a prospect, and counts the change.
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

/// The status of a prospect whose last message was of this kind.
pub(crate) const fn status_after(kind: TaskType, is_connected: bool) -> ProspectStatus {
    match kind {
        TaskType::Email => ProspectStatus::Sent,
        TaskType::ConnectionRequest if is_connected => ProspectStatus::Connected,
        TaskType::ConnectionRequest => ProspectStatus::ConnectionSent,
        TaskType::Message => ProspectStatus::MessageSent,
    }
}

/// Moves a prospect of this status to its next step, or makes it `completed` if there is none. Returns whether it goes on.
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum QueueKey {
    /// Nothing is sent next: the prospect waits for an acceptance or the end, or its message cannot be written.
    Wait,
    /// No sender is assigned yet.
    Fresh,
    /// A message from one sender is next: the queue, the sender's position in the campaign, and the limit class.
    Bound { line: SenderQueue, sender: u16, class: LimitClass },
}

/// The queues of one sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum SenderQueue {
    /// Follow-ups that were not handed out yet.
    Begun,
    /// First messages that were deferred.
    First,
    /// Late messages, which ignore the hours.
    Late,
    /// Messages that were handed out: leased, lost, or waiting for another try.
    Handed,
}

impl SenderQueue {
    pub(crate) const ALL: [Self; 4] = [Self::Begun, Self::First, Self::Late, Self::Handed];
}

/// The messages that a weekly limit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum LimitClass {
    Connections,
    Messages,
}

impl LimitClass {
    pub(crate) const ALL: [Self; 2] = [Self::Connections, Self::Messages];

    pub(crate) const fn of(kind: TaskType) -> Self {
        match kind {
            TaskType::ConnectionRequest => Self::Connections,
            TaskType::Email | TaskType::Message => Self::Messages,
        }
    }
}

impl QueueKey {
    pub(crate) const fn bound(line: SenderQueue, sender: u16, kind: TaskType) -> Self {
        Self::Bound { line, sender, class: LimitClass::of(kind) }
    }
}

/// A queue of the messages that are read in one zone: as a number, the zone stands above the bits of the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Lane {
    pub(crate) zone: ZoneNumber,
    pub(crate) queue: QueueKey,
}

/// How many numbers the queues of one [`SenderQueue`] have, and all queues of one zone.
const LINE: i64 = 256;
const ZONE: i64 = 4 * LINE;

impl ToSql for Lane {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let queue = match self.queue {
            QueueKey::Wait => return Ok(0.into()),
            QueueKey::Fresh => 1,
            QueueKey::Bound { line, sender, class } => {
                line as i64 * LINE + 2 + 2 * i64::from(sender) + i64::from(class == LimitClass::Messages)
            }
        };
        Ok((i64::from(self.zone.0) * ZONE + queue).into())
    }
}

impl FromSql for Lane {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let number = value.as_i64()?;
        let out_of_range = || FromSqlError::OutOfRange(number);
        let zone = ZoneNumber(u32::try_from(number.div_euclid(ZONE)).map_err(|_| out_of_range())?);
        let queue = match (number, number.rem_euclid(ZONE), number.rem_euclid(LINE)) {
            (0, ..) => QueueKey::Wait,
            (_, 1, _) => QueueKey::Fresh,
            (_, _, ..2) => return Err(out_of_range()),
            (_, queue, place) => {
                let line = usize::try_from(queue / LINE).ok().and_then(|line| SenderQueue::ALL.get(line));
                let sender = u16::try_from(place / 2 - 1).map_err(|_| out_of_range())?;
                let class = if place % 2 == 0 { LimitClass::Connections } else { LimitClass::Messages };
                QueueKey::Bound { line: *line.ok_or_else(out_of_range)?, sender, class }
            }
        };
        Ok(Self { zone, queue })
    }
}

/// A prospect in a queue. Those that are due first come first, then those that were added first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct QueueEntry {
    pub(crate) due: Instant,
    pub(crate) prospect: ProspectId,
    /// The place in the sequence of the message that is next.
    pub(crate) position: u16,
}

/// The due instant of messages that wait for an unsubscribe link: never reached, but different from that of other waits.
pub(crate) const AT_A_LINK: Instant = Instant::BEFORE_LAST;

/// A row of the table: where one prospect stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Progress {
    pub(crate) campaign: CampaignId,
    pub(crate) prospect: ProspectId,
    pub(crate) lane: QueueKey,
    /// The zone of the message that is next, where its campaign follows those of people.
    pub(crate) zone: ZoneNumber,
    /// When the next step is due, without a hold; while a task is handed out, when its lease ends.
    pub(crate) ready: Instant,
    /// Until when the person is held.
    pub(crate) hold: Option<Instant>,
    /// The place of the node that is next.
    pub(crate) position: u16,
    /// The sender's position in the campaign, once one is assigned.
    pub(crate) sender: Option<u16>,
    /// How often in a row the message that is next has failed.
    pub(crate) failures: u32,
    /// When it failed first.
    pub(crate) first_failed: Option<Instant>,
    /// The task that is handed out, or was when its lease ended.
    pub(crate) task: Option<TaskId>,
    /// Since when the message that is next has a place in the limits.
    pub(crate) place: Option<Instant>,
    /// Whether the message that is next, or is handed out, is the first.
    pub(crate) is_first: bool,
    /// Whether the prospect accepted to be connected.
    pub(crate) is_connected: bool,
    /// Whether the message that is next cannot be written: it is tried again when it is due.
    pub(crate) is_unresolved: bool,
    /// How often the keys of its messages were renewed.
    pub(crate) generation: u32,
    /// Where the sequence goes on after an invitation that is sent again.
    pub(crate) resume: Option<u16>,
}

impl Progress {
    /// When it is due: a hold delays a message.
    pub(crate) fn due(&self) -> Instant {
        match self.lane {
            QueueKey::Wait => self.ready,
            QueueKey::Fresh | QueueKey::Bound { .. } => self.hold.map_or(self.ready, |hold| hold.max(self.ready)),
        }
    }

    /// Whether the message that is next has its place in the limits of a day.
    pub(crate) fn has_place_on(&self, day: Span) -> bool {
        self.place.is_some_and(|place| day.contains(place))
    }

    /// Whether its task is handed out, and its lease not over.
    pub(crate) fn is_leased(&self, now: Instant) -> bool {
        self.task.is_some() && self.ready > now
    }

    /// Whether its message waits for a claim that names the unsubscribe link.
    pub(crate) fn awaits_link(&self) -> bool {
        self.is_unresolved && self.ready == AT_A_LINK
    }

    /// The same, waiting until something changes for a message that cannot be written.
    pub(crate) fn unresolved(self, awaits_link: bool) -> Self {
        let ready = if awaits_link { AT_A_LINK } else { Instant::LAST };
        Self { lane: QueueKey::Wait, ready, task: None, is_unresolved: true, ..self }
    }

    /// The same, trying again to have a message of this kind written.
    pub(crate) fn released(self, kind: TaskType) -> Self {
        let line = if self.is_first { SenderQueue::First } else { SenderQueue::Begun };
        Self { lane: self.lane_of(line, kind), is_unresolved: false, ..self }
    }

    /// The queue in which it stands.
    pub(crate) fn queue(&self) -> Lane {
        Lane { zone: self.zone, queue: self.lane }
    }

    pub(crate) fn queued(&self) -> QueueEntry {
        QueueEntry { due: self.due(), prospect: self.prospect, position: self.position }
    }

    /// The lane in which a message of a kind is next, from the sender that it has.
    pub(crate) fn lane_of(&self, line: SenderQueue, kind: TaskType) -> QueueKey {
        self.sender.map_or(QueueKey::Fresh, |sender| QueueKey::bound(line, sender, kind))
    }

    /// The step after the next message, which was sent (or left out) at an instant.
    pub(crate) fn after(&self, route: &Route, at: Instant) -> Next {
        route.after(self.position, self.resume, at, self.is_connected)
    }

    /// The step after the prospect accepted the invitation at an instant.
    pub(crate) fn accepted(&self, route: &Route, at: Instant) -> Next {
        route.accepted(self.resume.map_or(self.position, |resume| resume.max(self.position)), at)
    }

    /// Its state at the next step; none, if the sequence is over.
    pub(crate) fn proceed(self, next: Next, now: Instant) -> Option<Self> {
        let (lane, ready, position) = match next {
            Next::Send { position, kind, due } => (self.lane_of(SenderQueue::Begun, kind), due, position),
            Next::Accept { position, until } => (QueueKey::Wait, until, position),
            Next::End { due, .. } if due <= now => return None,
            Next::End { position, due } => (QueueKey::Wait, due, position),
        };
        Some(Self {
            lane,
            ready,
            position,
            failures: 0,
            first_failed: None,
            task: None,
            place: None,
            is_first: self.sender.is_none(),
            is_unresolved: false,
            ..self
        })
    }
}
