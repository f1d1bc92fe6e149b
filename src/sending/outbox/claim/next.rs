//! Who is next, of the campaigns in which something may happen.

use std::cmp::Reverse;
use std::collections::binary_heap::PeekMut;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashSet};

use super::super::LatePolicy;
use crate::campaign;
use crate::error::Result;
use crate::id::CampaignId;
use crate::sending::queue::{self, Allowance, Lane, Line, Place};
use crate::sending::scheduler::load::Running;
use crate::sending::scheduler::{self, Fed, From, Keeping, Run, RunIndex, SenderIndex, Source, Turn};
use crate::store::{Snapshot, Tx, known};
use crate::time::Instant;
use crate::user::User;

/// How many of a queue are read at once.
const CHUNK: u32 = 64;

/// A look at the queues of some campaigns, at one instant.
pub(super) struct Look {
    pub(super) running: Running,
    /// As they were before anything was handed out: how many people each of its senders had, and who was first last.
    before: BTreeMap<RunIndex, (Vec<u32>, Option<i64>)>,
    late: LatePolicy,
    /// The senders of what was handed out.
    used: BTreeSet<SenderIndex>,
}

impl Look {
    pub(super) fn at(
        snapshot: &Snapshot<'_>,
        user: &User,
        campaigns: &[CampaignId],
        now: Instant,
        late: LatePolicy,
        lease_ms: i64,
    ) -> Result<Self> {
        let running = Running::new(snapshot, user, now, Keeping::Told { lease_ms })?;
        let mut look = Self { running, before: BTreeMap::new(), late, used: BTreeSet::new() };
        for campaign in campaigns {
            look.add(snapshot, *campaign)?;
        }
        look.running.keep(snapshot)?;
        Ok(look)
    }

    /// Adds a campaign; whether it was not there before.
    fn add(&mut self, snapshot: &Snapshot<'_>, id: CampaignId) -> Result<bool> {
        if self.running.run(id).is_some() {
            return Ok(false);
        }
        let campaign = known(campaign::rows::find(snapshot, self.running.user().id, id)?)?;
        let run = self.running.add(snapshot, campaign, self.late == LatePolicy::Send)?;
        let its = &self.running.agenda.runs[run];
        let assigned = its.links.iter().map(|(_, link)| link.assigned).collect();
        self.before.insert(run, (assigned, its.seniority.last));
        for lane in queue::rows::lanes(snapshot, id)? {
            match lane {
                Lane::Wait => {}
                Lane::Bound { line: Line::Handed, sender, allowance } => {
                    self.feed_handed(snapshot, run, lane, sender, allowance)?;
                }
                Lane::Bound { line, sender, allowance } => {
                    let link = self.running.agenda.runs[run].links.at(sender.into());
                    self.feed(snapshot, Source { run, link, from: From::of(line), allowance })?;
                }
                Lane::Fresh => {
                    self.feed(snapshot, Source { run, link: None, from: From::Fresh, allowance: Allowance::Messages })?;
                }
            }
        }
        Ok(true)
    }

    fn feed(&mut self, snapshot: &Snapshot<'_>, source: Source) -> Result<()> {
        let fed = read(snapshot, &self.running.agenda.runs[source.run], source, None, self.running.agenda.now())?;
        self.running.agenda.feed(source, fed);
        Ok(())
    }

    /// Of what was handed out, what is due again: with its place in the limits of today, or without.
    fn feed_handed(
        &mut self,
        snapshot: &Snapshot<'_>,
        run: RunIndex,
        lane: Lane,
        sender: u16,
        allowance: Allowance,
    ) -> Result<()> {
        let link = self.running.agenda.runs[run].links.at(sender.into());
        let mut placed = Vec::new();
        for progress in queue::rows::handed(snapshot, self.running.agenda.runs[run].campaign, lane)? {
            if progress.due() > self.running.agenda.now() {
                continue;
            }
            self.running.agenda.places.extend(progress.place.map(|place| (progress.prospect, place)));
            if progress.has_place_on(self.running.agenda.today()) {
                placed.push(progress.queued());
            } else {
                self.running.agenda.join(run, link, progress.queued(), allowance);
            }
        }
        let placed = Fed { places: placed, ..Fed::default() };
        self.running.agenda.feed(Source { run, link, from: From::Placed, allowance }, placed);
        Ok(())
    }

    /// The next turn, if there is one.
    pub(super) fn turn(&mut self, snapshot: &Snapshot<'_>) -> Result<Option<Turn>> {
        let now = self.running.agenda.now();
        let until = Some(now.plus_ms(1));
        let mut feed = |run: &Run, source, after| read(snapshot, run, source, after, now);
        loop {
            if let Some((turn, _)) = self.running.agenda.next(until, &mut feed)? {
                return Ok(Some(turn));
            }
            // Those whose senders have less room keep less for them.
            let mut has_more = false;
            for sender in std::mem::take(&mut self.used) {
                for campaign in scheduler::rows::waiting_for(snapshot, self.running.accounts[sender].id)? {
                    has_more |= self.add(snapshot, campaign)?;
                }
            }
            if !has_more {
                return Ok(None);
            }
            self.running.keep(snapshot)?;
        }
    }

    /// Uses a turn up.
    pub(super) fn take(&mut self, turn: &Turn) {
        self.running.agenda.take(turn);
        self.used.insert(self.running.agenda.runs[turn.run].links[turn.link].sender);
    }

