//! Files that mean harm, and damaged ones: none of them hangs, aborts or passes, whether it is opened, taken in or recovered.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::child;
use crate::child::Dice;
use crate::world::{NOW_MS, World, file_of, shape};
use campaignkit::{AccountId, CampaignId, Error, ListId, OpenOptions, ProspectId, SimulatedHost, Store, UserId};
use rusqlite::Connection;
use serde::Serialize;
use serde_json::{Value, json};
use tempfile::tempdir;

/// Far more than anything here takes: what hangs fails instead.
const PATIENCE: Duration = Duration::from_secs(120);

/// What may be said of a file that means harm.
const REFUSALS: [&str; 5] = ["foreign_file", "corrupt", "newer_schema", "storage_unavailable", "storage_full"];

fn options() -> OpenOptions {
    OpenOptions::new(SimulatedHost::new(5, NOW_MS))
}

/// Does something in a thread of its own, and fails if that does not end.
fn within_reason<T: Send + 'static>(what: &str, work: impl FnOnce() -> T + Send + 'static) -> T {
    let (sender, receiver) = channel();
    std::thread::spawn(move || sender.send(work()));
    receiver.recv_timeout(PATIENCE).unwrap_or_else(|error| panic!("{what}: {error}"))
}

/// A file of a database in which something happened, of one user.
fn sound() -> Vec<u8> {
    let mut world = World::new();
    world.campaign("email", "active");
    world.campaign("linkedin", "active");
    world.campaign("email", "draft");
    for task in world.me().claim_due(json!({})).unwrap().tasks {
        world.me().complete(task.id, json!({ "outcome": "sent" })).unwrap();
    }
    file_of(&mut world.store)
}

/// The file after another program wrote this into it.
fn after(file: &[u8], script: &str) -> Vec<u8> {
    let directory = tempdir().unwrap();
    let path = directory.path().join("changed.db");
    std::fs::write(&path, file).unwrap();
    let conn = Connection::open(&path).unwrap();
    conn.execute_batch("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON").unwrap();
    conn.execute_batch(script).unwrap_or_else(|error| panic!("{script}: {error}"));
    conn.close().unwrap();
    std::fs::read(path).unwrap()
}

/// The schema with one text in place of another.
fn schema(from: &str, to: &str) -> String {
    let quoted = |text: &str| text.replace('\'', "''");
    format!(
        "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, '{}', '{}'); PRAGMA writable_schema = RESET",
        quoted(from),
        quoted(to)
    )
}

const ENDLESS: &str = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)";

