//! Running campaigns: what SPEC §4 says of claiming, completing and recording, through the public door.

use std::collections::{BTreeMap, BTreeSet};

use crate::world::{DAY, HOUR, MINUTE, NOW_MS, WEEK, World, add_user, always, issues, over, problems, shape, stats};
use campaignkit::{
    AccountId, CampaignId, ClaimDue, Instant, LatePolicy, Outcome, ProspectId, RecordEvent, Recorded,
    RecordedEventType, Task,
};
use serde_json::{Value, json};

const UNKNOWN: &str = "018f4d2e-7c3a-7b1e-8a2b-0123456789ab";

fn mail(subject: &str) -> Value {
    json!({ "type": "email", "subject": subject, "body": "A text" })
}

fn reply() -> Value {
    json!({ "type": "email", "is_reply": true, "subject": "", "body": "Again" })
}

fn invitation() -> Value {
    json!({ "type": "connection_request" })
}

fn message(body: &str) -> Value {
    json!({ "type": "message", "body": body })
}

fn delay(days: u32, hours: u32, minutes: u32) -> Value {
    json!({ "type": "delay", "delay_days": days, "delay_hours": hours, "delay_minutes": minutes })
}

/// Launches a campaign with these nodes and people, each by the first part of the address or the last of the profile.
fn launch(
    world: &mut World,
    request: Value,
    nodes: Value,
    people: &[impl AsRef<str>],
) -> (CampaignId, Vec<ProspectId>) {
    let name = format!("campaign-{}", world.me().list_campaigns(json!({ "limit": 200 })).unwrap().campaigns.len());
    let id = world.create(over(request, json!({ "name": name }))).unwrap().campaign.id;
    world.me().update_campaign(id, json!({ "sequence_nodes": nodes })).unwrap();
    let people = people.iter().map(|name| {
        let name = name.as_ref();
        json!({ "email": format!("{name}@example.com"), "linkedin_url": format!("linkedin.com/in/{name}") })
    });
    let prospects = world.add(id, people.collect());
    world.me().launch(id, None).unwrap();
    (id, prospects)
}

fn email(world: &mut World, fields: Value, nodes: Value, people: &[impl AsRef<str>]) -> (CampaignId, Vec<ProspectId>) {
    let request = world.email_request(over(json!({ "signature": "" }), fields));
    launch(world, request, nodes, people)
}

/// A LinkedIn campaign that may act at any time, unless `fields` say otherwise.
fn linkedin(
    world: &mut World,
    fields: Value,
    nodes: Value,
    people: &[impl AsRef<str>],
) -> (CampaignId, Vec<ProspectId>) {
    let request = world.linkedin_request(over(json!({ "operating_hours": always() }), fields));
    launch(world, request, nodes, people)
}

/// So many names.
fn crowd(count: usize) -> Vec<String> {
    (0..count).map(|n| format!("p{n:04}")).collect()
}

fn claim(world: &mut World) -> Vec<Task> {
    claim_with(world, json!({ "max": 1_000 }))
}

fn claim_with(world: &mut World, request: Value) -> Vec<Task> {
    world.me().claim_due(request).unwrap().tasks
}

fn claim_one(world: &mut World) -> Task {
    let mut tasks = claim(world);
    assert_eq!(tasks.len(), 1);
    tasks.remove(0)
}

fn complete(world: &mut World, task: &Task, outcome: Outcome) -> Value {
    shape(&world.me().complete(task.id, outcome).unwrap())
}

/// Claims what is due and sends it.
fn send(world: &mut World) -> Vec<Task> {
    let tasks = claim(world);
    for task in &tasks {
        assert_eq!(complete(world, task, Outcome::Sent)["changed"], true);
    }
    tasks
}

fn prospects(tasks: &[Task]) -> Vec<ProspectId> {
    tasks.iter().map(|task| task.prospect.id).collect()
}

fn places(tasks: &[Task]) -> Vec<(ProspectId, u16)> {
    tasks.iter().map(|task| (task.prospect.id, task.position)).collect()
}

fn status(world: &mut World, prospect: ProspectId) -> &'static str {
    world.me().prospect(prospect).unwrap().status.word()
}

fn campaign_status(world: &mut World, id: CampaignId) -> &'static str {
    world.me().campaign(id).unwrap().status.word().word()
}

fn stats_of(world: &mut World, id: CampaignId) -> Value {
    shape(&world.me().campaign(id).unwrap())["stats"].clone()
}

/// Records an event about a prospect.
fn event(world: &mut World, id: &str, kind: &str, prospect: ProspectId) -> Value {
    shape(&world.me().record_event(json!({ "id": id, "type": kind, "prospect_id": prospect })).unwrap())
}

fn reported(changed: bool, prospect: &str, campaign: &str) -> Value {
    json!({ "changed": changed, "prospect_status": prospect, "campaign_status": campaign })
}

fn suppress(world: &mut World, kind: &str, value: &str) {
    let one = json!({ "type": kind, "value": value });
    world.me().add_suppressions(json!({ "suppressions": [one] })).unwrap();
}

fn add_sender(world: &mut World, channel: &str, name: &str, fields: Value) -> AccountId {
    let address = if channel == "email" {
        json!({ "email_address": format!("{name}@example.com") })
    } else {
        json!({ "profile_url": format!("linkedin.com/in/{name}") })
    };
    world.me().add_account(over(over(json!({ "type": channel }), address), fields)).unwrap().id
}

fn limit(world: &mut World, account: AccountId, limits: Value) {
    world.me().update_account(account, limits).unwrap();
}

/// What is recorded of a claim that made prospects of a campaign final, or brought them on, without a message.
fn closed(id: CampaignId) -> Value {
    json!({ "type": "prospects_closed", "campaign_id": id })
}

fn completed(id: CampaignId) -> Value {
    json!({ "type": "campaign_completed", "campaign_id": id })
}

/// Checks what is true of every database.
fn sound(world: &mut World) {
    assert_eq!(world.store.check_invariants().unwrap(), []);
}

// Claiming.

#[test]
fn a_task_of_an_email_carries_all_that_the_host_needs() {
    let mut world = World::new();
    let ana = world.email;
    limit(&mut world, ana, json!({ "first_name": "Ana", "signature": "not this" }));
    let nodes = json!([{ "type": "email", "subject": "Hello %first_name|you%", "body": "Dear %first_name|you%" }]);
    let signature = json!({ "signature": "Best,\n%first_name%" });
    let (id, people) = email(&mut world, signature, nodes, &["bo"]);
    let task = shape(&claim_one(&mut world));
    let node = shape(&world.me().campaign(id).unwrap())["sequence_nodes"][0]["id"].clone();
    let (prospect, account) = (world.me().prospect(people[0]).unwrap(), world.me().account(ana).unwrap());
    let text = |field: &str| task[field].as_str().unwrap().to_owned();
    let expected = json!({
        "id": text("id"), "idempotency_key": text("idempotency_key"), "type": "email", "campaign_id": id,
        "prospect_id": people[0], "account_id": world.email, "node_id": node, "position": 0, "subject": "Hello you",
        "body": "Dear you\n\nBest,\nAna", "signature": "Best,\nAna", "is_reply": false, "in_reply_to": null,
        "unsubscribe_token": text("unsubscribe_token"), "list_unsubscribe": null,
        "list_unsubscribe_post": null, "open_token": text("open_token"), "attempts": 0,
        "claimed_at": "2026-04-22T10:00:00Z", "leased_until": "2026-04-22T10:05:00Z",
        "prospect": shape(&prospect), "account": shape(&account),
    });
    assert_eq!(task, expected);
    assert_eq!(text("idempotency_key").len(), 36);
    for token in ["unsubscribe_token", "open_token"] {
        let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        assert!(text(token).len() == 32 && text(token).bytes().all(is_hex), "{token}");
    }
    assert_ne!(text("unsubscribe_token"), text("open_token"));
    sound(&mut world);
}

#[test]
fn a_task_of_linkedin_has_nothing_that_only_an_email_has() {
    let mut world = World::new();
    let nodes = json!([{ "type": "connection_request", "body": "Hi" }, message("Thanks")]);
    let (_, people) = linkedin(&mut world, json!({}), nodes, &["bo", "cy"]);
    let of_email = ["subject", "signature", "is_reply", "in_reply_to", "unsubscribe_token", "list_unsubscribe"];
    let of_email = [&of_email[..], &["list_unsubscribe_post", "open_token"]].concat();
    let invitations = send(&mut world);
    assert_eq!(prospects(&invitations), people);
    event(&mut world, "1", "connection_accepted", people[0]);
    world.clock.advance_ms(1);
    let messages = send(&mut world);
    assert_eq!(prospects(&messages), people[..1]);
    for (task, kind, body) in [(&invitations[0], "connection_request", "Hi"), (&messages[0], "message", "Thanks")] {
        let task = shape(task);
        assert_eq!((&task["type"], &task["body"]), (&json!(kind), &json!(body)));
        for field in &of_email {
            assert_eq!(task[field], Value::Null, "{field} of a {kind}");
        }
    }
    let (_, _) = linkedin(&mut world, json!({}), json!([invitation()]), &["di"]);
    assert_eq!(claim_one(&mut world).body, None, "an invitation without a note");
    sound(&mut world);
}

