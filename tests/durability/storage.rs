//! Which files are taken as ours, what is left alone, and what damage, locks and options do.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::child;
use crate::child::Dice;
use crate::world::{NOW_MS, World, add_user};
use campaignkit::{Campaign, Durability, Error, Input, Journal, OpenOptions, Reading, Session, SimulatedHost, Store};
use rusqlite::Connection;
use serde_json::{Value, json};
use tempfile::{TempDir, tempdir};

fn options() -> OpenOptions {
    OpenOptions::new(SimulatedHost::new(1, NOW_MS))
}

/// Every file of a directory with its bytes.
fn files(directory: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let entries = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| (path.clone(), std::fs::read(path).unwrap())).collect()
}

/// A directory with one file of ours that has several pages of everything; and where the file is.
fn ours() -> (TempDir, PathBuf) {
    let directory = tempdir().unwrap();
    let path = directory.path().join("ours.db");
    let clock = SimulatedHost::new(1, NOW_MS);
    let mut world = World::within(OpenOptions::new(clock.clone()).open(&path).unwrap(), clock);
    let mut campaigns = Vec::new();
    for number in 0..150 {
        let name = json!({ "name": number.to_string() });
        let request = if number % 2 == 0 { world.email_request(name) } else { world.linkedin_request(name) };
        campaigns.push(world.create(request).unwrap().campaign.id);
    }
    let mut me = world.me();
    let people: Vec<Value> = (0..200)
        .map(|number| {
            json!({ "email": format!("p{number}@example.com"), "linkedin_url": format!("linkedin.com/in/p{number}"),
                    "first_name": "Bo", "company": "x".repeat(60), "custom_fields": { "Deal": number.to_string() } })
        })
        .collect();
    let list = me.create_list(json!({ "name": "Everyone" })).unwrap().id;
    me.add_leads(list, json!({ "leads": people })).unwrap();
    let suppressions = |range: Range<u32>| -> Value {
        range
            .map(|number| json!({ "type": "linkedin_profile", "value": format!("linkedin.com/in/p{number}") }))
            .collect()
    };
    me.add_suppressions(json!({ "suppressions": suppressions(190..200) })).unwrap();
    // A draft of each channel, which others can be launched beside, and a launched one with skipped prospects.
    for campaign in &campaigns[..3] {
        me.import_list(*campaign, list).unwrap();
    }
    me.add_suppressions(json!({ "suppressions": suppressions(0..120) })).unwrap();
    assert_eq!(me.launch(campaigns[1], None).unwrap().skipped.len(), 120);
    world.store.close().unwrap();
    (directory, path)
}

/// The refusal of a file, with everything in its directory as it was.
fn refusal(path: &Path) -> Error {
    let before = files(path.parent().unwrap());
    let error = Store::open(path).expect_err(&path.display().to_string());
    let after = files(path.parent().unwrap());
    assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>(), "no file is left beside");
    assert!(before == after, "the bytes are untouched");
    error
}

#[test]
fn a_file_that_is_no_database_is_refused_untouched() {
    let directory = tempdir().unwrap();
    let mut dice = Dice::new(1);
    let mut random = |length: usize| -> Vec<u8> { (0..length).map(|_| dice.below(256) as u8).collect() };
    for (name, bytes) in [
        ("text", b"Dear Ana,\nnice to meet you.\n".to_vec()),
        ("long text", b"Lorem ipsum dolor sit amet. ".repeat(1_000)),
        ("two bytes", vec![0, 0]),
        ("random bytes", random(100_000)),
        ("a few random bytes", random(50)),
        ("a header and nothing else", b"SQLite format 3\0".to_vec()),
        ("a header and random bytes", [b"SQLite format 3\0".to_vec(), random(8_176)].concat()),
    ] {
        let path = directory.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let error = refusal(&path);
        assert_eq!((error.code(), error.status()), ("foreign_file", 400), "{name}");
    }
}

