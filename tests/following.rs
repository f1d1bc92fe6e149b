//! Following what happens: what each transaction did, and the messages that were handed out, through the public door.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod world;

use std::sync::{Arc, Mutex};

use campaignkit::{CampaignId, Commit, Store, Topic};
use serde_json::{Value, json};
use world::{MINUTE, World, problems, shape};

/// What a store tells of its transactions.
fn watch(store: &mut Store) -> Arc<Mutex<Vec<Commit>>> {
    let told = Arc::new(Mutex::new(Vec::new()));
    let seen = told.clone();
    store.on_commit(move |commit| seen.lock().unwrap().push(commit));
    told
}

fn types(commit: &Commit) -> Vec<String> {
    commit.events.iter().map(|event| shape(event)["type"].as_str().unwrap().to_owned()).collect()
}

/// A running campaign with people of these names.
fn run(world: &mut World, people: &[&str]) -> CampaignId {
    let id = world.create(world.email_request(json!({ "signature": "" }))).unwrap().campaign.id;
    let nodes = json!([{ "type": "email", "subject": "Hi", "body": "A text" }]);
    world.me().update_campaign(id, json!({ "sequence_nodes": nodes })).unwrap();
    let people = people.iter().map(|name| json!({ "email": format!("{name}@example.com") })).collect();
    world.add(id, people);
    world.me().launch(id, None).unwrap();
    id
}

#[test]
fn each_transaction_is_told_once_with_all_that_it_did_and_a_refused_one_is_not() {
    let mut world = World::new();
    let told = watch(&mut world.store);
    let id = world.email_campaign("A");
    assert_eq!(world.refused(|me| me.create_list(json!({ "name": "" }))).code(), "invalid_input");
    assert_eq!(world.create(world.email_request(json!({ "name": "A" }))).unwrap_err().code(), "name_taken");
    let people = (0..1_000).map(|n| json!({ "email": format!("p{n}@example.com") })).collect();
    world.add(id, people);
    world.me().campaign(id).unwrap();
    let other = world::add_user(&mut world.store).0;
    world.me().delete_campaign(id).unwrap();

    let told = told.lock().unwrap();
    let seen: Vec<_> = told.iter().map(|commit| (commit.user_id == world.user, types(commit).join(","))).collect();
    let expected = [
        (true, "campaign_created"),
        (true, "prospects_added"),
        (false, "user_created"),
        (false, "account_added"),
        (false, "account_added"),
        (true, "campaign_deleted"),
    ];
    assert_eq!(seen, expected.map(|(own, types)| (own, types.to_owned())));
    assert!(told.iter().filter(|commit| commit.user_id != world.user).all(|commit| commit.user_id == other));
    let numbers: Vec<i64> = told.iter().flat_map(|commit| &commit.events).map(|event| event.number).collect();
    assert!(numbers.windows(2).all(|pair| pair[1] == pair[0] + 1), "{numbers:?}");
}

#[test]
fn what_was_committed_after_an_event_is_found_as_it_was_told() {
    let mut world = World::new();
    let before = world.store.last_event().unwrap();
    let told = watch(&mut world.store);
    for name in ["A", "B", "C"] {
        world.email_campaign(name);
        world.clock.advance_ms(1);
    }
    run(&mut world, &["bo"]);
    let told = told.lock().unwrap().clone();
    assert_eq!(
        world.store.commits_after(before).unwrap(),
        told[..3].iter().cloned().chain(joined(&told[3..])).collect::<Vec<_>>()
    );
    let last = world.store.last_event().unwrap();
    assert_eq!(last, told.last().unwrap().events.last().unwrap().number);
    assert_eq!(world.store.commits_after(last).unwrap(), []);
}

/// The events of one user at one instant are taken for one transaction's.
fn joined(commits: &[Commit]) -> Option<Commit> {
    let events = commits.iter().flat_map(|commit| commit.events.clone()).collect();
    Some(Commit { user_id: commits.first()?.user_id, events })
}