#[test]
fn what_is_claimed_is_leased_and_returns_when_the_lease_ends() {
    let mut world = World::new();
    let (_, people) = email(&mut world, json!({}), json!([mail("S")]), &["bo", "cy"]);
    let first = claim_with(&mut world, json!({ "lease_seconds": 60 }));
    assert_eq!(prospects(&first), people);
    for wait in [0, 30_000, 29_999] {
        world.clock.advance_ms(wait);
        assert_eq!(claim(&mut world), [], "the lease holds");
    }
    world.clock.advance_ms(1);
    assert_eq!(first[0].leased_until.unix_ms(), NOW_MS + 60_000);
    let second = claim(&mut world);
    assert_eq!(prospects(&second), people);
    for (before, task) in first.iter().zip(&second) {
        assert_eq!(task.idempotency_key, before.idempotency_key);
        assert_eq!(task.email.as_ref().unwrap().unsubscribe_token, before.email.as_ref().unwrap().unsubscribe_token);
        assert_ne!(task.id, before.id);
        assert_eq!((task.attempts, task.leased_until.unix_ms()), (0, NOW_MS + 60_000 + 300_000));
        assert_eq!(world.refused(|me| me.complete(before.id, Outcome::Sent)).code(), "lease_lost");
        assert_eq!(complete(&mut world, task, Outcome::Sent)["changed"], true);
    }
    assert_eq!(claim(&mut world), []);
    sound(&mut world);
}

#[test]
fn a_lease_lasts_as_long_as_the_claim_says_from_a_second_to_a_day() {
    for (seconds, ms) in [(json!(1), 1_000), (json!(86_400), DAY), (Value::Null, 300_000)] {
        let mut world = World::new();
        email(&mut world, json!({}), json!([mail("S")]), &["bo"]);
        let task = claim_with(&mut world, json!({ "lease_seconds": seconds })).remove(0);
        assert_eq!(task.leased_until.unix_ms(), NOW_MS + ms);
        world.clock.advance_ms(ms - 1);
        assert_eq!(claim(&mut world), []);
        world.clock.advance_ms(1);
        assert_eq!(claim_one(&mut world).prospect.id, task.prospect.id);
        sound(&mut world);
    }
}

#[test]
fn a_task_can_be_completed_after_its_lease_as_long_as_its_message_was_not_handed_out_again() {
    let mut world = World::new();
    let (id, people) = email(&mut world, json!({}), json!([mail("S")]), &["bo"]);
    let task = claim_one(&mut world);
    world.clock.advance_ms(3 * DAY);
    assert_eq!(complete(&mut world, &task, Outcome::Sent), reported(true, "completed", "completed"));
    assert_eq!(claim(&mut world), []);
    assert_eq!((status(&mut world, people[0]), campaign_status(&mut world, id)), ("completed", "completed"));
    sound(&mut world);
}

#[test]
fn a_failure_that_is_told_after_the_lease_is_one_as_long_as_the_message_was_not_handed_out_again() {
    let mut world = World::new();
    let (_, people) = email(&mut world, json!({}), json!([mail("S")]), &["bo"]);
    let task = claim_one(&mut world);
    world.clock.advance_ms(HOUR);
    complete(&mut world, &task, Outcome::Failed { retryable: true });
    world.clock.advance_ms(MINUTE - 1);
    assert_eq!(claim(&mut world), [], "the pause counts from when it was told");
    world.clock.advance_ms(1);
    let again = claim_one(&mut world);
    assert_eq!((again.prospect.id, again.attempts), (people[0], 1));
    sound(&mut world);
}

#[test]
fn a_key_names_one_message_to_one_prospect() {
    let mut world = World::new();
    email(&mut world, json!({}), json!([mail("S"), mail("T")]), &["bo", "cy"]);
    email(&mut world, json!({}), json!([mail("S")]), &["bo"]);
    let mut keys: BTreeMap<String, (ProspectId, u16)> = BTreeMap::new();
    // Each is tried three times, and after that it is sent.
    for outcome in [Outcome::Failed { retryable: true }, Outcome::Failed { retryable: true }, Outcome::Sent].repeat(2) {
        world.clock.advance_ms(5 * MINUTE);
        for task in claim(&mut world) {
            let place = (task.prospect.id, task.position);
            assert_eq!(*keys.entry(task.idempotency_key.to_string()).or_insert(place), place);
            complete(&mut world, &task, outcome);
        }
    }
    assert_eq!(keys.len(), 5);
    assert_eq!(keys.values().collect::<BTreeSet<_>>().len(), 5, "and none has two");
    sound(&mut world);
}

#[test]
fn a_claim_hands_out_no_more_than_it_asks_for() {
    let mut world = World::new();
    let ana = world.email;
    limit(&mut world, ana, json!({ "daily_limit": 1_000 }));
    let (_, people) = email(&mut world, json!({ "daily_limit": 500 }), json!([mail("S")]), &crowd(120));
    assert_eq!(prospects(&claim_with(&mut world, json!({ "max": 1 }))), people[..1]);
    assert_eq!(prospects(&claim_with(&mut world, json!({ "max": 4 }))), people[1..5]);
    assert_eq!(prospects(&world.me().claim_due(ClaimDue::default()).unwrap().tasks), people[5..105], "100 by default");
    assert_eq!(prospects(&claim_with(&mut world, json!({ "max": 1_000 }))), people[105..]);
    sound(&mut world);
}

#[test]
fn a_claim_that_asks_for_nothing_sensible_is_refused() {
    let mut world = World::new();
    email(&mut world, json!({}), json!([mail("S")]), &["bo"]);
    let url = "malformed_url";
    for (field, value, code) in [
        ("max", json!(0), "out_of_range"),
        ("max", json!(1_001), "out_of_range"),
        ("max", json!(1.5), "not_integer"),
        ("max", json!("2"), "wrong_type"),
        ("lease_seconds", json!(0), "out_of_range"),
        ("lease_seconds", json!(86_401), "out_of_range"),
        ("type", json!("sms"), "unknown_value"),
        ("late", json!("never"), "unknown_value"),
        ("now", json!("2026-04-22"), "malformed_instant"),
        ("now", json!("2026-04-22T10:00:00"), "malformed_instant"),
        ("now", json!("1969-12-31T23:59:59Z"), "malformed_instant"),
        ("now", json!(NOW_MS), "wrong_type"),
        ("unsubscribe_url", json!("http://example.com/{token}"), url),
        ("unsubscribe_url", json!("https://example.com/"), url),
        ("unsubscribe_url", json!("https://example.com/{token}>"), url),
        ("unsubscribe_url", json!("https://example.com/{token}\r\nBcc: x"), url),
        ("unsubscribe_url", json!(format!("https://example.com/{{token}}{}", "x".repeat(2_000))), "too_long"),
        ("limit", json!(1), "unknown_field"),
    ] {
        let mut request = json!({});
        request[field] = value.clone();
        let error = world.refused(|me| me.claim_due(request));
        assert_eq!(problems(&error), issues(&[(field, code)]), "{field}: {value}");
    }
    let error = world.refused(|me| me.claim_due(json!({ "max": 0, "late": "no", "now": "soon" })));
    let expected = [("max", "out_of_range"), ("late", "unknown_value"), ("now", "malformed_instant")];
    assert_eq!(problems(&error), issues(&expected));
    let typed = ClaimDue { max: Some(0), lease_seconds: Some(0), ..ClaimDue::default() };
    let error = world.refused(|me| me.claim_due(typed));
    assert_eq!(problems(&error), issues(&[("max", "out_of_range"), ("lease_seconds", "out_of_range")]));
    assert_eq!(claim(&mut world).len(), 1);
    sound(&mut world);
}

#[test]
fn a_claim_of_one_channel_leaves_the_other_alone() {
    let mut world = World::new();
    let (_, mails) = email(&mut world, json!({}), json!([mail("S"), delay(1, 0, 0)]), &["bo"]);
    let (_, invited) = linkedin(&mut world, json!({}), json!([invitation(), message("Hi")]), &["bo"]);
    assert_eq!(prospects(&claim_with(&mut world, json!({ "type": "linkedin" }))), invited);
    assert_eq!(prospects(&claim_with(&mut world, json!({ "type": "email" }))), mails);
    world.clock.advance_ms(HOUR);
    for task in claim(&mut world) {
        complete(&mut world, &task, Outcome::Sent);
    }
    world.clock.advance_ms(20 * DAY);
    assert_eq!(claim_with(&mut world, json!({ "type": "linkedin" })), []);
    assert_eq!((status(&mut world, invited[0]), status(&mut world, mails[0])), ("timed_out", "sent"));
    assert_eq!(claim_with(&mut world, json!({ "type": "email" })), []);
    assert_eq!(status(&mut world, mails[0]), "completed");
    sound(&mut world);
}

