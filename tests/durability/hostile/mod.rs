//! Malicious and damaged files: none of them hangs, aborts or is accepted, whether it is opened, imported or recovered.

mod damaged;
mod written;

use std::path::PathBuf;
use std::sync::mpsc::channel;
use std::time::Duration;

use crate::child;
use crate::child::Dice;
use crate::world::{NOW_MS, World, file_of};
use campaignkit::{Error, OpenOptions, SimulatedHost, Store};
use rusqlite::Connection;
use serde_json::json;
use tempfile::tempdir;

/// Far more than anything here takes: work that hangs fails instead.
const PATIENCE: Duration = Duration::from_secs(120);

/// The errors for a malicious file.
const REFUSALS: [&str; 5] = ["foreign_file", "corrupt", "newer_schema", "storage_unavailable", "storage_full"];

fn options() -> OpenOptions {
    OpenOptions::new(SimulatedHost::new(5, NOW_MS))
}

/// Does some work in a thread of its own, and fails if that does not end.
fn within_reason<T: Send + 'static>(what: &str, work: impl FnOnce() -> T + Send + 'static) -> T {
    let (sender, receiver) = channel();
    std::thread::spawn(move || sender.send(work()));
    receiver.recv_timeout(PATIENCE).unwrap_or_else(|error| panic!("{what}: {error}"))
}

/// A file of a database with a history, of one user.
fn sound() -> Vec<u8> {
    let mut world = World::new();
    world.campaign("email", "active");
    world.campaign("linkedin", "active");
    world.campaign("email", "draft");
    for task in world.me().claim_due(json!({})).unwrap().tasks {
        world.me().complete(task.id, json!({ "outcome": "sent" })).unwrap();
    }
    file_of(&mut world.store)
}

/// The file after another program wrote this into it.
fn after(file: &[u8], script: &str) -> Vec<u8> {
    let directory = tempdir().unwrap();
    let path = directory.path().join("changed.db");
    std::fs::write(&path, file).unwrap();
    let conn = Connection::open(&path).unwrap();
    conn.execute_batch("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON").unwrap();
    conn.execute_batch(script).unwrap_or_else(|error| panic!("{script}: {error}"));
    conn.close().unwrap();
    std::fs::read(path).unwrap()
}

/// Opens, imports and recovers a file; returns the code of each refusal.
fn tried(what: &str, file: &[u8], log: Option<&[u8]>) -> [Option<&'static str>; 3] {
    let directory = tempdir().unwrap();
    let path = |name: &str| directory.path().join(name);
    let put = |name: &str| -> PathBuf {
        std::fs::write(path(name), file).unwrap();
        if let Some(log) = log {
            std::fs::write(path(&format!("{name}-wal")), log).unwrap();
        }
        path(name)
    };
    let said = |result: Result<(), Error>| result.err().map(|error| error.code());
    let opened = put("opened.db");
    let opened = within_reason(what, move || options().open(opened).and_then(use_it));
    let bytes = file.to_vec();
    let taken = within_reason(what, move || {
        let mut world = World::new();
        world.campaign("email", "active");
        let before = world.store.dump().unwrap();
        let taken = world.store.import(&bytes).map(drop);
        assert!(taken.is_ok() || world.store.dump().unwrap() == before);
        assert_eq!(world.store.check_invariants().unwrap(), []);
        taken
    });
    let recovered = put("recovered.db");
    let recovered = within_reason(what, move || {
        options().recover(recovered).map(|mut recovered| {
            assert_eq!(recovered.store.check_invariants().unwrap(), []);
            let mut copy = options().open_in_memory().unwrap();
            copy.import(&file_of(&mut recovered.store)).unwrap();
        })
    });
    let said = [said(opened), said(taken), said(recovered)];
    for code in said.iter().flatten() {
        assert!(REFUSALS.contains(code), "{what}: {code}");
    }
    said
}

/// Does what every user does: a database that opens may still be damaged.
fn use_it(mut store: Store) -> Result<(), Error> {
    let users = store.list_users(json!({}))?.users;
    for user in users {
        let mut me = store.session(user.id)?;
        for campaign in me.list_campaigns(json!({}))?.campaigns {
            match me.list_prospects(campaign.id, json!({})) {
                // An index whose bytes are bent lists an id that no row has, which a check of the file finds.
                Err(Error::CampaignNotFound) => {
                    assert_ne!(store.check_invariants()?, []);
                    return Err(Error::Corrupt(None));
                }
                listed => listed?,
            };
            me.forecast(campaign.id, json!({}))?;
        }
        me.claim_due(json!({}))?;
    }
    store.close()
}
