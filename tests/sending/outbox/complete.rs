//! What hosts report about a task.

use super::*;

#[test]
fn what_was_sent_brings_a_prospect_on() {
    let mut world = World::new();
    let nodes = json!([mail("S"), delay(0, 0, 1), mail("T"), delay(0, 0, 1), mail("U")]);
    let (id, people) = email(&mut world, json!({}), nodes, &["bo"]);
    for (before, after) in [
        ("pending", reported(true, "sent", "active")),
        ("sent", reported(true, "sent", "active")),
        ("sent", reported(true, "completed", "completed")),
    ] {
        assert_eq!(status(&mut world, people[0]), before);
        let task = claim_one(&mut world);
        assert_eq!(status(&mut world, people[0]), before, "a claim changes no status");
        world.clock.advance_ms(MINUTE);
        assert_eq!(complete(&mut world, &task, Outcome::Sent), after);
        world.clock.advance_ms(MINUTE);
    }
    assert_eq!(stats_of(&mut world, id), stats(json!({ "prospects": 1, "completed": 1, "messages_sent": 3 })));

    let nodes = json!([message("A"), invitation(), message("B"), message("C")]);
    let (id, people) = linkedin(&mut world, json!({}), nodes, &["bo"]);
    for after in ["message_sent", "connection_sent"] {
        send(&mut world);
        assert_eq!(status(&mut world, people[0]), after);
        world.clock.advance_ms(1);
    }
    assert_eq!(event(&mut world, "1", "connection_accepted", people[0]), reported(true, "connected", "active"));
    world.clock.advance_ms(1);
    for after in ["message_sent", "completed"] {
        send(&mut world);
        assert_eq!(status(&mut world, people[0]), after);
        world.clock.advance_ms(1);
    }
    let expected = json!({ "prospects": 1, "completed": 1, "messages_sent": 4, "accepted": 1 });
    assert_eq!(stats_of(&mut world, id), stats(expected));
    sound(&mut world);
}

#[test]
fn what_failed_is_tried_again_after_pauses_that_double_up_to_four_hours_for_five_days() {
    let mut world = World::new();
    let (id, people) = email(&mut world, json!({}), json!([mail("S"), delay(0, 0, 1), mail("T")]), &["bo"]);
    send(&mut world);
    world.clock.advance_ms(MINUTE);
    let mut elapsed = 0;
    let mut keys = BTreeSet::new();
    for attempt in 0.. {
        // The sender does not rest: somebody checks it.
        let account = world.email;
        limit(&mut world, account, json!({ "status": "connected" }));
        let task = claim_one(&mut world);
        assert_eq!(task.attempts, attempt);
        keys.insert(task.idempotency_key.to_string());
        let answer = complete(&mut world, &task, Outcome::Failed { retryable: true });
        if elapsed >= 5 * DAY {
            assert_eq!(answer, reported(true, "cancelled", "completed"));
            assert_eq!(attempt, 37, "1 + 2 + … + 128 minutes, and 4 hours each time since");
            break;
        }
        assert_eq!(answer, reported(true, "sent", "active"));
        let pause = (MINUTE << attempt.min(20)).min(4 * HOUR);
        elapsed += pause;
        world.clock.advance_ms(pause - 1);
        assert_eq!(claim(&mut world), []);
        world.clock.advance_ms(1);
    }
    assert_eq!(keys.len(), 1);
    world.clock.advance_ms(30 * DAY);
    assert_eq!(claim(&mut world), []);
    assert_eq!((status(&mut world, people[0]), campaign_status(&mut world, id)), ("cancelled", "completed"));
    assert_eq!(stats_of(&mut world, id), stats(json!({ "prospects": 1, "cancelled": 1, "messages_sent": 1 })));
    sound(&mut world);
}

#[test]
fn a_host_that_comes_once_a_day_has_eight_tries_however_long_they_take() {
    let mut world = World::new();
    email(&mut world, json!({}), json!([mail("S")]), &["bo"]);
    for attempt in 1..=8 {
        let task = claim_one(&mut world);
        let answer = complete(&mut world, &task, Outcome::Failed { retryable: true });
        assert_eq!(answer["prospect_status"], if attempt == 8 { "cancelled" } else { "pending" });
        world.clock.advance_ms(DAY);
    }
    sound(&mut world);
}

