//! Following events: what each transaction did, and the messages that were handed out, through the public API.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use crate::world;
use crate::world::{DAY, MINUTE, World, always, over, problems, shape};
use campaignkit::{
    AccountId, AddAccount, CampaignId, Commit, Error, Event, ProspectId, Store, SuppressionId, Task, Topic,
};
use proptest::collection::vec;
use proptest::prop_assert;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};

/// The commits that a store reports.
fn watch(store: &mut Store) -> Arc<Mutex<Vec<Commit>>> {
    let told = Arc::new(Mutex::new(Vec::new()));
    let seen = told.clone();
    store.on_commit(move |commit| seen.lock().unwrap().push(commit));
    told
}

fn types(commit: &Commit) -> Vec<String> {
    commit.events.iter().map(|event| shape(event)["type"].as_str().unwrap().to_owned()).collect()
}

/// A running campaign with people with these names.
fn run(world: &mut World, people: &[&str]) -> CampaignId {
    let id = world.create(world.email_request(json!({ "signature": "" }))).unwrap().campaign.id;
    let nodes = json!([{ "type": "email", "subject": "Hi", "body": "A text" }]);
    world.me().update_campaign(id, json!({ "sequence_nodes": nodes })).unwrap();
    let people = people.iter().map(|name| json!({ "email": format!("{name}@example.com") })).collect();
    world.add(id, people);
    world.me().launch(id, None).unwrap();
    id
}

#[test]
fn each_transaction_is_told_once_with_all_that_it_did_and_a_refused_one_is_not() {
    let mut world = World::new();
    let told = watch(&mut world.store);
    let id = world.email_campaign("A");
    assert_eq!(world.refused(|me| me.create_list(json!({ "name": "" }))).code(), "invalid_input");
    assert_eq!(world.create(world.email_request(json!({ "name": "A" }))).unwrap_err().code(), "name_taken");
    let people = (0..1_000).map(|n| json!({ "email": format!("p{n}@example.com") })).collect();
    world.add(id, people);
    world.me().campaign(id).unwrap();
    let other = world::add_user(&mut world.store).0;
    world.me().delete_campaign(id).unwrap();

    let told = told.lock().unwrap();
    let seen: Vec<_> = told.iter().map(|commit| (commit.user_id == world.user, types(commit).join(","))).collect();
    let expected = [
        (true, "campaign_created"),
        (true, "prospects_added"),
        (false, "user_created"),
        (false, "account_added"),
        (false, "account_added"),
        (true, "campaign_deleted"),
    ];
    assert_eq!(seen, expected.map(|(own, types)| (own, types.to_owned())));
    assert!(told.iter().filter(|commit| commit.user_id != world.user).all(|commit| commit.user_id == other));
    for user in [world.user, other] {
        let commits = told.iter().filter(|commit| commit.user_id == user);
        let numbers: Vec<i64> = commits.flat_map(|commit| &commit.events).map(|event| event.number).collect();
        assert!(numbers.windows(2).all(|pair| pair[1] == pair[0] + 1), "{numbers:?}");
    }
}

#[test]
fn what_was_committed_after_an_event_is_found_as_it_was_told() {
    let mut world = World::new();
    let before = world.me().last_event().unwrap();
    let told = watch(&mut world.store);
    for name in ["A", "B", "C"] {
        world.email_campaign(name);
        world.clock.advance_ms(1);
    }
    run(&mut world, &["bo"]);
    let told = told.lock().unwrap().clone();
    assert_eq!(
        world.me().commits_after(before).unwrap().commits,
        told[..3].iter().cloned().chain(joined(&told[3..])).collect::<Vec<_>>()
    );
    let last = world.me().last_event().unwrap();
    assert_eq!(last, told.last().unwrap().events.last().unwrap().number);
    let missed = world.me().commits_after(last).unwrap();
    assert_eq!((missed.commits, missed.more), (vec![], false));
}

/// The events of one user at one instant count as one transaction's.
fn joined(commits: &[Commit]) -> Option<Commit> {
    let events = commits.iter().flat_map(|commit| commit.events.clone()).collect();
    Some(Commit { user_id: commits.first()?.user_id, events })
}

