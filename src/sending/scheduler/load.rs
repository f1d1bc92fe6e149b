//! Loads the campaigns of a user, their senders and what these sent already into a [`Scheduler`].

use std::collections::HashMap;

use super::{
    Arena, CampaignIndex, CampaignSenderIndex, Daily, Health, Keeping, NewCampaign, OpeningHours, OpeningHoursIndex,
    PerClass, Scheduler, Sender, SenderIndex, SenderLimits, rows, week_before,
};
use crate::account::{self, Account, AccountStatus};
use crate::campaign::schedule::{Calendar, Hours, Schedule};
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
    /// The operating hours seen so far, with the zone of the user in place of none.
    openings: Vec<(Schedule, OpeningHoursIndex)>,
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

/// The route through a campaign's sequence, in the zone of its hours or else the user's.
pub(crate) fn route(user: &User, campaign: &Campaign) -> Result<Route> {
    let zone = campaign.settings.linkedin().and_then(|linkedin| linkedin.operating_hours.time_zone());
    Ok(Route::of(campaign, Calendar::of(zone.unwrap_or(&user.time_zone))?, user.acceptance_days))
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
        let mut senders = Vec::with_capacity(campaign.sender_account_ids.len());
        for (account, assigned) in campaign::rows::assigned(snapshot, campaign.id)? {
            let sender = self.sender(snapshot, account)?;
            senders.push((sender, assigned, templates.can_be_sent_by(&self.accounts[sender])));
        }
        let daily = match campaign.settings.email() {
            Some(email) => {
                let used = limit_usage::rows::count_of_campaign(snapshot, campaign.id, self.scheduler.today())?;
                Some(Daily::new(u32::from(email.daily_limit()), used, self.scheduler.today().start))
            }
            None => None,
        };
        let opening = match campaign.settings.linkedin() {
            Some(linkedin) => self.opening(&linkedin.operating_hours)?,
            None => self.scheduler.always(),
        };
        let launched = campaign.status.launched_at().unwrap_or(self.scheduler.now());
        let id = campaign.id;
        let index = self.scheduler.add_campaign(NewCampaign {
            id,
            lacks_zone: !unknown_zones(&self.user, &campaign).is_empty(),
            opening,
            daily,
            route: route(&self.user, &campaign)?,
            senders,
            lets_late_go,
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

    fn opening(&mut self, hours: &Schedule) -> Result<OpeningHoursIndex> {
        if let Some((_, opening)) = self.openings.iter().find(|(known, _)| known == hours) {
            return Ok(*opening);
        }
        let opening = OpeningHours::of(Some(Hours::new(hours.clone(), &self.user.time_zone)?));
        let opening = self.scheduler.add_opening(opening);
        self.openings.push((hours.clone(), opening));
        Ok(opening)
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
        let limits = SenderLimits::of(&account, used, self.scheduler.today().start, &recent);
        let health = self.health(failing_sender::rows::of(snapshot, id)?);
        let is_connected = account.status == AccountStatus::Connected;
        let sender = self.scheduler.add_sender(Sender::new(is_connected, health, limits));
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
            let opening = match hours {
                Some(hours) => self.opening(&or_corrupt(Schedule::stored(&hours))?)?,
                None => self.scheduler.always(),
            };
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
                    if let Some(class) = self.kept_for(snapshot, &progress, class, close)? {
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
            Some(index) => progress.after(&self.scheduler.campaigns[index].route, claimed),
            None => {
                let campaign = or_corrupt(campaign::rows::find(snapshot, self.user.id, progress.campaign)?)?;
                progress.after(&route(&self.user, &campaign)?, claimed)
            }
        };
        Ok(match next {
            Next::Send { kind, due, .. } if due < close => Some(LimitClass::of(kind)),
            _ => None,
        })
    }
}
