//! A user with accounts in a database in memory, under a clock that stands still.
#![allow(dead_code, reason = "each test uses some of it")]

use campaignkit::{
    AccountId, AddAccount, CreateUser, Created, Error, OpenOptions, Session, SimulatedHost, Store, UserId,
};
use serde_json::{Value, json};

/// 2026-04-22T10:00:00Z
pub const NOW_MS: i64 = 1_776_852_000_000;

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

    /// The wire shape of what a request answers, or of its error.
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

    /// The issues of a request that must be refused, as `(path, code)`; nothing may have changed.
    pub fn refusal(&mut self, request: Value) -> Vec<(String, &'static str)> {
        let before = self.store.dump().unwrap();
        let error = self.create(request).unwrap_err();
        assert_eq!((error.code(), error.status()), ("invalid_input", 400));
        assert_eq!(self.store.dump().unwrap(), before, "a refused request changes nothing");
        error.issues().iter().map(|issue| (issue.path.clone(), issue.code())).collect()
    }
}

/// A user with one email and one LinkedIn account.
pub fn add_user(store: &mut Store) -> (UserId, AccountId, AccountId) {
    let user = store.create_user(CreateUser::default()).unwrap().id;
    let mut me = store.session(user).unwrap();
    let email = me.add_account(AddAccount::email("ana@example.com")).unwrap().id;
    let linkedin = me.add_account(AddAccount::linkedin("https://www.linkedin.com/in/ana")).unwrap().id;
    (user, email, linkedin)
}

/// `base` with `fields` put over it.
pub fn over(mut base: Value, fields: Value) -> Value {
    let (Some(object), Value::Object(fields)) = (base.as_object_mut(), fields) else {
        panic!("both are objects");
    };
    object.extend(fields);
    base
}

/// The paths and codes as they are written in a test.
pub fn issues(expected: &[(&str, &'static str)]) -> Vec<(String, &'static str)> {
    expected.iter().map(|(path, code)| ((*path).to_owned(), *code)).collect()
}
