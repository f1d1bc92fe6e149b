//! Loads the campaigns of a user, their senders and what these sent already into a [`Scheduler`].

use std::collections::HashMap;
use std::sync::Arc;

use super::{
    Arena, CampaignIndex, CampaignSenderIndex, Daily, Gap, Health, Keeping, NewCampaign, NewCampaignSender,
    OpeningHours, OpeningHoursIndex, PerClass, Scheduler, Sender, SenderIndex, SenderLimits, Zone, rows, week_before,
};
use crate::account::{self, Account, AccountStatus};
use crate::campaign::schedule::{Calendar, Hours, OpenDates, Schedule, TimeZone};
use crate::campaign::{self, Campaign};
use crate::channel::Channel;
use crate::error::{Issue, Result};
use crate::id::{AccountId, CampaignId};
use crate::message::MessageTemplates;
use crate::sending::failing_sender::{self, Rest};
use crate::sending::limit_usage;
use crate::sending::progress::{self, LimitClass, Next, Progress, QueueKey, Route, SenderQueue};
use crate::store::{Snapshot, or_corrupt};
use crate::time::Instant;
use crate::user::{self, User};

/// The campaigns and accounts that are loaded into a scheduler.
pub(crate) struct Loaded {
    pub(crate) scheduler: Scheduler,
    /// Each with the templates of its messages.
    pub(crate) campaigns: Arena<CampaignIndex, (Campaign, MessageTemplates)>,
    pub(crate) accounts: Arena<SenderIndex, Account>,
    user: User,
    senders: HashMap<AccountId, SenderIndex>,
    /// The hours seen so far: those of a campaign and of an account, and the zone of the dates where some are blacked out.
    openings: Vec<([Option<Schedule>; 2], Option<Zone>, OpeningHoursIndex)>,
    zones: Arena<Zone, TimeZone>,
    indexes: HashMap<CampaignId, CampaignIndex>,
    /// Where no follow-ups of today were found: a campaign and the position of a sender in it.
    pub(crate) without_follow_up: Vec<(CampaignId, u16)>,
}

/// The zones that the messages of a campaign need and that this version does not know: until it does, none is sent. The days
/// of its limits are the user's.
pub(crate) fn unknown_zones(user: &User, campaign: &Campaign) -> Vec<Issue> {
    let hours = campaign.settings.linkedin().and_then(|linkedin| linkedin.operating_hours.time_zone());
    let zones = [("operating_hours.time_zone", hours), ("time_zone", Some(&user.time_zone))];
    zones.into_iter().filter_map(|(path, zone)| Some(Issue::new(path, zone?.problem()?))).collect()
}

/// The hours of a campaign, where it has some.
fn hours(campaign: &Campaign) -> Option<&Schedule> {
    campaign.settings.linkedin().map(|linkedin| &linkedin.operating_hours)
}

/// The zone of the messages of a campaign: of its hours, where it has none of those of the sender, or else the user's.
fn zone<'z>(user: &'z User, hours: Option<&'z Schedule>, sender: Option<&'z Account>) -> &'z TimeZone {
    let of_sender = || sender.and_then(|account| account.pacing.sending_hours.as_ref());
    hours.or_else(of_sender).and_then(Schedule::time_zone).unwrap_or(&user.time_zone)
}

fn route_in(user: &User, campaign: &Campaign, zone: &TimeZone) -> Result<Route> {
    Ok(Route::of(campaign, Calendar::of(zone)?, user.blackout_dates.closed().clone(), user.acceptance_days))
}

/// The route through a campaign's sequence, for those without a sender, and for all in a LinkedIn campaign.
pub(crate) fn route(user: &User, campaign: &Campaign) -> Result<Route> {
    route_in(user, campaign, zone(user, hours(campaign), None))
}

