//! A user with accounts in a database in memory, under a clock that stands still.
#![allow(dead_code, reason = "each test uses some of it")]

use campaignkit::{
    AccountId, AddAccount, Campaign, CampaignId, CreateUser, Created, Error, OpenOptions, ProspectId, Session,
    SimulatedHost, Store, TaskType, UserId,
};
use serde_json::{Value, json};

/// 2026-04-22T10:00:00Z
pub const NOW_MS: i64 = 1_776_852_000_000;

/// In milliseconds.
pub const MINUTE: i64 = 60_000;
pub const HOUR: i64 = 60 * MINUTE;
pub const DAY: i64 = 24 * HOUR;
pub const WEEK: i64 = 7 * DAY;

pub struct World {
    pub store: Store,
    pub clock: SimulatedHost,
    pub user: UserId,
    pub email: AccountId,
    pub linkedin: AccountId,
}

impl World {
    pub fn new() -> Self {
        let clock = SimulatedHost::new(1, NOW_MS);
        Self::within(OpenOptions::new(clock.clone()).open_in_memory().unwrap(), clock)
    }

    pub fn within(mut store: Store, clock: SimulatedHost) -> Self {
        let (user, email, linkedin) = add_user(&mut store);
        Self { store, clock, user, email, linkedin }
    }

    pub fn me(&mut self) -> Session<'_> {
        self.store.session(self.user).unwrap()
    }

    pub fn create(&mut self, request: Value) -> Result<Created, Error> {
        self.me().create_campaign(request)
    }

    /// The wire shape of a request's result, or of its error.
    pub fn answer(&mut self, request: Value) -> Value {
        match self.create(request) {
            Ok(created) => serde_json::to_value(&created).unwrap(),
            Err(error) => serde_json::to_value(&error).unwrap(),
        }
    }

    /// An email request with these fields over the required ones.
    pub fn email_request(&self, fields: Value) -> Value {
        over(json!({ "type": "email", "name": "Q2 Enterprise Outreach", "sender_account_ids": [self.email] }), fields)
    }

    /// A LinkedIn request with these fields over the required ones.
    pub fn linkedin_request(&self, fields: Value) -> Value {
        over(json!({ "type": "linkedin", "name": "Founders", "sender_account_ids": [self.linkedin] }), fields)
    }

    /// The issues of a request that must be refused; nothing may have changed. As `(path, code)`.
    pub fn refusal(&mut self, request: Value) -> Vec<(String, &'static str)> {
        let before = self.store.dump().unwrap();
        let error = self.create(request).unwrap_err();
        assert_eq!((error.code(), error.status()), ("invalid_input", 400));
        assert_eq!(self.store.dump().unwrap(), before, "a refused request changes nothing");
        error.issues().iter().map(|issue| (issue.path.clone(), issue.code())).collect()
    }

    /// A new email draft.
    pub fn email_campaign(&mut self, name: &str) -> CampaignId {
        self.create(self.email_request(json!({ "name": name }))).unwrap().campaign.id
    }

    /// A new LinkedIn draft.
    pub fn linkedin_campaign(&mut self, name: &str) -> CampaignId {
        self.create(self.linkedin_request(json!({ "name": name }))).unwrap().campaign.id
    }

    /// The error of an operation that must be refused; nothing may have changed.
    pub fn refused<T>(&mut self, operation: impl FnOnce(&mut Session<'_>) -> Result<T, Error>) -> Error {
        let before = self.store.dump().unwrap();
        let Err(error) = operation(&mut self.me()) else { panic!("it was not refused") };
        assert_eq!(self.store.dump().unwrap(), before, "a refused operation changes nothing");
        error
    }
}

/// The paths and codes of the issues of an `invalid_input`.
pub fn problems(error: &Error) -> Vec<(String, &'static str)> {
    assert_eq!((error.code(), error.status()), ("invalid_input", 400));
    error.issues().iter().map(|issue| (issue.path.clone(), issue.code())).collect()
}

/// The wire shape of a result or an error.
pub fn shape(answer: &impl serde::Serialize) -> Value {
    serde_json::to_value(answer).unwrap()
}

/// The bytes of a database, in one piece.
pub fn file_of(store: &mut Store) -> Vec<u8> {
    let mut file = Vec::new();
    store
        .export(|piece| {
            file.extend_from_slice(piece);
            Ok(())
        })
        .unwrap();
    file
}

