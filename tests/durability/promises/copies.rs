//! A copy of any database can be imported and is the same.

use super::*;
use crate::child::Dice;
use crate::world::{HOUR, MINUTE};
use campaignkit::{CampaignId, Error, Session};
use serde_json::Value;

/// Random operations of a user; refusals do not matter.
struct Walk {
    world: World,
    dice: Dice,
    step: u64,
}

impl Walk {
    fn new(seed: u64) -> Self {
        Self { world: World::new(), dice: Dice::new(seed), step: 0 }
    }

    fn pick<T: Copy>(&mut self, items: &[T]) -> Option<T> {
        let at = self.dice.below(items.len().max(1) as u64) as usize;
        items.get(at).copied()
    }

    fn flip(&mut self) -> bool {
        self.dice.below(2) == 0
    }

    fn campaign(&mut self) -> Option<CampaignId> {
        let campaigns = self.world.me().list_campaigns(json!({})).unwrap().campaigns;
        self.pick(&campaigns.iter().map(|campaign| campaign.id).collect::<Vec<_>>())
    }

    fn person(&mut self) -> Value {
        let number = self.dice.below(12);
        json!({ "email": format!("p{number}@example.com"), "linkedin_url": format!("linkedin.com/in/p{number}"),
                "first_name": "Zoë", "custom_fields": { "Größe": "12 €\n13" } })
    }

    fn create(&mut self) -> Result<(), Error> {
        self.step += 1;
        let name = json!({ "name": format!("N{}", self.step), "skip_other_campaigns": self.flip(), "stop_on_reply": self.flip() });
        let request = if self.flip() {
            self.world.email_request(name)
        } else {
            let always = world::always();
            self.world.linkedin_request(world::over(name, json!({ "operating_hours": always })))
        };
        let campaign = self.world.create(request)?.campaign;
        let nodes = match campaign.settings.email() {
            Some(_) => json!([{ "type": "email", "subject": "Hi", "body": "%first_name|x%",
                                "variants": [{ "weight": 1, "body": "A" }, { "weight": 9, "subject": "S", "body": "B" }] },
                              { "type": "delay", "delay_hours": 2 },
                              { "type": "email", "subject": "", "body": "B", "is_reply": true }]),
            None => json!([{ "type": "connection_request" }, { "type": "message", "body": "Hi" },
                           { "type": "delay", "delay_minutes": 30 }, { "type": "message", "body": "Again" }]),
        };
        self.world.me().update_campaign(campaign.id, json!({ "sequence_nodes": nodes }))?;
        let people: Vec<Value> = (0..=self.dice.below(6)).map(|_| self.person()).collect();
        self.world.me().add_prospects(campaign.id, json!({ "prospects": people })).map(drop)
    }

    fn send(&mut self) -> Result<(), Error> {
        let max = 1 + self.dice.below(8);
        for task in self.world.me().claim_due(json!({ "max": max, "lease_seconds": 60 }))?.tasks {
            let outcome = self.pick(&["sent", "sent", "sent", "failed", "bounced", "nothing"]).unwrap();
            if outcome != "nothing" {
                self.world.me().complete(task.id, json!({ "outcome": outcome }))?;
            }
            let kind = self.pick(&["replied", "opened", "unsubscribed", "connection_accepted", "bounced"]).unwrap();
            self.step += 1;
            let event = json!({ "id": format!("e{}", self.step), "type": kind, "task_id": task.id });
            if self.flip() {
                self.world.me().record_event(event)?;
            }
        }
        Ok(())
    }

