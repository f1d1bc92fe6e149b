//! Databases in the origin's private file system: a pool of access handles for each name.

use campaignkit::{Error, Input, OpenOptions, Request, StorageName, Store};
use sqlite_wasm_rs::WasmOsCallback;
use sqlite_wasm_vfs::sahpool::{OpfsSAHError, OpfsSAHPoolCfgBuilder, OpfsSAHPoolUtil, install};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use crate::host::World;
use crate::pace::JsPace;

/// The database, its write-ahead log, and a journal, which is there until the log is in force: temporary files are in memory.
/// Each slot is a file that opening the pool makes, cleans and flushes. A pool that exists is enlarged to this number, never
/// made smaller.
const SLOTS: usize = 3;

/// The browser frees the handles of a killed worker a moment later. So taking them is tried this many times, for about
/// a second in all, before another owner is reported.
const MOST_TRIES: u32 = 40;
const BETWEEN_TRIES_MS: i32 = 25;

/// The handles of one name, which no other worker can take.
pub(crate) struct Pool {
    handles: OpfsSAHPoolUtil,
    vfs: String,
}

/// The database's name in its pool.
pub(crate) const FILE: &str = "campaignkit.db";

impl Pool {
    /// The options for a file of this pool.
    pub(crate) fn options(&self, world: &World) -> OpenOptions {
        world.options().vfs(self.vfs.as_str()).exclusive(true)
    }

    /// Gives the handles back; the database must be closed.
    pub(crate) fn release(self) {
        // SAFETY: every connection to this VFS is closed (`Engine::close` drops the only one first, and `Rescue` keeps
        // none), and this worker is the only thread of its SQLite.
        let released = unsafe { self.handles.uninstall() };
        // Handles that cannot be closed now are freed with the worker.
        drop(released);
    }
}

pub(crate) async fn open(name: Input, pace: &mut JsPace, world: &World) -> Result<(Store, Pool), Error> {
    let pool = take(name).await?;
    match pool.options(world).open_paced(FILE, pace).await {
        Ok(store) => Ok((store, pool)),
        Err(error) => {
            pool.release();
            Err(error)
        }
    }
}

/// Takes the handles of a name.
pub(crate) async fn take(name: Input) -> Result<Pool, Error> {
    let name = Request::<StorageName>::parse(name)?;
    let vfs = format!("campaignkit-{name}");
    let config = OpfsSAHPoolCfgBuilder::new()
        .vfs_name(&vfs)
        .directory(&format!("campaignkit/{name}"))
        .initial_capacity(SLOTS)
        .build();
    for _ in 0..MOST_TRIES {
        match install::<WasmOsCallback>(&config, false).await {
            Ok(handles) => return Ok(Pool { handles, vfs }),
            Err(error) if is_taken(&error) => pause(BETWEEN_TRIES_MS).await,
            Err(error) => return Err(unavailable(&error)),
        }
    }
    Err(Error::OtherOwner)
}

fn exception_name(error: &OpfsSAHError) -> Option<String> {
    match error {
        OpfsSAHError::Opfs { value, .. } => value.dyn_ref::<js_sys::Error>().map(|error| error.name().into()),
        _ => None,
    }
}

fn is_taken(error: &OpfsSAHError) -> bool {
    matches!(error, OpfsSAHError::DirectoryInUse(_))
        || exception_name(error).is_some_and(|name| name == "NoModificationAllowedError")
}

fn unavailable(error: &OpfsSAHError) -> Error {
    match exception_name(error).as_deref() {
        Some("QuotaExceededError") => Error::StorageFull,
        _ => Error::StorageUnavailable(None),
    }
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &js_sys::Function, ms: i32);
}

async fn pause(ms: i32) {
    let promise = js_sys::Promise::new(&mut |resolve, _| set_timeout(&resolve, ms));
    // A timer does not fail.
    let _ = wasm_bindgen_futures::JsFuture::from(promise).await;
}
