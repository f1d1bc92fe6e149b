//! Ids and tokens need randomness: without it, an operation that needs some changes nothing and fails.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::world::{MINUTE, NOW_MS, World, shape};
use campaignkit::{
    CampaignId, CreateUser, Error, Host, NoRandomness, OpenOptions, Reading, Session, SimulatedHost, Store,
};
use serde_json::{Value, json};

/// A host with randomness for this many more calls.
struct Drying {
    host: SimulatedHost,
    left: Arc<AtomicU64>,
}

const FOREVER: u64 = u64::MAX;

impl Host for Drying {
    fn now_ms(&mut self) -> i64 {
        self.host.now_ms()
    }

    fn fill_random(&mut self, bytes: &mut [u8]) -> Result<(), NoRandomness> {
        match self.left.load(Ordering::Relaxed) {
            FOREVER => {}
            0 => {
                // It fails half-way.
                let half = bytes.len() / 2;
                bytes[..half].fill(0);
                return Err(NoRandomness);
            }
            left => self.left.store(left - 1, Ordering::Relaxed),
        }
        self.host.fill_random(bytes)
    }
}

struct Desert {
    world: World,
    left: Arc<AtomicU64>,
}

impl Desert {
    fn new() -> Self {
        let host = SimulatedHost::new(1, NOW_MS);
        let left = Arc::new(AtomicU64::new(FOREVER));
        let store = OpenOptions::new(Drying { host: host.clone(), left: Arc::clone(&left) }).open_in_memory().unwrap();
        Self { world: World::within(store, host), left }
    }

    fn set(&self, left: u64) {
        self.left.store(left, Ordering::Relaxed);
    }

    /// Uses up the store's reserve: a suppression that exists already takes an id and changes nothing.
    fn dry(&mut self) {
        self.set(0);
        let suppression = json!({ "suppressions": [{ "type": "email_domain", "value": "example.org" }] });
        while self.world.me().add_suppressions(suppression.clone()).is_ok() {}
    }

