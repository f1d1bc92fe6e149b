//! Whose turn it is, from which sender and when: a pure function of values (SPEC §4–§6), by which messages are claimed,
//! planned, forecast and explained.

mod limit;
pub(crate) mod load;
mod queue;

use std::collections::HashSet;

use crate::campaign::schedule::{Calendar, Hours, Span};
use crate::id::{AccountId, CampaignId, ProspectId};
use crate::sending::queue::{Allowance, Next, Place, Route};
use crate::sending::task::TaskType;
use crate::time::Instant;
pub(crate) use limit::{Daily, Weekly, week_before};
pub(crate) use queue::Queue;

/// An account with what it may still send, over all campaigns.
pub(crate) struct Sender {
    pub(crate) id: AccountId,
    pub(crate) is_connected: bool,
    pub(crate) daily: Daily,
    /// By [`Allowance`]; none for email.
    pub(crate) weekly: Option<[Weekly; 2]>,
}

impl Sender {
    fn weekly(&self, allowance: Allowance) -> Option<&Weekly> {
        let [connections, messages] = self.weekly.as_ref()?;
        Some(match allowance {
            Allowance::Connections => connections,
            Allowance::Messages => messages,
        })
    }

    fn take(&mut self, allowance: Allowance, at: Instant, today: Span) {
        self.daily.take(today);
        if let Some([connections, messages]) = &mut self.weekly {
            match allowance {
                Allowance::Connections => connections.take(at),
                Allowance::Messages => messages.take(at),
            }
        }
    }
}

/// A sender of one campaign.
pub(crate) struct Link {
    /// The index of the sender.
    pub(crate) sender: usize,
    /// To how many prospects of the campaign it was assigned.
    pub(crate) assigned: u32,
    /// Whether it has every value that the campaign's messages need of their sender.
    pub(crate) suits: bool,
    /// What it has begun, by [`Allowance`].
    pub(crate) begun: [Queue; 2],
    /// Of that, what is to go whatever the hours.
    pub(crate) late: [Queue; 2],
}

/// A campaign that runs.
pub(crate) struct Run {
    pub(crate) campaign: CampaignId,
    /// Whether a zone that its messages need is not known here: none goes.
    pub(crate) lacks_zone: bool,
    /// None where it may act at any time.
    pub(crate) hours: Option<Hours>,
    /// None where only its senders are limited.
    pub(crate) daily: Option<Daily>,
    pub(crate) route: Route,
    pub(crate) links: Vec<Link>,
    /// Those without a sender so far.
    pub(crate) fresh: Queue,
}

/// What keeps a message from being sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gate {
    TimeZone,
    Hours,
    CampaignDaily,
    AccountDaily,
    AccountWeekly,
    Sender,
}

/// One message to send.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Turn {
    /// The index of the campaign.
    pub(crate) run: usize,
    /// The position of the sender in the campaign.
    pub(crate) link: usize,
    pub(crate) from: From,
    pub(crate) place: Place,
    pub(crate) kind: TaskType,
}

/// The queue of a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum From {
    Late,
    Begun,
    Fresh,
}

/// What is taken for granted about prospects where nobody knows yet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Assumptions {
    /// How many minutes after an invitation it is accepted; none: never.
    pub(crate) accepted_after_minutes: Option<u32>,
}

impl Assumptions {
    /// When an invitation is accepted that was sent at an instant.
    pub(crate) fn accepted_at(self, sent: Instant) -> Option<Instant> {
        self.accepted_after_minutes.map(|minutes| sent.plus_ms(i64::from(minutes) * 60_000))
    }
}

/// All that runs for one user, at a present instant that only moves on.
pub(crate) struct Agenda {
    calendar: Calendar,
    today: Span,
    pub(crate) senders: Vec<Sender>,
    pub(crate) runs: Vec<Run>,
    /// Who accepted to be connected before being invited.
    pub(crate) connected: HashSet<ProspectId>,
}

/// The order of turns: what was begun goes before what was not (SPEC §4), then what is due first.
type Rank = (bool, Place);

