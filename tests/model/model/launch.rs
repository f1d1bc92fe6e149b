//! Validating, launching, pausing and resuming.

use super::*;

impl Model {
    pub(super) fn is_suppressed(&self, user: Id, channel: &str, identity: &str) -> bool {
        let is_hit = |suppression: &&Suppression| match (suppression.kind.as_str(), channel) {
            ("email_address", "email") | ("linkedin_profile", "linkedin") => suppression.value == identity,
            ("email_domain", "email") => match suppression.value.strip_prefix("*.") {
                Some(above) => identity.ends_with(&format!("@{above}")) || identity.ends_with(&format!(".{above}")),
                None => identity.ends_with(&format!("@{}", suppression.value)),
            },
            _ => false,
        };
        self.suppressions.iter().filter(|suppression| suppression.user == user).any(|one| is_hit(&one))
    }

    /// The other campaign to which a person belongs, if this one leaves such people alone. Nothing is handed out here,
    /// so it is the active one that was launched first.
    pub(super) fn other(&self, at: usize, identity: &str) -> Option<Id> {
        let campaign = &self.campaigns[at];
        if campaign.settings.get("skip_other_campaigns") != Some(&json!(true)) {
            return None;
        }
        let is_in = |other: &&Campaign| {
            (other.user, other.channel, other.status) == (campaign.user, "linkedin", "active")
                && other.id != campaign.id
                && other.pending().any(|prospect| prospect.person.identity("linkedin").as_deref() == Some(identity))
        };
        let first = self.campaigns.iter().filter(is_in).min_by_key(|other| other.launched)?;
        (first.launched < campaign.launched.or(Some(usize::MAX))).then_some(first.id)
    }

    /// The people who are not contacted if the campaign becomes active now, with the campaign to which they belong.
    fn skipped(&self, at: usize) -> Vec<(Id, Option<Id>)> {
        let campaign = &self.campaigns[at];
        let skipped = campaign.pending().filter_map(|prospect| {
            let identity = prospect.person.identity(campaign.channel).unwrap();
            if self.is_suppressed(campaign.user, campaign.channel, &identity) {
                return Some((prospect.id, None));
            }
            self.other(at, &identity).map(|other| (prospect.id, Some(other)))
        });
        skipped.collect()
    }

    pub(super) fn sender_accounts(&self, at: usize) -> Vec<&Account> {
        let campaign = &self.campaigns[at];
        campaign.senders.iter().map(|id| &self.accounts[self.account(campaign.user, *id).unwrap()]).collect()
    }

    /// The maximum length of the connection request's note, and by how much it is too long for a person; nothing while
    /// its text is unknown.
    pub(super) fn note_excess(&self, at: usize, person: &Person) -> Option<(usize, i64)> {
        let campaign = &self.campaigns[at];
        let note = campaign.nodes.iter().find(|node| node.step["type"] == "connection_request")?;
        let note = note.step["body"].as_str()?;
        let mut most = None;
        for sender in self.sender_accounts(at) {
            let mut length: usize = note.split('%').step_by(2).map(|text| text.chars().count()).sum();
            for slot in slots(note, false) {
                let value = match slot.variable.as_str() {
                    "nobody" => Some(""),
                    "sender_first_name" => Some(sender.first_name.as_deref().unwrap_or_default()),
                    variable => person.value(variable),
                };
                length += value.or(slot.fallback.as_deref())?.chars().count();
            }
            let max = if sender.is_premium == Some(true) { 300 } else { 200 };
            let excess = length as i64 - max as i64;
            if most.is_none_or(|(_, other)| excess > other) {
                most = Some((max, excess));
            }
        }
        most.filter(|(_, excess)| *excess > 0)
    }

