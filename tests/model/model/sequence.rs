//! The nodes of a sequence, as a whole and one by one.

use super::*;

/// The step of a request, whose paths begin with `prefix`: none if its type is not one of the channel.
fn read_step(channel: &str, request: &Value, prefix: &str, issues: &mut Vec<Value>) -> Option<Map<String, Value>> {
    let kind = request["type"].as_str().unwrap();
    let blank = match (kind, channel) {
        ("email", "email") => json!({ "type": kind, "subject": "", "body": "", "is_reply": false }),
        ("connection_request", "linkedin") => json!({ "type": kind, "body": null }),
        ("message", "linkedin") => json!({ "type": kind, "body": "" }),
        ("delay", _) => json!({ "type": kind, "delay_days": 0, "delay_hours": 0, "delay_minutes": 0 }),
        ("end", _) => json!({ "type": kind }),
        _ => {
            issues.push(issue(format!("{prefix}type"), "unknown_value"));
            return None;
        }
    };
    let mut step = blank.as_object().unwrap().clone();
    set_step(&mut step, request, prefix, issues);
    Some(step)
}

/// Applies the fields of a step from a request; returns notices for the fields that it does not have.
fn set_step(step: &mut Map<String, Value>, request: &Value, prefix: &str, issues: &mut Vec<Value>) -> Vec<Value> {
    let mut notices = Vec::new();
    for field in ["subject", "body", "is_reply", "text_only", "delay_minutes"] {
        let Some(value) = given(request, field) else { continue };
        // It is shown only where it is.
        if field == "text_only" && step["type"] == "email" {
            step.remove(field);
            if value == true {
                step.insert(field.to_owned(), value.clone());
            }
        } else if !step.contains_key(field) {
            notices.push(issue(format!("{prefix}{field}"), "field_ignored"));
        } else if step["type"] == "connection_request" && trimmed(value.as_str().unwrap()).is_none() {
            step.insert(field.to_owned(), Value::Null);
        } else {
            step.insert(field.to_owned(), value.clone());
        }
    }
    if let Some(variants) = given(request, "variants") {
        if ["email", "message"].contains(&step["type"].as_str().unwrap()) {
            let read = read_variants(step, variants, prefix, issues, &mut notices);
            step.insert("variants".to_owned(), read.into());
        } else {
            notices.push(issue(format!("{prefix}variants"), "field_ignored"));
        }
    }
    if step["type"] == "delay" {
        match step["delay_minutes"].as_u64().unwrap() {
            1..=43_200 => {}
            0 => issues.push(issue(format!("{prefix}delay_days"), "delay_out_of_range")),
            _ => issues.push(issue(format!("{prefix}delay_minutes"), "out_of_range")),
        }
    }
    notices
}

/// Variants, with the ids that they are given.
fn read_variants(
    step: &Map<String, Value>,
    variants: &Value,
    prefix: &str,
    issues: &mut Vec<Value>,
    notices: &mut Vec<Value>,
) -> Vec<Value> {
    let mut read: Vec<Value> = Vec::new();
    for (index, variant) in variants.as_array().unwrap().iter().enumerate() {
        let path = |field: &str| format!("{prefix}variants[{index}].{field}");
        let id = given(variant, "id");
        if id.is_some() && read.iter().any(|other| given(other, "id") == id) {
            issues.push(issue(path("id"), "duplicate"));
        }
        let mut variant = variant.as_object().unwrap().clone();
        if step["type"] == "message" && variant.remove("subject").is_some() {
            notices.push(issue(path("subject"), "field_ignored"));
        }
        if (1..=100).contains(&variant["weight"].as_u64().unwrap()) {
            read.push(variant.into());
        } else {
            issues.push(issue(path("weight"), "out_of_range"));
        }
    }
    read
}

/// Gives new ids to variants that do not carry one of `known`.
pub(super) fn identify(step: &mut Map<String, Value>, known: &[Value], model: &mut Model) {
    let Some(variants) = step.get_mut("variants").and_then(Value::as_array_mut) else { return };
    for variant in variants {
        if !known.iter().any(|known| known["id"] == variant["id"]) {
            variant["id"] = name(model.new_id()).into();
        }
    }
    if step["variants"] == json!([]) {
        step.remove("variants");
    }
}

