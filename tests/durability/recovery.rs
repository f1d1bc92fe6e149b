//! The readable data of a damaged file is recovered as a consistent database, which can replace it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::child;
use crate::child::Dice;
use crate::world::{NOW_MS, World, file_of};
use campaignkit::{Input, OpenOptions, Recovered, RecoveredTable, SimulatedHost};
use rusqlite::Connection;
use serde_json::json;
use tempfile::{TempDir, tempdir};

fn options() -> OpenOptions {
    OpenOptions::new(SimulatedHost::new(5, NOW_MS))
}

/// A file of a database with a history, and its content.
struct Sound {
    directory: TempDir,
    bytes: Vec<u8>,
    dump: String,
}

impl Sound {
    fn new() -> Self {
        let directory = tempdir().unwrap();
        let path = directory.path().join("sound.db");
        let clock = SimulatedHost::new(1, NOW_MS);
        let mut world = World::within(OpenOptions::new(clock.clone()).open(&path).unwrap(), clock);
        world.fill_with_everything();
        // To have free pages with deleted rows, too.
        let gone = world.me().create_list(json!({ "name": "Left" })).unwrap().id;
        let leads: Vec<_> = (0..200).map(|n| json!({ "email": format!("gone{n}@example.com") })).collect();
        world.me().add_leads(gone, json!({ "leads": leads })).unwrap();
        for lead in world.me().list_leads(gone, json!({ "limit": 200 })).unwrap().leads {
            world.me().remove_lead(lead.id).unwrap();
        }
        let dump = world.store.dump().unwrap();
        world.store.close().unwrap();
        let bytes = std::fs::read(&path).unwrap();
        Self { directory, bytes, dump }
    }

    fn pages(&self) -> usize {
        self.bytes.len() / 4096
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// The recovery of these bytes, which stay as they are.
    fn recover(&self, bytes: &[u8]) -> Recovered {
        let path = self.path("damaged.db");
        std::fs::write(&path, bytes).unwrap();
        let mut recovered = options().recover(&path).unwrap();
        assert!(std::fs::read(&path).unwrap() == bytes);
        assert!(!self.path("damaged.db-wal").exists());
        assert_eq!(recovered.store.check_invariants().unwrap(), []);
        recovered
    }

    /// The pages of one table, as SQLite reports them.
    fn pages_of(&self, table: &str) -> Vec<usize> {
        let conn = Connection::open(self.path("sound.db")).unwrap();
        let mut pages = conn.prepare("SELECT pageno FROM dbstat WHERE name = ?1").unwrap();
        pages.query_map([table], |row| Ok(row.get::<_, u32>(0)? as usize)).unwrap().map(Result::unwrap).collect()
    }
}

fn lines(dump: &str) -> BTreeSet<&str> {
    dump.lines().collect()
}

fn table<'r>(recovered: &'r Recovered, name: &str) -> &'r RecoveredTable {
    recovered.report.tables.iter().find(|table| table.table == name).unwrap()
}

#[test]
fn a_sound_file_is_recovered_completely() {
    let sound = Sound::new();
    let mut recovered = sound.recover(&sound.bytes);
    assert!(recovered.report.complete, "{:?}", recovered.report);
    assert!(recovered.store.dump().unwrap() == sound.dump);
    assert!(table(&recovered, "prospect").recovered == 400);
    for table in &recovered.report.tables {
        assert_eq!((table.lost, table.dropped, table.made), (Some(0), 0, 0), "{}", table.table);
    }
}

#[test]
fn what_is_only_in_the_log_is_recovered_as_far_as_it_was_committed() {
    let sound = Sound::new();
    let path = sound.path("logged.db");
    std::fs::write(&path, &sound.bytes).unwrap();
    let mut store = options().open(&path).unwrap();
    let user = store.list_users(Input::NONE).unwrap().users[0].id;
    for number in 0..30 {
        let request = json!({ "type": "email", "email_address": format!("a{number}@example.com") });
        store.session(user).unwrap().add_account(request).unwrap();
    }
    let dump = store.dump().unwrap();
    let log = std::fs::read(sound.path("logged.db-wal")).unwrap();
    assert!(log.len() > 100_000);
    let copy = sound.path("copy.db");
    std::fs::copy(&path, &copy).unwrap();
    std::fs::write(sound.path("copy.db-wal"), &log).unwrap();
    assert!(options().recover(&copy).unwrap().store.dump().unwrap() == dump);

    // Half a transaction at the end does not count.
    std::fs::write(sound.path("copy.db-wal"), &log[..log.len() - 5_000]).unwrap();
    let mut recovered = options().recover(&copy).unwrap();
    assert!(recovered.report.complete);
    assert_ne!(recovered.store.dump().unwrap(), dump);
    std::fs::write(sound.path("copy.db-wal"), [7; 50_000]).unwrap();
    assert!(options().recover(&copy).unwrap().store.dump().unwrap() == sound.dump);
}

