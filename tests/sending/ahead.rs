//! Claiming ahead (`docs/rules.md#claiming-ahead`).

use crate::world::{DAY, HOUR, MINUTE, NOW_MS, World, over, shape};
use campaignkit::{AddAccount, CampaignId, ClaimDue, Claimed, Instant, Outcome, ProspectId, Task, TaskId};
use serde_json::{Value, json};

fn mail() -> Value {
    json!({ "type": "email", "subject": "S", "body": "B" })
}

fn hours(hours: u32) -> Value {
    json!({ "type": "delay", "delay_hours": hours })
}

/// An active campaign of these nodes from an account with a gap of ten minutes.
fn launched(world: &mut World, nodes: Value, people: usize) -> (CampaignId, Vec<ProspectId>) {
    let account = world.email;
    world.me().update_account(account, json!({ "min_gap_seconds": 600, "daily_limit": 20 })).unwrap();
    let request = over(world.email_request(json!({ "signature": "" })), json!({ "daily_limit": 500 }));
    let id = world.create(request).unwrap().campaign.id;
    world.me().update_campaign(id, json!({ "sequence_nodes": nodes })).unwrap();
    let people = world.add(id, (0..people).map(|n| json!({ "email": format!("p{n}@example.com") })).collect());
    world.me().launch(id, None).unwrap();
    (id, people)
}

fn ahead(world: &mut World, seconds: u32) -> Claimed {
    world.me().claim_due(ClaimDue::default().ahead_seconds(seconds).max(1_000)).unwrap()
}

fn minutes(tasks: &[Task]) -> Vec<i64> {
    tasks.iter().map(|task| (task.send_at.unix_ms() - NOW_MS) / MINUTE).collect()
}

fn at(ms: i64) -> Option<Instant> {
    Some(Instant::from_unix_ms(NOW_MS + ms))
}

fn status(world: &mut World, task: TaskId) -> String {
    shape(&world.me().task(task).unwrap())["status"].as_str().unwrap().to_owned()
}

#[test]
fn a_claim_ahead_hands_out_what_claims_within_that_time_would() {
    let mut world = World::new();
    let (id, _) = launched(&mut world, json!([mail()]), 5);
    let plan = world.me().plan(id, json!({})).unwrap().tasks;
    let claim = ahead(&mut world, 30 * 60);
    assert_eq!((minutes(&claim.tasks), claim.more), (vec![0, 10, 20, 30], false), "the last instant included");
    assert_eq!(claim.next_due_at, at(40 * MINUTE), "after the gap, whichever lease ends before");
    for (task, planned) in claim.tasks.iter().zip(&plan) {
        assert_eq!((task.send_at, task.prospect.id), (planned.at, planned.prospect_id));
        assert_eq!(
            (task.claimed_at, task.leased_until.unix_ms()),
            (at(0).unwrap(), task.send_at.unix_ms() + 5 * MINUTE)
        );
        let record = shape(&world.me().task(task.id).unwrap());
        assert_eq!((&record["send_at"], &record["at"]), (&json!(task.send_at), &json!(task.send_at)));
        assert_eq!(record["claimed_at"], json!(task.claimed_at));
    }
    // What is left goes when the plan said so, to whoever claims then.
    assert_eq!(world.me().plan(id, json!({})).unwrap().tasks, plan[4..]);
    for task in &claim.tasks {
        world.me().complete(task.id, Outcome::Sent).unwrap();
    }
    assert_eq!(world.me().next_due().unwrap().next_due_at, at(10 * MINUTE), "somebody comes to the end");
    world.clock.advance_ms(40 * MINUTE - 1);
    assert_eq!(ahead(&mut world, 0).tasks.len(), 0);
    world.clock.advance_ms(1);
    assert_eq!(ahead(&mut world, 0).tasks.len(), 1);
    assert_eq!(world.store.check_invariants().unwrap(), []);
}

#[test]
fn a_claim_of_some_hands_out_the_first_of_them() {
    let mut world = World::new();
    launched(&mut world, json!([mail(), hours(1), mail()]), 4);
    let claim = world.me().claim_due(json!({ "ahead_seconds": 86_400, "max": 3 })).unwrap();
    assert_eq!((minutes(&claim.tasks), claim.more, claim.next_due_at), (vec![0, 10, 20], true, at(0)));
    let rest = ahead(&mut world, 86_400);
    assert_eq!(minutes(&rest.tasks), [30, 90], "what follows the others is not known to be sent");
    for (seconds, path) in [(json!(86_401), "out_of_range"), (json!(-1), "out_of_range"), (json!(0.5), "not_integer")] {
        let error = world.refused(|me| me.claim_due(json!({ "ahead_seconds": seconds })));
        assert_eq!((error.issues()[0].path.as_str(), error.issues()[0].code()), ("ahead_seconds", path));
    }
}

