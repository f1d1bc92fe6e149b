//! The loop of a host: tasks one by one as they become due, with their leases, and nothing that sleeps.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::task::{Context, Poll, Wake, Waker};

use crate::shared::{block_on, occupy};
use crate::world::{DAY, HOUR, MINUTE, NOW_MS, World};
use campaignkit::{
    AddSuppressions, CampaignId, Channel, ClaimDue, Completion, DueTask, Error, Instant, NewSuppression, OpenOptions,
    Outcome, SharedStore, SimulatedHost, SuppressionType, TaskId, TaskStatus, Until, UserId,
};
use futures_core::Stream;
use serde_json::json;

/// A launched campaign of two emails, three days apart, to people of these names.
struct Scene {
    store: SharedStore,
    clock: SimulatedHost,
    user: UserId,
    campaign: CampaignId,
}

impl Scene {
    fn new(people: &[&str]) -> Self {
        Self::within(World::new(), people)
    }

    fn within(mut world: World, people: &[&str]) -> Self {
        let campaign = world.email_campaign("Q2");
        let nodes = json!([
            { "type": "email", "subject": "Hello", "body": "…" },
            { "type": "delay", "delay_days": 3 },
            { "type": "email", "subject": "", "body": "…", "is_reply": true },
        ]);
        let settings = json!({ "sequence_nodes": nodes, "stay_open": true, "signature": "" });
        world.me().update_campaign(campaign, settings).unwrap();
        if !people.is_empty() {
            world.add(campaign, people_of(people));
        }
        world.me().launch(campaign, None).unwrap();
        let World { store, clock, user, .. } = world;
        Self { store: store.into_shared(), clock, user, campaign }
    }

    fn due(&self, request: ClaimDue) -> campaignkit::Due {
        self.store.due(self.user, request)
    }

    fn claim(&self) -> Vec<TaskId> {
        let claimed = self.store.session(self.user, |me| me.claim_due(ClaimDue::default())).unwrap();
        claimed.tasks.iter().map(|task| task.id).collect()
    }

    fn add(&self, name: &'static str) {
        let campaign = self.campaign;
        self.store
            .session(self.user, move |me| me.add_prospects(campaign, json!({ "prospects": people_of(&[name]) })))
            .unwrap();
    }

    fn status(&self, task: TaskId) -> TaskStatus {
        self.store.session(self.user, move |me| me.task(task)).unwrap().record.status
    }
}

fn people_of(names: &[&str]) -> serde_json::Value {
    names.iter().map(|name| json!({ "email": address(name) })).collect()
}

fn address(name: &str) -> String {
    format!("{name}@example.com")
}

/// To whom a task is, and at which instant it was claimed after the beginning of the test.
fn what(task: &DueTask) -> (String, i64) {
    let address = task.prospect.person.get(campaignkit::Field::Email).unwrap_or_default();
    (address.into_owned(), task.claimed_at.unix_ms() - NOW_MS)
}

fn first_ones() -> ClaimDue {
    ClaimDue { max: Some(2), lease_seconds: Some(300), ..ClaimDue::default() }
}

#[test]
fn a_loop_hands_out_each_task_when_it_is_due_and_ends_when_nothing_will_be() {
    let scene = Scene::new(&["a", "b", "c"]);
    let mut sent = Vec::new();
    for task in scene.due(ClaimDue::default()).until(Until::Finished) {
        let task = task.unwrap();
        task.complete(Outcome::Sent).unwrap();
        sent.push(what(&task));
    }
    let expected = [0, 3 * DAY].map(|at| ["a", "b", "c"].map(|name| (address(name), at)));
    assert_eq!(sent, expected.concat());
}

#[test]
fn a_loop_ends_when_nothing_is_due_or_at_an_instant() {
    let scene = Scene::new(&["a", "b"]);
    let ends = [Until::Idle, Until::Idle, Until::At(Instant::from_unix_ms(NOW_MS + 2 * DAY)), Until::Finished];
    let sent = ends.map(|end| {
        let tasks = scene.due(ClaimDue::default()).until(end);
        tasks.map(|task| task.unwrap().complete(Outcome::Sent).unwrap()).collect::<Vec<_>>().len()
    });
    assert_eq!(sent, [2, 0, 0, 2]);

    // A task that is already leased is not handed out after the end.
    let scene = Scene::new(&["a", "b"]);
    let mut due = scene.due(ClaimDue::default()).until(Until::At(Instant::from_unix_ms(NOW_MS + MINUTE)));
    let first = due.next().unwrap().unwrap();
    scene.clock.advance_ms(MINUTE);
    assert!(due.next().is_none());
    assert!(due.next().is_none());
    first.complete(Outcome::Sent).unwrap();
    assert_eq!(scene.claim().len(), 1, "it is released");
}

