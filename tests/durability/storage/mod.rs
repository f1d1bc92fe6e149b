//! Which files are accepted as ours, which are left alone, and the effects of damage, locks and options.

mod compaction;
mod damaged;
mod modes;
mod pages;
mod taken;

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::child::Dice;
use crate::world::{NOW_MS, World, add_user};
use campaignkit::{Durability, Error, Input, OpenOptions, SimulatedHost, Store};
use rusqlite::Connection;
use serde_json::{Value, json};
use tempfile::{TempDir, tempdir};

fn options() -> OpenOptions {
    OpenOptions::new(SimulatedHost::new(1, NOW_MS))
}

/// Every file of a directory with its bytes.
fn files(directory: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let entries = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| (path.clone(), std::fs::read(path).unwrap())).collect()
}

/// A directory with one file of ours that has several pages of everything, and the path of the file.
fn ours() -> (TempDir, PathBuf) {
    let directory = tempdir().unwrap();
    let path = directory.path().join("ours.db");
    let clock = SimulatedHost::new(1, NOW_MS);
    let mut world = World::within(OpenOptions::new(clock.clone()).open(&path).unwrap(), clock);
    let mut campaigns = Vec::new();
    for number in 0..150 {
        let name = json!({ "name": number.to_string() });
        let request = if number % 2 == 0 { world.email_request(name) } else { world.linkedin_request(name) };
        campaigns.push(world.create(request).unwrap().campaign.id);
    }
    let mut me = world.me();
    let people: Vec<Value> = (0..200)
        .map(|number| {
            json!({ "email": format!("p{number}@example.com"), "linkedin_url": format!("linkedin.com/in/p{number}"),
                    "first_name": "Bo", "company": "x".repeat(60), "custom_fields": { "Deal": number.to_string() } })
        })
        .collect();
    let list = me.create_list(json!({ "name": "Everyone" })).unwrap().id;
    me.add_leads(list, json!({ "leads": people })).unwrap();
    let suppressions = |range: Range<u32>| -> Value {
        range
            .map(|number| json!({ "type": "linkedin_profile", "value": format!("linkedin.com/in/p{number}") }))
            .collect()
    };
    me.add_suppressions(json!({ "suppressions": suppressions(190..200) })).unwrap();
    // A draft of each channel, with which others can be launched, and a launched one with skipped prospects.
    for campaign in &campaigns[..3] {
        me.import_list(*campaign, list).unwrap();
    }
    me.add_suppressions(json!({ "suppressions": suppressions(0..120) })).unwrap();
    assert_eq!(me.launch(campaigns[1], None).unwrap().skipped.len(), 120);
    world.store.close().unwrap();
    (directory, path)
}

/// The error for a refused file; everything in its directory must be unchanged.
fn refusal(path: &Path) -> Error {
    let before = files(path.parent().unwrap());
    let error = Store::open(path).expect_err(&path.display().to_string());
    let after = files(path.parent().unwrap());
    assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>(), "no file is left beside it");
    assert!(before == after, "the bytes are untouched");
    error
}
