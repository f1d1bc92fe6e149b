//! The engine under test: performs operations on a file, with the same results as the model.

use std::collections::BTreeMap;

use campaignkit::{CreateUser, Durability, Error, OpenOptions, Reading, Session, SimulatedHost, Store};
use serde_json::{Map, Value, json};

use crate::model::{CLIENT_MADE, Id, Model, USERS, id_of};
use crate::operation::{COLUMNS, Call, Operation};
use crate::world::file_of;

const NEVER_WAS: &str = "018f4d2e-7c3a-7b1e-8a2b-0123456789ab";

pub struct Engine {
    folder: tempfile::TempDir,
    clock: SimulatedHost,
    store: Option<Store>,
    ids: Ids,
    /// The number of events so far.
    events: usize,
}

/// The engine's ids for objects that the model knows by number.
struct Ids(BTreeMap<Id, String>);

impl Ids {
    fn of(&self, id: Id) -> &str {
        self.0.get(&id).map_or(NEVER_WAS, String::as_str)
    }

    /// A request with real ids in place of names.
    fn real(&self, request: &Value) -> Value {
        match request {
            Value::String(text) => id_of(text).map_or_else(|| request.clone(), |id| self.of(id).into()),
            Value::Array(items) => items.iter().map(|item| self.real(item)).collect(),
            Value::Object(fields) => {
                fields.iter().map(|(name, value)| (name.clone(), self.real(value))).collect::<Map<_, _>>().into()
            }
            other => other.clone(),
        }
    }

    /// Compares a result with the expected parts. A name stands for the id that is found in its place the first time,
    /// and for no other from then on.
    fn compare(&mut self, path: &str, expected: &Value, found: &Value) {
        match (expected, found) {
            (Value::Object(expected), Value::Object(found)) => {
                for (field, expected) in expected {
                    self.compare(&format!("{path}.{field}"), expected, found.get(field).unwrap_or(&Value::Null));
                }
            }
            (Value::Array(expected), Value::Array(found)) => {
                assert_eq!(expected.len(), found.len(), "{path}: expected {expected:?}, found {found:?}");
                let (mut expected, mut found) = (expected.clone(), found.clone());
                // The order of findings is not promised.
                if ["issues", "errors", "warnings", "notices"].iter().any(|name| path.ends_with(name)) {
                    let key = |finding: &Value| ["path", "code", "variable"].map(|field| finding[field].to_string());
                    expected.sort_by_key(key);
                    found.sort_by_key(key);
                }
                for (index, (expected, found)) in expected.iter().zip(&found).enumerate() {
                    self.compare(&format!("{path}[{index}]"), expected, found);
                }
            }
            (Value::String(name), Value::String(found)) if id_of(name).is_some() => {
                let id = id_of(name).unwrap();
                if !self.0.contains_key(&id) {
                    let other = self.0.iter().find(|(_, known)| *known == found);
                    assert_eq!(other, None, "{path}: {name} has an id of its own");
                    self.0.insert(id, found.clone());
                }
                assert_eq!(self.0[&id], *found, "{path}");
            }
            _ => assert_eq!(found, expected, "{path}"),
        }
    }
}

fn shape(answer: &impl serde::Serialize) -> Value {
    serde_json::to_value(answer).unwrap()
}

/// Every item of a list, read in small pages.
fn all(items: &str, mut page: impl FnMut(Value) -> Value) -> Vec<Value> {
    let mut found = Vec::new();
    let mut query = json!({ "limit": 3 });
    loop {
        let mut page = page(query.clone());
        let Value::Array(items) = page[items].take() else { panic!("{page}") };
        found.extend(items);
        match page["next_cursor"].take() {
            Value::Null => return found,
            cursor => query["cursor"] = cursor,
        }
    }
}

/// A file with these people in the columns with which it is imported.
fn csv(rows: &[Value]) -> String {
    let text = |row: &Value, field: &str| row[field].as_str().unwrap_or_default().to_owned();
    let mut file = COLUMNS.map(|(column, _)| column).join(";") + "\r\n";
    for (number, row) in rows.iter().enumerate() {
        let [email, url, first_name] = ["email", "linkedin_url", "first_name"].map(|field| text(row, field));
        file += &format!("{number};{email};{url};\"{first_name}\";{}\r\n", text(&row["custom_fields"], "k"));
    }
    file
}

