//! The scheduler: which message is next, from which sender and when (`docs/rules.md#claims`). It is a function of values,
//! and claims, plans, forecasts and explanations use it.

mod arena;
mod days;
mod entry;
mod first_messages;
mod gap;
mod keep;
mod kept_room;
mod limit;
pub(crate) mod load;
mod obstacle;
mod order;
mod per_class;
mod queue;
pub(crate) mod rows;
mod sender_hours;
mod spread;
mod state;
mod transitions;
mod wake;
mod zones;

use std::hash::Hasher;
use std::sync::Arc;

use siphasher::sip::SipHasher13;

use crate::account::rows::HandOuts;
use crate::id::{CampaignId, ProspectId};
use crate::sending::progress::{LimitClass, Next, QueueEntry, Route, SenderQueue};
use crate::sending::task::TaskType;
use crate::time::Instant;
use arena::index;
pub(crate) use arena::{Arena, Index};
pub(crate) use days::{Kept, OpeningHours};
pub(crate) use entry::Entry;
pub(crate) use gap::Gap;
pub(crate) use limit::{Daily, SenderLimits, week_before};
pub(crate) use obstacle::HeldQueue;
pub(crate) use order::Seniority;
pub(crate) use per_class::{PerClass, PerQueue};
pub(crate) use queue::Queue;
pub(crate) use state::{Keeping, QueuePage, Scheduler, Source};
pub(crate) use wake::Wake;
pub(crate) use zones::{NewCampaignZone, ZonePeople};

index!(
    #[doc = "A campaign of a scheduler."]
    CampaignIndex,
    #[doc = "A sender of a scheduler."]
    SenderIndex,
    #[doc = "A sender of one campaign in one of its zones."]
    CampaignSenderIndex,
    #[doc = "Hours that messages have in common."]
    OpeningHoursIndex,
    #[doc = "A time zone in which delays count."]
    Zone,
    #[doc = "A zone of one campaign: its place among those in which its messages are read. The first is that of people\nwithout one."]
    CampaignZone,
    #[doc = "The position of a sender in one campaign."]
    SenderPosition,
    #[doc = "A sender in the hours of some campaigns."]
    ShiftIndex,
    #[doc = "Shifts of which each can send the same first messages."]
    PoolIndex
);

/// Whether a sender works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Health {
    Works,
    /// It failed: it sends nothing before an instant, and then one message.
    Rests(Instant),
    /// That message is handed out, up to an instant.
    Probed(Instant),
}

/// An account with what it may still send, over all campaigns.
pub(crate) struct Sender {
    pub(crate) is_connected: bool,
    pub(crate) health: Health,
    pub(crate) limits: SenderLimits,
    pub(crate) gap: Gap,
    /// Where it appears.
    shifts: Vec<ShiftIndex>,
    /// Whether it has room for first messages, and at which instant.
    known: PerClass<Option<(Instant, bool)>>,
    /// How often its room changed.
    changes: u64,
}

impl Sender {
    pub(crate) const fn new(is_connected: bool, health: Health, limits: SenderLimits, gap: Gap) -> Self {
        Self { is_connected, health, limits, gap, shifts: Vec::new(), known: PerClass::of_none(), changes: 0 }
    }

    /// Its room changed.
    fn change(&mut self) {
        self.known = PerClass::of_none();
        self.changes += 1;
    }

    /// The first instant from `at` on at which it may send at all.
    fn up(&self, at: Instant) -> Option<Instant> {
        let at = self.gap.over().map_or(at, |over| at.max(over));
        if self.is_connected { Some(self.rested(at)) } else { None }
    }

    /// What to store of what it handed out.
    pub(crate) fn hand_outs(&self) -> HandOuts {
        let (count, last) = self.gap.so_far();
        HandOuts { count, last, ramp_up_began: self.limits.ramp_up_began() }
    }

    /// The first instant from `at` on at which it does not rest.
    fn rested(&self, at: Instant) -> Instant {
        match self.health {
            Health::Works => at,
            Health::Rests(until) | Health::Probed(until) => at.max(until),
        }
    }
}

/// The queue of a sender in one campaign from which a message comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum QueueKind {
    /// Messages that have a place in the limits of the day.
    Placed,
    /// Late messages, which ignore the hours.
    Late,
    Begun,
    /// First messages that were deferred.
    First,
    /// People of the campaign without a sender.
    Fresh,
}

impl QueueKind {
    pub(crate) const BOUND: [Self; 4] = [Self::Placed, Self::Late, Self::Begun, Self::First];

    /// Whether it is a first message.
    pub(crate) const fn is_first(self) -> bool {
        matches!(self, Self::First | Self::Fresh)
    }

    /// Whether a day keeps room for it.
    pub(crate) const fn is_kept(self) -> bool {
        matches!(self, Self::Late | Self::Begun)
    }

    /// The queue for a stored one: of what was handed out, it depends on whether the message has a place in the limits of the
    /// day.
    pub(crate) const fn of(line: SenderQueue, has_place: bool) -> Self {
        match line {
            SenderQueue::Handed if has_place => Self::Placed,
            SenderQueue::Begun | SenderQueue::Handed => Self::Begun,
            SenderQueue::First => Self::First,
            SenderQueue::Late => Self::Late,
        }
    }
}

