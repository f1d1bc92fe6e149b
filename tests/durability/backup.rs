//! A copy of a database is a file that any SQLite can read, with everything that the database contains.

use std::path::Path;

use crate::child::Dice;
use crate::power::{Disk, Loss};
use crate::world::{NOW_MS, World, add_user, file_of};
use campaignkit::{Error, OpenOptions, SimulatedHost, Store};
use rusqlite::{Connection, OpenFlags};
use serde_json::json;
use tempfile::tempdir;

/// Every row of every table of a file, read as any program would: without write access.
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

/// A world with a long history, and its file.
fn full() -> (World, Vec<u8>) {
    let mut world = World::new();
    world.fill_with_everything();
    let file = file_of(&mut world.store);
    (world, file)
}

/// A file after statements of another program.
fn changed(file: &[u8], script: &str) -> Vec<u8> {
    let directory = tempdir().unwrap();
    let path = directory.path().join("changed.db");
    std::fs::write(&path, file).unwrap();
    let conn = Connection::open(&path).unwrap();
    conn.pragma_update(None, "foreign_keys", false).unwrap();
    conn.execute_batch(script).unwrap();
    conn.close().unwrap();
    std::fs::read(path).unwrap()
}

fn other_world(path: &Path) -> World {
    let clock = SimulatedHost::new(9, NOW_MS);
    let mut world = World::within(OpenOptions::new(clock.clone()).open(path).unwrap(), clock);
    world.create(world.email_request(json!({}))).unwrap();
    world
}

#[test]
fn an_import_makes_the_database_a_copy_that_goes_on() {
    let (mut source, file) = full();
    let dump = source.store.dump().unwrap();
    let directory = tempdir().unwrap();
    let path = directory.path().join("target.db");
    let mut target = other_world(&path);
    let mut second = Store::open(&path).unwrap();
    let ids_before = target.email_campaign("Before");
    target.store.import(&file).unwrap();
    assert!(target.store.dump().unwrap() == dump);
    assert!(second.dump().unwrap() == dump, "others that have the file open see it");
    assert_eq!(target.store.check_invariants().unwrap(), []);

    (target.user, target.email) = (source.user, source.email);
    assert!(target.email_campaign("After") > ids_before);
    drop(second);
    target.store.close().unwrap();
    let header = std::fs::read(&path).unwrap();
    assert_eq!(header[16..20], [0x10, 0, 2, 2], "the page size, and the log");
    assert_eq!(Store::open(&path).unwrap().check_invariants().unwrap(), []);

    let mut in_memory = World::new();
    in_memory.store.import(&file).unwrap();
    assert!(in_memory.store.dump().unwrap() == dump);
    in_memory.store.import(&header).unwrap();
    assert_ne!(in_memory.store.dump().unwrap(), dump);
}

#[test]
fn a_file_of_an_older_schema_is_imported_and_migrated() {
    for version in 1..=2 {
        let directory = tempdir().unwrap();
        let path = directory.path().join("old.db");
        let checked_in = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/databases/v{version}.sqlite"));
        let file = std::fs::read(checked_in).unwrap();
        std::fs::write(&path, &file).unwrap();
        let host = SimulatedHost::new(1, NOW_MS);
        let expected = OpenOptions::new(host.clone()).open(&path).unwrap().dump().unwrap();
        let mut store = OpenOptions::new(host).open_in_memory().unwrap();
        store.import(&file).unwrap();
        assert_eq!(store.dump().unwrap(), expected, "version {version}");
        assert_eq!(store.check_invariants().unwrap(), []);
    }
}

#[test]
fn a_file_that_another_program_laid_out_anew_is_imported_with_our_pages() {
    let (mut source, file) = full();
    let other = changed(&file, "PRAGMA page_size = 1024; PRAGMA auto_vacuum = 1; VACUUM; PRAGMA journal_mode = WAL");
    assert_eq!(other[16..20], [4, 0, 2, 2]);
    let directory = tempdir().unwrap();
    let path = directory.path().join("target.db");
    let mut target = other_world(&path);
    target.store.import(&other).unwrap();
    assert!(target.store.dump().unwrap() == source.store.dump().unwrap());
    target.store.close().unwrap();
    assert_eq!(std::fs::read(&path).unwrap()[16..20], [0x10, 0, 2, 2]);
}

