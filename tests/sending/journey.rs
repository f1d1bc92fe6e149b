//! Whatever hosts and users do in whatever order: no message is sent twice, nobody is lost, and everything ends.

use std::collections::{BTreeMap, BTreeSet};

use crate::world;
use crate::world::{World, unpaced};
use campaignkit::{CampaignId, CampaignStatus, Error, NodeId, Outcome, ProspectId, ProspectStatus, Task, TaskId};
use proptest::prelude::*;
use serde_json::json;

/// One action of someone; numbers choose among the existing objects.
#[derive(Clone, Copy, Debug)]
enum Act {
    Add { campaign: usize, person: u8 },
    Remove { person: usize },
    Update { person: usize },
    Edit { person: usize },
    Launch { campaign: usize },
    Pause { campaign: usize },
    Resume { campaign: usize },
    Delete { campaign: usize },
    Suppress { person: u8 },
    Disconnect { account: usize },
    Connect { account: usize },
    Premium { is_premium: bool },
    Zone { zone: usize },
    Claim { max: u32, late: usize },
    Complete { task: usize, outcome: usize },
    Happen { person: usize, what: usize },
    Unsubscribe { task: usize },
    Wait { minutes: i64 },
}

fn act() -> impl Strategy<Value = Act> {
    let n = 0_usize..40;
    prop_oneof![
        3 => (0_usize..4, 0_u8..12).prop_map(|(campaign, person)| Act::Add { campaign, person }),
        1 => n.clone().prop_map(|person| Act::Remove { person }),
        1 => n.clone().prop_map(|person| Act::Update { person }),
        1 => n.clone().prop_map(|person| Act::Edit { person }),
        3 => (0_usize..4).prop_map(|campaign| Act::Launch { campaign }),
        1 => (0_usize..4).prop_map(|campaign| Act::Pause { campaign }),
        2 => (0_usize..4).prop_map(|campaign| Act::Resume { campaign }),
        1 => (0_usize..40).prop_map(|campaign| Act::Delete { campaign }),
        1 => (0_u8..40).prop_map(|person| Act::Suppress { person }),
        1 => (0_usize..4).prop_map(|account| Act::Disconnect { account }),
        1 => (0_usize..4).prop_map(|account| Act::Connect { account }),
        1 => any::<bool>().prop_map(|is_premium| Act::Premium { is_premium }),
        1 => (0_usize..3).prop_map(|zone| Act::Zone { zone }),
        8 => (1_u32..6, 0_usize..6).prop_map(|(max, late)| Act::Claim { max, late }),
        8 => (n.clone(), 0_usize..10).prop_map(|(task, outcome)| Act::Complete { task, outcome }),
        3 => (n.clone(), 0_usize..5).prop_map(|(person, what)| Act::Happen { person, what }),
        1 => n.prop_map(|task| Act::Unsubscribe { task }),
        6 => prop_oneof![0_i64..90, 0_i64..4_000].prop_map(|minutes| Act::Wait { minutes }),
    ]
}

struct Journey {
    world: World,
    campaigns: Vec<CampaignId>,
    accounts: Vec<String>,
    people: Vec<ProspectId>,
    tasks: Vec<Task>,
    /// The tasks that are handed out, and until when.
    leases: BTreeMap<(ProspectId, NodeId), (TaskId, i64)>,
    sent: BTreeSet<(ProspectId, NodeId)>,
    /// What was said under each key, and the messages that were deferred since.
    said: BTreeMap<String, (Option<String>, Option<String>)>,
    deferred: BTreeMap<(ProspectId, NodeId), String>,
    now: i64,
    events: u32,
}

const LEASE_MS: i64 = 10 * 60_000;

impl Journey {
    /// If campaigns leave others alone, both LinkedIn ones skip people whom the other one contacts, otherwise only one
    /// does.
    fn new(leaves_others_alone: bool) -> Self {
        let mut world = World::new();
        world.store.update_user(world.user, json!({ "acceptance_days": 3 })).unwrap();
        let mut accounts = vec![world.email.to_string(), world.linkedin.to_string()];
        for request in [
            json!({ "type": "email", "email_address": "ben@example.com", "daily_limit": 3 }),
            json!({ "type": "linkedin", "profile_url": "linkedin.com/in/ben", "weekly_connection_limit": 2, "is_premium": true }),
        ] {
            accounts.push(world.me().add_account(unpaced(request)).unwrap().id.to_string());
        }
        let [emails, profiles] = [0, 1].map(|first| json!([accounts[first], accounts[first + 2]]));
        let mut campaigns = Vec::new();
        let email = json!({ "type": "email", "subject": "Hi %first_name|you%", "body": "…" });
        let reply = json!({ "type": "email", "subject": "", "body": "…", "is_reply": true });
        let day = json!({ "type": "delay", "delay_days": 1 });
        let note = json!({ "type": "connection_request", "body": format!("%custom_fields.note|{}%", "x".repeat(150)) });
        let message = json!({ "type": "message", "body": "Hi" });
        for (channel, nodes, stops) in [
            ("email", json!([email, day, reply, day]), true),
            ("email", json!([email, email]), false),
            ("linkedin", json!([note, day, message]), true),
            ("linkedin", json!([message, day]), false),
        ] {
            let senders = match (channel, stops) {
                ("email", _) => emails.clone(),
                // An account without premium can no longer write what it could with it.
                (_, true) => json!([accounts[3]]),
                _ => profiles.clone(),
            };
            let request = json!({ "type": channel, "name": format!("c{}", campaigns.len()), "sender_account_ids": senders,
                                  "signature": "", "daily_limit": 5, "stop_on_reply": stops,
                                  "skip_other_campaigns": stops || leaves_others_alone });
            let id = world.create(request).unwrap().campaign.id;
            world.me().update_campaign(id, json!({ "sequence_nodes": nodes })).unwrap();
            campaigns.push(id);
        }
        let now = world::NOW_MS;
        let (people, tasks) = (Vec::new(), Vec::new());
        let (leases, sent) = (BTreeMap::new(), BTreeSet::new());
        let (said, deferred) = (BTreeMap::new(), BTreeMap::new());
        Self { world, campaigns, accounts, people, tasks, leases, sent, said, deferred, now, events: 0 }
    }

