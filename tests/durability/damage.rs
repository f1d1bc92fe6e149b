//! A file that lost rows to which others point is `corrupt` for any operation that misses them; a failed operation
//! changes nothing, and no number in the file ends the engine.

use crate::world::{NOW_MS, World};
use campaignkit::{Error, OpenOptions, SimulatedHost};
use serde_json::json;

type Operation = fn(&mut World, &Ids) -> Result<(), Error>;

/// The objects in the file.
struct Ids {
    campaign: campaignkit::CampaignId,
    /// Two prospects: a task of the first is handed out, the second waits.
    prospects: Vec<campaignkit::ProspectId>,
    task: campaignkit::TaskId,
}

/// A change to the file behind the engine's back, and the operation that notices it.
const DAMAGES: [(&str, &str, Operation); 13] = [
    ("the person of a place in a queue", "DELETE FROM prospect", |world, _| world.me().claim_due(json!({})).map(drop)),
    ("the person of a task", "DELETE FROM prospect", |world, ids| {
        world.me().complete(ids.task, json!({ "outcome": "sent" })).map(drop)
    }),
    ("where a person stands", "DELETE FROM progress", |world, ids| world.me().explain(ids.prospects[1]).map(drop)),
    ("an address", "UPDATE prospect SET identity = replace(identity, '@', '')", |world, _| {
        world.me().claim_due(json!({})).map(drop)
    }),
    ("an address of a sender", "UPDATE account SET address = 'nobody'", |world, _| {
        world.me().list_accounts(json!({})).map(drop)
    }),
    ("the senders of a message", "DELETE FROM account", |world, ids| {
        world.me().preview_messages(ids.prospects[1], json!({})).map(drop)
    }),
    ("who sends a message", "DELETE FROM campaign_sender", |world, ids| {
        world.me().preview_messages(ids.prospects[1], json!({})).map(drop)
    }),
    ("the senders of a campaign", "DELETE FROM account", |world, ids| world.me().validate(ids.campaign).map(drop)),
    ("a step", "UPDATE sequence_node SET type = 'fax'", |world, ids| world.me().campaign(ids.campaign).map(drop)),
    ("a name", "UPDATE campaign SET name = ''", |world, ids| world.me().campaign(ids.campaign).map(drop)),
    ("custom fields", "UPDATE prospect SET custom_fields = '{'", |world, ids| {
        world.me().prospect(ids.prospects[0]).map(drop)
    }),
    ("what happened", "UPDATE event SET type = 'something'", |world, _| world.me().list_events(json!({})).map(drop)),
    (
        "where a message that waits stands",
        "UPDATE progress SET lane = 0, is_unresolved = 1, due_ms = 0, position = 9",
        |world, _| world.me().claim_due(json!({})).map(drop),
    ),
];

#[test]
fn what_the_file_lost_is_corrupt() {
    for (lost, statement, operation) in DAMAGES {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("campaigns.db");
        let clock = SimulatedHost::new(1, NOW_MS);
        let mut world = World::within(OpenOptions::new(clock.clone()).open(&path).unwrap(), clock);
        let campaign = world.campaign("email", "active").id;
        let more = world.add(campaign, json!([{ "email": "bo@example.com" }]));
        let suppressions = json!({ "suppressions": [{ "type": "email_domain", "value": "example.org" }] });
        world.me().add_suppressions(suppressions).unwrap();
        let task = world.me().claim_due(json!({ "max": 1 })).unwrap().tasks.remove(0);
        let ids = Ids { campaign, prospects: vec![task.prospect.id, more[0]], task: task.id };

        let conn = rusqlite::Connection::open(&path).unwrap();
        conn.execute_batch("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON").unwrap();
        assert!(conn.execute(statement, []).unwrap() > 0, "{lost}");
        let before = world.store.dump().unwrap();
        let error = operation(&mut world, &ids).expect_err(lost);
        assert!(matches!(error, Error::Corrupt(_)), "{lost}: {error:?}");
        assert_eq!(world.store.dump().unwrap(), before, "{lost}");
    }
}

