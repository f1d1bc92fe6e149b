//! Invitations that are accepted, or not.

use super::*;

#[test]
fn a_message_after_an_invitation_waits_for_its_acceptance() {
    let mut world = World::new();
    let nodes = json!([invitation(), delay(0, 2, 0), message("Hi"), delay(0, 1, 0), message("Again")]);
    let (_, people) = linkedin(&mut world, json!({}), nodes, &["bo", "cy"]);
    send(&mut world);
    world.clock.advance_ms(3 * DAY);
    assert_eq!(claim(&mut world), []);
    assert_eq!(event(&mut world, "1", "connection_accepted", people[0]), reported(true, "connected", "active"));
    world.clock.advance_ms(2 * HOUR - 1);
    assert_eq!(claim(&mut world), [], "the delay counts from the acceptance");
    world.clock.advance_ms(1);
    assert_eq!(places(&send(&mut world)), [(people[0], 2)]);
    world.clock.advance_ms(HOUR);
    assert_eq!(places(&send(&mut world)), [(people[0], 4)], "only the first message waits");
    assert_eq!(status(&mut world, people[1]), "connection_sent");
    sound(&mut world);
}

#[test]
fn a_message_before_the_invitation_waits_for_nothing() {
    let mut world = World::new();
    let (_, people) = linkedin(&mut world, json!({}), json!([message("A"), message("B"), invitation()]), &["bo"]);
    for position in 0..3 {
        assert_eq!(places(&send(&mut world)), [(people[0], position)]);
        world.clock.advance_ms(1);
    }
    assert_eq!(status(&mut world, people[0]), "completed", "nothing comes after the invitation");
    sound(&mut world);
}

#[test]
fn an_invitation_that_is_not_accepted_in_time_times_out() {
    // Clocks go back in Berlin on 2026-10-25, so 14 days are an hour longer there.
    for (zone, days, wait) in
        [("UTC", 14, 14 * DAY), ("UTC", 3, 3 * DAY), ("Europe/Berlin", 14, 14 * DAY + HOUR), ("UTC", 365, 365 * DAY)]
    {
        let mut world = World::new();
        let user = world.user;
        world.store.update_user(user, json!({ "time_zone": zone, "acceptance_days": days })).unwrap();
        world.clock.advance_ms(Instant::parse("2026-10-20T10:00:00Z").unwrap().unix_ms() - NOW_MS);
        let (id, people) = linkedin(&mut world, json!({}), json!([invitation(), message("Hi")]), &["bo", "cy"]);
        let tasks = claim(&mut world);
        complete(&mut world, &tasks[0], Outcome::Sent);
        world.clock.advance_ms(MINUTE);
        complete(&mut world, &tasks[1], Outcome::Sent);
        event(&mut world, "1", "connection_accepted", people[1]);
        world.clock.advance_ms(wait - MINUTE - 1);
        assert_eq!(prospects(&send(&mut world)), people[1..]);
        assert_eq!(status(&mut world, people[0]), "connection_sent");
        world.clock.advance_ms(1);
        let (tasks, events) = world.recorded(|me| me.claim_due(json!({})));
        assert_eq!(tasks.tasks, []);
        assert_eq!(events, [closed(id), completed(id)]);
        assert_eq!((status(&mut world, people[0]), campaign_status(&mut world, id)), ("timed_out", "completed"));
        let expected = json!({ "prospects": 2, "completed": 1, "timed_out": 1, "messages_sent": 3, "accepted": 1 });
        assert_eq!(stats_of(&mut world, id), stats(expected));
        sound(&mut world);
    }
}

#[test]
fn fourteen_days_is_what_a_user_gives_by_default() {
    let mut world = World::new();
    let user = world.user;
    assert_eq!(world.store.user(user).unwrap().acceptance_days, 14);
    let created = world.store.create_user(json!({ "acceptance_days": 30 })).unwrap();
    assert_eq!(created.acceptance_days, 30);
    for days in [json!(0), json!(366), json!(-1)] {
        let error = world.store.update_user(user, json!({ "acceptance_days": days })).unwrap_err();
        assert_eq!(problems(&error), issues(&[("acceptance_days", "out_of_range")]));
    }
    assert_eq!(world.store.user(user).unwrap().acceptance_days, 14);
    sound(&mut world);
}

#[test]
fn an_acceptance_may_come_before_the_completion() {
    let mut world = World::new();
    let nodes = json!([invitation(), delay(0, 1, 0), message("Hi")]);
    let (id, people) = linkedin(&mut world, json!({}), nodes, &["bo"]);
    let task = claim_one(&mut world);
    assert_eq!(event(&mut world, "1", "connection_accepted", people[0]), reported(true, "pending", "active"));
    world.clock.advance_ms(MINUTE);
    assert_eq!(complete(&mut world, &task, Outcome::Sent), reported(true, "connected", "active"));
    world.clock.advance_ms(HOUR - 1);
    assert_eq!(claim(&mut world), []);
    world.clock.advance_ms(1);
    assert_eq!(places(&send(&mut world)), [(people[0], 2)]);
    let expected = json!({ "prospects": 1, "completed": 1, "messages_sent": 2, "accepted": 1 });
    assert_eq!(stats_of(&mut world, id), stats(expected));
    sound(&mut world);
}

