//! Any input: random calls on stable Rust, and the fuzz targets on nightly.

use std::fs;
use std::process::Command;

use crate::process::{Result, run, stage};
use crate::setup;
use crate::test::natively;

/// Sequences of 100 calls.
const ROUNDS: &str = "6000";

/// How long each target runs, in seconds, unless `SECONDS` says otherwise.
const SECONDS: &str = "300";

/// One target per folder of seeds.
const SEEDS: &str = "fuzz/seeds";

pub(crate) fn soak() -> Result {
    stage("fuzz, calls", || natively("garbage::calls_with_garbage", ROUNDS))?;
    setup::fuzzer()?;
    let seconds = std::env::var("SECONDS").unwrap_or_else(|_| SECONDS.to_owned());
    let folders = fs::read_dir(SEEDS).map_err(|error| format!("cannot read {SEEDS}: {error}"))?;
    let mut targets: Vec<_> = folders.flatten().map(|entry| entry.file_name()).collect();
    targets.sort();
    for target in targets.iter().map(|target| target.to_string_lossy()) {
        stage(&format!("fuzz, {target}"), || fuzz(&target, &seconds))?;
    }
    Ok(())
}

/// Crashes are in `fuzz/artifacts`; the inputs that it learns stay in `fuzz/corpus`, where the next soak continues.
fn fuzz(target: &str, seconds: &str) -> Result {
    let corpus = format!("fuzz/corpus/{target}");
    fs::create_dir_all(&corpus).map_err(|error| format!("cannot make {corpus}: {error}"))?;
    // Our code has next to no unsafe code, and SQLite's is not instrumented: a sanitizer would only halve the number of
    // inputs.
    let mut command = Command::new("rustup");
    command.args(["run", setup::NIGHTLY, "cargo", "fuzz", "run", "--sanitizer", "none", target]);
    command.args([corpus.as_str(), &format!("{SEEDS}/{target}"), "--", "-dict=fuzz/words.dict", "-timeout=20"]);
    run(command.args([format!("-max_total_time={seconds}"), "-print_final_stats=1".to_owned()]))
}
