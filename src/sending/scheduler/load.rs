//! Loads the campaigns of a user, their senders and what these sent already into a [`Scheduler`].

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use super::{
    Arena, CampaignIndex, CampaignSenderIndex, Daily, Gap, Health, Keeping, NewCampaign, NewCampaignSender,
    NewCampaignZone, OpeningHours, OpeningHoursIndex, Scheduler, Sender, SenderIndex, SenderLimits, Zone, rows,
    week_before,
};
use crate::account::{self, Account, AccountStatus};
use crate::campaign::schedule::{Calendar, Hours, OpenDates, Schedule, TimeZone};
use crate::campaign::{self, Campaign};
use crate::channel::Channel;
use crate::error::{Issue, Result};
use crate::id::{AccountId, CampaignId, ProspectId};
use crate::message::MessageTemplates;
use crate::sending::failing_sender::{self, Rest};
use crate::sending::limit_usage;
use crate::sending::progress::zone::{FollowedZone, followed, number};
use crate::sending::progress::{Route, ZoneNumber};
use crate::store::{Snapshot, Tx, or_corrupt};
use crate::time::Instant;
use crate::user::{self, User};

/// The campaigns and accounts that are loaded into a scheduler.
pub(crate) struct Loaded {
    pub(crate) scheduler: Scheduler,
    /// Each with the templates of its messages.
    pub(crate) campaigns: Arena<CampaignIndex, (Campaign, MessageTemplates)>,
    pub(crate) accounts: Arena<SenderIndex, Account>,
    pub(super) user: User,
    senders: HashMap<AccountId, SenderIndex>,
    /// The hours seen so far: those of a campaign and of an account, and the zone of the dates where some are blacked out.
    openings: Vec<([Option<Schedule>; 2], Option<Zone>, OpeningHoursIndex)>,
    pub(super) zones: Arena<Zone, TimeZone>,
    indexes: HashMap<CampaignId, CampaignIndex>,
    /// Where no follow-ups of today were found: a campaign and the position of a sender in it.
    pub(crate) without_follow_up: Vec<(CampaignId, u16)>,
    /// Accounts that another one of the same transaction loaded.
    known: Vec<Account>,
}

/// The zones that the messages of a campaign need and that this version does not know: until it does, none is sent. The days
/// of its limits are the user's.
pub(crate) fn unknown_zones(user: &User, campaign: &Campaign) -> Vec<Issue> {
    let hours = campaign.settings.linkedin().and_then(|linkedin| linkedin.operating_hours.time_zone());
    let zones = [("operating_hours.time_zone", hours), ("time_zone", Some(&user.time_zone))];
    zones.into_iter().filter_map(|(path, zone)| Some(Issue::new(path, zone?.problem()?))).collect()
}

/// The hours of a campaign, where it has some.
pub(super) fn hours(campaign: &Campaign) -> Option<&Schedule> {
    campaign.settings.linkedin().map(|linkedin| &linkedin.operating_hours)
}

/// The zone of the messages of a campaign: of its hours, where it has none of those of the sender, or else the user's.
pub(super) fn zone<'z>(user: &'z User, hours: Option<&'z Schedule>, sender: Option<&'z Account>) -> &'z TimeZone {
    let of_sender = || sender.and_then(|account| account.pacing.sending_hours.as_ref());
    hours.or_else(of_sender).and_then(Schedule::time_zone).unwrap_or(&user.time_zone)
}

/// The route of people of a zone.
pub(crate) fn route_in(user: &User, campaign: &Campaign, zone: &TimeZone) -> Result<Route> {
    Ok(Route::of(campaign, Calendar::of(zone)?, user.blackout_dates.closed().clone(), user.acceptance_days))
}

/// The route through a campaign's sequence, for those without a sender, and for all in a LinkedIn campaign.
pub(crate) fn route(user: &User, campaign: &Campaign) -> Result<Route> {
    route_in(user, campaign, zone(user, hours(campaign), None))
}

/// The route of what an account sends to people without a zone that the campaign follows.
fn route_of(snapshot: &Snapshot<'_>, user: &User, campaign: &Campaign, sender: Option<AccountId>) -> Result<Route> {
    let sender = match campaign.settings.email().and(sender) {
        Some(sender) => account::rows::find(snapshot, user.id, sender)?,
        None => None,
    };
    route_in(user, campaign, zone(user, hours(campaign), sender.as_ref()))
}

/// The route of what an account sends to a prospect, or any on LinkedIn, and the number of their zone, if the campaign follows
/// it.
pub(crate) fn route_to(
    tx: &Tx<'_>,
    user: &User,
    campaign: &Campaign,
    sender: Option<AccountId>,
    prospect: ProspectId,
) -> Result<(Route, ZoneNumber)> {
    match followed(tx, campaign, prospect)? {
        Some(zone) => Ok((route_in(user, campaign, &zone)?, number(tx, Some(&zone))?)),
        None => Ok((route_of(tx, user, campaign, sender)?, ZoneNumber::NONE)),
    }
}