impl Agenda {
    /// `calendar` is the user's, in which limits count their days; `today` its present day.
    pub(crate) fn new(calendar: Calendar, today: Span, senders: Vec<Sender>, runs: Vec<Run>) -> Self {
        Self { calendar, today, senders, runs, connected: HashSet::new() }
    }

    /// The next turn of the present instant, if there is one: to [take](Self::take) or to [dismiss](Self::dismiss).
    pub(crate) fn turn(&mut self, now: Instant) -> Option<Turn> {
        if now >= self.today.end {
            self.today = self.calendar.day(now).1;
        }
        let mut best: Option<(Rank, Turn)> = None;
        for (index, run) in self.runs.iter_mut().enumerate() {
            if !run.has_room(now, self.today) {
                continue;
            }
            let is_open = run.is_within_hours(now);
            let mut consider = |link: usize, place: Place, from: From| {
                let rank = (from == From::Fresh, place);
                if let Some(kind) = run.route.kind(place.position)
                    && best.as_ref().is_none_or(|(least, _)| rank < *least)
                {
                    best = Some((rank, Turn { run: index, link, from, place, kind }));
                }
            };
            for (position, link) in run.links.iter().enumerate() {
                for allowance in Allowance::ALL {
                    for from in [From::Late, From::Begun] {
                        let first = link.queue(from, allowance).first().filter(|place| place.due <= now);
                        if let Some(place) = first.filter(|_| is_open || from == From::Late)
                            && link.open(&self.senders, allowance, now, self.today) == Some(now)
                        {
                            consider(position, place, from);
                        }
                    }
                }
            }
            if let Some(place) = run.fresh.first().filter(|place| is_open && place.due <= now)
                && let Some(link) = run.least_assigned(&self.senders, place, now, self.today)
            {
                consider(link, place, From::Fresh);
            }
        }
        best.map(|(_, turn)| turn)
    }

    /// Takes someone who must not be contacted out of the queue.
    pub(crate) fn dismiss(&mut self, turn: &Turn) {
        let Some(run) = self.runs.get_mut(turn.run) else { return };
        if turn.from == From::Fresh {
            run.fresh.leave();
        } else if let Some(link) = run.links.get_mut(turn.link) {
            link.queue_mut(turn.from, Allowance::of(turn.kind)).leave();
        }
    }

    /// The other senders who could write to someone without one now, in the order in which they would be chosen.
    pub(crate) fn others(&self, turn: &Turn, now: Instant) -> Vec<usize> {
        let Some(run) = self.runs.get(turn.run).filter(|_| turn.from == From::Fresh) else { return Vec::new() };
        let allowance = Allowance::of(turn.kind);
        let mut others: Vec<usize> = (0..run.links.len()).filter(|link| *link != turn.link).collect();
        let link = |index: usize| run.links.get(index);
        others.retain(|index| {
            link(*index).is_some_and(|link| link.open(&self.senders, allowance, now, self.today) == Some(now))
        });
        others.sort_by_key(|index| link(*index).map(|link| link.assigned));
        others
    }

    /// Whether the queue of a turn is empty though there are others whom it did not hold.
    pub(crate) fn ran_out(&self, turn: &Turn) -> bool {
        let Some(run) = self.runs.get(turn.run) else { return false };
        match turn.from {
            From::Fresh => run.fresh.ran_out(),
            from => run.links.get(turn.link).is_some_and(|link| link.queue(from, Allowance::of(turn.kind)).ran_out()),
        }
    }

    /// Uses a turn up.
    pub(crate) fn take(&mut self, turn: &Turn, now: Instant) {
        self.dismiss(turn);
        let Some(run) = self.runs.get_mut(turn.run) else { return };
        let Some(link) = run.links.get_mut(turn.link) else { return };
        let allowance = Allowance::of(turn.kind);
        link.assigned = link.assigned.saturating_add(u32::from(turn.from == From::Fresh));
        if let Some(daily) = &mut run.daily {
            daily.take(self.today);
        }
        if let Some(sender) = self.senders.get_mut(link.sender) {
            sender.take(allowance, now, self.today);
        }
    }

