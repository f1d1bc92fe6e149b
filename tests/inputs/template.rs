//! Any texts as the messages of campaigns and the values of their prospects. There is no panic; a campaign is `ready`
//! exactly if its launch succeeds; and then every message can be rendered for everyone.

use campaignkit::{AccountId, AddAccount, CampaignId, CreateUser, Error, Session, UserId};
use serde_json::{Value, json};

use crate::inputs::scratch::Scratch;

pub struct Messages {
    scratch: Scratch,
    user: UserId,
    email: AccountId,
    linkedin: AccountId,
    campaigns: [CampaignId; 2],
}

impl Messages {
    pub fn new(name: &str) -> Self {
        let mut filled = None;
        let scratch = Scratch::new(name, |store, _| {
            let user = store.create_user(CreateUser::default()).unwrap().id;
            let mut me = store.session(user).unwrap();
            let email = me.add_account(AddAccount::email("ana@example.com").unpaced()).unwrap().id;
            let linkedin = me.add_account(AddAccount::linkedin("linkedin.com/in/ana").unpaced()).unwrap().id;
            let campaigns = [("email", email), ("linkedin", linkedin)].map(|(channel, sender)| {
                let request = json!({ "type": channel, "name": channel, "sender_account_ids": [sender] });
                let campaign = me.create_campaign(request).unwrap().campaign.id;
                let bare = json!({ "email": "bo@example.com", "linkedin_url": "linkedin.com/in/bo" });
                me.add_prospects(campaign, json!({ "prospects": [bare] })).unwrap();
                campaign
            });
            filled = Some((user, email, linkedin, campaigns));
        });
        let (user, email, linkedin, campaigns) = filled.unwrap();
        Self { scratch, user, email, linkedin, campaigns }
    }

    /// Makes campaigns from the texts and launches them; returns how many could be launched. NUL separates the texts,
    /// since no accepted text contains it. Missing texts are empty.
    pub fn run(&mut self, texts: &str) -> usize {
        let mut texts = texts.split('\0');
        let mut next = || texts.next().unwrap_or_default();
        let (subject, body, signature, note, value, title) = (next(), next(), next(), next(), next(), next());
        self.scratch.restore();
        let [by_email, by_profile] = self.campaigns;
        let mut me = self.scratch.store.session(self.user).unwrap();
        accepted(me.update_account(self.email, json!({ "title": title, "first_name": "Ana" })));
        accepted(me.update_account(self.linkedin, json!({ "title": title, "is_premium": title.len() % 2 == 0 })));
        let nodes = json!([
            { "type": "email", "subject": subject, "body": body },
            { "type": "email", "subject": "Again", "body": "%name|you%", "is_reply": true },
        ]);
        accepted(me.update_campaign(by_email, json!({ "sequence_nodes": nodes })));
        accepted(me.update_campaign(by_email, json!({ "signature": signature })));
        let nodes = json!([{ "type": "connection_request", "body": note }, { "type": "message", "body": body }]);
        accepted(me.update_campaign(by_profile, json!({ "sequence_nodes": nodes })));
        let full = json!({
            "email": "cy@example.com", "linkedin_url": "linkedin.com/in/cy", "first_name": value, "last_name": value,
            "company": value, "position": value, "headline": "Builds things", "custom_fields": { "a": value, "b": "1" },
        });
        for campaign in self.campaigns {
            accepted(me.add_prospects(campaign, json!({ "prospects": [full] })));
        }
        let mut launched = 0;
        for campaign in self.campaigns {
            launched += usize::from(self.launch(campaign));
            // Once more without the person who lacks most of the values that a template can use.
            let mut me = self.scratch.store.session(self.user).unwrap();
            let page = me.list_prospects(campaign, json!({ "limit": 1 })).unwrap();
            for prospect in &page.prospects {
                me.remove_prospect(prospect.id).unwrap();
            }
            launched += usize::from(self.launch(campaign));
        }
        self.scratch.check();
        launched
    }

    /// A launch succeeds exactly if the campaign is ready; then all of its messages are read.
    fn launch(&mut self, campaign: CampaignId) -> bool {
        let before = self.scratch.commits();
        let mut me = self.scratch.store.session(self.user).unwrap();
        let validation = me.validate(campaign).unwrap();
        serde_json::to_string(&validation).unwrap();
        match me.launch(campaign, Value::Null) {
            Ok(_) => {
                assert!(validation.ready);
                read_everything(&mut me, campaign);
                true
            }
            Err(error) => {
                assert!(!validation.ready);
                let is_draft = validation.errors.iter().all(|issue| issue.code() != "not_draft");
                if is_draft {
                    assert_eq!(error.code(), "not_ready");
                    assert_eq!(error.issues(), validation.errors);
                }
                assert_eq!(self.scratch.commits(), before, "a refused launch changes nothing");
                false
            }
        }
    }
}

/// Some texts are refused, which is fine.
fn accepted<T>(answer: Result<T, Error>) {
    if let Err(error) = answer {
        assert_eq!(error.code(), "invalid_input");
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
                    assert!(!subject.contains(char::is_control), "it can stand in a header");
                    assert!(!body.unwrap().trim().is_empty());
                }
                _ => assert!(!body.unwrap().trim().is_empty()),
            }
        }
    }
}
