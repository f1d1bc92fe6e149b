//! Handing people over from one sender to others.

use super::*;

fn two() -> Value {
    json!([mail("One"), delay(1, 0, 0), reply()])
}

fn hand_over(world: &mut World, id: CampaignId, from: AccountId, to: Option<AccountId>) -> (u32, u32) {
    let answer = world.me().hand_over(id, json!({ "from": from, "to": to })).unwrap();
    (answer.moved, answer.stuck)
}

fn accounts(tasks: &[Task]) -> Vec<AccountId> {
    tasks.iter().map(|task| task.account.id).collect()
}

#[test]
fn email_goes_on_in_its_thread_from_another_sender() {
    let mut world = World::new();
    let (id, people) = email(&mut world, json!({}), two(), &["bo", "cy"]);
    let first = send(&mut world);
    let (old, new) = (world.email, add_sender(&mut world, "email", "new", json!({})));
    let ((moved, stuck), recorded) = {
        let (answer, recorded) = world.recorded(|me| me.hand_over(id, json!({ "from": old, "to": new })));
        assert_eq!(answer.campaign.sender_account_ids, [old, new], "it becomes a sender");
        ((answer.moved, answer.stuck), recorded)
    };
    assert_eq!((moved, stuck), (2, 0));
    let of = |word: &str| json!({ "type": word, "campaign_id": id });
    assert_eq!(recorded, [of("campaign_updated"), of("prospects_handed_over")]);
    sound(&mut world);
    world.clock.advance_ms(DAY);
    let tasks = send(&mut world);
    assert_eq!((prospects(&tasks), accounts(&tasks)), (people, vec![new, new]));
    for (task, before) in tasks.iter().zip(&first) {
        assert_eq!(task.email.as_ref().unwrap().in_reply_to, Some(before.idempotency_key));
    }
    sound(&mut world);
}

#[test]
fn what_the_old_sender_tried_has_another_key_and_no_place() {
    let mut world = World::new();
    let (id, people) = email(&mut world, json!({}), two(), &["bo"]);
    let task = claim_one(&mut world);
    complete(&mut world, &task, Outcome::Failed { retryable: true });
    let (old, new) = (world.email, add_sender(&mut world, "email", "new", json!({ "daily_limit": 1 })));
    assert_eq!(hand_over(&mut world, id, old, Some(new)), (1, 0));
    let again = claim_one(&mut world);
    assert_eq!((again.prospect.id, again.account.id, again.attempts), (people[0], new, 0), "at once");
    assert_ne!(again.idempotency_key, task.idempotency_key);
    complete(&mut world, &again, Outcome::Sent);
    world.add(id, json!([{ "email": "cy@example.com" }]));
    assert_eq!(accounts(&claim(&mut world)), [old], "the new one used its day");
    sound(&mut world);
}

#[test]
fn whoever_is_handed_out_is_stuck_and_whoever_was_lost_is_not() {
    let mut world = World::new();
    let (id, people) = email(&mut world, json!({}), two(), &["bo"]);
    let task = claim_one(&mut world);
    let (old, new) = (world.email, add_sender(&mut world, "email", "new", json!({})));
    assert_eq!(hand_over(&mut world, id, old, Some(new)), (0, 1));
    world.clock.advance_ms(HOUR);
    assert_eq!(hand_over(&mut world, id, old, Some(new)), (1, 0));
    assert_eq!(world.refused(|me| me.complete(task.id, Outcome::Sent)).code(), "lease_lost");
    let again = claim_one(&mut world);
    assert_eq!((again.prospect.id, again.account.id), (people[0], new));
    sound(&mut world);
}

#[test]
fn whoever_was_invited_is_invited_again_and_gets_no_message_twice() {
    let mut world = World::new();
    let nodes = json!([invitation(), message("Hi"), delay(1, 0, 0), message("Again")]);
    let (id, people) = linkedin(&mut world, json!({}), nodes, &["waits", "accepted", "talks"]);
    send(&mut world);
    event(&mut world, "talks", "connection_accepted", people[2]);
    world.clock.advance_ms(1);
    send(&mut world);
    event(&mut world, "accepted", "connection_accepted", people[1]);
    let (old, new) = (world.linkedin, add_sender(&mut world, "linkedin", "new", json!({})));
    assert_eq!(hand_over(&mut world, id, old, Some(new)), (3, 0));
    sound(&mut world);
    world.clock.advance_ms(1);
    let tasks = send(&mut world);
    assert_eq!(tasks.iter().map(|task| task.position).collect::<Vec<_>>(), [0, 0, 0], "all are invited");
    assert_eq!(accounts(&tasks), [new, new, new]);
    assert_eq!(status(&mut world, people[2]), "connection_sent");
    for (name, person) in ["a", "b", "c"].iter().zip(&people) {
        event(&mut world, name, "connection_accepted", *person);
    }
    world.clock.advance_ms(1);
    assert_eq!(places(&send(&mut world)), [(people[0], 1), (people[1], 1)], "the third one got that");
    world.clock.advance_ms(DAY);
    assert_eq!(places(&send(&mut world)), [(people[2], 3), (people[0], 3), (people[1], 3)]);
    assert_eq!(campaign_status(&mut world, id), "completed");
    sound(&mut world);
}

