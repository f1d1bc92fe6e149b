//! Durable creates by many threads through one `SharedStore`: how many a second, beside those of one thread with a store of
//! its own, and how many flushes of the disk each takes.
//!
//! * Without arguments: the report.
//! * `creates FILE THREADS COUNT`: that many threads create that many campaigns each in a new file.

mod flushes;
#[allow(dead_code, reason = "its rounds have no contenders")]
mod measure;
#[allow(dead_code, reason = "each benchmark uses its part of it")]
mod workload;

use std::path::Path;
use std::time::{Duration, Instant};

use campaignkit::{AccountId, AddAccount, CreateCampaign, CreateUser, NewEmail, SharedStore, Store, UserId};
use measure::{Result, figure};
use workload::{Engine, names};

const THREADS: [u32; 4] = [1, 4, 16, 64];
const ROUNDS: usize = 7;
/// How many campaigns a round creates, whoever does it.
const CREATES: u32 = 640;
/// How many are made while flushes are counted.
const COUNTED: u32 = 3_200;

fn main() -> Result {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => report(),
        ["creates", file, threads, count] => {
            let mut many = Many::new(Path::new(file), threads.parse()?)?;
            many.create(count.parse()?).map(drop)
        }
        _ => Err("batch takes no arguments, or `creates FILE THREADS COUNT`".into()),
    }
}

fn report() -> Result {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let folder = folder.path();
    let mut alone = Engine::file(&folder.join("alone.db"))?;
    let mut many = Vec::new();
    for threads in THREADS {
        many.push(Many::new(&folder.join(format!("{threads}.db")), threads)?);
    }
    let mut rates = vec![Vec::new(); 1 + many.len()];
    for _ in 0..ROUNDS {
        let mut took = vec![alone.create(CREATES as usize)?];
        for many in &mut many {
            took.push(many.create(CREATES / many.threads)?);
        }
        for (rates, took) in rates.iter_mut().zip(took) {
            rates.push(f64::from(CREATES) / took.as_secs_f64());
        }
    }
    let rates: Vec<f64> = rates.into_iter().map(median).collect();
    let (alone, together) = rates.split_first().ok_or("no rates")?;
    println!("durable creates a second, medians of {ROUNDS} rounds of {CREATES}");
    println!("  one thread, a store of its own {alone:>9.0}");
    for (threads, rate) in THREADS.into_iter().zip(together) {
        let ratio = rate / alone;
        println!("  {threads:>2} threads, a shared store     {rate:>9.0}   ratio {ratio:.2}");
        let has_target = threads == 16;
        let name = format!("durable creates at once, {threads} threads");
        figure(
            &format!("{name}, beside one"),
            &format!("{ratio:.2}"),
            has_target.then(|| ("≥ 8".to_owned(), ratio >= 8.0)),
        );
        match flushes_each(folder, threads)? {
            Some(each) => {
                let target = has_target.then(|| ("≤ 0.25".to_owned(), each <= 0.25));
                figure(&format!("{name}, flushes each"), &format!("{each:.3}"), target);
            }
            None => println!("  flushes not counted, strace is missing"),
        }
    }
    Ok(())
}

fn flushes_each(folder: &Path, threads: u32) -> Result<Option<f64>> {
    let counted = |creates: u32| {
        let file = folder.join(format!("counted-{threads}-{creates}.db"));
        let (threads, each) = (threads.to_string(), (creates / threads).to_string());
        flushes::counted(folder, &["creates".as_ref(), file.as_ref(), threads.as_ref(), each.as_ref()])
    };
    let (without, with) = (counted(0)?, counted(COUNTED)?);
    Ok(without.zip(with).map(|(without, with)| with.saturating_sub(without) as f64 / f64::from(COUNTED)))
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates.get(rates.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Threads that create campaigns, each as soon as its last one is stored.
struct Many {
    store: SharedStore,
    user: UserId,
    account: AccountId,
    threads: u32,
    created: u64,
}

impl Many {
    fn new(path: &Path, threads: u32) -> Result<Self> {
        let mut store = Store::open(path)?;
        let user = store.create_user(CreateUser::default())?.id;
        let account = store.session(user)?.add_account(AddAccount::email("ana@example.com").unpaced())?.id;
        Ok(Self { store: store.into_shared(), user, account, threads, created: 0 })
    }

    /// How long it takes until each thread has created that many.
    fn create(&mut self, each: u32) -> Result<Duration> {
        let (user, account) = (self.user, self.account);
        let started = Instant::now();
        let threads: Vec<_> = (0..self.threads)
            .map(|_| {
                let names = names(self.created, each as usize);
                self.created += u64::from(each);
                let store = self.store.clone();
                std::thread::spawn(move || -> campaignkit::Result<()> {
                    for name in names {
                        let request = CreateCampaign::new(name, [account], NewEmail::default());
                        store.session(user, |me| me.create_campaign(request))?;
                    }
                    Ok(())
                })
            })
            .collect();
        for thread in threads {
            thread.join().map_err(|_| "a thread panicked")??;
        }
        Ok(started.elapsed())
    }
}
