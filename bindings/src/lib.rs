//! The JavaScript door of campaignkit: each method decodes its arguments, forwards to the core and encodes the result.
//!
//! Arguments arrive as `JsValue` and are decoded inside: a typed argument that fails to decode on a `&mut self`
//! method would leave the object borrowed for ever.

#![cfg(target_arch = "wasm32")]

mod convert;
mod host;
mod node_file;
mod on_demand;
mod opfs;
mod pace;
mod packed;
mod rescue;

use std::cell::{RefCell, RefMut};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};

use campaignkit::{Commit, Error, Event, Input, Missed, Pace, Session, Store, Topic, UserId};
use js_sys::Promise;
use serde::Serialize;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

use convert::{Answer, Encoded, answer, done, file, hand_out, input, thrown};
use host::{Simulation, World};
use pace::{JsPace, Pause};

/// One open database.
#[wasm_bindgen]
pub struct Engine {
    store: StoreCell,
    storage: &'static str,
    pool: Option<opfs::Pool>,
    world: World,
    commits: Commits,
}

impl Engine {
    fn new(store: Store, storage: &'static str, pool: Option<opfs::Pool>, world: World) -> Self {
        Self { store: Rc::new(RefCell::new(Some(store))), storage, pool, world, commits: Commits::default() }
    }

    fn store(&self) -> Result<RefMut<'_, Store>, Error> {
        borrowed(&self.store)
    }

    /// Any operation of the store; the code that all of them share is in the module only once.
    fn perform(&self, operation: &mut dyn FnMut(&mut Store) -> Encoded) -> Answer {
        self.store().and_then(|mut store| operation(&mut store)).map_err(thrown)
    }

    /// Any operation of a user's session.
    fn act(&self, user: &JsValue, operation: &mut dyn FnMut(Session<'_>) -> Encoded) -> Answer {
        self.perform(&mut |store| operation(store.session(input(user))?))
    }
}

/// The store of an engine, until it is closed; long work shares it.
type StoreCell = Rc<RefCell<Option<Store>>>;

/// The store, while it is used.
///
/// # Errors
/// `busy` while long work has it; `closed`.
fn borrowed(cell: &StoreCell) -> Result<RefMut<'_, Store>, Error> {
    let store = cell.try_borrow_mut().map_err(|_| Error::Busy)?;
    RefMut::filter_map(store, Option::as_mut).map_err(|_| Error::Closed)
}

/// Commits that were not handed out yet.
type Commits = Arc<Mutex<Vec<Commit>>>;

/// A commit for subscribers, with the topics that it concerns.
#[derive(Serialize)]
struct CommitNotice {
    user_id: UserId,
    events: Vec<Event>,
    /// The topics of each event.
    concerns: Vec<&'static [Topic]>,
}

impl CommitNotice {
    fn of(commit: Commit) -> Self {
        let concerns = commit.events.iter().map(|event| event.change.concerns()).collect();
        Self { user_id: commit.user_id, events: commit.events, concerns }
    }
}

/// The commits that a subscriber missed.
#[derive(Serialize)]
struct MissedNotices {
    commits: Vec<CommitNotice>,
    more: bool,
}

impl MissedNotices {
    fn of(missed: Missed) -> Self {
        Self { commits: missed.commits.into_iter().map(CommitNotice::of).collect(), more: missed.more }
    }
}

/// Opening, closing, and commits.
#[wasm_bindgen]
impl Engine {
    /// Opens a new database in memory.
    #[wasm_bindgen(js_name = openMemory)]
    pub fn open_memory(simulation: Option<Simulation>) -> Result<Engine, JsValue> {
        let world = World::of(simulation);
        let store = world.options().open_in_memory().map_err(thrown)?;
        Ok(Self::new(store, "memory", None, world))
    }

