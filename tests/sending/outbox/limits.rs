//! How much an account and a campaign may send.

use super::*;

#[test]
fn a_campaign_sends_so_many_a_day_of_the_users_calendar() {
    let mut world = World::new();
    world.store.update_user(world.user, json!({ "time_zone": "Pacific/Auckland" })).unwrap();
    // 22:00 in Auckland; the day in UTC continues for 14 hours.
    let (_, people) = email(&mut world, json!({ "daily_limit": 2 }), json!([mail("S")]), &crowd(5));
    assert_eq!(prospects(&send(&mut world)), people[..2]);
    world.clock.advance_ms(2 * HOUR - 1);
    assert_eq!(claim(&mut world), []);
    world.clock.advance_ms(1);
    assert_eq!(prospects(&claim_with(&mut world, json!({ "max": 1 }))), people[2..3]);
    world.clock.advance_ms(23 * HOUR);
    let tasks = send(&mut world);
    assert_eq!(prospects(&tasks), people[2..4], "the lease ran out, but the claimed messages keep their places");
    world.clock.advance_ms(HOUR);
    assert_eq!(prospects(&send(&mut world)), people[4..]);
    sound(&mut world);
}

#[test]
fn limits_follow_a_user_who_moves_to_another_zone() {
    let mut world = World::new();
    email(&mut world, json!({ "daily_limit": 2 }), json!([mail("S")]), &crowd(6));
    assert_eq!(send(&mut world).len(), 2);
    world.clock.advance_ms(HOUR);
    for (zone, room) in [("UTC", 0), ("Asia/Tokyo", 0), ("Pacific/Tongatapu", 2), ("UTC", 0)] {
        world.store.update_user(world.user, json!({ "time_zone": zone })).unwrap();
        // It is midnight in Tonga.
        assert_eq!(send(&mut world).len(), room, "{zone}");
    }
    sound(&mut world);
}

#[test]
fn an_account_sends_so_many_a_day_over_all_its_campaigns() {
    for channel in ["email", "linkedin"] {
        let mut world = World::new();
        let account = if channel == "email" { world.email } else { world.linkedin };
        limit(&mut world, account, json!({ "daily_limit": 3 }));
        let launch = |world: &mut World, people: &[&str]| match channel {
            "email" => email(world, json!({}), json!([mail("S")]), people),
            _ => linkedin(world, json!({}), json!([invitation()]), people),
        };
        launch(&mut world, &["bo", "cy"]);
        assert_eq!(send(&mut world).len(), 2);
        launch(&mut world, &["di", "ed", "flo"]);
        assert_eq!(send(&mut world).len(), 1);
        world.clock.advance_ms(14 * HOUR - 1);
        assert_eq!(claim(&mut world), []);
        limit(&mut world, account, json!({ "daily_limit": 2 }));
        assert_eq!(claim(&mut world), [], "a lower limit holds at once");
        limit(&mut world, account, json!({ "daily_limit": 4 }));
        assert_eq!(send(&mut world).len(), 1, "and a higher one");
        world.clock.advance_ms(1);
        assert_eq!(send(&mut world).len(), 1);
        sound(&mut world);
    }
}

#[test]
fn a_profile_sends_so_many_invitations_and_so_many_messages_in_any_seven_days() {
    let mut world = World::new();
    let ana = world.linkedin;
    limit(&mut world, ana, json!({ "weekly_connection_limit": 2, "weekly_message_limit": 3 }));
    let (_, invited) = linkedin(&mut world, json!({}), json!([invitation()]), &crowd(5));
    let (_, written) =
        linkedin(&mut world, json!({ "skip_other_campaigns": false }), json!([message("Hi")]), &["x", "y", "z", "zz"]);
    assert_eq!(prospects(&claim_with(&mut world, json!({ "max": 1 }))), invited[..1]);
    world.clock.advance_ms(MINUTE);
    let tasks = claim(&mut world);
    let turns = [written[0], invited[1], written[1], written[2]];
    assert_eq!(prospects(&tasks), turns, "each kind has room of its own");
    for task in tasks {
        complete(&mut world, &task, Outcome::Sent);
    }
    // The lease of the first ran out: it has its place on the same day; the next day needs another one.
    world.clock.advance_ms(DAY - MINUTE);
    assert_eq!(claim(&mut world), [], "the week has no room to try it again");
    world.clock.advance_ms(WEEK - DAY - 1);
    assert_eq!(claim(&mut world), []);
    world.clock.advance_ms(1);
    assert_eq!(prospects(&send(&mut world)), invited[..1]);
    world.clock.advance_ms(MINUTE - 1);
    assert_eq!(claim(&mut world), []);
    world.clock.advance_ms(1);
    assert_eq!(prospects(&send(&mut world)), [invited[2], written[3]]);
    world.clock.advance_ms(WEEK);
    assert_eq!(prospects(&send(&mut world)), invited[3..]);
    sound(&mut world);
}