impl Engine {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = SimulatedHost::new(1, 1_776_852_000_000);
        let mut store = Self::open(&folder, &clock);
        let users = (0..USERS).map(|user| (user, store.create_user(CreateUser::default()).unwrap().id.to_string()));
        let client_made = (0..3).map(|n| (CLIENT_MADE + n, format!("019dc000-0000-7000-8000-00000000000{n}")));
        let ids = Ids(users.chain(client_made).collect());
        Self { folder, clock, store: Some(store), ids, events: 0 }
    }

    fn open(folder: &tempfile::TempDir, clock: &SimulatedHost) -> Store {
        // This tests rules; durability has tests of its own.
        let options = OpenOptions::new(clock.clone()).durability(Durability::Unchecked);
        options.open(folder.path().join("model.db")).unwrap()
    }

    fn store(&mut self) -> &mut Store {
        self.store.as_mut().unwrap()
    }

    fn reopen(&mut self) {
        self.store.take().unwrap().close().unwrap();
        self.store = Some(Self::open(&self.folder, &self.clock));
    }

    /// A copy of the database can be imported elsewhere, is the same, and needs no repair.
    pub fn assert_copied(&mut self) {
        let (file, dump) = (file_of(self.store()), self.store().dump().unwrap());
        let options = || OpenOptions::new(self.clock.clone());
        let mut copy = options().open_in_memory().unwrap();
        assert_eq!(copy.import(&file).unwrap().warnings, []);
        assert!(copy.dump().unwrap() == dump);
        let path = self.folder.path().join("copy.db");
        std::fs::write(&path, file).unwrap();
        let mut recovered = options().recover(path).unwrap();
        assert!(recovered.report.complete, "{:?}", recovered.report);
        assert!(recovered.store.dump().unwrap() == dump);
    }

    /// Performs an operation, and compares its result and the content of the database with the model after it.
    pub fn apply(&mut self, operation: &Operation, model: &Model) {
        let before = self.store().dump().unwrap();
        self.clock.advance_ms(1);
        let answer = match &operation.call {
            Call::Reopen => {
                self.reopen();
                Ok(Value::Null)
            }
            call => self.carry_out(operation.user, call).map_err(|error| shape(&error)),
        };
        if model.events.len() == self.events {
            assert_eq!(self.store().dump().unwrap(), before, "a refused or ineffective operation writes nothing");
        }
        self.events = model.events.len();

        let expected = model.expected.as_ref().unwrap();
        assert_eq!(answer.is_ok(), expected.is_ok(), "{operation:?}: {answer:?}, expected {expected:?}");
        let (Ok(answer) | Err(answer), Ok(expected) | Err(expected)) = (answer, expected);
        self.ids.compare("answer", expected, &answer);
        for user in 0..USERS {
            let mut me = self.store.as_mut().unwrap().session(self.ids.of(user)).unwrap();
            let found = contents(&mut me);
            assert_next_due(&shape(&me.next_due().unwrap())["next_due_at"], &found);
            self.ids.compare(&format!("user {user}"), &model.contents(user), &found);
        }
        assert_eq!(self.store().check_invariants().unwrap(), []);
    }

    fn carry_out(&mut self, user: Id, call: &Call) -> Result<Value, Error> {
        let ids = &self.ids;
        let of = |id: &Id| ids.of(*id);
        let mut me = self.store.as_mut().unwrap().session(ids.of(user))?;
        let people = |field: &str, people: &[Value]| json!({ field: people });
        Ok(match call {
            Call::AddAccount(request) => shape(&me.add_account(request.clone())?),
            Call::UpdateAccount(id, request) => shape(&me.update_account(of(id), request.clone())?),
            Call::RemoveAccount(id) => shape(&me.remove_account(of(id))?),
            Call::CreateCampaign(request) => shape(&me.create_campaign(ids.real(request))?),
            Call::UpdateCampaign(id, request) => shape(&me.update_campaign(of(id), ids.real(request))?),
            Call::DeleteCampaign(id) => shape(&me.delete_campaign(of(id))?),
            Call::InsertNode(id, request) => shape(&me.insert_node(of(id), ids.real(request))?),
            Call::UpdateNode(id, node, request) => shape(&me.update_node(of(id), of(node), ids.real(request))?),
            Call::MoveNode(id, node, request) => shape(&me.move_node(of(id), of(node), request.clone())?),
            Call::DeleteNode(id, node, request) => shape(&me.delete_node(of(id), of(node), request.clone())?),
            Call::Validate(id) => shape(&me.validate(of(id))?),
            Call::Launch(id, request) => {
                let is_ready = me.validate(of(id))?.ready;
                let launched = me.launch(of(id), request.clone());
                if !matches!(launched, Err(Error::RevisionChanged { .. })) {
                    assert_eq!(is_ready, launched.is_ok(), "a campaign can be launched exactly if it is ready");
                }
                shape(&launched?)
            }
            Call::Pause(id) => shape(&me.pause(of(id))?),
            Call::Resume(id) => shape(&me.resume(of(id))?),
            Call::AddProspects(id, new, reopen) => {
                shape(&me.add_prospects(of(id), json!({ "prospects": new, "reopen": reopen }))?)
            }
            Call::ImportList(id, list, reopen) => {
                shape(&me.import_list(of(id), json!({ "list_id": of(list), "reopen": reopen }))?)
            }
            Call::Hold(who, campaign) => {
                let terms = json!({ "until": null, "campaign_id": campaign.as_ref().map(of) });
                shape(&me.hold(ids.real(who), terms)?)
            }
            Call::Release(who) => shape(&me.release(ids.real(who))?),
            Call::Retry(id, request) => shape(&me.retry_prospects(of(id), ids.real(request))?),
            Call::HandOver(id, request) => shape(&me.hand_over(of(id), ids.real(request))?),
            Call::ImportCsv(id, rows, is_changed, reopen) => {
                let mut file = csv(rows).into_bytes();
                let content_hash = me.preview_csv(&file, Reading::default())?.content_hash;
                if *is_changed {
                    file.extend(b"\r\n");
                }
                let mapping: Vec<_> = COLUMNS.iter().filter_map(|(_, target)| *target).collect();
                let request = json!({ "mapping": mapping, "content_hash": content_hash, "reopen": reopen });
                shape(&me.import_csv(of(id), &file, request)?)
            }
            Call::ReadProspect(id) => shape(&me.prospect(of(id))?),
            Call::UpdateProspect(id, request) => shape(&me.update_prospect(of(id), request.clone())?),
            Call::RemoveProspect(id) => shape(&me.remove_prospect(of(id))?),
            Call::CreateList(request) => shape(&me.create_list(request.clone())?),
            Call::ReadList(id) => shape(&me.list(of(id))?),
            Call::DeleteList(id) => shape(&me.delete_list(of(id))?),
            Call::AddLeads(id, new) => shape(&me.add_leads(of(id), people("leads", new))?),
            Call::RemoveLead(id) => shape(&me.remove_lead(of(id))?),
            Call::AddSuppressions(new) => shape(&me.add_suppressions(people("suppressions", new))?),
            Call::RemoveSuppression(id) => shape(&me.remove_suppression(of(id))?),
            Call::Reopen => Value::Null,
        })
    }
}

