//! Running campaigns: the rules of docs/rules.md#claims about claiming, completing and recording, through the public
//! API.

mod acceptance;
mod claim;
mod complete;
mod end;
mod events;
mod hand_over;
mod held_back;
mod holds;
mod hours;
mod html;
mod late;
mod lease;
mod limits;
mod overlap;
mod paused_prospects;
mod reopen;
mod report;
mod retry;
mod revise;
mod senders;
mod suppressed;
mod tasks;
mod turns;
mod unsubscribe;
mod variants;

use std::collections::{BTreeMap, BTreeSet};

use crate::world::{
    DAY, HOUR, MINUTE, NOW_MS, WEEK, World, add_user, always, issues, over, problems, shape, stats, unpaced,
};
use campaignkit::{
    AccountId, CampaignId, ClaimDue, Claimed, CompleteTask, Completion, EventReported, EventSubject, Instant,
    LatePolicy, Outcome, ProspectId, RecordEvent, RecordedEventType, SuppressionReason, Task,
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

/// Launches a campaign with these nodes and people; each person is given by the local part of the address or the end of
/// the profile.
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

/// From 10:00 to 11:00 every day.
fn one_hour_a_day() -> Value {
    let hour = json!([{ "start": "10:00", "end": "11:00" }]);
    always().as_object().unwrap().keys().map(|day| (day.clone(), hour.clone())).collect()
}

/// This many names.
fn crowd(count: usize) -> Vec<String> {
    (0..count).map(|n| format!("p{n:04}")).collect()
}

fn claim(world: &mut World) -> Vec<Task> {
    claim_with(world, json!({ "max": 1_000 }))
}

fn claim_with(world: &mut World, request: Value) -> Vec<Task> {
    claimed(world, request).tasks
}

/// The result of a claim, which says when to claim next.
fn claimed(world: &mut World, request: Value) -> Claimed {
    let is_now = request.get("now").is_none();
    let claimed = world.me().claim_due(request).unwrap();
    if is_now && !claimed.more {
        assert_eq!(claimed.next_due_at, world.me().next_due().unwrap().next_due_at);
    }
    claimed
}

fn claim_one(world: &mut World) -> Task {
    let mut tasks = claim(world);
    assert_eq!(tasks.len(), 1);
    tasks.remove(0)
}

fn complete(world: &mut World, task: &Task, outcome: Outcome) -> Value {
    shape(&world.me().complete(task.id, outcome).unwrap())
}

/// Claims due messages and sends them.
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
    world.me().campaign(id).unwrap().status().word()
}

fn stats_of(world: &mut World, id: CampaignId) -> Value {
    shape(&world.me().campaign(id).unwrap())["stats"].clone()
}

/// Records an event about a prospect.
fn event(world: &mut World, id: &str, kind: &str, prospect: ProspectId) -> Value {
    record(world, json!({ "id": id, "type": kind, "prospect_id": prospect }))
}

/// Records an event about one prospect; returns the result without the prospect.
fn record(world: &mut World, event: Value) -> Value {
    of_one(&world.me().record_event(event).unwrap())
}

/// The result of recording an event about one prospect, without the prospect.
fn of_one(answer: &EventReported) -> Value {
    assert_eq!(answer.prospects.len(), 1);
    assert_eq!(answer.prospects[0].changed, answer.changed);
    let mut answer = shape(answer);
    answer.as_object_mut().unwrap().remove("prospects");
    answer
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
    world.me().add_account(over(over(unpaced(json!({ "type": channel })), address), fields)).unwrap().id
}

fn limit(world: &mut World, account: AccountId, limits: Value) {
    world.me().update_account(account, limits).unwrap();
}

/// The event of a claim that made prospects of a campaign final, or moved them on, without a message.
fn closed(id: CampaignId) -> Value {
    json!({ "type": "prospects_closed", "campaign_id": id })
}

fn completed(id: CampaignId) -> Value {
    json!({ "type": "campaign_completed", "campaign_id": id })
}

/// Checks what holds for every database.
fn sound(world: &mut World) {
    assert_eq!(world.store.check_invariants().unwrap(), []);
}
