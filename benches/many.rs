//! What many campaigns and many skipped people cost: claims, `explain` and `forecast`.
//!
//! * Without arguments: everything, as a report for people.
//! * `paced`: claims of accounts with hours and gaps that many campaigns share, alone.
//! * `alone PEOPLE`: explain of the first, the middle and the last one, forecast and plan of a campaign of so many people alone
//!   with three accounts with hours and gaps, and by how much the memory of the process grows.
//! * `rounds CAMPAIGNS`: for each line of the input, one of `claim`, `idle`, `explain`, `forecast`, `paced`, `paced-idle`, `paced-next` or `paced-ahead`, does it once with
//!   that many campaigns, and prints the nanoseconds that it took; so an earlier revision of the engine, with which
//!   this program also compiles, can take turns with it.

mod measure;
mod memory;

use std::io::BufRead;
use std::ops::ControlFlow;
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
            paced()?;
            foresight()
        }
        ["paced"] => paced(),
        ["alone", people] => alone(people.parse()?),
        ["rounds", campaigns] => rounds(campaigns.parse()?),
        _ => Err("many takes no arguments, `paced`, `alone PEOPLE`, or `rounds CAMPAIGNS`".into()),
    }
}

/// A user with active campaigns.
struct Many {
    clock: SimulatedHost,
    store: Store,
    user: UserId,
    /// The campaign that has work.
    busy: CampaignId,
}

impl Many {
    fn open() -> Result<(SimulatedHost, Store, UserId)> {
        let clock = SimulatedHost::new(1, START_MS);
        let mut store = OpenOptions::new(clock.clone()).open_in_memory()?;
        let user = store.create_user(json!({}))?.id;
        Ok((clock, store, user))
    }

    /// An account that sends at any time, without gaps.
    fn account(store: &mut Store, user: UserId, name: &str, daily_limit: u32) -> Result<String> {
        let request = json!({ "type": "email", "email_address": format!("{name}@example.com"), "daily_limit": daily_limit,
                              "sending_hours": null, "min_gap_seconds": 0, "gap_jitter_seconds": 0 });
        Ok(store.session(user)?.add_account(request)?.id.to_string())
    }

    /// An account with the hours and gaps of a new one.
    fn paced_account(store: &mut Store, user: UserId, name: &str, daily_limit: u32) -> Result<String> {
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
        let (clock, mut store, user) = Self::open()?;
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
        Ok(Self { clock, store, user, busy })
    }

    /// Campaigns of 500 that share senders.
    fn that_share(campaigns: usize) -> Result<Self> {
        let (clock, mut store, user) = Self::open()?;
        let mut senders = Vec::new();
        for n in 0..5 {
            senders.push(Self::paced_account(&mut store, user, &format!("ana{n}"), 500)?);
        }
        let senders: Vec<&str> = senders.iter().map(String::as_str).collect();
        let mut busy = Self::launch(&mut store, user, "c0", &senders, PEOPLE)?;
        for n in 1..campaigns {
            busy = Self::launch(&mut store, user, &format!("c{n}"), &senders, PEOPLE)?;
        }
        Ok(Self { clock, store, user, busy })
    }

    /// Campaigns of 60 that share ten paced accounts. Each has begun people, whose follow-ups are weeks away.
    fn that_are_paced(campaigns: usize) -> Result<Self> {
        let (clock, mut store, user) = Self::open()?;
        let mut senders = Vec::new();
        for n in 0..10 {
            senders.push(Self::paced_account(&mut store, user, &format!("ana{n}"), 500)?);
        }
        let senders: Vec<&str> = senders.iter().map(String::as_str).collect();
        let mut busy = Self::launch(&mut store, user, "c0", &senders, 60)?;
        for n in 1..campaigns {
            busy = Self::launch(&mut store, user, &format!("c{n}"), &senders, 60)?;
        }
        let mut many = Self { clock, store, user, busy };
        many.claim(10)?;
        Ok(many)
    }

    /// Lets the gaps of all accounts pass.
    fn wait(&self) {
        self.clock.advance_ms(151_000);
    }

    /// A claim when the gap of each account is over: of one message of each.
    fn paced(&mut self) -> Result<Duration> {
        self.wait();
        self.claim(10)
    }

    /// A claim when nothing is due, after one that handed out.
    fn paced_idle(&mut self) -> Result<Duration> {
        self.paced()?;
        self.clock.advance_ms(1_000);
        let mut me = self.store.session(self.user)?;
        timed(|| {
            assert_eq!(me.claim_due(json!({}))?.tasks, []);
            Ok(())
        })
    }

    /// Asking when something is due, while the gaps of all accounts go on.
    fn paced_next(&mut self) -> Result<Duration> {
        self.paced()?;
        let mut me = self.store.session(self.user)?;
        timed(|| {
            assert!(me.next_due()?.next_due_at.is_some());
            Ok(())
        })
    }

