//! What running a campaign costs: claiming due messages among many, planning, forecasting, and recording an event, the
//! last compared with hand-written SQL for the same rows.
//!
//! * Without arguments: everything, as a report for people.
//! * `paced PROSPECTS`: claims, a forecast and a plan of accounts with hours and gaps beside those without, with that
//!   many prospects.
//! * `rounds PROSPECTS`: for each line of the input, one of `claim`, `plan`, `forecast` or `event`, does it once in
//!   memory with that many prospects, and prints the nanoseconds that it took; so other programs can take turns with
//!   it.

mod measure;

use std::fmt::Write as _;
use std::io::BufRead;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Duration;

use campaignkit::{
    AddAccount, CampaignId, ClaimDue, CreateCampaign, CreateUser, EventSubject, ImportCsv, NewEmail, OpenOptions,
    Outcome, PlanQuery, Profile, Reading, RecordEvent, RecordedEventType, Schedule, SimulatedHost, Step, Store, Task,
    UpdateCampaign, UserId,
};
use measure::{Contender, Result, Target, compare, timed};
use rusqlite::{Connection, params};
use uuid::Uuid;

const MANY: usize = 1_000_000;
const FEW: usize = 10_000;
const PLANNED: usize = 100_000;
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
/// 2026-04-22T10:00:00Z
const START_MS: i64 = 1_776_852_000_000;

fn main() -> Result {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => {
            let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
            claim_and_forecast(folder.path())?;
            plan()?;
            paced(folder.path(), MANY)?;
            event(folder.path())
        }
        ["paced", prospects] => paced(tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?.path(), prospects.parse()?),
        ["rounds", prospects] => rounds(prospects.parse()?),
        _ => Err("running takes no arguments, `paced PROSPECTS` or `rounds PROSPECTS`".into()),
    }
}

/// A launched email campaign of this many prospects.
struct Running {
    store: Store,
    clock: SimulatedHost,
    user: UserId,
    campaign: CampaignId,
    events: u64,
}

impl Running {
    fn new(open: impl FnOnce(OpenOptions) -> Result<Store>, prospects: usize, emails: usize) -> Result<Self> {
        Self::with_senders(open, prospects, emails, (3, false))
    }

    /// From this many accounts, with hours and gaps or without.
    fn with_senders(
        open: impl FnOnce(OpenOptions) -> Result<Store>,
        prospects: usize,
        emails: usize,
        (senders, is_paced): (usize, bool),
    ) -> Result<Self> {
        let accounts = 0..senders;
        let clock = SimulatedHost::new(1, START_MS);
        let mut store = open(OpenOptions::new(clock.clone()))?;
        let user = store.create_user(CreateUser::default())?.id;
        let mut me = store.session(user)?;
        let mut senders = Vec::new();
        for n in accounts {
            let profile = Profile { first_name: Some("Ana".into()), daily_limit: Some(100_000), ..Profile::default() };
            let account = AddAccount::email(format!("ana{n}@example.com"));
            let account = if is_paced { account.sending_hours(every_day()?) } else { account.unpaced() };
            senders.push(me.add_account(AddAccount { profile, ..account })?.id);
        }
        let settings = NewEmail { daily_limit: 500, ..NewEmail::default() };
        let campaign = me.create_campaign(CreateCampaign::new("Running", senders, settings))?.campaign.id;
        let mut nodes = Vec::new();
        for n in 0..emails {
            if n > 0 {
                nodes.push(Step::Delay { days: 1, hours: 0, minutes: 0 }.into());
            }
            nodes.push(Step::email("Hello %first_name%", "How is %company%?").into());
        }
        me.update_campaign(campaign, UpdateCampaign { sequence_nodes: Some(nodes), ..UpdateCampaign::default() })?;
        for start in (0..prospects).step_by(500_000) {
            let mut csv = String::from("Email,First Name,Company\n");
            for n in start..prospects.min(start + 500_000) {
                let _ = writeln!(csv, "p{n}@company{}.example,First{},Company {}", n % 977, n % 100, n % 977);
            }
            let preview = me.preview_csv(csv.as_bytes(), Reading::default())?;
            let request =
                ImportCsv { mapping: preview.mapping, content_hash: preview.content_hash, ..ImportCsv::default() };
            me.import_csv(campaign, csv.as_bytes(), request)?;
        }
        me.launch(campaign, None)?;
        Ok(Self { store, clock, user, campaign, events: 0 })
    }