/// A sender of one campaign, for the people of one zone.
pub(crate) struct CampaignSender {
    pub(crate) sender: SenderIndex,
    pub(crate) position: SenderPosition,
    in_zone: CampaignZone,
    /// Whether it has every value that the campaign's messages need of their sender.
    can_send: bool,
    /// The hours in which it sends the campaign's messages.
    opening: OpeningHoursIndex,
    /// The route of those that it sends, in one of the zones of the scheduler.
    route: Arc<Route>,
    zone: Zone,
    queues: PerQueue<Queue>,
    /// The first entry of each, as it stands in the order of its shift.
    heads: PerQueue<Option<QueueEntry>>,
    kept: Kept,
    shift: ShiftIndex,
    /// The shift of late messages.
    late_shift: ShiftIndex,
    /// The pool of its own first messages: its shift alone, if it can send the messages.
    pool: PoolIndex,
}

/// What the next step after a message depends on: the same for most messages that are sent at one instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Sent {
    zone: Zone,
    position: u16,
    at: Instant,
    resume: Option<u16>,
    is_connected: bool,
}

/// An active campaign.
pub(crate) struct ActiveCampaign {
    pub(crate) id: CampaignId,
    /// Whether this version does not know a zone that its messages need: none is sent.
    pub(crate) lacks_zone: bool,
    /// None where only its senders are limited.
    daily: Option<Daily>,
    /// The next step after its last message, as a cache.
    last: Option<(Sent, Next)>,
    /// For each zone, all senders in their order.
    pub(crate) links: Arena<CampaignSenderIndex, CampaignSender>,
    pub(crate) zones: Arena<CampaignZone, ZonePeople>,
    /// The zones of those whom it follows, in the order of their ids, as far as they are known.
    pub(crate) zones_of: Vec<(ProspectId, CampaignZone)>,
    /// How many prospects of the campaign each sender was assigned to.
    pub(crate) assigned: Arena<SenderPosition, u32>,
    pub(crate) seniority: Seniority,
    /// Its entries in the order of first messages, and their seniority.
    entries: Vec<(PoolIndex, LimitClass)>,
    standing: Seniority,
    /// When it enters that order again.
    arrival: Option<Instant>,
    /// Whether its limit is used up for the day.
    is_full: bool,
    /// Whether its limit leaves room for follow-ups only.
    is_short: bool,
    /// Whether it has room for first messages: at which instant, and after how many changes.
    known: Option<(Instant, u64, bool)>,
    changes: u64,
}

/// What a [`Scheduler`] needs to know about a campaign.
pub(crate) struct NewCampaign {
    pub(crate) id: CampaignId,
    pub(crate) lacks_zone: bool,
    pub(crate) daily: Option<Daily>,
    /// How many prospects each sender has, in their order.
    pub(crate) assigned: Vec<u32>,
    /// The first is that of people without one.
    pub(crate) zones: Vec<NewCampaignZone>,
    pub(crate) seniority: Seniority,
}

/// What a [`Scheduler`] needs to know about a sender of a campaign in a zone.
pub(crate) struct NewCampaignSender {
    pub(crate) sender: SenderIndex,
    /// Whether it can send the messages.
    pub(crate) can_send: bool,
    /// When it sends them, and those that are late.
    pub(crate) opening: OpeningHoursIndex,
    pub(crate) late_opening: OpeningHoursIndex,
    /// The route of those that it sends, and the zone of that: the same number for the same zone.
    pub(crate) route: Arc<Route>,
    pub(crate) zone: Zone,
}

/// One message to send.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DueMessage {
    pub(crate) campaign: CampaignIndex,
    pub(crate) link: CampaignSenderIndex,
    pub(crate) from: QueueKind,
    pub(crate) place: QueueEntry,
    pub(crate) kind: TaskType,
}

/// Assumptions about the future behaviour of prospects.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Assumptions {
    /// How many minutes after an invitation it is accepted; none: never.
    pub(crate) accepted_after_minutes: Option<u32>,
    /// The part of the invitations that are accepted, from 0 to 1.
    pub(crate) acceptance_rate: f64,
}

impl Assumptions {
    /// When a prospect accepts an invitation that was sent at an instant.
    pub(crate) fn accepted_at(self, sent: Instant, prospect: ProspectId) -> Option<Instant> {
        let minutes = self.accepted_after_minutes.filter(|_| self.accepts(prospect))?;
        Some(sent.plus_ms(i64::from(minutes) * 60_000))
    }

    /// Depends on the prospect alone: a higher rate adds some.
    fn accepts(self, prospect: ProspectId) -> bool {
        let mut hasher = SipHasher13::new();
        hasher.write(prospect.as_bytes());
        // The 53 bits that a float has.
        let part = (hasher.finish() >> 11) as f64 / (1_u64 << 53) as f64;
        part < self.acceptance_rate
    }
}