#[test]
fn what_is_deferred_is_charged_to_nobody_and_comes_back_as_it_was() {
    for (retry_at, wait) in [
        (json!(null), 5 * MINUTE),
        (json!("2026-04-22T12:00:00Z"), 2 * HOUR),
        (json!("2026-04-21T12:00:00Z"), 0),
        (json!("2026-05-22T10:00:00Z"), 30 * DAY),
    ] {
        let mut world = World::new();
        let (id, people) = email(&mut world, json!({}), json!([mail("S"), mail("T")]), &["bo"]);
        let first = claim_one(&mut world);
        let deferred = json!({ "outcome": "deferred", "retry_at": retry_at });
        let (answer, events) = world.recorded(|me| me.complete(first.id, deferred.clone()));
        assert_eq!(shape(&answer), reported(true, "pending", "active"));
        assert_eq!(events, [json!({ "type": "task_completed", "task_id": first.id, "campaign_id": id })]);
        let (again, events) = world.recorded(|me| me.complete(first.id, deferred.clone()));
        assert_eq!((shape(&again), events.len()), (reported(false, "pending", "active"), 0));
        let listed = world.me().list_tasks(json!({ "campaign_id": id })).unwrap().tasks;
        assert_eq!((listed[0].status.word(), listed[0].at), ("deferred", None));
        if wait > 0 {
            world.clock.advance_ms(wait - 1);
            assert_eq!(claim(&mut world), []);
            world.clock.advance_ms(1);
        }
        let second = claim_one(&mut world);
        assert_ne!(second.id, first.id);
        assert_eq!((second.idempotency_key, second.attempts), (first.idempotency_key, 0));
        assert_eq!(second.account.id, first.account.id);
        assert_eq!(complete(&mut world, &second, Outcome::Sent), reported(true, "sent", "active"));
        let error = world.refused(|me| me.complete(first.id, Outcome::Sent));
        assert_eq!(error.code(), "task_completed");
        assert_eq!(stats_of(&mut world, id), stats(json!({ "prospects": 1, "sent": 1, "messages_sent": 1 })));
        assert_eq!(status(&mut world, people[0]), "sent");
        sound(&mut world);
    }
}

#[test]
fn what_is_deferred_for_more_than_30_days_is_refused() {
    let mut world = World::new();
    email(&mut world, json!({}), json!([mail("S")]), &["bo"]);
    let task = claim_one(&mut world);
    let deferred = json!({ "outcome": "deferred", "retry_at": "2026-05-22T10:00:00.001Z" });
    let error = world.refused(|me| me.complete(task.id, deferred));
    assert_eq!(problems(&error), issues(&[("retry_at", "too_far_ahead")]));
    complete(&mut world, &task, Outcome::Deferred { retry_at: None });
    sound(&mut world);
}

#[test]
fn what_is_deferred_gives_its_place_back_and_keeps_its_failures() {
    let mut world = World::new();
    let ana = world.email;
    limit(&mut world, ana, json!({ "daily_limit": 2 }));
    let (_, people) = email(&mut world, json!({}), json!([mail("S")]), &crowd(3));
    let tasks = claim(&mut world);
    assert_eq!(prospects(&tasks), people[..2]);
    complete(&mut world, &tasks[0], Outcome::Deferred { retry_at: None });
    complete(&mut world, &tasks[1], Outcome::Sent);
    assert_eq!(prospects(&send(&mut world)), people[2..], "there is room for one again");
    world.clock.advance_ms(DAY);
    let deferred = Outcome::Deferred { retry_at: None };
    let failed = Outcome::Failed { retryable: true };
    for (attempts, outcome) in [(0, failed), (1, deferred), (1, failed), (2, Outcome::Sent)] {
        let tasks = claim(&mut world);
        let bo = tasks.iter().find(|task| task.prospect.id == people[0]).unwrap();
        assert_eq!(bo.attempts, attempts);
        complete(&mut world, bo, outcome);
        world.clock.advance_ms(DAY);
    }
    sound(&mut world);
}

#[test]
fn a_failed_message_keeps_its_place_for_a_try_on_the_same_day_only() {
    let mut world = World::new();
    let user = world.user;
    world.store.update_user(user, json!({ "time_zone": "Asia/Kathmandu" })).unwrap();
    let (id, _) = email(&mut world, json!({}), json!([mail("S")]), &["bo"]);
    let places = |world: &mut World| {
        let tasks = world.me().list_tasks(json!({ "campaign_id": id })).unwrap().tasks;
        tasks.iter().map(|task| (task.status.word(), task.at.is_some())).collect::<Vec<_>>()
    };
    let task = claim_one(&mut world);
    complete(&mut world, &task, Outcome::Failed { retryable: true });
    assert_eq!(places(&mut world), [("failed", true)]);
    world.clock.advance_ms(MINUTE);
    let task = claim_one(&mut world);
    assert_eq!(places(&mut world), [("claimed", true), ("failed", false)], "one message has one place");

    // Two minutes before midnight in Kathmandu, which is 5 hours and 45 minutes ahead.
    world.clock.advance_ms(8 * HOUR + 12 * MINUTE);
    complete(&mut world, &task, Outcome::Failed { retryable: true });
    assert_eq!(places(&mut world), [("failed", false), ("failed", false)]);

    world.clock.advance_ms(DAY);
    let task = claim_one(&mut world);
    complete(&mut world, &task, Outcome::Failed { retryable: false });
    assert!(places(&mut world).iter().all(|(_, has_place)| !has_place), "the last failure gives it back");
    sound(&mut world);
}

