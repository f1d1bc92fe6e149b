//! What was acknowledged survives: a killed process, a power cut at any operation, a full disk.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::child;
use crate::child::{Dice, Process, argument, say};
use crate::power::{Disk, Loss};
use crate::world;
use crate::world::{NOW_MS, World, add_user, always, shape};
use campaignkit::{
    CampaignId, CampaignStatus, Change, Durability, Error, ImportReport, Input, Instant as Moment, Journal,
    OpenOptions, ProspectId, ProspectStatus, Reading, Session, SimulatedHost, Store, Task, TaskId, TaskStatus, UserId,
};
use serde_json::{Value, json};

fn requests(world: &World, name: &str) -> [Value; 2] {
    [world.email_request(json!({ "name": name })), world.linkedin_request(json!({ "name": format!("{name} L") }))]
}

/// Every campaign of the user.
fn stored(store: &mut Store, user: UserId) -> BTreeSet<CampaignId> {
    let mut me = store.session(user).unwrap();
    let mut ids = BTreeSet::new();
    let mut cursor = Value::Null;
    loop {
        let page = me.list_campaigns(json!({ "limit": 200, "cursor": cursor })).unwrap();
        ids.extend(page.campaigns.iter().map(|campaign| campaign.id));
        match page.next_cursor {
            Some(next) => cursor = Value::from(next),
            None => return ids,
        }
    }
}

/// What the children said that was done, and what each was about to do when it was killed.
#[derive(Default)]
struct Ledger {
    /// The campaigns that were created, and those that were launched.
    campaigns: BTreeSet<CampaignId>,
    launched: BTreeSet<CampaignId>,
    /// Those that were deleted, or may be.
    deleted: BTreeSet<CampaignId>,
    maybe_deleted: BTreeSet<CampaignId>,
    /// The people who were added, by the campaign.
    prospects: BTreeMap<CampaignId, Vec<ProspectId>>,
    /// The tasks that were recorded as sent, by the campaign.
    sent: BTreeMap<CampaignId, BTreeSet<TaskId>>,
    /// The answers that were recorded: the id of the event, the campaign and the prospect.
    replies: Vec<(String, CampaignId, ProspectId)>,
    /// The campaigns that an event says were created, up to this one.
    recorded: BTreeSet<CampaignId>,
    seen: String,
    /// How much of each kind was said.
    facts: BTreeMap<String, usize>,
}

impl Ledger {
    fn note(&mut self, said: &str) {
        let words: Vec<&str> = said.split_whitespace().collect();
        match words[..] {
            ["ready"] => return,
            ["deleting", campaign] => {
                self.maybe_deleted.insert(campaign.parse().unwrap());
                return;
            }
            ["created", campaign] => {
                assert!(self.campaigns.insert(campaign.parse().unwrap()), "{said}");
            }
            ["added", campaign, prospect] => {
                self.prospects.entry(campaign.parse().unwrap()).or_default().push(prospect.parse().unwrap());
            }
            ["launched", campaign] => drop(self.launched.insert(campaign.parse().unwrap())),
            ["sent", campaign, task] => {
                let is_new = self.sent.entry(campaign.parse().unwrap()).or_default().insert(task.parse().unwrap());
                assert!(is_new, "{said}: twice");
            }
            ["replied", event, campaign, prospect] => {
                self.replies.push((event.to_owned(), campaign.parse().unwrap(), prospect.parse().unwrap()));
            }
            ["deleted", campaign] => drop(self.deleted.insert(campaign.parse().unwrap())),
            _ => panic!("{said}"),
        }
        *self.facts.entry(words[0].to_owned()).or_default() += 1;
    }