    fn person(&self, n: usize) -> Option<ProspectId> {
        self.people.get(n % self.people.len().max(1)).copied()
    }

    fn act(&mut self, act: Act) -> Result<(), Error> {
        let Self { world, campaigns, .. } = self;
        match act {
            Act::Add { campaign, person } => {
                let person = json!({ "email": format!("p{person}@x.com"), "linkedin_url": format!("linkedin.com/in/p{person}") });
                let report = world.me().add_prospects(campaigns[campaign], json!({ "prospects": [person] }))?;
                let report = world::shape(&report);
                if let Some(id) = report["outcomes"][0]["prospect_id"].as_str() {
                    self.people.push(id.parse().unwrap());
                }
            }
            Act::Remove { person } => {
                let Some(id) = self.person(person) else { return Ok(()) };
                self.world.me().remove_prospect(id)?;
            }
            Act::Update { person } => {
                let Some(id) = self.person(person) else { return Ok(()) };
                let note = "x".repeat(190 + person);
                self.world.me().update_prospect(id, json!({ "custom_fields": { "note": note } }))?;
            }
            Act::Edit { person } => {
                let Some(id) = self.person(person) else { return Ok(()) };
                let campaign = self.world.me().prospect(id)?.campaign_id;
                let node = self.world.me().campaign(campaign)?.sequence_nodes[0].id;
                self.world.me().edit_message(id, node, json!({ "body": "By hand" }))?;
                if let Some(key) = self.deferred.get(&(id, node)) {
                    self.said.remove(key);
                }
            }
            Act::Launch { campaign } => drop(world.me().launch(campaigns[campaign], None)?),
            Act::Pause { campaign } => drop(world.me().pause(campaigns[campaign])?),
            Act::Resume { campaign } => drop(world.me().resume(campaigns[campaign])?),
            Act::Delete { campaign } => {
                let Some(id) = campaigns.get(campaign) else { return Ok(()) };
                world.me().delete_campaign(*id)?;
            }
            Act::Suppress { person } => {
                let value = format!("p{person}@x.com");
                world
                    .me()
                    .add_suppressions(json!({ "suppressions": [{ "type": "email_address", "value": value }] }))?;
            }
            Act::Disconnect { account } => {
                world.me().update_account(self.accounts[account].as_str(), json!({ "status": "disconnected" }))?;
            }
            Act::Connect { account } => {
                world.me().update_account(self.accounts[account].as_str(), json!({ "status": "connected" }))?;
            }
            Act::Premium { is_premium } => {
                world.me().update_account(self.accounts[3].as_str(), json!({ "is_premium": is_premium }))?;
            }
            Act::Zone { zone } => {
                let zone = ["UTC", "Asia/Tokyo", "America/New_York"][zone];
                world.store.update_user(world.user, json!({ "time_zone": zone }))?;
            }
            Act::Claim { max, late } => self.claim(max, ["next_window", "send", "skip"][late / 2])?,
            Act::Complete { task, outcome } => self.complete(task, outcome)?,
            Act::Happen { person, what } => {
                let Some(id) = self.person(person) else { return Ok(()) };
                self.happen(id, ["replied", "connection_accepted", "bounced", "unsubscribed", "opened"][what])?;
            }
            Act::Unsubscribe { task } => {
                let Some(email) = self.tasks.get(task).and_then(|task| task.email.as_ref()) else { return Ok(()) };
                self.world.me().unsubscribe(email.unsubscribe_token)?;
            }
            Act::Wait { minutes } => self.wait(minutes),
        }
        Ok(())
    }

    fn wait(&mut self, minutes: i64) {
        self.world.clock.advance_ms(minutes * 60_000);
        self.now += minutes * 60_000;
    }

