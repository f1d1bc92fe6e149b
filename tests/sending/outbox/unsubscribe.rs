//! Links to unsubscribe, and the threads of emails.

use super::*;

#[test]
fn an_email_carries_the_header_for_unsubscribing_if_the_claim_names_the_link() {
    let mut world = World::new();
    let (_, _) = email(&mut world, json!({}), json!([mail("S"), mail("T")]), &["bo", "cy"]);
    let mut tokens = BTreeSet::new();
    for (url, header, post) in [
        ("https://example.com/u?t={token}", "<https://example.com/u?t=TOKEN>", json!("List-Unsubscribe=One-Click")),
        // Only a link by HTTPS takes one click (RFC 8058 §3.1).
        ("mailto:out@example.com?subject={token}", "<mailto:out@example.com?subject=TOKEN>", Value::Null),
    ] {
        for task in claim_with(&mut world, json!({ "unsubscribe_url": url })) {
            let carried = shape(&task);
            let token = carried["unsubscribe_token"].as_str().unwrap().to_owned();
            assert_eq!(carried["list_unsubscribe"], header.replace("TOKEN", &token));
            assert_eq!(carried["list_unsubscribe_post"], post);
            complete(&mut world, &task, Outcome::Sent);
            tokens.insert(token);
        }
        world.clock.advance_ms(1);
    }
    assert_eq!(tokens.len(), 2, "one for each prospect, in all its emails");
    sound(&mut world);
}

#[test]
fn the_link_suppresses_the_address_and_calls_its_prospect_off() {
    let mut world = World::new();
    let (id, people) = email(&mut world, json!({}), json!([mail("S"), mail("T")]), &["bo", "cy"]);
    let token = claim(&mut world)[0].email.clone().unwrap().unsubscribe_token;
    let (answer, events) = world.recorded(|me| me.unsubscribe(token));
    assert_eq!(shape(&answer), json!({ "email": "bo@example.com", "changed": true }));
    let change = json!({ "type": "prospect_unsubscribed", "prospect_id": people[0], "campaign_id": id });
    assert_eq!(events, [change, json!({ "type": "suppressions_added", "user_id": world.user })]);
    assert_eq!(status(&mut world, people[0]), "cancelled");
    let reason = world.me().list_suppressions(json!({})).unwrap().suppressions[0].reason;
    assert_eq!(reason, SuppressionReason::Unsubscribed);
    let report = shape(&world.me().add_prospects(id, json!({ "prospects": [{ "email": "bo@example.com" }] })).unwrap());
    assert_eq!(report["outcomes"][0]["reason"], "unsubscribed");
    let before = world.store.dump().unwrap();
    let again = world.me().unsubscribe(token.to_string().to_uppercase().as_str()).unwrap();
    assert_eq!(shape(&again), json!({ "email": "bo@example.com", "changed": false }));
    assert_eq!(world.store.dump().unwrap(), before);
    world.clock.advance_ms(DAY);
    assert_eq!(prospects(&claim(&mut world)), people[1..]);
    let expected = json!({ "prospects": 2, "pending": 1, "cancelled": 1, "unsubscribed": 1 });
    assert_eq!(stats_of(&mut world, id), stats(expected));
    sound(&mut world);
}

#[test]
fn the_link_changes_nothing_where_the_address_was_suppressed_before() {
    let mut world = World::new();
    let (id, people) = email(&mut world, json!({}), json!([mail("S"), mail("T")]), &["bo", "cy"]);
    let token = send(&mut world)[0].email.clone().unwrap().unsubscribe_token;
    suppress(&mut world, "email_address", "bo@example.com");
    assert_eq!(status(&mut world, people[0]), "cancelled");
    let (answer, events) = world.recorded(|me| me.unsubscribe(token));
    assert_eq!(shape(&answer), json!({ "email": "bo@example.com", "changed": false }));
    assert_eq!(events, [""; 0]);
    let by_hand = world.me().list_suppressions(json!({})).unwrap().suppressions[0].id;
    world.me().remove_suppression(by_hand).unwrap();
    world.clock.advance_ms(DAY);
    assert_eq!(prospects(&claim(&mut world)), people[1..], "people who ended stay so");
    let expected = json!({ "prospects": 2, "sent": 1, "cancelled": 1, "messages_sent": 2 });
    assert_eq!(stats_of(&mut world, id), stats(expected));
    sound(&mut world);
}

