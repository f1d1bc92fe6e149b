//! A campaign that sleeps has nothing to hand out, whatever happened before, and a host may sleep until `next_due`
//! (`docs/architecture.md#the-scheduler`).

use crate::child::Dice;
use crate::world::{DAY, HOUR, MINUTE, NOW_MS, World, always, file_of, over, shape};
use campaignkit::{AccountId, CampaignId, Instant, OpenOptions, ProspectId, Store, SuppressionId, Task};
use proptest::prelude::*;
use proptest::test_runner::Config;
use serde_json::{Value, json};

/// Campaigns that share senders, and what is known of them.
struct Scene {
    world: World,
    now: i64,
    dice: Dice,
    accounts: [Vec<AccountId>; 2],
    campaigns: Vec<CampaignId>,
    people: Vec<ProspectId>,
    /// What was handed out and is not completed.
    tasks: Vec<Task>,
    events: u32,
    suppressions: Vec<Value>,
}

const CHANNELS: [&str; 2] = ["email", "linkedin"];

impl Scene {
    fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let mut world = World::new();
        let mut accounts = [Vec::new(), Vec::new()];
        for number in 0..1 + dice.below(2) {
            for (channel, accounts) in accounts.iter_mut().enumerate() {
                let identity = [
                    json!({ "type": "email", "email_address": format!("s{number}@x.com") }),
                    json!({ "type": "linkedin", "profile_url": format!("linkedin.com/in/s{number}") }),
                ];
                let pacing = pacing(&mut dice, channel);
                let request = over(identity[channel].clone(), pacing);
                accounts.push(world.me().add_account(request).unwrap().id);
            }
        }
        let (events, suppressions) = (0, Vec::new());
        let (campaigns, people, tasks) = (Vec::new(), Vec::new(), Vec::new());
        let mut scene = Self { world, now: NOW_MS, dice, accounts, campaigns, people, tasks, events, suppressions };
        for _ in 0..2 + scene.dice.below(4) {
            scene.launch();
        }
        scene
    }

    fn of<T: Clone>(&mut self, all: &[T]) -> Option<T> {
        (!all.is_empty()).then(|| all[self.dice.below(all.len() as u64) as usize].clone())
    }

    fn launch(&mut self) {
        let channel = self.dice.below(2) as usize;
        let number = self.campaigns.len();
        let mut senders = self.accounts[channel].clone();
        if self.dice.below(2) == 0 {
            senders.truncate(1);
        }
        let follows = self.dice.below(5) == 0;
        let mut request = json!({ "type": CHANNELS[channel], "name": number.to_string(), "sender_account_ids": senders,
            "stay_open": true });
        let hours = if self.dice.below(2) == 0 { always() } else { hours(&mut self.dice) };
        request = match channel {
            0 => over(request, json!({ "daily_limit": 1 + self.dice.below(6), "signature": "" })),
            _ => over(request, json!({ "operating_hours": hours, "skip_other_campaigns": self.dice.below(3) == 0 })),
        };
        let request = over(request, json!({ "follow_prospect_zone": follows }));
        let id = self.world.create(request).unwrap().campaign.id;
        let minutes = [1, 90, 3_000][self.dice.below(3) as usize];
        let pause = json!({ "type": "delay", "delay_minutes": minutes });
        let mail = json!({ "type": "email", "subject": "S", "body": "B" });
        let message = json!({ "type": "message", "body": "B" });
        let invitation = json!({ "type": "connection_request" });
        let nodes = [
            [vec![mail.clone()], vec![mail.clone(), pause.clone(), mail.clone(), mail]],
            [
                vec![invitation.clone(), pause.clone(), message.clone()],
                vec![message.clone(), pause, message, invitation],
            ],
        ];
        let nodes = nodes[channel][self.dice.below(2) as usize].clone();
        self.world.me().update_campaign(id, json!({ "sequence_nodes": nodes })).unwrap();
        self.campaigns.push(id);
        self.add(id);
        // Without a connected sender, it stays a draft.
        drop(self.world.me().launch(id, None));
    }

    fn add(&mut self, campaign: CampaignId) {
        let first = self.people.len();
        let zones = ["Asia/Tokyo", "America/New_York"];
        let people = (first..first + 1 + self.dice.below(6) as usize).map(|n| {
            json!({ "email": format!("p{n}@y{}.com", n % 3), "linkedin_url": format!("linkedin.com/in/p{n}"),
                "time_zone": zones[n % 2] })
        });
        let people = people.collect();
        if let Ok(report) = self.world.me().add_prospects(campaign, json!({ "prospects": Value::Array(people) })) {
            let report = shape(&report);
            let ids =
                report["outcomes"].as_array().unwrap().iter().filter_map(|outcome| outcome["prospect_id"].as_str());
            self.people.extend(ids.map(|id| id.parse::<ProspectId>().unwrap()));
        }
    }

    /// One operation, which may be refused.
    fn step(&mut self) {
        match self.dice.below(14) {
            0..=3 => self.claim(),
            4..=6 => self.complete(),
            7 => self.tell(),
            8 => self.hold(),
            9 => self.change_account(),
            10 => self.change_campaign(),
            11 => self.suppress(),
            _ => self.advance(),
        }
    }

    fn advance(&mut self) {
        let now = self.now;
        let next = self.world.me().next_due().unwrap().next_due_at.map(|next| next.unix_ms() - now);
        let most = [MINUTE, HOUR, 12 * HOUR, 2 * DAY][self.dice.below(4) as usize];
        let by = match next.filter(|next| (1..30 * DAY).contains(next)) {
            Some(next) if self.dice.below(2) == 0 => next - self.dice.below(2) as i64,
            _ => 1 + self.dice.below(most as u64) as i64,
        };
        self.world.clock.advance_ms(by);
        self.now += by;
    }

    fn claim(&mut self) {
        let max = [1, 1, 2, 1_000][self.dice.below(4) as usize];
        let late = ["next_window", "next_window", "skip", "send"][self.dice.below(4) as usize];
        let mut request = json!({ "max": max, "lease_seconds": 1 + self.dice.below(7_200), "late": late });
        match self.dice.below(8) {
            0 => request = over(request, json!({ "ahead_seconds": 1 + self.dice.below(20_000) })),
            1 => request = over(request, json!({ "type": CHANNELS[self.dice.below(2) as usize] })),
            _ => {}
        }
        if let Ok(claimed) = self.world.me().claim_due(request) {
            self.tasks.extend(claimed.tasks);
        }
    }

    fn complete(&mut self) {
        let tasks = std::mem::take(&mut self.tasks);
        let all = self.dice.below(2) == 0;
        for task in tasks {
            if !all && self.dice.below(3) > 0 {
                self.tasks.push(task);
                continue;
            }
            let outcome = match self.dice.below(10) {
                0 => json!({ "outcome": "failed", "retryable": false }),
                1 | 2 => json!({ "outcome": "failed", "retryable": true }),
                3 => json!({ "outcome": "bounced" }),
                4 => json!({ "outcome": "deferred" }),
                5 => {
                    let _ = self.world.me().release_task(task.id);
                    continue;
                }
                6 => {
                    let _ = self.world.me().extend_lease(task.id, 1 + self.dice.below(3_000) as u32);
                    self.tasks.push(task);
                    continue;
                }
                _ => json!({ "outcome": "sent" }),
            };
            let _ = self.world.me().complete(task.id, outcome);
        }
    }

    fn tell(&mut self) {
        let people = self.people.clone();
        for _ in 0..1 + self.dice.below(4) {
            let Some(prospect) = self.of(&people) else { return };
            self.events += 1;
            let kind = if self.dice.below(3) == 0 { "replied" } else { "connection_accepted" };
            let event = json!({ "id": self.events.to_string(), "type": kind, "prospect_id": prospect });
            let _ = self.world.me().record_event(event);
        }
    }

    fn hold(&mut self) {
        let people = self.people.clone();
        let Some(prospect) = self.of(&people) else { return };
        match self.dice.below(2) {
            0 => drop(self.world.me().pause_prospect(prospect)),
            _ => drop(self.world.me().resume_prospect(prospect)),
        }
    }

    fn suppress(&mut self) {
        let number = self.dice.below(self.people.len() as u64 + 1);
        match self.suppressions.pop().filter(|_| self.dice.below(2) == 0) {
            Some(id) => {
                drop(self.world.me().remove_suppression(id.as_str().unwrap().parse::<SuppressionId>().unwrap()))
            }
            None => {
                let value = format!("p{number}@y{}.com", number % 3);
                let request = json!({ "suppressions": [{ "type": "email_address", "value": value }] });
                drop(self.world.me().add_suppressions(request));
                let known = shape(&self.world.me().list_suppressions(json!({})).unwrap());
                self.suppressions =
                    known["suppressions"].as_array().unwrap().iter().map(|known| known["id"].clone()).collect();
            }
        }
    }

    fn change_account(&mut self) {
        let channel = self.dice.below(2) as usize;
        let accounts = self.accounts[channel].clone();
        let Some(account) = self.of(&accounts) else { return };
        let update = match self.dice.below(4) {
            0 => json!({ "status": "disconnected" }),
            1 => json!({ "status": "connected" }),
            2 => json!({ "status": "connected", "daily_limit": 1 + self.dice.below(8) }),
            _ => over(pacing(&mut self.dice, channel), json!({ "status": "connected" })),
        };
        self.world.me().update_account(account, update).unwrap();
    }

    fn change_campaign(&mut self) {
        let campaigns = self.campaigns.clone();
        let Some(campaign) = self.of(&campaigns) else { return };
        match self.dice.below(6) {
            0 => drop(self.world.me().pause(campaign)),
            1..=2 => drop(self.world.me().resume(campaign)),
            3 => drop(self.world.me().update_campaign(campaign, json!({ "daily_limit": 1 + self.dice.below(6) }))),
            4 if self.campaigns.len() < 7 => self.launch(),
            _ => self.add(campaign),
        }
    }

    /// What claims hand out now is what they would if all campaigns were awake, and it is due by `next_due`.
    fn check(&mut self) {
        assert_eq!(self.world.store.check_invariants().unwrap(), []);
        let now = Instant::from_unix_ms(self.now);
        let next = self.world.me().next_due().unwrap().next_due_at;
        let mut copy = self.copy();
        let claimed = self.claim_all(&mut copy);
        for days in [15, 14] {
            copy.update_user(self.world.user, json!({ "acceptance_days": days })).unwrap();
        }
        let asleep = self.claim_all(&mut copy);
        assert_eq!(asleep, [], "a campaign sleeps although it has something to hand out at {now}");
        assert!(
            claimed.is_empty() || next == Some(now),
            "nothing is due before {next:?}, but {} are at {now}",
            claimed.len()
        );
    }

    fn copy(&mut self) -> Store {
        let mut copy = OpenOptions::new(self.world.clock.clone()).open_in_memory().unwrap();
        copy.import(&file_of(&mut self.world.store)).unwrap();
        copy
    }

    /// To whom repeated claims hand something out.
    fn claim_all(&self, copy: &mut Store) -> Vec<ProspectId> {
        let mut me = copy.session(self.world.user).unwrap();
        let mut all = Vec::new();
        loop {
            let tasks = me.claim_due(json!({ "max": 1_000 })).unwrap().tasks;
            if tasks.is_empty() {
                return all;
            }
            all.extend(tasks.iter().map(|task| task.prospect.id));
        }
    }
}