#[test]
fn each_change_says_what_shows_something_else_after_it() {
    let mut world = World::new();
    let told = watch(&mut world.store);
    let id = run(&mut world, &["bo", "cy"]);
    let task = world.me().claim_due(json!({ "max": 1 })).unwrap().tasks.remove(0);
    world.me().complete(task.id, json!({ "outcome": "sent" })).unwrap();
    world.me().create_list(json!({ "name": "People" })).unwrap();
    let told = told.lock().unwrap();
    let concerns = |word: &str| -> Vec<Topic> {
        let mut events = told.iter().flat_map(|commit| &commit.events);
        let event = events.find(|event| shape(event)["type"] == word).unwrap();
        event.change.concerns().to_vec()
    };
    assert_eq!(concerns("campaign_created"), [Topic::Campaigns]);
    assert_eq!(concerns("prospects_added"), [Topic::Campaigns, Topic::Prospects]);
    assert_eq!(concerns("campaign_launched"), [Topic::Campaigns, Topic::Prospects]);
    assert_eq!(concerns("tasks_claimed"), [Topic::Tasks]);
    assert_eq!(concerns("task_completed"), [Topic::Campaigns, Topic::Prospects, Topic::Tasks]);
    assert_eq!(concerns("list_created"), [Topic::Lists]);
    assert_eq!(world.me().campaign(id).unwrap().id, id);
}

/// The results that can be followed: each with its topic and, if it belongs to one, its campaign.
fn answers(world: &mut World, campaigns: &[CampaignId]) -> Vec<(Topic, Option<CampaignId>, Value)> {
    let mut answers = vec![(Topic::User, None, shape(&world.store.user(world.user).unwrap()))];
    let mut me = world.me();
    answers.push((Topic::Accounts, None, shape(&me.list_accounts(json!({ "limit": 200 })).unwrap())));
    answers.push((Topic::Campaigns, None, shape(&me.list_campaigns(json!({ "limit": 200 })).unwrap())));
    for id in campaigns {
        // A deleted object is a result, too.
        let mut add = |topic, answer: Result<Value, Error>| {
            answers.push((topic, Some(*id), answer.unwrap_or_else(|error| shape(&error))));
        };
        add(Topic::Campaigns, me.campaign(*id).map(|answer| shape(&answer)));
        add(Topic::Prospects, me.list_prospects(*id, json!({ "limit": 200 })).map(|answer| shape(&answer)));
        add(Topic::Tasks, me.list_tasks(json!({ "campaign_id": id, "limit": 200 })).map(|answer| shape(&answer)));
    }
    answers
}

/// The objects that a random walk knows so far; any of them may be deleted.
struct Walk {
    world: World,
    accounts: Vec<AccountId>,
    campaigns: Vec<CampaignId>,
    prospects: Vec<ProspectId>,
    tasks: Vec<Task>,
    suppressions: Vec<SuppressionId>,
    steps: usize,
}

/// How many kinds of steps there are.
const STEPS: usize = 18;

fn pick<T: Copy>(all: &[T], at: usize) -> Option<T> {
    all.get(at % all.len().max(1)).copied()
}

impl Walk {
    fn new() -> Self {
        let world = World::new();
        let accounts = vec![world.email, world.linkedin];
        let (campaigns, prospects, tasks, suppressions) = Default::default();
        Self { world, accounts, campaigns, prospects, tasks, suppressions, steps: 0 }
    }