    /// Checks that everything is there once that was said, and takes it off the list but for the ids of the campaigns.
    fn check(&mut self, store: &mut Store, user: UserId, kills: usize, about: &str) {
        assert_eq!(store.check_invariants().unwrap(), [], "{about}");
        let stored = stored(store, user);
        for id in &self.campaigns {
            assert!(stored.contains(id) || self.maybe_deleted.contains(id), "{about}: {id} is lost");
        }
        for id in &self.deleted {
            assert!(!stored.contains(id), "{about}: {id} is back");
        }
        let unsaid = stored.difference(&self.campaigns).count();
        // Each child may have been killed between its commit and its word.
        assert!(unsaid <= kills, "{about}: {unsaid} were never said");
        let mut me = store.session(user).unwrap();
        for id in std::mem::take(&mut self.launched).intersection(&stored) {
            assert!(me.campaign(*id).unwrap().status.launched_at().is_some(), "{about}: {id} is a draft again");
        }
        for (campaign, added) in std::mem::take(&mut self.prospects) {
            let Ok(page) = me.list_prospects(campaign, json!({ "limit": 200 })) else { continue };
            let found: Vec<ProspectId> = page.prospects.iter().map(|prospect| prospect.id).collect();
            for id in added {
                assert_eq!(found.iter().filter(|found| **found == id).count(), 1, "{about}: {id}");
            }
        }
        for (campaign, sent) in std::mem::take(&mut self.sent) {
            let Ok(page) = me.list_tasks(campaign, json!({ "limit": 200 })) else { continue };
            for id in sent {
                let found: Vec<_> = page.tasks.iter().filter(|task| task.id == id).collect();
                assert!(found.len() == 1 && found[0].status == TaskStatus::Sent, "{about}: {id}");
            }
        }
        for (event, campaign, prospect) in std::mem::take(&mut self.replies) {
            if !stored.contains(&campaign) {
                continue;
            }
            let reply = json!({ "id": event, "type": "replied", "prospect_id": prospect });
            assert!(!me.record_event(reply).unwrap().changed, "{about}: {event} was recorded");
            assert_eq!(me.prospect(prospect).unwrap().status, ProspectStatus::Replied, "{about}: {event}");
        }
        loop {
            let events = me.list_events(json!({ "cursor": self.seen, "limit": 200 })).unwrap().events;
            let Some(last) = events.last() else { break };
            self.seen = last.number.to_string();
            for event in &events {
                if let Change::CampaignCreated { campaign_id } = event.change {
                    assert!(self.recorded.insert(campaign_id), "{about}: {campaign_id} was created twice");
                }
            }
        }
        assert!(self.campaigns.is_subset(&self.recorded), "{about}: each was created by an event");
    }
}

#[test]
fn everything_acknowledged_is_there_once_after_two_processes_on_one_file_were_killed() {
    let rounds = child::rounds(20);
    let seed = child::seed();
    let mut dice = Dice::new(seed);
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("killed.db");
    let mut store = Store::open(&path).unwrap();
    let (user, email, linkedin) = add_user(&mut store);
    let limits = json!({ "daily_limit": 100_000, "weekly_message_limit": 100_000 });
    store.session(user).unwrap().update_account(linkedin, limits).unwrap();
    store.close().unwrap();

    let mut ledger = Ledger { seen: "0".to_owned(), ..Ledger::default() };
    let (user_text, email, linkedin) = (user.to_string(), email.to_string(), linkedin.to_string());
    for round in 0..rounds {
        let children = [0, 1].map(|number| {
            let (name, seed) = (format!("{round}-{number}"), dice.below(u64::MAX).to_string());
            Process::start(
                "the_child_that_does_everything_until_it_is_killed",
                &[
                    ("PATH", path.as_os_str()),
                    ("USER", user_text.as_ref()),
                    ("EMAIL", email.as_ref()),
                    ("LINKEDIN", linkedin.as_ref()),
                    ("NAME", name.as_ref()),
                    ("SEED", seed.as_ref()),
                ],
            )
        });
        for child in children {
            // Now and then while it is still opening, which folds in what those before it left.
            let lines = if dice.below(8) > 0 { 1 + dice.below(20) } else { 0 };
            let mut said: Vec<String> = (0..lines).map(|_| child.hear()).collect();
            said.extend(child.hear_for(Duration::from_micros(dice.below(5_000)), usize::MAX));
            said.extend(child.kill());
            said.iter().for_each(|line| ledger.note(line));
        }
        // Otherwise the next children find the log of several dead ones.
        if round % 3 == 0 || round == rounds - 1 {
            let mut store = Store::open(&path).unwrap();
            ledger.check(&mut store, user, 2 * (round + 1), &format!("CAMPAIGNKIT_SEED={seed}, round {round}"));
        }
    }
    assert!(ledger.facts.len() == 6 && ledger.facts["created"] > rounds, "they had time to work: {:?}", ledger.facts);
    println!("{} kills; acknowledged, and there once: {:?}", 2 * rounds, ledger.facts);
}