#[test]
fn the_present_instant_can_be_said_by_the_caller() {
    let mut world = World::new();
    let nodes = json!([delay(1, 0, 0), mail("S"), delay(1, 0, 0), mail("T")]);
    let (id, people) = email(&mut world, json!({}), nodes, &["bo"]);
    assert_eq!(claim_with(&mut world, json!({ "now": "2026-04-23T09:59:59.999Z" })), []);
    let task = claim_with(&mut world, json!({ "now": "2026-04-23T12:00:00+02:00" })).remove(0);
    assert_eq!(task.claimed_at.to_string(), "2026-04-23T10:00:00Z");
    world.me().complete(task.id, json!({ "outcome": "sent", "now": "2026-04-24T08:00:00Z" })).unwrap();
    let (before, due) = (Instant::parse("2026-04-25T07:59:59.999Z"), Instant::parse("2026-04-25T08:00:00Z"));
    assert_eq!(world.me().claim_due(ClaimDue { now: before, ..ClaimDue::default() }).unwrap().tasks, []);
    let tasks = world.me().claim_due(ClaimDue { now: due, ..ClaimDue::default() }).unwrap().tasks;
    assert_eq!(places(&tasks), [(people[0], 3)]);
    let reply = json!({ "id": "1", "type": "replied", "prospect_id": people[0], "now": "2026-04-26T00:00:00Z" });
    world.me().record_event(reply).unwrap();
    assert_eq!(shape(&world.me().campaign(id).unwrap())["completed_at"], "2026-04-26T00:00:00Z");
    let error = world.refused(|me| me.complete(task.id, json!({ "outcome": "sent", "now": "now" })));
    assert_eq!(problems(&error), issues(&[("now", "malformed_instant")]));
    sound(&mut world);
}

#[test]
fn nothing_is_handed_out_before_it_is_due() {
    let mut world = World::new();
    let nodes = json!([delay(0, 0, 2), mail("S"), delay(1, 2, 3), mail("T")]);
    let (_, people) = email(&mut world, json!({}), nodes, &["bo"]);
    for (wait, position) in [(2 * MINUTE, 1), (DAY + 2 * HOUR + 3 * MINUTE, 3)] {
        world.clock.advance_ms(wait - 1);
        assert_eq!(claim(&mut world), []);
        world.clock.advance_ms(1);
        assert_eq!(places(&send(&mut world)), [(people[0], position)]);
    }
    sound(&mut world);
}

#[test]
fn a_day_of_a_delay_is_a_day_of_the_calendar_and_an_hour_is_an_hour() {
    // Clocks went forward in Berlin on 2026-03-29 at 02:00, and in New York on 2026-03-08.
    for (hours, nodes, wait) in [
        (Value::Null, json!([delay(1, 0, 0), invitation()]), 23 * HOUR),
        (Value::Null, json!([delay(0, 24, 0), invitation()]), 24 * HOUR),
        (json!("America/New_York"), json!([delay(1, 0, 0), invitation()]), 24 * HOUR),
    ] {
        let mut world = World::new();
        world.store.update_user(world.user, json!({ "time_zone": "Europe/Berlin" })).unwrap();
        let from = Instant::parse("2026-03-28T12:00:00+01:00").unwrap().unix_ms();
        world.clock.advance_ms(from - NOW_MS);
        let hours = over(always(), json!({ "time_zone": hours }));
        linkedin(&mut world, json!({ "operating_hours": hours }), nodes, &["bo"]);
        world.clock.advance_ms(wait - 1);
        assert_eq!(claim(&mut world), []);
        world.clock.advance_ms(1);
        assert_eq!(claim(&mut world).len(), 1);
        sound(&mut world);
    }
}

#[test]
fn a_delay_counts_from_the_completion_not_from_the_claim() {
    let mut world = World::new();
    email(&mut world, json!({}), json!([mail("S"), delay(0, 1, 0), mail("T")]), &["bo"]);
    let task = claim_one(&mut world);
    world.clock.advance_ms(4 * MINUTE);
    complete(&mut world, &task, Outcome::Sent);
    world.clock.advance_ms(HOUR - 1);
    assert_eq!(claim(&mut world), []);
    world.clock.advance_ms(1);
    assert_eq!(claim(&mut world).len(), 1);
    sound(&mut world);
}

#[test]
fn no_one_is_handed_two_messages_at_one_instant() {
    let mut world = World::new();
    let (_, people) = email(&mut world, json!({}), json!([mail("S"), mail("T"), mail("U")]), &["bo"]);
    for position in 0..3 {
        assert_eq!(places(&send(&mut world)), [(people[0], position)]);
        assert_eq!(claim(&mut world), [], "what follows is due a millisecond later");
        world.clock.advance_ms(1);
    }
    assert_eq!(status(&mut world, people[0]), "completed");
    sound(&mut world);
}

#[test]
fn follow_ups_go_before_first_messages_and_what_was_due_first_goes_first() {
    let mut world = World::new();
    let nodes = json!([mail("S"), delay(1, 0, 0), mail("T")]);
    let (id, first) = email(&mut world, json!({ "daily_limit": 3 }), nodes, &["bo", "cy", "di"]);
    let tasks = claim(&mut world);
    assert_eq!(prospects(&tasks), first, "in the order in which they were added");
    // The last is sent first.
    for task in tasks.iter().rev() {
        complete(&mut world, task, Outcome::Sent);
        world.clock.advance_ms(MINUTE);
    }
    let second = world.add(id, json!([{ "email": "ed@example.com" }, { "email": "flo@example.com" }]));
    world.clock.advance_ms(DAY);
    let tasks = claim_with(&mut world, json!({ "max": 2 }));
    assert_eq!(places(&tasks), [(first[2], 2), (first[1], 2)]);
    assert_eq!(places(&claim(&mut world)), [(first[0], 2)], "the day has room for no more");
    world.clock.advance_ms(DAY);
    assert_eq!(
        prospects(&claim(&mut world)),
        first,
        "what was handed out at once returns at once, and goes first, too"
    );
    let ana = world.email;
    limit(&mut world, ana, json!({ "daily_limit": 40 }));
    world.me().update_campaign(id, json!({ "daily_limit": 40 })).unwrap();
    assert_eq!(prospects(&claim(&mut world)), second);
    sound(&mut world);
}

#[test]
fn follow_ups_of_one_campaign_go_before_first_messages_of_another() {
    let mut world = World::new();
    let ana = world.email;
    limit(&mut world, ana, json!({ "daily_limit": 2 }));
    let (_, fresh) = email(&mut world, json!({}), json!([delay(1, 0, 0), mail("S")]), &["bo", "cy"]);
    let nodes = json!([mail("S"), delay(1, 1, 0), mail("T")]);
    let (_, begun) = email(&mut world, json!({}), nodes, &["di"]);
    assert_eq!(prospects(&send(&mut world)), begun);
    world.clock.advance_ms(DAY + 2 * HOUR);
    assert_eq!(places(&claim(&mut world)), [(begun[0], 2), (fresh[0], 1)], "though it was due an hour later");
    sound(&mut world);
}

// Completing.

#[test]
fn what_was_sent_brings_a_prospect_on() {
    let mut world = World::new();
    let nodes = json!([mail("S"), delay(0, 0, 1), mail("T"), delay(0, 0, 1), mail("U")]);
    let (id, people) = email(&mut world, json!({}), nodes, &["bo"]);
    for (before, after) in [
        ("pending", reported(true, "sent", "active")),
        ("sent", reported(true, "sent", "active")),
        ("sent", reported(true, "completed", "completed")),
    ] {
        assert_eq!(status(&mut world, people[0]), before);
        let task = claim_one(&mut world);
        assert_eq!(status(&mut world, people[0]), before, "a claim changes no status");
        world.clock.advance_ms(MINUTE);
        assert_eq!(complete(&mut world, &task, Outcome::Sent), after);
        world.clock.advance_ms(MINUTE);
    }
    assert_eq!(stats_of(&mut world, id), stats(json!({ "prospects": 1, "completed": 1, "messages_sent": 3 })));

    let nodes = json!([message("A"), invitation(), message("B"), message("C")]);
    let (id, people) = linkedin(&mut world, json!({}), nodes, &["bo"]);
    for after in ["message_sent", "connection_sent"] {
        send(&mut world);
        assert_eq!(status(&mut world, people[0]), after);
        world.clock.advance_ms(1);
    }
    assert_eq!(event(&mut world, "1", "connection_accepted", people[0]), reported(true, "connected", "active"));
    world.clock.advance_ms(1);
    for after in ["message_sent", "completed"] {
        send(&mut world);
        assert_eq!(status(&mut world, people[0]), after);
        world.clock.advance_ms(1);
    }
    let expected = json!({ "prospects": 1, "completed": 1, "messages_sent": 4, "accepted": 1 });
    assert_eq!(stats_of(&mut world, id), stats(expected));
    sound(&mut world);
}

