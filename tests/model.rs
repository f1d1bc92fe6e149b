//! Random sequences of operations by several users on one file, against a model that is a few lists in memory: the
//! same answers, the same contents, and nothing changed by what is refused.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use std::collections::BTreeMap;

use campaignkit::{
    AccountId, AddAccount, CampaignId, Channel, CreateUser, Error, ListAccounts, ListPage, OpenOptions, SimulatedHost,
    Store, UserId,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::Config;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};
use serde_json::json;

const USERS: usize = 3;
const NEVER_WAS: &str = "018f4d2e-7c3a-7b1e-8a2b-0123456789ab";

/// What a caller asks for. Accounts and campaigns are named by the order of their creation over all users, so a user
/// also asks for what is another's, gone or never was.
#[derive(Clone, Debug)]
enum Operation {
    AddAccount { user: usize, channel: Channel, identity: u8 },
    RenameAccount { user: usize, account: usize, title: Option<u8> },
    RemoveAccount { user: usize, account: usize },
    Create { user: usize, channel: Channel, name: String, senders: Vec<usize>, daily_limit: i64, client_id: Option<u8> },
    Delete { user: usize, campaign: usize },
    Reopen,
}

/// What the model expects: nothing to compare, or the code of the refusal.
type Answer = Result<(), Refusal>;