/// One child's part: what is its own, and what it was handed.
struct Busy<'s> {
    me: Session<'s>,
    dice: Dice,
    name: String,
    senders: [String; 2],
    /// Its campaigns, and whether each was launched.
    campaigns: Vec<(CampaignId, bool)>,
    tasks: Vec<Task>,
    number: u64,
}

impl Busy<'_> {
    fn step(&mut self) -> Result<(), Error> {
        self.number += 1;
        let number = self.number;
        let own = self.campaigns.len() as u64;
        let chosen = self.dice.below(own.max(1)) as usize;
        match (self.dice.below(10), self.campaigns.get(chosen).copied(), self.tasks.pop()) {
            (0, Some((id, launched)), task) => {
                self.tasks.extend(task);
                say(&format!("deleting {id}"));
                self.campaigns.remove(chosen);
                if launched && self.me.campaign(id)?.status() == CampaignStatus::Active {
                    self.me.pause(id)?;
                }
                self.me.delete_campaign(id)?;
                say(&format!("deleted {id}"));
            }
            (1 | 2, Some((id, false)), task) => {
                self.tasks.extend(task);
                self.me.launch(id, None)?;
                self.campaigns[chosen].1 = true;
                say(&format!("launched {id}"));
            }
            (1..=4, Some((id, _)), task) => {
                self.tasks.extend(task);
                let people = (0..1 + self.dice.below(4)).map(|person| {
                    let who = format!("{}-{number}-{person}", self.name);
                    json!({ "linkedin_url": format!("linkedin.com/in/{who}"), "email": format!("{who}@example.com") })
                });
                let people: Vec<_> = people.collect();
                let report = shape(&self.me.add_prospects(id, json!({ "prospects": people }))?);
                for outcome in report["outcomes"].as_array().unwrap() {
                    say(&format!("added {id} {}", outcome["prospect_id"].as_str().unwrap()));
                }
            }
            (5..=7, _, Some(task)) => {
                self.me.complete(task.id, json!({ "outcome": "sent" }))?;
                say(&format!("sent {} {}", task.prospect.campaign_id, task.id));
                if self.dice.below(3) == 0 {
                    let event = format!("{}-{number}", self.name);
                    self.me.record_event(json!({ "id": event, "type": "replied", "prospect_id": task.prospect.id }))?;
                    say(&format!("replied {event} {} {}", task.prospect.campaign_id, task.prospect.id));
                }
            }
            (5..=7, _, None) => {
                self.tasks = self.me.claim_due(json!({ "max": 1 + self.dice.below(4), "lease_seconds": 30 }))?.tasks;
            }
            (_, _, task) => {
                self.tasks.extend(task);
                let channel = self.dice.below(3).min(1) as usize;
                let (word, name) = (["email", "linkedin"][channel], format!("{} {number}", self.name));
                let mut request = json!({ "type": word, "name": name, "sender_account_ids": [self.senders[channel]] });
                if channel == 1 {
                    request["operating_hours"] = always();
                }
                let id = self.me.create_campaign(request)?.campaign.id;
                say(&format!("created {id}"));
                let nodes = [
                    json!({ "type": "email", "subject": "Hi", "body": "Hi" }),
                    json!({ "type": "message", "body": "Hi" }),
                ];
                let node = &nodes[channel];
                self.me.update_campaign(id, json!({ "sequence_nodes": [node, node] }))?;
                self.campaigns.push((id, false));
            }
        }
        Ok(())
    }
}

#[test]
#[ignore = "the child of everything_acknowledged_is_there_once_after_two_processes_on_one_file_were_killed"]
fn the_child_that_does_everything_until_it_is_killed() {
    let Some(path) = argument("PATH") else { return };
    let text = |name| argument(name).unwrap().into_string().unwrap();
    let mut store = Store::open(Path::new(&path)).unwrap();
    let mut busy = Busy {
        me: store.session(text("USER").as_str()).unwrap(),
        dice: Dice::new(text("SEED").parse().unwrap()),
        name: text("NAME"),
        senders: [text("EMAIL"), text("LINKEDIN")],
        campaigns: Vec::new(),
        tasks: Vec::new(),
        number: 0,
    };
    say("ready");
    loop {
        // The other one deletes campaigns of which this one has tasks, sends the last message of this one's, and may be quicker
        // at each of its turns for longer than this one waits.
        let expected =
            ["task_not_found", "prospect_not_found", "campaign_completed", "not_ready", "invalid_transition", "busy"];
        if let Err(error) = busy.step() {
            assert!(expected.contains(&error.code()), "{error:?}");
        }
    }
}