/// What another program can do to the schema, each of which makes the file foreign.
fn schemas() -> Vec<String> {
    let mut scripts = vec![
        "CREATE TABLE note (text TEXT)".to_owned(),
        "CREATE TABLE sqlitex_note (text TEXT)".to_owned(),
        "CREATE VIEW note AS SELECT * FROM user".to_owned(),
        "CREATE INDEX note ON account (status)".to_owned(),
        "CREATE UNIQUE INDEX note ON account (status, id)".to_owned(),
        "CREATE INDEX note ON campaign (length(zeroblob(100000000)))".to_owned(),
        "DROP INDEX campaign_by_name".to_owned(),
        "DROP INDEX prospect_by_identity".to_owned(),
        "DROP INDEX account_by_identity; CREATE INDEX account_by_identity ON account (user_id, type, identity)"
            .to_owned(),
        "DROP TABLE draft".to_owned(),
        "DROP TABLE event_before".to_owned(),
        "ALTER TABLE user ADD COLUMN note TEXT".to_owned(),
        "ALTER TABLE account RENAME COLUMN company TO firm".to_owned(),
        "ALTER TABLE list RENAME TO lists".to_owned(),
        "ANALYZE".to_owned(),
        "CREATE TRIGGER t AFTER UPDATE ON campaign BEGIN UPDATE account SET address = 'eve@example.com'; END"
            .to_owned(),
        "CREATE TRIGGER t BEFORE INSERT ON event BEGIN DELETE FROM user; END".to_owned(),
        format!(
            "CREATE TRIGGER t AFTER INSERT ON event BEGIN INSERT INTO list SELECT * FROM list WHERE 0 < ({ENDLESS} SELECT max(x) FROM n); END"
        ),
        "CREATE TRIGGER t AFTER DELETE ON task BEGIN SELECT RAISE(ABORT, 'no'); END".to_owned(),
        "PRAGMA user_version = 1".to_owned(),
        "PRAGMA user_version = 3".to_owned(),
        "PRAGMA user_version = -1".to_owned(),
        "PRAGMA application_id = 0".to_owned(),
        "UPDATE refinery_schema_history SET checksum = '1'".to_owned(),
        "DELETE FROM refinery_schema_history".to_owned(),
        "INSERT INTO refinery_schema_history VALUES (9, 'later', '2026-04-22T10:00:00Z', '1')".to_owned(),
        schema("daily_limit > 0", "daily_limit > 0 OR length(zeroblob(900000000)) > 1"),
        schema("CHECK (revision >= 1)", ""),
        schema("REFERENCES user (id)", ""),
        schema("time_zone  TEXT    NOT NULL", "time_zone  TEXT"),
        schema(") STRICT, WITHOUT ROWID", ") WITHOUT ROWID"),
        schema("display_name            TEXT", "display_name TEXT COLLATE NOCASE"),
        schema("ON DELETE CASCADE", ""),
        schema("is_unresolved      INTEGER NOT NULL", "is_unresolved INTEGER NOT NULL DEFAULT 1"),
    ];
    for pragma in [
        "application_id",
        "user_version",
        "integrity_check",
        "foreign_key_check",
        "page_count",
        "page_size",
        "auto_vacuum",
        "table_list",
        "table_info",
        "index_list",
    ] {
        scripts.push(format!("CREATE VIEW pragma_{pragma} AS {ENDLESS} SELECT x AS {pragma} FROM n"));
    }
    scripts.push(format!("CREATE VIEW sqlitex_dbpage AS {ENDLESS} SELECT x AS data FROM n"));
    scripts
}

/// Bytes that lie about the file that they are the header of.
fn headers(file: &[u8]) -> Vec<(String, Vec<u8>)> {
    let with = |at: usize, bytes: &[u8]| {
        let mut lying = file.to_vec();
        lying[at..at + bytes.len()].copy_from_slice(bytes);
        (format!("{bytes:?} at {at}"), lying)
    };
    vec![
        with(16, &[2, 0]),
        with(16, &[0, 1]),
        with(16, &[0, 3]),
        with(16, &[0xff, 0xff]),
        with(18, &[9, 9]),
        with(20, &[0xff]),
        with(21, &[1, 1, 1]),
        with(28, &[0xff, 0xff, 0xff, 0xff]),
        with(28, &[0, 0, 0, 1]),
        with(32, &[0, 0, 0, 2, 0xff, 0xff, 0xff, 0xff]),
        with(32, &[0xff, 0xff, 0xff, 0xfe, 0, 0, 0, 7]),
        with(44, &[0, 0, 0, 99]),
        with(52, &[0, 0, 0, 9]),
        with(56, &[0, 0, 0, 2]),
        with(56, &[0, 0, 0, 3]),
        with(60, &[0x7f, 0xff, 0xff, 0xff]),
        with(100, &[2]),
        with(100, &[5]),
        with(103, &[0xff, 0xff]),
        with(105, &[0, 0]),
    ]
}

