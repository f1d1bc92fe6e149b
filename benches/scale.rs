//! How operations grow: each at a size and at ten times that size, and the exponent of the growth; 1 is linear.
//!
//! * Without arguments: every scene, with 100,000 and 1,000,000 people; three quarters of an hour, and 3 GB of disk.
//! * `N`: with N and 10 N people.
//! * `N SCENE…`: only these scenes: `people`, `scattered`, `suppressions`, `campaigns`, `history`, `passed`, `active`.
//! * `open PATH`: opens a database file and brings its tables up to date, then compacts it; prints how long each took, the
//!   log, the peak of memory and the sizes.

#[allow(dead_code, reason = "each benchmark uses its part of it")]
mod measure;
mod memory;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use campaignkit::{
    AddAccount, CampaignId, ClaimDue, CreateCampaign, CreateUser, ImportCsv, NewEmail, OpenOptions, Outcome, PlanQuery,
    ProspectId, Reading, Session, SimulatedHost, Step, Store, UpdateCampaign, UserId,
};
use measure::{Result, figure, timed};
use memory::most_memory;
use serde_json::{Value, json};

/// 2026-04-22T10:00:00Z
const START_MS: i64 = 1_776_852_000_000;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// The exponent that nothing should exceed.
const MOST: f64 = 1.1;

