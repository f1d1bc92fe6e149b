//! Several processes and several connections on one file at once.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod child;
mod world;

use std::path::Path;
use std::sync::Barrier;

use campaignkit::{AddProspects, CreateUser, Error, Input, NewPerson, Store};
use child::{Process, argument, say, told};
use serde_json::json;
use world::add_user;

const PROCESSES: usize = 5;

fn start(test: &str, path: &Path, user: &str, sender: &str) -> Vec<Process> {
    let children: Vec<Process> = (0..PROCESSES)
        .map(|_| {
            let arguments = [("PATH", path.as_os_str()), ("USER", user.as_ref()), ("SENDER", sender.as_ref())];
            Process::start(test, &arguments)
        })
        .collect();
    for child in &children {
        assert_eq!(child.hear(), "ready");
    }
    children
}

#[test]
fn a_name_that_several_processes_want_at_once_has_one_winner() {
    const ROUNDS: usize = 60;
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("race.db");
    let mut store = Store::open(&path).unwrap();
    let (user, email, _) = add_user(&mut store);
    let mut children = start("the_child_that_creates_what_it_is_told", &path, &user.to_string(), &email.to_string());

    for round in 0..ROUNDS {
        let name = format!("Q{round}");
        for child in &mut children {
            child.tell(&name);
        }
        let mut answers: Vec<String> = children.iter().map(Process::hear).collect();
        answers.sort();
        let mut expected = vec!["created".to_owned()];
        expected.resize(PROCESSES, format!("name_taken, {name} (2)"));
        assert_eq!(answers, expected, "{name}");
    }
    for child in children {
        assert_eq!(child.finish(), [""; 0]);
    }
    assert_eq!(store.check_invariants().unwrap(), []);
    assert_eq!(store.session(user).unwrap().list_campaigns(json!({ "limit": 200 })).unwrap().campaigns.len(), ROUNDS);
}

#[test]
fn several_processes_that_create_other_names_at_once_all_succeed() {
    const EACH: usize = 60;
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("busy.db");
    let mut store = Store::open(&path).unwrap();
    let (user, email, _) = add_user(&mut store);
    let mut children = start("the_child_that_creates_what_it_is_told", &path, &user.to_string(), &email.to_string());

    for number in 0..EACH {
        for (index, child) in children.iter_mut().enumerate() {
            child.tell(&format!("{index} {number}"));
        }
    }
    for child in children {
        assert_eq!(child.finish(), vec!["created"; EACH]);
    }
    assert_eq!(store.check_invariants().unwrap(), []);
    let mut me = store.session(user).unwrap();
    for index in 0..PROCESSES {
        for number in 0..EACH {
            let request =
                json!({ "type": "email", "name": format!("{index} {number}"), "sender_account_ids": [email] });
            assert_eq!(me.create_campaign(request).unwrap_err().code(), "name_taken");
        }
    }
}

#[test]
#[ignore = "the child of the tests above"]
fn the_child_that_creates_what_it_is_told() {
    let Some(path) = argument("PATH") else { return };
    let text = |name| argument(name).unwrap().into_string().unwrap();
    let (user, sender) = (text("USER"), text("SENDER"));
    let mut store = Store::open(Path::new(&path)).unwrap();
    say("ready");
    for name in told() {
        // A session of its own each time, as a server would make one.
        let mut me = store.session(user.as_str()).unwrap();
        match me.create_campaign(json!({ "type": "email", "name": name, "sender_account_ids": [sender] })) {
            Ok(_) => say("created"),
            Err(Error::NameTaken { suggested_name }) => say(&format!("name_taken, {suggested_name}")),
            Err(error) => say(error.code()),
        }
    }
}