#[test]
fn an_acceptance_that_is_told_twice_counts_once() {
    let mut world = World::new();
    let nodes = json!([invitation(), delay(0, 1, 0), message("Hi"), delay(1, 0, 0)]);
    let (id, people) = linkedin(&mut world, json!({}), nodes, &["bo"]);
    send(&mut world);
    let accepted = |id: &str| json!({ "id": id, "type": "connection_accepted", "prospect_id": people[0] });
    let (_, events) = world.recorded(|me| me.record_event(accepted("1")));
    let change = json!({ "type": "connection_accepted", "prospect_id": people[0], "campaign_id": id });
    assert_eq!(events, [change]);
    world.clock.advance_ms(30 * MINUTE);
    let before = world.store.dump().unwrap();
    assert_eq!(event(&mut world, "1", "connection_accepted", people[0]), reported(false, "connected", "active"));
    assert_eq!(world.store.dump().unwrap(), before);
    let (answer, events) = world.recorded(|me| me.record_event(accepted("2")));
    assert_eq!(of_one(&answer), reported(true, "connected", "active"));
    assert_eq!(events, [""; 0]);
    world.clock.advance_ms(30 * MINUTE);
    assert_eq!(places(&send(&mut world)), [(people[0], 2)], "the delay counts from the first");
    assert_eq!(event(&mut world, "3", "connection_accepted", people[0]), reported(true, "message_sent", "active"));
    assert_eq!(stats_of(&mut world, id)["accepted"], 1);
    assert_eq!(claim(&mut world), []);
    sound(&mut world);
}

#[test]
fn someone_who_accepted_an_invitation_that_was_lost_or_failed_is_not_invited_again() {
    let retry = Outcome::Failed { retryable: true };
    for outcome in [None, Some(retry)] {
        let mut world = World::new();
        let ana = world.linkedin;
        limit(&mut world, ana, json!({ "weekly_connection_limit": 2 }));
        let nodes = json!([invitation(), delay(0, 1, 0), message("Hi")]);
        let (id, people) = linkedin(&mut world, json!({}), nodes, &["bo", "cy"]);
        let lost = claim_with(&mut world, json!({ "max": 1 })).remove(0);
        if let Some(outcome) = outcome {
            complete(&mut world, &lost, outcome);
        }
        world.clock.advance_ms(5 * MINUTE);
        assert_eq!(event(&mut world, "1", "connection_accepted", people[0]), reported(true, "connected", "active"));
        let (claimed, events) = world.recorded(|me| me.claim_due(json!({ "max": 1 })));
        assert_eq!(places(&claimed.tasks), [(people[1], 0)], "it takes no room from the next one");
        assert_eq!(events, [json!({ "type": "tasks_claimed", "campaign_id": id })]);
        complete(&mut world, &claimed.tasks[0], Outcome::Sent);
        let expected =
            json!({ "prospects": 2, "connected": 1, "connection_sent": 1, "messages_sent": 1, "accepted": 1 });
        assert_eq!(stats_of(&mut world, id), stats(expected));
        assert_eq!(status(&mut world, people[0]), "connected");
        world.clock.advance_ms(HOUR - 1);
        assert_eq!(claim(&mut world), [], "the delay counts from the acceptance");
        world.clock.advance_ms(1);
        assert_eq!(places(&send(&mut world)), [(people[0], 2)]);
        assert_eq!(status(&mut world, people[0]), "completed");
        sound(&mut world);
    }
}

#[test]
fn a_delay_before_the_end_is_waited_for() {
    let mut world = World::new();
    let nodes = json!([mail("S"), delay(1, 0, 0), delay(0, 1, 0)]);
    let (mails, bo) = email(&mut world, json!({}), nodes, &["bo", "cy"]);
    let (invited, di) = linkedin(&mut world, json!({}), json!([invitation(), delay(1, 1, 0)]), &["di"]);
    send(&mut world);
    assert_eq!(event(&mut world, "1", "connection_accepted", di[0]), reported(true, "connected", "active"));
    world.clock.advance_ms(DAY + HOUR - 1);
    assert_eq!(claim(&mut world), []);
    assert_eq!(status(&mut world, bo[0]), "sent");
    assert_eq!(event(&mut world, "2", "replied", bo[1]), reported(true, "replied", "active"), "it is not over yet");
    world.clock.advance_ms(1);
    let (tasks, events) = world.recorded(|me| me.claim_due(json!({})));
    assert_eq!(tasks.tasks, []);
    assert_eq!(events, [closed(mails), completed(mails), closed(invited), completed(invited)]);
    assert_eq!((status(&mut world, bo[0]), status(&mut world, di[0])), ("completed", "completed"));
    sound(&mut world);
}
