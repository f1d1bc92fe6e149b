//! Whatever the disk fails at, in whatever operation: it is said with a stable code, it changed nothing or happened, what was
//! acknowledged is there, and everything works again as soon as the disk does.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::panic::AssertUnwindSafe;
use std::path::Path;

use crate::child;
use crate::child::Dice;
use crate::operations::{self, Things, fill, input, nouns, of_sessions, of_stores, populate};
use crate::power::{Disk, Fault, Kind, Loss};
use crate::world::{NOW_MS, file_of};
use campaignkit::{Error, Journal, OpenOptions, SimulatedHost, Store, UserId};
use serde_json::{Value, json};

/// What may be said of a disk that fails.
const FAILURES: [&str; 3] = ["storage_full", "storage_unavailable", "commit_uncertain"];

/// Of so many failures the tests try one, and a soak all.
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

    /// Opens the database; the same comes next each time.
    fn open(self, disk: &Disk) -> Result<Store, Error> {
        self.options(disk, 2).open(FILE)
    }
}

const FILE: &str = "disk.db";

/// What is done to an open store.
type Call<'c> = Box<dyn Fn(&mut Store) -> Result<(), Error> + 'c>;

/// A user with some of everything, and another database to take in.
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

    /// A disk with the database, of which the last changes are in its log.
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
        for operation in of_stores().into_iter().chain(of_sessions()) {
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
        calls.push(("import", Box::new(|store| store.import(&self.other).map(drop))));
        let export = |store: &mut Store| {
            let mut file = Vec::new();
            store.export(|piece| {
                file.extend_from_slice(piece);
                Ok(())
            })?;
            // What is handed out is whole.
            let mut copy = OpenOptions::new(SimulatedHost::new(4, NOW_MS)).open_in_memory().unwrap();
            copy.import(&file).unwrap();
            assert!(copy.dump().unwrap() == store.dump()?);
            Ok(())
        };
        calls.push(("export", Box::new(export)));
        calls
    }
}

/// What asks nothing of a disk, or is for tests.
const NO_WORK: [&str; 11] = [
    "new",
    "vfs",
    "exclusive",
    "journal",
    "durability",
    "busy_timeout",
    "open_in_memory",
    "user_id",
    "on_commit",
    "check_invariants",
    "dump",
];

/// What is done to a file, and not to an open store: tests of its own.
const OF_FILES: [&str; 4] = ["open", "close", "recover", "replace"];

#[test]
fn every_operation_is_tried() {
    let ground = Ground::new();
    let tried: BTreeSet<&str> = ground.calls().iter().map(|(name, _)| *name).collect();
    let methods = operations::methods(&["Store", "Session<'_>", "OpenOptions"]);
    // Those that wait for a pace are what the others are made of.
    let expected: BTreeSet<&str> =
        methods.iter().map(String::as_str).filter(|name| !name.ends_with("_paced")).collect();
    assert_eq!(tried.iter().copied().chain(NO_WORK).chain(OF_FILES).collect::<BTreeSet<_>>(), expected);
}

/// What came of the failures.
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

    /// Each way in which an operation can fail that asks so often for each kind, as far as it is its turn.
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

    /// Counts what comes of a failure. A broken promise is told at once, and the others are looked for all the same.
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

/// The code of a failure, which is one of those that a disk can cause.
fn code(error: &Error, about: &str) -> &'static str {
    assert!(FAILURES.contains(&error.code()), "{about}: {error:?}");
    error.code()
}

/// What is in the database after a restart of the machine, or of the process, and that it keeps its promises.
fn left(way: Way, disk: &Disk, loss: Loss<'_>, about: &str) -> String {
    let disk = disk.restart(&format!("{}-left", way.name), loss);
    let mut store = way.open(&disk).unwrap_or_else(|error| panic!("{about}: {error:?}"));
    assert_eq!(store.check_invariants().unwrap(), [], "{about}");
    store.dump().unwrap()
}