#[test]
fn random_damage_costs_what_was_in_it_and_what_belonged_to_that() {
    let sound = Sound::new();
    let seed = child::seed();
    let mut dice = Dice::new(seed);
    for round in 0..48 {
        let mut bytes = sound.bytes.clone();
        for _ in 0..1 + dice.below(4) {
            let page = dice.below(sound.pages() as u64) as usize;
            let range = page * 4096..(page + 1) * 4096;
            match round % 4 {
                0 => bytes[range].fill(0),
                1 => bytes[range].fill_with(|| dice.below(256) as u8),
                2 => {
                    let other = dice.below(sound.pages() as u64) as usize;
                    bytes.copy_within(other * 4096..(other + 1) * 4096, page * 4096);
                }
                _ => bytes.truncate((page + 1) * 4096 - dice.below(4096) as usize),
            }
            if round % 4 == 3 {
                break;
            }
        }
        let mut recovered = sound.recover(&bytes);
        let dump = recovered.store.dump().unwrap();
        let lost: Vec<_> = lines(&sound.dump).difference(&lines(&dump)).map(|line| (*line).to_owned()).collect();
        assert!(lost.is_empty() || !recovered.report.complete, "seed {seed}, round {round}: {}", lost.len());
        assert!(recovered.report.tables.len() > 10);
    }
}

#[test]
fn how_many_events_are_lost_is_not_known_when_the_last_ones_may_be() {
    let sound = Sound::new();
    let last = *sound.pages_of("event").iter().max().unwrap();
    let mut bytes = sound.bytes.clone();
    bytes[(last - 1) * 4096..last * 4096].fill(0);
    let recovered = sound.recover(&bytes);
    assert!(!recovered.report.complete);
    assert_eq!(table(&recovered, "event").lost, None);
}

#[test]
fn each_page_by_itself_costs_no_row_of_a_table_that_it_does_not_concern() {
    let sound = Sound::new();
    let whole = lines(&sound.dump);
    let mut spared = 0;
    for name in ["sqlite_schema", "lead", "suppression", "draft", "prospect_by_id", "lead_by_age", "task_by_account"] {
        for page in sound.pages_of(name) {
            let mut bytes = sound.bytes.clone();
            bytes[(page - 1) * 4096..page * 4096].fill(0xa5);
            let mut recovered = sound.recover(&bytes);
            let dump = recovered.store.dump().unwrap();
            let is_table = ["lead", "suppression", "draft"].contains(&name);
            let lost: Vec<_> = whole.difference(&lines(&dump)).copied().collect();
            spared += usize::from(lost.is_empty());
            if is_table {
                let report = table(&recovered, name);
                assert_eq!(report.dropped, 0, "{name} {page}");
                // A page in the middle of a row's overflow costs the row; an inner page costs nothing.
                let cost = lost.iter().filter(|line| line.starts_with("  ")).count();
                assert!(cost <= 80, "{name} {page}: {cost} rows");
                let campaigns = table(&recovered, "prospect");
                assert_eq!((campaigns.lost, campaigns.dropped), (Some(0), 0));
            } else if name == "sqlite_schema" {
                // If only one table has lost its root, its rows are found, but not how many there were.
                let whole =
                    recovered.report.tables.iter().all(|table| table.dropped == 0 && table.lost.unwrap_or(0) == 0);
                assert!(whole, "{page}: {:?}", recovered.report);
                assert!(table(&recovered, "prospect").recovered == 400 && table(&recovered, "user").recovered == 1);
            } else {
                assert!(recovered.report.complete && lost.is_empty(), "{name} {page}: {:?}", recovered.report);
            }
        }
    }
    assert!(spared > 10, "{spared}");
}

#[test]
fn what_a_lost_page_held_is_counted_by_what_led_to_it() {
    let sound = Sound::new();
    for page in sound.pages_of("lead") {
        let mut bytes = sound.bytes.clone();
        bytes[(page - 1) * 4096..page * 4096].fill(0);
        let recovered = sound.recover(&bytes);
        let lead = table(&recovered, "lead");
        assert_eq!(lead.recovered + lead.lost.unwrap(), 100, "{page}");
        let list = table(&recovered, "list");
        assert_eq!((list.recovered, list.lost), (2, Some(0)));
    }
}