    /// Opens a file through `node:fs`; the caller makes sure that nobody else has it open. It pauses where the file is of an
    /// older version.
    #[wasm_bindgen(js_name = openFile)]
    pub async fn open_file(
        fs: node_file::NodeFs,
        path: String,
        pause: Pause,
        simulation: Option<Simulation>,
    ) -> Result<Engine, JsValue> {
        let world = World::of(simulation);
        let options = node_file::options(fs, &world).map_err(thrown)?;
        let store = options.open_paced(path, &mut JsPace::new(pause)).await.map_err(thrown)?;
        Ok(Self::new(store, "file", None, world))
    }

    /// Opens a database in the origin's private file system; in a dedicated worker only. It pauses as `openFile` does.
    #[wasm_bindgen(js_name = openOpfs)]
    pub async fn open_opfs(name: JsValue, pause: Pause, simulation: Option<Simulation>) -> Result<Engine, JsValue> {
        let world = World::of(simulation);
        let (store, pool) = opfs::open(input(&name), &mut JsPace::new(pause), &world).await.map_err(thrown)?;
        Ok(Self::new(store, "opfs", Some(pool), world))
    }

    /// Where the database is: `memory`, `file` or `opfs`.
    #[wasm_bindgen(getter, unchecked_return_type = "\"memory\" | \"file\" | \"opfs\"")]
    pub fn storage(&self) -> String {
        self.storage.into()
    }

    /// Moves the clock of a simulation; no other clock can be moved.
    pub fn advance(&self, ms: f64) -> Result<(), JsValue> {
        self.store().and_then(|mut store| store.be_alone()).map_err(thrown)?;
        self.world.advance(ms);
        Ok(())
    }

    /// From now on keeps commits for `commits`; returns the number of the user's last event so far.
    pub fn watch(&self, user: JsValue) -> Result<f64, JsValue> {
        let noted = self.commits.clone();
        let mut store = self.store().map_err(thrown)?;
        store.on_commit(move |commit| noted.lock().unwrap_or_else(PoisonError::into_inner).push(commit));
        let last = store.session(input(&user)).and_then(|mut session| session.last_event());
        last.map(|number| number as f64).map_err(thrown)
    }

    /// The commits since the last call; undefined if there are none.
    pub fn commits(&self) -> Answer {
        let commits = std::mem::take(&mut *self.commits.lock().unwrap_or_else(PoisonError::into_inner));
        let commits: Vec<CommitNotice> = commits.into_iter().map(CommitNotice::of).collect();
        if commits.is_empty() { Ok(JsValue::UNDEFINED) } else { answer(Ok(commits)).map_err(thrown) }
    }

    /// The commits after the user's event with this number, and whether there are more than one call returns.
    #[wasm_bindgen(js_name = commitsAfter)]
    pub fn commits_after(&mut self, user: JsValue, number: f64) -> Answer {
        self.act(&user, &mut |mut session| answer(session.commits_after(number as i64).map(MissedNotices::of)))
    }

    /// From now on, calls are stored together by `commitBatch`. One that must be alone throws `in_scope`, which is no
    /// error of its caller.
    #[wasm_bindgen(js_name = beginBatch)]
    pub fn begin_batch(&self) -> Result<(), JsValue> {
        self.store().map(|mut store| store.begin_batch()).map_err(thrown)
    }

    /// Stores what was called since `beginBatch`; throws if none of it is stored.
    #[wasm_bindgen(js_name = commitBatch)]
    pub fn commit_batch(&self) -> Result<(), JsValue> {
        self.store().and_then(|mut store| store.commit_batch()).map_err(thrown)
    }

    /// Hands out a copy of the whole database, as the bytes of a SQLite file in order.
    #[wasm_bindgen(js_name = exportDatabase)]
    pub fn export_database(
        &self,
        #[wasm_bindgen(unchecked_param_type = "(piece: Uint8Array) => void")] chunk: JsValue,
    ) -> Result<(), JsValue> {
        hand_out(&mut *self.store().map_err(thrown)?, chunk.unchecked_ref())
    }

