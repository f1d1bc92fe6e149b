//! Who must not be contacted.

use super::*;

#[test]
fn someone_who_was_suppressed_is_not_claimed_and_leaves_room_for_the_next() {
    for (channel, kind, value) in [
        ("email", "email_address", "P0000@example.com"),
        ("email", "email_domain", "example.com"),
        ("linkedin", "linkedin_profile", "https://www.linkedin.com/in/P0000/"),
    ] {
        let mut world = World::new();
        let (id, people) = if channel == "email" {
            email(&mut world, json!({}), json!([mail("S")]), &crowd(3))
        } else {
            linkedin(&mut world, json!({}), json!([invitation()]), &crowd(3))
        };
        let spared = world.add(id, json!([{ "email": "x@example.org", "linkedin_url": "linkedin.com/in/x" }]));
        suppress(&mut world, kind, value);
        let expected = if kind == "email_domain" { spared[0] } else { people[1] };
        assert_eq!(prospects(&claim_with(&mut world, json!({ "max": 1 }))), [expected], "{kind}");
        assert_eq!(status(&mut world, people[0]), "skipped");
        sound(&mut world);
    }
}

#[test]
fn a_follow_up_to_someone_who_was_suppressed_is_not_claimed() {
    let mut world = World::new();
    let (id, people) = email(&mut world, json!({}), json!([mail("S"), mail("T")]), &["bo"]);
    send(&mut world);
    world.clock.advance_ms(1);
    suppress(&mut world, "email_address", "bo@example.com");
    let (claimed, events) = world.recorded(|me| me.claim_due(json!({})));
    assert_eq!(claimed.tasks, []);
    assert_eq!(events, [closed(id), completed(id)]);
    assert_eq!((status(&mut world, people[0]), campaign_status(&mut world, id)), ("skipped", "completed"));
    sound(&mut world);
}

#[test]
fn follow_ups_to_people_who_were_suppressed_leave_room_for_the_next() {
    let mut world = World::new();
    let ben = add_sender(&mut world, "email", "ben", json!({}));
    let senders = json!({ "sender_account_ids": [world.email, ben] });
    let (id, people) = email(&mut world, senders, json!([mail("S"), mail("T")]), &crowd(20));
    send(&mut world);
    let fresh = world.add(id, json!([{ "email": "x@example.org" }, { "email": "y@example.com" }]));
    world.clock.advance_ms(1);
    for name in &crowd(18) {
        suppress(&mut world, "email_address", &format!("{name}@example.com"));
    }
    for expected in [(people[18], 1), (people[19], 1), (fresh[0], 0), (fresh[1], 0)] {
        assert_eq!(places(&claim_with(&mut world, json!({ "max": 1 }))), [expected]);
    }
    assert_eq!(stats_of(&mut world, id)["skipped"], 18);
    sound(&mut world);
}

#[test]
fn someone_whom_another_campaign_holds_by_now_is_skipped() {
    let mut world = World::new();
    let (first, people) = linkedin(&mut world, json!({}), json!([message("A"), message("B")]), &["bo", "cy"]);
    let sent = claim_with(&mut world, json!({ "max": 1 })).remove(0);
    complete(&mut world, &sent, Outcome::Sent);
    let anyone = json!({ "skip_other_campaigns": false });
    let (second, others) = linkedin(&mut world, anyone, json!([message("C")]), &["bo", "di"]);
    world.clock.advance_ms(1);
    assert_eq!(prospects(&claim(&mut world)), [people[1], others[0], others[1]]);
    assert_eq!(status(&mut world, people[0]), "skipped");
    let expected = json!({ "prospects": 2, "pending": 1, "skipped": 1, "messages_sent": 1 });
    assert_eq!(stats_of(&mut world, first), stats(expected));

    // Only an active campaign holds anyone.
    world.me().pause(second).unwrap();
    let third = world.add(first, json!([{ "linkedin_url": "linkedin.com/in/di" }]));
    assert_eq!(prospects(&claim(&mut world)), third);
    sound(&mut world);
}

#[test]
fn someone_with_whom_another_campaign_is_done_is_left_to_the_one_that_writes_by_now() {
    let mut world = World::new();
    let (done, people) = linkedin(&mut world, json!({}), json!([message("A")]), &["bo", "cy"]);
    let task = claim_with(&mut world, json!({ "max": 1 })).remove(0);
    complete(&mut world, &task, Outcome::Sent);
    assert_eq!((task.prospect.id, status(&mut world, people[0])), (people[0], "completed"));
    world.me().pause(done).unwrap();
    let nodes = json!([message("B"), delay(1, 0, 0), message("C")]);
    let (going_on, others) = linkedin(&mut world, json!({}), nodes, &["bo"]);
    assert_eq!(places(&send(&mut world)), [(others[0], 0)]);
    assert_eq!(shape(&world.me().resume(done).unwrap())["skipped"], json!([]));
    sound(&mut world);
    world.clock.advance_ms(DAY);
    assert_eq!(campaign_status(&mut world, done), "active");
    assert_eq!(places(&send(&mut world)), [(others[0], 2), (people[1], 0)]);
    assert_eq!((status(&mut world, others[0]), campaign_status(&mut world, going_on)), ("completed", "completed"));
    sound(&mut world);
}

#[test]
fn a_task_whose_prospect_was_skipped_meanwhile_can_be_completed() {
    for (outcome, sent) in [(Outcome::Sent, 1), (Outcome::BOUNCED, 1), (Outcome::Failed { retryable: true }, 0)] {
        let mut world = World::new();
        let (id, people) = email(&mut world, json!({}), json!([mail("S"), mail("T")]), &["bo", "cy"]);
        let task = claim_with(&mut world, json!({ "max": 1 })).remove(0);
        world.clock.advance_ms(HOUR);
        suppress(&mut world, "email_address", "bo@example.com");
        assert_eq!(prospects(&claim(&mut world)), people[1..]);
        assert_eq!(complete(&mut world, &task, outcome), reported(true, "skipped", "active"));
        assert_eq!(complete(&mut world, &task, outcome), reported(false, "skipped", "active"));
        let expected = json!({ "prospects": 2, "pending": 1, "skipped": 1, "messages_sent": sent });
        assert_eq!(stats_of(&mut world, id), stats(expected));
        sound(&mut world);
    }
}
