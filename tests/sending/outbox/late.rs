//! Messages whose time has passed.

use super::*;

/// A LinkedIn campaign whose second message was due on Wednesday at 10:30 but was not claimed, and an email campaign
/// whose second message was due then, too. It is Thursday, 08:00.
fn outage(world: &mut World) -> [ProspectId; 2] {
    let [a, b, c] = ["A", "B", "C"].map(message);
    let pause = delay(0, 0, 30);
    let nodes = json!([a, pause, b, pause, c]);
    let hours = json!({ "operating_hours": one_hour_a_day(), "late_after_minutes": 1 });
    let (_, profiles) = linkedin(world, hours, nodes, &["bo"]);
    let nodes = json!([mail("S"), pause, mail("T"), pause, mail("U")]);
    let (_, mails) = email(world, json!({ "late_after_minutes": 1 }), nodes, &["bo"]);
    assert_eq!(send(world).len(), 2);
    world.clock.advance_ms(22 * HOUR);
    [profiles[0], mails[0]]
}

#[test]
fn what_is_late_goes_in_the_next_hours() {
    for late in [json!({}), json!({ "late": "next_window" })] {
        let mut world = World::new();
        let [profile, mail] = outage(&mut world);
        assert_eq!(places(&claim_with(&mut world, late.clone())), [(mail, 2)], "an email has no hours");
        world.clock.advance_ms(2 * HOUR - 1);
        let tasks = claim_with(&mut world, over(late.clone(), json!({ "type": "linkedin" })));
        assert_eq!(tasks, []);
        world.clock.advance_ms(1);
        let tasks = claim_with(&mut world, over(late, json!({ "type": "linkedin" })));
        assert_eq!(places(&tasks), [(profile, 2)]);
        sound(&mut world);
    }
}

#[test]
fn what_is_late_can_go_at_once_whatever_the_hours() {
    let mut world = World::new();
    let [profile, mail] = outage(&mut world);
    let tasks = claim_with(&mut world, json!({ "late": "send" }));
    assert_eq!(places(&tasks), [(profile, 2), (mail, 2)]);
    for task in &tasks {
        complete(&mut world, task, Outcome::Sent);
    }
    world.clock.advance_ms(30 * MINUTE);
    let tasks = claim_with(&mut world, json!({ "late": "send" }));
    assert_eq!(places(&tasks), [(mail, 4)], "at 08:30 the third message to the profile is due, but not late");
    sound(&mut world);
}

#[test]
fn what_is_late_goes_within_the_limits() {
    let mut world = World::new();
    let account = world.linkedin;
    let hours = json!({ "operating_hours": one_hour_a_day() });
    let (_, people) = linkedin(&mut world, hours, json!([message("A"), delay(1, 0, 0), message("B")]), &crowd(6));
    assert_eq!(send(&mut world).len(), 6);
    limit(&mut world, account, json!({ "daily_limit": 3 }));
    // Three had their turn on Thursday and three on Friday. It is Saturday, 08:00.
    world.clock.advance_ms(3 * DAY - 2 * HOUR);
    let late = json!({ "late": "send", "lease_seconds": 86_400 });
    assert_eq!(prospects(&claim_with(&mut world, late.clone())), people[..3]);
    world.clock.advance_ms(2 * HOUR);
    assert_eq!(claim_with(&mut world, late.clone()), [], "10:00 on Saturday");
    world.clock.advance_ms(DAY);
    assert_eq!(prospects(&claim_with(&mut world, over(late, json!({ "max": 3 })))), [people[3], people[4], people[5]]);
    sound(&mut world);
}

#[test]
fn what_is_late_goes_in_as_many_claims_as_it_takes() {
    let mut world = World::new();
    let nodes = json!([message("A"), delay(0, 0, 30), message("B")]);
    let hours = json!({ "operating_hours": one_hour_a_day() });
    let (_, people) = linkedin(&mut world, hours, nodes, &crowd(5));
    assert_eq!(send(&mut world).len(), 5);
    // It is Thursday, 08:00.
    world.clock.advance_ms(22 * HOUR);
    let late = json!({ "max": 2, "late": "send" });
    assert_eq!(prospects(&claim_with(&mut world, late.clone())), people[..2]);
    world.clock.advance_ms(MINUTE);
    assert_eq!(claim_with(&mut world, json!({ "late": "next_window" })), []);
    assert_eq!(
        claim_with(&mut world, json!({ "late": "skip" })),
        [],
        "and messages that are late already are not left out"
    );
    world.clock.advance_ms(MINUTE);
    assert_eq!(prospects(&claim_with(&mut world, late.clone())), people[2..4]);
    assert_eq!(prospects(&claim_with(&mut world, late)), people[4..]);
    sound(&mut world);
}

