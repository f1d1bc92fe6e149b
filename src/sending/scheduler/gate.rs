//! What keeps a message back, and until when.

use super::{Agenda, From, Health, LinkIndex, RunIndex, SenderIndex, ShiftIndex};
use crate::sending::queue::{Allowance, Place};
use crate::sending::task::TaskType;
use crate::time::Instant;

/// What keeps a message from being sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gate {
    TimeZone,
    Sender,
    Failing,
    Hours,
    AccountWeekly,
    AccountDaily,
    CampaignDaily,
}

impl Agenda {
    /// The first instant from now on at which somebody of a shift may have a turn, who has none now.
    pub(super) fn wake_of(&mut self, shift: ShiftIndex) -> Option<Instant> {
        let (sender, opening) = (self.shifts[shift].sender, self.shifts[shift].opening);
        let mut wake = self.shifts[shift].placed.first().map(|head| head.0.due);
        for allowance in Allowance::ALL {
            let head = self.shifts[shift].begun[allowance].first().map(|head| head.0.due.max(self.now));
            let begun = head.map(|due| self.senders[sender].open(allowance, due, self.today));
            let has_first = self.shifts[shift].waiting[allowance] > 0;
            let first = match self.senders[sender].open(allowance, self.now, self.today) {
                _ if !has_first => None,
                now if now == self.now && !self.has_room_for_first(sender, allowance) => Some(self.next_close(sender)),
                at => Some(at),
            };
            wake = [wake, begun, first].into_iter().flatten().min();
        }
        let at = self.senders[sender].up(wake?.max(self.now))?;
        self.openings[opening].open(at)
    }

    /// When a sender next gives up room that it keeps.
    fn next_close(&mut self, sender: SenderIndex) -> Instant {
        let mut next = self.today.end;
        for shift in &self.senders[sender].shifts {
            let opening = self.shifts[*shift].opening;
            let close = self.openings[opening].day(&self.calendar, self.now).close;
            next = close.filter(|close| *close > self.now).map_or(next, |close| next.min(close));
        }
        next
    }

    /// An instant before which nobody of a campaign has a turn, unless something changes; none where nobody ever does.
    pub(crate) fn wake_of_run(&mut self, run: RunIndex) -> Option<Instant> {
        if self.runs[run].lacks_zone {
            return None;
        }
        let mut wake: Option<Instant> = None;
        let mut waits: Vec<(LinkIndex, From, Allowance, Place)> = Vec::new();
        for (link, its) in self.runs[run].links.iter().filter(|(_, link)| link.suits) {
            for allowance in Allowance::ALL {
                for from in From::BOUND {
                    waits.extend(its.queues[(from, allowance)].first().map(|place| (link, from, allowance, place)));
                }
            }
            if let Some(place) = self.runs[run].fresh.first()
                && let Some(kind) = self.runs[run].route.kind(place.position)
            {
                waits.push((link, From::Fresh, Allowance::of(kind), place));
            }
        }
        for (link, from, allowance, place) in waits {
            let at = self.opens(run, link, from, allowance, place.due.max(self.now));
            wake = [wake, at].into_iter().flatten().min();
        }
        wake
    }

    /// The first instant from `at` on at which a queue of a campaign may have a turn.
    fn opens(
        &mut self,
        run: RunIndex,
        link: LinkIndex,
        from: From,
        allowance: Allowance,
        at: Instant,
    ) -> Option<Instant> {
        let (mut at, opening) = (at, self.runs[run].opening);
        let sender = self.runs[run].links[link].sender;
        loop {
            let before = at;
            if from != From::Late {
                at = self.openings[opening].open(at)?;
            }
            at = self.senders[sender].up(at)?;
            if from != From::Placed {
                at = self.senders[sender].open(allowance, at, self.today);
                if let Some(daily) = &self.runs[run].daily {
                    at = daily.open(at, self.today);
                }
                if from.is_first() && at == self.now {
                    if !self.has_room_for_first(sender, allowance) {
                        at = self.next_close(sender);
                    } else if !self.has_run_room_for_first(run) {
                        at = self.today.end;
                    }
                }
            }
            if at == before {
                return Some(at);
            }
        }
    }

    /// Of each sender of a campaign, whether it has no room for what it could send now.
    pub(crate) fn awaited(&mut self, run: RunIndex) -> Vec<bool> {
        let links = self.runs[run].links.indexes();
        // What its senders cannot send any more is not kept.
        let has_any = self.runs[run].daily.as_ref().is_some_and(|daily| daily.room(self.today) > 0);
        let is_short = has_any && !self.has_run_room_for_first(run);
        let is_awaited = |link: LinkIndex| {
            let sender = self.runs[run].links[link].sender;
            is_short
                || self.senders[sender].health != Health::Works
                || Allowance::ALL.into_iter().any(|allowance| !self.has_room_for_first(sender, allowance))
        };
        links.map(is_awaited).collect()
    }

    /// What keeps a message back now, of the sender that it has or else the first.
    pub(crate) fn gate(&mut self, run: RunIndex, link: Option<LinkIndex>, from: From, kind: TaskType) -> Option<Gate> {
        if self.runs[run].lacks_zone {
            return Some(Gate::TimeZone);
        }
        let Some(link) = link.or_else(|| self.runs[run].links.at(0)) else { return Some(Gate::Sender) };
        let (opening, allowance, now) = (self.runs[run].opening, Allowance::of(kind), self.now);
        let its = &self.runs[run].links[link];
        let sender = &self.senders[its.sender];
        if !its.suits || !sender.is_connected {
            return Some(Gate::Sender);
        }
        if sender.up(now) != Some(now) {
            return Some(Gate::Failing);
        }
        let is_daily = sender.daily.room(self.today) == 0;
        let is_weekly = sender.weekly.as_ref().is_some_and(|weekly| weekly[allowance].open(now) > now);
        let index = its.sender;
        if from != From::Late && !self.openings[opening].is_open(now) {
            return Some(Gate::Hours);
        }
        if from == From::Placed {
            return None;
        }
        let gate = |is_in_the_way: bool, gate: Gate| is_in_the_way.then_some(gate);
        gate(is_weekly, Gate::AccountWeekly)
            .or_else(|| gate(is_daily, Gate::AccountDaily))
            .or_else(|| gate(from.is_first() && !self.has_room_for_first(index, allowance), Gate::AccountDaily))
            .or_else(|| {
                let is_full = self.runs[run].daily.as_ref().is_some_and(|daily| daily.room(self.today) == 0);
                gate(is_full || (from.is_first() && !self.has_run_room_for_first(run)), Gate::CampaignDaily)
            })
    }
}
