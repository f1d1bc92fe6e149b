//! Prospects: the rules of docs/rules.md#prospects about adding, listing, changing and removing them.

mod adding;
mod changing;
mod failing;
mod listing;
mod of_launched;
mod removing;
mod same_person;

use crate::world::{World, issues, over, problems, shape};
use campaignkit::{CampaignId, ImportResult, ProspectId, ProspectStatus};
use proptest::prelude::*;
use proptest::test_runner::Config;
use serde_json::{Value, json};

const UNKNOWN: &str = "018f4d2e-7c3a-7b1e-8a2b-0123456789ab";

fn add(world: &mut World, campaign: CampaignId, prospects: Value) -> Value {
    shape(&world.me().add_prospects(campaign, json!({ "prospects": prospects })).unwrap())
}

/// Adds a prospect who must be new.
fn add_one(world: &mut World, campaign: CampaignId, prospect: Value) -> ProspectId {
    let request = json!({ "prospects": [prospect] });
    match world.me().add_prospects(campaign, request).unwrap().outcome(0).unwrap().result {
        ImportResult::Imported(id) => id,
        ref other => panic!("{other:?}"),
    }
}

/// The outcome for each person, as a word.
fn outcomes(report: &Value) -> Vec<&str> {
    report["outcomes"].as_array().unwrap().iter().map(|outcome| outcome["outcome"].as_str().unwrap()).collect()
}

fn prospects(world: &mut World, campaign: CampaignId) -> Vec<Value> {
    let page = world.me().list_prospects(campaign, json!({ "limit": 200 })).unwrap();
    assert_eq!(page.next_cursor, None);
    page.prospects.iter().map(shape).collect()
}

fn refused_issues(world: &mut World, campaign: CampaignId, prospects: Value) -> Vec<(String, &'static str)> {
    problems(&world.refused(|me| me.add_prospects(campaign, json!({ "prospects": prospects }))))
}

fn emails(addresses: &[&str]) -> Value {
    addresses.iter().map(|address| json!({ "email": address })).collect()
}

/// An active email campaign whose only message is `body`, with these prospects.
fn launched(world: &mut World, name: &str, body: &str, prospects: Value) -> CampaignId {
    let campaign = world.email_campaign(name);
    let nodes = json!([{ "type": "email", "subject": "Hello", "body": body }]);
    world.me().update_campaign(campaign, json!({ "signature": "", "sequence_nodes": nodes })).unwrap();
    add(world, campaign, prospects);
    assert_eq!(world.me().launch(campaign, None).unwrap().campaign.status().word(), "active");
    campaign
}

/// An active LinkedIn campaign that invites with this note, with these prospects.
fn launched_with_note(world: &mut World, note: &str, prospects: Value) -> CampaignId {
    let campaign = world.linkedin_campaign("With a note");
    let nodes = json!([{ "type": "connection_request", "body": note }]);
    world.me().update_campaign(campaign, json!({ "sequence_nodes": nodes })).unwrap();
    add(world, campaign, prospects);
    assert_eq!(world.me().launch(campaign, None).unwrap().campaign.status().word(), "active");
    campaign
}

fn status_of(world: &mut World, campaign: CampaignId) -> &'static str {
    world.me().campaign(campaign).unwrap().status().word()
}

fn everything() -> Value {
    json!({
        "email": " Bo.Smith@Example.COM ",
        "linkedin_url": " https://www.LinkedIn.com/in/Bo/?utm=1 ",
        "name": " Dr. Bo Smith\n",
        "first_name": "\tBo",
        "last_name": "Smith ",
        "company": "Smith\r\n& Sons",
        "position": "CTO",
        "headline": "Builds\tthings",
        "time_zone": " europe/lisbon\n",
        "custom_fields": { " Deal Size ": " 12 \n 000 ", "Blank": " \n", "Nothing": null },
    })
}
