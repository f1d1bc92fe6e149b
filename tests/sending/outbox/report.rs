//! Reports about people who were contacted.

use super::*;

#[test]
fn a_reply_ends_a_prospect_where_the_campaign_stops_on_replies() {
    let mut world = World::new();
    let nodes = json!([mail("S"), delay(1, 0, 0), mail("T")]);
    let (stopping, first) = email(&mut world, json!({}), nodes.clone(), &["bo", "cy"]);
    let (going_on, second) = email(&mut world, json!({ "stop_on_reply": false }), nodes, &["bo", "cy"]);
    let (linkedin, third) = linkedin(&mut world, json!({}), json!([message("A"), message("B")]), &["bo", "cy"]);
    send(&mut world);
    for (n, (id, prospect, expected)) in [
        (stopping, first[0], reported(true, "replied", "active")),
        (going_on, second[0], reported(true, "sent", "active")),
        (linkedin, third[0], reported(true, "replied", "active")),
    ]
    .into_iter()
    .enumerate()
    {
        let request = json!({ "id": n.to_string(), "type": "replied", "prospect_id": prospect });
        let (answer, events) = world.recorded(|me| me.record_event(request));
        assert_eq!(of_one(&answer), expected);
        let change = json!({ "type": "prospect_replied", "prospect_id": prospect, "campaign_id": id });
        assert_eq!(events, [change]);
        assert_eq!(stats_of(&mut world, id)["replies"], 1);
    }
    world.clock.advance_ms(DAY);
    let follow_ups = prospects(&send(&mut world));
    assert_eq!(follow_ups.into_iter().collect::<BTreeSet<_>>(), [first[1], second[0], second[1], third[1]].into());
    sound(&mut world);
}

#[test]
fn a_task_that_is_handed_out_can_be_completed_after_a_reply() {
    for outcome in [Outcome::Sent, Outcome::Failed { retryable: true }, Outcome::BOUNCED] {
        let mut world = World::new();
        let (id, people) = email(&mut world, json!({}), json!([mail("S"), mail("T")]), &["bo", "cy"]);
        send(&mut world);
        world.clock.advance_ms(1);
        let task = claim(&mut world).remove(0);
        event(&mut world, "1", "replied", people[0]);
        assert_eq!(complete(&mut world, &task, outcome), reported(true, "replied", "active"));
        let sent = if outcome == (Outcome::Failed { retryable: true }) { 2 } else { 3 };
        assert_eq!(stats_of(&mut world, id)["messages_sent"], sent);
        world.clock.advance_ms(DAY);
        assert_eq!(prospects(&claim(&mut world)), people[1..]);
        sound(&mut world);
    }
}

#[test]
fn a_completed_prospect_can_still_reply_or_bounce_and_other_ends_stay() {
    let mut world = World::new();
    let (id, people) = email(&mut world, json!({}), json!([mail("S")]), &crowd(6));
    let tasks = claim(&mut world);
    for (task, outcome) in tasks.iter().zip([
        Outcome::Sent,
        Outcome::Sent,
        Outcome::BOUNCED,
        Outcome::Failed { retryable: false },
        Outcome::Sent,
        Outcome::Sent,
    ]) {
        complete(&mut world, task, outcome);
    }
    assert_eq!(campaign_status(&mut world, id), "completed");
    for (n, (prospect, kind, expected)) in [
        (0, "replied", "replied"),
        (0, "bounced", "replied"),
        (1, "bounced", "bounced"),
        (1, "replied", "bounced"),
        (2, "replied", "bounced"),
        (3, "replied", "cancelled"),
        (3, "bounced", "cancelled"),
        (4, "opened", "completed"),
        (4, "unsubscribed", "completed"),
    ]
    .into_iter()
    .enumerate()
    {
        let answer = event(&mut world, &n.to_string(), kind, people[prospect]);
        assert_eq!(answer, reported(true, expected, "completed"), "{kind}");
    }
    sound(&mut world);

    let (id, timed_out) = linkedin(&mut world, json!({}), json!([invitation(), message("Hi")]), &["bo"]);
    send(&mut world);
    world.clock.advance_ms(15 * DAY);
    assert_eq!(claim(&mut world), []);
    for (kind, recorded) in [("connection_accepted", 0), ("replied", 1), ("bounced", 1)] {
        let request = json!({ "id": kind, "type": kind, "prospect_id": timed_out[0] });
        let (answer, events) = world.recorded(|me| me.record_event(request));
        assert_eq!(of_one(&answer), reported(true, "timed_out", "completed"));
        assert_eq!(events.len(), recorded, "{kind}");
    }
    assert_eq!(stats_of(&mut world, id)["accepted"], 0, "it came too late");
    let (_, skipped) = linkedin(&mut world, json!({}), json!([invitation()]), &["cy", "di"]);
    suppress(&mut world, "linkedin_profile", "linkedin.com/in/cy");
    send(&mut world);
    assert_eq!(event(&mut world, "skipped", "replied", skipped[0]), reported(true, "skipped", "completed"));
    sound(&mut world);
}