#[test]
fn users_and_accounts_that_others_need_are_made_anew() {
    let sound = Sound::new();
    let mut bytes = sound.bytes.clone();
    for name in ["user", "account", "campaign_sender"] {
        for page in sound.pages_of(name) {
            bytes[(page - 1) * 4096..page * 4096].fill(0);
        }
    }
    let mut recovered = sound.recover(&bytes);
    for (name, made, lost) in [("user", 1, None), ("campaign_sender", 4, None)] {
        let report = table(&recovered, name);
        assert_eq!((report.recovered, report.made, report.lost), (0, made, lost), "{name}");
    }
    assert_eq!(table(&recovered, "account").lost, Some(2));
    assert_eq!(table(&recovered, "prospect").lost, Some(0));
    assert!(!recovered.report.complete);
    let user = recovered.store.list_users(Input::NONE).unwrap().users[0].id;
    let mut me = recovered.store.session(user).unwrap();
    let campaigns = me.list_campaigns(Input::NONE).unwrap().campaigns;
    let mut words: Vec<_> = campaigns.iter().map(|campaign| campaign.status().word()).collect();
    words.sort_unstable();
    assert_eq!(words, ["draft", "paused", "paused", "paused"], "nothing is sent before someone has looked");
    let accounts = me.list_accounts(Input::NONE).unwrap().accounts;
    assert_eq!(serde_json::to_value(&accounts).unwrap()[0]["status"], "disconnected");
    for campaign in campaigns {
        assert!(me.list_prospects(campaign.id, Input::NONE).unwrap().prospects.len() > 40);
        if campaign.status().word() == "paused" {
            me.resume(campaign.id).unwrap();
        }
    }
    assert_eq!(me.claim_due(Input::NONE).unwrap().tasks.len(), 0);
    assert_eq!(recovered.store.check_invariants().unwrap(), []);
}

#[test]
fn a_campaign_that_is_lost_takes_its_prospects_along() {
    let sound = Sound::new();
    let mut bytes = sound.bytes.clone();
    for page in sound.pages_of("campaign") {
        bytes[(page - 1) * 4096..page * 4096].fill(0);
    }
    let recovered = sound.recover(&bytes);
    let (campaign, prospect) = (table(&recovered, "campaign"), table(&recovered, "prospect"));
    assert_eq!((campaign.recovered, campaign.lost), (0, Some(4)));
    assert_eq!((prospect.recovered, prospect.lost, prospect.dropped), (0, Some(0), 400));
    let lead = table(&recovered, "lead");
    assert_eq!((lead.recovered, lead.lost, lead.dropped), (100, Some(0), 0));
    let task = table(&recovered, "task");
    assert!(task.recovered > 50 && task.dropped == 0, "messages that an account sent still count");
}

#[test]
fn a_file_without_its_first_page_is_recovered_by_what_is_left_of_its_schema() {
    let sound = Sound::new();
    for byte in [0, 0xff] {
        let mut bytes = sound.bytes.clone();
        bytes[..4096].fill(byte);
        let mut recovered = sound.recover(&bytes);
        assert!(recovered.report.complete, "{:?}", recovered.report);
        assert!(recovered.store.dump().unwrap() == sound.dump);
    }
    let mut bytes = sound.bytes.clone();
    for page in sound.pages_of("sqlite_schema") {
        bytes[(page - 1) * 4096..page * 4096].fill(0);
    }
    let recovered = sound.recover(&bytes);
    assert!(!recovered.report.complete);
    assert!(recovered.report.tables.iter().all(|table| table.recovered == 0 && table.lost.unwrap_or(0) == 0));
    assert_eq!(table(&recovered, "prospect").lost, None);
}

#[test]
fn rows_that_were_deleted_do_not_come_back() {
    let sound = Sound::new();
    for name in ["lead", "lead_by_email", "event"] {
        for page in sound.pages_of(name) {
            let mut bytes = sound.bytes.clone();
            bytes[(page - 1) * 4096..page * 4096].fill(0);
            assert!(!sound.recover(&bytes).store.dump().unwrap().contains("gone"), "{name} {page}");
        }
    }
}

