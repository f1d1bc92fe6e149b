//! A long script of operations over a simulated clock, for a check that they do the same on every platform.
//!
//! `script make SEED COUNT FILE` chooses operations, performs them on a database in memory, writes them with what they
//! answered into a file of JSON lines and prints what the database holds then. `script dump DATABASE` prints what a
//! database holds to which the operations were done elsewhere.
#![allow(clippy::indexing_slicing, reason = "of JSON, in which what is missing is null")]

use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write};

use campaignkit::{Host, Instant, OpenOptions, Result, SimulatedHost, Store};
use serde_json::{Value, json};

fn main() -> std::result::Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["make", seed, count, file] => {
            let mut author = Author::new(seed.parse()?, File::create(file)?)?;
            author.write(count.parse()?)?;
            print!("{}", author.finish()?);
        }
        ["dump", database] => print!("{}", Store::open(database)?.dump()?),
        _ => return Err("usage: script make SEED COUNT FILE | script dump DATABASE".into()),
    }
    Ok(())
}

/// Performs an operation by its name in JavaScript; the content of a file is given as text.
fn perform(store: &mut Store, user: Option<&Value>, operation: &str, args: &[Value]) -> Result<Value> {
    let arg = |at: usize| args.get(at).cloned().unwrap_or_default();
    let bytes = |at: usize| args.get(at).and_then(Value::as_str).unwrap_or_default().as_bytes();
    let Some(user) = user else {
        return Ok(match operation {
            "createUser" => json(store.create_user(arg(0))?),
            "updateUser" => json(store.update_user(arg(0), arg(1))?),
            "listUsers" => json(store.list_users(arg(0))?),
            _ => unknown(operation),
        });
    };
    let mut me = store.session(user.clone())?;
    Ok(match operation {
        "addAccount" => json(me.add_account(arg(0))?),
        "updateAccount" => json(me.update_account(arg(0), arg(1))?),
        "removeAccount" => json(me.remove_account(arg(0))?),
        "listAccounts" => json(me.list_accounts(arg(0))?),
        "createCampaign" => json(me.create_campaign(arg(0))?),
        "getCampaign" => json(me.campaign(arg(0))?),
        "updateCampaign" => json(me.update_campaign(arg(0), arg(1))?),
        "deleteCampaign" => json(me.delete_campaign(arg(0))?),
        "listCampaigns" => json(me.list_campaigns(arg(0))?),
        "insertNode" => json(me.insert_node(arg(0), arg(1))?),
        "addProspects" => json(me.add_prospects(arg(0), arg(1))?),
        "updateProspect" => json(me.update_prospect(arg(0), arg(1))?),
        "removeProspect" => json(me.remove_prospect(arg(0))?),
        "listProspects" => json(me.list_prospects(arg(0), arg(1))?),
        "createList" => json(me.create_list(arg(0))?),
        "deleteList" => json(me.delete_list(arg(0))?),
        "addLeads" => json(me.add_leads(arg(0), arg(1))?),
        "listLeads" => json(me.list_leads(arg(0), arg(1))?),
        "importList" => json(me.import_list(arg(0), arg(1))?),
        "previewCsv" => json(me.preview_csv(bytes(0))?),
        "importCsv" => json(me.import_csv(arg(0), bytes(1), arg(2))?),
        "addSuppressions" => json(me.add_suppressions(arg(0))?),
        "removeSuppression" => json(me.remove_suppression(arg(0))?),
        "listSuppressions" => json(me.list_suppressions(arg(0))?),
        "previewMessages" => json(me.preview_messages(arg(0), arg(1))?),
        "resolveMessages" => json(me.resolve_messages(arg(0), arg(1))?),
        "editMessage" => json(me.edit_message(arg(0), arg(1), arg(2))?),
        "resetMessage" => json(me.reset_message(arg(0), arg(1))?),
        "messageRequests" => json(me.message_requests(arg(0), arg(1))?),
        "submitMessages" => json(me.submit_messages(arg(0), arg(1))?),
        "validate" => json(me.validate(arg(0))?),
        "launch" => json(me.launch(arg(0), arg(1))?),
        "pause" => json(me.pause(arg(0))?),
        "resume" => json(me.resume(arg(0))?),
        "claimDue" => json(me.claim_due(arg(0))?),
        "complete" => json(me.complete(arg(0), arg(1))?),
        "recordEvent" => json(me.record_event(arg(0))?),
        "unsubscribe" => json(me.unsubscribe(arg(0))?),
        "plan" => json(me.plan(arg(0), arg(1))?),
        "forecast" => json(me.forecast(arg(0), arg(1))?),
        "explain" => json(me.explain(arg(0))?),
        "listEvents" => json(me.list_events(arg(0))?),
        _ => unknown(operation),
    })
}

