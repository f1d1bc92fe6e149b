//! Retrying people from where they stood.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

fn two() -> Value {
    json!([mail("One"), delay(1, 0, 0), reply()])
}

fn retry(world: &mut World, id: CampaignId, whom: Value) -> Value {
    let answer = shape(&world.me().retry_prospects(id, whom).unwrap());
    json!({ "retried": answer["retried"], "skipped": answer["skipped"] })
}

fn retried(count: u32) -> Value {
    json!({ "retried": count, "skipped": [] })
}

fn give_up(world: &mut World, task: &Task) {
    complete(world, task, Outcome::Failed { retryable: false });
}

#[test]
fn whoever_was_cancelled_goes_on_after_what_was_sent() {
    let mut world = World::new();
    let (id, people) = email(&mut world, json!({}), two(), &["bo", "cy"]);
    let tasks = claim(&mut world);
    give_up(&mut world, &tasks[0]);
    complete(&mut world, &tasks[1], Outcome::Sent);
    world.clock.advance_ms(DAY);
    let again = claim_one(&mut world);
    give_up(&mut world, &again);
    assert_eq!(campaign_status(&mut world, id), "completed");
    world.clock.advance_ms(30 * DAY);
    let (answer, recorded) = world.recorded(|me| me.retry_prospects(id, json!({ "status": "cancelled" })));
    assert_eq!((answer.retried, answer.campaign.status().word()), (2, "active"));
    let of = |word: &str| json!({ "type": word, "campaign_id": id });
    assert_eq!(recorded, [of("prospects_retried"), of("campaign_reopened")]);
    assert_eq!((status(&mut world, people[0]), status(&mut world, people[1])), ("pending", "sent"));
    sound(&mut world);
    let tasks = send(&mut world);
    assert_eq!(places(&tasks), [(people[1], 2), (people[0], 0)], "the sequence that was begun goes first");
    assert_eq!(tasks[0].idempotency_key, again.idempotency_key, "it is the same message");
    assert_eq!(tasks[0].attempts, 0);
    world.clock.advance_ms(DAY);
    assert_eq!(places(&send(&mut world)), [(people[0], 2)]);
    assert_eq!(campaign_status(&mut world, id), "completed");
    assert_eq!(retry(&mut world, id, json!({ "status": "cancelled" })), retried(0));
    sound(&mut world);
}

#[test]
fn what_was_not_due_yet_is_not_due_earlier() {
    let mut world = World::new();
    let (id, people) = email(&mut world, json!({}), two(), &["bo"]);
    send(&mut world);
    world.clock.advance_ms(HOUR);
    suppress(&mut world, "email_address", "bo@example.com");
    world.clock.advance_ms(DAY);
    claim(&mut world);
    assert!(["skipped", "cancelled"].contains(&status(&mut world, people[0])));
    let now = status(&mut world, people[0]);
    assert_eq!(
        retry(&mut world, id, json!({ "status": now })),
        json!({ "retried": 0, "skipped": [{ "prospect_id": people[0], "reason": "suppressed", "campaign_id": null }] })
    );
    let suppression = world.me().list_suppressions(json!({})).unwrap().suppressions[0].id;
    world.me().remove_suppression(suppression).unwrap();
    assert_eq!(retry(&mut world, id, json!({ "prospect_ids": [people[0], people[0]] })), retried(1));
    assert_eq!(places(&claim(&mut world)), [(people[0], 2)], "it was due");
    sound(&mut world);

    let mut world = World::new();
    let (id, people) = email(&mut world, json!({}), two(), &["bo"]);
    send(&mut world);
    event(&mut world, "1", "unsubscribed", people[0]);
    let suppression = world.me().list_suppressions(json!({})).unwrap().suppressions[0].id;
    world.me().remove_suppression(suppression).unwrap();
    world.clock.advance_ms(HOUR);
    assert_eq!(retry(&mut world, id, json!({ "status": "cancelled" })), retried(1));
    world.clock.advance_ms(DAY - HOUR - 1);
    assert_eq!(claim(&mut world), []);
    world.clock.advance_ms(1);
    assert_eq!(claim(&mut world).len(), 1);
}