    fn in_memory(prospects: usize, emails: usize) -> Result<Self> {
        Self::new(|options| Ok(options.open_in_memory()?), prospects, emails)
    }

    /// Claims 100 messages of a new day, and sends them afterwards.
    fn claim(&mut self) -> Result<Duration> {
        let (took, tasks) = self.claimed()?;
        let mut me = self.store.session(self.user)?;
        for task in tasks {
            me.complete(task.id, Outcome::Sent)?;
        }
        Ok(took)
    }

    fn claimed(&mut self) -> Result<(Duration, Vec<Task>)> {
        self.clock.advance_ms(DAY_MS);
        let mut me = self.store.session(self.user)?;
        let mut tasks = Vec::new();
        let took = timed(|| {
            tasks = me.claim_due(ClaimDue { max: Some(100), ..ClaimDue::default() })?.tasks;
            Ok(())
        })?;
        assert_eq!(tasks.len(), 100);
        Ok((took, tasks))
    }

    fn claim_nothing(&mut self) -> Result<Duration> {
        let mut me = self.store.session(self.user)?;
        timed(|| {
            assert!(me.claim_due(ClaimDue::default())?.tasks.is_empty());
            Ok(())
        })
    }

    fn plan(&mut self, messages: usize) -> Result<Duration> {
        let mut me = self.store.session(self.user)?;
        timed(|| {
            let mut tasks = Vec::new();
            me.plan_each(self.campaign, PlanQuery::default(), |task| {
                tasks.push(task);
                ControlFlow::Continue(())
            })?;
            assert_eq!(tasks.len(), messages);
            Ok(())
        })
    }

    fn forecast(&mut self) -> Result<Duration> {
        let mut me = self.store.session(self.user)?;
        timed(|| {
            assert!(me.forecast(self.campaign, PlanQuery::default())?.messages > 0);
            Ok(())
        })
    }

    /// Records replies of people who were just sent a message, one event each.
    fn events(&mut self) -> Result<Duration> {
        let (_, tasks) = self.claimed()?;
        let mut me = self.store.session(self.user)?;
        for task in &tasks {
            me.complete(task.id, Outcome::Sent)?;
        }
        let events = &mut self.events;
        timed(|| {
            for task in tasks {
                *events += 1;
                let to = EventSubject::Prospect(task.prospect.id);
                let id = format!("event-{events}");
                me.record_event(RecordEvent::new(id, RecordedEventType::Replied, to))?;
            }
            Ok(())
        })
    }
}

fn file(folder: &Path, name: &str, prospects: usize, emails: usize) -> Result<Running> {
    Running::new(|options| Ok(options.open(folder.join(name))?), prospects, emails)
}

fn claim_and_forecast(folder: &Path) -> Result {
    let (mut many, mut few) = (file(folder, "many.db", MANY, 1)?, file(folder, "few.db", FEW, 1)?);
    let forecast = vec![Contender::new("forecast of 1,000,000 prospects", || many.forecast())];
    // A second.
    let target = Target { baseline: "forecast of 1,000,000 prospects", at_most: 1.0 };
    compare("forecast, a prospect", (3, MANY), forecast, &[target])?;
    let at_few = format!("claim_due(100) of {FEW} active prospects");
    let contenders =
        vec![Contender::new("claim_due(100) of 1,000,000", || many.claim()), Contender::new(&at_few, || few.claim())];
    let own = Target { baseline: "claim_due(100) of 1,000,000", at_most: 5_000.0 };
    compare("claim in a file", (31, 1), contenders, &[own, Target { baseline: &at_few, at_most: 1.5 }])
}

