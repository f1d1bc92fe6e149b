//! A copy of a database is a file that any SQLite reads, with all that the database holds.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod world;

use campaignkit::{Error, OpenOptions, SimulatedHost, Store};
use rusqlite::{Connection, OpenFlags};
use serde_json::json;
use tempfile::tempdir;
use world::{NOW_MS, World};

/// Every row of every table of a file, read as any program would: without the right to write.
fn rows(path: &std::path::Path) -> Vec<String> {
    let conn = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let mut names = conn.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").unwrap();
    let names: Vec<String> = names.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let mut all = Vec::new();
    for name in names {
        let mut statement = conn.prepare(&format!("SELECT * FROM {name}")).unwrap();
        let columns = statement.column_count();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let values: Vec<_> = (0..columns).map(|column| row.get_ref(column).unwrap()).collect();
            all.push(format!("{name} {values:?}"));
        }
    }
    all
}

fn fill(world: &mut World) {
    let list = world.me().create_list(json!({ "name": "Everyone" })).unwrap().id;
    for part in 0..8 {
        let leads: Vec<_> = (0..500)
            .map(|number| json!({ "email": format!("p{part}-{number}@example.com"), "company": "x".repeat(250) }))
            .collect();
        world.me().add_leads(list, json!({ "leads": leads })).unwrap();
    }
}

fn export(store: &mut Store) -> Vec<u8> {
    let mut file = Vec::new();
    let mut pieces = 0;
    store
        .export(|piece| {
            assert!(!piece.is_empty() && piece.len() <= 1 << 20);
            pieces += 1;
            file.extend_from_slice(piece);
            Ok(())
        })
        .unwrap();
    assert!(pieces > 1);
    file
}

#[test]
fn a_copy_of_a_file_with_a_log_holds_every_row_and_needs_no_log() {
    let directory = tempdir().unwrap();
    let (source, copy) = (directory.path().join("source.db"), directory.path().join("copy.db"));
    let clock = SimulatedHost::new(1, NOW_MS);
    let mut world = World::within(OpenOptions::new(clock.clone()).open(&source).unwrap(), clock);
    fill(&mut world);
    assert!(std::fs::metadata(directory.path().join("source.db-wal")).unwrap().len() > 0);
    let file = export(&mut world.store);
    assert_eq!(file[18..20], [1, 1]);
    std::fs::write(&copy, file).unwrap();
    assert!(rows(&source).len() > 4_000);
    assert!(rows(&copy) == rows(&source));
    assert!(Store::open(&copy).unwrap().check_invariants().unwrap().is_empty());
}

#[test]
fn a_copy_of_a_database_in_memory_opens_as_a_file() {
    let directory = tempdir().unwrap();
    let (first, second) = (directory.path().join("first.db"), directory.path().join("second.db"));
    let mut world = World::new();
    fill(&mut world);
    std::fs::write(&first, export(&mut world.store)).unwrap();
    let before = rows(&first);
    assert!(before.len() > 4_000);
    std::fs::write(&second, export(&mut Store::open(&first).unwrap())).unwrap();
    assert!(rows(&second) == before);
}

#[test]
fn an_export_that_its_receiver_stops_answers_why_and_the_store_goes_on() {
    let mut world = World::new();
    let error = world.store.export(|_| Err(Error::StorageFull)).unwrap_err();
    assert_eq!(error.code(), "storage_full");
    assert!(world.create(world.email_request(json!({}))).is_ok());
}
