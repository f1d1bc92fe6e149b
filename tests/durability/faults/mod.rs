//! Whatever disk call fails, in whatever operation: the failure has a stable code, the operation changed nothing or was
//! done, acknowledged changes are there, and everything works again as soon as the disk does.

mod calls;
mod files;
mod steps;
mod together;

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::panic::AssertUnwindSafe;

use crate::child;
use crate::child::Dice;
use crate::operations::{self, Things, fill, input, nouns, populate};
use crate::power::{Disk, Fault, Kind, Loss};
use crate::world::{NOW_MS, file_of};
use campaignkit::{Error, Journal, OpenOptions, SimulatedHost, Store, UserId};
use serde_json::{Value, json};

/// The errors that a failing disk may cause.
const FAILURES: [&str; 3] = ["storage_full", "storage_unavailable", "commit_uncertain"];

/// The tests try one in this many failures; a soak tries all.
const ONE_IN: usize = 300;

/// How a database is kept on a disk.
#[derive(Clone, Copy, Debug)]
struct Way {
    name: &'static str,
    journal: Journal,
    exclusive: bool,
}

const WAYS: [Way; 4] = [
    Way { name: "log", journal: Journal::WriteAhead, exclusive: true },
    Way { name: "rollback", journal: Journal::Rollback, exclusive: true },
    Way { name: "shared-log", journal: Journal::WriteAhead, exclusive: false },
    Way { name: "shared-rollback", journal: Journal::Rollback, exclusive: false },
];

impl Way {
    fn disk(self) -> Disk {
        if self.exclusive { Disk::new(self.name) } else { Disk::sharing(self.name) }
    }

    fn options(self, disk: &Disk, seed: u64) -> OpenOptions {
        let options = OpenOptions::new(SimulatedHost::new(seed, NOW_MS)).vfs(disk.vfs());
        options.journal(self.journal).exclusive(self.exclusive)
    }

    /// Opens the database; the same random values come next each time.
    fn open(self, disk: &Disk) -> Result<Store, Error> {
        self.options(disk, 2).open(FILE)
    }
}

const FILE: &str = "disk.db";

/// An operation on an open store.
type Call<'c> = Box<dyn Fn(&mut Store) -> Result<(), Error> + 'c>;

/// A user with some of everything, and another database to import.
struct Ground {
    file: Vec<u8>,
    user: UserId,
    things: Things,
    other: Vec<u8>,
}

impl Ground {
    fn new() -> Self {
        let mut store = OpenOptions::new(SimulatedHost::new(1, NOW_MS)).open_in_memory().unwrap();
        let user = store.create_user(json!({})).unwrap().id;
        let mut things = populate(&mut store, user, "mine");
        things.insert("user", user.to_string());
        let file = file_of(&mut store);
        let mut other = OpenOptions::new(SimulatedHost::new(3, NOW_MS)).open_in_memory().unwrap();
        other.create_user(json!({})).unwrap();
        Self { file, user, things, other: file_of(&mut other) }
    }

    /// A disk with the database, whose last changes are in its log.
    fn disk(&self, way: Way) -> Disk {
        let disk = way.disk();
        disk.put(FILE, self.file.clone());
        let mut store = way.options(&disk, 5).open(FILE).unwrap();
        store.session(self.user).unwrap().create_list(json!({ "name": "Last" })).unwrap();
        let killed = disk.restart(&format!("{}-base", way.name), Loss::Nothing);
        drop(store);
        killed
    }