#[test]
fn a_file_that_is_not_what_we_would_have_made_is_refused_and_nothing_changes() {
    let (_, file) = full();
    let empty = Connection::open_in_memory().unwrap().serialize("main").unwrap().to_vec();
    let with = |script| changed(&file, script);
    let mut cut = file.clone();
    cut.truncate(file.len() / 2);
    let mut damaged = file.clone();
    damaged[20 * 4096..21 * 4096].fill(0);
    let refused = [
        ("foreign_file", "nothing", Vec::new()),
        ("foreign_file", "an empty database", empty),
        ("foreign_file", "a text", b"Dear Ana,\nnice to meet you.\n".repeat(1_000)),
        ("foreign_file", "a header", b"SQLite format 3\0".to_vec()),
        ("foreign_file", "another program's", with("PRAGMA application_id = 7")),
        ("foreign_file", "a table", with("CREATE TABLE note (text)")),
        ("foreign_file", "a view", with("CREATE VIEW note AS SELECT 1")),
        ("foreign_file", "a trigger", with("CREATE TRIGGER t AFTER INSERT ON event BEGIN DELETE FROM user; END")),
        ("foreign_file", "no index", with("DROP INDEX prospect_by_status")),
        ("foreign_file", "an older version", with("PRAGMA user_version = 2")),
        ("foreign_file", "no version", with("PRAGMA user_version = 0")),
        ("foreign_file", "another history", with("UPDATE refinery_schema_history SET checksum = '1'")),
        ("newer_schema", "newer", with("PRAGMA user_version = 9000")),
        ("corrupt", "cut", cut),
        ("corrupt", "damaged", damaged),
        ("corrupt", "no parent", with("DELETE FROM user")),
        ("corrupt", "a constraint", with("PRAGMA ignore_check_constraints = 1; UPDATE tally SET sent = -1")),
        ("corrupt", "a wrong count", with("UPDATE list SET lead_count = lead_count + 1")),
        ("corrupt", "a wrong tally", with("UPDATE tally SET sent = sent + 1")),
    ];
    let directory = tempdir().unwrap();
    let mut targets = [World::new(), other_world(&directory.path().join("target.db"))];
    for target in &mut targets {
        let before = target.store.dump().unwrap();
        for (code, what, file) in &refused {
            assert_eq!(target.store.import(file).unwrap_err().code(), *code, "{what}");
            assert!(target.store.dump().unwrap() == before, "{what}");
        }
        target.email_campaign("Still works");
    }
}

#[test]
fn an_import_that_does_not_fit_changes_nothing() {
    let (_, file) = full();
    let directory = tempdir().unwrap();
    let mut target = other_world(&directory.path().join("target.db"));
    let before = target.store.dump().unwrap();
    target.store.limit_size(file.len() as u64 / 2).unwrap();
    assert_eq!(target.store.import(&file).unwrap_err().code(), "storage_full");
    assert!(target.store.dump().unwrap() == before);
    target.email_campaign("Still works");
}

#[test]
fn a_power_cut_in_an_import_leaves_the_old_database_or_the_new_one() {
    let open = |disk: &Disk| {
        // The same ids in each file.
        let host = SimulatedHost::new(1, NOW_MS);
        OpenOptions::new(host).vfs(disk.vfs()).exclusive(true).open("disk.db")
    };
    let mut source = World::new();
    source.create(source.email_request(json!({ "signature": "x".repeat(9_000) }))).unwrap();
    let (file, new) = (file_of(&mut source.store), source.store.dump().unwrap());
    let start = |name: &str| {
        let disk = Disk::new(name);
        let mut store = open(&disk).unwrap();
        add_user(&mut store);
        let old = store.dump().unwrap();
        (disk, store, old)
    };
    let (disk, mut store, old) = start("import-whole");
    let before = disk.operations();
    store.import(&file).unwrap();
    store.close().unwrap();
    let operations = disk.operations() - before;
    assert!(operations > 30);
    let mut seen = [0, 0];
    for cut in 0..operations {
        let (disk, mut store, _) = start("import-cut");
        disk.cut_after(cut);
        let is_acknowledged = store.import(&file).is_ok();
        drop(store);
        let mut dice = Dice::new(cut);
        for way in 0..4 {
            let loss = if way == 0 { Loss::Unsynced } else { Loss::Some(&mut dice) };
            let restarted = disk.restart("import-restarted", loss);
            let mut store = open(&restarted).unwrap();
            let dump = store.dump().unwrap();
            assert!(dump == new || dump == old, "cut {cut}");
            assert!(dump == new || !is_acknowledged, "cut {cut}");
            seen[usize::from(dump == new)] += 1;
        }
    }
    assert!(seen[0] > 0 && seen[1] > 0, "{seen:?}");
}