#[test]
fn a_loop_of_an_instant_hands_out_what_was_due_then_with_leases_from_now() {
    let scene = Scene::new(&["a", "b"]);
    scene.clock.advance_ms(HOUR);
    scene.add("c");
    let then = ClaimDue { max: Some(1), now: Some(Instant::from_unix_ms(NOW_MS)), ..first_ones() };
    let mut sent = Vec::new();
    for task in scene.due(then).until(Until::Idle) {
        let task = task.unwrap();
        scene.clock.advance_ms(MINUTE);
        assert_eq!(task.leased_until.unix_ms() - NOW_MS, HOUR + (5 + sent.len() as i64) * MINUTE);
        task.complete(Outcome::Sent).unwrap();
        sent.push(what(&task).0);
    }
    assert_eq!(sent, ["a", "b"].map(address));
    assert_eq!(scene.claim().len(), 1);
}

#[test]
fn a_loop_that_waits_wakes_by_a_change_and_ends_when_it_is_stopped() {
    let scene = Scene::new(&[]);
    let due = scene.due(ClaimDue::default());
    let stopper = due.stopper();
    let (sent, is_sent) = channel();
    let host = std::thread::spawn(move || {
        for task in due {
            let task = task.unwrap();
            task.complete(Completion { note: Some("taken".into()), ..Outcome::Sent.into() }).unwrap();
            sent.send(what(&task).0).unwrap();
            // The follow-up would move the clock.
            drop(task);
        }
    });
    scene.add("a");
    assert_eq!(is_sent.recv().unwrap(), address("a"));
    assert_eq!(is_sent.recv().unwrap(), address("a"), "the follow-up, since the clock does not run by itself");
    scene.add("b");
    assert_eq!(is_sent.recv().unwrap(), address("b"));
    stopper.stop();
    host.join().unwrap();

    // One that never began, and one that is stopped before.
    let due = scene.due(ClaimDue::default());
    due.stopper().stop();
    scene.add("c");
    assert_eq!(due.count(), 0);
    drop(scene.due(ClaimDue::default()));
    assert_eq!(scene.claim().len(), 1);
}

#[test]
fn the_lease_of_what_is_in_hand_or_waits_for_it_is_extended() {
    let scene = Scene::new(&["a", "b"]);
    let mut due = scene.due(first_ones());
    let first = due.next().unwrap().unwrap();
    for _ in 0..10 {
        scene.clock.advance_ms(4 * MINUTE);
        assert_eq!(scene.claim(), [], "both are leased");
    }
    first.complete(Outcome::Sent).unwrap();
    let second = due.next().unwrap().unwrap();
    assert_eq!(what(&second), (address("b"), 0));
    scene.clock.advance_ms(HOUR);
    second.complete(Outcome::Sent).unwrap();
    assert_eq!([first.id, second.id].map(|id| scene.status(id)), [TaskStatus::Sent; 2]);
}

#[test]
fn the_lease_of_what_is_in_hand_is_extended_while_the_loop_claims_more() {
    let scene = Scene::new(&["a", "b", "c", "d"]);
    let mut due = scene.due(ClaimDue { max: Some(1), ..first_ones() });
    let mut in_hand = Vec::new();
    for _ in 0..4 {
        in_hand.push(due.next().unwrap().unwrap());
        scene.clock.advance_ms(2 * MINUTE);
    }
    assert_eq!(scene.claim(), [], "all are leased");
    for task in in_hand {
        task.complete(Outcome::Sent).unwrap();
    }
}

#[test]
fn the_lease_of_what_is_in_hand_is_extended_after_its_loop_ended() {
    let scene = Scene::new(&["a", "b", "c"]);
    let of_dropped = scene.due(first_ones()).next().unwrap().unwrap();
    let mut stopped = scene.due(first_ones());
    let of_stopped = stopped.next().unwrap().unwrap();
    stopped.stopper().stop();
    assert!(stopped.next().is_none());
    let mut idle = scene.due(first_ones()).until(Until::Idle);
    let of_idle = idle.next().unwrap().unwrap();
    assert!(idle.next().is_none());
    for _ in 0..3 {
        scene.clock.advance_ms(4 * MINUTE);
        assert_eq!(scene.claim(), [], "all are leased");
    }
    of_dropped.complete(Outcome::Sent).unwrap();
    of_stopped.complete(Outcome::Sent).unwrap();
    // One that is dropped is left alone.
    drop(of_idle);
    for _ in 0..2 {
        scene.clock.advance_ms(4 * MINUTE);
        scene.store.call(|_| Ok(())).unwrap();
    }
    assert_eq!(scene.claim().len(), 1);
}

