//! Any texts as the messages of campaigns and the values of their prospects: no panic, a campaign is `ready` exactly
//! where its launch succeeds, and once it is, every message can be rendered for everyone.
//!
//! `cargo +nightly fuzz run template` in the folder of the repository; needs `cargo install cargo-fuzz`.
#![no_main]

use campaignkit::{AddAccount, CampaignId, CreateUser, Error, OpenOptions, Session, SimulatedHost, Store};
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

fuzz_target!(|text: &str| {
    // Texts that lack are empty; NUL is in none of them that is accepted.
    let mut texts = text.split('\0');
    let mut next = || texts.next().unwrap_or_default();
    let (subject, body, signature, note, value, title) = (next(), next(), next(), next(), next(), next());

    let mut store = OpenOptions::new(SimulatedHost::new(1, 1_776_852_000_000)).open_in_memory().unwrap();
    let user = store.create_user(CreateUser::default()).unwrap().id;
    let mut me = store.session(user).unwrap();
    let email = me.add_account(AddAccount::email("ana@example.com")).unwrap().id;
    let linkedin = me.add_account(AddAccount::linkedin("linkedin.com/in/ana")).unwrap().id;
    accepted(me.update_account(email, json!({ "title": title, "first_name": "Ana" })));
    accepted(me.update_account(linkedin, json!({ "title": title, "is_premium": title.len() % 2 == 0 })));

    let by_email = json!({ "type": "email", "name": "By email", "sender_account_ids": [email] });
    let by_email = me.create_campaign(by_email).unwrap().campaign.id;
    let nodes = json!([
        { "type": "email", "subject": subject, "body": body },
        { "type": "email", "subject": "Again", "body": "%name|you%", "is_reply": true },
    ]);
    accepted(me.update_campaign(by_email, json!({ "sequence_nodes": nodes })));
    accepted(me.update_campaign(by_email, json!({ "signature": signature })));
    let by_profile = json!({ "type": "linkedin", "name": "By profile", "sender_account_ids": [linkedin] });
    let by_profile = me.create_campaign(by_profile).unwrap().campaign.id;
    let nodes = json!([{ "type": "connection_request", "body": note }, { "type": "message", "body": body }]);
    accepted(me.update_campaign(by_profile, json!({ "sequence_nodes": nodes })));

    for campaign in [by_email, by_profile] {
        let bare = json!({ "email": "bo@example.com", "linkedin_url": "linkedin.com/in/bo" });
        let full = json!({
            "email": "cy@example.com", "linkedin_url": "linkedin.com/in/cy", "first_name": value, "last_name": value,
            "company": value, "position": value, "headline": "Builds things", "custom_fields": { "a": value, "b": "1" },
        });
        accepted(me.add_prospects(campaign, json!({ "prospects": [bare] })));
        accepted(me.add_prospects(campaign, json!({ "prospects": [full] })));
    }
    for campaign in [by_email, by_profile] {
        launch(&mut store, user, campaign);
        // Once more without the one who lacks most of what a template can ask for.
        let mut me = store.session(user).unwrap();
        let page = me.list_prospects(campaign, json!({ "limit": 1 })).unwrap();
        for prospect in &page.prospects {
            me.remove_prospect(prospect.id).unwrap();
        }
        launch(&mut store, user, campaign);
    }
    assert_eq!(store.check_invariants().unwrap(), []);
});

/// Some texts are refused, which is as good.
fn accepted<T>(answer: Result<T, Error>) {
    if let Err(error) = answer {
        assert_eq!(error.code(), "invalid_input");
    }
}

/// Launches a campaign exactly if it is ready, and then looks at everything that it says.
fn launch(store: &mut Store, user: campaignkit::UserId, campaign: CampaignId) {
    let before = store.dump().unwrap();
    let mut me = store.session(user).unwrap();
    let validation = me.validate(campaign).unwrap();
    serde_json::to_string(&validation).unwrap();
    match me.launch(campaign, Value::Null) {
        Ok(_) => {
            assert!(validation.ready);
            read_everything(&mut me, campaign);
        }
        Err(error) => {
            assert!(!validation.ready);
            let is_draft = validation.errors.iter().all(|issue| issue.code() != "not_draft");
            if is_draft {
                assert_eq!(error.code(), "not_ready");
                assert_eq!(error.issues(), validation.errors);
            }
            assert_eq!(store.dump().unwrap(), before, "a refused launch changes nothing");
        }
    }
}

fn read_everything(me: &mut Session<'_>, campaign: CampaignId) {
    for prospect in me.list_prospects(campaign, Value::Null).unwrap().prospects {
        for message in me.preview_messages(prospect.id, Value::Null).unwrap().messages {
            let message = serde_json::to_value(&message).unwrap();
            assert_eq!(message["unresolved"], json!([]));
            let body = message["body"].as_str();
            match message["type"].as_str() {
                Some("connection_request") => assert!(body.is_none_or(|note| note.chars().count() <= 300)),
                Some("email") => {
                    let subject = message["subject"].as_str().unwrap();
                    assert!(!subject.contains(['\r', '\n']));
                    assert!(!body.unwrap().trim().is_empty());
                }
                _ => assert!(!body.unwrap().trim().is_empty()),
            }
        }
    }
}
