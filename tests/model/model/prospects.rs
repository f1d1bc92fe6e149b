//! Prospects.

use super::*;

impl Model {
    /// Why a launched campaign does not take a person.
    fn lacking(&self, at: usize, person: &Person, prefix: &str) -> Vec<Value> {
        let campaign = &self.campaigns[at];
        let mut issues = Vec::new();
        if campaign.status == "draft" {
            return issues;
        }
        for (_, slot) in campaign.needs() {
            let missing = json!({ "path": format!("{prefix}{}", slot.variable), "code": "unresolved_variable" });
            if !slot.is_of_sender && person.value(&slot.variable).is_none() && !issues.contains(&missing) {
                issues.push(missing);
            }
        }
        if self.note_excess(at, person).is_some() {
            issues.push(issue(prefix.trim_end_matches('.'), "note_too_long"));
        }
        issues
    }

    /// Takes a person into a campaign, or refuses them; returns the outcome. Paths of issues begin with `prefix`.
    fn enrol(&mut self, at: usize, person: Person, prefix: &str, mut issues: Vec<Value>) -> Value {
        let Campaign { user, channel, status, .. } = self.campaigns[at];
        let field = format!("{prefix}{}", identity_field(channel));
        let identity = person.identity(channel);
        if identity.is_none() && issues.iter().all(|issue| issue["path"] != field) {
            issues.push(issue(field, "required"));
        }
        let invalid = |issues: Vec<Value>| json!({ "outcome": "invalid", "prospect_id": null, "issues": issues });
        let Some(identity) = identity.filter(|_| issues.is_empty()) else { return invalid(issues) };
        if self.is_suppressed(user, channel, &identity) {
            return json!({ "outcome": "suppressed", "prospect_id": null });
        }
        let is_same = |prospect: &&Prospect| prospect.person.identity(channel).as_ref() == Some(&identity);
        if let Some(prospect) = self.campaigns[at].prospects.iter().find(is_same) {
            return json!({ "outcome": "duplicate", "prospect_id": name(prospect.id) });
        }
        let belongs_elsewhere = ["active", "completed"].contains(&status) && self.other(at, &identity).is_some();
        let lacking = self.lacking(at, &person, prefix);
        if !belongs_elsewhere && !lacking.is_empty() {
            return invalid(lacking);
        }
        let prospect = Prospect {
            id: self.new_id(),
            status: if belongs_elsewhere { "skipped" } else { "pending" },
            person,
            is_held: false,
        };
        let outcome = json!({ "outcome": "imported", "prospect_id": name(prospect.id) });
        self.campaigns[at].prospects.push(prospect);
        self.cover(at, self.campaigns[at].prospects.len() - 1);
        outcome
    }

    /// The report with the outcome for each person.
    fn report(&mut self, at: usize, outcomes: Vec<Value>) -> Answer {
        let count = |word: &str| outcomes.iter().filter(|outcome| outcome["outcome"] == word).count();
        let report = json!({
            "imported": count("imported"), "duplicates": count("duplicate"), "suppressed": count("suppressed"),
            "invalid": count("invalid"), "total": outcomes.len(), "outcomes": outcomes,
        });
        if report["imported"] != 0 {
            let (user, id) = (self.campaigns[at].user, self.campaigns[at].id);
            self.record(user, "prospects_added", "campaign_id", id);
        }
        if self.campaigns[at].status == "completed" && self.campaigns[at].pending().next().is_some() {
            self.reopen(at)?;
        }
        Ok(report)
    }

    /// Makes a completed campaign active again.
    pub(super) fn reopen(&mut self, at: usize) -> Result<(), Value> {
        let campaign = &mut self.campaigns[at];
        if campaign.senders.is_empty() {
            return refused("no_ready_sender");
        }
        campaign.status = "active";
        campaign.revision += 1;
        let (user, id) = (campaign.user, campaign.id);
        self.record(user, "campaign_reopened", "campaign_id", id);
        Ok(())
    }

    fn check_open(&self, at: usize, reopen: bool) -> Result<(), Value> {
        if self.campaigns[at].status == "completed" && !reopen { refused("campaign_completed") } else { Ok(()) }
    }