#[test]
fn what_failed_is_tried_again_after_pauses_that_double_and_the_eighth_failure_is_the_last() {
    let mut world = World::new();
    let (id, people) = email(&mut world, json!({}), json!([mail("S"), delay(0, 0, 1), mail("T")]), &["bo"]);
    send(&mut world);
    world.clock.advance_ms(MINUTE);
    let mut keys = BTreeSet::new();
    for attempt in 0..8 {
        let task = claim_one(&mut world);
        assert_eq!(task.attempts, attempt);
        keys.insert(task.idempotency_key.to_string());
        world.clock.advance_ms(10_000);
        let answer = complete(&mut world, &task, Outcome::Failed { retryable: true });
        if attempt == 7 {
            assert_eq!(answer, reported(true, "cancelled", "completed"));
            break;
        }
        assert_eq!(answer, reported(true, "sent", "active"));
        world.clock.advance_ms((MINUTE << attempt) - 1);
        assert_eq!(claim(&mut world), []);
        world.clock.advance_ms(1);
    }
    assert_eq!(keys.len(), 1);
    world.clock.advance_ms(30 * DAY);
    assert_eq!(claim(&mut world), []);
    assert_eq!((status(&mut world, people[0]), campaign_status(&mut world, id)), ("cancelled", "completed"));
    assert_eq!(stats_of(&mut world, id), stats(json!({ "prospects": 1, "cancelled": 1, "messages_sent": 1 })));
    sound(&mut world);
}

#[test]
fn the_pauses_of_a_message_begin_anew_with_the_next() {
    let mut world = World::new();
    email(&mut world, json!({}), json!([mail("S"), delay(0, 0, 1), mail("T")]), &["bo"]);
    for pause in [MINUTE, 2 * MINUTE, 4 * MINUTE] {
        let task = claim_one(&mut world);
        complete(&mut world, &task, Outcome::Failed { retryable: true });
        world.clock.advance_ms(pause);
    }
    assert_eq!(send(&mut world)[0].attempts, 3);
    world.clock.advance_ms(MINUTE);
    let task = claim_one(&mut world);
    assert_eq!((task.attempts, task.position), (0, 2));
    complete(&mut world, &task, Outcome::Failed { retryable: true });
    world.clock.advance_ms(MINUTE - 1);
    assert_eq!(claim(&mut world), []);
    world.clock.advance_ms(1);
    assert_eq!(claim_one(&mut world).attempts, 1);
    sound(&mut world);
}

#[test]
fn a_failure_that_is_not_worth_a_retry_cancels_the_prospect() {
    let mut world = World::new();
    let (id, people) = email(&mut world, json!({}), json!([mail("S"), mail("T")]), &["bo", "cy"]);
    let tasks = claim(&mut world);
    let failed = json!({ "outcome": "failed", "retryable": false });
    let answer = world.me().complete(tasks[0].id, failed).unwrap();
    assert_eq!(shape(&answer), reported(true, "cancelled", "active"));
    let answer = world.me().complete(tasks[1].id, json!({ "outcome": "failed" })).unwrap();
    assert_eq!(shape(&answer), reported(true, "pending", "active"), "by default it is worth one");
    world.clock.advance_ms(DAY);
    assert_eq!(prospects(&claim(&mut world)), people[1..]);
    let expected = json!({ "prospects": 2, "pending": 1, "cancelled": 1 });
    assert_eq!(stats_of(&mut world, id), stats(expected));
    sound(&mut world);
}

#[test]
fn a_bounce_ends_the_prospect_and_was_a_message() {
    let mut world = World::new();
    let (id, people) = email(&mut world, json!({}), json!([mail("S"), mail("T")]), &["bo"]);
    let task = claim_one(&mut world);
    let (answer, events) = world.recorded(|me| me.complete(task.id, Outcome::Bounced));
    assert_eq!(shape(&answer), reported(true, "bounced", "completed"));
    let bounced = json!({ "type": "prospect_bounced", "prospect_id": people[0], "campaign_id": id });
    let told = json!({ "type": "task_completed", "task_id": task.id, "campaign_id": id });
    assert_eq!(events, [bounced, told, completed(id)]);
    assert_eq!(status(&mut world, people[0]), "bounced");
    assert_eq!(stats_of(&mut world, id), stats(json!({ "prospects": 1, "bounced": 1, "messages_sent": 1 })));
    sound(&mut world);
}

#[test]
fn the_same_outcome_again_changes_nothing_and_another_is_refused() {
    let outcomes = [Outcome::Sent, Outcome::Failed { retryable: true }, Outcome::Bounced];
    for (first, outcome) in outcomes.into_iter().enumerate() {
        let mut world = World::new();
        email(&mut world, json!({}), json!([mail("S"), mail("T")]), &["bo", "cy"]);
        let task = claim(&mut world).remove(0);
        let answer = complete(&mut world, &task, outcome);
        world.clock.advance_ms(HOUR);
        let before = world.store.dump().unwrap();
        assert_eq!(complete(&mut world, &task, outcome), over(answer, json!({ "changed": false })));
        assert_eq!(world.store.dump().unwrap(), before);
        for (second, other) in outcomes.into_iter().enumerate() {
            if first != second {
                let error = world.refused(|me| me.complete(task.id, other));
                assert_eq!((error.code(), error.status()), ("task_completed", 409));
            }
        }
        sound(&mut world);
    }
}

#[test]
fn an_outcome_that_is_none_is_refused() {
    let mut world = World::new();
    email(&mut world, json!({}), json!([mail("S")]), &["bo"]);
    let task = claim_one(&mut world);
    for (outcome, expected) in [
        (json!({}), issues(&[("outcome", "required")])),
        (json!({ "outcome": "done" }), issues(&[("outcome", "unknown_value")])),
        (json!({ "outcome": "Sent" }), issues(&[("outcome", "unknown_value")])),
        (
            json!({ "outcome": true, "retryable": "yes" }),
            issues(&[("retryable", "wrong_type"), ("outcome", "wrong_type")]),
        ),
        (json!({ "outcome": "sent", "at": "2026-04-22T10:00:00Z" }), issues(&[("at", "unknown_field")])),
        (json!("sent"), issues(&[("", "wrong_type")])),
    ] {
        let error = world.refused(|me| me.complete(task.id, outcome.clone()));
        assert_eq!(problems(&error), expected, "{outcome}");
    }
    let error = world.refused(|me| me.complete(json!("task"), Outcome::Sent));
    assert_eq!(problems(&error), issues(&[("task_id", "malformed_id")]));
    complete(&mut world, &task, Outcome::Sent);
    sound(&mut world);
}

#[test]
fn a_task_that_is_not_there_is_not_found() {
    let mut world = World::new();
    let (id, people) = email(&mut world, json!({}), json!([mail("S"), mail("T")]), &["bo", "cy"]);
    let tasks = claim(&mut world);
    let missing = |world: &mut World, task: &str| {
        let error = world.refused(|me| me.complete(task, Outcome::Sent));
        assert_eq!((error.code(), error.status()), ("task_not_found", 404));
        let event = json!({ "id": "1", "type": "replied", "task_id": task });
        assert_eq!(world.refused(|me| me.record_event(event)).code(), "task_not_found");
    };
    missing(&mut world, UNKNOWN);

    world.me().remove_prospect(people[0]).unwrap();
    missing(&mut world, &tasks[0].id.to_string());
    world.me().pause(id).unwrap();
    world.me().delete_campaign(id).unwrap();
    missing(&mut world, &tasks[1].id.to_string());
    sound(&mut world);
}

#[test]
fn nothing_of_one_user_is_there_for_another() {
    let mut world = World::new();
    let (_, people) = email(&mut world, json!({}), json!([mail("S"), mail("T")]), &["bo"]);
    let task = claim_one(&mut world);
    let carried = task.email.clone().unwrap();
    let mine = world.user;
    (world.user, _, _) = add_user(&mut world.store);
    world.clock.advance_ms(DAY);
    assert_eq!(claim(&mut world), []);
    let event = |to: Value| over(json!({ "id": "1", "type": "replied" }), to);
    assert_eq!(world.refused(|me| me.complete(task.id, Outcome::Sent)).code(), "task_not_found");
    let error = world.refused(|me| me.record_event(event(json!({ "prospect_id": people[0] }))));
    assert_eq!(error.code(), "prospect_not_found");
    let error = world.refused(|me| me.record_event(event(json!({ "task_id": task.id }))));
    assert_eq!(error.code(), "task_not_found");
    let opened = event(json!({ "type": "opened", "open_token": carried.open_token }));
    assert_eq!(world.refused(|me| me.record_event(opened)).code(), "token_not_found");
    assert_eq!(world.refused(|me| me.unsubscribe(carried.unsubscribe_token)).code(), "token_not_found");

    // Both may use the same id for an event.
    let (_, theirs) = {
        let account = world.me().list_accounts(json!({ "type": "email" })).unwrap().accounts[0].id;
        email(&mut world, json!({ "sender_account_ids": [account] }), json!([mail("S")]), &["bo"])
    };
    assert_eq!(self::event(&mut world, "1", "replied", theirs[0])["changed"], true);
    world.user = mine;
    assert_eq!(self::event(&mut world, "1", "replied", people[0])["changed"], true);
    sound(&mut world);
}

// Senders.

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
    // Each campaign balances for itself, and the follow-up took all of Ben's room.
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
    assert_eq!(from(&mut world, 3), expected, "though Ana has fewer");
    limit(&mut world, ana, premium(true));
    assert_eq!(from(&mut world, 1), [(people[3], ana)], "she counts for none of them");
    limit(&mut world, ana, premium(false));
    limit(&mut world, ben, json!({ "status": "disconnected" }));
    assert_eq!(from(&mut world, 9), []);
    limit(&mut world, ben, json!({ "status": "connected" }));
    assert_eq!(from(&mut world, 9), [(people[4], ben)]);
    sound(&mut world);
}

