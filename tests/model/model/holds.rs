//! People who are held, retried, or handed over to other senders.

use super::*;

impl Model {
    fn is_covered(&self, user: Id, campaign: Id, who: &Who) -> bool {
        let is_hit = |hold: &Hold| is_same_person(&hold.who, who) && hold.campaign.is_none_or(|only| only == campaign);
        self.holds.iter().any(|hold| hold.user == user && is_hit(hold))
    }

    /// Holds someone in a queue if a hold covers them.
    pub(super) fn cover(&mut self, at: usize, place: usize) {
        let campaign = &self.campaigns[at];
        let prospect = &campaign.prospects[place];
        let is_queued = campaign.status != "draft" && prospect.status == "pending";
        if is_queued && self.is_covered(campaign.user, campaign.id, &prospect.person.who()) {
            self.campaigns[at].prospects[place].is_held = true;
        }
    }

    /// The open prospects of the running campaigns, or of one of them, that are the same person.
    fn queued(&self, user: Id, who: &Who, only: Option<Id>) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        for (at, campaign) in self.campaigns.iter().enumerate() {
            let runs = campaign.user == user && ["active", "paused"].contains(&campaign.status);
            if runs && only.is_none_or(|only| only == campaign.id) {
                let prospects = campaign.prospects.iter().enumerate();
                let mine =
                    prospects.filter(|(_, one)| one.status == "pending" && is_same_person(&one.person.who(), who));
                found.extend(mine.map(|(place, _)| (at, place)));
            }
        }
        found.sort_by_key(|(at, place)| (self.campaigns[*at].id, *place));
        found
    }

    /// The named people, with all their known identities.
    fn known(&self, user: Id, request: &Value) -> Result<Vec<Who>, Value> {
        let named = if let Some(id) = text(request, "prospect_id") {
            let (at, place) = self.prospect(user, id_of(&id).unwrap())?;
            self.campaigns[at].prospects[place].person.who()
        } else if let Some(email) = text(request, "email") {
            (email_identity(&email), None)
        } else {
            (None, profile_identity(&text(request, "linkedin_url").unwrap()))
        };
        let mut people = vec![named.clone()];
        for (at, place) in self.queued(user, &named, None) {
            let who = self.campaigns[at].prospects[place].person.who();
            if !people.contains(&who) {
                people.push(who);
            }
        }
        Ok(people)
    }

    fn check_who(request: &Value) -> Result<(), Value> {
        let mut issues = Vec::new();
        Person::read(request, "", &mut issues);
        check(issues)
    }

    fn record_held(&mut self, at: usize, place: usize, kind: &str) {
        let (user, campaign) = (self.campaigns[at].user, self.campaigns[at].id);
        let prospect = self.campaigns[at].prospects[place].id;
        let event = json!({ "type": kind, "prospect_id": name(prospect), "campaign_id": name(campaign) });
        self.events.push((user, event));
    }

    pub(super) fn hold(&mut self, user: Id, request: &Value, campaign: Option<Id>) -> Answer {
        Self::check_who(request)?;
        if let Some(campaign) = campaign {
            self.campaign(user, campaign)?;
        }
        let mut answered: Vec<(Id, bool)> = Vec::new();
        for who in self.known(user, request)? {
            let hold = Hold { user, who, campaign };
            let people = self.queued(user, &hold.who, campaign);
            if !self.holds.contains(&hold) {
                self.holds.push(hold);
                self.record(user, "person_held", "user_id", user);
            }
            for (at, place) in people {
                let prospect = &mut self.campaigns[at].prospects[place];
                let (id, changed) = (prospect.id, !prospect.is_held);
                prospect.is_held = true;
                if changed {
                    self.record_held(at, place, "prospect_held");
                }
                match answered.iter_mut().find(|(known, _)| *known == id) {
                    Some((_, known)) => *known |= changed,
                    None => answered.push((id, changed)),
                }
            }
        }
        Ok(held(&answered))
    }

    pub(super) fn release(&mut self, user: Id, request: &Value) -> Answer {
        Self::check_who(request)?;
        let mut people = self.known(user, request)?;
        let mut is_over = false;
        let mut next = 0;
        while let Some(who) = people.get(next).cloned() {
            let is_of = |hold: &Hold| hold.user == user && is_same_person(&hold.who, &who);
            // Those by address come first.
            let (by_email, by_profile): (Vec<Hold>, Vec<Hold>) = self
                .holds
                .iter()
                .filter(|hold| is_of(hold))
                .cloned()
                .partition(|hold| hold.who.0.is_some() && hold.who.0 == who.0);
            self.holds.retain(|hold| !is_of(hold));
            for hold in by_email.into_iter().chain(by_profile) {
                is_over = true;
                if !people.contains(&hold.who) {
                    people.push(hold.who);
                }
            }
            next += 1;
        }
        if is_over {
            self.record(user, "person_released", "user_id", user);
        }
        let mut answered: Vec<(Id, bool)> = Vec::new();
        for who in people {
            for (at, place) in self.queued(user, &who, None) {
                let prospect = &self.campaigns[at].prospects[place];
                let (id, who) = (prospect.id, prospect.person.who());
                if answered.iter().any(|(known, _)| *known == id) {
                    continue;
                }
                let changed = prospect.is_held && !self.is_covered(user, self.campaigns[at].id, &who);
                if changed {
                    self.campaigns[at].prospects[place].is_held = false;
                    self.record_held(at, place, "prospect_released");
                }
                answered.push((id, changed));
            }
        }
        Ok(held(&answered))
    }

    pub(super) fn retry(&mut self, user: Id, id: Id, request: &Value) -> Answer {
        let at = self.campaign(user, id)?;
        if self.campaigns[at].status == "draft" {
            return refused("not_launched");
        }
        let named = request.get("prospect_ids").map(|ids| {
            let ids = ids.as_array().unwrap().iter();
            ids.map(|id| id_of(id.as_str().unwrap()).unwrap()).collect::<Vec<Id>>()
        });
        let named = named.unwrap_or_else(|| {
            let of_status = self.campaigns[at].prospects.iter().filter(|one| one.status == request["status"]);
            of_status.map(|one| one.id).collect()
        });
        let place_of = |id: &Id| self.campaigns[at].prospects.iter().position(|one| one.id == *id);
        let places: Option<Vec<usize>> = named.iter().map(place_of).collect();
        let Some(mut places) = places else { return refused("prospect_not_found") };
        places.sort_unstable();
        places.dedup();
        let (mut retried, mut skipped) = (0, Vec::new());
        for place in places {
            let campaign = &self.campaigns[at];
            let prospect = &campaign.prospects[place];
            if prospect.status != "skipped" {
                continue;
            }
            let identity = prospect.person.identity(campaign.channel).unwrap();
            let other = self.other(at, &identity);
            let is_suppressed = self.is_suppressed(user, campaign.channel, &identity);
            if is_suppressed || other.is_some() {
                let other = other.filter(|_| !is_suppressed);
                let reason = if is_suppressed { "suppressed" } else { "other_campaign" };
                let prospect = name(prospect.id);
                skipped.push(json!({ "prospect_id": prospect, "reason": reason, "campaign_id": other.map(name) }));
                continue;
            }
            let prospect = &mut self.campaigns[at].prospects[place];
            (prospect.status, prospect.is_held) = ("pending", false);
            self.cover(at, place);
            retried += 1;
        }
        if retried > 0 {
            self.record(user, "prospects_retried", "campaign_id", id);
            if self.campaigns[at].status == "completed" {
                self.reopen(at)?;
            }
        }
        Ok(json!({ "campaign": self.campaigns[at].contents(), "retried": retried, "skipped": skipped }))
    }

    /// Nothing is sent here, so nobody has a sender yet.
    pub(super) fn hand_over(&mut self, user: Id, id: Id, request: &Value) -> Answer {
        let account = |field: &str| text(request, field).map(|id| id_of(&id).unwrap());
        let (from, to) = (account("from").unwrap(), account("to"));
        if to == Some(from) {
            check(vec![issue("to", "duplicate")])?;
        }
        let at = self.campaign(user, id)?;
        match self.campaigns[at].status {
            "draft" => return refused("not_launched"),
            "completed" => return refused("campaign_completed"),
            _ => {}
        }
        if !self.campaigns[at].senders.contains(&from) {
            check(vec![issue("from", "sender_not_found")])?;
        }
        match to.map(|to| self.account(user, to)) {
            Some(Err(_)) => check(vec![issue("to", "sender_not_found")])?,
            Some(Ok(account)) if self.accounts[account].channel != self.campaigns[at].channel => {
                check(vec![issue("to", "sender_wrong_channel")])?;
            }
            Some(Ok(_)) => {}
            None => {
                let is_other = |account: &&Account| account.id != from && account.status == "connected";
                if !self.sender_accounts(at).iter().any(is_other) {
                    return refused("no_ready_sender");
                }
            }
        }
        if let Some(to) = to.filter(|to| !self.campaigns[at].senders.contains(to)) {
            self.campaigns[at].senders.push(to);
            self.campaigns[at].revision += 1;
            self.record(user, "campaign_updated", "campaign_id", id);
        }
        Ok(json!({ "campaign": self.campaigns[at].contents(), "moved": 0, "stuck": 0 }))
    }
}

fn is_same_person(one: &Who, other: &Who) -> bool {
    (one.0.is_some() && one.0 == other.0) || (one.1.is_some() && one.1 == other.1)
}

fn held(answered: &[(Id, bool)]) -> Value {
    let prospects = answered.iter().map(|(id, changed)| json!({ "id": name(*id), "changed": changed }));
    json!({ "prospects": prospects.collect::<Value>() })
}
