//! The scheduler of one user: its queues and limits at a present instant that only moves forward.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap, HashMap, HashSet};

use super::first_messages::{First, Pool};
use super::sender_hours::{Head, Shift, Stale};
use super::{
    ActiveCampaign, Arena, CampaignIndex, CampaignSenderIndex, CampaignZone, DueMessage, NewCampaign, OpeningHours,
    OpeningHoursIndex, PoolIndex, QueueKind, Sender, SenderIndex, ShiftIndex,
};
use crate::campaign::schedule::{Calendar, Span};
use crate::error::Result;
use crate::id::ProspectId;
use crate::sending::progress::{LimitClass, QueueEntry};
use crate::sending::reason::Reason;
use crate::time::Instant;

/// The queue of a campaign, or of one of its senders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Source {
    pub(crate) campaign: CampaignIndex,
    pub(crate) zone: CampaignZone,
    /// None for [`QueueKind::Fresh`].
    pub(crate) link: Option<CampaignSenderIndex>,
    pub(crate) from: QueueKind,
    pub(crate) class: LimitClass,
}

/// A queue entry for after an accepted invitation.
type Acceptance = (CampaignIndex, Option<CampaignSenderIndex>, QueueEntry, LimitClass);

/// How the number of follow-ups for which room is kept is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keeping {
    /// All follow-ups are in the queues and are counted there.
    Counted,
    /// [Set](Scheduler::keep) for the present day; a message stays handed out for the length of a lease.
    Told { lease_ms: i64 },
}

/// The active campaigns, their queues, and what their senders may still send.
pub(crate) struct Scheduler {
    pub(super) calendar: Calendar,
    pub(super) now: Instant,
    pub(super) today: Span,
    pub(crate) senders: Arena<SenderIndex, Sender>,
    pub(crate) campaigns: Arena<CampaignIndex, ActiveCampaign>,
    pub(super) openings: Arena<OpeningHoursIndex, OpeningHours>,
    pub(super) shifts: Arena<ShiftIndex, Shift>,
    pub(super) shift_of: HashMap<(SenderIndex, OpeningHoursIndex), ShiftIndex>,
    pub(super) always: OpeningHoursIndex,
    pub(super) pools: Arena<PoolIndex, Pool>,
    pub(super) pool_of: HashMap<Vec<ShiftIndex>, PoolIndex>,
    /// The next follow-up of each shift that is open; and the next campaign with a first message, of each pool.
    pub(super) begun: BTreeSet<Head>,
    pub(super) firsts: BTreeSet<First>,
    /// The shifts that must be evaluated, and when each of those that send nothing now may send again.
    pub(super) stale: Stale,
    scratch: Vec<(PoolIndex, LimitClass)>,
    pub(super) alarms: BinaryHeap<Reverse<(Instant, ShiftIndex)>>,
    /// When first messages of campaigns become due, or may go.
    pub(super) arrivals: BinaryHeap<Reverse<(Instant, CampaignIndex)>>,
    /// When invitations are accepted: until then, what follows them is unknown.
    pub(super) acceptances: BinaryHeap<Reverse<(Instant, Acceptance)>>,
    pub(super) to_refill: Vec<Source>,
    /// Campaigns whose limit is used up for the day, and those that have room for follow-ups only.
    pub(super) full: Vec<CampaignIndex>,
    pub(super) short: Vec<CampaignIndex>,
    pub(super) keeping: Keeping,
    /// The campaign of which it is noted what limits it, and what did on the days that are over.
    watched: Option<CampaignIndex>,
    limits: Vec<(Instant, Reason)>,
    /// How many first messages were handed out.
    pub(crate) first_messages: i64,
    /// Prospects that were connected before being invited.
    pub(crate) connected: HashSet<ProspectId>,
    /// Where the sequence goes on after an invitation that is sent again.
    pub(crate) resumes: HashMap<ProspectId, u16>,
    /// The old places in limits of messages that are to be handed out again.
    pub(crate) places: HashMap<ProspectId, Instant>,
}

/// The next entries of a queue.
#[derive(Debug, Default)]
pub(crate) struct QueuePage {
    /// In order.
    pub(crate) places: Vec<QueueEntry>,
    /// Whether others come after them.
    pub(crate) has_more: bool,
    /// Those of them that are connected.
    pub(crate) connected: Vec<ProspectId>,
}

/// Reads the next entries of a queue after one.
pub(crate) type Refill<'f> = dyn FnMut(&ActiveCampaign, Source, Option<QueueEntry>) -> Result<QueuePage> + 'f;

