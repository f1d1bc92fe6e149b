//! A new file is empty or complete, whatever stops its making; the files of every schema so far open and work.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod child;
mod power;
mod world;

use std::path::{Path, PathBuf};
use std::time::Duration;

use campaignkit::{AccountId, Input, OpenOptions, SimulatedHost, Store, UserId};
use child::{Dice, Process, argument, say};
use power::{Disk, Loss};
use rusqlite::{Connection, OpenFlags};
use serde_json::{Value, json};
use world::{NOW_MS, World, add_user};

/// What SQLite itself sees in a file: its schema and whose file it says it is.
fn schema(conn: &Connection) -> Vec<String> {
    let number = |pragma: &str| conn.query_row(&format!("PRAGMA {pragma}"), [], |row| row.get::<_, i64>(0)).unwrap();
    let mut lines = vec![format!("{:x} {}", number("application_id"), number("user_version"))];
    let mut statement = conn.prepare("SELECT coalesce(sql, name) FROM sqlite_schema ORDER BY name").unwrap();
    lines.extend(statement.query_map([], |row| row.get::<_, String>(0)).unwrap().map(Result::unwrap));
    lines
}

/// The schema of an empty file, and that of a complete one.
fn empty_and_complete(directory: &Path) -> [Vec<String>; 2] {
    let path = directory.join("complete.db");
    Store::open(&path).unwrap().close().unwrap();
    let complete = schema(&Connection::open(path).unwrap());
    assert!(complete.len() > 6);
    [vec!["0 0".to_owned()], complete]
}

#[test]
fn a_killed_migration_leaves_the_old_schema_or_the_new_one() {
    const KILLS: u64 = 60;
    let seed = child::seed();
    let mut dice = Dice::new(seed);
    let directory = tempfile::tempdir().unwrap();
    let either = empty_and_complete(directory.path());
    for kill in 0..KILLS {
        let files = directory.path().join(kill.to_string());
        std::fs::create_dir(&files).unwrap();
        let child = Process::start("the_child_that_opens_new_files_until_it_is_killed", &[("PATH", files.as_os_str())]);
        // It says the name of a file and then opens it: the kill falls into the opening of the last one.
        let mut said = vec![child.hear()];
        said.extend(child.hear_for(Duration::from_micros(dice.below(10_000)), 1 + dice.below(6) as usize));
        said.extend(child.kill());
        for (index, name) in said.iter().enumerate() {
            let path = files.join(name);
            if !path.exists() {
                assert_eq!(index, said.len() - 1, "seed {seed}");
                continue;
            }
            let schema = schema(&Connection::open(&path).unwrap());
            let allowed = if index < said.len() - 1 { &either[1..] } else { &either };
            assert!(allowed.contains(&schema), "seed {seed}, {schema:?}");
            assert_works(&mut Store::open(&path).unwrap());
        }
    }
}

#[test]
#[ignore = "the child of a_killed_migration_leaves_the_old_schema_or_the_new_one"]
fn the_child_that_opens_new_files_until_it_is_killed() {
    let Some(directory) = argument("PATH") else { return };
    for number in 0_u64.. {
        let name = format!("{number}.db");
        say(&name);
        Store::open(Path::new(&directory).join(name)).unwrap().close().unwrap();
    }
}

#[test]
fn a_migration_stopped_at_any_operation_leaves_the_old_schema_or_the_new_one() {
    let directory = tempfile::tempdir().unwrap();
    let either = empty_and_complete(directory.path());
    let open =
        |disk: &Disk| OpenOptions::new(SimulatedHost::new(1, NOW_MS)).vfs(disk.vfs()).exclusive(true).open("new.db");
    let disk = Disk::new("migration-whole");
    open(&disk).unwrap().close().unwrap();
    let operations = disk.operations();

    let mut seen = [false; 2];
    for cut in 1..operations {
        let disk = Disk::new("migration");
        disk.cut_after(cut);
        let opened = open(&disk).is_ok();
        let mut dice = Dice::new(cut);
        for way in 0..6 {
            let restarted = disk.restart(
                "migration-restarted",
                match way {
                    0 => Loss::Nothing,
                    1 => Loss::Unsynced,
                    _ => Loss::Some(&mut dice),
                },
            );
            let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
            let conn = Connection::open_with_flags_and_vfs("new.db", flags, restarted.vfs()).unwrap();
            conn.pragma_update(None, "locking_mode", "EXCLUSIVE").unwrap();
            let schema = schema(&conn);
            drop(conn);
            let which = either.iter().position(|allowed| *allowed == schema);
            seen[which.unwrap_or_else(|| panic!("cut {cut}, way {way}: {schema:?}"))] = true;
            assert!(way > 0 || !opened || schema == either[1], "cut {cut}: an opened file is complete");
            assert_works(&mut open(&restarted).unwrap());
        }
    }
    assert_eq!(seen, [true, true], "the cuts fall on both sides of the migration");
}

