//! Templates: the rules of docs/rules.md#templates about variables, fallbacks, percent signs and signatures, through
//! the public API.

mod choices;
mod notes;
mod properties;
mod rendering;
mod unresolved;
mod variables;
mod warnings;

use crate::world::{World, issues, over, shape};
use campaignkit::{AccountId, AddAccount, CampaignId, ProspectId};
use proptest::collection::vec;
use serde_json::{Value, json};

const UNKNOWN: &str = "018f4d2e-7c3a-7b1e-8a2b-0123456789ab";

/// A draft whose one message has this body, and a prospect of it.
fn draft(world: &mut World, channel: &str, person: Value) -> (CampaignId, ProspectId) {
    let id = if channel == "email" { world.email_campaign("Mine") } else { world.linkedin_campaign("Mine") };
    if channel == "email" {
        world.me().update_campaign(id, json!({ "signature": "" })).unwrap();
    }
    let identity = json!({ "email": "Bo@Example.com", "linkedin_url": "https://www.LinkedIn.com/in/Bo/" });
    (id, world.add(id, json!([over(identity, person)]))[0])
}

/// Sets the body of the campaign's only message.
fn write(world: &mut World, id: CampaignId, body: &str) {
    let channel = shape(&world.me().campaign(id).unwrap())["type"].clone();
    let node = if channel == "email" {
        json!({ "type": "email", "subject": "S", "body": body })
    } else {
        json!({ "type": "message", "body": body })
    };
    world.me().update_campaign(id, json!({ "sequence_nodes": [node] })).unwrap();
}

/// The first message of a prospect.
fn message(world: &mut World, prospect: ProspectId) -> Value {
    shape(&world.me().preview_messages(prospect, json!(null)).unwrap())["messages"][0].clone()
}

/// The body for a prospect, which must leave nothing unresolved.
fn rendered(world: &mut World, id: CampaignId, prospect: ProspectId, body: &str) -> String {
    write(world, id, body);
    let message = message(world, prospect);
    assert_eq!(message["unresolved"], json!([]), "{body}");
    message["body"].as_str().unwrap().to_owned()
}

/// The unresolved variables in a body for a prospect; there is no body then.
fn unresolved(world: &mut World, id: CampaignId, prospect: ProspectId, body: &str) -> Value {
    write(world, id, body);
    let message = message(world, prospect);
    assert_eq!(message["body"], Value::Null, "{body}");
    message["unresolved"].clone()
}

/// The findings of a validation with this code.
fn findings(world: &mut World, id: CampaignId, code: &str) -> Vec<Value> {
    let validation = shape(&world.me().validate(id).unwrap());
    let both = ["errors", "warnings"].map(|kind| validation[kind].as_array().unwrap().clone());
    both.concat().into_iter().filter(|finding| finding["code"] == code).collect()
}

/// A LinkedIn draft with a note, from these senders, who are premium or not.
fn with_note(world: &mut World, premium: &[bool], note: &str) -> (CampaignId, Vec<AccountId>) {
    let mut senders = Vec::new();
    for (n, is_premium) in premium.iter().enumerate() {
        let account = json!({ "type": "linkedin", "profile_url": format!("linkedin.com/in/sender-{n}"),
                              "is_premium": is_premium });
        senders.push(world.me().add_account(account).unwrap().id);
    }
    let id = world.create(world.linkedin_request(json!({ "sender_account_ids": senders }))).unwrap().campaign.id;
    let nodes = json!([{ "type": "delay", "delay_days": 1 }, { "type": "connection_request", "body": note }]);
    world.me().update_campaign(id, json!({ "sequence_nodes": nodes })).unwrap();
    (id, senders)
}