#[test]
fn a_lease_that_could_not_be_extended_is_extended_seconds_later() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("due.db");
    let clock = SimulatedHost::new(1, NOW_MS);
    let options = || OpenOptions::new(clock.clone()).busy_timeout(std::time::Duration::ZERO);
    let scene = Scene::within(World::within(options().open(&path).unwrap(), clock.clone()), &["a", "b"]);
    let mut due = scene.due(first_ones());
    let first = due.next().unwrap().unwrap();
    let other = rusqlite::Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    scene.clock.advance_ms(3 * MINUTE);
    scene.store.call(|_| Ok(())).unwrap();
    other.execute_batch("COMMIT").unwrap();
    scene.clock.advance_ms(4_000);
    scene.store.call(|_| Ok(())).unwrap();
    scene.clock.advance_ms(4 * MINUTE);
    let mut elsewhere = OpenOptions::new(clock.clone()).open(&path).unwrap();
    let claimed = elsewhere.session(scene.user).unwrap().claim_due(ClaimDue::default()).unwrap();
    assert_eq!(claimed.tasks, [], "both are leased");
    first.complete(Outcome::Sent).unwrap();
}

#[test]
fn a_task_that_is_dropped_without_an_outcome_is_handed_out_again_when_its_lease_ends() {
    let scene = Scene::new(&["a"]);
    let mut due = scene.due(first_ones()).until(Until::Finished);
    let first = due.next().unwrap().unwrap();
    let (key, id) = (first.idempotency_key, first.id);
    drop(first);
    let again = due.next().unwrap().unwrap();
    assert_eq!((again.idempotency_key, what(&again)), (key, (address("a"), 5 * MINUTE)));
    assert_eq!(scene.status(id), TaskStatus::Lost);

    // After its outcome a task is not extended, though it is still there.
    again.complete(Outcome::Deferred { retry_at: Some(Instant::from_unix_ms(NOW_MS + HOUR)) }).unwrap();
    let last = due.next().unwrap().unwrap();
    assert_eq!(what(&last), (address("a"), HOUR));
}

#[test]
fn a_lease_that_is_lost_is_found_when_the_task_is_completed() {
    let scene = Scene::new(&["a", "b"]);
    let mut due = scene.due(first_ones());
    let first = due.next().unwrap().unwrap();
    let id = first.prospect.id;
    scene.store.session(scene.user, move |me| me.remove_prospect(id)).unwrap();
    scene.clock.advance_ms(4 * MINUTE);
    assert!(matches!(first.complete(Outcome::Sent), Err(Error::TaskNotFound)));
    assert_eq!(what(&due.next().unwrap().unwrap()).0, address("b"));
}

#[test]
fn a_loop_that_is_left_releases_what_it_did_not_hand_out() {
    let scene = Scene::new(&["a", "b", "c"]);
    let mut due = scene.due(ClaimDue::default());
    let first = due.next().unwrap().unwrap();
    assert_eq!(scene.claim(), []);
    drop(due);
    assert_eq!(scene.claim().len(), 2);
    // What is in hand can be completed.
    first.complete(Outcome::Sent).unwrap();
}

#[test]
fn a_task_that_waits_is_not_handed_out_once_its_person_is_final() {
    let scene = Scene::new(&["a", "b", "c", "d"]);
    let mut due = scene.due(ClaimDue::default()).until(Until::Idle);
    let first = due.next().unwrap().unwrap();
    let unsubscribed = NewSuppression::new(SuppressionType::EmailAddress, address("b"));
    scene.store.session(scene.user, |me| me.add_suppressions(AddSuppressions::from_iter([unsubscribed]))).unwrap();
    scene.store.session(scene.user, |me| me.erase_person(json!({ "email": address("c") }))).unwrap();
    first.complete(Outcome::Sent).unwrap();
    let second = due.next().unwrap().unwrap();
    assert_eq!(what(&second).0, address("d"));
    let tasks = scene.store.session(scene.user, |me| me.list_tasks(json!({ "status": "deferred" }))).unwrap().tasks;
    assert_eq!(tasks.len(), 1, "what was not tried is released");
    second.complete(Outcome::Sent).unwrap();
    assert!(due.next().is_none());
}

#[test]
fn what_a_request_passes_over_does_not_end_a_loop() {
    let scene = Scene::new(&["a"]);
    let end = Instant::from_unix_ms(NOW_MS + HOUR);
    let request = ClaimDue { channel: Some(Channel::Linkedin), ..ClaimDue::default() };
    assert_eq!(scene.due(request).until(Until::At(end)).count(), 0);
    assert_eq!(scene.claim().len(), 1);
}

