//! Calls of many threads that wait for a `SharedStore` are committed together.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use super::{commits_in, lists, watch};
use crate::world::{MINUTE, NOW_MS, World};
use campaignkit::{
    AddSuppressions, Call, ClaimDue, Commit, CreateUser, Error, Input, Journal, NewSuppression, OpenOptions, Outcome,
    SharedStore, SimulatedHost, Store, SuppressionType, UserId, WorkProgress, at_once,
};
use serde_json::json;

/// A store on a file, whose thread waits until calls of a batch are there.
struct Scene {
    folder: tempfile::TempDir,
    store: SharedStore,
    user: UserId,
    told: Arc<Mutex<Vec<Commit>>>,
}

impl Scene {
    fn new(journal: Journal) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = OpenOptions::new(SimulatedHost::new(1, NOW_MS)).journal(journal).busy_timeout(Duration::ZERO);
        let mut store = options.open(folder.path().join("shared.db")).unwrap();
        let user = store.create_user(CreateUser::default()).unwrap().id;
        let told = watch(&mut store);
        Self { folder, store: store.into_shared(), user, told }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("shared.db")
    }

    fn lists(&self) -> Vec<String> {
        lists(&self.path())
    }

    /// Calls wait from now on, until the sender is told.
    fn hold(&self) -> Sender<()> {
        let (stopped, go) = self.stop();
        stopped.recv().unwrap();
        go
    }

    fn add(&self, name: &str) -> Call<()> {
        let (user, name) = (self.user, name.to_owned());
        self.store.call_async(move |store| add(store, user, &name))
    }

    /// Stops in the middle of a batch: the receiver is told when, and the sender lets it go on.
    fn stop(&self) -> (Receiver<()>, Sender<()>) {
        let ((started, is_started), (go, may_go)) = (channel(), channel());
        drop(self.store.call_async(move |_| {
            started.send(()).unwrap();
            may_go.recv().unwrap();
            Ok(())
        }));
        (is_started, go)
    }
}

fn add(store: &mut Store, user: UserId, name: &str) -> Result<(), Error> {
    store.session(user)?.create_list(json!({ "name": name })).map(drop)
}

/// The result of a call, if it is there.
fn result<T>(call: &mut Call<T>) -> Option<Result<T, Error>> {
    match Pin::new(call).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => Some(result),
        Poll::Pending => None,
    }
}

/// The code of each call's error, when all calls before this one have ended.
fn codes(scene: &Scene, calls: Vec<Call<()>>) -> Vec<Option<&'static str>> {
    // It may be one of the batch, and fail with it.
    let _ = scene.store.call(|_| Ok(()));
    calls.into_iter().map(|mut call| result(&mut call).unwrap().err().map(|error| error.code())).collect()
}

#[test]
fn what_waits_is_committed_together_up_to_64_calls() {
    let scene = Scene::new(Journal::WriteAhead);
    let log = scene.folder.path().join("shared.db-wal");
    let before = commits_in(&log);
    let go = scene.hold();
    let calls = (0..130).map(|n| scene.add(&format!("{n}"))).collect();
    go.send(()).unwrap();
    assert_eq!(codes(&scene, calls), [None; 130]);
    assert_eq!(commits_in(&log) - before, 3, "64, 64 and 2");
    assert_eq!((scene.lists().len(), scene.told.lock().unwrap().len()), (130, 130));
    for name in ["A", "B"] {
        let user = scene.user;
        scene.store.call(move |store| add(store, user, name)).unwrap();
    }
    assert_eq!(commits_in(&log) - before, 5);
}

#[test]
fn calls_are_replied_to_and_told_after_the_common_commit() {
    let scene = Scene::new(Journal::WriteAhead);
    let go = scene.hold();
    let mut first = scene.add("A");
    let (stopped, go_on) = scene.stop();
    let mut last = scene.add("A");
    go.send(()).unwrap();
    stopped.recv().unwrap();
    assert!(result(&mut first).is_none());
    assert_eq!((scene.lists(), scene.told.lock().unwrap().len()), (vec![], 0));
    go_on.send(()).unwrap();
    scene.store.call(|_| Ok(())).unwrap();
    assert!(matches!(result(&mut first), Some(Ok(()))));
    assert!(matches!(result(&mut last), Some(Err(Error::NameTaken(_)))), "it fails alone");
    assert_eq!((scene.lists().as_slice(), scene.told.lock().unwrap().len()), (["A".to_owned()].as_slice(), 1));
}

