//! What is handed out, and in which order.

use super::*;

#[test]
fn a_task_of_an_email_carries_all_that_the_host_needs() {
    let mut world = World::new();
    let ana = world.email;
    limit(&mut world, ana, json!({ "first_name": "Ana", "signature": "not this" }));
    let nodes = json!([{ "type": "email", "subject": "Hello %first_name|you%", "body": "Dear %first_name|you%" }]);
    let signature = json!({ "signature": "Best,\n%first_name%" });
    let (id, people) = email(&mut world, signature, nodes, &["bo"]);
    let task = shape(&claim_one(&mut world));
    let node = shape(&world.me().campaign(id).unwrap())["sequence_nodes"][0]["id"].clone();
    let (prospect, account) = (world.me().prospect(people[0]).unwrap(), world.me().account(ana).unwrap());
    let text = |field: &str| task[field].as_str().unwrap().to_owned();
    let expected = json!({
        "id": text("id"), "idempotency_key": text("idempotency_key"), "type": "email", "campaign_id": id,
        "prospect_id": people[0], "account_id": world.email, "node_id": node, "variant_id": null, "position": 0,
        "subject": "Hello you",
        "body": "Dear you\n\nBest,\nAna", "body_html": "<p>Dear you</p><p>Best,<br>Ana</p>", "signature": "Best,\nAna", "is_reply": false, "in_reply_to": null,
        "unsubscribe_token": text("unsubscribe_token"), "list_unsubscribe": null,
        "list_unsubscribe_post": null, "open_token": text("open_token"), "attempts": 0,
        "claimed_at": "2026-04-22T10:00:00Z", "send_at": "2026-04-22T10:00:00Z", "leased_until": "2026-04-22T10:05:00Z",
        "prospect": shape(&prospect), "account": shape(&account),
    });
    assert_eq!(task, expected);
    assert_eq!(text("idempotency_key").len(), 36);
    for token in ["unsubscribe_token", "open_token"] {
        let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        assert!(text(token).len() == 32 && text(token).bytes().all(is_hex), "{token}");
    }
    assert_ne!(text("unsubscribe_token"), text("open_token"));
    sound(&mut world);
}

#[test]
fn a_task_of_linkedin_has_nothing_that_only_an_email_has() {
    let mut world = World::new();
    let nodes = json!([{ "type": "connection_request", "body": "Hi" }, message("Thanks")]);
    let (_, people) = linkedin(&mut world, json!({}), nodes, &["bo", "cy"]);
    let of_email = ["subject", "signature", "is_reply", "in_reply_to", "unsubscribe_token", "list_unsubscribe"];
    let of_email = [&of_email[..], &["list_unsubscribe_post", "open_token", "body_html"]].concat();
    let invitations = send(&mut world);
    assert_eq!(prospects(&invitations), people);
    event(&mut world, "1", "connection_accepted", people[0]);
    world.clock.advance_ms(1);
    let messages = send(&mut world);
    assert_eq!(prospects(&messages), people[..1]);
    for (task, kind, body) in [(&invitations[0], "connection_request", "Hi"), (&messages[0], "message", "Thanks")] {
        let task = shape(task);
        assert_eq!((&task["type"], &task["body"]), (&json!(kind), &json!(body)));
        for field in &of_email {
            assert_eq!(task[field], Value::Null, "{field} of a {kind}");
        }
    }
    let (_, _) = linkedin(&mut world, json!({}), json!([invitation()]), &["di"]);
    assert_eq!(claim_one(&mut world).body, None, "an invitation without a note");
    sound(&mut world);
}