#[test]
fn a_name_that_several_connections_want_at_once_has_one_winner() {
    const CONNECTIONS: usize = 6;
    const ROUNDS: usize = 100;
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("threads.db");
    let mut store = Store::open(&path).unwrap();
    let (user, email, _) = add_user(&mut store);

    let barrier = Barrier::new(CONNECTIONS);
    let answers: Vec<Vec<&'static str>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..CONNECTIONS)
            .map(|_| {
                scope.spawn(|| {
                    let mut store = Store::open(&path).unwrap();
                    let mut me = store.session(user).unwrap();
                    let mut create = |name| {
                        barrier.wait();
                        let request = json!({ "type": "email", "name": name, "sender_account_ids": [email] });
                        me.create_campaign(request).map_or_else(|error| error.code(), |_| "created")
                    };
                    (0..ROUNDS).map(|round| create(format!("Q{round}"))).collect()
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    for round in 0..ROUNDS {
        let mut answers: Vec<&str> = answers.iter().map(|thread| thread[round]).collect();
        answers.sort_unstable();
        assert_eq!(answers, ["created", "name_taken", "name_taken", "name_taken", "name_taken", "name_taken"]);
    }
    assert_eq!(store.check_invariants().unwrap(), []);
}

#[test]
fn several_processes_that_open_the_same_new_file_at_once_all_succeed() {
    let directory = tempfile::tempdir().unwrap();
    let mut children = start("the_child_that_opens_what_it_is_told", directory.path(), "", "");
    for round in 0..40 {
        let path = directory.path().join(format!("{round}.db"));
        for child in &mut children {
            child.tell(path.to_str().unwrap());
        }
        for child in &children {
            assert_eq!(child.hear(), "opened", "round {round}");
        }
        let mut store = Store::open(&path).unwrap();
        assert_eq!(store.check_invariants().unwrap(), []);
        assert_eq!(store.list_users(Input::NONE).unwrap().users.len(), PROCESSES);
    }
    for child in children {
        assert_eq!(child.finish(), [""; 0]);
    }
}

#[test]
#[ignore = "the child of several_processes_that_open_the_same_new_file_at_once_all_succeed"]
fn the_child_that_opens_what_it_is_told() {
    if argument("PATH").is_none() {
        return;
    }
    say("ready");
    for path in told() {
        match Store::open(path).and_then(|mut store| store.create_user(CreateUser::default())) {
            Ok(_) => say("opened"),
            Err(error) => say(&format!("{error:?}")),
        }
    }
}

#[test]
fn two_campaigns_launched_at_once_never_both_hold_a_person() {
    const ROUNDS: usize = 40;
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("race.db");
    let mut store = Store::open(&path).unwrap();
    let (user, _, sender) = add_user(&mut store);
    let people = || (0..20).map(|n| NewPerson::linkedin(format!("linkedin.com/in/p{n}"))).collect();
    for round in 0..ROUNDS {
        let mut me = store.session(user).unwrap();
        let campaigns = ["a", "b"].map(|name| {
            let request =
                json!({ "type": "linkedin", "name": format!("{name} {round}"), "sender_account_ids": [sender] });
            let id = me.create_campaign(request).unwrap().campaign.id;
            me.add_prospects(id, AddProspects { prospects: people() }).unwrap();
            id
        });
        let gate = Barrier::new(2);
        let enrolled: Vec<u32> = std::thread::scope(|scope| {
            let launches = campaigns.map(|id| {
                let (path, gate) = (&path, &gate);
                scope.spawn(move || {
                    let mut store = Store::open(path).unwrap();
                    let mut me = store.session(user).unwrap();
                    gate.wait();
                    me.launch(id, None).unwrap().enrolled
                })
            });
            launches.map(|launch| launch.join().unwrap()).to_vec()
        });
        // The one that comes second has no one left, and is completed.
        assert!(enrolled == [20, 0] || enrolled == [0, 20], "{enrolled:?}");
        assert_eq!(store.check_invariants().unwrap(), []);
        for id in campaigns {
            let mut me = store.session(user).unwrap();
            if me.pause(id).is_ok() {
                me.delete_campaign(id).unwrap();
            }
        }
    }
}