fn hours(dice: &mut Dice) -> Value {
    let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    days.into_iter()
        .map(|day| {
            let start = dice.below(22);
            let end = start + 1 + dice.below(23 - start);
            (day.to_owned(), json!([{ "start": format!("{start:02}:00"), "end": format!("{end:02}:00") }]))
        })
        .collect()
}

fn pacing(dice: &mut Dice, channel: usize) -> Value {
    let gap = [0, 0, 90, 90, 7_200][dice.below(5) as usize];
    let jitter = [0, 60][dice.below(2) as usize];
    let hours = if dice.below(2) == 0 { Value::Null } else { hours(dice) };
    let pacing = json!({ "daily_limit": 1 + dice.below(8), "min_gap_seconds": gap,
        "gap_jitter_seconds": if gap == 0 { 0 } else { jitter }, "sending_hours": hours });
    match channel {
        0 => pacing,
        _ => over(
            pacing,
            json!({ "weekly_connection_limit": 1 + dice.below(12), "weekly_message_limit": 1 + dice.below(12),
                "spread_invitations": dice.below(2) == 0 }),
        ),
    }
}

proptest! {
    #![proptest_config(Config { cases: crate::child::rounds(8) as u32, ..Config::default() })]

    #[test]
    fn nobody_sleeps_to_whom_something_may_go(seed: u64) {
        let mut scene = Scene::new(seed);
        for _ in 0..80 {
            scene.step();
            scene.check();
        }
    }
}
