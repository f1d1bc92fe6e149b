//! The model: a few lists in memory, and what every operation answers about them and changes in them.

use serde_json::{Map, Value, json};

use crate::operation::{Call, Operation};

/// What stands for an id: whatever is made is numbered in its order, the users first.
pub type Id = usize;

pub const USERS: Id = 2;

/// The first of the ids that callers make themselves, which come after all others.
pub const CLIENT_MADE: Id = 1_000_000;

/// How an id is written in requests, answers and contents.
pub fn name(id: Id) -> String {
    format!("#{id}")
}

/// The id that is written so.
pub fn id_of(name: &str) -> Option<Id> {
    name.strip_prefix('#')?.parse().ok()
}

/// What an operation answers, or its error: as much of it as the model knows.
pub type Answer = Result<Value, Value>;

#[derive(Clone, Debug)]
pub struct Account {
    pub id: Id,
    pub user: Id,
    pub channel: &'static str,
    identity: String,
    first_name: Option<String>,
    status: String,
    is_premium: Option<bool>,
}

#[derive(Clone, Debug)]
pub struct Campaign {
    pub id: Id,
    pub user: Id,
    pub channel: &'static str,
    name: String,
    pub status: &'static str,
    pub revision: u32,
    /// The number of its launch.
    launched: Option<usize>,
    senders: Vec<Id>,
    /// What only campaigns of this channel have.
    settings: Map<String, Value>,
    /// The nodes before the end.
    pub nodes: Vec<Node>,
    pub end: Id,
    pub prospects: Vec<Prospect>,
    /// The request that made it.
    pub asked: Value,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    pub id: Id,
    /// The type and all of the fields that a node of this type has.
    step: Map<String, Value>,
}

#[derive(Clone, Debug)]
pub struct Prospect {
    pub id: Id,
    status: &'static str,
    person: Person,
    /// Whether it stands in a queue and is held.
    is_held: bool,
}

/// A hold without an end.
#[derive(Clone, Debug, PartialEq)]
struct Hold {
    user: Id,
    who: Who,
    campaign: Option<Id>,
}

/// Who someone is: the address and the profile, in normal form.
type Who = (Option<String>, Option<String>);

#[derive(Clone, Debug)]
pub struct List {
    pub id: Id,
    pub user: Id,
    name: String,
    pub leads: Vec<Lead>,
}

#[derive(Clone, Debug)]
pub struct Lead {
    pub id: Id,
    person: Person,
}

#[derive(Clone, Debug)]
pub struct Suppression {
    pub id: Id,
    pub user: Id,
    kind: String,
    value: String,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Person {
    email: Option<String>,
    linkedin_url: Option<String>,
    first_name: Option<String>,
    k: Option<String>,
}

#[derive(Clone, Debug)]
pub struct Model {
    pub accounts: Vec<Account>,
    pub campaigns: Vec<Campaign>,
    pub lists: Vec<List>,
    pub suppressions: Vec<Suppression>,
    holds: Vec<Hold>,
    /// With the user to whose objects it happened.
    pub events: Vec<(Id, Value)>,
    /// How many ids there are.
    pub made: Id,
    /// How the last operation must be answered.
    pub expected: Option<Answer>,
}

fn refused<T>(code: &str) -> Result<T, Value> {
    Err(json!({ "code": code }))
}

fn issue(path: impl Into<String>, code: &str) -> Value {
    json!({ "path": path.into(), "code": code })
}

fn check(issues: Vec<Value>) -> Result<(), Value> {
    if issues.is_empty() { Ok(()) } else { Err(json!({ "code": "invalid_input", "issues": issues })) }
}

fn given<'v>(request: &'v Value, field: &str) -> Option<&'v Value> {
    request.get(field).filter(|value| !value.is_null())
}

fn text(request: &Value, field: &str) -> Option<String> {
    given(request, field).map(|value| value.as_str().unwrap().to_owned())
}

fn names(ids: &[Id]) -> Vec<String> {
    ids.iter().copied().map(name).collect()
}

fn trimmed(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// The normal form of an email address; none if it is malformed.
fn email_identity(text: &str) -> Option<String> {
    text.contains('@').then(|| text.trim().to_lowercase())
}

/// The same for a LinkedIn profile.
fn profile_identity(text: &str) -> Option<String> {
    let text = text.trim().to_lowercase();
    let text = text.trim_start_matches("https://").trim_start_matches("www.");
    let text = text.split('?').next().unwrap().trim_end_matches('/');
    text.starts_with("linkedin.com/").then(|| text.to_owned())
}

fn identity_field(channel: &str) -> &'static str {
    if channel == "email" { "email" } else { "linkedin_url" }
}

