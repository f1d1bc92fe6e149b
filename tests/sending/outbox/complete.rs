//! What hosts say of a task.

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
fn what_failed_is_tried_again_after_pauses_that_double_and_the_eighth_failure_is_the_last() {
    let mut world = World::new();
    let (id, people) = email(&mut world, json!({}), json!([mail("S"), delay(0, 0, 1), mail("T")]), &["bo"]);
    send(&mut world);
    world.clock.advance_ms(MINUTE);
    let mut keys = BTreeSet::new();
    for attempt in 0..8 {
        let task = claim_one(&mut world);
        assert_eq!(task.attempts, attempt);
        keys.insert(task.idempotency_key.to_string());
        world.clock.advance_ms(10_000);
        let answer = complete(&mut world, &task, Outcome::Failed { retryable: true });
        if attempt == 7 {
            assert_eq!(answer, reported(true, "cancelled", "completed"));
            break;
        }
        assert_eq!(answer, reported(true, "sent", "active"));
        world.clock.advance_ms((MINUTE << attempt) - 1);
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
    let (answer, events) = world.recorded(|me| me.complete(task.id, Outcome::Bounced));
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
    let outcomes = [Outcome::Sent, Outcome::Failed { retryable: true }, Outcome::Bounced];
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
