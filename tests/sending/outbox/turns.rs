//! Whose turn it is: campaigns that share a sender, and follow-ups for which a day keeps room.

use super::*;

#[test]
fn who_is_launched_after_a_thousand_others_on_the_same_account_does_not_wait_for_them() {
    let mut world = World::new();
    let ana = world.email;
    limit(&mut world, ana, json!({ "daily_limit": 20 }));
    email(&mut world, json!({}), json!([mail("S")]), &crowd(1_000));
    world.clock.advance_ms(HOUR);
    let ten: Vec<String> = (0..10).map(|n| format!("q{n}")).collect();
    let (id, _) = email(&mut world, json!({}), json!([mail("T")]), &ten);
    let mut of_ten = Vec::new();
    for _ in 0..2 {
        let tasks = send(&mut world);
        assert_eq!(tasks.len(), 20);
        of_ten.push(tasks.iter().filter(|task| task.prospect.campaign_id == id).count());
        world.clock.advance_ms(DAY);
    }
    assert_eq!(of_ten, [10, 0]);
    sound(&mut world);
}

#[test]
fn first_messages_at_midnight_leave_room_for_the_follow_ups_that_fall_due_later_on_the_day() {
    let mut world = World::new();
    let ana = world.email;
    limit(&mut world, ana, json!({ "daily_limit": 3 }));
    let (_, people) = email(&mut world, json!({}), json!([mail("S"), delay(1, 0, 0), mail("T")]), &crowd(5));
    // 10:00 on Wednesday; the follow-ups are due at 10:00 on Thursday.
    assert_eq!(prospects(&send(&mut world)), people[..3]);
    world.clock.advance_ms(14 * HOUR);
    assert_eq!(send(&mut world), [], "midnight");
    assert_eq!(world.me().next_due().unwrap().next_due_at.map(|at| at.unix_ms()), Some(NOW_MS + DAY));
    let explained = shape(&world.me().explain(people[3]).unwrap());
    assert_eq!(explained["reason"], "account_daily_limit", "kept room counts as used");
    world.clock.advance_ms(10 * HOUR);
    let second = |people: &[ProspectId]| people.iter().map(|id| (*id, 2)).collect::<Vec<_>>();
    assert_eq!(places(&send(&mut world)), second(&people[..3]));
    // On Friday no room is kept any more.
    world.clock.advance_ms(14 * HOUR);
    assert_eq!(places(&send(&mut world)), [(people[3], 0), (people[4], 0)]);
    sound(&mut world);
}

#[test]
fn a_campaign_keeps_room_for_its_follow_ups_also_where_another_one_that_sleeps_uses_up_the_account() {
    let mut world = World::new();
    let (ana, ben) = (world.email, add_sender(&mut world, "email", "ben", json!({})));
    for account in [ana, ben] {
        limit(&mut world, account, json!({ "daily_limit": 3 }));
    }
    let nodes = json!([mail("S"), mail("T")]);
    email(&mut world, json!({ "name": "one", "sender_account_ids": [ana] }), nodes.clone(), &["bo"]);
    let fields = json!({ "name": "two", "sender_account_ids": [ben, ana], "daily_limit": 3 });
    let (two, people) = email(&mut world, fields, nodes, &["cy", "di", "ed"]);
    assert_eq!(prospects(&send(&mut world))[1..], people[..2]);
    assert_eq!(claim(&mut world), [], "the day of the campaign has room for one, and two follow");
    world.me().update_campaign(two, json!({ "daily_limit": 4 })).unwrap();
    assert_eq!(claim(&mut world), [], "it has room for two");
    world.clock.advance_ms(1);
    assert_eq!(claim(&mut world).len(), 3);
    sound(&mut world);
}

#[test]
fn someone_whose_message_is_out_is_told_when_it_comes_again_in_its_place() {
    let mut world = World::new();
    let ana = world.email;
    limit(&mut world, ana, json!({ "daily_limit": 1 }));
    let (_, people) = email(&mut world, json!({}), json!([mail("S")]), &["bo", "cy"]);
    claim_one(&mut world);
    let explained = world.me().explain(people[0]).unwrap();
    assert_eq!(
        (shape(&explained)["reason"].as_str(), explained.at.map(|at| at.unix_ms())),
        (Some("claimed"), Some(NOW_MS + 5 * MINUTE))
    );
    world.clock.advance_ms(5 * MINUTE);
    // On another day it needs room of that day.
    let task = claim_with(&mut world, json!({ "lease_seconds": 86_400 }));
    assert_eq!(prospects(&task), people[..1]);
    let explained = world.me().explain(people[0]).unwrap();
    assert_eq!(explained.at.map(|at| at.unix_ms()), Some(NOW_MS + 5 * MINUTE + DAY));
    sound(&mut world);
}

#[test]
fn what_has_run_out_is_over_for_plans_whether_a_claim_has_noticed_or_not() {
    let mut world = World::new();
    let nodes = json!([message("A"), delay(1, 0, 0)]);
    let (_, first) = linkedin(&mut world, json!({}), nodes, &["bo"]);
    send(&mut world);
    let request = json!({ "type": "linkedin", "name": "Second", "sender_account_ids": [world.linkedin], "operating_hours": always(), "skip_other_campaigns": true });
    let id = world.create(request).unwrap().campaign.id;
    world.me().update_campaign(id, json!({ "sequence_nodes": [message("B")] })).unwrap();
    let second =
        world.add(id, json!([{ "linkedin_url": "linkedin.com/in/bo" }, { "linkedin_url": "linkedin.com/in/cy" }]));
    // The first campaign is over, and nobody has claimed since.
    world.clock.advance_ms(2 * DAY);
    assert_eq!(shape(&world.me().explain(first[0]).unwrap())["reason"], "final");
    let planned: Vec<_> = world.me().plan(id, json!({})).unwrap().tasks.iter().map(|task| task.prospect_id).collect();
    let launched = world.me().launch(id, None).unwrap();
    let skipped: Vec<_> = launched.skipped.iter().map(|skipped| skipped.prospect_id).collect();
    let expected: Vec<_> = second.iter().copied().filter(|id| !skipped.contains(id)).collect();
    assert_eq!(planned, expected);
    assert_eq!(prospects(&send(&mut world)), expected);
    sound(&mut world);
}
