//! Campaigns.

use std::collections::HashMap;

use super::sequence::{identify, read_nodes, variants};
use super::*;

const EMAIL_FIELDS: [&str; 3] = ["daily_limit", "stop_on_reply", "signature"];
const LINKEDIN_FIELDS: [&str; 2] = ["skip_other_campaigns", "operating_hours"];
const COMMON_FIELDS: [&str; 3] = ["stay_open", "late_after_minutes", "follow_prospect_zone"];

/// Applies the settings of a campaign's channel from a request; returns the notices.
fn set_settings(channel: &str, settings: &mut Map<String, Value>, request: &Value) -> Vec<Value> {
    let mut notices = Vec::new();
    for field in COMMON_FIELDS {
        if let Some(value) = given(request, field) {
            settings.insert(field.to_owned(), value.clone());
        }
    }
    for field in EMAIL_FIELDS.iter().chain(&LINKEDIN_FIELDS) {
        let Some(value) = given(request, field) else { continue };
        if EMAIL_FIELDS.contains(field) != (channel == "email") {
            notices.push(issue(*field, "field_ignored"));
        } else if *value == json!(900) {
            notices.push(json!({ "path": field, "code": "value_adjusted", "from": 900, "to": 500 }));
            settings.insert((*field).to_owned(), 500.into());
        } else {
            settings.insert((*field).to_owned(), value.clone());
        }
    }
    notices
}

/// The senders that a request names, each once, with their first positions.
fn named_senders(request: &Value) -> Vec<(usize, Id)> {
    let mut named: Vec<(usize, Id)> = Vec::new();
    for (index, sender) in request["sender_account_ids"].as_array().unwrap().iter().enumerate() {
        let id = id_of(sender.as_str().unwrap()).unwrap();
        if named.iter().all(|(_, other)| *other != id) {
            named.push((index, id));
        }
    }
    named
}

/// The parts of a request for a campaign that make a repetition the same request.
#[derive(PartialEq)]
struct New {
    channel: &'static str,
    name: String,
    senders: Vec<Id>,
    settings: Map<String, Value>,
    asked_limit: i64,
}

impl New {
    fn read(request: &Value) -> Self {
        let channel = if request["type"] == "email" { "email" } else { "linkedin" };
        let day = json!([{ "start": "09:00", "end": "17:00" }]);
        let settings = match channel {
            "email" => json!({ "daily_limit": 50, "stop_on_reply": true, "signature": "Best,\n%first_name%" }),
            _ => json!({ "skip_other_campaigns": true, "operating_hours": {
                "monday": day, "tuesday": day, "wednesday": day, "thursday": day, "friday": day,
            } }),
        };
        let mut settings = settings.as_object().unwrap().clone();
        settings.extend([
            ("stay_open".to_owned(), false.into()),
            ("late_after_minutes".to_owned(), 4_320.into()),
            ("follow_prospect_zone".to_owned(), false.into()),
        ]);
        set_settings(channel, &mut settings, request);
        // The requested number counts, whatever the bounds make of it.
        let asked_limit = if channel == "email" { request["daily_limit"].as_i64().unwrap_or(50) } else { 0 };
        let senders = named_senders(request).into_iter().map(|(_, id)| id).collect();
        Self { channel, name: text(request, "name").unwrap(), senders, settings, asked_limit }
    }
}

impl Model {
    /// The senders that a request names, if they are the user's and of the channel.
    fn senders(&self, user: Id, channel: &str, request: &Value) -> Result<Vec<Id>, Value> {
        let named = named_senders(request);
        let mut issues = Vec::new();
        for (index, id) in &named {
            let path = format!("sender_account_ids[{index}]");
            match self.account(user, *id) {
                Ok(at) if self.accounts[at].channel == channel => {}
                Ok(_) => issues.push(issue(path, "sender_wrong_channel")),
                Err(_) => issues.push(issue(path, "sender_not_found")),
            }
        }
        check(issues)?;
        Ok(named.into_iter().map(|(_, id)| id).collect())
    }

    /// Refuses a name that another of these has, whose id is in this field of the error.
    pub(super) fn check_name<'n>(
        field: &str,
        taken: impl Iterator<Item = (&'n str, Id)>,
        new: &str,
    ) -> Result<(), Value> {
        let taken: HashMap<&str, Id> = taken.collect();
        let Some(other) = taken.get(new) else { return Ok(()) };
        let free = (2..).map(|n| format!("{new} ({n})")).find(|name| !taken.contains_key(name.as_str()));
        Err(json!({ "code": "name_taken", "path": "name", "suggested_name": free, field: name(*other) }))
    }

    fn check_campaign_name(&self, user: Id, name: &str) -> Result<(), Value> {
        let mine = self.campaigns.iter().filter(|campaign| campaign.user == user);
        Self::check_name("campaign_id", mine.map(|campaign| (campaign.name.as_str(), campaign.id)), name)
    }