#[test]
fn a_database_of_another_program_is_refused_untouched() {
    for (name, script) in [
        ("a table", "CREATE TABLE note (text TEXT); INSERT INTO note VALUES ('mine')"),
        ("tables with our names", "CREATE TABLE user (id); CREATE TABLE campaign (id); CREATE TABLE account (id)"),
        ("another program's id", "PRAGMA application_id = 1; PRAGMA user_version = 1; CREATE TABLE note (text TEXT)"),
        ("another program's id and no table", "PRAGMA application_id = 1"),
        ("a version and no table", "PRAGMA user_version = 1"),
        ("a write-ahead log, folded in", "PRAGMA journal_mode = WAL; CREATE TABLE note (text TEXT)"),
        ("refinery's history", "CREATE TABLE refinery_schema_history (version INTEGER); PRAGMA user_version = 1"),
    ] {
        let directory = tempdir().unwrap();
        let path = directory.path().join("other.db");
        let conn = Connection::open(&path).unwrap();
        conn.execute_batch(script).unwrap();
        conn.close().unwrap();
        assert_eq!(refusal(&path).code(), "foreign_file", "{name}");
    }
}

#[test]
fn a_database_of_another_program_keeps_its_write_ahead_log() {
    let directory = tempdir().unwrap();
    let source = directory.path().join("source.db");
    let conn = Connection::open(&source).unwrap();
    conn.execute_batch(
        "PRAGMA journal_mode = WAL;
         PRAGMA wal_autocheckpoint = 0;
         CREATE TABLE note (text TEXT);
         INSERT INTO note VALUES ('only in the log')",
    )
    .unwrap();
    // As its program left it when it was killed.
    let copy = directory.path().join("copy");
    std::fs::create_dir(&copy).unwrap();
    let path = copy.join("other.db");
    std::fs::copy(&source, &path).unwrap();
    std::fs::copy(directory.path().join("source.db-wal"), copy.join("other.db-wal")).unwrap();
    let before = files(&copy);
    assert_eq!(Store::open(&path).unwrap_err().code(), "foreign_file");
    let after = files(&copy);
    for (path, bytes) in before {
        assert!(after[&path] == bytes, "{}", path.display());
    }
    let text: String =
        Connection::open(&path).unwrap().query_row("SELECT text FROM note", [], |row| row.get(0)).unwrap();
    assert_eq!(text, "only in the log");
}

#[test]
fn a_refused_database_is_not_rolled_back() {
    for (code, script) in [
        ("foreign_file", "PRAGMA application_id = 0"),
        ("newer_schema", "PRAGMA application_id = 0x434b6974; PRAGMA user_version = 9000"),
    ] {
        let directory = tempdir().unwrap();
        let source = directory.path().join("source.db");
        let conn = Connection::open(&source).unwrap();
        conn.execute_batch(&format!(
            "{script}; CREATE TABLE note (text);
             WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)
             INSERT INTO note SELECT randomblob(3000) FROM n;
             PRAGMA cache_size = 5; BEGIN; UPDATE note SET text = randomblob(3000)"
        ))
        .unwrap();
        // As its program left it when it was killed in a transaction that no longer fits into its memory.
        let copy = directory.path().join("copy");
        std::fs::create_dir(&copy).unwrap();
        for suffix in ["", "-journal"] {
            let from = directory.path().join(format!("source.db{suffix}"));
            std::fs::copy(from, copy.join(format!("other.db{suffix}"))).unwrap();
        }
        let before = files(&copy);
        assert_eq!(Store::open(copy.join("other.db")).unwrap_err().code(), code);
        assert!(files(&copy) == before, "{code}");
    }
}

#[test]
fn a_name_that_means_something_else_to_sqlite_is_no_file() {
    let directory = tempdir().unwrap();
    for name in [":memory:", "", "file:x?mode=memory"] {
        let options = OpenOptions::new(SimulatedHost::new(1, NOW_MS)).vfs("unix").exclusive(true);
        assert_eq!(options.open(name).unwrap_err().code(), "storage_unavailable", "{name}");
    }
    let path = directory.path().join(":memory:");
    Store::open(&path).unwrap().close().unwrap();
    assert!(path.is_file());
}

