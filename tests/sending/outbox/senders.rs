//! Which account contacts whom.

use super::*;

#[test]
fn senders_get_equally_many_prospects_and_keep_them() {
    let mut world = World::new();
    let others = ["ben", "cleo"].map(|name| add_sender(&mut world, "email", name, json!({})));
    let senders = [world.email, others[0], others[1]];
    let nodes = json!([mail("S"), delay(1, 0, 0), mail("T"), delay(1, 0, 0), mail("U")]);
    let (_, people) = email(&mut world, json!({ "sender_account_ids": senders }), nodes, &crowd(9));
    let mut from: BTreeMap<ProspectId, AccountId> = BTreeMap::new();
    for max in [4, 3, 1, 1] {
        for task in claim_with(&mut world, json!({ "max": max })) {
            assert_eq!(from.insert(task.prospect.id, task.account.id), None);
            complete(&mut world, &task, Outcome::Sent);
        }
        let mut counts = senders.map(|sender| from.values().filter(|account| **account == sender).count());
        counts.sort_unstable();
        assert!(counts[2] - counts[0] <= 1, "{counts:?}");
    }
    assert_eq!(from.keys().copied().collect::<Vec<_>>(), people);
    for _ in 0..2 {
        world.clock.advance_ms(DAY);
        let tasks = send(&mut world);
        assert_eq!(tasks.len(), 9);
        for task in tasks {
            assert_eq!(from[&task.prospect.id], task.account.id);
        }
    }
    sound(&mut world);
}

#[test]
fn a_sender_without_room_gets_no_one_and_the_others_do() {
    let mut world = World::new();
    let ben = add_sender(&mut world, "email", "ben", json!({ "daily_limit": 1 }));
    let ana = world.email;
    let nodes = json!([mail("S"), delay(1, 0, 0), mail("T")]);
    email(&mut world, json!({ "sender_account_ids": [ben, ana] }), nodes, &crowd(5));
    let from: Vec<AccountId> = send(&mut world).iter().map(|task| task.account.id).collect();
    assert_eq!(from, [ben, ana, ana, ana, ana]);
    world.clock.advance_ms(DAY);
    let (id, _) = email(&mut world, json!({ "sender_account_ids": [ana, ben] }), json!([mail("S")]), &["x", "y", "z"]);
    let tasks = send(&mut world);
    assert!(tasks[..5].iter().all(|task| task.position == 2));
    // Each campaign balances by itself, and the follow-up used all of Ben's room.
    assert!(tasks[5..].iter().all(|task| task.prospect.campaign_id == id && task.account.id == ana));
    assert_eq!(tasks.len(), 8);
    sound(&mut world);
}

#[test]
fn follow_ups_of_a_disconnected_sender_wait_and_first_messages_go_elsewhere() {
    let mut world = World::new();
    let ben = add_sender(&mut world, "email", "ben", json!({}));
    let ana = world.email;
    let nodes = json!([mail("S"), delay(1, 0, 0), mail("T")]);
    let (id, people) = email(&mut world, json!({ "sender_account_ids": [ana, ben] }), nodes, &["bo", "cy"]);
    let from: Vec<AccountId> = send(&mut world).iter().map(|task| task.account.id).collect();
    assert_eq!(from, [ana, ben]);
    limit(&mut world, ana, json!({ "status": "disconnected" }));
    world.clock.advance_ms(DAY);
    let later = world.add(id, json!([{ "email": "di@example.com" }, { "email": "ed@example.com" }]));
    let tasks = send(&mut world);
    assert_eq!(prospects(&tasks), [people[1], later[0], later[1]]);
    assert!(tasks.iter().all(|task| task.account.id == ben));
    limit(&mut world, ben, json!({ "status": "disconnected" }));
    world.add(id, json!([{ "email": "flo@example.com" }]));
    world.clock.advance_ms(DAY);
    assert_eq!(claim(&mut world), []);
    limit(&mut world, ana, json!({ "status": "connected" }));
    let tasks = send(&mut world);
    assert_eq!(tasks.len(), 2);
    assert!(tasks.iter().all(|task| task.account.id == ana));
    assert_eq!(places(&tasks)[0], (people[0], 2));
    sound(&mut world);
}

#[test]
fn a_sender_that_lost_what_the_messages_say_of_it_sends_nothing() {
    let mut world = World::new();
    let ana = world.email;
    limit(&mut world, ana, json!({ "company": "Acme" }));
    let ben = add_sender(&mut world, "email", "ben", json!({ "company": "Acme" }));
    let nodes = json!([{ "type": "email", "subject": "S", "body": "We at %sender_company%" }, mail("T")]);
    let (_, people) = email(&mut world, json!({ "sender_account_ids": [ana, ben] }), nodes, &["bo", "cy", "di"]);
    limit(&mut world, ana, json!({ "company": null }));
    let tasks = send(&mut world);
    assert_eq!(prospects(&tasks), people);
    assert!(tasks.iter().all(|task| task.account.id == ben && task.body.as_deref() == Some("We at Acme")));
    limit(&mut world, ben, json!({ "company": null }));
    world.clock.advance_ms(1);
    assert_eq!(claim(&mut world), []);
    limit(&mut world, ben, json!({ "company": "Bolt" }));
    assert_eq!(send(&mut world).len(), 3);
    sound(&mut world);
}

#[test]
fn a_note_that_one_sender_cannot_write_any_more_goes_from_another() {
    let mut world = World::new();
    let ana = world.linkedin;
    let premium = |is_premium: bool| json!({ "is_premium": is_premium });
    limit(&mut world, ana, premium(true));
    let ben = add_sender(&mut world, "linkedin", "ben", premium(true));
    let nodes = json!([{ "type": "connection_request", "body": "x".repeat(250) }]);
    let (_, people) = linkedin(&mut world, json!({ "sender_account_ids": [ana, ben] }), nodes, &crowd(5));
    let from = |world: &mut World, max: usize| {
        let tasks = claim_with(world, json!({ "max": max }));
        tasks.iter().map(|task| (task.prospect.id, task.account.id)).collect::<Vec<_>>()
    };
    limit(&mut world, ana, premium(false));
    let expected = [(people[0], ben), (people[1], ben), (people[2], ben)];
    assert_eq!(from(&mut world, 3), expected, "although Ana has fewer");
    limit(&mut world, ana, premium(true));
    assert_eq!(from(&mut world, 1), [(people[3], ana)], "she counts for none of them");
    limit(&mut world, ana, premium(false));
    limit(&mut world, ben, json!({ "status": "disconnected" }));
    assert_eq!(from(&mut world, 9), []);
    limit(&mut world, ben, json!({ "status": "connected" }));
    assert_eq!(from(&mut world, 9), [(people[4], ben)]);
    sound(&mut world);
}