/// The route of what an account sends.
pub(crate) fn route_of(snapshot: &Snapshot<'_>, user: &User, campaign: &Campaign, sender: AccountId) -> Result<Route> {
    let sender = match campaign.settings.email() {
        Some(_) => account::rows::find(snapshot, user.id, sender)?,
        None => None,
    };
    route_in(user, campaign, zone(user, hours(campaign), sender.as_ref()))
}

/// Hours that all have to be open.
pub(crate) fn opening_hours<'h>(user: &User, all: impl Iterator<Item = &'h Schedule>) -> Result<OpeningHours> {
    let hours = all.map(|hours| Hours::new(hours.clone(), &user.time_zone));
    Ok(OpeningHours::of(hours.collect::<Result<_>>()?))
}

/// When an account sends the messages of a campaign: in the hours of both, and on no blackout date.
pub(crate) fn opening(user: &User, campaign: &Campaign, sender: &Account) -> Result<OpeningHours> {
    let hours = hours(campaign);
    let both = [hours, sender.pacing.sending_hours.as_ref()];
    let dates = open_dates(user, zone(user, hours, Some(sender)))?;
    Ok(opening_hours(user, both.into_iter().flatten())?.on(dates))
}

/// The dates of a zone on which something goes; none where it is every one.
fn open_dates(user: &User, zone: &TimeZone) -> Result<Option<OpenDates>> {
    let closed = user.blackout_dates.closed();
    Ok(if closed.is_empty() { None } else { Some(OpenDates::new(Calendar::of(zone)?, closed.clone())) })
}

impl Loaded {
    /// Without campaigns yet. Messages that the senders of campaigns sent will count as of the instant `at`.
    pub(crate) fn new(snapshot: &Snapshot<'_>, user: &User, at: Instant, keeping: Keeping) -> Result<Self> {
        let calendar = Calendar::of(&user.time_zone)?;
        let first_messages = user::rows::first_messages(snapshot, user.id)?;
        Ok(Self {
            scheduler: Scheduler::new(calendar, at, first_messages, keeping),
            campaigns: Arena::default(),
            accounts: Arena::default(),
            user: user.clone(),
            senders: HashMap::new(),
            openings: Vec::new(),
            zones: Arena::default(),
            indexes: HashMap::new(),
            without_follow_up: Vec::new(),
        })
    }

    pub(crate) fn user(&self) -> &User {
        &self.user
    }

    /// Adds a campaign with empty queues. `lets_late_go`: whether its late messages ignore its hours.
    pub(crate) fn add(
        &mut self,
        snapshot: &Snapshot<'_>,
        campaign: Campaign,
        lets_late_go: bool,
    ) -> Result<CampaignIndex> {
        let templates = MessageTemplates::of(&campaign);
        let hours = hours(&campaign);
        let own_zone = self.zone(zone(&self.user, hours, None).clone());
        let own_route = Arc::new(route(&self.user, &campaign)?);
        let mut senders = Vec::with_capacity(campaign.sender_account_ids.len());
        for (account, assigned) in campaign::rows::assigned(snapshot, campaign.id)? {
            let sender = self.sender(snapshot, account)?;
            let account = &self.accounts[sender];
            let can_send = templates.can_be_sent_by(account) && account.pacing.knows_zone();
            let zone = self.zone(zone(&self.user, hours, Some(account)).clone());
            let route = match zone == own_zone {
                true => own_route.clone(),
                false => Arc::new(route_in(&self.user, &campaign, &self.zones[zone])?),
            };
            let opening = self.opening(hours, sender, zone)?;
            let late_opening = if lets_late_go { self.opening(None, sender, zone)? } else { opening };
            senders.push(NewCampaignSender { sender, assigned, can_send, opening, late_opening, route, zone });
        }
        let daily = match campaign.settings.email() {
            Some(email) => {
                let used = limit_usage::rows::count_of_campaign(snapshot, campaign.id, self.scheduler.today())?;
                Some(Daily::new(u32::from(email.daily_limit()), used, self.scheduler.today().start))
            }
            None => None,
        };
        let launched = campaign.status.launched_at().unwrap_or(self.scheduler.now());
        let id = campaign.id;
        let index = self.scheduler.add_campaign(NewCampaign {
            id,
            lacks_zone: !unknown_zones(&self.user, &campaign).is_empty(),
            daily,
            route: own_route,
            senders,
            seniority: rows::seniority(snapshot, id, launched)?,
        });
        self.campaigns.push((campaign, templates));
        self.indexes.insert(id, index);
        Ok(index)
    }