#[test]
fn a_message_that_bounced_goes_again_under_another_key() {
    let mut world = World::new();
    let (id, people) = email(&mut world, json!({}), two(), &["bo"]);
    let task = claim_one(&mut world);
    complete(&mut world, &task, Outcome::Bounced { permanent: false });
    lift_suppressions(&mut world);
    assert_eq!(retry(&mut world, id, json!({ "status": "bounced" })), retried(1));
    let again = claim_one(&mut world);
    assert_eq!((again.prospect.id, again.position), (people[0], 0));
    assert_ne!(again.idempotency_key, task.idempotency_key, "the provider has seen that one");
    complete(&mut world, &again, Outcome::Sent);
    sound(&mut world);
    world.clock.advance_ms(DAY);
    let follow_up = claim_one(&mut world);
    assert_eq!(follow_up.email.unwrap().in_reply_to, Some(again.idempotency_key), "the one that was sent");
}

fn lift_suppressions(world: &mut World) {
    for suppression in world.me().list_suppressions(json!({})).unwrap().suppressions {
        world.me().remove_suppression(suppression.id).unwrap();
    }
}

#[test]
fn whoever_has_nothing_left_stays_as_they_are() {
    let mut world = World::new();
    let (id, people) = email(&mut world, json!({}), json!([mail("One")]), &["bo"]);
    send(&mut world);
    event(&mut world, "1", "bounced", people[0]);
    lift_suppressions(&mut world);
    assert_eq!(retry(&mut world, id, json!({ "status": "bounced" })), retried(0));
    assert_eq!((status(&mut world, people[0]), campaign_status(&mut world, id)), ("bounced", "completed"));
}

#[test]
fn an_invitation_that_was_not_accepted_is_waited_for_once_more() {
    let mut world = World::new();
    let nodes = json!([invitation(), message("Hi")]);
    let (id, people) = linkedin(&mut world, json!({}), nodes, &["bo", "cy"]);
    send(&mut world);
    world.clock.advance_ms(15 * DAY);
    claim(&mut world);
    assert_eq!((status(&mut world, people[0]), campaign_status(&mut world, id)), ("timed_out", "completed"));
    assert_eq!(retry(&mut world, id, json!({ "status": "timed_out" })), retried(2));
    assert_eq!((status(&mut world, people[0]), campaign_status(&mut world, id)), ("connection_sent", "active"));
    world.clock.advance_ms(13 * DAY);
    event(&mut world, "1", "connection_accepted", people[0]);
    world.clock.advance_ms(1);
    assert_eq!(places(&send(&mut world)), [(people[0], 1)], "nobody is invited twice");
    world.clock.advance_ms(DAY);
    claim(&mut world);
    assert_eq!(status(&mut world, people[1]), "timed_out", "again after 14 days");
    sound(&mut world);
}

#[test]
fn whoever_was_connected_is_so_when_they_are_retried() {
    let mut world = World::new();
    let nodes = json!([invitation(), message("Hi"), delay(1, 0, 0), message("Again")]);
    let (id, people) = linkedin(&mut world, json!({}), nodes, &["bo"]);
    send(&mut world);
    event(&mut world, "1", "connection_accepted", people[0]);
    world.clock.advance_ms(1);
    for position in [1, 3] {
        let task = claim_one(&mut world);
        give_up(&mut world, &task);
        assert_eq!(retry(&mut world, id, json!({ "status": "cancelled" })), retried(1));
        let task = claim_one(&mut world);
        assert_eq!(task.position, position);
        complete(&mut world, &task, Outcome::Sent);
        world.clock.advance_ms(DAY);
        sound(&mut world);
    }
    assert_eq!(status(&mut world, people[0]), "completed");
}

#[test]
fn whoever_belongs_to_another_campaign_is_told() {
    let mut world = World::new();
    let nodes = json!([invitation(), message("Hi")]);
    let (first, _) = linkedin(&mut world, json!({}), nodes.clone(), &["bo"]);
    send(&mut world);
    let (id, people) = linkedin(&mut world, json!({}), nodes, &["bo", "cy"]);
    assert_eq!(status(&mut world, people[0]), "skipped");
    assert_eq!(
        retry(&mut world, id, json!({ "status": "skipped" })),
        json!({ "retried": 0, "skipped": [{ "prospect_id": people[0], "reason": "other_campaign", "campaign_id": first }] })
    );
    world.me().pause(first).unwrap();
    assert_eq!(retry(&mut world, id, json!({ "status": "skipped" })), retried(1));
    assert_eq!(prospects(&claim(&mut world)), people);
    sound(&mut world);
}