#[test]
fn one_page_over_another_costs_what_was_there_and_leaves_what_can_be_taken_in() {
    let rounds = std::env::var("ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(40);
    let sound = Sound::new();
    let mut dice = Dice::new(3);
    for _ in 0..rounds {
        let (from, to) = (dice.below(sound.pages() as u64) as usize, 1 + dice.below(sound.pages() as u64 - 1) as usize);
        let mut bytes = sound.bytes.clone();
        bytes.copy_within(from * 4096..(from + 1) * 4096, to * 4096);
        let mut recovered = sound.recover(&bytes);
        let file = file_of(&mut recovered.store);
        let mut taken = options().open_in_memory().unwrap();
        taken.import(&file).unwrap_or_else(|error| panic!("page {from} over {to}: {error:?}"));
        // A repaired database needs no more repairs.
        std::fs::write(sound.path("again.db"), &file).unwrap();
        let again = options().recover(sound.path("again.db")).unwrap();
        assert!(again.report.complete, "page {from} over {to}: {:?}", again.report);
    }
}

#[test]
fn files_of_older_schemas_are_recovered_and_migrated() {
    for version in 1..=3 {
        let directory = tempdir().unwrap();
        let path = directory.path().join("old.db");
        let checked_in = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/databases/v{version}.sqlite"));
        std::fs::copy(&checked_in, &path).unwrap();
        let mut recovered = options().recover(&path).unwrap();
        assert!(recovered.report.complete, "version {version}: {:?}", recovered.report);
        assert!(std::fs::read(&path).unwrap() == std::fs::read(checked_in).unwrap());
        assert_eq!(recovered.store.check_invariants().unwrap(), []);
        assert_eq!(
            recovered.store.dump().unwrap(),
            options().open(&path).unwrap().dump().unwrap(),
            "version {version}"
        );
    }
}

#[test]
fn what_is_no_database_of_ours_is_not_recovered() {
    let directory = tempdir().unwrap();
    let path = |name: &str| directory.path().join(name);
    let conn = Connection::open(path("other.db")).unwrap();
    conn.execute_batch("CREATE TABLE note (text); INSERT INTO note VALUES ('mine')").unwrap();
    assert_eq!(options().recover(path("other.db")).unwrap_err().code(), "foreign_file");
    options().open(path("newer.db")).unwrap().close().unwrap();
    Connection::open(path("newer.db")).unwrap().pragma_update(None, "user_version", 9_000).unwrap();
    assert_eq!(options().recover(path("newer.db")).unwrap_err().code(), "newer_schema");
    assert_eq!(options().recover(path("missing.db")).unwrap_err().code(), "storage_unavailable");
    assert!(!path("missing.db").exists());
    std::fs::write(path("text"), "Dear Ana,").unwrap();
    let recovered = options().recover(path("text")).unwrap();
    assert!(!recovered.report.complete);
}

#[test]
fn whatever_is_damaged_is_replaced() {
    let sound = Sound::new();
    let mut fresh = World::new();
    fresh.create(fresh.email_request(json!({}))).unwrap();
    let (file, dump) = (file_of(&mut fresh.store), fresh.store.dump().unwrap());
    let schema = sound.pages_of("sqlite_schema");
    let damage = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = sound.bytes.clone();
        change(&mut bytes);
        Some(bytes)
    };
    let cases = [
        ("nothing", None),
        ("an empty file", Some(Vec::new())),
        ("a sound one", damage(&|_| {})),
        ("no header", damage(&|bytes| bytes[..100].fill(0))),
        ("no first page", damage(&|bytes| bytes[..4096].fill(0xff))),
        ("another page size", damage(&|bytes| bytes[16..18].copy_from_slice(&[0x20, 0]))),
        ("a smaller page size", damage(&|bytes| bytes[16..18].copy_from_slice(&[2, 0]))),
        (
            "no schema",
            damage(&|bytes| schema.iter().for_each(|page| bytes[(page - 1) * 4096 + 100..page * 4096].fill(0))),
        ),
        ("pages", damage(&|bytes| bytes[8_192..80_000].fill(7))),
        ("cut", damage(&|bytes| bytes.truncate(50_001))),
        ("cut to nearly nothing", damage(&|bytes| bytes.truncate(700))),
        ("text", Some(b"Dear Ana,\n".repeat(10_000))),
    ];
    let log = {
        let path = sound.path("logged.db");
        std::fs::write(&path, &sound.bytes).unwrap();
        let mut store = options().open(&path).unwrap();
        store.create_user(Input::NONE).unwrap();
        std::fs::read(sound.path("logged.db-wal")).unwrap()
    };
    let mut damaged_log = log.clone();
    damaged_log[3_000] ^= 1;
    for exclusive in [false, true] {
        for (index, wal) in
            [None, Some(vec![7; 9_000]), Some(log.clone()), Some(damaged_log.clone())].iter().enumerate()
        {
            for (what, bytes) in &cases {
                let path = sound.path(&format!("{exclusive} {index} {what}"));
                if let Some(bytes) = bytes {
                    std::fs::write(&path, bytes).unwrap();
                }
                if let Some(wal) = wal {
                    std::fs::write(format!("{}-wal", path.display()), wal).unwrap();
                }
                let replaced = options().exclusive(exclusive).replace(&path, &file);
                assert!(replaced.is_ok(), "{what}, log {index}: {replaced:?}");
                let mut store = options().exclusive(exclusive).open(&path).unwrap();
                assert!(store.dump().unwrap() == dump, "{what}, log {index}");
                store.close().unwrap();
                let bytes = std::fs::read(&path).unwrap();
                assert_eq!(bytes[16..20], [0x10, 0, 2, 2], "{what}, log {index}");
                assert_eq!(bytes.len(), file.len(), "{what}, log {index}");
            }
        }
    }
}

