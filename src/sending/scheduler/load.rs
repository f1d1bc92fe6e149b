//! What runs for a user: the campaigns, their senders and what these sent already, loaded into an [`Agenda`].

use std::collections::HashMap;

use crate::account::{self, Account, AccountStatus};
use crate::campaign::schedule::{Calendar, Hours, Span};
use crate::campaign::{self, Campaign};
use crate::channel::Channel;
use crate::error::{Issue, Result};
use crate::id::AccountId;
use crate::message::Script;
use crate::sending::queue::{Allowance, Route};
use crate::sending::scheduler::{Agenda, Daily, Link, Queue, Run, Sender, Weekly, week_before};
use crate::sending::task;
use crate::store::Snapshot;
use crate::time::Instant;
use crate::user::User;

/// What runs, with empty queues.
pub(crate) struct Running {
    pub(crate) agenda: Agenda,
    /// Each with what it says, in the order of the agenda's runs.
    pub(crate) campaigns: Vec<(Campaign, Script)>,
    /// In the order of the agenda's senders.
    pub(crate) accounts: Vec<Account>,
}

impl Running {
    /// What the senders of these campaigns sent counts as of the instant `at`.
    pub(crate) fn load(snapshot: &Snapshot<'_>, user: &User, campaigns: Vec<Campaign>, at: Instant) -> Result<Self> {
        let calendar = Calendar::of(&user.time_zone)?;
        let (_, today) = calendar.day(at);
        let mut loader =
            Loader { snapshot, user, today, at, accounts: vec![], senders: vec![], places: HashMap::new() };
        let mut runs = Vec::with_capacity(campaigns.len());
        let mut scripts = Vec::with_capacity(campaigns.len());
        for campaign in campaigns {
            let script = Script::of(&campaign);
            runs.push(loader.run(&campaign, &script)?);
            scripts.push((campaign, script));
        }
        let Loader { accounts, senders, .. } = loader;
        Ok(Self { agenda: Agenda::new(calendar, today, senders, runs), campaigns: scripts, accounts })
    }

    /// The account of a sender of a campaign.
    pub(crate) fn account(&self, run: usize, link: usize) -> Option<&Account> {
        self.accounts.get(self.agenda.runs.get(run)?.links.get(link)?.sender)
    }
}

/// The zones that the messages of a campaign need and that are not known here: none goes before all of them are. The days of
/// its limits are the user's.
pub(crate) fn unknown_zones(user: &User, campaign: &Campaign) -> Vec<Issue> {
    let hours = campaign.settings.linkedin().and_then(|linkedin| linkedin.operating_hours.time_zone());
    let zones = [("operating_hours.time_zone", hours), ("time_zone", Some(&user.time_zone))];
    zones.into_iter().filter_map(|(path, zone)| Some(Issue::new(path, zone?.problem()?))).collect()
}

/// The way through a campaign's sequence, in the zone of its hours or else the user's.
pub(crate) fn route(user: &User, campaign: &Campaign) -> Result<Route> {
    let zone = campaign.settings.linkedin().and_then(|linkedin| linkedin.operating_hours.time_zone());
    Ok(Route::of(campaign, Calendar::of(zone.unwrap_or(&user.time_zone))?, user.acceptance_days))
}

struct Loader<'l, 's> {
    snapshot: &'l Snapshot<'s>,
    user: &'l User,
    today: Span,
    at: Instant,
    accounts: Vec<Account>,
    senders: Vec<Sender>,
    places: HashMap<AccountId, usize>,
}

impl Loader<'_, '_> {
    fn run(&mut self, campaign: &Campaign, script: &Script) -> Result<Run> {
        let mut links = Vec::with_capacity(campaign.sender_account_ids.len());
        for (account, assigned) in campaign::rows::assigned(self.snapshot, campaign.id)? {
            let Some(sender) = self.sender(account)? else { continue };
            let suits = self.accounts.get(sender).is_some_and(|account| script.suits(account));
            let (begun, late) = Default::default();
            links.push(Link { sender, assigned, suits, begun, late });
        }
        let hours = campaign.settings.linkedin().map(|linkedin| linkedin.operating_hours.clone());
        let daily = match campaign.settings.email() {
            Some(email) => {
                let used = task::rows::count_of_campaign(self.snapshot, campaign.id, self.today)?;
                Some(Daily::new(u32::from(email.daily_limit()), used, self.today.start))
            }
            None => None,
        };
        Ok(Run {
            campaign: campaign.id,
            lacks_zone: !unknown_zones(self.user, campaign).is_empty(),
            hours: hours.map(|hours| Hours::new(hours, &self.user.time_zone)).transpose()?,
            daily,
            route: route(self.user, campaign)?,
            links,
            fresh: Queue::default(),
        })
    }

    /// The index of an account, which is loaded once for all campaigns.
    fn sender(&mut self, id: AccountId) -> Result<Option<usize>> {
        if let Some(place) = self.places.get(&id) {
            return Ok(Some(*place));
        }
        let Some(account) = account::rows::find(self.snapshot, self.user.id, id)? else { return Ok(None) };
        let used = task::rows::count_of_account(self.snapshot, id, self.today)?;
        let weekly = match account.channel() {
            Channel::Email => None,
            Channel::Linkedin => Some(self.weekly(&account)?),
        };
        let place = self.senders.len();
        self.senders.push(Sender {
            id,
            is_connected: account.status == AccountStatus::Connected,
            daily: Daily::new(account.daily_limit(), used, self.today.start),
            weekly,
        });
        self.accounts.push(account);
        self.places.insert(id, place);
        Ok(Some(place))
    }

    fn weekly(&self, account: &Account) -> Result<[Weekly; 2]> {
        let recent = task::rows::since(self.snapshot, account.id, week_before(self.at))?;
        let of = |allowance: Allowance, limit: Option<u32>| {
            let recent = recent.iter().filter(|(_, kind)| Allowance::of(*kind) == allowance).map(|(at, _)| *at);
            Weekly::new(limit.unwrap_or(u32::MAX), recent)
        };
        Ok([
            of(Allowance::Connections, account.weekly_connection_limit()),
            of(Allowance::Messages, account.weekly_message_limit()),
        ])
    }
}
