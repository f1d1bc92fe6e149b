//! The end of a campaign, pauses, and messages that cannot be written.

use super::*;

#[test]
fn a_campaign_is_completed_in_the_transaction_that_makes_its_last_prospect_final() {
    type Step = fn(&mut World, CampaignId, &Task);
    let steps: [(&str, Step); 6] = [
        ("completed", |world, _, task| drop(complete(world, task, Outcome::Sent))),
        ("bounced", |world, _, task| drop(complete(world, task, Outcome::BOUNCED))),
        ("cancelled", |world, _, task| drop(complete(world, task, Outcome::Failed { retryable: false }))),
        ("replied", |world, _, task| drop(event(world, "1", "replied", task.prospect.id))),
        ("cancelled", |world, _, task| {
            world.me().unsubscribe(task.email.as_ref().unwrap().unsubscribe_token).unwrap();
        }),
        ("skipped", |world, _, _| {
            suppress(world, "email_domain", "example.com");
            world.clock.advance_ms(HOUR);
            assert_eq!(claim(world), []);
        }),
    ];
    for (expected, step) in steps {
        let mut world = World::new();
        let (id, people) = email(&mut world, json!({}), json!([mail("S")]), &["bo", "cy"]);
        let tasks = claim(&mut world);
        complete(&mut world, &tasks[0], Outcome::Sent);
        assert_eq!(campaign_status(&mut world, id), "active");
        let before = world.me().campaign(id).unwrap();
        world.clock.advance_ms(MINUTE);
        step(&mut world, id, &tasks[1]);
        let after = world.me().campaign(id).unwrap();
        assert_eq!((after.status().word(), status(&mut world, people[1])), ("completed", expected));
        assert_eq!(after.revision, before.revision + 1);
        assert!(after.status.completed_at().is_some_and(|at| at.unix_ms() >= NOW_MS + MINUTE));
        let refused = world.refused(|me| me.add_prospects(id, json!({ "prospects": [{ "email": "x@example.com" }] })));
        assert_eq!(refused.code(), "campaign_completed");
        sound(&mut world);
    }
}

#[test]
fn claiming_and_completing_are_recorded() {
    let mut world = World::new();
    let (first, _) = email(&mut world, json!({}), json!([mail("S")]), &["bo", "cy"]);
    let (second, _) = linkedin(&mut world, json!({}), json!([invitation()]), &["bo"]);
    let (claimed, events) = world.recorded(|me| me.claim_due(json!({})));
    let of = |id: CampaignId| json!({ "type": "tasks_claimed", "campaign_id": id });
    assert_eq!(events, [of(first), of(second)], "once for each campaign");
    let (_, events) = world.recorded(|me| me.claim_due(json!({})));
    assert_eq!(events, [""; 0], "nothing was due");
    // First messages take turns.
    for (task, id, last) in [(0, first, false), (1, second, true), (2, first, true)] {
        let task = claimed.tasks[task].id;
        let (_, events) = world.recorded(|me| me.complete(task, Outcome::Sent));
        let mut expected = vec![json!({ "type": "task_completed", "task_id": task, "campaign_id": id })];
        expected.extend(last.then(|| json!({ "type": "campaign_completed", "campaign_id": id })));
        assert_eq!(events, expected);
        let (_, events) = world.recorded(|me| me.complete(task, Outcome::Sent));
        assert_eq!(events, [""; 0]);
    }
    sound(&mut world);
}

#[test]
fn a_paused_campaign_hands_out_nothing_and_takes_back_what_it_had_handed_out() {
    let mut world = World::new();
    let (id, people) = email(&mut world, json!({}), json!([mail("S"), mail("T")]), &["bo", "cy", "di"]);
    let (waiting, invited) = linkedin(&mut world, json!({}), json!([invitation(), message("Hi")]), &["bo"]);
    let tasks = claim(&mut world);
    complete(&mut world, &tasks[1], Outcome::Sent);
    for campaign in [id, waiting] {
        world.me().pause(campaign).unwrap();
    }
    assert_eq!(complete(&mut world, &tasks[0], Outcome::Sent), reported(true, "sent", "paused"));
    assert_eq!(complete(&mut world, &tasks[2], Outcome::BOUNCED), reported(true, "bounced", "paused"));
    world.clock.advance_ms(20 * DAY);
    assert_eq!(claim(&mut world), []);
    assert_eq!(status(&mut world, invited[0]), "connection_sent", "nobody times out meanwhile");
    assert_eq!(event(&mut world, "1", "connection_accepted", invited[0]), reported(true, "connected", "paused"));
    assert_eq!(event(&mut world, "2", "replied", people[2]), reported(true, "replied", "paused"));
    assert_eq!(complete(&mut world, &tasks[3], Outcome::Sent), reported(true, "replied", "paused"));
    for campaign in [id, waiting] {
        world.me().resume(campaign).unwrap();
    }
    // A person who was due a millisecond after the completion precedes one who was due a millisecond after the
    // acceptance.
    world.clock.advance_ms(1);
    assert_eq!(prospects(&claim(&mut world)), [people[0], invited[0]]);
    sound(&mut world);
}