#[test]
fn somebody_may_get_several_tasks_of_which_each_is_after_the_one_before() {
    let mut world = World::new();
    let (id, people) = launched(&mut world, json!([mail(), hours(1), mail(), hours(2), mail()]), 1);
    let plan = world.me().plan(id, json!({})).unwrap().tasks;
    let tasks = ahead(&mut world, 86_400).tasks;
    assert_eq!(minutes(&tasks), [0, 60, 180]);
    assert_eq!(
        tasks.iter().map(|task| task.send_at).collect::<Vec<_>>(),
        plan.iter().map(|task| task.at).collect::<Vec<_>>()
    );
    assert_eq!(world.store.check_invariants().unwrap(), []);
    // In any order, and however early.
    world.me().complete(tasks[1].id, Outcome::Sent).unwrap();
    let reported = world.me().complete(tasks[0].id, Outcome::Sent).unwrap();
    assert_eq!(shape(&reported)["prospect_status"], "sent");
    assert_eq!(world.me().extend_lease(tasks[2].id, 7_200).unwrap().leased_until, at(5 * HOUR).unwrap());
    world.me().complete(tasks[2].id, Outcome::Sent).unwrap();
    assert_eq!(shape(&world.me().prospect(people[0]).unwrap())["status"], "sent", "until it was to be sent");
    assert_eq!(world.me().next_due().unwrap().next_due_at, at(3 * HOUR));
    world.clock.advance_ms(3 * HOUR);
    ahead(&mut world, 0);
    assert_eq!(shape(&world.me().prospect(people[0]).unwrap())["status"], "completed");
    assert_eq!(shape(&world.me().campaign(id).unwrap())["stats"]["messages_sent"], 3);
}

#[test]
fn what_was_not_sent_puts_its_person_back_and_takes_what_follows_along() {
    for (outcome, retried_at) in [
        (json!({ "outcome": "failed", "retryable": true }), Some(MINUTE)),
        (json!({ "outcome": "deferred", "retry_at": "2026-04-22T15:00:00Z" }), Some(5 * HOUR)),
        (json!({ "outcome": "bounced" }), None),
        (json!({ "outcome": "failed", "retryable": false }), None),
    ] {
        let mut world = World::new();
        let (id, _) = launched(&mut world, json!([mail(), hours(1), mail(), hours(2), mail()]), 1);
        let tasks = ahead(&mut world, 86_400).tasks;
        world.me().complete(tasks[0].id, outcome.clone()).unwrap();
        assert_eq!([status(&mut world, tasks[1].id), status(&mut world, tasks[2].id)], ["lost", "lost"], "{outcome}");
        assert_eq!(world.refused(|me| me.complete(tasks[1].id, Outcome::Sent)).code(), "lease_lost");
        assert_eq!(world.store.check_invariants().unwrap(), []);
        let usage = world.me().report(json!({ "by": ["account"] })).unwrap();
        assert_eq!(usage.rows.len(), 1, "{outcome}");
        // The gap after what was handed out stays used.
        let expected = retried_at.map(|retried_at| NOW_MS + retried_at.max(3 * HOUR + 10 * MINUTE));
        let next = world.me().next_due().unwrap().next_due_at.map(|at| at.unix_ms());
        assert_eq!(next, expected, "{outcome}");
        if let Some(next) = next {
            world.clock.advance_ms(next - NOW_MS);
            let again = ahead(&mut world, 0).tasks.remove(0);
            assert_eq!((again.idempotency_key, again.position), (tasks[0].idempotency_key, 0));
            world.me().complete(again.id, Outcome::Sent).unwrap();
            assert_eq!(world.me().plan(id, json!({})).unwrap().tasks.len(), 2);
        }
    }
}