// Limits.

#[test]
fn a_campaign_sends_so_many_a_day_of_the_users_calendar() {
    let mut world = World::new();
    world.store.update_user(world.user, json!({ "time_zone": "Pacific/Auckland" })).unwrap();
    // 22:00 in Auckland; the day in UTC goes on for 14 hours.
    let (_, people) = email(&mut world, json!({ "daily_limit": 2 }), json!([mail("S")]), &crowd(5));
    assert_eq!(prospects(&send(&mut world)), people[..2]);
    world.clock.advance_ms(2 * HOUR - 1);
    assert_eq!(claim(&mut world), []);
    world.clock.advance_ms(1);
    assert_eq!(prospects(&claim_with(&mut world, json!({ "max": 1 }))), people[2..3]);
    world.clock.advance_ms(23 * HOUR);
    let tasks = send(&mut world);
    assert_eq!(prospects(&tasks), people[2..3], "the lease ran out; what was claimed counts all the same");
    world.clock.advance_ms(HOUR);
    assert_eq!(prospects(&send(&mut world)), people[3..]);
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
        // In Tonga it is midnight.
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
    assert_eq!(prospects(&tasks), [invited[1], written[0], written[1], written[2]], "each kind has room of its own");
    for task in tasks {
        complete(&mut world, &task, Outcome::Sent);
    }
    // The lease of the first ran out, and the week has no room to try it again.
    world.clock.advance_ms(WEEK - MINUTE - 1);
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
        assert_eq!(claim(&mut world), [], "what is lost counts");
        world.clock.advance_ms(if daily { DAY } else { WEEK });
        assert_eq!(prospects(&send(&mut world)), [people[1], people[3]]);
        sound(&mut world);
    }
}

#[test]
fn what_is_handed_out_again_counts_again() {
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
            email(&mut world, of_campaign.clone(), json!([mail("S")]), &crowd(3))
        } else {
            linkedin(&mut world, of_campaign.clone(), json!([invitation()]), &crowd(3))
        };
        for _ in 0..2 {
            assert_eq!(prospects(&claim_with(&mut world, json!({ "max": 1 }))), people[..1]);
            world.clock.advance_ms(5 * MINUTE);
        }
        let tasks = claim(&mut world);
        assert_eq!(prospects(&tasks), people[..1], "{channel} {of_account} {of_campaign}");
        complete(&mut world, &tasks[0], Outcome::Failed { retryable: false });
        assert_eq!(prospects(&claim(&mut world)), people[1..2], "only the last try failed");
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
    // The other campaign takes 55 of the account's 100 a day, every day, before this one looks for room.
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
    let expected = [[45, 0, 55], [0, 45, 55], [45, 0, 55], [0, 45, 55], [10, 0, 0], [0, 10, 0]];
    assert_eq!(days, expected, "follow-ups first, then who was due first");
    sound(&mut world);
}

// Hours.

#[test]
fn linkedin_acts_only_inside_its_hours() {
    let mut world = World::new();
    // Monday to Friday from 09:00 to 17:00, as it is by default; it is Wednesday, 10:00.
    let hours = json!({ "operating_hours": null });
    let (id, people) = linkedin(&mut world, hours, json!([message("A"), message("B"), message("C")]), &["bo"]);
    send(&mut world);
    world.clock.advance_ms(7 * HOUR);
    assert_eq!(claim(&mut world), [], "17:00 is over");
    world.clock.advance_ms(16 * HOUR - 1);
    assert_eq!(claim(&mut world), []);
    world.clock.advance_ms(1);
    assert_eq!(places(&send(&mut world)), [(people[0], 1)], "09:00 is in");
    world.clock.advance_ms(2 * DAY);
    assert_eq!(claim(&mut world), [], "Saturday");
    let monday = |hours: Value| json!({ "operating_hours": { "monday": hours } });
    world.clock.advance_ms(2 * DAY - 8 * HOUR);
    assert_eq!(claim(&mut world), [], "Monday, 01:00");
    let night = monday(json!([{ "start": "22:00", "end": "02:00" }]));
    world.me().update_campaign(id, night).unwrap();
    assert_eq!(claim(&mut world), [], "these hours begin on Monday and end on Tuesday");
    world.clock.advance_ms(DAY);
    assert_eq!(places(&send(&mut world)), [(people[0], 2)], "Tuesday, 01:00");
    sound(&mut world);
}

#[test]
fn hours_are_meant_in_their_zone_or_else_the_users() {
    let hours = |zone: Value| {
        let nine = json!([{ "start": "09:00", "end": "10:00" }]);
        json!({ "operating_hours": { "time_zone": zone, "wednesday": nine } })
    };
    let mut world = World::new();
    let user = world.user;
    world.clock.advance_ms(-2 * HOUR - 1);
    let (_, in_london) = linkedin(&mut world, hours(json!("Europe/London")), json!([invitation()]), &["bo"]);
    let (_, at_home) = linkedin(&mut world, hours(Value::Null), json!([invitation()]), &["cy"]);
    assert_eq!(claim(&mut world), []);
    world.clock.advance_ms(1);
    assert_eq!(prospects(&claim(&mut world)), in_london, "in London it is 09:00, and 08:00 in UTC");
    world.store.update_user(user, json!({ "time_zone": "Europe/Berlin" })).unwrap();
    assert_eq!(claim(&mut world), [], "10:00 in Berlin");
    world.store.update_user(user, json!({ "time_zone": "Europe/Lisbon" })).unwrap();
    assert_eq!(prospects(&send(&mut world)), at_home, "09:00 in Lisbon");

    world.clock.advance_ms(HOUR - 1);
    linkedin(&mut world, hours(json!("Europe/London")), json!([invitation()]), &["di", "ed"]);
    assert_eq!(claim_with(&mut world, json!({ "max": 1 })).len(), 1);
    world.clock.advance_ms(1);
    assert_eq!(claim(&mut world), [], "10:00 in London is over");
    sound(&mut world);
}

#[test]
fn an_email_goes_at_any_time() {
    let mut world = World::new();
    email(&mut world, json!({}), json!([mail("S")]), &["bo"]);
    world.clock.advance_ms(4 * DAY - 7 * HOUR);
    assert_eq!(send(&mut world).len(), 1, "on a Sunday at 03:00");
    sound(&mut world);
}

// Acceptance.

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
    assert_eq!(shape(&answer), reported(true, "connected", "active"));
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
        assert_eq!(places(&claimed.tasks), [(people[1], 0)], "it takes no room from the next");
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

// Events.

#[test]
fn a_reply_ends_a_prospect_where_the_campaign_stops_on_replies() {
    let mut world = World::new();
    let nodes = json!([mail("S"), delay(1, 0, 0), mail("T")]);
    let (stopping, first) = email(&mut world, json!({}), nodes.clone(), &["bo", "cy"]);
    let (going_on, second) = email(&mut world, json!({ "stop_on_reply": false }), nodes, &["bo", "cy"]);
    let (linkedin, third) = linkedin(&mut world, json!({}), json!([message("A"), message("B")]), &["bo", "cy"]);
    send(&mut world);
    for (n, (id, prospect, expected)) in [
        (stopping, first[0], reported(true, "replied", "active")),
        (going_on, second[0], reported(true, "sent", "active")),
        (linkedin, third[0], reported(true, "replied", "active")),
    ]
    .into_iter()
    .enumerate()
    {
        let request = json!({ "id": n.to_string(), "type": "replied", "prospect_id": prospect });
        let (answer, events) = world.recorded(|me| me.record_event(request));
        assert_eq!(shape(&answer), expected);
        let change = json!({ "type": "prospect_replied", "prospect_id": prospect, "campaign_id": id });
        assert_eq!(events, [change]);
        assert_eq!(stats_of(&mut world, id)["replies"], 1);
    }
    world.clock.advance_ms(DAY);
    let follow_ups = prospects(&send(&mut world));
    assert_eq!(follow_ups.into_iter().collect::<BTreeSet<_>>(), [first[1], second[0], second[1], third[1]].into());
    sound(&mut world);
}

#[test]
fn a_task_that_is_handed_out_can_be_completed_after_a_reply() {
    for outcome in [Outcome::Sent, Outcome::Failed { retryable: true }, Outcome::Bounced] {
        let mut world = World::new();
        let (id, people) = email(&mut world, json!({}), json!([mail("S"), mail("T")]), &["bo", "cy"]);
        send(&mut world);
        world.clock.advance_ms(1);
        let task = claim(&mut world).remove(0);
        event(&mut world, "1", "replied", people[0]);
        assert_eq!(complete(&mut world, &task, outcome), reported(true, "replied", "active"));
        let sent = if outcome == (Outcome::Failed { retryable: true }) { 2 } else { 3 };
        assert_eq!(stats_of(&mut world, id)["messages_sent"], sent);
        world.clock.advance_ms(DAY);
        assert_eq!(prospects(&claim(&mut world)), people[1..]);
        sound(&mut world);
    }
}

