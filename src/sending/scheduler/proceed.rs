//! What becomes of a turn, and where people go on.

use std::cmp::Reverse;

use super::{Agenda, Assumptions, From, Health, Keeping, LinkIndex, Queue, Run, RunIndex, Sent, Source, Turn};
use crate::id::ProspectId;
use crate::sending::queue::{Allowance, Next, Place};
use crate::sending::task::TaskType;
use crate::time::Instant;

impl Agenda {
    /// Takes someone who must not be contacted, or is sent nothing now, out of the queue.
    pub(crate) fn dismiss(&mut self, turn: &Turn) {
        self.leave(turn);
        if turn.from.is_kept() {
            // What was kept for it is free.
            self.look_again(self.runs[turn.run].links[turn.link].sender);
        }
    }

    pub(super) fn leave(&mut self, turn: &Turn) {
        let Turn { run, link, from, place, kind } = *turn;
        let allowance = Allowance::of(kind);
        let link = Some(link).filter(|_| from != From::Fresh);
        match link {
            Some(link) => self.runs[run].links[link].queues[(from, allowance)].leave(),
            None => self.runs[run].fresh.leave(),
        }
        if let Some(link) = link.filter(|_| from.is_kept()) {
            self.count(run, link, allowance, place.due, false);
        }
        self.settle(Source { run, link, from, allowance });
    }

    /// Uses a turn up.
    pub(crate) fn take(&mut self, turn: &Turn) {
        let Turn { run, link, from, place, kind } = *turn;
        if from.is_first() {
            self.first_messages += 1;
            self.runs[run].seniority.last = Some(self.first_messages);
        }
        if from == From::Fresh {
            let assigned = &mut self.runs[run].links[link].assigned;
            *assigned = assigned.saturating_add(1);
        }
        self.leave(turn);
        let (now, today) = (self.now, self.today);
        self.runs[run].changes += 1;
        let sender_index = self.runs[run].links[link].sender;
        self.change(sender_index);
        let sender = &mut self.senders[sender_index];
        // What is handed out again moves its place in the seven days also where it keeps the one in the day.
        let before = self.places.remove(&place.prospect);
        if let Some(weekly) = &mut sender.weekly {
            let weekly = &mut weekly[Allowance::of(kind)];
            before.into_iter().for_each(|before| weekly.give_back(before));
            weekly.take(now);
        }
        if from != From::Placed {
            sender.daily.take(today);
            if let Some(daily) = &mut self.runs[run].daily {
                daily.take(today);
            }
        }
        sender.health = match (sender.health, self.keeping) {
            (Health::Works, _) | (_, Keeping::Counted) => Health::Works,
            (_, Keeping::Told { lease_ms }) => Health::Probed(now.plus_ms(lease_ms)),
        };
        if !self.short.is_empty() {
            self.look_again(sender_index);
        }
    }

    /// Puts someone to whom a message was sent now where it goes on. When everything is over for it, if it is.
    pub(crate) fn sent(&mut self, turn: &Turn, assumptions: Assumptions) -> Option<Instant> {
        let next = self.after(turn);
        self.proceed(turn.run, Some(turn.link), turn.place.prospect, next, self.now, assumptions)
    }

    fn after(&mut self, turn: &Turn) -> Next {
        let Run { route, last, .. } = &mut self.runs[turn.run];
        let position = turn.place.position;
        let was_invited = turn.kind == TaskType::Message && route.invites(0..position);
        let is_connected = was_invited || self.connected.contains(&turn.place.prospect);
        let resume = self.resumes.get(&turn.place.prospect).copied();
        let sent = Sent { position, at: self.now, resume, is_connected };
        match *last {
            Some((known, next)) if known == sent => next,
            _ => last.insert((sent, route.after(position, resume, self.now, is_connected))).1,
        }
    }

    /// Those of a campaign who are to be sent something by a sender that is not connected.
    pub(crate) fn stuck(&self, run: RunIndex) -> impl Iterator<Item = ProspectId> {
        let links = self.runs[run].links.iter().map(|(_, link)| link);
        let stuck = links.filter(|link| !self.senders[link.sender].is_connected);
        stuck.flat_map(|link| link.queues.iter()).flat_map(Queue::iter).map(|place| place.prospect)
    }

    /// Keeps room for what follows a message that is handed out now, on the same day.
    pub(crate) fn expect(&mut self, turn: &Turn, next: Next) {
        let Turn { run, link, .. } = *turn;
        let opening = self.runs[run].opening;
        if let Next::Send { due, kind, .. } = next
            && self.openings[opening].kept_from(&self.calendar, due) <= self.today.start
        {
            self.count(run, link, Allowance::of(kind), due, true);
        }
    }

    /// Puts someone, with the sender that it has, where it goes on; an acceptance that it waits for comes after an invitation
    /// that was sent `at`. When everything is over for it, if it is.
    pub(crate) fn proceed(
        &mut self,
        run: RunIndex,
        link: Option<LinkIndex>,
        prospect: ProspectId,
        next: Next,
        at: Instant,
        assumptions: Assumptions,
    ) -> Option<Instant> {
        match next {
            Next::Send { position, kind, due } => {
                self.join(run, link, Place { due, prospect, position }, Allowance::of(kind));
                None
            }
            Next::Accept { position, until } => {
                match assumptions.accepted_at(at).filter(|accepted| *accepted < until) {
                    Some(accepted) => {
                        let next = self.runs[run].route.accepted(position, accepted);
                        if let Next::Send { position, kind, due } = next {
                            // Nobody hears of it before what is sent at this very instant.
                            let known = accepted.max(self.now.plus_ms(1));
                            let place = Place { due, prospect, position };
                            self.acceptances.push(Reverse((known, (run, link, place, Allowance::of(kind)))));
                            return None;
                        }
                        self.proceed(run, link, prospect, next, at, assumptions)
                    }
                    None => Some(until),
                }
            }
            Next::End { due, .. } => Some(due),
        }
    }

    /// Puts someone into the queue of its sender, or of those without one.
    pub(crate) fn join(&mut self, run: RunIndex, link: Option<LinkIndex>, place: Place, allowance: Allowance) {
        let from = if link.is_some() { From::Begun } else { From::Fresh };
        match link {
            Some(link) => {
                self.count(run, link, allowance, place.due, true);
                self.runs[run].links[link].queues[(from, allowance)].join(place);
            }
            None => self.runs[run].fresh.join(place),
        }
        self.settle(Source { run, link, from, allowance });
    }
}
