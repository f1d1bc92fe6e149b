//! Messages in the time zones of people (`docs/rules.md#the-zone-of-a-prospect`).

use crate::world::{DAY, HOUR, World, over, shape};
use campaignkit::{CampaignId, CreateCampaign, NewEmail, Outcome, PlannedTask, ProspectId, UpdateCampaign};
use serde_json::{Value, json};

const ZONES: [Option<&str>; 4] = [Some("Asia/Tokyo"), None, Some("America/New_York"), Some("Europe/Berlin")];

fn daily(zone: Option<&str>, start: &str, end: &str) -> Value {
    let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let mut week: serde_json::Map<String, Value> =
        days.iter().map(|day| ((*day).to_owned(), json!([{ "start": start, "end": end }]))).collect();
    week.insert("time_zone".into(), json!(zone));
    week.into()
}

/// A draft that follows its people, one of each of the zones.
fn draft(world: &mut World, request: Value, nodes: Value) -> (CampaignId, Vec<ProspectId>) {
    let id = world.create(over(request, json!({ "follow_prospect_zone": true }))).unwrap().campaign.id;
    world.me().update_campaign(id, json!({ "sequence_nodes": nodes })).unwrap();
    let people = ZONES.iter().enumerate().map(|(n, zone)| {
        json!({ "email": format!("p{n}@example.com"), "linkedin_url": format!("linkedin.com/in/p{n}"), "time_zone": zone })
    });
    world.add(id, people.collect());
    let people = world.me().list_prospects(id, json!({})).unwrap().prospects;
    (id, people.iter().map(|person| person.id).collect())
}

fn launched(world: &mut World, request: Value, nodes: Value) -> (CampaignId, Vec<ProspectId>) {
    let (id, people) = draft(world, request, nodes);
    world.me().launch(id, None).unwrap();
    (id, people)
}

fn times(world: &mut World, id: CampaignId) -> Vec<String> {
    world.me().plan(id, json!({})).unwrap().tasks.iter().map(PlannedTask::local_time).collect()
}

fn email(world: &World) -> Value {
    world.email_request(json!({ "signature": "" }))
}

fn mail() -> Value {
    json!({ "type": "email", "subject": "S", "body": "B" })
}

#[test]
fn everyone_is_written_to_in_their_own_morning() {
    let mut world = World::new();
    let account = world.email;
    world
        .me()
        .update_account(account, json!({ "sending_hours": daily(Some("Asia/Kolkata"), "09:00", "10:00") }))
        .unwrap();
    let request = email(&world);
    let (id, people) = launched(&mut world, request, json!([mail()]));
    // Now it is 15:30 in Kolkata.
    let expected = [
        "2026-04-22T09:00:00-04:00",
        "2026-04-23T09:00:00+09:00",
        "2026-04-23T09:00:00+05:30",
        "2026-04-23T09:00:00+02:00",
    ];
    assert_eq!(times(&mut world, id), expected);
    let explained = shape(&world.me().explain(people[0]).unwrap());
    assert_eq!(
        explained,
        json!({ "reason": "outside_hours", "at": "2026-04-23T00:00:00Z", "local_time": expected[1] })
    );
    let mut handed = Vec::new();
    while let Some(next) = world.me().next_due().unwrap().next_due_at {
        let now = world.store.create_user(json!({})).unwrap().created_at.unix_ms();
        world.clock.advance_ms(next.unix_ms() - now);
        for task in world.me().claim_due(json!({})).unwrap().tasks {
            handed.push(task.prospect.id);
            world.me().complete(task.id, Outcome::Sent).unwrap();
        }
    }
    assert_eq!(handed, [people[2], people[0], people[1], people[3]]);
    assert_eq!(world.store.check_invariants().unwrap(), []);
}

#[test]
fn both_hours_are_read_in_the_zone_of_the_person() {
    let mut world = World::new();
    let account = world.linkedin;
    world.me().update_account(account, json!({ "sending_hours": daily(None, "08:00", "12:00") })).unwrap();
    let hours = daily(Some("Pacific/Auckland"), "11:00", "18:00");
    let request = world.linkedin_request(json!({ "operating_hours": hours }));
    let (id, _) = launched(&mut world, request, json!([{ "type": "connection_request" }]));
    let planned = times(&mut world, id);
    // Noon has begun in Berlin. As they stand, the hours of who has no zone never meet.
    assert_eq!(planned, ["2026-04-22T11:00:00-04:00", "2026-04-23T11:00:00+09:00", "2026-04-23T11:00:00+02:00"]);
}

#[test]
fn without_hours_the_zone_is_of_dates_and_delays_alone() {
    let mut world = World::new();
    // The Friday before the clocks of New York go forward; two days later it is still winter in Berlin.
    world.clock.advance_ms(-47 * DAY);
    world.store.update_user(world.user, json!({ "blackout_dates": [{ "from": "2026-03-09" }] })).unwrap();
    let request = email(&world);
    let nodes = json!([mail(), { "type": "delay", "delay_days": 2 }, mail()]);
    let (id, _) = launched(&mut world, request, nodes);
    let planned = times(&mut world, id);
    assert_eq!(
        planned,
        [
            "2026-03-06T19:00:00+09:00",
            "2026-03-06T10:00:00+00:00",
            "2026-03-06T05:00:00-05:00",
            "2026-03-06T11:00:00+01:00",
            "2026-03-08T05:00:00-04:00",
            "2026-03-08T19:00:00+09:00",
            "2026-03-08T10:00:00+00:00",
            "2026-03-08T11:00:00+01:00",
        ]
    );
    world.store.update_user(world.user, json!({ "blackout_dates": [{ "from": "2026-03-06" }] })).unwrap();
    let first: Vec<String> = times(&mut world, id).into_iter().filter(|time| time.starts_with("2026-03-07")).collect();
    assert_eq!(
        first,
        [
            "2026-03-07T00:00:00+09:00",
            "2026-03-07T00:00:00+01:00",
            "2026-03-07T00:00:00+00:00",
            "2026-03-07T00:00:00-05:00"
        ]
    );
}