#[test]
fn a_completed_prospect_can_still_reply_or_bounce_and_other_ends_stay() {
    let mut world = World::new();
    let (id, people) = email(&mut world, json!({}), json!([mail("S")]), &crowd(6));
    let tasks = claim(&mut world);
    for (task, outcome) in tasks.iter().zip([
        Outcome::Sent,
        Outcome::Sent,
        Outcome::Bounced,
        Outcome::Failed { retryable: false },
        Outcome::Sent,
        Outcome::Sent,
    ]) {
        complete(&mut world, task, outcome);
    }
    assert_eq!(campaign_status(&mut world, id), "completed");
    for (n, (prospect, kind, expected)) in [
        (0, "replied", "replied"),
        (0, "bounced", "replied"),
        (1, "bounced", "bounced"),
        (1, "replied", "bounced"),
        (2, "replied", "bounced"),
        (3, "replied", "cancelled"),
        (3, "bounced", "cancelled"),
        (4, "opened", "completed"),
        (4, "unsubscribed", "completed"),
    ]
    .into_iter()
    .enumerate()
    {
        let answer = event(&mut world, &n.to_string(), kind, people[prospect]);
        assert_eq!(answer, reported(true, expected, "completed"), "{kind}");
    }
    sound(&mut world);

    let (id, timed_out) = linkedin(&mut world, json!({}), json!([invitation(), message("Hi")]), &["bo"]);
    send(&mut world);
    world.clock.advance_ms(15 * DAY);
    assert_eq!(claim(&mut world), []);
    for (kind, recorded) in [("connection_accepted", 0), ("replied", 1), ("bounced", 1)] {
        let request = json!({ "id": kind, "type": kind, "prospect_id": timed_out[0] });
        let (answer, events) = world.recorded(|me| me.record_event(request));
        assert_eq!(shape(&answer), reported(true, "timed_out", "completed"));
        assert_eq!(events.len(), recorded, "{kind}");
    }
    assert_eq!(stats_of(&mut world, id)["accepted"], 0, "it came too late");
    let (_, skipped) = linkedin(&mut world, json!({}), json!([invitation()]), &["cy", "di"]);
    suppress(&mut world, "linkedin_profile", "linkedin.com/in/cy");
    send(&mut world);
    assert_eq!(event(&mut world, "skipped", "replied", skipped[0]), reported(true, "skipped", "completed"));
    sound(&mut world);
}

#[test]
fn a_bounce_that_is_heard_of_later_ends_the_prospect() {
    let mut world = World::new();
    let (id, people) = email(&mut world, json!({}), json!([mail("S"), mail("T")]), &["bo"]);
    let task = send(&mut world).remove(0);
    let request = json!({ "id": "1", "type": "bounced", "task_id": task.id });
    let (answer, events) = world.recorded(|me| me.record_event(request));
    assert_eq!(shape(&answer), reported(true, "bounced", "completed"));
    let change = json!({ "type": "prospect_bounced", "prospect_id": people[0], "campaign_id": id });
    assert_eq!(events, [change, json!({ "type": "campaign_completed", "campaign_id": id })]);
    assert_eq!(stats_of(&mut world, id), stats(json!({ "prospects": 1, "bounced": 1, "messages_sent": 1 })));
    sound(&mut world);
}

#[test]
fn whoever_unsubscribes_is_suppressed_and_called_off() {
    let mut world = World::new();
    let (id, people) = email(&mut world, json!({}), json!([mail("S"), mail("T")]), &["bo", "cy"]);
    let (_, others) = email(&mut world, json!({}), json!([mail("S")]), &["bo"]);
    let (_, profiles) = linkedin(&mut world, json!({}), json!([message("A"), message("B")]), &["bo", "cy"]);
    let task = claim_with(&mut world, json!({ "max": 1, "type": "email" })).remove(0);
    complete(&mut world, &task, Outcome::Sent);
    let (answer, events) =
        world.recorded(|me| me.record_event(json!({ "id": "1", "type": "unsubscribed", "prospect_id": people[0] })));
    assert_eq!(shape(&answer), reported(true, "cancelled", "active"));
    let change = json!({ "type": "prospect_unsubscribed", "prospect_id": people[0], "campaign_id": id });
    assert_eq!(events, [json!({ "type": "suppressions_added", "user_id": world.user }), change]);
    world.clock.advance_ms(1);
    assert_eq!(prospects(&claim_with(&mut world, json!({ "type": "email" }))), people[1..]);
    assert_eq!(status(&mut world, others[0]), "skipped", "in no campaign is the address written to");
    event(&mut world, "2", "unsubscribed", profiles[0]);
    assert_eq!(prospects(&claim(&mut world)), profiles[1..]);
    let suppressed = world.me().list_suppressions(json!({})).unwrap().suppressions;
    let suppressed: BTreeSet<&str> = suppressed.iter().map(|one| one.value.as_str()).collect();
    assert_eq!(suppressed, ["bo@example.com", "linkedin.com/in/bo"].into());
    let expected = json!({ "prospects": 2, "pending": 1, "cancelled": 1, "messages_sent": 1, "unsubscribed": 1 });
    assert_eq!(stats_of(&mut world, id), stats(expected));
    sound(&mut world);
}

#[test]
fn an_email_counts_as_opened_once() {
    let mut world = World::new();
    let (id, people) = email(&mut world, json!({}), json!([mail("S"), mail("T")]), &["bo"]);
    let (mut tasks, mut tokens) = (Vec::new(), Vec::new());
    for _ in 0..2 {
        let task = send(&mut world).remove(0);
        tokens.push(task.email.unwrap().open_token.unwrap());
        tasks.push(task.id);
        world.clock.advance_ms(1);
    }
    assert_ne!(tokens[0], tokens[1], "each email has a pixel of its own");
    let change = json!({ "type": "message_opened", "prospect_id": people[0], "campaign_id": id });
    let [first, last] = [tokens[0], tokens[1]].map(Recorded::OpenToken);
    for (event, to, changed, opened, recorded) in [
        ("1", first, true, 1, true),
        ("1", first, false, 1, false),
        ("2", first, true, 1, false),
        ("3", Recorded::Task(tasks[0]), true, 1, false),
        // The last email is meant.
        ("4", Recorded::Prospect(people[0]), true, 2, true),
        ("5", Recorded::Prospect(people[0]), true, 2, false),
        ("6", last, true, 2, false),
        ("7", Recorded::Task(tasks[1]), true, 2, false),
    ] {
        let request = RecordEvent { id: event.into(), kind: RecordedEventType::Opened, to, now: None };
        let (answer, events) = world.recorded(|me| me.record_event(request));
        assert_eq!(shape(&answer), reported(changed, "completed", "completed"));
        assert_eq!(events, if recorded { vec![change.clone()] } else { vec![] }, "{event}");
        assert_eq!(stats_of(&mut world, id)["opened"], opened, "{event}");
    }
    sound(&mut world);
}

#[test]
fn the_same_event_id_twice_changes_nothing() {
    let mut world = World::new();
    let nodes = json!([invitation(), message("A"), message("B")]);
    let (_, people) = linkedin(&mut world, json!({}), nodes, &["bo", "cy"]);
    send(&mut world);
    event(&mut world, "1", "connection_accepted", people[0]);
    world.clock.advance_ms(HOUR);
    let before = world.store.dump().unwrap();
    // Whatever it says the second time.
    for (kind, prospect, status) in [
        ("connection_accepted", people[0], "connected"),
        ("replied", people[0], "connected"),
        ("replied", people[1], "connection_sent"),
    ] {
        assert_eq!(event(&mut world, "1", kind, prospect), reported(false, status, "active"));
        assert_eq!(world.store.dump().unwrap(), before);
    }
    sound(&mut world);
}

#[test]
fn an_event_that_is_none_is_refused() {
    let mut world = World::new();
    let (_, people) = email(&mut world, json!({}), json!([mail("S")]), &["bo"]);
    let task = claim_one(&mut world);
    let (bo, token) = (people[0], task.email.clone().unwrap().open_token);
    let good = json!({ "id": "1", "type": "replied", "prospect_id": bo });
    for (request, expected) in [
        (json!({}), vec![("id", "required"), ("type", "required"), ("prospect_id", "required")]),
        (json!("replied"), vec![("", "wrong_type")]),
        (over(good.clone(), json!({ "id": "" })), vec![("id", "empty")]),
        (over(good.clone(), json!({ "id": "x".repeat(256) })), vec![("id", "too_long")]),
        (over(good.clone(), json!({ "id": 1 })), vec![("id", "wrong_type")]),
        (over(good.clone(), json!({ "type": "clicked" })), vec![("type", "unknown_value")]),
        (over(good.clone(), json!({ "prospect_id": "bo" })), vec![("prospect_id", "malformed_id")]),
        (over(good.clone(), json!({ "prospect_id": null, "task_id": "x" })), vec![("task_id", "malformed_id")]),
        (over(good.clone(), json!({ "task_id": task.id })), vec![("", "one_of")]),
        (over(good.clone(), json!({ "open_token": token, "task_id": task.id })), vec![("", "one_of")]),
        (
            over(good.clone(), json!({ "prospect_id": null, "open_token": "0123" })),
            vec![("open_token", "malformed_token")],
        ),
        (
            over(good.clone(), json!({ "prospect_id": null, "open_token": UNKNOWN })),
            vec![("open_token", "malformed_token")],
        ),
        (over(good.clone(), json!({ "now": "yesterday" })), vec![("now", "malformed_instant")]),
        (over(good.clone(), json!({ "at": "2026-04-22T10:00:00Z" })), vec![("at", "unknown_field")]),
    ] {
        let error = world.refused(|me| me.record_event(request.clone()));
        assert_eq!(problems(&error), issues(&expected), "{request}");
    }
    for (to, code) in [
        (json!({ "prospect_id": UNKNOWN }), "prospect_not_found"),
        (json!({ "task_id": UNKNOWN }), "task_not_found"),
        (json!({ "open_token": "0".repeat(32) }), "token_not_found"),
    ] {
        let request = over(json!({ "id": "1", "type": "opened" }), to);
        let error = world.refused(|me| me.record_event(request));
        assert_eq!((error.code(), error.status()), (code, 404));
    }
    assert_eq!(event(&mut world, &"x".repeat(255), "replied", bo)["changed"], true);
    sound(&mut world);
}