/// Trees that lead to themselves, to one another or to nowhere.
fn trees(file: &[u8]) -> Vec<(String, Vec<u8>)> {
    let pages = file.len() / 4096;
    let mut files = Vec::new();
    for to in 2..pages.min(8) {
        let mut same = file.to_vec();
        let (first, rest) = same.split_at_mut(4096 * to);
        rest[..4096].copy_from_slice(&first[4096 * (to - 1)..4096 * to]);
        files.push((format!("page {} over page {}", to, to + 1), same));
    }
    for page in 2..pages.min(12) {
        // An inner page all of whose children are one page.
        for child in [page as u32 + 1, 1, u32::MAX] {
            let mut inner = file.to_vec();
            let body = &mut inner[4096 * page..4096 * (page + 1)];
            body.fill(0);
            body[0] = if page % 2 == 0 { 5 } else { 2 };
            body[3..5].copy_from_slice(&400_u16.to_be_bytes());
            body[5..7].copy_from_slice(&2_000_u16.to_be_bytes());
            body[8..12].copy_from_slice(&child.to_be_bytes());
            for cell in 0..400 {
                let at = 12 + 2 * cell;
                body[at..at + 2].copy_from_slice(&3_000_u16.to_be_bytes());
            }
            body[3_000..3_004].copy_from_slice(&child.to_be_bytes());
            body[3_004] = 5;
            files.push((format!("page {} with {child} for each child", page + 1), inner));
        }
    }
    for page in 1..pages.min(24) {
        // A leaf with as many cells as fit, all the same, each with a payload without end.
        let mut leaf = file.to_vec();
        let body = &mut leaf[4096 * page..4096 * (page + 1)];
        body[0] = if body[0] == 13 || body[0] == 5 { 13 } else { 10 };
        body[3..5].copy_from_slice(&1_500_u16.to_be_bytes());
        for cell in 0..1_500 {
            let at = 8 + 2 * cell;
            body[at..at + 2].copy_from_slice(&3_100_u16.to_be_bytes());
        }
        body[3_100..3_109].fill(0xff);
        files.push((format!("page {} with cells without end", page + 1), leaf));
    }
    files
}

/// A write-ahead log with right checksums, of one frame that says this of itself.
fn log(page_size: u32, number: u32, pages: u32, page: &[u8]) -> Vec<u8> {
    fn sum(bytes: &[u8], (mut one, mut two): (u32, u32)) -> (u32, u32) {
        for pair in bytes.chunks_exact(8) {
            one = one.wrapping_add(u32::from_be_bytes(pair[..4].try_into().unwrap())).wrapping_add(two);
            two = two.wrapping_add(u32::from_be_bytes(pair[4..].try_into().unwrap())).wrapping_add(one);
        }
        (one, two)
    }
    let words = |words: &[u32]| words.iter().flat_map(|word| word.to_be_bytes()).collect::<Vec<u8>>();
    let mut log = words(&[0x377f_0683, 3_007_000, page_size, 0, 1, 2]);
    let of_header = sum(&log, (0, 0));
    log.extend(words(&[of_header.0, of_header.1]));
    let head = words(&[number, pages]);
    let of_frame = sum(page, sum(&head, of_header));
    log.extend(head);
    log.extend(words(&[1, 2, of_frame.0, of_frame.1]));
    log.extend(page);
    log
}

fn logs(file: &[u8]) -> Vec<(String, Vec<u8>)> {
    let first = &file[..4096];
    let mut logs = vec![("a log of nothing else".to_owned(), vec![0xff; 9_000])];
    for (page_size, number, pages) in [
        (4096, 1, u32::MAX - 1),
        (4096, u32::MAX - 1, u32::MAX - 1),
        (4096, u32::MAX, 1),
        (4096, 2, 1),
        (4096, 1, 1),
        (4096, 0, 5),
        (4096, 1_000_000, 3),
    ] {
        logs.push((format!("{number} of {pages}"), log(page_size, number, pages, first)));
    }
    logs.push(("pages of 64 KiB".to_owned(), log(65_536, 3, u32::MAX - 1, &[7; 65_536])));
    logs.push(("pages of 512 bytes".to_owned(), log(512, 3, u32::MAX - 1, &[7; 512])));
    logs
}

/// Opens, takes in and recovers a file, and answers with what was said of it, each time.
fn tried(what: &str, file: &[u8], log: Option<&[u8]>) -> [Option<&'static str>; 3] {
    let directory = tempdir().unwrap();
    let path = |name: &str| directory.path().join(name);
    let put = |name: &str| -> PathBuf {
        std::fs::write(path(name), file).unwrap();
        if let Some(log) = log {
            std::fs::write(path(&format!("{name}-wal")), log).unwrap();
        }
        path(name)
    };
    let said = |result: Result<(), Error>| result.err().map(|error| error.code());
    let opened = put("opened.db");
    let opened = within_reason(what, move || options().open(opened).and_then(use_it));
    let bytes = file.to_vec();
    let taken = within_reason(what, move || {
        let mut world = World::new();
        world.campaign("email", "active");
        let before = world.store.dump().unwrap();
        let taken = world.store.import(&bytes).map(drop);
        assert!(taken.is_ok() || world.store.dump().unwrap() == before);
        assert_eq!(world.store.check_invariants().unwrap(), []);
        taken
    });
    let recovered = put("recovered.db");
    let recovered = within_reason(what, move || {
        options().recover(recovered).map(|mut recovered| {
            assert_eq!(recovered.store.check_invariants().unwrap(), []);
            let mut copy = options().open_in_memory().unwrap();
            copy.import(&file_of(&mut recovered.store)).unwrap();
        })
    });
    let said = [said(opened), said(taken), said(recovered)];
    for code in said.iter().flatten() {
        assert!(REFUSALS.contains(code), "{what}: {code}");
    }
    said
}