    /// The first instant after `now` at which someone has a turn, when no one has one now.
    fn wake(&mut self, now: Instant) -> Option<Instant> {
        let (senders, today) = (&self.senders, self.today);
        let mut wake: Option<Instant> = None;
        for run in &mut self.runs {
            let mut consider = |run: &mut Run, link: Option<usize>, allowance: Allowance, place: Place| {
                let open = run.open(senders, link, allowance, place.due.max(now), today);
                wake = [wake, open.map(|(at, _)| at)].into_iter().flatten().min();
            };
            for position in 0..run.links.len() {
                for allowance in Allowance::ALL {
                    if let Some(place) =
                        run.links.get(position).and_then(|link| link.queue(From::Begun, allowance).first())
                    {
                        consider(run, Some(position), allowance, place);
                    }
                }
            }
            if let Some(place) = run.fresh.first()
                && let Some(kind) = run.route.kind(place.position)
            {
                consider(run, None, Allowance::of(kind), place);
            }
        }
        wake
    }

    /// The first turn from `from` on, before `until`, to [take](Self::take) or to [dismiss](Self::dismiss), and its
    /// instant: from there on is the next.
    pub(crate) fn next(&mut self, from: Instant, until: Option<Instant>) -> Option<(Turn, Instant)> {
        let mut now = from;
        loop {
            if let Some(turn) = self.turn(now) {
                return Some((turn, now));
            }
            now = self.wake(now).filter(|wake| *wake > now && until.is_none_or(|until| *wake < until))?;
        }
    }

    /// Puts someone to whom a message was sent where it goes on. When everything is over for it, if it is.
    pub(crate) fn sent(&mut self, turn: &Turn, at: Instant, assumptions: Assumptions) -> Option<Instant> {
        let run = self.runs.get_mut(turn.run)?;
        let position = turn.place.position;
        let was_invited = turn.kind == TaskType::Message && run.route.invites(0..position);
        let is_connected = was_invited || self.connected.contains(&turn.place.prospect);
        let next = run.route.after(position, at, is_connected);
        self.proceed(turn.run, Some(turn.link), turn.place.prospect, next, at, assumptions)
    }

    /// Puts someone, with the sender that it has, where it goes on; an acceptance that it waits for comes after an invitation
    /// that was sent `at`. When everything is over for it, if it is.
    pub(crate) fn proceed(
        &mut self,
        run: usize,
        link: Option<usize>,
        prospect: ProspectId,
        next: Next,
        at: Instant,
        assumptions: Assumptions,
    ) -> Option<Instant> {
        match next {
            Next::Send { position, kind, due } => {
                let run = self.runs.get_mut(run)?;
                let queue = match link {
                    Some(link) => run.links.get_mut(link)?.queue_mut(From::Begun, Allowance::of(kind)),
                    None => &mut run.fresh,
                };
                queue.join(Place { due, prospect, position });
                None
            }
            Next::Accept { position, until } => {
                match assumptions.accepted_at(at).filter(|accepted| *accepted < until) {
                    Some(accepted) => {
                        let next = self.runs.get(run)?.route.accepted(position, accepted);
                        self.proceed(run, link, prospect, next, at, assumptions)
                    }
                    None => Some(until),
                }
            }
            Next::End { due, .. } => Some(due),
        }
    }

    /// The turns that come from `from` on, before `until`, if nothing that is sent then leads to more.
    pub(crate) fn turns(&mut self, from: Instant, until: Instant) -> Vec<(Turn, Instant)> {
        let mut turns = Vec::new();
        let mut at = from;
        while let Some((turn, next)) = self.next(at, Some(until)) {
            self.take(&turn, next);
            turns.push((turn, next));
            at = next;
        }
        turns
    }

    /// When the hours (for a campaign without any, the day) are over in which a turn came.
    pub(crate) fn over(&mut self, run: usize, at: Instant) -> Option<Instant> {
        match &mut self.runs.get_mut(run)?.hours {
            Some(hours) => hours.close_after(at),
            None => Some(self.calendar.day(at).1.end),
        }
    }

