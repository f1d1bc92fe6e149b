//! A file that lost rows to which others point is `corrupt`, from whichever operation misses them, and what fails changes
//! nothing.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod world;

use campaignkit::{Error, OpenOptions, SimulatedHost};
use serde_json::json;
use world::{NOW_MS, World};

type Operation = fn(&mut World, &Ids) -> Result<(), Error>;

/// What there is in the file.
struct Ids {
    campaign: campaignkit::CampaignId,
    /// Two prospects: of the first a task is handed out, the second waits.
    prospects: Vec<campaignkit::ProspectId>,
    task: campaignkit::TaskId,
}

/// What is done to the file behind the engine's back, and what notices it.
const DAMAGES: [(&str, &str, Operation); 10] = [
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
    ("a step", "UPDATE sequence_node SET type = 'fax'", |world, ids| world.me().campaign(ids.campaign).map(drop)),
    ("a name", "UPDATE campaign SET name = ''", |world, ids| world.me().campaign(ids.campaign).map(drop)),
    ("custom fields", "UPDATE prospect SET custom_fields = '{'", |world, ids| {
        world.me().prospect(ids.prospects[0]).map(drop)
    }),
    ("what happened", "UPDATE event SET type = 'something'", |world, _| world.me().list_events(json!({})).map(drop)),
    (
        "where a message that waits stands",
        "UPDATE progress SET lane = 0, is_held = 1, due_ms = 0, position = 9",
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