impl Scheduler {
    /// `calendar` is the user's, in which limits count their days.
    pub(crate) fn new(calendar: Calendar, now: Instant, first_messages: i64, keeping: Keeping) -> Self {
        let (_, today) = calendar.day(now);
        let mut openings = Arena::default();
        let always = openings.push(OpeningHours::default());
        Self {
            calendar,
            now,
            today,
            senders: Arena::default(),
            campaigns: Arena::default(),
            openings,
            shifts: Arena::default(),
            shift_of: HashMap::new(),
            always,
            pools: Arena::default(),
            pool_of: HashMap::new(),
            begun: BTreeSet::new(),
            firsts: BTreeSet::new(),
            stale: Stale::default(),
            scratch: Vec::new(),
            alarms: BinaryHeap::new(),
            arrivals: BinaryHeap::new(),
            acceptances: BinaryHeap::new(),
            to_refill: Vec::new(),
            full: Vec::new(),
            short: Vec::new(),
            keeping,
            watched: None,
            limits: Vec::new(),
            first_messages,
            connected: HashSet::new(),
            resumes: HashMap::new(),
            places: HashMap::new(),
        }
    }

    /// The hours of campaigns that may send at any time.
    pub(crate) const fn always(&self) -> OpeningHoursIndex {
        self.always
    }

    /// The present instant.
    pub(crate) const fn now(&self) -> Instant {
        self.now
    }

    pub(crate) const fn keeping(&self) -> Keeping {
        self.keeping
    }

    /// The present day of the user.
    pub(crate) const fn today(&self) -> Span {
        self.today
    }

    /// When the hours of the present day end, if they did not yet.
    pub(crate) fn closes_at(&mut self, opening: OpeningHoursIndex) -> Option<Instant> {
        self.openings[opening].closes_after(&self.calendar, self.now)
    }

    pub(crate) fn add_opening(&mut self, opening: OpeningHours) -> OpeningHoursIndex {
        self.openings.push(opening)
    }

    pub(crate) fn add_sender(&mut self, sender: Sender) -> SenderIndex {
        self.senders.push(sender)
    }

    pub(super) fn shift(&mut self, sender: SenderIndex, opening: OpeningHoursIndex) -> ShiftIndex {
        *self.shift_of.entry((sender, opening)).or_insert_with(|| {
            let shift = self.shifts.push(Shift::new(sender, opening));
            self.senders[sender].shifts.push(shift);
            shift
        })
    }

    /// Adds a campaign with empty queues.
    pub(crate) fn add_campaign(&mut self, new: NewCampaign) -> CampaignIndex {
        let NewCampaign { id, lacks_zone, daily, assigned, zones, seniority } = new;
        let campaign = self.campaigns.push(ActiveCampaign {
            id,
            lacks_zone,
            daily,
            last: None,
            links: Arena::default(),
            zones: Arena::default(),
            zones_of: Vec::new(),
            assigned: assigned.into_iter().collect(),
            seniority,
            entries: Vec::new(),
            standing: seniority,
            arrival: None,
            is_full: false,
            is_short: false,
            known: None,
            changes: 0,
        });
        for zone in zones {
            self.add_zone(campaign, zone);
        }
        campaign
    }

    /// Gives a queue its next entries.
    pub(crate) fn refill(&mut self, source: Source, page: QueuePage) {
        let Source { campaign, zone, link, from, class } = source;
        let QueuePage { places, has_more, connected } = page;
        self.connected.extend(connected);
        if let Some(link) = link {
            if from.is_kept() && self.keeping == Keeping::Counted {
                for place in &places {
                    self.count(campaign, link, class, place.due, true);
                }
            }
            self.campaigns[campaign].links[link].queues[(from, class)].refill(places, has_more);
        } else {
            self.campaigns[campaign].zones[zone].fresh.refill(places, has_more);
        }
        self.update_order(source);
    }

    /// Updates the order after the first entry of a queue changed.
    pub(super) fn update_order(&mut self, source: Source) {
        let Source { campaign, zone, link, from, class } = source;
        let queue = match link {
            Some(link) => &self.campaigns[campaign].links[link].queues[(from, class)],
            None => &self.campaigns[campaign].zones[zone].fresh,
        };
        if queue.needs_refill() {
            self.to_refill.push(source);
        }
        match link.filter(|_| !from.is_first()) {
            Some(link) => self.set_head(campaign, link, from, class),
            None => self.set_firsts(campaign),
        }
    }