    /// The campaign of this id, if it was added.
    pub(crate) fn index_of(&self, campaign: CampaignId) -> Option<CampaignIndex> {
        self.indexes.get(&campaign).copied()
    }

    /// The account of a sender of a campaign.
    pub(crate) fn account(&self, index: CampaignIndex, link: CampaignSenderIndex) -> &Account {
        &self.accounts[self.scheduler.campaigns[index].links[link].sender]
    }

    /// The hours of a campaign, where it has some, in which an account sends, too; in a zone whose dates count.
    fn opening(&mut self, hours: Option<&Schedule>, sender: SenderIndex, zone: Zone) -> Result<OpeningHoursIndex> {
        let both = [hours, self.accounts[sender].pacing.sending_hours.as_ref()];
        let dates = open_dates(&self.user, &self.zones[zone])?;
        let zone = dates.as_ref().map(|_| zone);
        if both == [None, None] && zone.is_none() {
            return Ok(self.scheduler.always());
        }
        let is_both = |known: &[Option<Schedule>; 2]| known.iter().map(Option::as_ref).eq(both);
        if let Some((.., opening)) = self.openings.iter().find(|(known, of, _)| *of == zone && is_both(known)) {
            return Ok(*opening);
        }
        let both = both.map(Option::<&Schedule>::cloned);
        let opening = self.scheduler.add_opening(opening_hours(&self.user, both.iter().flatten())?.on(dates));
        self.openings.push((both, zone, opening));
        Ok(opening)
    }

    fn zone(&mut self, zone: TimeZone) -> Zone {
        let known = self.zones.iter().find(|(_, known)| **known == zone).map(|(index, _)| index);
        known.unwrap_or_else(|| self.zones.push(zone))
    }

    /// An account, which is loaded once for all campaigns.
    fn sender(&mut self, snapshot: &Snapshot<'_>, id: AccountId) -> Result<SenderIndex> {
        if let Some(sender) = self.senders.get(&id) {
            return Ok(*sender);
        }
        let account = or_corrupt(account::rows::find(snapshot, self.user.id, id)?)?;
        let used = limit_usage::rows::count_of_account(snapshot, id, self.scheduler.today())?;
        let recent = match account.channel() {
            Channel::Email => Vec::new(),
            Channel::Linkedin => limit_usage::rows::since(snapshot, id, week_before(self.scheduler.now()))?,
        };
        let so_far = account::rows::hand_outs(snapshot, id)?;
        let limits = SenderLimits::of(&account, so_far.ramp_up_began, used, self.scheduler.today().start, &recent);
        let health = self.health(failing_sender::rows::of(snapshot, id)?);
        let is_connected = account.status == AccountStatus::Connected;
        let gap = Gap::of(&account, so_far);
        let sender = self.scheduler.add_sender(Sender::new(is_connected, health, limits, gap));
        self.accounts.push(account);
        self.senders.insert(id, sender);
        Ok(sender)
    }

    /// Whether an account works. A plan assumes that messages which are handed out are sent.
    fn health(&self, rest: Option<Rest>) -> Health {
        match rest {
            None => Health::Works,
            Some(Rest { until, probe_until }) => {
                match (probe_until.filter(|until| *until > self.scheduler.now()), self.scheduler.keeping()) {
                    (None, _) => Health::Rests(until),
                    (Some(_), Keeping::Counted) => Health::Works,
                    (Some(until), Keeping::Told { .. }) => Health::Probed(until),
                }
            }
        }
    }

