//! A store that many threads share: each call is performed once, whatever becomes of its caller.

use std::ops::ControlFlow;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Barrier};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;

use crate::world::NOW_MS;
use campaignkit::{
    AddAccount, AddSuppressions, Call, CreateUser, Error, Host, Input, ListAccounts, ListPage, NewSuppression,
    NoRandomness, OpenOptions, SharedStore, SimulatedHost, Store, SuppressionType, WorkProgress, at_once, pausing,
};

fn is_shared<T: Clone + Send + Sync + 'static>(_: &T) {}

fn shared() -> SharedStore {
    OpenOptions::new(SimulatedHost::new(1, NOW_MS)).open_in_memory().unwrap().into_shared()
}

/// Keeps the thread of a store busy from now until the sender is told, and then with `work`.
pub fn occupy<T: Send + 'static>(
    store: &SharedStore,
    work: impl FnOnce(&mut Store) -> Result<T, Error> + Send + 'static,
) -> (Sender<()>, Call<T>) {
    let ((started, is_started), (go, may_go)) = (channel(), channel());
    let call = store.call_async(move |store| {
        started.send(()).unwrap();
        may_go.recv().unwrap();
        work(store)
    });
    is_started.recv().unwrap();
    (go, call)
}

fn users(store: &SharedStore) -> usize {
    let count = |store: &mut Store| {
        let (mut users, mut page) = (0, ListPage::default());
        loop {
            let listed = store.list_users(page)?;
            users += listed.users.len();
            page = ListPage { cursor: listed.next_cursor, ..ListPage::default() };
            if page.cursor.is_none() {
                return Ok(users);
            }
        }
    };
    store.call(count).unwrap()
}

fn add_user(store: &mut Store) -> Result<campaignkit::UserId, Error> {
    store.create_user(CreateUser::default()).map(|user| user.id)
}

/// Drives a future on this thread.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(value) => return value,
            Poll::Pending => std::thread::park(),
        }
    }
}

#[test]
fn calls_of_many_threads_are_each_performed_once() {
    const THREADS: usize = 6;
    const CALLS: usize = 20;
    let store = shared();
    is_shared(&store);
    let start = Arc::new(Barrier::new(THREADS));
    let threads: Vec<_> = (0..THREADS)
        .map(|_| {
            let (store, start) = (store.clone(), start.clone());
            std::thread::spawn(move || {
                start.wait();
                (0..CALLS).map(|_| store.call(add_user).unwrap()).collect::<Vec<_>>()
            })
        })
        .collect();
    let mut ids: Vec<_> = threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!((ids.len(), users(&store)), (THREADS * CALLS, THREADS * CALLS));
}

#[test]
fn a_call_in_the_background_is_a_future_that_needs_no_runtime() {
    let store = shared();
    let user = block_on(store.call_async(add_user)).unwrap();
    let added = store.session_async(user, |me| me.add_account(AddAccount::email("ana@example.com").unpaced()));
    let listed = store.session_async(user, |me| me.list_accounts(ListAccounts::default()));
    assert_eq!(block_on(listed).unwrap().accounts, [block_on(added).unwrap()]);
    // Dropped unpolled, it is performed all the same.
    drop(store.call_async(add_user));
    assert_eq!(users(&store), 2);
    let id = "018f0000-0000-7000-8000-000000000000".parse().unwrap();
    assert!(matches!(block_on(store.session_async(id, |me| me.next_due())), Err(Error::UserNotFound)));
}

#[test]
fn calls_beyond_what_may_wait_are_busy_or_wait() {
    let store = shared();
    let (go, first) = occupy(&store, add_user);
    let waiting: Vec<_> = (0..256).map(|_| store.call_async(add_user)).collect();
    assert!(matches!(block_on(store.call_async(add_user)), Err(Error::Busy)));
    let (other, (about_to, is_about_to)) = (store.clone(), channel());
    let blocked = std::thread::spawn(move || {
        about_to.send(()).unwrap();
        other.call(add_user)
    });
    is_about_to.recv().unwrap();
    go.send(()).unwrap();
    block_on(first).unwrap();
    for call in waiting {
        block_on(call).unwrap();
    }
    blocked.join().unwrap().unwrap();
    assert_eq!(users(&store), 258);
}

/// Randomness that panics while it is told to.
struct Broken(SimulatedHost, Arc<AtomicBool>);

