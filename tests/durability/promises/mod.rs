//! A copy of any database can be imported; a file that breaks a promise of the engine, in any column, cannot.

mod columns;
mod copies;

use crate::world;
use crate::world::{DAY, NOW_MS, World, file_of, shape};
use campaignkit::{AddAccount, OpenOptions, SimulatedHost, Store};
use rusqlite::Connection;
use serde_json::json;
use tempfile::{TempDir, tempdir};

/// The number of random databases: `ROUNDS`, or as many as continuous integration has time for.
fn rounds() -> u64 {
    std::env::var("ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(60)
}

/// A store in memory that belongs to someone else.
fn other() -> Store {
    OpenOptions::new(SimulatedHost::new(9, NOW_MS)).open_in_memory().unwrap()
}

/// A file in which every table has rows, and two users have some of them.
struct Sound {
    directory: TempDir,
    file: Vec<u8>,
}

/// People of two zones, of whom one was handed two tasks at once.
fn follow_and_claim_ahead(world: &mut World) {
    let account = world.me().add_account(AddAccount::email("ahead@example.com").unpaced()).unwrap().id;
    let request =
        json!({ "name": "Ahead", "signature": "", "sender_account_ids": [account], "follow_prospect_zone": true });
    let request = world.email_request(request);
    let id = world.create(request).unwrap().campaign.id;
    let mail = json!({ "type": "email", "subject": "S", "body": "B" });
    let nodes = json!([mail, { "type": "delay", "delay_hours": 1 }, mail]);
    world.me().update_campaign(id, json!({ "sequence_nodes": nodes })).unwrap();
    world.add(id, json!([{ "email": "tokyo@example.com", "time_zone": "Asia/Tokyo" }, { "email": "utc@example.com" }]));
    world.me().launch(id, None).unwrap();
    world.me().claim_due(json!({ "ahead_seconds": 7_200, "type": "email", "max": 200 })).unwrap();
    assert_eq!(world.store.check_invariants().unwrap(), []);
}

impl Sound {
    fn new() -> Self {
        let directory = tempdir().unwrap();
        let old = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/databases/v3.sqlite");
        let path = directory.path().join("sound.db");
        std::fs::copy(old, &path).unwrap();
        let clock = SimulatedHost::new(1, NOW_MS + 400 * DAY);
        let store = OpenOptions::new(clock.clone()).open(&path).unwrap();
        let mut world = World::within(store, clock);
        world.fill_with_everything();
        world.me().record_event(json!({ "id": "known", "type": "unsubscribed", "email": "nobody@example.com" })).ok();
        follow_and_claim_ahead(&mut world);
        let file = file_of(&mut world.store);
        Self { directory, file }
    }

    /// The file after statements of another program, which checks no constraint; none if they changed nothing.
    fn after(&self, script: &str) -> Option<Vec<u8>> {
        let path = self.directory.path().join("changed.db");
        std::fs::write(&path, &self.file).unwrap();
        let conn = Connection::open(&path).unwrap();
        conn.execute_batch("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON").unwrap();
        let is_changed = conn.execute_batch(script).is_ok() && conn.total_changes() > 0;
        conn.close().unwrap();
        is_changed.then(|| std::fs::read(path).unwrap())
    }

    fn columns(&self) -> Vec<(String, String)> {
        let path = self.directory.path().join("columns.db");
        std::fs::write(&path, &self.file).unwrap();
        let conn = Connection::open(&path).unwrap();
        let mut statement = conn
            .prepare(
                "SELECT t.name, c.name FROM pragma_table_list AS t JOIN pragma_table_info(t.name) AS c
                 WHERE t.schema = 'main' AND t.name NOT LIKE 'sqlite_%' AND t.name <> 'refinery_schema_history'",
            )
            .unwrap();
        let columns = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        columns.map(Result::unwrap).collect()
    }
}

#[test]
fn variants_that_lost_their_node_their_order_or_their_ids_are_mended() {
    let sound = Sound::new();
    for script in [
        "DELETE FROM sequence_node WHERE id IN (SELECT node_id FROM variant)",
        "DELETE FROM variant WHERE position = 0",
        "UPDATE variant SET id = (SELECT min(id) FROM variant AS other WHERE other.node_id = variant.node_id)",
        "UPDATE variant SET node_id = (SELECT id FROM sequence_node AS node
             WHERE node.campaign_id = variant.campaign_id AND node.type = 'delay')",
    ] {
        let file = sound.after(script).unwrap();
        assert_eq!(other().import(&file).unwrap_err().code(), "corrupt", "{script}");
        let path = sound.directory.path().join("mend.db");
        std::fs::write(&path, &file).unwrap();
        let mut recovered = OpenOptions::new(SimulatedHost::new(9, NOW_MS)).recover(&path).unwrap();
        assert!(!recovered.report.complete, "{script}");
        assert_eq!(recovered.store.check_invariants().unwrap(), [], "{script}");
    }
}