    pub(super) fn add_prospects(&mut self, user: Id, id: Id, people: &[Value], reopen: bool) -> Answer {
        let at = self.campaign(user, id)?;
        self.check_open(at, reopen)?;
        let outcomes = people.iter().enumerate().map(|(index, person)| {
            let prefix = format!("prospects[{index}].");
            let mut issues = Vec::new();
            let person = Person::read(person, &prefix, &mut issues);
            self.enrol(at, person, &prefix, issues)
        });
        let outcomes: Vec<Value> = outcomes.collect();
        check(outcomes.iter().filter_map(|outcome| outcome["issues"].as_array()).flatten().cloned().collect())?;
        self.report(at, outcomes)
    }

    pub(super) fn import_list(&mut self, user: Id, id: Id, list: Id, reopen: bool) -> Answer {
        let at = self.campaign(user, id)?;
        let list = self.list(user, list)?;
        self.check_open(at, reopen)?;
        let leads = self.lists[list].leads.clone();
        let outcomes = leads.into_iter().map(|lead| {
            let mut outcome = self.enrol(at, lead.person, "", Vec::new());
            outcome["lead_id"] = name(lead.id).into();
            outcome
        });
        let outcomes = outcomes.collect();
        self.report(at, outcomes)
    }

    pub(super) fn import_csv(&mut self, user: Id, id: Id, rows: &[Value], is_changed: bool, reopen: bool) -> Answer {
        if is_changed {
            return refused("content_changed");
        }
        let at = self.campaign(user, id)?;
        self.check_open(at, reopen)?;
        let outcomes = rows.iter().enumerate().map(|(index, row)| {
            let mut issues = Vec::new();
            let person = Person::read(row, "", &mut issues);
            let mut outcome = self.enrol(at, person, "", issues);
            // The first line is the header.
            outcome["line"] = (index + 2).into();
            outcome
        });
        let outcomes = outcomes.collect();
        self.report(at, outcomes)
    }

    pub(super) fn prospect_contents(&self, at: usize, place: usize) -> Value {
        let (campaign, prospect) = (&self.campaigns[at], &self.campaigns[at].prospects[place]);
        let mut contents = prospect.person.contents();
        contents["id"] = name(prospect.id).into();
        contents["campaign_id"] = name(campaign.id).into();
        contents["status"] = prospect.status.into();
        contents
    }

    pub(super) fn update_prospect(&mut self, user: Id, id: Id, request: &Value) -> Answer {
        let mut issues = Vec::new();
        Person::read(request, "", &mut issues);
        check(issues)?;
        let (at, place) = self.prospect(user, id)?;
        let channel = self.campaigns[at].channel;
        let before = self.campaigns[at].prospects[place].person.clone();
        let mut person = before.clone();
        person.update(request, "", &mut Vec::new());
        if person.identity(channel) != before.identity(channel) {
            check(vec![issue(identity_field(channel), "immutable")])?;
        }
        if person.contents() != before.contents() {
            if self.campaigns[at].prospects[place].status == "pending" {
                // A value that was missing before, since a sender may have changed after the launch, may still be
                // missing.
                let already = self.lacking(at, &before, "");
                let lacking = self.lacking(at, &person, "").into_iter();
                check(lacking.filter(|issue| !already.contains(issue)).collect())?;
            }
            self.campaigns[at].prospects[place].person = person;
            self.cover(at, place);
            let campaign = self.campaigns[at].id;
            let event = json!({ "type": "prospect_updated", "prospect_id": name(id), "campaign_id": name(campaign) });
            self.events.push((user, event));
        }
        Ok(self.prospect_contents(at, place))
    }

    pub(super) fn remove_prospect(&mut self, user: Id, id: Id) -> Answer {
        let (at, place) = self.prospect(user, id)?;
        let campaign = &mut self.campaigns[at];
        campaign.prospects.remove(place);
        let is_completed = campaign.is_over();
        if is_completed {
            campaign.status = "completed";
            campaign.revision += 1;
        }
        let campaign = campaign.id;
        let event = json!({ "type": "prospect_removed", "prospect_id": name(id), "campaign_id": name(campaign) });
        self.events.push((user, event));
        if is_completed {
            self.record(user, "campaign_completed", "campaign_id", campaign);
        }
        Ok(Value::Null)
    }
}