    pub(super) fn set_head(
        &mut self,
        campaign: CampaignIndex,
        link: CampaignSenderIndex,
        from: QueueKind,
        class: LimitClass,
    ) {
        let its = &mut self.campaigns[campaign];
        let is_kept_back = its.lacks_zone || (its.is_full && from != QueueKind::Placed);
        let link_ = &mut its.links[link];
        let queue = &link_.queues[(from, class)];
        let first = queue.first().filter(|_| !is_kept_back && link_.can_send && !queue.needs_refill());
        let shift = if from == QueueKind::Late { link_.late_shift } else { link_.shift };
        let head = &mut link_.heads[(from, class)];
        if *head == first {
            return;
        }
        let before = std::mem::replace(head, first);
        let heads = self.shifts[shift].heads_mut(from, class);
        if let Some(place) = before {
            heads.remove(&(place, campaign, link, from));
            if place.due <= self.now {
                self.stale.mark(&mut self.shifts, shift);
            }
        }
        if let Some(place) = first {
            self.shifts[shift].heads_mut(from, class).insert((place, campaign, link, from));
            self.wake_at(shift, place.due);
        }
    }

    /// Updates the entries of a campaign in the order of first messages.
    pub(super) fn set_firsts(&mut self, campaign: CampaignIndex) {
        let mut entries = std::mem::take(&mut self.scratch);
        entries.clear();
        let arrival = self.firsts_of(campaign, &mut entries);
        let its = &mut self.campaigns[campaign];
        if its.standing != its.seniority || its.entries != entries {
            let before = std::mem::replace(&mut its.standing, its.seniority);
            std::mem::swap(&mut its.entries, &mut entries);
            for (pool, class) in &entries {
                self.pools[*pool].firsts[*class].remove(&(before, campaign, *pool, *class));
            }
            for (pool, class) in &its.entries {
                self.pools[*pool].firsts[*class].insert((its.standing, campaign, *pool, *class));
            }
            entries.extend(&self.campaigns[campaign].entries);
            for (pool, class) in entries.iter().copied() {
                self.rank(pool, class);
            }
        }
        self.scratch = entries;
        if let Some(at) = arrival {
            self.arrive(campaign, at);
        }
    }

    /// Looks at the first messages of a campaign again at an instant.
    pub(super) fn arrive(&mut self, campaign: CampaignIndex, at: Instant) {
        let arrival = &mut self.campaigns[campaign].arrival;
        if arrival.is_none_or(|before| at < before) {
            *arrival = Some(at);
            self.arrivals.push(Reverse((at, campaign)));
        }
    }

    /// The entries of a campaign in the order of first messages, and when they may change.
    fn firsts_of(&self, campaign: CampaignIndex, entries: &mut Vec<(PoolIndex, LimitClass)>) -> Option<Instant> {
        let its = &self.campaigns[campaign];
        if its.lacks_zone || its.is_full || its.is_short {
            return None;
        }
        let mut arrival: Option<Instant> = None;
        let mut consider = |pool: PoolIndex, place: QueueEntry, class: LimitClass| {
            if place.due > self.now {
                arrival = Some(arrival.map_or(place.due, |at| at.min(place.due)));
            } else if !self.pools[pool].shifts.is_empty() {
                entries.push((pool, class));
            }
        };
        for (_, zone) in its.zones.iter() {
            if let Some(place) = zone.fresh.first().filter(|_| !zone.fresh.needs_refill())
                && let Some(kind) = zone.route.kind(place.position)
            {
                consider(zone.pool, place, LimitClass::of(kind));
            }
        }
        for (_, link) in its.links.iter() {
            for class in LimitClass::ALL {
                if let Some(place) = link.queues[(QueueKind::First, class)].first() {
                    consider(link.pool, place, class);
                }
            }
        }
        arrival
    }

    /// Evaluates a shift again at an instant, or now if it has come.
    pub(super) fn wake_at(&mut self, shift: ShiftIndex, at: Instant) {
        let its = &mut self.shifts[shift];
        if at <= self.now {
            self.stale.mark(&mut self.shifts, shift);
        } else if !its.is_stale && !its.is_active && its.wake.is_none_or(|wake| at < wake) {
            its.wake = Some(at);
            self.alarms.push(Reverse((at, shift)));
        }
    }

    /// The room of a sender changed.
    pub(super) fn change(&mut self, sender: SenderIndex) {
        let its = &mut self.senders[sender];
        its.change();
        for shift in &its.shifts {
            self.stale.mark(&mut self.shifts, *shift);
        }
    }

    /// Notes from now on what limits a campaign on each day.
    pub(crate) fn watch(&mut self, campaign: CampaignIndex) {
        self.watched = Some(campaign);
    }