impl Host for Broken {
    fn now_ms(&mut self) -> i64 {
        self.0.now_ms()
    }

    fn fill_random(&mut self, bytes: &mut [u8]) -> Result<(), NoRandomness> {
        assert!(!self.1.load(Ordering::SeqCst), "a panic that is part of the test");
        self.0.fill_random(bytes)
    }
}

#[test]
fn a_panic_ends_its_own_call_only_and_leaves_no_half_of_a_transaction() {
    let is_broken = Arc::new(AtomicBool::new(false));
    let host = Broken(SimulatedHost::new(1, NOW_MS), is_broken.clone());
    let store = OpenOptions::new(host).open_in_memory().unwrap().into_shared();
    let user = store.call(add_user).unwrap();
    let before = store.call(|store| store.dump()).unwrap();

    // Ids come from a pool of 512, so one of so many users is where the panic is: in a transaction.
    is_broken.store(true, Ordering::SeqCst);
    let ended = store.call(move |store| {
        for n in 0..600 {
            store.session(user)?.add_account(AddAccount::email(format!("a{n}@example.com")).unpaced())?;
        }
        Ok(())
    });
    assert!(matches!(ended, Err(Error::Bug(None))), "{ended:?}");
    is_broken.store(false, Ordering::SeqCst);

    assert_ne!(store.call(|store| store.dump()).unwrap(), before, "what was committed before it stays");
    assert_eq!(store.call(|store| store.check_invariants()).unwrap(), []);
    let again = store.session(user, |me| me.add_account(AddAccount::email("again@example.com").unpaced()));
    assert!(again.is_ok(), "{again:?}");
    let in_closure = store.call(|_| -> Result<(), Error> { panic!("a panic that is part of the test") });
    assert!(matches!(in_closure, Err(Error::Bug(None))));
    assert_eq!(users(&store), 1);
}

#[test]
fn a_panic_of_a_waker_or_of_a_dropped_result_ends_its_own_call_only() {
    struct PanicsAwake;
    impl Wake for PanicsAwake {
        fn wake(self: Arc<Self>) {
            panic!("a panic that is part of the test");
        }
    }
    struct PanicsDropped;
    impl Drop for PanicsDropped {
        fn drop(&mut self) {
            panic!("a panic that is part of the test");
        }
    }
    let store = shared();
    let (go, call) = occupy(&store, |_| Ok(()));
    let mut call = pin!(call);
    let waker = Waker::from(Arc::new(PanicsAwake));
    assert!(call.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    drop(store.call_async(|_| Ok(PanicsDropped)));
    go.send(()).unwrap();
    store.call(add_user).unwrap();
    assert!(matches!(block_on(call), Ok(())));
    assert_eq!(users(&store), 1);
}

#[test]
fn a_closure_that_would_wait_for_itself_is_busy() {
    let store = shared();
    let inner = store.clone();
    let nested = store.call(move |_| Ok((inner.call(add_user).map(drop), inner.close())));
    assert!(matches!(nested, Ok((Err(Error::Busy), Err(Error::Busy)))), "{nested:?}");
}

#[test]
fn the_last_handle_finishes_the_calls_and_closes_the_store() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shared.db");
    let store = Store::open(&path).unwrap().into_shared();
    let calls: Vec<_> = (0..5).map(|_| store.call_async(add_user)).collect();
    let log = folder.path().join("shared.db-wal");
    assert!(log.exists());
    drop(store.clone());
    drop(store);
    assert!(!log.exists(), "the log is folded in when the last handle is gone");
    for call in calls {
        block_on(call).unwrap();
    }
    assert_eq!(Store::open(&path).unwrap().list_users(Input::NONE).unwrap().users.len(), 5);

    // A closure may have the last one.
    let store = Store::open(&path).unwrap().into_shared();
    let last = store.clone();
    let (go, call) = occupy(&store, move |_| {
        drop(last);
        Ok(())
    });
    drop(store.clone());
    let waiting = std::thread::spawn(move || drop(store));
    go.send(()).unwrap();
    block_on(call).unwrap();
    waiting.join().unwrap();
}

