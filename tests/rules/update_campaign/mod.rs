//! updateCampaign: the rules of docs/rules.md#changing-a-campaign, through the public API.

mod changes;
mod fields;
mod properties;

use crate::world::{World, add_user, issues, over, problems, shape};
use campaignkit::{AccountId, AddAccount, CampaignId, Name};
use serde_json::{Value, json};

const UNKNOWN: &str = "018f4d2e-7c3a-7b1e-8a2b-0123456789ab";
const STATUSES: [&str; 4] = ["draft", "active", "paused", "completed"];

/// The result of an update that must succeed.
fn update(world: &mut World, id: CampaignId, fields: Value) -> Value {
    shape(&world.me().update_campaign(id, fields).unwrap())
}

/// The issues of an update that must be refused.
fn refusal(world: &mut World, id: CampaignId, fields: Value) -> Vec<(String, &'static str)> {
    problems(&world.refused(|me| me.update_campaign(id, fields)))
}

fn add_accounts(world: &mut World) -> (AccountId, AccountId) {
    let mut me = world.me();
    let email = me.add_account(AddAccount::email("ben@example.com").unpaced()).unwrap().id;
    (email, me.add_account(AddAccount::linkedin("linkedin.com/in/ben").unpaced()).unwrap().id)
}

/// Another value for every field of both channels.
fn other_values(sender: AccountId, node: &str) -> [(&'static str, Value); 9] {
    [
        ("name", json!("Another name")),
        ("sender_account_ids", json!([sender])),
        ("sequence_nodes", json!([{ "type": node, "body": "Another text" }])),
        ("daily_limit", json!(7)),
        ("stop_on_reply", json!(false)),
        ("open_tracking", json!(false)),
        ("signature", json!("Bye")),
        ("skip_other_campaigns", json!(false)),
        ("operating_hours", json!({ "sunday": [{ "start": "10:00", "end": "11:00" }] })),
    ]
}

const EMAIL_ONLY: [&str; 4] = ["daily_limit", "stop_on_reply", "open_tracking", "signature"];
const LINKEDIN_ONLY: [&str; 2] = ["skip_other_campaigns", "operating_hours"];

fn is_of_other_channel(channel: &str, field: &str) -> bool {
    if channel == "email" { LINKEDIN_ONLY.contains(&field) } else { EMAIL_ONLY.contains(&field) }
}