    /// Takes a step, which may be refused; none if there is no object for it.
    #[expect(clippy::too_many_lines, reason = "a table of steps")]
    fn step(&mut self, kind: usize, at: usize, how: usize) -> Option<()> {
        self.steps += 1;
        let number = self.steps;
        let account = pick(&self.accounts, at);
        let campaign = pick(&self.campaigns, at);
        let prospect = pick(&self.prospects, at);
        let task = self.tasks.get(at % self.tasks.len().max(1)).map(|task| task.id);
        let user = self.world.user;
        let email = how.is_multiple_of(2);
        let mut me = self.world.me();
        match kind {
            0 if email => {
                let account = AddAccount::email(format!("a{number}@example.com")).unpaced();
                self.accounts.push(me.add_account(account).unwrap().id);
            }
            0 => {
                let account = AddAccount::linkedin(format!("linkedin.com/in/a{number}")).unpaced();
                self.accounts.push(me.add_account(account).unwrap().id);
            }
            1 => drop(me.update_account(account?, json!({ "title": format!("Title {how}") }))),
            2 => drop(me.remove_account(account?)),
            3 => drop(self.world.store.update_user(user, json!({ "acceptance_days": how + 1 })).unwrap()),
            4 | 5 => {
                let request = json!({ "name": format!("C{number}"), "sender_account_ids": [account?] });
                let fields = if email {
                    json!({ "type": "email", "signature": "", "daily_limit": 500 })
                } else {
                    json!({ "type": "linkedin", "operating_hours": always(), "skip_other_campaigns": how == 1 })
                };
                let id = me.create_campaign(over(request, fields)).ok()?.campaign.id;
                self.campaigns.push(id);
                let nodes = if email {
                    json!([{ "type": "email", "subject": "Hi", "body": "A text" }, { "type": "delay", "delay_days": 1 },
                           { "type": "email", "body": "Again", "is_reply": true }])
                } else {
                    json!([{ "type": "connection_request" }, { "type": "message", "body": "Thanks" }])
                };
                me.update_campaign(id, json!({ "sequence_nodes": nodes })).unwrap();
            }
            6 => drop(me.update_campaign(campaign?, json!({ "name": format!("D{how}") }))),
            7 => drop(me.delete_campaign(campaign?)),
            8 => drop(me.launch(campaign?, None)),
            9 => {
                let id = campaign?;
                if !me.pause(id).ok()?.changed {
                    drop(me.resume(id).unwrap());
                }
            }
            10 | 11 => {
                let people: Vec<Value> = (0..3)
                    .map(|person| format!("p{}", at + person))
                    .map(|name| {
                        json!({ "email": format!("{name}@example.com"), "linkedin_url": format!("linkedin.com/in/{name}") })
                    })
                    .collect();
                let report = me.add_prospects(campaign?, json!({ "prospects": people })).ok()?;
                let added = shape(&report)["outcomes"].as_array().unwrap().clone();
                self.prospects
                    .extend(added.iter().filter_map(|row| row["prospect_id"].as_str()?.parse::<ProspectId>().ok()));
            }
            12 => drop(me.update_prospect(prospect?, json!({ "company": format!("Company {how}") }))),
            13 if email => drop(me.remove_prospect(prospect?)),
            13 if how == 1 => {
                let person = json!({ "type": "email_address", "value": format!("p{at}@example.com") });
                let added = me.add_suppressions(json!({ "suppressions": [person] })).unwrap();
                self.suppressions.extend(added.suppressions.iter().map(|suppression| suppression.id));
            }
            13 => drop(me.remove_suppression(pick(&self.suppressions, at)?)),
            14 => {
                let late = ["send", "next_window", "skip"][how % 3];
                let claim = json!({ "max": at + 1, "late": late });
                self.tasks.extend(me.claim_due(claim).unwrap().tasks);
            }
            15 => {
                let outcome = ["sent", "sent", "sent", "failed", "bounced", "failed"][how];
                drop(me.complete(task?, json!({ "outcome": outcome, "retryable": (how == 3).then_some(false) })));
            }
            16 => {
                let word =
                    ["replied", "connection_accepted", "opened", "bounced", "unsubscribed", "connection_accepted"][how];
                drop(me.record_event(json!({ "id": format!("{number}"), "type": word, "task_id": task? })));
            }
            _ if how == 0 => {
                let token = self.tasks.get(at % self.tasks.len().max(1))?.email.as_ref()?.unsubscribe_token;
                drop(me.unsubscribe(token));
            }
            _ => self.world.clock.advance_ms([MINUTE, DAY, 15 * DAY][how % 3]),
        }
        Some(())
    }
}