#[test]
fn a_bounce_that_is_heard_of_later_ends_the_prospect() {
    let mut world = World::new();
    let (id, people) = email(&mut world, json!({}), json!([mail("S"), mail("T")]), &["bo"]);
    let task = send(&mut world).remove(0);
    let request = json!({ "id": "1", "type": "bounced", "task_id": task.id });
    let (answer, events) = world.recorded(|me| me.record_event(request));
    assert_eq!(of_one(&answer), reported(true, "bounced", "completed"));
    let change = json!({ "type": "prospect_bounced", "prospect_id": people[0], "campaign_id": id });
    assert_eq!(events, [change, json!({ "type": "campaign_completed", "campaign_id": id })]);
    assert_eq!(stats_of(&mut world, id), stats(json!({ "prospects": 1, "bounced": 1, "messages_sent": 1 })));
    sound(&mut world);
}

#[test]
fn whoever_unsubscribes_is_suppressed_and_called_off() {
    let mut world = World::new();
    let (id, people) = email(&mut world, json!({}), json!([mail("S"), mail("T")]), &["bo", "cy"]);
    let (other, others) = email(&mut world, json!({}), json!([mail("S")]), &["bo"]);
    let (_, profiles) = linkedin(&mut world, json!({}), json!([message("A"), message("B")]), &["bo", "cy"]);
    let task = claim_with(&mut world, json!({ "max": 1, "type": "email" })).remove(0);
    complete(&mut world, &task, Outcome::Sent);
    let (answer, events) =
        world.recorded(|me| me.record_event(json!({ "id": "1", "type": "unsubscribed", "prospect_id": people[0] })));
    assert_eq!(of_one(&answer), reported(true, "cancelled", "active"));
    let change = json!({ "type": "prospect_unsubscribed", "prospect_id": people[0], "campaign_id": id });
    let added = json!({ "type": "suppressions_added", "user_id": world.user });
    assert_eq!(events, [change, added, closed(other), completed(other)]);
    assert_eq!(status(&mut world, others[0]), "skipped", "no campaign writes to the address");
    world.clock.advance_ms(1);
    assert_eq!(prospects(&claim_with(&mut world, json!({ "type": "email" }))), people[1..]);
    event(&mut world, "2", "unsubscribed", profiles[0]);
    assert_eq!(prospects(&claim(&mut world)), profiles[1..]);
    let suppressed = world.me().list_suppressions(json!({})).unwrap().suppressions;
    let suppressed: BTreeSet<&str> = suppressed.iter().map(|one| one.value.as_str()).collect();
    assert_eq!(suppressed, ["bo@example.com", "linkedin.com/in/bo"].into());
    let expected = json!({ "prospects": 2, "pending": 1, "cancelled": 1, "messages_sent": 1, "unsubscribed": 1 });
    assert_eq!(stats_of(&mut world, id), stats(expected));
    sound(&mut world);
}

#[test]
fn an_email_counts_as_opened_once() {
    let mut world = World::new();
    let (id, people) = email(&mut world, json!({}), json!([mail("S"), mail("T")]), &["bo"]);
    let (mut tasks, mut tokens) = (Vec::new(), Vec::new());
    for _ in 0..2 {
        let task = send(&mut world).remove(0);
        tokens.push(task.email.unwrap().open_token.unwrap());
        tasks.push(task.id);
        world.clock.advance_ms(1);
    }
    assert_ne!(tokens[0], tokens[1], "each email has a pixel of its own");
    let change = json!({ "type": "message_opened", "prospect_id": people[0], "campaign_id": id });
    let [first, last] = [tokens[0], tokens[1]].map(EventSubject::OpenToken);
    for (event, to, changed, opened, recorded) in [
        ("1", first.clone(), true, 1, true),
        ("1", first.clone(), false, 1, false),
        ("2", first.clone(), true, 1, false),
        ("3", EventSubject::Task(tasks[0]), true, 1, false),
        // It refers to the last email.
        ("4", EventSubject::Prospect(people[0]), true, 2, true),
        ("5", EventSubject::Prospect(people[0]), true, 2, false),
        ("6", last, true, 2, false),
        ("7", EventSubject::Task(tasks[1]), true, 2, false),
    ] {
        let request = RecordEvent::new(event, RecordedEventType::Opened, to);
        let (answer, events) = world.recorded(|me| me.record_event(request));
        assert_eq!(of_one(&answer), reported(changed, "completed", "completed"));
        assert_eq!(events, if recorded { vec![change.clone()] } else { vec![] }, "{event}");
        assert_eq!(stats_of(&mut world, id)["opened"], opened, "{event}");
    }
    sound(&mut world);
}