#[test]
fn nobody_goes_back_behind_what_was_sent_nor_on_before_what_is_open() {
    let nodes = json!([mail(), hours(1), mail(), hours(2), mail()]);
    // The second one was sent before the first one failed.
    for seconds in [0, 86_400] {
        let mut world = World::new();
        let (_, people) = launched(&mut world, nodes.clone(), 1);
        let tasks = ahead(&mut world, 86_400).tasks;
        world.me().complete(tasks[1].id, Outcome::Sent).unwrap();
        if seconds == 0 {
            world.me().complete(tasks[0].id, Outcome::Failed { retryable: true }).unwrap();
            assert_eq!(status(&mut world, tasks[2].id), "claimed");
        }
        world.clock.advance_ms(DAY);
        let again = ahead(&mut world, 0).tasks.remove(0);
        assert_eq!((again.position, again.prospect.id), (4, people[0]), "the last one alone");
        world.me().complete(again.id, Outcome::Sent).unwrap();
        assert_eq!(ahead(&mut world, 86_400).tasks.len(), 0);
        assert_eq!(world.store.check_invariants().unwrap(), []);
    }
    // The last one failed while the first one is open.
    for sent in [true, false] {
        let mut world = World::new();
        launched(&mut world, nodes.clone(), 1);
        let tasks = ahead(&mut world, 86_400).tasks;
        world.me().complete(tasks[2].id, Outcome::Failed { retryable: true }).unwrap();
        assert_eq!(status(&mut world, tasks[1].id), "lost");
        assert_eq!(ahead(&mut world, 86_400).tasks.len(), 0, "the first one is still out");
        let outcome = if sent { Outcome::Sent } else { Outcome::Failed { retryable: true } };
        world.me().complete(tasks[0].id, outcome).unwrap();
        world.clock.advance_ms(DAY);
        let again = ahead(&mut world, 0).tasks.remove(0);
        let expected = if sent { &tasks[1] } else { &tasks[0] };
        assert_eq!(again.idempotency_key, expected.idempotency_key);
        assert_eq!(world.store.check_invariants().unwrap(), []);
    }
}

#[test]
fn a_bounce_ends_its_person_whatever_was_sent_after_it() {
    let nodes = json!([mail(), hours(1), mail(), hours(2), mail()]);
    // The third one is handed out, too, or waits.
    for seconds in [86_400, 7_200] {
        let mut world = World::new();
        let (id, people) = launched(&mut world, nodes.clone(), 1);
        let tasks = ahead(&mut world, seconds).tasks;
        assert_eq!(tasks.len(), if seconds == 7_200 { 2 } else { 3 });
        world.me().complete(tasks[1].id, Outcome::Sent).unwrap();
        let reported = world.me().complete(tasks[0].id, Outcome::Bounced { permanent: true }).unwrap();
        assert_eq!((reported.changed, shape(&reported)["prospect_status"].as_str()), (true, Some("bounced")));
        assert_eq!(shape(&reported)["campaign_status"], "completed");
        assert_eq!(shape(&world.me().prospect(people[0]).unwrap())["status"], "bounced");
        world.clock.advance_ms(DAY);
        assert_eq!((ahead(&mut world, 86_400).tasks.len(), world.me().next_due().unwrap().next_due_at), (0, None));
        assert_eq!(shape(&world.me().campaign(id).unwrap())["stats"]["messages_sent"], 2);
        assert_eq!(world.store.check_invariants().unwrap(), []);
    }
}

#[test]
fn a_lease_that_ends_brings_back_what_was_not_completed_in_its_order() {
    let mut world = World::new();
    launched(&mut world, json!([mail(), hours(1), mail(), hours(2), mail()]), 1);
    let tasks = ahead(&mut world, 86_400).tasks;
    world.me().complete(tasks[0].id, Outcome::Sent).unwrap();
    world.clock.advance_ms(DAY);
    let mut handed = Vec::new();
    for _ in 0..3 {
        handed.extend(ahead(&mut world, 0).tasks);
        world.clock.advance_ms(1);
    }
    assert_eq!(handed.len(), 1);
    assert_eq!(handed[0].idempotency_key, tasks[1].idempotency_key, "the second one");
    assert_eq!([status(&mut world, tasks[1].id), status(&mut world, tasks[2].id)], ["lost", "lost"]);
    world.me().complete(handed[0].id, Outcome::Sent).unwrap();
    // Late as it was sent, the delay counts from then.
    world.clock.advance_ms(2 * HOUR);
    assert_eq!(ahead(&mut world, 0).tasks.len(), 1);
    assert_eq!(world.store.check_invariants().unwrap(), []);
}

#[test]
fn delays_count_from_when_a_task_is_to_be_sent_or_from_its_completion_after_its_lease() {
    for (completed_after, due_after) in
        [(0, HOUR + 10 * MINUTE), (14 * MINUTE, HOUR + 10 * MINUTE), (16 * MINUTE, HOUR + 16 * MINUTE)]
    {
        let mut world = World::new();
        let (_, people) = launched(&mut world, json!([mail(), hours(1), mail()]), 2);
        let tasks = ahead(&mut world, 600).tasks;
        world.me().complete(tasks[0].id, Outcome::Sent).unwrap();
        world.clock.advance_ms(completed_after);
        world.me().complete(tasks[1].id, Outcome::Sent).unwrap();
        let explained = world.me().explain(people[1]).unwrap();
        assert_eq!(explained.at, at(due_after.max(HOUR + 10 * MINUTE)), "{completed_after}");
    }
}