#[test]
fn a_database_of_a_newer_schema_is_refused_untouched() {
    let (_directory, path) = ours();
    let conn = Connection::open(&path).unwrap();
    let supported: i64 = conn.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap();
    conn.pragma_update(None, "user_version", 9_000).unwrap();
    conn.close().unwrap();
    let error = refusal(&path);
    assert_eq!((error.code(), error.status()), ("newer_schema", 503));
    let shape = serde_json::to_value(&error).unwrap();
    assert_eq!((&shape["found"], &shape["supported"]), (&json!(9_000), &json!(supported)));
}

#[test]
fn a_newer_schema_that_is_only_in_the_log_is_refused_and_the_log_kept() {
    let (directory, path) = ours();
    let conn = Connection::open(&path).unwrap();
    conn.pragma_update(None, "user_version", 9_000).unwrap();
    let wal = directory.path().join("ours.db-wal");
    let before = (std::fs::read(&path).unwrap(), std::fs::read(&wal).unwrap());
    assert!(!before.1.is_empty());
    assert_eq!(Store::open(&path).unwrap_err().code(), "newer_schema");
    assert!((std::fs::read(&path).unwrap(), std::fs::read(&wal).unwrap()) == before);
}

#[test]
fn an_empty_file_is_taken_as_new() {
    let directory = tempdir().unwrap();
    // SQLite takes one byte for none: on some systems it has to write one to get a file at all.
    for (name, bytes) in [("empty.db", [].as_slice()), ("one byte.db", &[0])] {
        let path = directory.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let mut store = Store::open(&path).unwrap();
        add_user(&mut store);
        assert_eq!(store.check_invariants().unwrap(), []);
    }
}

#[test]
fn a_place_where_no_file_can_be_is_storage_unavailable() {
    let directory = tempdir().unwrap();
    let text = directory.path().join("text");
    std::fs::write(&text, "text").unwrap();
    for path in [
        directory.path().to_owned(),
        directory.path().join("missing").join("new.db"),
        text.join("new.db"),
        directory.path().join("x".repeat(5_000)),
    ] {
        let error = Store::open(&path).unwrap_err();
        assert_eq!((error.code(), error.status()), ("storage_unavailable", 503), "{}", path.display());
    }
    assert_eq!(files(directory.path()).len(), 1);
    let error = options().vfs("no-such-vfs").open(directory.path().join("new.db")).unwrap_err();
    assert_eq!(error.code(), "storage_unavailable");
}

/// A pipe without an other end, for which whoever opens it waits.
#[cfg(unix)]
fn make_pipe(path: &Path) {
    let made = std::process::Command::new("mkfifo").arg(path).status().unwrap();
    assert!(made.success());
}

#[cfg(unix)]
#[test]
fn a_pipe_in_the_place_of_a_file_or_its_logs_is_not_waited_for() {
    let (directory, path) = ours();
    let file = std::fs::read(&path).unwrap();
    let unavailable = |path: &Path| {
        for outcome in
            [Store::open(path).map(drop), options().recover(path).map(drop), options().replace(path, &file).map(drop)]
        {
            assert_eq!(outcome.unwrap_err().code(), "storage_unavailable", "{}", path.display());
        }
    };
    let before = files(directory.path());
    for suffix in ["-journal", "-wal", "-shm"] {
        let beside = directory.path().join(format!("{}{suffix}", path.file_name().unwrap().display()));
        make_pipe(&beside);
        unavailable(&path);
        std::fs::remove_file(beside).unwrap();
        assert_eq!(files(directory.path()), before);
    }
    Store::open(&path).unwrap();
    let pipe = directory.path().join("pipe");
    make_pipe(&pipe);
    unavailable(&pipe);
    unavailable(Path::new("/dev/null"));
}

