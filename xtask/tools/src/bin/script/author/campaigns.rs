//! Campaigns: how they are made, launched and changed.

use serde_json::{Value, json};

use super::{Author, Known};
use crate::dice::{NAMES, ZONES};

impl Author {
    pub(super) fn create_campaign(&mut self, u: usize) -> std::io::Result<()> {
        let is_email = self.dice.percent(45);
        let owner = self.owner(u);
        let accounts = if is_email { owner.mailboxes.clone() } else { owner.profiles.clone() };
        let Some(first) = self.dice.of(&accounts) else { return self.add_account(u) };
        let senders = [Some(first), self.dice.of(&accounts)];
        let name = format!("Campaign {}", self.dice.below(2_000));
        let follows = self.dice.percent(30);
        let mut request = json!({ "name": name, "sender_account_ids": senders, "follow_prospect_zone": follows });
        if is_email {
            request["type"] = "email".into();
            request["daily_limit"] = json!(2 + self.dice.below(60));
            request["stop_on_reply"] = self.dice.percent(80).into();
            request["open_tracking"] = self.dice.percent(50).into();
        } else {
            request["type"] = "linkedin".into();
            request["skip_other_campaigns"] = self.dice.percent(70).into();
            if self.dice.percent(50) {
                let night = json!([{ "start": "22:00", "end": "03:30" }]);
                request["operating_hours"] = json!({ "time_zone": self.dice.word(&ZONES),
                    "monday": [{ "start": "08:00", "end": "12:00" }, { "start": "13:00", "end": "18:00" }],
                    "wednesday": night, "friday": night, "saturday": night });
            }
        }
        if let Some(created) = self.of(u, "createCampaign", vec![request])? {
            let id = created["campaign"]["id"].clone();
            self.owner(u).drafts.push(Known { id, is_email, ..Known::default() });
        }
        Ok(())
    }

    /// Brings a draft a step closer to its launch.
    pub(super) fn draft(&mut self, u: usize) -> std::io::Result<()> {
        let mut drafts = std::mem::take(&mut self.owner(u).drafts);
        let draft = self.dice.take(&mut drafts);
        self.owner(u).drafts = drafts;
        let Some(mut draft) = draft else { return self.create_campaign(u) };
        let id = draft.id.clone();
        match self.dice.below(20) {
            _ if !draft.is_written => {
                let nodes = self.sequence(draft.is_email);
                self.of(u, "updateCampaign", vec![id, json!({ "sequence_nodes": nodes })])?;
                draft.is_written = true;
            }
            0 => {
                let delay = json!({ "type": "delay", "delay_hours": 1 + self.dice.below(30) });
                self.of(u, "insertNode", vec![id, delay])?;
            }
            1 => drop(self.of(u, "validate", vec![id])?),
            2 => {
                self.of(u, "deleteCampaign", vec![id])?;
                return Ok(());
            }
            3 => drop(self.of(u, "forecast", vec![id, json!({})])?),
            9 => {
                let request = json!({ "prospects": self.dice.percent(50) });
                if let Some(copy) = self.of(u, "cloneCampaign", vec![id, request])? {
                    let copy = Known {
                        id: copy["id"].clone(),
                        is_email: draft.is_email,
                        is_written: true,
                        ..Known::default()
                    };
                    self.owner(u).drafts.push(copy);
                }
            }
            10 => self.find(u, id)?,
            4..9 if !draft.prospects.is_empty() => {
                self.of(u, "launch", vec![id, json!({})])?;
                self.owner(u).launched.push(draft);
                return Ok(());
            }
            _ => self.enrol(u, &mut draft)?,
        }
        self.owner(u).drafts.push(draft);
        Ok(())
    }

    /// Looks for people and campaigns, in an order and by a text.
    fn find(&mut self, u: usize, campaign: Value) -> std::io::Result<()> {
        let (text, sort) = (self.dice.word(&NAMES), self.dice.word(&["name", "created", "last_contact"]));
        let listed =
            json!({ "search": text.chars().take(1).collect::<String>(), "sort": sort, "count": true, "limit": 5 });
        self.of(u, "findProspects", vec![json!({ "text": text, "limit": 5 })])?;
        self.of(u, "listProspects", vec![campaign, listed])?;
        self.of(u, "listCampaigns", vec![json!({ "search": "1", "sort": sort, "count": true, "limit": 5 })])?;
        Ok(())
    }