    /// A claim ahead of what is due in ten gaps: of about a hundred messages.
    fn paced_ahead(&mut self) -> Result<Duration> {
        self.wait();
        let mut me = self.store.session(self.user)?;
        let mut tasks = Vec::new();
        let took = timed(|| {
            tasks = me.claim_due(json!({ "max": 100, "ahead_seconds": 3_600 }))?.tasks;
            Ok(())
        })?;
        assert_eq!(tasks.len(), 100);
        for task in tasks {
            me.complete(task.id, Outcome::Sent)?;
        }
        self.clock.advance_ms(3_600_000);
        Ok(took)
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
        let (clock, mut store, user) = Many::open()?;
        let account = Many::account(&mut store, user, "ana", 100_000)?;
        let busy = Many::launch(&mut store, user, "busy", &[&account], people + PEOPLE)?;
        for start in (0..people).step_by(1_000) {
            let suppression = |n: usize| json!({ "type": "email_address", "value": format!("p{n}@busy.example") });
            let suppressions: Vec<Value> = (start..start + 1_000).map(suppression).collect();
            store.session(user)?.add_suppressions(json!({ "suppressions": suppressions }))?;
        }
        let mut many = Many { clock, store, user, busy };
        contenders.push(Contender::new(name, move || many.claim(10)));
    }
    compare("claim of 10, in memory", (31, 1), contenders, &[Target { baseline: "nobody", at_most: 1.5 }])
}

/// What campaigns with work cost that share accounts with hours and gaps.
fn paced() -> Result {
    const OF: [(usize, &str); 3] =
        [(1_000, "1,000 campaigns that share 10 paced accounts"), (100, "100"), (10, "10 campaigns")];
    type Round = fn(&mut Many) -> Result<Duration>;
    let rounds: [(&str, Round, usize); 4] = [
        ("claim of 10, in memory", Many::paced, 31),
        ("claim of nothing, in memory", Many::paced_idle, 31),
        ("nextDue, in memory", Many::paced_next, 31),
        ("claim of 100 ahead, in memory", Many::paced_ahead, 3),
    ];
    for (title, round, times) in rounds {
        let mut contenders = Vec::new();
        for (campaigns, name) in OF {
            let mut many = Many::that_are_paced(campaigns)?;
            contenders.push(Contender::new(name, move || round(&mut many)));
        }
        compare(title, (times, 1), contenders, &[Target { baseline: "10 campaigns", at_most: 1.5 }])?;
    }
    Ok(())
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

fn alone(people: usize) -> Result {
    let (_, mut store, user) = Many::open()?;
    let mut senders = Vec::new();
    for n in 0..3 {
        senders.push(Many::paced_account(&mut store, user, &format!("ana{n}"), 500)?);
    }
    let senders: Vec<&str> = senders.iter().map(String::as_str).collect();
    let campaign = Many::launch(&mut store, user, "alone", &senders, people)?;
    let mut me = store.session(user)?;
    let mut ids = Vec::new();
    let mut cursor = None;
    loop {
        let page = me.list_prospects(campaign, json!({ "limit": 200, "cursor": cursor }))?;
        ids.extend(page.prospects.into_iter().map(|prospect| prospect.id));
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    ids.sort_unstable();
    let show = |name: &str, before: u64, took: Duration| -> Result {
        let grown = memory::most_memory()?.saturating_sub(before) / 1_048_576;
        println!("{name:<28}{:>12.1} ms  {grown} MiB more", took.as_secs_f64() * 1e3);
        Ok(())
    };
    for (name, place) in [("explain, the first", 0), ("the middle one", people / 2), ("the last one", people - 1)] {
        let id = *ids.get(place).ok_or("nobody")?;
        let before = memory::most_memory()?;
        show(name, before, timed(|| Ok(assert!(me.explain(id)?.at.is_some())))?)?;
    }
    let before = memory::most_memory()?;
    show("forecast", before, timed(|| Ok(assert_eq!(me.forecast(campaign, json!({}))?.messages, 2 * people as u64)))?)?;
    let before = memory::most_memory()?;
    let mut planned = 0;
    let count = |_| {
        planned += 1;
        ControlFlow::Continue(())
    };
    show("plan", before, timed(|| Ok(me.plan_each(campaign, json!({}), count)?))?)?;
    assert_eq!(planned, 2 * people);
    Ok(())
}

fn rounds(campaigns: usize) -> Result {
    for line in std::io::stdin().lock().lines() {
        let took = match line?.as_str() {
            "claim" => Many::of_which_one_has_work(campaigns)?.claim(10)?,
            "idle" => Many::of_which_one_has_work(campaigns)?.idle()?,
            "explain" => Many::that_share(campaigns)?.explain()?,
            "forecast" => Many::that_share(campaigns)?.forecast()?,
            "paced" => Many::that_are_paced(campaigns)?.paced()?,
            "paced-idle" => Many::that_are_paced(campaigns)?.paced_idle()?,
            "paced-next" => Many::that_are_paced(campaigns)?.paced_next()?,
            "paced-ahead" => Many::that_are_paced(campaigns)?.paced_ahead()?,
            word => return Err(format!("unknown: {word}").into()),
        };
        println!("{}", took.as_nanos());
    }
    Ok(())
}