/// Each name would have a log of its own, and what one of them acknowledged would be lost.
#[cfg(unix)]
#[test]
fn a_file_with_hard_links_is_refused_by_each_name() {
    let (directory, path) = ours();
    let store = Store::open(&path).unwrap();
    let link = directory.path().join("link.db");
    std::fs::hard_link(&path, &link).unwrap();
    let refusal = |error: Error| {
        assert_eq!(error.code(), "storage_unavailable");
        std::error::Error::source(&error).unwrap().to_string()
    };
    for name in [&path, &link] {
        assert!(refusal(Store::open(name).unwrap_err()).contains("hard links"));
        assert!(refusal(options().recover(name).unwrap_err()).contains("hard links"));
    }
    store.close().unwrap();
    assert!(refusal(Store::open(&link).unwrap_err()).contains("hard links"));
    assert_eq!(files(directory.path()).len(), 2);

    std::fs::remove_file(link).unwrap();
    let symbolic = directory.path().join("symbolic.db");
    std::os::unix::fs::symlink(&path, &symbolic).unwrap();
    Store::open(symbolic).unwrap();
}

#[test]
fn a_file_that_cannot_be_written_is_storage_unavailable() {
    let (directory, path) = ours();
    let forbid = |path: &Path, forbidden: bool| {
        let mut permissions = std::fs::metadata(path).unwrap().permissions();
        permissions.set_readonly(forbidden);
        std::fs::set_permissions(path, permissions).unwrap();
    };
    forbid(&path, true);
    if std::fs::OpenOptions::new().append(true).open(&path).is_ok() {
        return; // the superuser writes everywhere
    }
    let outcome = Store::open(&path).and_then(|mut store| store.create_user(Input::NONE));
    assert_eq!(outcome.unwrap_err().code(), "storage_unavailable");
    forbid(&path, false);

    forbid(directory.path(), true);
    let missing = Store::open(directory.path().join("new.db")).unwrap_err();
    forbid(directory.path(), false);
    assert_eq!(missing.code(), "storage_unavailable");
}

/// What every operation of a damaged file may answer: the truth, or that it is damaged.
fn try_everything(path: &Path) -> Vec<Error> {
    let mut errors = Vec::new();
    let mut store = match options().durability(Durability::Unchecked).open(path) {
        Ok(store) => store,
        Err(error) => return vec![error],
    };
    let mut users = Vec::new();
    match store.list_users(Input::NONE) {
        Ok(page) => users.extend(page.users),
        Err(error) => errors.push(error),
    }
    for user in users {
        let mut me = match store.session(user.id) {
            Ok(me) => me,
            // A damaged index does not find what the list had.
            Err(error) => {
                errors.push(error);
                continue;
            }
        };
        let mut sender = None;
        match me.list_accounts(json!({ "type": "email" })) {
            Ok(page) => sender = page.accounts.first().map(|account| account.id),
            Err(error) => errors.push(error),
        }
        let mut campaigns = Vec::new();
        match me.list_campaigns(json!({ "limit": 200 })) {
            Ok(page) => campaigns = page.campaigns,
            Err(error) => errors.push(error),
        }
        errors.extend(campaigns.iter().filter_map(|campaign| me.campaign(campaign.id).err()));
        errors.extend(me.list_events(json!({ "limit": 200 })).err());
        let request = json!({ "type": "email", "name": "New", "sender_account_ids": [sender] });
        errors.extend(me.create_campaign(request).err());
        for campaign in campaigns.iter().take(5) {
            errors.extend(me.delete_campaign(campaign.id).err());
        }
        errors.extend(me.add_account(json!({ "type": "email", "email_address": "new@example.com" })).err());
        errors.extend(try_enrolment(&mut me, &campaigns));
    }
    errors.extend(store.dump().err());
    match store.check_invariants() {
        Ok(broken) if broken.is_empty() => {}
        Ok(_) => errors.push(Error::Corrupt(None)),
        Err(error) => errors.push(error),
    }
    errors
}