impl Person {
    /// Who a request names, and what is wrong with its fields, whose paths begin with `prefix`.
    fn read(request: &Value, prefix: &str, issues: &mut Vec<Value>) -> Self {
        let mut person = Self::default();
        person.update(request, prefix, issues);
        person
    }

    fn update(&mut self, request: &Value, prefix: &str, issues: &mut Vec<Value>) {
        let mut set = |field: &str, slot: &mut Option<String>, is_well_formed: &dyn Fn(&str) -> bool, code: &str| {
            let Some(value) = request.get(field) else { return };
            let text = value.as_str().and_then(trimmed);
            if text.as_deref().is_some_and(|text| !is_well_formed(text)) {
                issues.push(issue(format!("{prefix}{field}"), code));
            } else {
                *slot = text;
            }
        };
        set("email", &mut self.email, &|text| email_identity(text).is_some(), "malformed_email");
        let is_profile = |text: &str| profile_identity(text).is_some();
        set("linkedin_url", &mut self.linkedin_url, &is_profile, "malformed_profile_url");
        set("first_name", &mut self.first_name, &|_| true, "");
        if let Some(k) = request.get("custom_fields").and_then(|fields| fields.get("k")) {
            self.k = k.as_str().and_then(trimmed);
        }
    }

    fn identity(&self, channel: &str) -> Option<String> {
        match channel {
            "email" => self.email.as_deref().and_then(email_identity),
            _ => self.linkedin_url.as_deref().and_then(profile_identity),
        }
    }

    fn who(&self) -> Who {
        (self.identity("email"), self.identity("linkedin"))
    }

    /// What a template says for a variable.
    fn value(&self, variable: &str) -> Option<&str> {
        match variable {
            "first_name" => self.first_name.as_deref(),
            "custom_fields.k" => self.k.as_deref(),
            "company" => None,
            _ => panic!("{variable}"),
        }
    }

    fn contents(&self) -> Value {
        json!({
            "email": self.identity("email"), "linkedin_url": self.linkedin_url, "first_name": self.first_name,
            "name": self.first_name, "custom_fields": { "k": self.k },
        })
    }
}

/// A variable of a template, with its fallback.
struct Slot {
    variable: String,
    fallback: Option<String>,
    is_of_sender: bool,
}

fn slots(template: &str, is_signature: bool) -> Vec<Slot> {
    let slots = template.split('%').skip(1).step_by(2).map(|slot| {
        let (variable, fallback) =
            slot.split_once('|').map_or((slot, None), |(name, text)| (name, Some(text.to_owned())));
        let is_of_sender = variable == "sender_first_name" || (is_signature && variable == "first_name");
        Slot { variable: variable.to_owned(), fallback, is_of_sender }
    });
    slots.collect()
}

const KNOWN_VARIABLES: [&str; 4] = ["first_name", "custom_fields.k", "company", "sender_first_name"];

impl Campaign {
    fn contents(&self) -> Value {
        let nodes = self.nodes.iter().enumerate().map(|(position, node)| {
            let mut contents = node.step.clone();
            contents.extend([("id".to_owned(), name(node.id).into()), ("position".to_owned(), position.into())]);
            Value::Object(contents)
        });
        let end = json!({ "id": name(self.end), "position": self.nodes.len(), "type": "end" });
        let nodes: Vec<Value> = nodes.chain([end]).collect();
        let mut contents = json!({
            "id": name(self.id), "user_id": name(self.user), "type": self.channel, "name": self.name,
            "status": self.status, "revision": self.revision, "sender_account_ids": names(&self.senders),
            "sequence_nodes": nodes,
        });
        contents.as_object_mut().unwrap().extend(self.settings.clone());
        contents
    }

    /// The texts of the messages with the paths of their fields, the signature last.
    fn templates(&self) -> Vec<(String, String, bool)> {
        let mut templates = Vec::new();
        for (position, node) in self.nodes.iter().enumerate() {
            for field in ["subject", "body"] {
                if let Some(text) = node.step.get(field).and_then(Value::as_str) {
                    templates.push((format!("sequence_nodes[{position}].{field}"), text.to_owned(), false));
                }
            }
        }
        let signature = self.settings.get("signature").and_then(Value::as_str).and_then(trimmed);
        templates.extend(signature.map(|text| ("signature".to_owned(), text, true)));
        templates
    }

