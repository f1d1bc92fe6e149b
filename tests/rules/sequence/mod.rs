//! Sequences: the rules of docs/rules.md#sequences about replacing a sequence and about single nodes, through the
//! public API.

mod checks;
mod nodes;
mod properties;
mod replacing;
mod variants;

use crate::world::{World, issues, over, problems, shape};
use campaignkit::{CampaignId, NodeId};
use serde_json::{Value, json};

const UNKNOWN: &str = "018f4d2e-7c3a-7b1e-8a2b-0123456789ab";

fn replace(world: &mut World, id: CampaignId, nodes: Value) -> Value {
    shape(&world.me().update_campaign(id, json!({ "sequence_nodes": nodes })).unwrap())
}

/// The issues of a sequence that must be refused.
fn refusal(world: &mut World, id: CampaignId, nodes: Value) -> Vec<(String, &'static str)> {
    problems(&world.refused(|me| me.update_campaign(id, json!({ "sequence_nodes": nodes }))))
}

fn nodes(world: &mut World, id: CampaignId) -> Vec<Value> {
    shape(&world.me().campaign(id).unwrap())["sequence_nodes"].as_array().unwrap().clone()
}

/// The types of the nodes in their order.
fn types(nodes: &[Value]) -> Vec<&str> {
    nodes.iter().map(|node| node["type"].as_str().unwrap()).collect()
}

fn ids(world: &mut World, id: CampaignId) -> Vec<NodeId> {
    world.me().campaign(id).unwrap().sequence_nodes.iter().map(|node| node.id).collect()
}

/// The codes and paths of the notices of a result.
fn notices(answer: &Value) -> Vec<(&str, &str)> {
    let notices = answer["notices"].as_array().unwrap();
    notices.iter().map(|notice| (notice["code"].as_str().unwrap(), notice["path"].as_str().unwrap())).collect()
}

fn email(body: &str) -> Value {
    json!({ "type": "email", "subject": "S", "body": body })
}

fn delay(days: u32) -> Value {
    json!({ "type": "delay", "delay_days": days })
}

/// The ids of the nodes in their order.
fn order(nodes: &[Value]) -> Vec<&Value> {
    nodes.iter().map(|node| &node["id"]).collect()
}