#[test]
fn what_is_another_programs_or_newer_is_not_replaced() {
    let file = file_of(&mut World::new().store);
    let directory = tempdir().unwrap();
    for (code, script) in [
        ("foreign_file", "CREATE TABLE note (text); INSERT INTO note VALUES ('mine')"),
        ("foreign_file", "PRAGMA application_id = 7; CREATE TABLE note (text)"),
        ("newer_schema", "PRAGMA application_id = 0x434b6974; PRAGMA user_version = 9000; CREATE TABLE note (text)"),
    ] {
        for mode in ["DELETE", "WAL"] {
            let path = directory.path().join(format!("{code} {mode} {}", script.len()));
            let conn = Connection::open(&path).unwrap();
            conn.execute_batch(&format!("PRAGMA journal_mode = {mode}; {script}")).unwrap();
            conn.close().unwrap();
            let before = std::fs::read(&path).unwrap();
            assert_eq!(options().replace(&path, &file).unwrap_err().code(), code);
            assert!(std::fs::read(&path).unwrap() == before);
            // A damaged file of another program is still foreign.
            let mut damaged = before.clone();
            damaged[100..200].fill(0xee);
            std::fs::write(&path, &damaged).unwrap();
            if script.contains("= 7") {
                assert_eq!(options().replace(&path, &file).unwrap_err().code(), code);
                assert!(std::fs::read(&path).unwrap() == damaged);
            }
        }
    }
}

#[test]
fn a_file_that_is_not_to_be_taken_replaces_nothing() {
    let sound = Sound::new();
    let path = sound.path("target.db");
    for (code, file) in [("foreign_file", b"text".to_vec()), ("corrupt", sound.bytes[..90_112].to_vec())] {
        std::fs::write(&path, &sound.bytes).unwrap();
        assert_eq!(options().replace(&path, &file).unwrap_err().code(), code);
        assert!(std::fs::read(&path).unwrap() == sound.bytes);
    }
}

#[test]
fn a_damaged_database_says_so_and_is_recovered_and_replaced() {
    let sound = Sound::new();
    let path = sound.path("journey.db");
    let mut bytes = sound.bytes.clone();
    for page in sound.pages_of("prospect_by_id") {
        bytes[(page - 1) * 4096..page * 4096].fill(0);
    }
    std::fs::write(&path, &bytes).unwrap();
    let mut store = options().open(&path).unwrap();
    let user = store.list_users(Input::NONE).unwrap().users[0].id;
    let mut me = store.session(user).unwrap();
    let campaign = me.list_campaigns(Input::NONE).unwrap().campaigns[0].id;
    let prospect = me.list_prospects(campaign, Input::NONE).unwrap().prospects[0].id;
    let error = me.prospect(prospect).unwrap_err();
    assert_eq!((error.code(), error.status()), ("corrupt", 500));
    assert_eq!(serde_json::to_value(&error).unwrap()["kind"], "internal");
    drop(store);

    let mut recovered = options().recover(&path).unwrap();
    assert!(recovered.report.complete);
    options().replace(&path, &file_of(&mut recovered.store)).unwrap();
    let mut store = options().open(&path).unwrap();
    assert!(store.dump().unwrap() == sound.dump);
    assert!(store.session(user).unwrap().prospect(prospect).is_ok());
}