#[test]
fn each_change_says_what_shows_something_else_after_it() {
    let mut world = World::new();
    let told = watch(&mut world.store);
    let id = run(&mut world, &["bo", "cy"]);
    let task = world.me().claim_due(json!({ "max": 1 })).unwrap().tasks.remove(0);
    world.me().complete(task.id, json!({ "outcome": "sent" })).unwrap();
    world.me().create_list(json!({ "name": "People" })).unwrap();
    let told = told.lock().unwrap();
    let concerns = |word: &str| -> Vec<Topic> {
        let mut events = told.iter().flat_map(|commit| &commit.events);
        let event = events.find(|event| shape(event)["type"] == word).unwrap();
        event.change.concerns().to_vec()
    };
    assert_eq!(concerns("campaign_created"), [Topic::Campaigns]);
    assert_eq!(concerns("prospects_added"), [Topic::Campaigns, Topic::Prospects]);
    assert_eq!(concerns("campaign_launched"), [Topic::Campaigns, Topic::Prospects]);
    assert_eq!(concerns("tasks_claimed"), [Topic::Tasks]);
    assert_eq!(concerns("task_completed"), [Topic::Campaigns, Topic::Prospects, Topic::Tasks]);
    assert_eq!(concerns("list_created"), []);
    assert_eq!(world.me().campaign(id).unwrap().id, id);
}

#[test]
fn what_was_handed_out_is_listed_newest_first_with_what_became_of_it() {
    let mut world = World::new();
    let id = run(&mut world, &["bo", "cy", "di", "ed", "fi"]);
    let other = world.email_campaign("Other");
    let outcomes = [Some("sent"), Some("bounced"), Some("failed"), None, Some("sent")];
    let mut ids = Vec::new();
    for outcome in outcomes {
        let task = world.me().claim_due(json!({ "max": 1 })).unwrap().tasks.remove(0);
        ids.push(task.id);
        if let Some(outcome) = outcome {
            world.me().complete(task.id, json!({ "outcome": outcome })).unwrap();
        }
        world.clock.advance_ms(MINUTE);
    }
    let all = world.me().list_tasks(id, json!({})).unwrap();
    // What failed counts for no limit and has no instant.
    let expected = [ids[4], ids[3], ids[1], ids[0], ids[2]];
    assert_eq!(all.tasks.iter().map(|task| task.id).collect::<Vec<_>>(), expected);
    let statuses: Vec<Value> = all.tasks.iter().map(|task| shape(task)["status"].clone()).collect();
    assert_eq!(statuses, ["sent", "claimed", "bounced", "sent", "failed"]);
    assert!(all.tasks.iter().all(|task| task.campaign_id == id && task.account_id == world.email));
    assert_eq!(all.tasks.iter().filter(|task| task.at.is_none()).count(), 1);
    assert_eq!(all.next_cursor, None);

    for limit in 1..=4 {
        let (mut seen, mut cursor) = (Vec::new(), None);
        loop {
            let page = world.me().list_tasks(id, json!({ "limit": limit, "cursor": cursor })).unwrap();
            assert!(page.tasks.len() <= limit);
            seen.extend(page.tasks);
            match page.next_cursor {
                Some(next) => cursor = Some(next),
                None => break,
            }
        }
        assert_eq!(seen, all.tasks, "{limit} a page");
    }
    let sent = world.me().list_tasks(id, json!({ "status": "sent" })).unwrap().tasks;
    assert_eq!(sent.iter().map(|task| task.id).collect::<Vec<_>>(), [ids[4], ids[0]]);
    let failed = world.me().list_tasks(id, json!({ "status": "failed" })).unwrap().tasks;
    assert_eq!(failed.iter().map(|task| task.id).collect::<Vec<_>>(), [ids[2]]);
    assert_eq!(world.me().list_tasks(other, json!({})).unwrap().tasks, []);

    let error = world.refused(|me| me.list_tasks(id, json!({ "status": "lots", "limit": 0, "cursor": "x", "odd": 1 })));
    let mut codes: Vec<_> = problems(&error).into_iter().map(|(_, code)| code).collect();
    codes.sort_unstable();
    assert_eq!(codes, ["malformed_cursor", "out_of_range", "unknown_field", "unknown_value"]);
    let stranger = world::add_user(&mut world.store).0;
    let error = world.store.session(stranger).unwrap().list_tasks(id, json!({})).unwrap_err();
    assert_eq!(error.code(), "campaign_not_found");
}

#[test]
fn a_store_tells_its_size_and_its_versions() {
    let mut world = World::new();
    let before = world.store.info().unwrap();
    assert_eq!((before.schema_version, before.sqlite_version), (3, rusqlite::version()));
    for name in 0..200 {
        world.email_campaign(&format!("Campaign {name}"));
    }
    let after = world.store.info().unwrap();
    assert!(after.size > before.size && after.size.is_multiple_of(4096), "{before:?} {after:?}");
}