#[test]
fn what_is_late_can_be_left_out() {
    let mut world = World::new();
    let [profile, mail] = outage(&mut world);
    assert_eq!(claim_with(&mut world, json!({ "late": "skip" })), []);
    world.clock.advance_ms(30 * MINUTE);
    assert_eq!(
        places(&claim_with(&mut world, json!({ "late": "skip" }))),
        [(mail, 4)],
        "the follow-up counts from now"
    );
    world.clock.advance_ms(2 * HOUR);
    let tasks = claim_with(&mut world, json!({ "late": "skip", "type": "linkedin" }));
    assert_eq!(places(&tasks), [(profile, 4)]);
    sound(&mut world);
}

#[test]
fn leaving_out_the_last_message_completes_the_prospect_and_the_campaign() {
    let mut world = World::new();
    let (id, people) = email(&mut world, json!({}), json!([mail("S"), delay(0, 1, 0), mail("T")]), &["bo"]);
    send(&mut world);
    world.clock.advance_ms(3 * DAY + HOUR);
    assert_eq!(prospects(&claim_with(&mut world, json!({ "late": "skip", "type": "linkedin" }))), []);
    world.clock.advance_ms(1);
    let (claimed, events) =
        world.recorded(|me| me.claim_due(ClaimDue { late: Some(LatePolicy::Skip), ..ClaimDue::default() }));
    assert_eq!(claimed.tasks, []);
    assert_eq!(events, [closed(id), completed(id)]);
    assert_eq!(status(&mut world, people[0]), "completed");
    assert_eq!(stats_of(&mut world, id), stats(json!({ "prospects": 1, "completed": 1, "messages_sent": 1 })));
    sound(&mut world);
}

#[test]
fn first_messages_are_never_late_and_others_only_after_some_days() {
    for late in ["send", "skip"] {
        let mut world = World::new();
        let (_, fresh) = email(&mut world, json!({ "daily_limit": 3 }), json!([mail("S")]), &crowd(5));
        world.clock.advance_ms(10 * DAY);
        let request = json!({ "late": late });
        assert_eq!(prospects(&claim_with(&mut world, request.clone())), fresh[..3], "first messages are never late");

        let mut world = World::new();
        let nodes = json!([mail("S"), delay(0, 1, 0), mail("T")]);
        let (_, people) = email(&mut world, json!({ "daily_limit": 2 }), nodes, &crowd(2));
        send(&mut world);
        world.clock.advance_ms(DAY);
        assert_eq!(prospects(&claim_with(&mut world, request)), people, "{late}");
        sound(&mut world);
    }
}

/// docs/rules.md#late-messages: it depends neither on limits nor on whether somebody claimed.
#[test]
fn what_waits_for_room_or_for_its_sender_is_late_as_soon_as_all_else() {
    for is_there in [true, false] {
        let mut world = World::new();
        let ana = world.email;
        let of_two_days = json!({ "late_after_minutes": 2 * 24 * 60 });
        let (_, people) = email(&mut world, of_two_days, json!([mail("S"), delay(0, 1, 0), mail("T")]), &["bo"]);
        send(&mut world);
        limit(&mut world, ana, json!({ "status": "disconnected" }));
        for quarter in 1..=2 * 96 + 4 {
            world.clock.advance_ms(15 * MINUTE);
            if is_there {
                assert_eq!(claim_with(&mut world, json!({ "late": "skip" })), []);
            }
            let is_late = is_there && quarter > 2 * 96 + 4;
            assert_eq!(status(&mut world, people[0]), if is_late { "completed" } else { "sent" });
        }
        world.clock.advance_ms(1);
        limit(&mut world, ana, json!({ "status": "connected" }));
        assert_eq!(claim_with(&mut world, json!({ "late": "skip" })), []);
        assert_eq!(status(&mut world, people[0]), "completed");
        sound(&mut world);
    }
}