    fn remove(&mut self) -> Result<(), Error> {
        let Some(campaign) = self.campaign() else { return Ok(()) };
        let which = self.dice.below(5);
        let mut me = self.world.me();
        let first = |me: &mut Session<'_>| {
            me.list_prospects(campaign, json!({})).map(|page| page.prospects.first().map(|prospect| prospect.id))
        };
        match which {
            0 => {
                me.pause(campaign).ok();
                me.delete_campaign(campaign)
            }
            1 => first(&mut me)?.map_or(Ok(()), |prospect| me.remove_prospect(prospect)),
            2 => me.list_accounts(json!({}))?.accounts.iter().try_for_each(|account| me.remove_account(account.id)),
            3 => me.list_lists(json!({}))?.lists.first().map_or(Ok(()), |list| me.delete_list(list.id)),
            _ => {
                me.list_suppressions(json!({}))?.suppressions.first().map_or(Ok(()), |it| me.remove_suppression(it.id))
            }
        }
    }

    fn add(&mut self) -> Result<(), Error> {
        self.step += 1;
        let (step, person) = (self.step, self.person());
        let campaign = self.campaign();
        let value = format!("p{}@example.com", self.dice.below(12));
        let which = self.dice.below(4);
        let mut me = self.world.me();
        match (which, campaign) {
            (0, _) => me
                .add_account(json!({ "type": "email", "email_address": format!("a{}@example.com", step % 4) }))
                .map(drop),
            (1, Some(campaign)) => {
                let list = me.create_list(json!({ "name": format!("L{step}") }))?.id;
                me.add_leads(list, json!({ "leads": [person] }))?;
                me.import_list(campaign, list).map(drop)
            }
            (2, _) => {
                me.add_suppressions(json!({ "suppressions": [{ "type": "email_address", "value": value }] })).map(drop)
            }
            (_, Some(campaign)) => {
                me.resolve_messages(campaign, json!({}))?;
                me.add_prospects(campaign, json!({ "prospects": [person] })).map(drop)
            }
            _ => Ok(()),
        }
    }

    fn walk(mut self, steps: u64) -> Store {
        for _ in 0..steps {
            let _ = match self.dice.below(12) {
                0 | 1 => self.create(),
                2 | 3 => self.campaign().map_or(Ok(()), |id| self.world.me().launch(id, None).map(drop)),
                4 => self.campaign().map_or(Ok(()), |id| self.world.me().pause(id).map(drop)),
                5 => self.campaign().map_or(Ok(()), |id| self.world.me().resume(id).map(drop)),
                6 => self.remove(),
                7 => self.add(),
                _ => self.send(),
            };
            let by = self.pick(&[0, MINUTE, HOUR, DAY, 20 * DAY]).unwrap();
            self.world.clock.advance_ms(by);
        }
        self.world.store
    }
}

#[test]
fn a_copy_of_any_database_is_taken_in_and_is_the_same_and_nothing_of_it_needs_repair() {
    let directory = tempdir().unwrap();
    let path = directory.path().join("copy.db");
    for seed in 0..rounds() {
        let mut store = Walk::new(seed).walk(10 + seed % 40);
        let dump = store.dump().unwrap();
        let file = file_of(&mut store);
        let mut copy = other();
        assert!(copy.import(&file).unwrap_or_else(|error| panic!("seed {seed}: {error:?}")).warnings.is_empty());
        assert!(copy.dump().unwrap() == dump, "seed {seed}");
        let mut again = other();
        again.import(&file_of(&mut copy)).unwrap();
        assert!(again.dump().unwrap() == dump, "seed {seed}");
        std::fs::write(&path, &file).unwrap();
        let mut recovered = OpenOptions::new(SimulatedHost::new(1, NOW_MS)).recover(&path).unwrap();
        assert!(recovered.report.complete, "seed {seed}: {:?}", recovered.report);
        assert!(recovered.store.dump().unwrap() == dump, "seed {seed}");
    }
}

#[test]
fn what_was_sent_outlives_its_campaign_in_a_copy_too() {
    let mut world = World::new();
    let campaign = world.campaign("email", "active").id;
    let task = world.me().claim_due(json!({})).unwrap().tasks.remove(0);
    world.me().complete(task.id, json!({ "outcome": "sent" })).unwrap();
    world.me().delete_campaign(campaign).unwrap();
    let (file, dump) = (file_of(&mut world.store), world.store.dump().unwrap());
    assert!(dump.contains("task ("));
    let mut copy = other();
    copy.import(&file).unwrap();
    assert!(copy.dump().unwrap() == dump);
}

#[test]
fn a_zone_that_only_a_newer_version_knows_is_taken_and_counted() {
    let sound = Sound::new();
    let hours = r#"{"time_zone":"Mars/Olympus_Mons","monday":[{"start":"09:00","end":"17:00"}]}"#;
    let script = format!(
        "UPDATE user SET time_zone = 'Mars/Base' WHERE id = (SELECT min(id) FROM user);
         UPDATE campaign SET operating_hours = '{hours}' WHERE id = (SELECT min(id) FROM campaign WHERE type = 'linkedin');
         UPDATE prospect SET time_zone = 'Mars/Base' WHERE id = (SELECT min(id) FROM prospect);
         UPDATE prospect SET time_zone = 'UTC' WHERE id = (SELECT max(id) FROM prospect);
         UPDATE lead SET time_zone = 'Mars/Canal' WHERE id = (SELECT min(id) FROM lead)"
    );
    let file = sound.after(&script).unwrap();
    let mut store = other();
    let imported = store.import(&file).unwrap();
    assert_eq!(shape(&imported), json!({ "warnings": [{ "code": "unknown_time_zone", "rows": 4 }] }));
    assert!(store.dump().unwrap().contains("Mars/Canal"));
    assert_eq!(store.check_invariants().unwrap(), []);
    let path = sound.directory.path().join("zones.db");
    std::fs::write(&path, &file).unwrap();
    let mut recovered = OpenOptions::new(SimulatedHost::new(1, NOW_MS)).recover(&path).unwrap();
    assert!(recovered.report.complete, "{:?}", recovered.report);
    assert!(recovered.store.dump().unwrap() == store.dump().unwrap());
}
