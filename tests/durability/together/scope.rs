//! `Store::scope`.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use super::{lists, watch};
use crate::operations::{self, fill, input, nouns, populate};
use crate::power::Disk;
use crate::world::{NOW_MS, World, file_of, shape};
use campaignkit::{CreateUser, Error, Input, OpenOptions, Result, SimulatedHost, Store, SystemHost, UserId};
use serde_json::json;

fn add_list(store: &mut Store, user: UserId, name: &str) -> Result<()> {
    store.session(user)?.create_list(json!({ "name": name })).map(drop)
}

#[test]
fn calls_of_a_scope_are_stored_and_told_together_or_not_at_all() {
    let mut world = World::new();
    let user = world.user;
    let told = watch(&mut world.store);
    let before = world.store.dump().unwrap();
    let refused = world.store.scope(|store| {
        add_list(store, user, "A")?;
        store.create_user(CreateUser::default())?;
        add_list(store, user, "A")
    });
    assert_eq!(refused.unwrap_err().code(), "name_taken");
    assert_eq!(world.store.dump().unwrap(), before);
    let panicked = std::panic::catch_unwind(AssertUnwindSafe(|| {
        world.store.scope(|store| -> Result<()> {
            add_list(store, user, "A")?;
            panic!("a panic that is part of the test")
        })
    }));
    assert!(panicked.is_err());
    assert_eq!(world.store.dump().unwrap(), before);
    assert_eq!(*told.lock().unwrap(), []);

    let seen = told.clone();
    let clock = world.clock.clone();
    let other = world.store.scope(|store| {
        add_list(store, user, "A")?;
        clock.advance_ms(1);
        let other = store.create_user(CreateUser::default())?;
        clock.advance_ms(1);
        assert_eq!(add_list(store, user, "A").unwrap_err().code(), "name_taken");
        add_list(store, user, "B")?;
        assert_eq!(store.session(user)?.list_lists(Input::NONE)?.lists.len(), 2, "it sees what it did");
        assert_eq!(*seen.lock().unwrap(), [], "nothing is told before it is stored");
        Ok(other.id)
    });
    let commits = told.lock().unwrap();
    let told: Vec<_> = commits.iter().map(|commit| (commit.user_id, commit.events[0].at.unix_ms() - NOW_MS)).collect();
    assert_eq!(told, [(user, 0), (other.unwrap(), 1), (user, 2)]);
    assert!(commits.iter().all(|commit| commit.events.len() == 1));
    let numbers = [&commits[0], &commits[2]].map(|commit| commit.events[0].number);
    assert_eq!(numbers[1], numbers[0] + 1, "the one that was refused left no gap");
}

#[test]
fn a_scope_in_a_scope_fails_alone() {
    let mut world = World::new();
    let user = world.user;
    let told = watch(&mut world.store);
    let done = world.store.scope(|store| {
        add_list(store, user, "A")?;
        let inner = store.scope(|store| {
            add_list(store, user, "B")?;
            store.scope(|store| add_list(store, user, "C"))?;
            add_list(store, user, "A")
        });
        assert_eq!(inner.unwrap_err().code(), "name_taken");
        store.scope(|store| add_list(store, user, "D"))
    });
    done.unwrap();
    let listed = shape(&world.me().list_lists(Input::NONE).unwrap())["lists"].clone();
    let names: Vec<_> = listed.as_array().unwrap().iter().map(|list| list["name"].clone()).collect();
    assert_eq!(names, ["D", "A"]);
    assert_eq!(told.lock().unwrap().len(), 2);
}