    fn errors(&self, at: usize) -> Vec<Value> {
        let campaign = &self.campaigns[at];
        let senders = self.sender_accounts(at);
        let skipped = self.skipped(at);
        let enrolled: Vec<&Prospect> =
            campaign.pending().filter(|prospect| skipped.iter().all(|(id, _)| *id != prospect.id)).collect();
        let mut errors = campaign.sequence_errors();
        if campaign.status != "draft" {
            errors.push(issue("status", "not_draft"));
        }
        if senders.iter().all(|sender| sender.status != "connected") {
            errors.push(issue("sender_account_ids", "no_ready_sender"));
        }
        for (path, text, is_signature) in campaign.templates() {
            for Slot { variable, .. } in slots(&text, is_signature) {
                if !KNOWN_VARIABLES.contains(&variable.as_str()) {
                    errors.push(json!({ "path": path, "code": "unknown_variable", "variable": variable }));
                }
            }
        }
        for (path, slot) in campaign.needs() {
            let (mut prospects, mut lacking) = (Vec::new(), Vec::new());
            if slot.is_of_sender {
                lacking = senders.iter().filter(|sender| sender.first_name.is_none()).map(|sender| sender.id).collect();
            } else {
                let is_lacking = |prospect: &&&Prospect| prospect.person.value(&slot.variable).is_none();
                prospects = enrolled.iter().filter(is_lacking).map(|prospect| prospect.id).collect();
            }
            if !prospects.is_empty() || !lacking.is_empty() {
                errors.push(json!({
                    "path": path, "code": "unresolved_variable", "variable": slot.variable,
                    "prospects": prospects.len(), "prospect_ids": names(&prospects[..prospects.len().min(5)]),
                    "sender_account_ids": names(&lacking),
                }));
            }
        }
        let note = campaign.nodes.iter().position(|node| node.step["type"] == "connection_request");
        let too_long: Vec<(Id, usize)> = enrolled
            .iter()
            .filter_map(|prospect| Some((prospect.id, self.note_excess(at, &prospect.person)?.0)))
            .collect();
        if let Some((_, max)) = too_long.first() {
            let ids: Vec<Id> = too_long.iter().map(|(id, _)| *id).take(5).collect();
            errors.push(json!({
                "path": format!("sequence_nodes[{}].body", note.unwrap()), "code": "note_too_long", "max": max,
                "prospects": too_long.len(), "prospect_ids": names(&ids),
            }));
        }
        errors
    }

    pub(super) fn validate(&self, user: Id, id: Id) -> Answer {
        let at = self.campaign(user, id)?;
        let errors = self.errors(at);
        let mut warnings = Vec::new();
        for (index, sender) in self.sender_accounts(at).iter().enumerate() {
            if sender.status != "connected" {
                warnings.push(issue(format!("sender_account_ids[{index}]"), "sender_not_ready"));
            }
        }
        let is_draft = self.campaigns[at].status == "draft";
        // No text of the model contains the link to unsubscribe, and none of its people is a sender.
        let mut nodes = self.campaigns[at].nodes.iter().enumerate();
        let first = nodes.find(|(_, node)| node.step["type"] == "email").filter(|_| is_draft);
        let bodies = first.into_iter().flat_map(|(position, node)| texts(position, node));
        let mut bodies = bodies.filter(|(path, text)| path.ends_with("body") && !text.trim().is_empty());
        if let Some((path, _)) = bodies.next() {
            warnings.push(issue(path, "no_opt_out"));
        }
        match self.campaigns[at].pending().count() {
            _ if !is_draft => {}
            0 if self.campaigns[at].stays_open() => {}
            0 => warnings.push(issue("prospects", "no_prospects")),
            open if open == self.skipped(at).len() => warnings.push(issue("prospects", "all_prospects_skipped")),
            _ => {}
        }
        let elsewhere = if is_draft { self.in_other_campaigns(at) } else { Vec::new() };
        if !elsewhere.is_empty() {
            warnings.push(json!({ "path": "prospects", "code": "in_other_campaigns", "prospects": elsewhere.len(),
                "prospect_ids": names(&elsewhere[..elsewhere.len().min(5)]) }));
        }
        Ok(json!({ "ready": errors.is_empty(), "errors": errors, "warnings": warnings }))
    }