    /// Runs an operation without the randomness that it needs, which changes nothing, and then with it.
    fn refused_then<T>(&mut self, name: &str, mut operation: impl FnMut(&mut Session<'_>) -> Result<T, Error>) -> T {
        self.dry();
        for _ in 0..2 {
            let error = self.world.refused(&mut operation);
            assert_eq!((error.code(), error.status()), ("no_randomness", 503), "{name}");
        }
        self.set(FOREVER);
        operation(&mut self.world.me()).unwrap_or_else(|error| panic!("{name}: {error}"))
    }
}

/// An email campaign with these people, ready to be launched.
fn email_campaign(desert: &mut Desert, name: &str, people: &[&str]) -> CampaignId {
    let world = &mut desert.world;
    let id = world.create(world.email_request(json!({ "name": name, "signature": "" }))).unwrap().campaign.id;
    let nodes = json!([{ "type": "email", "subject": "Hello", "body": "A text" }]);
    world.me().update_campaign(id, json!({ "sequence_nodes": nodes })).unwrap();
    let people: Vec<Value> = people.iter().map(|person| json!({ "email": format!("{person}@example.com") })).collect();
    world.add(id, json!(people));
    world.me().launch(id, None).unwrap();
    id
}

#[test]
fn without_randomness_what_needs_an_id_changes_nothing_and_can_be_tried_again() {
    let mut desert = Desert::new();
    desert
        .world
        .me()
        .add_suppressions(json!({ "suppressions": [{ "type": "email_domain", "value": "example.org" }] }))
        .unwrap();
    let campaign = email_campaign(&mut desert, "Launched", &["ana", "bo"]);
    let draft = desert.world.email_campaign("Draft");
    let list = desert.world.me().create_list(json!({ "name": "Saved" })).unwrap().id;
    desert.world.me().add_leads(list, json!({ "leads": [{ "email": "lea@example.com" }] })).unwrap();
    let request = desert.world.email_request(json!({ "name": "New" }));
    let client = json!({ "id": "019012d0-7c00-7000-8000-000000000001", "name": "With an id of the caller's" });
    let with_id = desert.world.email_request(client);
    let person = json!({ "prospects": [{ "email": "new@example.com" }] });
    let email = json!({ "type": "email", "subject": "Again", "body": "A text" });
    let csv: &[u8] = b"email\ncsv@example.com\n";
    let read = desert.world.me().preview_csv(csv, Reading::default()).unwrap();
    let hash = shape(&read)["content_hash"].clone();

    let account = json!({ "type": "email", "email_address": "new@example.com" });
    desert.refused_then("add_account", |me| me.add_account(account.clone()));
    desert.refused_then("create_campaign", |me| me.create_campaign(request.clone()));
    desert.refused_then("create_campaign", |me| me.create_campaign(with_id.clone()));
    let nodes = json!({ "sequence_nodes": [email.clone()] });
    desert.refused_then("update_campaign", |me| me.update_campaign(draft, nodes.clone()));
    desert.refused_then("insert_node", |me| me.insert_node(draft, email.clone()));
    desert.refused_then("add_prospects", |me| me.add_prospects(campaign, person.clone()));
    desert.refused_then("create_list", |me| me.create_list(json!({ "name": "New" })));
    desert.refused_then("add_leads", |me| me.add_leads(list, json!({ "leads": [{ "email": "new@example.com" }] })));
    desert.refused_then("import_list", |me| me.import_list(campaign, list));
    let mapping = json!({ "content_hash": hash, "mapping": ["email"] });
    desert.refused_then("import_csv", |me| me.import_csv(campaign, csv, mapping.clone()));
    let suppression = json!({ "suppressions": [{ "type": "email_address", "value": "a@example.net" }] });
    desert.refused_then("add_suppressions", |me| me.add_suppressions(suppression.clone()));
    let tasks = desert.refused_then("claim_due", |me| me.claim_due(json!({ "max": 1 }))).tasks;
    let token = tasks[0].email.as_ref().unwrap().unsubscribe_token;
    desert.refused_then("unsubscribe", |me| me.unsubscribe(token));
    let prospects = desert.world.me().list_prospects(campaign, json!({ "status": "pending" })).unwrap().prospects;
    let event = json!({ "id": "e1", "type": "unsubscribed", "prospect_id": prospects[0].id });
    desert.refused_then("record_event", |me| me.record_event(event.clone()));

    desert.dry();
    let before = desert.world.store.dump().unwrap();
    assert_eq!(desert.world.store.create_user(CreateUser::default()).unwrap_err().code(), "no_randomness");
    assert_eq!(desert.world.store.dump().unwrap(), before);
    // Operations that create nothing need none.
    let me = &mut desert.world.me();
    me.complete(tasks[0].id, json!({ "outcome": "sent" })).unwrap();
    me.update_campaign(draft, json!({ "name": "Renamed" })).unwrap();
    me.plan(draft, json!({})).unwrap();
    me.pause(campaign).unwrap();
    assert_eq!(desert.world.store.check_invariants().unwrap(), []);
}

#[test]
fn whichever_draw_fails_a_claim_hands_out_nothing_and_no_token_is_empty_or_given_twice() {
    let mut seen = HashSet::new();
    for draws in 0.. {
        let mut desert = Desert::new();
        email_campaign(&mut desert, "Launched", &["ana", "bo", "cy", "di"]);
        desert.world.clock.advance_ms(MINUTE);
        desert.set(draws);
        match desert.world.me().claim_due(json!({})) {
            Ok(claimed) => {
                assert_eq!((claimed.tasks.len(), draws), (4, 8), "two tokens each");
                return;
            }
            Err(error) => assert_eq!(error.code(), "no_randomness"),
        }
        desert.set(0);
        assert_eq!(desert.world.refused(|me| me.claim_due(json!({}))).code(), "no_randomness");
        desert.set(FOREVER);
        let tasks = shape(&desert.world.me().claim_due(json!({})).unwrap())["tasks"].clone();
        assert_eq!(tasks.as_array().unwrap().len(), 4);
        seen.clear();
        for task in tasks.as_array().unwrap() {
            for token in ["unsubscribe_token", "open_token"] {
                let token = task[token].as_str().unwrap().to_owned();
                assert!(token.bytes().any(|byte| byte != b'0' && byte != b'-'), "{token}");
                assert!(seen.insert(token));
            }
        }
        assert_eq!(desert.world.store.check_invariants().unwrap(), []);
    }
}

#[test]
fn ids_that_were_made_of_a_draw_that_failed_half_way_are_never_given_out() {
    let left = Arc::new(AtomicU64::new(0));
    let host = Drying { host: SimulatedHost::new(1, NOW_MS), left: Arc::clone(&left) };
    let mut store: Store = OpenOptions::new(host).open_in_memory().unwrap();
    for _ in 0..3 {
        assert_eq!(store.create_user(CreateUser::default()).unwrap_err().code(), "no_randomness");
    }
    left.store(FOREVER, Ordering::Relaxed);
    let user = store.create_user(CreateUser::default()).unwrap();
    let undisturbed = OpenOptions::new(SimulatedHost::new(1, NOW_MS)).open_in_memory();
    assert_eq!(user, undisturbed.unwrap().create_user(CreateUser::default()).unwrap());
}
