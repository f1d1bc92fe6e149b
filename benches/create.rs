//! What `create_campaign` costs compared with hand-written SQL for the same rows, and with the limits of the disk.
//!
//! * Without arguments: everything, as a report for people.
//! * `rounds`: for each line of the input, creates that many campaigns in memory and prints the nanoseconds that it
//!   took; so other programs can take turns with it.
//! * `creates FILE COUNT`: creates that many campaigns in a new file.

mod flushes;
mod measure;
#[allow(dead_code, reason = "each benchmark uses its part of it")]
mod workload;

use std::fs::{self, File};
use std::io::{BufRead, Write};
use std::path::Path;

use measure::{Contender, Result, Target, compare, figure, timed};
use workload::{Engine, HandWritten};

fn main() -> Result {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => {
            in_memory()?;
            let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
            durable(folder.path())?;
            flushes(folder.path())?;
            log(folder.path())
        }
        ["rounds"] => rounds(),
        ["creates", file, count] => Engine::file(Path::new(file))?.create(count.parse()?).map(drop),
        _ => Err("create takes no arguments, or `rounds`, or `creates FILE COUNT`".into()),
    }
}

fn in_memory() -> Result {
    let (rounds, pieces) = (100, 200);
    let (mut engine, mut by_hand) = (Engine::in_memory()?, HandWritten::in_memory()?);
    let mut before = HandWritten::in_third_version()?;
    let contenders = vec![
        Contender::new("create_campaign", || engine.create(pieces)),
        Contender::new("hand-written SQL", || by_hand.create(pieces)),
        Contender::new("the same in the third version", || before.create(pieces)),
    ];
    let targets = [Target { baseline: "hand-written SQL", at_most: 1.25 }];
    compare("create in memory", (rounds, pieces), contenders, &targets)
}

fn durable(folder: &Path) -> Result {
    // A round is long enough to include its share of the log's checkpoints.
    let (rounds, pieces) = (30, 150);
    let mut engine = Engine::file(&folder.join("engine.db"))?;
    let mut by_hand = HandWritten::file(&folder.join("by-hand.db"))?;
    let mut raw = File::create(folder.join("raw"))?;
    let contenders = vec![
        Contender::new("create_campaign", || engine.create(pieces)),
        Contender::new("hand-written SQL", || by_hand.create(pieces)),
        Contender::new("append of 4 KiB and fdatasync", || {
            timed(|| {
                for _ in 0..pieces {
                    raw.write_all(&[7; 4096])?;
                    raw.sync_data()?;
                }
                Ok(())
            })
        }),
    ];
    let targets = [Target { baseline: "append of 4 KiB and fdatasync", at_most: 2.5 }];
    compare("durable create", (rounds, pieces), contenders, &targets)
}

/// How many flushes a commit requests from the system, as the system sees it.
fn flushes(folder: &Path) -> Result {
    let creates = 2_000;
    let counted = |name: &str, creates: u32| {
        let (file, creates) = (folder.join(name), creates.to_string());
        flushes::counted(folder, &["creates".as_ref(), file.as_ref(), creates.as_ref()])
    };
    match (counted("none.db", 0)?, counted("many.db", creates)?) {
        (Some(without), Some(with)) => {
            let each = with.saturating_sub(without) as f64 / f64::from(creates);
            figure("flushes per durable create", &format!("{each:.3}"), Some(("≤ 1.1".to_owned(), each <= 1.1)));
        }
        _ => println!("flushes per durable create: not counted, strace is missing"),
    }
    Ok(())
}

/// How much a create adds to the write-ahead log, in small and in larger databases.
fn log(folder: &Path) -> Result {
    let creates = 80; // too few for a checkpoint
    for exist in [0, 10_000, 100_000] {
        let (file, log) = (folder.join(format!("{exist}.db")), folder.join(format!("{exist}.db-wal")));
        let mut engine = Engine::filled(&file, exist)?;
        engine.create(1)?;
        let before = fs::metadata(&log)?.len();
        engine.create(creates)?;
        let kibibytes = (fs::metadata(&log)?.len() - before) as f64 / creates as f64 / 1024.0;
        let target = ("≤ 32 KiB".to_owned(), kibibytes <= 32.0);
        figure(&format!("log per create at {exist} campaigns"), &format!("{kibibytes:.1} KiB"), Some(target));
    }
    Ok(())
}

fn rounds() -> Result {
    let mut engine = Engine::in_memory()?;
    let mut out = std::io::stdout();
    for line in std::io::stdin().lock().lines() {
        writeln!(out, "{}", engine.create(line?.trim().parse()?)?.as_nanos())?;
        out.flush()?;
    }
    Ok(())
}