/// Does what every user does: a database that opens may be damaged all the same.
fn use_it(mut store: Store) -> Result<(), Error> {
    let users = store.list_users(json!({}))?.users;
    for user in users {
        let mut me = store.session(user.id)?;
        for campaign in me.list_campaigns(json!({}))?.campaigns {
            me.list_prospects(campaign.id, json!({}))?;
            me.forecast(campaign.id, json!({}))?;
        }
        me.claim_due(json!({}))?;
    }
    store.close()
}

#[test]
fn a_schema_that_is_not_ours_is_foreign_wherever_it_comes_in() {
    let file = sound();
    assert_eq!(tried("sound", &file, None), [None; 3]);
    for script in schemas() {
        let [opened, taken, recovered] = tried(&script, &after(&file, &script), None);
        assert_eq!([opened, taken], [Some("foreign_file"); 2], "{script}");
        // What another program added to a file of ours is left behind.
        assert!(recovered.is_none() || !script.starts_with("ANALYZE"), "{script}: {recovered:?}");
    }
}

#[test]
fn a_database_that_a_trigger_lies_in_is_not_opened_and_nothing_of_it_runs() {
    let directory = tempdir().unwrap();
    let path = directory.path().join("campaigns.db");
    let file = after(
        &sound(),
        "CREATE TRIGGER t AFTER UPDATE ON campaign BEGIN UPDATE account SET address = 'eve@example.com'; END",
    );
    std::fs::write(&path, &file).unwrap();
    assert_eq!(options().open(&path).unwrap_err().code(), "foreign_file");
    assert!(std::fs::read(&path).unwrap() == file, "its bytes are untouched");
}

#[test]
fn files_of_older_versions_are_looked_at_before_they_are_migrated() {
    for version in 1..=3 {
        let old = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/databases/v{version}.sqlite"));
        let old = std::fs::read(old).unwrap();
        assert_eq!(tried("old", &old, None)[1..], [None; 2]);
        for script in [
            "CREATE TABLE note (text)",
            "DROP INDEX campaign_by_name",
            "CREATE VIEW pragma_user_version AS SELECT 4 AS user_version",
        ] {
            let [opened, taken, _] = tried(script, &after(&old, script), None);
            assert_eq!([opened, taken], [Some("foreign_file"); 2], "{version}: {script}");
        }
    }
}

#[test]
fn headers_and_trees_that_lie_neither_hang_nor_end_anything() {
    let file = sound();
    for (what, lying) in headers(&file).into_iter().chain(trees(&file)) {
        tried(&what, &lying, None);
    }
    let mut dice = Dice::new(7);
    for round in 0..60 {
        let mut bent = file.clone();
        for _ in 0..1 + dice.below(40) {
            let at = dice.below(bent.len() as u64) as usize;
            bent[at] = dice.below(256) as u8;
        }
        tried(&format!("bent, round {round}"), &bent, None);
    }
    for length in [0, 1, 15, 16, 99, 100, 512, 4095, 4096, 4097, 8192, file.len() - 1] {
        tried(&format!("{length} bytes"), &file[..length], None);
    }
}

#[test]
fn an_index_of_no_rows_that_is_none_is_damage() {
    let file = sound();
    let directory = tempdir().unwrap();
    let path = directory.path().join("sound.db");
    std::fs::write(&path, &file).unwrap();
    let conn = Connection::open(&path).unwrap();
    let roots = "SELECT rootpage FROM sqlite_schema WHERE type = 'index' AND tbl_name IN ('list', 'lead')";
    let mut roots = conn.prepare(roots).unwrap();
    let roots: Vec<u32> = roots.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    assert!(roots.len() > 3);
    for root in roots.into_iter().map(|root| root as usize) {
        let mut bent = file.clone();
        let (leaf_of_an_index, leaf_of_a_table) = (10, 13);
        assert_eq!(bent[4096 * (root - 1)], leaf_of_an_index, "the table is empty");
        bent[4096 * (root - 1)] = leaf_of_a_table;
        let mut store = options().open_in_memory().unwrap();
        let error = store.import(&bent).unwrap_err();
        assert!(matches!(error.code(), "corrupt" | "promises_broken"), "page {root}: {error:?}");
    }
}