/// To how many people the campaign of the next test writes, and how often.
const PEOPLE: usize = 700;
const MESSAGES: usize = 4;
const LEASE_S: i64 = 60;

/// What the hosts said of one message.
#[derive(Default)]
struct Trail {
    /// The tasks that were handed out for it, each with the instants at which its lease began and ended.
    claims: Vec<(i64, i64, String)>,
    /// The tasks with which it was sent to the provider.
    sent: Vec<String>,
    /// The tasks of which the database said that they are recorded as sent.
    recorded: Vec<String>,
}

/// Takes up what a host said, in its order.
fn follow(trails: &mut BTreeMap<String, Trail>, said: &[String]) {
    for line in said {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [word, key, task, ref rest @ ..] = words[..] else {
            assert_eq!(line, "idle");
            continue;
        };
        let trail = trails.entry(key.to_owned()).or_default();
        match word {
            "claimed" => {
                let at = |index: usize| rest[index].parse::<i64>().unwrap();
                trail.claims.push((at(0), at(1), task.to_owned()));
            }
            "sending" => trail.sent.push(task.to_owned()),
            "recorded" => trail.recorded.push(task.to_owned()),
            other => panic!("{other}"),
        }
    }
}

/// Claims some messages, and sends them one by one; what happens to each is said. Whether there were any.
fn work(me: &mut Session<'_>, now: &str, max: u64, mut say: impl FnMut(&str)) -> bool {
    let tasks = me.claim_due(json!({ "now": now, "max": max, "lease_seconds": LEASE_S })).unwrap().tasks;
    for task in &tasks {
        let (from, until) = (task.claimed_at.unix_ms(), task.leased_until.unix_ms());
        say(&format!("claimed {} {} {from} {until}", task.idempotency_key, task.id));
    }
    for task in &tasks {
        say(&format!("sending {} {}", task.idempotency_key, task.id));
        assert!(me.complete(task.id, json!({ "outcome": "sent", "now": now })).unwrap().changed);
        say(&format!("recorded {} {}", task.idempotency_key, task.id));
    }
    !tasks.is_empty()
}

