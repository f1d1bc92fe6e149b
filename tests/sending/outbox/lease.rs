//! Extending the lease of a task, and giving the task back.

use super::*;
use campaignkit::AddAccount;

#[test]
fn a_host_that_sends_slowly_keeps_what_it_extends() {
    let mut world = World::new();
    email(&mut world, json!({}), json!([mail("S")]), &crowd(20));
    let tasks = claim_with(&mut world, json!({ "max": 20, "lease_seconds": 60 }));
    for sent in 0..tasks.len() {
        for task in &tasks[sent..] {
            let extended = shape(&world.me().extend_lease(task.id, 60).unwrap());
            let until = Instant::from_unix_ms(NOW_MS + (sent as i64 + 1) * MINUTE);
            assert_eq!(extended, json!({ "leased_until": until }));
        }
        world.clock.advance_ms(MINUTE - 1);
        assert_eq!(claim(&mut world), [], "nothing is handed out twice");
        assert_eq!(complete(&mut world, &tasks[sent], Outcome::Sent)["changed"], true);
        world.clock.advance_ms(1);
    }
    sound(&mut world);
}

#[test]
fn a_lease_that_is_over_can_be_extended_until_the_message_is_handed_out_again() {
    let mut world = World::new();
    let (id, people) = email(&mut world, json!({}), json!([mail("S"), mail("T")]), &["bo"]);
    let task = claim_one(&mut world);
    world.clock.advance_ms(HOUR);
    let (_, events) = world.recorded(|me| me.extend_lease(task.id, 86_400));
    assert_eq!(events, [json!({ "type": "lease_extended", "task_id": task.id, "campaign_id": id })]);
    world.clock.advance_ms(DAY - 1);
    assert_eq!(claim(&mut world), []);
    world.clock.advance_ms(1);
    let again = claim_one(&mut world);
    let lost = world.refused(|me| me.extend_lease(task.id, 60));
    assert_eq!((lost.code(), lost.status()), ("lease_lost", 409));
    assert_eq!(world.refused(|me| me.release_task(task.id)).code(), "lease_lost");

    world.me().pause(id).unwrap();
    world.me().extend_lease(again.id, 60).unwrap();
    complete(&mut world, &again, Outcome::Sent);
    assert_eq!(world.refused(|me| me.extend_lease(again.id, 60)).code(), "task_completed");
    world.me().resume(id).unwrap();
    world.clock.advance_ms(HOUR);
    let next = claim_one(&mut world);
    event(&mut world, "1", "replied", people[0]);
    assert_eq!(world.refused(|me| me.extend_lease(next.id, 60)).code(), "lease_lost", "its prospect is final");
    sound(&mut world);
}

#[test]
fn a_lease_is_extended_by_whole_seconds_of_a_day_at_most() {
    let mut world = World::new();
    email(&mut world, json!({}), json!([mail("S")]), &["bo"]);
    let task = claim_one(&mut world);
    for (seconds, code) in [
        (json!(0), "out_of_range"),
        (json!(86_401), "out_of_range"),
        (json!(1e300), "out_of_range"),
        (json!(1.5), "not_integer"),
        (json!("60"), "wrong_type"),
        (json!(null), "required"),
        (json!({ "lease_seconds": 60 }), "wrong_type"),
    ] {
        let error = world.refused(|me| me.extend_lease(task.id, seconds.clone()));
        assert_eq!(problems(&error), issues(&[("lease_seconds", code)]), "{seconds}");
    }
    assert_eq!(world.refused(|me| me.extend_lease(task.id, 0)).code(), "invalid_input");
    for seconds in [json!(1), json!(86_400), json!(60.0)] {
        world.me().extend_lease(task.id, seconds).unwrap();
    }
    assert_eq!(world.refused(|me| me.extend_lease(UNKNOWN, 60)).code(), "task_not_found");
    assert_eq!(world.refused(|me| me.release_task(UNKNOWN)).code(), "task_not_found");
    sound(&mut world);
}

#[test]
fn what_is_released_is_handed_out_at_once_as_if_nobody_had_claimed_it() {
    for nodes in [json!([mail("S"), mail("T")]), json!([mail("S")])] {
        let mut world = World::new();
        let ana = world.email;
        limit(&mut world, ana, json!({ "daily_limit": 1 }));
        email(&mut world, json!({}), nodes, &["bo"]);
        let mut last = claim_one(&mut world);
        for _ in 0..3 {
            let answer = shape(&world.me().release_task(last.id).unwrap());
            assert_eq!(answer, reported(true, "pending", "active"));
            assert_eq!(shape(&world.me().release_task(last.id).unwrap())["changed"], false);
            let again = claim_one(&mut world);
            assert_ne!(again.id, last.id);
            let keyless = |task: &Task| (task.idempotency_key, task.attempts, task.body.clone(), task.account.id);
            assert_eq!(keyless(&again), keyless(&last));
            last = again;
        }
        complete(&mut world, &last, Outcome::Sent);
        sound(&mut world);
    }
}

#[test]
fn nobody_extends_or_releases_what_another_user_claimed() {
    let mut world = World::new();
    email(&mut world, json!({}), json!([mail("S")]), &["bo"]);
    let task = claim_one(&mut world);
    (world.user, _, _) = add_user(&mut world.store);
    assert_eq!(world.refused(|me| me.extend_lease(task.id, 60)).code(), "task_not_found");
    assert_eq!(world.refused(|me| me.release_task(task.id)).code(), "task_not_found");
}

#[test]
fn where_a_lease_ends_the_room_that_was_kept_for_the_follow_up_is_free() {
    let mut world = World::new();
    let paced = world.email;
    world.me().update_account(paced, json!({ "min_gap_seconds": 600 })).unwrap();
    let other = world.me().add_account(AddAccount::email("bea@example.com").unpaced()).unwrap().id;
    let fields = json!({ "sender_account_ids": [paced, other], "daily_limit": 2 });
    let (id, people) = email(&mut world, fields, json!([mail("One"), mail("Two")]), &["bo", "cy"]);
    let claimed = world.me().claim_due(json!({ "max": 1, "lease_seconds": 60 })).unwrap();
    assert_eq!((prospects(&claimed.tasks), claimed.tasks[0].account.id), (vec![people[0]], paced));
    assert_eq!(claim(&mut world), [], "what is left of the day is for the second message of the first one");
    let next = world.me().next_due().unwrap().next_due_at.unwrap().unix_ms();
    assert_eq!(next, NOW_MS + MINUTE);
    world.clock.advance_ms(MINUTE);
    let planned = world.me().plan(id, json!({})).unwrap().tasks[0].prospect_id;
    let tasks = claim(&mut world);
    assert_eq!((prospects(&tasks), tasks[0].account.id, planned), (vec![people[1]], other, people[1]));
    sound(&mut world);
}