#[test]
fn an_operation_that_the_disk_fails_changes_nothing_or_happens() {
    let ground = Ground::new();
    let mut tally = Tally::new();
    for way in WAYS {
        let base = ground.disk(way);
        for (name, call) in ground.calls() {
            let disk = base.restart(way.name, Loss::Nothing);
            let mut store = way.open(&disk).unwrap();
            let before = store.dump().unwrap();
            drop(store);
            drop(disk);
            let disk = base.restart(way.name, Loss::Nothing);
            let mut store = way.open(&disk).unwrap();
            disk.fail(None);
            call(&mut store).unwrap_or_else(|error| panic!("{name}: {error:?}"));
            let asked = disk.asked();
            let after = store.dump().unwrap();
            drop(store);
            drop(disk);
            for fault in tally.faults(&asked) {
                let about = format!("{name}, {}, {fault:?}", way.name);
                tally.attempt(|| fail_a_call(way, &base, &call, fault, [&before, &after], &about));
            }
        }
    }
    tally.finish();
}

/// Lets one operation of the disk fail in a call, and looks at everything that this may have broken.
fn fail_a_call(way: Way, base: &Disk, call: &Call<'_>, fault: Fault, states: [&String; 2], about: &str) -> String {
    let [before, after] = states;
    let disk = base.restart(way.name, Loss::Nothing);
    let mut store = way.open(&disk).unwrap();
    disk.fail(Some(fault));
    let first = call(&mut store);
    assert!(disk.failed() > 0, "{about}: it asks for the same each time");
    let mut outcome = first.as_ref().map_or_else(|error| code(error, about), |()| "done").to_owned();
    let is_uncertain = outcome == "commit_uncertain";
    let mut is_done = first.is_ok();
    if fault.lasts && !is_uncertain && !is_done {
        // It may do without what still fails.
        is_done = call(&mut store).map_err(|error| code(&error, about)).is_ok();
    }
    disk.fail(None);

    // As it is for whoever opens it after a kill; without a change there is nothing to lose.
    let killed = (before != after || fault.after == 0).then(|| left(way, &disk, Loss::Nothing, about));
    let seen = match store.dump() {
        Ok(seen) => seen,
        Err(error) => {
            outcome += &format!(", then {} until it is opened again", code(&error, about));
            drop(store);
            let seen = left(way, &disk, Loss::Nothing, about);
            assert!(seen == *before || seen == *after && is_uncertain, "{about}");
            return outcome;
        }
    };
    if first.is_ok() {
        assert!(seen == *after, "{about}: it is done");
    } else if is_done {
        assert!((seen == *before) == (before == after), "{about}: it is done the second time");
    } else {
        assert!(seen == *before || is_uncertain && seen == *after, "{about}: {outcome} changes nothing");
    }
    if let Some(killed) = killed {
        let may_be = is_uncertain && [before, after].contains(&&killed);
        assert!(killed == seen || may_be, "{about}: {outcome}, and another one after a kill");
    }
    if is_done && before != after {
        assert!(left(way, &disk, Loss::Unsynced, about) == seen, "{about}: lost in a power cut");
    }
    if !is_done
        && seen == *before
        && let Err(error) = call(&mut store)
    {
        outcome += &format!(", then {} until it is opened again", code(&error, about));
    }
    let last = store.dump().unwrap();
    assert_eq!(store.check_invariants().unwrap(), [], "{about}");
    drop(store);
    assert!(left(way, &disk, Loss::Nothing, about) == last, "{about}: everything is there");
    outcome
}

/// A disk on which something was left in the middle of a change, and what is in its database all the same.
fn interrupted(ground: &Ground, way: Way) -> Disk {
    let base = ground.disk(way);
    // Until the change is in the file in part, with what takes it back beside it, or in the log in part.
    for after in 0.. {
        let disk = base.restart(way.name, Loss::Nothing);
        let mut store = way.open(&disk).unwrap();
        let file = disk.files()[FILE].clone();
        disk.fail(Some(Fault { kind: Kind::Write, after, lasts: true, is_full: false }));
        let result = store.import(&ground.other);
        assert!(result.is_err(), "{}: it is interrupted before it is done", way.name);
        let killed = disk.restart(&format!("{}-interrupted", way.name), Loss::Nothing);
        let files = killed.files();
        let log = files.get("disk.db-wal").map_or(0, Vec::len);
        if files[FILE] != file && files.contains_key("disk.db-journal") || log > 60_000 {
            return killed;
        }
    }
    unreachable!()
}

/// A database that is in its log as a whole, where it has one.
fn new(way: Way) -> Disk {
    let disk = way.disk();
    let mut store = way.open(&disk).unwrap();
    store.create_user(json!({})).unwrap();
    disk.restart(&format!("{}-new", way.name), Loss::Nothing)
}

