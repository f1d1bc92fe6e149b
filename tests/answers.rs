//! Every answer has a bound in bytes (SPEC §8): what does not fit comes with the next one, and nothing is left out.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod world;

use campaignkit::{CampaignId, Error, Session};
use serde_json::{Map, Value, json};
use world::{World, shape};

const MIB: usize = 1 << 20;
const TEXT_MAX: usize = 16 * MIB;

/// The bytes of all texts in an answer, keys of custom fields among them.
fn texts(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(texts).sum(),
        Value::Object(fields) => fields.iter().map(|(name, value)| name.len() + texts(value)).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    }
}

/// As long as a person can be in letters of one byte: 2 MB.
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

#[test]
fn a_page_of_long_prospects_ends_early_and_the_next_goes_on() {
    let mut world = World::new();
    let (id, people) = crowd(&mut world);
    let list = |me: &mut Session<'_>, page| Ok(shape(&me.list_prospects(id, page)?));
    assert_eq!(pages(&mut world, "prospects", 200, list), (vec![8, 2], people.clone()));
    assert_eq!(pages(&mut world, "prospects", 3, list), (vec![3, 3, 3, 1], people.clone()));
    assert_eq!(pages(&mut world, "prospects", 8, list), (vec![8, 2], people.clone()), "the limit and the bound meet");
    let pending = |me: &mut Session<'_>, page| {
        Ok(shape(&me.list_prospects(id, world::over(page, json!({ "status": "pending" })))?))
    };
    assert_eq!(pages(&mut world, "prospects", 200, pending), (vec![8, 2], people));
}

#[test]
fn a_page_of_long_leads_ends_early_and_the_next_goes_on() {
    let mut world = World::new();
    let list = world.me().create_list(json!({ "name": "Crowd" })).unwrap().id;
    let mut leads = Vec::new();
    for n in 0..9 {
        let lead = long_person(&format!("p{n}@x.com"));
        let added = shape(&world.me().add_leads(list, json!({ "leads": [lead] })).unwrap());
        leads.push(added["outcomes"][0]["lead_id"].clone());
    }
    let page = |me: &mut Session<'_>, page| Ok(shape(&me.list_leads(list, page)?));
    assert_eq!(pages(&mut world, "leads", 200, page), (vec![8, 1], leads));
}

#[test]
fn a_page_of_long_campaigns_ends_early_and_has_one_that_is_longer_than_a_page() {
    let mut world = World::new();
    let mut campaigns = Vec::new();
    for (name, nodes, letter) in [("A", 60, "x"), ("B", 90, "x"), ("C", 60, "文"), ("D", 1, "x")] {
        let id = world.email_campaign(name);
        let node = json!({ "type": "email", "subject": "S", "body": letter.repeat(100_000) });
        world.me().update_campaign(id, json!({ "sequence_nodes": vec![node; nodes] })).unwrap();
        campaigns.insert(0, json!(id));
    }
    let list = |me: &mut Session<'_>, page| Ok(shape(&me.list_campaigns(page)?));
    assert_eq!(pages(&mut world, "campaigns", 200, list), (vec![1, 1, 2], campaigns));
}

#[test]
fn messages_to_write_end_early_within_a_prospect_and_go_on_there() {
    let mut world = World::new();
    let id = world.email_campaign("Crowd");
    let nodes = vec![json!({ "type": "email", "subject": "S", "body": "B" }); 10];
    world.me().update_campaign(id, json!({ "sequence_nodes": nodes })).unwrap();
    let people: Vec<Value> =
        (0..3).map(|n| json!(world.add(id, json!([long_person(&format!("p{n}@x.com"))]))[0])).collect();
    let (mut counts, mut told, mut cursor) = (Vec::new(), Vec::new(), Value::Null);
    loop {
        let page = shape(&world.me().message_requests(id, json!({ "limit": 2, "cursor": cursor })).unwrap());
        assert!(texts(&page) <= TEXT_MAX, "{} bytes", texts(&page));
        let requests = page["requests"].as_array().unwrap();
        counts.push(requests.len());
        told.extend(requests.iter().map(|request| (request["prospect_id"].clone(), request["position"].clone())));
        cursor = page["next_cursor"].clone();
        if cursor.is_null() {
            break;
        }
    }
    let expected: Vec<(Value, Value)> =
        people.iter().flat_map(|id| (0..10).map(move |position| (id.clone(), json!(position)))).collect();
    assert_eq!(told, expected);
    assert_eq!(counts, [8, 8, 8, 6]);
    for cursor in
        ["x", "x.1", &format!("{}.", people[0].as_str().unwrap()), &format!("{}.-1", people[0].as_str().unwrap())]
    {
        let error = world.refused(|me| me.message_requests(id, json!({ "cursor": cursor })));
        assert_eq!(world::problems(&error), world::issues(&[("cursor", "malformed_cursor")]));
    }
}

#[test]
fn a_page_whose_rows_are_short_has_as_many_as_its_limit() {
    let mut world = World::new();
    let id = world.email_campaign("Crowd");
    let people: Value = (0..450).map(|n| json!({ "email": format!("p{n}@x.com") })).collect();
    world.add(id, people);
    let list = |me: &mut Session<'_>, page| Ok(shape(&me.list_prospects(id, page)?));
    assert_eq!(pages(&mut world, "prospects", 200, list).0, [200, 200, 50]);
    assert_eq!(pages(&mut world, "prospects", 150, list).0, [150, 150, 150]);
}