#[test]
fn another_zone_counts_from_the_next_message_on() {
    let mut world = World::new();
    let account = world.email;
    world.me().update_account(account, json!({ "sending_hours": daily(None, "12:00", "13:00") })).unwrap();
    let nodes =
        json!([mail(), { "type": "delay", "delay_days": 1 }, mail(), { "type": "delay", "delay_days": 1 }, mail()]);
    let request = email(&world);
    let (id, people) = launched(&mut world, request, nodes);
    let of = |world: &mut World, person| {
        let tasks = world.me().plan(id, json!({})).unwrap().tasks;
        tasks.iter().filter(|task| task.prospect_id == person).map(PlannedTask::local_time).collect::<Vec<_>>()
    };
    // Somebody who was sent nothing moves at once.
    world.me().update_prospect(people[1], json!({ "time_zone": "Europe/Berlin" })).unwrap();
    world.me().update_prospect(people[3], json!({ "time_zone": null })).unwrap();
    assert_eq!(of(&mut world, people[1])[0], "2026-04-22T12:00:00+02:00");
    assert_eq!(of(&mut world, people[3])[0], "2026-04-22T12:00:00+00:00");
    let task = world.me().claim_due(json!({})).unwrap().tasks.remove(0);
    assert_eq!(task.prospect.id, people[1]);
    // While its message is handed out, what follows has the new zone.
    world.me().update_prospect(people[1], json!({ "time_zone": "Asia/Tokyo" })).unwrap();
    let rest = ["2026-04-24T12:00:00+09:00", "2026-04-25T12:00:00+09:00"];
    assert_eq!(of(&mut world, people[1]), rest);
    world.me().complete(task.id, Outcome::Sent).unwrap();
    assert_eq!(of(&mut world, people[1]), rest);
    // The one that is next keeps its zone.
    world.me().update_prospect(people[1], json!({ "time_zone": "America/New_York" })).unwrap();
    assert_eq!(of(&mut world, people[1]), ["2026-04-24T12:00:00+09:00", "2026-04-25T12:00:00-04:00"]);
    world.clock.advance_ms(2 * DAY - 7 * HOUR);
    let tasks = world.me().claim_due(json!({})).unwrap().tasks;
    assert!(tasks.iter().any(|task| task.prospect.id == people[1]), "at noon in Tokyo");
    assert_eq!(world.store.check_invariants().unwrap(), []);
}

#[test]
fn people_of_many_zones_wait_behind_none_of_another() {
    let mut world = World::new();
    let account = world.email;
    world.me().update_account(account, json!({ "sending_hours": daily(None, "10:00", "11:00") })).unwrap();
    let request = over(email(&world), json!({ "daily_limit": 500 }));
    let (id, _) = draft(&mut world, request, json!([mail()]));
    // Far more than a claim reads at once.
    let asleep = (0..300).map(|n| json!({ "email": format!("a{n}@example.com"), "time_zone": "Asia/Tokyo" }));
    world.add(id, asleep.collect());
    world.add(
        id,
        json!([{ "email": "awake@example.com", "time_zone": "Europe/London" }, { "email": "utc@example.com" }]),
    );
    world.me().launch(id, None).unwrap();
    // People who join later have their zones, too.
    world.add(id, json!([{ "email": "later@example.com", "time_zone": "Africa/Abidjan" }]));
    world.clock.advance_ms(0);
    let tasks = world.me().claim_due(json!({})).unwrap().tasks;
    let addresses: Vec<String> =
        tasks.iter().map(|task| shape(&task.prospect)["email"].as_str().unwrap().to_owned()).collect();
    assert_eq!(addresses, ["p1@example.com", "utc@example.com", "later@example.com"]);
}

#[test]
fn only_a_draft_can_be_told_to_follow_its_people() {
    let mut world = World::new();
    let request = email(&world);
    let (id, _) = launched(&mut world, request, json!([mail()]));
    assert_eq!(shape(&world.me().campaign(id).unwrap())["follow_prospect_zone"], json!(true));
    let error = world.refused(|me| me.update_campaign(id, json!({ "follow_prospect_zone": false })));
    assert_eq!(error.code(), "not_draft");
    let copy = world.me().clone_campaign(id, json!({ "prospects": true })).unwrap().id;
    assert!(world.me().campaign(copy).unwrap().follow_prospect_zone);
    world.me().update_campaign(copy, UpdateCampaign::default().follow_prospect_zone(false)).unwrap();
    assert!(!world.me().campaign(copy).unwrap().follow_prospect_zone);
    let typed = CreateCampaign::new("Typed", [world.email], NewEmail::default()).follow_prospect_zone(true);
    assert!(world.me().create_campaign(typed).unwrap().campaign.follow_prospect_zone);
}