    /// The variables without a fallback, once for each template that has them.
    fn needs(&self) -> Vec<(String, Slot)> {
        let mut needs: Vec<(String, Slot)> = Vec::new();
        for (path, text, is_signature) in self.templates() {
            for slot in slots(&text, is_signature) {
                if slot.fallback.is_none() && KNOWN_VARIABLES.contains(&slot.variable.as_str()) {
                    needs.push((path.clone(), slot));
                }
            }
        }
        needs
    }

    fn pending(&self) -> impl Iterator<Item = &Prospect> {
        self.prospects.iter().filter(|prospect| prospect.status == "pending")
    }

    fn stays_open(&self) -> bool {
        self.settings["stay_open"] == true
    }

    /// Whether it is to be completed.
    fn is_over(&self) -> bool {
        self.status == "active" && !self.stays_open() && self.pending().next().is_none()
    }

    /// What is wrong with a sequence before the people and the senders are looked at.
    fn sequence_errors(&self) -> Vec<Value> {
        let mut errors = Vec::new();
        let mut has_thread = false;
        let mut has_message = false;
        for (position, node) in self.nodes.iter().enumerate() {
            let is_blank = |field: &str| trimmed(node.step[field].as_str().unwrap()).is_none();
            let path = |field: &str| format!("sequence_nodes[{position}].{field}");
            let kind = node.step["type"].as_str().unwrap();
            if kind == "email" {
                let is_in_thread = node.step["is_reply"] == true && has_thread;
                if !is_in_thread && is_blank("subject") {
                    errors.push(issue(path("subject"), "empty_subject"));
                }
                has_thread = true;
            }
            if ["email", "message"].contains(&kind) && is_blank("body") {
                errors.push(issue(path("body"), "empty_body"));
            }
            has_message |= kind != "delay";
        }
        if !has_message {
            errors.push(issue("sequence_nodes", "no_sendable_node"));
        }
        errors
    }
}

impl Default for Model {
    fn default() -> Self {
        let users = (0..USERS).map(|user| (user, json!({ "type": "user_created", "user_id": name(user) })));
        Self {
            accounts: Vec::new(),
            campaigns: Vec::new(),
            lists: Vec::new(),
            suppressions: Vec::new(),
            holds: Vec::new(),
            events: users.collect(),
            made: USERS,
            expected: None,
        }
    }
}

impl Model {
    /// The model after an operation.
    pub fn after(&self, operation: &Operation) -> Self {
        let mut next = self.clone();
        let answer = next.answer(operation.user, &operation.call);
        // What is refused changes nothing.
        let mut next = if answer.is_ok() { next } else { self.clone() };
        next.expected = Some(answer);
        next
    }

    fn new_id(&mut self) -> Id {
        self.made += 1;
        self.made - 1
    }

    fn record(&mut self, user: Id, kind: &str, field: &str, id: Id) {
        self.events.push((user, json!({ "type": kind, field: name(id) })));
    }

    fn account(&self, user: Id, id: Id) -> Result<usize, Value> {
        let at = self.accounts.iter().position(|account| (account.user, account.id) == (user, id));
        at.ok_or(json!({ "code": "account_not_found" }))
    }

    fn campaign(&self, user: Id, id: Id) -> Result<usize, Value> {
        let at = self.campaigns.iter().position(|campaign| (campaign.user, campaign.id) == (user, id));
        at.ok_or(json!({ "code": "campaign_not_found" }))
    }

    fn list(&self, user: Id, id: Id) -> Result<usize, Value> {
        let at = self.lists.iter().position(|list| (list.user, list.id) == (user, id));
        at.ok_or(json!({ "code": "list_not_found" }))
    }

    /// Where a prospect is: the places of its campaign and of itself.
    fn prospect(&self, user: Id, id: Id) -> Result<(usize, usize), Value> {
        let mine = self.campaigns.iter().enumerate().filter(|(_, campaign)| campaign.user == user);
        let mut places = mine
            .filter_map(|(at, campaign)| Some((at, campaign.prospects.iter().position(|prospect| prospect.id == id)?)));
        places.next().ok_or(json!({ "code": "prospect_not_found" }))
    }

