//! People who must not be contacted.

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
        sound(&mut world);
    }
}

/// Adds a suppression; returns the events besides the suppression itself.
fn suppressed(world: &mut World, kind: &str, value: &str) -> Vec<Value> {
    let request = json!({ "suppressions": [{ "type": kind, "value": value }] });
    let (_, mut events) = world.recorded(|me| me.add_suppressions(request));
    assert_eq!(events.remove(0)["type"], "suppressions_added");
    events
}

#[test]
fn whom_a_suppression_covers_is_ended_at_once_in_every_campaign_that_runs() {
    for (channel, kind, value) in [
        ("email", "email_address", "P0000@example.com"),
        ("email", "email_domain", "example.com"),
        ("linkedin", "linkedin_profile", "https://www.linkedin.com/in/P0000/"),
    ] {
        let mut world = World::new();
        let start = if channel == "email" { email } else { linkedin };
        let nodes = match channel {
            "email" => json!([mail("S"), mail("T")]),
            _ => json!([invitation(), message("A")]),
        };
        let anyone = json!({ "skip_other_campaigns": false });
        let (active, written) = start(&mut world, anyone.clone(), nodes.clone(), &crowd(1));
        send(&mut world);
        let (fresh, waiting) = start(&mut world, anyone.clone(), nodes.clone(), &crowd(1));
        let spared = world.add(fresh, json!([{ "email": "x@sub.example.com", "linkedin_url": "linkedin.com/in/x" }]));
        let (paused, halted) = start(&mut world, anyone.clone(), nodes, &crowd(1));
        world.me().pause(paused).unwrap();
        let draft = world.create(match channel {
            "email" => world.email_request(json!({})),
            _ => world.linkedin_request(json!({})),
        });
        let person = json!([{ "email": "p0000@example.com", "linkedin_url": "linkedin.com/in/p0000" }]);
        let drafted = world.add(draft.unwrap().campaign.id, person);
        let events = suppressed(&mut world, kind, value);
        assert_eq!(events, [closed(active), completed(active), closed(fresh), closed(paused)], "{kind}");
        let ends = [written[0], waiting[0], halted[0], spared[0], drafted[0]].map(|id| status(&mut world, id));
        assert_eq!(ends, ["cancelled", "skipped", "skipped", "pending", "pending"], "{kind}");
        let states = [active, fresh, paused].map(|id| campaign_status(&mut world, id));
        assert_eq!(states, ["completed", "active", "paused"], "{kind}");
        assert_eq!(suppressed_again(&mut world, kind, value), [] as [Value; 0]);
        assert_eq!(shape(&world.me().resume(paused).unwrap())["campaign"]["status"], "completed");
        sound(&mut world);
    }
}

/// The events of a suppression that exists already.
fn suppressed_again(world: &mut World, kind: &str, value: &str) -> Vec<Value> {
    let request = json!({ "suppressions": [{ "type": kind, "value": value }] });
    world.recorded(|me| me.add_suppressions(request)).1
}

#[test]
fn a_suppression_ends_nobody_of_another_user_and_nobody_on_the_other_channel() {
    let mut world = World::new();
    let (_, mine) = linkedin(&mut world, json!({}), json!([invitation()]), &["bo"]);
    let (other, theirs, _) = add_user(&mut world.store);
    let mut they = world.store.session(other).unwrap();
    let request = json!({ "type": "email", "name": "Theirs", "sender_account_ids": [theirs], "signature": "" });
    let foreign = they.create_campaign(request).unwrap().campaign.id;
    they.update_campaign(foreign, json!({ "sequence_nodes": [mail("S")] })).unwrap();
    they.add_prospects(foreign, json!({ "prospects": [{ "email": "bo@example.com" }] })).unwrap();
    they.launch(foreign, None).unwrap();
    for (kind, value) in [("email_address", "bo@example.com"), ("email_domain", "example.com")] {
        assert_eq!(suppressed(&mut world, kind, value), [] as [Value; 0]);
    }
    assert_eq!(status(&mut world, mine[0]), "pending");
    let they = world.store.session(other).unwrap().claim_due(json!({})).unwrap();
    assert_eq!(they.tasks.len(), 1);
    sound(&mut world);
}

#[test]
fn the_link_to_unsubscribe_ends_the_person_in_every_campaign() {
    let mut world = World::new();
    let (_, people) = email(&mut world, json!({}), json!([mail("S"), mail("T")]), &["bo"]);
    let token = send(&mut world)[0].email.clone().unwrap().unsubscribe_token;
    let (other, waiting) = email(&mut world, json!({}), json!([mail("S")]), &["bo", "cy"]);
    world.me().unsubscribe(token).unwrap();
    assert_eq!(
        [people[0], waiting[0], waiting[1]].map(|id| status(&mut world, id)),
        ["cancelled", "skipped", "pending"]
    );
    assert_eq!(
        (stats_of(&mut world, other)["skipped"].clone(), stats_of(&mut world, other)["unsubscribed"].clone()),
        (json!(1), json!(0))
    );
    sound(&mut world);
}

#[test]
fn a_follow_up_to_someone_who_was_suppressed_is_not_claimed() {
    let mut world = World::new();
    let (id, people) = email(&mut world, json!({}), json!([mail("S"), mail("T")]), &["bo"]);
    send(&mut world);
    world.clock.advance_ms(1);
    suppress(&mut world, "email_address", "bo@example.com");
    let (claimed, events) = world.recorded(|me| me.claim_due(json!({})));
    assert_eq!((claimed.tasks, events), (vec![], vec![]));
    assert_eq!((status(&mut world, people[0]), campaign_status(&mut world, id)), ("cancelled", "completed"));
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
    assert_eq!(stats_of(&mut world, id)["cancelled"], 18);
    sound(&mut world);
}

#[test]
fn a_task_whose_prospect_was_skipped_meanwhile_can_be_completed() {
    for (outcome, sent) in [(Outcome::Sent, 1), (Outcome::BOUNCED, 1), (Outcome::Failed { retryable: true }, 0)] {
        let mut world = World::new();
        let (id, people) = email(&mut world, json!({}), json!([mail("S"), mail("T")]), &["bo", "cy"]);
        let task = claim_with(&mut world, json!({ "max": 1 })).remove(0);
        suppress(&mut world, "email_address", "bo@example.com");
        world.clock.advance_ms(HOUR);
        assert_eq!(prospects(&claim(&mut world)), people[1..]);
        assert_eq!(complete(&mut world, &task, outcome), reported(true, "skipped", "active"));
        assert_eq!(complete(&mut world, &task, outcome), reported(false, "skipped", "active"));
        let expected = json!({ "prospects": 2, "pending": 1, "skipped": 1, "messages_sent": sent });
        assert_eq!(stats_of(&mut world, id), stats(expected));
        sound(&mut world);
    }
}
