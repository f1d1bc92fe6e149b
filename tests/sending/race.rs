//! Several processes and several connections on one file at once.

use std::path::Path;
use std::sync::Barrier;

use crate::child::{Process, argument, say, told};
use crate::world::{add_user, always};
use campaignkit::{AccountId, AddProspects, CreateUser, Error, Input, Instant, NewPerson, Store, UserId};
use serde_json::json;

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
        // A new session each time, as in a server.
        let mut me = store.session(user.as_str()).unwrap();
        match me.create_campaign(json!({ "type": "email", "name": name, "sender_account_ids": [sender] })) {
            Ok(_) => say("created"),
            Err(Error::NameTaken(name)) => say(&format!("name_taken, {}", name.suggested_name)),
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
            me.add_prospects(id, AddProspects { prospects: people(), reopen: false }).unwrap();
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
        // The second one has nobody left, and is completed.
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

#[test]
fn several_processes_that_claim_at_once_share_nothing() {
    const PEOPLE: usize = 300;
    /// 2100-01-01T00:00:00Z
    const FAR_MS: i64 = 4_102_444_800_000;
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("claims.db");
    let mut store = Store::open(&path).unwrap();
    let (user, _, sender) = add_user(&mut store);
    launch_messages(&mut store, user, sender, PEOPLE);
    let mut children = start("the_child_that_claims_what_it_is_told", &path, &user.to_string(), "");

    for attempt in 0_i64..3 {
        // The test sets the time, so that it decides when leases end; it is later than everything became due.
        let now = Instant::from_unix_ms(FAR_MS + attempt * 60_000);
        let mut claimed = Vec::new();
        let mut had_some = [false; PROCESSES];
        while claimed.len() < PEOPLE {
            for child in &mut children {
                child.tell(&format!("{now} 7"));
            }
            let answers: Vec<String> = children.iter().map(Process::hear).collect();
            let before = claimed.len();
            for (had_some, answer) in had_some.iter_mut().zip(&answers) {
                *had_some |= !answer.is_empty();
            }
            claimed.extend(answers.iter().flat_map(|answer| answer.split_whitespace()).map(str::to_owned));
            assert!(claimed.len() > before, "someone gets a message as long as there is one");
        }
        assert_eq!(had_some, [true; PROCESSES]);
        claimed.sort();
        claimed.dedup();
        assert_eq!(claimed.len(), PEOPLE, "nobody gets a message that another has");
        // Nothing is left until the leases end.
        for child in &mut children {
            child.tell(&format!("{} 1000", Instant::from_unix_ms(now.unix_ms() + 59_999)));
            assert_eq!(child.hear(), "");
        }
    }
    for child in children {
        assert_eq!(child.finish(), [""; 0]);
    }
    assert_eq!(store.check_invariants().unwrap(), []);
}

#[test]
fn of_several_processes_that_complete_a_task_at_once_one_does() {
    const TASKS: usize = 60;
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("completions.db");
    let mut store = Store::open(&path).unwrap();
    let (user, _, sender) = add_user(&mut store);
    launch_messages(&mut store, user, sender, TASKS);
    let mut children = start("the_child_that_completes_what_it_is_told", &path, &user.to_string(), "");

    let claimed = store.session(user).unwrap().claim_due(json!({ "max": TASKS })).unwrap();
    for (round, task) in claimed.tasks.iter().enumerate() {
        // Half of the time all report the same.
        let outcomes =
            if round % 2 == 0 { ["sent"; PROCESSES] } else { ["sent", "bounced", "failed", "sent", "bounced"] };
        for (child, outcome) in children.iter_mut().zip(outcomes) {
            child.tell(&format!("{} {outcome}", task.id));
        }
        let answers: Vec<String> = children.iter().map(Process::hear).collect();
        let winner = answers.iter().position(|answer| answer == "true").unwrap();
        for (index, answer) in answers.iter().enumerate().filter(|(index, _)| *index != winner) {
            let expected = if outcomes[index] == outcomes[winner] { "false" } else { "task_completed" };
            assert_eq!(answer, expected, "{answers:?}");
        }
    }
    for child in children {
        assert_eq!(child.finish(), [""; 0]);
    }
    assert_eq!(store.check_invariants().unwrap(), []);
}

/// Launches a campaign that sends one message to each of this many people.
fn launch_messages(store: &mut Store, user: UserId, sender: AccountId, people: usize) {
    let mut me = store.session(user).unwrap();
    let limits = json!({ "daily_limit": 100_000, "weekly_message_limit": 100_000 });
    me.update_account(sender, limits).unwrap();
    let request = json!({ "type": "linkedin", "name": "Founders", "sender_account_ids": [sender],
        "operating_hours": always() });
    let id = me.create_campaign(request).unwrap().campaign.id;
    me.update_campaign(id, json!({ "sequence_nodes": [{ "type": "message", "body": "Hi" }] })).unwrap();
    let people = (0..people).map(|n| NewPerson::linkedin(format!("linkedin.com/in/p{n}"))).collect();
    me.add_prospects(id, AddProspects { prospects: people, reopen: false }).unwrap();
    me.launch(id, None).unwrap();
}

#[test]
#[ignore = "the child of several_processes_that_claim_at_once_share_nothing"]
fn the_child_that_claims_what_it_is_told() {
    let Some(path) = argument("PATH") else { return };
    let user = argument("USER").unwrap().into_string().unwrap();
    let mut store = Store::open(Path::new(&path)).unwrap();
    say("ready");
    for line in told() {
        let (now, max) = line.split_once(' ').unwrap();
        let request = json!({ "now": now, "max": max.parse::<u32>().unwrap(), "lease_seconds": 60 });
        let tasks = store.session(user.as_str()).unwrap().claim_due(request).unwrap().tasks;
        let keys: Vec<String> = tasks.iter().map(|task| task.idempotency_key.to_string()).collect();
        say(&keys.join(" "));
    }
}

#[test]
#[ignore = "the child of of_several_processes_that_complete_a_task_at_once_one_does"]
fn the_child_that_completes_what_it_is_told() {
    let Some(path) = argument("PATH") else { return };
    let user = argument("USER").unwrap().into_string().unwrap();
    let mut store = Store::open(Path::new(&path)).unwrap();
    say("ready");
    for line in told() {
        let (task, outcome) = line.split_once(' ').unwrap();
        match store.session(user.as_str()).unwrap().complete(json!(task), json!({ "outcome": outcome })) {
            Ok(reported) => say(&reported.changed.to_string()),
            Err(error) => say(error.code()),
        }
    }
}
