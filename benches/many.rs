//! What many campaigns and many skipped people cost: claims, `explain` and `forecast`.
//!
//! * Without arguments: everything, as a report for people.
//! * `rounds CAMPAIGNS`: for each line of the input, one of `claim`, `idle`, `explain` or `forecast`, does it once with
//!   that many campaigns, and prints the nanoseconds that it took; so an earlier revision of the engine, with which
//!   this program also compiles, can take turns with it.

mod measure;

use std::io::BufRead;
use std::time::Duration;

use campaignkit::{CampaignId, OpenOptions, Outcome, SimulatedHost, Store, UserId};
use measure::{Contender, Result, Target, compare, timed};
use serde_json::{Value, json};

const PEOPLE: usize = 500;
/// 2026-04-22T10:00:00Z
const START_MS: i64 = 1_776_852_000_000;

fn main() -> Result {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => {
            claims()?;
            passed_over()?;
            foresight()
        }
        ["rounds", campaigns] => rounds(campaigns.parse()?),
        _ => Err("many takes no arguments, or `rounds CAMPAIGNS`".into()),
    }
}

/// A user with active campaigns.
struct Many {
    store: Store,
    user: UserId,
    /// The campaign that has work.
    busy: CampaignId,
}

impl Many {
    fn open() -> Result<(Store, UserId)> {
        let mut store = OpenOptions::new(SimulatedHost::new(1, START_MS)).open_in_memory()?;
        let user = store.create_user(json!({}))?.id;
        Ok((store, user))
    }

    fn account(store: &mut Store, user: UserId, name: &str, daily_limit: u32) -> Result<String> {
        let request =
            json!({ "type": "email", "email_address": format!("{name}@example.com"), "daily_limit": daily_limit });
        Ok(store.session(user)?.add_account(request)?.id.to_string())
    }

    /// Launches a campaign of two emails.
    fn launch(store: &mut Store, user: UserId, name: &str, senders: &[&str], people: usize) -> Result<CampaignId> {
        let mut me = store.session(user)?;
        let request = json!({ "type": "email", "name": name, "sender_account_ids": senders, "signature": "", "daily_limit": 500 });
        let id = me.create_campaign(request)?.campaign.id;
        let mail = json!({ "type": "email", "subject": "Hello", "body": "How are you?" });
        let nodes = json!([mail, { "type": "delay", "delay_days": 30 }, mail]);
        me.update_campaign(id, json!({ "sequence_nodes": nodes }))?;
        for start in (0..people).step_by(1_000) {
            let person = |n: usize| json!({ "email": format!("p{n}@{name}.example") });
            let people: Vec<Value> = (start..people.min(start + 1_000)).map(person).collect();
            me.add_prospects(id, json!({ "prospects": people }))?;
        }
        me.launch(id, None)?;
        Ok(id)
    }

    /// One campaign has work; of the others, half wait for a delay, and half for their account's limit.
    fn of_which_one_has_work(campaigns: usize) -> Result<Self> {
        let (mut store, user) = Self::open()?;
        let account = Self::account(&mut store, user, "ana", 100_000)?;
        let full = Self::account(&mut store, user, "ben", 1)?;
        let waiting = (campaigns - 1) / 2;
        for n in 0..waiting {
            Self::launch(&mut store, user, &format!("waits{n}"), &[&account], 1)?;
        }
        for n in waiting..campaigns - 1 {
            Self::launch(&mut store, user, &format!("full{n}"), &[&full], 5)?;
        }
        loop {
            let tasks = store.session(user)?.claim_due(json!({ "max": 1_000 }))?.tasks;
            if tasks.is_empty() {
                break;
            }
            for task in tasks {
                store.session(user)?.complete(task.id, Outcome::Sent)?;
            }
        }
        let busy = Self::launch(&mut store, user, "busy", &[&account], PEOPLE)?;
        Ok(Self { store, user, busy })
    }

    /// Campaigns of 500 that share senders.
    fn that_share(campaigns: usize) -> Result<Self> {
        let (mut store, user) = Self::open()?;
        let mut senders = Vec::new();
        for n in 0..5 {
            senders.push(Self::account(&mut store, user, &format!("ana{n}"), 500)?);
        }
        let senders: Vec<&str> = senders.iter().map(String::as_str).collect();
        let mut busy = Self::launch(&mut store, user, "c0", &senders, PEOPLE)?;
        for n in 1..campaigns {
            busy = Self::launch(&mut store, user, &format!("c{n}"), &senders, PEOPLE)?;
        }
        Ok(Self { store, user, busy })
    }

