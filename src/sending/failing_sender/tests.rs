//! When senders rest, by what hosts say of their tasks.
#![allow(clippy::indexing_slicing, reason = "tests")]

use serde_json::{Value, json};

use super::*;
use crate::{CampaignId, CreateUser, OpenOptions, SimulatedHost, Store, Task, UserId};

const NOW_MS: i64 = 1_776_852_000_000;
const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;

#[test]
fn a_sender_rests_after_five_people_or_ten_tries() {
    let rest = |tries, people| Failing::Counted { tries, people }.rest_ms(false);
    assert_eq!([rest(4, 4), rest(9, 1), rest(9, 4)], [None; 3]);
    assert_eq!([rest(5, 5), rest(10, 1), rest(12, 4)], [Some(5 * MINUTE); 3]);
}

#[test]
fn each_failed_probe_doubles_the_rest_up_to_six_hours_and_nothing_else_lengthens_it() {
    let (mut length_ms, mut lengths) = (FAILING_SENDER_REST_FIRST_MS, Vec::new());
    for _ in 0..9 {
        assert_eq!(Failing::Resting { length_ms }.rest_ms(false), None);
        length_ms = Failing::Resting { length_ms }.rest_ms(true).unwrap_or_default();
        lengths.push(length_ms / MINUTE);
    }
    assert_eq!(lengths, [10, 20, 40, 80, 160, 320, 360, 360, 360]);
}

/// A campaign of one sender.
struct World {
    store: Store,
    clock: SimulatedHost,
    user: UserId,
    account: AccountId,
    campaign: CampaignId,
}

impl World {
    fn new(people: usize) -> Result<Self> {
        let clock = SimulatedHost::new(1, NOW_MS);
        let mut store = OpenOptions::new(clock.clone()).open_in_memory()?;
        let user = store.create_user(CreateUser::default())?.id;
        let mut me = store.session(user)?;
        let account = me.add_account(crate::AddAccount::email("ana@x.com").unpaced().daily_limit(1_000))?.id;
        let request = json!({ "type": "email", "name": "A", "sender_account_ids": [account], "daily_limit": 500,
                              "signature": "" });
        let campaign = me.create_campaign(request)?.campaign.id;
        let mail = json!({ "type": "email", "subject": "S", "body": "B" });
        me.update_campaign(campaign, json!({ "sequence_nodes": [mail] }))?;
        let people: Vec<Value> = (0..people).map(|n| json!({ "email": format!("p{n}@x.com") })).collect();
        me.add_prospects(campaign, json!({ "prospects": people }))?;
        me.launch(campaign, None)?;
        Ok(Self { store, clock, user, account, campaign })
    }

    fn claim(&mut self) -> Result<Vec<Task>> {
        Ok(self.store.session(self.user)?.claim_due(json!({ "max": 1_000 }))?.tasks)
    }

    fn complete(&mut self, task: &Task, outcome: Value) -> Result<()> {
        self.store.session(self.user)?.complete(task.id, outcome).map(drop)
    }

    fn fail(&mut self, tasks: &[Task]) -> Result<()> {
        tasks.iter().try_for_each(|task| self.complete(task, json!({ "outcome": "failed" })))
    }

    /// In how many minutes from the beginning a rest is over, and a probe.
    fn rest(&mut self) -> Result<Option<(i64, Option<i64>)>> {
        let account = self.account;
        let rest = self.store.session(self.user)?.read(|snapshot, _| rows::of(snapshot, account))?;
        let minutes = |at: Instant| (at.unix_ms() - NOW_MS) / MINUTE;
        Ok(rest.map(|rest| (minutes(rest.until), rest.probe_until.map(minutes))))
    }

    fn probe(&mut self, task: &Task) -> Result<()> {
        let account = self.account;
        self.store.session(self.user)?.write(|tx, _| probing(tx, account, task.id, task.leased_until))
    }

    fn sound(mut self) {
        assert!(self.store.check_invariants().is_ok_and(|broken| broken.is_empty()));
    }
}

#[test]
fn a_sender_rests_when_messages_to_five_people_failed_and_what_is_still_out_does_not_lengthen_it() -> Result<()> {
    let mut world = World::new(9)?;
    let tasks = world.claim()?;
    let (first, rest) = tasks.split_at(4);
    world.fail(first)?;
    assert_eq!(world.rest()?, None);
    world.fail(&rest[..1])?;
    assert_eq!(world.rest()?, Some((5, None)));
    world.clock.advance_ms(2 * MINUTE);
    world.fail(&rest[1..3])?;
    assert_eq!(world.rest()?, Some((5, None)), "handed out before");
    world.clock.advance_ms(10 * MINUTE);
    world.fail(&rest[3..4])?;
    assert_eq!(world.rest()?, Some((5, None)), "not handed out since");
    world.complete(&rest[4], json!({ "outcome": "sent" }))?;
    assert_eq!(world.rest()?, None);
    world.sound();
    Ok(())
}

