//! A compaction makes the file as small as what is in it, and changes nothing else.

use super::*;
use crate::power::{Disk, Fault, Kind, Loss};
use crate::world::file_of;
use campaignkit::{Journal, UserId};

/// A file in which most of the pages are free, with its user.
fn full_of_free_pages() -> (Vec<u8>, UserId) {
    let mut world = World::new();
    let list = world.me().create_list(json!({ "name": "Large" })).unwrap().id;
    for thousand in 0..5 {
        let lead = |n: u32| json!({ "email": format!("p{thousand}.{n}@example.com"), "company": "x".repeat(200) });
        world.me().add_leads(list, json!({ "leads": (0..1_000).map(lead).collect::<Vec<_>>() })).unwrap();
    }
    world.email_campaign("Small");
    world.me().delete_list(list).unwrap();
    let user = world.user;
    (file_of(&mut world.store), user)
}

#[test]
fn a_compaction_gives_back_the_pages_of_what_was_deleted_and_changes_nothing() {
    let (file, user) = full_of_free_pages();
    for journal in [Journal::WriteAhead, Journal::Rollback] {
        let directory = tempdir().unwrap();
        let path = directory.path().join("large.db");
        std::fs::write(&path, &file).unwrap();
        let mut store = options().journal(journal).open(&path).unwrap();
        let before = store.dump().unwrap();
        let compacted = store.compact().unwrap();
        assert_eq!(compacted.size_before, file.len() as u64);
        assert!(compacted.size < compacted.size_before / 4, "{compacted:?}");
        assert_eq!(store.info().unwrap().size, compacted.size);
        assert!(store.dump().unwrap() == before);
        assert_eq!(store.check_invariants().unwrap(), []);
        let sizes: u64 = files(directory.path()).values().map(|bytes| bytes.len() as u64).sum();
        // The index of the log is a file of its own.
        assert!(sizes <= compacted.size + 32 * 1024, "{sizes}: the log is empty, and nothing else is left");
        let again = store.compact().unwrap();
        assert_eq!((again.size_before, again.size), (compacted.size, compacted.size));
        store.session(user).unwrap().create_list(json!({ "name": "Large" })).unwrap();
    }
    let mut world = World::new();
    world.email_campaign("In memory");
    world.store.compact().unwrap();
}

#[test]
fn a_compaction_that_is_cut_off_at_any_operation_loses_nothing() {
    let (file, _) = full_of_free_pages();
    let open = |disk: &Disk| options().vfs(disk.vfs()).exclusive(true).open("large.db").unwrap();
    let on = || {
        let disk = Disk::new("compact");
        disk.put("large.db", file.clone());
        disk
    };
    let disk = on();
    let mut store = open(&disk);
    let (before, start) = (store.dump().unwrap(), disk.operations());
    let small = store.compact().unwrap().size;
    let operations = disk.operations() - start;
    drop(store);
    let mut sizes = std::collections::BTreeSet::new();
    for cut in (1..=operations).step_by(operations as usize / 40 + 1) {
        let disk = on();
        let mut store = open(&disk);
        disk.cut_after(cut);
        let _ = store.compact();
        drop(store);
        for loss in [Loss::Nothing, Loss::Unsynced, Loss::Some(&mut Dice::new(cut))] {
            let disk = disk.restart("compact-restarted", loss);
            let mut store = open(&disk);
            assert!(store.dump().unwrap() == before, "cut {cut}");
            assert_eq!(store.check_invariants().unwrap(), [], "cut {cut}");
            sizes.insert(store.info().unwrap().size);
        }
    }
    assert_eq!(
        sizes.into_iter().collect::<Vec<_>>(),
        [small, file.len() as u64],
        "as it was, or as small as it can be"
    );
}

#[test]
fn a_compaction_on_a_full_disk_is_storage_full_and_changes_nothing() {
    let (file, _) = full_of_free_pages();
    let disk = Disk::new("compact-full");
    disk.put("large.db", file);
    let mut store = options().vfs(disk.vfs()).exclusive(true).open("large.db").unwrap();
    let before = store.dump().unwrap();
    disk.fail(Some(Fault { kind: Kind::Write, after: 3, lasts: true, is_full: true }));
    assert_eq!(store.compact().unwrap_err().code(), "storage_full");
    disk.fail(None);
    assert!(store.dump().unwrap() == before);
    store.compact().unwrap();
    assert!(store.dump().unwrap() == before);
}

#[test]
fn a_compaction_removes_what_a_deletion_left() {
    let mut world = World::new();
    let list = world.me().create_list(json!({ "name": "Large" })).unwrap().id;
    for thousand in 0..8 {
        let lead = |n: u32| json!({ "email": format!("p{thousand}.{n}@example.com") });
        world.me().add_leads(list, json!({ "leads": (0..1_000).map(lead).collect::<Vec<_>>() })).unwrap();
    }
    let mut is_done = false;
    let mut pace = |progress: campaignkit::WorkProgress| {
        let decided = if is_done { std::ops::ControlFlow::Break(()) } else { std::ops::ControlFlow::Continue(()) };
        is_done |= progress.is_last_chance;
        decided
    };
    campaignkit::at_once(world.me().delete_list_paced(list, &mut pace)).unwrap();
    let waiting = world.store.dump().unwrap();
    world.store.compact().unwrap();
    assert!(waiting.contains("p7.999@example.com") && !world.store.dump().unwrap().contains("p7.999@"));
}
