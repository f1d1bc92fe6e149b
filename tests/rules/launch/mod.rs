//! Validating, launching, pausing and resuming: the rules of docs/rules.md#launch-pause-and-resume, through the public
//! API.

mod launching;
mod pausing;
mod properties;
mod skipping;
mod validating;

use crate::world;
use crate::world::{World, add_user, over, shape, stats};
use campaignkit::{CampaignId, ListProspects, ProspectId};
use proptest::collection::vec;
use serde_json::{Value, json};

const UNKNOWN: &str = "018f4d2e-7c3a-7b1e-8a2b-0123456789ab";
const STATUSES: [&str; 4] = ["draft", "active", "paused", "completed"];

fn validate(world: &mut World, id: CampaignId) -> Value {
    shape(&world.me().validate(id).unwrap())
}

/// The warning about an email without a link to unsubscribe.
const NO_OPT_OUT: (&str, &str) = ("sequence_nodes[0].body", "no_opt_out");

/// The errors or warnings of a validation, as `(path, code)`.
fn found(world: &mut World, id: CampaignId, kind: &str) -> Vec<(String, String)> {
    let validation = validate(world, id);
    assert_eq!(validation["ready"], json!(validation["errors"] == json!([])), "ready means without errors");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    validation[kind].as_array().unwrap().iter().map(|found| (text(&found["path"]), text(&found["code"]))).collect()
}

fn errors(world: &mut World, id: CampaignId) -> Vec<(String, String)> {
    found(world, id, "errors")
}

fn warnings(world: &mut World, id: CampaignId) -> Vec<(String, String)> {
    found(world, id, "warnings")
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(path, code)| ((*path).to_owned(), (*code).to_owned())).collect()
}

fn write(world: &mut World, id: CampaignId, nodes: Value) {
    world.me().update_campaign(id, json!({ "sequence_nodes": nodes })).unwrap();
}

/// A LinkedIn draft that is ready, with these people.
fn linkedin_draft(world: &mut World, name: &str, people: &[&str]) -> (CampaignId, Vec<ProspectId>) {
    let id = world.linkedin_campaign(name);
    let people: Vec<Value> =
        people.iter().map(|person| json!({ "linkedin_url": format!("linkedin.com/in/{person}") })).collect();
    let ids = if people.is_empty() { Vec::new() } else { world.add(id, json!(people)) };
    (id, ids)
}

/// An email draft that is ready, with these addresses.
fn email_draft(world: &mut World, addresses: &[&str]) -> (CampaignId, Vec<ProspectId>) {
    let id = world.create(world.email_request(json!({ "signature": "" }))).unwrap().campaign.id;
    write(world, id, json!([{ "type": "email", "subject": "S", "body": "B" }]));
    let people: Vec<Value> = addresses.iter().map(|address| json!({ "email": address })).collect();
    (id, world.add(id, json!(people)))
}

fn suppress(world: &mut World, kind: &str, value: &str) {
    let one = json!({ "type": kind, "value": value });
    world.me().add_suppressions(json!({ "suppressions": [one] })).unwrap();
}

fn lift_suppressions(world: &mut World) {
    for suppression in world.me().list_suppressions(json!({})).unwrap().suppressions {
        world.me().remove_suppression(suppression.id).unwrap();
    }
}

/// The statuses of the prospects of a campaign, in the order in which they were added.
fn statuses(world: &mut World, id: CampaignId) -> Vec<String> {
    let page = world.me().list_prospects(id, ListProspects::default()).unwrap();
    page.prospects.iter().map(|prospect| prospect.status.word().to_owned()).collect()
}

fn status(world: &mut World, id: CampaignId) -> &'static str {
    world.me().campaign(id).unwrap().status().word()
}

fn skipped(answer: &impl serde::Serialize) -> Value {
    shape(answer)["skipped"].clone()
}

fn held(prospect: ProspectId, holder: CampaignId) -> Value {
    json!({ "prospect_id": prospect, "reason": "other_campaign", "campaign_id": holder })
}

fn suppressed(prospect: ProspectId) -> Value {
    json!({ "prospect_id": prospect, "reason": "suppressed", "campaign_id": null })
}
