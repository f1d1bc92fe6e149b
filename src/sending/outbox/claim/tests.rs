//! What claims cost, in steps of SQLite.

use serde_json::{Value, json};

use crate::error::Result;
use crate::store::sqlite_steps::steps_of;
use crate::{AccountId, CampaignId, OpenOptions, Outcome, SimulatedHost, Store, Task, UserId};

/// 2026-04-22T10:00:00Z, a Wednesday.
const NOW_MS: i64 = 1_776_852_000_000;
const HOUR: i64 = 60 * 60 * 1_000;

/// A user with active campaigns.
struct World {
    store: Store,
    clock: SimulatedHost,
    user: UserId,
}

impl World {
    fn new() -> Result<Self> {
        let clock = SimulatedHost::new(1, NOW_MS);
        let mut store = OpenOptions::new(clock.clone()).open_in_memory()?;
        let user = store.create_user(json!({}))?.id;
        Ok(Self { store, clock, user })
    }

    fn account(&mut self, name: &str, daily_limit: u32) -> Result<AccountId> {
        let address = format!("{name}@example.com");
        let request = json!({ "type": "email", "email_address": address, "daily_limit": daily_limit,
                              "sending_hours": null, "min_gap_seconds": 0, "gap_jitter_seconds": 0 });
        Ok(self.store.session(self.user)?.add_account(request)?.id)
    }

    /// Launches a campaign of two emails.
    fn launch(&mut self, name: &str, sender: AccountId, people: usize) -> Result<CampaignId> {
        let mut me = self.store.session(self.user)?;
        let request = json!({ "type": "email", "name": name, "sender_account_ids": [sender], "signature": "" });
        let id = me.create_campaign(request)?.campaign.id;
        let mail = json!({ "type": "email", "subject": "S", "body": "B" });
        me.update_campaign(id, json!({ "sequence_nodes": [mail, { "type": "delay", "delay_days": 3 }, mail] }))?;
        let people: Vec<Value> = (0..people).map(|n| json!({ "email": format!("p{n}@{name}.example") })).collect();
        me.add_prospects(id, json!({ "prospects": people }))?;
        me.launch(id, None)?;
        Ok(id)
    }

    fn send_all(&mut self) -> Result<()> {
        loop {
            let tasks = self.claim(1_000)?.0;
            if tasks.is_empty() {
                return Ok(());
            }
            for task in tasks {
                self.store.session(self.user)?.complete(task.id, Outcome::Sent)?;
            }
        }
    }

    /// What a claim hands out, and its steps.
    fn claim(&mut self, max: u32) -> Result<(Vec<Task>, u64)> {
        let user = self.user;
        steps_of(&mut self.store, |store| Ok(store.session(user)?.claim_due(json!({ "max": max }))?.tasks))
    }
}

/// The steps of claims that hand out nothing, now and an hour later, and of asking when the next does.
fn idle(campaigns: usize) -> Result<[u64; 3]> {
    let mut world = World::new()?;
    let (ana, ben) = (world.account("ana", 10_000)?, world.account("ben", 1)?);
    // Half wait for a delay, and half for room of their account.
    for n in 0..campaigns.div_ceil(2) {
        world.launch(&format!("waits{n}"), ana, 1)?;
    }
    for n in 0..campaigns / 2 {
        world.launch(&format!("full{n}"), ben, 2)?;
    }
    world.send_all()?;
    let (tasks, first) = world.claim(10)?;
    assert_eq!(tasks, []);
    world.clock.advance_ms(HOUR);
    let (tasks, later) = world.claim(10)?;
    assert_eq!(tasks, []);
    let user = world.user;
    let (next, asking) = steps_of(&mut world.store, |store| store.session(user)?.next_due())?;
    assert!(next.next_due_at.is_some());
    Ok([first, later, asking])
}

#[test]
fn an_idle_claim_takes_no_more_steps_with_a_thousand_campaigns_than_with_two() -> Result<()> {
    let ([first, later, asking], [first_of_two, later_of_two, asking_of_two]) = (idle(1_000)?, idle(2)?);
    // Whether a query that stops early finds itself at the end costs a step or two. A claim asks when to claim next, too.
    for (steps, of_two) in [(first, first_of_two), (later, later_of_two), (asking, asking_of_two)] {
        assert!(steps.abs_diff(of_two) < 10, "{steps} and {of_two}");
    }
    Ok(())
}
