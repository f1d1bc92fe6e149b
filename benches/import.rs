//! What adding 100,000 people to a campaign costs compared with the `sqlite3` shell's import of the same file, and what
//! validating and launching that campaign costs.
//!
//! * Without arguments: everything, as a report for people.
//! * `peak SHAPE ROWS`: imports that many rows, `whole` ones or only addresses (`narrow`), into a new file, and prints
//!   the size of the CSV file and the peak memory of this process, in bytes.
//! * `suppress ROWS`: imports that many addresses and domains from one file into a new database with 1,000 people in a
//!   running campaign, and prints how long that took.
//! * `csv ROWS`: prints the CSV file of that many rows.
//! * `rounds ROWS`: for each line of the input, one of `import`, `validate` or `launch`, does it once in memory with
//!   that many rows, and prints the nanoseconds that it took; so other programs can take turns with it.

mod measure;
mod memory;

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use campaignkit::{
    AddAccount, CampaignId, ColumnTarget, CreateCampaign, CreateUser, Field, ImportCsv, ImportSuppressions, NewEmail,
    Profile, Reading, Step, Store, UpdateCampaign, UserId,
};
use measure::{Contender, Result, Target, compare, figure, timed};
use memory::most_memory;

const ROWS: usize = 100_000;

fn main() -> Result {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => {
            let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
            import(folder.path())?;
            validate()?;
            launch(folder.path())?;
            memory()
        }
        ["peak", "whole", rows] => peak(&csv(rows.parse()?)),
        ["peak", "narrow", rows] => peak(&addresses(rows.parse()?)),
        ["suppress", rows] => suppress(rows.parse()?),
        ["csv", rows] => Ok(std::io::stdout().write_all(csv(rows.parse()?).as_bytes())?),
        ["rounds", rows] => rounds(rows.parse()?),
        _ => Err("import takes no arguments, or `peak ROWS`, `suppress ROWS`, `csv ROWS`, `rounds ROWS`".into()),
    }
}

