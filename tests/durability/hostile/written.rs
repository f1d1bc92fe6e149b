//! Malicious files that another program can write.

use std::path::Path;

use super::*;

/// The schema with one text replaced by another.
fn schema(from: &str, to: &str) -> String {
    let quoted = |text: &str| text.replace('\'', "''");
    format!(
        "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, '{}', '{}'); PRAGMA writable_schema = RESET",
        quoted(from),
        quoted(to)
    )
}

const ENDLESS: &str = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)";

/// Changes to the schema by another program, each of which makes the file foreign.
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

/// Headers that lie about their file.
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

/// Trees that lead to themselves, to each other or nowhere.
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
        // An inner page whose children are all the same page.
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
        // A leaf with as many identical cells as fit, each with an endless payload.
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

/// A write-ahead log with correct checksums and one frame that claims this about itself.
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

#[test]
fn a_schema_that_is_not_ours_is_foreign_wherever_it_comes_in() {
    let file = sound();
    assert_eq!(tried("sound", &file, None), [None; 3]);
    for script in schemas() {
        let [opened, taken, recovered] = tried(&script, &after(&file, &script), None);
        assert_eq!([opened, taken], [Some("foreign_file"); 2], "{script}");
        // Additions of another program to a file of ours are left behind.
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