#[test]
fn a_panic_ends_its_own_call_of_a_batch_only() {
    let scene = Scene::new(Journal::WriteAhead);
    let go = scene.hold();
    let user = scene.user;
    let calls = vec![
        scene.add("A"),
        scene.store.call_async(move |store| {
            add(store, user, "B")?;
            let _ = store.scope(|store| -> Result<(), Error> {
                add(store, user, "C")?;
                panic!("a panic that is part of the test")
            });
            Ok(())
        }),
        scene.add("D"),
    ];
    go.send(()).unwrap();
    assert_eq!(codes(&scene, calls), [None, Some("bug"), None]);
    assert_eq!(scene.lists(), ["A", "B", "D"], "what it had committed before stays, as ever");
}

#[test]
fn an_observer_that_panics_ends_no_call_of_a_batch() {
    let scene = Scene::new(Journal::WriteAhead);
    let (tell, told) = channel();
    let observe = move |store: &mut Store| {
        store.on_commit(move |commit| {
            tell.send(commit.events[0].number).unwrap();
            panic!("a panic that is part of the test")
        });
        Ok(())
    };
    scene.store.call(observe).unwrap();
    let go = scene.hold();
    let calls = vec![scene.add("A"), scene.add("B"), scene.add("C")];
    go.send(()).unwrap();
    assert_eq!(codes(&scene, calls), [None; 3]);
    assert_eq!(told.try_iter().collect::<Vec<_>>(), [2, 3, 4]);
}

#[test]
fn where_the_commit_fails_all_calls_of_the_batch_fail_and_the_store_goes_on() {
    let scene = Scene::new(Journal::Rollback);
    // A rollback journal cannot commit while somebody reads.
    let reader = rusqlite::Connection::open(scene.path()).unwrap();
    reader.execute_batch("BEGIN; SELECT * FROM user").unwrap();
    let go = scene.hold();
    let calls = vec![scene.add("A"), scene.add("A"), scene.store.call_async(|_| Err(Error::Cancelled)), scene.add("B")];
    go.send(()).unwrap();
    assert_eq!(codes(&scene, calls), [Some("busy"); 4]);
    reader.execute_batch("ROLLBACK").unwrap();
    assert_eq!((scene.lists(), scene.told.lock().unwrap().len()), (vec![], 0));
    let go = scene.hold();
    let calls = vec![scene.add("A"), scene.add("B")];
    go.send(()).unwrap();
    assert_eq!(codes(&scene, calls), [None; 2]);
    assert_eq!((scene.lists().len(), scene.told.lock().unwrap().len()), (2, 2));
}