#[test]
fn whoever_unsubscribes_twice_counts_once() {
    for first in ["event", "link"] {
        let mut world = World::new();
        let (id, people) = email(&mut world, json!({}), json!([mail("S"), mail("T")]), &["bo", "cy"]);
        let token = send(&mut world)[0].email.clone().unwrap().unsubscribe_token;
        let told = |n: &str| json!({ "id": n, "type": "unsubscribed", "prospect_id": people[0] });
        if first == "event" {
            world.me().record_event(told("1")).unwrap();
        } else {
            world.me().unsubscribe(token).unwrap();
        }
        let (answer, events) = world.recorded(|me| me.record_event(told("2")));
        assert_eq!(of_one(&answer), reported(true, "cancelled", "active"));
        assert_eq!(events, [""; 0], "after the {first}");
        let (answer, events) = world.recorded(|me| me.unsubscribe(token));
        assert_eq!((answer.changed, events), (false, vec![]), "after the {first}");
        assert_eq!(stats_of(&mut world, id)["unsubscribed"], 1);
        sound(&mut world);
    }
}

#[test]
fn the_link_works_when_prospect_or_campaign_are_gone() {
    let mut world = World::new();
    let (id, people) = email(&mut world, json!({}), json!([mail("S"), mail("T")]), &["bo", "cy"]);
    let carried = claim(&mut world).into_iter().map(|task| task.email.unwrap());
    let (tokens, pixels): (Vec<_>, Vec<_>) = carried.map(|email| (email.unsubscribe_token, email.open_token)).unzip();
    world.me().remove_prospect(people[0]).unwrap();
    let answer = world.me().unsubscribe(tokens[0]).unwrap();
    assert_eq!(shape(&answer), json!({ "email": "bo@example.com", "changed": true }));
    world.me().pause(id).unwrap();
    world.me().delete_campaign(id).unwrap();
    let answer = world.me().unsubscribe(tokens[1]).unwrap();
    assert_eq!(shape(&answer), json!({ "email": "cy@example.com", "changed": true }));
    assert_eq!(world.me().list_suppressions(json!({})).unwrap().suppressions.len(), 2);
    for token in pixels {
        let opened = json!({ "id": "1", "type": "opened", "open_token": token });
        assert_eq!(world.refused(|me| me.record_event(opened)).code(), "token_not_found", "there is nobody to report");
    }
    sound(&mut world);
}

#[test]
fn a_page_and_an_image_need_no_user() {
    let mut world = World::new();
    add_user(&mut world.store);
    let (id, people) = email(&mut world, json!({}), json!([mail("S"), mail("T")]), &["bo"]);
    let task = send(&mut world).remove(0);
    let mail = task.email.unwrap();
    let pixel = mail.open_token.unwrap();
    let opened = shape(&world.store.opened(pixel).unwrap());
    assert_eq!((&opened["changed"], &opened["prospects"][0]["id"]), (&json!(true), &json!(people[0])));
    let before = world.store.dump().unwrap();
    assert!(!world.store.opened(pixel.to_string().as_str()).unwrap().changed);
    assert_eq!(world.store.dump().unwrap(), before);
    assert_eq!(shape(&world.me().campaign(id).unwrap())["stats"]["opened"], 1);

    let token = mail.unsubscribe_token;
    let answer = world.store.unsubscribe(token).unwrap();
    assert_eq!(shape(&answer), json!({ "email": "bo@example.com", "changed": true }));
    assert_eq!(status(&mut world, people[0]), "cancelled");
    assert!(!world.me().unsubscribe(token).unwrap().changed);
    let nobodys = "0123456789abcdef0123456789abcdef";
    assert_eq!(world.store.unsubscribe(nobodys).unwrap_err().code(), "token_not_found");
    assert_eq!(world.store.opened(nobodys).unwrap_err().code(), "token_not_found");
    assert_eq!(problems(&world.store.unsubscribe("x").unwrap_err()), issues(&[("token", "malformed_token")]));
    world.me().delete_campaign(id).unwrap();
    assert_eq!(world.store.opened(pixel).unwrap_err().code(), "token_not_found");
    assert!(!world.store.unsubscribe(token).unwrap().changed, "it works for good");
    sound(&mut world);
}

#[test]
fn a_link_that_no_email_carried_is_refused() {
    let mut world = World::new();
    email(&mut world, json!({}), json!([mail("S")]), &["bo"]);
    let token = claim_one(&mut world).email.unwrap().open_token.unwrap();
    let error = world.refused(|me| me.unsubscribe("0".repeat(32).as_str()));
    assert_eq!((error.code(), error.status()), ("token_not_found", 404));
    assert_eq!(world.refused(|me| me.unsubscribe(token)).code(), "token_not_found", "a pixel unsubscribes nobody");
    for token in ["", "0", &"0".repeat(33), &"g".repeat(32), UNKNOWN] {
        let error = world.refused(|me| me.unsubscribe(json!(token)));
        assert_eq!(problems(&error), issues(&[("token", "malformed_token")]), "{token}");
    }
    assert_eq!(problems(&world.refused(|me| me.unsubscribe(json!(1)))), issues(&[("token", "wrong_type")]));
    sound(&mut world);
}