/// The same for people: reading, changing and importing them, and what depends on them.
fn try_enrolment(me: &mut Session<'_>, campaigns: &[Campaign]) -> Vec<Error> {
    let mut errors = Vec::new();
    let all = || json!({ "limit": 200 });
    let mut lists = Vec::new();
    match me.list_lists(all()) {
        Ok(page) => lists = page.lists,
        Err(error) => errors.push(error),
    }
    for list in &lists {
        match me.list_leads(list.id, all()) {
            Ok(page) => errors.extend(page.leads.iter().take(3).filter_map(|lead| me.remove_lead(lead.id).err())),
            Err(error) => errors.push(error),
        }
        let leads = json!({ "leads": [{ "email": "new@example.com" }, { "email": "p5@example.com" }] });
        errors.extend(me.add_leads(list.id, leads).err());
    }
    match me.list_suppressions(all()) {
        Ok(page) => {
            let removed = page.suppressions.iter().take(3).filter_map(|one| me.remove_suppression(one.id).err());
            errors.extend(removed);
        }
        Err(error) => errors.push(error),
    }
    let domain = json!({ "suppressions": [{ "type": "email_domain", "value": "example.org" }] });
    errors.extend(me.add_suppressions(domain).err());
    // The last ones, of which some have prospects and the others are as good as any.
    for campaign in campaigns.iter().rev().take(5) {
        match me.list_prospects(campaign.id, all()) {
            Ok(page) => {
                for prospect in page.prospects.iter().take(3) {
                    errors.extend(me.prospect(prospect.id).err());
                    errors.extend(me.update_prospect(prospect.id, json!({ "company": "New" })).err());
                    errors.extend(me.preview_messages(prospect.id, Input::NONE).err());
                    errors.extend(me.remove_prospect(prospect.id).err());
                }
            }
            Err(error) => errors.push(error),
        }
        errors.extend(me.list_prospects(campaign.id, json!({ "status": "skipped" })).err());
        errors.extend(lists.iter().filter_map(|list| me.import_list(campaign.id, list.id).err()));
        let csv = b"email,linkedin_url\nnew@example.com,linkedin.com/in/new\np5@example.com,linkedin.com/in/p5\n";
        let content_hash = me.preview_csv(csv.as_slice(), Reading::default()).unwrap().content_hash;
        let mapping = json!({ "mapping": ["email", "linkedin_url"], "content_hash": content_hash });
        errors.extend(me.import_csv(campaign.id, csv.as_slice(), mapping).err());
        errors.extend(me.validate(campaign.id).err());
        let update = json!({ "name": format!("New {}", campaign.name), "daily_limit": 9 });
        errors.extend(me.update_campaign(campaign.id, update).err());
        let node = json!({ "type": "delay", "delay_days": 1 });
        errors.extend(me.insert_node(campaign.id, node).err());
        errors.extend(me.launch(campaign.id, None).err());
        errors.extend(me.pause(campaign.id).err());
        errors.extend(me.resume(campaign.id).err());
    }
    errors
}

/// Whether an answer doesn't blame the engine for damage to its file. A constraint that stops a write is let through: it
/// may be the engine's bug as well as a row that no longer says what was written.
fn is_honest(error: &Error) -> bool {
    match error {
        Error::Bug(Some(source)) => source.sqlite_error_code() == Some(rusqlite::ErrorCode::ConstraintViolation),
        _ => error.code() != "bug",
    }
}

