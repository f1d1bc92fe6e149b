//! What explaining costs, and who is passed over.
#![allow(clippy::indexing_slicing, reason = "tests")]

use std::ops::ControlFlow;

use serde_json::{Value, json};

use super::super::gather::LOOKUPS;
use super::*;
use crate::store::sqlite_steps::steps_of;
use crate::{CampaignId, CreateUser, OpenOptions, PlanQuery, SimulatedHost, Store, UserId};

const NOW_MS: i64 = 1_776_852_000_000;

/// A campaign that is the only one, 5 messages a day, and somebody else who is suppressed.
struct World {
    store: Store,
    user: UserId,
    campaign: CampaignId,
    people: Vec<ProspectId>,
}

impl World {
    fn new(channel: &str, people: usize) -> Result<Self> {
        let mut store = OpenOptions::new(SimulatedHost::new(1, NOW_MS)).open_in_memory()?;
        let user = store.create_user(CreateUser::default())?.id;
        let mut me = store.session(user)?;
        let account = match channel {
            "email" => json!({ "type": "email", "email_address": "ana@x.com", "daily_limit": 5 }),
            _ => json!({ "type": "linkedin", "profile_url": "linkedin.com/in/ana", "daily_limit": 5 }),
        };
        let account = me.add_account(account)?.id;
        let request = json!({ "type": channel, "name": "A", "sender_account_ids": [account], "signature": "" });
        let campaign = me.create_campaign(request)?.campaign.id;
        let node = match channel {
            "email" => json!({ "type": "email", "subject": "S", "body": "B" }),
            _ => json!({ "type": "connection_request" }),
        };
        me.update_campaign(campaign, json!({ "sequence_nodes": [node] }))?;
        let mut ids = Vec::new();
        for start in (0..people).step_by(1_000) {
            let people: Vec<Value> = (start..people.min(start + 1_000))
                .map(|n| json!({ "email": format!("p{n}@y.com"), "linkedin_url": format!("linkedin.com/in/p{n}") }))
                .collect();
            let added = me.add_prospects(campaign, json!({ "prospects": people }))?;
            ids.extend(added.outcomes().filter_map(|outcome| match outcome.result {
                crate::ImportResult::Imported(id) => Some(id),
                _ => None,
            }));
        }
        let nobody = json!([{ "type": "email_address", "value": "nobody@y.com" },
                            { "type": "linkedin_profile", "value": "linkedin.com/in/nobody" }]);
        me.add_suppressions(json!({ "suppressions": nobody }))?;
        me.launch(campaign, None)?;
        Ok(Self { store, user, campaign, people: ids })
    }

    /// How many of SQLite's steps it takes to explain somebody.
    fn steps(&mut self, person: usize) -> Result<u64> {
        let (user, id) = (self.user, self.people[person]);
        let (explained, steps) = steps_of(&mut self.store, |store| store.session(user)?.explain(id))?;
        assert!(explained.at.is_some());
        Ok(steps)
    }
}

#[test]
fn whoever_is_among_the_first_is_explained_at_one_cost_however_many_come_after() -> Result<()> {
    for channel in ["email", "linkedin"] {
        let (mut few, mut many) = (World::new(channel, 200)?, World::new(channel, 2_000)?);
        for person in [0, 100] {
            let (few, many) = (few.steps(person)?, many.steps(person)?);
            assert!(many <= few + 10, "{channel}: {few} and {many}");
        }
    }
    Ok(())
}

#[test]
fn who_is_held_for_good_or_has_a_sender_that_is_not_connected_is_explained_without_a_look_at_others() -> Result<()> {
    let mut steps = Vec::new();
    for people in [200, 2_000] {
        let World { mut store, user, people, .. } = World::new("email", people)?;
        let (last, other) = (people[people.len() - 1], people[people.len() - 2]);
        let mut me = store.session(user)?;
        me.hold(json!({ "prospect_id": last }), json!({ "until": null }))?;
        let (held, of_held) = steps_of(&mut store, |store| store.session(user)?.explain(last))?;
        assert_eq!((held.reason, held.at), (Reason::HeldUntil, None));
        let mut me = store.session(user)?;
        let account = me.list_accounts(json!({}))?.accounts[0].id;
        me.update_account(account, json!({ "status": "disconnected" }))?;
        let (stuck, of_stuck) = steps_of(&mut store, |store| store.session(user)?.explain(other))?;
        assert_eq!((stuck.reason, stuck.at), (Reason::SenderNotReady, None));
        steps.push((of_held, of_stuck));
    }
    assert!(steps[1].0 <= steps[0].0 + 10 && steps[1].1 <= steps[0].1 + 10, "{steps:?}");
    Ok(())
}

#[test]
fn people_who_became_suppressed_are_passed_over_as_in_the_plan() -> Result<()> {
    let mut world = World::new("email", 3 * LOOKUPS as usize)?;
    // As another program would.
    world.store.connection().execute(
        "INSERT INTO suppression (user_id, type, value, id, reason, created_ms)
         SELECT ?1, 'email_address', identity, id, 'manual', ?2 FROM prospect WHERE identity LIKE '%1@y.com'",
        (world.user, NOW_MS),
    )?;
    let mut planned = std::collections::HashMap::new();
    let mut me = world.store.session(world.user)?;
    me.plan_each(world.campaign, PlanQuery::default(), |task| {
        planned.insert(task.prospect_id, task.at);
        ControlFlow::Continue(())
    })?;
    assert_eq!(world.people.len() - planned.len(), 77);
    for (number, person) in world.people.iter().enumerate().step_by(97) {
        let explained = me.explain(*person)?;
        assert_eq!(explained.at, planned.get(person).copied(), "{number}");
    }
    Ok(())
}
