//! Operations of an open store.

use std::collections::BTreeSet;

use super::*;

/// Operations that make no disk calls, or are for tests.
const NO_WORK: [&str; 14] = [
    "new",
    "into_shared",
    "vfs",
    "exclusive",
    "journal",
    "durability",
    "busy_timeout",
    "open_in_memory",
    "user_id",
    "on_commit",
    "be_alone",
    "begin_batch",
    "check_invariants",
    "dump",
];

/// Operations on a file rather than on an open store: they have tests of their own.
const OF_FILES: [&str; 4] = ["open", "close", "recover", "replace"];

#[test]
fn every_operation_is_tried() {
    let ground = Ground::new();
    let tried: BTreeSet<&str> = ground.calls().iter().map(|(name, _)| *name).collect();
    let methods = operations::methods(&["Store", "Session<'_>", "OpenOptions"]);
    // Those that wait for a pace are the implementation of the others.
    let expected: BTreeSet<&str> =
        methods.iter().map(String::as_str).filter(|name| !name.ends_with("_paced")).collect();
    assert_eq!(tried.iter().copied().chain(NO_WORK).chain(OF_FILES).collect::<BTreeSet<_>>(), expected);
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

/// Makes one disk operation of a call fail, and checks everything that this may have broken.
fn fail_a_call(way: Way, base: &Disk, call: &Call<'_>, fault: Fault, states: [&String; 2], about: &str) -> String {
    let [before, after] = states;
    let disk = base.restart(way.name, Loss::Nothing);
    let mut store = way.open(&disk).unwrap();
    disk.fail(Some(fault));
    let first = call(&mut store);
    assert!(disk.failed() > 0, "{about}: it makes the same disk calls each time");
    let mut outcome = first.as_ref().map_or_else(|error| code(error, about), |()| "done").to_owned();
    // An erasure whose file could not be written anew says so.
    let is_uncertain = outcome == "commit_uncertain" || first.is_err() && about.starts_with("erase_person");
    let mut is_done = first.is_ok();
    if fault.lasts && !is_uncertain && !is_done {
        // It may do without the call that still fails.
        is_done = call(&mut store).map_err(|error| code(&error, about)).is_ok();
    }
    disk.fail(None);

    // As the next owner sees it after a kill; without a change there is nothing to lose.
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
