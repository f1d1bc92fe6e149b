//! Whose turn it is at the present instant (`docs/rules.md#order`).

use super::shift::{Head, Shift};
use super::{Agenda, From, Link, LinkIndex, RunIndex, SenderIndex, ShiftIndex, Turn};
use crate::sending::queue::Allowance;

impl Agenda {
    /// The next turn of the present instant, if there is one.
    pub(super) fn turn(&mut self) -> Option<Turn> {
        loop {
            while let Some(shift) = self.stale.pop(&mut self.shifts) {
                self.look_at(shift);
            }
            if let Some((place, run, link, from)) = self.begun.first().copied() {
                let its = &self.runs[run];
                if from != From::Placed && its.daily.as_ref().is_some_and(|daily| daily.room(self.today) == 0) {
                    self.fill_up(run);
                    continue;
                }
                let kind = its.route.kind(place.position)?;
                return Some(Turn { run, link, from, place, kind });
            }
            let run = self.firsts.first()?.1;
            if self.has_run_room_for_first(run) {
                return self.first_turn(run);
            }
            self.runs[run].is_short = true;
            self.short.push(run);
            self.set_firsts(run);
        }
    }

    /// Puts a shift into the order of turns, or lets it sleep until something of it may have one.
    fn look_at(&mut self, shift: ShiftIndex) {
        let is_up = self.is_up(shift);
        let head = if is_up { self.first_begun(shift) } else { None };
        let its = &mut self.shifts[shift];
        if its.head != head {
            if let Some(before) = std::mem::replace(&mut its.head, head) {
                self.begun.remove(&before);
            }
            self.begun.extend(head);
        }
        for allowance in Allowance::ALL {
            if self.shifts[shift].waiting[allowance] == 0 {
                continue;
            }
            let lets_firsts = is_up && self.has_room_for_first(self.shifts[shift].sender, allowance);
            if std::mem::replace(&mut self.shifts[shift].lets_firsts[allowance], lets_firsts) != lets_firsts {
                let pools = std::mem::take(&mut self.shifts[shift].pools);
                for pool in &pools {
                    self.set_open(*pool, allowance, lets_firsts);
                }
                self.shifts[shift].pools = pools;
            }
        }
        let its = &mut self.shifts[shift];
        its.is_active = its.head.is_some() || its.has_firsts();
        if !its.is_active
            && let Some(at) = self.wake_of(shift)
        {
            self.rouse(shift, at.max(self.now.plus_ms(1)));
        }
    }

    /// Who of a shift that is up is next with what was begun, if its limits leave room.
    fn first_begun(&self, shift: ShiftIndex) -> Option<Head> {
        let its = &self.shifts[shift];
        let sender = &self.senders[its.sender];
        let is_open = |allowance: &Allowance| sender.open(*allowance, self.now, self.today) <= self.now;
        let begun = Allowance::ALL.into_iter().filter(is_open).filter_map(|allowance| its.begun[allowance].first());
        begun.chain(its.placed.first()).filter(|head| head.0.due <= self.now).min().copied()
    }

    fn is_up(&mut self, shift: ShiftIndex) -> bool {
        let Shift { sender, opening, .. } = self.shifts[shift];
        self.senders[sender].up(self.now) == Some(self.now) && self.openings[opening].is_open(self.now)
    }

    /// Whether a sender may send a first message now: its day has room beside what it keeps.
    pub(super) fn has_room_for_first(&mut self, sender: SenderIndex, allowance: Allowance) -> bool {
        let its = &self.senders[sender];
        if let Some((_, has_room)) = its.known[allowance].filter(|(at, _)| *at == self.now) {
            return has_room;
        }
        let is_open = its.open(allowance, self.now, self.today) == self.now;
        let has_room = is_open && its.daily.room(self.today) > self.kept_by(sender);
        self.senders[sender].known[allowance] = Some((self.now, has_room));
        has_room
    }