#[test]
fn what_cannot_be_part_of_a_transaction_is_refused_in_a_scope_and_all_else_is_undone_with_it() {
    let mut store = OpenOptions::new(SimulatedHost::new(1, NOW_MS)).open_in_memory().unwrap();
    let user = store.create_user(json!({})).unwrap().id;
    let mut things = populate(&mut store, user, "mine");
    things.insert("user", user.to_string());
    let (before, file) = (store.dump().unwrap(), file_of(&mut store));
    let told = watch(&mut store);
    for operation in operations::all() {
        let mut found = Vec::new();
        nouns(&json!(operation.arguments), false, &mut found);
        let mut ids = found.iter().map(|(noun, _)| things[noun.as_str()].clone());
        let arguments = operation.arguments.iter().map(|argument| input(fill(argument, &mut ids))).collect();
        let mut code = None;
        let undone = store.scope(|store| -> Result<()> {
            code = operation.call(store, user, arguments).err().map(|error| error.code());
            Err(Error::Cancelled)
        });
        assert!(matches!(undone, Err(Error::Cancelled)));
        let expected = ["compact", "erasePerson"].contains(&operation.name).then_some("in_scope");
        assert_eq!(code.filter(|code| *code != "name_taken"), expected, "{}", operation.name);
        assert!(store.dump().unwrap() == before, "{}", operation.name);
    }
    let import = store.scope(|store| store.import(&file).map(drop));
    assert!(matches!(import, Err(Error::InScope)), "{import:?}");
    let export = store.scope(|store| store.export(|_| panic!("it is not read")));
    assert!(matches!(export, Err(Error::InScope)), "{export:?}");
    assert_eq!(store.dump().unwrap(), before);
    assert_eq!(*told.lock().unwrap(), []);
    store.import(&file).unwrap();
}

#[test]
fn a_scope_takes_one_flush_and_a_call_alone_as_many_as_ever() {
    let disk = Disk::new("flushes");
    let options = OpenOptions::new(SimulatedHost::new(1, NOW_MS)).vfs(disk.vfs()).exclusive(true);
    let mut store = options.open("flushes.db").unwrap();
    let user = store.create_user(CreateUser::default()).unwrap().id;
    // The first write after a file was opened flushes the header of the log, too.
    add_list(&mut store, user, "first").unwrap();
    let mut flushes = |work: &mut dyn FnMut(&mut Store)| {
        let before = disk.syncs();
        work(&mut store);
        disk.syncs() - before
    };
    let lists =
        |store: &mut Store, word: &str| (0..64).for_each(|n| add_list(store, user, &format!("{word} {n}")).unwrap());
    let together = |store: &mut Store, work: &dyn Fn(&mut Store)| {
        let done = store.scope(|store| {
            work(store);
            Ok(())
        });
        done.unwrap();
    };
    assert_eq!(flushes(&mut |store| lists(store, "alone")), 64);
    assert_eq!(flushes(&mut |store| together(store, &|store| lists(store, "together"))), 1);
    let batch = |store: &mut Store, word: &str| {
        store.begin_batch();
        lists(store, word);
        store.commit_batch()
    };
    assert_eq!(flushes(&mut |store| batch(store, "batch").unwrap()), 1);
    let read = |store: &mut Store| drop(store.session(user).unwrap().list_lists(Input::NONE).unwrap());
    assert_eq!(flushes(&mut |store| together(store, &read)), 0);
}

#[test]
fn a_scope_waits_for_another_process_before_it_begins_and_a_batch_with_each_write() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shared.db");
    let mut store = OpenOptions::new(SystemHost).busy_timeout(Duration::ZERO).open(&path).unwrap();
    let user = store.create_user(CreateUser::default()).unwrap().id;
    let other = rusqlite::Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let busy = store.scope(|_| -> Result<()> { panic!("it is not called") });
    assert!(matches!(busy, Err(Error::Busy)), "{busy:?}");

    store.begin_batch();
    assert!(matches!(add_list(&mut store, user, "A"), Err(Error::Busy)));
    assert_eq!(store.session(user).unwrap().list_lists(Input::NONE).unwrap().lists, [], "reading waits for nobody");
    other.execute_batch("ROLLBACK").unwrap();
    add_list(&mut store, user, "B").unwrap();
    let locked = other.execute_batch("BEGIN IMMEDIATE").unwrap_err();
    assert_eq!(locked.sqlite_error_code(), Some(rusqlite::ErrorCode::DatabaseBusy));
    assert_eq!(lists(&path), [""; 0]);
    store.commit_batch().unwrap();
    assert_eq!(lists(&path), ["B"]);
}