#[test]
fn the_same_event_id_twice_changes_nothing() {
    let mut world = World::new();
    let nodes = json!([invitation(), message("A"), message("B")]);
    let (_, people) = linkedin(&mut world, json!({}), nodes, &["bo", "cy"]);
    send(&mut world);
    event(&mut world, "1", "connection_accepted", people[0]);
    world.clock.advance_ms(HOUR);
    let before = world.store.dump().unwrap();
    // The content of the repetition does not matter.
    for (kind, prospect, status) in [
        ("connection_accepted", people[0], "connected"),
        ("replied", people[0], "connected"),
        ("replied", people[1], "connection_sent"),
    ] {
        assert_eq!(event(&mut world, "1", kind, prospect), reported(false, status, "active"));
        assert_eq!(world.store.dump().unwrap(), before);
    }
    sound(&mut world);
}

#[test]
fn an_event_that_is_none_is_refused() {
    let mut world = World::new();
    let (_, people) = email(&mut world, json!({}), json!([mail("S")]), &["bo"]);
    let task = claim_one(&mut world);
    let (bo, token) = (people[0], task.email.clone().unwrap().open_token);
    let good = json!({ "id": "1", "type": "replied", "prospect_id": bo });
    for (request, expected) in [
        (json!({}), vec![("id", "required"), ("type", "required"), ("prospect_id", "required")]),
        (json!("replied"), vec![("", "wrong_type")]),
        (over(good.clone(), json!({ "id": "" })), vec![("id", "empty")]),
        (over(good.clone(), json!({ "id": "x".repeat(256) })), vec![("id", "too_long")]),
        (over(good.clone(), json!({ "id": 1 })), vec![("id", "wrong_type")]),
        (over(good.clone(), json!({ "type": "clicked" })), vec![("type", "unknown_value")]),
        (over(good.clone(), json!({ "prospect_id": "bo" })), vec![("prospect_id", "malformed_id")]),
        (over(good.clone(), json!({ "prospect_id": null, "task_id": "x" })), vec![("task_id", "malformed_id")]),
        (over(good.clone(), json!({ "task_id": task.id })), vec![("", "one_of")]),
        (over(good.clone(), json!({ "open_token": token, "task_id": task.id })), vec![("", "one_of")]),
        (
            over(good.clone(), json!({ "prospect_id": null, "open_token": "0123" })),
            vec![("open_token", "malformed_token")],
        ),
        (
            over(good.clone(), json!({ "prospect_id": null, "open_token": UNKNOWN })),
            vec![("open_token", "malformed_token")],
        ),
        (over(good.clone(), json!({ "now": "yesterday" })), vec![("now", "malformed_instant")]),
        (over(good.clone(), json!({ "at": "2026-04-22T10:00:00Z" })), vec![("at", "unknown_field")]),
    ] {
        let error = world.refused(|me| me.record_event(request.clone()));
        assert_eq!(problems(&error), issues(&expected), "{request}");
    }
    for (to, code) in [
        (json!({ "prospect_id": UNKNOWN }), "prospect_not_found"),
        (json!({ "task_id": UNKNOWN }), "task_not_found"),
        (json!({ "open_token": "0".repeat(32) }), "token_not_found"),
    ] {
        let request = over(json!({ "id": "1", "type": "opened" }), to);
        let error = world.refused(|me| me.record_event(request));
        assert_eq!((error.code(), error.status()), (code, 404));
    }
    assert_eq!(event(&mut world, &"x".repeat(255), "replied", bo)["changed"], true);
    sound(&mut world);
}

#[test]
fn what_does_not_happen_on_a_channel_is_refused() {
    let mut world = World::new();
    let (_, mails) = email(&mut world, json!({}), json!([mail("S")]), &["bo"]);
    let (_, profiles) = linkedin(&mut world, json!({}), json!([invitation()]), &["bo"]);
    let tasks = send(&mut world);
    for (kind, prospect, task) in [("connection_accepted", mails[0], &tasks[0]), ("opened", profiles[0], &tasks[1])] {
        assert_eq!(task.prospect.id, prospect);
        for to in [json!({ "prospect_id": prospect }), json!({ "task_id": task.id })] {
            let error = world.refused(|me| me.record_event(over(json!({ "id": "1", "type": kind }), to)));
            assert_eq!(problems(&error), issues(&[("type", "wrong_channel_event")]), "{kind}");
        }
    }
    assert_eq!(event(&mut world, "1", "replied", mails[0])["changed"], true, "the id is not used up");
    sound(&mut world);
}

#[test]
fn nothing_happens_to_the_prospects_of_a_draft() {
    let mut world = World::new();
    let id = world.email_campaign("Draft");
    let people = world.add(id, json!([{ "email": "bo@example.com" }]));
    assert_eq!(claim(&mut world), []);
    for kind in ["replied", "connection_accepted", "bounced", "unsubscribed", "opened"] {
        let event = json!({ "id": "1", "type": kind, "prospect_id": people[0] });
        let error = world.refused(|me| me.record_event(event));
        assert_eq!((error.code(), error.status()), ("not_launched", 409));
    }
    sound(&mut world);
}