fn assert_works(store: &mut Store) {
    let (user, email, _) = add_user(store);
    let request = json!({ "type": "email", "name": "Works", "sender_account_ids": [email] });
    store.session(user).unwrap().create_campaign(request).unwrap();
    assert_eq!(store.check_invariants().unwrap(), []);
}

fn databases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/databases")
}

/// Everything that a store answers about what it holds.
fn contents(store: &mut Store) -> Value {
    let users = store.list_users(Input::NONE).unwrap().users;
    let users = users.into_iter().map(|user| {
        let mut me = store.session(user.id).unwrap();
        json!({
            "user": user,
            "accounts": me.list_accounts(Input::NONE).unwrap().accounts,
            "campaigns": me.list_campaigns(Input::NONE).unwrap().campaigns,
            "events": me.list_events(Input::NONE).unwrap().events,
        })
    });
    users.collect()
}

/// A copy of a checked-in database, and what it holds.
fn checked_in(name: &str, directory: &Path) -> (PathBuf, Value) {
    let path = directory.join("copy.db");
    std::fs::copy(databases().join(name).with_extension("sqlite"), &path).unwrap();
    let contents = std::fs::read_to_string(databases().join(name).with_extension("json")).unwrap();
    (path, serde_json::from_str(&contents).unwrap())
}

#[test]
fn a_database_of_the_first_schema_opens_with_all_that_it_holds() {
    let directory = tempfile::tempdir().unwrap();
    let (path, expected) = checked_in("v1", directory.path());
    let mut store = Store::open(&path).unwrap();
    assert_eq!(contents(&mut store), expected);
    assert_eq!(store.check_invariants().unwrap(), []);
}

#[test]
fn a_database_of_the_first_schema_goes_on_working() {
    let directory = tempfile::tempdir().unwrap();
    let (path, contents) = checked_in("v1", directory.path());
    let mut store = Store::open(&path).unwrap();
    let first = &contents[1];
    let user: UserId = first["user"]["id"].as_str().unwrap().parse().unwrap();
    let sender = first["accounts"].as_array().unwrap().iter().find(|account| account["type"] == "email").unwrap();
    let sender: AccountId = sender["id"].as_str().unwrap().parse().unwrap();
    let mut me = store.session(user).unwrap();

    let taken = json!({ "type": "email", "name": "Q2 Enterprise Outreach", "sender_account_ids": [sender] });
    let error = me.create_campaign(taken).unwrap_err();
    assert_eq!(serde_json::to_value(&error).unwrap()["suggested_name"], "Q2 Enterprise Outreach (3)");

    let free = json!({ "type": "email", "name": "Deleted", "sender_account_ids": [sender] });
    let created = me.create_campaign(free).unwrap().campaign;
    assert_eq!(me.campaign(created.id).unwrap(), created);
    for campaign in first["campaigns"].as_array().unwrap() {
        me.delete_campaign(campaign["id"].as_str().unwrap()).unwrap();
    }
    assert_eq!(store.check_invariants().unwrap(), []);
}

#[test]
fn a_retry_that_began_before_the_update_is_still_one() {
    let directory = tempfile::tempdir().unwrap();
    let (path, contents) = checked_in("v1", directory.path());
    let user = contents[1]["user"]["id"].as_str().unwrap();
    let campaigns = contents[1]["campaigns"].as_array().unwrap();
    let retried = campaigns.iter().find(|campaign| campaign["id"] == CLIENT_MADE).unwrap();
    let mut store = Store::open(&path).unwrap();
    let mut me = store.session(user).unwrap();
    let sender = retried["sender_account_ids"][0].as_str().unwrap();
    let again = me.create_campaign(client_made(sender)).unwrap();
    assert_eq!(serde_json::to_value(again.campaign).unwrap(), *retried);
}