#[test]
fn a_locked_file_is_busy_for_each_write_as_if_it_were_alone() {
    let scene = Scene::new(Journal::WriteAhead);
    let other = rusqlite::Connection::open(scene.path()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let go = scene.hold();
    let calls =
        vec![scene.add("A"), scene.store.call_async(|store| store.list_users(Input::NONE).map(drop)), scene.add("B")];
    let (stopped, go_on) = scene.stop();
    let last = scene.add("C");
    go.send(()).unwrap();
    stopped.recv().unwrap();
    other.execute_batch("ROLLBACK").unwrap();
    go_on.send(()).unwrap();
    assert_eq!(codes(&scene, calls), [Some("busy"), None, Some("busy")]);
    assert_eq!(codes(&scene, vec![last]), [None]);
    assert_eq!(scene.lists(), ["C"]);
}

#[test]
fn long_work_and_what_must_be_alone_end_the_batch_before_them() {
    let scene = Scene::new(Journal::WriteAhead);
    let (user, path) = (scene.user, scene.path());
    let go = scene.hold();
    let mut first = scene.add("A");
    let (seen, is_seen) = channel();
    let long = scene.store.call_async(move |store| {
        add(store, user, "B")?;
        let mut pace = |_: WorkProgress| {
            seen.send((result(&mut first).is_some(), lists(&path))).unwrap();
            ControlFlow::Continue(())
        };
        let one = NewSuppression::new(SuppressionType::EmailAddress, "a@example.com");
        at_once(store.session(user)?.add_suppressions_paced(AddSuppressions::from_iter([one]), &mut pace)).map(drop)
    });
    let erased =
        move |store: &mut Store| store.session(user)?.erase_person(json!({ "email": "a@example.com" })).map(drop);
    let calls = vec![long, scene.add("C"), scene.store.call_async(erased), scene.add("D")];
    go.send(()).unwrap();
    assert_eq!(codes(&scene, calls), [None; 4]);
    let (is_replied, lists) = is_seen.recv().unwrap();
    assert!(is_replied, "nobody waits for long work that came later");
    assert_eq!(lists, ["A", "B"]);
    assert_eq!(scene.lists(), ["A", "B", "C", "D"]);
}

#[test]
fn where_the_commit_before_long_work_fails_so_does_the_call_that_it_is_in() {
    let scene = Scene::new(Journal::Rollback);
    let reader = rusqlite::Connection::open(scene.path()).unwrap();
    reader.execute_batch("BEGIN; SELECT * FROM user").unwrap();
    let user = scene.user;
    let go = scene.hold();
    let forgets_the_error = scene.store.call_async(move |store| {
        add(store, user, "B")?;
        let mut me = store.session(user)?;
        assert!(matches!(me.erase_person(json!({ "email": "a@example.com" })), Err(Error::Busy)));
        assert!(matches!(me.create_list(json!({ "name": "C" })), Err(Error::Busy)));
        Ok(())
    });
    let calls = vec![scene.add("A"), forgets_the_error];
    go.send(()).unwrap();
    assert_eq!(codes(&scene, calls), [Some("busy"); 2]);
    reader.execute_batch("ROLLBACK").unwrap();
    assert_eq!((scene.lists(), scene.told.lock().unwrap().len()), (vec![], 0));
}

#[test]
fn a_task_whose_outcome_is_not_stored_keeps_its_lease() {
    let folder = tempfile::tempdir().unwrap();
    let (path, clock) = (folder.path().join("shared.db"), SimulatedHost::new(1, NOW_MS));
    let options = OpenOptions::new(clock.clone()).journal(Journal::Rollback).busy_timeout(Duration::ZERO);
    let mut world = World::within(options.open(&path).unwrap(), clock.clone());
    let campaign = world.email_campaign("Q2");
    let nodes = json!([{ "type": "email", "subject": "Hello", "body": "A text" }]);
    world.me().update_campaign(campaign, json!({ "sequence_nodes": nodes, "signature": "" })).unwrap();
    world.me().add_prospects(campaign, json!({ "prospects": [{ "email": "bo@example.com" }] })).unwrap();
    world.me().launch(campaign, None).unwrap();
    let scene = Scene { folder, user: world.user, store: world.store.into_shared(), told: Arc::default() };
    let request = ClaimDue { lease_seconds: Some(300), ..ClaimDue::default() };
    let task = scene.store.due(scene.user, request).next().unwrap().unwrap();

    let reader = rusqlite::Connection::open(&path).unwrap();
    reader.execute_batch("BEGIN; SELECT * FROM user").unwrap();
    let go = scene.hold();
    let mut completing = task.complete_async(Outcome::Sent);
    let adding = scene.add("A");
    go.send(()).unwrap();
    assert_eq!(codes(&scene, vec![adding]), [Some("busy")]);
    assert!(matches!(result(&mut completing), Some(Err(Error::Busy))));
    reader.execute_batch("ROLLBACK").unwrap();
    for _ in 0..3 {
        clock.advance_ms(4 * MINUTE);
        let claimed = scene.store.session(scene.user, |me| me.claim_due(ClaimDue::default())).unwrap();
        assert_eq!(claimed.tasks, [], "it is in hand");
    }
    task.complete(Outcome::Sent).unwrap();
    assert_eq!(scene.store.session(scene.user, |me| me.next_due()).unwrap().next_due_at, None);
}

#[test]
fn what_is_closed_with_calls_in_the_inbox_has_performed_those_before() {
    let scene = Scene::new(Journal::WriteAhead);
    let go = scene.hold();
    let mut calls = [scene.add("A"), scene.add("B")];
    let (closing, other) = (scene.store.clone(), scene.store.clone());
    let (path, user) = (scene.path(), scene.user);
    let closing = std::thread::spawn(move || closing.close());
    go.send(()).unwrap();
    closing.join().unwrap().unwrap();
    assert!(matches!(other.call(move |store| add(store, user, "late")), Err(Error::Closed)));
    assert!(calls.iter_mut().all(|call| matches!(result(call), Some(Ok(())))));
    assert_eq!(lists(&path), ["A", "B"]);
}