#[test]
fn a_log_that_lies_about_how_many_pages_there_are_is_not_believed() {
    let file = sound();
    for (what, log) in logs(&file) {
        tried(&what, &file, Some(&log));
        tried(&what, &[], Some(&log));
    }
}

/// A database with what lies beside it, and what is answered of it.
struct Whole {
    name: &'static str,
    file: Vec<u8>,
    /// The end of the name of its log or journal, and the bytes.
    beside: Option<(&'static str, Vec<u8>)>,
    reads: Reads,
    answers: Vec<Result<Value, &'static str>>,
    dump: String,
}

impl Whole {
    fn new(name: &'static str, file: Vec<u8>, beside: Option<(&'static str, Vec<u8>)>) -> Self {
        let directory = tempdir().unwrap();
        let path = directory.path().join("whole.db");
        std::fs::write(&path, &file).unwrap();
        if let Some((end, bytes)) = &beside {
            std::fs::write(directory.path().join(format!("whole.db{end}")), bytes).unwrap();
        }
        let mut store = options().open(path).unwrap();
        assert_eq!(store.check_invariants().unwrap(), [], "{name}");
        let reads = Reads::of(&mut store);
        let answers = reads.all(&mut store);
        assert!(answers.iter().all(Result::is_ok), "{name}: {answers:?}");
        Self { name, file, beside, reads, answers, dump: store.dump().unwrap() }
    }

    /// A database that was closed, one with a log that was not folded in, and one with a journal of a change that was broken off.
    fn all() -> [Self; 3] {
        let directory = tempdir().unwrap();
        let path = directory.path().join("open.db");
        let beside = |end: &str| std::fs::read(directory.path().join(format!("open.db{end}"))).unwrap();
        let closed = sound();
        std::fs::write(&path, &closed).unwrap();
        let mut store = options().open(&path).unwrap();
        let user = store.list_users(json!({})).unwrap().users[0].id;
        for number in 0..5 {
            store.session(user).unwrap().create_list(json!({ "name": format!("List {number}") })).unwrap();
        }
        let logged = Self::new("with a log", beside(""), Some(("-wal", beside("-wal"))));
        drop(store);

        std::fs::write(&path, &closed).unwrap();
        let conn = Connection::open(&path).unwrap();
        conn.execute_batch(
            "PRAGMA cache_size = 1; BEGIN; UPDATE event SET at_ms = 0; UPDATE prospect SET company = 'x'",
        )
        .unwrap();
        let broken_off = Self::new("with a journal", beside(""), Some(("-journal", beside("-journal"))));
        assert!(broken_off.file != closed, "the change is in the file in part");
        drop(conn);
        let closed = Self::new("closed", closed, None);
        assert!(broken_off.dump == closed.dump && logged.dump != closed.dump);
        [closed, logged, broken_off]
    }
}

/// Every read, of everything that there is.
#[derive(Clone)]
struct Reads {
    user: UserId,
    campaigns: Vec<CampaignId>,
    prospects: Vec<ProspectId>,
    lists: Vec<ListId>,
    accounts: Vec<AccountId>,
}

impl Reads {
    fn of(store: &mut Store) -> Self {
        let user = store.list_users(json!({})).unwrap().users[0].id;
        let mut me = store.session(user).unwrap();
        let campaigns: Vec<CampaignId> =
            me.list_campaigns(json!({})).unwrap().campaigns.iter().map(|campaign| campaign.id).collect();
        let mut prospects = Vec::new();
        for campaign in &campaigns {
            prospects.extend(me.list_prospects(*campaign, json!({})).unwrap().prospects.iter().map(|person| person.id));
        }
        let lists = me.list_lists(json!({})).unwrap().lists.iter().map(|list| list.id).collect();
        let accounts = me.list_accounts(json!({})).unwrap().accounts.iter().map(|account| account.id).collect();
        Self { user, campaigns, prospects, lists, accounts }
    }

