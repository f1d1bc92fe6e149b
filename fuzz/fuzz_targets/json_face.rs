//! Any bytes as the request of any operation: no panic, a refusal changes nothing, and every promise of the
//! database holds.
//!
//! `cargo +nightly fuzz run json_face` in the folder of the repository; needs `cargo install cargo-fuzz`.
#![no_main]

use campaignkit::{
    AccountId, AddAccount, CampaignId, CreateCampaign, CreateUser, Error, Input, NewEmail, OpenOptions, Session,
    SimulatedHost, Store, UserId,
};
use libfuzzer_sys::{Corpus, fuzz_target};
use serde_json::{Value, json};

fuzz_target!(|bytes: &[u8]| -> Corpus {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Corpus::Reject;
    };
    let mut world = World::new();
    match Input::from_json(text) {
        Ok(request) => {
            world.try_every_operation(&request);
            // The same within a request that is sound, so that single fields are reached without a lucky guess.
            if let Ok(Value::Object(fields)) = serde_json::from_str(text) {
                for mut sound in world.sound_requests() {
                    if let Some(sound) = sound.as_object_mut() {
                        sound.extend(fields.clone());
                    }
                    world.try_every_operation(&Input::from(sound));
                }
            }
        }
        Err(error) => assert_eq!(error.code(), "invalid_input"),
    }
    assert_eq!(world.store.check_invariants().unwrap(), []);
    Corpus::Keep
});

struct World {
    store: Store,
    user: UserId,
    email: AccountId,
    linkedin: AccountId,
    campaign: CampaignId,
}

impl World {
    fn new() -> Self {
        let mut store = OpenOptions::new(SimulatedHost::new(1, 1_776_852_000_000)).open_in_memory().unwrap();
        let user = store.create_user(CreateUser::default()).unwrap().id;
        let mut me = store.session(user).unwrap();
        let email = me.add_account(AddAccount::email("ana@example.com")).unwrap().id;
        let linkedin = me.add_account(AddAccount::linkedin("linkedin.com/in/ana")).unwrap().id;
        let request = CreateCampaign::new("Taken", [email], NewEmail::default());
        let campaign = me.create_campaign(request).unwrap().campaign.id;
        Self { store, user, email, linkedin, campaign }
    }

    fn sound_requests(&self) -> [Value; 4] {
        [
            json!({ "type": "email", "name": "Sound", "sender_account_ids": [self.email] }),
            json!({ "type": "linkedin", "name": "Sound too", "sender_account_ids": [self.linkedin] }),
            json!({ "type": "email", "email_address": "ben@example.com" }),
            json!({ "type": "linkedin", "profile_url": "linkedin.com/in/ben" }),
        ]
    }

    fn try_every_operation(&mut self, request: &Input) {
        let (user, email, linkedin, campaign) = (self.user, self.email, self.linkedin, self.campaign);
        self.attempt(|store| store.create_user(request.clone()).map(drop));
        self.attempt(|store| store.update_user(user, request.clone()).map(drop));
        self.attempt(|store| store.user(request.clone()).map(drop));
        self.attempt(|store| store.list_users(request.clone()).map(drop));
        self.attempt(|store| store.session(request.clone()).map(drop));
        self.act(|me| me.add_account(request.clone()).map(drop));
        self.act(|me| me.update_account(email, request.clone()).map(drop));
        self.act(|me| me.update_account(linkedin, request.clone()).map(drop));
        self.act(|me| me.account(request.clone()).map(drop));
        self.act(|me| me.list_accounts(request.clone()).map(drop));
        self.act(|me| me.remove_account(request.clone()));
        self.act(|me| me.create_campaign(request.clone()).map(drop));
        // Once more: a retry, or a name that is taken now.
        self.act(|me| me.create_campaign(request.clone()).map(drop));
        self.act(|me| me.campaign(request.clone()).map(drop));
        self.act(|me| me.list_campaigns(request.clone()).map(drop));
        self.act(|me| me.list_events(request.clone()).map(drop));
        self.act(|me| me.delete_campaign(request.clone()));
        self.act(|me| me.campaign(campaign).map(drop));
    }

    fn act(&mut self, operation: impl FnOnce(&mut Session<'_>) -> Result<(), Error>) {
        let user = self.user;
        self.attempt(|store| operation(&mut store.session(user).unwrap()));
    }

    fn attempt(&mut self, operation: impl FnOnce(&mut Store) -> Result<(), Error>) {
        let before = self.store.dump().unwrap();
        if let Err(error) = operation(&mut self.store) {
            assert!(error.status() < 500, "{error:?}");
            assert_eq!(self.store.dump().unwrap(), before, "a refused request changes nothing");
            // The answer can be told.
            serde_json::to_string(&error).unwrap();
        }
    }
}