#[test]
fn what_is_claimed_is_leased_and_returns_when_the_lease_ends() {
    let mut world = World::new();
    let (_, people) = email(&mut world, json!({}), json!([mail("S")]), &["bo", "cy"]);
    let first = claim_with(&mut world, json!({ "lease_seconds": 60 }));
    assert_eq!(prospects(&first), people);
    for wait in [0, 30_000, 29_999] {
        world.clock.advance_ms(wait);
        assert_eq!(claim(&mut world), [], "the lease holds");
    }
    world.clock.advance_ms(1);
    assert_eq!(first[0].leased_until.unix_ms(), NOW_MS + 60_000);
    let second = claim(&mut world);
    assert_eq!(prospects(&second), people);
    for (before, task) in first.iter().zip(&second) {
        assert_eq!(task.idempotency_key, before.idempotency_key);
        assert_eq!(task.email.as_ref().unwrap().unsubscribe_token, before.email.as_ref().unwrap().unsubscribe_token);
        assert_ne!(task.id, before.id);
        assert_eq!((task.attempts, task.leased_until.unix_ms()), (0, NOW_MS + 60_000 + 300_000));
        assert_eq!(world.refused(|me| me.complete(before.id, Outcome::Sent)).code(), "lease_lost");
        assert_eq!(complete(&mut world, task, Outcome::Sent)["changed"], true);
    }
    assert_eq!(claim(&mut world), []);
    sound(&mut world);
}

#[test]
fn a_lease_lasts_as_long_as_the_claim_says_from_a_second_to_a_day() {
    for (seconds, ms) in [(json!(1), 1_000), (json!(86_400), DAY), (Value::Null, 300_000)] {
        let mut world = World::new();
        email(&mut world, json!({}), json!([mail("S")]), &["bo"]);
        let task = claim_with(&mut world, json!({ "lease_seconds": seconds })).remove(0);
        assert_eq!(task.leased_until.unix_ms(), NOW_MS + ms);
        world.clock.advance_ms(ms - 1);
        assert_eq!(claim(&mut world), []);
        world.clock.advance_ms(1);
        assert_eq!(claim_one(&mut world).prospect.id, task.prospect.id);
        sound(&mut world);
    }
}

#[test]
fn a_task_can_be_completed_after_its_lease_as_long_as_its_message_was_not_handed_out_again() {
    let mut world = World::new();
    let (id, people) = email(&mut world, json!({}), json!([mail("S")]), &["bo"]);
    let task = claim_one(&mut world);
    world.clock.advance_ms(3 * DAY);
    assert_eq!(complete(&mut world, &task, Outcome::Sent), reported(true, "completed", "completed"));
    assert_eq!(claim(&mut world), []);
    assert_eq!((status(&mut world, people[0]), campaign_status(&mut world, id)), ("completed", "completed"));
    sound(&mut world);
}

#[test]
fn a_failure_that_is_told_after_the_lease_is_one_as_long_as_the_message_was_not_handed_out_again() {
    let mut world = World::new();
    let (_, people) = email(&mut world, json!({}), json!([mail("S")]), &["bo"]);
    let task = claim_one(&mut world);
    world.clock.advance_ms(HOUR);
    complete(&mut world, &task, Outcome::Failed { retryable: true });
    world.clock.advance_ms(MINUTE - 1);
    assert_eq!(claim(&mut world), [], "the pause counts from the report");
    world.clock.advance_ms(1);
    let again = claim_one(&mut world);
    assert_eq!((again.prospect.id, again.attempts), (people[0], 1));
    sound(&mut world);
}

#[test]
fn a_key_names_one_message_to_one_prospect() {
    let mut world = World::new();
    email(&mut world, json!({}), json!([mail("S"), mail("T")]), &["bo", "cy"]);
    email(&mut world, json!({}), json!([mail("S")]), &["bo"]);
    let mut keys: BTreeMap<String, (ProspectId, u16)> = BTreeMap::new();
    // Each is tried three times, and then it is sent.
    for outcome in [Outcome::Failed { retryable: true }, Outcome::Failed { retryable: true }, Outcome::Sent].repeat(2) {
        world.clock.advance_ms(5 * MINUTE);
        for task in claim(&mut world) {
            let place = (task.prospect.id, task.position);
            assert_eq!(*keys.entry(task.idempotency_key.to_string()).or_insert(place), place);
            complete(&mut world, &task, outcome);
        }
    }
    assert_eq!(keys.len(), 5);
    assert_eq!(keys.values().collect::<BTreeSet<_>>().len(), 5, "and each has one");
    sound(&mut world);
}