    fn claim(&mut self, max: u32) -> Result<Duration> {
        let mut me = self.store.session(self.user)?;
        let mut tasks = Vec::new();
        let took = timed(|| {
            tasks = me.claim_due(json!({ "max": max }))?.tasks;
            Ok(())
        })?;
        for task in tasks {
            me.complete(task.id, Outcome::Sent)?;
        }
        Ok(took)
    }

    /// A claim that finds nothing.
    fn idle(&mut self) -> Result<Duration> {
        let mut me = self.store.session(self.user)?;
        me.pause(self.busy)?;
        me.claim_due(json!({}))?;
        let took = timed(|| {
            assert_eq!(me.claim_due(json!({}))?.tasks, []);
            Ok(())
        });
        me.resume(self.busy)?;
        took
    }

    fn explain(&mut self) -> Result<Duration> {
        let mut me = self.store.session(self.user)?;
        let person = me.list_prospects(self.busy, json!({ "limit": 200 }))?.prospects.pop().ok_or("nobody")?.id;
        timed(|| {
            assert!(me.explain(person)?.at.is_some());
            Ok(())
        })
    }

    fn forecast(&mut self) -> Result<Duration> {
        let mut me = self.store.session(self.user)?;
        timed(|| {
            assert_eq!(me.forecast(self.busy, json!({}))?.messages, 2 * PEOPLE as u64);
            Ok(())
        })
    }
}

/// The last of `contenders` is the baseline of the first.
fn claims() -> Result {
    // Of two, one waits: otherwise a claim of nothing has no next instant to return.
    const OF: [(usize, &str); 4] =
        [(1_000, "1,000 campaigns, one with work"), (200, "200"), (50, "50"), (2, "2 campaigns")];
    for (title, idle) in [("claim of 10, in memory", false), ("claim of nothing, in memory", true)] {
        let mut contenders = Vec::new();
        for (campaigns, name) in OF {
            let mut many = Many::of_which_one_has_work(campaigns)?;
            contenders.push(Contender::new(name, move || if idle { many.idle() } else { many.claim(10) }));
        }
        compare(title, (31, 1), contenders, &[Target { baseline: "2 campaigns", at_most: 1.5 }])?;
    }
    Ok(())
}

/// People who must not be contacted precede those who get a message.
fn passed_over() -> Result {
    let mut contenders = Vec::new();
    for (people, name) in [(100_000, "100,000 people passed over"), (1_000, "1,000"), (0, "nobody")] {
        let (mut store, user) = Many::open()?;
        let account = Many::account(&mut store, user, "ana", 100_000)?;
        let busy = Many::launch(&mut store, user, "busy", &[&account], people + PEOPLE)?;
        for start in (0..people).step_by(1_000) {
            let suppression = |n: usize| json!({ "type": "email_address", "value": format!("p{n}@busy.example") });
            let suppressions: Vec<Value> = (start..start + 1_000).map(suppression).collect();
            store.session(user)?.add_suppressions(json!({ "suppressions": suppressions }))?;
        }
        let mut many = Many { store, user, busy };
        contenders.push(Contender::new(name, move || many.claim(10)));
    }
    compare("claim of 10, in memory", (31, 1), contenders, &[Target { baseline: "nobody", at_most: 1.5 }])
}

fn foresight() -> Result {
    for (title, explain) in [("explain", true), ("forecast", false)] {
        let mut contenders = Vec::new();
        for (campaigns, name) in [(200, "200 campaigns of 500 that share senders"), (100, "100"), (25, "25")] {
            let mut many = Many::that_share(campaigns)?;
            contenders.push(Contender::new(name, move || if explain { many.explain() } else { many.forecast() }));
        }
        // Within the exponent 1.1.
        let target = |baseline, times: f64| Target { baseline, at_most: times.powf(1.1) };
        compare(title, (5, 1), contenders, &[target("100", 2.0), target("25", 8.0)])?;
    }
    Ok(())
}

fn rounds(campaigns: usize) -> Result {
    for line in std::io::stdin().lock().lines() {
        let took = match line?.as_str() {
            "claim" => Many::of_which_one_has_work(campaigns)?.claim(10)?,
            "idle" => Many::of_which_one_has_work(campaigns)?.idle()?,
            "explain" => Many::that_share(campaigns)?.explain()?,
            "forecast" => Many::that_share(campaigns)?.forecast()?,
            word => return Err(format!("unknown: {word}").into()),
        };
        println!("{}", took.as_nanos());
    }
    Ok(())
}