    /// Replaces the database by a copy of a file, which is checked before anything is replaced.
    #[wasm_bindgen(js_name = importDatabase)]
    pub fn import_database(&self, #[wasm_bindgen(unchecked_param_type = "Uint8Array")] bytes: JsValue) -> Answer {
        self.perform(&mut |store| answer(store.import(&file(&bytes))))
    }

    /// Closes the database; every later call throws `closed`. While long work uses it, this throws `busy` and the
    /// database stays open.
    pub fn close(&mut self) -> Result<(), JsValue> {
        let store = self.store.try_borrow_mut().map_err(|_| thrown(Error::Busy))?.take();
        let closed = store.map_or(Ok(()), Store::close);
        if let Some(pool) = self.pool.take() {
            pool.release();
        }
        closed.map_err(thrown)
    }
}

/// An operation of a session that pauses.
type Work = Box<dyn for<'s> FnOnce(Session<'s>, &'s mut dyn Pace) -> Pin<Box<dyn Future<Output = Encoded> + 's>>>;

#[allow(clippy::await_holding_refcell_ref, reason = "a call that asks for the store meanwhile gets `busy`")]
async fn paced(cell: StoreCell, user: Input, work: Work, pause: Pause) -> Answer {
    let mut store = borrowed(&cell).map_err(thrown)?;
    let session = store.session(user).map_err(thrown)?;
    work(session, &mut JsPace::new(pause)).await.map_err(thrown)
}

/// The methods of the table of operations.
macro_rules! methods {
    ($($receiver:ident { $(
        $name:ident = $method:ident $arguments:tt -> $encode:ident $([$($topic:ident)* $(; $of:ident)?])?
        $(, $flag:ident $(($paced_name:ident = $paced_method:ident))?)*;
    )* })*) => {
        $($(
            method! { $receiver $name = $method $arguments $encode }
            $($(method! { paced $paced_name = $paced_method $arguments $encode })?)*
        )*)*
    };
}

/// One method: of the store; of a session, in JavaScript with the user first; or of a session with pauses, where all
/// else is `busy` until its promise is settled.
macro_rules! method {
    (store $name:ident = $method:ident($($argument:ident),*) $encode:ident) => {
        #[wasm_bindgen]
        #[allow(missing_docs, reason = "the method that it forwards to is documented")]
        #[allow(non_snake_case, reason = "a session may have a method of the same name")]
        impl Engine {
            pub fn $name(&mut self, $($argument: JsValue),*) -> Answer {
                self.perform(&mut |store| $encode(store.$method($(input(&$argument)),*)))
            }
        }
    };
    (session $name:ident = $method:ident($($argument:ident),*) $encode:ident) => {
        #[wasm_bindgen]
        #[allow(missing_docs, reason = "the method that it forwards to is documented")]
        impl Engine {
            #[wasm_bindgen(js_name = $name)]
            pub fn $method(&mut self, user: JsValue, $($argument: JsValue),*) -> Answer {
                self.act(&user, &mut |mut session| $encode(session.$method($(input(&$argument)),*)))
            }
        }
    };
    (paced $name:ident = $method:ident($($argument:ident),*) $encode:ident) => {
        #[wasm_bindgen]
        #[allow(missing_docs, reason = "the method that it forwards to is documented")]
        impl Engine {
            #[wasm_bindgen(js_name = $name)]
            pub fn $method(&self, user: JsValue, $($argument: JsValue,)* pause: Pause) -> Promise {
                $(let $argument = input(&$argument);)*
                let work: Work = Box::new(move |mut session, pace| {
                    Box::pin(async move { $encode(session.$method($($argument,)* pace).await) })
                });
                future_to_promise(paced(self.store.clone(), input(&user), work, pause))
            }
        }
    };
}

campaignkit::operations!(methods);