    /// Takes someone out of a queue; what was kept for them is free for others.
    pub(super) fn dismiss(&mut self, snapshot: &Snapshot<'_>, turn: &Turn) -> Result<()> {
        self.running.agenda.dismiss(turn);
        if turn.from.is_kept() {
            let sender = self.running.agenda.runs[turn.run].links[turn.link].sender;
            for campaign in scheduler::rows::waiting_for(snapshot, self.running.accounts[sender].id)? {
                self.add(snapshot, campaign)?;
            }
            self.running.keep_of(snapshot, sender)?;
        }
        Ok(())
    }

    /// Stores what changed in the order of turns, and until when each campaign can be left alone: where more would be handed
    /// out now, not at all.
    pub(super) fn remember(&mut self, tx: &Tx<'_>, more: bool) -> Result<()> {
        let user = self.running.user().id;
        for (run, (assigned, last)) in std::mem::take(&mut self.before) {
            let its = &self.running.agenda.runs[run];
            let campaign = its.campaign;
            for ((_, link), before) in its.links.iter().zip(assigned) {
                if link.assigned != before {
                    let account = self.running.accounts[link.sender].id;
                    campaign::rows::set_assigned(tx, campaign, account, link.assigned)?;
                }
            }
            if let Some(number) = its.seniority.last.filter(|number| Some(*number) != last) {
                scheduler::rows::set_last_first(tx, user, campaign, number)?;
            }
            // Another version may know the zone.
            if !more && !its.lacks_zone {
                let wake = self.wake(tx, run)?;
                scheduler::rows::set_wake(tx, campaign, wake)?;
                let awaited = self.running.agenda.awaited(run);
                scheduler::rows::set_waiting(tx, campaign, awaited.into_iter())?;
            }
        }
        for (campaign, position) in std::mem::take(&mut self.running.without_follow_up) {
            scheduler::rows::refresh_follow_up(tx, campaign, position)?;
        }
        if !more {
            scheduler::rows::clear_stirred(tx, self.running.accounts.iter().map(|(_, account)| account.id))?;
        }
        Ok(())
    }

    /// An instant before which nothing happens in a campaign, unless something changes.
    fn wake(&mut self, snapshot: &Snapshot<'_>, run: RunIndex) -> Result<Option<Instant>> {
        let campaign = self.running.agenda.runs[run].campaign;
        let mut wake = self.running.agenda.wake_of_run(run);
        for lane in queue::rows::lanes(snapshot, campaign)? {
            let next = queue::rows::next_due(snapshot, campaign, lane, self.running.agenda.now())?;
            wake = [wake, next].into_iter().flatten().min();
        }
        Ok(wake)
    }
}

/// The next of a queue that are due, and whether others come after them.
fn read(snapshot: &Snapshot<'_>, run: &Run, source: Source, after: Option<Place>, now: Instant) -> Result<Fed> {
    let line = match source.from {
        From::Placed => return Ok(Fed::default()),
        From::Late => Line::Late,
        From::Begun => Line::Begun,
        From::First | From::Fresh => Line::First,
    };
    let sender = source.link.map(scheduler::Index::place).and_then(|place| u16::try_from(place).ok());
    let lane = sender.map_or(Lane::Fresh, |sender| Lane::Bound { line, sender, allowance: source.allowance });
    let places = queue::rows::due(snapshot, run.campaign, lane, after, now, CHUNK)?;
    let has_more = places.len() == CHUNK as usize;
    // Who is connected is asked when a message is handed out.
    Ok(Fed { places, has_more, connected: Vec::new() })
}

/// The first instant from now on at which a claim would change something. Of those in which something may happen at one
/// instant, it looks at one campaign first, and then at twice as many each time.
pub(super) fn next_due(snapshot: &Snapshot<'_>, user: &User, now: Instant) -> Result<Option<Instant>> {
    let stirred = scheduler::rows::stirred(snapshot, user.id)?;
    let mut seen: HashSet<CampaignId> = stirred.iter().copied().collect();
    // When something may happen in those that were found.
    let mut wakes: BinaryHeap<Reverse<(Instant, CampaignId)>> =
        stirred.into_iter().map(|campaign| Reverse((now, campaign))).collect();
    let (mut last, mut were_all) = (None, false);
    let (mut at, mut most) = (now, 1);
    loop {
        while !were_all && wakes.peek().is_none_or(|Reverse(first)| last.is_none_or(|(wake, _)| wake < first.0)) {
            let found = scheduler::rows::wakes(snapshot, user.id, last, most)?;
            were_all = found.len() < most;
            last = found.last().copied().or(last);
            let found = found.into_iter().filter(|(_, campaign)| seen.insert(*campaign));
            wakes.extend(found.map(Reverse));
        }
        let Some(Reverse((next, _))) = wakes.peek() else { return Ok(None) };
        if *next > at {
            (at, most) = (*next, 1);
        }
        let mut campaigns = Vec::new();
        while campaigns.len() < most
            && let Some(next) = wakes.peek_mut().filter(|next| next.0.0 <= at)
        {
            campaigns.push(PeekMut::pop(next).0.1);
        }
        for campaign in &campaigns {
            if queue::rows::has_waited(snapshot, *campaign, at)? {
                return Ok(Some(at));
            }
        }
        let mut look = Look::at(snapshot, user, &campaigns, at, LatePolicy::NextWindow, 0)?;
        if look.turn(snapshot)?.is_some() {
            return Ok(Some(at));
        }
        for run in look.running.campaigns.indexes() {
            let wake = look.wake(snapshot, run)?.filter(|wake| *wake > at);
            wakes.extend(wake.map(|wake| Reverse((wake, look.running.agenda.runs[run].campaign))));
        }
        most *= 2;
    }
}