#[test]
fn a_claim_hands_out_no_more_than_it_asks_for() {
    let mut world = World::new();
    let ana = world.email;
    limit(&mut world, ana, json!({ "daily_limit": 1_000 }));
    let (_, people) = email(&mut world, json!({ "daily_limit": 500 }), json!([mail("S")]), &crowd(120));
    assert_eq!(prospects(&claim_with(&mut world, json!({ "max": 1 }))), people[..1]);
    assert_eq!(prospects(&claim_with(&mut world, json!({ "max": 4 }))), people[1..5]);
    assert_eq!(prospects(&world.me().claim_due(ClaimDue::default()).unwrap().tasks), people[5..105], "100 by default");
    assert_eq!(prospects(&claim_with(&mut world, json!({ "max": 1_000 }))), people[105..]);
    sound(&mut world);
}

#[test]
fn a_claim_that_asks_for_nothing_sensible_is_refused() {
    let mut world = World::new();
    email(&mut world, json!({}), json!([mail("S")]), &["bo"]);
    let url = "malformed_url";
    for (field, value, code) in [
        ("max", json!(0), "out_of_range"),
        ("max", json!(1_001), "out_of_range"),
        ("max", json!(1.5), "not_integer"),
        ("max", json!("2"), "wrong_type"),
        ("lease_seconds", json!(0), "out_of_range"),
        ("lease_seconds", json!(86_401), "out_of_range"),
        ("type", json!("sms"), "unknown_value"),
        ("late", json!("never"), "unknown_value"),
        ("now", json!("2026-04-22"), "malformed_instant"),
        ("now", json!("2026-04-22T10:00:00"), "malformed_instant"),
        ("now", json!("1969-12-31T23:59:59Z"), "malformed_instant"),
        ("now", json!(NOW_MS), "wrong_type"),
        ("unsubscribe_url", json!("http://example.com/{token}"), url),
        ("unsubscribe_url", json!("https://example.com/"), url),
        ("unsubscribe_url", json!("https://example.com/{token}>"), url),
        ("unsubscribe_url", json!("https://example.com/{token}\r\nBcc: x"), url),
        ("unsubscribe_url", json!(format!("https://example.com/{{token}}{}", "x".repeat(2_000))), "too_long"),
        ("open_url", json!("http://example.com/{token}"), url),
        ("open_url", json!("mailto:ana@example.com?subject={token}"), url),
        ("open_url", json!("https://example.com/"), url),
        ("open_url", json!("https://example.com/{token}\""), url),
        ("open_url", json!(format!("https://example.com/{{token}}{}", "x".repeat(2_000))), "too_long"),
        ("open_url", json!(1), "wrong_type"),
        ("limit", json!(1), "unknown_field"),
    ] {
        let mut request = json!({});
        request[field] = value.clone();
        let error = world.refused(|me| me.claim_due(request));
        assert_eq!(problems(&error), issues(&[(field, code)]), "{field}: {value}");
    }
    let error = world.refused(|me| me.claim_due(json!({ "max": 0, "late": "no", "now": "soon" })));
    let expected = [("max", "out_of_range"), ("late", "unknown_value"), ("now", "malformed_instant")];
    assert_eq!(problems(&error), issues(&expected));
    let typed = ClaimDue { max: Some(0), lease_seconds: Some(0), ..ClaimDue::default() };
    let error = world.refused(|me| me.claim_due(typed));
    assert_eq!(problems(&error), issues(&[("max", "out_of_range"), ("lease_seconds", "out_of_range")]));
    assert_eq!(claim(&mut world).len(), 1);
    sound(&mut world);
}