#[test]
fn a_damaged_page_is_corrupt_and_never_a_panic_or_a_bug() {
    let (directory, path) = ours();
    let sound = std::fs::read(&path).unwrap();
    let pages = sound.len() / 4096;
    let damaged = directory.path().join("damaged.db");
    let seed = child::seed();
    let mut dice = Dice::new(seed);
    for round in 0..90 {
        let mut bytes = sound.clone();
        let page = 1 + dice.below(pages as u64 - 1) as usize;
        let range = page * 4096..(page + 1) * 4096;
        match round % 3 {
            0 => bytes[range].fill(0),
            1 => bytes[range].fill_with(|| dice.below(256) as u8),
            // The page of another table, or of another place in the same one.
            _ => {
                let other = 1 + dice.below(pages as u64 - 1) as usize;
                bytes.copy_within(other * 4096..(other + 1) * 4096, page * 4096);
            }
        }
        let is_damaged = bytes != sound;
        std::fs::write(&damaged, bytes).unwrap();
        let errors = try_everything(&damaged);
        for error in &errors {
            assert!(is_honest(error), "seed {seed}, round {round}: {error:?}");
        }
        let is_told = errors.iter().any(|error| error.code() == "corrupt");
        assert!(is_told || !is_damaged, "seed {seed}, round {round}: page {page}, {errors:?}");
        remove(&damaged);
    }
}

#[test]
fn damaged_bytes_anywhere_are_never_a_panic_or_a_bug() {
    let (directory, path) = ours();
    let sound = std::fs::read(&path).unwrap();
    let damaged = directory.path().join("damaged.db");
    let seed = child::seed();
    let mut dice = Dice::new(seed);
    for round in 0..150 {
        let mut bytes = sound.clone();
        // The first page, with the header and the schema, more often than its share.
        let from = if round % 3 == 0 { 4096 } else { bytes.len() as u64 };
        for _ in 0..1 + dice.below(8) {
            bytes[dice.below(from) as usize] = dice.below(256) as u8;
        }
        if round % 10 == 0 {
            bytes.truncate(dice.below(sound.len() as u64) as usize);
        }
        std::fs::write(&damaged, &bytes).unwrap();
        for error in try_everything(&damaged) {
            assert!(is_honest(&error), "seed {seed}, round {round}: {error:?}");
        }
        remove(&damaged);
    }
}

/// Removes a database with what SQLite keeps beside it.
fn remove(path: &Path) {
    for beside in ["", "-wal", "-shm", "-journal"] {
        let _ = std::fs::remove_file(format!("{}{beside}", path.display()));
    }
}

#[test]
fn a_record_of_other_migrations_is_foreign_and_one_that_cannot_be_read_is_corrupt() {
    let older = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/databases/v3.sqlite")).unwrap();
    let open_after = |damage: &str, is_old: bool| {
        let (_directory, path) = ours();
        if is_old {
            remove(&path);
            std::fs::write(&path, &older).unwrap();
        }
        let conn = Connection::open(&path).unwrap();
        conn.execute_batch(damage).unwrap();
        conn.close().unwrap();
        Store::open(&path).map(drop)
    };
    let when = "UPDATE refinery_schema_history SET applied_on = 'yesterday'";
    assert!(open_after(when, false).is_ok(), "nothing depends on when it was");
    assert_eq!(open_after(when, true).unwrap_err().code(), "corrupt");
    for damage in [
        "UPDATE refinery_schema_history SET checksum = 'x'",
        "UPDATE refinery_schema_history SET checksum = '12345'",
        "UPDATE refinery_schema_history SET checksum = NULL",
        "UPDATE refinery_schema_history SET name = x'00ff'",
        "UPDATE refinery_schema_history SET version = 77 WHERE version = 1",
        "DELETE FROM refinery_schema_history",
        "DROP TABLE refinery_schema_history",
        "DROP TABLE refinery_schema_history; CREATE TABLE refinery_schema_history (text TEXT)",
    ] {
        for is_old in [false, true] {
            assert_eq!(open_after(damage, is_old).unwrap_err().code(), "foreign_file", "{damage}");
        }
        let damage = format!("{damage}; PRAGMA user_version = 0");
        assert_eq!(open_after(&damage, false).unwrap_err().code(), "foreign_file", "{damage}");
    }
}