fn json(answer: impl serde::Serialize) -> Value {
    serde_json::to_value(answer).unwrap_or_default()
}

fn unknown(operation: &str) -> Value {
    unreachable!("no step chooses {operation}")
}

const BEGIN_MS: i64 = 1_773_997_200_000; // 2026-03-20T09:00:00Z: clocks are changed soon, in several places.
const ZONES: [&str; 6] =
    ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "UTC", "Australia/Lord_Howe"];
const NAMES: [&str; 8] = ["Ana", "Bo", "Çelik", "Dı", "Éva", "佐藤", "Zoë", "Øystein"];
const USERS_MAX: usize = 12;

/// What the author knows of a user.
#[derive(Default)]
struct Owner {
    id: Value,
    mailboxes: Vec<Value>,
    profiles: Vec<Value>,
    lists: Vec<Value>,
    suppressions: Vec<Value>,
    drafts: Vec<Known>,
    launched: Vec<Known>,
    /// Handed out, and not completed yet.
    open: Vec<Value>,
    /// Tasks that were completed.
    done: Vec<Value>,
    last_event: Option<String>,
}

/// What the author knows of a campaign.
#[derive(Clone, Default)]
struct Known {
    id: Value,
    is_email: bool,
    is_written: bool,
    prospects: Vec<Value>,
}

/// Chooses operations that mostly succeed, by what the ones before answered.
struct Author {
    store: Store,
    clock: SimulatedHost,
    now_ms: i64,
    dice: Dice,
    script: BufWriter<File>,
    owners: Vec<Owner>,
    performed: u64,
    refused: u64,
}

/// Randomness of the author's own: the database draws from another.
struct Dice(SimulatedHost);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        let mut bytes = [0; 8];
        // The bytes of a simulation never run out.
        let _ = self.0.fill_random(&mut bytes);
        usize::try_from(u64::from_le_bytes(bytes) % end.max(1) as u64).unwrap_or(0)
    }

    fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn of<T: Clone>(&mut self, items: &[T]) -> Option<T> {
        items.get(self.below(items.len())).cloned()
    }

    fn take<T>(&mut self, items: &mut Vec<T>) -> Option<T> {
        if items.is_empty() { None } else { Some(items.swap_remove(self.below(items.len()))) }
    }

    fn word<'w>(&mut self, words: &[&'w str]) -> &'w str {
        self.of(words).unwrap_or_default()
    }

    /// Few addresses, so that the same person is met again and again.
    fn person(&mut self, is_email: bool) -> Value {
        let (n, name) = (self.below(900), self.word(&NAMES));
        let mut person = json!({ "first_name": name, "custom_fields": { "Größe": format!("{n} m²") } });
        if is_email || self.percent(20) {
            let host = self.word(&["example.com", "Example.org", "rival.example", "mail.example.net"]);
            person["email"] = format!("P{n}@{host}").into();
        }
        if !is_email || self.percent(20) {
            person["linkedin_url"] = format!("https://www.linkedin.com/in/p-{n}/?trk=x").into();
        }
        if self.percent(50) {
            person["company"] = format!("Firma {name}").into();
        }
        person
    }

    fn people(&mut self, is_email: bool) -> Vec<Value> {
        (0..1 + self.below(12)).map(|_| self.person(is_email)).collect()
    }
}