#[test]
fn the_migrations_that_made_a_checked_in_database_are_unchanged() {
    let history = |conn: &Connection| -> Vec<(i64, String, String)> {
        let mut statement =
            conn.prepare("SELECT version, name, checksum FROM refinery_schema_history ORDER BY version").unwrap();
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
        rows.map(Result::unwrap).collect()
    };
    let directory = tempfile::tempdir().unwrap();
    let (path, _) = checked_in("v1", directory.path());
    let then = history(&Connection::open(path).unwrap());
    let path = directory.path().join("now.db");
    Store::open(&path).unwrap().close().unwrap();
    let now = history(&Connection::open(path).unwrap());
    assert_eq!(then.len(), 1);
    assert!(now.starts_with(&then), "a released migration is frozen: {then:?}, {now:?}");
}

const CLIENT_MADE: &str = "019dc000-0000-7000-8000-000000000001";

fn client_made(sender: &str) -> Value {
    json!({ "id": CLIENT_MADE, "type": "linkedin", "name": "Founders", "sender_account_ids": [sender],
            "skip_other_campaigns": false,
            "operating_hours": { "time_zone": "America/New_York", "friday": [{ "start": "22:00", "end": "02:00" }] } })
}

/// Writes a database of the present schema, and what it holds, beside the older ones. To be run once for each
/// released schema: `cargo test --test migration -- --ignored write_the_database_of_this_schema`.
#[test]
#[ignore = "writes tests/databases"]
fn write_the_database_of_this_schema() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("new.db");
    let clock = SimulatedHost::new(1, NOW_MS);
    let mut world = World::within(OpenOptions::new(clock.clone()).open(&path).unwrap(), clock.clone());
    let step = || clock.advance_ms(61_001);
    let (email, linkedin) = (world.email, world.linkedin);
    let user = world.user;
    world.store.update_user(user, json!({ "time_zone": "Europe/Berlin" })).unwrap();
    step();
    let second = world.me().add_account(json!({
        "type": "linkedin", "profile_url": "https://www.linkedin.com/in/Zoë/", "is_premium": true,
        "first_name": "Zoë", "last_name": "漢", "company": "Ex & Co", "title": "CEO", "signature": "Bye,\n%first_name%",
        "display_name": "Zoë (work)", "daily_limit": 12, "weekly_connection_limit": 34, "weekly_message_limit": 56,
    }));
    let second = second.unwrap().id;
    world.me().update_account(email, json!({ "status": "disconnected", "first_name": "Ana" })).unwrap();
    let gone = world.me().add_account(json!({ "type": "email", "email_address": "Gone@Example.com" })).unwrap().id;
    step();
    for request in [
        json!({ "type": "email", "name": "Q2 Enterprise Outreach", "sender_account_ids": [email] }),
        json!({ "type": "email", "name": "Q2 Enterprise Outreach (2)", "sender_account_ids": [email, gone],
                "daily_limit": 1e15, "stop_on_reply": false, "open_tracking": false, "signature": "" }),
        json!({ "type": "linkedin", "name": "🚀 Gründer", "sender_account_ids": [second, linkedin] }),
        client_made(&linkedin.to_string()),
        json!({ "type": "email", "name": "Deleted", "sender_account_ids": [email] }),
    ] {
        let campaign = world.create(request).unwrap().campaign;
        step();
        if ["Deleted", "Q2 Enterprise Outreach (2)"].contains(&campaign.name.as_str()) {
            world.me().delete_campaign(campaign.id).unwrap();
        }
    }
    world.me().remove_account(gone).unwrap();
    step();
    let last = json!({ "type": "email", "name": "Q2 Enterprise Outreach (2)", "sender_account_ids": [email],
                       "daily_limit": 7, "signature": "Cheers" });
    world.create(last).unwrap();
    let (other, _, _) = add_user(&mut world.store);
    let mut other = world.store.session(other).unwrap();
    let sender = other.list_accounts(json!({ "type": "email" })).unwrap().accounts[0].id;
    other
        .create_campaign(json!({ "type": "email", "name": "Q2 Enterprise Outreach", "sender_account_ids": [sender] }))
        .unwrap();

    let contents = serde_json::to_string_pretty(&contents(&mut world.store)).unwrap();
    world.store.close().unwrap();
    let schema = Connection::open(&path).unwrap().query_row("PRAGMA user_version", [], |row| row.get::<_, i64>(0));
    let target = databases().join(format!("v{}", schema.unwrap()));
    std::fs::copy(path, target.with_extension("sqlite")).unwrap();
    std::fs::write(target.with_extension("json"), contents + "\n").unwrap();
}