/// What a scene measures at a size.
#[derive(Default)]
struct Figures(Vec<(&'static str, Duration, String)>);

impl Figures {
    fn time<T>(&mut self, name: &'static str, work: impl FnOnce() -> Result<T>) -> Result {
        let took = timed(|| work().map(drop))?;
        self.0.push((name, took, String::new()));
        Ok(())
    }

    /// Adds a remark to the last figure.
    fn remark(&mut self, remark: String) {
        if let Some((.., last)) = self.0.last_mut() {
            *last = remark;
        }
    }
}

type Scene = fn(usize, &Path) -> Result<Figures>;

const SCENES: [(&str, Scene); 7] = [
    ("people", |n, folder| people(n, folder, false)),
    ("scattered", |n, folder| people(n, folder, true)),
    ("suppressions", suppressions),
    ("campaigns", |n, _| campaigns(n * 3 / 10)),
    ("history", |n, _| history(n / 10)),
    ("passed", |n, _| passed(n / 100)),
    ("active", |n, _| active(n / 2_000)),
];

fn main() -> Result {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    if let [word, path] = arguments.as_slice()
        && word == "open"
    {
        return open(Path::new(path));
    }
    let (n, chosen) = match arguments.split_first() {
        None => (100_000, &[][..]),
        Some((n, chosen)) => (n.parse()?, chosen),
    };
    if let Some(unknown) = chosen.iter().find(|name| !SCENES.iter().any(|(known, _)| known == name)) {
        return Err(format!("there is no scene `{unknown}`").into());
    }
    for (scene, run) in SCENES.iter().filter(|(name, _)| chosen.is_empty() || chosen.iter().any(|one| one == name)) {
        println!("{scene}: {n} and {} people", 10 * n);
        let [few, many] = [n, 10 * n].map(|n| {
            let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
            run(n, folder.path())
        });
        for ((name, few, _), (_, many, remark)) in few?.0.into_iter().zip(many?.0) {
            let [few, many] = [few, many].map(|took| took.as_secs_f64() * 1e3);
            let exponent = (many / few).log10();
            println!("  {name:<44}{few:>11.1} ms{many:>12.1} ms   exponent {exponent:>5.2}   {remark}");
            let target = (format!("≤ {MOST}"), exponent <= MOST);
            figure(&format!("{scene}, {name}, exponent of its growth"), &format!("{exponent:.2}"), Some(target));
        }
    }
    Ok(())
}

fn open(path: &Path) -> Result {
    let log = || -> Result<u64> { Ok(log_of(path).metadata().map_or(0, |log| log.len()) >> 20) };
    let (before, memory) = (megabytes(path)?, most_memory()?);
    let mut store = None;
    let took = timed(|| {
        store = Some(Store::open(path)?);
        Ok(())
    })?;
    let mut store = store.ok_or("it is open")?;
    let more = (most_memory()? - memory) >> 20;
    println!("open: {took:.1?}, {more} MB more memory, a file of {before} MB, a log of {} MB", log()?);
    println!("{:?}", store.info()?);
    let took = timed(|| {
        println!("{:?}", store.compact()?);
        Ok(())
    })?;
    println!(
        "compact: {took:.1?}, {} MB more memory, a file of {} MB",
        (most_memory()? - memory) >> 20,
        megabytes(path)?
    );
    Ok(store.close()?)
}

/// A number in no order for each number.
fn scattered(n: usize) -> u64 {
    (n as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 24
}

/// A store, its clock and a user.
struct World {
    store: Store,
    clock: SimulatedHost,
    user: UserId,
}

impl World {
    fn new(open: impl FnOnce(OpenOptions) -> Result<Store>) -> Result<Self> {
        let clock = SimulatedHost::new(1, START_MS);
        let mut store = open(OpenOptions::new(clock.clone()))?;
        let user = store.create_user(CreateUser::default())?.id;
        Ok(Self { store, clock, user })
    }

    fn in_memory() -> Result<Self> {
        Self::new(|options| Ok(options.open_in_memory()?))
    }

    fn file(path: &Path) -> Result<Self> {
        Self::new(|options| Ok(options.open(path)?))
    }

    fn me(&mut self) -> Result<Session<'_>> {
        Ok(self.store.session(self.user)?)
    }

    /// A draft of one email.
    fn draft(&mut self, name: &str, address: &str) -> Result<CampaignId> {
        let mut me = self.me()?;
        let account = match me.list_accounts(json!({ "limit": 200 }))?.accounts.first() {
            Some(account) if address.is_empty() => account.id,
            _ => {
                let limit = json!({ "daily_limit": 100_000 });
                let id = me.add_account(AddAccount::email(format!("ana{address}@example.com")).unpaced())?.id;
                me.update_account(id, limit)?;
                id
            }
        };
        let settings = NewEmail { daily_limit: 500, signature: String::new(), ..NewEmail::default() };
        let campaign = me.create_campaign(CreateCampaign::new(name, [account], settings))?.campaign.id;
        let nodes = vec![Step::email("Hello %first_name%", "How is %company%?").into()];
        me.update_campaign(campaign, UpdateCampaign { sequence_nodes: Some(nodes), ..UpdateCampaign::default() })?;
        Ok(campaign)
    }

    fn add(&mut self, campaign: CampaignId, people: usize, person: impl Fn(usize) -> Value) -> Result {
        let people: Vec<Value> = (0..people).map(person).collect();
        for people in people.chunks(1_000) {
            self.me()?.add_prospects(campaign, json!({ "prospects": people }))?;
        }
        Ok(())
    }
}

fn import(me: &mut Session<'_>, campaign: CampaignId, csv: &str) -> Result {
    let preview = me.preview_csv(csv.as_bytes(), Reading::default())?;
    let request = ImportCsv { mapping: preview.mapping, content_hash: preview.content_hash, ..ImportCsv::default() };
    me.import_csv(campaign, csv.as_bytes(), request)?;
    Ok(())
}

fn csv(people: std::ops::Range<usize>, is_scattered: bool) -> String {
    let mut csv = String::from("Email,First Name,Company\n");
    for n in people {
        let _ = writeln!(csv, "{},First{},Company {}", address(n, is_scattered), n % 100, n % 977);
    }
    csv
}

fn address(n: usize, is_scattered: bool) -> String {
    let local = if is_scattered { format!("{:x}", scattered(n)) } else { format!("{n:07}") };
    format!("p{local}@company{}.example", n % 977)
}

fn found(me: &mut Session<'_>, whom: Value) -> Result<Option<ProspectId>> {
    Ok(me.find_prospects(whom)?.prospects.first().map(|found| found.id))
}

fn log_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    name.into()
}

fn megabytes(path: &Path) -> Result<u64> {
    Ok(path.metadata()?.len() >> 20)
}

/// One campaign of many people, from its import to its deletion.
fn people(n: usize, folder: &Path, is_scattered: bool) -> Result<Figures> {
    let mut figures = Figures::default();
    let path = folder.join("people.db");
    let mut world = World::file(&path)?;
    let campaign = world.draft("People", "")?;
    let file = csv(0..n, is_scattered);
    figures.time("import", || import(&mut world.me()?, campaign, &file))?;
    drop(file);
    // Its log has all of the import; the next commits work with one of their own.
    world.store.close()?;
    world.store = OpenOptions::new(world.clock.clone()).open(&path)?;
    figures.remark(format!("file of {} MB", megabytes(&path)?));
    // In one millisecond, ids of another store need not come after those of the first.
    world.clock.advance_ms(1);
    let more = csv(n..n + 10_000, is_scattered);
    figures.time("import of 10,000 more", || import(&mut world.me()?, campaign, &more))?;
    figures.time("validate", || Ok(world.me()?.validate(campaign)?))?;
    figures.time("plan of the draft", || plan(&mut world.me()?, campaign))?;
    figures.time("launch", || Ok(world.me()?.launch(campaign, None)?))?;
    figures.time("forecast", || Ok(world.me()?.forecast(campaign, PlanQuery::default())?))?;
    let mut me = world.me()?;
    let [first, last] = [0, n + 9_999].map(|n| found(&mut me, json!({ "email": address(n, is_scattered) })));
    let (first, last) = (first?, last?);
    figures.time("explain the first", || explain(&mut world.me()?, first))?;
    figures.time("explain the last", || explain(&mut world.me()?, last))?;
    figures.time("list a page", || Ok(world.me()?.list_prospects(campaign, json!({ "limit": 200 }))?))?;
    let none = json!({ "status": "bounced", "limit": 200 });
    figures.time("list a page of a status that nobody has", || Ok(world.me()?.list_prospects(campaign, none)?))?;
    figures.time("claim 100", || claim(&mut world, 100))?;
    figures.time("claim 100 again", || claim(&mut world, 100))?;
    let World { store, clock, user } = world;
    store.close()?;
    let mut opened = None;
    figures.time("open", || {
        opened = Some(OpenOptions::new(clock.clone()).open(&path)?);
        Ok(())
    })?;
    let mut world = World { store: opened.ok_or("it is open")?, clock, user };
    world.me()?.pause(campaign)?;
    figures.time("deleteCampaign", || Ok(world.me()?.delete_campaign(campaign)?))?;
    figures.remark(format!("log of {} MB", megabytes(&log_of(&path))?));
    Ok(figures)
}

fn plan(me: &mut Session<'_>, campaign: CampaignId) -> Result {
    Ok(me.plan_each(campaign, PlanQuery::default(), |_| std::ops::ControlFlow::Continue(()))?)
}

fn explain(me: &mut Session<'_>, prospect: Option<ProspectId>) -> Result {
    me.explain(prospect.ok_or("there is somebody")?)?;
    Ok(())
}

fn claim(world: &mut World, max: u32) -> Result {
    world.me()?.claim_due(ClaimDue { max: Some(max), ..ClaimDue::default() })?;
    Ok(())
}

/// Addresses that are suppressed, 1,000 in a call and from a file.
fn suppressions(n: usize, folder: &Path) -> Result<Figures> {
    let mut figures = Figures::default();
    let path = folder.join("suppressions.db");
    let mut world = World::file(&path)?;
    figures.time("addSuppressions, 1,000 a call", || {
        let mut me = world.me()?;
        for start in (0..n).step_by(1_000) {
            let address =
                |n| json!({ "type": "email_address", "value": format!("p{:x}@company{}.example", scattered(n), n % 977) });
            let suppressions: Vec<Value> = (start..n.min(start + 1_000)).map(address).collect();
            me.add_suppressions(json!({ "suppressions": suppressions }))?;
        }
        Ok(())
    })?;
    figures.remark(format!("log of {} MB", megabytes(&log_of(&path))?));
    let none = json!({ "type": "email_domain", "limit": 200 });
    figures.time("listSuppressions of a type that has none", || Ok(world.me()?.list_suppressions(none)?))?;
    let mut world = World::file(&folder.join("imported.db"))?;
    let mut file = String::from("Email\n");
    (0..n).try_for_each(|n| writeln!(file, "p{:x}@company{}.example", scattered(n), n % 977))?;
    figures.time("importSuppressions", || {
        world.me()?.import_suppressions(file.as_bytes(), json!({}))?;
        Ok(())
    })?;
    Ok(figures)
}

/// Very many campaigns, in memory.
fn campaigns(n: usize) -> Result<Figures> {
    let mut figures = Figures::default();
    let mut world = World::in_memory()?;
    world.draft("First", "")?;
    let account = world.me()?.list_accounts(json!({}))?.accounts.first().ok_or("an account")?.id;
    figures.time("createCampaign, each", || {
        let mut me = world.me()?;
        (0..n).try_for_each(|n| {
            me.create_campaign(CreateCampaign::new(format!("C{n}"), [account], NewEmail::default()))?;
            Ok(())
        })
    })?;
    let none = json!({ "status": "active", "limit": 200 });
    figures.time("listCampaigns of a status that none has", || Ok(world.me()?.list_campaigns(none)?))?;
    let unused = world.me()?.add_account(AddAccount::email("unused@example.com").unpaced())?.id;
    figures.time("removeAccount that nothing uses", || Ok(world.me()?.remove_account(unused)?))?;
    Ok(figures)
}

/// Messages that were sent, in memory.
fn history(n: usize) -> Result<Figures> {
    let mut figures = Figures::default();
    let mut world = World::in_memory()?;
    let campaign = world.draft("History", "")?;
    world.add(campaign, n, |n| json!({ "email": format!("p{n}@example.com"), "first_name": "A", "company": "B" }))?;
    world.me()?.launch(campaign, None)?;
    let mut sent = 0;
    while sent < n {
        world.clock.advance_ms(DAY_MS);
        let tasks = world.me()?.claim_due(json!({ "max": 1_000 }))?.tasks;
        sent += tasks.len();
        for task in tasks {
            world.me()?.complete(task.id, Outcome::Sent)?;
        }
    }
    let none = json!({ "status": "bounced", "limit": 200 });
    figures.time("listTasks of a status that none has", || Ok(world.me()?.list_tasks(none)?))?;
    figures.time("listTasks", || Ok(world.me()?.list_tasks(json!({ "limit": 200 }))?))?;
    figures.time("listEvents", || Ok(world.me()?.list_events(json!({ "limit": 200 }))?))?;
    figures.time("commits_after(0)", || Ok(world.me()?.commits_after(0)?))?;
    let other = world.store.create_user(CreateUser::default())?.id;
    figures.time("listEvents of a user with none", || {
        world.store.session(other)?.list_events(json!({ "limit": 200 }))?;
        Ok(())
    })?;
    Ok(figures)
}

/// People who are due and suppressed, in memory.
fn passed(n: usize) -> Result<Figures> {
    let mut figures = Figures::default();
    let mut world = World::in_memory()?;
    let campaign = world.draft("Passed", "")?;
    let person = |host: &'static str| move |n| json!({ "email": format!("p{n}@{host}.example"), "first_name": "A", "company": "B" });
    world.add(campaign, n, person("gone"))?;
    world.add(campaign, 200, person("here"))?;
    world.me()?.launch(campaign, None)?;
    let gone = json!({ "suppressions": [{ "type": "email_domain", "value": "gone.example" }] });
    figures.time("addSuppressions of a domain with all of them", || Ok(world.me()?.add_suppressions(gone)?))?;
    figures.time("claim 1, due are suppressed", || claim(&mut world, 1))?;
    figures.time("claim 100, due are suppressed", || claim(&mut world, 100))?;
    Ok(figures)
}

/// Active campaigns of 500 people that share a sender, in memory.
fn active(n: usize) -> Result<Figures> {
    let mut figures = Figures::default();
    let mut world = World::in_memory()?;
    let mut last = None;
    for at in 0..n.max(1) {
        let campaign = world.draft(&format!("Active {at}"), "")?;
        world.add(
            campaign,
            500,
            |n| json!({ "email": format!("p{n}@of{at}.example"), "first_name": "A", "company": "B" }),
        )?;
        world.me()?.launch(campaign, None)?;
        last = Some(campaign);
    }
    let last = last.ok_or("a campaign")?;
    figures.time("claim 1 over many campaigns", || claim(&mut world, 1))?;
    figures.time("claim 100 over many campaigns", || claim(&mut world, 100))?;
    figures.time("forecast of one of many", || Ok(world.me()?.forecast(last, PlanQuery::default())?))?;
    figures.time("plan of one of many", || plan(&mut world.me()?, last))?;
    let first = world.me()?.list_prospects(last, json!({ "limit": 1 }))?.prospects.first().map(|one| one.id);
    figures.time("explain in one of many", || explain(&mut world.me()?, first))?;
    Ok(figures)
}