    fn happen(&mut self, id: ProspectId, what: &str) -> Result<(), Error> {
        self.events += 1;
        let event = json!({ "id": format!("e{}", self.events), "type": what, "prospect_id": id });
        assert!(self.world.me().record_event(event.clone())?.changed);
        let before = self.world.store.dump().unwrap();
        assert!(!self.world.me().record_event(event)?.changed);
        assert_eq!(self.world.store.dump().unwrap(), before, "the same event twice changes nothing");
        Ok(())
    }

    fn claim(&mut self, max: u32, late: &str) -> Result<(), Error> {
        let request = json!({ "max": max, "late": late, "lease_seconds": LEASE_MS / 1_000 });
        let claimed = self.world.me().claim_due(request)?;
        if claimed.more {
            assert_eq!(claimed.next_due_at.map(|at| at.unix_ms()), Some(self.now));
        } else {
            assert_eq!(claimed.next_due_at, self.world.me().next_due()?.next_due_at);
        }
        for task in claimed.tasks {
            let key = (task.prospect.id, task.node_id);
            assert!(!self.sent.contains(&key), "it was sent before");
            let leased = self.leases.insert(key, (task.id, self.now + LEASE_MS));
            assert!(leased.is_none_or(|(_, until)| until <= self.now), "another host has it");
            assert!(!task.prospect.status.is_final());
            let says = (task.email.as_ref().map(|email| email.subject.clone()), task.body.clone());
            let said = self.said.entry(task.idempotency_key.to_string()).or_insert_with(|| says.clone());
            assert_eq!(*said, says, "what is handed out again says the same");
            self.deferred.remove(&key);
            self.tasks.push(task);
        }
        Ok(())
    }

    fn complete(&mut self, task: usize, outcome: usize) -> Result<(), Error> {
        let Some(task) = self.tasks.get(task % self.tasks.len().max(1)) else { return Ok(()) };
        let outcome = match outcome {
            0 => Outcome::BOUNCED,
            1 => Outcome::Failed { retryable: false },
            2 | 3 => Outcome::Failed { retryable: true },
            4 => Outcome::Deferred { retry_at: None },
            _ => Outcome::Sent,
        };
        let key = (task.prospect.id, task.node_id);
        let message_key = task.idempotency_key.to_string();
        let (id, was) = (task.id, self.leases.get(&key).copied());
        let answer = self.world.me().complete(id, outcome)?;
        if answer.changed {
            assert_eq!(was.map(|(leased, _)| leased), Some(id), "only by the host that had it last");
            self.leases.remove(&key);
            if outcome == Outcome::Sent || outcome == Outcome::BOUNCED {
                assert!(self.sent.insert(key), "it is recorded once");
            } else if matches!(outcome, Outcome::Deferred { .. }) {
                self.deferred.insert(key, message_key);
            }
        }
        Ok(())
    }

    /// Lets everything that runs come to its end.
    fn finish(&mut self) {
        for account in 0..4 {
            self.act(Act::Connect { account }).unwrap();
        }
        self.act(Act::Premium { is_premium: true }).unwrap();
        // The account without premium cannot write long notes: people with one get a short one.
        for id in self.people.clone() {
            let _ = self.world.me().update_prospect(id, json!({ "custom_fields": { "note": "short" } }));
        }
        for campaign in self.campaigns.clone() {
            let _ = self.world.me().resume(campaign);
        }
        for _ in 0..400 {
            self.claim(100, "next_window").unwrap();
            for task in 0..self.tasks.len() {
                let _ = self.complete(task, 9);
            }
            self.wait(7 * 60);
        }
        for campaign in self.campaigns.clone() {
            let Ok(found) = self.world.me().campaign(campaign) else { continue };
            let open = |status: &str| {
                self.world
                    .store
                    .session(self.world.user)
                    .unwrap()
                    .list_prospects(campaign, json!({ "status": status }))
                    .unwrap()
                    .prospects
                    .len()
            };
            let left: Vec<usize> =
                ["pending", "sent", "connection_sent", "connected", "message_sent"].map(open).to_vec();
            assert!(found.status() == CampaignStatus::Draft || found.status() == CampaignStatus::Completed, "{left:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 30, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_one_is_lost_and_nothing_is_sent_twice(
        leaves_others_alone: bool,
        acts in prop::collection::vec(act(), 1..90),
    ) {
        let mut journey = Journey::new(leaves_others_alone);
        for act in acts {
            let before = journey.world.store.dump().unwrap();
            if let Err(error) = journey.act(act) {
                prop_assert!(error.status() < 500, "{act:?}: {error:?}");
                prop_assert_eq!(journey.world.store.dump().unwrap(), before, "{:?}: a refused action changes nothing", act);
            }
            prop_assert_eq!(journey.world.store.check_invariants().unwrap(), [], "{:?}", act);
        }
        journey.finish();
        prop_assert_eq!(journey.world.store.check_invariants().unwrap(), []);
        for id in &journey.people {
            if let Ok(prospect) = journey.world.me().prospect(*id) {
                let campaign = journey.world.me().campaign(prospect.campaign_id).unwrap();
                prop_assert!(campaign.status() == CampaignStatus::Draft || prospect.status.is_final());
                prop_assert!(prospect.status != ProspectStatus::Sent);
            }
        }
    }
}