    /// Whether the day of a campaign has room for a first message beside what it keeps.
    pub(super) fn has_run_room_for_first(&mut self, run: RunIndex) -> bool {
        let its = &self.runs[run];
        let Some(room) = its.daily.as_ref().map(|daily| daily.room(self.today)) else { return true };
        let changes = its.links.iter().map(|(_, link)| self.senders[link.sender].changes).sum::<u64>() + its.changes;
        if let Some((_, _, has_room)) = its.known.filter(|(at, known, _)| (*at, *known) == (self.now, changes)) {
            return has_room;
        }
        let has_room = room > 0 && room > self.kept_in(run);
        self.runs[run].known = Some((self.now, changes, has_room));
        has_room
    }

    /// Lets the campaigns of a sender look again whether they have room: what it cannot send is not kept.
    pub(super) fn look_again(&mut self, sender: SenderIndex) {
        for run in std::mem::take(&mut self.short) {
            if self.runs[run].links.iter().any(|(_, link)| link.sender == sender) {
                self.runs[run].is_short = false;
                self.set_firsts(run);
            } else {
                self.short.push(run);
            }
        }
    }

    /// Takes a campaign whose limit is used up out of the order until the next day.
    fn fill_up(&mut self, run: RunIndex) {
        self.runs[run].is_full = true;
        self.full.push(run);
        self.set_heads(run);
    }

    /// The person of a campaign to whom a first message can go now, and from whom.
    fn first_turn(&mut self, run: RunIndex) -> Option<Turn> {
        let mut best: Option<Turn> = None;
        let mut consider = |turn: Turn| {
            if best.is_none_or(|best| turn.place < best.place) {
                best = Some(turn);
            }
        };
        if let Some(place) = self.runs[run].fresh.first().filter(|place| place.due <= self.now)
            && let Some(kind) = self.runs[run].route.kind(place.position)
            && let Some(link) = self.freest(run, Allowance::of(kind))
        {
            consider(Turn { run, link, from: From::Fresh, place, kind });
        }
        for link in self.runs[run].links.indexes() {
            for allowance in Allowance::ALL {
                let first = self.runs[run].links[link].queues[(From::First, allowance)].first();
                if let Some(place) = first.filter(|place| place.due <= self.now)
                    && let Some(kind) = self.runs[run].route.kind(place.position)
                    && self.is_free(run, link, allowance)
                {
                    consider(Turn { run, link, from: From::First, place, kind });
                }
            }
        }
        best
    }

    /// Whether a sender of a campaign may send a first message now.
    fn is_free(&mut self, run: RunIndex, link: LinkIndex, allowance: Allowance) -> bool {
        let Link { suits, sender, shift, .. } = self.runs[run].links[link];
        suits && self.is_up(shift) && self.has_room_for_first(sender, allowance)
    }

    /// The sender of a campaign with the fewest people, of those that may send a first message now.
    fn freest(&mut self, run: RunIndex, allowance: Allowance) -> Option<LinkIndex> {
        let mut best: Option<(u32, LinkIndex)> = None;
        for link in self.runs[run].links.indexes() {
            let assigned = self.runs[run].links[link].assigned;
            if best.is_none_or(|(fewest, _)| assigned < fewest) && self.is_free(run, link, allowance) {
                best = Some((assigned, link));
            }
        }
        best.map(|(_, link)| link)
    }

    /// The other senders who could write to someone without one now, in the order in which they would be chosen.
    pub(crate) fn others(&mut self, turn: &Turn) -> Vec<LinkIndex> {
        if turn.from != From::Fresh {
            return Vec::new();
        }
        let mut others: Vec<LinkIndex> = Vec::new();
        for link in self.runs[turn.run].links.indexes() {
            if link != turn.link && self.is_free(turn.run, link, Allowance::of(turn.kind)) {
                let assigned = |link: LinkIndex| self.runs[turn.run].links[link].assigned;
                let place = others.partition_point(|other| assigned(*other) <= assigned(link));
                others.insert(place, link);
            }
        }
        others
    }
}