impl Author {
    fn new(seed: u64, script: File) -> std::result::Result<Self, Box<dyn Error>> {
        let clock = SimulatedHost::new(seed, BEGIN_MS);
        let mut script = BufWriter::new(script);
        let now = Instant::from_unix_ms(BEGIN_MS).to_string();
        writeln!(script, "{}", json!({ "seed": seed, "now": now }))?;
        Ok(Self {
            store: OpenOptions::new(clock.clone()).open_in_memory()?,
            clock,
            now_ms: BEGIN_MS,
            dice: Dice(SimulatedHost::new(!seed, 0)),
            script,
            owners: Vec::new(),
            performed: 0,
            refused: 0,
        })
    }

    fn write(&mut self, count: u64) -> std::io::Result<()> {
        while self.performed < count {
            let u = self.dice.below(self.owners.len());
            match self.dice.below(1_000) {
                _ if self.owners.len() < 3 => self.create_user()?,
                0..15 => self.user(u)?,
                15..55 => self.account(u)?,
                55..105 => self.list(u)?,
                105..125 => self.suppression(u)?,
                125..165 => self.create_campaign(u)?,
                165..305 => self.draft(u)?,
                305..375 => self.launched(u)?,
                375..505 => self.claim(u)?,
                505..775 => self.complete(u)?,
                775..850 => self.event(u)?,
                850..920 => self.advance()?,
                920..960 => self.foresee(u)?,
                960..985 => self.look(u)?,
                _ => self.err(u)?,
            }
        }
        Ok(())
    }

    /// What the database holds; how many operations were refused is told beside it.
    fn finish(mut self) -> std::result::Result<String, Box<dyn Error>> {
        self.script.flush()?;
        eprintln!("{} operations, {} of them refused", self.performed, self.refused);
        Ok(self.store.dump()?)
    }

    fn owner(&mut self, u: usize) -> &mut Owner {
        &mut self.owners[u]
    }

    fn call(&mut self, user: Option<&Value>, operation: &str, args: Vec<Value>) -> std::io::Result<Option<Value>> {
        let result = perform(&mut self.store, user, operation, &args);
        let mut line = json!({ "operation": operation, "args": args });
        if let Some(user) = user {
            line["user"] = user.clone();
        }
        let answer = match result {
            Ok(answer) => {
                line["answer"] = answer.clone();
                Some(answer)
            }
            Err(error) => {
                line["error"] = json(&error);
                self.refused += 1;
                None
            }
        };
        self.performed += 1;
        writeln!(self.script, "{line}")?;
        Ok(answer)
    }

    /// One of the tasks that were completed.
    fn completed(&mut self, u: usize) -> Option<Value> {
        let count = self.owner(u).done.len();
        let at = self.dice.below(count);
        self.owner(u).done.get(at).cloned()
    }

    /// An operation of a user.
    fn of(&mut self, u: usize, operation: &str, args: Vec<Value>) -> std::io::Result<Option<Value>> {
        let user = self.owner(u).id.clone();
        self.call(Some(&user), operation, args)
    }

    fn create_user(&mut self) -> std::io::Result<()> {
        let zone = self.dice.word(&ZONES);
        if let Some(user) = self.call(None, "createUser", vec![json!({ "time_zone": zone })])? {
            self.owners.push(Owner { id: user["id"].clone(), ..Owner::default() });
        }
        Ok(())
    }

    fn user(&mut self, u: usize) -> std::io::Result<()> {
        if self.owners.len() < USERS_MAX && self.dice.percent(60) {
            return self.create_user();
        }
        let (id, zone, days) = (self.owner(u).id.clone(), self.dice.word(&ZONES), 1 + self.dice.below(20));
        self.call(None, "updateUser", vec![id, json!({ "time_zone": zone, "acceptance_days": days })])?;
        Ok(())
    }

    fn account(&mut self, u: usize) -> std::io::Result<()> {
        let accounts = [self.owner(u).mailboxes.clone(), self.owner(u).profiles.clone()].concat();
        let any = self.dice.of(&accounts).unwrap_or_default();
        let daily_limit = 5 + self.dice.below(60);
        match self.dice.below(10) {
            _ if accounts.len() < 4 => self.add_account(u)?,
            0 => self.add_account(u)?,
            1 => drop(self.of(u, "removeAccount", vec![any])?),
            2 => drop(self.of(u, "updateAccount", vec![any, json!({ "status": "disconnected" })])?),
            3..6 => drop(self.of(u, "updateAccount", vec![any, json!({ "daily_limit": daily_limit })])?),
            _ => drop(self.of(u, "updateAccount", vec![any, json!({ "status": "connected" })])?),
        }
        Ok(())
    }