#[test]
fn what_failed_counts_for_no_limit_and_what_is_handed_out_or_lost_does() {
    for (limits, daily) in [(json!({ "daily_limit": 2 }), true), (json!({ "weekly_connection_limit": 2 }), false)] {
        let mut world = World::new();
        let ana = world.linkedin;
        limit(&mut world, ana, limits);
        let (_, people) = linkedin(&mut world, json!({}), json!([invitation()]), &crowd(4));
        let tasks = claim(&mut world);
        assert_eq!(prospects(&tasks), people[..2]);
        assert_eq!(claim(&mut world), []);
        complete(&mut world, &tasks[0], Outcome::Failed { retryable: false });
        assert_eq!(prospects(&send(&mut world)), people[2..3], "the failure made room for one");
        world.clock.advance_ms(HOUR);
        assert_eq!(
            prospects(&send(&mut world)),
            people[1..2],
            "lost messages keep their places, and nobody else gets them"
        );
        world.clock.advance_ms(if daily { DAY } else { WEEK });
        assert_eq!(prospects(&send(&mut world)), people[3..]);
        sound(&mut world);
    }
}

#[test]
fn an_email_that_was_opened_keeps_its_place_though_it_failed() {
    let given_up = Outcome::Failed { retryable: false };
    for (kind, outcome, keeps) in [
        ("opened", given_up, true),
        ("replied", given_up, false),
        ("opened", Outcome::Deferred { retry_at: None }, false),
    ] {
        let mut world = World::new();
        let account = world.email;
        limit(&mut world, account, json!({ "daily_limit": 1 }));
        let (_, people) = email(&mut world, json!({}), json!([mail("S")]), &["bo", "cy"]);
        let task = claim_one(&mut world);
        record(&mut world, json!({ "id": "1", "type": kind, "task_id": task.id }));
        complete(&mut world, &task, outcome);
        let next = prospects(&claim(&mut world));
        assert_eq!(next, if keeps { &[] } else { &people[1..] }, "{kind} {outcome:?}");
        sound(&mut world);
    }
}

#[test]
fn an_invitation_that_was_accepted_keeps_its_place_though_it_failed() {
    for (is_leased, retryable) in [(true, true), (false, true), (false, false)] {
        let mut world = World::new();
        let ana = world.linkedin;
        limit(&mut world, ana, json!({ "weekly_connection_limit": 1 }));
        // A minute before the end of the day, so that the next try is on another one.
        world.clock.advance_ms(DAY - NOW_MS % DAY - MINUTE);
        let (_, people) = linkedin(&mut world, json!({}), json!([invitation(), message("Hi")]), &["bo", "cy"]);
        let task = claim_one(&mut world);
        world.clock.advance_ms(if is_leased { MINUTE } else { HOUR });
        event(&mut world, "1", "connection_accepted", people[0]);
        complete(&mut world, &task, Outcome::Failed { retryable });
        world.clock.advance_ms(MINUTE);
        assert_eq!(places(&send(&mut world)), [(people[0], 1)]);
        world.clock.advance_ms(WEEK - 2 * HOUR);
        assert_eq!(claim(&mut world), [], "{is_leased} {retryable}");
        world.clock.advance_ms(2 * HOUR);
        assert_eq!(places(&send(&mut world)), [(people[1], 0)]);
        sound(&mut world);
    }
}