    /// What keeps those at the front of a queue from having their turn at an instant, with the sender that they have.
    pub(crate) fn gate(&mut self, run: usize, link: Option<usize>, kind: TaskType, at: Instant) -> Option<Gate> {
        let run = self.runs.get_mut(run)?;
        match run.open(&self.senders, link, Allowance::of(kind), at, self.today) {
            None if run.lacks_zone => Some(Gate::TimeZone),
            None => Some(Gate::Sender),
            Some((_, gate)) => gate,
        }
    }
}

impl Link {
    fn queue(&self, from: From, allowance: Allowance) -> &Queue {
        let [connections, messages] = if from == From::Late { &self.late } else { &self.begun };
        match allowance {
            Allowance::Connections => connections,
            Allowance::Messages => messages,
        }
    }

    pub(crate) fn queue_mut(&mut self, from: From, allowance: Allowance) -> &mut Queue {
        let [connections, messages] = if from == From::Late { &mut self.late } else { &mut self.begun };
        match allowance {
            Allowance::Connections => connections,
            Allowance::Messages => messages,
        }
    }

    /// The sender, if it can send for this campaign at all.
    fn sender<'s>(&self, senders: &'s [Sender]) -> Option<&'s Sender> {
        senders.get(self.sender).filter(|sender| sender.is_connected && self.suits)
    }

    /// The first instant from `at` on at which the sender has room; none if it cannot send.
    fn open(&self, senders: &[Sender], allowance: Allowance, at: Instant, today: Span) -> Option<Instant> {
        let sender = self.sender(senders)?;
        let daily = sender.daily.open(at, today);
        Some(sender.weekly(allowance).map_or(daily, |weekly| weekly.open(daily)))
    }

    /// Which of its sender's limits is in the way at an instant.
    fn gate(&self, senders: &[Sender], at: Instant, today: Span) -> Gate {
        match self.sender(senders) {
            None => Gate::Sender,
            Some(sender) if sender.daily.open(at, today) > at => Gate::AccountDaily,
            Some(_) => Gate::AccountWeekly,
        }
    }
}

impl Run {
    /// Whether anything can go at the present instant: the campaign's own limit leaves room, in a zone that is known.
    fn has_room(&self, now: Instant, today: Span) -> bool {
        !self.lacks_zone && self.daily.as_ref().is_none_or(|daily| daily.open(now, today) == now)
    }

    fn is_within_hours(&mut self, now: Instant) -> bool {
        self.hours.as_mut().is_none_or(|hours| hours.window(now).is_some_and(|window| window.contains(now)))
    }

    /// The first instant from `at` on at which a message can go from a sender, or from any where none is named, and what
    /// is in the way until then; none if it never can.
    fn open(
        &mut self,
        senders: &[Sender],
        link: Option<usize>,
        allowance: Allowance,
        at: Instant,
        today: Span,
    ) -> Option<(Instant, Option<Gate>)> {
        if self.lacks_zone {
            return None;
        }
        let mut gate = None;
        let mut open = at;
        loop {
            let before = open;
            let mut wait = |until: Instant, name: Gate| {
                if until > open {
                    (gate, open) = (gate.or(Some(name)), until);
                }
            };
            if let Some(hours) = &mut self.hours {
                wait(hours.window(before)?.start.max(before), Gate::Hours);
            }
            if let Some(daily) = &self.daily {
                wait(daily.open(before, today), Gate::CampaignDaily);
            }
            let links = self.links.iter().enumerate().filter(|(index, _)| link.is_none_or(|link| link == *index));
            let first = links.filter_map(|(_, link)| Some((link.open(senders, allowance, before, today)?, link)));
            let (at, link) = first.min_by_key(|(at, _)| *at)?;
            wait(at, link.gate(senders, before, today));
            if open == before {
                return Some((open, gate));
            }
        }
    }

    /// The sender with the fewest prospects, of those that have room now.
    fn least_assigned(&self, senders: &[Sender], place: Place, now: Instant, today: Span) -> Option<usize> {
        let allowance = Allowance::of(self.route.kind(place.position)?);
        let open = self.links.iter().enumerate();
        let open = open.filter(|(_, link)| link.open(senders, allowance, now, today) == Some(now));
        open.min_by_key(|(_, link)| link.assigned).map(|(position, _)| position)
    }
}