/// The next due instant exists only while someone in an active campaign is open.
fn assert_next_due(next_due_at: &Value, contents: &Value) {
    let is_open = |prospect: &Value| prospect["status"] == "pending";
    let campaigns = contents["campaigns"].as_array().unwrap();
    let mut active = campaigns.iter().filter(|campaign| campaign["status"] == "active");
    let may_be_due = active.any(|campaign| campaign["prospects"].as_array().unwrap().iter().any(is_open));
    assert!(next_due_at.is_null() || may_be_due, "due at {next_due_at}, where nobody is left to contact");
}

/// Everything of a user, in the model's form.
fn contents(me: &mut Session<'_>) -> Value {
    let mut campaigns = all("campaigns", |query| shape(&me.list_campaigns(query).unwrap()));
    for campaign in &mut campaigns {
        let id = campaign["id"].as_str().unwrap().to_owned();
        assert_eq!(shape(&me.campaign(id.as_str()).unwrap()), *campaign);
        let mut prospects = |status: Option<&str>| {
            all("prospects", |mut query| {
                query["status"] = status.into();
                shape(&me.list_prospects(id.as_str(), query).unwrap())
            })
        };
        let everyone = prospects(None);
        for status in ["pending", "skipped"] {
            let some: Vec<_> = everyone.iter().filter(|prospect| prospect["status"] == status).cloned().collect();
            assert_eq!(prospects(Some(status)), some);
        }
        campaign["prospects"] = everyone.into();
    }
    let mut lists = all("lists", |query| shape(&me.list_lists(query).unwrap()));
    for list in &mut lists {
        let id = list["id"].as_str().unwrap().to_owned();
        list["leads"] = all("leads", |query| shape(&me.list_leads(id.as_str(), query).unwrap())).into();
    }
    json!({
        "accounts": all("accounts", |query| shape(&me.list_accounts(query).unwrap())),
        "campaigns": campaigns,
        "lists": lists,
        "suppressions": all("suppressions", |query| shape(&me.list_suppressions(query).unwrap())),
        "events": shape(&me.list_events(json!({ "limit": 200 })).unwrap())["events"].take(),
    })
}