#[test]
fn whatever_changes_an_answer_that_can_be_followed_says_so() {
    let reached = Mutex::new(BTreeSet::new());
    let config = Config { cases: 64, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let walks = vec((0..STEPS, 0..5_usize, 0..6_usize), 1..120);
    let walked = runner.run(&walks, |steps| {
        let mut walk = Walk::new();
        let told = watch(&mut walk.world.store);
        let mut before = answers(&mut walk.world, &[]);
        for (kind, at, how) in steps {
            let _ = walk.step(kind, at, how);
            walk.world.clock.advance_ms(1);
            let after = answers(&mut walk.world, &walk.campaigns);
            let commits = std::mem::take(&mut *told.lock().unwrap());
            let events: Vec<_> = commits.iter().flat_map(|commit| &commit.events).collect();
            for (topic, campaign, answer) in &before {
                let now = after.iter().find(|(now, of, _)| (now, of) == (topic, campaign)).unwrap();
                let says_so = |event: &&&Event| {
                    let of = shape(&event.change).get("campaign_id").cloned();
                    event.change.concerns().contains(topic)
                        && (campaign.is_none() || of.is_none_or(|of| of == json!(campaign)))
                };
                prop_assert!(
                    now.2 == *answer || events.iter().any(|event| says_so(&event)),
                    "step {kind}: {topic:?} of {campaign:?} after {events:?}\n{answer}\n{}",
                    now.2
                );
            }
            reached.lock().unwrap().extend(events.iter().map(|event| shape(event)["type"].to_string()));
            before = after;
        }
        Ok(())
    });
    walked.unwrap();
    // A walk that reaches nothing would find nothing.
    let reached = reached.into_inner().unwrap();
    for word in [
        "user_updated",
        "account_added",
        "account_updated",
        "account_removed",
        "campaign_created",
        "campaign_updated",
        "campaign_launched",
        "campaign_paused",
        "campaign_resumed",
        "campaign_completed",
        "campaign_deleted",
        "prospects_added",
        "prospect_updated",
        "prospect_removed",
        "tasks_claimed",
        "prospects_closed",
        "task_completed",
        "connection_accepted",
        "prospect_replied",
        "prospect_bounced",
        "prospect_unsubscribed",
        "message_opened",
        "suppressions_added",
        "suppression_removed",
    ] {
        assert!(reached.contains(&format!("{word:?}")), "{word}: {reached:?}");
    }
}

#[test]
fn what_was_handed_out_is_listed_newest_first_with_what_became_of_it() {
    let mut world = World::new();
    let id = run(&mut world, &["bo", "cy", "di", "ed", "fi"]);
    let other = world.email_campaign("Other");
    let outcomes = [Some("sent"), Some("bounced"), Some("failed"), None, Some("sent")];
    let mut ids = Vec::new();
    for outcome in outcomes {
        let task = world.me().claim_due(json!({ "max": 1 })).unwrap().tasks.remove(0);
        ids.push(task.id);
        if let Some(outcome) = outcome {
            world.me().complete(task.id, json!({ "outcome": outcome })).unwrap();
        }
        world.clock.advance_ms(MINUTE);
    }
    let all = world.me().list_tasks(json!({ "campaign_id": id })).unwrap();
    let expected = [ids[4], ids[3], ids[2], ids[1], ids[0]];
    assert_eq!(all.tasks.iter().map(|task| task.id).collect::<Vec<_>>(), expected);
    let statuses: Vec<Value> = all.tasks.iter().map(|task| shape(task)["status"].clone()).collect();
    assert_eq!(statuses, ["sent", "claimed", "failed", "bounced", "sent"]);
    assert!(all.tasks.iter().all(|task| task.campaign_id == Some(id) && task.account_id == world.email));
    // A failed message counts towards no limit and has no place there.
    assert_eq!(all.tasks.iter().filter(|task| task.at.is_none()).count(), 1);
    assert_eq!(all.next_cursor, None);

    for limit in 1..=4 {
        let (mut seen, mut cursor) = (Vec::new(), None);
        loop {
            let page = world.me().list_tasks(json!({ "campaign_id": id, "limit": limit, "cursor": cursor })).unwrap();
            assert!(page.tasks.len() <= limit);
            seen.extend(page.tasks);
            match page.next_cursor {
                Some(next) => cursor = Some(next),
                None => break,
            }
        }
        assert_eq!(seen, all.tasks, "{limit} a page");
    }
    let sent = world.me().list_tasks(json!({ "campaign_id": id, "status": "sent" })).unwrap().tasks;
    assert_eq!(sent.iter().map(|task| task.id).collect::<Vec<_>>(), [ids[4], ids[0]]);
    let failed = world.me().list_tasks(json!({ "campaign_id": id, "status": "failed" })).unwrap().tasks;
    assert_eq!(failed.iter().map(|task| task.id).collect::<Vec<_>>(), [ids[2]]);
    assert_eq!(world.me().list_tasks(json!({ "campaign_id": other })).unwrap().tasks, []);

    let error = world.refused(|me| {
        me.list_tasks(json!({ "campaign_id": id, "status": "lots", "limit": 0, "cursor": "x", "odd": 1 }))
    });
    let mut codes: Vec<_> = problems(&error).into_iter().map(|(_, code)| code).collect();
    codes.sort_unstable();
    assert_eq!(codes, ["malformed_cursor", "out_of_range", "unknown_field", "unknown_value"]);
    let stranger = world::add_user(&mut world.store).0;
    let error = world.store.session(stranger).unwrap().list_tasks(json!({ "campaign_id": id })).unwrap_err();
    assert_eq!(error.code(), "campaign_not_found");
}

#[test]
fn a_store_tells_its_size_and_its_versions() {
    let mut world = World::new();
    let before = world.store.info().unwrap();
    assert_eq!((before.schema_version, before.sqlite_version), (6, rusqlite::version()));
    for name in 0..200 {
        world.email_campaign(&format!("Campaign {name}"));
    }
    let after = world.store.info().unwrap();
    assert!(after.size > before.size && after.size.is_multiple_of(4096), "{before:?} {after:?}");
}