#[test]
fn a_reply_names_the_email_before_it() {
    let mut world = World::new();
    let (_, _) = email(&mut world, json!({}), json!([mail("S"), reply(), mail("T"), reply()]), &["bo"]);
    let mut threads = Vec::new();
    let mut keys = Vec::new();
    let mut subjects = Vec::new();
    for _ in 0..4 {
        // Each is tried twice; the second time it still replies to the one before it.
        let failed = claim_one(&mut world);
        complete(&mut world, &failed, Outcome::Failed { retryable: true });
        world.clock.advance_ms(MINUTE);
        let task = send(&mut world).remove(0);
        let carried = task.email.unwrap();
        assert_eq!(carried.in_reply_to, failed.email.unwrap().in_reply_to);
        threads.push((carried.is_reply, carried.in_reply_to));
        subjects.push(carried.subject);
        keys.push(task.idempotency_key);
        world.clock.advance_ms(1);
    }
    assert_eq!(threads, [(false, None), (true, Some(keys[0])), (false, None), (true, Some(keys[2]))]);
    assert_eq!(subjects, ["S", "Re: S", "T", "Re: T"]);
    sound(&mut world);
}

#[test]
fn an_email_of_a_campaign_that_does_not_track_has_no_pixel() {
    let mut world = World::new();
    email(&mut world, json!({ "open_tracking": false }), json!([mail("S"), mail("T")]), &["bo"]);
    for _ in 0..2 {
        let task = shape(&send(&mut world)[0]);
        assert_eq!((&task["open_token"], task["unsubscribe_token"].is_string()), (&Value::Null, true));
        world.clock.advance_ms(1);
    }
    sound(&mut world);
}

const LINK: &str = "https://example.com/u/{token}";

fn with_link(world: &mut World) -> Vec<Task> {
    claim_with(world, json!({ "max": 1_000, "unsubscribe_url": LINK }))
}

fn saying(body: &str) -> Value {
    json!({ "type": "email", "subject": "S", "body": body })
}

fn reason(world: &mut World, id: ProspectId) -> String {
    shape(&world.me().explain(id).unwrap())["reason"].as_str().unwrap().to_owned()
}

#[test]
fn a_message_says_the_link_of_its_prospect() {
    let mut world = World::new();
    let fields = json!({ "signature": "-- %unsubscribe_url|none%" });
    let nodes = json!([saying("Bye %unsubscribe_url%"), saying("Again")]);
    let (_, people) = email(&mut world, fields, nodes, &["bo", "cy"]);
    let mut tokens = BTreeSet::new();
    for body in ["Bye LINK\n\n-- LINK", "Again\n\n-- LINK"] {
        let tasks = with_link(&mut world);
        assert_eq!(prospects(&tasks), people);
        for task in tasks {
            let token = task.email.as_ref().unwrap().unsubscribe_token.to_string();
            assert_eq!(task.body.as_deref(), Some(body.replace("LINK", &LINK.replace("{token}", &token)).as_str()));
            tokens.insert(token);
            complete(&mut world, &task, Outcome::Sent);
        }
        world.clock.advance_ms(1);
    }
    assert_eq!(tokens.len(), 2, "one for each prospect, which works");
    for token in tokens {
        assert!(world.me().unsubscribe(token.as_str()).unwrap().changed);
    }
    sound(&mut world);
}

#[test]
fn a_link_that_would_be_too_long_is_refused() {
    let mut world = World::new();
    for (url, is_refused) in [
        (format!("https://e.example/{}{{token}}", "x".repeat(1_975)), false),
        (format!("https://e.example/{}", "{token}".repeat(30)), false),
        (format!("https://e.example/{}", "{token}".repeat(100)), true),
    ] {
        let claimed = world.me().claim_due(json!({ "unsubscribe_url": url }));
        assert_eq!(claimed.is_err(), is_refused, "{}", url.len());
    }
}