#[test]
fn a_native_file_has_a_write_ahead_log_and_pages_of_4_kib() {
    let directory = tempdir().unwrap();
    let path = directory.path().join("new.db");
    let mut store = Store::open(&path).unwrap();
    add_user(&mut store);
    assert!(directory.path().join("new.db-wal").exists());
    store.close().unwrap();
    let header = std::fs::read(&path).unwrap();
    assert_eq!(header[16..20], [0x10, 0, 2, 2], "the page size, and the log for reading and writing");
    assert_eq!(&header[68..72], b"CKit");
    assert_eq!(files(directory.path()).len(), 1, "closing folds the log in");
}

#[test]
fn a_rollback_journal_is_kept_by_option_and_the_log_comes_back_without_it() {
    let directory = tempdir().unwrap();
    let path = directory.path().join("rollback.db");
    let versions = |path: &Path| <[u8; 2]>::try_from(&std::fs::read(path).unwrap()[18..20]).unwrap();
    for (journal, expected) in [(Journal::Rollback, [1, 1]), (Journal::WriteAhead, [2, 2]), (Journal::Rollback, [1, 1])]
    {
        let mut store = OpenOptions::new(campaignkit::SystemHost).journal(journal).open(&path).unwrap();
        add_user(&mut store);
        assert_eq!(directory.path().join("rollback.db-wal").exists(), journal == Journal::WriteAhead);
        store.close().unwrap();
        assert_eq!(versions(&path), expected, "{journal:?}");
    }
    assert_eq!(Store::open(&path).unwrap().list_users(Input::NONE).unwrap().users.len(), 3);
}

#[test]
fn deleting_a_campaign_deletes_what_belongs_to_it() {
    let directory = tempdir().unwrap();
    let path = directory.path().join("keys.db");
    let clock = SimulatedHost::new(1, NOW_MS);
    let mut world = World::within(OpenOptions::new(clock.clone()).open(&path).unwrap(), clock);
    let created = world.create(world.email_request(json!({}))).unwrap();
    world.me().delete_campaign(created.campaign.id).unwrap();
    let conn = Connection::open(&path).unwrap();
    for table in ["campaign", "campaign_sender", "sequence_node"] {
        let rows: i64 = conn.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap();
        assert_eq!(rows, 0, "{table}");
    }
}

#[test]
fn everything_is_there_after_a_reopen_in_every_mode() {
    for journal in [Journal::WriteAhead, Journal::Rollback] {
        for durability in [Durability::Full, Durability::Relaxed, Durability::Unchecked] {
            for exclusive in [false, true] {
                let directory = tempdir().unwrap();
                let path = directory.path().join("again.db");
                let clock = SimulatedHost::new(1, NOW_MS);
                let open = || {
                    let options = OpenOptions::new(clock.clone()).journal(journal).durability(durability);
                    options.exclusive(exclusive).open(&path).unwrap()
                };
                let mut world = World::within(open(), clock.clone());
                world.create(world.email_request(json!({}))).unwrap();
                world.create(world.linkedin_request(json!({}))).unwrap();
                let before = world.store.dump().unwrap();
                world.store.close().unwrap();
                let mut store = open();
                assert_eq!(store.dump().unwrap(), before, "{journal:?}, {durability:?}, {exclusive}");
                // Without a word of farewell, too.
                drop(store);
                assert_eq!(open().dump().unwrap(), before);
            }
        }
    }
}

#[cfg(unix)]
#[test]
fn a_named_vfs_without_shared_memory_works() {
    let directory = tempdir().unwrap();
    for (name, exclusive, versions) in [("shared.db", false, [1, 1]), ("exclusive.db", true, [2, 2])] {
        let path = directory.path().join(name);
        let mut store = options().vfs("unix-none").exclusive(exclusive).open(&path).unwrap();
        let (user, email, _) = add_user(&mut store);
        let request = json!({ "type": "email", "name": "On a VFS", "sender_account_ids": [email] });
        let created = store.session(user).unwrap().create_campaign(request).unwrap().campaign;
        store.close().unwrap();
        assert_eq!(std::fs::read(&path).unwrap()[18..20], versions, "a log where one connection is enough for it");
        let mut store = Store::open(&path).unwrap();
        assert_eq!(store.session(user).unwrap().campaign(created.id).unwrap(), created);
    }
}

