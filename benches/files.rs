//! Whether time and memory grow in proportion to the size of a file at most, for files of every kind.
//!
//! Arguments: the largest size in MiB, 64 by default, then words; a kind is measured if its name contains one of them.

#[path = "../tests/kinds/mod.rs"]
mod kinds;
#[allow(dead_code, reason = "each benchmark uses its part of it")]
mod measure;
mod memory;

use std::fs;
use std::path::Path;
use std::process::Command;

use campaignkit::{AddAccount, ColumnTarget, CreateCampaign, CreateUser, Field, ImportCsv, NewEmail, Reading, Store};
use kinds::{Kind, ODD, USUAL};
use measure::{Result, figure};
use memory::most_memory;

const MIB: usize = 1 << 20;
const LARGEST: usize = 64;

/// How many times as long a file of twice the size may take.
const GROWTH_MOST: f64 = 2.4;

/// Below this time, caches matter more than the work.
const LEAST_MS: f64 = 20.;

/// What the process may use besides four times the file.
const BESIDE: usize = 32 * MIB;

fn main() -> Result {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["child", file, encoding] => child(Path::new(file), encoding),
        [] => all(LARGEST, &[]),
        [largest, words @ ..] => all(largest.parse()?, words),
    }
}

fn all(largest: usize, words: &[&str]) -> Result {
    println!(
        "processor time for the largest file, up to {largest} MiB; its most growth for twice the size from {LEAST_MS} ms on (bound {GROWTH_MOST});"
    );
    println!("and the most memory of the process: what is beyond 32 MiB as a multiple of the file (bound 4)");
    println!("  {:<40}{:>9}{:>8}{:>9}{:>8}{:>9}{:>8}", "", "preview", "growth", "import", "growth", "people", "memory");
    for kind in USUAL.iter().chain(&ODD) {
        if words.is_empty() || words.iter().any(|word| kind.name.contains(word)) {
            measure_kind(kind, largest)?;
        }
    }
    Ok(())
}

/// What one process took for one file.
#[derive(Clone, Copy)]
struct Taken {
    size: usize,
    preview_ms: f64,
    /// Zero if the file cannot be read.
    import_ms: f64,
    /// How many people were imported.
    people: usize,
    peak: usize,
}

fn measure_kind(kind: &Kind, largest: usize) -> Result {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let file = folder.path().join("people.csv");
    let mut taken: Vec<Taken> = Vec::new();
    let mut size = 1;
    while size <= largest {
        fs::write(&file, kind.file(size * MIB))?;
        let mut best = run(&file, kind.encoding)?;
        for _ in 1..if size <= 16 { 3 } else { 1 } {
            let again = run(&file, kind.encoding)?;
            best.preview_ms = best.preview_ms.min(again.preview_ms);
            best.import_ms = best.import_ms.min(again.import_ms);
            best.peak = best.peak.max(again.peak);
        }
        // A kind may have a smallest and a largest size.
        if taken.last().is_none_or(|before| before.size < best.size) {
            taken.push(best);
        }
        size *= 2;
    }
    let growth = |time: fn(&Taken) -> f64| {
        let pairs = taken.iter().zip(taken.iter().skip(1)).filter(|(before, _)| time(before) >= LEAST_MS);
        // Scaled to twice the size, where it is not exactly that.
        let of_pair = |(before, after): (&Taken, &Taken)| {
            let doublings = (after.size as f64 / before.size as f64).log2();
            (time(after).max(1.) / time(before).max(1.)).powf(1. / doublings)
        };
        pairs.map(of_pair).fold(0., f64::max)
    };
    let memory =
        taken.iter().map(|taken| taken.peak.saturating_sub(BESIDE) as f64 / taken.size as f64).fold(0., f64::max);
    let growths = [growth(|taken| taken.preview_ms), growth(|taken| taken.import_ms)];
    let last = taken.last().copied().ok_or("nothing was measured")?;
    println!(
        "  {:<40}{:>6.0} ms{:>8.2}{:>6.0} ms{:>8.2}{:>9}{:>8.2}",
        kind.name, last.preview_ms, growths[0], last.import_ms, growths[1], last.people, memory
    );
    let most = growths[0].max(growths[1]);
    let target = (format!("≤ {GROWTH_MOST}"), most <= GROWTH_MOST);
    figure(&format!("{}, growth of the time for twice the size", kind.name), &format!("{most:.2}"), Some(target));
    let target = ("≤ 4".to_owned(), memory <= 4.);
    figure(&format!("{}, memory as a multiple of the file", kind.name), &format!("{memory:.2}"), Some(target));
    Ok(())
}

fn run(file: &Path, encoding: Option<&str>) -> Result<Taken> {
    let output = Command::new(std::env::current_exe()?).arg("child").arg(file).arg(encoding.unwrap_or("")).output()?;
    let text = String::from_utf8(output.stdout)?;
    let figures: Vec<usize> = text.split_whitespace().map(str::parse).collect::<std::result::Result<_, _>>()?;
    let [size, preview, import, people, peak] = figures.as_slice() else {
        return Err(format!("the child failed: {}", String::from_utf8_lossy(&output.stderr)).into());
    };
    Ok(Taken {
        size: *size,
        preview_ms: *preview as f64 / 1e6,
        import_ms: *import as f64 / 1e6,
        people: *people,
        peak: *peak,
    })
}

/// Previews a file and imports it into a database in a file.
fn child(file: &Path, encoding: &str) -> Result {
    let bytes = fs::read(file)?;
    let database = file.with_extension("db");
    let mut store = Store::open(&database)?;
    let user = store.create_user(CreateUser::default())?.id;
    let mut me = store.session(user)?;
    let sender = me.add_account(AddAccount::email("ana@example.com").unpaced())?.id;
    let campaign = me.create_campaign(CreateCampaign::new("Import", [sender], NewEmail::default()))?.campaign.id;
    let encoding = Some(encoding).filter(|encoding| !encoding.is_empty()).map(str::to_owned);
    let reading = Reading { encoding, ..Reading::default() };
    let start = processor_ns()?;
    let previewed = me.preview_csv(&bytes, reading.clone());
    let preview = processor_ns()? - start;
    let (mut import, mut people) = (0, 0);
    if let Ok(previewed) = previewed {
        let mut mapping = previewed.mapping;
        if !mapping.contains(&ColumnTarget::Field(Field::Email)) {
            mapping.splice(..1, [ColumnTarget::Field(Field::Email)]);
        }
        let request = ImportCsv { mapping, content_hash: previewed.content_hash, reading, ..ImportCsv::default() };
        let start = processor_ns()?;
        people = me.import_csv(campaign, &bytes, request)?.imported;
        import = processor_ns()? - start;
    }
    println!("{} {preview} {import} {people} {}", bytes.len(), most_memory()?);
    drop(store);
    for beside in ["", "-wal", "-shm"] {
        let _ = fs::remove_file(format!("{}{beside}", database.display()));
    }
    Ok(())
}

/// How long this thread ran on a processor; time spent waiting does not count.
fn processor_ns() -> Result<u64> {
    let text = fs::read_to_string("/proc/self/schedstat")?;
    Ok(text.split_whitespace().next().ok_or("the system does not tell")?.parse()?)
}