#[test]
fn a_host_that_comes_once_a_day_sends_its_follow_ups() {
    let mut world = World::new();
    let nodes = json!([message("A"), delay(0, 0, 30), message("B")]);
    let (_, people) = linkedin(&mut world, json!({ "operating_hours": one_hour_a_day() }), nodes, &crowd(3));
    let mut sent = Vec::new();
    for _ in 0..3 {
        let tasks = claim_with(&mut world, json!({ "late": "skip" }));
        for task in &tasks {
            complete(&mut world, task, Outcome::Sent);
        }
        sent.push(places(&tasks));
        world.clock.advance_ms(DAY);
    }
    let each = |place| people.iter().map(|prospect| (*prospect, place)).collect::<Vec<_>>();
    assert_eq!(sent, [each(0), each(2), vec![]]);
    sound(&mut world);
}

/// Messages that are sent at any hour are recognised before a claim is cut short.
#[test]
fn what_is_late_does_not_depend_on_how_much_is_claimed() {
    for (max, expected) in [(100, 2), (3, 2), (1, 1)] {
        let mut world = World::new();
        let account = world.linkedin;
        let nodes = json!([message("A"), delay(1, 0, 0), message("B")]);
        let hours = json!({ "operating_hours": one_hour_a_day() });
        let (id, _) = linkedin(&mut world, hours, nodes, &crowd(6));
        assert_eq!(send(&mut world).len(), 6);
        world.clock.advance_ms(15 * MINUTE);
        let late =
            world.add(id, json!([{ "linkedin_url": "linkedin.com/in/q" }, { "linkedin_url": "linkedin.com/in/r" }]));
        assert_eq!(send(&mut world).len(), 2);
        limit(&mut world, account, json!({ "daily_limit": 3 }));
        // On Thursday at 10:05 three go; it is Saturday, 08:00.
        world.clock.advance_ms(DAY - 10 * MINUTE);
        assert_eq!(send(&mut world).len(), 3);
        world.clock.advance_ms(46 * HOUR - 5 * MINUTE);
        let tasks = claim_with(&mut world, json!({ "late": "send", "max": max }));
        assert_eq!(prospects(&tasks), late[..expected], "{max}");
        sound(&mut world);
    }
}

#[test]
fn what_a_slow_host_has_not_come_to_by_midnight_is_not_left_out() {
    let mut world = World::new();
    let ana = world.email;
    limit(&mut world, ana, json!({ "daily_limit": 1_000 }));
    // The second messages are due at 23:50.
    let nodes = json!([mail("S"), delay(0, 13, 50), mail("T")]);
    let (id, people) = email(&mut world, json!({ "daily_limit": 500 }), nodes, &crowd(40));
    send(&mut world);
    let mut sent = Vec::new();
    world.clock.advance_ms(13 * HOUR + 40 * MINUTE);
    for _ in 0..40 {
        for task in claim_with(&mut world, json!({ "max": 2, "late": "skip" })) {
            complete(&mut world, &task, Outcome::Sent);
            sent.push(task.prospect.id);
        }
        world.clock.advance_ms(MINUTE);
    }
    assert_eq!(sent, people);
    assert_eq!(stats_of(&mut world, id), stats(json!({ "prospects": 40, "completed": 40, "messages_sent": 80 })));
    sound(&mut world);
}

#[test]
fn what_was_lost_or_failed_is_not_left_out() {
    for place in [0, 2] {
        let mut world = World::new();
        let nodes = json!([mail("S"), delay(0, 1, 0), mail("T"), delay(0, 1, 0), mail("U")]);
        let (_, people) = email(&mut world, json!({}), nodes, &["bo", "cy", "di"]);
        if place > 0 {
            send(&mut world);
            world.clock.advance_ms(HOUR);
        }
        let tasks = claim(&mut world);
        assert!(tasks.iter().all(|task| task.position == place));
        complete(&mut world, &tasks[1], Outcome::Failed { retryable: true });
        complete(&mut world, &tasks[2], Outcome::Sent);
        world.clock.advance_ms(4 * DAY);
        let again = claim_with(&mut world, json!({ "late": "skip" }));
        // The failed message was due again before the lease ended.
        assert_eq!(places(&again), [(people[1], place), (people[0], place)]);
        world.clock.advance_ms(HOUR);
        // The third did not fail, so its next message was left out, since it should have been sent on Wednesday.
        let rest = if place == 0 { vec![(people[2], 4)] } else { vec![] };
        let expected = [vec![(people[0], place), (people[1], place)], rest].concat();
        assert_eq!(places(&claim(&mut world)), expected);
        assert_eq!(status(&mut world, people[2]), if place == 0 { "sent" } else { "completed" });
        sound(&mut world);
    }
}