fn plan() -> Result {
    let mut running = Running::in_memory(PLANNED, 5)?;
    let mut short = Running::in_memory(PLANNED, 3)?;
    let contenders = vec![
        Contender::new("plan of 5 emails, 9 nodes", || running.plan(5 * PLANNED)),
        Contender::new("plan of 3 emails, 5 nodes", || short.plan(3 * PLANNED)),
    ];
    // Two seconds.
    let target = Target { baseline: "plan of 5 emails, 9 nodes", at_most: 20.0 };
    compare("plan of 100,000 prospects, a prospect", (5, PLANNED), contenders, &[target])
}

/// Hours of 09:00 to 17:00 on each day, so that a round may be any day.
fn every_day() -> Result<Schedule> {
    let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let hours = days.map(|day| format!(r#""{day}": [{{ "start": "09:00", "end": "17:00" }}]"#));
    Ok(format!("{{ {} }}", hours.join(", ")).parse()?)
}

/// What hours and gaps of accounts cost. A claim hands out one message of an account that has a gap, so it claims 100
/// from 100 accounts; forecast and plan are of 3 accounts, as above.
fn paced(folder: &Path, prospects: usize) -> Result {
    let file = |name: &str, prospects, senders| {
        Running::with_senders(|options| Ok(options.open(folder.join(name))?), prospects, 1, senders)
    };
    let target = |at_most| [Target { baseline: "without", at_most }];
    let few = (prospects / 10).max(FEW);
    let (mut with, mut without) = (file("100.db", few, (100, true))?, file("100u.db", few, (100, false))?);
    let contenders = vec![
        Contender::new("claim_due(100), 100 paced accounts", || with.claim()),
        Contender::new("without", || without.claim()),
    ];
    compare("claim in a file, hours and gaps", (31, 1), contenders, &target(1.2))?;
    let (mut with, mut without) = (file("3.db", prospects, (3, true))?, file("3u.db", prospects, (3, false))?);
    let name = format!("forecast of {prospects}, 3 paced accounts");
    let contenders = vec![Contender::new(&name, || with.forecast()), Contender::new("without", || without.forecast())];
    compare("forecast, a prospect, hours and gaps", (5, prospects), contenders, &target(1.5))?;
    let in_memory = |senders| Running::with_senders(|options| Ok(options.open_in_memory()?), few, 3, senders);
    let (mut with, mut without) = (in_memory((3, true))?, in_memory((3, false))?);
    let name = format!("plan of {few} × 5 nodes, 3 paced accounts");
    let contenders =
        vec![Contender::new(&name, || with.plan(3 * few)), Contender::new("without", || without.plan(3 * few))];
    compare("plan, a prospect, hours and gaps", (5, few), contenders, &target(1.3))?;
    let (mut many, mut few) = (before_a_weekend(400)?, before_a_weekend(40)?);
    let contenders =
        vec![Contender::new("400 follow-ups", || many.claim_nothing()), Contender::new("40", || few.claim_nothing())];
    let target = [Target { baseline: "40", at_most: 1.5 }];
    compare("claim of nothing before the weekend on which they fall due", (31, 1), contenders, &target)
}

/// A Friday evening, with so many follow-ups that fall due on Saturday, a second apart, from an account that sends from
/// Monday to Friday.
fn before_a_weekend(people: usize) -> Result<Running> {
    let clock = SimulatedHost::new(1, START_MS);
    let mut store = OpenOptions::new(clock.clone()).open_in_memory()?;
    let user = store.create_user(CreateUser::default())?.id;
    let mut me = store.session(user)?;
    let profile = Profile { first_name: Some("Ana".into()), daily_limit: Some(1_000), ..Profile::default() };
    let account = AddAccount::email("ana@example.com").gap_seconds(1, 0);
    let account = me.add_account(AddAccount { profile, ..account })?.id;
    let settings = NewEmail { daily_limit: 500, ..NewEmail::default() };
    let campaign = me.create_campaign(CreateCampaign::new("Weekend", [account], settings))?.campaign.id;
    let mail = || Step::email("Hello", "How are you?").into();
    let nodes = vec![mail(), Step::Delay { days: 3, hours: 0, minutes: 0 }.into(), mail()];
    let nodes = UpdateCampaign { sequence_nodes: Some(nodes), ..UpdateCampaign::default() };
    me.update_campaign(campaign, nodes)?;
    let person = |n: usize| serde_json::json!({ "email": format!("p{n}@example.com") });
    me.add_prospects(campaign, serde_json::json!({ "prospects": (0..people).map(person).collect::<Vec<_>>() }))?;
    me.launch(campaign, None)?;
    for _ in 0..people {
        for task in me.claim_due(ClaimDue::default())?.tasks {
            me.complete(task.id, Outcome::Sent)?;
        }
        clock.advance_ms(1_000);
    }
    clock.advance_ms(2 * DAY_MS + DAY_MS / 3);
    Ok(Running { store, clock, user, campaign, events: 0 })
}

/// Hand-written SQL for the rows of a reply, in a file that an engine made, without any checks.
struct HandWritten {
    running: Running,
    conn: Connection,
    events: u64,
}

impl HandWritten {
    fn new(folder: &Path) -> Result<Self> {
        let running = file(folder, "hand.db", FEW, 2)?;
        let conn = Connection::open(folder.join("hand.db"))?;
        conn.execute_batch(include_str!("workload/settings.sql"))?;
        Ok(Self { running, conn, events: 0 })
    }

    fn events(&mut self) -> Result<Duration> {
        let (_, tasks) = self.running.claimed()?;
        let mut me = self.running.store.session(self.running.user)?;
        for task in &tasks {
            me.complete(task.id, Outcome::Sent)?;
        }
        let (user, campaign) = (*self.running.user.as_bytes(), *self.running.campaign.as_bytes());
        let (conn, events) = (&self.conn, &mut self.events);
        timed(|| {
            for task in tasks {
                *events += 1;
                let prospect = Uuid::from_bytes(*task.prospect.id.as_bytes());
                let id = format!("event-{events}");
                conn.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
                conn.prepare_cached("INSERT INTO recorded_event (user_id, event_id) VALUES (?1, ?2)")?
                    .execute((user, id))?;
                conn.prepare_cached("UPDATE prospect SET status = 'replied', updated_ms = ?2 WHERE id = ?1")?
                    .execute((prospect.as_bytes(), START_MS))?;
                conn.prepare_cached("DELETE FROM progress WHERE prospect_id = ?1")?.execute((prospect.as_bytes(),))?;
                conn.prepare_cached(
                    "UPDATE tally SET sent = sent - 1, replied = replied + 1, replies = replies + 1 WHERE campaign_id = ?1",
                )?
                .execute((campaign,))?;
                conn.prepare_cached(
                    "INSERT INTO event (user_id, number, at_ms, type, subject, part_of)
                     VALUES (?1, 1 + (SELECT max(number) FROM event WHERE user_id = ?1), ?2, 'prospect_replied', ?3, ?4)",
                )?
                .execute(params![user, START_MS, prospect.as_bytes(), campaign])?;
                conn.prepare_cached("COMMIT")?.execute([])?;
            }
            Ok(())
        })
    }
}

fn event(folder: &Path) -> Result {
    let mut running = file(folder, "engine.db", FEW, 2)?;
    let mut by_hand = HandWritten::new(folder)?;
    let contenders = vec![
        Contender::new("record_event", || running.events()),
        Contender::new("hand-written SQL of the same rows", || by_hand.events()),
    ];
    let targets = [Target { baseline: "hand-written SQL of the same rows", at_most: 1.3 }];
    compare("a reply in a file, an event", (21, 100), contenders, &targets)
}

fn rounds(prospects: usize) -> Result {
    let mut planned = Running::in_memory(prospects, 3)?;
    let mut running = Running::in_memory(prospects, 2)?;
    for line in std::io::stdin().lock().lines() {
        let took = match line?.as_str() {
            "claim" => running.claim()?,
            "plan" => planned.plan(3 * prospects)?,
            "forecast" => planned.forecast()?,
            "event" => running.events()?,
            _ => return Err("a line is `claim`, `plan`, `forecast` or `event`".into()),
        };
        println!("{}", took.as_nanos());
    }
    Ok(())
}