    fn answer(&mut self, user: Id, call: &Call) -> Answer {
        match call {
            Call::AddAccount(request) => self.add_account(user, request),
            Call::UpdateAccount(id, request) => self.update_account(user, *id, request),
            Call::RemoveAccount(id) => self.remove_account(user, *id),
            Call::CreateCampaign(request) => self.create_campaign(user, request),
            Call::UpdateCampaign(id, request) => self.update_campaign(user, *id, request),
            Call::DeleteCampaign(id) => self.delete_campaign(user, *id),
            Call::InsertNode(id, request) => self.insert_node(user, *id, request),
            Call::UpdateNode(id, node, request) => self.update_node(user, *id, *node, request),
            Call::MoveNode(id, node, request) => self.move_node(user, *id, *node, request),
            Call::DeleteNode(id, node, request) => self.delete_node(user, *id, *node, request),
            Call::Validate(id) => self.validate(user, *id),
            Call::Launch(id, request) => self.launch(user, *id, request),
            Call::Pause(id) => self.pause(user, *id),
            Call::Resume(id) => self.resume(user, *id),
            Call::AddProspects(id, people, reopen) => self.add_prospects(user, *id, people, *reopen),
            Call::ImportList(id, list, reopen) => self.import_list(user, *id, *list, *reopen),
            Call::ImportCsv(id, rows, is_changed, reopen) => self.import_csv(user, *id, rows, *is_changed, *reopen),
            Call::Hold(who, campaign) => self.hold(user, who, *campaign),
            Call::Release(who) => self.release(user, who),
            Call::Retry(id, request) => self.retry(user, *id, request),
            Call::HandOver(id, request) => self.hand_over(user, *id, request),
            Call::ReadProspect(id) => {
                let (at, place) = self.prospect(user, *id)?;
                Ok(self.prospect_contents(at, place))
            }
            Call::UpdateProspect(id, request) => self.update_prospect(user, *id, request),
            Call::RemoveProspect(id) => self.remove_prospect(user, *id),
            Call::CreateList(request) => self.create_list(user, request),
            Call::ReadList(id) => Ok(self.list_contents(self.list(user, *id)?)),
            Call::DeleteList(id) => self.delete_list(user, *id),
            Call::AddLeads(id, people) => self.add_leads(user, *id, people),
            Call::RemoveLead(id) => self.remove_lead(user, *id),
            Call::AddSuppressions(suppressions) => self.add_suppressions(user, suppressions),
            Call::RemoveSuppression(id) => self.remove_suppression(user, *id),
            Call::Reopen => Ok(Value::Null),
        }
    }
}

/// Accounts.
impl Model {
    fn account_contents(account: &Account) -> Value {
        json!({
            "id": name(account.id), "user_id": name(account.user), "type": account.channel,
            "first_name": account.first_name, "status": account.status, "is_premium": account.is_premium,
        })
    }

    fn add_account(&mut self, user: Id, request: &Value) -> Answer {
        let (channel, field) =
            if request["type"] == "email" { ("email", "email_address") } else { ("linkedin", "profile_url") };
        let identity = text(request, field).unwrap();
        if self.accounts.iter().any(|other| other.user == user && other.identity == identity) {
            return Err(json!({ "code": "account_exists", "path": field }));
        }
        let account = Account {
            id: self.new_id(),
            user,
            channel,
            identity,
            first_name: text(request, "first_name"),
            status: "connected".to_owned(),
            is_premium: request.get("is_premium").and_then(Value::as_bool),
        };
        self.record(user, "account_added", "account_id", account.id);
        let answer = Self::account_contents(&account);
        self.accounts.push(account);
        Ok(answer)
    }

    fn update_account(&mut self, user: Id, id: Id, request: &Value) -> Answer {
        let at = self.account(user, id)?;
        let account = &mut self.accounts[at];
        let before = Self::account_contents(account);
        if request.get("first_name").is_some() {
            account.first_name = text(request, "first_name");
        }
        if let Some(status) = text(request, "status") {
            account.status = status;
        }
        let after = Self::account_contents(account);
        if after != before {
            self.record(user, "account_updated", "account_id", id);
        }
        Ok(after)
    }