/// The variants that a node has.
pub(super) fn variants(step: &Map<String, Value>) -> &[Value] {
    step.get("variants").and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The steps before the end, with the ids that they are given.
pub(super) fn read_nodes(
    channel: &str,
    nodes: &Value,
    issues: &mut Vec<Value>,
) -> Vec<(Option<Id>, Map<String, Value>)> {
    let nodes = nodes.as_array().unwrap();
    let mut read: Vec<(Option<Id>, Map<String, Value>)> = Vec::new();
    for (index, node) in nodes.iter().enumerate() {
        let prefix = format!("sequence_nodes[{index}].");
        let Some(step) = read_step(channel, node, &prefix, issues) else { continue };
        let id = text(node, "id").map(|id| id_of(&id).unwrap());
        if id.is_some() && read.iter().any(|(other, _)| *other == id) {
            issues.push(issue(format!("{prefix}id"), "duplicate"));
        }
        if step["type"] == "end" {
            if index + 1 < nodes.len() {
                issues.push(issue(format!("{prefix}type"), "end_not_last"));
            }
            continue;
        }
        if step["type"] == "connection_request" && read.iter().any(|(_, other)| other["type"] == step["type"]) {
            issues.push(issue(format!("{prefix}type"), "second_connection_request"));
        }
        read.push((id, step));
    }
    read
}

/// Single nodes.
impl Model {
    fn node(&self, at: usize, id: Id) -> Result<usize, Value> {
        let campaign = &self.campaigns[at];
        if id == campaign.end {
            return refused("end_fixed");
        }
        let place = campaign.nodes.iter().position(|node| node.id == id);
        place.ok_or(json!({ "code": "node_not_found" }))
    }

    pub(super) fn check_seen_draft(&self, at: usize, request: &Value) -> Result<(), Value> {
        self.check_revision(at, request)?;
        self.check_draft(at)
    }

    /// The position that a request names, at most `last`.
    fn position(request: &Value, last: Option<usize>, issues: &mut Vec<Value>) -> Option<usize> {
        let position = given(request, "position")?.as_u64().unwrap() as usize;
        if last.is_none_or(|last| position > last) {
            issues.push(issue("position", "out_of_range"));
        }
        Some(position)
    }

    pub(super) fn insert_node(&mut self, user: Id, id: Id, request: &Value) -> Answer {
        let at = self.campaign(user, id)?;
        let mut campaign = self.campaigns[at].clone();
        let mut issues = Vec::new();
        let position = Self::position(request, Some(campaign.nodes.len()), &mut issues);
        let step = read_step(campaign.channel, request, "", &mut issues);
        let kind = step.as_ref().map(|step| step["type"].clone());
        if kind == Some("end".into()) {
            issues.push(issue("type", "unknown_value"));
        }
        if kind == Some("connection_request".into())
            && campaign.nodes.iter().any(|node| Some(&node.step["type"]) == kind.as_ref())
        {
            issues.push(issue("type", "second_connection_request"));
        }
        check(issues)?;
        self.check_seen_draft(at, request)?;
        let mut node = Node { id: self.new_id(), step: step.unwrap() };
        identify(&mut node.step, &[], self);
        campaign.nodes.insert(position.unwrap_or(campaign.nodes.len()), node);
        self.replace(at, campaign, Vec::new())
    }

    pub(super) fn update_node(&mut self, user: Id, id: Id, node: Id, request: &Value) -> Answer {
        let at = self.campaign(user, id)?;
        let place = self.node(at, node)?;
        let mut campaign = self.campaigns[at].clone();
        let step = &mut campaign.nodes[place].step;
        let known = variants(step).to_vec();
        let mut issues = Vec::new();
        if given(request, "type").is_some_and(|kind| *kind != step["type"]) {
            issues.push(issue("type", "immutable"));
        }
        let notices = set_step(step, request, "", &mut issues);
        check(issues)?;
        self.check_seen_draft(at, request)?;
        identify(&mut campaign.nodes[place].step, &known, self);
        self.replace(at, campaign, notices)
    }

    pub(super) fn move_node(&mut self, user: Id, id: Id, node: Id, request: &Value) -> Answer {
        let at = self.campaign(user, id)?;
        let place = self.node(at, node)?;
        let mut campaign = self.campaigns[at].clone();
        let mut issues = Vec::new();
        let position = Self::position(request, campaign.nodes.len().checked_sub(1), &mut issues).unwrap();
        check(issues)?;
        self.check_seen_draft(at, request)?;
        let node = campaign.nodes.remove(place);
        campaign.nodes.insert(position, node);
        self.replace(at, campaign, Vec::new())
    }

    pub(super) fn delete_node(&mut self, user: Id, id: Id, node: Id, request: &Value) -> Answer {
        let at = self.campaign(user, id)?;
        let place = self.node(at, node)?;
        self.check_seen_draft(at, request)?;
        let mut campaign = self.campaigns[at].clone();
        campaign.nodes.remove(place);
        self.replace(at, campaign, Vec::new())
    }
}