#[test]
fn every_message_is_sent_once_by_hosts_that_are_killed() {
    const KILLS: usize = 120;
    let seed = child::seed();
    let mut dice = Dice::new(seed);
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("hosts.db");
    let clock = SimulatedHost::new(1, NOW_MS);
    let mut world = World::within(OpenOptions::new(clock.clone()).open(&path).unwrap(), clock);
    let (user, sender) = (world.user, world.linkedin);
    let limits = json!({ "daily_limit": 100_000, "weekly_message_limit": 100_000 });
    world.me().update_account(sender, limits).unwrap();
    let request = world.linkedin_request(json!({ "operating_hours": always() }));
    let campaign = world.create(request).unwrap().campaign.id;
    let nodes = vec![json!({ "type": "message", "body": "Hi" }); MESSAGES];
    world.me().update_campaign(campaign, json!({ "sequence_nodes": nodes })).unwrap();
    let people = (0..PEOPLE).map(|n| json!({ "linkedin_url": format!("linkedin.com/in/p{n}") }));
    world.add(campaign, people.collect());
    world.me().launch(campaign, None).unwrap();
    world.store.close().unwrap();

    let mut now = NOW_MS;
    let mut trails: BTreeMap<String, Trail> = BTreeMap::new();
    for _ in 0..KILLS / 2 {
        // Leases of those before may still hold, or end just now.
        now += if dice.below(8) == 0 { LEASE_S * 1_000 } else { 1 + dice.below(30_000) as i64 };
        let (instant, user) = (Moment::from_unix_ms(now).to_string(), user.to_string());
        let max = (1 + dice.below(6)).to_string();
        let arguments =
            [("PATH", path.as_os_str()), ("USER", user.as_ref()), ("NOW", instant.as_ref()), ("MAX", max.as_ref())];
        // Two at once, each of which is killed at a moment of its own.
        let children = [0, 1].map(|_| Process::start("the_child_that_sends_until_it_is_killed", &arguments));
        for child in children {
            let mut said = if dice.below(8) > 0 { vec![child.hear()] } else { Vec::new() };
            said.extend(child.hear_for(Duration::from_micros(dice.below(8_000)), dice.below(50) as usize));
            said.extend(child.kill());
            follow(&mut trails, &said);
        }
    }
    let recorded: usize = trails.values().map(|trail| trail.recorded.len()).sum();
    assert!(recorded > KILLS, "the children had time to work: {recorded}");

    let mut store = Store::open(&path).unwrap();
    assert_eq!(store.check_invariants().unwrap(), [], "seed {seed}");
    let mut me = store.session(user).unwrap();
    now += LEASE_S * 1_000;
    let mut said = Vec::new();
    while work(&mut me, &Moment::from_unix_ms(now).to_string(), 1_000, |line| said.push(line.to_owned())) {
        now += 1;
    }
    follow(&mut trails, &said);

    assert_eq!(trails.len(), PEOPLE * MESSAGES, "none is lost; seed {seed}");
    for (key, trail) in &mut trails {
        trail.claims.sort();
        for two in trail.claims.windows(2) {
            assert!(two[1].0 >= two[0].1, "{key} was handed out within a lease; seed {seed}");
        }
        assert!(!trail.sent.is_empty(), "{key} was never sent; seed {seed}");
        assert!(trail.recorded.len() <= 1, "{key} was recorded twice; seed {seed}");
        if let Some(recorded) = trail.recorded.first() {
            let (_, _, last) = trail.claims.last().unwrap();
            assert_eq!(recorded, last, "{key} was handed out after it was recorded; seed {seed}");
        }
    }
    // A host that is killed between sending and recording leaves one message that is sent again, with the same key.
    let sent: usize = trails.values().map(|trail| trail.sent.len()).sum();
    let sent_again = sent - trails.len();
    assert!((1..=KILLS).contains(&sent_again), "{sent_again} were sent again; seed {seed}");
    let stats = me.campaign(campaign).unwrap().stats.unwrap();
    assert_eq!((stats.messages_sent as usize, stats.completed as usize), (PEOPLE * MESSAGES, PEOPLE), "seed {seed}");
    assert_eq!(store.check_invariants().unwrap(), [], "seed {seed}");
}

#[test]
#[ignore = "the child of every_message_is_sent_once_by_hosts_that_are_killed"]
fn the_child_that_sends_until_it_is_killed() {
    let Some(path) = argument("PATH") else { return };
    let text = |name| argument(name).unwrap().into_string().unwrap();
    let (now, max) = (text("NOW"), text("MAX").parse().unwrap());
    let mut store = Store::open(Path::new(&path)).unwrap();
    let mut me = store.session(text("USER").as_str()).unwrap();
    while work(&mut me, &now, max, say) {}
    say("idle");
    // Until it is killed.
    child::told().for_each(drop);
}

/// The rows of the file to import, and how many of its people the campaign has before.
const ROWS: usize = 50_000;
const KNOWN: usize = 10;

fn address(row: usize) -> String {
    format!("p{row}@c{}.example", row % 97)
}

/// As a spreadsheet program saves it; the last column becomes a custom field.
fn people() -> String {
    let rows = (0..ROWS).map(|row| format!("{};First {row};Company {};{row}\r\n", address(row), row % 1_000));
    ["\u{feff}E-Mail;First name;Company;Deal\r\n".to_owned()].into_iter().chain(rows).collect()
}

fn import(me: &mut Session<'_>, campaign: CampaignId, csv: &[u8]) -> ImportReport {
    let content_hash = me.preview_csv(csv, Reading::default()).unwrap().content_hash;
    let request = json!({ "mapping": ["email", "first_name", "company"], "content_hash": content_hash });
    me.import_csv(campaign, csv, request).unwrap()
}