/// A user with one email and one LinkedIn account.
pub fn add_user(store: &mut Store) -> (UserId, AccountId, AccountId) {
    let user = store.create_user(CreateUser::default()).unwrap().id;
    let mut me = store.session(user).unwrap();
    let email = me.add_account(AddAccount::email("ana@example.com").unpaced()).unwrap().id;
    let linkedin = me.add_account(AddAccount::linkedin("https://www.linkedin.com/in/ana").unpaced()).unwrap().id;
    (user, email, linkedin)
}

/// Operating hours without a closed minute.
pub fn always() -> Value {
    let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    days.iter().map(|day| ((*day).to_owned(), json!([{ "start": "00:00", "end": "24:00" }]))).collect()
}

/// `base`, overridden by `fields`.
pub fn over(mut base: Value, fields: Value) -> Value {
    let (Some(object), Value::Object(fields)) = (base.as_object_mut(), fields) else {
        panic!("both are objects");
    };
    object.extend(fields);
    base
}

/// The fields of an account that sends at any time, one message right after another.
pub fn unpaced(request: Value) -> Value {
    over(request, json!({ "sending_hours": null, "min_gap_seconds": 0, "gap_jitter_seconds": 0 }))
}

/// The paths and codes in the form in which tests write them.
pub fn issues(expected: &[(&str, &'static str)]) -> Vec<(String, &'static str)> {
    expected.iter().map(|(path, code)| ((*path).to_owned(), *code)).collect()
}

impl World {
    /// The result of an operation that must succeed, and the changes that it recorded.
    pub fn recorded<T>(&mut self, operation: impl FnOnce(&mut Session<'_>) -> Result<T, Error>) -> (T, Vec<Value>) {
        let mut seen = String::from("0");
        while let Some(last) = self.me().list_events(json!({ "cursor": seen })).unwrap().events.last() {
            seen = last.number.to_string();
        }
        let answer = operation(&mut self.me()).unwrap();
        let events = self.me().list_events(json!({ "cursor": seen, "limit": 200 })).unwrap().events;
        (answer, events.iter().map(|event| shape(&event.change)).collect())
    }

    /// A complete campaign on a channel (`email`, `linkedin`), brought to a status. It has one prospect of its own; a
    /// completed one has none.
    pub fn campaign(&mut self, channel: &str, status: &str) -> Campaign {
        let name = format!("campaign-{}", self.me().list_campaigns(json!({ "limit": 200 })).unwrap().campaigns.len());
        let (request, prospect) = if channel == "email" {
            let email = format!("{name}@example.com");
            (self.email_request(json!({ "name": name, "signature": "" })), json!({ "email": email }))
        } else {
            let url = format!("linkedin.com/in/{name}");
            (self.linkedin_request(json!({ "name": name })), json!({ "linkedin_url": url }))
        };
        let id = self.create(request).unwrap().campaign.id;
        if channel == "email" {
            let nodes = json!([{ "type": "email", "subject": "Hello", "body": "A text" }]);
            self.me().update_campaign(id, json!({ "sequence_nodes": nodes })).unwrap();
        }
        if status != "completed" {
            self.add(id, json!([prospect]));
        }
        if status != "draft" {
            self.me().launch(id, None).unwrap();
        }
        if status == "paused" {
            self.me().pause(id).unwrap();
        }
        let campaign = self.me().campaign(id).unwrap();
        assert_eq!(campaign.status().word(), status);
        campaign
    }

    /// Adds prospects to a campaign; none of them may exist already or be suppressed.
    pub fn add(&mut self, campaign: CampaignId, prospects: Value) -> Vec<ProspectId> {
        let report = shape(&self.me().add_prospects(campaign, json!({ "prospects": prospects })).unwrap());
        let outcomes = report["outcomes"].as_array().unwrap();
        outcomes.iter().map(|outcome| outcome["prospect_id"].as_str().unwrap().parse().unwrap()).collect()
    }
}

/// The stats of a campaign: these, and nothing else.
pub fn stats(counts: Value) -> Value {
    let none = json!({ "prospects": 0, "pending": 0, "sent": 0, "connection_sent": 0, "connected": 0, "message_sent": 0,
        "replied": 0, "bounced": 0, "completed": 0, "timed_out": 0, "cancelled": 0, "skipped": 0, "messages_sent": 0,
        "opened": 0, "accepted": 0, "replies": 0, "unsubscribed": 0 });
    over(none, counts)
}

impl World {
    /// A week of everything: people in lists and campaigns of both channels and every status, messages that were sent,
    /// opened, accepted, answered and failed, drafts and suppressions, and somebody who was erased.
    pub fn fill_with_everything(&mut self) {
        self.me().erase_person(json!({ "email": "erased@example.com" })).unwrap();
        let people: Vec<Value> = (0..100)
            .map(|number| {
                json!({ "email": format!("p{number}@example.com"), "linkedin_url": format!("linkedin.com/in/p{number}"),
                    "first_name": "Bo", "company": "x".repeat(60), "custom_fields": { "Deal": "y".repeat(if number % 20 == 0 { 9_000 } else { 100 }) } })
            })
            .collect();
        let list = self.me().create_list(json!({ "name": "Everyone" })).unwrap().id;
        self.me().add_leads(list, json!({ "leads": people })).unwrap();
        let nodes = [
            json!([{ "type": "email", "subject": "Hello", "body": "A text",
                     "variants": [{ "weight": 2, "body": "A" }, { "weight": 1, "subject": "Hi", "body": "B" }] },
                   { "type": "delay", "delay_days": 1 }, { "type": "email", "subject": "Again", "body": "A text" }]),
            json!([{ "type": "connection_request" }, { "type": "message", "body": "Thanks" }]),
        ];
        for number in 0..4 {
            let fields = json!({ "name": format!("Campaign {number}"), "signature": "Ana", "daily_limit": 500 });
            let request = match number % 2 {
                0 => self.email_request(fields),
                _ => self.linkedin_request(over(fields, json!({ "operating_hours": always() }))),
            };
            let campaign = self.create(request).unwrap().campaign.id;
            self.me().update_campaign(campaign, json!({ "sequence_nodes": nodes[number % 2] })).unwrap();
            self.me().import_list(campaign, list).unwrap();
            if number < 3 {
                self.me().resolve_messages(campaign, json!({})).unwrap();
                self.me().launch(campaign, None).unwrap();
            }
        }
        let outcomes = ["sent", "sent", "sent", "failed", "bounced"];
        for day in 0..6 {
            let tasks = self.me().claim_due(json!({ "max": 40 })).unwrap().tasks;
            for (index, task) in tasks.iter().enumerate().skip(day) {
                let outcome = outcomes[index % outcomes.len()];
                let outcome = if outcome == "bounced" && task.kind != TaskType::Email { "sent" } else { outcome };
                self.me().complete(task.id, json!({ "outcome": outcome })).unwrap();
                let word = match (task.kind == TaskType::Email, index % 7) {
                    (true, 1) => "opened",
                    (false, 1..=4) => "connection_accepted",
                    (_, 5) => "replied",
                    _ => continue,
                };
                let id = format!("{day}-{index}");
                let _ = self.me().record_event(json!({ "id": id, "type": word, "task_id": task.id }));
            }
            self.clock.advance_ms(DAY);
        }
        // One sender that failed a little, and one that rests.
        let mut failed = [2, 6];
        for task in self.me().claim_due(json!({ "max": 40 })).unwrap().tasks {
            let failed = &mut failed[usize::from(task.kind == TaskType::Email)];
            if *failed > 0 {
                *failed -= 1;
                self.me().complete(task.id, json!({ "outcome": "failed" })).unwrap();
            }
        }
        // After the rest, it is tried with one message.
        self.clock.advance_ms(6 * MINUTE);
        assert_eq!(self.me().claim_due(json!({ "type": "email" })).unwrap().tasks.len(), 1);
        self.me()
            .add_suppressions(json!({ "suppressions": [{ "type": "email_domain", "value": "example.org" }] }))
            .unwrap();
        let running = self.me().list_campaigns(json!({ "status": "active" })).unwrap().campaigns[0].id;
        self.me().hold(json!({ "email": "p1@example.com" }), json!({ "until": null, "campaign_id": running })).unwrap();
        self.me().hold(json!({ "linkedin_url": "linkedin.com/in/p2" }), json!({ "until": null })).unwrap();
        assert_eq!(self.store.check_invariants().unwrap(), []);
    }
}