    /// What limited the watched campaign on the day that begins at an instant.
    pub(crate) fn limit_on(&mut self, day: Instant) -> Option<Reason> {
        match self.watched {
            Some(campaign) if day == self.today.start => self.limit_of(campaign),
            _ => {
                let place = self.limits.binary_search_by_key(&day, |(day, _)| *day).ok()?;
                self.limits.get(place).map(|(_, limit)| *limit)
            }
        }
    }

    fn advance(&mut self, now: Instant) {
        if let Some(campaign) = self.watched.filter(|_| now >= self.today.end) {
            let limit = self.limit_of(campaign);
            self.limits.extend(limit.map(|limit| (self.today.start, limit)));
        }
        self.now = now;
        if now >= self.today.end {
            self.today = self.calendar.day(now).1;
            self.refresh();
            self.displace();
        }
        while let Some((_, shift)) = pop_reached(&mut self.alarms, now) {
            if self.shifts[shift].wake.take_if(|at| *at <= now).is_some() {
                self.stale.mark(&mut self.shifts, shift);
            }
        }
        while let Some((_, (campaign, link, place, class))) = pop_reached(&mut self.acceptances, now) {
            self.join(campaign, link, place, class);
        }
        while let Some((_, campaign)) = pop_reached(&mut self.arrivals, now) {
            self.campaigns[campaign].arrival = None;
            if std::mem::take(&mut self.campaigns[campaign].is_short) {
                self.short.retain(|short| *short != campaign);
            }
            self.set_firsts(campaign);
        }
    }

    /// Resumes the campaigns whose limit, or room for first messages, was used up for the day.
    fn refresh(&mut self) {
        for campaign in [std::mem::take(&mut self.full), std::mem::take(&mut self.short)].concat() {
            (self.campaigns[campaign].is_full, self.campaigns[campaign].is_short) = (false, false);
            self.set_heads(campaign);
        }
    }

    /// Moves messages whose place in the limits is of a day before back to the follow-ups.
    fn displace(&mut self) {
        for shift in self.shifts.indexes() {
            while let Some((place, campaign, link, from)) = self.shifts[shift].placed.first().copied() {
                let Some(kind) = self.campaigns[campaign].own_zone().route.kind(place.position) else { break };
                self.leave(&DueMessage { campaign, link, from, place, kind });
                self.join(campaign, Some(link), place, LimitClass::of(kind));
            }
        }
    }

    pub(super) fn set_heads(&mut self, campaign: CampaignIndex) {
        for link in self.campaigns[campaign].links.indexes() {
            for from in [QueueKind::Late, QueueKind::Begun] {
                for class in LimitClass::ALL {
                    self.set_head(campaign, link, from, class);
                }
            }
        }
        self.set_firsts(campaign);
    }

    /// The first message from now on, before `until`, to [take](Self::take) or to [dismiss](Self::dismiss), and its instant,
    /// which is the present one from then on.
    pub(crate) fn next(
        &mut self,
        until: Option<Instant>,
        refill: &mut Refill<'_>,
    ) -> Result<Option<(DueMessage, Instant)>> {
        loop {
            while let Some(source) = self.to_refill.pop() {
                let campaign = &self.campaigns[source.campaign];
                let last = match source.link {
                    Some(link) => campaign.links[link].queues[(source.from, source.class)].last(),
                    None => campaign.zones[source.zone].fresh.last(),
                };
                let page = refill(campaign, source, last)?;
                self.refill(source, page);
            }
            if let Some(message) = self.next_due() {
                return Ok(Some((message, self.now)));
            }
            let alarm = self.alarms.peek().map(|Reverse((at, _))| *at);
            let arrival = self.arrivals.peek().map(|Reverse((at, _))| *at);
            let day = (!self.full.is_empty() || !self.short.is_empty()).then_some(self.today.end);
            let acceptance = self.acceptances.peek().map(|Reverse((at, _))| *at);
            let next = [alarm, arrival, acceptance, day].into_iter().flatten().min();
            match next.filter(|at| until.is_none_or(|until| *at < until)) {
                Some(at) => self.advance(at),
                None => return Ok(None),
            }
        }
    }
}

/// Takes the first out of a heap if its instant has come.
fn pop_reached<T: Ord>(heap: &mut BinaryHeap<Reverse<(Instant, T)>>, now: Instant) -> Option<(Instant, T)> {
    heap.peek().is_some_and(|Reverse((at, _))| *at <= now).then(|| heap.pop()).flatten().map(|reached| reached.0)
}