/// How many prospects a campaign has, and how often some were added.
fn enrolled(me: &mut Session<'_>, campaign: CampaignId) -> (usize, usize) {
    let mut prospects = 0;
    let mut cursor = Value::Null;
    loop {
        let page = me.list_prospects(campaign, json!({ "limit": 200, "cursor": cursor })).unwrap();
        prospects += page.prospects.len();
        match page.next_cursor {
            Some(next) => cursor = Value::from(next),
            None => break,
        }
    }
    let events = me.list_events(json!({ "limit": 200 })).unwrap().events;
    let is_import = |change: &Change| matches!(change, Change::ProspectsAdded { .. });
    (prospects, events.iter().filter(|event| is_import(&event.change)).count())
}

#[test]
fn a_killed_import_is_wholly_there_or_not_at_all() {
    const KILLS: u64 = 32;
    let seed = child::seed();
    let mut dice = Dice::new(seed);
    let directory = tempfile::tempdir().unwrap();
    let [before, path, csv] = ["before.db", "killed.db", "people.csv"].map(|name| directory.path().join(name));
    std::fs::write(&csv, people()).unwrap();
    let clock = SimulatedHost::new(1, NOW_MS);
    let mut world = World::within(OpenOptions::new(clock.clone()).open(&before).unwrap(), clock);
    let user = world.user;
    let campaign = world.create(world.email_request(json!({}))).unwrap().campaign.id;
    // The first and the last of the file among them.
    let known: Vec<_> = (0..KNOWN).map(|n| json!({ "email": address(n * (ROWS - 1) / (KNOWN - 1)) })).collect();
    world.me().add_prospects(campaign, json!({ "prospects": known })).unwrap();
    world.store.close().unwrap();
    std::fs::copy(&before, &path).unwrap();

    let (user_text, campaign_text) = (user.to_string(), campaign.to_string());
    let arguments: [(&str, &OsStr); 4] = [
        ("PATH", path.as_os_str()),
        ("CSV", csv.as_os_str()),
        ("USER", user_text.as_ref()),
        ("CAMPAIGN", campaign_text.as_ref()),
    ];
    let mut whole = Duration::ZERO;
    // How often nothing of the import was there, and all of it.
    let mut outcomes = [0; 2];
    for kill in 0..KILLS {
        let child = Process::start("the_child_that_imports_a_file_until_it_is_killed", &arguments);
        assert_eq!(child.hear(), "importing");
        let start = Instant::now();
        let mut said = match kill {
            // The first one tells how long it takes, and is killed with its word of success.
            0 => {
                let said = vec![child.hear()];
                whole = start.elapsed();
                said
            }
            1 => Vec::new(),
            // At any moment, and more often about the commit.
            _ => {
                let permille = if kill % 2 == 0 { dice.below(1_000) } else { 850 + dice.below(250) };
                child.hear_for(whole.mul_f64(permille as f64 / 1_000.0), 1)
            }
        };
        said.extend(child.kill());

        let mut store = Store::open(&path).unwrap();
        let (found, imports) = enrolled(&mut store.session(user).unwrap(), campaign);
        let is_there = found == ROWS;
        assert!(is_there || found == KNOWN, "seed {seed}, kill {kill}: {found}");
        assert!(is_there || said.is_empty(), "seed {seed}, kill {kill}: what was acknowledged is there");
        assert_eq!(imports, 1 + usize::from(is_there), "seed {seed}, kill {kill}");
        assert_eq!(store.check_invariants().unwrap(), [], "seed {seed}, kill {kill}");
        outcomes[usize::from(is_there)] += 1;

        let is_first = outcomes[usize::from(is_there)] == 1;
        if is_first {
            let report = import(&mut store.session(user).unwrap(), campaign, people().as_bytes());
            assert_eq!((report.imported as usize, report.duplicates as usize), (ROWS - found, found));
            assert_eq!(enrolled(&mut store.session(user).unwrap(), campaign), (ROWS, 2));
        }
        store.close().unwrap();
        if is_there || is_first {
            std::fs::copy(&before, &path).unwrap();
        }
    }
    assert!(outcomes.iter().all(|count| *count > 0), "{outcomes:?}");
}

#[test]
#[ignore = "the child of a_killed_import_is_wholly_there_or_not_at_all"]
fn the_child_that_imports_a_file_until_it_is_killed() {
    let Some(path) = argument("PATH") else { return };
    let text = |name| argument(name).unwrap().into_string().unwrap();
    let csv = std::fs::read(text("CSV")).unwrap();
    let campaign: CampaignId = text("CAMPAIGN").parse().unwrap();
    let mut store = Store::open(Path::new(&path)).unwrap();
    let mut me = store.session(text("USER").as_str()).unwrap();
    say("importing");
    import(&mut me, campaign, &csv);
    say("imported");
}