#[test]
fn an_acceptance_before_the_second_invitation_goes_on_where_they_stood() {
    let mut world = World::new();
    let nodes = json!([invitation(), message("Hi"), message("Again")]);
    let (id, people) = linkedin(&mut world, json!({}), nodes, &["bo"]);
    send(&mut world);
    event(&mut world, "1", "connection_accepted", people[0]);
    world.clock.advance_ms(1);
    send(&mut world);
    let (old, new) = (world.linkedin, add_sender(&mut world, "linkedin", "new", json!({})));
    hand_over(&mut world, id, old, Some(new));
    event(&mut world, "2", "connection_accepted", people[0]);
    world.clock.advance_ms(1);
    assert_eq!(places(&claim(&mut world)), [(people[0], 2)]);
}

#[test]
fn without_a_name_the_connected_senders_share_them() {
    let mut world = World::new();
    let old = world.email;
    let [a, b, c] = ["a", "b", "c"].map(|name| add_sender(&mut world, "email", name, json!({})));
    let senders = json!({ "sender_account_ids": [old, a, b, c] });
    let (id, _) = email(&mut world, senders, two(), &crowd(8));
    send(&mut world);
    world.me().update_account(c, json!({ "status": "disconnected" })).unwrap();
    assert_eq!(hand_over(&mut world, id, old, None), (2, 0));
    world.clock.advance_ms(DAY);
    let tasks = send(&mut world);
    let count = |account| accounts(&tasks).iter().filter(|sender| **sender == account).count();
    assert_eq!([old, a, b, c].map(count), [0, 3, 3, 0]);
    sound(&mut world);
    for sender in [a, b] {
        world.me().update_account(sender, json!({ "status": "disconnected" })).unwrap();
    }
    assert_eq!(hand_over(&mut world, id, c, None), (2, 0), "the old one is connected, too");
    let from_old = json!({ "from": old });
    assert_eq!(world.refused(|me| me.hand_over(id, from_old)).code(), "no_ready_sender");
}

#[test]
fn nobody_is_handed_over_to_nobody() {
    let mut world = World::new();
    let (id, _) = email(&mut world, json!({}), two(), &["bo"]);
    let (old, profile) = (world.email, world.linkedin);
    assert_eq!(world.refused(|me| me.hand_over(id, json!({ "from": old }))).code(), "no_ready_sender");
    for (senders, told) in [
        (json!({}), issues(&[("from", "required")])),
        (json!({ "from": old, "to": old }), issues(&[("to", "duplicate")])),
        (json!({ "from": profile }), issues(&[("from", "sender_not_found")])),
        (json!({ "from": old, "to": UNKNOWN }), issues(&[("to", "sender_not_found")])),
        (json!({ "from": old, "to": profile }), issues(&[("to", "sender_wrong_channel")])),
    ] {
        assert_eq!(problems(&world.refused(|me| me.hand_over(id, senders))), told);
    }
    let new = add_sender(&mut world, "email", "new", json!({}));
    for (status, code) in [("draft", "not_launched"), ("completed", "campaign_completed")] {
        let id = world.campaign("email", status).id;
        assert_eq!(world.refused(|me| me.hand_over(id, json!({ "from": old, "to": new }))).code(), code);
    }
    assert_eq!(
        world.refused(|me| me.hand_over(UNKNOWN, json!({ "from": old, "to": new }))).code(),
        "campaign_not_found"
    );
}

#[test]
fn whoever_is_held_or_paused_is_handed_over_and_stays_so() {
    let mut world = World::new();
    let (id, people) = email(&mut world, json!({}), two(), &["bo"]);
    send(&mut world);
    world.me().hold(json!({ "prospect_id": people[0] }), json!({ "until": null })).unwrap();
    world.me().pause(id).unwrap();
    let (old, new) = (world.email, add_sender(&mut world, "email", "new", json!({})));
    assert_eq!(hand_over(&mut world, id, old, Some(new)), (1, 0));
    world.me().resume(id).unwrap();
    world.clock.advance_ms(2 * DAY);
    assert_eq!(claim(&mut world), []);
    world.me().release(json!({ "prospect_id": people[0] })).unwrap();
    assert_eq!(accounts(&claim(&mut world)), [new]);
    sound(&mut world);
}

#[test]
fn a_forecast_says_who_is_stuck_behind_a_sender_that_is_not_connected() {
    let mut world = World::new();
    let (id, people) = email(&mut world, json!({}), two(), &["bo", "cy", "di"]);
    send(&mut world);
    let (old, new) = (world.email, add_sender(&mut world, "email", "new", json!({})));
    let foreseen = |world: &mut World| {
        let forecast = world.me().forecast(id, json!({})).unwrap();
        (forecast.messages, forecast.stuck)
    };
    assert_eq!(foreseen(&mut world), (3, 0));
    world.me().update_account(old, json!({ "status": "disconnected" })).unwrap();
    assert_eq!(foreseen(&mut world), (0, 3));
    // People who must not be contacted wait for nothing.
    let suppression = json!({ "type": "email_address", "value": "cy@example.com" });
    world.me().add_suppressions(json!({ "suppressions": [suppression] })).unwrap();
    assert_eq!(foreseen(&mut world), (0, 2));
    assert_eq!(hand_over(&mut world, id, old, Some(new)), (2, 0));
    assert_eq!(foreseen(&mut world), (2, 0));
    world.clock.advance_ms(DAY);
    assert_eq!(prospects(&send(&mut world)), [people[0], people[2]]);
}