#[test]
fn of_someone_who_became_final_it_is_only_recorded_what_happened() {
    let outcomes =
        [Outcome::Sent, Outcome::BOUNCED, Outcome::Failed { retryable: true }, Outcome::Deferred { retry_at: None }];
    for outcome in outcomes {
        let mut world = World::new();
        let (id, people) = email(&mut world, json!({}), json!([mail("S"), mail("T")]), &["bo", "cy"]);
        let task = claim(&mut world).remove(0);
        event(&mut world, "1", "replied", people[0]);
        assert_eq!(complete(&mut world, &task, outcome), reported(true, "replied", "active"));
        let was_sent = matches!(outcome, Outcome::Sent | Outcome::Bounced { .. });
        let listed = world.me().list_tasks(json!({ "campaign_id": id })).unwrap().tasks;
        let mine = listed.iter().find(|listed| listed.id == task.id).unwrap();
        assert_eq!(mine.at.is_some(), was_sent, "{outcome:?}");
        world.clock.advance_ms(DAY);
        assert_eq!(prospects(&claim(&mut world)), people[1..]);
        sound(&mut world);
    }
}

#[test]
fn the_pauses_of_a_message_begin_anew_with_the_next() {
    let mut world = World::new();
    email(&mut world, json!({}), json!([mail("S"), delay(0, 0, 1), mail("T")]), &["bo"]);
    for pause in [MINUTE, 2 * MINUTE, 4 * MINUTE] {
        let task = claim_one(&mut world);
        complete(&mut world, &task, Outcome::Failed { retryable: true });
        world.clock.advance_ms(pause);
    }
    assert_eq!(send(&mut world)[0].attempts, 3);
    world.clock.advance_ms(MINUTE);
    let task = claim_one(&mut world);
    assert_eq!((task.attempts, task.position), (0, 2));
    complete(&mut world, &task, Outcome::Failed { retryable: true });
    world.clock.advance_ms(MINUTE - 1);
    assert_eq!(claim(&mut world), []);
    world.clock.advance_ms(1);
    assert_eq!(claim_one(&mut world).attempts, 1);
    sound(&mut world);
}

#[test]
fn a_failure_that_is_not_worth_a_retry_cancels_the_prospect() {
    let mut world = World::new();
    let (id, people) = email(&mut world, json!({}), json!([mail("S"), mail("T")]), &["bo", "cy"]);
    let tasks = claim(&mut world);
    let failed = json!({ "outcome": "failed", "retryable": false });
    let answer = world.me().complete(tasks[0].id, failed).unwrap();
    assert_eq!(shape(&answer), reported(true, "cancelled", "active"));
    let answer = world.me().complete(tasks[1].id, json!({ "outcome": "failed" })).unwrap();
    assert_eq!(shape(&answer), reported(true, "pending", "active"), "by default it is worth one");
    world.clock.advance_ms(DAY);
    assert_eq!(prospects(&claim(&mut world)), people[1..]);
    let expected = json!({ "prospects": 2, "pending": 1, "cancelled": 1 });
    assert_eq!(stats_of(&mut world, id), stats(expected));
    sound(&mut world);
}

#[test]
fn a_bounce_ends_the_prospect_and_was_a_message() {
    let mut world = World::new();
    let (id, people) = email(&mut world, json!({}), json!([mail("S"), mail("T")]), &["bo"]);
    let task = claim_one(&mut world);
    let (answer, events) = world.recorded(|me| me.complete(task.id, Outcome::BOUNCED));
    assert_eq!(shape(&answer), reported(true, "bounced", "completed"));
    let bounced = json!({ "type": "prospect_bounced", "prospect_id": people[0], "campaign_id": id });
    let told = json!({ "type": "task_completed", "task_id": task.id, "campaign_id": id });
    assert_eq!(events, [bounced, told, completed(id)]);
    assert_eq!(status(&mut world, people[0]), "bounced");
    assert_eq!(stats_of(&mut world, id), stats(json!({ "prospects": 1, "bounced": 1, "messages_sent": 1 })));
    sound(&mut world);
}

