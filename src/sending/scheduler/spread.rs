//! Invitations that are spread over the week (`docs/rules.md#pacing`).

use super::{Scheduler, ShiftIndex};
use crate::sending::progress::LimitClass;
use crate::time::Instant;

/// Of so many days the present one is the first.
const WEEK: usize = 7;

impl Scheduler {
    /// The first instant from `at` on at which the limits of its sender leave a shift room for a message of a class.
    pub(super) fn limits_open(&mut self, shift: ShiftIndex, class: LimitClass, at: Instant) -> Instant {
        let open = self.senders[self.shifts[shift].sender].limits.open(class, at, self.today);
        if self.took_part(shift, class) { open.max(self.today.end) } else { open }
    }

    /// Whether the present day took its part of what the sender of a shift spreads over the open days of the week.
    pub(super) fn took_part(&mut self, shift: ShiftIndex, class: LimitClass) -> bool {
        if !self.senders[self.shifts[shift].sender].limits.spreads(class) {
            return false;
        }
        let days = self.open_days(shift);
        self.senders[self.shifts[shift].sender].limits.took_part(class, days, self.today)
    }

    /// On how many of the seven days from the present one on a shift is open.
    fn open_days(&mut self, shift: ShiftIndex) -> usize {
        let its = &mut self.shifts[shift];
        if let Some((_, days)) = its.open_days.filter(|(day, _)| *day == self.today.start) {
            return days;
        }
        let opening = &mut self.openings[its.opening];
        let (mut at, mut days) = (self.today.start, 0);
        for _ in 0..WEEK {
            let day = opening.day(&self.calendar, at);
            days += usize::from(day.close.is_some());
            at = day.span.end;
        }
        its.open_days = Some((self.today.start, days));
        days
    }
}