#[test]
fn ten_tries_of_one_person_are_enough() -> Result<()> {
    let mut world = World::new(1)?;
    for tries in 1..=10 {
        let tasks = world.claim()?;
        world.fail(&tasks)?;
        assert_eq!(world.rest()?.is_some(), tries == 10, "{tries}");
        world.clock.advance_ms(4 * HOUR);
    }
    world.sound();
    Ok(())
}

#[test]
fn only_what_was_sent_or_bounced_begins_the_count_anew_and_only_what_can_be_tried_again_counts() -> Result<()> {
    for (outcome, ends) in [
        (json!({ "outcome": "sent" }), true),
        (json!({ "outcome": "bounced" }), true),
        (json!({ "outcome": "deferred" }), false),
        (json!({ "outcome": "failed", "retryable": false }), false),
    ] {
        let mut world = World::new(9)?;
        let tasks = world.claim()?;
        world.fail(&tasks[..4])?;
        world.complete(&tasks[4], outcome.clone())?;
        world.fail(&tasks[5..6])?;
        assert_eq!(world.rest()?.is_none(), ends, "{outcome}");
        world.sound();
    }
    let mut world = World::new(9)?;
    let tasks = world.claim()?;
    for task in &tasks[..5] {
        world.complete(task, json!({ "outcome": "failed", "retryable": false }))?;
    }
    world.clock.advance_ms(HOUR);
    assert_eq!((world.claim()?.len(), world.rest()?), (4, None), "lost leases do not count");
    world.sound();
    Ok(())
}

#[test]
fn someone_in_two_campaigns_is_one_person() -> Result<()> {
    let mut world = World::new(4)?;
    let mut me = world.store.session(world.user)?;
    let sequence = json!([{ "type": "email", "subject": "S", "body": "B" }]);
    let request = json!({ "type": "email", "name": "B", "sender_account_ids": [world.account], "signature": "" });
    let other = me.create_campaign(request)?.campaign.id;
    assert_ne!(other, world.campaign);
    me.update_campaign(other, json!({ "sequence_nodes": sequence }))?;
    let people: Vec<Value> = (0..4).map(|n| json!({ "email": format!("P{n}@X.com") })).collect();
    me.add_prospects(other, json!({ "prospects": people }))?;
    me.launch(other, None)?;
    let tasks = world.claim()?;
    assert_eq!(tasks.len(), 8);
    world.fail(&tasks)?;
    assert_eq!(world.rest()?, None);
    world.sound();
    Ok(())
}

#[test]
fn a_probe_is_out_until_its_lease_ends_or_something_became_of_it_and_doubles_the_rest_where_it_fails() -> Result<()> {
    let mut world = World::new(9)?;
    let tasks = world.claim()?;
    world.fail(&tasks[..5])?;
    world.clock.advance_ms(5 * MINUTE);
    for _ in 0..2 {
        world.probe(&tasks[5])?;
        assert_eq!(world.rest()?, Some((5, Some(5))));
        world.store.session(world.user)?.extend_lease(tasks[5].id, 600)?;
        assert_eq!(world.rest()?, Some((5, Some(15))));
        world.store.session(world.user)?.write(|tx, _| learned_nothing(tx, tasks[5].id))?;
    }
    world.probe(&tasks[5])?;
    world.complete(&tasks[5], json!({ "outcome": "deferred" }))?;
    assert_eq!(world.rest()?, Some((5, None)), "the next can be tried");
    // One whose lease ran out, and one that was tried in its place.
    world.probe(&tasks[6])?;
    world.probe(&tasks[7])?;
    world.fail(&tasks[6..7])?;
    assert_eq!(world.rest()?, Some((15, None)));
    world.fail(&tasks[7..8])?;
    assert_eq!(world.rest()?, Some((15, None)), "handed out before this rest");
    world.clock.advance_ms(10 * MINUTE);
    world.probe(&tasks[8])?;
    world.complete(&tasks[8], json!({ "outcome": "bounced" }))?;
    assert_eq!(world.rest()?, None);
    world.sound();
    Ok(())
}

#[test]
fn a_status_that_is_given_ends_the_rest_though_it_is_the_same() -> Result<()> {
    let mut world = World::new(5)?;
    let tasks = world.claim()?;
    world.fail(&tasks)?;
    let account = world.account;
    let update = |world: &mut World, fields: Value| -> Result<bool> {
        world.store.session(world.user)?.update_account(account, fields)?;
        Ok(world.rest()?.is_some())
    };
    assert!(update(&mut world, json!({ "company": "Mine" }))?);
    assert!(!update(&mut world, json!({ "status": "connected" }))?);
    world.sound();
    Ok(())
}