#[test]
fn the_same_outcome_again_changes_nothing_and_another_is_refused() {
    let outcomes =
        [Outcome::Sent, Outcome::Failed { retryable: true }, Outcome::BOUNCED, Outcome::Deferred { retry_at: None }];
    for (first, outcome) in outcomes.into_iter().enumerate() {
        let mut world = World::new();
        email(&mut world, json!({}), json!([mail("S"), mail("T")]), &["bo", "cy"]);
        let task = claim(&mut world).remove(0);
        let answer = complete(&mut world, &task, outcome);
        world.clock.advance_ms(HOUR);
        let before = world.store.dump().unwrap();
        assert_eq!(complete(&mut world, &task, outcome), over(answer, json!({ "changed": false })));
        assert_eq!(world.store.dump().unwrap(), before);
        for (second, other) in outcomes.into_iter().enumerate() {
            if first != second {
                let error = world.refused(|me| me.complete(task.id, other));
                assert_eq!((error.code(), error.status()), ("task_completed", 409));
            }
        }
        sound(&mut world);
    }
}

#[test]
fn an_outcome_that_is_none_is_refused() {
    let mut world = World::new();
    email(&mut world, json!({}), json!([mail("S")]), &["bo"]);
    let task = claim_one(&mut world);
    for (outcome, expected) in [
        (json!({}), issues(&[("outcome", "required")])),
        (json!({ "outcome": "done" }), issues(&[("outcome", "unknown_value")])),
        (json!({ "outcome": "Sent" }), issues(&[("outcome", "unknown_value")])),
        (
            json!({ "outcome": true, "retryable": "yes" }),
            issues(&[("retryable", "wrong_type"), ("outcome", "wrong_type")]),
        ),
        (json!({ "outcome": "sent", "at": "2026-04-22T10:00:00Z" }), issues(&[("at", "unknown_field")])),
        (json!("sent"), issues(&[("", "wrong_type")])),
    ] {
        let error = world.refused(|me| me.complete(task.id, outcome.clone()));
        assert_eq!(problems(&error), expected, "{outcome}");
    }
    let error = world.refused(|me| me.complete(json!("task"), Outcome::Sent));
    assert_eq!(problems(&error), issues(&[("task_id", "malformed_id")]));
    complete(&mut world, &task, Outcome::Sent);
    sound(&mut world);
}

#[test]
fn a_task_that_is_not_there_is_not_found() {
    let mut world = World::new();
    let (id, people) = email(&mut world, json!({}), json!([mail("S"), mail("T")]), &["bo", "cy"]);
    let tasks = claim(&mut world);
    let missing = |world: &mut World, task: &str| {
        let error = world.refused(|me| me.complete(task, Outcome::Sent));
        assert_eq!((error.code(), error.status()), ("task_not_found", 404));
        let event = json!({ "id": "1", "type": "replied", "task_id": task });
        assert_eq!(world.refused(|me| me.record_event(event)).code(), "task_not_found");
    };
    missing(&mut world, UNKNOWN);

    world.me().remove_prospect(people[0]).unwrap();
    missing(&mut world, &tasks[0].id.to_string());
    world.me().pause(id).unwrap();
    world.me().delete_campaign(id).unwrap();
    missing(&mut world, &tasks[1].id.to_string());
    sound(&mut world);
}

#[test]
fn nothing_of_one_user_is_there_for_another() {
    let mut world = World::new();
    let (_, people) = email(&mut world, json!({}), json!([mail("S"), mail("T")]), &["bo"]);
    let task = claim_one(&mut world);
    let carried = task.email.clone().unwrap();
    let mine = world.user;
    (world.user, _, _) = add_user(&mut world.store);
    world.clock.advance_ms(DAY);
    assert_eq!(claim(&mut world), []);
    let event = |to: Value| over(json!({ "id": "1", "type": "replied" }), to);
    assert_eq!(world.refused(|me| me.complete(task.id, Outcome::Sent)).code(), "task_not_found");
    let error = world.refused(|me| me.record_event(event(json!({ "prospect_id": people[0] }))));
    assert_eq!(error.code(), "prospect_not_found");
    let error = world.refused(|me| me.record_event(event(json!({ "task_id": task.id }))));
    assert_eq!(error.code(), "task_not_found");
    let opened = event(json!({ "type": "opened", "open_token": carried.open_token }));
    assert_eq!(world.refused(|me| me.record_event(opened)).code(), "token_not_found");
    assert_eq!(world.refused(|me| me.unsubscribe(carried.unsubscribe_token)).code(), "token_not_found");

    // Both may use the same id for an event.
    let (_, theirs) = {
        let account = world.me().list_accounts(json!({ "type": "email" })).unwrap().accounts[0].id;
        email(&mut world, json!({ "sender_account_ids": [account] }), json!([mail("S")]), &["bo"])
    };
    assert_eq!(self::event(&mut world, "1", "replied", theirs[0])["changed"], true);
    world.user = mine;
    assert_eq!(self::event(&mut world, "1", "replied", people[0])["changed"], true);
    sound(&mut world);
}