#[test]
fn what_does_not_happen_on_a_channel_is_refused() {
    let mut world = World::new();
    let (_, mails) = email(&mut world, json!({}), json!([mail("S")]), &["bo"]);
    let (_, profiles) = linkedin(&mut world, json!({}), json!([invitation()]), &["bo"]);
    let tasks = send(&mut world);
    for (kind, prospect, task) in [("connection_accepted", mails[0], &tasks[0]), ("opened", profiles[0], &tasks[1])] {
        assert_eq!(task.prospect.id, prospect);
        for to in [json!({ "prospect_id": prospect }), json!({ "task_id": task.id })] {
            let error = world.refused(|me| me.record_event(over(json!({ "id": "1", "type": kind }), to)));
            assert_eq!(problems(&error), issues(&[("type", "wrong_channel_event")]), "{kind}");
        }
    }
    assert_eq!(event(&mut world, "1", "replied", mails[0])["changed"], true, "the id is not used up");
    sound(&mut world);
}

#[test]
fn nothing_happens_to_the_prospects_of_a_draft() {
    let mut world = World::new();
    let id = world.email_campaign("Draft");
    let people = world.add(id, json!([{ "email": "bo@example.com" }]));
    assert_eq!(claim(&mut world), []);
    for kind in ["replied", "connection_accepted", "bounced", "unsubscribed", "opened"] {
        let event = json!({ "id": "1", "type": kind, "prospect_id": people[0] });
        let error = world.refused(|me| me.record_event(event));
        assert_eq!((error.code(), error.status()), ("not_launched", 409));
    }
    sound(&mut world);
}

// Who must not be contacted.

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
        assert_eq!(status(&mut world, people[0]), "skipped");
        sound(&mut world);
    }
}

#[test]
fn a_follow_up_to_someone_who_was_suppressed_is_not_claimed() {
    let mut world = World::new();
    let (id, people) = email(&mut world, json!({}), json!([mail("S"), mail("T")]), &["bo"]);
    send(&mut world);
    world.clock.advance_ms(1);
    suppress(&mut world, "email_address", "bo@example.com");
    let (claimed, events) = world.recorded(|me| me.claim_due(json!({})));
    assert_eq!(claimed.tasks, []);
    assert_eq!(events, [closed(id), completed(id)]);
    assert_eq!((status(&mut world, people[0]), campaign_status(&mut world, id)), ("skipped", "completed"));
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
    assert_eq!(stats_of(&mut world, id)["skipped"], 18);
    sound(&mut world);
}

#[test]
fn someone_whom_another_campaign_holds_by_now_is_skipped() {
    let mut world = World::new();
    let (first, people) = linkedin(&mut world, json!({}), json!([message("A"), message("B")]), &["bo", "cy"]);
    let sent = claim_with(&mut world, json!({ "max": 1 })).remove(0);
    complete(&mut world, &sent, Outcome::Sent);
    let anyone = json!({ "skip_other_campaigns": false });
    let (second, others) = linkedin(&mut world, anyone, json!([message("C")]), &["bo", "di"]);
    world.clock.advance_ms(1);
    assert_eq!(prospects(&claim(&mut world)), [people[1], others[0], others[1]]);
    assert_eq!(status(&mut world, people[0]), "skipped");
    let expected = json!({ "prospects": 2, "pending": 1, "skipped": 1, "messages_sent": 1 });
    assert_eq!(stats_of(&mut world, first), stats(expected));

    // Only an active campaign holds anyone.
    world.me().pause(second).unwrap();
    let third = world.add(first, json!([{ "linkedin_url": "linkedin.com/in/di" }]));
    assert_eq!(prospects(&claim(&mut world)), third);
    sound(&mut world);
}

#[test]
fn someone_with_whom_another_campaign_is_done_is_left_to_the_one_that_writes_by_now() {
    let mut world = World::new();
    let (done, people) = linkedin(&mut world, json!({}), json!([message("A")]), &["bo", "cy"]);
    let task = claim_with(&mut world, json!({ "max": 1 })).remove(0);
    complete(&mut world, &task, Outcome::Sent);
    assert_eq!((task.prospect.id, status(&mut world, people[0])), (people[0], "completed"));
    world.me().pause(done).unwrap();
    let nodes = json!([message("B"), delay(1, 0, 0), message("C")]);
    let (going_on, others) = linkedin(&mut world, json!({}), nodes, &["bo"]);
    assert_eq!(places(&send(&mut world)), [(others[0], 0)]);
    assert_eq!(shape(&world.me().resume(done).unwrap())["skipped"], json!([]));
    sound(&mut world);
    world.clock.advance_ms(DAY);
    assert_eq!(campaign_status(&mut world, done), "active");
    assert_eq!(places(&send(&mut world)), [(others[0], 2), (people[1], 0)]);
    assert_eq!((status(&mut world, others[0]), campaign_status(&mut world, going_on)), ("completed", "completed"));
    sound(&mut world);
}

#[test]
fn a_task_whose_prospect_was_skipped_meanwhile_can_be_completed() {
    for (outcome, sent) in [(Outcome::Sent, 1), (Outcome::Bounced, 1), (Outcome::Failed { retryable: true }, 0)] {
        let mut world = World::new();
        let (id, people) = email(&mut world, json!({}), json!([mail("S"), mail("T")]), &["bo", "cy"]);
        let task = claim_with(&mut world, json!({ "max": 1 })).remove(0);
        world.clock.advance_ms(HOUR);
        suppress(&mut world, "email_address", "bo@example.com");
        assert_eq!(prospects(&claim(&mut world)), people[1..]);
        assert_eq!(complete(&mut world, &task, outcome), reported(true, "skipped", "active"));
        assert_eq!(complete(&mut world, &task, outcome), reported(false, "skipped", "active"));
        let expected = json!({ "prospects": 2, "pending": 1, "skipped": 1, "messages_sent": sent });
        assert_eq!(stats_of(&mut world, id), stats(expected));
        sound(&mut world);
    }
}

// After an outage.

/// From 10:00 to 11:00 every day.
fn one_hour_a_day() -> Value {
    let hour = json!([{ "start": "10:00", "end": "11:00" }]);
    always().as_object().unwrap().keys().map(|day| (day.clone(), hour.clone())).collect()
}

/// A LinkedIn campaign whose second message was due on Wednesday at 10:30, and no one claimed it; and an email campaign
/// whose second was due then, too. It is Thursday, 08:00.
fn outage(world: &mut World) -> [ProspectId; 2] {
    let [a, b, c] = ["A", "B", "C"].map(message);
    let pause = delay(0, 0, 30);
    let nodes = json!([a, pause, b, pause, c]);
    let (_, profiles) = linkedin(world, json!({ "operating_hours": one_hour_a_day() }), nodes, &["bo"]);
    let nodes = json!([mail("S"), pause, mail("T"), pause, mail("U")]);
    let (_, mails) = email(world, json!({}), nodes, &["bo"]);
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
    assert_eq!(claim_with(&mut world, json!({ "late": "skip" })), [], "and what is late already is not left out");
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
    assert_eq!(places(&claim_with(&mut world, json!({ "late": "skip" }))), [(mail, 4)], "what follows counts from now");
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
    world.clock.advance_ms(2 * DAY);
    let (claimed, events) =
        world.recorded(|me| me.claim_due(ClaimDue { late: Some(LatePolicy::Skip), ..ClaimDue::default() }));
    assert_eq!(claimed.tasks, []);
    assert_eq!(events, [closed(id), completed(id)]);
    assert_eq!(status(&mut world, people[0]), "completed");
    assert_eq!(stats_of(&mut world, id), stats(json!({ "prospects": 1, "completed": 1, "messages_sent": 1 })));
    sound(&mut world);
}

#[test]
fn nothing_is_late_whose_turn_did_not_come_and_first_messages_never_are() {
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
        // Today there was no room any more, so its turn is on Thursday.
        world.clock.advance_ms(DAY);
        assert_eq!(prospects(&claim_with(&mut world, request)), people, "{late}");
        sound(&mut world);
    }
}

