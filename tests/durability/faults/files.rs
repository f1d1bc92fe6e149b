//! Operations on a file: opening, closing, recovering, replacing and copying it.

use std::path::Path;

use super::*;

/// A disk on which an import was interrupted half-way.
fn interrupted(ground: &Ground, way: Way) -> Disk {
    let base = ground.disk(way);
    // Until the change is partly in the file, with its undo data beside it, or partly in the log.
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

/// A database that is completely in its log, if it has one.
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
                    assert!(disk.failed() > 0, "{about}: it makes the same disk calls each time");
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
                assert!(disk.failed() > 0, "{about}: it makes the same disk calls each time");
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
                assert!(disk.failed() > 0, "{about}: it makes the same disk calls each time");
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
                assert!(disk.failed() > 0, "{about}: it makes the same disk calls each time");
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
        assert!(store.dump().unwrap() == before, "as this store sees it, the change did not happen");
        assert!(left(*way, &disk, Loss::Nothing, "a kill") != before, "but it did for the next owner after a kill");
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
    assert!(report.tables.iter().all(|table| table.lost.is_none()), "the log's content is unknown: {report:?}");

    // A bad sector of the file itself may be one from which nothing is read.
    disk.fail(Some(Fault { kind: Kind::Read, after: 20, lasts: false, is_full: false }));
    assert!(!way.options(&disk, 2).recover(FILE).unwrap().report.complete);
}