#[test]
fn nothing_else_happens_before_its_time() {
    let mut world = World::new();
    let request = world.linkedin_request(json!({ "operating_hours": crate::world::always() }));
    let id = world.create(request).unwrap().campaign.id;
    let nodes = json!([{ "type": "connection_request" }, { "type": "message", "body": "B" }]);
    world.me().update_campaign(id, json!({ "sequence_nodes": nodes })).unwrap();
    let people =
        world.add(id, json!([{ "linkedin_url": "linkedin.com/in/a" }, { "linkedin_url": "linkedin.com/in/b" }]));
    world.me().launch(id, None).unwrap();
    let leased = world.me().claim_due(json!({ "max": 1 })).unwrap().tasks.remove(0);
    // What somebody else has at present is not handed out again within the time, nor does a wait end.
    let tasks = ahead(&mut world, 86_400).tasks;
    assert_eq!(tasks.iter().map(|task| task.prospect.id).collect::<Vec<_>>(), [people[1]]);
    world.me().complete(leased.id, Outcome::Sent).unwrap();
    world.me().complete(tasks[0].id, Outcome::Sent).unwrap();
    world.clock.advance_ms(14 * DAY - HOUR);
    assert_eq!(ahead(&mut world, 86_400).tasks.len(), 0);
    assert_eq!(shape(&world.me().prospect(people[0]).unwrap())["status"], "connection_sent");
    let accepted = json!({ "id": "1", "type": "connection_accepted", "prospect_id": people[0] });
    assert!(world.me().record_event(accepted).unwrap().changed);
    assert_eq!(ahead(&mut world, 86_400).tasks.len(), 1);
}

#[test]
fn who_belongs_to_another_campaign_when_their_turn_comes_is_skipped_at_once() {
    let mut world = World::new();
    let nodes = json!([{ "type": "connection_request" }, { "type": "message", "body": "B" }]);
    let profile = |name: &str| json!({ "linkedin_url": format!("linkedin.com/in/{name}") });
    let other = world.me().add_account(AddAccount::linkedin("linkedin.com/in/other").unpaced()).unwrap().id;
    let own = world.linkedin;
    world.me().update_account(own, json!({ "min_gap_seconds": 600 })).unwrap();
    let launched = |world: &mut World, fields: Value, names: &[&str]| {
        let fields = over(fields, json!({ "operating_hours": crate::world::always() }));
        let id = world.create(world.linkedin_request(fields)).unwrap().campaign.id;
        world.me().update_campaign(id, json!({ "sequence_nodes": nodes.clone() })).unwrap();
        let people = world.add(id, names.iter().map(|name| profile(name)).collect());
        world.me().launch(id, None).unwrap();
        people
    };
    let people = launched(&mut world, json!({ "name": "A" }), &["di", "bo", "cy"]);
    let taker = json!({ "name": "B", "sender_account_ids": [other], "skip_other_campaigns": false });
    let taken = launched(&mut world, taker, &["bo"]);
    let tasks = ahead(&mut world, 0).tasks;
    assert_eq!(tasks.iter().map(|task| task.prospect.id).collect::<Vec<_>>(), [people[0], taken[0]]);
    for task in &tasks {
        world.me().complete(task.id, Outcome::Sent).unwrap();
    }
    let tasks = ahead(&mut world, 3_600).tasks;
    assert_eq!((minutes(&tasks), tasks[0].prospect.id), (vec![10], people[2]));
    let skipped = shape(&world.me().prospect(people[1]).unwrap());
    assert_eq!((&skipped["status"], &skipped["updated_at"]), (&json!("skipped"), &json!(at(0))));
    let events = world.me().list_events(json!({})).unwrap().events;
    assert!(events.iter().all(|event| event.at == at(0).unwrap()), "nothing is recorded ahead of its time");
    assert_eq!(world.store.check_invariants().unwrap(), []);
}

#[test]
fn a_person_who_replies_gets_nothing_of_what_was_claimed_ahead() {
    let mut world = World::new();
    let (_, people) = launched(&mut world, json!([mail(), hours(1), mail()]), 1);
    let tasks = ahead(&mut world, 86_400).tasks;
    world.me().complete(tasks[0].id, Outcome::Sent).unwrap();
    world.me().record_event(json!({ "id": "1", "type": "replied", "prospect_id": people[0] })).unwrap();
    assert_eq!(world.refused(|me| me.extend_lease(tasks[1].id, 60)).code(), "lease_lost");
    world.clock.advance_ms(DAY);
    assert_eq!(ahead(&mut world, 86_400).tasks.len(), 0);
}