#[test]
fn what_is_handed_out_again_on_the_same_day_has_its_place() {
    for (channel, of_account, of_campaign) in [
        ("email", json!({ "daily_limit": 3 }), json!({})),
        ("email", json!({}), json!({ "daily_limit": 3 })),
        ("linkedin", json!({ "daily_limit": 3 }), json!({})),
        ("linkedin", json!({ "weekly_connection_limit": 3 }), json!({})),
    ] {
        let mut world = World::new();
        let account = if channel == "email" { world.email } else { world.linkedin };
        limit(&mut world, account, of_account.clone());
        let (_, people) = if channel == "email" {
            email(&mut world, of_campaign.clone(), json!([mail("S")]), &crowd(4))
        } else {
            linkedin(&mut world, of_campaign.clone(), json!([invitation()]), &crowd(4))
        };
        for _ in 0..2 {
            assert_eq!(prospects(&claim_with(&mut world, json!({ "max": 1 }))), people[..1]);
            world.clock.advance_ms(5 * MINUTE);
        }
        let tasks = claim(&mut world);
        assert_eq!(prospects(&tasks), people[..3], "{channel} {of_account} {of_campaign}");
        sound(&mut world);
    }
}

#[test]
fn what_an_account_sent_counts_though_prospect_and_campaign_are_gone() {
    for channel in ["email", "linkedin"] {
        let mut world = World::new();
        let account = if channel == "email" { world.email } else { world.linkedin };
        limit(&mut world, account, json!({ "daily_limit": 3 }));
        let launch = |world: &mut World| match channel {
            "email" => email(world, json!({}), json!([mail("S"), mail("T")]), &crowd(3)),
            _ => linkedin(world, json!({}), json!([invitation(), message("Hi")]), &crowd(3)),
        };
        let (id, people) = launch(&mut world);
        let tasks = claim_with(&mut world, json!({ "max": 2 }));
        complete(&mut world, &tasks[0], Outcome::Sent);
        world.me().remove_prospect(people[0]).unwrap();
        world.me().pause(id).unwrap();
        world.me().delete_campaign(id).unwrap();
        launch(&mut world);
        assert_eq!(claim(&mut world).len(), 1, "two of three are used up");
        sound(&mut world);
    }
}

#[test]
fn follow_ups_take_their_part_of_the_day_from_first_messages() {
    let mut world = World::new();
    let ana = world.email;
    limit(&mut world, ana, json!({ "daily_limit": 1_000 }));
    let nodes = json!([mail("S"), delay(1, 0, 0), mail("T")]);
    let (id, _) = email(&mut world, json!({ "daily_limit": 100 }), nodes, &crowd(45));
    let mut days = Vec::new();
    for day in 0..5 {
        if let Some(people) = crowd(100).get(day * 45..(day * 45 + 45).min(100)).filter(|_| day > 0) {
            let people = people.iter().map(|name| json!({ "email": format!("{name}@example.com") }));
            world.add(id, people.collect());
        }
        days.push(send(&mut world).len());
        world.clock.advance_ms(DAY);
    }
    assert_eq!(days, [45, 90, 55, 10, 0]);
    assert_eq!(campaign_status(&mut world, id), "completed");
    sound(&mut world);
}

#[test]
fn a_campaign_gets_the_room_for_first_messages_that_another_left_on_the_account() {
    let mut world = World::new();
    let ana = world.email;
    // The other campaign was launched first, and could send 55 of the account's 100 a day.
    limit(&mut world, ana, json!({ "daily_limit": 100 }));
    let (other, _) = email(&mut world, json!({ "daily_limit": 55 }), json!([mail("S")]), &crowd(220));
    world.clock.advance_ms(1);
    let nodes = json!([mail("S"), delay(1, 0, 0), mail("T")]);
    let people: Vec<String> = (0..100).map(|n| format!("q{n}")).collect();
    let (id, _) = email(&mut world, json!({ "daily_limit": 100 }), nodes, &people);
    let mut days = Vec::new();
    for _ in 0..6 {
        let tasks = send(&mut world);
        let of = |campaign, position| {
            let is_of = |task: &&Task| task.prospect.campaign_id == campaign && task.position == position;
            tasks.iter().filter(is_of).count()
        };
        days.push([of(id, 0), of(id, 2), of(other, 0)]);
        world.clock.advance_ms(DAY);
    }
    let expected = [[50, 0, 50], [25, 50, 25], [25, 25, 50], [0, 25, 55], [0, 0, 40], [0, 0, 0]];
    assert_eq!(days, expected, "follow-ups first, then first messages in turn");
    sound(&mut world);
}