    fn remove_account(&mut self, user: Id, id: Id) -> Answer {
        let at = self.account(user, id)?;
        if self.campaigns.iter().any(|campaign| campaign.status != "completed" && campaign.senders.contains(&id)) {
            return refused("account_in_use");
        }
        self.accounts.remove(at);
        for campaign in &mut self.campaigns {
            campaign.senders.retain(|sender| *sender != id);
        }
        self.record(user, "account_removed", "account_id", id);
        Ok(Value::Null)
    }
}

const EMAIL_FIELDS: [&str; 3] = ["daily_limit", "stop_on_reply", "signature"];
const LINKEDIN_FIELDS: [&str; 2] = ["skip_other_campaigns", "operating_hours"];
const COMMON_FIELDS: [&str; 2] = ["stay_open", "late_after_minutes"];

/// Takes over the settings of a campaign's channel from a request; answers the notices.
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

/// The senders that a request names, each once, with their first places.
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

/// A request for a campaign: what makes it the same one if it comes again.
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
        settings.extend([("stay_open".to_owned(), false.into()), ("late_after_minutes".to_owned(), 4_320.into())]);
        set_settings(channel, &mut settings, request);
        // It is the number that was asked for that counts, whatever the bounds make of it.
        let asked_limit = if channel == "email" { request["daily_limit"].as_i64().unwrap_or(50) } else { 0 };
        let senders = named_senders(request).into_iter().map(|(_, id)| id).collect();
        Self { channel, name: text(request, "name").unwrap(), senders, settings, asked_limit }
    }
}

/// Campaigns.
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

    fn check_name<'n>(taken: impl Iterator<Item = &'n str>, name: &str) -> Result<(), Value> {
        let taken: Vec<&str> = taken.collect();
        if !taken.contains(&name) {
            return Ok(());
        }
        let free = (2..).map(|n| format!("{name} ({n})")).find(|name| !taken.contains(&name.as_str()));
        Err(json!({ "code": "name_taken", "path": "name", "suggested_name": free }))
    }

    fn check_campaign_name(&self, user: Id, name: &str) -> Result<(), Value> {
        let mine = self.campaigns.iter().filter(|campaign| campaign.user == user);
        Self::check_name(mine.map(|campaign| campaign.name.as_str()), name)
    }

    fn create_campaign(&mut self, user: Id, request: &Value) -> Answer {
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

    fn delete_campaign(&mut self, user: Id, id: Id) -> Answer {
        let at = self.campaign(user, id)?;
        if self.campaigns[at].status == "active" {
            return refused("campaign_active");
        }
        self.campaigns.remove(at);
        self.holds.retain(|hold| hold.campaign != Some(id));
        self.record(user, "campaign_deleted", "campaign_id", id);
        Ok(Value::Null)
    }

    fn check_revision(&self, at: usize, request: &Value) -> Result<(), Value> {
        let revision = self.campaigns[at].revision;
        if given(request, "expected_revision").is_some_and(|expected| *expected != json!(revision)) {
            return Err(json!({ "code": "revision_changed", "revision": revision }));
        }
        Ok(())
    }

    fn check_draft(&self, at: usize) -> Result<(), Value> {
        if self.campaigns[at].status == "draft" { Ok(()) } else { refused("not_draft") }
    }

    /// Puts a changed campaign in the place of the one before, if it differs.
    fn replace(&mut self, at: usize, mut campaign: Campaign, notices: Vec<Value>) -> Answer {
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

    fn update_campaign(&mut self, user: Id, id: Id, request: &Value) -> Answer {
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
            "email" => &["sender_account_ids", "sequence_nodes", "stop_on_reply", "signature"],
            _ => &["sender_account_ids", "sequence_nodes", "skip_other_campaigns"],
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
            let known: Vec<Id> = campaign.nodes.iter().map(|node| node.id).collect();
            let id =
                |id: Option<Id>, model: &mut Self| id.filter(|id| known.contains(id)).unwrap_or_else(|| model.new_id());
            campaign.nodes = nodes.into_iter().map(|(given, step)| Node { id: id(given, self), step }).collect();
        }
        self.replace(at, campaign, notices)
    }
}

/// The step of a request, whose paths begin with `prefix`: none where its type is not one of the channel.
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