    fn add_account(&mut self, u: usize) -> std::io::Result<()> {
        let (n, is_email) = (self.dice.below(1_000), self.dice.percent(50));
        let request = if is_email {
            json!({ "type": "email", "email_address": format!("Sender{n}@Example.com"), "first_name": "Ana" })
        } else {
            json!({ "type": "linkedin", "profile_url": format!("linkedin.com/in/sender-{n}"), "first_name": "Ana",
                    "is_premium": n % 2 == 0 })
        };
        if let Some(account) = self.of(u, "addAccount", vec![request])? {
            let owner = self.owner(u);
            let accounts = if is_email { &mut owner.mailboxes } else { &mut owner.profiles };
            accounts.push(account["id"].clone());
        }
        Ok(())
    }

    fn list(&mut self, u: usize) -> std::io::Result<()> {
        let lists = self.owner(u).lists.clone();
        match (self.dice.of(&lists), self.dice.below(10)) {
            (None, _) | (_, 0) => {
                let request = json!({ "name": format!("List {}", self.dice.below(30)) });
                if let Some(list) = self.of(u, "createList", vec![request])? {
                    self.owner(u).lists.push(list["id"].clone());
                }
            }
            (Some(list), 1) => {
                self.owner(u).lists.retain(|id| *id != list);
                self.of(u, "deleteList", vec![list])?;
            }
            (Some(list), 2) => drop(self.of(u, "listLeads", vec![list, json!({ "limit": 20 })])?),
            (Some(list), _) => {
                let is_email = self.dice.percent(50);
                let leads = self.dice.people(is_email);
                self.of(u, "addLeads", vec![list, json!({ "leads": leads })])?;
            }
        }
        Ok(())
    }

    fn suppression(&mut self, u: usize) -> std::io::Result<()> {
        if self.owner(u).suppressions.len() > 5 {
            let mut suppressions = std::mem::take(&mut self.owner(u).suppressions);
            let id = self.dice.take(&mut suppressions).unwrap_or_default();
            self.owner(u).suppressions = suppressions;
            self.of(u, "removeSuppression", vec![id])?;
            return Ok(());
        }
        let n = self.dice.below(900);
        let suppression = match self.dice.below(8) {
            0 => json!({ "type": "email_domain", "value": "rival.example" }),
            1..5 => json!({ "type": "email_address", "value": format!("p{n}@example.com") }),
            _ => json!({ "type": "linkedin_profile", "value": format!("linkedin.com/in/p-{n}") }),
        };
        if let Some(added) = self.of(u, "addSuppressions", vec![json!({ "suppressions": [suppression] })])? {
            self.owner(u).suppressions.push(added["suppressions"][0]["id"].clone());
        }
        Ok(())
    }

