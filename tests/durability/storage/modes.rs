//! Journals, file systems and locks.

use std::time::{Duration, Instant};

use super::*;
use campaignkit::Journal;

#[test]
fn a_native_file_has_a_write_ahead_log_and_pages_of_4_kib() {
    let directory = tempdir().unwrap();
    let path = directory.path().join("new.db");
    let mut store = Store::open(&path).unwrap();
    add_user(&mut store);
    assert!(directory.path().join("new.db-wal").exists());
    store.close().unwrap();
    let header = std::fs::read(&path).unwrap();
    assert_eq!(header[16..20], [0x10, 0, 2, 2], "the page size, and the log for reading and writing");
    assert_eq!(&header[68..72], b"CKit");
    assert_eq!(files(directory.path()).len(), 1, "closing folds the log in");
}

#[test]
fn a_rollback_journal_is_kept_by_option_and_the_log_comes_back_without_it() {
    let directory = tempdir().unwrap();
    let path = directory.path().join("rollback.db");
    let versions = |path: &Path| <[u8; 2]>::try_from(&std::fs::read(path).unwrap()[18..20]).unwrap();
    for (journal, expected) in [(Journal::Rollback, [1, 1]), (Journal::WriteAhead, [2, 2]), (Journal::Rollback, [1, 1])]
    {
        let mut store = OpenOptions::new(campaignkit::SystemHost).journal(journal).open(&path).unwrap();
        add_user(&mut store);
        assert_eq!(directory.path().join("rollback.db-wal").exists(), journal == Journal::WriteAhead);
        store.close().unwrap();
        assert_eq!(versions(&path), expected, "{journal:?}");
    }
    assert_eq!(Store::open(&path).unwrap().list_users(Input::NONE).unwrap().users.len(), 3);
}

#[test]
fn deleting_a_campaign_deletes_what_belongs_to_it() {
    let directory = tempdir().unwrap();
    let path = directory.path().join("keys.db");
    let clock = SimulatedHost::new(1, NOW_MS);
    let mut world = World::within(OpenOptions::new(clock.clone()).open(&path).unwrap(), clock);
    let created = world.create(world.email_request(json!({}))).unwrap();
    world.me().delete_campaign(created.campaign.id).unwrap();
    let conn = Connection::open(&path).unwrap();
    for table in ["campaign", "campaign_sender", "sequence_node"] {
        let rows: i64 = conn.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap();
        assert_eq!(rows, 0, "{table}");
    }
}

#[test]
fn everything_is_there_after_a_reopen_in_every_mode() {
    for journal in [Journal::WriteAhead, Journal::Rollback] {
        for durability in [Durability::Full, Durability::Relaxed, Durability::Unchecked] {
            for exclusive in [false, true] {
                let directory = tempdir().unwrap();
                let path = directory.path().join("again.db");
                let clock = SimulatedHost::new(1, NOW_MS);
                let open = || {
                    let options = OpenOptions::new(clock.clone()).journal(journal).durability(durability);
                    options.exclusive(exclusive).open(&path).unwrap()
                };
                let mut world = World::within(open(), clock.clone());
                world.create(world.email_request(json!({}))).unwrap();
                world.create(world.linkedin_request(json!({}))).unwrap();
                let before = world.store.dump().unwrap();
                world.store.close().unwrap();
                let mut store = open();
                assert_eq!(store.dump().unwrap(), before, "{journal:?}, {durability:?}, {exclusive}");
                // Even without an orderly close.
                drop(store);
                assert_eq!(open().dump().unwrap(), before);
            }
        }
    }
}

#[cfg(unix)]
#[test]
fn a_named_vfs_without_shared_memory_works() {
    let directory = tempdir().unwrap();
    for (name, exclusive, versions) in [("shared.db", false, [1, 1]), ("exclusive.db", true, [2, 2])] {
        let path = directory.path().join(name);
        let mut store = options().vfs("unix-none").exclusive(exclusive).open(&path).unwrap();
        let (user, email, _) = add_user(&mut store);
        let request = json!({ "type": "email", "name": "On a VFS", "sender_account_ids": [email] });
        let created = store.session(user).unwrap().create_campaign(request).unwrap().campaign;
        store.close().unwrap();
        assert_eq!(std::fs::read(&path).unwrap()[18..20], versions, "a log where it needs only one connection");
        let mut store = Store::open(&path).unwrap();
        assert_eq!(store.session(user).unwrap().campaign(created.id).unwrap(), created);
    }
}

#[test]
fn a_named_vfs_in_memory_works() {
    let mut store = options().vfs("memdb").open("/campaignkit-storage-test").unwrap();
    let (user, email, _) = add_user(&mut store);
    let mut other =
        OpenOptions::new(SimulatedHost::new(2, NOW_MS)).vfs("memdb").open("/campaignkit-storage-test").unwrap();
    let request = json!({ "type": "email", "name": "In memory", "sender_account_ids": [email] });
    let created = other.session(user).unwrap().create_campaign(request).unwrap().campaign;
    assert_eq!(store.session(user).unwrap().campaign(created.id).unwrap(), created);
}

#[test]
fn a_write_lock_of_another_connection_is_busy_after_the_timeout_and_changes_nothing() {
    let (_directory, path) = ours();
    let mut store = options().busy_timeout(Duration::from_millis(50)).open(&path).unwrap();
    let user = store.list_users(Input::NONE).unwrap().users[0].id;
    let before = store.dump().unwrap();
    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();

    let mut me = store.session(user).unwrap();
    let sender = me.list_accounts(json!({ "type": "email" })).unwrap().accounts[0].id;
    let request = json!({ "type": "email", "name": "Later", "sender_account_ids": [sender] });
    let start = Instant::now();
    let error = me.create_campaign(request.clone()).unwrap_err();
    assert_eq!((error.code(), error.status()), ("busy", 503));
    let waited = start.elapsed();
    assert!(waited >= Duration::from_millis(40) && waited < Duration::from_secs(4), "{waited:?}");
    // A reader does not wait.
    assert_eq!(store.dump().unwrap(), before);

    other.execute_batch("ROLLBACK").unwrap();
    store.session(user).unwrap().create_campaign(request).unwrap();
}

#[test]
fn a_new_file_that_another_connection_holds_is_busy() {
    let directory = tempdir().unwrap();
    let path = directory.path().join("held.db");
    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let error = options().busy_timeout(Duration::from_millis(20)).open(&path).unwrap_err();
    assert_eq!(error.code(), "busy");
    other.execute_batch("ROLLBACK").unwrap();
    options().open(&path).unwrap();
}

#[test]
fn an_exclusive_store_keeps_others_out() {
    let (_directory, path) = ours();
    let mut store = OpenOptions::new(SimulatedHost::new(2, NOW_MS)).exclusive(true).open(&path).unwrap();
    store.create_user(Input::NONE).unwrap();
    let error = options().busy_timeout(Duration::from_millis(20)).open(&path).unwrap_err();
    assert_eq!(error.code(), "busy");
    store.close().unwrap();
    Store::open(&path).unwrap();
}