    /// What each of them answers, or the code of its error.
    fn all(&self, store: &mut Store) -> Vec<Result<Value, &'static str>> {
        fn told(answer: Result<impl Serialize, Error>) -> Result<Value, &'static str> {
            answer.map(|answer| shape(&answer)).map_err(|error| error.code())
        }
        let mut answers = vec![told(store.list_users(json!({}))), told(store.user(self.user))];
        let mut me = match store.session(self.user) {
            Ok(me) => me,
            Err(error) => {
                answers.push(Err(error.code()));
                return answers;
            }
        };
        answers.push(told(me.list_accounts(json!({}))));
        answers.push(told(me.list_campaigns(json!({}))));
        answers.push(told(me.list_lists(json!({}))));
        answers.push(told(me.list_suppressions(json!({}))));
        answers.push(told(me.list_events(json!({ "limit": 200 }))));
        for id in &self.accounts {
            answers.push(told(me.account(*id)));
        }
        for id in &self.lists {
            answers.push(told(me.list(*id)));
            answers.push(told(me.list_leads(*id, json!({}))));
        }
        for id in &self.campaigns {
            answers.push(told(me.campaign(*id)));
            answers.push(told(me.list_prospects(*id, json!({}))));
            answers.push(told(me.list_tasks(*id, json!({}))));
            answers.push(told(me.message_requests(*id, json!({}))));
            answers.push(told(me.plan(*id, json!({}))));
            answers.push(told(me.forecast(*id, json!({}))));
            answers.push(told(me.validate(*id)));
        }
        for id in &self.prospects {
            answers.push(told(me.prospect(*id)));
            answers.push(told(me.explain(*id)));
            answers.push(told(me.preview_messages(*id, json!({}))));
        }
        let mut file = Vec::new();
        let export = store.export(|piece| {
            file.extend_from_slice(piece);
            Ok(())
        });
        answers.push(told(export));
        answers
    }
}

/// What is done to some bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Damage {
    Bits,
    Bytes,
    Head,
    Zeros,
    Noise,
    Moved,
    Cut,
    Longer,
}

impl Damage {
    const ALL: [Self; 8] =
        [Self::Bits, Self::Bytes, Self::Head, Self::Zeros, Self::Noise, Self::Moved, Self::Cut, Self::Longer];

    /// Whether nothing else can be read where something was than that nothing is there.
    fn is_a_hole(self) -> bool {
        matches!(self, Self::Zeros | Self::Cut)
    }

    fn apply(self, bytes: &mut Vec<u8>, dice: &mut Dice) {
        let length = bytes.len() as u64;
        let page = |dice: &mut Dice| (dice.below(length.div_ceil(4096)) * 4096) as usize;
        match self {
            Self::Bits => {
                for _ in 0..1 + dice.below(8) {
                    bytes[dice.below(length) as usize] ^= 1 << dice.below(8);
                }
            }
            Self::Bytes => {
                for _ in 0..1 + dice.below(40) {
                    bytes[dice.below(length) as usize] = dice.below(256) as u8;
                }
            }
            Self::Head => {
                for _ in 0..1 + dice.below(4) {
                    bytes[dice.below(length.min(112)) as usize] = dice.below(256) as u8;
                }
            }
            Self::Zeros | Self::Noise => {
                let start = page(dice);
                let end = bytes.len().min(start + 4096);
                bytes[start..end].fill_with(|| if self == Self::Zeros { 0 } else { dice.below(256) as u8 });
            }
            Self::Moved => {
                let (from, to) = (page(dice), page(dice));
                let size = 4096.min(bytes.len() - from).min(bytes.len() - to);
                bytes.copy_within(from..from + size, to);
            }
            Self::Cut => bytes.truncate(dice.below(length) as usize),
            Self::Longer => bytes.extend((0..1 + dice.below(9_000)).map(|_| dice.below(256) as u8)),
        }
    }
}