type Options = fn(OpenOptions) -> OpenOptions;

/// What was acknowledged by a store on a disk that may lose its power at any moment.
#[derive(Default)]
struct Work {
    user: Option<UserId>,
    created: Vec<CampaignId>,
    /// The disk's operations after each create.
    operations: Vec<u64>,
}

impl Work {
    /// Opens the database as often as `days` has numbers, and creates that many campaigns each time.
    fn run(disk: &Disk, options: Options, days: &[usize]) -> Self {
        let mut work = Self::default();
        // What the disk fails is the end of the work and not of the test.
        if let Err(error) = work.attempt(disk, options, days) {
            let codes = ["storage_full", "storage_unavailable", "commit_uncertain"];
            assert!(codes.contains(&error.code()), "{error:?}");
        }
        work
    }

    fn attempt(&mut self, disk: &Disk, options: Options, days: &[usize]) -> Result<(), Error> {
        let host = SimulatedHost::new(1, NOW_MS);
        let mut sender = None;
        for (day, creates) in days.iter().enumerate() {
            let mut store = open(disk, options, &host)?;
            if self.user.is_none() {
                let user = store.create_user(Input::NONE)?.id;
                self.user = Some(user);
                let mut me = store.session(user)?;
                sender = Some(me.add_account(json!({ "type": "email", "email_address": "ana@example.com" }))?.id);
            }
            let mut me = store.session(self.user.unwrap())?;
            for number in 0..*creates {
                let request = json!({
                    "type": "email", "name": format!("{day}-{number}"), "sender_account_ids": [sender],
                    "signature": "x".repeat(10_000),
                });
                self.created.push(me.create_campaign(request)?.campaign.id);
                self.operations.push(disk.operations());
            }
            store.close()?;
        }
        Ok(())
    }

    /// The campaigns that are there after the restart, of a database that keeps its promises.
    fn found(&self, disk: &Disk, options: Options) -> BTreeSet<CampaignId> {
        let mut store = open(disk, options, &SimulatedHost::new(2, NOW_MS)).unwrap();
        assert_eq!(store.check_invariants().unwrap(), []);
        match self.user {
            Some(user) if store.user(user).is_ok() => stored(&mut store, user),
            _ => BTreeSet::new(),
        }
    }
}

fn open(disk: &Disk, options: Options, host: &SimulatedHost) -> Result<Store, Error> {
    options(OpenOptions::new(host.clone()).vfs(disk.vfs()).exclusive(true)).open("disk.db")
}

/// Cuts the power at these operations of the work, or at all, in several ways; counts the ways in which something
/// acknowledged is lost.
fn cut(name: &str, options: Options, days: &[usize], at: impl Fn(&Work) -> Option<Vec<u64>>) -> usize {
    let disk = Disk::new(name);
    let whole = Work::run(&disk, options, days);
    assert_eq!(whole.created.len(), days.iter().sum::<usize>());
    let cuts = at(&whole).unwrap_or_else(|| (1..=disk.operations()).collect());
    drop(disk);

    let restarted = format!("{name}-restarted");
    let mut losses = 0;
    for cut in cuts {
        let disk = Disk::new(name);
        disk.cut_after(cut);
        let work = Work::run(&disk, options, days);
        let mut dice = Dice::new(cut);
        for way in 0..5 {
            let restarted = disk.restart(
                &restarted,
                match way {
                    0 => Loss::Nothing,
                    1 => Loss::Unsynced,
                    _ => Loss::Some(&mut dice),
                },
            );
            let found = work.found(&restarted, options);
            let kept = work.created.iter().take_while(|id| found.contains(id)).count();
            losses += usize::from(kept < work.created.len());
            assert!(way > 0 || kept == work.created.len(), "a killed process loses nothing, cut {cut}");
            // What is lost is lost from the end, and only the call in flight is undecided.
            assert!(found.len() <= kept + usize::from(kept == work.created.len()), "cut {cut}, way {way}");
        }
    }
    losses
}