    fn sequence(&mut self, is_email: bool) -> Vec<Value> {
        let delay =
            json!({ "type": "delay", "delay_days": self.dice.below(3), "delay_minutes": 1 + self.dice.below(90) });
        if is_email {
            let follow_up = json!({ "type": "email", "subject": "Re: %company|your company%", "is_reply": true,
                                    "body": "%first_name|Hello%, did you see this?" });
            let mut first = json!({ "type": "email", "subject": "Hi %first_name%", "body": "100%% for %company|you%",
                                    "text_only": self.dice.percent(20) });
            if self.dice.percent(40) {
                first["variants"] = json!([{ "weight": 1 + self.dice.below(100), "body": "%{A|a}% for %company|you%" },
                                           { "weight": 1, "subject": "For %first_name%", "body": "B" }]);
            }
            let mut nodes = vec![first];
            for _ in 0..self.dice.below(3) {
                nodes.extend([delay.clone(), follow_up.clone()]);
            }
            nodes
        } else {
            let message = json!({ "type": "message", "body": "Hello %first_name%, thanks." });
            let mut nodes = vec![json!({ "type": "connection_request", "body": "Hi %first_name%" }), message.clone()];
            if self.dice.percent(50) {
                nodes.extend([delay, message]);
            }
            nodes
        }
    }

    /// Adds people to a campaign, in one of three ways.
    fn enrol(&mut self, u: usize, campaign: &mut Known) -> std::io::Result<()> {
        let lists = self.owner(u).lists.clone();
        let id = campaign.id.clone();
        let report = match (self.dice.below(10), self.dice.of(&lists)) {
            (0, Some(list)) => self.of(u, "importList", vec![id, list])?,
            (1, _) => {
                let mut csv = String::from("E-Mail;Vorname;LinkedIn;Firma\r\n");
                for person in self.dice.people(campaign.is_email) {
                    let cell = |name: &str| person[name].as_str().unwrap_or_default().to_owned();
                    let cells = ["email", "first_name", "linkedin_url", "company"].map(cell);
                    csv.push_str(&format!("{}\r\n", cells.join(";")));
                }
                let preview = self.of(u, "previewCsv", vec![csv.as_str().into()])?.unwrap_or_default();
                let mapping = json!(["email", "first_name", "linkedin_url", "company"]);
                let request = json!({ "mapping": mapping, "content_hash": preview["content_hash"] });
                self.of(u, "importCsv", vec![id, csv.into(), request])?
            }
            _ => {
                let people = self.dice.people(campaign.is_email);
                let reopen = self.dice.percent(30);
                self.of(u, "addProspects", vec![id, json!({ "prospects": people, "reopen": reopen })])?
            }
        };
        let outcomes = report.as_ref().and_then(|report| report["outcomes"].as_array());
        for outcome in outcomes.into_iter().flatten().filter(|outcome| outcome["outcome"] == "imported") {
            campaign.prospects.push(outcome["prospect_id"].clone());
        }
        Ok(())
    }

    /// Changes a campaign that was launched.
    pub(super) fn launched(&mut self, u: usize) -> std::io::Result<()> {
        let mut launched = std::mem::take(&mut self.owner(u).launched);
        let campaign = self.dice.take(&mut launched);
        self.owner(u).launched = launched;
        let Some(mut campaign) = campaign else { return self.draft(u) };
        let id = campaign.id.clone();
        let prospect = self.dice.of(&campaign.prospects).unwrap_or_default();
        let (daily_limit, company) = (5 + self.dice.below(90), self.dice.word(&NAMES));
        match self.dice.below(24) {
            0..2 => drop(self.of(u, "pause", vec![id])?),
            2..6 => drop(self.of(u, "resume", vec![id])?),
            6 => drop(self.of(u, "updateCampaign", vec![id, json!({ "daily_limit": daily_limit })])?),
            7 => drop(self.of(u, "updateProspect", vec![prospect, json!({ "company": company })])?),
            8 => drop(self.of(u, "removeProspect", vec![prospect])?),
            9 => drop(self.of(u, "previewMessages", vec![prospect, json!({})])?),
            10 if self.dice.percent(30) => {
                if self.of(u, "deleteCampaign", vec![id])?.is_some() {
                    return Ok(());
                }
            }
            11..14 => self.write_messages(u, id)?,
            14..18 => self.steer(u, &campaign)?,
            18 => {
                let fields =
                    json!({ "stay_open": self.dice.percent(50), "late_after_minutes": 1 + self.dice.below(9_000) });
                self.of(u, "updateCampaign", vec![id, fields])?;
            }
            _ => self.enrol(u, &mut campaign)?,
        }
        self.owner(u).launched.push(campaign);
        Ok(())
    }