#[test]
fn a_claim_of_one_channel_leaves_the_other_alone() {
    let mut world = World::new();
    let (_, mails) = email(&mut world, json!({}), json!([mail("S"), delay(1, 0, 0)]), &["bo"]);
    let (_, invited) = linkedin(&mut world, json!({}), json!([invitation(), message("Hi")]), &["bo"]);
    assert_eq!(prospects(&claim_with(&mut world, json!({ "type": "linkedin" }))), invited);
    assert_eq!(prospects(&claim_with(&mut world, json!({ "type": "email" }))), mails);
    world.clock.advance_ms(HOUR);
    for task in claim(&mut world) {
        complete(&mut world, &task, Outcome::Sent);
    }
    world.clock.advance_ms(20 * DAY);
    assert_eq!(claim_with(&mut world, json!({ "type": "linkedin" })), []);
    assert_eq!((status(&mut world, invited[0]), status(&mut world, mails[0])), ("timed_out", "sent"));
    assert_eq!(claim_with(&mut world, json!({ "type": "email" })), []);
    assert_eq!(status(&mut world, mails[0]), "completed");
    sound(&mut world);
}

#[test]
fn the_present_instant_can_be_said_by_the_caller() {
    let mut world = World::new();
    let nodes = json!([delay(1, 0, 0), mail("S"), delay(1, 0, 0), mail("T")]);
    let (id, people) = email(&mut world, json!({}), nodes, &["bo"]);
    assert_eq!(claim_with(&mut world, json!({ "now": "2026-04-23T09:59:59.999Z" })), []);
    let task = claim_with(&mut world, json!({ "now": "2026-04-23T12:00:00+02:00" })).remove(0);
    assert_eq!(task.claimed_at.to_string(), "2026-04-23T10:00:00Z");
    world.me().complete(task.id, json!({ "outcome": "sent", "now": "2026-04-24T08:00:00Z" })).unwrap();
    let (before, due) = (Instant::parse("2026-04-25T07:59:59.999Z"), Instant::parse("2026-04-25T08:00:00Z"));
    assert_eq!(world.me().claim_due(ClaimDue { now: before, ..ClaimDue::default() }).unwrap().tasks, []);
    let tasks = world.me().claim_due(ClaimDue { now: due, ..ClaimDue::default() }).unwrap().tasks;
    assert_eq!(places(&tasks), [(people[0], 3)]);
    let reply = json!({ "id": "1", "type": "replied", "prospect_id": people[0], "now": "2026-04-26T00:00:00Z" });
    world.me().record_event(reply).unwrap();
    assert_eq!(shape(&world.me().campaign(id).unwrap())["completed_at"], "2026-04-26T00:00:00Z");
    let error = world.refused(|me| me.complete(task.id, json!({ "outcome": "sent", "now": "now" })));
    assert_eq!(problems(&error), issues(&[("now", "malformed_instant")]));
    sound(&mut world);
}

#[test]
fn nothing_is_handed_out_before_it_is_due() {
    let mut world = World::new();
    let nodes = json!([delay(0, 0, 2), mail("S"), delay(1, 2, 3), mail("T")]);
    let (_, people) = email(&mut world, json!({}), nodes, &["bo"]);
    for (wait, position) in [(2 * MINUTE, 1), (DAY + 2 * HOUR + 3 * MINUTE, 3)] {
        world.clock.advance_ms(wait - 1);
        assert_eq!(claim(&mut world), []);
        world.clock.advance_ms(1);
        assert_eq!(places(&send(&mut world)), [(people[0], position)]);
    }
    sound(&mut world);
}

#[test]
fn a_day_of_a_delay_is_a_day_of_the_calendar_and_an_hour_is_an_hour() {
    // Clocks went forward in Berlin on 2026-03-29 at 02:00, and in New York on 2026-03-08.
    for (hours, nodes, wait) in [
        (Value::Null, json!([delay(1, 0, 0), invitation()]), 23 * HOUR),
        (Value::Null, json!([delay(0, 24, 0), invitation()]), 24 * HOUR),
        (json!("America/New_York"), json!([delay(1, 0, 0), invitation()]), 24 * HOUR),
    ] {
        let mut world = World::new();
        world.store.update_user(world.user, json!({ "time_zone": "Europe/Berlin" })).unwrap();
        let from = Instant::parse("2026-03-28T12:00:00+01:00").unwrap().unix_ms();
        world.clock.advance_ms(from - NOW_MS);
        let hours = over(always(), json!({ "time_zone": hours }));
        linkedin(&mut world, json!({ "operating_hours": hours }), nodes, &["bo"]);
        world.clock.advance_ms(wait - 1);
        assert_eq!(claim(&mut world), []);
        world.clock.advance_ms(1);
        assert_eq!(claim(&mut world).len(), 1);
        sound(&mut world);
    }
}