/// Takes over the fields of a step from a request; answers the notices of those that it does not have.
fn set_step(step: &mut Map<String, Value>, request: &Value, prefix: &str, issues: &mut Vec<Value>) -> Vec<Value> {
    let mut notices = Vec::new();
    for field in ["subject", "body", "is_reply", "delay_minutes"] {
        let Some(value) = given(request, field) else { continue };
        if !step.contains_key(field) {
            notices.push(issue(format!("{prefix}{field}"), "field_ignored"));
        } else if step["type"] == "connection_request" && trimmed(value.as_str().unwrap()).is_none() {
            step.insert(field.to_owned(), Value::Null);
        } else {
            step.insert(field.to_owned(), value.clone());
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

/// The steps before the end, with the ids that they are given.
fn read_nodes(channel: &str, nodes: &Value, issues: &mut Vec<Value>) -> Vec<(Option<Id>, Map<String, Value>)> {
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

    fn check_seen_draft(&self, at: usize, request: &Value) -> Result<(), Value> {
        self.check_revision(at, request)?;
        self.check_draft(at)
    }

    /// The place that a request names, at most `last`.
    fn position(request: &Value, last: Option<usize>, issues: &mut Vec<Value>) -> Option<usize> {
        let position = given(request, "position")?.as_u64().unwrap() as usize;
        if last.is_none_or(|last| position > last) {
            issues.push(issue("position", "out_of_range"));
        }
        Some(position)
    }

    fn insert_node(&mut self, user: Id, id: Id, request: &Value) -> Answer {
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
        let node = Node { id: self.new_id(), step: step.unwrap() };
        campaign.nodes.insert(position.unwrap_or(campaign.nodes.len()), node);
        self.replace(at, campaign, Vec::new())
    }

    fn update_node(&mut self, user: Id, id: Id, node: Id, request: &Value) -> Answer {
        let at = self.campaign(user, id)?;
        let place = self.node(at, node)?;
        let mut campaign = self.campaigns[at].clone();
        let step = &mut campaign.nodes[place].step;
        let mut issues = Vec::new();
        if given(request, "type").is_some_and(|kind| *kind != step["type"]) {
            issues.push(issue("type", "immutable"));
        }
        let notices = set_step(step, request, "", &mut issues);
        check(issues)?;
        self.check_seen_draft(at, request)?;
        self.replace(at, campaign, notices)
    }

    fn move_node(&mut self, user: Id, id: Id, node: Id, request: &Value) -> Answer {
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

    fn delete_node(&mut self, user: Id, id: Id, node: Id, request: &Value) -> Answer {
        let at = self.campaign(user, id)?;
        let place = self.node(at, node)?;
        self.check_seen_draft(at, request)?;
        let mut campaign = self.campaigns[at].clone();
        campaign.nodes.remove(place);
        self.replace(at, campaign, Vec::new())
    }
}

/// Validating, launching, pausing and resuming.
impl Model {
    fn is_suppressed(&self, user: Id, channel: &str, identity: &str) -> bool {
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

    /// The campaign to which a person belongs, if it is another one and this one leaves such people alone. Nothing is handed out
    /// here, so it is the active one that was launched first.
    fn other(&self, at: usize, identity: &str) -> Option<Id> {
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

    /// Who is not contacted if the campaign becomes active now, with the campaign to which they belong.
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

    fn sender_accounts(&self, at: usize) -> Vec<&Account> {
        let campaign = &self.campaigns[at];
        campaign.senders.iter().map(|id| &self.accounts[self.account(campaign.user, *id).unwrap()]).collect()
    }

    /// How long the note of the connection request may be, and by how much it is too long for a person; nothing while
    /// it is not known what it says.
    fn note_excess(&self, at: usize, person: &Person) -> Option<(usize, i64)> {
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

    fn validate(&self, user: Id, id: Id) -> Answer {
        let at = self.campaign(user, id)?;
        let errors = self.errors(at);
        let mut warnings = Vec::new();
        for (index, sender) in self.sender_accounts(at).iter().enumerate() {
            if sender.status != "connected" {
                warnings.push(issue(format!("sender_account_ids[{index}]"), "sender_not_ready"));
            }
        }
        let is_draft = self.campaigns[at].status == "draft";
        // No text of the model says the link to unsubscribe, and none of its people is a sender.
        let mut nodes = self.campaigns[at].nodes.iter().enumerate();
        let first = nodes.find(|(_, node)| node.step["type"] == "email").filter(|_| is_draft);
        let is_written = |body: &Value| body.as_str().is_some_and(|text| !text.trim().is_empty());
        if let Some((position, _)) = first.filter(|(_, node)| is_written(&node.step["body"])) {
            warnings.push(issue(format!("sequence_nodes[{position}].body"), "no_opt_out"));
        }
        match self.campaigns[at].pending().count() {
            _ if !is_draft => {}
            0 if self.campaigns[at].stays_open() => {}
            0 => warnings.push(issue("prospects", "no_prospects")),
            open if open == self.skipped(at).len() => warnings.push(issue("prospects", "all_prospects_skipped")),
            _ => {}
        }
        Ok(json!({ "ready": errors.is_empty(), "errors": errors, "warnings": warnings }))
    }

    /// Makes a campaign active, or completes it where no one is left; answers whom it skips.
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

    fn launch(&mut self, user: Id, id: Id, request: &Value) -> Answer {
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

    /// The campaign at its place, if it is to change from one status to another; none, if it has that already.
    fn transition(&self, at: usize, from: &str, to: &str) -> Result<bool, Value> {
        let status = self.campaigns[at].status;
        if status == from || status == to {
            return Ok(status == from);
        }
        let allowed = if status == "draft" { json!(["active", "completed"]) } else { json!([]) };
        Err(json!({ "code": "invalid_transition", "from": status, "to": to, "allowed": allowed }))
    }

    fn pause(&mut self, user: Id, id: Id) -> Answer {
        let at = self.campaign(user, id)?;
        let changed = self.transition(at, "active", "paused")?;
        if changed {
            self.campaigns[at].status = "paused";
            self.campaigns[at].revision += 1;
            self.record(user, "campaign_paused", "campaign_id", id);
        }
        Ok(json!({ "campaign": self.campaigns[at].contents(), "changed": changed }))
    }

    fn resume(&mut self, user: Id, id: Id) -> Answer {
        let at = self.campaign(user, id)?;
        let changed = self.transition(at, "paused", "active")?;
        let skipped = if changed { self.activate(at, "campaign_resumed") } else { Vec::new() };
        Ok(json!({ "campaign": self.campaigns[at].contents(), "changed": changed, "skipped": skipped }))
    }
}

/// Prospects.
impl Model {
    /// What keeps a launched campaign from taking a person.
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

    /// Takes a person into a campaign, or not; answers the outcome. Paths of issues begin with `prefix`.
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

    /// The report of what became of everyone.
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
    fn reopen(&mut self, at: usize) -> Result<(), Value> {
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

    fn add_prospects(&mut self, user: Id, id: Id, people: &[Value], reopen: bool) -> Answer {
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

    fn import_list(&mut self, user: Id, id: Id, list: Id, reopen: bool) -> Answer {
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

    fn import_csv(&mut self, user: Id, id: Id, rows: &[Value], is_changed: bool, reopen: bool) -> Answer {
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

    fn prospect_contents(&self, at: usize, place: usize) -> Value {
        let (campaign, prospect) = (&self.campaigns[at], &self.campaigns[at].prospects[place]);
        let mut contents = prospect.person.contents();
        contents["id"] = name(prospect.id).into();
        contents["campaign_id"] = name(campaign.id).into();
        contents["status"] = prospect.status.into();
        contents
    }

    fn update_prospect(&mut self, user: Id, id: Id, request: &Value) -> Answer {
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
                // What was lacking before, as a sender may have changed since the launch, may be lacking still.
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

    fn remove_prospect(&mut self, user: Id, id: Id) -> Answer {
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

/// People who are held, put back, or given to other senders.
impl Model {
    fn is_covered(&self, user: Id, campaign: Id, who: &Who) -> bool {
        let is_hit = |hold: &Hold| is_same_person(&hold.who, who) && hold.campaign.is_none_or(|only| only == campaign);
        self.holds.iter().any(|hold| hold.user == user && is_hit(hold))
    }

    /// Holds someone who stands in a queue, if a hold covers them.
    fn cover(&mut self, at: usize, place: usize) {
        let campaign = &self.campaigns[at];
        let prospect = &campaign.prospects[place];
        let is_queued = campaign.status != "draft" && prospect.status == "pending";
        if is_queued && self.is_covered(campaign.user, campaign.id, &prospect.person.who()) {
            self.campaigns[at].prospects[place].is_held = true;
        }
    }

    /// The open prospects of the campaigns that run, or of one of these, who are a person.
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

    /// Who is named, by all that is known of them.
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

    fn hold(&mut self, user: Id, request: &Value, campaign: Option<Id>) -> Answer {
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

    fn release(&mut self, user: Id, request: &Value) -> Answer {
        Self::check_who(request)?;
        let mut people = self.known(user, request)?;
        let mut is_over = false;
        let mut next = 0;
        while let Some(who) = people.get(next).cloned() {
            let is_of = |hold: &Hold| hold.user == user && is_same_person(&hold.who, &who);
            // Those by address first.
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

    fn retry(&mut self, user: Id, id: Id, request: &Value) -> Answer {
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
    fn hand_over(&mut self, user: Id, id: Id, request: &Value) -> Answer {
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

/// Lists and suppressions.
impl Model {
    fn list_contents(&self, at: usize) -> Value {
        let list = &self.lists[at];
        json!({ "id": name(list.id), "user_id": name(list.user), "name": list.name, "lead_count": list.leads.len() })
    }

    fn create_list(&mut self, user: Id, request: &Value) -> Answer {
        let list_name = text(request, "name").unwrap();
        let mine = self.lists.iter().filter(|list| list.user == user);
        Self::check_name(mine.map(|list| list.name.as_str()), &list_name)?;
        let id = self.new_id();
        self.lists.push(List { id, user, name: list_name, leads: Vec::new() });
        self.record(user, "list_created", "list_id", id);
        Ok(self.list_contents(self.lists.len() - 1))
    }

    fn delete_list(&mut self, user: Id, id: Id) -> Answer {
        let at = self.list(user, id)?;
        self.lists.remove(at);
        self.record(user, "list_deleted", "list_id", id);
        Ok(Value::Null)
    }

    fn add_leads(&mut self, user: Id, id: Id, people: &[Value]) -> Answer {
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

    fn remove_lead(&mut self, user: Id, id: Id) -> Answer {
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

    fn suppression_contents(suppression: &Suppression) -> Value {
        json!({
            "id": name(suppression.id), "user_id": name(suppression.user), "type": suppression.kind,
            "value": suppression.value,
        })
    }

    fn add_suppressions(&mut self, user: Id, suppressions: &[Value]) -> Answer {
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

    /// Whoever is suppressed now is called off in every campaign that runs.
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

    fn remove_suppression(&mut self, user: Id, id: Id) -> Answer {
        let Some(at) = self.suppressions.iter().position(|one| (one.user, one.id) == (user, id)) else {
            return refused("suppression_not_found");
        };
        self.suppressions.remove(at);
        self.record(user, "suppression_removed", "suppression_id", id);
        Ok(Value::Null)
    }
}

/// What the engine must hold.
impl Model {
    /// Everything of a user, in the order in which it is listed.
    pub fn contents(&self, user: Id) -> Value {
        let accounts = self.accounts.iter().rev().filter(|account| account.user == user).map(Self::account_contents);
        let mine = self.campaigns.iter().enumerate().rev().filter(|(_, campaign)| campaign.user == user);
        let campaigns = mine.map(|(at, campaign)| {
            let mut contents = campaign.contents();
            let prospects = (0..campaign.prospects.len()).map(|place| self.prospect_contents(at, place));
            contents["prospects"] = prospects.collect();
            contents
        });
        let mine = self.lists.iter().enumerate().rev().filter(|(_, list)| list.user == user);
        let lists = mine.map(|(at, list)| {
            let leads = list.leads.iter().map(|lead| {
                let mut contents = lead.person.contents();
                contents["id"] = name(lead.id).into();
                contents["list_id"] = name(list.id).into();
                contents
            });
            let mut contents = self.list_contents(at);
            contents["leads"] = leads.collect();
            contents
        });
        let suppressions = self.suppressions.iter().rev().filter(|one| one.user == user);
        let events = self.events.iter().filter(|(of, _)| *of == user).enumerate().map(|(index, (_, event))| {
            let mut event = event.clone();
            event["number"] = (index + 1).into();
            event
        });
        json!({
            "accounts": accounts.collect::<Value>(), "campaigns": campaigns.collect::<Value>(),
            "lists": lists.collect::<Value>(), "events": events.collect::<Value>(),
            "suppressions": suppressions.map(Self::suppression_contents).collect::<Value>(),
        })
    }
}
