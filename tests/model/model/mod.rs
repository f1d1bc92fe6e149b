//! The model: a few lists in memory, with the result and the effect of every operation on them.

mod accounts;
mod campaigns;
mod contents;
mod holds;
mod launch;
mod lists;
mod prospects;
mod sequence;

use crate::operation::{Call, Operation};
use serde_json::{Map, Value, json};

/// Stands for an id: new objects are numbered in order, the users first.
pub type Id = usize;

pub const USERS: Id = 2;

/// The first of the client-made ids, which come after all others.
pub const CLIENT_MADE: Id = 1_000_000;

/// The name of an id in requests, results and contents.
pub fn name(id: Id) -> String {
    format!("#{id}")
}

/// The id with this name.
pub fn id_of(name: &str) -> Option<Id> {
    name.strip_prefix('#')?.parse().ok()
}

/// The result of an operation, or its error, as far as the model knows it.
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
    /// The settings that only campaigns of this channel have.
    settings: Map<String, Value>,
    /// The nodes before the end.
    pub nodes: Vec<Node>,
    pub end: Id,
    pub prospects: Vec<Prospect>,
    /// The request that created it.
    pub asked: Value,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    pub id: Id,
    /// The type and all the fields that a node of this type has.
    step: Map<String, Value>,
}

#[derive(Clone, Debug)]
pub struct Prospect {
    pub id: Id,
    status: &'static str,
    person: Person,
    /// Whether it is in a queue and is held.
    is_held: bool,
}

/// A hold without an end.
#[derive(Clone, Debug, PartialEq)]
struct Hold {
    user: Id,
    who: Who,
    campaign: Option<Id>,
}

/// A person's identity: the address and the profile, in normal form.
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
    /// With the user whose objects each event is about.
    pub events: Vec<(Id, Value)>,
    /// The number of ids so far.
    pub made: Id,
    /// The expected result of the last operation.
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
    /// The person that a request names, and the issues of its fields, whose paths begin with `prefix`.
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

    /// The text of a variable in a template.
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

/// The texts that a node sends, with the paths of their fields: those of its variants, where it has some.
fn texts(position: usize, node: &Node) -> Vec<(String, String)> {
    let own = |field: &str| node.step.get(field).and_then(Value::as_str).map(str::to_owned);
    let path = |field: &str| format!("sequence_nodes[{position}].{field}");
    let mut texts = Vec::new();
    for (index, variant) in sequence::variants(&node.step).iter().enumerate() {
        for field in ["subject", "body"] {
            let (path, text) = match given(variant, field) {
                Some(text) => (path(&format!("variants[{index}].{field}")), text.as_str().map(str::to_owned)),
                None => (path(field), own(field)),
            };
            texts.extend(text.filter(|_| texts.iter().all(|(other, _)| *other != path)).map(|text| (path, text)));
        }
    }
    if texts.is_empty() {
        texts.extend(["subject", "body"].into_iter().filter_map(|field| Some((path(field), own(field)?))));
    }
    texts
}

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

    /// The texts of the messages with the paths of their fields, the signature last. Replies without a subject have the one of
    /// their thread.
    fn templates(&self) -> Vec<(String, String, bool)> {
        let mut templates = Vec::new();
        let mut thread = String::new();
        for (position, node) in self.nodes.iter().enumerate() {
            let is_reply = node.step.get("is_reply") == Some(&json!(true));
            let texts = texts(position, node);
            let subjects = || texts.iter().filter(|(path, _)| path.ends_with("subject"));
            let own = subjects().find_map(|(_, text)| trimmed(text)).filter(|_| !is_reply);
            for (path, text) in &texts {
                let is_of_thread = is_reply && path.ends_with("subject") && trimmed(text).is_none();
                templates.push((path.clone(), if is_of_thread { thread.clone() } else { text.clone() }, false));
            }
            thread = own.unwrap_or(thread);
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

    /// Whether it must be completed.
    fn is_over(&self) -> bool {
        self.status == "active" && !self.stays_open() && self.pending().next().is_none()
    }

    /// The issues of a sequence, without its people and senders.
    fn sequence_errors(&self) -> Vec<Value> {
        let mut errors = Vec::new();
        let mut has_thread = false;
        let mut has_message = false;
        for (position, node) in self.nodes.iter().enumerate() {
            let kind = node.step["type"].as_str().unwrap();
            let is_in_thread = node.step.get("is_reply") == Some(&json!(true)) && has_thread;
            for (path, _) in texts(position, node).into_iter().filter(|(_, text)| trimmed(text).is_none()) {
                match path.ends_with("subject") {
                    true if is_in_thread => {}
                    true => errors.push(issue(path, "empty_subject")),
                    false if kind == "connection_request" => {}
                    false => errors.push(issue(path, "empty_body")),
                }
            }
            has_thread |= kind == "email";
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
        // A refused operation changes nothing.
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

    /// The positions of a prospect's campaign and of the prospect in it.
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
