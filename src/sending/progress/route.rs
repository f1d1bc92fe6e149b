//! The route through a sequence: which step comes after which, and when.

use crate::campaign::Campaign;
use crate::campaign::schedule::{Calendar, ClosedDates};
use crate::campaign::sequence::Step;
use crate::sending::task::TaskType;
use crate::time::Instant;

/// The next step of a prospect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// A message, not before `due`.
    Send { position: u16, kind: TaskType, due: Instant },
    /// The acceptance of the invitation, up to `until`; the sequence goes on at `position`.
    Accept { position: u16, until: Instant },
    /// The end, which stands at `position`, not before `due`.
    End { position: u16, due: Instant },
}

enum Stop {
    Send(TaskType),
    Delay { days: u32, minutes: u32 },
}

/// A sequence as a route. It does not change once the campaign is launched.
pub(crate) struct Route {
    stops: Vec<Stop>,
    /// The calendar in which the campaign's delays count.
    calendar: Calendar,
    /// The dates on which no delay in days ends.
    closed: ClosedDates,
    acceptance_days: u32,
}

impl Route {
    pub(crate) fn of(campaign: &Campaign, calendar: Calendar, closed: ClosedDates, acceptance_days: u32) -> Self {
        let stops = campaign.sequence_nodes.iter().filter_map(|node| match node.step {
            Step::Email { .. } => Some(Stop::Send(TaskType::Email)),
            Step::ConnectionRequest { .. } => Some(Stop::Send(TaskType::ConnectionRequest)),
            Step::Message { .. } => Some(Stop::Send(TaskType::Message)),
            Step::Delay { days, hours, minutes } => {
                Some(Stop::Delay { days, minutes: hours.saturating_mul(60).saturating_add(minutes) })
            }
            Step::End => None,
        });
        Self { stops: stops.collect(), calendar, closed, acceptance_days }
    }

    pub(crate) const fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// What kind of message the node in a place sends.
    pub(crate) fn kind(&self, position: u16) -> Option<TaskType> {
        match self.stops.get(usize::from(position)) {
            Some(Stop::Send(kind)) => Some(*kind),
            _ => None,
        }
    }

    /// Whether there is an invitation in one of these places.
    pub(crate) fn invites(&self, mut places: std::ops::Range<u16>) -> bool {
        places.any(|place| self.kind(place) == Some(TaskType::ConnectionRequest))
    }

    /// The place of the invitation.
    pub(crate) fn invitation(&self) -> Option<u16> {
        (0..self.end()).find(|place| self.kind(*place) == Some(TaskType::ConnectionRequest))
    }

    /// The first step of a prospect that joins at an instant.
    pub(crate) fn first(&self, at: Instant) -> Next {
        self.walk(0, at, at, false)
    }

    /// The step after the message in a place, which was sent (or left out) at an instant, for a prospect that had reached
    /// another place before.
    pub(crate) fn after(&self, position: u16, reached: Option<u16>, at: Instant, is_connected: bool) -> Next {
        let next = position.saturating_add(1).max(reached.unwrap_or(0));
        match self.walk(next, at, at.plus_ms(1), is_connected) {
            Next::Send { kind: TaskType::Message, .. } if self.invites(0..next) && !is_connected => {
                Next::Accept { position: next, until: self.calendar.after(at, self.acceptance_days, 0) }
            }
            walk => walk,
        }
    }

    /// The step of a prospect that stood in a place and accepted the invitation at an instant.
    pub(crate) fn accepted(&self, position: u16, at: Instant) -> Next {
        self.walk(position, at, at.plus_ms(1), true)
    }

    /// Delays count from `at`. Nobody is sent two messages at one instant: the next is not due before `earliest`. Someone
    /// who is connected needs no invitation.
    fn walk(&self, position: u16, at: Instant, earliest: Instant, is_connected: bool) -> Next {
        let mut due = at;
        for (position, stop) in (0..).zip(&self.stops).skip(usize::from(position)) {
            match *stop {
                Stop::Send(TaskType::ConnectionRequest) if is_connected => {}
                Stop::Send(kind) => return Next::Send { position, kind, due: due.max(earliest) },
                Stop::Delay { days, minutes } => due = self.calendar.after_open(due, days, minutes, &self.closed),
            }
        }
        Next::End { position: self.end(), due }
    }

    /// The place of the end.
    fn end(&self) -> u16 {
        u16::try_from(self.stops.len()).unwrap_or(u16::MAX)
    }

    /// Whether a prospect that waits in a place waits for the end.
    pub(crate) fn is_end(&self, position: u16) -> bool {
        position >= self.end()
    }
}