#[test]
fn nothing_acknowledged_is_lost_by_a_power_cut_at_any_operation() {
    assert_eq!(cut("power-wal", |options| options, &[3, 3], |_| None), 0);
}

#[test]
fn nothing_acknowledged_is_lost_by_a_power_cut_while_the_log_is_folded_in() {
    let losses = cut(
        "power-fold",
        |options| options,
        &[100],
        |work| {
            // The create after which the log was folded in, and the two after it.
            let starts = &work.operations;
            let folding = (1..98).max_by_key(|at| starts[*at] - starts[at - 1]).unwrap();
            assert!(starts[folding] - starts[folding - 1] > 100, "the log was folded in on the way");
            Some((starts[folding - 1]..starts[folding + 2]).step_by(11).collect())
        },
    );
    assert_eq!(losses, 0);
}

#[test]
fn nothing_acknowledged_is_lost_by_a_power_cut_with_a_rollback_journal() {
    let rollback: Options = |options| options.journal(Journal::Rollback);
    assert_eq!(cut("power-rollback", rollback, &[2, 2], |_| None), 0);
    let shared: Options = |options| options.journal(Journal::Rollback).exclusive(false);
    assert_eq!(cut("power-rollback-shared", shared, &[2, 2], |_| None), 0);
    // This disk has no shared memory, so it refuses the log.
    let refused: Options = |options| options.exclusive(false);
    assert_eq!(cut("power-log-refused", refused, &[2, 2], |_| None), 0);
}

#[test]
fn relaxed_durability_loses_the_last_commits_in_a_power_cut_and_damages_nothing() {
    let lost = cut("power-relaxed", |options| options.durability(Durability::Relaxed), &[2, 2], |_| None);
    assert!(lost > 0, "so a power cut on this disk does lose what was not synced");
}

#[test]
fn a_commit_is_one_sync_and_a_relaxed_one_is_none() {
    for (name, durability, expected) in [
        ("syncs-full", Durability::Full, 20),
        ("syncs-relaxed", Durability::Relaxed, 0),
        ("syncs-unchecked", Durability::Unchecked, 0),
    ] {
        let disk = Disk::new(name);
        let host = SimulatedHost::new(1, NOW_MS);
        let options = OpenOptions::new(host.clone()).vfs(disk.vfs()).exclusive(true).durability(durability);
        let mut world = World::within(options.open("disk.db").unwrap(), host);
        let before = disk.syncs();
        for number in 0..10 {
            for request in requests(&world, &number.to_string()) {
                world.create(request).unwrap();
            }
        }
        assert_eq!(disk.syncs() - before, expected, "{durability:?}");
    }
}

#[test]
fn a_commit_whose_flush_fails_may_have_happened_and_says_so() {
    for journal in [Journal::WriteAhead, Journal::Rollback] {
        let disk = Disk::new("flush");
        let host = SimulatedHost::new(1, NOW_MS);
        let options = |disk: &Disk| {
            OpenOptions::new(host.clone()).vfs(disk.vfs()).exclusive(true).journal(journal).open("disk.db")
        };
        let mut world = World::within(options(&disk).unwrap(), host.clone());
        let request = world.email_request(json!({}));
        let before = world.store.dump().unwrap();
        disk.fail_next_sync();
        let error = world.create(request.clone()).unwrap_err();
        assert_eq!((error.code(), error.status()), ("commit_uncertain", 500), "{journal:?}");
        assert!(world.store.dump().unwrap() == before, "as far as this store shows, it did not happen");

        // Nothing of the file's end is known any more: it is there or it is not, and nothing else is damaged.
        let mut dice = Dice::new(1);
        for loss in [Loss::Nothing, Loss::Unsynced, Loss::Some(&mut dice)] {
            let restarted = disk.restart("flush-restarted", loss);
            let mut store = options(&restarted).unwrap();
            assert_eq!(store.check_invariants().unwrap(), []);
            let mut me = store.session(world.user).unwrap();
            assert!(me.list_campaigns(json!({})).unwrap().campaigns.len() <= 1);
            drop(store);
        }
        assert!(world.create(request).is_ok(), "the store goes on");
        assert_eq!(world.store.check_invariants().unwrap(), []);
        world.store.close().unwrap();
    }
}

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
    // In a process of its own: the limit holds for every file that a process writes.
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
    // In the middle of a page, as a real limit is.
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
