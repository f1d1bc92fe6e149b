//! Which files are accepted as ours, and which are left untouched.

use super::*;

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
    // As its killed program left it.
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
        // As its program left it when it was killed in a transaction that no longer fits into memory.
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
    // SQLite treats one byte as an empty file: on some systems it has to write one to create a file at all.
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

/// A pipe without another end: opening it would wait for one.
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

/// Each name would have a log of its own, and commits under one of them would be lost.
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
        return; // the superuser can write everywhere
    }
    let outcome = Store::open(&path).and_then(|mut store| store.create_user(Input::NONE));
    assert_eq!(outcome.unwrap_err().code(), "storage_unavailable");
    forbid(&path, false);

    forbid(directory.path(), true);
    let missing = Store::open(directory.path().join("new.db")).unwrap_err();
    forbid(directory.path(), false);
    assert_eq!(missing.code(), "storage_unavailable");
}