#[test]
fn what_waits_only_for_room_is_not_left_out() {
    let mut world = World::new();
    let nodes = json!([mail("S"), delay(0, 1, 0), mail("T")]);
    let (id, people) = email(&mut world, json!({ "daily_limit": 3 }), nodes, &crowd(4));
    // The same sender has another campaign, which has nothing to say for a month.
    email(&mut world, json!({}), json!([delay(30, 0, 0), mail("S")]), &["bo"]);
    let mut days: BTreeMap<String, Vec<(ProspectId, u16)>> = BTreeMap::new();
    for _ in 0..4 * 96 {
        for task in claim_with(&mut world, json!({ "late": "skip" })) {
            complete(&mut world, &task, Outcome::Sent);
            let date = task.claimed_at.to_string()[..10].to_owned();
            days.entry(date).or_default().push((task.prospect.id, task.position));
        }
        world.clock.advance_ms(15 * MINUTE);
    }
    let [a, b, c, d] = [people[0], people[1], people[2], people[3]];
    let expected = [
        ("2026-04-22", vec![(a, 0), (b, 0), (c, 0)]),
        ("2026-04-23", vec![(a, 2), (b, 2), (c, 2)]),
        ("2026-04-24", vec![(d, 0), (d, 2)]),
    ];
    assert_eq!(days, expected.map(|(date, sent)| (date.to_owned(), sent)).into());
    assert_eq!(stats_of(&mut world, id), stats(json!({ "prospects": 4, "completed": 4, "messages_sent": 8 })));
    sound(&mut world);
}

#[test]
fn what_waits_for_its_sender_is_not_left_out_by_a_host_that_claims_without_a_break() {
    for is_there in [true, false] {
        let mut world = World::new();
        let ana = world.email;
        let (_, people) = email(&mut world, json!({}), json!([mail("S"), delay(0, 1, 0), mail("T")]), &["bo"]);
        send(&mut world);
        limit(&mut world, ana, json!({ "status": "disconnected" }));
        for _ in 0..96 {
            world.clock.advance_ms(15 * MINUTE);
            if is_there {
                assert_eq!(claim_with(&mut world, json!({ "late": "skip" })), []);
            }
        }
        limit(&mut world, ana, json!({ "status": "connected" }));
        let expected = if is_there { vec![(people[0], 2)] } else { vec![] };
        assert_eq!(places(&claim_with(&mut world, json!({ "late": "skip" }))), expected);
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
        world.clock.advance_ms(2 * DAY);
        let again = claim_with(&mut world, json!({ "late": "skip" }));
        // The failure was due again before the lease ended.
        assert_eq!(places(&again), [(people[1], place), (people[0], place)]);
        world.clock.advance_ms(HOUR);
        // The third did not fail, so its next message was left out, as it was to go on Wednesday.
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
        // The lease of what went at eight is over.
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
            let hours = json!({ "operating_hours": hours(spans) });
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
        // One of two goes in time where this host claims for the channel.
        let first = claim_with(&mut world, json!({ "type": channel, "max": 1 }));
        assert_eq!(first.len(), usize::from(!is_late));
        world.clock.advance_ms(DAY);
        let tasks = claim_with(&mut world, json!({ "late": "skip" }));
        let expected = if is_late { vec![] } else { vec![people[0], people[1]] };
        assert_eq!(prospects(&tasks).into_iter().collect::<BTreeSet<_>>(), expected.into_iter().collect());
        sound(&mut world);
    }
}

// Links and threads.

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
    assert_eq!(events, [json!({ "type": "suppressions_added", "user_id": world.user }), change]);
    assert_eq!(status(&mut world, people[0]), "cancelled");
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
fn the_link_calls_its_prospect_off_for_good_though_the_address_was_suppressed_before() {
    let mut world = World::new();
    let (id, people) = email(&mut world, json!({}), json!([mail("S"), mail("T")]), &["bo", "cy"]);
    let token = send(&mut world)[0].email.clone().unwrap().unsubscribe_token;
    suppress(&mut world, "email_address", "bo@example.com");
    let (answer, events) = world.recorded(|me| me.unsubscribe(token));
    assert_eq!(shape(&answer), json!({ "email": "bo@example.com", "changed": false }));
    let change = json!({ "type": "prospect_unsubscribed", "prospect_id": people[0], "campaign_id": id });
    assert_eq!(events, [change]);
    let (_, events) = world.recorded(|me| me.unsubscribe(token));
    assert_eq!(events, [""; 0]);
    let by_hand = world.me().list_suppressions(json!({})).unwrap().suppressions[0].id;
    world.me().remove_suppression(by_hand).unwrap();
    world.clock.advance_ms(DAY);
    assert_eq!(prospects(&claim(&mut world)), people[1..]);
    assert_eq!(status(&mut world, people[0]), "cancelled");
    let expected = json!({ "prospects": 2, "sent": 1, "cancelled": 1, "messages_sent": 2, "unsubscribed": 1 });
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
        assert_eq!(shape(&answer), reported(true, "cancelled", "active"));
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
        assert_eq!(world.refused(|me| me.record_event(opened)).code(), "token_not_found", "there is no one to tell of");
    }
    sound(&mut world);
}

#[test]
fn a_link_that_no_email_carried_is_refused() {
    let mut world = World::new();
    email(&mut world, json!({}), json!([mail("S")]), &["bo"]);
    let token = claim_one(&mut world).email.unwrap().open_token.unwrap();
    let error = world.refused(|me| me.unsubscribe("0".repeat(32).as_str()));
    assert_eq!((error.code(), error.status()), ("token_not_found", 404));
    assert_eq!(world.refused(|me| me.unsubscribe(token)).code(), "token_not_found", "a pixel unsubscribes no one");
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
        // Each is tried twice; the second time it still answers to the one before it.
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

// The end of a campaign, pauses, what cannot be written.

#[test]
fn a_campaign_is_completed_in_the_transaction_that_makes_its_last_prospect_final() {
    type Step = fn(&mut World, CampaignId, &Task);
    let steps: [(&str, Step); 6] = [
        ("completed", |world, _, task| drop(complete(world, task, Outcome::Sent))),
        ("bounced", |world, _, task| drop(complete(world, task, Outcome::Bounced))),
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
        assert_eq!((after.status.word().word(), status(&mut world, people[1])), ("completed", expected));
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
    for (task, id, last) in [(0, first, false), (1, first, true), (2, second, true)] {
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
    complete(&mut world, &tasks[3], Outcome::Sent);
    for campaign in [id, waiting] {
        world.me().pause(campaign).unwrap();
    }
    assert_eq!(complete(&mut world, &tasks[0], Outcome::Sent), reported(true, "sent", "paused"));
    assert_eq!(complete(&mut world, &tasks[1], Outcome::Bounced), reported(true, "bounced", "paused"));
    world.clock.advance_ms(20 * DAY);
    assert_eq!(claim(&mut world), []);
    assert_eq!(status(&mut world, invited[0]), "connection_sent", "no one times out meanwhile");
    assert_eq!(event(&mut world, "1", "connection_accepted", invited[0]), reported(true, "connected", "paused"));
    assert_eq!(event(&mut world, "2", "replied", people[2]), reported(true, "replied", "paused"));
    assert_eq!(complete(&mut world, &tasks[2], Outcome::Sent), reported(true, "replied", "paused"));
    for campaign in [id, waiting] {
        world.me().resume(campaign).unwrap();
    }
    // Who was due a millisecond after the completion goes before who was due one after the acceptance.
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
    assert_eq!(world.me().resume(id).unwrap().campaign.status.word().word(), "completed");
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
fn a_message_that_cannot_be_written_is_tried_again_after_a_day() {
    let mut world = World::new();
    let ana = world.linkedin;
    limit(&mut world, ana, json!({ "is_premium": true }));
    let nodes = json!([{ "type": "connection_request", "body": "x".repeat(250) }]);
    let (id, people) = linkedin(&mut world, json!({}), nodes, &["bo"]);
    limit(&mut world, ana, json!({ "is_premium": false }));
    assert_eq!(claim(&mut world), []);
    suppress(&mut world, "linkedin_profile", "linkedin.com/in/bo");
    world.clock.advance_ms(DAY - 1);
    let (_, events) = world.recorded(|me| me.claim_due(json!({})));
    assert_eq!((events, status(&mut world, people[0])), (vec![], "pending"));
    world.clock.advance_ms(1);
    let (claimed, events) = world.recorded(|me| me.claim_due(json!({})));
    assert_eq!((claimed.tasks, events), (vec![], vec![closed(id), completed(id)]));
    assert_eq!((status(&mut world, people[0]), campaign_status(&mut world, id)), ("skipped", "completed"));
    sound(&mut world);
}

#[test]
fn a_campaign_counts_what_became_of_it() {
    let mut world = World::new();
    let nodes = json!([mail("S"), delay(1, 0, 0), mail("T")]);
    let (id, people) = email(&mut world, json!({ "stop_on_reply": false }), nodes, &crowd(8));
    let tasks = claim(&mut world);
    let failed = Outcome::Failed { retryable: false };
    for (n, outcome) in [(0, Outcome::Sent), (1, Outcome::Sent), (2, Outcome::Sent), (3, Outcome::Bounced), (4, failed)]
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