#[test]
fn a_named_vfs_in_memory_works() {
    let mut store = options().vfs("memdb").open("/campaignkit-storage-test").unwrap();
    let (user, email, _) = add_user(&mut store);
    let mut other =
        OpenOptions::new(SimulatedHost::new(2, NOW_MS)).vfs("memdb").open("/campaignkit-storage-test").unwrap();
    let request = json!({ "type": "email", "name": "In memory", "sender_account_ids": [email] });
    let created = other.session(user).unwrap().create_campaign(request).unwrap().campaign;
    assert_eq!(store.session(user).unwrap().campaign(created.id).unwrap(), created);
}

#[test]
fn a_write_lock_of_another_connection_is_busy_after_the_timeout_and_changes_nothing() {
    let (_directory, path) = ours();
    let mut store = options().busy_timeout(Duration::from_millis(50)).open(&path).unwrap();
    let user = store.list_users(Input::NONE).unwrap().users[0].id;
    let before = store.dump().unwrap();
    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();

    let mut me = store.session(user).unwrap();
    let sender = me.list_accounts(json!({ "type": "email" })).unwrap().accounts[0].id;
    let request = json!({ "type": "email", "name": "Later", "sender_account_ids": [sender] });
    let start = Instant::now();
    let error = me.create_campaign(request.clone()).unwrap_err();
    assert_eq!((error.code(), error.status()), ("busy", 503));
    let waited = start.elapsed();
    assert!(waited >= Duration::from_millis(40) && waited < Duration::from_secs(4), "{waited:?}");
    // Who only reads doesn't wait.
    assert_eq!(store.dump().unwrap(), before);

    other.execute_batch("ROLLBACK").unwrap();
    store.session(user).unwrap().create_campaign(request).unwrap();
}

#[test]
fn a_new_file_that_another_connection_holds_is_busy() {
    let directory = tempdir().unwrap();
    let path = directory.path().join("held.db");
    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let error = options().busy_timeout(Duration::from_millis(20)).open(&path).unwrap_err();
    assert_eq!(error.code(), "busy");
    other.execute_batch("ROLLBACK").unwrap();
    options().open(&path).unwrap();
}

#[test]
fn an_exclusive_store_keeps_others_out() {
    let (_directory, path) = ours();
    let mut store = OpenOptions::new(SimulatedHost::new(2, NOW_MS)).exclusive(true).open(&path).unwrap();
    store.create_user(Input::NONE).unwrap();
    let error = options().busy_timeout(Duration::from_millis(20)).open(&path).unwrap_err();
    assert_eq!(error.code(), "busy");
    store.close().unwrap();
    Store::open(&path).unwrap();
}

#[test]
fn a_broken_database_that_trips_over_a_constraint_is_corrupt_and_stays_as_it_is() {
    let directory = tempdir().unwrap();
    let path = directory.path().join("broken.db");
    let mut store = Store::open(&path).unwrap();
    let user = add_user(&mut store).0;
    let mut me = store.session(user).unwrap();
    let list = me.create_list(json!({ "name": "People" })).unwrap().id;
    me.add_leads(list, json!({ "leads": [{ "email": "bo@example.com" }] })).unwrap();
    let lead = me.list_leads(list, json!({})).unwrap().leads[0].id;
    // Another program, which keeps no count.
    Connection::open(&path).unwrap().execute("UPDATE list SET lead_count = 0", []).unwrap();
    let before = store.dump().unwrap();
    let error = store.session(user).unwrap().remove_lead(lead).unwrap_err();
    assert_eq!((error.code(), error.status()), ("corrupt", 500));
    assert!(store.dump().unwrap() == before);
}