#[test]
fn a_closed_store_finishes_what_was_asked_before_and_refuses_the_rest() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shared.db");
    let store = Store::open(&path).unwrap().into_shared();
    let other = store.clone();
    let before = other.call_async(add_user);
    store.close().unwrap();
    block_on(before).unwrap();
    assert!(!folder.path().join("shared.db-wal").exists());
    assert!(matches!(other.call(add_user), Err(Error::Closed)));
    assert!(matches!(block_on(other.call_async(add_user)), Err(Error::Closed)));
    assert!(matches!(other.close(), Err(Error::Closed)));
    assert_eq!(Store::open(&path).unwrap().list_users(Input::NONE).unwrap().users.len(), 1);
}

#[test]
fn the_future_of_long_work_can_go_to_another_thread() {
    fn is_send<T: Send + 'static>(future: T) -> T {
        future
    }
    let store = shared();
    let user = store.call(add_user).unwrap();
    let reports = Arc::new(AtomicUsize::new(0));
    let seen = reports.clone();
    let adding = is_send(store.session_async(user, move |me| {
        let mut pace = |progress: WorkProgress| {
            assert!(progress.done <= progress.total);
            seen.fetch_add(1, Ordering::SeqCst);
            ControlFlow::Continue(())
        };
        let addresses =
            (0..200).map(|n| NewSuppression::new(SuppressionType::EmailAddress, format!("{n}@example.com")));
        at_once(me.add_suppressions_paced(AddSuppressions::from_iter(addresses), &mut pace))
    }));
    let added = std::thread::spawn(move || block_on(adding)).join().unwrap().unwrap();
    assert_eq!(added.added, 200);
    assert!(reports.load(Ordering::SeqCst) > 1);
}

#[test]
fn the_futures_of_all_long_operations_can_go_to_another_thread() {
    fn is_send<T: Send>(_: T) {}
    let mut store = OpenOptions::new(SimulatedHost::new(1, 0)).open_in_memory().unwrap();
    let user = add_user(&mut store).unwrap();
    let mut me = store.session(user).unwrap();
    let pace = &mut pausing(|_: WorkProgress| std::future::ready(ControlFlow::Continue(())));
    is_send(me.add_suppressions_paced(Input::NONE, pace));
    is_send(me.clone_campaign_paced(Input::NONE, Input::NONE, pace));
    is_send(me.delete_campaign_paced(Input::NONE, pace));
    is_send(me.delete_list_paced(Input::NONE, pace));
    is_send(me.erase_person_paced(Input::NONE, pace));
    is_send(me.explain_paced(Input::NONE, pace));
    is_send(me.export_person_paced(Input::NONE, pace));
    is_send(me.find_prospects_paced(Input::NONE, pace));
    is_send(me.forecast_paced(Input::NONE, Input::NONE, pace));
    is_send(me.forget_messages_paced(Input::NONE, pace));
    is_send(me.hand_over_paced(Input::NONE, Input::NONE, pace));
    is_send(me.import_csv_into_list_paced(Input::NONE, [].as_slice(), Input::NONE, pace));
    is_send(me.import_csv_paced(Input::NONE, [].as_slice(), Input::NONE, pace));
    is_send(me.import_list_paced(Input::NONE, Input::NONE, pace));
    is_send(me.import_suppressions_paced([].as_slice(), Input::NONE, pace));
    is_send(me.launch_paced(Input::NONE, Input::NONE, pace));
    is_send(me.plan_each_paced(Input::NONE, Input::NONE, |_| ControlFlow::Continue(()), pace));
    is_send(me.plan_paced(Input::NONE, Input::NONE, pace));
    is_send(me.report_paced(Input::NONE, pace));
    is_send(me.resolve_messages_paced(Input::NONE, Input::NONE, pace));
    is_send(me.resume_paced(Input::NONE, pace));
    is_send(me.retry_prospects_paced(Input::NONE, Input::NONE, pace));
}

#[test]
fn work_at_once_cannot_wait_for_something() {
    let store = shared();
    let user = store.call(add_user).unwrap();
    let waiting = store.session(user, |me| {
        let mut pace = pausing(|_: WorkProgress| std::future::pending());
        let one = NewSuppression::new(SuppressionType::EmailAddress, "a@example.com");
        at_once(me.add_suppressions_paced(AddSuppressions::from_iter([one]), &mut pace))
    });
    assert!(matches!(waiting, Err(Error::Bug(None))));
    let listed = store.session(user, |me| me.list_suppressions(Input::NONE)).unwrap();
    assert_eq!(listed.suppressions, []);
}