/// Hours that all have to be open.
pub(crate) fn opening_hours(user: &User, all: [Option<Cow<'_, Schedule>>; 2]) -> Result<OpeningHours> {
    let mut both = Vec::with_capacity(all.len());
    for hours in all.into_iter().flatten() {
        both.push(Hours::new(hours.into_owned(), &user.time_zone)?);
    }
    Ok(OpeningHours::of(both))
}

/// When an account sends the messages of a campaign: in the hours of both, and on no blackout date. Both are read in the zone
/// that is followed, if there is one.
pub(crate) fn opening(
    user: &User,
    campaign: &Campaign,
    sender: &Account,
    followed: Option<&TimeZone>,
) -> Result<OpeningHours> {
    let hours = hours(campaign);
    let both = read_in(followed, [hours, sender.pacing.sending_hours.as_ref()]);
    let dates = open_dates(user, followed.unwrap_or_else(|| zone(user, hours, Some(sender))))?;
    Ok(opening_hours(user, both)?.on(dates))
}

/// Hours as they are read in a zone that is followed.
pub(crate) fn read_in<'h>(
    followed: Option<&TimeZone>,
    both: [Option<&'h Schedule>; 2],
) -> [Option<Cow<'h, Schedule>>; 2] {
    both.map(|hours| hours.map(|hours| followed.map_or(Cow::Borrowed(hours), |zone| Cow::Owned(hours.in_zone(zone)))))
}

/// The dates of a zone on which something goes; none where it is every one.
fn open_dates(user: &User, zone: &TimeZone) -> Result<Option<OpenDates>> {
    let closed = user.blackout_dates.closed();
    Ok(if closed.is_empty() { None } else { Some(OpenDates::new(Calendar::of(zone)?, closed.clone())) })
}

impl Loaded {
    /// Without campaigns yet. Messages that the senders of campaigns sent will count as of the instant `at`. `known` are
    /// [accounts](Self::into_accounts) that another one of the same transaction loaded.
    pub(crate) fn new(
        snapshot: &Snapshot<'_>,
        user: &User,
        at: Instant,
        keeping: Keeping,
        known: Vec<Account>,
    ) -> Result<Self> {
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
            known,
        })
    }

    /// The accounts that were loaded.
    pub(crate) fn into_accounts(self) -> Vec<Account> {
        let mut accounts = self.known;
        accounts.extend(self.accounts.into_items());
        accounts
    }

    pub(crate) fn user(&self) -> &User {
        &self.user
    }

    /// Adds a campaign with empty queues, in which these zones are followed. `lets_late_go`: whether its late messages ignore
    /// its hours.
    pub(crate) fn add(
        &mut self,
        snapshot: &Snapshot<'_>,
        campaign: Campaign,
        lets_late_go: bool,
        followed: Vec<FollowedZone>,
    ) -> Result<CampaignIndex> {
        let templates = MessageTemplates::of(&campaign);
        let mut senders = Vec::with_capacity(campaign.sender_account_ids.len());
        let mut assigned = Vec::with_capacity(senders.capacity());
        for (account, people) in campaign::rows::assigned(snapshot, campaign.id)? {
            let sender = self.sender(snapshot, account)?;
            let account = &self.accounts[sender];
            senders.push((sender, templates.can_be_sent_by(account) && account.pacing.knows_zone()));
            assigned.push(people);
        }
        let mut zones = vec![self.zone_of_campaign(&campaign, &senders, None, lets_late_go)?];
        for zone in followed {
            zones.push(self.zone_of_campaign(&campaign, &senders, Some(zone), lets_late_go)?);
        }
        let daily = match campaign.settings.email() {
            Some(email) => {
                let today = self.scheduler.today();
                let used = limit_usage::rows::count_of_campaign(snapshot, campaign.id, today)?;
                let daily = Daily::new(u32::from(email.daily_limit()), used, today.start);
                Some(match self.scheduler.keeping() {
                    Keeping::Told { .. } => daily,
                    Keeping::Counted => {
                        daily.with_ahead(limit_usage::rows::of_campaign_from(snapshot, campaign.id, today.end)?)
                    }
                })
            }
            None => None,
        };
        let launched = campaign.status.launched_at().unwrap_or(self.scheduler.now());
        let id = campaign.id;
        let index = self.scheduler.add_campaign(NewCampaign {
            id,
            lacks_zone: !unknown_zones(&self.user, &campaign).is_empty(),
            daily,
            assigned,
            zones,
            seniority: rows::seniority(snapshot, id, launched)?,
        });
        self.campaigns.push((campaign, templates));
        self.indexes.insert(id, index);
        Ok(index)
    }

    /// A zone of a campaign with its senders, each with whether it can send: that of people without one, or one that is
    /// followed.
    fn zone_of_campaign(
        &mut self,
        campaign: &Campaign,
        senders: &[(SenderIndex, bool)],
        followed: Option<FollowedZone>,
        lets_late_go: bool,
    ) -> Result<NewCampaignZone> {
        let hours = hours(campaign);
        let (followed, number) = match followed {
            Some(FollowedZone { zone, number }) => (Some(zone), number),
            None => (None, Some(ZoneNumber::NONE)),
        };
        let own_zone = self.zone(followed.as_ref().unwrap_or(zone(&self.user, hours, None)).clone());
        let own_route = Arc::new(route_in(&self.user, campaign, &self.zones[own_zone])?);
        let mut of_zone = Vec::with_capacity(senders.len());
        for (sender, can_send) in senders.iter().copied() {
            let account = &self.accounts[sender];
            let zone = self.zone(followed.as_ref().unwrap_or(zone(&self.user, hours, Some(account))).clone());
            let route = match zone == own_zone {
                true => own_route.clone(),
                false => Arc::new(route_in(&self.user, campaign, &self.zones[zone])?),
            };
            let opening = self.opening(hours, sender, zone, followed.as_ref())?;
            let late_opening =
                if lets_late_go { self.opening(None, sender, zone, followed.as_ref())? } else { opening };
            of_zone.push(NewCampaignSender { sender, can_send, opening, late_opening, route, zone });
        }
        Ok(NewCampaignZone { zone: followed, number, route: own_route, senders: of_zone })
    }

    /// The campaign of this id, if it was added.
    pub(crate) fn index_of(&self, campaign: CampaignId) -> Option<CampaignIndex> {
        self.indexes.get(&campaign).copied()
    }

    /// The account of a sender of a campaign.
    pub(crate) fn account(&self, index: CampaignIndex, link: CampaignSenderIndex) -> &Account {
        &self.accounts[self.scheduler.campaigns[index].links[link].sender]
    }

    /// The hours of a campaign, where it has some, in which an account sends, too, read in the zone that is followed; in a zone
    /// whose dates count.
    pub(super) fn opening(
        &mut self,
        hours: Option<&Schedule>,
        sender: SenderIndex,
        zone: Zone,
        followed: Option<&TimeZone>,
    ) -> Result<OpeningHoursIndex> {
        let both = read_in(followed, [hours, self.accounts[sender].pacing.sending_hours.as_ref()]);
        let dates = open_dates(&self.user, &self.zones[zone])?;
        let zone = dates.as_ref().map(|_| zone);
        if both == [None, None] && zone.is_none() {
            return Ok(self.scheduler.always());
        }
        let is_both = |known: &[Option<Schedule>; 2]| {
            known.iter().map(Option::as_ref).eq(both.iter().map(|hours| hours.as_deref()))
        };
        if let Some((.., opening)) = self.openings.iter().find(|(known, of, _)| *of == zone && is_both(known)) {
            return Ok(*opening);
        }
        let opening = self.scheduler.add_opening(opening_hours(&self.user, both.clone())?.on(dates));
        let both = both.map(|hours| hours.map(Cow::into_owned));
        self.openings.push((both, zone, opening));
        Ok(opening)
    }

    pub(super) fn zone(&mut self, zone: TimeZone) -> Zone {
        let known = self.zones.iter().find(|(_, known)| **known == zone).map(|(index, _)| index);
        known.unwrap_or_else(|| self.zones.push(zone))
    }

    /// An account, which is loaded once for all campaigns.
    fn sender(&mut self, snapshot: &Snapshot<'_>, id: AccountId) -> Result<SenderIndex> {
        if let Some(sender) = self.senders.get(&id) {
            return Ok(*sender);
        }
        let account = match self.known.iter().position(|known| known.id == id) {
            Some(place) => self.known.swap_remove(place),
            None => or_corrupt(account::rows::find(snapshot, self.user.id, id)?)?,
        };
        let today = self.scheduler.today();
        let used = limit_usage::rows::count_of_account(snapshot, id, today)?;
        let mut daily = Daily::new(account.daily_limit(), used, today.start);
        if self.scheduler.keeping() == Keeping::Counted {
            daily = daily.with_ahead(limit_usage::rows::of_account_from(snapshot, id, today.end)?);
        }
        let recent = match account.channel() {
            Channel::Email => Vec::new(),
            Channel::Linkedin => limit_usage::rows::since(snapshot, id, week_before(self.scheduler.now()))?,
        };
        let so_far = account::rows::hand_outs(snapshot, id)?;
        let limits = SenderLimits::of(&account, so_far.ramp_up_began, daily, &recent);
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
}