    fn create_campaign(&mut self, u: usize) -> std::io::Result<()> {
        let is_email = self.dice.percent(45);
        let owner = self.owner(u);
        let accounts = if is_email { owner.mailboxes.clone() } else { owner.profiles.clone() };
        let Some(first) = self.dice.of(&accounts) else { return self.add_account(u) };
        let senders = [Some(first), self.dice.of(&accounts)];
        let name = format!("Campaign {}", self.dice.below(2_000));
        let mut request = json!({ "name": name, "sender_account_ids": senders });
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
    fn draft(&mut self, u: usize) -> std::io::Result<()> {
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

    fn sequence(&mut self, is_email: bool) -> Vec<Value> {
        let delay =
            json!({ "type": "delay", "delay_days": self.dice.below(3), "delay_minutes": 1 + self.dice.below(90) });
        if is_email {
            let follow_up = json!({ "type": "email", "subject": "Re: %company|your company%", "is_reply": true,
                                    "body": "%first_name|Hello%, did you see this?" });
            let mut nodes =
                vec![json!({ "type": "email", "subject": "Hi %first_name%", "body": "100%% for %company|you%" })];
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

    /// Takes people into a campaign, by one of three ways.
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
                self.of(u, "addProspects", vec![id, json!({ "prospects": people })])?
            }
        };
        let outcomes = report.as_ref().and_then(|report| report["outcomes"].as_array());
        for outcome in outcomes.into_iter().flatten().filter(|outcome| outcome["outcome"] == "imported") {
            campaign.prospects.push(outcome["prospect_id"].clone());
        }
        Ok(())
    }

    /// Changes a campaign that was launched.
    fn launched(&mut self, u: usize) -> std::io::Result<()> {
        let mut launched = std::mem::take(&mut self.owner(u).launched);
        let campaign = self.dice.take(&mut launched);
        self.owner(u).launched = launched;
        let Some(mut campaign) = campaign else { return self.draft(u) };
        let id = campaign.id.clone();
        let prospect = self.dice.of(&campaign.prospects).unwrap_or_default();
        let (daily_limit, company) = (5 + self.dice.below(90), self.dice.word(&NAMES));
        match self.dice.below(20) {
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
            _ => self.enrol(u, &mut campaign)?,
        }
        self.owner(u).launched.push(campaign);
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

    fn claim(&mut self, u: usize) -> std::io::Result<()> {
        let mut request = json!({ "max": 1 + self.dice.below(8), "lease_seconds": 1_800 + self.dice.below(80_000) });
        if self.dice.percent(20) {
            request["late"] = self.dice.word(&["send", "skip"]).into();
        }
        if self.dice.percent(20) {
            request["type"] = self.dice.word(&["email", "linkedin"]).into();
        }
        if self.dice.percent(20) {
            request["unsubscribe_url"] = "https://example.com/u?t={token}".into();
        }
        if self.dice.percent(5) {
            request["now"] = self.later(60_000).into();
        }
        if let Some(claimed) = self.of(u, "claimDue", vec![request])? {
            let tasks = claimed["tasks"].as_array().cloned().unwrap_or_default();
            self.owner(u).open.extend(tasks);
        }
        Ok(())
    }

    /// An instant that the caller says is the present one.
    fn later(&mut self, most_ms: usize) -> String {
        let ms = i64::try_from(self.dice.below(most_ms)).unwrap_or(0);
        Instant::from_unix_ms(self.now_ms + ms).to_string()
    }

    fn complete(&mut self, u: usize) -> std::io::Result<()> {
        if self.dice.percent(3) {
            let again = self.completed(u).unwrap_or_default();
            self.of(u, "complete", vec![again["id"].clone(), json!({ "outcome": "sent" })])?;
            return Ok(());
        }
        let is_any = self.dice.percent(20);
        let mut open = std::mem::take(&mut self.owner(u).open);
        let task = if is_any { self.dice.take(&mut open) } else { open.pop() };
        self.owner(u).open = open;
        let Some(task) = task else { return self.claim(u) };
        let completion = match self.dice.below(100) {
            0..6 => json!({ "outcome": "failed" }),
            6..8 => json!({ "outcome": "failed", "retryable": false }),
            8..12 => json!({ "outcome": "bounced" }),
            // It is forgotten, and handed out again when its lease is over.
            12..18 => return Ok(()),
            18..22 => json!({ "outcome": "sent", "now": self.later(5_000) }),
            _ => json!({ "outcome": "sent" }),
        };
        self.of(u, "complete", vec![task["id"].clone(), completion])?;
        self.owner(u).done.push(task);
        Ok(())
    }

    fn event(&mut self, u: usize) -> std::io::Result<()> {
        let Some(task) = self.completed(u) else { return self.complete(u) };
        let to = |field: &str, kind: &str, value: &Value| json!({ field: value, "type": kind });
        let is_email = task["type"] == "email";
        let mut event = match self.dice.below(10) {
            0 if is_email => {
                self.of(u, "unsubscribe", vec![task["unsubscribe_token"].clone()])?;
                return Ok(());
            }
            1..5 if is_email && !task["open_token"].is_null() => to("open_token", "opened", &task["open_token"]),
            5 => to("task_id", "bounced", &task["id"]),
            6 => to("prospect_id", "unsubscribed", &task["prospect_id"]),
            7..9 => to("task_id", "replied", &task["id"]),
            _ if is_email => to("prospect_id", "opened", &task["prospect_id"]),
            _ => to("prospect_id", "connection_accepted", &task["prospect_id"]),
        };
        event["id"] = format!("event {}", self.dice.below(3_000)).into();
        self.of(u, "recordEvent", vec![event])?;
        Ok(())
    }

    fn advance(&mut self) -> std::io::Result<()> {
        let most = match self.dice.below(100) {
            0..30 => 60_000,
            30..70 => 3_600_000,
            70..98 => 36_000_000,
            _ => 259_200_000,
        };
        let ms = i64::try_from(self.dice.below(most)).unwrap_or(0);
        let ms = if self.dice.percent(5) { -(ms % 60_000) } else { ms };
        self.clock.advance_ms(ms);
        self.now_ms += ms;
        self.performed += 1;
        writeln!(self.script, "{}", json!({ "operation": "advance", "args": [ms], "answer": null }))
    }

    fn foresee(&mut self, u: usize) -> std::io::Result<()> {
        let launched = self.owner(u).launched.clone();
        let Some(campaign) = self.dice.of(&launched) else { return self.draft(u) };
        let query = match self.dice.below(3) {
            0 => json!({}),
            1 => json!({ "from": self.later(86_400_000), "accepted_after_minutes": self.dice.below(3_000) }),
            _ => json!({ "to": self.later(864_000_000), "accepted": self.dice.percent(50) }),
        };
        match self.dice.below(4) {
            0 => drop(self.of(u, "plan", vec![campaign.id, query])?),
            1 => drop(self.of(u, "forecast", vec![campaign.id, query])?),
            _ => {
                let prospect = self.dice.of(&campaign.prospects).unwrap_or_default();
                self.of(u, "explain", vec![prospect])?;
            }
        }
        Ok(())
    }

    fn look(&mut self, u: usize) -> std::io::Result<()> {
        let launched = self.owner(u).launched.clone();
        let campaign = self.dice.of(&launched).unwrap_or_default().id;
        let page = json!({ "limit": 1 + self.dice.below(20) });
        match self.dice.below(8) {
            0 => drop(self.call(None, "listUsers", vec![page])?),
            1 => drop(self.of(u, "listAccounts", vec![page])?),
            2 => drop(self.of(u, "listCampaigns", vec![json!({ "limit": 10, "status": "active" })])?),
            3 => drop(self.of(u, "listSuppressions", vec![page])?),
            4 => drop(self.of(u, "listProspects", vec![campaign, page])?),
            5 => drop(self.of(u, "getCampaign", vec![campaign])?),
            _ => {
                let cursor = self.owner(u).last_event.take();
                let events = self.of(u, "listEvents", vec![json!({ "limit": 30, "cursor": cursor })])?;
                self.owner(u).last_event = events.and_then(|events| Some(events["next_cursor"].as_str()?.to_owned()));
            }
        }
        Ok(())
    }

    /// What is refused, in ways of its own.
    fn err(&mut self, u: usize) -> std::io::Result<()> {
        let other = self.dice.below(self.owners.len());
        let foreign = self.owner(other).id.clone();
        match self.dice.below(6) {
            0 => drop(self.of(u, "createCampaign", vec![json!({ "type": "email", "name": 7, "dailyLimit": 12.5 })])?),
            1 => drop(self.of(u, "launch", vec![foreign, json!({})])?),
            2 => drop(self.of(u, "claimDue", vec![json!({ "max": 0, "late": "never", "now": "today" })])?),
            3 => drop(self.of(u, "complete", vec![foreign, json!({ "outcome": "lost" })])?),
            4 => drop(self.of(u, "unsubscribe", vec!["00".repeat(16).into()])?),
            _ => drop(self.of(u, "recordEvent", vec![json!({ "id": "", "type": "vanished", "open_token": "?" })])?),
        }
        Ok(())
    }
}
