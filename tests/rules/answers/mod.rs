//! Every result has a bound in bytes (`docs/rules.md#bounds`): whatever does not fit comes with the next one, and
//! nothing is left out.

mod claims;
mod pages;
mod plans;
mod texts;

use crate::world::{World, issues, over, problems, shape};
use campaignkit::{CampaignId, Error, Session};
use serde_json::{Map, Value, json};

const MIB: usize = 1 << 20;
const TEXT_MAX: usize = 16 * MIB;

/// The bytes of all texts in a result, including keys of custom fields.
fn texts(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(texts).sum(),
        Value::Object(fields) => fields.iter().map(|(name, value)| name.len() + texts(value)).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    }
}

/// As large as a person can be in one-byte letters: 2 MB.
fn long_person(address: &str) -> Value {
    let custom: Map<String, Value> = (0..200).map(|n| (format!("field {n}"), json!("x".repeat(10_000)))).collect();
    json!({ "email": address, "custom_fields": custom })
}

/// All pages of a list under one limit, each within the bound, and the ids of their rows in order.
fn pages(
    world: &mut World,
    field: &str,
    limit: u32,
    mut page: impl FnMut(&mut Session<'_>, Value) -> Result<Value, Error>,
) -> (Vec<usize>, Vec<Value>) {
    let (mut counts, mut ids) = (Vec::new(), Vec::new());
    let mut cursor = Value::Null;
    loop {
        let answer = page(&mut world.me(), json!({ "limit": limit, "cursor": cursor })).unwrap();
        let rows = answer[field].as_array().unwrap();
        assert!(rows.len() == 1 || texts(&answer) <= TEXT_MAX, "{field}: {} bytes", texts(&answer));
        assert!(!rows.is_empty() || answer["next_cursor"].is_null());
        counts.push(rows.len());
        ids.extend(rows.iter().map(|row| if field == "requests" { row["input"].clone() } else { row["id"].clone() }));
        cursor = answer["next_cursor"].clone();
        if cursor.is_null() {
            return (counts, ids);
        }
    }
}

/// A campaign of ten people of 2 MB each.
fn crowd(world: &mut World) -> (CampaignId, Vec<Value>) {
    let id = world.email_campaign("Crowd");
    let ids = (0..10).map(|n| json!(world.add(id, json!([long_person(&format!("p{n}@x.com"))]))[0])).collect();
    (id, ids)
}

/// A campaign with an unlimited mailbox, to people whose names are as long as possible: 250 characters, and 100,000
/// characters in a template that contains nothing else.
fn shouting(world: &mut World, people: usize, body: &str) -> CampaignId {
    let account = world.email;
    world.me().update_account(account, json!({ "daily_limit": 100_000, "first_name": "Ana" })).unwrap();
    let fields = json!({ "name": format!("Loud {}", body.len()), "daily_limit": 500, "signature": "%first_name%" });
    let id = world.create(world.email_request(fields)).unwrap().campaign.id;
    let nodes = json!([{ "type": "email", "subject": "For %name|you%", "body": body }]);
    world.me().update_campaign(id, json!({ "sequence_nodes": nodes })).unwrap();
    let person = |n: usize| json!({ "email": format!("p{n}@x.com"), "name": format!("{n:0>250}") });
    if people > 0 {
        world.add(id, (0..people).map(person).collect());
    }
    id
}

/// A body of this many names, of 250 characters each.
fn names(count: usize) -> String {
    "%name|x%".repeat(count)
}

/// The tasks of a claim and whether there are more, within the bound.
fn claim(world: &mut World, request: Value) -> (Vec<Value>, bool) {
    let claimed = shape(&world.me().claim_due(request).unwrap());
    let tasks = claimed["tasks"].as_array().unwrap().clone();
    assert!(tasks.len() < 2 || texts(&claimed) <= TEXT_MAX, "{} bytes", texts(&claimed));
    (tasks, claimed["more"].as_bool().unwrap())
}

fn keys(tasks: &[Value]) -> Vec<String> {
    tasks.iter().map(|task| task["idempotency_key"].as_str().unwrap().to_owned()).collect()
}