    /// Holds people of a campaign and releases them, retries them, gives them another sender, or revises its texts.
    fn steer(&mut self, u: usize, campaign: &Known) -> std::io::Result<()> {
        let who = json!({ "prospect_id": self.dice.of(&campaign.prospects) });
        let id = campaign.id.clone();
        match self.dice.below(8) {
            0..2 => {
                let until = if self.dice.percent(80) { Some(self.later(864_000_000)) } else { None };
                self.of(u, "hold", vec![who, json!({ "until": until })])?;
            }
            2 => drop(self.of(u, "release", vec![who])?),
            3..5 => {
                let status = self.dice.word(&["cancelled", "timed_out", "skipped", "bounced"]);
                self.of(u, "retryProspects", vec![id, json!({ "status": status })])?;
            }
            5 | 6 => {
                let nodes = self.of(u, "getCampaign", vec![id.clone()])?.unwrap_or_default()["sequence_nodes"].take();
                let node = self.dice.of(nodes.as_array().map_or(&[], Vec::as_slice)).unwrap_or_default();
                let body = self.dice.word(&["Hello %name|you%", "For %company%", "%custom_fields.k|Hello%", "%nmae%"]);
                let request = json!({ "body": body, "dry_run": self.dice.percent(30) });
                self.of(u, "reviseNode", vec![id, node["id"].clone(), request])?;
            }
            _ => {
                let senders = self.of(u, "getCampaign", vec![id.clone()])?.unwrap_or_default();
                let senders = senders["sender_account_ids"].as_array().cloned().unwrap_or_default();
                let from = self.dice.of(&senders);
                let owner = self.owner(u);
                let accounts = if campaign.is_email { owner.mailboxes.clone() } else { owner.profiles.clone() };
                let to = if self.dice.percent(70) { self.dice.of(&accounts) } else { None };
                self.of(u, "handOver", vec![id, json!({ "from": from, "to": to })])?;
            }
        }
        Ok(())
    }

    /// Writes messages for single prospects: from templates, by a model, by hand.
    fn write_messages(&mut self, u: usize, campaign: Value) -> std::io::Result<()> {
        if self.dice.percent(20) {
            self.of(u, "resolveMessages", vec![campaign, json!({})])?;
            return Ok(());
        }
        let limit = 1 + self.dice.below(3);
        let page = self.of(u, "messageRequests", vec![campaign.clone(), json!({ "limit": limit })])?;
        let mut requests = page.and_then(|page| page["requests"].as_array().cloned()).unwrap_or_default();
        let is_model = self.dice.percent(50);
        if !is_model {
            let Some(request) = self.dice.take(&mut requests) else { return Ok(()) };
            let (prospect, node) = (request["prospect_id"].clone(), request["node_id"].clone());
            let texts = json!({ "subject": "By hand", "body": "Only for %first_name%" });
            self.of(u, "editMessage", vec![prospect.clone(), node.clone(), texts])?;
            if self.dice.percent(30) {
                self.of(u, "resetMessage", vec![prospect, node])?;
            }
            return Ok(());
        }
        for request in &mut requests {
            *request = json!({ "prospect_id": request["prospect_id"], "node_id": request["node_id"],
                "input": request["input"], "subject": "By a model", "body": format!("Draft {}", self.performed) });
        }
        self.of(u, "submitMessages", vec![campaign, json!({ "messages": requests })])?;
        Ok(())
    }
}