#[test]
fn a_campaign_whose_last_prospect_became_final_in_a_pause_is_completed_when_it_goes_on() {
    let mut world = World::new();
    let (id, _) = email(&mut world, json!({}), json!([mail("S")]), &["bo"]);
    let task = claim_one(&mut world);
    world.me().pause(id).unwrap();
    assert_eq!(complete(&mut world, &task, Outcome::Sent), reported(true, "completed", "paused"));
    assert_eq!(world.me().resume(id).unwrap().campaign.status().word(), "completed");
    sound(&mut world);
}

#[test]
fn a_message_that_cannot_be_written_is_held_until_something_changes() {
    let mut world = World::new();
    let ana = world.linkedin;
    limit(&mut world, ana, json!({ "is_premium": true }));
    let request = world.linkedin_request(json!({ "operating_hours": always() }));
    let id = world.create(request).unwrap().campaign.id;
    let nodes = json!([{ "type": "connection_request", "body": format!("{} %first_name%", "x".repeat(195)) }]);
    world.me().update_campaign(id, json!({ "sequence_nodes": nodes })).unwrap();
    let person =
        |name: &str, first: &str| json!({ "linkedin_url": format!("linkedin.com/in/{name}"), "first_name": first });
    let people = world.add(id, json!([person("bo", "Bartholomew"), person("cy", "Cy"), person("di", "Dimitrios")]));
    world.me().launch(id, None).unwrap();
    limit(&mut world, ana, json!({ "is_premium": false }));
    assert_eq!(
        prospects(&claim_with(&mut world, json!({ "max": 2 }))),
        people[1..2],
        "197 characters, and room for 200"
    );
    world.clock.advance_ms(30 * DAY);
    assert_eq!(prospects(&send(&mut world)), people[1..2], "the others wait, and are not given up");
    assert_eq!(status(&mut world, people[0]), "pending");
    world.me().update_prospect(people[0], json!({ "first_name": "Bo" })).unwrap();
    let task = send(&mut world);
    assert_eq!(prospects(&task), people[..1]);
    assert!(task[0].body.as_ref().unwrap().ends_with(" Bo"));
    limit(&mut world, ana, json!({ "is_premium": true }));
    assert_eq!(prospects(&send(&mut world)), people[2..]);
    assert_eq!(campaign_status(&mut world, id), "completed");
    sound(&mut world);
}

#[test]
fn a_message_that_cannot_be_written_is_left_alone_until_something_changes() {
    let mut world = World::new();
    let ana = world.linkedin;
    limit(&mut world, ana, json!({ "is_premium": true }));
    let nodes = json!([{ "type": "connection_request", "body": "x".repeat(250) }]);
    let (id, people) = linkedin(&mut world, json!({}), nodes, &["bo"]);
    limit(&mut world, ana, json!({ "is_premium": false }));
    assert_eq!(claim(&mut world), []);
    assert_eq!(world.me().next_due().unwrap().next_due_at, None, "time alone changes nothing");
    world.clock.advance_ms(30 * DAY);
    let (_, events) = world.recorded(|me| me.claim_due(json!({})));
    assert_eq!((events, status(&mut world, people[0])), (vec![], "pending"));
    limit(&mut world, ana, json!({ "is_premium": true }));
    assert_eq!(world.me().next_due().unwrap().next_due_at.map(|at| at.unix_ms()), Some(NOW_MS + 30 * DAY));
    assert_eq!(prospects(&send(&mut world)), people);
    assert_eq!(campaign_status(&mut world, id), "completed");
    sound(&mut world);
}

#[test]
fn a_campaign_counts_what_became_of_it() {
    let mut world = World::new();
    let nodes = json!([mail("S"), delay(1, 0, 0), mail("T")]);
    let (id, people) = email(&mut world, json!({ "stop_on_reply": false }), nodes, &crowd(8));
    let tasks = claim(&mut world);
    let failed = Outcome::Failed { retryable: false };
    for (n, outcome) in [(0, Outcome::Sent), (1, Outcome::Sent), (2, Outcome::Sent), (3, Outcome::BOUNCED), (4, failed)]
    {
        complete(&mut world, &tasks[n], outcome);
    }
    event(&mut world, "1", "replied", people[0]);
    event(&mut world, "2", "replied", people[0]);
    world.me().unsubscribe(tasks[1].email.as_ref().unwrap().unsubscribe_token).unwrap();
    let opened = json!({ "id": "3", "type": "opened", "task_id": tasks[2].id });
    world.me().record_event(opened).unwrap();
    suppress(&mut world, "email_address", "p0005@example.com");
    world.me().remove_prospect(people[6]).unwrap();
    world.clock.advance_ms(HOUR);
    assert_eq!(prospects(&claim(&mut world)), people[7..]);
    let expected = stats(json!({ "prospects": 7, "pending": 1, "sent": 2, "bounced": 1, "cancelled": 2, "skipped": 1,
        "messages_sent": 4, "opened": 1, "replies": 2, "unsubscribed": 1 }));
    assert_eq!(stats_of(&mut world, id), expected);
    assert_eq!(shape(&world.me().list_campaigns(json!({})).unwrap().campaigns[0])["stats"], expected);
    sound(&mut world);
}