    /// Every operation of an open store, by the name of its method.
    fn calls(&self) -> Vec<(&'static str, Call<'_>)> {
        let mut calls: Vec<(&'static str, Call<'_>)> = Vec::new();
        for operation in operations::all() {
            let mut found = Vec::new();
            nouns(&json!(operation.arguments), false, &mut found);
            let mut ids = found.iter().map(|(noun, _)| self.things[noun.as_str()].clone());
            let arguments: Vec<Value> = operation.arguments.iter().map(|argument| fill(argument, &mut ids)).collect();
            let method = operation.method;
            let call = move |store: &mut Store| {
                operation.call(store, self.user, arguments.iter().cloned().map(input).collect()).map(drop)
            };
            calls.push((method, Box::new(call)));
        }
        let campaign = self.things["campaign"].clone();
        let plan_each = move |store: &mut Store| {
            store.session(self.user)?.plan_each(campaign.as_str(), json!({}), |_| ControlFlow::Continue(()))
        };
        calls.push(("plan_each", Box::new(plan_each)));
        let campaign = self.things["campaign"].clone();
        let export_prospects =
            move |store: &mut Store| store.session(self.user)?.export_prospects(campaign.as_str(), None, |_| Ok(()));
        calls.push(("export_prospects", Box::new(export_prospects)));
        calls.push(("last_event", Box::new(|store| store.session(self.user)?.last_event().map(drop))));
        calls.push(("commits_after", Box::new(|store| store.session(self.user)?.commits_after(0).map(drop))));
        calls.push(("session", Box::new(|store| store.session(self.user).map(drop))));
        calls.push(("limit_size", Box::new(|store| store.limit_size(1 << 40))));
        let scope = |store: &mut Store| {
            store.scope(|store| {
                store.create_user(json!({}))?;
                store.session(self.user)?.create_list(json!({ "name": "In a scope" })).map(drop)
            })
        };
        calls.push(("scope", Box::new(scope)));
        let batch = |store: &mut Store| {
            store.begin_batch();
            let created = store.session(self.user)?.create_list(json!({ "name": "In a batch" })).map(drop);
            store.commit_batch().and(created)
        };
        calls.push(("commit_batch", Box::new(batch)));
        calls.push(("import", Box::new(|store| store.import(&self.other).map(drop))));
        let export = |store: &mut Store| {
            let mut file = Vec::new();
            store.export(|piece| {
                file.extend_from_slice(piece);
                Ok(())
            })?;
            // The exported copy is complete.
            let mut copy = OpenOptions::new(SimulatedHost::new(4, NOW_MS)).open_in_memory().unwrap();
            copy.import(&file).unwrap();
            assert!(copy.dump().unwrap() == store.dump()?);
            Ok(())
        };
        calls.push(("export", Box::new(export)));
        calls
    }
}

/// The results of the failures.
#[derive(Default)]
struct Tally {
    outcomes: BTreeMap<String, usize>,
    broken: usize,
    number: usize,
    one_in: usize,
    seed: u64,
    start: usize,
}

impl Tally {
    fn new() -> Self {
        let is_soak = std::env::var_os("ROUNDS").is_some();
        let one_in = if is_soak { 1 } else { ONE_IN };
        let seed = child::seed();
        let start = Dice::new(seed).below(one_in as u64) as usize;
        Self { one_in, seed, start, ..Self::default() }
    }

    /// The ways in which an operation with these numbers of disk calls can fail, those that are due in this run.
    fn faults(&mut self, asked: &BTreeMap<Kind, u64>) -> Vec<Fault> {
        let mut faults = Vec::new();
        for (kind, count) in asked {
            for after in 0..*count {
                for (lasts, is_full) in [(false, false), (true, false), (false, true), (true, true)] {
                    if is_full && !matches!(kind, Kind::Write | Kind::Truncate | Kind::Open) {
                        continue;
                    }
                    if self.number % self.one_in == self.start {
                        faults.push(Fault { kind: *kind, after, lasts, is_full });
                    }
                    self.number += 1;
                }
            }
        }
        faults
    }

    /// Counts the result of a failure. A broken promise is reported at once, and the search continues.
    fn attempt(&mut self, attempt: impl FnOnce() -> String) {
        let outcome = std::panic::catch_unwind(AssertUnwindSafe(attempt));
        self.broken += usize::from(outcome.is_err());
        *self.outcomes.entry(outcome.unwrap_or_else(|_| "broken".to_owned())).or_default() += 1;
    }

    fn finish(self) {
        let tried: usize = self.outcomes.values().sum();
        println!("{tried} of {} failures, CAMPAIGNKIT_SEED={}: {:?}", self.number, self.seed, self.outcomes);
        assert_eq!(self.broken, 0, "CAMPAIGNKIT_SEED={}", self.seed);
    }
}

/// The code of a failure, which must be one that a disk can cause.
fn code(error: &Error, about: &str) -> &'static str {
    assert!(FAILURES.contains(&error.code()), "{about}: {error:?}");
    error.code()
}

/// The content of the database after a restart of the machine or of the process; it must keep its promises.
fn left(way: Way, disk: &Disk, loss: Loss<'_>, about: &str) -> String {
    let disk = disk.restart(&format!("{}-left", way.name), loss);
    let mut store = way.open(&disk).unwrap_or_else(|error| panic!("{about}: {error:?}"));
    assert_eq!(store.check_invariants().unwrap(), [], "{about}");
    store.dump().unwrap()
}