#[test]
fn an_invitation_that_is_late_is_not_left_out_but_goes_at_once_where_late_ones_do() {
    let nodes = json!([message("A"), delay(0, 0, 30), invitation(), message("B")]);
    for (late, at_eight, at_ten) in [("send", 1, 0), ("skip", 0, 1), ("next_window", 0, 1)] {
        let mut world = World::new();
        let hours = json!({ "operating_hours": one_hour_a_day() });
        let (_, people) = linkedin(&mut world, hours, nodes.clone(), &["bo"]);
        send(&mut world);
        world.clock.advance_ms(22 * HOUR);
        let invited = [(people[0], 2)];
        assert_eq!(places(&claim_with(&mut world, json!({ "late": late }))), invited[..at_eight], "{late}");
        world.clock.advance_ms(2 * HOUR);
        // The leases of the messages from eight o'clock are over.
        if at_ten > 0 {
            assert_eq!(places(&claim_with(&mut world, json!({ "late": late }))), invited, "{late}");
        }
        sound(&mut world);
    }
}

#[test]
fn hours_that_touch_are_over_together() {
    let hours = |spans: &[(&str, &str)]| -> Value {
        let spans: Vec<Value> = spans.iter().map(|(start, end)| json!({ "start": start, "end": end })).collect();
        always().as_object().unwrap().keys().map(|day| (day.clone(), json!(spans))).collect()
    };
    for (spans, close) in [
        (&[("10:00", "11:00"), ("11:00", "13:00")][..], 3 * HOUR),
        (&[("10:00", "24:00"), ("00:00", "02:00")], 16 * HOUR),
        (&[("10:00", "11:00"), ("11:01", "13:00")], HOUR),
    ] {
        let launched = |world: &mut World| {
            let nodes = json!([message("A"), delay(0, 0, 30), message("B")]);
            let hours = json!({ "operating_hours": hours(spans), "late_after_minutes": 1 });
            let (_, people) = linkedin(world, hours, nodes, &["bo"]);
            send(world);
            people[0]
        };
        let mut world = World::new();
        let bo = launched(&mut world);
        world.clock.advance_ms(close - 1);
        assert_eq!(places(&claim_with(&mut world, json!({ "late": "skip" }))), [(bo, 2)], "{spans:?}");
        sound(&mut world);

        let mut world = World::new();
        let bo = launched(&mut world);
        world.clock.advance_ms(close);
        assert_eq!(claim_with(&mut world, json!({ "late": "skip" })), []);
        assert_eq!(status(&mut world, bo), "completed", "{spans:?}");
        sound(&mut world);
    }
}

#[test]
fn nothing_is_late_where_hours_never_end() {
    let mut world = World::new();
    let nodes = json!([message("A"), delay(0, 1, 0), message("B")]);
    let (_, people) = linkedin(&mut world, json!({}), nodes, &["bo"]);
    send(&mut world);
    world.clock.advance_ms(20 * DAY);
    assert_eq!(places(&claim_with(&mut world, json!({ "late": "skip" }))), [(people[0], 2)]);
    sound(&mut world);
}

#[test]
fn claims_of_the_other_channel_do_not_keep_a_message_from_being_late() {
    for (channel, is_late) in [("email", true), ("linkedin", false)] {
        let mut world = World::new();
        let nodes = json!([message("A"), delay(0, 0, 30), message("B")]);
        let hours = json!({ "operating_hours": one_hour_a_day() });
        let (_, people) = linkedin(&mut world, hours, nodes, &["bo", "cy"]);
        send(&mut world);
        world.clock.advance_ms(30 * MINUTE);
        // One of two is sent in time if this host claims for the channel.
        let first = claim_with(&mut world, json!({ "type": channel, "max": 1 }));
        assert_eq!(first.len(), usize::from(!is_late));
        world.clock.advance_ms(22 * HOUR);
        let tasks = claim_with(&mut world, json!({ "late": "send" }));
        assert_eq!(prospects(&tasks), if is_late { people } else { vec![] });
        sound(&mut world);
    }
}
