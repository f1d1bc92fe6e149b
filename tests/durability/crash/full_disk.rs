//! A full disk is reported, and everything works once there is room again.

use super::*;

#[test]
fn a_full_disk_is_storage_full_and_changes_nothing_until_there_is_room_again() {
    let directory = tempfile::tempdir().unwrap();
    let clock = SimulatedHost::new(1, NOW_MS);
    for store in [
        OpenOptions::new(clock.clone()).open_in_memory().unwrap(),
        OpenOptions::new(clock.clone()).open(directory.path().join("full.db")).unwrap(),
    ] {
        let mut world = World::within(store, clock.clone());
        world.store.limit_size(360 * 1024).unwrap();
        let mut created = Vec::new();
        let mut number = 0;
        let (refused, error) = loop {
            number += 1;
            assert!(number < 1_000, "the limit holds");
            let before = world.store.dump().unwrap();
            let request = world.email_request(json!({ "name": format!("{number}"), "signature": "x".repeat(3_000) }));
            match world.create(request.clone()) {
                Ok(answer) => created.push(answer.campaign),
                Err(error) => {
                    assert_eq!(world.store.dump().unwrap(), before, "a refused request changes nothing");
                    break (request, error);
                }
            }
        };
        assert_eq!((error.code(), error.status()), ("storage_full", 503));
        assert!(!created.is_empty());
        for campaign in &created {
            assert_eq!(world.me().campaign(campaign.id).unwrap(), *campaign);
        }
        assert_eq!(world.store.check_invariants().unwrap(), []);

        let other = created.pop().unwrap();
        world.me().delete_campaign(other.id).unwrap();
        world.create(refused.clone()).expect("a deleted campaign makes room for another");

        world.store.limit_size(1 << 30).unwrap();
        let again = world.create(campaign_named(&refused, "with room again")).unwrap();
        assert_eq!(world.me().campaign(again.campaign.id).unwrap(), again.campaign);
        assert_eq!(world.store.check_invariants().unwrap(), []);
    }
}

fn campaign_named(request: &Value, name: &str) -> Value {
    world::over(request.clone(), json!({ "name": name }))
}

#[cfg(unix)]
#[test]
fn a_limit_on_file_sizes_is_storage_full_too() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("limited.db");
    // In a process of its own: the limit holds for every file that the process writes.
    let child = Process::start("the_child_that_fills_its_files", &[("PATH", path.as_os_str())]);
    assert_eq!(child.finish(), ["storage_full", "created"]);

    let mut store = Store::open(&path).unwrap();
    assert_eq!(store.check_invariants().unwrap(), []);
}

#[cfg(unix)]
#[test]
#[ignore = "the child of a_limit_on_file_sizes_is_storage_full_too"]
fn the_child_that_fills_its_files() {
    let Some(path) = argument("PATH") else { return };
    // SAFETY: no other thread of this process sets a limit or a signal's action.
    let limit = |bytes| unsafe {
        let mut limits = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
        assert_eq!(libc::getrlimit(libc::RLIMIT_FSIZE, &raw mut limits), 0);
        limits.rlim_cur = bytes;
        assert_eq!(libc::setrlimit(libc::RLIMIT_FSIZE, &raw const limits), 0);
        assert_ne!(libc::signal(libc::SIGXFSZ, libc::SIG_IGN), libc::SIG_ERR);
    };
    let clock = SimulatedHost::new(1, NOW_MS);
    let mut world = World::within(OpenOptions::new(clock.clone()).open(Path::new(&path)).unwrap(), clock);
    // In the middle of a page, like a real limit.
    limit(400_001);
    let mut number = 0;
    let (before, error) = loop {
        number += 1;
        let before = world.store.dump().unwrap();
        if let Err(error) = world.create(world.email_request(json!({ "name": number.to_string() }))) {
            break (before, error);
        }
    };
    say(error.code());
    assert_eq!(world.store.dump().unwrap(), before, "a refused request changes nothing");
    assert_eq!(world.store.check_invariants().unwrap(), []);
    limit(libc::RLIM_INFINITY);
    match world.create(world.email_request(json!({ "name": number.to_string() }))) {
        Ok(_) => say("created"),
        Err(error) => say(error.code()),
    }
}