/// The extreme values of a column, written behind the engine's back.
const EXTREMES: [&str; 13] = [
    "UPDATE sequence_node SET delay_days = 4294967295, delay_hours = 4294967295, delay_minutes = 4294967295
     WHERE type = 'delay'",
    "UPDATE progress SET position = 65535",
    "UPDATE progress SET failures = 4294967295",
    "UPDATE progress SET due_ms = 9223372036854775807",
    "UPDATE progress SET due_ms = -9223372036854775808",
    "UPDATE progress SET lane = -9223372036854775808",
    "UPDATE progress SET sender = 65535",
    "UPDATE campaign_sender SET assigned = 4294967295",
    "UPDATE event SET number = 9223372036854775807 WHERE number = (SELECT max(number) FROM event)",
    "UPDATE user SET acceptance_days = 4294967295",
    "UPDATE campaign SET revision = 4294967295, created_ms = -9223372036854775808, launched_ms = 9223372036854775807",
    "UPDATE account SET daily_limit = 4294967295, created_ms = 9223372036854775807",
    "UPDATE list SET lead_count = 4294967295",
];

#[test]
fn no_number_of_a_file_ends_the_engine() {
    for statement in EXTREMES {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("campaigns.db");
        let clock = SimulatedHost::new(1, NOW_MS);
        let mut world = World::within(OpenOptions::new(clock.clone()).open(&path).unwrap(), clock);
        let list = world.me().create_list(json!({ "name": "Saved" })).unwrap().id;
        let mut campaigns = Vec::new();
        for channel in ["email", "linkedin"] {
            let campaign = world.campaign(channel, "draft").id;
            let nodes = match channel {
                "email" => json!([{ "type": "email", "subject": "Hello", "body": "A text" },
                    { "type": "delay", "delay_days": 1 }, { "type": "email", "subject": "Again", "body": "A text" }]),
                _ => json!([{ "type": "connection_request" }, { "type": "delay", "delay_minutes": 1 },
                    { "type": "message", "body": "Thanks" }]),
            };
            world.me().update_campaign(campaign, json!({ "sequence_nodes": nodes })).unwrap();
            let bo = json!([{ "email": "bo@example.com", "linkedin_url": "linkedin.com/in/bo" }]);
            world.add(campaign, bo);
            world.me().launch(campaign, None).unwrap();
            campaigns.push(campaign);
        }
        let tasks = world.me().claim_due(json!({ "max": 3 })).unwrap().tasks;
        assert_eq!(tasks.len(), 3);

        let conn = rusqlite::Connection::open(&path).unwrap();
        conn.execute_batch("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON").unwrap();
        assert!(conn.execute(statement, []).unwrap() > 0, "{statement}");
        conn.close().unwrap();
        let me = &mut world.me();
        let (prospect, mut results) = (tasks[2].prospect.id, Vec::new());
        let lead = json!({ "email": "cy@example.com", "linkedin_url": "linkedin.com/in/cy" });
        results.push(me.add_leads(list, json!({ "leads": [lead] })).err());
        results.push(me.complete(tasks[0].id, json!({ "outcome": "sent" })).err());
        results.push(me.complete(tasks[1].id, json!({ "outcome": "failed", "retryable": true })).err());
        let accepted = json!({ "id": "e1", "type": "connection_accepted", "prospect_id": prospect });
        results.push(me.record_event(accepted).err());
        results.push(me.complete(tasks[2].id, json!({ "outcome": "sent" })).err());
        results.push(me.explain(prospect).err());
        for campaign in campaigns {
            results.push(me.add_prospects(campaign, json!({ "prospects": [lead] })).err());
            results.push(me.plan(campaign, json!({})).err());
            results.push(me.forecast(campaign, json!({})).err());
            results.push(me.validate(campaign).err());
            results.push(me.update_campaign(campaign, json!({ "name": campaign.to_string() })).err());
            results.push(me.pause(campaign).err());
            results.push(me.resume(campaign).err());
        }
        for late in ["send", "skip", "next_window"] {
            results.push(me.claim_due(json!({ "late": late })).err());
        }
        results.push(me.list_campaigns(json!({})).err());
        results.push(me.list_accounts(json!({})).err());
        results.push(me.list_events(json!({ "limit": 200 })).err());
        let unexpected = results.iter().flatten().find(|error| matches!(error, Error::Bug(_)));
        assert!(unexpected.is_none(), "{statement}: {unexpected:?}");
    }
}
