//! Calls that are committed together on a disk that fails: those that were acknowledged are there, those that failed are not.

use std::collections::BTreeSet;

use super::*;

/// Lists that are created together. The fourth has the name of the second.
const NAMES: [&str; 6] = ["A", "B", "C", "B", "D", "E"];

type Names = BTreeSet<String>;

/// What becomes of each call.
fn create_together(store: &mut Store, user: UserId) -> [Result<(), Error>; NAMES.len()] {
    store.begin_batch();
    let created = NAMES.map(|name| {
        let mut me = store.session(user)?;
        // Its answer, too, is one of the batch.
        me.list_lists(json!({}))?;
        me.create_list(json!({ "name": name })).map(drop)
    });
    match store.commit_batch() {
        Ok(()) => created,
        Err(error) => {
            let code = error.code();
            let mut errors = std::iter::once(error);
            let again = || if code == "commit_uncertain" { Error::Cancelled } else { Error::Closed };
            created.map(|_| Err(errors.next().unwrap_or_else(again)))
        }
    }
}

fn names(store: &mut Store, user: UserId) -> Result<Names, Error> {
    let lists = store.session(user)?.list_lists(json!({ "limit": 200 }))?.lists;
    Ok(lists.into_iter().map(|list| list.name.to_string()).collect())
}

#[test]
fn calls_that_are_committed_together_on_a_failing_disk_are_stored_if_they_were_acknowledged() {
    let ground = Ground::new();
    let mut tally = Tally::new();
    for way in WAYS {
        let base = ground.disk(way);
        let disk = base.restart(way.name, Loss::Nothing);
        let mut store = way.open(&disk).unwrap();
        let before = names(&mut store, ground.user).unwrap();
        disk.fail(None);
        let sound = create_together(&mut store, ground.user);
        let asked = disk.asked();
        assert_eq!(sound.map(|result| result.err().map(|error| error.code())), {
            let mut codes = [None; NAMES.len()];
            codes[3] = Some("name_taken");
            codes
        });
        drop(store);
        drop(disk);
        for fault in tally.faults(&asked) {
            let about = format!("together, {}, {fault:?}", way.name);
            tally.attempt(|| fail_together(way, &base, ground.user, fault, &before, &about));
        }
    }
    tally.finish();
}

/// Makes a disk operation of a batch fail, and checks what is there then.
fn fail_together(way: Way, base: &Disk, user: UserId, fault: Fault, before: &Names, about: &str) -> String {
    let disk = base.restart(way.name, Loss::Nothing);
    let mut store = way.open(&disk).unwrap();
    let told = std::sync::Arc::new(std::sync::Mutex::new(0));
    let seen = told.clone();
    store.on_commit(move |_| *seen.lock().unwrap() += 1);
    disk.fail(Some(fault));
    let results = create_together(&mut store, user);
    assert!(disk.failed() > 0, "{about}: it makes the same disk calls each time");
    let failed: BTreeSet<&str> = results.iter().filter_map(|result| result.as_ref().err().map(Error::code)).collect();
    let is_uncertain = failed.contains("commit_uncertain");
    let with = |names: &mut dyn Iterator<Item = &str>| -> Names {
        before.iter().cloned().chain(names.map(str::to_owned)).collect()
    };
    let acknowledged = NAMES.iter().zip(&results).filter(|(_, result)| result.is_ok()).map(|(name, _)| *name);
    let expected = with(&mut acknowledged.clone());
    let may_be = |found: &Names| *found == expected || is_uncertain && *found == with(&mut NAMES.into_iter());
    assert_eq!(*told.lock().unwrap(), acknowledged.count(), "{about}: only what is stored is told");
    disk.fail(None);

    for loss in [Loss::Nothing, Loss::Unsynced] {
        let left = disk.restart(way.name, loss);
        let mut next = way.open(&left).unwrap_or_else(|error| panic!("{about}: {error:?}"));
        let found = names(&mut next, user).unwrap();
        assert!(may_be(&found), "{about}: {failed:?}, {found:?}");
        assert_eq!(next.check_invariants().unwrap(), [], "{about}");
    }
    let outcome = failed.into_iter().filter(|code| *code != "name_taken").collect::<Vec<_>>().join(", ");
    let Ok(found) = names(&mut store, user) else { return outcome + ", then until it is opened again" };
    assert!(may_be(&found), "{about}: {outcome}, {found:?}");
    // The store goes on.
    match store.session(user).and_then(|mut me| me.create_list(json!({ "name": "Next" }))) {
        Ok(_) => outcome,
        Err(error) => format!("{outcome}, then {} until it is opened again", code(&error, about)),
    }
}