#[test]
fn an_error_is_the_last_item() {
    let scene = Scene::new(&["a"]);
    let mut due = scene.due(ClaimDue { max: Some(0), ..ClaimDue::default() });
    assert!(matches!(due.next(), Some(Err(Error::InvalidInput(_)))));
    assert!(due.next().is_none());
    let nobody = "018f0000-0000-7000-8000-000000000000".parse().unwrap();
    assert!(matches!(scene.store.due(nobody, ClaimDue::default()).next(), Some(Err(Error::UserNotFound))));

    let mut due = scene.due(ClaimDue::default());
    let task = due.next().unwrap().unwrap();
    scene.store.close().unwrap();
    assert!(due.next().is_none());
    assert!(matches!(task.complete(Outcome::Sent), Err(Error::Closed)));
}

#[test]
fn several_loops_share_what_is_due() {
    let scene = Scene::new(&["a", "b", "c", "d", "e", "f", "g", "h"]);
    let request = ClaimDue { max: Some(1), ..ClaimDue::default() };
    let hosts: Vec<_> = (0..3)
        .map(|_| {
            let due = scene.due(request.clone()).until(Until::Finished);
            std::thread::spawn(move || {
                let send = |task: Result<DueTask, Error>| {
                    let task = task.unwrap();
                    task.complete(Outcome::Sent).unwrap();
                    task.idempotency_key.to_string()
                };
                due.map(send).collect::<Vec<_>>()
            })
        })
        .collect();
    let mut keys: Vec<_> = hosts.into_iter().flat_map(|host| host.join().unwrap()).collect();
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), 16);
}

#[test]
fn a_stream_hands_out_the_same() {
    fn is_send<T: Send>(_: &T) {}
    let scene = Scene::new(&["a", "b"]);
    let mut due = scene.due(ClaimDue::default()).until(Until::Finished).into_stream();
    is_send(&due);
    let sent = block_on(async {
        let mut sent = Vec::new();
        while let Some(task) = std::future::poll_fn(|context| Pin::new(&mut due).poll_next(context)).await {
            let task = task.unwrap();
            task.complete_async(Outcome::Sent).await.unwrap();
            sent.push(what(&task));
        }
        sent
    });
    let expected = [0, 3 * DAY].map(|at| ["a", "b"].map(|name| (address(name), at)));
    assert_eq!(sent, expected.concat());

    // One that is dropped while it waits gives back the task that it was to get.
    scene.add("c");
    let mut due = scene.due(ClaimDue::default()).into_stream();
    let mut context = Context::from_waker(Waker::noop());
    let (go, blocking) = occupy(&scene.store, |_| Ok(()));
    assert!(Pin::new(&mut due).poll_next(&mut context).is_pending());
    go.send(()).unwrap();
    block_on(blocking).unwrap();
    drop(due);
    assert_eq!(scene.claim().len(), 1);
}

#[test]
fn a_stream_that_finds_a_full_inbox_waits_without_being_polled_again_and_again() {
    struct Counting(AtomicUsize);
    impl Wake for Counting {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }
    let scene = Scene::new(&["a"]);
    let mut due = scene.due(ClaimDue::default()).into_stream();
    let (go, blocking) = occupy(&scene.store, |_| Ok(()));
    let waiting: Vec<_> = (0..256).map(|_| scene.store.call_async(|_| Ok(()))).collect();
    assert!(matches!(block_on(scene.store.call_async(|_| Ok(()))), Err(Error::Busy)));
    let woken = Arc::new(Counting(AtomicUsize::new(0)));
    let waker = Waker::from(woken.clone());
    assert!(Pin::new(&mut due).poll_next(&mut Context::from_waker(&waker)).is_pending());
    assert_eq!(woken.0.load(Ordering::SeqCst), 0);
    go.send(()).unwrap();
    let task = block_on(std::future::poll_fn(|context| Pin::new(&mut due).poll_next(context)));
    assert_eq!(what(&task.unwrap().unwrap()).0, address("a"));
    for call in waiting.into_iter().chain([blocking]) {
        block_on(call).unwrap();
    }
}

#[test]
fn what_is_on_its_way_when_a_loop_is_stopped_is_released_and_not_handed_out() {
    let scene = Scene::new(&["a"]);
    let due = scene.due(ClaimDue::default());
    let stopper = due.stopper();
    let mut due = due.into_stream();
    let mut context = Context::from_waker(Waker::noop());
    let (go, blocking) = occupy(&scene.store, |_| Ok(()));
    assert!(Pin::new(&mut due).poll_next(&mut context).is_pending());
    go.send(()).unwrap();
    block_on(blocking).unwrap();
    // After this call the reply is there.
    scene.store.call(|_| Ok(())).unwrap();
    stopper.stop();
    assert_eq!(scene.claim().len(), 1);
    assert!(matches!(Pin::new(&mut due).poll_next(&mut context), Poll::Ready(None)));
}