    pub(super) fn create_campaign(&mut self, user: Id, request: &Value) -> Answer {
        let New { channel, name: campaign_name, senders: _, settings, asked_limit: _ } = New::read(request);
        let notices = set_settings(channel, &mut Map::new(), request);
        let client_id = text(request, "id").and_then(|id| id_of(&id));
        if let Some(made) = self.campaigns.iter().find(|made| Some(made.id) == client_id) {
            if made.user != user || New::read(&made.asked) != New::read(request) {
                return refused("id_reused");
            }
            return Ok(json!({ "campaign": made.contents(), "notices": notices }));
        }
        let senders = self.senders(user, channel, request)?;
        self.check_campaign_name(user, &campaign_name)?;
        let id = client_id.unwrap_or_else(|| self.new_id());
        let step = match channel {
            "email" => json!({ "type": "email", "subject": "", "body": "", "is_reply": false }),
            _ => json!({ "type": "connection_request", "body": null }),
        };
        let campaign = Campaign {
            id,
            user,
            channel,
            name: campaign_name,
            status: "draft",
            revision: 1,
            senders,
            settings,
            nodes: vec![Node { id: self.new_id(), step: step.as_object().unwrap().clone() }],
            end: self.new_id(),
            prospects: Vec::new(),
            launched: None,
            asked: request.clone(),
        };
        self.record(user, "campaign_created", "campaign_id", id);
        let answer = json!({ "campaign": campaign.contents(), "notices": notices });
        self.campaigns.push(campaign);
        Ok(answer)
    }

    pub(super) fn delete_campaign(&mut self, user: Id, id: Id) -> Answer {
        let at = self.campaign(user, id)?;
        if self.campaigns[at].status == "active" {
            return refused("campaign_active");
        }
        self.campaigns.remove(at);
        self.holds.retain(|hold| hold.campaign != Some(id));
        self.record(user, "campaign_deleted", "campaign_id", id);
        Ok(Value::Null)
    }

    pub(super) fn check_revision(&self, at: usize, request: &Value) -> Result<(), Value> {
        let revision = self.campaigns[at].revision;
        if given(request, "expected_revision").is_some_and(|expected| *expected != json!(revision)) {
            return Err(json!({ "code": "revision_changed", "revision": revision }));
        }
        Ok(())
    }

    pub(super) fn check_draft(&self, at: usize) -> Result<(), Value> {
        if self.campaigns[at].status == "draft" { Ok(()) } else { refused("not_draft") }
    }

    /// Replaces a campaign by a changed one, if they differ.
    pub(super) fn replace(&mut self, at: usize, mut campaign: Campaign, notices: Vec<Value>) -> Answer {
        let before = &self.campaigns[at];
        if campaign.contents() != before.contents() {
            let is_over = campaign.is_over();
            if is_over {
                campaign.status = "completed";
            }
            campaign.revision += 1;
            self.record(campaign.user, "campaign_updated", "campaign_id", campaign.id);
            if is_over {
                self.record(campaign.user, "campaign_completed", "campaign_id", campaign.id);
            }
            self.campaigns[at] = campaign;
        }
        Ok(json!({ "campaign": self.campaigns[at].contents(), "notices": notices }))
    }

    pub(super) fn update_campaign(&mut self, user: Id, id: Id, request: &Value) -> Answer {
        let at = self.campaign(user, id)?;
        let mut campaign = self.campaigns[at].clone();
        let channel = campaign.channel;
        let mut issues = Vec::new();
        if given(request, "type").is_some_and(|kind| *kind != channel) {
            issues.push(issue("type", "type_immutable"));
        }
        let nodes = given(request, "sequence_nodes").map(|nodes| read_nodes(channel, nodes, &mut issues));
        check(issues)?;
        self.check_revision(at, request)?;
        let of_drafts: &[&str] = match channel {
            "email" => &["sender_account_ids", "sequence_nodes", "stop_on_reply", "signature", "follow_prospect_zone"],
            _ => &["sender_account_ids", "sequence_nodes", "skip_other_campaigns", "follow_prospect_zone"],
        };
        if of_drafts.iter().any(|field| given(request, field).is_some()) {
            self.check_draft(at)?;
        }
        if given(request, "sender_account_ids").is_some() {
            campaign.senders = self.senders(user, channel, request)?;
        }
        if let Some(new) = text(request, "name").filter(|new| *new != campaign.name) {
            self.check_campaign_name(user, &new)?;
            campaign.name = new;
        }
        let notices = set_settings(channel, &mut campaign.settings, request);
        if let Some(nodes) = nodes {
            let known = std::mem::take(&mut campaign.nodes);
            for (given, mut step) in nodes {
                let known = known.iter().find(|known| Some(known.id) == given);
                identify(&mut step, known.map_or(&[], |known| variants(&known.step)), self);
                campaign.nodes.push(Node { id: known.map_or_else(|| self.new_id(), |known| known.id), step });
            }
        }
        self.replace(at, campaign, notices)
    }
}
