//! Calls that are committed together: each as if it were alone, all of them stored or none.

mod properties;
mod scope;
mod shared;

use std::path::Path;
use std::sync::{Arc, Mutex};

use campaignkit::{Commit, Store};

/// The commits that a store reports.
fn watch(store: &mut Store) -> Arc<Mutex<Vec<Commit>>> {
    let told = Arc::new(Mutex::new(Vec::new()));
    let seen = told.clone();
    store.on_commit(move |commit| seen.lock().unwrap().push(commit));
    told
}

/// The names of a user's lists in a file, as another connection sees them.
fn lists(path: &Path) -> Vec<String> {
    let conn = rusqlite::Connection::open(path).unwrap();
    let mut names = conn.prepare("SELECT name FROM list ORDER BY id").unwrap();
    names.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

/// How many commits a write-ahead log holds: the last frame of each says how large the file is then.
fn commits_in(log: &Path) -> usize {
    let log = std::fs::read(log).unwrap();
    log[32..].chunks(24 + 4096).filter(|frame| frame[4..8] != [0; 4]).count()
}