#[test]
fn a_delay_counts_from_the_completion_not_from_the_claim() {
    let mut world = World::new();
    email(&mut world, json!({}), json!([mail("S"), delay(0, 1, 0), mail("T")]), &["bo"]);
    let task = claim_one(&mut world);
    world.clock.advance_ms(4 * MINUTE);
    complete(&mut world, &task, Outcome::Sent);
    world.clock.advance_ms(HOUR - 1);
    assert_eq!(claim(&mut world), []);
    world.clock.advance_ms(1);
    assert_eq!(claim(&mut world).len(), 1);
    sound(&mut world);
}

#[test]
fn no_one_is_handed_two_messages_at_one_instant() {
    let mut world = World::new();
    let (_, people) = email(&mut world, json!({}), json!([mail("S"), mail("T"), mail("U")]), &["bo"]);
    for position in 0..3 {
        assert_eq!(places(&send(&mut world)), [(people[0], position)]);
        assert_eq!(claim(&mut world), [], "the follow-up is due a millisecond later");
        world.clock.advance_ms(1);
    }
    assert_eq!(status(&mut world, people[0]), "completed");
    sound(&mut world);
}

#[test]
fn follow_ups_go_before_first_messages_and_what_was_due_first_goes_first() {
    let mut world = World::new();
    let nodes = json!([mail("S"), delay(1, 0, 0), mail("T")]);
    let (id, first) = email(&mut world, json!({ "daily_limit": 3 }), nodes, &["bo", "cy", "di"]);
    let tasks = claim(&mut world);
    assert_eq!(prospects(&tasks), first, "in the order in which they were added");
    // The last is sent first.
    for task in tasks.iter().rev() {
        complete(&mut world, task, Outcome::Sent);
        world.clock.advance_ms(MINUTE);
    }
    let second = world.add(id, json!([{ "email": "ed@example.com" }, { "email": "flo@example.com" }]));
    world.clock.advance_ms(DAY);
    let tasks = claim_with(&mut world, json!({ "max": 2 }));
    assert_eq!(places(&tasks), [(first[2], 2), (first[1], 2)]);
    assert_eq!(places(&claim(&mut world)), [(first[0], 2)], "the day has room for no more");
    world.clock.advance_ms(DAY);
    assert_eq!(
        prospects(&claim(&mut world)),
        first,
        "what was handed out at once returns at once, and goes first, too"
    );
    let ana = world.email;
    limit(&mut world, ana, json!({ "daily_limit": 40 }));
    world.me().update_campaign(id, json!({ "daily_limit": 40 })).unwrap();
    assert_eq!(prospects(&claim(&mut world)), second);
    sound(&mut world);
}

#[test]
fn follow_ups_of_one_campaign_go_before_first_messages_of_another() {
    let mut world = World::new();
    let ana = world.email;
    limit(&mut world, ana, json!({ "daily_limit": 2 }));
    let (_, fresh) = email(&mut world, json!({}), json!([delay(1, 0, 0), mail("S")]), &["bo", "cy"]);
    let nodes = json!([mail("S"), delay(1, 1, 0), mail("T")]);
    let (_, begun) = email(&mut world, json!({}), nodes, &["di"]);
    assert_eq!(prospects(&send(&mut world)), begun);
    world.clock.advance_ms(DAY + 2 * HOUR);
    assert_eq!(places(&claim(&mut world)), [(begun[0], 2), (fresh[0], 1)], "though it was due an hour later");
    sound(&mut world);
}