#[derive(Clone, Debug, PartialEq, Eq)]
enum Refusal {
    Code(&'static str),
    NameTaken { suggested_name: String },
    Senders(Vec<(usize, &'static str)>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct ModelAccount {
    user: usize,
    channel: Channel,
    identity: u8,
    title: Option<u8>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct ModelCampaign {
    user: usize,
    channel: Channel,
    name: String,
    senders: Vec<usize>,
    daily_limit: i64,
    client_id: Option<u8>,
}

#[derive(Clone, Debug, Default)]
struct Model {
    accounts: BTreeMap<usize, ModelAccount>,
    campaigns: BTreeMap<usize, ModelCampaign>,
    accounts_made: usize,
    campaigns_made: usize,
    /// How the last operation must be answered.
    expected: Option<Answer>,
}

impl Model {
    fn answer(&mut self, operation: &Operation) -> Answer {
        match operation.clone() {
            Operation::AddAccount { user, channel, identity } => {
                let account = ModelAccount { user, channel, identity, title: None };
                let same =
                    |other: &ModelAccount| (other.user, other.channel, other.identity) == (user, channel, identity);
                if self.accounts.values().any(same) {
                    return Err(Refusal::Code("account_exists"));
                }
                self.accounts.insert(self.accounts_made, account);
                self.accounts_made += 1;
            }
            Operation::RenameAccount { user, account, title } => {
                let found = self.accounts.get_mut(&account).filter(|found| found.user == user);
                found.ok_or(Refusal::Code("account_not_found"))?.title = title;
            }
            Operation::RemoveAccount { user, account } => {
                if self.accounts.get(&account).is_none_or(|found| found.user != user) {
                    return Err(Refusal::Code("account_not_found"));
                }
                if self.campaigns.values().any(|campaign| campaign.senders.contains(&account)) {
                    return Err(Refusal::Code("account_in_use"));
                }
                self.accounts.remove(&account);
            }
            Operation::Create { user, channel, name, senders, daily_limit, client_id } => {
                let mut unique = Vec::new();
                for sender in &senders {
                    if !unique.contains(sender) {
                        unique.push(*sender);
                    }
                }
                let campaign = ModelCampaign { user, channel, name, senders: unique, daily_limit, client_id };
                return self.create(campaign, &senders);
            }
            Operation::Delete { user, campaign } => {
                if self.campaigns.get(&campaign).is_none_or(|found| found.user != user) {
                    return Err(Refusal::Code("campaign_not_found"));
                }
                self.campaigns.remove(&campaign);
            }
            Operation::Reopen => {}
        }
        Ok(())
    }

    fn create(&mut self, campaign: ModelCampaign, senders: &[usize]) -> Answer {
        let is_retry = |made: &&ModelCampaign| made.client_id.is_some() && made.client_id == campaign.client_id;
        if let Some(made) = self.campaigns.values().find(is_retry) {
            return if *made == campaign { Ok(()) } else { Err(Refusal::Code("id_reused")) };
        }
        let mut culprits = Vec::new();
        for sender in &campaign.senders {
            let index = senders.iter().position(|other| other == sender).unwrap();
            match self.accounts.get(sender).filter(|account| account.user == campaign.user) {
                Some(account) if account.channel == campaign.channel => {}
                Some(_) => culprits.push((index, "sender_wrong_channel")),
                None => culprits.push((index, "sender_not_found")),
            }
        }
        if !culprits.is_empty() {
            return Err(Refusal::Senders(culprits));
        }
        let is_taken =
            |name: &str| self.campaigns.values().any(|other| other.user == campaign.user && other.name == name);
        if is_taken(&campaign.name) {
            let free = (2..).map(|n| format!("{} ({n})", campaign.name)).find(|name| !is_taken(name));
            return Err(Refusal::NameTaken { suggested_name: free.unwrap() });
        }
        self.campaigns.insert(self.campaigns_made, campaign);
        self.campaigns_made += 1;
        Ok(())
    }
}

impl ReferenceStateMachine for Model {
    type State = Self;
    type Transition = Operation;

    fn init_state() -> BoxedStrategy<Self> {
        Just(Self::default()).boxed()
    }

    fn transitions(model: &Self) -> BoxedStrategy<Operation> {
        let user = 0..USERS;
        let channel = prop_oneof![Just(Channel::Email), Just(Channel::Linkedin)];
        // One more than there ever were: one that never was.
        let (account, campaign) = (0..=model.accounts_made, 0..=model.campaigns_made);
        let name = prop_oneof![4 => "[ab]", 1 => "[ab] \\([23]\\)"];
        let anyone = (user.clone(), channel.clone(), vec(account.clone(), 1..4));
        // Most creates are by someone who may, or few of them would get as far as the later rules.
        let owners: Vec<_> =
            model.accounts.iter().map(|(made, owned)| (owned.user, owned.channel, vec![*made])).collect();
        let who =
            if owners.is_empty() { anyone.boxed() } else { prop_oneof![1 => anyone, 4 => select(owners)].boxed() };
        let client_id = prop_oneof![2 => Just(None), 1 => (0..3_u8).prop_map(Some)];
        let create = (who, name, prop_oneof![Just(7_i64), Just(9)], client_id);
        prop_oneof![
            3 => (user.clone(), channel, 0..3_u8)
                .prop_map(|(user, channel, identity)| Operation::AddAccount { user, channel, identity }),
            1 => (user.clone(), account.clone(), prop_oneof![Just(None), (0..3_u8).prop_map(Some)])
                .prop_map(|(user, account, title)| Operation::RenameAccount { user, account, title }),
            1 => (user.clone(), account).prop_map(|(user, account)| Operation::RemoveAccount { user, account }),
            6 => create.prop_map(|((user, channel, senders), name, daily_limit, client_id)| Operation::Create {
                user, channel, name, senders, daily_limit, client_id,
            }),
            1 => (user, campaign).prop_map(|(user, campaign)| Operation::Delete { user, campaign }),
            1 => Just(Operation::Reopen),
        ]
        .boxed()
    }

    fn apply(mut model: Self, operation: &Operation) -> Self {
        model.expected = Some(model.answer(operation));
        model
    }
}

/// The engine under test, with the ids that it gave to what the model knows by number.
struct Engine {
    folder: tempfile::TempDir,
    clock: SimulatedHost,
    store: Option<Store>,
    users: Vec<UserId>,
    accounts: Vec<AccountId>,
    campaigns: Vec<CampaignId>,
}

impl Engine {
    fn open(folder: &tempfile::TempDir, clock: &SimulatedHost) -> Store {
        // What is tested here are rules; durability has tests of its own.
        OpenOptions::new(clock.clone())
            .durability(campaignkit::Durability::Unchecked)
            .open(folder.path().join("model.db"))
            .unwrap()
    }

    fn store(&mut self) -> &mut Store {
        self.store.as_mut().unwrap()
    }

    fn account(&self, number: usize) -> AccountId {
        self.accounts.get(number).copied().unwrap_or_else(|| NEVER_WAS.parse().unwrap())
    }

    fn carry_out(&mut self, operation: Operation) -> Result<(), Error> {
        self.clock.advance_ms(1);
        match operation {
            Operation::AddAccount { user, channel, identity } => {
                let request = match channel {
                    Channel::Email => AddAccount::email(format!("{identity}@example.com")),
                    Channel::Linkedin => AddAccount::linkedin(format!("linkedin.com/in/{identity}")),
                };
                let user = self.users[user];
                let account = self.store().session(user)?.add_account(request)?;
                self.accounts.push(account.id);
            }
            Operation::RenameAccount { user, account, title } => {
                let (user, account) = (self.users[user], self.account(account));
                let title = title.map(|title| title.to_string());
                self.store().session(user)?.update_account(account, json!({ "title": title }))?;
            }
            Operation::RemoveAccount { user, account } => {
                let (user, account) = (self.users[user], self.account(account));
                self.store().session(user)?.remove_account(account)?;
            }
            Operation::Create { user, channel, name, senders, daily_limit, client_id } => {
                let user = self.users[user];
                let senders: Vec<AccountId> = senders.into_iter().map(|sender| self.account(sender)).collect();
                let id: Option<String> = client_id.map(|n| format!("019dc000-0000-7000-8000-00000000000{n}"));
                // Each channel ignores one of the two; requests of either differ with the limit.
                let hours = json!({ "monday": [{ "start": format!("0{daily_limit}:00"), "end": "17:00" }] });
                let request = json!({
                    "type": channel, "name": name, "sender_account_ids": senders, "id": &id,
                    "daily_limit": daily_limit, "operating_hours": hours,
                });
                let mut me = self.store().session(user)?;
                let is_retry = id.is_some_and(|id| me.campaign(id.as_str()).is_ok());
                let created = me.create_campaign(request)?;
                assert_eq!(created.notices.len(), 1);
                if !is_retry {
                    // The deleted campaign that had this id is no longer known by it.
                    for earlier in self.campaigns.iter_mut().filter(|earlier| **earlier == created.campaign.id) {
                        *earlier = NEVER_WAS.parse().unwrap();
                    }
                    self.campaigns.push(created.campaign.id);
                }
            }
            Operation::Delete { user, campaign } => {
                let known = self.campaigns.get(campaign).copied();
                let campaign = known.unwrap_or_else(|| NEVER_WAS.parse().unwrap());
                let user = self.users[user];
                self.store().session(user)?.delete_campaign(campaign)?;
            }
            Operation::Reopen => {
                let before = self.store().dump()?;
                self.store.take().unwrap().close()?;
                self.store = Some(Self::open(&self.folder, &self.clock));
                assert_eq!(self.store().dump()?, before);
            }
        }
        Ok(())
    }

    fn assert_holds(&mut self, model: &Model) {
        for (number, user) in self.users.clone().into_iter().enumerate() {
            let mut me = self.store.as_mut().unwrap().session(user).unwrap();
            let page = ListPage { limit: Some(200), cursor: None };
            let listed = me.list_accounts(ListAccounts { page, ..ListAccounts::default() }).unwrap().accounts;
            let expected: Vec<_> = model.accounts.iter().filter(|(_, account)| account.user == number).rev().collect();
            assert_eq!(listed.len(), expected.len());
            for (account, (made, expected)) in listed.iter().zip(expected) {
                assert_eq!(account.id, self.accounts[*made]);
                assert_eq!(account.channel(), expected.channel);
                assert_eq!(account.profile.title, expected.title.map(|title| title.to_string()));
            }

            let listed = me.list_campaigns(json!({ "limit": 200 })).unwrap().campaigns;
            let mut expected: Vec<_> = model.campaigns.iter().filter(|(_, campaign)| campaign.user == number).collect();
            expected.reverse();
            assert_eq!(listed.len(), expected.len());
            for (campaign, (made, expected)) in listed.iter().zip(expected) {
                assert_eq!(campaign.id, self.campaigns[*made]);
                assert_eq!(campaign.name.as_str(), expected.name);
                assert_eq!(campaign.settings.channel(), expected.channel);
                let senders: Vec<AccountId> = expected.senders.iter().map(|sender| self.accounts[*sender]).collect();
                assert_eq!(campaign.sender_account_ids, senders);
                assert_eq!(campaign.sequence_nodes.len(), 2);
                assert_eq!(me.campaign(campaign.id).unwrap(), *campaign);
            }
        }
        assert_eq!(self.store().check_invariants().unwrap(), []);
    }
}

fn refusal(error: &Error) -> Refusal {
    match error {
        Error::NameTaken { suggested_name } => Refusal::NameTaken { suggested_name: suggested_name.clone() },
        Error::InvalidInput(issues) => Refusal::Senders(
            issues
                .iter()
                .map(|issue| {
                    let index = issue.path.strip_prefix("sender_account_ids[").and_then(|path| path.strip_suffix(']'));
                    (index.unwrap().parse().unwrap(), issue.code())
                })
                .collect(),
        ),
        other => Refusal::Code(other.code()),
    }
}

impl StateMachineTest for Engine {
    type SystemUnderTest = Self;
    type Reference = Model;

    fn init_test(_: &Model) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = SimulatedHost::new(1, 1_776_852_000_000);
        let mut store = Self::open(&folder, &clock);
        let users = (0..USERS).map(|_| store.create_user(CreateUser::default()).unwrap().id).collect();
        Self { folder, clock, store: Some(store), users, accounts: Vec::new(), campaigns: Vec::new() }
    }

    fn apply(mut engine: Self, model: &Model, operation: Operation) -> Self {
        let before = engine.store().dump().unwrap();
        let answer = engine.carry_out(operation);
        if answer.is_err() {
            assert_eq!(engine.store().dump().unwrap(), before, "what is refused changes nothing");
        }
        assert_eq!(Some(answer.map_err(|error| refusal(&error))), model.expected);
        engine.assert_holds(model);
        engine
    }
}

prop_state_machine! {
    #![proptest_config(Config { cases: 96, ..Config::default() })]

    #[test]
    fn the_engine_answers_and_holds_what_the_model_does(sequential 1..40 => Engine);
}