#[test]
fn a_message_that_says_the_link_waits_for_a_claim_that_names_one_and_others_go_on() {
    let mut world = World::new();
    let (id, people) = email(&mut world, json!({}), json!([saying("%unsubscribe_url%"), mail("T")]), &["bo", "cy"]);
    let (_, others) = email(&mut world, json!({ "name": "Other" }), json!([mail("S")]), &["di", "ed"]);
    let plan = |world: &mut World| shape(&world.me().plan(id, json!({})).unwrap())["tasks"].clone();
    let before = plan(&mut world);
    assert_eq!(prospects(&claim(&mut world)), others);
    assert_eq!(people.iter().map(|id| reason(&mut world, *id)).collect::<Vec<_>>(), ["unsubscribe_url_missing"; 2]);
    assert_eq!(stats_of(&mut world, id), stats(json!({ "prospects": 2, "pending": 2 })), "nobody is lost");
    assert_eq!(plan(&mut world), before, "claims are assumed to give a link");
    let other_channel = json!({ "type": "linkedin", "unsubscribe_url": LINK });
    for request in [json!({}), other_channel] {
        let before = world.store.dump().unwrap();
        assert_eq!(claim_with(&mut world, request).len(), 0);
        assert!(world.store.dump().unwrap() == before, "it is not examined again");
    }
    sound(&mut world);

    let copy = crate::world::file_of(&mut world.store);
    world.store.import(&copy).unwrap();
    let tasks = with_link(&mut world);
    assert_eq!(prospects(&tasks), people);
    for task in &tasks {
        complete(&mut world, task, Outcome::Sent);
    }
    world.clock.advance_ms(1);
    assert_eq!(prospects(&send(&mut world)), people, "a message without the variable needs no link");
    sound(&mut world);
}

#[test]
fn what_was_handed_out_with_its_link_needs_none_when_it_is_due_again() {
    let mut world = World::new();
    let nodes = json!([mail("S"), saying("%unsubscribe_url%")]);
    let (id, people) = email(&mut world, json!({}), nodes, &["bo", "cy"]);
    send(&mut world);
    world.clock.advance_ms(1);
    let tasks = with_link(&mut world);
    assert_eq!(prospects(&tasks), people);
    let key = tasks[0].idempotency_key;
    complete(&mut world, &tasks[0], Outcome::Failed { retryable: true });
    complete(&mut world, &tasks[1], Outcome::Sent);
    world.me().pause(id).unwrap();
    world.clock.advance_ms(HOUR);
    assert_eq!(claim(&mut world), []);
    world.me().resume(id).unwrap();
    let again = claim_one(&mut world);
    assert_eq!((again.prospect.id, again.idempotency_key), (people[0], key));
    assert_eq!(again.body, tasks[0].body);
    sound(&mut world);
}

#[test]
fn a_message_of_ones_own_may_say_the_link() {
    let mut world = World::new();
    let (id, people) = email(&mut world, json!({}), json!([mail("S"), mail("T")]), &["bo", "cy"]);
    let node = world.me().campaign(id).unwrap().sequence_nodes[0].id;
    let texts = json!({ "subject": "S", "body": "For you: %unsubscribe_url%" });
    world.me().edit_message(people[0], node, texts).unwrap();
    world.me().resolve_messages(id, json!({})).unwrap();
    assert_eq!(prospects(&claim(&mut world)), people[1..]);
    let [task] = with_link(&mut world).try_into().unwrap();
    assert!(task.body.unwrap().starts_with("For you: https://example.com/u/"));
    let invitation = linkedin(&mut world, json!({}), json!([invitation()]), &["bo"]);
    let node = world.me().campaign(invitation.0).unwrap().sequence_nodes[0].id;
    let refused = world.refused(|me| me.edit_message(invitation.1[0], node, json!({ "body": "%unsubscribe_url%" })));
    assert_eq!(refused.issues()[0].code(), "unusable_variable");
    sound(&mut world);
}

#[test]
fn a_claim_without_a_link_lets_a_thousand_messages_wait_at_once() {
    let mut world = World::new();
    let names: Vec<String> = (0..1_000).map(|n| format!("p{n}")).collect();
    email(&mut world, json!({}), json!([saying("%unsubscribe_url%")]), &names);
    let waiting = |world: &mut World| {
        let claimed = world.me().claim_due(json!({ "max": 10 })).unwrap();
        (claimed.tasks.len(), claimed.more)
    };
    assert_eq!([waiting(&mut world), waiting(&mut world), waiting(&mut world)], [(0, true), (0, false), (0, false)]);
    assert_eq!(world.me().next_due().unwrap().next_due_at, None, "nothing happens by itself");
    let claimed = world.me().claim_due(json!({ "max": 10, "unsubscribe_url": LINK })).unwrap();
    assert_eq!(claimed.tasks.len(), 10);
    sound(&mut world);
}
