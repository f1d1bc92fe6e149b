//! What exporting the people of a launched campaign costs compared with the `sqlite3` shell's CSV of the same table,
//! and how much memory it needs.
//!
//! * With a number: that many people; without arguments: 100,000.
//! * `fill FILE ROWS`: makes the database.
//! * `export FILE`: exports it, and prints the bytes of text, the nanoseconds, and the peak memory of this process.

mod measure;
mod memory;

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use campaignkit::{AddAccount, CreateCampaign, CreateUser, ImportCsv, NewEmail, Reading, Store};
use measure::{Contender, Result, Target, compare, figure, timed};
use memory::most_memory;
use serde_json::json;

fn main() -> Result {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => beside_the_shell(100_000),
        ["fill", file, rows] => fill(Path::new(file), rows.parse()?),
        ["export", file] => export(Path::new(file)),
        [rows] => beside_the_shell(rows.parse()?),
        _ => Err("export takes no arguments, a number, `fill FILE ROWS` or `export FILE`".into()),
    }
}

fn fill(file: &Path, rows: usize) -> Result {
    let mut csv = String::from("Email,First Name,Last Name,Company,Position,LinkedIn URL,Deal Size,Notes\n");
    for n in 0..rows {
        let company = n % 977;
        let _ = writeln!(
            csv,
            "p{n}@company{company}.example,First{n},Last{n},\"Company, {company}\",Head of Sales,linkedin.com/in/p{n},{n},row {n}"
        );
    }
    let mut store = Store::open(file)?;
    let user = store.create_user(CreateUser::default())?.id;
    let mut me = store.session(user)?;
    let sender = me.add_account(AddAccount::email("ana@example.com").unpaced())?.id;
    let campaign = me.create_campaign(CreateCampaign::new("Export", [sender], NewEmail::default()))?.campaign.id;
    let nodes = json!([{ "type": "email", "subject": "Hello", "body": "A text" }]);
    me.update_campaign(campaign, json!({ "sequence_nodes": nodes, "signature": "" }))?;
    let preview = me.preview_csv(csv.as_bytes(), Reading::default())?;
    let request = ImportCsv { mapping: preview.mapping, content_hash: preview.content_hash, ..ImportCsv::default() };
    me.import_csv(campaign, csv.as_bytes(), request)?;
    me.launch(campaign, None)?;
    Ok(store.close()?)
}

fn export(file: &Path) -> Result {
    let mut store = Store::open(file)?;
    let user = store.list_users(json!({}))?.users.first().ok_or("no user")?.id;
    let mut me = store.session(user)?;
    let campaign = me.list_campaigns(json!({}))?.campaigns.first().ok_or("no campaign")?.id;
    let mut bytes = 0;
    let took = timed(|| {
        Ok(me.export_prospects(campaign, None, |piece| {
            bytes += piece.len();
            Ok(())
        })?)
    })?;
    println!("{bytes} {} {}", took.as_nanos(), most_memory()?);
    Ok(())
}

fn beside_the_shell(rows: usize) -> Result {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let file = folder.path().join("people.db");
    let own = |arguments: &[&std::ffi::OsStr]| -> Result<String> {
        let output = Command::new(std::env::current_exe()?).args(arguments).stderr(Stdio::inherit()).output()?;
        Ok(String::from_utf8(output.stdout)?)
    };
    own(&["fill".as_ref(), file.as_os_str(), rows.to_string().as_ref()])?;
    let (mut most, mut size) = (0, 0);
    let contenders = vec![
        Contender::new("export_prospects", || {
            let told = own(&["export".as_ref(), file.as_os_str()])?;
            let numbers: Vec<u64> = told.split_whitespace().filter_map(|number| number.parse().ok()).collect();
            let &[bytes, nanos, memory] = numbers.as_slice() else { return Err("the child said nothing".into()) };
            (most, size) = (memory.max(most), bytes);
            Ok(Duration::from_nanos(nanos))
        }),
        Contender::new("the sqlite3 shell's CSV", || {
            let mut shell = Command::new("sqlite3");
            shell.args(["-csv", "-readonly"]).arg(&file).arg("SELECT * FROM prospect").stdout(Stdio::null());
            timed(|| if shell.status()?.success() { Ok(()) } else { Err("the sqlite3 shell failed".into()) })
        }),
    ];
    let targets = [Target { baseline: "the sqlite3 shell's CSV", at_most: 4.0 }];
    compare("export, a person", (3, rows), contenders, &targets)?;
    let memory = most as f64 / 1e6;
    let name = format!("memory of an export of {:.1} MB", size as f64 / 1e6);
    figure(&name, &format!("{memory:.1} MB"), Some(("≤ 64 MB".to_owned(), memory <= 64.0)));
    Ok(())
}