/// A file as a spreadsheet program saves it: about 110 bytes a row, one cell in ten quoted.
fn csv(rows: usize) -> String {
    let mut text = String::from("Email,First Name,Last Name,Company,Position,LinkedIn URL,Deal Size,Notes\r\n");
    for n in 0..rows {
        // The addresses are in no order, as in real files.
        let scattered = (n as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 24;
        let company =
            if n % 10 == 0 { format!("\"Company, {} & Sons\"", n % 977) } else { format!("Company {}", n % 977) };
        let _ = write!(
            text,
            "p{scattered:x}@company{}.example,First{},Last{n},{company},Head of Sales,https://www.linkedin.com/in/p{scattered:x},{},row {n}\r\n",
            n % 977,
            n % 100,
            n % 50 * 1000
        );
    }
    text
}

/// A file with nothing but addresses.
fn addresses(rows: usize) -> String {
    let mut text = String::from("Email\r\n");
    for n in 0..rows {
        let scattered = (n as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 24;
        let _ = write!(text, "p{scattered:x}@company{}.example\r\n", n % 977);
    }
    text
}

/// Every tenth row is a domain with its subdomains.
fn suppress(rows: usize) -> Result {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let mut draft = Draft::new(Store::open(folder.path().join("suppress.db"))?)?;
    draft.import(csv(1_000).as_bytes())?;
    draft.launch()?;
    let mut file = addresses(rows - rows / 10);
    for n in 0..rows / 10 {
        let _ = write!(file, "*.d{n}.example\r\n");
    }
    let mut me = draft.store.session(draft.user)?;
    let mut added = 0;
    let taken = timed(|| {
        added = me.import_suppressions(file.as_bytes(), ImportSuppressions::default())?.added;
        Ok(())
    })?;
    println!("{added} suppressions from a file of {:.1} MB in {:.2} s", file.len() as f64 / 1e6, taken.as_secs_f64());
    Ok(())
}

/// A database with one draft that has a sequence of two emails and no prospects.
struct Draft {
    store: Store,
    user: UserId,
    campaign: CampaignId,
}

impl Draft {
    fn new(mut store: Store) -> Result<Self> {
        let user = store.create_user(CreateUser::default())?.id;
        let mut me = store.session(user)?;
        let profile = Profile { first_name: Some("Ana".into()), ..Profile::default() };
        let sender = me.add_account(AddAccount { profile, ..AddAccount::email("ana@example.com").unpaced() })?.id;
        let campaign = me.create_campaign(CreateCampaign::new("Import", [sender], NewEmail::default()))?.campaign.id;
        let nodes = vec![
            Step::email("Hello %first_name%", "How is %company%? %custom_fields.Deal Size% %last_name|there%").into(),
            Step::Delay { days: 2, hours: 0, minutes: 0 }.into(),
            Step::reply("Did you see this, %name%? %sender_name%").into(),
        ];
        me.update_campaign(campaign, UpdateCampaign { sequence_nodes: Some(nodes), ..UpdateCampaign::default() })?;
        Ok(Self { store, user, campaign })
    }

    fn import(&mut self, csv: &[u8]) -> Result<Duration> {
        let mut me = self.store.session(self.user)?;
        let preview = me.preview_csv(csv, Reading::default())?;
        assert_eq!(preview.mapping.first(), Some(&ColumnTarget::Field(Field::Email)));
        let request =
            ImportCsv { mapping: preview.mapping, content_hash: preview.content_hash, ..ImportCsv::default() };
        timed(|| {
            let report = me.import_csv(self.campaign, csv, request)?;
            assert_eq!(report.imported, preview.total);
            Ok(())
        })
    }

    fn validate(&mut self) -> Result<Duration> {
        let mut me = self.store.session(self.user)?;
        timed(|| {
            assert!(me.validate(self.campaign)?.ready);
            Ok(())
        })
    }

    fn launch(&mut self) -> Result<Duration> {
        let mut me = self.store.session(self.user)?;
        timed(|| {
            assert!(me.launch(self.campaign, None)?.enrolled > 0);
            Ok(())
        })
    }
}

fn import(folder: &Path) -> Result {
    let csv = csv(ROWS);
    let file = folder.join("people.csv");
    fs::write(&file, &csv)?;
    println!("a CSV file of {ROWS} rows, {:.1} MB", csv.len() as f64 / 1e6);
    let (engine_file, shell_file) = (folder.join("engine.db"), folder.join("shell.db"));
    let contenders = vec![
        Contender::new("import_csv", || {
            remove(&engine_file);
            Draft::new(Store::open(&engine_file)?)?.import(csv.as_bytes())
        }),
        Contender::new("the sqlite3 shell's .import", || {
            remove(&shell_file);
            timed(|| shell_import(&shell_file, &file))
        }),
        Contender::new("import_csv in memory", || Draft::new(Store::open_in_memory()?)?.import(csv.as_bytes())),
    ];
    let targets = [Target { baseline: "the sqlite3 shell's .import", at_most: 3.0 }];
    compare("import into a file, a row", (7, ROWS), contenders, &targets)
}

fn shell_import(database: &Path, csv: &Path) -> Result {
    let mut shell = Command::new("sqlite3").arg(database).stdin(Stdio::piped()).spawn()?;
    let script = format!(
        "CREATE TABLE plain (email TEXT NOT NULL, first_name TEXT, last_name TEXT, company TEXT, position TEXT,
             linkedin_url TEXT, deal_size TEXT, notes TEXT);
         CREATE UNIQUE INDEX plain_by_email ON plain (email);
.import --csv --skip 1 {} plain
",
        csv.display()
    );
    let mut input = shell.stdin.take().ok_or("the shell takes no input")?;
    input.write_all(script.as_bytes())?;
    drop(input);
    if shell.wait()?.success() { Ok(()) } else { Err("the sqlite3 shell failed".into()) }
}

fn remove(database: &Path) {
    for beside in ["", "-wal", "-shm", "-journal"] {
        let _ = fs::remove_file(format!("{}{beside}", database.display()));
    }
}

fn filled(rows: usize) -> Result<Draft> {
    let mut draft = Draft::new(Store::open_in_memory()?)?;
    draft.import(csv(rows).as_bytes())?;
    Ok(draft)
}

fn validate() -> Result {
    let (mut small, mut large) = (filled(ROWS / 10)?, filled(ROWS)?);
    let at_tenth = format!("validate of {} prospects, ten times", ROWS / 10);
    let contenders = vec![
        Contender::new("validate of 100000 prospects", || large.validate()),
        Contender::new(&at_tenth, || (0..10).map(|_| small.validate()).sum()),
    ];
    // 300 ms.
    let own = Target { baseline: "validate of 100000 prospects", at_most: 3.0 };
    compare("validate, a prospect", (15, ROWS), contenders, &[own, Target { baseline: &at_tenth, at_most: 1.2 }])
}

fn launch(folder: &Path) -> Result {
    let csv = csv(ROWS);
    let file = folder.join("launch.db");
    let contenders = vec![Contender::new("launch", || {
        remove(&file);
        let mut draft = Draft::new(Store::open(&file)?)?;
        draft.import(csv.as_bytes())?;
        draft.launch()
    })];
    // A second.
    compare("launch in a file, a prospect", (3, ROWS), contenders, &[Target { baseline: "launch", at_most: 10.0 }])
}

fn peak(csv: &str) -> Result {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let mut draft = Draft::new(Store::open(folder.path().join("peak.db"))?)?;
    draft.import(csv.as_bytes())?;
    println!("{} {}", csv.len(), most_memory()?);
    Ok(())
}

fn memory() -> Result {
    let measured = |shape: &str, rows: usize| -> Result<(f64, f64)> {
        let output = Command::new(std::env::current_exe()?).args(["peak", shape, &rows.to_string()]).output()?;
        let text = String::from_utf8(output.stdout)?;
        let (size, peak) = text.trim().split_once(' ').ok_or("the child said nothing")?;
        Ok((size.parse()?, peak.parse()?))
    };
    println!("memory of an import, the bytes of the file included");
    for (shape, rows) in [("whole", ROWS), ("narrow", 4 * ROWS / 3)] {
        let (small, large) = (measured(shape, rows)?, measured(shape, 3 * rows)?);
        let growth = (large.1 - small.1) / (large.0 - small.0);
        for (size, peak) in [small, large] {
            println!("  {:>5.1} MB for a file of {:.1} MB", peak / 1e6, size / 1e6);
        }
        let name = format!("growth of the memory of an import with its file, {shape} rows");
        figure(&name, &format!("{growth:.2}"), Some(("≤ 2".to_owned(), growth <= 2.0)));
    }
    Ok(())
}

fn rounds(rows: usize) -> Result {
    let csv = csv(rows);
    for line in std::io::stdin().lock().lines() {
        let mut draft = Draft::new(Store::open_in_memory()?)?;
        let imported = draft.import(csv.as_bytes())?;
        let took = match line?.as_str() {
            "import" => imported,
            "validate" => draft.validate()?,
            "launch" => draft.launch()?,
            _ => return Err("a line is `import`, `validate` or `launch`".into()),
        };
        println!("{}", took.as_nanos());
    }
    Ok(())
}
