//! Lists and suppressions.

use super::*;

impl Model {
    pub(super) fn list_contents(&self, at: usize) -> Value {
        let list = &self.lists[at];
        json!({ "id": name(list.id), "user_id": name(list.user), "name": list.name, "lead_count": list.leads.len() })
    }

    pub(super) fn create_list(&mut self, user: Id, request: &Value) -> Answer {
        let list_name = text(request, "name").unwrap();
        let mine = self.lists.iter().filter(|list| list.user == user);
        Self::check_name("list_id", mine.map(|list| (list.name.as_str(), list.id)), &list_name)?;
        let id = self.new_id();
        self.lists.push(List { id, user, name: list_name, leads: Vec::new() });
        self.record(user, "list_created", "list_id", id);
        Ok(self.list_contents(self.lists.len() - 1))
    }

    pub(super) fn delete_list(&mut self, user: Id, id: Id) -> Answer {
        let at = self.list(user, id)?;
        self.lists.remove(at);
        self.record(user, "list_deleted", "list_id", id);
        Ok(Value::Null)
    }

    pub(super) fn add_leads(&mut self, user: Id, id: Id, people: &[Value]) -> Answer {
        let mut issues = Vec::new();
        let mut read = Vec::new();
        for (index, person) in people.iter().enumerate() {
            let prefix = format!("leads[{index}].");
            let mut found = Vec::new();
            let person = Person::read(person, &prefix, &mut found);
            if person.email.is_none() && person.linkedin_url.is_none() && found.is_empty() {
                found.push(issue(format!("{prefix}email"), "required"));
            }
            issues.extend(found);
            read.push(person);
        }
        check(issues)?;
        let at = self.list(user, id)?;
        let mut outcomes = Vec::new();
        for person in read {
            let twin = ["email", "linkedin"].into_iter().find_map(|channel| {
                let identity = person.identity(channel)?;
                self.lists[at].leads.iter().find(|lead| lead.person.identity(channel).as_ref() == Some(&identity))
            });
            outcomes.push(match twin {
                Some(lead) => json!({ "outcome": "duplicate", "lead_id": name(lead.id) }),
                None => {
                    let lead = Lead { id: self.new_id(), person };
                    let outcome = json!({ "outcome": "added", "lead_id": name(lead.id) });
                    self.lists[at].leads.push(lead);
                    outcome
                }
            });
        }
        let added = outcomes.iter().filter(|outcome| outcome["outcome"] == "added").count();
        if added > 0 {
            self.record(user, "leads_added", "list_id", id);
        }
        Ok(json!({ "added": added, "duplicates": outcomes.len() - added, "outcomes": outcomes }))
    }

    pub(super) fn remove_lead(&mut self, user: Id, id: Id) -> Answer {
        for list in self.lists.iter_mut().filter(|list| list.user == user) {
            if let Some(place) = list.leads.iter().position(|lead| lead.id == id) {
                list.leads.remove(place);
                let event = json!({ "type": "lead_removed", "lead_id": name(id), "list_id": name(list.id) });
                self.events.push((user, event));
                return Ok(Value::Null);
            }
        }
        refused("lead_not_found")
    }

    pub(super) fn suppression_contents(suppression: &Suppression) -> Value {
        json!({
            "id": name(suppression.id), "user_id": name(suppression.user), "type": suppression.kind,
            "value": suppression.value,
        })
    }

    pub(super) fn add_suppressions(&mut self, user: Id, suppressions: &[Value]) -> Answer {
        let mut issues = Vec::new();
        let mut read = Vec::new();
        for (index, suppression) in suppressions.iter().enumerate() {
            let (kind, value) = (text(suppression, "type").unwrap(), text(suppression, "value").unwrap());
            let (value, code) = match kind.as_str() {
                "email_address" => (email_identity(&value), "malformed_email"),
                "email_domain" => (Some(value.trim_start_matches('@').to_lowercase()), ""),
                _ => (profile_identity(&value), "malformed_profile_url"),
            };
            match value {
                Some(value) => read.push((kind, value)),
                None => issues.push(issue(format!("suppressions[{index}].value"), code)),
            }
        }
        check(issues)?;
        let before = self.suppressions.len();
        let mut answered = Vec::new();
        for (kind, value) in read {
            let is_same = |one: &&Suppression| (one.user, &one.kind, &one.value) == (user, &kind, &value);
            if self.suppressions.iter().find(is_same).is_none() {
                let id = self.new_id();
                self.suppressions.push(Suppression { id, user, kind: kind.clone(), value: value.clone() });
            }
            let is_same = |one: &&Suppression| (one.user, &one.kind, &one.value) == (user, &kind, &value);
            answered.push(Self::suppression_contents(self.suppressions.iter().find(is_same).unwrap()));
        }
        let added = self.suppressions.len() - before;
        if added > 0 {
            self.record(user, "suppressions_added", "user_id", user);
            self.end_suppressed(user);
        }
        Ok(json!({ "added": added, "duplicates": answered.len() - added, "suppressions": answered }))
    }

    /// People who are now suppressed are cancelled in every running campaign.
    fn end_suppressed(&mut self, user: Id) {
        for channel in ["email", "linkedin"] {
            for at in 0..self.campaigns.len() {
                let campaign = &self.campaigns[at];
                let runs = ["active", "paused"].contains(&campaign.status);
                if !runs || (campaign.user, campaign.channel) != (user, channel) {
                    continue;
                }
                let is_covered = |prospect: &&Prospect| {
                    self.is_suppressed(user, channel, &prospect.person.identity(channel).unwrap())
                };
                let covered: Vec<Id> = campaign.pending().filter(is_covered).map(|prospect| prospect.id).collect();
                if covered.is_empty() {
                    continue;
                }
                let campaign = &mut self.campaigns[at];
                for prospect in campaign.prospects.iter_mut().filter(|one| covered.contains(&one.id)) {
                    prospect.status = "skipped";
                }
                let is_completed = campaign.is_over();
                if is_completed {
                    campaign.status = "completed";
                    campaign.revision += 1;
                }
                let id = campaign.id;
                self.record(user, "prospects_closed", "campaign_id", id);
                if is_completed {
                    self.record(user, "campaign_completed", "campaign_id", id);
                }
            }
        }
    }

    pub(super) fn remove_suppression(&mut self, user: Id, id: Id) -> Answer {
        let Some(at) = self.suppressions.iter().position(|one| (one.user, one.id) == (user, id)) else {
            return refused("suppression_not_found");
        };
        self.suppressions.remove(at);
        self.record(user, "suppression_removed", "suppression_id", id);
        Ok(Value::Null)
    }
}