    /// Counts the follow-ups of today for which each of the senders keeps room, in all active campaigns
    /// (`docs/rules.md#kept-room`).
    pub(crate) fn keep(&mut self, snapshot: &Snapshot<'_>) -> Result<()> {
        for sender in self.accounts.indexes() {
            self.keep_of(snapshot, sender)?;
        }
        Ok(())
    }

    /// The same for one sender.
    pub(crate) fn keep_of(&mut self, snapshot: &Snapshot<'_>, sender: SenderIndex) -> Result<()> {
        self.scheduler.keep_nothing(sender);
        let room = self.scheduler.senders[sender].limits.room(self.scheduler.today());
        // The room that campaigns which were not added keep is counted only until nothing is left.
        let mut left = room;
        let account = self.accounts[sender].id;
        for (campaign, position, hours) in rows::follow_ups(snapshot, account, self.scheduler.today().end)? {
            let hours = hours.map(|hours| or_corrupt(Schedule::stored(&hours))).transpose()?;
            let zone = self.zone(zone(&self.user, hours.as_ref(), Some(&self.accounts[sender])).clone());
            let opening = self.opening(hours.as_ref(), sender, zone)?;
            let Some(close) = self.scheduler.closes_at(opening) else { continue };
            let link = self
                .index_of(campaign)
                .and_then(|index| Some((index, self.scheduler.campaigns[index].links.at(position.into())?)));
            let most = if link.is_some() { room } else { left };
            let mut kept = PerClass::<u32>::default();
            for class in LimitClass::ALL {
                let lane = |line| QueueKey::Bound { line, sender: position, class };
                for line in [SenderQueue::Begun, SenderQueue::Late] {
                    kept[class] += progress::rows::count_due(snapshot, campaign, lane(line), close, most)?;
                }
                for progress in progress::rows::handed(snapshot, campaign, lane(SenderQueue::Handed))? {
                    if let Some(class) = self.kept_for(snapshot, sender, &progress, class, close)? {
                        kept[class] += 1;
                    }
                }
            }
            let mut of_link = 0;
            for class in LimitClass::ALL {
                self.scheduler.keep(sender, opening, class, kept[class]);
                of_link += kept[class];
            }
            if of_link == 0 {
                self.without_follow_up.push((campaign, position));
            }
            match link {
                Some((index, link)) => self.scheduler.keep_link(index, link, of_link),
                None => left = left.saturating_sub(of_link),
            }
        }
        Ok(())
    }

    /// The limit class in which a message that was handed out keeps room: for its follow-up, while it is handed out, and for
    /// itself if its place is of another day.
    fn kept_for(
        &self,
        snapshot: &Snapshot<'_>,
        sender: SenderIndex,
        progress: &Progress,
        class: LimitClass,
        close: Instant,
    ) -> Result<Option<LimitClass>> {
        if !progress.is_leased(self.scheduler.now()) {
            let has_place = progress.has_place_on(self.scheduler.today());
            return Ok((!has_place && progress.due() < close).then_some(class));
        }
        let claimed = progress.place.unwrap_or(self.scheduler.now());
        let next = match self.index_of(progress.campaign) {
            Some(index) => {
                let its = &self.scheduler.campaigns[index];
                let link = progress.sender.and_then(|link| its.links.at(link.into()));
                progress.after(its.route(link), claimed)
            }
            None => {
                let campaign = or_corrupt(campaign::rows::find(snapshot, self.user.id, progress.campaign)?)?;
                let zone = zone(&self.user, hours(&campaign), Some(&self.accounts[sender]));
                progress.after(&route_in(&self.user, &campaign, zone)?, claimed)
            }
        };
        Ok(match next {
            Next::Send { kind, due, .. } if due < close => Some(LimitClass::of(kind)),
            _ => None,
        })
    }
}