/// A database that is migrated when it is opened.
fn old(way: Way) -> Disk {
    let disk = way.disk();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/databases/v1.sqlite");
    disk.put(FILE, std::fs::read(path).unwrap());
    disk
}

#[test]
fn a_file_whose_disk_fails_while_it_is_opened_is_as_it_was() {
    let ground = Ground::new();
    let mut tally = Tally::new();
    for way in WAYS {
        type Make<'g> = Box<dyn Fn() -> Disk + 'g>;
        let bases: [(&str, Make<'_>); 4] = [
            ("what was closed", Box::new(|| ground.disk(way))),
            ("what was interrupted", Box::new(|| interrupted(&ground, way))),
            ("a new one", Box::new(|| way.disk())),
            ("one of the first version", Box::new(|| old(way))),
        ];
        for (what, make) in bases {
            let base = make();
            let base = base.restart(&format!("{}-kept", way.name), Loss::Nothing);
            let disk = base.restart(&format!("{}-first", way.name), Loss::Nothing);
            let mut store = way.open(&disk).unwrap();
            let asked = disk.asked();
            let expected = store.dump().unwrap();
            drop(store);
            for fault in tally.faults(&asked) {
                let about = format!("opening {what}, {}, {fault:?}", way.name);
                tally.attempt(|| {
                    let disk = base.restart(&format!("{}-faulty", way.name), Loss::Nothing);
                    disk.fail(Some(fault));
                    let opened = way.open(&disk);
                    assert!(disk.failed() > 0, "{about}: it asks for the same each time");
                    disk.fail(None);
                    let outcome = match opened {
                        Ok(mut store) => {
                            assert!(store.dump().unwrap() == expected, "{about}");
                            "done"
                        }
                        Err(error) => code(&error, &about),
                    };
                    assert!(left(way, &disk, Loss::Nothing, &about) == expected, "{about}");
                    assert!(left(way, &disk, Loss::Unsynced, &about) == expected, "{about}, after a power cut");
                    outcome.to_owned()
                });
            }
        }
    }
    tally.finish();
}

#[test]
fn what_was_acknowledged_is_there_when_the_disk_fails_while_the_database_is_closed() {
    let ground = Ground::new();
    let mut tally = Tally::new();
    for way in WAYS {
        let base = ground.disk(way);
        let close = |fault: Option<Fault>| {
            let disk = base.restart(way.name, Loss::Nothing);
            let mut store = way.open(&disk).unwrap();
            store.session(ground.user).unwrap().create_list(json!({ "name": "Acknowledged" })).unwrap();
            let dump = store.dump().unwrap();
            disk.fail(fault);
            (store.close(), dump, disk)
        };
        let asked = close(None).2.asked();
        for fault in tally.faults(&asked) {
            let about = format!("close, {}, {fault:?}", way.name);
            tally.attempt(|| {
                let (closed, expected, disk) = close(Some(fault));
                assert!(disk.failed() > 0, "{about}: it asks for the same each time");
                disk.fail(None);
                for loss in [Loss::Nothing, Loss::Unsynced] {
                    assert!(left(way, &disk, loss, &about) == expected, "{about}");
                }
                closed.map_or_else(|error| code(&error, &about), |()| "done").to_owned()
            });
        }
    }
    tally.finish();
}

#[test]
fn a_recovery_that_the_disk_fails_says_what_it_could_not_read() {
    let ground = Ground::new();
    let mut tally = Tally::new();
    for (way, base) in WAYS.iter().flat_map(|way| [(*way, ground.disk(*way)), (*way, new(*way))]) {
        let disk = base.restart(way.name, Loss::Nothing);
        let mut sound = way.options(&disk, 2).recover(FILE).unwrap();
        assert!(sound.report.complete);
        let (asked, expected) = (disk.asked(), sound.store.dump().unwrap());
        drop(disk);
        for fault in tally.faults(&asked) {
            let about = format!("recover, {}, {fault:?}", way.name);
            tally.attempt(|| {
                let disk = base.restart(way.name, Loss::Nothing);
                let files = disk.files();
                disk.fail(Some(fault));
                let recovered = way.options(&disk, 2).recover(FILE);
                assert!(disk.failed() > 0, "{about}: it asks for the same each time");
                assert!(disk.files() == files, "{about}: it changes a file");
                match recovered {
                    Ok(mut recovered) => {
                        assert_eq!(recovered.store.check_invariants().unwrap(), [], "{about}");
                        let is_whole = recovered.store.dump().unwrap() == expected;
                        assert!(is_whole || !recovered.report.complete, "{about}: it says that it is complete");
                        if is_whole { "whole" } else { "in part" }.to_owned()
                    }
                    Err(error) => code(&error, &about).to_owned(),
                }
            });
        }
    }
    tally.finish();
}

#[test]
fn a_replacement_that_the_disk_fails_happens_or_does_not() {
    let ground = Ground::new();
    let mut tally = Tally::new();
    for way in WAYS {
        let base = ground.disk(way);
        let before = left(way, &base, Loss::Nothing, "before");
        let disk = base.restart(way.name, Loss::Nothing);
        way.options(&disk, 2).replace(FILE, &ground.other).unwrap();
        let (asked, after) = (disk.asked(), left(way, &disk, Loss::Nothing, "after"));
        drop(disk);
        for fault in tally.faults(&asked) {
            let about = format!("replace, {}, {fault:?}", way.name);
            tally.attempt(|| {
                let disk = base.restart(way.name, Loss::Nothing);
                disk.fail(Some(fault));
                let replaced = way.options(&disk, 2).replace(FILE, &ground.other);
                assert!(disk.failed() > 0, "{about}: it asks for the same each time");
                disk.fail(None);
                let outcome = replaced.map_or_else(|error| code(&error, &about), |_| "done");
                let found = left(way, &disk, Loss::Nothing, &about);
                match outcome {
                    "done" => {
                        assert!(found == after, "{about}");
                        assert!(left(way, &disk, Loss::Unsynced, &about) == after, "{about}, after a power cut");
                    }
                    "commit_uncertain" => assert!(found == before || found == after, "{about}"),
                    _ => assert!(found == before, "{about}: {outcome} changes nothing"),
                }
                outcome.to_owned()
            });
        }
    }
    tally.finish();
}

#[test]
fn a_copy_whose_flush_fails_may_have_happened_and_says_so() {
    let ground = Ground::new();
    let fault = Fault { kind: Kind::Sync, after: 0, lasts: true, is_full: false };
    for way in WAYS.iter().filter(|way| way.journal == Journal::WriteAhead) {
        let disk = ground.disk(*way);
        let mut store = way.open(&disk).unwrap();
        let before = store.dump().unwrap();
        disk.fail(Some(fault));
        let error = store.import(&ground.other).unwrap_err();
        assert_eq!((error.code(), error.status()), ("commit_uncertain", 500), "{way:?}");
        disk.fail(None);
        assert!(store.dump().unwrap() == before, "as far as this store shows, it did not happen");
        assert!(left(*way, &disk, Loss::Nothing, "a kill") != before, "and it did for whoever opens it after a kill");
    }
}

#[test]
fn a_log_that_cannot_be_read_makes_no_complete_recovery() {
    let ground = Ground::new();
    let way = WAYS[0];
    let base = ground.disk(way);
    let disk = base.restart("whole", Loss::Nothing);
    assert!(way.options(&disk, 2).recover(FILE).unwrap().report.complete);
    let asked = disk.asked();

    disk.fail(Some(Fault { kind: Kind::Open, after: asked[&Kind::Open] - 1, lasts: false, is_full: false }));
    let error = way.options(&disk, 2).recover(FILE).unwrap_err();
    assert_eq!(error.code(), "storage_unavailable", "without the log, what was acknowledged last is missing");

    disk.fail(Some(Fault { kind: Kind::Read, after: asked[&Kind::Read] - 1, lasts: false, is_full: false }));
    let report = way.options(&disk, 2).recover(FILE).unwrap().report;
    assert!(!report.complete);
    assert!(report.tables.iter().all(|table| table.lost.is_none()), "nobody knows what was in the log: {report:?}");

    // Of the file itself, a bad sector may be one that nothing is read of.
    disk.fail(Some(Fault { kind: Kind::Read, after: 20, lasts: false, is_full: false }));
    assert!(!way.options(&disk, 2).recover(FILE).unwrap().report.complete);
}
