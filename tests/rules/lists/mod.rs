//! Saved lists and their leads: the rules of docs/rules.md#lists.

mod files;
mod leads;
mod list;
mod properties;

use crate::world;
use crate::world::{World, issues};
use campaignkit::{AddLeads, CreateList, Error, ListId, ListPage, NewPerson};
use proptest::collection::vec;
use serde_json::{Value, json};

const UNKNOWN: &str = "018f4d2e-7c3a-7b1e-8a2b-0123456789ab";

fn refused(error: &Error) -> Vec<(String, &'static str)> {
    assert_eq!((error.code(), error.status()), ("invalid_input", 400));
    error.issues().iter().map(|issue| (issue.path.clone(), issue.code())).collect()
}

fn a_list(world: &mut World, name: &str) -> ListId {
    world.me().create_list(CreateList::new(name)).unwrap().id
}

fn add(world: &mut World, list: ListId, leads: Value) -> Value {
    serde_json::to_value(world.me().add_leads(list, json!({ "leads": leads })).unwrap()).unwrap()
}

/// The outcome of each lead, as a word.
fn outcomes(answer: &Value) -> Vec<&str> {
    answer["outcomes"].as_array().unwrap().iter().map(|outcome| outcome["outcome"].as_str().unwrap()).collect()
}

fn leads(world: &mut World, list: ListId) -> Vec<Value> {
    let page = world.me().list_leads(list, json!({ "limit": 200 })).unwrap();
    assert_eq!(page.next_cursor, None);
    page.leads.iter().map(|lead| serde_json::to_value(lead).unwrap()).collect()
}

fn words_of_events(world: &mut World) -> Vec<Value> {
    let events = world.me().list_events(json!({ "limit": 200 })).unwrap().events;
    events.iter().map(|event| serde_json::to_value(event).unwrap()).collect()
}