/// Opens, recovers and takes in what is damaged; what was said of it each time.
fn treated(whole: &Whole, damage: Damage, file: &[u8], beside: Option<&[u8]>, into: &mut World) -> [&'static str; 3] {
    let directory = tempdir().unwrap();
    let put = |name: &str| -> PathBuf {
        let path = directory.path().join(name);
        std::fs::write(&path, file).unwrap();
        if let (Some(bytes), Some((end, _))) = (beside, &whole.beside) {
            std::fs::write(directory.path().join(format!("{name}{end}")), bytes).unwrap();
        }
        path
    };
    let refused = |error: Error| {
        assert!(REFUSALS.contains(&error.code()), "{error:?}");
        error.code()
    };
    let opened = match options().open(put("opened.db")) {
        Err(error) => refused(error),
        Ok(mut store) => {
            let answers = whole.reads.all(&mut store);
            let codes: Vec<&str> = answers.iter().filter_map(|answer| answer.as_ref().err().copied()).collect();
            // Of what is lost, nothing is known; a preview without an account is of a campaign without senders.
            let is_known =
                |code: &&str| REFUSALS.contains(code) || code.ends_with("_not_found") || *code == "invalid_input";
            assert!(codes.iter().all(is_known), "{codes:?}");
            let broken = store.check_invariants().map_err(refused);
            if whole.beside.is_none() && damage.is_a_hole() {
                // A hole is noticed by whatever reads of it.
                for (answer, expected) in answers.iter().zip(&whole.answers) {
                    assert!(answer.is_err() || answer == expected, "{answer:?} is not {expected:?}");
                }
            }
            match broken {
                Ok(broken) if broken.is_empty() => {
                    let refusal =
                        answers.iter().position(|answer| answer.as_ref().is_err_and(|code| REFUSALS.contains(code)));
                    assert_eq!(refusal, None, "what keeps every promise can be read: {codes:?}");
                    "sound"
                }
                _ if codes.is_empty() => "damaged, but for what was read",
                _ => "damaged, and said so",
            }
        }
    };
    let recovered = match options().recover(put("recovered.db")) {
        Err(error) => refused(error),
        Ok(mut recovered) => {
            assert_eq!(recovered.store.check_invariants().unwrap(), []);
            if recovered.report.complete && whole.beside.is_none() && damage.is_a_hole() {
                assert!(recovered.store.dump().unwrap() == whole.dump, "complete, and not what it was");
            }
            if recovered.report.complete { "complete" } else { "in part" }
        }
    };
    let before = into.store.dump().unwrap();
    let taken = match into.store.import(file) {
        Err(error) => {
            assert!(into.store.dump().unwrap() == before, "what is not taken in changes nothing");
            refused(error)
        }
        Ok(_) => {
            assert_eq!(into.store.check_invariants().unwrap(), []);
            "taken"
        }
    };
    [opened, recovered, taken]
}

#[test]
fn what_is_damaged_is_read_right_or_refused() {
    let rounds = child::rounds(120);
    let seed = child::seed();
    let wholes = Arc::new(Whole::all());
    let into = Arc::new(Mutex::new(World::new()));
    let mut told: BTreeMap<[&str; 3], usize> = BTreeMap::new();
    for round in 0..rounds {
        // Each by a seed of its own, with which it comes again as the first.
        let seed = seed.wrapping_add(round as u64);
        let mut dice = Dice::new(seed);
        let index = dice.below(3) as usize;
        let damage = Damage::ALL[dice.below(8) as usize];
        let whole = &wholes[index];
        let (mut file, mut beside) = (whole.file.clone(), whole.beside.as_ref().map(|(_, bytes)| bytes.clone()));
        match &mut beside {
            Some(beside) if dice.below(2) == 0 => damage.apply(beside, &mut dice),
            _ => damage.apply(&mut file, &mut dice),
        }
        let about = format!("CAMPAIGNKIT_SEED={seed}, {damage:?}, {}", whole.name);
        let (wholes, into) = (wholes.clone(), into.clone());
        let outcome = within_reason(&about, move || {
            treated(&wholes[index], damage, &file, beside.as_deref(), &mut into.lock().unwrap())
        });
        *told.entry(outcome).or_default() += 1;
    }
    for ([opened, recovered, taken], count) in &told {
        println!("{count}: opened {opened}; recovered {recovered}; taken in {taken}");
    }
    assert!(told.len() > 4, "{told:?}");
}