    /// The people of an email campaign who would be contacted and are in another active one.
    fn in_other_campaigns(&self, at: usize) -> Vec<Id> {
        let (campaign, skipped) = (&self.campaigns[at], self.skipped(at));
        let is_other = |other: &&Campaign| {
            other.id != campaign.id
                && other.user == campaign.user
                && other.channel == "email"
                && other.status == "active"
        };
        let is_elsewhere = |prospect: &&Prospect| {
            let mut others = self.campaigns.iter().filter(is_other).flat_map(|other| &other.prospects);
            others.any(|theirs| {
                theirs.status != "skipped" && theirs.person.identity("email") == prospect.person.identity("email")
            })
        };
        let contacted = campaign.pending().filter(|prospect| skipped.iter().all(|(id, _)| *id != prospect.id));
        contacted.filter(|_| campaign.channel == "email").filter(is_elsewhere).map(|prospect| prospect.id).collect()
    }

    /// Makes a campaign active, or completes it if nobody is left; returns the skipped people.
    fn activate(&mut self, at: usize, event: &str) -> Vec<Value> {
        let skipped = self.skipped(at);
        let launches = self.campaigns.iter().filter_map(|campaign| campaign.launched).max().map_or(0, |last| last + 1);
        let campaign = &mut self.campaigns[at];
        campaign.launched.get_or_insert(launches);
        for prospect in &mut campaign.prospects {
            if skipped.iter().any(|(id, _)| *id == prospect.id) {
                prospect.status = "skipped";
            }
        }
        campaign.revision += 1;
        let is_open = campaign.stays_open() || campaign.pending().next().is_some();
        campaign.status = if is_open { "active" } else { "completed" };
        let (user, id) = (campaign.user, campaign.id);
        self.record(user, event, "campaign_id", id);
        if !is_open {
            self.record(user, "campaign_completed", "campaign_id", id);
        }
        let skipped = skipped.into_iter().map(|(prospect, other)| {
            let reason = if other.is_some() { "other_campaign" } else { "suppressed" };
            json!({ "prospect_id": name(prospect), "reason": reason, "campaign_id": other.map(name) })
        });
        skipped.collect()
    }

    pub(super) fn launch(&mut self, user: Id, id: Id, request: &Value) -> Answer {
        let at = self.campaign(user, id)?;
        self.check_seen_draft(at, request)?;
        let errors = self.errors(at);
        if !errors.is_empty() {
            return Err(json!({ "code": "not_ready", "issues": errors }));
        }
        let skipped = self.activate(at, "campaign_launched");
        for place in 0..self.campaigns[at].prospects.len() {
            self.cover(at, place);
        }
        let campaign = &self.campaigns[at];
        let enrolled = campaign.prospects.len() - skipped.len();
        Ok(json!({ "campaign": campaign.contents(), "enrolled": enrolled, "skipped": skipped }))
    }

    /// The campaign, if it can change from one status to another; none if it already has that status.
    fn transition(&self, at: usize, from: &str, to: &str) -> Result<bool, Value> {
        let status = self.campaigns[at].status;
        if status == from || status == to {
            return Ok(status == from);
        }
        let allowed = if status == "draft" { json!(["active", "completed"]) } else { json!([]) };
        Err(json!({ "code": "invalid_transition", "from": status, "to": to, "allowed": allowed }))
    }

    pub(super) fn pause(&mut self, user: Id, id: Id) -> Answer {
        let at = self.campaign(user, id)?;
        let changed = self.transition(at, "active", "paused")?;
        if changed {
            self.campaigns[at].status = "paused";
            self.campaigns[at].revision += 1;
            self.record(user, "campaign_paused", "campaign_id", id);
        }
        Ok(json!({ "campaign": self.campaigns[at].contents(), "changed": changed }))
    }

    pub(super) fn resume(&mut self, user: Id, id: Id) -> Answer {
        let at = self.campaign(user, id)?;
        let changed = self.transition(at, "paused", "active")?;
        let skipped = if changed { self.activate(at, "campaign_resumed") } else { Vec::new() };
        Ok(json!({ "campaign": self.campaigns[at].contents(), "changed": changed, "skipped": skipped }))
    }
}