#[test]
fn whoever_is_held_is_held_when_they_are_retried() {
    let mut world = World::new();
    let (id, people) = email(&mut world, json!({}), two(), &["bo"]);
    let task = claim_one(&mut world);
    give_up(&mut world, &task);
    world.me().hold(json!({ "prospect_id": people[0] }), json!({ "until": null })).unwrap();
    assert_eq!(retry(&mut world, id, json!({ "status": "cancelled" })), retried(1));
    assert_eq!(claim(&mut world), []);
    world.me().release(json!({ "prospect_id": people[0] })).unwrap();
    assert_eq!(claim(&mut world).len(), 1);
}

#[test]
fn what_is_wrong_with_a_retry_is_told() {
    let mut world = World::new();
    let (id, people) = email(&mut world, json!({}), two(), &["bo"]);
    let (_, others) = email(&mut world, json!({}), two(), &["bo"]);
    for (whom, told) in [
        (json!({}), issues(&[("status", "required")])),
        (json!({ "status": "replied" }), issues(&[("status", "unknown_value")])),
        (json!({ "status": "skipped", "prospect_ids": [people[0]] }), issues(&[("", "one_of")])),
        (json!({ "prospect_ids": [] }), issues(&[("prospect_ids", "empty")])),
        (json!({ "prospect_ids": ["x"] }), issues(&[("prospect_ids[0]", "malformed_id")])),
    ] {
        assert_eq!(problems(&world.refused(|me| me.retry_prospects(id, whom))), told);
    }
    let of_another = json!({ "prospect_ids": others });
    assert_eq!(world.refused(|me| me.retry_prospects(id, of_another)).code(), "prospect_not_found");
    let draft = world.campaign("email", "draft").id;
    let skipped = json!({ "status": "skipped" });
    assert_eq!(world.refused(|me| me.retry_prospects(draft, skipped.clone())).code(), "not_launched");
    assert_eq!(world.refused(|me| me.retry_prospects(UNKNOWN, skipped)).code(), "campaign_not_found");
    assert_eq!(
        retry(&mut world, id, json!({ "prospect_ids": people })),
        retried(0),
        "prospects that are not final stay"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn nothing_that_was_sent_is_handed_out_again(
        is_linkedin in any::<bool>(), steps in proptest::collection::vec((0..6_u8, 0..4_usize), 1..40),
    ) {
        let mut world = World::new();
        let names = ["bo", "cy", "di", "eve"];
        let (id, people) = if is_linkedin {
            let nodes = json!([invitation(), message("Hi"), delay(1, 0, 0), message("Again"), delay(1, 0, 0)]);
            linkedin(&mut world, json!({}), nodes, &names)
        } else {
            email(&mut world, json!({}), two(), &names)
        };
        let mut sent = BTreeSet::new();
        for (step, (kind, who)) in steps.into_iter().enumerate() {
            for (nth, task) in claim_with(&mut world, json!({ "max": 2 })).into_iter().enumerate() {
                let key = (task.prospect.id, task.position);
                prop_assert!(!sent.contains(&key), "{key:?} was sent");
                let outcome = match (usize::from(kind) + nth) % 4 {
                    0 if !is_linkedin => Outcome::Bounced { permanent: false },
                    1 => Outcome::Failed { retryable: false },
                    _ => Outcome::Sent,
                };
                complete(&mut world, &task, outcome);
                if outcome == Outcome::Sent {
                    sent.insert(key);
                }
            }
            match kind {
                0 if is_linkedin => drop(event(&mut world, &step.to_string(), "connection_accepted", people[who])),
                1 => world.clock.advance_ms(15 * DAY),
                2 => drop(event(&mut world, &step.to_string(), "unsubscribed", people[who])),
                3 | 4 => {
                    lift_suppressions(&mut world);
                    for status in ["cancelled", "timed_out", "skipped", "bounced"] {
                        retry(&mut world, id, json!({ "status": status }));
                    }
                }
                _ => world.clock.advance_ms(DAY),
            }
            sound(&mut world);
        }
    }
}
